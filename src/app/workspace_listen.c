/* SPDX-License-Identifier: MIT */
/*
 * The second half of an order: the listener of the console, where its orders say that
 * notifications go, and the paying user who makes them come.
 */
#include "app/workspace.h"

#include <stdlib.h>
#include <string.h>

/* ---- The inbox ---- */

static void on_inbox(void *ctx)
{
    struct workspace *w = ctx;
    bool up = inbox_state(w->inbox) == INBOX_UP;

    w->rev_inbox++;
    w->rev_journal += inbox_recorded(w->inbox) != w->rev_recorded;
    w->rev_recorded = inbox_recorded(w->inbox);
    workspace_retain(w);
    if (up && !w->pointed) {
        const char *colon = strrchr(inbox_url(w->inbox), ':');
        w->port_had = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
        w->pointed = true;
        workspace_point(w);
        for (size_t i = 0; i < w->catalog.count; i++) {
            if (w->drafts[i].spec)
                draft_profile(&w->drafts[i], &w->profile, workspace_base(w));
        }
        w->rev_draft++;
    } else if (!up) {
        w->pointed = false;
    }
}

static void on_refused(void *ctx, const struct err *err)
{
    workspace_complain(ctx, err);
}

void workspace_inbox(struct workspace *w)
{
    if (!w->inbox) {
        struct inbox_options o = {.loop = w->loop,
                                  .catalog = &w->catalog,
                                  .store = &w->store,
                                  .changed = on_inbox,
                                  .refused = on_refused,
                                  .ctx = w};
        w->inbox = inbox_new(&o);
        inbox_profile(w->inbox, &w->profile);
        w->inbox_journal = NULL;
    }
    if (w->inbox_journal != w->journal || (!w->journal && w->journal_err.status)) {
        w->inbox_journal = w->journal;
        bool kept = w->journal && !journal_is_read_only(w->journal);
        inbox_journal(w->inbox, w->journal, kept ? NULL : &w->journal_err);
    }
}

enum status workspace_listen(struct workspace *w, struct err *err)
{
    /* One that cannot be opened is told; what comes is shown then, and not acknowledged. */
    if (workspace_journal(w, NULL))
        workspace_complain(w, &w->journal_err);
    workspace_inbox(w);
    unsigned port = w->port_chosen ? w->port : w->demo ? w->port_had : INBOX_PORT;
    enum status st = inbox_start(w->inbox, port, err);
    if (st == ST_CONFLICT && w->demo && !w->port_chosen && port) /* somebody has taken it since */
        st = inbox_start(w->inbox, 0, err);
    return st;
}

enum status workspace_listen_at(struct workspace *w, unsigned port, struct err *err)
{
    w->port = port;
    w->port_chosen = true;
    workspace_unlisten(w);
    return workspace_listen(w, err);
}

void workspace_unlisten(struct workspace *w)
{
    w->relisten = false;
    if (w->inbox)
        inbox_stop(w->inbox);
}

/* Nothing of a demonstration goes elsewhere, whatever address a profile has. */
void workspace_point(struct workspace *w)
{
    static const char *const names[] = {"notify_url", "contract_notify_url"};
    if (!w->demo || inbox_state(w->inbox) != INBOX_UP)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (params_find(&w->profile.fields, names[i]))
            params_set(&w->profile.fields, names[i], inbox_url(w->inbox), NULL);
    }
    if (w->gateway)
        gateway_point(w->gateway, inbox_url(w->inbox));
}

/* ---- The payer ---- */

const char *workspace_order(const struct workspace *w)
{
    const struct exchange *e = &w->exchange;
    const char *order = e->state ? params_get(&e->request.params, "out_trade_no") : NULL;
    return order && order[0] ? order : NULL;
}

static enum status check_payer(const struct workspace *w, const char *order, struct err *err)
{
    if (!w->gateway)
        return err_set(err, ST_REFUSED,
                       SAY("不能模拟付款", "内置沙箱没有运行，当前商户使用自己的网关",
                           "换用沙箱商户，或用真实的客户端付款"),
                       SAY("there is nobody to play",
                           "the sandbox is not running, this merchant has a gateway of its own",
                           "choose a sandbox merchant, or pay with a real client"));
    if (w->exchange.state == EXCHANGE_RUNNING)
        return err_set(
            err, ST_REFUSED, SAY("还不能付款", "下单还在进行", "等应答到达"),
            SAY("it cannot be paid yet", "the order is under way", "wait for the answer"));
    if (!order)
        return err_set(
            err, ST_REFUSED, SAY("没有可付款的订单", "还没有下单", "先按 Ctrl-R 下单"),
            SAY("there is no order to pay", "none was placed", "place one with Ctrl-R first"));
    return ST_OK;
}

enum status workspace_pay(struct workspace *w, const struct payer_word *word,
                          struct payer_result *out, struct err *err)
{
    struct payer_word mine = *word;
    if (!mine.order) {
        mine.order = workspace_order(w);
        mine.mch_id = mine.order ? params_get(&w->exchange.request.params, "mch_id") : NULL;
    }
    enum status st = check_payer(w, mine.order, err);
    return st ? st : gateway_play(w->gateway, &mine, out, err);
}
