/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

/* Device number of every ptmx. Documentation/admin-guide/devices.txt */
#define PTMX_MAJOR 5
#define PTMX_MINOR 2

#define MAX_NAME_BYTES 255 /* of the name that goes with the master; callers accept 4095 */

static int open_master(int devpts_fd, int *out_master_fd, struct error *err)
{
    auto_close int master_fd = -1;
    struct statfs filesystem;
    struct stat status;
    int unlocked = 0;

    if (fstatfs(devpts_fd, &filesystem) < 0)
        return error_system(err, "terminal: devpts");
    if (filesystem.f_type != DEVPTS_SUPER_MAGIC)
        return error_set(err, ERROR_SYSTEM, EINVAL, "terminal: /dev/pts is no devpts");
    master_fd = openat(devpts_fd, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
    if (master_fd < 0)
        return error_system(err, "terminal: open ptmx");
    if (fstat(master_fd, &status) < 0)
        return error_system(err, "terminal: ptmx");
    if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(PTMX_MAJOR, PTMX_MINOR))
        return error_set(err, ERROR_SYSTEM, EINVAL, "terminal: ptmx is not the device 5:2");
    if (ioctl(master_fd, TIOCSPTLCK, &unlocked) < 0)
        return error_system(err, "terminal: unlock");
    *out_master_fd = take_fd(&master_fd);
    return 0;
}

int terminal_open(int devpts_fd, int *out_master_fd, int *out_slave_fd, struct error *err)
{
    auto_close int master_fd = -1;
    int slave_fd, result;

    result = open_master(devpts_fd, &master_fd, err);
    if (result < 0)
        return result;
    slave_fd = ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave_fd < 0)
        return error_system(err, "terminal: open the slave");
    *out_slave_fd = slave_fd;
    *out_master_fd = take_fd(&master_fd);
    return 0;
}

int terminal_number(int master_fd, unsigned *out_number, struct error *err)
{
    unsigned number;

    if (ioctl(master_fd, TIOCGPTN, &number) < 0)
        return error_system(err, "terminal: number");
    *out_number = number;
    return 0;
}

int terminal_set_size(int fd, uint16_t height, uint16_t width, struct error *err)
{
    struct winsize size = { .ws_row = height, .ws_col = width };

    if (ioctl(fd, TIOCSWINSZ, &size) < 0)
        return error_system(err, "terminal: set size");
    return 0;
}

int terminal_take(int slave_fd, uid_t uid, gid_t gid, struct error *err)
{
    if (slave_fd <= STDERR_FILENO) /* it would keep its close-on-exec flag */
        return error_set(err, ERROR_BUG, EINVAL, "terminal: the slave is descriptor %d", slave_fd);
    if (ioctl(slave_fd, TIOCSCTTY, 0) < 0)
        return error_system(err, "terminal: become the controlling terminal");
    if (fchown(slave_fd, uid, gid) < 0)
        return error_system(err, "terminal: give it to user %u", uid);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(slave_fd, fd) < 0)
            return error_system(err, "terminal: make it descriptor %d", fd);
    return 0;
}

int terminal_connect(const char *socket_path, int *out_socket_fd, struct error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    auto_close int socket_fd = -1;
    size_t length = strlen(socket_path);

    if (length == 0 || length >= sizeof address.sun_path)
        return error_set(err, ERROR_USAGE, length ? ENAMETOOLONG : EINVAL,
                         "console socket: the path must have 1 to %zu bytes",
                         sizeof address.sun_path - 1);
    memcpy(address.sun_path, socket_path, length);
    socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return error_system(err, "console socket");
    if (connect(socket_fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return error_system(err, "console socket: connect to '%s'", socket_path);
    *out_socket_fd = take_fd(&socket_fd);
    return 0;
}

int terminal_send(int socket_fd, int master_fd, const char *name, struct error *err)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof master_fd)] = { 0 };
    char data[MAX_NAME_BYTES];
    struct iovec part = { .iov_base = data, .iov_len = strlen(name) };
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    ssize_t n_sent;

    if (part.iov_len == 0 || part.iov_len > sizeof data)
        return error_set(err, ERROR_BUG, EINVAL, "console socket: unusable name of a terminal");
    memcpy(data, name, part.iov_len);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof master_fd);
    memcpy(CMSG_DATA(header), &master_fd, sizeof master_fd);
    do
        n_sent = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
    while (n_sent < 0 && errno == EINTR);
    if (n_sent < 0)
        return error_system(err, "console socket: send the terminal");
    if ((size_t)n_sent != part.iov_len)
        return error_set(err, ERROR_SYSTEM, EIO, "console socket: the terminal was sent in part");
    return 0;
}
