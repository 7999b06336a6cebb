/* SPDX-License-Identifier: MIT */
/*
 * One call goes through the checks in the order of the real gateway; the first that fails
 * names a row of the fault table, and the row says how to answer. Replies are built from
 * the spec's list of response fields: a new API needs no code here.
 */
#include "io/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/fault.h"
#include "core/text.h"
#include "core/validate.h"
#include "core/xml.h"
#include "io/store.h"

/* ---- The fault table ---- */

enum fault_id {
    BAD_METHOD,
    BAD_EMPTY,
    BAD_XML,
    BAD_ENCODING,
    BAD_SIGN_TYPE,
    BAD_MERCHANT,
    BAD_SERVICE,
    BAD_SIGN,
    BAD_APPID,
    BAD_BINDING,
    BAD_SUB,
    BAD_PERMISSION,
    BAD_LACKING,
    BAD_VALUE,
    BAD_USED,
    BAD_PAID,
    BAD_CLOSED,
    BAD_FULL,
    BAD_PLAN,
    BAD_CONTRACT_CODE,
    BAD_CONTRACT_VALUE,
};

/* Layer communication: return_code FAIL (gateway: status 400), unsigned. Layer business: signed.
   Layer contract: the order is placed, its contract half is refused. The third-party gateway knows
   fewer business codes: there the rows marked `gateway_status` are communication too
   (wap-gateway.md 9). */
/* clang-format off */
static const struct fault_row {
    enum error_layer layer;
    bool gateway_status;
    const char *code;
    const char *text; /* as the real gateway words it, hence Chinese */
    struct bi why;
} fault_rows[] = {
    [BAD_METHOD] = {ERROR_COMMUNICATION, true, "REQUIRE_POST_METHOD", "请使用post方法",
        {"请求方法不是 POST", "the method is not POST"}},
    [BAD_EMPTY] = {ERROR_COMMUNICATION, true, "POST_DATA_EMPTY", "post数据为空",
        {"请求体为空", "the body is empty"}},
    [BAD_XML] = {ERROR_COMMUNICATION, true, "XML_FORMAT_ERROR", "XML格式错误",
        {"请求体不是可用的 XML", "the body is no usable XML"}},
    [BAD_ENCODING] = {ERROR_COMMUNICATION, true, "NOT_UTF8", "编码格式错误",
        {"请求体不是 UTF-8", "the body is not UTF-8"}},
    [BAD_SIGN_TYPE] = {ERROR_COMMUNICATION, true, "SIGNERROR", "sign_type参数错误",
        {"sign_type 不是该接口接受的签名类型", "sign_type is none that this API takes"}},
    [BAD_MERCHANT] = {ERROR_COMMUNICATION, true, "MCHID_NOT_EXIST", "商户号不存在",
        {"沙箱不认识这个 mch_id", "the sandbox does not know this mch_id"}},
    [BAD_SERVICE] = {ERROR_COMMUNICATION, true, "SERVICE_NOT_EXIST", "service参数错误",
        {"沙箱不提供这个 service", "the sandbox does not serve this service"}},
    [BAD_SIGN] = {ERROR_COMMUNICATION, true, "SIGNERROR", "签名错误",
        {"签名与沙箱计算的不同", "the signature differs from the one the sandbox computed"}},
    [BAD_APPID] = {ERROR_BUSINESS, true, "APPID_NOT_EXIST", "APPID不存在",
        {"沙箱不认识这个 appid", "the sandbox does not know this appid"}},
    [BAD_BINDING] = {ERROR_BUSINESS, true, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配",
        {"appid 没有绑定到该商户号", "the appid is not bound to this mch_id"}},
    [BAD_SUB] = {ERROR_BUSINESS, true, "INVALID_REQUEST", "受理关系不存在",
        {"sub_mch_id 不属于该服务商", "sub_mch_id does not belong to this service provider"}},
    [BAD_PERMISSION] = {ERROR_BUSINESS, true, "NOAUTH", "商户无此接口权限",
        {"该接口只供服务商使用", "this API is for service providers only"}},
    [BAD_LACKING] = {ERROR_BUSINESS, true, "LACK_PARAMS", "缺少参数",
        {"缺少必填字段", "a required field is missing"}},
    [BAD_VALUE] = {ERROR_BUSINESS, true, "INVALID_REQUEST", "参数错误",
        {"字段的值不合规则", "a field's value breaks its rule"}},
    [BAD_USED] = {ERROR_BUSINESS, false, "OUT_TRADE_NO_USED", "商户订单号重复",
        {"同一订单号再次下单，但参数不同", "the order number came again with other parameters"}},
    [BAD_PAID] = {ERROR_BUSINESS, false, "ORDERPAID", "该订单已支付",
        {"订单已支付", "the order is paid"}},
    [BAD_CLOSED] = {ERROR_BUSINESS, false, "ORDERCLOSED", "该订单已关闭",
        {"订单已关闭或已过期", "the order is closed or has expired"}},
    [BAD_FULL] = {ERROR_BUSINESS, false, "SYSTEMERROR", "系统错误",
        {"沙箱的账本已满", "the sandbox's books are full"}},
    [BAD_PLAN] = {ERROR_CONTRACT, false, "INVALID PLAN_ID", "签约模板无效",
        {"plan_id 不是该商户的模板（沙箱中为 123、456）", "plan_id is no template of this merchant (the sandbox has 123 and 456)"}},
    [BAD_CONTRACT_CODE] = {ERROR_CONTRACT, false, "CONTRACT_CODE DUPLICATION", "该签约号已存在",
        {"contract_code 已被使用", "contract_code is in use"}},
    [BAD_CONTRACT_VALUE] = {ERROR_CONTRACT, false, "PARAMETER FAIL", "参数错误",
        {"签约字段的值不合规则", "a contract field's value breaks its rule"}},
};
/* clang-format on */

