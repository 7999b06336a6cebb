/* SPDX-License-Identifier: MIT */
/*
 * Reading XML: the door to libxml2.
 *
 * A document is looked over as bytes before the library sees it (core/xml_scan), and line
 * ends are made one as XML 1.0 2.11 demands, because the push parser leaves them alone
 * inside CDATA. Then SAX2 handlers of our own fill the params.
 */
#include "core/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>

#include "core/library.h"
#include "core/span.h"
#include "core/xml_scan.h"

/* Elements of one document, repeated names included: bounds the search for repeated names. */
#define FIELDS_MAX (2u * PARAMS_MAX)

/* How long a parser is used again: its memory of names stays under their product. */
#define SPARE_DOCUMENTS 64u
#define SPARE_LENGTH_MAX (16u << 10)

/* clang-format off */
#define XML_FUNCTIONS(X) X(xmlCreatePushParserCtxt) X(xmlCtxtResetPush) X(xmlCtxtUseOptions) \
    X(xmlFreeParserCtxt) X(xmlInitParser) X(xmlParseChunk) X(xmlStopParser)
/* clang-format on */

/* libxml2's functions: empty until the first document is read. */
static struct {
    XML_FUNCTIONS(LIBRARY_POINTER)
} lib;

static void load_library(void)
{
    static const char *const names[] = {XML_FUNCTIONS(LIBRARY_NAME)};
    struct err err;
    if (lib.xmlInitParser)
        return;
    if (library_load(XML_SONAME, names, ARRAY_COUNT(names), &lib, &err)) {
        char line[ERR_TEXT_MAX];
        err_line(&err, LANG_EN, line, sizeof(line));
        die(line);
    }
    lib.xmlInitParser();
}

/* What libxml2 calls them. */
/* clang-format off */
static const struct {
    int code;
    enum xml_flaw flaw;
} codes[] = {
    { XML_ERR_UNDECLARED_ENTITY,        XML_FLAW_ENTITY },
    { XML_WAR_UNDECLARED_ENTITY,        XML_FLAW_ENTITY },
    { XML_ERR_TAG_NAME_MISMATCH,        XML_FLAW_MISMATCH },
    { XML_ERR_NAME_REQUIRED,            XML_FLAW_MARKUP },
    { XML_ERR_GT_REQUIRED,              XML_FLAW_MARKUP },
    { XML_ERR_LT_REQUIRED,              XML_FLAW_MARKUP },
    { XML_ERR_LTSLASH_REQUIRED,         XML_FLAW_MARKUP },
    { XML_ERR_DOCUMENT_EMPTY,           XML_FLAW_MARKUP },
    { XML_ERR_LT_IN_ATTRIBUTE,          XML_FLAW_MARKUP },
    { XML_ERR_ENTITYREF_SEMICOL_MISSING, XML_FLAW_AMPERSAND },
    { XML_ERR_INVALID_CHAR,             XML_FLAW_CHAR },
    { XML_ERR_INVALID_CHARREF,          XML_FLAW_CHAR },
    { XML_ERR_INVALID_HEX_CHARREF,      XML_FLAW_CHAR },
    { XML_ERR_INVALID_DEC_CHARREF,      XML_FLAW_CHAR },
    { XML_ERR_MISPLACED_CDATA_END,      XML_FLAW_CDATA_END },
    { XML_ERR_ATTRIBUTE_NOT_STARTED,    XML_FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_NOT_FINISHED,   XML_FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_WITHOUT_VALUE,  XML_FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_REDEFINED,      XML_FLAW_ATTRIBUTE },
    { XML_ERR_SPACE_REQUIRED,           XML_FLAW_ATTRIBUTE },
    { XML_ERR_RESERVED_XML_NAME,        XML_FLAW_DECLARATION },
    { XML_ERR_XMLDECL_NOT_STARTED,      XML_FLAW_DECLARATION },
    { XML_ERR_XMLDECL_NOT_FINISHED,     XML_FLAW_DECLARATION },
    { XML_ERR_VERSION_MISSING,          XML_FLAW_DECLARATION },
    { XML_ERR_UNKNOWN_VERSION,          XML_FLAW_DECLARATION },
    { XML_ERR_HYPHEN_IN_COMMENT,        XML_FLAW_COMMENT },
};
/* clang-format on */

