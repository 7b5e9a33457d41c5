/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_process.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define INVALID_ID            UINT32_MAX /* "no change" to the kernel, setresuid(2) */
#define OOM_SCORE_ADJ_MAXIMUM 1000

static int invalid_id(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_user *user = &hardening->spec->process.user;

    if (user->uid == INVALID_ID)
        return rule_refuse(hardening, rule, "process.user.uid", "%" PRIu32, user->uid);
    if (user->gid == INVALID_ID)
        return rule_refuse(hardening, rule, "process.user.gid", "%" PRIu32, user->gid);
    for (size_t i = 0; i < user->n_additional_gids; i++)
        if (user->additional_gids[i] == INVALID_ID)
            return rule_refuse(
                hardening, rule,
                arena_format(hardening->arena, "process.user.additionalGids[%zu]", i), "%" PRIu32,
                user->additional_gids[i]);
    return 0;
}

/* Uid 0 of a user namespace is no root of the host: check of the maps, ids.mapping. */
static bool root_may_stay(const struct hardening *hardening)
{
    return hardening->policy->user.root == POLICY_ROOT_KEEP || rule_has_user_namespace(hardening);
}

static void force_gid(struct hardening *hardening, const struct rule *rule)
{
    struct spec_user *user = &hardening->spec->process.user;

    if (user->gid == hardening->policy->user.nobody_gid)
        return;
    rule_report(hardening, rule, FINDING_FORCED, "process.user.gid",
                rule_number(hardening->arena, user->gid),
                rule_number(hardening->arena, hardening->policy->user.nobody_gid));
    user->gid = hardening->policy->user.nobody_gid;
}

static int root_user(struct hardening *hardening, const struct rule *rule)
{
    struct spec_user *user = &hardening->spec->process.user;

    if (user->uid != 0 || root_may_stay(hardening))
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, "0",
                rule_number(hardening->arena, hardening->policy->user.nobody_uid));
    user->uid = hardening->policy->user.nobody_uid;
    force_gid(hardening, rule);
    return 0;
}

static int root_group(struct hardening *hardening, const struct rule *rule)
{
    if (hardening->spec->process.user.gid == 0 && !root_may_stay(hardening))
        force_gid(hardening, rule);
    return 0;
}

static bool group_is_allowed(const struct policy *policy, uint32_t gid)
{
    for (size_t i = 0; i < policy->user.n_allowed_gids; i++)
        if (policy->user.allowed_gids[i] == gid)
            return true;
    return false;
}

static const char *join_ids(struct arena *arena, const uint32_t *ids, size_t n_ids)
{
    const char *text = "";

    for (size_t i = 0; i < n_ids; i++)
        text = arena_format(arena, "%s%s%" PRIu32, text, i > 0 ? " " : "", ids[i]);
    return text;
}

static int additional_groups(struct hardening *hardening, const struct rule *rule)
{
    struct spec_user *user = &hardening->spec->process.user;
    uint32_t *kept = ARENA_NEW_ARRAY(hardening->arena, uint32_t, user->n_additional_gids);
    size_t n_kept = 0;

    for (size_t i = 0; i < user->n_additional_gids; i++)
        if (group_is_allowed(hardening->policy, user->additional_gids[i]))
            kept[n_kept++] = user->additional_gids[i];
    if (n_kept == user->n_additional_gids)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL,
                join_ids(hardening->arena, user->additional_gids, user->n_additional_gids),
                n_kept > 0 ? join_ids(hardening->arena, kept, n_kept) : NULL);
    user->additional_gids = kept;
    user->n_additional_gids = n_kept;
    return 0;
}

static int umask_bits(struct hardening *hardening, const struct rule *rule)
{
    struct optional_u64 *mask = &hardening->spec->process.user.umask;
    uint64_t forced = (mask->value | hardening->policy->user.umask_bits) & 0777;

    if (mask->is_set && mask->value == forced)
        return 0;
    rule_report(hardening, rule, FINDING_CLAMPED, NULL,
                mask->is_set ? arena_format(hardening->arena, "%04" PRIo64, mask->value) : NULL,
                arena_format(hardening->arena, "%04" PRIo64, forced));
    *mask = (struct optional_u64){ .is_set = true, .value = forced };
    return 0;
}

static int no_new_privileges(struct hardening *hardening, const struct rule *rule)
{
    struct optional_bool *flag = &hardening->spec->process.no_new_privileges;

    if (flag->is_set && flag->value)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, flag->is_set ? "false" : NULL, "true");
    *flag = (struct optional_bool){ .is_set = true, .value = true };
    return 0;
}

static int oom_score(struct hardening *hardening, const struct rule *rule)
{
    struct optional_i64 *score = &hardening->spec->process.oom_score_adj;
    int64_t minimum = hardening->policy->resources.oom_score_adj_minimum;
    int64_t forced;

    if (hardening->snapshot && hardening->snapshot->process.oom_score_adj.is_set &&
        hardening->snapshot->process.oom_score_adj.value > minimum)
        minimum = hardening->snapshot->process.oom_score_adj.value;
    forced = score->is_set && score->value > minimum ? score->value : minimum;
    if (forced > OOM_SCORE_ADJ_MAXIMUM)
        forced = OOM_SCORE_ADJ_MAXIMUM;
    if (score->is_set && score->value == forced)
        return 0;
    rule_report(hardening, rule, FINDING_CLAMPED, NULL,
                score->is_set ? rule_number(hardening->arena, score->value) : NULL,
                rule_number(hardening->arena, forced));
    *score = (struct optional_i64){ .is_set = true, .value = forced };
    return 0;
}

