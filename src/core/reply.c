/* SPDX-License-Identifier: MIT */
/*
 * The order of judgement is the API's: each step decides only if the one before was good.
 * What was received is kept and explained whatever the verdict.
 */
#include "core/reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"

static const struct {
    const char *name;
    struct bi text;
} outcomes[] = {
    [OUTCOME_SUCCESS] = {"success", {"成功", "success"}},
    [OUTCOME_BUSINESS_FAIL] = {"business-fail", {"业务失败", "business failure"}},
    [OUTCOME_COMMUNICATION_FAIL] = {"communication-fail", {"通信失败", "communication failure"}},
    [OUTCOME_UNTRUSTED] = {"untrusted", {"不可信", "untrusted"}},
};

const char *outcome_name(enum outcome o)
{
    return outcomes[o].name;
}

struct bi outcome_text(enum outcome o)
{
    return outcomes[o].text;
}

void reply_clear(struct reply *r)
{
    params_clear(&r->params);
    sign_trace_clear(&r->trace);
    memset(r, 0, sizeof(*r));
}

/* Room for one more note; NULL when full, which err_set() accepts. */
static struct err *note(struct reply *r)
{
    return r->note_count < REPLY_NOTES_MAX ? &r->notes[r->note_count++] : NULL;
}

/* The bytes of `s` that make whole characters within `max`. */
static size_t whole(const char *s, size_t max)
{
    size_t len = strlen(s);
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
        max--;
    return max;
}

/* Copies a received value for display: made visible, cut at a character. Returns `out`. */
static const char *keep(const char *value, char *out, size_t size)
{
    struct buf b;
    if (!value)
        value = "";
    buf_init(&b, size * 4);
    text_visible(&b, value, whole(value, size - 1), 0);
    snprintf(out, size, "%.*s", (int)whole(buf_str(&b), size - 1), buf_str(&b));
    buf_clear(&b);
    return out;
}

static bool is(const struct params *p, const char *name, const char *value)
{
    const char *v = params_get(p, name);
    return v && strcmp(v, value) == 0;
}

static bool is_gateway(const struct spec *spec, const struct params *p)
{
    if (params_find(p, "return_code"))
        return false;
    return spec ? spec->dialect == DIALECT_GATEWAY : params_find(p, "status") != NULL;
}

static void judge_http(struct reply *r, long status, const char *content_type)
{
    if (status >= 300 && status < 400)
        err_set(
            note(r), ST_CONFLICT, "HTTP %ld：服务器要求重定向，支付接口不应如此；未跟随",
            "HTTP %ld: the server asks for a redirect, which a payment API does not; not followed",
            status);
    else if (status != 200 && status != 0)
        err_set(note(r), ST_CONFLICT, "HTTP 状态为 %ld，正常为 200",
                "the HTTP status is %ld, 200 is normal", status);
    if (content_type && content_type[0] && !strcasestr(content_type, "xml") &&
        !strcasestr(content_type, "text/plain")) {
        char shown[128];
        err_set(note(r), ST_OK, "内容类型为 %s，不是 XML", "the content type is %s, not XML",
                keep(content_type, shown, sizeof(shown)));
    }
}

/* Is the field the same in what was sent (or in the profile) and in what came back? */
static bool same_merchant(const struct profile *profile, const struct params *sent, struct reply *r,
                          const char *name)
{
    const char *got = params_get(&r->params, name);
    const char *ours = sent ? params_get(sent, name) : NULL;
    char theirs[80], own[80];

    if (!ours && profile)
        ours = params_get(&profile->fields, name);
    if (!got || !got[0] || !ours || strcmp(got, ours) == 0)
        return true;
    err_set(note(r), ST_CONFLICT, "应答的 %s 是 %s，我方是 %s", "%s in the reply is %s, ours is %s",
            name, keep(got, theirs, sizeof(theirs)), keep(ours, own, sizeof(own)));
    return false;
}

static void judge_sign(struct reply *r, const struct profile *profile, const struct params *sent,
                       bool gateway)
{
    struct secret none = {0};
    const struct secret *key = profile ? &profile->key.value : &none;
    enum sign_kind asked;
    const char *sent_sign = sent ? params_get(sent, "sign") : NULL;

    sign_verify(&r->params, key, gateway, &r->trace, &r->sign);
    if (r->sign.state == SIGN_VALID && sent_sign &&
        sign_kind_from_length(strlen(sent_sign), &asked) && asked != r->sign.kind)
        err_set(note(r), ST_OK, "应答用 %s 签名，请求用的是 %s",
                "the reply is signed with %s, the request with %s", sign_kind_name(r->sign.kind),
                sign_kind_name(asked));
    if (r->sign.state == SIGN_VALID && r->sign.case_differs)
        err_set(note(r), ST_OK, "签名为小写字母，网关允许",
                "the signature is in lower case, as the gateway may");
}

