/* SPDX-License-Identifier: MIT */
/* A time is a span: the day, the minute or the second that was named. */
#include "app/record_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/record.h"
#include "core/event.h"
#include "core/text.h"

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

enum {
    KIND,
    API,
    EVENT,
    PROFILE,
    OUTCOME,
    MCH_ID,
    ORDER,
    TRANSACTION_ID,
    AMOUNT,
    TIME,
    SINCE,
    UNTIL
};

#define MOMENT "2026-01-02 01-02 10:30 2026-01-02T10:30"

/* clang-format off */
static const struct record_filter_row rows[] = {
    [KIND] = {"kind", {"类别：call 调用、notice 通知、delivery 投递", "call, notice or delivery"}},
    [API] = {"api", {"调用的接口", "the API of a call"}},
    [EVENT] = {"event", {"通知或投递的事件", "the event of a notice or a delivery"}},
    [PROFILE] = {"profile", {"商户配置", "the merchant profile"}},
    [OUTCOME] = {"outcome", {"结果，与列表中的写法相同", "the outcome, as the list has it"}},
    [MCH_ID] = {"mch_id", {"商户号", "the merchant's number"}},
    [ORDER] = {"order", {"单号，开头部分即可", "the order's number; its beginning is enough"}},
    [TRANSACTION_ID] = {"transaction_id", {"微信单号，开头部分即可", "the platform's number; its beginning is enough"}},
    [AMOUNT] = {"amount", {"金额（元）：0.01", "the amount in yuan: 0.01"}},
    [TIME] = {"time", {"那一天、那一分钟或那一秒：" MOMENT, "in that day, minute or second: " MOMENT}},
    [SINCE] = {"since", {"从那时起；也可写 30m、2h、7d（之前）", "from then on; 30m, 2h, 7d: so long ago"}},
    [UNTIL] = {"until", {"在那之前；写法同上", "before that; written likewise"}},
    {NULL, {NULL, NULL}},
};
/* clang-format on */

const struct record_filter_row *record_filter_rows(void)
{
    return rows;
}

static enum status unknown(const char *word, struct err *err)
{
    return err_set(err, ST_NOT_FOUND,
                   SAY("%s 不是筛选条件",
                       "可用 kind= api= event= profile= outcome= mch_id= order= transaction_id= "
                       "amount= time= since= until=",
                       "改正后重试"),
                   SAY("%s is no filter",
                       "there are kind= api= event= profile= outcome= mch_id= order= "
                       "transaction_id= amount= time= since= until=",
                       "correct it"),
                   word);
}

/* ---- Times ---- */

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

/* What is not said of a time is today's, or its beginning. */
static bool read_time(const char *s, int64_t now_ms, struct record_term *t)
{
    char text[3 * TEXT_TIME_SIZE];
    int day[3], given[3] = {0}, h = 0, min = 0, sec = 0, used = 0;
    int64_t span = DAY_MS;
    time_t at;
    if (read_ago(s, now_ms, t))
        return true;
    text_time_write((time_t)(now_ms / 1000), text);
    sscanf(text, "%4d%2d%2d", &day[0], &day[1], &day[2]);
    if (sscanf(s, "%4d-%2d-%2d%n", &given[0], &given[1], &given[2], &used) == 3 ||
        (used = 0, given[0] = day[0], sscanf(s, "%2d-%2d%n", &given[1], &given[2], &used) == 2)) {
        memcpy(day, given, sizeof(day));
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
        if (s[used + n])
            return false;
        span = n ? 1000 : MINUTE_MS;
    }
    snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02d", day[0], day[1], day[2], h, min, sec);
    if (!text_time_read(text, &at)) /* there is no such day, or time of day */
        return false;
    t->from_ms = (int64_t)at * 1000;
    t->to_ms = t->from_ms + span;
    return true;
}

/* ---- Amounts ---- */

#define DIGITS "0123456789"

/* "7", "0.5", "12.30": yuan. */
static bool read_yuan(const char *s, int64_t *fen)
{
    size_t whole = strspn(s, DIGITS), part = 0;
    if (whole == 0 || whole > 12)
        return false;
    *fen = 100 * strtoll(s, NULL, 10);
    if (s[whole] == '.') {
        const char *p = s + whole + 1;
        part = strspn(p, DIGITS);
        if (part == 0 || part > 2)
            return false;
        *fen += (p[0] - '0') * 10 + (part > 1 ? p[1] - '0' : 0);
        part++;
    }
    return s[whole + part] == '\0';
}

/* ---- Reading ---- */

static bool is_kind(const char *value)
{
    int k = 0;
    while (k < JOURNAL_KIND_COUNT && strcmp(record_kind_name((enum journal_kind)k), value) != 0)
        k++;
    return k < JOURNAL_KIND_COUNT;
}

/* Of what is no event known, the journal says "unknown". */
static enum status check_event(const char *value, struct err *err)
{
    enum event_kind kind;
    if (event_read(value, &kind) || strcmp(value, event_name(EVENT_UNKNOWN)) == 0)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("没有通知 %s",
                       "只有 payment、contract-add、contract-delete、deposit、refund、"
                       "gateway-payment 和 unknown",
                       "改用其中之一"),
                   SAY("there is no event %s",
                       "there are payment, contract-add, contract-delete, deposit, refund, "
                       "gateway-payment and unknown",
                       "use one of them"),
                   value);
}

