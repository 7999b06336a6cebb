/* SPDX-License-Identifier: MIT */
/*
 * Keys in, screen out. The screens of tests/screens are compared cell by cell; with
 * UPDATE_SCREENS=1 in the environment they are rewritten instead: look at the difference
 * before committing it.
 */
#include "screen_fixture.h"

#include "core/text.h"

/* ---- Screens ---- */

static const char production[] =
    "{\"name\": \"shop\", \"title\": {\"zh\": \"某商户\", \"en\": \"Some shop\"},"
    " \"environment\": \"production\", \"base_url\": \"https://api.mch.weixin.qq.com\","
    " \"api_key\": \"192006250b4c09247ec02edce69f6a2d\","
    " \"fields\": {\"appid\": \"wxd930ea5d5a258f4f\", \"mch_id\": \"10000100\","
    " \"notify_url\": \"https://www.qq.com/notify\"}}";

/* Name, size, keys, and what to look at in it. */
static const struct {
    const char *name;
    struct desk_options o;
    const char *keys;
} screens[] = {
    {"open", {.lang = LANG_ZH}, ""},
    {"stack", {.cols = 80, .rows = 50, .lang = LANG_ZH}, ""},
    {"side", {.cols = 100, .rows = 30, .lang = LANG_EN}, "Esc 4"},
    {"menu", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc y"},
    {"palette", {.cols = 80, .rows = 24, .lang = LANG_EN}, "Ctrl-P"},
    {"values", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc G k Enter"},
    {"help", {.cols = 80, .rows = 24, .lang = LANG_EN}, "F1"},
    {"question", {.cols = 80, .rows = 24, .lang = LANG_EN}, "x Esc q"},
    {"prompt", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc +"},
    {"search", {.cols = 80, .rows = 24, .lang = LANG_EN}, "Esc / f e e"},
    {"problem", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Ctrl-U"},
    {"production",
     {.cols = 80, .rows = 24, .lang = LANG_ZH, .profile = "shop", .profile_json = production},
     ""},
    {"production", {.lang = LANG_EN, .profile = "shop", .profile_json = production}, "Ctrl-R"},
    {"small", {.cols = 39, .rows = 11, .lang = LANG_ZH}, ""},
};

static void take_screen(const char *name, const struct desk_options *o, const char *keys)
{
    struct desk *d = desk_open(o);
    screen_draw(d->s);
    press(d, keys);
    compare_screen(d, name, o);
    desk_close(d);
}

static void screens_look_as_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
        take_screen(screens[i].name, &screens[i].o, screens[i].keys);
}

/* The opening screen at each size of the brief, in both languages. */
static void take_opening(struct desk *d, const struct desk_options *o)
{
    compare_screen(d, "open", o);
}

static void opening_screens_look_as_recorded(void **state)
{
    (void)state;
    desk_each(take_opening);
}

/* What arrived, as the journal has it: no socket is opened. */
static void add_notices(struct desk *d)
{
    static const char *const outcomes[] = {"unsigned", "forged", "amount", "duplicate", "genuine"};
    static const char body[] =
        "<xml><appid><![CDATA[wxd930ea5d5a258f4f]]></appid><attach>会员月卡</attach>"
        "<mch_id>10000100</mch_id><out_trade_no>20260102030405418529</out_trade_no>"
        "<result_code>SUCCESS</result_code><return_code>SUCCESS</return_code>"
        "<sign>0123456789ABCDEF0123456789ABCDEF</sign><total_fee>1</total_fee>"
        "<transaction_id>4200002026010200000000000001</transaction_id></xml>";
    static const char head[] = "POST /notify HTTP/1.1\r\nContent-Type: text/xml\r\n";
    static const char detail[] =
        "{\"findings\":[{\"field\":\"total_fee\",\"severity\":\"error\",\"rule\":\"amount\","
        "\"zh\":\"金额与订单不同\",\"en\":\"the amount differs from the order\"}]}";
    struct workspace *w = &d->s->w;
    assert_int_equal(workspace_journal(w, NULL), ST_OK);
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        struct journal_row row = {.at_ms = 1767294245000 + (int64_t)i * 1000,
                                  .kind = JOURNAL_NOTICE,
                                  .name = i == 0 ? "refund" : "payment",
                                  .order_no = "20260102030405418529",
                                  .amount = i == 0 ? -1 : 1,
                                  .status = i ? 200 : 0,
                                  .good = i > 2,
                                  .outcome = outcomes[i]};
        struct journal_body b = {.request_head = {head, sizeof(head) - 1},
                                 .request = {body, sizeof(body) - 1},
                                 .detail = {detail, sizeof(detail) - 1}};
        assert_int_equal(journal_add(w->journal, &row, &b, NULL, NULL), ST_OK);
    }
    workspace_inbox(w);
}

static void take_notices(struct desk *d, const struct desk_options *o)
{
    add_notices(d);
    press(d, "Esc 6 g j j");
    compare_screen(d, "notices", o);
    press(d, "G k Enter");
    compare_screen(d, "notice", o);
}

static void notices_look_as_recorded(void **state)
{
    (void)state;
    desk_each(take_notices);
}

/* The first step of a flow: chosen by ? and Enter, told below the panes. */
static void take_tour(struct desk *d, const struct desk_options *o)
{
    press(d, "Esc ? Enter Enter Space");
    compare_screen(d, "tour", o);
}

static void tours_look_as_recorded(void **state)
{
    (void)state;
    desk_each(take_tour);
}

/* ---- Keys ---- */

static struct desk *open_desk(void)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    screen_draw(d->s);
    return d;
}

/* Back to NAV in the form, whatever a key has opened. */
static void settle(struct desk *d)
{
    while (d->s->over_count || d->s->searching || d->s->edit)
        press(d, "Esc");
    d->s->quit = false;
    d->s->zoom = false;
    d->s->focus = PLAN_FORM;
    workspace_lang(&d->s->w, LANG_EN);
    press(d, "g j");
}

static void expect_answer(struct desk *d, struct key key)
{
    struct keys_event e = {.kind = KEYS_EVENT_KEY, .key = key};
    char name[KEYS_NAME_MAX];

    settle(d);
    char *before = strdup(shot(d));
    screen_event(d->s, &e);
    keys_name(key, name);
    if (!d->s->quit && strcmp(shot(d), before) == 0)
        fail_msg("%s is silent", name);
    free(before);
}

/* No key without an answer: every printable key and some named ones change the screen. */
static void no_key_is_silent_in_nav(void **state)
{
    static const char *const named[] = {"F1",     "F2",  "F3",     "F4",     "F6",
                                        "F12",    "Tab", "Ctrl-A", "Ctrl-P", "Ctrl-S",
                                        "Ctrl-X", "Ins", "Esc",    "Alt-x",  "Enter"};
    struct desk *d = open_desk();
    (void)state;

    for (uint32_t code = 0x20; code < 0x7F; code++) {
        if (!strchr("[]<>", (int)code)) /* they act on the frame, see below */
            expect_answer(d, (struct key){.code = code});
    }
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        struct key key;
        assert_true(keys_read(named[i], &key));
        expect_answer(d, key);
    }
    desk_close(d);
}

