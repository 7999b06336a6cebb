/* SPDX-License-Identifier: MIT */
/* What a send leaves in the journal, and what happens when there is none to be had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/workspace.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

struct stage {
    char home[64], path[128];
    struct workspace w;
};

static time_t test_clock(void)
{
    return 1735689600;
}

static void open_stage(struct stage *s, struct workspace_options o)
{
    struct err err = {0};
    memset(s, 0, sizeof *s);
    snprintf(s->home, sizeof s->home, "/tmp/wxpc-journal-XXXXXX");
    assert_non_null(mkdtemp(s->home));
    setenv("XDG_CONFIG_HOME", s->home, 1);
    setenv("XDG_DATA_HOME", s->home, 1);
    unsetenv("WXPC_KEY");
    snprintf(s->path, sizeof s->path, "%s/wxpc/journal.db", s->home);
    o.has_lang = true;
    o.lang = LANG_EN;
    o.clock = test_clock;
    if (workspace_open(&s->w, &o, &err))
        fail_msg("%s", err.text[LANG_EN]);
}

static void close_stage(struct stage *s)
{
    char command[128];
    workspace_close(&s->w);
    snprintf(command, sizeof command, "rm -r '%s'", s->home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

static void send_and_wait(struct workspace *w)
{
    struct err err = {0};
    if (workspace_send(w, false, &err))
        fail_msg("%s", err.text[LANG_EN]);
    for (int i = 0; i < 2000 && w->exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(w->loop, 10);
    assert_int_not_equal(w->exchange.state, EXCHANGE_RUNNING);
}

static bool exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

struct kept {
    struct journal_row row;
    char name[64], order[64], outcome[64], text[512], mch_id[33];
    struct buf request, response, response_head, detail;
};

static void take(struct buf *to, const struct journal_bytes *from)
{
    buf_init(to, 1u << 20);
    buf_add(to, from->data ? from->data : "", from->len);
}

static void keep(void *ctx, const struct journal_row *row, const struct journal_body *b)
{
    struct kept *k = ctx;
    k->row = *row;
    snprintf(k->name, sizeof k->name, "%s", row->name);
    snprintf(k->order, sizeof k->order, "%s", row->order_no);
    snprintf(k->outcome, sizeof k->outcome, "%s", row->outcome);
    snprintf(k->text, sizeof k->text, "%s", row->text);
    snprintf(k->mch_id, sizeof k->mch_id, "%s", row->mch_id);
    take(&k->request, &b->request);
    take(&k->response, &b->response);
    take(&k->response_head, &b->response_head);
    take(&k->detail, &b->detail);
}

static void kept_clear(struct kept *k)
{
    buf_clear(&k->request);
    buf_clear(&k->response);
    buf_clear(&k->response_head);
    buf_clear(&k->detail);
}

static void a_call_is_kept_to_the_byte(void **state)
{
    (void)state;
    struct stage s;
    struct kept k = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    send_and_wait(&s.w);
    const struct exchange *e = &s.w.exchange;
    assert_true(e->journal_id > 0);
    assert_int_equal(journal_get(s.w.journal, e->journal_id, keep, &k, NULL), ST_OK);
    assert_int_equal(k.row.kind, JOURNAL_CALL);
    assert_true(k.row.good);
    assert_int_equal(k.row.amount, 1);
    assert_int_equal(k.row.status, 200);
    assert_int_equal(k.row.at_ms / 1000, test_clock());
    assert_string_equal(k.name, "unifiedorder");
    assert_string_equal(k.outcome, "success");
    assert_string_equal(k.mch_id, "10000100");
    assert_string_equal(k.order, params_get(&e->request.params, "out_trade_no"));
    assert_int_equal(k.request.len, e->request.body.len);
    assert_memory_equal(k.request.data, e->request.body.data, k.request.len);
    assert_int_equal(k.response.len, e->http.body.len);
    assert_memory_equal(k.response.data, e->http.body.data, k.response.len);
    assert_non_null(strstr(buf_str(&k.response_head), "HTTP/1.1 200"));
    assert_non_null(strstr(buf_str(&k.detail), e->request.url));
    kept_clear(&k);
    close_stage(&s);
}

/* As after the send: to the microsecond that was measured. */
static void a_call_comes_back_with_its_times(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    send_and_wait(&s.w);
    struct http_times then = s.w.exchange.http.times, *now = &s.w.exchange.http.times;
    assert_true(then.total > 0 && then.connect > 0 && then.wait > 0 && then.tls < 0);
    assert_int_equal(workspace_recall(&s.w, s.w.exchange.journal_id, &err), ST_OK);
    assert_float_equal(now->name, then.name, 0.0005);
    assert_float_equal(now->connect, then.connect, 0.0005);
    assert_float_equal(now->tls, then.tls, 0.0005);
    assert_float_equal(now->wait, then.wait, 0.0005);
    assert_float_equal(now->total, then.total, 0.0005);
    close_stage(&s);
}

