/* SPDX-License-Identifier: MIT */
/*
 * What the journal knows of one order, contract or refund: which calls and notifications
 * speak of it, in order of time; the state that follows; what may come next.
 *
 * Pure assembling: records are added as somebody finds them, order_life_settle() draws the
 * conclusions. A number stands for up to three lives: that of the order, of its contract, of
 * each refund. What nobody vouches for (an untrusted reply, a forged notification, what we
 * sent out ourselves) is listed and tells nothing.
 *
 * A query tells the present state. Anything else moves it only where the machine has a way
 * from the present one: a notification repeated after the refund does not undo the refund.
 */
#ifndef APP_ORDER_LIFE_H
#define APP_ORDER_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/record.h"
#include "core/base.h"
#include "core/catalog.h"
#include "core/life.h"
#include "core/life_chart.h"
#include "core/params.h"
#include "io/journal.h"

#define ORDER_NUMBER_MAX 128  /* bytes of a number, NUL included */
#define ORDER_EVENTS_MAX 2000 /* calls and notifications kept */
#define ORDER_LIVES_MAX 52    /* an order, a contract, and the 50 refunds an order may have */
#define ORDER_NEXT_MAX 12

enum order_subject { ABOUT_ORDER, ABOUT_CONTRACT, ABOUT_REFUND };
/* "order", "contract", "refund". */
const char *order_subject_name(enum order_subject subject);
/* The field that numbers one: the merchant's ("out_trade_no") or the platform's
   ("transaction_id"). */
const char *order_id_name(enum order_subject subject, bool theirs);

/* One call or notification. */
struct order_event {
    struct journal_row row;     /* its texts belong to the event */
    struct params facts;        /* numbers, amounts and states that it carries */
    bool trusted;               /* it may tell something */
    bool failed;                /* refused, or a notification of no success */
    struct life_point point;    /* what it tells of the order; state NULL: nothing */
    const char *contract_state; /* likewise of the contract */
    bool asked;                 /* a query: it tells the present */
    char base[64];              /* "http://127.0.0.1:9001" if the call went to this machine; "" */
};

/* A step into a state, and which event was its cause. */
struct order_step {
    const char *from, *state; /* names of core/life; from NULL: the beginning */
    const char *by;           /* as life_been's */
    size_t event;             /* index */
};

/* What may come next. */
struct order_next {
    const struct life_step *step; /* NULL: a query, which leads nowhere */
    const struct spec *spec;      /* the call; NULL: not ours to make, or not in the catalogue */
    struct params fields;         /* of the call, as far as they are known */
    char *command;                /* the wxpc command for it, quoted for a shell; NULL: none */
};

struct order_life_one {
    enum order_subject subject;
    enum life_kind kind;
    char number[ORDER_NUMBER_MAX]; /* out_trade_no, contract_code or out_refund_no */
    char theirs[ORDER_NUMBER_MAX]; /* transaction_id, contract_id or refund_id. "": not known */
    const char *state;             /* present; NULL: the beginning, or not known */
    struct order_step *steps;
    size_t step_count;
    struct params known; /* the newest value of each fact */
    struct order_next next[ORDER_NEXT_MAX];
    size_t next_count;
};

#define ORDER_IDS_MAX 16

/* Zeroed but for what order_life_begin() sets. Fields are for reading. */
struct order_life {
    char number[ORDER_NUMBER_MAX];   /* asked for */
    char merchant[ORDER_NUMBER_MAX]; /* mch_id; "": not known */
    struct order_event *events;      /* settled: by time; of other merchants at the end */
    size_t event_count;              /* of this merchant */
    size_t others;                   /* events of other merchants with the same number */
    bool cut;                        /* there were more than ORDER_EVENTS_MAX */
    struct order_life_one lives[ORDER_LIVES_MAX]; /* the one asked for first */
    size_t life_count;
    /* Private. */
    size_t all, cap;
    struct order_id {
        enum order_subject subject;
        char value[ORDER_NUMBER_MAX];
    } ids[ORDER_IDS_MAX]; /* numbers that mean the same, or the contract of the order */
    size_t id_count;
    char wanted[ORDER_NUMBER_MAX]; /* mch_id asked for */
};

/* Begins with `number` (at most ORDER_NUMBER_MAX - 1 bytes); `merchant` (an mch_id, may be NULL) if
   only its records count. Ends with order_life_clear(). */
void order_life_begin(struct order_life *o, const char *number, const char *merchant);
void order_life_clear(struct order_life *o);
void order_life_one_clear(struct order_life_one *l); /* for order_life_settle() */

/* Takes a record over, if it carries the number, or one known to mean the same, in a field that
   numbers an order, a contract or a refund. The same record twice is one. False: it does not. */
bool order_life_add(struct order_life *o, const struct record *r);

/* A number that means the same as the one asked for and is not among `numbers` yet (an order's
   transaction_id, a refund's order); NULL if there is none. Borrowed until the next change. */
const char *order_life_alias(const struct order_life *o, const char *const *numbers, size_t count);

/* Draws the conclusions from what was added; may be called again after more. */
void order_life_settle(struct order_life *o, const struct catalog *catalog);

/* Does an event belong to that life? */
bool order_life_has(const struct order_life *o, const struct order_life_one *life, size_t event);

/* The path for life_chart(). What it points into is returned: one block, for free(). */
struct life_been *order_life_path(const struct order_life *o, const struct order_life_one *life,
                                  struct life_path *path);

#endif
