/* SPDX-License-Identifier: MIT */
#include "core/batch.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *id;
    struct bi text;
} features[BATCH_FEATURES] = {
    [BATCH_NON_ASCII] = {"non-ascii", {"含中文等非 ASCII 文字", "holds text beyond ASCII"}},
    [BATCH_COUPON] = {"coupon", {"含代金券字段", "holds coupon fields"}},
    [BATCH_SUB_MCH] = {"sub-mch",
                       {"服务商模式（有 sub_mch_id）", "of a service provider (sub_mch_id)"}},
    [BATCH_HMAC] = {"hmac",
                    {"签名有 64 位（HMAC-SHA256）", "a signature of 64 digits (HMAC-SHA256)"}},
    [BATCH_MARKUP] = {"markup", {"值里有 & < > \" +", "& < > \" or + in a value"}},
    [BATCH_UNDERSCORES] = {"underscores", {"值里有 __", "__ in a value"}},
    [BATCH_ZERO_DIGIT] = {"leading-zero",
                          {"签名以 0 开头，或少一位",
                           "a signature that begins with 0 or lacks a digit"}},
};

struct bi batch_feature_text(enum batch_feature f)
{
    return features[f].text;
}

/* ---- Features ---- */

static bool is_high(const char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s > 0x7f)
            return true;
    }
    return false;
}

static bool value_has(const struct param *e, enum batch_feature f)
{
    if (strcmp(e->name, "sign") == 0)
        return false;
    if (f == BATCH_COUPON)
        return strncmp(e->name, "coupon_", 7) == 0;
    if (f == BATCH_MARKUP)
        return strpbrk(e->value, "&<>\"+") != NULL;
    return f == BATCH_UNDERSCORES ? strstr(e->value, "__") != NULL : is_high(e->value);
}

static bool has_feature(const struct params *p, enum batch_feature f)
{
    const char *sign = params_get(p, "sign");
    size_t len = sign ? strlen(sign) : 0;
    if (f == BATCH_SUB_MCH)
        return params_has(p, "sub_mch_id");
    if (f == BATCH_HMAC)
        return len == 64;
    if (f == BATCH_ZERO_DIGIT)
        return sign && (sign[0] == '0' || len == 31 || len == 63);
    for (size_t i = 0; i < p->count; i++) {
        if (value_has(&p->items[i], f))
            return true;
    }
    return false;
}

static void count(struct batch_count *c, bool failed)
{
    c->seen++;
    c->failed += failed;
}

static void count_merchant(struct batch *b, const char *mch_id, bool failed)
{
    size_t i = 0;
    while (i < b->merchant_count && strcmp(b->merchants[i].mch_id, mch_id) != 0)
        i++;
    if (i == BATCH_MERCHANTS_MAX || strlen(mch_id) >= sizeof(b->merchants[0].mch_id))
        return;
    if (i == b->merchant_count)
        snprintf(b->merchants[b->merchant_count++].mch_id, sizeof(b->merchants[0].mch_id), "%s",
                 mch_id);
    count(&b->merchants[i].count, failed);
}

static void note_time(struct batch *b, const struct params *p, bool failed)
{
    const char *t = params_get(p, "time_end");
    if (!t)
        t = params_get(p, "time_start");
    if (!t || strlen(t) != 14)
        return;
    if (failed && (!b->first_failure[0] || strcmp(t, b->first_failure) < 0))
        memcpy(b->first_failure, t, 15);
    if (!failed && strcmp(t, b->last_pass) > 0)
        memcpy(b->last_pass, t, 15);
}

static void count_group(struct batch *b, const char *ids)
{
    size_t i = 0;
    while (i < b->group_count && strcmp(b->groups[i].ids, ids) != 0)
        i++;
    if (i == BATCH_GROUPS_MAX)
        return;
    if (i == b->group_count)
        snprintf(b->groups[b->group_count++].ids, BATCH_IDS_MAX, "%s", ids);
    b->groups[i].count++;
}

void batch_add(struct batch *b, const struct params *params, enum batch_outcome outcome,
               const char *ids)
{
    bool failed = outcome != BATCH_VALID;
    b->outcomes[outcome]++;
    if (!params || outcome == BATCH_UNREADABLE)
        return;
    for (int f = 0; f < BATCH_FEATURES; f++)
        count(has_feature(params, (enum batch_feature)f) ? &b->with[f] : &b->without[f], failed);
    if (params_has(params, "mch_id"))
        count_merchant(b, params_get(params, "mch_id"), failed);
    note_time(b, params, failed);
    if (ids && ids[0])
        count_group(b, ids);
}

