/* SPDX-License-Identifier: MIT */
/*
 * The tables. Sources: facts/apis.md 6.1 (trade_state), 6.4 (refund_status), 6.8
 * (contract_state), 6.12 (deposits), and the calls' own sections.
 */
#include "core/life.h"

#include <string.h>

#include "core/base.h"

struct machine {
    struct bi text;
    const struct life_state *states;
    size_t state_count;
    const struct life_step *steps;
    size_t step_count;
};

/* clang-format off */
static const struct life_state order_states[] = {
    {"NOTPAY", {"未支付", "not paid"}},
    {"SUCCESS", {"已支付", "paid"}},
    {"REFUND", {"转入退款", "refunded, wholly or in part"}},
    {"CLOSED", {"已关闭", "closed"}, .ends = true},
    {"PAYERROR", {"支付失败", "the payment failed"}, .ends = true},
};
static const struct life_step order_steps[] = {
    {NULL, "NOTPAY", LIFE_CALL, "unifiedorder", NULL, {"下单", "order"}},
    {NULL, "NOTPAY", LIFE_CALL, "contractorder", NULL, {"下单并签约", "order with contract"}},
    {NULL, "NOTPAY", LIFE_CALL, "wap", NULL, {"网关下单", "order at the gateway"}},
    {"NOTPAY", "SUCCESS", LIFE_PAYER, NULL, "payment", {"付款", "pays"}},
    {"NOTPAY", "CLOSED", LIFE_CALL, "closeorder", NULL, {"关单", "close"}},
    {"NOTPAY", "CLOSED", LIFE_TIME, NULL, NULL, {"过期", "expires"}},
    {"NOTPAY", "PAYERROR", LIFE_BANK, NULL, NULL, {"扣款失败", "the bank refuses"}},
    {"SUCCESS", "REFUND", LIFE_CALL, "refund", "refund", {"退款", "refund"}},
    {"REFUND", "REFUND", LIFE_CALL, "refund", "refund", {"再退一部分", "refund another part"}},
};

static const struct life_state micropay_states[] = {
    {"USERPAYING", {"用户支付中", "the payer types the password"}},
    {"SUCCESS", {"已支付", "paid"}},
    {"REFUND", {"转入退款", "refunded, wholly or in part"}},
    {"REVOKED", {"已撤销", "reversed"}, .ends = true},
    {"PAYERROR", {"支付失败", "the payment failed"}},
};
static const struct life_step micropay_steps[] = {
    {NULL, "SUCCESS", LIFE_CALL, "micropay", NULL, {"刷卡支付", "scan and pay"}},
    {NULL, "USERPAYING", LIFE_CALL, "micropay", NULL, {"等待密码", "a password is needed"}},
    {NULL, "PAYERROR", LIFE_CALL, "micropay", NULL, {"支付失败", "the payment fails"}},
    {"USERPAYING", "SUCCESS", LIFE_PAYER, NULL, NULL, {"输入密码", "types the password"}},
    {"USERPAYING", "PAYERROR", LIFE_PAYER, NULL, NULL, {"放弃或余额不足", "gives up or lacks money"}},
    {"USERPAYING", "REVOKED", LIFE_CALL, "reverse", NULL, {"撤销", "reverse"}},
    {"SUCCESS", "REVOKED", LIFE_CALL, "reverse", NULL, {"撤销，原款退回", "reverse, the money returns"}},
    {"PAYERROR", "REVOKED", LIFE_CALL, "reverse", NULL, {"撤销", "reverse"}},
    {"SUCCESS", "REFUND", LIFE_CALL, "refund", "refund", {"退款", "refund"}},
    {"REFUND", "REFUND", LIFE_CALL, "refund", "refund", {"再退一部分", "refund another part"}},
};

