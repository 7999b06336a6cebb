/* SPDX-License-Identifier: MIT */
/*
 * Verdict first, then why, then the fields. What is wrong has a word or a mark, never a
 * colour alone.
 */
#include "tui/reply_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/explain.h"
#include "core/text.h"
#include "io/http_times.h"
#include "tui/pane.h"

/* ---- Times ---- */

void reply_times(struct lines *l, enum lang lang, const struct http_result *h)
{
    struct http_stage s[HTTP_STAGES];
    size_t count = http_stages(&h->times, s);

    pane_label(l, L(lang, "耗时", "times"), 10);
    for (size_t i = 0; i < count; i++) {
        lines_putf(l, THEME_DIM, "%s ", bi_get(s[i].name, lang));
        lines_putf(l, THEME_TEXT, "%.1f  ", s[i].ms);
    }
    lines_put(l, THEME_DIM, L(lang, "总计 ", "total "));
    lines_putf(l, THEME_ACCENT, "%.1f ms", h->times.total > 0 ? h->times.total : 0);
    lines_end(l);
}

static void put_status(struct lines *l, enum lang lang, const struct exchange *e)
{
    const struct http_result *h = &e->http;
    struct http_stage s[HTTP_STAGES];
    char size[32];
    size_t count = http_stages(&h->times, s);
    bool fine = h->status >= 200 && h->status < 300;

    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, fine ? THEME_TEXT | SURFACE_BOLD : THEME_ERROR, "HTTP %ld", h->status);
    lines_putf(l, THEME_TEXT, "  %.0f ms ", h->times.total > 0 ? h->times.total : 0);
    lines_put(l, THEME_DIM, "(");
    for (size_t i = 0; i < count; i++)
        lines_putf(l, THEME_DIM, "%s%s %.0f", i ? " " : "", bi_get(s[i].name, lang), s[i].ms);
    pane_size(h->body.len, size, sizeof(size));
    lines_putf(l, THEME_DIM, ")  %s", size);
    lines_end(l);
}

/* ---- Verdict ---- */

static unsigned outcome_style(enum outcome o)
{
    static const unsigned styles[] = {
        [OUTCOME_SUCCESS] = THEME_OK,
        [OUTCOME_BUSINESS_FAIL] = THEME_ERROR,
        [OUTCOME_COMMUNICATION_FAIL] = THEME_ERROR,
        [OUTCOME_UNTRUSTED] = THEME_ERROR,
    };
    return styles[o];
}

static const char *outcome_mark(enum outcome o)
{
    return o == OUTCOME_SUCCESS ? "ok" : "x";
}

static const struct {
    struct bi text;
    unsigned style;
} sign_states[] = {
    [SIGN_VALID] = {{"验签通过", "signature ok"}, THEME_OK},
    [SIGN_INVALID] = {{"x 签名不符", "x BAD SIGN"}, THEME_ERROR},
    [SIGN_ABSENT] = {{"没有签名", "not signed"}, THEME_DIM},
    [SIGN_BAD_SHAPE] = {{"x 签名不是 32 或 64 位十六进制", "x sign is not 32 or 64 hex digits"},
                        THEME_ERROR},
    [SIGN_NO_KEY] = {{"! 没有密钥，无法验签", "! no key to check the signature"}, THEME_WARN},
};

static void put_sign(struct lines *l, enum lang lang, const struct reply *r)
{
    enum sign_state state = r->sign.state;
    bool missed = state == SIGN_ABSENT && r->sign_demanded;

    if (r->parse_error.status) {
        lines_put(l, THEME_WARN,
                  L(lang, "! 未验签（无法解析）", "! signature not checked (not parsed)"));
        return;
    }
    lines_put(l, missed ? THEME_ERROR : sign_states[state].style, missed ? "x " : "");
    lines_put(l, missed ? THEME_ERROR : sign_states[state].style,
              bi_get(sign_states[state].text, lang));
    if (state == SIGN_VALID || state == SIGN_INVALID) {
        lines_putf(l, THEME_DIM, " (%s%s)", sign_kind_name(r->sign.kind),
                   r->sign.kind_inferred ? L(lang, "，按长度推断", ", by its length") : "");
        if (r->sign.case_differs)
            lines_put(l, THEME_WARN, L(lang, " ! 仅大小写不同", " ! differs in letter case only"));
    } else if (state == SIGN_ABSENT && !r->sign_demanded) {
        lines_put(l, THEME_DIM,
                  r->text_body
                      ? L(lang, "（文本应答不签名）", " (texts are not)")
                      : L(lang, "（通信失败不签名）", " (communication failures are not)"));
    }
}

