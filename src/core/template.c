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
#include "core/text.h"
#include "core/xml.h"

#define INNER_MAX (1u << 20)

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

/* Each given name must belong to the event; those of numbered fields are put where they belong. */
static enum status place_given(const struct template_source *s, struct template *t, struct err *err)
{
    const struct event *e = s->event;
    bool sealed_given = s->given && params_find(s->given, "req_info");
    for (size_t i = 0; s->given && i < s->given->count; i++) {
        const struct param *p = &s->given->items[i];
        bool inside = e->inner_count && field_find(e->inner, e->inner_count, p->name);
        if (!event_field(e, p->name, true))
            return say_unknown(e, p->name, err);
        if (inside && sealed_given)
            return err_set(
                err, ST_ARGUMENT,
                SAY("字段 %s 不会用到", "req_info 已经给出，它就是加密后的内容", "两者只给一个"),
                SAY("field %s would not be used",
                    "req_info is given, and that is the encrypted content", "give one of the two"),
                p->name);
        if (inside || params_find(&t->params, p->name))
            continue;
        enum status st =
            params_set_n(&t->params, p->name, p->name_len, p->value, p->value_len, PARAM_USER, err);
        if (st)
            return st;
    }
    return ST_OK;
}

enum status template_fill(const struct template_source *s, struct template *out, struct err *err)
{
    const struct event *e = s->event;
    template_clear(out);
    out->event = e;
    enum status st = fill_list(s, e->fields, e->field_count, &out->params, err);
    if (!st)
        st = fill_list(s, e->inner, e->inner_count, &out->inner, err);
    if (!st)
        st = place_given(s, out, err);
    if (st)
        template_clear(out);
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
    if (!params_has(p, "total_fee") || !text_read_fen(params_get(p, "total_fee"), &total))
        return;
    int64_t one = total > 1 ? 1 : 0, other = total > 2 ? (total - 1) / 2 : 0;
    put_fen(p, "coupon_fee", one + other);
    put_fen(p, "cash_fee", total - one - other);
    if (!event_field(t->event, "coupon_count", false))
        return;
    put(p, "coupon_count", "2", NULL);
    put(p, "coupon_type_0", "NO_CASH", NULL);
    put(p, "coupon_id_0", "10000", NULL);
    put_fen(p, "coupon_fee_0", one);
    put(p, "coupon_type_1", "CASH", NULL);
    put(p, "coupon_id_1", "10001", NULL);
    put_fen(p, "coupon_fee_1", other);
    put_fen(p, "settlement_total_fee", total - one);
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
    static const char *const names[] = {"total_fee", "cash_fee"};
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
    unsigned char digest[DIGEST_SIZE_MAX];
    char hex[DIGEST_HEX_MAX];
    struct buf plain, sealed, text;

    buf_init(&plain, INNER_MAX);
    buf_init(&sealed, INNER_MAX + 64);
    buf_init(&text, 2 * INNER_MAX);
    enum status st = xml_write_root("root", &t->inner, &plain, err);
    if (!st) {
        size_t len = digest_bytes(DIGEST_MD5, key->text, key->len, digest);
        digest_hex(digest, len, hex);
        for (char *c = hex; *c; c++)
            *c = *c >= 'A' && *c <= 'F' ? (char)(*c + 32) : *c;
        digest_aes_encrypt((const unsigned char *)hex, plain.data, plain.len, &sealed);
        base64_write(&text, sealed.data, sealed.len);
        st =
            params_set_n(&t->params, "req_info", 8, buf_str(&text), text.len, PARAM_GENERATED, err);
        mem_wipe(hex, sizeof hex);
        mem_wipe(digest, sizeof digest);
    }
    buf_clear(&plain);
    buf_clear(&sealed);
    buf_clear(&text);
    return st;
}

static enum status sign(struct template *t, const struct template_sign *how,
                        const struct secret *key, struct sign_trace *trace, struct err *err)
{
    struct sign_trace own = {0};
    struct sign_trace *steps = trace ? trace : &own;
    bool has_type = event_field(t->event, "sign_type", false) != NULL;
    const struct param *type = params_find(&t->params, "sign_type");

    if (how->with_type && how->kind == SIGN_HMAC_SHA256 && has_type && !type)
        put(&t->params, "sign_type", sign_kind_name(how->kind), NULL);
    else if (!how->with_type && has_type && type && type->source != PARAM_USER)
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
