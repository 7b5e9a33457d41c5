/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/harden.h"

#include "agentrun/harden/catalog.h"
#include "agentrun/harden/mount_work.h"
#include "agentrun/harden/rules_mount_owners.h"

static int apply_to_mounts(struct hardening *hardening, const struct rule *rule)
{
    for (size_t i = 0; i < hardening->n_mounts; i++) {
        int r = 0;

        if (!hardening->mounts[i].is_dropped)
            r = rule->apply_to_mount(hardening, rule, &hardening->mounts[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

static bool concerns(const struct hardening *hardening, const struct rule *rule)
{
    if ((rule->scopes & hardening->scope) == 0)
        return false;
    /* A container may be made without a process. */
    return hardening->spec->has_process || !rule_is_about_process(rule);
}

static int apply_family(struct hardening *hardening, const struct rule_family *family)
{
    for (size_t i = 0; i < family->n_rules; i++) {
        const struct rule *rule = &family->rules[i];
        int r;

        if (!concerns(hardening, rule))
            continue;
        r = rule->apply ? rule->apply(hardening, rule) : apply_to_mounts(hardening, rule);
        if (r < 0)
            return r;
    }
    return 0;
}

static int apply_all(struct hardening *hardening, struct hardened *hardened)
{
    size_t n_families;
    const struct rule_family *const *families = catalog_families(&n_families);

    if (hardening->scope == RULE_CREATE)
        mount_work_load(hardening);
    for (size_t i = 0; i < n_families; i++) {
        int r = apply_family(hardening, families[i]);

        if (r < 0)
            return r;
        /* Later families go by the mounts as they will be. */
        if (families[i] == &rules_mount_owners && hardening->scope == RULE_CREATE)
            mount_work_store(hardening, &hardened->mount_origins);
    }
    return 0;
}

/* Run the rules over a copy of the request. Arrays are shared until a rule replaces them. */
static int harden(struct hardening hardening, struct hardened *out_hardened)
{
    struct hardened hardened = { .spec = *hardening.request };
    int r;

    hardening.spec = &hardened.spec;
    hardening.findings = &hardened.findings;
    r = apply_all(&hardening, &hardened);
    if (r < 0)
        return r;
    *out_hardened = hardened;
    return 0;
}

int harden_container(struct arena *arena, const struct spec *request, const struct policy *policy,
                     const struct facts *facts, struct hardened *out_hardened, struct error *err)
{
    const struct hardening hardening = { .arena = arena,
                                         .scope = RULE_CREATE,
                                         .request = request,
                                         .policy = policy,
                                         .facts = facts,
                                         .err = err };

    return harden(hardening, out_hardened);
}

int harden_exec(struct arena *arena, const struct spec *request, const struct spec *snapshot,
                const struct policy *policy, struct hardened *out_hardened, struct error *err)
{
    const struct hardening hardening = { .arena = arena,
                                         .scope = RULE_EXEC,
                                         .request = request,
                                         .snapshot = snapshot,
                                         .policy = policy,
                                         .err = err };

    return harden(hardening, out_hardened);
}

int harden_update(struct arena *arena, const struct spec *request, const struct spec *snapshot,
                  const struct policy *policy, const struct facts *facts,
                  struct hardened *out_hardened, struct error *err)
{
    const struct hardening hardening = { .arena = arena,
                                         .scope = RULE_UPDATE,
                                         .request = request,
                                         .snapshot = snapshot,
                                         .policy = policy,
                                         .facts = facts,
                                         .err = err };

    return harden(hardening, out_hardened);
}
