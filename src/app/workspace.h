/* SPDX-License-Identifier: MIT */
/*
 * The one object behind console and commands: services, profile, draft, last exchange.
 *
 * Verbs are functions here; panes read const state and compare revision counters. Below
 * this floor nobody knows who listens; above it nobody touches a socket.
 *
 * Opening reads files only. Sockets are opened by workspace_start(), which the console
 * calls after its first frame.
 */
#ifndef APP_WORKSPACE_H
#define APP_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "app/draft.h"
#include "app/inbox.h"
#include "app/posting.h"
#include "app/settings.h"
#include "core/base.h"
#include "core/catalog.h"
#include "core/invoke.h"
#include "core/profile.h"
#include "core/reply.h"
#include "core/request.h"
#include "core/template.h"
#include "io/gateway.h"
#include "io/http.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/store.h"

struct workspace_options {
    bool demo;
    bool lookup;     /* catalogue and files only: no merchant is read, no key fetched */
    bool no_history; /* the journal is kept in memory */
    bool has_lang;
    enum lang lang;
    const char *profile;       /* NULL: settings, then "demo" */
    const char *api;           /* NULL: unifiedorder */
    const char *data_dir;      /* NULL: default; under demo only if given */
    const char *key_file;      /* NULL: none; borrowed until workspace_close() */
    const char *const *faults; /* rules for the sandbox, NULL-terminated; NULL: none; borrowed */
    /* NULL: the real ones. Tests give their own. */
    time_t (*clock)(void);
    void (*random)(void *out, size_t size);
};

enum exchange_state {
    EXCHANGE_NONE,
    EXCHANGE_RUNNING,
    EXCHANGE_DONE,   /* an answer arrived and was judged */
    EXCHANGE_FAILED, /* http.err says why; half an answer may be there */
};

/* One call: what was sent, what came. Zeroed is "none". */
struct exchange {
    enum exchange_state state;
    const struct spec *spec;
    struct request request; /* as sent, frozen */
    struct profile
        profile; /* the merchant it was sent for (a copy, key included: wiped on clear) */
    struct http_result http;
    struct reply reply; /* valid when DONE, or FAILED with bytes */
    time_t sent_at;
    int64_t sent_ms;      /* Unix time in milliseconds */
    long long started_ms; /* loop clock */
    unsigned http_id;
    int64_t journal_id; /* 0: it could not be recorded */
};

void exchange_clear(struct exchange *e);

#define WORKSPACE_LOG_MAX 200 /* lines of the sandbox's log kept */

/* One line of the sandbox's log: what it was asked, answered and why; no key in it. */
struct sandbox_line {
    time_t at;
    bool ok;
    char what[256]; /* "POST /pay/unifiedorder T2026…  SIGNERROR" */
    char why[LANG_COUNT][384];
    char *joined; /* masked; NULL */
};

/* A message for the status line: newest wins, kept until the next or until it ages out. */
struct message {
    struct err text; /* both languages; status ST_OK for news */
    bool error;
    long long at_ms;
};

