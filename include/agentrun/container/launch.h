/* SPDX-License-Identifier: Apache-2.0
 *
 * The parent's side of a launch: state, control groups, detached mounts, the birth of init, and the
 * conversation with it. Everything that is made is undone when a later step fails.
 */
#ifndef AGENTRUN_CONTAINER_LAUNCH_H
#define AGENTRUN_CONTAINER_LAUNCH_H

#include "agentrun/container/detach.h"
#include "agentrun/container/state.h"
#include "agentrun/plan/plan.h"

/* A file of the state directory, besides state.json. */
struct launch_file {
    const char *name, *text;
    size_t n_bytes;
};

struct launch {
    /* the request */
    struct arena *arena;
    int root_fd; /* the runtime's root directory */
    const struct plan *plan;
    const struct cgroup_host *cgroups;
    const char *console_socket; /* NULL: the master stays in master_fd */
    const char *pid_file;
    unsigned n_preserve_fds;
    bool waits_at_gate; /* create: init waits for start; run: it goes on when attested */
    const struct launch_file *files;
    size_t n_files;

    /* the result, and what there is to undo; launch_init makes all of it "nothing" */
    struct state state;
    struct cgroup cgroup;
    struct detached detached;
    int state_fd;   /* the state directory and its lock */
    int socket_fd;  /* to init, while the conversation lasts */
    int pidfd;      /* of init */
    int master_fd;  /* of the terminal, when there is one and no console socket */
    int signal_fd;  /* all signals are blocked in this process from the clone on */
    int console_fd; /* connected to console_socket */
    int gate_fd;
    int *made_fds;
    int trace_fd;
};

/* Mark everything that a launch may open as not there. */
void launch_init(struct launch *launch);

/* Run all steps. With waits_at_gate the container is "created" afterwards; otherwise its program
 * runs. On failure nothing is left. */
int launch_container(struct launch *launch, struct error *err);

/* End the conversation of a finished launch and unlock the state. */
void launch_finish(struct launch *launch);

/* The second half, for start: tell the init behind socket_fd to give up its rights, compare, and
 * let it go. Its failure to execute the program is the error. Between comparing and letting go the
 * state becomes "started". */
int launch_let_go(struct arena *arena, int state_fd, int socket_fd, struct state *state,
                  struct error *err);

#endif
