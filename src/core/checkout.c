/* SPDX-License-Identifier: MIT */
/* Rows are a table: a field of the order's request and what the page calls it. */
#include "core/checkout.h"

#include <string.h>

#include "core/text.h"
#include "core/web.h"

#define BACK_SECONDS 5 /* facts/apis.md 5.4 */

static const struct {
    const char *code;
    struct bi text;
} failures[] = {
    {"NOTENOUGH", {"余额不足", "not enough money"}},
    {"BANKERROR", {"银行系统异常", "the bank's system failed"}},
    {"NOTSUPORTCARD", {"不支持卡类型", "the card is not supported"}},
    {"SYSTEMERROR", {"系统错误", "system error"}},
};

/* Terms of a contract that is signed with the payment: facts/apis.md 2. */
static const struct {
    const char *name;
    struct bi text;
} terms[] = {
    {"plan_id", {"协议模板", "plan"}},
    {"contract_code", {"签约协议号", "contract code"}},
    {"contract_display_account", {"签约用户名", "account shown"}},
    {"request_serial", {"请求序列号", "request serial"}},
    {"contract_notify_url", {"签约通知地址", "contract notify URL"}},
    {"notify_url", {"签约通知地址", "contract notify URL"}}, /* of entrustweb: no order's */
};
#define TERMS_OF_ORDER (ARRAY_COUNT(terms) - 1)

const char *checkout_failure(size_t index)
{
    return index < ARRAY_COUNT(failures) ? failures[index].code : NULL;
}

const char *checkout_style(void)
{
    return "body{font-family:sans-serif;max-width:32em;margin:2em auto;padding:0 1em;"
           "background:#fff;color:#111}\n"
           ".sandbox{background:#fde68a;padding:.4em .8em}\n"
           ".amount{font-size:2.4em;margin:.4em 0}\n"
           "table{border-collapse:collapse;width:100%}\n"
           "td,th{text-align:left;vertical-align:top;padding:.25em .5em;border-bottom:1px solid "
           "#ddd;overflow-wrap:anywhere}\nth{width:9em;font-weight:normal;color:#555}\n"
           "button{font-size:1.1em;padding:.4em 1.2em;margin:.6em .4em .6em 0}\n"
           ".good{color:#166534}.bad{color:#b91c1c}\n";
}

static void put_row(struct buf *out, const char *label, const char *value)
{
    if (!value || !value[0])
        return;
    buf_adds(out, "<tr><th>");
    web_html(out, label);
    buf_adds(out, "</th><td>");
    web_html(out, value);
    buf_adds(out, "</td></tr>\n");
}

static void put_order(const struct checkout *c, struct buf *out)
{
    const struct order *o = c->order;
    enum lang lang = c->lang;
    char yuan[32];

    text_yuan(o->total_fee, yuan, sizeof yuan);
    buf_adds(out, "<p class=\"amount\" id=\"amount\">¥");
    web_html(out, yuan);
    buf_adds(out, "</p>\n<table>\n");
    put_row(out, L(lang, "商品", "goods"), params_get(&o->request, "body"));
    put_row(out, L(lang, "商户号", "merchant"), o->mch_id);
    put_row(out, L(lang, "子商户号", "sub-merchant"), params_get(&o->request, "sub_mch_id"));
    put_row(out, L(lang, "应用", "appid"), params_get(&o->request, "appid"));
    put_row(out, L(lang, "商户订单号", "order number"), o->out_trade_no);
    put_row(out, L(lang, "接口", "API"), o->api);
    put_row(out, L(lang, "交易类型", "trade type"), params_get(&o->request, "trade_type"));
    put_row(out, L(lang, "状态", "state"), order_state_name(o->state));
    put_row(out, L(lang, "微信支付订单号", "transaction"), o->transaction_id);
    buf_adds(out, "</table>\n");
}

static void put_terms(const struct checkout *c, const struct params *request, size_t count,
                      struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        put_row(out, bi_get(terms[i].text, c->lang), params_get(request, terms[i].name));
}

static void put_contract(const struct checkout *c, struct buf *out)
{
    const struct order *o = c->order;
    if (!params_has(&o->request, "plan_id") || !params_has(&o->request, "contract_code"))
        return;
    buf_addf(out, "<h2>%s</h2>\n<p>%s</p>\n<table id=\"contract\">\n",
             L(c->lang, "同时签约委托扣款", "A contract is signed with it"),
             o->contract_refused
                 ? L(c->lang, "下单时签约部分已被拒绝：支付不会签约。",
                     "The contract half was refused with the order: paying signs nothing.")
                 : L(c->lang, "支付即同意：商户以后可按此协议扣款，无需再输入密码。",
                     "Paying agrees that the merchant may deduct by it later without asking "
                     "again."));
    put_terms(c, &o->request, TERMS_OF_ORDER, out);
    buf_adds(out, "</table>\n");
}

