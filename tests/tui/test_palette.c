/* SPDX-License-Identifier: MIT */
/*
 * The palette says of every action its key and the command that does the same, and of one that
 * does nothing now also why: all three.
 */
#include "screen_fixture.h"

#include "tui/palette.h"

static bool nothing_works(void *ctx, enum action a, char *why, size_t size)
{
    (void)ctx;
    (void)a;
    snprintf(why, size, "BECAUSE");
    return true;
}

/* Actions that are more than looking around in the console; each has a command. */
static const enum action commanded[] = {
    ACTION_SEND,       ACTION_LISTEN,     ACTION_TRIGGER,   ACTION_PAY,     ACTION_REPLAY,
    ACTION_HISTORY,    ACTION_CALLS,      ACTION_LIFE,      ACTION_COMPARE, ACTION_DIAGNOSE,
    ACTION_PROFILE,    ACTION_COPY,       ACTION_TOUR,      ACTION_PANE_1,  ACTION_PANE_3,
    ACTION_PANE_4,     ACTION_PANE_5,     ACTION_PANE_6,    ACTION_LANG,    ACTION_NEXT_PROBLEM,
    ACTION_HELP_FIELD, ACTION_ALL_FIELDS, ACTION_HELP_KEYS,
};

static void every_action_has_key_and_command_disabled_or_not(void **state)
{
    (void)state;
    struct keymap keymap;
    keymap_init(&keymap);
    for (int off = 0; off < 2; off++) {
        struct palette p = {
            .keymap = &keymap, .lang = LANG_EN, .disabled = off ? nothing_works : NULL};
        struct menu m = {0};
        enum action *actions = NULL;
        palette_fill(&p, &m, &actions);
        for (size_t i = 0; i < m.count; i++) {
            char keys[64];
            keymap_names(&keymap, actions[i], ACTION_IN_BOTH, keys, sizeof(keys));
            assert_true(keys[0]);
            assert_string_equal(m.items[i].key, keys);
            assert_int_equal(m.items[i].disabled, off);
            assert_string_equal(m.items[i].why, off ? "BECAUSE" : "");
            for (size_t k = 0; k < ARRAY_COUNT(commanded); k++) {
                if (commanded[k] == actions[i] && !strstr(m.items[i].note, "wxpc ") &&
                    !strstr(m.items[i].note, "--lang"))
                    fail_msg("%s has no command", action_row(actions[i])->id);
            }
        }
        free(m.items);
        free(actions);
    }
}

/* Name first, key last, and between them the command and why it does nothing now. */
static void why_stands_between_both_and_is_said(void **state)
{
    static const struct {
        const char *word, *parts[4], *said;
    } rows[] = {
        {"比较",
         {"> 比较", "wxpc history compare  在历史 H 里标记两行", " = ║"},
         "现在不可用：在历史 H 里标记两行"},
        {"后续调用",
         {"> 后续调用", "还没有应答，先发送", " o ║"},
         "现在不可用：还没有应答，先发送"},
        {"撤销", {"没有可撤销的", "u Ctrl-Z ║"}, "现在不可用：没有可撤销的"},
        {"先用 / 查找", {"下一处"}, "现在不可用：先用 / 查找"}, /* a reason is found too */
    };
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_ZH});
    (void)state;

    screen_draw(d->s);
    press(d, "Esc");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        press(d, "Ctrl-P");
        type(d, rows[i].word);
        for (size_t k = 0; k < ARRAY_COUNT(rows[i].parts) && rows[i].parts[k]; k++)
            shows(d, rows[i].parts[k]);
        press(d, "Enter");
        shows(d, rows[i].said);
        press(d, "Esc");
    }
    desk_close(d);
}

/* Where it is narrow: name and key, or why it does nothing; below, whole, what was left out. */
static void a_narrow_palette_is_read(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 40, .rows = 12, .lang = LANG_ZH});
    (void)state;

    screen_draw(d->s);
    press(d, "Ctrl-P");
    shows(d, "║ > 发送                     Ctrl-R F5 ║");
    shows(d, "\n Send  wxpc send\n");
    type(d, "Undo");
    shows(d, "║ > 撤销                 没有可撤销的  ║");
    shows(d, "\n 现在不可用：没有可撤销的  Undo  u\n Ctrl-Z\n");
    press(d, "Ctrl-U");
    type(d, "thorough");
    shows(d, "\n 现在不可用：在没试完的诊断 d 里  Go on\n wxpc diagnose --thorough  D\n");
    desk_close(d);
}

static void a_flow_is_found_by_its_title_in_the_other_language(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_ZH});
    (void)state;

    screen_draw(d->s);
    press(d, "Esc");
    press(d, "Ctrl-P");
    type(d, "third-party gateway");
    shows(d, "flow gateway-wap");
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_has_key_and_command_disabled_or_not),
        cmocka_unit_test(why_stands_between_both_and_is_said),
        cmocka_unit_test(a_flow_is_found_by_its_title_in_the_other_language),
        cmocka_unit_test(a_narrow_palette_is_read),
    };
    term_set_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
