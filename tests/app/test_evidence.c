/* SPDX-License-Identifier: MIT */
/* Which messages of the history prove a key, and which do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/evidence.h"

#define US "10000100"

static char own[] = "shop", path[] = "/shop.json", built_in[] = "demo";
static const struct profile shop = {.name = own, .path = path}, demo = {.name = built_in};

static int64_t add(struct journal *j, enum journal_kind kind, const char *mch_id, const char *body)
{
    struct journal_row row = {
        .at_ms = 1, .kind = kind, .name = "x", .mch_id = mch_id, .amount = -1, .status = 200};
    struct journal_bytes bytes = {body, strlen(body)};
    struct journal_body both = {0};
    int64_t id = 0;
    if (kind == JOURNAL_CALL)
        both.response = bytes;
    else
        both.request = bytes;
    assert_int_equal(journal_add(j, &row, &both, &id, NULL), ST_OK);
    return id;
}

static bool has(const struct evidence *e, int64_t row)
{
    for (size_t i = 0; i < e->count; i++) {
        if (e->items[i].row == row)
            return params_has(e->items[i].params, "sign");
    }
    return false;
}

static void replies_and_notices_of_the_merchant_are_taken(void **state)
{
    static const char reply[] =
        "<xml><return_code>SUCCESS</return_code><mch_id>" US "</mch_id><sign>A1</sign></xml>";
    static const char notice[] =
        "<xml><result_code>SUCCESS</result_code><mch_id>" US "</mch_id><sign>A2</sign></xml>";
    static const char posted[] =
        "<xml><result_code>SUCCESS</result_code><mch_id>" US "</mch_id><sign>A3</sign></xml>";
    static const char unsigned_reply[] = "<xml><return_code>FAIL</return_code></xml>";
    struct journal *j = NULL;
    struct evidence e = {0};
    (void)state;
    assert_int_equal(journal_open(NULL, &j, NULL), ST_OK);
    int64_t first = add(j, JOURNAL_CALL, US, reply);
    int64_t second = add(j, JOURNAL_NOTICE, US, notice);
    int64_t other = add(j, JOURNAL_CALL, "1900000109", reply);
    add(j, JOURNAL_CALL, US, unsigned_reply);
    add(j, JOURNAL_CALL, US, "bill date,order\n`2026");
    int64_t ours = add(j, JOURNAL_NOTICE, US, posted); /* before it is recorded as posted */
    add(j, JOURNAL_DELIVERY, US, posted);

    evidence_gather(&e, j, US, &shop);
    assert_int_equal(e.count, 2);
    assert_true(has(&e, first));
    assert_true(has(&e, second));
    assert_false(has(&e, other));
    assert_false(has(&e, ours));

    evidence_gather(&e, j, "1", &shop);
    assert_int_equal(e.count, 0);
    evidence_gather(&e, j, NULL, &shop);
    assert_int_equal(e.count, 0);
    evidence_gather(&e, NULL, US, &shop);
    assert_int_equal(e.count, 0);
    journal_close(j);
    evidence_clear(&e);
}

/* The sandbox's merchant has the number of the documentation's examples. */
static void the_sandbox_proves_nobodys_key_but_its_own(void **state)
{
    static const char reply[] =
        "<xml><return_code>SUCCESS</return_code><mch_id>" US "</mch_id><sign>A1</sign></xml>";
    const struct journal_row row = {.at_ms = 1,
                                    .kind = JOURNAL_CALL,
                                    .name = "x",
                                    .mch_id = US,
                                    .profile = "demo",
                                    .amount = -1,
                                    .status = 200};
    const struct journal_body body = {.response = {reply, sizeof(reply) - 1}};
    struct journal *j = NULL;
    struct evidence e = {0};
    (void)state;
    assert_int_equal(journal_open(NULL, &j, NULL), ST_OK);
    assert_int_equal(journal_add(j, &row, &body, NULL, NULL), ST_OK);
    evidence_gather(&e, j, US, &shop);
    assert_int_equal(e.count, 0);
    evidence_gather(&e, j, US, &demo);
    assert_int_equal(e.count, 1);
    journal_close(j);
    evidence_clear(&e);
}

static void the_newest_are_taken_when_there_are_many(void **state)
{
    static const char reply[] =
        "<xml><return_code>SUCCESS</return_code><mch_id>" US "</mch_id><sign>A1</sign></xml>";
    struct journal *j = NULL;
    struct evidence e = {0};
    int64_t last = 0;
    (void)state;
    assert_int_equal(journal_open(NULL, &j, NULL), ST_OK);
    for (int i = 0; i < 3 * EVIDENCE_MAX; i++)
        last = add(j, JOURNAL_CALL, US, reply);
    evidence_gather(&e, j, US, &shop);
    assert_int_equal(e.count, EVIDENCE_MAX);
    assert_int_equal(e.items[0].row, last);
    evidence_clear(&e);
    journal_close(j);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_and_notices_of_the_merchant_are_taken),
        cmocka_unit_test(the_sandbox_proves_nobodys_key_but_its_own),
        cmocka_unit_test(the_newest_are_taken_when_there_are_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
