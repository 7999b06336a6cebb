/* SPDX-License-Identifier: MIT */
/* Files: folders, reading anything, replacing, names and where they come from, profiles, keys. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/store.h"

#define DEMO_KEY "192006250b4c09247ec02edce69f6a2d" /* of the public documentation */

static char root[] = "/tmp/wxpc-store-XXXXXX";

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int start(void **state)
{
    (void)state;
    strcpy(root + strlen(root) - 6, "XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("XDG_CONFIG_HOME", root, 1);
    setenv("XDG_DATA_HOME", root, 1);
    setenv("HOME", root, 1);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* root/NAME in a static buffer, one of four in turn. */
static const char *at(const char *name)
{
    static char paths[4][512];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *text)
{
    assert_int_equal(store_write(at(name), text, strlen(text), 0600, NULL), ST_OK);
}

static void assert_says(const struct err *err, const char *zh, const char *en)
{
    if (!strstr(err->text[LANG_ZH], zh) || !strstr(err->text[LANG_EN], en)) {
        fail_msg("\"%s\" / \"%s\" lack \"%s\" / \"%s\"", err->text[LANG_ZH], err->text[LANG_EN], zh,
                 en);
    }
}

static void open_store(struct store *s)
{
    assert_int_equal(store_open(s, NULL, NULL), ST_OK);
    free(s->share_dir); /* what is installed on this machine is not of the test */
    s->share_dir = mem_strdup(at("share"));
}

/* ---- Folders ---- */

static void folders_follow_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *config, *data, *home, *option;
        const char *config_dir, *data_dir;
    } rows[] = {
        {"/c", "/d", "/h", NULL, "/c/wxpc", "/d/wxpc"},
        {NULL, NULL, "/h", NULL, "/h/.config/wxpc", "/h/.local/share/wxpc"},
        {"", "", "/h", NULL, "/h/.config/wxpc", "/h/.local/share/wxpc"},
        {"relative", "./x", "/h", NULL, "/h/.config/wxpc", "/h/.local/share/wxpc"},
        {"/c", "/d", "/h", "here", "/c/wxpc", "here"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct store s;
        const char *const values[] = {rows[i].config, rows[i].data, rows[i].home};
        static const char *const names[] = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"};
        for (int k = 0; k < 3; k++) {
            if (values[k]) {
                setenv(names[k], values[k], 1);
            } else {
                unsetenv(names[k]);
            }
        }
        assert_int_equal(store_open(&s, rows[i].option, NULL), ST_OK);
        assert_string_equal(s.config_dir, rows[i].config_dir);
        assert_string_equal(s.data_dir, rows[i].data_dir);
        store_close(&s);
        store_close(&s);
    }
    struct store s;
    unsetenv("HOME"); /* the password file knows */
    assert_int_equal(store_open(&s, NULL, NULL), ST_OK);
    store_close(&s);
    struct err err = {0};
    assert_int_equal(store_open(&s, "", &err), ST_ARGUMENT);
    assert_says(&err, "--data", "--data");
}

static void opening_and_looking_create_nothing(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0};
    open_store(&s);
    assert_int_equal(store_profile(&s, "nobody", false, &p, NULL), ST_NOT_FOUND);
    store_close(&s);
    assert_int_equal(rmdir(root), 0); /* still empty */
    assert_int_equal(mkdir(root, 0700), 0);
}

static void without_folders_only_saving_fails(void **state)
{
    (void)state;
    struct store s = {0};
    struct profile p = {0};
    struct err err = {0};
    assert_int_equal(store_profile(&s, "demo", false, &p, &err), ST_OK);
    assert_int_equal(store_profile_save(&s, &p, &err), ST_IO);
    assert_says(&err, "主目录", "set HOME or XDG_CONFIG_HOME");
    profile_clear(&p);
    assert_int_equal(store_profile(&s, "dem", false, &p, &err), ST_NOT_FOUND);
    assert_says(&err, "“demo”", "did you mean \"demo\"?");
}

