/* SPDX-License-Identifier: Apache-2.0
 *
 * What P (or start) and I say to each other: whole messages over a SOCK_SEQPACKET socket. Which
 * may come from whom is a table; anything else ends the conversation.
 *
 *   P → I      MAPPED     the id maps are written
 *   I → P      HOOKS      everything is mounted: run prestart and createRuntime now
 *   P → I      HOOKS_RAN
 *   I → P      MASTER     with the terminal's master as descriptor
 *   I → P      WAITING    at the gate; value: number of I's descriptor of home, or -1
 *   P → I      RELEASED   the container is recorded; P may end now
 *   start → I  PREPARE    the gate opens: give up the rights
 *   I → start  CONFINED   done; attest me
 *   start → I  GO         execute the program
 *   I → any    FAILED     with the whole error; I ends
 *
 * A successful exec closes I's end: the end of the conversation without FAILED is success after
 * GO, and the death of I before.
 */
#ifndef AGENTRUN_CONTAINER_HANDOVER_H
#define AGENTRUN_CONTAINER_HANDOVER_H

#include <stdint.h>

#include "agentrun/base/error.h"

enum message_kind {
    MESSAGE_END, /* the other side has closed its end */
    MESSAGE_MAPPED,
    MESSAGE_HOOKS,
    MESSAGE_HOOKS_RAN,
    MESSAGE_MASTER,
    MESSAGE_WAITING,
    MESSAGE_RELEASED,
    MESSAGE_PREPARE,
    MESSAGE_CONFINED,
    MESSAGE_GO,
    MESSAGE_FAILED,
    N_MESSAGE_KINDS,
};

struct message {
    enum message_kind kind;
    int32_t value; /* END: not 0 if the peer has not read all */
    int fd;        /* MASTER: the receiver's own; otherwise -1 */
};

/* A connected pair of sockets, close-on-exec. */
int handover_open(int *out_parent_fd, int *out_init_fd, struct error *err);

/* Send a message without payload but `value`; `fd` -1 or, for MASTER, a borrowed descriptor. */
int handover_send(int socket_fd, enum message_kind kind, int32_t value, int fd, struct error *err);

/* Send FAILED with the error. There is nobody to tell if that fails. */
void handover_send_error(int socket_fd, const struct error *failure);

/* Wait for the next message. FAILED makes *err the sender's error and returns its errno; a message
 * that init (from_init) or its counterpart may not send is -EPROTO. */
int handover_receive(int socket_fd, int from_init, struct message *out_message, struct error *err);

/* The same, for exactly one kind: any other, also the end, is an error. */
int handover_expect(int socket_fd, int from_init, enum message_kind kind, struct error *err);

/* Wait for the end of the conversation, which after GO is the successful exec; it is an error if GO
 * was not even read. */
int handover_expect_end(int socket_fd, struct error *err);

#endif
