/* SPDX-License-Identifier: MIT */
/* Which API a pasted request is for. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "built_in.h"
#include "core/endpoint.h"

static const char *id_of(const struct catalog *c, const char *url)
{
    const struct spec *s = endpoint_of_url(c, (struct span){url, strlen(url)});
    return s ? s->id : "none";
}

static void the_url_tells(void **state)
{
    const struct catalog *c = *state;
    assert_string_equal(id_of(c, "https://api.mch.weixin.qq.com/pay/orderquery"), "orderquery");
    assert_string_equal(id_of(c, "http://127.0.0.1:9001/prefix/pay/orderquery?x=1#y"),
                        "orderquery");
    assert_string_equal(id_of(c, "/secapi/pay/refund"), "refund");
    assert_string_equal(id_of(c, "/pay/orderquery HTTP/1.1"), "orderquery");
    assert_string_equal(id_of(c, "https://api.mch.weixin.qq.com"), "none");
    assert_string_equal(id_of(c, "https://example.com/pay/other"), "none");
    assert_string_equal(id_of(c, ""), "none");
}

static void what_it_requires_tells(void **state)
{
    static const char *const names[] = {"appid",      "mch_id",    "nonce_str",
                                        "body",       "total_fee", "spbill_create_ip",
                                        "notify_url", "trade_type"};
    const struct spec *s = catalog_find(*state, "unifiedorder");
    struct params p = {0};
    assert_non_null(s);
    assert_false(endpoint_fits(s, &p));
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        params_set(&p, names[i], "1", NULL);
    assert_true(endpoint_fits(s, &p)); /* out_trade_no is missing, or misspelt */
    params_remove(&p, "body");
    assert_false(endpoint_fits(s, &p));
    params_clear(&p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_url_tells),
        cmocka_unit_test(what_it_requires_tells),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
