/* SPDX-License-Identifier: Apache-2.0
 *
 * The init process: from its birth in new namespaces to the execution of the program. It gets the
 * Plan and the descriptors that P prepared, allocates nothing, and takes no decision.
 */
#ifndef AGENTRUN_CONTAINER_INIT_H
#define AGENTRUN_CONTAINER_INIT_H

#include "agentrun/container/detach.h"
#include "agentrun/plan/plan.h"

struct init {
    const struct plan *plan;
    const struct detached *detached;
    const struct cgroup *cgroup;
    int socket_fd;            /* to P; from the gate on to start */
    int gate_fd;              /* listening socket; -1: P itself starts the program */
    int signal_fd;            /* all signals are blocked and come here while I waits at the gate */
    uint64_t ignored_signals; /* dispositions to be reset, bit n-1 for signal n */
    bool is_in_cgroup;        /* by birth, or moved there by P */
    bool has_runtime_hooks;
    unsigned n_preserve_fds;
    const char *state_json; /* for the hooks that I runs */
    size_t n_state_json_bytes;
    int trace_fd;

    /* made on the way */
    int root_fd;       /* root of the container's root mount */
    bool root_is_open; /* a read-only root was made writable for the set-up */
    int home_fd;       /* the home network namespace while in the decoy; -1: never left */
    int procfs_fd;     /* the container's procfs, as made detached; -1: it has none */
    int sysfs_fd, dev_fd, devpts_fd; /* likewise */
    int null_fd;                     /* /dev/null in our own /dev */
    int mask_directory_fd;           /* the empty tmpfs that hides directories */
    int *made_fds;       /* one per mount of the plan: file systems made at home; P allocates */
    const char *program; /* the candidate that was found */
    char program_error[256];
};

/* Run all steps; returns only by _exit. The array made_fds must hold -1. */
__attribute__((noreturn)) void init_run(struct init *init);

#endif
