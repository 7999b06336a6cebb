/* SPDX-License-Identifier: MIT */
/*
 * The mistakes of the other program (diagnose_world.h), one function each, and the loop that
 * makes them in several messages and asks the debugger.
 */
#ifndef TEST_DIAGNOSE_MISTAKES_H
#define TEST_DIAGNOSE_MISTAKES_H

#include <iconv.h>

#include "core/diagnose_world.h"

typedef bool (*mistake_fn)(struct world *w, int arg); /* false: this message cannot show it */

static inline void convert_into(char *value, const char *to, const char *from)
{
    char out[VALUE_MAX], *o = out, *i = value;
    size_t in_left = strlen(value), out_left = sizeof out - 1;
    iconv_t cd = iconv_open(to, from);
    assert_true(cd != (iconv_t)-1);
    if (iconv(cd, &i, &in_left, &o, &out_left) != (size_t)-1) {
        *o = '\0';
        strcpy(value, out);
    }
    iconv_close(cd);
}

static inline bool is_high(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s > 0x7f)
            return true;
    }
    return false;
}

static inline bool gbk_everywhere(struct world *w, int arg)
{
    bool any = false;
    for (size_t i = 0; i < w->signer.count; i++) {
        char *v = w->signer.pairs[i].value;
        any = any || is_high(v);
        if (is_high(v))
            convert_into(v, arg ? "BIG5//TRANSLIT" : "GB18030", "UTF-8");
    }
    return any;
}

static inline bool body_question_marks(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, arg ? "attach" : "body");
    char out[VALUE_MAX], *o = out;
    if (p == NULL || !is_high(p->value))
        return false;
    for (const char *s = p->value; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x80)
            *o++ = *s;
        else if ((unsigned char)*s >= 0xc0)
            *o++ = '?';
    }
    *o = '\0';
    strcpy(p->value, out);
    return true;
}

static inline bool utf8_as_latin1(struct world *w, int arg)
{
    bool any = false;
    (void)arg;
    for (size_t i = 0; i < w->signer.count; i++) {
        any = any || is_high(w->signer.pairs[i].value);
        convert_into(w->signer.pairs[i].value, "UTF-8", "LATIN1");
    }
    return any;
}

static inline bool unicode_escapes(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "body");
    char out[VALUE_MAX], *o = out;
    if (p == NULL || !is_high(p->value))
        return false;
    for (const unsigned char *s = (const unsigned char *)p->value; *s != '\0';) {
        unsigned cp = *s;
        if (cp < 0x80) {
            *o++ = (char)*s++;
            continue;
        }
        int more = cp >= 0xe0 ? 2 : 1;
        cp &= cp >= 0xe0 ? 0x0f : 0x1f;
        s++;
        while (more-- > 0)
            cp = cp << 6 | (*s++ & 0x3f);
        o += sprintf(o, arg == 0 ? "\\u%04x" : arg == 1 ? "\\u%04X" : "&#%u;", cp);
    }
    *o = '\0';
    strcpy(p->value, out);
    return true;
}

