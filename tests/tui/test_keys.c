/* SPDX-License-Identifier: MIT */
/*
 * Bytes in, events out. Each row is tried in one read and byte by byte: the result must not
 * depend on how the bytes were cut (except bursts, which are about one read).
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "tui/keys.h"

/* What came, in words: "Ctrl-R F5 paste(ab\n) press1@2,3". */
struct heard {
    struct buf log;
    size_t pasted;
};

static void hear(void *ctx, const struct keys_event *e)
{
    static const char *const kinds[] = {"press", "release", "drag", "up", "down"};
    struct heard *h = ctx;
    char name[KEYS_NAME_MAX];
    if (h->log.len > 0) {
        buf_addc(&h->log, ' ');
    }
    switch (e->kind) {
    case KEYS_EVENT_KEY:
        keys_name(e->key, name);
        buf_adds(&h->log, name);
        break;
    case KEYS_EVENT_PASTE:
        assert_int_equal(e->text[e->len], '\0');
        buf_addf(&h->log, "%s%s(", e->guessed ? "burst" : "paste", e->dropped ? "!" : "");
        text_visible(&h->log, e->text, e->len < 200 ? e->len : 200, 0);
        buf_addc(&h->log, ')');
        h->pasted = e->len;
        break;
    case KEYS_EVENT_MOUSE:
        buf_addf(&h->log, "%s%s%s%s%d@%d,%d", e->mouse.mods & KEYS_CTRL ? "C-" : "",
                 e->mouse.mods & KEYS_ALT ? "A-" : "", e->mouse.mods & KEYS_SHIFT ? "S-" : "",
                 kinds[e->mouse.kind], e->mouse.button, e->mouse.row, e->mouse.col);
        break;
    }
}

static void start(struct keys *k, struct heard *h)
{
    *h = (struct heard){0};
    buf_init(&h->log, 1 << 16);
    keys_init(k, hear, h);
}

static void stop(struct keys *k, struct heard *h)
{
    keys_clear(k);
    buf_clear(&h->log);
}

/* Lets time pass until nothing is unfinished. */
static void settle(struct keys *k, int64_t *now)
{
    int wait;
    while ((wait = keys_pending(k, *now)) >= 0) {
        *now += wait;
        keys_tick(k, *now);
    }
}

struct row {
    const char *in;
    const char *out;
    const char *why;
};

#define E "\x1b"

