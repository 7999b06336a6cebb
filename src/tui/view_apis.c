/* SPDX-License-Identifier: MIT */
/*
 * Pane 1: the catalogue by groups, and the files of the user that did not load.
 *
 * Marks: "*" the API of the form, "cert" wants a client certificate, "money" moves money,
 * "file" comes from a file of the user. The search word filters the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/list.h"
#include "tui/pane.h"

#define TITLE_CELLS_MIN 8

enum row_kind { ROW_GROUP, ROW_API, ROW_FAILURES, ROW_FAILURE };

struct row {
    enum row_kind kind;
    size_t index; /* of spec or failure; for a group, of its first spec */
};

struct apis {
    struct list list;
    struct row *rows;
    size_t count, total; /* rows shown; APIs the filter lets through */
    int id_cells;        /* widest id */
    char filter[LINES_WORD_MAX];
    enum lang lang;
    size_t chosen; /* the API that the selection last followed */
    bool fresh;
};

/* ---- Rows ---- */

static bool row_is_heading(const void *ctx, size_t row)
{
    const struct apis *a = ctx;
    return a->rows[row].kind == ROW_GROUP || a->rows[row].kind == ROW_FAILURES;
}

static void row_add(struct apis *a, enum row_kind kind, size_t index)
{
    a->rows[a->count++] = (struct row){kind, index};
}

static bool same_group(const struct spec *a, const struct spec *b)
{
    return strcmp(a->group.en, b->group.en) == 0 && strcmp(a->group.zh, b->group.zh) == 0;
}

static bool spec_matches(const struct spec *s, const char *filter)
{
    char text[1024];
    snprintf(text, sizeof(text), "%s %s %s %s %s %s", s->id, s->title.zh, s->title.en, s->group.zh,
             s->group.en, s->path);
    return list_match(filter, text);
}

/* The group of row i, unless an earlier one had it. */
static void add_group(struct apis *a, const struct catalog *c, size_t i)
{
    bool heading = false;
    for (size_t k = 0; k < i; k++) {
        if (same_group(catalog_head(c, k), catalog_head(c, i)))
            return;
    }
    for (size_t k = i; k < c->count; k++) {
        const struct spec *s = catalog_head(c, k);
        if (!same_group(s, catalog_head(c, i)) || !spec_matches(s, a->filter))
            continue;
        if (!heading)
            row_add(a, ROW_GROUP, i);
        heading = true;
        row_add(a, ROW_API, k);
        a->total++;
        int cells = text_width(s->id, strlen(s->id));
        a->id_cells = cells > a->id_cells ? cells : a->id_cells;
    }
}

static void build_rows(struct apis *a, const struct catalog *c)
{
    a->rows = mem_grow(a->rows, 2 * c->count + c->failure_count + 2, sizeof(*a->rows));
    a->count = a->total = 0;
    a->id_cells = 0;
    for (size_t i = 0; i < c->count; i++)
        add_group(a, c, i);
    for (size_t i = 0; i < c->failure_count; i++) {
        if (!list_match(a->filter, c->failures[i].origin))
            continue;
        if (a->count == 0 || a->rows[a->count - 1].kind != ROW_FAILURE)
            row_add(a, ROW_FAILURES, 0);
        row_add(a, ROW_FAILURE, i);
    }
    a->list.skip = row_is_heading;
    a->list.ctx = a;
    list_set(&a->list, a->count);
}

static void select_api(struct apis *a, size_t api)
{
    for (size_t i = 0; i < a->count; i++) {
        if (a->rows[i].kind == ROW_API && a->rows[i].index == api)
            list_go(&a->list, i);
    }
    a->chosen = api;
}

/* Follows what is chosen elsewhere (palette, commands). */
static void refresh(struct view *v)
{
    struct apis *a = v->data;
    if (!a->fresh) {
        build_rows(a, &v->w->catalog);
        a->fresh = true;
        select_api(a, v->w->api);
    }
    if (a->chosen != v->w->api)
        select_api(a, v->w->api);
}

static void apis_open(struct view *v)
{
    v->data = mem_alloc(sizeof(struct apis));
}

static void apis_close(struct view *v)
{
    struct apis *a = v->data;
    if (a)
        free(a->rows);
    free(a);
    v->data = NULL;
}

/* ---- Drawing ---- */

static bool is_file(const struct spec *s)
{
    return strcmp(s->origin, "built-in") != 0;
}

static void marks(const struct spec *s, enum lang lang, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", s->moves_money ? L(lang, " 资金", " money") : "",
             s->cert ? L(lang, " 证书", " cert") : "", is_file(s) ? L(lang, " 文件", " file") : "");
}

