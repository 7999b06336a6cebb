/* SPDX-License-Identifier: MIT */
/* From one call to the next: the form is about that order alone, and a payment that was notified is
   known. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/workspace.h"
#include "io/journal.h"

static int open_workspace(void **state)
{
    struct workspace *w = calloc(1, sizeof(*w));
    struct err err;
    unsetenv("WXPC_KEY");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setlocale(LC_CTYPE, "C.UTF-8");
    if (workspace_open(w, &(struct workspace_options){.demo = true}, &err) ||
        workspace_journal(w, &err))
        return -1;
    *state = w;
    return 0;
}

static int close_workspace(void **state)
{
    workspace_close(*state);
    free(*state);
    return 0;
}

/* "name=value;…" */
static struct params of(const char *text)
{
    struct params p = {0};
    char *copied = mem_strdup(text), *rest = copied, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = '\0';
        assert_int_equal(params_set(&p, one, value, NULL), ST_OK);
    }
    free(copied);
    return p;
}

static void follow(struct workspace *w, const char *api, const char *fields)
{
    struct params p = of(fields);
    struct err err;
    assert_int_equal(workspace_follow(w, api, &p, &err), ST_OK);
    params_clear(&p);
}

static const char *value(struct workspace *w, const char *name)
{
    const char *v = params_get(&workspace_draft(w)->params, name);
    return v ? v : "(off)";
}

static void another_orders_numbers_are_off(void **state)
{
    struct workspace *w = *state;
    follow(w, "orderquery", "transaction_id=42;out_trade_no=T1");
    assert_string_equal(value(w, "transaction_id"), "42");
    follow(w, "orderquery", "out_trade_no=T2"); /* the transaction_id would decide */
    assert_string_equal(value(w, "transaction_id"), "(off)");
    assert_string_equal(value(w, "out_trade_no"), "T2");
    follow(w, "orderquery", "transaction_id=43");
    assert_string_equal(value(w, "transaction_id"), "43");
    assert_string_equal(value(w, "out_trade_no"), "(off)");
    follow(w, "refundquery", "refund_id=5;out_refund_no=R1;out_trade_no=T1");
    follow(w, "refundquery", "out_trade_no=T2");
    assert_string_equal(value(w, "refund_id"), "(off)");
    assert_string_equal(value(w, "out_refund_no"), "(off)");
}

static void a_number_of_its_own_is_made_anew(void **state)
{
    struct workspace *w = *state;
    char made[64];
    follow(w, "refund", "out_trade_no=T1;total_fee=5;refund_fee=5");
    snprintf(made, sizeof(made), "%s", value(w, "out_refund_no"));
    assert_true(strlen(made) > 10);
    assert_int_equal(draft_set(workspace_draft(w), "out_refund_no", "MINE", false, NULL), ST_OK);
    follow(w, "refund", "out_trade_no=T2;total_fee=5;refund_fee=");
    assert_string_not_equal(value(w, "out_refund_no"), "MINE");
    assert_string_equal(value(w, "refund_fee"), ""); /* for the user to say */
    follow(w, "unifiedorder", "");                   /* says nothing: the form stays */
    assert_string_not_equal(value(w, "out_trade_no"), "(off)");
}

static void a_notified_payment_is_known(void **state)
{
    struct workspace *w = *state;
    struct params paid = {0};
    static const struct {
        const char *outcome, *order, *mch_id;
        bool good, known;
    } rows[] = {
        {"forged", "T1", "10000100", false, false}, {"not-success", "T1", "10000100", true, false},
        {"genuine", "T2", "10000100", true, false}, {"genuine", "T1", "10000200", true, false},
        {"genuine", "T1", "10000100", true, true},
    };
    assert_false(workspace_paid(w, &paid)); /* nothing was sent */
    params_set(&w->exchange.request.params, "out_trade_no", "T1", NULL);
    params_set(&w->exchange.request.params, "mch_id", "10000100", NULL);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct journal_row row = {.at_ms = 1,
                                  .kind = JOURNAL_NOTICE,
                                  .name = "payment",
                                  .order_no = rows[i].order,
                                  .mch_id = rows[i].mch_id,
                                  .transaction_id = "42",
                                  .good = rows[i].good,
                                  .status = 200,
                                  .outcome = rows[i].outcome};
        struct journal_body body = {.request = {"<xml/>", 6}};
        assert_int_equal(journal_add(w->journal, &row, &body, NULL, NULL), ST_OK);
        assert_int_equal(workspace_paid(w, &paid), rows[i].known);
    }
    assert_string_equal(params_get(&paid, "transaction_id"), "42");
    params_clear(&paid);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_workspace, close_workspace)
    const struct CMUnitTest tests[] = {
        TEST(another_orders_numbers_are_off),
        TEST(a_number_of_its_own_is_made_anew),
        TEST(a_notified_payment_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
