/* SPDX-License-Identifier: MIT */
/*
 * Code to copy: each client's way to hand the call-up over. Values are written as string
 * literals by the JSON writer, which JavaScript, Java and Objective-C read alike.
 */
#include <string.h>

#include "core/invoke.h"
#include "core/json.h"
#include "core/web.h"

/* `text` as a literal in double quotes. */
static void put_literal(struct buf *out, const char *text)
{
    struct json *j = json_new_string(text ? text : "");
    json_write(j, false, out);
    json_free(j);
}

static const char *value(const struct invoke *v, const char *name)
{
    const char *sign = invoke_sign_name(v->kind);
    return sign && strcmp(sign, name) == 0 ? v->trace.hex : params_get(&v->params, name);
}

/* One line a member: what goes before the literal and behind it; "%" stands for the literal. */
struct line {
    const char *before, *name, *after;
};

static void put_lines(struct buf *out, const struct invoke *v, const struct line *lines,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, lines[i].before);
        if (lines[i].name)
            put_literal(out, value(v, lines[i].name));
        buf_adds(out, lines[i].after);
    }
}

/* clang-format off */
static const struct line bridge[] = {
    {"WeixinJSBridge.invoke('getBrandWCPayRequest', {\n", NULL, ""},
    {"  appId: ", "appId", ",\n"},
    {"  timeStamp: ", "timeStamp", ",\n"},
    {"  nonceStr: ", "nonceStr", ",\n"},
    {"  package: ", "package", ",\n"},
    {"  signType: ", "signType", ",\n"},
    {"  paySign: ", "paySign", "\n"},
    {"}, function (res) {\n"
     "  // get_brand_wcpay_request:ok | :cancel | :fail\n"
     "  console.log(res.err_msg);\n"
     "});\n", NULL, ""},
};
static const struct line mini[] = {
    {"wx.requestPayment({\n", NULL, ""},
    {"  timeStamp: ", "timeStamp", ",\n"},
    {"  nonceStr: ", "nonceStr", ",\n"},
    {"  package: ", "package", ",\n"},
    {"  signType: ", "signType", ",\n"},
    {"  paySign: ", "paySign", ",\n"},
    {"  success(res) { console.log(res); },\n"
     "  fail(res) { console.log(res); }\n"
     "});\n", NULL, ""},
};
static const struct line jssdk[] = {
    {"wx.chooseWXPay({\n", NULL, ""},
    {"  timestamp: ", "timeStamp", ",  // lower-case s here alone; signed as timeStamp\n"},
    {"  nonceStr: ", "nonceStr", ",\n"},
    {"  package: ", "package", ",\n"},
    {"  signType: ", "signType", ",\n"},
    {"  paySign: ", "paySign", ",\n"},
    {"  success(res) { console.log(res); }\n});\n", NULL, ""},
};
static const struct line android[] = {
    {"PayReq req = new PayReq();\n", NULL, ""},
    {"req.appId = ", "appid", ";\n"},
    {"req.partnerId = ", "partnerid", ";\n"},
    {"req.prepayId = ", "prepayid", ";\n"},
    {"req.packageValue = ", "package", ";\n"},
    {"req.nonceStr = ", "noncestr", ";\n"},
    {"req.timeStamp = ", "timestamp", ";\n"},
    {"req.sign = ", "sign", ";\n"},
    {"api.sendReq(req);\n", NULL, ""},
};
static const struct line ios[] = {
    {"PayReq *req = [[PayReq alloc] init];\n", NULL, ""},
    {"req.partnerId = @", "partnerid", ";\n"},
    {"req.prepayId = @", "prepayid", ";\n"},
    {"req.package = @", "package", ";\n"},
    {"req.nonceStr = @", "noncestr", ";\n"},
    {"req.timeStamp = (UInt32)[@", "timestamp", " longLongValue];\n"},
    {"req.sign = @", "sign", ";\n"},
    {"[WXApi sendReq:req completion:nil];  // registered with ", "appid", "\n"},
};

static const struct {
    enum invoke_kind kind;
    const char *id;
    struct bi title;
    const struct line *lines;
    size_t count;
} snippets[] = {
    {INVOKE_JSAPI, "weixin_jsbridge", {"公众号网页：WeixinJSBridge", "official account page: WeixinJSBridge"}, bridge, ARRAY_COUNT(bridge)},
    {INVOKE_JSAPI, "request_payment", {"小程序：wx.requestPayment", "mini program: wx.requestPayment"}, mini, ARRAY_COUNT(mini)},
    {INVOKE_JSAPI, "choose_wxpay", {"JS-SDK：wx.chooseWXPay", "JS-SDK: wx.chooseWXPay"}, jssdk, ARRAY_COUNT(jssdk)},
    {INVOKE_APP, "android", {"Android：PayReq", "Android: PayReq"}, android, ARRAY_COUNT(android)},
    {INVOKE_APP, "ios", {"iOS：PayReq", "iOS: PayReq"}, ios, ARRAY_COUNT(ios)},
    {INVOKE_MWEB, "html", {"网页链接", "a link of a page"}, NULL, 0},
};
/* clang-format on */

struct json *invoke_json(const struct invoke *v)
{
    struct json *out = json_new_object();
    for (size_t i = 0; i < v->params.count; i++)
        json_add_string(out, v->params.items[i].name, v->params.items[i].value);
    if (v->params.count)
        json_add_string(out, invoke_sign_name(v->kind), v->trace.hex);
    return out;
}

bool invoke_snippet(const struct invoke *v, size_t index, const char **id, struct bi *title,
                    struct buf *text)
{
    for (size_t i = 0; i < ARRAY_COUNT(snippets); i++) {
        if (snippets[i].kind != v->kind || index-- > 0)
            continue;
        *id = snippets[i].id;
        *title = snippets[i].title;
        put_lines(text, v, snippets[i].lines, snippets[i].count);
        if (!snippets[i].lines) {
            buf_adds(text, "<a href=\"");
            web_html(text, v->url);
            buf_adds(text, "\">微信支付</a>\n");
        }
        return true;
    }
    return false;
}
