/* SPDX-License-Identifier: MIT */
/*
 * The command line: rows of commands and options, words, output, exit status.
 *
 * Standard output carries data alone; what is said to people goes to standard error. With
 * --json there is exactly one document on standard output (one a line for streams), an
 * error being {"error":{…}}. Usage, completion and manual come from the rows.
 *
 * A key never stands on a command line: words that carry one are refused.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/workspace.h"
#include "core/base.h"
#include "core/json.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/template.h"

/* Exit statuses of INTERFACE.md. */
enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_IO = 3, EXIT_INTERRUPTED = 130 };

#define CLI_REPEAT_MAX 32 /* how often a repeatable option may be given */

/* What needs the terminal itself, which this floor does not know. Both return an exit status. */
struct cli_wing {
    /* Opens the console. */
    int (*console)(const struct workspace_options *o);
    /* Shows key presses; what kept it from that comes in `err` and is left to be told. */
    int (*keys)(const struct workspace_options *o, bool json, struct err *err);
};

struct record;

/* What was asked for. Strings are argv's. */
struct cli {
    const struct command *command;
    const struct cli_wing *wing; /* never NULL in a command; borrowed */
    enum lang lang;
    bool has_lang;
    bool color;
    /* Options, by the name of their row. */
    bool json, demo, yes, force, steps, xml, dry_run, curl, no_history, tls, help, version;
    bool owned;                      /* probe */
    bool personal, exact, new_order; /* history */
    const char *profile, *key_file, *data, *sign_type, *raw, *check, *bind, *url, *lang_word,
        *color_word, *api_option, *path, *forward, *to, *ca_file;
    const char *order;   /* probe */
    const char *svg;     /* invoke */
    const char *format;  /* history */
    bool list, thorough; /* diagnose, as the next three */
    const char *expect, *signed_string, *batch, *report;
    const char *no_repair[CLI_REPEAT_MAX + 1];
    long document;                         /* from 1; 0: not given */
    long port;                             /* -1: not given */
    long count, limit, keep;               /* 0: not given */
    double time_scale, timeout_s, delay_s; /* 0: not given */
    double older_than, max_size;           /* days, megabytes; 0: not given */
    const char *try_keys[CLI_REPEAT_MAX + 1], *evidence[CLI_REPEAT_MAX + 1],
        *faults[CLI_REPEAT_MAX + 1], *profiles[CLI_REPEAT_MAX + 1], *replies[CLI_REPEAT_MAX + 1];
    /* Words. */
    const char *words[256]; /* all of them, in order */
    size_t word_count;
    /* Set by `history resend`: of a call values under the words, or a body to send to the byte; of
       a notification what the journal has of it (to send to the byte if `exact`). */
    const struct params *base;
    const struct buf *bytes;
    const struct record *again;
};

/* Which options a command takes beside the common ones. */
enum option_group {
    OPTIONS_MERCHANT = 1,       /* -p, --key-file */
    OPTIONS_DEMO = 2,           /* --demo */
    OPTIONS_TRY = 4,            /* --try-key-file */
    OPTIONS_KIND = 8,           /* --sign-type */
    OPTIONS_STEPS = 16,         /* --steps */
    OPTIONS_XML = 32,           /* --xml */
    OPTIONS_SEND = 64,          /* --dry-run, --curl, --force, --raw, --timeout */
    OPTIONS_SERVE = 128,        /* --bind, --port */
    OPTIONS_FAULT = 256,        /* --fault */
    OPTIONS_SANDBOX = 512,      /* --tls, --time-scale, --profiles, --url, --ca-file */
    OPTIONS_CHECK = 1024,       /* --check */
    OPTIONS_YES = 2048,         /* --yes */
    OPTIONS_CONSOLE = 4096,     /* --api */
    OPTIONS_LISTEN = 8192,      /* --path, --forward, --reply, --delay, --count */
    OPTIONS_TRIGGER = 16384,    /* --to, --dry-run */
    OPTIONS_PROBE = 32768,      /* --order, --i-own-this-endpoint */
    OPTIONS_INVOKE = 262144,    /* --svg */
    OPTIONS_ORDER = 524288,     /* --format, --personal */
    OPTIONS_HISTORY = 65536,    /* --limit, --format, --personal, --exact, --dry-run … */
    OPTIONS_DIAGNOSE = 131072,  /* --expect, --evidence, --batch, --report, --list … */
    OPTIONS_DOCUMENT = 1048576, /* --document */
    OPTIONS_JSON = 2097152      /* --json: what the command gives is data */
};

