/* SPDX-License-Identifier: MIT */
/*
 * A change is: remember the old params, change, refresh. Undo is a list of whole params:
 * a form is small, and a snapshot cannot be wrong.
 */
#include "app/draft.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* One undo step: the params before it, and which field was typed in (for merging). */
struct draft_step {
    struct params before;
    char field[PARAM_NAME_MAX + 1];
    unsigned merchant; /* counter of profiles at that time */
};

static void step_clear(struct draft_step *s)
{
    params_clear(&s->before);
    memset(s, 0, sizeof(*s));
}

static void forget_redo(struct draft *d)
{
    while (d->undo_count > d->undo_at)
        step_clear(&d->undo[--d->undo_count]);
}

static size_t params_bytes(const struct params *p)
{
    size_t bytes = 0;
    for (size_t i = 0; i < p->count; i++)
        bytes += p->items[i].name_len + p->items[i].value_len;
    return bytes;
}

static void drop_oldest(struct draft *d)
{
    step_clear(&d->undo[0]);
    d->undo_count--;
    memmove(d->undo, d->undo + 1, d->undo_count * sizeof(*d->undo));
    memset(&d->undo[d->undo_count], 0, sizeof(*d->undo));
}

/* Drops old steps until one more of `bytes` fits. */
static void make_room(struct draft *d, size_t bytes)
{
    for (size_t i = 0; i < d->undo_count; i++)
        bytes += params_bytes(&d->undo[i].before);
    while (d->undo_count > 0 && (d->undo_count == DRAFT_UNDO_MAX || bytes > DRAFT_UNDO_BYTES)) {
        bytes -= params_bytes(&d->undo[0].before);
        drop_oldest(d);
    }
}

/* Records the state before a change. `field` merges with a directly preceding change of the same
   field; NULL never merges. */
static void remember(struct draft *d, const char *field, bool merge)
{
    forget_redo(d);
    if (merge && field && d->undo_at > 0 && strcmp(d->undo[d->undo_at - 1].field, field) == 0)
        return;
    if (!d->undo)
        d->undo = mem_alloc(DRAFT_UNDO_MAX * sizeof(*d->undo));
    make_room(d, params_bytes(&d->params));
    struct draft_step *s = &d->undo[d->undo_count++];
    params_copy(&s->before, &d->params);
    s->merchant = d->merchant;
    if (field && strlen(field) <= PARAM_NAME_MAX)
        memcpy(s->field, field, strlen(field) + 1);
    d->undo_at = d->undo_count;
}

void draft_refresh(struct draft *d)
{
    struct err err = {0};
    d->build_err = (struct err){0};
    if (request_sign_kind(d->spec, d->profile, &d->params, d->kind_given ? &d->given : NULL,
                          &d->kind, &err))
        d->kind = d->spec->sign_default;
    validate(d->spec, &d->params, d->profile->environment, d->kind, &d->findings);
    if (!err.status)
        request_build(d->spec, d->profile, &d->params, d->kind, d->base, &d->request, &err);
    else
        request_clear(&d->request);
    d->build_err = err;
    d->rev++;
}

static const char *profile_value(const struct draft *d, const char *name)
{
    const struct params *fields = &d->profile->fields;
    return params_has(fields, name) ? params_get(fields, name) : NULL;
}

static void set_n(struct params *p, const char *name, const char *value, enum param_source source)
{
    params_set_n(p, name, strlen(name), value, strlen(value), source, NULL);
}

/* Values for fields that are not in the form yet: what switching them on gives. */
static void suggest(struct draft *d)
{
    params_clear(&d->suggested);
    for (size_t i = 0; i < d->spec->request_count; i++) {
        const struct field *f = &d->spec->request[i];
        char made[256];
        const char *own = profile_value(d, f->name);
        if (own)
            set_n(&d->suggested, f->name, own, PARAM_PROFILE);
        else if (request_generate(f, &d->seed, &d->params, d->profile, made, sizeof(made)))
            set_n(&d->suggested, f->name, made, request_source(f));
        else if (f->example)
            set_n(&d->suggested, f->name, f->example, PARAM_DEFAULT);
    }
}

void draft_keep(struct draft *d)
{
    params_copy(&d->kept, &d->params);
    d->dirty = false;
}

