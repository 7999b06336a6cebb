/* SPDX-License-Identifier: MIT */
/*
 * What the journal cannot take is kept here, under negative numbers. Whether one waits for its
 * application is asked of the listener each time: it is no state of the row.
 */
#include "app/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/keyring.h"
#include "io/listener.h"

#define QUIET_MS 1000

struct inbox {
    struct inbox_options options;
    struct events events;
    struct profile current; /* whose key is tried first */
    struct keyring keyring; /* filled when a key is wanted */
    struct err unrecorded;  /* why there is none although there should be */
    unsigned rev;
    /* The listener. */
    struct listener *listener;
    struct err err;
    unsigned port; /* to bind */
    struct inbox_answer answers[EVENT_COUNT + 1];
    char forward[FORWARD_URL_SIZE], forward_shown[FORWARD_URL_SIZE];
    /* The list. */
    struct inbox_list list;       /* and with it the journal */
    struct inbox_numbers waiting; /* no answer yet, though in the list */
    int64_t newest;               /* that arrived; 0: none */
    size_t arrived;
    unsigned recorded;
    size_t tidied;     /* of those that arrived, when it was last looked whether it is quiet */
    unsigned quiet;    /* timer; 0: none */
    unsigned counting; /* likewise */
    struct receipt unkept[INBOX_UNKEPT_MAX];
    int64_t unkept_last;    /* -1, -2, … */
    struct inbox_row shown; /* of an unkept one */
};

static void moved(struct inbox *b)
{
    b->rev++;
    if (b->options.changed)
        b->options.changed(b->options.ctx);
}

/* ---- What the journal could not take ---- */

static struct receipt *find_unkept(struct inbox *b, int64_t id)
{
    struct receipt *r = &b->unkept[(size_t)(-id - 1) % INBOX_UNKEPT_MAX];
    return r->seq == -id ? r : NULL;
}

static void unkept_row(const struct receipt *r, int64_t id, struct inbox_row *out)
{
    *out = (struct inbox_row){.id = id,
                              .at_ms = r->at_ms,
                              .amount = -1,
                              .status = r->answered ? (int)r->status : 0,
                              .acknowledged = r->acknowledged,
                              .word = notice_word_of(&r->notice)};
    const char *order = notice_order(&r->notice);
    snprintf(out->event, sizeof out->event, "%s", event_name(r->notice.kind));
    snprintf(out->profile, sizeof out->profile, "%s", r->profile);
    snprintf(out->order, sizeof out->order, "%s", order ? order : "");
}

static int64_t keep_unkept(struct inbox *b, struct receipt *r)
{
    int64_t id = --b->unkept_last;
    struct receipt *to = &b->unkept[(size_t)(-id - 1) % INBOX_UNKEPT_MAX];
    receipt_clear(to);
    *to = *r;
    to->seq = -id;
    *r = (struct receipt){0};
    return id;
}

/* ---- The list ---- */

bool inbox_is_waiting(const struct inbox *b, int64_t id)
{
    return b && b->listener && listener_is_waiting(b->listener, id);
}

void inbox_filter(struct inbox *b, const char *word)
{
    if (b && inbox_list_filter(&b->list, word))
        b->rev++;
}

void inbox_want(struct inbox *b, size_t count)
{
    if (b && inbox_list_want(&b->list, count))
        b->rev++;
}

size_t inbox_count(const struct inbox *b)
{
    return b ? inbox_list_count(&b->list) : 0;
}

bool inbox_is_complete(const struct inbox *b)
{
    return !b || inbox_list_is_complete(&b->list);
}

int64_t inbox_total(const struct inbox *b)
{
    if (!b || b->counting)
        return (int64_t)inbox_count(b);
    return (b->list.journal ? journal_count(b->list.journal, JOURNAL_NOTICE) : 0) - b->unkept_last;
}

/* Counting a large journal takes as long as a frame: it gets a turn of its own. */
static void on_count(void *ctx)
{
    struct inbox *b = ctx;
    b->counting = 0;
    journal_count(b->list.journal, JOURNAL_NOTICE);
    moved(b);
}

