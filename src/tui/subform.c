/* SPDX-License-Identifier: MIT */
/*
 * The JSON text is parsed into a tree, the tree is flattened into rows by the catalogue's inner
 * fields, and each change is written back as text through the draft. Rows point into the
 * tree; they are made again after every change.
 */
#include "tui/subform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/explain.h"
#include "tui/fill.h"
#include "tui/form.h"
#include "tui/tree.h"

#define INNER_MAX 16384 /* bytes of one inner value */

struct subform {
    struct tree tree;
    char *seen; /* the text that the tree was read from */
    struct form form;
    size_t page;
    struct edit edit; /* of a value */
    size_t edited;    /* row whose value `edit` holds; SIZE_MAX: none */
    bool as_text;     /* the text tab */
    struct edit text;
    int text_top;
};

static struct draft *draft_of(const struct view *v)
{
    return workspace_draft(v->w);
}

static const char *value_of(const struct view *v)
{
    const struct subform *f = v->data;
    const struct param *p = params_find(&draft_of(v)->params, f->tree.field->name);
    return p ? p->value : "";
}

static void keep_selection(struct subform *f)
{
    f->form.count = f->tree.count;
    if (f->form.selected >= f->form.count)
        f->form.selected = f->form.count ? f->form.count - 1 : 0;
}

/* Reads the draft's text anew if somebody changed it. */
static void sync(struct view *v)
{
    struct subform *f = v->data;
    const char *text = value_of(v);

    if (f->seen && strcmp(f->seen, text) == 0)
        return;
    free(f->seen);
    f->seen = mem_strdup(text);
    tree_read(&f->tree, text);
    keep_selection(f);
    if (strcmp(f->text.text ? f->text.text : "", text) != 0)
        edit_set(&f->text, text, strlen(text));
}

static void set_text(struct view *v, const char *text, bool typing)
{
    struct subform *f = v->data;
    struct err err;
    if (draft_set(draft_of(v), f->tree.field->name, text, typing, &err))
        workspace_complain(v->w, &err);
    v->w->rev_draft++;
}

/* Writes the tree back; the selection stays where it is. */
static void store(struct view *v, bool typing)
{
    struct subform *f = v->data;
    struct buf text;

    buf_init(&text, PARAM_VALUE_MAX);
    tree_write(&f->tree, &text);
    free(f->seen);
    f->seen = mem_strdup(buf_str(&text));
    keep_selection(f);
    edit_set(&f->text, f->seen, strlen(f->seen));
    set_text(v, f->seen, typing);
    buf_clear(&text);
}

/* ---- Changing the tree ---- */

static struct tree_row *selected(struct subform *f)
{
    return f->form.count ? &f->tree.rows[f->form.selected] : NULL;
}

/* One more element: the selection then stands on it. */
static void toggle(struct view *v)
{
    struct subform *f = v->data;
    if (!selected(f))
        return;
    tree_toggle(&f->tree, f->form.selected);
    store(v, false);
}

static void remove_yes(void *ctx)
{
    struct view *v = ctx;
    struct tree_row *r = selected(v->data);
    if (!r || !r->node)
        return;
    toggle(v);
}

static void remove_row(struct view *v)
{
    struct tree_row *r = selected(v->data);
    struct question q = {.title = {"删除", "Remove"}, .yes = remove_yes, .ctx = v};

    if (!r || !r->node) {
        workspace_say(v->w, "没有可删除的", "nothing to remove");
        return;
    }
    err_set(&q.text, ST_OK, SAY("删除 %s？", "", "u 可撤销"),
            SAY("remove %s?", "", "u brings it back"), r->path);
    v->host->ask(v->host->ctx, &q);
}

/* ---- Opening a row ---- */

static void menu_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct tree_row *r = selected(v->data);

    if (!r || !r->field)
        return;
    if (index >= r->field->value_count) {
        v->host->edit(v->host->ctx, true);
        return;
    }
    struct subform *f = v->data;
    tree_set(&f->tree, f->form.selected, r->field->values[index].value);
    store(v, false);
}

static void open_menu(struct view *v, const struct tree_row *r)
{
    struct menu m = {.chosen = menu_chosen, .ctx = v};
    fill_menu(r->field, r->text, view_lang(v), &m);
    v->host->menu(v->host->ctx, &m);
}