static inline bool urlencode(struct world *w, int arg)
{
    const char *only = arg & 2 ? "notify_url" : NULL;
    bool any = false;
    for (size_t i = 0; i < w->signer.count; i++) {
        struct pair_text *p = &w->signer.pairs[i];
        char out[VALUE_MAX], *o = out;
        if (only != NULL && strcmp(p->name, only) != 0)
            continue;
        for (const unsigned char *s = (const unsigned char *)p->value; *s != '\0'; s++) {
            bool plain = (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
                         (*s >= 'A' && *s <= 'Z') || strchr("-_.~", *s) != NULL;
            any = any || !plain;
            o += plain ? sprintf(o, "%c", *s) : sprintf(o, arg & 1 ? "%%%02x" : "%%%02X", *s);
        }
        strcpy(p->value, out);
    }
    return any;
}

static inline bool other_key(struct world *w, int arg)
{
    static const char *const labels[] = {"old key", "APIv3", "sandbox", "子商户"};
    offer_key(w, "unused", "ffffffffffffffffffffffffffffffff");
    offer_key(w, labels[arg], "e7a51cb3e58ab1f1d0fffe21a0b5d4c1");
    strcpy(w->signer.key, "e7a51cb3e58ab1f1d0fffe21a0b5d4c1");
    return true;
}

static inline bool constant_key(struct world *w, int arg)
{
    strcpy(w->signer.key, arg ? "null" : "");
    return true;
}

static inline bool key_typo(struct world *w, int arg)
{
    char *k = w->signer.key;
    size_t at = below(w, 31);
    if (arg == 0) {
        k[at] = k[at] == 'x' ? 'y' : 'x';
    } else if (arg == 1) {
        memmove(k + at, k + at + 1, strlen(k + at));
    } else if (arg == 2) {
        memmove(k + at + 1, k + at, strlen(k + at) + 1);
        k[at] = 'Q';
    } else {
        char c = k[at];
        k[at] = k[at + 1];
        k[at + 1] = c;
    }
    return strcmp(k, KEY) != 0;
}

static inline bool key_blank(struct world *w, int arg)
{
    static const char *const ends[] = {"\n", "\r\n", " ", "\t"};
    strcat(w->signer.key, ends[arg]);
    return true;
}

static inline bool key_upper(struct world *w, int arg)
{
    (void)arg;
    for (char *c = w->signer.key; *c != '\0'; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    return true;
}

static inline bool key_md5(struct world *w, int arg)
{
    unsigned char raw[DIGEST_SIZE_MAX];
    size_t size = digest_bytes(DIGEST_MD5, KEY, strlen(KEY), raw);
    digest_hex(raw, size, w->signer.key);
    for (char *c = w->signer.key; *c != '\0' && arg; c++)
        *c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
    return true;
}

static inline bool unsorted(struct world *w, int arg)
{
    (void)arg;
    w->signer.unsorted = true;
    return true;
}

static inline int no_underscore(const void *a, const void *b)
{
    const char *x = ((const struct pair_text *)a)->name, *y = ((const struct pair_text *)b)->name;
    for (;; x++, y++) {
        while (*x == '_')
            x++;
        while (*y == '_')
            y++;
        if (*x != *y || *x == '\0')
            return (unsigned char)*x - (unsigned char)*y;
    }
}

static inline int descending(const void *a, const void *b)
{
    return by_name(b, a);
}

static inline bool other_order(struct world *w, int arg)
{
    if (arg == 0) { /* names that such an order exchanges */
        put(w, "re_openid", "oxTWIuGaIt6gTKsQRLau2M0yL16E");
        put(w, "remark", "x");
        add_pair(&w->signer, "re_openid", "oxTWIuGaIt6gTKsQRLau2M0yL16E");
        add_pair(&w->signer, "remark", "x");
    }
    w->signer.compare = arg ? descending : no_underscore;
    return true;
}

static inline bool keep_empty(struct world *w, int arg)
{
    bool any = false;
    w->signer.count = 0;
    for (size_t i = 0; i < w->message.count; i++) {
        const struct param *p = &w->message.items[i];
        any = any || p->value_len == 0;
        add_pair(&w->signer, p->name, p->value_len > 0 ? p->value : arg ? "null" : "");
    }
    return any;
}

static inline bool keep_sign(struct world *w, int arg)
{
    if (arg == 0) {
        add_pair(&w->signer, "sign", "");
    } else if (arg == 1) {
        put(w, "sign", "0CB01533B8C1EF103065174F50BCA001");
        add_pair(&w->signer, "sign", "0CB01533B8C1EF103065174F50BCA001");
    } else {
        add_pair(&w->signer, "key", KEY);
        w->signer.no_key = true;
    }
    return true;
}

static inline bool drop_one(struct world *w, int arg)
{
    static const char *const names[] = {"attach", "time_start", "coupon_fee_0", "fee_type",
                                        "appId"};
    bool there = pair_named(&w->signer, names[arg]) != NULL;
    drop_pair(&w->signer, names[arg]);
    return there;
}

static inline bool drop_coupons(struct world *w, int arg)
{
    for (size_t i = 0; i < w->signer.count;) {
        struct pair_text *p = &w->signer.pairs[i];
        size_t len = strlen(p->name);
        bool hit = strncmp(p->name, "coupon_", 7) == 0 && (!arg || p->name[len - 1] <= '9');
        if (hit)
            drop_pair(&w->signer, p->name);
        else
            i++;
    }
    return true;
}

static inline bool drop_many(struct world *w, int arg)
{
    static const char *const names[] = {"sub_mch_id", "coupon_id_1", "trade_type", "is_subscribe",
                                        "attach"};
    (void)arg;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        drop_pair(&w->signer, names[i]);
    return true;
}

static inline bool add_one(struct world *w, int arg)
{
    static const char *const pairs[][2] = {
        {"fee_type", "CNY"}, {"sign_type", "HMAC-SHA256"}, {"receipt", "Y"}};
    add_pair(&w->signer, pairs[arg][0], pairs[arg][1]);
    return true;
}

static inline bool add_from_context(struct world *w, int arg)
{
    (void)arg;
    params_set(&w->context, "sub_mch_id", "1900000110", NULL);
    add_pair(&w->signer, "sub_mch_id", "1900000110");
    return true;
}

static inline bool zero_dropped(struct world *w, int arg)
{
    (void)arg;
    put(w, "need_receipt", "0");
    put(w, "discount", "0");
    return true;
}

static inline bool hmac_untold(struct world *w, int arg)
{
    (void)arg;
    use_hmac(&w->signer);
    return true;
}

static inline bool hmac_told(struct world *w, int arg) /* no mistake by itself */
{
    const char *name = w->kind == MESSAGE_CALL ? "signType" : "sign_type";
    (void)arg;
    put(w, name, "HMAC-SHA256");
    drop_pair(&w->signer, name);
    add_pair(&w->signer, name, "HMAC-SHA256");
    use_hmac(&w->signer);
    return true;
}

static inline bool hmac_not_signed(struct world *w, int arg)
{
    hmac_told(w, arg);
    drop_pair(&w->signer, "sign_type");
    return true;
}

static inline bool sign_type_renamed(struct world *w, int arg)
{
    hmac_told(w, arg);
    drop_pair(&w->signer, "sign_type");
    add_pair(&w->signer, "signType", "HMAC-SHA256");
    return true;
}

static inline bool told_but_md5(struct world *w, int arg)
{
    hmac_told(w, arg);
    w->signer.hmac = false;
    w->signer.kind = DIGEST_MD5;
    return true;
}

static inline bool odd_sign_type(struct world *w, int arg)
{
    (void)arg;
    put(w, "sign_type", "HMAC_SHA256");
    add_pair(&w->signer, "sign_type", "HMAC_SHA256");
    use_hmac(&w->signer);
    return true;
}

static inline bool notify_type_dropped(struct world *w, int arg)
{
    (void)arg;
    put(w, "sign_type", "MD5");
    return true;
}

static inline bool no_suffix(struct world *w, int arg)
{
    static const char *const before[] = {"", "&key=", "", "&KEY=", "&secret="};
    w->signer.no_key = arg == 1;
    w->signer.before_key = before[arg];
    if (arg == 2)
        w->signer.before_key = "&";
    return true;
}

static inline bool other_digest(struct world *w, int arg)
{
    w->signer.kind = arg == 0 ? DIGEST_SHA1 : arg == 1 ? DIGEST_SHA256 : DIGEST_MD5;
    w->signer.hmac = arg == 2;
    w->signer.twice = arg == 3;
    w->signer.base64 = arg == 4;
    return true;
}

static inline bool lower_sign(struct world *w, int arg)
{
    (void)arg;
    w->signer.lower = true;
    return true;
}

static inline bool cut_sign(struct world *w, int arg)
{
    w->signer.cut = (size_t)arg;
    return true;
}

/* Some message has a digest that begins with 0. */
static inline bool lose_zero(struct world *w, int arg)
{
    char sign[DIGEST_HEX_MAX], nonce[40];
    (void)arg;
    for (int i = 0; i < 400; i++) {
        letters_of(w, 32, nonce);
        put(w, "nonce_str", nonce);
        strcpy(pair_named(&w->signer, "nonce_str")->value, nonce);
        sign_world(&w->signer, sign);
        if (sign[0] == '0') {
            w->signer.strip_zeros = true;
            return true;
        }
    }
    return false;
}

static inline bool wrap(struct world *w, const char *name, const char *before, const char *after)
{
    struct pair_text *p = pair_named(&w->signer, name);
    char out[VALUE_MAX];
    if (p == NULL)
        return false;
    snprintf(out, sizeof out, "%s%.3000s%s", before, p->value, after);
    strcpy(p->value, out);
    return true;
}

static inline bool cdata(struct world *w, int arg)
{
    if (arg == 0)
        return wrap(w, "body", "<![CDATA[", "]]>");
    for (size_t i = 0; i < w->signer.count; i++)
        wrap(w, w->signer.pairs[i].name, "<![CDATA[", "]]>");
    return true;
}

static inline bool replace_in(struct world *w, const char *name, const char *from, const char *to)
{
    struct pair_text *p = pair_named(&w->signer, name);
    char out[VALUE_MAX] = "", *hit;
    bool any = false;
    char *at = p != NULL ? p->value : NULL;
    while (at != NULL && (hit = strstr(at, from)) != NULL) {
        strncat(out, at, (size_t)(hit - at));
        strcat(out, to);
        at = hit + strlen(from);
        any = true;
    }
    if (any) {
        strcat(out, at);
        strcpy(p->value, out);
    }
    return any;
}

static inline bool xml_escaped(struct world *w, int arg)
{
    (void)arg;
    bool any = replace_in(w, "detail", "&", "&amp;");
    any = replace_in(w, "attach", "&", "&amp;") || any;
    any = replace_in(w, "detail", "\"", "&quot;") || any;
    return replace_in(w, "attach", "\"", "&quot;") || any;
}

static inline bool nginx(struct world *w, int arg)
{
    (void)arg;
    bool any = replace_in(w, "attach", "\r\n", "\\x0D\\x0A");
    any = replace_in(w, "attach", "\"", "\\x22") || any;
    return replace_in(w, "detail", "\"", "\\x22") || any;
}

static inline bool json_python(struct world *w, int arg)
{
    if (arg == 0) {
        bool any = replace_in(w, "detail", "\":", "\": ");
        any = replace_in(w, "detail", "\",\"", "\", \"") && any;
        return replace_in(w, "detail", ",\"", ", \"") && any;
    }
    return replace_in(w, "detail", arg == 1 ? "/" : "&", arg == 1 ? "\\/" : "\\u0026");
}

static inline bool blanks(struct world *w, int arg)
{
    static const char *const forms[][2] = {{"", " "}, {" ", ""}, {"", "\n"}, {"", "\r\n"}};
    return arg < 4 ? wrap(w, "body", forms[arg][0], forms[arg][1])
                   : replace_in(w, "attach", "\r\n", "\n");
}

static inline bool trimmed(struct world *w, int arg)
{
    (void)arg;
    put(w, "attach", " padded value ");
    strcpy(pair_named(&w->signer, "attach")->value, "padded value");
    return true;
}

static inline bool numbers(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "total_fee");
    long fee = p != NULL ? atol(p->value) : 0;
    if (p == NULL)
        return false;
    if (arg == 0)
        sprintf(p->value, "%ld.0", fee);
    else if (arg == 1)
        sprintf(p->value, "%ld.%02ld", fee / 100, fee % 100);
    else if (arg == 2)
        sprintf(p->value, "%ld", fee * 100);
    else
        sprintf(p->value, "%ld", fee + 37); /* another amount altogether */
    return true;
}

static inline bool underscores(struct world *w, int arg)
{
    (void)arg;
    return replace_in(w, "openid", "__", "_");
}

static inline bool value_case(struct world *w, int arg)
{
    const char *name = w->kind == MESSAGE_CALL ? "appId" : "nonce_str";
    struct pair_text *p = pair_named(&w->signer, name);
    (void)arg;
    if (p == NULL)
        return false;
    for (char *c = p->value; *c != '\0'; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    return true;
}

static inline bool quoted(struct world *w, int arg)
{
    (void)arg;
    return wrap(w, "attach", "\"", "\"");
}

static inline bool cut_value(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "attach");
    char *and = p != NULL ? strchr(p->value, '&') : NULL;
    if (arg == 1) {
        char text[201];
        letters_of(w, 200, text);
        put(w, "attach", text);
        strcpy(p->value, text);
        p->value[128] = '\0';
        return true;
    }
    if (and == NULL)
        return false;
    *and = '\0';
    return true;
}

static inline bool value_typo(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "out_trade_no");
    (void)arg;
    if (p == NULL)
        return false;
    p->value[below(w, strlen(p->value))] = 'k';
    return true;
}

