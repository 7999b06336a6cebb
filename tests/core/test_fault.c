/* SPDX-License-Identifier: MIT */
/* Fault rules: what is read, what is refused with which words, and when a rule fires. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built_in.h"
#include "core/fault.h"

static void rules_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *target;
        unsigned every, first;
        const char *order;
        enum fault_kind kind;
        const char *code;
        int milliseconds;
        unsigned status;
    } rows[] = {
        {"unifiedorder=SYSTEMERROR", "unifiedorder", 0, 0, "", FAULT_CODE, "SYSTEMERROR", 0, 0},
        {"unifiedorder:every=3=SYSTEMERROR", "unifiedorder", 3, 0, "", FAULT_CODE, "SYSTEMERROR", 0,
         0},
        {"*:first=2=SIGNERROR", "*", 0, 2, "", FAULT_CODE, "SIGNERROR", 0, 0},
        {"wap:order=T2025-A=ORDERPAID", "wap", 0, 0, "T2025-A", FAULT_CODE, "ORDERPAID", 0, 0},
        {"wap:every=2:first=1:order=A=hang", "wap", 2, 1, "A", FAULT_HANG, "", 0, 0},
        {"contractorder=CONTRACT_CODE DUPLICATION", "contractorder", 0, 0, "", FAULT_CODE,
         "CONTRACT_CODE DUPLICATION", 0, 0},
        {"*=delay=1", "*", 0, 0, "", FAULT_DELAY, "", 1000, 0},
        {"*=delay=0.25", "*", 0, 0, "", FAULT_DELAY, "", 250, 0},
        {"*=delay=3600", "*", 0, 0, "", FAULT_DELAY, "", 3600000, 0},
        {"*:every=2=http=502", "*", 2, 0, "", FAULT_HTTP, "", 0, 502},
        {"*=close", "*", 0, 0, "", FAULT_CLOSE, "", 0, 0},
        {"*=bad-xml", "*", 0, 0, "", FAULT_BAD_XML, "", 0, 0},
        {"*=bad-sign", "*", 0, 0, "", FAULT_BAD_SIGN, "", 0, 0},
        {"*=unsigned", "*", 0, 0, "", FAULT_UNSIGNED, "", 0, 0},
        {"payment=duplicate", "payment", 0, 0, "", FAULT_DUPLICATE, "", 0, 0},
        {"contract-add=reorder", "contract-add", 0, 0, "", FAULT_REORDER, "", 0, 0},
        {"payment=amount", "payment", 0, 0, "", FAULT_AMOUNT, "", 0, 0},
        {"gateway-payment=forged", "gateway-payment", 0, 0, "", FAULT_FORGED, "", 0, 0},
        {"deposit=no-sign-type", "deposit", 0, 0, "", FAULT_NO_SIGN_TYPE, "", 0, 0},
        {"deposit=coupons", "deposit", 0, 0, "", FAULT_COUPONS, "", 0, 0},
        {"payment=NOTENOUGH", "payment", 0, 0, "", FAULT_CODE, "NOTENOUGH", 0, 0},
        {"payment=ACCOUNTERROR", "payment", 0, 0, "", FAULT_CODE, "ACCOUNTERROR", 0, 0},
        {"gateway-payment:first=1=SYSTEMERROR", "gateway-payment", 0, 1, "", FAULT_CODE,
         "SYSTEMERROR", 0, 0},
        {"refund=close", "refund", 0, 0, "", FAULT_CLOSE, "", 0, 0},
        {"refund-notice:first=1=bad-sign", "refund-notice", 0, 1, "", FAULT_BAD_SIGN, "", 0, 0},
        {"contract-add=hang", "contract-add", 0, 0, "", FAULT_HANG, "", 0, 0},
        {"contract-delete=delay=5", "contract-delete", 0, 0, "", FAULT_DELAY, "", 5000, 0},
        {"*=duplicate", "*", 0, 0, "", FAULT_DUPLICATE, "", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct fault_rule r = {0};
        struct err err = {0};
        if (fault_read(&catalog, rows[i].text, &r, &err)) {
            fail_msg("%s: %s", rows[i].text, err.text[LANG_EN]);
        }
        assert_string_equal(r.text, rows[i].text);
        assert_string_equal(r.target, rows[i].target);
        assert_int_equal(r.every, rows[i].every);
        assert_int_equal(r.first, rows[i].first);
        assert_string_equal(r.order, rows[i].order);
        assert_int_equal(r.kind, rows[i].kind);
        assert_string_equal(r.code, rows[i].code);
        assert_int_equal((int)(r.seconds * 1000 + 0.5), rows[i].milliseconds);
        assert_int_equal(r.status, rows[i].status);
    }
}

static void faulty_rules_are_quoted_and_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text, *en;
    } rows[] = {
        {"", "=FAULT is missing"},
        {"unifiedorder", "=FAULT is missing"},
        {"unifiedorder:every=3", "=FAULT is missing"},
        {"unifedorder=SYSTEMERROR", "did you mean unifiedorder?"},
        {"paymnt=duplicate", "did you mean payment?"},
        {"=SYSTEMERROR", "no such API or event"},
        {"unifiedorder=SYSTEMEROR", "did you mean SYSTEMERROR?"},
        {"unifiedorder=unsinged", "did you mean unsigned?"},
        {"unifiedorder=delay", "did you mean delay=?"},
        {"unifiedorder=", "does not exist"},
        {"unifiedorder=INVALID PLAN_ID", "does not exist"}, /* contractorder's */
        {"unifiedorder=duplicate", "for events only"},
        {"unifiedorder=duplicate", "unifiedorder can have: CODE, delay=S, hang, close, bad-xml, "
                                   "bad-sign, unsigned, http=STATUS"},
        {"unifiedorder=ACCOUNTERROR", "does not exist"}, /* of notifications */
        {"payment=ACOUNTERROR", "did you mean ACCOUNTERROR?"},
        {"payment=http=500", "has no HTTP status"},
        {"payment=http=500", "payment can have: CODE, delay=S, hang, close, bad-xml, bad-sign, "
                             "unsigned, duplicate, reorder, amount, forged, no-sign-type, coupons"},
        {"deposit=http=200", "has no HTTP status"},
        {"gateway-payment=http=500", "has no HTTP status"},
        {"contract-add=http=500", "has no HTTP status"},
        {"contract-delete=http=500", "has no HTTP status"},
        {"contract-add=SYSTEMERROR", "no error code"},
        {"contract-delete=NOTENOUGH", "no error code"},
        {"contract-add=amount", "no amount"},
        {"contract-delete=coupons", "no coupons"},
        {"contract-add=coupons", "contract-add can have: delay=S, hang, close, bad-xml, bad-sign, "
                                 "unsigned, duplicate, reorder, forged"},
        {"refund=coupons", "no coupons"},
        {"refund=coupons", "refund-notice is its notification alone"},
        {"refund-notice=http=500", "has no HTTP status"},
        {"refund-notice=SYSTEMERROR", "no error code"},
        {"refund-notice=coupons", "refund-notice can have: delay=S, hang, close, bad-xml, "
                                  "bad-sign, unsigned, duplicate, reorder, amount, forged"},
        {"refund-notise=hang", "did you mean refund-notice?"},
        {"payment-notice=hang", "no such API or event"}, /* it needs no other name */
        {"refund=no-sign-type", "no sign_type"},
        {"contract-add=no-sign-type", "no sign_type"},
        {"*=delay=-1", "0 to 3600"},
        {"*=delay=3601", "0 to 3600"},
        {"*=delay=0x10", "0 to 3600"},
        {"*=delay=1e3", "0 to 3600"},
        {"*=delay=1.", "0 to 3600"},
        {"*=delay=nan", "0 to 3600"},
        {"*=delay=0.1234", "0 to 3600"},
        {"*=delay=99999999999999999999", "0 to 3600"},
        {"*=http=199", "200 to 599"},
        {"*=http=600", "200 to 599"},
        {"*=http=500.5", "200 to 599"},
        {"*:every=0=hang", "every=N"},
        {"*:every=x=hang", "every=N"},
        {"*:first=-1=hang", "every=N"},
        {"*:first=2000000=hang", "every=N"},
        {"*:order==hang", "every=N"},
        {"*:order=0123456789012345678901234567890123=hang", "every=N"},
        {"*:sometimes=1=hang", "every=N"},
        {"*::every=1=hang", "every=N"},
        {"*=\x1b[31m", "does not exist"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct fault_rule r = {.kind = FAULT_KIND_COUNT};
        struct err err = {0};
        assert_int_equal(fault_read(&catalog, rows[i].text, &r, &err), ST_ARGUMENT);
        if (!strstr(err.text[LANG_EN], rows[i].en)) {
            fail_msg("%s: %s", rows[i].text, err.text[LANG_EN]);
        }
        if (!strchr(rows[i].text, '\x1b')) {
            assert_non_null(strstr(err.text[LANG_EN], rows[i].text));
            assert_non_null(strstr(err.text[LANG_ZH], rows[i].text));
        }
        assert_null(strchr(err.text[LANG_EN], '\x1b'));
        assert_int_equal(r.kind, FAULT_KIND_COUNT); /* untouched */
    }
    char *longest = mem_alloc(4096);
    memset(longest, 'x', 4000);
    struct fault_rule r;
    assert_int_equal(fault_read(&catalog, longest, &r, NULL), ST_ARGUMENT);
    free(longest);
}

