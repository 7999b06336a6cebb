/* SPDX-License-Identifier: MIT */
#include "screen_fixture.h"

#include "core/text.h"

static struct desk *open_form(void)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 120, .rows = 36, .lang = LANG_EN});
    screen_draw(d->s);
    return d;
}

static const char *sign_of(struct desk *d)
{
    return params_get(&workspace_draft(&d->s->w)->request.params, "sign");
}

static void opens_in_edit_with_the_cursor_behind_the_value_of_body(void **state)
{
    struct desk *d = open_form();
    int row, col;
    (void)state;

    assert_true(d->s->edit);
    assert_int_equal(d->s->focus, PLAN_FORM);
    assert_true(surface_get_cursor(d->s->grid, &row, &col));
    shows(d, ">* body");
    desk_close(d);
}

/* Keys in EDIT, and what body then is. The demo's body is 示例商城-会员月卡. */
static void keys_edit_the_value(void **state)
{
    static const struct {
        const char *keys;
        const char *text; /* typed after them */
        const char *then; /* keys after that */
        const char *value;
        const char *reason;
    } rows[] = {
        {"", "abc", "", "示例商城-会员月卡abc", "typed at the end"},
        {"Ctrl-U", "深圳分店", "", "深圳分店", "cleared first"},
        {"Ctrl-U", "e", "Enter", "e", "letters are no commands, Enter sends nothing"},
        {"Backspace Backspace", "", "", "示例商城-会员", "whole characters go"},
        {"Ctrl-U", "é\xcc\x81x", "Backspace", "é\xcc\x81", "marks stay with their letter"},
        {"Home", "x", "", "x示例商城-会员月卡", "at the beginning"},
        {"Left", "x", "", "示例商城-会员月x卡", "between two wide characters"},
        {"Ctrl-U", "a😀b", "", "a😀b", "emoji are taken (and judged)"},
        {"Ctrl-U", "abc", "Ctrl-Z", "", "undo takes back what was typed"},
        {"Ctrl-U", "abc", "Ctrl-Z Ctrl-Z", "示例商城-会员月卡", "and then the clearing"},
        {"Ctrl-U", "qQpy!+a:?", "", "qQpy!+a:?", "every letter that is a command in NAV"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_form();
        press(d, rows[i].keys);
        type(d, rows[i].text);
        press(d, rows[i].then);
        if (strcmp(field(d, "body"), rows[i].value) != 0)
            fail_msg("%s: %s", rows[i].reason, field(d, "body"));
        assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
        desk_close(d);
    }
}

static void each_key_changes_the_signature_in_the_same_frame(void **state)
{
    struct desk *d = open_form();
    char before[80], groups[80];
    (void)state;

    snprintf(before, sizeof(before), "%s", sign_of(d));
    type(d, "x");
    assert_string_not_equal(sign_of(d), before);
    snprintf(groups, sizeof(groups), "%.8s %.8s", sign_of(d), sign_of(d) + 8);
    press(d, "Esc 3 G");
    shows(d, groups);
    desk_close(d);
}

static void tab_and_enter_go_through_the_fields_in_edit(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Tab");
    shows(d, ">* out_trade_no");
    press(d, "Enter");
    shows(d, ">* total_fee");
    press(d, "Shift-Tab Shift-Tab Shift-Tab");
    shows(d, ">* nonce_str");
    press(d, "Down");
    shows(d, ">* body");
    press(d, "Up Up Up Shift-Tab"); /* around at the top */
    shows(d, ">* product_id");
    assert_true(d->s->edit);
    press(d, "Enter"); /* at the end there is no next field */
    assert_false(d->s->edit);
    desk_close(d);
}

static void space_switches_a_field_off_and_keeps_its_value(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc Space");
    assert_string_equal(field(d, "body"), "(none)");
    shows(d, "(off)║");
    shows(d, "! body");
    press(d, "Space");
    assert_string_equal(field(d, "body"), "示例商城-会员月卡");
    desk_close(d);
}

static void an_enumeration_opens_as_a_menu_with_meanings(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc G k Enter"); /* trade_type */
    shows(d, "> NATIVE");
    shows(d, "another value");
    press(d, "M W E B Enter");
    assert_string_equal(field(d, "trade_type"), "MWEB");
    shows(d, "[MWEB v]");
    press(d, "Enter Down Enter"); /* another value: typed */
    assert_true(d->s->edit);
    desk_close(d);
}

static void the_note_counts_characters_and_bytes(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Ctrl-U");
    shows(d, "0/127");
    type(d, "abc");
    shows(d, "3/127");
    type(d, "中文");
    shows(d, "5c 9B/127");
    shows(d, "1  = CNY 0.01");
    desk_close(d);
}

static void a_problem_is_marked_and_explained_at_once(void **state)
{
    struct desk *d = open_form();
    (void)state;

    lacks(d, "! 1 error");
    press(d, "Ctrl-U");
    shows(d, "! 1 error");
    shows(d, ">! body");
    shows(d, "body is empty");
    type(d, "x");
    lacks(d, "! 1 error");
    desk_close(d);
}

static void the_next_problem_is_one_key_away(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Ctrl-U Esc g");
    shows(d, ">* appid");
    press(d, "!");
    shows(d, ">! body");
    desk_close(d);
}

static void generates_a_value_or_says_why_not(void **state)
{
    struct desk *d = open_form();
    char before[64];
    (void)state;

    snprintf(before, sizeof(before), "%s", field(d, "out_trade_no"));
    press(d, "Tab Ctrl-G");
    assert_string_not_equal(field(d, "out_trade_no"), before);
    press(d, "Shift-Tab Ctrl-G");
    shows(d, "field body has no value to generate");
    desk_close(d);
}

static void undo_and_redo_step_through_changes(void **state)
{
    struct desk *d = open_form();
    (void)state;

    type(d, "1");
    press(d, "Esc u");
    assert_string_equal(field(d, "body"), "示例商城-会员月卡");
    press(d, "U");
    assert_string_equal(field(d, "body"), "示例商城-会员月卡1");
    press(d, "u u");
    shows(d, "nothing to undo");
    desk_close(d);
}

static void optional_fields_come_with_a(void **state)
{
    struct desk *d = open_form();
    (void)state;

    lacks(d, "device_info");
    press(d, "Esc a");
    shows(d, "device_info        (off)");
    press(d, "a");
    lacks(d, "device_info");
    desk_close(d);
}

static void an_unknown_field_can_be_added_and_removed(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc + f o o Enter");
    assert_true(d->s->edit);
    type(d, "1");
    assert_string_equal(field(d, "foo"), "1");
    shows(d, ">? foo");
    press(d, "Esc Del");
    shows(d, "remove foo and its value?");
    press(d, "n");
    assert_string_equal(field(d, "foo"), "1");
    press(d, "Del y");
    assert_string_equal(field(d, "foo"), "(none)");
    desk_close(d);
}

static void a_required_field_is_not_removed(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc Del");
    shows(d, "body is required");
    assert_string_equal(field(d, "body"), "示例商城-会员月卡");
    desk_close(d);
}

/* What is pasted where, and what comes of it. */
static void pastes_fill_the_form_or_the_field(void **state)
{
    static const struct {
        const char *keys; /* before */
        const char *text;
        const char *name, *value; /* a field afterwards */
        const char *says;
    } rows[] = {
        {"", "a\nb\tc", "body", "示例商城-会员月卡a b\tc", "line ends became blanks"},
        {"", "<xml><body>new</body><total_fee>7</total_fee></xml>", "total_fee", "7", "2 fields"},
        {"Esc", "<xml><body>new</body><total_fee>7</total_fee></xml>", "body", "new", "2 fields"},
        {"Esc 3", "{\"body\":\"new\",\"total_fee\":\"7\"}", "body", "new", "2 fields"},
        {"Esc", "body=new&total_fee=7", "total_fee", "7", "2 fields"},
        {"Esc", "body=new\ntotal_fee=7\n", "total_fee", "7", "2 fields"},
        {"Esc", "{\"body\":\"x\",\"trade_type\":\"JSAPI\"}", "trade_type", "JSAPI", "2 fields"},
        {"Esc", "{\"body\":\"x\"}", "body", "x", "1 field"},
        {"Esc", "body=hello", "body", "hello", "1 field"},
        {"Esc", "nobody=hello", "body", "示例商城-会员月卡", "was not used"},
        {"Esc", "<xml><body>n</body><nobody>1</nobody></xml>", "nobody", "(none)",
         "left out: nobody"},
        {"Esc", "<xml><body>n</body><sign>AB</sign></xml>", "sign", "(none)",
         "cleared, not in it: total_fee, trade_type, product_id (undo brings them back); sign"},
        {"Esc", "body=n&total_fee=7&key=192006250b4c09247ec02edce69f6a2d", "key", "(none)",
         "the key in it was thrown away"},
        {"Esc", "q\nQ\n\x03rm", "body", "示例商城-会员月卡", "was not used"},
        {"Esc", "<xml><body>broken", "body", "示例商城-会员月卡", "XML"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_form();
        press(d, rows[i].keys);
        paste(d, rows[i].text);
        if (strcmp(field(d, rows[i].name), rows[i].value) != 0)
            fail_msg("%s: %s is %s", rows[i].text, rows[i].name, field(d, rows[i].name));
        shows(d, rows[i].says);
        lacks(d, "192006250b4c09247ec02edce69f6a2d");
        assert_false(d->s->quit);
        desk_close(d);
    }
}

static void a_pasted_document_is_one_undo_step(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc");
    paste(d, "<xml><body>new</body><total_fee>7</total_fee></xml>");
    press(d, "u");
    assert_string_equal(field(d, "body"), "示例商城-会员月卡");
    assert_string_equal(field(d, "total_fee"), "1");
    desk_close(d);
}

/* An editor would keep them, which is an error in nearly every field: it is not advised. */
static void line_ends_become_blanks_without_bad_advice(void **state)
{
    struct desk *d = open_form();
    (void)state;

    paste(d, "a\nb");
    shows(d, "line ends became blanks");
    lacks(d, "an editor keeps");
    desk_close(d);
}

static void units_stand_in_the_language(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_ZH});
    (void)state;

    shows(d, "分║");
    lacks(d, "fen║");
    press(d, "F2");
    shows(d, "fen║");
    desk_close(d);
}