static inline bool emoji(struct world *w, int arg)
{
    put(w, "body", "生日快乐🎂送达");
    strcpy(pair_named(&w->signer, "body")->value, arg ? "生日快乐?送达" : "生日快乐送达");
    return true;
}

static inline bool full_width(struct world *w, int arg)
{
    (void)arg;
    put(w, "body", "会员（年费），一份");
    strcpy(pair_named(&w->signer, "body")->value, "会员(年费),一份");
    return true;
}

static inline bool time_moved(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "time_start");
    if (p == NULL)
        return false;
    if (arg == 0) { /* eight hours: 12 becomes 04 or 20 */
        memcpy(p->value + 8, "04", 2);
    } else if (arg == 1) {
        char out[40];
        snprintf(out, sizeof out, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", p->value, p->value + 4,
                 p->value + 6, p->value + 8, p->value + 10, p->value + 12);
        strcpy(p->value, out);
    } else {
        memcpy(p->value + 8, "1517", 4); /* some hours and minutes later */
    }
    return true;
}

static inline bool camel_names(struct world *w, int arg)
{
    bool any = false;
    for (size_t i = 0; i < w->signer.count; i++) {
        char *n = w->signer.pairs[i].name, *o = n;
        for (; *n != '\0'; n++) {
            any = any || *n == '_' || (*n >= 'A' && *n <= 'Z');
            if (*n == '_' && arg == 0 && n[1] >= 'a' && n[1] <= 'z')
                *o++ = (char)(*++n - 32);
            else if (arg == 1 && *n >= 'A' && *n <= 'Z')
                *o++ = (char)(*n + 32);
            else
                *o++ = *n;
        }
        *o = '\0';
    }
    return any;
}

