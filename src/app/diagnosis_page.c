/* SPDX-License-Identifier: MIT */
/* Parts of the page in the order of a reader's questions. */
#include "app/diagnosis_page.h"

#include <stdio.h>
#include <string.h>

#include "app/diagnosis_texts.h"

#include "core/text.h"

#define SENTENCE_MAX 1024
#define ITEMS_MAX 8

/* ---- Headline ---- */

static const struct bi states[] = {
    [DIAGNOSE_SEARCHING] = {"还在查找", "still searching"},
    [DIAGNOSE_VALID] = {"签名成立", "the signature holds"},
    [DIAGNOSE_EXPLAINED] = {"签名不符，原因已找到", "the signature differs, and why is known"},
    [DIAGNOSE_UNEXPLAINED] = {"签名不符，没有找到原因",
                              "the signature differs; no cause was found"},
    [DIAGNOSE_NO_SIGN] = {"报文里没有签名", "there is no signature"},
    [DIAGNOSE_BAD_SHAPE] = {"收到的不像 V2 的签名", "what was received is no signature of V2"},
    [DIAGNOSE_CANCELLED] = {"签名不符，查找被取消",
                            "the signature differs; the search was cancelled"},
};

/* "`body`, `attach`: " of the fields concerned; "" without any. */
static void fields_of(const struct diagnose_cause *c, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < c->field_count && i < 4 && at + 80 < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s`%.*s`", i ? ", " : "",
                               (int)c->fields[i].len, c->fields[i].s);
    if (at > 0)
        snprintf(out + at, size - at, "%s: ", c->field_count > 4 ? ", .." : "");
}

/* Is it one of the forms of a value that read "signed `body` as GBK"? */
static bool is_rendering(const struct diagnose_cause *c)
{
    return c->field_count > 0 && c->how.en && strncmp(c->how.en, "as ", 3) == 0;
}

void diagnosis_headline(const struct diagnosis *d, enum lang lang, char *out, size_t size)
{
    struct diagnose_answer answer;
    char sentence[SENTENCE_MAX], fields[320];
    if (diagnose_answers(d) == 0) {
        snprintf(out, size, "%s", bi_get(states[diagnose_state(d)], lang));
        return;
    }
    diagnose_answer(d, 0, &answer);
    const char *more = answer.count > 1 ? L(lang, "（另有原因）", " (and more)") : "";
    fields_of(&answer.causes[0], fields, sizeof(fields));
    if (is_rendering(&answer.causes[0])) {
        fields[strlen(fields) - 2] = '\0'; /* without ": " */
        snprintf(out, size,
                 L(lang, "不符：对方签名时 %s %s%s", "differs: the other side signed %s %s%s"),
                 fields, bi_get(answer.causes[0].how, lang), more);
        return;
    }
    diagnose_sentence(&answer.causes[0], lang, sentence, sizeof(sentence));
    snprintf(out, size, L(lang, "不符：%s%s%s", "differs: %s%s%s"), fields, sentence, more);
}

/* Before what belongs to the line above; in Markdown it would make code of it. */
static const char *indent(const struct page *p)
{
    return p->form == PAGE_TEXT ? "    " : "";
}

/* ---- Causes ---- */

static void add_cause(struct page *p, const struct diagnose_cause *c)
{
    char line[2 * SENTENCE_MAX], sentence[SENTENCE_MAX], fields[320];
    diagnose_sentence(c, p->lang, sentence, sizeof(sentence));
    fields_of(c, fields, sizeof(fields));
    snprintf(line, sizeof(line), "[%s] %s%s", c->cause->id, fields, sentence);
    page_text(p, line);
    snprintf(line, sizeof(line), "%s%s%s", indent(p), L(p->lang, "改法：", "do: "),
             bi_get(c->cause->fix, p->lang));
    page_text(p, line);
    size_t at = 0;
    for (size_t i = 0; i < c->same_count && at + 40 < sizeof(line); i++)
        at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s", i ? ", " : "", c->same_as[i]);
    if (at > 0) {
        snprintf(sentence, sizeof(sentence), "%s%s%.900s", indent(p),
                 L(p->lang, "计算上无法区分：", "cannot be told apart from: "), line);
        page_text(p, sentence);
    }
}

