/* SPDX-License-Identifier: MIT */
/*
 * Rows point into the parsed tree and are made again after every change; a change to an array
 * builds it again, because there is no other way to take out an element.
 */
#include "tui/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* ---- Rows ---- */

static void clear_rows(struct tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->rows[i].text);
        t->rows[i].text = NULL;
    }
    t->count = 0;
}

static char *node_text(const struct json *node)
{
    struct buf text;
    if (!node)
        return NULL;
    if (json_type(node) == JSON_STRING)
        return mem_strdup(json_string(node));
    buf_init(&text, JSON_SIZE_MAX);
    json_write(node, false, &text);
    return buf_take(&text);
}

static struct tree_row *add_row(struct tree *t, enum tree_kind kind, int depth, const char *path)
{
    struct tree_row *r = &t->rows[t->count < TREE_ROWS_MAX ? t->count++ : TREE_ROWS_MAX - 1];
    free(r->text);
    *r = (struct tree_row){.kind = kind, .depth = depth};
    snprintf(r->path, sizeof(r->path), "%s", path);
    return r;
}

static void add_members(struct tree *t, const struct field *of, struct json *object, int depth,
                        const char *path);

static void add_elements(struct tree *t, const struct field *field, struct json *owner,
                         struct json *array, const struct tree_row *at)
{
    int depth = at->depth + 1;
    char base[FINDING_FIELD_MAX], path[FINDING_FIELD_MAX];
    size_t n = 0;

    snprintf(base, sizeof(base), "%s", at->path);
    for (struct json *e = json_first(array); e; e = json_next(e), n++) {
        snprintf(path, sizeof(path), "%.80s[%zu]", base, n);
        struct tree_row *r = add_row(t, TREE_ELEMENT, depth, path);
        r->field = field;
        r->parent = array;
        r->node = e;
        r->owner = owner;
        r->index = n;
        snprintf(r->name, sizeof(r->name), "[%zu]", n);
        if (json_type(e) == JSON_OBJECT)
            add_members(t, field, e, depth + 1, path);
        else
            r->text = node_text(e);
    }
    struct tree_row *r = add_row(t, TREE_ADD, depth, base);
    r->field = field;
    r->parent = array;
    r->owner = owner;
    snprintf(r->name, sizeof(r->name), "+");
}

static void add_member(struct tree *t, const struct field *field, const char *name,
                       struct json *object, const struct tree_row *at)
{
    bool object_type = field && field->type == FIELD_OBJECT;
    bool array_type = field && field->type == FIELD_ARRAY;
    struct json *node = json_get(object, name);
    struct tree_row *r = add_row(t,
                                 array_type    ? TREE_ARRAY
                                 : object_type ? TREE_OBJECT
                                               : TREE_VALUE,
                                 at->depth, at->path);
    struct tree_row self;

    r->field = field;
    r->parent = object;
    r->node = node;
    snprintf(r->name, sizeof(r->name), "%.64s", name);
    self = *r;
    if (array_type && json_type(node) == JSON_ARRAY)
        add_elements(t, field, object, node, &self);
    else if (object_type && json_type(node) == JSON_OBJECT)
        add_members(t, field, node, at->depth + 1, at->path);
    else
        r->text = node_text(node);
}

static void add_members(struct tree *t, const struct field *of, struct json *object, int depth,
                        const char *path)
{
    struct tree_row at = {.depth = depth};

    for (size_t i = 0; i < of->field_count; i++) {
        snprintf(at.path, sizeof(at.path), "%.60s.%.34s", path, of->fields[i].name);
        add_member(t, &of->fields[i], of->fields[i].name, object, &at);
    }
    for (struct json *m = json_first(object); m; m = json_next(m)) {
        bool known = false;
        for (size_t i = 0; i < of->field_count; i++)
            known = known || strcmp(of->fields[i].name, json_name(m)) == 0;
        if (known)
            continue;
        snprintf(at.path, sizeof(at.path), "%.60s.%.34s", path, json_name(m));
        add_member(t, NULL, json_name(m), object, &at);
    }
}

static void make_rows(struct tree *t)
{
    clear_rows(t);
    if (t->root)
        add_members(t, t->field, t->root, 0, t->field->name);
}