static void an_unbound_key_says_so(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc x");
    shows(d, "x is not bound: ? shows all keys");
    press(d, "j"); /* and the next key puts it away */
    lacks(d, "is not bound");
    desk_close(d);
}

static void private_mode_is_seen_in_the_status_line(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    lacks(d, "PRIVATE");
    press(d, "F7");
    shows(d, "EDIT   PRIVATE");
    shows(d, "kept in memory only");
    press(d, "F7");
    lacks(d, "PRIVATE");
    desk_close(d);
}

static void a_theme_that_cannot_be_read_is_not_saved(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;

    desk_write(d, "themes", "aaa.json", "{\"roles\": 1");
    press(d, "Esc T Down"); /* auto is the first */
    shows(d, "> aaa");
    press(d, "Enter");
    shows(d, "themes/aaa.json");
    assert_string_equal(d->s->w.settings.theme, "auto");
    desk_close(d);
}

static void a_theme_that_is_not_seen_says_so(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    setenv("NO_COLOR", "1", 1);
    press(d, "Esc T Down Enter");
    shows(d, "is saved; but NO_COLOR is set: its colours are not shown");
    unsetenv("NO_COLOR");
    press(d, "T Down Enter");
    shows(d, "is saved");
    lacks(d, "NO_COLOR");
    desk_close(d);
}

/* Where it is narrow, the sentence of the selected key stands whole below the list. */
static void all_keys_are_read_where_it_is_narrow(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 40, .rows = 12, .lang = LANG_EN});
    (void)state;

    screen_draw(d->s);
    press(d, "Esc ? Down Down Down");
    shows(d, "║  Esc            Back                 ║");
    shows(d, "\n Leave EDIT, close a window; while\n sending: cancel\n");
    desk_close(d);
}

