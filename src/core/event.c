/* SPDX-License-Identifier: MIT */
/*
 * Events are read with the machinery of the API catalogue: their fields have the form of
 * response fields, and what is wrong is told with path and line.
 */
#include "core/event.h"

#include <stdlib.h>
#include <string.h>

#include "core/embed.h"
#include "core/spec_fields.h"
#include "core/spec_reader.h"

static const char *const names[] = {
    [EVENT_PAYMENT] = "payment",
    [EVENT_CONTRACT_ADD] = "contract-add",
    [EVENT_CONTRACT_DELETE] = "contract-delete",
    [EVENT_DEPOSIT] = "deposit",
    [EVENT_REFUND] = "refund",
    [EVENT_GATEWAY_PAYMENT] = "gateway-payment",
    [EVENT_UNKNOWN] = "unknown",
};

const char *event_name(enum event_kind kind)
{
    return names[kind];
}

bool event_read(const char *name, enum event_kind *kind)
{
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *kind = (enum event_kind)i;
            return true;
        }
    }
    return false;
}

const char *event_name_at(const void *ctx, size_t index)
{
    (void)ctx;
    return index < EVENT_COUNT ? names[index] : NULL;
}

/* ---- Reading ---- */

static void read_id(struct reader *r, struct place at, void *into)
{
    struct event *e = into;
    int kind = read_word(r, at, names, EVENT_COUNT);
    if (kind >= 0) {
        e->kind = (enum event_kind)kind;
        e->name = names[kind];
    }
}

static void read_dialect(struct reader *r, struct place at, void *into)
{
    static const char *const words[] = {
        [DIALECT_OFFICIAL] = "official", [DIALECT_GATEWAY] = "gateway"};
    int dialect = read_word(r, at, words, ARRAY_COUNT(words));
    if (dialect >= 0) {
        ((struct event *)into)->dialect = (enum dialect)dialect;
    }
}

static void read_sign(struct reader *r, struct place at, void *into)
{
    static const char *const words[] = {[SIGN_MD5] = "MD5", [SIGN_HMAC_SHA256] = "HMAC-SHA256"};
    struct event *e = into;
    int kind = read_word(r, at, words, ARRAY_COUNT(words));
    if (kind >= 0) {
        e->has_sign = true;
        e->sign = (enum sign_kind)kind;
    }
}

static void read_schedule(struct reader *r, struct place at, void *into)
{
    struct schedule *s = into;
    for (const struct json *j = json_first(at.node); j; j = json_next(j)) {
        int64_t seconds = json_int(j, -1);
        if (seconds < 0 || seconds > 86400 || s->tries == EVENT_TRIES_MAX) {
            err_set(problem_at(r, at), ST_SYNTAX, SAY("要写至多 %d 个 0 到 86400 的秒数", "", ""),
                    SAY("must be at most %d numbers of seconds, 0 to 86400", "", ""),
                    EVENT_TRIES_MAX);
            return;
        }
        s->wait[s->tries++] = (int)seconds;
    }
}

static void read_fields(struct reader *r, struct place at, void *into)
{
    struct event *e = into;
    e->field_count = read_list(r, at, read_response_field, &e->fields, sizeof *e->fields);
}

static void read_inner(struct reader *r, struct place at, void *into)
{
    struct event *e = into;
    e->inner_count = read_list(r, at, read_response_field, &e->inner, sizeof *e->inner);
}

static void read_notes(struct reader *r, struct place at, void *into)
{
    struct event *e = into;
    e->note_count = read_list(r, at, read_text, &e->notes, sizeof *e->notes);
}

#define AT(member) offsetof(struct event, member)

static const struct member members[] = {
    {"id", read_id, 0, true},
    {"title", read_text, AT(title), true},
    {"summary", read_text, AT(summary), true},
    {"dialect", read_dialect, 0, true},
    {"to", read_string, AT(to), true},
    {"schedule", read_schedule, AT(schedule), true},
    {"deduction_schedule", read_schedule, AT(deduction), false},
    {"sign", read_sign, 0, false},
    {"sealed", read_bool, AT(sealed), false},
    {"doc", read_string, AT(doc), true},
    {"build", read_any, AT(build), true},
    {"fields", read_fields, 0, true},
    {"inner", read_inner, 0, false},
    {"notes", read_notes, 0, false},
};

static void event_clear(struct event *e)
{
    fields_free(e->fields, e->field_count);
    fields_free(e->inner, e->inner_count);
    free(e->notes);
    json_free(e->document);
    *e = (struct event){0};
}

static enum status load(struct events *all, const struct embed_file *file, struct err *err)
{
    struct spec holder = {.unit = UNIT_BYTES};
    struct spec_problem first = {0};
    struct reader r = {
        .text = file->text, .len = file->len, .spec = &holder, .problems = &first, .room = 1};
    struct event e = {0};
    enum status st = json_parse(file->text, file->len, &e.document, err);
    if (st == ST_OK) {
        r.document = e.document;
        read_object(&r, (struct place){.node = e.document, .path = ""}, members,
                    ARRAY_COUNT(members), &e);
        if (r.count > 0) {
            st = first.err.status;
            if (err) {
                *err = first.err;
                err_wrap(err, "%s:%zu：%s", "%s:%zu: %s", file->name, first.line, first.path);
            }
        }
    }
    if (st != ST_OK) {
        event_clear(&e);
        return st;
    }
    all->items[e.kind] = e;
    return ST_OK;
}

enum status events_load(struct events *all, struct err *err)
{
    size_t count = 0, found = 0;
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(files[i].folder, "events") != 0) {
            continue;
        }
        enum status st = load(all, &files[i], err);
        if (st != ST_OK) {
            events_clear(all);
            return st;
        }
        found++;
    }
    if (found == EVENT_COUNT) {
        return ST_OK;
    }
    events_clear(all);
    return err_set(err, ST_NOT_FOUND, SAY("通知目录不完整", "", ""),
                   SAY("the catalogue of notifications is incomplete", "", ""));
}

void events_clear(struct events *all)
{
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        event_clear(&all->items[i]);
    }
}

const struct schedule *event_schedule(const struct event *e, bool deduction)
{
    return deduction && e->deduction.tries ? &e->deduction : &e->schedule;
}

/* Is `name` an instance of "coupon_fee_$n"? */
static bool is_numbered(const char *pattern, const char *name)
{
    size_t len = strcspn(pattern, "$");
    if (strcmp(pattern + len, "$n") != 0 || strncmp(pattern, name, len) != 0) {
        return false;
    }
    size_t digits = strspn(name + len, "0123456789");
    return digits > 0 && digits < 4 && name[len + digits] == '\0';
}

static const struct field *find(const struct field *fields, size_t count, const char *name)
{
    const struct field *f = field_find(fields, count, name);
    for (size_t i = 0; !f && i < count; i++) {
        if (is_numbered(fields[i].name, name)) {
            f = &fields[i];
        }
    }
    return f;
}

const struct field *event_field(const struct event *e, const char *name, bool inside)
{
    const struct field *f = inside ? find(e->inner, e->inner_count, name) : NULL;
    return f ? f : find(e->fields, e->field_count, name);
}
