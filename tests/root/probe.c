/* SPDX-License-Identifier: Apache-2.0
 *
 * The program that the tests run inside containers: prints what it sees as JSON, makes system calls
 * by name and reports how they ended, or behaves in some simple way (exit code, ignoring signals).
 * Static and without any of agentrun's code, so that it tells what the kernel says.
 *
 *   probe report                          everything below, one object
 *   probe syscall NAME [NAME...]          {"NAME": "EPERM" | 0 | ...}, see probe_calls.c
 *   probe write PATH..., probe read PATH...   can these be opened so? errno names or "ok"
 *   probe connect HOST PORT, probe exit N, probe signals (each caught signal is printed)
 *   probe hold                            sleeps until it gets SIGTERM, then exits 0
 */
#include "probe.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool needs_comma;

void json_open(const char *name, char bracket)
{
    json_key(name);
    putchar(bracket);
    needs_comma = false;
}

void json_close(char bracket)
{
    putchar(bracket);
    needs_comma = true;
}

void json_key(const char *name)
{
    if (needs_comma)
        putchar(',');
    needs_comma = false;
    if (name) {
        json_text(NULL, name);
        putchar(':');
        needs_comma = false;
    }
}

void json_text(const char *name, const char *text)
{
    if (name)
        json_key(name);
    else if (needs_comma)
        putchar(',');
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20 || (unsigned char)*text == 0x7f)
            printf("\\u%04x", (unsigned)(unsigned char)*text);
        else
            putchar(*text);
    }
    putchar('"');
    needs_comma = true;
}

void json_number(const char *name, long long number)
{
    json_key(name);
    printf("%lld", number);
    needs_comma = true;
}

