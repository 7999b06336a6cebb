/* SPDX-License-Identifier: MIT */
/*
 * The console against tig, in one run on one machine: first frame, time from a key to the
 * last byte of its frame, bytes a key, memory, wake-ups while idle, and a reply of 10 MiB.
 *
 * usage: bench_console [WXPC]      (default: ./wxpc)
 *
 * Both run in a pseudo-terminal of 120x36; rounds alternate, medians count, and each limit
 * is a ratio to tig's figure of the same run (or a size). Exit status 1 when one is missed.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 15
#define KEYS 120
#define LETTERS 60
#define FIRST_MS 2000 /* until the first byte of an answer to a key */
#define REPLY_SIZE (10u << 20)

struct session {
    int fd;
    pid_t pid;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct session start(const char *const *argv)
{
    struct winsize size = {.ws_row = 36, .ws_col = 120};
    struct session s;
    s.pid = forkpty(&s.fd, NULL, NULL, &size);
    if (s.pid == 0) {
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (s.pid < 0) {
        perror("forkpty");
        exit(3);
    }
    return s;
}

/* Reads until `gap` ms pass without output (after the first byte, which may take FIRST_MS). Returns
   when the last byte came; `*bytes` grows by what was read. 0: nothing came. */
static double drain(struct session s, int gap, size_t *bytes)
{
    char chunk[65536];
    double last = 0;
    for (;;) {
        struct pollfd p = {.fd = s.fd, .events = POLLIN};
        int n = poll(&p, 1, last > 0 ? gap : FIRST_MS);
        if (n <= 0)
            return last;
        ssize_t got = read(s.fd, chunk, sizeof(chunk));
        if (got <= 0)
            return last;
        *bytes += (size_t)got;
        last = now_ms();
    }
}

static void stop(struct session s)
{
    kill(s.pid, SIGTERM);
    size_t ignored = 0;
    drain(s, 20, &ignored);
    kill(s.pid, SIGKILL);
    waitpid(s.pid, NULL, 0);
    close(s.fd);
}

static void type(struct session s, const char *keys)
{
    if (write(s.fd, keys, strlen(keys)) < 0)
        perror("write");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof(*v), by_value);
    return v[n / 2];
}

/* A line "name voluntary_ctxt_switches: N" of /proc/PID/status as a number. */
static long status_line(pid_t pid, const char *name)
{
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name) + 1, NULL, 10);
    }
    if (f)
        fclose(f);
    return value;
}

/* ---- What is measured ---- */

/* Reads until `mark` has been written; returns when. A program that never writes it ends the run.
 */
static double wait_for(struct session s, const char *mark)
{
    static char seen[262144];
    size_t len = 0;
    struct pollfd p = {.fd = s.fd, .events = POLLIN};
    while (len + 1 < sizeof(seen) && poll(&p, 1, 5000) > 0) {
        ssize_t got = read(s.fd, seen + len, sizeof(seen) - len - 1);
        if (got <= 0)
            break;
        len += (size_t)got;
        seen[len] = '\0';
        if (strstr(seen, mark))
            return now_ms();
    }
    fprintf(stderr, "nobody wrote %s within 5 s; the last bytes were:\n%s\n", mark,
            seen + (len > 400 ? len - 400 : 0));
    exit(3);
}

/* Until `mark`, which stands in the last row of the first whole screen, has been written. */
static double first_frame(const char *const *argv, const char *mark)
{
    size_t ignored = 0;
    double began = now_ms();
    struct session s = start(argv);
    double ended = wait_for(s, mark);
    drain(s, 25, &ignored);
    stop(s);
    return ended - began;
}

struct typing {
    double median, p95;
    size_t most; /* bytes written for one key */
};