static const struct row rows[] = {
    {"a", "a", "a letter"},
    {"aB", "a B", "a shifted letter is another letter"},
    {" ", "Space", "blank has a name"},
    {"\r", "Enter", "Enter sends CR"},
    {"\n", "Enter", "Ctrl-J cannot be told from Enter"},
    {"\t", "Tab", "Tab"},
    {"\x7f", "Backspace", "most terminals"},
    {"\b", "Backspace", "others"},
    {"\x12", "Ctrl-R", "send"},
    {"\x03", "Ctrl-C", "quit"},
    {"\x1f", "Ctrl-_", "above the letters"},
    {"\x1c", "Ctrl-\\", "above the letters"},
    {E, "Esc", "alone, decided by time"},
    {E E, "Esc Esc", "twice"},
    {E E E, "Esc Esc Esc", "three times"},
    {E "x", "Alt-x", "Alt"},
    {E "X", "Alt-X", "begins a string as well; alone it is Alt"},
    {E "\r", "Alt-Enter", "Alt with a named key"},
    {E "\xe6\xb7\xb1", "Alt-\xe6\xb7\xb1", "Alt with a character of three bytes"},
    {E "[", "Alt-[", "begins a sequence; alone it is Alt"},
    {E "O", "Alt-O", "begins a sequence; alone it is Alt"},
    {E "]", "Alt-]", "begins a string; alone it is Alt"},
    {E "P", "Alt-P", "begins a string; alone it is Alt"},
    {E "[A" E "[B" E "[C" E "[D", "Up Down Right Left", "normal mode"},
    {E "OA" E "OB" E "OC" E "OD", "Up Down Right Left", "application mode"},
    {E "[H" E "[F" E "OH" E "OF", "Home End Home End", "xterm"},
    {E "[1~" E "[4~" E "[7~" E "[8~", "Home End Home End", "linux, rxvt"},
    {E "[2~" E "[3~" E "[5~" E "[6~", "Ins Del PgUp PgDn", "everywhere"},
    {E "[Z", "Shift-Tab", "back-tab"},
    {E "OP" E "OQ" E "OR" E "OS", "F1 F2 F3 F4", "xterm"},
    {E "[P" E "[Q" E "[R" E "[S", "F1 F2 F3 F4", "some terminals"},
    {E "[11~" E "[12~" E "[13~" E "[14~" E "[15~", "F1 F2 F3 F4 F5", "rxvt, old xterm"},
    {E "[[A" E "[[B" E "[[C" E "[[D" E "[[E", "F1 F2 F3 F4 F5", "linux console"},
    {E "[17~" E "[18~" E "[19~" E "[20~" E "[21~" E "[23~" E "[24~", "F6 F7 F8 F9 F10 F11 F12",
     "everywhere"},
    {E "[25~" E "[34~", "F13 F20", "vt220"},
    {E "[1;5C" E "[1;2A" E "[1;3D" E "[1;6B", "Ctrl-Right Shift-Up Alt-Left Ctrl-Shift-Down",
     "modifiers"},
    {E "[3;5~" E "[5;2~", "Ctrl-Del Shift-PgUp", "modifiers"},
    {E "[1;5P" E "[15;2~" E "[1;2R", "Ctrl-F1 Shift-F5 Shift-F3", "function keys"},
    {E "O5P" E "O2A", "Ctrl-F1 Shift-Up", "old xterm"},
    {E "[3^" E "[3$" E "[3@" E "[a" E "Ob", "Ctrl-Del Shift-Del Ctrl-Shift-Del Shift-Up Ctrl-Down",
     "rxvt"},
    {E E "[A", "Alt-Up", "rxvt: ESC in front"},
    {E E "Ob", "Ctrl-Alt-Down", "rxvt"},
    {E E "x", "Esc Alt-x", "no sequence follows: the first was a key"},
    {E "OM" E "Oj" E "Oy" E "OX", "Enter * 9 =", "keypad in application mode"},
    {E "[114;5u" E "[97;2u" E "[97:65;2u", "Ctrl-R A A", "kitty"},
    {E "[105;5u" E "[27u" E "[13u" E "[9;2u", "Tab Esc Enter Shift-Tab", "kitty: one form"},
    {E "[114;6u", "Ctrl-Shift-R", "kitty tells it apart"},
    {E "[57399u" E "[57414u" E "[57421u", "0 Enter PgUp", "kitty: keypad"},
    {E "[97;1:3u" E "[1;1:3A", "", "kitty: a release is no key"},
    {E "[97;9u", "", "Super is the desktop's"},
    {E "[57358u", "", "kitty: a key without a name here"},
    {E "[27;5;114~" E "[27;2;65~", "Ctrl-R A", "modifyOtherKeys"},
    {E "[I" E "[O"
       "x",
     "x", "focus reports"},
    {E "[?1;2c" E "[>0;276;0c" E "[0n" E "[24;80R" E "[?2026;1$y"
       "x",
     "x", "replies"},
    {E "]11;rgb:ffff/ffff/ffff" E "\\x", "x", "colour reply ended by ST"},
    {E "]11;rgb:ffff/ffff/ffff\ax", "x", "colour reply ended by BEL"},
    {E "P>|XTerm(370)" E "\\x", "x", "DCS reply"},
    {E "P1$r0m" E "[A", "Up", "a string without its end"},
    {E "]0;abc\rx", "Enter x", "a control character ends a string: keys come back"},
    {E "[99;99X" E "[1;1;1;1;1;1;1;1;1z"
       "x",
     "x", "unknown sequences"},
    {E "[12\rx", "Enter x", "a control character ends a sequence"},
    {E "[12\xe6\xb7\xb1", "\xe6\xb7\xb1", "text ends a sequence and is kept"},
    {E "[1" E "[A", "Up", "ESC starts anew"},
    {E "[" E "[A", "Alt-[ Up", "a sequence of nothing is Alt"},
    {E "[201~x", "x", "an end without a paste"},
    {"\xe6\xb7\xb1\xe5\x9c\xb3", "\xe6\xb7\xb1 \xe5\x9c\xb3", "Chinese"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "four bytes"},
    {"\xff"
     "a",
     "\xef\xbf\xbd a", "an invalid byte is shown, the next one is kept"},
    {"\xe6\xb7"
     "a",
     "\xef\xbf\xbd \xef\xbf\xbd a", "a broken character"},
    {"\xe6\xb7\r", "\xef\xbf\xbd \xef\xbf\xbd Enter", "a broken character"},
    {"\xe6" E "[A", "\xef\xbf\xbd Up", "a broken character before a key"},
    {"\xc0\xaf", "\xef\xbf\xbd \xef\xbf\xbd", "over-long"},
    {"\xed\xa0\x80", "\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd", "surrogate"},
    {E "[200~ab\rc" E "[201~x",
     "paste(ab\xe2\x90\x8a"
     "c) x",
     "CR is a line end"},
    {E "[200~a\r\nb\n\rc" E "[201~",
     "paste(a\xe2\x90\x8a"
     "b\xe2\x90\x8a\xe2\x90\x8a"
     "c)",
     "CRLF is one"},
    {E "[200~\x03" E "[A\t" E "[20" E "[201~",
     "paste(\xe2\x90\x83\xe2\x90\x9b[A\xe2\x90\x89\xe2\x90\x9b[20)", "nothing in it is a key"},
    {E "[200~" E "[201~", "paste()", "empty"},
    {E "[200~" E E "[201~", "paste(\xe2\x90\x9b)", "ESC before the end mark"},
    {E "[200~abc" E "[20", "paste(abc\xe2\x90\x9b[20)", "no end: time delivers it whole"},
    {E "[<0;4;3M" E "[<0;4;3m", "press1@2,3 release1@2,3", "SGR mouse"},
    {E "[<2;1;1M" E "[<32;300;2M", "press3@0,0 drag1@1,299", "beyond column 223"},
    {E "[<64;1;1M" E "[<65;1;1M" E "[<66;1;1M", "up0@0,0 down0@0,0", "wheel; sideways is ignored"},
    {E "[<20;2;2M", "C-S-press1@1,1", "modifiers"},
    {E "[<0;0;0M" E "[<0;5M" E "[<128;1;1M", "", "nonsense"},
    {E "[M !!x", "press1@0,0 x", "an old report is read whole"},
};

