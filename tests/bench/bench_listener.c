/* SPDX-License-Identifier: MIT */
/*
 * The listener (verify, journal, answer) against nginx that answers a static 200, in one run
 * on one machine: wrk with keep-alive, 16 connections, bodies of 1.2 KB. And whether the
 * journal holds what was acknowledged, also when the program is killed in the middle.
 *
 * usage: bench_listener [WXPC]      (default: ./wxpc)
 *
 * Rounds alternate; the limit is the median of the rounds' ratios. Exit status 1 when a limit
 * is missed, 3 when something cannot be run.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/event.h"
#include "core/template.h"
#include "io/journal.h"

#define ROUNDS 7
#define SECONDS "2"
#define CONNECTIONS 16
#define BODIES 40000 /* more than one run can send */
#define BODY_MIN 1150
#define BODY_MAX 1250
#define RATIO_MIN 0.12
#define DEMO_KEY "192006250b4c09247ec02edce69f6a2d" /* the documentation's example */
#define REPLY                                                                                      \
    "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg>"   \
    "</xml>"

static char dir[] = "/tmp/wxpc-bench-XXXXXX";

static _Noreturn void stop(const char *what)
{
    perror(what);
    exit(3);
}

static const char *path_of(const char *name)
{
    static char path[4][128];
    static unsigned at;
    char *out = path[at++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", dir, name);
    return out;
}

static FILE *create(const char *name)
{
    FILE *f = fopen(path_of(name), "w");
    if (!f)
        stop(name);
    return f;
}

/* ---- What is sent ---- */

/* One notification, of an order and a transaction of its own. */
static void write_body(FILE *f, const struct events *events, const struct secret *key, int n)
{
    static const char filler[] =
        "{\"promotion_detail\":[{\"promotion_id\":\"10000\",\"name\":"
        "\"coupon number one of the shop in Shenzhen, one yuan off per day and user, weekends too\",\"scope\":\"SINGLE\",\"type\":\"COUPON\",\"amount\":1,"
        "\"activity_id\":\"4300000\",\"goods_detail\":[{\"goods_id\":"
        "\"a_goods1\",\"quantity\":7,\"price\":1}]}]}";
    struct params given = {0};
    struct template t = {0};
    struct template_source s = {.event = &events->items[EVENT_PAYMENT],
                                .given = &given,
                                .seed = {1735660800, "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", ""}};
    struct template_sign how = {.kind = SIGN_MD5, .key = key};
    char order[33];
    struct buf body;

    snprintf(order, sizeof order, "BENCH%010d", n);
    snprintf(s.seed.digits, sizeof s.seed.digits, "%024d", n);
    memmove(s.seed.digits, s.seed.digits + 8, 17); /* the first 16 make the number */
    params_set(&given, "appid", "wxd930ea5d5a258f4f", NULL);
    params_set(&given, "mch_id", "10000100", NULL);
    params_set(&given, "out_trade_no", order, NULL);
    params_set(&given, "attach", "深圳分店", NULL);
    params_set(&given, "fee_type", "CNY", NULL);
    params_set(&given, "promotion_detail", filler, NULL);
    buf_init(&body, 65536);
    if (template_fill(&s, &t, NULL) || template_write(&t, &how, NULL, &body, NULL))
        stop("template");
    if (body.len < BODY_MIN || body.len > BODY_MAX) {
        fprintf(stderr, "the body is %zu bytes\n", body.len);
        exit(3);
    }
    fwrite(buf_str(&body), 1, body.len, f);
    fputc('\0', f);
    buf_clear(&body);
    template_clear(&t);
    params_clear(&given);
}

/* The bodies of one run; `first`: no two runs have an order in common. */
static void write_bodies(const struct events *events, const struct secret *key, int first)
{
    FILE *f = create("bodies");
    for (int i = 0; i < BODIES; i++)
        write_body(f, events, key, first + i);
    fclose(f);
}

/* The script of wrk; `counts`: it looks at each answer, which slows wrk down. */
static void write_script(const char *name, bool counts)
{
    FILE *f = create(name);
    fprintf(f,
            "local bodies, requests, at, threads = {}, {}, 0, {}\n"
            "function setup(thread) table.insert(threads, thread) end\n"
            "function init(args)\n"
            "  good = 0\n"
            "  local f = io.open('%s', 'rb')\n"
            "  local data, from = f:read('*a'), 1\n"
            "  f:close()\n"
            "  while true do\n"
            "    local z = data:find('\\0', from, true)\n"
            "    if not z then break end\n"
            "    requests[#requests + 1] = wrk.format('POST', nil,\n"
            "      {['Content-Type'] = 'text/xml'}, data:sub(from, z - 1))\n"
            "    from = z + 1\n"
            "  end\n"
            "end\n"
            "function request() at = at %% #requests + 1 return requests[at] end\n",
            path_of("bodies"));
    if (counts)
        fputs("function response(status, headers, body)\n"
              "  if status == 200 and body:find('SUCCESS', 1, true) then good = good + 1 end\n"
              "end\n",
              f);
    fputs("function done(summary, latency, r)\n"
          "  local sum = 0\n"
          "  for _, t in ipairs(threads) do sum = sum + t:get('good') end\n"
          "  print('GOOD ' .. sum)\n"
          "end\n",
          f);
    fclose(f);
}

/* ---- The servers ---- */

static unsigned free_port(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || getsockname(fd, (struct sockaddr *)&a, &len))
        stop("bind");
    close(fd);
    return ntohs(a.sin_port);
}