/*
 * Whoever answers may send our key back, by mistake or to have it shown. The signature was checked
 * over the bytes received; from here on nothing knows the key: what is shown, copied, printed and
 * kept comes from here.
 */
static void hide_keys(struct reply *r, const struct profile *profile)
{
    bool found = profile && profile_redact_params(profile, &r->params);
    if (profile)
        found = profile_redact_text(profile, r->sign.received) || found;
    if (!found)
        return;
    sign_trace_hide(&r->trace);
    err_set(note(r), ST_CONFLICT, "应答里有商户的密钥，已显示为 ****：对方不该知道它，请更换密钥",
            "the reply holds a key of the merchant, shown as ****: the other side should not know "
            "it; change the key");
}

/* The sentences quote what was received. */
static void hide_in_sentences(struct reply *r, const struct profile *profile)
{
    for (size_t i = 0; profile && i < LANG_COUNT; i++) {
        profile_redact_text(profile, r->parse_error.text[i]);
        for (size_t k = 0; k < r->note_count; k++)
            profile_redact_text(profile, r->notes[k].text[i]);
    }
    if (profile)
        profile_redact_text(profile, r->xml.root);
}

static void explain_sign(struct reply *r)
{
    switch (r->sign.state) {
    case SIGN_INVALID:
        err_set(note(r), ST_CONFLICT, "签名不符：按收到的全部字段计算得 %s，收到 %s",
                "the signature does not hold: all fields received give %s, received was %s",
                r->sign.expected, r->sign.received);
        break;
    case SIGN_ABSENT:
        err_set(note(r), ST_CONFLICT, "应答没有签名，不能当真",
                "the reply is unsigned and cannot be trusted");
        break;
    case SIGN_BAD_SHAPE:
        err_set(note(r), ST_CONFLICT, "签名不是 32 或 64 位十六进制",
                "the signature is not 32 or 64 hexadecimal digits");
        break;
    case SIGN_NO_KEY:
        err_set(note(r), ST_CONFLICT, "没有密钥，无法验签",
                "there is no key to check the signature with");
        break;
    case SIGN_VALID:
        break;
    }
}

static const char *first_of(const struct params *p, const char *a, const char *b)
{
    return params_has(p, a) ? params_get(p, a) : params_get(p, b);
}

static void explain_error(const struct spec *spec, struct reply *r, bool gateway, int layer)
{
    const char *code =
        first_of(&r->params, "err_code", "error_code"); /* the latter: downloadbill */
    const char *text = gateway ? first_of(&r->params, "err_msg", "err_code_des")
                               : params_get(&r->params, "err_code_des");

    if (layer == ERROR_COMMUNICATION || !text || !text[0])
        text = gateway ? params_get(&r->params, "message") : params_get(&r->params, "return_msg");
    keep(code, r->code, sizeof(r->code));
    keep(text, r->text, sizeof(r->text));
    if (!spec)
        return;
    r->error = spec_error(spec, code, text, layer);
    if (!r->error)
        r->error = spec_error(spec, code, text, ERROR_LAYER_ANY);
}

/* contractorder's second result, which stands beside the payment's: facts/apis.md 2.2. */
static void judge_contract(const struct spec *spec, struct reply *r, bool paid)
{
    const char *result = params_get(&r->params, "contract_result_code");
    const char *code = params_get(&r->params, "contract_err_code");
    const char *text = params_get(&r->params, "contract_err_code_des");

    if (!result || strcmp(result, "SUCCESS") == 0)
        return;
    r->contract_failed = true;
    if (spec)
        r->contract_error = spec_error(spec, code, text, ERROR_CONTRACT);
    if (paid)
        err_set(note(r), ST_OK,
                "签约结果独立于支付：contract_result_code 不是 SUCCESS，付款后不会签约",
                "the contract's result is its own: contract_result_code is not SUCCESS, paying "
                "will sign no contract");
}

static void note_missing(const struct spec *spec, struct reply *r, const struct params *sent)
{
    for (size_t i = 0; spec && i < spec->response_count; i++) {
        const struct field *f = &spec->response[i];
        if (strcmp(f->name, "sign") != 0 && reply_expects(f, r, sent) &&
            !field_present(f, &r->params))
            err_set(note(r), ST_OK, "应答缺少文档承诺的字段 %s",
                    "the reply lacks %s, which the document promises", f->name);
    }
}

