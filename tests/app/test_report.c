/* SPDX-License-Identifier: MIT */
/*
 * A record full of what must not get out: a key, a payer, markup, terminal sequences. No form
 * of the report may hold any of it.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/report.h"
#include "core/span.h"
#include "core/text.h"

#define KEY "0123456789abcdef0123456789abcdef"
#define OPENID "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"

static const char request[] =
    "<xml><appid>wx1</appid><openid>" OPENID "</openid>"
    "<attach><![CDATA[<script>alert(1)</script>\xe2\x80\xae ``` |" KEY "]]></attach>"
    "<sign>00000000000000000000000000000000</sign></xml>";
static const char response[] = "<xml><return_code>FAIL</return_code><return_msg>\xe2\x80\xae"
                               "签名错误</return_msg></xml>";

struct stage {
    struct journal *journal;
    struct catalog catalog;
    struct profile profile;
    struct record record;
    struct report_how how;
    const struct profile *secrets[1];
};

static void open_stage(struct stage *s)
{
    struct journal_row row = {.at_ms = 1767294245678,
                              .kind = JOURNAL_CALL,
                              .name = "unifiedorder",
                              .profile = "shop",
                              .order_no = "T1",
                              .amount = 101,
                              .status = 200,
                              .outcome = "communication-fail",
                              .text = "a<b>\x1b[31m"};
    static const char head[] = "POST http://127.0.0.1:9/pay/unifiedorder HTTP/1.1\r\n"
                               "Content-Type: text/xml\r\nX-Note: " OPENID "\x1b]0;title\x07\r\n";
    static const char answer_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n";
    struct journal_body body = {.request_head = {head, sizeof(head) - 1},
                                .request = {request, sizeof(request) - 1},
                                .response_head = {answer_head, sizeof(answer_head) - 1},
                                .response = {response, sizeof(response) - 1}};
    int64_t id;

    *s = (struct stage){0};
    assert_int_equal(catalog_load_embedded(&s->catalog, NULL), ST_OK);
    assert_int_equal(journal_open(NULL, &s->journal, NULL), ST_OK);
    assert_int_equal(journal_add(s->journal, &row, &body, &id, NULL), ST_OK);
    secret_set(&s->profile.key.value, KEY, sizeof(KEY) - 1);
    s->secrets[0] = &s->profile;
    s->how = (struct report_how){.lang = LANG_EN, .secrets = s->secrets, .secret_count = 1};
    struct record_source source = {
        .journal = s->journal, .catalog = &s->catalog, .profile = &s->profile};
    assert_int_equal(record_read(&source, id, &s->record, NULL), ST_OK);
}

static void close_stage(struct stage *s)
{
    record_clear(&s->record);
    profile_clear(&s->profile);
    journal_close(s->journal);
    catalog_clear(&s->catalog);
}

static void a_record_is_understood_again(void **state)
{
    struct stage s;
    char at[RECORD_TIME_SIZE];
    (void)state;
    open_stage(&s);
    const struct record *r = &s.record;
    assert_string_equal(r->url, "http://127.0.0.1:9/pay/unifiedorder");
    assert_string_equal(params_get(&r->sent, "openid"), OPENID);
    assert_true(r->judged);
    assert_int_equal(r->reply.outcome, OUTCOME_COMMUNICATION_FAIL);
    assert_string_equal(r->spec->id, "unifiedorder");
    record_time(r->row.at_ms, at);
    assert_string_equal(at, "2026-01-02 03:04:05");
    close_stage(&s);
}

/* Where a notification went: the path of its first line, the host of its header. */
static void a_notification_can_be_a_curl_command(void **state)
{
    struct stage s;
    struct buf out;
    int64_t id;
    static const char head[] = "POST /notify HTTP/1.1\r\nHost: 127.0.0.1:8765\r\n";
    struct journal_row row = {.kind = JOURNAL_NOTICE, .name = "payment", .outcome = "genuine"};
    struct journal_body body = {.request_head = {head, sizeof(head) - 1},
                                .request = {request, sizeof(request) - 1}};
    (void)state;
    open_stage(&s);
    assert_int_equal(journal_add(s.journal, &row, &body, &id, NULL), ST_OK);
    struct record_source source = {.journal = s.journal, .catalog = &s.catalog};
    assert_int_equal(record_read(&source, id, &s.record, NULL), ST_OK);
    assert_string_equal(s.record.url, "http://127.0.0.1:8765/notify");
    s.how.form = REPORT_CURL;
    buf_init(&out, REPORT_MAX);
    assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&out), "curl -sS 'http://127.0.0.1:8765/notify'"));
    buf_clear(&out);
    close_stage(&s);
}

