/* SPDX-License-Identifier: MIT */
/*
 * Each call in each state: what is refused, with which documented code, and that a refusal moves
 * nothing. What is taken must be what core/life says may come next, since that is offered.
 */
#include "gateway_shop.h"

#include "core/life.h"

/* Calls upon an order. <again> is the call that placed it. */
static const struct {
    const char *name, *api, *changes;
} calls[] = {
    {"again", NULL, ""},
    {"other", NULL, "total_fee=5"},
    {"close", "closeorder", ""},
    {"refund", "refund", "total_fee=100;refund_fee=1;out_refund_no=NEW"},
    {"more", "refund", "total_fee=100;refund_fee=100;out_refund_no=MORE"},
    {"differs", "refund", "total_fee=100;refund_fee=2;out_refund_no=NEW"},
    {"over", "refund", "total_fee=100;refund_fee=101;out_refund_no=NEW"},
    {"total", "refund", "total_fee=99;refund_fee=1;out_refund_no=NEW"},
    {"refunds", "refundquery", "out_refund_no=;refund_id="},
    {"reverse", "reverse", ""},
    {"consume", "deposit_consume", "total_fee=100;consume_fee=60"},
    {"consume5", "deposit_consume", "total_fee=100;consume_fee=5"},
    {"drefund", "deposit_refund", "total_fee=100;refund_fee=1;out_refund_no=NEW"},
    {"drefunds", "deposit_refundquery", "out_refund_no=;refund_id="},
    {"dreverse", "deposit_reverse", ""},
};

/*
 * How a state comes about: the placing call with its changes, then acts: "pay", "fail", "later"
 * (300 seconds), or names of calls. Then each call with its code; "" is success, a name with '='
 * does not move the state (it repeats). What is not listed is not asked.
 */
static const struct row {
    const char *api, *changes, *acts, *state;
    const char *expected; /* "call:CODE …" */
} rows[] = {
    {"unifiedorder", "trade_type=NATIVE", "", "NOTPAY",
     "again:= other:OUT_TRADE_NO_USED close:TRADE_STATE_ERROR refund:ORDERNOTEXIST "
     "refunds:REFUNDNOTEXIST reverse:TRADE_ERROR"},
    {"unifiedorder", "trade_type=APP", "later", "NOTPAY", "close:"},
    {"unifiedorder", "trade_type=NATIVE", "pay", "SUCCESS",
     "again:ORDERPAID other:ORDERPAID close:ORDERPAID refund: more: over:PARAM_ERROR "
     "total:REFUND_FEE_MISMATCH refunds:REFUNDNOTEXIST reverse:TRADE_ERROR"},
    {"unifiedorder", "trade_type=NATIVE", "pay refund", "REFUND",
     "again:ORDERPAID close:ORDERPAID refund:= more:ERROR differs:REFUND_FEE_MISMATCH refunds:= "
     "reverse:TRADE_ERROR"},
    {"unifiedorder", "trade_type=NATIVE", "later close", "CLOSED",
     "again:ORDERCLOSED other:ORDERCLOSED close:ORDERCLOSED refund:ERROR refunds:REFUNDNOTEXIST "
     "reverse:TRADE_ERROR"},
    {"unifiedorder", "trade_type=NATIVE", "fail later", "PAYERROR",
     "again:ORDERCLOSED other:ORDERCLOSED close:TRADE_STATE_ERROR refund:ORDERNOTEXIST "
     "refunds:REFUNDNOTEXIST reverse:TRADE_ERROR"},
    {"contractorder", "trade_type=APP", "pay", "SUCCESS",
     "again:ORDERPAID close:ORDERPAID refund: reverse:TRADE_ERROR"},
    {"micropay", "auth_code=120061098828009901", "", "USERPAYING",
     "again:USERPAYING other:OUT_TRADE_NO_USED close:TRADE_STATE_ERROR refund:ORDERNOTEXIST "
     "reverse:"},
    {"micropay", "auth_code=120061098828009406", "", "SUCCESS",
     "again:ORDERPAID other:ORDERPAID close:ORDERPAID refund: reverse:"},
    {"micropay", "auth_code=120061098828009406", "refund", "REFUND",
     "again:ORDERPAID close:ORDERPAID refund:= reverse:TRADE_ERROR"},
    {"micropay", "auth_code=120061098828009406", "reverse", "REVOKED",
     "again:ORDERREVERSED close:ORDERCLOSED refund:ERROR reverse:="},
    {"micropay", "auth_code=120061098828009902", "", "PAYERROR",
     "again:NOTENOUGH close:TRADE_STATE_ERROR refund:ORDERNOTEXIST reverse:"},
    {"deposit_unifiedorder", "trade_type=APP", "", "NOTPAY",
     "again:= other:OUT_TRADE_NO_USED consume:TRADE_STATE_ERROR drefund:PARAM_ERROR "
     "drefunds:REFUNDNOTEXIST dreverse:TRADE_ERROR"},
    {"deposit_unifiedorder", "trade_type=APP", "pay", "SUCCESS",
     "again:ORDERPAID consume: drefund:TRADE_STATE_ERROR drefunds:REFUNDNOTEXIST dreverse:"},
    {"deposit_unifiedorder", "trade_type=APP", "pay consume", "CONSUMED",
     "again:ORDERPAID consume:= consume5:TRADE_STATE_ERROR drefund: dreverse:TRADE_ERROR"},
    {"deposit_unifiedorder", "trade_type=APP", "pay consume drefund", "REFUND",
     "again:ORDERPAID consume:= consume5:TRADE_STATE_ERROR drefund:= drefunds:= "
     "dreverse:TRADE_ERROR"},
    {"deposit_unifiedorder", "trade_type=APP", "pay dreverse", "REVOKED",
     "again:ORDERCLOSED consume:TRADE_STATE_ERROR drefund:TRADE_STATE_ERROR dreverse:="},
    {"deposit_unifiedorder", "trade_type=APP", "fail", "PAYERROR",
     "again:ORDERCLOSED consume:TRADE_STATE_ERROR drefund:PARAM_ERROR dreverse:TRADE_ERROR"},
    {"deposit_micropay", "auth_code=120061098828009901", "", "USERPAYING",
     "again:USERPAYING consume:TRADE_STATE_ERROR drefund:PARAM_ERROR dreverse:"},
    {"deposit_micropay", "auth_code=120061098828009406", "", "SUCCESS",
     "again:ORDERPAID consume: drefund:TRADE_STATE_ERROR dreverse:"},
    {"deposit_micropay", "auth_code=120061098828009902", "", "PAYERROR",
     "again:NOTENOUGH consume:TRADE_STATE_ERROR dreverse:"},
};

