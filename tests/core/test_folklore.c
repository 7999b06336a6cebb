/* SPDX-License-Identifier: MIT */
/* Each belief is recognised in a message that somebody who holds it would send, and is answered in
   both languages; a message without a trace of it does not bring it up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/folklore.h"
#include "core/paste.h"

#define SIGN "0123456789ABCDEF0123456789ABCDEF"

static const struct {
    const char *text; /* of the message; it is the wire, too */
    const char *cause;
    bool explained;
    const char *ids; /* all that must come, and no other telling ones */
} rows[] = {
    {"<xml><appid>wx1</appid><body>%E8%8C%B6</body><sign>" SIGN "</sign></xml>", NULL, true,
     "folk-encode "},
    {"<xml><appid>wx1</appid><body>100%</body><sign>" SIGN "</sign></xml>", NULL, true, ""},
    {"<xml><appid>wx1</appid><body>b</body><sign>" SIGN "</sign></xml>", "val-urlencoded", true,
     "folk-encode "},
    {"<xml><appid>wx1</appid><body>a???b</body><sign>" SIGN "</sign></xml>", NULL, true,
     "folk-latin1 "},
    {"<xml><appid>wx1</appid><body>è\xc2\x8c¶</body><sign>" SIGN "</sign></xml>", NULL, true,
     "folk-latin1 "},
    {"<xml><appid>wx1</appid><body>b</body><sign>0123456789ABCDEF0123456789ABCD</sign></xml>", NULL,
     true, "folk-thirty "},
    {"<xml><appid>wx1</appid><body>茶</body><sign>" SIGN "</sign></xml>", NULL, true, ""},
    {"<xml><appid>wx1</appid><body>茶</body><sign>" SIGN "</sign></xml>", "cs-digest", true,
     "folk-no-chinese "},
    {"<xml><appid>wx1</appid><body>b</body><sign>0123456789abcdef0123456789abcdef</sign></xml>",
     NULL, true, "folk-upper "},
    {"<xml><appid>WX1</appid><body>b</body><sign>" SIGN "</sign></xml>", NULL, true,
     "folk-appid-upper "},
    {"<?xml version=\"1.0\"?><xml><appid>wx1</appid><body>茶</body><spbill_create_ip>127.0.0.1"
     "</spbill_create_ip><sign>" SIGN "</sign></xml>",
     NULL, false, "folk-no-chinese folk-declaration folk-order folk-address folk-certificate "},
    {"appId=wx1&timeStamp=1&nonceStr=n&package=prepay_id=x&signType=MD5&paySign=" SIGN, NULL, false,
     "folk-nonce folk-certificate "},
};

static void read_subject(const char *text, struct subject *s)
{
    struct paste p = {0};
    struct secret key = {0};
    struct err err = {0};
    secret_set(&key, "192006250b4c09247ec02edce69f6a2d", 32);
    assert_int_equal(paste_read(text, strlen(text), &p, &err), ST_OK);
    struct subject_input in = {.params = &p.params, .key = &key, .wire = {text, strlen(text)}};
    assert_int_equal(subject_read(&in, s, &err), ST_OK);
    paste_clear(&p);
    secret_clear(&key);
}

static void each_belief_is_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct folklore *said[FOLKLORE_MAX];
        struct subject s = {0};
        struct buf ids;
        read_subject(rows[i].text, &s);
        size_t n = folklore_of(&s, &rows[i].cause, rows[i].cause ? 1 : 0, rows[i].explained, said);
        buf_init(&ids, 4096);
        for (size_t k = 0; k < n; k++)
            buf_addf(&ids, "%s ", said[k]->id);
        if (strcmp(buf_str(&ids), rows[i].ids) != 0)
            fail_msg("%s: %sinstead of %s", rows[i].text, buf_str(&ids), rows[i].ids);
        buf_clear(&ids);
        subject_clear(&s);
    }
}

/* The rows above bring up every belief of the table, each with both sentences in both languages. */
static void none_is_forgotten(void **state)
{
    static const char *const all[] = {"folk-encode",      "folk-latin1",     "folk-thirty",
                                      "folk-no-chinese",  "folk-upper",      "folk-appid-upper",
                                      "folk-declaration", "folk-order",      "folk-nonce",
                                      "folk-address",     "folk-certificate"};
    (void)state;
    for (size_t k = 0; k < ARRAY_COUNT(all); k++) {
        bool found = false;
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
            found |= strstr(rows[i].ids, all[k]) != NULL;
        if (!found)
            fail_msg("no message brings up %s", all[k]);
    }
    const struct folklore *said[FOLKLORE_MAX];
    struct subject s = {0};
    read_subject(rows[ARRAY_COUNT(rows) - 2].text, &s);
    for (size_t i = 0, n = folklore_of(&s, NULL, 0, false, said); i < n; i++) {
        assert_true(said[i]->claim.zh[0] && said[i]->claim.en[0]);
        assert_true(said[i]->answer.zh[0] && said[i]->answer.en[0]);
        assert_null(strpbrk(said[i]->answer.zh, "?"));
    }
    subject_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_belief_is_recognised),
        cmocka_unit_test(none_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
