/* SPDX-License-Identifier: MIT */
/* The bytes that were sent, in pastes of several kinds. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/wire.h"

#define DOC "<xml><appid>wx1</appid><mch_id>1</mch_id><body>\xe6\xb5\x8b</body></xml>"

/* As the command does it. */
static void find(const char *text, size_t wanted, struct found *found, struct wire *out)
{
    struct repair_log log = {.wanted = wanted};
    struct paste paste = {0};
    assert_int_equal(repair_read(text, strlen(text), &log, found, &paste, NULL), ST_OK);
    wire_find((struct span){text, strlen(text)}, found, &log, out);
    paste_clear(&paste);
}

static void assert_wire(const char *text, size_t wanted, const char *body, const char *head)
{
    struct found found = {0};
    struct wire w;
    find(text, wanted, &found, &w);
    assert_int_equal(w.body.len, strlen(body));
    assert_memory_equal(w.body.len ? w.body.s : "", body, strlen(body));
    assert_int_equal(w.head.len, strlen(head));
    assert_memory_equal(w.head.len ? w.head.s : "", head, strlen(head));
    found_clear(&found);
}

static void a_body_alone_has_no_head(void **state)
{
    (void)state;
    assert_wire(DOC, 0, DOC, "");
    assert_wire(
        "&lt;xml&gt;&lt;appid&gt;wx1&lt;/appid&gt;&lt;mch_id&gt;1&lt;/mch_id&gt;&lt;/xml&gt;", 0,
        "", ""); /* repaired */
    assert_wire("INFO: sent " DOC " to the gateway", 0, "", "");
}

static void a_raw_message_has_both(void **state)
{
    (void)state;
    assert_wire("POST /pay/orderquery HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n" DOC, 0, DOC,
                "Host: h\r\nContent-Length: 5\r\n");
    assert_wire("sending\nPOST /pay/orderquery HTTP/1.1\nHost: h\n\n" DOC
                "\nHTTP/1.1 200 OK\nA: b\n\n" DOC,
                2, DOC, "A: b\n");
    assert_wire("Host: h\n\n" DOC, 0, "", "");                              /* no request line */
    assert_wire("POST /pay/orderquery HTTP/1.1\nHost: h\n" DOC, 0, "", ""); /* no blank line */
}

static void a_curl_command_has_its_headers(void **state)
{
    struct found found = {0};
    struct wire w;
    (void)state;
    find("curl -H 'Content-Type: text/xml' https://h/p -H'A: b' -d '" DOC "'", 0, &found, &w);
    assert_false(w.query);
    assert_int_equal(w.body.len, strlen(DOC));
    assert_true(span_is(wire_header(w.head, "content-type"), "text/xml"));
    assert_true(span_is(wire_header(w.head, "A"), "b"));
    assert_null(wire_header(w.head, "Content").s);
    found_clear(&found);
    find("curl 'https://h/p?appid=wx1&mch_id=1'", 0, &found, &w);
    assert_true(w.query && w.body.len == 0);
    found_clear(&found);
}

static void a_length_is_of_bytes(void **state)
{
    const struct span body = {DOC, strlen(DOC)};
    size_t bytes, characters;
    (void)state;
    assert_true(wire_length_fits(body, body.len, &bytes, &characters));
    assert_int_equal(bytes, body.len);
    assert_int_equal(characters, body.len - 2);
    assert_false(wire_length_fits(body, body.len - 2, &bytes, &characters));
    assert_false(wire_length_fits(body, body.len + 1, &bytes, &characters));
    /* A line end that pasting added, and CR LF that pasting made LF. */
    assert_true(
        wire_length_fits((struct span){DOC "\n", body.len + 1}, body.len, &bytes, &characters));
    assert_true(
        wire_length_fits((struct span){"<xml>\n<a>1</a>\n</xml>", 21}, 23, &bytes, &characters));
    assert_false(
        wire_length_fits((struct span){"<xml>\n<a>1</a>\n</xml>", 21}, 30, &bytes, &characters));
    assert_false(wire_length_fits((struct span){"", 0}, 1, &bytes, &characters));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_alone_has_no_head),
        cmocka_unit_test(a_raw_message_has_both),
        cmocka_unit_test(a_curl_command_has_its_headers),
        cmocka_unit_test(a_length_is_of_bytes),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
