/* SPDX-License-Identifier: MIT */
/* Errors looked up in the built-in catalogue: by code, by text, in pastes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built_in.h"
#include "core/explain.h"
#include "core/explain_more.h"

static bool concerns(const struct explain_entry *x, const char *id)
{
    for (size_t i = 0; i < x->spec_count; i++) {
        if (strcmp(x->specs[i]->id, id) == 0)
            return true;
    }
    return false;
}

/* The codes that a paste gives, in the order of the catalogue: "A|B". */
static void codes(const struct explanation *found, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < found->count; i++)
        buf_addf(out, "%s%s", i ? "|" : "", found->entries[i].error->code);
}

static void the_same_code_means_different_things(void **state)
{
    (void)state;
    struct explanation *found = mem_alloc(sizeof(*found));
    explain_word(&catalog, NULL, "orderpaid", found);
    assert_true(found->count > 3);
    for (size_t i = 0; i < found->count; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(
                strcmp(found->entries[i].error->solution.en,
                       found->entries[k].error->solution.en) != 0 ||
                strcmp(found->entries[i].error->cause.en, found->entries[k].error->cause.en) != 0);
    found->count = 0;
    explain_word(&catalog, catalog_find(&catalog, "closeorder"), "ORDERPAID", found);
    assert_int_equal(found->count, 1);
    assert_true(concerns(&found->entries[0], "closeorder"));
    free(found);
}

static void a_paste_gives_its_errors(void **state)
{
    (void)state;
    static const struct {
        const char *only, *text, *codes;
    } rows[] = {
        /* the path tells the API, the longest one; log words are no codes */
        {NULL, "ERROR POST /pay/closeorder: ORDERPAID", "ORDERPAID"},
        {NULL, "https://api.mch.weixin.qq.com/secapi/pay/refund gave NOTENOUGH", "NOTENOUGH"},
        /* a code inside a longer word is another word */
        {"closeorder", "MYORDERPAIDX and ORDERPAID2", ""},
        {"closeorder", "x ORDERPAID, y", "ORDERPAID"},
        {"closeorder", "错误ORDERPAID，", "ORDERPAID"},
        {"downloadbill", "it said: UnCompressGZip Error!", "UnCompressGZip Error"},
        {"downloadbill", "it said: CompressGZip Error!", "CompressGZip Error"},
        /* a reply: code, text, and what the text says more */
        {"querycontract",
         "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code><err_code>-25"
         "</err_code><err_code_des>RESULT NULL</err_code_des></xml>",
         "RESULT NULL"},
        {"downloadbill",
         "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg><error_code>"
         "20002</error_code></xml>",
         "No Bill Exist"},
        {"contractorder",
         "{\"err_code\":\"ORDERPAID\",\"contract_result_code\":\"FAIL\",\"contract_err_code\":\"1\","
         "\"contract_err_code_des\":\"CONTRACT_CODE DUPLICATION\"}",
         "ORDERPAID|CONTRACT_CODE DUPLICATION"},
        {NULL, "", ""},
        {NULL, "<xml><return_code>SUCCESS</return_code></xml>", ""},
        {NULL, "nothing known", ""},
    };
    struct explanation *found = mem_alloc(sizeof(*found));
    struct buf got;
    buf_init(&got, 65536);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct spec *only = rows[i].only ? catalog_find(&catalog, rows[i].only) : NULL;
        found->count = 0;
        explain_paste(&catalog, only, rows[i].text, strlen(rows[i].text), found);
        codes(found, &got);
        assert_string_equal(buf_str(&got), rows[i].codes);
    }
    buf_clear(&got);
    free(found);
}

