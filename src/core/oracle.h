/* SPDX-License-Identifier: MIT */
/*
 * Does a key belong to a merchant? Any message that the gateway signed for it, or a `req_info`
 * that it encrypted, proves it; one that fails proves nothing by itself, because its bytes may
 * have been changed on the way (facts/signature-failures.md 3.9).
 */
#ifndef CORE_ORACLE_H
#define CORE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/params.h"
#include "core/subject.h"

enum oracle_answer {
    ORACLE_NO_EVIDENCE, /* not of the gateway, or nothing in it depends on the key */
    ORACLE_PROVES,      /* the key made it */
    ORACLE_OTHER_KEY,   /* one of the other keys made it: ours is not the merchant's */
    ORACLE_SILENT,      /* none of the keys made it, or it was changed */
};

struct oracle_verdict {
    enum oracle_answer answer;
    bool sealed;       /* by decrypting req_info, which is proof even without a signature */
    const char *label; /* ORACLE_OTHER_KEY: of that key; "" if it has none. Borrowed. */
    size_t index;      /* … and its number */
};

/* Asks one message. `mch_id` (NULL: any) must be its merchant's. */
struct oracle_verdict oracle_ask(const struct params *message, const char *mch_id,
                                 const struct secret *key, const struct key_candidate *keys,
                                 size_t key_count);

#endif
