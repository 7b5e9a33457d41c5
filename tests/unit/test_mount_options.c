/* SPDX-License-Identifier: Apache-2.0
 *
 * What each mount option does.
 */
#include <sys/mount.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/mount_options.h"
#include "plan_fixture.h"

#define ATIME MOUNT_ATTR__ATIME

/* The options that set or clear attributes, as mount_setattr(2) takes them. With an "r" before the
 * name each has a recursive twin. */
static const struct {
    const char *name;
    uint64_t set, clear;
} attributes[] = {
    { "ro", 0x1, 0 },
    { "rw", 0, 0x1 },
    { "nosuid", 0x2, 0 },
    { "suid", 0, 0x2 },
    { "nodev", 0x4, 0 },
    { "dev", 0, 0x4 },
    { "noexec", 0x8, 0 },
    { "exec", 0, 0x8 },
    { "noatime", 0x10, ATIME },
    { "atime", 0, ATIME },
    { "strictatime", 0x20, ATIME },
    { "nostrictatime", 0, ATIME },
    { "relatime", 0, ATIME },
    { "norelatime", 0, ATIME },
    { "nodiratime", 0x80, 0 },
    { "diratime", 0, 0x80 },
    { "nosymfollow", 0x200000, 0 },
    { "symfollow", 0, 0x200000 },
};

static struct plan_mount apply(struct arena *arena, const char *type, const char **options,
                               size_t n_options)
{
    struct spec spec = { 0 };
    struct spec_mount from = { .type = type, .options = options, .n_options = n_options };
    struct plan_mount mount = { 0 };
    struct error err;

    if (mount_options_apply(arena, &spec, &from, "mounts[0]", &mount, &err) < 0)
        fail_msg("%s", err.text);
    return mount;
}

static struct plan_mount apply_one(struct arena *arena, const char *type, const char *option)
{
    return apply(arena, type, &option, 1);
}

static void test_table_is_sorted_each_is_found(void **state)
{
    size_t n_options;
    const struct mount_option *table = mount_option_table(&n_options);

    (void)state;
    for (size_t i = 0; i < n_options; i++) {
        if (i > 0)
            assert_true(strcmp(table[i - 1].name, table[i].name) < 0);
        assert_ptr_equal(mount_option_find(table[i].name), &table[i]);
    }
    assert_null(mount_option_find("size=64m"));
    assert_null(mount_option_find(""));
    assert_null(mount_option_find("RO"));
}

static void test_attribute_set_and_cleared(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
        struct arena arena = { 0 };
        struct plan_mount mount = apply_one(&arena, "tmpfs", attributes[i].name);

        assert_int_equal(mount.set, attributes[i].set);
        assert_int_equal(mount.clear, attributes[i].clear);
        assert_int_equal(mount.set_recursive | mount.clear_recursive, 0);
        assert_int_equal(mount.n_options, 0);
        arena_release(&arena);
    }
}

static void test_attribute_recursive_twin(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
        struct arena arena = { 0 };
        struct plan_mount mount =
            apply_one(&arena, "bind", arena_format(&arena, "r%s", attributes[i].name));

        assert_int_equal(mount.set_recursive, attributes[i].set);
        assert_int_equal(mount.clear_recursive, attributes[i].clear);
        assert_int_equal(mount.set | mount.clear, 0);
        arena_release(&arena);
    }
}

static void test_propagation_each(void **state)
{
    static const struct {
        const char *name;
        uint64_t flag;
    } kinds[] = {
        { "private", MS_PRIVATE },
        { "slave", MS_SLAVE },
        { "shared", MS_SHARED },
        { "unbindable", MS_UNBINDABLE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct arena arena = { 0 };
        struct plan_mount single = apply_one(&arena, "bind", kinds[i].name);
        struct plan_mount tree =
            apply_one(&arena, "bind", arena_format(&arena, "r%s", kinds[i].name));

        assert_int_equal(single.propagation, kinds[i].flag);
        assert_false(single.propagation_recursive);
        assert_int_equal(tree.propagation, kinds[i].flag);
        assert_true(tree.propagation_recursive);
        arena_release(&arena);
    }
}

static void test_without_effect_nothing_changes(void **state)
{
    static const char *const names[] = {
        "async", "defaults", "iversion", "loud", "mand", "noiversion", "nomand", "silent",
    };
    static const struct plan_mount nothing;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct arena arena = { 0 };
        struct plan_mount mount = apply_one(&arena, "tmpfs", names[i]);

        mount.options = NULL;
        assert_memory_equal(&mount, &nothing, sizeof mount);
        arena_release(&arena);
    }
}

