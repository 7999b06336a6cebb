/* SPDX-License-Identifier: MIT */
/*
 * Two steps: words of a shell, then curl's options. A command ends with its line, at ; | or &
 * outside quotes; what follows is looked through for the next line that begins with curl.
 */
#include "core/curl.h"

#include <string.h>

#include "core/text.h"
#include "core/unescape.h"

#define HEADER_MAX 1024 /* bytes of one header that are kept */
#define HEAD_MAX 16384  /* … and of all */

struct command {
    struct buf word; /* the word read last */
    bool quoted;     /* a part of it stood in quotes */
    bool variable;   /* a $NAME stood in it */
    struct buf body, url, head;
    char method[16];
    bool has_body, get;
    bool told; /* that its content is elsewhere */
    size_t number;
    struct found *out;
};

/* ---- Words ---- */

/* Up to `most` digits of base 16 or 8 at `*at`. */
static uint32_t number(struct span t, size_t *at, int base, int most)
{
    uint32_t n = 0;
    for (; most > 0 && *at < t.len; most--, ++*at) {
        int digit = unescape_digit(t.s[*at]);
        if (digit < 0 || digit >= base)
            break;
        n = n * (uint32_t)base + (uint32_t)digit;
    }
    return n;
}

/* The escape of $'…' whose backslash stands at `*at`. NUL, which no word can hold, is left out. */
static void dollar_escape(struct span t, size_t *at, struct buf *out)
{
    static const char letters[] = "n\nr\rt\ta\ab\bf\fv\ve\033E\033\\\\''\"\"??";
    char utf8[4];
    uint32_t n = 0;
    char c = t.s[++*at];
    if (c == 'x' || c == 'u' || c == 'U') {
        ++*at;
        n = number(t, at, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    } else if (c >= '0' && c <= '7') {
        n = number(t, at, 8, 3) & 0xff;
    } else {
        size_t i = 0;
        while (i + 1 < sizeof(letters) && letters[i] != c)
            i += 2;
        if (i + 1 >= sizeof(letters))
            buf_addc(out, '\\');
        buf_addc(out, i + 1 < sizeof(letters) ? letters[i + 1] : c);
        ++*at;
        return;
    }
    if (c == 'u' || c == 'U')
        buf_add(out, utf8, text_put(n, utf8));
    else if (n)
        buf_addc(out, (char)n);
}

/* The part in quotes that begins at `*at`; ends behind it, or at the end of the text. */
static void quoted(struct command *c, struct span t, size_t *at, bool dollar)
{
    char quote = t.s[*at];
    for (++*at; *at < t.len && t.s[*at] != quote;) {
        char next = *at + 1 < t.len ? t.s[*at + 1] : '\0';
        bool escape = t.s[*at] == '\\' && next;
        if (escape && dollar) {
            dollar_escape(t, at, &c->word);
        } else if (escape && quote == '"' && strchr("\"\\$`\n", next)) {
            if (next != '\n')
                buf_addc(&c->word, next);
            *at += 2;
        } else {
            c->variable |= quote == '"' && t.s[*at] == '$' && (next == '{' || next == '(');
            buf_addc(&c->word, t.s[(*at)++]);
        }
    }
    *at += *at < t.len;
    c->quoted = true;
}

/* A backslash before a line's end, which a shell drops; bytes it takes. */
static size_t continuation(struct span t, size_t at)
{
    if (at + 1 >= t.len || t.s[at] != '\\')
        return 0;
    size_t end = at + 1;
    while (end < t.len && (t.s[end] == ' ' || t.s[end] == '\t' || t.s[end] == '\r'))
        end++; /* blanks behind it are what copying adds */
    return end < t.len && t.s[end] == '\n' ? end + 1 - at : 0;
}

/* The next word of the command; false at its end. */
static bool next_word(struct command *c, struct span t, size_t *at)
{
    buf_reset(&c->word);
    c->quoted = false;
    for (size_t skip = 1; skip > 0;) {
        skip = continuation(t, *at);
        while (skip == 0 && *at < t.len && strchr(" \t\r", t.s[*at]) && t.s[*at])
            ++*at, skip = continuation(t, *at);
        *at += skip;
    }
    if (*at >= t.len || strchr("\n;|&", t.s[*at]))
        return false;
    while (*at < t.len && !span_is_blank(t.s[*at]) && !strchr(";|", t.s[*at])) {
        char next = *at + 1 < t.len ? t.s[*at + 1] : '\0';
        size_t skip = continuation(t, *at);
        if (skip > 0)
            break;
        if (t.s[*at] == '\'' || t.s[*at] == '"') {
            quoted(c, t, at, false);
        } else if (t.s[*at] == '$' && next == '\'') {
            ++*at;
            quoted(c, t, at, true);
        } else {
            *at += t.s[*at] == '\\' && next;
            c->variable |= t.s[*at] == '$' && (next == '{' || next == '(');
            buf_addc(&c->word, t.s[(*at)++]);
        }
    }
    return true;
}

/* ---- Options ---- */

enum meaning { NOTHING, DATA, DATA_ENCODED, FORM, METHOD, URL, HEADER, SKIP_ONE, GET };

static const struct {
    const char *name;
    enum meaning meaning;
} options[] = {
    {"-d", DATA},
    {"--data", DATA},
    {"--data-raw", DATA},
    {"--data-binary", DATA},
    {"--data-ascii", DATA},
    {"--json", DATA},
    {"--data-urlencode", DATA_ENCODED},
    {"-F", FORM},
    {"--form", FORM},
    {"--form-string", FORM},
    {"-X", METHOD},
    {"--request", METHOD},
    {"--url", URL},
    {"-G", GET},
    {"--get", GET},
    {"-H", HEADER},
    {"--header", HEADER},
    /* Options with a value that makes no difference here. */
    {"-A", SKIP_ONE},
    {"--user-agent", SKIP_ONE},
    {"-b", SKIP_ONE},
    {"--cookie", SKIP_ONE},
    {"-c", SKIP_ONE},
    {"--cookie-jar", SKIP_ONE},
    {"-e", SKIP_ONE},
    {"--referer", SKIP_ONE},
    {"-E", SKIP_ONE},
    {"--cert", SKIP_ONE},
    {"--cert-type", SKIP_ONE},
    {"--key", SKIP_ONE},
    {"--key-type", SKIP_ONE},
    {"--pass", SKIP_ONE},
    {"--cacert", SKIP_ONE},
    {"--capath", SKIP_ONE},
    {"-m", SKIP_ONE},
    {"--max-time", SKIP_ONE},
    {"--connect-timeout", SKIP_ONE},
    {"--retry", SKIP_ONE},
    {"-o", SKIP_ONE},
    {"--output", SKIP_ONE},
    {"-D", SKIP_ONE},
    {"--dump-header", SKIP_ONE},
    {"-u", SKIP_ONE},
    {"--user", SKIP_ONE},
    {"-w", SKIP_ONE},
    {"--write-out", SKIP_ONE},
    {"-x", SKIP_ONE},
    {"--proxy", SKIP_ONE},
    {"--resolve", SKIP_ONE},
    {"--interface", SKIP_ONE},
    {"--trace", SKIP_ONE},
    {"--trace-ascii", SKIP_ONE},
};

/* What the word asks for. `*glued` is the value in the same word: -dVALUE, --data=VALUE. */
static enum meaning option_of(struct span word, struct span *glued)
{
    *glued = (struct span){0};
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        size_t len = strlen(options[i].name);
        if (word.len < len || memcmp(word.s, options[i].name, len) != 0)
            continue;
        if (word.len == len)
            return options[i].meaning;
        size_t skip = len == 2 ? 0 : 1;
        if (len > 2 && word.s[len] != '=')
            continue;
        *glued = (struct span){word.s + len + skip, word.len - len - skip};
        return options[i].meaning;
    }
    return NOTHING;
}