#define STATUS_REFUSED "400" /* non-zero is all the gateway's document says: wap-gateway.md 9 */

static const char *const plan_ids[] = {"123", "456"};

/* ---- State ---- */

struct merchant {
    enum dialect dialect;
    char *mch_id, *appid; /* appid NULL: any (the gateway does not look at it) */
    char *sub_mch_id, *sub_appid;
    struct secret key;
};

#define MERCHANTS_MAX 64

struct gateway {
    struct loop *loop;
    struct httpd *httpd;
    const struct catalog *catalog;
    struct merchant merchants[MERCHANTS_MAX];
    size_t merchant_count;
    struct ledger *ledger;
    struct fault_rule faults[FAULT_RULES_MAX];
    size_t fault_count;
    char *books; /* path of the ledger's file; NULL: memory */
    gateway_sink_fn sink;
    void *ctx;
    time_t (*clock)(void);
    time_t epoch; /* where scaled time began */
    double scale;
};

/* One call as it goes through the checks. */
struct call {
    struct gateway *g;
    const struct httpd_request *q;
    struct httpd_reply *a;
    const char *path;
    const struct spec *spec; /* NULL until known */
    bool gateway;            /* dialect of the answer */
    struct params params;
    const struct merchant *merchant;
    enum sign_kind kind;
    struct sign_trace trace;
    struct sign_check check;
    bool wrong_sign;
    struct order *order;
    enum place_result placed;
    const struct fault_row *contract; /* the contract half's refusal; NULL */
    const struct fault_rule *fault;
    struct findings findings;
    struct bi detail; /* what exactly; texts live in the two buffers */
    char detail_text[LANG_COUNT][ERR_TEXT_MAX];
};

static void random_letters(char *out, size_t len)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char bytes[64];
    if (getrandom(bytes, len, 0) < 0)
        die("getrandom failed");
    for (size_t i = 0; i < len; i++)
        out[i] = letters[bytes[i] % (sizeof(letters) - 1)];
    out[len] = '\0';
}

/* The sandbox's time: an hour passes in a minute with a scale of 60. */
static time_t now(const struct gateway *g)
{
    return g->epoch + (time_t)((double)(g->clock() - g->epoch) * g->scale);
}

/* ---- Answering ---- */

struct outcome_row {
    const char *code, *text; /* NULL: success */
    enum error_layer layer;
};

static const char *echo(const struct call *c, const char *name)
{
    const char *v = params_get(&c->params, name);
    return v && v[0] ? v : NULL;
}

