/* SPDX-License-Identifier: MIT */
/* The other side's signature beside ours: each verdict, while typing and after, in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <iconv.h>
#include <locale.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/comparison.h"
#include "core/sign.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

static time_t test_clock(void)
{
    return 1735689600;
}

static void test_random(void *out, size_t size)
{
    memset(out, 7, size);
}

struct stage {
    char home[64];
    struct workspace w;
    struct comparison *c;
    struct buf shown;
    char verdict[1024];
};

static void open_stage(struct stage *s)
{
    struct workspace_options o = {.demo = true,
                                  .has_lang = true,
                                  .lang = LANG_EN,
                                  .clock = test_clock,
                                  .random = test_random};
    memset(s, 0, sizeof(*s));
    snprintf(s->home, sizeof(s->home), "/tmp/wxpc-compare-XXXXXX");
    assert_non_null(mkdtemp(s->home));
    setenv("XDG_CONFIG_HOME", s->home, 1);
    setenv("XDG_DATA_HOME", s->home, 1);
    assert_int_equal(workspace_open(&s->w, &o, NULL), ST_OK);
    draft_profile(workspace_draft(&s->w), &s->w.profile, "http://127.0.0.1:9001");
    s->c = comparison_new(&s->w);
    buf_init(&s->shown, COMPARISON_TEXT_MAX);
}

static void close_stage(struct stage *s)
{
    comparison_free(s->c);
    workspace_close(&s->w);
    buf_clear(&s->shown);
    rmdir(s->home);
}

static void give(struct stage *s, const char *text)
{
    buf_reset(&s->shown);
    comparison_take(s->c, text, strlen(text), &s->shown);
}

/* Turns the loop until there is a verdict. */
static const char *verdict(struct stage *s)
{
    for (int i = 0; i < 20000 && comparison_state(s->c) == COMPARISON_SEARCHING; i++)
        loop_turn(s->w.loop, 100);
    comparison_verdict(s->c, LANG_EN, s->verdict, sizeof(s->verdict));
    return s->verdict;
}

static const struct sign_trace *ours(struct stage *s)
{
    return &workspace_draft(&s->w)->request.trace;
}

