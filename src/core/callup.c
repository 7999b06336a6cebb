/* SPDX-License-Identifier: MIT */
/*
 * Sets of members, as choices: each role has a few spellings (or is left out), package has
 * a few values. A set is one choice for each role; what it does wrong follows from where it
 * differs from the right choice.
 */
#include "core/callup.h"

#include <string.h>

#include "core/base.h"

#define PREPAY_MARK "prepay_id="
#define APP_PACKAGE "Sign=WXPay"

static const char *const spellings[ROLE_COUNT][8] = {
    [ROLE_APPID] = {"appId", "appid", "AppId", "app_id", "sub_appid"},
    [ROLE_TIME] = {"timeStamp", "timestamp", "time_stamp", "TimeStamp", "timespan"},
    [ROLE_NONCE] = {"nonceStr", "noncestr", "nonce_str", "NonceStr"},
    [ROLE_PACKAGE] = {"package", "packageValue", "package_value", "payPackage", "Package"},
    [ROLE_SIGN_TYPE] = {"signType", "signtype", "sign_type", "SignType"},
    [ROLE_PARTNER] = {"partnerid", "partnerId", "partner_id", "mch_id", "mchid", "PartnerId"},
    [ROLE_PREPAY] = {"prepayid", "prepayId", "prepay_id", "PrepayId"},
};

static const char *const right_names[2][ROLE_COUNT] = {
    {[ROLE_APPID] = "appId",
     [ROLE_TIME] = "timeStamp",
     [ROLE_NONCE] = "nonceStr",
     [ROLE_PACKAGE] = "package",
     [ROLE_SIGN_TYPE] = "signType"},
    {[ROLE_APPID] = "appid",
     [ROLE_TIME] = "timestamp",
     [ROLE_NONCE] = "noncestr",
     [ROLE_PACKAGE] = "package",
     [ROLE_PARTNER] = "partnerid",
     [ROLE_PREPAY] = "prepayid"},
};

const char *callup_name(bool app, enum callup_role role)
{
    return right_names[app][role];
}

static struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

/* ---- Reading ---- */

bool callup_is_one(const struct params *p)
{
    if (params_get(p, "paySign") != NULL)
        return true;
    bool nonce = params_get(p, "nonceStr") != NULL || params_get(p, "noncestr") != NULL;
    bool package = params_get(p, "package") != NULL || params_get(p, "packageValue") != NULL;
    bool prepay = params_get(p, "prepayid") != NULL || params_get(p, "prepayId") != NULL;
    bool time = params_get(p, "timeStamp") != NULL || params_get(p, "timestamp") != NULL;
    return (nonce || prepay) && (package || time) && params_get(p, "out_trade_no") == NULL;
}

static bool has_mark(struct span v)
{
    return v.len >= sizeof PREPAY_MARK - 1 && memcmp(v.s, PREPAY_MARK, sizeof PREPAY_MARK - 1) == 0;
}

static const struct param *member(const struct params *p, enum callup_role role)
{
    for (size_t i = 0; spellings[role][i] != NULL; i++) {
        const struct param *one = params_find(p, spellings[role][i]);
        if (one != NULL && !one->off)
            return one;
    }
    return NULL;
}

static void supply(const struct params *context, const char *name, struct span *value)
{
    const char *text = context != NULL && value->s == NULL ? params_get(context, name) : NULL;
    if (text != NULL && text[0] != '\0')
        *value = span_of(text);
}

void callup_read(const struct params *p, const struct params *context, struct buf *store,
                 struct callup *out)
{
    *out = (struct callup){0};
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct param *one = member(p, (enum callup_role)role);
        if (one == NULL)
            continue;
        out->given[role] = (struct span){one->name, one->name_len};
        out->values[role] = (struct span){one->value, one->value_len};
    }
    struct span package = out->values[ROLE_PACKAGE];
    out->app = out->values[ROLE_PARTNER].s != NULL || span_is(package, APP_PACKAGE) ||
               (out->values[ROLE_PREPAY].s != NULL && !has_mark(package));
    if (out->app && has_mark(package))
        out->app = false;
    supply(context, "sub_appid", &out->values[ROLE_APPID]);
    supply(context, "appid", &out->values[ROLE_APPID]);
    supply(context, "mch_id", &out->values[ROLE_PARTNER]);
    supply(context, "prepay_id", &out->values[ROLE_PREPAY]);
    struct span *prepay = &out->values[ROLE_PREPAY];
    if (has_mark(package) && prepay->s == NULL)
        *prepay = (struct span){package.s + sizeof PREPAY_MARK - 1,
                                package.len - (sizeof PREPAY_MARK - 1)};
    else if (!out->app && prepay->s == NULL && package.len > 0 && !span_is(package, APP_PACKAGE))
        *prepay = package; /* the bare number */
    if (prepay->s != NULL && store->len == 0) {
        buf_adds(store, PREPAY_MARK);
        buf_add(store, prepay->s, prepay->len);
        out->package_of_prepay = (struct span){buf_str(store), store->len};
    }
}