static void test_superblock_flag_is_for_new_filesystems_only(void **state)
{
    static const char *const names[] = { "dirsync", "lazytime", "nolazytime", "sync" };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct arena arena = { 0 };
        struct plan_mount made = apply_one(&arena, "tmpfs", names[i]);

        assert_int_equal(made.n_options, 1);
        assert_string_equal(made.options[0].key, names[i]);
        assert_null(made.options[0].value);
        assert_int_equal(apply_one(&arena, "bind", names[i]).n_options, 0);
        arena_release(&arena);
    }
}

static void test_special_options(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_false(apply_one(&arena, "none", "bind").recursive);
    assert_true(apply_one(&arena, "none", "rbind").recursive);
    assert_false(apply_one(&arena, "bind", "ro").recursive);
    assert_true(apply_one(&arena, "rbind", "ro").recursive);
    assert_true(apply_one(&arena, "bind", "idmap").id_mapped);
    assert_false(apply_one(&arena, "bind", "idmap").id_mapping_recursive);
    assert_true(apply_one(&arena, "bind", "ridmap").id_mapping_recursive);
    assert_true(apply_one(&arena, "tmpfs", "tmpcopyup").copy_up);
    arena_release(&arena);
}

static void test_remount_is_refused(void **state)
{
    struct arena arena = { 0 };
    const char *options[] = { "ro", "remount" };
    struct spec spec = { 0 };
    struct spec_mount from = { .options = options, .n_options = 2 };
    struct plan_mount mount = { 0 };
    struct error err;

    (void)state;
    assert_int_equal(mount_options_apply(&arena, &spec, &from, "mounts[4]", &mount, &err),
                     -ENOTSUP);
    assert_string_equal(err.text, "mounts[4].options[1]: the option 'remount' is not supported");
    arena_release(&arena);
}

static void test_later_option_wins(void **state)
{
    struct arena arena = { 0 };
    const char *options[] = { "ro", "noatime", "rw", "strictatime", "suid", "nosuid" };
    struct plan_mount mount = apply(&arena, "bind", options, ARRAY_SIZE(options));

    (void)state;
    assert_int_equal(mount.set, MOUNT_ATTR_STRICTATIME | MOUNT_ATTR_NOSUID);
    assert_int_equal(mount.clear, MOUNT_ATTR_RDONLY | ATIME);
    arena_release(&arena);
}

static void test_data_is_split(void **state)
{
    struct arena arena = { 0 };
    const char *options[] = { "nosuid", "size=64m", "mode=755", "huge=never=x", "inode64" };
    struct plan_mount mount = apply(&arena, "tmpfs", options, ARRAY_SIZE(options));

    (void)state;
    assert_int_equal(mount.n_options, 4);
    assert_string_equal(mount.options[0].key, "size");
    assert_string_equal(mount.options[0].value, "64m");
    assert_string_equal(mount.options[2].key, "huge");
    assert_string_equal(mount.options[2].value, "never=x");
    assert_string_equal(mount.options[3].key, "inode64");
    assert_null(mount.options[3].value);
    assert_int_equal(apply(&arena, "bind", options, ARRAY_SIZE(options)).n_options, 0);
    arena_release(&arena);
}

static void test_bind_told_by_option_or_type(void **state)
{
    const char *option = "rbind";
    const struct spec_mount by_option = { .type = "none", .options = &option, .n_options = 1 };
    const struct spec_mount by_type = { .type = "bind" };
    const struct spec_mount none = { .type = "tmpfs" };
    const struct spec_mount empty = { 0 };

    (void)state;
    assert_true(mount_options_bind(&by_option));
    assert_true(mount_options_bind(&by_type));
    assert_false(mount_options_bind(&none));
    assert_false(mount_options_bind(&empty));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_is_sorted_each_is_found),
        cmocka_unit_test(test_attribute_set_and_cleared),
        cmocka_unit_test(test_attribute_recursive_twin),
        cmocka_unit_test(test_propagation_each),
        cmocka_unit_test(test_without_effect_nothing_changes),
        cmocka_unit_test(test_superblock_flag_is_for_new_filesystems_only),
        cmocka_unit_test(test_special_options),
        cmocka_unit_test(test_remount_is_refused),
        cmocka_unit_test(test_later_option_wins),
        cmocka_unit_test(test_data_is_split),
        cmocka_unit_test(test_bind_told_by_option_or_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
