/* SPDX-License-Identifier: MIT */
#include "screen_fixture.h"

struct answers {
    size_t chosen, moved;
    int chosen_count, moved_count, left_count, yes_count;
    char typed[128];
};

static void chosen(void *ctx, size_t index)
{
    struct answers *a = ctx;
    a->chosen = index;
    a->chosen_count++;
}

static void moved(void *ctx, size_t index)
{
    struct answers *a = ctx;
    a->moved = index;
    a->moved_count++;
}

static void left(void *ctx)
{
    ((struct answers *)ctx)->left_count++;
}

static void yes(void *ctx)
{
    ((struct answers *)ctx)->yes_count++;
}

static void done(void *ctx, const char *text)
{
    struct answers *a = ctx;
    snprintf(a->typed, sizeof(a->typed), "%s", text);
    a->chosen_count++;
}

static struct desk *open_desk(void)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 80, .rows = 24, .lang = LANG_EN});
    press(d, "Esc");
    return d;
}

static void open_menu(struct desk *d, struct answers *a, bool filter)
{
    static const char *const labels[] = {"apple", "banana", "cherry", "date"};
    struct menu m = {.title = {"果", "Fruit"},
                     .items = mem_alloc(4 * sizeof(*m.items)),
                     .count = 4,
                     .selected = 1,
                     .filter = filter,
                     .chosen = chosen,
                     .moved = moved,
                     .left = left,
                     .ctx = a};
    for (size_t i = 0; i < 4; i++)
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", labels[i]);
    snprintf(m.items[2].note, sizeof(m.items[2].note), "out of season");
    m.items[2].disabled = true;
    d->s->host.menu(d->s, &m);
    screen_draw(d->s);
}

/* Keys in a menu of apple, banana (selected), cherry (disabled), date; -1: nothing is chosen. */
static void keys_choose_from_a_menu(void **state)
{
    static const struct {
        bool filter;
        const char *keys;
        int chosen;
        const char *reason;
    } rows[] = {
        {false, "Enter", 1, "the selected one"},
        {false, "k Enter", 0, "up"},
        {false, "Up Up Enter", 3, "around at the top"},
        {false, "G Enter", 3, "the last one"},
        {false, "j Enter", -1, "disabled"},
        {false, "Esc", -1, "left"},
        {false, "q", -1, "left"},
        {true, "d a t Enter", 3, "narrowed to one"},
        {true, "D A T E Enter", 3, "in either case"},
        {true, "z z Enter", -1, "nothing matches"},
        {true, "! a p p l e Enter", 1, "inverted: banana stays selected"},
        {true, "d Backspace Enter", 3, "the selection survives the filter"},
        {true, "Tab Tab Enter", 3, "Tab moves"},
        {true, "j", -1, "a letter filters, it is no command"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_desk();
        struct answers a = {0};
        open_menu(d, &a, rows[i].filter);
        press(d, rows[i].keys);
        if (a.chosen_count != (rows[i].chosen >= 0) ||
            (a.chosen_count && a.chosen != (size_t)rows[i].chosen))
            fail_msg("%s: %d times, %zu", rows[i].reason, a.chosen_count, a.chosen);
        assert_int_equal(d->s->over_count, rows[i].chosen < 0 && a.left_count == 0);
        desk_close(d);
    }
}

static void a_menu_tells_of_previews_and_of_being_left(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    (void)state;

    open_menu(d, &a, false);
    press(d, "Down Down");
    assert_int_equal(a.moved_count, 2);
    assert_int_equal(a.moved, 3);
    press(d, "Esc");
    assert_int_equal(a.left_count, 1);
    assert_int_equal(a.chosen_count, 0);
    desk_close(d);
}

static void a_disabled_item_says_why(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    (void)state;

    open_menu(d, &a, false);
    press(d, "j Enter");
    shows(d, "not available now: out of season");
    desk_close(d);
}

static void a_prompt_shows_its_field_in_the_smallest_console(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 40, .rows = 12, .lang = LANG_EN});
    struct answers a = {0};
    struct prompt p = {.title = {"问", "Ask"},
                       .label = {"名", "a label that is so long that it takes many more rows of a "
                                       "small console than there are between the header and the "
                                       "help line, and then some more of them until none is left "
                                       "for what is typed, which would be a pity for everybody"},
                       .help = {"助", "help that is not short either, so that it has to go first"},
                       .initial = "typed",
                       .secret = false,
                       .done = done,
                       .ctx = &a};
    int row, col;
    (void)state;

    press(d, "Esc");
    d->s->host.prompt(d->s, &p);
    shows(d, "typed");
    shows(d, "..");
    assert_true(surface_get_cursor(d->s->grid, &row, &col));
    desk_close(d);
}

