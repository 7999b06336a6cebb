/* SPDX-License-Identifier: MIT */
#include "core/sealed.h"

#include <string.h>

#include "core/xml.h"

#define SEALED_MAX (1u << 20) /* bytes of the content */

static void aes_key(const struct secret *key, char hex[DIGEST_HEX_MAX])
{
    unsigned char digest[DIGEST_SIZE_MAX];
    size_t size = digest_bytes(DIGEST_MD5, key->text, key->len, digest);
    digest_hex(digest, size, hex);
    for (char *c = hex; *c; c++)
        *c = *c >= 'A' && *c <= 'F' ? (char)(*c + 32) : *c;
    mem_wipe(digest, sizeof digest);
}

enum status sealed_plain(const struct params *inner, struct buf *out, struct err *err)
{
    buf_init(out, SEALED_MAX);
    return xml_write_root("root", inner, out, err);
}

enum status sealed_write(const struct params *inner, const struct secret *key, struct buf *out,
                         struct err *err)
{
    char hex[DIGEST_HEX_MAX];
    struct buf plain, raw;
    buf_init(out, 2 * SEALED_MAX);
    buf_init(&raw, SEALED_MAX + 64);
    enum status st = sealed_plain(inner, &plain, err);
    if (!st) {
        aes_key(key, hex);
        digest_aes_encrypt((const unsigned char *)hex, plain.data, plain.len, &raw);
        base64_write(out, raw.data, raw.len);
        mem_wipe(hex, sizeof hex);
    }
    buf_clear(&plain);
    buf_clear(&raw);
    return st;
}

enum status sealed_read(const char *text, const struct secret *key, struct params *inner,
                        struct err *err)
{
    char hex[DIGEST_HEX_MAX];
    struct buf raw, plain;
    buf_init(&raw, SEALED_MAX);
    buf_init(&plain, SEALED_MAX + 64);
    aes_key(key, hex);
    enum status st = base64_read(&raw, text, strlen(text), err);
    if (!st)
        st = digest_aes_decrypt((const unsigned char *)hex, buf_str(&raw), raw.len, &plain, err);
    if (!st) /* a wrong key may leave good padding by chance, but hardly a document */
        st = xml_read(buf_str(&plain), plain.len, inner, NULL, err);
    mem_wipe(hex, sizeof hex);
    buf_clear(&raw);
    buf_clear(&plain);
    return st;
}
