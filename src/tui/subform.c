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

#include "core/json.h"
#include "core/text.h"
#include "tui/explain.h"
#include "tui/form.h"

#define ROWS_MAX 512
#define INNER_MAX 16384 /* bytes of one inner value */

enum row_kind {
    ROW_VALUE,
    ROW_OBJECT,
    ROW_ARRAY,
    ROW_ELEMENT, /* of an array */
    ROW_ADD,     /* "one more" at an array's end */
};

struct row {
    enum row_kind kind;
    const struct field *field; /* NULL: unknown to the catalogue */
    struct json *parent;       /* object or array that holds it */
    struct json *node;         /* NULL: not there */
    struct json *owner;        /* element, add: the object that holds the array */
    size_t index;              /* element */
    int depth;
    char name[PARAM_NAME_MAX + 8];
    char path[FINDING_FIELD_MAX]; /* as findings name it */
    char *text;                   /* of a value */
};

struct subform {
    const struct field *field;
    struct json *root; /* NULL: the text is no JSON object */
    struct err err;    /* why */
    char *seen;        /* the text that root was read from */
    struct row *rows;
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
    const struct param *p = params_find(&draft_of(v)->params, f->field->name);
    return p ? p->value : "";
}

/* ---- Rows ---- */

static void clear_rows(struct subform *f)
{
    for (size_t i = 0; i < f->form.count; i++) {
        free(f->rows[i].text);
        f->rows[i].text = NULL;
    }
    f->form.count = 0;
}

static char *node_text(const struct json *node)
{
    struct buf text;
    if (!node)
        return NULL;
    if (json_type(node) == JSON_STRING)
        return mem_strdup(json_string(node));
    buf_init(&text, JSON_SIZE_MAX);
    json_write(node, false, &text);
    return buf_take(&text);
}

static struct row *add_row(struct subform *f, enum row_kind kind, int depth, const char *path)
{
    struct row *r = &f->rows[f->form.count < ROWS_MAX ? f->form.count++ : ROWS_MAX - 1];
    free(r->text);
    *r = (struct row){.kind = kind, .depth = depth};
    snprintf(r->path, sizeof(r->path), "%s", path);
    return r;
}

static void add_members(struct subform *f, const struct field *of, struct json *object, int depth,
                        const char *path);

static void add_elements(struct subform *f, const struct field *field, struct json *owner,
                         struct json *array, const struct row *at)
{
    int depth = at->depth + 1;
    char base[FINDING_FIELD_MAX], path[FINDING_FIELD_MAX];
    size_t n = 0;

    snprintf(base, sizeof(base), "%s", at->path);
    for (struct json *e = json_first(array); e; e = json_next(e), n++) {
        snprintf(path, sizeof(path), "%.80s[%zu]", base, n);
        struct row *r = add_row(f, ROW_ELEMENT, depth, path);
        r->field = field;
        r->parent = array;
        r->node = e;
        r->owner = owner;
        r->index = n;
        snprintf(r->name, sizeof(r->name), "[%zu]", n);
        if (json_type(e) == JSON_OBJECT)
            add_members(f, field, e, depth + 1, path);
        else
            r->text = node_text(e);
    }
    struct row *r = add_row(f, ROW_ADD, depth, base);
    r->field = field;
    r->parent = array;
    r->owner = owner;
    snprintf(r->name, sizeof(r->name), "+");
}

static void add_member(struct subform *f, const struct field *field, const char *name,
                       struct json *object, const struct row *at)
{
    bool object_type = field && field->type == FIELD_OBJECT;
    bool array_type = field && field->type == FIELD_ARRAY;
    struct json *node = json_get(object, name);
    struct row *r = add_row(f,
                            array_type    ? ROW_ARRAY
                            : object_type ? ROW_OBJECT
                                          : ROW_VALUE,
                            at->depth, at->path);
    struct row self;

    r->field = field;
    r->parent = object;
    r->node = node;
    snprintf(r->name, sizeof(r->name), "%.64s", name);
    self = *r;
    if (array_type && json_type(node) == JSON_ARRAY)
        add_elements(f, field, object, node, &self);
    else if (object_type && json_type(node) == JSON_OBJECT)
        add_members(f, field, node, at->depth + 1, at->path);
    else
        r->text = node_text(node);
}

