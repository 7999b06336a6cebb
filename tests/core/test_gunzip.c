/* SPDX-License-Identifier: MIT */
/* Files made by gzip itself; each damage of one is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/gunzip.h"

/* "a,b\n" three times, packed by gzip -9n. */
static const char packed[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xd4\x49\xe2\x4a\x84\x62\x00\x2f\x2f\x9b\x1a\x0c\x00\x00\x00";
static const size_t packed_len = sizeof(packed) - 1;
static const char text[] = "a,b\na,b\na,b\n";

static void a_file_is_unpacked(void **state)
{
    (void)state;
    struct buf out;
    struct err err;
    buf_init(&out, 1024);
    assert_true(gunzip_is(packed, packed_len));
    assert_int_equal(gunzip(packed, packed_len, &out, &err), ST_OK);
    assert_string_equal(buf_str(&out), text);
    buf_clear(&out);
}

static void files_behind_one_another_are_one(void **state)
{
    (void)state;
    char two[2 * sizeof(packed)];
    struct buf out;
    buf_init(&out, 1024);
    memcpy(two, packed, packed_len);
    memcpy(two + packed_len, packed, packed_len);
    assert_int_equal(gunzip(two, 2 * packed_len, &out, NULL), ST_OK);
    assert_int_equal(out.len, 2 * strlen(text));
    buf_clear(&out);
}

static void a_damaged_file_is_refused(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1024);
    for (size_t len = 0; len < packed_len; len++)
        assert_int_equal(gunzip(packed, len, &out, NULL), ST_SYNTAX);
    for (size_t i = 10; i < packed_len; i++) { /* content, checksum, length */
        char copy[sizeof(packed)];
        memcpy(copy, packed, packed_len);
        copy[i] = (char)(copy[i] ^ 0x41);
        buf_reset(&out);
        assert_int_equal(gunzip(copy, packed_len, &out, NULL), ST_SYNTAX);
    }
    assert_int_equal(gunzip("plain text", 10, &out, NULL), ST_SYNTAX);
    assert_false(gunzip_is("plain", 5));
    buf_clear(&out);
}

static void the_ceiling_holds(void **state)
{
    (void)state;
    struct buf out;
    struct err err;
    buf_init(&out, strlen(text) - 1);
    assert_int_equal(gunzip(packed, packed_len, &out, &err), ST_LIMIT);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_unpacked),
        cmocka_unit_test(files_behind_one_another_are_one),
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(the_ceiling_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
