/* SPDX-License-Identifier: MIT */
/*
 * Columns are a table: a name, the kinds of bill that have it, and what writes a cell. The
 * fee is nothing: the sandbox takes none.
 */
#include "core/ledger_bill.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define DAY_LEN 8
#define CELL_MAX 512
#define RATE "0.00%"

bool bill_type_read(const char *word, enum bill_type *out)
{
    static const char *const words[BILL_TYPE_COUNT] = {"ALL", "SUCCESS", "REFUND",
                                                       "RECHARGE_REFUND"};
    for (size_t i = 0; i < BILL_TYPE_COUNT; i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (enum bill_type)i;
            return true;
        }
    }
    return false;
}

/* One row: a payment, or (refund set) a refund. */
struct row {
    const struct order *o;
    const struct refund *refund;
};

typedef void (*cell_fn)(const struct row *r, char *out);

static void put(char *out, const char *text)
{
    snprintf(out, CELL_MAX, "%s", text ? text : "");
}

static void put_request(const struct row *r, const char *name, const char *fallback, char *out)
{
    bool has = params_has(&r->o->request, name);
    put(out, has ? params_get(&r->o->request, name) : fallback);
}

/* yyyy-MM-dd HH:mm:ss */
static void put_time(time_t t, char *out)
{
    char s[TEXT_TIME_SIZE];
    text_time_write(t, s);
    snprintf(out, CELL_MAX, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", s, s + 4, s + 6, s + 8, s + 10,
             s + 12);
}

static int64_t paid(const struct row *r)
{
    return r->refund ? 0 : r->o->total_fee;
}

static int64_t refunded(const struct row *r)
{
    return r->refund ? r->refund->fee : 0;
}

static void cell_time(const struct row *r, char *out)
{
    put_time(r->refund ? r->refund->asked_at : r->o->paid_at, out);
}

static void cell_appid(const struct row *r, char *out)
{
    put_request(r, "appid", "", out);
}

static void cell_mch_id(const struct row *r, char *out)
{
    put(out, r->o->mch_id);
}

static void cell_sub_mch_id(const struct row *r, char *out)
{
    put_request(r, "sub_mch_id", "0", out);
}

static void cell_device(const struct row *r, char *out)
{
    put_request(r, "device_info", "", out);
}

static void cell_transaction(const struct row *r, char *out)
{
    put(out, r->o->transaction_id);
}

static void cell_number(const struct row *r, char *out)
{
    put(out, r->o->out_trade_no);
}

static void cell_openid(const struct row *r, char *out)
{
    put_request(r, "openid", "", out);
}

static void cell_type(const struct row *r, char *out)
{
    put(out, order_trade_type(r->o));
}

static void cell_state(const struct row *r, char *out)
{
    put(out, r->refund ? "REFUND" : "SUCCESS");
}

static void cell_bank(const struct row *r, char *out)
{
    (void)r;
    put(out, "OTHERS");
}

static void cell_currency(const struct row *r, char *out)
{
    put_request(r, "fee_type", "CNY", out);
}

static void cell_paid(const struct row *r, char *out)
{
    text_yuan(paid(r), out, CELL_MAX);
}

static void cell_zero(const struct row *r, char *out)
{
    (void)r;
    put(out, "0.00");
}

static void cell_asked(const struct row *r, char *out)
{
    put_time(r->refund->asked_at, out);
}

static void cell_settled(const struct row *r, char *out)
{
    if (r->refund->settled_at)
        put_time(r->refund->settled_at, out);
    else
        put(out, "");
}

static void cell_refund_id(const struct row *r, char *out)
{
    put(out, r->refund ? r->refund->refund_id : "0");
}

static void cell_refund_no(const struct row *r, char *out)
{
    put(out, r->refund ? r->refund->out_refund_no : "0");
}

static void cell_refund(const struct row *r, char *out)
{
    text_yuan(refunded(r), out, CELL_MAX);
}

static void cell_refund_type(const struct row *r, char *out)
{
    put(out, r->refund ? "ORIGINAL" : "");
}

static void cell_refund_state(const struct row *r, char *out)
{
    put(out, r->refund ? refund_state_name(r->refund->state) : "");
}

static void cell_body(const struct row *r, char *out)
{
    put_request(r, "body", "", out);
}

static void cell_attach(const struct row *r, char *out)
{
    put_request(r, "attach", "", out);
}

static void cell_fee(const struct row *r, char *out)
{
    (void)r;
    put(out, "0.00000");
}

static void cell_rate(const struct row *r, char *out)
{
    (void)r;
    put(out, RATE);
}

static void cell_none(const struct row *r, char *out)
{
    (void)r;
    put(out, "");
}

#define ALL (1u << BILL_ALL)
#define PAY (1u << BILL_SUCCESS)
#define BACK (1u << BILL_REFUND | 1u << BILL_RECHARGE_REFUND)

