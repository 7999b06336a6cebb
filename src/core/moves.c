/* SPDX-License-Identifier: MIT */
/*
 * Adding moves to the list, and applying them. Which moves there are is decided in
 * moves_make.c and moves_set.c.
 */
#include "core/moves.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"

static const struct bi axis_texts[AXIS_COUNT] = {
    [AXIS_SET] = {"参数的组合", "sets of parameters"},
    [AXIS_MEMBERS] = {"漏掉或多出的参数", "parameters left out or added"},
    [AXIS_VALUE] = {"值的写法（编码、转义、空白、数字、时间……）",
                    "forms of values (charset, escapes, blanks, numbers, times …)"},
    [AXIS_NAME] = {"参数名的写法", "spellings of names"},
    [AXIS_ORDER] = {"排序", "order"},
    [AXIS_JOINT] = {"连接符号", "signs between pairs"},
    [AXIS_TEXT] = {"整串的改动", "changes of the whole text"},
    [AXIS_SUFFIX] = {"密钥的拼接方式", "ways to append the key"},
    [AXIS_KEY] = {"密钥", "keys"},
    [AXIS_ALGORITHM] = {"摘要算法", "digest algorithms"},
};

struct bi move_axis_text(enum move_axis axis)
{
    return axis_texts[axis];
}

/* ---- Ids by kind ---- */

#define ON(kind) (1u << (kind))
#define RECEIVED (ON(MESSAGE_ANSWER) | ON(MESSAGE_NOTIFY))

static const struct {
    unsigned kinds;
    const char *id;
    const char *field; /* NULL: any */
    const char *instead;
} by_kind[] = {
    {RECEIVED, "cs-digest", NULL, "notify-charset"},
    {RECEIVED, "param-drift", NULL, "verify-dropped-fields"},
    {ON(MESSAGE_ORDER), "notify-charset", NULL, "cs-digest"},
    {ON(MESSAGE_CALL), "param-drift", NULL, "2nd-wrong-set"},
    {ON(MESSAGE_CALL), "name-case", NULL, "2nd-name-case"},
    {ON(MESSAGE_CALL), "name-typo", NULL, "2nd-name-case"},
    {ON(MESSAGE_CALL), "val-case", "appId", "2nd-name-case"},
    {ON(MESSAGE_CALL), "time-format", NULL, "2nd-ms-time"},
    {ON(MESSAGE_ORDER) | RECEIVED, "2nd-ms-time", NULL, "time-format"},
    {ON(MESSAGE_ORDER), "name-typo", "sign_type", "alg-default"},
};

const char *move_cause_id(const struct subject *s, const char *id, const struct span *field)
{
    if (s->contract_link && strcmp(id, "val-urlencoded") == 0 && field != NULL &&
        span_is(*field, "notify_url"))
        return "papay-notify-url";
    for (size_t i = 0; i < ARRAY_COUNT(by_kind); i++) {
        bool field_fits =
            by_kind[i].field == NULL || (field != NULL && span_is(*field, by_kind[i].field));
        if ((by_kind[i].kinds & ON(s->kind)) != 0 && strcmp(by_kind[i].id, id) == 0 && field_fits)
            return by_kind[i].instead;
    }
    return id;
}

/* ---- Making ---- */

struct move *moves_add(struct moves *m, enum move_axis axis, const char *cause, struct bi how)
{
    if (m->count == MOVES_MAX) {
        m->refused++;
        return NULL;
    }
    if (m->count == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 512;
        m->items = mem_grow(m->items, m->cap, sizeof *m->items);
    }
    struct move *one = &m->items[m->count++];
    *one = (struct move){.axis = axis, .how = how, .origin = MOVE_ALL, .serial = (int)m->count};
    if (cause != NULL) {
        one->causes[one->cause_count++] = cause_get(cause);
        one->weight = 8 * one->causes[0]->rank;
    }
    return one;
}

void move_field(struct moves *m, struct move *one, struct span name)
{
    struct span *fields = arena_take(&m->arena, (one->field_count + 1) * sizeof *fields);
    if (fields == NULL)
        return;
    if (one->field_count > 0)
        memcpy(fields, one->fields, one->field_count * sizeof *fields);
    fields[one->field_count++] = name;
    one->fields = fields;
}

struct span moves_keep(struct moves *m, const char *s)
{
    return arena_copy(&m->arena, s, strlen(s));
}

struct bi moves_how_pair(struct moves *m, struct bi format, const char *name, const char *value)
{
    struct bi out = {format.zh, format.en};
    struct buf text;
    buf_init(&text, 1024);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *form = bi_get(format, (enum lang)lang);
        const char *mark = strstr(form, "%%"); /* where the pair goes */
        buf_reset(&text);
        buf_add(&text, form, (size_t)(mark - form));
        buf_addf(&text, "%.64s%s%.160s", name, name[0] != '\0' ? "=" : "", value);
        buf_adds(&text, mark + 2);
        struct span made = arena_copy(&m->arena, buf_str(&text), text.len);
        if (made.s != NULL && lang == LANG_ZH)
            out.zh = made.s;
        else if (made.s != NULL)
            out.en = made.s;
    }
    buf_clear(&text);
    return out;
}

struct piece *moves_pieces(struct moves *m, size_t count)
{
    struct piece *pieces = arena_take(&m->arena, count * sizeof *pieces);
    if (pieces == NULL)
        m->refused++;
    return pieces;
}

