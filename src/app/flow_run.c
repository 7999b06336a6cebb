/* SPDX-License-Identifier: MIT */
/* A table of what each kind of step begins with and what ends it. */
#include "app/flow_run.h"

#include <stdlib.h>
#include <string.h>

#include "app/record.h"
#include "core/compare.h"
#include "core/diagnose.h"
#include "core/repair.h"

#define FLOW_BYTES (1u << 20)

void flow_run_clear(struct flow_run *r)
{
    flow_clear(&r->flow);
    params_clear(&r->seen);
    *r = (struct flow_run){0};
}

static const struct flow_step *step_of(const struct flow_run *r)
{
    return &r->flow.steps[r->at];
}

static void done(struct flow_run *r)
{
    r->at++;
    r->state = r->at == r->flow.count ? FLOW_RUN_DONE : FLOW_RUN_READY;
}

static void failed(struct flow_run *r)
{
    err_wrap(&r->err, "流程 %s 第 %zu 步（%s）", "flow %s, step %zu (%s)", r->flow.name, r->at + 1,
             flow_do_name(step_of(r)->what));
    r->state = FLOW_RUN_FAILED;
}

static void wait_for(struct flow_run *r)
{
    r->state = FLOW_RUN_BUSY;
    r->deadline = loop_now(r->w->loop) + FLOW_WAIT_MS;
}

/* ---- What was expected ---- */

static enum status expected(struct flow_run *r, const char *name, const char *want, const char *got)
{
    if (got && strcmp(got, want) == 0)
        return ST_OK;
    return err_set(&r->err, ST_REFUSED, SAY("%1$s 应为 %2$s", "实际是 %3$s", ""),
                   SAY("%1$s should be %2$s", "it is %3$s", ""), name, want, got ? got : "-");
}

static enum status expect_reply(struct flow_run *r)
{
    const struct reply *reply = &r->w->exchange.reply;
    enum status st = ST_OK;
    for (const struct json *m = json_first(step_of(r)->expect); m && !st; m = json_next(m)) {
        const char *name = json_name(m);
        const char *got = strcmp(name, "outcome") == 0 ? outcome_name(reply->outcome)
                                                       : params_get(&reply->params, name);
        st = expected(r, name, json_string(m), got);
    }
    return st;
}

static const char *found(const struct inbox_notice *n, const char *rule)
{
    for (const struct json *f = json_first(n->found); f; f = json_next(f)) {
        const char *id = json_string(json_get(f, "rule"));
        if (id && strcmp(id, rule) == 0)
            return "true";
    }
    return "false";
}

static enum status expect_notice(struct flow_run *r, const struct inbox_notice *n)
{
    enum status st = ST_OK;
    for (const struct json *m = json_first(step_of(r)->expect); m && !st; m = json_next(m)) {
        const char *name = json_name(m), *got = notice_get(&n->notice, name);
        if (strcmp(name, "trust") == 0)
            got = n->notice.trust == NOTICE_GENUINE ? "genuine"
                                                    : notice_trust_text(n->notice.trust).en;
        else if (strcmp(name, "duplicate") == 0)
            got = found(n, "duplicate");
        st = expected(r, name, json_string(m), got);
    }
    return st;
}

/* ---- Steps over the form ---- */

static void remember(struct flow_run *r, const struct params *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->items[i].value_len && strcmp(p->items[i].name, "sign") != 0)
            params_set(&r->seen, p->items[i].name, p->items[i].value, NULL);
    }
}

static enum status set_fields(struct flow_run *r)
{
    struct draft *d = workspace_draft(r->w);
    enum status st = ST_OK;
    for (const struct json *m = json_first(step_of(r)->set); m && !st; m = json_next(m)) {
        const char *name = json_name(m), *value = json_string(m);
        if (value[0] == '$') {
            value = params_get(&r->seen, value + 1);
            if (!value)
                return err_set(&r->err, ST_NOT_FOUND, SAY("前面没有出现过 %s", "", ""),
                               SAY("nothing before had a value of %s", "", ""), json_string(m));
        }
        st = draft_set(d, name, value, false, &r->err);
    }
    return st;
}

