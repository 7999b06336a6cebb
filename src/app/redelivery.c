/* SPDX-License-Identifier: MIT */
/*
 * A repeat is the same event of the same merchant with the same transaction and outcome. What
 * somebody else made is none. Some may have come while nobody listened: the count is what arrived,
 * and is taken for the number of the delivery.
 */
#include "app/redelivery.h"

#include <string.h>

#define FAILED "not-success" /* rule of what is found against a notification of a failure */

struct count {
    const struct inbox_notice *n;
    const char *transaction, *mch_id;
    bool judged, failed; /* this one */
    struct redelivery *out;
};

static bool is_trust(const struct notice_word *word, const char *id)
{
    return word && strcmp(word->id, id) == 0;
}

/* Did the signature hold? Only what is said of a genuine one goes beyond its trust. */
static bool is_genuine(const struct notice_word *word)
{
    return word && !is_trust(word, "unreadable") && !is_trust(word, "no-key") &&
           !is_trust(word, "unsigned") && !is_trust(word, "forged");
}

/* Keys come and go: it is the platform's if it verified when it came, or does so now. */
static bool is_ours(const struct inbox_notice *n)
{
    return n->notice.trust == NOTICE_GENUINE || is_genuine(n->row.word);
}

static bool is_foreign(const struct inbox_notice *n)
{
    enum notice_trust t = n->notice.trust;
    return !is_ours(n) && (t == NOTICE_UNSIGNED || t == NOTICE_FORGED);
}

/* The rules come first in a row's text, each with a blank behind it. */
static bool has_failed(const char *text)
{
    const char *at = text ? strstr(text, FAILED " ") : NULL;
    return at && (at == text || at[-1] == ' ');
}

static bool tells_failure(const struct notice *n)
{
    for (size_t i = 0; i < n->findings.count; i++) {
        if (strcmp(n->findings.items[i].rule, FAILED) == 0)
            return true;
    }
    return false;
}

static bool is_same(const struct count *c, const struct journal_row *row)
{
    const struct notice_word *word = notice_word_find(row->outcome);
    if (row->id == c->n->row.id)
        return true;
    return strcmp(row->name, c->n->row.event) == 0 && row->transaction_id &&
           strcmp(row->transaction_id, c->transaction) == 0 &&
           (!c->mch_id || (row->mch_id && strcmp(row->mch_id, c->mch_id) == 0)) &&
           (is_genuine(word) || (!c->judged && is_trust(word, "no-key"))) &&
           (!c->judged || has_failed(row->text) == c->failed);
}

static bool on_row(void *ctx, const struct journal_row *row)
{
    struct count *c = ctx;
    if (!is_same(c, row))
        return true;
    if (row->id <= c->n->row.id) {
        c->out->nth++;
    } else {
        c->out->later++;
        c->out->done |= row->good && !strstr(row->text, REDELIVERY_LATE);
    }
    return true;
}

static void count_arrived(const struct workspace *w, const struct inbox_notice *n,
                          struct redelivery *out)
{
    struct count c = {.n = n,
                      .transaction = notice_transaction(&n->notice),
                      .mch_id = notice_get(&n->notice, "mch_id"),
                      .judged = is_ours(n),
                      .failed = tells_failure(&n->notice),
                      .out = out};
    struct journal_search s = {
        .text = c.transaction, .kind = JOURNAL_NOTICE, .before = n->row.id + REDELIVERY_ROWS + 1};
    if (!c.transaction || n->row.id <= 0 || !w->journal)
        return;
    if (journal_search(w->journal, &s, 2 * REDELIVERY_ROWS, on_row, &c, NULL))
        out->nth = out->later = 0;
}

/* The answer was decided in time and given too late: what was found when it came says so. */
static bool was_late(const struct inbox_notice *n)
{
    for (const struct json *f = json_first(n->found); f; f = json_next(f)) {
        const char *rule = json_string(json_get(f, "rule"));
        if (rule && strcmp(rule, REDELIVERY_LATE) == 0)
            return true;
    }
    return false;
}

static const char *sent_value(const struct delivery *d, const char *name)
{
    const char *inner = params_get(&d->template.inner, name);
    return inner ? inner : params_get(&d->template.params, name);
}

/* nonce_str is one delivery's own, but a contract's has none. */
static bool is_of(const struct delivery *d, const struct inbox_notice *n)
{
    static const char *const names[] = {"nonce_str", "refund_id", "transaction_id", "contract_id"};
    if (d->once || d->event->kind != n->notice.event->kind)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const char *got = notice_get(&n->notice, names[i]), *sent = sent_value(d, names[i]);
        if (!got || !sent)
            continue;
        bool same = strcmp(got, sent) == 0;
        if (same || i > 0) /* newly signed, it has another nonce */
            return same;
    }
    return false;
}

static const struct delivery *find_delivery(const struct workspace *w, const struct inbox_notice *n)
{
    const struct deliver *all = w->gateway ? gateway_deliveries(w->gateway) : NULL;
    for (size_t i = all ? deliver_count(all) : 0; i-- > 0;) {
        if (is_of(deliver_at(all, i), n))
            return deliver_at(all, i);
    }
    return NULL;
}

void redelivery_find(const struct workspace *w, const struct inbox_notice *n,
                     struct redelivery *out)
{
    *out = (struct redelivery){0};
    if (!n->notice.event)
        return;
    out->schedule = event_schedule(n->notice.event, notice_is_deduction(&n->notice));
    out->foreign = is_foreign(n);
    if (out->foreign)
        return;
    out->late = was_late(n);
    count_arrived(w, n, out);
    out->done |= n->row.acknowledged && !out->late;
    out->sandbox = find_delivery(w, n);
}

static size_t arrivals(const struct redelivery *r)
{
    return r->nth ? r->nth + r->later : 1;
}

bool redelivery_is_over(const struct redelivery *r)
{
    return r->schedule && arrivals(r) > r->schedule->tries;
}

bool redelivery_gap(const struct redelivery *r, int *seconds)
{
    size_t made = arrivals(r);
    if (r->done || r->foreign || !r->schedule || made >= r->schedule->tries)
        return false;
    *seconds = r->schedule->wait[made];
    return true;
}
