/* SPDX-License-Identifier: MIT */
/*
 * Every option brings one '=' of its own; the first '=' behind the options parts the target
 * from the fault, which may hold blanks and another '=' (delay=, http=).
 */
#include "core/fault.h"

#include <string.h>

#include "core/buf.h"
#include "core/event.h"
#include "core/explain_more.h"
#include "core/text.h"

#define CALLS (1u << EVENT_COUNT)
#define EVENTS (CALLS - 1)
#define ON(event) (1u << EVENT_##event)
#define REFUND_NOTICE "refund-notice" /* the event, whose own name is an API's too */
#define PAYMENTS (ON(PAYMENT) | ON(DEPOSIT) | ON(GATEWAY_PAYMENT))

/* What a fault can be done to, and why not to the other events. */
static const struct {
    const char *word, *argument;
    unsigned on;
    struct bi why;
} kinds[FAULT_KIND_COUNT] = {
    [FAULT_CODE] = {"",
                    "CODE",
                    CALLS | PAYMENTS,
                    {"这种通知没有错误码", "this notification has no error code"}},
    [FAULT_DELAY] = {"delay=", "S", CALLS | EVENTS, {0}},
    [FAULT_HANG] = {"hang", "", CALLS | EVENTS, {0}},
    [FAULT_CLOSE] = {"close", "", CALLS | EVENTS, {0}},
    [FAULT_BAD_XML] = {"bad-xml", "", CALLS | EVENTS, {0}},
    [FAULT_BAD_SIGN] = {"bad-sign", "", CALLS | EVENTS, {0}},
    [FAULT_UNSIGNED] = {"unsigned", "", CALLS | EVENTS, {0}},
    [FAULT_HTTP] = {"http=",
                    "STATUS",
                    CALLS,
                    {"通知是沙箱发出的请求，没有状态码",
                     "a notification is a request that the sandbox sends, and has no HTTP status"}},
    [FAULT_DUPLICATE] = {"duplicate", "", EVENTS, {0}},
    [FAULT_REORDER] = {"reorder", "", EVENTS, {0}},
    [FAULT_AMOUNT] = {"amount",
                      "",
                      PAYMENTS | ON(REFUND),
                      {"这种通知没有金额", "this notification has no amount"}},
    [FAULT_FORGED] = {"forged", "", EVENTS, {0}},
    [FAULT_NO_SIGN_TYPE] = {"no-sign-type",
                            "",
                            PAYMENTS,
                            {"这种通知没有 sign_type", "this notification has no sign_type"}},
    [FAULT_COUPONS] = {"coupons",
                       "",
                       PAYMENTS,
                       {"这种通知不说代金券", "this notification tells of no coupons"}},
};

static const struct bi notice_alone = {"；" REFUND_NOTICE " 只指它的通知",
                                       "; " REFUND_NOTICE " is its notification alone"};

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

/* What a rule's target names: `refund` is an API and an event. */
static unsigned targets(const struct catalog *c, const char *name)
{
    enum event_kind kind;
    if (strcmp(name, "*") == 0)
        return CALLS | EVENTS;
    if (strcmp(name, REFUND_NOTICE) == 0)
        return ON(REFUND);
    return (event_read(name, &kind) ? 1u << kind : 0) | (catalog_find(c, name) ? CALLS : 0);
}

/* The rule is well written, but its target cannot have this fault: says why, and what it can have.
 */
static enum status say_impossible(const struct fault_rule *r, unsigned bits, struct err *err)
{
    static const struct bi events_only = {"该故障只用于通知", "this fault is for events only"};
    const struct bi *why = bits == CALLS ? &events_only : &kinds[r->kind].why;
    struct buf list;
    buf_init(&list, 1000);
    for (size_t i = 0; i < FAULT_KIND_COUNT; i++) {
        if (kinds[i].on & bits)
            buf_addf(&list, "%s%s%s", list.len ? ", " : "", kinds[i].word, kinds[i].argument);
    }
    struct bi more = strcmp(r->target, "refund") == 0 ? notice_alone : (struct bi){"", ""};
    err_set(err, ST_ARGUMENT,
            SAY("故障规则 %1$s 做不到", "%2$s%3$.0s", "%4$s 可用：%5$s%6$s%7$.0s"),
            SAY("the fault rule %1$s cannot be carried out", "%2$.0s%3$s",
                "%4$s can have: %5$s%6$.0s%7$s"),
            r->text, why->zh, why->en, r->target, buf_str(&list), more.zh, more.en);
    buf_clear(&list);
    return ST_ARGUMENT;
}

static const char *target_name(const void *ctx, size_t index)
{
    const struct catalog *c = ctx;
    if (index == 0)
        return REFUND_NOTICE;
    index--;
    return index < c->count ? catalog_head(c, index)->id : event_name_at(NULL, index - c->count);
}

