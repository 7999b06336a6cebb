/* SPDX-License-Identifier: MIT */
/* Every shipped flow as a page: told whole, no key and no payer in it, nothing that marks up. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/flow_page.h"
#include "core/embed.h"

#define OPENID "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
#define KEY "192006250b4c09247ec02edce69f6a2d"

static struct profile profile;

static void write_page(const struct flow *f, enum page_form form, enum lang lang, bool personal,
                       struct buf *out)
{
    const struct profile *secrets[] = {&profile};
    struct report_how how = {
        .lang = lang, .personal = personal, .secrets = secrets, .secret_count = 1};
    buf_init(out, REPORT_MAX);
    flow_page(f, form, &how, out);
}

static void every_shipped_flow_is_told_whole(void **state)
{
    size_t count, openids = 0;
    const struct embed_file *files = embed_files(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct flow f = {0};
        if (strcmp(files[i].folder, "flows") != 0)
            continue;
        assert_int_equal(
            flow_read(files[i].text, files[i].len, files[i].name, NULL, &f, NULL, NULL), ST_OK);
        for (int form = PAGE_TEXT; form <= PAGE_HTML; form++) {
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                struct buf out;
                write_page(&f, (enum page_form)form, (enum lang)lang, false, &out);
                const char *text = buf_str(&out);
                assert_null(strstr(text, KEY));
                assert_null(strstr(text, OPENID));
                assert_null(strstr(text, "M2pxb1Q9zNjWeS6o")); /* nor behind an escape */
                assert_non_null(strstr(text, f.name));
                for (size_t k = 0; form == PAGE_TEXT && k < f.count; k++)
                    assert_non_null(strstr(text, bi_get(f.steps[k].say, (enum lang)lang)));
                buf_clear(&out);
            }
        }
        struct buf open;
        write_page(&f, PAGE_TEXT, LANG_EN, true, &open);
        openids += strstr(buf_str(&open), OPENID) != NULL;
        buf_clear(&open);
        flow_clear(&f);
    }
    assert_true(openids > 0); /* there was something to mask, and asking leaves it */
}

static void nothing_in_a_flow_marks_up_or_is_a_key(void **state)
{
    static const char text[] =
        "{\"name\":\"x\",\"title\":{\"zh\":\"<b>\",\"en\":\"<b>\"},"
        "\"summary\":{\"zh\":\"a\",\"en\":\"<script>alert(1)</script>\\u001b[31m\"},\"steps\":["
        "{\"do\":\"set\",\"set\":{\"attach\":\"`|" KEY
        "\"},\"say\":{\"zh\":\"a\",\"en\":\"&amp;\"}}]}";
    struct flow f = {0};
    (void)state;
    assert_int_equal(flow_read(text, sizeof text - 1, "x", NULL, &f, NULL, NULL), ST_OK);
    for (int form = PAGE_TEXT; form <= PAGE_HTML; form++) {
        struct buf out;
        write_page(&f, (enum page_form)form, LANG_EN, false, &out);
        assert_null(strstr(buf_str(&out), KEY));
        assert_null(strchr(buf_str(&out), '\x1b'));
        if (form != PAGE_TEXT)
            assert_null(strstr(buf_str(&out), "<script>"));
        if (form == PAGE_HTML)
            assert_non_null(strstr(buf_str(&out), "&amp;amp;"));
        buf_clear(&out);
    }
    flow_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_flow_is_told_whole),
        cmocka_unit_test(nothing_in_a_flow_marks_up_or_is_a_key),
    };
    setlocale(LC_ALL, "C.UTF-8");
    secret_set(&profile.key.value, KEY, sizeof(KEY) - 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    profile_clear(&profile);
    return failed;
}
