/* SPDX-License-Identifier: MIT */
/* One table of stages serves writing, reading and telling. */
#include "io/http_times.h"

#include <math.h>

static const struct {
    const char *member;
    size_t offset;
    struct bi name;
} stages[] = {
    {"name", offsetof(struct http_times, name), {"解析", "dns"}},
    {"connect", offsetof(struct http_times, connect), {"连接", "connect"}},
    {"tls", offsetof(struct http_times, tls), {"TLS", "tls"}},
    {"wait", offsetof(struct http_times, wait), {"等待", "wait"}},
    {"total", offsetof(struct http_times, total), {"总计", "total"}},
};
_Static_assert(ARRAY_COUNT(stages) == HTTP_STAGES + 1, "the total is none");

static double get(const struct http_times *t, size_t stage)
{
    return *(const double *)((const char *)t + stages[stage].offset);
}

static void set(struct http_times *t, size_t stage, double ms)
{
    *(double *)((char *)t + stages[stage].offset) = ms;
}

void http_times_write(const struct http_times *t, struct json *to)
{
    struct json *times = json_new_object();
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++) {
        if (get(t, i) > 0)
            json_add(times, stages[i].member, json_new_number(round(get(t, i) * 1000) / 1000));
    }
    json_add_int(to, "ms", t->total > 0 ? llround(t->total) : 0);
    json_add(to, "times", times);
}

void http_times_read(const struct json *from, struct http_times *out)
{
    const struct json *times = json_get(from, "times");
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++)
        set(out, i, json_number(json_get(times, stages[i].member), -1));
    if (out->total < 0)
        out->total = json_number(json_get(from, "ms"), -1);
}

size_t http_stages(const struct http_times *t, struct http_stage out[HTTP_STAGES])
{
    double before = 0;
    size_t n = 0;
    for (size_t i = 0; i < HTTP_STAGES; i++) {
        double until = get(t, i);
        if (until <= 0)
            continue;
        out[n++] = (struct http_stage){stages[i].name, until > before ? until - before : 0};
        before = until > before ? until : before;
    }
    return n;
}
