/* SPDX-License-Identifier: MIT */
/*
 * The stages of a diagnosis, from the likeliest to the farthest, and what became of them.
 *
 * Single causes and pairs come first and are always finished, because the simplest
 * explanation is only known when all that are as simple were tried. After that the first
 * stage that finds something is the last.
 */
#include "core/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "core/diagnosis.h"
#include "core/search.h"
#include "core/sweep.h"

#define COMMON_MAX 60 /* moves whose triples are tried at once */

/* The work of a whole search: a few seconds, which an order of usual size does not use up. Single
   causes, pairs and the last stage may take all that is left of it, the others a part; what is left
   out is told. */
#define WORK_MAX 16000000u
#define WORK_THOROUGH 16 /* times as much each time it is asked for */
#define WORK_END ((uint64_t)WORK_MAX << 24)

enum stage {
    STAGE_SINGLES,
    STAGE_CURATED,
    STAGE_PAIRS,
    STAGE_COMMON,
    STAGE_KEY_TYPOS,
    STAGE_RARE_PAIRS,
    STAGE_TIMES,
    STAGE_SUBSETS,
    STAGE_CALL_SETS,
    STAGE_VALUE_TYPOS,
    STAGE_AMOUNTS,
    STAGE_KEY_TYPOS_MOVES,
    STAGE_TRIPLES,
    STAGE_COUNT
};

/* What occurs together in practice (facts/signature-failures.md 2.3) and is no pair: causes of one
   explanation, in the order in which they are applied. */
static const char *const curated[][SEARCH_DEPTH_MAX] = {
    {"val-empty-kept", "sign-kept", "sort-order"},
    {"val-empty-kept", "sort-order", "alg-suffix"},
    {"sign-kept", "sort-order", "alg-suffix"},
    {"val-empty-kept", "sign-kept", "sort-order", "alg-suffix"},
    {"2nd-sp-ids", "2nd-sp-ids", "key-sp"},
    {"2nd-sp-ids", "2nd-sp-ids", "key-other"},
    {"2nd-sp-ids", "2nd-sp-ids", "2nd-ms-time"},
    {"json-reserialised", "cdata-in-value", "cs-digest"},
    {"json-reserialised", "log-escape", "cs-digest"},
    {"json-reserialised", "val-urlencoded", "key-other"},
    {"ws-trim", "ws-trim", "key-blank"},
    {"cs-digest", "val-urlencoded", "alg-suffix"},
    {"cs-digest", "val-urlencoded", "sort-order"},
    {"val-urlencoded", "sort-order", "alg-suffix"},
    {"verify-dropped-fields", "notify-signtype-dropped", "notify-charset"},
    {"verify-dropped-fields", "verify-dropped-fields", "notify-signtype-dropped"},
    {"alg-default", "alg-default", "alg-suffix"},
    {"alg-default", "alg-suffix", "key-blank"},
    {"alg-default", "cs-digest", "alg-suffix"},
};

struct diagnosis {
    struct search search;
    enum diagnose_state state;
    enum stage stage;
    bool started;              /* the cursor of the stage is set up */
    uint64_t spent;            /* units in this stage */
    uint64_t limit;            /* … at most */
    uint64_t work;             /* units for all stages */
    uint64_t left;             /* units for all that follows, this stage included */
    unsigned cut[STAGE_COUNT]; /* the stage was not finished: percent that was tried, + 1 */
    bool passed[STAGE_COUNT];
    struct nest nest;
    struct sweep sweep;
    size_t pattern;                 /* of `curated` */
    uint16_t *all, *usual, *common; /* moves: all, those not rare, those whose triples come early */
    size_t all_count, usual_count, common_count;
    uint16_t *pools[SEARCH_DEPTH_MAX]; /* of a curated combination */
};

static const struct bi stage_texts[STAGE_COUNT] = {
    [STAGE_SINGLES] = {"单个原因", "single causes"},
    [STAGE_CURATED] = {"常见的组合", "usual combinations"},
    [STAGE_PAIRS] = {"两个原因的组合", "pairs of causes"},
    [STAGE_COMMON] = {"常见原因的三个一组", "triples of common causes"},
    [STAGE_RARE_PAIRS] = {"两个少见原因的组合", "pairs of rarer causes"},
    [STAGE_TRIPLES] = {"三个原因的组合", "triples of causes"},
};

static const enum sweep_kind stage_sweeps[STAGE_COUNT] = {
    [STAGE_KEY_TYPOS] = SWEEP_KEY_TYPOS,
    [STAGE_TIMES] = SWEEP_TIMES,
    [STAGE_SUBSETS] = SWEEP_SUBSETS,
    [STAGE_CALL_SETS] = SWEEP_CALL_SETS,
    [STAGE_VALUE_TYPOS] = SWEEP_VALUE_TYPOS,
    [STAGE_AMOUNTS] = SWEEP_AMOUNTS,
    [STAGE_KEY_TYPOS_MOVES] = SWEEP_KEY_TYPOS_MOVES,
};

