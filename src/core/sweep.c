/* SPDX-License-Identifier: MIT */
/*
 * Each sweep has an outer loop (field, key, move) and an inner one over numbered candidates.
 * What the inner loop shares is made when an outer step begins: a saved digest state of all
 * that stands before the varying text, and the text behind it.
 */
#include "core/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base.h"
#include "core/text.h"

#define DAY 86400
#define AMOUNT_MAX 1000000
#define AMOUNT_FIELDS 4
#define TYPO_VALUE_MAX 64 /* bytes */
#define SUBSET_KEYS 3

static const char alphanumeric[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char printable[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

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

struct sweep_state {
    struct digest_state before; /* all that stands before what varies */
    struct span after;          /* the text behind it, without the suffix */
    struct recipe recipe;
    struct recipe_work work;
    struct buf text; /* one candidate; may be a key: secret */
    /* Subsets: */
    struct digest_state at[RECIPE_PIECES_MAX + 1]; /* after each piece */
    bool any[RECIPE_PIECES_MAX + 1];               /* a piece stands before */
    bool left_out[RECIPE_PIECES_MAX];
    uint16_t varying[SWEEP_SUBSET_FIELDS]; /* places of the pieces that vary */
    size_t varying_count;
    struct span pair[RECIPE_PIECES_MAX]; /* "&name=value" in work.text */
};

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

static struct sweep_state *state_of(struct sweep *w)
{
    if (w->state == NULL) {
        w->state = mem_alloc(sizeof *w->state);
        recipe_init(&w->state->recipe);
        recipe_work_init(&w->state->work);
        buf_init_secret(&w->state->text, RECIPE_TEXT_MAX);
    }
    return w->state;
}

/* ---- Edits ---- */

uint64_t sweep_edit_count(size_t len, size_t alphabet)
{
    return len + (len > 0 ? len - 1 : 0) + len * alphabet + (len + 1) * alphabet;
}

bool sweep_edit(struct span in, uint64_t index, const char *alphabet, struct buf *out)
{
    size_t letters = strlen(alphabet), len = in.len;
    if (index < len) {
        buf_add(out, in.s, index);
        buf_add(out, in.s + index + 1, len - index - 1);
        return true;
    }
    index -= len;
    if (len > 0 && index < len - 1) {
        buf_add(out, in.s, index);
        buf_addc(out, in.s[index + 1]);
        buf_addc(out, in.s[index]);
        buf_add(out, in.s + index + 2, len - index - 2);
        return true;
    }
    index -= len > 0 ? len - 1 : 0;
    bool replace = index < len * letters;
    if (!replace)
        index -= len * letters;
    size_t place = index / letters;
    if (place >= len + !replace)
        return false;
    buf_add(out, in.s, place);
    buf_addc(out, alphabet[index % letters]);
    buf_add(out, in.s + place + replace, len - place - replace);
    return true;
}

/* What an edit did, without saying which characters: for keys. */
static struct bi edit_how(struct moves *m, size_t len, uint64_t index, size_t letters)
{
    const char *zh = "第 %zu 个字符不同", *en = "character %zu differs";
    size_t place = 0;
    if (index < len) {
        zh = "签名用的密钥少第 %zu 个字符", en = "the key used lacks character %zu";
        place = index;
    } else if (index < 2 * len - 1) {
        zh = "第 %zu 个字符与后一个互换", en = "character %zu and the next are exchanged";
        place = index - len;
    } else if (index < 2 * len - 1 + len * letters) {
        place = (index - (2 * len - 1)) / letters;
    } else {
        zh = "签名用的密钥在第 %zu 个字符前多一个字符",
        en = "the key used has one more character before character %zu";
        place = (index - (2 * len - 1) - len * letters) / letters;
    }
    struct bi how = {"", ""};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char line[200];
        const char *format = lang == LANG_ZH ? zh : en;
        const char *mark = strstr(format, "%zu");
        snprintf(line, sizeof line, "%.*s%zu%s", (int)(mark - format), format, place + 1, mark + 3);
        struct span made = arena_copy(&m->arena, line, strlen(line));
        if (made.s != NULL && lang == LANG_ZH)
            how.zh = made.s;
        else if (made.s != NULL)
            how.en = made.s;
    }
    return how;
}

/* ---- Keys with one edit ---- */

/* The moves that leave the key alone: those of the joined text. */
static bool is_text_move(const struct move *m)
{
    return m->axis < AXIS_SUFFIX && !m->whole && m->axis != AXIS_TEXT;
}

/* Makes the text of the right recipe, or of the one after a move, and saves its state. */
static bool begin_key(struct search *s, struct sweep *w)
{
    struct sweep_state *t = state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    if (w->kind == SWEEP_KEY_TYPOS_MOVES) {
        uint16_t move = (uint16_t)w->outer;
        struct arena_mark mark = arena_mark(&s->scratch);
        bool good = is_text_move(&s->moves.items[move]) && search_apply(s, &move, 1, &t->recipe) &&
                    recipe_join(&t->recipe, &t->work);
        arena_cut(&s->scratch, mark);
        if (!good)
            return false;
    } else if (!recipe_join(&t->recipe, &t->work)) {
        return false;
    }
    recipe_open(&t->recipe, &t->work, &t->before);
    digest_add(&t->before, t->work.text, t->work.len);
    return true;
}

static void found_key(struct search *s, struct sweep *w, struct span key)
{
    struct moves *m = &s->moves;
    struct move *one =
        moves_add(m, AXIS_KEY, "key-length",
                  edit_how(m, s->subject.right.key.len, w->inner, sizeof alphanumeric - 1));
    if (one == NULL)
        return;
    one->key = arena_copy(&m->arena, key.s, key.len);
    uint16_t moves[2] = {(uint16_t)w->outer, (uint16_t)(m->count - 1)};
    if (w->kind == SWEEP_KEY_TYPOS)
        search_record(s, moves + 1, 1);
    else
        search_record(s, moves, 2);
}

static bool step_key(struct search *s, struct sweep *w)
{
    struct sweep_state *t = w->state;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct digest_state state;
    buf_reset(&t->text);
    if (!sweep_edit(s->subject.right.key, w->inner, alphanumeric, &t->text))
        return false;
    struct recipe r = t->recipe;
    r.key = (struct span){buf_str(&t->text), t->text.len};
    if (recipe_algorithm_is_hmac(r.algorithm)) {
        recipe_forget_keys(&t->work); /* the bytes stand in the same place as the last ones */
        recipe_open(&r, &t->work, &state);
        digest_add(&state, t->work.text, t->work.len);
    } else {
        digest_fork(&state, &t->before);
    }
    size_t size = recipe_close(&r, &t->work, &state, digest);
    if (search_hits(s, digest, size))
        found_key(s, w, r.key);
    return true;
}

/* ---- One value that varies ---- */

static bool is_stamp(struct span v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (v.s[i] < '0' || v.s[i] > '9')
            return false;
    }
    return v.len == 10 || v.len == 14;
}

