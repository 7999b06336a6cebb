/* SPDX-License-Identifier: MIT */
/*
 * Every option brings one '=' of its own; the first '=' behind the options parts the target
 * from the fault, which may hold blanks and another '=' (delay=, http=).
 */
#include "core/fault.h"

#include <string.h>

#include "core/event.h"
#include "core/text.h"

static const struct {
    const char *word;
    enum fault_kind kind;
} words[] = {
    {"hang", FAULT_HANG},         {"close", FAULT_CLOSE},
    {"bad-xml", FAULT_BAD_XML},   {"bad-sign", FAULT_BAD_SIGN},
    {"unsigned", FAULT_UNSIGNED}, {"duplicate", FAULT_DUPLICATE},
    {"reorder", FAULT_REORDER},   {"amount", FAULT_AMOUNT},
    {"forged", FAULT_FORGED},     {"no-sign-type", FAULT_NO_SIGN_TYPE},
    {"coupons", FAULT_COUPONS},
};

static enum status bad(const char *rule, const char *zh, const char *en, const char *near,
                       struct err *err)
{
    if (near)
        return err_set(err, ST_ARGUMENT,
                       SAY("故障规则 %1$s 不合格式", "%2$s%3$.0s", "是否想写 %4$s？"),
                       SAY("fault rule %1$s is malformed", "%2$.0s%3$s", "did you mean %4$s?"),
                       rule, zh, en, near);
    return err_set(err, ST_ARGUMENT,
                   SAY("故障规则 %1$s 不合格式", "%2$s%3$.0s",
                       "格式：API|EVENT|*[:every=N|:first=N|:order=TEXT]=FAULT"),
                   SAY("fault rule %1$s is malformed", "%2$.0s%3$s",
                       "the form is API|EVENT|*[:every=N|:first=N|:order=TEXT]=FAULT"),
                   rule, zh, en);
}

static bool is_event(const char *name)
{
    return event_read(name, &(enum event_kind){0});
}

static const char *target_name(const void *ctx, size_t index)
{
    const struct catalog *c = ctx;
    return index < c->count ? catalog_head(c, index)->id : event_name_at(NULL, index - c->count);
}

struct code_names {
    const struct catalog *catalog;
    const struct spec *only; /* NULL: all */
};

static const char *code_name(const void *ctx, size_t index)
{
    const struct code_names *n = ctx;
    return catalog_error_code(n->catalog, n->only, index);
}

/* What may stand behind the '=': the words, then the codes. */
static const char *fault_name(const void *ctx, size_t index)
{
    static const char *const more[] = {"delay=", "http="};
    if (index < ARRAY_COUNT(words))
        return words[index].word;
    index -= ARRAY_COUNT(words);
    return index < ARRAY_COUNT(more) ? more[index] : code_name(ctx, index - ARRAY_COUNT(more));
}

static enum status read_code(const struct catalog *c, const char *text, struct fault_rule *r,
                             struct err *err)
{
    struct code_names names = {c, catalog_find(c, r->target)};
    const char *name;

    if (strlen(text) < sizeof(r->code)) {
        for (size_t i = 0; (name = code_name(&names, i)); i++) {
            if (strcmp(name, text) == 0) {
                memcpy(r->code, text, strlen(text) + 1);
                r->kind = FAULT_CODE;
                return ST_OK;
            }
        }
    }
    return bad(r->text, "它要求的故障或错误码不存在",
               "it asks for a fault or code that does not exist",
               text_nearest(text, fault_name, &names), err);
}

/* Digits, with up to three more behind a point: strtod() would follow the locale. */
static bool read_number(const char *s, unsigned max, unsigned decimals, double *out)
{
    double value = 0, scale = 1;
    size_t digits = strspn(s, "0123456789"), more = 0;

    if (digits == 0 || digits > 9)
        return false;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (s[i] - '0');
    s += digits;
    if (*s == '.' && decimals) {
        s++;
        for (; s[more] >= '0' && s[more] <= '9'; more++)
            value += (s[more] - '0') * (scale /= 10);
        if (more == 0 || more > decimals)
            return false;
    }
    *out = value;
    return s[more] == '\0' && value <= max;
}