static void add_members(struct subform *f, const struct field *of, struct json *object, int depth,
                        const char *path)
{
    struct row at = {.depth = depth};

    for (size_t i = 0; i < of->field_count; i++) {
        snprintf(at.path, sizeof(at.path), "%.60s.%.34s", path, of->fields[i].name);
        add_member(f, &of->fields[i], of->fields[i].name, object, &at);
    }
    for (struct json *m = json_first(object); m; m = json_next(m)) {
        bool known = false;
        for (size_t i = 0; i < of->field_count; i++)
            known = known || strcmp(of->fields[i].name, json_name(m)) == 0;
        if (known)
            continue;
        snprintf(at.path, sizeof(at.path), "%.60s.%.34s", path, json_name(m));
        add_member(f, NULL, json_name(m), object, &at);
    }
}

static void make_rows(struct subform *f)
{
    clear_rows(f);
    if (f->root)
        add_members(f, f->field, f->root, 0, f->field->name);
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
    json_free(f->root);
    f->root = NULL;
    f->err = (struct err){0};
    if (!text[0])
        f->root = json_new_object();
    else if (json_parse(text, strlen(text), &f->root, &f->err) == ST_OK &&
             json_type(f->root) != JSON_OBJECT) {
        err_set(&f->err, ST_SYNTAX, SAY("不是 JSON 对象", "", "在文本页编辑"),
                SAY("it is no JSON object", "", "edit it as text"));
        json_free(f->root);
        f->root = NULL;
    }
    make_rows(f);
    if (strcmp(f->text.text ? f->text.text : "", text) != 0)
        edit_set(&f->text, text, strlen(text));
}

static void set_text(struct view *v, const char *text, bool typing)
{
    struct subform *f = v->data;
    struct err err;
    if (draft_set(draft_of(v), f->field->name, text, typing, &err))
        workspace_complain(v->w, &err);
    v->w->rev_draft++;
}

/* Writes the tree back. Rows are remade, the selection stays. */
static void store(struct view *v, bool typing)
{
    struct subform *f = v->data;
    struct buf text;

    buf_init(&text, PARAM_VALUE_MAX);
    json_write(f->root, false, &text);
    free(f->seen);
    f->seen = mem_strdup(buf_str(&text));
    make_rows(f);
    edit_set(&f->text, f->seen, strlen(f->seen));
    set_text(v, f->seen, typing);
    buf_clear(&text);
}

/* ---- Changing the tree ---- */

static struct row *selected(struct subform *f)
{
    return f->form.count ? &f->rows[f->form.selected] : NULL;
}

/* A value as JSON: a number where the catalogue has one and the text is one. */
static struct json *make_value(const struct field *field, const struct json *old, const char *text)
{
    bool number = field ? field->type == FIELD_INT || field->type == FIELD_FEN
                        : json_type(old) == JSON_NUMBER;
    int64_t n;

    if (number && text_read_fen(text, &n) && n <= INT64_C(9007199254740992))
        return json_new_int(n);
    if (!field && old && json_type(old) != JSON_STRING) {
        struct json *j = NULL; /* an unknown member keeps its kind as long as it is JSON */
        if (json_parse(text, strlen(text), &j, NULL) == ST_OK)
            return j;
    }
    return json_new_string(text);
}

/* Replaces or (NULL) removes an element: the array is built again, there is no other way. */
static void change_element(struct row *r, struct json *replacement)
{
    struct json *list = json_new_array();
    char *name = mem_strdup(json_name(r->parent));
    size_t n = 0;

    for (struct json *e = json_first(r->parent); e; e = json_next(e), n++) {
        if (n != r->index)
            json_push(list, json_copy(e));
        else if (replacement)
            json_push(list, replacement);
    }
    json_set(r->owner, name, list);
    free(name);
}

static void change(struct row *r, struct json *value)
{
    if (r->kind == ROW_ELEMENT)
        change_element(r, value);
    else if (value)
        json_set(r->parent, r->name, value);
    else
        json_remove(r->parent, r->name);
}

/* A fresh object with what its fields need. */
static struct json *make_object(const struct field *of)
{
    struct json *o = json_new_object();
    for (size_t i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        if (!f->required && !f->on)
            continue;
        if (f->type == FIELD_OBJECT)
            json_add(o, f->name, make_object(f));
        else if (f->type != FIELD_ARRAY)
            json_add(o, f->name, make_value(f, NULL, f->example ? f->example : ""));
    }
    return o;
}