static void draw_api(const struct view *v, const struct spec *spec, struct surface *s)
{
    const struct apis *a = v->data;
    enum lang lang = view_lang(v);
    char text[64];
    bool chosen = spec == workspace_spec(v->w);

    marks(spec, lang, text, sizeof(text));
    int width = text_width(text, strlen(text));
    int col = 2 + text_width(spec->id, strlen(spec->id));
    if (width > s->cols / 2 || col + width > s->cols) /* the name comes first; F1 tells the rest */
        width = 0;
    struct surface left = surface_row(s, 0, 0, s->cols - width);
    surface_put(&left, 0, 0, THEME_ACCENT, chosen ? "*" : " ");
    surface_put_cut(&left, 0, 2, chosen ? THEME_TEXT | SURFACE_BOLD : THEME_TEXT, spec->id);
    int title_col = a->id_cells + 3;
    if (title_col + TITLE_CELLS_MIN > left.cols) /* no room for a column */
        title_col = col + 1;
    if (title_col + TITLE_CELLS_MIN <= left.cols) /* a shorter piece would say nothing */
        surface_put_cut(&left, 0, title_col, THEME_DIM, bi_get(spec->title, lang));
    if (width)
        surface_put_right(s, 0, THEME_WARN, text);
}

/* The name without its folders, which the explanation shows. */
static const char *file_name(const struct catalog *c, size_t failure)
{
    const char *slash = strrchr(c->failures[failure].origin, '/');
    return slash ? slash + 1 : c->failures[failure].origin;
}

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct view *v = ctx;
    const struct apis *a = v->data;
    const struct catalog *c = &v->w->catalog;
    const struct row *r = &a->rows[row];
    enum lang lang = view_lang(v);
    char line[ERR_TEXT_MAX];
    (void)selected;

    switch (r->kind) {
    case ROW_GROUP:
        surface_put_cut(s, 0, 0, THEME_TITLE, bi_get(catalog_head(c, r->index)->group, lang));
        break;
    case ROW_API:
        draw_api(v, catalog_head(c, r->index), s);
        break;
    case ROW_FAILURES:
        surface_put_cut(s, 0, 0, THEME_ERROR, L(lang, "未载入的文件", "Files not loaded"));
        break;
    case ROW_FAILURE:
        err_part(&c->failures[r->index].err, lang, ERR_WHY, line, sizeof(line));
        surface_put(s, 0, 0, THEME_ERROR, "x");
        surface_put_cut(s, 0, surface_put(s, 0, 2, THEME_TEXT, file_name(c, r->index)) + 1,
                        THEME_DIM, line);
        break;
    }
}

static void apis_draw(struct view *v, struct surface *s)
{
    struct apis *a = v->data;
    enum lang lang = view_lang(v);
    struct surface rows = *s;

    refresh(v);
    if (a->filter[0]) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, 0, col, THEME_MATCH, a->filter);
        rows = surface_sub(s, (struct rect){1, 0, s->rows - 1, s->cols});
    }
    if (a->count == 0)
        surface_put_cut(&rows, 0, 0, THEME_DIM, L(lang, "没有匹配的接口", "no API matches"));
    list_draw(&a->list, &rows, v->focus, draw_row, v);
}

static void apis_frame(struct view *v, struct view_frame *out)
{
    struct apis *a = v->data;
    enum lang lang = view_lang(v);

    refresh(v);
    snprintf(out->title, sizeof(out->title), "%s", L(lang, "接口", "APIs"));
    if (a->filter[0])
        snprintf(out->state, sizeof(out->state), "%zu/%zu", a->total, v->w->catalog.count);
    else
        snprintf(out->state, sizeof(out->state), "%zu", v->w->catalog.count);
    if (v->w->catalog.failure_count && !a->filter[0]) {
        snprintf(out->state, sizeof(out->state), "%zu ! %zu", v->w->catalog.count,
                 v->w->catalog.failure_count);
        out->state_style = THEME_ERROR;
    }
    list_foot(&a->list, out->foot, sizeof(out->foot));
}

/* ---- Actions ---- */

static const struct row *selected(const struct view *v)
{
    const struct apis *a = v->data;
    return a->fresh && list_has(&a->list) ? &a->rows[a->list.at] : NULL;
}

static void failure_text(const struct view *v, const struct catalog_failure *f, struct buf *out)
{
    char part[ERR_TEXT_MAX];
    buf_addf(out, "%s\n\n", f->origin);
    for (enum err_part p = ERR_WHAT; p <= ERR_FIX; p++) {
        err_part(&f->err, view_lang(v), p, part, sizeof(part));
        if (part[0])
            buf_addf(out, "%s\n", part);
    }
}

static void add_bi(struct buf *out, struct bi text, enum lang lang)
{
    if (text.zh && bi_get(text, lang)[0])
        buf_addf(out, "\n%s\n", bi_get(text, lang));
}