static bool says_success(const struct params *p, bool gateway)
{
    return is(p, "result_code", "SUCCESS") || (gateway && is(p, "result_code", "0"));
}

/* Did the business succeed? An API whose catalogue entry has no result_code (a user's own may)
   tells with return_code or status alone. */
static bool business_is_good(const struct spec *spec, const struct params *p, bool gateway)
{
    if (params_find(p, "result_code"))
        return says_success(p, gateway);
    return spec && !spec_reply_field(spec, "result_code");
}

/* Everything after a good communication result: signature, merchant, business. */
static void judge_business(const struct spec *spec, const struct profile *profile,
                           const struct params *sent, struct reply *r, bool gateway)
{
    bool good = business_is_good(spec, &r->params, gateway);
    bool ours = same_merchant(profile, sent, r, "mch_id");

    if (!gateway)
        ours = same_merchant(profile, sent, r, "appid") && ours;
    r->sign_demanded = true;
    if (!good)
        explain_error(spec, r, gateway, ERROR_BUSINESS);
    judge_contract(spec, r, good);
    if (r->sign.state != SIGN_VALID || !ours) {
        r->outcome = OUTCOME_UNTRUSTED;
        explain_sign(r);
        return;
    }
    r->outcome = good ? OUTCOME_SUCCESS : OUTCOME_BUSINESS_FAIL;
    note_missing(spec, r, sent);
}

/* Is it the text that the API answers with when all is well? A failure is XML. */
static bool is_text(const struct spec *spec, const char *data, size_t len)
{
    size_t i = len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < len && strchr(" \t\r\n", data[i]) && data[i])
        i++;
    return spec && spec->reply == REPLY_TEXT && i < len && data[i] != '<';
}

/* Nothing but the connection proves a text: it carries no signature. */
static void judge_text(struct reply *r, long status, const char *data, size_t len)
{
    r->text_body = true;
    r->sign.state = SIGN_ABSENT;
    r->outcome = status == 200 || status == 0 ? OUTCOME_SUCCESS : OUTCOME_UNTRUSTED;
    err_set(note(r), ST_OK, "应答是文本，没有签名：只有 HTTPS 能证明它的来源",
            "the reply is text and unsigned: only HTTPS proves where it came from");
    if (len >= 2 && memcmp(data, "\x1f\x8b", 2) == 0)
        err_set(note(r), ST_OK, "内容是 gzip 压缩包，这里已解压显示",
                "the content is a gzip file, unpacked here to be shown");
}

static void judge(const struct spec *spec, const struct profile *profile, const struct params *sent,
                  long status, const char *content_type, const char *data, size_t len,
                  struct reply *r)
{
    judge_http(r, status, is_text(spec, data, len) ? NULL : content_type);
    if (is_text(spec, data, len)) {
        judge_text(r, status, data, len);
        return;
    }
    if (xml_read(data, len, &r->params, &r->xml, &r->parse_error)) {
        err_set(note(r), ST_OK, "应答未能解析，未作判断；可查看原始字节",
                "the reply could not be parsed and was not judged; its raw bytes can be looked at");
        return;
    }
    bool gateway = is_gateway(spec, &r->params);
    const char *field = gateway ? "status" : "return_code";

    if (r->xml.repeated)
        err_set(note(r), ST_OK, "%zu 个字段重复出现，值相同，只计一次",
                "fields that came twice with the same value and count once: %zu", r->xml.repeated);
    judge_sign(r, profile, sent, gateway);
    hide_keys(r, profile);
    if (!params_has(&r->params, field)) {
        err_set(note(r), ST_CONFLICT, "应答没有 %s，不是该接口的应答",
                "the reply has no %s and is no answer of this API", field);
        return;
    }
    if (is(&r->params, field, gateway ? "0" : "SUCCESS")) {
        judge_business(spec, profile, sent, r, gateway);
        /* The API answers with 200, whatever it answers: another status is somebody else's. */
        if (status != 200 && status != 0)
            r->outcome = OUTCOME_UNTRUSTED;
        return;
    }
    r->outcome = OUTCOME_COMMUNICATION_FAIL;
    explain_error(spec, r, gateway, ERROR_COMMUNICATION);
    if (r->sign.state == SIGN_INVALID)
        explain_sign(r);
}

void reply_read(const struct spec *spec, const struct profile *profile, const struct params *sent,
                long status, const char *content_type, const char *data, size_t len,
                struct reply *r)
{
    reply_clear(r);
    r->outcome = OUTCOME_UNTRUSTED;
    judge(spec, profile, sent, status, content_type, data, len, r);
    hide_in_sentences(r, profile);
}

