/* SPDX-License-Identifier: MIT */
/* One turn: order, timers, signals, watches that come and go, the closing phase, idleness. */
#include "io/net.h"

#include <signal.h>

static char trail[64]; /* what ran, one letter each */

static char letters[] = "0\0001\0002\0003\0004\0005\0006\0007";

static void mark(void *ctx)
{
    strncat(trail, ctx, sizeof trail - strlen(trail) - 1);
}

static int start(void **state)
{
    trail[0] = '\0';
    *state = loop_new();
    return 0;
}

static int stop(void **state)
{
    loop_free(*state);
    return 0;
}

/* Turns until the trail is `n` letters long. */
static void run_until(struct loop *l, size_t n)
{
    long long end = net_clock() + 20000;
    while (strlen(trail) < n) {
        assert_true(net_clock() < end);
        loop_turn(l, NET_TURN_MS);
    }
}

static void timers_fire_by_moment_then_by_age(void **state)
{
    struct loop *l = *state;
    loop_timer(l, 200, mark, letters + 6);
    loop_timer(l, 100, mark, letters + 4);
    loop_timer(l, 0, mark, letters);
    loop_timer(l, -5, mark, letters + 2);
    run_until(l, 4);
    assert_string_equal(trail, "0123");
}

static void a_timer_never_fires_early(void **state)
{
    struct loop *l = *state;
    long long before = net_clock();
    loop_timer(l, 20, mark, letters);
    run_until(l, 1);
    assert_true(net_clock() - before >= 20);
    assert_true(loop_now(l) - before >= 20);
}

static void a_cancelled_timer_does_not_fire(void **state)
{
    struct loop *l = *state;
    unsigned ids[8];
    for (int i = 0; i < 8; i++) {
        ids[i] = loop_timer(l, 0, mark, letters + 2 * i);
        assert_int_not_equal(ids[i], 0);
    }
    loop_cancel(l, ids[0]);
    loop_cancel(l, ids[3]);
    loop_cancel(l, ids[3]);
    loop_cancel(l, 12345);
    loop_cancel(l, ids[7]);
    run_until(l, 5);
    loop_turn(l, 0);
    assert_string_equal(trail, "12456");
}

struct again {
    struct loop *loop;
    int left;
};

static void set_again(void *ctx)
{
    struct again *a = ctx;
    strcat(trail, "x");
    if (--a->left > 0) {
        loop_timer(a->loop, 0, set_again, a);
    }
}

static void a_timer_set_by_a_timer_waits_for_the_next_turn(void **state)
{
    struct again a = {*state, 3};
    loop_timer(*state, 0, set_again, &a);
    loop_turn(*state, 0);
    assert_string_equal(trail, "x");
    loop_turn(*state, 0);
    assert_string_equal(trail, "xx");
    loop_turn(*state, -1);
    assert_string_equal(trail, "xxx");
}

struct pair {
    struct loop *loop;
    int a[2], b[2];
    unsigned timer;
};

static void open_pair(struct pair *p, struct loop *l)
{
    p->loop = l;
    assert_int_equal(pipe(p->a), 0);
    assert_int_equal(pipe(p->b), 0);
}

static void close_pair(struct pair *p)
{
    close(p->a[0]);
    close(p->a[1]);
    close(p->b[0]);
    close(p->b[1]);
}

static void read_a(void *ctx, int fd)
{
    struct pair *p = ctx;
    char c;
    assert_int_equal(fd, p->a[0]);
    assert_int_equal(read(fd, &c, 1), 1);
    strcat(trail, "a");
}

static void drop_b(void *ctx, int fd)
{
    struct pair *p = ctx;
    read_a(ctx, fd);
    loop_unwatch(p->loop, p->b[0]);
}

static void drop_both(void *ctx, int fd)
{
    struct pair *p = ctx;
    (void)fd;
    strcat(trail, "d");
    loop_unwatch(p->loop, p->a[0]);
    loop_unwatch(p->loop, p->b[0]);
}

static void read_b(void *ctx, int fd)
{
    struct pair *p = ctx;
    char c;
    assert_int_equal(fd, p->b[0]);
    assert_int_equal(read(fd, &c, 1), 1);
    strcat(trail, "b");
}