void reply_sign(struct lines *l, enum lang lang, const struct reply *r)
{
    lines_pad(l, 1);
    lines_hang(l, 1);
    put_sign(l, lang, r);
    lines_end(l);
}

void reply_summary(struct lines *l, enum lang lang, const struct exchange *e)
{
    const struct reply *r = &e->reply;

    put_status(l, lang, e);
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, outcome_style(r->outcome) | SURFACE_BOLD, "%s %s", outcome_mark(r->outcome),
               bi_get(outcome_text(r->outcome), lang));
    lines_put(l, THEME_TEXT, "  ");
    put_sign(l, lang, r);
    lines_end(l);
    if (r->parse_error.status)
        pane_err(l, lang, THEME_ERROR, &r->parse_error);
}

/* ---- Errors ---- */

static void put_part(struct lines *l, enum lang lang, struct bi label, struct bi text)
{
    if (!text.zh || !bi_get(text, lang)[0])
        return;
    pane_label(l, bi_get(label, lang), 8);
    lines_add(l, THEME_TEXT, bi_get(text, lang));
}

static void put_code(struct lines *l, enum lang lang, const struct error_code *c)
{
    put_part(l, lang, (struct bi){"含义", "means"}, c->meaning);
    put_part(l, lang, (struct bi){"原因", "cause"}, c->cause);
    put_part(l, lang, (struct bi){"解决", "do"}, c->solution);
    if (c->field_count) {
        pane_label(l, L(lang, "查看", "look at"), 8);
        for (size_t i = 0; i < c->field_count; i++)
            lines_putf(l, THEME_LABEL, "%s%s", i ? ", " : "", c->fields[i]);
        lines_end(l);
    }
}

static void put_contract(struct lines *l, enum lang lang, const struct reply *r)
{
    const char *result = params_get(&r->params, "contract_result_code");
    const char *code = params_get(&r->params, "contract_err_code");
    const char *text = params_get(&r->params, "contract_err_code_des");

    if (!result)
        return;
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, r->contract_failed ? THEME_ERROR : THEME_OK, "%s %s",
               r->contract_failed ? "x" : "ok",
               r->contract_failed ? L(lang, "签约失败（与下单结果无关）",
                                      "the contract failed (the order is judged apart)")
                                  : L(lang, "签约受理成功", "the contract was accepted"));
    lines_putf(l, THEME_TEXT, "  %s %s", code ? code : "", text ? text : "");
    lines_end(l);
    if (r->contract_error)
        put_code(l, lang, r->contract_error);
}

void reply_error(struct lines *l, enum lang lang, const struct exchange *e)
{
    const struct reply *r = &e->reply;
    char note[ERR_TEXT_MAX];

    if (r->code[0] || (r->text[0] && r->outcome != OUTCOME_SUCCESS)) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        lines_put(l, THEME_ERROR | SURFACE_BOLD, r->code);
        lines_put(l, THEME_TEXT, r->code[0] ? "  " : "");
        lines_add(l, THEME_TEXT, r->text);
    }
    if (r->error)
        put_code(l, lang, r->error);
    else if (r->code[0]) {
        lines_pad(l, 1);
        lines_add(l, THEME_DIM,
                  L(lang, "目录中没有这个错误码", "the catalogue does not know this code"));
    }
    put_contract(l, lang, r);
    for (size_t i = 0; i < r->note_count; i++) {
        err_line(&r->notes[i], lang, note, sizeof(note));
        lines_pad(l, 1);
        lines_hang(l, 3);
        lines_put(l, THEME_WARN, "! ");
        lines_add(l, THEME_TEXT, note);
    }
}

bool reply_has_error(const struct exchange *e)
{
    const struct reply *r = &e->reply;
    return e->state == EXCHANGE_DONE && (r->error || r->contract_error || r->code[0]);
}

static void tell_code(struct lines *l, enum lang lang, const struct error_code *c)
{
    pane_label(l, L(lang, "层", "layer"), 8);
    lines_add(l, THEME_TEXT, bi_get(explain_layer_text(c->layer), lang));
    put_code(l, lang, c);
    pane_label(l, L(lang, "重试", "retry"), 8);
    lines_add(l, THEME_TEXT, bi_get(explain_retry_text(c), lang));
}

