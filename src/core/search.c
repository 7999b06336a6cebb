/* SPDX-License-Identifier: MIT */
/*
 * Combinations as nested loops over moves, unrolled into a state that can be left and taken
 * up again. Each level keeps its recipe, so that the innermost loop applies one move.
 *
 * Moves on suffix, key and algorithm leave the joined text alone. They stand last, and the
 * text of the level above is joined once for all of them.
 */
#include "core/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/charset.h"
#include "core/moves_make.h"

#define SCRATCH_MAX ((size_t)32 << 20)
#define UNIT_BYTES 256 /* of text, and … */
#define UNIT_PIECES 16 /* that cost one unit more */

size_t search_cost(size_t text_len, size_t pieces)
{
    return 1 + text_len / UNIT_BYTES + pieces / UNIT_PIECES;
}

enum status search_begin(const struct subject_input *in, struct search *s, struct err *err)
{
    *s = (struct search){0};
    enum status st = subject_read(in, &s->subject, err);
    if (st)
        return st;
    s->charsets = charset_hold();
    moves_make(&s->subject, &s->moves);
    recipe_work_init(&s->work);
    arena_init(&s->scratch, SCRATCH_MAX);
    buf_init_secret(&s->room, RECIPE_TEXT_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(s->levels); i++)
        recipe_init(&s->levels[i]);
    recipe_copy(&s->levels[0], &s->subject.right);
    s->beginnings = mem_alloc((SEARCH_DEPTH_MAX + 1) * sizeof *s->beginnings);
    return ST_OK;
}

void search_end(struct search *s)
{
    for (size_t i = 0; i < ARRAY_COUNT(s->levels); i++)
        recipe_clear(&s->levels[i]);
    mem_wipe(s->beginnings, (SEARCH_DEPTH_MAX + 1) * sizeof *s->beginnings);
    free(s->beginnings);
    recipe_work_clear(&s->work);
    arena_clear(&s->scratch);
    buf_clear(&s->room);
    moves_clear(&s->moves);
    subject_clear(&s->subject);
    charset_release(s->charsets);
    *s = (struct search){0};
}

/* ---- Finding ---- */

/* The index of the reading that a digest is; the count of readings if none. */
static size_t reading(const struct search *s, const unsigned char *digest, size_t size)
{
    const struct received *r = &s->subject.received;
    size_t i = 0;
    while (i < r->count && !target_is(&r->targets[i], digest, size))
        i++;
    return i;
}

bool search_hits(const struct search *s, const unsigned char *digest, size_t size)
{
    return reading(s, digest, size) < s->subject.received.count;
}

bool search_apply(struct search *s, const uint16_t *moves, size_t count, struct recipe *r)
{
    for (size_t i = 0; i < count; i++) {
        if (!move_apply(&s->moves, &s->moves.items[moves[i]], r, &s->scratch, &s->room))
            return false;
    }
    return true;
}

static bool holds(const struct explanation *big, const uint16_t *moves, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t k = 0; k < big->count; k++)
            there = there || big->moves[k] == moves[i];
        if (!there)
            return false;
    }
    return true;
}

/* Does the explanation hold every move of a known one? */
static bool is_superset(const struct search *s, const struct explanation *e)
{
    for (size_t i = 0; i < s->found_count; i++) {
        if (holds(e, s->found[i].moves, s->found[i].count))
            return true;
    }
    return false;
}

static int total_weight(const struct search *s, const struct explanation *e)
{
    int weight = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct move *m = &s->moves.items[e->moves[i]];
        weight += m->weight + 1000 * (int)(m->cause_count > 0 ? m->cause_count : 1);
    }
    if (s->subject.received.targets[e->target].cause != NULL && e->target > 0)
        weight += 300;
    return weight;
}

bool search_record(struct search *s, const uint16_t *moves, size_t count)
{
    struct explanation e = {.count = count};
    unsigned char digest[DIGEST_SIZE_MAX];
    struct recipe r;
    memcpy(e.moves, moves, count * sizeof *moves);
    if (s->right_matches || is_superset(s, &e))
        return false;
    recipe_init(&r);
    recipe_copy(&r, &s->subject.right);
    struct arena_mark mark = arena_mark(&s->scratch);
    size_t size = search_apply(s, moves, count, &r) ? recipe_confirm(&r, digest) : 0;
    e.algorithm = r.algorithm;
    arena_cut(&s->scratch, mark);
    recipe_clear(&r);
    e.target = size > 0 ? reading(s, digest, size) : s->subject.received.count;
    if (e.target == s->subject.received.count)
        return false;
    e.weight = total_weight(s, &e);
    size_t at = s->found_count;
    while (at > 0 && s->found[at - 1].weight > e.weight)
        at--;
    if (at == SEARCH_FOUND_MAX)
        return true;
    if (s->found_count < SEARCH_FOUND_MAX)
        s->found_count++;
    memmove(&s->found[at + 1], &s->found[at], (s->found_count - 1 - at) * sizeof e);
    s->found[at] = e;
    return true;
}

