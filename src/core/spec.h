/* SPDX-License-Identifier: MIT */
/*
 * One API of the catalogue, read from JSON (src/apis/README.md is the format).
 *
 * The same record drives form, validation, help, sandbox, explanation of replies and
 * errors, `wxpc fields` and test data. A new *type* of field is code; a new API is not.
 * A spec is immutable after spec_read(); its texts point into its JSON document, which
 * it owns.
 */
#ifndef CORE_SPEC_H
#define CORE_SPEC_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"

enum field_type {
    FIELD_STRING,
    FIELD_INT,
    FIELD_FEN,
    FIELD_TIME,
    FIELD_DATE,
    FIELD_TIMESTAMP,
    FIELD_ENUM,
    FIELD_URL,
    FIELD_IP,
    FIELD_IP4,
    FIELD_JSON,
    FIELD_NONCE,
    FIELD_ID,
    FIELD_OBJECT, /* inside json only */
    FIELD_ARRAY,  /* inside json only */
    FIELD_TYPE_COUNT
};

/* "string", "int", … as the catalogue file says it. */
const char *field_type_name(enum field_type type);

enum field_source {
    SOURCE_USER,
    SOURCE_PROFILE,
    SOURCE_NONCE,
    SOURCE_ORDER_NO,
    SOURCE_NOW,
    SOURCE_EXPIRE,
    SOURCE_SERIAL,
    SOURCE_IP,
    SOURCE_CONSTANT,
    SOURCE_COPY,
    SOURCE_COUNT
};

/* What answers a call: XML, text on success and XML on failure (a bill), nothing (a link that the
   user opens: it is made, not called). */
enum reply_kind { REPLY_XML, REPLY_TEXT, REPLY_NONE };

enum limit_unit { UNIT_BYTES, UNIT_CHARS };
enum field_layer { LAYER_ALWAYS, LAYER_COMMUNICATION_OK, LAYER_BUSINESS_OK };
enum field_presence { PRESENCE_ALWAYS, PRESENCE_SOMETIMES, PRESENCE_WHEN };

struct value_option {
    const char *value;
    struct bi text;
};

/* Required if the condition (README "Conditions") holds; the text says the condition. */
struct required_when {
    const struct json *condition;
    struct bi text;
};

struct field {
    const char *name;
    struct bi label;
    enum field_type type;
    enum limit_unit unit;
    int64_t max, min;           /* length in `unit`; 0: no limit */
    int64_t warn_max, warn_min; /* 0: none */
    int64_t warn_bytes;         /* 0: none */
    struct bi warn_note;
    bool has_range;
    int64_t low, high;
    bool required;
    struct required_when *when; /* required if any holds */
    size_t when_count;
    const char *pattern; /* NULL: none */
    regex_t *regex;      /* compiled, anchored; NULL: none */
    struct bi pattern_text;
    struct value_option *values;
    size_t value_count;
    const char *example;
    bool on;                   /* switched on in a fresh form (required ones always are) */
    const char *default_value; /* the API's own default; NULL: none */
    const char *send_default;  /* what we send unasked; NULL: none */
    enum field_source source;
    const char *copy_of; /* SOURCE_COPY: name of the other field */
    bool advanced;
    bool sensitive;
    bool no_astral;       /* characters above U+FFFF are an error */
    bool plain_text;      /* json: plain text is allowed too */
    struct bi plain_note; /* what to say of it; absent: nothing */
    bool query;           /* url: a query is allowed */
    struct field *fields; /* json, object, array: the inner fields */
    size_t field_count;
    struct bi help;
    const char *document; /* the limit as printed in the document; NULL */
    /* Response fields only: */
    enum field_layer layer;
    enum field_presence presence;
    const struct json *presence_if;
    struct bi presence_text;
};

enum rule_check {
    CHECK_EQUAL,
    CHECK_AFTER,
    CHECK_REQUIRES,
    CHECK_JSON_PATH,
    CHECK_MAX_VALUE,
    CHECK_ONE_OF,
    CHECK_NEVER, /* the condition alone is the finding */
    CHECK_COUNT
};

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct rule {
    const char *id;
    enum rule_check check;
    const char *field;
    const char *other;   /* equal, after, requires, max_value */
    const char *path;    /* json_path */
    const char **fields; /* one_of */
    size_t field_count;
    int64_t seconds; /* after */
    enum severity severity;
    const struct json *condition; /* NULL: always */
    struct bi text;
};

enum error_layer {
    ERROR_COMMUNICATION,
    ERROR_BUSINESS,
    ERROR_CONTRACT,
    /* Of core/explain_more; the catalogue's are those above. */
    ERROR_NOTICE, /* in a notification */
    ERROR_CLIENT, /* on the payer's side */
};
#define ERROR_LAYER_ANY (-1)

struct error_code {
    const char *code;
    enum error_layer layer;
    struct bi meaning, cause, solution;
    const char *kind; /* "param", "sign", …: README "class" */
    bool retry_same;
    const char **fields; /* names to look at */
    size_t field_count;
    const char **match; /* texts that betray it */
    size_t match_count;
};

