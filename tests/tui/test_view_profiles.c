/* SPDX-License-Identifier: MIT */
/* The overlay of merchants: list, form, key, check, remove; a key is never shown. */
#include "tui/harness.h"

#define OTHER_KEY "abcdefghijklmnopqrstuvwxyz012345"

static const char shop[] =
    "{\"name\": \"shop\", \"title\": {\"zh\": \"某商户\", \"en\": \"Some shop\"},"
    " \"environment\": \"production\", \"base_url\": \"https://api.mch.weixin.qq.com\","
    " \"api_key\": \"" OTHER_KEY "\", \"unknown\": 7,"
    " \"fields\": {\"appid\": \"wxd930ea5d5a258f4f\", \"mch_id\": \"10000100\","
    " \"notify_url\": \"http://127.0.0.1/n\"}}";

static void open_with_shop(struct harness *h, enum lang lang)
{
    harness_init(h);
    harness_file(h, "profiles/shop.json", shop);
    harness_open(h, &view_profiles, lang);
    harness_draw(h, 90, 24);
    assert_true(h->v.ops->search(&h->v, "shop", 0));
    harness_draw(h, 90, 24);
}

/* The file as it stands. */
static void read_file(struct harness *h, const char *name, struct buf *out)
{
    char path[256];
    struct err err;
    struct stat st;
    snprintf(path, sizeof(path), "%s/wxpc/profiles/%s", h->dir, name);
    assert_int_equal(store_read(path, out, &err), ST_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void the_list_tells_environment_dialect_and_key(void **state)
{
    static const struct {
        enum lang lang;
        int cols;
        const char *has[4];
    } rows[] = {
        {LANG_ZH, 90, {"* demo", "测试  official  密钥 正常 32 字节", "测试  gateway ", "某商户"}},
        {LANG_ZH, 62, {"* demo", "生产  official  密钥 正常 32 字节", "shop", "商户"}},
        {LANG_EN,
         100,
         {"Demo merchant (direct)", "test  official  key ok 32 bytes", "demo", "shop"}},
        {LANG_EN, 90, {"* demo", "PROD  official  key ok 32 bytes", "Some shop", "Merchants"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        harness_init(&h);
        harness_file(&h, "profiles/shop.json", shop);
        harness_open(&h, &view_profiles, rows[i].lang);
        const char *text = harness_draw(&h, rows[i].cols, 14);
        for (size_t k = 0; k < 4; k++)
            assert_true(harness_has(text, rows[i].has[k]));
        harness_close(&h);
    }
}

static void a_broken_file_is_a_row_with_its_sentence(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_file(&h, "profiles/bad.json", "{\"name\": 7}");
    harness_open(&h, &view_profiles, LANG_EN);
    const char *text = harness_draw(&h, 90, 14);
    assert_true(harness_has(text, "  bad "));
    assert_true(harness_has(text, "profile"));
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_EDITOR); /* complains, opens nothing */
    assert_true(h.w.message.error);
    assert_true(harness_has(harness_draw(&h, 90, 14), "Merchants"));
    harness_close(&h);
}

static void enter_chooses_and_closes(void **state)
{
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_CLOSE);
    assert_string_equal(h.w.profile.name, "shop");
    assert_true(harness_has(harness_draw(&h, 90, 14), "* shop"));
    harness_close(&h);
}

static void the_menu_offers_what_can_be_done(void **state)
{
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    assert_int_equal(harness_act_on(&h, ACTION_TOGGLE), VIEW_HANDLED);
    assert_int_equal(h.menus, 1);
    assert_int_equal(h.menu.count, 5);
    assert_string_equal(h.menu.items[1].label, "Edit");
    assert_false(h.menu.items[3].disabled);
    h.menu.chosen(h.menu.ctx, 1);
    assert_true(harness_has(harness_draw(&h, 90, 24), "Merchant shop"));
    harness_act_on(&h, ACTION_BACK);
    h.v.ops->search(&h.v, "gateway", 0); /* a built-in one cannot be removed */
    harness_act_on(&h, ACTION_TOGGLE);
    assert_true(h.menu.items[3].disabled);
    assert_string_equal(h.menu.items[3].note, "built in");
    harness_close(&h);
}

static void the_form_shows_members_and_findings_never_the_key(void **state)
{
    struct harness h;
    struct buf help;
    bool error = false;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_EDITOR);
    const char *text = harness_draw(&h, 90, 26);
    assert_true(harness_has(text, "title (English)     Some shop"));
    assert_true(harness_has(text, "environment         production"));
    assert_true(harness_has(text, "key                 32 bytes, ends in 2345"));
    assert_true(harness_has(text, "! notify_url          http://127.0.0.1/n")); /* no loopback */
    assert_true(harness_lacks(text, OTHER_KEY));
    for (int i = 0; i < 7; i++)
        harness_act_on(&h, ACTION_DOWN);
    buf_init(&help, 4096);
    h.v.ops->help(&h.v, &help, &error);
    assert_true(error);
    buf_clear(&help);
    harness_close(&h);
}

/* Moves to the row whose drawn text begins with `label`. */
static void go_to(struct harness *h, const char *label)
{
    struct buf styles;
    buf_init(&styles, 1u << 16);
    harness_act_on(h, ACTION_TOP);
    for (int i = 0; i < 30; i++) {
        const char *text = harness_draw(h, 90, 26);
        int row = -1;
        buf_reset(&styles);
        surface_dump_styles(h->grid, &styles);
        for (const char *p = buf_str(&styles); p && *p;
             p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
            char line[128];
            snprintf(line, sizeof(line), "%.*s", (int)strcspn(p, "\n"), p);
            if (strstr(line, "selection"))
                row = atoi(line);
        }
        for (int k = 0; k < row; k++)
            text = strchr(text, '\n') + 1;
        if (row > 0 && strncmp(text + 3, label, strlen(label)) == 0) {
            buf_clear(&styles);
            return;
        }
        harness_act_on(h, ACTION_DOWN);
    }
    buf_clear(&styles);
    fail_msg("no row %s", label);
}

static void f1_explains_members_and_fields(void **state)
{
    static const struct {
        const char *label, *has, *also;
    } rows[] = {
        {"environment", "production asks before a send", "environment\n"},
        {"mch_id", "digits", "mch_id  "},
        {"notify_url", "type        URL", "\n! "}, /* and what is wrong with it */
    };
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_EDITOR);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct pager_text t = {0};
        buf_init(&t.text, 1u << 16);
        go_to(&h, rows[i].label);
        h.v.ops->explain(&h.v, &t);
        assert_true(harness_has(buf_str(&t.text), rows[i].has));
        assert_true(harness_has(buf_str(&t.text), rows[i].also));
        assert_true(harness_lacks(buf_str(&t.text), OTHER_KEY));
        buf_clear(&t.text);
    }
    harness_close(&h);
}

