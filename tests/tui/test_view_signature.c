/* SPDX-License-Identifier: MIT */
/* Pane 3: six steps, joined text, table; the key never; why there is no signature. */
#include "tui/harness.h"

static void six_steps_stand_in_both_languages_and_widths(void **state)
{
    static const struct {
        enum lang lang;
        int cols;
        const char *has[10];
    } rows[] = {
        {LANG_ZH,
         47,
         {"签名 [步骤] 待签串 参数表 对照", "1 取用  10/11；不参与：sign",
          "2 排序  按字节值：appid < body", "3 拼接  appid=wxd930ea5d5a258f4f", "&body=示例商城",
          "key=****", "4 密钥  32 字节，末四位 6a2d（来自 demo）",
          "5 摘要  MD5，对 319 字节 UTF-8 计算", "6 签名  ",
          "ok 密钥 32  ok UTF-8  ok 首尾无空白"}},
        {LANG_EN,
         70,
         {"Signature [steps] joined table compare", "1 take   10/11; out: sign (is the signature)",
          "2 order  bytewise: appid < body", "3 join   appid=", "&body=", "key=****",
          "4 key    32 bytes, ends in 6a2d (demo)", "5 hash   MD5 over 319 bytes of UTF-8",
          "6 sign   ", "ok key 32  ok UTF-8  ok trimmed"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        harness_init(&h);
        harness_open(&h, &view_signature, rows[i].lang);
        const char *text = harness_draw(&h, rows[i].cols, 22);
        for (size_t k = 0; k < 10; k++)
            assert_true(harness_has(text, rows[i].has[k]));
        assert_true(harness_lacks(text, HARNESS_KEY));
        harness_close(&h);
    }
}

static void the_signature_stands_in_groups_of_eight(void **state)
{
    struct harness h;
    char hex[SIGN_HEX_MAX], groups[48];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    snprintf(hex, sizeof(hex), "%s", workspace_draft(&h.w)->request.trace.hex);
    snprintf(groups, sizeof(groups), "%.8s %.8s %.8s %.8s", hex, hex + 8, hex + 16, hex + 24);
    assert_true(harness_has(harness_draw(&h, 60, 20), groups));
    harness_close(&h);
}

static void the_signature_is_visible_in_any_height(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_ZH);
    assert_true(harness_has(harness_draw(&h, 47, 18), "6 签名"));
    /* Where the steps do not fit, the result stays in the last row. */
    const char *text = harness_draw(&h, 47, 9);
    assert_true(harness_has(text, "| 6 签名  "));
    assert_true(harness_has(text, "1 取用"));
    harness_act_on(&h, ACTION_BOTTOM);
    text = harness_draw(&h, 47, 9);
    text = strstr(text, "6 签名");
    assert_non_null(text);
    assert_null(strstr(text + 1, "6 签名")); /* once */
    harness_close(&h);
}

/* Whatever the joined text needs: once, in its place or in the last rows. */
static void the_signature_stands_there_once(void **state)
{
    struct harness h;
    char body[129] = "";
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_ZH);
    for (size_t n = 1; n < sizeof(body); n += 3) {
        memset(body, 'x', n);
        assert_int_equal(draft_set(workspace_draft(&h.w), "body", body, false, NULL), ST_OK);
        for (int i = 0; i < 60; i++) { /* the checks take one row or two */
            const char *text = harness_draw(&h, 38 + i % 4 * 4, 9 + i / 4);
            const char *one = strstr(text, "6 签名");
            if (!one || strstr(one + 1, "6 签名"))
                fail_msg("%zu bytes:\n%s", n, text);
        }
    }
    harness_close(&h);
}

static void it_is_live(void **state)
{
    struct harness h;
    char before[SIGN_HEX_MAX];
    struct buf styles;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    harness_draw(&h, 60, 20);
    snprintf(before, sizeof(before), "%s", workspace_draft(&h.w)->request.trace.hex);
    assert_int_equal(draft_set(workspace_draft(&h.w), "body", "another body", false, NULL), ST_OK);
    const char *text = harness_draw(&h, 60, 20);
    assert_true(harness_has(text, "&body=another body"));
    char old[16];
    snprintf(old, sizeof(old), "%.8s", before);
    assert_true(harness_lacks(text, old));
    /* What changed stands out, not by colour alone. */
    buf_init(&styles, 1u << 16);
    surface_dump_styles(h.grid, &styles);
    assert_true(harness_has(buf_str(&styles), "accent+underline"));
    buf_clear(&styles);
    harness_close(&h);
}

