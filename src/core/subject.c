/* SPDX-License-Identifier: MIT */
/*
 * Kinds are told by fields that only they have. The right recipe of a client's call is made
 * from roles (core/callup.h); of everything else from the fields as they stand.
 */
#include "core/subject.h"

#include <stdlib.h>
#include <string.h>

#include "core/sign.h"

static const struct {
    const char *name;
    struct bi text;
} kinds[MESSAGE_KIND_COUNT] = {
    [MESSAGE_ORDER] = {"order", {"请求", "request"}},
    [MESSAGE_ANSWER] = {"answer", {"应答", "answer"}},
    [MESSAGE_NOTIFY] = {"notification", {"通知", "notification"}},
    [MESSAGE_CALL] = {"call",
                      {"调起支付的参数（二次签名）", "client-side parameters (second signature)"}},
};

const char *message_kind_name(enum message_kind kind)
{
    return kinds[kind].name;
}

struct bi message_kind_text(enum message_kind kind)
{
    return kinds[kind].text;
}

static enum message_kind guess_kind(const struct params *p)
{
    static const char *const notify_fields[] = {"time_end",      "bank_type",  "is_subscribe",
                                                "change_type",   "pay_result", "operate_time",
                                                "contract_code", "req_info"};
    if (callup_is_one(p))
        return MESSAGE_CALL;
    bool answer = params_find(p, "return_code") != NULL || params_find(p, "result_code") != NULL;
    if (!answer)
        return MESSAGE_ORDER;
    bool asked = params_find(p, "trade_state") != NULL || params_find(p, "prepay_id") != NULL;
    for (size_t i = 0; !asked && i < ARRAY_COUNT(notify_fields); i++) {
        if (params_find(p, notify_fields[i]) != NULL)
            return MESSAGE_NOTIFY;
    }
    return MESSAGE_ANSWER;
}

const char *subject_sign_field(const struct params *p, enum message_kind kind)
{
    return kind == MESSAGE_CALL && params_find(p, "paySign") != NULL ? "paySign" : "sign";
}

/* ---- Copies ---- */

static struct span keep(struct subject *s, struct span text)
{
    return text.len > 0 ? arena_copy(&s->arena, text.s, text.len) : (struct span){0};
}

static void copy_keys(const struct subject_input *in, struct subject *s)
{
    size_t count = in->key_count < SUBJECT_KEYS_MAX ? in->key_count : SUBJECT_KEYS_MAX;
    s->keys = mem_alloc((count + 1) * sizeof *s->keys);
    for (size_t i = 0; i < count; i++) {
        const struct key_candidate *from = &in->keys[i];
        if (!secret_is_set(&from->key) || secret_same(&from->key, &s->key))
            continue;
        struct key_candidate *to = &s->keys[s->key_count++];
        secret_copy(&to->key, &from->key);
        if (from->label != NULL)
            to->label = arena_copy(&s->arena, from->label, strlen(from->label)).s;
    }
}

static void copy_context(const struct subject_input *in, struct subject *s)
{
    size_t count =
        in->context_count < SUBJECT_CONTEXT_MAX ? in->context_count : SUBJECT_CONTEXT_MAX;
    s->context = mem_alloc((count + 1) * sizeof *s->context);
    for (size_t i = 0; i < count; i++) {
        if (in->context[i] != NULL)
            params_copy(&s->context[s->context_count++], in->context[i]);
    }
}

/* ---- The right recipe ---- */

static void keep_base(struct subject *s, uint16_t origin, struct span name, struct span value)
{
    s->base[origin] =
        (struct piece){name.s, value.s, (uint32_t)name.len, (uint32_t)value.len, origin};
    if (s->base_count <= origin)
        s->base_count = (size_t)origin + 1;
}

static void read_fields(struct subject *s)
{
    const char *sign = subject_sign_field(&s->params, s->kind);
    s->base = mem_alloc((s->params.count + ROLE_COUNT) * sizeof *s->base);
    for (size_t i = 0; i < s->params.count; i++) {
        const struct param *p = &s->params.items[i];
        struct span name = {p->name, p->name_len}, value = {p->value, p->value_len};
        keep_base(s, (uint16_t)i, name, value);
        if (!p->off && p->value_len > 0 && strcmp(p->name, sign) != 0)
            recipe_add(&s->right, name, value, (uint16_t)i);
    }
}

static void read_call(struct subject *s)
{
    s->base = mem_alloc((s->params.count + ROLE_COUNT) * sizeof *s->base);
    for (size_t i = 0; i < s->context_count || i == 0; i++) {
        struct callup one;
        buf_clear(&s->call_store);
        callup_read(&s->params, i < s->context_count ? &s->context[i] : NULL, &s->call_store, &one);
        /* A later context may know what an earlier one lacks, but nothing is mixed. */
        bool better =
            i == 0 || (s->call.values[ROLE_APPID].len == 0 && one.values[ROLE_APPID].len > 0);
        if (better)
            s->call = one;
        if (s->call.values[ROLE_APPID].len > 0)
            break;
    }
    /* Its derived text stood in a store that was used again since. */
    struct span prepay = s->call.values[ROLE_PREPAY];
    buf_clear(&s->call_store);
    s->call.package_of_prepay = (struct span){0};
    if (prepay.len > 0) {
        buf_addf(&s->call_store, "prepay_id=%.*s", (int)prepay.len, prepay.s);
        s->call.package_of_prepay = (struct span){buf_str(&s->call_store), s->call_store.len};
    }
    callup_right(&s->call, &s->right);
    for (size_t i = 0; i < s->right.count; i++) {
        const struct piece *p = &s->right.pieces[i];
        keep_base(s, p->origin, (struct span){p->name, p->name_len},
                  (struct span){p->value, p->value_len});
    }
}