static struct json *make_default(const struct field *f)
{
    if (!f)
        return json_new_string("");
    if (f->type == FIELD_OBJECT)
        return make_object(f);
    if (f->type != FIELD_ARRAY)
        return make_value(f, NULL, f->example ? f->example : "");
    struct json *list = json_new_array();
    json_push(list, f->field_count ? make_object(f) : json_new_string(""));
    return list;
}

static void add_element(struct view *v, struct row *r)
{
    json_push(r->parent, r->field->field_count ? make_object(r->field) : json_new_string(""));
    store(v, false); /* the selection now stands on the new element */
}

static void toggle(struct view *v)
{
    struct subform *f = v->data;
    struct row *r = selected(f);

    if (!r)
        return;
    if (r->kind == ROW_ADD) {
        add_element(v, r);
        return;
    }
    change(r, r->node ? NULL : make_default(r->field));
    store(v, false);
}

static void remove_yes(void *ctx)
{
    struct view *v = ctx;
    struct row *r = selected(v->data);
    if (!r || !r->node)
        return;
    change(r, NULL);
    store(v, false);
}

static void remove_row(struct view *v)
{
    struct row *r = selected(v->data);
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
    struct row *r = selected(v->data);

    if (!r || !r->field)
        return;
    if (index >= r->field->value_count) {
        v->host->edit(v->host->ctx, true);
        return;
    }
    change(r, make_value(r->field, r->node, r->field->values[index].value));
    store(v, false);
}

static void open_menu(struct view *v, const struct row *r)
{
    const struct field *f = r->field;
    struct menu m = {.title = f->label,
                     .items = mem_alloc((f->value_count + 1) * sizeof(*m.items)),
                     .count = f->value_count + 1,
                     .filter = true,
                     .chosen = menu_chosen,
                     .ctx = v};

    for (size_t i = 0; i < f->value_count; i++) {
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", f->values[i].value);
        snprintf(m.items[i].note, sizeof(m.items[i].note), "%s",
                 bi_get(f->values[i].text, view_lang(v)));
        if (r->text && strcmp(f->values[i].value, r->text) == 0)
            m.selected = i;
    }
    snprintf(m.items[f->value_count].label, sizeof(m.items->label), "%s",
             L(view_lang(v), "输入其他值…", "another value…"));
    v->host->menu(v->host->ctx, &m);
}

static void open_row(struct view *v)
{
    struct subform *f = v->data;
    struct row *r = selected(f);

    if (f->as_text) {
        v->host->edit(v->host->ctx, true);
    } else if (!r) {
        return;
    } else if (r->kind == ROW_ADD) {
        add_element(v, r);
    } else if ((r->kind == ROW_OBJECT || r->kind == ROW_ARRAY) && !r->node) {
        toggle(v);
    } else if (r->kind == ROW_VALUE && r->field && r->field->value_count) {
        open_menu(v, r);
    } else if (r->kind == ROW_VALUE || (r->kind == ROW_ELEMENT && r->text)) {
        v->host->edit(v->host->ctx, true);
    } else {
        form_move(&f->form, ACTION_DOWN, 1);
    }
}

/* ---- Editing ---- */

static bool is_editable(const struct row *r)
{
    return r && (r->kind == ROW_VALUE || (r->kind == ROW_ELEMENT && r->text));
}

