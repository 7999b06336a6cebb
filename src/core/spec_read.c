/* SPDX-License-Identifier: MIT */
/*
 * Reading one catalogue file: its top level, and the checks over the whole.
 *
 * First every object is read by its table, then what names something else is looked up,
 * and last the file's own examples are sent through the validation that users will meet:
 * together they must make a valid request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/findings.h"
#include "core/spec_errors.h"
#include "core/spec_fields.h"
#include "core/spec_names.h"
#include "core/spec_reader.h"
#include "core/spec_rules.h"
#include "core/spec_sign.h"
#include "core/text.h"
#include "core/validate.h"

/* ---- Top level ---- */

static void read_dialect(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {
        [DIALECT_OFFICIAL] = "official", [DIALECT_GATEWAY] = "gateway"};
    int dialect = read_word(r, at, names, ARRAY_COUNT(names));
    if (dialect >= 0) {
        *(enum dialect *)into = (enum dialect)dialect;
    }
}

static void read_method(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"POST", "GET"};
    *(bool *)into = read_word(r, at, names, ARRAY_COUNT(names)) == 1;
}

static void read_reply_kind(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {
        [REPLY_XML] = "xml", [REPLY_TEXT] = "text", [REPLY_NONE] = "none"};
    int kind = read_word(r, at, names, ARRAY_COUNT(names));
    if (kind >= 0) {
        *(enum reply_kind *)into = (enum reply_kind)kind;
    }
}

static void read_unit(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {[UNIT_BYTES] = "bytes", [UNIT_CHARS] = "chars"};
    int unit = read_word(r, at, names, ARRAY_COUNT(names));
    *(enum limit_unit *)into = unit >= 0 ? (enum limit_unit)unit : UNIT_BYTES;
}

static bool id_valid(const char *id)
{
    return *id >= 'a' && *id <= 'z' &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(id);
}

static void read_id(struct reader *r, struct place at, void *into)
{
    const char *id = NULL;
    read_string(r, at, &id);
    if (id && !id_valid(id)) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("“%s” 不能作接口名", "", "以小写字母开头，只用小写字母、数字和下划线"),
                SAY("“%s” cannot be the id of an API", "",
                    "begin with a lower-case letter; use these, digits and underscores"),
                id);
    }
    *(const char **)into = id;
}

static void read_path(struct reader *r, struct place at, void *into)
{
    const char *path = NULL;
    read_string(r, at, &path);
    if (path && (*path != '/' || strpbrk(path, " \t?#\\"))) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("“%s” 不是路径", "", "以 / 开头，不含空白、? 和 #"),
                SAY("“%s” is no path", "", "begin with /, without blanks, ? and #"), path);
    }
    *(const char **)into = path;
}

/* ---- Notifications ---- */

static void read_event(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"payment", "contract-add", "contract-delete",
                                        "deposit", "refund",       "gateway-payment"};
    if (read_word(r, at, names, ARRAY_COUNT(names)) >= 0) {
        *(const char **)into = json_string(at.node);
    }
}

static void read_notification(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"event", read_event, offsetof(struct notification, event), true},
        {"to", read_string, offsetof(struct notification, to), true},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

/* ---- The lists, each with its count beside it ---- */

static void read_request(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->request_count = read_list(r, at, read_request_field, &s->request, sizeof *s->request);
}

static void read_response(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->response_count = read_list(r, at, read_response_field, &s->response, sizeof *s->response);
}

static void read_rules(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->rule_count = read_list(r, at, read_rule, &s->rules, sizeof *s->rules);
}

static void read_errors(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->error_count = read_list(r, at, read_error, &s->errors, sizeof *s->errors);
}

static void read_notifications(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->notification_count =
        read_list(r, at, read_notification, &s->notifications, sizeof *s->notifications);
}

static void read_next(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->next_count = read_list(r, at, read_id, &s->next, sizeof *s->next);
}

static void read_notes(struct reader *r, struct place at, void *into)
{
    struct spec *s = into;
    s->note_count = read_list(r, at, read_text, &s->notes, sizeof *s->notes);
}