static void add_answers(struct page *p, const struct diagnosis *d)
{
    struct diagnose_answer answer;
    size_t count = diagnose_answers(d);
    if (count == 0)
        return;
    page_heading(p, L(p->lang, "原因（重算后与收到的签名逐位相同）",
                      "Cause (recomputing with it gives the signature bit for bit)"));
    diagnose_answer(d, 0, &answer);
    for (size_t i = 0; i < answer.count; i++)
        add_cause(p, &answer.causes[i]);
    if (count == 1)
        return;
    page_heading(p, L(p->lang, "其他解释", "Other explanations"));
    for (size_t i = 1; i < count && i <= ITEMS_MAX; i++) {
        diagnose_answer(d, i, &answer);
        for (size_t k = 0; k < answer.count; k++)
            add_cause(p, &answer.causes[k]);
    }
}

/* ---- Without an answer ---- */

static void add_list(struct page *p, const char *heading, const struct bi *items, size_t count)
{
    char line[SENTENCE_MAX];
    if (count == 0)
        return;
    page_heading(p, heading);
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof(line), "- %s", bi_get(items[i], p->lang));
        page_text(p, line);
    }
}

static void add_excluded(struct page *p, const struct diagnosis *d)
{
    struct diagnose_excluded excluded[AXIS_COUNT];
    size_t count = diagnose_excluded(d, excluded);
    char number[32];
    if (count == 0)
        return;
    page_heading(p, L(p->lang, "已排除", "Excluded"));
    page_table(p, 2);
    page_cell(p, L(p->lang, "方面", "kind of mistake"));
    page_cell(p, L(p->lang, "试过的形式", "forms tried"));
    for (size_t i = 0; i < count; i++) {
        page_cell(p, bi_get(move_axis_text(excluded[i].axis), p->lang));
        snprintf(number, sizeof(number), "%zu", excluded[i].forms);
        page_cell(p, number);
    }
    page_table_end(p);
}

static struct bi left_out_heading(const struct diagnosis *d)
{
    if (diagnose_state(d) == DIAGNOSE_CANCELLED)
        return (struct bi){"没有试完（查找被取消；控制台的“试到底”继续）",
                           "Not tried (the search was cancelled; the console's “Go on” does)"};
    if (diagnose_is_thorough(d))
        return (struct bi){"没有试完（试到底也耗时太长）",
                           "Not tried (it would take too long even so)"};
    return (struct bi){"没有试完（耗时太长；命令行加 --thorough，或控制台的“试到底”继续）",
                       "Not tried (it would take long; the command with --thorough does, and the "
                       "console's “Go on”)"};
}

/* What could have been tried and was not. */
static void add_left_out(struct page *p, const struct diagnosis *d)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    char line[SENTENCE_MAX];
    size_t count = diagnose_left_out(d, left);
    if (count == 0)
        return;
    page_heading(p, bi_get(left_out_heading(d), p->lang));
    for (size_t i = 0; i < count; i++) {
        const char *what = bi_get(left[i].what, p->lang);
        if (left[i].count > 0)
            snprintf(line, sizeof(line), L(p->lang, "- %s：%zu 个", "- %s: %zu"), what,
                     left[i].count);
        else if (left[i].percent == 0)
            snprintf(line, sizeof(line),
                     L(p->lang, "- %s：试了不到 1%%", "- %s: less than 1%% tried"), what);
        else
            snprintf(line, sizeof(line), L(p->lang, "- %s：试了约 %u%%", "- %s: about %u%% tried"),
                     what, left[i].percent);
        page_text(p, line);
    }
}

static void add_snippets(struct page *p)
{
    size_t count;
    const struct diagnose_snippet *s = diagnose_snippets(&count);
    page_heading(p, L(p->lang, "加一行日志，打印签名前的文本（$s / s 是拼接串）",
                      "One line of log that prints the joined text (s is that string)"));
    for (size_t i = 0; i < count; i++) {
        page_text(p, s[i].language);
        page_code(p, s[i].code, strlen(s[i].code));
    }
}

