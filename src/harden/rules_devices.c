/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_devices.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"

#define MODE_BITS 0666

static const struct policy_device *find(const struct policy *policy, const char *path)
{
    for (size_t i = 0; i < policy->devices.n_nodes; i++)
        if (strcmp(policy->devices.nodes[i].path, path) == 0)
            return &policy->devices.nodes[i];
    return NULL;
}

static const char *place_of(struct arena *arena, size_t i, const char *member)
{
    return arena_format(arena, "linux.devices[%zu]%s", i, member);
}

static const char *device_text(struct arena *arena, const struct spec_device *device)
{
    return arena_format(arena, "%s %s %" PRId64 ":%" PRId64, device->path, device->type,
                        device->major, device->minor);
}

/* Keep the devices for which `is_wanted`, report the others. */
static int keep_devices(struct hardening *hardening, const struct rule *rule,
                        bool (*is_wanted)(const struct policy *policy,
                                          const struct spec_device *device))
{
    struct spec_linux *linux_spec = &hardening->spec->linux;
    struct spec_device *kept =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_device, linux_spec->n_devices);
    size_t n_kept = 0;

    for (size_t i = 0; i < linux_spec->n_devices; i++) {
        if (is_wanted(hardening->policy, &linux_spec->devices[i]))
            kept[n_kept++] = linux_spec->devices[i];
        else
            rule_report(hardening, rule, FINDING_DROPPED, place_of(hardening->arena, i, ""),
                        device_text(hardening->arena, &linux_spec->devices[i]), NULL);
    }
    linux_spec->devices = kept;
    linux_spec->n_devices = n_kept;
    return 0;
}

static bool is_below_dev(const struct policy *policy, const struct spec_device *device)
{
    (void)policy;
    return strncmp(device->path, "/dev/", 5) == 0 && !strstr(device->path, "/../") &&
           !strstr(device->path, "//");
}

static int device_paths(struct hardening *hardening, const struct rule *rule)
{
    return keep_devices(hardening, rule, is_below_dev);
}

static bool is_in_policy(const struct policy *policy, const struct spec_device *device)
{
    return find(policy, device->path) != NULL;
}

static int device_nodes(struct hardening *hardening, const struct rule *rule)
{
    return keep_devices(hardening, rule, is_in_policy);
}

static bool is_genuine(const struct policy_device *known, const struct spec_device *device)
{
    return strcmp(device->type, "c") == 0 && device->major == known->major &&
           device->minor == known->minor;
}

static int forged_devices(struct hardening *hardening, const struct rule *rule)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;

    for (size_t i = 0; i < linux_spec->n_devices; i++) {
        struct spec_device *device = &linux_spec->devices[i];
        const struct policy_device *known = find(hardening->policy, device->path);
        const char *asked;

        if (!known || is_genuine(known, device))
            continue;
        asked = device_text(hardening->arena, device);
        device->type = "c";
        device->major = known->major;
        device->minor = known->minor;
        rule_report(hardening, rule, FINDING_FORCED, place_of(hardening->arena, i, ""), asked,
                    device_text(hardening->arena, device));
    }
    return 0;
}

static int device_modes(struct hardening *hardening, const struct rule *rule)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;

    for (size_t i = 0; i < linux_spec->n_devices; i++) {
        struct optional_u64 *mode = &linux_spec->devices[i].file_mode;
        uint64_t asked = mode->value;

        if (!mode->is_set || (asked & ~(uint64_t)MODE_BITS) == 0)
            continue;
        mode->value &= MODE_BITS;
        rule_report(hardening, rule, FINDING_CLAMPED, place_of(hardening->arena, i, ".fileMode"),
                    arena_format(hardening->arena, "0%" PRIo64, asked),
                    arena_format(hardening->arena, "0%" PRIo64, mode->value));
    }
    return 0;
}

static bool optional_equals(struct optional_i64 value, int64_t expected)
{
    return (value.is_set ? value.value : -1) == expected;
}

static bool rule_equals(const struct spec_device_rule *a, const struct spec_device_rule *b)
{
    return a->allow == b->allow && strcmp(a->type ? a->type : "a", b->type) == 0 &&
           optional_equals(a->major, b->major.value) && optional_equals(a->minor, b->minor.value) &&
           a->access && strcmp(a->access, b->access) == 0;
}

static bool rules_equal(const struct spec_device_rule *a, size_t n_a,
                        const struct spec_device_rule *b, size_t n_b)
{
    if (n_a != n_b)
        return false;
    for (size_t i = 0; i < n_a; i++)
        if (!rule_equals(&a[i], &b[i]))
            return false;
    return true;
}

/* Nothing, and then what the policy lists. Nodes are made by our own set-up inside the group, so
 * making them ("m") is let through; the program has no capability for it. */
static int device_rules(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;
    const struct policy *policy = hardening->policy;
    size_t n_forced = policy->devices.n_rules + 1;
    struct spec_device_rule *forced =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_device_rule, n_forced);

    forced[0] = (struct spec_device_rule){
        .type = "a", .major = { true, -1 }, .minor = { true, -1 }, .access = "rwm"
    };
    for (size_t i = 0; i < policy->devices.n_rules; i++)
        forced[i + 1] =
            (struct spec_device_rule){ .allow = true,
                                       .type = "c",
                                       .major = { true, policy->devices.rules[i].major },
                                       .minor = { true, policy->devices.rules[i].minor },
                                       .access = "rwm" };
    if (rules_equal(resources->devices, resources->n_devices, forced, n_forced))
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL,
                arena_format(hardening->arena, "%zu rules", resources->n_devices),
                "nothing but the standard character devices");
    resources->devices = forced;
    resources->n_devices = n_forced;
    resources->is_set = true;
    return 0;
}

static int drop_device_rules(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;

    if (resources->n_devices == 0)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL,
                arena_format(hardening->arena, "%zu rules", resources->n_devices), NULL);
    resources->devices = NULL;
    resources->n_devices = 0;
    return 0;
}

static const struct rule rules[] = {
    { "devices.path", "linux.devices", "device nodes lie below /dev", RULE_NO_WAY, RULE_CREATE,
      .apply = device_paths },
    { "devices.node", "linux.devices", "the program has no hardware",
      "allowed by policy key devices", RULE_CREATE, .apply = device_nodes },
    { "devices.forged", "linux.devices", "a well-known name stands for the well-known device",
      RULE_NO_WAY, RULE_CREATE, .apply = forged_devices },
    { "devices.mode", "linux.devices", "device nodes are read and written, nothing else",
      RULE_NO_WAY, RULE_CREATE, .apply = device_modes },
    { "devices.cgroup", "linux.resources.devices",
      "a device node from elsewhere must not open either", "allowed by policy key devices",
      RULE_CREATE, .apply = device_rules },
    { "devices.cgroup", "linux.resources.devices",
      "the devices of a container stay as they were when it was made", RULE_NO_WAY, RULE_UPDATE,
      .apply = drop_device_rules },
};

const struct rule_family rules_devices = { "devices", rules, ARRAY_SIZE(rules) };
