/* SPDX-License-Identifier: MIT */
/*
 * One text for people in three forms: plain text, Markdown, a self-contained HTML page.
 *
 * A writer says what a part is (heading, paragraph, table, code); the form decides how it
 * looks. Whatever is handed in may come from outside: it is made visible, and escaped as
 * the form demands. Masking comes before escaping: with an escaped character in it a value would
 * not be found any more. HTML has no script, loads nothing and prints well.
 */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/params.h"

enum page_form { PAGE_TEXT, PAGE_MARKDOWN, PAGE_HTML };

#define PAGE_COLUMNS_MAX 6

/* Zeroed but for the first three members. */
struct page {
    struct buf *out; /* borrowed; its ceiling is the page's */
    enum page_form form;
    enum lang lang;
    int width;   /* of plain text, in cells: a wider table is told row by row; 0: any */
    bool masked; /* the payer's data is masked, */
    const struct params *known; /* values under its names wherever they stand; may be NULL */
    char **cells;               /* of the table under way */
    size_t cell_count, columns;
    bool commands; /* its last column holds commands */
};

/* What begins and ends the page. `title` is its first heading. */
void page_begin(struct page *p, const char *title);
void page_end(struct page *p);

void page_heading(struct page *p, const char *text);
void page_text(struct page *p, const char *text); /* a paragraph */

/* A table: its columns, then cells row by row, then its end. The first row is a heading. */
void page_table(struct page *p, size_t columns);
void page_cell(struct page *p, const char *text); /* copied; NULL: "" */
void page_table_end(struct page *p);

/* The same, and the last column holds commands to be copied. Markdown escapes what stands in a
   cell: it tells such a row in a line, with the command in a block of its own. */
void page_table_commands(struct page *p, size_t columns);

/* A cell's text on lines of `width` cells, those after the first indented by `indent`; the first
   stands behind that much already. Plain text alone. */
void page_wrapped(struct page *p, const char *text, int indent, int width);

/* Bytes as they are, but for what a terminal could obey. */
void page_code(struct page *p, const char *data, size_t len);

#endif