static void a_changed_value_is_saved_with_what_was_unknown(void **state)
{
    struct harness h;
    struct buf file;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_EDITOR);
    go_to(&h, "notify_url");
    harness_act_on(&h, ACTION_OPEN);
    assert_string_equal(h.prompt.initial, "http://127.0.0.1/n");
    h.prompt.done(h.prompt.ctx, "https://example.com/notify");
    assert_true(harness_has(harness_draw(&h, 90, 26), "unsaved"));
    assert_int_equal(harness_act_on(&h, ACTION_SAVE), VIEW_HANDLED);
    buf_init(&file, 1u << 16);
    read_file(&h, "shop.json", &file);
    assert_true(harness_has(buf_str(&file), "https://example.com/notify"));
    assert_true(harness_has(buf_str(&file), "\"unknown\""));
    assert_true(harness_has(buf_str(&file), OTHER_KEY)); /* kept */
    assert_int_equal(h.questions, 1);                    /* use it now? */
    h.question.yes(h.question.ctx);
    assert_string_equal(h.w.profile.name, "shop");
    buf_clear(&file);
    harness_close(&h);
}

static void a_new_key_is_compared_with_the_old_one_by_its_end(void **state)
{
    struct harness h;
    struct buf file;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_EDITOR);
    go_to(&h, "key");
    harness_act_on(&h, ACTION_OPEN);
    assert_int_equal(h.menu.count, 4);
    h.menu.chosen(h.menu.ctx, 0);
    assert_true(h.prompt.secret);
    assert_null(h.prompt.initial);
    h.prompt.done(h.prompt.ctx, HARNESS_KEY);
    assert_int_equal(h.questions, 1);
    const char *question = h.question.text.text[LANG_EN];
    assert_true(harness_has(question, "old key  32 bytes, ends in 2345"));
    assert_true(harness_has(question, "new key  32 bytes, ends in 6a2d"));
    assert_true(harness_lacks(question, HARNESS_KEY));
    /* Not before the answer. */
    assert_true(harness_has(harness_draw(&h, 90, 26), "ends in 2345"));
    h.question.yes(h.question.ctx);
    assert_true(harness_has(harness_draw(&h, 90, 26), "ends in 6a2d"));
    harness_act_on(&h, ACTION_SAVE);
    buf_init(&file, 1u << 16);
    read_file(&h, "shop.json", &file);
    assert_true(harness_has(buf_str(&file), HARNESS_KEY));
    assert_true(harness_lacks(buf_str(&file), OTHER_KEY));
    buf_clear(&file);
    harness_close(&h);
}

