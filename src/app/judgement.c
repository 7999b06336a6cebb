/* SPDX-License-Identifier: MIT */
#include "app/judgement.h"

/* Is the key the merchant's? The best answer that the messages at hand give. */
static void ask_oracle(const struct judgement_input *in, const struct params *message,
                       struct diagnosis_key *best)
{
    static const int rank[] = {
        [ORACLE_NO_EVIDENCE] = 0, [ORACLE_SILENT] = 1, [ORACLE_OTHER_KEY] = 2, [ORACLE_PROVES] = 3};
    const char *mch_id = params_get(message, "mch_id");
    if (!mch_id && in->profile)
        mch_id = params_get(&in->profile->fields, "mch_id");
    *best = (struct diagnosis_key){.key = in->key};
    for (size_t i = 0; i <= in->witness_count; i++) {
        const struct judgement_witness *w = i ? &in->witnesses[i - 1] : NULL;
        struct oracle_verdict v =
            oracle_ask(w ? w->params : message, mch_id, in->key, in->keys, in->key_count);
        if (rank[v.answer] <= rank[best->verdict.answer])
            continue;
        best->verdict = v;
        best->file = w ? w->file : NULL;
        best->row = w ? w->row : 0;
    }
}

void judge(const struct judgement_input *in, struct judgement *out)
{
    enum diagnose_state state = diagnose_state(in->diagnosis);
    const struct subject *s = diagnose_subject(in->diagnosis);
    struct advice_input about = {.kind = s->kind,
                                 .params = &s->params,
                                 .twice = &s->twice,
                                 .spec = in->spec,
                                 .key = in->key,
                                 .key_label = in->key_label,
                                 .merchant = in->profile ? &in->profile->fields : NULL,
                                 .base_url = in->profile ? in->profile->base_url : NULL,
                                 .wire = in->wire.body,
                                 .head = in->wire.head,
                                 .query = in->wire.query};
    out->count = 0;
    ask_oracle(in, &s->params, &out->key);
    if (state == DIAGNOSE_VALID || state == DIAGNOSE_NO_SIGN || state == DIAGNOSE_BAD_SHAPE)
        out->count = advise(&about, out->advice);
    if (out->count < ADVICE_MAX && oracle_advice(&out->key.verdict, &out->advice[out->count]))
        out->count++;
}
