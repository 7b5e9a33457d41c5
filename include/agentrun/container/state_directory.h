/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the runtime keeps what it knows: <root>/ with one directory <id>/ a container, its lock,
 * its making and its removal. What stands in the files is state.h's.
 *
 * The directory itself is the lock (flock(2)), so the lock exists exactly as long as the container.
 */
#ifndef AGENTRUN_CONTAINER_STATE_DIRECTORY_H
#define AGENTRUN_CONTAINER_STATE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

/* 1 to 255 letters, digits, and _ + - . ; no leading dot, since such names in the root directory
 * are the runtime's own. Error: "invalid container ID format", ERROR_USAGE. Every function below
 * that takes an id checks it before it builds a path. */
int state_check_id(const char *id, struct error *err);

/* Open the runtime's root directory, making it (0700, parents 0755) if `create`. It must be a
 * directory of the caller's that nobody else can write; without `create`, -ENOENT when
 * it is missing: "container does not exist". */
int state_open_root(const char *path, bool create, int *out_root_fd, struct error *err);

/* Make the directory of a new container and lock it. -EEXIST: "container with given ID already
 * exists". *out_state_fd is the directory and the lock, given back by state_unlock(). */
int state_create(int root_fd, const char *id, int *out_state_fd, struct error *err);

/* Open the directory of an existing container. -ENOENT: "container does not exist". */
int state_open(int root_fd, const char *id, int *out_state_fd, struct error *err);

/* Take the lock of an open state directory, waiting at most timeout_ms (0: not at all).
 * -ETIMEDOUT: somebody else is changing the container; -ENOENT: it was removed meanwhile,
 * "container does not exist". */
int state_lock(int state_fd, unsigned timeout_ms, int *out_lock_fd, struct error *err);

/* Give the lock back and close the descriptor; -1 is allowed. Closing alone does not do while a
 * child has inherited the descriptor. */
void state_unlock(int *lock_fd);

/* Remove the directory and everything in it, state.json last, so that an interrupted removal can
 * be taken up again. What is gone already is no error. */
int state_remove(int root_fd, const char *id, struct error *err);

/* The ids of all containers, in the order of the directory. Names that are no ids are skipped. */
int state_list(struct arena *arena, int root_fd, const char ***out_ids, size_t *out_n_ids,
               struct error *err);

#endif
