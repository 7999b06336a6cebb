/* SPDX-License-Identifier: MIT */
/*
 * Pane 2: the form of the request.
 *
 * Every key typed goes at once into the draft, which validates, builds and signs anew; so
 * the edit buffer and the draft never differ, and leaving a field needs no "apply". The
 * selection is kept by field name for each API, because rows come and go while one types.
 *
 * Enter in EDIT goes to the next field (or opens the list of values, or the form of a JSON
 * field); it never sends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/import.h"
#include "core/text.h"
#include "tui/explain.h"
#include "tui/fill.h"
#include "tui/form.h"
#include "tui/import_menu.h"
#include "tui/rows.h"
#include "tui/subform.h"
#include "tui/view.h"

struct request_view {
    struct rows rows;
    struct edit edit;
    char edited[PARAM_NAME_MAX + 1]; /* whose value `edit` holds; "" none */
    char asked[PARAM_NAME_MAX + 1];  /* the field of the open menu, question or editor */
    char word[64];                   /* searched for */
    size_t page;                     /* rows of values, from the last draw */
    struct view_hint hints[12];      /* of the last call of hint() */
    struct import_menu import;       /* of the last paste that holds several documents */
};

static struct draft *draft_of(const struct view *v)
{
    return workspace_draft(v->w);
}

/* ---- Selection ---- */

/* The edit buffer holds the selected field's value while EDIT is on. */
static void sync_edit(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);

    if (!v->edit || !row) {
        r->edited[0] = '\0';
        return;
    }
    const char *value = rows_value(row);
    bool same = strcmp(r->edited, row->name) == 0;
    if (same && strcmp(r->edit.text ? r->edit.text : "", value) == 0)
        return;
    edit_set(&r->edit, value, strlen(value));
    snprintf(r->edited, sizeof(r->edited), "%s", row->name);
}

static void sync(struct view *v)
{
    struct request_view *r = v->data;
    rows_sync(&r->rows, v->w);
    sync_edit(v);
}

static void select_row(struct view *v, size_t index)
{
    struct request_view *r = v->data;
    rows_select(&r->rows, index);
    sync_edit(v);
}

static bool select_name(struct view *v, const char *name)
{
    struct request_view *r = v->data;
    bool found = rows_select_name(&r->rows, name);
    sync_edit(v);
    return found;
}

static void step_row(struct view *v, int step)
{
    struct request_view *r = v->data;
    rows_step(&r->rows, step);
    sync_edit(v);
}

static void touched(struct view *v)
{
    v->w->rev_draft++;
    sync(v);
}

/* ---- Changing values ---- */

static void complain(struct view *v, const struct err *err)
{
    workspace_complain(v->w, err);
}

static void set_value(struct view *v, const char *name, const char *value, bool typing)
{
    struct err err;
    if (draft_set(draft_of(v), name, value, typing, &err))
        complain(v, &err);
    touched(v);
}

static enum view_answer edited(struct view *v, unsigned result)
{
    struct request_view *r = v->data;

    if (!result)
        return VIEW_IGNORED;
    if (result & EDIT_CHANGED)
        set_value(v, r->edited, r->edit.text, true);
    fill_tell(v->w, result);
    return VIEW_HANDLED;
}

static void menu_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    const struct field *f = spec_field(draft_of(v)->spec, r->asked);

    sync(v);
    if (!f || !select_name(v, r->asked))
        return;
    if (index >= f->value_count) {
        v->host->edit(v->host->ctx, true);
        return;
    }
    set_value(v, r->asked, f->values[index].value, false);
    if (v->edit)
        step_row(v, 1);
}

static void open_menu(struct view *v, const struct draft_row *row)
{
    struct request_view *r = v->data;
    struct menu m = {.chosen = menu_chosen, .ctx = v};

    fill_menu(row->field, rows_value(row), view_lang(v), &m);
    snprintf(r->asked, sizeof(r->asked), "%s", row->name);
    v->host->menu(v->host->ctx, &m);
}

/* Enter and e: the list of values, the form of a JSON field, or EDIT. */
static void open_row(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);

    if (!row)
        return;
    if (row->field && row->field->value_count)
        open_menu(v, row);
    else if (row->field && row->field->type == FIELD_JSON && row->field->field_count)
        v->host->overlay(v->host->ctx, subform_new(v->w, v->host, row->field));
    else
        v->host->edit(v->host->ctx, true);
}

