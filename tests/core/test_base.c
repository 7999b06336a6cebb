/* SPDX-License-Identifier: MIT */
/* Errors say what, why and what to do in both languages; allocation and die() end safely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"

static void check_line(const struct err *err, enum lang lang, const char *expected)
{
    char out[ERR_TEXT_MAX + 16];
    err_line(err, lang, out, sizeof out);
    assert_string_equal(out, expected);
}

static void check_part(const struct err *err, enum err_part part, const char *expected)
{
    char out[ERR_TEXT_MAX];
    err_part(err, LANG_EN, part, out, sizeof out);
    assert_string_equal(out, expected);
}

static void every_status_has_its_own_name(void **state)
{
    (void)state;
    for (int i = 0; i < ST_COUNT; i++) {
        assert_true(strlen(status_name((enum status)i)) > 0);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(status_name((enum status)i), status_name((enum status)j));
        }
    }
    assert_string_equal(status_name(ST_NOT_FOUND), "not-found");
    assert_string_equal(status_name(ST_COUNT), "unknown");
}

static void a_sentence_has_three_parts_in_two_languages(void **state)
{
    (void)state;
    struct err err = {0};
    enum status st = err_set(&err, ST_IO, SAY("读不了 %s", "第 %d 行坏了", "修好再试"),
                             SAY("cannot read %s", "line %d is broken", "mend it"), "a.json", 7);
    assert_int_equal(st, ST_IO);
    assert_int_equal(err.status, ST_IO);
    check_part(&err, ERR_WHAT, "cannot read a.json");
    check_part(&err, ERR_WHY, "line 7 is broken");
    check_part(&err, ERR_FIX, "mend it");
    check_line(&err, LANG_EN, "cannot read a.json: line 7 is broken; mend it");
    check_line(&err, LANG_ZH, "读不了 a.json：第 7 行坏了；修好再试");
}

static void empty_parts_are_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        const char *line;
    } rows[] = {
        {"what", "what"},
        {SAY("what", "", ""), "what"},
        {SAY("what", "why", ""), "what: why"},
        {SAY("what", "", "fix"), "what; fix"},
        {SAY("", "why", "fix"), "why; fix"},
        {SAY("", "", "fix"), "fix"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        err_set(&err, ST_IO, "%s", "%s", rows[i].said);
        check_line(&err, LANG_EN, rows[i].line);
    }
    check_line(&(struct err){0}, LANG_ZH, "");
    check_part(&(struct err){0}, ERR_FIX, "");
}

static void a_null_error_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, ST_LIMIT, "%d", "%d", 1), ST_LIMIT);
    assert_int_not_equal(err_wrap(NULL, "x", "x"), ST_OK);
}

static void arguments_are_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *arg;
        const char *shown;
        const char *why;
    } rows[] = {
        {"a\x1b[31mb", "a?[31mb", "escape sequence"},
        {"a\r\nb\tc\x7f", "a??b?c?", "C0 and DEL"},
        {"a\xc2\x9b"
         "b",
         "a?b", "C1 as UTF-8"},
        {"a\xff\xc0\x80", "a???", "not UTF-8, over-long NUL"},
        {"\xed\xa0\x80", "???", "surrogate"},
        {"\xf4\x90\x80\x80\xf5", "?????", "above U+10FFFF"},
        {"\xe0\x80\xaf\xf0\x80\x80\x80", "???????", "over-long"},
        {"\xe6\xb7", "??", "cut off"},
        {"深圳 é 😀", "深圳 é 😀", "good text"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        err_set(&err, ST_IO, "%s", "%s", rows[i].arg);
        assert_string_equal(err.text[LANG_EN], rows[i].shown);
        assert_string_equal(err.text[LANG_ZH], rows[i].shown);
    }
}

static void a_separator_too_many_is_no_separator(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ST_IO, SAY("a", "b", "%s"), SAY("a", "b", "%s"),
            "c\x1f"
            "d");
    check_part(&err, ERR_FIX, "c?d");
}

static void arguments_may_point_into_the_error(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ST_IO, "内", "inner");
    err_set(&err, ST_LIMIT, "外 %s", "outer %s", err.text[LANG_EN]);
    check_line(&err, LANG_EN, "outer inner");
    check_line(&err, LANG_ZH, "外 inner");
}

static void long_text_is_cut_at_a_character(void **state)
{
    (void)state;
    char text[3 * ERR_TEXT_MAX + 1];
    for (size_t i = 0; i + 3 <= sizeof text; i += 3) {
        memcpy(text + i, "深", 3);
    }
    text[sizeof text - 1] = '\0';
    struct err err = {0};
    for (int lead = 0; lead < 3; lead++) {
        err_set(&err, ST_IO, "%.*s%s", "%.*s%s", lead, "xx", text);
        size_t len = strlen(err.text[LANG_EN]);
        assert_int_equal((len - (size_t)lead) % 3, 0);
        assert_true(len > ERR_TEXT_MAX - 4 && len < ERR_TEXT_MAX);
        assert_null(strchr(err.text[LANG_EN], '?'));
    }
}

static void a_small_output_is_cut_at_a_character(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ST_IO, "深圳", "a😀");
    static const struct {
        enum lang lang;
        size_t size;
        const char *expected;
    } rows[] = {
        {LANG_ZH, 7, "深圳"}, {LANG_ZH, 6, "深"}, {LANG_ZH, 4, "深"}, {LANG_ZH, 3, ""},
        {LANG_ZH, 1, ""},     {LANG_EN, 6, "a😀"}, {LANG_EN, 5, "a"},  {LANG_EN, 3, "a"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char out[8] = "#######";
        err_part(&err, rows[i].lang, ERR_WHAT, out, rows[i].size);
        assert_string_equal(out, rows[i].expected);
        memset(out, '#', 7);
        err_line(&err, rows[i].lang, out, rows[i].size);
        assert_string_equal(out, rows[i].expected);
    }
    char untouched[] = "#";
    err_line(&err, LANG_EN, untouched, 0);
    assert_string_equal(untouched, "#");
}

static void wrapping_names_what_it_happened_to(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ST_SYNTAX, SAY("值不对", "为空", "填上"), SAY("bad value", "empty", "fill it"));
    assert_int_equal(err_wrap(&err, "方案 %s", "profile %s", "shop\n"), ST_SYNTAX);
    check_line(&err, LANG_EN, "profile shop?: bad value: empty; fill it");
    check_line(&err, LANG_ZH, "方案 shop?：值不对：为空；填上");
    check_part(&err, ERR_WHAT, "profile shop?: bad value");
    check_part(&err, ERR_FIX, "fill it");
}

static void wrapping_stays_within_the_limit(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ST_SYNTAX, "值", "value");
    for (int i = 0; i < 300; i++) {
        err_wrap(&err, "第 %d 层", "level %d", i);
    }
    assert_true(strlen(err.text[LANG_ZH]) < ERR_TEXT_MAX);
    assert_memory_equal(err.text[LANG_EN], "level 299: level 298", 20);
}

static void memory_is_zeroed_and_never_null(void **state)
{
    (void)state;
    static const char zero[64];
    char *p = mem_alloc(sizeof zero);
    assert_memory_equal(p, zero, sizeof zero);
    p = mem_grow(p, 128, 2);
    assert_memory_equal(p, zero, sizeof zero);
    free(p);
    p = mem_alloc(0);
    assert_non_null(p);
    free(p);
    p = mem_grow(NULL, 0, 8);
    assert_non_null(p);
    free(p);
}

static void strings_are_copied_up_to_their_end(void **state)
{
    (void)state;
    assert_null(mem_strdup(NULL));
    char *s = mem_strdup("深圳");
    assert_string_equal(s, "深圳");
    free(s);
    s = mem_strndup("abcdef", 3);
    assert_string_equal(s, "abc");
    free(s);
    s = mem_strndup("ab", 9);
    assert_string_equal(s, "ab");
    free(s);
}

static void wiping_leaves_zeros(void **state)
{
    (void)state;
    char key[] = "secret";
    mem_wipe(key, sizeof key);
    assert_memory_equal(key, "\0\0\0\0\0\0", sizeof key);
    mem_wipe(NULL, 0);
    mem_free_secret(NULL);
    mem_free_secret(mem_strdup("secret"));
}

static int hook_fd;

static void say_hook(void)
{
    assert_int_equal(write(hook_fd, "hook\n", 5), 5);
}

static void die_within_hook(void)
{
    say_hook();
    die("again");
}

/* Runs die() (or what leads to it) in a child; returns its exit status and what it said. */
static int run_to_death(void (*hook)(void), size_t alloc, char *said, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        hook_fd = ends[1];
        die_hook(hook);
        if (alloc) {
            free(mem_grow(NULL, alloc, 16));
        }
        die("reason");
    }
    close(ends[1]);
    size_t len = 0;
    ssize_t n;
    while ((n = read(ends[0], said + len, size - 1 - len)) > 0) {
        len += (size_t)n;
    }
    said[len] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void dying_runs_the_hook_first_and_once(void **state)
{
    (void)state;
    char said[200];
    assert_int_equal(run_to_death(NULL, 0, said, sizeof said), 3);
    assert_string_equal(said, "wxpc: reason\n");
    assert_int_equal(run_to_death(say_hook, 0, said, sizeof said), 3);
    assert_string_equal(said, "hook\nwxpc: reason\n");
    assert_int_equal(run_to_death(die_within_hook, 0, said, sizeof said), 3);
    assert_string_equal(said, "hook\nwxpc: again\n");
}

