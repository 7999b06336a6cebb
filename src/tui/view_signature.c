/* SPDX-License-Identifier: MIT */
/*
 * Pane 3: the signature of the draft, live, in the six steps that people compare with
 * their own code: take, order, join, key, digest, sign.
 *
 * What changed since the last change of the draft stands out, so that one sees where a
 * typed character goes. The key is shown as ****, its length and its last four.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/compare_line.h"
#include "tui/explain.h"
#include "tui/pane.h"
#include "tui/signature_lines.h"

enum { TAB_STEPS, TAB_JOINED, TAB_TABLE, TAB_COMPARE };

struct signature {
    struct pane_lines pane;
    struct compare_line compare;
    struct params before; /* the request's fields before the last change */
    struct params now;
    const struct spec *spec;
    uint64_t seen;
};

static void build_steps(struct view *v, struct lines *l);
static void build_joined(struct view *v, struct lines *l);
static void build_table(struct view *v, struct lines *l);
static void build_compare(struct view *v, struct lines *l);

static const struct pane_tab tabs[] = {
    {{"步骤", "steps"}, build_steps},
    {{"待签串", "joined"}, build_joined},
    {{"参数表", "table"}, build_table},
    {{"对照", "compare"}, build_compare},
};

static const struct bi name = {"签名", "Signature"};

static void signature_open(struct view *v)
{
    struct signature *s = mem_alloc(sizeof(*s));
    compare_line_open(&s->compare, v);
    v->data = s;
    v->wrap = true;
}

static void signature_close(struct view *v)
{
    struct signature *s = v->data;
    if (s) {
        pane_clear(&s->pane);
        compare_line_close(&s->compare);
        params_clear(&s->before);
        params_clear(&s->now);
    }
    free(s);
    v->data = NULL;
}

/* ---- What changed ---- */

static void follow_changes(struct signature *s, const struct draft *d)
{
    if (d->build_err.status)
        return;
    if (s->spec != d->spec) {
        params_copy(&s->now, &d->request.params);
        params_copy(&s->before, &d->request.params);
        s->spec = d->spec;
    } else if (!params_equal(&s->now, &d->request.params)) {
        params_copy(&s->before, &s->now);
        params_copy(&s->now, &d->request.params);
    }
}

static bool is_changed(const void *ctx, const struct param *p)
{
    const struct signature *s = ctx;
    const struct param *old;
    if (strcmp(p->name, "sign") == 0)
        return false;
    old = params_find(&s->before, p->name);
    return !old || old->off != p->off || old->value_len != p->value_len ||
           memcmp(old->value, p->value, p->value_len) != 0;
}

/* ---- Tabs ---- */

static void explain_absence(struct view *v, struct lines *l, const struct draft *d)
{
    enum lang lang = view_lang(v);
    pane_heading(l, L(lang, "现在无法签名", "Nothing can be signed now"));
    pane_err(l, lang, THEME_ERROR, &d->build_err);
    if (!secret_is_set(&v->w->profile.key.value) && v->w->profile_err.status)
        pane_err(l, lang, THEME_TEXT, &v->w->profile_err);
}

/* The signature that somebody typed has no steps of ours. */
static bool is_by_hand(struct view *v, struct lines *l, const struct draft *d)
{
    enum lang lang = view_lang(v);
    if (!d->request.sign_by_hand)
        return false;
    pane_heading(l,
                 L(lang, "手工给出的 sign 按原样发送", "The sign given by hand is sent as it is"));
    lines_pad(l, 1);
    pane_sign(l, THEME_SIGN, params_get(&d->request.params, "sign"));
    lines_end(l);
    pane_label(l, L(lang, "办法", "do"), 6);
    lines_add(l, THEME_DIM,
              L(lang, "停用表单中的 sign 字段，即由本程序计算",
                "switch the field sign off in the form to have it computed"));
    return true;
}

/* What is told of the draft; false, and then said why, if there is nothing to tell. */
static bool tell(struct view *v, struct lines *l, struct signature_told *t)
{
    const struct draft *d = workspace_draft(v->w);
    *t = (struct signature_told){.lang = view_lang(v),
                                 .profile = &v->w->profile,
                                 .trace = &d->request.trace,
                                 .changed = is_changed,
                                 .ctx = v->data};
    if (d->build_err.status)
        explain_absence(v, l, d);
    return !d->build_err.status && !is_by_hand(v, l, d);
}

static void build_steps(struct view *v, struct lines *l)
{
    struct signature_told t;
    if (tell(v, l, &t))
        signature_steps(l, &t);
}