struct command {
    const char *name;
    const char *usage; /* what follows the name */
    unsigned options;  /* enum option_group bits */
    struct bi text;
    int (*run)(struct cli *c);
};

struct option_row {
    const char *name;       /* "--key-file" */
    const char *short_name; /* "-p" or NULL */
    const char *argument;   /* "FILE"; NULL: a switch */
    enum { OPTION_SWITCH, OPTION_TEXT, OPTION_LONG, OPTION_PORT, OPTION_REAL, OPTION_REPEAT } type;
    size_t offset;   /* into struct cli */
    unsigned groups; /* commands that take it; 0: all */
    struct bi text;
};

const struct command *cli_commands(size_t *count);
const struct option_row *cli_options(size_t *count);

/* Runs the program. */
int cli_run(int argc, char **argv, const struct cli_wing *wing);

/* ---- For the commands ---- */

/* Prints an error (JSON on standard output with --json, else one line on standard error) and
   returns the exit status that belongs to it. */
int cli_fail(const struct cli *c, const struct err *err);

/* The exit status that belongs to a failure. */
int cli_exit(enum status st);

/* {"what","why","fix"} in the command's language. */
struct json *cli_err_json(const struct cli *c, const struct err *err);

/* One line "wxpc: NAME: sentence" on standard error; `name` may be NULL. */
void cli_warn(const struct cli *c, const char *name, const struct err *err);

/* Prints a document and a newline on standard output, and frees it. */
void cli_json(struct json *j);

