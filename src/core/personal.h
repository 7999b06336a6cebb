/* SPDX-License-Identifier: MIT */
/*
 * Personal data of payers in what is shown, copied and exported.
 *
 * Found by shape wherever it stands (openid, mainland mobile number, bank card, identity
 * number) and, for what has no shape, by the names of the fields that hold it. What is masked
 * keeps its first and last characters, so that two payers can be told apart. Keys are no
 * business of this file: secret_redact().
 */
#ifndef CORE_PERSONAL_H
#define CORE_PERSONAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/params.h"

/* Does a field of this name hold personal data (openid, sub_openid, contract_display_account …)? */
bool personal_is_name(const char *name);

/* Appends a value masked: at most its first three and last four bytes, "****" between; a short one
   wholly masked; "" stays "". Never cuts a character. */
void personal_mask_value(const char *value, size_t len, struct buf *out);

/* Masks `text` in place: every run that has the shape of personal data, and every value that
   `known` (may be NULL) holds under such a name. */
void personal_mask(const struct params *known, struct buf *text);

#endif
