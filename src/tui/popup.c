/* SPDX-License-Identifier: MIT */
/*
 * Prompt and question. The menu has a file of its own.
 */
#include "tui/popup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/edit.h"
#include "tui/fill.h"

#define POPUP_COLS 64      /* wanted width of prompts and questions */
#define PROMPT_HELP_ROWS 4 /* of the help below the field */

/* ---- Prompt ---- */

struct prompt_box {
    struct prompt p;
    struct edit edit;
    unsigned rev; /* of the text before anything was typed */
    bool cut;     /* label or help, as drawn last */
    bool accepted;
};

static void prompt_close(struct view *v)
{
    struct prompt_box *b = v->data;
    edit_clear(&b->edit);
    free(b);
}

static void prompt_finish(struct view *v)
{
    struct prompt_box *b = v->data;
    if (b->accepted)
        b->p.done(b->p.ctx, b->edit.text ? b->edit.text : "");
}

static void prompt_frame(struct view *v, struct view_frame *out)
{
    struct prompt_box *b = v->data;
    snprintf(out->title, sizeof(out->title), "%s", bi_get(b->p.title, view_lang(v)));
}

/* Takes rows from parts, the first ones first, until `wanted` fits; what is in no part stays. */
static void take_rows(int wanted, int rows, int *const *parts, size_t count)
{
    for (size_t i = 0; i < count && wanted > rows; i++) {
        int go = wanted - rows < *parts[i] ? wanted - rows : *parts[i];
        *parts[i] -= go;
        wanted -= go;
    }
}

/* Rows of each part, from the top; where there are too few, keys and blanks go first, then the end
   of the help and of the label. The field stays. */
struct prompt_rows {
    int label, blank, note, help_blank, help, keys;
};

static int prompt_rows(struct view *v, int rows, int cols, struct prompt_rows *r)
{
    struct prompt_box *b = v->data;
    int label = text_wrap_rows(bi_get(b->p.label, view_lang(v)), cols);
    int help = text_wrap_rows(bi_get(b->p.help, view_lang(v)), cols);
    help = help < PROMPT_HELP_ROWS ? help : PROMPT_HELP_ROWS;
    *r = (struct prompt_rows){.label = label < 1   ? 1
                                       : label > 3 ? 3
                                                   : label,
                              .blank = 1,
                              .note = b->p.secret,
                              .help_blank = 1,
                              .help = help,
                              .keys = 1 + (help > 0)};
    int *const less[] = {&r->keys, &r->help_blank, &r->blank, &r->help, &r->label};
    int wanted = r->label + r->blank + 1 + r->note + r->help_blank + r->help + r->keys;
    take_rows(wanted, rows, less, ARRAY_COUNT(less));
    return wanted;
}

static void prompt_size(struct view *v, int *rows, int *cols)
{
    struct prompt_box *b = v->data;
    const char *label = bi_get(b->p.label, view_lang(v));
    int wanted = text_width(label, strlen(label)) + 2;
    struct prompt_rows r;

    wanted = wanted > POPUP_COLS ? wanted : POPUP_COLS;
    *cols = *cols < wanted ? *cols : wanted;
    wanted = prompt_rows(v, *rows, *cols - 2, &r);
    *rows = *rows < wanted ? *rows : wanted;
}

