/* SPDX-License-Identifier: MIT */
/*
 * Pane 4: what will be sent, to the byte: body, curl command, HTTP head.
 *
 * Shows the draft, also after a call: the answer's own request stands with the answer.
 * Highlighting only tells markup from values; whatever a value holds is made visible.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/pane.h"

#define BODY_SHOWN (256u << 10) /* bytes of a body in the pane; the pager has all */

struct xml_pane {
    struct pane_lines pane;
};

static void build_xml(struct view *v, struct lines *l);
static void build_curl(struct view *v, struct lines *l);
static void build_head(struct view *v, struct lines *l);

static const struct pane_tab tabs[] = {
    {{"XML", "XML"}, build_xml},
    {{"curl", "curl"}, build_curl},
    {{"HTTP 头", "HTTP head"}, build_head},
};

static const struct bi name = {"请求", "Request"};

static void xml_open(struct view *v)
{
    v->data = mem_alloc(sizeof(struct xml_pane));
    v->wrap = true;
}

static void xml_close(struct view *v)
{
    struct xml_pane *x = v->data;
    if (x)
        pane_clear(&x->pane);
    free(x);
    v->data = NULL;
}

/* ---- Highlighting ---- */

enum piece { PIECE_TEXT, PIECE_TAG, PIECE_CDATA };

/* A piece of the document: to the end of a tag, of a CDATA mark, or before the next mark. */
static size_t piece_next(const char *s, size_t len, bool *cdata, enum piece *kind)
{
    static const char open[] = "<![CDATA[", close[] = "]]>";
    const char *end;

    if (*cdata) {
        end = memmem(s, len, close, 3);
        *kind = end == s ? PIECE_CDATA : PIECE_TEXT;
        *cdata = end != s;
        return end == s ? 3 : end ? (size_t)(end - s) : len;
    }
    if (len >= 9 && memcmp(s, open, 9) == 0) {
        *cdata = true;
        *kind = PIECE_CDATA;
        return 9;
    }
    *kind = s[0] == '<' ? PIECE_TAG : PIECE_TEXT;
    end = memchr(s, s[0] == '<' ? '>' : '<', len);
    return end ? (size_t)(end - s) + (*kind == PIECE_TAG) : len;
}

/* Puts a piece that may hold newlines. */
static void put_piece(struct lines *l, unsigned style, const char *s, size_t len)
{
    const char *end;
    while ((end = memchr(s, '\n', len))) {
        lines_put_n(l, style, s, (size_t)(end - s));
        lines_hard(l);
        lines_end(l);
        len -= (size_t)(end - s) + 1;
        s = end + 1;
    }
    if (len)
        lines_put_n(l, style, s, len);
}

static void put_document(struct lines *l, const char *s, size_t len)
{
    static const unsigned styles[] = {
        [PIECE_TEXT] = THEME_VALUE, [PIECE_TAG] = THEME_LABEL, [PIECE_CDATA] = THEME_DIM};
    bool cdata = false;
    while (len) {
        enum piece kind;
        size_t n = piece_next(s, len, &cdata, &kind);
        put_piece(l, styles[kind], s, n);
        s += n;
        len -= n;
    }
    if (l->open) {
        lines_hard(l);
        lines_end(l);
    }
}

/* ---- Tabs ---- */

static bool is_absent(struct view *v, struct lines *l, const struct draft *d)
{
    enum lang lang = view_lang(v);
    if (!d->build_err.status)
        return false;
    pane_heading(l, L(lang, "现在没有可发送的请求", "There is no request to send now"));
    pane_err(l, lang, THEME_ERROR, &d->build_err);
    return true;
}

static void build_xml(struct view *v, struct lines *l)
{
    const struct draft *d = workspace_draft(v->w);
    const struct request *r = &d->request;
    enum lang lang = view_lang(v);
    size_t shown = r->body.len < BODY_SHOWN ? r->body.len : BODY_SHOWN;

    if (is_absent(v, l, d))
        return;
    if (r->get) {
        lines_add(l, THEME_DIM,
                  L(lang, "GET 请求没有请求体，参数都在地址中：",
                    "a GET has no body, all parameters stand in the address:"));
        lines_add(l, THEME_VALUE, r->url);
        return;
    }
    put_document(l, buf_str(&r->body), shown);
    if (shown < r->body.len) {
        lines_putf(l, THEME_DIM,
                   L(lang, "(另有 %zu 字节%.0s，按 v 看全文)", "(%zu byte%s more: v)"),
                   r->body.len - shown, text_s(r->body.len - shown));
        lines_end(l);
    }
}

