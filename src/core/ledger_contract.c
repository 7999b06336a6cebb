/* SPDX-License-Identifier: MIT */
/* In an array in order of opening; the newest is asked for most. */
#include "core/ledger_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define YEAR ((time_t)31556952) /* seconds, of the Gregorian calendar on average */

static void contract_free(struct contract *c)
{
    free(c->mch_id);
    free(c->api);
    free(c->out_trade_no);
    free(c->remark);
    params_clear(&c->request);
    free(c);
}

void contracts_clear(struct contracts *all)
{
    for (size_t i = 0; i < all->count; i++)
        contract_free(all->items[i]);
    free(all->items);
    *all = (struct contracts){0};
}

struct contract *contracts_find(const struct contracts *all, const char *mch_id,
                                const char *plan_id, const char *contract_code)
{
    for (size_t i = all->count; i-- > 0;) {
        struct contract *c = all->items[i];
        if (strcmp(c->contract_code, contract_code) == 0 && strcmp(c->mch_id, mch_id) == 0 &&
            (!plan_id || strcmp(c->plan_id, plan_id) == 0))
            return c;
    }
    return NULL;
}

struct contract *contracts_by_id(const struct contracts *all, const char *mch_id,
                                 const char *contract_id)
{
    for (size_t i = all->count; i-- > 0;) {
        struct contract *c = all->items[i];
        if (contract_id[0] && strcmp(c->contract_id, contract_id) == 0 &&
            strcmp(c->mch_id, mch_id) == 0)
            return c;
    }
    return NULL;
}

static void append(struct contracts *all, struct contract *c)
{
    if (all->count == all->cap) {
        all->cap = all->cap ? all->cap * 2 : 16;
        all->items = mem_grow(all->items, all->cap, sizeof(*all->items));
    }
    all->items[all->count++] = c;
}

static const char *get(const struct params *p, const char *name)
{
    const char *v = params_get(p, name);
    return v ? v : "";
}

struct contract *contracts_open(struct contracts *all, const char *api, const struct params *p,
                                enum sign_kind kind, time_t now, bool *full)
{
    struct contract *c =
        contracts_find(all, get(p, "mch_id"), get(p, "plan_id"), get(p, "contract_code"));
    if (full)
        *full = !c && all->count == CONTRACTS_MAX;
    if (c)
        return c->state == CONTRACT_SIGNING ? c : NULL;
    if (all->count == CONTRACTS_MAX ||
        strlen(get(p, "contract_code")) >= sizeof(c->contract_code) ||
        strlen(get(p, "plan_id")) >= sizeof(c->plan_id))
        return NULL;
    c = mem_alloc(sizeof(*c));
    c->mch_id = mem_strdup(get(p, "mch_id"));
    c->api = mem_strdup(api);
    c->out_trade_no = mem_strdup(get(p, "out_trade_no"));
    c->remark = mem_strdup("");
    snprintf(c->plan_id, sizeof(c->plan_id), "%s", get(p, "plan_id"));
    snprintf(c->contract_code, sizeof(c->contract_code), "%s", get(p, "contract_code"));
    params_copy(&c->request, p);
    params_remove(&c->request, "sign");
    params_remove(&c->request, "key"); /* sent by mistake: the books hold none */
    c->kind = kind;
    c->state = CONTRACT_SIGNING;
    c->opened_at = now;
    append(all, c);
    return c;
}

bool contract_sign(struct contract *c, time_t now, const char *digits)
{
    char stamp[TEXT_TIME_SIZE];
    if (c->state != CONTRACT_SIGNING)
        return false;
    text_time_write(now, stamp);
    snprintf(c->contract_id, sizeof(c->contract_id), "%.8s%.10s", stamp, digits);
    c->state = CONTRACT_SIGNED;
    c->signed_at = now;
    c->expires_at = now + CONTRACT_YEARS * YEAR;
    return true;
}

bool contract_end(struct contract *c, enum contract_termination how, const char *remark, time_t now)
{
    if (c->state == CONTRACT_NONE)
        return false;
    if (c->state == CONTRACT_SIGNED) {
        c->termination = how;
        c->ended_at = now;
        free(c->remark);
        c->remark = mem_strdup(remark ? remark : "");
    }
    c->state = CONTRACT_NONE;
    return true;
}

bool contract_expire(struct contract *c, time_t now)
{
    return c->state == CONTRACT_SIGNED && c->expires_at && now >= c->expires_at &&
           contract_end(c, TERMINATED_EXPIRED, NULL, c->expires_at);
}

const char *contract_notify_url(const struct contract *c)
{
    const char *name =
        params_has(&c->request, "contract_notify_url") ? "contract_notify_url" : "notify_url";
    return params_has(&c->request, name) ? params_get(&c->request, name) : NULL;
}

/* ---- JSON ---- */

