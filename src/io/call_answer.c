/* SPDX-License-Identifier: MIT */
/*
 * The answer, field by field of the spec: what the table knows to compute, else what the
 * request said, else (for a field that always comes) the catalogue's example. So an API of
 * a user's own file is answered without code.
 *
 * Answers to HMAC-SHA256 requests carry sign_type, as do the gateway's: some SDKs know no
 * other way to choose the algorithm (facts/sdk-wire.md).
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "core/text.h"
#include "io/call.h"

#define STATUS_REFUSED "400" /* non-zero is all the gateway's document says: wap-gateway.md 9 */
#define TEXT_MAX 128         /* bytes of err_code_des and return_msg as documented */
#define SCRATCH_MAX 512

struct answer {
    const struct call *c;
    const struct refusal *refusal; /* of the business layer; NULL: success */
    const char *text;              /* the refusal's, with details */
    const struct refusal *contract;
};

void call_letters(char *out, size_t len)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuv"; /* 32: a byte gives one */
    unsigned char bytes[64];

    if (len > sizeof(bytes) || getrandom(bytes, len, 0) != (ssize_t)len)
        die("getrandom failed");
    for (size_t i = 0; i < len; i++)
        out[i] = letters[bytes[i] % 32];
    out[len] = '\0';
}

/* ---- Values ---- */

typedef const char *(*value_fn)(const struct answer *a, char *scratch);

static const char *echo(const struct answer *a, const char *name)
{
    return params_has(&a->c->params, name) ? params_get(&a->c->params, name) : NULL;
}

static const char *value_appid(const struct answer *a, char *scratch)
{
    (void)scratch;
    if (a->c->gateway) /* in its examples, not in its tables */
        return NULL;
    return echo(a, "appid") ? echo(a, "appid") : a->c->merchant->appid;
}

static const char *value_mch_id(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->c->merchant->mch_id;
}

static const char *value_nonce(const struct answer *a, char *scratch)
{
    (void)a;
    call_letters(scratch, 32);
    return scratch;
}

static const char *value_result(const struct answer *a, char *scratch)
{
    (void)scratch;
    if (a->c->gateway)
        return a->refusal ? "1" : "0";
    return a->refusal ? "FAIL" : "SUCCESS";
}

static const char *value_code(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->refusal ? refusal_code(a->refusal, a->c->spec) : NULL;
}

static const char *value_text(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->refusal ? a->text : NULL;
}

static const char *value_text_official(const struct answer *a, char *scratch)
{
    return a->c->gateway ? NULL : value_text(a, scratch); /* the gateway's is err_msg */
}

static const char *value_contract(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->contract ? "FAIL" : "SUCCESS";
}

static const char *value_contract_code(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->contract ? a->contract->code : NULL;
}

static const char *value_contract_text(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->contract ? a->contract->text : NULL;
}

static const char *value_version(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->c->gateway ? "1.0" : echo(a, "version");
}

static const char *value_charset(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->c->gateway ? "UTF-8" : NULL;
}

static const char *value_prepay(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->c->order ? a->c->order->prepay_id : NULL;
}

static const char *value_trade_type(const struct answer *a, char *scratch)
{
    (void)scratch;
    return a->c->gateway ? a->c->spec->service : echo(a, "trade_type");
}

/* At most 64 bytes, of the real form (facts/apis.md 1.5): behind "wx" and the time stands what
   makes the prepay_id unique. */
static const char *value_code_url(const struct answer *a, char *scratch)
{
    const char *prepay_id = value_prepay(a, scratch);
    if (!prepay_id || strlen(prepay_id) <= 16)
        return NULL;
    snprintf(scratch, SCRATCH_MAX, "weixin://wxpay/bizpayurl?pr=%s", prepay_id + 16);
    return scratch;
}

static const char *value_mweb_url(const struct answer *a, char *scratch)
{
    const char *prepay_id = value_prepay(a, scratch);
    if (!prepay_id)
        return NULL;
    snprintf(scratch, SCRATCH_MAX, "%s/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=%s", a->c->base_url,
             prepay_id);
    return scratch;
}

/* Comes with failures too: is the reversal to be called again? */
static const char *value_recall(const struct answer *a, char *scratch)
{
    const char *code = value_code(a, scratch);
    return code && strcmp(code, "SYSTEMERROR") == 0 ? "Y" : "N";
}

/* clang-format off */
static const struct {
    const char *name;
    value_fn value;
} values[] = {
    {"appid", value_appid},
    {"mch_id", value_mch_id},
    {"nonce_str", value_nonce},
    {"result_code", value_result},
    {"err_code", value_code},
    {"err_code_des", value_text_official},
    {"err_msg", value_text},
    {"contract_result_code", value_contract},
    {"contract_err_code", value_contract_code},
    {"contract_err_code_des", value_contract_text},
    {"version", value_version},
    {"charset", value_charset},
    {"prepay_id", value_prepay},
    {"trade_type", value_trade_type},
    {"code_url", value_code_url},
    {"mweb_url", value_mweb_url},
    {"recall", value_recall},
};
/* clang-format on */