static void limits_of_the_history_are_typed_and_saved(void **state)
{
    static const char *const wrong[] = {"", "-1", "1000001", "5x", "99999999999999999999"};
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc F9");
    shows(d, "rows that the history keeps, 0: no limit");
    press(d, "Ctrl-U");
    type(d, "1000 50");
    press(d, "Enter");
    shows(d, "\"1000 50\" is not possible: a whole number from 0 to 1000000000 is wanted");
    press(d, "Ctrl-U");
    type(d, "1000");
    press(d, "Enter");
    shows(d, "MiB that the history takes, 0: no limit");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        press(d, "Ctrl-U");
        type(d, wrong[i]);
        press(d, "Enter");
        shows(d, "from 0 to 1000000 is wanted");
    }
    assert_int_equal(d->s->w.settings.history_rows, 0); /* nothing before both are right */
    press(d, "Ctrl-U");
    type(d, "50");
    press(d, "Enter");
    shows(d, "1000 rows, 50 MiB");
    assert_int_equal(d->s->w.settings.history_rows, 1000);
    assert_int_equal(d->s->w.settings.history_mb, 50);
    desk_close(d);
}

static void h_opens_the_journal(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc H");
    shows(d, "History");
    shows(d, "nothing is recorded yet");
    desk_close(d);
}

/* From a line of the journal: the order's states, what can be called next, and sending again, which
   leaves the overlay first. */
static void a_line_of_the_journal_goes_on(void **state)
{
    static const char sent[] = "<xml><body>again</body><out_trade_no>ORDER77</out_trade_no></xml>";
    static const char reply[] = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS"
                                "</result_code><prepay_id>wx1</prepay_id></xml>";
    struct journal_row row = {.at_ms = 1767294245000,
                              .kind = JOURNAL_CALL,
                              .name = "unifiedorder",
                              .profile = "demo",
                              .order_no = "ORDER77",
                              .amount = 1,
                              .status = 200,
                              .good = true,
                              .outcome = "success"};
    struct journal_body body = {.request = {sent, sizeof sent - 1},
                                .response = {reply, sizeof reply - 1}};
    struct desk *d = open_desk();
    (void)state;

    assert_int_equal(workspace_journal(&d->s->w, NULL), ST_OK);
    assert_int_equal(journal_add(d->s->w.journal, &row, &body, NULL, NULL), ST_OK);
    assert_int_equal(journal_add(d->s->w.journal, &row, &body, NULL, NULL), ST_OK);
    press(d, "Esc H y");
    lacks(d, "compare md"); /* nothing is marked */
    press(d, "Esc Space Space y");
    shows(d, "compare md");
    shows(d, "compare html");
    press(d, "Esc Esc H L");
    shows(d, "Life of ORDER77");
    press(d, "Esc o");
    shows(d, "What can be called next");
    shows(d, "out_trade_no=ORDER77");
    press(d, "Esc H r Enter");
    assert_string_equal(params_get(&workspace_draft(&d->s->w)->params, "out_trade_no"), "ORDER77");
    shows(d, "will probably refuse it"); /* fields are missing: Ctrl-R's own question */
    assert_int_equal(d->s->over_count, 1);
    desk_close(d);
}

static void o_offers_what_follows_filled_in(void **state)
{
    static const char reply[] = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS"
                                "</result_code><prepay_id>wx1</prepay_id></xml>";
    struct desk *d = open_desk();
    struct exchange *e = &d->s->w.exchange;
    struct draft *form = workspace_draft(&d->s->w);
    char order[33];
    (void)state;

    press(d, "Esc o");
    shows(d, "send a request first");
    e->spec = form->spec;
    params_copy(&e->request.params, &form->params);
    snprintf(order, sizeof order, "%s", params_get(&form->params, "out_trade_no"));
    reply_read(e->spec, &d->s->w.profile, &e->request.params, 200, "text/xml", reply, strlen(reply),
               &e->reply);
    e->state = EXCHANGE_DONE;
    d->s->w.rev_exchange++;
    press(d, "o");
    shows(d, "What can be called next");
    shows(d, "refused in this state"); /* a refund of what is not paid */
    press(d, "Enter");
    assert_string_equal(workspace_spec(&d->s->w)->id, "orderquery");
    assert_string_equal(params_get(&workspace_draft(&d->s->w)->params, "out_trade_no"), order);
    assert_int_equal(d->s->focus, PLAN_FORM);
    desk_close(d);
}

static void panes_are_reached_by_number_and_tab(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc 5");
    assert_int_equal(d->s->focus, PLAN_REPLY);
    press(d, "Tab");
    assert_int_equal(d->s->focus, PLAN_NOTIFY);
    press(d, "Tab");
    assert_int_equal(d->s->focus, PLAN_APIS);
    press(d, "Shift-Tab");
    assert_int_equal(d->s->focus, PLAN_NOTIFY);
    desk_close(d);
}

static void zoom_fills_the_screen_and_gives_it_back(void **state)
{
    struct desk *d = open_desk();
    char *before;
    (void)state;

    press(d, "Esc 3");
    before = strdup(shot(d));
    press(d, "f");
    lacks(d, "1 APIs");
    press(d, "q"); /* back, not out */
    assert_false(d->s->quit);
    assert_string_equal(shot(d), before);
    free(before);
    desk_close(d);
}

