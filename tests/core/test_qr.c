/* SPDX-License-Identifier: MIT */
/* QR codes: size and quiet zone, half blocks, SVG. That they can be scanned is
 * tests/cli/invoke.case. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/qr.h"
#include "core/text.h"

#define CODE_URL "weixin://wxpay/bizpayurl?pr=NwY5Mz9"

static void the_usual_code_is_37_by_19_cells(void **state)
{
    (void)state;
    struct qr q = {0};
    assert_int_equal(qr_encode(CODE_URL, &q, NULL), ST_OK);
    assert_int_equal(q.size, 29); /* facts/technology.md 2.5 */
    assert_int_equal(qr_columns(&q, QR_QUIET), 37);
    assert_int_equal(qr_rows(&q, QR_QUIET), 19);
    qr_clear(&q);
    assert_int_equal(q.size, 0);
}

static void three_corners_are_finders(void **state)
{
    (void)state;
    struct qr q = {0};
    assert_int_equal(qr_encode(CODE_URL, &q, NULL), ST_OK);
    const int corners[][2] = {{0, 0}, {q.size - 7, 0}, {0, q.size - 7}};
    for (size_t i = 0; i < ARRAY_COUNT(corners); i++) {
        int x = corners[i][0], y = corners[i][1];
        assert_true(qr_dark(&q, x, y) && qr_dark(&q, x + 6, y + 6));
        assert_false(qr_dark(&q, x + 1, y + 1));
        assert_true(qr_dark(&q, x + 3, y + 3));
    }
    assert_false(qr_dark(&q, -1, 0));
    assert_false(qr_dark(&q, 0, q.size));
    qr_clear(&q);
}

static void rows_have_the_quiet_zone(void **state)
{
    (void)state;
    struct qr q = {0};
    struct buf row;
    assert_int_equal(qr_encode(CODE_URL, &q, NULL), ST_OK);
    buf_init(&row, 4096);
    for (int i = 0; i < qr_rows(&q, QR_QUIET); i++) {
        buf_reset(&row);
        qr_row(&q, QR_QUIET, i, &row);
        assert_int_equal(text_width(buf_str(&row), row.len), 37);
        assert_memory_equal(buf_str(&row), "    ", 4);
        assert_memory_equal(buf_str(&row) + row.len - 4, "    ", 4);
        if (i < 2 || i > 16)
            assert_int_equal(strspn(buf_str(&row), " "), 37);
    }
    buf_clear(&row);
    qr_clear(&q);
}

static void a_small_place_costs_quiet_zone_first(void **state)
{
    (void)state;
    struct qr q = {0};
    assert_int_equal(qr_encode(CODE_URL, &q, NULL), ST_OK);
    assert_int_equal(qr_fit(&q, 19, 37), 4);
    assert_int_equal(qr_fit(&q, 18, 80), 3); /* an overlay at 80x24 */
    assert_int_equal(qr_fit(&q, 17, 80), 2);
    assert_int_equal(qr_fit(&q, 16, 80), -1);
    assert_int_equal(qr_fit(&q, 99, 32), -1);
    qr_clear(&q);
}

static void svg_is_closed_and_black_on_white(void **state)
{
    (void)state;
    struct qr q = {0};
    struct buf svg;
    assert_int_equal(qr_encode("a<b>&\"c", &q, NULL), ST_OK);
    buf_init(&svg, 1u << 20);
    qr_svg(&q, &svg);
    assert_int_equal(strncmp(buf_str(&svg), "<svg xmlns=", 11), 0);
    assert_non_null(strstr(buf_str(&svg), "fill=\"#fff\""));
    assert_non_null(strstr(buf_str(&svg), "M4 4h7v1h-7z")); /* the first finder's upper edge */
    assert_non_null(strstr(buf_str(&svg), "</svg>\n"));
    buf_clear(&svg);
    qr_clear(&q);
}

static void too_long_and_empty_are_refused(void **state)
{
    (void)state;
    static char text[QR_TEXT_MAX + 2];
    struct qr q = {0};
    struct err err = {0};
    memset(text, 'a', QR_TEXT_MAX);
    assert_int_equal(qr_encode(text, &q, &err), ST_OK);
    assert_int_equal(q.size, 177);
    text[QR_TEXT_MAX] = 'a';
    assert_int_equal(qr_encode(text, &q, &err), ST_LIMIT);
    assert_int_equal(q.size, 0);
    assert_int_equal(qr_encode("", &q, &err), ST_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_code_is_37_by_19_cells),
        cmocka_unit_test(three_corners_are_finders),
        cmocka_unit_test(rows_have_the_quiet_zone),
        cmocka_unit_test(a_small_place_costs_quiet_zone_first),
        cmocka_unit_test(svg_is_closed_and_black_on_white),
        cmocka_unit_test(too_long_and_empty_are_refused),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
