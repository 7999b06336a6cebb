/* SPDX-License-Identifier: MIT */
/*
 * Members that are signed besides, and values that stand elsewhere.
 *
 * What is added comes from three places: the list below (what requests are often given
 * besides), the catalogue's defaults and short enumerations, and the other messages at hand.
 */
#include "core/moves_add.h"

#include <string.h>

#include "core/base.h"
#include "core/sign.h"

static struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

static const struct bi added_form = {"签名时多了 %%", "%% was signed as well"};
static const struct bi instead_form = {"签名时的值是 %%", "signed with %%"};

/* ---- Adding ---- */

static struct move *add_member(struct moves *m, const char *cause, struct bi how, struct span name,
                               struct span value)
{
    struct piece *p = moves_pieces(m, 1);
    struct move *one = p != NULL && name.s != NULL && value.s != NULL
                           ? moves_add(m, AXIS_MEMBERS, cause, how)
                           : NULL;
    if (one == NULL)
        return NULL;
    moves_set_piece(p, name, value, RECIPE_ADDED);
    one->pieces = p;
    one->piece_count = 1;
    move_field(m, one, name);
    return one;
}

static const char *const empties[] = {"",      "null", "NULL", "None", "undefined",
                                      "Array", "[]",   "{}",   "nil",  "\"\""};

/* Empty parameters kept, with each text that stands for nothing. */
static void make_empties(struct moves *m)
{
    const struct subject *s = m->subject;
    uint16_t origins[64];
    size_t count = 0;
    for (size_t i = 0; i < s->base_count && count < ARRAY_COUNT(origins); i++) {
        if (s->base[i].name != NULL && s->base[i].value_len == 0 &&
            !span_is((struct span){s->base[i].name, s->base[i].name_len}, "sign"))
            origins[count++] = (uint16_t)i;
    }
    for (size_t form = 0; form < ARRAY_COUNT(empties) && s->kind != MESSAGE_CALL; form++) {
        struct bi how = {"空值也签了", "empty values were signed"};
        if (empties[form][0] != '\0')
            how = moves_how_pair(m, (struct bi){"空值写成文字：%%", "empty values as a word: %%"},
                                 "", empties[form]);
        for (size_t i = 0; i <= count && count > 0; i++) {
            size_t n = i == count ? count : 1; /* each alone, then all */
            if (i < count && count == 1)
                continue;
            struct piece *pieces = moves_pieces(m, n);
            struct move *one =
                pieces != NULL ? moves_add(m, AXIS_MEMBERS, "val-empty-kept", how) : NULL;
            if (one == NULL)
                return;
            for (size_t k = 0; k < n; k++) {
                const struct piece *p = &s->base[origins[i == count ? k : i]];
                moves_set_piece(&pieces[k], (struct span){p->name, p->name_len},
                                span_of(empties[form]), p->origin);
                move_field(m, one, (struct span){p->name, p->name_len});
            }
            one->pieces = pieces;
            one->piece_count = n;
            one->common = i == count && form < 2;
            one->weight += (int)form + (i < count ? 4 : 0);
        }
    }
}

static const struct suffix no_suffix = {"", ""};

/* sign or key among the parameters. */
static void make_sign_kept(struct moves *m)
{
    static const char *const empty_values[] = {"", "null"};
    const struct subject *s = m->subject;
    struct bi old = {"旧的 sign 也签了", "an old sign was signed as well"};
    for (size_t i = 0; i < ARRAY_COUNT(empty_values); i++) {
        struct move *one = add_member(
            m, "sign-kept", (struct bi){"空的 sign 也签了", "an empty sign was signed as well"},
            span_of("sign"), span_of(empty_values[i]));
        if (one != NULL)
            one->common = i == 0;
    }
    for (size_t i = 0; i <= s->context_count; i++) {
        const struct params *from = i == 0 ? &s->params : &s->context[i - 1];
        const char *sign = params_get(from, "sign");
        if (sign != NULL && sign[0] != '\0' && strcmp(sign, s->received.text) != 0) {
            struct move *one =
                add_member(m, "sign-kept", old, span_of("sign"), moves_keep(m, sign));
            if (one != NULL)
                one->common = i == 0;
        }
    }
    for (int closed = 0; closed < 2; closed++) {
        struct move *one =
            add_member(m, "sign-kept",
                       closed ? (struct bi){"key 既在参数中，又加在末尾",
                                            "key was signed as a parameter and appended too"}
                              : (struct bi){"key 当作参数排序，末尾没有再加",
                                            "key was ordered among the parameters"},
                       span_of("key"), s->right.key);
        if (one != NULL)
            one->suffix = closed ? NULL : &no_suffix;
    }
}

static const char *add_cause(const struct subject *s, const char *name)
{
    bool type = strcmp(name, "sign_type") == 0 || strcmp(name, "signType") == 0;
    if (s->kind == MESSAGE_CALL)
        return "2nd-wrong-set";
    if (s->kind != MESSAGE_ORDER)
        return "verify-dropped-fields";
    return type ? "alg-default" : "param-drift";
}

