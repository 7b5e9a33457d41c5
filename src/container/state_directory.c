/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/state_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/container/state.h"

#define LOCK_RETRY_MS 5

int state_check_id(const char *id, struct error *err)
{
    static const char permitted[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_+-.";
    size_t length = strlen(id);

    if (length == 0 || length > NAME_MAX || id[0] == '.' || strspn(id, permitted) != length)
        return error_set(err, ERROR_USAGE, EINVAL, "invalid container ID format: '%.80s'", id);
    return 0;
}

/* Make the directory and its parents. The sticky bit keeps cleaners of $XDG_RUNTIME_DIR away. */
static int make_root(const char *path, struct error *err)
{
    char parent[PATH_MAX];

    if (strlen(path) >= sizeof parent)
        return error_set(err, ERROR_USAGE, ENAMETOOLONG, "root directory '%.40s…': too long", path);
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);

        memcpy(parent, path, length);
        parent[length] = '\0';
        if (mkdir(parent, 0755) < 0 && errno != EEXIST)
            return error_system(err, "make directory '%s'", parent);
    }
    if (mkdir(path, 0700 | S_ISVTX) < 0 && errno != EEXIST)
        return error_system(err, "make root directory '%s'", path);
    return 0;
}

int state_open_root(const char *path, bool create, int *out_root_fd, struct error *err)
{
    auto_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 && errno == ENOENT && create) {
        int result = make_root(path, err);

        if (result < 0)
            return result;
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fd < 0 && errno == ENOENT)
        return error_set(err, ERROR_SYSTEM, ENOENT, "container does not exist");
    if (fd < 0)
        return error_system(err, "open root directory '%s'", path);
    if (fstat(fd, &st) < 0)
        return error_system(err, "stat root directory '%s'", path);
    if (st.st_uid != sys_effective_uid() || st.st_mode & (S_IWGRP | S_IWOTH))
        return error_set(
            err, ERROR_USAGE, EPERM,
            "root directory '%s': must belong to uid %u and be writable by no one else", path,
            sys_effective_uid());
    *out_root_fd = take_fd(&fd);
    return 0;
}

int state_open(int root_fd, const char *id, int *out_state_fd, struct error *err)
{
    int result = state_check_id(id, err);
    int fd;

    if (result < 0)
        return result;
    fd = openat(root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return error_set(err, ERROR_SYSTEM, ENOENT, "container does not exist");
    if (fd < 0)
        return error_system(err, "open state of container %s", id);
    *out_state_fd = fd;
    return 0;
}

/* flock(2) knows no time limit, and a signal to end it would be a race of its own. */
static int wait_for_lock(int fd, unsigned timeout_ms, struct error *err)
{
    const struct timespec pause = { .tv_nsec = LOCK_RETRY_MS * 1000000L };

    for (unsigned waited_ms = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited_ms += LOCK_RETRY_MS) {
        if (errno != EWOULDBLOCK)
            return error_system(err, "lock state directory");
        if (waited_ms >= timeout_ms)
            return error_set(err, ERROR_SYSTEM, ETIMEDOUT,
                             "the container is being changed by another process");
        nanosleep(&pause, NULL);
    }
    return 0;
}

int state_create(int root_fd, const char *id, int *out_state_fd, struct error *err)
{
    auto_close int state_fd = -1;
    int result = state_check_id(id, err);

    if (result < 0)
        return result;
    if (mkdirat(root_fd, id, 0700) < 0) {
        if (errno == EEXIST)
            return error_set(err, ERROR_SYSTEM, EEXIST, "container with given ID already exists");
        return error_system(err, "make state directory of container %s", id);
    }
    result = state_open(root_fd, id, &state_fd, err);
    if (result == 0)
        result = wait_for_lock(state_fd, 0, err);
    if (result < 0) {
        /* Who is quicker than us has taken the new directory for a half-made container: it is no
         * longer ours. If it is even removed by now, no file can be made in it. */
        if (result != -ETIMEDOUT && result != -ENOENT)
            unlinkat(root_fd, id, AT_REMOVEDIR);
        return error_wrap(err, "lock the new container %s", id);
    }
    *out_state_fd = take_fd(&state_fd);
    return 0;
}

/* A lock on a directory that its former holder has removed locks nothing. */
static int check_still_there(int lock_fd, struct error *err)
{
    struct stat st;

    if (fstat(lock_fd, &st) < 0)
        return error_system(err, "stat state directory");
    if (st.st_nlink == 0)
        return error_set(err, ERROR_SYSTEM, ENOENT, "container does not exist");
    return 0;
}

int state_lock(int state_fd, unsigned timeout_ms, int *out_lock_fd, struct error *err)
{
    /* An open file description of its own: locks belong to it, not to the process. */
    auto_close int fd = openat(state_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result;

    if (fd < 0 && errno == ENOENT)
        return error_set(err, ERROR_SYSTEM, ENOENT, "container does not exist");
    if (fd < 0)
        return error_system(err, "open state directory");
    result = wait_for_lock(fd, timeout_ms, err);
    if (result == 0)
        result = check_still_there(fd, err);
    if (result < 0)
        return result;
    *out_lock_fd = take_fd(&fd);
    return 0;
}

void state_unlock(int *lock_fd)
{
    if (*lock_fd < 0)
        return;
    flock(*lock_fd, LOCK_UN);
    scope_close_late(lock_fd);
    *lock_fd = -1;
}

/* Unlink every file but state.json. */
static int remove_files(int state_fd, struct error *err)
{
    auto_closedir DIR *directory = NULL;
    int fd = openat(state_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const struct dirent *entry;

    if (fd < 0)
        return errno == ENOENT ? 0 : error_system(err, "open state directory");
    directory = fdopendir(fd);
    if (!directory) {
        error_system(err, "read state directory");
        close(fd);
        return -err->errnum;
    }
    while ((entry = readdir(directory))) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, STATE_FILE) == 0)
            continue;
        if (unlinkat(state_fd, name, 0) < 0 && errno != ENOENT)
            return error_system(err, "remove '%s'", name);
    }
    return 0;
}

