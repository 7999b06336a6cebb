/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a profile: one that is read survives being written, its view and its document hold
 * no key, a copy is the same; one that is refused leaves nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile.h"

#define TEXT_MAX (64u << 20)

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Does the key stand in the input once only, so that finding it elsewhere is a leak? */
static bool is_unique(const struct secret *key, const char *data, size_t size)
{
    if (key->len < 8 || memchr(data, '\\', size))
        return false;
    const char *first = memmem(data, size, key->text, key->len);
    if (!first)
        return false;
    size_t behind = (size_t)(first - data) + 1;
    return memmem(data + behind, size - behind, key->text, key->len) == NULL;
}

static void check_hidden(const struct json *j, const struct secret *key)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    json_write(j, false, &out);
    check(memmem(buf_str(&out), out.len, key->text, key->len) == NULL);
    buf_clear(&out);
}

static void check_again(const struct profile *p)
{
    struct profile again = {0};
    struct buf first, second;
    buf_init_secret(&first, TEXT_MAX);
    buf_init_secret(&second, TEXT_MAX);
    profile_to_json(p, &first);
    if (first.len <= JSON_SIZE_MAX) {
        check(profile_from_json(first.data, first.len, "again", &again, NULL) == ST_OK);
        profile_to_json(&again, &second);
        check(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
        check(secret_same(&p->key.value, &again.key.value));
    }
    buf_clear(&first);
    buf_clear(&second);
    profile_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile p = {0}, copy = {0};
    struct err err = {0};
    enum status st = profile_from_json((const char *)data, size, "fuzz", &p, &err);
    if (st) {
        check(p.name == NULL && p.document == NULL && err.status == st);
        return 0;
    }
    check(profile_name_valid(p.name) && p.warning_count <= PROFILE_WARNINGS_MAX);
    profile_copy(&copy, &p);
    if (is_unique(&p.key.value, (const char *)data, size)) {
        struct json *view = profile_view(&copy);
        check_hidden(view, &p.key.value);
        check_hidden(copy.document, &p.key.value);
        json_free(view);
    }
    check_again(&copy);
    profile_clear(&p);
    profile_clear(&copy);
    return 0;
}
