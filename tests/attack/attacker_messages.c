/* SPDX-License-Identifier: Apache-2.0
 *
 * Attempts to talk to somebody outside: datagrams, abstract sockets, listeners of its own, a
 * network interface of its own.
 */
#include "attacker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un local;
    };
    socklen_t size;
};

static bool parse_address(const char *host, const char *port, struct address *address)
{
    memset(address, 0, sizeof(*address));
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons((uint16_t)number_or(port, 0));
        address->size = sizeof(address->v4);
        return true;
    }
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons((uint16_t)number_or(port, 0));
    address->size = sizeof(address->v6);
    return inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1;
}

/* Send one datagram; one that nobody listens for is refused on the second. */
static int attack_datagram(char **arguments)
{
    struct address to;
    int yes = 1, fd;
    ssize_t n = -1;

    if (!parse_address(arguments[0], arguments[1], &to))
        return 64;
    fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes));
    if (connect(fd, &to.any, to.size) == 0 && (n = send(fd, "x", 1, 0)) == 1)
        n = send(fd, "x", 1, 0);
    return outcome(n);
}

/* Listen, and connect to it: must work on loopback. */
static int attack_loopback(char **arguments)
{
    struct address at;
    int listener, client;

    if (!parse_address(arguments[0], NULL, &at))
        return 64;
    listener = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    client = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, &at.any, at.size) || listen(listener, 1) ||
        getsockname(listener, &at.any, &at.size) || connect(client, &at.any, at.size))
        return outcome(-1);
    return outcome(0);
}

/* Listen on an address and take every connection. */
static int attack_listen(char **arguments)
{
    struct address at;
    int listener;

    if (!parse_address(arguments[0], arguments[1], &at))
        return 64;
    listener = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, &at.any, at.size) || listen(listener, 5))
        return outcome(-1);
    outcome(0);
    for (;;)
        close(accept(listener, NULL, NULL));
}

static struct address abstract_name(const char *name)
{
    struct address address = { .local.sun_family = AF_UNIX };
    size_t n = strnlen(name, sizeof(address.local.sun_path) - 1);

    memcpy(address.local.sun_path + 1, name, n);
    address.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
    return address;
}

static int attack_abstract_connect(char **arguments)
{
    struct address to = abstract_name(arguments[0]);

    return outcome(connect(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), &to.any, to.size));
}

/* Listen on an abstract name and sleep: the other side of the attack above. */
static int attack_abstract_listen(char **arguments)
{
    struct address at = abstract_name(arguments[0]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, &at.any, at.size) || listen(fd, 5))
        return outcome(-1);
    outcome(0);
    for (;;)
        pause();
}

const struct attack messages[] = {
    { "datagram", attack_datagram },
    { "loopback", attack_loopback },
    { "listen", attack_listen },
    { "abstract-connect", attack_abstract_connect },
    { "abstract-listen", attack_abstract_listen },
    { NULL, NULL },
};
