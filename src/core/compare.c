/* SPDX-License-Identifier: MIT */
/* A merge of two sorted lists. */
#include "core/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/personal.h"

static const struct {
    const char *name;
    struct bi text;
} changes[] = {
    [COMPARE_SAME] = {"same", {"相同", "same"}},
    [COMPARE_CHANGED] = {"changed", {"不同", "changed"}},
    [COMPARE_REMOVED] = {"removed", {"仅左侧有", "only left"}},
    [COMPARE_ADDED] = {"added", {"仅右侧有", "only right"}},
};

const char *compare_change_name(enum compare_change c)
{
    return changes[c].name;
}

struct bi compare_change_text(enum compare_change c)
{
    return changes[c].text;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct param *const *)a)->name, (*(const struct param *const *)b)->name);
}

/* The entries that count, sorted; `*count` of them. The caller frees. */
static const struct param **sorted(const struct params *p, size_t *count)
{
    const struct param **list = mem_alloc((p->count + 1) * sizeof(const struct param *));
    *count = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (!p->items[i].off && p->items[i].value_len > 0)
            list[(*count)++] = &p->items[i];
    }
    qsort(list, *count, sizeof(*list), by_name);
    return list;
}

static size_t first_difference(const struct param *a, const struct param *b)
{
    size_t at = 0;
    while (at < a->value_len && at < b->value_len && a->value[at] == b->value[at])
        at++;
    while (at > 0 && ((unsigned char)a->value[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* One of the two is there. */
static struct compare_row make_row(const char *name, const struct param *a, const struct param *b)
{
    struct compare_row r = {.name = name, .a = a, .b = b};
    if (!a || !b) {
        r.change = a ? COMPARE_REMOVED : COMPARE_ADDED;
    } else if (a->value_len != b->value_len || memcmp(a->value, b->value, a->value_len) != 0) {
        r.change = COMPARE_CHANGED;
        r.at = first_difference(a, b);
    }
    return r;
}

void compare_params(const struct params *a, const struct params *b, struct compare *out)
{
    size_t na, nb, i = 0, k = 0;
    const struct param **la = sorted(a, &na), **lb = sorted(b, &nb);

    compare_clear(out);
    out->rows = mem_alloc((na + nb + 1) * sizeof(*out->rows));
    while (i < na || k < nb) {
        int order = i == na ? 1 : k == nb ? -1 : strcmp(la[i]->name, lb[k]->name);
        const char *name = order <= 0 ? la[i]->name : lb[k]->name;
        const struct param *left = order <= 0 ? la[i++] : NULL;
        const struct param *right = order >= 0 ? lb[k++] : NULL;
        struct compare_row *row = &out->rows[out->count++];
        *row = make_row(name, left, right);
        out->differing += row->change != COMPARE_SAME;
    }
    free(la);
    free(lb);
}

void compare_clear(struct compare *c)
{
    free(c->rows);
    *c = (struct compare){0};
}

static void add_value(struct json *j, const char *member, const struct param *p, bool masked)
{
    struct buf text;
    if (!p)
        return;
    buf_init(&text, PARAM_VALUE_MAX);
    if (masked && personal_is_name(p->name))
        personal_mask_value(p->value, p->value_len, &text);
    else
        buf_add(&text, p->value, p->value_len);
    if (masked)
        personal_mask(NULL, &text);
    json_add_string(j, member, buf_str(&text));
    buf_clear(&text);
}

struct json *compare_json(const struct compare *c, bool masked)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < c->count; i++) {
        const struct compare_row *r = &c->rows[i];
        if (r->change == COMPARE_SAME)
            continue;
        struct json *j = json_new_object();
        json_add_string(j, "field", r->name);
        json_add_string(j, "change", compare_change_name(r->change));
        add_value(j, "from", r->a, masked);
        add_value(j, "to", r->b, masked);
        json_push(list, j);
    }
    return list;
}
