/* SPDX-License-Identifier: MIT */
/*
 * Fields of catalogue files: the tables of their members, and what makes sense in one.
 *
 * Examples and defaults go through value.c, the same code that will judge what people
 * type: a catalogue that refuses its own example is told so by its author's tool, not by
 * its users.
 */
#include "core/spec_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/value.h"

/* A pattern's bytes times its repetitions: what the library will spend on it. */
#define PATTERN_COST_MAX (1 << 16)

/* ---- Single members ---- */

static void read_type(struct reader *r, struct place at, void *into)
{
    const char *names[FIELD_TYPE_COUNT];
    for (size_t i = 0; i < FIELD_TYPE_COUNT; i++) {
        names[i] = field_type_name((enum field_type)i);
    }
    int type = read_word(r, at, names, FIELD_TYPE_COUNT);
    if (type >= 0) {
        ((struct field *)into)->type = (enum field_type)type;
    }
}

static void read_source(struct reader *r, struct place at, void *into)
{
    static const char *const names[SOURCE_COUNT] = {
        [SOURCE_USER] = "user",         [SOURCE_PROFILE] = "profile",
        [SOURCE_NONCE] = "nonce",       [SOURCE_ORDER_NO] = "order_no",
        [SOURCE_NOW] = "now",           [SOURCE_EXPIRE] = "expire",
        [SOURCE_SERIAL] = "serial",     [SOURCE_IP] = "ip",
        [SOURCE_CONSTANT] = "constant", [SOURCE_COPY] = "copy:NAME",
    };
    struct field *f = into;
    const char *word = json_string(at.node);
    if (word && strncmp(word, "copy:", 5) == 0) {
        f->source = SOURCE_COPY;
        f->copy_of = word + 5;
        return;
    }
    int source = read_word(r, at, names, SOURCE_COUNT);
    if (source >= 0) {
        f->source = (enum field_source)source;
    }
}

/* One end of a range: a string, because JSON's numbers do not hold 64 bits everywhere. */
static void read_bound(struct reader *r, struct place at, void *into)
{
    const char *s = json_string(at.node);
    bool negative = s && *s == '-';
    int64_t n = 0;
    if (!s || !text_read_fen(s + negative, &n)) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("要写成字符串的整数", "", "例如 \"1\""),
                SAY("must be a whole number written as a string", "", "for example \"1\""));
        return;
    }
    *(int64_t *)into = negative ? -n : n;
}

static void read_range(struct reader *r, struct place at, void *into)
{
    struct field *f = into;
    int64_t *bounds = NULL;
    size_t before = r->count;
    size_t count = read_list(r, at, read_bound, &bounds, sizeof *bounds);
    if (r->count == before && (count != 2 || bounds[0] > bounds[1])) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("要写 [最小值, 最大值]", "最小值不能大于最大值", ""),
                SAY("must be [lowest, highest]", "the lowest cannot exceed the highest", ""));
    } else if (r->count == before) {
        f->has_range = true;
        f->low = bounds[0];
        f->high = bounds[1];
    }
    free(bounds);
}

static void read_when(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"if", read_any, offsetof(struct required_when, condition), true},
        {"zh", read_string, offsetof(struct required_when, text.zh), true},
        {"en", read_string, offsetof(struct required_when, text.en), true},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

static void read_whens(struct reader *r, struct place at, void *into)
{
    struct field *f = into;
    f->when_count = read_list(r, at, read_when, &f->when, sizeof *f->when);
}

static void read_value(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"value", read_string, offsetof(struct value_option, value), true},
        {"zh", read_string, offsetof(struct value_option, text.zh), true},
        {"en", read_string, offsetof(struct value_option, text.en), true},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

static void read_values(struct reader *r, struct place at, void *into)
{
    struct field *f = into;
    size_t before = r->count;
    f->value_count = read_list(r, at, read_value, &f->values, sizeof *f->values);
    if (r->count != before) { /* half-read values would be met as NULL */
        f->value_count = 0;
        return;
    }
    for (size_t i = 1; i < f->value_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(f->values[i].value, f->values[k].value) == 0) {
                err_set(problem_at(r, at), ST_CONFLICT, SAY("值 %s 出现两次", "", "请删去一个"),
                        SAY("the value %s occurs twice", "", "remove one"), f->values[i].value);
            }
        }
    }
}

