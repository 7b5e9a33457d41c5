/* SPDX-License-Identifier: Apache-2.0 */
#include "harden_support.h"

#include <linux/magic.h>
#include <sys/stat.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"
#include "quoted.h"

/* The first row that fits says what a path is. */
static const struct {
    const char *pattern;
    mode_t mode;
    uid_t uid;
    uint64_t magic;
} files[] = {
    { "**/*.sock", S_IFSOCK | 0660, 0, TMPFS_MAGIC },
    { "/proc/*/exe", S_IFREG | 0755, 0, EXT4_SUPER_MAGIC },
    { "/proc", S_IFDIR | 0555, 0, PROC_SUPER_MAGIC },
    { "/proc/**", S_IFREG | 0444, 0, PROC_SUPER_MAGIC },
    { "/sys/fs/cgroup/**", S_IFDIR | 0755, 0, CGROUP_SUPER_MAGIC },
    { "/sys", S_IFDIR | 0555, 0, SYSFS_MAGIC },
    { "/dev/vda", S_IFBLK | 0660, 0, TMPFS_MAGIC },
    { "/dev", S_IFDIR | 0755, 0, TMPFS_MAGIC },
    { "/dev/shm", S_IFDIR | 0777, 0, TMPFS_MAGIC },
    { "/dev/**", S_IFCHR | 0666, 0, TMPFS_MAGIC },
    { "**/resolv*.conf", S_IFREG | 0644, 0, EXT4_SUPER_MAGIC },
    { "**/hostname", S_IFREG | 0644, 0, EXT4_SUPER_MAGIC },
    { "**/hosts*", S_IFREG | 0644, 0, EXT4_SUPER_MAGIC },
    { "**/.containerenv", S_IFREG | 0600, 0, EXT4_SUPER_MAGIC },
    { "**/docker-init", S_IFREG | 0755, 0, EXT4_SUPER_MAGIC },
    { "**/tini", S_IFREG | 0755, 0, EXT4_SUPER_MAGIC },
    { "**/userdata/secrets/*", S_IFREG | 0444, 0, EXT4_SUPER_MAGIC },
    { "**/volumes/*/_data", S_IFDIR | 0755, 0, EXT4_SUPER_MAGIC },
};

static const struct {
    const char *name;
    mode_t type;
} types[] = {
    { "file", S_IFREG }, { "directory", S_IFDIR }, { "socket", S_IFSOCK },
    { "fifo", S_IFIFO }, { "block", S_IFBLK },     { "character", S_IFCHR },
};

static const struct {
    const char *name;
    uint64_t magic;
} magics[] = {
    { "proc", PROC_SUPER_MAGIC },       { "sysfs", SYSFS_MAGIC },     { "nsfs", NSFS_MAGIC },
    { "cgroup2", CGROUP2_SUPER_MAGIC }, { "debugfs", DEBUGFS_MAGIC }, { "tmpfs", TMPFS_MAGIC },
};

/* Different paths are different objects. */
static ino_t inode_of(const char *path)
{
    ino_t inode = 5381;

    for (const char *c = path; *c; c++)
        inode = inode * 33 + (unsigned char)*c;
    return inode;
}

static struct fact_file file_by_name(const char *path)
{
    struct fact_file file = { .fd = -1,
                              .resolved_path = path,
                              .mode = S_IFDIR | 0755,
                              .uid = 1000,
                              .gid = 1000,
                              .device = 1,
                              .inode = inode_of(path),
                              .filesystem_magic = EXT4_SUPER_MAGIC,
                              .can_be_id_mapped = true };

    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        if (path_matches(files[i].pattern, NULL, path)) {
            file.mode = files[i].mode;
            file.uid = file.gid = files[i].uid;
            file.filesystem_magic = files[i].magic;
            break;
        }
    file.is_host_root = strcmp(path, "/") == 0;
    return file;
}

static uint32_t number_of(const struct json *value, uint32_t fallback)
{
    struct error err;
    uint64_t number;

    if (!value)
        return fallback;
    if (number_parse_unsigned(value->string, 0, UINT32_MAX, &number, &err) < 0)
        fail_msg("facts: %s", err.text);
    return (uint32_t)number;
}

static bool is_true(const struct json *value)
{
    return value && value->boolean;
}

static void describe_type(const struct json *described, struct fact_file *file)
{
    const struct json *type = json_member(described, "type");
    const struct json *magic = json_member(described, "magic");
    const struct json *mode = json_member(described, "mode");
    struct error err;
    uint32_t bits;

    for (size_t i = 0; type && i < ARRAY_SIZE(types); i++)
        if (strcmp(types[i].name, type->string) == 0)
            file->mode = types[i].type | 0755;
    for (size_t i = 0; magic && i < ARRAY_SIZE(magics); i++)
        if (strcmp(magics[i].name, magic->string) == 0)
            file->filesystem_magic = magics[i].magic;
    if (mode) {
        if (number_parse_mode(mode->string, &bits, &err) < 0)
            fail_msg("facts: %s", err.text);
        file->mode = (file->mode & S_IFMT) | bits;
    }
}

