/* SPDX-License-Identifier: MIT */
/*
 * A way to make a signature: pieces, order, joining, suffix, key, algorithm.
 *
 * The rule of core/sign.h is one recipe; each mistake that somebody may have made is
 * another, one step away from it. Values in, bytes out: the debugger changes a copy and
 * compares what comes out with the signature that was received.
 *
 * A recipe borrows all its texts. What it makes holds the key, so it stays inside.
 */
#ifndef CORE_RECIPE_H
#define CORE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/digest.h"
#include "core/params.h"
#include "core/span.h"

#define RECIPE_PIECES_MAX (PARAMS_MAX + 64)
#define RECIPE_ADDED UINT16_MAX /* origin of a piece that the document does not have */

/* One parameter as it is signed. */
struct piece {
    const char *name, *value;
    uint32_t name_len, value_len;
    uint16_t origin; /* its place in the document, or RECIPE_ADDED */
};

enum recipe_order {
    ORDER_BYTES, /* by byte value of the names: the rule */
    ORDER_GIVEN,
    ORDER_NOCASE,
    ORDER_CULTURE,         /* ignoring case and punctuation, as collation by locale does */
    ORDER_NATURAL,         /* digits by their number */
    ORDER_UNDERSCORE_LAST, /* '_' behind the letters */
    ORDER_DESCENDING,
    ORDER_VALUE,
    ORDER_PAIR, /* by the text name=value */
    ORDER_LENGTH,
    ORDER_COUNT
};

enum recipe_algorithm {
    ALG_MD5,
    ALG_HMAC_SHA256,
    ALG_SHA256,
    ALG_SHA1,
    ALG_SHA512,
    ALG_HMAC_MD5,
    ALG_HMAC_SHA1,
    ALG_MD5_TWICE_LOWER, /* MD5 over the lower-case hexadecimal of MD5 */
    ALG_MD5_TWICE_UPPER,
    ALG_COUNT
};

/* How pairs are joined. Every string may be "". */
struct joint {
    const char *head;    /* before all */
    const char *before;  /* before each name */
    const char *equals;  /* between name and value */
    const char *after;   /* behind each value */
    const char *between; /* between pairs */
    const char *tail;    /* behind all */
    bool no_names, no_values;
};

/* What surrounds the joined text; '%' stands for the key. */
struct suffix {
    const char *head, *tail;
};

/* Rewrites a text; false when it would stay as it is. */
typedef bool (*text_fn)(struct span in, int arg, struct buf *out);

struct recipe {
    struct piece *pieces; /* the recipe's own array of RECIPE_PIECES_MAX */
    size_t count;
    enum recipe_order order;
    bool sorted; /* the pieces stand in that order */
    const struct joint *joint;
    text_fn text; /* on the joined text; NULL: none */
    int text_arg;
    bool text_whole; /* … with the suffix and the key */
    const struct suffix *suffix;
    struct span key;
    enum recipe_algorithm algorithm;
};

extern const struct joint joint_rule;   /* name=value&name=value */
extern const struct suffix suffix_rule; /* text&key=KEY */

/* A recipe without pieces by the rule; recipe_clear() frees it. */
void recipe_init(struct recipe *r);
void recipe_clear(struct recipe *r);

/* Copies what a recipe says; both were initialised. */
void recipe_copy(struct recipe *to, const struct recipe *from);

/* Adds a piece; nothing beyond RECIPE_PIECES_MAX. */
void recipe_add(struct recipe *r, struct span name, struct span value, uint16_t origin);

/* The piece that came from a place of the document; NULL if it is not there (any more). */
struct piece *recipe_find(struct recipe *r, uint16_t origin);
struct piece *recipe_named(struct recipe *r, const char *name);

/* Puts the pieces into their order. */
void recipe_sort(struct recipe *r);

/* Memory that is kept from candidate to candidate; wiped by recipe_work_clear(). */
struct recipe_work {
    char *text; /* the joined text */
    size_t len, cap;
    struct buf whole;               /* the text with key, for transforms of the whole; secret */
    struct buf plain;               /* … before the transform; secret */
    struct digest_hmac_key hmac[2]; /* two keys prepared lately */
    struct span hmac_of[2];
    enum recipe_algorithm hmac_alg[2];
    unsigned hmac_next;
};

void recipe_work_init(struct recipe_work *w);
void recipe_work_clear(struct recipe_work *w);

/* Writes the joined text (sorted first) to `w`; false if it would pass RECIPE_TEXT_MAX, or if the
   recipe's transform of the text changes nothing. */
#define RECIPE_TEXT_MAX ((size_t)4 << 20)
bool recipe_join(struct recipe *r, struct recipe_work *w);

/* The same for the pieces from `from` on, of a recipe that joins by the rule and is sorted: what
   follows the text of those before. */
bool recipe_join_from(const struct recipe *r, size_t from, struct recipe_work *w);

/* The digest of what recipe_join() wrote, with suffix, key and algorithm of `r`. Returns its size;
   0 if a transform of the whole text changes nothing. */
size_t recipe_digest(const struct recipe *r, struct recipe_work *w,
                     unsigned char out[DIGEST_SIZE_MAX]);

/* The same by the plain functions of core/digest.h, from a text made anew: a second opinion on a
   candidate that seems to match. */
size_t recipe_confirm(const struct recipe *r, unsigned char out[DIGEST_SIZE_MAX]);

/* Appends the text that is digested with the key shown as "****"; values that hold the key too. */
void recipe_masked(const struct recipe *r, struct buf *out);

/* The same in parts, for texts that share a beginning: begin (key and head), then add the text,
   then finish (tail). Not for recipes with a transform of the text. */
void recipe_open(const struct recipe *r, struct recipe_work *w, struct digest_state *out);
size_t recipe_close(const struct recipe *r, struct recipe_work *w, struct digest_state *s,
                    unsigned char out[DIGEST_SIZE_MAX]);

/* Must be called when the bytes of a key that was used have changed in place. */
void recipe_forget_keys(struct recipe_work *w);

/* "MD5", "HMAC-SHA256", …, and the bytes of its digest. */
const char *recipe_algorithm_name(enum recipe_algorithm a);
size_t recipe_algorithm_size(enum recipe_algorithm a);
bool recipe_algorithm_is_hmac(enum recipe_algorithm a);

#endif