static const char *value_of(const struct answer *a, const struct field *f, char *scratch)
{
    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        if (strcmp(values[i].name, f->name) == 0)
            return values[i].value(a, scratch);
    }
    if (echo(a, f->name))
        return echo(a, f->name);
    return f->presence == PRESENCE_ALWAYS && f->layer == LAYER_BUSINESS_OK ? f->example : NULL;
}

/* ---- The document ---- */

static void put(struct params *p, const char *name, const char *value)
{
    if (value && value[0])
        params_set(p, name, value, NULL);
}

/* Is the field one that stands in every answer, and is set elsewhere? */
static bool is_frame(const char *name)
{
    return strcmp(name, "sign") == 0 || strcmp(name, "sign_type") == 0;
}

/* Of a call behind an order everything was put together already; nothing is made up. */
static void put_result(const struct answer *a, struct params *out)
{
    const struct params *p = &a->c->result;
    for (size_t i = 0; !a->refusal && i < p->count; i++)
        put(out, p->items[i].name, p->items[i].value);
}

static void put_fields(const struct answer *a, bool conditional, struct params *out)
{
    const struct spec *spec = a->c->spec;
    char scratch[SCRATCH_MAX], name[PARAM_NAME_MAX + 1];

    for (size_t i = 0; i < spec->response_count; i++) {
        const struct field *f = &spec->response[i];
        if (is_frame(f->name) || params_find(out, f->name) ||
            (f->presence == PRESENCE_WHEN) != conditional)
            continue;
        if ((a->refusal || a->c->follows) && f->layer == LAYER_BUSINESS_OK)
            continue;
        if (conditional && !spec_condition(f->presence_if, out, &a->c->params))
            continue;
        put(out, field_indexed(f, 0, name, sizeof(name)), value_of(a, f, scratch));
    }
}

/* "TEXT: what exactly", cut at a character. */
static const char *detailed(const struct call *c, const struct refusal *r, char *out, size_t size)
{
    const char *said = refusal_text(r, c->spec);
    if (!r->detailed || !c->detail.zh || said != r->text)
        return said;
    size_t len = (size_t)snprintf(out, size, "%s：%s", said, c->detail.zh);
    if (len > TEXT_MAX) {
        for (len = TEXT_MAX; ((unsigned char)out[len] & 0xc0) == 0x80; len--)
            ;
        out[len] = '\0';
    }
    return out;
}

static void sign_answer(const struct call *c, enum call_spoil spoil, struct params *out)
{
    struct sign_trace t = {0};
    if (spoil != SPOIL_UNSIGNED && !sign_compute(out, c->kind, &c->merchant->key, &t, NULL)) {
        if (spoil == SPOIL_SIGN)
            t.hex[0] = t.hex[0] == '0' ? '1' : '0';
        put(out, "sign", t.hex);
    }
    sign_trace_clear(&t);
}

static void answer_signed(const struct answer *a, enum call_spoil spoil, struct params *out)
{
    bool gateway = a->c->gateway;
    put(out, gateway ? "status" : "return_code", gateway ? "0" : "SUCCESS");
    put(out, gateway ? "message" : "return_msg", "OK");
    put_fields(a, false, out);
    put_fields(a, true, out); /* their conditions look at the others */
    put_result(a, out);
    if (gateway || a->c->kind == SIGN_HMAC_SHA256)
        put(out, "sign_type", sign_kind_name(a->c->kind));
    sign_answer(a->c, spoil, out);
}

bool call_answer(const struct call *c, const struct refusal *refusal, enum call_spoil spoil,
                 struct params *out)
{
    char text[ERR_TEXT_MAX + 64];
    struct answer a = {.c = c, .refusal = refusal, .contract = c->contract};

    if (refusal) {
        a.text = detailed(c, refusal, text, sizeof(text));
        a.contract = refusal_row(REFUSE_NO_PAYMENT);
    }
    if (!refusal || refusal_layer(refusal, c->spec) != ERROR_COMMUNICATION) {
        answer_signed(&a, spoil, out);
        return true;
    }
    put(out, c->gateway ? "status" : "return_code", c->gateway ? STATUS_REFUSED : "FAIL");
    put(out, c->gateway ? "message" : "return_msg", a.text);
    /* The one number of a bill's failures that is documented: facts/apis.md 6.5. */
    if (spec_reply_field(c->spec, "error_code") && refusal == refusal_row(REFUSE_NO_BILL))
        put(out, "error_code", "20002");
    return false;
}