static bool is_nest(enum stage stage)
{
    return stage <= STAGE_COMMON || stage == STAGE_RARE_PAIRS || stage == STAGE_TRIPLES;
}

/* ---- Beginning and end ---- */

/* The lightest of the moves that are marked as common, in the order of all moves. */
static void choose_common(struct diagnosis *d)
{
    const struct moves *m = &d->search.moves;
    int limit = 0;
    d->common = mem_alloc((m->count + 1) * sizeof *d->common);
    for (limit = 0; limit < 4000; limit += 4) {
        size_t count = 0;
        for (size_t i = 0; i < m->count; i++)
            count += m->items[i].common && m->items[i].weight <= limit;
        if (count > COMMON_MAX)
            break;
    }
    for (size_t i = 0; i < m->count && d->common_count < COMMON_MAX; i++) {
        if (m->items[i].common && m->items[i].weight <= limit)
            d->common[d->common_count++] = (uint16_t)i;
    }
}

enum status diagnose_start(const struct subject_input *in, struct diagnosis **out, struct err *err)
{
    struct diagnosis *d = mem_alloc(sizeof *d);
    enum status st = search_begin(in, &d->search, err);
    *out = NULL;
    if (st) {
        free(d);
        return st;
    }
    *out = d;
    d->left = d->work = WORK_MAX;
    const struct received *r = &d->search.subject.received;
    if (r->shape != RECEIVED_DIGEST) {
        d->state = r->shape == RECEIVED_NONE ? DIAGNOSE_NO_SIGN : DIAGNOSE_BAD_SHAPE;
        return ST_OK;
    }
    search_right(&d->search);
    if (d->search.right_matches) {
        d->state = diagnosis_right_is_valid(&d->search) ? DIAGNOSE_VALID : DIAGNOSE_EXPLAINED;
        return ST_OK;
    }
    d->all_count = d->search.moves.count;
    d->all = mem_alloc((d->all_count + 1) * sizeof *d->all);
    d->usual = mem_alloc((d->all_count + 1) * sizeof *d->usual);
    for (size_t i = 0; i < d->all_count; i++) {
        d->all[i] = (uint16_t)i;
        if (!d->search.moves.items[i].rare)
            d->usual[d->usual_count++] = (uint16_t)i;
    }
    choose_common(d);
    return ST_OK;
}

static void free_pools(struct diagnosis *d)
{
    for (size_t i = 0; i < SEARCH_DEPTH_MAX; i++) {
        free(d->pools[i]);
        d->pools[i] = NULL;
    }
}

void diagnose_free(struct diagnosis *d)
{
    if (d == NULL)
        return;
    free_pools(d);
    sweep_clear(&d->sweep);
    search_end(&d->search);
    free(d->all);
    free(d->usual);
    free(d->common);
    free(d);
}

/* ---- Stages ---- */

static void start_nest(struct diagnosis *d, const uint16_t *pool, size_t size, size_t depth)
{
    d->nest = (struct nest){.depth = depth, .same_pool = true, .both_orders = depth == 2};
    for (size_t i = 0; i < depth; i++) {
        d->nest.pools[i] = pool;
        d->nest.sizes[i] = size;
    }
}

#define POOL_MAX 40 /* moves of one cause in a combination; of more, only the common ones */

static bool stands_for(const struct move *m, const char *id, bool common)
{
    return m->cause_count == 1 && strcmp(m->causes[0]->id, id) == 0 &&
           (!common || m->common || m->origin == MOVE_ALL);
}

/* The moves that stand for a cause. */
static size_t moves_of(const struct diagnosis *d, const char *id, uint16_t **out)
{
    const struct moves *m = &d->search.moves;
    size_t all = 0, count = 0;
    *out = mem_alloc((d->all_count + 1) * sizeof **out);
    for (size_t i = 0; i < d->all_count; i++)
        all += stands_for(&m->items[i], id, false);
    for (size_t i = 0; i < d->all_count; i++) {
        if (stands_for(&m->items[i], id, all > POOL_MAX))
            (*out)[count++] = (uint16_t)i;
    }
    return count;
}

