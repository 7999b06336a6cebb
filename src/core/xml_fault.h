/* SPDX-License-Identifier: MIT */
/*
 * What can be wrong with an XML document, in two grains: the faults that callers tell apart, and
 * the flaws, each of which has a sentence of its own.
 */
#ifndef CORE_XML_FAULT_H
#define CORE_XML_FAULT_H

#include <stddef.h>

#include "core/base.h"

/* What is wrong with a document: the gateway answers a code of its own for some. */
enum xml_fault {
    XML_FINE,
    XML_EMPTY,     /* no bytes but blanks */
    XML_NOT_XML,   /* does not begin with '<', or is an HTML page; HTML and JSON are named */
    XML_BROKEN,    /* not well-formed, cut off, or text beside the fields */
    XML_DOCTYPE,   /* has a DOCTYPE */
    XML_ENTITY,    /* an entity that XML does not define */
    XML_NESTED,    /* an element inside a field */
    XML_NOT_UTF8,  /* bytes, or a declared encoding, other than UTF-8 */
    XML_TRAILING,  /* something behind the root element */
    XML_AMBIGUOUS, /* a name twice with different values */
    XML_TOO_LARGE, /* a size over its limit */
};

/* The same, as finely as it is told to people. */
enum xml_flaw {
    XML_FLAW_NONE,
    XML_FLAW_EMPTY,
    XML_FLAW_SIZE,
    XML_FLAW_JSON,
    XML_FLAW_HTML,
    XML_FLAW_NOT_XML,
    XML_FLAW_UTF16,
    XML_FLAW_ENCODING,
    XML_FLAW_BYTES,
    XML_FLAW_DOCTYPE,
    XML_FLAW_TAG,
    XML_FLAW_NAME,
    XML_FLAW_VALUE,
    XML_FLAW_FIELDS,
    XML_FLAW_ASIDES,
    XML_FLAW_NESTED,
    XML_FLAW_TEXT,
    XML_FLAW_TWICE,
    XML_FLAW_TRAILING,
    XML_FLAW_CUT,
    XML_FLAW_ENTITY,
    XML_FLAW_MISMATCH,
    XML_FLAW_MARKUP,
    XML_FLAW_AMPERSAND,
    XML_FLAW_CHAR,
    XML_FLAW_CDATA_END,
    XML_FLAW_ATTRIBUTE,
    XML_FLAW_DECLARATION,
    XML_FLAW_COMMENT,
    XML_FLAW_OTHER,
    XML_FLAW_COUNT
};

/* What a flaw is for a caller; XML_FINE for XML_FLAW_NONE. */
enum xml_fault xml_fault_of(enum xml_flaw flaw);

/* Says it: the line (from 1; 0: unknown) and `detail` (what it concerns; NULL: nothing) stand in
   brackets. Returns the status that belongs to it. */
enum status xml_fault_say(enum xml_flaw flaw, size_t line, const char *detail, struct err *err);

#endif
