/* SPDX-License-Identifier: MIT */
/*
 * The way of success follows from the order of the tables: from a state it goes to the
 * nearest later one that a step leads to. All other steps are branches of the state they
 * leave; a branch to a state that has steps of its own carries them below it.
 */
#include "core/life_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/text.h"

#define STATES_MAX 16
#define LINE_MAX_BYTES 1024

struct glyphs {
    const char *begin, *down, *into, *branch, *last, *to, *back;
    const char *now, *been;
    /* left-top, across, right-top, left, right, left-bottom, right-bottom; [1] doubled */
    const char *box[2][7];
    const char *out[2]; /* in the bottom line, where the way goes on */
};

static const struct glyphs glyph_sets[2] = {
    {"○",
     "│",
     "▼",
     "├─",
     "└─",
     "─▶",
     "↺",
     "●",
     "✓",
     {{"┌", "─", "┐", "│", "│", "└", "┘"}, {"╔", "═", "╗", "║", "║", "╚", "╝"}},
     {"┬", "╤"}},
    {"o",
     "|",
     "v",
     "+-",
     "+-",
     "->",
     "(again)",
     "@",
     "+",
     {{"+", "-", "+", "|", "|", "+", "+"}, {"#", "=", "#", "#", "#", "#", "#"}},
     {"+", "#"}},
};

struct chart {
    enum life_kind kind;
    const struct life_state *states;
    const struct life_step *steps;
    size_t state_count, step_count;
    const struct life_path *path;
    enum lang lang;
    const struct glyphs *g;
    size_t chain[STATES_MAX], chain_count;
    int width;  /* cells inside a box */
    bool names; /* boxes hold nothing else */
    bool known; /* which step led to the present state */
    struct life_lines *out;
};

/* ---- Lines ---- */

void life_lines_clear(struct life_lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->items[i].text);
    free(l->items);
    *l = (struct life_lines){0};
}

static void begin_line(struct buf *b)
{
    buf_init(b, LINE_MAX_BYTES);
}

static void end_line(struct chart *c, struct buf *b, enum life_line_kind kind)
{
    struct life_lines *l = c->out;
    l->items = mem_grow(l->items, l->count + 1, sizeof(*l->items));
    l->items[l->count++] = (struct life_line){mem_strdup(buf_str(b)), kind};
    buf_clear(b);
}

static void add_line(struct chart *c, const char *text)
{
    struct buf b;
    begin_line(&b);
    buf_adds(&b, text);
    end_line(c, &b, LIFE_LINE_PLAIN);
}

/* ---- States ---- */

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static size_t index_of(const struct chart *c, const char *name)
{
    size_t i = 0;
    while (i < c->state_count && !same(c->states[i].name, name))
        i++;
    return i;
}

static bool in_chain(const struct chart *c, const char *name)
{
    for (size_t i = 0; i < c->chain_count; i++) {
        if (same(c->states[c->chain[i]].name, name))
            return true;
    }
    return false;
}

/* The newest entry into a state; NULL if there was none. */
static const struct life_been *been(const struct chart *c, const char *state)
{
    for (size_t i = c->path->count; i-- > 0;) {
        if (same(c->path->items[i].state, state))
            return &c->path->items[i];
    }
    return NULL;
}

/* The newest time a step was taken; NULL if it never was. */
static const struct life_been *taken(const struct chart *c, const struct life_step *step)
{
    for (size_t i = c->path->count; i-- > 0;) {
        const struct life_been *e = &c->path->items[i];
        if (same(e->state, step->to) && same(e->from, step->from) && same(e->by, step->by))
            return e;
    }
    return NULL;
}

static void find_chain(struct chart *c)
{
    size_t at = 0;
    c->chain[c->chain_count++] = at;
    while (c->chain_count < STATES_MAX) {
        size_t next = c->state_count;
        for (size_t i = 0; i < c->step_count; i++) {
            size_t to = index_of(c, c->steps[i].to);
            if (same(c->steps[i].from, c->states[at].name) && to > at && to < next)
                next = to;
        }
        if (next == c->state_count)
            return;
        c->chain[c->chain_count++] = at = next;
    }
}

