/* SPDX-License-Identifier: MIT */
/*
 * What a check has to say about fields: a list of findings in two languages.
 *
 * An error is what the API refuses; a warning is what may be refused or surprises
 * (INTERFACE.md, `validate`). Memory is kept from check to check, because a form is
 * checked on every key.
 */
#ifndef CORE_FINDINGS_H
#define CORE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/json.h"
#include "core/spec.h"

#define FINDING_TEXT_MAX 384 /* bytes, NUL included */
#define FINDING_FIELD_MAX 96
#define FINDINGS_MAX 256

struct finding {
    char field[FINDING_FIELD_MAX]; /* "body", or "scene_info.h5_info.wap_url" */
    enum severity severity;
    const char *rule; /* "required", "required-when", "max-bytes", "max-chars", "min-bytes",
                         "min-chars", "type", "range", "pattern", "enum", "url", "ip", "time",
                         "json-syntax", "json-type", "unknown-field", "characters", "sign-type",
                         "empty", or the id of a rule of the spec (borrowed) */
    bool lacking;     /* something is missing, rather than wrong */
    char text[LANG_COUNT][FINDING_TEXT_MAX];
};

/* Zeroed is valid. Reused without giving memory back. */
struct findings {
    struct finding *items;
    size_t count;
    size_t cap;
    size_t errors; /* how many are errors */
};

/* Empties the list and keeps its memory. */
void findings_reset(struct findings *f);
void findings_clear(struct findings *f);

/*
 * Adds a finding; both formats take the same arguments in the same order. Arguments are plain
 * text (finding_shown()). Past FINDINGS_MAX findings are dropped (NULL), but never the only error.
 * `field` and `rule` as in struct finding; `rule` is borrowed. The result is valid until the next.
 */
struct finding_head {
    const char *field;
    const char *rule;
    enum severity severity;
    bool lacking;
};
struct finding *findings_add(struct findings *f, struct finding_head head, const char *zh,
                             const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* Adds to the sentence of a finding; NULL does nothing. */
void finding_more(struct finding *one, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

#define FINDING_SHOWN_MAX 96 /* bytes of a value inside a sentence, NUL included */

/* A value as sentences show it: visible, cut, "****" if `sensitive`. Returns `out`. */
const char *finding_shown(const char *value, size_t len, bool sensitive,
                          char out[FINDING_SHOWN_MAX]);

/* The worst finding of a field (its inner fields included), or NULL. */
const struct finding *findings_of(const struct findings *f, const char *field);

/* "error" or "warning". */
const char *severity_name(enum severity severity);

/* [{"field","severity","rule","zh","en"}]: the caller frees. */
struct json *findings_json(const struct findings *f);

#endif
