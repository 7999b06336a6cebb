/* SPDX-License-Identifier: MIT */
/*
 * Reading one catalogue file: everything but its fields, and the checks over the whole.
 *
 * First every object is read by its table, then what names something else is looked up,
 * and last the file's own examples are sent through the validation that users will meet:
 * together they must make a valid request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/findings.h"
#include "core/spec_fields.h"
#include "core/spec_names.h"
#include "core/spec_reader.h"
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

/* ---- Signature ---- */

static const char *const sign_names[SIGN_KIND_COUNT] = {
    [SIGN_MD5] = "MD5", [SIGN_HMAC_SHA256] = "HMAC-SHA256"};

static void read_sign_kind(struct reader *r, struct place at, void *into)
{
    *(int *)into = read_word(r, at, sign_names, SIGN_KIND_COUNT);
}

struct sign_part {
    int *types;
    size_t type_count;
    int chosen;   /* default; -1: none */
    int demanded; /* -1: none */
    struct bi note;
};

static void read_sign_types(struct reader *r, struct place at, void *into)
{
    struct sign_part *part = into;
    part->type_count = read_list(r, at, read_sign_kind, &part->types, sizeof *part->types);
    if (json_type(at.node) == JSON_ARRAY && json_count(at.node) == 0) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("至少要有一种签名类型", "", ""),
                SAY("at least one signature type is needed", "", ""));
    }
    for (size_t i = 0; i < part->type_count; i++) {
        if (part->types[i] >= 0) {
            r->spec->sign_types[part->types[i]] = true;
        }
    }
}

/* A type that is chosen must be among the types. */
static void check_sign_kind(struct reader *r, struct place at, const char *member, int kind)
{
    if (kind >= 0 && !r->spec->sign_types[kind]) {
        err_set(problem_in(r, at, member), ST_CONFLICT, SAY("%s 不在 types 之中", "", ""),
                SAY("%s is not among types", "", ""), sign_names[kind]);
    }
}

static void read_sign(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"types", read_sign_types, 0, true},
        {"default", read_sign_kind, offsetof(struct sign_part, chosen), true},
        {"demanded", read_sign_kind, offsetof(struct sign_part, demanded), false},
        {"note", read_text, offsetof(struct sign_part, note), false},
    };
    struct sign_part part = {.chosen = -1, .demanded = -1};
    struct spec *spec = into;
    size_t before = r->count;
    read_object(r, at, members, ARRAY_COUNT(members), &part);
    if (r->count == before) {
        check_sign_kind(r, at, "default", part.chosen);
        check_sign_kind(r, at, "demanded", part.demanded);
    }
    spec->sign_note = part.note;
    spec->sign_is_demanded = part.demanded >= 0;
    int kind = part.demanded >= 0 ? part.demanded : part.chosen;
    spec->sign_default = kind >= 0 ? (enum sign_kind)kind : SIGN_MD5;
    free(part.types);
}

/* ---- Rules ---- */

static const char *const check_names[CHECK_COUNT] = {
    [CHECK_EQUAL] = "equal",         [CHECK_AFTER] = "after",   [CHECK_REQUIRES] = "requires",
    [CHECK_JSON_PATH] = "json_path", [CHECK_ONE_OF] = "one_of", [CHECK_MAX_VALUE] = "max_value",
    [CHECK_NEVER] = "never",
};

/* Which members each check takes; it needs all of them. */
static const struct {
    bool field, other, path, fields, seconds, condition;
} check_members[CHECK_COUNT] = {
    [CHECK_EQUAL] = {.field = true, .other = true},
    [CHECK_AFTER] = {.field = true, .other = true, .seconds = true},
    [CHECK_REQUIRES] = {.field = true, .other = true},
    [CHECK_JSON_PATH] = {.field = true, .path = true},
    [CHECK_MAX_VALUE] = {.field = true, .other = true},
    [CHECK_ONE_OF] = {.fields = true},
    [CHECK_NEVER] = {.field = true, .condition = true},
};

static void read_check(struct reader *r, struct place at, void *into)
{
    int check = read_word(r, at, check_names, CHECK_COUNT);
    if (check >= 0) {
        *(enum rule_check *)into = (enum rule_check)check;
    }
}

static void read_severity(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {[SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
    int severity = read_word(r, at, names, ARRAY_COUNT(names));
    if (severity >= 0) {
        *(enum severity *)into = (enum severity)severity;
    }
}

static void read_seconds(struct reader *r, struct place at, void *into)
{
    int64_t seconds = json_int(at.node, -1);
    if (!json_is_int(at.node) || seconds < 0) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("要写 0 或更大的整数（秒）", "", ""),
                SAY("must be a whole number of seconds, 0 or more", "", ""));
        return;
    }
    *(int64_t *)into = seconds;
}