/* ---- Reading ---- */

static void a_file_is_read_to_the_byte(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(store_write(at("f"), "a\0b\xff\n", 5, 0600, NULL), ST_OK);
    assert_int_equal(store_read(at("f"), &b, NULL), ST_OK);
    assert_int_equal(b.len, 5);
    assert_memory_equal(b.data, "a\0b\xff\n", 5);
    buf_clear(&b);
    put("empty", "");
    assert_int_equal(store_read(at("empty"), &b, NULL), ST_OK);
    assert_int_equal(b.len, 0);
    buf_clear(&b);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    put("file", "0123456789");
    assert_int_equal(mkdir(at("folder"), 0700), 0);
    assert_int_equal(symlink("loop", at("loop")), 0);
    static const struct {
        const char *path;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"missing", ST_NOT_FOUND, "missing", "check the spelling"},
        {"file/below", ST_NOT_FOUND, "file/below", "Not a directory"},
        {"folder", ST_IO, "文件夹", "it is a folder"},
        {"loop", ST_IO, "loop", "loop"},
        {"file", ST_LIMIT, "超过了 9 字节", "over the limit of 9 bytes"},
        {"/dev/zero", ST_LIMIT, "/dev/zero 过大", "/dev/zero is too large"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf b;
        struct err err = {0};
        const char *path = rows[i].path[0] == '/' ? rows[i].path : at(rows[i].path);
        buf_init(&b, 9);
        assert_int_equal(store_read(path, &b, &err), rows[i].st);
        assert_says(&err, rows[i].zh, rows[i].en);
        assert_says(&err, path, path);
        assert_int_equal(b.len, 0);
        buf_clear(&b);
    }
}

static void a_file_of_exactly_the_cap_is_read(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    put("file", "0123456789");
    assert_int_equal(store_read(at("file"), &b, NULL), ST_OK);
    assert_string_equal(buf_str(&b), "0123456789");
    buf_clear(&b);
}

static void a_named_pipe_without_a_writer_is_not_waited_for_long(void **state)
{
    (void)state;
    struct buf b;
    struct err err = {0};
    buf_init(&b, 10);
    assert_int_equal(mkfifo(at("pipe"), 0600), 0);
    assert_int_equal(store_read(at("pipe"), &b, &err), ST_IO);
    assert_non_null(strstr(err.text[LANG_EN], "nobody writes to this pipe"));
    buf_clear(&b);
}

static void a_pipe_by_its_path_is_read_to_its_end(void **state)
{
    (void)state;
    int ends[2];
    char path[64];
    struct buf b;
    buf_init_secret(&b, 100);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) { /* as a shell's <(command) does */
        close(ends[0]);
        for (int i = 0; i < 20; i++) {
            sched_yield();
            if (write(ends[1], "ab", 2) != 2) {
                _exit(1);
            }
        }
        _exit(0);
    }
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    close(ends[1]);
    assert_int_equal(store_read(path, &b, NULL), ST_OK);
    assert_int_equal(b.len, 40);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    buf_clear(&b);
    close(ends[0]);
}

static void a_dash_is_standard_input(void **state)
{
    (void)state;
    int ends[2], kept = dup(STDIN_FILENO);
    struct buf b;
    struct secret key = {0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], DEMO_KEY "\r\n\n", 35), 35);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(store_key_file("-", &key, NULL), ST_OK);
    assert_string_equal(key.text, DEMO_KEY);
    secret_clear(&key);
    buf_init(&b, 10);
    assert_int_equal(store_read("-", &b, NULL), ST_OK); /* at its end */
    assert_int_equal(b.len, 0);
    buf_clear(&b);
    dup2(kept, STDIN_FILENO);
    close(kept);
    close(ends[0]);
}