static struct bi state_text(const struct contract *x)
{
    switch (x->state) {
    case CONTRACT_SIGNING:
        return (struct bi){"等待签约（contract_state 9）", "waits to be signed (contract_state 9)"};
    case CONTRACT_SIGNED:
        return (struct bi){"已签约（contract_state 0）", "signed (contract_state 0)"};
    case CONTRACT_NONE:
        break;
    }
    return x->signed_at
               ? (struct bi){"已解约（contract_state 1）", "terminated (contract_state 1)"}
               : (struct bi){"未签约（contract_state 1）", "not signed (contract_state 1)"};
}

/* The contract of a link. */
static void put_agreement(const struct checkout *c, struct buf *out)
{
    const struct contract *x = c->contract;
    enum lang lang = c->lang;
    buf_addf(out, "<h2>%s</h2>\n<p>%s</p>\n<table id=\"contract\">\n",
             L(lang, "委托代扣协议", "Contract for deductions"),
             L(lang, "签约即同意：商户以后可按此协议扣款，无需再输入密码。",
               "Signing agrees that the merchant may deduct by it later without asking again."));
    put_row(out, L(lang, "商户号", "merchant"), x->mch_id);
    put_row(out, L(lang, "应用", "appid"), params_get(&x->request, "appid"));
    put_terms(c, &x->request, ARRAY_COUNT(terms), out);
    put_row(out, L(lang, "状态", "state"), bi_get(state_text(x), lang));
    put_row(out, L(lang, "委托代扣协议 id", "contract id"), x->contract_id);
    buf_adds(out, "</table>\n");
}

static void begin_form(const struct checkout *c, struct buf *out)
{
    buf_adds(out, "<form method=\"post\" action=\"");
    web_html(out, c->target);
    buf_adds(out, "\">\n<input type=\"hidden\" name=\"token\" value=\"");
    web_html(out, c->token);
    buf_adds(out, "\">\n");
}

static void put_signing(const struct checkout *c, struct buf *out)
{
    begin_form(c, out);
    buf_addf(out,
             "<button name=\"act\" value=\"pay\" id=\"sign\">%s</button>\n"
             "<button name=\"act\" value=\"fail\" id=\"refuse\">%s</button>\n</form>\n",
             L(c->lang, "同意签约", "Sign"), L(c->lang, "拒绝", "Refuse"));
}

static void put_form(const struct checkout *c, struct buf *out)
{
    enum lang lang = c->lang;
    begin_form(c, out);
    buf_addf(out,
             "<button name=\"act\" value=\"pay\" id=\"pay\">%s</button>\n"
             "<button name=\"act\" value=\"cancel\" id=\"cancel\">%s</button>\n<p>\n"
             "<label>%s <select name=\"code\" id=\"code\">\n",
             L(lang, "支付", "Pay"), L(lang, "取消", "Cancel"), L(lang, "失败原因", "fail with"));
    for (size_t i = 0; i < ARRAY_COUNT(failures); i++)
        buf_addf(out, "<option value=\"%s\">%s %s</option>\n", failures[i].code, failures[i].code,
                 bi_get(failures[i].text, lang));
    buf_addf(out,
             "</select></label>\n"
             "<button name=\"act\" value=\"fail\" id=\"fail\">%s</button></p>\n</form>\n",
             L(lang, "让支付失败", "Let it fail"));
}

static void put_head(const struct checkout *c, struct buf *out)
{
    buf_addf(out,
             "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<link rel=\"stylesheet\" href=\"/sandbox/cashier.css\">\n",
             c->lang == LANG_ZH ? "zh" : "en");
    if (c->redirect && !c->open) {
        buf_addf(out, "<meta http-equiv=\"refresh\" content=\"%d;url=", BACK_SECONDS);
        web_html(out, c->redirect);
        buf_adds(out, "\">\n");
    }
    buf_addf(out, "<title>%s</title>\n</head>\n<body>\n<p class=\"sandbox\">%s</p>\n",
             c->contract ? L(c->lang, "沙箱签约页", "Sandbox contract page")
                         : L(c->lang, "沙箱收银台", "Sandbox cashier"),
             L(c->lang, "wxpc 沙箱收银台：没有真实的钱", "wxpc sandbox cashier: no real money"));
}

void checkout_page(const struct checkout *c, struct buf *out)
{
    const char *message = c->message[c->lang];
    put_head(c, out);
    if (message && message[0]) {
        buf_addf(out, "<p id=\"message\" class=\"%s\">", c->bad ? "bad" : "good");
        web_html(out, message);
        buf_adds(out, "</p>\n");
    }
    if (c->order) {
        put_order(c, out);
        put_contract(c, out);
    }
    if (c->contract)
        put_agreement(c, out);
    if (c->contract && c->open)
        put_signing(c, out);
    if (c->order && c->open)
        put_form(c, out);
    if (c->redirect) {
        buf_adds(out, "<p><a id=\"back\" rel=\"noreferrer\" href=\"");
        web_html(out, c->redirect);
        buf_addf(out, "\">%s</a></p>\n", L(c->lang, "返回商户", "back to the merchant"));
    }
    buf_adds(out, "</body>\n</html>\n");
}
