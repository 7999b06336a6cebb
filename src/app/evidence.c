/* SPDX-License-Identifier: MIT */
/* Two walks: which rows there are, then their bytes, as SQLite is not asked from inside a walk. */
#include "app/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "core/paste.h"
#include "core/xml.h"

#define WITNESS_BYTES_MAX (64u << 10) /* of one message; a bill is no witness */

struct row {
    int64_t id;
    enum journal_kind kind;
};

struct gathering {
    struct evidence *to;
    const char *mch_id;
    bool demo; /* the sandbox's own merchants count */
    struct row rows[EVIDENCE_ROWS];
    size_t row_count;
    struct params *ours[EVIDENCE_ROWS]; /* notifications that we posted */
    size_t our_count;
};

static bool is_demo(const char *name)
{
    return name && strncmp(name, "demo", 4) == 0;
}

static bool on_row(void *ctx, const struct journal_row *row)
{
    struct gathering *g = ctx;
    bool answered = row->kind != JOURNAL_CALL || row->status > 0;
    if (is_demo(row->profile) && !g->demo)
        return true;
    if (answered && strcmp(row->mch_id, g->mch_id) == 0)
        g->rows[g->row_count++] = (struct row){row->id, row->kind};
    return g->row_count < EVIDENCE_ROWS;
}

/* Can it tell anything of a key? */
static bool is_signed(const struct params *p)
{
    return (params_has(p, "return_code") || params_has(p, "result_code")) &&
           (params_has(p, "sign") || params_has(p, "req_info"));
}

static void on_body(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct gathering *g = ctx;
    struct evidence *e = g->to;
    struct params read = {0};
    const struct journal_bytes *b = row->kind == JOURNAL_CALL ? &body->response : &body->request;
    if (!b->data || b->len > WITNESS_BYTES_MAX || xml_read(b->data, b->len, &read, NULL, NULL) ||
        !is_signed(&read)) {
        params_clear(&read);
        return;
    }
    if (row->kind == JOURNAL_DELIVERY) {
        g->ours[g->our_count] = mem_alloc(sizeof(*g->ours[0]));
        *g->ours[g->our_count++] = read;
        return;
    }
    if (e->count < EVIDENCE_MAX) {
        e->params[e->count] = read;
        e->items[e->count] =
            (struct judgement_witness){.params = &e->params[e->count], .row = row->id};
        e->count++;
        return;
    }
    params_clear(&read);
}

static bool is_ours(const struct gathering *g, const struct params *p)
{
    for (size_t i = 0; i < g->our_count; i++) {
        if (params_equal(g->ours[i], p))
            return true;
    }
    return false;
}

static void drop_ours(struct gathering *g)
{
    struct evidence *e = g->to;
    size_t kept = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (is_ours(g, &e->params[i])) {
            params_clear(&e->params[i]);
            continue;
        }
        e->params[kept] = e->params[i];
        e->items[kept] = e->items[i];
        e->items[kept].params = &e->params[kept];
        kept++;
    }
    e->count = kept;
}

void evidence_gather(struct evidence *e, struct journal *journal, const char *mch_id,
                     const struct profile *profile)
{
    evidence_clear(e);
    if (!journal || !mch_id || !mch_id[0])
        return;
    struct gathering g = {
        .to = e, .mch_id = mch_id, .demo = !profile->path && is_demo(profile->name)};
    journal_page(journal, JOURNAL_ANY, 0, EVIDENCE_ROWS, on_row, &g, NULL);
    for (size_t i = 0; i < g.row_count; i++)
        journal_get(journal, g.rows[i].id, on_body, &g, NULL);
    drop_ours(&g);
    for (size_t i = 0; i < g.our_count; i++) {
        params_clear(g.ours[i]);
        free(g.ours[i]);
    }
}

void evidence_clear(struct evidence *e)
{
    for (size_t i = 0; i < e->count; i++)
        params_clear(&e->params[i]);
    *e = (struct evidence){0};
}
