/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sha256.h"
#include "agentrun/base/sys.h"
#include "agentrun/filter/compile.h"
#include "config.h"

#define DIRECTORY   ".seccomp"
#define MAGIC       "agentrun"
#define FORMAT      2 /* of this file's format and of what the compiler makes of a profile */
#define MAX_ENTRIES 256

/* A file is this, then the instructions. Only the machine that wrote it reads it. */
struct header {
    char magic[sizeof MAGIC - 1];
    uint32_t version;
    uint32_t n_instructions;
    uint32_t flags;
    uint32_t unused; /* 0 */
    uint8_t checksum[SHA256_BYTES];
};

struct key {
    uint8_t digest[SHA256_BYTES];
    char path[sizeof DIRECTORY + SHA256_HEX_BYTES]; /* DIRECTORY/<hexadecimal digest> */
};

static void add_number(struct sha256 *sha256, uint64_t value)
{
    sha256_add(sha256, &value, sizeof value);
}

/* Length first: no two lists of texts give the same bytes. */
static void add_text(struct sha256 *sha256, const char *text)
{
    size_t length = strlen(text);

    add_number(sha256, length);
    sha256_add(sha256, text, length);
}

static void add_rule(struct sha256 *sha256, const struct filter_rule *rule)
{
    add_number(sha256, rule->action);
    add_number(sha256, rule->n_names);
    for (size_t i = 0; i < rule->n_names; i++)
        add_text(sha256, rule->names[i]);
    add_number(sha256, rule->n_arguments);
    for (size_t i = 0; i < rule->n_arguments; i++) {
        add_number(sha256, rule->arguments[i].index);
        add_number(sha256, rule->arguments[i].comparison);
        add_number(sha256, rule->arguments[i].value);
        add_number(sha256, rule->arguments[i].value_two);
    }
}

/* The digest of everything that the program depends on. */
static void make_key(const struct filter_profile *profile, struct key *out_key)
{
    struct sha256 sha256;

    sha256_begin(&sha256);
    add_text(&sha256, PACKAGE_VERSION " " AGENTRUN_COMMIT);
    add_number(&sha256, FORMAT);
    add_number(&sha256, filter_native_architecture());
    add_number(&sha256, profile->default_action);
    add_number(&sha256, profile->flags);
    add_number(&sha256, profile->foreign_action);
    add_number(&sha256, profile->n_architectures);
    for (size_t i = 0; i < profile->n_architectures; i++)
        add_number(&sha256, profile->architectures[i]);
    add_number(&sha256, profile->n_rules);
    for (size_t i = 0; i < profile->n_rules; i++)
        add_rule(&sha256, &profile->rules[i]);
    sha256_finish(&sha256, out_key->digest);
    memcpy(out_key->path, DIRECTORY "/", sizeof DIRECTORY);
    sha256_to_hex(out_key->digest, out_key->path + sizeof DIRECTORY);
}

/* The checksum of a file: no whole file of one key passes for that of another. */
static void make_checksum(const struct key *key, const struct header *header,
                          const struct sock_filter *instructions,
                          uint8_t out_checksum[SHA256_BYTES])
{
    struct sha256 sha256;

    sha256_begin(&sha256);
    sha256_add(&sha256, key->digest, sizeof key->digest);
    sha256_add(&sha256, header, offsetof(struct header, checksum));
    sha256_add(&sha256, instructions, header->n_instructions * sizeof *instructions);
    sha256_finish(&sha256, out_checksum);
}

/* Whether a file or directory is ours and closed to everybody else. */
static bool is_private(const struct stat *st, mode_t type, mode_t mode)
{
    return (st->st_mode & S_IFMT) == type && (st->st_mode & 07777) == mode &&
           st->st_uid == sys_effective_uid();
}