static void encode(struct buf *out, struct span t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.s[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
                     (c && strchr("-_.~", c));
        if (plain)
            buf_addc(out, (char)c);
        else
            buf_addf(out, "%%%02X", c);
    }
}

static void note_file(struct command *c, struct span name)
{
    c->told = true;
    (void)err_set(found_note(c->out), ST_OK,
                  SAY("第 %zu 条 curl：内容在文件 %.*s 里", "粘贴里没有它", "直接给出那个文件"),
                  SAY("curl command %zu: its content is in the file %.*s",
                      "which is not in the paste", "give that file itself"),
                  c->number, (int)(name.len < 100 ? name.len : 100), name.s);
}

static void add_data(struct command *c, struct span value, enum meaning meaning, bool raw)
{
    const char *equals = value.len ? memchr(value.s, '=', value.len) : NULL;
    size_t name = equals ? (size_t)(equals - value.s) : 0;
    bool file = value.len > 0 && value.s[0] == '@' && !raw && meaning != FORM;
    if (meaning == FORM && equals && name + 1 < value.len && strchr("@<", equals[1])) {
        file = true;
        value = (struct span){equals + 1, value.len - name - 1};
    }
    if (file) {
        note_file(c, (struct span){value.s + 1, value.len - 1});
        return;
    }
    if (c->has_body)
        buf_addc(&c->body, '&');
    c->has_body = true;
    if (meaning == DATA_ENCODED) {
        buf_add(&c->body, value.s, equals ? name + (name > 0) : 0);
        encode(&c->body, equals ? (struct span){equals + 1, value.len - name - 1} : value);
    } else {
        buf_add(&c->body, value.s, value.len);
    }
}