void draft_open(struct draft *d, const struct spec *spec, const struct profile *profile,
                const char *base, const struct request_seed *seed, bool demo)
{
    struct params none = {0};
    enum sign_kind kind = spec->sign_default;

    d->spec = spec;
    d->profile = profile;
    d->base = base;
    d->seed = *seed;
    request_sign_kind(spec, profile, &none, NULL, &kind, NULL);
    request_fill(spec, profile, seed, demo, kind, &d->params, NULL, NULL);
    suggest(d);
    draft_keep(d);
    draft_refresh(d);
}

void draft_close(struct draft *d)
{
    params_clear(&d->params);
    params_clear(&d->suggested);
    params_clear(&d->kept);
    findings_clear(&d->findings);
    request_clear(&d->request);
    for (size_t i = 0; i < d->undo_count; i++)
        step_clear(&d->undo[i]);
    free(d->undo);
    memset(d, 0, sizeof(*d));
}

/* Replaces a value and keeps its switch. */
static void replace(struct draft *d, const char *name, const char *value, enum param_source source)
{
    const struct param *p = params_find(&d->params, name);
    bool off = p && p->off;
    set_n(&d->params, name, value, source);
    params_find(&d->params, name)->off = off;
}

/* contract_mchid and the like follow mch_id until somebody types into them. */
static void follow_copies(struct draft *d)
{
    for (size_t i = 0; i < d->spec->request_count; i++) {
        const struct field *f = &d->spec->request[i];
        const struct param *p = params_find(&d->params, f->name);
        const char *v = f->copy_of ? params_get(&d->params, f->copy_of) : NULL;
        if (p && v && p->source == PARAM_GENERATED && strcmp(p->value, v) != 0)
            replace(d, f->name, v, PARAM_GENERATED);
    }
}

/* After a change that is not the user's: a form that was as kept still is. */
static void refresh(struct draft *d)
{
    if (!d->dirty)
        draft_keep(d);
    draft_refresh(d);
}

static void changed(struct draft *d)
{
    follow_copies(d);
    d->dirty = !params_equal(&d->params, &d->kept);
    draft_refresh(d);
}

enum status draft_set(struct draft *d, const char *name, const char *value, bool merge,
                      struct err *err)
{
    const char *old = params_get(&d->params, name);
    struct params probe = {0};

    if (old && strcmp(old, value) == 0)
        return ST_OK;
    enum status st = params_set(&probe, name, value, err);
    params_clear(&probe);
    if (st)
        return st;
    remember(d, name, merge);
    st = params_set(&d->params, name, value, err);
    changed(d);
    return st;
}

void draft_toggle(struct draft *d, const char *name)
{
    struct param *p = params_find(&d->params, name);
    const struct param *suggested = params_find(&d->suggested, name);

    remember(d, NULL, false);
    if (p)
        p->off = !p->off;
    else if (suggested)
        set_n(&d->params, name, suggested->value, suggested->source);
    else
        set_n(&d->params, name, "", PARAM_DEFAULT);
    changed(d);
}

enum status draft_generate(struct draft *d, const char *name, const struct request_seed *seed,
                           struct err *err)
{
    const struct field *f = spec_field(d->spec, name);
    char made[256];

    if (!f || !request_generate(f, seed, &d->params, d->profile, made, sizeof(made)))
        return err_set(
            err, ST_UNSUPPORTED, SAY("字段 %s 没有可生成的值", "它的值只能由你给出", "直接输入"),
            SAY("field %s has no value to generate", "its value is yours to give", "type it"),
            name);
    remember(d, NULL, false);
    set_n(&d->params, name, made, request_source(f));
    changed(d);
    return ST_OK;
}

enum status draft_add(struct draft *d, const char *name, const char *value, struct err *err)
{
    if (params_find(&d->params, name))
        return err_set(
            err, ST_CONFLICT, SAY("字段 %s 已在表单中", "名称不能重复", "直接编辑它"),
            SAY("field %s is already in the form", "a name occurs once", "edit it there"), name);
    if (strcmp(name, "key") == 0)
        return err_set(err, ST_REFUSED,
                       SAY("不能添加字段 key", "密钥从不作为字段发送", "把密钥写进商户配置（p）"),
                       SAY("a field key cannot be added", "a key is never sent as a field",
                           "put the key into the profile (p)"));
    return draft_set(d, name, value, false, err);
}

