/* SPDX-License-Identifier: MIT */
/*
 * sign, verify, validate: parameters in, verdict out; nothing is sent.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "core/request.h"
#include "core/sign.h"
#include "core/text.h"
#include "core/validate.h"
#include "core/xml.h"

/* What the three commands share. */
struct job {
    struct workspace w;
    struct cli_input in;
    struct secret key;
    struct params added;
    struct findings findings; /* sign: names that the API does not know */
    enum sign_kind kind;
    bool kind_given;
};

static void job_clear(struct job *j)
{
    cli_input_clear(&j->in);
    secret_clear(&j->key);
    params_clear(&j->added);
    findings_clear(&j->findings);
    workspace_close(&j->w);
}

static enum status job_open(struct cli *c, bool need_api, struct job *j, struct err *err)
{
    enum status st = cli_sign_kind(c, &j->kind, &j->kind_given, err);
    return st ? st : cli_begin(c, need_api, MERCHANT_ASKED, &j->w, &j->in, err);
}

/* Fills as `send` does, when an API and a profile are given (INTERFACE.md, "Filling"). */
static enum status fill(const struct cli *c, struct job *j, struct err *err)
{
    struct request_seed seed;
    if (!j->in.spec || !cli_wants_profile(c))
        return ST_OK;
    workspace_seed(&j->w, &seed);
    return request_fill(j->in.spec, &j->w.profile, &seed, c->demo, j->kind, &j->in.params,
                        &j->added, err);
}

static enum status choose_kind(const struct cli *c, struct job *j, struct err *err)
{
    enum sign_kind option = j->kind;
    return request_sign_kind(j->in.spec, cli_wants_profile(c) ? &j->w.profile : NULL, &j->in.params,
                             j->kind_given ? &option : NULL, &j->kind, err);
}

/* ---- sign ---- */

static struct json *trace_json(const struct job *j, const struct sign_trace *t)
{
    struct json *out = json_new_object(), *used = json_new_array(), *left = json_new_array();
    struct buf masked;

    if (j->in.spec)
        json_add_string(out, "api", j->in.spec->id);
    json_add_string(out, "sign_type", sign_kind_name(t->kind));
    for (size_t i = 0; i < t->count; i++) {
        const struct sign_pair *p = &t->pairs[i];
        struct json *pair = json_new_array();
        json_push(pair, json_new_string(p->param->name));
        json_push(pair, json_new_string(p->left == SIGN_USED ? p->param->value
                                                             : sign_left_text(p->left).en));
        json_push(p->left == SIGN_USED ? used : left, pair);
    }
    json_add(out, "signed", used);
    json_add(out, "left_out", left);
    struct json *added = json_new_array();
    for (size_t i = 0; i < j->added.count; i++)
        json_push(added, json_new_string(j->added.items[i].name));
    json_add(out, "added", added);
    buf_init(&masked, SIGN_JOINED_MAX + 16);
    sign_trace_masked(t, &masked);
    json_add_string(out, "string", buf_str(&masked));
    json_add_string(out, "sign", t->hex);
    if (j->findings.count)
        json_add(out, "findings", findings_json(&j->findings));
    buf_clear(&masked);
    return out;
}

static enum status add_param(struct params *doc, const struct param *p, struct err *err)
{
    if (p->off || strcmp(p->name, "sign") == 0 || params_find(doc, p->name))
        return ST_OK;
    return params_set(doc, p->name, p->value, err);
}

/* The document with its signature: in the API's order when there is one, as `send` writes it. */
static enum status write_signed(const struct job *j, const struct sign_trace *t, struct buf *xml,
                                struct err *err)
{
    const struct spec *spec = j->in.spec;
    struct params doc = {0};
    enum status st = ST_OK;

    for (size_t i = 0; spec && i < spec->request_count && !st; i++) {
        const struct param *p = params_find(&j->in.params, spec->request[i].name);
        if (p)
            st = add_param(&doc, p, err);
    }
    for (size_t i = 0; i < j->in.params.count && !st; i++)
        st = add_param(&doc, &j->in.params.items[i], err);
    if (!st)
        st = params_set(&doc, "sign", t->hex, err);
    if (!st)
        st = xml_write(&doc, xml, err);
    params_clear(&doc);
    return st;
}

