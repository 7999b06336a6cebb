/* SPDX-License-Identifier: MIT */
/* Orders asked for, closed, reversed, consumed. */
#include "core/ledger_deposit.h"
#include "core/ledger_trade.h"
#include "core/text.h"
#include "io/call_follow.h"

/* What became of a trade, as the table of refusals has it. */
static const enum refusal_id trade_refused[] = {
    [TRADE_PAID] = REFUSE_PAID,
    [TRADE_CLOSED] = REFUSE_CLOSED,
    [TRADE_WRONG_STATE] = REFUSE_STATE,
    [TRADE_TOO_EARLY] = REFUSE_EARLY,
    [TRADE_TOO_LATE] = REFUSE_REVERSE_LATE,
    [TRADE_NOT_SCANNED] = REFUSE_NOT_SCANNED,
    [TRADE_REFUNDED] = REFUSE_REFUNDED,
    [TRADE_CONSUMED] = REFUSE_CONSUMED,
};

static const struct refusal *trade_refusal(struct call *c, enum trade_result r)
{
    if (r == TRADE_DONE)
        return NULL;
    if (r == TRADE_WRONG_STATE)
        call_detail(c, "状态是 %s", "its state is %s", order_state_name(c->order->state));
    return refusal_row(trade_refused[r]);
}

/* trade_state_desc, as the real gateway words it. */
static const char *state_text(enum order_state s)
{
    static const char *const texts[ORDER_STATE_COUNT] = {
        [ORDER_NOTPAY] = "订单未支付",
        [ORDER_SUCCESS] = "支付成功",
        [ORDER_REFUND] = "订单发生过退款，退款详情请查询退款单",
        [ORDER_CLOSED] = "订单已关闭",
        [ORDER_REVOKED] = "订单已撤销",
        [ORDER_USERPAYING] = "用户支付中，需要输入密码",
        [ORDER_PAYERROR] = "支付失败",
        [ORDER_ACCEPT] = "已接收，等待扣款",
    };
    return texts[s];
}

const struct refusal *follow_orderquery(struct call *c)
{
    static const struct bi said = {"查询了订单", "looked up the order"};
    const struct refusal *r = follow_find_order(c);
    if (r)
        return r;
    const struct order *o = c->order;
    follow_put(c, "trade_state", order_state_name(o->state));
    follow_put(c, "trade_state_desc", state_text(o->state));
    follow_put(c, "out_trade_no", o->out_trade_no);
    follow_put(c, "attach", params_get(&o->request, "attach"));
    if (order_is_paid(o))
        follow_put_payment(c);
    if (o->consumed_fee)
        follow_put_fen(c, "consume_fee", o->consumed_fee);
    c->said = said;
    return NULL;
}

const struct refusal *follow_closeorder(struct call *c)
{
    static const struct bi said = {"关闭了订单", "closed the order"};
    const struct refusal *r = follow_find_order(c);
    if (!r)
        r = trade_refusal(c, ledger_close(c->order, c->now));
    if (r)
        return r;
    follow_put(c, "result_msg", "OK");
    c->changed = true;
    c->said = said;
    return NULL;
}

const struct refusal *follow_reverse(struct call *c)
{
    static const struct bi said = {"撤销了订单", "reversed the order"};
    const struct refusal *r = follow_find_order(c);
    if (!r)
        r = trade_refusal(c, ledger_reverse(c->order, c->now));
    if (r)
        return r;
    c->changed = true;
    c->said = said;
    return NULL;
}

static int64_t fen(const struct call *c, const char *name)
{
    const char *text = follow_get(c, name);
    int64_t n = -1;
    return text && text_read_fen(text, &n) ? n : -1;
}

const struct refusal *follow_consume(struct call *c)
{
    static const struct bi said = {"消费了押金，余额退回",
                                   "consumed the deposit, the rest returns"};
    static const enum refusal_id refused[] = {
        [CONSUME_AGAIN] = REFUSE_CONSUMED,        [CONSUME_NOT_PAID] = REFUSE_NOT_PAID,
        [CONSUME_NO_DEPOSIT] = REFUSE_NO_DEPOSIT, [CONSUME_TOTAL] = REFUSE_TOTAL,
        [CONSUME_SUM] = REFUSE_CONSUME_SUM,
    };
    const struct refusal *r = follow_find_order(c);
    if (r)
        return r;
    enum consume_result done = ledger_consume(c->order, fen(c, "total_fee"), fen(c, "consume_fee"));
    if (done != CONSUME_DONE && done != CONSUME_SAME)
        return refusal_row(refused[done]);
    const struct order *o = c->order;
    follow_put(c, "transaction_id", o->transaction_id);
    follow_put(c, "out_trade_no", o->out_trade_no);
    follow_put_fen(c, "total_fee", o->total_fee);
    follow_put_fen(c, "consume_fee", o->consumed_fee);
    follow_put(c, "fee_type", follow_get(c, "fee_type"));
    c->changed = true;
    c->said = said;
    return NULL;
}
