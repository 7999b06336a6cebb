/* SPDX-License-Identifier: MIT */
/*
 * What the built-in catalogue offers after an answer, for each state that an order, a refund, a
 * deposit or a contract can be told in: the calls that fit it, and those that do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built_in.h"
#include "core/next.h"

/* "name=value;…" */
static void fill(struct params *p, const char *text)
{
    char *copied = mem_strdup(text), *rest = copied, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = '\0';
        assert_int_equal(params_set(p, one, value, NULL), ST_OK);
    }
    free(copied);
}

/* The calls that fit (or do not), in the order offered: "a b". */
static void list(const struct next_calls *calls, bool fits, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < calls->count; i++) {
        if (calls->items[i].fits == fits)
            buf_addf(out, "%s%s", out->len ? " " : "", calls->items[i].spec->id);
    }
}

#define ORDER "out_trade_no=T1;total_fee=88"
#define PAID ORDER ";transaction_id=42"

static const struct {
    const char *api, *sent, *told;
    const char *code;  /* the error, "" for none */
    const char *state; /* read from them */
    const char *fits, *other;
} rows[] = {
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "NOTPAY", "orderquery closeorder", "refund"},
    {"orderquery", "out_trade_no=T1", ORDER ";trade_state=NOTPAY", "", "NOTPAY", "closeorder",
     "refund reverse refundquery"},
    {"orderquery", "out_trade_no=T1", PAID ";trade_state=SUCCESS", "", "SUCCESS",
     "refund refundquery", "closeorder reverse"},
    {"orderquery", "out_trade_no=T1", PAID ";trade_state=REFUND", "", "REFUND",
     "refund refundquery", "closeorder reverse"},
    {"orderquery", "out_trade_no=T1", ORDER ";trade_state=CLOSED", "", "CLOSED", "",
     "closeorder refund reverse refundquery"},
    {"orderquery", "out_trade_no=T1", ORDER ";trade_state=USERPAYING;trade_type=MICROPAY", "",
     "USERPAYING", "reverse", "closeorder refund refundquery"},
    {"orderquery", "out_trade_no=T1", ORDER ";trade_state=REVOKED;trade_type=MICROPAY", "",
     "REVOKED", "", "closeorder refund reverse refundquery"},
    {"orderquery", "out_trade_no=T1", ORDER ";trade_state=PAYERROR", "", "PAYERROR", "",
     "closeorder refund reverse refundquery"},
    {"micropay", ORDER, PAID, "", "SUCCESS", "orderquery reverse refund", ""},
    {"micropay", ORDER, "", "USERPAYING", "USERPAYING", "orderquery reverse", "refund"},
    {"closeorder", "out_trade_no=T1", "", "", "CLOSED", "orderquery unifiedorder", ""},
    {"closeorder", "out_trade_no=T1", "", "ORDERPAID", "SUCCESS", "orderquery unifiedorder", ""},
    {"refund", PAID ";out_refund_no=R1;refund_fee=8", "refund_id=5;out_refund_no=R1", "", "REFUND",
     "refundquery orderquery", ""},
    {"contractorder", ORDER ";contract_code=C1;plan_id=123", "prepay_id=wx1", "", "NOTPAY",
     "orderquery querycontract closeorder", "refund deletecontract"},
    {"querycontract", "contract_id=9", "contract_id=9;contract_state=0", "", "0",
     "pappayapply deletecontract", ""},
    {"querycontract", "contract_id=9", "contract_id=9;contract_state=1", "", "1", "",
     "pappayapply deletecontract"},
    {"deletecontract", "contract_id=9", "contract_id=9", "", "1", "querycontract", ""},
    {"pappayapply", ORDER ";contract_id=9", "", "", "ACCEPT", "orderquery querycontract", "refund"},
    {"deposit_unifiedorder", ORDER, "prepay_id=wx1", "", "NOTPAY", "deposit_orderquery",
     "deposit_consume deposit_reverse deposit_refund deposit_refundquery"},
    {"deposit_orderquery", "out_trade_no=T1", PAID ";trade_state=SUCCESS", "", "SUCCESS",
     "deposit_consume deposit_reverse", "deposit_refund"},
    {"deposit_consume", PAID ";consume_fee=8", "", "", "CONSUMED",
     "deposit_orderquery deposit_refund", ""},
    {"deposit_orderquery", "out_trade_no=T1", PAID ";trade_state=CONSUMED", "", "CONSUMED",
     "deposit_refund", "deposit_consume deposit_reverse"},
};

