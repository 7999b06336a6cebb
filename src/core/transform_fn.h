/* SPDX-License-Identifier: MIT */
/*
 * The functions behind the rows of core/transform.h, and what their argument means.
 *
 * For the files of the transforms alone. Each appends to `out` what becomes of `in`, or
 * returns false and appends nothing when that would be the same.
 */
#ifndef CORE_TRANSFORM_FN_H
#define CORE_TRANSFORM_FN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/span.h"

/* Did what was appended behind `before` change `in`? Takes it back if not. */
bool transform_changed(struct span in, size_t before, struct buf *out);

/* ---- Encodings and escapes (transform_escape.c) ---- */

enum percent {
    PERCENT_LOWER = 1,  /* %e4 */
    PERCENT_PLUS = 2,   /* blank as '+' */
    PERCENT_JAVA = 4,   /* '*' stays, '~' does not */
    PERCENT_JS = 8,     /* encodeURIComponent: !'()* stay */
    PERCENT_URI = 16,   /* encodeURI: the signs of a URL stay as well */
    PERCENT_SLASH = 32, /* '/' stays */
    PERCENT_TWICE = 64,
    PERCENT_GBK = 128,
    PERCENT_HIGH = 256, /* only what is beyond ASCII */
};
bool transform_percent_encode(struct span in, int arg, struct buf *out);
/* arg: '+' is a blank */
bool transform_percent_decode(struct span in, int arg, struct buf *out);

/* arg: the character in its high byte becomes that in its low byte */
#define SWAP(from, to) ((from) << 8 | (to))
bool transform_replace_char(struct span in, int arg, struct buf *out);

/* Sets of replacements; each is tried in order at each place. */
enum words {
    WORDS_XML,         /* & < > */
    WORDS_XML_QUOT,    /* and " */
    WORDS_XML_ALL,     /* and ' as &#39; */
    WORDS_XML_APOS,    /* and ' as &apos; */
    WORDS_XML_NUMERIC, /* " as &#34;, ' as &#39; (Go) */
    WORDS_AMP,
    WORDS_UNXML,
    WORDS_JSON, /* as inside a JSON string */
    WORDS_JSON_SLASH,
    WORDS_QUOTES, /* addslashes */
    WORDS_UNESCAPE,
    WORDS_LF_LITERAL,
    WORDS_CRLF,
    WORDS_LF,
    WORDS_NO_LF,
    WORDS_LF_BLANK,
    WORDS_NBSP,
    WORDS_WIDE_BLANK,
    WORDS_NO_BLANK,
    WORDS_ONE_BLANK,
    WORDS_UNDERSCORE,
    WORDS_UNDERSCORES,
    WORDS_HALF_WIDTH,
    WORDS_FULL_WIDTH,
    WORDS_STRAIGHT_QUOTES,
    WORDS_GO_JSON, /* & < > as \u0026 … */
    WORDS_NO_CDATA,
    WORDS_COUNT
};
bool transform_replace_words(struct span in, int arg, struct buf *out);
bool transform_escape_twice(struct span in, int arg, struct buf *out);

/* A log line as nginx escapes it: quotes, backslashes and controls, and with `arg` all beyond
   ASCII, as \xHH. */
bool transform_nginx_escape(struct span in, int arg, struct buf *out);

/* \xHH and \uXXXX resolved. */
bool transform_unescape_codes(struct span in, int arg, struct buf *out);

/* ---- Numbers and times (transform_number.c) ---- */

enum number {
    NUMBER_DOT0,
    NUMBER_DOT00,
    NUMBER_YUAN2,
    NUMBER_YUAN,
    NUMBER_YUAN_DOT0,
    NUMBER_FEN,
    NUMBER_G,
    NUMBER_E,
    NUMBER_JAVA_E,
    NUMBER_FLOAT,
    NUMBER_FLOAT_CUT,
    NUMBER_LEADING0,
    NUMBER_THOUSANDS,
    NUMBER_QUOTED,
    NUMBER_MINUS1,
    NUMBER_PLUS1,
};
bool transform_write_number(struct span in, int arg, struct buf *out);

/* Undoes what was written as a decimal number: "1.00", "8.88", "007". */
enum { DECIMAL_WHOLE, DECIMAL_FEN, DECIMAL_NO_ZEROS };
bool transform_undo_decimal(struct span in, int arg, struct buf *out);

enum time_form {
    TIME_TO_MS,
    TIME_TO_S,
    TIME_MS_ZONE,
    TIME_TEXT,
    TIME_TEXT_UTC,
    TIME_SECONDS,
    TIME_DASHES,
    TIME_ISO,
    TIME_DATE,
    TIME_HOURS /* + hours + 24 */
};
#define HOURS(n) (TIME_HOURS + 24 + (n))
bool transform_write_time(struct span in, int arg, struct buf *out);

/* ---- Ends, letter case, cutting (transform_text.c) ---- */

enum end_index {
    END_BLANK,
    END_BLANK_BEFORE,
    END_LF,
    END_CRLF,
    END_TAB,
    END_DOUBLE,
    END_SINGLE,
    END_CDATA,
    END_NBSP,
    END_BOM,
    END_BLANKS,
    END_LINES,
};
bool transform_wrap_ends(struct span in, int arg, struct buf *out);
/* arg: the quote */
bool transform_strip_quotes(struct span in, int arg, struct buf *out);

enum { TRIM_BOTH, TRIM_RIGHT, TRIM_LEFT, TRIM_LINES };
bool transform_trim(struct span in, int arg, struct buf *out);
bool transform_blank(struct span in, int arg, struct buf *out);
/* arg: to upper case */
bool transform_change_case(struct span in, int upper, struct buf *out);
/* arg > 0: bytes (at a character's end); < 0: characters */
bool transform_truncate_to(struct span in, int arg, struct buf *out);
/* arg: the sign */
bool transform_cut_at(struct span in, int arg, struct buf *out);

enum astral { ASTRAL_DROP, ASTRAL_1, ASTRAL_2, ASTRAL_4, ASTRAL_FFFD, ASTRAL_CESU };
bool transform_replace_astral(struct span in, int arg, struct buf *out);

#endif
