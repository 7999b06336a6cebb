/* SPDX-License-Identifier: MIT */
/*
 * Any editing: the cursor stays between clusters, the value within its limit and without bytes
 * that are not UTF-8, the drawn line within its width, and undo leads back to where it began.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/edit.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            __builtin_trap();                                                                      \
        }                                                                                          \
    } while (0)

#define MAX 200

static void check(const struct edit *e, bool raw)
{
    size_t at = 0;
    int row, col;
    struct edit_line line;
    struct buf out;
    CHECK(e->len <= e->max && e->at <= e->len && e->text[e->len] == '\0');
    CHECK(raw || text_valid(e->text, e->len, NULL));
    while (at < e->at) {
        at += text_cluster(e->text + at, e->len - at, NULL);
    }
    CHECK(at == e->at);
    edit_cursor(e, &row, &col);
    CHECK(row >= 0 && row < edit_rows(e) && col >= 0 && (e->wrap == 0 || col < e->wrap));
    for (int cols = 1; cols < 20; cols += 3) {
        buf_init(&out, 100000);
        edit_show_line(e, cols, &out, &line);
        CHECK(line.from <= line.to && line.to <= e->len);
        CHECK(line.cursor >= 0 && line.cursor < cols && line.indent >= 0);
        CHECK(text_is_plain(buf_str(&out), out.len, 0));
        CHECK(line.indent + text_width(buf_str(&out), out.len) <= cols);
        buf_clear(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (size < 3) {
        return 0;
    }
    struct edit e;
    bool raw = data[1] & 1;
    edit_init(&e, MAX, data[0] & (EDIT_LINES | EDIT_SECRET));
    e.wrap = data[2] % 20;
    for (size_t i = 3; i < size;) {
        unsigned op = data[i++];
        size_t n = op >> 4 < size - i ? op >> 4 : size - i;
        const char *text = (const char *)data + i;
        switch (op & 15) {
        case 0:
        case 1:
            edit_type(&e, text, n);
            i += n;
            break;
        case 2:
            edit_paste(&e, text, n);
            i += n;
            break;
        case 3:
            edit_replace(&e, text, n);
            i += n;
            break;
        case 4:
            if (raw) {
                edit_set(&e, text, n);
                i += n;
            }
            break;
        case 5:
            edit_backspace(&e);
            break;
        case 6:
            edit_delete(&e);
            break;
        case 7:
            (n & 1 ? edit_kill_end : edit_kill_word)(&e);
            break;
        case 8:
            edit_undo(&e);
            break;
        case 9:
            edit_redo(&e);
            break;
        case 10:
            edit_go(&e, (int)n / 4, (int)n);
            break;
        default:
            edit_move(&e, n % (EDIT_BOTTOM + 1));
        }
        check(&e, raw);
    }
    while (edit_redo(&e)) {
        check(&e, raw);
    }
    struct buf end;
    buf_init(&end, MAX);
    buf_add(&end, e.text, e.len);
    while (edit_undo(&e)) {
        check(&e, true);
    }
    CHECK(raw || e.len == 0 || size > 400); /* long inputs pass the number of steps kept */
    while (edit_redo(&e)) {
    }
    CHECK(e.len == end.len && memcmp(e.text, buf_str(&end), end.len) == 0);
    buf_clear(&end);
    edit_clear(&e);
    return 0;
}