static void panes_grow_and_shrink(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc 3");
    int cols = d->s->plan.pane[PLAN_SIGN].cols;
    press(d, "> >");
    assert_true(d->s->plan.pane[PLAN_SIGN].cols > cols);
    press(d, "< < < <");
    assert_true(d->s->plan.pane[PLAN_SIGN].cols < cols);
    desk_close(d);
}

static void language_changes_live(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    shows(d, "Unified order");
    press(d, "F2"); /* also in EDIT */
    shows(d, "统一下单");
    lacks(d, "Unified order");
    press(d, "F2");
    shows(d, "Unified order");
    desk_close(d);
}

/* Ctrl and F keys act in the search line too; letters, Ctrl-U and a paste are its own. */
static void keys_act_while_searching(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Esc /");
    paste(d, "mch");
    shows(d, "/mch");
    press(d, "F2");
    shows(d, "统一下单");
    assert_true(d->s->searching);
    press(d, "F2 Ctrl-U Ctrl-U");
    assert_true(d->s->searching);
    assert_string_not_equal(field(d, "body"), "");
    type(d, "q");
    assert_true(d->s->searching);
    press(d, "Ctrl-P");
    assert_false(d->s->searching);
    assert_int_equal(d->s->over_count, 1);
    press(d, "Esc / Ctrl-C");
    assert_true(d->s->quit);
    desk_close(d);
}

/* `l` is also Right: it moves where there is a right. */
static void the_listener_key_acts_in_every_pane(void **state)
{
    struct desk *d = open_desk();
    struct workspace *w = &d->s->w;
    struct err err = {0};
    (void)state;

    assert_int_equal(workspace_start(w, &err), ST_OK);
    workspace_unlisten(w);
    press(d, "Esc Right");
    shows(d, "Right: nothing to do here");
    assert_int_equal(inbox_state(w->inbox), INBOX_OFF);
    press(d, "l");
    assert_int_not_equal(inbox_state(w->inbox), INBOX_OFF);
    press(d, "4 w l"); /* long lines are not wrapped: to the right */
    assert_int_not_equal(inbox_state(w->inbox), INBOX_OFF);
    press(d, "w l");
    assert_int_equal(inbox_state(w->inbox), INBOX_OFF);
    desk_close(d);
}

static void the_palette_runs_what_it_lists_in_either_language(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Ctrl-P");
    type(d, "放大");
    shows(d, "> Zoom                   放大");
    press(d, "Enter");
    assert_true(d->s->zoom);
    press(d, "Ctrl-P");
    type(d, "历史");
    press(d, "Enter");
    shows(d, "nothing is recorded yet");
    desk_close(d);
}

/* By id or title; one that is called just so comes before a flow that merely speaks of it. */
static void the_palette_opens_the_form_of_an_api(void **state)
{
    static const struct {
        const char *word, *shown, *id;
    } rows[] = {
        {"contractorder", "wxpc send contractorder", "contractorder"},
        {"orderquery", "> orderquery", "orderquery"},
        {"Refund", "> refund ", "refund"},
        {"关闭订单", "> closeorder", "closeorder"},
        {"close order", "> closeorder", "closeorder"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct desk *d = open_desk();
        screen_draw(d->s);
        press(d, "Esc 4 Ctrl-P");
        type(d, rows[i].word);
        shows(d, rows[i].shown);
        press(d, "Enter");
        assert_string_equal(workspace_spec(&d->s->w)->id, rows[i].id);
        assert_int_equal(d->s->focus, PLAN_FORM);
        assert_false(d->s->tour.on);
        press(d, "H Ctrl-P"); /* the form is not to be seen from there */
        type(d, "reverse");
        shows(d, "close this with Esc first");
        desk_close(d);
    }
}

static void keys_json_rebinds_and_is_judged(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){
        .lang = LANG_EN, .keys_json = "{\"zoom\": [\"F6\"], \"quit\": null, \"sned\": [\"F7\"]}"});
    (void)state;

    shows(d, "keys.json: there is no action sned");
    press(d, "F6");
    assert_false(d->s->zoom); /* NAV only */
    press(d, "Esc F6");
    assert_true(d->s->zoom);
    press(d, "Q");
    assert_false(d->s->quit);
    desk_close(d);
}

/* ---- Quitting ---- */

