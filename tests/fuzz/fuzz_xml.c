/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as XML: never a crash, a verdict that agrees with the status, and what was
 * accepted is the same after being written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

/* Writing leaves empty values out. */
static void remove_empty(struct params *p)
{
    for (size_t i = p->count; i-- > 0;)
        if (p->items[i].value_len == 0)
            params_remove(p, p->items[i].name);
}

static void check_round_trip(struct params *first)
{
    struct params second = {0};
    struct buf out;
    buf_init(&out, 8u * XML_SIZE_MAX);
    check(xml_write(first, &out, NULL) == ST_OK);
    if (out.len <= XML_SIZE_MAX) { /* escapes may have made it longer */
        check(xml_read(buf_str(&out), out.len, &second, NULL, NULL) == ST_OK);
        remove_empty(first);
        check(params_equal(first, &second));
    }
    params_clear(&second);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct params p = {0};
    struct xml_info info;
    struct err err = {0};
    enum status st = xml_read((const char *)data, size, &p, &info, &err);
    check((st == ST_OK) == (info.fault == XML_FINE));
    check(p.count <= PARAMS_MAX);
    if (st == ST_OK) {
        check_round_trip(&p);
    } else {
        check(err.status == st && p.count == 0);
        check(err.text[LANG_ZH][0] && err.text[LANG_EN][0]);
    }
    params_clear(&p);
    return 0;
}
