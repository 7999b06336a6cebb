/* SPDX-License-Identifier: MIT */
/*
 * From moves to causes: those of the moves, and those that follow from the shape of the
 * signature (its algorithm, its letter case, what it lacks).
 */
#include "core/diagnose.h"

#include <stdio.h>
#include <string.h>

#include "core/diagnosis.h"
#include "core/sign.h"

/* ---- Causes that the signature shows by itself ---- */

/* The id that stands for signing with `a` what asks for another algorithm; NULL if it asks for it.
 */
static const char *algorithm_cause(const struct subject *s, enum recipe_algorithm a)
{
    bool hmac = a == ALG_HMAC_SHA256;
    if (a == subject_declared(s) && !s->odd_sign_type)
        return NULL;
    if (a != ALG_MD5 && !hmac)
        return "hash-family";
    if (s->odd_sign_type)
        return "alg-name";
    if (s->kind == MESSAGE_CALL)
        return "alg-2nd-mismatch";
    if (s->kind != MESSAGE_ORDER)
        return "alg-notify";
    if (s->spec != NULL && hmac && !s->spec->sign_types[SIGN_HMAC_SHA256])
        return "alg-md5-only";
    if (s->spec != NULL && !hmac && !s->spec->sign_types[SIGN_MD5])
        return "alg-hmac-only";
    if (s->spec != NULL && !hmac && s->spec->sign_is_demanded)
        return "alg-hmac-only";
    return hmac && !s->declared_given ? "alg-default" : "alg-other";
}

static struct bi algorithm_how(enum recipe_algorithm a)
{
    static const struct bi hows[ALG_COUNT] = {
        [ALG_MD5] = {"签名是 MD5", "the signature is MD5"},
        [ALG_HMAC_SHA256] = {"签名是 HMAC-SHA256", "the signature is HMAC-SHA256"},
        [ALG_SHA256] = {"签名是 SHA-256（没有 HMAC）", "the signature is SHA-256 (no HMAC)"},
        [ALG_SHA1] = {"签名是 SHA-1", "the signature is SHA-1"},
        [ALG_SHA512] = {"签名是 SHA-512", "the signature is SHA-512"},
        [ALG_HMAC_MD5] = {"签名是 HMAC-MD5", "the signature is HMAC-MD5"},
        [ALG_HMAC_SHA1] = {"签名是 HMAC-SHA1", "the signature is HMAC-SHA1"},
        [ALG_MD5_TWICE_LOWER] = {"做了两次 MD5（中间为小写）",
                                 "MD5 twice (in between in lower case)"},
        [ALG_MD5_TWICE_UPPER] = {"做了两次 MD5（中间为大写）",
                                 "MD5 twice (in between in upper case)"},
    };
    return hows[a];
}

static void add_cause(struct diagnose_answer *out, const char *id, struct bi how)
{
    for (size_t i = 0; i < out->count; i++) {
        if (strcmp(out->causes[i].cause->id, id) == 0 && out->causes[i].how.zh == how.zh)
            return;
    }
    if (out->count < DIAGNOSE_CAUSES_MAX)
        out->causes[out->count++] = (struct diagnose_cause){.cause = cause_get(id), .how = how};
}

static void add_implied(const struct search *s, const struct target *t, enum recipe_algorithm a,
                        struct diagnose_answer *out)
{
    const struct received *r = &s->subject.received;
    const char *id = algorithm_cause(&s->subject, a);
    if (id != NULL)
        add_cause(out, id, algorithm_how(a));
    if (t->cause != NULL)
        add_cause(out, t->cause, t->how);
    if (r->lower && !s->subject.gateway && t->cause == NULL)
        add_cause(out, "hash-case", (struct bi){"签名是小写", "the signature is in lower case"});
    if (r->wrapped)
        add_cause(out, "hash-trunc", (struct bi){"两端有空白或引号", "blanks or quotes around it"});
}

/* The reading that a digest of the right recipe is. */
static const struct target *right_target(const struct search *s)
{
    const struct received *r = &s->subject.received;
    unsigned char digest[DIGEST_SIZE_MAX];
    size_t size = recipe_confirm(&s->subject.right, digest);
    for (size_t i = 0; i < r->count; i++) {
        if (target_is(&r->targets[i], digest, size))
            return &r->targets[i];
    }
    return NULL;
}

static void right_answer(const struct search *s, struct diagnose_answer *out)
{
    const struct target *t = right_target(s);
    *out = (struct diagnose_answer){0};
    if (t != NULL)
        add_implied(s, t, s->subject.right.algorithm, out);
}

bool diagnosis_right_is_valid(const struct search *s)
{
    struct diagnose_answer a;
    right_answer(s, &a);
    /* What the gateway signs without saying how is right by its length (advice tells it). */
    for (size_t i = 0; i < a.count; i++) {
        if (strcmp(a.causes[i].cause->id, "alg-notify") != 0)
            return false;
    }
    return true;
}

/* ---- Explanations ---- */

static void move_causes(const struct move *m, struct diagnose_answer *out)
{
    for (size_t i = 0; i < m->cause_count && out->count < DIAGNOSE_CAUSES_MAX; i++)
        out->causes[out->count++] = (struct diagnose_cause){.cause = m->causes[i],
                                                            .how = m->how,
                                                            .fields = m->fields,
                                                            .field_count = m->field_count};
}

static void plain_answer(const struct search *s, const struct explanation *e,
                         struct diagnose_answer *out)
{
    *out = (struct diagnose_answer){0};
    for (size_t i = 0; i < e->count; i++)
        move_causes(&s->moves.items[e->moves[i]], out);
    add_implied(s, &s->subject.received.targets[e->target], e->algorithm, out);
}