static enum status sign_job(struct cli *c, struct job *j, struct sign_trace *t, struct err *err)
{
    enum status st = job_open(c, false, j, err);
    if (!st)
        st = choose_kind(c, j, err);
    if (!st)
        st = fill(c, j, err);
    if (!st)
        st = cli_key(c, &j->in, &j->w, &j->key, err);
    if (!st && j->in.params.count == 0)
        st = err_set(
            err, ST_ARGUMENT,
            SAY("没有参数可签名", "既没有文档，也没有 NAME=VALUE", "给出文档，或用 API 加 --demo"),
            SAY("there is nothing to sign", "neither a document nor NAME=VALUE was given",
                "give a document, or an API with --demo"));
    if (!st && j->in.spec) /* it is signed all the same; a reply may be what is signed */
        validate_names(j->in.spec, &j->in.params, true, &j->findings);
    return st ? st : sign_compute(&j->in.params, j->kind, &j->key, t, err);
}

static void tell_sign(const struct cli *c, const struct job *j, const struct sign_trace *t,
                      const struct buf *xml)
{
    if (!c->json)
        cli_findings(c, stderr, &j->findings);
    if (c->json) {
        struct json *out = trace_json(j, t);
        if (c->xml)
            json_add_string(out, "xml", buf_str(xml));
        cli_json(out);
    } else if (c->xml) {
        cli_bytes(buf_str(xml), xml->len);
        printf("\n");
    } else if (c->steps) {
        cli_steps(c, &j->added, t);
    } else {
        printf("%s\n", t->hex);
    }
}

int cmd_sign(struct cli *c)
{
    struct job j = {0};
    struct sign_trace t = {0};
    struct err err = {0};
    struct buf xml;
    int status = EXIT_YES;

    buf_init(&xml, REQUEST_BODY_MAX);
    enum status st = sign_job(c, &j, &t, &err);
    if (!st && c->xml)
        st = write_signed(&j, &t, &xml, &err);
    if (st)
        status = cli_fail(c, &err);
    else
        tell_sign(c, &j, &t, &xml);
    buf_clear(&xml);
    sign_trace_clear(&t);
    job_clear(&j);
    return status;
}

/* ---- verify ---- */

static enum status no_sign(struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("文档中没有 sign", "没有可检查的签名",
                       "退款通知与 return_code=FAIL 的应答本来就没有签名"),
                   SAY("the document has no sign", "there is no signature to check",
                       "refund notices and replies with return_code=FAIL have none by design"));
}

/* A check of a signature: with the key, and with the candidates if that one does not hold. */
struct verdict {
    struct sign_trace trace;
    struct sign_check check;
    char *holds_with; /* the candidate that it holds with; NULL: none */
};

static bool speaks_gateway(const struct job *j)
{
    return (j->in.spec && j->in.spec->dialect == DIALECT_GATEWAY) ||
           (j->w.profile.name && j->w.profile.dialect == DIALECT_GATEWAY);
}

static enum status check_with(const struct job *j, const struct secret *key, struct verdict *v,
                              struct err *err)
{
    sign_verify(&j->in.params, key, speaks_gateway(j), &v->trace, &v->check);
    if (!j->kind_given || v->check.kind == j->kind)
        return ST_OK;
    /* --sign-type says which algorithm it has to be. */
    enum status st = sign_compute(&j->in.params, j->kind, key, &v->trace, err);
    if (st)
        return st;
    v->check.kind = j->kind;
    v->check.kind_inferred = false;
    v->check.state = SIGN_INVALID;
    memcpy(v->check.expected, v->trace.hex, sizeof(v->check.expected));
    return ST_OK;
}

static void try_key(const struct job *j, const struct secret *key, const char *label,
                    struct verdict *v)
{
    struct verdict one = {0};
    if (!v->holds_with && !check_with(j, key, &one, NULL) && one.check.state == SIGN_VALID)
        v->holds_with = mem_strdup(label);
    sign_trace_clear(&one.trace);
}

/* --try-key-file and the profile's other keys. */
static enum status try_candidates(const struct cli *c, const struct job *j, struct verdict *v,
                                  struct err *err)
{
    for (size_t i = 0; c->try_keys[i]; i++) {
        struct secret key = {0};
        enum status st = cli_key_file(c->try_keys[i], &key, err);
        if (st)
            return st;
        try_key(j, &key, c->try_keys[i], v);
        secret_clear(&key);
    }
    for (size_t i = 0; i < j->w.profile.other_key_count; i++) {
        const struct other_key *o = &j->w.profile.other_keys[i];
        if (secret_is_set(&o->key.value))
            try_key(j, &o->key.value, o->label, v);
    }
    return ST_OK;
}

