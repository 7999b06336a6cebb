/* SPDX-License-Identifier: MIT */
/*
 * Judged from the outside in: did it come, in time, with which status, and what is in it.
 * The first reason that makes it invalid is told; what is merely odd is told as well.
 */
#include "core/answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/params.h"
#include "core/text.h"
#include "core/xml.h"

const char *answer_write(bool gateway, bool good, const char *reason, struct buf *out)
{
    if (gateway) {
        buf_adds(out, good ? "success" : "fail");
        return "text/plain";
    }
    buf_addf(out,
             "<xml><return_code><![CDATA[%s]]></return_code><return_msg><![CDATA[%s]]></return_msg>"
             "</xml>",
             good ? "SUCCESS" : "FAIL", reason && !strstr(reason, "]]>") ? reason : "OK");
    return "text/xml";
}

static const struct {
    const char *name;
    struct bi text;
} verdicts[] = {
    [ANSWER_ACKNOWLEDGED] = {"acknowledged", {"平台认为已送达", "counts as delivered"}},
    [ANSWER_REFUSED] = {"refused", {"明确拒绝，平台会重发", "a refusal: it will be repeated"}},
    [ANSWER_INVALID] = {"invalid",
                        {"平台认为未送达，会重发", "counts as not delivered: it will be repeated"}},
};

struct bi answer_verdict_text(enum answer_verdict v)
{
    return verdicts[v].text;
}

const char *answer_verdict_name(enum answer_verdict v)
{
    return verdicts[v].name;
}

#define ODD(rule) ((struct finding_head){"", rule, SEVERITY_WARNING, false})
#define BAD(rule) ((struct finding_head){"", rule, SEVERITY_ERROR, false})

/* The body without the blanks around it. */
struct core {
    const char *s;
    size_t len;
    bool before, after; /* there were blanks */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct core trim(const char *s, size_t len)
{
    struct core c = {s, len, false, false};
    while (c.len && is_blank(c.s[0])) {
        c.s++;
        c.len--;
        c.before = true;
    }
    while (c.len && is_blank(c.s[c.len - 1])) {
        c.len--;
        c.after = true;
    }
    return c;
}

static bool same(const struct core *c, const char *word, bool nocase)
{
    size_t len = strlen(word);
    return c->len == len &&
           (nocase ? strncasecmp(c->s, word, len) == 0 : memcmp(c->s, word, len) == 0);
}

static bool begins(const struct core *c, const char *word)
{
    size_t len = strlen(word);
    return c->len >= len && strncasecmp(c->s, word, len) == 0;
}

/* Things that are never an answer, whichever platform asked. False: none of them. */
static bool judge_foreign(const struct core *c, struct findings *f)
{
    if (c->len == 0) {
        findings_add(f, BAD("empty"), "回答是空的", "the answer is empty");
    } else if (begins(c, "\xef\xbb\xbf")) {
        findings_add(f, BAD("bom"), "回答以 BOM 开头：文件存成了带 BOM 的 UTF-8",
                     "it begins with a byte order mark: some source file was saved with one");
    } else if (begins(c, "<!doctype html") || begins(c, "<html")) {
        findings_add(f, BAD("html"), "回答是 HTML 页面：可能是登录页、错误页或框架的模板",
                     "it is an HTML page: a login page, an error page or a framework's template");
    } else if (c->s[0] == '{' || c->s[0] == '[' || c->s[0] == '"') {
        findings_add(f, BAD("json"), "回答是 JSON：那是 V3 接口的写法，V2 不认",
                     "it is JSON: that is for the V3 API, V2 does not take it");
    } else {
        return false;
    }
    return true;
}

static enum answer_verdict judge_code(const char *code, struct findings *f)
{
    char shown[FINDING_SHOWN_MAX];
    if (code && strcmp(code, "SUCCESS") == 0)
        return ANSWER_ACKNOWLEDGED;
    if (code && strcmp(code, "FAIL") == 0)
        return ANSWER_REFUSED;
    if (!code)
        findings_add(f, BAD("no-return-code"), "回答里没有 return_code",
                     "the answer has no return_code");
    else if (strcasecmp(code, "SUCCESS") == 0)
        findings_add(f, BAD("lower-case"), "return_code 要大写：SUCCESS",
                     "return_code must be in upper case: SUCCESS");
    else
        findings_add(f, BAD("return-code"), "return_code 是 %s，应为 SUCCESS 或 FAIL",
                     "return_code is %s, not SUCCESS or FAIL",
                     finding_shown(code, strlen(code), false, shown));
    return ANSWER_INVALID;
}

static enum answer_verdict judge_official(const struct core *c, struct findings *f)
{
    struct params p = {0};
    struct err err = {0};
    enum answer_verdict v = ANSWER_INVALID;
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];