static void generate(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    struct request_seed seed;
    struct err err;

    if (!row)
        return;
    workspace_seed(v->w, &seed);
    if (draft_generate(draft_of(v), row->name, &seed, &err))
        complain(v, &err);
    touched(v);
}

static void undo(struct view *v, bool redo)
{
    struct request_view *r = v->data;
    if (v->edit && !redo && edit_undo(&r->edit)) {
        set_value(v, r->edited, r->edit.text, true);
        return;
    }
    if (!(redo ? draft_redo : draft_undo)(draft_of(v)))
        workspace_say(v->w, redo ? "没有可重做的修改" : "没有可撤销的修改",
                      redo ? "nothing to redo" : "nothing to undo");
    touched(v);
}

static void clear_field(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    if (v->edit)
        edited(v, edit_kill_all(&r->edit));
    else if (row)
        set_value(v, row->name, "", false);
}

static void toggle(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    if (row)
        draft_toggle(draft_of(v), row->name);
    touched(v);
}

static void toggle_all(struct view *v)
{
    struct request_view *r = v->data;
    bool all = !rows_all(&r->rows);

    rows_show_all(&r->rows, all);
    sync(v);
    if (all)
        workspace_say(v->w, "显示全部可选字段；空格启用一个",
                      "all optional fields; Space switches one on");
    else
        workspace_say(v->w, "只显示启用的和必填的字段", "only fields that are on or required");
}

/* ---- Adding and removing ---- */

static void add_named(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    struct err err;

    if (spec_field(draft_of(v)->spec, text))
        rows_show_all(&r->rows, true); /* a known one that was hidden: go there */
    else if (draft_add(draft_of(v), text, "", &err))
        complain(v, &err);
    touched(v);
    if (select_name(v, text))
        v->host->edit(v->host->ctx, true);
}

static void add_field(struct view *v)
{
    struct prompt p = {.title = {"添加字段", "Add a field"},
                       .label = {"字段名", "name of the field"},
                       .max = PARAM_NAME_MAX,
                       .done = add_named,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void remove_asked(void *ctx)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    draft_remove(draft_of(v), r->asked);
    touched(v);
}

static void remove_row(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    struct question q = {.title = {"删除字段", "Remove a field"}, .yes = remove_asked, .ctx = v};

    if (!row)
        return;
    if (row->required && row->field) {
        workspace_say(v->w, "%s 必填，不能删除；空格可停用它",
                      "%s is required; Space switches it off", row->name);
        return;
    }
    if (!row->param) {
        workspace_say(v->w, "%s 未启用", "%s is not there", row->name);
        return;
    }
    snprintf(r->asked, sizeof(r->asked), "%s", row->name);
    err_set(&q.text, ST_OK, SAY("删除 %s 和它的值？", "", "u 可撤销"),
            SAY("remove %s and its value?", "", "u brings it back"), row->name);
    v->host->ask(v->host->ctx, &q);
}

/* ---- The editor ---- */

static void editor_done(void *ctx, const char *text, size_t len)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    unsigned result;
    char *value = fill_edited(text, len, &result);

    set_value(v, r->asked, value, false);
    fill_tell(v->w, result & ~(unsigned)EDIT_JOINED);
    free(value);
}

static void open_editor(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);

    if (!row)
        return;
    bool json = row->field && row->field->type == FIELD_JSON;
    snprintf(r->asked, sizeof(r->asked), "%s", row->name);
    v->host->editor(v->host->ctx, rows_value(row), strlen(rows_value(row)), json ? ".json" : ".txt",
                    editor_done, v);
}

/* ---- Pasting ---- */

/* Does a JSON text belong into the JSON field that is being edited? */
static bool is_for_field(const struct draft_row *row, const struct keys_event *e)
{
    size_t at = strspn(e->text, " \t\r\n");
    return row && row->field && row->field->type == FIELD_JSON &&
           (e->text[at] == '{' || e->text[at] == '[');
}

