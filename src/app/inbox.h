/* SPDX-License-Identifier: MIT */
/*
 * Notifications as the console sees them: the listener's life, the list of what arrived.
 *
 * The list is the journal's (inbox_list.h). What the journal could not take is kept here and stands
 * in the list all the same. One notification is read back with its bytes and judged anew; what was
 * found against it when it came is kept.
 *
 * Of the listener's own types none stands here: whoever looks at the inbox needs no sockets.
 */
#ifndef APP_INBOX_H
#define APP_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/inbox_list.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/catalog.h"
#include "core/event.h"
#include "core/findings.h"
#include "core/json.h"
#include "core/notice.h"
#include "core/profile.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/store.h"

#define INBOX_PORT 8765     /* where the console listens unless told otherwise */
#define INBOX_UNKEPT_MAX 64 /* notifications kept here because the journal could not */

struct inbox;

/* ---- Life ---- */

struct inbox_options {
    struct loop *loop;
    const struct catalog *catalog; /* borrowed, as the next two */
    const struct store *store;
    loop_fn changed; /* the listener's state moved, or something arrived */
    void (*refused)(void *ctx, const struct err *err); /* what arrived was no notification */
    void *ctx;
    int64_t (*clock_ms)(void); /* NULL: the real one */
};

struct inbox *inbox_new(const struct inbox_options *o);
void inbox_free(struct inbox *b); /* NULL is fine */

/* Moves with every change; 0 for NULL. */
unsigned inbox_rev(const struct inbox *b);

/* The journal to list and to record in, borrowed; the list starts anew. NULL: there is none, and if
   `unrecorded` (copied) says why, although there should be, nothing is acknowledged. */
void inbox_journal(struct inbox *b, struct journal *journal, const struct err *unrecorded);
const struct err *inbox_unrecorded(const struct inbox *b);

/* The merchant in use: its key is tried first. Copied. */
void inbox_profile(struct inbox *b, const struct profile *current);

/* The events of the catalogue. */
const struct events *inbox_events(const struct inbox *b);

/* ---- The listener ---- */

enum inbox_state { INBOX_OFF, INBOX_BINDING, INBOX_UP, INBOX_FAILED };

enum inbox_reply { INBOX_AUTO, INBOX_SUCCESS, INBOX_FAIL, INBOX_NONE };

/* How to answer: as io/listener's listener_answer. */
struct inbox_answer {
    enum inbox_reply reply;
    char message[129]; /* return_msg of a refusal; "": the reason found */
    int delay_ms;
};

/* Binds 127.0.0.1:`port` (0: a free one) and checks itself; failure is also the state. */
enum status inbox_start(struct inbox *b, unsigned port, struct err *err);
void inbox_stop(struct inbox *b);

enum inbox_state inbox_state(const struct inbox *b);  /* NULL: off */
const struct err *inbox_error(const struct inbox *b); /* of INBOX_FAILED; never NULL */
const char *inbox_url(const struct inbox *b);         /* "" unless it is binding or up */

/* Has every answer gone out? */
bool inbox_is_idle(const struct inbox *b);

/* Checks again that it can be reached: after the program was suspended. */
void inbox_check(struct inbox *b);

/* How one event, or with EVENT_UNKNOWN all, is answered from now on. */
void inbox_set_answer(struct inbox *b, enum event_kind kind, const struct inbox_answer *a);
const struct inbox_answer *inbox_answer_of(const struct inbox *b, enum event_kind kind);

/* Hands each notification to the application at `url` and relays its answer; "" ends that.
   ST_ARGUMENT an URL that is none, or the listener's own. */
enum status inbox_set_forward(struct inbox *b, const char *url, struct err *err);
const char *inbox_forward(const struct inbox *b); /* "": none */

/* The same without the keys at hand, for showing; valid until the next call. */
const char *inbox_forward_shown(struct inbox *b);

/* ---- The list ---- */

/* Only what holds `word` (journal_search's rules; a leading '!' inverts); "" for all. The list
   starts anew. */
void inbox_filter(struct inbox *b, const char *word);

/* Fetches until `count` lines are there: what 12 ms can, at once, and the rest in the loop. */
void inbox_want(struct inbox *b, size_t count);

size_t inbox_count(const struct inbox *b);     /* lines there now; 0 for NULL */
bool inbox_is_complete(const struct inbox *b); /* all lines are there */

/* Notifications altogether, whatever the filter; before they are counted, in the first turn of the
   loop, those in the list. */
int64_t inbox_total(const struct inbox *b);

/* How many have arrived since the inbox was made. */
size_t inbox_arrived(const struct inbox *b);

/* Moves with each row that the listener wrote into the journal, or completed. */
unsigned inbox_recorded(const struct inbox *b);

/* How many of them the list has: a list that is read keeps its place by it. */
size_t inbox_listed(const struct inbox *b);

/* The one that arrived last, whatever the filter; NULL if none has since the inbox was made.
   Borrowed until the next call. */
const struct inbox_row *inbox_newest(struct inbox *b);

/* Has the application behind the listener this one, and not answered yet? `id`: in the journal. */
bool inbox_is_waiting(const struct inbox *b, int64_t id);

/* The index-th line, newest first; NULL behind the last. Borrowed until the next call. */
const struct inbox_row *inbox_at(struct inbox *b, size_t index);

/* ---- One notification ---- */

/* What the user's application said. */
struct inbox_forwarded {
    const char *url; /* NULL: it was not forwarded; texts belong to the notification */
    const char *head, *body, *verdict, *error_zh, *error_en; /* head: as it came; NULL */
    int64_t status, ms;
};

/* Zeroed is valid. */
struct inbox_notice {
    struct inbox_row row;
    struct buf head, body; /* request line and headers; exact bytes, unless notice.key_inside */
    struct buf answer;     /* ours, or what was relayed */
    struct notice notice;  /* judged anew with the keys at hand; its `known` is not */
    struct json *found;    /* array: what was found when it came; NULL or empty: nothing */
    struct inbox_forwarded forward;
    struct json *forward_found; /* what the platform would say of the application's answer */
    struct json *detail;        /* owned; what the above point into */
};
void inbox_notice_clear(struct inbox_notice *n);

/* Reads one back; `out` (zeroed or valid) is reused. ST_NOT_FOUND, or what the journal says. */
enum status inbox_read(struct inbox *b, int64_t id, struct inbox_notice *out, struct err *err);

#endif