static struct typing type_keys(struct session s, const char *const *keys, size_t key_count)
{
    static double times[KEYS];
    struct typing t = {0};
    for (size_t i = 0; i < KEYS; i++) {
        size_t bytes = 0;
        double sent = now_ms(), last;
        type(s, keys[i % key_count]);
        last = drain(s, 12, &bytes);
        if (last == 0) {
            fprintf(stderr, "key %zu changed nothing on the screen\n", i % key_count + 1);
            exit(3);
        }
        times[i] = last - sent;
        t.most = bytes > t.most ? bytes : t.most;
    }
    t.median = median(times, KEYS);
    t.p95 = times[KEYS * 95 / 100];
    return t;
}

static int missed;

static void judge(const char *what, double value, const char *unit, double limit)
{
    bool ok = value <= limit;
    printf("%-44s %10.2f %-8s limit %.2f  %s\n", what, value, unit, limit, ok ? "ok" : "MISSED");
    missed += !ok;
}

/* ---- tig's repository ---- */

static void make_repository(const char *dir)
{
    char command[2048];
    snprintf(command, sizeof(command), "git init -q %s && git -C %s fast-import --quiet", dir, dir);
    FILE *git = popen(command, "w");
    if (!git)
        exit(3);
    for (int i = 1; i <= 400; i++)
        fprintf(git,
                "commit refs/heads/master\ncommitter A <a@example.com> %d +0000\ndata <<E\nchange "
                "number %d of the repository\nE\nM 644 inline file\ndata <<E\n%d\nE\n",
                1700000000 + i * 60, i, i);
    if (pclose(git) != 0 || chdir(dir) != 0)
        exit(3);
}

/* ---- A server of one large reply ---- */

static pid_t serve_large(unsigned *port)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, 4) ||
        getsockname(fd, (struct sockaddr *)&a, &len))
        exit(3);
    *port = ntohs(a.sin_port);
    pid_t pid = fork();
    if (pid) {
        close(fd);
        return pid;
    }
    char *body = malloc(REPLY_SIZE), request[65536];
    for (size_t i = 0; i < REPLY_SIZE; i++)
        body[i] = i % 100 == 99 ? '\n' : (char)('a' + i % 26);
    for (;;) {
        int c = accept(fd, NULL, NULL);
        if (c < 0 || read(c, request, sizeof(request)) < 0)
            _exit(1);
        dprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %u\r\n\r\n",
                REPLY_SIZE);
        for (size_t sent = 0; sent < REPLY_SIZE;) {
            ssize_t n = write(c, body + sent, REPLY_SIZE - sent);
            if (n <= 0)
                break;
            sent += (size_t)n;
        }
        close(c);
    }
}

static void write_profile(const char *home, unsigned port)
{
    char path[512];
    snprintf(path, sizeof(path), "mkdir -p %s/wxpc/profiles", home);
    if (system(path) != 0)
        exit(3);
    snprintf(path, sizeof(path), "%s/wxpc/profiles/large.json", home);
    FILE *f = fopen(path, "w");
    if (!f)
        exit(3);
    fchmod(fileno(f), 0600);
    fprintf(f,
            "{\"name\":\"large\",\"base_url\":\"http://127.0.0.1:%u\",\"api_key\":"
            "\"192006250b4c09247ec02edce69f6a2d\",\"fields\":{\"appid\":\"wxd930ea5d5a258f4f\","
            "\"mch_id\":\"10000100\",\"notify_url\":\"http://127.0.0.1:8765/notify\"}}",
            port);
    fclose(f);
}

