/* SPDX-License-Identifier: MIT */
/*
 * Of a request the row shows what tells it from others: of its path the last folder.
 */
#include "tui/sandbox_lines.h"

#include <stdio.h>
#include <string.h>

#include "tui/list.h"
#include "tui/pane.h"

bool sandbox_line_matches(const struct sandbox_line *line, const char *filter)
{
    char text[1200];
    snprintf(text, sizeof(text), "%s %s %s", line->what, line->why[LANG_ZH], line->why[LANG_EN]);
    return list_match(filter, text);
}

/* "POST /pay/unifiedorder T2026…  SIGNERROR": the last folder, the order, the code. */
static void cut_line(const char *what, struct surface_text *path, struct surface_text *order,
                     const char **code)
{
    const char *end = strstr(what, "  "), *space = strchr(what, ' ');
    *code = end ? end + 2 : "";
    *path = (struct surface_text){what, end ? (size_t)(end - what) : strlen(what)};
    *order = (struct surface_text){"", 0};
    if (!space || (end && space >= end))
        return;
    const char *start = space + 1, *stop = what + path->len;
    const char *next = memchr(start, ' ', (size_t)(stop - start));
    if (next)
        *order = (struct surface_text){next + 1, (size_t)(stop - next - 1)};
    stop = next ? next : stop;
    for (const char *c = start; c < stop; c++) {
        if (*c == '/')
            start = c + 1;
    }
    *path = (struct surface_text){start, (size_t)(stop - start)};
}

void sandbox_line_row(const struct sandbox_line *line, struct surface *s)
{
    struct surface_text path, order;
    const char *code;
    char at[9];

    pane_time(line->at, at);
    cut_line(line->what, &path, &order, &code);
    surface_put(s, 0, 0, line->ok ? THEME_OK : THEME_ERROR, line->ok ? "ok" : "x ");
    int col = surface_put(s, 0, 3, THEME_DIM, at) + 1;
    /* Of what went well the code says nothing new; of what did not it says most. */
    if (!line->ok)
        col = surface_put(s, 0, col, THEME_ERROR, code) + 1;
    col = surface_put_n(s, 0, col, THEME_TEXT, path) + 1;
    surface_put_n(s, 0, col, THEME_DIM, order);
}

void sandbox_line_page(const struct sandbox_line *line, enum lang lang, struct buf *out)
{
    char at[9];

    pane_time(line->at, at);
    buf_addf(out, "%s  %s  %s\n\n%s\n", at, line->ok ? "ok" : "x", line->what, line->why[lang]);
    if (line->joined)
        buf_addf(out, "\n%s\n%s\n",
                 L(lang, "沙箱验签时拼接的文本（密钥已遮盖）：",
                   "What the sandbox joined to check the signature (key masked):"),
                 line->joined);
}
