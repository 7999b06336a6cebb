/* SPDX-License-Identifier: MIT */
/*
 * The order of judgement: document, event, merchant, signature, and only for what is
 * genuine our own records. Each objection is a finding; the verdict follows from them.
 */
#include "core/notice.h"

#include <stdlib.h>
#include <string.h>

#include "core/sealed.h"
#include "core/text.h"

static const struct bi trust_texts[] = {
    [NOTICE_UNREADABLE] = {"无法解析，未作判断", "cannot be parsed, was not judged"},
    [NOTICE_NO_KEY] = {"没有密钥，未作判断", "no key, was not judged"},
    [NOTICE_UNSIGNED] = {"没有签名", "unsigned"},
    [NOTICE_FORGED] = {"伪造或密钥不同", "forged, or another key"},
    [NOTICE_GENUINE] = {"签名有效", "signature holds"},
};

struct bi notice_trust_text(enum notice_trust t)
{
    return trust_texts[t];
}

void notice_clear(struct notice *n)
{
    params_clear(&n->params);
    params_clear(&n->inner);
    sign_trace_clear(&n->trace);
    findings_clear(&n->findings);
    *n = (struct notice){0};
}

static const char *filled(const struct params *p, const char *name)
{
    const char *value = params_get(p, name);
    return value && value[0] ? value : NULL;
}

const char *notice_get(const struct notice *n, const char *name)
{
    const char *inner = filled(&n->inner, name);
    return inner ? inner : filled(&n->params, name);
}

const char *notice_order(const struct notice *n)
{
    const char *order = notice_get(n, "out_trade_no");
    return order ? order : notice_get(n, "contract_code");
}

bool notice_is_deduction(const struct notice *n)
{
    return n->kind == EVENT_PAYMENT && notice_get(n, "contract_id");
}

/* A deduction that failed has no transaction, and its contract is that of many orders. */
const char *notice_transaction(const struct notice *n)
{
    const char *number = n->kind == EVENT_REFUND ? notice_get(n, "refund_id") : NULL;
    if (!number)
        number = notice_get(n, "transaction_id");
    return number || notice_is_deduction(n) ? number : notice_get(n, "contract_id");
}

const char *notice_fee_name(const struct notice *n)
{
    return n->kind == EVENT_REFUND ? "refund_fee" : "total_fee";
}

static bool is(const struct notice *n, const char *name, const char *value)
{
    const char *v = notice_get(n, name);
    return v && strcmp(v, value) == 0;
}

#define ERROR_OF(field, rule) ((struct finding_head){field, rule, SEVERITY_ERROR, false})
#define WARNING_OF(field, rule) ((struct finding_head){field, rule, SEVERITY_WARNING, false})

/* ---- Which event ---- */

/* Without the order, a deposit looks like a payment that a partner signed with HMAC-SHA256
   (facts/apis.md 3 and 4.3), and that is the rarer of the two: what a deposit cannot have tells. */
static bool looks_like_deposit(const struct notice *n)
{
    static const char *const types[] = {"APP", "JSAPI", "MICROPAY"};
    const char *sign = notice_get(n, "sign");
    bool type = !notice_get(n, "trade_type");
    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        type = type || is(n, "trade_type", types[i]);
    return sign && strlen(sign) == 64 && notice_get(n, "sub_mch_id") && type &&
           !notice_get(n, "contract_id") && !notice_get(n, "coupon_fee");
}

static enum event_kind kind_of(const struct notice *n)
{
    if (n->gateway)
        return notice_get(n, "out_trade_no") ? EVENT_GATEWAY_PAYMENT : EVENT_UNKNOWN;
    if (params_find(&n->params, "req_info"))
        return EVENT_REFUND;
    if (is(n, "change_type", "ADD"))
        return EVENT_CONTRACT_ADD;
    if (is(n, "change_type", "DELETE"))
        return EVENT_CONTRACT_DELETE;
    if (notice_get(n, "out_trade_no") &&
        (notice_get(n, "transaction_id") || notice_get(n, "total_fee")))
        return looks_like_deposit(n) ? EVENT_DEPOSIT : EVENT_PAYMENT;
    return EVENT_UNKNOWN;
}

