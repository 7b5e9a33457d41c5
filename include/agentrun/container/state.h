/* SPDX-License-Identifier: Apache-2.0
 *
 * The runtime's memory of a container: what stands in <root>/<id>/ (state_directory.h).
 *
 *   state.json      what this header describes; replaced by rename
 *   gate            the socket that init listens on; there only while the container is "created"
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
#include "agentrun/container/state_directory.h"
#include "agentrun/plan/plan.h"

#define STATE_FILE    "state.json"
#define STATE_GATE    "gate"
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
    pid_t pid;           /* of init in the host's pid namespace; 0 before it exists */
    uint64_t start_time; /* of that process, clock ticks since boot: /proc/PID/stat field 22 */
    pid_t maker_pid;     /* of the process that is creating the container, with its start time */
    uint64_t maker_start_time;
    const char *cgroup_path; /* NULL: none of its own */
    int home_fd;             /* init's descriptor of its home network namespace while created; -1 */
    uid_t owner;
    /* What the process was planned to be, so that start can compare. */
    uid_t uid;
    gid_t gid;
    const char *groups; /* attest.h's form; never NULL once read */
    struct plan_capabilities capabilities;
    uint64_t namespaces; /* CLONE_NEW… of those that are the container's own */
    int hook_kinds;      /* bit n: there are hooks of enum plan_hook_kind n */
    const struct plan_option *annotations;
    size_t n_annotations;
};

/* The present time as state->created has it. */
const char *state_timestamp(struct arena *arena);

/* Is the process that is creating the container still at it? */
bool state_maker_is_alive(const struct state *state);

/* Write state.json: while the phase is "creating" a new one, later in place of the one before.
 * Allocates nothing outside `arena`. */
int state_write(struct arena *arena, int state_fd, const struct state *state, struct error *err);

/* Read state.json. -ENOENT: there is none yet (half made), "container does not exist"; -EBADMSG
 * when it is not agentrun's: engines let several runtimes share one root directory. Members that a
 * later version may add are ignored, those that an earlier one did not have are zero. */
int state_read(struct arena *arena, int state_fd, struct state *out_state, struct error *err);

/* What the container is doing now: looks at the process (a zombie is stopped; a recycled pid too)
 * and, unless `cgroups` is NULL, at the freezer. Half made without a living maker is stopped. */
int state_status(const struct state *state, const struct cgroup_host *cgroups,
                 enum state_status *out_status, struct error *err);

/* "creating", "created" … of the specification. */
const char *state_status_name(enum state_status status);

/* Write the state as the specification has it (ociVersion, id, status, pid, bundle, annotations),
 * plus rootfs, created and owner as runc does; pid is 0 when stopped. `owner`: a name, or "". */
void state_encode(struct json_writer *writer, const struct state *state, enum state_status status,
                  const char *owner);

#endif