    if (same(c, "success", true) || same(c, "ok", true) || same(c, "fail", true)) {
        findings_add(f, BAD("plain"), "回答是纯文本，要回答 XML（success 是第三方网关的写法）",
                     "it is plain text, XML is expected (plain success is for the third-party "
                     "gateway)");
    } else if (xml_read(c->s, c->len, &p, NULL, &err)) {
        err_line(&err, LANG_ZH, zh, sizeof zh);
        err_line(&err, LANG_EN, en, sizeof en);
        findings_add(f, BAD("not-xml"), "回答不是可用的 XML：%.200s%.0s",
                     "it is no usable XML: %.0s%.200s", zh, en);
    } else {
        v = judge_code(params_get(&p, "return_code"), f);
    }
    if (v != ANSWER_INVALID && (c->before || c->after))
        findings_add(f, ODD("blanks"), "XML 前后有空白或空行，最好去掉",
                     "there are blanks or empty lines around the XML: better without");
    params_clear(&p);
    return v;
}

static enum answer_verdict judge_gateway(const struct core *c, struct findings *f)
{
    if (begins(c, "<")) {
        findings_add(f, BAD("xml"), "第三方网关要的是 success 七个字节，不是 XML",
                     "this gateway wants the seven bytes success, not XML");
        return ANSWER_INVALID;
    }
    if (same(c, "fail", false))
        return ANSWER_REFUSED;
    if (!same(c, "success", true)) {
        char shown[FINDING_SHOWN_MAX];
        findings_add(f, BAD("not-success"), "回答是 %s，应为 success", "it is %s, not success",
                     finding_shown(c->s, c->len, false, shown));
        return ANSWER_INVALID;
    }
    if (!same(c, "success", false)) {
        findings_add(f, BAD("upper-case"), "success 要小写", "success must be in lower case");
        return ANSWER_INVALID;
    }
    if (c->before || c->after) {
        findings_add(f, BAD("blanks"), "success 前后有空白或换行：必须恰好七个字节",
                     "there are blanks or line ends around success: it must be seven bytes");
        return ANSWER_INVALID;
    }
    return ANSWER_ACKNOWLEDGED;
}

/* What to do about it is said to who makes a call: query the order. Here that is no advice. */
static void say_no_answer(const struct err *err, struct findings *f)
{
    char parts[LANG_COUNT][2][ERR_TEXT_MAX];
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        err_part(err, (enum lang)lang, ERR_WHAT, parts[lang][0], ERR_TEXT_MAX);
        err_part(err, (enum lang)lang, ERR_WHY, parts[lang][1], ERR_TEXT_MAX);
    }
    const char *zh = parts[LANG_ZH][1], *en = parts[LANG_EN][1];
    findings_add(f, BAD("no-answer"), "没有回答：%.120s%s%.200s%.0s%.0s%.0s",
                 "no answer: %.0s%.0s%.0s%.120s%s%.200s", parts[LANG_ZH][0], zh[0] ? "：" : "", zh,
                 parts[LANG_EN][0], en[0] ? ": " : "", en);
}