/* What the plan can carry out is kept; whatever asks for more of the processor than others get, or
 * is of no use without that, goes. */
static int scheduler(struct hardening *hardening, const struct rule *rule)
{
    struct spec_scheduler *asked = &hardening->spec->process.scheduler;

    if (!asked->is_set)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, asked->policy, NULL);
    *asked = (struct spec_scheduler){ 0 };
    return 0;
}

static int io_priority(struct hardening *hardening, const struct rule *rule)
{
    struct spec_io_priority *asked = &hardening->spec->process.io_priority;

    if (!asked->is_set)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, asked->class, NULL);
    *asked = (struct spec_io_priority){ 0 };
    return 0;
}

static void drop_affinity(struct hardening *hardening, const struct rule *rule, const char *place,
                          const char **cpus)
{
    if (!*cpus)
        return;
    rule_report(hardening, rule, FINDING_DROPPED, place, *cpus, NULL);
    *cpus = NULL;
}

static int exec_affinity(struct hardening *hardening, const struct rule *rule)
{
    struct spec_process *process = &hardening->spec->process;

    drop_affinity(hardening, rule, "process.execCPUAffinity.initial",
                  &process->exec_cpu_affinity_initial);
    drop_affinity(hardening, rule, "process.execCPUAffinity.final",
                  &process->exec_cpu_affinity_final);
    return 0;
}

/* Another process of the container gets the container's label, not one of its own. */
static void force_label(struct hardening *hardening, const struct rule *rule, const char **label,
                        const char *container_label)
{
    if (!container_label || (*label && strcmp(*label, container_label) == 0))
        return;
    rule_report(hardening, rule, FINDING_FORCED, NULL, *label, container_label);
    *label = container_label;
}

static int apparmor(struct hardening *hardening, const struct rule *rule)
{
    force_label(hardening, rule, &hardening->spec->process.apparmor_profile,
                hardening->snapshot->process.apparmor_profile);
    return 0;
}

static int selinux(struct hardening *hardening, const struct rule *rule)
{
    force_label(hardening, rule, &hardening->spec->process.selinux_label,
                hardening->snapshot->process.selinux_label);
    return 0;
}

static int working_directory(struct hardening *hardening, const struct rule *rule)
{
    const char *cwd = hardening->spec->process.cwd;

    if (!cwd || cwd[0] == '/')
        return 0;
    return rule_refuse(hardening, rule, NULL, "'%s'", cwd);
}

#define BOTH (RULE_CREATE | RULE_EXEC)

static const struct rule rules[] = {
    { "user.invalid-id", "process.user", "the id 4294967295 means 'no change' to the kernel",
      RULE_NO_WAY, BOTH, .apply = invalid_id },
    { "user.root", "process.user.uid",
      "even without capabilities, root owns the host's files in /proc and the control groups",
      "allowed by policy key user.root", BOTH, .apply = root_user },
    { "user.gid-root", "process.user.gid", "files of the group root stay out of reach",
      "allowed by policy key user.root", BOTH, .apply = root_group },
    { "user.groups", "process.user.additionalGids",
      "groups of the host give rights on whatever is mounted",
      "allowed by policy key user.allowed_groups", BOTH, .apply = additional_groups },
    { "user.umask", "process.user.umask", "what the program writes is not writable by everybody",
      "allowed by policy key user.umask", BOTH, .apply = umask_bits },
    { "process.nnp", "process.noNewPrivileges", "set-user-ID programs must not gain rights",
      RULE_NO_WAY, BOTH, .apply = no_new_privileges },
    { "process.oom-score", "process.oomScoreAdj",
      "when memory is short the container ends before anything of the host",
      "allowed by policy key resources.oom_score_adj", BOTH, .apply = oom_score },
    { "process.scheduler", "process.scheduler", "no program is favoured by the scheduler",
      RULE_NO_WAY, BOTH, .apply = scheduler },
    { "process.io-priority", "process.ioPriority", "no program is favoured by the disks",
      RULE_NO_WAY, BOTH, .apply = io_priority },
    { "process.exec-affinity", "process.execCPUAffinity",
      "which processors are used is for the control group to say", RULE_NO_WAY, BOTH,
      .apply = exec_affinity },
    { "lsm.apparmor", "process.apparmorProfile",
      "another process of a container gets the profile of the container", RULE_NO_WAY, RULE_EXEC,
      .apply = apparmor },
    { "lsm.selinux", "process.selinuxLabel",
      "another process of a container gets the label of the container", RULE_NO_WAY, RULE_EXEC,
      .apply = selinux },
    { "process.cwd", "process.cwd",
      "the working directory is an absolute path inside the container", RULE_NO_WAY, BOTH,
      .apply = working_directory },
};

const struct rule_family rules_process = { "process", rules, ARRAY_SIZE(rules) };
