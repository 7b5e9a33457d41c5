/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "child.h"

static struct error err;

static int enter_new_namespace(void)
{
    return unshare(CLONE_NEWNET);
}

static short loopback_flags(void)
{
    struct ifreq request = { .ifr_name = "lo" };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ioctl(fd, SIOCGIFFLAGS, &request);
    close(fd);
    return request.ifr_flags;
}

static int bring_up(void)
{
    struct stat given, own;
    int namespace_fd = -1;

    EXPECT(enter_new_namespace() == 0);
    EXPECT(!(loopback_flags() & IFF_UP));
    EXPECT(network_bring_up_loopback(&namespace_fd, &err) == 0);
    EXPECT(loopback_flags() & IFF_UP);
    EXPECT(fcntl(namespace_fd, F_GETFD) == FD_CLOEXEC);
    EXPECT(fstat(namespace_fd, &given) == 0 && stat("/proc/self/ns/net", &own) == 0);
    EXPECT(given.st_ino == own.st_ino);
    EXPECT(network_bring_up_loopback(NULL, &err) == 0);
    return 0;
}

static void test_bring_up_loopback_new_namespace_up_and_described(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(bring_up), 0);
}

static int bring_up_without_rights(void)
{
    EXPECT(enter_new_namespace() == 0);
    EXPECT(setuid(65534) == 0);
    EXPECT(network_bring_up_loopback(NULL, &err) == -EPERM);
    EXPECT(err.kind == ERROR_SYSTEM && strstr(err.text, "network: "));
    return 0;
}

static void test_bring_up_loopback_without_rights_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(bring_up_without_rights), 0);
}

static int check_fresh(void)
{
    EXPECT(enter_new_namespace() == 0);
    EXPECT(network_check_isolated(&err) == 0);
    EXPECT(network_bring_up_loopback(NULL, &err) == 0);
    EXPECT(network_check_isolated(&err) == 0);
    return 0;
}

static void test_check_isolated_fresh_namespace_passes(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(check_fresh), 0);
}

static struct rtattr *put_attribute(struct nlmsghdr *message, unsigned short type, const void *data,
                                    size_t n_bytes)
{
    struct rtattr *attribute = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));

    attribute->rta_type = type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(n_bytes);
    if (n_bytes > 0)
        memcpy(RTA_DATA(attribute), data, n_bytes);
    message->nlmsg_len = (unsigned)(NLMSG_ALIGN(message->nlmsg_len) + RTA_LENGTH(n_bytes));
    return attribute;
}

static void close_nest(struct nlmsghdr *message, struct rtattr *nest)
{
    nest->rta_len =
        (unsigned short)((char *)message + NLMSG_ALIGN(message->nlmsg_len) - (char *)nest);
}

/* Send one request to rtnetlink and return what it answered. */
static int ask_kernel(struct nlmsghdr *message)
{
    struct {
        struct nlmsghdr header;
        struct nlmsgerr failure;
        char rest[1024];
    } answer = { .failure = { .error = -EIO } };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
    if (send(fd, message, message->nlmsg_len, 0) > 0)
        recv(fd, &answer, sizeof answer, 0);
    close(fd);
    return answer.failure.error;
}

static int add_link(const char *kind, const char *name)
{
    _Alignas(struct nlmsghdr) char buffer[1024] = { 0 };
    struct nlmsghdr *message = (void *)buffer;
    struct rtattr *info;

    message->nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg));
    message->nlmsg_type = RTM_NEWLINK;
    put_attribute(message, IFLA_IFNAME, name, strlen(name) + 1);
    info = put_attribute(message, IFLA_LINKINFO, NULL, 0);
    put_attribute(message, IFLA_INFO_KIND, kind, strlen(kind) + 1);
    close_nest(message, info);
    return ask_kernel(message);
}