static void a_prompt_delivers_what_was_typed(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    struct prompt p = {.title = {"问", "Ask"},
                       .label = {"名", "name"},
                       .initial = "ab",
                       .max = 5,
                       .done = done,
                       .ctx = &a};
    (void)state;

    d->s->host.prompt(d->s, &p);
    press(d, "q Q y");
    shows(d, "abqQy");
    type(d, "zzz"); /* behind the limit */
    press(d, "Enter");
    assert_string_equal(a.typed, "abqQy");
    assert_int_equal(d->s->over_count, 0);
    a.chosen_count = 0;
    d->s->host.prompt(d->s, &p);
    press(d, "Esc");
    assert_int_equal(a.chosen_count, 0);
    desk_close(d);
}

/* A prompt says what it is about; another overlay gives the whole of its line. */
static void f1_explains_what_is_open(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    struct prompt p = {.title = {"名", "Name"},
                       .label = {"名", "a name"},
                       .help = {"说明", "THE WHOLE STORY"},
                       .max = 64,
                       .done = done,
                       .ctx = &a};
    (void)state;

    d->s->host.prompt(d->s, &p);
    press(d, "F1");
    assert_int_equal(d->s->over_count, 2);
    shows(d, "THE WHOLE STORY");
    press(d, "Esc");
    type(d, "x"); /* it is still there */
    press(d, "Enter");
    assert_string_equal(a.typed, "x");
    press(d, "Esc Ctrl-P F1");
    assert_int_equal(d->s->over_count, 2);
    shows(d, "type to filter, Up and Down select");
    desk_close(d);
}

static void a_secret_is_typed_without_echo(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    struct prompt p = {.title = {"密钥", "Key"},
                       .label = {"密钥", "key"},
                       .max = 64,
                       .secret = true,
                       .done = done,
                       .ctx = &a};
    (void)state;

    d->s->host.prompt(d->s, &p);
    type(d, "hush");
    paste(d, "hushhush");
    lacks(d, "hush");
    shows(d, "12 characters typed");
    press(d, "Enter");
    assert_string_equal(a.typed, "hushhushhush");
    desk_close(d);
}

static void ask(struct desk *d, struct answers *a, bool danger, const char *word)
{
    struct question q = {
        .title = {"问", "Ask"}, .danger = danger, .type_this = word, .yes = yes, .ctx = a};
    err_set(&q.text, ST_OK, SAY("做？", "因为", "后果"), SAY("do it?", "because", "or not"));
    d->s->host.ask(d->s, &q);
    screen_draw(d->s);
}

