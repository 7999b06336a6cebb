/* SPDX-License-Identifier: MIT */
/*
 * A request against its spec: each field by itself (value.c), what is required, the
 * rules over several fields, and names that the API does not know.
 *
 * The last is a warning for a reason that costs people days: an endpoint signs only the
 * names that it knows, so an extra one ends as "signature error".
 */
#include "core/validate.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/value.h"

struct job {
    const struct spec *spec;
    const struct params *params;
    enum environment environment;
    struct findings *out;
};

static const char *value_at(const void *ctx, const char *name)
{
    const struct params *p = ctx;
    return p && params_has(p, name) ? params_get(p, name) : NULL;
}

bool validate_required(const struct field *field, const struct params *p,
                       const struct params *outer, struct bi *text)
{
    return field_required(field, value_at, p, outer, text);
}

size_t validate_length(const struct field *field, const char *value, size_t len)
{
    return value_length(field, value, len);
}

/* ---- Fields ---- */

static struct finding_head head_of(const char *field, const char *rule, enum severity severity)
{
    return (struct finding_head){.field = field, .rule = rule, .severity = severity};
}

/* A field that takes no part: absent, off or empty. */
static void check_absent(const struct job *job, const struct field *f, const struct param *entry)
{
    struct bi when;
    bool on = entry && !entry->off;
    if (!validate_required(f, job->params, NULL, &when)) {
        if (on) {
            findings_add(job->out, head_of(f->name, "empty", SEVERITY_WARNING),
                         "%s 为空：空值不发送，也不参与签名",
                         "%s is empty: it is neither sent nor signed", f->name);
        }
        return;
    }
    struct finding_head head =
        head_of(f->name, when.zh ? "required-when" : "required", SEVERITY_ERROR);
    head.lacking = true;
    struct finding *one = NULL;
    if (on) {
        one = findings_add(job->out, head, "%s 为空", "%s is empty", f->name);
    } else if (entry) {
        one = findings_add(job->out, head, "%s 没有启用", "%s is switched off", f->name);
    } else {
        one = findings_add(job->out, head, "缺少 %s", "%s is missing", f->name);
    }
    finding_more(one, "：%s%.0s", ": %.0s%s", when.zh ? when.zh : "这个字段必填",
                 when.en ? when.en : "the field is required");
}

static void check_field(const struct job *job, const struct field *f)
{
    const struct param *entry = params_find(job->params, f->name);
    if (!entry || entry->off || entry->value_len == 0) {
        check_absent(job, f, entry);
        return;
    }
    struct value_place place = {
        .path = f->name, .environment = job->environment, .outer = job->params};
    value_check(f, entry->value, entry->value_len, &place, job->out);
}

/* ---- The algorithm ---- */

static void check_sign_kind(const struct job *job, enum sign_kind kind)
{
    const struct spec *spec = job->spec;
    const char *named = value_at(job->params, "sign_type");
    enum sign_kind said = kind;
    if (!spec->sign_types[kind]) {
        enum sign_kind other = kind == SIGN_MD5 ? SIGN_HMAC_SHA256 : SIGN_MD5;
        findings_add(job->out, head_of("sign_type", "sign-type", SEVERITY_ERROR),
                     "%s 只接受 %s 签名，选的是 %s", "%s takes %s signatures only; %s is chosen",
                     spec->id, sign_kind_name(other), sign_kind_name(kind));
    } else if (named && sign_kind_read(named, &said) && said != kind) {
        findings_add(job->out, head_of("sign_type", "sign-type", SEVERITY_ERROR),
                     "sign_type 写的是 %s，却用 %s 签名：验签必定失败",
                     "sign_type says %s but %s signs: verification is bound to fail", named,
                     sign_kind_name(kind));
    } else if (!named && kind != SIGN_MD5 && spec_field(spec, "sign_type")) {
        findings_add(job->out, head_of("sign_type", "sign-type", SEVERITY_WARNING),
                     "用 %s 签名而没有 sign_type：接口会按 MD5 验签",
                     "%s signs but sign_type is absent: the API verifies with MD5",
                     sign_kind_name(kind));
    }
}

/* ---- Rules over several fields ---- */

/* The value of a field for the end of a rule's sentence. */
static const char *shown(const struct job *job, const char *name, char out[FINDING_SHOWN_MAX])
{
    const struct field *f = spec_field(job->spec, name);
    const char *value = value_at(job->params, name);
    return finding_shown(value ? value : "", value ? strlen(value) : 0, f && f->sensitive, out);
}

static bool has_error(const struct findings *f, const char *field)
{
    const struct finding *worst = f->errors > 0 ? findings_of(f, field) : NULL;
    return worst && worst->severity == SEVERITY_ERROR;
}

static void say_rule(const struct job *job, const struct rule *r, bool lacking)
{
    struct finding_head head = head_of(r->field ? r->field : r->fields[0], r->id, r->severity);
    head.lacking = lacking;
    if (r->severity == SEVERITY_WARNING && has_error(job->out, head.field)) {
        return; /* "better five minutes" after "at least one" says nothing new */
    }
    char a[FINDING_SHOWN_MAX], b[FINDING_SHOWN_MAX];
    struct finding *one = findings_add(job->out, head, "%s%.0s", "%.0s%s", r->text.zh, r->text.en);
    if (r->field && r->other && !lacking) {
        finding_more(one, "（现在 %s=%s，%s=%s）", " (%s=%s, %s=%s)", r->field,
                     shown(job, r->field, a), r->other, shown(job, r->other, b));
    }
}

