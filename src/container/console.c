/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/console.h"

#include <errno.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/mount.h"
#include "agentrun/linux/rootpath.h"
#include "agentrun/linux/terminal.h"
#include "agentrun/linux/terminal_relay.h"

/* The slave itself is cloned, by its descriptor: no name in the image's /dev is trusted for it
 * (CVE-2025-52565). */
static int show_as_console(int slave_fd, int root_fd, struct error *err)
{
    auto_close int target_fd = -1, copy_fd = -1;
    int result = rootpath_open(root_fd, "/dev/console", false, ROOTPATH_MAKE_FILE, &target_fd, err);

    if (result == 0)
        result = mount_clone(slave_fd, "", false, &copy_fd, err);
    if (result == 0)
        result = mount_attach(copy_fd, target_fd, "", err);
    return result < 0 ? error_wrap(err, "/dev/console") : 0;
}

int console_set_up(const struct plan_process *process, int devpts_fd, int root_fd,
                   int *out_master_fd, struct error *err)
{
    auto_close int master_fd = -1, slave_fd = -1;

    if (devpts_fd < 0)
        return error_set(err, ERROR_SPEC, EINVAL,
                         "process.terminal: the container has no devpts at /dev/pts");
    if (terminal_open(devpts_fd, &master_fd, &slave_fd, err) < 0)
        return -err->errnum;
    if (process->has_console_size &&
        terminal_set_size(slave_fd, process->console_height, process->console_width, err) < 0)
        return -err->errnum;
    if (root_fd >= 0 && show_as_console(slave_fd, root_fd, err) < 0)
        return -err->errnum;
    if (terminal_take(slave_fd, process->uid, process->gid, err) < 0)
        return -err->errnum;
    *out_master_fd = take_fd(&master_fd);
    return 0;
}

int console_take_master(int console_fd, int own_master_fd, int *out_master_fd, struct error *err)
{
    auto_close int master_fd = own_master_fd;

    if (console_fd >= 0)
        return terminal_send(console_fd, master_fd, "/dev/ptmx", err);
    terminal_relay_copy_size(STDIN_FILENO, STDOUT_FILENO, master_fd);
    *out_master_fd = take_fd(&master_fd);
    return 0;
}
