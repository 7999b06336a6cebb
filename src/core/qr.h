/* SPDX-License-Identifier: MIT */
/*
 * QR codes: text -> modules -> half blocks or SVG.
 *
 * The door to libqrencode. Level L, the smallest version that holds the text, and the quiet
 * zone of four modules that scanners need. Drawing is black on white, said explicitly by
 * whoever draws: the default colours of a dark terminal would invert the code.
 */
#ifndef CORE_QR_H
#define CORE_QR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"

#define QR_QUIET 4       /* modules around the code */
#define QR_TEXT_MAX 2953 /* bytes that the largest code holds at level L */

/* Zeroed is "none". */
struct qr {
    int size;               /* modules a side, without the quiet zone */
    unsigned char *modules; /* size * size, row by row; 1: dark */
};

/* Encodes `text` to the byte. ST_ARGUMENT empty, ST_LIMIT too long. `out` (zeroed or valid) is
   reused. */
enum status qr_encode(const char *text, struct qr *out, struct err *err);
void qr_clear(struct qr *q);

/* Is a module dark? Coordinates of the code; outside of it (the quiet zone) nothing is. */
bool qr_dark(const struct qr *q, int x, int y);

/* Cells of the drawing with a quiet zone of `quiet` modules: a cell is one module wide and two
   high. */
int qr_columns(const struct qr *q, int quiet);
int qr_rows(const struct qr *q, int quiet);

/* Appends one row of cells as UTF-8: blank, upper half, lower half or full block, where the block
   is dark. */
void qr_row(const struct qr *q, int quiet, int row, struct buf *out);

/* The widest quiet zone, QR_QUIET at most, with which it fits into so many cells; -1 if it does
   not. Below QR_QUIET_LEAST scanners begin to fail. */
#define QR_QUIET_LEAST 2
int qr_fit(const struct qr *q, int rows, int columns);

/* Appends an SVG document, quiet zone included, black on white. */
void qr_svg(const struct qr *q, struct buf *out);

#endif
