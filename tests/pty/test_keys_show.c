/* SPDX-License-Identifier: MIT */
/* `wxpc keys` on a terminal: what it says of keys, that a paste is not shown, how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <signal.h>

#include "pty/pty.h"

static struct pty *start(char *home, const char *lang)
{
    const char *argv[] = {PROGRAM, "keys", "--lang", lang, NULL};
    struct pty *p = pty_start(&(struct pty_options){.argv = argv, .home = home});
    pty_expect_text(p, "Ctrl-C");
    return p;
}

static void a_key_is_told_with_bytes_and_actions(void **state)
{
    static const struct {
        const char *sent, *told;
    } rows[] = {
        {"\x12", "Ctrl-R        12                    NAV: Send   EDIT: Send"},
        {"a", "a             61                    NAV: All fields   EDIT: text"},
        {"\xe4\xb8\xad", "中            e4 b8 ad              NAV: -   EDIT: text"},
        {"\x1bOA", "Up            1b 4f 41              NAV: Up   EDIT: the field's"},
        {"\x1b", "Esc           1b                    NAV: Back   EDIT: Back"},
        {"\x1b[9;9R", "(no key)      1b 5b 39 3b 39 52"}, /* a report of the terminal */
    };
    struct pty *p = start(NULL, "en");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pty_send(p, rows[i].sent);
        pty_expect_text(p, rows[i].told);
    }
    pty_send(p, "\x03");
    pty_expect_text(p, "NAV: Quit");
    pty_send(p, "\x03");
    pty_expect_exit(p, 0);
    pty_expect_restored(p);
    pty_free(p);
}

static void a_paste_is_counted_not_shown(void **state)
{
    struct pty *p = start(NULL, "zh");
    (void)state;
    pty_paste(p, "192006250b4c09247ec02edce69f6a2d");
    pty_expect_text(p, "粘贴（32 字节）");
    assert_false(pty_find(p, "192006", &(int){0}, &(int){0}));
    assert_false(pty_find(p, "31 39 32", &(int){0}, &(int){0}));
    pty_signal(p, SIGTERM);
    pty_expect_exit(p, 130);
    pty_expect_restored(p);
    pty_free(p);
}

static void keys_json_is_obeyed(void **state)
{
    char *home = pty_home_new();
    (void)state;
    pty_home_write(home, ".config/wxpc/keys.json", "{\"send\": [\"F9\"], \"sned\": [\"F8\"]}");
    struct pty *p = start(home, "en");
    pty_expect_text(p, "sned");
    pty_keys(p, "F9");
    pty_expect_text(p, "NAV: Send");
    pty_keys(p, "F5");
    pty_expect_text(p, "F5            1b 5b 31 35 7e        NAV: -");
    pty_free(p);
    pty_home_free(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_told_with_bytes_and_actions),
        cmocka_unit_test(a_paste_is_counted_not_shown),
        cmocka_unit_test(keys_json_is_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
