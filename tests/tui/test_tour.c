/* SPDX-License-Identifier: MIT */
/*
 * A demonstration flow in the console: each key a step, everything told, nothing of the user's
 * lost. The pty tests run one to its end; here are the ways beside it.
 */
#include "screen_fixture.h"

static const char production[] =
    "{\"name\": \"shop\", \"environment\": \"production\","
    " \"base_url\": \"https://api.mch.weixin.qq.com\","
    " \"api_key\": \"192006250b4c09247ec02edce69f6a2d\","
    " \"fields\": {\"appid\": \"wxd930ea5d5a258f4f\", \"mch_id\": \"10000100\","
    " \"notify_url\": \"https://www.qq.com/notify\"}}";

static struct desk *open_desk(enum lang lang)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = lang});
    screen_draw(d->s);
    return d;
}

static void run(struct desk *d, const char *command)
{
    press(d, "Ctrl-P");
    type(d, command);
    press(d, "Enter");
}

/* Steps that need no network, one of them failing. */
static void add_own(struct desk *d)
{
    desk_write(
        d, "flows", "own.json",
        "{\"name\":\"own\",\"title\":{\"zh\":\"自己的\",\"en\":\"My own\"},"
        "\"summary\":{\"zh\":\"概要\",\"en\":\"The summary\"},\"steps\":["
        "{\"do\":\"choose\",\"look\":\"form\",\"api\":\"refund\",\"set\":{\"refund_fee\":\"7\"},"
        "\"say\":{\"zh\":\"选了退款\",\"en\":\"A refund is chosen\"}},"
        "{\"do\":\"say\",\"look\":\"sign\",\"say\":{\"zh\":\"看签名\",\"en\":\"See pane 3\"}},"
        "{\"do\":\"set\",\"set\":{\"refund_fee\":\"$nowhere\"},"
        "\"say\":{\"zh\":\"不会成功\",\"en\":\"Never told\"}}]}");
}

static void a_flow_goes_step_by_step_and_back(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    add_own(d);
    press(d, "Esc");
    run(d, "flow own");
    assert_true(d->s->tour.on);
    shows(d, "My own 0/3");
    shows(d, "The summary");
    shows(d, "FLOW");
    press(d, "Space");
    shows(d, "My own 1/3 Choose an API");
    shows(d, "A refund is chosen");
    assert_int_equal(d->s->focus, PLAN_FORM);
    assert_string_equal(field(d, "refund_fee"), "7");
    press(d, "Enter");
    shows(d, "See pane 3");
    assert_int_equal(d->s->focus, PLAN_SIGN);
    press(d, "b"); /* told again, not done again */
    shows(d, "A refund is chosen");
    assert_int_equal(d->s->focus, PLAN_FORM);
    assert_int_equal(d->s->tour.run.at, 2);
    press(d, "n F2");
    shows(d, "看签名");
    press(d, "Esc");
    assert_false(d->s->tour.on);
    desk_close(d);
}

/* The row of the form that was left is the selected one again, also of an API that the flow used.
 */
static void the_cursor_comes_back_with_the_form(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    add_own(d);
    press(d, "Esc");
    assert_int_equal(workspace_choose_id(&d->s->w, "refund", NULL), ST_OK);
    d->s->pane[PLAN_FORM].ops->search(&d->s->pane[PLAN_FORM], "total_fee", 0);
    d->s->pane[PLAN_FORM].ops->search(&d->s->pane[PLAN_FORM], "", 0);
    shows(d, ">* total_fee");
    run(d, "flow own");
    press(d, "Space");
    d->s->pane[PLAN_FORM].ops->search(&d->s->pane[PLAN_FORM], "refund_fee", 0);
    press(d, "Esc");
    shows(d, ">* total_fee");
    desk_close(d);
}

static void a_step_that_fails_says_why_and_is_tried_again(void **state)
{
    struct desk *d = open_desk(LANG_ZH);
    (void)state;

    add_own(d);
    press(d, "Esc");
    run(d, "flow own");
    press(d, "Space Space Space");
    shows(d, "第 3 步");
    shows(d, "前面没有出现过 $nowhere");
    shows(d, "Space 重试");
    press(d, "Space");
    shows(d, "前面没有出现过 $nowhere");
    press(d, "Esc");
    shows(d, "流程 own 已离开");
    desk_close(d);
}

static void what_the_user_typed_comes_back(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    type(d, "MINE");
    char *body = strdup(field(d, "body")), *order = strdup(field(d, "out_trade_no"));
    press(d, "Esc");
    run(d, "flow refund");
    press(d, "Space");
    assert_string_not_equal(field(d, "body"), body);
    press(d, "Esc");
    assert_string_equal(workspace_spec(&d->s->w)->id, "unifiedorder");
    assert_string_equal(field(d, "body"), body);
    assert_string_equal(field(d, "out_trade_no"), order);
    assert_true(workspace_draft(&d->s->w)->dirty);
    press(d, "u");
    assert_string_not_equal(field(d, "body"), body);
    free(body);
    free(order);
    desk_close(d);
}

