/* SPDX-License-Identifier: MIT */
/*
 * The ordered map.
 *
 * A plain array searched from the front: requests have twenty entries and the ceiling is
 * 512, where a hash table would cost more to keep in order than it saves. A value is
 * replaced by a fresh copy and the old one wiped, so that it may be an alias of itself.
 */
#include "core/params.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a refused name that the error repeats. */
#define NAME_SHOWN 32

static struct param *find_n(const struct params *p, const char *name, size_t len)
{
    if (len == 0)
        return NULL;
    for (size_t i = 0; i < p->count; i++) {
        struct param *item = &p->items[i];
        /* the last letter: many names of one length begin alike */
        if (item->name_len == len && item->name[len - 1] == name[len - 1] &&
            memcmp(item->name, name, len) == 0)
            return item;
    }
    return NULL;
}

static void free_item(struct param *item)
{
    mem_wipe(item->value, item->value_len);
    free(item->value);
    free(item->name);
}

/* C0, DEL, and C1 in its two bytes of UTF-8. */
static bool has_control(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < 0x20 || c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < len && (unsigned char)s[i + 1] < 0xa0)
            return true;
    }
    return false;
}

/* How much of a name an error shows: whole characters of at most NAME_SHOWN bytes. */
static int shown_length(const char *name, size_t len)
{
    if (len <= NAME_SHOWN)
        return (int)len;
    size_t cut = NAME_SHOWN;
    while (cut > 0 && ((unsigned char)name[cut] & 0xc0) == 0x80)
        cut--;
    return (int)cut;
}

static enum status check_name(const char *name, size_t len, struct err *err)
{
    if (len == 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("参数名为空", "每个参数都要有名称", "补上参数名，或删去这一项"),
                       SAY("a parameter has no name", "every parameter needs one",
                           "give it a name or leave it out"));
    int shown = shown_length(name, len);
    if (len > PARAM_NAME_MAX)
        return err_set(err, ST_LIMIT,
                       SAY("参数名 %.*s… 太长", "共 %zu 字节，上限是 %d 字节", "改用更短的名称"),
                       SAY("the parameter name %.*s… is too long",
                           "it has %zu bytes, the limit is %d", "use a shorter name"),
                       shown, name, len, PARAM_NAME_MAX);
    if (has_control(name, len))
        return err_set(err, ST_ARGUMENT,
                       SAY("参数名 %.*s 含控制字符", "参数名不能有换行、制表符等控制字符",
                           "从原始数据重新复制这个名称"),
                       SAY("the parameter name %.*s holds a control character",
                           "line breaks, tabs and the like cannot be part of a name",
                           "copy the name again from its source"),
                       shown, name);
    return ST_OK;
}

static enum status check_value(const char *name, size_t name_len, const char *value, size_t len,
                               struct err *err)
{
    int shown = shown_length(name, name_len);
    if (len > PARAM_VALUE_MAX)
        return err_set(err, ST_LIMIT,
                       SAY("%.*s 的值太长", "共 %zu 字节，上限是 %zu 字节", "缩短这个值"),
                       SAY("the value of %.*s is too long", "it has %zu bytes, the limit is %zu",
                           "shorten the value"),
                       shown, name, len, (size_t)PARAM_VALUE_MAX);
    if (len > 0 && memchr(value, '\0', len) != NULL)
        return err_set(err, ST_ARGUMENT,
                       SAY("%.*s 的值含 NUL 字节", "文本里不能有值为 0 的字节",
                           "检查它的来源是否为二进制数据"),
                       SAY("the value of %.*s holds a NUL byte", "text cannot hold a byte of zero",
                           "check whether its source is binary data"),
                       shown, name);
    return ST_OK;
}

static enum status append(struct params *p, const char *name, size_t name_len, struct param **item,
                          struct err *err)
{
    if (p->count >= PARAMS_MAX)
        return err_set(err, ST_LIMIT,
                       SAY("放不下参数 %.*s", "一份数据最多有 %d 个参数", "删去不需要的参数"),
                       SAY("there is no room for the parameter %.*s",
                           "a document has at most %d parameters", "leave out what is not needed"),
                       shown_length(name, name_len), name, PARAMS_MAX);
    if (p->count == p->cap) {
        p->cap = p->cap == 0 ? 16 : p->cap * 2;
        p->items = mem_grow(p->items, p->cap, sizeof(*p->items));
    }
    *item = &p->items[p->count++];
    **item = (struct param){.name = mem_strndup(name, name_len), .name_len = name_len};
    return ST_OK;
}

void params_clear(struct params *p)
{
    for (size_t i = 0; i < p->count; i++)
        free_item(&p->items[i]);
    free(p->items);
    *p = (struct params){0};
}

enum status params_set(struct params *p, const char *name, const char *value, struct err *err)
{
    return params_set_n(p, name, strlen(name), value, strlen(value), PARAM_USER, err);
}

enum status params_set_n(struct params *p, const char *name, size_t name_len, const char *value,
                         size_t value_len, enum param_source source, struct err *err)
{
    enum status st = check_name(name, name_len, err);
    if (st == ST_OK)
        st = check_value(name, name_len, value, value_len, err);
    if (st != ST_OK)
        return st;

    struct param *item = find_n(p, name, name_len);
    if (item == NULL) {
        st = append(p, name, name_len, &item, err);
        if (st != ST_OK)
            return st;
    }
    char *copy = mem_strndup(value_len > 0 ? value : "", value_len);
    mem_wipe(item->value, item->value_len);
    free(item->value);
    item->value = copy;
    item->value_len = value_len;
    item->source = source;
    item->off = false;
    return ST_OK;
}

const char *params_get(const struct params *p, const char *name)
{
    const struct param *item = params_find(p, name);
    return item != NULL && !item->off ? item->value : NULL;
}

bool params_has(const struct params *p, const char *name)
{
    const struct param *item = params_find(p, name);
    return item != NULL && !item->off && item->value_len > 0;
}

struct param *params_find(const struct params *p, const char *name)
{
    return find_n(p, name, strlen(name));
}

void params_remove(struct params *p, const char *name)
{
    struct param *item = params_find(p, name);
    if (item == NULL)
        return;
    free_item(item);
    size_t behind = p->count - (size_t)(item - p->items) - 1;
    memmove(item, item + 1, behind * sizeof(*item));
    p->count--;
}

void params_copy(struct params *to, const struct params *from)
{
    if (to == from)
        return;
    params_clear(to);
    if (from->count == 0)
        return;
    to->items = mem_grow(NULL, from->count, sizeof(*to->items));
    to->cap = from->count;
    for (size_t i = 0; i < from->count; i++) {
        const struct param *item = &from->items[i];
        to->items[i] = *item;
        to->items[i].name = mem_strndup(item->name, item->name_len);
        to->items[i].value = mem_strndup(item->value, item->value_len);
    }
    to->count = from->count;
}

bool params_equal(const struct params *a, const struct params *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct param *x = &a->items[i];
        const struct param *y = find_n(b, x->name, x->name_len);
        if (y == NULL || x->off != y->off || x->value_len != y->value_len ||
            memcmp(x->value, y->value, x->value_len) != 0)
            return false;
    }
    return true;
}
