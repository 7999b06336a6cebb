/* SPDX-License-Identifier: MIT */
/* Lines that are kept, changed and drawn at any width show what lines made anew would show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/grid.h"
#include "tui/lines.h"
#include "tui/term.h"

static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static void fill(struct lines *l, unsigned seed)
{
    static const char *const words[] = {
        "a", "word ", "商户订单号", "nonce_str=", "&", " ", "0123456789"};
    unsigned count = 1 + next(&seed, 12);
    lines_reset(l);
    for (unsigned i = 0; i < count; i++) {
        unsigned kind = next(&seed, 5), parts = next(&seed, 12);
        for (unsigned k = 0; k < parts; k++)
            lines_put(l, THEME_TEXT, words[next(&seed, 7)]);
        if (kind == 1)
            lines_hard(l);
        else if (kind == 2)
            lines_pairs(l);
        else if (kind == 3)
            lines_hang(l, 4);
        else if (kind == 4)
            lines_whole(l);
        lines_end(l);
    }
}

static void shoot(struct lines *l, struct grid *g, bool wrap, struct buf *out)
{
    struct surface root = surface_root(g);
    char foot[48];
    surface_begin(g);
    lines_draw(l, &root, wrap);
    lines_foot(l, foot, sizeof(foot));
    buf_reset(out);
    surface_dump(g, out);
    buf_addf(out, "%s %d\n", foot, lines_at_end(l));
}

static void kept_lines_look_like_new_ones(void **state)
{
    struct lines kept = {0};
    struct buf a, b;
    unsigned seed = 1, text = 0;
    (void)state;
    buf_init(&a, 1u << 16);
    buf_init(&b, 1u << 16);
    for (int i = 0; i < 3000; i++) {
        int cols = 1 + (int)next(&seed, 40), rows = 1 + (int)next(&seed, 8);
        bool wrap = next(&seed, 4) > 0;
        struct grid *g = grid_new(cols, rows, false);
        struct lines fresh = {0};
        if (next(&seed, 3) == 0 || !i)
            fill(&kept, text = next(&seed, 1000));
        fill(&fresh, text);
        lines_home(&kept);
        shoot(&kept, g, wrap, &a);
        shoot(&fresh, g, wrap, &b);
        assert_string_equal(buf_str(&a), buf_str(&b));
        enum action move = next(&seed, 2) ? ACTION_BOTTOM : ACTION_PAGE_DOWN;
        lines_action(&kept, move);
        lines_action(&fresh, move);
        shoot(&kept, g, wrap, &a);
        shoot(&fresh, g, wrap, &b);
        assert_string_equal(buf_str(&a), buf_str(&b));
        lines_clear(&fresh);
        grid_free(g);
    }
    lines_clear(&kept);
    buf_clear(&a);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_lines_look_like_new_ones),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