static void read_astral(struct reader *r, struct place at, void *into)
{
    bool astral = true;
    read_bool(r, at, &astral);
    *(bool *)into = !astral;
}

/* The product of all repetition counts, times the length: an upper bound of the pattern's size
   once the library has unrolled it. */
static long pattern_cost(const char *pattern)
{
    long cost = (long)strlen(pattern);
    for (const char *s = pattern; *s && cost <= PATTERN_COST_MAX; s++) {
        if (*s == '{') {
            long low = strtol(s + 1, NULL, 10);
            size_t digits = strspn(s + 1, "0123456789");
            long high = s[1 + digits] == ',' ? strtol(s + 2 + digits, NULL, 10) : 0;
            long most = low > high ? low : high;
            cost *= most > PATTERN_COST_MAX ? PATTERN_COST_MAX + 1 : most > 0 ? most : 1;
        }
    }
    return cost;
}

/* A back-reference makes matching exponential. */
static bool has_back_reference(const char *pattern)
{
    for (const char *s = strchr(pattern, '\\'); s && s[1]; s = strchr(s + 2, '\\')) {
        if (s[1] >= '1' && s[1] <= '9') {
            return true;
        }
    }
    return false;
}

static bool compile(struct reader *r, struct place at, const char *pattern, regex_t *regex)
{
    int code = regcomp(regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (code == 0) {
        return true;
    }
    char why[128];
    regerror(code, regex, why, sizeof why);
    err_set(problem_at(r, at), ST_SYNTAX, SAY("正则表达式有误", "%s", ""),
            SAY("the regular expression is faulty", "%s", ""), why);
    return false;
}

static void read_pattern(struct reader *r, struct place at, void *into)
{
    struct field *f = into;
    regex_t bare;
    read_string(r, at, &f->pattern);
    if (!f->pattern) {
        return;
    }
    if (pattern_cost(f->pattern) > PATTERN_COST_MAX || has_back_reference(f->pattern)) {
        err_set(problem_at(r, at), ST_LIMIT,
                SAY("正则表达式太大，或含有反向引用", "", "请减少重复次数"),
                SAY("the regular expression is too large, or holds a back-reference", "",
                    "repeat less"));
        return;
    }
    /* By itself first: in the brackets below, an unbalanced one would pass. */
    if (!compile(r, at, f->pattern, &bare)) {
        return;
    }
    regfree(&bare);
    size_t size = strlen(f->pattern) + sizeof "^()$";
    char *whole = mem_alloc(size);
    snprintf(whole, size, "^(%s)$", f->pattern);
    regex_t *regex = mem_alloc(sizeof *regex);
    if (compile(r, at, whole, regex)) {
        f->regex = regex;
    } else {
        free(regex);
    }
    free(whole);
}

static void read_inner_field(struct reader *r, struct place at, void *into);

static void read_inner_fields(struct reader *r, struct place at, void *into)
{
    struct field *f = into;
    f->field_count = read_list(r, at, read_inner_field, &f->fields, sizeof *f->fields);
}

/* ---- What makes sense in one field ---- */

static bool name_valid(const char *name)
{
    size_t len = strlen(name);
    return len <= PARAM_NAME_MAX && strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                 "0123456789_-.$") == len;
}

static void check_name(struct reader *r, struct place at, const struct field *f)
{
    if (!name_valid(f->name)) {
        err_set(problem_in(r, at, "name"), ST_SYNTAX,
                SAY("不能作参数名", "只能用字母、数字和 _ - . $，最多 %d 字节", ""),
                SAY("cannot be a parameter's name",
                    "letters, digits and _ - . $ only, at most %d bytes", ""),
                PARAM_NAME_MAX);
    }
}

/* A member that another one demands or forbids; both told in one sentence. */
static void check_pair(struct reader *r, struct place at, bool wrong, const char *member,
                       struct bi text)
{
    if (wrong) {
        err_set(problem_in(r, at, member), ST_CONFLICT, SAY("%s%.0s", "", ""),
                SAY("%.0s%s", "", ""), text.zh, text.en);
    }
}

