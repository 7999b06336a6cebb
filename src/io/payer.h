/* SPDX-License-Identifier: MIT */
/*
 * The paying user, played on demand: an order of the sandbox is paid, given up, or fails;
 * a contract that waits for it is signed or not.
 *
 * Playing moves the ledger and queues what the platform would then send (io/announce).
 */
#ifndef IO_PAYER_H
#define IO_PAYER_H

#include <time.h>

#include "core/base.h"
#include "core/json.h"
#include "core/ledger.h"
#include "io/announce.h"
#include "io/books.h"

enum payer_act {
    PAYER_PAY,
    PAYER_CANCEL, /* goes away: the order stays open, nothing is sent; of a signed contract: the
                     payer terminates it */
    PAYER_FAIL, /* the payment fails, the contract is given up, or (code CHANGE or REFUNDCLOSE) the
                   order's refund that is under way */
};
/* "pay", "cancel", "fail"; false for anything else. */
bool payer_act_read(const char *word, enum payer_act *act);

/* What the payer plays in; all borrowed. */
struct payer {
    struct announcer announcer;
    struct ledger *ledger;
    struct books *books; /* NULL: in memory */
};

struct payer_word {
    enum payer_act act;
    const char *order;         /* out_trade_no, or a contract_code */
    const char *mch_id;        /* NULL: whoever has one of that number */
    const char *code;          /* PAYER_FAIL: why; NULL: NOTENOUGH */
    struct contract *contract; /* this one, whatever the number; NULL: by number */
};

struct payer_result {
    const struct order *order;       /* borrowed; NULL if it was a contract */
    const struct contract *contract; /* borrowed; NULL if it was an order */
    struct announced announced;
};

/* The number of what was played: out_trade_no, or contract_code. */
const char *payer_number(const struct payer_result *r);

/* ST_ARGUMENT no such error code, or one for a contract; ST_NOT_FOUND no such order, ST_CONFLICT
   several merchants have one, ST_REFUSED it is paid, closed or expired, ST_IO the books cannot be
   written (nothing is sent then). */
enum status payer_play(const struct payer *p, const struct payer_word *word,
                       struct payer_result *out, struct err *err);

/* What happens by itself a little later: an accepted deduction is made, a refund arrives. What has
   moved meanwhile is left alone; so is what cannot be recorded. */
void payer_settle_order(const struct payer *p, const char *mch_id, const char *out_trade_no,
                        struct payer_result *out);
void payer_settle_refund(const struct payer *p, const char *mch_id, const char *out_refund_no,
                         struct payer_result *out);

/* {"order","mch_id","state","transaction_id","notifications":[{"event","url","delivery"}]}; of a
   contract "order" is its contract_code, "state" says contract_state, and "contract_id" comes
   along. */
struct json *payer_json(const struct payer_result *r);

#endif
