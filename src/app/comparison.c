/* SPDX-License-Identifier: MIT */
/* A timer between the last change and the search keeps typing quick; the search is app/inquiry. */
#include "app/comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/inquiry.h"
#include "core/joined.h"
#include "core/sign.h"

#define PAUSE_MS 40   /* after the last change */
#define KEY_LIKELY 16 /* characters behind "&key=" that are taken for a key */
#define SIGN_MAX 1024 /* bytes of a signature, whatever it is */
#define NAMES_SHOWN 3 /* of those that differ */
#define MASK "****"

enum given { GIVEN_NOTHING, GIVEN_SIGN, GIVEN_JOINED };
enum key_given { KEY_UNKNOWN, KEY_SAME, KEY_OTHER };

struct comparison {
    struct workspace *w;
    struct buf text; /* masked */
    enum given given;
    enum key_given key;
    char sign[SIGN_MAX + 1]; /* what the inquiry is about */
    bool same, part;         /* found without one */
    struct err err;          /* why nothing can be compared; ST_OK: no reason */
    struct inquiry *inquiry;
    unsigned timer, rev, moved;
    unsigned draft_rev, profile_rev;
    const struct draft *draft;
};

struct comparison *comparison_new(struct workspace *w)
{
    struct comparison *c = mem_alloc(sizeof(*c));
    c->w = w;
    buf_init(&c->text, COMPARISON_TEXT_MAX);
    return c;
}

static void drop(struct comparison *c)
{
    if (c->timer)
        loop_cancel(c->w->loop, c->timer);
    c->timer = 0;
    inquiry_free(c->inquiry);
    c->inquiry = NULL;
    c->same = c->part = false;
    c->sign[0] = '\0';
    c->err = (struct err){0};
}

void comparison_free(struct comparison *c)
{
    if (!c)
        return;
    drop(c);
    buf_clear(&c->text);
    free(c);
}

/* ---- Comparing ---- */

static struct span given_text(const struct comparison *c, struct span *key)
{
    return joined_without_key((struct span){buf_str(&c->text), c->text.len}, key);
}

/* Without the blanks of groups. */
static void read_sign(struct comparison *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->text.len && n < SIGN_MAX; i++) {
        if (!span_is_blank(c->text.data[i]))
            c->sign[n++] = c->text.data[i];
    }
    c->sign[n] = '\0';
}

/* Does ours begin with it? */
static bool is_beginning(const char *sign, const char *ours)
{
    size_t i = 0;
    for (; sign[i]; i++) {
        char a = sign[i] >= 'a' && sign[i] <= 'f' ? (char)(sign[i] - 'a' + 'A') : sign[i];
        if (a != ours[i])
            return false;
    }
    return i > 0 && ours[i];
}

/* The signature that our key gives over their text. */
static void sign_joined(struct comparison *c, struct span text)
{
    const struct secret *key = &c->w->profile.key.value;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct buf whole;
    size_t size;
    buf_init_secret(&whole, COMPARISON_TEXT_MAX + SECRET_MAX + 16);
    buf_add(&whole, text.s, text.len);
    buf_adds(&whole, "&key=");
    buf_add(&whole, key->text, key->len);
    if (c->draft->request.kind == SIGN_MD5)
        size = digest_bytes(DIGEST_MD5, buf_str(&whole), whole.len, digest);
    else
        size = digest_hmac(DIGEST_SHA256, key->text, key->len, buf_str(&whole), whole.len, digest);
    digest_hex(digest, size, c->sign);
    buf_clear(&whole);
}

static void ask(struct comparison *c)
{
    const struct draft *d = c->draft;
    struct inquiry_question q = {.loop = c->w->loop,
                                 .store = &c->w->store,
                                 .profile = &c->w->profile,
                                 .spec = d->spec,
                                 .params = &d->request.params,
                                 .expect = c->sign,
                                 .request = true,
                                 .beside = true,
                                 .rev = &c->w->rev_background};
    inquiry_start(&q, &c->inquiry, &c->err);
}

static void compare(struct comparison *c)
{
    const struct sign_trace *t = &c->draft->request.trace;
    struct span key;
    if (c->given == GIVEN_SIGN) {
        read_sign(c);
        c->part = is_beginning(c->sign, t->hex);
        if (!c->part)
            ask(c);
        return;
    }
    struct span text = given_text(c, &key);
    sign_joined(c, text);
    c->same = text.len == t->joined_plain && memcmp(text.s, t->joined.data, text.len) == 0;
    if (!c->same)
        ask(c);
}

