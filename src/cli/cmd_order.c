/* SPDX-License-Identifier: MIT */
/*
 * order: the life of an order, a contract or a refund, as the journal knows it.
 *
 * Reads only. A journal that is not there is an empty one, and none is made.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/order_offer.h"
#include "app/order_page.h"
#include "app/order_search.h"
#include "app/report.h"

#define PAGE_MAX (16u << 20)

struct job {
    struct cli *c;
    struct workspace w;
    const char *number, *merchant;
    enum page_form form;
    struct order_search search;
};

/* ---- Words ---- */

static enum status read_words(struct job *j, struct err *err)
{
    const struct cli *c = j->c;
    for (size_t i = 0; i < c->word_count; i++) {
        if (strncmp(c->words[i], "mch_id=", 7) == 0)
            j->merchant = c->words[i] + 7;
        else if (!j->number)
            j->number = c->words[i];
        else
            return err_set(
                err, ST_ARGUMENT, SAY("多余的词 %s", "", "wxpc order --help 显示用法"),
                SAY("the word %s is one too many", "", "wxpc order --help shows the usage"),
                c->words[i]);
    }
    if (!j->number)
        return err_set(
            err, ST_ARGUMENT, SAY("缺少单号", "", "wxpc history list 列出用过的单号"),
            SAY("a number is missing", "", "wxpc history list shows those that were used"));
    return ST_OK;
}

/* ---- Looking it up ---- */

static enum status look_up(struct job *j, struct err *err)
{
    bool empty = true;
    enum status st = cli_open_journal(j->c, &j->w, &empty, err);
    if (!st)
        st = order_search_start(&j->search, j->w.journal, &j->w.catalog, j->number, j->merchant,
                                err);
    while (!st && !j->search.done)
        st = order_search_step(&j->search, err);
    if (st || j->search.life.life_count)
        return st;
    if (empty)
        return err_set(
            err, ST_NOT_FOUND,
            SAY("没有单号 %1$s 的记录", "还没有任何记录", "先用 wxpc send 或 wxpc listen"),
            SAY("nothing is recorded of %1$s", "the journal is empty",
                "wxpc send and wxpc listen fill it"),
            j->number);
    if (j->search.life.others)
        return err_set(
            err, ST_NOT_FOUND,
            SAY("没有商户 %1$s 单号 %2$s 的记录", "记录里有其他商户的同号单", "去掉 mch_id="),
            SAY("nothing is recorded of %2$s of merchant %1$s",
                "another merchant has an order of this number", "drop mch_id="),
            j->merchant, j->number);
    return err_set(
        err, ST_NOT_FOUND,
        SAY("没有单号 %1$s 的记录", "没有一次调用或通知的订单号、签约号或退款号等于它",
            "wxpc history search %1$s 查找部分单号"),
        SAY("nothing is recorded of %1$s",
            "no call and no notification carries it as an order, contract or refund number",
            "wxpc history search %1$s finds parts of a number"),
        j->number);
}

/* ---- Telling ---- */

static void print_page(const struct job *j)
{
    const char *term = getenv("TERM");
    struct order_page_how how = {.form = j->form,
                                 .lang = j->c->lang,
                                 .personal = j->c->personal,
                                 .ascii = term && strcmp(term, "dumb") == 0};
    struct buf out;
    buf_init(&out, PAGE_MAX);
    order_page_write(&j->search.life, &how, &out);
    cli_bytes(buf_str(&out), out.len);
    buf_clear(&out);
}

int cmd_order(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    enum status st = read_words(&j, &err);
    if (!st)
        st = report_page_form("order", c->format, PAGE_TEXT, &j.form, &err);
    if (!st)
        st = cli_journal_failed(look_up(&j, &err), &err);
    if (!st)
        order_offer(&j.search.life, &(struct order_place){.data = c->data});
    if (!st && c->json)
        cli_json(order_page_json(&j.search.life, c->personal));
    else if (!st)
        print_page(&j);
    int status = st ? cli_fail(c, &err) : EXIT_YES;
    order_search_clear(&j.search);
    if (j.w.loop)
        workspace_close(&j.w);
    return status;
}
