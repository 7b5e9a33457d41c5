/* SPDX-License-Identifier: Apache-2.0 */
#include "filter_support.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/io.h"
#include "agentrun/base/json.h"
#include "agentrun/base/scope.h"
#include "agentrun/filter/simulate.h"

/* libseccomp loses some memory when it refuses a rule; LeakSanitizer asks here what to overlook. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libseccomp";
}

static const char *text_of(const struct json *object, const char *key)
{
    const struct json *value = json_member(object, key);

    assert_non_null(value);
    return value->string;
}

static uint64_t number_of(const struct json *object, const char *key, uint64_t missing)
{
    const struct json *value = json_member(object, key);

    return value ? strtoull(value->string, NULL, 10) : missing;
}

static uint32_t action_of(const struct json *object, const char *key, const char *errno_key)
{
    uint32_t action;

    assert_true(filter_action_parse(text_of(object, key),
                                    (uint16_t)number_of(object, errno_key, EPERM), &action));
    return action;
}

static size_t n_children(const struct json *value)
{
    return value ? value->n_children : 0;
}

static struct filter_rule parse_rule(struct arena *arena, const struct json *object)
{
    const struct json *names = json_member(object, "names"), *value;
    const struct json *conditions = json_member(object, "args");
    const char **texts = ARENA_NEW_ARRAY(arena, const char *, n_children(names));
    struct filter_argument *arguments =
        ARENA_NEW_ARRAY(arena, struct filter_argument, n_children(conditions));
    size_t n = 0;

    for (value = names->first; value; value = value->next)
        texts[n++] = value->string;
    n = 0;
    for (value = conditions ? conditions->first : NULL; value; value = value->next, n++) {
        arguments[n].index = (unsigned)number_of(value, "index", 0);
        arguments[n].value = number_of(value, "value", 0);
        arguments[n].value_two = number_of(value, "valueTwo", 0);
        assert_true(filter_comparison_parse(text_of(value, "op"), &arguments[n].comparison));
    }
    return (struct filter_rule){
        .names = texts,
        .n_names = n_children(names),
        .action = action_of(object, "action", "errnoRet"),
        .arguments = arguments,
        .n_arguments = n,
    };
}

struct filter_profile support_profile_of(struct arena *arena, const struct json *object)
{
    const struct json *names = json_member(object, "architectures"), *value;
    const struct json *objects = json_member(object, "syscalls");
    uint32_t *architectures = ARENA_NEW_ARRAY(arena, uint32_t, n_children(names));
    struct filter_rule *rules = ARENA_NEW_ARRAY(arena, struct filter_rule, n_children(objects));
    size_t n = 0;

    for (value = names ? names->first : NULL; value; value = value->next)
        assert_true(filter_architecture_parse(value->string, &architectures[n++]));
    n = 0;
    for (value = objects ? objects->first : NULL; value; value = value->next)
        rules[n++] = parse_rule(arena, value);
    return (struct filter_profile){
        .default_action = action_of(object, "defaultAction", "defaultErrnoRet"),
        .architectures = architectures,
        .n_architectures = n_children(names),
        .rules = rules,
        .n_rules = n,
    };
}

const struct json *support_load_json(struct arena *arena, const char *name)
{
    struct json_document document;
    struct error err;
    size_t n_bytes;
    char *text;

    if (io_read_file_at(arena, AT_FDCWD, arena_format(arena, "%s/%s", TEST_DATA, name), 1 << 20,
                        &text, &n_bytes, &err) < 0 ||
        json_parse(arena, name, text, n_bytes, &document, &err) < 0)
        fail_msg("%s", err.text);
    return document.root;
}

struct filter_profile support_load_profile(struct arena *arena, const char *name)
{
    return support_profile_of(arena, support_load_json(arena, name));
}

static const enum scmp_compare operators[] = {
    [FILTER_NOT_EQUAL] = SCMP_CMP_NE,           [FILTER_LESS] = SCMP_CMP_LT,
    [FILTER_LESS_OR_EQUAL] = SCMP_CMP_LE,       [FILTER_EQUAL] = SCMP_CMP_EQ,
    [FILTER_GREATER_OR_EQUAL] = SCMP_CMP_GE,    [FILTER_GREATER] = SCMP_CMP_GT,
    [FILTER_MASKED_EQUAL] = SCMP_CMP_MASKED_EQ,
};

static bool has_duplicate(const struct filter_rule *rule)
{
    for (size_t i = 0; i < rule->n_arguments; i++)
        for (size_t j = 0; j < i; j++)
            if (rule->arguments[i].index == rule->arguments[j].index)
                return true;
    return false;
}

static int add_rule(scmp_filter_ctx context, const struct filter_rule *rule, int number)
{
    struct scmp_arg_cmp conditions[6];
    int result = 0;

    for (size_t i = 0; i < rule->n_arguments; i++)
        conditions[i % 6] = (struct scmp_arg_cmp){
            .arg = rule->arguments[i].index,
            .op = operators[rule->arguments[i].comparison],
            .datum_a = rule->arguments[i].value,
            .datum_b = rule->arguments[i].value_two,
        };
    if (!has_duplicate(rule))
        return seccomp_rule_add_array(context, rule->action, number, (unsigned)rule->n_arguments,
                                      conditions);
    for (size_t i = 0; i < rule->n_arguments && result == 0; i++)
        result = seccomp_rule_add_array(context, rule->action, number, 1, &conditions[i]);
    return result;
}

static int add_rules(scmp_filter_ctx context, const struct filter_profile *profile)
{
    for (size_t i = 0; i < profile->n_rules; i++) {
        const struct filter_rule *rule = &profile->rules[i];

        if (rule->action == profile->default_action)
            continue;
        for (size_t j = 0; j < rule->n_names; j++) {
            int number = seccomp_syscall_resolve_name(rule->names[j]);
            int result = number == __NR_SCMP_ERROR ? 0 : add_rule(context, rule, number);

            if (result < 0)
                return result;
        }
    }
    return 0;
}

static void export(struct arena *arena, scmp_filter_ctx context, struct filter_program *out_program)
{
    auto_close int fd = memfd_create("filter", MFD_CLOEXEC);
    struct error err;
    char *bytes;
    size_t n_bytes;

    assert_true(fd >= 0);
    assert_int_equal(seccomp_export_bpf(context, fd), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(io_read_all(arena, fd, "filter", 1 << 20, &bytes, &n_bytes, &err), 0);
    *out_program = (struct filter_program){
        .n_instructions = (uint16_t)(n_bytes / sizeof(struct sock_filter)),
        .instructions = (const struct sock_filter *)(const void *)bytes,
    };
}

int support_oracle(struct arena *arena, const struct filter_profile *profile,
                   struct filter_program *out_program)
{
    scmp_filter_ctx context = seccomp_init(profile->default_action);
    int result;

    assert_non_null(context);
    for (size_t i = 0; i < profile->n_architectures; i++) {
        uint32_t architecture = profile->architectures[i];

        if (architecture & FILTER_X32)
            architecture = SCMP_ARCH_X32;
        result = seccomp_arch_add(context, architecture);
        assert_true(result == 0 || result == -EEXIST);
    }
    result = add_rules(context, profile);
    if (result == 0)
        export(arena, context, out_program);
    seccomp_release(context);
    return result;
}

uint32_t support_verdict(const struct filter_program *program, uint32_t architecture,
                         uint32_t number, const uint64_t arguments[6])
{
    struct seccomp_data data = { .nr = (int)number, .arch = architecture };
    struct error err;
    uint32_t action;

    memcpy(data.args, arguments, sizeof data.args);
    if (filter_simulate(program, &data, &action, &err) < 0)
        fail_msg("%s", err.text);
    return action;
}