static void curl_text(struct view *v, struct buf *out)
{
    const struct draft *d = workspace_draft(v->w);
    workspace_curl(v->w, &d->request, out);
}

static void build_curl(struct view *v, struct lines *l)
{
    struct buf text;
    enum lang lang = view_lang(v);

    if (is_absent(v, l, workspace_draft(v->w)))
        return;
    buf_init(&text, PANE_FULL_MAX);
    curl_text(v, &text);
    lines_text(l, THEME_VALUE, buf_str(&text), text.len < BODY_SHOWN ? text.len : BODY_SHOWN);
    if (text.len > BODY_SHOWN)
        lines_add(l, THEME_DIM, L(lang, "(其余按 v 查看)", "(v shows the rest)"));
    buf_clear(&text);
    lines_end(l);
    lines_add(l, THEME_DIM,
              L(lang, "签名已在请求体中，命令里没有密钥；按 y 复制",
                "the body is signed, the key is not in it; y copies"));
}

static void head_line(struct lines *l, const char *label, const char *value)
{
    lines_put(l, THEME_LABEL, label);
    lines_put(l, THEME_DIM, ": ");
    lines_hang(l, 2);
    lines_add(l, THEME_VALUE, value);
}

/* "api.mch.weixin.qq.com:443" of a URL, and the path behind it. */
static const char *url_path(const char *url, char *host, size_t size)
{
    const char *start = strstr(url, "://");
    start = start ? start + 3 : url;
    size_t n = strcspn(start, "/?");
    snprintf(host, size, "%.*s", (int)(n < size ? n : size - 1), start);
    return start[n] ? start + n : "/";
}

static void build_head(struct view *v, struct lines *l)
{
    const struct draft *d = workspace_draft(v->w);
    const struct request *r = &d->request;
    const struct profile *p = &v->w->profile;
    enum lang lang = view_lang(v);
    char host[300], number[64];

    if (is_absent(v, l, d))
        return;
    const char *path = url_path(r->url, host, sizeof(host));
    lines_put(l, THEME_ACCENT, r->get ? "GET " : "POST ");
    lines_hang(l, 2);
    lines_put(l, THEME_VALUE, path);
    lines_add(l, THEME_DIM, " HTTP/1.1");
    head_line(l, "Host", host);
    if (!r->get) {
        head_line(l, "Content-Type", "text/xml; charset=utf-8");
        snprintf(number, sizeof(number), "%zu", r->body.len);
        head_line(l, "Content-Length", number);
    }
    lines_end(l);
    head_line(l, L(lang, "地址", "URL"), r->url);
    if (r->needs_cert)
        head_line(l, L(lang, "客户端证书", "client certificate"),
                  p->client_cert ? p->client_cert
                                 : L(lang, "需要，但商户未配置", "needed, not configured"));
    if (p->ca_file)
        head_line(l, L(lang, "CA 文件", "CA file"), p->ca_file);
    snprintf(number, sizeof(number),
             L(lang, "连接 %lld ms，总计 %lld ms", "connect %lld ms, total %lld ms"),
             (long long)v->w->settings.connect_ms, (long long)v->w->settings.total_ms);
    head_line(l, L(lang, "超时", "time-outs"), number);
}

/* ---- The view ---- */

static void refresh(struct view *v)
{
    struct xml_pane *x = v->data;
    struct draft *d = workspace_draft(v->w);
    uint64_t stamp = pane_stamp(PANE_STAMP, d->rev);

    stamp = pane_stamp(stamp, v->w->api);
    stamp = pane_stamp(stamp, v->w->rev_draft);
    stamp = pane_stamp(stamp, v->w->rev_profile);
    stamp = pane_stamp(stamp, view_lang(v));
    pane_build(v, &x->pane, tabs, stamp);
}