/* Prints text that may come from outside to `f`, made visible; newlines stay. */
void cli_text(FILE *f, const char *text);
void cli_visible(FILE *f, const char *text, size_t len); /* may hold NULs */
void cli_printf(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a line, or a part of one, that holds what came over the wire: a line end or a tab in
   it is shown as its mark, so that nobody can forge a line. A newline that ends the format stays.
 */
void cli_line(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints data to standard output: to the byte, but made visible on a terminal. */
void cli_bytes(const char *data, size_t len);

/* What came over the wire and has to stay short in its line: made visible, and what is wider than
   `cells` (2 at least) ends in "..". Appended to `out`. */
void cli_cut(struct buf *out, const char *text, int cells);

#define CLI_CELLS_MAX 64 /* of a number or name from outside, in a line or a table */

/* Cells printed in aligned columns, however wide their characters; a very wide one pushes what is
   behind it in its own row alone. Zeroed but for `columns` and perhaps `most`. */
struct cli_table {
    size_t columns;
    int most;     /* cells of one; the last column takes four times as much. 0: no end */
    char **cells; /* row by row, made visible */
    size_t count;
};
void cli_cell(struct cli_table *t, const char *text); /* copied; NULL: "" */
void cli_cellf(struct cli_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the rows behind `indent`, and clears the table. */
void cli_table(FILE *f, struct cli_table *t, const char *indent);

/* Names for emphasis; empty without colour. */
const char *cli_style(const struct cli *c,
                      const char *name); /* "ok", "bad", "warn", "dim", "bold", "" */

/* Findings as people read them. */
void cli_findings(const struct cli *c, FILE *f, const struct findings *findings);

/* The steps of a signature, key masked; `added`: what was filled in (may be NULL). */
void cli_steps(const struct cli *c, const struct params *added, const struct sign_trace *t);

struct found;

/* Tells on standard error which document of several was taken (`number`, from 1), which others
   there are, and what of the text was not understood. `found` empty: nothing. */
void cli_tell_found(const struct cli *c, const struct found *found, size_t number);

/* What the words of a command hold: an API, a document, names and values. Zeroed is valid. */
struct cli_input {
    const struct spec *spec; /* NULL: no API given */
    struct params params;    /* document, overridden by words */
    struct secret key;       /* from the document */
    bool has_document;
};
void cli_input_clear(struct cli_input *in);

/* Does the command need a merchant? */
enum cli_merchant {
    MERCHANT_NONE,   /* never: the catalogue is enough */
    MERCHANT_ASKED,  /* only with -p or --demo */
    MERCHANT_NEEDED, /* without them the one of the settings */
};

/* The workspace for a command: catalogue, merchant and key as the options say. What is odd about
   them is told on standard error. */
enum status cli_open(const struct cli *c, enum cli_merchant need, struct workspace *w,
                     struct err *err);

/*
 * cli_open(), and the journal for reading alone. `*empty`: there is none, and none is made. What
 * was kept before can be read in private mode and with --no-history. Any failure of the journal is
 * ST_IO.
 */
enum status cli_open_journal(const struct cli *c, struct workspace *w, bool *empty,
                             struct err *err);

/* What came of reading it: damage that is met on the way is ST_IO as well. */
enum status cli_journal_failed(enum status st, struct err *err);

/* Reads the words: INTERFACE.md, "Words" and "Documents". `need_api`: ST_ARGUMENT without one.
   Repairs and assumptions of the document are told on standard error. */
enum status cli_input(const struct cli *c, const struct catalog *catalog, bool need_api,
                      struct cli_input *out, struct err *err);

/* What commands over parameters begin with: opens the workspace, chooses the API and, under --demo,
   the merchant it is for, and reads the words. */
enum status cli_begin(const struct cli *c, bool need_api, enum cli_merchant need,
                      struct workspace *w, struct cli_input *in, struct err *err);

/* store_read() and store_key_file() for files that options name: a missing one is ST_IO. */
enum status cli_read_file(const char *path, struct buf *out, struct err *err);
enum status cli_key_file(const char *path, struct secret *out, struct err *err);

/* store_read() for a word that is no API and so a document: a missing one is ST_NOT_FOUND, with the
   API that may have been meant; ST_IO if the word is a path and no name. */
enum status cli_read_word(const struct catalog *catalog, const char *word, struct buf *out,
                          struct err *err);

/* The events, for a sentence that asks for one. */
#define CLI_EVENTS_ZH "payment、contract-add、contract-delete、deposit、refund 或 gateway-payment"
#define CLI_EVENTS_EN "payment, contract-add, contract-delete, deposit, refund or gateway-payment"

/* ST_ARGUMENT: a word that names no event, with the one that was meant or else all there are. */
enum status cli_no_such_event(const char *word, struct err *err);

/* ST_ARGUMENT: an option or a word that has no effect beside the others, and why. */
enum status cli_unused(const char *word, struct bi why, struct err *err);

/* Same for words beside an option (--raw, --exact) that sends bytes as they are. */
enum status cli_bytes_alone(const struct cli_input *in, const char *option, struct err *err);

/* The algorithm that --sign-type names: false (and `*kind` untouched) if it was not given. */
enum status cli_sign_kind(const struct cli *c, enum sign_kind *kind, bool *given, struct err *err);

/* template_kind() with what --sign-type names. */
enum status cli_event_kind(const struct cli *c, const struct template_source *s,
                           enum sign_kind *kind, struct err *err);

/* The key to sign or check with: --key-file > the document's > $WXPC_KEY > the profile's.
   ST_ARGUMENT with what to do if there is none. */
enum status cli_key(const struct cli *c, const struct cli_input *in, const struct workspace *w,
                    struct secret *out, struct err *err);

/* Warns of a key from the option, the variable or a document that cannot be one (length,
 * characters). */
void cli_warn_key(const struct cli *c, const struct cli_input *in, const struct secret *key);

/* Where `sandbox --tls` keeps its certificates: sandbox-tls in the data folder. ST_IO if that is
   unknown or its path too long. */
enum status cli_tls_folder(const struct store *s, char out[PATH_MAX], struct err *err);

/* Was a profile asked for (-p or --demo)? */
bool cli_wants_profile(const struct cli *c);

/* The commands. */
int cmd_sign(struct cli *c);
int cmd_verify(struct cli *c);
int cmd_validate(struct cli *c);
int cmd_send(struct cli *c);
int cmd_invoke(struct cli *c);
int cmd_apis(struct cli *c);
int cmd_fields(struct cli *c);
int cmd_error(struct cli *c);
int cmd_profile(struct cli *c);
int cmd_sandbox(struct cli *c);
int cmd_play(struct cli *c);
int cmd_listen(struct cli *c);
int cmd_trigger(struct cli *c);
int cmd_probe(struct cli *c);
int cmd_history(struct cli *c);
int cmd_order(struct cli *c);
int cmd_diagnose(struct cli *c);
int cmd_flow(struct cli *c);
int cmd_completion(struct cli *c);
int cmd_manual(struct cli *c);
int cmd_keys(struct cli *c);

#endif
