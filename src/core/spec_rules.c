/* SPDX-License-Identifier: MIT */
/*
 * Which members a rule has follows from its check: a table says which.
 */
#include "core/spec_rules.h"

#include <string.h>

#include "core/findings.h"
#include "core/spec_names.h"

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

void read_rule(struct reader *r, struct place at, void *into)
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

/* ---- Against the request ---- */

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

void check_rule(struct reader *r, struct place at, size_t index)
{
    const struct rule *rule = &r->spec->rules[index];
    char path[SPEC_PATH_MAX];
    struct known_fields known = known_request(r->spec);
    check_member_name(r, at, "field", rule->field);
    check_member_name(r, at, "other", rule->other);
    check_rule_type(r, at, rule, "field", rule->field);
    check_rule_type(r, at, rule, "other", rule->other);
    struct member_names names = {"fields", rule->fields, rule->field_count, false};
    check_member_names(r, at, &names);
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
