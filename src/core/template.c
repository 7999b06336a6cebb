/* SPDX-License-Identifier: MIT */
/*
 * Where a value comes from is the event file's to say ("build"): a word for what is
 * generated, "=text" for a constant, "order:NAME" for a field of the order under another
 * name, "none" for what is left out unless given; several are tried in turn, parted by '|'.
 */
#include "core/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/findings.h"
#include "core/request.h"
#include "core/sealed.h"
#include "core/text.h"
#include "core/xml.h"

const char *template_order(const struct template *t)
{
    const char *const found[] = {params_get(&t->params, "out_trade_no"),
                                 params_get(&t->inner, "out_trade_no"),
                                 params_get(&t->params, "contract_code")};
    for (size_t i = 0; i < ARRAY_COUNT(found); i++) {
        if (found[i] && found[i][0])
            return found[i];
    }
    return NULL;
}

void template_clear(struct template *t)
{
    params_clear(&t->params);
    params_clear(&t->inner);
    t->event = NULL;
}

static const char *get(const struct params *p, const char *name)
{
    return p && params_has(p, name) ? params_get(p, name) : NULL;
}

/* A field of the order: as the user set it, as it was sent, as the profile has it. */
static const char *order_value(const struct template_source *s, const char *name)
{
    const char *v = get(s->given, name);
    v = v ? v : get(s->order, name);
    return v || !s->profile ? v : get(&s->profile->fields, name);
}

/* yyyy-MM-dd HH:mm:ss out of yyyyMMddHHmmss. */
static void write_moment(const char *t, char *out, size_t size)
{
    snprintf(out, size, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", t, t + 4, t + 6, t + 8, t + 10, t + 12);
}

/* Generated values, by their word in "build". False: no such word. */
static bool generate(const struct template_source *s, const char *word, char *out, size_t size)
{
    char now[TEXT_TIME_SIZE];
    const char *mch_id = order_value(s, "mch_id");
    text_time_write(s->seed.now, now);
    out[0] = '\0';
    if (strcmp(word, "nonce") == 0)
        snprintf(out, size, "%s", s->seed.nonce);
    else if (strcmp(word, "time") == 0)
        snprintf(out, size, "%s", now);
    else if (strcmp(word, "moment") == 0)
        write_moment(now, out, size);
    else if (strcmp(word, "transaction") == 0 && s->transaction_id && s->transaction_id[0])
        snprintf(out, size, "%s", s->transaction_id);
    else if (strcmp(word, "transaction") == 0)
        snprintf(out, size, "4200%.8s%.16s", now, s->seed.digits); /* 28 digits */
    else if (strcmp(word, "gateway-transaction") == 0)
        snprintf(out, size, "%.12s%.8s%.12s", mch_id ? mch_id : "", now, s->seed.digits + 4);
    else if (strcmp(word, "refund") == 0)
        snprintf(out, size, "503%.8s%.17s", now, s->seed.digits);
    else if (strcmp(word, "refund-no") == 0)
        snprintf(out, size, "R%s%.6s", now, s->seed.digits);
    else if (strcmp(word, "contract") == 0 && s->contract_id && s->contract_id[0])
        snprintf(out, size, "%s", s->contract_id);
    else if (strcmp(word, "contract") == 0)
        snprintf(out, size, "%.8s%.10s", now, s->seed.digits);
    else
        return false;
    return true;
}

/* One alternative of a "build" text. */
static const char *source_value(const struct template_source *s, const char *text, char *out,
                                size_t size)
{
    if (text[0] == '=')
        return text + 1;
    if (strncmp(text, "order:", 6) == 0)
        return order_value(s, text + 6);
    return generate(s, text, out, size) ? out : NULL;
}

static const char *built_value(const struct template_source *s, const char *rule, char *out,
                               size_t size)
{
    char word[128];
    while (*rule) {
        size_t len = strcspn(rule, "|");
        snprintf(word, sizeof word, "%.*s", (int)len, rule);
        const char *v = source_value(s, word, out, size);
        if (v && v[0]) {
            if (v != out)
                snprintf(out, size, "%s", v);
            return out;
        }
        rule += len + (rule[len] == '|');
    }
    return NULL;
}

static enum status put(struct params *p, const char *name, const char *value, struct err *err)
{
    return params_set_n(p, name, strlen(name), value, strlen(value), PARAM_GENERATED, err);
}

static enum status fill_field(const struct template_source *s, const struct field *f,
                              struct params *to, struct err *err)
{
    const struct param *given = s->given ? params_find(s->given, f->name) : NULL;
    const char *rule = json_string(json_get(s->event->build, f->name));
    char scratch[1024];
    const char *v;

    if (given)
        return params_set_n(to, f->name, strlen(f->name), given->value, given->value_len,
                            PARAM_USER, err);
    if (strchr(f->name, '$') || strcmp(f->name, "sign") == 0 || strcmp(f->name, "req_info") == 0)
        return ST_OK;
    if (rule)
        v = built_value(s, rule, scratch, sizeof scratch);
    else
        v = order_value(s, f->name);
    if (!v && f->presence == PRESENCE_ALWAYS && !(rule && strcmp(rule, "none") == 0))
        v = f->example;
    return v ? put(to, f->name, v, err) : ST_OK;
}

static enum status fill_list(const struct template_source *s, const struct field *fields,
                             size_t count, struct params *to, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        enum status st = fill_field(s, &fields[i], to, err);
        if (st)
            return st;
    }
    return ST_OK;
}

