/* SPDX-License-Identifier: Apache-2.0
 *
 * Complete reads and writes: interrupted calls are repeated, short ones continued, limits enforced.
 */
#ifndef AGENTRUN_BASE_IO_H
#define AGENTRUN_BASE_IO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

/* Write all n_bytes. Returns 0 or -errno. */
int io_write_all(int fd, const void *data, size_t n_bytes);

/* Read up to n_bytes, fewer only at the end of the file. Returns the count or -errno. */
ssize_t io_read_full(int fd, void *buffer, size_t n_bytes);

/* Everything from the present position of `fd` to its end, NUL-terminated, in the arena. More than
 * max_bytes is -E2BIG. `name` is for messages. */
int io_read_all(struct arena *arena, int fd, const char *name, size_t max_bytes, char **out_text,
                size_t *out_n_bytes, struct error *err);

/* The content of the regular file `path` below directory_fd (AT_FDCWD: the working directory);
 * anything that is no regular file is refused (-EINVAL) before a byte is read. */
int io_read_file_at(struct arena *arena, int directory_fd, const char *path, size_t max_bytes,
                    char **out_text, size_t *out_n_bytes, struct error *err);

/* Make a new file, which must not exist. */
int io_create_file_at(int directory_fd, const char *path, const void *data, size_t n_bytes,
                      mode_t mode, struct error *err);

/* Put a file into place as a whole: written under a temporary name in the same directory, then
 * renamed. Without fsync: what is kept this way dies with the boot. */
int io_replace_file_at(int directory_fd, const char *path, const void *data, size_t n_bytes,
                       mode_t mode, struct error *err);

/* Open an existing file of the kernel (cgroup, /proc …) and write `text` with one call. */
int io_write_kernel_file_at(int directory_fd, const char *path, const char *text,
                            struct error *err);

/* Read a small file of the kernel into buffer, NUL-terminated, a final line feed removed. A file
 * that does not fit is -E2BIG. Returns the length or -errno. */
ssize_t io_read_kernel_file_at(int directory_fd, const char *path, char *buffer, size_t n_bytes,
                               struct error *err);

/* snprintf that refuses to cut: -ENAMETOOLONG when the text does not fit. */
__attribute__((format(printf, 4, 5))) int io_format(char *buffer, size_t n_bytes, struct error *err,
                                                    const char *format, ...);

#endif