static void a_size_that_overflows_is_out_of_memory(void **state)
{
    (void)state;
    char said[200];
    assert_int_equal(run_to_death(say_hook, SIZE_MAX / 8, said, sizeof said), 3);
    assert_string_equal(said, "hook\nwxpc: 内存不足 / out of memory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_own_name),
        cmocka_unit_test(a_sentence_has_three_parts_in_two_languages),
        cmocka_unit_test(empty_parts_are_left_out),
        cmocka_unit_test(a_null_error_is_allowed),
        cmocka_unit_test(arguments_are_cleaned),
        cmocka_unit_test(a_separator_too_many_is_no_separator),
        cmocka_unit_test(arguments_may_point_into_the_error),
        cmocka_unit_test(long_text_is_cut_at_a_character),
        cmocka_unit_test(a_small_output_is_cut_at_a_character),
        cmocka_unit_test(wrapping_names_what_it_happened_to),
        cmocka_unit_test(wrapping_stays_within_the_limit),
        cmocka_unit_test(memory_is_zeroed_and_never_null),
        cmocka_unit_test(strings_are_copied_up_to_their_end),
        cmocka_unit_test(wiping_leaves_zeros),
        cmocka_unit_test(dying_runs_the_hook_first_and_once),
        cmocka_unit_test(a_size_that_overflows_is_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
