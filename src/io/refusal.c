/* SPDX-License-Identifier: MIT */
/*
 * The table. Of several codes the first that the API lists is taken: follow-up calls document
 * PARAM_ERROR where orders have two codes for a field that is lacking or wrong. The gateway's own
 * document has no list; refusals of the call itself are communication faults there:
 * facts/wap-gateway.md 9.
 */
#include "io/refusal.h"

#include <stddef.h>
#include <string.h>

#include "core/base.h"

#define CALL ERROR_COMMUNICATION
#define DEAL ERROR_BUSINESS
#define PACT ERROR_CONTRACT

/* clang-format off */
static const struct refusal rows[REFUSAL_COUNT] = {
    [REFUSE_METHOD] = {CALL, CALL, "REQUIRE_POST_METHOD", NULL, {0}, "请使用post方法",
        {"请求方法不是 POST", "the method is not POST"}},
    [REFUSE_EMPTY] = {CALL, CALL, "POST_DATA_EMPTY", NULL, {0}, "post数据为空",
        {"请求体为空", "the body is empty"}},
    [REFUSE_XML] = {CALL, CALL, "XML_FORMAT_ERROR", NULL, {"XML FAIL"}, "XML格式错误",
        {"请求体不是可用的 XML", "the body is no usable XML"}},
    [REFUSE_ENCODING] = {CALL, CALL, "NOT_UTF8", NULL, {0}, "编码格式错误",
        {"请求体不是 UTF-8", "the body is not UTF-8"}},
    [REFUSE_SERVICE] = {CALL, CALL, "INVALID_SERVICE", NULL, {0}, "service不存在",
        {"沙箱不提供这个 service", "the sandbox does not serve this service"}},
    [REFUSE_MERCHANT] = {CALL, CALL, "MCHID_NOT_EXIST", NULL, {0}, "商户号不存在",
        {"沙箱不认识这个 mch_id", "the sandbox does not know this mch_id"}},
    [REFUSE_SIGN_TYPE] = {CALL, CALL, "SIGNERROR", "INVALID_SIGN_TYPE",
        {"SIGN_ERROR", "SIGN ERROR"}, "签名错误，sign_type不支持",
        {"sign_type 不是该接口接受的签名类型", "sign_type is none that this API takes"}},
    [REFUSE_SIGN] = {CALL, CALL, "SIGNERROR", NULL, {"SIGN_ERROR", "SIGN ERROR"}, "签名错误",
        {"签名与沙箱计算的不同", "the signature differs from the one the sandbox computed"}},
    [REFUSE_CERTIFICATE] = {DEAL, CALL, "CERT_ERROR", NULL, {0}, "证书校验错误",
        {"没有可用的客户端证书", "there is no client certificate that can be used"}, .detailed = true},
    [REFUSE_APPID] = {DEAL, CALL, "APPID_NOT_EXIST", NULL,
        {"PARAM_ERROR", "PARAMETER FAIL"}, "APPID不存在",
        {"沙箱不认识这个 appid", "the sandbox does not know this appid"}},
    [REFUSE_BINDING] = {DEAL, CALL, "APPID_MCHID_NOT_MATCH", NULL,
        {"PARAM_ERROR", "PARAMETER FAIL"}, "appid和mch_id不匹配",
        {"appid 没有绑定到该商户号", "the appid is not bound to this mch_id"}},
    [REFUSE_SUB] = {DEAL, CALL, "INVALID_REQUEST", NULL,
        {"PARAM_ERROR", "MERCHANT PERMISSION ERROR"}, "参数错误：受理关系不存在",
        {"sub_mch_id 不是该商户号的子商户", "sub_mch_id is no sub-merchant of this mch_id"}},
    [REFUSE_PERMISSION] = {DEAL, CALL, "NOAUTH", NULL,
        {"MERCHANT PERMISSION ERROR", "MERCHANT AUTHORITY ERROR"}, "商户无此接口权限",
        {"该接口只供服务商使用", "this API is for service providers only"}},
    [REFUSE_LACKING] = {DEAL, CALL, "PARAM_ERROR", "LACK_PARAMS",
        {"LACK_PARAMS", "missing parameter", "PARAMETER FAIL", "INVALID_REQUEST"}, "缺少参数",
        {"缺少必填字段", "a required field is missing"}, .detailed = true},
    [REFUSE_VALUE] = {DEAL, CALL, "PARAM_ERROR", "INVALID_REQUEST",
        {"INVALID_REQUEST", "data format error", "PARAMETER FAIL"}, "参数错误",
        {"字段的值不合规则", "a field's value breaks its rule"}, .detailed = true},
    [REFUSE_USED] = {DEAL, DEAL, "OUT_TRADE_NO_USED", NULL, {0}, "商户订单号重复",
        {"同一订单号再次下单，但参数不同", "the order number came again with other parameters"}},
    [REFUSE_PAID] = {DEAL, DEAL, "ORDERPAID", NULL, {0}, "该订单已支付",
        {"订单已支付", "the order is paid"}},
    [REFUSE_CLOSED] = {DEAL, DEAL, "ORDERCLOSED", NULL, {0}, "该订单已关闭",
        {"订单已关闭或已过期", "the order is closed or has expired"}},
    [REFUSE_FAILED] = {DEAL, DEAL, "ORDERCLOSED", NULL, {0}, "该订单已关闭",
        {"支付已失败，不能再付：换一个订单号", "its payment failed for good: take a new order number"}},
    [REFUSE_FULL] = {DEAL, DEAL, "SYSTEMERROR", NULL, {0}, "系统错误",
        {"沙箱的账本已满", "the sandbox's books are full"}},
    [REFUSE_BOOKS] = {DEAL, DEAL, "SYSTEMERROR", NULL, {0}, "系统错误",
        {"沙箱的账本无法写入", "the sandbox's books cannot be written"}},
    [REFUSE_PLAN] = {PACT, PACT, "INVALID PLAN_ID", NULL, {0}, "签约模板无效",
        {"plan_id 不是该商户的模板（沙箱中为 123、456）",
         "plan_id is no template of this merchant (the sandbox has 123 and 456)"}},
    [REFUSE_CONTRACT_CODE] = {PACT, PACT, "CONTRACT_CODE DUPLICATION", NULL, {0}, "该签约号已存在",
        {"contract_code 已被另一个订单使用", "contract_code is in use by another order"}},
    [REFUSE_CONTRACT_VALUE] = {PACT, PACT, "PARAMETER FAIL", NULL, {0}, "PARAMETER FAIL",
        {"签约字段的值不合规则", "a contract field's value breaks its rule"}},
    [REFUSE_NO_PAYMENT] = {PACT, PACT, "SYSTEMERROR", NULL, {0}, "system error",
        {"没有付款就没有签约", "without the payment there is no contract"}},
    [REFUSE_NO_ORDER] = {DEAL, DEAL, "ORDERNOTEXIST", NULL,
        {"REFUNDNOTEXIST", "INVALID_TRANSACTIONID", "TRADE_ERROR", "INVALID_REQUEST"}, "订单不存在",
        {"账本里没有这个订单", "the ledger has no such order"}, .detailed = true},
    [REFUSE_NO_TRANSACTION] = {DEAL, DEAL, "INVALID_TRANSACTIONID", NULL,
        {"ORDERNOTEXIST", "REFUNDNOTEXIST", "INVALID_REQUEST"}, "无效transaction_id",
        {"账本里没有这个 transaction_id", "the ledger has no such transaction_id"}},
    [REFUSE_STATE] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL,
        {"TRADE_ERROR", "ERROR", "INVALID_REQUEST"}, "订单状态错误",
        {"订单的状态不允许这样做", "the order's state does not allow it"}, .detailed = true},
    [REFUSE_EARLY] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL, {"INVALID_REQUEST"},
        "订单状态错误：下单后5分钟内不能关单",
        {"下单后 5 分钟内不能关单（--time-scale 60 时是 5 秒）",
         "an order is closed no sooner than 5 minutes after it was placed "
         "(5 seconds with --time-scale 60)"}},
    [REFUSE_REVERSE_LATE] = {DEAL, DEAL, "REVERSE_EXPIRE", NULL, {"TRADE_ERROR", "INVALID_REQUEST"},
        "订单无法撤销", {"付款超过 7 天", "paid more than 7 days ago"}},
    [REFUSE_NOT_SCANNED] = {DEAL, DEAL, "TRADE_ERROR", NULL, {"INVALID_REQUEST", "ERROR"},
        "交易错误：只有付款码支付可以撤销",
        {"只有付款码支付可以撤销；其他订单用关单或退款",
         "only micropay can be reversed; close or refund other orders"}},
    [REFUSE_REFUNDED] = {DEAL, DEAL, "TRADE_ERROR", NULL, {"INVALID_REQUEST", "ERROR"},
        "交易错误：订单已转入退款",
        {"已经退过款的订单不能撤销", "an order that was refunded cannot be reversed"}},
    [REFUSE_CONSUMED] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL,
        {"TRADE_ERROR", "INVALID_REQUEST", "ERROR"}, "押金已消费",
        {"押金已消费：不能再消费或撤销，可以退款",
         "the deposit was consumed: it can be refunded, not consumed or reversed again"}},
    [REFUSE_NOT_CONSUMED] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL,
        {"ERROR", "TRADE_ERROR", "INVALID_REQUEST"}, "押金未消费",
        {"押金消费之后才能退款；之前用撤销",
         "a deposit is refunded after it was consumed; before that, reverse it"}},
    [REFUSE_NO_DEPOSIT] = {DEAL, DEAL, "ORDERNOTEXIST", NULL,
        {"REFUNDNOTEXIST", "INVALID_TRANSACTIONID", "TRADE_ERROR", "INVALID_REQUEST"}, "订单不存在",
        {"该订单不是押金（或是押金）：押金用 deposit/ 下的接口，其他订单用 pay/ 下的",
         "the order is no deposit (or is one): deposits are served below deposit/, others below "
         "pay/"}},
    [REFUSE_NOT_PAID] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL,
        {"ORDERNOTEXIST", "TRADE_ERROR", "ERROR"}, "订单未支付",
        {"订单还没有支付", "the order is not paid"}},
    [REFUSE_GIVEN_BACK] = {DEAL, DEAL, "TRADE_STATE_ERROR", NULL,
        {"ERROR", "TRADE_ERROR", "INVALID_REQUEST"}, "订单已撤销或关闭",
        {"订单已撤销或关闭，没有可退的钱", "the order was reversed or closed: nothing to refund"}},
    [REFUSE_TOTAL] = {DEAL, DEAL, "REFUND_FEE_MISMATCH", NULL,
        {"PARAM_ERROR", "INVALID_REQUEST"}, "订单金额或退款金额与之前请求不一致",
        {"total_fee 与订单不同", "total_fee differs from the order's"}},
    [REFUSE_REFUND_DIFFERS] = {DEAL, DEAL, "REFUND_FEE_MISMATCH", NULL,
        {"ERROR", "PARAM_ERROR", "INVALID_REQUEST"}, "订单金额或退款金额与之前请求不一致",
        {"这个 out_refund_no 用于过另一个订单或金额",
         "this out_refund_no was used for another order or amount"}},
    [REFUSE_REFUND_SUM] = {DEAL, DEAL, "ERROR", NULL, {"PARAM_ERROR", "INVALID_REQUEST"},
        "累计退款金额大于可退金额",
        {"退款金额大于还能退的", "refund_fee is more than what can still be refunded"}},
    [REFUSE_REFUND_MANY] = {DEAL, DEAL, "ERROR", NULL, {"PARAM_ERROR", "INVALID_REQUEST"},
        "部分退款次数超过50次", {"一个订单最多退 50 次", "an order is refunded 50 times at most"}},
    [REFUSE_REFUND_LATE] = {DEAL, DEAL, "TRADE_OVERDUE", NULL, {"ERROR", "INVALID_REQUEST"},
        "订单已经超过退款期限", {"付款超过一年", "paid more than a year ago"}},
    [REFUSE_NO_REFUND] = {DEAL, DEAL, "REFUNDNOTEXIST", NULL, {"ORDERNOTEXIST", "INVALID_REQUEST"},
        "退款订单查询失败", {"账本里没有这笔退款", "the ledger has no such refund"}},
    [REFUSE_OFFSET] = {DEAL, DEAL, "PARAM_ERROR", NULL, {"INVALID_REQUEST"}, "参数错误：offset",
        {"offset 不小于退款总数", "offset is not below the number of refunds"}},
    [REFUSE_CONSUME_SUM] = {DEAL, DEAL, "PARAM_ERROR", NULL, {"INVALID_REQUEST", "ERROR"},
        "参数错误：consume_fee",
        {"consume_fee 应在 1 和押金金额之间", "consume_fee must lie between 1 and the deposit"}},
    [REFUSE_REVERSED] = {DEAL, DEAL, "ORDERREVERSED", NULL, {"ORDERCLOSED", "INVALID_REQUEST"},
        "订单已撤销", {"订单已撤销，换一个订单号", "the order was reversed: take a new number"}},
    [REFUSE_PAYING] = {DEAL, DEAL, "USERPAYING", NULL, {"SYSTEMERROR"},
        "用户支付中，需要输入密码",
        {"用户要输入密码：等 5 秒后查询；用 P 或 wxpc sandbox pay 替用户输入",
         "the payer must type the password: wait 5 seconds and query; P or wxpc sandbox pay types "
         "it"}},
    [REFUSE_CODE_USED] = {DEAL, DEAL, "AUTH_CODE_ERROR", NULL,
        {"AUTHCODEEXPIRE", "AUTH_CODE_INVALID", "PARAM_ERROR", "INVALID_REQUEST"}, "授权码参数错误",
        {"一个付款码只能用一次", "a payment code is used once"}},
    [REFUSE_NO_CONTRACT] = {DEAL, DEAL, "CONTRACT_NOT_EXIST", NULL, {"RESULT NULL"}, "协议不存在",
        {"账本里没有这个协议", "the ledger has no such contract"}},
    [REFUSE_CONTRACT_ENDED] = {DEAL, DEAL, "CONTRACTERROR", NULL,
        {"CONTRACT_NOT_EXIST", "RESULT NULL"}, "协议已解约",
        {"协议没有签成，或已解约、到期", "the contract is not signed, was terminated or expired"}},
    [REFUSE_CONTRACT_USED] = {DEAL, DEAL, "CONTRACT_CODE DUPLICATION", NULL, {0}, "该签约号已存在",
        {"contract_code 已签过约", "contract_code was signed with before"}},
    [REFUSE_ACCEPTED] = {DEAL, DEAL, "ORDER_ACCEPTED", NULL, {"ORDERPAID"}, "订单已受理",
        {"订单已受理，等扣款结果", "the order was accepted: wait for the deduction"}},
    [REFUSE_NO_BILL] = {CALL, CALL, "No Bill Exist", NULL, {"NO Bill Exist"}, "No Bill Exist",
        {"这一天没有交易", "there was no payment on that day"}},
    [REFUSE_BILL_TYPE] = {CALL, CALL, "invalid bill_type", NULL, {"data format error"},
        "invalid bill_type", {"没有这种账单", "there is no such kind of bill"}},
    [REFUSE_DATE] = {CALL, CALL, "data format error", NULL, {"invalid bill_type"},
        "data format error", {"bill_date 不是日期", "bill_date is no date"}},
};
/* clang-format on */