struct workspace {
    struct store store;
    struct settings settings;
    struct catalog catalog;
    struct loop *loop;
    struct gateway *gateway; /* NULL before workspace_start() or when not needed */
    struct err gateway_err;  /* why the sandbox is not up */
    char **profile_names;    /* all that can be chosen */
    size_t profile_count;
    struct profile profile;   /* the current one, keys fetched */
    struct err profile_err;   /* why it is not usable (key missing …) */
    struct draft *drafts;     /* one for each API of the catalogue, opened on first use */
    size_t api;               /* index of the current one */
    bool staged;              /* the drafts are a flow's: the user's are put aside */
    struct exchange exchange; /* the last */
    struct invoke invoke;     /* its call-up: workspace_invoke() alone reads and makes it */
    struct err invoke_err;    /* why there is none */
    bool invoke_known;
    struct params pins; /* of the call-up: core/invoke's invoke_is_pin() */
    unsigned invoke_of; /* rev_exchange that it belongs to */
    struct sandbox_line log[WORKSPACE_LOG_MAX];
    size_t log_count, log_next;
    struct message message;
    struct journal *journal;             /* NULL: not opened yet, or journal_err says why not */
    struct err journal_err;              /* of opening to write, or of the last row */
    struct inbox *inbox;                 /* NULL before workspace_start() */
    struct posting posting;              /* the last notification of our own */
    const struct journal *inbox_journal; /* the one that the inbox has */
    unsigned port;                       /* where the listener listens, once it was chosen */
    bool port_chosen;
    unsigned port_had; /* of the listener when it was up last: orders name it; 0: never */
    bool pointed;      /* the forms know where the listener is */
    bool demo;
    bool no_history;
    unsigned retain_timer; /* of the loop; 0: none */
    bool relisten;         /* at the end of this turn: private mode takes the listener down */
    bool retain_due;       /* rows were added and the limits not looked at since */
    bool started;          /* workspace_start() was called */
    bool data_given;       /* --data: the sandbox's books are kept under demo too */
    const char *key_file;
    const char *const *faults;
    time_t (*clock)(void);
    void (*random)(void *out, size_t size);
    unsigned rev_background; /* a search beside the panes went on */
    unsigned rev_recorded;   /* private: inbox_recorded() when it was looked at */
    /* Revision counters: a pane redraws when one it shows moved. */
    unsigned rev_draft, rev_exchange, rev_profile, rev_log, rev_message, rev_lang, rev_journal,
        rev_inbox, rev_invoke;
};

enum status workspace_open(struct workspace *w, const struct workspace_options *o, struct err *err);
void workspace_close(struct workspace *w);

/* Opens sockets: the sandbox if calls go there. Failure is shown, not fatal. */
enum status workspace_start(struct workspace *w, struct err *err);

struct draft *workspace_draft(struct workspace *w);
const struct spec *workspace_spec(const struct workspace *w);

/* Do calls go to the embedded sandbox? */
bool workspace_uses_sandbox(const struct workspace *w);

/* Where a request goes if not to the profile's own address: the sandbox's URL, "" before it is up;
   NULL: the profile's own. */
const char *workspace_base(const struct workspace *w);

/* Is the merchant in use one of the built-in demonstration merchants? */
bool workspace_is_demo(const struct workspace *w);

/*
 * Opens the journal: `data_dir`/journal.db, made if it is absent; in memory with no_history, and
 * under demo unless --data was given. Opened before is ST_OK; errors as journal_open(). The first
 * row opens it by itself, and workspace_start() does if the file is there.
 */
enum status workspace_journal(struct workspace *w, struct err *err);

/* For reading alone: one that cannot be written will do, and journal_err says then why not. For
   workspace_journal() that one is an error, and nothing is recorded in it. */
enum status workspace_journal_to_read(struct workspace *w, struct err *err);
bool workspace_journal_is_read_only(const struct workspace *w);

/*
 * Is nothing written to the disk: by --no-history or in private mode? Switching closes the journal
 * and opens the other one, in memory or the file; what was recorded in memory is gone with it. The
 * listener is opened anew. Where all is in memory, as under demo, it stays as it is. ST_CONFLICT
 * while a call or delivery is under way, ST_REFUSED under
 * --no-history; not while somebody walks through the journal.
 */
bool workspace_is_private(const struct workspace *w);
bool workspace_is_kept(const struct workspace *w); /* the journal is on the disk, or would be */
enum status workspace_private(struct workspace *w, bool on, struct err *err);

/* Removes what is over the limits of the settings. After a row was added: soon, in slices of the
   loop, at the latest when the workspace closes; _soon: no row was added, the loop alone does it.
   _now removes one slice, and `*removed` says of how many rows (0: nothing is over). _end: before
   the journal closes. */
void workspace_retain(struct workspace *w);
void workspace_retain_soon(struct workspace *w);
enum status workspace_retain_now(struct workspace *w, size_t *removed, struct err *err);
void workspace_retain_end(struct workspace *w);

/* New limits, 0: none; saved in settings.json. */
enum status workspace_set_retention(struct workspace *w, int64_t rows, int64_t mb, struct err *err);

/*
 * Opens the listener: under demo on a free port, to which the forms' notify_url then points, else
 * on INBOX_PORT of the loopback. Failure is also the inbox's state. Off: workspace_unlisten().
 */
enum status workspace_listen(struct workspace *w, struct err *err);

