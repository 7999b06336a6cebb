/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a paste: never a crash, no `key` among the fields, no key in a sentence, and
 * name=value lines written from the fields give the fields back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/paste.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

/* A key this long is no word of ours. */
static void check_silence(const struct paste *p)
{
    if (p->key.len < 16)
        return;
    for (size_t i = 0; i < p->note_count; i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            check(strstr(p->notes[i].text[lang], p->key.text) == NULL);
}

/* Can a line hold the field, and the line be nothing but it? */
static int is_line(const struct param *f)
{
    return !strpbrk(f->value, "\r\n") && f->name[0] != '#' &&
           !strpbrk(f->name, "= \"'<>{}[]/\\?:;,&%#()*");
}

static void check_lines(const struct paste *p)
{
    struct paste *again = mem_alloc(sizeof(*again));
    struct buf out;
    size_t lines = 0;
    buf_init(&out, PASTE_SIZE_MAX);
    buf_addc(&out, '\n'); /* a name that begins with a byte order mark is not at the start */
    for (size_t i = 0; i < p->params.count; i++, lines++) {
        if (!is_line(&p->params.items[i]) || strchr(p->params.items[i].value, '&'))
            break;
        buf_addf(&out, "%s=%s\n", p->params.items[i].name, p->params.items[i].value);
    }
    if (lines > 0 && lines == p->params.count && buf_status(&out) == ST_OK) {
        check(paste_read(buf_str(&out), out.len, again, NULL) == ST_OK);
        check(params_equal(&p->params, &again->params));
    }
    paste_clear(again);
    free(again);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct paste *p = mem_alloc(sizeof(*p));
    struct err err = {0};
    paste_is_document((const char *)data, size);
    enum status st = paste_read((const char *)data, size, p, &err);
    check(p->params.count <= PARAMS_MAX && p->note_count <= PASTE_NOTES_MAX);
    check(params_find(&p->params, "key") == NULL);
    if (st == ST_OK) {
        check_silence(p);
        check_lines(p);
    } else {
        check(err.status == st && p->params.count == 0 && !secret_is_set(&p->key));
    }
    paste_clear(p);
    free(p);
    return 0;
}