/* A route to `address` through loopback, in the table and of the kind given. */
static int add_route(int family, const char *address, unsigned char prefix_bits,
                     unsigned char table, unsigned char type)
{
    _Alignas(struct nlmsghdr) char buffer[1024] = { 0 };
    struct nlmsghdr *message = (void *)buffer;
    struct rtmsg *route = NLMSG_DATA(message);
    const int loopback_index = 1;
    char binary[16];

    message->nlmsg_len = NLMSG_LENGTH(sizeof *route);
    message->nlmsg_type = RTM_NEWROUTE;
    *route = (struct rtmsg){
        .rtm_family = (unsigned char)family,
        .rtm_dst_len = prefix_bits,
        .rtm_table = table,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = type == RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
        .rtm_type = type,
    };
    inet_pton(family, address, binary);
    if (prefix_bits > 0)
        put_attribute(message, RTA_DST, binary, family == AF_INET ? 4 : 16);
    put_attribute(message, RTA_OIF, &loopback_index, sizeof loopback_index);
    return ask_kernel(message);
}

/* Any of these kinds; a kernel has one of them at least. */
static int check_second_link(void)
{
    static const char *const kinds[] = { "ifb", "dummy", "bridge", "veth" };
    int result = -1;

    EXPECT(enter_new_namespace() == 0);
    EXPECT(network_check_isolated(&err) == 0);
    for (size_t i = 0; result < 0 && i < sizeof kinds / sizeof *kinds; i++)
        result = add_link(kinds[i], "second");
    EXPECT(result == 0);
    EXPECT(network_check_isolated(&err) == -EPERM);
    EXPECT(strstr(err.text, "the link \"second\""));
    return 0;
}

static void test_check_isolated_second_link_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(check_second_link), 0);
}

static const struct {
    int family;
    const char *address;
    unsigned char prefix_bits, table, type;
    const char *reported;
} routes[] = {
    { AF_INET, "10.0.0.0", 8, RT_TABLE_MAIN, RTN_UNICAST, "10.0.0.0/8" },
    { AF_INET, "0.0.0.0", 0, RT_TABLE_MAIN, RTN_UNICAST, "default/0" },
    { AF_INET, "192.0.2.1", 32, 77, RTN_UNICAST, "192.0.2.1/32" },
    { AF_INET, "192.0.2.1", 32, RT_TABLE_LOCAL, RTN_LOCAL, "192.0.2.1/32" },
    { AF_INET, "126.0.0.0", 7, RT_TABLE_MAIN, RTN_UNICAST, "126.0.0.0/7" },
    { AF_INET6, "::", 0, RT_TABLE_MAIN, RTN_UNICAST, "default/0" },
    { AF_INET6, "2001:db8::", 32, RT_TABLE_MAIN, RTN_UNICAST, "2001:db8::/32" },
    { AF_INET6, "::", 127, RT_TABLE_MAIN, RTN_UNICAST, "::/127" },
};

static size_t route_index;

static int check_route(void)
{
    EXPECT(enter_new_namespace() == 0);
    EXPECT(network_bring_up_loopback(NULL, &err) == 0);
    EXPECT(network_check_isolated(&err) == 0);
    EXPECT(add_route(routes[route_index].family, routes[route_index].address,
                     routes[route_index].prefix_bits, routes[route_index].table,
                     routes[route_index].type) == 0);
    EXPECT(network_check_isolated(&err) == -EPERM);
    EXPECT(strstr(err.text, routes[route_index].reported));
    return 0;
}

static void test_check_isolated_any_route_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    for (route_index = 0; route_index < sizeof routes / sizeof *routes; route_index++)
        assert_int_equal(child_run(check_route), 0);
}

static int check_unreadable(void)
{
    EXPECT(enter_new_namespace() == 0);
    EXPECT(child_refuse_call(SYS_recvfrom, EACCES) == 0);
    EXPECT(network_check_isolated(&err) == -EACCES);
    return 0;
}

static void test_check_isolated_unreadable_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(check_unreadable), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bring_up_loopback_new_namespace_up_and_described),
        cmocka_unit_test(test_bring_up_loopback_without_rights_refused),
        cmocka_unit_test(test_check_isolated_fresh_namespace_passes),
        cmocka_unit_test(test_check_isolated_second_link_refused),
        cmocka_unit_test(test_check_isolated_any_route_refused),
        cmocka_unit_test(test_check_isolated_unreadable_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