static void check_limits(struct reader *r, struct place at, const struct field *f)
{
    bool number = f->type == FIELD_INT || f->type == FIELD_FEN;
    check_pair(r, at, f->max && f->min > f->max, "min",
               (struct bi){"min 不能大于 max", "min cannot exceed max"});
    check_pair(r, at, f->max && f->warn_max >= f->max, "warn_max",
               (struct bi){"warn_max 要小于 max，否则永远不会提醒",
                           "warn_max must be below max, or it never warns"});
    check_pair(r, at, f->warn_min && f->warn_min <= f->min, "warn_min",
               (struct bi){"warn_min 要大于 min，否则永远不会提醒",
                           "warn_min must be above min, or it never warns"});
    check_pair(r, at, f->warn_bytes && f->unit == UNIT_BYTES, "warn_bytes",
               (struct bi){"unit 为 bytes 时用 warn_max，不用 warn_bytes",
                           "with unit bytes it is warn_max, not warn_bytes"});
    check_pair(r, at, f->has_range && !number, "range",
               (struct bi){"range 只用于 int 和 fen", "range is for int and fen only"});
}

static void check_members(struct reader *r, struct place at, const struct field *f, bool inner)
{
    bool holds = f->type == FIELD_JSON || f->type == FIELD_OBJECT || f->type == FIELD_ARRAY;
    check_pair(r, at, !inner && (f->type == FIELD_OBJECT || f->type == FIELD_ARRAY), "type",
               (struct bi){"object 和 array 只能在 json 字段里面；这里用 json",
                           "object and array stand inside json fields only; here it is json"});
    check_pair(r, at, f->type == FIELD_ENUM && f->value_count == 0, "values",
               (struct bi){"enum 类型要有 values", "type enum needs values"});
    check_pair(r, at, f->type != FIELD_ENUM && f->value_count > 0, "values",
               (struct bi){"values 只用于 enum 类型", "values is for type enum only"});
    check_pair(r, at, f->field_count > 0 && !holds, "fields",
               (struct bi){"fields 只用于 json、object、array 类型",
                           "fields is for types json, object, array only"});
    check_pair(r, at, f->plain_text && f->type != FIELD_JSON, "plain_text",
               (struct bi){"plain_text 只用于 json 类型", "plain_text is for type json only"});
    check_pair(r, at, f->plain_note.zh && !f->plain_text, "plain_text",
               (struct bi){"有 plain_note 却没有 plain_text", "plain_note without plain_text"});
    check_pair(r, at, f->query && f->type != FIELD_URL, "query",
               (struct bi){"query 只用于 url 类型", "query is for type url only"});
    check_pair(r, at, f->pattern && !f->pattern_text.zh, "pattern_text",
               (struct bi){"有 pattern 就要有 pattern_text，用话说明它",
                           "pattern needs pattern_text, which says it in words"});
    check_pair(r, at, !f->pattern && f->pattern_text.zh, "pattern",
               (struct bi){"有 pattern_text 却没有 pattern", "pattern_text without pattern"});
    check_pair(
        r, at, !inner && !f->example, "example",
        (struct bi){"缺少 example：一个能通过校验的值", "example is missing: a value that passes"});
}

/* Tries one of the field's own values. */
static void check_own(struct reader *r, struct place at, const struct field *f, const char *member,
                      const char *value)
{
    struct findings findings = {0};
    struct value_place place = {.path = f->name, .environment = ENVIRONMENT_TEST, .inner = true};
    if (!value) {
        return;
    }
    value_check(f, value, strlen(value), &place, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *one = &findings.items[i];
        if (one->severity == SEVERITY_ERROR) {
            err_set(problem_in(r, at, member), ST_CONFLICT,
                    SAY("通不过本字段自己的校验", "%s%.0s", ""),
                    SAY("does not pass the field's own check", "%.0s%s", ""), one->text[LANG_ZH],
                    one->text[LANG_EN]);
            break;
        }
    }
    findings_clear(&findings);
}

static void check_field(struct reader *r, struct place at, const struct field *f, bool inner)
{
    size_t before = r->count;
    check_name(r, at, f);
    check_limits(r, at, f);
    check_members(r, at, f, inner);
    if (r->count == before && f->type != FIELD_OBJECT && f->type != FIELD_ARRAY) {
        check_own(r, at, f, "example", f->example);
        check_own(r, at, f, "default", f->default_value);
        check_own(r, at, f, "send_default", f->send_default);
    }
}

/* ---- The tables ---- */