struct code_names {
    const struct catalog *catalog;
    const struct spec *only; /* NULL: all */
    bool events;             /* those of notifications as well */
};

/* Those that only notifications tell of; what is left of the index goes on behind them. */
static const char *notice_code(size_t *index)
{
    size_t count = 0;
    const struct explain_more *rows = explain_more(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].error.layer == ERROR_NOTICE && (*index)-- == 0)
            return rows[i].error.code;
    }
    return NULL;
}

static const char *code_name(const void *ctx, size_t index)
{
    const struct code_names *n = ctx;
    const char *name = n->events ? notice_code(&index) : NULL;
    return name ? name : catalog_error_code(n->catalog, n->only, index);
}

/* What may stand behind the '=': the words, then the codes. */
static const char *fault_name(const void *ctx, size_t index)
{
    return index < FAULT_KIND_COUNT - 1 ? kinds[index + 1].word
                                        : code_name(ctx, index - (FAULT_KIND_COUNT - 1));
}

static bool has_code(const struct code_names *names, const char *code)
{
    const char *name;
    for (size_t i = 0; (name = code_name(names, i)); i++) {
        if (strcmp(name, code) == 0)
            return true;
    }
    return false;
}

enum status fault_code(const struct catalog *catalog, const char *code, struct err *err)
{
    struct code_names names = {catalog, NULL, true};
    if (has_code(&names, code))
        return ST_OK;
    const char *near = text_nearest(code, code_name, &names);
    const char *said = code[0] ? code : "\"\"";
    static const char zh[] = "没有接口或支付通知给出它";
    static const char en[] = "no API and no payment's notification gives it";
    if (near)
        return err_set(err, ST_ARGUMENT, SAY("没有错误码 %1$.48s", "%2$s%3$.0s", "是否想写 %4$s？"),
                       SAY("there is no error code %1$.48s", "%2$.0s%3$s", "did you mean %4$s?"),
                       said, zh, en, near);
    return err_set(
        err, ST_ARGUMENT,
        SAY("没有错误码 %1$.48s", "%2$s%3$.0s", "wxpc fields API 列出接口的错误码"),
        SAY("there is no error code %1$.48s", "%2$.0s%3$s", "wxpc fields API lists an API's codes"),
        said, zh, en);
}

static enum status read_code(const struct catalog *c, const char *text, struct fault_rule *r,
                             struct err *err)
{
    const struct spec *spec = catalog_find(c, r->target);
    struct code_names names = {c, spec, !spec && strcmp(r->target, "*") != 0};

    if (strlen(text) < sizeof(r->code) && has_code(&names, text)) {
        memcpy(r->code, text, strlen(text) + 1);
        r->kind = FAULT_CODE;
        return ST_OK;
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
    for (int i = FAULT_CODE + 1; i < FAULT_KIND_COUNT; i++) {
        if (!kinds[i].argument[0] && strcmp(kinds[i].word, text) == 0) {
            r->kind = (enum fault_kind)i;
            return ST_OK;
        }
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
    unsigned bits = targets(catalog, work);
    if (strlen(work) >= sizeof(r.target) || !bits)
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
    r.on = bits & kinds[r.kind].on;
    if (!st && !r.on)
        st = say_impossible(&r, bits, err);
    if (r.kind == FAULT_CODE && r.on & CALLS)
        r.on = CALLS; /* a code for all is the answers' */
    if (!st)
        *out = r;
    return st;
}

/* `*=duplicate` speaks of events alone, `*=http=500` and `*=SYSTEMERROR` of calls. */
static bool concerns(const struct fault_rule *r, const char *target, unsigned bit,
                     const char *order)
{
    const char *name = strcmp(r->target, REFUND_NOTICE) == 0 ? "refund" : r->target;
    if (!(r->on & bit) || (strcmp(name, "*") != 0 && strcmp(name, target) != 0))
        return false;
    return !r->order[0] || (order && strstr(order, r->order));
}

const struct fault_rule *fault_pick(struct fault_rule *rules, size_t count, const char *target,
                                    bool event, const char *order)
{
    const struct fault_rule *fired = NULL;
    enum event_kind kind;
    unsigned bit = !event ? CALLS : event_read(target, &kind) ? 1u << kind : 0;
    for (size_t i = 0; i < count; i++) {
        struct fault_rule *r = &rules[i];
        if (!concerns(r, target, bit, order))
            continue;
        r->seen++;
        bool due = (!r->every || r->seen % r->every == 0) && (!r->first || r->seen <= r->first);
        if (due && !fired)
            fired = r;
    }
    return fired;
}
