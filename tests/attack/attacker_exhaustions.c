/* SPDX-License-Identifier: Apache-2.0
 *
 * Attempts to use the host up: processes, memory, descriptors, kernel objects. Every loop has a
 * bound, so that a control run in which nothing stops it ends by itself: "COUNT ok" when the bound
 * was reached, "COUNT ERROR" when something said no before.
 */
#include "attacker.h"

#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* TAKE one more of something again and again; it is negative with errno when there is no more. */
static int repeat(long (*take)(long i), long bound)
{
    long i = 0, result = 0;

    while (i < bound && (result = take(i)) >= 0)
        i++;
    printf("%ld %s\n", i, result < 0 ? strerrorname_np(errno) : "ok");
    return result < 0;
}

static long take_process(long i)
{
    pid_t child = fork();

    (void)i;
    if (child == 0) {
        pause();
        _exit(0);
    }
    return child;
}

static long take_vfork(long i)
{
    (void)i;
    /* Not vfork() itself, since that would wait for the child: what counts is the clone. */
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    if (child == 0) {
        pause();
        _exit(0);
    }
    return child;
}

static void *sleep_for_ever(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

static long take_thread(long i)
{
    pthread_attr_t small;
    pthread_t thread;

    (void)i;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    errno = pthread_create(&thread, &small, sleep_for_ever, NULL);
    return errno ? -1 : 0;
}

static long take_memory(long i)
{
    void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return -1;
    memset(memory, (int)i | 1, 1 << 20);
    return 0;
}

static long take_memfd_space(long i)
{
    static char block[1 << 20];
    static int fd = -1;

    if (i == 0)
        fd = memfd_create("space", MFD_CLOEXEC);
    return write(fd, block, sizeof(block)) == sizeof(block) ? 0 : -1;
}

static long take_shm(long i)
{
    int id = shmget(IPC_PRIVATE, 1 << 20, 0600);
    void *memory = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

    if (memory == (void *)-1)
        return -1;
    memset(memory, (int)i | 1, 1 << 20);
    return 0;
}

static long take_descriptor(long i)
{
    (void)i;
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static long take_pipe(long i)
{
    static char block[1 << 16];
    int ends[2];

    (void)i;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
        return -1;
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    return 0;
}

static long take_socket_queue(long i)
{
    static char block[1 << 15];
    int ends[2];

    (void)i;
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends))
        return -1;
    while (send(ends[1], block, sizeof(block), 0) > 0)
        ;
    return 0;
}

static long take_inotify(long i)
{
    (void)i;
    return inotify_init1(IN_CLOEXEC);
}

static long take_terminal(long i)
{
    (void)i;
    return open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static long take_locked_memory(long i)
{
    void *memory = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)i;
    return memory == MAP_FAILED ? -1 : mlock(memory, 1 << 16);
}

static long take_huge_page(long i)
{
    (void)i;
    return mmap(NULL, 1 << 21, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0) == MAP_FAILED
               ? -1
               : 0;
}

static long take_queue(long i)
{
    char name[32];

    snprintf(name, sizeof(name), "/attacker-%ld", i);
    return mq_open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600, NULL);
}

static long take_semaphore(long i)
{
    (void)i;
    return semget(IPC_PRIVATE, 1, 0600);
}

static long take_timer(long i)
{
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
    timer_t timer;

    (void)i;
    return timer_create(CLOCK_MONOTONIC, &event, &timer);
}

static long take_signal(long i)
{
    sigset_t blocked;

    if (i == 0) {
        sigemptyset(&blocked);
        sigaddset(&blocked, SIGRTMIN);
        sigprocmask(SIG_BLOCK, &blocked, NULL);
    }
    return sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 });
}

static long take_key(long i)
{
    char name[32];

    snprintf(name, sizeof(name), "attacker-%ld", i);
    return syscall(SYS_add_key, "user", name, "x", 1, -2);
}

static long take_file(long i)
{
    char name[64];

    snprintf(name, sizeof(name), "/tmp/attacker-%ld", i);
    return mkdir(name, 0700);
}

/* Pass descriptors of sockets that hold descriptors, in a chain that nobody can see. */
static long take_passed_descriptor(long i)
{
    int ends[2];
    static int last = 0;
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec part = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    (void)i;
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends))
        return -1;
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &last, sizeof(int));
    if (sendmsg(ends[0], &message, 0) < 0)
        return -1;
    close(ends[0]);
    if (last)
        close(last);
    last = ends[1];
    return 0;
}

static long take_fault(long i)
{
    pid_t child = fork();

    (void)i;
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    return child;
}

static const struct {
    const char *name;
    long (*take)(long i);
} exhaustions[] = {
    { "processes", take_process },
    { "clones", take_vfork },
    { "threads", take_thread },
    { "memory", take_memory },
    { "memfd-space", take_memfd_space },
    { "shm", take_shm },
    { "descriptors", take_descriptor },
    { "pipes", take_pipe },
    { "socket-queues", take_socket_queue },
    { "inotify", take_inotify },
    { "terminals", take_terminal },
    { "locked-memory", take_locked_memory },
    { "huge-pages", take_huge_page },
    { "queues", take_queue },
    { "semaphores", take_semaphore },
    { "timers", take_timer },
    { "signals", take_signal },
    { "keys", take_key },
    { "files", take_file },
    { "passed-descriptors", take_passed_descriptor },
    { "faults", take_fault },
};

int exhaust(const char *name, char **arguments)
{
    for (size_t i = 0; i < sizeof(exhaustions) / sizeof(exhaustions[0]); i++)
        if (!strcmp(exhaustions[i].name, name))
            return repeat(exhaustions[i].take, number_or(arguments[0], 1000));
    return 64;
}