static void check(const struct row *r, size_t step)
{
    struct keys k;
    struct heard h;
    int64_t now = 1000;
    size_t len = strlen(r->in);
    start(&k, &h);
    for (size_t at = 0; at < len; at += step) {
        keys_feed(&k, r->in + at, at + step < len ? step : len - at, now++);
    }
    settle(&k, &now);
    if (strcmp(buf_str(&h.log), r->out) != 0) {
        fail_msg("%s (read by %zu): got \"%s\", expected \"%s\"", r->why, step, buf_str(&h.log),
                 r->out);
    }
    stop(&k, &h);
}

static void bytes_become_events_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        check(&rows[i], 1);
        check(&rows[i], 2);
        check(&rows[i], 3);
        check(&rows[i], 1000);
    }
}

static void esc_waits_25_ms_and_not_more(void **state)
{
    (void)state;
    struct keys k;
    struct heard h;
    start(&k, &h);
    assert_int_equal(keys_pending(&k, 100), -1);
    keys_feed(&k, E, 1, 100);
    assert_int_equal(keys_pending(&k, 100), 25);
    assert_int_equal(keys_pending(&k, 120), 5);
    keys_tick(&k, 124);
    assert_string_equal(buf_str(&h.log), "");
    assert_int_equal(keys_pending(&k, 125), 0);
    keys_tick(&k, 125);
    assert_string_equal(buf_str(&h.log), "Esc");
    assert_int_equal(keys_pending(&k, 125), -1);
    stop(&k, &h);
}

static void half_a_character_waits_without_a_timer(void **state)
{
    (void)state;
    struct keys k;
    struct heard h;
    start(&k, &h);
    keys_feed(&k, "\xe6\xb7", 2, 0);
    assert_int_equal(keys_pending(&k, 100000), -1);
    keys_feed(&k, "\xb1", 1, 100000);
    assert_string_equal(buf_str(&h.log), "\xe6\xb7\xb1");
    stop(&k, &h);
}

