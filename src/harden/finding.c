/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/finding.h"

static const char *const action_names[] = {
    [FINDING_DROPPED] = "dropped",
    [FINDING_CLAMPED] = "clamped",
    [FINDING_FORCED] = "forced",
    [FINDING_NOTED] = "noted",
};

void finding_add(struct arena *arena, struct findings *findings, const struct finding *finding)
{
    struct finding *added = ARENA_NEW(arena, struct finding);

    *added = *finding;
    added->next = NULL;
    if (!findings->tail)
        findings->tail = &findings->first;
    *findings->tail = added;
    findings->tail = &added->next;
    findings->n++;
}

const char *finding_action_name(enum finding_action action)
{
    return action_names[action];
}

static const char *or_nothing(const char *text)
{
    return text ? text : "nothing";
}

const char *finding_text(struct arena *arena, const struct finding *finding)
{
    return arena_format(arena, "%s: %s: asked %s, enforced %s: %s", finding->id, finding->place,
                        or_nothing(finding->asked), or_nothing(finding->enforced), finding->rule);
}

static void encode_text(struct json_writer *writer, const char *key, const char *text)
{
    if (text)
        json_write_member_string(writer, key, text);
}

void findings_encode(struct json_writer *writer, const struct findings *findings)
{
    json_write_array(writer);
    for (const struct finding *finding = findings->first; finding; finding = finding->next) {
        json_write_object(writer);
        json_write_member_string(writer, "id", finding->id);
        json_write_member_string(writer, "action", finding_action_name(finding->action));
        json_write_member_string(writer, "place", finding->place);
        encode_text(writer, "asked", finding->asked);
        encode_text(writer, "enforced", finding->enforced);
        json_write_member_string(writer, "rule", finding->rule);
        json_write_member_string(writer, "allow", finding->allow);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}
