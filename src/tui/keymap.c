/* SPDX-License-Identifier: MIT */
/*
 * A flat table, searched from the front: a few hundred rows, one search a key press. Rows
 * for one pane stand before those for all.
 */
#include "tui/keymap.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "io/store.h"

/* A key as a table or a file writes it: an optional "edit:" or "N:", then its name. */
static bool read_key(const char *word, unsigned modes, struct keymap_row *out)
{
    memset(out, 0, sizeof(*out));
    out->modes = modes;
    if (strncmp(word, "edit:", 5) == 0) {
        out->modes = ACTION_IN_EDIT;
        word += 5;
    } else if (word[0] >= '1' && word[0] <= '6' && word[1] == ':' && word[2]) {
        out->pane = word[0] - '0';
        word += 2;
    }
    if (!keys_read(word, &out->key))
        return false;
    if (keys_is_text(out->key, NULL, NULL)) /* letters are text in EDIT */
        out->modes &= ACTION_IN_NAV;
    return out->modes != 0;
}

static void insert(struct keymap *m, const struct keymap_row *row)
{
    if (m->count == KEYMAP_MAX)
        return;
    size_t at = m->count;
    if (row->pane) {
        for (at = 0; at < m->count && m->rows[at].pane; at++)
            ;
    }
    memmove(m->rows + at + 1, m->rows + at, (m->count - at) * sizeof(*m->rows));
    m->rows[at] = *row;
    m->count++;
}

void keymap_init(struct keymap *m)
{
    size_t count;
    const struct action_row *rows = action_rows(&count);

    memset(m, 0, sizeof(*m));
    for (size_t i = 0; i < count; i++) {
        const char *p = rows[i].keys;
        while (p && *p) {
            char word[KEYS_NAME_MAX];
            struct keymap_row row;
            size_t len = strcspn(p, " ");
            snprintf(word, sizeof(word), "%.*s", (int)len, p);
            if (read_key(word, rows[i].modes, &row)) {
                row.action = rows[i].action;
                insert(m, &row);
            }
            p += len + strspn(p + len, " ");
        }
    }
}

/* ---- keys.json ---- */

/* The next free place for a sentence; NULL when all are used. */
static struct err *next_warning(struct keymap_report *r)
{
    if (!r)
        return NULL;
    if (r->count == KEYMAP_WARNINGS_MAX) {
        r->left++;
        return NULL;
    }
    return &r->items[r->count++];
}

static const char *action_name(const void *ctx, size_t index)
{
    size_t count;
    const struct action_row *rows = action_rows(&count);
    (void)ctx;
    return index < count ? rows[index].id : NULL;
}

/* The names a mistyped key is compared with; single characters are never mistyped. */
static const char *key_name(const void *ctx, size_t index)
{
    static const char *const names[] = {
        "Enter",  "Tab",    "Shift-Tab", "Esc",    "Backspace", "Up",     "Down",   "Left",
        "Right",  "Home",   "End",       "PgUp",   "PgDn",      "Ins",    "Del",    "Space",
        "F1",     "F2",     "F3",        "F4",     "F5",        "F6",     "F7",     "F8",
        "F9",     "F10",    "F11",       "F12",    "Ctrl-A",    "Ctrl-B", "Ctrl-C", "Ctrl-D",
        "Ctrl-E", "Ctrl-F", "Ctrl-G",    "Ctrl-K", "Ctrl-L",    "Ctrl-N", "Ctrl-O", "Ctrl-P",
        "Ctrl-Q", "Ctrl-R", "Ctrl-S",    "Ctrl-T", "Ctrl-U",    "Ctrl-V", "Ctrl-W", "Ctrl-X",
        "Ctrl-Y", "Ctrl-Z"};
    (void)ctx;
    return index < ARRAY_COUNT(names) ? names[index] : NULL;
}

static void warn_action(const char *id, struct keymap_report *report)
{
    const char *near = text_nearest(id, action_name, NULL);
    struct err *w = next_warning(report);
    if (near)
        err_set(w, ST_NOT_FOUND, SAY("keys.json：没有操作 %s", "", "最接近的是 %s"),
                SAY("keys.json: there is no action %s", "", "the nearest is %s"), id, near);
    else
        err_set(w, ST_NOT_FOUND, SAY("keys.json：没有操作 %s", "", "wxpc(1) 列出全部操作"),
                SAY("keys.json: there is no action %s", "", "wxpc(1) lists them"), id);
}

static void warn_key(const char *id, const char *word, struct keymap_report *report)
{
    const char *near = text_nearest(word, key_name, NULL);
    err_set(next_warning(report), ST_NOT_FOUND,
            SAY("keys.json：操作 %s 的按键 %s 不可用", "", "如 %s"),
            SAY("keys.json: %s: there is no such key as %s", "", "write %s"), id, word,
            near ? near : "Ctrl-T");
}

static void warn_type(const char *id, struct keymap_report *report)
{
    err_set(next_warning(report), ST_SYNTAX,
            SAY("keys.json：操作 %s 的值不对", "应为按键名、按键名的数组或 null",
                "如 [\"Ctrl-R\", \"F5\"]"),
            SAY("keys.json: the value of %s is wrong",
                "a key's name, an array of names or null belongs there",
                "such as [\"Ctrl-R\", \"F5\"]"),
            id);
}

