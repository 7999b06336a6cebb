/* SPDX-License-Identifier: MIT */
/* Fields left out, as many as one likes, and the sets of a client. */
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/sweep.h"
#include "core/sweep_state.h"

/* ---- Subsets ---- */

/* Fields that nobody leaves out: they do not vary when there are too many. */
static bool is_basic(const struct piece *p)
{
    static const char *const names[] = {"appid",        "mch_id",         "nonce_str",
                                        "total_fee",    "transaction_id", "return_code",
                                        "out_trade_no", "result_code",    "body"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (span_is((struct span){p->name, p->name_len}, names[i]))
            return true;
    }
    return false;
}

static void choose_varying(struct sweep_state *t)
{
    size_t count = t->recipe.count;
    t->varying_count = 0;
    for (int basic = 0; basic < 2; basic++) {
        for (size_t i = 0; i < count && t->varying_count < SWEEP_SUBSET_FIELDS; i++) {
            if (is_basic(&t->recipe.pieces[i]) == (basic != 0))
                t->varying[t->varying_count++] = (uint16_t)i;
        }
    }
    for (size_t i = 1; i < t->varying_count; i++) { /* by place: the last one varies fastest */
        uint16_t one = t->varying[i];
        size_t at = i;
        for (; at > 0 && t->varying[at - 1] > one; at--)
            t->varying[at] = t->varying[at - 1];
        t->varying[at] = one;
    }
}

/* Digests the pieces from `from` to the last one that varies again. */
static void redo(struct sweep_state *t, size_t from)
{
    for (size_t i = from; i < t->fixed_from; i++) {
        digest_fork(&t->at[i + 1], &t->at[i]);
        t->any[i + 1] = t->any[i] || !t->left_out[i];
        if (t->left_out[i])
            continue;
        struct span pair = t->pair[i];
        digest_add(&t->at[i + 1], pair.s + !t->any[i], pair.len - !t->any[i]);
    }
}

bool sweep_begin_subsets(struct search *s, struct sweep *w)
{
    struct sweep_state *t = sweep_state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    if (w->outer > 0) {
        if (w->outer > s->subject.key_count || w->outer > SWEEP_SUBSET_KEYS)
            return false;
        const struct secret *key = &s->subject.keys[w->outer - 1].key;
        t->recipe.key = (struct span){key->text, key->len};
    }
    if (!recipe_join(&t->recipe, &t->work))
        return false;
    buf_reset(&t->text); /* every pair with its '&' */
    for (size_t i = 0; i < t->recipe.count; i++) {
        const struct piece *p = &t->recipe.pieces[i];
        buf_addc(&t->text, '&');
        buf_add(&t->text, p->name, p->name_len);
        buf_addc(&t->text, '=');
        buf_add(&t->text, p->value, p->value_len);
    }
    size_t at = 0;
    for (size_t i = 0; i < t->recipe.count; i++) {
        const struct piece *p = &t->recipe.pieces[i];
        t->pair[i] = (struct span){t->text.data + at, (size_t)p->name_len + p->value_len + 2};
        at += t->pair[i].len;
        t->left_out[i] = false;
    }
    choose_varying(t);
    t->fixed_from = t->varying_count > 0 ? t->varying[t->varying_count - 1] + (size_t)1 : 0;
    at = 0;
    for (size_t i = 0; i < t->fixed_from; i++)
        at += t->pair[i].len;
    t->after = (struct span){t->text.data + at, t->text.len - at};
    recipe_open(&t->recipe, &t->work, &t->at[0]);
    t->any[0] = false;
    redo(t, 0);
    return true;
}

static void found_subset(struct search *s, const struct sweep *w)
{
    struct sweep_state *t = w->state;
    struct moves *m = &s->moves;
    uint16_t *dropped = arena_take(&m->arena, t->recipe.count * sizeof *dropped);
    size_t count = 0;
    const char *cause = s->subject.kind == MESSAGE_ORDER ? "param-drift" : "verify-dropped-fields";
    struct move *one =
        dropped != NULL
            ? moves_add(m, AXIS_MEMBERS, cause,
                        (struct bi){"签名时没有这些字段", "these fields were not signed"})
            : NULL;
    if (one == NULL)
        return;
    for (size_t i = 0; i < t->recipe.count; i++) {
        if (!t->left_out[i])
            continue;
        dropped[count++] = t->recipe.pieces[i].origin;
        move_field(m, one, (struct span){t->recipe.pieces[i].name, t->recipe.pieces[i].name_len});
    }
    one->dropped = dropped;
    one->dropped_count = count;
    uint16_t moves[2] = {(uint16_t)(m->count - 1), 0};
    size_t n = 1;
    for (size_t i = 0; w->outer > 0 && i + 1 < m->count; i++) {
        if (m->items[i].axis == AXIS_KEY && m->items[i].key.s == t->recipe.key.s)
            moves[n++] = (uint16_t)i, i = m->count;
    }
    search_record(s, moves, n);
}

bool sweep_step_subsets(struct search *s, struct sweep *w)
{
    struct sweep_state *t = w->state;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct digest_state state;
    if (w->inner >> t->varying_count != 0)
        return false;
    /* Bit 0 is the last piece that varies; those above it that a carry changed come first. */
    uint64_t changed = w->inner ^ (w->inner - 1);
    size_t from = t->fixed_from;
    for (size_t bit = 0; w->inner > 0 && bit < t->varying_count && (changed >> bit & 1) != 0;
         bit++) {
        size_t place = t->varying[t->varying_count - 1 - bit];
        t->left_out[place] = (w->inner >> bit & 1) != 0;
        from = place;
    }
    redo(t, from);
    bool any = t->any[t->fixed_from];
    if (!any && t->after.len == 0)
        return true;
    digest_fork(&state, &t->at[t->fixed_from]);
    if (t->after.len > 0)
        digest_add(&state, t->after.s + !any, t->after.len - !any);
    size_t size = recipe_close(&t->recipe, &t->work, &state, digest);
    if (search_hits(s, digest, size) && w->inner > 0)
        found_subset(s, w);
    return true;
}

/* ---- Sets of a client's members ---- */

struct set_try {
    struct search *s;
    struct sweep *w;
    size_t budget, used;
};

static bool try_set(const struct callup_set *set, void *ctx)
{
    struct set_try *c = ctx;
    struct search *s = c->s;
    struct recipe *r = &s->levels[1];
    unsigned char digest[DIGEST_SIZE_MAX];
    recipe_copy(r, &s->subject.right);
    memcpy(r->pieces, set->pieces, set->count * sizeof *set->pieces);
    r->count = set->count;
    r->sorted = false;
    s->tried++;
    c->used++;
    if (recipe_join(r, &s->work) && search_hits(s, digest, recipe_digest(r, &s->work, digest))) {
        uint16_t move = (uint16_t)s->moves.count;
        if (moves_add_set(&s->moves, set) != NULL)
            search_record(s, &move, 1);
    }
    return c->used < c->budget;
}

bool sweep_step_sets(struct search *s, struct sweep *w, size_t *budget)
{
    struct set_try c = {s, w, *budget, 0};
    if (s->subject.kind != MESSAGE_CALL)
        return true;
    size_t next = callup_all_sets(&s->subject.call, (size_t)w->inner, try_set, &c);
    w->done += c.used;
    w->inner = next;
    *budget -= c.used < *budget ? c.used : *budget;
    return next == 0;
}
