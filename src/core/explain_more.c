/* SPDX-License-Identifier: MIT */
/* What the documents only name, without a meaning, says that it is not verified. */
#include "core/explain_more.h"

#include "core/base.h"

/* clang-format off */
#define H5 {"unifiedorder", "contractorder", "wap"}
#define INSIDE {"unifiedorder", "contractorder", "deposit_unifiedorder"}
#define DEDUCTION {"pappayapply"}
#define PAPAY {"contractorder", "querycontract", "deletecontract", "entrustweb"}
#define BILL {"downloadbill"}
#define NAMES(...) (const char *[]){__VA_ARGS__}
#define LOOK(...) .fields = NAMES(__VA_ARGS__), .field_count = ARRAY_COUNT(((const char *[]){__VA_ARGS__}))
#define TEXTS(...) .match = NAMES(__VA_ARGS__), .match_count = ARRAY_COUNT(((const char *[]){__VA_ARGS__}))
#define UNSURE_ZH "扣款失败的通知里的错误码；文档只列出了名字，含义未经核实。"
#define UNSURE_EN "A code of a failed deduction's notification; the documents only name it, its meaning is not verified."

static const struct explain_more rows[] = {
    /* On the page behind mweb_url. */
    {H5, {.code = "网络环境未能通过安全验证", .layer = ERROR_CLIENT, .kind = "param",
        .meaning = {"付款人的 IP 与下单时不同", "The payer's IP is not the one of the order"},
        .cause = {"spbill_create_ip（网关接口是 mch_create_ip）不是打开支付页的手机的公网 IP：填了服务器自己的 IP，经过代理，或在 IPv4 与 IPv6 之间切换。",
                  "spbill_create_ip (mch_create_ip at the gateway) is not the public IP of the phone that opens the page: the server's own was sent, a proxy is between, or IPv4 and IPv6 changed."},
        .solution = {"下单时取付款人请求的来源 IP（有反向代理时取它转发的那个），换了网络就重新下单。",
                     "Order with the address that the payer's request comes from (behind a proxy the one it forwards); after a change of network order anew."},
        LOOK("spbill_create_ip", "mch_create_ip"), TEXTS("网络环境未能通过安全验证")}},
    {H5, {.code = "商家参数格式有误", .layer = ERROR_CLIENT, .kind = "config",
        .meaning = {"打开支付页时没有可用的 Referer", "The page was opened without a usable Referer"},
        .cause = {"mweb_url 不是从登记过的域名的页面打开的：直接贴进地址栏、APP 里没有设 Referer、或 redirect_url 没有编码。",
                  "mweb_url was not opened from a page of a registered domain: pasted into the address bar, opened by an app without a Referer, or with a redirect_url that is not encoded."},
        .solution = {"从商户平台登记的域名下的页面跳转；APP 的 WebView 自己设 Referer；redirect_url 编码一次。",
                     "Jump from a page of the domain registered on the merchant platform; set the Referer in an app's WebView; encode redirect_url once."},
        TEXTS("商家参数格式有误")}},
    {H5, {.code = "商家存在未配置的参数", .layer = ERROR_CLIENT, .kind = "config",
        .meaning = {"商户平台没有登记这个域名", "The domain is not registered on the merchant platform"},
        .cause = {"H5 支付的域名没有配置，或与打开支付页的域名不同。", "The domain for H5 payments is not set, or is not that of the page that opened mweb_url."},
        .solution = {"到商户平台的产品中心登记 H5 支付域名，与页面的域名一字不差。", "Register the domain for H5 payments on the merchant platform, exactly that of the page."},
        TEXTS("商家存在未配置的参数")}},
    {H5, {.code = "支付请求已失效", .layer = ERROR_CLIENT, .kind = "state",
        .meaning = {"mweb_url 过期了", "The mweb_url has expired"},
        .cause = {"mweb_url 下单后 5 分钟有效，也只能给一个付款人用。", "An mweb_url is good for 5 minutes after the order, and for one payer."},
        .solution = {"用相同参数重新下单，得到新的 mweb_url。", "Order anew with the same parameters for a new mweb_url."},
        TEXTS("支付请求已失效", "请重新发起支付")}},
    /* What the client is told. */
    {INSIDE, {.code = "get_brand_wcpay_request:ok", .layer = ERROR_CLIENT, .kind = "state",
        .meaning = {"客户端说支付成功", "The client says that it is paid"},
        .cause = {"这不是支付凭据：页面可以被改。", "It is no proof of payment: a page can be changed."},
        .solution = {"以支付通知或查询订单为准。", "Trust the payment notification, or orderquery."},
        TEXTS("get_brand_wcpay_request:ok", "requestPayment:ok")}},
    {INSIDE, {.code = "get_brand_wcpay_request:cancel", .layer = ERROR_CLIENT, .kind = "payer",
        .meaning = {"付款人取消了", "The payer cancelled"},
        .cause = {"付款人关掉了收银台。", "The payer closed the cashier."},
        .solution = {"订单还在：2 小时内可以用同一个 prepay_id 再调起。", "The order stands: the same prepay_id can be called up again within 2 hours."},
        TEXTS("get_brand_wcpay_request:cancel", "requestPayment:fail cancel")}},
    {INSIDE, {.code = "get_brand_wcpay_request:fail", .layer = ERROR_CLIENT, .kind = "sign",
        .meaning = {"调起支付失败", "The payment could not be called up"},
        .cause = {"多数是二次签名不对，或 appId 与下单的不同、prepay_id 过期、支付目录没有登记。",
                  "Mostly the second signature is wrong; or the appId is not that of the order, the prepay_id has expired, or the page's folder is not registered."},
        .solution = {"把调起参数交给 wxpc diagnose；用 wxpc invoke 生成一组对照；算法要与下单相同。",
                     "Hand the call-up's parameters to wxpc diagnose; make a set with wxpc invoke to compare; use the order's algorithm."},
        LOOK("sign_type", "appid"), TEXTS("get_brand_wcpay_request:fail")}},
    {INSIDE, {.code = "errCode -1", .layer = ERROR_CLIENT, .kind = "config",
        .meaning = {"APP 调起支付出错", "The app could not call the payment up"},
        .cause = {"签名不对；签名对的时候多半是应用的包名或签名证书没有在开放平台登记。",
                  "A wrong signature; if it is right, mostly the app's package name or certificate is not registered on the open platform."},
        .solution = {"先用 wxpc diagnose 查二次签名，再核对开放平台登记的包名和应用签名。",
                     "Check the second signature with wxpc diagnose first, then the package name and the app's signature on the open platform."},
        TEXTS("errCode -1", "errCode=-1", "errCode:-1", "errCode: -1", "General errors")}},
    {INSIDE, {.code = "errCode -2", .layer = ERROR_CLIENT, .kind = "payer",
        .meaning = {"付款人取消了", "The payer cancelled"},
        .cause = {"付款人从微信返回了 APP。", "The payer went back to the app."},
        .solution = {"订单还在：2 小时内可以再调起。", "The order stands: it can be called up again within 2 hours."},
        TEXTS("errCode -2", "errCode=-2", "errCode:-2", "errCode: -2")}},
    /* In the notification of a deduction that failed. */
    {DEDUCTION, {.code = "ACCOUNTERROR", .layer = ERROR_NOTICE, .kind = "payer",
        .meaning = {"付款账户有问题（未核实）", "Something is wrong with the payer's account (not verified)"}, .cause = {UNSURE_ZH, UNSURE_EN},
        .solution = {"请付款人检查微信支付账户，换一个订单号再扣。", "Have the payer check the account; deduct again with a new order number."}}},
    {DEDUCTION, {.code = "USER_ACCOUNT_ABNORMAL", .layer = ERROR_NOTICE, .kind = "payer",
        .meaning = {"付款账户异常（未核实）", "The payer's account is not in order (not verified)"}, .cause = {UNSURE_ZH, UNSURE_EN},
        .solution = {"请付款人检查微信支付账户，换一个订单号再扣。", "Have the payer check the account; deduct again with a new order number."}}},
    {DEDUCTION, {.code = "USER_NOT_EXIST", .layer = ERROR_NOTICE, .kind = "payer",
        .meaning = {"付款账户不存在（未核实）", "The payer's account does not exist (not verified)"}, .cause = {UNSURE_ZH, UNSURE_EN},
        .solution = {"查询协议的状态；账户注销后协议也会终止。", "Query the contract: it ends with the account."}, LOOK("contract_id")}},
    {DEDUCTION, {.code = "BANKERROR", .layer = ERROR_NOTICE, .kind = "system",
        .meaning = {"银行端出错（未核实）", "The bank's side failed (not verified)"}, .cause = {UNSURE_ZH, UNSURE_EN},
        .solution = {"查询订单确认没有扣款，晚些换一个订单号再扣。", "Query the order to be sure that nothing was deducted; try later with a new order number."}}},
    {DEDUCTION, {.code = "TRADE_ERROR", .layer = ERROR_NOTICE, .kind = "state",
        .meaning = {"交易错误（未核实）", "The trade failed (not verified)"}, .cause = {UNSURE_ZH, UNSURE_EN},
        .solution = {"查询订单，按 err_code_des 处理。", "Query the order; see err_code_des."}}},
    /* Numbers that stand where a code is expected: the text beside them tells. */
    {PAPAY, {.code = "-25", .layer = ERROR_BUSINESS, .kind = "param",
        .meaning = {"委托代扣接口的数字错误码", "A number for a code, of the contract calls"},
        .cause = {"这些接口的 err_code 是数字，真正的错误是 err_code_des 里的文字，例如 RESULT NULL。",
                  "err_code is a number there; the error is the text of err_code_des, such as RESULT NULL."},
        .solution = {"按 err_code_des 查：wxpc error 'RESULT NULL'。", "Look up err_code_des: wxpc error 'RESULT NULL'."}}},
    {BILL, {.code = "20002", .layer = ERROR_COMMUNICATION, .kind = "param",
        .meaning = {"账单请求被拒绝", "The bill was refused"},
        .cause = {"error_code 只是个数字，原因是 return_msg 里的文字，例如 No Bill Exist、Bill Creating。",
                  "error_code is but a number; the reason is the text of return_msg, such as No Bill Exist or Bill Creating."},
        .solution = {"按 return_msg 查：wxpc error 'No Bill Exist'。", "Look up return_msg: wxpc error 'No Bill Exist'."}, LOOK("bill_date", "bill_type")}},
    {{"unifiedorder", "deposit_unifiedorder", "orderquery", "refund", "micropay"}, {.code = "受理关系不存在", .layer = ERROR_BUSINESS, .kind = "config",
        .meaning = {"sub_mch_id 不是这个服务商的子商户", "sub_mch_id is no sub-merchant of this service provider"},
        .cause = {"子商户号填错，或者还没有与这个服务商建立受理关系；偶尔也报成签名错误。",
                  "The sub-merchant's number is wrong, or not boarded by this provider; it is sometimes reported as a wrong signature."},
        .solution = {"到服务商平台核对特约商户；直连商户整个不传 sub_mch_id。", "Check it on the provider's platform; direct merchants leave sub_mch_id out."},
        LOOK("sub_mch_id", "mch_id"), TEXTS("受理关系不存在")}},
};
/* clang-format on */

const struct explain_more *explain_more(size_t *count)
{
    *count = ARRAY_COUNT(rows);
    return rows;
}