size_t inbox_arrived(const struct inbox *b)
{
    return b ? b->arrived : 0;
}

unsigned inbox_recorded(const struct inbox *b)
{
    return b->recorded;
}

size_t inbox_listed(const struct inbox *b)
{
    return b ? b->list.fresh.count : 0;
}

static const struct inbox_row *row_of(struct inbox *b, int64_t id)
{
    struct inbox_row *row = id > 0 ? inbox_list_row(&b->list, id) : &b->shown;
    const struct receipt *r = id > 0 ? NULL : find_unkept(b, id);
    if (r)
        unkept_row(r, id, row);
    else if (id < 0)
        *row = (struct inbox_row){.id = id, .amount = -1, .word = notice_word_find("odd")};
    else if (row)
        row->waiting = !row->status && inbox_is_waiting(b, id);
    return row;
}

const struct inbox_row *inbox_at(struct inbox *b, size_t index)
{
    int64_t id = inbox_list_at(&b->list, index);
    return id ? row_of(b, id) : NULL;
}

const struct inbox_row *inbox_newest(struct inbox *b)
{
    return b && b->newest ? row_of(b, b->newest) : NULL;
}

/* ---- Arriving ---- */

/* The journal is tidied when nothing has come for a second: in a burst that would cost its time. */
static void on_quiet(void *ctx)
{
    struct inbox *b = ctx;
    b->quiet = 0;
    if (b->arrived != b->tidied) {
        b->tidied = b->arrived;
        b->quiet = loop_timer(b->options.loop, QUIET_MS, on_quiet, b);
    } else if (b->list.journal) {
        journal_idle(b->list.journal);
    }
}

static void add_arrived(struct inbox *b, int64_t id)
{
    b->newest = id;
    b->arrived++;
    if (!b->quiet)
        b->quiet = loop_timer(b->options.loop, QUIET_MS, on_quiet, b);
    inbox_list_add(&b->list, id);
}

/* It stands in the list while its application thinks. */
static void on_waiting(void *ctx, const struct receipt *r)
{
    struct inbox *b = ctx;
    if (r->journal_id <= 0 || !b->list.journal)
        return;
    add_arrived(b, r->journal_id);
    inbox_numbers_add(&b->waiting, r->journal_id);
    b->recorded++;
    moved(b);
}

/* Was it listed when it came? Then it does not wait any more. */
static bool take_waiting(struct inbox *b, int64_t id)
{
    struct inbox_numbers *n = &b->waiting;
    for (size_t i = 0; i < n->count; i++) {
        if (n->items[i] == id) {
            n->items[i] = n->items[--n->count];
            return true;
        }
    }
    return false;
}

static void on_received(void *ctx, struct receipt *r)
{
    struct inbox *b = ctx;
    int64_t id = r->journal_id;
    bool listed = take_waiting(b, id);

    if (id <= 0 || !b->list.journal)
        id = keep_unkept(b, r);
    if (!listed)
        add_arrived(b, id);
    inbox_list_update(&b->list, id);
    b->recorded++;
    moved(b);
}

/* ---- The listener ---- */

static void on_state(void *ctx)
{
    struct inbox *b = ctx;
    if (b->listener && listener_state(b->listener) == LISTENER_FAILED)
        b->err = *listener_error(b->listener);
    moved(b);
}

static void on_refused(void *ctx, const struct err *err)
{
    struct inbox *b = ctx;
    if (b->options.refused)
        b->options.refused(b->options.ctx, err);
}

static struct listener_answer to_listener(const struct inbox_answer *a)
{
    static const enum listener_reply replies[] = {[INBOX_AUTO] = LISTENER_AUTO,
                                                  [INBOX_SUCCESS] = LISTENER_SUCCESS,
                                                  [INBOX_FAIL] = LISTENER_FAIL,
                                                  [INBOX_NONE] = LISTENER_NONE};
    struct listener_answer out = {.reply = replies[a->reply], .delay_ms = a->delay_ms};
    memcpy(out.message, a->message, sizeof out.message);
    return out;
}