/* One reading. */
struct reader {
    struct params *out;
    struct params *others; /* earlier values of names that come again; NULL: that is an error */
    struct xml_info *info;
    struct err *err;
    xmlParserCtxtPtr parser;
    enum status st;
    size_t skipped;                /* line ends before the part that the parser sees */
    int depth;                     /* 1 inside the root, 2 inside a field */
    bool closed;                   /* the root has ended */
    size_t fields;                 /* seen so far */
    char name[PARAM_NAME_MAX + 1]; /* of the field that is open */
    struct buf value;
    int code; /* libxml2's first fatal error, 0 for none */
    size_t code_line;
    bool code_at_end; /* it came where the document ends */
};

/* Records the flaw; `detail` (may be NULL) is what it concerns. */
static enum status fail(struct reader *r, enum xml_flaw flaw, size_t line, const char *detail)
{
    r->info->fault = xml_fault_of(flaw);
    r->info->line = line;
    r->st = xml_fault_say(flaw, line, detail, r->err);
    return r->st;
}

static size_t count_lines(const char *s, size_t len)
{
    return span_lines((struct span){s, len});
}

/* ---- Handlers ---- */

/* The line that the parser has reached, from 1. */
static size_t parser_line(const struct reader *r)
{
    const xmlParserInput *input = r->parser->input;
    return r->skipped + (input && input->line > 0 ? (size_t)input->line : 1);
}

/* A flaw met by a handler: no handler is called after it. */
static void stop(struct reader *r, enum xml_flaw flaw, const char *name)
{
    char shown[PARAM_NAME_MAX + 3];
    if (name)
        snprintf(shown, sizeof(shown), "<%s>", name);
    fail(r, flaw, parser_line(r), name ? shown : NULL);
    lib.xmlStopParser(r->parser);
}

static bool join_name(char out[PARAM_NAME_MAX + 1], const xmlChar *prefix, const xmlChar *local)
{
    size_t before = prefix ? strlen((const char *)prefix) + 1 : 0;
    size_t len = strlen((const char *)local);
    if (before > PARAM_NAME_MAX || len > PARAM_NAME_MAX - before)
        return false;
    if (before) {
        memcpy(out, prefix, before - 1);
        out[before - 1] = ':';
    }
    memcpy(out + before, local, len + 1);
    return true;
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **namespace, int attributes, int defaulted,
                     const xmlChar **attribute)
{
    (void)uri, (void)namespaces, (void)namespace;
    (void)attributes, (void)defaulted, (void)attribute;
    struct reader *r = ctx;
    if (r->st != ST_OK)
        return;
    r->depth++;
    if (r->depth > 2) {
        stop(r, XML_FLAW_NESTED, r->name);
    } else if (!join_name(r->depth == 1 ? r->info->root : r->name, prefix, local)) {
        stop(r, XML_FLAW_NAME, NULL);
    } else if (r->depth == 2) {
        buf_reset(&r->value);
        if (++r->fields > FIELDS_MAX)
            stop(r, XML_FLAW_FIELDS, NULL);
    }
}

static void field_end(struct reader *r)
{
    const struct buf *value = &r->value;
    const struct param *old = params_find(r->out, r->name);
    if (buf_status(value) != ST_OK || value->len > PARAM_VALUE_MAX) {
        stop(r, XML_FLAW_VALUE, r->name);
    } else if (old && old->value_len == value->len &&
               memcmp(old->value, buf_str(value), value->len) == 0) {
        r->info->repeated++;
    } else if (old && !r->others) {
        stop(r, XML_FLAW_TWICE, r->name);
    } else if (!old && r->out->count == PARAMS_MAX) {
        stop(r, XML_FLAW_FIELDS, NULL);
    } else {
        if (old)
            params_set_n(r->others, r->name, strlen(r->name), old->value, old->value_len,
                         PARAM_USER, NULL);
        r->st = params_set_n(r->out, r->name, strlen(r->name), buf_str(value), value->len,
                             PARAM_USER, r->err);
        if (r->st != ST_OK) {
            r->info->fault = XML_BROKEN;
            lib.xmlStopParser(r->parser);
        }
    }
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    (void)local, (void)prefix, (void)uri;
    struct reader *r = ctx;
    if (r->st != ST_OK)
        return;
    if (r->depth == 2)
        field_end(r);
    r->depth--;
    r->closed = r->depth == 0;
}