/* The outside: did it come, in time, as HTTP wants? False: it makes the answer invalid. */
static bool judge_http(const struct answer_seen *a, struct findings *f)
{
    if (a->err && a->err->status) {
        say_no_answer(a->err, f);
        return false;
    }
    if (a->status < 200 || a->status > 299) {
        findings_add(f, BAD("status"), "HTTP 状态是 %ld，应为 200%s%.0s",
                     "the HTTP status is %ld, 200 is expected%.0s%s", a->status,
                     a->status >= 300 && a->status < 400 ? "；平台不跟随重定向" : "",
                     a->status >= 300 && a->status < 400 ? "; redirects are not followed" : "");
        return false;
    }
    if (a->ms > ANSWER_PATIENCE_MS) {
        findings_add(f, BAD("slow"), "用了 %.1f 秒，平台只等 5 秒：先回答，再做耗时的事",
                     "it took %.1f s, the platform waits 5: answer first, do slow work afterwards",
                     a->ms / 1000);
        return false;
    }
    return true;
}

static void judge_type(const char *type, struct findings *f)
{
    char shown[FINDING_SHOWN_MAX];
    if (!type || !type[0] || strcasestr(type, "xml") || strcasestr(type, "text/plain"))
        return;
    findings_add(f, ODD("content-type"), "内容类型是 %s；平台不看它，text/xml 更好",
                 "the content type is %s; the platform ignores it, text/xml is better",
                 finding_shown(type, strlen(type), false, shown));
}

enum answer_verdict answer_judge(bool gateway, const struct answer_seen *a,
                                 struct findings *findings)
{
    if (!judge_http(a, findings))
        return ANSWER_INVALID;
    struct core c = trim(a->body ? a->body : "", a->body ? a->len : 0);
    if (judge_foreign(&c, findings))
        return ANSWER_INVALID;
    if (gateway)
        return judge_gateway(&c, findings);
    enum answer_verdict v = judge_official(&c, findings);
    if (v != ANSWER_INVALID)
        judge_type(a->content_type, findings);
    return v;
}

bool answer_says_success(bool gateway, const struct answer_seen *a)
{
    struct answer_seen prompt = *a;
    struct findings unsaid = {0};
    prompt.ms = 0;
    bool success = answer_judge(gateway, &prompt, &unsaid) == ANSWER_ACKNOWLEDGED;
    findings_clear(&unsaid);
    return success;
}

/* As much as stands in a line and in `out`, whole characters. */
static void show(const char *s, size_t len, char out[ANSWER_SAID_MAX])
{
    int cells = 160;
    struct buf visible;
    size_t look = len < 4 * ANSWER_SAID_MAX ? len : 4 * ANSWER_SAID_MAX;
    buf_init(&visible, (size_t)TEXT_MARKS_MAX * 4 * 4 * ANSWER_SAID_MAX);
    text_visible(&visible, s, look, 0);
    size_t fits = text_clip(buf_str(&visible), visible.len, cells, NULL);
    while (fits > ANSWER_SAID_MAX - 4)
        fits = text_clip(buf_str(&visible), visible.len, --cells, NULL);
    snprintf(out, ANSWER_SAID_MAX, "%.*s%s", (int)fits, buf_str(&visible),
             fits < visible.len || look < len ? "…" : "");
    buf_clear(&visible);
}

void answer_said(const struct answer_seen *a, char out[ANSWER_SAID_MAX])
{
    static const char *const names[] = {"return_msg", "return_code"};
    struct core c = trim(a->body ? a->body : "", a->body ? a->len : 0), said = {0};
    struct params p = {0};
    xml_read(c.s, c.len, &p, NULL, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(names) && said.len == 0; i++) {
        const char *value = params_get(&p, names[i]);
        said = trim(value ? value : "", value ? strlen(value) : 0);
    }
    c = said.len ? said : c;
    show(c.s, c.len, out);
    params_clear(&p);
}