static void xml_draw(struct view *v, struct surface *s)
{
    struct xml_pane *x = v->data;
    refresh(v);
    lines_draw(&x->pane.tab[x->pane.at], s, v->wrap);
}

static void xml_frame(struct view *v, struct view_frame *out)
{
    struct xml_pane *x = v->data;
    const struct draft *d = workspace_draft(v->w);

    refresh(v);
    pane_frame(v, &x->pane, name, tabs, ARRAY_COUNT(tabs), out);
    if (d->build_err.status) {
        snprintf(out->state, sizeof(out->state), "!");
        out->state_style = THEME_ERROR;
        return;
    }
    char size[32];
    pane_size(d->request.body.len, size, sizeof(size));
    snprintf(out->state, sizeof(out->state), "%s", d->request.get ? "GET" : size);
}

static enum view_answer xml_action(struct view *v, enum action a)
{
    struct xml_pane *x = v->data;
    enum view_answer answer = pane_action(v, &x->pane, ARRAY_COUNT(tabs), a);
    refresh(v);
    return answer;
}

static bool xml_search(struct view *v, const char *word, int step)
{
    struct xml_pane *x = v->data;
    refresh(v);
    return pane_search(&x->pane, word, step);
}

static void xml_full(struct view *v, struct pager_text *out)
{
    struct xml_pane *x = v->data;
    const struct draft *d = workspace_draft(v->w);

    pane_pager(out, (struct bi){"请求", "Request"});
    if (d->build_err.status || tabs[x->pane.at].build == build_head) {
        refresh(v);
        lines_dump(&x->pane.tab[x->pane.at], &out->text);
    } else if (tabs[x->pane.at].build == build_curl) {
        curl_text(v, &out->text);
    } else {
        out->raw = true;
        buf_add(&out->text, buf_str(&d->request.body), d->request.body.len);
        if (d->request.get)
            buf_adds(&out->text, d->request.url);
    }
}

static void xml_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct draft *d = workspace_draft(v->w);
    char line[2 * ERR_TEXT_MAX];
    enum lang lang = view_lang(v);

    *is_error = d->build_err.status != ST_OK;
    if (*is_error) {
        err_line(&d->build_err, lang, line, sizeof(line));
        buf_adds(out, line);
    } else {
        buf_addf(out, L(lang, "发往 %s：共 %zu 字节，UTF-8", "to %s: %zu bytes of UTF-8"),
                 d->request.url, d->request.body.len);
    }
}

static void xml_explain(struct view *v, struct pager_text *out)
{
    pane_pager(out, (struct bi){"请求报文", "The request"});
    buf_adds(&out->text,
             L(view_lang(v),
               "请求体是一层 XML，根元素 xml，UTF-8，每个参数一个元素，顺序不影响签名。\n"
               "文字放在 CDATA 中，整数直接写出；空值和停用的字段不发送。\n"
               "签名按参数原文计算，与 XML 的转义无关。\n"
               "Content-Type 为 text/xml; charset=utf-8。curl 标签给出同样的请求，不含密钥。\n"
               "发送之后这里仍是表单的下一个请求；已发出的请求见应答窗格的 HTTP 标签。\n",
               "The body is flat XML in UTF-8 with the root xml, one element a parameter; their "
               "order does not matter to the signature.\n"
               "Text stands in CDATA, whole numbers plain; empty fields and those switched off are "
               "not sent.\n"
               "The signature is made over the values themselves, not over their XML form.\n"
               "Content-Type is text/xml; charset=utf-8. The tab curl has the same request, "
               "without the key.\n"
               "After a send this is the form's next request; where the last one went is told "
               "under HTTP in the response.\n"));
}

static const enum action xml_hints[] = {ACTION_TAB_RIGHT, ACTION_COPY, ACTION_PAGER,
                                        ACTION_SEARCH,    ACTION_WRAP, ACTION_NONE};

const struct view_ops view_xml = {
    .name = "xml",
    .open = xml_open,
    .close = xml_close,
    .frame = xml_frame,
    .draw = xml_draw,
    .action = xml_action,
    .help = xml_help,
    .explain = xml_explain,
    .full = xml_full,
    .search = xml_search,
    .hints = xml_hints,
};