static void sync_edit(struct view *v)
{
    struct subform *f = v->data;
    const struct row *r = selected(f);

    if (!v->edit || f->as_text || !is_editable(r)) {
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
        if (is_editable(&f->rows[i])) {
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
    if (result & EDIT_CUT)
        workspace_say(v->w, "内容过长，只放入了一部分", "too long: only a part was taken");
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

static enum view_answer value_edited(struct view *v, unsigned result)
{
    struct subform *f = v->data;
    struct row *r = selected(f);

    if (result & EDIT_CHANGED) {
        change(r, make_value(r->field, r->node, f->edit.text));
        store(v, true);
    }
    if (result & EDIT_JOINED)
        workspace_say(v->w, "换行已变为空格", "line ends became blanks");
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
    if (!as_text && !f->root) {
        workspace_complain(v->w, &f->err);
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
    struct edit e;

    edit_init(&e, PARAM_VALUE_MAX, EDIT_LINES);
    if (len && text[len - 1] == '\n')
        len--;
    edit_paste(&e, text, len);
    set_text(v, e.text ? e.text : "", false);
    edit_clear(&e);
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

static char row_mark(const struct view *v, const struct row *r)
{
    const struct finding *finding = findings_of(&draft_of(v)->findings, r->path);
    if (finding)
        return finding->severity == SEVERITY_ERROR ? '!' : '?';
    return r->field && r->field->required && r->kind != ROW_ELEMENT && r->kind != ROW_ADD ? '*'
                                                                                          : ' ';
}

static void get_row(void *ctx, size_t index, struct form_row *out)
{
    struct view *v = ctx;
    struct subform *f = v->data;
    const struct row *r = &f->rows[index];
    enum lang lang = view_lang(v);

    out->name = r->name;
    out->indent = 2 * r->depth;
    out->source = ' ';
    out->mark = r->kind == ROW_ADD ? ' ' : row_mark(v, r);
    out->header = r->kind != ROW_VALUE && !r->text;
    out->off = !r->node && r->kind != ROW_ADD;
    if (r->kind == ROW_ADD) {
        out->value = L(lang, "Enter 添加一项", "Enter adds one");
    } else if (out->header) {
        out->value = r->node ? bi_get(r->field->label, lang)
                             : L(lang, "（没有）Enter 添加", "(none) Enter adds it");
    } else {
        out->value = r->text;
        out->len = r->text ? strlen(r->text) : 0;
        form_describe(r->field, r->text ? r->text : "", out->len, out);
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
    if (!f->root)
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
    form_describe(f->field, text, strlen(text), &row);
    snprintf(out->title, sizeof(out->title), "%s %s", f->field->name,
             bi_get(f->field->label, view_lang(v)));
    snprintf(out->state, sizeof(out->state), "%s%s%s",
             f->root ? "" : L(view_lang(v), "! 不是 JSON", "! no JSON"), f->root ? "" : "  ",
             row.note);
    out->state_style = f->root ? 0 : THEME_ERROR;
}

static void help(struct view *v, struct buf *out, bool *is_error)
{
    struct subform *f = v->data;
    const struct row *r;

    sync(v);
    r = selected(f);
    if (f->as_text || !r) {
        const struct finding *finding = findings_of(&draft_of(v)->findings, f->field->name);
        *is_error = finding && finding->severity == SEVERITY_ERROR;
        buf_adds(out,
                 finding ? finding->text[view_lang(v)] : bi_get(f->field->label, view_lang(v)));
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
    const struct row *r = f->as_text ? NULL : selected(f);
    struct explain e = {.spec = draft_of(v)->spec,
                        .field = r ? r->field : f->field,
                        .name = r ? r->name : f->field->name,
                        .findings = &draft_of(v)->findings,
                        .path = r ? r->path : f->field->name,
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
    clear_rows(f);
    json_free(f->root);
    free(f->seen);
    free(f->rows);
    edit_clear(&f->edit);
    edit_clear(&f->text);
    free(f);
}

static const enum action hints[] = {ACTION_OPEN, ACTION_TOGGLE, ACTION_REMOVE,     ACTION_TAB_RIGHT,
                                    ACTION_UNDO, ACTION_EDITOR, ACTION_HELP_FIELD, ACTION_NONE};
static const enum action edit_hints[] = {ACTION_NEXT, ACTION_CLEAR_FIELD, ACTION_UNDO, ACTION_NONE};

static const struct view_ops subform_ops = {.name = "subform",
                                            .close = close_view,
                                            .frame = frame,
                                            .draw = draw,
                                            .action = action,
                                            .input = input,
                                            .help = help,
                                            .explain = explain,
                                            .hints = hints,
                                            .edit_hints = edit_hints,
                                            .size = size};

struct view *subform_new(struct workspace *w, const struct view_host *host,
                         const struct field *field)
{
    struct view *v = view_new(&subform_ops, w, host);
    struct subform *f = mem_alloc(sizeof(*f));

    f->field = field;
    f->rows = mem_alloc(ROWS_MAX * sizeof(*f->rows));
    f->edited = SIZE_MAX;
    f->page = 10;
    edit_init(&f->edit, INNER_MAX, 0);
    edit_init(&f->text, PARAM_VALUE_MAX, EDIT_LINES);
    v->data = f;
    sync(v);
    return v;
}