/* ---- Replacing ---- */

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void writing_replaces_and_makes_folders(void **state)
{
    (void)state;
    mode_t before = umask(022);
    assert_int_equal(store_write(at("a/b/c"), "one", 3, 0600, NULL), ST_OK);
    assert_int_equal(mode_of(at("a/b/c")), 0600);
    assert_int_equal(mode_of(at("a")), 0700);
    int old = open(at("a/b/c"), O_RDONLY); /* a reader keeps what it opened */
    assert_int_equal(store_write(at("a/b/c"), "second", 6, 0644, NULL), ST_OK);
    char text[8] = "";
    assert_int_equal(read(old, text, 7), 3);
    assert_string_equal(text, "one");
    close(old);
    assert_int_equal(mode_of(at("a/b/c")), 0644);
    struct buf b;
    buf_init(&b, 10);
    assert_int_equal(store_read(at("a/b/c"), &b, NULL), ST_OK);
    assert_string_equal(buf_str(&b), "second");
    buf_clear(&b);
    assert_int_equal(unlink(at("a/b/c")), 0);
    assert_int_equal(rmdir(at("a/b")), 0); /* nothing else was left there */
    umask(before);
}

static void writing_keeps_a_symbolic_link(void **state)
{
    (void)state;
    struct stat st;
    put("real/file", "old");
    assert_int_equal(symlink("real/file", at("link")), 0);
    put("link", "new");
    assert_int_equal(lstat(at("link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    struct buf b;
    buf_init(&b, 10);
    assert_int_equal(store_read(at("real/file"), &b, NULL), ST_OK);
    assert_string_equal(buf_str(&b), "new");
    buf_clear(&b);
}

static void what_cannot_be_written_says_why(void **state)
{
    (void)state;
    put("file", "x");
    assert_int_equal(mkdir(at("folder"), 0700), 0);
    static const struct {
        const char *path;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"folder", ST_REFUSED, "不是普通文件", "no regular file"},
        {"/dev/null", ST_REFUSED, "不是普通文件", "no regular file"},
        {"file/below", ST_IO, "无法写入", "Not a directory"},
        {"/proc/nowhere/file", ST_IO, "/proc/nowhere/file", "cannot write /proc/nowhere/file"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        const char *path = rows[i].path[0] == '/' ? rows[i].path : at(rows[i].path);
        assert_int_equal(store_write(path, "y", 1, 0600, &err), rows[i].st);
        assert_says(&err, rows[i].zh, rows[i].en);
    }
}

/* ---- Names ---- */

static void collect(void *ctx, const char *name, const char *origin)
{
    struct buf *b = ctx;
    const char *place = strcmp(origin, "built-in") == 0 ? "built-in"
                        : strstr(origin, "/share/")     ? "share"
                                                        : "user";
    buf_addf(b, "%s:%s ", name, place);
}

static void names_come_sorted_from_three_places(void **state)
{
    (void)state;
    struct store s;
    struct buf b;
    buf_init(&b, 1000);
    open_store(&s);
    store_list(&s, "profiles", collect, &b);
    assert_string_equal(buf_str(&b), "demo:built-in demo-gateway:built-in demo-partner:built-in ");
    buf_reset(&b);
    store_list(&s, "nothing", collect, &b);
    assert_string_equal(buf_str(&b), "");
    put("wxpc/profiles/shop.json", "{}");
    put("wxpc/profiles/demo.json", "{}");
    put("wxpc/profiles/.hidden.json", "{}");
    put("wxpc/profiles/note.txt", "");
    put("wxpc/profiles/.json", "");
    put("wxpc/profiles/x.schema.json", "{}");
    put("wxpc/profiles/folder.json/inside", "");
    put("share/profiles/demo-gateway.json", "{}");
    put("share/profiles/shop.json", "{}");
    put("share/profiles/a.json", "{}");
    store_list(&s, "profiles", collect, &b);
    assert_string_equal(buf_str(&b),
                        "a:share demo:user demo-gateway:share demo-partner:built-in shop:user ");
    buf_clear(&b);
    store_close(&s);
}

static void the_first_place_that_has_a_name_wins(void **state)
{
    (void)state;
    struct store s;
    struct buf b;
    char *origin = NULL;
    struct err err = {0};
    buf_init(&b, STORE_FILE_MAX);
    open_store(&s);
    assert_int_equal(store_load(&s, "profiles", "demo", &b, &origin, &err), ST_OK);
    assert_string_equal(origin, "built-in");
    assert_non_null(strstr(buf_str(&b), "10000100"));
    free(origin);
    buf_clear(&b);
    put("share/profiles/demo.json", "share");
    assert_int_equal(store_load(&s, "profiles", "demo", &b, NULL, &err), ST_OK);
    assert_string_equal(buf_str(&b), "share");
    buf_clear(&b);
    put("wxpc/profiles/demo.json", "user");
    assert_int_equal(store_load(&s, "profiles", "demo", &b, &origin, &err), ST_OK);
    assert_string_equal(buf_str(&b), "user");
    assert_string_equal(origin, at("wxpc/profiles/demo.json"));
    free(origin);
    buf_clear(&b);
    assert_int_equal(unlink(at("wxpc/profiles/demo.json")), 0);
    assert_int_equal(mkdir(at("wxpc/profiles/demo.json"), 0700), 0);
    assert_int_equal(store_load(&s, "profiles", "demo", &b, NULL, &err), ST_IO); /* not the next */
    assert_says(&err, "文件夹", "it is a folder");
    store_close(&s);
}

static void names_that_are_none_are_refused(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0};
    open_store(&s);
    put("secret.json", "{}");
    static const struct {
        const char *name;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"../../secret", ST_ARGUMENT, "不是名称", "is no name"},
        {"a/b", ST_ARGUMENT, "不是名称", "is no name"},
        {"", ST_ARGUMENT, "不是名称", "is no name"},
        {".", ST_ARGUMENT, "不是名称", "is no name"},
        {"demo-gatewy", ST_NOT_FOUND, "“demo-gateway”", "did you mean \"demo-gateway\"?"},
        {"zzz", ST_NOT_FOUND, "profiles/ 里没有 “zzz”", "/wxpc/profiles/zzz.json"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        assert_int_equal(store_profile(&s, rows[i].name, false, &p, &err), rows[i].st);
        assert_says(&err, rows[i].zh, rows[i].en);
    }
    store_close(&s);
}

/* ---- Profiles ---- */

static void a_profile_survives_a_round_trip(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0}, again = {0};
    struct err err = {0};
    open_store(&s);
    assert_int_equal(store_profile(&s, "demo", false, &p, &err), ST_OK);
    assert_null(p.path);
    assert_int_equal(p.warning_count, 0);
    free(p.name);
    p.name = mem_strdup("shop-a");
    assert_int_equal(store_profile_save(&s, &p, &err), ST_OK);
    assert_int_equal(mode_of(at("wxpc/profiles/shop-a.json")), 0600);
    assert_int_equal(store_profile(&s, "shop-a", false, &again, &err), ST_OK);
    assert_string_equal(again.path, at("wxpc/profiles/shop-a.json"));
    assert_string_equal(again.key.value.text, DEMO_KEY);
    assert_true(params_equal(&p.fields, &again.fields));
    assert_int_equal(again.warning_count, 0);
    assert_int_equal(store_profile_remove(&s, "shop-a", &err), ST_OK);
    assert_int_equal(access(at("wxpc/profiles/shop-a.json"), F_OK), -1);
    free(p.name);
    p.name = mem_strdup("../x");
    assert_int_equal(store_profile_save(&s, &p, &err), ST_ARGUMENT);
    profile_clear(&p);
    profile_clear(&again);
    store_close(&s);
}

static void removing_says_what_cannot_go(void **state)
{
    (void)state;
    struct store s;
    struct err err = {0};
    open_store(&s);
    assert_int_equal(store_profile_remove(&s, "demo", &err), ST_REFUSED);
    assert_says(&err, "内置", "it is built in");
    assert_int_equal(store_profile_remove(&s, "demos", &err), ST_NOT_FOUND);
    assert_says(&err, "“demo”", "did you mean \"demo\"?");
    assert_int_equal(store_profile_remove(&s, "../x", &err), ST_ARGUMENT);
    store_close(&s);
}

static void odd_files_are_warned_of(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0};
    struct err err = {0};
    open_store(&s);
    put("wxpc/profiles/shop.json",
        "{\"name\":\"other\",\"api_key\":{\"file\":\"shop.key\"},\"fields\":{}}");
    put("wxpc/profiles/shop.key", DEMO_KEY "\n");
    assert_int_equal(chmod(at("wxpc/profiles/shop.json"), 0644), 0);
    assert_int_equal(chmod(at("wxpc/profiles/shop.key"), 0640), 0);
    assert_int_equal(store_profile(&s, "shop", true, &p, &err), ST_OK);
    assert_int_equal(p.warning_count, 3);
    assert_says(&p.warnings[0], "shop.json 的权限是 644", "shop.json has mode 644");
    assert_says(&p.warnings[1], "shop.key 的权限是 640", "chmod 600");
    assert_says(&p.warnings[2], "name 却是 other", "its name is other");
    assert_string_equal(p.name, "shop");
    assert_false(secret_is_set(&p.key.value)); /* lazy */
    profile_clear(&p);
    put("share/profiles/shared.json", "{\"name\":\"shared\",\"api_key\":\"" DEMO_KEY "\"}");
    assert_int_equal(chmod(at("share/profiles/shared.json"), 0644), 0);
    assert_int_equal(store_profile(&s, "shared", false, &p, &err), ST_OK);
    assert_int_equal(p.warning_count, 0); /* installed for all to read */
    profile_clear(&p);
    store_close(&s);
}