static void a_readable_descriptor_is_told_of(void **state)
{
    struct pair p;
    open_pair(&p, *state);
    loop_watch(*state, p.a[0], read_a, &p);
    loop_watch(*state, p.b[0], read_b, &p);
    loop_turn(*state, 0);
    assert_string_equal(trail, "");
    assert_int_equal(write(p.b[1], "x", 1), 1);
    loop_turn(*state, -1);
    assert_string_equal(trail, "b");
    assert_int_equal(write(p.a[1], "x", 1), 1);
    loop_turn(*state, -1);
    assert_string_equal(trail, "ba");
    close_pair(&p);
}

static void a_watch_may_take_out_another_in_the_same_turn(void **state)
{
    struct pair p;
    open_pair(&p, *state);
    loop_watch(*state, p.a[0], drop_b, &p);
    loop_watch(*state, p.b[0], read_b, &p);
    assert_int_equal(write(p.a[1], "x", 1), 1);
    assert_int_equal(write(p.b[1], "x", 1), 1);
    loop_turn(*state, -1);
    loop_turn(*state, 0);
    assert_string_equal(trail, "a");
    close_pair(&p);
}

static void a_watch_may_take_itself_out(void **state)
{
    struct pair p;
    open_pair(&p, *state);
    loop_watch(*state, p.a[0], drop_both, &p);
    loop_watch(*state, p.b[0], drop_both, &p);
    assert_int_equal(write(p.a[1], "x", 1), 1);
    assert_int_equal(write(p.b[1], "x", 1), 1);
    loop_turn(*state, -1);
    loop_turn(*state, 0);
    assert_string_equal(trail, "d");
    close_pair(&p);
}

static void watch_many(void *ctx, int fd)
{
    struct pair *p = ctx;
    (void)fd;
    drop_both(ctx, fd);
    loop_watch(p->loop, p->b[0], read_b, p); /* was there and goes: comes anew */
    for (int i = 0; i < 40; i++) {           /* moves the table */
        loop_watch(p->loop, dup(p->b[1]), read_b, p);
    }
}

static void a_watch_may_add_watches(void **state)
{
    struct pair p;
    open_pair(&p, *state);
    loop_watch(*state, p.a[0], watch_many, &p);
    loop_watch(*state, p.b[0], drop_both, &p);
    assert_int_equal(write(p.a[1], "x", 1), 1);
    assert_int_equal(write(p.b[1], "x", 1), 1);
    loop_turn(*state, -1);
    assert_string_equal(trail, "d"); /* the new watch of b is polled from the next turn on */
    loop_turn(*state, -1);
    assert_string_equal(trail, "db");
    close_pair(&p);
    for (int fd = p.b[1] + 1; fd <= p.b[1] + 40; fd++) {
        close(fd);
    }
}

static void a_hang_up_is_told_of(void **state)
{
    struct pair p;
    open_pair(&p, *state);
    loop_watch(*state, p.a[0], drop_both, &p);
    close(p.a[1]);
    loop_turn(*state, -1);
    assert_string_equal(trail, "d");
    p.a[1] = dup(p.b[1]);
    close_pair(&p);
}

static void a_hang_up_is_told_of_beside_a_transfer(void **state)
{
    struct loop *l = *state;
    struct net_server s;
    net_serve(&s, l, "");
    s.open = true;
    struct net_call call;
    net_start(&call, l, &(struct http_request){.method = "GET", .url = s.url});
    while (s.requests == 0) {
        loop_turn(l, NET_TURN_MS);
    }
    struct pair p;
    open_pair(&p, l);
    loop_watch(l, p.a[0], drop_both, &p);
    close(p.a[1]);
    while (trail[0] == '\0') {
        loop_turn(l, NET_TURN_MS);
    }
    http_cancel(loop_http(l), call.id);
    net_until(l, &call.done);
    p.a[1] = dup(p.b[1]);
    close_pair(&p);
    net_stop(&s);
}

static void on_signal(void *ctx, int signo)
{
    assert_ptr_equal(ctx, trail);
    strcat(trail, signo == SIGUSR1 ? "1" : signo == SIGUSR2 ? "2" : "?");
}