static void the_table_gives_a_reason_for_what_is_left_out(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    draft_set(workspace_draft(&h.w), "attach", "", false, NULL);
    draft_toggle(workspace_draft(&h.w), "product_id");
    harness_draw(&h, 60, 24);
    harness_act_on(&h, ACTION_TAB_LEFT);
    harness_act_on(&h, ACTION_TAB_LEFT);
    const char *text = harness_draw(&h, 60, 24);
    assert_true(harness_has(text, "name              bytes  value"));
    assert_true(harness_has(text, "appid                18  wxd930ea5d5a258f4f"));
    assert_true(harness_has(text, "left out: is the signature"));
    assert_true(harness_has(text, "left out: empty"));
    assert_true(harness_has(text, "left out: switched off"));
    harness_close(&h);
}

static void columns_of_the_table_stand_under_each_other_in_chinese(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_ZH);
    harness_draw(&h, 60, 24);
    draft_set(workspace_draft(&h.w), "body", "短", false, NULL);
    harness_draw(&h, 60, 24);
    harness_act_on(&h, ACTION_TAB_LEFT);
    harness_act_on(&h, ACTION_TAB_LEFT);
    const char *text = harness_draw(&h, 60, 24);
    assert_true(harness_has(text, " 参数               字节  值"));
    assert_true(harness_has(text, ">body                  3  短")); /* changed: a mark too */
    assert_true(harness_has(text, " total_fee             1  1"));
    harness_close(&h);
}

static void without_a_key_it_says_what_to_do(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    key_ref_clear(&h.w.profile.key);
    draft_profile(workspace_draft(&h.w), &h.w.profile, HARNESS_BASE);
    for (int tab = 0; tab < 4; tab++) {
        const char *text = harness_draw(&h, 60, 20);
        assert_true(harness_has(text, "Nothing can be signed now"));
        assert_true(harness_has(text, "! none"));
        assert_true(harness_has(text, " do "));
        harness_act_on(&h, ACTION_TAB_RIGHT);
    }
    harness_close(&h);
}

static void a_sign_given_by_hand_has_no_steps(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    struct err err;
    draft_add(workspace_draft(&h.w), "sign", "00112233445566778899AABBCCDDEEFF", &err);
    const char *text = harness_draw(&h, 60, 20);
    assert_true(harness_has(text, "sent as it is"));
    assert_true(harness_has(text, "00112233 44556677"));
    harness_close(&h);
}

static void odd_values_are_told_in_the_checks(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    draft_set(workspace_draft(&h.w), "attach", "tail ", false, NULL);
    draft_toggle(workspace_draft(&h.w), "attach");
    draft_set(workspace_draft(&h.w), "attach", "tail ", false, NULL);
    assert_true(harness_has(harness_draw(&h, 80, 20), "! attach has blanks at an end"));
    harness_close(&h);
}

static void hostile_values_never_reach_the_grid_raw(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    draft_set(workspace_draft(&h.w), "body",
              "a\x1b[2J\xe2\x80\xae\xc2\x9b"
              "b",
              false, NULL);
    for (int tab = 0; tab < 3; tab++) {
        const char *text = harness_draw(&h, 80, 24);
        assert_true(harness_clean(text));
        assert_null(strstr(text, "\xe2\x80\xae"));
        harness_act_on(&h, ACTION_TAB_RIGHT);
    }
    harness_close(&h);
}

static void a_value_of_a_mebibyte_is_cut_and_says_so(void **state)
{
    struct harness h;
    char *big = mem_alloc(900001);
    (void)state;

    memset(big, 'x', 900000);
    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    draft_set(workspace_draft(&h.w), "body", big, false, NULL);
    harness_draw(&h, 80, 24);
    harness_act_on(&h, ACTION_BOTTOM);
    const char *text = harness_draw(&h, 80, 24);
    assert_true(harness_has(text, "bytes more: v)"));
    assert_true(harness_has(text, "key=****"));
    struct pager_text full = {0};
    h.v.ops->full(&h.v, &full); /* the pager has it whole, the key masked */
    assert_true(full.text.len > 900000);
    assert_null(strstr(buf_str(&full.text), HARNESS_KEY));
    buf_clear(&full.text);
    free(big);
    harness_close(&h);
}

static void search_finds_a_name_in_the_joined_text(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    harness_draw(&h, 40, 8);
    harness_act_on(&h, ACTION_TAB_RIGHT);
    harness_draw(&h, 40, 8);
    assert_true(h.v.ops->search(&h.v, "TRADE_TYPE", 0));
    assert_true(harness_has(harness_draw(&h, 40, 8), "NATIVE"));
    assert_false(h.v.ops->search(&h.v, HARNESS_KEY, 0));
    harness_close(&h);
}