static void build_joined(struct view *v, struct lines *l)
{
    struct signature_told t;
    if (!tell(v, l, &t))
        return;
    signature_joined(l, &t);
    lines_end(l);
    lines_put(l, THEME_DIM, "= ");
    lines_hang(l, 2);
    pane_sign(l, THEME_SIGN | SURFACE_BOLD, t.trace->hex);
    lines_end(l);
}

static void build_table(struct view *v, struct lines *l)
{
    struct signature_told t;
    if (tell(v, l, &t))
        signature_table(l, &t);
}

static void build_compare(struct view *v, struct lines *l)
{
    struct signature *s = v->data;
    const struct draft *d = workspace_draft(v->w);
    if (d->build_err.status)
        explain_absence(v, l, d);
    else
        compare_line_build(&s->compare, v, l);
}

/* ---- The view ---- */

static void refresh(struct view *v)
{
    struct signature *s = v->data;
    struct draft *d = workspace_draft(v->w);
    uint64_t stamp = pane_stamp(PANE_STAMP, d->rev);

    stamp = pane_stamp(stamp, v->w->api);
    stamp = pane_stamp(stamp, v->w->rev_draft);
    stamp = pane_stamp(stamp, v->w->rev_profile);
    stamp = pane_stamp(stamp, view_lang(v));
    comparison_follow(s->compare.comparison);
    if (stamp != s->seen)
        follow_changes(s, d);
    s->seen = stamp;
    if (s->pane.at == TAB_COMPARE)
        stamp = pane_stamp(stamp, comparison_rev(s->compare.comparison));
    pane_build(v, &s->pane, tabs, stamp);
}

#define SIGN_FROM_END 2 /* the checks are one line behind it */

/* The result is what people look for: it stays in sight when the steps do not fit. */
static void pin_sign(struct view *v, struct lines *l, struct surface *surface)
{
    const struct draft *d = workspace_draft(v->w);
    enum lang lang = view_lang(v);
    const char *hex = d->request.trace.hex;
    int col = signature_step_col(lang);
    int fit = surface->cols - col >= 8 ? (surface->cols - col + 1) / 9 : 1; /* groups of 8 a row */
    int groups = (int)(strlen(hex) + 7) / 8;
    int row = surface->rows - (groups + fit - 1) / fit;
    struct surface above = surface_sub(surface, (struct rect){0, 0, row, surface->cols});

    if (d->build_err.status || !hex[0] || row < 3 || lines_at_end(l) ||
        lines_shows(l, l->count - SIGN_FROM_END))
        return;
    surface_fill(surface, THEME_TEXT);
    lines_draw(l, &above, v->wrap);
    surface_put(surface, row, 1, THEME_LABEL, signature_step_name(5, lang));
    for (int i = 0; i < groups; i++)
        surface_putf(surface, row + i / fit, col + i % fit * 9, THEME_SIGN | SURFACE_BOLD, "%.8s",
                     hex + (ptrdiff_t)i * 8);
}

static void signature_draw(struct view *v, struct surface *surface)
{
    struct signature *s = v->data;
    struct lines *l = &s->pane.tab[s->pane.at];
    struct surface above = *surface;
    refresh(v);
    if (s->pane.at == TAB_STEPS || s->pane.at == TAB_COMPARE)
        above = compare_line_draw(&s->compare, v, surface);
    lines_draw(l, &above, v->wrap);
    if (s->pane.at == TAB_STEPS)
        pin_sign(v, l, &above);
}

static void signature_frame(struct view *v, struct view_frame *out)
{
    struct signature *s = v->data;
    const struct draft *d = workspace_draft(v->w);

    refresh(v);
    if (d->build_err.status) {
        snprintf(out->state, sizeof(out->state), "%s", L(view_lang(v), "! 无签名", "! none"));
        out->state_style = THEME_ERROR;
    } else {
        snprintf(out->state, sizeof(out->state), "%s", sign_kind_name(d->request.kind));
    }
    pane_frame(v, &s->pane, name, tabs, ARRAY_COUNT(tabs), out);
}

static enum view_answer signature_action(struct view *v, enum action a)
{
    struct signature *s = v->data;
    enum view_answer answer = compare_line_action(&s->compare, v, a);
    if (answer == VIEW_HANDLED && v->edit && s->pane.at != TAB_COMPARE)
        s->pane.at = TAB_STEPS; /* where the line is */
    if (answer == VIEW_IGNORED)
        answer = pane_action(v, &s->pane, ARRAY_COUNT(tabs), a);
    refresh(v);
    return answer;
}

static enum view_answer signature_input(struct view *v, const struct keys_event *e)
{
    struct signature *s = v->data;
    enum view_answer answer = compare_line_input(&s->compare, v, e);
    if (answer == VIEW_HANDLED && s->pane.at != TAB_COMPARE)
        s->pane.at = TAB_STEPS;
    return answer;
}

