/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/rootpath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

/* The kernel's own limit of links in one walk is 40. */
#define MAX_LINKS 40
#define MAX_DEPTH 256
/* A rename somewhere in the tree makes openat2 give up with EAGAIN; it is not a denial. */
#define MAX_RACES 128

/* --- component by component --------------------------------------------------------------- */

struct walk {
    int root_fd;        /* borrowed */
    int fds[MAX_DEPTH]; /* the directories from below the root to here */
    size_t depth;
    unsigned n_links;
    bool follow;
    enum rootpath_make make;
    char rest[2 * PATH_MAX]; /* what is still to walk */
};

static void pop_to(struct walk *walk, size_t depth)
{
    while (walk->depth > depth)
        close(walk->fds[--walk->depth]);
}

static void walk_end(struct walk *walk)
{
    pop_to(walk, 0);
}

static int here(const struct walk *walk)
{
    return walk->depth > 0 ? walk->fds[walk->depth - 1] : walk->root_fd;
}

/* Take the first component off walk->rest; empty at the end. */
static int next_component(struct walk *walk, char component[NAME_MAX + 1])
{
    const char *start = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(start, "/");

    if (length > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(component, start, length);
    component[length] = '\0';
    memmove(walk->rest, start + length, strlen(start + length) + 1);
    return 0;
}

static bool is_last(const struct walk *walk)
{
    return walk->rest[strspn(walk->rest, "/")] == '\0';
}

static int push(struct walk *walk, int own_fd)
{
    if (walk->depth == MAX_DEPTH) {
        close(own_fd);
        return -ENAMETOOLONG;
    }
    walk->fds[walk->depth++] = own_fd;
    return 0;
}

/* Put the link's text in front of what is left, and go on from there. */
static int follow_link(struct walk *walk, int link_fd)
{
    char text[PATH_MAX], joined[2 * PATH_MAX];
    ssize_t length = readlinkat(link_fd, "", text, sizeof text - 1);

    if (length < 0)
        return -errno;
    if (++walk->n_links > MAX_LINKS)
        return -ELOOP;
    text[length] = '\0';
    if ((size_t)snprintf(joined, sizeof joined, "%s/%s", text, walk->rest) >= sizeof joined)
        return -ENAMETOOLONG;
    memcpy(walk->rest, joined, strlen(joined) + 1);
    if (text[0] == '/')
        pop_to(walk, 0);
    return 0;
}

static int make_component(const struct walk *walk, const char *component)
{
    int fd;

    if (walk->make == ROOTPATH_MUST_EXIST)
        return -ENOENT;
    if (walk->make == ROOTPATH_MAKE_DIRECTORY || !is_last(walk))
        return mkdirat(here(walk), component, 0755) < 0 && errno != EEXIST ? -errno : 0;
    fd = openat(here(walk), component, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno == EEXIST ? 0 : -errno;
    close(fd);
    return 0;
}

static int step(struct walk *walk, const char *component)
{
    auto_close int fd = -1;
    struct stat st;
    int result;

    if (strcmp(component, ".") == 0)
        return 0;
    if (strcmp(component, "..") == 0) {
        pop_to(walk, walk->depth > 0 ? walk->depth - 1 : 0);
        return 0;
    }
    fd = openat(here(walk), component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        result = make_component(walk, component);
        if (result < 0)
            return result;
        fd = openat(here(walk), component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    }
    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (S_ISLNK(st.st_mode))
        return is_last(walk) && !walk->follow ? -ELOOP : follow_link(walk, fd);
    return push(walk, take_fd(&fd));
}

static int walk_path(struct walk *walk, int *out_fd)
{
    char component[NAME_MAX + 1];
    int result;

    for (;;) {
        result = next_component(walk, component);
        if (result < 0)
            return result;
        if (component[0] == '\0')
            break;
        result = step(walk, component);
        if (result < 0)
            return result;
    }
    result = fcntl(here(walk), F_DUPFD_CLOEXEC, 0);
    if (result < 0)
        return -errno;
    *out_fd = result;
    return 0;
}

int rootpath_open_by_component(int root_fd, const char *path, bool follow, enum rootpath_make make,
                               int *out_fd, struct error *err)
{
    struct walk walk = { .root_fd = root_fd, .follow = follow, .make = make };
    int result;

    if ((size_t)snprintf(walk.rest, sizeof walk.rest, "%s", path) >= PATH_MAX)
        return error_errno(err, ENAMETOOLONG, "open '%.60s…' in the root", path);
    result = walk_path(&walk, out_fd);
    walk_end(&walk);
    return result < 0 ? error_errno(err, -result, "open '%s' in the root", path) : 0;
}

/* --- openat2 ------------------------------------------------------------------------------ */

int rootpath_open(int root_fd, const char *path, bool follow, enum rootpath_make make, int *out_fd,
                  struct error *err)
{
    uint64_t flags = O_PATH | (follow ? 0 : O_NOFOLLOW);
    struct stat st;
    int fd = -1;

    for (int i = 0; i < MAX_RACES; i++) {
        fd = sys_openat2(root_fd, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    if (fd < 0) {
        bool walk = errno == ENOSYS || errno == EPERM;

        if (walk || (errno == ENOENT && make != ROOTPATH_MUST_EXIST))
            return rootpath_open_by_component(root_fd, path, follow, make, out_fd, err);
        return error_system(err, "open '%s' in the root", path);
    }
    /* O_PATH with O_NOFOLLOW opens the link itself. */
    if (!follow && (fstat(fd, &st) < 0 || S_ISLNK(st.st_mode))) {
        close(fd);
        return error_errno(err, ELOOP, "open '%s' in the root", path);
    }
    *out_fd = fd;
    return 0;
}