static void set_kind(struct notice *n, const struct events *events, enum event_kind kind)
{
    n->kind = kind;
    n->event = kind < EVENT_COUNT ? &events->items[kind] : NULL;
}

/* ---- Whose it is ---- */

/* How well a profile fits: 0 not at all, 1 by its mch_id (or it is for any merchant), 2 by the
   appid as well. */
static int fits(const struct notice *n, const struct profile *p)
{
    const char *theirs = notice_get(n, "mch_id"), *ours = params_get(&p->fields, "mch_id");
    const char *their_appid = notice_get(n, "appid"), *our_appid = params_get(&p->fields, "appid");
    bool dialect = (p->dialect == DIALECT_GATEWAY) == n->gateway;

    if (!dialect || (ours && (!theirs || strcmp(theirs, ours) != 0)))
        return 0;
    if (!ours)
        return 1;
    return their_appid && our_appid && strcmp(their_appid, our_appid) == 0 ? 2 : 1;
}

static bool unseal(struct notice *n, const struct secret *key)
{
    enum status st = sealed_read(notice_get(n, "req_info"), key, &n->inner, &n->parse_error);
    if (!st)
        n->parse_error = (struct err){0};
    return !st;
}

/* Tries one profile's key. */
static void try_profile(struct notice *n, const struct profile *p)
{
    n->profile = p;
    if (n->kind == EVENT_REFUND && !notice_get(n, "req_info"))
        return; /* empty: stays unsigned */
    if (n->kind == EVENT_REFUND) {
        n->trust = unseal(n, &p->key.value) ? NOTICE_GENUINE : NOTICE_FORGED;
        return;
    }
    sign_verify(&n->params, &p->key.value, n->gateway, &n->trace, &n->sign);
    bool odd = n->gateway && n->sign.kind != SIGN_MD5; /* the gateway knows no other */
    n->trust = n->sign.state == SIGN_VALID && !odd ? NOTICE_GENUINE
               : n->sign.state == SIGN_ABSENT      ? NOTICE_UNSIGNED
                                                   : NOTICE_FORGED;
}

/* A key of ours for another merchant tells only if it holds: else it is a merchant unknown here. */
static void try_another(struct notice *n, const struct profile *p)
{
    try_profile(n, p);
    if (n->trust != NOTICE_FORGED || !notice_get(n, "mch_id"))
        return;
    n->trust = NOTICE_NO_KEY;
    n->profile = NULL;
    n->sign = (struct sign_check){0};
    n->parse_error = (struct err){0};
    sign_trace_clear(&n->trace);
}

/* The profiles that fit, the best first, until a key holds; without one that fits, the current
   profile, so that "signed with our key for another merchant" can be told from "no key". */
static void judge_origin(struct notice *n, const struct notice_context *c)
{
    const struct profile *fallback = NULL, *first = NULL;

    n->trust = notice_get(n, n->kind == EVENT_REFUND ? "req_info" : "sign") ? NOTICE_NO_KEY
                                                                            : NOTICE_UNSIGNED;
    for (int score = 2; score > 0; score--) {
        for (size_t i = 0; i < c->profile_count && n->trust != NOTICE_GENUINE; i++) {
            const struct profile *p = c->profiles[i];
            if (!secret_is_set(&p->key.value) || fits(n, p) != score)
                continue;
            try_profile(n, p);
            first = first ? first : p;
        }
    }
    for (size_t i = 0; i < c->profile_count && !fallback; i++) {
        const struct profile *p = c->profiles[i];
        if (secret_is_set(&p->key.value) && (p->dialect == DIALECT_GATEWAY) == n->gateway)
            fallback = p;
    }
    if (!first && fallback)
        try_another(n, fallback);
    else if (first && n->trust != NOTICE_GENUINE && n->profile != first)
        try_profile(n, first); /* whose steps are worth looking at */
}