/* What was done, the key, whether the program ends at once. */
static void quitting_asks_only_if_something_is_unsent(void **state)
{
    static const struct {
        const char *keys;
        bool quits;
    } rows[] = {
        {"Esc q", true},     {"Esc Q", true},       {"Ctrl-C", true},     {"x Esc q", false},
        {"x Ctrl-C", false}, {"x Ctrl-C n", false}, {"x Ctrl-C y", true}, {"Esc ? q", false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_desk();
        press(d, rows[i].keys);
        if (d->s->quit != rows[i].quits)
            fail_msg("%s", rows[i].keys);
        desk_close(d);
    }
}

static struct desk *open_merchant(void)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    press(d, "Esc p F4 Enter");
    type(d, "x");
    return d;
}

static void quitting_asks_about_an_unsaved_merchant(void **state)
{
    struct desk *d = open_merchant();
    (void)state;

    press(d, "Ctrl-C"); /* in the prompt: neither entered nor saved */
    shows(d, "was not entered");
    lacks(d, "Ctrl-S saves");
    press(d, "n Enter");
    shows(d, "unsaved");
    press(d, "Q");
    assert_false(d->s->quit);
    shows(d, "the changes of merchant shop are not saved");
    shows(d, "Ctrl-S saves the merchant first");
    press(d, "Ctrl-C"); /* again: asked once */
    shows(d, "y quits, n stays");
    assert_int_equal(d->s->over_count, 2);
    press(d, "Enter"); /* "no" is preselected */
    assert_false(d->s->quit);
    shows(d, "unsaved");
    press(d, "Q Ctrl-S");
    shows(d, "merchant shop is saved");
    lacks(d, "unsaved");
    press(d, "Q");
    assert_true(d->s->quit);
    desk_close(d);

    d = open_merchant();
    press(d, "Enter Ctrl-C y");
    assert_true(d->s->quit);
    desk_close(d);
}

/* The question of Esc holds what it says, too. */
static void a_merchant_is_saved_from_the_question(void **state)
{
    struct desk *d = open_merchant();
    (void)state;

    press(d, "Enter Esc");
    shows(d, "Ctrl-S saves them");
    press(d, "Ctrl-S");
    shows(d, "merchant shop is saved");
    desk_close(d);
}

static void quitting_asks_about_an_unsent_notification(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    assert_int_equal(workspace_start(&d->s->w, NULL), ST_OK);
    press(d, "Esc t Enter");
    press(d, "Down Down Down Enter Enter"); /* entered as it was */
    press(d, "Q");
    assert_true(d->s->quit);
    d->s->quit = false;
    press(d, "Enter");
    type(d, "1");
    press(d, "Enter Q");
    assert_false(d->s->quit);
    shows(d, "were not sent");
    lacks(d, "Ctrl-S");
    press(d, "n Esc");
    shows(d, "drop the changes of the notification");
    press(d, "Enter"); /* "no" is preselected */
    assert_int_equal(d->s->over_count, 1);
    press(d, "Esc y");
    assert_int_equal(d->s->over_count, 0);
    press(d, "Q");
    assert_true(d->s->quit);
    desk_close(d);
}

static void what_is_saved_is_not_asked_about(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "x Esc");
    shows(d, "changed");
    press(d, "Ctrl-S Enter");
    shows(d, "saved to");
    lacks(d, "changed");
    press(d, "e y Esc");
    shows(d, "changed");
    press(d, "Ctrl-C");
    shows(d, "the form of unifiedorder holds changes neither sent nor saved");
    shows(d, "Ctrl-S saves unifiedorder to a file first");
    press(d, "Ctrl-S");
    shows(d, "file (JSON");
    press(d, "Enter");
    lacks(d, "changed");
    press(d, "Ctrl-C");
    assert_true(d->s->quit);
    desk_close(d);
}

/* The form that is changed need not be the one on the screen, nor the only one. */
static void another_form_is_saved_before_quitting(void **state)
{
    struct desk *d = open_desk();
    char path[160];
    (void)state;

    press(d, "x Esc");
    assert_int_equal(workspace_choose_id(&d->s->w, "refund", NULL), ST_OK);
    press(d, "? q"); /* from an overlay: q closes it */
    press(d, "? Q");
    shows(d, "the form of unifiedorder holds");
    press(d, "Ctrl-S Enter");
    shows(d, "saved to");
    snprintf(path, sizeof(path), "%s/wxpc/drafts/unifiedorder.json", d->home);
    assert_int_equal(access(path, R_OK), 0);
    press(d, "Q");
    assert_true(d->s->quit);
    desk_close(d);
}

static void many_changed_forms_are_counted(void **state)
{
    static const char *const apis[] = {"unifiedorder", "orderquery", "refund", "closeorder"};
    struct desk *d = open_desk();
    (void)state;

    for (size_t i = 0; i < sizeof(apis) / sizeof(apis[0]); i++) {
        assert_int_equal(workspace_choose_id(&d->s->w, apis[i], NULL), ST_OK);
        draft_set(workspace_draft(&d->s->w), "nonce_str", "x", false, NULL);
    }
    press(d, "Esc Q");
    shows(d, " … (4)");
    shows(d, "Ctrl-S saves closeorder to a file first"); /* the one on the screen */
    desk_close(d);
}