static bool is_amount(struct span name, struct span v)
{
    static const char *const ends[] = {"fee", "amount", "fee_0", "fee_1"};
    bool named = false;
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        size_t len = strlen(ends[i]);
        named = named || (name.len >= len && memcmp(name.s + name.len - len, ends[i], len) == 0);
    }
    return named && v.len > 0 && v.len <= 12;
}

static struct span value_of(const struct piece *p)
{
    return (struct span){p->value, p->value_len};
}

static bool varies(const struct search *s, enum sweep_kind kind, const struct piece *p)
{
    (void)s;
    struct span name = {p->name, p->name_len};
    if (kind == SWEEP_TIMES)
        return is_stamp(value_of(p)) &&
               (name.len >= 4 && memmem(name.s, name.len, "ime", 3) != NULL);
    if (kind == SWEEP_AMOUNTS)
        return is_amount(name, value_of(p));
    return p->value_len <= TYPO_VALUE_MAX;
}

/* Saves what stands before and behind the value of the outer piece. */
static bool begin_value(struct search *s, struct sweep *w)
{
    struct sweep_state *t = state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    const struct piece *p = &t->recipe.pieces[w->outer];
    if (!varies(s, w->kind, p) || !recipe_join(&t->recipe, &t->work))
        return false;
    size_t at = 0;
    for (size_t i = 0; i < w->outer; i++)
        at += t->recipe.pieces[i].name_len + t->recipe.pieces[i].value_len + 2;
    at += p->name_len + 1;
    recipe_open(&t->recipe, &t->work, &t->before);
    digest_add(&t->before, t->work.text, at);
    at += p->value_len;
    t->after = (struct span){t->work.text + at, t->work.len - at};
    return true;
}