static bool has_private_directory(int root_fd)
{
    struct stat st;

    return fstatat(root_fd, DIRECTORY, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_private(&st, S_IFDIR, 0700);
}

static bool is_whole(const struct key *key, const struct header *header, size_t n_bytes)
{
    uint8_t checksum[SHA256_BYTES];

    if (memcmp(header->magic, MAGIC, sizeof header->magic) != 0 || header->version != FORMAT ||
        header->n_instructions == 0 || header->n_instructions > FILTER_MAX_INSTRUCTIONS ||
        n_bytes != sizeof *header + header->n_instructions * sizeof(struct sock_filter))
        return false;
    make_checksum(key, header, (const struct sock_filter *)(header + 1), checksum);
    return memcmp(checksum, header->checksum, sizeof checksum) == 0;
}

/* Fill *out_program from the file; false when there is none that we trust. */
static bool load(struct arena *arena, int root_fd, const struct key *key,
                 struct filter_program *out_program)
{
    auto_close int fd = -1;
    struct header *header;
    struct stat st;
    size_t n_bytes;

    if (!has_private_directory(root_fd))
        return false;
    /* O_NONBLOCK: not to wait for the other end of what may be a fifo. */
    fd = openat(root_fd, key->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || !is_private(&st, S_IFREG, 0600) ||
        st.st_size < (off_t)sizeof *header || st.st_size % 8 != 0 ||
        st.st_size > (off_t)(sizeof *header + FILTER_MAX_INSTRUCTIONS * sizeof(struct sock_filter)))
        return false;
    n_bytes = (size_t)st.st_size;
    header = arena_alloc(arena, n_bytes);
    if (io_read_full(fd, header, n_bytes) != (ssize_t)n_bytes || !is_whole(key, header, n_bytes))
        return false;
    *out_program = (struct filter_program){
        .n_instructions = (uint16_t)header->n_instructions,
        .instructions = (const struct sock_filter *)(header + 1),
        .flags = header->flags,
    };
    return true;
}

/* Open the directory for storing, making it or taking it back when that is in our power. Returns
 * the descriptor or -1. */
static int open_directory(int root_fd)
{
    auto_close int fd = -1;
    struct stat st;

    if (mkdirat(root_fd, DIRECTORY, 0700) < 0 && errno != EEXIST)
        return -1;
    fd = openat(root_fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP) && unlinkat(root_fd, DIRECTORY, 0) == 0 &&
        mkdirat(root_fd, DIRECTORY, 0700) == 0)
        fd = openat(root_fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != sys_effective_uid())
        return -1;
    if ((st.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0)
        return -1;
    return take_fd(&fd);
}

static bool is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static unsigned count_entries(DIR *directory)
{
    const struct dirent *entry;
    unsigned n_entries = 0;

    while ((entry = readdir(directory)))
        n_entries += is_entry(entry);
    return n_entries;
}

static bool is_older(const struct stat *a, const struct stat *b)
{
    if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
        return a->st_mtim.tv_sec < b->st_mtim.tv_sec;
    return a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

static void remove_oldest(DIR *directory)
{
    char oldest[NAME_MAX + 1] = "";
    struct stat st, oldest_st = { 0 };
    const struct dirent *entry;

    rewinddir(directory);
    while ((entry = readdir(directory))) {
        if (!is_entry(entry) ||
            fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (oldest[0] && !is_older(&st, &oldest_st))
            continue;
        snprintf(oldest, sizeof oldest, "%s", entry->d_name);
        oldest_st = st;
    }
    if (oldest[0])
        unlinkat(dirfd(directory), oldest, 0);
}

/* A caller who sends ever new profiles must not fill the file system. */
static void make_room(int directory_fd)
{
    auto_closedir DIR *directory = NULL;
    int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    directory = fdopendir(fd);
    if (!directory) {
        close(fd);
        return;
    }
    for (unsigned n = count_entries(directory); n >= MAX_ENTRIES; n--)
        remove_oldest(directory);
}

/* Nobody is told when this fails: the next start compiles again. */
static void store(struct arena *arena, int root_fd, const struct key *key,
                  const struct filter_program *program)
{
    auto_close int directory_fd = open_directory(root_fd);
    size_t n_program_bytes = program->n_instructions * sizeof *program->instructions;
    struct header *header;
    struct error ignored;

    if (directory_fd < 0)
        return;
    make_room(directory_fd);
    header = arena_alloc(arena, sizeof *header + n_program_bytes);
    *header = (struct header){
        .magic = { 'a', 'g', 'e', 'n', 't', 'r', 'u', 'n' },
        .version = FORMAT,
        .n_instructions = program->n_instructions,
        .flags = program->flags,
    };
    memcpy(header + 1, program->instructions, n_program_bytes);
    make_checksum(key, header, program->instructions, header->checksum);
    (void)io_replace_file_at(directory_fd, key->path + sizeof DIRECTORY, header,
                             sizeof *header + n_program_bytes, 0600, &ignored);
}

int filter_cache_get(struct arena *arena, int root_fd, const struct filter_profile *profile,
                     struct filter_program *out_program, struct error *err)
{
    struct filter_program program;
    struct key key;
    int result;

    if (root_fd < 0)
        return filter_compile(arena, profile, out_program, err);
    make_key(profile, &key);
    if (load(arena, root_fd, &key, out_program))
        return 0;
    result = filter_compile(arena, profile, &program, err);
    if (result < 0)
        return result;
    store(arena, root_fd, &key, &program);
    *out_program = program;
    return 0;
}