static void describe(const struct json *described, struct fact_file *file)
{
    const struct json *path = json_member(described, "path");
    const struct json *identity = json_member(described, "identity");
    const struct json *below = json_member(described, "below");

    if (path)
        *file = file_by_name(path->string);
    describe_type(described, file);
    file->uid = number_of(json_member(described, "uid"), file->uid);
    file->gid = number_of(json_member(described, "gid"), file->gid);
    if (identity)
        file->inode = inode_of(identity->string);
    if (below) {
        file->types_below = &below->string;
        file->n_types_below = 1;
    }
    file->is_mount_root = is_true(json_member(described, "mountRoot"));
    file->is_host_root = file->is_host_root || is_true(json_member(described, "hostRoot"));
    if (is_true(json_member(described, "cannotBeMapped")))
        file->can_be_id_mapped = false;
    if (json_member(described, "error"))
        *file = (struct fact_file){ .errnum = (int)number_of(json_member(described, "error"), 0),
                                    .fd = -1 };
}

static struct fact_file file_of(const char *path, const struct json *described)
{
    const struct json *own = json_member(json_member(described, "files"), path);
    struct fact_file file = file_by_name(path);

    if (own)
        describe(own, &file);
    return file;
}

static bool is_bind(const struct spec_mount *mount)
{
    for (size_t i = 0; i < mount->n_options; i++)
        if (strcmp(mount->options[i], "bind") == 0 || strcmp(mount->options[i], "rbind") == 0)
            return true;
    return mount->type && (strcmp(mount->type, "bind") == 0 || strcmp(mount->type, "rbind") == 0);
}

static void add_hooks(struct arena *arena, const struct spec *spec, const struct json *described,
                      struct facts *facts)
{
    const struct spec_hook_list *lists[] = {
        &spec->hooks.prestart,        &spec->hooks.create_runtime, &spec->hooks.create_container,
        &spec->hooks.start_container, &spec->hooks.poststart,      &spec->hooks.poststop,
    };

    for (size_t kind = 0; kind < ARRAY_SIZE(lists); kind++) {
        facts->hooks[kind] = ARENA_NEW_ARRAY(arena, struct fact_file, lists[kind]->n_hooks);
        for (size_t i = 0; i < lists[kind]->n_hooks; i++) {
            const char *path = lists[kind]->hooks[i].path;
            struct fact_file file = file_of(path, described);

            /* The engine names itself by its process. */
            if (path_matches("/proc/*/exe", NULL, path) && strcmp(file.resolved_path, path) == 0)
                file.resolved_path = "/usr/sbin/dockerd";
            facts->hooks[kind][i] = file;
        }
    }
}

static void add_denied(struct arena *arena, struct facts *facts)
{
    const struct policy *policy = policy_builtin();

    facts->n_denied_directories = policy->mounts.n_denied;
    facts->denied_directories = ARENA_NEW_ARRAY(arena, struct fact_file, policy->mounts.n_denied);
    for (size_t i = 0; i < policy->mounts.n_denied; i++)
        facts->denied_directories[i] = file_by_name(policy->mounts.denied[i]);
}

static enum fact_namespace network_of(const struct spec *spec, const struct json *described)
{
    const struct json *network = json_member(described, "network");

    if (!spec->linux.namespaces[NAMESPACE_NETWORK].path)
        return FACT_NAMESPACE_NOT_NAMED;
    if (network && strcmp(network->string, "host") == 0)
        return FACT_NAMESPACE_HOST;
    if (network && strcmp(network->string, "invalid") == 0)
        return FACT_NAMESPACE_INVALID;
    return FACT_NAMESPACE_OTHER;
}

struct facts support_facts(struct arena *arena, const struct spec *spec,
                           const struct json *described)
{
    struct facts facts = { .container_id = "c1", .n_mount_sources = spec->n_mounts };

    facts.root = file_of(spec->root.path ? spec->root.path : "rootfs", described);
    facts.mount_sources = ARENA_NEW_ARRAY(arena, struct fact_file, spec->n_mounts);
    for (size_t i = 0; i < spec->n_mounts; i++) {
        facts.mount_sources[i].fd = -1;
        if (is_bind(&spec->mounts[i]) && spec->mounts[i].source)
            facts.mount_sources[i] = file_of(spec->mounts[i].source, described);
    }
    add_hooks(arena, spec, described, &facts);
    add_denied(arena, &facts);
    facts.network = network_of(spec, described);
    facts.n_host_cpus = number_of(json_member(described, "cpus"), 8);
    facts.is_in_user_namespace = is_true(json_member(described, "userNamespace"));
    return facts;
}