static void read_rule_fields(struct reader *r, struct place at, void *into)
{
    struct rule *rule = into;
    rule->field_count = read_list(r, at, read_string, &rule->fields, sizeof *rule->fields);
}

/* Is a member there exactly when the check takes it? */
static void check_rule_member(struct reader *r, struct place at, enum rule_check check,
                              const char *member, bool takes)
{
    bool has = json_get(at.node, member) != NULL;
    if (takes && !has) {
        err_set(problem_in(r, at, member), ST_SYNTAX, SAY("check 为 %s 时要有 %s", "", ""),
                SAY("check “%s” needs %s", "", ""), check_names[check], member);
    } else if (has && !takes) {
        err_set(problem_in(r, at, member), ST_CONFLICT,
                SAY("check 为 %s 时用不到 %s", "", "请删去"),
                SAY("check “%s” has no use for %s", "", "remove it"), check_names[check], member);
    }
}

static void read_rule(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"id", read_string, offsetof(struct rule, id), true},
        {"check", read_check, offsetof(struct rule, check), true},
        {"field", read_string, offsetof(struct rule, field), false},
        {"other", read_string, offsetof(struct rule, other), false},
        {"path", read_string, offsetof(struct rule, path), false},
        {"fields", read_rule_fields, 0, false},
        {"seconds", read_seconds, offsetof(struct rule, seconds), false},
        {"severity", read_severity, offsetof(struct rule, severity), true},
        {"if", read_any, offsetof(struct rule, condition), false},
        {"zh", read_string, offsetof(struct rule, text.zh), true},
        {"en", read_string, offsetof(struct rule, text.en), true},
    };
    struct rule *rule = into;
    size_t before = r->count;
    read_object(r, at, members, ARRAY_COUNT(members), rule);
    if (r->count != before) {
        return;
    }
    enum rule_check check = rule->check;
    check_rule_member(r, at, check, "field", check_members[check].field);
    check_rule_member(r, at, check, "other", check_members[check].other);
    check_rule_member(r, at, check, "path", check_members[check].path);
    check_rule_member(r, at, check, "fields", check_members[check].fields);
    check_rule_member(r, at, check, "seconds", check_members[check].seconds);
    if (check_members[check].condition) {
        check_rule_member(r, at, check, "if", true);
    }
    if (rule->fields && rule->field_count < 2) {
        err_set(problem_in(r, at, "fields"), ST_SYNTAX, SAY("至少要有两个字段", "", ""),
                SAY("at least two fields are needed", "", ""));
    }
}

/* ---- Errors ---- */

static void read_error_layer(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {[ERROR_COMMUNICATION] = "communication",
                                        [ERROR_BUSINESS] = "business",
                                        [ERROR_CONTRACT] = "contract"};
    int layer = read_word(r, at, names, ARRAY_COUNT(names));
    if (layer >= 0) {
        *(enum error_layer *)into = (enum error_layer)layer;
    }
}

static void read_class(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"param", "sign",     "config", "state",
                                        "payer", "protocol", "system"};
    if (read_word(r, at, names, ARRAY_COUNT(names)) >= 0) {
        *(const char **)into = json_string(at.node);
    }
}

static void read_retry(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {"no", "same"};
    *(bool *)into = read_word(r, at, names, ARRAY_COUNT(names)) == 1;
}

static void read_error_fields(struct reader *r, struct place at, void *into)
{
    struct error_code *e = into;
    e->field_count = read_list(r, at, read_string, &e->fields, sizeof *e->fields);
}

static void read_error_match(struct reader *r, struct place at, void *into)
{
    struct error_code *e = into;
    e->match_count = read_list(r, at, read_string, &e->match, sizeof *e->match);
}

static void read_error(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"code", read_string, offsetof(struct error_code, code), true},
        {"layer", read_error_layer, offsetof(struct error_code, layer), true},
        {"meaning", read_text, offsetof(struct error_code, meaning), true},
        {"cause", read_text, offsetof(struct error_code, cause), true},
        {"solution", read_text, offsetof(struct error_code, solution), true},
        {"class", read_class, offsetof(struct error_code, kind), true},
        {"retry", read_retry, offsetof(struct error_code, retry_same), true},
        {"fields", read_error_fields, 0, false},
        {"match", read_error_match, 0, false},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

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