void moves_set_piece(struct piece *p, struct span name, struct span value, uint16_t origin)
{
    *p = (struct piece){name.s, value.s, (uint32_t)name.len, (uint32_t)value.len, origin};
}

static struct span piece_text(const struct piece *p, enum move_axis axis)
{
    return axis == AXIS_NAME ? (struct span){p->name, p->name_len}
                             : (struct span){p->value, p->value_len};
}

void moves_clear(struct moves *m)
{
    free(m->items);
    arena_clear(&m->arena);
    *m = (struct moves){0};
}

/* ---- Applying ---- */

static void set_text(struct piece *p, enum move_axis axis, struct span text)
{
    if (axis == AXIS_NAME) {
        p->name = text.s;
        p->name_len = (uint32_t)text.len;
    } else {
        p->value = text.s;
        p->value_len = (uint32_t)text.len;
    }
}

static bool rewrite_piece(const struct moves *m, const struct move *one, struct piece *p,
                          struct arena *scratch, struct buf *room)
{
    struct span now = piece_text(p, one->axis);
    if (one->fn == NULL) {
        if (span_same(now, one->constant))
            return false;
        set_text(p, one->axis, one->constant);
        return true;
    }
    bool original = p->origin < m->subject->base_count &&
                    now.s == piece_text(&m->subject->base[p->origin], one->axis).s;
    if (original && one->made != NULL) {
        struct span made = one->origin == MOVE_ALL ? one->made[p->origin] : *one->made;
        if (made.s == NULL)
            return false;
        set_text(p, one->axis, made);
        return true;
    }
    buf_reset(room);
    if (!one->fn(now, one->arg, room) || buf_status(room) != ST_OK)
        return false;
    struct span made = arena_copy(scratch, buf_str(room), room->len);
    if (made.s == NULL)
        return false;
    set_text(p, one->axis, made);
    return true;
}

static bool apply_text(const struct moves *m, const struct move *one, struct recipe *r,
                       struct arena *scratch, struct buf *room)
{
    bool changed = false;
    if (one->origin != MOVE_ALL) {
        struct piece *p = recipe_find(r, one->origin);
        changed = p != NULL && rewrite_piece(m, one, p, scratch, room);
    } else {
        for (size_t i = 0; i < r->count; i++)
            changed = rewrite_piece(m, one, &r->pieces[i], scratch, room) || changed;
    }
    if (changed && (one->axis == AXIS_NAME || r->order == ORDER_VALUE || r->order == ORDER_PAIR))
        r->sorted = false;
    return changed;
}

/* The pieces and the suffix that a move brings. */
static void add_pieces(const struct move *one, struct recipe *r)
{
    for (size_t i = 0; i < one->piece_count; i++) {
        const struct piece *p = &one->pieces[i];
        recipe_add(r, (struct span){p->name, p->name_len}, (struct span){p->value, p->value_len},
                   p->origin);
    }
    if (one->suffix != NULL)
        r->suffix = one->suffix;
}

static bool apply_members(const struct move *one, struct recipe *r)
{
    size_t kept = 0, before = r->count;
    for (size_t i = 0; i < r->count; i++) {
        bool drop = false;
        for (size_t k = 0; k < one->dropped_count && !drop; k++)
            drop = r->pieces[i].origin == one->dropped[k];
        if (!drop)
            r->pieces[kept++] = r->pieces[i];
    }
    r->count = kept;
    if (one->dropped_count > 0 && kept == before)
        return false;
    add_pieces(one, r);
    return r->count > 0;
}

static bool apply_set(const struct move *one, struct recipe *r)
{
    r->count = 0;
    add_pieces(one, r);
    return true;
}

bool move_apply(const struct moves *m, const struct move *one, struct recipe *r,
                struct arena *scratch, struct buf *room)
{
    switch (one->axis) {
    case AXIS_SET:
        return apply_set(one, r);
    case AXIS_MEMBERS:
        return apply_members(one, r);
    case AXIS_VALUE:
    case AXIS_NAME:
        return apply_text(m, one, r, scratch, room);
    case AXIS_ORDER:
        r->order = one->order;
        r->sorted = false;
        return true;
    case AXIS_JOINT:
        r->joint = one->joint;
        return true;
    case AXIS_TEXT:
        r->text = one->fn;
        r->text_arg = one->arg;
        r->text_whole = one->whole;
        return true;
    case AXIS_SUFFIX:
        if (r->suffix != &suffix_rule)
            return false; /* a set or member has brought its own */
        r->suffix = one->suffix;
        return true;
    case AXIS_KEY:
        r->key = one->key;
        return true;
    case AXIS_ALGORITHM:
        r->algorithm = one->algorithm;
        return true;
    default:
        return false;
    }
}

bool moves_combine(const struct move *a, const struct move *b)
{
    if (a->axis != b->axis)
        return true;
    if (a->axis != AXIS_MEMBERS && a->axis != AXIS_VALUE && a->axis != AXIS_NAME)
        return false;
    if (a->axis == AXIS_NAME) /* one way to rewrite names at a time, and single ones besides */
        return a->origin != b->origin && (a->origin != MOVE_ALL || b->origin != MOVE_ALL);
    return true;
}

bool moves_commute(const struct move *a, const struct move *b)
{
    if (a->axis != b->axis || a->axis == AXIS_MEMBERS)
        return true;
    return a->origin != b->origin && a->origin != MOVE_ALL && b->origin != MOVE_ALL;
}
