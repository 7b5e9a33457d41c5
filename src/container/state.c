/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "agentrun/base/clock.h"
#include "agentrun/base/io.h"
#include "agentrun/base/json.h"
#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/pidfd.h"

/* The member that tells our files from other runtimes', and its value so far. */
#define FORMAT_KEY      "agentrunState"
#define FORMAT_VERSION  1
#define MAX_STATE_BYTES ((size_t)1024 * 1024)

/* --- state.json --------------------------------------------------------------------------- */

enum field_type { FIELD_STRING, FIELD_INT, FIELD_U32, FIELD_U64 };

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
};

/* Everything but the phase and the annotations. */
static const struct field fields[] = {
    { "id", FIELD_STRING, offsetof(struct state, id) },
    { "bundle", FIELD_STRING, offsetof(struct state, bundle) },
    { "rootfs", FIELD_STRING, offsetof(struct state, rootfs) },
    { "ociVersion", FIELD_STRING, offsetof(struct state, oci_version) },
    { "created", FIELD_STRING, offsetof(struct state, created) },
    { "pid", FIELD_INT, offsetof(struct state, pid) },
    { "startTime", FIELD_U64, offsetof(struct state, start_time) },
    { "makerPid", FIELD_INT, offsetof(struct state, maker_pid) },
    { "makerStartTime", FIELD_U64, offsetof(struct state, maker_start_time) },
    { "cgroupPath", FIELD_STRING, offsetof(struct state, cgroup_path) },
    { "homeFd", FIELD_INT, offsetof(struct state, home_fd) },
    { "owner", FIELD_U32, offsetof(struct state, owner) },
    { "processUid", FIELD_U32, offsetof(struct state, uid) },
    { "processGid", FIELD_U32, offsetof(struct state, gid) },
    { "processGroups", FIELD_STRING, offsetof(struct state, groups) },
    { "namespaces", FIELD_U64, offsetof(struct state, namespaces) },
    { "hookKinds", FIELD_INT, offsetof(struct state, hook_kinds) },
    { "capBounding", FIELD_U64, offsetof(struct state, capabilities.bounding) },
    { "capPermitted", FIELD_U64, offsetof(struct state, capabilities.permitted) },
    { "capEffective", FIELD_U64, offsetof(struct state, capabilities.effective) },
    { "capInheritable", FIELD_U64, offsetof(struct state, capabilities.inheritable) },
    { "capAmbient", FIELD_U64, offsetof(struct state, capabilities.ambient) },
};

static const char *const phase_names[] = {
    [STATE_CREATING] = "creating",
    [STATE_CREATED] = "created",
    [STATE_STARTED] = "started",
};

static void write_annotations(struct json_writer *writer, const struct state *state)
{
    if (state->n_annotations == 0)
        return;
    json_write_key(writer, "annotations");
    json_write_object(writer);
    for (size_t i = 0; i < state->n_annotations; i++)
        json_write_member_string(writer, state->annotations[i].key, state->annotations[i].value);
    json_write_object_end(writer);
}

static void write_field(struct json_writer *writer, const struct field *field,
                        const struct state *state)
{
    const char *place = (const char *)state + field->offset;
    const char *text;

    switch (field->type) {
    case FIELD_STRING:
        memcpy(&text, place, sizeof text);
        if (text)
            json_write_member_string(writer, field->key, text);
        break;
    case FIELD_INT:
        json_write_member_signed(writer, field->key, *(const int *)place);
        break;
    case FIELD_U32:
        json_write_member_unsigned(writer, field->key, *(const uint32_t *)place);
        break;
    case FIELD_U64:
        json_write_member_unsigned(writer, field->key, *(const uint64_t *)place);
        break;
    }
}

int state_write(struct arena *arena, int state_fd, const struct state *state, struct error *err)
{
    struct json_writer *writer = json_writer_new(arena, false);
    const char *text;
    size_t n_bytes;
    int result;

    json_write_object(writer);
    json_write_member_unsigned(writer, FORMAT_KEY, FORMAT_VERSION);
    json_write_member_string(writer, "phase", phase_names[state->phase]);
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        write_field(writer, &fields[i], state);
    write_annotations(writer, state);
    json_write_object_end(writer);
    text = json_writer_finish(writer, &n_bytes);
    /* The first one need not replace any. */
    result = state->phase == STATE_CREATING
                 ? io_create_file_at(state_fd, STATE_FILE, text, n_bytes, 0600, err)
                 : io_replace_file_at(state_fd, STATE_FILE, text, n_bytes, 0600, err);
    return result < 0 ? error_wrap(err, "write state of container %s", state->id) : 0;
}