static void give_answers(struct inbox *b)
{
    for (int k = 0; k < EVENT_COUNT; k++) {
        struct listener_answer a = to_listener(&b->answers[k]);
        listener_answer(b->listener, (enum event_kind)k, &a);
    }
}

/* The keys at hand, fetched when somebody wants them. */
static void want_keys(struct inbox *b)
{
    if (!b->keyring.count)
        keyring_fill(&b->keyring, b->options.store, &b->current);
}

/* What to do about a port that is taken is done here, and not with an option. */
static void say_taken(struct err *err)
{
    char what[LANG_COUNT][ERR_TEXT_MAX], why[LANG_COUNT][ERR_TEXT_MAX];
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        err_part(err, (enum lang)lang, ERR_WHAT, what[lang], sizeof what[lang]);
        err_part(err, (enum lang)lang, ERR_WHY, why[lang], sizeof why[lang]);
    }
    err_set(err, ST_CONFLICT,
            SAY("%1$.200s%2$.0s", "%3$.200s%4$.0s",
                "在窗格 6 的第一行按 Enter，选“端口…”，0 为任一空闲端口"),
            SAY("%1$.0s%2$.200s", "%3$.0s%4$.200s",
                "press Enter on the first line of pane 6 and choose \"port…\", 0 for any free one"),
            what[LANG_ZH], what[LANG_EN], why[LANG_ZH], why[LANG_EN]);
}

static enum status open_listener(struct inbox *b, struct err *err)
{
    struct listener_options o = {.port = b->port,
                                 .forward = b->forward[0] ? b->forward : NULL,
                                 .answer = to_listener(&b->answers[EVENT_UNKNOWN]),
                                 .events = &b->events,
                                 .journal = b->list.journal,
                                 .unrecorded = &b->unrecorded,
                                 .catalog = b->options.catalog,
                                 .sink = on_received,
                                 .waiting = on_waiting,
                                 .changed = on_state,
                                 .refused = on_refused,
                                 .ctx = b,
                                 .clock_ms = b->options.clock_ms};
    b->err = (struct err){0};
    enum status st = listener_open(b->options.loop, &o, &b->listener, &b->err);
    if (st) {
        b->listener = NULL;
        if (st == ST_CONFLICT)
            say_taken(&b->err);
        if (err)
            *err = b->err;
    } else {
        give_answers(b);
        want_keys(b);
        listener_profiles(b->listener, (const struct profile *const *)b->keyring.items,
                          b->keyring.count);
    }
    moved(b);
    return st;
}

enum status inbox_start(struct inbox *b, unsigned port, struct err *err)
{
    if (b->listener)
        return ST_OK;
    b->port = port;
    return open_listener(b, err);
}

void inbox_stop(struct inbox *b)
{
    listener_close(b->listener);
    b->listener = NULL;
    b->err = (struct err){0};
    moved(b);
}

enum inbox_state inbox_state(const struct inbox *b)
{
    static const enum inbox_state states[] = {[LISTENER_OFF] = INBOX_OFF,
                                              [LISTENER_BINDING] = INBOX_BINDING,
                                              [LISTENER_UP] = INBOX_UP,
                                              [LISTENER_FAILED] = INBOX_FAILED};
    if (!b)
        return INBOX_OFF;
    if (!b->listener)
        return b->err.status ? INBOX_FAILED : INBOX_OFF;
    return states[listener_state(b->listener)];
}

const struct err *inbox_error(const struct inbox *b)
{
    static const struct err none;
    return b ? &b->err : &none;
}

const struct err *inbox_unrecorded(const struct inbox *b)
{
    return &b->unrecorded;
}

const char *inbox_url(const struct inbox *b)
{
    return b && b->listener ? listener_url(b->listener) : "";
}

bool inbox_is_idle(const struct inbox *b)
{
    return !b || !b->listener || listener_idle(b->listener);
}

void inbox_check(struct inbox *b)
{
    if (b && b->listener)
        listener_check(b->listener);
}

