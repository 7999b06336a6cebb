/* SPDX-License-Identifier: MIT */
/*
 * What the catalogue says about a field, in words: one line for the help line, a page for F1.
 */
#ifndef TUI_EXPLAIN_H
#define TUI_EXPLAIN_H

#include "core/buf.h"
#include "core/spec.h"
#include "core/validate.h"

struct explain {
    const struct spec *spec;
    const struct field *field; /* NULL: unknown to the catalogue */
    const char *name;
    const struct params *params; /* decides conditions */
    const struct findings *findings;
    bool event;       /* it is a notification's: the platform sends it */
    const char *path; /* for findings: "scene_info.h5_info.type"; NULL: the name */
    enum lang lang;
};

/* "商品描述：最长 127 字节，必填". `*is_error` when it is a finding instead. */
void explain_line(const struct explain *e, struct buf *out, bool *is_error);

/* All of it: meaning, limits, condition, values, source, example, findings. */
void explain_page(const struct explain *e, struct buf *out);

#endif
