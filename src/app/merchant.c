/* SPDX-License-Identifier: MIT */
/*
 * The checks in the order in which a call would meet them: key, address, fields, files.
 */
#include "app/merchant.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "core/value.h"

enum status merchant_read(const struct workspace *w, const char *name, struct profile *out,
                          struct err *err)
{
    return store_profile(&w->store, name, true, out, err);
}

/* ---- Fields ---- */

const struct field *merchant_field(const struct workspace *w, enum dialect dialect,
                                   const char *name)
{
    const struct field *found = NULL;
    for (size_t i = 0; i < w->catalog.count; i++) {
        const struct spec *s = catalog_at(&w->catalog, i);
        const struct field *f = s->dialect == dialect ? spec_field(s, name) : NULL;
        if (f && f->source == SOURCE_PROFILE)
            return f;
        found = found ? found : f;
    }
    return found;
}

static bool is_listed(const struct field *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i]->name, name) == 0)
            return true;
    }
    return false;
}

size_t merchant_fields(const struct workspace *w, enum dialect dialect, const struct field **out,
                       size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < w->catalog.count; i++) {
        const struct spec *s = catalog_at(&w->catalog, i);
        for (size_t k = 0; s->dialect == dialect && k < s->request_count; k++) {
            const struct field *f = &s->request[k];
            if (f->source == SOURCE_PROFILE && count < max && !is_listed(out, count, f->name))
                out[count++] = f;
        }
    }
    return count;
}

/* ---- Findings ---- */

/* Room for one more finding; NULL when full, which err_set() accepts. */
static struct err *add(struct merchant_report *r, enum merchant_mark mark)
{
    r->errors += mark == MERCHANT_ERROR;
    r->warnings += mark == MERCHANT_WARNING;
    if (r->count == MERCHANT_FINDINGS_MAX)
        return NULL;
    r->items[r->count].mark = mark;
    return &r->items[r->count++].text;
}

static void add_err(struct merchant_report *r, enum merchant_mark mark, const struct err *err)
{
    struct err *out = add(r, mark);
    if (out)
        *out = *err;
}

/* Reading the profile warned of the same? */
static bool is_told(const struct merchant_report *r, const struct err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->items[i].text.text[LANG_EN], err->text[LANG_EN]) == 0)
            return true;
    }
    return false;
}

static void check_key(struct profile *p, struct merchant_report *r)
{
    struct err err = {0};

    if (p->key.source == KEY_NONE) {
        err_set(add(r, MERCHANT_ERROR), ST_ARGUMENT,
                SAY("没有密钥", "配置中没有 api_key", "编辑商户，填写商户平台设置的 API 密钥"),
                SAY("there is no key", "the profile has no api_key",
                    "edit the merchant and give the API key of the merchant platform"));
        return;
    }
    if (!secret_is_set(&p->key.value) && store_key(p, &p->key, &err)) {
        add_err(r, MERCHANT_ERROR, &err);
        return;
    }
    if (!profile_key_plausible(&p->key.value, &err)) /* a gateway may give keys of another length */
        add_err(r, p->dialect == DIALECT_GATEWAY ? MERCHANT_WARNING : MERCHANT_ERROR, &err);
    else
        err_set(add(r, MERCHANT_OK), ST_OK, "密钥有 32 个可见 ASCII 字节",
                "the key has 32 printable ASCII bytes");
}

/* Is `url` scheme, host and perhaps a path, without query, blanks or fragment? */
static bool is_address(const char *url, bool *secure)
{
    *secure = strncmp(url, "https://", 8) == 0;
    if (!*secure && strncmp(url, "http://", 7) != 0)
        return false;
    const char *host = url + (*secure ? 8 : 7);
    return host[0] && host[0] != '/' && !strpbrk(url, " \t\r\n?#");
}

static void check_address(const struct profile *p, struct merchant_report *r)
{
    const char *member = p->dialect == DIALECT_GATEWAY ? "gateway_url" : "base_url";
    const char *url = p->dialect == DIALECT_GATEWAY ? p->gateway_url : p->base_url;
    bool secure = false, production = p->environment == ENVIRONMENT_PRODUCTION;

    if (!url && production && profile_address(p))
        err_set(add(r, MERCHANT_OK), ST_OK, "没有 %s：请求发往 %s", "no %s: calls go to %s", member,
                profile_address(p));
    else if (!url && production)
        err_set(add(r, MERCHANT_ERROR), ST_ARGUMENT,
                SAY("生产商户没有 %s", "请求无处可发，发送会被拒绝", "填写正式网关的地址"),
                SAY("a production merchant without %s", "calls have nowhere to go and are refused",
                    "give the address of the real gateway"),
                member);
    else if (!url)
        err_set(add(r, MERCHANT_OK), ST_OK, "没有 %s：请求发往内置沙箱",
                "no %s: calls go to the embedded sandbox", member);
    else if (!is_address(url, &secure))
        err_set(add(r, MERCHANT_ERROR), ST_ARGUMENT,
                SAY("%s 不是地址：%s", "应为 https://主机 形式，不带查询串", "改正地址"),
                SAY("%s is no address: %s", "it has the form https://HOST without a query",
                    "mend the address"),
                member, url);
    else if (production && !secure)
        err_set(
            add(r, MERCHANT_ERROR), ST_ARGUMENT,
            SAY("%s 不是 https", "生产环境的请求必须加密", "改用 https 地址"),
            SAY("%s is not https", "production calls must be encrypted", "use the https address"),
            member);
    else if (!production && strstr(url, "mch.weixin.qq.com"))
        err_set(add(r, MERCHANT_WARNING), ST_ARGUMENT,
                SAY("测试商户的 %s 指向正式网关", "发送前不会询问，会产生真实订单",
                    "把环境改为 production"),
                SAY("%s of a test merchant is the real gateway",
                    "a send does not ask first and makes real orders",
                    "set the environment to production"),
                member);
    else
        err_set(add(r, MERCHANT_OK), ST_OK, "%s 是完整地址：%s", "%s is a whole address: %s",
                member, url);
}

