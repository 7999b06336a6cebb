/* SPDX-License-Identifier: MIT */
/*
 * sandbox: the offline gateway on its own, its log as a stream.
 */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/text.h"

#define PORT_DEFAULT 9001

struct server {
    const struct cli *c;
    struct workspace w;
    struct gateway *gateway;
    bool stop;
};

/* ---- The log ---- */

#define CLOCK_SIZE 48 /* "2026-01-02T03:04:05.678+08:00" and more than it can come to */
#define CLOCK_TIME 11 /* where the time of day begins */
#define CLOCK_TIME_LEN 8

/* Now, in the API's time zone. */
static void clock_text(char out[CLOCK_SIZE])
{
    struct timespec now;
    struct tm tm;
    char date[32];
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += 8 * 3600;
    gmtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, CLOCK_SIZE, "%.19s.%03d+08:00", date, (int)(now.tv_nsec / 1000000 % 1000));
}

static void print_call_json(const struct gateway_event *e)
{
    struct json *j = json_new_object();
    char at[CLOCK_SIZE];

    clock_text(at);
    json_add_string(j, "time", at);
    json_add_string(j, "method", e->method);
    json_add_string(j, "path", e->path);
    json_add_string(j, "api", e->api);
    json_add_string(j, "order", e->order);
    json_add_bool(j, "ok", e->ok);
    json_add_string(j, "code", e->code);
    json_add_string(j, "zh", e->text.zh);
    json_add_string(j, "en", e->text.en);
    json_add_string(j, "string", e->joined);
    json_add_string(j, "expected", e->expected);
    json_add_string(j, "received", e->received);
    json_add_string(j, "fault", e->fault);
    cli_json(j);
}

static void print_call(const struct cli *c, const struct gateway_event *e)
{
    char at[CLOCK_SIZE];

    clock_text(at);
    cli_line(stdout, "%.*s  %s %s", CLOCK_TIME_LEN, at + CLOCK_TIME, e->method, e->path);
    if (e->order) {
        struct buf shown;
        buf_init(&shown, CLI_CELLS_MAX * 16);
        cli_cut(&shown, e->order, CLI_CELLS_MAX);
        cli_line(stdout, "  %s", buf_str(&shown));
        buf_clear(&shown);
    }
    printf("  %s", cli_style(c, e->ok ? "ok" : "bad"));
    cli_line(stdout, "%s", e->code ? e->code : "");
    printf("%s", cli_style(c, ""));
    cli_line(stdout, "  %s\n", bi_get(e->text, c->lang));
    if (e->fault)
        cli_line(stdout, "    %s %s\n", L(c->lang, "故障规则", "fault rule"), e->fault);
    if (e->joined && !e->ok)
        cli_line(stdout, "    %s %s\n", L(c->lang, "待签串", "joined"), e->joined);
    if (e->expected) {
        cli_line(stdout, "    %s %s\n", L(c->lang, "应为", "expected"), e->expected);
        cli_line(stdout, "    %s %s\n", L(c->lang, "收到", "received"), e->received);
    }
    fflush(stdout);
}

static void on_call(void *ctx, const struct gateway_event *e)
{
    struct server *s = ctx;
    if (s->c->json)
        print_call_json(e);
    else
        print_call(s->c, e);
}

/* ---- Merchants ---- */

static enum status add_merchant(struct server *s, struct profile *p, struct err *err)
{
    enum status st = ST_OK;
    for (size_t i = 0; i < p->warning_count; i++)
        cli_warn(s->c, p->name, &p->warnings[i]);
    if (!secret_is_set(&p->key.value))
        st = store_key(p, &p->key, err);
    return st ? st : gateway_merchant(s->gateway, p, err);
}

static enum status add_file(struct server *s, const char *path, struct err *err)
{
    struct profile p = {0};
    struct buf text;

    buf_init_secret(&text, STORE_FILE_MAX);
    enum status st = cli_read_file(path, &text, err);
    if (!st)
        st = profile_from_json(buf_str(&text), text.len, path, &p, err);
    if (!st) {
        free(p.path);
        p.path = mem_strdup(path); /* a key's file is named relative to it */
        st = add_merchant(s, &p, err);
    }
    profile_clear(&p);
    buf_clear(&text);
    return st;
}

static int is_json(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return len > 5 && strcmp(e->d_name + len - 5, ".json") == 0;
}

static enum status add_folder(struct server *s, const char *folder, struct err *err)
{
    struct dirent **found = NULL;
    int count = scandir(folder, &found, is_json, alphasort);
    enum status st = ST_OK;
    char path[4096];

    if (count < 0)
        return err_set(err, ST_IO, SAY("读不了文件夹 %s", "%s", "检查路径与权限"),
                       SAY("folder %s cannot be read", "%s", "check its path and mode"), folder,
                       strerror(errno));
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, found[i]->d_name);
        if (!st)
            st = add_file(s, path, err);
        free(found[i]);
    }
    free(found);
    return st;
}

/* The profile `pick` of a folder; false if it has none. */
static bool add_picked(struct server *s, const char *folder, const char *pick, enum status *st,
                       struct err *err)
{
    char path[4096];
    struct stat info;
    int n = snprintf(path, sizeof(path), "%s/%s.json", folder, pick);
    if (n < 0 || (size_t)n >= sizeof(path) || stat(path, &info))
        return false;
    *st = add_file(s, path, err);
    return true;
}

/* --profiles names a profile, a file or a folder; -p picks one, of the folders first. */
static enum status add_merchants(struct server *s, struct err *err)
{
    const char *pick = s->c->profile;
    enum status st = ST_OK;