static void a_refusal_is_kept_as_one(void **state)
{
    (void)state;
    static const char *const faults[] = {"unifiedorder=SYSTEMERROR", NULL};
    struct stage s;
    struct kept k = {0};
    open_stage(&s, (struct workspace_options){.demo = true, .faults = faults});
    send_and_wait(&s.w);
    assert_int_equal(journal_get(s.w.journal, s.w.exchange.journal_id, keep, &k, NULL), ST_OK);
    assert_false(k.row.good);
    assert_string_equal(k.outcome, "business-fail");
    assert_non_null(strstr(k.text, "SYSTEMERROR"));
    kept_clear(&k);
    close_stage(&s);
}

/* Raw bytes and replies can hold anything. */
static void a_key_among_the_bytes_is_not_kept(void **state)
{
    (void)state;
    static const char raw[] = "<xml><attach>" KEY "</attach></xml>";
    struct stage s;
    struct kept k = {0};
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    assert_int_equal(workspace_send_raw(&s.w, raw, sizeof raw - 1, &err), ST_OK);
    for (int i = 0; i < 2000 && s.w.exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(s.w.loop, 10);
    assert_int_equal(journal_get(s.w.journal, s.w.exchange.journal_id, keep, &k, NULL), ST_OK);
    assert_string_equal(buf_str(&k.request), "<xml><attach>****</attach></xml>");
    assert_null(strstr(buf_str(&k.response), KEY));
    assert_non_null(strstr(buf_str(&k.detail), "key_hidden"));
    kept_clear(&k);
    close_stage(&s);
}

static void the_file_is_made_by_the_first_row(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, (struct workspace_options){0});
    assert_int_equal(workspace_start(&s.w, NULL), ST_OK);
    assert_false(exists(s.path)); /* looking writes nothing */
    send_and_wait(&s.w);
    assert_true(exists(s.path));
    assert_string_equal(journal_path(s.w.journal), s.path);
    close_stage(&s);
}

static void it_stays_in_memory_where_asked(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, (struct workspace_options){.no_history = true});
    send_and_wait(&s.w);
    assert_false(exists(s.path));
    assert_int_equal(journal_count(s.w.journal, JOURNAL_CALL), 1);
    close_stage(&s);
    open_stage(&s, (struct workspace_options){.demo = true});
    send_and_wait(&s.w);
    assert_false(exists(s.path));
    close_stage(&s);
}

/* Private in the middle: what comes then is in memory, and the file is as it was. */
static void private_mode_keeps_nothing(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.profile = "demo"});
    assert_int_equal(workspace_start(&s.w, &err), ST_OK);
    send_and_wait(&s.w);
    assert_true(exists(s.path));
    assert_false(workspace_is_private(&s.w));
    assert_int_equal(workspace_private(&s.w, true, &err), ST_OK);
    assert_true(workspace_is_private(&s.w));
    assert_null(journal_path(s.w.journal));
    assert_int_equal(journal_count(s.w.journal, JOURNAL_ANY), 0);
    send_and_wait(&s.w);
    assert_int_equal(journal_count(s.w.journal, JOURNAL_CALL), 1);
    assert_int_equal(workspace_private(&s.w, false, &err), ST_OK);
    assert_string_equal(journal_path(s.w.journal), s.path);
    assert_int_equal(journal_count(s.w.journal, JOURNAL_CALL), 1); /* the first one alone */
    close_stage(&s);
}