static void prompt_draw(struct view *v, struct surface *s)
{
    struct prompt_box *b = v->data;
    enum lang lang = view_lang(v);
    struct prompt_rows r;
    prompt_rows(v, s->rows, s->cols - 2, &r);
    int row = r.label + r.blank;
    struct surface label = surface_sub(s, (struct rect){0, 1, r.label, s->cols - 2});
    struct surface field = surface_row(s, row++, 1, s->cols - 2);
    size_t typed = text_chars(b->edit.text ? b->edit.text : "", b->edit.len);
    struct edit_line line;
    struct buf shown;

    buf_init(&shown, 16u << 10);
    b->cut = surface_put_wrapped(&label, 0, THEME_LABEL, bi_get(b->p.label, lang)) > r.label;
    surface_fill_row(&field, 0, THEME_EDIT);
    edit_show_line(&b->edit, field.cols, &shown, &line);
    surface_put(&field, 0, line.indent, THEME_EDIT, buf_str(&shown));
    surface_cursor(&field, 0, line.cursor);
    buf_clear(&shown);
    if (r.note)
        surface_putf(s, row++, 1, THEME_DIM,
                     L(lang, "不回显，已输入 %zu 个字符%.0s", "no echo, %zu character%s typed"),
                     typed, text_s(typed));
    row += r.help_blank;
    struct surface help = surface_sub(s, (struct rect){row, 1, r.help, s->cols - 2});
    if (surface_put_wrapped(&help, 0, THEME_DIM, bi_get(b->p.help, lang)) > r.help)
        b->cut = true;
    if (r.keys)
        surface_put_cut(s, s->rows - 1, 1, THEME_DIM,
                        L(lang, "Enter 确定   Esc 取消", "Enter accept   Esc cancel"));
}

static void tell_cut(struct view *v, bool cut, struct buf *out)
{
    if (cut)
        buf_adds(out, L(view_lang(v), "F1 看全部说明", "F1 shows all of this help"));
}

static void prompt_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct prompt_box *b = v->data;
    *is_error = false;
    tell_cut(v, b->cut, out);
}

static void prompt_explain(struct view *v, struct pager_text *out)
{
    const struct prompt_box *b = v->data;
    const char *help = bi_get(b->p.help, view_lang(v));
    out->title = b->p.title;
    buf_addf(&out->text, "%s\n", bi_get(b->p.label, view_lang(v)));
    if (help && help[0])
        buf_addf(&out->text, "\n%s\n", help);
}

static enum view_answer prompt_accept(struct view *v)
{
    struct prompt_box *b = v->data;
    struct err err;
    b->accepted = !b->p.check || b->p.check(b->p.ctx, b->edit.text ? b->edit.text : "", &err);
    if (!b->accepted)
        workspace_complain(v->w, &err);
    return b->accepted ? VIEW_CLOSE : VIEW_HANDLED;
}

static enum view_answer prompt_input(struct view *v, const struct keys_event *e)
{
    struct prompt_box *b = v->data;

    if (e->kind == KEYS_EVENT_PASTE) {
        unsigned result = edit_paste(&b->edit, e->text, e->len);
        if (result & EDIT_CUT)
            workspace_say(v->w, "内容过长，只放入了一部分", "too long: only a part was taken");
        else if (result & EDIT_JOINED)
            workspace_say(v->w, "换行已变为空格", "line ends became blanks");
        return VIEW_HANDLED;
    }
    if (e->kind != KEYS_EVENT_KEY)
        return VIEW_IGNORED;
    if (e->key.code == KEYS_ENTER && !e->key.mods)
        return prompt_accept(v);
    return edit_key(&b->edit, e->key) ? VIEW_HANDLED : VIEW_IGNORED;
}

static enum view_answer prompt_action(struct view *v, enum action a)
{
    struct prompt_box *b = v->data;
    if (a == ACTION_BACK)
        return VIEW_CLOSE;
    if (a == ACTION_CLEAR_FIELD)
        edit_kill_all(&b->edit);
    else if (a == ACTION_UNDO)
        edit_undo(&b->edit);
    else
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

static const struct view_hint *prompt_hint(struct view *v)
{
    static const struct view_hint hints[] = {{.key = "Enter", .title = {"确定", "Accept"}},
                                             {.action = ACTION_CLEAR_FIELD},
                                             {.action = ACTION_BACK, .title = {"取消", "Cancel"}},
                                             {0}};
    (void)v;
    return hints;
}

static bool prompt_unsaved(struct view *v, struct err *what)
{
    const struct prompt_box *b = v->data;
    if (!b->edit.len || b->edit.rev == b->rev)
        return false;
    err_set(what, ST_OK, SAY("“%1$s%2$.0s”中输入的内容尚未确定", "", ""),
            SAY("what was typed at \"%1$.0s%2$s\" was not entered", "", ""), b->p.title.zh,
            b->p.title.en);
    return true;
}

static const struct view_ops prompt_ops = {.name = "prompt",
                                           .popup = true,
                                           .close = prompt_close,
                                           .frame = prompt_frame,
                                           .draw = prompt_draw,
                                           .action = prompt_action,
                                           .input = prompt_input,
                                           .hint = prompt_hint,
                                           .help = prompt_help,
                                           .explain = prompt_explain,
                                           .wants_text = true,
                                           .size = prompt_size,
                                           .finish = prompt_finish,
                                           .unsaved = prompt_unsaved};

struct view *popup_prompt(struct workspace *w, const struct view_host *host, const struct prompt *p)
{
    struct view *v = view_new(&prompt_ops, w, host);
    struct prompt_box *b = mem_alloc(sizeof(*b));