/* Quitting asks about the form that was put aside. */
static void quitting_leaves_the_flow_first(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    type(d, "MINE");
    press(d, "Esc");
    run(d, "flow refund");
    press(d, "Space Q");
    assert_false(d->s->tour.on);
    assert_false(d->s->quit);
    shows(d, "the form of unifiedorder holds changes neither sent nor saved");
    desk_close(d);
}

/* And one that is dropped in the middle frees everything (the sanitizer looks). */
static void a_flow_plays_with_no_production_merchant(void **state)
{
    struct desk *d = desk_open(
        &(struct desk_options){.lang = LANG_EN, .profile = "shop", .profile_json = production});
    (void)state;

    press(d, "Esc");
    run(d, "flow native-payment");
    shows(d, "leave production for the flow native-payment?");
    press(d, "n");
    assert_false(d->s->tour.on);
    assert_string_equal(d->s->w.profile.name, "shop");
    run(d, "flow native-payment 0s");
    press(d, "y Space");
    assert_string_equal(d->s->w.profile.name, "demo");
    press(d, "Esc");
    assert_string_equal(d->s->w.profile.name, "shop");
    assert_string_equal(field(d, "mch_id"), "10000100");
    run(d, "flow signature");
    shows(d, "did you mean \"wrong-signature\"?");
    run(d, "flow native-payment");
    press(d, "y Space");
    desk_close(d);
}

static void other_keys_do_nothing_to_the_flow(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    press(d, "Esc");
    run(d, "flow native-payment");
    press(d, "Space");
    char *body = strdup(field(d, "body"));
    press(d, "Ctrl-R");
    shows(d, "a flow is under way: Space goes on");
    press(d, "Ctrl-U t H");
    assert_int_equal(d->s->over_count, 0);
    press(d, "y"); /* but for copying the flow itself: here into a file, without a clipboard */
    shows(d, "write it to");
    press(d, "Esc");
    assert_int_equal(d->s->over_count, 0);
    paste(d, "<xml><body>x</body></xml>");
    shows(d, "the paste was not used");
    assert_string_equal(field(d, "body"), body);
    press(d, "3"); /* looking around is free */
    assert_int_equal(d->s->focus, PLAN_SIGN);
    free(body);
    desk_close(d);
}

static void turn_loop_until(struct desk *d, size_t told)
{
    for (int i = 0; i < 400 && d->s->tour.told < told; i++)
        loop_turn(d->s->w.loop, 20);
    assert_int_equal(d->s->tour.told, told);
}

static void a_pace_takes_the_steps_by_itself(void **state)
{
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    add_own(d);
    press(d, "Esc");
    run(d, "flow own 1s");
    assert_true(d->s->tour.on);
    shows(d, "every 1 s");
    turn_loop_until(d, 1);
    shows(d, "A refund is chosen");
    press(d, "p");
    shows(d, "stopped");
    assert_int_equal(d->s->tour.timer, 0);
    desk_close(d);
}

static void a_text_longer_than_the_strip_is_paged(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 40, .rows = 12, .lang = LANG_EN});
    (void)state;

    screen_draw(d->s);
    press(d, "Esc");
    run(d, "flow native-payment");
    press(d, "Space Space");
    shows(d, "Pane 3 shows each step");
    shows(d, "Space reads on");
    press(d, "Space");
    lacks(d, "Pane 3 shows each step");
    shows(d, "changes it at once");
    assert_int_equal(d->s->tour.told, 2);
    desk_close(d);
}

static void what_is_no_command_says_what_can_be_typed(void **state)
{
    static const struct {
        const char *typed, *said;
    } rows[] = {
        {"flow nativ-payment", "native-payment"}, /* the nearest one */
        {"flow refund 3 x", "flow NAME [SECONDS]"},
        {"flow refund -3", "flow NAME [SECONDS]"},
        {"no such thing", "there is no command no such thing"},
    };
    struct desk *d = open_desk(LANG_EN);
    (void)state;

    press(d, "Esc");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        run(d, rows[i].typed);
        assert_false(d->s->tour.on);
        shows(d, rows[i].said);
    }
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_goes_step_by_step_and_back),
        cmocka_unit_test(the_cursor_comes_back_with_the_form),
        cmocka_unit_test(a_step_that_fails_says_why_and_is_tried_again),
        cmocka_unit_test(what_the_user_typed_comes_back),
        cmocka_unit_test(quitting_leaves_the_flow_first),
        cmocka_unit_test(a_flow_plays_with_no_production_merchant),
        cmocka_unit_test(other_keys_do_nothing_to_the_flow),
        cmocka_unit_test(a_pace_takes_the_steps_by_itself),
        cmocka_unit_test(a_text_longer_than_the_strip_is_paged),
        cmocka_unit_test(what_is_no_command_says_what_can_be_typed),
    };
    term_set_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