/* clang-format off */
#define AT(member) offsetof(struct field, member)
static const struct member request_members[] = {
    {"name", read_string, AT(name), true},
    {"label", read_text, AT(label), true},
    {"type", read_type, 0, true},
    {"max", read_length, AT(max), false},
    {"min", read_length, AT(min), false},
    {"warn_max", read_length, AT(warn_max), false},
    {"warn_min", read_length, AT(warn_min), false},
    {"warn_bytes", read_length, AT(warn_bytes), false},
    {"warn_note", read_text, AT(warn_note), false},
    {"range", read_range, 0, false},
    {"required", read_bool, AT(required), false},
    {"required_when", read_whens, 0, false},
    {"pattern", read_pattern, 0, false},
    {"pattern_text", read_text, AT(pattern_text), false},
    {"values", read_values, 0, false},
    {"example", read_string, AT(example), false},
    {"on", read_bool, AT(on), false},
    {"default", read_string, AT(default_value), false},
    {"send_default", read_string, AT(send_default), false},
    {"source", read_source, 0, false},
    {"advanced", read_bool, AT(advanced), false},
    {"sensitive", read_bool, AT(sensitive), false},
    {"astral", read_astral, AT(no_astral), false},
    {"fields", read_inner_fields, 0, false},
    {"plain_text", read_bool, AT(plain_text), false},
    {"plain_note", read_text, AT(plain_note), false},
    {"query", read_bool, AT(query), false},
    {"help", read_text, AT(help), true},
    {"document", read_string, AT(document), false}
};
/* clang-format on */

static void read_field(struct reader *r, struct place at, struct field *f, bool inner)
{
    size_t before = r->count;
    f->unit = r->spec->unit;
    read_object(r, at, request_members, ARRAY_COUNT(request_members), f);
    if (r->count == before) {
        check_field(r, at, f, inner);
    }
}

void read_request_field(struct reader *r, struct place at, void *into)
{
    read_field(r, at, into, false);
}

static void read_inner_field(struct reader *r, struct place at, void *into)
{
    read_field(r, at, into, true);
}

static void read_layer(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {[LAYER_ALWAYS] = "always",
                                        [LAYER_COMMUNICATION_OK] = "communication_ok",
                                        [LAYER_BUSINESS_OK] = "business_ok"};
    int layer = read_word(r, at, names, ARRAY_COUNT(names));
    if (layer >= 0) {
        ((struct field *)into)->layer = (enum field_layer)layer;
    }
}

static void read_presence(struct reader *r, struct place at, void *into)
{
    static const char *const names[] = {
        [PRESENCE_ALWAYS] = "always", [PRESENCE_SOMETIMES] = "sometimes", [PRESENCE_WHEN] = "when"};
    int presence = read_word(r, at, names, ARRAY_COUNT(names));
    if (presence >= 0) {
        ((struct field *)into)->presence = (enum field_presence)presence;
    }
}

void read_response_field(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"name", read_string, AT(name), true},
        {"label", read_text, AT(label), true},
        {"type", read_type, 0, true},
        {"max", read_length, AT(max), false},
        {"example", read_string, AT(example), true},
        {"sensitive", read_bool, AT(sensitive), false},
        {"values", read_values, 0, false},
        {"help", read_text, AT(help), true},
        {"layer", read_layer, 0, true},
        {"presence", read_presence, 0, true},
        {"if", read_any, AT(presence_if), false},
        {"when", read_text, AT(presence_text), false},
    };
    struct field *f = into;
    size_t before = r->count;
    f->unit = r->spec->unit;
    read_object(r, at, members, ARRAY_COUNT(members), f);
    if (r->count != before) {
        return;
    }
    bool when = f->presence == PRESENCE_WHEN;
    check_name(r, at, f);
    check_pair(r, at, when && !f->presence_if, "if",
               (struct bi){"presence 为 when 时要有 if", "presence “when” needs if"});
    check_pair(r, at, when && !f->presence_text.zh, "when",
               (struct bi){"presence 为 when 时要有 when，用话说明条件",
                           "presence “when” needs when, which says the condition in words"});
    check_pair(r, at, !when && (f->presence_if || f->presence_text.zh), "presence",
               (struct bi){"有 if 或 when，presence 就要写 when",
                           "with if or when, presence must be “when”"});
}
