/* SPDX-License-Identifier: MIT */
/* The overlay of a diagnosis: its parts at each size and in both languages, the report it copies.
 */
#include <locale.h>

#include "core/sign.h"
#include "core/xml.h"
#include "tui/screen_fixture.h"

/* Pastes, in pane 3, the signature over our parameters with the body in GBK. */
static void ask(struct desk *d)
{
    static const char utf8[] = "示例商城-会员月卡",
                      gbk[] = "\xca\xbe\xc0\xfd\xc9\xcc\xb3\xc7-\xbb\xe1\xd4\xb1\xd4\xc2\xbf\xa8";
    const char *text = buf_str(&workspace_draft(&d->s->w)->request.trace.joined);
    const char *at = strstr(text, utf8);
    char theirs[4096], sign[DIGEST_HEX_MAX];
    unsigned char raw[DIGEST_SIZE_MAX];

    assert_non_null(at);
    snprintf(theirs, sizeof(theirs), "%.*s%s%s", (int)(at - text), text, gbk, at + strlen(utf8));
    digest_hex(raw, digest_bytes(DIGEST_MD5, theirs, strlen(theirs), raw), sign);
    press(d, "Esc 3 V");
    paste(d, sign);
    for (int i = 0; i < 20000 && !strstr(shot(d), "GB18030"); i++)
        loop_turn(d->s->w.loop, 50);
    press(d, "Esc d");
    shows(d, "GB18030");
}

static void take_parts(struct desk *d, const struct desk_options *o)
{
    ask(d);
    compare_screen(d, "diagnosis", o);
    press(d, "] ]");
    compare_screen(d, "diagnosis_strings", o);
    lacks(d, "192006250b4c");
}

static void its_parts_look_as_recorded(void **state)
{
    (void)state;
    desk_each(take_parts);
}

static void every_part_says_something(void **state)
{
    static const char *const says[] = {
        "[all]",     "[causes]",    "cs-digest", "[strings]",
        "[steps]",   "no: is the",  "[advice]",  "nothing else was seen",
        "[repairs]", "not repaired"};
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    char seen[6][1 << 16];
    (void)state;
    screen_draw(d->s);
    ask(d);
    for (int part = 0; part < 6; part++) {
        snprintf(seen[part], sizeof(seen[part]), "%s", shot(d));
        press(d, "]");
    }
    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        bool found = false;
        for (int part = 0; part < 6; part++)
            found = found || strstr(seen[part], says[i]);
        if (!found)
            fail_msg("no part says %s", says[i]);
    }
    desk_close(d);
}

/* The advice that the console gives is that of the command: key, addresses, the request's own. */
static void the_history_proves_the_key(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    struct workspace *w = &d->s->w;
    struct params p = {0};
    struct sign_trace trace = {0};
    struct buf xml;
    (void)state;
    screen_draw(d->s);
    params_set(&p, "return_code", "SUCCESS", NULL);
    params_set(&p, "mch_id", "10000100", NULL);
    params_set(&p, "prepay_id", "wx1", NULL);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &w->profile.key.value, &trace, NULL), ST_OK);
    params_set(&p, "sign", trace.hex, NULL);
    buf_init(&xml, 4096);
    assert_int_equal(xml_write(&p, &xml, NULL), ST_OK);
    struct journal_row row = {.at_ms = 1,
                              .kind = JOURNAL_CALL,
                              .name = "unifiedorder",
                              .mch_id = "10000100",
                              .amount = -1,
                              .status = 200};
    struct journal_body body = {.request = {buf_str(&xml), xml.len},
                                .response = {buf_str(&xml), xml.len}};
    ask(d);
    press(d, "] ] ] ]");
    shows(d, "no evidence");
    press(d, "Esc");
    assert_int_equal(workspace_journal(w, NULL), ST_OK);
    assert_int_equal(journal_add(w->journal, &row, &body, NULL, NULL), ST_OK);
    press(d, "V Esc d");
    press(d, "] ] ] ]");
    shows(d, "proven to be this merchant's key; by number 1 of the history");
    press(d, "Esc Esc H");
    lacks(d, "Signature diagnosis");
    press(d, "d");
    shows(d, "Signature diagnosis");
    shows(d, "the signature holds");
    buf_clear(&xml);
    sign_trace_clear(&trace);
    params_clear(&p);
    desk_close(d);
}

/* Forty fields with a signature that nothing gives: the search is stopped, and then taken up. */
static void what_was_left_out_is_tried_with_one_key(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    struct buf text;
    (void)state;
    screen_draw(d->s);
    buf_init(&text, 1u << 16);
    for (int i = 0; i < 40; i++)
        buf_addf(&text, "p%d=v%d&", i, i);
    buf_adds(&text, "sign=0123456789ABCDEF0123456789ABCDEF");
    press(d, "Esc 1 d");
    paste(d, buf_str(&text));
    press(d, "Enter");
    shows(d, "searching ");
    shows(d, "Esc Stop the search");
    press(d, "D");
    shows(d, "it is searching; Esc stops it");
    press(d, "Esc");
    shows(d, "Not tried (the search was cancelled");
    shows(d, "D Go on");
    press(d, "D");
    shows(d, "it may take minutes; Esc stops");
    for (int i = 0; i < 20; i++)
        loop_turn(d->s->w.loop, 50);
    shows(d, "searching ");
    press(d, "Esc");
    lacks(d, "searching ");
    press(d, "Ctrl-P");
    type(d, "thorough");
    shows(d, "Go on");
    shows(d, "wxpc diagnose --thorough");
    press(d, "Enter");
    shows(d, "searching ");
    press(d, "Esc Esc");
    lacks(d, "Signature diagnosis");
    press(d, "Ctrl-P");
    type(d, "thorough");
    shows(d, "left something out");
    buf_clear(&text);
    desk_close(d);
}

static void what_was_tried_whole_does_not_offer_more(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    screen_draw(d->s);
    ask(d);
    lacks(d, "D Go on");
    press(d, "D");
    shows(d, "nothing was left out");
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_parts_look_as_recorded),
        cmocka_unit_test(every_part_says_something),
        cmocka_unit_test(the_history_proves_the_key),
        cmocka_unit_test(what_was_left_out_is_tried_with_one_key),
        cmocka_unit_test(what_was_tried_whole_does_not_offer_more),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