void inbox_set_answer(struct inbox *b, enum event_kind kind, const struct inbox_answer *a)
{
    for (int k = 0; k <= EVENT_COUNT; k++) {
        if (kind == EVENT_UNKNOWN || kind == (enum event_kind)k)
            b->answers[k] = *a;
    }
    if (b->listener && kind == EVENT_UNKNOWN) {
        struct listener_answer all = to_listener(a);
        listener_answer(b->listener, EVENT_UNKNOWN, &all);
    } else if (b->listener) {
        give_answers(b);
    }
    moved(b);
}

const struct inbox_answer *inbox_answer_of(const struct inbox *b, enum event_kind kind)
{
    return &b->answers[kind];
}

enum status inbox_set_forward(struct inbox *b, const char *url, struct err *err)
{
    enum status st = listener_forward(b->listener, url[0] ? url : NULL, err);
    if (st)
        return st;
    snprintf(b->forward, sizeof b->forward, "%s", url);
    moved(b);
    return ST_OK;
}

const char *inbox_forward(const struct inbox *b)
{
    return b ? b->forward : "";
}

const char *inbox_forward_shown(struct inbox *b)
{
    if (!b || !b->forward[0])
        return "";
    want_keys(b);
    snprintf(b->forward_shown, sizeof b->forward_shown, "%s", b->forward);
    for (size_t i = 0; i < b->keyring.count; i++)
        profile_redact_text(b->keyring.items[i], b->forward_shown);
    return b->forward_shown;
}

/* ---- One notification ---- */

void inbox_notice_clear(struct inbox_notice *n)
{
    notice_clear(&n->notice);
    buf_clear(&n->head);
    buf_clear(&n->body);
    buf_clear(&n->answer);
    json_free(n->detail);
    *n = (struct inbox_notice){0};
}

static void take_bytes(struct buf *to, const char *data, size_t len)
{
    buf_init(to, len + 1);
    buf_add(to, data ? data : "", len);
}

static void take_detail(struct inbox_notice *n)
{
    const struct json *f = json_get(n->detail, "forward"), *e = json_get(f, "error");
    n->found = json_get(n->detail, "findings");
    n->forward = (struct inbox_forwarded){.url = json_string(json_get(f, "url")),
                                          .head = json_string(json_get(f, "head")),
                                          .body = json_string(json_get(f, "body")),
                                          .verdict = json_string(json_get(f, "verdict")),
                                          .error_zh = json_string(json_get(e, "zh")),
                                          .error_en = json_string(json_get(e, "en")),
                                          .status = json_int(json_get(f, "status"), 0),
                                          .ms = json_int(json_get(f, "ms"), 0)};
    n->forward_found = json_get(f, "findings");
}

struct kept {
    const struct inbox *b;
    struct inbox_notice *to;
};

static void take_kept(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct kept *k = ctx;
    struct inbox_notice *n = k->to;
    inbox_row_read(row, &n->row);
    n->row.waiting = !row->status && inbox_is_waiting(k->b, row->id);
    take_bytes(&n->head, body->request_head.data, body->request_head.len);
    take_bytes(&n->body, body->request.data, body->request.len);
    take_bytes(&n->answer, body->response.data, body->response.len);
    if (body->detail.data)
        json_parse(body->detail.data, body->detail.len, &n->detail, NULL);
}

/* What stands there may be older than the key in it is known to us. */
static void hide_keys(const struct notice_context *c, struct inbox_notice *n)
{
    notice_redact(c, &n->head);
    notice_redact_body(c, &n->notice, &n->body);
    notice_redact(c, &n->answer);
}

/* A key was taken out before it was kept: what was found then stands, and its steps are gone. */
static void recall_verdict(struct inbox_notice *n)
{
    struct notice *m = &n->notice;
    if (json_bool(json_get(n->detail, "sign_valid"), false)) {
        m->trust = NOTICE_GENUINE;
        m->sign.state = SIGN_VALID;
    }
    m->sign.expected[0] = '\0';
    m->key_inside = true;
}

