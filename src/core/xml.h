/* SPDX-License-Identifier: MIT */
/*
 * Flat XML, both ways.
 *
 * The door to libxml2 (its SAX2 push parser with our own handlers; facts/technology.md
 * 1.2). Reads one document of one root and one level of elements into params, values
 * kept to the byte; writes params so that every public SDK reads them
 * (facts/sdk-wire.md).
 *
 * Accepts: any root name, an XML declaration, a byte order mark, blanks around the
 * document, comments, processing instructions, a few attributes (ignored), CDATA and
 * text in any mixture, the five predefined and numeric references. A name given twice
 * with the same value counts once (and is noted); with different values is an error.
 * Line ends in a value are LF, as XML 1.0 2.11 has it; a CR is kept if it came as &#13;.
 *
 * Refuses, in constant memory and linear time: a DOCTYPE, an undeclared entity, nested
 * elements, more than XML_SIZE_MAX bytes, a tag over XML_TAG_MAX bytes, a document cut
 * off, not UTF-8, or followed by text.
 */
#ifndef CORE_XML_H
#define CORE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/params.h"
#include "core/xml_fault.h"

#define XML_SIZE_MAX (1u << 20) /* bytes */

struct xml_info {
    enum xml_fault fault;
    char root[PARAM_NAME_MAX + 1]; /* name of the root element */
    size_t repeated;               /* names that came again with the same value */
    bool bom;
    bool declaration;
    size_t line; /* of the fault; 0 if unknown */
};

/*
 * Reads `len` bytes into `out` (zeroed or valid; it is emptied first). On failure `out` is empty,
 * `info->fault` (info may be NULL) says which and the error says it in a sentence.
 * ST_SYNTAX, ST_LIMIT, ST_CONFLICT (XML_AMBIGUOUS).
 */
enum status xml_read(const char *data, size_t len, struct params *out, struct xml_info *info,
                     struct err *err);

/* The same, but of a name with several values the last one counts, and the one before it goes to
   `others` (zeroed or valid; it is emptied first). */
enum status xml_read_twice(const char *data, size_t len, struct params *out, struct params *others,
                           struct xml_info *info, struct err *err);

/*
 * Appends the document <xml>…</xml>: one element a line, in the order of `p`, entries that are off
 * or empty left out, whole numbers plain, other values in CDATA ("]]>" split over two; a value with
 * a carriage return as escaped text, as only &#13; survives a parser). No declaration.
 * ST_ARGUMENT for a name or value that XML cannot hold, naming the field.
 */
enum status xml_write(const struct params *p, struct buf *out, struct err *err);

/* Same with another root name (the refund notice's plaintext has <root>). */
enum status xml_write_root(const char *root, const struct params *p, struct buf *out,
                           struct err *err);

/* As the platform writes notifications: every value in CDATA (a carriage return excepted). */
enum status xml_write_cdata(const struct params *p, struct buf *out, struct err *err);

#endif