/* A form chosen by a flow starts anew: what was typed there can be undone to. */
static void begin_choose(struct flow_run *r)
{
    struct workspace *w = r->w;
    struct request_seed seed;
    struct params none = {0};
    struct draft_values fresh = {.params = &none, .demo = workspace_is_demo(w) || w->demo};
    enum status st = workspace_choose_id(w, step_of(r)->api, &r->err);
    workspace_seed(w, &seed);
    if (!st)
        st = draft_load(workspace_draft(w), &fresh, &seed, NULL, &r->err);
    workspace_point(w);
    if (!st)
        st = set_fields(r);
    if (st)
        failed(r);
    else
        done(r);
}

static void begin_set(struct flow_run *r)
{
    if (set_fields(r))
        failed(r);
    else
        done(r);
}

/* Never to production: a flow plays. */
static void begin_send(struct flow_run *r)
{
    if (workspace_ask(r->w) != ASK_NOTHING) {
        err_set(&r->err, ST_REFUSED, SAY("流程不向生产环境发送", "", "用 --demo 或换测试商户"),
                SAY("a flow sends nothing to production", "", "use --demo or a test merchant"));
        failed(r);
    } else if (workspace_send(r->w, true, &r->err)) {
        failed(r);
    } else {
        wait_for(r);
    }
}

static void poll_send(struct flow_run *r)
{
    struct exchange *e = &r->w->exchange;
    if (e->state == EXCHANGE_RUNNING)
        return;
    r->calls[0] = r->calls[1];
    r->calls[1] = e->journal_id;
    remember(r, &e->request.params);
    remember(r, &e->reply.params);
    r->err = e->http.err;
    if (e->state == EXCHANGE_FAILED || expect_reply(r))
        failed(r);
    else
        done(r);
}

/* ---- Paying and notifications ---- */

static void begin_pay(struct flow_run *r)
{
    struct payer_word word = {.code = step_of(r)->code,
                              .order = params_get(&r->seen, "out_trade_no")};
    struct payer_result result = {0};
    payer_act_read(step_of(r)->act ? step_of(r)->act : "pay", &word.act);
    if (workspace_pay(r->w, &word, &result, &r->err))
        failed(r);
    else
        done(r);
}

static void begin_wait(struct flow_run *r)
{
    wait_for(r);
    flow_run_poll(r);
}

/* The newest line of the list that is the wanted event and was not used by an earlier step. */
static void poll_wait(struct flow_run *r)
{
    struct inbox *b = r->w->inbox;
    struct inbox_notice n = {0};
    size_t count = inbox_arrived(b);
    if (!b || count <= r->arrived)
        return;
    inbox_want(b, count - r->arrived);
    for (size_t i = count - r->arrived; i-- > 0;) {
        const struct inbox_row *row = inbox_at(b, i);
        if (!row || row->waiting || row->id == r->last_notice ||
            strcmp(row->event, step_of(r)->event) != 0)
            continue;
        int64_t id = row->id;
        if (inbox_read(b, id, &n, &r->err) || expect_notice(r, &n)) {
            failed(r);
        } else {
            remember(r, &n.notice.params);
            r->last_notice = id;
            if (i == 0)
                r->arrived = count; /* two may come in either order: only then are all used */
            done(r);
        }
        inbox_notice_clear(&n);
        return;
    }
}

static void begin_repeat(struct flow_run *r)
{
    struct inbox_notice n = {0};
    r->arrived = inbox_arrived(r->w->inbox);
    enum status st = inbox_read(r->w->inbox, r->last_notice, &n, &r->err);
    if (!st)
        st = workspace_resend(r->w, &n, workspace_notify_url(r->w), &r->err);
    inbox_notice_clear(&n);
    if (st)
        failed(r);
    else
        done(r);
}

/* ---- Comparing, diagnosing ---- */