/* What a stranger sent becomes a command of ours: it sends the same, and reads no file. */
static void a_curl_command_sends_what_came(void **state)
{
    static const struct {
        const char *type; /* "": there is no such header */
        const char *body;
        size_t len;
        const char *says; /* NULL: it cannot be a command */
    } rows[] = {
        {"Content-Type: text/xml; charset=GBK\r\n", "<xml/>", 6,
         " -H 'Content-Type: text/xml; charset=GBK' --data-binary '<xml/>'\n"},
        {"", "it's", 4, " -H 'Content-Type:' --data-binary 'it'\\''s'\n"},
        {"", "@/etc/passwd", 12, " -H 'Content-Type:' --data-raw '@/etc/passwd'\n"},
        {"", "a\0b", 3, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        struct buf out;
        struct err err = {0};
        int64_t id;
        char head[256];
        open_stage(&s);
        int n = snprintf(head, sizeof(head), "POST /n HTTP/1.1\r\nHost: 127.0.0.1:8765\r\n%s\r\n",
                         rows[i].type);
        struct journal_row row = {.kind = JOURNAL_NOTICE, .name = "unknown"};
        struct journal_body body = {.request_head = {head, (size_t)n},
                                    .request = {rows[i].body, rows[i].len}};
        assert_int_equal(journal_add(s.journal, &row, &body, &id, NULL), ST_OK);
        struct record_source source = {.journal = s.journal, .catalog = &s.catalog};
        assert_int_equal(record_read(&source, id, &s.record, NULL), ST_OK);
        s.how.form = REPORT_CURL;
        buf_init(&out, REPORT_MAX);
        assert_int_equal(report_write(&s.record, &s.how, &out, &err),
                         rows[i].says ? ST_OK : ST_UNSUPPORTED);
        if (rows[i].says && !strstr(buf_str(&out), rows[i].says))
            fail_msg("%s", buf_str(&out));
        buf_clear(&out);
        close_stage(&s);
    }
}

/* Not text: to the byte all the same. */
static void har_holds_any_bytes(void **state)
{
    static const char head[] = "POST /n HTTP/1.1\r\nHost: h\r\nContent-Type: image/png\r\n\r\n";
    struct stage s;
    struct buf out;
    struct json *j = NULL;
    int64_t id;
    struct journal_row row = {.kind = JOURNAL_NOTICE, .name = "unknown"};
    struct journal_body body = {.request_head = {head, sizeof(head) - 1},
                                .request = {"\xff\0\x01", 3}};
    (void)state;
    open_stage(&s);
    assert_int_equal(journal_add(s.journal, &row, &body, &id, NULL), ST_OK);
    struct record_source source = {.journal = s.journal, .catalog = &s.catalog};
    assert_int_equal(record_read(&source, id, &s.record, NULL), ST_OK);
    s.how.form = REPORT_HAR;
    buf_init(&out, REPORT_MAX);
    assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
    assert_int_equal(json_parse(buf_str(&out), out.len, &j, NULL), ST_OK);
    const struct json *entry = json_first(json_get(json_get(j, "log"), "entries"));
    const struct json *data = json_get(json_get(entry, "request"), "postData");
    assert_string_equal(json_string(json_get(data, "text")), "/wAB");
    assert_string_equal(json_string(json_get(data, "encoding")), "base64");
    assert_string_equal(json_string(json_get(data, "mimeType")), "image/png");
    json_free(j);
    buf_clear(&out);
    close_stage(&s);
}

/* A byte that a terminal could obey; the newline and carriage return of heads aside. */
static bool is_hostile(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 && !strchr("\n\r\t", *text))
            return true;
    }
    return false;
}