static pid_t spawn(const char *const *argv, const char *output)
{
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(fd, 1);
        dup2(fd, 2);
        execvp(argv[0], (char *const *)argv);
        perror(argv[0]);
        _exit(127);
    }
    return pid;
}

/* Waits until somebody listens on the port. */
static void wait_for(unsigned port, pid_t pid)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 500; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool there = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
        close(fd);
        if (there)
            return;
        if (waitpid(pid, NULL, WNOHANG) != 0)
            break;
        usleep(10000);
    }
    fprintf(stderr, "the server on port %u does not come up\n", port);
    exit(3);
}

static pid_t start_nginx(unsigned port)
{
    FILE *f = create("nginx.conf");
    fprintf(f,
            "daemon off; master_process off; pid %s/nginx.pid; error_log stderr crit;\n"
            "events { worker_connections 256; }\n"
            "http { access_log off; default_type text/xml; keepalive_requests 100000000;\n"
            " client_body_temp_path %s/b; proxy_temp_path %s/p; fastcgi_temp_path %s/f;\n"
            " uwsgi_temp_path %s/u; scgi_temp_path %s/s;\n"
            " server { listen 127.0.0.1:%u; location / { return 200 \"%s\"; } } }\n",
            dir, dir, dir, dir, dir, dir, port, REPLY);
    fclose(f);
    const char *conf = path_of("nginx.conf");
    const char *const argv[] = {"/usr/sbin/nginx", "-c", conf, NULL};
    pid_t pid = spawn(argv, path_of("nginx.out"));
    wait_for(port, pid);
    return pid;
}

static pid_t start_listener(const char *program, const char *data, unsigned port)
{
    char number[16], where[160];
    snprintf(number, sizeof number, "%u", port);
    snprintf(where, sizeof where, "%s/%s", dir, data);
    const char *const argv[] = {program, "listen", "--port", number, "--data",
                                where,   "--demo", "--lang", "en",   NULL};
    pid_t pid = spawn(argv, "/dev/null");
    wait_for(port, pid);
    return pid;
}

static void end(pid_t pid, int signo)
{
    kill(pid, signo);
    waitpid(pid, NULL, 0);
}

/* ---- Measuring ---- */

struct load {
    double rate;    /* requests a second */
    long requests;  /* that were answered */
    long good;      /* acknowledged, if counted */
    bool all_right; /* no other status, no broken connection */
};

static FILE *start_wrk(unsigned port, const char *script, const char *seconds)
{
    char command[512];
    snprintf(command, sizeof command, "wrk -t1 -c%d -d%s -s %s http://127.0.0.1:%u/notify 2>&1",
             CONNECTIONS, seconds, path_of(script), port);
    FILE *f = popen(command, "r");
    if (!f)
        stop("wrk");
    return f;
}