static void judge(const struct inbox *b, struct inbox_notice *n)
{
    struct notice_context c = {.events = &b->events,
                               .profiles = (const struct profile *const *)b->keyring.items,
                               .profile_count = b->keyring.count};
    enum event_kind kind;
    notice_read(&c, buf_str(&n->body), n->body.len, &n->notice);
    hide_keys(&c, n);
    if (json_bool(json_get(n->detail, "key_hidden"), false))
        recall_verdict(n);
    n->notice.profile = NULL; /* which goes when the keys are fetched again */
    /* Only the order tells a deposit from a payment, and it was known when this came. */
    if (event_read(n->row.event, &kind) && kind < EVENT_COUNT) {
        n->notice.kind = kind;
        n->notice.event = &b->events.items[kind];
    }
}

enum status inbox_read(struct inbox *b, int64_t id, struct inbox_notice *out, struct err *err)
{
    inbox_notice_clear(out);
    if (id < 0) {
        const struct receipt *r = find_unkept(b, id);
        if (!r)
            return err_set(err, ST_NOT_FOUND,
                           SAY("这条通知没有留下", "记录写不进去，内存也满了", ""),
                           SAY("this notification is gone",
                               "the journal could not take it, and there were too many", ""));
        unkept_row(r, id, &out->row);
        take_bytes(&out->head, buf_str(&r->head), r->head.len);
        take_bytes(&out->body, buf_str(&r->body), r->body.len);
        take_bytes(&out->answer, buf_str(&r->answer), r->answer.len);
        out->detail = receipt_json(r);
        json_add_bool(out->detail, "key_hidden", r->notice.key_inside);
    } else {
        struct kept kept = {b, out};
        enum status st = journal_get(b->list.journal, id, take_kept, &kept, err);
        if (st)
            return st;
    }
    take_detail(out);
    want_keys(b);
    judge(b, out);
    return ST_OK;
}

/* ---- Life ---- */

static void on_fetched(void *ctx)
{
    moved(ctx);
}

struct inbox *inbox_new(const struct inbox_options *o)
{
    struct inbox *b = mem_alloc(sizeof *b);
    struct err err = {0};
    b->options = *o;
    b->port = INBOX_PORT;
    b->list.loop = o->loop;
    b->list.changed = on_fetched;
    b->list.ctx = b;
    if (events_load(&b->events, &err))
        die(err.text[LANG_EN]);
    return b;
}

void inbox_free(struct inbox *b)
{
    if (!b)
        return;
    b->options.changed = NULL;
    inbox_stop(b);
    if (b->counting)
        loop_cancel(b->options.loop, b->counting);
    if (b->quiet)
        loop_cancel(b->options.loop, b->quiet);
    for (size_t i = 0; i < INBOX_UNKEPT_MAX; i++)
        receipt_clear(&b->unkept[i]);
    keyring_clear(&b->keyring);
    profile_clear(&b->current);
    events_clear(&b->events);
    inbox_list_clear(&b->list);
    free(b->waiting.items);
    free(b);
}

unsigned inbox_rev(const struct inbox *b)
{
    return b ? b->rev : 0;
}

void inbox_journal(struct inbox *b, struct journal *journal, const struct err *unrecorded)
{
    b->unrecorded = unrecorded ? *unrecorded : (struct err){0};
    if (b->listener)
        listener_journal(b->listener, journal, &b->unrecorded);
    inbox_list_journal(&b->list, journal);
    b->rev++;
    if (b->counting)
        loop_cancel(b->options.loop, b->counting);
    b->counting = journal ? loop_timer(b->options.loop, 1, on_count, b) : 0;
}

void inbox_profile(struct inbox *b, const struct profile *current)
{
    keyring_clear(&b->keyring);
    profile_clear(&b->current);
    profile_copy(&b->current, current);
    if (!b->listener)
        return;
    want_keys(b);
    listener_profiles(b->listener, (const struct profile *const *)b->keyring.items,
                      b->keyring.count);
}

const struct events *inbox_events(const struct inbox *b)
{
    return &b->events;
}
