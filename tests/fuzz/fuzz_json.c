/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as JSON: a document that is taken must survive writing and reading again unchanged, in
 * both layouts; one that is refused must leave nothing and say why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void write_both(const struct json *j, struct buf *line, struct buf *pretty)
{
    json_write(j, false, line);
    json_write(j, true, pretty);
    check(buf_status(line) == ST_OK && buf_status(pretty) == ST_OK);
    check(text_valid(line->data, line->len, NULL));
    for (size_t i = 0; i < line->len; i++)
        check((unsigned char)line->data[i] >= 0x20 && line->data[i] != 0x7f);
}

/* Reads `text` and writes it again: the same bytes. */
static void check_again(const struct buf *text, const struct buf *want)
{
    struct json *j = NULL;
    struct buf line, pretty;
    buf_init(&line, 64u << 20);
    buf_init(&pretty, 64u << 20);
    check(json_parse(text->data, text->len, &j, NULL) == ST_OK);
    write_both(j, &line, &pretty);
    check(line.len == want->len && memcmp(line.data, want->data, line.len) == 0);
    json_free(j);
    buf_clear(&line);
    buf_clear(&pretty);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *j = NULL;
    struct err err = {0};
    enum status st = json_parse((const char *)data, size, &j, &err);
    if (st != ST_OK) {
        check(j == NULL && err.status == st && err.text[LANG_EN][0] != '\0');
        return 0;
    }
    struct buf line, pretty;
    buf_init(&line, 64u << 20);
    buf_init(&pretty, 64u << 20);
    struct json *copy = json_copy(j);
    write_both(copy, &line, &pretty);
    json_wipe(j);
    json_free(j);
    json_free(copy);
    if (line.len <= JSON_SIZE_MAX)
        check_again(&line, &line);
    if (pretty.len <= JSON_SIZE_MAX)
        check_again(&pretty, &line);
    buf_clear(&line);
    buf_clear(&pretty);
    return 0;
}