/* How many causes of `b` are not among those of `a`, and which one is the last of them. */
static size_t differing(const struct diagnose_answer *a, const struct diagnose_answer *b,
                        size_t *which)
{
    bool used[DIAGNOSE_CAUSES_MAX] = {false};
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        size_t k = 0;
        while (k < a->count && (used[k] || a->causes[k].cause != b->causes[i].cause))
            k++;
        if (k < a->count) {
            used[k] = true;
            continue;
        }
        *which = i;
        count++;
    }
    return count;
}

static void add_same(struct diagnose_cause *c, const char *id)
{
    if (strcmp(c->cause->id, id) == 0)
        return;
    for (size_t i = 0; i < c->same_count; i++) {
        if (strcmp(c->same_as[i], id) == 0)
            return;
    }
    if (c->same_count < DIAGNOSE_SAME_MAX)
        c->same_as[c->same_count++] = id;
}

static void add_twins(struct diagnose_cause *c)
{
    for (size_t i = 0; i < CAUSE_TWINS_MAX && c->cause->twins[i] != NULL; i++)
        add_same(c, c->cause->twins[i]);
}

/* Is `b` the first explanation again, but for one cause at most? Then that is noted with it. */
static bool is_same(struct diagnose_answer *a, const struct diagnose_answer *b, bool note)
{
    size_t in_a = 0, in_b = 0;
    if (a->count != b->count || differing(b, a, &in_a) > 1)
        return false;
    if (differing(a, b, &in_b) == 1 && note)
        add_same(&a->causes[in_a], b->causes[in_b].cause->id);
    return true;
}

/* The explanations that are shown: the first, and those that differ from it and from each other by
   more than one cause. Returns their number; `indices` are those of search.found. */
static size_t choose(const struct search *s, size_t indices[SEARCH_FOUND_MAX],
                     struct diagnose_answer *first)
{
    struct diagnose_answer one, other;
    size_t count = 0;
    for (size_t i = 0; i < s->found_count; i++) {
        plain_answer(s, &s->found[i], &one);
        bool known = i > 0 && is_same(first, &one, true);
        for (size_t k = 1; k < count && !known; k++) {
            size_t which = 0;
            plain_answer(s, &s->found[indices[k]], &other);
            known = other.count == one.count && differing(&other, &one, &which) == 0;
        }
        if (i == 0)
            *first = one;
        if (!known)
            indices[count++] = i;
    }
    for (size_t i = 0; i < first->count && s->found_count > 0; i++)
        add_twins(&first->causes[i]);
    return count;
}

size_t diagnose_answers(const struct diagnosis *d)
{
    const struct search *s = diagnose_search(d);
    size_t indices[SEARCH_FOUND_MAX];
    struct diagnose_answer first;
    if (s->right_matches) {
        right_answer(s, &first);
        return first.count > 0;
    }
    return choose(s, indices, &first);
}

void diagnose_answer(const struct diagnosis *d, size_t index, struct diagnose_answer *out)
{
    const struct search *s = diagnose_search(d);
    size_t indices[SEARCH_FOUND_MAX];
    *out = (struct diagnose_answer){0};
    if (s->right_matches) {
        right_answer(s, out);
        for (size_t i = 0; i < out->count; i++)
            add_twins(&out->causes[i]);
        return;
    }
    struct diagnose_answer first = {0};
    size_t count = choose(s, indices, &first);
    if (index == 0)
        *out = first;
    else if (index < count)
        plain_answer(s, &s->found[indices[index]], out);
}

void diagnose_sentence(const struct diagnose_cause *c, enum lang lang, char *out, size_t size)
{
    const char *text = bi_get(c->cause->text, lang), *how = bi_get(c->how, lang);
    if (how[0] == '\0')
        snprintf(out, size, "%s", text);
    else
        snprintf(out, size, lang == LANG_ZH ? "%s：%s" : "%s: %s", text, how);
}

/* ---- Texts ---- */

void diagnose_right_text(const struct diagnosis *d, struct buf *out)
{
    recipe_masked(&diagnose_subject(d)->right, out);
}

void diagnose_found_text(const struct diagnosis *d, size_t index, struct buf *out)
{
    const struct search *s = diagnose_search(d);
    size_t indices[SEARCH_FOUND_MAX];
    struct diagnose_answer first = {0};
    if (s->right_matches || index >= choose(s, indices, &first))
        return;
    const struct explanation *e = &s->found[indices[index]];
    struct recipe r;
    struct arena scratch;
    struct buf room;
    recipe_init(&r);
    recipe_copy(&r, &s->subject.right);
    arena_init(&scratch, MOVES_ARENA_MAX);
    buf_init_secret(&room, RECIPE_TEXT_MAX);
    bool good = true;
    for (size_t i = 0; i < e->count && good; i++)
        good = move_apply(&s->moves, &s->moves.items[e->moves[i]], &r, &scratch, &room);
    if (good)
        recipe_masked(&r, out);
    buf_clear(&room);
    arena_clear(&scratch);
    recipe_clear(&r);
}

void diagnose_right_sign(const struct diagnosis *d, char out[DIGEST_HEX_MAX])
{
    unsigned char digest[DIGEST_SIZE_MAX];
    struct recipe right = diagnose_subject(d)->right; /* shares the pieces */
    right.algorithm = subject_declared(diagnose_subject(d));
    digest_hex(digest, recipe_confirm(&right, digest), out);
}
