/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's credentials under TLS, as files that its clients are given.
 *
 *   FOLDER/ca.pem                      what clients trust
 *   FOLDER/ca_key.pem                  its key
 *   FOLDER/MCH_ID/apiclient_cert.pem   a merchant's, named as the platform's
 *   FOLDER/MCH_ID/apiclient_key.pem
 *   FOLDER/MCH_ID/apiclient_cert.p12   the same; the password is the mch_id
 *
 * What is there and holds is used again, so that clients can be set up once; what has expired is
 * made anew. The server's own certificate is made for each start and kept in memory: it names the
 * address that is listened on, and clients trust the CA. Files with a key have mode 0600. Several
 * sandboxes may share a folder.
 */
#ifndef IO_CREDENTIALS_H
#define IO_CREDENTIALS_H

#include <time.h>

#include "core/authority.h"
#include "core/base.h"
#include "io/httpd.h"

struct credentials;

/*
 * Reads or makes the CA in `folder` (made if absent) and issues the server's certificate, also for
 * `address` if that is an IP literal. ST_IO the folder cannot be read or written; ST_SYNTAX a file
 * of the CA is damaged, missing or not ours; both name the file.
 */
enum status credentials_open(const char *folder, const char *address, time_t now,
                             struct credentials **out, struct err *err);
void credentials_close(struct credentials *c); /* wipes the keys; NULL is fine */

/* Sees to it that a merchant has a certificate that is good at `now`. ST_ARGUMENT a number that can
   be no folder; ST_IO as above. */
enum status credentials_merchant(const struct credentials *c, const char *mch_id, time_t now,
                                 struct err *err);

/* For httpd_open(); clients are asked for a certificate. Borrowed. */
const struct httpd_tls *credentials_tls(const struct credentials *c);

/* Judges the certificates of clients. Borrowed. */
const struct authority *credentials_authority(const struct credentials *c);

/* The folder, and the path of ca.pem. */
const char *credentials_folder(const struct credentials *c);
const char *credentials_ca_file(const struct credentials *c);

#endif
