/* SPDX-License-Identifier: MIT */
/*
 * Rows first, then how a row becomes bytes, then how answers become a result.
 */
#include "core/probe.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* clang-format off */
static const struct probe_check checks[] = {
    {.id = "at-once", .expect = PROBE_ACKNOWLEDGED, .posts = 2, .at_once = true,
     .title = {"没见过的通知同时来两次", "a new one, twice at once"},
     .why = {"并发的重复会造成重复发货、主键冲突或死锁，要按订单加锁",
             "repeats in parallel deliver twice, violate a unique key or deadlock unless the order is "
             "locked"}},
    {.id = "valid", .expect = PROBE_ACKNOWLEDGED, .valid = true,
     .title = {"有效通知", "valid"},
     .why = {"不确认的通知会被反复重发，订单停在未支付",
             "what is not acknowledged is repeated for a day, and the order stays unpaid"}},
    {.id = "again", .expect = PROBE_ACKNOWLEDGED, .repeats = true, .posts = 2,
     .title = {"同一通知再来两次", "the same again, twice"},
     .why = {"平台会重发：已处理过的仍要回答 SUCCESS，且不再发货",
             "the platform repeats: what was done already is acknowledged again, and not done twice"}},
    {.id = "unknown-fields", .expect = PROBE_ACKNOWLEDGED, .unknown = true,
     .title = {"含未知字段", "fields that are not documented"},
     .why = {"平台会新增字段，它们也参与签名：按收到的全部字段验签",
             "the platform adds fields, and they are signed: verify over all that is received"}},
    {.id = "coupons", .expect = PROBE_ACKNOWLEDGED, .coupons = true,
     .title = {"含代金券字段", "coupon fields"},
     .why = {"用券的订单多出 coupon_fee_$n 等字段，cash_fee 小于 total_fee",
             "orders paid with coupons bring coupon_fee_$n, and cash_fee is below total_fee"}},
    {.id = "characters", .expect = PROBE_ACKNOWLEDGED, .attach = true,
     .title = {"attach 含中文与 &<>\"'", "Chinese and &<>\"' in attach"},
     .why = {"验签要用 XML 解析后的 UTF-8 原值，不能转义，也不能按 GBK 处理",
             "what is signed is the value as parsed, in UTF-8: not escaped, not in another charset"}},
    {.id = "hmac-no-type", .expect = PROBE_ACKNOWLEDGED, .sign = PROBE_SIGN_BARE, .official = true,
     .title = {"HMAC-SHA256 签名而无 sign_type", "HMAC-SHA256 without sign_type"},
     .why = {"平台常不带 sign_type：算法要从签名长度或订单得知",
             "the platform often leaves sign_type away: the signature's length or the order tells"}},
    {.id = "unsigned", .expect = PROBE_REFUSED, .sign = PROBE_SIGN_NONE,
     .title = {"没有签名", "no sign"},
     .why = {"任何人都能发这样的通知，不付款就拿到货",
             "anybody can post one, and gets the goods without paying"}},
    {.id = "wrong-key", .expect = PROBE_REFUSED, .sign = PROBE_SIGN_KEY, .forged = true,
     .title = {"用别的密钥签名", "signed with another key"},
     .why = {"签名没有与自己的密钥核对，等于没有验签",
             "a signature that is not checked with the own key is no signature"}},
    {.id = "amount", .expect = PROBE_REFUSED, .altered = true, .forged = true,
     .title = {"签名后改了金额", "amount altered after signing"},
     .why = {"只看有没有 sign、不重新计算的应用会收下改过的金额",
             "who sees a sign and does not compute it takes any amount"}},
    {.id = "other-merchant", .expect = PROBE_REFUSED, .merchant = true,
     .title = {"别的商户号，用本商户密钥签名", "another merchant's number, signed with our key"},
     .why = {"还要核对 mch_id 与 appid：通知说的未必是自己的订单",
             "mch_id and appid are to be compared too: it may not be about an order of ours"}},
    {.id = "other-algorithm", .expect = PROBE_REFUSED, .sign = PROBE_SIGN_OTHER, .official = true,
     .title = {"sign_type 与签名算法不一致", "sign by the other algorithm than sign_type says"},
     .why = {"两种算法都试的应用会让人退回到较弱的 MD5",
             "who tries both lets an attacker fall back to the weaker MD5"}},
    {.id = "lower-case", .expect = PROBE_REFUSED, .sign = PROBE_SIGN_LOWER, .official = true,
     .title = {"签名是小写", "sign in lower case"},
     .why = {"平台只发大写：不区分大小写说明比较得不严",
             "the platform sends upper case only: the comparison is looser than it should be"}},
    {.id = "broken-xml", .expect = PROBE_REFUSED, .shape = PROBE_CUT,
     .title = {"XML 不完整", "XML that is cut off"},
     .why = {"断开的连接会留下半个文档，不能当作支付成功",
             "a broken connection leaves half a document, which tells of no payment"}},
    {.id = "empty", .expect = PROBE_REFUSED, .shape = PROBE_EMPTY,
     .title = {"空的请求体", "an empty body"},
     .why = {"没有内容就没有支付；应用也不该因此出错退出",
             "there is no payment in nothing; nor should the application die of it"}},
    {.id = "method", .expect = PROBE_REFUSED, .shape = PROBE_GET,
     .title = {"用 GET 方法", "method GET"},
     .why = {"浏览器和爬虫会访问这个地址，不能当作通知",
             "browsers and crawlers visit the address, which is no notification"}},
    {.id = "external-entity", .expect = PROBE_NOT_FETCHED, .shape = PROBE_EXTERNAL,
     .title = {"DOCTYPE 外部实体指向我方端口", "DOCTYPE with external entities that lead to our port"},
     .why = {"会解析外部实体的应用能被用来读文件、访问内网（CVE-2018-13439、CVE-2018-20318）",
             "who resolves them lets others read files and the inner network (CVE-2018-13439, "
             "CVE-2018-20318)"}},
    {.id = "file-entity", .expect = PROBE_REFUSED, .shape = PROBE_FILE,
     .title = {"DOCTYPE 外部实体指向本机文件", "DOCTYPE with an external entity that names a file of ours"},
     .why = {"不许联网的解析器（LIBXML_NOENT 加 LIBXML_NONET）照样能被用来读服务器上的文件",
             "a parser that may not use the network (LIBXML_NOENT with LIBXML_NONET) still lets "
             "others read the server's files"}},
    {.id = "entity-expansion", .expect = PROBE_REFUSED, .shape = PROBE_NESTED,
     .title = {"嵌套的内部实体（展开后 16 字节）", "entities inside entities (16 bytes in the end)"},
     .why = {"会展开内部实体的应用能被几百字节耗尽内存：应拒绝 DOCTYPE",
             "a few hundred bytes exhaust the memory of who expands them: refuse any DOCTYPE"}},
};
/* clang-format on */

