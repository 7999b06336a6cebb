/* SPDX-License-Identifier: MIT */
/*
 * Joining and digesting, fast: this runs for every candidate of a search.
 *
 * The text is measured, then written in one go into memory that is kept. Sorting is by
 * insertion, because a candidate's pieces are nearly in order. HMAC keys are prepared once
 * for the two keys used last, which serves a search that varies the key inside a loop.
 */
#include "core/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/sign.h"

#define KEY_SIGN '%'

const struct joint joint_rule = {"", "", "=", "", "&", "", false, false};
const struct suffix suffix_rule = {"", "&key=%"};

static const struct {
    const char *name;
    enum digest_kind kind;
    bool hmac;
} algorithms[ALG_COUNT] = {
    [ALG_MD5] = {"MD5", DIGEST_MD5, false},
    [ALG_HMAC_SHA256] = {"HMAC-SHA256", DIGEST_SHA256, true},
    [ALG_SHA256] = {"SHA-256", DIGEST_SHA256, false},
    [ALG_SHA1] = {"SHA-1", DIGEST_SHA1, false},
    [ALG_SHA512] = {"SHA-512", DIGEST_SHA512, false},
    [ALG_HMAC_MD5] = {"HMAC-MD5", DIGEST_MD5, true},
    [ALG_HMAC_SHA1] = {"HMAC-SHA1", DIGEST_SHA1, true},
    [ALG_MD5_TWICE_LOWER] = {"MD5(md5)", DIGEST_MD5, false},
    [ALG_MD5_TWICE_UPPER] = {"MD5(MD5)", DIGEST_MD5, false},
};

static const size_t digest_sizes[DIGEST_COUNT] = {
    [DIGEST_MD5] = 16,
    [DIGEST_SHA1] = 20,
    [DIGEST_SHA256] = 32,
    [DIGEST_SHA512] = 64,
};

const char *recipe_algorithm_name(enum recipe_algorithm a)
{
    return algorithms[a].name;
}

size_t recipe_algorithm_size(enum recipe_algorithm a)
{
    return digest_sizes[algorithms[a].kind];
}

bool recipe_algorithm_is_hmac(enum recipe_algorithm a)
{
    return algorithms[a].hmac;
}

/* ---- A recipe ---- */

void recipe_init(struct recipe *r)
{
    *r = (struct recipe){.joint = &joint_rule, .suffix = &suffix_rule, .sorted = true};
    r->pieces = mem_alloc(RECIPE_PIECES_MAX * sizeof *r->pieces);
}

void recipe_clear(struct recipe *r)
{
    free(r->pieces);
    *r = (struct recipe){0};
}

void recipe_copy(struct recipe *to, const struct recipe *from)
{
    struct piece *pieces = to->pieces;
    memcpy(pieces, from->pieces, from->count * sizeof *pieces);
    *to = *from;
    to->pieces = pieces;
}

void recipe_add(struct recipe *r, struct span name, struct span value, uint16_t origin)
{
    if (r->count == RECIPE_PIECES_MAX)
        return;
    r->pieces[r->count++] = (struct piece){
        .name = name.s,
        .value = value.s,
        .name_len = (uint32_t)name.len,
        .value_len = (uint32_t)value.len,
        .origin = origin,
    };
    r->sorted = false;
}

struct piece *recipe_find(struct recipe *r, uint16_t origin)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->pieces[i].origin == origin)
            return &r->pieces[i];
    }
    return NULL;
}

struct piece *recipe_named(struct recipe *r, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < r->count; i++) {
        if (r->pieces[i].name_len == len && memcmp(r->pieces[i].name, name, len) == 0)
            return &r->pieces[i];
    }
    return NULL;
}

/* ---- Order ---- */

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t len = a_len < b_len ? a_len : b_len;
    int order = len > 0 ? memcmp(a, b, len) : 0;
    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Letter by letter through `weigh`, which gives -1 for what is passed over. */
static int compare_weighed(const struct piece *a, const struct piece *b,
                           int (*weigh)(unsigned char))
{
    size_t i = 0, j = 0;
    for (;;) {
        int x = -1, y = -1;
        while (i < a->name_len && (x = weigh((unsigned char)a->name[i++])) < 0)
            ;
        while (j < b->name_len && (y = weigh((unsigned char)b->name[j++])) < 0)
            ;
        if (x != y || x < 0)
            return x - y;
    }
}

static int weigh_culture(unsigned char c)
{
    bool counts =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c > 0x7f;
    return counts ? lower(c) : -1;
}

