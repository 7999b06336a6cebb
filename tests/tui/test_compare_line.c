/* SPDX-License-Identifier: MIT */
/* The compare line in the console: what it says beside the form, at each size and in both
   languages; nothing of it is a key. */
#include <locale.h>

#include "core/sign.h"
#include "tui/screen_fixture.h"

/* The joined string of the draft with the body in GBK, and the key at its end. */
static void gbk_text(struct desk *d, char *out, size_t size)
{
    static const char utf8[] = "示例商城-会员月卡",
                      gbk[] = "\xca\xbe\xc0\xfd\xc9\xcc\xb3\xc7-\xbb\xe1\xd4\xb1\xd4\xc2\xbf\xa8";
    const char *text = buf_str(&workspace_draft(&d->s->w)->request.trace.joined);
    const char *at = strstr(text, utf8);
    assert_non_null(at);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, gbk, at + strlen(utf8));
}

static void settle(struct desk *d)
{
    for (int i = 0; i < 400; i++) {
        loop_turn(d->s->w.loop, 50);
        screen_draw(d->s);
        if (i > 3 && !strstr(shot(d), "searching") && !strstr(shot(d), "查找原因"))
            return;
    }
    fail_msg("the search does not end");
}

static void take_line(struct desk *d, const struct desk_options *o)
{
    char text[4096], sign[DIGEST_HEX_MAX];
    unsigned char raw[DIGEST_SIZE_MAX];
    gbk_text(d, text, sizeof(text));
    digest_hex(raw, digest_bytes(DIGEST_MD5, text, strlen(text), raw), sign);
    press(d, "Esc 3 V");
    paste(d, sign);
    settle(d);
    compare_screen(d, "compare", o);
    press(d, "Esc [");
    screen_draw(d->s);
    compare_screen(d, "aligned", o);
}

static void the_line_looks_as_recorded(void **state)
{
    (void)state;
    desk_each(take_line);
}

static void typing_is_not_held_up_and_d_tells_more(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    char text[4096];
    (void)state;
    screen_draw(d->s);
    press(d, "Esc 3 V 0 1 2 3 4 5 6 7 8 9 A B C D E F 0 1 2 3 4 5 6 7 8 9 A B C D E F");
    for (int i = 0; i < 6; i++)
        loop_turn(d->s->w.loop, 50);
    shows(d, "searching.. ");
    press(d, "0"); /* a search is on: the key is there at once */
    shows(d, "0123456789ABCDEF0123456789ABCDEF0");
    press(d, "Esc"); /* leaves EDIT */
    press(d, "Esc"); /* stops the search */
    shows(d, "the search has stopped");
    gbk_text(d, text, sizeof(text));
    paste(d, text); /* in NAV; the key in it is masked */
    settle(d);
    lacks(d, "192006250b4c");
    shows(d, "the other side signed `body` as");
    press(d, "d");
    shows(d, "Signature diagnosis");
    lacks(d, "192006250b4c");
    desk_close(d);
}

/* A log is no joined string: its message is looked for, and without one it is said. */
static void a_log_is_searched_for_its_message(void **state)
{
    static const char line[] = "2026-11-29 12:00:00 INFO nothing of interest\n";
    static const char message[] = "<xml><appid>wx1</appid><mch_id>1</mch_id>"
                                  "<sign>0123456789ABCDEF0123456789ABCDEF</sign></xml>\n";
    struct desk *d = desk_open(&(struct desk_options){.lang = LANG_EN});
    struct buf log;
    (void)state;
    buf_init(&log, 1u << 20);
    while (log.len < 300000)
        buf_adds(&log, line);
    screen_draw(d->s);
    press(d, "Esc 3 V");
    paste(d, buf_str(&log));
    shows(d, "nothing is compared: the paste has 3");
    buf_adds(&log, message);
    paste(d, buf_str(&log));
    shows(d, "the sign of the message is compared");
    shows(d, "0123456789ABCDEF0123456789ABCDEF");
    buf_clear(&log);
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_looks_as_recorded),
        cmocka_unit_test(a_log_is_searched_for_its_message),
        cmocka_unit_test(typing_is_not_held_up_and_d_tells_more),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