/* Keys that answer a question, and whether it was a yes. */
static void keys_answer_a_question(void **state)
{
    static const struct {
        bool danger;
        const char *word;
        const char *keys;
        bool yes, open;
        const char *reason;
    } rows[] = {
        {false, NULL, "Enter", true, false, "yes is preselected"},
        {false, NULL, "y", true, false, "y"},
        {false, NULL, "n", false, false, "n"},
        {false, NULL, "Esc", false, false, "Esc"},
        {true, NULL, "Enter", false, false, "danger: no is preselected"},
        {true, NULL, "Tab Enter", true, false, "chosen on purpose"},
        {true, NULL, "Right Enter", true, false, "chosen on purpose"},
        {true, NULL, "Right Left Enter", false, false, "and back"},
        {true, "100", "1 0 0 Enter", true, false, "the amount"},
        {true, "100", "1 0 Enter", false, true, "not the amount"},
        {true, "100", "y", false, true, "y is text here"},
        {true, "100", "Esc", false, false, "Esc"},
        {false, NULL, "x", false, true, "any other key does nothing"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk *d = open_desk();
        struct answers a = {0};
        ask(d, &a, rows[i].danger, rows[i].word);
        shows(d, "do it?");
        shows(d, "because");
        press(d, rows[i].keys);
        if (a.yes_count != rows[i].yes || (d->s->over_count != 0) != rows[i].open)
            fail_msg("%s: %d", rows[i].reason, a.yes_count);
        desk_close(d);
    }
}

/* The answer of one popup opens the next: callbacks come after it has left. */
static void again(void *ctx)
{
    struct desk *d = ctx;
    struct question q = {.title = {"二", "Second"}, .yes = again, .ctx = d};
    err_set(&q.text, ST_OK, SAY("再", "", ""), SAY("again?", "", ""));
    d->s->host.ask(d->s, &q);
}

static void an_answer_can_open_the_next_popup(void **state)
{
    struct desk *d = open_desk();
    (void)state;

    again(d);
    for (int i = 0; i < 50; i++)
        press(d, "y");
    assert_int_equal(d->s->over_count, 1);
    shows(d, "again?");
    desk_close(d);
}

/* Each part of the selected row is in it or below, at any width; its key stands at the edge. */
static void what_is_cut_of_the_selected_row_stands_below(void **state)
{
    static const char *const parts[] = {"a label of some length", "its other name",
                                        "a note that says more than there is room for"};
    (void)state;
    for (int cols = 40; cols <= 120; cols++) {
        struct desk *d = desk_open(&(struct desk_options){.cols = cols, .rows = 14});
        struct answers a = {0};
        struct menu m = {.title = {"果", "Fruit"},
                         .items = mem_alloc(2 * sizeof(*m.items)),
                         .count = 2,
                         .chosen = chosen,
                         .ctx = &a};
        for (size_t i = 0; i < 2; i++) {
            snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", i ? "short" : parts[0]);
            snprintf(m.items[i].other, sizeof(m.items[i].other), "%s", parts[1]);
            snprintf(m.items[i].note, sizeof(m.items[i].note), "%s", parts[2]);
            snprintf(m.items[i].key, sizeof(m.items[i].key), "Ctrl-X");
        }
        press(d, "Esc");
        d->s->host.menu(d->s, &m);
        shows(d, "Ctrl-X ║");
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            struct buf flat; /* a wrapped row goes on in the next */
            buf_init(&flat, 1u << 16);
            for (const char *c = shot(d); *c; c++) {
                if (*c != '\n' || c[1] != ' ')
                    buf_addc(&flat, *c);
            }
            if (!strstr(buf_str(&flat), parts[i]))
                fail_msg("%d columns: no %s in\n%s", cols, parts[i], shot(d));
            buf_clear(&flat);
        }
        desk_close(d);
    }
}

/* What there is no room for goes from the end; the label and the field stay. */
static void a_narrow_prompt_keeps_label_and_field(void **state)
{
    struct desk *d = desk_open(&(struct desk_options){.cols = 40, .rows = 12, .lang = LANG_EN});
    struct answers a = {0};
    struct prompt p = {.title = {"名", "Name"},
                       .label = {"名", "a label that needs two rows of this small window"},
                       .help = {"说明", "one two three four five six seven eight nine ten eleven "
                                        "twelve thirteen fourteen fifteen sixteen seventeen END"},
                       .initial = "typed",
                       .max = 64,
                       .done = done,
                       .ctx = &a};
    (void)state;

    screen_draw(d->s);
    d->s->host.prompt(d->s, &p);
    shows(d, "║ a label that needs two rows of this  ║\n║ small window                         ║\n"
             "║ typed                                ║\n║ one two");
    lacks(d, "END");
    shows(d, "F1 shows all of this help");
    press(d, "F1");
    shows(d, "END");
    desk_close(d);
}

static void popups_fit_any_size(void **state)
{
    struct desk *d = open_desk();
    struct answers a = {0};
    (void)state;

    open_menu(d, &a, true);
    ask(d, &a, true, "100");
    for (int cols = 1; cols < 130; cols += 3) {
        for (int rows = 1; rows < 40; rows += 2) {
            screen_resize(d->s, cols, rows);
            screen_draw(d->s);
        }
    }
    desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_choose_from_a_menu),
        cmocka_unit_test(a_menu_tells_of_previews_and_of_being_left),
        cmocka_unit_test(a_disabled_item_says_why),
        cmocka_unit_test(a_prompt_shows_its_field_in_the_smallest_console),
        cmocka_unit_test(a_prompt_delivers_what_was_typed),
        cmocka_unit_test(f1_explains_what_is_open),
        cmocka_unit_test(a_secret_is_typed_without_echo),
        cmocka_unit_test(keys_answer_a_question),
        cmocka_unit_test(an_answer_can_open_the_next_popup),
        cmocka_unit_test(what_is_cut_of_the_selected_row_stands_below),
        cmocka_unit_test(a_narrow_prompt_keeps_label_and_field),
        cmocka_unit_test(popups_fit_any_size),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