struct notification {
    const char *event; /* "payment", … */
    const char *to;    /* field that holds the address */
};

struct spec {
    struct json *document; /* owned */
    struct json *head;     /* owned: what spec_read_head() parsed; NULL if read at once */
    const char *text; /* borrowed: the file of a spec of which only the head is read, else NULL */
    size_t text_len;
    char *origin; /* "built-in" or the file's path */
    const char *id;
    struct bi title, summary, group;
    enum dialect dialect;
    bool get; /* method GET */
    const char *path;
    const char *service; /* NULL for official */
    enum reply_kind reply;
    int64_t url_max; /* bytes of a GET's whole URL; 0: no limit of the API's own */
    bool cert, moves_money;
    bool sign_types[SIGN_KIND_COUNT];
    enum sign_kind sign_default;
    bool sign_is_demanded; /* sign_default is then what the API insists on */
    struct bi sign_note;
    enum limit_unit unit; /* of every limit */
    const char *doc;
    struct field *request;
    size_t request_count;
    struct field *response;
    size_t response_count;
    struct rule *rules;
    size_t rule_count;
    struct error_code *errors;
    size_t error_count;
    struct notification *notifications;
    size_t notification_count;
    const char **next;
    size_t next_count;
    struct bi *notes;
    size_t note_count;
};

#define SPEC_PROBLEMS_MAX 64

/* One thing that is wrong with a catalogue file. */
struct spec_problem {
    char path[128]; /* "request[3].max" */
    size_t line;    /* 1-based line of the member; 0 if unknown */
    struct err err;
};

/*
 * Reads one catalogue file. On success `*out` is a new spec (end it with spec_free). On failure the
 * first problem is in `err` and all of them in `problems`, `*count` of them (room for
 * SPEC_PROBLEMS_MAX; both may be NULL). A syntax error of the JSON is one problem.
 */
enum status spec_read(const char *text, size_t len, const char *origin, struct spec **out,
                      struct spec_problem *problems, size_t *count, struct err *err);
void spec_free(struct spec *s);

/*
 * Reads what stands before `request` and leaves the rest to spec_complete(): a list of APIs needs
 * no more, and reading every field of every API is most of what starting the program costs. For
 * built-in files alone, which tests read whole: `text` must outlive the spec, and `request` must
 * begin a line of its own, indented by two. What a user writes is read whole, so that its faults
 * are told at once.
 */
enum status spec_read_head(const char *text, size_t len, const char *origin, struct spec **out,
                           struct err *err);

/* Reads the rest in place, once; nothing to do for a spec that is whole. Texts that were handed out
   before stay valid. A file that does not read stays a head without fields (a bug of ours). */
void spec_complete(struct spec *s);

/* A request or response field by name; NULL if unknown. `sign` is implied and not in the list. A
   response field may be an indexed one: "refund_fee_0" finds "refund_fee_$n". */
const struct field *spec_field(const struct spec *s, const char *name);
const struct field *spec_reply_field(const struct spec *s, const char *name);

/* `sign` as a request field, for who shows them all: required, as long as the API's algorithms make
   it. It is computed, never typed. Its texts are static. */
struct field spec_sign_field(const struct spec *s);

/* Is `name` an occurrence of the field: its name, each "$n", "$m" in it being a number? */
bool field_names(const struct field *f, const char *name);

/* Writes the field's name with `index` for "$n" and 0 for the others, cut to size. Returns `out`.
 */
const char *field_indexed(const struct field *f, unsigned index, char *out, size_t size);

/* Does `p` hold an occurrence of the field that is on and not empty? */
bool field_present(const struct field *f, const struct params *p);

/* The field `name` of a list (inner fields too); NULL if unknown. */
const struct field *field_find(const struct field *fields, size_t count, const char *name);

/* The error code `code`, or the one whose `match` text occurs in `text` (either may be NULL; the
   first of several, unless another's text holds that of the first), of a layer (enum error_layer or
   ERROR_LAYER_ANY). NULL if unknown. */
const struct error_code *spec_error(const struct spec *s, const char *code, const char *text,
                                    int layer);

/* Frees a list of fields, inner ones included; what they borrow stays. */
void fields_free(struct field *fields, size_t count);

/* Meaning of an enumeration's value; NULL texts if it has none. */
struct bi field_value_text(const struct field *f, const char *value);

/*
 * Does a condition hold? `here` are the values of this level, `outer` those of the request (names
 * with a leading '/'); `outer` may be NULL. A NULL condition holds.
 */
bool spec_condition(const struct json *condition, const struct params *here,
                    const struct params *outer);

/* Gives the value of a name on one level; NULL if it is absent, off or empty. */
typedef const char *(*spec_value_fn)(const void *ctx, const char *name);

/* spec_condition() for a level that is no params, such as an object inside a JSON value. */
bool spec_condition_in(const struct json *condition, spec_value_fn here, const void *ctx,
                       const struct params *outer);

/* Is a field required on a level? `*text` (may be NULL) gets the text of the condition, NULL texts
   if it always is. */
bool field_required(const struct field *f, spec_value_fn here, const void *ctx,
                    const struct params *outer, struct bi *text);

#endif