static void on_pause(void *ctx)
{
    struct comparison *c = ctx;
    c->timer = 0;
    drop(c);
    c->draft = workspace_draft(c->w);
    if (c->draft->build_err.status)
        c->err = c->draft->build_err;
    else
        compare(c);
    c->rev++;
    c->w->rev_background++;
}

static void begin(struct comparison *c)
{
    drop(c);
    c->rev++;
    c->draft = workspace_draft(c->w);
    c->draft_rev = c->draft->rev;
    c->profile_rev = c->w->rev_profile;
    if (c->given != GIVEN_NOTHING)
        c->timer = loop_timer(c->w->loop, PAUSE_MS, on_pause, c);
}

void comparison_follow(struct comparison *c)
{
    const struct draft *d = workspace_draft(c->w);
    if (c->given != GIVEN_NOTHING &&
        (d != c->draft || d->rev != c->draft_rev || c->w->rev_profile != c->profile_rev))
        begin(c);
}

bool comparison_cancel(struct comparison *c)
{
    if (comparison_state(c) != COMPARISON_SEARCHING)
        return false;
    if (c->timer)
        loop_cancel(c->w->loop, c->timer);
    c->timer = 0;
    if (c->inquiry)
        inquiry_cancel(c->inquiry);
    c->rev++;
    return true;
}

/* ---- What is given ---- */

static enum given kind_of(struct span t)
{
    const char *equals = t.len ? memchr(t.s, '=', t.len) : NULL;
    if (t.len == 0)
        return GIVEN_NOTHING;
    if (memchr(t.s, '&', t.len) || (equals && equals + 2 < t.s + t.len)) /* base64 ends in = */
        return GIVEN_JOINED;
    return GIVEN_SIGN;
}

static enum key_given judge_key(const struct comparison *c, struct span key)
{
    const struct secret *ours = &c->w->profile.key.value;
    if (!key.s || key.len < KEY_LIKELY || memchr(key.s, '*', key.len))
        return KEY_UNKNOWN;
    return key.len == ours->len && memcmp(key.s, ours->text, key.len) == 0 ? KEY_SAME : KEY_OTHER;
}

void comparison_take(struct comparison *c, const char *text, size_t len, struct buf *shown)
{
    struct span key, rest;
    struct buf line;
    buf_init_secret(&line, COMPARISON_TEXT_MAX);
    span_unwrap(&line, span_trim((struct span){text, len < COMPARISON_TEXT_MAX ? len : 0}));
    rest = joined_without_key((struct span){buf_str(&line), line.len}, &key);
    buf_reset(&c->text);
    buf_add(&c->text, rest.s, rest.len);
    if (key.s)
        buf_adds(&c->text, key.len ? "&key=" MASK : "&key=");
    secret_redact(&c->w->profile.key.value, &c->text);
    c->given = kind_of((struct span){buf_str(&c->text), c->text.len});
    if (c->given != GIVEN_JOINED)
        c->key = KEY_UNKNOWN;
    else if (judge_key(c, key) != KEY_UNKNOWN || key.len == 0)
        c->key = judge_key(c, key);
    buf_clear(&line);
    buf_add(shown, buf_str(&c->text), c->text.len);
    begin(c);
}

/* ---- Telling ---- */

enum comparison_state comparison_state(const struct comparison *c)
{
    if (c->given == GIVEN_NOTHING)
        return COMPARISON_NONE;
    if (c->timer)
        return COMPARISON_SEARCHING;
    if (c->err.status)
        return COMPARISON_FAILED;
    if (c->same || c->part)
        return c->same && c->key == KEY_OTHER ? COMPARISON_EXPLAINED : COMPARISON_SAME;
    if (!c->inquiry)
        return COMPARISON_UNEXPLAINED; /* stopped before it began */
    switch (diagnose_state(inquiry_diagnosis(c->inquiry))) {
    case DIAGNOSE_SEARCHING:
        return COMPARISON_SEARCHING;
    case DIAGNOSE_VALID:
        return COMPARISON_SAME;
    case DIAGNOSE_EXPLAINED:
        return COMPARISON_EXPLAINED;
    case DIAGNOSE_BAD_SHAPE:
        return COMPARISON_FAILED;
    default:
        return COMPARISON_UNEXPLAINED;
    }
}

unsigned comparison_rev(const struct comparison *c)
{
    return c->rev + (c->inquiry ? inquiry_rev(c->inquiry) : 0);
}

const char *comparison_sign(const struct comparison *c)
{
    return c->sign;
}