static int read_field(const struct json_document *document, const struct field *field,
                      struct state *state, struct error *err)
{
    const struct json *value = json_member(document->root, field->key);
    enum json_type expected = field->type == FIELD_STRING ? JSON_STRING : JSON_NUMBER;
    uint64_t maximum = field->type == FIELD_U32 ? UINT32_MAX : UINT64_MAX;
    char *place = (char *)state + field->offset;
    uint64_t number = 0;
    int64_t integer = 0;
    int result = 0;

    if (!value)
        return 0;
    if (value->type != expected)
        return json_error(document, value, EBADMSG, field->key, err, "expected %s",
                          json_type_name(expected));
    if (field->type == FIELD_STRING)
        memcpy(place, &value->string, sizeof value->string);
    else if (field->type == FIELD_INT)
        result = number_parse_signed(value->string, INT_MIN, INT_MAX, &integer, err);
    else
        result = number_parse_unsigned(value->string, 0, maximum, &number, err);
    if (result < 0)
        return error_wrap(err, "%s: %s", STATE_FILE, field->key);
    if (field->type == FIELD_INT)
        *(int *)place = (int)integer;
    else if (field->type == FIELD_U32)
        *(uint32_t *)place = (uint32_t)number;
    else if (field->type == FIELD_U64)
        *(uint64_t *)place = number;
    return 0;
}

static int read_phase(const struct json_document *document, struct state *state, struct error *err)
{
    const struct json *value = json_member(document->root, "phase");

    for (size_t i = 0; i < ARRAY_SIZE(phase_names); i++) {
        if (!value || value->type != JSON_STRING || strcmp(value->string, phase_names[i]) != 0)
            continue;
        state->phase = (enum state_phase)i;
        return 0;
    }
    return json_error(document, value, EBADMSG, "phase", err,
                      "expected creating, created or started");
}

static int read_annotations(struct arena *arena, const struct json_document *document,
                            struct state *state, struct error *err)
{
    const struct json *object = json_member(document->root, "annotations");
    struct plan_option *annotations;
    size_t n = 0;

    if (!object)
        return 0;
    if (object->type != JSON_OBJECT)
        return json_error(document, object, EBADMSG, "annotations", err, "expected an object");
    annotations = ARENA_NEW_ARRAY(arena, struct plan_option, object->n_children);
    for (const struct json *child = object->first; child; child = child->next) {
        if (child->type != JSON_STRING)
            return json_error(document, child, EBADMSG, "annotations", err, "expected a string");
        annotations[n++] = (struct plan_option){ child->key, child->string };
    }
    state->annotations = annotations;
    state->n_annotations = n;
    return 0;
}

static int decode(struct arena *arena, const struct json_document *document,
                  struct state *out_state, struct error *err)
{
    const struct json *format = json_member(document->root, FORMAT_KEY);
    struct state state = { .home_fd = -1, .groups = "" };
    int result;

    if (!format || format->type != JSON_NUMBER || strcmp(format->string, "1") != 0)
        return json_error(document, format, EBADMSG, FORMAT_KEY, err,
                          "expected 1; the file was not written by this runtime");
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        result = read_field(document, &fields[i], &state, err);
        if (result < 0)
            return result;
    }
    result = read_phase(document, &state, err);
    if (result < 0)
        return result;
    result = read_annotations(arena, document, &state, err);
    if (result < 0)
        return result;
    if (!state.id)
        return json_error(document, NULL, EBADMSG, "id", err, "is missing");
    *out_state = state;
    return 0;
}

