/* SPDX-License-Identifier: MIT */
/*
 * The embedded sandbox gateway (INTERFACE.md, "The sandbox gateway").
 *
 * Checks what the real gateway checks, through the same catalogue, and answers with the
 * documented codes; state is the ledger's. One table says for each fault its layer, code,
 * text and whether the reply is signed. What it joined to check a signature goes to the
 * log, key masked.
 *
 * What is paid is notified (io/payer, io/deliver); POST /sandbox/pay plays the payer from
 * outside (io/control).
 */
#ifndef IO_GATEWAY_H
#define IO_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "core/base.h"
#include "core/catalog.h"
#include "core/ledger.h"
#include "core/profile.h"
#include "io/credentials.h"
#include "io/deliver.h"
#include "io/gateway_log.h"
#include "io/loop.h"
#include "io/payer.h"

struct gateway;

struct gateway_options {
    const char *address;       /* NULL: 127.0.0.1 */
    unsigned port;             /* 0: a free one */
    const char *data_dir;      /* keeps the orders in DIR/sandbox.jsonl; NULL: in memory */
    const char *const *faults; /* rules of INTERFACE.md, NULL-terminated; NULL: none */
    gateway_sink_fn sink;      /* NULL: nobody listens */
    void *ctx;
    time_t (*clock)(void); /* NULL: time() */
    double time_scale;     /* seconds that pass in one; 0: 1 */
    const char *tls_dir;   /* serves TLS with the credentials in this folder (io/credentials), and
                              calls that need a certificate are refused without; NULL: plain HTTP */
};

/* Opens and serves in `loop`. The catalogue is borrowed for its lifetime. The built-in merchants
   are there. ST_CONFLICT port in use, ST_ARGUMENT a bad fault rule (quoted, with the grammar); with
   `tls_dir` errors as credentials_open() too. */
enum status gateway_open(struct loop *loop, const struct catalog *catalog,
                         const struct gateway_options *options, struct gateway **out,
                         struct err *err);
void gateway_close(struct gateway *g);

/* Serves this profile's merchant too (its mch_id, appid, sub ids, key; copied). A profile without
   key or mch_id is ST_ARGUMENT. A known mch_id is replaced. Under TLS it gets a certificate; errors
   as credentials_merchant(). */
enum status gateway_merchant(struct gateway *g, const struct profile *p, struct err *err);

/* Sends what names no address of its own (a refund) to `url` (copied), whatever the merchants'
   profiles say; NULL: as they say. */
void gateway_point(struct gateway *g, const char *url);

/* Plays the paying user; errors as payer_play(). */
enum status gateway_play(struct gateway *g, const struct payer_word *word, struct payer_result *out,
                         struct err *err);

/* What its ledger says of a merchant's order (trade_state) or, by contract_code, of a contract
   (contract_state), at this moment; a constant text. NULL: it has none of that number. */
const char *gateway_order_state(struct gateway *g, const char *mch_id, const char *out_trade_no);
const char *gateway_contract_state(struct gateway *g, const char *mch_id, const char *code);

/* The notifications sent and under way. */
const struct deliver *gateway_deliveries(const struct gateway *g);

/* "http://127.0.0.1:41234": the base URL that stands for the official host. */
const char *gateway_url(const struct gateway *g);

/* Its credentials; NULL without TLS. */
const struct credentials *gateway_credentials(const struct gateway *g);

#endif