bool reply_expects(const struct field *field, const struct reply *r, const struct params *sent)
{
    bool gateway = params_find(&r->params, "return_code") == NULL;
    bool communicated =
        is(&r->params, gateway ? "status" : "return_code", gateway ? "0" : "SUCCESS");
    bool business = communicated && says_success(&r->params, gateway);

    if (field->layer == LAYER_COMMUNICATION_OK && !communicated)
        return false;
    if (field->layer == LAYER_BUSINESS_OK && !business)
        return false;
    if (field->presence == PRESENCE_WHEN)
        return spec_condition(field->presence_if, &r->params, sent);
    return field->presence == PRESENCE_ALWAYS;
}

/* ---- JSON ---- */

static void add_both(struct json *j, const char *zh_name, const char *en_name, struct bi text)
{
    if (text.zh) {
        json_add_string(j, zh_name, text.zh);
        json_add_string(j, en_name, text.en);
    }
}

/* The sentence that decided against the reply, when no error code did: of the parser, else the
   first note that contradicts. */
static const struct err *deciding(const struct reply *r)
{
    if (r->parse_error.status)
        return &r->parse_error;
    for (size_t i = 0; i < r->note_count; i++) {
        if (r->notes[i].status)
            return &r->notes[i];
    }
    return NULL;
}

/* Code, meaning, cause and solution of a catalogue error; NULL adds nothing but the code. */
static void add_error(struct json *j, const char *received, const struct error_code *e)
{
    if (received && received[0])
        json_add_string(j, "code", received);
    else if (e)
        json_add_string(j, "code", e->code);
    if (!e)
        return;
    add_both(j, "zh", "en", e->meaning);
    add_both(j, "cause_zh", "cause_en", e->cause);
    add_both(j, "solution_zh", "solution_en", e->solution);
}

static struct json *error_json(const struct reply *r)
{
    struct json *e = json_new_object();
    const struct err *why = r->outcome == OUTCOME_UNTRUSTED ? deciding(r) : NULL;
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];

    if (r->text[0])
        json_add_string(e, "text", r->text);
    if (why) { /* what the reply claims is worth nothing then, and is in "response" */
        err_line(why, LANG_ZH, zh, sizeof(zh));
        err_line(why, LANG_EN, en, sizeof(en));
        add_both(e, "zh", "en", (struct bi){zh, en});
        if (r->code[0])
            json_add_string(e, "code", r->code);
        return e;
    }
    add_error(e, r->code, r->error);
    if (!r->error)
        add_both(e, "zh", "en",
                 r->text[0] ? (struct bi){r->text, r->text}
                            : (struct bi){"应答没有说明原因", "the reply gives no reason"});
    return e;
}

static void add_contract(const struct reply *r, struct json *object)
{
    char code[64], text[256];
    struct json *e = json_new_object();

    keep(params_get(&r->params, "contract_err_code"), code, sizeof(code));
    keep(params_get(&r->params, "contract_err_code_des"), text, sizeof(text));
    if (text[0])
        json_add_string(e, "text", text);
    add_error(e, code, r->contract_error);
    json_add(object, "contract_error", e);
}

static void add_notes(const struct reply *r, struct json *object)
{
    struct json *notes = json_new_array();
    for (size_t i = 0; i < r->note_count; i++) {
        struct json *n = json_new_object();
        add_both(n, "zh", "en", (struct bi){r->notes[i].text[LANG_ZH], r->notes[i].text[LANG_EN]});
        json_push(notes, n);
    }
    json_add(object, "notes", notes);
}

void reply_json(const struct reply *r, struct json *object)
{
    bool parsed = !r->parse_error.status;

    if (parsed) {
        struct json *fields = json_new_object();
        for (size_t i = 0; i < r->params.count; i++)
            json_add_string(fields, r->params.items[i].name, r->params.items[i].value);
        json_add(object, "response", fields);
    }
    /* Absent when there is nothing to say: not parsed, no key, or unsigned where that is fine. */
    if (parsed && r->sign.state != SIGN_NO_KEY &&
        (r->sign.state != SIGN_ABSENT || r->sign_demanded))
        json_add_bool(object, "sign_valid", r->sign.state == SIGN_VALID);
    json_add_string(object, "outcome", outcome_name(r->outcome));
    if (r->outcome != OUTCOME_SUCCESS)
        json_add(object, "error", error_json(r));
    if (r->contract_failed)
        add_contract(r, object);
    if (r->note_count)
        add_notes(r, object);
}