int state_read(struct arena *arena, int state_fd, struct state *out_state, struct error *err)
{
    struct json_document document;
    char *text;
    size_t n_bytes;
    int result =
        io_read_file_at(arena, state_fd, STATE_FILE, MAX_STATE_BYTES, &text, &n_bytes, err);

    /* Empty: just being written for the first time. */
    if (result == -ENOENT || (result == 0 && n_bytes == 0))
        return error_set(err, ERROR_SYSTEM, ENOENT, "container does not exist");
    if (result < 0)
        return result;
    result = json_parse(arena, STATE_FILE, text, n_bytes, &document, err);
    if (result < 0) {
        err->errnum = EBADMSG;
        return -EBADMSG;
    }
    result = decode(arena, &document, out_state, err);
    return result < 0 ? -(err->errnum = EBADMSG) : 0;
}

const char *state_timestamp(struct arena *arena)
{
    char text[CLOCK_TEXT_BYTES];

    clock_format_now(true, text);
    return arena_strdup(arena, text);
}

/* --- status ------------------------------------------------------------------------------- */

static const char *const status_names[] = {
    [STATUS_CREATING] = "creating", [STATUS_CREATED] = "created", [STATUS_RUNNING] = "running",
    [STATUS_PAUSED] = "paused",     [STATUS_STOPPED] = "stopped",
};

const char *state_status_name(enum state_status status)
{
    return status_names[status];
}

/* Does the process live that had this pid and this start time? *out_alive; a zombie does not. */
static int look_at_process(pid_t pid, uint64_t start_time, bool *out_alive, struct error *err)
{
    struct process_status status;
    int result;

    *out_alive = false;
    if (pid <= 0)
        return 0;
    result = process_read_status(pid, &status, err);
    if (result == -ESRCH)
        return 0;
    if (result < 0)
        return result;
    *out_alive = status.start_time == start_time && status.state != 'Z' && status.state != 'X';
    return 0;
}

bool state_maker_is_alive(const struct state *state)
{
    struct error ignored;
    bool alive;

    return look_at_process(state->maker_pid, state->maker_start_time, &alive, &ignored) == 0 &&
           alive;
}

static int is_frozen(const struct state *state, const struct cgroup_host *cgroups, bool *out_frozen,
                     struct error *err)
{
    struct cgroup cgroup;
    int result;

    *out_frozen = false;
    if (!state->cgroup_path || !cgroups || cgroups->version == CGROUP_NONE)
        return 0;
    result = cgroup_open(cgroups, state->cgroup_path, &cgroup, err);
    if (result == -ENOENT)
        return 0;
    if (result < 0)
        return result;
    result = cgroup_is_frozen(&cgroup, out_frozen, err);
    cgroup_close(&cgroup);
    return result;
}

int state_status(const struct state *state, const struct cgroup_host *cgroups,
                 enum state_status *out_status, struct error *err)
{
    bool alive, frozen;
    int result;

    if (state->phase == STATE_CREATING) {
        *out_status = state_maker_is_alive(state) ? STATUS_CREATING : STATUS_STOPPED;
        return 0;
    }
    result = look_at_process(state->pid, state->start_time, &alive, err);
    if (result < 0)
        return result;
    if (!alive) {
        *out_status = STATUS_STOPPED;
        return 0;
    }
    result = is_frozen(state, cgroups, &frozen, err);
    if (result < 0)
        return result;
    if (frozen)
        *out_status = STATUS_PAUSED;
    else
        *out_status = state->phase == STATE_CREATED ? STATUS_CREATED : STATUS_RUNNING;
    return 0;
}

static void write_text(struct json_writer *writer, const char *key, const char *value)
{
    json_write_member_string(writer, key, value ? value : "");
}

void state_encode(struct json_writer *writer, const struct state *state, enum state_status status,
                  const char *owner)
{
    json_write_object(writer);
    write_text(writer, "ociVersion", state->oci_version);
    json_write_member_string(writer, "id", state->id);
    json_write_member_signed(writer, "pid", status == STATUS_STOPPED ? 0 : state->pid);
    json_write_member_string(writer, "status", state_status_name(status));
    write_text(writer, "bundle", state->bundle);
    write_text(writer, "rootfs", state->rootfs);
    if (state->created)
        json_write_member_string(writer, "created", state->created);
    write_annotations(writer, state);
    json_write_member_string(writer, "owner", owner);
    json_write_object_end(writer);
}