static void no_form_lets_anything_out(void **state)
{
    (void)state;
    for (int form = 0; form < REPORT_FORM_COUNT; form++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct stage s;
            struct buf out;
            open_stage(&s);
            s.how.form = (enum report_form)form;
            s.how.lang = (enum lang)lang;
            buf_init(&out, REPORT_MAX);
            assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
            assert_true(out.len > 100);
            assert_null(strstr(buf_str(&out), KEY));
            assert_null(strstr(buf_str(&out), OPENID));
            bool page = form == REPORT_TEXT || form == REPORT_MARKDOWN || form == REPORT_HTML;
            if (page)
                assert_false(is_hostile(buf_str(&out)));
            if (form == REPORT_HTML) {
                assert_null(strstr(buf_str(&out), "<script"));
                assert_non_null(strstr(buf_str(&out), "&lt;script&gt;"));
                assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
            }
            if (form == REPORT_MARKDOWN) /* code that holds a fence stands in a longer one */
                assert_non_null(strstr(buf_str(&out), "\n````\n"));
            buf_clear(&out);
            close_stage(&s);
        }
    }
}

static void personal_data_stays_when_asked(void **state)
{
    struct stage s;
    struct buf out;
    (void)state;
    open_stage(&s);
    s.how.personal = true;
    buf_init(&out, REPORT_MAX);
    assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&out), OPENID));
    assert_null(strstr(buf_str(&out), KEY)); /* a key never */
    buf_clear(&out);
    close_stage(&s);
}

/* The text without what wrapping puts into it. */
static void unwrap(const struct buf *text, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < text->len; i++) {
        if (!strchr(" \n", text->data[i]))
            buf_addc(out, text->data[i]);
    }
}

static void a_comparison_masks_too(void **state)
{
    static const int widths[] = {0, 118, 78, 60, 59, 36, 20};
    (void)state;
    for (int form = 0; form <= REPORT_HTML; form++) {
        for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
            struct stage s;
            struct buf out, bare;
            open_stage(&s);
            s.how.form = (enum report_form)form;
            s.how.width = widths[i];
            buf_init(&out, REPORT_MAX);
            buf_init(&bare, REPORT_MAX);
            assert_int_equal(report_compare(&s.record, &s.record, &s.how, &out, NULL), ST_OK);
            unwrap(&out, &bare);
            assert_null(strstr(buf_str(&bare), KEY));
            assert_null(strstr(buf_str(&bare), OPENID));
            assert_non_null(strstr(buf_str(&out), "key=****"));
            assert_false(is_hostile(buf_str(&out)));
            if (form == REPORT_HTML)
                assert_null(strstr(buf_str(&out), "<script"));
            buf_clear(&out);
            buf_clear(&bare);
            close_stage(&s);
        }
    }
}

static void a_comparison_has_three_forms(void **state)
{
    struct stage s;
    struct buf out;
    (void)state;
    open_stage(&s);
    buf_init(&out, REPORT_MAX);
    s.how.form = REPORT_CURL;
    assert_int_equal(report_compare(&s.record, &s.record, &s.how, &out, NULL), ST_UNSUPPORTED);
    buf_clear(&out);
    close_stage(&s);
}

static void har_is_json_with_the_headers(void **state)
{
    struct stage s;
    struct buf out;
    struct json *j = NULL;
    (void)state;
    open_stage(&s);
    s.how.form = REPORT_HAR;
    buf_init(&out, REPORT_MAX);
    assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
    assert_int_equal(json_parse(buf_str(&out), out.len, &j, NULL), ST_OK);
    const struct json *entry = json_first(json_get(json_get(j, "log"), "entries"));
    const struct json *headers = json_get(json_get(entry, "request"), "headers");
    assert_int_equal(json_count(headers), 2);
    assert_string_equal(json_string(json_get(json_first(headers), "name")), "Content-Type");
    assert_string_equal(json_string(json_get(json_first(headers), "value")), "text/xml");
    assert_int_equal(json_int(json_get(json_get(entry, "response"), "status"), 0), 200);
    json_free(j);
    buf_clear(&out);
    close_stage(&s);
}

