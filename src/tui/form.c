/* SPDX-License-Identifier: MIT */
/*
 * Columns of a row: selection, mark, name, source, value, note. The name column is as wide
 * as the widest visible name, within limits; the note gives way first when it gets narrow.
 */
#include "tui/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/validate.h"

#define NAME_COL 3
#define NAME_MIN 8
#define VALUE_MIN 8
#define VALUE_SHOWN 1024 /* bytes of a value that are looked at for drawing */

char form_source(enum param_source source)
{
    static const char letters[] = {
        [PARAM_USER] = ' ', [PARAM_PROFILE] = 'P', [PARAM_DEFAULT] = 'D', [PARAM_GENERATED] = 'G'};
    return letters[source];
}

/* ---- What the catalogue knows ---- */

static void describe_length(const struct field *f, const char *value, size_t len, char *out,
                            size_t size)
{
    size_t chars = text_chars(value, len);
    char limit[24] = "";

    if (f->max)
        snprintf(limit, sizeof(limit), "/%" PRId64, f->max);
    if (chars == len)
        snprintf(out, size, "%zu%s", len, limit);
    else if (f->unit == UNIT_BYTES)
        snprintf(out, size, "%zuc %zuB%s", chars, len, limit);
    else
        snprintf(out, size, "%zuc%s %zuB", chars, limit, len);
}

static void describe_time(const char *value, char *out, size_t size)
{
    time_t t;
    if (text_time_read(value, &t))
        snprintf(out, size, "= %.4s-%.2s-%.2s %.2s:%.2s:%.2s", value, value + 4, value + 6,
                 value + 8, value + 10, value + 12);
}

void form_describe(const struct field *field, const char *value, size_t len, enum lang lang,
                   struct form_row *out)
{
    int64_t fen;
    char yuan[32];

    if (!field || !out->value)
        return;
    out->choice = field->value_count > 0;
    if (out->choice)
        return;
    describe_length(field, value, len, out->note, sizeof(out->note));
    if (field->type == FIELD_FEN && text_read_fen(value, &fen)) {
        text_yuan(fen, yuan, sizeof(yuan));
        snprintf(out->after, sizeof(out->after), "= CNY %s", yuan);
    } else if (field->type == FIELD_TIME) {
        describe_time(value, out->after, sizeof(out->after));
    }
    if ((field->type == FIELD_FEN || field->type == FIELD_INT) && !field->max)
        snprintf(out->note, sizeof(out->note), "%s",
                 field->type == FIELD_FEN ? L(lang, "分", "fen") : L(lang, "整数", "int"));
}

/* ---- Moving ---- */

size_t form_page(int rows)
{
    return rows > 6 ? (size_t)rows - 1 : rows > 0 ? (size_t)rows : 1;
}

bool form_move(struct form *f, enum action a, size_t page)
{
    size_t last = f->count ? f->count - 1 : 0;

    if (a == ACTION_UP)
        f->selected -= f->selected > 0;
    else if (a == ACTION_DOWN)
        f->selected += f->selected < last;
    else if (a == ACTION_TOP)
        f->selected = 0;
    else if (a == ACTION_BOTTOM)
        f->selected = last;
    else if (a == ACTION_PAGE_UP)
        f->selected -= f->selected < page ? f->selected : page;
    else if (a == ACTION_PAGE_DOWN)
        f->selected = f->selected + page > last ? last : f->selected + page;
    else
        return false;
    return true;
}

/* ---- Drawing ---- */

struct columns {
    int name;  /* width */
    int value; /* column */
    bool note; /* has any row one? */
};

static void scroll(struct form *f, size_t page)
{
    if (f->count && f->selected >= f->count)
        f->selected = f->count - 1;
    if (f->selected < f->top)
        f->top = f->selected;
    if (f->selected >= f->top + page)
        f->top = f->selected - page + 1;
    if (f->top + page > f->count)
        f->top = f->count > page ? f->count - page : 0;
}

/* Widths that the visible rows ask for, brought down to what the surface has. */
static struct columns measure(const struct form *f, const struct surface *s,
                              const struct form_look *look, size_t page)
{
    struct columns c = {.name = NAME_MIN};

    for (size_t i = f->top; i < f->count && i < f->top + page; i++) {
        struct form_row row = {0};
        look->row(look->ctx, i, &row);
        int name = row.indent + text_width(row.name, strlen(row.name));
        c.name = name > c.name ? name : c.name;
        c.note = c.note || row.note[0];
    }
    if (c.name > s->cols / 2 - NAME_COL)
        c.name = s->cols / 2 - NAME_COL;
    if (c.name < NAME_MIN)
        c.name = NAME_MIN;
    c.value = NAME_COL + c.name + 3;
    return c;
}

static unsigned mark_style(char mark)
{
    return mark == '!' ? THEME_ERROR : mark == '?' ? THEME_WARN : THEME_ACCENT;
}

/* A copy of the part of a value that can be visible, so that a long one costs nothing. */
static void put_value(struct surface *area, int col, unsigned style, const struct form_row *row)
{
    char shown[VALUE_SHOWN + 1];
    size_t len = row->len < VALUE_SHOWN ? row->len : VALUE_SHOWN;
    while (len < row->len && len > 0 && ((unsigned char)row->value[len] & 0xC0) == 0x80)
        len--;
    memcpy(shown, row->value, len);
    shown[len] = '\0';
    surface_put_cut(area, 0, col, style, shown);
}

