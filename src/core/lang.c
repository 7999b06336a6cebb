/* SPDX-License-Identifier: MIT */
/*
 * The two languages of every sentence: names, and which one a locale asks for.
 *
 * Holds no sentence itself and no current language; the texts stand where they are
 * needed.
 */
#include "core/lang.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const names[LANG_COUNT] = {[LANG_ZH] = "zh", [LANG_EN] = "en"};

const char *bi_get(struct bi b, enum lang lang)
{
    const char *text = L(lang, b.zh, b.en);
    return text ? text : "";
}

const char *lang_name(enum lang lang)
{
    return L(lang, names[LANG_ZH], names[LANG_EN]);
}

enum lang lang_from_locale(const char *locale)
{
    return locale && strncasecmp(locale, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
}

int lang_read(const char *word, enum lang *out)
{
    for (int i = 0; word && i < LANG_COUNT; i++) {
        if (strcmp(word, names[i]) == 0) {
            *out = (enum lang)i;
            return 1;
        }
    }
    return 0;
}