static void open_row(struct view *v)
{
    struct subform *f = v->data;
    struct tree_row *r = selected(f);

    if (f->as_text) {
        v->host->edit(v->host->ctx, true);
    } else if (!r) {
        return;
    } else if (r->kind == TREE_ADD ||
               ((r->kind == TREE_OBJECT || r->kind == TREE_ARRAY) && !r->node)) {
        toggle(v);
    } else if (r->kind == TREE_VALUE && r->field && r->field->value_count) {
        open_menu(v, r);
    } else if (tree_is_value(r)) {
        v->host->edit(v->host->ctx, true);
    } else {
        form_move(&f->form, ACTION_DOWN, 1);
    }
}

/* ---- Editing ---- */

static void sync_edit(struct view *v)
{
    struct subform *f = v->data;
    const struct tree_row *r = selected(f);

    if (!v->edit || f->as_text || !r || !tree_is_value(r)) {
        f->edited = SIZE_MAX;
        return;
    }
    const char *text = r->text ? r->text : "";
    if (f->edited == f->form.selected && strcmp(f->edit.text ? f->edit.text : "", text) == 0)
        return;
    edit_set(&f->edit, text, strlen(text));
    f->edited = f->form.selected;
}

/* To the next row whose value can be typed; around at the ends. */
static void step_edit(struct view *v, int step)
{
    struct subform *f = v->data;
    size_t n = f->form.count;

    for (size_t k = 1; k <= n; k++) {
        size_t i = (f->form.selected + (step > 0 ? k : n - k)) % n;
        if (tree_is_value(&f->tree.rows[i])) {
            f->form.selected = i;
            return;
        }
    }
}

static enum view_answer text_edited(struct view *v, unsigned result)
{
    struct subform *f = v->data;
    if (result & EDIT_CHANGED)
        set_text(v, f->text.text, true);
    fill_tell(v->w, result);
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

static enum view_answer value_edited(struct view *v, unsigned result)
{
    struct subform *f = v->data;
    if (result & EDIT_CHANGED) {
        tree_set(&f->tree, f->form.selected, f->edit.text);
        store(v, true);
    }
    fill_tell(v->w, result);
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

static enum view_answer input(struct view *v, const struct keys_event *e)
{
    struct subform *f = v->data;
    bool paste = e->kind == KEYS_EVENT_PASTE;

    sync(v);
    sync_edit(v);
    if (f->as_text)
        return text_edited(v, paste ? edit_paste(&f->text, e->text, e->len)
                                    : edit_key(&f->text, e->key));
    if (f->edited == SIZE_MAX)
        return VIEW_IGNORED;
    if (paste)
        return value_edited(v, edit_paste(&f->edit, e->text, e->len));
    if (e->key.code == KEYS_ENTER || e->key.code == KEYS_DOWN || e->key.code == KEYS_UP) {
        step_edit(v, e->key.code == KEYS_UP ? -1 : 1);
        return VIEW_HANDLED;
    }
    return value_edited(v, edit_key(&f->edit, e->key));
}

static void set_tab(struct view *v, bool as_text)
{
    struct subform *f = v->data;
    if (!as_text && !f->tree.root) {
        workspace_complain(v->w, &f->tree.err);
        return;
    }
    f->as_text = as_text;
    v->host->edit(v->host->ctx, as_text);
}

static void undo(struct view *v, bool redo)
{
    struct subform *f = v->data;
    if (f->as_text && v->edit && !redo && edit_undo(&f->text))
        set_text(v, f->text.text, true);
    else if (!(redo ? draft_redo : draft_undo)(draft_of(v)))
        workspace_say(v->w, redo ? "没有可重做的修改" : "没有可撤销的修改",
                      redo ? "nothing to redo" : "nothing to undo");
    v->w->rev_draft++;
    sync(v);
}

static void editor_done(void *ctx, const char *text, size_t len)
{
    struct view *v = ctx;
    unsigned result;
    char *value = fill_edited(text, len, &result);

    set_text(v, value, false);
    fill_tell(v->w, result & ~(unsigned)EDIT_JOINED);
    free(value);
    sync(v);
}

static enum view_answer edit_action(struct view *v, enum action a)
{
    struct subform *f = v->data;

    if (a == ACTION_BACK)
        v->host->edit(v->host->ctx, false);
    else if ((a == ACTION_NEXT || a == ACTION_PREVIOUS) && f->as_text)
        set_tab(v, false);
    else if (a == ACTION_NEXT || a == ACTION_PREVIOUS)
        step_edit(v, a == ACTION_NEXT ? 1 : -1);
    else if (a == ACTION_CLEAR_FIELD && f->as_text)
        text_edited(v, edit_kill_all(&f->text));
    else if (a == ACTION_CLEAR_FIELD)
        value_edited(v, edit_kill_all(&f->edit));
    else
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

static enum view_answer action(struct view *v, enum action a)
{
    struct subform *f = v->data;

