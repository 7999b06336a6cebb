/* SPDX-License-Identifier: MIT */
/*
 * Each documented error of each API, demanded by a fault rule: the answer carries it in the layer
 * where the document has it, signed or not as that layer is, and is explained by that very row of
 * the catalogue. What a rule does not reach stands in a table, with the state that does. entrustweb
 * is a link that the payer's browser opens: no merchant is answered.
 */
#include "gateway_stage.h"

/* Codes that stand in two layers: a rule demands the first, `changes` reach the other by state. */
static const struct {
    const char *api; /* NULL: any */
    const char *code;
    enum error_layer layer;
    const char *changes; /* NULL: no state does */
    const char *why;
} others[] = {
    {NULL, "INVALID_REQUEST", ERROR_COMMUNICATION, NULL,
     "the real gateway's answer to a field too long (facts/apis.md 7.4); INTERFACE.md decides"},
    {"contractorder", "SYSTEMERROR", ERROR_CONTRACT, "total_fee=x",
     "without the payment there is no contract"},
};

/* The row for an error that a rule on its code does not reach; NULL: one does. */
static size_t other_of(const struct spec *spec, const struct error_code *e)
{
    size_t i = 0;
    for (; i < ARRAY_COUNT(others); i++) {
        if ((!others[i].api || strcmp(others[i].api, spec->id) == 0) &&
            strcmp(others[i].code, e->code) == 0 && others[i].layer == e->layer &&
            spec_error(spec, e->code, NULL, ERROR_LAYER_ANY) != e)
            break;
    }
    return i;
}

/* Is the answer this error, in this layer, and does the catalogue explain it so? */
static bool carries(const struct reply *r, const struct error_code *e)
{
    switch (e->layer) {
    case ERROR_COMMUNICATION:
        return r->outcome == OUTCOME_COMMUNICATION_FAIL && r->error == e;
    case ERROR_BUSINESS:
        return r->outcome == OUTCOME_BUSINESS_FAIL && r->sign.state == SIGN_VALID && r->error == e;
    case ERROR_CONTRACT:
        return r->sign.state == SIGN_VALID && r->contract_failed && r->contract_error == e;
    default: /* no call answers with it */
        return false;
    }
    return false;
}

static void reach(const struct spec *spec, const struct error_code *e)
{
    char rule[256];
    const char *rules[] = {rule, NULL};
    size_t other = other_of(spec, e);
    bool by_state = other < ARRAY_COUNT(others);
    const char *changes = by_state ? others[other].changes : "";
    if (!changes)
        return;
    struct gateway_options options = {.faults = by_state ? NULL : rules};
    struct stage s;
    struct reply r = {0};
    snprintf(rule, sizeof(rule), "%s=%s", spec->id, e->code);
    open_stage(&s, &options);
    call_api(&s, spec->id, changes, SIGNED, &r);
    assert_string_equal(s.fault, by_state ? "-" : rule);
    if (!carries(&r, e)) {
        fail_msg("%s %s (layer %d): %s, \"%s\" \"%s\", explained as %s; %s", spec->id, e->code,
                 (int)e->layer, outcome_name(r.outcome), r.code, r.text,
                 r.error ? r.error->code : "-", s.why);
    }
    reply_clear(&r);
    close_stage(&s);
}

static void every_documented_error_is_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *spec = catalog_at(&catalog, i);
        for (size_t k = 0; !spec->get && k < spec->error_count; k++)
            reach(spec, &spec->errors[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_documented_error_is_reached),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