struct world {
    struct stage s;
    struct shop shop;
    const struct row *row;
    char number[32], transaction[40];
    char where[160];
};

static const char *query_of(const struct row *row)
{
    return strncmp(row->api, "deposit_", 8) == 0 ? "deposit_orderquery" : "orderquery";
}

/* Makes a call and returns its code ("" is success). */
static const char *make_call(struct world *w, const char *name)
{
    static char code[64];
    char changes[512];
    struct reply r = {0};
    size_t i = 0;
    while (i < ARRAY_COUNT(calls) && strcmp(calls[i].name, name) != 0)
        i++;
    if (i == ARRAY_COUNT(calls))
        fail_msg("no call is named %s", name);
    const char *id = calls[i].api ? calls[i].api : w->row->api;
    bool demands = strcmp(id, "deposit_refund") == 0 && w->transaction[0];
    snprintf(changes, sizeof changes, "out_trade_no=%s;transaction_id=%s;%s;%s;%s;contract_code=%s",
             w->number, demands ? w->transaction : "", calls[i].api ? "" : w->row->changes,
             calls[i].api ? "" : "total_fee=100;product_id=1;request_serial=1", calls[i].changes,
             w->number);
    if (strstr(calls[i].changes, "NEW")) {
        size_t len = strlen(changes);
        snprintf(changes + len, sizeof changes - len, ";out_refund_no=R%s", w->number);
    }
    call_api(&w->s, id, changes, SIGNED, &r);
    /* A refusal is signed, without a word against it, and explained by the API's own list. */
    if (r.outcome != OUTCOME_SUCCESS && r.outcome != OUTCOME_BUSINESS_FAIL)
        fail_msg("%s %s: %s %s, %s", w->where, name, outcome_name(r.outcome), r.text, w->s.why);
    assert_int_equal(r.sign.state, SIGN_VALID);
    if (r.note_count)
        fail_msg("%s %s: %s; %s", w->where, name, r.notes[0].text[LANG_EN], w->s.why);
    if (r.code[0] && (!r.error || strcmp(r.error->code, r.code) != 0))
        fail_msg("%s %s: %s is not documented", w->where, name, r.code);
    snprintf(code, sizeof code, "%s", r.code);
    reply_clear(&r);
    return code;
}

