/* SPDX-License-Identifier: MIT */
/*
 * Names inside a catalogue file that mean a field: conditions, copies, rules, and names
 * that occur twice.
 */
#ifndef CORE_SPEC_NAMES_H
#define CORE_SPEC_NAMES_H

#include "core/spec_reader.h"

/* Names that occur twice, conditions and copies that name no field. `at` is the list. */
void check_request_fields(struct reader *r, struct place at);
void check_response_fields(struct reader *r, struct place at);

/* A condition over `fields`, and with a leading '/' over `outer` (NULL: not allowed). */
struct known_fields {
    const struct field *fields;
    size_t count;
    const struct field *outer;
    size_t outer_count;
    bool any_value; /* a document's left-over may compare with a value that never comes */
};
void check_condition(struct reader *r, struct place at, const struct known_fields *known);

/* Is `name` a field? If not, says so at the node and names the nearest. */
bool check_field_name(struct reader *r, struct place at, const char *name,
                      const struct known_fields *known);

/* The fields of the request that is being read: what rules, errors and notifications name. */
struct known_fields known_request(const struct spec *s);

/* Is what a member of the object at `at` names a field of the request? NULL names nothing. */
void check_member_name(struct reader *r, struct place at, const char *member, const char *name);

/* Same for a member that is a list of names. */
struct member_names {
    const char *member;
    const char *const *names; /* as they were read */
    size_t count;
    bool sign; /* `sign` is one as well, though no field */
};
void check_member_names(struct reader *r, struct place at, const struct member_names *list);

#endif