/* Links of the sandbox lead to the sandbox itself. */
static const char *link_url(const struct call *c, bool qr, char *out, size_t size)
{
    if (qr) /* at most 64 bytes, of the real form: facts/apis.md 1.5 */
        snprintf(out, size, "weixin://wxpay/bizpayurl?pr=%s", c->order->prepay_id + 16);
    else
        snprintf(out, size, "%s/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=%s", gateway_url(c->g),
                 c->order->prepay_id);
    return out;
}

/* The value of a response field, or NULL if this reply has none. */
static const char *reply_value(const struct call *c, const struct outcome_row *o, const char *name,
                               char *scratch, size_t size)
{
    bool fail = o->code && o->layer == ERROR_BUSINESS;
    if (strcmp(name, "appid") == 0 && !c->gateway)
        return echo(c, "appid") ? echo(c, "appid") : c->merchant->appid;
    if (strcmp(name, "mch_id") == 0)
        return c->merchant->mch_id;
    if (strcmp(name, "nonce_str") == 0) {
        random_letters(scratch, 32);
        return scratch;
    }
    if (strcmp(name, "result_code") == 0)
        return c->gateway ? (fail ? "1" : "0") : (fail ? "FAIL" : "SUCCESS");
    if (strcmp(name, "err_code") == 0)
        return fail ? o->code : NULL;
    if (strcmp(name, "err_code_des") == 0 || strcmp(name, "err_msg") == 0)
        return fail ? o->text : NULL;
    if (strcmp(name, "contract_result_code") == 0)
        return c->contract ? "FAIL" : "SUCCESS";
    if (strcmp(name, "contract_err_code") == 0)
        return c->contract ? c->contract->code : NULL;
    if (strcmp(name, "contract_err_code_des") == 0)
        return c->contract ? c->contract->text : NULL;
    if (strcmp(name, "version") == 0)
        return c->gateway ? "1.0" : NULL;
    if (strcmp(name, "charset") == 0)
        return c->gateway ? "UTF-8" : NULL;
    if (!c->order || fail)
        return strcmp(name, "trade_type") == 0 ? NULL : echo(c, name);
    if (strcmp(name, "prepay_id") == 0)
        return c->order->prepay_id;
    if (strcmp(name, "trade_type") == 0 && c->gateway)
        return c->spec->service;
    if (strcmp(name, "code_url") == 0 || strcmp(name, "mweb_url") == 0)
        return link_url(c, name[0] == 'c', scratch, size);
    return echo(c, name);
}

static void put(struct params *p, const char *name, const char *value)
{
    if (value && value[0])
        params_set(p, name, value, NULL);
}

/* A link comes only for the trade type that has one; the spec's condition says so. */
static bool reply_has(const struct call *c, const struct field *f, const struct params *reply)
{
    if (f->layer == LAYER_BUSINESS_OK && !c->order)
        return false;
    if (strcmp(f->name, "code_url") == 0) {
        const char *type = params_get(&c->params, "trade_type");
        return type && strcmp(type, "NATIVE") == 0;
    }
    return f->presence != PRESENCE_WHEN || spec_condition(f->presence_if, reply, &c->params) ||
           f->layer != LAYER_BUSINESS_OK;
}

static void fill_reply(const struct call *c, const struct outcome_row *o, struct params *reply)
{
    char scratch[512];
    bool business_fail = o->code && o->layer == ERROR_BUSINESS;

    put(reply, c->gateway ? "status" : "return_code", c->gateway ? "0" : "SUCCESS");
    put(reply, c->gateway ? "message" : "return_msg", "OK");
    for (size_t i = 0; i < c->spec->response_count; i++) {
        const struct field *f = &c->spec->response[i];
        if (strcmp(f->name, "sign") == 0 || strcmp(f->name, "sign_type") == 0 ||
            params_find(reply, f->name) || (business_fail && f->layer == LAYER_BUSINESS_OK) ||
            !reply_has(c, f, reply))
            continue;
        put(reply, f->name, reply_value(c, o, f->name, scratch, sizeof(scratch)));
    }
    if (c->gateway)
        put(reply, "sign_type", "MD5");
    else if (c->kind == SIGN_HMAC_SHA256) /* so that every SDK knows: facts/sdk-wire.md */
        put(reply, "sign_type", sign_kind_name(c->kind));
}

