/* SPDX-License-Identifier: MIT */
/* The lives of orders, refunds and contracts: the tables hold together, and a reply tells its
   state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/event.h"
#include "core/life.h"

static struct params of(const char *fields)
{
    struct params p = {0};
    char *copy = mem_strdup(fields), *rest = copy, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value = '\0';
        params_set(&p, one, value + 1, NULL);
    }
    free(copy);
    return p;
}

/* Every state of a machine can be reached, only those that end lead nowhere, and every name that a
   step says exists. */
static void the_tables_hold_together(void **state)
{
    (void)state;
    for (enum life_kind kind = 0; kind < LIFE_COUNT; kind++) {
        size_t states, steps;
        const struct life_state *s = life_states(kind, &states);
        const struct life_step *step = life_steps(kind, &steps);
        assert_non_null(life_kind_text(kind).zh);
        for (size_t i = 0; i < states; i++) {
            bool reached = false, left = false;
            for (size_t k = 0; k < steps; k++) {
                reached = reached || strcmp(step[k].to, s[i].name) == 0;
                left = left || (step[k].from && strcmp(step[k].from, s[i].name) == 0);
            }
            assert_true(reached);
            if (left == s[i].ends && kind != LIFE_CONTRACT && strcmp(s[i].name, "REFUND") != 0)
                fail_msg("%s %s", life_kind_text(kind).en, s[i].name);
            assert_non_null(s[i].text.zh);
            assert_non_null(s[i].text.en);
        }
        for (size_t k = 0; k < steps; k++) {
            enum event_kind event;
            assert_non_null(life_state(kind, step[k].to));
            assert_true(!step[k].from || life_state(kind, step[k].from));
            assert_true((step[k].cause == LIFE_CALL) == (step[k].by != NULL));
            assert_true(!step[k].event || event_read(step[k].event, &event));
            assert_non_null(life_cause_text(step[k].cause).zh);
            assert_non_null(step[k].text.en);
            if (step[k].by)
                assert_true(life_can(kind, step[k].from, step[k].by));
        }
    }
}

static void what_a_state_forbids_cannot_be_called(void **state)
{
    (void)state;
    assert_true(life_can(LIFE_ORDER, "NOTPAY", "closeorder"));
    assert_false(life_can(LIFE_ORDER, "SUCCESS", "closeorder"));
    assert_false(life_can(LIFE_ORDER, "NOTPAY", "refund"));
    assert_false(life_can(LIFE_ORDER, "SUCCESS", "reverse"));
    assert_true(life_can(LIFE_MICROPAY, "SUCCESS", "reverse"));
    assert_true(life_can(LIFE_ORDER, NULL, "unifiedorder"));
    assert_false(life_can(LIFE_ORDER, "NOTPAY", "unifiedorder"));
    assert_false(life_can(LIFE_DEPOSIT, "SUCCESS", "deposit_refund"));
    assert_null(life_state(LIFE_ORDER, "USERPAYING"));
    assert_null(life_state(LIFE_ORDER, NULL));
}

static void a_reply_tells_its_state(void **state)
{
    (void)state;
    static const struct {
        const char *api, *request, *reply, *code;
        enum life_kind kind;
        const char *tells; /* NULL: nothing */
    } rows[] = {
        {"unifiedorder", "", "prepay_id=wx1", NULL, LIFE_ORDER, "NOTPAY"},
        {"unifiedorder", "", "", "ORDERPAID", LIFE_ORDER, "SUCCESS"},
        {"unifiedorder", "", "", "LACK_PARAMS", LIFE_ORDER, NULL},
        {"orderquery", "", "trade_state=NOTPAY;trade_type=JSAPI", "", LIFE_ORDER, "NOTPAY"},
        {"orderquery", "", "trade_state=REFUND;trade_type=MICROPAY", "", LIFE_MICROPAY, "REFUND"},
        {"orderquery", "", "trade_state=USERPAYING", "", LIFE_MICROPAY, "USERPAYING"},
        {"orderquery", "", "trade_state=SUCCESS;trade_type=PAP", "", LIFE_DEDUCTION, "SUCCESS"},
        {"orderquery", "", "trade_state=ELSE", "", LIFE_ORDER, NULL},
        {"orderquery", "", "trade_state=NOTPAY", "SYSTEMERROR", LIFE_ORDER, NULL},
        {"micropay", "", "", NULL, LIFE_MICROPAY, "SUCCESS"},
        {"micropay", "", "", "USERPAYING", LIFE_MICROPAY, "USERPAYING"},
        {"micropay", "deposit=Y", "", NULL, LIFE_DEPOSIT_MICROPAY, "SUCCESS"},
        {"deposit_orderquery", "", "trade_state=SUCCESS;consume_fee=5", NULL, LIFE_DEPOSIT,
         "CONSUMED"},
        {"deposit_orderquery", "", "trade_state=SUCCESS;consume_fee=0", NULL, LIFE_DEPOSIT,
         "SUCCESS"},
        {"querycontract", "", "contract_state=0", "0", LIFE_CONTRACT, NULL},
        {"querycontract", "", "contract_state=0", NULL, LIFE_CONTRACT, "0"},
        {"deletecontract", "", "", NULL, LIFE_CONTRACT, "1"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params request = of(rows[i].request), reply = of(rows[i].reply);
        struct life_point p;
        assert_true(life_read(rows[i].api, &request, &reply, rows[i].code, &p));
        const char *said = p.state ? p.state : "-", *want = rows[i].tells ? rows[i].tells : "-";
        if (p.kind != rows[i].kind || strcmp(said, want) != 0)
            fail_msg("%s %s: %s of %s", rows[i].api, rows[i].reply, said,
                     life_kind_text(p.kind).en);
        params_clear(&request);
        params_clear(&reply);
    }
    struct life_point p;
    assert_false(life_read("downloadbill", NULL, NULL, NULL, &p));
    assert_null(p.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_hold_together),
        cmocka_unit_test(what_a_state_forbids_cannot_be_called),
        cmocka_unit_test(a_reply_tells_its_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
