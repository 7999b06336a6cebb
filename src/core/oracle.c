/* SPDX-License-Identifier: MIT */
#include "core/oracle.h"

#include <string.h>

#include "core/sealed.h"
#include "core/sign.h"

static bool is_made_with(const struct params *message, const char *req_info,
                         const struct secret *key)
{
    struct sign_trace trace = {0};
    struct sign_check check = {0};
    struct params inner = {0};
    if (!secret_is_set(key))
        return false;
    if (req_info) {
        bool good = sealed_read(req_info, key, &inner, NULL) == ST_OK;
        params_clear(&inner);
        return good;
    }
    sign_verify(message, key, true, &trace, &check);
    sign_trace_clear(&trace);
    return check.state == SIGN_VALID;
}

struct oracle_verdict oracle_ask(const struct params *message, const char *mch_id,
                                 const struct secret *key, const struct key_candidate *keys,
                                 size_t key_count)
{
    const char *req_info = params_get(message, "req_info");
    const char *theirs = params_get(message, "mch_id");
    struct oracle_verdict v = {.answer = ORACLE_NO_EVIDENCE, .sealed = req_info != NULL};
    bool gateway = params_has(message, "return_code") || params_has(message, "result_code");

    if (!gateway || (!req_info && !params_has(message, "sign")) ||
        (mch_id && theirs && strcmp(mch_id, theirs) != 0))
        return v;
    if (is_made_with(message, req_info, key)) {
        v.answer = ORACLE_PROVES;
        return v;
    }
    v.answer = ORACLE_SILENT;
    for (size_t i = 0; i < key_count && v.answer == ORACLE_SILENT; i++) {
        if (!is_made_with(message, req_info, &keys[i].key))
            continue;
        v.answer = ORACLE_OTHER_KEY;
        v.index = i;
        v.label = keys[i].label ? keys[i].label : "";
    }
    return v;
}