static void spec_text(const struct view *v, const struct spec *s, struct buf *out)
{
    enum lang lang = view_lang(v);
    buf_addf(out, "%s  %s\n", s->id, bi_get(s->title, lang));
    add_bi(out, s->summary, lang);
    buf_addf(out, "\n%s %s\n", s->get ? "GET" : "POST", s->path);
    if (s->service)
        buf_addf(out, "service=%s\n", s->service);
    buf_adds(out, L(lang, "签名算法：", "signature: "));
    for (enum sign_kind k = SIGN_MD5; k < SIGN_KIND_COUNT; k++) {
        if (s->sign_types[k])
            buf_addf(out, "%s%s ", sign_kind_name(k),
                     k == s->sign_default ? L(lang, "（默认）", " (default)") : "");
    }
    buf_addc(out, '\n');
    add_bi(out, s->sign_note, lang);
    if (s->cert)
        buf_addf(out, "%s\n", L(lang, "需要客户端证书", "wants a client certificate"));
    if (s->moves_money)
        buf_addf(out, "%s\n", L(lang, "会发生资金变动", "moves money"));
    buf_addf(out,
             L(lang, "请求字段 %zu，应答字段 %zu，错误码 %zu\n",
               "request fields %zu, response fields %zu, error codes %zu\n"),
             s->request_count, s->response_count, s->error_count);
    if (s->doc)
        buf_addf(out, L(lang, "文档：%s\n", "document: %s\n"), s->doc);
    buf_addf(out, L(lang, "来源：%s\n", "from: %s\n"),
             is_file(s) ? s->origin : L(lang, "内置", "built-in"));
    for (size_t i = 0; i < s->note_count; i++)
        add_bi(out, s->notes[i], lang);
}

static void apis_explain(struct view *v, struct pager_text *out)
{
    const struct row *r = selected(v);
    pane_pager(out, (struct bi){"接口说明", "About this API"});
    if (!r)
        return;
    if (r->kind == ROW_FAILURE)
        failure_text(v, &v->w->catalog.failures[r->index], &out->text);
    else
        spec_text(v, catalog_at(&v->w->catalog, r->index), &out->text);
}

static enum view_answer choose(struct view *v)
{
    struct apis *a = v->data;
    const struct row *r = selected(v);
    if (!r)
        return VIEW_IGNORED;
    if (r->kind == ROW_FAILURE) {
        struct pager_text text = {0};
        apis_explain(v, &text);
        v->host->pager(v->host->ctx, &text);
        return VIEW_HANDLED;
    }
    a->chosen = r->index;
    workspace_choose(v->w, r->index);
    v->host->focus(v->host->ctx, PLAN_FORM);
    return VIEW_HANDLED;
}

static enum view_answer apis_action(struct view *v, enum action action)
{
    struct apis *a = v->data;
    refresh(v);
    if (action == ACTION_OPEN)
        return choose(v);
    return list_action(&a->list, action) ? VIEW_HANDLED : VIEW_IGNORED;
}

static bool apis_search(struct view *v, const char *word, int step)
{
    struct apis *a = v->data;
    refresh(v);
    if (step) {
        list_action(&a->list, step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        size_t kept = list_has(&a->list) && a->rows[a->list.at].kind == ROW_API
                          ? a->rows[a->list.at].index
                          : v->w->api;
        snprintf(a->filter, sizeof(a->filter), "%s", word);
        build_rows(a, &v->w->catalog);
        size_t chosen = a->chosen;
        select_api(a, kept);
        a->chosen = chosen;
    }
    return a->count > 0;
}

static void apis_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct row *r = selected(v);
    char line[2 * ERR_TEXT_MAX];
    *is_error = r && r->kind == ROW_FAILURE;
    if (!r)
        return;
    if (*is_error) {
        err_line(&v->w->catalog.failures[r->index].err, view_lang(v), line, sizeof(line));
        buf_adds(out, line);
        return;
    }
    const struct spec *s = catalog_head(&v->w->catalog, r->index);
    buf_addf(out, "%s: %s", s->id,
             bi_get(s->summary.zh && s->summary.zh[0] ? s->summary : s->title, view_lang(v)));
}

static void apis_full(struct view *v, struct pager_text *out)
{
    apis_explain(v, out);
}

static const struct view_hint *apis_hint(struct view *v)
{
    static const struct view_hint hints[] = {
        {.action = ACTION_OPEN, .title = {"选用", "Use"}},
        {.action = ACTION_SEARCH, .title = {"筛选", "Filter"}},
        {.action = ACTION_HELP_FIELD, .title = {"接口说明", "About the API"}},
        {0}};
    (void)v;
    return hints;
}

const struct view_ops view_apis = {
    .name = "apis",
    .open = apis_open,
    .close = apis_close,
    .frame = apis_frame,
    .draw = apis_draw,
    .action = apis_action,
    .help = apis_help,
    .explain = apis_explain,
    .full = apis_full,
    .search = apis_search,
    .hint = apis_hint,
};