static int weigh_underscore_last(unsigned char c)
{
    return c == '_' ? 0x7f : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int compare_natural(const struct piece *a, const struct piece *b)
{
    size_t i = 0, j = 0;
    while (i < a->name_len && j < b->name_len) {
        if (is_digit(a->name[i]) && is_digit(b->name[j])) {
            unsigned long x = 0, y = 0;
            for (; i < a->name_len && is_digit(a->name[i]); i++)
                x = x * 10 + (unsigned long)(a->name[i] - '0');
            for (; j < b->name_len && is_digit(b->name[j]); j++)
                y = y * 10 + (unsigned long)(b->name[j] - '0');
            if (x != y)
                return x < y ? -1 : 1;
            continue;
        }
        if (a->name[i] != b->name[j])
            return (unsigned char)a->name[i] - (unsigned char)b->name[j];
        i++, j++;
    }
    return (i < a->name_len) - (j < b->name_len);
}

static int compare_pairs(const struct piece *a, const struct piece *b)
{
    /* As the texts name=value compare: '=' takes part. */
    size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
    int order = memcmp(a->name, b->name, len);
    if (order != 0)
        return order;
    if (a->name_len == b->name_len)
        return compare_bytes(a->value, a->value_len, b->value, b->value_len);
    return a->name_len < b->name_len ? '=' - (unsigned char)b->name[len]
                                     : (unsigned char)a->name[len] - '=';
}

static int compare(enum recipe_order order, const struct piece *a, const struct piece *b)
{
    switch (order) {
    case ORDER_GIVEN:
        return (int)a->origin - (int)b->origin;
    case ORDER_NOCASE:
        return compare_weighed(a, b, lower);
    case ORDER_CULTURE:
        return compare_weighed(a, b, weigh_culture);
    case ORDER_NATURAL:
        return compare_natural(a, b);
    case ORDER_UNDERSCORE_LAST:
        return compare_weighed(a, b, weigh_underscore_last);
    case ORDER_DESCENDING:
        return -compare_bytes(a->name, a->name_len, b->name, b->name_len);
    case ORDER_VALUE:
        return compare_bytes(a->value, a->value_len, b->value, b->value_len);
    case ORDER_PAIR:
        return compare_pairs(a, b);
    case ORDER_LENGTH:
        if (a->name_len != b->name_len)
            return a->name_len < b->name_len ? -1 : 1;
        break;
    default:
        break;
    }
    return compare_bytes(a->name, a->name_len, b->name, b->name_len);
}

void recipe_sort(struct recipe *r)
{
    for (size_t i = 1; i < r->count; i++) {
        struct piece one = r->pieces[i];
        size_t at = i;
        for (; at > 0 && compare(r->order, &one, &r->pieces[at - 1]) < 0; at--)
            r->pieces[at] = r->pieces[at - 1];
        if (at != i)
            r->pieces[at] = one;
    }
    r->sorted = true;
}

/* ---- Joining ---- */

void recipe_work_init(struct recipe_work *w)
{
    *w = (struct recipe_work){0};
    buf_init_secret(&w->whole, RECIPE_TEXT_MAX);
    buf_init_secret(&w->plain, RECIPE_TEXT_MAX);
}

void recipe_work_clear(struct recipe_work *w)
{
    mem_wipe(w->text, w->cap);
    free(w->text);
    buf_clear(&w->whole);
    buf_clear(&w->plain);
    mem_wipe(w, sizeof *w);
}

static bool reserve(struct recipe_work *w, size_t len)
{
    if (len > RECIPE_TEXT_MAX)
        return false;
    if (len > w->cap) {
        mem_wipe(w->text, w->cap);
        free(w->text);
        w->cap = len + len / 2 + 256;
        w->text = mem_alloc(w->cap);
    }
    return true;
}

static char *put(char *to, const char *s, size_t len)
{
    memcpy(to, s, len);
    return to + len;
}

bool recipe_join_from(const struct recipe *r, size_t from, struct recipe_work *w)
{
    size_t len = 0;
    for (size_t i = from; i < r->count; i++)
        len += r->pieces[i].name_len + r->pieces[i].value_len + 2;
    if (!reserve(w, len))
        return false;
    char *to = w->text;
    for (size_t i = from; i < r->count; i++) {
        const struct piece *p = &r->pieces[i];
        if (i > 0)
            *to++ = '&';
        to = put(to, p->name, p->name_len);
        *to++ = '=';
        to = put(to, p->value, p->value_len);
    }
    w->len = (size_t)(to - w->text);
    return true;
}

static bool join_other(const struct recipe *r, struct recipe_work *w)
{
    const struct joint *j = r->joint;
    size_t each = strlen(j->before) + strlen(j->equals) + strlen(j->after) + strlen(j->between);
    size_t len = strlen(j->head) + strlen(j->tail);
    for (size_t i = 0; i < r->count; i++)
        len += r->pieces[i].name_len + r->pieces[i].value_len + each;
    if (!reserve(w, len))
        return false;
    char *to = put(w->text, j->head, strlen(j->head));
    for (size_t i = 0; i < r->count; i++) {
        const struct piece *p = &r->pieces[i];
        if (i > 0)
            to = put(to, j->between, strlen(j->between));
        to = put(to, j->before, strlen(j->before));
        if (!j->no_names)
            to = put(to, p->name, p->name_len);
        to = put(to, j->equals, strlen(j->equals));
        if (!j->no_values)
            to = put(to, p->value, p->value_len);
        to = put(to, j->after, strlen(j->after));
    }
    to = put(to, j->tail, strlen(j->tail));
    w->len = (size_t)(to - w->text);
    return true;
}

static bool rewrite_text(const struct recipe *r, struct recipe_work *w)
{
    buf_reset(&w->whole);
    if (!r->text((struct span){w->text, w->len}, r->text_arg, &w->whole) ||
        buf_status(&w->whole) != ST_OK || !reserve(w, w->whole.len))
        return false;
    memcpy(w->text, buf_str(&w->whole), w->whole.len);
    w->len = w->whole.len;
    return true;
}

bool recipe_join(struct recipe *r, struct recipe_work *w)
{
    if (!r->sorted)
        recipe_sort(r);
    bool joined = r->joint == &joint_rule ? recipe_join_from(r, 0, w) : join_other(r, w);
    return joined && (r->text == NULL || r->text_whole || rewrite_text(r, w));
}

/* ---- Digesting ---- */

/* Where bytes go: a digest, or a text. */
static void feed(struct digest_state *s, struct buf *b, const char *bytes, size_t len)
{
    if (s != NULL)
        digest_add(s, bytes, len);
    else
        buf_add(b, bytes, len);
}

/* Head or tail, with the key in it. */
static void feed_pattern(const char *pattern, struct span key, struct digest_state *s,
                         struct buf *b)
{
    for (const char *at = pattern; *at != '\0';) {
        size_t plain = strcspn(at, "%");
        if (plain > 0)
            feed(s, b, at, plain);
        at += plain;
        if (*at == KEY_SIGN) {
            feed(s, b, key.s, key.len);
            at++;
        }
    }
}

static const struct digest_hmac_key *prepared(const struct recipe *r, struct recipe_work *w)
{
    for (unsigned i = 0; i < ARRAY_COUNT(w->hmac); i++) {
        if (w->hmac_of[i].s == r->key.s && w->hmac_of[i].len == r->key.len &&
            w->hmac_alg[i] == r->algorithm && w->hmac_of[i].s != NULL)
            return &w->hmac[i];
    }
    unsigned at = w->hmac_next++ % ARRAY_COUNT(w->hmac);
    digest_hmac_key(&w->hmac[at], algorithms[r->algorithm].kind, r->key.s, r->key.len);
    w->hmac_of[at] = r->key;
    w->hmac_alg[at] = r->algorithm;
    return &w->hmac[at];
}

static void begin(const struct recipe *r, struct recipe_work *w, struct digest_state *out)
{
    if (algorithms[r->algorithm].hmac)
        digest_fork(out, &prepared(r, w)->inner);
    else
        digest_start(out, algorithms[r->algorithm].kind);
}

void recipe_open(const struct recipe *r, struct recipe_work *w, struct digest_state *out)
{
    begin(r, w, out);
    feed_pattern(r->suffix->head, r->key, out, NULL);
}

void recipe_forget_keys(struct recipe_work *w)
{
    mem_wipe(w->hmac, sizeof w->hmac);
    memset(w->hmac_of, 0, sizeof w->hmac_of);
}

static void twice(enum recipe_algorithm a, unsigned char *digest, size_t size)
{
    char hex[DIGEST_HEX_MAX];
    digest_hex(digest, size, hex);
    for (char *c = hex; a == ALG_MD5_TWICE_LOWER && *c != '\0'; c++)
        *c = (char)lower((unsigned char)*c);
    digest_bytes(DIGEST_MD5, hex, 2 * size, digest);
}

static size_t end(const struct recipe *r, struct recipe_work *w, struct digest_state *s,
                  unsigned char out[DIGEST_SIZE_MAX])
{
    if (algorithms[r->algorithm].hmac)
        return digest_hmac_end(prepared(r, w), s, out);
    size_t size = digest_end(s, out);
    if (r->algorithm == ALG_MD5_TWICE_LOWER || r->algorithm == ALG_MD5_TWICE_UPPER)
        twice(r->algorithm, out, size);
    return size;
}

size_t recipe_close(const struct recipe *r, struct recipe_work *w, struct digest_state *s,
                    unsigned char out[DIGEST_SIZE_MAX])
{
    feed_pattern(r->suffix->tail, r->key, s, NULL);
    return end(r, w, s, out);
}

/* The whole message in w->whole, rewritten; false when that changes nothing. */
static bool whole_text(const struct recipe *r, struct recipe_work *w)
{
    struct buf *plain = &w->plain;
    buf_reset(plain);
    buf_reset(&w->whole);
    feed_pattern(r->suffix->head, r->key, NULL, plain);
    buf_add(plain, w->text, w->len);
    feed_pattern(r->suffix->tail, r->key, NULL, plain);
    return buf_status(plain) == ST_OK &&
           r->text((struct span){buf_str(plain), plain->len}, r->text_arg, &w->whole) &&
           buf_status(&w->whole) == ST_OK;
}

size_t recipe_digest(const struct recipe *r, struct recipe_work *w,
                     unsigned char out[DIGEST_SIZE_MAX])
{
    struct digest_state s;
    if (r->text != NULL && r->text_whole) {
        if (!whole_text(r, w))
            return 0;
        begin(r, w, &s);
        digest_add(&s, w->whole.data, w->whole.len);
        return end(r, w, &s, out);
    }
    recipe_open(r, w, &s);
    digest_add(&s, w->text, w->len);
    return recipe_close(r, w, &s, out);
}

/* ---- Second opinion, and the text for people ---- */

/* Appends the message that is digested, made from scratch. False as recipe_join(). */
static bool message(const struct recipe *from, struct span key, struct buf *out)
{
    struct recipe r;
    struct recipe_work w;
    recipe_init(&r);
    recipe_work_init(&w);
    recipe_copy(&r, from);
    r.key = key;
    bool good = recipe_join(&r, &w);
    if (good && r.text != NULL && r.text_whole) {
        good = whole_text(&r, &w);
        buf_add(out, buf_str(&w.whole), w.whole.len);
    } else if (good) {
        feed_pattern(r.suffix->head, key, NULL, out);
        buf_add(out, w.text, w.len);
        feed_pattern(r.suffix->tail, key, NULL, out);
    }
    recipe_work_clear(&w);
    recipe_clear(&r);
    return good && buf_status(out) == ST_OK;
}

size_t recipe_confirm(const struct recipe *r, unsigned char out[DIGEST_SIZE_MAX])
{
    struct buf text;
    size_t size = 0;
    buf_init_secret(&text, RECIPE_TEXT_MAX + 2 * SECRET_MAX);
    if (message(r, r->key, &text)) {
        enum digest_kind kind = algorithms[r->algorithm].kind;
        size = algorithms[r->algorithm].hmac
                   ? digest_hmac(kind, r->key.s, r->key.len, buf_str(&text), text.len, out)
                   : digest_bytes(kind, buf_str(&text), text.len, out);
        if (r->algorithm == ALG_MD5_TWICE_LOWER || r->algorithm == ALG_MD5_TWICE_UPPER)
            twice(r->algorithm, out, size);
    }
    buf_clear(&text);
    return size;
}

/* The key in any letter case: a transform of the text may have changed it. */
static void redact(struct span key, struct buf *text)
{
    struct secret s = {0};
    if (!secret_set(&s, key.s, key.len))
        return;
    for (int form = 0; form < 3 && secret_is_set(&s); form++) {
        for (size_t i = 0; form > 0 && i < s.len; i++) {
            int small = lower((unsigned char)s.text[i]);
            s.text[i] = (char)(form == 2 && small >= 'a' && small <= 'z' ? small - 32 : small);
        }
        secret_redact(&s, text);
    }
    secret_clear(&s);
}

void recipe_masked(const struct recipe *r, struct buf *out)
{
    static const char mask[] = "****";
    struct buf text;
    buf_init_secret(&text, RECIPE_TEXT_MAX + 2 * SECRET_MAX);
    if (message(r, (struct span){mask, sizeof mask - 1}, &text)) {
        if (r->key.len > 0)
            redact(r->key, &text);
        buf_add(out, buf_str(&text), text.len);
    }
    buf_clear(&text);
}
