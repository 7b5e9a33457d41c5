/* SPDX-License-Identifier: Apache-2.0
 *
 * One more process in a container: it enters the cgroup first, then the namespaces of init, and is
 * confined by the same steps as init was.
 */
#ifndef AGENTRUN_CONTAINER_EXEC_H
#define AGENTRUN_CONTAINER_EXEC_H

#include "agentrun/container/state.h"
#include "agentrun/plan/plan.h"

struct exec {
    /* the request */
    const struct state *state;
    struct arena *arena;
    const struct plan_process *process;
    const struct cgroup *cgroup; /* of the container, open */
    const char *console_socket;  /* NULL: the master stays in master_fd */
    const char *pid_file;
    unsigned n_preserve_fds;
    bool new_keyring;

    /* the result */
    pid_t pid;
    int pidfd;
    int master_fd; /* of the terminal, when there is one and no console socket; else -1 */
    int signal_fd;
};

/* Start the process; when this returns 0 the program has been executed. On failure no process is
 * left. "cannot exec in a stopped container" when init is gone. */
int exec_process(struct exec *exec, struct error *err);

#endif