/* The state as a query tells it: a consumed deposit has a word of ours. */
static const char *state_of(struct world *w)
{
    static char state[32];
    struct life_point point;
    struct reply r = {0};
    char changes[128];
    snprintf(changes, sizeof changes, "out_trade_no=%s;transaction_id=", w->number);
    expect(&w->s, query_of(w->row), changes, "", &r);
    assert_true(life_read(query_of(w->row), NULL, &r.params, "", &point));
    snprintf(state, sizeof state, "%s", point.state ? point.state : got(&r, "trade_state"));
    if (got(&r, "transaction_id")[0])
        copy(w->transaction, sizeof w->transaction, got(&r, "transaction_id"));
    reply_clear(&r);
    return state;
}

/* Brings a fresh order into the state of the row. */
static void bring(struct world *w)
{
    static unsigned number;
    char acts[64], *rest = acts, *act;
    test_time = START;
    w->transaction[0] = '\0';
    snprintf(w->number, sizeof w->number, "STATE%06u", ++number);
    make_call(w, "again");
    snprintf(acts, sizeof acts, "%s", w->row->acts);
    while ((act = strsep(&rest, " "))) {
        if (strcmp(act, "pay") == 0)
            play(&w->s, PAYER_PAY, w->number, NULL);
        else if (strcmp(act, "fail") == 0)
            play(&w->s, PAYER_FAIL, w->number, "NOTENOUGH");
        else if (strcmp(act, "later") == 0)
            test_time += 300;
        else if (act[0] && make_call(w, act)[0])
            fail_msg("%s: %s is refused: %s", w->where, act, w->s.why);
        state_of(w);
    }
    if (strcmp(state_of(w), w->row->state) != 0)
        fail_msg("%s: the state is %s", w->where, state_of(w));
}

static enum life_kind kind_of(const struct row *row)
{
    return strcmp(row->api, "micropay") == 0               ? LIFE_MICROPAY
           : strcmp(row->api, "deposit_micropay") == 0     ? LIFE_DEPOSIT_MICROPAY
           : strcmp(row->api, "deposit_unifiedorder") == 0 ? LIFE_DEPOSIT
                                                           : LIFE_ORDER;
}

/* Is what the sandbox takes what the machine has a step for? */
static void agree(const struct world *w, const char *name, bool taken)
{
    for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
        if (strcmp(calls[i].name, name) != 0 || !calls[i].api || strstr(calls[i].api, "query"))
            continue;
        bool may = life_can(kind_of(w->row), w->row->state, calls[i].api);
        if (taken && !may)
            fail_msg("%s: %s is taken, and no step of the machine", w->where, name);
        /* The machine knows no time and no amount. */
        bool timed = strcmp(w->s.code, "TRADE_STATE_ERROR") == 0 && strstr(w->s.why, "5 minutes");
        static const char amounts[] = "more total differs over consume5";
        if (!taken && may && !timed && !strstr(amounts, name))
            fail_msg("%s: %s is a step of the machine, and refused: %s", w->where, name, w->s.why);
    }
}

static void ask(struct world *w, const char *name, const char *wanted)
{
    bool repeats = strcmp(wanted, "=") == 0, taken = wanted[0] == '\0';
    bring(w);
    const char *code = make_call(w, name);
    if (strcmp(code, repeats ? "" : wanted) != 0)
        fail_msg("%s: %s answers \"%s\" (%s), not \"%s\"", w->where, name, code, w->s.why, wanted);
    if (!repeats)
        agree(w, name, taken);
    const char *now = state_of(w);
    if ((strcmp(now, w->row->state) != 0) != taken)
        fail_msg("%s: %s leaves it %s", w->where, name, now);
}

static void every_call_in_every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world w = {.row = &rows[i]};
        char expected[512], *rest = expected, *one;
        snprintf(w.where, sizeof w.where, "%s %s", rows[i].api, rows[i].state);
        open_stage(&w.s, &(struct gateway_options){0}); /* real time: refunds stay under way */
        snprintf(expected, sizeof expected, "%s", rows[i].expected);
        while ((one = strsep(&rest, " "))) {
            char *code = strchr(one, ':');
            *code++ = '\0';
            ask(&w, one, code);
        }
        close_stage(&w.s);
    }
}

/* ---- Contracts ---- */