static void say_forged(struct notice *n)
{
    struct findings *f = &n->findings;
    if (n->kind == EVENT_REFUND) {
        char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
        err_line(&n->parse_error, LANG_ZH, zh, sizeof zh);
        err_line(&n->parse_error, LANG_EN, en, sizeof en);
        findings_add(f, ERROR_OF("req_info", "forged"),
                     "req_info 不能用该商户的密钥解密：%.200s%.0s",
                     "req_info does not decrypt with this merchant's key: %.0s%.200s", zh, en);
    } else if (n->sign.state == SIGN_BAD_SHAPE) {
        findings_add(f, ERROR_OF("sign", "forged"), "sign 不是 32 或 64 位十六进制",
                     "sign is not 32 or 64 hexadecimal digits");
    } else if (n->sign.state == SIGN_VALID) {
        findings_add(f, ERROR_OF("sign", "forged"), "用 %s 签名：第三方网关只用 MD5",
                     "signed with %s: the third-party gateway uses MD5 only",
                     sign_kind_name(n->sign.kind));
    } else if (n->sign.case_differs) {
        findings_add(f, ERROR_OF("sign", "forged"), "sign 是小写：平台只发大写",
                     "sign is in lower case: the platform sends upper case only");
    } else {
        findings_add(f, ERROR_OF("sign", "forged"),
                     "签名不符：按收到的全部字段以 %s 计算得 %s，收到 %s",
                     "the signature does not hold: all fields received give %2$s with %1$s, "
                     "received was %3$s",
                     sign_kind_name(n->sign.kind), n->sign.expected, n->sign.received);
    }
}

static void say_trust(struct notice *n)
{
    char shown[FINDING_SHOWN_MAX];
    const char *mch_id = notice_get(n, "mch_id");
    finding_shown(mch_id ? mch_id : "?", strlen(mch_id ? mch_id : "?"), false, shown);
    switch (n->trust) {
    case NOTICE_NO_KEY:
        findings_add(&n->findings, ERROR_OF("mch_id", "no-key"),
                     "没有商户号 %s 的可用密钥，无法验签",
                     "there is no usable key for merchant %s to verify with", shown);
        break;
    case NOTICE_UNSIGNED:
        findings_add(&n->findings,
                     ERROR_OF(n->kind == EVENT_REFUND ? "req_info" : "sign", "unsigned"),
                     "通知没有签名，任何人都能发", "it is unsigned: anybody can send such a one");
        break;
    case NOTICE_FORGED:
        say_forged(n);
        break;
    case NOTICE_UNREADABLE:
    case NOTICE_GENUINE:
        break;
    }
}

/* ---- Our keys in it ---- */

bool notice_redact(const struct notice_context *c, struct buf *text)
{
    bool found = false;
    for (size_t i = 0; i < c->profile_count; i++)
        found = profile_redact(c->profiles[i], text) || found;
    return found;
}

static bool redact_params(const struct notice_context *c, struct params *p)
{
    bool found = false;
    for (size_t i = 0; i < c->profile_count; i++)
        found = profile_redact_params(c->profiles[i], p) || found;
    return found;
}

bool notice_redact_body(const struct notice_context *c, const struct notice *n, struct buf *body)
{
    struct params again = {0};
    bool found = notice_redact(c, body);
    if (n->key_inside && !xml_read(buf_str(body), body->len, &again, NULL, NULL) &&
        redact_params(c, &again)) {
        buf_clear(body);
        buf_init(body, XML_SIZE_MAX);
        xml_write(&again, body, NULL);
    }
    params_clear(&again);
    return found || n->key_inside;
}

void notice_say_key(struct notice *n)
{
    if (n->key_inside)
        return;
    n->key_inside = true;
    findings_add(&n->findings, WARNING_OF("", "key-inside"),
                 "通知里有商户的密钥，已显示为 ****：对方不该知道它，请更换密钥",
                 "the notification holds a key of the merchant, shown as ****: the other side "
                 "should not know it; change the key");
}

