/* SPDX-License-Identifier: MIT */
/*
 * `wxpc keys`: what each key press arrives as, and what it does in the console.
 *
 * The terminal gets the modes that the console sets, so that what is shown here is what the
 * console sees: terminals, multiplexers and remote shells change keys on their way. The text
 * of a paste is counted, not shown: people paste keys.
 */
#ifndef TUI_KEYS_SHOW_H
#define TUI_KEYS_SHOW_H

#include <stdbool.h>

#include "app/workspace.h"

/*
 * Reads keys from standard input until Ctrl-C is pressed twice in a row, or standard input ends.
 * Prints a line for each key: its bytes, its name for keys.json, the actions it calls in NAV and in
 * EDIT; with `json` an object a line (`bytes` in hex, `key`, `nav`, `edit`). keys.json of the
 * configuration is obeyed.
 *
 * Returns an exit status: 0; 2 when standard input is no terminal; 3 when reading fails; 130 after
 * a signal. Where `err` is set (there was no terminal, or no reading it), it is the caller's to
 * tell.
 */
int keys_show_run(const struct workspace_options *o, bool json, struct err *err);

#endif
