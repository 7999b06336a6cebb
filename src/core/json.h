/* SPDX-License-Identifier: MIT */
/*
 * JSON: reading with line numbers, typed access with paths in its errors, writing.
 *
 * The door to cJSON; its types stay inside. A `struct json *` is a node of a document;
 * children belong to their root, which json_free() ends.
 *
 * Stricter than the library: a name twice in an object, an escape \u0000, a raw control
 * character, a number such as 01 or 1e999, invalid UTF-8, text behind the document, nesting
 * over JSON_DEPTH_MAX, more than JSON_NODES_MAX values and documents over JSON_SIZE_MAX are
 * errors that name the line. No error repeats more of the text than one character or a name.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/params.h"

#define JSON_SIZE_MAX (8u << 20) /* bytes: a text of 1 MiB, escaped to its last byte, has room */
#define JSON_DEPTH_MAX 64
#define JSON_NODES_MAX (1u << 18) /* values in a document */

struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Parses one document; `*out` is the caller's. ST_SYNTAX (the sentence holds the line and what was
   met), ST_LIMIT. A byte order mark in front is skipped. */
enum status json_parse(const char *text, size_t len, struct json **out, struct err *err);
/* The line that a failure of json_parse() names; 0 if it names none. */
size_t json_error_line(const struct err *err);
void json_free(struct json *j);
struct json *json_copy(const struct json *j);

/* Overwrites every string of the document: for profiles, which may hold a key. */
void json_wipe(struct json *j);

/* ---- Reading. A NULL node is allowed everywhere and reads as absent. ---- */

enum json_type json_type(const struct json *j);                /* NULL node: JSON_NULL */
const char *json_name(const struct json *j);                   /* name inside its object, or NULL */
size_t json_count(const struct json *j);                       /* members or elements */
struct json *json_get(const struct json *j, const char *name); /* member or NULL; exact case */
struct json *json_first(const struct json *j);                 /* first child or NULL */
struct json *json_next(const struct json *j);                  /* next sibling or NULL */
const char *json_string(const struct json *j);                 /* NULL if not a string */
bool json_bool(const struct json *j, bool fallback);
int64_t json_int(const struct json *j, int64_t fallback); /* whole numbers within +-2^53 only */
bool json_is_int(const struct json *j);
double json_number(const struct json *j, double fallback); /* any number */
bool json_is_null(const struct json *j);                   /* absent or null */

/*
 * Typed members for readers of files: absent or null leaves `*out` as it is and is ST_OK; a wrong
 * type is ST_SYNTAX with "PATH.name: …" in the sentence. `path` is the path of `j` ("request[3]").
 */
enum status json_read_string(const struct json *j, const char *path, const char *name,
                             const char **out, struct err *err);
enum status json_read_bool(const struct json *j, const char *path, const char *name, bool *out,
                           struct err *err);
enum status json_read_int(const struct json *j, const char *path, const char *name, int64_t *out,
                          struct err *err);

/* ---- Building. Adders copy strings; a child is moved into its parent. ---- */

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_string(const char *s);               /* as below */
struct json *json_new_string_n(const char *s, size_t len); /* invalid UTF-8, NUL: U+FFFD */
struct json *json_new_int(int64_t n);
struct json *json_new_number(double d); /* finite */
struct json *json_new_bool(bool b);
struct json *json_new_null(void);
void json_add(struct json *object, const char *name, struct json *child);
void json_add_string(struct json *object, const char *name, const char *s); /* NULL s: left out */
void json_add_int(struct json *object, const char *name, int64_t n);
void json_add_bool(struct json *object, const char *name, bool b);
void json_add_bi(struct json *object, const char *name, struct bi b); /* {"zh":…,"en":…} */
void json_add_params(struct json *object, const char *name, const struct params *p); /* an object */
void json_push(struct json *array, struct json *child);
void json_set(struct json *object, const char *name, struct json *child); /* add or replace */
void json_remove(struct json *object, const char *name);

/* Sets what an object of strings holds in `out`. False, with a part of it set: it is none. */
bool json_take_params(const struct json *object, struct params *out);

/* Text of the document: one line, or indented by two blanks. No final newline. UTF-8 stays raw, but
   for what a terminal could obey (controls, direction marks, zero-width), which is escaped. */
void json_write(const struct json *j, bool pretty, struct buf *out);

#endif
