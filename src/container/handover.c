/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/handover.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* On the socket. An error is sent only as far as its text goes. */
struct packet {
    uint32_t kind;
    int32_t value;
    struct error error;
};

#define PACKET_HEADER_BYTES offsetof(struct packet, error)

static const struct {
    const char *name;
    bool from_init;
    bool carries_descriptor;
} kinds[N_MESSAGE_KINDS] = {
    [MESSAGE_END] = { "the end", true, false },
    [MESSAGE_MAPPED] = { "mapped", false, false },
    [MESSAGE_HOOKS] = { "hooks", true, false },
    [MESSAGE_HOOKS_RAN] = { "hooks ran", false, false },
    [MESSAGE_MASTER] = { "master", true, true },
    [MESSAGE_WAITING] = { "waiting", true, false },
    [MESSAGE_RELEASED] = { "released", false, false },
    [MESSAGE_PREPARE] = { "prepare", false, false },
    [MESSAGE_CONFINED] = { "confined", true, false },
    [MESSAGE_GO] = { "go", false, false },
    [MESSAGE_FAILED] = { "failed", true, false },
};

int handover_open(int *out_parent_fd, int *out_init_fd, struct error *err)
{
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        return error_system(err, "socketpair");
    *out_parent_fd = fds[0];
    *out_init_fd = fds[1];
    return 0;
}

static int send_packet(int socket_fd, const struct packet *packet, size_t n_bytes, int fd,
                       struct error *err)
{
    struct iovec part = { (void *)(uintptr_t)packet, n_bytes };
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

    if (fd >= 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.align), &fd, sizeof fd);
    }
    if (sendmsg(socket_fd, &header, MSG_NOSIGNAL) < 0)
        return error_system(err, "send '%s'", kinds[packet->kind].name);
    return 0;
}

int handover_send(int socket_fd, enum message_kind kind, int32_t value, int fd, struct error *err)
{
    const struct packet packet = { .kind = kind, .value = value };

    return send_packet(socket_fd, &packet, PACKET_HEADER_BYTES, fd, err);
}

void handover_send_error(int socket_fd, const struct error *failure)
{
    const struct packet packet = { .kind = MESSAGE_FAILED, .error = *failure };
    size_t n_bytes = PACKET_HEADER_BYTES + offsetof(struct error, text) + strlen(failure->text) + 1;
    struct error ignored;

    send_packet(socket_fd, &packet, n_bytes, -1, &ignored);
}

static int received_descriptor(struct msghdr *header)
{
    const struct cmsghdr *control = CMSG_FIRSTHDR(header);
    int fd;

    if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
        control->cmsg_len != CMSG_LEN(sizeof fd))
        return -1;
    memcpy(&fd, CMSG_DATA(control), sizeof fd);
    return fd;
}

/* A peer that ended with unread messages resets the connection, which hides, once, what it had
 * said before. */
static ssize_t receive_packet(int socket_fd, struct packet *packet, int *out_fd, bool *out_reset)
{
    struct iovec part = { packet, sizeof *packet };
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    ssize_t n_bytes;

    *out_reset = false;
    do {
        n_bytes = recvmsg(socket_fd, &header, MSG_CMSG_CLOEXEC);
        if (n_bytes >= 0 || (errno == ECONNRESET && *out_reset))
            break;
        *out_reset = *out_reset || errno == ECONNRESET;
    } while (errno == EINTR || errno == ECONNRESET);
    *out_fd = n_bytes > 0 ? received_descriptor(&header) : -1;
    return n_bytes;
}

static bool is_permitted(const struct packet *packet, size_t n_bytes, int from_init, int fd)
{
    return n_bytes >= PACKET_HEADER_BYTES && packet->kind > MESSAGE_END &&
           packet->kind < N_MESSAGE_KINDS && kinds[packet->kind].from_init == (from_init != 0) &&
           kinds[packet->kind].carries_descriptor == (fd >= 0);
}

int handover_receive(int socket_fd, int from_init, struct message *out_message, struct error *err)
{
    struct packet packet = { 0 };
    bool was_reset;
    int fd;
    ssize_t n_bytes = receive_packet(socket_fd, &packet, &fd, &was_reset);

    if (n_bytes == 0 || (n_bytes < 0 && errno == ECONNRESET)) {
        *out_message = (struct message){ .kind = MESSAGE_END, .value = was_reset, .fd = -1 };
        return 0;
    }
    if (n_bytes < 0)
        return error_system(err, "receive");
    if (!is_permitted(&packet, (size_t)n_bytes, from_init, fd)) {
        if (fd >= 0)
            close(fd);
        return error_set(err, ERROR_BUG, EPROTO, "an unexpected message (%u)", packet.kind);
    }
    if (packet.kind == MESSAGE_FAILED) {
        *err = packet.error;
        err->text[sizeof err->text - 1] = '\0';
        if (err->errnum <= 0)
            err->errnum = EPROTO;
        return -err->errnum;
    }
    *out_message = (struct message){ packet.kind, packet.value, fd };
    return 0;
}

static int error_of_end(int from_init, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, ECONNRESET, "%s ended unexpectedly",
                     from_init ? "the init process" : "the runtime");
}

int handover_expect(int socket_fd, int from_init, enum message_kind kind, struct error *err)
{
    struct message message = { .fd = -1 };
    int result = handover_receive(socket_fd, from_init, &message, err);

    if (result < 0)
        return result;
    if (message.fd >= 0 && message.kind != kind)
        close(message.fd);
    if (message.kind == MESSAGE_END)
        return error_of_end(from_init, err);
    if (message.kind != kind)
        return error_set(err, ERROR_BUG, EPROTO, "expected '%s', got '%s'", kinds[kind].name,
                         kinds[message.kind].name);
    return 0;
}

int handover_expect_end(int socket_fd, struct error *err)
{
    struct message message = { .fd = -1 };
    int result = handover_receive(socket_fd, true, &message, err);

    if (result < 0)
        return result;
    if (message.kind != MESSAGE_END)
        return error_set(err, ERROR_BUG, EPROTO, "expected the end, got '%s'",
                         kinds[message.kind].name);
    return message.value ? error_of_end(true, err) : 0;
}