/* The shortest way for the container that ended well: 0 when the directory is gone, 1 when there is
 * more in it. Of these files state.json goes last: it says what is still to be removed. */
static int remove_usual_files(int root_fd, const char *id)
{
    static const char *const names[] = { STATE_SPEC, STATE_FINDING, STATE_FILE };
    char path[NAME_MAX + sizeof "/" + NAME_MAX];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof path, "%s/%s", id, names[i]);
        if (unlinkat(root_fd, path, 0) < 0 && errno != ENOENT)
            return -1;
    }
    if (unlinkat(root_fd, id, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 0;
    return errno == ENOTEMPTY || errno == EEXIST ? 1 : -1;
}

int state_remove(int root_fd, const char *id, struct error *err)
{
    auto_close_late int state_fd = -1;
    int result = state_check_id(id, err);

    if (result < 0)
        return result;
    result = remove_usual_files(root_fd, id);
    if (result <= 0)
        return result < 0 ? error_system(err, "remove state of container %s", id) : 0;
    result = state_open(root_fd, id, &state_fd, err);
    if (result == -ENOENT)
        return 0;
    if (result < 0)
        return result;
    result = remove_files(state_fd, err);
    if (result < 0)
        return error_wrap(err, "remove state of container %s", id);
    if (unlinkat(state_fd, STATE_FILE, 0) < 0 && errno != ENOENT)
        return error_system(err, "remove state of container %s: '%s'", id, STATE_FILE);
    if (unlinkat(root_fd, id, AT_REMOVEDIR) < 0 && errno != ENOENT)
        return error_system(err, "remove state directory of container %s", id);
    return 0;
}

int state_list(struct arena *arena, int root_fd, const char ***out_ids, size_t *out_n_ids,
               struct error *err)
{
    auto_closedir DIR *directory = NULL;
    int fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char **ids = NULL;
    size_t n_ids = 0, n_room = 0;
    const struct dirent *entry;
    struct error ignored;

    if (fd < 0)
        return error_system(err, "open root directory");
    directory = fdopendir(fd);
    if (!directory) {
        error_system(err, "read root directory");
        close(fd);
        return -err->errnum;
    }
    while ((entry = readdir(directory))) {
        if (state_check_id(entry->d_name, &ignored) < 0)
            continue;
        if (n_ids == n_room) {
            const char **grown = ARENA_NEW_ARRAY(arena, const char *, n_room = 2 * n_room + 16);

            if (n_ids > 0)
                memcpy(grown, ids, n_ids * sizeof *ids);
            ids = grown;
        }
        ids[n_ids++] = arena_strdup(arena, entry->d_name);
    }
    *out_ids = ids;
    *out_n_ids = n_ids;
    return 0;
}