static void broken_profiles_name_the_file(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0};
    open_store(&s);
    static const struct {
        const char *text;
        enum status st;
        const char *en;
    } rows[] = {
        {"{\n\"name\":", ST_SYNTAX, "line 2"},
        {"[]", ST_SYNTAX, "a JSON object"},
        {"{\"name\":\"bad\",\"api_key\":7}", ST_SYNTAX, "api_key"},
        {"{\"name\":\"bad\",\"api_key\":{\"env\":\"WXPC_TEST_UNSET\"}}", ST_NOT_FOUND,
         "profile bad: the key was not fetched"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        put("wxpc/profiles/bad.json", rows[i].text);
        assert_int_equal(store_profile(&s, "bad", false, &p, &err), rows[i].st);
        assert_says(&err, "bad", rows[i].en);
        assert_null(p.name);
    }
    store_close(&s);
}

static void other_keys_that_fail_are_warnings(void **state)
{
    (void)state;
    struct store s;
    struct profile p = {0};
    struct err err = {0};
    open_store(&s);
    put("wxpc/profiles/shop.json",
        "{\"name\":\"shop\",\"api_key\":\"" DEMO_KEY "\",\"other_keys\":["
        "{\"label\":\"APIv3\",\"key\":{\"file\":\"v3.key\"}},"
        "{\"label\":\"old\",\"key\":{\"command\":[\"echo\",\"old-key\"]}}]}");
    assert_int_equal(store_profile(&s, "shop", false, &p, &err), ST_OK);
    assert_int_equal(p.warning_count, 1);
    assert_says(&p.warnings[0], "APIv3", "APIv3: cannot read");
    assert_string_equal(p.other_keys[1].key.value.text, "old-key");
    profile_clear(&p);
    assert_int_equal(store_profile(&s, "shop", true, &p, &err), ST_OK);
    assert_int_equal(p.warning_count, 0);
    assert_int_equal(store_key(&p, &p.other_keys[0].key, &err), ST_NOT_FOUND); /* later */
    put("wxpc/profiles/v3.key", "v3-key");
    assert_int_equal(store_key(&p, &p.other_keys[0].key, &err), ST_OK);
    assert_string_equal(p.other_keys[0].key.value.text, "v3-key");
    profile_clear(&p);
    store_close(&s);
}