static void sign_reply(const struct call *c, struct params *reply)
{
    struct sign_trace t = {0};
    if (c->fault && c->fault->kind == FAULT_UNSIGNED)
        return;
    if (!sign_compute(reply, c->kind, &c->merchant->key, &t, NULL)) {
        if (c->fault && c->fault->kind == FAULT_BAD_SIGN)
            t.hex[0] = t.hex[0] == '0' ? '1' : '0';
        params_set(reply, "sign", t.hex, NULL);
    }
    sign_trace_clear(&t);
}

static void write_reply(struct call *c, const struct params *reply)
{
    buf_init(&c->a->body, XML_SIZE_MAX);
    xml_write(reply, &c->a->body, NULL);
    c->a->content_type = "text/xml; charset=utf-8";
    if (c->fault && c->fault->kind == FAULT_BAD_XML)
        buf_cut(&c->a->body, c->a->body.len / 2);
    if (c->fault && c->fault->kind == FAULT_HTTP)
        c->a->status = c->fault->status;
    if (c->fault && c->fault->kind == FAULT_DELAY)
        c->a->delay_ms = (int)(c->fault->seconds * 1000);
}

static void report(struct call *c, const char *code, struct bi text, bool ok)
{
    struct gateway_event e = {.method = c->q->method,
                              .path = c->q->path,
                              .api = c->spec ? c->spec->id : NULL,
                              .order = params_get(&c->params, "out_trade_no"),
                              .code = code,
                              .text = text,
                              .fault = c->fault ? c->fault->text : NULL,
                              .ok = ok};
    struct buf joined;
    buf_init(&joined, SIGN_JOINED_MAX);
    if (c->trace.count) {
        sign_trace_masked(&c->trace, &joined);
        e.joined = buf_str(&joined);
    }
    if (c->wrong_sign) {
        e.expected = c->check.expected;
        e.received = c->check.received;
    }
    if (c->g->sink)
        c->g->sink(c->g->ctx, &e);
    buf_clear(&joined);
}

/* The row's reason, with what exactly when a check left it in `detail`. */
static struct bi why(struct call *c, const struct fault_row *row)
{
    return c->detail.zh ? c->detail : row->why;
}

static void refuse(struct call *c, const struct fault_row *row)
{
    struct params reply = {0};
    char text[160];
    bool names_it = row == &fault_rows[BAD_LACKING] || row == &fault_rows[BAD_VALUE];
    struct outcome_row o = {row->code, row->text, row->layer};

    /* What a check says about the field is worth more than the bare text: 128 bytes are documented.
     */
    if (names_it && c->detail.zh) {
        snprintf(text, sizeof(text), "%s: %s", row->text, c->detail.zh);
        size_t len = strlen(text), cut = len > 128 ? 128 : len;
        while (cut < len && ((unsigned char)text[cut] & 0xc0) == 0x80)
            cut--;
        text[cut] = '\0';
        o.text = text;
    }
    c->order = NULL;
    if (c->gateway && row->gateway_status) {
        put(&reply, "status", STATUS_REFUSED);
        put(&reply, "message", o.text);
    } else if (row->layer == ERROR_COMMUNICATION) {
        put(&reply, "return_code", "FAIL");
        put(&reply, "return_msg", o.text);
    } else {
        fill_reply(c, &o, &reply);
        sign_reply(c, &reply);
    }
    write_reply(c, &reply);
    report(c, row->code, why(c, row), false);
    params_clear(&reply);
}

static void accept(struct call *c)
{
    struct params reply = {0};
    struct outcome_row o = {NULL, NULL, ERROR_BUSINESS};
    fill_reply(c, &o, &reply);
    sign_reply(c, &reply);
    write_reply(c, &reply);
    struct bi text = {c->placed == PLACE_SAME ? "同一订单再次下单，返回原 prepay_id" : "已下单",
                      c->placed == PLACE_SAME ? "the same order again: the same prepay_id"
                                              : "order placed"};
    report(c, c->contract ? c->contract->code : "SUCCESS", c->contract ? why(c, c->contract) : text,
           !c->contract);
    params_clear(&reply);
}

