/* SPDX-License-Identifier: MIT */
/* Contracts: opened, signed, ended, found, written and read. */
#include "ledger_world.h"

#define P "mch_id=1;plan_id=123;contract_code=C1;notify_url=http://a/n;sign=S;key=K"
#define DIGITS "012345678901234567890123"

static struct contract *open_at(struct contracts *all, const char *fields, bool *full)
{
    struct params p = of(fields);
    struct contract *c = contracts_open(all, "entrustweb", &p, SIGN_MD5, NOW, full);
    params_clear(&p);
    return c;
}

static void a_contract_goes_its_way(void **state)
{
    (void)state;
    struct contracts all = {0};
    bool full;
    struct contract *c = open_at(&all, P, NULL);
    assert_int_equal(c->state, CONTRACT_SIGNING);
    assert_null(params_find(&c->request, "key"));
    assert_ptr_equal(open_at(&all, P, NULL), c); /* opening the page again */
    assert_string_equal(contract_notify_url(c), "http://a/n");
    assert_true(contract_sign(c, NOW + 1, DIGITS));
    assert_string_equal(c->contract_id, "202501010123456789");
    assert_false(contract_sign(c, NOW + 1, DIGITS));
    assert_null(open_at(&all, P, &full)); /* the code is used */
    assert_false(full);
    assert_ptr_equal(contracts_by_id(&all, "1", c->contract_id), c);
    assert_null(contracts_by_id(&all, "2", c->contract_id));
    assert_null(contracts_by_id(&all, "1", ""));
    assert_ptr_equal(contracts_find(&all, "1", NULL, "C1"), c);
    assert_null(contracts_find(&all, "1", "456", "C1"));
    assert_false(contract_expire(c, NOW + DAY));
    assert_true(contract_end(c, TERMINATED_BY_API, "r", NOW + 9));
    assert_false(contract_end(c, TERMINATED_BY_API, "r", NOW + 9));
    assert_int_equal(c->termination, TERMINATED_BY_API);
    assert_string_equal(c->remark, "r");
    c = open_at(&all, "mch_id=1;plan_id=123;contract_code=C2;contract_notify_url=http://b/n", NULL);
    assert_string_equal(contract_notify_url(c), "http://b/n");
    assert_true(contract_end(c, TERMINATED_BY_USER, NULL, NOW)); /* given up: not terminated */
    assert_int_equal(c->termination, TERMINATED_NOT);
    c = open_at(&all, "mch_id=1;plan_id=123;contract_code=C3", NULL);
    assert_null(contract_notify_url(c));
    contract_sign(c, NOW, DIGITS);
    assert_true(contract_expire(c, c->expires_at));
    assert_int_equal(c->termination, TERMINATED_EXPIRED);
    contracts_clear(&all);
}

static char *text_of(const struct contract *c)
{
    struct buf out;
    struct json *j = contract_json(c);
    buf_init(&out, 1u << 20);
    json_write(j, false, &out);
    json_free(j);
    return buf_take(&out);
}

static enum status take(struct contracts *all, const char *text, struct err *err)
{
    struct json *j = NULL;
    assert_int_equal(json_parse(text, strlen(text), &j, NULL), ST_OK);
    enum status st = contracts_take(all, j, err);
    json_free(j);
    return st;
}

static void a_contract_survives_being_written(void **state)
{
    (void)state;
    struct contracts all = {0}, again = {0};
    struct contract *c = open_at(&all, P, NULL);
    char *open = text_of(c);
    contract_sign(c, NOW + 1, DIGITS);
    contract_end(c, TERMINATED_BY_USER, "x", NOW + 2);
    char *ended = text_of(c);
    assert_int_equal(take(&again, open, NULL), ST_OK);
    assert_int_equal(take(&again, ended, NULL), ST_OK); /* replaces */
    assert_int_equal(again.count, 1);
    char *text = text_of(again.items[0]);
    assert_string_equal(text, ended);
    static const char *const damages[][3] = {
        {"\"mch_id\":\"1\",\"plan_id\"", "\"mch_id\":1,\"plan_id\"", "mch_id"},
        {"\"contract_code\":\"C1\",\"contract_id\"", "\"contract_id\"", "contract_code"},
        {"\"contract_state\":1", "\"contract_state\":2", "contract_state"},
        {"\"termination_mode\":2", "\"termination_mode\":9", "termination_mode"},
        {"\"sign_type\":\"MD5\"", "\"sign_type\":\"RSA\"", "sign_type"},
        {"\"remark\":\"x\"", "\"remark\":null", "remark"},
        {"\"signed_at\":", "\"signed_at\":\"\",\"x\":", "signed_at"},
        {"\"expires_at\":", "\"x\":", "expires_at"},
        {"\"contract\":{", "\"contract\":[],\"x\":{", "contract"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        struct err err = {0};
        char damaged[4096];
        const char *at = strstr(ended, damages[i][0]);
        assert_non_null(at);
        snprintf(damaged, sizeof damaged, "%.*s%s%s", (int)(at - ended), ended, damages[i][1],
                 at + strlen(damages[i][0]));
        if (take(&again, damaged, &err) != ST_SYNTAX || !strstr(err.text[LANG_EN], damages[i][2]))
            fail_msg("%s: %s", damaged, err.text[LANG_EN]);
        assert_int_equal(again.count, 1);
    }
    free(open);
    free(ended);
    free(text);
    contracts_clear(&all);
    contracts_clear(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_goes_its_way),
        cmocka_unit_test(a_contract_survives_being_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
