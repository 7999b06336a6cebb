/* SPDX-License-Identifier: MIT */
/*
 * Findings: a list that keeps its memory, and the sentences in it.
 *
 * Sentences are cut at a character; values inside them are made visible first, so that
 * a finding can go to a terminal as it is.
 */
#include "core/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define CAP_FIRST 16
#define SHOWN_CELLS 40 /* cells of a value inside a sentence */

void findings_reset(struct findings *f)
{
    f->count = 0;
    f->errors = 0;
}

void findings_clear(struct findings *f)
{
    free(f->items);
    *f = (struct findings){0};
}

/* The bytes of the text that end with a whole character. */
static size_t whole_chars(const char *s, size_t len)
{
    size_t at = 0;
    return text_valid(s, len, &at) ? len : at;
}

/* Appends to a sentence, cut at a character when it is full. */
__attribute__((format(printf, 2, 0))) static void append(char text[FINDING_TEXT_MAX],
                                                         const char *format, va_list args)
{
    size_t used = strlen(text);
    int n = vsnprintf(text + used, FINDING_TEXT_MAX - used, format, args);
    if (n < 0) {
        text[used] = '\0';
    } else if ((size_t)n >= FINDING_TEXT_MAX - used) {
        text[whole_chars(text, FINDING_TEXT_MAX - 1)] = '\0';
    }
}

/* The place of the next finding; NULL when there is none for it. */
static struct finding *next_finding(struct findings *f, enum severity severity)
{
    if (f->count == FINDINGS_MAX) {
        bool only_error = severity == SEVERITY_ERROR && f->errors == 0;
        return only_error ? &f->items[FINDINGS_MAX - 1] : NULL;
    }
    if (f->count == f->cap) {
        f->cap = f->cap ? f->cap * 2 : CAP_FIRST;
        f->items = mem_grow(f->items, f->cap, sizeof *f->items);
    }
    return &f->items[f->count++];
}

struct finding *findings_add(struct findings *f, struct finding_head head, const char *zh,
                             const char *en, ...)
{
    struct finding *one = next_finding(f, head.severity);
    if (!one) {
        return NULL;
    }
    f->errors += head.severity == SEVERITY_ERROR;
    one->severity = head.severity;
    one->rule = head.rule;
    one->lacking = head.lacking;
    size_t len = strnlen(head.field, FINDING_FIELD_MAX - 1);
    memcpy(one->field, head.field, len);
    one->field[whole_chars(head.field, len)] = '\0';
    one->text[LANG_ZH][0] = '\0';
    one->text[LANG_EN][0] = '\0';
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    append(one->text[LANG_ZH], zh, args);
    append(one->text[LANG_EN], en, again);
    va_end(again);
    va_end(args);
    return one;
}

void finding_more(struct finding *one, const char *zh, const char *en, ...)
{
    if (!one) {
        return;
    }
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    append(one->text[LANG_ZH], zh, args);
    append(one->text[LANG_EN], en, again);
    va_end(again);
    va_end(args);
}

const char *finding_shown(const char *value, size_t len, bool sensitive,
                          char out[FINDING_SHOWN_MAX])
{
    if (sensitive) {
        memcpy(out, "****", sizeof "****");
        return out;
    }
    /* Every byte takes at least a third of a cell, so this much covers what can be shown. */
    size_t look = len < 4 * SHOWN_CELLS ? len : 4 * SHOWN_CELLS;
    struct buf visible;
    buf_init(&visible, 8 * 4 * SHOWN_CELLS);
    text_visible(&visible, value, look, 0);
    size_t fits = text_clip(buf_str(&visible), visible.len, SHOWN_CELLS, NULL);
    if (fits > FINDING_SHOWN_MAX - 4) {
        fits = whole_chars(buf_str(&visible), FINDING_SHOWN_MAX - 4);
    }
    bool cut = fits < visible.len || look < len;
    snprintf(out, FINDING_SHOWN_MAX, "%.*s%s", (int)fits, buf_str(&visible), cut ? "…" : "");
    buf_clear(&visible);
    return out;
}

/* Is `name` the field, or one inside it? */
static bool belongs(const char *name, const char *field)
{
    size_t len = strlen(field);
    return strncmp(name, field, len) == 0 &&
           (name[len] == '\0' || name[len] == '.' || name[len] == '[');
}

const struct finding *findings_of(const struct findings *f, const char *field)
{
    const struct finding *worst = NULL;
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->items[i];
        if (belongs(one->field, field) && (!worst || one->severity > worst->severity)) {
            worst = one;
        }
    }
    return worst;
}

const char *severity_name(enum severity severity)
{
    return severity == SEVERITY_ERROR ? "error" : "warning";
}

struct json *findings_json(const struct findings *f)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->items[i];
        struct json *row = json_new_object();
        json_add_string(row, "field", one->field);
        json_add_string(row, "severity", severity_name(one->severity));
        json_add_string(row, "rule", one->rule);
        json_add_string(row, "zh", one->text[LANG_ZH]);
        json_add_string(row, "en", one->text[LANG_EN]);
        json_push(list, row);
    }
    return list;
}