/* ---- Keys ---- */

static void keys_are_fetched_from_where_they_are(void **state)
{
    (void)state;
    static char nul[] = "ab\0cd";
    static char large[SECRET_MAX + 10];
    memset(large, 'k', sizeof large - 1);
    put("key", DEMO_KEY "\r\n\n");
    put("blank", "\n\n");
    put("large", large);
    assert_int_equal(store_write(at("nul"), nul, 5, 0600, NULL), ST_OK);
    setenv("WXPC_TEST_KEY", "from-env\n", 1);
    setenv("WXPC_TEST_EMPTY", "", 1);
    unsetenv("WXPC_TEST_UNSET");
    const struct {
        enum key_source source;
        const char *name;
        const char *argv[4];
        enum status st;
        const char *key, *zh, *en; /* the key, or the sentence */
    } rows[] = {
        {KEY_NONE, NULL, {0}, ST_OK, "", "", ""},
        {KEY_ENV, "WXPC_TEST_KEY", {0}, ST_OK, "from-env", "", ""},
        {KEY_ENV,
         "WXPC_TEST_UNSET",
         {0},
         ST_NOT_FOUND,
         NULL,
         "WXPC_TEST_UNSET 没有设置",
         "variable WXPC_TEST_UNSET is not set"},
        {KEY_ENV, "WXPC_TEST_EMPTY", {0}, ST_ARGUMENT, NULL, "内容是空的", "it is empty"},
        {KEY_FILE, "key", {0}, ST_OK, DEMO_KEY, "", ""},
        {KEY_FILE, "~/key", {0}, ST_OK, DEMO_KEY, "", ""},
        {KEY_FILE, "missing", {0}, ST_NOT_FOUND, NULL, "missing", "cannot read"},
        {KEY_FILE, "blank", {0}, ST_ARGUMENT, NULL, "内容是空的", "it is empty"},
        {KEY_FILE, "nul", {0}, ST_ARGUMENT, NULL, "NUL", "NUL byte"},
        {KEY_FILE, "large", {0}, ST_LIMIT, NULL, "4096", "over 4096 bytes"},
        {KEY_COMMAND, NULL, {"printf", "one\\r\\ntwo\\n"}, ST_OK, "one", "", ""},
        {KEY_COMMAND, NULL, {"echo", "$HOME; *"}, ST_OK, "$HOME; *", "", ""}, /* no shell */
        {KEY_COMMAND, NULL, {"true"}, ST_ARGUMENT, NULL, "内容是空的", "it is empty"},
        {KEY_COMMAND,
         NULL,
         {"sh", "-c", "echo leak; echo sorry >&2; exit 3"},
         ST_IO,
         NULL,
         "退出状态 3：sorry",
         "exit status 3: sorry"},
        {KEY_COMMAND, NULL, {"sh", "-c", "kill -9 $$"}, ST_IO, NULL, "137", "exit status 137"},
        {KEY_COMMAND,
         NULL,
         {"wxpc-no-such-program"},
         ST_NOT_FOUND,
         NULL,
         "无法启动",
         "cannot be started"},
        {KEY_COMMAND,
         NULL,
         {"sh", "-c", "yes | head -c 100000 | tr -d '\\n'"},
         ST_LIMIT,
         NULL,
         "4096",
         "over 4096 bytes"},
        {KEY_COMMAND, NULL, {"sh", "-c", "read x; echo \"got=$x\""}, ST_OK, "got=", "", ""},
        {KEY_COMMAND, NULL, {"sh", "-c", "sleep 11 & echo key"}, ST_OK, "key", "", ""},
    };
    struct profile p = {.path = mem_strdup(at("p.json"))};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct key_ref key = {.source = rows[i].source, .name = mem_strdup(rows[i].name)};
        struct err err = {0};
        for (size_t k = 0; k < 4 && rows[i].argv[k]; k++) {
            key.argv[k] = mem_strdup(rows[i].argv[k]);
        }
        enum status st = store_key(&p, &key, &err);
        if (st != rows[i].st) {
            fail_msg("row %zu: %s: %s", i, status_name(st), err.text[LANG_EN]);
        }
        if (rows[i].key) {
            assert_string_equal(key.value.text ? key.value.text : "", rows[i].key);
            assert_int_equal(err.status, ST_OK);
        } else {
            assert_says(&err, rows[i].zh, rows[i].en);
            assert_null(strstr(err.text[LANG_EN], "leak"));
            assert_false(secret_is_set(&key.value));
        }
        key_ref_clear(&key);
    }
    profile_clear(&p);
}

