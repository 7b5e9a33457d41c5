/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/id_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/linux/ids.h"

/* Keep the namespace alive until the other end of the pipe is closed: by the parent, or by the
 * parent's death. */
__attribute__((noreturn)) static void wait_for_parent(const int pipe_fds[2])
{
    char nothing;

    close(pipe_fds[1]);
    while (read(pipe_fds[0], &nothing, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

static int map_and_open(pid_t pid, const char *uid_map, const char *gid_map, int *out_fd,
                        struct error *err)
{
    char path[48];
    int fd, result = ids_write_maps(pid, uid_map, gid_map, false, err);

    if (result == 0)
        result = io_format(path, sizeof path, err, "/proc/%d/ns/user", pid);
    if (result < 0)
        return result;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, "%s", path);
    *out_fd = fd;
    return 0;
}

int id_map_namespace(const char *uid_map, const char *gid_map, int *out_user_namespace_fd,
                     struct error *err)
{
    /* No exit signal: nobody's handling of SIGCHLD notices this child. */
    const struct clone_args arguments = { .flags = CLONE_NEWUSER };
    int pipe_fds[2], result;
    pid_t pid;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return error_system(err, "id map: pipe");
    pid = sys_clone3(&arguments);
    if (pid == 0)
        wait_for_parent(pipe_fds);
    close(pipe_fds[0]);
    if (pid < 0)
        result = error_system(err, "id map: user namespace");
    else
        result = map_and_open(pid, uid_map, gid_map, out_user_namespace_fd, err);
    close(pipe_fds[1]);
    if (pid > 0)
        while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
            ;
    return result < 0 && pid > 0 ? error_wrap(err, "id map") : result;
}