static struct span right_value(const struct callup *c, enum callup_role role)
{
    if (role == ROLE_PACKAGE && c->app)
        return span_of(APP_PACKAGE);
    if (role == ROLE_PACKAGE && c->package_of_prepay.s != NULL)
        return c->package_of_prepay;
    if (role == ROLE_SIGN_TYPE && c->values[role].len == 0)
        return span_of("MD5");
    return c->values[role];
}

void callup_right(const struct callup *c, struct recipe *r)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        const char *name = right_names[c->app][role];
        struct span value =
            name != NULL ? right_value(c, (enum callup_role)role) : (struct span){0};
        if (value.len > 0)
            recipe_add(r, span_of(name), value, (uint16_t)role);
    }
}

/* ---- Sets ---- */

/* One choice for each role: an index into spellings, or ABSENT. */
#define ABSENT (-1)
struct choice {
    int name[ROLE_COUNT];
    int package; /* 0: right for this set; 1: prepay_id=…; 2: the bare number; 3: Sign=WXPay */
    bool partner_is_prepay;
    bool app; /* the set that it imitates */
};

static int spelling_index(enum callup_role role, const char *name)
{
    for (int i = 0; name != NULL && spellings[role][i] != NULL; i++) {
        if (strcmp(spellings[role][i], name) == 0)
            return i;
    }
    return ABSENT;
}

static struct choice right_choice(bool app)
{
    struct choice out = {.app = app};
    for (int role = 0; role < ROLE_COUNT; role++)
        out.name[role] = spelling_index((enum callup_role)role, right_names[app][role]);
    return out;
}

static struct span chosen_value(const struct callup *c, const struct choice *k,
                                enum callup_role role)
{
    if (role == ROLE_PARTNER && k->partner_is_prepay)
        return c->values[ROLE_PREPAY];
    if (role != ROLE_PACKAGE)
        return right_value(c, role);
    int which = k->package != 0 ? k->package : k->app ? 3 : 1;
    if (which == 3)
        return span_of(APP_PACKAGE);
    return which == 2 ? c->values[ROLE_PREPAY] : c->package_of_prepay;
}

static void blame(struct callup_set *set, const char *cause)
{
    for (size_t i = 0; i < set->cause_count; i++) {
        if (strcmp(set->causes[i], cause) == 0)
            return;
    }
    if (set->cause_count < CALLUP_CAUSES_MAX)
        set->causes[set->cause_count++] = cause;
}

/* Makes the set of a choice; false if a value is unknown or it is the right set. */
static bool make_set(const struct callup *c, const struct choice *k, struct callup_set *out)
{
    *out = (struct callup_set){0};
    bool swapped = k->app != c->app;
    if (swapped) {
        blame(out, "2nd-name-case");
        out->how = c->app ? (struct bi){"用了 JSAPI 的一组参数", "the set of JSAPI was signed"}
                          : (struct bi){"用了 APP 的一组参数", "the set of an APP was signed"};
    }
    struct choice right = right_choice(k->app);
    for (int role = 0; role < ROLE_COUNT; role++) {
        enum callup_role r = (enum callup_role)role;
        if (k->name[role] != right.name[role]) {
            bool gone = k->name[role] == ABSENT, extra = right.name[role] == ABSENT;
            blame(out, !gone && !extra   ? "2nd-name-case"
                       : r == ROLE_APPID ? "2nd-no-appid"
                                         : "2nd-wrong-set");
        }
        if (k->name[role] == ABSENT)
            continue;
        struct span value = chosen_value(c, k, r), normal = right_value(c, r);
        if (value.len == 0)
            return false;
        if (!swapped && !span_same(value, normal))
            blame(out, "2nd-wrong-set");
        const char *name = spellings[role][k->name[role]];
        out->pieces[out->count++] = (struct piece){name, value.s, (uint32_t)strlen(name),
                                                   (uint32_t)value.len, (uint16_t)role};
    }
    if (swapped && k->package != 0)
        blame(out, "2nd-wrong-set");
    return out->cause_count > 0 && out->count > 1;
}