static inline bool rename_one(struct world *w, int arg)
{
    static const char *const names[][2] = {
        {"mch_id", "mchid"},        {"out_trade_no", "out_trade_on"}, {"total_fee", "totle_fee"},
        {"nonceStr", "noncestr"},   {"timeStamp", "timestamp"},       {"appId", "appid"},
        {"partnerid", "partnerId"}, {"package", "packageValue"}};
    struct pair_text *p = pair_named(&w->signer, names[arg][0]);
    if (p == NULL)
        return false;
    strcpy(p->name, names[arg][1]);
    return true;
}

static inline bool coupon_names(struct world *w, int arg)
{
    (void)arg;
    for (size_t i = 0; i < w->signer.count; i++) {
        char *n = w->signer.pairs[i].name;
        size_t len = strlen(n);
        if (n[len - 1] >= '0' && n[len - 1] <= '9' && n[len - 2] == '_') {
            n[len - 2] = n[len - 1];
            n[len - 1] = '\0';
        }
    }
    return true;
}

static inline bool separators(struct world *w, int arg)
{
    if (arg == 0)
        w->signer.between = "";
    else if (arg == 1)
        w->signer.equals = ":";
    else
        w->signer.between = "&amp;";
    return true;
}

static inline void eat(char *text, size_t size)
{
    static const char *const words[][2] = {{"&not", "¬"}, {"&times", "×"}};
    (void)size;
    for (size_t i = 0; i < 2; i++) {
        char *hit = strstr(text, words[i][0]);
        if (hit == NULL)
            continue;
        memmove(hit + strlen(words[i][1]), hit + strlen(words[i][0]),
                strlen(hit + strlen(words[i][0])) + 1);
        memcpy(hit, words[i][1], strlen(words[i][1]));
    }
}

