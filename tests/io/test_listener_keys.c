/* SPDX-License-Identifier: MIT */
/*
 * A key of ours in what arrives, in any disguise: it is answered, shown and kept without.
 */
#include "listener_stage.h"

static void assert_file_keyless(const char *path)
{
    struct buf text;
    char block[4096];
    size_t n;
    FILE *f = fopen(path, "r");
    buf_init(&text, 64u << 20);
    while (f && (n = fread(block, 1, sizeof block, f)) > 0)
        buf_add(&text, block, n);
    if (f)
        fclose(f);
    if (strstr(path, ".db") && !strstr(path, "-wal"))
        assert_true(text.len > 0);
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        if (memmem(buf_str(&text), text.len, secrets[i], strlen(secrets[i])))
            fail_msg("%s holds a key", path);
    }
    buf_clear(&text);
}

/* A document signed over what it says, in which some text then takes another form. */
static void build_with(const char *field, const char *value, const char *from, const char *to,
                       struct buf *out)
{
    struct buf plain;
    const char *at;
    build(EVENT_PAYMENT, field, value, false, &plain);
    at = strstr(buf_str(&plain), from);
    assert_non_null(at);
    buf_init(out, 1 << 20);
    buf_add(out, buf_str(&plain), (size_t)(at - buf_str(&plain)));
    buf_adds(out, to);
    buf_adds(out, at + strlen(from));
    buf_clear(&plain);
}

#define LONG_80 "12345678901234567890123456789012345678901234567890123456789012345678901234567890"

static void no_key_of_ours_is_shown_or_kept(void **state)
{
    static const struct {
        const char *line, *header; /* request line, a header more */
        const char *field, *value;
        const char *from, *to; /* in the document, after signing */
        bool good;
    } rows[] = {
        {"/notify", "", "attach", "a" DOC_KEY "b", "<xml>", "<xml>", true},
        {"/notify", "", "attach", OTHER_KEY, "<xml>", "<xml>", true},
        {"/notify", "", "attach", V3_KEY, "<xml>", "<xml>", true},
        {"/notify", "", "attach", DOC_KEY, "![CDATA[" DOC_KEY "]]",
         "![CDATA[19200625]]><![CDATA["
         "0b4c09247ec02edce69f6a2d]]",
         true},
        {"/notify", "", "attach", DOC_KEY, "<![CDATA[" DOC_KEY "]]>",
         "&#49;92006250b4c09247ec02edce69f6a2&#x64;", true},
        {"/notify", "", "out_trade_no", LONG_80 DOC_KEY, "<xml>", "<xml>",
         false}, /* another order's */
        {"/notify?key=" DOC_KEY, "", "attach", "a", "<xml>", "<xml>", true},
        {"/" OTHER_KEY, "", "attach", "a", "<xml>", "<xml>", true},
        {"/notify", "X-Key: " DOC_KEY "\r\n", "attach", "a", "<xml>", "<xml>", true},
        {"/notify", "", "attach", "a", "<xml>", "<xml><key>" DOC_KEY "</key>", false},
        {"/notify", "", "attach", "a", "<xml>", "<xml><k" DOC_KEY ">1</k" DOC_KEY ">", false},
        {"/notify", "", "sign", DOC_KEY, "<xml>", "<xml>", false},
        {"/notify", "", "appid", LONG_80 OTHER_KEY, "<xml>", "<xml>", false},
        {"/notify", "", "attach", "a", "<xml>", "<" DOC_KEY ">", false},
        {"/notify", "", "attach", "a", "<xml>", "key=" DOC_KEY "&<xml>", false},
    };
    static const struct profile *const both[] = {&shop, &other};
    struct fixture *f = *state;
    char head[512], wal[72];
    make_folder(f);
    assert_int_equal(journal_open(f->path, &f->journal, NULL), ST_OK);
    listen_with(f, (struct listener_options){0});
    listener_profiles(f->listener, both, 2);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf body;
        build_with(rows[i].field, rows[i].value, rows[i].from, rows[i].to, &body);
        snprintf(head, sizeof head,
                 "POST %s HTTP/1.1\r\nHost: h\r\n%sConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 rows[i].line, rows[i].header, body.len);
        net_connect(&f->client, f->loop, port_of(f));
        net_sends(&f->client, head);
        net_send(&f->client, buf_str(&body), body.len);
        net_until(f->loop, &f->client.closed);
        net_close(&f->client);
        buf_clear(&body);
        assert_keyless("the answer", f->client.got, f->client.len);
        assert_int_equal(f->count, 1);
        assert_receipt_keyless(&f->got[0]);
        if (!strstr(f->client.got, rows[i].good ? IS_SUCCESS : IS_FAIL))
            fail_msg("row %zu: %s", i, f->client.got);
        receipt_clear(&f->got[0]);
        f->count = 0;
    }
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), ARRAY_COUNT(rows));
    assert_file_keyless(f->path);
    snprintf(wal, sizeof wal, "%s-wal", f->path);
    assert_file_keyless(wal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_key_of_ours_is_shown_or_kept),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
