/* SPDX-License-Identifier: MIT */
/*
 * Two records compared: their fields, the strings that were joined, and their documents line by
 * line. Lines are aligned by the elements that they begin with, so that a value that differs stands
 * beside the other's.
 */
#include "app/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/page.h"
#include "core/compare.h"
#include "core/personal.h"
#include "core/text.h"

#define LINES_MAX 400           /* of a document; longer ones are not laid side by side */
#define DOCUMENT_MAX (64 << 10) /* bytes */
#define BESIDE_MIN 60           /* cells: below that, one under the other */

/* ---- Fields ---- */

static void add_changes(struct page *p, const struct params *a, const struct params *b)
{
    struct compare c = {0};
    compare_params(a, b, &c);
    page_table(p, 4);
    page_cell(p, L(p->lang, "字段", "field"));
    page_cell(p, L(p->lang, "差异", "difference"));
    page_cell(p, L(p->lang, "左", "left"));
    page_cell(p, L(p->lang, "右", "right"));
    for (size_t i = 0; i < c.count; i++) {
        const struct compare_row *r = &c.rows[i];
        page_cell(p, r->name);
        page_cell(p, bi_get(compare_change_text(r->change), p->lang));
        page_cell(p, r->a ? r->a->value : "");
        page_cell(p, r->change == COMPARE_SAME ? "" : r->b ? r->b->value : "");
    }
    page_table_end(p);
    compare_clear(&c);
}

/* ---- Joined strings ---- */

/* A line with its mark, wrapped where the page is plain text of a width. */
static void add_line(struct page *p, struct buf *text, const char *mark, const char *line)
{
    struct page lines = {.out = text, .form = PAGE_TEXT};
    buf_adds(text, mark);
    if (p->form == PAGE_TEXT)
        page_wrapped(&lines, line, 2, p->width);
    else
        buf_addf(text, "%s\n", line);
}

static void add_pair(struct page *p, struct buf *text, const char *mark, const struct param *pair)
{
    struct buf line, seen;
    buf_init(&line, strlen(pair->name) + pair->value_len + 2);
    buf_addf(&line, "%s=%s", pair->name, pair->value);
    buf_init(&seen, 4 * line.len);
    text_visible(&seen, buf_str(&line), line.len, 0);
    add_line(p, text, mark, buf_str(&seen));
    buf_clear(&line);
    buf_clear(&seen);
}

/* The joined strings, pair by pair: a sign in front tells the side, as diff has it. */
static void add_aligned(struct page *p, const struct params *a, const struct params *b)
{
    struct compare c = {0};
    struct buf text;
    compare_params(a, b, &c);
    buf_init(&text, 16u << 20);
    for (size_t i = 0; i < c.count; i++) {
        const struct compare_row *r = &c.rows[i];
        bool same = r->change == COMPARE_SAME;
        if (strcmp(r->name, "sign") == 0)
            continue;
        if (r->a)
            add_pair(p, &text, same ? "  " : "- ", r->a);
        if (r->b && !same)
            add_pair(p, &text, "+ ", r->b);
    }
    buf_adds(&text, "  key=****\n");
    page_heading(p, L(p->lang, "待签串对齐（密钥已遮盖）", "Joined texts aligned (key masked)"));
    page_code(p, buf_str(&text), text.len);
    buf_clear(&text);
    compare_clear(&c);
}

/* ---- Documents ---- */

struct document {
    struct buf text; /* as it may be shown; a NUL ends each line */
    size_t *lines;   /* their offsets */
    size_t count;
    bool long_; /* too long to be laid beside another */
};

static const char *line_at(const struct document *d, size_t i)
{
    return d->text.data + d->lines[i];
}

static bool is_xml(const struct buf *b)
{
    const char *s = buf_str(b);
    return s[strspn(s, " \t\r\n")] == '<';
}

static void put_line(struct document *d, const char *s, size_t len)
{
    while (len > 0 && strchr(" \t\r\n", s[0]))
        s++, len--;
    while (len > 0 && strchr(" \t\r\n", s[len - 1]))
        len--;
    if (len == 0)
        return;
    d->long_ |= d->count == LINES_MAX;
    if (d->long_)
        return;
    d->lines[d->count++] = d->text.len;
    text_visible(&d->text, s, len, 0);
    buf_addc(&d->text, '\0');
}

