/* SPDX-License-Identifier: MIT */
#include "core/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/sweep_state.h"

static const struct bi texts[SWEEP_KIND_COUNT] = {
    [SWEEP_KEY_TYPOS] = {"密钥的一处录入错误", "one typing error in the key"},
    [SWEEP_KEY_TYPOS_MOVES] = {"密钥的一处录入错误，加上另一个原因",
                               "one typing error in the key and another cause"},
    [SWEEP_TIMES] = {"前后一天内的其他时间", "other times within a day"},
    [SWEEP_AMOUNTS] = {"一百万以内的其他金额", "other amounts up to a million"},
    [SWEEP_VALUE_TYPOS] = {"某个值的一处录入错误", "one typing error in a value"},
    [SWEEP_SUBSETS] = {"字段的任意子集", "every subset of the fields"},
    [SWEEP_CALL_SETS] = {"调起参数的各种组合", "every set of client-side members"},
};

struct bi sweep_text(enum sweep_kind kind)
{
    return texts[kind];
}

void sweep_init(struct sweep *w, enum sweep_kind kind)
{
    *w = (struct sweep){.kind = kind};
}

void sweep_clear(struct sweep *w)
{
    if (w->state != NULL) {
        recipe_clear(&w->state->recipe);
        recipe_work_clear(&w->state->work);
        buf_clear(&w->state->text);
        mem_wipe(w->state, sizeof *w->state);
        free(w->state);
    }
    *w = (struct sweep){.kind = w->kind};
}

struct sweep_state *sweep_state_of(struct sweep *w)
{
    if (w->state == NULL) {
        w->state = mem_alloc(sizeof *w->state);
        recipe_init(&w->state->recipe);
        recipe_work_init(&w->state->work);
        buf_init_secret(&w->state->text, RECIPE_TEXT_MAX);
    }
    return w->state;
}

/* ---- All ---- */

static size_t outer_count(const struct search *s, enum sweep_kind kind)
{
    size_t pieces = s->subject.right.count;
    switch (kind) {
    case SWEEP_KEY_TYPOS:
        return 1;
    case SWEEP_KEY_TYPOS_MOVES:
        return s->moves.count;
    case SWEEP_SUBSETS:
        return s->subject.kind == MESSAGE_CALL || pieces < 3
                   ? 0
                   : 1 + (s->subject.key_count < SWEEP_SUBSET_KEYS ? s->subject.key_count
                                                                   : SWEEP_SUBSET_KEYS);
    default:
        return pieces;
    }
}

static bool begin(struct search *s, struct sweep *w)
{
    switch (w->kind) {
    case SWEEP_KEY_TYPOS:
    case SWEEP_KEY_TYPOS_MOVES:
        return sweep_begin_key(s, w);
    case SWEEP_SUBSETS:
        return sweep_begin_subsets(s, w);
    default:
        return sweep_begin_value(s, w);
    }
}

static bool step(struct search *s, struct sweep *w)
{
    if (w->kind == SWEEP_KEY_TYPOS || w->kind == SWEEP_KEY_TYPOS_MOVES)
        return sweep_step_key(s, w);
    return w->kind == SWEEP_SUBSETS ? sweep_step_subsets(s, w) : sweep_step_value(s, w);
}

bool sweep_step(struct search *s, struct sweep *w, size_t *budget)
{
    if (w->kind == SWEEP_CALL_SETS)
        return sweep_step_sets(s, w, budget);
    while (*budget > 0) {
        if (w->outer >= outer_count(s, w->kind))
            return true;
        if (!w->ready && !begin(s, w)) {
            w->outer++;
            (*budget)--;
            continue;
        }
        w->ready = true;
        /* What a candidate costs is what it digests itself. */
        size_t cost = search_cost(w->state->after.len, 0);
        bool more = true;
        while (*budget > 0 && (more = step(s, w))) {
            w->inner++;
            w->done++;
            s->tried++;
            *budget -= cost < *budget ? cost : *budget;
        }
        if (!more) {
            w->outer++;
            w->inner = 0;
            w->ready = false;
        }
    }
    return false;
}

size_t sweep_fixed_fields(const struct search *s)
{
    size_t fields = s->subject.right.count;
    bool tried = sweep_total(s, SWEEP_SUBSETS) > 0;
    return tried && fields > SWEEP_SUBSET_FIELDS ? fields - SWEEP_SUBSET_FIELDS : 0;
}

uint64_t sweep_total(const struct search *s, enum sweep_kind kind)
{
    const struct recipe *right = &s->subject.right;
    uint64_t edits = sweep_edit_count(right->key.len, strlen(sweep_alphanumeric)), total = 0;
    if (kind == SWEEP_KEY_TYPOS)
        return edits;
    if (kind == SWEEP_KEY_TYPOS_MOVES) {
        for (size_t i = 0; i < s->moves.count; i++)
            total += sweep_is_text_move(&s->moves.items[i]) ? edits : 0;
        return total;
    }
    if (kind == SWEEP_CALL_SETS)
        return s->subject.kind == MESSAGE_CALL ? 30000 : 0;
    if (kind == SWEEP_SUBSETS) {
        size_t n = right->count < SWEEP_SUBSET_FIELDS ? right->count : SWEEP_SUBSET_FIELDS;
        return outer_count(s, kind) << n;
    }
    for (size_t i = 0; i < right->count; i++) {
        if (!sweep_varies(s, kind, &right->pieces[i]))
            continue;
        total += kind == SWEEP_TIMES ? 2 * SWEEP_DAY
                 : kind == SWEEP_AMOUNTS
                     ? SWEEP_AMOUNT_MAX
                     : sweep_edit_count(right->pieces[i].value_len, strlen(sweep_printable));
    }
    return total;
}