/* One word behind `curl`; takes the next one if it needs a value. */
static void read_word(struct command *c, struct span t, size_t *at)
{
    struct span glued;
    struct span word = {buf_str(&c->word), c->word.len};
    bool raw = span_is(word, "--data-raw") || span_is(word, "--form-string");
    enum meaning meaning = option_of(word, &glued);
    bool bare = meaning == NOTHING && word.len > 0 && (word.s[0] != '-' || c->quoted);
    if (meaning == GET)
        c->get = true;
    if (meaning == NOTHING && !bare)
        return;
    if (meaning != NOTHING && meaning != GET && !glued.s) {
        if (!next_word(c, t, at))
            return;
        glued = (struct span){buf_str(&c->word), c->word.len};
    }
    if (meaning == METHOD) {
        size_t len = glued.len < sizeof(c->method) - 1 ? glued.len : sizeof(c->method) - 1;
        memcpy(c->method, glued.s, len);
        c->method[len] = '\0';
    } else if (meaning == HEADER && glued.len < HEADER_MAX) {
        buf_add(&c->head, glued.s, glued.len);
        buf_addc(&c->head, '\n');
    } else if (meaning == DATA || meaning == DATA_ENCODED || meaning == FORM) {
        add_data(c, glued, meaning, raw);
    } else if ((bare || meaning == URL) && c->url.len == 0) {
        buf_add(&c->url, bare ? word.s : glued.s, bare ? word.len : glued.len);
    }
}

/* ---- Commands ---- */

/* Blanks, line ends and a shell's prompt. */
static size_t prompt_len(struct span t)
{
    size_t at = 0;
    while (at < t.len && t.s[at] && (span_is_blank(t.s[at]) || strchr("$#>", t.s[at])))
        at++;
    return at;
}

/* Bytes of "curl" at the very beginning of `t`; 0 if it is no command. */
static size_t command_len(struct span t)
{
    if (t.len > 9 && memcmp(t.s, "curl.exe ", 9) == 0)
        return 8;
    return t.len > 5 && memcmp(t.s, "curl", 4) == 0 && t.s[4] && strchr(" \t\\", t.s[4]) ? 4 : 0;
}

bool curl_is(struct span text)
{
    size_t at = prompt_len(text);
    return command_len((struct span){text.s + at, text.len - at}) > 0;
}

static void add_title(const struct command *c, struct buf *title)
{
    const char *url = buf_str(&c->url);
    buf_addf(title, "%s %.*s",
             c->method[0]             ? c->method
             : c->has_body && !c->get ? "POST"
                                      : "GET",
             (int)strcspn(url, "?#"), url);
}

static void add_found(struct command *c)
{
    struct found_doc about = {.in = FOUND_CURL,
                              .where = c->number,
                              .head = buf_status(&c->head) ? NULL : (char *)buf_str(&c->head),
                              .query = !c->has_body || c->get};
    const char *query = strchr(buf_str(&c->url), '?');
    struct buf title;
    buf_init(&title, c->url.len + 64);
    add_title(c, &title);
    struct span name = {buf_str(&title), title.len};
    if (c->has_body)
        found_add(c->out, &about, name, (struct span){buf_str(&c->body), c->body.len});
    else if (query)
        found_add(c->out, &about, name, (struct span){query + 1, strcspn(query + 1, "#")});
    else if (!c->told)
        (void)err_set(
            found_note(c->out), ST_OK,
            SAY("第 %zu 条 curl 没有参数", "既没有请求体，网址也没有查询串", ""),
            SAY("curl command %zu has no parameters", "it has no body, and its URL no query", ""),
            c->number);
    if (c->variable)
        (void)err_set(found_note(c->out), ST_OK,
                      SAY("第 %zu 条 curl 里有 shell 变量", "没有替换：它的值不在粘贴里", ""),
                      SAY("curl command %zu holds a shell variable",
                          "it was not filled in: its value is not in the paste", ""),
                      c->number);
    buf_clear(&title);
}

void curl_find(struct span text, struct found *out)
{
    struct command c = {.out = out};
    size_t at = 0;
    while (at < text.len) {
        at += prompt_len((struct span){text.s + at, text.len - at});
        struct span rest = {text.s + at, text.len - at};
        size_t start = command_len(rest);
        at += start;
        if (start > 0) {
            size_t room = 3 * rest.len + 64; /* an encoded byte takes three */
            buf_init_secret(&c.word, room);
            buf_init_secret(&c.body, room);
            buf_init_secret(&c.url, room);
            buf_init_secret(&c.head, HEAD_MAX);
            c.method[0] = '\0';
            c.has_body = c.get = c.variable = c.told = false;
            c.number++;
            while (next_word(&c, text, &at))
                read_word(&c, text, &at);
            add_found(&c);
            buf_clear(&c.word);
            buf_clear(&c.body);
            buf_clear(&c.url);
            buf_clear(&c.head);
        }
        const char *end = at < text.len ? memchr(text.s + at, '\n', text.len - at) : NULL;
        at = end ? (size_t)(end + 1 - text.s) : text.len;
    }
}