static void signals_come_in_turns(void **state)
{
    struct loop *l = *state;
    struct err err = {0};
    static const int one[] = {SIGUSR1, 0}, both[] = {SIGUSR1, SIGUSR2, 0};
    assert_int_equal(loop_signals(l, one, on_signal, trail, &err), ST_OK);
    assert_int_equal(loop_signals(l, both, on_signal, trail, &err), ST_OK);
    raise(SIGUSR2);
    raise(SIGUSR1);
    assert_string_equal(trail, "");
    loop_turn(l, -1);
    assert_string_equal(trail, "12");
}

static void the_signal_mask_comes_back(void **state)
{
    (void)state;
    sigset_t mask;
    struct loop *l = loop_new();
    static const int one[] = {SIGUSR1, 0};
    loop_signals(l, one, on_signal, trail, NULL);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGUSR1), 1);
    loop_free(l);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGUSR1), 0);
}

struct closing {
    struct loop *loop;
    char *block;
};

static void free_block(void *ctx)
{
    struct closing *c = ctx;
    strcat(trail, "f");
    free(c->block);
    c->block = NULL;
}

static void free_later(void *ctx)
{
    strcat(trail, "l");
    loop_defer(((struct closing *)ctx)->loop, free_block, ctx);
}

static void defer_twice(void *ctx)
{
    struct closing *c = ctx;
    loop_defer(c->loop, free_later, c);
    assert_non_null(c->block);
    strcat(trail, "t");
}

static void what_is_deferred_runs_at_the_end_of_the_turn(void **state)
{
    struct closing c = {*state, mem_alloc(8)};
    loop_timer(*state, 0, defer_twice, &c);
    loop_timer(*state, 0, mark, letters);
    loop_turn(*state, 0);
    assert_string_equal(trail, "t0lf");
    assert_null(c.block);
}

static void what_is_deferred_between_turns_does_not_wait(void **state)
{
    struct closing c = {*state, mem_alloc(8)};
    loop_defer(*state, free_block, &c);
    loop_turn(*state, -1);
    assert_string_equal(trail, "f");
    c.block = mem_alloc(8);
    struct loop *l = loop_new();
    loop_defer(l, free_block, &c);
    loop_free(l);
    assert_string_equal(trail, "ff");
}

static void an_idle_loop_sleeps(void **state)
{
    struct loop *l = *state;
    struct httpd *d = NULL;
    struct pair p;
    struct net_server s;
    open_pair(&p, l);
    loop_watch(l, p.a[0], read_a, &p);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, NULL, NULL, &d, NULL), ST_OK);
    loop_serve(l, d);
    net_serve(&s, l, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    struct net_call call;
    net_post(&call, l, s.url, "x"); /* a transfer has come and gone */
    http_result_clear(&call.r);
    loop_turn(l, 0);
    loop_turn(l, 0);
    long long before = net_clock();
    unsigned long turns = loop_turns(l);
    loop_turn(l, 120);
    assert_true(net_clock() - before >= 115); /* nothing woke it */
    assert_int_equal(loop_turns(l), turns + 1);
    net_stop(&s);
    close_pair(&p);
}

int main(void)
{
#define LOOP_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        LOOP_TEST(timers_fire_by_moment_then_by_age),
        LOOP_TEST(a_timer_never_fires_early),
        LOOP_TEST(a_cancelled_timer_does_not_fire),
        LOOP_TEST(a_timer_set_by_a_timer_waits_for_the_next_turn),
        LOOP_TEST(a_readable_descriptor_is_told_of),
        LOOP_TEST(a_watch_may_take_out_another_in_the_same_turn),
        LOOP_TEST(a_watch_may_take_itself_out),
        LOOP_TEST(a_watch_may_add_watches),
        LOOP_TEST(a_hang_up_is_told_of),
        LOOP_TEST(a_hang_up_is_told_of_beside_a_transfer),
        LOOP_TEST(signals_come_in_turns),
        LOOP_TEST(the_signal_mask_comes_back),
        LOOP_TEST(what_is_deferred_runs_at_the_end_of_the_turn),
        LOOP_TEST(what_is_deferred_between_turns_does_not_wait),
        LOOP_TEST(an_idle_loop_sleeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