static void a_key_that_is_there_is_not_fetched_again(void **state)
{
    (void)state;
    struct profile p = {0};
    struct key_ref key = {.source = KEY_FILE, .name = mem_strdup("/nonexistent")};
    assert_true(secret_set(&key.value, "here", 4));
    assert_int_equal(store_key(&p, &key, NULL), ST_OK);
    assert_string_equal(key.value.text, "here");
    key_ref_clear(&key);
}

static void a_command_sees_no_variable_that_holds_a_key(void **state)
{
    (void)state;
    put("wxpc/profiles/a.json",
        "{\"name\":\"a\",\"api_key\":{\"env\":\"SHOP_A_KEY\"},"
        "\"other_keys\":[{\"label\":\"old\",\"key\":{\"env\":\"SHOP_OLD\"}}]}");
    setenv("SHOP_A_KEY", "one", 1);
    setenv("SHOP_OLD", "two", 1);
    setenv("WXPC_KEY", "three", 1);
    setenv("SHOP_A_KEYS", "kept", 1);
    struct profile p = {0};
    struct key_ref key = {.source = KEY_COMMAND};
    key.argv[0] = mem_strdup("sh");
    key.argv[1] = mem_strdup("-c");
    key.argv[2] = mem_strdup("echo \"<$SHOP_A_KEY$SHOP_OLD$WXPC_KEY>$SHOP_A_KEYS\"");
    assert_int_equal(store_key(&p, &key, NULL), ST_OK);
    assert_string_equal(key.value.text, "<>kept");
    key_ref_clear(&key);
    unsetenv("SHOP_A_KEY");
    unsetenv("SHOP_OLD");
    unsetenv("WXPC_KEY");
    unsetenv("SHOP_A_KEYS");
}