static void check_field(const struct workspace *w, const struct profile *p, const struct param *q,
                        struct merchant_report *r)
{
    const struct field *f = merchant_field(w, p->dialect, q->name);
    struct findings found = {0};
    struct value_place place = {
        .path = q->name, .environment = p->environment, .outer = &p->fields};

    if (!f) {
        err_set(add(r, MERCHANT_WARNING), ST_ARGUMENT,
                SAY("字段 %s 用不上", "该类接口的目录中没有它", "核对字段名"),
                SAY("the field %s is of no use", "no API of this kind has it", "check its name"),
                q->name);
        return;
    }
    if (q->value_len)
        value_check(f, q->value, q->value_len, &place, &found);
    for (size_t i = 0; i < found.count; i++)
        err_set(
            add(r, found.items[i].severity == SEVERITY_ERROR ? MERCHANT_ERROR : MERCHANT_WARNING),
            ST_ARGUMENT, "%1$s%2$.0s", "%1$.0s%2$s", found.items[i].text[LANG_ZH],
            found.items[i].text[LANG_EN]);
    if (!found.count)
        err_set(add(r, MERCHANT_OK), ST_OK, "字段 %s 合格", "the field %s is fine", q->name);
    findings_clear(&found);
}

static void check_fields(const struct workspace *w, const struct profile *p,
                         struct merchant_report *r)
{
    static const char *const needed[] = {"mch_id", "appid"};
    size_t count = p->dialect == DIALECT_GATEWAY ? 1 : 2;

    for (size_t i = 0; i < count; i++) {
        if (!params_has(&p->fields, needed[i]))
            err_set(add(r, MERCHANT_ERROR), ST_ARGUMENT,
                    SAY("没有 %s", "每个接口都要它", "编辑商户，填写 %s"),
                    SAY("there is no %s", "every API wants it", "edit the merchant and give %s"),
                    needed[i], needed[i]);
    }
    if (!params_has(&p->fields, "notify_url"))
        err_set(
            add(r, MERCHANT_WARNING), ST_ARGUMENT,
            SAY("没有 notify_url", "下单接口要求它", "填写接收通知的地址"),
            SAY("there is no notify_url", "orders want it", "give the address of your listener"));
    for (size_t i = 0; i < p->fields.count; i++)
        check_field(w, p, &p->fields.items[i], r);
}

static void check_file(const struct profile *p, const char *member, const char *name,
                       struct merchant_report *r)
{
    char *path = store_profile_path(p, name);
    if (!path)
        return;
    if (access(path, R_OK) == 0)
        err_set(add(r, MERCHANT_OK), ST_OK, "%s 可读：%s", "%s can be read: %s", member, path);
    else
        err_set(add(r, MERCHANT_ERROR), ST_IO,
                SAY("%s 不可读：%s", "文件不存在或没有权限", "核对路径和权限"),
                SAY("%s cannot be read: %s", "there is no such file, or it is not permitted",
                    "check path and permissions"),
                member, path);
    free(path);
}

void merchant_check(const struct workspace *w, struct profile *p, struct merchant_report *out)
{
    memset(out, 0, sizeof(*out));
    check_key(p, out);
    check_address(p, out);
    check_fields(w, p, out);
    check_file(p, "client_cert", p->client_cert, out);
    check_file(p, "client_key", p->client_key, out);
    check_file(p, "ca_file", p->ca_file, out);
    for (size_t i = 0; i < p->warning_count; i++) {
        /* A file with a key that others may read is not merely odd. */
        bool open = p->warnings[i].status == ST_REFUSED;
        if (!is_told(out, &p->warnings[i]))
            add_err(out, open ? MERCHANT_ERROR : MERCHANT_WARNING, &p->warnings[i]);
    }
    for (size_t i = 0; i < p->other_key_count; i++) {
        struct err err = {0};
        if (!secret_is_set(&p->other_keys[i].key.value) &&
            store_key(p, &p->other_keys[i].key, &err))
            add_err(out, MERCHANT_WARNING, &err);
    }
}