void draft_remove(struct draft *d, const char *name)
{
    if (!params_find(&d->params, name))
        return;
    remember(d, NULL, false);
    params_remove(&d->params, name);
    changed(d);
}

/* ---- The merchant's values ---- */

/* What the profile supplies takes the place of what another one supplied. */
static void apply_fields(struct draft *d)
{
    for (size_t i = 0; i < d->spec->request_count; i++) {
        const struct field *f = &d->spec->request[i];
        const struct param *p = params_find(&d->params, f->name);
        const char *v = profile_value(d, f->name);
        bool wanted = f->source == SOURCE_PROFILE || validate_required(f, &d->params, NULL, NULL);
        if (p && p->source == PARAM_PROFILE && !v)
            params_remove(&d->params, f->name);
        else if (v && (p ? p->source != PARAM_USER : wanted))
            replace(d, f->name, v, PARAM_PROFILE);
    }
}

/* Another profile may sign with another algorithm, which then must (or need not) be announced. */
static void apply_sign_type(struct draft *d)
{
    const struct param *p = params_find(&d->params, "sign_type");
    struct params none = {0};
    enum sign_kind kind;

    if (p && (p->source != PARAM_DEFAULT || p->off))
        return;
    request_sign_kind(d->spec, d->profile, &none, d->kind_given ? &d->given : NULL, &kind, NULL);
    const char *v = request_sign_type(d->spec, kind);
    if (v)
        set_n(&d->params, "sign_type", v, PARAM_DEFAULT);
    else
        params_remove(&d->params, "sign_type");
}

static void apply_profile(struct draft *d)
{
    apply_sign_type(d);
    apply_fields(d);
    follow_copies(d);
}

void draft_profile(struct draft *d, const struct profile *profile, const char *base)
{
    d->profile = profile;
    d->base = base;
    d->merchant++;
    apply_profile(d);
    suggest(d);
    refresh(d);
}

void draft_base(struct draft *d, const char *base)
{
    if (d->base == base || (d->base && base && strcmp(d->base, base) == 0))
        return;
    d->base = base;
    draft_refresh(d);
}

/* ---- Undo ---- */

/* Swaps the present params with those of a step. */
static void swap_step(struct draft *d, size_t at)
{
    struct draft_step *s = &d->undo[at];
    struct params now = d->params;
    bool foreign = s->merchant != d->merchant;

    d->params = s->before;
    s->before = now;
    s->merchant = d->merchant;
    s->field[0] = '\0'; /* what comes next is a step of its own */
    if (foreign)        /* the values of the merchant of then are not those of now */
        apply_profile(d);
    changed(d);
}

bool draft_undo(struct draft *d)
{
    if (d->undo_at == 0)
        return false;
    swap_step(d, --d->undo_at);
    return true;
}

bool draft_redo(struct draft *d)
{
    if (d->undo_at == d->undo_count)
        return false;
    swap_step(d, d->undo_at++);
    return true;
}

/* Puts the fields of a document where they belong. */
static enum status place(struct draft *d, const struct params *from, struct draft_fill *out,
                         struct err *err)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct param *p = &from->items[i];
        if (strcmp(p->name, "sign") == 0) {
            out->sign_dropped = true;
            continue;
        }
        bool known = spec_field(d->spec, p->name) || params_find(&d->params, p->name);
        enum status st = params_set(known ? &d->params : &out->unplaced, p->name, p->value, err);
        if (st)
            return st;
        out->placed += known;
    }
    return ST_OK;
}

/* What every request has and a few fields copied out of one have not. */
static bool is_whole(const struct params *p)
{
    return params_find(p, "mch_id") || params_find(p, "nonce_str") || params_find(p, "sign");
}

static void clear_others(struct draft *d, const struct params *document, struct params *cleared)
{
    struct params before = {0};
    params_copy(&before, &d->params);
    for (size_t i = 0; i < before.count; i++) {
        const struct param *p = &before.items[i];
        bool stays = p->off || p->source == PARAM_PROFILE || p->source == PARAM_GENERATED ||
                     strcmp(p->name, "sign_type") == 0 || params_find(document, p->name);
        if (stays)
            continue;
        params_set(cleared, p->name, p->value, NULL);
        params_remove(&d->params, p->name);
    }
    params_clear(&before);
}

