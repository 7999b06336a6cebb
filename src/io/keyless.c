/* SPDX-License-Identifier: MIT */
/* The arrays of a result are masked as its buffers are. */
#include "io/keyless.h"

bool keyless_answer(struct http_result *r, const struct profile *p)
{
    bool found = profile_redact(p, &r->body);
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
