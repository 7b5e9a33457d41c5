/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/terminal_relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>

#include "agentrun/linux/signals.h"
#include "child.h"

#define MUCH_BYTES 200000

static struct error err;

/* One relay with its container, whose program is a function. */
static struct {
    struct terminal_relay relay;
    int slave_fd;
    int user_fd; /* where the user types and reads: the master of the outer terminal */
    pid_t relay_pid, program_pid;
} stage;

static int open_pair(int *out_slave_fd)
{
    int unlocked = 0, master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    ioctl(master_fd, TIOCSPTLCK, &unlocked);
    *out_slave_fd = ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return master_fd;
}

static void set_raw(int fd)
{
    struct termios attributes;

    tcgetattr(fd, &attributes);
    cfmakeraw(&attributes);
    tcsetattr(fd, TCSANOW, &attributes);
}

/* Run the relay with `program` in the container; its exit status, or -1 when the relay failed. */
static int play(int (*program)(void), int input_fd, int output_fd)
{
    int status = 0;

    stage.relay_pid = getpid();
    stage.relay.master_fd = open_pair(&stage.slave_fd);
    stage.relay.input_fd = input_fd;
    stage.relay.output_fd = output_fd;
    set_raw(stage.slave_fd);
    if (signals_block_all(&stage.relay.signal_fd, &err) < 0)
        return -1;
    stage.program_pid = fork();
    if (stage.program_pid == 0) {
        alarm(60); /* a relay that never ends fails the test */
        sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
        _exit(program());
    }
    close(stage.slave_fd);
    stage.relay.pidfd = (int)syscall(SYS_pidfd_open, stage.program_pid, 0);
    if (terminal_relay_run(&stage.relay, &err) < 0) {
        kill(stage.program_pid, SIGKILL);
        waitpid(stage.program_pid, &status, 0);
        return -1;
    }
    waitpid(stage.program_pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static int new_file(void)
{
    return memfd_create("output", MFD_CLOEXEC);
}

static int write_much(void)
{
    static char bytes[MUCH_BYTES];

    memset(bytes, 'x', sizeof bytes);
    for (size_t done = 0; done < sizeof bytes;) {
        ssize_t n_written = write(stage.slave_fd, bytes + done, sizeof bytes - done);

        EXPECT(n_written > 0);
        done += (size_t)n_written;
    }
    return 0;
}

static int pass_all_output(void)
{
    int output_fd = new_file();

    EXPECT(play(write_much, -1, output_fd) == 0);
    EXPECT(lseek(output_fd, 0, SEEK_END) == MUCH_BYTES);
    return 0;
}

static void test_run_all_output_arrives(void **state)
{
    (void)state;
    assert_int_equal(child_run(pass_all_output), 0);
}

static int pass_output_into_slow_pipe(void)
{
    int pipe_fds[2];
    static char bytes[MUCH_BYTES];
    size_t n_read = 0;
    pid_t reader;

    EXPECT(pipe(pipe_fds) == 0);
    EXPECT(fcntl(pipe_fds[1], F_SETPIPE_SZ, 4096) >= 4096);
    reader = fork();
    if (reader == 0) {
        EXPECT(play(write_much, -1, pipe_fds[1]) == 0);
        _exit(0);
    }
    close(pipe_fds[1]);
    for (ssize_t n; (n = read(pipe_fds[0], bytes, sizeof bytes)) > 0;)
        n_read += (size_t)n;
    EXPECT(n_read == MUCH_BYTES);
    return 0;
}

static void test_run_slow_reader_all_output_arrives(void **state)
{
    (void)state;
    assert_int_equal(child_run(pass_output_into_slow_pipe), 0);
}

static int answer_line(void)
{
    char line[32];
    ssize_t n_read = read(stage.slave_fd, line, sizeof line);

    EXPECT(n_read == 6 && !memcmp(line, "hello\n", 6));
    EXPECT(write(stage.slave_fd, "welcome", 7) == 7);
    return 0;
}

static int pass_input_from_pipe(void)
{
    int pipe_fds[2], output_fd = new_file();
    char text[16] = "";

    EXPECT(pipe(pipe_fds) == 0 && write(pipe_fds[1], "hello\n", 6) == 6);
    close(pipe_fds[1]); /* the end of the input is not the end of the relay */
    EXPECT(play(answer_line, pipe_fds[0], output_fd) == 0);
    EXPECT(pread(output_fd, text, sizeof text, 0) == 7 && !strcmp(text, "welcome"));
    return 0;
}

static void test_run_input_arrives(void **state)
{
    (void)state;
    assert_int_equal(child_run(pass_input_from_pipe), 0);
}

/* More input than a terminal takes, in pieces that do not divide its buffer: *out_n_bytes of 'y'.
 */
static int much_input(size_t *out_n_bytes)
{
    char piece[1000];
    int pair[2];

    memset(piece, 'y', sizeof piece);
    *out_n_bytes = 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    while (send(pair[1], piece, sizeof piece, MSG_DONTWAIT) > 0)
        *out_n_bytes += sizeof piece;
    close(pair[1]);
    return *out_n_bytes > 70000 ? pair[0] : -1;
}

static size_t n_expected_bytes;

static int read_all_input(void)
{
    char bytes[3000];

    for (size_t n_read = 0; n_read < n_expected_bytes;) {
        ssize_t n = read(stage.slave_fd, bytes, sizeof bytes);

        EXPECT(n > 0 && bytes[0] == 'y' && bytes[n - 1] == 'y');
        n_read += (size_t)n;
    }
    return 0;
}

static int pass_much_input(void)
{
    int input_fd = much_input(&n_expected_bytes);

    EXPECT(input_fd >= 0);
    EXPECT(play(read_all_input, input_fd, new_file()) == 0);
    return 0;
}

static void test_run_much_input_arrives(void **state)
{
    (void)state;
    assert_int_equal(child_run(pass_much_input), 0);
}

static int flood_program_that_never_reads(void)
{
    int input_fd = much_input(&n_expected_bytes), output_fd = new_file();

    EXPECT(play(write_much, input_fd, output_fd) == 0);
    EXPECT(lseek(output_fd, 0, SEEK_END) == MUCH_BYTES);
    return 0;
}

static void test_run_unread_input_no_deadlock(void **state)
{
    (void)state;
    assert_int_equal(child_run(flood_program_that_never_reads), 0);
}

static int lose_reader(void)
{
    int pipe_fds[2];

    EXPECT(pipe(pipe_fds) == 0);
    close(pipe_fds[0]);
    EXPECT(play(write_much, -1, pipe_fds[1]) == 0);
    return 0;
}

static void test_run_reader_gone_program_goes_on(void **state)
{
    (void)state;
    assert_int_equal(child_run(lose_reader), 0);
}

static int leave_terminal(void)
{
    char byte;

    close(stage.slave_fd);
    /* Our standard input is a pipe that ends when the relay's parent lets us go. */
    return read(STDIN_FILENO, &byte, 1) == 0 ? 5 : 1;
}

static int go_on_after_hang_up(void)
{
    int pipe_fds[2];

    EXPECT(pipe(pipe_fds) == 0 && dup2(pipe_fds[0], STDIN_FILENO) == 0);
    close(pipe_fds[1]);
    EXPECT(play(leave_terminal, -1, new_file()) == 5);
    return 0;
}

static void test_run_terminal_left_ends_with_process(void **state)
{
    (void)state;
    assert_int_equal(child_run(go_on_after_hang_up), 0);
}

static int holder_pipe[2];

/* Something that the program started keeps the terminal open after the program's end. */
static int leave_holder(void)
{
    char byte;

    close(holder_pipe[1]);
    if (fork() == 0)
        _exit(read(holder_pipe[0], &byte, 1) != 0); /* until the relay's process has ended */
    EXPECT(write(stage.slave_fd, "last words", 10) == 10);
    return 0;
}

static int end_with_holder(void)
{
    int output_fd = new_file();

    EXPECT(pipe(holder_pipe) == 0);
    EXPECT(play(leave_holder, -1, output_fd) == 0);
    EXPECT(lseek(output_fd, 0, SEEK_END) == 10);
    return 0;
}

static void test_run_terminal_held_open_ends_with_process(void **state)
{
    (void)state;
    assert_int_equal(child_run(end_with_holder), 0);
}

static bool is_raw(int fd)
{
    struct termios attributes;

    return tcgetattr(fd, &attributes) == 0 && !(attributes.c_lflag & (ICANON | ECHO | ISIG)) &&
           !(attributes.c_oflag & OPOST);
}

/* The user's "go" arrives after the relay has prepared everything. */
static int look_at_user_terminal(void)
{
    struct winsize size;
    char text[2];

    EXPECT(read(stage.slave_fd, text, 2) == 2);
    EXPECT(is_raw(stage.relay.input_fd));
    EXPECT(ioctl(stage.slave_fd, TIOCGWINSZ, &size) == 0);
    EXPECT(size.ws_row == 43 && size.ws_col == 132);
    return 0;
}

static int prepare_user_terminal(int *out_fd)
{
    struct winsize size = { .ws_row = 43, .ws_col = 132 };

    stage.user_fd = open_pair(out_fd);
    EXPECT(ioctl(*out_fd, TIOCSWINSZ, &size) == 0);
    EXPECT(!is_raw(*out_fd));
    EXPECT(write(stage.user_fd, "go\r", 3) == 3);
    return 0;
}

static int raw_and_back(void)
{
    int terminal_fd;

    EXPECT(prepare_user_terminal(&terminal_fd) == 0);
    EXPECT(play(look_at_user_terminal, terminal_fd, terminal_fd) == 0);
    EXPECT(!is_raw(terminal_fd));
    return 0;
}

static void test_run_terminal_raw_sized_and_restored(void **state)
{
    (void)state;
    assert_int_equal(child_run(raw_and_back), 0);
}

static int resize_user_terminal(void)
{
    struct winsize size = { .ws_row = 50, .ws_col = 200 };

    EXPECT(ioctl(stage.relay.input_fd, TIOCSWINSZ, &size) == 0);
    kill(stage.relay_pid, SIGWINCH);
    do
        EXPECT(ioctl(stage.slave_fd, TIOCGWINSZ, &size) == 0);
    while (size.ws_row != 50 || size.ws_col != 200);
    return 0;
}

static int follow_size(void)
{
    int terminal_fd;

    EXPECT(prepare_user_terminal(&terminal_fd) == 0);
    EXPECT(play(resize_user_terminal, terminal_fd, terminal_fd) == 0);
    return 0;
}

static void test_run_window_changes_size_follows(void **state)
{
    (void)state;
    assert_int_equal(child_run(follow_size), 0);
}

static int forward(int signal, void *context, struct error *error)
{
    (void)context;
    (void)error;
    if (signal_is_forwarded(signal))
        kill(stage.program_pid, signal);
    return 0;
}

static int stop_relay(int signal, void *context, struct error *error)
{
    return signal == SIGUSR1 ? error_set(error, ERROR_SYSTEM, ECANCELED, "%s", (char *)context) : 0;
}

static int signal_relay(void)
{
    kill(stage.relay_pid, SIGUSR1);
    pause();
    return 0;
}

static int forward_signals(void)
{
    stage.relay.on_signal = forward;
    EXPECT(play(signal_relay, -1, new_file()) == 256 + SIGUSR1);
    return 0;
}

static int stop_by_signal(void)
{
    static char text[] = "told to stop";
    int terminal_fd;

    EXPECT(prepare_user_terminal(&terminal_fd) == 0);
    stage.relay.on_signal = stop_relay;
    stage.relay.context = text;
    EXPECT(play(signal_relay, terminal_fd, terminal_fd) == -1);
    EXPECT(err.errnum == ECANCELED && !strcmp(err.text, "told to stop"));
    EXPECT(!is_raw(terminal_fd));
    return 0;
}

static void test_run_signals_reach_callback(void **state)
{
    (void)state;
    assert_int_equal(child_run(forward_signals), 0);
    assert_int_equal(child_run(stop_by_signal), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_all_output_arrives),
        cmocka_unit_test(test_run_slow_reader_all_output_arrives),
        cmocka_unit_test(test_run_input_arrives),
        cmocka_unit_test(test_run_much_input_arrives),
        cmocka_unit_test(test_run_unread_input_no_deadlock),
        cmocka_unit_test(test_run_reader_gone_program_goes_on),
        cmocka_unit_test(test_run_terminal_left_ends_with_process),
        cmocka_unit_test(test_run_terminal_held_open_ends_with_process),
        cmocka_unit_test(test_run_terminal_raw_sized_and_restored),
        cmocka_unit_test(test_run_window_changes_size_follows),
        cmocka_unit_test(test_run_signals_reach_callback),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