static void set_detail(struct call *c, const char *zh, const char *en)
{
    snprintf(c->detail_text[LANG_ZH], sizeof(c->detail_text[0]), "%s", zh);
    snprintf(c->detail_text[LANG_EN], sizeof(c->detail_text[0]), "%s", en);
    c->detail = (struct bi){c->detail_text[LANG_ZH], c->detail_text[LANG_EN]};
}

/* ---- Checking ---- */

/* Which check failed; -1: none. */
#define PASSED (-1)

static int check_body(struct call *c)
{
    struct xml_info info;
    struct err err = {0};

    if (strcmp(c->q->method, "POST") != 0)
        return BAD_METHOD;
    if (xml_read(c->q->body, c->q->len, &c->params, &info, &err) == ST_OK)
        return c->params.count ? PASSED : BAD_EMPTY;
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    err_line(&err, LANG_ZH, zh, sizeof(zh));
    err_line(&err, LANG_EN, en, sizeof(en));
    set_detail(c, zh, en);
    return info.fault == XML_EMPTY      ? BAD_EMPTY
           : info.fault == XML_NOT_UTF8 ? BAD_ENCODING
                                        : BAD_XML;
}

static int check_merchant(struct call *c)
{
    const char *mch_id = params_get(&c->params, "mch_id");
    for (size_t i = 0; mch_id && i < c->g->merchant_count; i++) {
        const struct merchant *m = &c->g->merchants[i];
        if (m->dialect == c->spec->dialect && strcmp(m->mch_id, mch_id) == 0)
            c->merchant = m;
    }
    return c->merchant ? PASSED : BAD_MERCHANT;
}

/* Without sign_type the API's default holds; where that is HMAC-SHA256 the length tells, so that a
   request that merely lacks sign_type is told so, instead of 签名错误. */
static int check_sign_type(struct call *c)
{
    const char *type = params_get(&c->params, "sign_type"), *sign = params_get(&c->params, "sign");
    c->kind = SIGN_MD5;
    if (type && type[0]) {
        if (!sign_kind_read(type, &c->kind) || !c->spec->sign_types[c->kind])
            return BAD_SIGN_TYPE;
    } else if (c->spec->sign_default == SIGN_HMAC_SHA256 && sign) {
        sign_kind_from_length(strlen(sign), &c->kind);
    }
    return PASSED;
}

static int check_sign(struct call *c)
{
    const char *received = params_get(&c->params, "sign");
    bool holds;

    if (sign_compute(&c->params, c->kind, &c->merchant->key, &c->trace, NULL))
        return BAD_SIGN;
    snprintf(c->check.expected, sizeof(c->check.expected), "%s", c->trace.hex);
    snprintf(c->check.received, sizeof(c->check.received), "%s", received ? received : "");
    if (!received || strlen(received) != strlen(c->trace.hex))
        holds = false;
    else if (c->gateway) /* compares without regard to case: wap-gateway.md 3 */
        holds = text_same_nocase(received, c->trace.hex);
    else
        holds = digest_same(received, c->trace.hex, strlen(c->trace.hex));
    c->wrong_sign = !holds;
    return holds ? PASSED : BAD_SIGN;
}

static bool differs(const char *given, const char *ours)
{
    return given && given[0] && ours && strcmp(given, ours) != 0;
}

static int check_ids(struct call *c)
{
    const struct merchant *m = c->merchant;
    const char *appid = params_get(&c->params, "appid");
    const struct field *sub = spec_field(c->spec, "sub_mch_id");

    if (c->gateway)
        return PASSED;
    if (!appid || !appid[0])
        return BAD_APPID;
    if (differs(appid, m->appid)) {
        for (size_t i = 0; i < c->g->merchant_count; i++) {
            if (!differs(appid, c->g->merchants[i].appid) && c->g->merchants[i].appid)
                return BAD_BINDING;
        }
        return BAD_APPID;
    }
    if (sub && sub->required && !m->sub_mch_id)
        return BAD_PERMISSION;
    return differs(params_get(&c->params, "sub_mch_id"), m->sub_mch_id) ? BAD_SUB : PASSED;
}

/* Fields of the contract half: what is wrong with them refuses the contract, not the order. */
static bool is_contract_field(const char *name)
{
    return strncmp(name, "contract_", 9) == 0 || strcmp(name, "plan_id") == 0 ||
           strcmp(name, "request_serial") == 0;
}

