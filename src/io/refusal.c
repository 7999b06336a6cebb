/* SPDX-License-Identifier: MIT */
/*
 * The table. The gateway's own document has no list of codes; those that are refusals of the
 * call itself are communication faults there: facts/wap-gateway.md 9.
 */
#include "io/refusal.h"

#include <stddef.h>

#define CALL ERROR_COMMUNICATION
#define DEAL ERROR_BUSINESS
#define PACT ERROR_CONTRACT

/* clang-format off */
static const struct refusal rows[REFUSAL_COUNT] = {
    [REFUSE_METHOD] = {CALL, CALL, "REQUIRE_POST_METHOD", NULL, "请使用post方法",
        {"请求方法不是 POST", "the method is not POST"}},
    [REFUSE_EMPTY] = {CALL, CALL, "POST_DATA_EMPTY", NULL, "post数据为空",
        {"请求体为空", "the body is empty"}},
    [REFUSE_XML] = {CALL, CALL, "XML_FORMAT_ERROR", NULL, "XML格式错误",
        {"请求体不是可用的 XML", "the body is no usable XML"}},
    [REFUSE_ENCODING] = {CALL, CALL, "NOT_UTF8", NULL, "编码格式错误",
        {"请求体不是 UTF-8", "the body is not UTF-8"}},
    [REFUSE_SERVICE] = {CALL, CALL, "INVALID_SERVICE", NULL, "service不存在",
        {"沙箱不提供这个 service", "the sandbox does not serve this service"}},
    [REFUSE_MERCHANT] = {CALL, CALL, "MCHID_NOT_EXIST", NULL, "商户号不存在",
        {"沙箱不认识这个 mch_id", "the sandbox does not know this mch_id"}},
    [REFUSE_SIGN_TYPE] = {CALL, CALL, "SIGNERROR", "INVALID_SIGN_TYPE", "签名错误，sign_type不支持",
        {"sign_type 不是该接口接受的签名类型", "sign_type is none that this API takes"}},
    [REFUSE_SIGN] = {CALL, CALL, "SIGNERROR", NULL, "签名错误",
        {"签名与沙箱计算的不同", "the signature differs from the one the sandbox computed"}},
    [REFUSE_APPID] = {DEAL, CALL, "APPID_NOT_EXIST", NULL, "APPID不存在",
        {"沙箱不认识这个 appid", "the sandbox does not know this appid"}},
    [REFUSE_BINDING] = {DEAL, CALL, "APPID_MCHID_NOT_MATCH", NULL, "appid和mch_id不匹配",
        {"appid 没有绑定到该商户号", "the appid is not bound to this mch_id"}},
    [REFUSE_SUB] = {DEAL, CALL, "INVALID_REQUEST", NULL, "参数错误：受理关系不存在",
        {"sub_mch_id 不是该商户号的子商户", "sub_mch_id is no sub-merchant of this mch_id"}},
    [REFUSE_PERMISSION] = {DEAL, CALL, "NOAUTH", NULL, "商户无此接口权限",
        {"该接口只供服务商使用", "this API is for service providers only"}},
    [REFUSE_LACKING] = {DEAL, CALL, "LACK_PARAMS", NULL, "缺少参数",
        {"缺少必填字段", "a required field is missing"}, .detailed = true},
    [REFUSE_VALUE] = {DEAL, CALL, "INVALID_REQUEST", NULL, "参数错误",
        {"字段的值不合规则", "a field's value breaks its rule"}, .detailed = true},
    [REFUSE_USED] = {DEAL, DEAL, "OUT_TRADE_NO_USED", NULL, "商户订单号重复",
        {"同一订单号再次下单，但参数不同", "the order number came again with other parameters"}},
    [REFUSE_PAID] = {DEAL, DEAL, "ORDERPAID", NULL, "该订单已支付",
        {"订单已支付", "the order is paid"}},
    [REFUSE_CLOSED] = {DEAL, DEAL, "ORDERCLOSED", NULL, "该订单已关闭",
        {"订单已关闭或已过期", "the order is closed or has expired"}},
    [REFUSE_FULL] = {DEAL, DEAL, "SYSTEMERROR", NULL, "系统错误",
        {"沙箱的账本已满", "the sandbox's books are full"}},
    [REFUSE_BOOKS] = {DEAL, DEAL, "SYSTEMERROR", NULL, "系统错误",
        {"沙箱的账本无法写入", "the sandbox's books cannot be written"}},
    [REFUSE_PLAN] = {PACT, PACT, "INVALID PLAN_ID", NULL, "签约模板无效",
        {"plan_id 不是该商户的模板（沙箱中为 123、456）",
         "plan_id is no template of this merchant (the sandbox has 123 and 456)"}},
    [REFUSE_CONTRACT_CODE] = {PACT, PACT, "CONTRACT_CODE DUPLICATION", NULL, "该签约号已存在",
        {"contract_code 已被另一个订单使用", "contract_code is in use by another order"}},
    [REFUSE_CONTRACT_VALUE] = {PACT, PACT, "PARAMETER FAIL", NULL, "PARAMETER FAIL",
        {"签约字段的值不合规则", "a contract field's value breaks its rule"}},
    [REFUSE_NO_PAYMENT] = {PACT, PACT, "SYSTEMERROR", NULL, "system error",
        {"没有付款就没有签约", "without the payment there is no contract"}},
};
/* clang-format on */

const struct refusal *refusal_row(enum refusal_id id)
{
    return &rows[id];
}

enum error_layer refusal_layer(const struct refusal *r, bool gateway)
{
    return gateway ? r->gateway_layer : r->layer;
}

const char *refusal_code(const struct refusal *r, bool gateway)
{
    return gateway && r->gateway_code ? r->gateway_code : r->code;
}