/* ---- Pastes ---- */

static void what_a_search_does_not_take_is_said(void **state)
{
    struct desk *d = open_desk();
    struct buf text;
    (void)state;

    buf_init(&text, 200000);
    while (text.len < 100000)
        buf_addc(&text, 'a');
    press(d, "Esc /");
    paste(d, buf_str(&text));
    shows(d, "a search word has at most 63 bytes: of the 100000 pasted 63 were taken");
    assert_int_equal(d->s->word.len, 63);
    press(d, "Left");
    lacks(d, "at most");
    type(d, "b");
    shows(d, "a search word has at most 63 bytes");
    buf_clear(&text);
    desk_close(d);
}

static void a_large_paste_in_nav_runs_nothing(void **state)
{
    struct desk *d = open_desk();
    struct buf text;
    char *before;
    (void)state;

    buf_init(&text, 200000);
    while (text.len < 100000)
        buf_adds(&text, "qQp y中文\n\t:\x12\x03");
    press(d, "Esc");
    before = strdup(field(d, "body"));
    paste(d, buf_str(&text));
    shows(d, "bytes was not used");
    assert_false(d->s->quit);
    assert_int_equal(d->s->over_count, 0);
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
    assert_string_equal(field(d, "body"), before);
    free(before);
    buf_clear(&text);
    desk_close(d);
}

static void bracketed_bytes_are_one_paste(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Ctrl-U");
    type(d, "\x1b[200~q\nQ\x1b[201~");
    assert_string_equal(field(d, "body"), "q Q");
    desk_close(d);
}

/* ---- Production ---- */

static const char valid_order[] =
    "<xml><body>x</body><out_trade_no>ORDER20260102</out_trade_no><total_fee>888</total_fee>"
    "<spbill_create_ip>1.2.3.4</spbill_create_ip><trade_type>NATIVE</trade_type>"
    "<product_id>1</product_id></xml>";

static void production_asks_before_it_sends(void **state)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    (void)state;

    press(d, "Esc");
    paste(d, valid_order);
    press(d, "Ctrl-R");
    shows(d, "send unifiedorder to production?");
    shows(d, "[ No (n) ]");
    press(d, "Enter"); /* no is preselected */
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
    desk_close(d);
}

/* Where a call goes, the header says; a production merchant's never goes to the sandbox. */
static void a_production_merchant_without_an_address_is_not_the_sandboxs(void **state)
{
    static const char official[] =
        "{\"name\":\"shop\",\"environment\":\"production\","
        "\"api_key\":\"192006250b4c09247ec02edce69f6a2d\","
        "\"fields\":{\"appid\":\"wxd930ea5d5a258f4f\",\"mch_id\":\"10000100\","
        "\"notify_url\":\"https://shop.example.com/notify\"}}";
    static const char gateway[] =
        "{\"name\":\"shop\",\"environment\":\"production\",\"dialect\":\"gateway\","
        "\"api_key\":\"192006250b4c09247ec02edce69f6a2d\","
        "\"fields\":{\"mch_id\":\"10000100\",\"notify_url\":\"https://shop.example.com/notify\"}}";
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = official});
    (void)state;

    screen_draw(d->s);
    assert_int_equal(workspace_start(&d->s->w, NULL), ST_OK);
    shows(d, "[LIVE production]   https://api.mch.weixin.qq.com   key ok");
    lacks(d, "built-in sandbox");
    assert_null(d->s->w.gateway);
    assert_string_equal(workspace_draft(&d->s->w)->request.url,
                        "https://api.mch.weixin.qq.com/pay/unifiedorder");
    desk_close(d);

    d = desk_open(&(struct desk_options){
        .lang = LANG_EN, .profile = "shop", .profile_json = gateway, .api = "wap"});
    screen_draw(d->s);
    assert_int_equal(workspace_start(&d->s->w, NULL), ST_OK);
    shows(d, "[LIVE production]   no address!");
    shows(d, "profile shop has no address");
    press(d, "Ctrl-R");
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
    assert_null(d->s->w.gateway);
    desk_close(d);
}

static void money_in_production_needs_the_amount(void **state)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    struct spec *spec = (struct spec *)workspace_spec(&d->s->w);
    (void)state;

    spec->moves_money = true; /* as a refund is */
    press(d, "Esc");
    paste(d, valid_order);
    press(d, "Ctrl-R");
    shows(d, "type 888");
    press(d, "y Enter");
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
    assert_int_equal(d->s->over_count, 1);
    shows(d, "that is not 888");
    press(d, "Esc");
    assert_int_equal(d->s->over_count, 0);
    desk_close(d);
}

