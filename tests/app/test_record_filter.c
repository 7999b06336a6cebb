/* SPDX-License-Identifier: MIT */
/* Which rows a filter lets through: names, times, what is no term, what is turned around. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/record_filter.h"

#define NOW 1767294245000 /* 2026-01-02 03:04:05 in UTC+8 */
#define HOUR 3600000LL

static const struct journal_row row = {.at_ms = NOW - HOUR,
                                       .kind = JOURNAL_CALL,
                                       .name = "refund",
                                       .profile = "shop",
                                       .mch_id = "100",
                                       .order_no = "T2026",
                                       .transaction_id = "4200",
                                       .amount = 50,
                                       .outcome = "success",
                                       .text = ""};

static void terms_let_through_what_they_say(void **state)
{
    static const struct {
        const char *line;
        bool passes;
        const char *text;
    } rows[] = {
        {"", true, ""},
        {"api=refund", true, ""},
        {"event=refund", false, ""}, /* it is a call */
        {"kind=call profile=shop mch_id=100 outcome=success", true, ""},
        {"profile=sho", false, ""},
        {"order=T20", true, ""},
        {"order=026", false, ""},
        {"transaction_id=42", true, ""},
        {"amount=0.5", true, ""},
        {"amount=0.50 !amount=0.05", true, ""},
        {"amount=50", false, ""},
        {"amount=0.505", true, "amount=0.505"},
        {"!outcome=success", false, ""},
        {"!profile=demo", true, ""},
        {"time=2026-01-02", true, ""},
        {"time=01-02", true, ""},
        {"time=2026-01-01", false, ""},
        {"time=02:04", true, ""},
        {"time=2026-01-02T02:04:05", true, ""},
        {"time=2026-01-02T02:04:06", false, ""},
        {"since=02:04", true, ""},
        {"since=02:05", false, ""},
        {"until=02:04", false, ""},
        {"until=02:05", true, ""},
        {"since=2h", true, ""},
        {"since=30m", false, ""},
        {"until=30m", true, ""},
        {"since=7d until=2099-12-31", true, ""},
        {"深圳 api=refund 旗舰", true, "深圳 旗舰"},
        {"appid=wx1", true, "appid=wx1"}, /* a text: it may stand in a body */
        {"kind=notice", false, ""},
        {"!kind=notice", true, ""},
        {"kind=calls", true, "kind=calls"}, /* there is no such kind */
        {"event=bogus", true, "event=bogus"},
        {"event=unknown", false, ""},
        {"time=tomorrow", true, "time=tomorrow"}, /* so is what cannot be read */
        {"time=2026-13-01", true, "time=2026-13-01"},
        {"time=2026-02-31", true, "time=2026-02-31"},
        {"time=25:00", true, "time=25:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record_filter f;
        record_filter_read(&f, rows[i].line, NOW, NULL);
        if (record_filter_passes(&f, &row) != rows[i].passes || strcmp(f.text, rows[i].text) != 0)
            fail_msg("%s: text '%s'", rows[i].line, f.text);
    }
}

static void a_text_is_turned_around_by_its_mark(void **state)
{
    struct record_filter f;
    char line[400];
    (void)state;
    record_filter_read(&f, "!success api=refund", NOW, NULL);
    assert_true(f.invert);
    assert_string_equal(f.text, "success");
    assert_int_equal(f.count, 1);
    record_filter_read(&f, "!", NOW, NULL);
    assert_string_equal(f.text, "");
    assert_int_equal(f.count, 0);
    memset(line, 'a', sizeof(line) - 1); /* longer than a text may be */
    line[sizeof(line) - 1] = '\0';
    record_filter_read(&f, line, NOW, NULL);
    assert_int_equal(strlen(f.text), RECORD_FILTER_MAX - 1);
}

/* Each a text that the journal's texts do not hold, but the row, as a list has it, shows. */
static void a_text_is_found_where_a_row_shows_it(void **state)
{
    static const struct {
        const char *line;
        bool shown, call, notice;
    } rows[] = {
        {"call", true, true, false},
        {"调用", true, true, false},
        {"notice", true, false, true},
        {"通知", true, false, true},
        {"!通知", true, true, false},
        {"成功", true, true, false},
        {"success", true, true, false},
        {"验签通过", true, false, true},
        {"支付", true, false, true},
        {"payment result", true, false, true},
        {"0.50", true, true, false},
        {"0.05", true, false, false},
        {"01-02", true, true, true},
        {"2026-01-02", true, true, true},
        {"01-03", true, false, false},
        {"02:04", true, true, true},
        {"01-02 02:04:05", true, true, true},
        {"01-02 02:04:06", true, false, false},
        {"refund", true, true, false},
        {"深圳", false, false, false},
        {"通", false, false, false},
        {"2h", false, false, false},
        {"T2026", false, false, false},
        {"通知 T2026", true, false, true},
        {"call 0.50 T2026", true, true, false},
        {"call 深圳", true, false, false},
        {"深圳 旗舰", false, false, false},
        {"call T2026 0.50 refund success", false, false, false},
        {"20260102", false, false, false},
    };
    struct journal_row notice = {.at_ms = NOW - HOUR,
                                 .kind = JOURNAL_NOTICE,
                                 .name = "payment",
                                 .profile = "shop",
                                 .mch_id = "100",
                                 .order_no = "T2026",
                                 .transaction_id = "4200",
                                 .amount = -1,
                                 .outcome = "genuine",
                                 .text = ""};
    struct events events;
    (void)state;
    assert_int_equal(events_load(&events, NULL), ST_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record_filter f;
        record_filter_read(&f, rows[i].line, NOW, &events);
        if (f.shown != rows[i].shown)
            fail_msg("%s: shown %d", rows[i].line, f.shown);
        if (f.shown && (record_filter_finds(&f, &row) != rows[i].call ||
                        record_filter_finds(&f, &notice) != rows[i].notice))
            fail_msg("%s", rows[i].line);
    }
    events_clear(&events);
}

static void what_is_no_term_is_refused(void **state)
{
    struct record_filter f = {0};
    struct err err;
    (void)state;
    assert_int_equal(record_filter_add(&f, "colour=red", NOW, &err), ST_NOT_FOUND);
    assert_int_equal(record_filter_add(&f, "red", NOW, &err), ST_NOT_FOUND);
    assert_int_equal(record_filter_add(&f, "since=soon", NOW, &err), ST_ARGUMENT);
    for (int i = 0; i < RECORD_TERMS_MAX; i++)
        assert_int_equal(record_filter_add(&f, "api=refund", NOW, &err), ST_OK);
    assert_int_equal(record_filter_add(&f, "api=refund", NOW, &err), ST_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_let_through_what_they_say),
        cmocka_unit_test(a_text_is_turned_around_by_its_mark),
        cmocka_unit_test(a_text_is_found_where_a_row_shows_it),
        cmocka_unit_test(what_is_no_term_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
