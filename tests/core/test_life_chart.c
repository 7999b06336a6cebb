/* SPDX-License-Identifier: MIT */
/* The picture of a machine: boxes close in either language, every state stands in it, the present
   one is marked, and only ways that were gone are. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/life_chart.h"
#include "core/text.h"

static bool has(const struct life_lines *l, const char *text)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strstr(l->items[i].text, text))
            return true;
    }
    return false;
}

static size_t marked(const struct life_lines *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++)
        n += strstr(l->items[i].text, "●") != NULL;
    return n;
}

/* Cells up to the right edge of a box; 0 for a line of none. */
static int right_edge(const char *line)
{
    static const char *const edges[] = {"┐", "┘", "╗", "╝", " │", " ║"};
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        const char *at = strstr(line, edges[i]), *again;
        while (at && (again = strstr(at + 1, edges[i])))
            at = again;
        if (at && at > line + 4)
            return text_width(line, (size_t)(at - line) + strlen(edges[i]));
    }
    return 0;
}

static void every_state_stands_in_it_and_boxes_close(void **state)
{
    (void)state;
    for (enum life_kind kind = 0; kind < LIFE_COUNT; kind++) {
        size_t count;
        const struct life_state *states = life_states(kind, &count);
        for (size_t i = 0; i < 2 * count; i++) {
            enum lang lang = i % 2 ? LANG_EN : LANG_ZH;
            struct life_path path = {.present = states[i / 2].name};
            struct life_lines l = {0};
            int edge = 0;
            life_chart(kind, &path, lang, false, &l);
            for (size_t k = 0; k < count; k++)
                assert_true(has(&l, states[k].name));
            assert_true(marked(&l) >= 1);
            for (size_t k = 0; k < l.count; k++) {
                int here = right_edge(l.items[k].text);
                assert_true(text_is_plain(l.items[k].text, strlen(l.items[k].text), 0));
                assert_true(text_width(l.items[k].text, strlen(l.items[k].text)) <= 90);
                if (here && edge)
                    assert_int_equal(here, edge);
                edge = here ? here : edge;
            }
            assert_true(edge > 0);
            life_lines_clear(&l);
        }
    }
}

static void ascii_is_ascii(void **state)
{
    (void)state;
    for (enum life_kind kind = 0; kind < LIFE_COUNT; kind++) {
        struct life_path path = {.present = life_states(kind, &(size_t){0})->name};
        struct life_lines l = {0};
        life_chart(kind, &path, LANG_EN, true, &l);
        for (size_t i = 0; i < l.count; i++) {
            for (const char *s = l.items[i].text; *s; s++)
                assert_true((unsigned char)*s < 0x80);
        }
        assert_true(has(&l, "@ "));
        life_lines_clear(&l);
    }
}

static void assert_picture(const struct life_lines *l, const char *expected)
{
    struct buf all;
    buf_init(&all, 1u << 16);
    for (size_t i = 0; i < l->count; i++)
        buf_addf(&all, "%s\n", l->items[i].text);
    assert_string_equal(buf_str(&all), expected);
    buf_clear(&all);
}

static void what_was_gone_is_marked(void **state)
{
    static const struct life_been been[] = {{"NOTPAY", NULL, "unifiedorder", "23:01 #1"},
                                            {"SUCCESS", "NOTPAY", NULL, "23:02 #2"}};
    struct life_path path = {been, 2, "SUCCESS"};
    struct life_lines l = {0};
    (void)state;
    life_chart(LIFE_ORDER, &path, LANG_ZH, false, &l);
    assert_picture(&l, " ○ 下单 (unifiedorder) ✓\n"
                       "  ▼\n"
                       " ┌────────────────────┐\n"
                       " │ ✓ NOTPAY  未支付   │  23:01 #1\n"
                       " └┬───────────────────┘\n"
                       "  ├─ 关单 (closeorder) ─▶ CLOSED 已关闭\n"
                       "  ├─ 过期 ─▶ CLOSED 已关闭\n"
                       "  ├─ 扣款失败 ─▶ PAYERROR 支付失败\n"
                       "  │ 付款 ✓\n"
                       "  ▼\n"
                       " ╔════════════════════╗\n"
                       " ║ ● SUCCESS  已支付  ║  现在  23:02 #2\n"
                       " ╚╤═══════════════════╝\n"
                       "  │ 退款 (refund)\n"
                       "  ▼\n"
                       " ┌────────────────────┐\n"
                       " │   REFUND  转入退款 │\n"
                       " └┬───────────────────┘\n"
                       "  └─ 再退一部分 (refund) ↺\n");
    assert_int_equal(l.items[0].kind, LIFE_LINE_PAST);
    assert_int_equal(l.items[5].kind, LIFE_LINE_PLAIN);
    assert_int_equal(l.items[11].kind, LIFE_LINE_NOW);
    life_lines_clear(&l);
}

/* Aside, the step that was taken alone is marked; if nobody knows which it was, each mention of the
   state is. */
static void a_state_aside_is_marked_where_it_was_reached(void **state)
{
    static const struct life_been known[] = {{"NOTPAY", NULL, "unifiedorder", "#1"},
                                             {"CLOSED", "NOTPAY", "closeorder", "#2"}};
    static const struct life_been unknown[] = {{"CLOSED", NULL, "", "#7"}};
    struct life_path path = {known, 2, "CLOSED"};
    struct life_lines l = {0};
    (void)state;
    life_chart(LIFE_ORDER, &path, LANG_EN, false, &l);
    assert_true(has(&l, "close (closeorder) ─▶ ● CLOSED closed  now  #2"));
    assert_int_equal(marked(&l), 1);
    path = (struct life_path){unknown, 1, "CLOSED"};
    life_chart(LIFE_ORDER, &path, LANG_EN, false, &l);
    assert_int_equal(marked(&l), 2);
    assert_false(has(&l, "✓"));
    life_lines_clear(&l);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_stands_in_it_and_boxes_close),
        cmocka_unit_test(ascii_is_ascii),
        cmocka_unit_test(what_was_gone_is_marked),
        cmocka_unit_test(a_state_aside_is_marked_where_it_was_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