static bool has_member(const struct subject *s, const char *name)
{
    for (size_t i = 0; i < s->right.count; i++) {
        if (span_is((struct span){s->right.pieces[i].name, s->right.pieces[i].name_len}, name))
            return true;
    }
    return false;
}

static void add_pair(struct moves *m, const char *name, const char *value, bool common)
{
    if (has_member(m->subject, name) || strcmp(name, "sign") == 0 || strcmp(name, "key") == 0 ||
        strcmp(name, "paySign") == 0 || value[0] == '\0')
        return;
    struct move *one =
        add_member(m, add_cause(m->subject, name), moves_how_pair(m, added_form, name, value),
                   moves_keep(m, name), moves_keep(m, value));
    if (one != NULL)
        one->common = common;
}

static void make_added(struct moves *m)
{
    static const char *const types[][2] = {
        {"sign_type", "MD5"},
        {"sign_type", "HMAC-SHA256"},
        {"signType", "MD5"},
        {"signType", "HMAC-SHA256"},
    };
    static const char *const usual[][2] = {
        {"fee_type", "CNY"},
        {"device_info", "WEB"},
        {"version", "1.0"},
        {"limit_pay", "no_credit"},
        {"receipt", "Y"},
        {"profit_sharing", "Y"},
        {"profit_sharing", "N"},
        {"trade_type", "JSAPI"},
        {"trade_type", "APP"},
        {"trade_type", "NATIVE"},
        {"trade_type", "MWEB"},
        {"input_charset", "UTF-8"},
        {"charset", "UTF-8"},
        {"spbill_create_ip", "127.0.0.1"},
        {"spbill_create_ip", "::1"},
        {"refund_fee_type", "CNY"},
        {"sign_method", "MD5"},
        {"return_code", "SUCCESS"},
        {"return_msg", "OK"},
        {"result_code", "SUCCESS"},
    };
    const struct subject *s = m->subject;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        add_pair(m, types[i][0], types[i][1], true);
    for (size_t i = 0; i < ARRAY_COUNT(usual) && s->kind != MESSAGE_CALL; i++)
        add_pair(m, usual[i][0], usual[i][1], false);
    for (size_t i = 0; s->spec != NULL && s->kind == MESSAGE_ORDER && i < s->spec->request_count;
         i++) {
        const struct field *f = &s->spec->request[i];
        if (f->default_value != NULL)
            add_pair(m, f->name, f->default_value, false);
        if (f->send_default != NULL)
            add_pair(m, f->name, f->send_default, false);
        for (size_t k = 0; k < f->value_count && k < 4; k++)
            add_pair(m, f->name, f->values[k].value, false);
    }
    size_t budget = 96;
    for (size_t i = 0; i < s->context_count && s->kind != MESSAGE_CALL; i++) {
        for (size_t k = 0; k < s->context[i].count && budget > 0; k++, budget--) {
            const struct param *p = &s->context[i].items[k];
            if (!p->off && p->value_len <= 512)
                add_pair(m, p->name, p->value, false);
        }
    }
}

void moves_make_added(struct moves *m)
{
    make_empties(m);
    make_sign_kept(m);
    make_added(m);
}

/* ---- Values from elsewhere ---- */

static void add_constant(struct moves *m, const struct piece *p, const char *cause,
                         const char *value, bool common)
{
    struct span name = {p->name, p->name_len}, constant = moves_keep(m, value);
    char shown[PARAM_NAME_MAX + 1];
    if (constant.s == NULL || constant.len == 0 || name.len > PARAM_NAME_MAX ||
        span_same(constant, (struct span){p->value, p->value_len}))
        return;
    memcpy(shown, name.s, name.len);
    shown[name.len] = '\0';
    struct move *one =
        moves_add(m, AXIS_VALUE, cause, moves_how_pair(m, instead_form, shown, value));
    if (one == NULL)
        return;
    one->origin = p->origin;
    one->constant = constant;
    one->common = common;
    move_field(m, one, name);
}

static void make_sign_types(struct moves *m)
{
    static const char *const texts[] = {"MD5",    "HMAC-SHA256", "HMAC_SHA256", "HMACSHA256",
                                        "SHA256", "md5",         "hmac-sha256"};
    const struct subject *s = m->subject;
    for (size_t i = 0; i < s->right.count; i++) {
        const struct piece *p = &s->right.pieces[i];
        struct span name = {p->name, p->name_len};
        if (!span_is(name, "sign_type") && !span_is(name, "signType"))
            continue;
        const char *swap = s->kind == MESSAGE_CALL    ? "alg-2nd-mismatch"
                           : s->kind == MESSAGE_ORDER ? "alg-default"
                                                      : "alg-notify";
        for (size_t k = 0; k < ARRAY_COUNT(texts); k++)
            add_constant(m, p, k < 2 ? swap : "alg-name", texts[k], k < 2);
    }
}

