/* SPDX-License-Identifier: MIT */
/*
 * zlib's inflate, told to take gzip and nothing else, piece by piece into the buffer.
 */
#include "core/gunzip.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "core/library.h"

#define PIECE (64u << 10)      /* bytes unpacked at a time */
#define GZIP_ONLY (16 + 15)    /* windowBits: the largest window, gzip's head and foot demanded */
#define INPUT_MAX (256u << 20) /* bytes; zlib counts in unsigned int */

/* clang-format off */
#define ZLIB_FUNCTIONS(X) X(inflateInit2_) X(inflate) X(inflateReset) X(inflateEnd)
/* clang-format on */

/* zlib's functions: empty until the first file is unpacked. */
static struct {
    ZLIB_FUNCTIONS(LIBRARY_POINTER)
} lib;

static enum status load_library(struct err *err)
{
    static const char *const names[] = {ZLIB_FUNCTIONS(LIBRARY_NAME)};
    return lib.inflate ? ST_OK : library_load(ZLIB_SONAME, names, ARRAY_COUNT(names), &lib, err);
}

bool gunzip_is(const char *data, size_t len)
{
    return len >= 2 && memcmp(data, "\x1f\x8b", 2) == 0;
}

static enum status broken(const z_stream *z, struct err *err)
{
    return err_set(err, ST_SYNTAX, SAY("gzip 压缩包已损坏", "%s", "重新下载"),
                   SAY("the gzip file is damaged", "%s", "download it again"),
                   z->msg ? z->msg : "it ends too early");
}

static enum status too_large(const struct buf *out, struct err *err)
{
    return err_set(err, ST_LIMIT, SAY("gzip 压缩包过大", "解压后超过 %zu 字节", "用别的工具解压"),
                   SAY("the gzip file is too large", "it unpacks to more than %zu bytes",
                       "unpack it with another tool"),
                   out->max);
}

/* Unpacks until the input is used up or something is wrong with it. */
static enum status unpack(z_stream *z, struct buf *out, struct err *err)
{
    char piece[PIECE];
    for (;;) {
        z->next_out = (Bytef *)piece;
        z->avail_out = sizeof(piece);
        int code = lib.inflate(z, Z_NO_FLUSH);
        buf_add(out, piece, sizeof(piece) - z->avail_out);
        if (buf_status(out))
            return too_large(out, err);
        if (code == Z_STREAM_END && z->avail_in == 0)
            return ST_OK;
        if (code == Z_STREAM_END ? lib.inflateReset(z) != Z_OK : code != Z_OK)
            return broken(z, err);
    }
}

enum status gunzip(const char *data, size_t len, struct buf *out, struct err *err)
{
    z_stream z = {0};
    enum status st = load_library(err);
    if (st)
        return st;
    if (len > INPUT_MAX)
        return too_large(out, err);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)len;
    if (lib.inflateInit2_(&z, GZIP_ONLY, ZLIB_VERSION, (int)sizeof(z)) != Z_OK)
        return broken(&z, err);
    st = unpack(&z, out, err);
    lib.inflateEnd(&z);
    return st;
}
