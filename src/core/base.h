/* SPDX-License-Identifier: MIT */
/*
 * What everything stands on: status codes, errors in two languages, allocation.
 *
 * A fallible function returns `enum status` and takes `struct err *err` last (NULL
 * allowed). The code is for the program, the sentences are for the person: what
 * happened, why, what to do, each in Chinese and English.
 *
 * Running out of memory ends the program through the die hook, which restores the
 * terminal first. Therefore every size that comes from outside is capped before it
 * is allocated.
 */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/lang.h"

enum status {
    ST_OK,
    ST_ARGUMENT,    /* the caller's input is wrong: a value, a word, an option */
    ST_SYNTAX,      /* a document does not follow its grammar */
    ST_LIMIT,       /* larger than a stated limit */
    ST_NOT_FOUND,   /* no such file, API, profile, field */
    ST_CONFLICT,    /* contradicts what is there: a name twice, a port in use */
    ST_REFUSED,     /* understood and not done: a rule of ours forbids it */
    ST_UNSUPPORTED, /* understood, but this build, terminal or API cannot do it */
    ST_IO,          /* reading, writing, opening failed */
    ST_NETWORK,     /* resolving, connecting, TLS, transfer failed */
    ST_TIMEOUT,     /* took longer than allowed */
    ST_CANCELLED,   /* ended because the user said so */
    ST_COUNT
};

/* The name of a status in lower case, as JSON and tests show it: "not-found". */
const char *status_name(enum status st);

/* Bytes of one rendered error sentence, terminating NUL included; longer ones are cut at a
   character boundary. */
#define ERR_TEXT_MAX 768

/* The parts of an error sentence. */
enum err_part { ERR_WHAT, ERR_WHY, ERR_FIX };

/* Separates the parts inside a sentence; never shown. */
#define ERR_SEP "\x1f"

/* Writes a sentence of three parts as one literal: err_set(err, ST_IO, SAY("读 %s", …), …). */
#define SAY(what, why, fix) what ERR_SEP why ERR_SEP fix

/* An error. Zeroed means none. Owns nothing. */
struct err {
    enum status status;
    char text[LANG_COUNT][ERR_TEXT_MAX]; /* parts separated by ERR_SEP */
};

/*
 * Records `status` and the sentence in both languages; both formats take the same
 * arguments in the same order. Returns `status`, so that callers can return it.
 * `err` may be NULL. Control characters and bytes that are not UTF-8 become '?'.
 * Arguments may point into `*err`.
 */
enum status err_set(struct err *err, enum status status, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
enum status err_vset(struct err *err, enum status status, const char *zh, const char *en,
                     va_list args) __attribute__((format(printf, 3, 0), format(printf, 4, 0)));
#ifdef __clang_analyzer__ /* which reads one file at a time and must know what is returned */
#define err_set(err, status, ...) (err_set(err, status, __VA_ARGS__), (status))
#endif

/* Puts "prefix: " ("前缀：") in front of the WHAT part, to add a name on the way up. Keeps the
   status and returns it; `err` NULL gives ST_ARGUMENT, so return your own `st` where err may be
   NULL. */
enum status err_wrap(struct err *err, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* One part of the sentence in `lang`, copied to `out` (NUL-terminated, at most `size` bytes);
   "" when the sentence has no such part. */
void err_part(const struct err *err, enum lang lang, enum err_part part, char *out, size_t size);

/* The whole sentence "WHAT: WHY; WHAT TO DO" in `lang`, parts that are empty left out. */
void err_line(const struct err *err, enum lang lang, char *out, size_t size);

/* Allocation that never returns NULL: it ends the program through the die hook instead. */
void *mem_alloc(size_t size); /* zeroed */
void *mem_grow(void *ptr, size_t count, size_t size);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t len);

/* Overwrites `size` bytes in a way that the compiler keeps. `ptr` may be NULL when size is 0. */
void mem_wipe(void *ptr, size_t size);

/* Wipes and frees a NUL-terminated secret; NULL is fine. */
void mem_free_secret(char *s);

/* Called once before the program ends in die(); restores the terminal. */
void die_hook(void (*hook)(void));

/* Prints `reason` to standard error after the hook has run, and ends the program (status 3). */
_Noreturn void die(const char *reason);

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
