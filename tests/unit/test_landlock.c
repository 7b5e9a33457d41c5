/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/landlock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "child.h"

static struct error err;

#define NEED_ABI(version)                                                                          \
    do {                                                                                           \
        if (landlock_abi() < (version)) {                                                          \
            print_message("skipped: needs version %d of Landlock\n", version);                     \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

static int bind_tcp(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static int lose_tcp(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(9),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    EXPECT(bind_tcp() == 0);
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    EXPECT(landlock_restrict(LANDLOCK_NET_BIND_TCP | LANDLOCK_NET_CONNECT_TCP, 0, &err) == 0);
    EXPECT(bind_tcp() == -1 && errno == EACCES);
    EXPECT(connect(fd, (struct sockaddr *)&address, sizeof address) == -1 && errno == EACCES);
    return 0;
}

static void test_restrict_tcp_refused(void **state)
{
    (void)state;
    NEED_ABI(LANDLOCK_NET_ABI);
    assert_int_equal(child_run(lose_tcp), 0);
}

static int listen_abstract(struct sockaddr_un *address, socklen_t *n_bytes)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    *n_bytes = sizeof *address;
    if (bind(fd, (struct sockaddr *)address, sizeof(sa_family_t)) < 0 || listen(fd, 8) < 0 ||
        getsockname(fd, (struct sockaddr *)address, n_bytes) < 0)
        return -1;
    return fd;
}

static int lose_outside(void)
{
    struct sockaddr_un address;
    socklen_t n_bytes;
    pid_t parent = getppid();

    EXPECT(listen_abstract(&address, &n_bytes) >= 0);
    EXPECT(kill(parent, 0) == 0);
    EXPECT(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, n_bytes) == 0);
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    EXPECT(landlock_restrict(0, LANDLOCK_SCOPED_ABSTRACT_SOCKETS | LANDLOCK_SCOPED_SIGNALS, &err) ==
           0);
    EXPECT(kill(parent, 0) == -1 && errno == EPERM);
    EXPECT(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, n_bytes) == -1 &&
           errno == EPERM);
    EXPECT(kill(getpid(), 0) == 0);
    return 0;
}

static void test_restrict_scopes_cut_off(void **state)
{
    (void)state;
    NEED_ABI(LANDLOCK_SCOPED_ABI);
    assert_int_equal(child_run(lose_outside), 0);
}

static int nothing_to_do(void)
{
    EXPECT(child_refuse_call(SYS_landlock_create_ruleset, ENOSYS) == 0);
    EXPECT(landlock_abi() == 0);
    EXPECT(landlock_restrict(0, 0, &err) == 0);
    EXPECT(landlock_restrict(LANDLOCK_NET_BIND_TCP, 0, &err) == -ENOSYS);
    return 0;
}

static void test_restrict_without_landlock_only_nothing_works(void **state)
{
    (void)state;
    assert_int_equal(child_run(nothing_to_do), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_restrict_tcp_refused),
        cmocka_unit_test(test_restrict_scopes_cut_off),
        cmocka_unit_test(test_restrict_without_landlock_only_nothing_works),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