static bool write_stamp(struct span original, uint64_t index, struct buf *out)
{
    int64_t offset = (index % 2 == 0 ? 1 : -1) * (int64_t)(index / 2 + 1); /* the nearest first */
    char text[TEXT_TIME_SIZE];
    time_t t = 0;
    if (index >= 2 * DAY)
        return false;
    memcpy(text, original.s, original.len);
    text[original.len] = '\0';
    if (original.len == 10) {
        buf_addf(out, "%lld", (long long)(atoll(text) + offset));
        return true;
    }
    if (!text_time_read(text, &t))
        return false;
    text_time_write(t + offset, text);
    buf_adds(out, text);
    return true;
}

/* Decimal digits without printf, which would cost more than the digest. */
static void write_amount(uint64_t n, struct buf *out)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_add(out, digits + at, sizeof digits - at);
}

static bool write_candidate(const struct sweep *w, struct span original, struct buf *out)
{
    if (w->kind == SWEEP_TIMES)
        return write_stamp(original, w->inner, out);
    if (w->kind == SWEEP_VALUE_TYPOS)
        return sweep_edit(original, w->inner, printable, out);
    if (w->inner > AMOUNT_MAX)
        return false;
    write_amount(w->inner, out);
    return true;
}

static void found_value(struct search *s, const struct sweep *w, struct span value)
{
    struct moves *m = &s->moves;
    const struct piece *p = &s->subject.right.pieces[w->outer];
    bool call = s->subject.kind == MESSAGE_CALL;
    const char *cause = w->kind == SWEEP_VALUE_TYPOS ? "val-typo"
                        : w->kind == SWEEP_AMOUNTS   ? "num-format"
                        : call                       ? "2nd-regenerated"
                                                     : "param-drift";
    char zh[320], en[320];
    snprintf(zh, sizeof zh, "签名时的值是 %.64s=%.160s", p->name, value.s);
    snprintf(en, sizeof en, "signed with %.64s=%.160s", p->name, value.s);
    struct bi how = {arena_copy(&m->arena, zh, strlen(zh)).s,
                     arena_copy(&m->arena, en, strlen(en)).s};
    struct move *one = moves_add(m, AXIS_VALUE, cause, how);
    if (one == NULL)
        return;
    one->origin = p->origin;
    one->constant = arena_copy(&m->arena, value.s, value.len);
    move_field(m, one, (struct span){p->name, p->name_len});
    uint16_t move = (uint16_t)(m->count - 1);
    search_record(s, &move, 1);
}

static bool step_value(struct search *s, struct sweep *w)
{
    struct sweep_state *t = w->state;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct digest_state state;
    struct span original = value_of(&t->recipe.pieces[w->outer]);
    buf_reset(&t->text);
    if (!write_candidate(w, original, &t->text))
        return false;
    digest_fork(&state, &t->before);
    digest_add(&state, buf_str(&t->text), t->text.len);
    digest_add(&state, t->after.s, t->after.len);
    size_t size = recipe_close(&t->recipe, &t->work, &state, digest);
    struct span value = {buf_str(&t->text), t->text.len};
    if (search_hits(s, digest, size) && !span_same(value, original))
        found_value(s, w, value);
    return true;
}

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

