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

#include "core/text.h"
#include "tui/explain.h"
#include "tui/form.h"
#include "tui/subform.h"
#include "tui/view.h"

/* What is remembered of the form of one API. */
struct place {
    char selected[PARAM_NAME_MAX + 1];
    size_t top;
    bool all;  /* optional fields are shown */
    bool seen; /* opened before */
};

struct request_view {
    struct place *places; /* one for each API */
    struct form form;
    struct draft_row rows[PARAMS_MAX];
    struct edit edit;
    char edited[PARAM_NAME_MAX + 1]; /* whose value `edit` holds; "" none */
    char asked[PARAM_NAME_MAX + 1];  /* the field of the open menu, question or editor */
    char word[64];                   /* searched for */
    size_t page;                     /* rows of values, from the last draw */
    struct view_hint hints[12];      /* of the last call of hint() */
};

static struct draft *draft_of(const struct view *v)
{
    return workspace_draft(v->w);
}

static struct place *place_of(const struct view *v)
{
    struct request_view *r = v->data;
    return &r->places[v->w->api];
}

/* ---- Rows and selection ---- */

static struct draft_row *selected_row(struct request_view *r)
{
    return r->form.count ? &r->rows[r->form.selected] : NULL;
}

static void remember_selection(struct view *v)
{
    struct request_view *r = v->data;
    struct place *p = place_of(v);
    const struct draft_row *row = selected_row(r);

    if (row && strlen(row->name) <= PARAM_NAME_MAX)
        snprintf(p->selected, sizeof(p->selected), "%s", row->name);
}

/* Fetches the rows and finds the selected one again. */
static void sync_rows(struct view *v)
{
    struct request_view *r = v->data;
    struct place *p = place_of(v);
    struct draft *d = draft_of(v);

    r->form.count = draft_rows(d, p->all, r->rows, ARRAY_COUNT(r->rows));
    if (!p->seen) {
        p->seen = true;
        r->form.selected = draft_first_row(d, p->all);
        r->form.top = 0;
        remember_selection(v);
        return;
    }
    for (size_t i = 0; i < r->form.count; i++) {
        if (strcmp(r->rows[i].name, p->selected) == 0) {
            r->form.selected = i;
            return;
        }
    }
    if (r->form.selected >= r->form.count)
        r->form.selected = r->form.count ? r->form.count - 1 : 0;
    remember_selection(v);
}

static const char *row_value(const struct draft_row *row)
{
    return row->param ? row->param->value : "";
}

/* The edit buffer holds the selected field's value while EDIT is on. */
static void sync_edit(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);

    if (!v->edit || !row) {
        r->edited[0] = '\0';
        return;
    }
    const char *value = row_value(row);
    bool same = strcmp(r->edited, row->name) == 0;
    if (same && strcmp(r->edit.text ? r->edit.text : "", value) == 0)
        return;
    edit_set(&r->edit, value, strlen(value));
    snprintf(r->edited, sizeof(r->edited), "%s", row->name);
}

static void sync(struct view *v)
{
    sync_rows(v);
    sync_edit(v);
}

static void select_row(struct view *v, size_t index)
{
    struct request_view *r = v->data;
    if (index < r->form.count)
        r->form.selected = index;
    remember_selection(v);
    sync_edit(v);
}

static bool select_name(struct view *v, const char *name)
{
    struct request_view *r = v->data;
    for (size_t i = 0; i < r->form.count; i++) {
        if (strcmp(r->rows[i].name, name) == 0) {
            select_row(v, i);
            return true;
        }
    }
    return false;
}

static void step_row(struct view *v, int step)
{
    struct request_view *r = v->data;
    size_t n = r->form.count;
    if (n)
        select_row(v, (r->form.selected + n + (size_t)(n + (size_t)step)) % n);
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

/* Says what became of a pasted text; several things may have. */
static void tell_result(struct view *v, unsigned result)
{
    if (result & EDIT_CUT)
        workspace_say(v->w, "内容过长，只放入了前 %u 字节", "too long: only the first %u bytes fit",
                      PARAM_VALUE_MAX);
    else if (result & EDIT_DROPPED)
        workspace_say(v->w, "不是 UTF-8 的字节没有放入", "bytes that are not UTF-8 were left out");
    else if (result & EDIT_JOINED)
        workspace_say(v->w, "换行已变为空格（F4 在编辑器中可保留换行）",
                      "line ends became blanks (F4: an editor keeps them)");
}

static enum view_answer edited(struct view *v, unsigned result)
{
    struct request_view *r = v->data;

    if (!result)
        return VIEW_IGNORED;
    if (result & EDIT_CHANGED)
        set_value(v, r->edited, r->edit.text, true);
    tell_result(v, result);
    return VIEW_HANDLED;
}

static void menu_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct request_view *r = v->data;
    const struct field *f = spec_field(draft_of(v)->spec, r->asked);

    sync_rows(v);
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
    const struct field *f = row->field;
    enum lang lang = view_lang(v);
    struct menu m = {.title = f->label,
                     .items = mem_alloc((f->value_count + 1) * sizeof(*m.items)),
                     .count = f->value_count + 1,
                     .filter = true,
                     .chosen = menu_chosen,
                     .ctx = v};

    for (size_t i = 0; i < f->value_count; i++) {
        struct menu_item *item = &m.items[i];
        snprintf(item->label, sizeof(item->label), "%s", f->values[i].value);
        snprintf(item->note, sizeof(item->note), "%s", bi_get(f->values[i].text, lang));
        if (strcmp(f->values[i].value, row_value(row)) == 0)
            m.selected = i;
    }
    snprintf(m.items[f->value_count].label, sizeof(m.items->label), "%s",
             L(lang, "输入其他值…", "another value…"));
    snprintf(r->asked, sizeof(r->asked), "%s", row->name);
    v->host->menu(v->host->ctx, &m);
}

