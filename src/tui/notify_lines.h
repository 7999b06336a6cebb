/* SPDX-License-Identifier: MIT */
/*
 * Notifications and deliveries in words: rows of pane 6, the live line, the pages of one.
 */
#ifndef TUI_NOTIFY_LINES_H
#define TUI_NOTIFY_LINES_H

#include "app/inbox.h"
#include "app/redelivery.h"
#include "io/deliver.h"
#include "tui/lines.h"
#include "tui/surface.h"

/* The style and the two cells in front that tell a verdict without colour: "ok", "! ", "x ". */
unsigned notify_style(const struct notice_word *word);
const char *notify_mark(const struct notice_word *word);

/* "支付结果" or "payment": what an event is called where room is short. */
const char *notify_event(const struct inbox *b, const char *event, enum lang lang);

/* What was answered: "SUCCESS", "FAIL", "no answer". */
const char *notify_answer(const struct inbox_row *row, enum lang lang);

/* "HH:MM:SS payment T2026…  ok SUCCESS" for the live line. */
void notify_line(const struct inbox *b, const struct inbox_row *row, enum lang lang, char *out,
                 size_t size);

/* One row of the list: columns where there is room for them, else the verdict first. */
void notify_row(const struct inbox *b, const struct inbox_row *row, enum lang lang,
                struct surface *s);

/* One delivery of the sandbox. */
void notify_delivery_row(const struct delivery *d, enum lang lang, struct surface *s);
void notify_delivery(struct lines *l, enum lang lang, const struct delivery *d);

/* ---- Pages of one notification; at most `max` bytes of a value ---- */

void notify_summary(struct lines *l, enum lang lang, const struct inbox_notice *n);
void notify_found(struct lines *l, enum lang lang, const struct json *found);
void notify_fields(struct lines *l, enum lang lang, const struct inbox_notice *n, size_t max);
void notify_sign(struct lines *l, enum lang lang, const struct inbox_notice *n);
void notify_bytes(struct lines *l, enum lang lang, const struct inbox_notice *n, size_t max);

/* Our answer, the application's, and whether and when it comes again. */
void notify_answered(struct lines *l, enum lang lang, const struct inbox_notice *n,
                     const struct redelivery *next);

/* "15 s, 15 s, 30 s, 3 min, …"; with "at once" first where the sandbox keeps it. */
void notify_schedule(struct lines *l, enum lang lang, const struct schedule *s, bool sandbox);

#endif
