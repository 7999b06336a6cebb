/* SPDX-License-Identifier: MIT */
/*
 * A short list, searched from the front.
 */
#include "io/merchants.h"

#include <stdlib.h>
#include <string.h>

#include "core/embed.h"

static const char *const plan_ids[] = {"123", "456"};

static void merchant_clear(struct merchant *m)
{
    free(m->mch_id);
    free(m->appid);
    free(m->sub_mch_id);
    free(m->sub_appid);
    free(m->notify_url);
    secret_clear(&m->key);
    memset(m, 0, sizeof(*m));
}

void merchants_clear(struct merchants *all)
{
    for (size_t i = 0; i < all->count; i++)
        merchant_clear(&all->items[i]);
    all->count = 0;
    free(all->notify_url);
    all->notify_url = NULL;
}

/* A copy of a field of the profile that says something. */
static char *field(const struct profile *p, const char *name)
{
    return params_has(&p->fields, name) ? mem_strdup(params_get(&p->fields, name)) : NULL;
}

enum status merchants_add(struct merchants *all, const struct profile *p, struct err *err)
{
    struct merchant *m = NULL;

    if (!params_has(&p->fields, "mch_id") || !secret_is_set(&p->key.value))
        return err_set(err, ST_ARGUMENT,
                       SAY("沙箱不能服务商户配置 %s", "它没有 mch_id 或密钥", "补齐后再选用"),
                       SAY("the sandbox cannot serve profile %s", "it has no mch_id or no key",
                           "complete it and choose it again"),
                       p->name ? p->name : "?");
    for (size_t i = 0; i < all->count; i++) {
        struct merchant *other = &all->items[i];
        if (other->dialect == p->dialect &&
            strcmp(other->mch_id, params_get(&p->fields, "mch_id")) == 0)
            m = other;
    }
    if (!m && all->count == MERCHANTS_MAX)
        return err_set(err, ST_LIMIT, SAY("沙箱的商户已满", "最多 %d 个", "少给几个商户配置"),
                       SAY("the sandbox has no room for another merchant", "%d at most",
                           "start it with fewer profiles"),
                       MERCHANTS_MAX);
    if (!m)
        m = &all->items[all->count++];
    merchant_clear(m);
    *m = (struct merchant){.dialect = p->dialect,
                           .mch_id = field(p, "mch_id"),
                           .appid = field(p, "appid"),
                           .sub_mch_id = field(p, "sub_mch_id"),
                           .sub_appid = field(p, "sub_appid"),
                           .notify_url = field(p, "notify_url")};
    secret_copy(&m->key, &p->key.value);
    return ST_OK;
}

void merchants_add_built_in(struct merchants *all)
{
    size_t count;
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++) {
        struct profile p = {0};
        if (strcmp(files[i].folder, "profiles") == 0 &&
            !profile_from_json(files[i].text, files[i].len, files[i].name, &p, NULL))
            merchants_add(all, &p, NULL);
        profile_clear(&p);
    }
}

const struct merchant *merchants_find(const struct merchants *all, enum dialect dialect,
                                      const char *mch_id)
{
    for (size_t i = 0; mch_id && i < all->count; i++) {
        const struct merchant *m = &all->items[i];
        if (m->dialect == dialect && strcmp(m->mch_id, mch_id) == 0)
            return m;
    }
    return NULL;
}

bool merchants_know_appid(const struct merchants *all, const char *appid)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].appid && strcmp(all->items[i].appid, appid) == 0)
            return true;
    }
    return false;
}

bool merchants_have_plan(const char *plan_id)
{
    for (size_t i = 0; i < ARRAY_COUNT(plan_ids); i++) {
        if (strcmp(plan_ids[i], plan_id) == 0)
            return true;
    }
    return false;
}

void merchants_redact(const struct merchants *all, struct buf *text)
{
    for (size_t i = 0; i < all->count; i++)
        secret_redact(&all->items[i].key, text);
}