/* Enter and e: the list of values, the form of a JSON field, or EDIT. */
static void open_row(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);

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
    const struct draft_row *row = selected_row(r);
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
    const struct draft_row *row = selected_row(r);
    if (v->edit)
        edited(v, edit_kill_all(&r->edit));
    else if (row)
        set_value(v, row->name, "", false);
}

static void toggle(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);
    if (row)
        draft_toggle(draft_of(v), row->name);
    touched(v);
}

static void toggle_all(struct view *v)
{
    struct place *p = place_of(v);
    p->all = !p->all;
    sync(v);
    if (p->all)
        workspace_say(v->w, "显示全部可选字段；空格启用一个",
                      "all optional fields; Space switches one on");
    else
        workspace_say(v->w, "只显示启用的和必填的字段", "only fields that are on or required");
}

/* ---- Adding and removing ---- */

static void add_named(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct err err;
    struct place *p = place_of(v);

    if (spec_field(draft_of(v)->spec, text))
        p->all = true; /* a known one that was hidden: go there */
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
    const struct draft_row *row = selected_row(r);
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
    struct edit e;

    /* Through an edit buffer, for the same limits and the same UTF-8 as typing has. */
    edit_init(&e, PARAM_VALUE_MAX, EDIT_LINES);
    if (len && text[len - 1] == '\n') /* editors end the last line */
        len--;
    unsigned result = edit_paste(&e, text, len);
    set_value(v, r->asked, e.text ? e.text : "", false);
    tell_result(v, result & ~(unsigned)EDIT_JOINED);
    edit_clear(&e);
}

static void open_editor(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);

    if (!row)
        return;
    bool json = row->field && row->field->type == FIELD_JSON;
    snprintf(r->asked, sizeof(r->asked), "%s", row->name);
    v->host->editor(v->host->ctx, row_value(row), strlen(row_value(row)), json ? ".json" : ".txt",
                    editor_done, v);
}

/* ---- Pasting ---- */

static void add_names(struct buf *out, const struct params *p)
{
    for (size_t i = 0; i < p->count && i < 6; i++)
        buf_addf(out, "%s%s", i ? ", " : "", p->items[i].name);
    if (p->count > 6)
        buf_addf(out, " … (%zu)", p->count);
}

static void tell_fill(struct view *v, const struct paste *paste, const struct draft_fill *fill)
{
    struct buf lost;

    buf_init(&lost, 600);
    add_names(&lost, &fill->unplaced);
    workspace_say(
        v->w, "已从 %s 填入 %zu 个字段%s%s%s%s", "%s: %zu fields filled in%s%s%s%s",
        bi_get(paste_kind_text(paste->kind), view_lang(v)), fill->placed,
        lost.len ? L(view_lang(v), "；目录中没有，未放入：", "; unknown, left out: ") : "",
        buf_str(&lost),
        fill->sign_dropped ? L(view_lang(v), "；sign 由表单重新计算", "; sign is computed anew")
                           : "",
        fill->key_dropped ? L(view_lang(v), "；其中的密钥已丢弃", "; the key in it was thrown away")
                          : "");
    buf_clear(&lost);
}

/* A document fills the form; false if the text is none that can be read. */
static bool fill(struct view *v, const struct keys_event *e, struct err *err)
{
    struct paste paste = {0};
    struct draft_fill out = {0};
    bool ok = paste_read(e->text, e->len, &paste, err) == ST_OK &&
              draft_paste(draft_of(v), &paste, &out, err) == ST_OK;

    if (ok) {
        tell_fill(v, &paste, &out);
        touched(v);
    }
    params_clear(&out.unplaced);
    paste_clear(&paste);
    return ok;
}

/* Does a JSON text belong into the JSON field that is being edited? */
static bool is_for_field(const struct draft_row *row, const struct keys_event *e)
{
    size_t at = strspn(e->text, " \t\r\n");
    return row && row->field && row->field->type == FIELD_JSON &&
           (e->text[at] == '{' || e->text[at] == '[');
}

static enum view_answer on_paste(struct view *v, const struct keys_event *e)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);
    struct err err = {0};

    if (!(v->edit && is_for_field(row, e)) && paste_is_document(e->text, e->len)) {
        if (fill(v, e, &err))
            return VIEW_HANDLED;
        if (!v->edit) {
            complain(v, &err);
            return VIEW_HANDLED;
        }
    }
    if (!v->edit)
        return VIEW_IGNORED;
    edited(v, edit_paste(&r->edit, e->text, e->len));
    if (err.status)
        complain(v, &err);
    return VIEW_HANDLED;
}