/* Spellings that go together. */
static const int styles[][ROLE_COUNT] = {
    /* appid, time, nonce, package, sign type, partner, prepay */
    {0, 0, 0, 0, 0, 1, 1}, /* camel case */
    {1, 1, 1, 0, 1, 0, 0}, /* lower case */
    {1, 1, 2, 0, 2, 3, 2}, /* as in the order */
    {1, 2, 2, 0, 2, 2, 2}, /* with underscores throughout */
    {0, 1, 0, 0, 0, 0, 0}, /* chooseWXPay: timestamp */
    {1, 0, 0, 0, 0, 0, 0}, /* appid alone is wrong */
    {0, 0, 1, 0, 0, 0, 0}, /* noncestr alone */
    {1, 1, 0, 0, 0, 0, 0}, /* appid and timestamp */
    {2, 3, 3, 4, 3, 5, 3}, /* Pascal case */
};

static bool offer(const struct callup *c, const struct choice *k, callup_set_fn fn, void *ctx)
{
    struct callup_set set;
    return !make_set(c, k, &set) || fn(&set, ctx);
}

/* A set in one style and what is often wrong with it besides. */
static bool offer_style(const struct callup *c, struct choice k, callup_set_fn fn, void *ctx)
{
    static const enum callup_role left_out[] = {ROLE_APPID, ROLE_SIGN_TYPE, ROLE_PACKAGE,
                                                ROLE_PARTNER, ROLE_PREPAY};
    bool go = offer(c, &k, fn, ctx);
    for (size_t i = 0; go && i < ARRAY_COUNT(left_out); i++) {
        struct choice without = k;
        without.name[left_out[i]] = ABSENT;
        if (k.name[left_out[i]] != ABSENT)
            go = offer(c, &without, fn, ctx);
    }
    for (int package = 1; go && package <= 3; package++) {
        struct choice other = k;
        other.package = package;
        go = offer(c, &other, fn, ctx);
    }
    for (int name = 1; go && name <= 3; name++) {
        struct choice other = k;
        other.name[ROLE_PACKAGE] = name;
        go = offer(c, &other, fn, ctx);
    }
    for (int name = 0; go && k.app && name <= 2; name++) {
        struct choice other = k;
        other.name[ROLE_SIGN_TYPE] = name;
        go = offer(c, &other, fn, ctx);
    }
    if (go && k.app) {
        struct choice same = k;
        same.partner_is_prepay = true;
        go = offer(c, &same, fn, ctx);
    }
    return go;
}

void callup_common_sets(const struct callup *c, callup_set_fn fn, void *ctx)
{
    bool go = true;
    for (int swap = 0; go && swap < 2; swap++) {
        struct choice right = right_choice(swap ? !c->app : c->app);
        go = offer_style(c, right, fn, ctx);
        for (size_t i = 0; go && i < ARRAY_COUNT(styles); i++) {
            struct choice k = right;
            for (int role = 0; role < ROLE_COUNT; role++) {
                if (right.name[role] != ABSENT)
                    k.name[role] = styles[i][role];
            }
            if (memcmp(k.name, right.name, sizeof k.name) != 0)
                go = offer_style(c, k, fn, ctx);
        }
    }
}

/* ---- All sets, by number ---- */

/* How many choices a role has in the set of an APP, or of JSAPI: its first spellings, and absent.
 */
static const int variety[2][ROLE_COUNT] = {
    {[ROLE_APPID] = 4,
     [ROLE_TIME] = 4,
     [ROLE_NONCE] = 4,
     [ROLE_PACKAGE] = 4,
     [ROLE_SIGN_TYPE] = 4,
     [ROLE_PARTNER] = 1,
     [ROLE_PREPAY] = 4},
    {[ROLE_APPID] = 4,
     [ROLE_TIME] = 3,
     [ROLE_NONCE] = 3,
     [ROLE_PACKAGE] = 3,
     [ROLE_SIGN_TYPE] = 4,
     [ROLE_PARTNER] = 5,
     [ROLE_PREPAY] = 4},
};

/* The choice with this number; false behind the last. */
static bool numbered_choice(bool app, size_t number, struct choice *out)
{
    *out = (struct choice){.app = app};
    for (int role = 0; role < ROLE_COUNT; role++) {
        int n = variety[app][role];
        out->name[role] = (int)(number % (size_t)n) - 1;
        number /= (size_t)n;
    }
    out->package = (int)(number % 4);
    number /= 4;
    return number == 0;
}

size_t callup_all_sets(const struct callup *c, size_t from, callup_set_fn fn, void *ctx)
{
    for (size_t number = from;; number++) {
        struct choice k;
        bool other = (number & 1) != 0;
        bool first = numbered_choice(c->app, number >> 1, &k);
        bool inside = !other ? first : numbered_choice(!c->app, number >> 1, &k);
        if (!inside && !first && other)
            return 0;
        if (inside && !offer(c, &k, fn, ctx))
            return number + 1;
    }
}
