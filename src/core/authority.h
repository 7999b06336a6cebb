/* SPDX-License-Identifier: MIT */
/*
 * A throw-away certificate authority: what the sandbox shows and demands under TLS.
 *
 * Makes the CA, the sandbox's server certificate and the merchants' client certificates in
 * the forms in which the platform hands them out (apiclient_cert.pem, apiclient_key.pem and
 * apiclient_cert.p12, whose password is the mch_id: facts/apis.md 6), and judges the
 * certificate that a client showed. Everything X.509 stands here.
 *
 * Certificates and keys are values; files are io/credentials'. The time is given. Keys come
 * from OpenSSL's random generator, so no two calls give the same.
 */
#ifndef CORE_AUTHORITY_H
#define CORE_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "core/base.h"
#include "core/buf.h"

#define AUTHORITY_PEM_MAX (64u << 10) /* bytes of a file that is read or written */
#define AUTHORITY_NAME_MAX 33         /* a mch_id (String(32)) and NUL */

struct authority;

/* A new CA, valid from the day before `now` for ten years. Never NULL. */
struct authority *authority_new(time_t now);

/*
 * A CA from its certificate and key as authority_write() wrote them. ST_SYNTAX if one cannot be
 * read, the key needs a password or is of another certificate, or it is no CA's; ST_REFUSED if it
 * is not valid at `now`.
 */
enum status authority_read(const struct buf *cert, const struct buf *key, time_t now,
                           struct authority **out, struct err *err);
void authority_free(struct authority *a); /* wipes its key; NULL is fine */

/* Certificate and key as PEM, appended. `key` should be a secret's buffer. */
void authority_write(const struct authority *a, struct buf *cert, struct buf *key);

/* What was issued. Zeroed is valid and empty. */
struct issued {
    struct buf cert; /* PEM */
    struct buf key;  /* PEM, PKCS#8, without a password; wiped */
    struct buf p12;  /* certificate, key and CA; a merchant's only; wiped */
};
void issued_clear(struct issued *i);

/* For a server on this machine: localhost, 127.0.0.1, ::1 and `address`, an IP literal (NULL: no
   other). Valid for 397 days, the most that browsers take. `out` is zeroed or cleared. */
void authority_issue_server(const struct authority *a, const char *address, time_t now,
                            struct issued *out);

/* May a merchant have a certificate (and a folder) under this number? 1 to 32 letters, digits, '-'
   and '_'. */
bool authority_name_valid(const char *mch_id);

/* For a merchant, whose number is the common name; valid for five years as the platform's. `mch_id`
   is valid. `out` is zeroed or cleared. */
void authority_issue_merchant(const struct authority *a, const char *mch_id, time_t now,
                              struct issued *out);

enum authority_verdict {
    CERTIFICATE_GOOD,
    CERTIFICATE_NONE,    /* nothing was shown */
    CERTIFICATE_FOREIGN, /* unreadable, of another CA, or not made for clients */
    CERTIFICATE_EXPIRED, /* ours, but not valid at that time */
};

/*
 * Judges a client's certificate (DER, without the chain; `len` 0: none). That the client has its
 * key is the handshake's proof. `name` receives the common name of one that is GOOD or EXPIRED,
 * else "".
 */
enum authority_verdict authority_check(const struct authority *a, const void *der, size_t len,
                                       time_t now, char name[AUTHORITY_NAME_MAX]);

/* The same for a PEM file's content. */
enum authority_verdict authority_check_pem(const struct authority *a, const struct buf *pem,
                                           time_t now, char name[AUTHORITY_NAME_MAX]);

#endif