/* clang-format off */
static const struct {
    const char *name;
    unsigned bills;
    cell_fn cell;
} columns[] = {
    {"交易时间", ALL | PAY | BACK, cell_time},
    {"公众账号ID", ALL | PAY | BACK, cell_appid},
    {"商户号", ALL | PAY | BACK, cell_mch_id},
    {"特约商户号", ALL | PAY | BACK, cell_sub_mch_id},
    {"设备号", ALL | PAY | BACK, cell_device},
    {"微信订单号", ALL | PAY | BACK, cell_transaction},
    {"商户订单号", ALL | PAY | BACK, cell_number},
    {"用户标识", ALL | PAY | BACK, cell_openid},
    {"交易类型", ALL | PAY | BACK, cell_type},
    {"交易状态", ALL | PAY | BACK, cell_state},
    {"付款银行", ALL | PAY | BACK, cell_bank},
    {"货币种类", ALL | PAY | BACK, cell_currency},
    {"应结订单金额", ALL | PAY | BACK, cell_paid},
    {"代金券金额", ALL | PAY | BACK, cell_zero},
    {"退款申请时间", BACK, cell_asked},
    {"退款成功时间", BACK, cell_settled},
    {"微信退款单号", ALL | BACK, cell_refund_id},
    {"商户退款单号", ALL | BACK, cell_refund_no},
    {"退款金额", ALL | BACK, cell_refund},
    {"充值券退款金额", ALL | BACK, cell_zero},
    {"退款类型", ALL | BACK, cell_refund_type},
    {"退款状态", ALL | BACK, cell_refund_state},
    {"商品名称", ALL | PAY | BACK, cell_body},
    {"商户数据包", ALL | PAY | BACK, cell_attach},
    {"手续费", ALL | PAY | BACK, cell_fee},
    {"费率", ALL | PAY | BACK, cell_rate},
    {"订单金额", ALL | PAY | BACK, cell_paid},
    {"申请退款金额", ALL | BACK, cell_refund},
    {"费率备注", ALL | PAY | BACK, cell_none},
};
/* clang-format on */

static const char totals_head[] = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,"
                                  "手续费总金额,订单总金额,申请退款总金额\r\n";

/* A cell cannot hold what parts cells and lines: the real bill has no way to escape it. */
static void add_cell(struct buf *out, const char *text, bool first)
{
    buf_adds(out, first ? "`" : ",`");
    for (; *text; text++)
        buf_addc(out, *text == ',' || *text == '\n' || *text == '\r' || *text == '`' ? ' ' : *text);
}

static void add_head(struct buf *out, enum bill_type type)
{
    bool first = true;
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        if (!(columns[i].bills & 1u << type))
            continue;
        buf_addf(out, "%s%s", first ? "" : ",", columns[i].name);
        first = false;
    }
    buf_adds(out, "\r\n");
}

static void add_row(struct buf *out, enum bill_type type, const struct row *r)
{
    char cell[CELL_MAX];
    bool first = true;
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        if (!(columns[i].bills & 1u << type))
            continue;
        columns[i].cell(r, cell);
        add_cell(out, cell, first);
        first = false;
    }
    buf_adds(out, "\r\n");
}

struct totals {
    size_t rows;
    int64_t paid, refunded;
};

static void add_totals(struct buf *out, const struct totals *t)
{
    char count[24], in[32], back[32];
    snprintf(count, sizeof(count), "%zu", t->rows);
    text_yuan(t->paid, in, sizeof(in));
    text_yuan(t->refunded, back, sizeof(back));
    const char *cells[] = {count, in, back, "0.00", "0.00000", in, back};
    buf_adds(out, totals_head);
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++)
        add_cell(out, cells[i], i == 0);
    buf_adds(out, "\r\n");
}

static bool is_on(time_t t, const char *day)
{
    char stamp[TEXT_TIME_SIZE];
    text_time_write(t, stamp);
    return t && strncmp(stamp, day, DAY_LEN) == 0;
}

static bool concerns(const struct order *o, const struct bill_options *b)
{
    const char *sub = params_get(&o->request, "sub_mch_id");
    return strcmp(o->mch_id, b->mch_id) == 0 &&
           (!b->sub_mch_id || (sub && strcmp(sub, b->sub_mch_id) == 0));
}

/* Sums stay at the largest amount instead of going over. */
static void sum(int64_t *to, int64_t fen)
{
    if (__builtin_add_overflow(*to, fen, to))
        *to = INT64_MAX;
}

static void take(struct buf *out, const struct bill_options *b, const struct row *r,
                 struct totals *t)
{
    if (t->rows++ == 0)
        add_head(out, b->type);
    sum(&t->paid, paid(r));
    sum(&t->refunded, refunded(r));
    add_row(out, b->type, r);
}

size_t ledger_bill(struct ledger *l, const struct bill_options *b, struct buf *out)
{
    struct totals t = {0};
    if (b->type == BILL_RECHARGE_REFUND)
        return 0;
    for (size_t i = 0; i < ledger_count(l); i++) {
        const struct order *o = ledger_at(l, i);
        if (!concerns(o, b))
            continue;
        if (b->type != BILL_REFUND && is_on(o->paid_at, b->day))
            take(out, b, &(struct row){o, NULL}, &t);
        for (size_t k = 0; b->type != BILL_SUCCESS && k < o->refund_count; k++) {
            if (is_on(o->refunds[k].asked_at, b->day))
                take(out, b, &(struct row){o, &o->refunds[k]}, &t);
        }
    }
    if (t.rows)
        add_totals(out, &t);
    return t.rows;
}