/* A line ends at its end, and where an element follows another. */
static void cut_lines(struct document *d, const char *s, size_t len)
{
    size_t start = 0;
    bool closing = false; /* the last tag was </…> */
    for (size_t i = 0; i < len; i++) {
        const char *end = NULL;
        if (len - i > 9 && memcmp(s + i, "<![CDATA[", 9) == 0)
            end = memmem(s + i, len - i, "]]>", 3);
        if (end) {
            i = (size_t)(end - s) + 2;
            closing = false;
        } else if (s[i] == '<') {
            closing = i + 1 < len && s[i + 1] == '/';
        }
        bool follows = s[i] == '>' && i + 2 < len && s[i + 1] == '<' && s[i + 2] != '!' &&
                       (s[i + 2] != '/' || closing);
        if (s[i] == '\n' || follows || i + 1 == len) {
            put_line(d, s + start, i + 1 - start);
            start = i + 1;
        }
    }
}

static void read_document(const struct buf *bytes, const struct params *known,
                          const struct report_how *how, struct document *d)
{
    struct buf shown;
    buf_init(&shown, 4 * DOCUMENT_MAX);
    buf_init(&d->text, 4 * DOCUMENT_MAX + LINES_MAX);
    d->lines = mem_alloc(LINES_MAX * sizeof(*d->lines));
    d->long_ = bytes->len > DOCUMENT_MAX;
    if (!d->long_ && is_xml(bytes)) {
        buf_add(&shown, buf_str(bytes), bytes->len);
        report_clean(how, known, &shown); /* before lines are cut, where it would find less */
        cut_lines(d, buf_str(&shown), shown.len);
    }
    d->long_ |= buf_status(&d->text) != ST_OK;
    buf_clear(&shown);
}

static void clear_document(struct document *d)
{
    free(d->lines);
    buf_clear(&d->text);
}

/* Do both begin with the same element? */
static bool is_alike(const char *a, const char *b)
{
    size_t n = strcspn(a, "> \t"), m = strcspn(b, "> \t");
    return n == m && memcmp(a, b, n) == 0;
}

/* One line of both: NULL where a side has none. */
static void add_beside(struct page *p, struct buf *text, const char *a, const char *b)
{
    const char *mark = !a ? ">" : !b ? "<" : strcmp(a, b) != 0 ? "|" : " ";
    if (p->form != PAGE_TEXT) {
        page_cell(p, a);
        page_cell(p, mark);
        page_cell(p, b);
        return;
    }
    if (p->width < BESIDE_MIN) {
        bool same = a && b && strcmp(a, b) == 0;
        if (a)
            add_line(p, text, same ? "  " : "- ", a);
        if (b && !same)
            add_line(p, text, "+ ", b);
        return;
    }
    int half = (p->width - 3) / 2;
    const char *left = a ? a : "", *right = b ? b : "";
    for (bool first = true; first || *left || *right; first = false) {
        size_t n = text_wrap(left, strlen(left), half), m = text_wrap(right, strlen(right), half);
        buf_add(text, left, n);
        if (m > 0 || mark[0] != ' ')
            buf_addf(text, "%*s %s", half - text_width(left, n), "", first ? mark : " ");
        if (m > 0)
            buf_addc(text, ' ');
        buf_add(text, right, m);
        while (text->len > 0 && text->data[text->len - 1] == ' ')
            buf_cut(text, text->len - 1);
        buf_addc(text, '\n');
        left += n;
        right += m;
    }
}

/* Aligns the lines: the longest sequence of elements that both have. */
static void walk_lines(struct page *p, struct buf *text, const struct document *a,
                       const struct document *b)
{
    size_t wide = b->count + 1;
    unsigned short *best = mem_alloc((a->count + 1) * wide * sizeof(*best));
    for (size_t i = a->count; i-- > 0;) {
        for (size_t k = b->count; k-- > 0;) {
            unsigned short down = best[(i + 1) * wide + k], right = best[i * wide + k + 1];
            best[i * wide + k] = is_alike(line_at(a, i), line_at(b, k))
                                     ? (unsigned short)(best[(i + 1) * wide + k + 1] + 1)
                                 : down > right ? down
                                                : right;
        }
    }
    for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
        bool both = i < a->count && k < b->count;
        if (both && is_alike(line_at(a, i), line_at(b, k))) {
            add_beside(p, text, line_at(a, i++), line_at(b, k++));
        } else if (k == b->count || (both && best[(i + 1) * wide + k] >= best[i * wide + k + 1])) {
            add_beside(p, text, line_at(a, i++), NULL);
        } else {
            add_beside(p, text, NULL, line_at(b, k++));
        }
    }
    free(best);
}

