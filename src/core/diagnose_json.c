/* SPDX-License-Identifier: MIT */
/*
 * A diagnosis as INTERFACE.md's JSON, and what is said when there is no explanation.
 */
#include "core/diagnose.h"

#include <stdio.h>

#include "core/diagnosis.h"
#include "core/text.h"

#define OPEN_MAX 8
#define ALTERNATIVES_MAX 12

static struct json *cause_json(const struct diagnose_cause *c, bool with_same)
{
    char zh[1024], en[1024];
    struct json *out = json_new_object(), *fields = json_new_array();
    diagnose_sentence(c, LANG_ZH, zh, sizeof zh);
    diagnose_sentence(c, LANG_EN, en, sizeof en);
    json_add_string(out, "id", c->cause->id);
    json_add_string(out, "zh", zh);
    json_add_string(out, "en", en);
    for (size_t i = 0; i < c->field_count; i++)
        json_push(fields, json_new_string_n(c->fields[i].s, c->fields[i].len));
    json_add(out, "fields", fields);
    json_add_bi(out, "fix", c->cause->fix);
    if (with_same) {
        struct json *same = json_new_array();
        for (size_t i = 0; i < c->same_count; i++)
            json_push(same, json_new_string(c->same_as[i]));
        json_add(out, "same_as", same);
    }
    return out;
}

static struct json *answer_json(const struct diagnosis *d, size_t index)
{
    struct diagnose_answer answer;
    struct json *out = json_new_array();
    diagnose_answer(d, index, &answer);
    for (size_t i = 0; i < answer.count; i++)
        json_push(out, cause_json(&answer.causes[i], index == 0));
    return out;
}

/* JSON holds characters: of bytes that are none, NAME_hex has them all. */
static void add_bytes(struct json *object, const char *name, const struct buf *text)
{
    json_add(object, name, json_new_string_n(buf_str(text), text->len));
    if (text_valid(buf_str(text), text->len, NULL))
        return;
    char name_hex[32];
    struct buf hex;
    buf_init_secret(&hex, 2 * text->len + 1);
    snprintf(name_hex, sizeof name_hex, "%s_hex", name);
    for (size_t i = 0; i < text->len; i++)
        buf_addf(&hex, "%02x", (unsigned char)text->data[i]);
    json_add_string(object, name_hex, buf_str(&hex));
    buf_clear(&hex);
}

static void add_texts(const struct diagnosis *d, struct json *object)
{
    char sign[DIGEST_HEX_MAX];
    struct buf text;
    buf_init_secret(&text, 2 * RECIPE_TEXT_MAX);
    diagnose_right_text(d, &text);
    add_bytes(object, "string", &text);
    buf_reset(&text);
    diagnose_found_text(d, 0, &text);
    if (text.len > 0)
        add_bytes(object, "signed_string", &text);
    buf_clear(&text);
    diagnose_right_sign(d, sign);
    json_add_string(object, "expected", sign);
    if (diagnose_state(d) != DIAGNOSE_NO_SIGN)
        json_add_string(object, "received", diagnose_subject(d)->received.text);
}

static struct json *list_json(const struct bi *items, size_t count)
{
    struct json *out = json_new_array();
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_new_object();
        json_add_string(one, "zh", items[i].zh);
        json_add_string(one, "en", items[i].en);
        json_push(out, one);
    }
    return out;
}

/* What was tried, what was not, and what would help. */
static void add_unexplained(const struct diagnosis *d, struct json *object)
{
    struct diagnose_excluded excluded[AXIS_COUNT];
    struct bi items[OPEN_MAX];
    struct json *list = json_new_array(), *lines = json_new_array();
    for (size_t i = 0, n = diagnose_excluded(d, excluded); i < n; i++) {
        struct json *one = json_new_object();
        struct bi text = move_axis_text(excluded[i].axis);
        json_add_string(one, "zh", text.zh);
        json_add_string(one, "en", text.en);
        json_add_int(one, "forms", (int64_t)excluded[i].forms);
        json_push(list, one);
    }
    json_add(object, "excluded", list);
    json_add(object, "not_testable", list_json(items, diagnose_open(items, OPEN_MAX)));
    json_add(object, "next", list_json(items, diagnose_next(d, items, OPEN_MAX)));
    size_t count = 0;
    const struct diagnose_snippet *snippets = diagnose_snippets(&count);
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_new_object();
        json_add_string(one, "language", snippets[i].language);
        json_add_string(one, "code", snippets[i].code);
        json_push(lines, one);
    }
    json_add(object, "print_it", lines);
}

static void add_folklore(const struct diagnosis *d, struct json *object)
{
    const struct folklore *said[FOLKLORE_MAX];
    struct json *list = json_new_array();
    for (size_t i = 0, n = diagnose_folklore(d, said); i < n; i++) {
        struct json *one = json_new_object();
        json_add_string(one, "id", said[i]->id);
        json_add_string(one, "zh", said[i]->answer.zh);
        json_add_string(one, "en", said[i]->answer.en);
        json_add_bi(one, "claim", said[i]->claim);
        json_push(list, one);
    }
    json_add(object, "folklore", list);
}

static void add_left_out(const struct diagnosis *d, struct json *object)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    size_t count = diagnose_left_out(d, left);
    struct json *list = json_new_array();
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_new_object();
        json_add_string(one, "zh", left[i].what.zh);
        json_add_string(one, "en", left[i].what.en);
        if (left[i].count > 0)
            json_add_int(one, "left", (int64_t)left[i].count);
        else
            json_add_int(one, "tried_percent", (int64_t)left[i].percent);
        json_push(list, one);
    }
    json_add_bool(object, "complete", count == 0);
    if (count > 0)
        json_add(object, "left_out", list);
    else
        json_free(list);
}

