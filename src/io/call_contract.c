/* SPDX-License-Identifier: MIT */
/* Contracts opened, looked up, terminated and deducted by (facts/apis.md 6.8 to 6.11). */
#include <stdio.h>
#include <string.h>

#include "io/call_follow.h"

/* The contract that a call means: contract_id, or plan_id with contract_code. */
static struct contract *find(struct call *c)
{
    const struct contracts *all = ledger_contracts(c->ledger);
    const char *id = follow_get(c, "contract_id"), *code = follow_get(c, "contract_code");
    struct contract *found = NULL;
    if (id)
        found = contracts_by_id(all, c->merchant->mch_id, id);
    else if (code)
        found = contracts_find(all, c->merchant->mch_id, follow_get(c, "plan_id"), code);
    if (found && contract_expire(found, c->now))
        c->covenant_changed = true;
    c->covenant = found;
    return found;
}

static void put_number(struct call *c, const char *name, int n)
{
    char text[16];
    snprintf(text, sizeof(text), "%d", n);
    follow_put(c, name, text);
}

static void put_names(struct call *c)
{
    const struct contract *x = c->covenant;
    follow_put(c, "contract_id", x->contract_id);
    follow_put(c, "plan_id", x->plan_id);
    follow_put(c, "contract_code", x->contract_code);
}

const struct refusal *follow_querycontract(struct call *c)
{
    static const struct bi said = {"查询了协议", "looked up the contract"};
    static const char *const copied[] = {"request_serial", "contract_display_account", "openid"};
    const struct contract *x = find(c);
    if (!x)
        return refusal_row(REFUSE_NO_CONTRACT);
    put_names(c);
    for (size_t i = 0; i < ARRAY_COUNT(copied); i++)
        follow_put(c, copied[i], params_get(&x->request, copied[i]));
    put_number(c, "contract_state", x->state);
    follow_put_moment(c, "contract_signed_time", x->signed_at);
    follow_put_moment(c, "contract_expired_time", x->expires_at);
    if (x->state == CONTRACT_NONE && x->ended_at) {
        follow_put_moment(c, "contract_terminated_time", x->ended_at);
        put_number(c, "contract_termination_mode", x->termination);
        follow_put(c, "contract_termination_remark", x->remark);
    }
    c->said = said;
    return NULL;
}

const struct refusal *follow_deletecontract(struct call *c)
{
    static const struct bi said = {"解约了协议", "terminated the contract"};
    struct contract *x = find(c);
    if (!x)
        return refusal_row(REFUSE_NO_CONTRACT);
    if (x->state != CONTRACT_SIGNED)
        return refusal_row(REFUSE_CONTRACT_ENDED);
    contract_end(x, TERMINATED_BY_API, follow_get(c, "contract_termination_remark"), c->now);
    put_names(c);
    c->covenant_changed = true;
    c->ended = true;
    c->said = said;
    return NULL;
}

const struct refusal *follow_entrustweb(struct call *c)
{
    static const struct bi said = {"打开了签约页，等用户签约",
                                   "opened the contract's page: the payer may sign"};
    bool full = false;
    const char *plan = follow_get(c, "plan_id");
    if (!plan || !merchants_have_plan(plan))
        return refusal_row(REFUSE_PLAN);
    c->covenant = contracts_open(ledger_contracts(c->ledger), c->spec->id, &c->params, c->kind,
                                 c->now, &full);
    if (!c->covenant)
        return refusal_row(full ? REFUSE_FULL : REFUSE_CONTRACT_USED);
    c->covenant_changed = true;
    c->said = said;
    return NULL;
}

/* ---- Deducting ---- */

static const struct refusal *deducted_before(struct call *c)
{
    static const enum refusal_id refused[] = {[PLACE_SAME] = REFUSE_ACCEPTED,
                                              [PLACE_DIFFERS] = REFUSE_USED,
                                              [PLACE_PAID] = REFUSE_PAID,
                                              [PLACE_CLOSED] = REFUSE_CLOSED,
                                              [PLACE_FULL] = REFUSE_FULL};
    static const struct bi failed = {"这个订单号的扣款已失败，换一个订单号",
                                     "the deduction of this number failed: take a new one"};
    if (c->placed == PLACE_SAME && c->order->state == ORDER_PAYERROR)
        return call_code(c, c->order->failure, failed);
    return refusal_row(refused[c->placed]);
}

const struct refusal *follow_pappayapply(struct call *c)
{
    static const struct bi said = {"受理了扣款，结果稍后通知",
                                   "accepted the deduction: the result is notified later"};
    char unique[CALL_UNIQUE + 1];
    const struct contract *x = find(c);
    if (!x)
        return refusal_row(REFUSE_NO_CONTRACT);
    if (x->state != CONTRACT_SIGNED)
        return refusal_row(REFUSE_CONTRACT_ENDED);
    call_letters(unique, CALL_UNIQUE);
    c->placed =
        ledger_place(c->ledger, c->spec, &c->params, c->kind, c->now, unique, &c->order, NULL);
    if (c->placed != PLACE_NEW)
        return deducted_before(c);
    c->order->prepay_id[0] = '\0';
    c->order->prepay_until = 0;
    c->order->state = ORDER_ACCEPT;
    snprintf(c->order->contract_id, sizeof(c->order->contract_id), "%s", x->contract_id);
    c->changed = true;
    c->said = said;
    return NULL;
}