const struct probe_check *probe_checks(size_t *count)
{
    *count = ARRAY_COUNT(checks);
    return checks;
}

const char *probe_expect_name(enum probe_expect e)
{
    static const char *const names[] = {[PROBE_ACKNOWLEDGED] = "acknowledged",
                                        [PROBE_REFUSED] = "refused",
                                        [PROBE_NOT_FETCHED] = "not-fetched"};
    return names[e];
}

/* ---- Building ---- */

#define MARK "@@wxpc-probe-entity@@" /* the place of the entity, while the document is written */
#define ENTITY "&probe;"
#define NESTED "wxpc"
#define NESTED_TEXT NESTED NESTED NESTED NESTED

static enum status put(struct template *t, const char *name, const char *value, struct err *err)
{
    return params_set_n(&t->params, name, strlen(name), value, strlen(value), PARAM_GENERATED, err);
}

/* A number that is nobody's: each digit's complement. */
static enum status change_merchant(struct template *t, struct err *err)
{
    char other[64];
    const char *own = params_get(&t->params, "mch_id");
    snprintf(other, sizeof other, "%s", own ? own : "0");
    for (char *c = other; *c; c++) {
        if (*c >= '0' && *c <= '9')
            *c = (char)('9' - (*c - '0'));
    }
    return put(t, "mch_id", other, err);
}

/* The text that the entity of a shape stands for; NULL: it has none. */
static const char *entity_text(enum probe_shape shape, const struct probe_source *s)
{
    return shape == PROBE_EXTERNAL ? PROBE_FETCHED
           : shape == PROBE_FILE   ? s->content
           : shape == PROBE_NESTED ? NESTED_TEXT
                                   : NULL;
}

