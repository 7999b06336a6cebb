/* SPDX-License-Identifier: MIT */
/*
 * The frame of the console: panes, overlays, messages, and what stands above (screen_head.c) and
 * below them (screen_foot.c).
 *
 * Everything is drawn from state after each event; the grid finds what changed.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/screen.h"

#define MESSAGE_ROWS 5

/* ---- Panes ---- */

void screen_view_frame(struct view *v, struct view_frame *out)
{
    memset(out, 0, sizeof(*out));
    if (v->ops->frame)
        v->ops->frame(v, out);
}

/* Draws the view, then asks for its frame: how far it is scrolled shows only afterwards. `before`
   cells of the title are somebody else's. */
static void draw_view(struct view *v, const struct surface *area, int before,
                      struct view_frame *out)
{
    struct surface in =
        surface_sub(area, rect_inner((struct rect){.rows = area->rows, .cols = area->cols}));
    v->ops->draw(v, &in);
    v->head = area->cols - 6 - before;
    screen_view_frame(v, out);
}

/* What stands before a pane's own title: its number; where three panes share one place the others
   too, by name unless the pane in front has the keys and needs the room for its tabs. */
static void put_number(struct screen *s, enum plan_pane pane, char *out, size_t size)
{
    size_t len = 0;
    if (!s->plan.tabs || pane < PLAN_SIGN || pane > PLAN_REPLY) {
        snprintf(out, size, "%d ", pane + 1);
        return;
    }
    for (enum plan_pane p = PLAN_SIGN; p <= pane && len < size; p++) {
        const char *name = screen_pane_name(s, p);
        int n = p == pane          ? snprintf(out + len, size - len, ">%d ", p + 1)
                : s->focus == pane ? snprintf(out + len, size - len, "%d ", p + 1)
                                   : snprintf(out + len, size - len, "%d %s | ", p + 1, name);
        len += n > 0 ? (size_t)n : 0;
    }
}

/* And behind it: those that follow. */
static void put_others(struct screen *s, enum plan_pane pane, char *out, size_t size)
{
    size_t len = strlen(out);
    for (enum plan_pane p = pane + 1; s->plan.tabs && pane >= PLAN_SIGN && p <= PLAN_REPLY; p++) {
        const char *name = screen_pane_name(s, p);
        if (len < size)
            len += (size_t)snprintf(out + len, size - len,
                                    s->focus == pane ? " %d%.0s" : " | %d %s", p + 1, name);
    }
}

static void draw_pane(struct screen *s, struct surface *root, enum plan_pane pane)
{
    struct view *v = &s->pane[pane];
    struct view_frame f;
    char title[256];
    struct surface area = surface_sub(root, s->plan.pane[pane]);

    v->focus = pane == s->focus && !s->over_count;
    v->edit = v->focus ? s->edit : v->edit;
    put_number(s, pane, title, sizeof(title));
    draw_view(v, &area, text_width(title, strlen(title)) + (s->plan.tabs ? 4 : 0), &f);
    snprintf(title + strlen(title), sizeof(title) - strlen(title), "%s", f.title);
    put_others(s, pane, title, sizeof(title));
    surface_frame(&area, &(struct surface_frame){.title = title,
                                                 .state = f.state,
                                                 .foot = f.foot,
                                                 .state_style = f.state_style,
                                                 .focus = pane == s->focus,
                                                 .production = screen_is_production(s)});
    if (s->tour.on && s->tour.looks && pane == s->focus && !s->over_count)
        surface_restyle(&area, 0, 0, area.cols, THEME_MATCH);
}

static void draw_panes(struct screen *s, struct surface *root)
{
    for (enum plan_pane p = PLAN_APIS; p < PLAN_PANES; p++) {
        if (!rect_is_empty(s->plan.pane[p]) && p != s->focus)
            draw_pane(s, root, p);
    }
    if (!rect_is_empty(s->plan.pane[s->focus])) /* last: it owns the cursor */
        draw_pane(s, root, s->focus);
}

/* ---- Overlays ---- */

static void draw_overlay(struct screen *s, struct surface *root, struct view *v, bool top)
{
    struct rect room = {s->plan.header.rows, 0, 0, s->cols};
    struct view_frame f;

    room.rows = (s->tour.on ? s->plan.strip.row : s->plan.help.row) - room.row;
    int rows = room.rows - 2, cols = room.cols - 2;
    if (v->ops->size)
        v->ops->size(v, &rows, &cols);
    struct surface area = surface_sub(root, rect_center(room, rows + 2, cols + 2));
    v->focus = top;
    surface_fill(&area, THEME_TEXT);
    draw_view(v, &area, 0, &f);
    surface_frame(&area, &(struct surface_frame){.title = f.title,
                                                 .state = f.state,
                                                 .foot = f.foot,
                                                 .state_style = f.state_style,
                                                 .focus = top,
                                                 .production = screen_is_production(s)});
}

