/* SPDX-License-Identifier: MIT */
/*
 * One pass over the lines: the first names the columns, those that begin with a back-quote are
 * rows until the names of the totals come. The totals are added up afterwards.
 */
#include "core/bill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/gunzip.h"

#define DECIMALS 5
#define JSON_CELLS_MAX (1u << 20)

/* ---- Names ---- */

/* Columns; the older names (with 企业红包) are those of bills before coupons had their own. */
/* clang-format off */
static const struct {
    const char *zh, *en;
    bool amount;
} columns[] = {
    {"交易时间", "trade time", false},
    {"公众账号ID", "appid", false},
    {"商户号", "mch_id", false},
    {"特约商户号", "sub_mch_id", false},
    {"子商户号", "sub_mch_id", false},
    {"设备号", "device", false},
    {"微信订单号", "transaction_id", false},
    {"商户订单号", "out_trade_no", false},
    {"用户标识", "openid", false},
    {"交易类型", "trade type", false},
    {"交易状态", "trade state", false},
    {"付款银行", "bank", false},
    {"货币种类", "currency", false},
    {"应结订单金额", "settled amount", true},
    {"总金额", "amount", true},
    {"代金券金额", "coupons", true},
    {"企业红包金额", "coupons", true},
    {"退款申请时间", "refund asked", false},
    {"退款成功时间", "refund done", false},
    {"微信退款单号", "refund_id", false},
    {"商户退款单号", "out_refund_no", false},
    {"退款金额", "refund", true},
    {"充值券退款金额", "coupon refund", true},
    {"企业红包退款金额", "coupon refund", true},
    {"退款类型", "refund channel", false},
    {"退款状态", "refund state", false},
    {"商品名称", "goods", false},
    {"商户数据包", "attach", false},
    {"手续费", "fee", true},
    {"费率", "rate", false},
    {"订单金额", "order amount", true},
    {"申请退款金额", "refund applied for", true},
    {"费率备注", "note on the rate", false},
};

static const struct {
    const char *zh, *en;
    const char *column; /* NULL: the number of rows */
} totals[] = {
    {"总交易单数", "trades", NULL},
    {"应结订单总金额", "settled amount", "应结订单金额"},
    {"总交易额", "amount", "总金额"},
    {"退款总金额", "refunds", "退款金额"},
    {"总退款金额", "refunds", "退款金额"},
    {"充值券退款总金额", "coupon refunds", "充值券退款金额"},
    {"总企业红包退款金额", "coupon refunds", "企业红包退款金额"},
    {"手续费总金额", "fees", "手续费"},
    {"订单总金额", "order amount", "订单金额"},
    {"申请退款总金额", "refunds applied for", "申请退款金额"},
};
/* clang-format on */

static bool is(struct span s, const char *word)
{
    return s.len == strlen(word) && memcmp(s.s, word, s.len) == 0;
}

static struct span span_of(const char *word)
{
    return (struct span){word, strlen(word)};
}

struct span bill_name(struct span name, enum lang lang)
{
    if (lang == LANG_ZH)
        return name;
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        if (is(name, columns[i].zh))
            return span_of(columns[i].en);
    }
    for (size_t i = 0; i < ARRAY_COUNT(totals); i++) {
        if (is(name, totals[i].zh))
            return span_of(totals[i].en);
    }
    return name;
}

bool bill_is_amount(struct span name)
{
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        if (is(name, columns[i].zh))
            return columns[i].amount;
    }
    return false;
}

/* ---- Amounts ---- */

bool bill_amount_read(struct span text, int64_t *out)
{
    size_t i = text.len && text.s[0] == '-', digits = 0, decimals = 0;
    bool negative = i > 0, point = false;
    int64_t n = 0;
    for (; i < text.len; i++) {
        char c = text.s[i];
        if (c == '.' && !point && digits) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || (point && decimals == DECIMALS))
            return false;
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, c - '0', &n))
            return false;
        digits++;
        decimals += point;
    }
    if (!digits || (point && !decimals))
        return false;
    for (; decimals < DECIMALS; decimals++) {
        if (__builtin_mul_overflow(n, 10, &n))
            return false;
    }
    *out = negative ? -n : n;
    return true;
}

