/* SPDX-License-Identifier: MIT */
/*
 * One move for each row of the transforms and each parameter that it changes. Sets of
 * parameters are made in moves_set.c.
 */
#include "core/moves_make.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/moves_add.h"
#include "core/moves_set.h"

static struct span piece_text(const struct piece *p, enum move_axis axis)
{
    return axis == AXIS_NAME ? (struct span){p->name, p->name_len}
                             : (struct span){p->value, p->value_len};
}

/* A transform on all pieces and on each; the weight grows with the row, so that the likelier form
   wins among equals. */
static void add_transform(struct moves *m, enum move_axis axis, const struct transform *t,
                          int weight, struct buf *room)
{
    const struct recipe *right = &m->subject->right;
    struct arena_mark before = arena_mark(&m->arena);
    struct span *made = arena_take(&m->arena, m->subject->base_count * sizeof *made);
    if (made == NULL) {
        m->refused++;
        return;
    }
    memset(made, 0, m->subject->base_count * sizeof *made);
    size_t changed = 0;
    for (size_t i = 0; i < right->count; i++) {
        const struct piece *p = &right->pieces[i];
        buf_reset(room);
        if (!t->apply(piece_text(p, axis), t->arg, room))
            continue;
        if (buf_status(room) == ST_OK)
            made[p->origin] = arena_copy(&m->arena, buf_str(room), room->len);
        if (made[p->origin].s == NULL)
            m->refused++;
        else
            changed++;
    }
    if (changed == 0) {
        arena_cut(&m->arena, before);
        return;
    }
    bool each = (t->reach & REACH_EACH) != 0 || changed == 1;
    for (size_t i = 0; i < right->count && each; i++) {
        const struct piece *p = &right->pieces[i];
        struct span name = {p->name, p->name_len};
        if (made[p->origin].s == NULL)
            continue;
        struct move *one = moves_add(m, axis, move_cause_id(m->subject, t->cause, &name), t->how);
        if (one == NULL)
            return;
        one->origin = p->origin;
        one->fn = t->apply;
        one->arg = t->arg;
        one->made = &made[p->origin];
        one->weight += weight;
        one->common = t->common;
        one->rare = !t->common && changed > 1;
        move_field(m, one, name);
    }
    if ((t->reach & REACH_ALL) == 0 || changed == 1)
        return;
    struct move *all = moves_add(m, axis, move_cause_id(m->subject, t->cause, NULL), t->how);
    if (all == NULL)
        return;
    all->fn = t->apply;
    all->arg = t->arg;
    all->made = made;
    all->weight += weight;
    all->common = t->common;
    for (size_t i = 0; i < right->count; i++) {
        const struct piece *p = &right->pieces[i];
        if (made[p->origin].s != NULL)
            move_field(m, all, (struct span){p->name, p->name_len});
    }
}

static void add_transforms(struct moves *m, enum move_axis axis, const struct transform *rows,
                           size_t count, struct buf *room)
{
    for (size_t i = 0; i < count; i++)
        add_transform(m, axis, &rows[i], (int)(i % 8), room);
}

static void add_orders(struct moves *m, struct recipe *r)
{
    const struct recipe *right = &m->subject->right;
    struct piece(*seen)[RECIPE_PIECES_MAX] =
        mem_alloc(ORDER_COUNT * sizeof *seen); /* orders that differ, to leave out the same */
    size_t count = 1;
    memcpy(seen[0], right->pieces, right->count * sizeof(struct piece));
    for (int order = ORDER_BYTES + 1; order < ORDER_COUNT; order++) {
        recipe_copy(r, right);
        r->order = (enum recipe_order)order;
        recipe_sort(r);
        bool same = false;
        for (size_t k = 0; k < count && !same; k++) {
            same = true;
            for (size_t i = 0; i < r->count && same; i++)
                same = seen[k][i].origin == r->pieces[i].origin;
        }
        if (same)
            continue;
        memcpy(seen[count++], r->pieces, r->count * sizeof(struct piece));
        struct move *one =
            moves_add(m, AXIS_ORDER, "sort-order", transform_order_text((enum recipe_order)order));
        if (one == NULL)
            break;
        one->order = (enum recipe_order)order;
        one->common = order == ORDER_GIVEN || order == ORDER_NOCASE;
        one->weight += order;
    }
    free(seen);
}

static void add_joints(struct moves *m)
{
    size_t count = 0;
    const struct joint_row *rows = transform_joints(&count);
    for (size_t i = 0; i < count; i++) {
        struct move *one = moves_add(m, AXIS_JOINT, rows[i].cause, rows[i].how);
        if (one == NULL)
            return;
        one->joint = &rows[i].joint;
        one->weight += (int)i;
    }
}

static void add_texts(struct moves *m)
{
    size_t count = 0;
    const struct transform *rows = transform_texts(&count);
    for (size_t i = 0; i < count; i++) {
        struct move *one =
            moves_add(m, AXIS_TEXT, move_cause_id(m->subject, rows[i].cause, NULL), rows[i].how);
        if (one == NULL)
            return;
        one->fn = rows[i].apply;
        one->arg = rows[i].arg;
        one->whole = rows[i].whole;
        one->common = rows[i].common;
        one->weight += 4 + (int)i;
    }
}

