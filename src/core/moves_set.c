/* SPDX-License-Identifier: MIT */
/*
 * Whole sets of parameters, and members left out of the right one.
 */
#include "core/moves_set.h"

#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/sign.h"

static struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

/* ---- Leaving out ---- */

static const char *drop_cause(const struct subject *s, const struct piece *p)
{
    struct span name = {p->name, p->name_len};
    if (s->kind == MESSAGE_CALL)
        return p->origin == ROLE_APPID ? "2nd-no-appid" : "2nd-wrong-set";
    bool sign_type = span_is(name, "sign_type");
    if (s->kind != MESSAGE_ORDER)
        return sign_type ? "notify-signtype-dropped" : "verify-dropped-fields";
    if (sign_type)
        return "alg-default";
    char text[PARAM_NAME_MAX + 1];
    if (s->spec == NULL || name.len > PARAM_NAME_MAX)
        return "param-drift";
    memcpy(text, name.s, name.len);
    text[name.len] = '\0';
    return spec_field(s->spec, text) == NULL ? "param-extra" : "param-drift";
}

/* Adds a move that leaves out the pieces that `wanted` picks; none if it picks fewer than `least`
   or everything. */
typedef bool (*pick_fn)(const struct subject *s, const struct piece *p);

static void drop_group(struct moves *m, const char *cause, struct bi how, pick_fn pick,
                       size_t least)
{
    const struct recipe *right = &m->subject->right;
    uint16_t *origins = arena_take(&m->arena, (right->count + 1) * sizeof *origins);
    size_t count = 0;
    if (origins == NULL)
        return;
    for (size_t i = 0; i < right->count; i++) {
        if (pick(m->subject, &right->pieces[i]))
            origins[count++] = right->pieces[i].origin;
    }
    if (count < least || count == right->count)
        return;
    struct move *one = moves_add(m, AXIS_MEMBERS, cause, how);
    if (one == NULL)
        return;
    one->dropped = origins;
    one->dropped_count = count;
    one->common = true;
    for (size_t i = 0; i < count; i++) {
        const struct piece *p = &m->subject->base[origins[i]];
        move_field(m, one, (struct span){p->name, p->name_len});
    }
}

static bool begins(const struct piece *p, const char *with)
{
    size_t len = strlen(with);
    return p->name_len >= len && memcmp(p->name, with, len) == 0;
}

static bool pick_coupons(const struct subject *s, const struct piece *p)
{
    (void)s;
    return begins(p, "coupon_");
}

static bool pick_indexed(const struct subject *s, const struct piece *p)
{
    (void)s;
    char last = p->name_len > 0 ? p->name[p->name_len - 1] : 'x';
    return last >= '0' && last <= '9';
}

static bool pick_sub(const struct subject *s, const struct piece *p)
{
    (void)s;
    return begins(p, "sub_");
}

static bool pick_zero(const struct subject *s, const struct piece *p)
{
    static const char *const zeros[] = {"0", "0.0", "0.00", "false", "False"};
    (void)s;
    for (size_t i = 0; i < ARRAY_COUNT(zeros); i++) {
        if (span_is((struct span){p->value, p->value_len}, zeros[i]))
            return true;
    }
    return false;
}

static bool pick_unknown(const struct subject *s, const struct piece *p)
{
    char name[PARAM_NAME_MAX + 1];
    if (p->name_len > PARAM_NAME_MAX)
        return true;
    memcpy(name, p->name, p->name_len);
    name[p->name_len] = '\0';
    return s->spec != NULL && strcmp(name, "sign") != 0 && spec_field(s->spec, name) == NULL &&
           spec_reply_field(s->spec, name) == NULL;
}

static bool pick_return(const struct subject *s, const struct piece *p)
{
    (void)s;
    return begins(p, "return_") || begins(p, "result_code") || begins(p, "err_code");
}

static bool pick_chinese(const struct subject *s, const struct piece *p)
{
    (void)s;
    for (size_t i = 0; i < p->value_len; i++) {
        if ((unsigned char)p->value[i] > 0x7f)
            return true;
    }
    return false;
}

