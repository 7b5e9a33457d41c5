/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

#define FIRST_GUESS_BYTES ((size_t)4096)

int io_write_all(int fd, const void *data, size_t n_bytes)
{
    const char *next = data;

    while (n_bytes > 0) {
        ssize_t n_written = write(fd, next, n_bytes);

        if (n_written < 0 && errno == EINTR)
            continue;
        if (n_written < 0)
            return -errno;
        next += n_written;
        n_bytes -= (size_t)n_written;
    }
    return 0;
}

ssize_t io_read_full(int fd, void *buffer, size_t n_bytes)
{
    size_t n_done = 0;

    while (n_done < n_bytes) {
        ssize_t n_read = read(fd, (char *)buffer + n_done, n_bytes - n_done);

        if (n_read < 0 && errno == EINTR)
            continue;
        if (n_read < 0)
            return -errno;
        if (n_read == 0)
            break;
        n_done += (size_t)n_read;
    }
    return (ssize_t)n_done;
}

static int too_large(const char *name, size_t max_bytes, struct error *err)
{
    return error_set(err, ERROR_SPEC, E2BIG, "%s: larger than %zu bytes", name, max_bytes);
}

/* What has no size is read to its end. */
int io_read_all(struct arena *arena, int fd, const char *name, size_t max_bytes, char **out_text,
                size_t *out_n_bytes, struct error *err)
{
    size_t n_room = (max_bytes < FIRST_GUESS_BYTES ? max_bytes : FIRST_GUESS_BYTES) + 1, n_used = 0;
    char *text = arena_alloc(arena, n_room + 1);

    for (;;) {
        ssize_t n_read = io_read_full(fd, text + n_used, n_room - n_used);
        char *grown;

        if (n_read < 0)
            return error_errno(err, (int)-n_read, "read '%s'", name);
        n_used += (size_t)n_read;
        if (n_used > max_bytes)
            return too_large(name, max_bytes, err);
        if (n_used < n_room)
            break;
        n_room *= 2;
        grown = arena_alloc(arena, n_room + 1);
        memcpy(grown, text, n_used);
        text = grown;
    }
    text[n_used] = '\0';
    *out_text = text;
    *out_n_bytes = n_used;
    return 0;
}

/* The first `size` bytes, or less when the file has shrunk. */
static int read_sized(struct arena *arena, int fd, const char *name, size_t size, char **out_text,
                      size_t *out_n_bytes, struct error *err)
{
    char *text = arena_alloc(arena, size + 1);
    ssize_t n_read = io_read_full(fd, text, size);

    if (n_read < 0)
        return error_errno(err, (int)-n_read, "read '%s'", name);
    text[n_read] = '\0';
    *out_text = text;
    *out_n_bytes = (size_t)n_read;
    return 0;
}

int io_read_file_at(struct arena *arena, int directory_fd, const char *path, size_t max_bytes,
                    char **out_text, size_t *out_n_bytes, struct error *err)
{
    /* O_NONBLOCK: a fifo in place of the file must not make us wait. */
    auto_close int fd = openat(directory_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return error_system(err, "open '%s'", path);
    if (fstat(fd, &st) < 0)
        return error_system(err, "stat '%s'", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_SPEC, EINVAL, "'%s' is not a regular file", path);
    /* The kernel's own files have none. */
    if (st.st_size == 0)
        return io_read_all(arena, fd, path, max_bytes, out_text, out_n_bytes, err);
    if ((size_t)st.st_size > max_bytes)
        return too_large(path, max_bytes, err);
    return read_sized(arena, fd, path, (size_t)st.st_size, out_text, out_n_bytes, err);
}

int io_create_file_at(int directory_fd, const char *path, const void *data, size_t n_bytes,
                      mode_t mode, struct error *err)
{
    auto_close int fd =
        openat(directory_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    int result;

    if (fd < 0)
        return error_system(err, "create '%s'", path);
    result = io_write_all(fd, data, n_bytes);
    if (result < 0) {
        unlinkat(directory_fd, path, 0);
        return error_errno(err, -result, "write '%s'", path);
    }
    return 0;
}

/* DIRECTORY/.NAME for DIRECTORY/NAME. */
static int temporary_name(const char *path, char *out_name, size_t n_bytes, struct error *err)
{
    const char *slash = strrchr(path, '/');
    int n_directory = slash ? (int)(slash - path) + 1 : 0;

    return io_format(out_name, n_bytes, err, "%.*s.%s", n_directory, path, path + n_directory);
}

int io_replace_file_at(int directory_fd, const char *path, const void *data, size_t n_bytes,
                       mode_t mode, struct error *err)
{
    char temporary[PATH_MAX];
    int result = temporary_name(path, temporary, sizeof temporary, err);

    if (result < 0)
        return result;
    result = io_create_file_at(directory_fd, temporary, data, n_bytes, mode, err);
    /* What an interrupted predecessor left under this name is not ours to keep. */
    if (result == -EEXIST && unlinkat(directory_fd, temporary, 0) == 0)
        result = io_create_file_at(directory_fd, temporary, data, n_bytes, mode, err);
    if (result < 0)
        return result;
    if (renameat(directory_fd, temporary, directory_fd, path) < 0) {
        error_system(err, "rename '%s' to '%s'", temporary, path);
        unlinkat(directory_fd, temporary, 0);
        return -err->errnum;
    }
    return 0;
}

int io_write_kernel_file_at(int directory_fd, const char *path, const char *text, struct error *err)
{
    auto_close int fd = openat(directory_fd, path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return error_system(err, "open '%s'", path);
    if (write(fd, text, strlen(text)) < 0)
        return error_system(err, "write '%.60s' to '%s'", text, path);
    return 0;
}

ssize_t io_read_kernel_file_at(int directory_fd, const char *path, char *buffer, size_t n_bytes,
                               struct error *err)
{
    auto_close int fd = openat(directory_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n_read;

    if (fd < 0)
        return error_system(err, "open '%s'", path);
    /* One call: the kernel makes the whole text of such a file at once. */
    do
        n_read = read(fd, buffer, n_bytes);
    while (n_read < 0 && errno == EINTR);
    if (n_read < 0)
        return error_system(err, "read '%s'", path);
    if ((size_t)n_read == n_bytes)
        return error_set(err, ERROR_SYSTEM, E2BIG, "'%s' is longer than expected", path);
    if (n_read > 0 && buffer[n_read - 1] == '\n')
        n_read--;
    buffer[n_read] = '\0';
    return n_read;
}

int io_format(char *buffer, size_t n_bytes, struct error *err, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(buffer, n_bytes, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= n_bytes)
        return error_set(err, ERROR_SYSTEM, ENAMETOOLONG, "the path '%.40s…' is too long", buffer);
    return 0;
}
