/* SPDX-License-Identifier: MIT */
/*
 * Asking for a merchant's key: typed without echo, or named as variable, file or command.
 *
 * A typed key that replaces another one waits in a struct secret until both have been
 * compared by length and last four. Neither is ever shown.
 */
#ifndef TUI_PROFILE_KEY_H
#define TUI_PROFILE_KEY_H

#include "core/profile.h"
#include "tui/view.h"

/* One line of a menu of fixed words. */
struct profile_choice {
    struct bi label;
    struct bi note;
};

struct profile_choices {
    const struct profile_choice *items;
    size_t count;
    size_t at; /* selected at first */
    void (*chosen)(void *ctx, size_t index);
};

/* Opens such a menu. */
void profile_ask(const struct view *v, struct bi title, const struct profile_choices *choices,
                 void *ctx);

struct profile_key {
    struct view *v;
    struct key_ref *key;        /* what is changed; borrowed */
    void (*changed)(void *ctx); /* afterwards, also when it stayed as it was */
    void *ctx;
    struct secret next; /* a typed key that waits for its yes */
};

void profile_key_ask(struct profile_key *k);
void profile_key_clear(struct profile_key *k);

#endif