static bool signature_search(struct view *v, const char *word, int step)
{
    struct signature *s = v->data;
    refresh(v);
    return pane_search(&s->pane, word, step);
}

static void signature_full(struct view *v, struct pager_text *out)
{
    const struct draft *d = workspace_draft(v->w);
    const struct sign_trace *t = &d->request.trace;
    enum lang lang = view_lang(v);

    pane_pager(out, (struct bi){"待签串", "Joined text"});
    if (d->build_err.status) {
        char line[2 * ERR_TEXT_MAX];
        err_line(&d->build_err, lang, line, sizeof(line));
        buf_addf(&out->text, "%s\n", line);
        return;
    }
    sign_trace_masked(t, &out->text);
    buf_addf(&out->text, L(lang, "\n\n%s，%zu 字节\n%s\n", "\n\n%s over %zu bytes\n%s\n"),
             sign_kind_name(t->kind), t->joined.len, t->hex);
    for (size_t i = t->used; i < t->count; i++)
        buf_addf(&out->text, L(lang, "不参与：%s（%s）\n", "left out: %s (%s)\n"),
                 t->pairs[i].param->name, bi_get(sign_left_text(t->pairs[i].left), lang));
}

static void signature_explain(struct view *v, struct pager_text *out)
{
    const struct spec *spec = workspace_spec(v->w);
    enum lang lang = view_lang(v);

    const struct field sign = spec_sign_field(spec);
    struct explain about = {.spec = spec, .field = &sign, .name = sign.name, .lang = lang};
    bool is_error;

    pane_pager(out, (struct bi){"签名是怎样算出来的", "How the signature is made"});
    buf_adds(&out->text, "sign  ");
    explain_line(&about, &out->text, &is_error);
    buf_adds(&out->text, "\n\n");
    buf_adds(&out->text,
             L(lang,
               "1 取用：所有非空参数，sign 除外。\"0\" 不是空值；sign_type 若发送则参与签名。\n"
               "2 排序：按参数名的字节值（ASCII 码）从小到大，区分大小写。\n"
               "3 拼接：name=value 用 & 连接，值用原文，不做 URL 编码，也不做 XML 转义。\n"
               "4 密钥：末尾加上 &key= 和商户平台设置的 API 密钥（32 字节）。\n"
               "5 摘要：对 UTF-8 字节计算 MD5，或以同一密钥计算 HMAC-SHA256。\n"
               "6 签名：十六进制，字母大写。\n\n"
               "签名不符时，请先逐字节比较第 3 步的待签串。\n",
               "1 take: every parameter that is not empty, except sign. \"0\" is not empty; "
               "sign_type takes part when it is sent.\n"
               "2 order: by the byte values of the names, capitals before small letters.\n"
               "3 join: name=value with &; values as they are, neither URL-encoded nor escaped "
               "for XML.\n"
               "4 key: &key= and the API key of the merchant platform (32 bytes) at the end.\n"
               "5 hash: MD5 over the UTF-8 bytes, or HMAC-SHA256 under the same key.\n"
               "6 sign: hexadecimal, capital letters.\n\n"
               "When a signature is refused, compare the joined text of step 3 byte by byte "
               "first.\n"));
    if (spec->sign_note.zh)
        buf_addf(&out->text, "\n%s: %s\n", spec->id, bi_get(spec->sign_note, lang));
}

static void signature_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct draft *d = workspace_draft(v->w);
    char line[2 * ERR_TEXT_MAX];
    *is_error = d->build_err.status != ST_OK;
    if (*is_error) {
        err_line(&d->build_err, view_lang(v), line, sizeof(line));
        buf_adds(out, line);
    } else {
        buf_adds(out, L(view_lang(v), "随表单实时计算；密钥只显示长度和末四位",
                        "computed as you type; of the key only length and last four are shown"));
    }
}

static const struct view_hint *signature_hint(struct view *v)
{
    static const struct view_hint nav[] = {
        {.action = ACTION_AGAINST, .title = {"对照对方签名", "Compare a sign"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_SEARCH},
        {.action = ACTION_WRAP},
        {0}};
    static const struct view_hint edit[] = {{.key = "Enter", .title = {"完成", "Done"}},
                                            {.action = ACTION_CLEAR_FIELD},
                                            {.action = ACTION_UNDO},
                                            {.action = ACTION_BACK, .title = {"离开", "Leave"}},
                                            {0}};
    return v->edit ? edit : nav;
}

const struct view_ops view_signature = {
    .name = "signature",
    .open = signature_open,
    .close = signature_close,
    .frame = signature_frame,
    .draw = signature_draw,
    .action = signature_action,
    .input = signature_input,
    .help = signature_help,
    .explain = signature_explain,
    .full = signature_full,
    .search = signature_search,
    .hint = signature_hint,
};