/* Orders that are on their way name the port: it stays the same. */
static void private_mode_keeps_the_listeners_port(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    char url[128];
    open_stage(&s, (struct workspace_options){.demo = true});
    assert_int_equal(workspace_start(&s.w, &err), ST_OK);
    assert_int_equal(workspace_listen(&s.w, &err), ST_OK);
    for (int i = 0; i < 500 && inbox_state(s.w.inbox) != INBOX_UP; i++)
        loop_turn(s.w.loop, 10);
    snprintf(url, sizeof(url), "%s", inbox_url(s.w.inbox));
    assert_string_not_equal(url, "");
    for (int on = 1; on >= 0; on--) {
        assert_int_equal(workspace_private(&s.w, on, &err), ST_OK);
        for (int i = 0; i < 500 && inbox_state(s.w.inbox) != INBOX_UP; i++)
            loop_turn(s.w.loop, 10);
        assert_string_equal(inbox_url(s.w.inbox), url);
    }
    close_stage(&s);
}

/* A demonstration is in memory as it is: nothing of it goes. */
static void private_mode_takes_nothing_from_a_demonstration(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    assert_int_equal(workspace_start(&s.w, &err), ST_OK);
    send_and_wait(&s.w);
    for (int on = 1; on >= 0; on--) {
        assert_int_equal(workspace_private(&s.w, on, &err), ST_OK);
        assert_int_equal(workspace_is_private(&s.w), on);
        assert_int_equal(journal_count(s.w.journal, JOURNAL_CALL), 1);
    }
    close_stage(&s);
}

static void private_mode_waits_for_a_call(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    assert_int_equal(workspace_start(&s.w, &err), ST_OK);
    assert_int_equal(workspace_send(&s.w, false, &err), ST_OK);
    assert_int_equal(workspace_private(&s.w, true, &err), ST_CONFLICT);
    assert_false(workspace_is_private(&s.w));
    while (s.w.exchange.state == EXCHANGE_RUNNING)
        loop_turn(s.w.loop, 10);
    close_stage(&s);
    open_stage(&s, (struct workspace_options){.demo = true, .no_history = true});
    assert_true(workspace_is_private(&s.w));
    assert_int_equal(workspace_private(&s.w, false, &err), ST_REFUSED);
    close_stage(&s);
}

static void add_rows(struct stage *s, int count)
{
    struct journal_row row = {.kind = JOURNAL_CALL, .name = "orderquery", .outcome = "success"};
    struct journal_body body = {.request = {"<xml/>", 6}};
    for (int i = 0; i < count; i++) {
        row.at_ms = 1000 + i;
        assert_int_equal(journal_add(s->w.journal, &row, &body, NULL, NULL), ST_OK);
    }
}

static bool keep_oldest(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->at_ms;
    return true;
}

static void what_is_over_the_limit_goes_oldest_first(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    int64_t oldest = 0;
    open_stage(&s, (struct workspace_options){.profile = "demo"});
    assert_int_equal(workspace_journal(&s.w, &err), ST_OK);
    add_rows(&s, 1200); /* more than a slice over */
    assert_int_equal(s.w.retain_timer, 0);
    assert_int_equal(workspace_set_retention(&s.w, 20, 0, &err), ST_OK);
    assert_int_not_equal(s.w.retain_timer, 0);
    for (int i = 0; i < 500 && s.w.retain_timer; i++)
        loop_turn(s.w.loop, 10);
    assert_int_equal(journal_count(s.w.journal, JOURNAL_ANY), 20);
    journal_page(s.w.journal, JOURNAL_ANY, 0, 100, keep_oldest, &oldest, NULL);
    assert_int_equal(oldest, 1000 + 1180);
    close_stage(&s);
}

/* The limit stands in settings.json, and one of size is kept to as well. */
static void the_limits_are_saved_and_size_counts(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    struct err warnings[SETTINGS_WARNINGS_MAX];
    struct settings set;
    size_t count = 0, removed = 1;
    open_stage(&s, (struct workspace_options){.profile = "demo"});
    assert_int_equal(workspace_journal(&s.w, &err), ST_OK);
    assert_int_equal(workspace_set_retention(&s.w, 0, 1, &err), ST_OK);
    settings_init(&set, LANG_EN);
    settings_load(&set, &s.w.store, warnings, &count);
    assert_int_equal(count, 0);
    assert_int_equal(set.history_rows, 0);
    assert_int_equal(set.history_mb, 1);
    settings_clear(&set);
    static char large[64 << 10];
    memset(large, 'x', sizeof large);
    struct journal_row row = {.kind = JOURNAL_CALL, .name = "orderquery"};
    struct journal_body body = {.request = {large, sizeof large}};
    for (int i = 0; i < 150; i++) {
        for (size_t k = 0; k < sizeof large; k += 61) /* bodies that are alike take less room */
            large[k] = (char)('a' + (i * 7 + (int)k) % 26);
        assert_int_equal(journal_add(s.w.journal, &row, &body, NULL, NULL), ST_OK);
    }
    while (removed > 0)
        assert_int_equal(workspace_retain_now(&s.w, &removed, &err), ST_OK);
    assert_true(journal_size(s.w.journal) <= 1 << 20);
    assert_true(journal_count(s.w.journal, JOURNAL_ANY) < 150);
    close_stage(&s);
}

