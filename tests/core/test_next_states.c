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

#include "core/next.h"

static struct catalog catalog;

static int set_up(void **state)
{
    (void)state;
    return catalog_load_embedded(&catalog, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    catalog_clear(&catalog);
    return 0;
}

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
        next_read(&catalog, catalog_find(&catalog, rows[i].api), &sent, &told, rows[i].code,
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_offers_what_it_allows),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
