/* SPDX-License-Identifier: MIT */
/* The order is recorded as paid before anything is sent: a notification speaks of what is. */
#include "io/payer.h"

#include <stdio.h>
#include <string.h>

#include "core/fault.h"
#include "core/ledger_refund.h"
#include "core/ledger_trade.h"
#include "io/call.h"

bool payer_act_read(const char *word, enum payer_act *act)
{
    static const char *const words[] = {
        [PAYER_PAY] = "pay", [PAYER_CANCEL] = "cancel", [PAYER_FAIL] = "fail"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *act = (enum payer_act)i;
            return true;
        }
    }
    return false;
}

static enum status find_order(const struct payer *p, const struct payer_word *w, struct order **out,
                              struct err *err)
{
    struct order *found = NULL;
    for (size_t i = 0; i < ledger_count(p->ledger); i++) {
        struct order *o = ledger_at(p->ledger, i);
        if (strcmp(o->out_trade_no, w->order) != 0 ||
            (w->mch_id && strcmp(o->mch_id, w->mch_id) != 0))
            continue;
        if (found && strcmp(found->mch_id, o->mch_id) != 0)
            return err_set(err, ST_CONFLICT,
                           SAY("订单号 %.64s 不唯一", "商户 %s 和 %s 都有", "同时给出 mch_id"),
                           SAY("order number %.64s is not unique",
                               "merchants %s and %s both have it", "give the mch_id too"),
                           w->order, found->mch_id, o->mch_id);
        found = o;
    }
    *out = found;
    return ST_OK;
}

/* The contract that a word means: of that code, signing or signed; NULL. */
static struct contract *find_contract(const struct payer *p, const struct payer_word *w)
{
    const struct contracts *all = ledger_contracts(p->ledger);
    for (size_t i = all->count; i-- > 0;) {
        struct contract *c = all->items[i];
        if (strcmp(c->contract_code, w->order) == 0 &&
            (!w->mch_id || strcmp(c->mch_id, w->mch_id) == 0))
            return c;
    }
    return NULL;
}

static enum status say_none(const struct payer_word *w, struct err *err)
{
    return err_set(err, ST_NOT_FOUND,
                   SAY("沙箱没有订单 %.64s", "没有这个订单号，也没有这个签约号", "先下单"),
                   SAY("the sandbox has no order %.64s",
                       "there is neither an order nor a contract of this number", "place it first"),
                   w->order);
}

static enum status say_state(const struct order *o, enum payer_act act, const char *code,
                             struct err *err)
{
    static const struct bi cannot[] = {
        [PAYER_PAY] = {"不能支付", "cannot be paid"},
        [PAYER_CANCEL] = {"没有可取消的支付", "has no payment to cancel"},
        [PAYER_FAIL] = {"没有会失败的支付", "has no payment that could fail"},
    };
    return err_set(
        err, ST_REFUSED, SAY("订单 %s %s%.0s", "它的状态是 %s%s%s%s", "重新下单，换一个订单号"),
        SAY("order %s %.0s%s", "its state is %s%s%s%s", "place another with a new number"),
        o->out_trade_no, cannot[act].zh, cannot[act].en, order_state_name(o->state),
        code ? " (" : "", code ? code : "", code ? ")" : "");
}

static enum status keep(const struct payer *p, const struct order *o, struct err *err)
{
    return p->books ? books_put(p->books, o, err) : ST_OK;
}

static enum status keep_contract(const struct payer *p, const struct contract *c, struct err *err)
{
    return p->books ? books_put_contract(p->books, c, err) : ST_OK;
}

/* ---- Contracts ---- */

static enum status sign_contract(const struct payer *p, struct contract *c,
                                 struct payer_result *out, struct err *err)
{
    char digits[ANNOUNCE_DIGITS + 1];
    announce_digits(digits);
    if (!contract_sign(c, p->announcer.now, digits))
        return err_set(err, ST_REFUSED,
                       SAY("协议 %.128s 不能签约", "它已签约或已解约", "换一个 contract_code"),
                       SAY("contract %.128s cannot be signed", "it was signed or has ended",
                           "take another contract_code"),
                       c->contract_code);
    enum status st = keep_contract(p, c, err);
    if (!st)
        announce_contract(&p->announcer, c, &out->announced);
    return st;
}

