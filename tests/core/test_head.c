/* SPDX-License-Identifier: MIT */
/* Headers in a head as it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/head.h"

static void values_are_found(void **state)
{
    static const struct {
        const char *head, *name, *value;
    } rows[] = {
        {"POST /n HTTP/1.1\r\nHost: h:1\r\nX-A:b\r\n\r\n", "host", "h:1"},
        {"POST /n HTTP/1.1\r\nHost: h:1\r\nX-A:b\r\n\r\n", "X-A", "b"},
        {"POST /n HTTP/1.1\r\nX-AB: c\r\n\r\n", "X-A", ""},
        {"POST /n HTTP/1.1\r\nX-A: 1\r\nX-A: 2\r\n\r\n", "X-A", "1"},
        {"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 2\r\n\r\n", "X-A", "2"},
        {"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "X-A", ""},
        {"POST /n HTTP/1.1\r\nX-A: longer than fits\r\n\r\n", "X-A", "longer than fit"},
        {"", "X-A", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf head;
        char out[16];
        buf_init(&head, 512);
        buf_adds(&head, rows[i].head);
        head_value(&head, rows[i].name, out, sizeof out);
        assert_string_equal(out, rows[i].value);
        buf_clear(&head);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
