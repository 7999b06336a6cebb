/* SPDX-License-Identifier: MIT */
/*
 * How a command speaks: data on standard output, sentences on standard error, nothing raw.
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/found.h"
#include "core/text.h"

#define OUT_MAX (256u << 20) /* bytes of one document */

/* ---- Text ---- */

static void put_visible(FILE *f, const char *text, size_t len, unsigned flags)
{
    struct buf b;
    if (f == stderr) /* so that both come in the order of their making */
        fflush(stdout);
    buf_init(&b, OUT_MAX);
    text_visible(&b, text, len, flags);
    fwrite(buf_str(&b), 1, b.len, f);
    buf_clear(&b);
}

void cli_visible(FILE *f, const char *text, size_t len)
{
    put_visible(f, text, len, TEXT_KEEP_NEWLINE | TEXT_KEEP_TAB);
}

void cli_text(FILE *f, const char *text)
{
    cli_visible(f, text, strlen(text));
}

void cli_bytes(const char *data, size_t len)
{
    if (isatty(STDOUT_FILENO))
        cli_visible(stdout, data, len);
    else
        fwrite(data, 1, len, stdout);
}

static char *format_text(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static char *format_text(const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        die("out of memory");
    return text;
}

void cli_printf(FILE *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    cli_text(f, text);
    free(text);
}

void cli_line(FILE *f, const char *format, ...)
{
    size_t end = strlen(format);
    va_list args;
    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    bool ends = end > 0 && format[end - 1] == '\n';
    put_visible(f, text, strlen(text) - ends, 0);
    if (ends)
        fputc('\n', f);
    free(text);
}

void cli_json(struct json *j)
{
    struct buf b;
    buf_init(&b, OUT_MAX);
    json_write(j, false, &b);
    buf_addc(&b, '\n');
    fwrite(buf_str(&b), 1, b.len, stdout);
    fflush(stdout);
    buf_clear(&b);
    json_free(j);
}

const char *cli_style(const struct cli *c, const char *name)
{
    static const struct {
        const char *name, *code;
    } styles[] = {{"ok", "\033[32m"}, {"bad", "\033[31m"}, {"warn", "\033[33m"},
                  {"dim", "\033[2m"}, {"bold", "\033[1m"}, {"", "\033[0m"}};
    for (size_t i = 0; c->color && i < ARRAY_COUNT(styles); i++) {
        if (strcmp(styles[i].name, name) == 0)
            return styles[i].code;
    }
    return "";
}

#define CELL_BYTES 8 /* of a cell that are looked at: marks without a width are not endless */

void cli_cut(struct buf *out, const char *text, int cells)
{
    size_t all = strlen(text), len = all, most = (size_t)cells * CELL_BYTES;
    struct buf seen;
    if (len > most)
        for (len = most; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
            ;
    buf_init(&seen, OUT_MAX);
    text_visible(&seen, text, len, 0);
    bool whole = len == all && text_clip(buf_str(&seen), seen.len, cells, NULL) == seen.len;
    buf_add(out, buf_str(&seen),
            whole ? seen.len : text_clip(buf_str(&seen), seen.len, cells - 2, NULL));
    buf_adds(out, whole ? "" : "..");
    buf_clear(&seen);
}

/* ---- Tables ---- */

#define PADDED_MAX 64 /* cells that one wide cell may widen its column to */
#define LAST_TIMES 4  /* behind the last column nothing has to be aligned */

void cli_cell(struct cli_table *t, const char *text)
{
    bool last = (t->count + 1) % t->columns == 0;
    struct buf b;
    buf_init(&b, OUT_MAX);
    if (t->most)
        cli_cut(&b, text ? text : "", last ? LAST_TIMES * t->most : t->most);
    else
        text_visible(&b, text ? text : "", text ? strlen(text) : 0, 0);
    t->cells = mem_grow(t->cells, t->count + 1, sizeof(*t->cells));
    t->cells[t->count++] = mem_strdup(buf_str(&b));
    buf_clear(&b);
}

void cli_cellf(struct cli_table *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    cli_cell(t, text);
    free(text);
}

static int column_width(const struct cli_table *t, size_t column)
{
    int width = 0;
    for (size_t i = column; i < t->count; i += t->columns) {
        int w = text_width(t->cells[i], strlen(t->cells[i]));
        width = w > width ? w : width;
    }
    return width < PADDED_MAX ? width : PADDED_MAX;
}

/* Is there nothing but empty cells from `i` to the end of its row? */
static bool rest_empty(const struct cli_table *t, size_t i)
{
    for (; i < t->count; i++) {
        if (t->cells[i][0])
            return false;
        if ((i + 1) % t->columns == 0)
            break;
    }
    return true;
}

void cli_table(FILE *f, struct cli_table *t, const char *indent)
{
    if (t->columns == 0)
        return;
    int *widths = mem_alloc(t->columns * sizeof(*widths));
    for (size_t i = 0; i < t->columns; i++)
        widths[i] = column_width(t, i);
    for (size_t i = 0; i < t->count; i++) {
        size_t column = i % t->columns, next = i + 1;
        if (column == 0)
            fputs(indent, f);
        fputs(t->cells[i], f);
        if (next % t->columns == 0)
            fputc('\n', f);
        else if (!rest_empty(t, next) && widths[column] > 0) {
            int pad = widths[column] - text_width(t->cells[i], strlen(t->cells[i]));
            fprintf(f, "%*s", (pad > 0 ? pad : 0) + 2, "");
        }
    }
    for (size_t i = 0; i < t->count; i++)
        free(t->cells[i]);
    free(t->cells);
    free(widths);
    *t = (struct cli_table){.columns = t->columns};
}

/* ---- Errors and findings ---- */

int cli_exit(enum status st)
{
    switch (st) {
    case ST_OK:
        return EXIT_YES;
    case ST_IO:
    case ST_NETWORK:
    case ST_TIMEOUT:
        return EXIT_IO;
    case ST_CANCELLED:
        return EXIT_INTERRUPTED;
    case ST_REFUSED:
        return EXIT_NO;
    default:
        return EXIT_USAGE;
    }
}

struct json *cli_err_json(const struct cli *c, const struct err *err)
{
    static const char *const parts[] = {[ERR_WHAT] = "what", [ERR_WHY] = "why", [ERR_FIX] = "fix"};
    struct json *e = json_new_object();
    char text[ERR_TEXT_MAX];

    for (int i = ERR_WHAT; i <= ERR_FIX; i++) {
        err_part(err, c->lang, (enum err_part)i, text, sizeof(text));
        if (text[0])
            json_add_string(e, parts[i], text);
    }
    return e;
}

void cli_warn(const struct cli *c, const char *name, const struct err *err)
{
    char text[ERR_TEXT_MAX * 2];
    err_line(err, c->lang, text, sizeof(text));
    cli_line(stderr, "wxpc: %s%s%s\n", name ? name : "", name ? ": " : "", text);
}

int cli_fail(const struct cli *c, const struct err *err)
{
    if (c->json) {
        struct json *j = json_new_object();
        json_add(j, "error", cli_err_json(c, err));
        cli_json(j);
    } else {
        cli_warn(c, NULL, err);
    }
    return cli_exit(err->status);
}

void cli_findings(const struct cli *c, FILE *f, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *x = &findings->items[i];
        bool error = x->severity == SEVERITY_ERROR;
        bool plain = f == stderr && !isatty(STDERR_FILENO);
        fprintf(f, "%s%s%s ", plain ? "" : cli_style(c, error ? "bad" : "warn"),
                error ? L(c->lang, "错误", "error") : L(c->lang, "警告", "warning"),
                plain ? "" : cli_style(c, ""));
        cli_line(f, "%s [%s]: %s\n", x->field, x->rule, x->text[c->lang]);
    }
}

/* ---- Documents ---- */

#define LISTED_MAX 12

/* Those around the one that was taken. */
static void list_found(const struct cli *c, const struct found *f, size_t number)
{
    size_t first = number > LISTED_MAX / 2 ? number - LISTED_MAX / 2 : 1;
    size_t last = first + LISTED_MAX - 1 < f->count ? first + LISTED_MAX - 1 : f->count;
    char label[FOUND_LABEL_MAX];
    for (size_t i = first; i <= last; i++) {
        found_label(&f->docs[i - 1], c->lang, label);
        cli_line(stderr, "wxpc: %c %zu  %s\n", i == number ? '*' : ' ', i, label);
    }
    if (last - first + 1 < f->total)
        cli_printf(stderr, L(c->lang, "wxpc:   还有 %zu 个\n", "wxpc:   and %zu more\n"),
                   f->total - (last - first + 1));
}

void cli_tell_found(const struct cli *c, const struct found *f, size_t number)
{
    char line[ERR_TEXT_MAX];
    if (f->count == 0) /* the text is the document, or an error says why there is none */
        return;
    if (f->count > 1) {
        cli_printf(stderr,
                   L(c->lang, "wxpc: 其中有 %zu 个报文，取第 %zu 个；--document N 选择\n",
                     "wxpc: the text holds %zu messages, this is number %zu; --document N "
                     "chooses\n"),
                   f->total, number);
        list_found(c, f, number);
    } else {
        found_label(&f->docs[0], c->lang, line);
        cli_printf(stderr, L(c->lang, "wxpc: 取出了%s\n", "wxpc: taken out of it: %s\n"), line);
    }
    for (size_t i = 0; i < f->note_count; i++) {
        err_line(&f->notes[i], c->lang, line, sizeof(line));
        cli_printf(stderr, "wxpc: %s\n", line);
    }
    if (f->noted > f->note_count)
        cli_printf(stderr, L(c->lang, "wxpc: 另有 %zu 处\n", "wxpc: and %zu more of the kind\n"),
                   f->noted - f->note_count);
}