static void add_text(struct reader *r, const char *s, size_t len, size_t line)
{
    if (r->st != ST_OK)
        return;
    if (r->depth == 2) {
        buf_add(&r->value, s, len);
        return;
    }
    size_t i = 0;
    while (i < len && span_is_blank(s[i]))
        i++;
    if (i == len)
        return;
    fail(r, XML_FLAW_TEXT, line + count_lines(s, i), NULL);
    lib.xmlStopParser(r->parser);
}

/* Text and references: the parser counts their lines before the call, ... */
static void on_text(void *ctx, const xmlChar *text, int len)
{
    size_t lines = count_lines((const char *)text, (size_t)len);
    size_t line = parser_line(ctx);
    add_text(ctx, (const char *)text, (size_t)len, line > lines ? line - lines : 1);
}

/* ... those of CDATA after it. */
static void on_cdata(void *ctx, const xmlChar *text, int len)
{
    add_text(ctx, (const char *)text, (size_t)len, parser_line(ctx));
}

/* The bytes were searched for it: this is the second lock of the same door. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    (void)name, (void)public, (void)system;
    struct reader *r = ctx;
    if (r->st == ST_OK)
        stop(r, XML_FLAW_DOCTYPE, NULL);
}

/* Having it keeps libxml2 from printing. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    struct reader *r = ctx;
    if (r->code || error->level < XML_ERR_FATAL)
        return;
    r->code = error->code;
    r->code_line = error->line > 0 ? (size_t)error->line : 1;
    const xmlParserInput *input = r->parser->input;
    r->code_at_end = !input || input->cur >= input->end;
}

/* ---- Reading ---- */

static enum xml_flaw code_flaw(int code)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].flaw;
    return XML_FLAW_OTHER;
}

static bool is_cut(const struct reader *r)
{
    switch (r->code) {
    case XML_ERR_OK:
    case XML_ERR_DOCUMENT_END:
    case XML_ERR_TAG_NOT_FINISHED:
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
        return true;
    default:
        return r->code_at_end;
    }
}

/* The parser has seen everything and no handler objected: did it? */
static void judge(struct reader *r, const char *s, size_t len)
{
    if (r->parser->wellFormed && !r->code && r->closed)
        return;
    if (r->code == XML_ERR_NO_MEMORY)
        die("out of memory");
    char shown[PARAM_NAME_MAX + 3];
    snprintf(shown, sizeof(shown), "<%s>", r->depth == 2 ? r->name : r->info->root);
    const char *where = r->depth > 0 ? shown : NULL;
    size_t line = r->skipped + r->code_line;
    if (r->closed)
        fail(r, XML_FLAW_TRAILING, line, NULL);
    else if (is_cut(r))
        fail(r, XML_FLAW_CUT, r->skipped + 1 + count_lines(s, len), where);
    else
        fail(r, code_flaw(r->code), line, where);
}

/* A parser that has read a good small document, for the next one: making one takes two dozen
   allocations. It remembers the names of elements, so it is not kept for long. */
static struct {
    xmlParserCtxtPtr parser;
    unsigned documents;
} spare;

static xmlParserCtxtPtr new_parser(void)
{
    static xmlSAXHandler handlers = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_cdata,
        .internalSubset = on_doctype,
        .serror = on_error,
    };
    return lib.xmlCreatePushParserCtxt(&handlers, NULL, NULL, 0, NULL);
}

