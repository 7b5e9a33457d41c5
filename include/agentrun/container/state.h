/* SPDX-License-Identifier: Apache-2.0
 *
 * The runtime's memory of a container: the directory <root>/<id>/ and what is in it.
 *
 *   state.json      what this header describes; replaced by rename
 *   gate            the socket that init listens on; there only while the container is "created"
 *   lock            flock(2)ed by every command that changes something
 *   hardened.json, policy.json, findings.json   the snapshot that exec and update go by
 *
 * All is 0700 or 0600 and root's. OCI runtime specification, runtime.md, State.
 */
#ifndef AGENTRUN_CONTAINER_STATE_H
#define AGENTRUN_CONTAINER_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/base/json_writer.h"
#include "agentrun/plan/plan.h"

#define STATE_FILE    "state.json"
#define STATE_GATE    "gate"
#define STATE_LOCK    "lock"
#define STATE_SPEC    "hardened.json"
#define STATE_POLICY  "policy.json"
#define STATE_FINDING "findings.json"

/* Written into the file; the status that people see is worked out from it and the process. */
enum state_phase {
    STATE_CREATING, /* half made: whoever finds it without a living maker removes it */
    STATE_CREATED,  /* init waits at the gate */
    STATE_STARTED,  /* the program was let go */
};

enum state_status {
    STATUS_CREATING,
    STATUS_CREATED,
    STATUS_RUNNING,
    STATUS_PAUSED,
    STATUS_STOPPED,
};

struct state {
    const char *id, *bundle, *rootfs, *oci_version;
    const char *created; /* RFC 3339 with nanoseconds, UTC */
    enum state_phase phase;
    pid_t pid;            /* of init in the host's pid namespace; 0 before it exists */
    uint64_t start_time;  /* of that process, clock ticks since boot: /proc/PID/stat field 22 */
    pid_t maker_pid;      /* of the process that is creating the container, with its start time */
    uint64_t maker_start_time;
    const char *cgroup_path; /* NULL: none of its own */
    int home_fd;             /* init's descriptor of its home network namespace while created; -1 */
    uid_t owner;
    const struct plan_option *annotations;
    size_t n_annotations;
};

/* 1 to 255 letters, digits, and _ + - . ; neither "." nor "..". Error: "invalid container ID
 * format", ERROR_USAGE. Checked before any path is built. */
int state_check_id(const char *id, struct error *err);

/* Open the runtime's root directory, making it (0700, parents 0755) if `create`. It must be a
 * directory of the caller's that nobody else can write; -ENOENT if missing. */
int state_open_root(const char *path, bool create, int *out_root_fd, struct error *err);

/* Make the directory of a new container and lock it. -EEXIST: "container with given ID already
 * exists". *out_lock_fd is the lock; closing it unlocks. */
int state_create(int root_fd, const char *id, int *out_state_fd, int *out_lock_fd,
                 struct error *err);

/* Open the directory of an existing container. -ENOENT: "container does not exist". */
int state_open(int root_fd, const char *id, int *out_state_fd, struct error *err);

/* Take the lock of an open state directory, waiting at most timeout_ms (-ETIMEDOUT). */
int state_lock(int state_fd, unsigned timeout_ms, int *out_lock_fd, struct error *err);

/* Write state.json. Allocates nothing outside `arena`. */
int state_write(struct arena *arena, int state_fd, const struct state *state, struct error *err);

/* Read state.json; -ENOENT when there is none yet (half made). */
int state_read(struct arena *arena, int state_fd, struct state *out_state, struct error *err);

/* What the container is doing now: looks at the process (a zombie is stopped; a recycled pid too)
 * and at the freezer. */
int state_status(const struct state *state, const struct cgroup_host *cgroups,
                 enum state_status *out_status, struct error *err);

/* "creating", "created" … of the specification. */
const char *state_status_name(enum state_status status);

/* Write the state as the specification has it (ociVersion, id, status, pid, bundle, annotations),
 * plus rootfs, created and owner as runc does; pid is 0 when stopped. */
void state_encode(struct json_writer *writer, const struct state *state, enum state_status status);

/* Remove the directory and everything in it. What is gone already is no error. */
int state_remove(int root_fd, const char *id, struct error *err);

/* The ids of all containers, in the order of the directory. Names that are no ids are skipped. */
int state_list(struct arena *arena, int root_fd, const char ***out_ids, size_t *out_n_ids,
               struct error *err);

#endif