static void a_command_starts_with_a_clean_signal_mask(void **state)
{
    (void)state;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    signal(SIGPIPE, SIG_IGN);
    struct profile p = {0};
    struct key_ref key = {.source = KEY_COMMAND};
    key.argv[0] = mem_strdup("sed");
    key.argv[1] = mem_strdup("-n");
    key.argv[2] = mem_strdup("/^SigBlk:/p");
    key.argv[3] = mem_strdup("/proc/self/status");
    assert_int_equal(store_key(&p, &key, NULL), ST_OK);
    assert_string_equal(key.value.text, "SigBlk:\t0000000000000000");
    key_ref_clear(&key);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void paths_of_a_profile_are_beside_it(void **state)
{
    (void)state;
    static const struct {
        const char *file, *path, *result;
    } rows[] = {
        {"/c/profiles/a.json", "cert.pem", "/c/profiles/cert.pem"},
        {"/c/profiles/a.json", "/abs/cert.pem", "/abs/cert.pem"},
        {NULL, "cert.pem", "cert.pem"},
        {NULL, "~/cert.pem", "/h/cert.pem"},
        {"/a.json", "x", "/x"},
    };
    setenv("HOME", "/h", 1);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile p = {.path = mem_strdup(rows[i].file)};
        char *path = store_profile_path(&p, rows[i].path);
        assert_string_equal(path, rows[i].result);
        free(path);
        profile_clear(&p);
    }
    assert_null(store_profile_path(&(struct profile){0}, NULL));
}