void comparison_texts(const struct comparison *c, struct buf *ours, struct buf *theirs)
{
    const struct draft *d = workspace_draft(c->w);
    if (!d->build_err.status)
        sign_trace_masked(&d->request.trace, ours);
    if (c->given == GIVEN_JOINED) {
        struct span key, text = given_text(c, &key);
        buf_add(theirs, text.s, text.len);
        buf_adds(theirs, "&key=" MASK);
    } else if (c->inquiry) {
        diagnose_found_text(inquiry_diagnosis(c->inquiry), 0, theirs);
    } else if (c->same || c->part) {
        sign_trace_masked(&d->request.trace, theirs);
    }
}

/* "`body`, `attach`": what differs in the joined strings; "" if nothing can be named. */
static void differing(const struct comparison *c, char *out, size_t size)
{
    struct buf ours, theirs;
    struct joined j;
    size_t at = 0, named = 0;
    buf_init(&ours, SIGN_JOINED_MAX);
    buf_init(&theirs, SIGN_JOINED_MAX);
    comparison_texts(c, &ours, &theirs);
    joined_align((struct span){buf_str(&ours), ours.len},
                 (struct span){buf_str(&theirs), theirs.len}, &j);
    out[0] = '\0';
    for (size_t i = 0; i < j.count; i++) {
        const struct joined_row *r = &j.rows[i];
        if ((r->change == COMPARE_SAME && !r->moved) || r->name.len == 0)
            continue;
        if (named++ < NAMES_SHOWN && at + 80 < size)
            at += (size_t)snprintf(out + at, size - at, "%s`%.*s`", at ? ", " : "",
                                   r->name.len < 64 ? (int)r->name.len : 64, r->name.s);
    }
    if (named > NAMES_SHOWN)
        snprintf(out + at, size - at, ", ..");
    joined_clear(&j);
    buf_clear(&ours);
    buf_clear(&theirs);
}

static void tell_searching(const struct comparison *c, enum lang lang, char *out, size_t size)
{
    struct diagnose_progress p = {0};
    char names[320] = "";
    if (c->inquiry)
        inquiry_progress(c->inquiry, &p);
    if (c->given == GIVEN_JOINED && c->inquiry)
        differing(c, names, sizeof(names));
    if (names[0])
        snprintf(out, size,
                 L(lang, "不同之处 %s；查找原因… %u%%", "differs at %s; searching.. %u%%"), names,
                 p.percent);
    else
        snprintf(out, size, L(lang, "查找原因… %u%%", "searching.. %u%%"), p.percent);
}

static void tell_same(const struct comparison *c, enum lang lang, char *out, size_t size)
{
    const char *hex = c->draft->request.trace.hex;
    if (c->part)
        snprintf(out, size,
                 L(lang, "相同：到此为止（%zu/%zu 位）", "same so far (%zu of %zu digits)"),
                 strlen(c->sign), strlen(hex));
    else if (c->same)
        snprintf(
            out, size, "%s",
            c->key == KEY_SAME
                ? L(lang, "相同：待签串与密钥都一致", "same: both the joined strings and the keys")
                : L(lang, "相同：待签串逐字节一致", "same: the joined strings, byte by byte"));
    else
        snprintf(out, size, "%s", L(lang, "相同：签名一致", "same: the signatures are equal"));
}

static void tell_unexplained(const struct comparison *c, enum lang lang, char *out, size_t size)
{
    char names[320] = "";
    if (c->given == GIVEN_JOINED)
        differing(c, names, sizeof(names));
    if (names[0])
        snprintf(out, size, L(lang, "不符：不同之处 %s", "differs at %s"), names);
    else
        snprintf(out, size, "%s",
                 L(lang, "不符，没有找到原因：按 d 看已排除什么、还缺什么证据",
                   "unexplained: press d for what was excluded and what would help"));
}

void comparison_verdict(const struct comparison *c, enum lang lang, char *out, size_t size)
{
    switch (comparison_state(c)) {
    case COMPARISON_NONE:
        out[0] = '\0';
        break;
    case COMPARISON_SAME:
        tell_same(c, lang, out, size);
        break;
    case COMPARISON_SEARCHING:
        tell_searching(c, lang, out, size);
        break;
    case COMPARISON_EXPLAINED:
        if (c->inquiry)
            inquiry_headline(c->inquiry, lang, out, size);
        else
            snprintf(out, size, "%s",
                     L(lang, "不符：待签串一致，对方用的是另一个密钥",
                       "differs: the same joined string, but another key"));
        break;
    case COMPARISON_UNEXPLAINED:
        tell_unexplained(c, lang, out, size);
        break;
    case COMPARISON_FAILED:
        if (c->err.status)
            err_line(&c->err, lang, out, size);
        else
            snprintf(
                out, size, "%s",
                bi_get(received_text(&diagnose_subject(inquiry_diagnosis(c->inquiry))->received),
                       lang));
        break;
    }
}