static void add_suffixes(struct moves *m)
{
    size_t count = 0;
    const struct suffix_row *rows = transform_suffixes(&count);
    for (size_t i = 0; i < count; i++) {
        struct move *one = moves_add(m, AXIS_SUFFIX, rows[i].cause, rows[i].how);
        if (one == NULL)
            return;
        one->suffix = &rows[i].suffix;
        one->common = i < 3;
        one->weight += (int)i;
    }
}

/* ---- Keys ---- */

static bool mentions(const char *label, const char *const *words)
{
    for (; label != NULL && *words != NULL; words++) {
        if (strcasestr(label, *words) != NULL)
            return true;
    }
    return false;
}

const char *moves_label_cause(const char *label)
{
    static const char *const v3[] = {"v3", NULL}, *const sandbox[] = {"sandbox", "沙箱", NULL},
                             *const sub[] = {"sub", "子商户", "特约商户", NULL};
    if (mentions(label, v3))
        return "key-v3";
    if (mentions(label, sandbox))
        return "key-sandbox";
    return mentions(label, sub) ? "key-sp" : "key-other";
}

static void add_key(struct moves *m, const char *cause, struct bi how, struct span key, int weight,
                    bool common)
{
    struct move *one = moves_add(m, AXIS_KEY, cause, how);
    if (one == NULL)
        return;
    one->key = key;
    one->weight += weight;
    one->common = common;
}

static struct bi key_how(struct moves *m, const char *label, size_t number)
{
    struct buf zh, en;
    buf_init(&zh, 512);
    buf_init(&en, 512);
    if (label != NULL) {
        buf_addf(&zh, "另一个密钥：%.200s", label);
        buf_addf(&en, "another key: %.200s", label);
    } else {
        buf_addf(&zh, "第 %zu 个候选密钥", number);
        buf_addf(&en, "candidate key number %zu", number);
    }
    struct bi how = {arena_copy(&m->arena, buf_str(&zh), zh.len).s,
                     arena_copy(&m->arena, buf_str(&en), en.len).s};
    buf_clear(&zh);
    buf_clear(&en);
    return how;
}

static void add_keys(struct moves *m, struct buf *room)
{
    const struct subject *s = m->subject;
    for (size_t i = 0; i < s->key_count; i++) {
        const struct key_candidate *k = &s->keys[i];
        add_key(m, moves_label_cause(k->label), key_how(m, k->label, i + 1),
                (struct span){k->key.text, k->key.len}, (int)i % 8, true);
    }
    size_t count = 0;
    const struct transform *rows = transform_keys(&count);
    for (size_t i = 0; i < count; i++) {
        buf_reset(room);
        if (!rows[i].apply(s->right.key, rows[i].arg, room) || buf_status(room) != ST_OK)
            continue;
        struct span key = arena_copy(&m->arena, buf_str(room), room->len);
        if (key.s != NULL)
            add_key(m, rows[i].cause, rows[i].how, key, 2 + (int)i % 8, rows[i].common);
    }
}

/* Every algorithm whose digest one of the readings could be; what it means is seen by its result.
 */
static void add_algorithms(struct moves *m)
{
    const struct subject *s = m->subject;
    for (int a = 0; a < ALG_COUNT; a++) {
        bool fits = false;
        for (size_t i = 0; i < s->received.count; i++)
            fits = fits ||
                   s->received.targets[i].size == recipe_algorithm_size((enum recipe_algorithm)a);
        if (!fits || (enum recipe_algorithm)a == s->right.algorithm)
            continue;
        struct move *one = moves_add(m, AXIS_ALGORITHM, NULL, (struct bi){NULL, NULL});
        if (one == NULL)
            return;
        one->algorithm = (enum recipe_algorithm)a;
        one->weight = 100 + a;
        one->common = a <= ALG_SHA256;
    }
}

static int by_axis(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    if (x->axis != y->axis)
        return (int)x->axis - (int)y->axis;
    return x->weight != y->weight ? x->weight - y->weight : x->serial - y->serial;
}

void moves_make(const struct subject *s, struct moves *out)
{
    struct buf room;
    struct recipe work;
    size_t count = 0;
    *out = (struct moves){.subject = s};
    arena_init(&out->arena, MOVES_ARENA_MAX);
    buf_init_secret(&room, RECIPE_TEXT_MAX);
    recipe_init(&work);

    moves_make_sets(out);
    moves_make_added(out);
    const struct transform *rows = transform_values(&count);
    add_transforms(out, AXIS_VALUE, rows, count, &room);
    moves_make_constants(out);
    rows = transform_names(&count);
    add_transforms(out, AXIS_NAME, rows, count, &room);
    add_orders(out, &work);
    add_joints(out);
    add_texts(out);
    add_suffixes(out);
    add_keys(out, &room);
    add_algorithms(out);
    qsort(out->items, out->count, sizeof *out->items, by_axis);

    recipe_clear(&work);
    buf_clear(&room);
}