/* ---- Changing ---- */

/* A value as JSON: a number where the catalogue has one and the text is one. */
static struct json *make_value(const struct field *field, const struct json *old, const char *text)
{
    bool number = field ? field->type == FIELD_INT || field->type == FIELD_FEN
                        : json_type(old) == JSON_NUMBER;
    int64_t n;

    if (number && text_read_fen(text, &n) && n <= INT64_C(9007199254740992))
        return json_new_int(n);
    if (!field && old && json_type(old) != JSON_STRING) {
        struct json *j = NULL; /* an unknown member keeps its kind as long as it is JSON */
        if (json_parse(text, strlen(text), &j, NULL) == ST_OK)
            return j;
    }
    return json_new_string(text);
}

/* Replaces or (NULL) removes an element: the array is built again, there is no other way. */
static void change_element(struct tree_row *r, struct json *replacement)
{
    struct json *list = json_new_array();
    char *name = mem_strdup(json_name(r->parent));
    size_t n = 0;

    for (struct json *e = json_first(r->parent); e; e = json_next(e), n++) {
        if (n != r->index)
            json_push(list, json_copy(e));
        else if (replacement)
            json_push(list, replacement);
    }
    json_set(r->owner, name, list);
    free(name);
}

static void change(struct tree_row *r, struct json *value)
{
    if (r->kind == TREE_ELEMENT)
        change_element(r, value);
    else if (value)
        json_set(r->parent, r->name, value);
    else
        json_remove(r->parent, r->name);
}

/* A fresh object with what its fields need. */
static struct json *make_object(const struct field *of)
{
    struct json *o = json_new_object();
    for (size_t i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        if (!f->required && !f->on)
            continue;
        if (f->type == FIELD_OBJECT)
            json_add(o, f->name, make_object(f));
        else if (f->type != FIELD_ARRAY)
            json_add(o, f->name, make_value(f, NULL, f->example ? f->example : ""));
    }
    return o;
}

static struct json *make_default(const struct field *f)
{
    if (!f)
        return json_new_string("");
    if (f->type == FIELD_OBJECT)
        return make_object(f);
    if (f->type != FIELD_ARRAY)
        return make_value(f, NULL, f->example ? f->example : "");
    struct json *list = json_new_array();
    json_push(list, f->field_count ? make_object(f) : json_new_string(""));
    return list;
}

/* ---- For the form ---- */

void tree_init(struct tree *t, const struct field *field)
{
    *t = (struct tree){.field = field};
    t->rows = mem_alloc(TREE_ROWS_MAX * sizeof(*t->rows));
}

void tree_clear(struct tree *t)
{
    clear_rows(t);
    free(t->rows);
    json_free(t->root);
    *t = (struct tree){0};
}

void tree_read(struct tree *t, const char *text)
{
    json_free(t->root);
    t->root = NULL;
    t->err = (struct err){0};
    if (!text[0])
        t->root = json_new_object();
    else if (json_parse(text, strlen(text), &t->root, &t->err) == ST_OK &&
             json_type(t->root) != JSON_OBJECT) {
        err_set(&t->err, ST_SYNTAX, SAY("不是 JSON 对象", "", "在文本页编辑"),
                SAY("it is no JSON object", "", "edit it as text"));
        json_free(t->root);
        t->root = NULL;
    }
    make_rows(t);
}

void tree_write(const struct tree *t, struct buf *out)
{
    json_write(t->root, false, out);
}

bool tree_is_value(const struct tree_row *row)
{
    return row->kind == TREE_VALUE || (row->kind == TREE_ELEMENT && row->text);
}

void tree_set(struct tree *t, size_t row, const char *text)
{
    struct tree_row *r = &t->rows[row];
    change(r, make_value(r->field, r->node, text));
    make_rows(t);
}

void tree_toggle(struct tree *t, size_t row)
{
    struct tree_row *r = &t->rows[row];
    if (r->kind == TREE_ADD)
        json_push(r->parent, r->field->field_count ? make_object(r->field) : json_new_string(""));
    else
        change(r, r->node ? NULL : make_default(r->field));
    make_rows(t);
}
