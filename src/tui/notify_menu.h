/* SPDX-License-Identifier: MIT */
/*
 * What pane 6 can be told: how the listener answers, what the payer does. Sending again is the
 * journal's overlay's too.
 *
 * Each opens a menu or a prompt of the host and does what was chosen. The view must outlive
 * what it opened: a pane does.
 */
#ifndef TUI_NOTIFY_MENU_H
#define TUI_NOTIFY_MENU_H

#include <stdbool.h>
#include <stdint.h>

#include "app/posting.h"
#include "tui/view.h"

/* What the menu that is open is for. The data of the view begin with it. */
struct notify_asked {
    enum event_kind event; /* EVENT_UNKNOWN: all */
    char order[65];
    char code[33];
    bool has_order;
    int64_t id; /* of the notification to send again or copy */
    bool anew;
    char url[POSTING_URL_MAX];
};

/* Starts the listener, or stops it. */
void notify_toggle(struct view *v);

/* Start or stop, how to answer, where to forward. */
void notify_listener_menu(struct view *v);

/* Pay, cancel or fail `order` (copied); NULL: the last call's. */
void notify_payer_menu(struct view *v, const char *order);

/* Pays at once. */
void notify_pay(struct view *v, const char *order);

/* Sends the notification `id` of the inbox, or one of ours, again: as it was or newly signed, to
   `url` (copied) or another address. */
void notify_resend_menu(struct view *v, int64_t id, const char *url);

/* Copies one of the texts of the notification `id`. */
void notify_copy_menu(struct view *v, int64_t id);

/* Which event to make; then its form. */
void notify_trigger_menu(struct view *v);

/* How a gateway reaches this machine: the pane's page of help. */
void notify_help_page(const struct workspace *w, enum lang lang, struct buf *out);

#endif
