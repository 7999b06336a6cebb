/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a form and as page text: what is found is UTF-8 without NUL and survives being
 * encoded again; escaped text holds nothing that a page could take for markup.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/web.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct buf *value)
{
    struct buf form, again;
    buf_init(&form, 1u << 20);
    buf_init(&again, 1u << 20);
    buf_adds(&form, "x=");
    web_encode(&form, buf_str(value), value->len);
    check(web_form_get(buf_str(&form), form.len, "x", &again));
    check(again.len == value->len && memcmp(buf_str(&again), buf_str(value), value->len) == 0);
    buf_clear(&form);
    buf_clear(&again);
}

static void check_html(const char *text)
{
    struct buf out;
    buf_init(&out, 1u << 22);
    web_html(&out, text);
    check(strpbrk(buf_str(&out), "<>\"'") == NULL);
    check(text_is_plain(buf_str(&out), out.len, 0));
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"x", "act", "code", ""};
    struct buf value;
    setlocale(LC_CTYPE, "C.UTF-8");
    if (size > 65536)
        return 0;
    char *text = mem_strndup((const char *)data, size);
    buf_init(&value, 65536);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (!web_form_get((const char *)data, size, names[i], &value))
            continue;
        check(text_valid(buf_str(&value), value.len, NULL));
        check(strlen(buf_str(&value)) == value.len);
        check_again(&value);
    }
    check_html(text);
    buf_clear(&value);
    free(text);
    return 0;
}