/* Read a whole small file; "" if it cannot be read. */
static char *slurp(const char *path)
{
    static char text[1 << 18];
    size_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 0;

    while (fd >= 0 && n < sizeof(text) - 1 && (got = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    if (fd >= 0)
        close(fd);
    return text;
}

/* The lines of a file as an array of strings. */
static void report_lines(const char *name, const char *path)
{
    char *line, *rest = NULL;

    json_open(name, '[');
    for (line = strtok_r(slurp(path), "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        json_text(NULL, line);
    json_close(']');
}

/* "Key:\tvalue" lines as an object. */
static void report_status(void)
{
    char *line, *rest = NULL;

    json_open("status", '{');
    for (line = strtok_r(slurp("/proc/self/status"), "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *colon = strchr(line, ':');

        if (!colon)
            continue;
        *colon++ = '\0';
        colon += strspn(colon, " \t");
        colon[strcspn(colon, "\n")] = '\0';
        json_text(line, colon);
    }
    json_close('}');
}

static void report_links(const char *name, const char *directory, int ignored_fd)
{
    DIR *stream = opendir(directory);
    struct dirent *entry;

    json_open(name, '{');
    while (stream && (entry = readdir(stream))) {
        char target[4096];
        ssize_t n;

        if (entry->d_name[0] == '.' || (ignored_fd >= 0 && atoi(entry->d_name) == dirfd(stream)))
            continue;
        n = readlinkat(dirfd(stream), entry->d_name, target, sizeof(target) - 1);
        if (n < 0)
            continue;
        target[n] = '\0';
        json_text(entry->d_name, target);
    }
    json_close('}');
    if (stream)
        closedir(stream);
}

static void report_limits(void)
{
    static const struct {
        const char *name;
        int resource;
    } limits[] = {
        { "AS", RLIMIT_AS },
        { "CORE", RLIMIT_CORE },
        { "CPU", RLIMIT_CPU },
        { "DATA", RLIMIT_DATA },
        { "FSIZE", RLIMIT_FSIZE },
        { "MEMLOCK", RLIMIT_MEMLOCK },
        { "MSGQUEUE", RLIMIT_MSGQUEUE },
        { "NICE", RLIMIT_NICE },
        { "NOFILE", RLIMIT_NOFILE },
        { "NPROC", RLIMIT_NPROC },
        { "RTPRIO", RLIMIT_RTPRIO },
        { "SIGPENDING", RLIMIT_SIGPENDING },
        { "STACK", RLIMIT_STACK },
    };

    json_open("rlimits", '{');
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct rlimit limit;

        if (getrlimit((__rlimit_resource_t)limits[i].resource, &limit))
            continue;
        json_open(limits[i].name, '[');
        /* RLIM_INFINITY becomes -1. */
        json_number(NULL, (long long)limit.rlim_cur);
        json_number(NULL, (long long)limit.rlim_max);
        json_close(']');
    }
    json_close('}');
}

static void report_ids(void)
{
    gid_t groups[64];
    uid_t real, effective, saved;
    int n = getgroups(64, groups);
    mode_t mask = umask(0);

    getresuid(&real, &effective, &saved);
    json_number("uid", real);
    json_number("euid", effective);
    json_number("suid", saved);
    json_number("gid", getgid());
    json_open("groups", '[');
    for (int i = 0; i < n; i++)
        json_number(NULL, groups[i]);
    json_close(']');
    json_number("umask", mask);
    umask(mask);
    json_number("pid", getpid());
    json_number("ppid", getppid());
    json_number("sid", getsid(0));
    json_number("tty", isatty(0));
}

static void report_devices(void)
{
    DIR *stream = opendir("/dev");
    struct dirent *entry;

    json_open("devices", '{');
    while (stream && (entry = readdir(stream))) {
        struct stat status;
        char text[64];

        if (fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
            continue;
        if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode))
            continue;
        snprintf(text, sizeof(text), "%c %u:%u %04o %u", S_ISCHR(status.st_mode) ? 'c' : 'b',
                 major(status.st_rdev), minor(status.st_rdev), status.st_mode & 07777,
                 status.st_uid);
        json_text(entry->d_name, text);
    }
    json_close('}');
    if (stream)
        closedir(stream);
}

static void report_signals(void)
{
    struct sigaction action;
    sigset_t blocked;

    sigprocmask(SIG_BLOCK, NULL, &blocked);
    json_open("signals_ignored", '[');
    for (int i = 1; i < 32; i++)
        if (!sigaction(i, NULL, &action) && action.sa_handler == SIG_IGN)
            json_number(NULL, i);
    json_close(']');
    json_open("signals_blocked", '[');
    for (int i = 1; i < 32; i++)
        if (sigismember(&blocked, i) == 1)
            json_number(NULL, i);
    json_close(']');
}

static int report(int argc, char **argv, char **environment)
{
    char cwd[4096] = "";
    struct utsname names;

    json_open(NULL, '{');
    json_open("args", '[');
    for (int i = 0; i < argc; i++)
        json_text(NULL, argv[i]);
    json_close(']');
    json_open("env", '[');
    for (; *environment; environment++)
        json_text(NULL, *environment);
    json_close(']');
    json_text("cwd", getcwd(cwd, sizeof(cwd)) ? cwd : error_name());
    uname(&names);
    json_text("hostname", names.nodename);
    json_text("domainname", names.domainname);
    report_ids();
    report_status();
    report_links("fds", "/proc/self/fd", 0);
    report_links("namespaces", "/proc/self/ns", -1);
    report_limits();
    report_devices();
    report_signals();
    report_lines("mountinfo", "/proc/self/mountinfo");
    report_lines("cgroup", "/proc/self/cgroup");
    report_lines("interfaces", "/proc/net/dev");
    report_lines("routes", "/proc/net/route");
    report_lines("ipv6_routes", "/proc/net/ipv6_route");
    report_lines("oom_score_adj", "/proc/self/oom_score_adj");
    report_lines("uid_map", "/proc/self/uid_map");
    json_close('}');
    putchar('\n');
    return 0;
}

/* {"PATH": "ok" or the name of the error} */
static int report_opens(char **paths, int flags)
{
    json_open(NULL, '{');
    for (; *paths; paths++) {
        int fd = open(*paths, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
        char byte;
        const char *result = fd < 0 ? error_name() : "ok";

        if (fd >= 0 && (flags & O_ACCMODE) == O_RDONLY && !(flags & O_DIRECTORY)) {
            ssize_t n = read(fd, &byte, 1);

            result = n < 0 ? error_name() : n ? "ok" : "empty";
        }
        json_text(*paths, result);
        if (fd >= 0)
            close(fd);
    }
    json_close('}');
    putchar('\n');
    return 0;
}

static int report_connect(const char *host, const char *port)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = v4.sin_port };
    bool is_v6 = inet_pton(AF_INET6, host, &v6.sin6_addr) == 1;
    int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (!is_v6 && inet_pton(AF_INET, host, &v4.sin_addr) != 1)
        return 64;
    if (fd < 0 || (is_v6 ? connect(fd, (struct sockaddr *)&v6, sizeof(v6))
                         : connect(fd, (struct sockaddr *)&v4, sizeof(v4)))) {
        puts(error_name());
        return 1;
    }
    puts("connected");
    return 0;
}

static void print_signal(int number)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "signal %d\n", number);

    if (write(1, text, (size_t)n) < 0 || number == SIGTERM)
        _exit(0);
}

_Noreturn static void wait_for_signals(bool all)
{
    struct sigaction action = { .sa_handler = print_signal };

    for (int i = 1; i < 32; i++)
        if (i == SIGTERM || (all && i != SIGKILL && i != SIGSTOP && i != SIGCHLD))
            sigaction(i, &action, NULL);
    if (all)
        puts("ready");
    fflush(stdout);
    for (;;)
        pause();
}

int main(int argc, char **argv, char **environment)
{
    const char *what = argc > 1 ? argv[1] : "report";

    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    if (!strcmp(what, "report"))
        return report(argc, argv, environment);
    if (!strcmp(what, "syscall"))
        return report_calls(argv + 2);
    if (!strcmp(what, "read"))
        return report_opens(argv + 2, O_RDONLY);
    if (!strcmp(what, "write"))
        return report_opens(argv + 2, O_WRONLY);
    if (!strcmp(what, "create"))
        return report_opens(argv + 2, O_WRONLY | O_CREAT);
    if (!strcmp(what, "connect") && argc == 4)
        return report_connect(argv[2], argv[3]);
    if (!strcmp(what, "exit") && argc == 3)
        return atoi(argv[2]);
    if (!strcmp(what, "hold"))
        wait_for_signals(false);
    if (!strcmp(what, "signals"))
        wait_for_signals(true);
    fprintf(stderr, "probe: unknown request %s\n", what);
    return 64;
}
