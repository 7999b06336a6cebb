/* SPDX-License-Identifier: MIT */
/*
 * A signature's steps, as people read them.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "core/sign.h"

void cli_steps(const struct cli *c, const struct params *added, const struct sign_trace *t)
{
    enum lang lang = c->lang;
    const char *bold = cli_style(c, "bold"), *dim = cli_style(c, "dim"), *end = cli_style(c, "");
    struct buf masked;

    printf("%s1 %s%s  %zu/%zu\n", bold, L(lang, "取参数", "take"), end, t->used, t->count);
    for (size_t i = 0; i < t->count; i++) {
        const struct sign_pair *p = &t->pairs[i];
        if (p->left != SIGN_USED)
            cli_printf(stdout, "  - %s  (%s)\n", p->param->name,
                       bi_get(sign_left_text(p->left), lang));
    }
    if (added && added->count) {
        printf("  %s:", L(lang, "自动补充", "added"));
        for (size_t i = 0; i < added->count; i++)
            cli_printf(stdout, " %s", added->items[i].name);
        printf("\n");
    }
    printf("%s2 %s%s\n", bold, L(lang, "按参数名的字节序排列", "order by byte value of the names"),
           end);
    for (size_t i = 0; i < t->used; i++)
        cli_printf(stdout, "  %s=%s\n", t->pairs[i].param->name, t->pairs[i].param->value);
    buf_init(&masked, SIGN_JOINED_MAX + 16);
    sign_trace_masked(t, &masked);
    printf("%s3 %s%s\n  ", bold,
           L(lang, "用 & 连接，末尾加密钥", "join with &, the key at the end"), end);
    cli_printf(stdout, "%s\n", buf_str(&masked));
    printf("%s4 %s%s  %s%zu %s%s\n", bold, L(lang, "密钥", "key"), end, dim, t->key_len,
           L(lang, "字节", "bytes"), end);
    printf("%s5 %s%s  %s, %zu %s\n", bold, L(lang, "摘要", "digest"), end, sign_kind_name(t->kind),
           t->joined.len, L(lang, "字节的 UTF-8", "bytes of UTF-8"));
    printf("%s6 %s%s  %s\n", bold,
           L(lang, "签名（大写十六进制）", "signature (upper-case hexadecimal)"), end, t->hex);
    buf_clear(&masked);
}