/* ---- Problems ---- */

static void next_problem(struct view *v)
{
    struct request_view *r = v->data;
    size_t n = r->form.count;

    for (size_t step = 1; step <= n; step++) {
        size_t i = (r->form.selected + step) % n;
        if (r->rows[i].finding) {
            if (i == r->form.selected)
                workspace_say(v->w, "只有这一处问题", "this is the only problem");
            select_row(v, i);
            return;
        }
    }
    workspace_say(v->w, "没有问题", "no problem");
}

/* ---- The view ---- */

static void open_view(struct view *v)
{
    struct request_view *r = mem_alloc(sizeof(*r));
    r->places = mem_alloc(v->w->catalog.count * sizeof(*r->places));
    edit_init(&r->edit, PARAM_VALUE_MAX, 0);
    r->page = 10;
    v->data = r;
}

static void close_view(struct view *v)
{
    struct request_view *r = v->data;
    edit_clear(&r->edit);
    free(r->places);
    free(r);
}

static void frame(struct view *v, struct view_frame *out)
{
    struct request_view *r = v->data;
    const struct draft *d = draft_of(v);
    size_t warnings = d->findings.count - d->findings.errors;

    sync_rows(v);
    snprintf(out->title, sizeof(out->title), "%s %s", d->spec->id,
             bi_get(d->spec->title, view_lang(v)));
    if (d->findings.errors) {
        snprintf(out->state, sizeof(out->state), L(view_lang(v), "! %zu 处错误", "! %zu errors"),
                 d->findings.errors);
        if (d->findings.errors == 1 && view_lang(v) == LANG_EN)
            snprintf(out->state, sizeof(out->state), "! 1 error");
        out->state_style = THEME_ERROR;
    } else if (warnings) {
        snprintf(out->state, sizeof(out->state), L(view_lang(v), "? %zu 处提醒", "? %zu to note"),
                 warnings);
        out->state_style = THEME_WARN;
    }
    snprintf(out->foot, sizeof(out->foot), "%zu/%zu", r->form.count ? r->form.selected + 1 : 0,
             r->form.count);
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
    const struct draft_row *row = &r->rows[index];

    out->name = row->name;
    out->mark = mark_of(row);
    out->value = row->param ? row->param->value : NULL;
    out->len = row->param ? row->param->value_len : 0;
    out->source = row->param ? form_source(row->param->source) : ' ';
    out->off = row->param ? row->param->off : !row->required;
    form_describe(row->field, out->value ? out->value : "", out->len, out);
}

static void draw(struct view *v, struct surface *s)
{
    struct request_view *r = v->data;
    struct place *p = place_of(v);

    sync(v);
    r->form.top = p->top;
    r->page = form_page(s->rows);
    form_draw(&r->form, s,
              &(struct form_look){.lang = view_lang(v),
                                  .sources = true,
                                  .focus = v->focus,
                                  .edit = v->edit && v->focus && r->edited[0] ? &r->edit : NULL,
                                  .match = r->word,
                                  .row = get_row,
                                  .ctx = v});
    p->top = r->form.top;
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
    if (!form_move(&r->form, a, r->page))
        return VIEW_IGNORED;
    select_row(v, r->form.selected);
    return VIEW_HANDLED;
}

/* Enter in EDIT: the list or the inner form of the field, else the next field. */
static void enter_in_edit(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft_row *row = selected_row(r);
    bool opens = row && row->field && (row->field->value_count || row->field->field_count);

    if (opens)
        open_row(v);
    else if (r->form.selected + 1 < r->form.count)
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
    if (e->kind != KEYS_EVENT_KEY || !v->edit || !selected_row(r))
        return VIEW_IGNORED;
    if (e->key.mods == 0 && e->key.code == KEYS_ENTER) {
        enter_in_edit(v);
        return VIEW_HANDLED;
    }
    if (e->key.mods == 0 && (e->key.code == KEYS_UP || e->key.code == KEYS_DOWN)) {
        form_move(&r->form, e->key.code == KEYS_UP ? ACTION_UP : ACTION_DOWN, 1);
        select_row(v, r->form.selected);
        return VIEW_HANDLED;
    }
    return edited(v, edit_key(&r->edit, e->key));
}

static struct explain explain_of(struct view *v)
{
    struct request_view *r = v->data;
    const struct draft *d = draft_of(v);
    const struct draft_row *row = selected_row(r);

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
    row = selected_row(r);
    out->title = (struct bi){"字段的值", "Value of the field"};
    out->raw = true;
    buf_add(&out->text, row ? row_value(row) : "", row ? strlen(row_value(row)) : 0);
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
    size_t n = r->form.count;
    if (!word[0] || !n)
        return false;
    for (size_t k = step ? 1 : 0; k <= n; k++) {
        size_t i = (r->form.selected + (step < 0 ? n - k % n : k)) % n;
        if (row_matches(v, &r->rows[i], word)) {
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
    const struct draft_row *row = selected_row(r);
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
