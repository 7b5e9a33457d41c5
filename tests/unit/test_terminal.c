/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <termios.h>

#include "agentrun/linux/mount.h"
#include "child.h"

static struct error err;

/* A devpts of its own that is mounted nowhere; -1 where we may not. */
static int new_devpts(void)
{
    int context_fd = -1, mount_fd = -1;

    if (mount_begin("devpts", &context_fd, &err) < 0)
        return -1;
    if (mount_set_option(context_fd, "ptmxmode", "0666", &err) < 0 ||
        mount_finish(context_fd, 0, &mount_fd, &err) < 0)
        mount_fd = -1;
    close(context_fd);
    return mount_fd;
}

static int open_in_own_devpts(void)
{
    int devpts_fd = new_devpts(), master_fd = -1, slave_fd = -1;
    unsigned number = 99;
    char text[8] = "";
    struct stat status;

    EXPECT(devpts_fd >= 0);
    EXPECT(terminal_open(devpts_fd, &master_fd, &slave_fd, &err) == 0);
    EXPECT(fcntl(master_fd, F_GETFD) == FD_CLOEXEC && fcntl(slave_fd, F_GETFD) == FD_CLOEXEC);
    EXPECT(fstat(slave_fd, &status) == 0 && S_ISCHR(status.st_mode));
    EXPECT(major(status.st_rdev) == 136);
    EXPECT(terminal_number(master_fd, &number, &err) == 0 && number == 0);
    EXPECT(write(slave_fd, "x", 1) == 1 && read(master_fd, text, 1) == 1 && text[0] == 'x');
    EXPECT(terminal_open(devpts_fd, &master_fd, &slave_fd, &err) == 0);
    EXPECT(terminal_number(master_fd, &number, &err) == 0 && number == 1);
    return 0;
}

static void test_open_own_devpts_pair_numbered_from_zero(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(open_in_own_devpts), 0);
}

static void test_open_elsewhere_refused(void **state)
{
    int master_fd = -1, slave_fd = -1, directory_fd = open("/dev", O_PATH | O_CLOEXEC);

    (void)state;
    assert_int_equal(terminal_open(directory_fd, &master_fd, &slave_fd, &err), -EINVAL);
    assert_int_equal(master_fd, -1);
    assert_int_equal(slave_fd, -1);
    close(directory_fd);
}

static int open_forged(void)
{
    int devpts_fd = new_devpts(), master_fd = -1, slave_fd = -1, second_fd = -1;

    EXPECT(devpts_fd >= 0);
    EXPECT(unshare(CLONE_NEWNS) == 0);
    EXPECT(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    EXPECT(mount("none", "/tmp", "tmpfs", 0, NULL) == 0 && mkdir("/tmp/pts", 0755) == 0);
    second_fd = open("/tmp/pts", O_PATH | O_CLOEXEC);
    EXPECT(mount_attach(devpts_fd, second_fd, "", &err) == 0);
    EXPECT(mount("/dev/null", "/tmp/pts/ptmx", NULL, MS_BIND, NULL) == 0);
    EXPECT(terminal_open(devpts_fd, &master_fd, &slave_fd, &err) == -EINVAL);
    EXPECT(strstr(err.text, "5:2"));
    return 0;
}

static void test_open_forged_ptmx_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(open_forged), 0);
}

static int take(void)
{
    int devpts_fd = new_devpts(), master_fd = -1, slave_fd = -1;
    struct winsize size = { 0 };
    struct stat status;

    EXPECT(terminal_open(devpts_fd, &master_fd, &slave_fd, &err) == 0);
    EXPECT(terminal_take(slave_fd, 1000, 1001, &err) == -EPERM); /* leads no session */
    EXPECT(setsid() == getpid());
    EXPECT(terminal_set_size(slave_fd, 43, 132, &err) == 0);
    slave_fd = fcntl(slave_fd, F_DUPFD_CLOEXEC, 10);
    EXPECT(terminal_take(slave_fd, 1000, 1001, &err) == 0);
    for (int fd = 0; fd < 3; fd++)
        EXPECT(isatty(fd) && fcntl(fd, F_GETFD) == 0);
    EXPECT(tcgetsid(0) == getpid());
    EXPECT(fstat(0, &status) == 0 && status.st_uid == 1000 && status.st_gid == 1001);
    EXPECT(ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == 43 && size.ws_col == 132);
    EXPECT(open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0);
    EXPECT(terminal_take(2, 0, 0, &err) == -EINVAL && err.kind == ERROR_BUG);
    return 0;
}

