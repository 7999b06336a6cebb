/* SPDX-License-Identifier: MIT */
/*
 * Reading with the machinery of the API catalogue, so that an author of a flow gets the same
 * sentences, and what a step needs as a table.
 */
#include "core/flow.h"

#include <stdlib.h>
#include <string.h>

#include "core/spec_reader.h"
#include "core/text.h"

static const char *const does[FLOW_DO_COUNT] = {
    [FLOW_SAY] = "say",       [FLOW_CHOOSE] = "choose",   [FLOW_SET] = "set",
    [FLOW_SEND] = "send",     [FLOW_PAY] = "pay",         [FLOW_WAIT] = "wait",
    [FLOW_REPEAT] = "repeat", [FLOW_COMPARE] = "compare", [FLOW_DIAGNOSE] = "diagnose",
};

static const char *const looks[FLOW_LOOK_COUNT] = {
    [FLOW_LOOK_NONE] = "none",     [FLOW_LOOK_APIS] = "apis", [FLOW_LOOK_FORM] = "form",
    [FLOW_LOOK_SIGN] = "sign",     [FLOW_LOOK_XML] = "xml",   [FLOW_LOOK_REPLY] = "reply",
    [FLOW_LOOK_NOTIFY] = "notify", [FLOW_LOOK_QR] = "qr",
};

static const char *const acts[] = {"pay", "cancel", "fail"};

const char *flow_do_name(enum flow_do what)
{
    return does[what];
}

struct bi flow_do_title(enum flow_do what)
{
    static const struct bi titles[FLOW_DO_COUNT] = {
        [FLOW_SAY] = {"说明", "Explain"},           [FLOW_CHOOSE] = {"选择接口", "Choose an API"},
        [FLOW_SET] = {"填写", "Fill in"},           [FLOW_SEND] = {"发送", "Send"},
        [FLOW_PAY] = {"用户付款", "The user pays"}, [FLOW_WAIT] = {"收到通知", "A notification"},
        [FLOW_REPEAT] = {"再次通知", "Once more"},  [FLOW_COMPARE] = {"比较", "Compare"},
        [FLOW_DIAGNOSE] = {"诊断", "Diagnose"},
    };
    return titles[what];
}

/* ---- Members ---- */

static void read_do(struct reader *r, struct place at, void *into)
{
    int word = read_word(r, at, does, FLOW_DO_COUNT);
    if (word >= 0)
        *(enum flow_do *)into = (enum flow_do)word;
}

static void read_look(struct reader *r, struct place at, void *into)
{
    int word = read_word(r, at, looks, FLOW_LOOK_COUNT);
    if (word >= 0)
        *(enum flow_look *)into = (enum flow_look)word;
}

static void read_act(struct reader *r, struct place at, void *into)
{
    int word = read_word(r, at, acts, ARRAY_COUNT(acts));
    if (word >= 0)
        *(const char **)into = acts[word];
}

static void read_event(struct reader *r, struct place at, void *into)
{
    const char *names[EVENT_COUNT];
    for (size_t i = 0; i < EVENT_COUNT; i++)
        names[i] = event_name((enum event_kind)i);
    int word = read_word(r, at, names, EVENT_COUNT);
    if (word >= 0)
        *(const char **)into = names[word];
}

/* An object of texts. */
static void read_texts(struct reader *r, struct place at, void *into)
{
    char path[SPEC_PATH_MAX];
    if (json_type(at.node) != JSON_OBJECT) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("应为对象：名称到文字", "", ""),
                SAY("must be an object of names and texts", "", ""));
        return;
    }
    for (const struct json *m = json_first(at.node); m; m = json_next(m)) {
        if (!json_string(m))
            err_set(
                problem_at(r, (struct place){m, path_below(path, at.path, ".%s", json_name(m))}),
                ST_SYNTAX, SAY("应为文字", "", ""), SAY("must be a text", "", ""));
    }
    *(const struct json **)into = at.node;
}