/* For text_nearest(). */
static const char *field_name_at(const void *ctx, size_t index)
{
    const struct event *e = ctx;
    if (index < e->field_count)
        return e->fields[index].name;
    index -= e->field_count;
    return index < e->inner_count ? e->inner[index].name : NULL;
}

static enum status say_unknown(const struct event *e, const char *name, struct err *err)
{
    char shown[FINDING_SHOWN_MAX];
    const char *near = text_nearest(name, field_name_at, e);
    finding_shown(name, strlen(name), false, shown);
    if (near)
        return err_set(err, ST_ARGUMENT, SAY("通知 %s 没有字段 %s", "", "是否想写 %s？"),
                       SAY("event %s has no field %s", "", "did you mean %s?"), e->name, shown,
                       near);
    return err_set(err, ST_ARGUMENT, SAY("通知 %s 没有字段 %s", "", "删去它"),
                   SAY("event %s has no field %s", "", "remove it"), e->name, shown);
}

/* Each given name must belong to the event, or have been received; those that are not there yet are
   put where they belong. */
static enum status place_given(const struct template_source *s, struct template *t, struct err *err)
{
    const struct event *e = s->event;
    bool sealed_given = s->given && params_find(s->given, "req_info");
    for (size_t i = 0; s->given && i < s->given->count; i++) {
        const struct param *p = &s->given->items[i];
        bool inside = params_find(&t->inner, p->name) ||
                      (e->inner_count && field_find(e->inner, e->inner_count, p->name));
        if (!inside && !event_field(e, p->name, true) && !params_find(&t->params, p->name))
            return say_unknown(e, p->name, err);
        if (inside && sealed_given)
            return err_set(
                err, ST_ARGUMENT,
                SAY("字段 %s 不会用到", "req_info 已经给出，它就是加密后的内容", "两者只给一个"),
                SAY("field %s would not be used",
                    "req_info is given, and that is the encrypted content", "give one of the two"),
                p->name);
        enum status st = params_set_n(inside ? &t->inner : &t->params, p->name, p->name_len,
                                      p->value, p->value_len, PARAM_USER, err);
        if (st)
            return st;
    }
    return ST_OK;
}

bool template_is_signed(const struct template_source *s)
{
    return s->given && params_find(s->given, s->event->sealed ? "req_info" : "sign");
}

/* As it came, without what is made anew. */
static enum status fill_received(const struct template_source *s, struct template *out,
                                 struct err *err)
{
    params_copy(&out->params, s->received);
    if (s->received_inner)
        params_copy(&out->inner, s->received_inner);
    params_remove(&out->params, s->event->sealed ? "req_info" : "sign");
    return params_has(&out->params, "nonce_str")
               ? put(&out->params, "nonce_str", s->seed.nonce, err)
               : ST_OK;
}

enum status template_fill(const struct template_source *s, struct template *out, struct err *err)
{
    const struct event *e = s->event;
    template_clear(out);
    out->event = e;
    enum status st = s->received ? fill_received(s, out, err)
                                 : fill_list(s, e->fields, e->field_count, &out->params, err);
    if (!st && !s->received)
        st = fill_list(s, e->inner, e->inner_count, &out->inner, err);
    if (e->sealed && template_is_signed(s))
        params_clear(&out->inner); /* what is given is the content */
    if (!st)
        st = place_given(s, out, err);
    if (st)
        template_clear(out);
    return st;
}

/* ---- The algorithm ---- */

