/* SPDX-License-Identifier: MIT */
/*
 * Filling follows references a few levels deep and counts what it writes; a step costs at least
 * one byte of that count, so that values which multiply each other come to an end.
 */
#include "core/variables.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8   /* values within values */
#define NAME_SIZE 128 /* bytes of a name with its NUL */

void variables_add(struct variables *v, const char *name, const char *value, int rank)
{
    if (!name || !name[0] || strlen(name) >= NAME_SIZE || !value || !value[0] ||
        v->count == VARIABLES_MAX)
        return;
    if (v->count == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 16;
        v->items = mem_grow(v->items, v->cap, sizeof(*v->items));
    }
    v->items[v->count] = (struct variable){mem_strdup(name), mem_strdup(value), rank, v->count};
    v->count++;
    v->sorted = false;
}

static int by_name(const void *a, const void *b)
{
    const struct variable *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (!order)
        order = y->rank - x->rank;
    return order ? order : x->number < y->number ? -1 : 1;
}

static int is_named(const void *name, const void *variable)
{
    return strcmp(name, ((const struct variable *)variable)->name);
}

/* NULL: there is none. */
static const char *value_of(struct variables *v, const char *name)
{
    if (v->count == 0)
        return NULL;
    if (!v->sorted)
        qsort(v->items, v->count, sizeof(*v->items), by_name);
    v->sorted = true;
    const struct variable *found = bsearch(name, v->items, v->count, sizeof(*v->items), is_named);
    while (found && found > v->items && strcmp(found[-1].name, name) == 0)
        found--;
    return found ? found->value : NULL;
}

static void name_left(struct variables *v, const char *name)
{
    struct span rest, part;
    if (!v->left.max)
        buf_init(&v->left, VARIABLES_NAMES_MAX);
    rest = (struct span){buf_str(&v->left), v->left.len};
    while (rest.len > 0 && span_next_part(&rest, ',', &part)) {
        if (span_is(span_trim(part), name))
            return;
    }
    buf_addf(&v->left, "%s%s", v->left.len ? ", " : "", name);
}

/* The name of the reference that begins at `at`; false: it is none. */
static bool read_name(const char *at, const char *end, char name[NAME_SIZE], const char **behind)
{
    size_t room = (size_t)(end - at) - 2;
    const char *close = memmem(at + 2, room < NAME_SIZE + 8 ? room : NAME_SIZE + 8, "}}", 2);
    if (!close)
        return false;
    struct span word = span_trim((struct span){at + 2, (size_t)(close - at) - 2});
    if (word.len == 0 || word.len >= NAME_SIZE)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if ((unsigned char)word.s[i] < ' ' || strchr("\"{}<>,", word.s[i]))
            return false;
    }
    memcpy(name, word.s, word.len);
    name[word.len] = '\0';
    *behind = close + 2;
    return true;
}

static void fill(struct variables *v, struct span text, int depth, struct buf *out)
{
    const char *at = text.s, *end = text.s + text.len, *open;
    while (end - at > 4 && (open = memmem(at, (size_t)(end - at), "{{", 2))) {
        char name[NAME_SIZE];
        const char *behind = open + 1, *value = NULL;
        if (end - open > 4 && read_name(open, end, name, &behind)) {
            value = depth < DEPTH_MAX && v->filled < VARIABLES_FILL_MAX ? value_of(v, name) : NULL;
            if (!value)
                name_left(v, name);
        }
        buf_add(out, at, (size_t)((value ? open : behind) - at));
        at = behind;
        if (value) {
            size_t len = strlen(value);
            v->filled += len + 1;
            fill(v, (struct span){value, len}, depth + 1, out);
        }
    }
    buf_add(out, at, (size_t)(end - at));
}

void variables_fill(struct variables *v, struct span text, struct buf *out)
{
    fill(v, text, 0, out);
}

void variables_clear(struct variables *v)
{
    for (size_t i = 0; i < v->count; i++) {
        free(v->items[i].name);
        mem_free_secret(v->items[i].value);
    }
    free(v->items);
    if (v->left.max)
        buf_clear(&v->left);
    *v = (struct variables){0};
}