static void add_unexplained(struct page *p, const struct diagnosis *d)
{
    struct bi items[ITEMS_MAX];
    enum diagnose_state state = diagnose_state(d);
    if (state == DIAGNOSE_VALID || state == DIAGNOSE_NO_SIGN || diagnose_answers(d) > 0)
        return;
    page_text(p, bi_get(received_text(&diagnose_subject(d)->received), p->lang));
    add_excluded(p, d);
    add_left_out(p, d);
    add_list(p, L(p->lang, "不能靠计算判断的", "What computing cannot tell"), items,
             diagnose_open(items, ITEMS_MAX));
    add_list(p, L(p->lang, "接下来最有用的证据", "What would help most"), items,
             diagnose_next(d, items, ITEMS_MAX));
    add_snippets(p);
}

/* ---- Beliefs ---- */

static void add_folklore(struct page *p, const struct diagnosis *d)
{
    const struct folklore *said[FOLKLORE_MAX];
    char line[SENTENCE_MAX];
    size_t count = diagnose_folklore(d, said);
    if (count > 0)
        page_heading(p, L(p->lang, "常听到的说法", "What is often said"));
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof(line), L(p->lang, "“%s”——%s", "\"%s\": %s"),
                 bi_get(said[i]->claim, p->lang), bi_get(said[i]->answer, p->lang));
        page_text(p, line);
    }
}

/* ---- Advice, repairs ---- */

static void add_advice(struct page *p, const struct diagnosis_told *t, bool say_none)
{
    char line[SENTENCE_MAX];
    if (t->api && diagnose_subject(t->diagnosis)->kind == MESSAGE_ORDER &&
        (say_none || t->advice_count > 0)) {
        snprintf(line, sizeof(line),
                 L(p->lang, "按接口 %s 的规则看", "read by the rules of API %s"), t->api);
        page_text(p, line);
    }
    if (say_none && t->advice_count == 0)
        page_text(p, L(p->lang, "没有看到别的问题", "nothing else was seen"));
    if (t->advice_count == 0)
        return;
    page_heading(p, diagnose_state(t->diagnosis) == DIAGNOSE_VALID
                        ? L(p->lang, "签名成立，但网关仍可能拒绝",
                            "The signature holds, but the gateway may still refuse")
                        : L(p->lang, "另外看到的", "What was seen besides"));
    for (size_t i = 0; i < t->advice_count; i++) {
        const struct advice *a = &t->advice[i];
        snprintf(line, sizeof(line), "[%s] %s", a->cause->id, a->seen[p->lang]);
        page_text(p, line);
        snprintf(line, sizeof(line), "%s%s%s", indent(p), L(p->lang, "改法：", "do: "),
                 bi_get(a->cause->fix, p->lang));
        page_text(p, line);
    }
}

static void add_repairs(struct page *p, const struct repair_log *log, bool say_none)
{
    char line[SENTENCE_MAX];
    bool any = false;
    for (size_t i = 0; log && i < REPAIR_COUNT; i++)
        any = any || log->done[i];
    if (say_none && !any)
        page_text(p, L(p->lang, "报文没有修复过", "the message was not repaired"));
    for (size_t i = 0; log && i < REPAIR_COUNT; i++) {
        if (!log->done[i])
            continue;
        snprintf(line, sizeof(line), L(p->lang, "粘贴修复 %s：%s", "paste repair %s: %s"),
                 repair_name(NULL, i), bi_get(repair_text((enum repair_id)i), p->lang));
        page_text(p, line);
    }
    if (log && log->documents > 1) {
        snprintf(line, sizeof(line),
                 L(p->lang, "其中有 %zu 个报文，看的是第 %zu 个",
                   "the text holds %zu messages; this is number %zu"),
                 log->documents, log->number);
        page_text(p, line);
    }
}

/* ---- The key ---- */

static const struct bi key_texts[] = {
    [ORACLE_NO_EVIDENCE] = {"没有证据：手头没有网关为该商户签名的报文",
                            "no evidence: no message that the gateway signed for this merchant is "
                            "at hand"},
    [ORACLE_PROVES] = {"已证明是该商户的密钥", "proven to be this merchant's key"},
    [ORACLE_OTHER_KEY] =
        {"不是该商户的密钥：网关用的是另一个候选密钥",
         "not this merchant's key: the gateway uses another one of the candidates"},
    [ORACLE_SILENT] = {"未能证明：手头的报文用任何候选密钥都不成立（可能在途中改过）",
                       "not proven: no candidate key fits the messages at hand (they may have been "
                       "changed on the way)"},
};