/* The pools of one curated combination; false if it has an empty one here. */
static bool start_curated(struct diagnosis *d)
{
    const char *const *ids = curated[d->pattern];
    free_pools(d);
    d->nest = (struct nest){.both_orders = true};
    for (size_t i = 0; i < SEARCH_DEPTH_MAX && ids[i] != NULL; i++) {
        const char *id = move_cause_id(&d->search.subject, ids[i], NULL);
        d->nest.sizes[i] = moves_of(d, id, &d->pools[i]);
        d->nest.pools[i] = d->pools[i];
        d->nest.depth++;
        if (d->nest.sizes[i] == 0)
            return false;
    }
    return true;
}

static void start_stage(struct diagnosis *d)
{
    d->started = true;
    d->spent = 0;
    bool all = d->stage == STAGE_SINGLES || d->stage == STAGE_PAIRS || d->stage + 1 == STAGE_COUNT;
    d->limit = all ? d->left : d->stage == STAGE_CURATED ? d->left / 4 : d->left / 2;
    switch (d->stage) {
    case STAGE_SINGLES:
        start_nest(d, d->all, d->all_count, 1);
        break;
    case STAGE_PAIRS:
        start_nest(d, d->usual, d->usual_count, 2);
        break;
    case STAGE_RARE_PAIRS:
        start_nest(d, d->all, d->all_count, 2);
        break;
    case STAGE_COMMON:
        start_nest(d, d->common, d->common_count, 3);
        break;
    case STAGE_TRIPLES:
        start_nest(d, d->usual, d->usual_count, 3);
        d->nest.cross_axis = true;
        break;
    case STAGE_CURATED:
        d->nest = (struct nest){0};
        d->pattern = 0;
        break;
    default:
        sweep_clear(&d->sweep);
        sweep_init(&d->sweep, stage_sweeps[d->stage]);
        break;
    }
}

/* ---- How far it is ---- */

static struct bi stage_text(enum stage stage)
{
    return is_nest(stage) ? stage_texts[stage] : sweep_text(stage_sweeps[stage]);
}

/* Candidates of a stage, about; 0 if that is not known yet. */
static uint64_t stage_total(const struct diagnosis *d, enum stage stage)
{
    if (!is_nest(stage))
        return sweep_total(&d->search, stage_sweeps[stage]);
    return d->started ? nest_total(&d->nest) : 0;
}

/* Of the stage at hand, by what was tried. */
static unsigned stage_percent(const struct diagnosis *d)
{
    if (d->stage == STAGE_CURATED)
        return (unsigned)(100 * d->pattern / ARRAY_COUNT(curated));
    uint64_t total = stage_total(d, d->stage);
    uint64_t done = is_nest(d->stage) ? d->nest.done : d->sweep.done;
    return total == 0 ? 0 : done < total ? (unsigned)(100 * done / total) : 99;
}

/* Of the whole search: each stage counts alike, and ends when its work or its limit is used up. */
static unsigned percent_of(const struct diagnosis *d)
{
    unsigned part = 0, tried = 0;
    if (d->stage == STAGE_COUNT)
        return 100;
    if (d->started) {
        part = (unsigned)(100 * d->spent / (d->limit + 1));
        tried = stage_percent(d);
    }
    return (100 * (unsigned)d->stage + (part > tried ? part : tried)) / STAGE_COUNT;
}

/* ---- Steps ---- */

/* True when all patterns are tried. */
static bool step_curated(struct diagnosis *d, size_t *budget)
{
    while (*budget > 0 && d->pattern < ARRAY_COUNT(curated)) {
        if (d->nest.depth == 0 && !start_curated(d)) {
            d->nest.depth = 0;
            d->pattern++;
            continue;
        }
        if (!nest_step(&d->search, &d->nest, budget))
            return false;
        d->nest.depth = 0;
        d->pattern++;
    }
    return d->pattern == ARRAY_COUNT(curated);
}

static bool step_stage(struct diagnosis *d, size_t *budget)
{
    if (d->stage == STAGE_CURATED)
        return step_curated(d, budget);
    if (is_nest(d->stage))
        return nest_step(&d->search, &d->nest, budget);
    return sweep_step(&d->search, &d->sweep, budget);
}

/* The next stage, or the end. */
static void finish_stage(struct diagnosis *d)
{
    bool found = d->search.found_count > 0;
    d->passed[d->stage] = true;
    d->started = false;
    d->left -= d->spent < d->left ? d->spent : d->left;
    d->stage++;
    if ((found && d->stage > STAGE_PAIRS) || d->stage == STAGE_COUNT) {
        d->state = found ? DIAGNOSE_EXPLAINED : DIAGNOSE_UNEXPLAINED;
        sweep_clear(&d->sweep);
        free_pools(d);
    }
}

