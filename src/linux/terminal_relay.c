/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/terminal_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

/* What a pipe takes without blocking once poll(2) calls it writable (PIPE_BUF). */
#define CHUNK_BYTES 4096

/* How often a terminal that no process of the container has open is looked at again. */
#define HUNG_UP_POLL_MS 100

/* Bytes on their way: read, and written only up to `start`. */
struct chunk {
    char bytes[CHUNK_BYTES];
    size_t start, end;
};

enum { POLL_PIDFD, POLL_SIGNALS, POLL_INPUT, POLL_OUTPUT, POLL_MASTER, N_POLLED };

struct relay_state {
    const struct terminal_relay *relay;
    struct chunk to_container, to_caller;
    bool input_ended, output_ended; /* nothing more to read from, nobody to write to */
    bool hung_up;                   /* no process of the container has the terminal open */
    bool process_ended;
    struct pollfd polled[N_POLLED];
};

static bool is_empty(const struct chunk *chunk)
{
    return chunk->start == chunk->end;
}

static bool is_temporary(int errnum)
{
    return errnum == EAGAIN || errnum == EINTR;
}

/* Fill an empty chunk. Returns false at the end of the file and on errors. */
static bool fill(struct chunk *chunk, int fd)
{
    ssize_t n_read = read(fd, chunk->bytes, sizeof chunk->bytes);

    if (n_read < 0)
        return is_temporary(errno);
    chunk->start = 0;
    chunk->end = (size_t)n_read;
    return n_read > 0;
}

/* Returns false when nobody takes the bytes any more. */
static bool drain(struct chunk *chunk, int fd)
{
    ssize_t n_written = write(fd, chunk->bytes + chunk->start, chunk->end - chunk->start);

    if (n_written < 0)
        return is_temporary(errno);
    chunk->start += (size_t)n_written;
    return true;
}

void terminal_relay_copy_size(int input_fd, int output_fd, int master_fd)
{
    struct winsize size;

    if (ioctl(input_fd, TIOCGWINSZ, &size) < 0 && ioctl(output_fd, TIOCGWINSZ, &size) < 0)
        return;
    if (size.ws_row > 0 && size.ws_col > 0)
        ioctl(master_fd, TIOCSWINSZ, &size);
}

static void copy_size(const struct terminal_relay *relay)
{
    terminal_relay_copy_size(relay->input_fd, relay->output_fd, relay->master_fd);
}

static int take_signal(const struct terminal_relay *relay, struct error *err)
{
    struct signalfd_siginfo info;

    if (read(relay->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return 0;
    if (info.ssi_signo == SIGWINCH) {
        copy_size(relay);
        return 0;
    }
    return relay->on_signal ? relay->on_signal((int)info.ssi_signo, relay->context, err) : 0;
}

/* The kernel passes on what was written to the slave before it says that nothing is there, so when
 * nothing is there after the process has ended, nothing will come. */
static void read_master(struct relay_state *state)
{
    struct chunk *chunk = &state->to_caller;

    chunk->start = chunk->end = 0;
    state->hung_up = !fill(chunk, state->relay->master_fd);
}

static void choose_events(struct relay_state *state)
{
    const struct terminal_relay *relay = state->relay;
    bool wants_input = !state->input_ended && !state->process_ended;
    bool wants_output = !state->output_ended && !is_empty(&state->to_caller);
    bool wants_master = is_empty(&state->to_caller) && !state->hung_up;
    short master_events = wants_master ? POLLIN : 0;

    if (!is_empty(&state->to_container) && !state->hung_up)
        master_events |= POLLOUT;
    /* poll(2) reports a hang-up even to those who ask for nothing, so a descriptor of no interest
     * is taken out of the set. */
    state->polled[POLL_PIDFD] =
        (struct pollfd){ .fd = state->process_ended ? -1 : relay->pidfd, .events = POLLIN };
    state->polled[POLL_SIGNALS] = (struct pollfd){ .fd = relay->signal_fd, .events = POLLIN };
    state->polled[POLL_INPUT] = (struct pollfd){
        .fd = wants_input && is_empty(&state->to_container) ? relay->input_fd : -1,
        .events = POLLIN,
    };
    state->polled[POLL_OUTPUT] =
        (struct pollfd){ .fd = wants_output ? relay->output_fd : -1, .events = POLLOUT };
    state->polled[POLL_MASTER] =
        (struct pollfd){ .fd = master_events ? relay->master_fd : -1, .events = master_events };
}

static void move_bytes(struct relay_state *state)
{
    const struct terminal_relay *relay = state->relay;

    if (state->polled[POLL_INPUT].revents)
        state->input_ended = !fill(&state->to_container, relay->input_fd);
    if ((state->polled[POLL_MASTER].revents & POLLOUT) &&
        !drain(&state->to_container, relay->master_fd))
        state->to_container.start = state->to_container.end;
    if (state->polled[POLL_OUTPUT].revents && !drain(&state->to_caller, relay->output_fd))
        state->output_ended = true;
    if (is_empty(&state->to_caller) &&
        (state->process_ended || (state->polled[POLL_MASTER].revents & ~POLLOUT)))
        read_master(state);
    else if (state->polled[POLL_MASTER].revents & POLLHUP)
        state->hung_up = true;
    if (state->output_ended)
        state->to_caller.start = state->to_caller.end;
}

static bool is_finished(const struct relay_state *state)
{
    return state->process_ended && is_empty(&state->to_caller);
}

static int relay_until_end(struct relay_state *state, struct error *err)
{
    while (!is_finished(state)) {
        int timeout_ms = state->hung_up ? HUNG_UP_POLL_MS : -1;
        int result = 0;

        choose_events(state);
        /* Once the process has ended only the reader of our output may make us wait. */
        if (state->process_ended && is_empty(&state->to_caller))
            timeout_ms = 0;
        if (poll(state->polled, N_POLLED, timeout_ms) < 0 && errno != EINTR)
            return error_system(err, "terminal: poll");
        if (state->polled[POLL_SIGNALS].revents)
            result = take_signal(state->relay, err);
        if (result < 0)
            return result;
        if (state->polled[POLL_PIDFD].revents)
            state->process_ended = true;
        state->hung_up = false;
        move_bytes(state);
    }
    return 0;
}

static int make_nonblocking(int fd, struct error *err)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return error_system(err, "terminal: make it non-blocking");
    return 0;
}

int terminal_relay_run(const struct terminal_relay *relay, struct error *err)
{
    struct relay_state state = { .relay = relay, .input_ended = relay->input_fd < 0 };
    struct termios original, raw;
    bool is_terminal = relay->input_fd >= 0 && tcgetattr(relay->input_fd, &original) == 0;
    int result = make_nonblocking(relay->master_fd, err);

    if (result < 0)
        return result;
    copy_size(relay);
    if (is_terminal) {
        raw = original;
        cfmakeraw(&raw);
        if (tcsetattr(relay->input_fd, TCSANOW, &raw) < 0)
            return error_system(err, "terminal: raw mode");
    }
    result = relay_until_end(&state, err);
    if (is_terminal)
        tcsetattr(relay->input_fd, TCSANOW, &original);
    return result;
}