static void add_documents(struct page *p, const char *heading, const struct document *a,
                          const struct document *b)
{
    struct buf text;
    if ((a->count == 0 && !a->long_) || (b->count == 0 && !b->long_))
        return;
    page_heading(p, heading);
    if (a->long_ || b->long_) {
        page_text(p, L(p->lang, "文档太长，不逐行对照。",
                       "The documents are too long to be laid side by side."));
        return;
    }
    buf_init(&text, REPORT_MAX);
    if (p->form != PAGE_TEXT) {
        page_table(p, 3);
        page_cell(p, L(p->lang, "左", "left"));
        page_cell(p, "");
        page_cell(p, L(p->lang, "右", "right"));
    }
    walk_lines(p, &text, a, b);
    if (p->form != PAGE_TEXT)
        page_table_end(p);
    else
        page_code(p, buf_str(&text), text.len);
    buf_clear(&text);
}

/* ---- The report ---- */

/* Clean before it is wrapped: what stands on two lines would not be found. */
static void show_params(const struct params *from, const struct report_how *how, struct params *to)
{
    report_params(from, how->personal, to);
    for (size_t i = 0; i < how->secret_count; i++)
        profile_redact_params(how->secrets[i], to);
}

static void add_xml(struct page *p, const struct record *a, const struct record *b,
                    const struct report_how *how)
{
    struct document sent[2] = {{{0}}}, received[2] = {{{0}}};
    read_document(&a->request, &a->sent, how, &sent[0]);
    read_document(&b->request, &b->sent, how, &sent[1]);
    read_document(&a->response, &a->received, how, &received[0]);
    read_document(&b->response, &b->received, how, &received[1]);
    add_documents(p, L(p->lang, "请求 XML 对照", "Request XML side by side"), &sent[0], &sent[1]);
    add_documents(p, L(p->lang, "应答 XML 对照", "Response XML side by side"), &received[0],
                  &received[1]);
    for (size_t i = 0; i < 2; i++) {
        clear_document(&sent[i]);
        clear_document(&received[i]);
    }
}

enum status report_compare(const struct record *a, const struct record *b,
                           const struct report_how *how, struct buf *out, struct err *err)
{
    static const enum page_form forms[] = {
        [REPORT_TEXT] = PAGE_TEXT, [REPORT_MARKDOWN] = PAGE_MARKDOWN, [REPORT_HTML] = PAGE_HTML};
    struct buf text;
    char title[256];

    if (how->form > REPORT_HTML)
        return err_set(err, ST_UNSUPPORTED, SAY("比较不能写成 %s", "", "用 text、md 或 html"),
                       SAY("a comparison cannot be written as %s", "", "use text, md or html"),
                       report_form_name(NULL, how->form));
    struct params sent[2] = {{0}}, received[2] = {{0}};
    buf_init(&text, REPORT_MAX);
    show_params(&a->sent, how, &sent[0]);
    show_params(&b->sent, how, &sent[1]);
    show_params(&a->received, how, &received[0]);
    show_params(&b->received, how, &received[1]);
    struct page p = {.out = &text,
                     .form = forms[how->form],
                     .lang = how->lang,
                     .width = how->width > 0 ? how->width : REPORT_WIDTH};
    snprintf(title, sizeof(title), L(p.lang, "第 %lld 号与第 %lld 号", "numbers %lld and %lld"),
             (long long)a->row.id, (long long)b->row.id);
    page_begin(&p, title);
    page_heading(&p, L(p.lang, "请求", "Request"));
    add_changes(&p, &sent[0], &sent[1]);
    add_aligned(&p, &sent[0], &sent[1]);
    if (received[0].count || received[1].count) {
        page_heading(&p, L(p.lang, "应答", "Response"));
        add_changes(&p, &received[0], &received[1]);
    }
    add_xml(&p, a, b, how);
    page_end(&p);
    report_clean(how, &a->sent, &text);
    if (!how->personal)
        personal_mask(&b->sent, &text);
    buf_add(out, buf_str(&text), text.len);
    buf_clear(&text);
    for (size_t i = 0; i < 2; i++) {
        params_clear(&sent[i]);
        params_clear(&received[i]);
    }
    return ST_OK;
}