static const struct life_state deduction_states[] = {
    {"ACCEPT", {"已受理，等待扣款", "accepted, awaiting deduction"}},
    {"SUCCESS", {"已支付", "paid"}},
    {"REFUND", {"转入退款", "refunded, wholly or in part"}},
    {"PAYERROR", {"扣款失败", "the deduction failed"}, .ends = true},
};
static const struct life_step deduction_steps[] = {
    {NULL, "ACCEPT", LIFE_CALL, "pappayapply", NULL, {"申请扣款", "apply for the deduction"}},
    {"ACCEPT", "SUCCESS", LIFE_BANK, NULL, "payment", {"扣款成功", "deducted"}},
    {"ACCEPT", "PAYERROR", LIFE_BANK, NULL, "payment", {"扣款失败", "the deduction fails"}},
    {"SUCCESS", "REFUND", LIFE_CALL, "refund", "refund", {"退款", "refund"}},
    {"REFUND", "REFUND", LIFE_CALL, "refund", "refund", {"再退一部分", "refund another part"}},
};

#define CONSUMED {"CONSUMED", {"押金已消费", "the deposit was consumed"}, .ours = true}

static const struct life_state deposit_states[] = {
    {"NOTPAY", {"未支付", "not paid"}},
    {"SUCCESS", {"押金已付", "the deposit is paid"}},
    CONSUMED,
    {"REFUND", {"转入退款", "refunded, wholly or in part"}},
    {"REVOKED", {"押金已退回", "the deposit was returned"}, .ends = true},
    {"CLOSED", {"已关闭", "closed"}, .ends = true},
    {"PAYERROR", {"支付失败", "the payment failed"}, .ends = true},
};
static const struct life_step deposit_steps[] = {
    {NULL, "NOTPAY", LIFE_CALL, "deposit_unifiedorder", NULL, {"押金下单", "deposit order"}},
    {"NOTPAY", "SUCCESS", LIFE_PAYER, NULL, "deposit", {"付押金", "pays the deposit"}},
    {"NOTPAY", "CLOSED", LIFE_TIME, NULL, NULL, {"过期", "expires"}},
    {"NOTPAY", "PAYERROR", LIFE_BANK, NULL, NULL, {"扣款失败", "the bank refuses"}},
    {"SUCCESS", "CONSUMED", LIFE_CALL, "deposit_consume", NULL, {"消费，余额退回", "consume, the rest returns"}},
    {"SUCCESS", "REVOKED", LIFE_CALL, "deposit_reverse", NULL, {"撤销，全额退回", "reverse, all returns"}},
    {"CONSUMED", "REFUND", LIFE_CALL, "deposit_refund", "refund", {"退款", "refund"}},
    {"REFUND", "REFUND", LIFE_CALL, "deposit_refund", "refund", {"再退一部分", "refund another part"}},
};

static const struct life_state deposit_micropay_states[] = {
    {"USERPAYING", {"用户支付中", "the payer types the password"}},
    {"SUCCESS", {"押金已付", "the deposit is paid"}},
    CONSUMED,
    {"REFUND", {"转入退款", "refunded, wholly or in part"}},
    {"REVOKED", {"押金已退回", "the deposit was returned"}, .ends = true},
    {"PAYERROR", {"支付失败", "the payment failed"}},
};
static const struct life_step deposit_micropay_steps[] = {
    {NULL, "SUCCESS", LIFE_CALL, "deposit_micropay", NULL, {"刷卡付押金", "scan and pay"}},
    {NULL, "USERPAYING", LIFE_CALL, "deposit_micropay", NULL, {"等待密码", "a password is needed"}},
    {NULL, "PAYERROR", LIFE_CALL, "deposit_micropay", NULL, {"支付失败", "the payment fails"}},
    {"USERPAYING", "SUCCESS", LIFE_PAYER, NULL, NULL, {"输入密码", "types the password"}},
    {"USERPAYING", "PAYERROR", LIFE_PAYER, NULL, NULL, {"放弃或余额不足", "gives up or lacks money"}},
    {"USERPAYING", "REVOKED", LIFE_CALL, "deposit_reverse", NULL, {"撤销", "reverse"}},
    {"PAYERROR", "REVOKED", LIFE_CALL, "deposit_reverse", NULL, {"撤销", "reverse"}},
    {"SUCCESS", "CONSUMED", LIFE_CALL, "deposit_consume", NULL, {"消费，余额退回", "consume, the rest returns"}},
    {"SUCCESS", "REVOKED", LIFE_CALL, "deposit_reverse", NULL, {"撤销，全额退回", "reverse, all returns"}},
    {"CONSUMED", "REFUND", LIFE_CALL, "deposit_refund", "refund", {"退款", "refund"}},
    {"REFUND", "REFUND", LIFE_CALL, "deposit_refund", "refund", {"再退一部分", "refund another part"}},
};

