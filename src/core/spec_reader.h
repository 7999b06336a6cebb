/* SPDX-License-Identifier: MIT */
/*
 * The machinery that reads catalogue JSON into structs: tables of members, problems with
 * path and line.
 *
 * A table names each member of an object once: how it is read, where it goes, whether it
 * must be there. Whatever is wrong is noted and reading goes on, because an author wants
 * all faults at once. For spec_*.c, event.c and flow.c only.
 */
#ifndef CORE_SPEC_READER_H
#define CORE_SPEC_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/json.h"
#include "core/spec.h"

#define SPEC_SIZE_MAX (512u << 10) /* bytes of one file */
#define SPEC_LIST_MAX 512          /* elements of one list */

struct reader {
    const char *text; /* the file, for line numbers */
    size_t len;
    const struct json *document;   /* what was parsed from it; NULL: no line is known */
    struct spec *spec;             /* what is being read; NULL: not a spec */
    struct spec_problem *problems; /* room for `room` */
    size_t room;
    size_t count; /* noted; those past `room` are only counted */
};

/* A node and its path. */
struct place {
    const struct json *node;
    const char *path;
};

/* Puts what a node says into `into`. */
typedef void (*member_fn)(struct reader *r, struct place at, void *into);

struct member {
    const char *name;
    member_fn read;
    size_t offset; /* added to the object's address */
    bool needed;
};

#define SPEC_PATH_MAX sizeof((struct spec_problem *)0)->path

/* Writes a path below `base`, cut to size: path_below(path, at.path, ".fields[%zu]", i). Returns
   `out`. */
const char *path_below(char out[], const char *base, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Notes a problem at a node and returns where its sentence goes, for err_set(); NULL when the
 * list is full. `path` is copied.
 */
struct err *problem_at(struct reader *r, struct place at);

/* Same for a member of an object. If it is absent, the line is the object's. */
struct err *problem_in(struct reader *r, struct place at, const char *member);

/* Reads an object by its table: unknown, missing and repeated members are problems. */
void read_object(struct reader *r, struct place at, const struct member *members, size_t count,
                 void *into);

/* Calls `read` for each element, `into` moving on by `size`; returns the elements. The array at
   `*items` is allocated, and NULL if the node is no array or too long (noted). */
size_t read_list(struct reader *r, struct place at, member_fn read, void *items, size_t size);

/* Members of simple types. `into` is what the name says. */
void read_string(struct reader *r, struct place at, void *into); /* const char **, not empty */
void read_text(struct reader *r, struct place at, void *into);   /* struct bi * */
void read_bool(struct reader *r, struct place at, void *into);   /* bool * */
void read_length(struct reader *r, struct place at, void *into); /* int64_t *, 1 or more */
void read_any(struct reader *r, struct place at, void *into);    /* const struct json ** */

/* A word out of a list; -1 (noted, with the nearest) if it is none. */
int read_word(struct reader *r, struct place at, const char *const *words, size_t count);

/* The 1-based line of a node in the reader's text; 0 if it is not there. */
size_t reader_line(const struct reader *r, const struct json *node);

#endif