static void hostile_bytes_of_a_value_are_shown_as_marks(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Ctrl-U");
    paste(d, "a\x1b\xe2\x80\xae");
    shows(d, "a␛<U+202E>");
    desk_close(d);
}

static void search_finds_by_name_and_label(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc / f e e Enter");
    shows(d, ">* total_fee");
    press(d, "/ o r d e r Enter");
    shows(d, ">* out_trade_no");
    press(d, "/ z z z z Enter");
    shows(d, "zzzz not found");
    press(d, "g /");
    paste(d, "!appid"); /* what has it not */
    press(d, "Enter");
    shows(d, ">* mch_id");
    press(d, "n");
    shows(d, ">* nonce_str");
    desk_close(d);
}

static void each_api_keeps_its_own_place(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "Esc g");
    workspace_choose(&d->s->w, 1);
    shows(d, "contractorder");
    press(d, "G");
    workspace_choose(&d->s->w, 0);
    shows(d, ">* appid");
    desk_close(d);
}

static void help_explains_the_field_from_the_catalogue(void **state)
{
    struct desk *d = open_form();
    (void)state;

    press(d, "F1");
    shows(d, "Goods description");
    shows(d, "at most 127 bytes");
    press(d, "Esc Esc G k F1");
    shows(d, "MWEB");
    desk_close(d);
}

