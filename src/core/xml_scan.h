/* SPDX-License-Identifier: MIT */
/*
 * Everything that the bytes of a document tell before a parser sees them.
 *
 * What is refused by its looks (a DOCTYPE, a giant tag, another encoding, a web page) never
 * gets as far as the library. Constant memory, linear time.
 */
#ifndef CORE_XML_SCAN_H
#define CORE_XML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/xml_fault.h"

#define XML_TAG_MAX 1024 /* bytes of one tag with its attributes */

struct xml_scan {
    enum xml_flaw flaw; /* XML_FLAW_NONE: the parser may have it */
    size_t line;        /* of the flaw, from 1; 0 if there is no line */
    bool declaration;   /* it begins with <?xml …?> */
    char encoding[32];  /* that this names, printable; "" if it names none */
};

/* Looks over a document without byte order mark and without blanks around it. */
void xml_scan(const char *s, size_t len, struct xml_scan *out);

/* Is it UTF-16, with a mark or without? To be asked of the bytes as they came. */
bool xml_scan_is_utf16(const char *s, size_t len);

#endif
