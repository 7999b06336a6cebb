/* SPDX-License-Identifier: MIT */
/*
 * A document encrypted with the API key, as a refund's notification carries it in req_info.
 *
 * AES-256-ECB with PKCS#7 padding, in base64; the AES key is the MD5 of the API key, 32 small
 * hexadecimal characters. Nothing tells a wrong key but that the content is no document.
 */
#ifndef CORE_SEALED_H
#define CORE_SEALED_H

#include "core/base.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/params.h"

/* The document as it stands inside, root element <root>; `out` is begun here. ST_ARGUMENT: a value
   that XML cannot hold. The caller clears `out` in any case. */
enum status sealed_plain(const struct params *inner, struct buf *out, struct err *err);

/* Encrypts the same; likewise. */
enum status sealed_write(const struct params *inner, const struct secret *key, struct buf *out,
                         struct err *err);

/* Decrypts and reads; with a wrong key ST_SYNTAX. */
enum status sealed_read(const char *text, const struct secret *key, struct params *inner,
                        struct err *err);

#endif
