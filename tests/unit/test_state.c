/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/pidfd.h"

static struct arena arena;
static struct error err;
static char directory[] = "/tmp/agentrun-test-XXXXXX";
static int state_fd;
static const struct cgroup_host no_cgroups;

static const struct plan_option annotations[] = {
    { "org.example.a", "1" },
    { "org.example.b", "with \"quotes\" and\nlines" },
};

static const struct state whole = {
    .id = "c1",
    .bundle = "/bundle",
    .rootfs = "/bundle/rootfs",
    .oci_version = "1.0.2-dev",
    .created = "2026-01-02T03:04:05.000000006Z",
    .phase = STATE_STARTED,
    .pid = 4194304,
    .start_time = UINT64_MAX,
    .maker_pid = 17,
    .maker_start_time = 18,
    .cgroup_path = "/a/b",
    .home_fd = 7,
    .owner = UINT32_MAX - 1,
    .groups = "3 7 ",
    .annotations = annotations,
    .n_annotations = ARRAY_SIZE(annotations),
};

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    state_fd = open(directory, O_RDONLY | O_DIRECTORY);
    return state_fd < 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlinkat(state_fd, STATE_FILE, 0);
    close(state_fd);
    return rmdir(directory);
}

static void put(const char *text)
{
    assert_int_equal(io_replace_file_at(state_fd, STATE_FILE, text, strlen(text), 0600, &err), 0);
}

static void test_read_gives_back_what_was_written(void **state)
{
    struct state read;

    (void)state;
    assert_int_equal(state_write(&arena, state_fd, &whole, &err), 0);
    assert_int_equal(state_read(&arena, state_fd, &read, &err), 0);
    assert_string_equal(read.id, whole.id);
    assert_string_equal(read.bundle, whole.bundle);
    assert_string_equal(read.rootfs, whole.rootfs);
    assert_string_equal(read.oci_version, whole.oci_version);
    assert_string_equal(read.created, whole.created);
    assert_string_equal(read.cgroup_path, whole.cgroup_path);
    assert_int_equal(read.phase, whole.phase);
    assert_int_equal(read.pid, whole.pid);
    assert_true(read.start_time == whole.start_time);
    assert_int_equal(read.maker_pid, whole.maker_pid);
    assert_true(read.maker_start_time == whole.maker_start_time);
    assert_int_equal(read.home_fd, whole.home_fd);
    assert_true(read.owner == whole.owner);
    assert_string_equal(read.groups, whole.groups);
    assert_int_equal(read.n_annotations, 2);
    assert_string_equal(read.annotations[1].key, annotations[1].key);
    assert_string_equal(read.annotations[1].value, annotations[1].value);
}

static void test_read_absent_members_are_empty(void **state)
{
    struct state read = { 0 };

    (void)state;
    put("{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"ofLaterVersion\":[{}]}");
    assert_int_equal(state_read(&arena, state_fd, &read, &err), 0);
    assert_null(read.cgroup_path);
    assert_string_equal(read.groups, "");
    assert_int_equal(read.home_fd, -1);
    assert_int_equal(read.pid, 0);
    assert_int_equal(read.n_annotations, 0);
}

static void test_read_missing_does_not_exist(void **state)
{
    struct state read;

    (void)state;
    unlinkat(state_fd, STATE_FILE, 0);
    assert_int_equal(state_read(&arena, state_fd, &read, &err), -ENOENT);
    assert_string_equal(err.text, "container does not exist");
}

static void test_read_foreign_or_broken_is_refused(void **state)
{
    static const char *const texts[] = {
        "[]",
        "{}",
        "{\"id\":\"x\",\"init_process_pid\":1,\"phase\":\"created\"}", /* runc's */
        "{\"agentrunState\":2,\"id\":\"x\",\"phase\":\"created\"}",
        "{\"agentrunState\":\"1\",\"id\":\"x\",\"phase\":\"created\"}",
        "{\"agentrunState\":1,\"phase\":\"created\"}",
        "{\"agentrunState\":1,\"id\":\"x\"}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"done\"}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":1}",
        "{\"agentrunState\":1,\"id\":7,\"phase\":\"created\"}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"pid\":4294967296}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"pid\":1.5}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"owner\":-1}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"annotations\":[]}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\",\"annotations\":{\"a\":1}}",
        "{\"agentrunState\":1,\"id\":\"x\",\"phase\":\"created\"",
    };
    struct state read = { .pid = 5 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        put(texts[i]);
        assert_int_equal(state_read(&arena, state_fd, &read, &err), -EBADMSG);
        assert_int_equal(read.pid, 5);
    }
}