static struct known_fields request_fields(const struct spec *s)
{
    return (struct known_fields){.fields = s->request, .count = s->request_count};
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

/* Is a name in a rule, a notification or an error a field of the request? */
static void check_name_in(struct reader *r, struct place at, const char *member, const char *name)
{
    struct known_fields known = request_fields(r->spec);
    if (name) {
        char path[SPEC_PATH_MAX];
        path_below(path, at.path, ".%s", member);
        const struct json *node = json_get(at.node, member);
        check_field_name(r, (struct place){.node = node, .path = path}, name, &known);
    }
}

/* Rules compare: both sides must be of a type that can be. */
static void check_rule_type(struct reader *r, struct place at, const struct rule *rule,
                            const char *member, const char *name)
{
    const struct field *f = name ? spec_field(r->spec, name) : NULL;
    if (!f) {
        return;
    }
    bool number = f->type == FIELD_INT || f->type == FIELD_FEN;
    bool wrong = (rule->check == CHECK_AFTER && f->type != FIELD_TIME) ||
                 (rule->check == CHECK_MAX_VALUE && !number) ||
                 (rule->check == CHECK_JSON_PATH && f->type != FIELD_JSON);
    if (wrong) {
        err_set(problem_in(r, at, member), ST_CONFLICT,
                SAY("check 为 %s 时不能用 %s 类型的字段 %s", "", ""),
                SAY("check “%s” cannot take a field of type %s: %s", "", ""),
                check_names[rule->check], field_type_name(f->type), name);
    }
}

static void check_rule(struct reader *r, struct place at, const struct rule *rule, size_t index)
{
    char path[SPEC_PATH_MAX];
    struct known_fields known = request_fields(r->spec);
    check_name_in(r, at, "field", rule->field);
    check_name_in(r, at, "other", rule->other);
    check_rule_type(r, at, rule, "field", rule->field);
    check_rule_type(r, at, rule, "other", rule->other);
    const struct json *name = json_first(json_get(at.node, "fields"));
    for (size_t i = 0; name && i < rule->field_count; i++, name = json_next(name)) {
        path_below(path, at.path, ".fields[%zu]", i);
        if (rule->fields[i]) {
            check_field_name(r, (struct place){.node = name, .path = path}, rule->fields[i],
                             &known);
        }
    }
    if (rule->condition) {
        path_below(path, at.path, ".if");
        check_condition(r, (struct place){.node = rule->condition, .path = path}, &known);
    }
    for (size_t k = 0; k < index; k++) {
        const char *id = r->spec->rules[k].id;
        if (rule->id && id && strcmp(rule->id, id) == 0) {
            err_set(problem_in(r, at, "id"), ST_CONFLICT, SAY("规则 %s 出现两次", "", ""),
                    SAY("the rule %s occurs twice", "", ""), id);
        }
    }
}

static void check_error(struct reader *r, struct place at, const struct error_code *e, size_t index)
{
    struct known_fields known = request_fields(r->spec);
    const struct json *name = json_first(json_get(at.node, "fields"));
    for (size_t i = 0; name && i < e->field_count; i++, name = json_next(name)) {
        char path[SPEC_PATH_MAX];
        path_below(path, at.path, ".fields[%zu]", i);
        if (e->fields[i] && strcmp(e->fields[i], "sign") != 0) {
            check_field_name(r, (struct place){.node = name, .path = path}, e->fields[i], &known);
        }
    }
    for (size_t k = 0; e->code && k < index; k++) {
        const struct error_code *other = &r->spec->errors[k];
        if (other->code && e->layer == other->layer && strcmp(e->code, other->code) == 0) {
            err_set(problem_in(r, at, "code"), ST_CONFLICT,
                    SAY("错误码 %s 在同一层出现两次", "", ""),
                    SAY("the error code %s occurs twice in one layer", "", ""), e->code);
        }
    }
}

static void check_parts(struct reader *r)
{
    const struct spec *s = r->spec;
    char path[SPEC_PATH_MAX];
    const struct json *j = json_first(json_get(s->document, "rules"));
    for (size_t i = 0; j && i < s->rule_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "rules[%zu]", i);
        check_rule(r, (struct place){.node = j, .path = path}, &s->rules[i], i);
    }
    j = json_first(json_get(s->document, "errors"));
    for (size_t i = 0; j && i < s->error_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "errors[%zu]", i);
        check_error(r, (struct place){.node = j, .path = path}, &s->errors[i], i);
    }
    j = json_first(json_get(s->document, "notifications"));
    for (size_t i = 0; j && i < s->notification_count; i++, j = json_next(j)) {
        snprintf(path, sizeof path, "notifications[%zu]", i);
        check_name_in(r, (struct place){.node = j, .path = path}, "to", s->notifications[i].to);
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
