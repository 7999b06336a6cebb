/* SPDX-License-Identifier: MIT */
/* The life of an order over the console, at each size and in both languages. */
#include <locale.h>

#include "tui/screen_fixture.h"

#define NUMBER "T20260102000001"
#define ID "4200000000202601020000000042"

static void add(struct desk *d, enum journal_kind kind, const char *name, int second,
                const char *fields)
{
    static const char head[] = "POST https://api.mch.weixin.qq.com/pay/x HTTP/1.1\r\n",
                      reply[] = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS"
                                "</result_code></xml>";
    char request[512];
    struct err err = {0};
    snprintf(request, sizeof(request), "<xml><out_trade_no>" NUMBER "</out_trade_no>%s</xml>",
             fields);
    struct journal_row row = {.at_ms = 1767294245000 + 1000 * second,
                              .kind = kind,
                              .name = name,
                              .profile = "shop-a",
                              .order_no = NUMBER,
                              .amount = 888,
                              .status = 200,
                              .good = true,
                              .outcome = kind == JOURNAL_CALL ? "success" : "genuine",
                              .text = second ? "" : "示例商城-会员月卡"};
    struct journal_body body = {.request_head = {head, sizeof(head) - 1},
                                .request = {request, strlen(request)},
                                .response = {reply, sizeof(reply) - 1}};
    assert_int_equal(workspace_journal(&d->s->w, &err), ST_OK);
    assert_int_equal(journal_add(d->s->w.journal, &row, &body, NULL, NULL), ST_OK);
}

/* The life, once the journal is searched. */
static void look(struct desk *d)
{
    press(d, "L");
    for (int i = 0; i < 2000 && (strstr(shot(d), "searching") || strstr(shot(d), "查找中")); i++)
        loop_turn(d->s->w.loop, 0);
}

/* An order that was paid and refunded in part; its number stands in the form. */
static void tell(struct desk *d)
{
    workspace_inbox(&d->s->w); /* it knows what events are called */
    add(d, JOURNAL_CALL, "unifiedorder", 0, "<total_fee>888</total_fee>");
    add(d, JOURNAL_NOTICE, "payment", 7,
        "<result_code>SUCCESS</result_code><total_fee>888</total_fee>"
        "<transaction_id>" ID "</transaction_id>");
    add(d, JOURNAL_CALL, "refund", 20,
        "<total_fee>888</total_fee><refund_fee>300</refund_fee>"
        "<out_refund_no>R20260102000001</out_refund_no>");
    assert_int_equal(draft_set(workspace_draft(&d->s->w), "out_trade_no", NUMBER, false, NULL),
                     ST_OK);
    press(d, "Esc");
    look(d);
}

static void take_life(struct desk *d, const struct desk_options *o)
{
    tell(d);
    compare_screen(d, "life", o);
    press(d, "G");
    compare_screen(d, "life_end", o);
    press(d, "o");
    compare_screen(d, "life_calls", o);
}

static void it_looks_as_recorded(void **state)
{
    (void)state;
    desk_each(take_life);
}

static void what_is_chosen_is_filled_in(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    (void)state;
    screen_draw(d->s);
    tell(d);
    press(d, "o Enter");
    assert_string_equal(workspace_draft(&d->s->w)->spec->id, "refund");
    assert_string_equal(field(d, "out_trade_no"), NUMBER);
    assert_string_equal(field(d, "total_fee"), "888");
    assert_string_equal(field(d, "refund_fee"), "588"); /* what is left */
    lacks(d, "What led there");
    shows(d, "nothing was sent");
    desk_close(d);
}

/* Who was paid while nobody listened is told so, and what would tell. */
static void what_only_the_sandbox_knows_is_told(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    struct err err = {0};
    (void)state;
    screen_draw(d->s);
    assert_int_equal(workspace_start(&d->s->w, &err), ST_OK);
    press(d, "Ctrl-R");
    for (int i = 0; i < 2000 && d->s->w.exchange.state != EXCHANGE_DONE; i++)
        loop_turn(d->s->w.loop, 10);
    press(d, "Esc");
    look(d);
    shows(d, "NOTPAY");
    lacks(d, "at the sandbox");
    press(d, "Esc");
    struct payer_result paid;
    assert_int_equal(workspace_pay(&d->s->w, &(struct payer_word){.act = PAYER_PAY}, &paid, &err),
                     ST_OK);
    look(d);
    shows(d, "at the sandbox it is SUCCESS paid, of which no notification came here");
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_as_recorded),
        cmocka_unit_test(what_is_chosen_is_filled_in),
        cmocka_unit_test(what_only_the_sandbox_knows_is_told),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