static void without_a_journal_the_call_goes_on(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, (struct workspace_options){0});
    assert_int_equal(store_write(s.path, "no database at all, but long enough to be read as one",
                                 53, 0600, NULL),
                     ST_OK);
    workspace_start(&s.w, NULL);
    assert_null(s.w.journal);
    assert_int_equal(s.w.journal_err.status, ST_SYNTAX);
    assert_true(s.w.message.error);
    assert_non_null(strstr(s.w.message.text.text[LANG_EN], "journal.db"));
    send_and_wait(&s.w);
    assert_int_equal(s.w.exchange.state, EXCHANGE_DONE);
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
    assert_int_equal(s.w.exchange.journal_id, 0);
    close_stage(&s);
}

/* As somebody who may not write: root would not be refused. 0: all is as it should. */
static int look_as_a_stranger(struct stage *s)
{
    struct workspace_options o = {.demo = false, .has_lang = true, .lang = LANG_EN};
    struct workspace *w = &s->w;
    struct err err = {0};
    if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
        return 1;
    o.clock = test_clock;
    if (workspace_open(w, &o, &err) || workspace_start(w, &err))
        return 2;
    if (!w->journal || !workspace_journal_is_read_only(w) || !w->message.error ||
        !strstr(w->message.text.text[LANG_EN], "is read-only"))
        return 3;
    if (workspace_journal_to_read(w, &err) || workspace_journal(w, &err) != ST_IO ||
        !strstr(err.text[LANG_EN], "is read-only"))
        return 4;
    if (workspace_recall(w, 1, &err) || w->exchange.reply.outcome != OUTCOME_SUCCESS)
        return 5;
    if (inbox_unrecorded(w->inbox)->status != ST_IO) /* what arrives is not acknowledged */
        return 6;
    send_and_wait(w); /* the call goes on */
    if (w->exchange.state != EXCHANGE_DONE || w->exchange.journal_id ||
        journal_count(w->journal, JOURNAL_ANY) != 1)
        return 7;
    workspace_close(w);
    return 0;
}

static void a_journal_that_cannot_be_written_is_looked_through(void **state)
{
    (void)state;
    struct stage s;
    int status = 0;
    char command[256];
    open_stage(&s, (struct workspace_options){0});
    send_and_wait(&s.w);
    assert_true(s.w.exchange.journal_id > 0);
    workspace_close(&s.w);
    snprintf(command, sizeof command, "chmod -R a=rX '%1$s'; chmod a+w '%1$s'/wxpc/sandbox.jsonl",
             s.home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    pid_t child = fork();
    if (child == 0)
        _exit(look_as_a_stranger(&s));
    waitpid(child, &status, 0);
    snprintf(command, sizeof command, "chmod -R u+w '%s'", s.home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    snprintf(command, sizeof command, "rm -r '%s'", s.home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_kept_to_the_byte),
        cmocka_unit_test(a_call_comes_back_with_its_times),
        cmocka_unit_test(a_refusal_is_kept_as_one),
        cmocka_unit_test(a_key_among_the_bytes_is_not_kept),
        cmocka_unit_test(the_file_is_made_by_the_first_row),
        cmocka_unit_test(it_stays_in_memory_where_asked),
        cmocka_unit_test(private_mode_keeps_nothing),
        cmocka_unit_test(private_mode_keeps_the_listeners_port),
        cmocka_unit_test(private_mode_takes_nothing_from_a_demonstration),
        cmocka_unit_test(private_mode_waits_for_a_call),
        cmocka_unit_test(what_is_over_the_limit_goes_oldest_first),
        cmocka_unit_test(the_limits_are_saved_and_size_counts),
        cmocka_unit_test(without_a_journal_the_call_goes_on),
        cmocka_unit_test(a_journal_that_cannot_be_written_is_looked_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