static void each_state_offers_what_it_allows(void **state)
{
    (void)state;
    struct buf fits, other;
    buf_init(&fits, 4096);
    buf_init(&other, 4096);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params sent = {0}, told = {0};
        struct next_calls calls = {0};
        fill(&sent, rows[i].sent);
        fill(&told, rows[i].told);
        next_read(&catalog,
                  &(struct next_source){.from = catalog_find(&catalog, rows[i].api),
                                        .request = &sent,
                                        .reply = &told,
                                        .code = rows[i].code},
                  &calls);
        list(&calls, true, &fits);
        list(&calls, false, &other);
        assert_string_equal(calls.point.state, rows[i].state);
        assert_string_equal(buf_str(&fits), rows[i].fits);
        assert_string_equal(buf_str(&other), rows[i].other);
        next_clear(&calls);
        params_clear(&sent);
        params_clear(&told);
    }
    buf_clear(&fits);
    buf_clear(&other);
}

#define REFUNDS PAID ";refund_count=2;refund_fee_0=8;refund_status_0=SUCCESS;out_refund_no_0=R1"

static const struct {
    const char *api, *sent, *told, *code;
    const char *paid;   /* of a notification that came since; "" for none */
    const char *call;   /* one that is offered, with '!' before it if the state does not allow it */
    const char *fields; /* exactly these, in this order */
} fills[] = {
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "", "orderquery", "out_trade_no=T1"},
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "", "closeorder", "out_trade_no=T1"},
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "", "!refund",
     "out_trade_no=T1;total_fee=88;refund_fee=88"},
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "transaction_id=42", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=88"},
    {"unifiedorder", ORDER, "prepay_id=wx1", "", "transaction_id=42", "!closeorder",
     "out_trade_no=T1"},
    {"unifiedorder", ORDER ";appid=wxp;mch_id=1;sub_mch_id=2;sub_appid=wxs", "prepay_id=wx1", "",
     "", "orderquery", "appid=wxp;mch_id=1;sub_appid=wxs;sub_mch_id=2;out_trade_no=T1"},
    {"orderquery", "out_trade_no=T1", PAID ";trade_state=SUCCESS;fee_type=CNY", "", "", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=88;refund_fee_type=CNY"},
    {"orderquery", "out_trade_no=T1", PAID ";trade_state=SUCCESS", "", "", "refundquery",
     "transaction_id=42;out_trade_no=T1"},
    /* How much is left of an order that was refunded only a list of its refunds tells. */
    {"orderquery", "out_trade_no=T1", PAID ";trade_state=REFUND", "", "", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
    {"refundquery", "out_trade_no=T1", REFUNDS ";refund_fee_1=30;refund_status_1=PROCESSING", "",
     "", "refund", "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=50"},
    {"refundquery", "out_trade_no=T1", REFUNDS ";refund_fee_1=30;refund_status_1=REFUNDCLOSE", "",
     "", "refund", "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=80"},
    {"refundquery", "out_trade_no=T1", REFUNDS ";refund_fee_1=80;refund_status_1=CHANGE", "", "",
     "!refund", "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
    {"refundquery", "out_trade_no=T1", REFUNDS ";refund_fee_1=30;total_refund_count=12", "", "",
     "refund", "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
    {"refundquery", "out_refund_no=R1", REFUNDS ";refund_fee_1=30", "", "", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
    {"refundquery", "out_trade_no=T1", REFUNDS ";refund_count=99999999", "", "", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
    {"refund", PAID ";out_refund_no=R1;refund_fee=8", "refund_id=5;out_refund_no=R1", "", "",
     "refundquery", "transaction_id=42;out_trade_no=T1;refund_id=5;out_refund_no=R1"},
    {"closeorder", "out_trade_no=T1", "", "", "", "unifiedorder", ""}, /* with a new number */
    {"micropay", ORDER, "", "USERPAYING", "", "reverse", "out_trade_no=T1"},
    {"micropay", ORDER, PAID, "", "", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=88"},
    {"reverse", "out_trade_no=T1", "recall=N", "", "", "micropay", ""},
    {"contractorder", ORDER ";contract_code=C1;plan_id=123", "prepay_id=wx1", "", "",
     "querycontract", "contract_code=C1;plan_id=123"},
    {"contractorder", ORDER ";contract_code=C1;plan_id=123", "prepay_id=wx1", "",
     "transaction_id=42", "deletecontract", "contract_code=C1;plan_id=123"},
    {"querycontract", "contract_id=9", "contract_id=9;contract_state=0", "", "", "pappayapply",
     "contract_id=9"},
    {"pappayapply", ORDER ";contract_id=9", "", "", "", "querycontract", "contract_id=9"},
    {"pappayapply", ORDER ";contract_id=9", "", "", "transaction_id=42", "refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=88"},
    {"deposit_unifiedorder", ORDER ";fee_type=CNY", "prepay_id=wx1", "", "transaction_id=42",
     "deposit_consume",
     "transaction_id=42;out_trade_no=T1;total_fee=88;fee_type=CNY;consume_fee=88"},
    {"deposit_orderquery", "out_trade_no=T1", PAID ";trade_state=SUCCESS", "", "",
     "deposit_reverse", "transaction_id=42;out_trade_no=T1"},
    {"deposit_consume", PAID ";consume_fee=8", "", "", "", "deposit_refund",
     "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee=8"},
    {"deposit_orderquery", "out_trade_no=T1", PAID ";trade_state=REFUND;consume_fee=8", "", "",
     "deposit_refund", "transaction_id=42;out_trade_no=T1;total_fee=88;refund_fee="},
};

static void each_call_is_filled_in(void **state)
{
    (void)state;
    struct buf got;
    buf_init(&got, 4096);
    for (size_t i = 0; i < ARRAY_COUNT(fills); i++) {
        struct params sent = {0}, told = {0}, paid = {0};
        struct next_calls calls = {0};
        bool fits = fills[i].call[0] != '!';
        const char *name = fills[i].call + !fits;
        size_t k = 0;
        fill(&sent, fills[i].sent);
        fill(&told, fills[i].told);
        fill(&paid, fills[i].paid);
        next_read(&catalog,
                  &(struct next_source){.from = catalog_find(&catalog, fills[i].api),
                                        .request = &sent,
                                        .reply = &told,
                                        .code = fills[i].code,
                                        .paid = paid.count ? &paid : NULL},
                  &calls);
        while (k < calls.count && strcmp(calls.items[k].spec->id, name) != 0)
            k++;
        if (k == calls.count || calls.items[k].fits != fits)
            fail_msg("row %zu, %s: %s in state %s", i, fills[i].api, fills[i].call,
                     calls.point.state);
        buf_reset(&got);
        for (size_t n = 0; n < calls.items[k].fields.count; n++)
            buf_addf(&got, "%s%s=%s", n ? ";" : "", calls.items[k].fields.items[n].name,
                     calls.items[k].fields.items[n].value);
        if (strcmp(buf_str(&got), fills[i].fields) != 0)
            fail_msg("row %zu, %s to %s: %s", i, fills[i].api, name, buf_str(&got));
        next_clear(&calls);
        params_clear(&sent);
        params_clear(&told);
        params_clear(&paid);
    }
    buf_clear(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_offers_what_it_allows),
        cmocka_unit_test(each_call_is_filled_in),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
