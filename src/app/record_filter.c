/* SPDX-License-Identifier: MIT */
/* A time is a span: the day, the minute or the second that was named. */
#include "app/record_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/record.h"
#include "core/text.h"

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define ZONE_MS (8 * HOUR_MS) /* UTC+8, as everywhere */

enum { KIND, API, EVENT, PROFILE, OUTCOME, MCH_ID, ORDER, TRANSACTION_ID, TIME, SINCE, UNTIL };

static const char *const names[] = {"kind",    "api",    "event", "profile",
                                    "outcome", "mch_id", "order", "transaction_id",
                                    "time",    "since",  "until"};

static enum status unknown(const char *word, struct err *err)
{
    return err_set(err, ST_NOT_FOUND,
                   SAY("%s 不是筛选条件",
                       "可用 kind= api= event= profile= outcome= mch_id= order= transaction_id= "
                       "time= since= until=",
                       "改正后重试"),
                   SAY("%s is no filter",
                       "there are kind= api= event= profile= outcome= mch_id= order= "
                       "transaction_id= time= since= until=",
                       "correct it"),
                   word);
}

/* ---- Times ---- */

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int y, int m, int d)
{
    int64_t year = m <= 2 ? y - 1 : y, era = year / 400, of = year - era * 400;
    int64_t day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of * 365 + of / 4 - of / 100 + day - 719468;
}

/* The year that it is in UTC+8. */
static int year_of(int64_t now_ms)
{
    char text[TEXT_TIME_SIZE];
    text_time_write((time_t)(now_ms / 1000), text);
    text[4] = '\0';
    return atoi(text);
}

/* "30m", "2h", "7d" */
static bool read_ago(const char *s, int64_t now_ms, struct record_term *t)
{
    char *end = NULL;
    long n = strtol(s, &end, 10);
    int64_t unit = *end == 'm' ? MINUTE_MS : *end == 'h' ? HOUR_MS : *end == 'd' ? DAY_MS : 0;
    if (end == s || !unit || end[1] || n < 0 || n > 100000)
        return false;
    t->from_ms = now_ms - n * unit;
    t->to_ms = INT64_MAX;
    return true;
}

static bool read_time(const char *s, int64_t now_ms, struct record_term *t)
{
    int y = year_of(now_ms), m = 0, d = 0, h = 0, min = 0, sec = 0, used = 0;
    int64_t today = (now_ms + ZONE_MS) / DAY_MS, span = DAY_MS;
    if (read_ago(s, now_ms, t))
        return true;
    if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &used) == 3 ||
        (used = 0, y = year_of(now_ms), sscanf(s, "%2d-%2d%n", &m, &d, &used) == 2)) {
        if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
            return false;
        today = days_of(y, m, d);
        s += used;
        if (*s == 'T' && s[1])
            s++;
    }
    if (*s) {
        int n = used = 0;
        if (sscanf(s, "%2d:%2d%n", &h, &min, &used) != 2)
            return false;
        if (s[used] == ':' && sscanf(s + used, ":%2d%n", &sec, &n) != 1)
            return false;
        if (s[used + n] || h < 0 || h > 23 || min < 0 || min > 59 || sec < 0 || sec > 59)
            return false;
        span = n ? 1000 : MINUTE_MS;
    }
    t->from_ms = today * DAY_MS - ZONE_MS + h * HOUR_MS + min * MINUTE_MS + sec * 1000LL;
    t->to_ms = t->from_ms + span;
    return true;
}

/* ---- Reading ---- */

enum status record_filter_add(struct record_filter *f, const char *word, int64_t now_ms,
                              struct err *err)
{
    struct record_term t = {.invert = word[0] == '!'};
    const char *start = word + t.invert, *equals = strchr(start, '=');
    char name[32] = "";

    if (equals && (size_t)(equals - start) < sizeof(name))
        memcpy(name, start, (size_t)(equals - start));
    while (t.name < (int)ARRAY_COUNT(names) && strcmp(names[t.name], name) != 0)
        t.name++;
    if (!equals || t.name == (int)ARRAY_COUNT(names))
        return unknown(word, err);
    if (strlen(equals + 1) >= sizeof(t.value) || f->count == RECORD_TERMS_MAX)
        return err_set(err, ST_ARGUMENT,
                       SAY("筛选条件太长或太多", "最多 %d 个，每个不超过 71 字节", ""),
                       SAY("the filter is too long", "%d terms at most, of 71 bytes each", ""),
                       RECORD_TERMS_MAX);
    snprintf(t.value, sizeof(t.value), "%s", equals + 1);
    if (t.name >= TIME && !read_time(t.value, now_ms, &t))
        return err_set(
            err, ST_ARGUMENT,
            SAY("看不懂时间 %s", "",
                "写成 2026-01-02、01-02、10:30、2026-01-02T10:30，或 30m、2h、7d（之前）"),
            SAY("the time %s cannot be read", "",
                "write 2026-01-02, 01-02, 10:30, 2026-01-02T10:30, or 30m, 2h, 7d (ago)"),
            t.value);
    f->terms[f->count++] = t;
    return ST_OK;
}

void record_filter_read(struct record_filter *f, const char *line, int64_t now_ms)
{
    size_t used = 0;
    *f = (struct record_filter){0};
    while (*line) {
        char word[RECORD_FILTER_MAX];
        size_t len = strcspn(line, " ");
        size_t n = len < sizeof(word) ? len : sizeof(word) - 1;
        memcpy(word, line, n);
        word[n] = '\0';
        line += len + strspn(line + len, " ");
        if (!word[0] || record_filter_add(f, word, now_ms, NULL) == ST_OK)
            continue;
        const char *text = word;
        if (used == 0 && word[0] == '!') {
            f->invert = true;
            text++;
        }
        int all = snprintf(f->text + used, sizeof(f->text) - used, "%s%s", used ? " " : "", text);
        used = used + (size_t)all < sizeof(f->text) ? used + (size_t)all : sizeof(f->text) - 1;
    }
}

/* ---- Asking ---- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool holds(const struct record_term *t, const struct journal_row *row)
{
    switch (t->name) {
    case KIND:
        return strcmp(record_kind_name(row->kind), t->value) == 0;
    case API:
        return row->kind == JOURNAL_CALL && strcmp(row->name, t->value) == 0;
    case EVENT:
        return row->kind != JOURNAL_CALL && strcmp(row->name, t->value) == 0;
    case PROFILE:
        return strcmp(row->profile, t->value) == 0;
    case OUTCOME:
        return strcmp(row->outcome, t->value) == 0;
    case MCH_ID:
        return strcmp(row->mch_id, t->value) == 0;
    case ORDER:
        return begins(row->order_no, t->value);
    case TRANSACTION_ID:
        return begins(row->transaction_id, t->value);
    case TIME:
        return row->at_ms >= t->from_ms && row->at_ms < t->to_ms;
    case SINCE:
        return row->at_ms >= t->from_ms;
    default:
        return row->at_ms < t->from_ms;
    }
}

bool record_filter_passes(const struct record_filter *f, const struct journal_row *row)
{
    for (size_t i = 0; i < f->count; i++) {
        if (holds(&f->terms[i], row) == f->terms[i].invert)
            return false;
    }
    return true;
}