/* `word` names an algorithm: --sign-type or the field. */
static enum status say_no_say(const char *word, struct bi why, struct err *err)
{
    return err_set(err, ST_ARGUMENT, SAY("%1$s 不会用到", "%2$s%3$.0s", "去掉它"),
                   SAY("%1$s would not be used", "%2$.0s%3$s", "drop it"), word, why.zh, why.en);
}

/* Is `kind`, asked for as `word`, one that can sign the event? */
static enum status check_asked(const struct event *e, enum sign_kind kind, const char *word,
                               struct err *err)
{
    char zh[128], en[128];
    if (!e->sealed && !(e->has_sign && e->sign != kind))
        return ST_OK;
    snprintf(zh, sizeof zh, "通知 %s 总是%s", e->name,
             e->sealed ? "加密而不签名" : "用固定的算法签名");
    snprintf(en, sizeof en, "event %s is always %s", e->name,
             e->sealed ? "encrypted, not signed" : "signed with one algorithm");
    return say_no_say(word, (struct bi){zh, en}, err);
}

static enum sign_kind kind_otherwise(const struct template_source *s)
{
    const char *sign = s->received ? params_get(s->received, "sign") : NULL;
    if (s->event->has_sign)
        return s->event->sign;
    if (sign && sign[0])
        return strlen(sign) == 64 ? SIGN_HMAC_SHA256 : SIGN_MD5;
    return s->profile && s->profile->has_sign_type ? s->profile->sign_type : SIGN_MD5;
}

enum status template_kind(const struct template_source *s, const enum sign_kind *chosen,
                          enum sign_kind *out, struct err *err)
{
    const char *field = get(s->given, "sign_type");
    char asked[48] = "", typed[48] = "";
    enum sign_kind kind;
    enum status st = ST_OK;

    if (chosen)
        snprintf(asked, sizeof asked, "--sign-type %s", sign_kind_name(*chosen));
    *out = chosen ? *chosen : kind_otherwise(s);
    if (template_is_signed(s) && !s->event->sealed) /* and sign_type is but a field */
        return !chosen ? ST_OK
                       : say_no_say(asked,
                                    (struct bi){"sign 已经给出，不再计算签名",
                                                "sign is given, so that nothing is signed"},
                                    err);
    if (chosen)
        st = check_asked(s->event, *chosen, asked, err);
    if (st || !field || !event_field(s->event, "sign_type", false)) /* the latter is said later */
        return st;
    st = request_sign_kind(NULL, NULL, s->given, NULL, &kind, err);
    snprintf(typed, sizeof typed, "sign_type=%s", st ? "" : sign_kind_name(kind));
    if (!st)
        st = check_asked(s->event, kind, typed, err);
    if (!st && chosen && kind != *chosen)
        return err_set(err, ST_ARGUMENT, SAY("%s 与 %s 矛盾", "它们说的是同一件事", "只给一个"),
                       SAY("%s contradicts %s", "both name the algorithm", "give one of them"),
                       asked, typed);
    if (!st)
        *out = kind;
    return st;
}

/* ---- Variants ---- */

static void put_fen(struct params *p, const char *name, int64_t fen)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)fen);
    put(p, name, text, NULL);
}

void template_add_coupons(struct template *t)
{
    struct params *p = &t->params;
    int64_t total = 0;
    if (!params_has(p, "total_fee") || !text_read_fen(params_get(p, "total_fee"), &total) ||
        total < 1)
        return;
    bool two = total > 2;
    int64_t bought = two ? (total - 1) / 2 : 1, given = two ? 1 : 0; /* neither is of nothing */
    put_fen(p, "coupon_fee", bought + given);
    put_fen(p, "cash_fee", total - bought - given);
    if (!event_field(t->event, "coupon_count", false))
        return;
    put(p, "coupon_count", two ? "2" : "1", NULL);
    put(p, "coupon_type_0", "CASH", NULL);
    put(p, "coupon_id_0", "10000", NULL);
    put_fen(p, "coupon_fee_0", bought);
    put_fen(p, "settlement_total_fee", total - given);
    if (!two)
        return;
    put(p, "coupon_type_1", "NO_CASH", NULL);
    put(p, "coupon_id_1", "10001", NULL);
    put_fen(p, "coupon_fee_1", given);
}

void template_tell_failure(struct template *t, const char *code)
{
    bool gateway = t->event->dialect == DIALECT_GATEWAY;
    struct params *p = &t->params;
    put(p, "result_code", gateway ? "1" : "FAIL", NULL);
    put(p, "err_code", code, NULL);
    put(p, gateway ? "err_msg" : "err_code_des", code, NULL);
    if (gateway) {
        put(p, "pay_result", "1", NULL);
        put(p, "pay_info", code, NULL);
    } else if (params_has(p, "trade_state")) {
        put(p, "trade_state", "PAY_FAIL", NULL);
    }
}