    for (size_t i = 0; s->c->profiles[i] && !st; i++) {
        const char *word = s->c->profiles[i];
        struct profile p = {0};
        struct stat info;
        bool there = stat(word, &info) == 0;
        if (there && S_ISDIR(info.st_mode)) {
            if (!pick)
                st = add_folder(s, word, err);
            else if (add_picked(s, word, pick, &st, err))
                pick = NULL;
        } else if (strchr(word, '/') || (there && !profile_name_valid(word))) {
            st = add_file(s, word, err);
        } else if (!(st = store_profile(&s->w.store, word, true, &p, err))) {
            st = add_merchant(s, &p, err);
        }
        profile_clear(&p);
    }
    if (st || !pick)
        return st;
    st = workspace_profile(&s->w, pick, err);
    if (!st && s->w.profile_err.status) {
        *err = s->w.profile_err;
        st = err->status;
    }
    return st ? st : add_merchant(s, &s->w.profile, err);
}

/* ---- Serving ---- */

static void on_signal(void *ctx, int signo)
{
    struct server *s = ctx;
    (void)signo;
    s->stop = true;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static const char *act_name(const void *ctx, size_t index)
{
    static const char *const acts[] = {"pay", "cancel", "fail"};
    (void)ctx;
    return index < ARRAY_COUNT(acts) ? acts[index] : NULL;
}

static enum status check_words(const struct cli *c, struct err *err)
{
    const char *word = c->word_count ? c->words[0] : NULL;
    const char *near = word ? text_nearest(word, act_name, NULL) : NULL;

    if (near)
        return err_set(
            err, ST_ARGUMENT,
            SAY("sandbox 没有 %s", "动作只有 pay、cancel 和 fail", "是否想写 %s？"),
            SAY("sandbox has no %s", "there are pay, cancel and fail", "did you mean %s?"), word,
            near);
    if (word)
        return err_set(
            err, ST_ARGUMENT,
            SAY("多余的词 %s", "动作只有 pay、cancel 和 fail", "wxpc sandbox --help 列出它们"),
            SAY("the word %s is one too many", "there are pay, cancel and fail",
                "wxpc sandbox --help lists them"),
            word);
    const char *vain = c->url ? "--url" : c->ca_file ? "--ca-file" : NULL;
    if (vain)
        return err_set(
            err, ST_ARGUMENT, SAY("%s 不起作用", "它只用于 sandbox pay|cancel|fail", "去掉它"),
            SAY("%s has no effect", "it is for sandbox pay|cancel|fail", "drop it"), vain);
    return ST_OK;
}

static enum status open_server(struct server *s, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, 0};
    const struct cli *c = s->c;
    struct gateway_options o = {.address = c->bind,
                                .port = c->port < 0 ? PORT_DEFAULT : (unsigned)c->port,
                                .data_dir = c->data,
                                .faults = c->faults,
                                .sink = on_call,
                                .ctx = s,
                                .time_scale = c->time_scale};
    char folder[PATH_MAX];
    enum status st = cli_open(c, MERCHANT_NONE, &s->w, err);

    if (!st && c->tls) {
        st = cli_tls_folder(&s->w.store, folder, err);
        o.tls_dir = folder;
    }
    if (!st)
        st = loop_signals(s->w.loop, signals, on_signal, s, err);
    if (!st)
        st = gateway_open(s->w.loop, &s->w.catalog, &o, &s->gateway, err);
    if (st == ST_CONFLICT) /* the line is fine, the port is not to be had */
        err->status = ST_IO;
    return st ? st : add_merchants(s, err);
}

/* Where it listens; under TLS also what its clients need. */
static void announce(const struct cli *c, const struct gateway *g)
{
    const struct credentials *keys = gateway_credentials(g);
    const char *url = gateway_url(g);
    if (c->json) {
        struct json *j = json_new_object();
        json_add_string(j, "sandbox", url);
        json_add_string(j, "ca_file", keys ? credentials_ca_file(keys) : NULL);
        json_add_string(j, "certificates", keys ? credentials_folder(keys) : NULL);
        cli_json(j);
    } else {
        cli_printf(stdout, "%s %s\n", L(c->lang, "沙箱", "sandbox"), url);
        if (keys)
            cli_printf(stdout,
                       L(c->lang, "CA 证书 %s\n客户端证书 %s/MCH_ID/apiclient_cert.pem\n",
                         "CA certificate %s\nclient certificates "
                         "%s/MCH_ID/apiclient_cert.pem\n"),
                       credentials_ca_file(keys), credentials_folder(keys));
        fflush(stdout);
    }
    if (c->bind && !is_loopback(c->bind))
        cli_printf(stderr,
                   L(c->lang, "wxpc: 警告：%s 可被其他机器访问；沙箱不做身份验证\n",
                     "wxpc: warning: other machines can reach %s; the sandbox asks nobody who "
                     "they are\n"),
                   url);
}

int cmd_sandbox(struct cli *c)
{
    struct server s = {.c = c};
    struct err err = {0};
    if (c->word_count && payer_act_read(c->words[0], &(enum payer_act){PAYER_PAY}))
        return cmd_play(c);
    enum status st = check_words(c, &err);
    int status = EXIT_YES;

    if (!st)
        st = open_server(&s, &err);
    if (st)
        status = cli_fail(c, &err);
    else
        announce(c, s.gateway);
    while (!st && !s.stop && !ferror(stdout)) /* an error: nobody reads any more */
        loop_turn(s.w.loop, -1);
    if (s.gateway)
        gateway_close(s.gateway);
    if (s.w.loop)
        workspace_close(&s.w);
    return status;
}
