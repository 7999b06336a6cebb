/* SPDX-License-Identifier: MIT */
#include "app/diagnosis_texts.h"

#include <stdio.h>
#include <string.h>

#include "core/joined.h"
#include "core/text.h"

#define SENTENCE_MAX 512
#define ALIGNED_MAX (1u << 20) /* bytes of the aligned texts */

/* Both texts parameter by parameter; nothing when they differ in the key alone. */
static void add_alignment(struct page *p, const struct buf *right, const struct buf *found)
{
    struct joined j;
    struct buf out;
    joined_align((struct span){buf_str(right), right->len},
                 (struct span){buf_str(found), found->len}, &j);
    buf_init(&out, ALIGNED_MAX);
    if (j.differing > 0) {
        page_heading(p, L(p->lang, "逐个参数对照（- 应当，+ 实际，~ 次序不同）",
                          "Parameter by parameter (- should be, + was, ~ in another place)"));
        joined_write(&j, &out);
        page_code(p, buf_str(&out), out.len);
    }
    buf_clear(&out);
    joined_clear(&j);
}

/* A joined text; of a parameter that is not UTF-8 every byte shows. */
static void add_joined(struct page *p, const struct buf *text)
{
    struct span rest = {buf_str(text), text->len}, part;
    struct buf out;
    buf_init(&out, 4 * RECIPE_TEXT_MAX + 1024);
    for (bool first = true; rest.s && span_next_part(&rest, '&', &part); first = false) {
        if (!first)
            buf_addc(&out, '&');
        joined_visible(&out, part, text_valid(part.s, part.len, NULL));
    }
    page_code(p, buf_str(&out), out.len);
    buf_clear(&out);
}

void diagnosis_texts(struct page *p, const struct diagnosis *d)
{
    struct buf right, found;
    char sign[DIGEST_HEX_MAX];
    const struct subject *s = diagnose_subject(d);

    buf_init_secret(&right, 2 * RECIPE_TEXT_MAX);
    buf_init_secret(&found, 2 * RECIPE_TEXT_MAX);
    diagnose_right_text(d, &right);
    diagnose_found_text(d, 0, &found);
    page_heading(p, L(p->lang, "应当拼接的文本（密钥已遮盖）",
                      "The text that should be joined (key masked)"));
    add_joined(p, &right);
    if (found.len > 0) {
        page_heading(p, L(p->lang, "对方实际签名的文本", "The text that the other side signed"));
        add_joined(p, &found);
        add_alignment(p, &right, &found);
    }
    buf_clear(&right);
    buf_clear(&found);
    diagnose_right_sign(d, sign);
    page_table(p, 2);
    page_cell(p, L(p->lang, "签名", "signature"));
    page_cell(p, "");
    page_cell(p, L(p->lang, "应为", "expected"));
    page_cell(p, sign);
    page_cell(p, L(p->lang, "收到", "received"));
    page_cell(p, s->received.text);
    page_table_end(p);
}

/* ---- Steps ---- */

/* Order, bytes, key and digest, so that who has the key can do the same. */
static void add_method(struct page *p, const struct diagnosis *d)
{
    const struct subject *s = diagnose_subject(d);
    enum recipe_algorithm algorithm = subject_declared(s);
    struct diagnose_progress progress;
    struct buf text;
    char line[SENTENCE_MAX];
    buf_init_secret(&text, 2 * RECIPE_TEXT_MAX);
    diagnose_right_text(d, &text);
    diagnose_progress(d, &progress);
    size_t tail = strlen("&key=****");
    page_heading(p, L(p->lang, "计算方法", "How it is computed"));
    snprintf(line, sizeof(line),
             L(p->lang, "%s：%zu 个参数参与签名%.0s，按参数名的字节值排序",
               "%s: %zu signed parameter%s, ordered by the byte values of their names"),
             bi_get(message_kind_text(s->kind), p->lang), s->right.count, text_s(s->right.count));
    page_text(p, line);
    snprintf(line, sizeof(line),
             L(p->lang, "拼接为 %zu 字节的 UTF-8，末尾加 &key= 和密钥",
               "joined to %zu bytes of UTF-8, with &key= and the key behind them"),
             text.len > tail ? text.len - tail : 0);
    page_text(p, line);
    snprintf(line, sizeof(line),
             L(p->lang, "摘要 %s，写成%s十六进制", "digest %s, in %s-case hexadecimal"),
             recipe_algorithm_name(algorithm),
             s->gateway ? L(p->lang, "小写", "lower") : L(p->lang, "大写", "upper"));
    page_text(p, line);
    page_text(p, L(p->lang, "重算：把上面文本里的 **** 换成密钥（遮盖的值换成原值），再执行",
                   "to repeat it, put the key (and each masked value) for **** in the text, then"));
    const char *command = algorithm == ALG_HMAC_SHA256
                              ? "printf %s 'TEXT' | openssl dgst -sha256 -hmac 'KEY'"
                              : "printf %s 'TEXT' | openssl dgst -md5";
    page_code(p, command, strlen(command));
    snprintf(line, sizeof(line), L(p->lang, "共试了 %llu 个摘要", "digests tried: %llu"),
             (unsigned long long)progress.tried);
    page_text(p, line);
    buf_clear(&text);
}

static void add_parameters(struct page *p, const struct diagnosis *d)
{
    const struct subject *s = diagnose_subject(d);
    page_heading(p, L(p->lang, "参数", "Parameters"));
    page_table(p, 3);
    page_cell(p, L(p->lang, "参数", "parameter"));
    page_cell(p, L(p->lang, "参与签名", "signed"));
    page_cell(p, L(p->lang, "值", "value"));
    for (size_t i = 0; i < s->params.count; i++) {
        const struct param *e = &s->params.items[i];
        bool is_sign = strcmp(e->name, subject_sign_field(&s->params, s->kind)) == 0;
        page_cell(p, e->name);
        page_cell(p, is_sign         ? L(p->lang, "否：是签名本身", "no: is the signature")
                     : !e->value_len ? L(p->lang, "否：空", "no: empty")
                                     : L(p->lang, "是", "yes"));
        page_cell(p, e->value);
    }
    page_table_end(p);
}

void diagnosis_steps(struct page *p, const struct diagnosis *d)
{
    add_parameters(p, d);
    add_method(p, d);
}

/* ---- Beside another ---- */

void diagnosis_given(struct page *p, const struct diagnosis *d, struct span given)
{
    struct span key;
    struct buf right, theirs;
    buf_init(&right, 2 * RECIPE_TEXT_MAX);
    buf_init(&theirs, 2 * RECIPE_TEXT_MAX);
    diagnose_right_text(d, &right);
    given = joined_without_key(given, &key);
    buf_add(&theirs, given.s, given.len);
    buf_adds(&theirs, "&key=****");
    page_heading(p, L(p->lang, "对方给出的待签串", "The string that the other side joined"));
    if (right.len == theirs.len && memcmp(buf_str(&right), buf_str(&theirs), right.len) == 0)
        page_text(p, L(p->lang, "与应当拼接的文本逐字节相同：不同的只可能是密钥、算法或末尾的写法",
                       "the same as it should be, byte by byte: only key, algorithm or the way of "
                       "appending the key can differ"));
    add_alignment(p, &right, &theirs);
    buf_clear(&right);
    buf_clear(&theirs);
}