/* `unit` stands before the fields, which inherit it. */
static const struct member top_members[] = {
    {"id", read_id, offsetof(struct spec, id), true},
    {"title", read_text, offsetof(struct spec, title), true},
    {"summary", read_text, offsetof(struct spec, summary), true},
    {"group", read_text, offsetof(struct spec, group), true},
    {"dialect", read_dialect, offsetof(struct spec, dialect), true},
    {"method", read_method, offsetof(struct spec, get), true},
    {"path", read_path, offsetof(struct spec, path), true},
    {"service", read_string, offsetof(struct spec, service), false},
    {"reply", read_reply_kind, offsetof(struct spec, reply), false},
    {"url_max", read_length, offsetof(struct spec, url_max), false},
    {"cert", read_bool, offsetof(struct spec, cert), true},
    {"moves_money", read_bool, offsetof(struct spec, moves_money), true},
    {"sign", read_sign, 0, true},
    {"unit", read_unit, offsetof(struct spec, unit), true},
    {"doc", read_string, offsetof(struct spec, doc), true},
    {"request", read_request, 0, true},
    {"rules", read_rules, 0, false},
    {"response", read_response, 0, true},
    {"errors", read_errors, 0, true},
    {"notifications", read_notifications, 0, false},
    {"next", read_next, 0, false},
    {"notes", read_notes, 0, false},
};

/* ---- What holds between the parts ---- */

static struct place part(const struct spec *s, const char *member)
{
    return (struct place){.node = json_get(s->document, member), .path = member};
}

static void check_service(struct reader *r)
{
    const struct spec *s = r->spec;
    if (!s->service) {
        return;
    }
    const struct field *f = spec_field(s, "service");
    if (s->dialect != DIALECT_GATEWAY) {
        err_set(problem_at(r, part(s, "service")), ST_CONFLICT,
                SAY("service 只用于 dialect 为 gateway 的接口", "", ""),
                SAY("service is for APIs of dialect gateway only", "", ""));
    } else if (!f || f->source != SOURCE_CONSTANT || !f->example ||
               strcmp(f->example, s->service) != 0) {
        err_set(problem_at(r, part(s, "service")), ST_CONFLICT,
                SAY("请求字段里要有 service", "source 为 constant，example 为 %s", ""),
                SAY("the request needs a field service", "source constant, example %s", ""),
                s->service);
    }
}

static void check_parts(struct reader *r)
{
    const struct spec *s = r->spec;
    char path[SPEC_PATH_MAX];
    const struct json *j = json_first(json_get(s->document, "rules"));
    for (size_t i = 0; j && i < s->rule_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "rules[%zu]", i);
        check_rule(r, (struct place){.node = j, .path = path}, i);
    }
    j = json_first(json_get(s->document, "errors"));
    for (size_t i = 0; j && i < s->error_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "errors[%zu]", i);
        check_error(r, (struct place){.node = j, .path = path}, i);
    }
    j = json_first(json_get(s->document, "notifications"));
    for (size_t i = 0; j && i < s->notification_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "notifications[%zu]", i);
        check_member_name(r, (struct place){.node = j, .path = path}, "to", s->notifications[i].to);
    }
}

/* ---- The example request ---- */

/* The element of the request that a finding is about; the whole list if none. */
static struct place finding_place(const struct spec *s, const struct finding *one, char *path,
                                  size_t size)
{
    size_t len = strcspn(one->field, ".[");
    const struct json *j = json_first(json_get(s->document, "request"));
    for (size_t i = 0; j && i < s->request_count; i++, j = json_next(j)) {
        const char *name = s->request[i].name;
        if (strlen(name) == len && strncmp(name, one->field, len) == 0) {
            snprintf(path, size, "request[%zu]", i);
            return (struct place){.node = j, .path = path};
        }
    }
    return part(s, "request");
}

static void check_examples(struct reader *r)
{
    const struct spec *s = r->spec;
    struct params p = {0};
    struct findings findings = {0};
    for (size_t i = 0; i < s->request_count; i++) {
        const struct field *f = &s->request[i];
        if (f->required || f->on) {
            params_set(&p, f->name, f->example, NULL);
        }
    }
    validate(s, &p, ENVIRONMENT_TEST, s->sign_default, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *one = &findings.items[i];
        char path[SPEC_PATH_MAX];
        if (one->severity == SEVERITY_ERROR) {
            err_set(problem_at(r, finding_place(s, one, path, sizeof path)), ST_CONFLICT,
                    SAY("各字段的 example 合起来不是有效的请求", "%s%.0s", ""),
                    SAY("the examples together make no valid request", "%.0s%s", ""),
                    one->text[LANG_ZH], one->text[LANG_EN]);
        }
    }
    findings_clear(&findings);
    params_clear(&p);
}