    sync(v);
    sync_edit(v);
    if (v->edit && edit_action(v, a) == VIEW_HANDLED)
        return VIEW_HANDLED;
    if (a == ACTION_TAB_LEFT || a == ACTION_TAB_RIGHT || (a == ACTION_NEXT && !v->edit))
        set_tab(v, !f->as_text);
    else if (a == ACTION_OPEN)
        open_row(v);
    else if (a == ACTION_UNDO || a == ACTION_REDO)
        undo(v, a == ACTION_REDO);
    else if (a == ACTION_EDITOR)
        v->host->editor(v->host->ctx, value_of(v), strlen(value_of(v)), ".json", editor_done, v);
    else if (f->as_text)
        return VIEW_IGNORED;
    else if (a == ACTION_TOGGLE)
        toggle(v);
    else if (a == ACTION_REMOVE)
        remove_row(v);
    else if (!form_move(&f->form, a, f->page))
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

/* ---- Drawing ---- */

static char row_mark(const struct view *v, const struct tree_row *r)
{
    const struct finding *finding = findings_of(&draft_of(v)->findings, r->path);
    if (finding)
        return finding->severity == SEVERITY_ERROR ? '!' : '?';
    return r->field && r->field->required && r->kind != TREE_ELEMENT && r->kind != TREE_ADD ? '*'
                                                                                            : ' ';
}

static void get_row(void *ctx, size_t index, struct form_row *out)
{
    struct view *v = ctx;
    struct subform *f = v->data;
    const struct tree_row *r = &f->tree.rows[index];
    enum lang lang = view_lang(v);

    out->name = r->name;
    out->indent = 2 * r->depth;
    out->source = ' ';
    out->mark = r->kind == TREE_ADD ? ' ' : row_mark(v, r);
    out->header = r->kind != TREE_VALUE && !r->text;
    out->off = !r->node && r->kind != TREE_ADD;
    if (r->kind == TREE_ADD) {
        out->value = L(lang, "Enter 添加一项", "Enter adds one");
    } else if (out->header) {
        out->value = r->node ? bi_get(r->field->label, lang)
                             : L(lang, "（没有）Enter 添加", "(none) Enter adds it");
    } else {
        out->value = r->text;
        out->len = r->text ? strlen(r->text) : 0;
        form_describe(r->field, r->text ? r->text : "", out->len, lang, out);
    }
}

static void draw_text(struct view *v, struct surface *s)
{
    struct subform *f = v->data;
    struct edit_row row = {0};
    struct buf shown;
    int line = 0, cursor, col;

    if (s->cols < 4)
        return;
    f->text.wrap = s->cols - 2;
    edit_cursor(&f->text, &cursor, &col);
    if (cursor < f->text_top)
        f->text_top = cursor;
    if (cursor >= f->text_top + s->rows)
        f->text_top = cursor - s->rows + 1;
    buf_init(&shown, 64u << 10);
    for (size_t from = 0; line < f->text_top + s->rows; from = row.next, line++) {
        edit_row_at(&f->text, from, &row);
        if (line >= f->text_top) {
            buf_reset(&shown);
            edit_show_row(&f->text, &row, &shown);
            surface_put(s, line - f->text_top, 1, v->edit ? THEME_VALUE : THEME_DIM,
                        buf_str(&shown));
        }
        if (row.last)
            break;
    }
    buf_clear(&shown);
    if (v->edit && v->focus)
        surface_cursor(s, cursor - f->text_top, 1 + col);
}

static void draw(struct view *v, struct surface *s)
{
    struct subform *f = v->data;
    enum lang lang = view_lang(v);
    struct surface body = surface_sub(s, (struct rect){1, 0, s->rows - 1, s->cols});

    sync(v);
    if (!f->tree.root)
        f->as_text = true;
    sync_edit(v);
    int col = surface_put(s, 0, 1, f->as_text ? THEME_DIM : THEME_ACCENT,
                          f->as_text ? L(lang, " 表单 ", " form ") : L(lang, "[表单]", "[form]"));
    surface_put(s, 0, col + 1, f->as_text ? THEME_ACCENT : THEME_DIM,
                f->as_text ? L(lang, "[文本]", "[text]") : L(lang, " 文本 ", " text "));
    if (f->as_text) {
        draw_text(v, &body);
        return;
    }
    f->page = form_page(body.rows);
    form_draw(&f->form, &body,
              &(struct form_look){.lang = lang,
                                  .focus = v->focus,
                                  .edit = v->focus && f->edited != SIZE_MAX ? &f->edit : NULL,
                                  .row = get_row,
                                  .ctx = v});
}

static void frame(struct view *v, struct view_frame *out)
{
    struct subform *f = v->data;
    const char *text = value_of(v);
    struct form_row row = {.value = text};

    sync(v);
    form_describe(f->tree.field, text, strlen(text), view_lang(v), &row);
    snprintf(out->title, sizeof(out->title), "%s %s", f->tree.field->name,
             bi_get(f->tree.field->label, view_lang(v)));
    snprintf(out->state, sizeof(out->state), "%s%s%s",
             f->tree.root ? "" : L(view_lang(v), "! 不是 JSON", "! no JSON"),
             f->tree.root ? "" : "  ", row.note);
    out->state_style = f->tree.root ? 0 : THEME_ERROR;
}

static void help(struct view *v, struct buf *out, bool *is_error)
{
    struct subform *f = v->data;
    const struct tree_row *r;

    sync(v);
    r = selected(f);
    if (f->as_text || !r) {
        const struct finding *finding = findings_of(&draft_of(v)->findings, f->tree.field->name);
        *is_error = finding && finding->severity == SEVERITY_ERROR;
        buf_adds(out, finding ? finding->text[view_lang(v)]
                              : bi_get(f->tree.field->label, view_lang(v)));
        return;
    }
    struct explain e = {.spec = draft_of(v)->spec,
                        .field = r->field,
                        .name = r->name,
                        .findings = &draft_of(v)->findings,
                        .path = r->path,
                        .lang = view_lang(v)};
    explain_line(&e, out, is_error);
}

static void explain(struct view *v, struct pager_text *out)
{
    struct subform *f = v->data;
    const struct tree_row *r = f->as_text ? NULL : selected(f);
    struct explain e = {.spec = draft_of(v)->spec,
                        .field = r ? r->field : f->tree.field,
                        .name = r ? r->name : f->tree.field->name,
                        .findings = &draft_of(v)->findings,
                        .path = r ? r->path : f->tree.field->name,
                        .lang = view_lang(v)};

    out->title = (struct bi){"字段说明", "About the field"};
    explain_page(&e, &out->text);
}

static void size(struct view *v, int *rows, int *cols)
{
    struct subform *f = v->data;
    int wanted = (int)f->form.count + 4;

    wanted = wanted < 16 ? 16 : wanted;
    *cols = *cols < 92 ? *cols : 92;
    *rows = *rows < wanted ? *rows : wanted;
}

static void close_view(struct view *v)
{
    struct subform *f = v->data;
    tree_clear(&f->tree);
    free(f->seen);
    edit_clear(&f->edit);
    edit_clear(&f->text);
    free(f);
}

static const struct view_hint *hint(struct view *v)
{
    static const struct view_hint form[] = {
        {.action = ACTION_OPEN},       {.action = ACTION_TOGGLE},
        {.action = ACTION_REMOVE},     {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_UNDO},       {.action = ACTION_EDITOR},
        {.action = ACTION_HELP_FIELD}, {0}};
    static const struct view_hint text[] = {
        {.action = ACTION_OPEN},   {.action = ACTION_TAB_RIGHT},  {.action = ACTION_UNDO},
        {.action = ACTION_EDITOR}, {.action = ACTION_HELP_FIELD}, {0}};
    static const struct view_hint edit[] = {
        {.action = ACTION_NEXT}, {.action = ACTION_CLEAR_FIELD}, {.action = ACTION_UNDO}, {0}};
    const struct subform *f = v->data;
    return v->edit ? edit : f->as_text ? text : form;
}

static const struct view_ops subform_ops = {.name = "subform",
                                            .close = close_view,
                                            .frame = frame,
                                            .draw = draw,
                                            .action = action,
                                            .input = input,
                                            .help = help,
                                            .explain = explain,
                                            .hint = hint,
                                            .size = size};

struct view *subform_new(struct workspace *w, const struct view_host *host,
                         const struct field *field)
{
    struct view *v = view_new(&subform_ops, w, host);
    struct subform *f = mem_alloc(sizeof(*f));

    tree_init(&f->tree, field);
    f->edited = SIZE_MAX;
    f->page = 10;
    edit_init(&f->edit, INNER_MAX, 0);
    edit_init(&f->text, PARAM_VALUE_MAX, EDIT_LINES);
    v->data = f;
    sync(v);
    return v;
}