enum status draft_paste(struct draft *d, const struct paste *paste, struct draft_fill *out,
                        struct err *err)
{
    memset(out, 0, sizeof(*out));
    out->key_dropped = secret_is_set(&paste->key);
    remember(d, NULL, false);
    if (is_whole(&paste->params))
        clear_others(d, &paste->params, &out->cleared);
    enum status st = place(d, &paste->params, out, err);
    changed(d);
    if (st) {
        draft_undo(d);
        forget_redo(d);
        params_clear(&out->unplaced);
        params_clear(&out->cleared);
        memset(out, 0, sizeof(*out));
    }
    return st;
}

/* Does a send take a fresh value for this field? */
static bool is_renewed(const struct field *f, bool order_no)
{
    switch (f->source) {
    case SOURCE_NONCE:
    case SOURCE_NOW:
    case SOURCE_EXPIRE:
        return true;
    case SOURCE_ORDER_NO:
    case SOURCE_SERIAL:
        return order_no;
    default:
        return false;
    }
}

void draft_renew(struct draft *d, const struct request_seed *seed, bool order_no)
{
    d->seed = *seed;
    for (size_t i = 0; i < d->spec->request_count; i++) {
        const struct field *f = &d->spec->request[i];
        const struct param *p = params_find(&d->params, f->name);
        char made[256];
        if (p && p->source == PARAM_GENERATED && is_renewed(f, order_no) &&
            request_generate(f, seed, &d->params, d->profile, made, sizeof(made)))
            replace(d, f->name, made, PARAM_GENERATED);
    }
    suggest(d);
    refresh(d);
}

enum status draft_load(struct draft *d, const struct draft_values *values,
                       const struct request_seed *seed, struct params *added, struct err *err)
{
    struct params next = {0};
    enum sign_kind kind;

    /* An unknown sign_type is a finding, as one that was typed. */
    if (request_sign_kind(d->spec, d->profile, values->params, values->kind, &kind, NULL))
        kind = d->spec->sign_default;
    params_copy(&next, values->params);
    enum status st = request_fill(d->spec, d->profile, seed, values->demo, kind, &next, added, err);
    if (!st) {
        remember(d, NULL, false);
        d->kind_given = values->kind != NULL;
        d->given = values->kind ? *values->kind : kind;
        d->seed = *seed;
        params_copy(&d->params, &next);
        changed(d);
    }
    params_clear(&next);
    return st;
}

/* ---- Rows ---- */

static void add_row(const struct draft *d, const struct field *f, const char *name,
                    struct draft_row *rows, size_t max, size_t *n)
{
    if (*n < max) {
        rows[*n] = (struct draft_row){.field = f,
                                      .name = name,
                                      .param = params_find(&d->params, name),
                                      .required = f && validate_required(f, &d->params, NULL, NULL),
                                      .finding = findings_of(&d->findings, name)};
    }
    (*n)++;
}

/* Is the field one that the request holds, or lacks? */
static bool is_shown(const struct draft *d, const struct field *f)
{
    return params_find(&d->params, f->name) || validate_required(f, &d->params, NULL, NULL);
}

size_t draft_rows(const struct draft *d, bool all, struct draft_row *rows, size_t max)
{
    size_t n = 0;
    for (int rest = 0; rest <= (all ? 1 : 0); rest++) {
        for (size_t i = 0; i < d->spec->request_count; i++) {
            const struct field *f = &d->spec->request[i];
            if (is_shown(d, f) == !rest)
                add_row(d, f, f->name, rows, max, &n);
        }
    }
    for (size_t i = 0; i < d->params.count; i++) {
        const char *name = d->params.items[i].name;
        if (!spec_field(d->spec, name))
            add_row(d, NULL, name, rows, max, &n);
    }
    return n < max ? n : max;
}

size_t draft_first_row(const struct draft *d, bool all)
{
    struct draft_row rows[PARAMS_MAX];
    size_t n = draft_rows(d, all, rows, ARRAY_COUNT(rows)), user = n;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].name, "body") == 0)
            return i;
    }
    for (size_t i = 0; i < n; i++) {
        if (rows[i].required && !params_has(&d->params, rows[i].name))
            return i;
        if (user == n && rows[i].field && rows[i].field->source == SOURCE_USER)
            user = i;
    }
    return user < n ? user : 0;
}