/* Outside of a field nothing is a value: a document of one field is one, if the API has it. */
static bool names_a_field(struct view *v, const struct keys_event *e)
{
    const struct spec *spec = workspace_spec(v->w);
    struct paste *p = mem_alloc(sizeof(*p));
    bool any = false;
    if (!v->edit && paste_read(e->text, e->len, p, NULL) == ST_OK) {
        for (size_t i = 0; i < p->params.count && !any; i++)
            any = spec_field(spec, p->params.items[i].name) != NULL;
    }
    paste_clear(p);
    free(p);
    return any;
}

static bool fill(struct view *v, const char *text, size_t len, struct err *err)
{
    if (!fill_document(v->w, text, len, err))
        return false;
    sync(v);
    return true;
}

static void import_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    const struct found_doc *doc = &r->import.found.docs[index];
    struct err err;
    if (!fill(v, doc->text, doc->len, &err))
        complain(v, &err);
}

/* Documents inside other text: one fills the form, several are offered. In EDIT a text that merely
   holds a message may be a value. False: nothing was found in it. */
static bool import(struct view *v, const struct keys_event *e)
{
    struct request_view *r = v->data;
    r->import.chosen = import_chosen;
    r->import.ctx = v;
    return import_menu_take(&r->import, v->w, v->host, (struct span){e->text, e->len}, v->edit);
}

static enum view_answer on_paste(struct view *v, const struct keys_event *e)
{
    struct request_view *r = v->data;
    struct err err = {0};
    bool mine = v->edit && is_for_field(rows_selected(&r->rows), e);
    bool container = !mine && import_is_container((struct span){e->text, e->len}, NULL);

    if (container && import(v, e))
        return VIEW_HANDLED;
    if (!mine && (paste_is_document(e->text, e->len) || names_a_field(v, e)) &&
        fill(v, e->text, e->len, &err))
        return VIEW_HANDLED;
    if (!container && !v->edit && import(v, e))
        return VIEW_HANDLED;
    if (v->edit)
        edited(v, edit_paste(&r->edit, e->text, e->len));
    if (err.status)
        complain(v, &err);
    return v->edit || err.status ? VIEW_HANDLED : VIEW_IGNORED;
}

/* ---- Problems ---- */

static void next_problem(struct view *v)
{
    struct request_view *r = v->data;
    size_t n = r->rows.form.count;

    for (size_t step = 1; step <= n; step++) {
        size_t i = (r->rows.form.selected + step) % n;
        if (r->rows.row[i].finding) {
            if (i == r->rows.form.selected)
                workspace_say(v->w, "只有这一处问题", "this is the only problem");
            select_row(v, i);
            return;
        }
    }
    workspace_say(v->w, "没有问题", "no problem");
}

bool view_request_show(struct view *v, const char *field)
{
    char name[FINDING_FIELD_MAX];

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(field, "."), field);
    sync(v);
    return select_name(v, name);
}

/* ---- The view ---- */

static void open_view(struct view *v)
{
    struct request_view *r = mem_alloc(sizeof(*r));
    rows_init(&r->rows, v->w->catalog.count);
    edit_init(&r->edit, PARAM_VALUE_MAX, 0);
    r->page = 10;
    v->data = r;
}

static void close_view(struct view *v)
{
    struct request_view *r = v->data;
    edit_clear(&r->edit);
    import_menu_clear(&r->import);
    rows_clear(&r->rows);
    free(r);
}

static void frame(struct view *v, struct view_frame *out)
{
    struct request_view *r = v->data;
    const struct draft *d = draft_of(v);
    size_t warnings = d->findings.count - d->findings.errors;

    rows_sync(&r->rows, v->w);
    snprintf(out->title, sizeof(out->title), "%s %s", d->spec->id,
             bi_get(d->spec->title, view_lang(v)));
    if (d->findings.errors) {
        snprintf(out->state, sizeof(out->state),
                 L(view_lang(v), "! %zu 处错误%.0s", "! %zu error%s"), d->findings.errors,
                 text_s(d->findings.errors));
        out->state_style = THEME_ERROR;
    } else if (warnings) {
        snprintf(out->state, sizeof(out->state), L(view_lang(v), "? %zu 处提醒", "? %zu to note"),
                 warnings);
        out->state_style = THEME_WARN;
    }
    snprintf(out->foot, sizeof(out->foot), "%zu/%zu",
             r->rows.form.count ? r->rows.form.selected + 1 : 0, r->rows.form.count);
}