    b->p = *p;
    edit_init(&b->edit, p->max ? p->max : 4096, p->secret ? EDIT_SECRET : 0);
    if (p->initial)
        edit_set(&b->edit, p->initial, strlen(p->initial));
    b->p.initial = NULL;
    b->rev = b->edit.rev;
    v->data = b;
    return v;
}

/* ---- Question ---- */

struct question_box {
    struct question q;
    char *word; /* to be typed; NULL: none */
    struct edit edit;
    bool yes;      /* the selected button */
    bool text_cut; /* as drawn last */
    bool accepted, saves;
};

static void question_close(struct view *v)
{
    struct question_box *b = v->data;
    edit_clear(&b->edit);
    free(b->word);
    free(b);
}

static void question_finish(struct view *v)
{
    struct question_box *b = v->data;
    if (b->accepted)
        b->q.yes(b->q.ctx);
    else if (b->saves)
        b->q.save(b->q.ctx);
}

static void question_frame(struct view *v, struct view_frame *out)
{
    struct question_box *b = v->data;
    snprintf(out->title, sizeof(out->title), "%s", bi_get(b->q.title, view_lang(v)));
    out->state_style = b->q.danger ? THEME_PRODUCTION : 0;
}

/* Rows of each part, from the top. Where there are too few, keys and blanks go first, then the
   text from its end; what is typed and the buttons stay. */
struct question_rows {
    int text[ERR_FIX + 1];
    int blank, keys; /* the latter below the word, with a blank */
};

static int question_rows(struct view *v, int rows, int cols, struct question_rows *r)
{
    struct question_box *b = v->data;
    int *const less[] = {&r->keys, &r->blank, &r->text[ERR_FIX], &r->text[ERR_WHY],
                         &r->text[ERR_WHAT]};
    *r = (struct question_rows){.blank = 1, .keys = b->word ? 2 : 0};
    int wanted = r->blank + 1 + r->keys;
    for (int part = ERR_WHAT; part <= ERR_FIX; part++) {
        char text[ERR_TEXT_MAX];
        err_part(&b->q.text, view_lang(v), (enum err_part)part, text, sizeof(text));
        r->text[part] = text_wrap_rows(text, cols);
        wanted += r->text[part];
    }
    take_rows(wanted, rows, less, ARRAY_COUNT(less));
    return wanted;
}

static void question_size(struct view *v, int *rows, int *cols)
{
    struct question_rows r;
    *cols = *cols < POPUP_COLS ? *cols : POPUP_COLS;
    int wanted = question_rows(v, *rows, *cols - 2, &r) + 1; /* a blank at the bottom */
    *rows = *rows < wanted ? *rows : wanted;
}

/* The row behind the text. A part of which nothing is left is marked at the end of the one before
   it. */
static int draw_text(struct view *v, struct surface *s, const struct question_rows *r)
{
    static const unsigned styles[] = {THEME_TEXT, THEME_TEXT, THEME_DIM};
    struct question_box *b = v->data;
    int row = 0;

    b->text_cut = false;
    for (int part = ERR_WHAT; part <= ERR_FIX; part++) {
        char text[ERR_TEXT_MAX], next[ERR_TEXT_MAX] = "", all[ERR_TEXT_MAX + 4];
        struct surface inner = surface_sub(s, (struct rect){row, 1, r->text[part], s->cols - 2});
        bool last = part == ERR_FIX || !r->text[part + 1];
        err_part(&b->q.text, view_lang(v), (enum err_part)part, text, sizeof(text));
        for (int p = part + 1; last && p <= ERR_FIX && !next[0]; p++)
            err_part(&b->q.text, view_lang(v), (enum err_part)p, next, sizeof(next));
        snprintf(all, sizeof(all), "%s%s", text, last && next[0] && r->text[part] ? " .." : "");
        int end = surface_put_wrapped(
            &inner, 0, part == ERR_WHAT && b->q.danger ? THEME_PRODUCTION : styles[part], all);
        b->text_cut = b->text_cut || end > r->text[part];
        row += r->text[part];
    }
    return row;
}

static bool is_typed(const struct question_box *b)
{
    return !b->word || strcmp(b->edit.text ? b->edit.text : "", b->word) == 0;
}

static void draw_word(struct view *v, struct surface *s, int row)
{
    struct question_box *b = v->data;
    enum lang lang = view_lang(v);
    struct edit_line line;
    struct buf shown;
    int col = surface_putf(s, row, 1, THEME_LABEL, L(lang, "输入 %s：", "type %s: "), b->word);
    struct surface field = surface_row(s, row, col + 1, s->cols - col - 2);

    if (field.cols < 1)
        return;
    buf_init(&shown, 4096);
    surface_fill_row(&field, 0, THEME_EDIT);
    edit_show_line(&b->edit, field.cols, &shown, &line);
    surface_put(&field, 0, line.indent, THEME_EDIT, buf_str(&shown));
    surface_cursor(&field, 0, line.cursor);
    buf_clear(&shown);
}

static void question_draw(struct view *v, struct surface *s)
{
    struct question_box *b = v->data;
    enum lang lang = view_lang(v);
    struct question_rows r;
    question_rows(v, s->rows, s->cols - 2, &r);
    int row = draw_text(v, s, &r) + r.blank;

    if (b->word) {
        draw_word(v, s, row);
        if (r.keys > 1)
            surface_put_cut(s, row + 2, 1, THEME_DIM,
                            is_typed(b)
                                ? L(lang, "Enter 确定   Esc 取消", "Enter accept   Esc cancel")
                                : L(lang, "输入一致后 Enter 确定   Esc 取消",
                                    "Enter accepts once it is the same   Esc cancel"));
        return;
    }
    unsigned no = b->yes ? THEME_TEXT : THEME_SELECTION;
    unsigned yes = b->yes ? THEME_SELECTION : THEME_TEXT;
    /* The brackets tell the selected button where there is no colour. */
    int col = surface_put(s, row, 1, no,
                          b->yes ? L(lang, "  否 (n)  ", "  No (n)  ")
                                 : L(lang, "[ 否 (n) ]", "[ No (n) ]"));
    surface_put(s, row, col + 2, yes,
                b->yes ? L(lang, "[ 是 (y) ]", "[ Yes (y) ]")
                       : L(lang, "  是 (y)  ", "  Yes (y)  "));
}

static void question_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct question_box *b = v->data;
    *is_error = false;
    tell_cut(v, b->text_cut, out);
}