static void a_paste_is_kept_up_to_its_limit_and_says_so(void **state)
{
    (void)state;
    static char big[KEYS_PASTE_MAX + 5000];
    struct keys k;
    struct heard h;
    memset(big, 'a', sizeof big);
    start(&k, &h);
    keys_feed(&k, E "[200~", 6, 0);
    for (size_t at = 0; at < sizeof big; at += 4096) {
        size_t n = sizeof big - at < 4096 ? sizeof big - at : 4096;
        keys_feed(&k, big + at, n, 1);
        assert_int_equal(keys_pending(&k, 1), 2000);
    }
    keys_feed(&k, E "[201~q", 7, 2);
    assert_int_equal(h.pasted, KEYS_PASTE_MAX);
    assert_true(strncmp(buf_str(&h.log), "paste!(aaa", 10) == 0);
    assert_string_equal(h.log.data + h.log.len - 3, ") q");
    stop(&k, &h);
}

static void a_large_paste_comes_back_exactly(void **state)
{
    (void)state;
    static char big[100580];
    struct keys k;
    struct heard h;
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (char)(i % 79 == 78 ? '\r' : ' ' + i % 90);
    }
    start(&k, &h);
    keys_feed(&k, E "[200~", 6, 0);
    keys_feed(&k, big, sizeof big, 0);
    keys_feed(&k, E "[201~", 6, 0);
    assert_int_equal(h.pasted, sizeof big);
    stop(&k, &h);
}

