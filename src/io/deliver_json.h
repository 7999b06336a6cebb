/* SPDX-License-Identifier: MIT */
/*
 * A delivery written down, so that a sandbox that is started again goes on with it.
 *
 * The first line has all of it, later ones what has moved:
 *   {"delivery":SERIAL,"event","order","mch_id","url","sign_type","params","inner","tries","due_at"}
 *   {"delivery":SERIAL,"tries":2,"due_at":1767294245}
 * `due_at` is Unix time, 0 when it is over. No key is in it: `mch_id` says whose it is.
 */
#ifndef IO_DELIVER_JSON_H
#define IO_DELIVER_JSON_H

#include <time.h>

#include "core/event.h"
#include "core/json.h"
#include "io/deliver.h"

/* The line for the state that it has moved to; NULL if there is none (it is being sent, is the
   second of a pair, or has no serial). The caller frees. */
struct json *delivery_json(const struct delivery *v, time_t now);

/* One that an earlier run wrote down, with the newest of what moves. */
struct delivery_kept {
    struct json *whole; /* its first line */
    unsigned tries;
    time_t due_at;
};

/* Reads a line. False: it is damaged. `*due_at` 0: it is over. */
bool delivery_read(const struct json *line, unsigned *tries, time_t *due_at);

/* Queues it again, for the moment it was due, or at once if that is over. False: its event is not
   known any more, or its line is damaged. */
bool delivery_resume(struct deliver *d, const struct events *events, const struct delivery_kept *k,
                     const struct secret *key, time_t now);

#endif
