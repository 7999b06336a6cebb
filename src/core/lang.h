/* SPDX-License-Identifier: MIT */
/*
 * The two languages of every sentence.
 *
 * A sentence is written once, where the knowledge is, in Chinese and English
 * side by side: as `L(lang, "中文", "English")` when it is drawn, or as a
 * `struct bi` when it is data. There is no global language: who draws or prints
 * passes the one in force, so a live switch needs no reload.
 */
#ifndef CORE_LANG_H
#define CORE_LANG_H

enum lang { LANG_ZH, LANG_EN, LANG_COUNT };

/* A sentence in both languages. Borrowed strings; both are set or both NULL. */
struct bi {
    const char *zh;
    const char *en;
};

/* Picks one of two texts; both must be given at the call. */
#define L(lang, zh, en) ((lang) == LANG_ZH ? (zh) : (en))

/* The text of `b` in `lang`; "" when the text is NULL. */
const char *bi_get(struct bi b, enum lang lang);

/* "zh" or "en". */
const char *lang_name(enum lang lang);

/*
 * The language that a locale name ("zh_CN.UTF-8", "C", NULL) asks for: Chinese for
 * zh*, English for everything else.
 */
enum lang lang_from_locale(const char *locale);

/* Reads "zh" or "en" into `*out`; returns 0 when the word is neither. */
int lang_read(const char *word, enum lang *out);

#endif