static const struct life_state refund_states[] = {
    {"PROCESSING", {"退款处理中", "being refunded"}},
    {"SUCCESS", {"退款成功", "refunded"}, .ends = true},
    {"CHANGE", {"退款异常，要人工处理", "failed: to be handled by hand"}, .ends = true},
    {"REFUNDCLOSE", {"退款关闭", "closed"}, .ends = true},
};
static const struct life_step refund_steps[] = {
    {NULL, "PROCESSING", LIFE_CALL, "refund", NULL, {"申请退款", "apply for a refund"}},
    {NULL, "PROCESSING", LIFE_CALL, "deposit_refund", NULL, {"申请押金退款", "apply for a refund"}},
    {"PROCESSING", "SUCCESS", LIFE_BANK, NULL, "refund", {"到账", "the money arrives"}},
    {"PROCESSING", "CHANGE", LIFE_BANK, NULL, "refund", {"银行卡作废等", "the card is void"}},
    {"PROCESSING", "REFUNDCLOSE", LIFE_BANK, NULL, "refund", {"关闭", "closed"}},
};

static const struct life_state contract_states[] = {
    {"9", {"签约进行中", "being signed"}},
    {"0", {"已签约", "signed"}},
    {"1", {"未签约或已解约", "not signed, or terminated"}, .ends = true},
};
static const struct life_step contract_steps[] = {
    {NULL, "9", LIFE_CALL, "entrustweb", NULL, {"打开签约页", "open the page"}},
    {NULL, "0", LIFE_PAYER, NULL, "contract-add", {"付款并签约", "pays a contractorder"}},
    {"9", "0", LIFE_PAYER, NULL, "contract-add", {"签约", "signs"}},
    {"9", "1", LIFE_PAYER, NULL, NULL, {"放弃", "gives up"}},
    {"0", "1", LIFE_CALL, "deletecontract", "contract-delete", {"解约", "terminate"}},
    {"0", "1", LIFE_PAYER, NULL, "contract-delete", {"用户解约", "the payer terminates"}},
    {"0", "1", LIFE_TIME, NULL, "contract-delete", {"到期", "expires"}},
    {"0", "0", LIFE_CALL, "pappayapply", NULL, {"申请扣款", "apply for a deduction"}},
};