/* What is asked for stands in sight with the cursor in it, whatever the text above needs. */
static void the_amount_can_be_typed_in_the_smallest_console(void **state)
{
    static const struct {
        enum lang lang;
        int cols, rows; /* when asked; 40x12 afterwards */
        const char *field;
    } rows[] = {
        {LANG_EN, 40, 12, "type 888:  8"},
        {LANG_ZH, 40, 12, "输入 888： 8"},
        {LANG_EN, 120, 36, "type 888:  8"},
        {LANG_ZH, 80, 24, "输入 888： 8"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct desk *d = desk_open(&(struct desk_options){.cols = rows[i].cols,
                                                          .rows = rows[i].rows,
                                                          .lang = rows[i].lang,
                                                          .profile = "shop",
                                                          .profile_json = production});
        struct spec *spec = (struct spec *)workspace_spec(&d->s->w);
        int row, col, at = 0;

        spec->moves_money = true;
        press(d, "Esc");
        paste(d, valid_order);
        press(d, "Ctrl-R 8");
        screen_resize(d->s, 40, 12);
        shows(d, rows[i].field);
        shows(d, "..");
        assert_true(surface_get_cursor(d->s->grid, &row, &col));
        for (const char *p = shot(d), *end = strstr(p, rows[i].field); p < end; p++)
            at += *p == '\n';
        assert_int_equal(row, at);
        press(d, "F1");
        shows(d, rows[i].lang == LANG_ZH ? "输入金额（分）确认" : "the amount in fen");
        desk_close(d);
    }
}

static void what_is_invalid_is_not_asked_about(void **state)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    (void)state;

    press(d, "Ctrl-R");
    shows(d, "not sent");
    assert_int_equal(d->s->over_count, 0);
    desk_close(d);
}

static void the_cursor_goes_to_the_error_that_is_told(void **state)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    (void)state;

    press(d, "Ctrl-R"); /* in body, which is missing; so are four more */
    shows(d, "body is missing");
    shows(d, ">! body");
    press(d, "Esc G Ctrl-R");
    shows(d, "body is missing");
    shows(d, ">! body");
    desk_close(d);
}

/* ---- Sending, with the sandbox on loopback ---- */

static void turn_until_done(struct desk *d)
{
    for (int i = 0; i < 2000 && d->s->w.exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(d->s->w.loop, 100);
}

static void an_order_goes_out_and_the_code_url_is_in_the_copy_menu(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    type(d, "测试");
    press(d, "Ctrl-R");
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_RUNNING);
    shows(d, "Esc cancels");
    type(d, "!"); /* the screen answers meanwhile */
    turn_until_done(d);
    assert_true(screen_is_stale(d->s));
    shows(d, "success");
    assert_false(screen_is_stale(d->s));
    press(d, "Esc y");
    shows(d, "weixin://wxpay/bizpayurl");
    desk_close(d);
}

static void what_is_invalid_can_be_sent_to_a_sandbox_on_purpose(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Ctrl-U Ctrl-R");
    shows(d, "send it all the same?");
    press(d, "Enter"); /* "no" is preselected */
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_NONE);
    press(d, "Ctrl-R y");
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_RUNNING);
    turn_until_done(d);
    shows(d, "LACK_PARAMS");
    desk_close(d);
}

static void esc_cancels_what_is_under_way(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    press(d, "Ctrl-R Esc");
    shows(d, "cancelling");
    assert_true(d->s->edit); /* the first Esc cancels, the second leaves EDIT */
    turn_until_done(d);
    assert_int_equal(d->s->w.exchange.state, EXCHANGE_FAILED);
    desk_close(d);
}

static void nothing_is_stale_when_nothing_happened(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    assert_false(screen_is_stale(d->s));
    press(d, "x");
    assert_false(screen_is_stale(d->s));
    screen_resize(d->s, 100, 30);
    assert_true(screen_is_stale(d->s));
    desk_close(d);
}

/* ---- Copying ---- */

