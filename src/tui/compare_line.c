/* SPDX-License-Identifier: MIT */
/* What stands in the field has passed comparison_take(): a key in it is masked. */
#include "tui/compare_line.h"

#include <string.h>

#include "core/joined.h"
#include "core/repair.h"
#include "core/sign.h"
#include "core/text.h"
#include "tui/diagnosis.h"
#include "tui/pane.h"

#define VERDICT_MAX 1024
#define VERDICT_ROWS 3
#define STEPS_MIN 1  /* rows that stay for what is above */
#define UNUSED_MIN 6 /* rows of a pane that shows the empty field too */
#define VALUE_SHOWN 2048

void compare_line_open(struct compare_line *c, struct view *v)
{
    edit_init(&c->edit, COMPARISON_TEXT_MAX - 16, 0);
    c->comparison = comparison_new(v->w);
}

void compare_line_close(struct compare_line *c)
{
    edit_clear(&c->edit);
    comparison_free(c->comparison);
}

/* ---- Drawing ---- */

static unsigned verdict_style(enum comparison_state state)
{
    return state == COMPARISON_SAME        ? THEME_OK
           : state == COMPARISON_SEARCHING ? THEME_WARN
                                           : THEME_ERROR;
}

static int wrapped_rows(const char *text, int cols)
{
    int rows = 0;
    for (size_t len = strlen(text), n; len > 0 && cols > 0; text += n, len -= n, rows++)
        n = text_wrap(text, len, cols);
    return rows;
}

static void draw_field(struct compare_line *c, struct view *v, struct surface *row)
{
    enum lang lang = view_lang(v);
    char key[KEYS_NAME_MAX];
    bool edit = v->edit && v->focus;
    pane_key_name(v, ACTION_AGAINST, key);
    int col = surface_putf(row, 0, 1, THEME_LABEL, "%s %s ", key, L(lang, "对照", "compare"));
    struct surface area = surface_row(row, 0, col, row->cols - col - 1);

    if (!edit && c->edit.len == 0) {
        surface_put_cut(&area, 0, 0, THEME_DIM,
                        L(lang, "粘贴对方的签名或待签串", "paste the other side's sign or string"));
        return;
    }
    struct edit_line line;
    struct buf shown;
    buf_init(&shown, 16u << 10);
    edit_show_line(&c->edit, area.cols > 0 ? area.cols : 1, &shown, &line);
    if (edit)
        surface_fill_row(&area, 0, THEME_EDIT);
    surface_put(&area, 0, line.indent, edit ? THEME_EDIT : THEME_VALUE, buf_str(&shown));
    if (edit)
        surface_cursor(&area, 0, line.cursor);
    buf_clear(&shown);
}

struct surface compare_line_draw(struct compare_line *c, struct view *v, struct surface *s)
{
    char verdict[VERDICT_MAX] = "";
    comparison_follow(c->comparison);
    comparison_verdict(c->comparison, view_lang(v), verdict, sizeof(verdict));

    int rows = wrapped_rows(verdict, s->cols - 2);
    rows = rows < VERDICT_ROWS ? rows : VERDICT_ROWS;
    while (rows > 1 && s->rows - rows - 1 < STEPS_MIN)
        rows--;
    bool used = v->edit || c->edit.len > 0;
    if (s->rows < (used ? 2 : UNUSED_MIN))
        return *s;
    int top = s->rows - 1 - rows;
    struct surface field = surface_row(s, top, 0, -1);
    struct surface below = surface_sub(s, (struct rect){top + 1, 1, rows, s->cols - 2});
    draw_field(c, v, &field);
    if (verdict[0])
        surface_put_wrapped(&below, 0, verdict_style(comparison_state(c->comparison)), verdict);
    return surface_sub(s, (struct rect){0, 0, top, s->cols});
}

/* ---- The tab ---- */

static const char *mark_of(const struct joined_row *r, bool theirs)
{
    if (theirs)
        return "+ ";
    return r->change != COMPARE_SAME ? "- " : r->moved ? "~ " : "  ";
}

/* A value from its first difference on stands out, not by colour alone. */
static void put_value(struct lines *l, const struct joined_row *r, bool theirs)
{
    struct span value = theirs ? r->b : r->a;
    bool same = r->change == COMPARE_SAME, utf8 = text_valid(value.s, value.len, NULL);
    size_t at = r->at < value.len ? r->at : value.len;
    size_t shown = value.len - at < VALUE_SHOWN ? value.len - at : VALUE_SHOWN;
    struct buf text;

    lines_put(l, same ? THEME_DIM : THEME_LABEL, mark_of(r, theirs));
    lines_hang(l, 3);
    lines_put_n(l, THEME_LABEL, r->name.s ? r->name.s : "", r->name.len);
    lines_put(l, THEME_LABEL, r->name.len ? "=" : "");
    buf_init(&text, 8 * (at + shown) + 64);
    joined_visible(&text, (struct span){value.s, at}, utf8);
    lines_put_n(l, same ? THEME_DIM : THEME_VALUE, buf_str(&text), text.len);
    buf_reset(&text);
    joined_visible(&text, (struct span){value.s + at, shown}, utf8);
    lines_put_n(l, same ? THEME_DIM : THEME_ACCENT | SURFACE_UNDERLINE, buf_str(&text), text.len);
    lines_put(l, THEME_DIM, at + shown < value.len ? ".." : "");
    lines_end(l);
    buf_clear(&text);
}