/* What is different before it is signed. */
static enum status change(const struct probe_check *c, const struct probe_source *s,
                          struct template *t, struct err *err)
{
    enum status st = ST_OK;
    const char *entity = entity_text(c->shape, s);

    if (c->coupons)
        template_add_coupons(t);
    if (c->unknown) {
        st = put(t, "wxpc_probe_0", "不认识的字段", err);
        st = st ? st : put(t, "Zz_probe", "1", err);
        st = st ? st : put(t, "a_probe", "0", err);
    }
    if (!st && c->attach)
        st = put(t, "attach", PROBE_ATTACH, err);
    if (!st && c->merchant)
        st = change_merchant(t, err);
    if (c->sign == PROBE_SIGN_BARE)
        params_remove(&t->params, "sign_type"); /* also one that the user set for the others */
    if (!st && c->sign == PROBE_SIGN_OTHER)
        st = put(t, "sign_type", sign_kind_name(SIGN_HMAC_SHA256), err);
    if (!st && entity)
        st = put(t, "attach", entity, err);
    return st;
}

static struct template_sign signing(const struct probe_check *c, const struct probe_source *s)
{
    struct template_sign how = {.kind = s->kind, .key = s->key, .with_type = true};
    how.unsigned_ = c->sign == PROBE_SIGN_NONE;
    how.forged = c->sign == PROBE_SIGN_KEY;
    if (c->sign == PROBE_SIGN_BARE) {
        how.kind = SIGN_HMAC_SHA256;
        how.with_type = false;
    } else if (c->sign == PROBE_SIGN_OTHER) {
        how.kind = SIGN_MD5;
    }
    return how;
}

/* What is different after it is signed. */
static enum status spoil(const struct probe_check *c, const struct probe_source *s,
                         struct template *t, struct err *err)
{
    enum status st = ST_OK;
    if (c->altered)
        template_alter_amount(t);
    if (c->sign == PROBE_SIGN_LOWER) {
        char hex[SIGN_HEX_MAX];
        snprintf(hex, sizeof hex, "%s", params_get(&t->params, "sign"));
        for (char *h = hex; *h; h++)
            *h = *h >= 'A' && *h <= 'F' ? (char)(*h + 32) : *h;
        st = put(t, "sign", hex, err);
    }
    if (!st && entity_text(c->shape, s))
        st = put(t, "attach", MARK, err);
    return st;
}

/* The general entity stands before the parameter entity: a parser that does not read that one
   looks at no declaration behind it (XML 1.0, 5.1). */
static void add_external(const struct probe_source *s, struct buf *out)
{
    buf_addf(out,
             "<!DOCTYPE xml SYSTEM \"%s/dtd\" [\n<!ENTITY probe SYSTEM \"%s/entity\">\n"
             "<!ENTITY %% parameter SYSTEM \"%s/parameter\">\n%%parameter;\n]>\n",
             s->base, s->base, s->base);
}

static void add_doctype(enum probe_shape shape, const struct probe_source *s, struct buf *out)
{
    if (shape == PROBE_EXTERNAL)
        add_external(s, out);
    else if (shape == PROBE_FILE)
        buf_addf(out, "<!DOCTYPE xml [\n<!ENTITY probe SYSTEM \"file://%s\">\n]>\n", s->file);
    else
        buf_adds(out, "<!DOCTYPE xml [\n<!ENTITY p0 \"" NESTED "\">\n<!ENTITY p1 \"&p0;&p0;\">\n"
                      "<!ENTITY probe \"&p1;&p1;\">\n]>\n");
}

static void shape_body(const struct probe_check *c, const struct probe_source *s,
                       const struct buf *document, struct buf *out)
{
    static const char mark[] = "<![CDATA[" MARK "]]>";
    const char *text = buf_str(document), *at = strstr(text, mark);

    if (c->shape == PROBE_CUT) {
        buf_add(out, text, document->len / 2);
        return;
    }
    if (!at) {
        buf_add(out, text, document->len);
        return;
    }
    add_doctype(c->shape, s, out);
    buf_add(out, text, (size_t)(at - text));
    buf_adds(out, ENTITY);
    buf_adds(out, at + sizeof mark - 1);
}

enum status probe_build(const struct probe_check *check, const struct probe_source *s,
                        struct buf *body, struct err *err)
{
    struct template_sign how = signing(check, s);
    struct template t = {0};
    struct buf document;