static void make_drops(struct moves *m)
{
    static const struct bi gone = {"签名时没有它", "it was not signed"};
    const struct subject *s = m->subject;
    for (size_t i = 0; i < s->right.count; i++) {
        const struct piece *p = &s->right.pieces[i];
        uint16_t *origin = arena_take(&m->arena, sizeof *origin);
        struct move *one = origin != NULL && s->right.count > 1
                               ? moves_add(m, AXIS_MEMBERS, drop_cause(s, p), gone)
                               : NULL;
        if (one == NULL)
            continue;
        *origin = p->origin;
        one->dropped = origin;
        one->dropped_count = 1;
        one->weight += (int)(i % 8);
        one->common = s->right.count <= 24;
        move_field(m, one, (struct span){p->name, p->name_len});
    }
    const char *lost = s->kind == MESSAGE_ORDER ? "param-drift" : "verify-dropped-fields";
    if (s->kind == MESSAGE_CALL)
        return;
    drop_group(m, "val-zero-dropped",
               (struct bi){"值为 0 的参数都没有签", "parameters that are 0 were not signed"},
               pick_zero, 1);
    drop_group(m, lost, (struct bi){"带序号的字段都没有签", "fields with an index were not signed"},
               pick_indexed, 2);
    drop_group(m, lost, (struct bi){"coupon_ 字段都没有签", "coupon_ fields were not signed"},
               pick_coupons, 2);
    drop_group(m, lost, (struct bi){"sub_ 字段都没有签", "sub_ fields were not signed"}, pick_sub,
               2);
    drop_group(m, s->kind == MESSAGE_ORDER ? "param-extra" : lost,
               (struct bi){"接口不认识的字段都没有签", "fields unknown to the API were not signed"},
               pick_unknown, 2);
    drop_group(m, lost,
               (struct bi){"return_、result_、err_ 字段都没有签",
                           "return_, result_ and err_ fields were not signed"},
               pick_return, 2);
    drop_group(m, lost, (struct bi){"含中文的字段都没有签", "fields with Chinese were not signed"},
               pick_chinese, 2);
}

/* ---- Whole sets ---- */

struct set_context {
    struct moves *m;
    int number;
};

/* "what was signed: appId, nonceStr, …" */
static struct bi how_names(struct moves *m, const struct callup_set *set)
{
    struct buf names;
    char zh[600], en[600];
    buf_init(&names, 512);
    for (size_t i = 0; i < set->count; i++)
        buf_addf(&names, "%s%.*s", i > 0 ? ", " : "", (int)set->pieces[i].name_len,
                 set->pieces[i].name);
    snprintf(zh, sizeof zh, "签的是 %s", buf_str(&names));
    snprintf(en, sizeof en, "what was signed: %s", buf_str(&names));
    buf_clear(&names);
    struct span kept_zh = moves_keep(m, zh), kept_en = moves_keep(m, en);
    bool whole = kept_zh.s != NULL && kept_en.s != NULL;
    return whole ? (struct bi){kept_zh.s, kept_en.s} : (struct bi){"", ""};
}

struct move *moves_add_set(struct moves *m, const struct callup_set *set)
{
    struct piece *pieces = moves_pieces(m, set->count);
    struct bi how = set->how.zh != NULL ? set->how : how_names(m, set);
    struct move *one = pieces != NULL ? moves_add(m, AXIS_SET, set->causes[0], how) : NULL;
    if (one == NULL)
        return NULL;
    memcpy(pieces, set->pieces, set->count * sizeof *pieces);
    for (size_t i = 1; i < set->cause_count; i++) {
        one->causes[one->cause_count++] = cause_get(set->causes[i]);
        one->weight += 8 * one->causes[i]->rank;
    }
    one->pieces = pieces;
    one->piece_count = set->count;
    for (size_t i = 0; i < set->count; i++)
        move_field(m, one, (struct span){pieces[i].name, pieces[i].name_len});
    return one;
}

static bool add_call_set(const struct callup_set *set, void *ctx)
{
    struct set_context *c = ctx;
    struct move *one = moves_add_set(c->m, set);
    if (one == NULL)
        return false;
    one->weight += c->number++ / 4;
    one->common = set->cause_count == 1 && c->number < 60;
    return true;
}

/* Another message instead of this one; or the fields of a client's call as they are given. */
static void add_whole(struct moves *m, const char *cause, struct bi how, const struct params *from,
                      const char *extra_sign)
{
    struct piece *pieces = moves_pieces(m, from->count + 1);
    size_t count = 0;
    if (pieces == NULL)
        return;
    for (size_t i = 0; i < from->count; i++) {
        const struct param *p = &from->items[i];
        if (p->off || p->value_len == 0 || strcmp(p->name, "sign") == 0 ||
            (extra_sign != NULL && strcmp(p->name, extra_sign) == 0))
            continue;
        moves_set_piece(&pieces[count++], (struct span){p->name, p->name_len},
                        (struct span){p->value, p->value_len}, RECIPE_ADDED);
    }
    struct move *one = count > 1 ? moves_add(m, AXIS_SET, cause, how) : NULL;
    if (one == NULL)
        return;
    one->pieces = pieces;
    one->piece_count = count;
}