/* Takes the key of `row` from whoever has it in the same mode and pane. */
static void take_key(struct keymap *m, const struct keymap_row *row, struct keymap_report *report)
{
    for (size_t i = 0; i < m->count; i++) {
        struct keymap_row *r = &m->rows[i];
        char name[KEYS_NAME_MAX];
        if (!keys_same(r->key, row->key) || r->pane != row->pane || !(r->modes & row->modes) ||
            r->action == row->action)
            continue;
        keys_name(row->key, name);
        err_set(next_warning(report), ST_CONFLICT,
                SAY("keys.json：按键 %s 现在属于 %s", "它原属于 %s", ""),
                SAY("keys.json: key %s is now that of %s", "it was that of %s", ""), name,
                action_row(row->action)->id, action_row(r->action)->id);
        r->modes &= ~row->modes;
        if (r->modes == 0) {
            memmove(r, r + 1, (m->count - i - 1) * sizeof(*r));
            m->count--;
            i--;
        }
    }
}

static void forget_action(struct keymap *m, enum action a)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].action != a)
            m->rows[kept++] = m->rows[i];
    }
    m->count = kept;
}

static void bind_word(struct keymap *m, const struct action_row *a, const struct json *word,
                      struct keymap_report *report)
{
    struct keymap_row row;
    const char *name = json_string(word);

    if (!name) {
        warn_type(a->id, report);
    } else if (!read_key(name, a->modes, &row)) {
        warn_key(a->id, name, report);
    } else {
        row.action = a->action;
        row.user = true;
        take_key(m, &row, report);
        insert(m, &row);
    }
}

static void bind_action(struct keymap *m, const struct action_row *a, const struct json *value,
                        struct keymap_report *report)
{
    if (json_type(value) == JSON_ARRAY) {
        for (struct json *k = json_first(value); k; k = json_next(k))
            bind_word(m, a, k, report);
    } else if (!json_is_null(value)) {
        bind_word(m, a, value, report);
    }
}

enum status keymap_read(struct keymap *m, const struct json *j, struct keymap_report *report,
                        struct err *err)
{
    if (report)
        memset(report, 0, sizeof(*report));
    if (json_type(j) != JSON_OBJECT)
        return err_set(
            err, ST_SYNTAX, SAY("keys.json 未生效", "它不是 JSON 对象", "如 {\"send\": [\"F6\"]}"),
            SAY("keys.json has no effect", "it is no JSON object", "write {\"send\": [\"F6\"]}"));
    /* First all named actions lose their keys, so that two of them can change places. */
    for (struct json *v = json_first(j); v; v = json_next(v)) {
        if (action_find(json_name(v)))
            forget_action(m, action_find(json_name(v)));
    }
    for (struct json *v = json_first(j); v; v = json_next(v)) {
        enum action a = action_find(json_name(v));
        if (a)
            bind_action(m, action_row(a), v, report);
        else
            warn_action(json_name(v), report);
    }
    return ST_OK;
}

/* ---- Looking up ---- */

enum action keymap_find(const struct keymap *m, struct key key, enum action_mode mode, int pane)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct keymap_row *r = &m->rows[i];
        if ((r->modes & mode) && (!r->pane || r->pane == pane) && keys_same(r->key, key))
            return r->action;
    }
    return ACTION_NONE;
}

enum action keymap_elsewhere(const struct keymap *m, struct key key, enum action_mode mode)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct keymap_row *r = &m->rows[i];
        if ((r->modes & mode) && r->pane && keys_same(r->key, key))
            return r->action;
    }
    return ACTION_NONE;
}

void keymap_names(const struct keymap *m, enum action a, unsigned modes, char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < m->count; i++) {
        char name[KEYS_NAME_MAX];
        if (m->rows[i].action != a || !(m->rows[i].modes & modes))
            continue;
        keys_name(m->rows[i].key, name);
        if (len + strlen(name) + 2 > size)
            return;
        len += (size_t)snprintf(out + len, size - len, "%s%s", len ? " " : "", name);
    }
}

bool keymap_hint(const struct keymap *m, enum action a, enum action_mode mode,
                 char out[KEYS_NAME_MAX])
{
    char name[KEYS_NAME_MAX];

    out[0] = '\0';
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].action != a || !(m->rows[i].modes & mode))
            continue;
        keys_name(m->rows[i].key, name);
        if (strncmp(name, "Ctrl-", 5) == 0 && !name[6])
            snprintf(out, KEYS_NAME_MAX, "^%c", toupper((unsigned char)name[5]));
        else
            snprintf(out, KEYS_NAME_MAX, "%s", name);
        return true;
    }
    return false;
}

enum status keymap_load(struct keymap *m, const char *config_dir, struct keymap_report *report,
                        struct err *err)
{
    struct buf text, path;
    struct json *j = NULL;

    keymap_init(m);
    if (!config_dir)
        return ST_OK;
    buf_init(&text, STORE_FILE_MAX);
    buf_init(&path, 4096);
    buf_addf(&path, "%s/keys.json", config_dir);
    enum status st = store_read(buf_str(&path), &text, err);
    if (!st) {
        st = json_parse(buf_str(&text), text.len, &j, err);
        if (st && err)
            err_wrap(err, "%s", "%s", buf_str(&path));
    }
    if (!st)
        st = keymap_read(m, j, report, err);
    json_free(j);
    buf_clear(&text);
    buf_clear(&path);
    return st == ST_NOT_FOUND ? ST_OK : st;
}