static inline bool eaten(struct world *w, int arg)
{
    (void)arg;
    w->signer.whole = eat;
    return true;
}

static inline void lower_whole(char *text, size_t size)
{
    (void)size;
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
}

static inline bool whole_lower(struct world *w, int arg)
{
    (void)arg;
    w->signer.whole = lower_whole;
    return true;
}

static inline bool json_body(struct world *w, int arg)
{
    (void)arg;
    w->signer.equals = "\":\"";
    w->signer.between = "\",\"";
    if (w->signer.count == 0)
        return false;
    qsort(w->signer.pairs, w->signer.count, sizeof w->signer.pairs[0], by_name);
    w->signer.unsorted = true;
    char first[64];
    snprintf(first, sizeof first, "{\"%.60s", w->signer.pairs[0].name);
    strcpy(w->signer.pairs[0].name, first);
    w->signer.before_key = "\"}&key=";
    return true;
}

/* ---- Second signatures ---- */

static inline bool call_ms(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "timeStamp");
    (void)arg;
    if (p == NULL)
        p = pair_named(&w->signer, "timestamp");
    if (p == NULL)
        return false;
    strcat(p->value, "000");
    return true;
}

static inline bool call_bare_package(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "package");
    if (p == NULL || strncmp(p->value, "prepay_id=", 10) != 0)
        return false;
    if (arg == 0)
        memmove(p->value, p->value + 10, strlen(p->value + 10) + 1);
    else
        strcpy(p->value, "Sign=WXPay");
    return true;
}