static struct load read_wrk(FILE *f)
{
    struct load l = {.all_right = true};
    char line[256];
    while (fgets(line, sizeof line, f)) {
        sscanf(line, "Requests/sec: %lf", &l.rate);
        sscanf(line, " %ld requests in", &l.requests);
        sscanf(line, "GOOD %ld", &l.good);
        if (strstr(line, "Non-2xx") || strstr(line, "Socket errors"))
            l.all_right = false;
    }
    pclose(f);
    return l;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static long rows_of(const char *data)
{
    char path[160];
    struct journal *j = NULL;
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s/journal.db", dir, data);
    if (journal_open(path, &j, &err)) {
        fprintf(stderr, "%s\n", err.text[LANG_EN]);
        exit(3);
    }
    long rows = (long)journal_count(j, JOURNAL_NOTICE);
    journal_close(j);
    return rows;
}

static bool report(const char *what, double value, double limit, const char *unit)
{
    bool good = value >= limit;
    printf("%-58s %8.3f %s (at least %.3f) %s\n", what, value, unit, limit, good ? "ok" : "MISSED");
    return good;
}

static bool rates(const char *program, const struct events *events, const struct secret *key)
{
    unsigned port = free_port();
    pid_t nginx = start_nginx(port);
    double ratios[ROUNDS], ours[ROUNDS], theirs[ROUNDS];
    bool good = true;
    long requests = 0;

    unsigned own = free_port();
    pid_t listener = start_listener(program, "rate", own);
    for (int i = 0; i < ROUNDS; i++) {
        write_bodies(events, key, i * BODIES);
        struct load n = read_wrk(start_wrk(port, "plain.lua", SECONDS));
        struct load l = read_wrk(start_wrk(own, "plain.lua", SECONDS));
        good = good && n.all_right && l.all_right && n.rate > 0;
        theirs[i] = n.rate;
        ours[i] = l.rate;
        ratios[i] = n.rate > 0 ? l.rate / n.rate : 0;
        requests += l.requests;
    }
    end(listener, SIGTERM);
    end(nginx, SIGTERM);
    qsort(ratios, ROUNDS, sizeof *ratios, by_size);
    qsort(ours, ROUNDS, sizeof *ours, by_size);
    qsort(theirs, ROUNDS, sizeof *theirs, by_size);
    printf("nginx, static 200: %.0f/s; listener: %.0f/s [%.0f..%.0f]\n", theirs[ROUNDS / 2],
           ours[ROUNDS / 2], ours[0], ours[ROUNDS - 1]);
    good = report("listener (verify, journal, answer) against nginx", ratios[ROUNDS / 2], RATIO_MIN,
                  "x") &&
           good;
    long rows = rows_of("rate"), open = (long)CONNECTIONS * ROUNDS; /* cut off by wrk at its end */
    bool kept = rows >= requests && rows <= requests + open;
    printf("answered %ld, in the journal %ld (up to %ld were cut off by wrk) %s\n", requests, rows,
           open, kept ? "ok" : "MISSED");
    return good && kept;
}

/* Killed in the middle: all that was acknowledged is there. */
static bool killed(const char *program)
{
    unsigned port = free_port();
    pid_t listener = start_listener(program, "kill", port);
    FILE *f = start_wrk(port, "counting.lua", "2");
    usleep(1200000);
    end(listener, SIGKILL);
    struct load l = read_wrk(f);
    long rows = rows_of("kill");
    bool kept = l.good > 0 && rows >= l.good && rows <= l.good + CONNECTIONS;
    printf("killed (SIGKILL): acknowledged %ld, in the journal %ld %s\n", l.good, rows,
           kept ? "ok" : "MISSED");
    return kept;
}

int main(int argc, char **argv)
{
    const char *program = argc > 1 ? argv[1] : "./wxpc";
    struct events events = {0};
    struct secret key = {0};
    char command[64];
    if (!mkdtemp(dir))
        stop("mkdtemp");
    if (events_load(&events, NULL))
        stop("events");
    secret_set(&key, DEMO_KEY, strlen(DEMO_KEY));
    write_script("plain.lua", false);
    write_script("counting.lua", true);
    bool good = rates(program, &events, &key);
    good = killed(program) && good;
    secret_clear(&key);
    events_clear(&events);
    digest_forget_keys();
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command) == 0 && good ? 0 : 1;
}