void diagnose_json(const struct diagnosis *d, struct json *object)
{
    enum diagnose_state state = diagnose_state(d);
    size_t answers = diagnose_answers(d);
    struct json *alternatives = json_new_array();
    json_add_bool(object, "valid", state == DIAGNOSE_VALID);
    json_add_bool(object, "explained", state == DIAGNOSE_VALID || answers > 0);
    json_add(object, "causes", answers > 0 ? answer_json(d, 0) : json_new_array());
    for (size_t i = 1; i < answers && i <= ALTERNATIVES_MAX; i++)
        json_push(alternatives, answer_json(d, i));
    json_add(object, "alternatives", alternatives);
    json_add_int(object, "tried", (int64_t)diagnose_search(d)->tried);
    add_left_out(d, object);
    json_add_string(object, "kind", message_kind_name(diagnose_subject(d)->kind));
    json_add(object, "shape",
             list_json((struct bi[]){received_text(&diagnose_subject(d)->received)}, 1));
    add_texts(d, object);
    if (state != DIAGNOSE_VALID && answers == 0)
        add_unexplained(d, object);
    if (state != DIAGNOSE_VALID)
        add_folklore(d, object);
}

/* ---- Without an answer ---- */

size_t diagnose_open(struct bi *out, size_t room)
{
    static const struct bi open[] = {
        {"某个字段在签名时是一个任意的其他值",
         "any other value of one of the fields when it was signed"},
        {"一个手头没有的密钥", "a key that is not at hand"},
        {"三个以上原因同时存在", "more than three causes at once"},
    };
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(open) && count < room; i++)
        out[count++] = open[i];
    return count;
}

size_t diagnose_next(const struct diagnosis *d, struct bi *out, size_t room)
{
    static const struct bi print = {
        "让对方程序打印签名前的拼接串，用 --signed-string 给出：一比就知道差在哪里",
        "have the other program print the joined text and give it with --signed-string: then the "
        "difference is plain"};
    static const struct bi oracle = {
        "同一商户号的任意一条网关应答或通知（--evidence）：可证明密钥对不对",
        "any answer or notification of the gateway for the same merchant (--evidence): it proves "
        "whether the key is right"};
    static const struct bi keys = {
        "其他可能用到的密钥（--try-key-file，或商户配置的 other_keys）",
        "other keys that may have been used (--try-key-file, or other_keys of "
        "the profile)"};
    static const struct bi raw = {"未经网页、日志转义的原始报文",
                                  "the raw message, not through a web page or an escaped log"};
    static const struct bi appid = {
        "缺少 appId：调起支付的签名必须有它，请一并给出",
        "appId is missing: the client-side signature needs it, so give it too"};
    static const struct bi sign = {
        "签名本身看起来不完整或不是 V2 签名，先核对它",
        "the signature itself looks incomplete or is not of V2; check it first"};
    const struct subject *s = diagnose_subject(d);
    size_t count = 0;
    if (diagnose_state(d) == DIAGNOSE_BAD_SHAPE && count < room)
        out[count++] = sign;
    if (s->kind == MESSAGE_CALL && s->call.values[ROLE_APPID].len == 0 && count < room)
        out[count++] = appid;
    if (count < room)
        out[count++] = print;
    if (s->kind == MESSAGE_ORDER || s->kind == MESSAGE_CALL) {
        if (count < room)
            out[count++] = oracle;
    }
    if (count < room)
        out[count++] = keys;
    if (count < room)
        out[count++] = raw;
    return count;
}

size_t diagnose_folklore(const struct diagnosis *d, const struct folklore *out[FOLKLORE_MAX])
{
    const char *causes[DIAGNOSE_CAUSES_MAX];
    struct diagnose_answer answer = {0};
    enum diagnose_state state = diagnose_state(d);
    if (state == DIAGNOSE_VALID || state == DIAGNOSE_NO_SIGN)
        return 0;
    bool explained = diagnose_answers(d) > 0;
    if (explained)
        diagnose_answer(d, 0, &answer);
    for (size_t i = 0; i < answer.count; i++)
        causes[i] = answer.causes[i].cause->id;
    return folklore_of(diagnose_subject(d), causes, answer.count, explained, out);
}

const struct diagnose_snippet *diagnose_snippets(size_t *count)
{
    /* The text is printed with quotes around it and its bytes in hexadecimal, so that blanks, line
       ends and charsets show; the key is left out. */
    static const struct diagnose_snippet snippets[] = {
        {"PHP", "error_log('sign [' . preg_replace('/&key=[^&]*$/', '', $s) . '] ' . "
                "bin2hex(preg_replace('/&key=[^&]*$/', '', $s)));"},
        {"Java",
         "String p = s.replaceAll(\"&key=[^&]*$\", \"\"); System.err.println(\"sign [\" + p + \"] \" + new "
         "java.math.BigInteger(1, p.getBytes(\"UTF-8\")).toString(16));"},
        {"Go",
         "p := regexp.MustCompile(`&key=[^&]*$`).ReplaceAllString(s, \"\"); log.Printf(\"sign [%s] %x\", p, p)"},
        {"Node", "const p = s.replace(/&key=[^&]*$/, ''); console.error(`sign [${p}] ` + "
                 "Buffer.from(p).toString('hex'))"},
        {"Python", "import re, sys; p = re.sub(r'&key=[^&]*$', '', s); print('sign [%s]' % p, "
                   "p.encode().hex(), file=sys.stderr)"},
        {"C#",
         "var p = Regex.Replace(s, \"&key=[^&]*$\", \"\"); Console.Error.WriteLine($\"sign [{p}] "
         "{BitConverter.ToString(Encoding.UTF8.GetBytes(p))}\");"},
    };
    *count = ARRAY_COUNT(snippets);
    return snippets;
}