static void a_key_can_be_named_instead_of_typed(void **state)
{
    static const struct {
        size_t index;
        const char *typed, *member, *value;
    } rows[] = {
        {1, "SHOP_KEY", "\"env\"", "\"SHOP_KEY\""},
        {2, "/dev/shm/key", "\"file\"", "\"/dev/shm/key\""},
        {3, "pass show shop", "\"command\"", "\"show\""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        struct buf file;
        open_with_shop(&h, LANG_EN);
        harness_act_on(&h, ACTION_EDITOR);
        go_to(&h, "key");
        harness_act_on(&h, ACTION_OPEN);
        h.menu.chosen(h.menu.ctx, rows[i].index);
        assert_false(h.prompt.secret);
        h.prompt.done(h.prompt.ctx, rows[i].typed);
        harness_act_on(&h, ACTION_SAVE);
        buf_init(&file, 1u << 16);
        read_file(&h, "shop.json", &file);
        assert_true(harness_lacks(buf_str(&file), OTHER_KEY));
        assert_true(harness_has(buf_str(&file), rows[i].member));
        assert_true(harness_has(buf_str(&file), rows[i].value));
        buf_clear(&file);
        harness_close(&h);
    }
}

static void adding_asks_one_thing_after_the_other(void **state)
{
    static const char *const typed[] = {"新店", "New shop"};
    struct harness h;
    struct buf file;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_profiles, LANG_EN);
    harness_draw(&h, 90, 26);
    harness_act_on(&h, ACTION_ADD_FIELD);
    h.prompt.done(h.prompt.ctx, "new shop"); /* a blank: refused with a sentence */
    assert_true(h.w.message.error);
    h.prompt.done(h.prompt.ctx, "demo"); /* taken */
    assert_true(harness_has(h.w.message.text.text[LANG_EN], "demo"));
    h.prompt.done(h.prompt.ctx, "new-shop");
    for (size_t i = 0; i < ARRAY_COUNT(typed); i++)
        h.prompt.done(h.prompt.ctx, typed[i]); /* titles */
    assert_int_equal(h.menus, 1);
    h.menu.chosen(h.menu.ctx, 1); /* environment */
    h.menu.chosen(h.menu.ctx, 0); /* dialect */
    h.menu.chosen(h.menu.ctx, 0); /* the key is typed */
    h.prompt.done(h.prompt.ctx, OTHER_KEY);
    assert_int_equal(h.questions, 0); /* nothing to compare with */
    h.prompt.done(h.prompt.ctx, "wxd930ea5d5a258f4f");
    h.prompt.done(h.prompt.ctx, "10000100");
    h.prompt.done(h.prompt.ctx, "https://example.com/notify");
    const char *text = harness_draw(&h, 90, 26);
    assert_true(harness_has(text, "notify_url          https://example.com/notify"));
    assert_true(harness_has(text, "environment         production"));
    assert_true(harness_has(text, "  base_url            (empty)")); /* the official host's */
    go_to(&h, "base_url");
    harness_act_on(&h, ACTION_OPEN);
    assert_string_equal(h.prompt.initial, "https://api.mch.weixin.qq.com");
    harness_act_on(&h, ACTION_SAVE);
    buf_init(&file, 1u << 16);
    read_file(&h, "new-shop.json", &file);
    assert_true(harness_has(buf_str(&file), "New shop"));
    assert_true(harness_has(harness_draw(&h, 90, 26), "new-shop"));
    buf_clear(&file);
    harness_close(&h);
}