static void add_label(const struct chart *c, const struct life_state *s, struct buf *b)
{
    buf_adds(b, s->name);
    if (!c->names)
        buf_addf(b, "  %s", bi_get(s->text, c->lang));
}

static void measure(struct chart *c)
{
    c->width = 0;
    for (size_t i = 0; i < c->chain_count; i++) {
        struct buf b;
        begin_line(&b);
        add_label(c, &c->states[c->chain[i]], &b);
        int width = text_width(buf_str(&b), b.len);
        if (width > c->width)
            c->width = width;
        buf_clear(&b);
    }
}

/* ---- Boxes ---- */

static void add_edge(const struct chart *c, const char *const box[7], bool bottom, const char *out,
                     struct buf *b)
{
    buf_addf(b, " %s", box[bottom ? 5 : 0]);
    for (int i = 0; i < c->width + 4; i++)
        buf_adds(b, bottom && i == 0 && out ? out : box[1]);
    buf_adds(b, box[bottom ? 6 : 2]);
}

static void add_box(struct chart *c, const struct life_state *s, bool goes_on)
{
    bool now = same(c->path->present, s->name);
    const struct life_been *was = been(c, s->name);
    enum life_line_kind kind = now ? LIFE_LINE_NOW : was ? LIFE_LINE_PAST : LIFE_LINE_PLAIN;
    const char *const *box = c->g->box[now];
    struct buf b, label;

    begin_line(&b);
    add_edge(c, box, false, NULL, &b);
    end_line(c, &b, kind);
    begin_line(&label);
    add_label(c, s, &label);
    begin_line(&b);
    buf_addf(&b, " %s %s %s%*s %s", box[3],
             now   ? c->g->now
             : was ? c->g->been
                   : " ",
             buf_str(&label), c->width - text_width(buf_str(&label), label.len), "", box[4]);
    if (now)
        buf_addf(&b, "  %s", L(c->lang, "现在", "now"));
    if (was)
        buf_addf(&b, "  %s", was->note);
    buf_clear(&label);
    end_line(c, &b, kind);
    begin_line(&b);
    add_edge(c, box, true, goes_on ? c->g->out[now] : NULL, &b);
    end_line(c, &b, kind);
}

/* ---- Steps ---- */

static void add_step(const struct chart *c, const struct life_step *step, struct buf *b)
{
    buf_adds(b, bi_get(step->text, c->lang));
    if (step->by)
        buf_addf(b, " (%s)", step->by);
}

static void add_branches(struct chart *c, const char *from, const char *next, const char *indent,
                         int depth);

/* " ├─ close closeorder ─▶ CLOSED closed". */
static void add_branch(struct chart *c, const struct life_step *step, const char *indent,
                       const char *lead)
{
    size_t to = index_of(c, step->to);
    const struct life_been *was = taken(c, step);
    bool now = same(c->path->present, step->to) && !in_chain(c, step->to) && (was || !c->known);
    struct buf b;

    begin_line(&b);
    buf_addf(&b, "%s%s ", indent, lead);
    add_step(c, step, &b);
    if (same(step->from, step->to))
        buf_addf(&b, " %s", c->g->back);
    else if (to < c->state_count) {
        buf_addf(&b, " %s %s", c->g->to, now ? c->g->now : was ? c->g->been : "");
        buf_addf(&b, "%s%s", now || was ? " " : "", c->states[to].name);
        if (!in_chain(c, step->to))
            buf_addf(&b, " %s", bi_get(c->states[to].text, c->lang));
    }
    if (now)
        buf_addf(&b, "  %s", L(c->lang, "现在", "now"));
    if (was && !same(step->from, step->to))
        buf_addf(&b, "  %s", was->note);
    end_line(c, &b, now ? LIFE_LINE_NOW : was ? LIFE_LINE_PAST : LIFE_LINE_PLAIN);
}

