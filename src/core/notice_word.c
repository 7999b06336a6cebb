/* SPDX-License-Identifier: MIT */
/* A table in order of weight: the first row that holds is the word. */
#include "core/notice_word.h"

#include <string.h>

static const struct notice_word trusts[] = {
    [NOTICE_UNREADABLE] = {"unreadable", NOTICE_IS_BAD, {"无法解析", "unreadable"}},
    [NOTICE_NO_KEY] = {"no-key", NOTICE_IS_ODD, {"没有密钥", "no key"}},
    [NOTICE_UNSIGNED] = {"unsigned", NOTICE_IS_BAD, {"没有签名", "unsigned"}},
    [NOTICE_FORGED] = {"forged", NOTICE_IS_BAD, {"签名不符", "BAD SIGN"}},
    [NOTICE_GENUINE] = {"genuine", NOTICE_IS_GOOD, {"验签通过", "ok"}},
};

/* By the rules of core/notice's findings. */
static const struct notice_word rules[] = {
    {"not-recorded", NOTICE_IS_BAD, {"没有记录", "not recorded"}},
    {"amount", NOTICE_IS_BAD, {"金额不同", "amount differs"}},
    {"other-order", NOTICE_IS_BAD, {"交易属他单", "other order"}},
    {"mch-id", NOTICE_IS_BAD, {"商户号不同", "mch_id differs"}},
    {"sub-mch-id", NOTICE_IS_BAD, {"子商户不同", "sub_mch differs"}},
    {"appid", NOTICE_IS_BAD, {"appid 不同", "appid differs"}},
    {"type", NOTICE_IS_BAD, {"金额有误", "bad amount"}},
    {"too-slow", NOTICE_IS_ODD, {"应答太慢", "too slow"}},
    {"paid-twice", NOTICE_IS_ODD, {"重复支付", "paid twice"}},
    {"duplicate", NOTICE_IS_ODD, {"重复通知", "duplicate"}},
    {"out-of-order", NOTICE_IS_ODD, {"顺序颠倒", "out of order"}},
    {"unknown-order", NOTICE_IS_ODD, {"未知订单", "unknown order"}},
    {"not-success", NOTICE_IS_ODD, {"未成功", "not a success"}},
    {"algorithm", NOTICE_IS_ODD, {"算法不同", "other algorithm"}},
    {"required", NOTICE_IS_ODD, {"缺少字段", "field missing"}},
    {"unknown-event", NOTICE_IS_ODD, {"未知通知", "unknown event"}},
};

static const struct notice_word odd = {"odd", NOTICE_IS_ODD, {"有疑问", "odd"}};

static bool has_rule(const struct notice *n, const char *rule)
{
    for (size_t i = 0; i < n->findings.count; i++) {
        if (strcmp(n->findings.items[i].rule, rule) == 0)
            return true;
    }
    return false;
}

const struct notice_word *notice_word_of(const struct notice *n)
{
    if (n->trust != NOTICE_GENUINE)
        return &trusts[n->trust];
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        if (has_rule(n, rules[i].id))
            return &rules[i];
    }
    return n->findings.errors ? &odd : &trusts[NOTICE_GENUINE];
}

const struct notice_word *notice_word_at(size_t index)
{
    if (index < ARRAY_COUNT(trusts))
        return &trusts[index];
    index -= ARRAY_COUNT(trusts);
    return index < ARRAY_COUNT(rules) ? &rules[index] : index == ARRAY_COUNT(rules) ? &odd : NULL;
}

static bool is_called(const struct notice_word *v, const char *id)
{
    size_t len = strlen(v->id);
    return strncmp(id, v->id, len) == 0 && (id[len] == '\0' || id[len] == ' ');
}

const struct notice_word *notice_word_find(const char *id)
{
    for (size_t i = 0; i < ARRAY_COUNT(trusts); i++) {
        if (is_called(&trusts[i], id))
            return &trusts[i];
    }
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        if (is_called(&rules[i], id))
            return &rules[i];
    }
    return &odd;
}
