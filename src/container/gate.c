/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/gate.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/state.h"

/* A socket, and the address of the gate. Through /proc/self/fd: the path of a state directory may
 * be longer than an address may be. */
static int gate_socket(int state_fd, struct sockaddr_un *out_address, struct error *err)
{
    int result = io_format(out_address->sun_path, sizeof out_address->sun_path, err,
                           "/proc/self/fd/%d/" STATE_GATE, state_fd);

    if (result < 0)
        return result;
    out_address->sun_family = AF_UNIX;
    result = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return result < 0 ? error_system(err, "socket") : result;
}

int gate_open(int state_fd, int *out_gate_fd, struct error *err)
{
    struct sockaddr_un address;
    auto_close int fd = gate_socket(state_fd, &address, err);

    if (fd < 0)
        return fd;
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return error_system(err, "make the gate");
    if (listen(fd, 1) < 0)
        return error_system(err, "listen at the gate");
    *out_gate_fd = take_fd(&fd);
    return 0;
}

int gate_connect(int state_fd, int *out_socket_fd, struct error *err)
{
    struct sockaddr_un address;
    auto_close int fd = gate_socket(state_fd, &address, err);

    if (fd < 0)
        return fd;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return error_system(err, "connect to the gate");
    *out_socket_fd = take_fd(&fd);
    return 0;
}

int gate_remove(int state_fd, struct error *err)
{
    if (unlinkat(state_fd, STATE_GATE, 0) < 0 && errno != ENOENT)
        return error_system(err, "remove the gate");
    return 0;
}