/* The payer leaves a page, or terminates what was signed. */
static enum status end_contract(const struct payer *p, struct contract *c, struct payer_result *out,
                                struct err *err)
{
    bool was_signed = c->state == CONTRACT_SIGNED;
    if (!contract_end(c, TERMINATED_BY_USER, NULL, p->announcer.now))
        return err_set(err, ST_REFUSED,
                       SAY("协议 %.128s 已解约", "解约后不能再变", "换一个 contract_code 签约"),
                       SAY("contract %.128s has ended", "nothing changes it after that",
                           "sign another contract_code"),
                       c->contract_code);
    enum status st = keep_contract(p, c, err);
    if (!st && was_signed)
        announce_contract(&p->announcer, c, &out->announced);
    return st;
}

static enum status play_contract(const struct payer *p, struct contract *c,
                                 const struct payer_word *w, struct payer_result *out,
                                 struct err *err)
{
    out->contract = c;
    if (w->code && !w->contract) /* not the page's, whose form has one for orders */
        return err_set(err, ST_ARGUMENT,
                       SAY("%.48s 不会用到", "%.128s 是签约号，签约没有错误码", "去掉它"),
                       SAY("%.48s would not be used",
                           "%.128s is a contract, which has no error code", "drop it"),
                       w->code, c->contract_code);
    contract_expire(c, p->announcer.now);
    if (w->act == PAYER_PAY)
        return sign_contract(p, c, out, err);
    if (w->act == PAYER_CANCEL && c->state == CONTRACT_SIGNING)
        return ST_OK;
    return end_contract(p, c, out, err);
}

/* A contractorder that is paid signs its contract too. */
static enum status sign_with_order(const struct payer *p, struct order *o, struct payer_result *out,
                                   struct err *err)
{
    if (!params_has(&o->request, "contract_code") || o->contract_refused)
        return ST_OK;
    struct contract *c = contracts_open(ledger_contracts(p->ledger), o->api, &o->request, o->kind,
                                        p->announcer.now, NULL);
    if (!c)
        return ST_OK; /* signed elsewhere meanwhile: the payment stands alone */
    enum status st = sign_contract(p, c, out, err);
    memcpy(o->contract_id, c->contract_id, sizeof o->contract_id);
    return st ? st : keep(p, o, err);
}

/* ---- Orders ---- */

static enum status pay(const struct payer *p, struct order *o, struct payer_result *out,
                       struct err *err)
{
    char unique[CALL_UNIQUE + 1];
    call_letters(unique, CALL_UNIQUE);
    enum trade_result done = ledger_pay(o, p->announcer.now, unique);
    if (done != TRADE_DONE)
        return say_state(o, PAYER_PAY, trade_code(done), err);
    enum status st = keep(p, o, err);
    if (st)
        return st;
    announce_order(&p->announcer, o, &out->announced);
    return sign_with_order(p, o, out, err);
}

/* The refund that is under way; NULL. */
static struct refund *open_refund(const struct order *o)
{
    for (size_t i = o->refund_count; i-- > 0;) {
        if (o->refunds[i].state == REFUND_PROCESSING)
            return &o->refunds[i];
    }
    return NULL;
}

static enum status settle_refund(const struct payer *p, struct order *o, struct refund *r,
                                 enum refund_state how, struct payer_result *out, struct err *err)
{
    if (!refund_settle(r, how, p->announcer.now))
        return ST_OK;
    enum status st = keep(p, o, err);
    if (!st)
        announce_refund(&p->announcer, o, r, &out->announced);
    return st;
}

/* What the order is to fail with exists, and is no refund's. */
static enum status check_code(const struct payer *p, const struct order *o, const char *code,
                              struct err *err)
{
    if (!code || !refund_state_read(code, &(enum refund_state){REFUND_SUCCESS}))
        return code ? fault_code(p->announcer.catalog, code, err) : ST_OK;
    return err_set(
        err, ST_REFUSED,
        SAY("%s 不是订单 %s 的错误码", "它是退款的结果，而没有退款在处理", "先退款，或给出错误码"),
        SAY("%s is no error code of order %s",
            "it is what becomes of a refund, and none is under way",
            "ask for one, or give an error code"),
        code, o->out_trade_no);
}