    if (check->shape == PROBE_EMPTY || check->shape == PROBE_GET)
        return ST_OK;
    buf_init(&document, 4 * PROBE_BODY_MAX);
    enum status st = template_fill(s->template, &t, err);
    if (!st)
        st = change(check, s, &t, err);
    if (!st)
        st = template_write(&t, &how, NULL, &document, err);
    if (!st)
        st = spoil(check, s, &t, err);
    buf_reset(&document);
    if (!st) /* as it is now: a sign that is there stays */
        st = template_write(&t, &how, NULL, &document, err);
    if (!st)
        shape_body(check, s, &document, body);
    template_clear(&t);
    buf_clear(&document);
    return st;
}

const char *probe_served(const char *path)
{
    static const struct {
        const char *path, *text;
    } all[] = {{"/entity", PROBE_FETCHED}, {"/parameter", "<!-- -->"}, {"/dtd", "<!-- -->"}};
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        if (strcmp(all[i].path, path) == 0)
            return all[i].text;
    }
    return NULL;
}

/* ---- Judging ---- */

static void say(struct probe_finding *out, const char *zh, const char *en)
{
    snprintf(out->text[LANG_ZH], sizeof out->text[LANG_ZH], "%s", zh);
    snprintf(out->text[LANG_EN], sizeof out->text[LANG_EN], "%s", en);
}

/* One answer of those to a check. */
struct judged {
    bool answered;
    enum answer_verdict verdict;
    const struct answer_seen *answer;
    struct findings findings;
};

static void judge_one(const struct answer_seen *a, bool gateway, struct judged *out)
{
    *out = (struct judged){.answer = a, .answered = !a->err || !a->err->status};
    out->verdict = answer_judge(gateway, a, &out->findings);
}

void probe_remark(const struct finding *f, struct probe_finding *out)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char *text = out->text[lang];
        size_t len = strlen(text), more = strlen(f->text[lang]);
        if (strstr(text, f->text[lang]) || len + more + 4 > sizeof out->text[lang])
            continue;
        snprintf(text + len, sizeof out->text[lang] - len, "%s%s",
                 !len              ? ""
                 : lang == LANG_ZH ? "；"
                                   : "; ",
                 f->text[lang]);
    }
}

/* What is odd about an answer that counts all the same. */
static void say_odd(const struct judged *j, struct probe_finding *out)
{
    for (size_t i = 0; i < j->findings.count; i++)
        probe_remark(&j->findings.items[i], out);
}

/* Why an answer did not acknowledge. */
static void say_not(const struct judged *j, struct probe_finding *out)
{
    char said[ANSWER_SAID_MAX], zh[FINDING_TEXT_MAX], en[FINDING_TEXT_MAX];
    for (size_t i = 0; i < j->findings.count; i++) {
        const struct finding *f = &j->findings.items[i];
        if (f->severity == SEVERITY_ERROR) {
            say(out, f->text[LANG_ZH], f->text[LANG_EN]);
            return;
        }
    }
    answer_said(j->answer, said);
    snprintf(zh, sizeof zh, "它拒绝了：%s", said);
    snprintf(en, sizeof en, "it refuses: %s", said);
    say(out, zh, en);
}

static const char *got_of(const struct judged *j)
{
    return j->answered ? answer_verdict_name(j->verdict) : "no-answer";
}

static void judge_acknowledged(const struct judged *all, size_t count, struct probe_finding *out)
{
    out->result = PROBE_PASSED;
    out->got = answer_verdict_name(ANSWER_ACKNOWLEDGED);
    for (size_t i = 0; i < count; i++) {
        if (all[i].verdict == ANSWER_ACKNOWLEDGED) {
            say_odd(&all[i], out);
            continue;
        }
        out->result = PROBE_FAILED;
        out->got = got_of(&all[i]);
        say_not(&all[i], out);
        return;
    }
}