void bill_amount_write(int64_t amount, char out[BILL_AMOUNT_SIZE])
{
    uint64_t n = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    int len = snprintf(out, BILL_AMOUNT_SIZE, "%s%" PRIu64 ".%05" PRIu64, amount < 0 ? "-" : "",
                       n / BILL_YUAN, n % BILL_YUAN);
    for (int extra = DECIMALS - 2; extra > 0 && out[len - 1] == '0'; extra--)
        out[--len] = '\0';
}

void bill_counted_write(const struct bill_total *t, char out[BILL_AMOUNT_SIZE])
{
    if (t->is_count)
        snprintf(out, BILL_AMOUNT_SIZE, "%" PRId64, t->counted);
    else
        bill_amount_write(t->counted, out);
}

/* ---- Lines and cells ---- */

static struct span trim(struct span s)
{
    while (s.len && (s.s[0] == ' ' || s.s[0] == '\t')) {
        s.s++;
        s.len--;
    }
    while (s.len && span_is_blank(s.s[s.len - 1]))
        s.len--;
    return s;
}

/* Cuts the next line off `rest`; it may be empty. */
static bool next_line(struct span *rest, struct span *line)
{
    if (!rest->len)
        return false;
    const char *end = memchr(rest->s, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->s) : rest->len, skip = len + (end != NULL);
    *line = trim((struct span){rest->s, len});
    rest->s += skip;
    rest->len -= skip;
    return true;
}

/* Where the next cell begins behind `from`: at ",`", or at ',' in a line of names. */
static size_t cell_end(struct span line, size_t from, bool quoted)
{
    for (size_t i = from; i < line.len; i++) {
        if (line.s[i] == ',' && (!quoted || (i + 1 < line.len && line.s[i + 1] == '`')))
            return i;
    }
    return line.len;
}

/* Cuts a line into at most `max` cells and returns how many it has. */
static size_t cut(struct span line, struct span *cells, size_t max)
{
    bool quoted = line.len && line.s[0] == '`';
    size_t count = 0;
    for (size_t from = 0; from <= line.len;) {
        size_t end = cell_end(line, from, quoted);
        size_t begin = from + (quoted && from < end && line.s[from] == '`');
        if (count < max)
            cells[count] = trim((struct span){line.s + begin, end - begin});
        count++;
        from = end + 1;
    }
    return count;
}

void bill_cells(const struct bill *b, size_t row, struct span cells[BILL_COLUMNS_MAX])
{
    size_t count = cut(b->lines[row], cells, b->columns);
    for (size_t i = count; i < b->columns; i++)
        cells[i] = (struct span){"", 0};
}

/* ---- Reading ---- */

static void note_odd(struct bill *b, size_t line)
{
    if (b->odd++ == 0)
        b->odd_line = line;
}

static enum status no_bill(struct err *err)
{
    return err_set(
        err, ST_SYNTAX, SAY("不是对账单", "第一行不是列名", "查看原文"),
        SAY("this is no bill", "the first line is no list of columns", "look at the raw bytes"));
}

static enum status read_heads(struct bill *b, struct span line, struct err *err)
{
    b->columns = cut(line, b->heads, BILL_COLUMNS_MAX);
    if (b->columns > BILL_COLUMNS_MAX)
        return err_set(
            err, ST_LIMIT, SAY("对账单过大", "超过 %d 列", "查看原文"),
            SAY("the bill is too large", "it has more than %d columns", "look at the raw bytes"),
            BILL_COLUMNS_MAX);
    return b->columns < 2 || line.s[0] == '`' ? no_bill(err) : ST_OK;
}

