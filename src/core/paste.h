/* SPDX-License-Identifier: MIT */
/*
 * Whatever a person pastes or hands over, as parameters.
 *
 * Documents are detected, never declared (INTERFACE.md): flat XML, a flat JSON object,
 * name=value lines, a canonical or query string on one line. A `&key=…` at the end of a
 * canonical string, or a field `key`, is taken out as a secret and never shown; what a log puts
 * around such a string ("stringSignTemp=", a colon, the signature behind the key) is told apart.
 * Values are kept to the byte, JSON numbers digit by digit. A name twice with the same value
 * counts once (noted). In lines, blank ones and those that begin with '#' are skipped.
 *
 * What had to be assumed or put right is said in a note.
 */
#ifndef CORE_PASTE_H
#define CORE_PASTE_H

#include <stddef.h>

#include "core/base.h"
#include "core/digest.h"
#include "core/params.h"

#define PASTE_SIZE_MAX (8u << 20) /* bytes */
#define PASTE_NOTES_MAX 16

enum paste_kind { PASTE_XML, PASTE_JSON, PASTE_LINES, PASTE_QUERY, PASTE_KIND_COUNT };

/* "XML", "JSON", "name=value lines", "query string". */
struct bi paste_kind_text(enum paste_kind kind);

/* Zeroed is valid. */
struct paste {
    enum paste_kind kind;
    struct params params;
    struct params twice;               /* with PASTE_TWICE: other values of names in `params` */
    struct secret key;                 /* set if the document carried one */
    struct err notes[PASTE_NOTES_MAX]; /* sentences (WHAT only); status ST_OK */
    size_t note_count;
    bool decoded; /* the values of a query were percent-decoded */
    bool take_last;
    bool joined; /* a query broken into lines was put together */
};

/*
 * Detects and reads `len` bytes. JSON: an object whose members are strings, numbers or booleans; a
 * nested object or array becomes its text, null counts as absent (both noted). Query: the line, a
 * line broken into several (noted), or what follows the '?' of a URL (noted); values are
 * percent-decoded if the whole string looks encoded (noted), else taken raw; a piece without '='
 * belongs to the value before it (noted), as canonical strings hold raw '&'. ST_SYNTAX, ST_LIMIT,
 * ST_ARGUMENT (empty), ST_CONFLICT (a name twice with different values). On failure `out` is empty.
 * No sentence holds a value.
 */
enum status paste_read(const char *data, size_t len, struct paste *out, struct err *err);

enum paste_flag {
    PASTE_ENCODED = 1, /* percent signs of a query stay */
    PASTE_BROKEN = 2,  /* line ends inside a query stay, as parts of values */
    PASTE_TWICE = 4,   /* a name twice with different values is no error: the last one counts (in
                          JSON the first), the other is in `twice` (noted) */
};

/* The same without what the flags switch off. */
enum status paste_read_with(const char *data, size_t len, unsigned flags, struct paste *out,
                            struct err *err);
void paste_clear(struct paste *p);

/*
 * Does `text` look like a document of several parameters (XML, JSON object, two or more name=value
 * pairs), so that pasting it into the form fills the form? A URL, JSON of `detail` or `scene_info`,
 * or a query of two foreign names (`attach`) does not.
 */
bool paste_is_document(const char *text, size_t len);

#endif