#define AT(member) offsetof(struct flow_step, member)

static const struct member step_members[] = {
    {"do", read_do, AT(what), true},           {"say", read_text, AT(say), true},
    {"look", read_look, AT(look), false},      {"field", read_string, AT(field), false},
    {"api", read_string, AT(api), false},      {"set", read_texts, AT(set), false},
    {"event", read_event, AT(event), false},   {"act", read_act, AT(act), false},
    {"code", read_string, AT(code), false},    {"document", read_string, AT(document), false},
    {"expect", read_texts, AT(expect), false},
};

/* Which members each kind of step takes, and which it must have. */
static const struct {
    const char *takes, *needs;
} rules[FLOW_DO_COUNT] = {
    [FLOW_SAY] = {"", ""},
    [FLOW_CHOOSE] = {"api set", "api"},
    [FLOW_SET] = {"set", "set"},
    [FLOW_SEND] = {"expect", ""},
    [FLOW_PAY] = {"act code", ""},
    [FLOW_WAIT] = {"event expect", "event"},
    [FLOW_REPEAT] = {"", ""},
    [FLOW_COMPARE] = {"expect", ""},
    [FLOW_DIAGNOSE] = {"document expect", "document"},
};

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += len) {
        bool starts = at == list || at[-1] == ' ';
        if (starts && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

/* Members that are there though the step does not take them, or lack though it needs them. */
static void check_members(struct reader *r, struct place at, const struct flow_step *s)
{
    static const char *const optional[] = {"api",  "set",      "event", "act",
                                           "code", "document", "expect"};
    for (size_t i = 0; i < ARRAY_COUNT(optional); i++) {
        bool there = json_get(at.node, optional[i]) != NULL;
        if (there && !has_word(rules[s->what].takes, optional[i]))
            err_set(problem_in(r, at, optional[i]), ST_SYNTAX,
                    SAY("步骤 %s 不用这个成员", "", "删去它"),
                    SAY("a step %s does not take this", "", "remove it"), does[s->what]);
        else if (!there && has_word(rules[s->what].needs, optional[i]))
            err_set(problem_in(r, at, optional[i]), ST_SYNTAX, SAY("步骤 %s 缺少 %s", "", "补上"),
                    SAY("a step %s needs %s", "", "add it"), does[s->what], optional[i]);
    }
}

static void read_step(struct reader *r, struct place at, void *into)
{
    size_t before = r->count;
    read_object(r, at, step_members, ARRAY_COUNT(step_members), into);
    if (r->count == before)
        check_members(r, at, into);
}

static void read_steps(struct reader *r, struct place at, void *into)
{
    struct flow *f = into;
    f->count = read_list(r, at, read_step, &f->steps, sizeof(*f->steps));
    if (f->count == 0 || f->count > FLOW_STEPS_MAX)
        err_set(problem_at(r, at), ST_SYNTAX, SAY("应有 1 到 %d 个步骤", "", ""),
                SAY("must have 1 to %d steps", "", ""), FLOW_STEPS_MAX);
}

static const struct member flow_members[] = {
    {"name", read_string, offsetof(struct flow, name), true},
    {"title", read_text, offsetof(struct flow, title), true},
    {"summary", read_text, offsetof(struct flow, summary), true},
    {"steps", read_steps, 0, true},
};

/* ---- Against the catalogue ---- */

static const char *spec_at(const void *ctx, size_t index)
{
    const struct catalog *c = ctx;
    return index < c->count ? catalog_head(c, index)->id : NULL;
}

static const char *field_at(const void *ctx, size_t index)
{
    const struct spec *s = ctx;
    return index < s->request_count ? s->request[index].name : NULL;
}

static void check_api(struct reader *r, struct place at, const struct catalog *c, const char *id)
{
    const char *near = text_nearest(id, spec_at, c);
    err_set(problem_in(r, at, "api"), ST_NOT_FOUND, SAY("目录里没有接口 %s", "", "是否想写 %s？"),
            SAY("the catalogue has no API %s", "", "did you mean %s?"), id,
            near ? near : "unifiedorder");
}

static void check_fields(struct reader *r, struct place at, const struct spec *spec)
{
    const struct json *set = json_get(at.node, "set");
    char path[SPEC_PATH_MAX];
    for (const struct json *m = json_first(set); m; m = json_next(m)) {
        const char *name = json_name(m), *near = text_nearest(name, field_at, spec);
        if (strcmp(name, "sign") == 0 || spec_field(spec, name))
            continue;
        err_set(problem_at(r, (struct place){m, path_below(path, at.path, ".set.%s", name)}),
                ST_NOT_FOUND, SAY("接口 %s 没有字段 %s", "", "是否想写 %s？"),
                SAY("API %s has no field %s", "", "did you mean %s?"), spec->id, name,
                near ? near : "sign");
    }
}

/* The API in force at each step is the one chosen last. */
static void check_catalog(struct reader *r, const struct flow *f, const struct catalog *c)
{
    const struct spec *spec = NULL;
    const struct json *node = json_first(json_get(f->document, "steps"));
    char path[SPEC_PATH_MAX];

    for (size_t i = 0; i < f->count && node; i++, node = json_next(node)) {
        const struct flow_step *s = &f->steps[i];
        struct place at = {node, path_below(path, "steps", "[%zu]", i)};
        if (s->what == FLOW_CHOOSE && s->api) {
            spec = catalog_find(c, s->api);
            if (!spec)
                check_api(r, at, c, s->api);
        }
        if (s->set && spec)
            check_fields(r, at, spec);
    }
}

/* ---- The flow ---- */

static enum status give_problems(const struct reader *r, const char *origin,
                                 struct flow_problems *out, struct err *err)
{
    if (out)
        out->count = r->count;
    if (r->count == 0)
        return ST_OK;
    if (err) {
        const struct spec_problem *p = &r->problems[0];
        *err = p->err;
        err_wrap(err, "%s 第 %zu 行 %s", "%s, line %zu, %s", origin, p->line, p->path);
        err->status = ST_SYNTAX;
    }
    return ST_SYNTAX;
}

enum status flow_read(const char *text, size_t len, const char *origin,
                      const struct catalog *catalog, struct flow *out,
                      struct flow_problems *problems, struct err *err)
{
    struct spec_problem first;
    struct reader r = {.text = text, .len = len, .problems = &first, .room = 1};
    struct json *document = NULL;

    flow_clear(out);
    if (problems && problems->room) {
        r.problems = problems->items;
        r.room = problems->room;
    }
    enum status st = json_parse(text, len, &document, err);
    if (st) {
        if (problems)
            problems->count = 0;
        err_wrap(err, "%s", "%s", origin);
        return st;
    }
    out->document = document;
    r.document = document;
    out->origin = mem_strdup(origin);
    read_object(&r, (struct place){document, ""}, flow_members, ARRAY_COUNT(flow_members), out);
    if (r.count == 0 && catalog)
        check_catalog(&r, out, catalog);
    st = give_problems(&r, origin, problems, err);
    if (st)
        flow_clear(out);
    return st;
}

const char *flow_step_field(const struct flow_step *s)
{
    static const char *const none[] = {"outcome", "trust", "duplicate", "cause"};
    const char *name = s->field ? s->field : json_name(json_first(s->set));
    for (const struct json *m = json_first(s->expect); m && !name; m = json_next(m)) {
        name = json_name(m);
        for (size_t i = 0; name && i < ARRAY_COUNT(none); i++)
            name = strcmp(name, none[i]) == 0 ? NULL : name;
    }
    return name;
}

void flow_clear(struct flow *f)
{
    free(f->steps);
    free(f->origin);
    json_free(f->document);
    *f = (struct flow){0};
}
