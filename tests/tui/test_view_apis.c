/* SPDX-License-Identifier: MIT */
/* Pane 1: groups, marks, files that do not load, filter, choosing. */
#include "tui/harness.h"

static void groups_titles_and_the_chosen_api_are_shown(void **state)
{
    static const struct {
        enum lang lang;
        int cols;
        const char *has[4];
    } rows[] = {
        {LANG_ZH, 40, {"|下单", "|* unifiedorder         统一下单", "押金", "第三方网关"}},
        {LANG_EN, 48, {"|Orders", "|* unifiedorder         Unified order", "Deposits", "APIs"}},
        {LANG_ZH, 20, {"|* unifiedorder", "  deposit_unifie..", "接口", NULL}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        harness_init(&h);
        harness_open(&h, &view_apis, rows[i].lang);
        const char *text = harness_draw(&h, rows[i].cols, 40);
        for (size_t k = 0; k < 4 && rows[i].has[k]; k++)
            assert_true(harness_has(text, rows[i].has[k]));
        harness_close(&h);
    }
}

/* Three rows that read "deposi.. money cert" are three rows too many. */
static void the_name_comes_before_the_marks(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_ZH);
    const char *text = harness_draw(&h, 22, 40);
    assert_true(harness_has(text, "deposit_consume"));
    assert_true(harness_has(text, "deposit_refund "));
    assert_true(harness_has(text, "deposit_micropay"));
    assert_true(harness_has(text, "refund   资金 证书"));
    harness_close(&h);
}

static void files_that_do_not_load_are_listed_and_explained(void **state)
{
    struct harness h;
    char counts[32];
    (void)state;

    harness_init(&h);
    harness_file(&h, "apis/broken.json", "{\"id\": 1,}");
    harness_open(&h, &view_apis, LANG_EN);
    const char *text = harness_draw(&h, 50, 40);
    assert_true(harness_has(text, "Files not loaded"));
    assert_true(harness_has(text, "x broken.json "));
    snprintf(counts, sizeof(counts), "%zu ! 1", h.w.catalog.count);
    assert_true(harness_has(text, counts));
    harness_act_on(&h, ACTION_BOTTOM);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_int_equal(h.pagers, 1);
    assert_true(harness_has(buf_str(&h.pager), "broken.json"));
    assert_int_equal(h.focus, PLAN_PANES); /* nothing was chosen */
    harness_close(&h);
}

static void a_file_of_the_user_is_marked(void **state)
{
    struct harness h;
    struct buf text;
    struct err err;
    char *path = NULL;
    (void)state;

    harness_init(&h);
    buf_init(&text, 1u << 20);
    if (asprintf(&path, "%s/src/apis/unifiedorder.json", SOURCE_DIR) < 0)
        fail();
    assert_int_equal(store_read(path, &text, &err), ST_OK);
    harness_file(&h, "apis/unifiedorder.json", buf_str(&text));
    harness_open(&h, &view_apis, LANG_EN);
    assert_true(harness_has(harness_draw(&h, 60, 16), "file|"));
    buf_clear(&text);
    free(path);
    harness_close(&h);
}

static void enter_chooses_and_goes_to_the_form(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_EN);
    harness_draw(&h, 40, 14);
    harness_act_on(&h, ACTION_DOWN);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_string_equal(workspace_spec(&h.w)->id, "contractorder");
    assert_int_equal(h.focus, PLAN_FORM);
    assert_true(harness_has(harness_draw(&h, 40, 14), "* contractorder"));
    harness_close(&h);
}

static void the_selection_follows_what_is_chosen_elsewhere(void **state)
{
    struct harness h;
    struct buf help;
    bool error;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_EN);
    harness_draw(&h, 40, 14);
    workspace_choose(&h.w, h.w.catalog.count - 1);
    harness_draw(&h, 40, 14);
    buf_init(&help, 4096);
    h.v.ops->help(&h.v, &help, &error);
    assert_true(harness_has(buf_str(&help), workspace_spec(&h.w)->id));
    assert_false(error);
    buf_clear(&help);
    harness_close(&h);
}

static void the_search_word_filters(void **state)
{
    struct harness h;
    char counts[32];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_ZH);
    harness_draw(&h, 40, 14);
    assert_true(h.v.ops->search(&h.v, "支付押金", 0));
    const char *text = harness_draw(&h, 40, 14);
    assert_true(harness_has(text, "deposit_unifiedorder"));
    assert_true(harness_lacks(text, "contractorder"));
    assert_true(harness_lacks(text, "第三方网关")); /* a heading without rows goes */
    snprintf(counts, sizeof(counts), "1/%zu", h.w.catalog.count);
    assert_true(harness_has(text, counts));
    assert_true(h.v.ops->search(&h.v, "!支付押金", 0));
    assert_true(harness_lacks(harness_draw(&h, 40, 14), "deposit_unifiedorder"));
    assert_false(h.v.ops->search(&h.v, "nothing", 0));
    assert_true(harness_has(harness_draw(&h, 40, 14), "没有匹配的接口"));
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_IGNORED);
    assert_true(h.v.ops->search(&h.v, "", 0));
    assert_true(harness_has(harness_draw(&h, 40, 14), "contractorder"));
    harness_close(&h);
}

static void the_explanation_names_path_and_signature(void **state)
{
    struct harness h;
    struct pager_text text = {0};
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_EN);
    harness_draw(&h, 40, 14);
    h.v.ops->explain(&h.v, &text);
    assert_true(harness_has(buf_str(&text.text), "POST /pay/unifiedorder"));
    assert_true(harness_has(buf_str(&text.text), "HMAC-SHA256"));
    buf_clear(&text.text);
    harness_close(&h);
}

static void any_size_is_drawn(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_apis, LANG_ZH);
    for (int cols = 3; cols < 40; cols += 5)
        for (int rows = 3; rows < 12; rows += 2)
            harness_draw(&h, cols, rows);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_titles_and_the_chosen_api_are_shown),
        cmocka_unit_test(the_name_comes_before_the_marks),
        cmocka_unit_test(files_that_do_not_load_are_listed_and_explained),
        cmocka_unit_test(a_file_of_the_user_is_marked),
        cmocka_unit_test(enter_chooses_and_goes_to_the_form),
        cmocka_unit_test(the_selection_follows_what_is_chosen_elsewhere),
        cmocka_unit_test(the_search_word_filters),
        cmocka_unit_test(the_explanation_names_path_and_signature),
        cmocka_unit_test(any_size_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