static void check_equal(const struct job *job, const struct rule *r)
{
    const char *a = value_at(job->params, r->field);
    const char *b = value_at(job->params, r->other);
    if (a && b && strcmp(a, b) != 0) {
        say_rule(job, r, false);
    }
}

static void check_after(const struct job *job, const struct rule *r)
{
    const char *a = value_at(job->params, r->field);
    const char *b = value_at(job->params, r->other);
    time_t later = 0, earlier = 0;
    if (a && b && text_time_read(a, &later) && text_time_read(b, &earlier) &&
        later - earlier <= r->seconds) {
        say_rule(job, r, false);
    }
}

static void check_requires(const struct job *job, const struct rule *r)
{
    if (value_at(job->params, r->field) && !value_at(job->params, r->other)) {
        say_rule(job, r, true);
    }
}

/* Follows a dotted path; a member that is null counts as absent. */
static bool has_path(const struct json *j, const char *path)
{
    char name[PARAM_NAME_MAX + 1];
    for (const char *at = path; *at;) {
        size_t len = strcspn(at, ".");
        if (len >= sizeof name) {
            return false;
        }
        memcpy(name, at, len);
        name[len] = '\0';
        j = json_get(j, name);
        at += len + (at[len] == '.');
    }
    return !json_is_null(j);
}

static void check_json_path(const struct job *job, const struct rule *r)
{
    const char *value = value_at(job->params, r->field);
    struct json *document = NULL;
    if (value && json_parse(value, strlen(value), &document, NULL) == ST_OK &&
        !has_path(document, r->path)) {
        say_rule(job, r, true);
    }
    json_free(document);
}

static void check_max_value(const struct job *job, const struct rule *r)
{
    const char *a = value_at(job->params, r->field);
    const char *b = value_at(job->params, r->other);
    int64_t n = 0, most = 0;
    if (a && b && text_read_fen(a, &n) && text_read_fen(b, &most) && n > most) {
        say_rule(job, r, false);
    }
}

static void check_one_of(const struct job *job, const struct rule *r)
{
    for (size_t i = 0; i < r->field_count; i++) {
        if (value_at(job->params, r->fields[i])) {
            return;
        }
    }
    say_rule(job, r, true);
}

static void check_never(const struct job *job, const struct rule *r)
{
    say_rule(job, r, false);
}

static void (*const rule_checks[CHECK_COUNT])(const struct job *job, const struct rule *r) = {
    [CHECK_EQUAL] = check_equal,         [CHECK_AFTER] = check_after,
    [CHECK_REQUIRES] = check_requires,   [CHECK_JSON_PATH] = check_json_path,
    [CHECK_MAX_VALUE] = check_max_value, [CHECK_ONE_OF] = check_one_of,
    [CHECK_NEVER] = check_never,
};

/* ---- Names that the API does not know ---- */

static const char *field_name_at(const void *ctx, size_t index)
{
    const struct spec *spec = ctx;
    return index < spec->request_count ? spec->request[index].name : NULL;
}

static void check_unknown(const struct spec *spec, const struct param *entry, struct findings *out)
{
    if (entry->off || strcmp(entry->name, "sign") == 0 || strcmp(entry->name, "key") == 0 ||
        spec_field(spec, entry->name)) {
        return;
    }
    char name[FINDING_SHOWN_MAX];
    finding_shown(entry->name, entry->name_len, false, name);
    struct finding *one = findings_add(out, head_of(name, "unknown-field", SEVERITY_WARNING),
                                       "%s 没有名为 %s 的参数：接口可能不把它算进签名",
                                       "%s has no parameter %s: the API may leave "
                                       "it out of its signature",
                                       spec->id, name);
    const char *near = text_nearest(entry->name, field_name_at, spec);
    if (near) {
        finding_more(one, "；是否想写 %s？", "; did you mean %s?", near);
    }
}

void validate_names(const struct spec *spec, const struct params *p, bool reply,
                    struct findings *out)
{
    for (size_t i = 0; i < p->count; i++) {
        if (!reply || !spec_reply_field(spec, p->items[i].name)) {
            check_unknown(spec, &p->items[i], out);
        }
    }
}

/* ---- Public ---- */

void validate(const struct spec *spec, const struct params *p, enum environment environment,
              enum sign_kind kind, struct findings *out)
{
    struct job job = {.spec = spec, .params = p, .environment = environment, .out = out};
    findings_reset(out);
    for (size_t i = 0; i < spec->request_count; i++) {
        check_field(&job, &spec->request[i]);
    }
    check_sign_kind(&job, kind);
    for (size_t i = 0; i < spec->rule_count; i++) {
        const struct rule *r = &spec->rules[i];
        if (spec_condition(r->condition, p, NULL)) {
            rule_checks[r->check](&job, r);
        }
    }
    validate_names(spec, p, false, out);
}

const struct finding *validate_first(const struct findings *f, bool *lacking)
{
    const struct finding *first = NULL;
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->items[i];
        if (one->severity != SEVERITY_ERROR) {
            continue;
        }
        if (!first || (one->lacking && !first->lacking)) {
            first = one;
        }
    }
    if (lacking) {
        *lacking = first && first->lacking;
    }
    return first;
}