/* `contract_result_code` is contractorder's alone; err_code is everybody's. */
static void fields_tell_the_api(void **state)
{
    (void)state;
    static const char one[] =
        "<xml><contract_result_code>FAIL</contract_result_code>"
        "<contract_err_code_des>INVALID PLAN_ID</contract_err_code_des></xml>";
    static const char all[] = "<xml><err_code>ORDERPAID</err_code></xml>";
    struct explanation *found = mem_alloc(sizeof(*found));
    explain_paste(&catalog, NULL, one, strlen(one), found);
    assert_int_equal(found->count, 1);
    assert_int_equal(found->entries[0].spec_count, 1);
    assert_true(concerns(&found->entries[0], "contractorder"));
    found->count = 0;
    explain_paste(&catalog, NULL, all, strlen(all), found);
    assert_true(found->count > 3);
    free(found);
}

/* Each code of each API is found in a sentence around it, and each of its texts gives it back. */
static void every_code_and_text_is_found(void **state)
{
    (void)state;
    struct explanation *found = mem_alloc(sizeof(*found));
    struct buf text, got;
    buf_init(&text, 4096);
    buf_init(&got, 65536);
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *s = catalog_at(&catalog, i);
        for (size_t k = 0; k < s->error_count; k++) {
            const struct error_code *e = &s->errors[k];
            buf_reset(&text);
            buf_addf(&text, "err_code=%s", e->code);
            found->count = 0;
            explain_paste(&catalog, s, text.data, text.len, found);
            codes(found, &got);
            if (!strstr(buf_str(&got), e->code))
                fail_msg("%s: %s gives %s", s->id, e->code, buf_str(&got));
            for (size_t m = 0; m < e->match_count; m++) {
                found->count = 0;
                explain_paste(&catalog, s, e->match[m], strlen(e->match[m]), found);
                assert_true(found->count > 0);
            }
        }
    }
    buf_clear(&text);
    buf_clear(&got);
    free(found);
}

/* What no call answers with is in both languages, behind calls that there are, and found. */
static void errors_beside_the_catalogue_are_found(void **state)
{
    (void)state;
    size_t count;
    const struct explain_more *rows = explain_more(&count);
    struct explanation *found = mem_alloc(sizeof(*found));
    for (size_t i = 0; i < count; i++) {
        const struct error_code *e = &rows[i].error;
        const struct bi texts[] = {e->meaning, e->cause, e->solution};
        for (size_t k = 0; k < ARRAY_COUNT(texts); k++)
            assert_true(texts[k].zh && texts[k].zh[0] && texts[k].en && texts[k].en[0]);
        assert_non_null(e->kind);
        for (size_t k = 0; k < EXPLAIN_MORE_APIS && rows[i].apis[k]; k++) {
            const struct spec *s = catalog_find(&catalog, rows[i].apis[k]);
            assert_non_null(s);
            found->count = 0;
            explain_word(&catalog, s, e->code, found);
            bool among = false;
            for (size_t n = 0; n < found->count; n++)
                among = among || found->entries[n].error == e;
            if (!among)
                fail_msg("%s: %s is not found", s->id, e->code);
        }
        for (size_t m = 0; m < e->match_count; m++) {
            char text[256];
            snprintf(text, sizeof(text), "12:00 the page said “%s”, 请稍后再试", e->match[m]);
            found->count = 0;
            explain_paste(&catalog, NULL, text, strlen(text), found);
            if (!found->count || found->entries[0].error != e)
                fail_msg("%s is not found", text);
        }
    }
    /* The notification of a failed deduction, pasted as it came. */
    static const char notice[] =
        "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code>"
        "<err_code>ACCOUNTERROR</err_code><contract_id>1</contract_id>"
        "<trade_state>PAY_FAIL</trade_state></xml>";
    found->count = 0;
    explain_paste(&catalog, NULL, notice, strlen(notice), found);
    assert_int_equal(found->count, 1);
    assert_string_equal(found->entries[0].error->code, "ACCOUNTERROR");
    assert_string_equal(explain_layer(found->entries[0].error->layer), "notification");
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_code_means_different_things),
        cmocka_unit_test(a_paste_gives_its_errors),
        cmocka_unit_test(fields_tell_the_api),
        cmocka_unit_test(every_code_and_text_is_found),
        cmocka_unit_test(errors_beside_the_catalogue_are_found),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
