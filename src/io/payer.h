/* SPDX-License-Identifier: MIT */
/*
 * The paying user, played on demand: an order of the sandbox is paid, given up, or fails.
 *
 * Paying moves the ledger's order and queues what the platform would then send: each
 * notification that the order's API names, to the address that the order holds, signed with
 * the order's algorithm. A contract that was refused is not notified.
 */
#ifndef IO_PAYER_H
#define IO_PAYER_H

#include <time.h>

#include "core/base.h"
#include "core/catalog.h"
#include "core/event.h"
#include "core/json.h"
#include "core/ledger.h"
#include "io/books.h"
#include "io/deliver.h"
#include "io/merchants.h"

enum payer_act {
    PAYER_PAY,
    PAYER_CANCEL, /* goes away: the order stays open, nothing is sent */
    PAYER_FAIL,   /* the payment fails; only the third-party gateway tells the merchant */
};
/* "pay", "cancel", "fail"; false for anything else. */
bool payer_act_read(const char *word, enum payer_act *act);

/* What the payer plays in; all borrowed. */
struct payer {
    const struct catalog *catalog;
    const struct events *events;
    const struct merchants *merchants;
    struct ledger *ledger;
    struct books *books; /* NULL: in memory */
    struct deliver *deliver;
    time_t now;
};

struct payer_word {
    enum payer_act act;
    const char *order;  /* out_trade_no */
    const char *mch_id; /* NULL: whoever has an order of that number */
    const char *code;   /* PAYER_FAIL: why; NULL: NOTENOUGH */
};

#define PAYER_NOTICES_MAX 4

struct payer_result {
    const struct order *order; /* borrowed */
    struct {
        const struct event *event;
        const char *url; /* borrowed */
        unsigned delivery;
    } notices[PAYER_NOTICES_MAX];
    size_t count;
};

/* ST_NOT_FOUND no such order, ST_CONFLICT several merchants have one, ST_REFUSED it is paid, closed
   or expired, ST_IO the books cannot be written (nothing is sent then). */
enum status payer_play(const struct payer *p, const struct payer_word *word,
                       struct payer_result *out, struct err *err);

/* {"order","mch_id","state","transaction_id","notifications":[{"event","url","delivery"}]} */
struct json *payer_json(const struct payer_result *r);

#endif