/* Which algorithm the message is to be signed with. */
static void read_declared(const struct subject_input *in, struct subject *s)
{
    const char *type = params_get(&s->params, s->kind == MESSAGE_CALL ? "signType" : "sign_type");
    if (type == NULL && s->kind == MESSAGE_CALL)
        type = params_get(&s->params, "sign_type");
    s->declared = SIGN_MD5;
    if (type != NULL && type[0] != '\0' && sign_kind_read(type, &s->declared)) {
        s->declared_given = true;
        return;
    }
    s->odd_sign_type = type != NULL && type[0] != '\0';
    if (in->has_sign_type)
        s->declared = in->sign_type;
    else if (s->spec != NULL && s->kind == MESSAGE_ORDER && s->spec->sign_is_demanded)
        s->declared = s->spec->sign_default;
    s->declared_given = in->has_sign_type;
}

enum recipe_algorithm subject_declared(const struct subject *s)
{
    return s->declared == SIGN_MD5 ? ALG_MD5 : ALG_HMAC_SHA256;
}

enum recipe_algorithm subject_algorithm(const struct subject *s)
{
    enum recipe_algorithm declared = subject_declared(s);
    if (s->received.shape != RECEIVED_DIGEST)
        return declared;
    for (size_t i = 0; i < s->received.count; i++) {
        const struct target *t = &s->received.targets[i];
        if (t->cause != NULL && t->size == recipe_algorithm_size(declared))
            return declared; /* cut or short of a zero: no size is certain */
    }
    size_t size = s->received.targets[0].size;
    return size == 16 ? ALG_MD5 : size == 32 ? ALG_HMAC_SHA256 : size == 20 ? ALG_SHA1 : ALG_SHA512;
}

static enum status check_input(const struct subject_input *in, struct err *err)
{
    if (in->params == NULL || in->params->count == 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("没有可诊断的参数", "报文里没有参数", "给出完整的报文"),
                       SAY("there is nothing to diagnose", "the message has no parameters",
                           "give the complete message"));
    if (in->key == NULL || !secret_is_set(in->key))
        return err_set(err, ST_ARGUMENT,
                       SAY("无法诊断", "没有 API 密钥", "在商户配置里设置密钥，或给出密钥文件"),
                       SAY("the signature cannot be diagnosed", "there is no API key",
                           "set the key in the profile or name a key file"));
    size_t total = 0;
    for (size_t i = 0; i < in->params->count; i++)
        total += in->params->items[i].value_len + in->params->items[i].name_len + 2;
    if (total > SIGN_JOINED_MAX)
        return err_set(err, ST_LIMIT,
                       SAY("无法诊断", "参数共 %zu 字节，上限是 %u", "去掉过长的值再试"),
                       SAY("the signature cannot be diagnosed",
                           "the parameters have %zu bytes, the limit is %u",
                           "leave out the values that are too long"),
                       total, (unsigned)SIGN_JOINED_MAX);
    return ST_OK;
}

enum status subject_read(const struct subject_input *in, struct subject *s, struct err *err)
{
    *s = (struct subject){0};
    enum status st = check_input(in, err);
    if (st)
        return st;
    arena_init(&s->arena, SUBJECT_ARENA_MAX);
    buf_init(&s->call_store, PARAM_VALUE_MAX + 64);
    recipe_init(&s->right);
    params_copy(&s->params, in->params);
    if (in->twice != NULL)
        params_copy(&s->twice, in->twice);
    secret_copy(&s->key, in->key);
    s->spec = in->spec;
    copy_keys(in, s);
    copy_context(in, s);
    s->wire = keep(s, in->wire);

    s->kind = in->has_kind ? in->kind : guess_kind(&s->params);
    s->gateway = in->has_dialect ? in->dialect == DIALECT_GATEWAY
                                 : in->spec != NULL && in->spec->dialect == DIALECT_GATEWAY;
    s->contract_link = params_has(&s->params, "plan_id") &&
                       params_has(&s->params, "contract_code") &&
                       !params_has(&s->params, "total_fee");
    const char *sign = in->expect;
    if (sign == NULL)
        sign = params_get(&s->params, subject_sign_field(&s->params, s->kind));
    received_read(sign != NULL ? sign : "", sign != NULL ? strlen(sign) : 0, &s->received);
    read_declared(in, s);
    if (s->kind == MESSAGE_CALL)
        read_call(s);
    else
        read_fields(s);
    s->right.key = (struct span){s->key.text, s->key.len};
    s->right.algorithm = subject_algorithm(s);
    recipe_sort(&s->right);
    return ST_OK;
}

void subject_clear(struct subject *s)
{
    for (size_t i = 0; i < s->context_count; i++)
        params_clear(&s->context[i]);
    for (size_t i = 0; i < s->key_count; i++)
        secret_clear(&s->keys[i].key);
    free(s->context);
    free(s->keys);
    free(s->base);
    params_clear(&s->params);
    params_clear(&s->twice);
    secret_clear(&s->key);
    recipe_clear(&s->right);
    buf_clear(&s->call_store);
    arena_clear(&s->arena);
    *s = (struct subject){0};
}
