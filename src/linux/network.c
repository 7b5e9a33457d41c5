/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "agentrun/base/scope.h"

int network_bring_up_loopback(int *out_namespace_fd, struct error *err)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    auto_close_late int socket_fd = -1;
    int namespace_fd = -1;

    /* Any family will do; this one exists in every kernel. */
    socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return error_system(err, "network: socket");
    if (out_namespace_fd) {
        namespace_fd = ioctl(socket_fd, SIOCGSKNS); /* close-on-exec by itself */
        if (namespace_fd < 0)
            return error_system(err, "network: descriptor of the namespace");
    }
    if (ioctl(socket_fd, SIOCSIFFLAGS, &request) < 0) {
        int result = error_system(err, "network: bring loopback up");

        if (namespace_fd >= 0)
            close(namespace_fd);
        return result;
    }
    if (out_namespace_fd)
        *out_namespace_fd = namespace_fd;
    return 0;
}

/* Larger than any answer to a dump with so few links; a larger answer is an error, not cut. */
#define ANSWER_BYTES 16384

/* Link kinds of which the modules make one in each new namespace, unless the sysctl
 * net.core.fb_tunnels_only_for_init_net forbids it. */
static const char *const fallback_tunnels[] = {
    "ipip", "gre", "gretap", "erspan", "vti", "sit", "ip6tnl", "ip6gre", "vti6",
};

/* NLMSG_DATA of the kernel's header is not for constant messages. */
static const void *message_data(const struct nlmsghdr *message)
{
    return (const char *)message + NLMSG_HDRLEN;
}

static const struct rtattr *find_attribute(const void *first, size_t n_bytes, unsigned short type)
{
    const char *position = first;

    while (n_bytes >= sizeof(struct rtattr)) {
        const struct rtattr *attribute = (const void *)position;
        size_t n_aligned = RTA_ALIGN(attribute->rta_len);

        if (attribute->rta_len < sizeof *attribute || attribute->rta_len > n_bytes)
            return NULL;
        if ((attribute->rta_type & NLA_TYPE_MASK) == type)
            return attribute;
        if (n_aligned >= n_bytes)
            return NULL;
        position += n_aligned;
        n_bytes -= n_aligned;
    }
    return NULL;
}

static const void *attribute_data(const struct rtattr *attribute)
{
    return (const char *)attribute + RTA_LENGTH(0);
}

static size_t attribute_bytes(const struct rtattr *attribute)
{
    return attribute->rta_len - RTA_LENGTH(0);
}

/* The text of an attribute; "" when it is missing or has no end. */
static const char *attribute_text(const struct rtattr *attribute)
{
    if (!attribute || !memchr(attribute_data(attribute), '\0', attribute_bytes(attribute)))
        return "";
    return attribute_data(attribute);
}

static bool is_fallback_tunnel(const void *attributes, size_t n_bytes)
{
    const struct rtattr *info = find_attribute(attributes, n_bytes, IFLA_LINKINFO);
    const char *kind;

    if (!info)
        return false;
    kind =
        attribute_text(find_attribute(attribute_data(info), attribute_bytes(info), IFLA_INFO_KIND));
    for (size_t i = 0; i < ARRAY_SIZE(fallback_tunnels); i++)
        if (!strcmp(kind, fallback_tunnels[i]))
            return true;
    return false;
}

static int examine_link(const struct nlmsghdr *message, unsigned *n_loopbacks, struct error *err)
{
    const struct ifinfomsg *link = message_data(message);
    const char *attributes = (const char *)link + NLMSG_ALIGN(sizeof *link);
    size_t n_bytes;

    if (message->nlmsg_len < NLMSG_SPACE(sizeof *link))
        return error_set(err, ERROR_SYSTEM, EBADMSG, "network: short answer about links");
    n_bytes = message->nlmsg_len - NLMSG_SPACE(sizeof *link);
    if (link->ifi_type == ARPHRD_LOOPBACK) {
        ++*n_loopbacks;
        return 0;
    }
    if (!(link->ifi_flags & IFF_UP) && is_fallback_tunnel(attributes, n_bytes))
        return 0;
    return error_set(err, ERROR_SYSTEM, EPERM, "network: the namespace has the link \"%s\"",
                     attribute_text(find_attribute(attributes, n_bytes, IFLA_IFNAME)));
}

static bool is_loopback_address(int family, const void *address, unsigned prefix_bits)
{
    if (family == AF_INET)
        return prefix_bits >= 8 && *(const uint8_t *)address == IN_LOOPBACKNET;
    return prefix_bits == 128 && !memcmp(address, &in6addr_loopback, sizeof in6addr_loopback);
}