struct json *contract_json(const struct contract *c)
{
    struct json *j = json_new_object(), *in = json_new_object();
    json_add_string(in, "mch_id", c->mch_id);
    json_add_string(in, "plan_id", c->plan_id);
    json_add_string(in, "contract_code", c->contract_code);
    json_add_string(in, "contract_id", c->contract_id);
    json_add_string(in, "api", c->api);
    json_add_string(in, "out_trade_no", c->out_trade_no);
    json_add_params(in, "request", &c->request);
    json_add_string(in, "sign_type", sign_kind_name(c->kind));
    json_add_int(in, "contract_state", c->state);
    json_add_int(in, "termination_mode", c->termination);
    json_add_string(in, "remark", c->remark);
    json_add_int(in, "opened_at", c->opened_at);
    json_add_int(in, "signed_at", c->signed_at);
    json_add_int(in, "ended_at", c->ended_at);
    json_add_int(in, "expires_at", c->expires_at);
    json_add(j, "contract", in);
    return j;
}

static bool take_text(const struct json *j, const char *name, char *out, size_t size)
{
    const char *s = json_string(json_get(j, name));
    if (s && strlen(s) < size)
        memcpy(out, s, strlen(s) + 1);
    return s && strlen(s) < size;
}

static bool take_copy(const struct json *j, const char *name, char **out)
{
    *out = mem_strdup(json_string(json_get(j, name)));
    return *out != NULL;
}

static bool take_time(const struct json *j, const char *name, time_t *out)
{
    *out = (time_t)json_int(json_get(j, name), 0);
    return json_is_int(json_get(j, name));
}

static bool take_state(const struct json *j, enum contract_state *out)
{
    int64_t n = json_int(j, -1);
    *out = (enum contract_state)(n < 0 ? CONTRACT_NONE : n);
    return n == CONTRACT_SIGNED || n == CONTRACT_NONE || n == CONTRACT_SIGNING;
}

static bool take_termination(const struct json *j, enum contract_termination *out)
{
    int64_t n = json_int(j, -1);
    *out = (enum contract_termination)(n < 0 ? TERMINATED_NOT : n);
    return n >= TERMINATED_NOT && n <= TERMINATED_BY_API;
}

/* The first member that is missing or malformed; NULL if it is whole. */
static const char *contract_fault(const struct json *j, struct contract *c)
{
    const char *kind = json_string(json_get(j, "sign_type"));
    if (!take_copy(j, "mch_id", &c->mch_id))
        return "mch_id";
    if (!take_text(j, "plan_id", c->plan_id, sizeof(c->plan_id)))
        return "plan_id";
    if (!take_text(j, "contract_code", c->contract_code, sizeof(c->contract_code)))
        return "contract_code";
    if (!take_text(j, "contract_id", c->contract_id, sizeof(c->contract_id)))
        return "contract_id";
    if (!take_copy(j, "api", &c->api))
        return "api";
    if (!take_copy(j, "out_trade_no", &c->out_trade_no))
        return "out_trade_no";
    if (!json_take_params(json_get(j, "request"), &c->request))
        return "request";
    if (!kind || !sign_kind_read(kind, &c->kind))
        return "sign_type";
    if (!take_state(json_get(j, "contract_state"), &c->state))
        return "contract_state";
    if (!take_termination(json_get(j, "termination_mode"), &c->termination))
        return "termination_mode";
    if (!take_copy(j, "remark", &c->remark))
        return "remark";
    if (!take_time(j, "opened_at", &c->opened_at) || !take_time(j, "signed_at", &c->signed_at))
        return "opened_at/signed_at";
    if (!take_time(j, "ended_at", &c->ended_at) || !take_time(j, "expires_at", &c->expires_at))
        return "ended_at/expires_at";
    return NULL;
}

static enum status damaged(const char *code, const char *member, struct err *err)
{
    return err_set(
        err, ST_SYNTAX,
        SAY("沙箱账本已损坏", "协议 %s 的成员 %s 缺失或不合格式", "改正它，或删除该文件后重新开始"),
        SAY("the sandbox's books are damaged",
            "member %2$s of contract %1$s is missing or malformed",
            "mend it, or remove the file to start afresh"),
        code, member);
}

enum status contracts_take(struct contracts *all, const struct json *j, struct err *err)
{
    const struct json *in = json_get(j, "contract");
    struct contract *c = mem_alloc(sizeof(*c));
    const char *fault = json_type(in) == JSON_OBJECT ? contract_fault(in, c) : "contract";
    struct contract *old =
        fault ? NULL : contracts_find(all, c->mch_id, c->plan_id, c->contract_code);

    if (!fault && !old && all->count == CONTRACTS_MAX)
        fault = "*";
    if (fault) {
        char code[129];
        snprintf(code, sizeof(code), "%s", c->contract_code[0] ? c->contract_code : "?");
        contract_free(c);
        return damaged(code, fault, err);
    }
    for (size_t i = 0; old && i < all->count; i++) {
        if (all->items[i] == old)
            all->items[i] = c;
    }
    if (old)
        contract_free(old);
    else
        append(all, c);
    return ST_OK;
}
