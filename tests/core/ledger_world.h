/* SPDX-License-Identifier: MIT */
/* What the tests of the ledger share: orders placed from a line of text. */
#ifndef TESTS_CORE_LEDGER_WORLD_H
#define TESTS_CORE_LEDGER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/ledger.h"
#include "core/ledger_trade.h"

#define NOW 1735689600 /* 2025-01-01 08:00 in UTC+8 */
#define HOUR 3600
#define DAY (24 * HOUR)
#define UNIQUE "abcdefghij0123456789"

/* "name=value;…" */
static inline struct params of(const char *fields)
{
    struct params p = {0};
    char *copy = mem_strdup(fields), *rest = copy, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        assert_non_null(value);
        *value = '\0';
        assert_int_equal(params_set(&p, one, value + 1, NULL), ST_OK);
    }
    free(copy);
    return p;
}

/* A new order of an API at NOW. */
static inline struct order *place(struct ledger *l, const char *api, const char *fields)
{
    struct spec spec = {.id = api};
    struct params p = of(fields);
    struct order *o;
    assert_int_equal(ledger_place(l, &spec, &p, SIGN_MD5, NOW, UNIQUE, &o, NULL), PLACE_NEW);
    params_clear(&p);
    return o;
}

/* The same, paid a second later. */
static inline struct order *paid(struct ledger *l, const char *api, const char *fields)
{
    struct order *o = place(l, api, fields);
    assert_int_equal(ledger_pay(o, NOW + 1, UNIQUE), TRADE_DONE);
    return o;
}

#endif