/* ---- Messages ---- */

/* Stands over the help line, and as much above it as it needs, until the next key. */
static void draw_message(struct screen *s, struct surface *root)
{
    const struct message *m = &s->w.message;
    char text[ERR_TEXT_MAX];

    if (s->w.rev_message == s->seen_message)
        return;
    err_line(&m->text, s->w.settings.lang, text, sizeof(text));
    int rows = text_wrap_rows(text, s->cols - 2);
    rows = rows > MESSAGE_ROWS ? MESSAGE_ROWS : rows;
    int last = s->plan.help.row + s->plan.help.rows;
    struct surface area = surface_sub(root, (struct rect){last - rows, 0, rows, s->cols});
    struct surface in = surface_sub(&area, (struct rect){0, 1, rows, s->cols - 2});
    surface_fill(&area, THEME_TEXT);
    surface_put_wrapped(&in, 0, m->error ? THEME_ERROR : THEME_OK, text);
}

/* ---- All ---- */

static void draw_small(struct screen *s, struct surface *root)
{
    enum lang l = s->w.settings.lang;
    char text[160];

    snprintf(text, sizeof(text),
             L(l, "窗口太小（%dx%d）：wxpc 至少需要 40x12，请放大窗口",
               "window too small (%dx%d): wxpc needs 40x12, make it larger"),
             s->cols, s->rows);
    surface_put_wrapped(root, 0, THEME_TEXT, text);
}

/* Where signature, XML and reply share one place it shows what just moved: the answer to a call,
   and the signature again as soon as the form is typed in. */
static void follow(struct screen *s)
{
    unsigned now[SCREEN_REVS];
    screen_revs(s, now);
    if (now[SCREEN_REV_EXCHANGE] != s->drawn[SCREEN_REV_EXCHANGE])
        s->tab = PLAN_REPLY;
    else if (now[SCREEN_REV_FORM] != s->drawn[SCREEN_REV_FORM] && s->edit)
        s->tab = PLAN_SIGN;
}

/* What is open may need more than a row of help: those above it, of the live lines or its own. */
static void make_room_for_help(struct screen *s)
{
    struct view *v = screen_view(s);
    struct rect *help = &s->plan.help;
    if (s->over_count && v->ops->help_rows && help->rows) {
        int more = v->ops->help_rows(v, help->cols) - help->rows;
        help->row -= more;
        help->rows += more;
    }
}

static void plan(struct screen *s)
{
    struct plan_input in = {.cols = s->cols,
                            .rows = s->rows,
                            .focus = s->focus,
                            .tab = s->tab,
                            .zoom = s->zoom,
                            .strip = screen_tour_rows(s)};
    memcpy(in.wider, s->wider, sizeof(in.wider));
    layout_plan(&in, &s->plan);
    make_room_for_help(s);
}

void screen_draw(struct screen *s)
{
    struct surface root = surface_root(s->grid);

    surface_begin(s->grid);
    follow(s);
    plan(s);
    screen_revs(s, s->drawn);
    s->stale = false;
    if (s->plan.kind == PLAN_SMALL) {
        draw_small(s, &root);
        return;
    }
    struct surface header = surface_sub(&root, s->plan.header);
    struct surface strip = surface_sub(&root, s->plan.strip);
    struct surface live = surface_sub(&root, s->plan.live);
    struct surface help = surface_sub(&root, s->plan.help);
    struct surface status = surface_sub(&root, s->plan.status);
    struct surface hints = surface_sub(&root, s->plan.hints);
    screen_draw_header(s, &header);
    draw_panes(s, &root);
    if (s->tour.on)
        screen_tour_draw(s, &strip);
    if (s->plan.live.rows)
        screen_draw_live(s, &live);
    screen_draw_status(s, &status);
    screen_draw_hints(s, &hints);
    for (size_t i = 0; i < s->over_count; i++)
        draw_overlay(s, &root, s->over[i], i + 1 == s->over_count);
    screen_draw_help(s, &help); /* last: where something is searched its cursor counts */
    draw_message(s, &root);
    screen_revs(s, s->drawn); /* the first look at a draft opens it */
}
