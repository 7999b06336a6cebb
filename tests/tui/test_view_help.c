/* SPDX-License-Identifier: MIT */
/* The overlay of all keys. */
#include "tui/harness.h"

#include "tui/keymap.h"

static void every_action_stands_in_it_with_its_keys(void **state)
{
    struct harness h;
    struct pager_text text = {0};
    size_t count;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_help, LANG_EN);
    h.v.ops->full(&h.v, &text);
    const struct action_row *rows = action_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char title[64];
        snprintf(title, sizeof(title), " %s: ", rows[i].title.en);
        assert_true(harness_has(buf_str(&text.text), title));
    }
    assert_true(harness_has(buf_str(&text.text), "Ctrl-R F5            Send: "));
    buf_clear(&text.text);
    harness_close(&h);
}

static void columns_line_up_in_both_languages(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_help, LANG_ZH);
    const char *text = harness_draw(&h, 80, 24);
    assert_true(harness_has(text, "|  Ctrl-R F5            发送               签名并发送"));
    assert_true(harness_has(text, "|  Space                启停字段           启用或停用"));
    workspace_lang(&h.w, LANG_EN);
    text = harness_draw(&h, 80, 24);
    assert_true(harness_has(text, "|  Ctrl-R F5            Send               Sign and send"));
    harness_close(&h);
}

static void it_filters_by_key_name_and_sentence(void **state)
{
    static const struct {
        const char *word, *has, *lacks;
    } rows[] = {
        {"Ctrl-R", "签名并发送", "撤销"},
        {"undo", "撤销", "签名并发送"}, /* the other language's name finds it too */
        {"撤销上一步", "Ctrl-Z", "签名并发送"},
        {"nothing at all", "没有匹配的操作", "签名并发送"},
    };
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_help, LANG_ZH);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        h.v.ops->search(&h.v, rows[i].word, 0);
        const char *text = harness_draw(&h, 80, 24);
        assert_true(harness_has(text, rows[i].has));
        assert_true(harness_lacks(text, rows[i].lacks));
    }
    harness_close(&h);
}

static void keys_of_the_user_are_shown(void **state)
{
    struct harness h;
    struct keymap m;
    (void)state;

    harness_init(&h);
    keymap_init(&m);
    for (size_t i = 0; i < m.count; i++) {
        if (m.rows[i].action == ACTION_SEND)
            assert_true(keys_read("F9", &m.rows[i].key));
    }
    h.host.keymap = &m;
    harness_open(&h, &view_help, LANG_EN);
    assert_true(harness_has(harness_draw(&h, 80, 24), "|  F9"));
    harness_close(&h);
}

static void enter_closes_and_then_does_it(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_help, LANG_EN);
    harness_draw(&h, 80, 24);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_CLOSE);
    assert_int_equal(h.act, ACTION_NONE); /* not while the overlay is there */
    h.v.ops->finish(&h.v);
    assert_int_equal(h.act, ACTION_TOUR);
    harness_close(&h);
}

static void esc_closes_and_does_nothing(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_help, LANG_EN);
    assert_int_equal(harness_act_on(&h, ACTION_BACK), VIEW_CLOSE);
    h.v.ops->finish(&h.v);
    assert_int_equal(h.act, ACTION_NONE);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_stands_in_it_with_its_keys),
        cmocka_unit_test(columns_line_up_in_both_languages),
        cmocka_unit_test(it_filters_by_key_name_and_sentence),
        cmocka_unit_test(keys_of_the_user_are_shown),
        cmocka_unit_test(enter_closes_and_then_does_it),
        cmocka_unit_test(esc_closes_and_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
