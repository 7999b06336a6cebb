/* SPDX-License-Identifier: MIT */
/*
 * Files: where they are looked for, how they are read and replaced.
 *
 * Configuration (profiles/, apis/, themes/, flows/, settings.json, keys.json) lives in
 * $XDG_CONFIG_HOME/wxpc, data in --data or $XDG_DATA_HOME/wxpc. Looking for a name goes
 * user folder -> installed share folder -> embedded. Nothing is created until something
 * is saved: the first run writes nothing.
 *
 * A file is replaced atomically: written beside, synced, renamed. Sizes are capped before
 * reading.
 */
#ifndef IO_STORE_H
#define IO_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/catalog.h"
#include "core/profile.h"

#define STORE_FILE_MAX (4u << 20) /* bytes of a configuration file */

/* Without HOME the user's home is that of the password file; without either the folders are NULL,
   which reads as empty, and saving says so. */
struct store {
    char *config_dir; /* …/wxpc */
    char *data_dir;
    char *share_dir; /* installed themes; NULL if none */
};

/* Finds the folders; `data` is the --data option or NULL. Creates nothing. */
enum status store_open(struct store *s, const char *data, struct err *err);
void store_close(struct store *s);

/* A whole file into `out` (its ceiling is the cap; passing it is ST_LIMIT). "-" is standard input.
   A folder, a device that never ends, a missing file: a sentence naming the path; then `out` is
   empty. A pipe may be silent for 30 s, standard input for ever. */
enum status store_read(const char *path, struct buf *out, struct err *err);

/* Makes the folders in which `path` stands (all before its last '/'), 0700. Returns 0, or the errno
   of the first that cannot be made. */
int store_make_folders(const char *path);

/* Replaces `path` atomically with mode `mode` (0600 or 0644); makes its folder (0700) if needed. Of
   a symbolic link the file behind is replaced. What is no regular file is ST_REFUSED. */
enum status store_write(const char *path, const char *data, size_t len, unsigned mode,
                        struct err *err);

/* Is there anything at `path`, be it a link that leads nowhere? */
bool store_exists(const char *path);

/* Called for each name found, sorted, without ".json"; a user's file hides an embedded one of the
   same name. `origin` is the path or "built-in". */
typedef void (*store_name_fn)(void *ctx, const char *name, const char *origin);

/* Names in `folder` ("profiles", "themes", "apis", "flows"). */
void store_list(const struct store *s, const char *folder, store_name_fn fn, void *ctx);

/* The text of folder/name.json from the first place that has it; `*origin` (may be NULL) is the
   path (allocated) or "built-in". ST_NOT_FOUND with the nearest name. */
enum status store_load(const struct store *s, const char *folder, const char *name, struct buf *out,
                       char **origin, struct err *err);

/* ---- Profiles ---- */

/* Reads profile `name`; fetches its keys (environment, file, command) unless `lazy`; then an other
   key that cannot be fetched is a warning. A file (also of a key) that others may read is a
   warning. The file's name counts: a "name" that differs is a warning. */
enum status store_profile(const struct store *s, const char *name, bool lazy, struct profile *out,
                          struct err *err);

/* Writes the profile to profiles/NAME.json, mode 0600. */
enum status store_profile_save(const struct store *s, const struct profile *p, struct err *err);
enum status store_profile_remove(const struct store *s, const char *name, struct err *err);

/* Fetches a key that is named, not literal. A relative file is relative to the profile's folder. A
   command runs without a shell, 10 s at most; its first line is the key. Trailing newlines go.
   Nothing to fetch (no key, literal, there already) is ST_OK. ST_NOT_FOUND: variable, file or
   program missing; ST_ARGUMENT: empty or with a NUL byte; ST_LIMIT, ST_TIMEOUT, ST_IO. */
enum status store_key(const struct profile *p, struct key_ref *key, struct err *err);

/* A path in a profile (certificate, key, CA): "~/" is the home, a relative one is relative to the
   profile's folder. Allocated; NULL gives NULL. */
char *store_profile_path(const struct profile *p, const char *path);

/* Puts the paths of its certificate, key and CA in that form, for a copy that is used and not
   saved. */
void store_profile_resolve(struct profile *p);

/* A key from a file ("-": standard input): its content without trailing newlines. */
enum status store_key_file(const char *path, struct secret *out, struct err *err);

/* A program that we start, with what it finds as its standard input, output and error. */
struct store_child {
    char *const *argv; /* NULL-terminated; the program is looked for in PATH, no shell is */
    int in, out, err;  /* descriptors; `in` may be -1: /dev/null */
};

/* Starts it with default signals and none blocked, and with our environment but for WXPC_KEY and
   the variables that any profile names as a key's. Returns 0, or errno with nothing started. */
int store_child_start(const struct store_child *c, pid_t *pid);

/* ---- Catalogue ---- */

/* Embedded APIs plus the files of apis/; files that do not load are in `failures`. */
enum status store_catalog(const struct store *s, struct catalog *c, struct err *err);

#endif