static int check_fields(struct call *c)
{
    bool lacking;
    validate(c->spec, &c->params, ENVIRONMENT_TEST, c->kind, &c->findings);
    const struct finding *f = validate_first(&c->findings, &lacking);

    for (size_t i = 0; f && !lacking && i < c->findings.count; i++) {
        const struct finding *other = &c->findings.items[i];
        if (other->severity == SEVERITY_ERROR && !is_contract_field(other->field))
            f = other; /* an error of the payment half decides */
        if (f == other)
            break;
    }
    if (!f)
        return PASSED;
    set_detail(c, f->text[LANG_ZH], f->text[LANG_EN]);
    if (lacking)
        return BAD_LACKING;
    if (!is_contract_field(f->field))
        return BAD_VALUE;
    c->contract = &fault_rows[BAD_CONTRACT_VALUE];
    return PASSED;
}

static bool is_plan(const char *plan)
{
    for (size_t i = 0; i < ARRAY_COUNT(plan_ids); i++) {
        if (strcmp(plan_ids[i], plan) == 0)
            return true;
    }
    return false;
}

static int place(struct call *c)
{
    static const int results[] = {
        [PLACE_NEW] = PASSED,    [PLACE_SAME] = PASSED,       [PLACE_DIFFERS] = BAD_USED,
        [PLACE_PAID] = BAD_PAID, [PLACE_CLOSED] = BAD_CLOSED, [PLACE_FULL] = BAD_FULL};
    struct params names = {0};
    char unique[21];
    const char *plan = params_get(&c->params, "plan_id");
    const char *code = params_get(&c->params, "contract_code");

    random_letters(unique, 20);
    c->placed = ledger_place(c->g->ledger, c->spec, &c->params, c->kind, now(c->g), unique,
                             &c->order, &names);
    if (c->placed == PLACE_DIFFERS && names.count) {
        char zh[200], en[200];
        snprintf(zh, sizeof(zh), "同一订单号再次下单，但 %s 等 %zu 个字段不同", names.items[0].name,
                 names.count);
        snprintf(en, sizeof(en), "the order number came again, but %s (of %zu fields) differs",
                 names.items[0].name, names.count);
        set_detail(c, zh, en);
    }
    params_clear(&names);
    if (results[c->placed] != PASSED)
        return results[c->placed];
    if (!c->contract && plan && !is_plan(plan))
        c->contract = &fault_rows[BAD_PLAN];
    if (!c->contract && code &&
        ledger_contract_taken(c->g->ledger, c->merchant->mch_id, code, c->order))
        c->contract = &fault_rows[BAD_CONTRACT_CODE];
    c->order->contract_refused = c->contract != NULL;
    return PASSED;
}

static int check(struct call *c)
{
    static int (*const steps[])(struct call *) = {check_merchant, check_sign_type, check_sign,
                                                  check_ids,      check_fields,    place};
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        int failed = steps[i](c);
        if (failed != PASSED)
            return failed;
    }
    return PASSED;
}

/* ---- Faults on demand ---- */

/* An error code that a rule demands, as a row of its own. False if the rule demands none. */
static bool demanded(const struct call *c, struct fault_row *row)
{
    const struct error_code *e;
    if (!c->fault || c->fault->kind != FAULT_CODE)
        return false;
    e = spec_error(c->spec, c->fault->code, NULL, ERROR_LAYER_ANY);
    *row = (struct fault_row){.layer = e ? e->layer : ERROR_BUSINESS,
                              .gateway_status = e && e->layer == ERROR_COMMUNICATION,
                              .code = c->fault->code,
                              .text = e ? e->meaning.zh : c->fault->code,
                              .why = {"故障规则要求如此", "a fault rule demands it"}};
    return true;
}

static bool is_mute(const struct call *c)
{
    return c->fault && (c->fault->kind == FAULT_HANG || c->fault->kind == FAULT_CLOSE);
}

/* ---- Serving ---- */

static void save(const struct gateway *g)
{
    if (!g->books)
        return;
    struct json *j = ledger_to_json(g->ledger);
    struct buf text;
    buf_init(&text, 64u << 20);
    json_write(j, false, &text);
    store_write(g->books, buf_str(&text), text.len, 0600, NULL);
    buf_clear(&text);
    json_free(j);
}