void template_alter_amount(struct template *t)
{
    static const char *const names[] = {"total_fee", "cash_fee", "refund_fee"};
    struct params *both[] = {&t->params, &t->inner};
    for (size_t k = 0; k < ARRAY_COUNT(both); k++) {
        for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
            int64_t fen = 0;
            if (params_has(both[k], names[i]) &&
                text_read_fen(params_get(both[k], names[i]), &fen) && fen < INT64_MAX)
                put_fen(both[k], names[i], fen + 1);
        }
    }
}

/* ---- Bytes ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct param *)a)->name, ((const struct param *)b)->name);
}

/* The key's place taken by one that nobody has: its digest. */
static void other_key(const struct secret *key, struct secret *out)
{
    unsigned char digest[DIGEST_SIZE_MAX];
    char hex[DIGEST_HEX_MAX];
    size_t len = digest_bytes(DIGEST_MD5, key->text ? key->text : "", key->len, digest);
    digest_hex(digest, len, hex);
    secret_set(out, hex, 32);
    mem_wipe(hex, sizeof hex);
}

/* The inner document encrypted into req_info. */
static enum status seal(struct template *t, const struct secret *key, struct err *err)
{
    struct buf text;
    enum status st = sealed_write(&t->inner, key, &text, err);
    if (!st)
        st =
            params_set_n(&t->params, "req_info", 8, buf_str(&text), text.len, PARAM_GENERATED, err);
    buf_clear(&text);
    return st;
}

void template_say_kind(struct template *t, enum sign_kind kind)
{
    if (kind == SIGN_HMAC_SHA256 && event_field(t->event, "sign_type", false) &&
        !params_find(&t->params, "sign_type"))
        put(&t->params, "sign_type", sign_kind_name(kind), NULL);
}

static enum status sign(struct template *t, const struct template_sign *how,
                        const struct secret *key, struct sign_trace *trace, struct err *err)
{
    struct sign_trace own = {0};
    struct sign_trace *steps = trace ? trace : &own;
    bool has_type = event_field(t->event, "sign_type", false) != NULL;
    const struct param *type = params_find(&t->params, "sign_type");

    if (how->with_type)
        template_say_kind(t, how->kind);
    else if (has_type && type && type->source != PARAM_USER)
        params_remove(&t->params, "sign_type"); /* the order had it, or the event always has */
    enum status st = put(&t->params, "sign", "", err); /* its place first: the trace borrows */
    if (!st)
        st = sign_compute(&t->params, how->kind, key, steps, err);
    if (!st) {
        char hex[SIGN_HEX_MAX];
        snprintf(hex, sizeof hex, "%s", steps->hex);
        if (how->bad)
            hex[0] = hex[0] == '0' ? '1' : '0';
        st = put(&t->params, "sign", hex, err);
    }
    sign_trace_clear(&own);
    return st;
}

static enum status say_no_key(struct err *err)
{
    return err_set(
        err, ST_ARGUMENT,
        SAY("不能签名", "商户配置里没有密钥", "用 --key-file 或在商户配置里设置密钥"),
        SAY("cannot sign", "the profile has no key", "give --key-file, or set the profile's key"));
}

enum status template_write(struct template *t, const struct template_sign *how,
                           struct sign_trace *trace, struct buf *body, struct err *err)
{
    bool sealed = t->event->sealed;
    bool by_hand = params_find(&t->params, sealed ? "req_info" : "sign") != NULL;
    struct secret wrong = {0};
    enum status st = ST_OK;

    if (!by_hand && !how->unsigned_) {
        if (!secret_is_set(how->key))
            return say_no_key(err);
        if (how->forged || (sealed && how->bad))
            other_key(how->key, &wrong);
        const struct secret *key = wrong.text ? &wrong : how->key;
        st = sealed ? seal(t, key, err) : sign(t, how, key, trace, err);
        secret_clear(&wrong);
    }
    if (st)
        return st;
    struct params sorted = {0};
    params_copy(&sorted, &t->params);
    if (sorted.count)
        qsort(sorted.items, sorted.count, sizeof *sorted.items, by_name);
    st = xml_write_cdata(&sorted, body, err);
    params_clear(&sorted);
    return st;
}

const char *const *template_headers(void)
{
    static const char *const headers[] = {"User-Agent: Mozilla/4.0", "Accept: */*",
                                          "Pragma: no-cache", NULL};
    return headers;
}