/* Steps of `from` beside the one to `next`. What follows a state aside stands below it. */
static void add_branches(struct chart *c, const char *from, const char *next, const char *indent,
                         int depth)
{
    size_t last = c->step_count;
    for (size_t i = 0; i < c->step_count; i++) {
        if (same(c->steps[i].from, from) && !same(c->steps[i].to, next))
            last = i;
    }
    for (size_t i = 0; last < c->step_count && i <= last; i++) {
        const struct life_step *s = &c->steps[i];
        if (!same(s->from, from) || same(s->to, next))
            continue;
        bool ends = i == last && (!next || depth > 0);
        add_branch(c, s, indent, ends ? c->g->last : c->g->branch);
        if (depth == 0 && !in_chain(c, s->to)) {
            char below[32];
            snprintf(below, sizeof(below), "%s%s   ", indent, ends ? " " : c->g->down);
            add_branches(c, s->to, NULL, below, depth + 1);
        }
    }
}

/* " │ pays  ✓": how the way goes on. Several steps may lead there. */
static void add_way(struct chart *c, const char *from, const char *to)
{
    for (size_t i = 0; i < c->step_count; i++) {
        const struct life_step *s = &c->steps[i];
        struct buf b;
        if (!same(s->from, from) || !same(s->to, to))
            continue;
        bool was = taken(c, s) != NULL;
        begin_line(&b);
        buf_addf(&b, "  %s ", c->g->down);
        add_step(c, s, &b);
        if (was)
            buf_addf(&b, " %s", c->g->been);
        end_line(c, &b, was ? LIFE_LINE_PAST : LIFE_LINE_PLAIN);
    }
}

/* How it begins: the way taken if it is known, else all there are. */
static void add_begin(struct chart *c)
{
    bool known = false;
    for (size_t i = 0; i < c->step_count; i++)
        known = known || (!c->steps[i].from && c->steps[i].by && taken(c, &c->steps[i]));
    for (size_t i = 0; i < c->step_count; i++) {
        const struct life_step *s = &c->steps[i];
        bool first = same(s->to, c->states[0].name);
        if (s->from || (known && first && !taken(c, s)))
            continue;
        char lead[16];
        snprintf(lead, sizeof(lead), " %s", c->g->begin);
        if (!first) {
            add_branch(c, s, "", lead);
            continue;
        }
        struct buf b;
        bool was = taken(c, s);
        begin_line(&b);
        buf_addf(&b, " %s ", lead + 1);
        add_step(c, s, &b);
        if (was)
            buf_addf(&b, " %s", c->g->been);
        end_line(c, &b, was ? LIFE_LINE_PAST : LIFE_LINE_PLAIN);
    }
}

void life_chart(enum life_kind kind, const struct life_path *path, enum lang lang, bool ascii,
                struct life_lines *out)
{
    struct chart c = {
        .kind = kind, .path = path, .lang = lang, .g = &glyph_sets[ascii], .out = out};
    char line[16], indent[] = "  ";

    life_lines_clear(out);
    c.states = life_states(kind, &c.state_count);
    c.steps = life_steps(kind, &c.step_count);
    find_chain(&c);
    measure(&c);
    c.names = path->cols > 0 && c.width + 7 > path->cols; /* edges, marks, margins */
    if (c.names)
        measure(&c);
    for (size_t i = 0; i < c.step_count; i++)
        c.known = c.known || (same(c.steps[i].to, path->present) && taken(&c, &c.steps[i]));
    add_begin(&c);
    snprintf(line, sizeof(line), "  %s", c.g->into);
    for (size_t i = 0; i < c.chain_count; i++) {
        const char *name = c.states[c.chain[i]].name;
        const char *next = i + 1 < c.chain_count ? c.states[c.chain[i + 1]].name : NULL;
        bool leaves = false;
        for (size_t k = 0; k < c.step_count; k++)
            leaves = leaves || same(c.steps[k].from, name);
        add_line(&c, line);
        add_box(&c, &c.states[c.chain[i]], leaves);
        add_branches(&c, name, next, indent, 0);
        if (next)
            add_way(&c, name, next);
    }
}