static void begin_compare(struct flow_run *r)
{
    struct record a = {0}, b = {0};
    struct compare c = {0};
    struct record_source s = {.journal = r->w->journal, .catalog = &r->w->catalog};
    enum status st = record_read(&s, r->calls[0], &a, &r->err);
    if (!st)
        st = record_read(&s, r->calls[1], &b, &r->err);
    if (!st)
        compare_params(&a.sent, &b.sent, &c);
    for (const struct json *m = json_first(step_of(r)->expect); m && !st; m = json_next(m)) {
        const char *got = NULL;
        for (size_t i = 0; i < c.count; i++) {
            if (strcmp(c.rows[i].name, json_name(m)) == 0)
                got = compare_change_name(c.rows[i].change);
        }
        st = expected(r, json_name(m), json_string(m), got);
    }
    compare_clear(&c);
    record_clear(&a);
    record_clear(&b);
    if (st)
        failed(r);
    else
        done(r);
}

static const char *first_cause(const struct diagnosis *d)
{
    struct diagnose_answer answer;
    if (diagnose_answers(d) == 0)
        return "none";
    diagnose_answer(d, 0, &answer);
    return answer.causes[0].cause->id;
}

/* The part that is quick enough for a key press; a flow shows causes that it finds. */
static void begin_diagnose(struct flow_run *r)
{
    const char *text = step_of(r)->document;
    struct repair_log log = {0};
    struct paste paste = {0};
    struct diagnosis *d = NULL;
    enum status st = repair_read(text, strlen(text), &log, NULL, &paste, &r->err);
    if (!st) {
        struct subject_input in = {.params = &paste.params, .key = &r->w->profile.key.value};
        st = diagnose_start(&in, &d, &r->err);
    }
    if (!st) {
        diagnose_step(d, DIAGNOSE_FIRST);
        diagnose_cancel(d);
        const char *want = json_string(json_get(step_of(r)->expect, "cause"));
        st = want ? expected(r, "cause", want, first_cause(d)) : ST_OK;
    }
    diagnose_free(d);
    paste_clear(&paste);
    if (st)
        failed(r);
    else
        done(r);
}

/* ---- The table ---- */

static const struct {
    void (*begin)(struct flow_run *r);
    void (*poll)(struct flow_run *r);
} steps[FLOW_DO_COUNT] = {
    [FLOW_SAY] = {done, NULL},
    [FLOW_CHOOSE] = {begin_choose, NULL},
    [FLOW_SET] = {begin_set, NULL},
    [FLOW_SEND] = {begin_send, poll_send},
    [FLOW_PAY] = {begin_pay, NULL},
    [FLOW_WAIT] = {begin_wait, poll_wait},
    [FLOW_REPEAT] = {begin_repeat, NULL},
    [FLOW_COMPARE] = {begin_compare, NULL},
    [FLOW_DIAGNOSE] = {begin_diagnose, NULL},
};

void flow_run_next(struct flow_run *r)
{
    if (r->state == FLOW_RUN_READY)
        steps[step_of(r)->what].begin(r);
}

void flow_run_poll(struct flow_run *r)
{
    if (r->state != FLOW_RUN_BUSY)
        return;
    steps[step_of(r)->what].poll(r);
    if (r->state == FLOW_RUN_BUSY && loop_now(r->w->loop) >= r->deadline) {
        err_set(&r->err, ST_TIMEOUT, SAY("%d 秒内没有等到", "", ""),
                SAY("nothing came within %d seconds", "", ""), FLOW_WAIT_MS / 1000);
        failed(r);
    }
}

/* ---- Loading ---- */

enum status flow_load(const struct store *store, const struct catalog *catalog, const char *name,
                      struct flow *out, struct err *err)
{
    struct buf text;
    char *origin = NULL;
    buf_init(&text, FLOW_BYTES);
    enum status st = store_load(store, "flows", name, &text, &origin, err);
    if (!st)
        st = flow_read(buf_str(&text), text.len, origin ? origin : name, catalog, out, NULL, err);
    free(origin);
    buf_clear(&text);
    return st;
}
