/* SPDX-License-Identifier: MIT */
/*
 * sandbox pay, cancel, fail: plays the paying user against a running sandbox.
 */
#include "cli/cli.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/text.h"
#include "io/misfit.h"

#define PORT_DEFAULT 9001
#define OWN_URL_SIZE 40 /* "http://127.0.0.1:" and any long */

struct call {
    bool done;
    struct http_result r;
};

static void on_done(void *ctx, unsigned id, struct http_result *r)
{
    struct call *c = ctx;
    (void)id;
    c->r = *r;
    *r = (struct http_result){0};
    c->done = true;
}

static enum status check_words(const struct cli *c, struct err *err)
{
    bool fails = strcmp(c->words[0], "fail") == 0;
    size_t most = fails ? 3 : 2;
    if (c->word_count < 2)
        return err_set(err, ST_ARGUMENT, SAY("缺少订单号", "", "wxpc sandbox %s ORDER --url URL"),
                       SAY("there is no order number", "", "wxpc sandbox %s ORDER --url URL"),
                       c->words[0]);
    if (c->word_count > most)
        return err_set(err, ST_ARGUMENT,
                       SAY("多余的词 %s", "", "wxpc sandbox %s ORDER%s --url URL"),
                       SAY("the word %s is one too many", "", "wxpc sandbox %s ORDER%s --url URL"),
                       c->words[most], c->words[0], fails ? " CODE" : "");
    return ST_OK;
}

/* Where the sandbox is: --url, else on this machine. */
static const char *base_url(const struct cli *c, char own[OWN_URL_SIZE])
{
    if (c->url)
        return c->url;
    snprintf(own, OWN_URL_SIZE, "http://127.0.0.1:%ld", c->port < 0 ? PORT_DEFAULT : c->port);
    return own;
}

/* Options that only a sandbox that is to be started has, and those that another makes idle. */
static enum status check_options(const struct cli *c, struct err *err)
{
    static const struct bi running = {"沙箱已在运行", "the sandbox is running already"};
    static const struct bi plain = {"地址以 http:// 开头，没有证书可检查",
                                    "the address begins with http://: there is no certificate"};
    bool http = !c->url || strncasecmp(c->url, "http://", 7) == 0;
    const struct {
        bool given;
        const char *option;
        struct bi why;
    } rows[] = {
        {c->demo, "--demo", running},
        {c->bind, "--bind", running},
        {c->faults[0], "--fault", running},
        {c->time_scale > 0, "--time-scale", running},
        {c->profiles[0], "--profiles", running},
        {c->tls, "--tls", running},
        {c->key_file, "--key-file", {"付款用户没有密钥", "the paying user has no key"}},
        {c->port >= 0 && c->url, "--port", {"--url 已经给出地址", "--url gives the address"}},
        {c->ca_file && http, "--ca-file", plain},
        {c->profile && http, "--profile", plain},
        {c->profile && c->ca_file,
         "--profile",
         {"只需要它的 ca_file，而 --ca-file 已经给出",
          "only its ca_file counts, and --ca-file is given"}},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].given)
            return cli_unused(rows[i].option, rows[i].why, err);
    }
    if (c->port == 0)
        return err_set(
            err, ST_ARGUMENT,
            SAY("--port 0 不是沙箱的地址", "0 是任一空闲端口", "给出它监听的端口，或用 --url"),
            SAY("--port 0 is no address of a sandbox", "0 stands for any free port",
                "give the port that it listens on, or --url"));
    return ST_OK;
}

/* The CA to trust: the option's, the profile's, else that of a sandbox with our data folder. NULL:
   the system's. The caller frees. */
static enum status find_ca(const struct cli *c, char **out, struct err *err)
{
    struct store s = {0};
    struct profile p = {0};
    struct err none = {0};
    char folder[PATH_MAX], path[PATH_MAX + 8];
    enum status st = store_open(&s, c->data, err);

    *out = mem_strdup(c->ca_file);
    if (!st && !*out && c->profile) {
        st = store_profile(&s, c->profile, true, &p, err);
        *out = store_profile_path(&p, p.ca_file);
    }
    if (!st && !*out && !cli_tls_folder(&s, folder, &none)) {
        snprintf(path, sizeof path, "%s/ca.pem", folder);
        *out = access(path, R_OK) == 0 ? mem_strdup(path) : NULL;
    }
    profile_clear(&p);
    store_close(&s);
    return st;
}

static enum status ask(const struct cli *c, const char *ca_file, struct call *call, struct err *err)
{
    char own[OWN_URL_SIZE];
    const char *base = base_url(c, own);
    struct loop *loop = loop_new();
    struct json *j = json_new_object();
    struct buf url, body;

