/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "screen_fixture.h"

static struct desk *open_desk(void)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 80, .rows = 24, .lang = LANG_EN});
    press(d, "Esc");
    return d;
}

static void open_text(struct desk *d, const char *text, size_t len, bool raw)
{
    struct pager_text t = {.title = {"文", "Text"}, .raw = raw};
    buf_init(&t.text, 64u << 20);
    buf_add(&t.text, text, len);
    d->s->host.pager(d->s, &t);
    screen_draw(d->s);
}

static void short_texts_get_a_box_and_close_with_esc(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    open_text(d, "one\ntwo", 7, false);
    shows(d, "║one");
    shows(d, "║two");
    shows(d, "7 bytes");
    press(d, "Esc");
    assert_int_equal(d->s->over_count, 0);
    desk_close(d);
}

static void an_empty_text_says_so(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    open_text(d, "", 0, true);
    shows(d, "(empty)");
    press(d, "j k G g ] G g [ PgDn PgUp w n"); /* nothing to do, nothing breaks */
    desk_close(d);
}

/* What a byte looks like: nothing reaches the terminal raw. */
static void bytes_are_made_visible(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *shown;
    } rows[] = {
        {"a\x1b[31mb", 7, "a␛[31mb"},
        {"a\0b", 3, "a␀b"},
        {"a\xff\xfe", 3, "a\\xFF\\xFE"},
        {"a\xe2\x80\xae", 4, "a<U+202E>"},
        {"a\r\nb", 4, "║a "},
        {"a\tb", 3, "a"},
        {"中文\n", 7, "中文"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_desk();
        open_text(d, rows[i].text, rows[i].len, true);
        shows(d, rows[i].shown);
        lacks(d, "\x1b");
        desk_close(d);
    }
}

static char *numbered(size_t lines, size_t *len)
{
    char *text = malloc(lines * 16);
    *len = 0;
    for (size_t i = 0; i < lines; i++)
        *len += (size_t)sprintf(text + *len, "line %zu\n", i);
    return text;
}

static void keys_scroll(void **state)
{
    static const struct {
        const char *keys;
        const char *first; /* the first line shown */
    } rows[] = {
        {"", "line 0 "},
        {"j", "line 1 "},
        {"j j j k", "line 2 "},
        {"PgDn", "line 17 "},
        {"Space", "line 17 "},
        {"PgDn PgDn PgUp", "line 17 "},
        {"G", "line 1982 "},
        {"G j", "line 1982 "},
        {"G k", "line 1981 "},
        {"G g", "line 0 "},
        {"G PgUp PgDn", "line 1982 "},
    };
    size_t len;
    char *text = numbered(2000, &len);
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_desk();
        char want[32];
        open_text(d, text, len, false);
        press(d, rows[i].keys);
        snprintf(want, sizeof(want), "║%s", rows[i].first);
        const char *line = strchr(strchr(shot(d), '\n') + 1, '\n') + 1; /* below the frame */
        if (strncmp(line, want, strlen(want)) != 0)
            fail_msg("%s: %.40s", rows[i].keys, line);
        desk_close(d);
    }
    free(text);
}

/* Wrapped rows, going down and coming back: the same places, also over the pieces of one long
   line with wide characters that do not end where a piece does. */
static void walking_back_finds_the_same_rows(void **state)
{
    struct desk *d = open_desk();
    struct buf text;
    char *down[300];
    (void)state;

    buf_init(&text, 1u << 20);
    for (int i = 0; i < 12000; i++)
        buf_addf(&text, "%s%d", i % 3 ? "中" : "é", i);
    open_text(d, buf_str(&text), text.len, true);
    for (int i = 0; i < 300; i++) {
        down[i] = strdup(shot(d));
        press(d, "j");
    }
    for (int i = 299; i >= 0; i--) {
        press(d, "k");
        if (strncmp(shot(d), down[i], strlen(down[i]) - 300) != 0)
            fail_msg("row %d differs", i);
    }
    for (int i = 0; i < 300; i++)
        free(down[i]);
    buf_clear(&text);
    desk_close(d);
}