static int examine_route(const struct nlmsghdr *message, unsigned *n_routes, struct error *err)
{
    const struct rtmsg *route = message_data(message);
    char text[INET6_ADDRSTRLEN] = "default";
    const struct rtattr *destination;
    size_t n_address_bytes;

    if (message->nlmsg_len < NLMSG_SPACE(sizeof *route))
        return error_set(err, ERROR_SYSTEM, EBADMSG, "network: short answer about routes");
    ++*n_routes;
    if (route->rtm_family != AF_INET && route->rtm_family != AF_INET6)
        return error_set(err, ERROR_SYSTEM, EPERM,
                         "network: the namespace has a route of family %u", route->rtm_family);
    n_address_bytes = route->rtm_family == AF_INET ? 4 : 16;
    destination = find_attribute((const char *)route + NLMSG_ALIGN(sizeof *route),
                                 message->nlmsg_len - NLMSG_SPACE(sizeof *route), RTA_DST);
    if (destination && attribute_bytes(destination) >= n_address_bytes) {
        if (is_loopback_address(route->rtm_family, attribute_data(destination), route->rtm_dst_len))
            return 0;
        inet_ntop(route->rtm_family, attribute_data(destination), text, sizeof text);
    }
    return error_set(err, ERROR_SYSTEM, EPERM, "network: the namespace has a route to %s/%u", text,
                     route->rtm_dst_len);
}

/* Ask the kernel for everything of one kind. */
static int send_request(int fd, uint16_t type, struct error *err)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg body; /* all-zero: any family; a struct rtmsg is shorter */
    } request = {
        .header = { .nlmsg_len = sizeof request,
                    .nlmsg_type = type,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                    .nlmsg_seq = type },
    };
    struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

    if (sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return error_system(err, "network: request to rtnetlink");
    return 0;
}

static ssize_t receive(int fd, void *buffer, size_t n_bytes, struct error *err)
{
    struct sockaddr_nl sender = { 0 };
    socklen_t n_sender_bytes = sizeof sender;
    ssize_t n_received;

    do
        n_received =
            recvfrom(fd, buffer, n_bytes, MSG_TRUNC, (struct sockaddr *)&sender, &n_sender_bytes);
    while (n_received < 0 && errno == EINTR);
    if (n_received < 0)
        return error_system(err, "network: answer of rtnetlink");
    if (n_received == 0 || (size_t)n_received > n_bytes || sender.nl_pid != 0)
        return error_set(err, ERROR_SYSTEM, EBADMSG, "network: unusable answer of rtnetlink");
    return n_received;
}

/* One message of an answer. Returns 1 when the answer is complete. */
static int examine_message(const struct nlmsghdr *message, uint16_t type,
                           int (*examine)(const struct nlmsghdr *, unsigned *, struct error *),
                           unsigned *count, struct error *err)
{
    if (message->nlmsg_seq != type || (message->nlmsg_flags & NLM_F_DUMP_INTR))
        return error_set(err, ERROR_SYSTEM, EBADMSG,
                         "network: the namespace changed while it was examined");
    if (message->nlmsg_type == NLMSG_DONE)
        return 1;
    if (message->nlmsg_type == NLMSG_ERROR) {
        const struct nlmsgerr *failure = message_data(message);
        bool complete = message->nlmsg_len >= NLMSG_SPACE(sizeof *failure);

        return error_errno(err, complete ? -failure->error : EBADMSG, "network: rtnetlink");
    }
    return examine(message, count, err);
}

static int examine_all(int fd, uint16_t type,
                       int (*examine)(const struct nlmsghdr *, unsigned *, struct error *),
                       unsigned *count, struct error *err)
{
    _Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
    int result = send_request(fd, type, err);

    while (result == 0) {
        ssize_t n_received = receive(fd, answer, sizeof answer, err);
        struct nlmsghdr *message = (void *)answer;

        if (n_received < 0)
            return (int)n_received;
        for (size_t n_left = (size_t)n_received; result == 0 && NLMSG_OK(message, n_left);
             message = NLMSG_NEXT(message, n_left))
            result = examine_message(message, type, examine, count, err);
    }
    return result < 0 ? result : 0;
}

int network_check_isolated(struct error *err)
{
    unsigned n_loopbacks = 0, n_routes = 0;
    auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int result;

    if (fd < 0)
        return error_system(err, "network: rtnetlink");
    result = examine_all(fd, RTM_GETLINK, examine_link, &n_loopbacks, err);
    if (result < 0)
        return result;
    if (n_loopbacks != 1)
        return error_set(err, ERROR_SYSTEM, EPERM,
                         "network: the namespace has %u loopback links instead of one",
                         n_loopbacks);
    /* Without a family, the kernel lists the routes of all: also multicast and MPLS. */
    return examine_all(fd, RTM_GETROUTE, examine_route, &n_routes, err);
}
