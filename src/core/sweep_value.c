/* SPDX-License-Identifier: MIT */
/* One value that is another one: a time, an amount, a typing error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base.h"
#include "core/sweep.h"
#include "core/sweep_state.h"
#include "core/text.h"

#define AMOUNT_FIELDS 4
#define TYPO_VALUE_MAX 64 /* bytes */

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

bool sweep_varies(const struct search *s, int kind, const struct piece *p)
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
bool sweep_begin_value(struct search *s, struct sweep *w)
{
    struct sweep_state *t = sweep_state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    const struct piece *p = &t->recipe.pieces[w->outer];
    if (!sweep_varies(s, w->kind, p) || !recipe_join(&t->recipe, &t->work))
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
    if (index >= 2 * SWEEP_DAY)
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
        return sweep_edit(original, w->inner, sweep_printable, out);
    if (w->inner > SWEEP_AMOUNT_MAX)
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

bool sweep_step_value(struct search *s, struct sweep *w)
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