/* The catalogue's path at the end of what was asked: SDKs put it below any prefix. */
static bool find_path(struct call *c)
{
    size_t len = strlen(c->q->path);
    for (size_t i = 0; i < c->g->catalog->count; i++) {
        const char *path = c->g->catalog->specs[i]->path;
        size_t n = strlen(path);
        if (n <= len && strcmp(c->q->path + len - n, path) == 0) {
            c->path = path;
            c->spec = catalog_by_path(c->g->catalog, path, NULL);
            c->gateway = c->spec->dialect == DIALECT_GATEWAY;
            return true;
        }
    }
    return false;
}

static void serve_unknown(struct call *c)
{
    buf_init(&c->a->body, 4096);
    buf_adds(&c->a->body, "wxpc sandbox gateway\n\nPOST XML to:\n");
    for (size_t i = 0; i < c->g->catalog->count; i++) {
        const struct spec *s = c->g->catalog->specs[i];
        buf_addf(&c->a->body, "  %s  (%s)\n", s->path, s->id);
    }
    c->a->content_type = "text/plain; charset=utf-8";
    c->a->status = strcmp(c->q->path, "/") == 0 ? 200 : 404;
    bool listing = c->a->status == 200;
    report(c, listing ? "OK" : "404",
           listing ? (struct bi){"列出沙箱的路径", "listed the sandbox's paths"}
                   : (struct bi){"沙箱不提供这个路径", "the sandbox does not serve this path"},
           listing);
}

static void serve_spec(struct call *c)
{
    struct fault_row row;
    int failed = check_body(c);

    if (failed == PASSED && c->gateway) {
        c->spec = catalog_by_path(c->g->catalog, c->path, params_get(&c->params, "service"));
        if (!c->spec)
            failed = BAD_SERVICE;
    }
    if (c->spec)
        c->fault = fault_pick(c->g->faults, c->g->fault_count, c->spec->id,
                              params_get(&c->params, "out_trade_no"));
    if (is_mute(c)) {
        c->a->hang = c->fault->kind == FAULT_HANG;
        c->a->drop = c->fault->kind == FAULT_CLOSE;
        report(c, c->a->hang ? "HANG" : "CLOSE",
               (struct bi){"故障规则要求如此", "a fault rule demands it"}, false);
        return;
    }
    if (failed == PASSED)
        failed = check(c);
    /* A demanded code replaces a good answer; real faults of the request come first. */
    if (failed == PASSED && demanded(c, &row)) {
        if (row.layer == ERROR_CONTRACT) {
            c->contract = &row;
            c->order->contract_refused = true;
            accept(c);
        } else {
            refuse(c, &row);
        }
    } else if (failed != PASSED) {
        refuse(c, &fault_rows[failed]);
    } else {
        accept(c);
        save(c->g);
    }
}

static void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    struct call *c = mem_alloc(sizeof(*c));
    c->g = ctx;
    c->q = q;
    c->a = a;
    if (find_path(c))
        serve_spec(c);
    else
        serve_unknown(c);
    params_clear(&c->params);
    sign_trace_clear(&c->trace);
    findings_clear(&c->findings);
    free(c);
}

/* ---- Opening ---- */

static void merchant_clear(struct merchant *m)
{
    free(m->mch_id);
    free(m->appid);
    free(m->sub_mch_id);
    free(m->sub_appid);
    secret_clear(&m->key);
    memset(m, 0, sizeof(*m));
}

enum status gateway_merchant(struct gateway *g, const struct profile *p, struct err *err)
{
    const char *mch_id = params_get(&p->fields, "mch_id");
    struct merchant *m = NULL;

