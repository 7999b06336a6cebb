/* SPDX-License-Identifier: MIT */
/*
 * The decoder under any bytes, cut anywhere: it ends with nothing unfinished, every event is
 * well formed and has a name, and without ESC in the input no printable character is lost.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/keys.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            __builtin_trap();                                                                      \
        }                                                                                          \
    } while (0)

/* The printable characters of some bytes; U+FFFD stands for broken ones and is left out. */
static void add_printable(struct buf *out, const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        bool valid;
        size_t n = text_next(s + at, len - at, &cp, &valid);
        if (valid && cp != 0xfffd && keys_is_text((struct key){.code = cp}, NULL, NULL)) {
            buf_add(out, s + at, n);
        }
        at += n;
    }
}

static void receive(void *ctx, const struct keys_event *e)
{
    struct buf *got = ctx;
    if (e->kind == KEYS_EVENT_PASTE) {
        CHECK(e->len <= KEYS_PASTE_MAX && e->text[e->len] == '\0');
        CHECK(!memchr(e->text, '\r', e->len));
        add_printable(got, e->text, e->len);
    } else if (e->kind == KEYS_EVENT_KEY) {
        char name[KEYS_NAME_MAX];
        char text[4];
        size_t len;
        struct key back;
        keys_name(e->key, name);
        CHECK(keys_read(name, &back) && keys_same(back, e->key));
        if (keys_is_text(e->key, text, &len)) {
            add_printable(got, text, len);
        }
    } else {
        CHECK(e->mouse.row >= 0 && e->mouse.col >= 0 && e->mouse.button <= 3);
    }
}

/* The first byte says how long the reads are; 0: all at once. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    const char *in = (const char *)data + 1;
    size_t len = size - 1;
    size_t step = data[0] ? data[0] : len + 1;
    struct buf got, expected;
    struct keys k;
    buf_init(&got, SIZE_MAX / 2);
    buf_init(&expected, SIZE_MAX / 2);
    keys_init(&k, receive, &got);
    int64_t now = 0;
    for (size_t at = 0; at < len; at += step) {
        keys_feed(&k, in + at, len - at < step ? len - at : step, now++);
    }
    for (int i = 0; keys_pending(&k, now) >= 0; i++) {
        CHECK(i < 3);
        now += keys_pending(&k, now);
        keys_tick(&k, now);
    }
    if (!memchr(in, '\x1b', len)) {
        add_printable(&expected, in, len);
        CHECK(got.len == expected.len &&
              (got.len == 0 || !memcmp(got.data, expected.data, got.len)));
    }
    keys_clear(&k);
    buf_clear(&got);
    buf_clear(&expected);
    return 0;
}
