/* SPDX-License-Identifier: MIT */
/* The diagnosis copies what it is given; here are its timer, its keys and what is told of it. */
#include "app/inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "app/evidence.h"

struct inquiry {
    struct loop *loop;
    struct diagnosis *diagnosis;
    struct secret key;
    struct key_candidate keys[SUBJECT_KEYS_MAX]; /* labels belong to the keyring */
    size_t key_count;
    struct keyring ring;
    const struct spec *spec;
    const char *key_label; /* in the ring */
    bool request;
    struct repair_log repairs;
    struct evidence evidence;
    struct profile merchant; /* ids and address only */
    struct wire wire;        /* in the next two */
    struct buf body, head;
    struct judgement judgement;
    unsigned timer, rev;
    unsigned *moved;
};

static void add_key(struct inquiry *i, const char *label, const struct secret *key)
{
    if (i->key_count == SUBJECT_KEYS_MAX || !secret_is_set(key) || secret_same(key, &i->key))
        return;
    i->keys[i->key_count].label = label;
    secret_copy(&i->keys[i->key_count++].key, key);
}

static void add_keys(struct inquiry *i, const struct inquiry_question *q)
{
    if (q->store)
        keyring_fill(&i->ring, q->store, q->profile);
    for (size_t n = 0; n < i->ring.count; n++) {
        const struct profile *p = i->ring.items[n];
        bool ours = p->name && q->profile->name && strcmp(p->name, q->profile->name) == 0;
        for (size_t k = 0; ours && k < p->other_key_count; k++) {
            if (!i->key_label && secret_same(&p->other_keys[k].key.value, &i->key))
                i->key_label = p->other_keys[k].label;
        }
    }
    for (size_t n = 0; n < i->ring.count; n++) {
        const struct profile *p = i->ring.items[n];
        add_key(i, p->name, &p->key.value);
        for (size_t k = 0; k < p->other_key_count; k++)
            add_key(i, p->other_keys[k].label, &p->other_keys[k].key.value);
    }
}

/* Messages that the gateway signed for the merchant of the one in question. */
static void gather(struct inquiry *i, const struct inquiry_question *q)
{
    const char *mch_id = params_get(q->params, "mch_id");
    if (!mch_id || !mch_id[0])
        mch_id = params_get(&q->profile->fields, "mch_id");
    evidence_gather(&i->evidence, q->journal, mch_id, q->profile);
}

static void keep_wire(struct inquiry *i, const struct wire *wire)
{
    buf_init_secret(&i->body, PASTE_SIZE_MAX);
    buf_init_secret(&i->head, PASTE_SIZE_MAX);
    buf_add(&i->body, wire->body.s, wire->body.len);
    buf_add(&i->head, wire->head.s, wire->head.len);
    i->wire = *wire;
    i->wire.body = (struct span){buf_str(&i->body), i->body.len};
    i->wire.head = (struct span){buf_str(&i->head), i->head.len};
}

/* ---- The search ---- */

static void conclude(struct inquiry *i)
{
    struct judgement_input in = {.diagnosis = i->diagnosis,
                                 .spec = i->request ? i->spec : NULL,
                                 .key = &i->key,
                                 .keys = i->keys,
                                 .key_count = i->key_count,
                                 .key_label = i->key_label,
                                 .profile = &i->merchant,
                                 .wire = i->wire,
                                 .witnesses = i->evidence.items,
                                 .witness_count = i->evidence.count};
    judge(&in, &i->judgement);
}

static void on_turn(void *ctx)
{
    struct inquiry *i = ctx;
    i->timer = 0;
    if (diagnose_step(i->diagnosis, DIAGNOSE_SLICE))
        i->timer = loop_timer(i->loop, 0, on_turn, i);
    else
        conclude(i);
    i->rev++;
    if (i->moved)
        ++*i->moved;
}

enum status inquiry_start(const struct inquiry_question *q, struct inquiry **out, struct err *err)
{
    struct inquiry *i = mem_alloc(sizeof(*i));
    const struct params *context[EVIDENCE_MAX + 1] = {&q->profile->fields};
    size_t context_count = 1;