/* A paste, or keys one by one. */
static void put(struct harness *h, const char *text, bool paste)
{
    struct keys_event e = {.kind = KEYS_EVENT_PASTE, .text = (char *)text, .len = strlen(text)};
    if (paste)
        h->v.ops->input(&h->v, &e);
    for (; !paste && *text; text++) {
        struct keys_event key = {.kind = KEYS_EVENT_KEY,
                                 .key = {.code = (uint32_t)(unsigned char)*text}};
        h->v.ops->input(&h->v, &key);
    }
}

static const char *settled(struct harness *h, int cols, int rows)
{
    for (int i = 0; i < 4; i++)
        loop_turn(h->w.loop, 60);
    return harness_draw(h, cols, rows);
}

static void the_compare_line_takes_a_signature_and_tells(void **state)
{
    struct harness h;
    char hex[SIGN_HEX_MAX];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    assert_true(harness_has(harness_draw(&h, 70, 24), "V compare paste the other side's sign"));
    harness_act_on(&h, ACTION_AGAINST);
    assert_true(h.v.edit);
    snprintf(hex, sizeof(hex), "%s", workspace_draft(&h.w)->request.trace.hex);
    put(&h, hex, true);
    assert_true(harness_has(settled(&h, 70, 24), "same: the signatures are equal"));
    harness_act_on(&h, ACTION_CLEAR_FIELD);
    assert_true(harness_lacks(settled(&h, 70, 24), "same"));
    hex[6] = '\0';
    put(&h, hex, false);
    assert_true(harness_has(settled(&h, 70, 24), "same so far (6 of 32 digits)"));
    /* d opens the overlay on what stands there: not yet a signature of its own. */
    h.w.settings.lang = LANG_ZH;
    assert_true(harness_has(settled(&h, 70, 24), "V 对照 "));
    assert_true(harness_has(h.dump.data, "相同：到此为止（6/32 位）"));
    harness_close(&h);
}

static void pasted_strings_stand_side_by_side_without_the_key(void **state)
{
    struct harness h;
    char text[4096];
    struct buf styles;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    harness_draw(&h, 70, 24);
    snprintf(text, sizeof(text), "%s", buf_str(&workspace_draft(&h.w)->request.trace.joined));
    char *at = strstr(text, "NATIVE");
    memcpy(at, "NATIVX", 6);
    put(&h, text, true); /* in NAV too */
    harness_act_on(&h, ACTION_TAB_LEFT);
    const char *shown = settled(&h, 70, 40);
    assert_true(harness_has(shown, "[compare]"));
    assert_true(harness_has(shown, "- trade_type=NATIVE"));
    assert_true(harness_has(shown, "+ trade_type=NATIVX"));
    assert_true(harness_has(shown, "&key=****"));
    assert_true(harness_lacks(shown, HARNESS_KEY));
    buf_init(&styles, 1u << 16);
    surface_dump_styles(h.grid, &styles);
    assert_true(harness_has(buf_str(&styles), "accent+underline"));
    buf_clear(&styles);
    /* A document still fills the form. */
    struct keys_event e = {.kind = KEYS_EVENT_PASTE, .text = (char *)"<xml></xml>", .len = 11};
    assert_int_equal(h.v.ops->input(&h.v, &e), VIEW_IGNORED);
    harness_close(&h);
}

static void the_explanation_says_what_the_catalogue_says_of_sign(void **state)
{
    struct harness h;
    struct pager_text text = {0};
    (void)state;
    harness_init(&h);
    harness_open(&h, &view_signature, LANG_EN);
    h.v.ops->explain(&h.v, &text);
    assert_non_null(strstr(buf_str(&text.text), "sign  Signature: 32-64 bytes, required."));
    buf_clear(&text.text);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_explanation_says_what_the_catalogue_says_of_sign),
        cmocka_unit_test(six_steps_stand_in_both_languages_and_widths),
        cmocka_unit_test(the_signature_stands_in_groups_of_eight),
        cmocka_unit_test(the_signature_is_visible_in_any_height),
        cmocka_unit_test(the_signature_stands_there_once),
        cmocka_unit_test(it_is_live),
        cmocka_unit_test(the_table_gives_a_reason_for_what_is_left_out),
        cmocka_unit_test(columns_of_the_table_stand_under_each_other_in_chinese),
        cmocka_unit_test(without_a_key_it_says_what_to_do),
        cmocka_unit_test(a_sign_given_by_hand_has_no_steps),
        cmocka_unit_test(odd_values_are_told_in_the_checks),
        cmocka_unit_test(hostile_values_never_reach_the_grid_raw),
        cmocka_unit_test(a_value_of_a_mebibyte_is_cut_and_says_so),
        cmocka_unit_test(search_finds_a_name_in_the_joined_text),
        cmocka_unit_test(the_compare_line_takes_a_signature_and_tells),
        cmocka_unit_test(pasted_strings_stand_side_by_side_without_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