/* ---- The form inside a JSON field ---- */

static void open_detail(struct desk *d)
{
    press(d, "Esc + d e t a i l Enter Esc Enter"); /* a known name goes to its row */
    shows(d, "[form]");
}

static void a_json_field_is_edited_as_a_form(void **state)
{
    struct desk *d = open_form();
    (void)state;

    open_detail(d);
    press(d, "j j Enter");
    assert_string_equal(
        field(d, "detail"),
        "{\"goods_detail\":[{\"goods_id\":\"SKU1001\",\"quantity\":1,\"price\":1}]}");
    press(d, "j j Enter Ctrl-U");
    type(d, "x1");
    press(d, "Tab Tab Tab Ctrl-U");
    type(d, "12");
    assert_string_equal(field(d, "detail"),
                        "{\"goods_detail\":[{\"goods_id\":\"x1\",\"quantity\":12,\"price\":1}]}");
    press(d, "Esc G Enter"); /* one more element */
    shows(d, "[1]");
    press(d, "u");
    lacks(d, "[1]");
    desk_close(d);
}

static void an_element_is_removed_after_asking(void **state)
{
    struct desk *d = open_form();
    (void)state;

    open_detail(d);
    press(d, "j j Enter j Del y");
    assert_string_equal(field(d, "detail"), "{\"goods_detail\":[]}");
    desk_close(d);
}