/* ---- Public ---- */

/* Parses and reads; what is wrong is in the reader's list. */
static void read_spec(struct reader *r)
{
    struct place top = {.path = ""};
    struct err err = {0};
    enum status st = r->len > SPEC_SIZE_MAX
                         ? err_set(&err, ST_LIMIT, SAY("文件有 %zu 字节", "最多 %u 字节", ""),
                                   SAY("the file has %zu bytes", "at most %u are allowed", ""),
                                   r->len, SPEC_SIZE_MAX)
                         : json_parse(r->text, r->len, &r->spec->document, &err);
    if (st != ST_OK) {
        struct err *slot = problem_at(r, top);
        if (slot) {
            *slot = err;
            r->problems[0].line = json_error_line(&err);
        }
        return;
    }
    r->document = r->spec->document;
    top.node = r->document;
    read_object(r, top, top_members, ARRAY_COUNT(top_members), r->spec);
    check_request_fields(r, part(r->spec, "request"));
    check_response_fields(r, part(r->spec, "response"));
    check_service(r);
    check_parts(r);
    if (r->count == 0) {
        check_examples(r);
    }
}

enum status spec_read(const char *text, size_t len, const char *origin, struct spec **out,
                      struct spec_problem *problems, size_t *count, struct err *err)
{
    struct spec_problem first;
    struct reader r = {.text = text,
                       .len = len,
                       .spec = mem_alloc(sizeof *r.spec),
                       .problems = problems ? problems : &first,
                       .room = problems ? SPEC_PROBLEMS_MAX : 1};
    *out = NULL;
    r.spec->origin = mem_strdup(origin);
    read_spec(&r);
    if (count) {
        *count = r.count < r.room ? r.count : r.room;
    }
    if (r.count == 0) {
        *out = r.spec;
        return ST_OK;
    }
    spec_free(r.spec);
    const struct spec_problem *p = &r.problems[0];
    if (err) {
        *err = p->err;
        char line[24] = "";
        if (p->line > 0) { /* an empty file has none */
            snprintf(line, sizeof line, ":%zu", p->line);
        }
        err_wrap(err, *p->path ? "%s%s：%s" : "%s%s%s", *p->path ? "%s%s: %s" : "%s%s%s", origin,
                 line, p->path);
    }
    return p->err.status;
}

/* ---- The head alone ---- */

/* Members up to `request`. */
static size_t head_members(void)
{
    size_t n = 0;
    while (strcmp(top_members[n].name, "request") != 0) {
        n++;
    }
    return n;
}

enum status spec_read_head(const char *text, size_t len, const char *origin, struct spec **out,
                           struct err *err)
{
    static const char mark[] = ",\n  \"request\":";
    const char *end = memmem(text, len, mark, sizeof mark - 1);
    *out = NULL;
    if (!end) {
        return spec_read(text, len, origin, out, NULL, NULL, err);
    }
    struct buf head;
    buf_init(&head, len + 1);
    buf_add(&head, text, (size_t)(end - text));
    buf_adds(&head, "}");
    struct spec_problem first;
    struct reader r = {.text = head.data,
                       .len = head.len,
                       .spec = mem_alloc(sizeof *r.spec),
                       .problems = &first,
                       .room = 1};
    r.spec->origin = mem_strdup(origin);
    if (!json_parse(head.data, head.len, &r.spec->head, err)) {
        r.document = r.spec->head;
        read_object(&r, (struct place){.node = r.document, .path = ""}, top_members, head_members(),
                    r.spec);
    }
    bool good = r.document && r.count == 0;
    buf_clear(&head);
    if (!good) { /* told from the whole, with its lines */
        spec_free(r.spec);
        return spec_read(text, len, origin, out, NULL, NULL, err);
    }
    r.spec->text = text;
    r.spec->text_len = len;
    *out = r.spec;
    return ST_OK;
}

void spec_complete(struct spec *s)
{
    const char *text = s->text;
    s->text = NULL;
    struct spec *whole = NULL;
    if (!text || spec_read(text, s->text_len, s->origin, &whole, NULL, NULL, NULL) || !whole) {
        return;
    }
    free(whole->origin);
    whole->origin = s->origin;
    whole->head = s->head;
    *s = *whole;
    free(whole);
}
