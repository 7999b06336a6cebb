/* SPDX-License-Identifier: MIT */
/*
 * The three lists of pane 6: what arrived, what the sandbox delivers, what it was asked.
 *
 * Which rows there are, newest first, which the filter lets through and which is selected;
 * nothing is drawn here. The notifications are the inbox's, fetched as they come into sight.
 */
#ifndef TUI_NOTIFY_TABS_H
#define TUI_NOTIFY_TABS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/workspace.h"
#include "tui/lines.h"
#include "tui/list.h"

#define NOTIFY_HEAD 2 /* rows before the notifications: listener, sandbox */

enum notify_tab { NOTIFY_TAB_NOTICES, NOTIFY_TAB_DELIVERIES, NOTIFY_TAB_LOG, NOTIFY_TAB_COUNT };
extern const struct bi notify_tab_names[NOTIFY_TAB_COUNT];

struct notify_tabs {
    struct list list[NOTIFY_TAB_COUNT];
    enum notify_tab tab; /* in force */
    size_t *log;         /* indices into the workspace's log, newest first */
    size_t log_count, log_seen;
    size_t *sent; /* indices into the sandbox's deliveries */
    size_t sent_count, sent_cap;
    char filter[LINES_WORD_MAX];
    size_t arrived; /* as the list has it */
    int64_t shown;  /* number of the notification that the selection stays on; 0: none */
    bool bottom;    /* follows the end while it is being fetched */
};
void notify_tabs_init(struct notify_tabs *n);
void notify_tabs_clear(struct notify_tabs *n);

/* The rows of the tab in force, as they are now. The others below speak of the last refresh. */
void notify_tabs_refresh(struct notify_tabs *n, struct workspace *w);

/* The tab beside it: `step` is 1 or -1. */
void notify_tabs_turn(struct notify_tabs *n, int step);

/* Lets only rows through that hold the words; selects the first of each tab. */
void notify_tabs_filter(struct notify_tabs *n, struct workspace *w, const char *word);

/* Has the tab in force no rows but those of the head? */
bool notify_tabs_are_empty(const struct notify_tabs *n);

/* The list of the tab in force. */
struct list *notify_tabs_list(struct notify_tabs *n);

/* What is selected in the tab in force; NULL when it is something else. */
const struct inbox_row *notify_tabs_notice(const struct notify_tabs *n, const struct workspace *w);
const struct delivery *notify_tabs_delivery(const struct notify_tabs *n, const struct workspace *w);
const struct sandbox_line *notify_tabs_line(const struct notify_tabs *n, const struct workspace *w);

/* A row of the deliveries, of the log. */
const struct delivery *notify_tabs_delivery_at(const struct notify_tabs *n,
                                               const struct workspace *w, size_t row);
const struct sandbox_line *notify_tabs_line_at(const struct notify_tabs *n,
                                               const struct workspace *w, size_t row);

#endif