/* Before any sentence quotes what was received. */
static void hide_keys(struct notice *n, const struct notice_context *c)
{
    bool found = redact_params(c, &n->params);
    found = redact_params(c, &n->inner) || found;
    for (size_t i = 0; i < c->profile_count; i++) {
        found = profile_redact_text(c->profiles[i], n->sign.received) || found;
        profile_redact_text(c->profiles[i], n->xml.root);
        for (size_t lang = 0; lang < LANG_COUNT; lang++)
            profile_redact_text(c->profiles[i], n->parse_error.text[lang]);
    }
    if (!found)
        return;
    sign_trace_hide(&n->trace);
    notice_say_key(n);
}

/* ---- What it tells ---- */

/* The first field that tells of a failure, or that is missing for a success; NULL: a success. */
static const char *fails_at(const struct notice *n)
{
    static const char *const official[] = {"return_code", "result_code", NULL},
                             *const gateway[] = {"status", "result_code", "pay_result", NULL},
                             *const refund[] = {"refund_status", NULL};
    const char *const *names = n->kind == EVENT_REFUND ? refund : n->gateway ? gateway : official;
    for (; *names; names++) {
        if (!is(n, *names, n->gateway ? "0" : "SUCCESS"))
            return *names;
    }
    bool deduction = !n->gateway && n->kind != EVENT_REFUND && notice_get(n, "trade_state");
    return deduction && !is(n, "trade_state", "SUCCESS") ? "trade_state" : NULL;
}

static bool tells_success(const struct notice *n)
{
    return !fails_at(n);
}

bool notice_same_outcome(const struct notice *a, const struct notice *b)
{
    static const char *const names[] = {"return_code", "status",      "result_code",
                                        "pay_result",  "trade_state", "refund_status"};
    bool good = tells_success(a), same = true;
    if (good || tells_success(b))
        return good && tells_success(b);
    for (size_t i = 0; same && i < ARRAY_COUNT(names); i++) {
        const char *one = notice_get(a, names[i]), *other = notice_get(b, names[i]);
        same = one && other ? strcmp(one, other) == 0 : one == other;
    }
    return same;
}

/* ---- What our records say ---- */

static void compare(struct notice *n, const char *name, const char *rule, const char *ours)
{
    char theirs[FINDING_SHOWN_MAX], mine[FINDING_SHOWN_MAX];
    const char *v = notice_get(n, name);
    if (!ours || !ours[0] || !v || strcmp(v, ours) == 0)
        return;
    finding_shown(v, strlen(v), false, theirs);
    finding_shown(ours, strlen(ours), false, mine);
    findings_add(&n->findings, ERROR_OF(name, rule), "通知的 %s 是 %s，我方是 %s",
                 "%s of the notification is %s, ours is %s", name, theirs, mine);
}

static void judge_merchant(struct notice *n)
{
    const struct notice_known *k = &n->known;
    const struct params *p = n->profile ? &n->profile->fields : NULL;
    const char *appid = k->appid ? k->appid : p ? params_get(p, "appid") : NULL;
    const char *mch_id = k->mch_id ? k->mch_id : p ? params_get(p, "mch_id") : NULL;

    compare(n, "mch_id", "mch-id", mch_id);
    if (!n->gateway)
        compare(n, "appid", "appid", appid);
    compare(n, "sub_mch_id", "sub-mch-id", k->sub_mch_id);
}

/* An amount and what it has to be: as ordered, or as the same transaction's notification before
   said
   (`ordered` 0). Each 0: not known. */