static enum status read_fault(const struct catalog *c, const char *text, struct fault_rule *r,
                              struct err *err)
{
    double n;
    if (strncmp(text, "delay=", 6) == 0) {
        r->kind = FAULT_DELAY;
        if (!read_number(text + 6, 3600, 3, &r->seconds))
            return bad(r->text, "delay 应为 0 至 3600 秒", "delay takes 0 to 3600 seconds", NULL,
                       err);
        return ST_OK;
    }
    if (strncmp(text, "http=", 5) == 0) {
        r->kind = FAULT_HTTP;
        if (!read_number(text + 5, 599, 0, &n) || n < 200)
            return bad(r->text, "http 应为 200 至 599", "http takes 200 to 599", NULL, err);
        r->status = (unsigned)n;
        return ST_OK;
    }
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(words[i].word, text) != 0)
            continue;
        if (words[i].kind >= FAULT_EVENTS && strcmp(r->target, "*") != 0 && !is_event(r->target))
            return bad(r->text, "该故障只用于通知", "this fault is for events only", NULL, err);
        r->kind = words[i].kind;
        return ST_OK;
    }
    return read_code(c, text, r, err);
}

static enum status read_option(const char *text, struct fault_rule *r, struct err *err)
{
    double n;
    if (strncmp(text, "order=", 6) == 0 && text[6] && strlen(text + 6) < sizeof(r->order)) {
        memcpy(r->order, text + 6, strlen(text + 6) + 1);
        return ST_OK;
    }
    bool every = strncmp(text, "every=", 6) == 0, first = strncmp(text, "first=", 6) == 0;
    if ((every || first) && read_number(text + 6, 1000000, 0, &n) && n >= 1) {
        *(every ? &r->every : &r->first) = (unsigned)n;
        return ST_OK;
    }
    return bad(r->text, "选项应为 every=N、first=N 或 order=TEXT",
               "an option is every=N, first=N or order=TEXT", NULL, err);
}

/* Where the fault begins: behind the first '=' that belongs to no option. */
static char *split_fault(char *text)
{
    char *colon = strchr(text, ':'), *equals = strchr(text, '=');
    while (equals && colon && colon < equals) { /* that '=' is the option's */
        equals = strchr(equals + 1, '=');
        colon = strchr(colon + 1, ':');
    }
    if (!equals)
        return NULL;
    *equals = '\0';
    return equals + 1;
}

enum status fault_read(const struct catalog *catalog, const char *text, struct fault_rule *out,
                       struct err *err)
{
    struct fault_rule r = {0};
    char work[sizeof(r.text)];
    enum status st = ST_OK;

    if (strlen(text) >= sizeof(work))
        return bad("…", "规则过长", "the rule is too long", NULL, err);
    memcpy(r.text, text, strlen(text) + 1);
    memcpy(work, text, strlen(text) + 1);
    char *fault = split_fault(work);
    if (!fault)
        return bad(r.text, "缺少 =FAULT", "=FAULT is missing", NULL, err);
    char *option = strchr(work, ':');
    if (option)
        *option++ = '\0';
    if (strlen(work) >= sizeof(r.target) ||
        (strcmp(work, "*") != 0 && !is_event(work) && !catalog_find(catalog, work)))
        return bad(r.text, "没有这个接口或通知", "there is no such API or event",
                   text_nearest(work, target_name, catalog), err);
    memcpy(r.target, work, strlen(work) + 1);
    while (option && !st) {
        char *next = strchr(option, ':');
        if (next)
            *next++ = '\0';
        st = read_option(option, &r, err);
        option = next;
    }
    if (!st)
        st = read_fault(catalog, fault, &r, err);
    if (!st)
        *out = r;
    return st;
}

/* `*=duplicate` speaks of events alone. */
static bool concerns(const struct fault_rule *r, const char *target, const char *order)
{
    if (strcmp(r->target, "*") != 0 && strcmp(r->target, target) != 0)
        return false;
    if (r->kind >= FAULT_EVENTS && !is_event(target))
        return false;
    return !r->order[0] || (order && strstr(order, r->order));
}

const struct fault_rule *fault_pick(struct fault_rule *rules, size_t count, const char *target,
                                    const char *order)
{
    const struct fault_rule *fired = NULL;
    for (size_t i = 0; i < count; i++) {
        struct fault_rule *r = &rules[i];
        if (!concerns(r, target, order))
            continue;
        r->seen++;
        bool due = (!r->every || r->seen % r->every == 0) && (!r->first || r->seen <= r->first);
        if (due && !fired)
            fired = r;
    }
    return fired;
}