/* ---- Conclusions ---- */

size_t batch_total(const struct batch *b)
{
    size_t all = 0;
    for (int i = 0; i < BATCH_OUTCOMES; i++)
        all += b->outcomes[i];
    return all;
}

/* Nine of ten failures have it and nine of ten passes lack it. */
static bool marks_failures(const struct batch_count *with, size_t failed, size_t passed)
{
    size_t passes_with = with->seen - with->failed;
    return failed >= 2 && passed >= 2 && with->failed * 10 >= failed * 9 &&
           (passed - passes_with) * 10 >= passed * 9;
}

bool batch_separates(const struct batch *b, enum batch_feature f)
{
    const struct batch_count *with = &b->with[f], *without = &b->without[f];
    size_t failed = with->failed + without->failed;
    size_t passed = with->seen + without->seen - failed;
    return marks_failures(with, failed, passed) || marks_failures(without, failed, passed);
}

const char *batch_merchant(const struct batch *b)
{
    size_t failed = 0, passed = 0;
    for (size_t i = 0; i < b->merchant_count; i++) {
        failed += b->merchants[i].count.failed;
        passed += b->merchants[i].count.seen - b->merchants[i].count.failed;
    }
    for (size_t i = 0; i < b->merchant_count; i++) {
        if (marks_failures(&b->merchants[i].count, failed, passed))
            return b->merchants[i].mch_id;
    }
    return "";
}

const char *batch_since(const struct batch *b)
{
    bool all_older =
        b->last_pass[0] && b->first_failure[0] && strcmp(b->last_pass, b->first_failure) < 0;
    return all_older ? b->first_failure : "";
}

static struct json *count_json(const struct batch_count *c)
{
    struct json *j = json_new_object();
    json_add_int(j, "seen", (int64_t)c->seen);
    json_add_int(j, "failed", (int64_t)c->failed);
    return j;
}

static struct json *features_json(const struct batch *b)
{
    struct json *list = json_new_array();
    for (int f = 0; f < BATCH_FEATURES; f++) {
        struct json *j = json_new_object();
        json_add_string(j, "id", features[f].id);
        json_add_string(j, "zh", features[f].text.zh);
        json_add_string(j, "en", features[f].text.en);
        json_add(j, "with", count_json(&b->with[f]));
        json_add(j, "without", count_json(&b->without[f]));
        json_add_bool(j, "separates", batch_separates(b, (enum batch_feature)f));
        json_push(list, j);
    }
    return list;
}

static struct json *groups_json(const struct batch *b)
{
    struct json *list = json_new_array();
    char rate[16];
    for (size_t i = 0; i < b->group_count; i++) {
        struct json *j = json_new_object();
        snprintf(rate, sizeof(rate), "%.1f%%",
                 100.0 * (double)b->groups[i].count / (double)batch_total(b));
        json_add_string(j, "ids", b->groups[i].ids);
        json_add_int(j, "count", (int64_t)b->groups[i].count);
        json_add_string(j, "rate", rate);
        json_push(list, j);
    }
    return list;
}

static struct json *merchants_json(const struct batch *b)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < b->merchant_count; i++) {
        struct json *j = count_json(&b->merchants[i].count);
        json_add_string(j, "mch_id", b->merchants[i].mch_id);
        json_push(list, j);
    }
    return list;
}

struct json *batch_json(const struct batch *b)
{
    static const char *const names[BATCH_OUTCOMES] = {"valid", "explained", "unexplained",
                                                      "unreadable"};
    struct json *j = json_new_object();
    json_add_int(j, "total", (int64_t)batch_total(b));
    for (int i = 0; i < BATCH_OUTCOMES; i++)
        json_add_int(j, names[i], (int64_t)b->outcomes[i]);
    json_add(j, "causes", groups_json(b));
    json_add(j, "features", features_json(b));
    json_add(j, "merchants", merchants_json(b));
    if (batch_merchant(b)[0])
        json_add_string(j, "merchant", batch_merchant(b));
    if (batch_since(b)[0])
        json_add_string(j, "since", batch_since(b));
    return j;
}
