/* SPDX-License-Identifier: MIT */
/*
 * Importing on the console: what is pasted or read from a file fills the form, several documents
 * are offered, and what was not understood is said.
 */
#include "tui/screen_fixture.h"

#include <locale.h>

#define ORDER(number) "<xml><body>茶</body><out_trade_no>" number "</out_trade_no></xml>"

static const char log_text[] = "2026-11-29 10:00:01 INFO  [pay] request " ORDER(
    "T1") "\n"
          "{\"level\":\"info\",\"msg\":\"" ORDER(
              "T2") "\"}\n"
                    "1.2.3.4 - - [29/Nov/2026] \"GET /n?appid=wx1&out_trade_no=T3&body=%E8%8C%B6 HTTP/1.1\" 200\n"
                    "2026-11-29 10:00:02 INFO  [pay] request <xml><body>cut\n";

static void several_documents_are_offered(void **state)
{
    static const struct desk_options sizes[] = {
        {.lang = LANG_ZH},
        {.lang = LANG_EN},
        {.cols = 80, .rows = 24, .lang = LANG_ZH},
        {.cols = 80, .rows = 24, .lang = LANG_EN},
        {.cols = 40, .rows = 12, .lang = LANG_ZH},
        {.cols = 40, .rows = 12, .lang = LANG_EN},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        struct desk *d = desk_open(&sizes[i]);
        press(d, "Esc");
        paste(d, log_text);
        compare_screen(d, "import", &sizes[i]);
        desk_close(d);
    }
}

static void the_one_chosen_fills_the_form(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    press(d, "Esc");
    paste(d, log_text);
    press(d, "Down Enter");
    assert_string_equal(field(d, "out_trade_no"), "T2");
    assert_string_equal(field(d, "body"), "茶");
    paste(d, log_text);
    press(d, "Esc");
    assert_string_equal(field(d, "out_trade_no"), "T2");
    desk_close(d);
}

static void a_single_one_fills_the_form_at_once(void **state)
{
    static const char *const texts[] = {
        "curl https://api.x/pay \\\n -d '" ORDER("T7") "'",
        "10:00 INFO " ORDER("T7") " sent",
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":\"https://a.x\","
        "\"postData\":{\"text\":\"" ORDER("T7") "\"}}}]}}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct desk *d = desk_open(&(struct desk_options){.lang = LANG_ZH});
        press(d, "Esc");
        paste(d, texts[i]);
        assert_string_equal(field(d, "out_trade_no"), "T7");
        desk_close(d);
    }
}

static void in_edit_only_what_is_no_value_is_imported(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    press(d, "Ctrl-U");
    paste(d, "see appid=wx1&body=b&mch_id=2");
    assert_string_equal(field(d, "body"), "see appid=wx1&body=b&mch_id=2");
    paste(d, "curl https://api.x -d '" ORDER("T8") "'");
    assert_string_equal(field(d, "out_trade_no"), "T8");
    desk_close(d);
}

static void what_holds_nothing_says_why(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    press(d, "Esc");
    paste(d, "curl https://api.x -d @order.xml");
    shows(d, "its content is in the file order.xml");
    paste(d, "{\"log\":{\"entries\":[{]}}");
    shows(d, "HAR: JSON has an error in line 1");
    desk_close(d);
}

static void a_file_is_imported(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    char path[256];
    (void)state;
    desk_write(d, "", "app.log", log_text);
    snprintf(path, sizeof(path), "%s/wxpc/app.log", d->home);
    press(d, "Esc I");
    shows(d, "Import");
    type(d, path);
    press(d, "Enter");
    shows(d, "It holds several messages");
    press(d, "Down Down Enter");
    assert_string_equal(field(d, "out_trade_no"), "T3");

    desk_write(d, "", "none", "hello");
    press(d, "I");
    snprintf(path, sizeof(path), "%s/wxpc/none", d->home);
    type(d, path);
    press(d, "Enter");
    shows(d, "holds no message");

    press(d, "I");
    type(d, "/no/such/file");
    press(d, "Enter");
    shows(d, "/no/such/file");
    lacks(d, "holds no message");
    desk_close(d);
}

/* ---- Diagnosis ---- */

#define UNSIGNED "<sign>0123456789ABCDEF0123456789ABCDEF</sign></xml>"

static void ask(struct desk *d, const char *text)
{
    press(d, "Esc 3 d");
    paste(d, text);
    press(d, "Enter");
}

static void a_repair_is_shown_and_taken_back(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    ask(d, "appid=wx1&amp;body=tea¬ify_url=http://a.x&sign=0123456789ABCDEF0123456789ABCDEF");
    shows(d, "paste repair html:");
    shows(d, "paste repair html-eaten:");
    press(d, "u");
    shows(d, "Repairs of the paste");
    press(d, "Down Enter"); /* html-eaten */
    shows(d, "paste repair html:");
    lacks(d, "paste repair html-eaten:");
    press(d, "u");
    shows(d, "taken back:");
    press(d, "Down Enter");
    shows(d, "paste repair html-eaten:");
    press(d, "Esc Esc");
    assert_int_equal(d->s->over_count, 0);
    desk_close(d);
}

static void one_of_several_messages_is_diagnosed(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_ZH});
    (void)state;
    ask(d, "x <xml><appid>wx1</appid><body>a</body>" UNSIGNED
           " y <xml><appid>wx2</appid><body>b</body>" UNSIGNED);
    shows(d, "其中有几个报文：取哪一个？");
    press(d, "Down Enter");
    shows(d, "其中有 2 个报文，看的是第 2 个");
    press(d, "u");
    shows(d, "从其他文字中取出了报文");
    press(d, "Esc Esc Esc");
    assert_int_equal(d->s->over_count, 0);
    ask(d, "\x1b[31m nothing");
    shows(d, "看不懂这份内容");
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_documents_are_offered),
        cmocka_unit_test(the_one_chosen_fills_the_form),
        cmocka_unit_test(a_single_one_fills_the_form_at_once),
        cmocka_unit_test(in_edit_only_what_is_no_value_is_imported),
        cmocka_unit_test(what_holds_nothing_says_why),
        cmocka_unit_test(a_file_is_imported),
        cmocka_unit_test(a_repair_is_shown_and_taken_back),
        cmocka_unit_test(one_of_several_messages_is_diagnosed),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