/* Each character of `calls` is one call: 'u' unifiedorder, 'w' wap, 'p' the event payment, 'r' and
   'R' the API and the event refund; orders are numbered A, B, A, B … `fires` says which rule (1, 2,
   …) fired, '-' none. */
static void rules_fire_when_they_are_due(void **state)
{
    (void)state;
    static const struct {
        const char *rules[3];
        const char *calls, *fires;
    } rows[] = {
        {{"unifiedorder=hang"}, "uwpu", "1--1"},
        {{"*=hang"}, "uwp", "111"},
        {{"unifiedorder:every=3=hang"}, "uuwuuuu", "---1--1"},
        {{"unifiedorder:first=2=hang"}, "wuuu", "-11-"},
        {{"*:every=2:first=4=hang"}, "uuuuuu", "-1-1--"},
        {{"*:order=A=hang"}, "uuuu", "1-1-"},
        {{"*:order=A:every=2=hang"}, "uuuuu", "--1--"},
        {{"wap=hang", "*=close"}, "uw", "21"},
        {{"*:first=1=hang", "*:first=2=close"}, "uuu", "12-"}, /* both count each call */
        {{"*=duplicate", "*=hang"}, "up", "21"},
        {{"*=http=500"}, "pu", "-1"},    /* a notification has no status */
        {{"*=SYSTEMERROR"}, "pu", "-1"}, /* the answers' */
        {{"*:every=2=SYSTEMERROR"}, "upuu", "--1-"},
        {{"payment=NOTENOUGH"}, "pu", "1-"},
        {{"refund=SYSTEMERROR", "refund=amount", "refund=hang"}, "rR", "12"},
        {{"refund=http=500", "refund=hang"}, "Rr", "21"},
        {{"refund-notice:first=1=bad-sign"}, "rRrR", "-1--"}, /* calls are not counted */
        {{"refund=hang", "refund-notice=close"}, "rRp", "11-"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct fault_rule rules[3];
        size_t count = 0;
        char got[16] = "";
        for (; count < 3 && rows[i].rules[count]; count++)
            assert_int_equal(fault_read(&catalog, rows[i].rules[count], &rules[count], NULL),
                             ST_OK);
        for (size_t n = 0; rows[i].calls[n]; n++) {
            char call = rows[i].calls[n];
            const char *target = call == 'u'                  ? "unifiedorder"
                                 : call == 'w'                ? "wap"
                                 : call == 'r' || call == 'R' ? "refund"
                                                              : "payment";
            const struct fault_rule *r =
                fault_pick(rules, count, target, strchr("pR", call), n % 2 ? "T-B-1" : "T-A-1");
            got[n] = (char)(r ? '1' + (r - rules) : '-');
        }
        if (strcmp(got, rows[i].fires) != 0) {
            fail_msg("%s on %s: %s", rows[i].rules[0], rows[i].calls, got);
        }
    }
    struct fault_rule ordered;
    fault_read(&catalog, "*:order=A=hang", &ordered, NULL);
    assert_null(fault_pick(&ordered, 1, "unifiedorder", false, NULL)); /* no number at all */
}

static void codes_are_known_or_refused(void **state)
{
    (void)state;
    static const char *const known[] = {"NOTENOUGH", "BANKERROR", "ACCOUNTERROR", "ORDERPAID"};
    static const char *const none[] = {"BOGUSCODE", "", "notenough", "CHANGE", "hang"};
    struct err err;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        assert_int_equal(fault_code(&catalog, known[i], &err), ST_OK);
    for (size_t i = 0; i < ARRAY_COUNT(none); i++)
        assert_int_equal(fault_code(&catalog, none[i], &err), ST_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_read),
        cmocka_unit_test(faulty_rules_are_quoted_and_explained),
        cmocka_unit_test(rules_fire_when_they_are_due),
        cmocka_unit_test(codes_are_known_or_refused),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