const struct refusal *refusal_row(enum refusal_id id)
{
    return &rows[id];
}

static bool is_gateway(const struct spec *spec)
{
    return spec && spec->dialect == DIALECT_GATEWAY;
}

/* An API whose answers have no result_code (a bill) fails in one way only; a link has a page. */
static bool has_result(const struct spec *spec)
{
    return spec->reply == REPLY_NONE || spec_reply_field(spec, "result_code") != NULL;
}

static bool lists(const struct spec *spec, const char *code)
{
    return spec_error(spec, code, NULL, has_result(spec) ? ERROR_LAYER_ANY : ERROR_COMMUNICATION) !=
           NULL;
}

const char *refusal_code(const struct refusal *r, const struct spec *spec)
{
    if (is_gateway(spec))
        return r->gateway_code ? r->gateway_code : r->code;
    if (!spec || lists(spec, r->code))
        return r->code;
    for (size_t i = 0; i < ARRAY_COUNT(r->also) && r->also[i]; i++) {
        if (lists(spec, r->also[i]))
            return r->also[i];
    }
    return r->code;
}

enum error_layer refusal_layer(const struct refusal *r, const struct spec *spec)
{
    if (is_gateway(spec))
        return r->gateway_layer;
    if (spec && !has_result(spec))
        return ERROR_COMMUNICATION;
    const char *code = refusal_code(r, spec);
    if (!spec || spec_error(spec, code, NULL, (int)r->layer))
        return r->layer;
    const struct error_code *e = spec_error(spec, code, NULL, ERROR_LAYER_ANY);
    return e ? e->layer : r->layer;
}

const char *refusal_text(const struct refusal *r, const struct spec *spec)
{
    if (!spec || is_gateway(spec) || r->layer == ERROR_COMMUNICATION)
        return r->text;
    /* Where texts stand for codes (a bill's "missing parameter"), a client looks for the text. */
    const struct error_code *e =
        spec_error(spec, refusal_code(r, spec), NULL, (int)refusal_layer(r, spec));
    bool by_text = e && e->layer == ERROR_COMMUNICATION && e->match_count;
    return by_text ? e->match[0] : r->text;
}