/* ---- Catalogue ---- */

static void overlays_join_the_catalogue(void **state)
{
    (void)state;
    struct store s;
    struct catalog c = {0}, bare = {0};
    struct err err = {0};
    struct buf b;
    open_store(&s);
    assert_int_equal(store_catalog(&s, &bare, &err), ST_OK);
    assert_true(bare.count >= 4);
    assert_int_equal(bare.failure_count, 0);
    buf_init(&b, STORE_FILE_MAX);
    assert_int_equal(store_load(&s, "apis", "unifiedorder", &b, NULL, &err), ST_OK);
    char *id = strstr(b.data, "\"unifiedorder\"");
    assert_non_null(id);
    memcpy(id, "\"myownapiapi1\"", 14);
    put("wxpc/apis/mine.json", b.data);
    put("wxpc/apis/broken.json", "{\n");
    assert_int_equal(symlink("/dev/null", at("wxpc/apis/device.json")), 0); /* no regular file */
    assert_int_equal(symlink("loop.json", at("wxpc/apis/loop.json")), 0);
    assert_int_equal(store_catalog(&s, &c, &err), ST_OK);
    assert_int_equal(c.count, bare.count + 1);
    assert_non_null(catalog_find(&c, "myownapiapi1"));
    assert_int_equal(c.failure_count, 2);
    assert_string_equal(c.failures[0].origin, at("wxpc/apis/broken.json"));
    assert_string_equal(c.failures[1].origin, at("wxpc/apis/loop.json"));
    buf_clear(&b);
    catalog_clear(&c);
    catalog_clear(&bare);
    store_close(&s);
}

int main(void)
{
#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        STORE_TEST(folders_follow_the_environment),
        STORE_TEST(opening_and_looking_create_nothing),
        STORE_TEST(without_folders_only_saving_fails),
        STORE_TEST(a_file_is_read_to_the_byte),
        STORE_TEST(what_cannot_be_read_says_why),
        STORE_TEST(a_file_of_exactly_the_cap_is_read),
        STORE_TEST(a_named_pipe_without_a_writer_is_not_waited_for_long),
        STORE_TEST(a_pipe_by_its_path_is_read_to_its_end),
        STORE_TEST(a_dash_is_standard_input),
        STORE_TEST(writing_replaces_and_makes_folders),
        STORE_TEST(writing_keeps_a_symbolic_link),
        STORE_TEST(what_cannot_be_written_says_why),
        STORE_TEST(names_come_sorted_from_three_places),
        STORE_TEST(the_first_place_that_has_a_name_wins),
        STORE_TEST(names_that_are_none_are_refused),
        STORE_TEST(a_profile_survives_a_round_trip),
        STORE_TEST(removing_says_what_cannot_go),
        STORE_TEST(odd_files_are_warned_of),
        STORE_TEST(broken_profiles_name_the_file),
        STORE_TEST(other_keys_that_fail_are_warnings),
        STORE_TEST(keys_are_fetched_from_where_they_are),
        STORE_TEST(a_key_that_is_there_is_not_fetched_again),
        STORE_TEST(a_command_sees_no_variable_that_holds_a_key),
        STORE_TEST(a_command_starts_with_a_clean_signal_mask),
        STORE_TEST(paths_of_a_profile_are_beside_it),
        STORE_TEST(overlays_join_the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
