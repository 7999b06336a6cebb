/* SPDX-License-Identifier: MIT */
/*
 * A code may stand once in each layer: the same word means other things there.
 */
#include "core/spec_errors.h"

#include <string.h>

#include "core/spec_names.h"

static void read_error_layer(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {[ERROR_COMMUNICATION] = "communication",
                                        [ERROR_BUSINESS] = "business",
                                        [ERROR_CONTRACT] = "contract"};
    int layer = read_word(r, at, names, ARRAY_COUNT(names));
    if (layer >= 0) {
        *(enum error_layer *)into = (enum error_layer)layer;
    }
}

static void read_class(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"param", "sign",     "config", "state",
                                        "payer", "protocol", "system"};
    if (read_word(r, at, names, ARRAY_COUNT(names)) >= 0) {
        *(const char **)into = json_string(at.node);
    }
}

static void read_retry(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"no", "same"};
    *(bool *)into = read_word(r, at, names, ARRAY_COUNT(names)) == 1;
}

static void read_error_fields(struct reader *r, struct place at, void *into)
{
    struct error_code *e = into;
    e->field_count = read_list(r, at, read_string, &e->fields, sizeof *e->fields);
}

static void read_error_match(struct reader *r, struct place at, void *into)
{
    struct error_code *e = into;
    e->match_count = read_list(r, at, read_string, &e->match, sizeof *e->match);
}

void read_error(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"code", read_string, offsetof(struct error_code, code), true},
        {"layer", read_error_layer, offsetof(struct error_code, layer), true},
        {"meaning", read_text, offsetof(struct error_code, meaning), true},
        {"cause", read_text, offsetof(struct error_code, cause), true},
        {"solution", read_text, offsetof(struct error_code, solution), true},
        {"class", read_class, offsetof(struct error_code, kind), true},
        {"retry", read_retry, offsetof(struct error_code, retry_same), true},
        {"fields", read_error_fields, 0, false},
        {"match", read_error_match, 0, false},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

void check_error(struct reader *r, struct place at, size_t index)
{
    const struct error_code *e = &r->spec->errors[index];
    struct member_names names = {"fields", e->fields, e->field_count, true};
    check_member_names(r, at, &names);
    for (size_t k = 0; e->code && k < index; k++) {
        const struct error_code *other = &r->spec->errors[k];
        if (other->code && e->layer == other->layer && strcmp(e->code, other->code) == 0) {
            err_set(problem_in(r, at, "code"), ST_CONFLICT,
                    SAY("错误码 %s 在同一层出现两次", "", ""),
                    SAY("the error code %s occurs twice in one layer", "", ""), e->code);
        }
    }
}