bool diagnose_step(struct diagnosis *d, size_t budget)
{
    while (budget > 0 && d->state == DIAGNOSE_SEARCHING) {
        if (d->passed[d->stage]) { /* when it goes on */
            finish_stage(d);
            continue;
        }
        if (!d->started)
            start_stage(d);
        size_t before = budget;
        bool done = step_stage(d, &budget);
        d->spent += before - budget;
        if (!done && d->spent >= d->limit) {
            d->cut[d->stage] = 1 + stage_percent(d);
            done = true;
        }
        bool far = d->stage > STAGE_COMMON; /* no simpler explanation can follow */
        if (done || (far && d->search.found_count > 0))
            finish_stage(d);
    }
    return d->state == DIAGNOSE_SEARCHING;
}

void diagnose_cancel(struct diagnosis *d)
{
    if (d->state == DIAGNOSE_SEARCHING)
        d->state = d->search.found_count > 0 ? DIAGNOSE_EXPLAINED : DIAGNOSE_CANCELLED;
}

enum diagnose_state diagnose_state(const struct diagnosis *d)
{
    return d->state;
}

const struct search *diagnose_search(const struct diagnosis *d)
{
    return &d->search;
}

const struct subject *diagnose_subject(const struct diagnosis *d)
{
    return &d->search.subject;
}

void diagnose_progress(const struct diagnosis *d, struct diagnose_progress *out)
{
    enum stage stage = d->stage < STAGE_COUNT ? d->stage : STAGE_COUNT - 1;
    *out = (struct diagnose_progress){
        .stage = stage_text(stage),
        .done = is_nest(stage) ? d->nest.done : d->sweep.done,
        .tried = d->search.tried,
        .total = stage_total(d, stage),
        .at_once = stage <= STAGE_COMMON,
    };
    if (out->total < out->done)
        out->total = out->done;
    out->percent = percent_of(d);
}

/* ---- Without an answer ---- */

size_t diagnose_excluded(const struct diagnosis *d, struct diagnose_excluded out[AXIS_COUNT])
{
    size_t count = 0;
    if (!d->passed[STAGE_SINGLES])
        return 0;
    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        size_t forms = 0;
        for (size_t i = 0; i < d->all_count; i++)
            forms += d->search.moves.items[i].axis == (enum move_axis)axis;
        if (forms > 0)
            out[count++] = (struct diagnose_excluded){(enum move_axis)axis, forms};
    }
    return count;
}

size_t diagnose_left_out(const struct diagnosis *d, struct diagnose_left out[DIAGNOSE_LEFT_MAX])
{
    size_t count = 0;
    size_t fixed = d->passed[STAGE_SUBSETS] ? sweep_fixed_fields(&d->search) : 0;
    bool cancelled = d->state == DIAGNOSE_CANCELLED;
    for (int i = 0; i < STAGE_COUNT; i++) {
        enum stage stage = (enum stage)i;
        bool none = !is_nest(stage) && stage_total(d, stage) == 0; /* it does not apply */
        bool here = cancelled && stage == d->stage && d->started;
        if (d->cut[i] > 0 || (cancelled && stage >= d->stage && !none && !d->passed[i]))
            out[count++] = (struct diagnose_left){
                .what = stage_text(stage),
                .percent = d->cut[i] > 0 ? d->cut[i] - 1
                           : here        ? stage_percent(d)
                                         : 0,
            };
    }
    if (fixed > 0)
        out[count++] = (struct diagnose_left){
            .what = {"任意子集中没有变化的字段（只变化 20 个）",
                     "fields that no subset left out (20 of them were varied)"},
            .count = fixed};
    if (d->search.moves.refused > 0)
        out[count++] = (struct diagnose_left){
            .what = {"放不下的单个形式", "single forms for which there was no room"},
            .count = d->search.moves.refused};
    return count;
}

void diagnose_be_thorough(struct diagnosis *d)
{
    d->work *= WORK_THOROUGH;
    d->left = d->work;
}

bool diagnose_is_thorough(const struct diagnosis *d)
{
    return d->work > WORK_MAX;
}

bool diagnose_can_go_on(const struct diagnosis *d)
{
    bool cut = false;
    for (int i = 0; i < STAGE_COUNT; i++)
        cut = cut || d->cut[i] > 0;
    return d->work < WORK_END &&
           (d->state == DIAGNOSE_CANCELLED || (d->state == DIAGNOSE_UNEXPLAINED && cut));
}

bool diagnose_go_on(struct diagnosis *d)
{
    if (!diagnose_can_go_on(d))
        return false;
    for (int i = 0; i < STAGE_COUNT; i++) {
        d->passed[i] = d->passed[i] && d->cut[i] == 0;
        d->cut[i] = 0;
    }
    d->state = DIAGNOSE_SEARCHING;
    d->stage = 0;
    d->started = false;
    d->spent = 0;
    diagnose_be_thorough(d);
    return true;
}