    buf_init(&url, 4096);
    buf_init(&body, 4096);
    size_t len = strlen(base);
    while (len && base[len - 1] == '/')
        len--;
    buf_add(&url, base, len);
    buf_addf(&url, "/sandbox/%s", c->words[0]);
    json_add_string(j, "order", c->words[1]);
    if (c->word_count > 2)
        json_add_string(j, "code", c->words[2]);
    json_write(j, false, &body);
    struct http_request r = {.method = "POST",
                             .url = buf_str(&url),
                             .content_type = "application/json",
                             .body = buf_str(&body),
                             .len = body.len,
                             .ca_file = ca_file,
                             .connect_ms = 3000,
                             .total_ms = 10000};
    enum status st = http_start(loop_http(loop), &r, on_done, call, NULL, err);
    while (!st && !call->done)
        loop_turn(loop, -1);
    if (!st && call->r.err.status) {
        *err = call->r.err;
        st = err->status;
    }
    json_free(j);
    buf_clear(&url);
    buf_clear(&body);
    loop_free(loop);
    return st;
}

/* A part of what the sandbox said against it. */
static struct bi part(const struct json *error, const char *name)
{
    const struct json *j = json_get(error, name);
    const char *zh = json_string(json_get(j, "zh")), *en = json_string(json_get(j, "en"));
    return (struct bi){zh ? zh : "", en ? en : ""};
}

static enum status read_refusal(const struct cli *c, const struct json *answer,
                                const struct http_result *r, struct err *err)
{
    const struct json *e = json_get(answer, "error");
    char own[OWN_URL_SIZE];
    struct bi what = part(e, "what"), why = part(e, "why"), fix = part(e, "fix");
    if (r->status == 200 && !e && json_string(json_get(answer, "order")))
        return ST_OK;
    if (what.zh[0] && what.en[0])
        return err_set(err, r->status == 409 ? ST_REFUSED : ST_ARGUMENT,
                       SAY("%s%.0s", "%s%.0s", "%s%.0s"), SAY("%.0s%s", "%.0s%s", "%.0s%s"),
                       what.zh, what.en, why.zh, why.en, fix.zh, fix.en);
    if (strstr(buf_str(&r->body), MISFIT_SAYS_TLS))
        return err_set(err, ST_NETWORK,
                       SAY("%s 的沙箱使用 TLS", "地址以 http:// 开头",
                           "把 --url 改为 https://；数据文件夹不同时用 --ca-file 给出它的 ca.pem"),
                       SAY("the sandbox at %s speaks TLS", "the address begins with http://",
                           "make --url https://; if its data folder is another, give its ca.pem "
                           "with --ca-file"),
                       base_url(c, own));
    return err_set(
        err, ST_NETWORK, SAY("应答的不是 wxpc 沙箱", "HTTP 状态 %ld", "检查 --url"),
        SAY("it is no wxpc sandbox that answers", "the HTTP status is %ld", "check --url"),
        r->status);
}

static void tell(const struct json *answer)
{
    const char *number = json_string(json_get(answer, "transaction_id"));
    const struct json *list = json_get(answer, "notifications");
    cli_line(stdout, "%s  %s%s%s\n", json_string(json_get(answer, "order")),
             json_string(json_get(answer, "state")), number ? "  " : "", number ? number : "");
    for (const struct json *n = json_first(list); n; n = json_next(n)) {
        const char *event = json_string(json_get(n, "event")),
                   *url = json_string(json_get(n, "url"));
        cli_line(stdout, "  %s → %s\n", event ? event : "?", url ? url : "?");
    }
}

int cmd_play(struct cli *c)
{
    struct call call = {0};
    struct json *answer = NULL;
    struct err err = {0};
    char *ca_file = NULL;
    enum status st = check_words(c, &err);

    if (!st)
        st = check_options(c, &err);
    if (!st)
        st = find_ca(c, &ca_file, &err);
    if (!st)
        st = ask(c, ca_file, &call, &err);
    free(ca_file);
    if (!st) {
        json_parse(buf_str(&call.r.body), call.r.body.len, &answer, NULL);
        st = read_refusal(c, answer, &call.r, &err);
    }
    int status = st ? cli_fail(c, &err) : EXIT_YES;
    if (!st && c->json) {
        cli_json(answer);
        answer = NULL;
    } else if (!st) {
        tell(answer);
    }
    json_free(answer);
    http_result_clear(&call.r);
    return status;
}