static void test_take_becomes_controlling_terminal(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(take), 0);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, path, strlen(path));
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        return -1;
    return fd;
}

/* What a caller does: one message, its data, exactly one descriptor. */
static int receive(int fd, char *name, size_t n_bytes)
{
    _Alignas(struct cmsghdr) char control[256];
    struct iovec part = { .iov_base = name, .iov_len = n_bytes };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
    };
    const struct cmsghdr *header;
    ssize_t n_received = recvmsg(fd, &message, 0);
    int received_fd;

    header = CMSG_FIRSTHDR(&message);
    if (n_received <= 0 || !header || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof received_fd) || (message.msg_flags & MSG_CTRUNC))
        return -1;
    name[n_received] = '\0';
    memcpy(&received_fd, CMSG_DATA(header), sizeof received_fd);
    return received_fd;
}

static int send_to_late_caller(void)
{
    char directory[] = "/tmp/agentrun-test-XXXXXX", path[108], name[64];
    int listener_fd, socket_fd = -1, accepted_fd, received_fd;

    EXPECT(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/console", directory);
    listener_fd = listen_at(path);
    EXPECT(terminal_connect(path, &socket_fd, &err) == 0);
    unlink(path);
    rmdir(directory);
    EXPECT(fcntl(socket_fd, F_GETFD) == FD_CLOEXEC);
    /* The caller accepts only after the runtime has ended. */
    EXPECT(terminal_send(socket_fd, STDERR_FILENO, "/dev/pts/0", &err) == 0);
    close(socket_fd);
    accepted_fd = accept(listener_fd, NULL, NULL);
    received_fd = receive(accepted_fd, name, sizeof name - 1);
    EXPECT(received_fd >= 0 && !strcmp(name, "/dev/pts/0"));
    EXPECT(read(accepted_fd, name, 1) == 0);
    return 0;
}

static void test_send_one_message_one_descriptor(void **state)
{
    (void)state;
    assert_int_equal(child_run(send_to_late_caller), 0);
}

static int send_to_nobody(void)
{
    int pair[2];

    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    close(pair[1]);
    EXPECT(terminal_send(pair[0], STDERR_FILENO, "/dev/pts/0", &err) == -EPIPE);
    EXPECT(terminal_send(pair[0], STDERR_FILENO, "", &err) == -EINVAL);
    return 0;
}

static void test_send_to_nobody_refused(void **state)
{
    (void)state;
    assert_int_equal(child_run(send_to_nobody), 0);
}

static void test_connect_bad_paths_refused(void **state)
{
    char path[109];
    int fd = -1;

    (void)state;
    memset(path, 'x', sizeof path);
    path[108] = '\0';
    assert_int_equal(terminal_connect(path, &fd, &err), -ENAMETOOLONG);
    assert_non_null(strstr(err.text, "1 to 107 bytes"));
    path[107] = '\0';
    assert_int_equal(terminal_connect(path, &fd, &err), -ENOENT);
    assert_int_equal(terminal_connect("", &fd, &err), -EINVAL);
    assert_int_equal(fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_own_devpts_pair_numbered_from_zero),
        cmocka_unit_test(test_open_elsewhere_refused),
        cmocka_unit_test(test_open_forged_ptmx_refused),
        cmocka_unit_test(test_take_becomes_controlling_terminal),
        cmocka_unit_test(test_send_one_message_one_descriptor),
        cmocka_unit_test(test_send_to_nobody_refused),
        cmocka_unit_test(test_connect_bad_paths_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