static void leaving_with_changes_asks(void **state)
{
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_EDITOR);
    assert_int_equal(harness_act_on(&h, ACTION_BACK), VIEW_HANDLED); /* nothing changed */
    assert_int_equal(h.questions, 0);
    harness_act_on(&h, ACTION_EDITOR);
    go_to(&h, "mch_id");
    harness_act_on(&h, ACTION_REMOVE);
    assert_int_equal(harness_act_on(&h, ACTION_BACK), VIEW_HANDLED);
    assert_int_equal(h.questions, 1);
    assert_true(harness_has(harness_draw(&h, 90, 26), "Merchant shop"));
    h.question.yes(h.question.ctx);
    assert_true(harness_has(harness_draw(&h, 90, 26), "Merchants"));
    assert_int_equal(harness_act_on(&h, ACTION_BACK), VIEW_CLOSE);
    harness_close(&h);
}

static void a_check_lists_the_errors_first(void **state)
{
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_NEXT_PROBLEM);
    const char *text = harness_draw(&h, 90, 26);
    assert_true(harness_has(text, "Check of shop"));
    const char *bad = strstr(text, "| x "), *warn = strstr(text, "| ! "),
               *good = strstr(text, "| ok");
    assert_non_null(bad);
    assert_non_null(warn); /* the unknown member */
    assert_non_null(good);
    assert_true(bad < warn && warn < good);
    assert_true(harness_has(text, "notify_url"));
    assert_true(harness_lacks(text, OTHER_KEY));
    assert_int_equal(harness_act_on(&h, ACTION_BACK), VIEW_HANDLED);
    harness_close(&h);
}

static void removing_asks_and_removes_the_file(void **state)
{
    struct harness h;
    (void)state;

    open_with_shop(&h, LANG_EN);
    harness_act_on(&h, ACTION_REMOVE);
    assert_int_equal(h.questions, 1);
    assert_true(h.question.danger);
    assert_true(harness_has(harness_draw(&h, 90, 14), "shop"));
    h.question.yes(h.question.ctx);
    h.v.ops->search(&h.v, "", 0);
    assert_true(harness_lacks(harness_draw(&h, 90, 14), "shop"));
    h.v.ops->search(&h.v, "demo", 0);
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_REMOVE); /* built in */
    assert_int_equal(h.questions, 1);
    harness_close(&h);
}

static void the_view_of_a_profile_has_no_key(void **state)
{
    struct harness h;
    struct pager_text text = {0};
    (void)state;

    open_with_shop(&h, LANG_EN);
    h.v.ops->full(&h.v, &text);
    assert_true(harness_has(buf_str(&text.text), "\"last4\""));
    assert_true(harness_lacks(buf_str(&text.text), OTHER_KEY));
    buf_clear(&text.text);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_tells_environment_dialect_and_key),
        cmocka_unit_test(a_broken_file_is_a_row_with_its_sentence),
        cmocka_unit_test(enter_chooses_and_closes),
        cmocka_unit_test(the_menu_offers_what_can_be_done),
        cmocka_unit_test(the_form_shows_members_and_findings_never_the_key),
        cmocka_unit_test(f1_explains_members_and_fields),
        cmocka_unit_test(a_changed_value_is_saved_with_what_was_unknown),
        cmocka_unit_test(a_new_key_is_compared_with_the_old_one_by_its_end),
        cmocka_unit_test(a_key_can_be_named_instead_of_typed),
        cmocka_unit_test(adding_asks_one_thing_after_the_other),
        cmocka_unit_test(leaving_with_changes_asks),
        cmocka_unit_test(a_check_lists_the_errors_first),
        cmocka_unit_test(removing_asks_and_removes_the_file),
        cmocka_unit_test(the_view_of_a_profile_has_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