static void text_and_form_show_the_same(void **state)
{
    struct desk *d = open_form();
    (void)state;

    open_detail(d);
    shows(d, "Del Remove");
    press(d, "]");
    shows(d, "[text]");
    press(d, "Esc");
    lacks(d, "Del Remove");
    press(d, "Enter");
    paste(d, "{\"cost_price\":5,\n\"extra\":[1,2]}");
    assert_string_equal(field(d, "detail"), "{\"cost_price\":5,\n\"extra\":[1,2]}");
    press(d, "Esc ]");
    shows(d, "[form]");
    shows(d, "5  = CNY 0.05");
    shows(d, "[1,2]");
    desk_close(d);
}

static void broken_json_stays_as_text_and_is_said(void **state)
{
    struct desk *d = open_form();
    (void)state;

    open_detail(d);
    press(d, "]");
    type(d, "{\"a\":");
    shows(d, "! no JSON");
    press(d, "Esc ]");
    shows(d, "[text]");
    assert_string_equal(field(d, "detail"), "{\"a\":");
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_in_edit_with_the_cursor_behind_the_value_of_body),
        cmocka_unit_test(keys_edit_the_value),
        cmocka_unit_test(each_key_changes_the_signature_in_the_same_frame),
        cmocka_unit_test(tab_and_enter_go_through_the_fields_in_edit),
        cmocka_unit_test(space_switches_a_field_off_and_keeps_its_value),
        cmocka_unit_test(an_enumeration_opens_as_a_menu_with_meanings),
        cmocka_unit_test(the_note_counts_characters_and_bytes),
        cmocka_unit_test(a_problem_is_marked_and_explained_at_once),
        cmocka_unit_test(the_next_problem_is_one_key_away),
        cmocka_unit_test(generates_a_value_or_says_why_not),
        cmocka_unit_test(undo_and_redo_step_through_changes),
        cmocka_unit_test(optional_fields_come_with_a),
        cmocka_unit_test(an_unknown_field_can_be_added_and_removed),
        cmocka_unit_test(a_required_field_is_not_removed),
        cmocka_unit_test(pastes_fill_the_form_or_the_field),
        cmocka_unit_test(a_pasted_document_is_one_undo_step),
        cmocka_unit_test(line_ends_become_blanks_without_bad_advice),
        cmocka_unit_test(units_stand_in_the_language),
        cmocka_unit_test(hostile_bytes_of_a_value_are_shown_as_marks),
        cmocka_unit_test(search_finds_by_name_and_label),
        cmocka_unit_test(each_api_keeps_its_own_place),
        cmocka_unit_test(help_explains_the_field_from_the_catalogue),
        cmocka_unit_test(a_json_field_is_edited_as_a_form),
        cmocka_unit_test(an_element_is_removed_after_asking),
        cmocka_unit_test(text_and_form_show_the_same),
        cmocka_unit_test(broken_json_stays_as_text_and_is_said),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