enum status record_filter_add(struct record_filter *f, const char *word, int64_t now_ms,
                              struct err *err)
{
    struct record_term t = {.invert = word[0] == '!'};
    const char *start = word + t.invert, *equals = strchr(start, '=');
    char name[32] = "";

    if (equals && (size_t)(equals - start) < sizeof(name))
        memcpy(name, start, (size_t)(equals - start));
    while (rows[t.name].name && strcmp(rows[t.name].name, name) != 0)
        t.name++;
    if (!equals || !rows[t.name].name)
        return unknown(word, err);
    if (strlen(equals + 1) >= sizeof(t.value) || f->count == RECORD_TERMS_MAX)
        return err_set(err, ST_ARGUMENT,
                       SAY("筛选条件太长或太多", "最多 %d 个，每个不超过 71 字节", ""),
                       SAY("the filter is too long", "%d terms at most, of 71 bytes each", ""),
                       RECORD_TERMS_MAX);
    snprintf(t.value, sizeof(t.value), "%s", equals + 1);
    if (t.name == KIND && !is_kind(t.value))
        return err_set(
            err, ST_ARGUMENT, SAY("没有类别 %s", "只有 call、notice、delivery", "改用其中之一"),
            SAY("there is no kind %s", "there are call, notice and delivery", "use one of them"),
            t.value);
    if (t.name == EVENT && check_event(t.value, err))
        return ST_ARGUMENT;
    if (t.name == AMOUNT && !read_yuan(t.value, &t.fen))
        return err_set(err, ST_ARGUMENT, SAY("看不懂金额 %s", "", "写成元，例如 0.01、12.30"),
                       SAY("the amount %s cannot be read", "", "write yuan, such as 0.01, 12.30"),
                       t.value);
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

/* Is it what stands in the columns of a row and not in its texts? */
static bool read_word(const struct record_filter *f, int64_t now_ms, struct record_word *w)
{
    struct record_term t = {0};
    char text[RECORD_FILTER_MAX];
    bool time = strpbrk(w->text, "-:") && !w->text[strspn(w->text, DIGITS "-: ")];
    memcpy(text, w->text, sizeof(text));
    for (char *p = text; (p = strchr(p, ' ')) != NULL;)
        *p = 'T'; /* as the list has it: "01-02 10:30" */
    if (time && read_time(text, now_ms, &t)) {
        w->from_ms = t.from_ms;
        w->to_ms = t.to_ms;
    }
    if (!strchr(text, '.') || !read_yuan(text, &w->fen))
        w->fen = -1;
    return w->to_ms || w->fen >= 0 || (w->text[0] && record_is_word(w->text, f->events));
}

/* The text as a whole, or its words if one of them is shown. */
static void read_shown(struct record_filter *f, int64_t now_ms)
{
    const char *rest = f->text;
    memcpy(f->words[0].text, f->text, sizeof(f->text));
    f->word_count = 1;
    f->shown = read_word(f, now_ms, &f->words[0]);
    if (f->shown || !strchr(rest, ' '))
        return;
    for (f->word_count = 0; *rest && f->word_count < RECORD_WORDS_MAX; f->word_count++) {
        struct record_word *w = &f->words[f->word_count];
        size_t len = strcspn(rest, " ");
        *w = (struct record_word){0};
        memcpy(w->text, rest, len);
        rest += len + strspn(rest + len, " ");
        f->shown = read_word(f, now_ms, w) || f->shown;
    }
    f->shown = f->shown && !*rest;
}

void record_filter_read(struct record_filter *f, const char *line, int64_t now_ms,
                        const struct events *events)
{
    size_t used = 0;
    *f = (struct record_filter){.events = events};
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
    read_shown(f, now_ms);
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
    case OUTCOME: /* of a notification its word, which our answer may follow */
        return strncmp(row->outcome, t->value, strlen(t->value)) == 0 &&
               strchr(" ", row->outcome[strlen(t->value)]);
    case MCH_ID:
        return strcmp(row->mch_id, t->value) == 0;
    case ORDER:
        return begins(row->order_no, t->value);
    case TRANSACTION_ID:
        return begins(row->transaction_id, t->value);
    case AMOUNT:
        return row->amount == t->fen;
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

static bool finds_word(const struct record_filter *f, const struct record_word *w,
                       const struct journal_row *row)
{
    return record_holds(row, w->text) || (w->fen >= 0 && row->amount == w->fen) ||
           (w->to_ms && row->at_ms >= w->from_ms && row->at_ms < w->to_ms) ||
           record_shows(row, w->text, f->events);
}

bool record_filter_finds(const struct record_filter *f, const struct journal_row *row)
{
    size_t i = 0;
    while (i < f->word_count && finds_word(f, &f->words[i], row))
        i++;
    return (i == f->word_count) != f->invert;
}
