/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/pidfd_socket.h"

#include "agentrun/base/scope.h"
#include "agentrun/linux/terminal.h"

int pidfd_socket_send(const char *socket_path, int pidfd, struct error *err)
{
    auto_close int socket_fd = -1;

    if (!socket_path)
        return 0;
    if (terminal_connect(socket_path, &socket_fd, err) < 0)
        return error_wrap(err, "pidfd socket");
    return terminal_send(socket_fd, pidfd, "pidfd", err);
}