/* Names of other messages that can stand for a member of a client's call. */
static bool stands_for(const struct subject *s, const struct piece *p, const char *name)
{
    static const char *const same[ROLE_COUNT][6] = {
        [ROLE_APPID] = {"appid", "sub_appid", "appId"},
        [ROLE_TIME] = {"timestamp", "timeStamp"},
        [ROLE_NONCE] = {"nonce_str", "nonceStr", "noncestr"},
        [ROLE_PARTNER] = {"mch_id", "sub_mch_id", "partnerid", "mchid"},
        [ROLE_PREPAY] = {"prepay_id", "prepayid"},
    };
    if (s->kind != MESSAGE_CALL)
        return span_is((struct span){p->name, p->name_len}, name);
    for (size_t i = 0; p->origin < ROLE_COUNT && i < 6 && same[p->origin][i] != NULL; i++) {
        if (strcmp(same[p->origin][i], name) == 0)
            return true;
    }
    return false;
}

static const char *elsewhere_cause(const struct subject *s, const struct piece *p)
{
    if (s->kind != MESSAGE_CALL)
        return s->kind == MESSAGE_ORDER ? "param-drift" : "verify-wrong-set";
    if (p->origin == ROLE_TIME || p->origin == ROLE_NONCE)
        return "2nd-regenerated";
    return p->origin == ROLE_APPID || p->origin == ROLE_PARTNER ? "2nd-sp-ids" : "2nd-wrong-set";
}

/* The other values of a short enumeration. */
static void make_enumerations(struct moves *m)
{
    const struct subject *s = m->subject;
    for (size_t i = 0; s->spec != NULL && s->kind == MESSAGE_ORDER && i < s->right.count; i++) {
        const struct piece *p = &s->right.pieces[i];
        char name[PARAM_NAME_MAX + 1];
        if (p->name_len > PARAM_NAME_MAX)
            continue;
        memcpy(name, p->name, p->name_len);
        name[p->name_len] = '\0';
        const struct field *f = spec_field(s->spec, name);
        for (size_t k = 0; f != NULL && k < f->value_count && k < 8; k++)
            add_constant(m, p, "param-drift", f->values[k].value, false);
    }
}

/* Both values of a name that comes twice, in the order of `first`. */
static void add_both(struct moves *m, const struct piece *p, struct span other, bool other_first)
{
    struct span name = {p->name, p->name_len}, own = {p->value, p->value_len};
    struct piece *pieces = moves_pieces(m, 2);
    uint16_t *dropped = arena_take(&m->arena, sizeof *dropped);
    struct move *one =
        pieces != NULL && dropped != NULL
            ? moves_add(m, AXIS_MEMBERS, "dup-param",
                        other_first ? (struct bi){"两个值都签了", "both values were signed"}
                                    : (struct bi){"两个值都签了，次序相反",
                                                  "both values were signed, the other way round"})
            : NULL;
    if (one == NULL)
        return;
    moves_set_piece(&pieces[0], name, other_first ? other : own, RECIPE_ADDED);
    moves_set_piece(&pieces[1], name, other_first ? own : other, RECIPE_ADDED);
    *dropped = p->origin;
    one->dropped = dropped;
    one->dropped_count = 1;
    one->pieces = pieces;
    one->piece_count = 2;
    one->common = true;
    move_field(m, one, name);
}

/* … as one value, with the comma that frameworks join them by. */
static void add_as_one(struct moves *m, const struct piece *p, const struct param *other)
{
    struct buf text;
    for (int other_first = 0; other_first < 2; other_first++) {
        buf_init(&text, 2 * PARAM_VALUE_MAX + 2);
        buf_add(&text, other_first ? other->value : p->value,
                other_first ? other->value_len : p->value_len);
        buf_addc(&text, ',');
        buf_add(&text, other_first ? p->value : other->value,
                other_first ? p->value_len : other->value_len);
        add_constant(m, p, "dup-param", buf_str(&text), false);
        buf_clear(&text);
    }
}

/* Names that come twice: with the other value, with both. */
static void make_twice(struct moves *m)
{
    const struct subject *s = m->subject;
    for (size_t i = 0; i < s->right.count && s->kind != MESSAGE_CALL; i++) {
        const struct piece *p = &s->right.pieces[i];
        for (size_t k = 0; k < s->twice.count; k++) {
            const struct param *other = &s->twice.items[k];
            if (!span_is((struct span){p->name, p->name_len}, other->name))
                continue;
            struct span value = moves_keep(m, other->value);
            add_constant(m, p, "dup-param", other->value, true);
            add_as_one(m, p, other);
            if (value.s != NULL) {
                add_both(m, p, value, true);
                add_both(m, p, value, false);
            }
        }
    }
}

void moves_make_constants(struct moves *m)
{
    const struct subject *s = m->subject;
    size_t budget = 400;
    make_twice(m);
    make_sign_types(m);
    make_enumerations(m);
    for (size_t i = 0; i < s->right.count; i++) {
        const struct piece *p = &s->right.pieces[i];
        for (size_t c = 0; c < s->context_count; c++) {
            for (size_t k = 0; k < s->context[c].count && budget > 0; k++) {
                const struct param *other = &s->context[c].items[k];
                if (other->off || other->value_len > 4096 || !stands_for(s, p, other->name))
                    continue;
                add_constant(m, p, elsewhere_cause(s, p), other->value, true);
                budget--;
            }
        }
    }
}