static void draw_plain(struct surface *area, const struct form_row *row, enum lang lang)
{
    unsigned style = row->off ? THEME_DIM : THEME_VALUE;
    int end;

    if (row->header) {
        surface_put_cut(area, 0, 0, THEME_DIM, row->value ? row->value : "");
        return;
    }
    if (!row->value) {
        surface_put(area, 0, 0, THEME_DIM,
                    row->off ? L(lang, "（未启用）", "(off)") : L(lang, "（空）", "(empty)"));
        return;
    }
    if (row->choice) {
        end = surface_put(area, 0, 0, THEME_ACCENT, "[");
        end = surface_put_n(
            area, 0, end, style,
            (struct surface_text){row->value, row->len < VALUE_SHOWN ? row->len : VALUE_SHOWN});
        end = surface_put(area, 0, end, THEME_ACCENT, " v]");
    } else if (row->len == 0) {
        end = surface_put(area, 0, 0, THEME_DIM, L(lang, "（空）", "(empty)"));
    } else {
        put_value(area, 0, style, row);
        end = row->len < VALUE_SHOWN ? text_width(row->value, row->len) : area->cols;
    }
    if (row->after[0] && !row->off)
        surface_put_cut(area, 0, end + 2, THEME_DIM, row->after);
}

static void draw_edit(struct surface *row, struct surface *area, const struct edit *e,
                      int value_col)
{
    struct edit_line line;
    struct buf shown;

    buf_init(&shown, 16u << 10);
    edit_show_line(e, area->cols, &shown, &line);
    surface_fill_row(area, 0, THEME_EDIT);
    surface_put(area, 0, line.indent, THEME_EDIT, buf_str(&shown));
    if (line.more_left)
        surface_put(row, 0, value_col - 1, THEME_ACCENT, "<");
    if (line.more_right)
        surface_put(row, 0, value_col + area->cols, THEME_ACCENT, ">");
    surface_cursor(area, 0, line.cursor);
    buf_clear(&shown);
}

static void draw_row(struct surface *line, const struct form_row *row, const struct columns *c,
                     const struct form_look *look, bool selected)
{
    const struct edit *edit = selected ? look->edit : NULL;
    const char *right =
        row->off && row->value && !row->header ? L(look->lang, "（停用）", "(off)") : row->note;
    int note = text_width(right, strlen(right));
    struct surface name = surface_row(line, 0, NAME_COL + row->indent, c->name - row->indent);
    if (line->cols - c->value - note - 2 < VALUE_MIN)
        note = 0;
    struct surface area =
        surface_row(line, 0, c->value, line->cols - c->value - (note ? note + 2 : 1));
    unsigned label = row->off ? THEME_DIM : THEME_LABEL;

    surface_put(line, 0, 1, mark_style(row->mark), (char[]){row->mark, '\0'});
    surface_put_cut(&name, 0, 0, label, row->name);
    if (look->match && look->match[0] && text_has_nocase(row->name, look->match))
        surface_restyle(&name, 0, 0, text_width(row->name, strlen(row->name)), THEME_MATCH);
    surface_put(line, 0, c->value - 2, THEME_DIM, (char[]){row->source, '\0'});
    if (note)
        surface_put_right(line, 0, THEME_DIM, right);
    if (selected)
        surface_put(line, 0, 0, look->focus ? THEME_ACCENT : THEME_DIM, ">");
    if (edit)
        draw_edit(line, &area, edit, c->value);
    else
        draw_plain(&area, row, look->lang);
    if (selected && look->focus && !edit)
        surface_restyle(line, 0, 0, line->cols, THEME_SELECTION);
}

static void draw_heading(struct surface *s, const struct columns *c, enum lang lang, bool sources)
{
    const char *note = L(lang, "长度", "length");
    int width = c->note ? text_width(note, strlen(note)) + 1 : 0;
    struct surface middle = surface_row(s, 0, c->value - 2, s->cols - c->value + 2 - width);

    surface_put(s, 0, NAME_COL, THEME_DIM, L(lang, "字段", "field"));
    if (!sources)
        surface_put_cut(&middle, 0, 2, THEME_DIM, L(lang, "值", "value"));
    else if (middle.cols > 34)
        surface_put_cut(
            &middle, 0, 0, THEME_DIM,
            L(lang, "P 来自商户配置  G 自动生成  D 默认值", "P profile  G generated  D default"));
    else
        surface_put_cut(&middle, 0, 0, THEME_DIM,
                        L(lang, "P 商户 G 生成 D 默认", "P prof G gen D def"));
    if (c->note)
        surface_put_right(s, 0, THEME_DIM, note);
}

void form_draw(struct form *f, struct surface *s, const struct form_look *look)
{
    size_t page = form_page(s->rows);
    int first = s->rows > 6;

    scroll(f, page);
    struct columns c = measure(f, s, look, page);
    if (first)
        draw_heading(s, &c, look->lang, look->sources);
    for (size_t i = f->top; i < f->count && i < f->top + page; i++) {
        struct form_row row = {.mark = ' ', .source = ' '};
        struct surface line = surface_row(s, first + (int)(i - f->top), 0, -1);
        look->row(look->ctx, i, &row);
        draw_row(&line, &row, &c, look, i == f->selected);
    }
}
