/* SPDX-License-Identifier: MIT */
/*
 * downloadbill: text instead of XML, as gzip if that is asked for. The gzip is made of
 * stored blocks: every reader takes it, and nothing here needs to be small.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/ledger_bill.h"
#include "core/text.h"
#include "io/call_follow.h"

#define BILL_MAX (32u << 20)
#define BLOCK_MAX 65535u /* bytes of a stored block: RFC 1951 3.2.4 */

static uint32_t crc32_of(const char *data, size_t len)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

static void add_word(struct buf *out, uint32_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_addc(out, (char)(n >> (8 * i) & 0xff));
}

/* RFC 1952: head, one deflate stream, CRC-32 and size. */
static void gzip(const struct buf *text, struct buf *out)
{
    static const char head[] = "\x1f\x8b\x08\0\0\0\0\0\0\xff";
    buf_add(out, head, 10);
    for (size_t at = 0; at < text->len || at == 0;) {
        size_t n = text->len - at > BLOCK_MAX ? BLOCK_MAX : text->len - at;
        buf_addc(out, at + n == text->len);
        add_word(out, (uint32_t)n, 2);
        add_word(out, ~(uint32_t)n, 2);
        buf_add(out, text->data + at, n);
        at += n;
        if (n == 0)
            break;
    }
    add_word(out, crc32_of(text->data, text->len), 4);
    add_word(out, (uint32_t)text->len, 4);
}

/* yyyyMMdd of a day that is. */
static bool is_date(const char *s)
{
    char stamp[TEXT_TIME_SIZE];
    time_t t;
    if (strlen(s) != 8)
        return false;
    snprintf(stamp, sizeof(stamp), "%s000000", s);
    return text_time_read(stamp, &t);
}

const struct refusal *follow_downloadbill(struct call *c)
{
    static const struct bi said = {"给出了账单", "gave the bill"};
    const char *type = follow_get(c, "bill_type"), *day = follow_get(c, "bill_date");
    const char *tar = follow_get(c, "tar_type");
    struct bill_options o = {
        .mch_id = c->merchant->mch_id, .sub_mch_id = follow_get(c, "sub_mch_id"), .day = day};
    struct buf text;

    if (!bill_type_read(type ? type : "ALL", &o.type))
        return refusal_row(REFUSE_BILL_TYPE);
    if (!day || !is_date(day))
        return refusal_row(REFUSE_DATE);
    buf_init(&text, BILL_MAX);
    size_t rows = ledger_bill(c->ledger, &o, &text);
    bool good = rows && !buf_status(&text);
    if (good && tar && strcmp(tar, "GZIP") == 0) {
        buf_init(&c->bill, BILL_MAX + (1u << 16));
        gzip(&text, &c->bill);
        c->zipped = true;
        buf_clear(&text);
    } else if (good) {
        c->bill = text;
    } else {
        buf_clear(&text);
    }
    if (!good)
        return refusal_row(rows ? REFUSE_FULL : REFUSE_NO_BILL);
    c->said = said;
    return NULL;
}