void search_right(struct search *s)
{
    unsigned char digest[DIGEST_SIZE_MAX];
    struct recipe *r = &s->levels[0];
    if (!recipe_join(r, &s->work))
        return;
    size_t size = recipe_digest(r, &s->work, digest);
    s->tried++;
    if (search_hits(s, digest, size)) {
        unsigned char again[DIGEST_SIZE_MAX];
        s->right_matches = recipe_confirm(r, again) == size && digest_same(digest, again, size);
    }
}

/* ---- Combinations ---- */

static bool is_tail(const struct move *m)
{
    return m->axis >= AXIS_SUFFIX;
}

static bool fits(const struct search *s, const struct nest *n, const struct move *m)
{
    for (size_t i = 0; i < n->level; i++) {
        const struct move *other = &s->moves.items[n->applied[i]];
        if (other == m || !moves_combine(other, m) || (n->cross_axis && other->axis == m->axis))
            return false;
    }
    return true;
}

static void record(struct search *s, const struct nest *n, uint16_t last, bool swapped)
{
    uint16_t moves[SEARCH_DEPTH_MAX];
    memcpy(moves, n->applied, n->level * sizeof *moves);
    moves[n->level] = last;
    if (swapped) {
        moves[n->level] = moves[n->level - 1];
        moves[n->level - 1] = last;
    }
    struct arena_mark mark = arena_mark(&s->scratch);
    search_record(s, moves, n->level + 1);
    arena_cut(&s->scratch, mark);
}

static void judge(struct search *s, struct nest *n, const unsigned char *digest, size_t size,
                  uint16_t last)
{
    s->tried++;
    if (size > 0 && search_hits(s, digest, size))
        record(s, n, last, false);
}

/* ---- Shared beginnings ---- */

static bool is_plain(const struct recipe *r)
{
    return r->joint == &joint_rule && r->order == ORDER_BYTES && r->text == NULL &&
           r->suffix->head[0] == '\0';
}

/* The states after each piece of a level's recipe, made when first asked for; NULL if its text is
   not joined by the rule. */
static const struct beginnings *beginnings_of(struct search *s, size_t level)
{
    struct recipe *r = &s->levels[level];
    struct beginnings *b = &s->beginnings[level];
    if (b->ready)
        return b;
    if (!is_plain(r))
        return NULL;
    if (!r->sorted)
        recipe_sort(r);
    if (!recipe_join(r, &s->work))
        return NULL;
    const char *at = s->work.text;
    recipe_open(r, &s->work, &b->at[0]);
    for (size_t i = 0; i < r->count; i++) {
        size_t len = (size_t)r->pieces[i].name_len + r->pieces[i].value_len + 1 + (i > 0);
        digest_fork(&b->at[i + 1], &b->at[i]);
        digest_add(&b->at[i + 1], at, len);
        at += len;
    }
    b->count = r->count;
    b->ready = true;
    return b;
}

static bool same_piece(const struct piece *a, const struct piece *b)
{
    return a->name == b->name && a->value == b->value && a->name_len == b->name_len &&
           a->value_len == b->value_len;
}

/* The digest of a recipe that differs from its level's in pieces only, from where they differ on.
   Returns its size, 0 for what cannot be joined. */
static size_t digest_pieces(struct search *s, size_t level, struct recipe *r,
                            unsigned char out[DIGEST_SIZE_MAX])
{
    const struct recipe *above = &s->levels[level];
    const struct beginnings *b = is_plain(r) ? beginnings_of(s, level) : NULL;
    if (b == NULL)
        return recipe_join(r, &s->work) ? recipe_digest(r, &s->work, out) : 0;
    if (!r->sorted)
        recipe_sort(r);
    size_t same = 0;
    while (same < r->count && same < above->count &&
           same_piece(&r->pieces[same], &above->pieces[same]))
        same++;
    struct digest_state state;
    if (!recipe_join_from(r, same, &s->work))
        return 0;
    digest_fork(&state, &b->at[same]);
    digest_add(&state, s->work.text, s->work.len);
    return recipe_close(r, &s->work, &state, out);
}