/* The largest reply that a call keeps, of bytes that JSON writes the longest. */
static void the_largest_reply_is_exported_whole(void **state)
{
    struct stage s;
    struct buf out;
    (void)state;
    open_stage(&s);
    buf_clear(&s.record.response);
    buf_init(&s.record.response, HTTP_BODY_MAX);
    memset(buf_room(&s.record.response, HTTP_BODY_MAX), 1, HTTP_BODY_MAX);
    s.how.form = REPORT_HAR;
    buf_init(&out, REPORT_MAX);
    assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
    assert_true(out.len >= 6 * HTTP_BODY_MAX); /* \u0001 */
    assert_string_equal(buf_str(&out) + out.len - 2, "}\n");
    buf_clear(&out);
    close_stage(&s);
}

static void what_finds_no_room_is_said(void **state)
{
    struct stage s;
    struct buf out;
    (void)state;
    open_stage(&s);
    for (int form = 0; form < REPORT_FORM_COUNT; form++) {
        s.how.form = (enum report_form)form;
        buf_init(&out, 20);
        assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_LIMIT);
        assert_int_equal(out.len, 0);
        buf_clear(&out);
    }
    close_stage(&s);
}

/* What is kept of a call's times, and what HAR says: durations, of which all but ssl add up. */
static void har_has_the_times(void **state)
{
    static const struct {
        const char *detail;
        double time, dns, connect, ssl, wait, receive;
    } rows[] = {
        {"{\"ms\":12,\"times\":{\"name\":0.5,\"connect\":1.25,\"tls\":4.75,\"wait\":11,\"total\":12}}",
         12, 0.5, 4.25, 3.5, 6.25, 1},
        {"{\"times\":{\"name\":0.1,\"connect\":0.3,\"wait\":1.001,\"total\":1.25}}", 1.25, 0.1, 0.2,
         -1, 0.701, 0.249},
        {"{\"times\":{\"name\":0.5,\"connect\":1,\"total\":30000}}", 30000, 0.5, 0.5, -1, 29999, 0},
        {"{\"times\":{\"name\":0.5,\"total\":2}}", 2, 0.5, 1.5, -1, 0, 0}, /* refused */
        {"{\"url\":\"x\",\"ms\":12}", 12, -1, -1, -1, 12, 0}, /* kept by the first version */
        {"", 0, -1, -1, -1, 0, 0},
        {"{\"ms\":\"no\",\"times\":[1]}", 0, -1, -1, -1, 0, 0},
    };
    struct stage s;
    (void)state;
    open_stage(&s);
    s.how.form = REPORT_HAR;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf out;
        struct json *j = NULL;
        buf_clear(&s.record.detail);
        buf_init(&s.record.detail, 1024);
        buf_adds(&s.record.detail, rows[i].detail);
        buf_init(&out, REPORT_MAX);
        assert_int_equal(report_write(&s.record, &s.how, &out, NULL), ST_OK);
        assert_int_equal(json_parse(buf_str(&out), out.len, &j, NULL), ST_OK);
        const struct json *entry = json_first(json_get(json_get(j, "log"), "entries"));
        const struct json *t = json_get(entry, "timings");
        assert_true(json_number(json_get(entry, "time"), -9) == rows[i].time);
        assert_true(json_number(json_get(t, "dns"), -9) == rows[i].dns);
        assert_true(json_number(json_get(t, "connect"), -9) == rows[i].connect);
        assert_true(json_number(json_get(t, "ssl"), -9) == rows[i].ssl);
        assert_true(json_number(json_get(t, "send"), -9) == 0);
        assert_true(json_number(json_get(t, "wait"), -9) == rows[i].wait);
        assert_true(json_number(json_get(t, "receive"), -9) == rows[i].receive);
        json_free(j);
        buf_clear(&out);
    }
    close_stage(&s);
}

