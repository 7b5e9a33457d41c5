/* SPDX-License-Identifier: Apache-2.0
 *
 * The program that is attacked is a copy of this test, started with a word that tells how it
 * protects itself.
 */
#include "agentrun/linux/self_binary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "child.h"

enum { RUNS_FROM_MOUNT = 21, RUNS_FROM_COPY = 22, RUNS_UNPROTECTED = 23 };

static struct error err;
static char directory[] = "/tmp/agentrun-test-XXXXXX";
static char program_path[64];

/* The attacked program. Like the runtime it calls self_binary_protect first thing, which executes
 * it a second time; then it waits until the attacker has a handle to it. */
static int run_program(const char *word, char **argv, char **envp)
{
    char byte;
    int fd;

    if (!strcmp(word, "ask"))
        return self_binary_is_writable_by((uid_t)atoi(argv[2]));
    if (!strcmp(word, "copy")) /* refused for the second time after the exec, which is harmless */
        EXPECT(child_refuse_call(SYS_open_tree, ENOSYS) == 0);
    if (strcmp(word, "none") != 0)
        EXPECT(self_binary_protect(argv, envp, &err) == 0);
    EXPECT(getenv("AGENTRUN_TEST") && !strcmp(getenv("AGENTRUN_TEST"), "kept"));
    EXPECT(argv[2] && !strcmp(argv[2], "argument"));
    EXPECT(write(STDOUT_FILENO, "r", 1) == 1 && read(STDIN_FILENO, &byte, 1) == 0);
    fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fcntl(fd, F_GET_SEALS) > 0)
        return RUNS_FROM_COPY;
    return strcmp(word, "none") != 0 ? RUNS_FROM_MOUNT : RUNS_UNPROTECTED;
}

/* Start the program and return with a handle to the file that it runs from. */
static int start_program(const char *word, pid_t *out_pid, int *out_input_fd)
{
    int to_child[2], from_child[2], handle_fd;
    char path[64], byte;
    pid_t pid;

    if (pipe2(to_child, O_CLOEXEC) < 0 || pipe2(from_child, O_CLOEXEC) < 0)
        return -1;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(to_child[0], STDIN_FILENO);
        dup2(from_child[1], STDOUT_FILENO);
        execle(program_path, "program", word, "argument", (char *)NULL,
               (char *[]){ (char[]){ "AGENTRUN_TEST=kept" }, NULL });
        _exit(1);
    }
    close(to_child[0]);
    close(from_child[1]);
    handle_fd = -1;
    if (read(from_child[0], &byte, 1) == 1) {
        snprintf(path, sizeof path, "/proc/%d/exe", pid);
        handle_fd = open(path, O_PATH | O_CLOEXEC);
    }
    close(from_child[0]);
    *out_pid = pid;
    *out_input_fd = to_child[1];
    return handle_fd;
}

/* Write through a handle taken while the program ran; only after its end, since nobody can write
 * what is being executed (ETXTBSY). Returns the program's status; out_errnum: why the write was
 * refused, 0: it was done. */
static int attack(const char *word, int *out_errnum)
{
    int input_fd = -1, write_fd, status = -1, handle_fd;
    char path[64];
    pid_t pid = -1;

    handle_fd = start_program(word, &pid, &input_fd);
    close(input_fd);
    if (waitpid(pid, &status, 0) != pid || handle_fd < 0)
        return -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle_fd);
    write_fd = open(path, O_WRONLY | O_CLOEXEC);
    *out_errnum = write_fd < 0 || pwrite(write_fd, "x", 1, 0) < 0 ? errno : 0;
    close(handle_fd);
    if (write_fd >= 0)
        close(write_fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_protect_mount_write_refused(void **state)
{
    int errnum = 0;

    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(attack("mount", &errnum), RUNS_FROM_MOUNT);
    assert_int_equal(errnum, EROFS);
}

static void test_protect_without_mounts_copy_write_refused(void **state)
{
    int errnum = 0;

    (void)state;
    assert_int_equal(attack("copy", &errnum), RUNS_FROM_COPY);
    assert_int_equal(errnum, EPERM);
}

/* The control. */
static void test_protect_not_called_write_done(void **state)
{
    int errnum = -1;

    (void)state;
    assert_int_equal(attack("none", &errnum), RUNS_UNPROTECTED);
    assert_int_equal(errnum, 0);
}

static const struct {
    uid_t owner;
    mode_t mode;
    const char *uid;
    int writable;
} questions[] = {
    { 0, 0755, "0", 1 },       { 0, 0755, "1000", 0 },    { 1000, 0755, "1000", 1 },
    { 1000, 0755, "1001", 0 }, { 1000, 0555, "1000", 1 }, { 1000, 0555, "0", 1 },
    { 0, 0775, "1000", 1 },    { 0, 0757, "1000", 1 },
};

static size_t question;

static int ask_program(void)
{
    execl(program_path, "program", "ask", questions[question].uid, (char *)NULL);
    return 255;
}

static void test_is_writable_by_owner_root_and_others(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_CHOWN);
    for (question = 0; question < sizeof questions / sizeof *questions; question++) {
        assert_int_equal(chown(program_path, questions[question].owner, 0), 0);
        assert_int_equal(chmod(program_path, questions[question].mode), 0);
        assert_int_equal(child_run(ask_program), questions[question].writable);
    }
    assert_int_equal(chown(program_path, 0, 0), 0);
    assert_int_equal(chmod(program_path, 0755), 0);
}

static int copy_program(void **state)
{
    int from_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to_fd;
    ssize_t n_copied;

    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(program_path, sizeof program_path, "%s/program", directory);
    to_fd = open(program_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    do
        n_copied = sendfile(to_fd, from_fd, NULL, 1 << 24);
    while (n_copied > 0);
    close(from_fd);
    close(to_fd);
    return (int)n_copied;
}

static int remove_program(void **state)
{
    (void)state;
    unlink(program_path);
    return rmdir(directory);
}

int main(int argc, char **argv, char **envp)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protect_mount_write_refused),
        cmocka_unit_test(test_protect_without_mounts_copy_write_refused),
        cmocka_unit_test(test_is_writable_by_owner_root_and_others),
        cmocka_unit_test(test_protect_not_called_write_done), /* last: it destroys the program */
    };

    if (argc > 1)
        return run_program(argv[1], argv, envp);
    return cmocka_run_group_tests(tests, copy_program, remove_program);
}