static xmlParserCtxtPtr take_parser(void)
{
    xmlParserCtxtPtr parser = spare.parser;
    spare.parser = NULL;
    if (parser)
        return parser;
    spare.documents = 0;
    parser = new_parser();
    if (!parser)
        die("out of memory");
    return parser;
}

static void give_back(xmlParserCtxtPtr parser, bool good, size_t len)
{
    bool keep = good && len <= SPARE_LENGTH_MAX && ++spare.documents < SPARE_DOCUMENTS;
    if (keep && !lib.xmlCtxtResetPush(parser, NULL, 0, NULL, NULL)) /* frees what was read */
        spare.parser = parser;
    else
        lib.xmlFreeParserCtxt(parser);
}

static void parse(struct reader *r, const char *s, size_t len)
{
    load_library();
    r->parser = take_parser();
    r->parser->userData = r;
    /* IGNORE_ENC: the bytes were checked, whatever the declaration calls them. */
    lib.xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                         XML_PARSE_IGNORE_ENC);
    buf_init_secret(&r->value, PARAM_VALUE_MAX);
    lib.xmlParseChunk(r->parser, s, (int)len, 0);
    if (r->st == ST_OK)
        lib.xmlParseChunk(r->parser, NULL, 0, 1);
    if (r->st == ST_OK)
        judge(r, s, len);
    buf_clear(&r->value);
    give_back(r->parser, r->st == ST_OK && !r->code, len);
}

/* Writes `s` to `out` with each CR LF and each CR alone as LF. */
static void unify_line_ends(struct buf *out, const char *s, size_t len)
{
    const char *end = s + len;
    const char *cr;
    while ((cr = memchr(s, '\r', (size_t)(end - s))) != NULL) {
        buf_add(out, s, (size_t)(cr - s));
        buf_addc(out, '\n');
        s = cr + 1;
        if (s < end && *s == '\n')
            s++;
    }
    buf_add(out, s, (size_t)(end - s));
}

/* Reads the bytes without byte order mark, line ends unified. */
static enum status read_clean(struct reader *r, struct span text)
{
    struct span doc = span_trim(text);
    struct xml_scan seen;
    r->skipped = count_lines(text.s, (size_t)(doc.s - text.s));
    xml_scan(doc.s, doc.len, &seen);
    r->info->declaration = seen.declaration;
    if (seen.flaw)
        fail(r, seen.flaw, seen.line ? r->skipped + seen.line : 0,
             seen.flaw == XML_FLAW_ENCODING ? seen.encoding : NULL);
    else
        parse(r, doc.s, doc.len);
    return r->st;
}

enum status xml_read(const char *data, size_t len, struct params *out, struct xml_info *info,
                     struct err *err)
{
    return xml_read_twice(data, len, out, NULL, info, err);
}

enum status xml_read_twice(const char *data, size_t len, struct params *out, struct params *others,
                           struct xml_info *info, struct err *err)
{
    struct xml_info unwanted;
    struct reader r = {.out = out, .others = others, .info = info ? info : &unwanted, .err = err};
    *r.info = (struct xml_info){0};
    params_clear(out);
    if (others)
        params_clear(others);
    if (len == 0)
        return fail(&r, XML_FLAW_EMPTY, 0, NULL); /* `data` may be NULL */
    if (len > XML_SIZE_MAX)
        return fail(&r, XML_FLAW_SIZE, 0, NULL);
    if (xml_scan_is_utf16(data, len))
        return fail(&r, XML_FLAW_UTF16, 1, NULL);
    struct span doc = span_skip_mark(data, len);
    r.info->bom = doc.len < len;
    struct buf clean;
    buf_init_secret(&clean, XML_SIZE_MAX);
    if (doc.len > 0 && memchr(doc.s, '\r', doc.len)) {
        unify_line_ends(&clean, doc.s, doc.len);
        doc = (struct span){buf_str(&clean), clean.len};
    }
    enum status st = read_clean(&r, doc);
    if (st != ST_OK)
        params_clear(out);
    buf_clear(&clean);
    return st;
}