static void tell_here(struct lines *l, enum lang lang, const struct exchange *e,
                      const struct error_code *c)
{
    if (!c)
        return;
    lines_putf(l, THEME_ERROR | SURFACE_BOLD, "%s", c->code);
    lines_putf(l, THEME_LABEL, L(lang, "  在 %s", "  at %s"), e->spec ? e->spec->id : "?");
    lines_end(l);
    tell_code(l, lang, c);
    lines_end(l);
}

static bool is_here(const struct explain_entry *x, const struct exchange *e)
{
    for (size_t i = 0; i < x->spec_count; i++) {
        if (x->specs[i] == e->spec)
            return true;
    }
    return false;
}

static void tell_elsewhere(struct lines *l, enum lang lang, const struct explain_entry *x)
{
    lines_put(l, THEME_LABEL, x->error->code);
    lines_put(l, THEME_LABEL, L(lang, "  在", "  at"));
    for (size_t i = 0; i < x->spec_count; i++)
        lines_putf(l, THEME_LABEL, " %s", x->specs[i]->id);
    lines_end(l);
    tell_code(l, lang, x->error);
    lines_end(l);
}

void reply_error_told(const struct exchange *e, const struct catalog *catalog, enum lang lang,
                      struct buf *out)
{
    const struct reply *r = &e->reply;
    struct explanation *others = mem_alloc(sizeof(*others));
    const char *code = r->error ? r->error->code : r->code[0] ? r->code : r->text;
    struct lines l = {0};
    bool heading = false;

    lines_putf(&l, THEME_TEXT, "%s%s%s", r->code, r->code[0] && r->text[0] ? "  " : "", r->text);
    lines_end(&l);
    lines_end(&l);
    tell_here(&l, lang, e, r->error);
    tell_here(&l, lang, e, r->contract_error);
    explain_word(catalog, NULL, code, others);
    for (size_t i = 0; i < others->count; i++) {
        if (is_here(&others->entries[i], e))
            continue;
        if (!heading)
            pane_heading(&l, L(lang, "在其他接口，同一个码的含义", "The same code at other APIs"));
        heading = true;
        tell_elsewhere(&l, lang, &others->entries[i]);
    }
    lines_dump(&l, out);
    lines_clear(&l);
    free(others);
}

/* ---- Fields ---- */

static bool is_wanted(const char *field)
{
    return strcmp(field, "prepay_id") == 0 || strcmp(field, "code_url") == 0 ||
           strcmp(field, "mweb_url") == 0;
}

void reply_wanted(struct lines *l, enum lang lang, const struct exchange *e, const char *copy_key)
{
    for (size_t i = 0; i < e->reply.params.count; i++) {
        const struct param *p = &e->reply.params.items[i];
        if (!is_wanted(p->name) || !p->value_len)
            continue;
        pane_label(l, p->name, 11);
        pane_value(l, lang, THEME_ACCENT | SURFACE_BOLD, p->value, p->value_len, 512);
        lines_putf(l, THEME_KEY, L(lang, "  %s 复制", "  %s copies"), copy_key);
        lines_end(l);
    }
}

static void put_field(struct lines *l, enum lang lang, const struct exchange *e,
                      const struct param *p, int col, size_t max)
{
    const struct field *f = e->spec ? spec_reply_field(e->spec, p->name) : NULL;
    bool wanted = is_wanted(p->name);

    pane_label(l, p->name, col);
    if (strcmp(p->name, "sign") == 0)
        pane_sign(l, THEME_SIGN, p->value);
    else
        pane_value(l, lang, wanted ? THEME_ACCENT | SURFACE_BOLD : THEME_VALUE, p->value,
                   p->value_len, max);
    if (p->value_len == 0)
        lines_put(l, THEME_DIM, L(lang, "(空)", "(empty)"));
    if (f)
        pane_meaning(l, lang, f, p->value);
    if (f && f->label.zh)
        lines_putf(l, THEME_DIM, "  %s", bi_get(f->label, lang));
    else if (e->spec && !f && strcmp(p->name, "sign") != 0)
        lines_put(l, THEME_DIM, L(lang, "  官方文档未列出", "  not in the official document"));
    lines_end(l);
}

