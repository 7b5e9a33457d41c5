/* SPDX-License-Identifier: Apache-2.0
 *
 * The terminal of a container in the foreground: bytes between its master and the runtime's own
 * standard input and output, sizes and signals, until the container's process ends.
 */
#ifndef AGENTRUN_LINUX_TERMINAL_RELAY_H
#define AGENTRUN_LINUX_TERMINAL_RELAY_H

#include "agentrun/base/error.h"

/* All descriptors are borrowed. The relay makes master_fd non-blocking; the flags of the two
 * others, which are shared with whoever started us, stay as they are. */
struct terminal_relay {
    int input_fd;  /* a terminal is put into raw mode, and back when the relay ends; -1: no input */
    int output_fd; /* what the container writes goes here */
    int master_fd;
    int pidfd;     /* of the container's process: the relay ends when that has ended */
    int signal_fd; /* from signals_block_all; -1: none */
    /* Called for each signal that arrives, except SIGWINCH, which sets the size of the container's
     * terminal. A negative result ends the relay with this error. NULL: they are dropped. */
    int (*on_signal)(int signal, void *context, struct error *err);
    void *context;
};

/* Give the terminal behind master_fd the size of ours, if input_fd or output_fd is one that has a
 * size. Done before the program starts, which may ask at once. */
void terminal_relay_copy_size(int input_fd, int output_fd, int master_fd);

/* Run until the container's process has ended and all that it wrote is passed on. The size of our
 * terminal is set first. Output that nobody reads any more is dropped. */
int terminal_relay_run(const struct terminal_relay *relay, struct error *err);

#endif