#define MACHINE(zh, en, name) \
    {{zh, en}, name##_states, ARRAY_COUNT(name##_states), name##_steps, ARRAY_COUNT(name##_steps)}

static const struct machine machines[LIFE_COUNT] = {
    [LIFE_ORDER] = MACHINE("订单", "order", order),
    [LIFE_MICROPAY] = MACHINE("付款码订单", "micropay order", micropay),
    [LIFE_DEDUCTION] = MACHINE("代扣订单", "deduction", deduction),
    [LIFE_DEPOSIT] = MACHINE("押金", "deposit", deposit),
    [LIFE_DEPOSIT_MICROPAY] = MACHINE("付款码押金", "micropay deposit", deposit_micropay),
    [LIFE_REFUND] = MACHINE("退款", "refund", refund),
    [LIFE_CONTRACT] = MACHINE("签约", "contract", contract),
};

static const struct bi causes[] = {
    [LIFE_CALL] = {"商户调用接口", "the merchant calls"},
    [LIFE_PAYER] = {"付款用户", "the payer"},
    [LIFE_BANK] = {"微信支付或银行", "WeChat Pay or the bank"},
    [LIFE_TIME] = {"到期", "time"},
};

/* What a reply tells by itself: the state behind success or behind an error code. */
static const struct {
    const char *api;
    enum life_kind kind;
    const char *code; /* NULL: success */
    const char *state;
} told[] = {
    {"unifiedorder", LIFE_ORDER, NULL, "NOTPAY"},
    {"unifiedorder", LIFE_ORDER, "ORDERPAID", "SUCCESS"},
    {"unifiedorder", LIFE_ORDER, "ORDERCLOSED", "CLOSED"},
    {"contractorder", LIFE_ORDER, NULL, "NOTPAY"},
    {"contractorder", LIFE_ORDER, "ORDERPAID", "SUCCESS"},
    {"contractorder", LIFE_ORDER, "ORDERCLOSED", "CLOSED"},
    {"wap", LIFE_ORDER, NULL, "NOTPAY"},
    {"orderquery", LIFE_ORDER, NULL, NULL},
    {"closeorder", LIFE_ORDER, NULL, "CLOSED"},
    {"closeorder", LIFE_ORDER, "ORDERPAID", "SUCCESS"},
    {"closeorder", LIFE_ORDER, "ORDERCLOSED", "CLOSED"},
    {"refund", LIFE_ORDER, NULL, "REFUND"},
    {"refundquery", LIFE_ORDER, NULL, "REFUND"},
    {"micropay", LIFE_MICROPAY, NULL, "SUCCESS"},
    {"micropay", LIFE_MICROPAY, "ORDERPAID", "SUCCESS"},
    {"micropay", LIFE_MICROPAY, "ORDERREVERSED", "REVOKED"},
    {"micropay", LIFE_MICROPAY, "USERPAYING", "USERPAYING"},
    {"micropay", LIFE_MICROPAY, "SYSTEMERROR", "USERPAYING"}, /* not known: query, then reverse */
    {"micropay", LIFE_MICROPAY, "BANKERROR", "USERPAYING"},
    {"reverse", LIFE_MICROPAY, NULL, "REVOKED"},
    {"pappayapply", LIFE_DEDUCTION, NULL, "ACCEPT"},
    {"pappayapply", LIFE_DEDUCTION, "ORDER_ACCEPTED", "ACCEPT"},
    {"pappayapply", LIFE_DEDUCTION, "ORDERPAID", "SUCCESS"},
    {"deposit_unifiedorder", LIFE_DEPOSIT, NULL, "NOTPAY"},
    {"deposit_unifiedorder", LIFE_DEPOSIT, "ORDERPAID", "SUCCESS"},
    {"deposit_unifiedorder", LIFE_DEPOSIT, "ORDERCLOSED", "CLOSED"},
    {"deposit_orderquery", LIFE_DEPOSIT, NULL, NULL},
    {"deposit_consume", LIFE_DEPOSIT, NULL, "CONSUMED"},
    {"deposit_refund", LIFE_DEPOSIT, NULL, "REFUND"},
    {"deposit_refundquery", LIFE_DEPOSIT, NULL, "REFUND"},
    {"deposit_reverse", LIFE_DEPOSIT, NULL, "REVOKED"},
    {"deposit_micropay", LIFE_DEPOSIT_MICROPAY, NULL, "SUCCESS"},
    {"deposit_micropay", LIFE_DEPOSIT_MICROPAY, "USERPAYING", "USERPAYING"},
    {"deposit_micropay", LIFE_DEPOSIT_MICROPAY, "SYSTEMERROR", "USERPAYING"},
    {"deposit_micropay", LIFE_DEPOSIT_MICROPAY, "BANKERROR", "USERPAYING"},
    {"entrustweb", LIFE_CONTRACT, NULL, "9"},
    {"querycontract", LIFE_CONTRACT, NULL, NULL},
    {"deletecontract", LIFE_CONTRACT, NULL, "1"},
};
/* clang-format on */

struct bi life_kind_text(enum life_kind kind)
{
    return machines[kind].text;
}

struct bi life_cause_text(enum life_cause cause)
{
    return causes[cause];
}

const struct life_state *life_states(enum life_kind kind, size_t *count)
{
    *count = machines[kind].state_count;
    return machines[kind].states;
}

const struct life_step *life_steps(enum life_kind kind, size_t *count)
{
    *count = machines[kind].step_count;
    return machines[kind].steps;
}

const struct life_state *life_state(enum life_kind kind, const char *name)
{
    const struct machine *m = &machines[kind];
    for (size_t i = 0; name && i < m->state_count; i++) {
        if (strcmp(m->states[i].name, name) == 0)
            return &m->states[i];
    }
    return NULL;
}

bool life_can(enum life_kind kind, const char *state, const char *api)
{
    const struct machine *m = &machines[kind];
    for (size_t i = 0; i < m->step_count; i++) {
        const struct life_step *s = &m->steps[i];
        bool here = state && s->from ? strcmp(s->from, state) == 0 : !state && !s->from;
        if (here && s->by && strcmp(s->by, api) == 0)
            return true;
    }
    return false;
}

/* ---- What a reply tells ---- */

static const char *get(const struct params *p, const char *name)
{
    return p && params_has(p, name) ? params_get(p, name) : NULL;
}

static bool is(const char *value, const char *word)
{
    return value && strcmp(value, word) == 0;
}

/* A query tells the machine by the trade_type of what it found. */
static enum life_kind queried_kind(enum life_kind kind, const struct params *reply)
{
    const char *type = get(reply, "trade_type"), *state = get(reply, "trade_state");
    bool scanned = is(type, "MICROPAY") || is(state, "USERPAYING") || is(state, "REVOKED");

    if (kind == LIFE_DEPOSIT)
        return is(type, "MICROPAY") || is(state, "USERPAYING") ? LIFE_DEPOSIT_MICROPAY : kind;
    if (is(type, "PAP") || is(state, "ACCEPT"))
        return LIFE_DEDUCTION;
    return scanned ? LIFE_MICROPAY : kind;
}

static void read_query(const struct params *reply, struct life_point *out)
{
    if (out->kind == LIFE_CONTRACT) {
        const struct life_state *s = life_state(out->kind, get(reply, "contract_state"));
        out->state = s ? s->name : NULL;
        return;
    }
    out->kind = queried_kind(out->kind, reply);
    const struct life_state *s = life_state(out->kind, get(reply, "trade_state"));
    out->state = s ? s->name : NULL;
    const char *consumed = get(reply, "consume_fee");
    if (is(out->state, "SUCCESS") && consumed && !is(consumed, "0") &&
        life_state(out->kind, "CONSUMED"))
        out->state = "CONSUMED";
}

bool life_read(const char *api, const struct params *request, const struct params *reply,
               const char *code, struct life_point *out)
{
    bool failed = code && code[0], known = false, queries = false;
    *out = (struct life_point){0};
    for (size_t i = 0; i < ARRAY_COUNT(told); i++) {
        if (strcmp(told[i].api, api) != 0)
            continue;
        if (!known)
            out->kind = told[i].kind;
        known = true;
        queries = queries || (!told[i].code && !told[i].state);
        bool applies = failed ? is(told[i].code, code) : !told[i].code;
        if (applies)
            out->state = told[i].state;
    }
    if (known && queries && !failed)
        read_query(reply, out);
    if (is(api, "micropay") && is(get(request, "deposit"), "Y"))
        out->kind = LIFE_DEPOSIT_MICROPAY;
    return known;
}
