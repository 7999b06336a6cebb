/* SPDX-License-Identifier: MIT */
/*
 * What names a type of signature is checked once the list of types is read.
 */
#include "core/spec_sign.h"

#include <stdlib.h>

static const char *const sign_names[SIGN_KIND_COUNT] = {
    [SIGN_MD5] = "MD5", [SIGN_HMAC_SHA256] = "HMAC-SHA256"};

static void read_sign_kind(struct reader *r, struct place at, void *into)
{
    *(int *)into = read_word(r, at, sign_names, SIGN_KIND_COUNT);
}

struct sign_part {
    int *types;
    size_t type_count;
    int chosen;   /* default; -1: none */
    int demanded; /* -1: none */
    struct bi note;
};

static void read_sign_types(struct reader *r, struct place at, void *into)
{
    struct sign_part *part = into;
    part->type_count = read_list(r, at, read_sign_kind, &part->types, sizeof *part->types);
    if (json_type(at.node) == JSON_ARRAY && json_count(at.node) == 0) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("至少要有一种签名类型", "", ""),
                SAY("at least one signature type is needed", "", ""));
    }
    for (size_t i = 0; i < part->type_count; i++) {
        if (part->types[i] >= 0) {
            r->spec->sign_types[part->types[i]] = true;
        }
    }
}

/* A type that is chosen must be among the types. */
static void check_sign_kind(struct reader *r, struct place at, const char *member, int kind)
{
    if (kind >= 0 && !r->spec->sign_types[kind]) {
        err_set(problem_in(r, at, member), ST_CONFLICT, SAY("%s 不在 types 之中", "", ""),
                SAY("%s is not among types", "", ""), sign_names[kind]);
    }
}

void read_sign(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"types", read_sign_types, 0, true},
        {"default", read_sign_kind, offsetof(struct sign_part, chosen), true},
        {"demanded", read_sign_kind, offsetof(struct sign_part, demanded), false},
        {"note", read_text, offsetof(struct sign_part, note), false},
    };
    struct sign_part part = {.chosen = -1, .demanded = -1};
    struct spec *spec = into;
    size_t before = r->count;
    read_object(r, at, members, ARRAY_COUNT(members), &part);
    if (r->count == before) {
        check_sign_kind(r, at, "default", part.chosen);
        check_sign_kind(r, at, "demanded", part.demanded);
    }
    spec->sign_note = part.note;
    spec->sign_is_demanded = part.demanded >= 0;
    int kind = part.demanded >= 0 ? part.demanded : part.chosen;
    spec->sign_default = kind >= 0 ? (enum sign_kind)kind : SIGN_MD5;
    free(part.types);
}