static char mark_of(const struct draft_row *row)
{
    if (row->finding)
        return row->finding->severity == SEVERITY_ERROR ? '!' : '?';
    return row->required ? '*' : ' ';
}

static void get_row(void *ctx, size_t index, struct form_row *out)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    const struct draft_row *row = &r->rows.row[index];

    out->name = row->name;
    out->mark = mark_of(row);
    out->value = row->param ? row->param->value : NULL;
    out->len = row->param ? row->param->value_len : 0;
    out->source = row->param ? form_source(row->param->source) : ' ';
    out->off = row->param ? row->param->off : !row->required;
    form_describe(row->field, out->value ? out->value : "", out->len, view_lang(v), out);
}

static void draw(struct view *v, struct surface *s)
{
    struct request_view *r = v->data;

    sync(v);
    r->page = form_page(s->rows);
    form_draw(&r->rows.form, s,
              &(struct form_look){.lang = view_lang(v),
                                  .sources = true,
                                  .focus = v->focus,
                                  .edit = v->edit && v->focus && r->edited[0] ? &r->edit : NULL,
                                  .match = r->word,
                                  .row = get_row,
                                  .ctx = v});
    rows_drawn(&r->rows);
}

typedef void (*verb_fn)(struct view *v);

static void undo_one(struct view *v)
{
    undo(v, false);
}

static void redo_one(struct view *v)
{
    undo(v, true);
}

static const struct {
    enum action action;
    verb_fn fn;
} verbs[] = {
    {ACTION_OPEN, open_row},
    {ACTION_GENERATE, generate},
    {ACTION_UNDO, undo_one},
    {ACTION_REDO, redo_one},
    {ACTION_CLEAR_FIELD, clear_field},
    {ACTION_TOGGLE, toggle},
    {ACTION_ALL_FIELDS, toggle_all},
    {ACTION_ADD_FIELD, add_field},
    {ACTION_REMOVE, remove_row},
    {ACTION_EDITOR, open_editor},
    {ACTION_NEXT_PROBLEM, next_problem},
};

static enum view_answer action(struct view *v, enum action a)
{
    struct request_view *r = v->data;

    sync(v);
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        if (verbs[i].action == a) {
            verbs[i].fn(v);
            return VIEW_HANDLED;
        }
    }
    if (v->edit && (a == ACTION_NEXT || a == ACTION_PREVIOUS)) {
        step_row(v, a == ACTION_NEXT ? 1 : -1);
        return VIEW_HANDLED;
    }
    if (v->edit && a == ACTION_BACK) {
        v->host->edit(v->host->ctx, false);
        return VIEW_HANDLED;
    }
    if (!form_move(&r->rows.form, a, r->page))
        return VIEW_IGNORED;
    select_row(v, r->rows.form.selected);
    return VIEW_HANDLED;
}

/* Enter in EDIT: the list or the inner form of the field, else the next field. */
static void enter_in_edit(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    bool opens = row && row->field && (row->field->value_count || row->field->field_count);

    if (opens)
        open_row(v);
    else if (r->rows.form.selected + 1 < r->rows.form.count)
        step_row(v, 1);
    else
        v->host->edit(v->host->ctx, false);
}

static enum view_answer input(struct view *v, const struct keys_event *e)
{
    struct request_view *r = v->data;

    sync(v);
    if (e->kind == KEYS_EVENT_PASTE)
        return on_paste(v, e);
    if (e->kind != KEYS_EVENT_KEY || !v->edit || !rows_selected(&r->rows))
        return VIEW_IGNORED;
    if (e->key.mods == 0 && e->key.code == KEYS_ENTER) {
        enter_in_edit(v);
        return VIEW_HANDLED;
    }
    if (e->key.mods == 0 && (e->key.code == KEYS_UP || e->key.code == KEYS_DOWN)) {
        form_move(&r->rows.form, e->key.code == KEYS_UP ? ACTION_UP : ACTION_DOWN, 1);
        select_row(v, r->rows.form.selected);
        return VIEW_HANDLED;
    }
    return edited(v, edit_key(&r->edit, e->key));
}