static enum status add_row(struct bill *b, struct span line, size_t number, struct err *err)
{
    if (b->rows == BILL_ROWS_MAX)
        return err_set(
            err, ST_LIMIT, SAY("对账单过大", "超过 %u 行", "查看原文"),
            SAY("the bill is too large", "it has more than %u rows", "look at the raw bytes"),
            BILL_ROWS_MAX);
    if (b->rows == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 64;
        b->lines = mem_grow(b->lines, b->cap, sizeof(*b->lines));
    }
    b->lines[b->rows++] = line;
    if (cut(line, NULL, 0) != b->columns)
        note_odd(b, number);
    return ST_OK;
}

/* The names of the totals and their values are two lines. */
static void read_totals(struct bill *b, struct span names, struct span values)
{
    struct span name[BILL_TOTALS_MAX], value[BILL_TOTALS_MAX];
    size_t count = cut(names, name, BILL_TOTALS_MAX), have = cut(values, value, BILL_TOTALS_MAX);
    b->total_count = count < have ? count : have;
    if (b->total_count > BILL_TOTALS_MAX)
        b->total_count = BILL_TOTALS_MAX;
    for (size_t i = 0; i < b->total_count; i++)
        b->totals[i] = (struct bill_total){.name = name[i], .stated = value[i]};
}

static enum status read_lines(struct bill *b, struct err *err)
{
    static const char total[] = "总";
    struct span rest = {buf_str(&b->text), b->text.len}, line, names = {NULL, 0};
    enum status st = ST_OK;
    for (size_t number = 1; !st && next_line(&rest, &line); number++) {
        bool quoted = line.len && line.s[0] == '`';
        if (!line.len)
            continue;
        if (!b->columns)
            st = read_heads(b, line, err);
        else if (quoted && !names.s)
            st = add_row(b, line, number, err);
        else if (quoted && !b->total_count)
            read_totals(b, names, line);
        else if (!names.s && line.len > sizeof(total) && memcmp(line.s, total, strlen(total)) == 0)
            names = line;
        else
            note_odd(b, number);
    }
    return st || b->columns ? st : no_bill(err);
}

/* ---- Totals ---- */

static size_t column_of(const struct bill *b, const char *name)
{
    size_t i = 0;
    while (i < b->columns && !is(b->heads[i], name))
        i++;
    return i;
}

/* Adds up a column; false when a cell is no amount or the sum too large. */
static bool add_up(const struct bill *b, size_t column, int64_t *sum)
{
    struct span cells[BILL_COLUMNS_MAX];
    *sum = 0;
    for (size_t i = 0; i < b->rows; i++) {
        int64_t amount = 0;
        bill_cells(b, i, cells);
        if (cells[column].len && !bill_amount_read(cells[column], &amount))
            return false;
        if (__builtin_add_overflow(*sum, amount, sum))
            return false;
    }
    return true;
}

static void check_total(const struct bill *b, struct bill_total *t)
{
    int64_t stated = 0;
    t->verdict = BILL_UNCHECKED;
    for (size_t i = 0; i < ARRAY_COUNT(totals); i++) {
        if (!is(t->name, totals[i].zh))
            continue;
        size_t column = totals[i].column ? column_of(b, totals[i].column) : 0;
        t->is_count = !totals[i].column;
        if (t->is_count)
            t->counted = (int64_t)b->rows;
        else if (column == b->columns || !add_up(b, column, &t->counted))
            break;
        bool same = bill_amount_read(t->stated, &stated) &&
                    stated == (t->is_count ? t->counted * BILL_YUAN : t->counted);
        t->verdict = same ? BILL_AGREES : BILL_DIFFERS;
        return;
    }
    t->counted = 0;
}

/* ---- Public ---- */

void bill_clear(struct bill *b)
{
    buf_clear(&b->text);
    free(b->lines);
    memset(b, 0, sizeof(*b));
}