static void put_absent(struct lines *l, enum lang lang, const struct exchange *e,
                       const struct field *f, int col)
{
    bool missed = !e->reply.parse_error.status && reply_expects(f, &e->reply, &e->request.params);
    pane_label(l, f->name, col);
    if (missed)
        lines_put(l, THEME_WARN, L(lang, "! 应有而未返回", "! promised, not sent"));
    else
        lines_put(l, THEME_DIM, L(lang, "未返回", "not sent"));
    lines_putf(l, THEME_DIM, "  %s", bi_get(f->label, lang));
    if (f->presence_text.zh)
        lines_putf(l, THEME_DIM, L(lang, "（%s）", " (%s)"), bi_get(f->presence_text, lang));
    lines_end(l);
}

static int name_column(const struct exchange *e)
{
    size_t cells = 8;
    for (size_t i = 0; i < e->reply.params.count; i++) {
        size_t n = e->reply.params.items[i].name_len;
        cells = n > cells ? n : cells;
    }
    return (int)(cells < 24 ? cells : 24) + 2;
}

void reply_fields(struct lines *l, enum lang lang, const struct exchange *e, size_t max)
{
    const struct params *p = &e->reply.params;
    int col = name_column(e);
    bool heading = false;

    if (e->reply.parse_error.status || !p->count)
        return;
    lines_end(l);
    for (size_t i = 0; i < p->count; i++)
        put_field(l, lang, e, &p->items[i], col, max);
    for (size_t i = 0; e->spec && i < e->spec->response_count; i++) {
        const struct field *f = &e->spec->response[i];
        if (params_find(p, f->name) || field_present(f, p))
            continue;
        if (!heading) {
            lines_end(l);
            pane_heading(l, L(lang, "文档列出、本次未返回", "Documented, not sent this time"));
        }
        heading = true;
        put_absent(l, lang, e, f, col);
    }
}

/* ---- Frame and help ---- */

void reply_state(const struct exchange *e, enum lang lang, struct view_frame *out)
{
    const struct reply *r = &e->reply;
    const char *word;

    switch (e->state) {
    case EXCHANGE_NONE:
        return;
    case EXCHANGE_RUNNING:
        snprintf(out->state, sizeof(out->state), "%s", L(lang, "发送中", "sending"));
        return;
    case EXCHANGE_FAILED:
        word = e->http.err.status == ST_TIMEOUT     ? L(lang, "x 超时", "x TIME-OUT")
               : e->http.err.status == ST_CANCELLED ? L(lang, "已取消", "cancelled")
                                                    : L(lang, "x 网络错误", "x NETWORK");
        snprintf(out->state, sizeof(out->state), "%s", word);
        out->state_style = THEME_ERROR;
        return;
    case EXCHANGE_DONE:
        break;
    }
    if (r->sign.state == SIGN_INVALID && !r->parse_error.status)
        word = L(lang, "x 签名不符", "x BAD SIGN");
    else if (r->outcome == OUTCOME_SUCCESS)
        word =
            r->contract_failed ? L(lang, "! 签约失败", "! contract") : L(lang, "成功", "SUCCESS");
    else
        word = r->outcome == OUTCOME_UNTRUSTED ? L(lang, "x 不可信", "x UNTRUSTED")
                                               : L(lang, "x 失败", "x FAIL");
    snprintf(out->state, sizeof(out->state), "%s  %.0f ms", word, e->http.times.total);
    out->state_style = outcome_style(r->outcome);
    if (r->outcome == OUTCOME_SUCCESS && r->contract_failed)
        out->state_style = THEME_WARN;
}

void reply_explanation(const struct exchange *e, const struct spec *fallback, enum lang lang,
                       struct buf *out)
{
    const struct spec *spec = e->spec ? e->spec : fallback;
    struct lines l = {0};

    if (e->state >= EXCHANGE_DONE && e->http.status) {
        reply_summary(&l, lang, e);
        reply_error(&l, lang, e);
        lines_end(&l);
    }
    pane_heading(&l, L(lang, "应答字段", "Response fields"));
    for (size_t i = 0; i < spec->response_count; i++) {
        const struct field *f = &spec->response[i];
        lines_putf(&l, THEME_LABEL, " %s  %s", f->name, bi_get(f->label, lang));
        lines_end(&l);
        if (f->help.zh) {
            lines_putf(&l, THEME_TEXT, "   %s", bi_get(f->help, lang));
            lines_end(&l);
        }
        for (size_t k = 0; k < f->value_count; k++) {
            lines_putf(&l, THEME_TEXT, "   %s = %s", f->values[k].value,
                       bi_get(f->values[k].text, lang));
            lines_end(&l);
        }
    }
    lines_dump(&l, out);
    lines_clear(&l);
}
