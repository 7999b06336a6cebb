/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a reply. The first byte chooses API and HTTP status. Success needs a signature that
 * holds; what was not parsed has no fields; nothing said about it could move a cursor.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalog.h"
#include "core/reply.h"
#include "core/text.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct catalog catalog;
static struct profile profile;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char text[] = "{\"name\":\"f\",\"api_key\":\"192006250b4c09247ec02edce69f6a2d\"}";
    (void)argc;
    (void)argv;
    check(catalog_load_embedded(&catalog, NULL) == ST_OK);
    check(profile_from_json(text, strlen(text), "fuzz", &profile, NULL) == ST_OK);
    return 0;
}

static void check_text(const char *s)
{
    check(text_valid(s, strlen(s), NULL));
    for (; *s; s++)
        check((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void check_json(const struct reply *r)
{
    struct json *j = json_new_object();
    struct buf out;
    reply_json(r, j);
    buf_init(&out, 64u << 20);
    json_write(j, true, &out);
    check(buf_status(&out) == ST_OK && text_valid(out.data, out.len, NULL));
    buf_clear(&out);
    json_free(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = {200, 502, 302, 0};
    struct reply r = {0};
    if (size == 0)
        return 0;
    size_t which = data[0] % (catalog.count + 1);
    const struct spec *spec = which < catalog.count ? catalog_at(&catalog, which) : NULL;
    reply_read(spec, &profile, NULL, statuses[data[0] >> 6], "text/xml", (const char *)data + 1,
               size - 1, &r);
    /* A bill has no signature: nothing but text. */
    check(r.outcome != OUTCOME_SUCCESS || r.sign.state == SIGN_VALID || r.text_body);
    check(!r.parse_error.status || (r.params.count == 0 && r.outcome == OUTCOME_UNTRUSTED));
    check(r.note_count <= REPLY_NOTES_MAX);
    check_text(r.code);
    check_text(r.text);
    for (size_t i = 0; i < r.note_count; i++)
        check_text(r.notes[i].text[LANG_EN]);
    check_json(&r);
    reply_clear(&r);
    return 0;
}