static void question_explain(struct view *v, struct pager_text *out)
{
    const struct question_box *b = v->data;
    out->title = b->q.title;
    for (int part = ERR_WHAT; part <= ERR_FIX; part++) {
        char text[ERR_TEXT_MAX];
        err_part(&b->q.text, view_lang(v), (enum err_part)part, text, sizeof(text));
        if (text[0])
            buf_addf(&out->text, "%s\n", text);
    }
}

static enum view_answer accept(struct question_box *b)
{
    b->accepted = true;
    return VIEW_CLOSE;
}

static enum view_answer question_key(struct question_box *b, struct key key)
{
    if (key.code == KEYS_LEFT || key.code == KEYS_RIGHT) {
        b->yes = key.code == KEYS_RIGHT;
        return VIEW_HANDLED;
    }
    if (key.code == 'y' || key.code == 'Y')
        return accept(b);
    if (key.code == 'n' || key.code == 'N' || key.code == 'q')
        return VIEW_CLOSE;
    if (key.code != KEYS_ENTER)
        return VIEW_IGNORED;
    return b->yes ? accept(b) : VIEW_CLOSE;
}

static enum view_answer question_input(struct view *v, const struct keys_event *e)
{
    struct question_box *b = v->data;

    if (e->kind == KEYS_EVENT_PASTE && b->word)
        fill_tell(v->w, edit_paste(&b->edit, e->text, e->len) & ~EDIT_JOINED);
    if (e->kind != KEYS_EVENT_KEY)
        return b->word ? VIEW_HANDLED : VIEW_IGNORED;
    if (!b->word)
        return e->key.mods ? VIEW_IGNORED : question_key(b, e->key);
    if (e->key.code == KEYS_ENTER && !e->key.mods) {
        if (is_typed(b))
            return accept(b);
        workspace_say(v->w, "输入的不是 %s：没有进行", "that is not %s: nothing was done", b->word);
        return VIEW_HANDLED;
    }
    return edit_key(&b->edit, e->key) ? VIEW_HANDLED : VIEW_IGNORED;
}