/* The link's own answer is a page; what it said stands in the log. */
static const char *open_page(struct world *w)
{
    char changes[256];
    struct net_call call;
    snprintf(changes, sizeof changes, "plan_id=123;contract_code=%s;notify_url=%s", w->number,
             w->shop.url);
    open_link(&w->s, "entrustweb", changes, &call);
    http_result_clear(&call.r);
    return strcmp(w->s.code, "SUCCESS") == 0 ? "" : w->s.code;
}

static const char *call_contract(struct world *w, const char *api, char *state)
{
    static char code[64];
    char changes[256];
    struct reply r = {0};
    if (strcmp(api, "entrustweb") == 0)
        return open_page(w);
    if (strcmp(api, "pappayapply") == 0)
        snprintf(changes, sizeof changes, "contract_id=%s;out_trade_no=D%s;notify_url=%s",
                 w->transaction, w->number, w->shop.url);
    else
        snprintf(changes, sizeof changes, "contract_id=;plan_id=123;contract_code=%s", w->number);
    call_api(&w->s, api, changes, SIGNED, &r);
    /* Codes with blanks come as a number and this text. */
    const char *told = r.error ? r.error->code : r.code;
    if (r.outcome != OUTCOME_SUCCESS && (r.sign.state != SIGN_VALID || !r.error))
        fail_msg("%s: %s is not documented: %s", w->where, r.code, w->s.why);
    snprintf(code, sizeof code, "%s", r.outcome == OUTCOME_SUCCESS ? "" : told);
    if (got(&r, "contract_state")[0] && state)
        copy(state, 8, got(&r, "contract_state"));
    if (got(&r, "contract_id")[0])
        copy(w->transaction, sizeof w->transaction, got(&r, "contract_id"));
    reply_clear(&r);
    return code;
}

static void every_contract_call_in_every_state(void **state)
{
    static const struct {
        const char *acts; /* p: the page is opened; s: the payer signs; e: the payer ends it */
        const char *state;
        const char *apis[4], *codes[4];
    } all[] = {
        {"",
         "",
         {"querycontract", "deletecontract", "entrustweb"},
         {"RESULT NULL", "RESULT NULL", ""}},
        {"p", "9", {"querycontract", "deletecontract", "entrustweb"}, {"", "RESULT NULL", ""}},
        {"ps",
         "0",
         {"querycontract", "deletecontract", "entrustweb", "pappayapply"},
         {"", "", "CONTRACT_CODE DUPLICATION", ""}},
        {"pse",
         "1",
         {"querycontract", "deletecontract", "entrustweb", "pappayapply"},
         {"", "RESULT NULL", "CONTRACT_CODE DUPLICATION", "CONTRACTERROR"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        for (size_t k = 0; k < 4 && all[i].apis[k]; k++) {
            struct world w = {0};
            char now[8] = "";
            snprintf(w.number, sizeof w.number, "PACT%zu%zu", i, k);
            snprintf(w.where, sizeof w.where, "state %s, %s", all[i].state, all[i].apis[k]);
            open_stage(&w.s, &(struct gateway_options){0});
            open_shop(&w.shop, &w.s);
            for (const char *act = all[i].acts; *act; act++) {
                if (*act == 'p')
                    assert_string_equal(open_page(&w), "");
                else
                    play(&w.s, *act == 's' ? PAYER_PAY : PAYER_CANCEL, w.number, NULL);
                call_contract(&w, "querycontract", now);
            }
            assert_string_equal(now, all[i].state);
            const char *code = call_contract(&w, all[i].apis[k], NULL);
            if (strcmp(code, all[i].codes[k]) != 0)
                fail_msg("%s answers \"%s\" (%s), not \"%s\"", w.where, code, w.s.why,
                         all[i].codes[k]);
            bool ends = strcmp(all[i].apis[k], "deletecontract") == 0 && !code[0];
            if (all[i].state[0] && !strstr(all[i].apis[k], "query"))
                assert_true(!life_can(LIFE_CONTRACT, all[i].state, all[i].apis[k]) ||
                            code[0] == '\0');
            call_contract(&w, "querycontract", now);
            if (all[i].state[0]) /* a refusal moves nothing */
                assert_string_equal(now, ends ? "1" : all[i].state);
            close_shop(&w.shop, &w.s);
            close_stage(&w.s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_in_every_state),
        cmocka_unit_test(every_contract_call_in_every_state),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