static void say_acknowledged(const struct probe_check *check, const struct probe_seen *seen,
                             struct probe_finding *out)
{
    bool by_sign = check->shape == PROBE_FILE || check->shape == PROBE_NESTED;
    out->result = PROBE_FAILED;
    out->got = answer_verdict_name(ANSWER_ACKNOWLEDGED);
    if (by_sign && seen->forged) {
        out->result = PROBE_UNKNOWN;
        say(out, "无法判断：它连伪造的通知也确认",
            "cannot be told: it acknowledges forged ones too");
    } else if (check->shape == PROBE_NESTED) {
        out->got = "expanded";
        say(out, "它确认了：签名只对展开后的文本成立，所以它展开了实体",
            "it acknowledged: the signature holds over the expanded text only, so it expands "
            "entities");
    } else if (check->shape == PROBE_FILE) {
        out->got = "read";
        say(out, "它确认了：签名只对文件的内容成立，所以它读了本机的文件",
            "it acknowledged: the signature holds over what the file contains only, so it reads "
            "local files");
    } else if (check->shape == PROBE_EXTERNAL) {
        say(out, "没有来取，但它确认了这个通知",
            "nothing was fetched, but it acknowledged this one");
    } else {
        say(out, "它确认了这个通知", "it acknowledged this one");
    }
}

static void judge_refused(const struct probe_check *check, const struct probe_seen *seen,
                          const struct judged *j, struct probe_finding *out)
{
    out->got = got_of(j);
    out->result = PROBE_PASSED;
    if (j->verdict == ANSWER_ACKNOWLEDGED) {
        say_acknowledged(check, seen, out);
    } else if (!j->answered) {
        out->result = PROBE_FAILED;
        say_not(j, out);
    } else if (!seen->baseline) {
        out->result = PROBE_UNKNOWN;
        say(out, "有效的通知也没有被确认，所以这里的拒绝说明不了什么",
            "the valid one is not acknowledged either, so a refusal here tells nothing");
    } else if (j->answer->status >= 500) {
        say(out, "没有确认，但 HTTP 状态像是未处理的异常",
            "not acknowledged, but the HTTP status looks like an error nobody handles");
    }
}

static void judge_fetched(const struct probe_check *check, const struct probe_seen *seen,
                          const struct judged *j, struct probe_finding *out)
{
    char zh[FINDING_TEXT_MAX], en[FINDING_TEXT_MAX];
    if (seen->fetched) {
        out->result = PROBE_FAILED;
        out->got = "fetched";
        snprintf(zh, sizeof zh, "它向我方端口取了 %s：会解析外部实体", seen->fetched);
        snprintf(en, sizeof en, "it fetched %s from our port: it resolves external entities",
                 seen->fetched);
        say(out, zh, en);
        return;
    }
    judge_refused(check, seen, j, out);
    if (out->result == PROBE_PASSED && !seen->local) {
        out->result = PROBE_UNKNOWN;
        say(out, "没有来取，但它未必能连到我方端口，因此无法判断",
            "nothing was fetched, but it may not reach our port: this cannot be told");
    }
}

void probe_judge(const struct probe_check *check, const struct probe_seen *seen,
                 struct probe_finding *out)
{
    struct judged all[PROBE_POSTS_MAX] = {0};
    *out = (struct probe_finding){.check = check, .ms = -1};
    for (size_t i = 0; i < seen->count; i++) {
        judge_one(&seen->answers[i], seen->gateway, &all[i]);
        if (all[i].answered && seen->answers[i].ms > out->ms)
            out->ms = seen->answers[i].ms;
        if (seen->answers[i].status)
            out->status = seen->answers[i].status;
        out->acknowledged += all[i].verdict == ANSWER_ACKNOWLEDGED;
    }
    if (check->expect == PROBE_ACKNOWLEDGED)
        judge_acknowledged(all, seen->count, out);
    else if (check->expect == PROBE_REFUSED)
        judge_refused(check, seen, &all[0], out);
    else
        judge_fetched(check, seen, &all[0], out);
    for (size_t i = 0; i < seen->count; i++)
        findings_clear(&all[i].findings);
}

void probe_skip(const struct probe_check *check, enum probe_skip why, struct probe_finding *out)
{
    static const struct bi texts[] = {
        [PROBE_MUTE] = {"没有发送：有效的通知没有得到应答",
                        "not sent: the valid one got no answer"},
        [PROBE_ELSEWHERE] = {"没有发送：它在另一台机器上，读不到本机的文件，因此无法判断",
                             "not sent: it is on another machine, where our file is not: this "
                             "cannot be told"},
        [PROBE_NO_FILE] = {"没有发送：/tmp 里不能创建文件",
                           "not sent: no file can be made in /tmp"},
    };
    *out = (struct probe_finding){
        .check = check, .result = PROBE_UNKNOWN, .got = "not-sent", .ms = -1};
    say(out, texts[why].zh, texts[why].en);
}