static void measure_large(const char *wxpc, const char *home)
{
    unsigned port;
    pid_t server = serve_large(&port);
    write_profile(home, port);
    const char *argv[] = {wxpc, "-p", "large", NULL};
    struct session s = start(argv);
    size_t bytes = 0;
    drain(s, 200, &bytes);
    /* The form lacks what a demonstration would fill: paste it. */
    type(
        s,
        "\033[200~out_trade_no=T20261122000001\nbody=bench\ntotal_fee=1\nspbill_create_ip=127.0.0.1"
        "\ntrade_type=NATIVE\nproduct_id=P1\n\033[201~");
    drain(s, 100, &bytes);
    type(s, "\022");
    wait_for(s, "UNTRUSTED");
    drain(s, 100, &bytes);
    type(s, "\033"); /* alone: with a 5 behind it, it would be Alt-5 */
    wait_for(s, "NAV");
    drain(s, 100, &bytes);
    type(s, "5"); /* the pane, which opens a reply that cannot be parsed on its bytes */
    drain(s, 100, &bytes);
    double began = now_ms();
    type(s, "v");
    judge("10 MiB reply: open raw", wait_for(s, "10485760 bytes") - began, "ms", 100);
    drain(s, 100, &bytes);
    /* Each moves: from the top down, and back from the end. */
    const char *keys[] = {"\033[6~", "j", "\033[5~", "G", "k", "g"};
    struct typing t = type_keys(s, keys, 6);
    judge("10 MiB reply: scroll, p95", t.p95, "ms", 16);
    stop(s);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}

int main(int argc, char **argv)
{
    char work[] = "/tmp/wxpc-bench-XXXXXX", wxpc[4096], repo[512];
    double ours[ROUNDS], theirs[ROUNDS];

    if (!realpath(argc > 1 ? argv[1] : "./wxpc", wxpc) || !mkdtemp(work)) {
        perror(argc > 1 ? argv[1] : "./wxpc");
        return 3;
    }
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0); /* a figure is shown when it is there */
    setenv("HOME", work, 1);
    setenv("XDG_CONFIG_HOME", work, 1);
    setenv("XDG_DATA_HOME", work, 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    snprintf(repo, sizeof(repo), "%s/repo", work);
    make_repository(repo);

    const char *console[] = {wxpc, "--demo", NULL}, *tig[] = {"tig", NULL};
    for (int i = 0; i < ROUNDS; i++) {
        theirs[i] = first_frame(tig, "[main]");
        ours[i] = first_frame(console, "Leave");
    }
    double frame = median(ours, ROUNDS), tig_frame = median(theirs, ROUNDS);
    printf("first complete frame: wxpc %.1f ms, tig %.1f ms\n", frame, tig_frame);
    judge("first frame, ratio to tig", frame / tig_frame, "x", 0.6);

    /* A line and a half of the signature pane, and back: its rows are broken anew on the way. */
    const char *letters[LETTERS];
    for (size_t i = 0; i < LETTERS; i++)
        letters[i] = i < LETTERS / 2 ? "x" : "\177";
    static const char *const moves[] = {"j", "j", "j", "k", "k", "k"};
    size_t bytes = 0;
    struct session a = start(console), b = start(tig);
    drain(a, 300, &bytes);
    drain(b, 300, &bytes);
    struct typing key = type_keys(a, letters, LETTERS), tig_key = type_keys(b, moves, 6);
    printf("key to last byte: wxpc %.2f ms (p95 %.2f), tig %.2f ms (p95 %.2f)\n", key.median,
           key.p95, tig_key.median, tig_key.p95);
    judge("key to last byte, ratio to tig", key.median / tig_key.median, "x", 2.5);
    judge("bytes written for one letter, the most of them", (double)key.most, "bytes", 600);
    judge("resident memory", (double)status_line(a.pid, "VmRSS") / 1024, "MiB", 20);
    type(a, "\033"); /* NAV: nothing timed on the screen */
    drain(a, 300, &bytes);
    long before = status_line(a.pid, "voluntary_ctxt_switches");
    struct timespec three = {.tv_sec = 3};
    nanosleep(&three, NULL);
    judge("wake-ups in 3 s of idleness",
          (double)(status_line(a.pid, "voluntary_ctxt_switches") - before), "", 0);
    stop(a);
    stop(b);
    measure_large(wxpc, work);

    char clean[600];
    snprintf(clean, sizeof(clean), "rm -rf %s", work);
    if (system(clean) != 0)
        return 3;
    return missed ? 1 : 0;
}