/* Same on another port (0: a free one), which holds for this session. One that is up moves. */
enum status workspace_listen_at(struct workspace *w, unsigned port, struct err *err);
void workspace_unlisten(struct workspace *w);

/* Under demo, what an order says of notify_url and contract_notify_url, and where the sandbox sends
   what names neither: the listener, once it is up. For workspace_profile(). */
void workspace_point(struct workspace *w);

/* The order that the last call was about; NULL if none was sent, or it has no number. */
const char *workspace_order(const struct workspace *w);

/*
 * Plays the paying user in the embedded sandbox; the notifications follow through the loop. `order`
 * NULL: the last call's. ST_REFUSED without a sandbox or an order, else errors as payer_play().
 */
enum status workspace_pay(struct workspace *w, const struct payer_word *word,
                          struct payer_result *out, struct err *err);

/* Where notifications of our own go unless told otherwise: the listener, else the profile's
   notify_url; "" if there is neither. */
const char *workspace_notify_url(const struct workspace *w);

/* Posts a recorded notification again, byte for byte; or with a fresh nonce_str and signature, by
   the key of the merchant that it names. The answer comes through the loop: w->posting. Errors as
   posting_start(), ST_UNSUPPORTED what cannot be signed. */
enum status workspace_resend(struct workspace *w, const struct inbox_notice *n, const char *url,
                             struct err *err);
enum status workspace_resign(struct workspace *w, const struct inbox_notice *n, const char *url,
                             struct err *err);

/* Says of a notification that neither will do: ST_UNSUPPORTED. */
enum status workspace_say_lost(struct err *err);

/* What stands encrypted in a refund's notification that was `received` for this profile ("": not
   known): decrypted with its key, one of its other keys, or `key` (NULL: none). ST_UNSUPPORTED: by
   none of them. */
enum status workspace_unseal(struct workspace *w, const struct params *received,
                             const char *profile, const struct secret *key, struct params *inner,
                             struct err *err);

/* Is the merchant of this name, or the one in use (NULL or ""), a production one? */
bool workspace_is_production(const struct workspace *w, const char *name);

/* Must a notification of our own be asked about first? It does when the merchant in use, or the one
   of this name (NULL or "": none), is a production one, and the URL does not name this machine;
   then `text` is the question. */
bool workspace_ask_post(const struct workspace *w, const char *profile, const char *url,
                        struct err *text);

/* The merchant that signs an event: the current one, or the built-in one that the event is for.
   ST_ARGUMENT one of the other dialect. The caller clears `out` (zeroed). */
enum status workspace_event_profile(struct workspace *w, const struct event *e, struct profile *out,
                                    struct err *err);

/* A seed of now for a template. */
void workspace_template_seed(const struct workspace *w, struct template_seed *seed);

/* Signs a template as `sign` says, with the profile's key instead of its own, and posts it, as
   above. */
enum status workspace_post_template(struct workspace *w, struct template *t,
                                    const struct profile *p, const struct template_sign *sign,
                                    const char *url, struct err *err);

/* Now in Unix milliseconds, by the workspace's clock. */
int64_t workspace_now_ms(const struct workspace *w);

/* A seed of now: fresh nonce, order number, serial. */
void workspace_seed(const struct workspace *w, struct request_seed *seed);

/* Chooses an API by index; keeps each API's draft. Under the built-in demonstration merchants it
   also chooses the one that the API is for. */
void workspace_choose(struct workspace *w, size_t api);

/* Same by id; ST_NOT_FOUND with the nearest one. */
enum status workspace_choose_id(struct workspace *w, const char *id, struct err *err);

/* Chooses an API and sets what is known of its order; other numbers that its form has of another
   order are switched off, or made anew. Nothing is sent. */
enum status workspace_follow(struct workspace *w, const char *api, const struct params *fields,
                             struct err *err);

/* Was a verified notification acknowledged that says that the order of the last exchange is paid?
   `out` (zeroed or valid) gets its numbers. */
bool workspace_paid(struct workspace *w, struct params *out);

/* Changes the merchant. A profile whose key cannot be fetched is still chosen; profile_err says
   what to do. ST_NOT_FOUND keeps the old one. */
enum status workspace_profile(struct workspace *w, const char *name, struct err *err);

/* Re-reads the list of profiles. */
void workspace_profiles(struct workspace *w);