static void judge_fee(struct notice *n, const char *name, int64_t ordered, int64_t before)
{
    const char *text = notice_get(n, name);
    int64_t fen = 0, expected = ordered > 0 ? ordered : before;
    char ours[32], theirs[32];

    if (!text)
        return;
    if (!text_read_fen(text, &fen)) {
        findings_add(&n->findings, ERROR_OF(name, "type"), "%s 不是整数的分",
                     "%s is no whole number of fen", name);
        return;
    }
    if (expected <= 0 || expected == fen)
        return;
    text_yuan(fen, theirs, sizeof theirs);
    text_yuan(expected, ours, sizeof ours);
    if (ordered > 0)
        findings_add(
            &n->findings, ERROR_OF(name, "amount"),
            "金额与订单不同：通知 %s 元，订单 %s 元；不要发货",
            "the amount differs from the order: %s yuan here, %s yuan ordered; deliver nothing",
            theirs, ours);
    else
        findings_add(&n->findings, ERROR_OF(name, "amount"),
                     "金额改了：这笔交易此前的通知是 %2$s 元，现在是 %1$s 元；不要发货",
                     "the amount was altered: %s yuan here, %s yuan in the notification of this "
                     "transaction before; deliver nothing",
                     theirs, ours);
}

/* Of a refund both are told: total_fee is the order's, refund_fee its own, and no more than that.
 */
static void judge_amount(struct notice *n)
{
    const struct notice_known *k = &n->known;
    int64_t ordered = k->order ? k->total_fee : 0, refunded = 0;
    int64_t before = n->trust == NOTICE_GENUINE && k->seen ? k->seen_fee : 0;
    char ours[32], theirs[32];

    judge_fee(n, "total_fee", ordered, n->kind == EVENT_REFUND ? 0 : before);
    if (n->kind != EVENT_REFUND)
        return;
    judge_fee(n, "refund_fee", 0, before);
    const char *text = notice_get(n, "refund_fee");
    if (!text || !text_read_fen(text, &refunded))
        return;
    text_yuan(refunded, theirs, sizeof theirs);
    if (k->refund_fee > 0 && refunded != k->refund_fee) {
        text_yuan(k->refund_fee, ours, sizeof ours);
        findings_add(&n->findings, ERROR_OF("refund_fee", "amount"),
                     "退款金额是 %s 元，申请的是 %s 元；不要入账",
                     "refund_fee is %s yuan, %s yuan were asked for; do not book it", theirs, ours);
        return;
    }
    if (ordered <= 0 || refunded <= ordered)
        return;
    text_yuan(ordered, ours, sizeof ours);
    findings_add(
        &n->findings, ERROR_OF("refund_fee", "amount"), "退款 %s 元，多于订单的 %s 元；不要入账",
        "%s yuan are refunded, more than the %s yuan ordered; do not book it", theirs, ours);
}

/* A transaction pays one order. */
static void judge_transaction(struct notice *n)
{
    const char *number = notice_transaction(n);
    char here[FINDING_SHOWN_MAX], there[FINDING_SHOWN_MAX];
    if (n->trust != NOTICE_GENUINE || !n->known.other || !number)
        return;
    finding_shown(number, strlen(number), false, here);
    finding_shown(n->known.other, strlen(n->known.other), false, there);
    findings_add(&n->findings,
                 ERROR_OF(n->kind == EVENT_REFUND ? "refund_id" : "transaction_id", "other-order"),
                 "%s 此前的通知说的是订单 %s：一笔交易只属于一个订单；不要发货",
                 "%s was told of for order %s before: it belongs to one order; deliver nothing",
                 here, there);
}