static void add_key(struct page *p, const struct diagnosis_key *key)
{
    char text[512], fingerprint[SECRET_FINGERPRINT];
    enum oracle_answer answer = key->verdict.answer;
    secret_fingerprint(key->key, fingerprint);
    page_heading(p, L(p->lang, "密钥（只有指纹）", "The key (its fingerprint only)"));
    snprintf(text, sizeof(text),
             L(p->lang, "%zu 个字符%.0s，SHA-256 以 %s 开头", "%zu character%s, SHA-256 begins %s"),
             key->key->len, text_s(key->key->len), fingerprint);
    page_text(p, text);
    char by[256] = "";
    if (key->file)
        snprintf(by, sizeof(by), L(p->lang, "；依据 %.200s", "; by %.200s"), key->file);
    else if (key->row)
        snprintf(by, sizeof(by),
                 L(p->lang, "；依据历史第 %lld 条", "; by number %lld of the history"),
                 (long long)key->row);
    snprintf(text, sizeof(text), "%s%s%s%.80s", bi_get(key_texts[answer], p->lang), by,
             key->verdict.label && key->verdict.label[0] ? L(p->lang, "；密钥 ", "; key ") : "",
             key->verdict.label ? key->verdict.label : "");
    page_text(p, text);
}

struct json *diagnosis_key_json(const struct diagnosis_key *key)
{
    struct json *j = json_new_object();
    char fingerprint[SECRET_FINGERPRINT];
    secret_fingerprint(key->key, fingerprint);
    json_add_int(j, "length", (int64_t)key->key->len);
    json_add_string(j, "fingerprint", fingerprint);
    if (key->verdict.answer == ORACLE_PROVES || key->verdict.answer == ORACLE_OTHER_KEY)
        json_add_bool(j, "proven", key->verdict.answer == ORACLE_PROVES);
    json_add_string(j, "by", key->file);
    if (key->row)
        json_add_int(j, "by_row", key->row);
    json_add_string(j, "label", key->verdict.label);
    return j;
}

void diagnosis_page(const struct diagnosis_told *t, enum diagnosis_part part, struct page *p)
{
    const struct diagnosis *d = t->diagnosis;
    bool all = part == DIAGNOSIS_ALL;
    char line[SENTENCE_MAX];

    diagnosis_headline(d, p->lang, line, sizeof(line));
    page_begin(p, line);
    if (all || part == DIAGNOSIS_REPAIRS)
        add_repairs(p, t->repairs, !all);
    if (all || part == DIAGNOSIS_CAUSES)
        add_answers(p, d);
    if (t->signed_text.len && (all || part == DIAGNOSIS_TEXTS))
        diagnosis_given(p, d, t->signed_text);
    if (all || part == DIAGNOSIS_ADVICE)
        add_advice(p, t, !all);
    if (all || part == DIAGNOSIS_CAUSES)
        add_unexplained(p, d);
    if (t->key && (all || part == DIAGNOSIS_ADVICE))
        add_key(p, t->key);
    if (all || part == DIAGNOSIS_ADVICE)
        add_folklore(p, d);
    if (all || part == DIAGNOSIS_TEXTS)
        diagnosis_texts(p, d);
    if (all || part == DIAGNOSIS_STEPS)
        diagnosis_steps(p, d);
    page_end(p);
}

struct json *advice_json(const struct advice *advice, size_t count)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < count; i++) {
        struct json *j = json_new_object();
        json_add_string(j, "id", advice[i].cause->id);
        json_add_string(j, "zh", advice[i].seen[LANG_ZH]);
        json_add_string(j, "en", advice[i].seen[LANG_EN]);
        json_add_bi(j, "fix", advice[i].cause->fix);
        json_add_string(j, "field", advice[i].field[0] ? advice[i].field : NULL);
        json_push(list, j);
    }
    return list;
}