/* Our joined string with one thing exchanged for another. */
static void joined_with(struct stage *s, const char *from, const char *to, char *out, size_t size)
{
    const char *text = buf_str(&ours(s)->joined), *at = strstr(text, from);
    assert_non_null(at);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void sign_of(const char *text, char out[DIGEST_HEX_MAX])
{
    unsigned char raw[DIGEST_SIZE_MAX];
    digest_hex(raw, digest_bytes(DIGEST_MD5, text, strlen(text), raw), out);
}

static void an_equal_signature_is_the_same(void **state)
{
    struct stage s;
    char part[32];
    (void)state;
    open_stage(&s);
    assert_int_equal(comparison_state(s.c), COMPARISON_NONE);
    give(&s, ours(&s)->hex);
    assert_int_equal(comparison_state(s.c), COMPARISON_SEARCHING); /* no key waits for it */
    assert_string_equal(verdict(&s), "same: the signatures are equal");
    /* Its beginning, in small letters and groups, as it is typed. */
    snprintf(part, sizeof(part), "%.8s %.3s", ours(&s)->hex, ours(&s)->hex + 8);
    give(&s, part);
    assert_string_equal(verdict(&s), "same so far (11 of 32 digits)");
    give(&s, "");
    assert_int_equal(comparison_state(s.c), COMPARISON_NONE);
    close_stage(&s);
}

static void a_signature_over_gbk_is_named_and_aligned(void **state)
{
    static const char gbk[] = "\xca\xbe\xc0\xfd\xc9\xcc\xb3\xc7";
    struct stage s;
    char text[4096], sign[DIGEST_HEX_MAX];
    struct buf a, b;
    (void)state;
    open_stage(&s);
    assert_int_equal(draft_set(workspace_draft(&s.w), "body", "示例商城", false, NULL), ST_OK);
    joined_with(&s, "示例商城", gbk, text, sizeof(text));
    sign_of(text, sign);
    give(&s, sign);
    assert_string_equal(verdict(&s), "differs: the other side signed `body` as GB18030 (GBK)");
    comparison_verdict(s.c, LANG_ZH, s.verdict, sizeof(s.verdict));
    assert_string_equal(s.verdict, "不符：对方签名时 `body` 按 GB18030（GBK）");
    buf_init(&a, 1u << 16);
    buf_init(&b, 1u << 16);
    comparison_texts(s.c, &a, &b);
    assert_non_null(strstr(buf_str(&a), "body=示例商城"));
    assert_non_null(strstr(buf_str(&b), gbk));
    assert_null(strstr(buf_str(&b), KEY));
    buf_clear(&a);
    buf_clear(&b);
    /* The form moves: the verdict follows. */
    assert_int_equal(draft_set(workspace_draft(&s.w), "body", "plain", false, NULL), ST_OK);
    comparison_follow(s.c);
    assert_int_equal(comparison_state(s.c), COMPARISON_SEARCHING);
    close_stage(&s);
}

static void a_joined_string_is_compared_and_its_key_masked(void **state)
{
    struct stage s;
    char text[4096];
    (void)state;
    open_stage(&s);
    give(&s, buf_str(&ours(&s)->joined));
    assert_non_null(strstr(buf_str(&s.shown), "&key=****"));
    assert_null(strstr(buf_str(&s.shown), KEY));
    assert_string_equal(verdict(&s), "same: both the joined strings and the keys");

    joined_with(&s, "key=" KEY, "key=00000000000000000000000000000000", text, sizeof(text));
    give(&s, text);
    assert_null(strstr(buf_str(&s.shown), "0000000"));
    assert_string_equal(verdict(&s), "differs: the same joined string, but another key");
    assert_int_equal(comparison_state(s.c), COMPARISON_EXPLAINED);

    joined_with(&s, "&trade_type=NATIVE&key=" KEY, "", text, sizeof(text));
    give(&s, text);
    assert_non_null(strstr(verdict(&s), "`trade_type`"));
    close_stage(&s);
}

static void what_nothing_explains_says_so_and_can_be_stopped(void **state)
{
    struct stage s;
    struct timespec from, to;
    (void)state;
    open_stage(&s);
    give(&s, "0123456789ABCDEF0123456789ABCDEF");
    for (int i = 0; i < 30; i++)
        loop_turn(s.w.loop, 50);
    comparison_verdict(s.c, LANG_EN, s.verdict, sizeof(s.verdict));
    assert_non_null(strstr(s.verdict, "searching.. "));
    clock_gettime(CLOCK_MONOTONIC, &from);
    assert_true(comparison_cancel(s.c));
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 50);
    assert_false(comparison_cancel(s.c));
    assert_non_null(strstr(verdict(&s), "unexplained: press d"));
    give(&s, "hello");
    assert_non_null(strstr(verdict(&s), "no digest looks like this"));
    assert_int_equal(comparison_state(s.c), COMPARISON_FAILED);
    close_stage(&s);
}

static void without_a_signature_of_ours_it_says_why(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s);
    key_ref_clear(&s.w.profile.key);
    draft_profile(workspace_draft(&s.w), &s.w.profile, "http://127.0.0.1:9001");
    give(&s, "0123456789ABCDEF0123456789ABCDEF");
    verdict(&s);
    assert_int_equal(comparison_state(s.c), COMPARISON_FAILED);
    assert_true(s.verdict[0] != '\0');
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_equal_signature_is_the_same),
        cmocka_unit_test(a_signature_over_gbk_is_named_and_aligned),
        cmocka_unit_test(a_joined_string_is_compared_and_its_key_masked),
        cmocka_unit_test(what_nothing_explains_says_so_and_can_be_stopped),
        cmocka_unit_test(without_a_signature_of_ours_it_says_why),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