    i->loop = q->loop;
    i->moved = q->rev;
    i->spec = q->spec;
    i->request = q->request && q->spec;
    if (q->repairs)
        i->repairs = *q->repairs;
    secret_copy(&i->key, &q->profile->key.value);
    add_keys(i, q);
    params_copy(&i->merchant.fields, &q->profile->fields);
    if (q->profile->base_url)
        i->merchant.base_url = mem_strdup(q->profile->base_url);
    keep_wire(i, &q->wire);
    gather(i, q);
    for (size_t n = 0; n < i->evidence.count; n++)
        context[context_count++] = &i->evidence.params[n];
    struct subject_input in = {.params = q->params,
                               .twice = q->twice,
                               .expect = q->expect,
                               .key = &i->key,
                               .keys = i->keys,
                               .key_count = i->key_count,
                               .context = context,
                               .context_count = context_count,
                               .spec = q->spec};
    enum status st = diagnose_start(&in, &i->diagnosis, err);
    if (!st && diagnose_state(i->diagnosis) == DIAGNOSE_NO_SIGN)
        st = err_set(err, ST_ARGUMENT, SAY("没有签名可诊断", "", "粘贴对方的签名"),
                     SAY("there is no signature to diagnose", "", "paste the other side's"));
    if (st) {
        inquiry_free(i);
        return st;
    }
    if (diagnose_step(i->diagnosis, q->beside ? 0 : DIAGNOSE_FIRST))
        i->timer = loop_timer(i->loop, 0, on_turn, i);
    else
        conclude(i);
    i->rev = 1;
    *out = i;
    return ST_OK;
}

void inquiry_free(struct inquiry *i)
{
    if (!i)
        return;
    if (i->timer)
        loop_cancel(i->loop, i->timer);
    diagnose_free(i->diagnosis);
    for (size_t k = 0; k < i->key_count; k++)
        secret_clear(&i->keys[k].key);
    secret_clear(&i->key);
    keyring_clear(&i->ring);
    evidence_clear(&i->evidence);
    params_clear(&i->merchant.fields);
    free(i->merchant.base_url);
    buf_clear(&i->body);
    buf_clear(&i->head);
    free(i);
}

void inquiry_cancel(struct inquiry *i)
{
    if (i->timer)
        loop_cancel(i->loop, i->timer);
    i->timer = 0;
    diagnose_cancel(i->diagnosis);
    conclude(i);
    i->rev++;
}

bool inquiry_go_on(struct inquiry *i)
{
    if (!diagnose_go_on(i->diagnosis))
        return false;
    i->timer = loop_timer(i->loop, 0, on_turn, i);
    i->rev++;
    return true;
}

bool inquiry_is_running(const struct inquiry *i)
{
    return i->timer != 0;
}

unsigned inquiry_rev(const struct inquiry *i)
{
    return i->rev;
}

/* ---- Telling ---- */

const struct diagnosis *inquiry_diagnosis(const struct inquiry *i)
{
    return i->diagnosis;
}

void inquiry_progress(const struct inquiry *i, struct diagnose_progress *out)
{
    diagnose_progress(i->diagnosis, out);
}

void inquiry_headline(const struct inquiry *i, enum lang lang, char *out, size_t size)
{
    diagnosis_headline(i->diagnosis, lang, out, size);
}

void inquiry_page(const struct inquiry *i, enum diagnosis_part part, struct page *p)
{
    bool running = inquiry_is_running(i);
    struct diagnosis_told told = {.diagnosis = i->diagnosis,
                                  .advice = i->judgement.advice,
                                  .advice_count = i->judgement.count,
                                  .repairs = &i->repairs,
                                  .api = i->request ? i->spec->id : NULL,
                                  .key = running ? NULL : &i->judgement.key};
    diagnosis_page(&told, part, p);
    secret_redact(&i->key, p->out);
    for (size_t k = 0; k < i->key_count; k++)
        secret_redact(&i->keys[k].key, p->out);
}