/* The digest of the level's text with another suffix, key or algorithm, and what it cost. */
static size_t digest_tail(struct search *s, struct nest *n, const struct recipe *tail,
                          unsigned char out[DIGEST_SIZE_MAX], size_t *cost)
{
    struct recipe *above = &s->levels[n->level];
    bool state_fits = tail->algorithm == above->algorithm && is_plain(tail) && is_plain(above) &&
                      (!recipe_algorithm_is_hmac(tail->algorithm) || tail->key.s == above->key.s);
    const struct beginnings *b = state_fits ? beginnings_of(s, n->level) : NULL;
    if (b != NULL) {
        struct digest_state state;
        digest_fork(&state, &b->at[b->count]);
        return recipe_close(tail, &s->work, &state, out);
    }
    if (!n->joined)
        n->joined = recipe_join(above, &s->work);
    *cost = search_cost(s->work.len, 0);
    return n->joined ? recipe_digest(tail, &s->work, out) : 0;
}

/* ---- The innermost loop ---- */

/* The other order of the last two moves. */
static void try_swapped(struct search *s, struct nest *n, uint16_t last)
{
    struct recipe *r = &s->levels[n->level + 1];
    const uint16_t two[] = {last, n->applied[n->level - 1]};
    unsigned char digest[DIGEST_SIZE_MAX];
    recipe_copy(r, &s->levels[n->level - 1]);
    s->tried++;
    if (!search_apply(s, two, 2, r))
        return;
    size_t size = digest_pieces(s, n->level - 1, r, digest);
    if (size > 0 && search_hits(s, digest, size))
        record(s, n, last, true);
}

/* Tries the applied moves with one more. Returns what it cost. */
static size_t try_last(struct search *s, struct nest *n, uint16_t last)
{
    const struct move *m = &s->moves.items[last];
    unsigned char digest[DIGEST_SIZE_MAX];
    struct recipe *above = &s->levels[n->level];
    struct arena_mark mark = arena_mark(&s->scratch);
    if (is_tail(m)) {
        struct recipe tail = *above; /* shares the pieces, which a tail leaves alone */
        size_t cost = 1;
        if (move_apply(&s->moves, m, &tail, &s->scratch, &s->room))
            judge(s, n, digest, digest_tail(s, n, &tail, digest, &cost), last);
        return cost;
    }
    struct recipe *r = &s->levels[n->level + 1];
    n->joined = false;
    recipe_copy(r, above);
    if (move_apply(&s->moves, m, r, &s->scratch, &s->room))
        judge(s, n, digest, digest_pieces(s, n->level, r, digest), last);
    size_t cost = search_cost(s->work.len, r->count);
    arena_cut(&s->scratch, mark);
    if (n->both_orders && n->level > 0 &&
        !moves_commute(&s->moves.items[n->applied[n->level - 1]], m)) {
        try_swapped(s, n, last);
        cost *= 2;
        arena_cut(&s->scratch, mark);
    }
    return cost;
}

/* Applies a move for the levels below; false if it changes nothing. */
static bool descend(struct search *s, struct nest *n, uint16_t move)
{
    struct recipe *r = &s->levels[n->level + 1];
    n->marks[n->level] = arena_mark(&s->scratch);
    n->joined = false;
    s->beginnings[n->level + 1].ready = false;
    recipe_copy(r, &s->levels[n->level]);
    if (!move_apply(&s->moves, &s->moves.items[move], r, &s->scratch, &s->room)) {
        arena_cut(&s->scratch, n->marks[n->level]);
        return false;
    }
    n->applied[n->level] = move;
    n->at[n->level + 1] = n->same_pool ? n->at[n->level] + 1 : 0;
    n->level++;
    return true;
}

bool nest_step(struct search *s, struct nest *n, size_t *budget)
{
    size_t skipped = 0;
    while (*budget > 0) {
        size_t level = n->level;
        if (n->at[level] >= n->sizes[level]) {
            if (level == 0)
                return true;
            n->level--;
            n->joined = false;
            arena_cut(&s->scratch, n->marks[n->level]);
            n->at[n->level]++;
            continue;
        }
        uint16_t move = n->pools[level][n->at[level]];
        size_t cost = 0;
        bool below = false;
        if (!fits(s, n, &s->moves.items[move])) {
            cost = ++skipped % 16 == 0;
        } else if (level + 1 == n->depth) {
            cost = try_last(s, n, move);
            n->done++;
        } else {
            cost = search_cost(s->work.len, s->levels[level].count);
            below = descend(s, n, move);
        }
        n->at[level] += !below;
        *budget -= cost < *budget ? cost : *budget;
    }
    return false;
}

uint64_t nest_total(const struct nest *n)
{
    uint64_t total = 1;
    for (size_t i = 0; i < n->depth; i++)
        total *= n->sizes[i];
    for (uint64_t i = 2; n->same_pool && i <= n->depth; i++)
        total /= i;
    return total;
}
