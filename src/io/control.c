/* SPDX-License-Identifier: MIT */
/* From HTTP and JSON to a word for the payer, and back. */
#include "io/control.h"

#include <string.h>
#include <strings.h>

#define PREFIX "/sandbox/"
#define ANSWER_MAX (1u << 16)

static const struct {
    enum status st;
    unsigned http;
} codes[] = {
    {ST_NOT_FOUND, 404}, {ST_CONFLICT, 409}, {ST_REFUSED, 409}, {ST_IO, 500}, {ST_UNSUPPORTED, 405},
};

static unsigned http_status(enum status st)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (codes[i].st == st)
            return codes[i].http;
    }
    return st ? 400 : 200;
}

/* The whole sentence, and its parts for who shows them apart, in both languages. */
static struct json *error_json(const struct err *err)
{
    static const char *const parts[] = {[ERR_WHAT] = "what", [ERR_WHY] = "why", [ERR_FIX] = "fix"};
    struct json *e = json_new_object();
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    err_line(err, LANG_ZH, zh, sizeof zh);
    err_line(err, LANG_EN, en, sizeof en);
    json_add_string(e, "zh", zh);
    json_add_string(e, "en", en);
    for (int i = ERR_WHAT; i <= ERR_FIX; i++) {
        err_part(err, LANG_ZH, (enum err_part)i, zh, sizeof zh);
        err_part(err, LANG_EN, (enum err_part)i, en, sizeof en);
        if (zh[0] || en[0])
            json_add_bi(e, parts[i], (struct bi){zh, en});
    }
    return e;
}

static void write_answer(struct httpd_reply *a, enum status st, const struct payer_result *result,
                         const struct err *err)
{
    struct json *j = st ? json_new_object() : payer_json(result);
    if (st)
        json_add(j, "error", error_json(err));
    a->status = http_status(st);
    a->content_type = "application/json";
    buf_init(&a->body, ANSWER_MAX);
    json_write(j, false, &a->body);
    json_free(j);
}

static enum status read_word(const struct json *j, struct payer_word *w, struct err *err)
{
    enum status st = json_read_string(j, "", "order", &w->order, err);
    if (!st)
        st = json_read_string(j, "", "mch_id", &w->mch_id, err);
    if (!st)
        st = json_read_string(j, "", "code", &w->code, err);
    if (!st && (!w->order || !w->order[0]))
        st = err_set(
            err, ST_ARGUMENT, SAY("缺少订单号", "没有 order", "给出 {\"order\":\"…\"}"),
            SAY("there is no order number", "member order is missing", "give {\"order\":\"…\"}"));
    return st;
}

static enum status play(const struct payer *p, enum payer_act act, const struct httpd_request *q,
                        struct payer_result *result, struct err *err)
{
    struct json *j = NULL;
    struct payer_word w = {.act = act};
    if (strcmp(q->method, "POST") != 0)
        return err_set(
            err, ST_UNSUPPORTED, SAY("请求方法不是 POST", "这个地址扮演付款用户", "用 POST"),
            SAY("the method is not POST", "this address plays the paying user", "use POST"));
    if (!q->content_type || strncasecmp(q->content_type, "application/json", 16) != 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("内容类型不是 application/json", "网页不能冒充付款用户", "以 JSON 发送"),
                       SAY("the content type is not application/json",
                           "no web page may play the payer", "send JSON"));
    enum status st = json_parse(q->body, q->len, &j, err);
    if (!st)
        st = read_word(j, &w, err);
    if (!st)
        st = payer_play(p, &w, result, err);
    json_free(j);
    return st;
}

bool control_serve(const struct payer *p, const struct httpd_request *q, struct httpd_reply *a,
                   struct payer_result *result, struct err *err)
{
    enum payer_act act;
    if (strncmp(q->path, PREFIX, strlen(PREFIX)) != 0 ||
        !payer_act_read(q->path + strlen(PREFIX), &act))
        return false;
    write_answer(a, play(p, act, q, result, err), result, err);
    return true;
}