static struct explain explain_of(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft *d = draft_of(v);
    const struct draft_row *row = rows_selected(&r->rows);

    return (struct explain){.spec = d->spec,
                            .field = row ? row->field : NULL,
                            .name = row ? row->name : "",
                            .params = &d->params,
                            .findings = &d->findings,
                            .lang = view_lang(v)};
}

static void help(struct view *v, struct buf *out, bool *is_error)
{
    sync(v);
    struct explain e = explain_of(v);
    explain_line(&e, out, is_error);
}

static void explain(struct view *v, struct pager_text *out)
{
    sync(v);
    struct explain e = explain_of(v);
    out->title = (struct bi){"字段说明", "About the field"};
    explain_page(&e, &out->text);
}

static void full(struct view *v, struct pager_text *out)
{
    struct request_view *r = v->data;
    const struct draft_row *row;

    sync(v);
    row = rows_selected(&r->rows);
    out->title = (struct bi){"字段的值", "Value of the field"};
    out->raw = true;
    buf_add(&out->text, row ? rows_value(row) : "", row ? strlen(rows_value(row)) : 0);
}

static bool row_matches(struct view *v, const struct draft_row *row, const char *word)
{
    return text_has_nocase(row->name, word) ||
           (row->field && text_has_nocase(bi_get(row->field->label, view_lang(v)), word)) ||
           (row->param && text_has_nocase(row->param->value, word));
}

static bool search(struct view *v, const char *word, int step)
{
    struct request_view *r = v->data;

    snprintf(r->word, sizeof(r->word), "%s", word);
    sync(v);
    size_t n = r->rows.form.count;
    bool invert = word[0] == '!' && word[1];
    if (!word[0] || !n)
        return false;
    for (size_t k = step ? 1 : 0; k <= n; k++) {
        size_t i = (r->rows.form.selected + (step < 0 ? n - k % n : k)) % n;
        if (row_matches(v, &r->rows.row[i], word + invert) != invert) {
            select_row(v, i);
            return true;
        }
    }
    return false;
}

/* What Enter does on a row; what it has for a field without list or inner form. */
static struct bi enter_title(const struct draft_row *row, struct bi otherwise)
{
    if (row && row->field && row->field->value_count)
        return (struct bi){"选择值", "Choose"};
    if (row && row->field && row->field->type == FIELD_JSON && row->field->field_count)
        return (struct bi){"展开", "Open"};
    return otherwise;
}

static const struct view_hint *hint(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = rows_selected(&r->rows);
    bool off = row && (!row->param || row->param->off);
    const struct view_hint nav[] = {
        {.action = ACTION_OPEN, .title = enter_title(row, (struct bi){"编辑", "Edit"})},
        {.action = ACTION_TOGGLE,
         .title = off ? (struct bi){"启用", "Switch on"} : (struct bi){"停用", "Switch off"}},
        {.action = ACTION_GENERATE},
        {.action = ACTION_ALL_FIELDS},
        {.action = ACTION_ADD_FIELD},
        {.action = ACTION_NEXT_PROBLEM},
        {.action = ACTION_UNDO}};
    const struct view_hint edit[] = {
        {.action = ACTION_NEXT, .title = {"下一字段", "Next"}},
        {.key = "Enter", .title = enter_title(row, (struct bi){"下一字段", "Next field"})},
        {.action = ACTION_GENERATE},
        {.action = ACTION_CLEAR_FIELD},
        {.action = ACTION_UNDO},
        {.action = ACTION_EDITOR},
        {.action = ACTION_BACK, .title = {"离开", "Leave"}}};
    size_t count = v->edit ? ARRAY_COUNT(edit) : ARRAY_COUNT(nav);

    for (size_t i = 0, n = 0; i <= count; i++) {
        if (i == count)
            r->hints[n] = (struct view_hint){0};
        else if (!v->edit || i != 1 || enter_title(row, (struct bi){0}).zh)
            r->hints[n++] = v->edit ? edit[i] : nav[i];
    }
    return r->hints;
}

const struct view_ops view_request = {.name = "request",
                                      .open = open_view,
                                      .close = close_view,
                                      .frame = frame,
                                      .draw = draw,
                                      .action = action,
                                      .input = input,
                                      .help = help,
                                      .explain = explain,
                                      .full = full,
                                      .search = search,
                                      .hint = hint};
