/* SPDX-License-Identifier: MIT */
/* A key that a command gives is asked for by nobody but its own profile's use. */
#include "app/keyring.h"

#include <stdlib.h>
#include <string.h>

void keyring_clear(struct keyring *k)
{
    for (size_t i = 0; i < k->count; i++) {
        profile_clear(k->items[i]);
        free(k->items[i]);
    }
    free(k->items);
    *k = (struct keyring){0};
}

struct profile *keyring_add(struct keyring *k)
{
    k->items = mem_grow(k->items, k->count + 1, sizeof(struct profile *));
    return k->items[k->count++] = mem_alloc(sizeof(struct profile));
}

void keyring_redact(const struct keyring *k, struct buf *text)
{
    for (size_t i = 0; i < k->count; i++)
        profile_redact(k->items[i], text);
}

void keyring_redact_text(const struct keyring *k, char *text)
{
    for (size_t i = 0; i < k->count; i++)
        profile_redact_text(k->items[i], text);
}

void keyring_redact_params(const struct keyring *k, struct params *params)
{
    for (size_t i = 0; i < k->count; i++)
        profile_redact_params(k->items[i], params);
}

void keyring_redact_err(const struct keyring *k, struct err *err)
{
    for (int lang = 0; err && lang < LANG_COUNT; lang++)
        keyring_redact_text(k, err->text[lang]);
}

struct filling {
    struct keyring *keyring;
    const struct store *store;
    const char *current;
};

/* They are not tried, but must not be shown either. */
static void fetch_others(struct profile *p)
{
    for (size_t i = 0; i < p->other_key_count; i++) {
        struct key_ref *k = &p->other_keys[i].key;
        if (k->source != KEY_COMMAND && !secret_is_set(&k->value))
            store_key(p, k, NULL);
    }
}

static void add_named(void *ctx, const char *name, const char *origin)
{
    const struct filling *f = ctx;
    struct profile p = {0};
    (void)origin;
    if (f->current && strcmp(f->current, name) == 0)
        return;
    bool good = !store_profile(f->store, name, true, &p, NULL) && p.key.source != KEY_COMMAND &&
                (secret_is_set(&p.key.value) || !store_key(&p, &p.key, NULL)) &&
                secret_is_set(&p.key.value);
    if (good) {
        fetch_others(&p);
        profile_copy(keyring_add(f->keyring), &p);
    }
    profile_clear(&p);
}

void keyring_fill(struct keyring *k, const struct store *store, const struct profile *current)
{
    struct filling f = {k, store, current ? current->name : NULL};
    if (current && current->name)
        profile_copy(keyring_add(k), current);
    store_list(store, "profiles", add_named, &f);
}