    if (!mch_id || !secret_is_set(&p->key.value))
        return err_set(err, ST_ARGUMENT,
                       SAY("沙箱不能服务商户配置 %s", "它没有 mch_id 或密钥", "补齐后再选用"),
                       SAY("the sandbox cannot serve profile %s", "it has no mch_id or no key",
                           "complete it and choose it again"),
                       p->name ? p->name : "?");
    for (size_t i = 0; i < g->merchant_count; i++) {
        if (g->merchants[i].dialect == p->dialect && strcmp(g->merchants[i].mch_id, mch_id) == 0)
            m = &g->merchants[i];
    }
    if (!m && g->merchant_count == MERCHANTS_MAX)
        return err_set(err, ST_LIMIT, SAY("沙箱的商户已满", "最多 %d 个", "少给几个商户配置"),
                       SAY("the sandbox has no room for another merchant", "%d at most",
                           "start it with fewer profiles"),
                       MERCHANTS_MAX);
    if (!m)
        m = &g->merchants[g->merchant_count++];
    merchant_clear(m);
    m->dialect = p->dialect;
    m->mch_id = mem_strdup(mch_id);
    m->appid = mem_strdup(params_get(&p->fields, "appid"));
    m->sub_mch_id = mem_strdup(params_get(&p->fields, "sub_mch_id"));
    m->sub_appid = mem_strdup(params_get(&p->fields, "sub_appid"));
    secret_copy(&m->key, &p->key.value);
    return ST_OK;
}

static void add_built_in(void *ctx, const char *name, const char *origin)
{
    struct gateway *g = ctx;
    struct store none = {0};
    struct profile p = {0};
    if (strcmp(origin, "built-in") == 0 && !store_profile(&none, name, false, &p, NULL))
        gateway_merchant(g, &p, NULL);
    profile_clear(&p);
}

static enum status read_books(struct gateway *g, struct err *err)
{
    struct buf text;
    struct json *j = NULL;
    struct err why = {0};

    buf_init(&text, 64u << 20);
    enum status st = store_read(g->books, &text, &why);
    if (st == ST_NOT_FOUND) {
        buf_clear(&text);
        return ST_OK;
    }
    if (!st)
        st = json_parse(buf_str(&text), text.len, &j, &why);
    if (!st)
        st = ledger_from_json(g->ledger, j, &why);
    json_free(j);
    buf_clear(&text);
    if (st && err) {
        *err = why;
        err_wrap(err, "%s", "%s", g->books);
    }
    return st;
}

static enum status read_faults(struct gateway *g, const char *const *rules, struct err *err)
{
    for (size_t i = 0; rules && rules[i]; i++) {
        if (g->fault_count == FAULT_RULES_MAX)
            return err_set(err, ST_LIMIT, SAY("故障规则过多", "最多 %d 条", "减少 --fault"),
                           SAY("too many fault rules", "%d at most", "give fewer --fault"),
                           FAULT_RULES_MAX);
        enum status st = fault_read(g->catalog, rules[i], &g->faults[g->fault_count], err);
        if (st)
            return st;
        g->fault_count++;
    }
    return ST_OK;
}

static time_t real_clock(void)
{
    return time(NULL);
}

enum status gateway_open(struct loop *loop, const struct catalog *catalog,
                         const struct gateway_options *o, struct gateway **out, struct err *err)
{
    struct gateway *g = mem_alloc(sizeof(*g));
    struct store none = {0};
    char path[4096];

    g->loop = loop;
    g->catalog = catalog;
    g->sink = o->sink;
    g->ctx = o->ctx;
    g->clock = o->clock ? o->clock : real_clock;
    g->epoch = g->clock();
    g->scale = o->time_scale > 0 ? o->time_scale : 1;
    g->ledger = ledger_new();
    store_list(&none, "profiles", add_built_in, g);
    enum status st = read_faults(g, o->faults, err);
    if (!st && o->data_dir) {
        snprintf(path, sizeof(path), "%s/sandbox.json", o->data_dir);
        g->books = mem_strdup(path);
        st = read_books(g, err);
    }
    if (!st)
        st = httpd_open(o->address ? o->address : "127.0.0.1", o->port, NULL, handle, g, &g->httpd,
                        err);
    if (st) {
        gateway_close(g);
        return st;
    }
    loop_serve(loop, g->httpd);
    *out = g;
    return ST_OK;
}

void gateway_close(struct gateway *g)
{
    if (!g)
        return;
    if (g->httpd)
        loop_drop(g->loop, g->httpd);
    for (size_t i = 0; i < g->merchant_count; i++)
        merchant_clear(&g->merchants[i]);
    ledger_free(g->ledger);
    free(g->books);
    free(g);
}

const char *gateway_url(const struct gateway *g)
{
    return httpd_url(g->httpd);
}