/* Digests the pieces from `from` on again. */
static void redo(struct sweep_state *t, size_t from)
{
    for (size_t i = from; i < t->recipe.count; i++) {
        digest_fork(&t->at[i + 1], &t->at[i]);
        t->any[i + 1] = t->any[i] || !t->left_out[i];
        if (t->left_out[i])
            continue;
        struct span pair = t->pair[i];
        digest_add(&t->at[i + 1], pair.s + !t->any[i], pair.len - !t->any[i]);
    }
}

static bool begin_subsets(struct search *s, struct sweep *w)
{
    struct sweep_state *t = state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    if (w->outer > 0) {
        if (w->outer > s->subject.key_count || w->outer > SUBSET_KEYS)
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

static bool step_subsets(struct search *s, struct sweep *w)
{
    struct sweep_state *t = w->state;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct digest_state state;
    if (w->inner >> t->varying_count != 0)
        return false;
    /* Bit 0 is the last piece that varies; those above it that a carry changed come first. */
    uint64_t changed = w->inner ^ (w->inner - 1);
    size_t from = t->recipe.count;
    for (size_t bit = 0; w->inner > 0 && bit < t->varying_count && (changed >> bit & 1) != 0;
         bit++) {
        size_t place = t->varying[t->varying_count - 1 - bit];
        t->left_out[place] = (w->inner >> bit & 1) != 0;
        from = place;
    }
    redo(t, from);
    if (!t->any[t->recipe.count])
        return true;
    digest_fork(&state, &t->at[t->recipe.count]);
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

static bool step_sets(struct search *s, struct sweep *w, size_t *budget)
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
                   : 1 + (s->subject.key_count < SUBSET_KEYS ? s->subject.key_count : SUBSET_KEYS);
    default:
        return pieces;
    }
}

static bool begin(struct search *s, struct sweep *w)
{
    switch (w->kind) {
    case SWEEP_KEY_TYPOS:
    case SWEEP_KEY_TYPOS_MOVES:
        return begin_key(s, w);
    case SWEEP_SUBSETS:
        return begin_subsets(s, w);
    default:
        return begin_value(s, w);
    }
}

static bool step(struct search *s, struct sweep *w)
{
    if (w->kind == SWEEP_KEY_TYPOS || w->kind == SWEEP_KEY_TYPOS_MOVES)
        return step_key(s, w);
    return w->kind == SWEEP_SUBSETS ? step_subsets(s, w) : step_value(s, w);
}

bool sweep_step(struct search *s, struct sweep *w, size_t *budget)
{
    if (w->kind == SWEEP_CALL_SETS)
        return step_sets(s, w, budget);
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
        size_t cost = w->kind == SWEEP_SUBSETS ? 1 : search_cost(w->state->after.len);
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

uint64_t sweep_total(const struct search *s, enum sweep_kind kind)
{
    const struct recipe *right = &s->subject.right;
    uint64_t edits = sweep_edit_count(right->key.len, sizeof alphanumeric - 1), total = 0;
    if (kind == SWEEP_KEY_TYPOS)
        return edits;
    if (kind == SWEEP_KEY_TYPOS_MOVES) {
        for (size_t i = 0; i < s->moves.count; i++)
            total += is_text_move(&s->moves.items[i]) ? edits : 0;
        return total;
    }
    if (kind == SWEEP_CALL_SETS)
        return s->subject.kind == MESSAGE_CALL ? 30000 : 0;
    if (kind == SWEEP_SUBSETS) {
        size_t n = right->count < SWEEP_SUBSET_FIELDS ? right->count : SWEEP_SUBSET_FIELDS;
        return outer_count(s, kind) << n;
    }
    for (size_t i = 0; i < right->count; i++) {
        if (!varies(s, kind, &right->pieces[i]))
            continue;
        total += kind == SWEEP_TIMES ? 2 * DAY
                 : kind == SWEEP_AMOUNTS
                     ? AMOUNT_MAX
                     : sweep_edit_count(right->pieces[i].value_len, sizeof printable - 1);
    }
    return total;
}