static void judge_records(struct notice *n)
{
    const struct notice_known *k = &n->known;
    const char *order = notice_order(n);
    bool contract = !notice_get(n, "out_trade_no");
    char shown[FINDING_SHOWN_MAX];

    if (k->asked && !k->order && order)
        findings_add(&n->findings,
                     WARNING_OF(contract ? "contract_code" : "out_trade_no", "unknown-order"),
                     contract ? "记录里没有签约 %s" : "记录里没有订单 %s",
                     contract ? "there is no contract %s in the records"
                              : "there is no order %s in the records",
                     finding_shown(order, strlen(order), false, shown));
    if (n->trust != NOTICE_GENUINE)
        return;
    bool chosen = n->event && !n->event->has_sign && !n->event->sealed; /* by the order */
    if (k->order && k->has_kind && chosen && k->kind != n->sign.kind)
        findings_add(&n->findings, WARNING_OF("sign", "algorithm"), "通知用 %s 签名，订单用的是 %s",
                     "the notification is signed with %s, the order was with %s",
                     sign_kind_name(n->sign.kind), sign_kind_name(k->kind));
    bool acknowledged = k->seen && !k->seen_other;
    n->duplicate = acknowledged || k->refused;
    if (n->duplicate && !n->findings.errors)
        findings_add(
            &n->findings, WARNING_OF("transaction_id", "duplicate"),
            acknowledged ? "同一通知此前已确认过：应再次回答成功，但不要重复处理"
                         : "同一通知此前到过，没有确认：应用若已处理过，不要重复处理",
            acknowledged
                ? "the same one was acknowledged before: acknowledge it again, but do not process "
                  "it twice"
                : "the same one came before and was not acknowledged: if the application processed "
                  "it all the same, it must not do so twice");
    if (k->paid_by && n->paid)
        findings_add(&n->findings, WARNING_OF("transaction_id", "paid-twice"),
                     "订单此前已由交易 %s 支付：核对后退掉一笔",
                     "the order was paid before, by transaction %s: find out which one to refund",
                     finding_shown(k->paid_by, strlen(k->paid_by), false, shown));
    if (k->seen_paid && !n->paid)
        findings_add(&n->findings, WARNING_OF("transaction_id", "out-of-order"),
                     "顺序颠倒：同一交易此前已通知成功；不要撤销已做的处理，先查询",
                     "out of order: the same transaction was told as a success before; undo "
                     "nothing, query first");
    if (k->earlier_missing)
        findings_add(&n->findings, WARNING_OF("", "out-of-order"), "顺序颠倒：它之前的通知还没有到",
                     "out of order: the one that comes before it has not arrived");
    if (k->later_seen)
        findings_add(&n->findings, WARNING_OF("", "out-of-order"), "顺序颠倒：它之后的通知已经到了",
                     "out of order: one that comes after it was here before");
}

/* ---- What it says ---- */

static void judge_result(struct notice *n)
{
    const char *field = fails_at(n);
    n->paid = !field;
    bool closed = n->event && n->event->sealed && !n->inner.count; /* nobody knows what it says */
    if (!n->paid && n->event && !closed)
        findings_add(&n->findings, WARNING_OF(field, "not-success"),
                     "它说的不是成功（看 %s）：确认收到，但不能当作已完成",
                     "it does not tell of success (see %s): acknowledge it, but take nothing for "
                     "done",
                     field);
}

static void judge_lacking(struct notice *n, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *f = &fields[i];
        bool due = f->presence == PRESENCE_ALWAYS && (n->paid || f->layer != LAYER_BUSINESS_OK);
        if (!due || strcmp(f->name, "sign") == 0 || notice_get(n, f->name))
            continue;
        findings_add(&n->findings,
                     (struct finding_head){f->name, "required", SEVERITY_WARNING, true},
                     "缺少字段 %s（%s%.0s）", "the field %s (%.0s%s) is missing", f->name,
                     f->label.zh, f->label.en);
    }
}

static void judge_content(struct notice *n)
{
    judge_result(n);
    if (!n->event) {
        findings_add(&n->findings, WARNING_OF("", "unknown-event"), "不是已知的通知",
                     "it is none of the notifications known");
        return;
    }
    judge_lacking(n, n->event->fields, n->event->field_count);
    if (n->trust == NOTICE_GENUINE)
        judge_lacking(n, n->event->inner, n->event->inner_count);
}

static void say_unreadable(struct notice *n, size_t len)
{
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    err_line(&n->parse_error, LANG_ZH, zh, sizeof zh);
    err_line(&n->parse_error, LANG_EN, en, sizeof en);
    findings_add(&n->findings, ERROR_OF("", len ? "unreadable" : "empty"), "未作判断：%.300s%.0s",
                 "not judged: %.0s%.300s", zh, en);
}