static inline bool call_sub_appid(struct world *w, int arg)
{
    const char *name = arg ? "partnerid" : pair_named(&w->signer, "appId") ? "appId" : "appid";
    struct pair_text *p = pair_named(&w->signer, name);
    if (p == NULL)
        return false;
    params_set(&w->context, "sub_appid", "wx8888888888888888", NULL);
    params_set(&w->context, "sub_mch_id", "1900000110", NULL);
    strcpy(p->value, arg ? "1900000110" : "wx8888888888888888");
    return true;
}

static inline bool call_other_time(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "timeStamp");
    if (p == NULL)
        p = pair_named(&w->signer, "timestamp");
    if (p == NULL)
        return false;
    sprintf(p->value, "%ld", atol(p->value) + (arg ? -4000 : 3));
    return true;
}

static inline bool call_other_nonce(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "nonceStr");
    (void)arg;
    if (p == NULL)
        return false;
    params_set(&w->context, "nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", NULL);
    strcpy(p->value, "5K8264ILTKCH16CQ2502SI8ZNMTM67VS");
    return true;
}

static inline bool call_partner_prepay(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "partnerid");
    (void)arg;
    if (p == NULL)
        return false;
    strcpy(p->value, pair_named(&w->signer, "prepayid")->value);
    return true;
}

static inline bool call_extra_type(struct world *w, int arg)
{
    if (pair_named(&w->signer, "prepayid") == NULL)
        return false;
    add_pair(&w->signer, arg ? "sign_type" : "signType", "MD5");
    return true;
}

static inline bool call_type_dropped(struct world *w, int arg)
{
    (void)arg;
    if (pair_named(&w->signer, "signType") == NULL)
        return false;
    drop_pair(&w->signer, "signType");
    return true;
}

static inline bool call_hmac(struct world *w, int arg) /* signType stays MD5 */
{
    (void)arg;
    use_hmac(&w->signer);
    return true;
}

static inline bool call_type_text(struct world *w, int arg)
{
    struct pair_text *p = pair_named(&w->signer, "signType");
    (void)arg;
    if (p == NULL)
        return false;
    strcpy(p->value, "HMAC-SHA256");
    return true;
}

static inline bool notify_other_set(struct world *w, int arg)
{
    struct world other;
    (void)arg;
    world_begin(&other, MESSAGE_ORDER, 77);
    params_copy(&w->context, &other.message);
    w->signer = other.signer;
    world_end(&other);
    return true;
}

/* The sign of the order stands where paySign belongs. */
static inline bool call_reuses_sign(struct world *w, int arg)
{
    return notify_other_set(w, arg);
}