static enum status unpack(const char *data, size_t len, struct bill *b, struct err *err)
{
    buf_init(&b->text, BILL_TEXT_MAX);
    b->packed = gunzip_is(data, len);
    if (b->packed)
        return gunzip(data, len, &b->text, err);
    if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        len -= 3;
    }
    buf_add(&b->text, data, len);
    if (!buf_status(&b->text))
        return ST_OK;
    return err_set(
        err, ST_LIMIT, SAY("对账单过大", "超过 %u 字节", "查看原文"),
        SAY("the bill is too large", "it has more than %u bytes", "look at the raw bytes"),
        BILL_TEXT_MAX);
}

enum status bill_read(const char *data, size_t len, struct bill *out, struct err *err)
{
    bill_clear(out);
    enum status st = unpack(data, len, out, err);
    if (!st)
        st = read_lines(out, err);
    for (size_t i = 0; !st && i < out->total_count; i++)
        check_total(out, &out->totals[i]);
    if (st)
        bill_clear(out);
    return st;
}

size_t bill_differing(const struct bill *b)
{
    size_t count = 0;
    for (size_t i = 0; i < b->total_count; i++)
        count += b->totals[i].verdict == BILL_DIFFERS;
    return count;
}

void bill_sentence(const struct bill *b, struct err *out)
{
    size_t differing = bill_differing(b);
    if (b->odd)
        err_set(out, ST_CONFLICT, "%zu 笔；%zu 行格式不符（首个是第 %zu 行）；合计有 %zu 项不符",
                "rows: %zu; lines of another form: %zu (the first is line %zu); totals that "
                "differ: %zu",
                b->rows, b->odd, b->odd_line, differing);
    else if (!b->total_count)
        err_set(out, ST_CONFLICT, "%zu 笔；没有合计行，账单可能不完整",
                "rows: %zu; there are no totals, the bill may be cut off", b->rows);
    else if (differing)
        err_set(out, ST_CONFLICT, "%zu 笔；合计有 %zu 项与各行之和不符",
                "rows: %zu; totals that differ from the sum of the rows: %zu", b->rows, differing);
    else
        err_set(out, ST_OK, "%zu 笔；合计与各行之和一致", "rows: %zu; the totals agree with them",
                b->rows);
}

static struct json *cells_json(const struct span *cells, size_t count)
{
    struct json *j = json_new_array();
    for (size_t i = 0; i < count; i++)
        json_push(j, json_new_string_n(cells[i].s, cells[i].len));
    return j;
}

static struct json *totals_json(const struct bill *b)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < b->total_count; i++) {
        const struct bill_total *t = &b->totals[i];
        struct json *j = json_new_object();
        char counted[BILL_AMOUNT_SIZE];
        json_add(j, "name", json_new_string_n(t->name.s, t->name.len));
        json_add(j, "stated", json_new_string_n(t->stated.s, t->stated.len));
        if (t->verdict != BILL_UNCHECKED) {
            bill_counted_write(t, counted);
            json_add_string(j, "counted", counted);
            json_add_bool(j, "agrees", t->verdict == BILL_AGREES);
        }
        json_push(list, j);
    }
    return list;
}

struct json *bill_json(const struct bill *b)
{
    struct json *j = json_new_object(), *rows = json_new_array();
    struct span cells[BILL_COLUMNS_MAX];
    size_t shown = b->columns ? JSON_CELLS_MAX / b->columns : 0;
    if (shown > b->rows)
        shown = b->rows;
    for (size_t i = 0; i < shown; i++) {
        bill_cells(b, i, cells);
        json_push(rows, cells_json(cells, b->columns));
    }
    json_add(j, "columns", cells_json(b->heads, b->columns));
    json_add(j, "rows", rows);
    if (shown < b->rows)
        json_add_int(j, "rows_left_out", (int64_t)(b->rows - shown));
    json_add(j, "totals", totals_json(b));
    return j;
}