static bool all_gateway(const struct notice_context *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->profile_count; i++)
        count += c->profiles[i]->dialect == DIALECT_GATEWAY;
    return count > 0 && count == c->profile_count;
}

/* Empties `n` and keeps the memory of its lists. */
static void reset(struct notice *n)
{
    struct sign_trace trace = n->trace;
    struct findings findings = n->findings;
    struct params params = n->params;
    params_clear(&n->inner);
    findings_reset(&findings);
    *n = (struct notice){.trace = trace, .findings = findings, .params = params};
    n->kind = EVENT_UNKNOWN;
}

void notice_read(const struct notice_context *c, const char *data, size_t len, struct notice *n)
{
    reset(n);
    if (xml_read(data, len, &n->params, &n->xml, &n->parse_error)) {
        n->gateway = all_gateway(c);
        hide_keys(n, c);
        say_unreadable(n, len);
        return;
    }
    n->gateway = !params_find(&n->params, "return_code") &&
                 (params_find(&n->params, "status") || params_find(&n->params, "pay_result"));
    set_kind(n, c->events, kind_of(n));
    judge_origin(n, c);
    hide_keys(n, c);
    say_trust(n);
    if (c->known)
        c->known(c->ctx, n, &n->known);
    if (n->known.order && (n->kind == EVENT_PAYMENT || n->kind == EVENT_DEPOSIT))
        set_kind(n, c->events, n->known.deposit ? EVENT_DEPOSIT : EVENT_PAYMENT);
    if (n->xml.repeated)
        findings_add(&n->findings, WARNING_OF("", "repeated"),
                     "%zu 个字段重复出现%.0s，值相同，只计一次",
                     "%zu field%s came twice with the same value, counted once", n->xml.repeated,
                     text_s(n->xml.repeated));
    judge_content(n);
    if (n->trust != NOTICE_NO_KEY)
        judge_merchant(n);
    judge_amount(n);
    judge_transaction(n);
    judge_records(n);
}

bool notice_is_good(const struct notice *n)
{
    return n->trust == NOTICE_GENUINE && n->findings.errors == 0;
}

/* Rules that refuse, and how a merchant's answer words them. */
static const struct {
    const char *rule, *text;
} reasons[] = {
    {"empty", "通知内容为空"},
    {"unreadable", "XML格式错误"},
    {"unsigned", "缺少签名"},
    {"forged", "签名错误"},
    {"no-key", "商户号不匹配"},
    {"mch-id", "商户号不匹配"},
    {"appid", "appid不匹配"},
    {"amount", "订单金额不一致"},
    {"sub-mch-id", "子商户号不匹配"},
    {"type", "参数格式校验错误"},
    {"other-order", "交易号与订单号不符"},
};

const char *notice_reason(const struct notice *n)
{
    for (size_t i = 0; i < n->findings.count; i++) {
        const struct finding *f = &n->findings.items[i];
        for (size_t k = 0; f->severity == SEVERITY_ERROR && k < ARRAY_COUNT(reasons); k++) {
            if (strcmp(reasons[k].rule, f->rule) == 0)
                return reasons[k].text;
        }
    }
    return notice_is_good(n) ? "OK" : "处理失败";
}

void notice_json(const struct notice *n, struct json *object)
{
    struct json *fields = json_new_object();
    const struct params *both[] = {&n->params, &n->inner};

    json_add_string(object, "event", event_name(n->kind));
    if (n->trust != NOTICE_UNREADABLE && n->trust != NOTICE_NO_KEY)
        json_add_bool(object, "sign_valid", n->trust == NOTICE_GENUINE);
    json_add_bool(object, "duplicate", n->duplicate);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < both[k]->count; i++) {
            const struct param *p = &both[k]->items[i];
            if (k == 0 || !params_find(&n->params, p->name))
                json_add(fields, p->name, json_new_string_n(p->value, p->value_len));
        }
    }
    json_add(object, "fields", fields);
    json_add(object, "findings", findings_json(&n->findings));
}