/* Saves a profile (mode 0600) and makes it current if it is; removes one. */
enum status workspace_profile_save(struct workspace *w, const struct profile *p, struct err *err);
enum status workspace_profile_remove(struct workspace *w, const char *name, struct err *err);

/* Why a send must ask first. */
enum ask { ASK_NOTHING, ASK_PRODUCTION, ASK_AMOUNT };
enum ask workspace_ask(struct workspace *w);

/*
 * Sends the current draft. Errors of validation stop it (ST_REFUSED, the first finding in the
 * sentence) unless `force`. The answer comes through the loop: exchange.state leaves
 * EXCHANGE_RUNNING. One call at a time: ST_CONFLICT.
 */
enum status workspace_send(struct workspace *w, bool force, struct err *err);

/* Same with a body given to the byte: nothing is filled, checked, signed or put right. */
enum status workspace_send_raw(struct workspace *w, const char *data, size_t len, struct err *err);

/* What the client needs to call up the order of the last exchange: made once for each reply, anew
   (time and nonce) with `renew`. NULL, and why, if there is none. Borrowed until the next call. */
const struct invoke *workspace_invoke(struct workspace *w, bool renew, struct err *err);

/* Pins values of the call-up, "NAME=VALUE NAME=VALUE" (timeStamp, nonceStr, redirect_url …), and
   makes it anew; "" pins nothing. A refusal changes nothing. A new reply keeps redirect_url. */
enum status workspace_pin(struct workspace *w, const char *text, struct err *err);

/* Writes the QR code of that order to `path` as SVG. ST_CONFLICT when something is there and not
   `replace`, ST_NOT_FOUND when the order has no code. */
enum status workspace_save_code(struct workspace *w, const char *path, bool replace,
                                struct err *err);
/* Puts a call of the journal back: its merchant if it is still there, its values into the form, its
   bytes into the last exchange, judged anew. ST_NOT_FOUND; ST_UNSUPPORTED for what is no call;
   ST_CONFLICT while a call is under way. */
enum status workspace_recall(struct workspace *w, int64_t id, struct err *err);

/* Sends the bytes of a call of the journal again, to the merchant in force. */
enum status workspace_resend_exact(struct workspace *w, int64_t id, struct err *err);

/* Signs and checks with this key until the profile changes: a document brought it along. */
void workspace_key(struct workspace *w, const struct secret *key);

/* Cancels the call under way; what arrived stays. */
void workspace_cancel(struct workspace *w);

void workspace_lang(struct workspace *w, enum lang lang);

/* Shows a sentence in the status line. */
void workspace_say(struct workspace *w, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
void workspace_complain(struct workspace *w, const struct err *err);

/* A request of the merchant in force as a curl command: the key is not in it. */
void workspace_curl(const struct workspace *w, const struct request *r, struct buf *out);

/* What `y` offers: kinds of text about draft and exchange. */
enum copy_what {
    COPY_SIGN,
    COPY_JOINED, /* key masked */
    COPY_XML,
    COPY_CURL,
    COPY_COMMAND, /* the wxpc command line that does the same; no key */
    COPY_REPLY,   /* body as received */
    COPY_PREPAY_ID,
    COPY_CODE_URL,
    COPY_MWEB_URL,
    COPY_INVOKE,  /* call-up parameters as JSON, or the address */
    COPY_SNIPPET, /* the same as code for each client */
    COPY_COUNT
};
struct bi copy_title(enum copy_what what);

/* The text, or ST_NOT_FOUND with why there is none ("no reply yet"). The key is never in it. */
enum status workspace_copy(struct workspace *w, enum copy_what what, struct buf *out,
                           struct err *err);

/* ---- Between the workspace's files ---- */

#define WORKSPACE_CONTENT_TYPE "text/xml; charset=utf-8" /* of a call */

/* Among the built-in demonstration merchants, the one that an API is for. */
const char *workspace_demo_merchant(const struct spec *spec);

void workspace_journal_start(struct workspace *w); /* opens a journal that is there, to read */

void workspace_inbox(
    struct workspace *w); /* makes it, and gives it the journal once there is one */

/* Adds the exchange to the journal, or completes its row. */
void workspace_record(struct workspace *w);

#endif