static void print_verdict(const struct cli *c, const struct sign_check *v)
{
    bool valid = v->state == SIGN_VALID;
    printf("%s%s%s  %s%s\n", cli_style(c, valid ? "ok" : "bad"),
           valid ? L(c->lang, "签名成立", "the signature holds")
                 : L(c->lang, "签名不符", "the signature does not hold"),
           cli_style(c, ""), sign_kind_name(v->kind),
           v->kind_inferred ? L(c->lang, "（按长度推断）", " (inferred from its length)") : "");
    if (valid)
        return;
    cli_printf(stdout, "  %s %s\n  %s %s\n", L(c->lang, "应为", "expected"), v->expected,
               L(c->lang, "收到", "received"), v->received);
    if (v->case_differs)
        printf("  %s\n", L(c->lang, "只差字母大小写：应为大写",
                           "only the letter case differs: it must be upper case"));
    if (v->state == SIGN_BAD_SHAPE)
        printf("  %s\n", L(c->lang, "收到的不是 32 或 64 位十六进制",
                           "what was received is not 32 or 64 hexadecimal digits"));
}

static int tell_verdict(const struct cli *c, const struct verdict *v)
{
    bool valid = v->check.state == SIGN_VALID;
    if (c->json) {
        struct json *j = json_new_object();
        json_add_bool(j, "valid", valid);
        json_add_string(j, "sign_type", sign_kind_name(v->check.kind));
        json_add_string(j, "expected", v->check.expected[0] ? v->check.expected : NULL);
        json_add_string(j, "received", v->check.received);
        json_add_string(j, "holds_with", v->holds_with);
        cli_json(j);
        return valid ? EXIT_YES : EXIT_NO;
    }
    print_verdict(c, &v->check);
    if (v->holds_with)
        cli_printf(stdout, "  %s %s\n",
                   L(c->lang, "用这个密钥则成立：", "it holds with the key of"), v->holds_with);
    return valid ? EXIT_YES : EXIT_NO;
}

static enum status verify_job(struct cli *c, struct job *j, struct verdict *v, struct err *err)
{
    enum status st = job_open(c, false, j, err);

    if (!st && !params_has(&j->in.params, "sign"))
        st = no_sign(err);
    if (!st)
        st = cli_key(c, &j->in, &j->w, &j->key, err);
    if (!st)
        st = check_with(j, &j->key, v, err);
    if (!st && v->check.state != SIGN_VALID)
        st = try_candidates(c, j, v, err);
    return st;
}

int cmd_verify(struct cli *c)
{
    struct job j = {0};
    struct verdict v = {0};
    struct err err = {0};
    enum status st = verify_job(c, &j, &v, &err);

    if (!st && c->steps && !c->json)
        cli_steps(c, &j.added, &v.trace);
    int status = st ? cli_fail(c, &err) : tell_verdict(c, &v);
    sign_trace_clear(&v.trace);
    free(v.holds_with);
    job_clear(&j);
    return status;
}

/* ---- validate ---- */

int cmd_validate(struct cli *c)
{
    struct job j = {0};
    struct findings f = {0};
    struct err err = {0};
    enum status st = job_open(c, true, &j, &err);

    if (!st && choose_kind(c, &j, &err)) /* an unknown sign_type is a finding */
        j.kind = j.in.spec->sign_default;
    if (!st)
        st = fill(c, &j, &err);
    if (st) {
        job_clear(&j);
        return cli_fail(c, &err);
    }
    enum environment e = cli_wants_profile(c) ? j.w.profile.environment : ENVIRONMENT_TEST;
    validate(j.in.spec, &j.in.params, e, j.kind, &f);
    if (c->json) {
        struct json *out = json_new_object();
        json_add_bool(out, "valid", f.errors == 0);
        json_add(out, "findings", findings_json(&f));
        cli_json(out);
    } else {
        cli_findings(c, stdout, &f);
        if (f.count == 0)
            printf("%s%s%s\n", cli_style(c, "ok"), L(c->lang, "没有发现问题", "nothing found"),
                   cli_style(c, ""));
    }
    int status = f.errors ? EXIT_NO : EXIT_YES;
    findings_clear(&f);
    job_clear(&j);
    return status;
}
