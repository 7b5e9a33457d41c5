/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/emit.h"

#include <errno.h>

#include "agentrun/filter/words.h"

#define JUMP_MAX 255        /* what fits into jt and jf */
#define NO_WORD  UINT32_MAX /* the accumulator holds nothing that we know */

void emit_begin(struct emitter *emitter, struct arena *arena)
{
    emitter->instructions = ARENA_NEW_ARRAY(arena, struct sock_filter, FILTER_MAX_INSTRUCTIONS);
    emitter->n_instructions = 0;
}

/* NULL for what did not fit. */
static struct sock_filter *at(const struct emitter *emitter, unsigned label)
{
    if (label > FILTER_MAX_INSTRUCTIONS)
        return NULL;
    return &emitter->instructions[FILTER_MAX_INSTRUCTIONS - label];
}

static unsigned put(struct emitter *emitter, struct sock_filter instruction)
{
    unsigned label = ++emitter->n_instructions;
    struct sock_filter *place = at(emitter, label);

    if (place)
        *place = instruction;
    return label;
}

/* How many instructions the next one would have to skip to get to `label`. */
static unsigned distance(const struct emitter *emitter, unsigned label)
{
    return emitter->n_instructions - label;
}

static unsigned put_statement(struct emitter *emitter, unsigned code, uint32_t k)
{
    return put(emitter, (struct sock_filter){ .code = (uint16_t)code, .k = k });
}

static unsigned put_return(struct emitter *emitter, uint32_t action, unsigned reach)
{
    unsigned label = emitter->n_instructions;

    /* One that stands near enough already is as good. */
    for (; label > 0 && distance(emitter, label) <= reach; label--) {
        const struct sock_filter *instruction = at(emitter, label);

        if (instruction && instruction->code == (BPF_RET | BPF_K) && instruction->k == action)
            return label;
    }
    return put_statement(emitter, BPF_RET | BPF_K, action);
}

/* A label for the same place that the next instruction can reach by skipping at most `reach`. */
static unsigned bring_near(struct emitter *emitter, unsigned label, unsigned reach)
{
    const struct sock_filter *target = at(emitter, label);

    if (distance(emitter, label) <= reach)
        return label;
    if (target && target->code == (BPF_RET | BPF_K))
        return put_return(emitter, target->k, reach);
    return put_statement(emitter, BPF_JMP | BPF_JA, distance(emitter, label));
}

static unsigned put_jump(struct emitter *emitter, uint16_t jump, uint32_t value, unsigned yes,
                         unsigned no)
{
    /* Bringing the second one near may move the first one away by one instruction. */
    yes = bring_near(emitter, yes, JUMP_MAX - 1);
    no = bring_near(emitter, no, JUMP_MAX);
    return put(emitter, (struct sock_filter){
                            .code = (uint16_t)(BPF_JMP | BPF_K | jump),
                            .jt = (uint8_t)distance(emitter, yes),
                            .jf = (uint8_t)distance(emitter, no),
                            .k = value,
                        });
}

unsigned emit_load(struct emitter *emitter, uint32_t offset, unsigned label)
{
    bring_near(emitter, label, 0);
    return put_statement(emitter, BPF_LD | BPF_W | BPF_ABS, offset);
}

unsigned emit_test_equal(struct emitter *emitter, uint32_t value, unsigned yes, unsigned no)
{
    return put_jump(emitter, BPF_JEQ, value, yes, no);
}

static unsigned put_decision(struct emitter *emitter, struct decision *decision, uint32_t word);

/* The test itself, for an accumulator that holds the word already. */
static unsigned put_test(struct emitter *emitter, struct decision *decision)
{
    const struct decision_test *test = &decision->test;
    bool masked = test->mask != UINT32_MAX;
    uint32_t word = masked ? NO_WORD : test->offset;
    unsigned yes = put_decision(emitter, decision->yes, word);
    unsigned no = put_decision(emitter, decision->no, word);
    unsigned label = put_jump(emitter, test->jump, test->value, yes, no);

    if (masked)
        label = put_statement(emitter, BPF_ALU | BPF_AND | BPF_K, test->mask);
    return label;
}

/* A label for `decision` where the accumulator holds `word`. */
static unsigned put_decision(struct emitter *emitter, struct decision *decision, uint32_t word)
{
    if (decision->is_return)
        return put_return(emitter, decision->action, JUMP_MAX - 2);
    if (!decision->label)
        decision->label = put_test(emitter, decision);
    if (word == decision->test.offset)
        return decision->label;
    if (!decision->label_with_load)
        decision->label_with_load = emit_load(emitter, decision->test.offset, decision->label);
    return decision->label_with_load;
}

unsigned emit_decision(struct emitter *emitter, struct decision *decision)
{
    return put_decision(emitter, decision, NO_WORD);
}

/* Three ranges of which the middle one is a single number in the midst of another decision. */
static bool is_exception(const struct range *items, size_t n_items)
{
    return n_items == 3 && items[0].decision == items[2].decision &&
           items[2].first == items[1].first + 1;
}

/* The accumulator holds the number. Depth: the logarithm of the number of ranges. */
static unsigned put_tree(struct emitter *emitter, const struct range *items, size_t n_items)
{
    size_t middle = n_items / 2;
    unsigned yes, no;

    if (n_items == 1)
        return put_decision(emitter, items[0].decision, WORDS_NUMBER);
    if (is_exception(items, n_items)) {
        yes = put_decision(emitter, items[1].decision, WORDS_NUMBER);
        no = put_decision(emitter, items[0].decision, WORDS_NUMBER);
        return put_jump(emitter, BPF_JEQ, items[1].first, yes, no);
    }
    yes = put_tree(emitter, items + middle, n_items - middle);
    no = put_tree(emitter, items, middle);
    return put_jump(emitter, BPF_JGE, items[middle].first, yes, no);
}

unsigned emit_ranges(struct emitter *emitter, const struct ranges *ranges)
{
    return emit_load(emitter, WORDS_NUMBER, put_tree(emitter, ranges->items, ranges->n_items));
}

int emit_finish(const struct emitter *emitter, struct filter_program *out_program,
                struct error *err)
{
    if (emitter->n_instructions > FILTER_MAX_INSTRUCTIONS)
        return error_set(err, ERROR_SPEC, E2BIG,
                         "seccomp: the profile needs %u instructions, the kernel takes %d",
                         emitter->n_instructions, FILTER_MAX_INSTRUCTIONS);
    *out_program = (struct filter_program){
        .n_instructions = (uint16_t)emitter->n_instructions,
        .instructions = at(emitter, emitter->n_instructions),
    };
    return 0;
}
