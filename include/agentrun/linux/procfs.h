/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of a procfs instance that is reached by descriptor only. Security labels and sysctls are
 * written through it: a file system that somebody mounted over /proc, or a link in it, would let
 * the write succeed without effect (CVE-2019-16884, CVE-2019-19921).
 */
#ifndef AGENTRUN_LINUX_PROCFS_H
#define AGENTRUN_LINUX_PROCFS_H

#include "agentrun/base/error.h"

/* -EINVAL when the descriptor is none of a procfs: to be asked of every one that was found by a
 * path, and not made by the caller. */
int procfs_check(int fd, struct error *err);

/* Open `path` below procfs_fd, the root of a procfs, with O_… `flags` and close-on-exec. The path
 * is relative and has no "." or ".." (-EINVAL); no symbolic link (-ELOOP) and no mount (-EXDEV) is
 * crossed. Errors: those of openat2(2). */
int procfs_open(int procfs_fd, const char *path, int flags, int *out_fd, struct error *err);

/* Write `text` with one call into the file at `path`, opened as by procfs_open. For processes
 * that close all descriptors at once later (auto_close_late). */
int procfs_write(int procfs_fd, const char *path, const char *text, struct error *err);

#endif