/* The inner signature of WeCom: a fixed list, closed with the application's secret. */
static void add_wecom(struct moves *m)
{
    static const char *const lists[][8] = {
        {"act_name", "mch_billno", "mch_id", "nonce_str", "re_openid", "total_amount", "wxappid"},
        {"amount", "appid", "desc", "mch_id", "nonce_str", "openid", "partner_trade_no",
         "ww_msg_type"},
    };
    static const struct suffix secret = {"", "&secret=%"};
    const struct subject *s = m->subject;
    for (size_t k = 0; k < ARRAY_COUNT(lists); k++) {
        struct piece *pieces = moves_pieces(m, ARRAY_COUNT(lists[k]));
        size_t count = 0;
        for (size_t i = 0; pieces != NULL && i < ARRAY_COUNT(lists[k]) && lists[k][i] != NULL;
             i++) {
            for (size_t p = 0; p < s->right.count; p++) {
                const struct piece *one = &s->right.pieces[p];
                if (span_is((struct span){one->name, one->name_len}, lists[k][i]))
                    pieces[count++] = *one;
            }
        }
        if (count < 7)
            continue;
        struct move *one = moves_add(
            m, AXIS_SET, "wecom-sign",
            (struct bi){"固定字段，末尾 &secret=", "the fixed list with &secret= at the end"});
        if (one == NULL)
            return;
        one->pieces = pieces;
        one->piece_count = count;
        one->suffix = &secret;
        one->common = true;
    }
}

static const struct suffix no_suffix = {"", ""};

/* The protocol of 2013: SHA-1 over lower-case names, the key as appkey among them. */
static void add_legacy_call(struct moves *m)
{
    static const struct {
        const char *name;
        enum callup_role role;
    } list[] = {{"appid", ROLE_APPID},
                {"noncestr", ROLE_NONCE},
                {"package", ROLE_PACKAGE},
                {"timestamp", ROLE_TIME}};
    const struct subject *s = m->subject;
    struct piece *pieces = moves_pieces(m, ARRAY_COUNT(list) + 1);
    size_t count = 0;
    for (size_t i = 0; pieces != NULL && i < ARRAY_COUNT(list); i++) {
        struct span value = s->call.values[list[i].role];
        if (list[i].role == ROLE_PACKAGE && s->call.package_of_prepay.s != NULL)
            value = s->call.package_of_prepay;
        if (value.len > 0)
            moves_set_piece(&pieces[count++], span_of(list[i].name), value, (uint16_t)list[i].role);
    }
    if (pieces == NULL || count < ARRAY_COUNT(list))
        return;
    moves_set_piece(&pieces[count++], span_of("appkey"), s->right.key, RECIPE_ADDED);
    struct move *one = moves_add(m, AXIS_SET, "2nd-wrong-set",
                                 (struct bi){"2013 年的旧协议（appkey 参与，SHA-1）",
                                             "the obsolete protocol of 2013 (with appkey, SHA-1)"});
    if (one == NULL)
        return;
    one->pieces = pieces;
    one->piece_count = count;
    one->suffix = &no_suffix;
}

void moves_make_sets(struct moves *m)
{
    const struct subject *s = m->subject;
    struct set_context c = {m, 0};
    if (s->kind == MESSAGE_CALL) {
        callup_common_sets(&s->call, add_call_set, &c);
        add_whole(m, "2nd-wrong-set",
                  (struct bi){"按给出的参数原样签名", "the parameters were signed as given"},
                  &s->params, subject_sign_field(&s->params, s->kind));
        add_legacy_call(m);
    } else {
        add_wecom(m);
    }
    for (size_t i = 0; i < s->context_count; i++) {
        const char *cause = s->kind == MESSAGE_ORDER ? "param-drift" : "verify-wrong-set";
        if (s->kind == MESSAGE_CALL)
            cause = "2nd-reused";
        if (params_find(&s->context[i], "nonce_str") != NULL)
            add_whole(m, cause,
                      (struct bi){"签的是另一个报文的参数",
                                  "the parameters of another message were signed"},
                      &s->context[i], NULL);
    }
    make_drops(m);
}
