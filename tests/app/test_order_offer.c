/* SPDX-License-Identifier: MIT */
/* Which commands of a life are offered: not of a sandbox that has ended, not of one whose books are
   in this program's memory; with the folder that was given. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/order_offer.h"
#include "app/order_search.h"
#include "core/built_in.h"
#include "io/holder.h"
#include "io/journal.h"

/* A socket that listens, and its port. */
static int listener(unsigned *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s, (struct sockaddr *)&a, len), 0);
    assert_int_equal(listen(s, 1), 0);
    assert_int_equal(getsockname(s, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return s;
}

/* An unpaid order that went to the sandbox on that port. */
static void order_at(unsigned port, struct journal **journal, struct order_search *s)
{
    static const char request[] = "<xml><out_trade_no>T10001</out_trade_no></xml>",
                      reply[] = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS"
                                "</result_code><prepay_id>wx1</prepay_id></xml>";
    char head[96];
    snprintf(head, sizeof head, "POST http://127.0.0.1:%u/pay/unifiedorder HTTP/1.1\r\n", port);
    struct journal_row row = {.at_ms = 1700000000000,
                              .kind = JOURNAL_CALL,
                              .name = "unifiedorder",
                              .profile = "demo",
                              .order_no = "T10001",
                              .amount = -1,
                              .status = 200,
                              .good = true,
                              .outcome = "success"};
    struct journal_body body = {.request_head = {head, strlen(head)},
                                .request = {request, sizeof request - 1},
                                .response = {reply, sizeof reply - 1}};
    assert_int_equal(journal_open(NULL, journal, NULL), ST_OK);
    assert_int_equal(journal_add(*journal, &row, &body, NULL, NULL), ST_OK);
    assert_int_equal(order_search_start(s, *journal, &catalog, "T10001", NULL, NULL), ST_OK);
    while (!s->done)
        assert_int_equal(order_search_step(s, NULL), ST_OK);
    assert_int_equal(s->life.life_count, 1);
}

/* The command that contains a text; NULL. */
static const char *command(const struct order_search *s, const char *text)
{
    const struct order_life_one *l = &s->life.lives[0];
    for (size_t i = 0; i < l->next_count; i++) {
        if (l->next[i].command && strstr(l->next[i].command, text))
            return l->next[i].command;
    }
    return NULL;
}

static void a_port_is_listened_on_or_not(void **state)
{
    unsigned port;
    int s = listener(&port);
    (void)state;
    assert_true(holder_listens(port));
    close(s);
    assert_false(holder_listens(port));
}

static void a_sandbox_that_ended_plays_no_payer(void **state)
{
    struct order_search s = {0};
    struct journal *journal;
    unsigned port;
    int up = listener(&port);
    (void)state;
    order_at(port, &journal, &s);
    order_offer(&s.life, &(struct order_place){0});
    assert_non_null(command(&s, "wxpc sandbox pay"));
    close(up);
    size_t count = s.life.lives[0].next_count;
    order_offer(&s.life, &(struct order_place){0});
    assert_null(command(&s, "wxpc sandbox pay"));
    assert_int_equal(s.life.lives[0].next_count, count);          /* the step stays */
    assert_non_null(command(&s, "wxpc send closeorder -p demo")); /* the books are kept */
    order_search_clear(&s);
    journal_close(journal);
}

static void a_folder_that_was_given_is_given_on(void **state)
{
    struct order_search s = {0};
    struct journal *journal;
    (void)state;
    order_at(1, &journal, &s);
    for (int again = 0; again < 2; again++) {
        order_offer(&s.life, &(struct order_place){.data = "/tmp/my data"});
        assert_string_equal(command(&s, "orderquery"),
                            "wxpc send orderquery -p demo 'out_trade_no=T10001' --data "
                            "'/tmp/my data'");
    }
    order_search_clear(&s);
    journal_close(journal);
}

static void books_in_memory_are_reached_by_no_command(void **state)
{
    struct order_search s = {0};
    struct journal *journal;
    unsigned port;
    char inside[64];
    int up = listener(&port);
    (void)state;
    snprintf(inside, sizeof inside, "http://127.0.0.1:%u", port);
    order_at(port, &journal, &s);
    order_offer(&s.life, &(struct order_place){.inside = "http://127.0.0.1:2"});
    assert_non_null(command(&s, "wxpc send"));
    order_offer(&s.life, &(struct order_place){.inside = inside});
    assert_null(command(&s, "wxpc send"));
    assert_non_null(command(&s, "wxpc sandbox pay")); /* the sandbox itself can be told */
    close(up);
    order_search_clear(&s);
    journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_is_listened_on_or_not),
        cmocka_unit_test(a_sandbox_that_ended_plays_no_payer),
        cmocka_unit_test(a_folder_that_was_given_is_given_on),
        cmocka_unit_test(books_in_memory_are_reached_by_no_command),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