static void text_too_fast_to_be_typed_is_a_paste(void **state)
{
    (void)state;
    static const struct row bursts[] = {
        {"rm -rf /home/someone\rls\r", "burst(rm -rf /home/someone\xe2\x90\x8als\xe2\x90\x8a)",
         "20 printable bytes and a line end"},
        {"jjjjjjjjjj\r", "j j j j j j j j j j Enter", "typed ahead"},
        {"jjjjjjjjjjjjjjjjjjjjjjjj", "j j j j j j j j j j j j j j j j j j j j j j j j",
         "a key held down has no line end"},
        {"123456789012345678901\r" E "[A", "burst(123456789012345678901\xe2\x90\x8a) Up",
         "ESC ends it"},
        {E "[A123456789012345678901\r", "Up burst(123456789012345678901\xe2\x90\x8a)",
         "it may follow a key"},
        {"\xe6\xb7\xb1\xe5\x9c\xb3\xe6\xb7\xb1\xe5\x9c\xb3\xe6\xb7\xb1\xe5\x9c\xb3\xe6\xb7\xb1",
         "\xe6\xb7\xb1 \xe5\x9c\xb3 \xe6\xb7\xb1 \xe5\x9c\xb3 \xe6\xb7\xb1 \xe5\x9c\xb3 \xe6\xb7\xb1",
         "an input method commits a phrase at once"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(bursts); i++) {
        check(&bursts[i], 1000);
    }
}

static void a_burst_goes_on_until_silence(void **state)
{
    (void)state;
    struct keys k;
    struct heard h;
    int64_t now = 20;
    start(&k, &h);
    keys_feed(&k, "\xe6", 1, 0);
    keys_feed(&k, "\xb7\xb1 12345678901234567890\rdel", 27, 5);
    keys_feed(&k, "ete\r", 4, 10);
    assert_int_equal(keys_pending(&k, 10), 20);
    assert_string_equal(buf_str(&h.log), "");
    settle(&k, &now);
    assert_string_equal(buf_str(&h.log), "burst(\xe6\xb7\xb1 12345678901234567890\xe2\x90\x8a"
                                         "delete\xe2\x90\x8a)");
    stop(&k, &h);
}

static void a_long_line_at_once_is_a_paste(void **state)
{
    (void)state;
    char line[KEYS_BURST_MAX];
    struct keys k;
    struct heard h;
    int64_t now = 0;
    memset(line, 'd', sizeof line);
    start(&k, &h);
    keys_feed(&k, line, sizeof line, 0);
    settle(&k, &now);
    assert_int_equal(h.pasted, sizeof line);
    stop(&k, &h);
}

/* ---- Names ---- */

static void every_key_has_a_name_that_reads_back(void **state)
{
    (void)state;
    for (uint32_t code = ' '; code < KEYS_CODE_END; code++) {
        if (code == 0x300) {
            code = KEYS_ENTER;
        }
        for (unsigned mods = 0; mods < 8; mods++) {
            struct key key = keys_make(code, mods);
            struct key back;
            char name[KEYS_NAME_MAX];
            keys_name(key, name);
            if (!keys_read(name, &back) || !keys_same(key, back)) {
                fail_msg("U+%04X with %u is \"%s\" and does not read back", code, mods, name);
            }
        }
    }
}

static void names_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct row written[] = {
        {"ctrl-r", "Ctrl-R", "any case"},
        {"Ctrl-R", "Ctrl-R", ""},
        {"escape", "Esc", "other names"},
        {"PageUp", "PgUp", "other names"},
        {"Return", "Enter", "other names"},
        {"f12", "F12", ""},
        {"F20", "F20", "the last"},
        {"f", "f", "a letter, not a function key"},
        {"-", "-", "no modifier"},
        {"Ctrl--", "Ctrl--", "the minus itself"},
        {"Shift-Ctrl-Up", "Ctrl-Shift-Up", "any order"},
        {"Shift-a", "A", "a shifted letter is another letter"},
        {"Ctrl-I", "Tab", "what the terminal sends"},
        {"Ctrl-m", "Enter", "what the terminal sends"},
        {"Ctrl-H", "Backspace", "what the terminal sends"},
        {"Space", "Space", ""},
        {" ", "Space", ""},
        {"?", "?", ""},
        {"\xe6\xb7\xb1", "\xe6\xb7\xb1", ""},
        {"U+009B", "U+009B", ""},
        {"", NULL, "nothing"},
        {"Ctrl-", NULL, "no key"},
        {"F21", NULL, "no such key"},
        {"F0", NULL, "no such key"},
        {"F1x", NULL, "no such key"},
        {"Home2", NULL, "no such key"},
        {"ab", NULL, "two keys"},
        {"\xff", NULL, "not UTF-8"},
        {"U+110000", NULL, "no character"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(written); i++) {
        struct key key;
        char name[KEYS_NAME_MAX] = "";
        bool known = keys_read(written[i].in, &key);
        if (known) {
            keys_name(key, name);
        }
        if (known != (written[i].out != NULL) || (known && strcmp(name, written[i].out) != 0)) {
            fail_msg("\"%s\" reads as \"%s\"", written[i].in, known ? name : "(none)");
        }
    }
}

static void only_characters_without_modifiers_are_text(void **state)
{
    (void)state;
    char out[4];
    size_t len;
    assert_true(keys_is_text((struct key){.code = 0x6df1}, out, &len));
    assert_int_equal(len, 3);
    assert_memory_equal(out, "\xe6\xb7\xb1", 3);
    assert_true(keys_is_text((struct key){.code = ' '}, NULL, NULL));
    assert_false(keys_is_text((struct key){.code = 'a', .mods = KEYS_ALT}, NULL, NULL));
    assert_false(keys_is_text((struct key){.code = KEYS_UP}, NULL, NULL));
    assert_false(keys_is_text((struct key){.code = 0x9b}, NULL, NULL));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_events_however_they_are_cut),
        cmocka_unit_test(esc_waits_25_ms_and_not_more),
        cmocka_unit_test(half_a_character_waits_without_a_timer),
        cmocka_unit_test(a_paste_is_kept_up_to_its_limit_and_says_so),
        cmocka_unit_test(a_large_paste_comes_back_exactly),
        cmocka_unit_test(text_too_fast_to_be_typed_is_a_paste),
        cmocka_unit_test(a_burst_goes_on_until_silence),
        cmocka_unit_test(a_long_line_at_once_is_a_paste),
        cmocka_unit_test(every_key_has_a_name_that_reads_back),
        cmocka_unit_test(names_are_read_as_people_write_them),
        cmocka_unit_test(only_characters_without_modifiers_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
