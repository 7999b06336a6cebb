/* SPDX-License-Identifier: MIT */
/* Modules are copied out of the library's structure, of which one bit says what we need. */
#include "core/qr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

enum status qr_encode(const char *text, struct qr *out, struct err *err)
{
    size_t len = strlen(text);
    qr_clear(out);
    if (len == 0)
        return err_set(err, ST_ARGUMENT, SAY("没有可编码的内容", "", ""),
                       SAY("there is nothing to encode", "", ""));
    QRcode *code = len <= QR_TEXT_MAX
                       ? QRcode_encodeData((int)len, (const unsigned char *)text, 0, QR_ECLEVEL_L)
                       : NULL;
    if (!code && len <= QR_TEXT_MAX && errno == ENOMEM)
        die("out of memory");
    if (!code)
        return err_set(err, ST_LIMIT, SAY("内容放不进二维码", "%zu 字节，最多 %d", "缩短它"),
                       SAY("it does not fit into a QR code", "%zu bytes, at most %d", "shorten it"),
                       len, QR_TEXT_MAX);
    size_t count = (size_t)code->width * (size_t)code->width;
    out->size = code->width;
    out->modules = mem_alloc(count);
    for (size_t i = 0; i < count; i++)
        out->modules[i] = code->data[i] & 1;
    QRcode_free(code);
    return ST_OK;
}

void qr_clear(struct qr *q)
{
    free(q->modules);
    *q = (struct qr){0};
}

bool qr_dark(const struct qr *q, int x, int y)
{
    return x >= 0 && y >= 0 && x < q->size && y < q->size && q->modules[y * q->size + x];
}

int qr_columns(const struct qr *q, int quiet)
{
    return q->size + 2 * quiet;
}

int qr_rows(const struct qr *q, int quiet)
{
    return (q->size + 2 * quiet + 1) / 2;
}

int qr_fit(const struct qr *q, int rows, int columns)
{
    for (int quiet = QR_QUIET; quiet >= QR_QUIET_LEAST; quiet--) {
        if (qr_rows(q, quiet) <= rows && qr_columns(q, quiet) <= columns)
            return quiet;
    }
    return -1;
}

void qr_row(const struct qr *q, int quiet, int row, struct buf *out)
{
    static const char *const cells[2][2] = {{" ", "▄"}, {"▀", "█"}};
    int y = 2 * row - quiet;
    for (int x = -quiet; x < q->size + quiet; x++)
        buf_adds(out, cells[qr_dark(q, x, y)][qr_dark(q, x, y + 1)]);
}

void qr_svg(const struct qr *q, struct buf *out)
{
    int side = qr_columns(q, QR_QUIET);
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
             "height=\"%d\" shape-rendering=\"crispEdges\">\n"
             "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"",
             side, side, 8 * side, 8 * side, side, side);
    for (int y = 0; y < q->size; y++) {
        for (int x = 0; x < q->size;) {
            int run = 0;
            while (qr_dark(q, x + run, y))
                run++;
            if (run)
                buf_addf(out, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run, run);
            x += run ? run : 1;
        }
    }
    buf_adds(out, "\"/>\n</svg>\n");
}
