/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a notification: never a crash, never good without the key, and a sentence for
 * whatever is wrong.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/notice.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct events events;
static struct profile profiles[2];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (events_load(&events, NULL))
        abort();
    for (size_t i = 0; i < 2; i++) {
        profiles[i].dialect = i ? DIALECT_GATEWAY : DIALECT_OFFICIAL;
        params_set(&profiles[i].fields, "mch_id", "10000100", NULL);
        secret_set(&profiles[i].key.value, "192006250b4c09247ec02edce69f6a2d", 32);
    }
    return 0;
}

static void check(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct profile *const both[] = {&profiles[0], &profiles[1]};
    struct notice_context c = {&events, both, 2, NULL, NULL};
    struct notice n = {0};
    struct findings f = {0};
    struct answer_seen a = {.status = 200, .body = (const char *)data, .len = size};

    notice_read(&c, (const char *)data, size, &n);
    check((n.trust == NOTICE_UNREADABLE) == (n.xml.fault != XML_FINE));
    check(n.trust == NOTICE_GENUINE || n.findings.errors > 0);
    check(notice_is_good(&n) == (n.trust == NOTICE_GENUINE && n.findings.errors == 0));
    check(strlen(notice_reason(&n)) <= 128);
    struct json *j = json_new_object();
    notice_json(&n, j);
    check(json_string(json_get(j, "event")) != NULL);
    json_free(j);
    notice_clear(&n);
    for (int gateway = 0; gateway < 2; gateway++) {
        findings_reset(&f);
        check((answer_judge(gateway, &a, &f) == ANSWER_INVALID) == (f.errors > 0));
    }
    findings_clear(&f);
    return 0;
}