/* Hooks that stay keep their order; they are found again by their path. */
static struct fact_file *kept_hooks(struct arena *arena, const struct spec_hook_list *kept,
                                    const struct spec_hook_list *asked,
                                    const struct fact_file *files_asked)
{
    struct fact_file *found = ARENA_NEW_ARRAY(arena, struct fact_file, kept->n_hooks);

    for (size_t i = 0, j = 0; i < kept->n_hooks; i++, j++) {
        while (j < asked->n_hooks && strcmp(asked->hooks[j].path, kept->hooks[i].path) != 0)
            j++;
        assert_true(j < asked->n_hooks);
        found[i] = files_asked[j];
    }
    return found;
}

struct facts support_facts_again(struct arena *arena, const struct hardened *hardened,
                                 const struct spec *request, const struct facts *facts)
{
    const struct spec *spec = &hardened->spec;
    struct facts again = *facts;

    again.n_mount_sources = spec->n_mounts;
    again.mount_sources = ARENA_NEW_ARRAY(arena, struct fact_file, spec->n_mounts);
    for (size_t i = 0; i < spec->n_mounts; i++) {
        if (hardened->mount_origins[i] < 0)
            again.mount_sources[i].fd = -1;
        else
            again.mount_sources[i] = facts->mount_sources[hardened->mount_origins[i]];
    }
    again.network = FACT_NAMESPACE_NOT_NAMED;
    again.hooks[0] =
        kept_hooks(arena, &spec->hooks.prestart, &request->hooks.prestart, facts->hooks[0]);
    again.hooks[1] = kept_hooks(arena, &spec->hooks.create_runtime, &request->hooks.create_runtime,
                                facts->hooks[1]);
    return again;
}

struct spec support_spec(struct arena *arena, const char *text)
{
    const char *json = quoted(arena, text);
    struct spec spec;
    struct error err;

    if (spec_decode(arena, "config.json", json, strlen(json), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

struct spec support_config(struct arena *arena, const char *members)
{
    return support_spec(
        arena, arena_format(arena,
                            "{'ociVersion':'1.2.0','root':{'path':'rootfs'},'process':{'args':"
                            "['true'],'cwd':'/','user':{'uid':1000,'gid':1000}}%s%s}",
                            *members ? "," : "", members));
}

struct spec support_process(struct arena *arena, const char *members)
{
    return support_spec(arena, arena_format(arena,
                                            "{'ociVersion':'1.2.0','root':{'path':'rootfs'},"
                                            "'process':{%s}}",
                                            members));
}

struct hardened support_harden(struct arena *arena, const struct spec *spec)
{
    struct facts facts = support_facts(arena, spec, NULL);
    struct hardened hardened;
    struct error err;

    if (harden_container(arena, spec, policy_builtin(), &facts, &hardened, &err) < 0)
        fail_msg("%s", err.text);
    return hardened;
}

void support_refused(struct arena *arena, const struct spec *spec, const char *id)
{
    struct facts facts = support_facts(arena, spec, NULL);
    struct hardened hardened;
    struct error err;

    if (harden_container(arena, spec, policy_builtin(), &facts, &hardened, &err) == 0)
        fail_msg("not refused, expected %s", id);
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_ptr_equal(strstr(err.text, "agentrun: policy: "), err.text);
    if (!strstr(err.text, arena_format(arena, "rule %s;", id)))
        fail_msg("expected %s: %s", id, err.text);
    if (support_matched_word(err.text))
        fail_msg("engines act upon '%s': %s", support_matched_word(err.text), err.text);
}

const struct finding *support_finding(const struct hardened *hardened, const char *id,
                                      const char *place)
{
    const struct finding *finding = hardened->findings.first;

    while (finding && (strcmp(finding->id, id) != 0 || strcmp(finding->place, place) != 0))
        finding = finding->next;
    return finding;
}

const char *support_encode(struct arena *arena, const struct spec *spec)
{
    struct json_writer *writer = json_writer_new(arena, true);

    spec_encode(writer, spec);
    return json_writer_finish(writer, NULL);
}

const char *support_matched_word(const char *text)
{
    static const char *const words[] = {
        "permission denied",
        "operation not permitted",
        "no such file",
        "no such process",
        "does not exist",
        "not found",
        "is a directory",
        "not a directory",
        "already finished",
        "container not running",
        "invalid process",
        "open executable",
        "executable path is empty",
        "exec format error",
        "no such device",
        "device or resource busy",
        "unknown image config media type",
        "already in use",
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcasestr(text, words[i]))
            return words[i];
    return NULL;
}