static inline bool wecom(struct world *w, int arg)
{
    static const char *const list[][2] = {{"act_name", "新年红包"},
                                          {"mch_billno", "1234567890"},
                                          {"mch_id", "10000098"},
                                          {"nonce_str", "5K8264ILTKCH16CQ"},
                                          {"re_openid", "oxTWIuGaIt6gTKsQRLau2M0yL16E"},
                                          {"total_amount", "1000"},
                                          {"wxappid", "wx8888888888888888"}};
    (void)arg;
    params_clear(&w->message);
    w->signer.count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(list); i++) {
        put(w, list[i][0], list[i][1]);
        add_pair(&w->signer, list[i][0], list[i][1]);
    }
    put(w, "wishing", "感谢您参加猜灯谜活动");
    put(w, "client_ip", "192.168.0.1");
    w->signer.before_key = "&secret=";
    return true;
}

static inline bool mojibake(struct world *w, int arg)
{
    (void)arg;
    /* The message at hand was read in the wrong charset; the gateway signed the right text. */
    put(w, "attach", "æ·±å\x9c³å\x88\x86åº\x97");
    char value[VALUE_MAX] = "深圳分店";
    convert_into(value, "UTF-8", "LATIN1");
    put(w, "attach", value);
    strcpy(pair_named(&w->signer, "attach")->value, "深圳分店");
    return true;
}

struct mistake {
    const char *id;
    int kinds;
    mistake_fn make;
    int arg;
};

#define ORDER 1
#define NOTIFY 2
#define CALL 4

/* ---- Making them ---- */

/* Steps until the ids are named or the search ends. */
static inline bool find_ids(struct diagnosis *d, const char *const *ids)
{
    while (!diagnosis_names(d, ids)) {
        if (!diagnose_step(d, 4000))
            return diagnosis_names(d, ids);
    }
    return true;
}

/* The mistake of `zero_dropped` is that what it added is not signed, so it needs no change of the
   signer; all others change it. */
static inline bool check(struct world *w, const struct mistake *parts, size_t count, uint64_t seed)
{
    const char *ids[5] = {NULL};
    char sign[DIGEST_HEX_MAX];
    for (size_t i = 0; i < count; i++) {
        ids[i] = parts[i].id;
        if (!parts[i].make(w, parts[i].arg))
            return false;
    }
    sign_world(&w->signer, sign);
    struct diagnosis *d = world_diagnose(w, sign);
    if (!find_ids(d, ids)) {
        fprintf(stderr, "seed %u, kind %d:", (unsigned)seed, (int)w->kind);
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, " %s/%d", parts[i].id, parts[i].arg);
        fprintf(stderr, " is not named\n");
        print_diagnosis(d);
        diagnose_free(d);
        return false;
    }
    diagnose_free(d);
    return true;
}

/* Does the mistake change the signature, or its text, in this message? */
static inline bool applies(const struct mistake *parts, size_t count, enum message_kind kind,
                           uint64_t seed)
{
    struct world w;
    char right[DIGEST_HEX_MAX], wrong[DIGEST_HEX_MAX];
    world_begin(&w, kind, seed);
    bool made = true;
    for (size_t i = 0; i < count && made; i++)
        made = parts[i].make(&w, parts[i].arg);
    if (made) {
        sign_world(&w.signer, wrong);
        start_signer(&w);
        const char *type = params_get(&w.message, kind == MESSAGE_CALL ? "signType" : "sign_type");
        if (type != NULL && strcmp(type, "HMAC-SHA256") == 0)
            use_hmac(&w.signer);
        sign_world(&w.signer, right);
        made = strcmp(right, wrong) != 0;
    }
    world_end(&w);
    return made;
}

static const enum message_kind kinds[] = {MESSAGE_ORDER, MESSAGE_NOTIFY, MESSAGE_CALL};

/* Makes the parts in messages of their kinds; returns how often they were named, -1 after a miss.
 */
static inline int try_parts(const struct mistake *parts, size_t count, int in_kinds, uint64_t seed)
{
    int named = 0;
    for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
        for (uint64_t s = seed; (in_kinds & 1 << k) != 0 && s < seed + 2; s++) {
            struct world w;
            if (!applies(parts, count, kinds[k], s))
                continue;
            world_begin(&w, kinds[k], s);
            bool good = check(&w, parts, count, s);
            world_end(&w);
            if (!good)
                return -1;
            named++;
        }
    }
    return named;
}

#endif