static void wrapping_can_be_switched_off(void **state)
{
    struct desk *d = open_desk();
    char text[300];
    (void)state;

    memset(text, 'x', sizeof(text));
    memcpy(text + 90, "HERE", 4);
    text[299] = '\n';
    open_text(d, text, sizeof(text), false);
    shows(d, "HERE");
    press(d, "w");
    lacks(d, "HERE");
    press(d, "Right Right Right");
    shows(d, "HERE");
    press(d, "Left Left Left");
    lacks(d, "HERE");
    desk_close(d);
}

static void hexadecimal_is_the_other_form_of_raw_texts(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    open_text(d, "<xml>\x00\xff 0123456789abcdef", 24, true);
    press(d, "]");
    shows(d, "00000000  3c 78 6d 6c 3e 00 ff 20  30 31 32 33 34 35 36 37  <xml>.. 01234567");
    shows(d, "00000010  38 39");
    press(d, "]");
    shows(d, "<xml>␀\\xFF 0123");
    desk_close(d);
}

static void search_goes_to_the_match_and_around(void **state)
{
    struct desk *d = open_desk();
    size_t len;
    char *text = numbered(3000, &len);
    (void)state;

    open_text(d, text, len, false);
    press(d, "/ L I N E Space 1 5 0 0 Enter");
    shows(d, "line 1500");
    lacks(d, "line 0 ");
    press(d, "/ 2 9 9 9 Enter n"); /* only one: around to itself */
    shows(d, "line 2999");
    press(d, "g / 9 9 9 Enter n");
    shows(d, "line 1999");
    press(d, "n n");
    shows(d, "line 999 ");
    press(d, "N");
    shows(d, "line 2999");
    press(d, "/ z z Enter");
    shows(d, "zz not found");
    free(text);
    desk_close(d);
}

static double ms_since(struct timespec t)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - t.tv_sec) * 1e3 + (double)(now.tv_nsec - t.tv_nsec) / 1e6;
}

/*
 * 10 MiB without a line end, the worst case: what is laid out is bounded. No stop-watch decides,
 * the limit is a multiple of what a small text of the same kind costs in this very run.
 */
static void a_reply_of_10_mib_costs_what_a_small_one_does(void **state)
{
    static const char *const keys = "j j PgDn PgDn PgUp G k k PgUp g ] G PgUp [ w Right G g";
    double cost[2] = {0};
    (void)state;

    for (int big = 0; big < 2; big++) {
        size_t len = big ? 10u << 20 : 64u << 10;
        char *text = malloc(len);
        struct desk *d = open_desk();
        struct timespec t;
        for (size_t i = 0; i < len; i++)
            text[i] = "<a>\xe4\xb8\xad</a>"[i % 10];
        clock_gettime(CLOCK_MONOTONIC, &t);
        open_text(d, text, len, true);
        press(d, keys);
        cost[big] = ms_since(t);
        desk_close(d);
        free(text);
    }
    if (cost[1] > 10 * cost[0] + 100)
        fail_msg("10 MiB: %.1f ms, 64 KiB: %.1f ms", cost[1], cost[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_texts_get_a_box_and_close_with_esc),
        cmocka_unit_test(an_empty_text_says_so),
        cmocka_unit_test(bytes_are_made_visible),
        cmocka_unit_test(keys_scroll),
        cmocka_unit_test(walking_back_finds_the_same_rows),
        cmocka_unit_test(wrapping_can_be_switched_off),
        cmocka_unit_test(hexadecimal_is_the_other_form_of_raw_texts),
        cmocka_unit_test(search_goes_to_the_match_and_around),
        cmocka_unit_test(a_reply_of_10_mib_costs_what_a_small_one_does),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
