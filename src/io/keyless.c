/* SPDX-License-Identifier: MIT */
/* The arrays of a result are masked as its buffers are. */
#include "io/keyless.h"

#include <string.h>

/* An array is full when its text was cut. */
static bool hide_cut(const struct profile *p, char *text, size_t size)
{
    size_t len = strlen(text);
    struct buf b;
    if (len + 1 < size)
        return false;
    buf_init_secret(&b, size);
    buf_add(&b, text, len);
    bool found = profile_redact_end(p, &b);
    memcpy(text, buf_str(&b), b.len + 1);
    mem_wipe(text + b.len, len - b.len);
    buf_clear(&b);
    return found;
}

/* An answer that is not whole may end within a key. */
static bool hide_ends(struct http_result *r, const struct profile *p)
{
    bool broken = r->err.status != ST_OK, found = false;
    if (broken || r->dropped)
        found = profile_redact_end(p, &r->body);
    if (broken || buf_status(&r->headers))
        found = profile_redact_end(p, &r->headers) || found;
    found = hide_cut(p, r->location, sizeof r->location) || found;
    return hide_cut(p, r->content_type, sizeof r->content_type) || found;
}

bool keyless_answer(struct http_result *r, const struct profile *p)
{
    bool found = hide_ends(r, p); /* first: a mask is shorter than what it stands for */
    found = profile_redact(p, &r->body) || found;
    found = profile_redact(p, &r->headers) || found;
    found = profile_redact_text(p, r->location) || found;
    found = profile_redact_text(p, r->content_type) || found;
    for (size_t i = 0; i < LANG_COUNT; i++)
        found = profile_redact_text(p, r->err.text[i]) || found;
    return found;
}

bool keyless_answer_of(struct http_result *r, const struct secret *key)
{
    const struct profile p = {.key = {.value = *key}};
    return keyless_answer(r, &p);
}

void keyless_say(struct findings *f)
{
    findings_add(f, (struct finding_head){"", "key-inside", SEVERITY_WARNING, false},
                 "应答里有商户的密钥，已显示为 ****：密钥不能发给任何人，请更换",
                 "the answer holds a key of the merchant, shown as ****: a key is sent to nobody; "
                 "change it");
}