static enum status fail(const struct payer *p, struct order *o, const char *code,
                        struct payer_result *out, struct err *err)
{
    enum refund_state how;
    struct refund *r = open_refund(o);
    if (r && code && refund_state_read(code, &how))
        return settle_refund(p, o, r, how, out, err);
    enum status known = check_code(p, o, code, err);
    if (known)
        return known;
    enum trade_result done = ledger_fail(o, p->announcer.now, code ? code : "NOTENOUGH");
    if (done != TRADE_DONE)
        return say_state(o, PAYER_FAIL, trade_code(done), err);
    enum status st = keep(p, o, err);
    if (!st)
        announce_order(&p->announcer, o, &out->announced);
    return st;
}

enum status payer_play(const struct payer *p, const struct payer_word *w, struct payer_result *out,
                       struct err *err)
{
    struct order *o = NULL;
    *out = (struct payer_result){0};
    enum status st = w->contract ? ST_OK : find_order(p, w, &o, err);
    struct contract *c = w->contract ? w->contract : st || o ? NULL : find_contract(p, w);
    if (c)
        return play_contract(p, c, w, out, err);
    if (st || !o)
        return st ? st : say_none(w, err);
    out->order = o;
    if (w->act == PAYER_PAY)
        return pay(p, o, out, err);
    if (w->act == PAYER_FAIL)
        return fail(p, o, w->code, out, err);
    order_expire(o, p->announcer.now);
    bool open = o->state == ORDER_NOTPAY || o->state == ORDER_USERPAYING;
    return open ? ST_OK : say_state(o, PAYER_CANCEL, NULL, err);
}

/* ---- What happens by itself ---- */

void payer_settle_order(const struct payer *p, const char *mch_id, const char *out_trade_no,
                        struct payer_result *out)
{
    struct order *o = ledger_find(p->ledger, mch_id, out_trade_no);
    *out = (struct payer_result){.order = o};
    if (o && o->state == ORDER_ACCEPT)
        pay(p, o, out, NULL);
}

void payer_settle_refund(const struct payer *p, const char *mch_id, const char *out_refund_no,
                         struct payer_result *out)
{
    struct order *o;
    struct refund *r = ledger_refund_find(p->ledger, mch_id, out_refund_no, &o);
    *out = (struct payer_result){.order = o};
    if (r)
        settle_refund(p, o, r, REFUND_SUCCESS, out, NULL);
}

const char *payer_number(const struct payer_result *r)
{
    return r->order ? r->order->out_trade_no : r->contract ? r->contract->contract_code : "-";
}

/* ---- As JSON ---- */

static void add_order(struct json *j, const struct order *o)
{
    json_add_string(j, "order", o->out_trade_no);
    json_add_string(j, "mch_id", o->mch_id);
    json_add_string(j, "state", order_state_name(o->state));
    json_add_string(j, "transaction_id", o->transaction_id[0] ? o->transaction_id : NULL);
}

/* The same members, so that who asked for a number reads one form. */
static void add_contract(struct json *j, const struct contract *c)
{
    char state[32];
    snprintf(state, sizeof state, "contract_state %d", (int)c->state);
    json_add_string(j, "order", c->contract_code);
    json_add_string(j, "mch_id", c->mch_id);
    json_add_string(j, "state", state);
    json_add_string(j, "contract_id", c->contract_id[0] ? c->contract_id : NULL);
}

struct json *payer_json(const struct payer_result *r)
{
    struct json *j = json_new_object(), *list = json_new_array();
    const struct announced *a = &r->announced;
    if (r->order)
        add_order(j, r->order);
    else if (r->contract)
        add_contract(j, r->contract);
    for (size_t i = 0; i < a->count; i++) {
        struct json *n = json_new_object();
        json_add_string(n, "event", a->items[i].event->name);
        json_add_string(n, "url", a->items[i].url);
        json_add_int(n, "delivery", a->items[i].delivery);
        json_push(list, n);
    }
    json_add(j, "notifications", list);
    return j;
}
