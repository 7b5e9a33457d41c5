/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"

#define GROUP_MODE    0755
#define MAKE_ATTEMPTS 5
#define PROCS_BYTES   4096

static bool is_clean_component(const char *start, size_t n_bytes)
{
    if (n_bytes == 0 || (n_bytes <= 2 && strncmp(start, "..", n_bytes) == 0))
        return false;
    for (size_t i = 0; i < n_bytes; i++)
        if ((unsigned char)start[i] < ' ' || start[i] == 0x7f)
            return false;
    return true;
}

int cgroup_tree_check_path(const char *path, struct error *err)
{
    const char *at = path;

    while (*at == '/' && is_clean_component(at + 1, strcspn(at + 1, "/")))
        at += 1 + strcspn(at + 1, "/");
    if (at == path || *at)
        return error_set(err, ERROR_SPEC, EINVAL, "'%s' is no clean path of a cgroup", path);
    return 0;
}

static int join(char full[PATH_MAX], const char *mount_point, const char *path, struct error *err)
{
    return io_format(full, PATH_MAX, err, "%s%s", mount_point, path);
}

/* Make what is missing between the mount point, the first n_mount bytes of full[], and the last
 * component. *n_kept is lowered to the part of the path that was there. */
static int make_parents(char full[PATH_MAX], size_t n_mount, size_t *n_kept, struct error *err)
{
    for (char *slash = strchr(full + n_mount + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t n_above;

        *slash = '\0';
        n_above = (size_t)(strrchr(full, '/') - full) - n_mount;
        if (mkdir(full, GROUP_MODE) == 0)
            *n_kept = n_above < *n_kept ? n_above : *n_kept;
        else if (errno != EEXIST)
            return error_system(err, "make the cgroup '%s'", full);
        *slash = '/';
    }
    return 0;
}

int cgroup_tree_make(const char *mount_point, const char *path, size_t *out_n_kept,
                     struct error *err)
{
    size_t n_kept = strlen(path), n_mount = strlen(mount_point);
    char full[PATH_MAX];
    int result = join(full, mount_point, path, err);

    /* The parents are nearly always there. They may also go away again between two calls, when
     * another runtime undoes what it made. */
    for (int attempt = 0; result == 0 && attempt < MAKE_ATTEMPTS; attempt++) {
        if (mkdir(full, GROUP_MODE) == 0) {
            size_t n_above = (size_t)(strrchr(path, '/') - path);

            *out_n_kept = n_above < n_kept ? n_above : n_kept;
            return 0;
        }
        if (errno == EEXIST) {
            *out_n_kept = strlen(path);
            return 0;
        }
        if (errno != ENOENT)
            break;
        result = make_parents(full, n_mount, &n_kept, err);
    }
    if (result == 0)
        result = error_system(err, "make the cgroup '%s'", full);
    cgroup_tree_unmake(mount_point, path, n_kept);
    return result;
}

void cgroup_tree_unmake(const char *mount_point, const char *path, size_t n_kept)
{
    size_t n_mount = strlen(mount_point);
    char full[PATH_MAX];
    struct error ignored;

    if (join(full, mount_point, path, &ignored) < 0)
        return;
    while (strlen(full) > n_mount + n_kept) {
        rmdir(full);
        *strrchr(full, '/') = '\0';
    }
}

int cgroup_tree_open(const char *mount_point, const char *path, int *out_directory_fd,
                     struct error *err)
{
    char full[PATH_MAX];
    int fd, result = join(full, mount_point, path, err);

    if (result < 0)
        return result;
    fd = open(full, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, "open the cgroup '%s'", full);
    *out_directory_fd = fd;
    return 0;
}

/* The directory opened for reading; NULL when there is nothing below it or it is gone. */
static DIR *open_listing(int directory_fd)
{
    auto_close int fd = -1;
    struct stat st;
    DIR *listing;

    /* Control group directories count their subdirectories as links, so most need no listing. */
    if (fstat(directory_fd, &st) < 0 || st.st_nlink <= 2)
        return NULL;
    fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    listing = fd < 0 ? NULL : fdopendir(fd);
    if (listing)
        take_fd(&fd);
    return listing;
}

/* The name of the next directory in a listing; NULL at its end. */
static const char *next_child(DIR *listing)
{
    const struct dirent *entry;

    while ((entry = readdir(listing)))
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            return entry->d_name;
    return NULL;
}

static int open_child(int directory_fd, const char *name)
{
    return openat(directory_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

struct visitor {
    int (*visit)(pid_t pid, void *context, struct error *err);
    void *context;
};

/* The processes in a piece of cgroup.procs, whose last number the next piece may continue. */
static int visit_piece(const struct visitor *visitor, const char *piece, size_t n_bytes, pid_t *pid,
                       struct error *err)
{
    for (size_t i = 0; i < n_bytes; i++) {
        int result;

        if (piece[i] >= '0' && piece[i] <= '9') {
            *pid = *pid * 10 + (piece[i] - '0');
            continue;
        }
        result = visitor->visit(*pid, visitor->context, err);
        if (result != 0)
            return result;
        *pid = 0;
    }
    return 0;
}

/* Gone meanwhile; or a threaded group, whose processes its domain lists. */
static bool has_no_list(int errnum)
{
    return errnum == ENOENT || errnum == ENODEV || errnum == EOPNOTSUPP;
}

static int visit_group(const struct visitor *visitor, int directory_fd, struct error *err)
{
    auto_close int fd = openat(directory_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    char piece[PROCS_BYTES];
    pid_t pid = 0;

    if (fd < 0)
        return has_no_list(errno) ? 0 : error_system(err, "open 'cgroup.procs'");
    for (;;) {
        ssize_t n_read = io_read_full(fd, piece, sizeof piece);
        int result;

        if (n_read == 0 || has_no_list((int)-n_read))
            return 0;
        if (n_read < 0)
            return error_errno(err, (int)-n_read, "read 'cgroup.procs'");
        result = visit_piece(visitor, piece, (size_t)n_read, &pid, err);
        if (result != 0)
            return result;
    }
}

static int visit_tree(const struct visitor *visitor, int directory_fd, int depth, struct error *err)
{
    auto_closedir DIR *listing = NULL;
    const char *name;
    int result = visit_group(visitor, directory_fd, err);

    if (result == 0)
        listing = open_listing(directory_fd);
    if (listing && depth == 0)
        return error_set(err, ERROR_SYSTEM, ELOOP, "groups are nested too deeply");
    while (listing && result == 0 && (name = next_child(listing))) {
        auto_close int child_fd = open_child(directory_fd, name);

        if (child_fd >= 0)
            result = visit_tree(visitor, child_fd, depth - 1, err);
        else if (errno != ENOENT)
            result = error_system(err, "open the cgroup '%s'", name);
    }
    return result;
}

int cgroup_tree_visit_pids(int directory_fd,
                           int (*visit)(pid_t pid, void *context, struct error *err), void *context,
                           struct error *err)
{
    struct visitor visitor = { visit, context };

    return visit_tree(&visitor, directory_fd, CGROUP_TREE_MAX_DEPTH, err);
}

/* Remove what is below the directory as far as possible. Whether anything was. */
static bool remove_below(int directory_fd, int depth)
{
    auto_closedir DIR *listing = depth > 0 ? open_listing(directory_fd) : NULL;
    bool removed = false;
    const char *name;

    while (listing && (name = next_child(listing))) {
        auto_close int child_fd = open_child(directory_fd, name);

        if (child_fd >= 0 && remove_below(child_fd, depth - 1))
            removed = true;
        if (unlinkat(directory_fd, name, AT_REMOVEDIR) == 0)
            removed = true;
    }
    return removed;
}

int cgroup_tree_remove(const char *mount_point, const char *path, struct backoff *backoff,
                       struct error *err)
{
    char full[PATH_MAX];
    int result = join(full, mount_point, path, err);

    if (result < 0)
        return result;
    for (;;) {
        auto_close int fd = -1;

        if (rmdir(full) == 0 || errno == ENOENT)
            return 0;
        if (errno != EBUSY)
            return error_system(err, "remove the cgroup '%s'", full);
        fd = open(full, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && remove_below(fd, CGROUP_TREE_MAX_DEPTH))
            continue;
        if (!backoff_wait(backoff))
            return error_errno(err, EBUSY, "remove the cgroup '%s'", full);
    }
}