static enum view_answer question_action(struct view *v, enum action a)
{
    struct question_box *b = v->data;
    b->saves = a == ACTION_SAVE && b->q.save;
    if (a == ACTION_BACK || b->saves)
        return VIEW_CLOSE;
    if (a == ACTION_NEXT || a == ACTION_PREVIOUS)
        b->yes = !b->yes;
    else if (a == ACTION_CLEAR_FIELD)
        edit_kill_all(&b->edit);
    else
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

static const struct view_hint *question_hint(struct view *v)
{
    static const struct view_hint word[] = {{.key = "Enter", .title = {"确定", "Accept"}},
                                            {.action = ACTION_BACK, .title = {"取消", "Cancel"}},
                                            {0}};
    static const struct view_hint buttons[] = {
        {.action = ACTION_SAVE, .title = {"先保存", "Save first"}},
        {.key = "y", .title = {"是", "Yes"}},
        {.key = "n", .title = {"否", "No"}},
        {.action = ACTION_NEXT, .title = {"另一个", "The other one"}},
        {.key = "Enter", .title = {"选中的", "The selected one"}},
        {.action = ACTION_BACK, .title = {"取消", "Cancel"}},
        {0}};
    const struct question_box *b = v->data;
    return b->word ? word : buttons + !b->q.save;
}

#define QUESTION_OPS                                                                               \
    .name = "question", .close = question_close, .frame = question_frame, .draw = question_draw,   \
    .action = question_action, .input = question_input, .hint = question_hint, .popup = true,      \
    .wants_text = true, .size = question_size, .finish = question_finish, .help = question_help,   \
    .explain = question_explain

static const struct view_ops question_ops = {QUESTION_OPS, .own_keys = true};
static const struct view_ops word_ops = {QUESTION_OPS};

struct view *popup_question(struct workspace *w, const struct view_host *host,
                            const struct question *q)
{
    struct view *v = view_new(q->type_this ? &word_ops : &question_ops, w, host);
    struct question_box *b = mem_alloc(sizeof(*b));

    b->q = *q;
    b->word = mem_strdup(q->type_this);
    b->q.type_this = NULL;
    b->yes = !q->danger;
    edit_init(&b->edit, 256, 0);
    v->data = b;
    return v;
}

bool popup_asks(const struct view *v, void (*yes)(void *ctx))
{
    const struct question_box *b = v->data;
    return (v->ops == &question_ops || v->ops == &word_ops) && b->q.yes == yes;
}