static void explain_empty(struct lines *l, enum lang lang, bool given)
{
    if (given)
        lines_add(l, THEME_DIM,
                  L(lang, "找到原因后，这里并排显示双方的待签串；粘贴对方的待签串则立即显示",
                    "both joined strings stand here once the cause is known; paste the other "
                    "side's joined string to see them at once"));
    else
        lines_add(
            l, THEME_DIM,
            L(lang,
              "粘贴对方的签名，或对方签名前的待签串（密钥会被遮盖）：逐个参数对照，并说明原因",
              "paste the other side's signature, or the string it joined before signing "
              "(a key in it is masked): they are compared parameter by parameter, and the "
              "cause is named"));
}

void compare_line_build(struct compare_line *c, struct view *v, struct lines *l)
{
    enum lang lang = view_lang(v);
    struct buf ours, theirs;
    struct joined j = {0};
    buf_init(&ours, SIGN_JOINED_MAX);
    buf_init(&theirs, SIGN_JOINED_MAX);
    comparison_texts(c->comparison, &ours, &theirs);
    if (ours.len == 0 || theirs.len == 0) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        explain_empty(l, lang, c->edit.len > 0);
    } else {
        joined_align((struct span){buf_str(&ours), ours.len},
                     (struct span){buf_str(&theirs), theirs.len}, &j);
        lines_pad(l, 1);
        lines_add(l, THEME_TITLE,
                  j.differing ? L(lang, "- 我方  + 对方  ~ 次序不同", "- ours  + theirs  ~ moved")
                              : L(lang, "待签串相同", "the joined strings are the same"));
    }
    for (size_t i = 0; i < j.count; i++) {
        const struct joined_row *r = &j.rows[i];
        if (r->a.s)
            put_value(l, r, false);
        if (r->change != COMPARE_SAME && r->b.s)
            put_value(l, r, true);
    }
    joined_clear(&j);
    buf_clear(&ours);
    buf_clear(&theirs);
}

/* ---- Keys ---- */

/* The comparison follows the field, and the field what it may show. */
static void take(struct compare_line *c, const char *text, size_t len, bool typed)
{
    struct buf shown;
    buf_init(&shown, COMPARISON_TEXT_MAX);
    comparison_take(c->comparison, text, len, &shown);
    if (!typed || (strstr(text, "&key=") && strcmp(buf_str(&shown), text) != 0))
        edit_set(&c->edit, buf_str(&shown), shown.len);
    buf_clear(&shown);
}

/* Of a whole message its signature counts. */
static bool take_message(struct compare_line *c, const char *text, size_t len)
{
    struct repair_log log = {0};
    struct paste paste = {0};
    const char *sign = NULL;
    if (!repair_read(text, len, &log, NULL, &paste, NULL))
        sign = params_get(&paste.params, params_has(&paste.params, "paySign") ? "paySign" : "sign");
    if (sign)
        take(c, sign, strlen(sign), false);
    paste_clear(&paste);
    return sign != NULL;
}

static enum view_answer on_paste(struct compare_line *c, struct view *v, const char *text,
                                 size_t len)
{
    size_t at = strspn(text, " \t\r\n");
    bool large = len >= COMPARISON_TEXT_MAX; /* a log: a message may stand in it */
    bool message = large || (text[at] && strchr("<{", text[at]));
    if (message && !v->edit)
        return VIEW_IGNORED; /* it fills the form */
    if (message && take_message(c, text, len))
        workspace_say(v->w, "取了报文里的 sign 来对照", "the sign of the message is compared");
    else if (large)
        workspace_say(
            v->w,
            "没有对照：粘贴了 %zu 字节，里面没有带 sign 的报文，而对照行最多 %u 字节；"
            "只粘贴对方的签名或待签串",
            "nothing is compared: the paste has %zu bytes and no message with a sign, and "
            "this line takes %u; paste only the other side's signature or string",
            len, COMPARISON_TEXT_MAX);
    else
        take(c, text, len, false);
    return VIEW_HANDLED;
}

enum view_answer compare_line_input(struct compare_line *c, struct view *v,
                                    const struct keys_event *e)
{
    if (e->kind == KEYS_EVENT_PASTE)
        return on_paste(c, v, e->text, e->len);
    if (e->kind != KEYS_EVENT_KEY || !v->edit)
        return VIEW_IGNORED;
    if (e->key.mods == 0 && e->key.code == KEYS_ENTER) {
        v->host->edit(v->host->ctx, false);
        return VIEW_HANDLED;
    }
    unsigned result = edit_key(&c->edit, e->key);
    if (result & EDIT_CHANGED)
        take(c, c->edit.text, c->edit.len, true);
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

enum view_answer compare_line_action(struct compare_line *c, struct view *v, enum action a)
{
    if (a == ACTION_OPEN || a == ACTION_AGAINST) {
        v->host->edit(v->host->ctx, true);
        return VIEW_HANDLED;
    }
    if (a == ACTION_CLEAR_FIELD || (a == ACTION_UNDO && v->edit)) {
        if (a == ACTION_UNDO ? edit_undo(&c->edit) : edit_kill_all(&c->edit))
            take(c, c->edit.text, c->edit.len, true);
        return VIEW_HANDLED;
    }
    if (a == ACTION_BACK && !v->edit && comparison_cancel(c->comparison)) {
        workspace_say(v->w, "已停止查找", "the search has stopped");
        return VIEW_HANDLED;
    }
    if (a == ACTION_DIAGNOSE && comparison_sign(c->comparison)[0]) {
        diagnosis_signature(v->w, v->host, comparison_sign(c->comparison));
        return VIEW_HANDLED;
    }
    return VIEW_IGNORED;
}