/* Two orders that differ in each way. */
static void open_pair(struct stage *s, struct record *other)
{
    static const char sent[] =
        "<xml><appid>wx1</appid><body><![CDATA[深圳 > 店]]></body>"
        "<nonce_str>AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB</nonce_str><product_id>1</product_id></xml>";
    static const char head[] = "POST http://127.0.0.1/pay/unifiedorder HTTP/1.1\r\n";
    struct journal_row row = {.kind = JOURNAL_CALL, .name = "unifiedorder", .outcome = "success"};
    struct journal_body body = {.request_head = {head, sizeof(head) - 1},
                                .request = {sent, sizeof(sent) - 1}};
    int64_t id = 0;
    open_stage(s);
    assert_int_equal(journal_add(s->journal, &row, &body, &id, NULL), ST_OK);
    struct record_source source = {.journal = s->journal, .catalog = &s->catalog};
    assert_int_equal(record_read(&source, id, other, NULL), ST_OK);
}

static void a_comparison_keeps_to_its_width(void **state)
{
    static const int widths[] = {118, 88, 78, 60, 59, 38, 34};
    (void)state;
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        struct stage s;
        struct record other = {0};
        struct buf out;
        open_pair(&s, &other);
        s.how.width = widths[i];
        buf_init(&out, REPORT_MAX);
        assert_int_equal(report_compare(&s.record, &other, &s.how, &out, NULL), ST_OK);
        struct span rest = {buf_str(&out), out.len}, line;
        while (rest.len > 0 && span_next_part(&rest, '\n', &line)) {
            if (text_width(line.s, line.len) > widths[i])
                fail_msg("%d: %.*s", widths[i], (int)line.len, line.s);
        }
        buf_clear(&out);
        record_clear(&other);
        close_stage(&s);
    }
}

static void documents_stand_side_by_side(void **state)
{
    struct stage s;
    struct record other = {0};
    struct buf out;
    (void)state;
    open_pair(&s, &other);
    buf_init(&out, REPORT_MAX);
    s.how.width = 78;
    assert_int_equal(report_compare(&other, &other, &s.how, &out, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&out),
                           "Request XML side by side\n"
                           "<xml>                                   <xml>\n"
                           "<appid>wx1</appid>                      <appid>wx1</appid>\n"
                           "<body><![CDATA[深圳 > 店]]></body>      "
                           "<body><![CDATA[深圳 > 店]]></body>\n"));
    buf_reset(&out);
    s.how.width = 36;
    assert_int_equal(report_compare(&s.record, &other, &s.how, &out, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&out), "\n+ <product_id>1</product_id>\n"));
    buf_reset(&out);
    s.how.form = REPORT_HTML;
    assert_int_equal(report_compare(&s.record, &other, &s.how, &out, NULL), ST_OK);
    assert_non_null(strstr(
        buf_str(&out), "<td></td><td>&gt;</td><td>&lt;product_id&gt;1&lt;/product_id&gt;</td>"));
    buf_clear(&out);
    record_clear(&other);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curl_command_sends_what_came),
        cmocka_unit_test(har_holds_any_bytes),
        cmocka_unit_test(a_notification_can_be_a_curl_command),
        cmocka_unit_test(a_record_is_understood_again),
        cmocka_unit_test(no_form_lets_anything_out),
        cmocka_unit_test(personal_data_stays_when_asked),
        cmocka_unit_test(a_comparison_masks_too),
        cmocka_unit_test(a_comparison_has_three_forms),
        cmocka_unit_test(a_comparison_keeps_to_its_width),
        cmocka_unit_test(documents_stand_side_by_side),
        cmocka_unit_test(har_is_json_with_the_headers),
        cmocka_unit_test(har_has_the_times),
        cmocka_unit_test(the_largest_reply_is_exported_whole),
        cmocka_unit_test(what_finds_no_room_is_said),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