static void test_read_while_first_written_is_no_container(void **state)
{
    struct state read;

    (void)state;
    put("");
    assert_int_equal(state_read(&arena, state_fd, &read, &err), -ENOENT);
    assert_string_equal(err.text, "container does not exist");
}

/* --- status ------------------------------------------------------------------------------- */

static struct state of_process(pid_t pid, enum state_phase phase)
{
    struct state state = { .id = "c1", .pid = pid, .phase = phase };
    struct process_status status;

    assert_int_equal(process_read_status(pid, &status, &err), 0);
    state.start_time = status.start_time;
    return state;
}

static enum state_status status_of(const struct state *state)
{
    enum state_status status;

    assert_int_equal(state_status(state, &no_cgroups, &status, &err), 0);
    return status;
}

static void test_status_follows_the_phase_while_init_lives(void **state)
{
    struct state created = of_process(getpid(), STATE_CREATED);
    struct state started = of_process(getpid(), STATE_STARTED);

    (void)state;
    assert_int_equal(status_of(&created), STATUS_CREATED);
    assert_int_equal(status_of(&started), STATUS_RUNNING);
}

static void test_status_of_a_zombie_is_stopped(void **state)
{
    pid_t child = fork();
    struct state running;
    siginfo_t info;

    (void)state;
    if (child == 0) {
        pause();
        _exit(0);
    }
    running = of_process(child, STATE_STARTED);
    assert_int_equal(status_of(&running), STATUS_RUNNING);
    kill(child, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(status_of(&running), STATUS_STOPPED);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(status_of(&running), STATUS_STOPPED);
}

static void test_status_of_a_recycled_pid_is_stopped(void **state)
{
    struct state running = of_process(getpid(), STATE_STARTED);

    (void)state;
    running.start_time--;
    assert_int_equal(status_of(&running), STATUS_STOPPED);
}

static void test_status_half_made_depends_on_the_maker(void **state)
{
    struct state creating = of_process(getpid(), STATE_CREATING);

    (void)state;
    creating.maker_pid = getpid();
    creating.maker_start_time = creating.start_time;
    assert_true(state_maker_is_alive(&creating));
    assert_int_equal(status_of(&creating), STATUS_CREATING);
    creating.maker_start_time++;
    assert_false(state_maker_is_alive(&creating));
    assert_int_equal(status_of(&creating), STATUS_STOPPED);
}

static void test_encode_stopped_has_no_pid(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    const char *text;

    (void)state;
    state_encode(writer, &whole, STATUS_STOPPED, "");
    text = json_writer_finish(writer, NULL);
    assert_string_equal(text, "{\"ociVersion\":\"1.0.2-dev\",\"id\":\"c1\",\"pid\":0,"
                              "\"status\":\"stopped\",\"bundle\":\"/bundle\","
                              "\"rootfs\":\"/bundle/rootfs\","
                              "\"created\":\"2026-01-02T03:04:05.000000006Z\","
                              "\"annotations\":{\"org.example.a\":\"1\","
                              "\"org.example.b\":\"with \\\"quotes\\\" and\\nlines\"},"
                              "\"owner\":\"\"}");
}

static void test_encode_running_has_the_pid(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    const char *text;

    (void)state;
    state_encode(writer, &whole, STATUS_RUNNING, "root");
    text = json_writer_finish(writer, NULL);
    assert_non_null(strstr(text, "\"pid\":4194304,\"status\":\"running\""));
    assert_non_null(strstr(text, "\"owner\":\"root\""));
}

static void test_timestamp_is_rfc_3339_with_nanoseconds(void **state)
{
    static const char pattern[] = "dddd-dd-ddTdd:dd:dd.dddddddddZ";
    const char *text = state_timestamp(&arena);

    (void)state;
    assert_int_equal(strlen(text), sizeof pattern - 1);
    for (size_t i = 0; pattern[i]; i++) {
        if (pattern[i] == 'd')
            assert_in_range(text[i], '0', '9');
        else
            assert_int_equal(text[i], pattern[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_gives_back_what_was_written),
        cmocka_unit_test(test_read_absent_members_are_empty),
        cmocka_unit_test(test_read_missing_does_not_exist),
        cmocka_unit_test(test_read_foreign_or_broken_is_refused),
        cmocka_unit_test(test_read_while_first_written_is_no_container),
        cmocka_unit_test(test_status_follows_the_phase_while_init_lives),
        cmocka_unit_test(test_status_of_a_zombie_is_stopped),
        cmocka_unit_test(test_status_of_a_recycled_pid_is_stopped),
        cmocka_unit_test(test_status_half_made_depends_on_the_maker),
        cmocka_unit_test(test_encode_stopped_has_no_pid),
        cmocka_unit_test(test_encode_running_has_the_pid),
        cmocka_unit_test(test_timestamp_is_rfc_3339_with_nanoseconds),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