static void without_a_clipboard_a_file_is_offered(void **state)
{
    struct desk *d = open_desk();
    char path[128], text[64] = "";
    (void)state;

    press(d, "Esc y Enter");
    shows(d, "copy.txt?");
    press(d, "y");
    shows(d, "written to");
    snprintf(path, sizeof(path), "%s/wxpc/copy.txt", d->home);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof(text) - 1, f), 32);
    struct stat st;
    assert_int_equal(fstat(fileno(f), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    fclose(f);
    desk_close(d);
}

static void a_form_is_saved_without_the_key(void **state)
{
    struct desk *d = open_desk();
    char path[160], text[4096] = "";
    struct stat st;
    (void)state;

    press(d, "Ctrl-S Enter");
    shows(d, "saved to");
    snprintf(path, sizeof(path), "%s/wxpc/drafts/unifiedorder.json", d->home);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof(text) - 1, f) > 100);
    assert_int_equal(fstat(fileno(f), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    fclose(f);
    assert_non_null(strstr(text, "\"body\": \"示例商城-会员月卡\""));
    assert_null(strstr(text, "192006250b4c09247ec02edce69f6a2d"));
    desk_close(d);
}

/* ---- Sizes ---- */

static void any_size_can_be_drawn_at_any_moment(void **state)
{
    static const char *const keys[] = {"Esc", "y", "Esc", "Ctrl-P", "Esc", "F1", "Esc",
                                       "3",   "f", "?",   "Esc",    "/",   "a",  "Enter"};
    struct desk *d = open_desk();
    unsigned random = 7;
    (void)state;

    for (int i = 0; i < 150; i++) {
        random = random * 1103515245 + 12345;
        screen_resize(d->s, (int)(random >> 8) % 200 + 1, (int)(random >> 16) % 70 + 1);
        screen_draw(d->s);
        if (i % 5 == 0)
            press(d, keys[(size_t)i / 5 % (sizeof(keys) / sizeof(keys[0]))]);
    }
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_screens_look_as_recorded),
        cmocka_unit_test(tours_look_as_recorded),
        cmocka_unit_test(notices_look_as_recorded),
        cmocka_unit_test(screens_look_as_recorded),
        cmocka_unit_test(no_key_is_silent_in_nav),
        cmocka_unit_test(an_unbound_key_says_so),
        cmocka_unit_test(o_offers_what_follows_filled_in),
        cmocka_unit_test(private_mode_is_seen_in_the_status_line),
        cmocka_unit_test(a_theme_that_cannot_be_read_is_not_saved),
        cmocka_unit_test(all_keys_are_read_where_it_is_narrow),
        cmocka_unit_test(limits_of_the_history_are_typed_and_saved),
        cmocka_unit_test(h_opens_the_journal),
        cmocka_unit_test(a_line_of_the_journal_goes_on),
        cmocka_unit_test(panes_are_reached_by_number_and_tab),
        cmocka_unit_test(zoom_fills_the_screen_and_gives_it_back),
        cmocka_unit_test(panes_grow_and_shrink),
        cmocka_unit_test(language_changes_live),
        cmocka_unit_test(keys_act_while_searching),
        cmocka_unit_test(the_listener_key_acts_in_every_pane),
        cmocka_unit_test(the_palette_runs_what_it_lists_in_either_language),
        cmocka_unit_test(the_palette_opens_the_form_of_an_api),
        cmocka_unit_test(keys_json_rebinds_and_is_judged),
        cmocka_unit_test(quitting_asks_only_if_something_is_unsent),
        cmocka_unit_test(quitting_asks_about_an_unsaved_merchant),
        cmocka_unit_test(a_merchant_is_saved_from_the_question),
        cmocka_unit_test(quitting_asks_about_an_unsent_notification),
        cmocka_unit_test(what_is_saved_is_not_asked_about),
        cmocka_unit_test(another_form_is_saved_before_quitting),
        cmocka_unit_test(many_changed_forms_are_counted),
        cmocka_unit_test(what_a_search_does_not_take_is_said),
        cmocka_unit_test(a_theme_that_is_not_seen_says_so),
        cmocka_unit_test(a_large_paste_in_nav_runs_nothing),
        cmocka_unit_test(bracketed_bytes_are_one_paste),
        cmocka_unit_test(production_asks_before_it_sends),
        cmocka_unit_test(a_production_merchant_without_an_address_is_not_the_sandboxs),
        cmocka_unit_test(money_in_production_needs_the_amount),
        cmocka_unit_test(the_amount_can_be_typed_in_the_smallest_console),
        cmocka_unit_test(what_is_invalid_is_not_asked_about),
        cmocka_unit_test(the_cursor_goes_to_the_error_that_is_told),
        cmocka_unit_test(an_order_goes_out_and_the_code_url_is_in_the_copy_menu),
        cmocka_unit_test(what_is_invalid_can_be_sent_to_a_sandbox_on_purpose),
        cmocka_unit_test(esc_cancels_what_is_under_way),
        cmocka_unit_test(nothing_is_stale_when_nothing_happened),
        cmocka_unit_test(without_a_clipboard_a_file_is_offered),
        cmocka_unit_test(a_form_is_saved_without_the_key),
        cmocka_unit_test(any_size_can_be_drawn_at_any_moment),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
