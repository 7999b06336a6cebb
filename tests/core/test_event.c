/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of notifications: it loads, its schedules are the documented ones, and its "build"
 * names fields that exist and sources that give something.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/event.h"
#include "core/template.h"

static struct events events;

static int load(void **state)
{
    struct err err = {0};
    (void)state;
    if (events_load(&events, &err))
        fail_msg("%s", err.text[LANG_EN]);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    return 0;
}

static void names_are_those_of_the_interface(void **state)
{
    static const char *const names[] = {"payment", "contract-add", "contract-delete",
                                        "deposit", "refund",       "gateway-payment"};
    enum event_kind kind;
    (void)state;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        assert_string_equal(event_name((enum event_kind)i), names[i]);
        assert_string_equal(events.items[i].name, names[i]);
        assert_true(event_read(names[i], &kind));
        assert_int_equal(kind, i);
    }
    assert_false(event_read("unknown", &kind));
    assert_false(event_read("Payment", &kind));
}

static void schedules_are_the_documented_ones(void **state)
{
    static const struct {
        enum event_kind kind;
        bool deduction;
        int first;
        size_t tries;
        long seconds;
    } rows[] = {
        /* facts/apis.md 4.5 */
        {EVENT_PAYMENT, false, 15, 15, 86640},
        {EVENT_DEPOSIT, false, 15, 15, 86640},
        {EVENT_REFUND, false, 15, 15, 86640},
        {EVENT_PAYMENT, true, 0, 10, 11040},
        {EVENT_CONTRACT_ADD, false, 0, 30, 7020},
        {EVENT_CONTRACT_DELETE, false, 0, 30, 7020},
        /* facts/wap-gateway.md 6 */
        {EVENT_GATEWAY_PAYMENT, false, 0, 10, 11040},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct schedule *s = event_schedule(&events.items[rows[i].kind], rows[i].deduction);
        long sum = 0;
        for (size_t k = 0; k < s->tries; k++)
            sum += s->wait[k];
        assert_int_equal(s->wait[0], rows[i].first);
        assert_int_equal(s->tries, rows[i].tries);
        assert_int_equal(sum, rows[i].seconds);
    }
}

static void build_names_fields_that_exist(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        const struct event *e = &events.items[i];
        for (const struct json *j = json_first(e->build); j; j = json_next(j)) {
            if (!event_field(e, json_name(j), true))
                fail_msg("%s: no field %s", e->name, json_name(j));
            if (!json_string(j))
                fail_msg("%s: %s is no string", e->name, json_name(j));
        }
    }
}

/* A source that is misspelt would silently leave a required field to its example. */
static void build_sources_give_a_value(void **state)
{
    struct params order = {0};
    struct template t = {0};
    static const char *const fields[] = {"total_fee", "refund_fee", "service",   "mch_id",
                                         "sub_appid", "sub_mch_id", "sub_openid"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
        params_set(&order, fields[i], "7", NULL);
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        const struct event *e = &events.items[i];
        struct template_source s = {
            .event = e, .order = &order, .seed = {1735660801, "nonce", "123456789012345678901234"}};
        assert_int_equal(template_fill(&s, &t, NULL), ST_OK);
        for (const struct json *j = json_first(e->build); j; j = json_next(j)) {
            const char *in = params_get(&t.inner, json_name(j));
            const char *v = in ? in : params_get(&t.params, json_name(j));
            if (strcmp(json_string(j), "none") == 0)
                assert_null(v);
            else if (!v || !v[0])
                fail_msg("%s: %s gives nothing for %s", e->name, json_string(j), json_name(j));
            else if (strcmp(v, event_field(e, json_name(j), true)->example) == 0 &&
                     json_string(j)[0] != '=')
                fail_msg("%s: %s is not understood", e->name, json_string(j));
        }
    }
    template_clear(&t);
    params_clear(&order);
}

static void numbered_fields_are_known_by_their_pattern(void **state)
{
    const struct event *e = &events.items[EVENT_PAYMENT];
    (void)state;
    assert_string_equal(event_field(e, "coupon_fee_0", false)->name, "coupon_fee_$n");
    assert_string_equal(event_field(e, "coupon_id_12", false)->name, "coupon_id_$n");
    assert_string_equal(event_field(e, "coupon_fee", false)->name, "coupon_fee");
    assert_null(event_field(e, "coupon_fee_", false));
    assert_null(event_field(e, "coupon_fee_x", false));
    assert_null(event_field(e, "coupon_fee_0x", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_interface),
        cmocka_unit_test(schedules_are_the_documented_ones),
        cmocka_unit_test(build_names_fields_that_exist),
        cmocka_unit_test(build_sources_give_a_value),
        cmocka_unit_test(numbered_fields_are_known_by_their_pattern),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
