/* SPDX-License-Identifier: MIT */
/*
 * Mistakes that come together in practice (facts/signature-failures.md 2.3), made by another
 * program and found by the debugger.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/diagnose_mistakes.h"

/* What occurs together (facts/signature-failures.md 2.3). */
static const struct combination {
    int kinds;
    struct mistake parts[4];
} combinations[] = {
    {ORDER, {{"alg-default", 0, sign_type_renamed, 0}, {"alg-suffix", 0, no_suffix, 1}}},
    {ORDER, {{"alg-default", 0, hmac_untold, 0}, {"alg-suffix", 0, no_suffix, 1}}},
    {ORDER, {{"alg-default", 0, hmac_untold, 0}, {"cs-digest", 0, gbk_everywhere, 0}}},
    {ORDER, {{"alg-default", 0, hmac_not_signed, 0}, {"alg-suffix", 0, no_suffix, 1}}},
    {ORDER, {{"cs-digest", 0, gbk_everywhere, 0}, {"val-urlencoded", 0, urlencode, 0}}},
    {ORDER, {{"cs-digest", 0, unicode_escapes, 0}, {"val-urlencoded", 0, urlencode, 1}}},
    {NOTIFY, {{"alg-notify", 0, hmac_untold, 0}, {"verify-dropped-fields", 0, drop_coupons, 1}}},
    {NOTIFY,
     {{"verify-dropped-fields", 0, drop_coupons, 0},
      {"notify-signtype-dropped", 0, notify_type_dropped, 0}}},
    {NOTIFY, {{"verify-dropped-fields", 0, drop_one, 3}, {"notify-charset", 0, gbk_everywhere, 0}}},
    {ORDER, {{"val-empty-kept", 0, keep_empty, 0}, {"sort-order", 0, unsorted, 0}}},
    {ORDER,
     {{"val-empty-kept", 0, keep_empty, 0},
      {"sign-kept", 0, keep_sign, 0},
      {"sort-order", 0, other_order, 1}}},
    {CALL, {{"2nd-name-case", 0, camel_names, 1}, {"2nd-ms-time", 0, call_ms, 0}}},
    {CALL,
     {{"2nd-name-case", 0, rename_one, 4},
      {"2nd-ms-time", 0, call_ms, 0},
      {"2nd-wrong-set", 0, call_bare_package, 0}}},
    {CALL, {{"2nd-ms-time", 0, call_ms, 0}, {"2nd-wrong-set", 0, call_bare_package, 0}}},
    {CALL, {{"2nd-sp-ids", 0, call_sub_appid, 0}, {"2nd-sp-ids", 0, call_sub_appid, 1}}},
    {CALL, {{"2nd-sp-ids", 0, call_sub_appid, 0}, {"key-sp", 0, other_key, 3}}},
    {CALL,
     {{"2nd-sp-ids", 0, call_sub_appid, 0},
      {"2nd-sp-ids", 0, call_sub_appid, 1},
      {"key-sp", 0, other_key, 3}}},
    {CALL, {{"alg-2nd-mismatch", 0, call_hmac, 0}, {"2nd-name-case", 0, rename_one, 4}}},
    {CALL, {{"alg-2nd-mismatch", 0, call_hmac, 0}, {"2nd-no-appid", 0, drop_one, 4}}},
    {CALL, {{"alg-2nd-mismatch", 0, call_type_text, 0}, {"2nd-name-case", 0, rename_one, 4}}},
    {ORDER, {{"json-reserialised", 0, json_python, 1}, {"cdata-in-value", 0, xml_escaped, 0}}},
    {ORDER,
     {{"json-reserialised", 0, json_python, 0},
      {"cdata-in-value", 0, xml_escaped, 0},
      {"cs-digest", 0, unicode_escapes, 0}}},
    {ORDER, {{"ws-trim", 0, blanks, 2}, {"key-blank", 0, key_blank, 0}}},
    {ORDER, {{"ws-trim", 0, blanks, 0}, {"ws-trim", 0, blanks, 4}, {"key-blank", 0, key_blank, 0}}},
    {ORDER, {{"key-other", 0, other_key, 0}, {"val-empty-kept", 0, keep_empty, 0}}},
    {ORDER, {{"key-other", 0, other_key, 0}, {"cs-digest", 0, gbk_everywhere, 0}}},
    {ORDER, {{"key-other", 0, other_key, 0}, {"sort-order", 0, unsorted, 0}}},
    {ORDER, {{"key-v3", 0, other_key, 1}, {"num-format", 0, numbers, 1}}},
    {ORDER, {{"key-length", 0, key_typo, 0}, {"val-urlencoded", 0, urlencode, 0}}},
    {ORDER, {{"key-sandbox", 0, other_key, 2}, {"alg-other", 0, told_but_md5, 0}}},
    {NOTIFY, {{"key-other", 0, other_key, 0}, {"verify-dropped-fields", 0, drop_one, 2}}},
    {NOTIFY, {{"hash-case", 0, lower_sign, 0}, {"verify-dropped-fields", 0, drop_coupons, 1}}},
    {ORDER, {{"hash-case", 0, lower_sign, 0}, {"alg-suffix", 0, no_suffix, 0}}},
    {ORDER, {{"hash-family", 0, other_digest, 0}, {"sort-order", 0, unsorted, 0}}},
    {ORDER, {{"sort-order", 0, unsorted, 0}, {"alg-suffix", 0, no_suffix, 0}}},
    {ORDER, {{"name-case", 0, camel_names, 0}, {"sort-order", 0, unsorted, 0}}},
};

static void every_combination_is_named(void **state)
{
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < ARRAY_COUNT(combinations); i++) {
        size_t count = 0;
        while (count < 4 && combinations[i].parts[count].id != NULL)
            count++;
        int named = 0;
        for (uint64_t seed = 100 + i; seed < 130 + i && named == 0; seed += 2)
            named = try_parts(combinations[i].parts, count, combinations[i].kinds, seed);
        if (named == 0)
            fprintf(stderr, "combination %zu (%s …): no message shows it\n", i,
                    combinations[i].parts[0].id);
        missed += named <= 0;
    }
    assert_int_equal(missed, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_is_named),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
