/* SPDX-License-Identifier: MIT */
/*
 * Themes: a JSON file gives each role of the screen its looks.
 *
 * The table of roles is the built-in look: attributes without a colour, so that it works on
 * any ground. A file's role replaces the members it names.
 */
#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

/* ---- Tables ---- */

struct role_row {
    const char *name;
    struct bi text;
    uint8_t attr; /* of the built-in look, with colours and without */
    uint8_t mono;
};

/* clang-format off */
static const struct role_row roles[THEME_ROLES] = {
    [THEME_TEXT] = {"text", {"普通文字", "plain text"}, 0, 0},
    [THEME_DIM] = {"dim", {"次要文字：时间、单位、空值", "less important: times, units, empty values"}, THEME_FAINT, THEME_FAINT},
    [THEME_FRAME] = {"frame", {"边框与分隔线", "frames and rules"}, 0, 0},
    [THEME_FRAME_FOCUS] = {"frame-focus", {"当前窗格的边框", "the frame of the focused pane"}, THEME_BOLD, THEME_BOLD},
    [THEME_TITLE] = {"title", {"标题与首行", "titles and the header line"}, THEME_BOLD, THEME_BOLD},
    [THEME_ACCENT] = {"accent", {"需要一眼看到的内容", "what the eye should find"}, THEME_BOLD, THEME_BOLD},
    [THEME_KEY] = {"key", {"提示中的按键名", "names of keys in hints and help"}, THEME_BOLD, THEME_BOLD},
    [THEME_LABEL] = {"label", {"字段名", "names of fields"}, 0, 0},
    [THEME_VALUE] = {"value", {"字段值", "values of fields"}, 0, 0},
    [THEME_SIGN] = {"sign", {"签名、摘要、待签名串", "signatures, digests, the string to sign"}, THEME_BOLD, THEME_BOLD},
    [THEME_EDIT] = {"edit", {"正在编辑的字段", "the field being edited"}, THEME_UNDERLINE, THEME_UNDERLINE},
    [THEME_SELECTION] = {"selection", {"选中的行", "the selected row"}, THEME_REVERSE, THEME_REVERSE},
    [THEME_MATCH] = {"match", {"搜索命中", "what a search found"}, THEME_REVERSE | THEME_BOLD, THEME_REVERSE | THEME_BOLD},
    [THEME_STATUS] = {"status", {"状态行", "the status line"}, THEME_REVERSE, THEME_REVERSE},
    [THEME_OK] = {"ok", {"成功", "success"}, THEME_BOLD, THEME_BOLD},
    [THEME_WARN] = {"warn", {"警告", "warnings"}, THEME_UNDERLINE, THEME_UNDERLINE},
    [THEME_ERROR] = {"error", {"错误", "errors"}, THEME_BOLD | THEME_UNDERLINE, THEME_BOLD | THEME_UNDERLINE},
    [THEME_PRODUCTION] = {"production", {"生产环境标记", "the mark of a production profile"}, THEME_BOLD | THEME_REVERSE, THEME_BOLD | THEME_REVERSE},
};
/* clang-format on */

static const char *const attr_names[] = {"bold", "underline", "reverse", "dim"};

static const char *const color_names[16] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
};

static const char *const members[] = {"name",       "title",        "background", "background16",
                                      "foreground", "foreground16", "roles"};
static const char *const role_members[] = {"fg", "bg", "fg16", "bg16", "attr", "mono"};

struct names {
    const char *const *list;
    size_t count;
};

static const char *name_at(const void *ctx, size_t index)
{
    const struct names *n = ctx;
    return index < n->count ? n->list[index] : NULL;
}

static const char *role_at(const void *ctx, size_t index)
{
    (void)ctx;
    return index < THEME_ROLES ? roles[index].name : NULL;
}

static int name_find(const char *word, text_name_fn names, const void *ctx)
{
    const char *name;
    for (size_t i = 0; (name = names(ctx, i)); i++) {
        if (strcmp(word, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- Colours ---- */

static int channel_of(int32_t rgb, int index)
{
    return rgb >> (16 - 8 * index) & 0xff;
}

/* The colour that entry 16 to 255 of the usual palette has. */
static int32_t palette_color(int index)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    if (index >= 232) {
        int gray = 8 + 10 * (index - 232);
        return gray << 16 | gray << 8 | gray;
    }
    index -= 16;
    return levels[index / 36] << 16 | levels[index / 6 % 6] << 8 | levels[index % 6];
}

/* The nearest of the 256 that no user has redefined: the first 16 are theirs. */
static int16_t nearest_256(int32_t rgb)
{
    int best = 16;
    long best_distance = -1;
    if (rgb == THEME_DEFAULT) {
        return THEME_DEFAULT;
    }
    for (int i = 16; i < 256; i++) {
        static const int weights[] = {3, 6, 1}; /* as the eye weighs red, green and blue */
        int32_t other = palette_color(i);
        long distance = 0;
        for (int c = 0; c < 3; c++) {
            long d = channel_of(rgb, c) - channel_of(other, c);
            distance += weights[c] * d * d;
        }
        if (best_distance < 0 || distance < best_distance) {
            best_distance = distance;
            best = i;
        }
    }
    return (int16_t)best;
}

/* ---- Reading ---- */

/* What the readers below share. */
struct reader {
    struct theme_report *report;
    struct err *err;
};

static struct err *warn(struct reader *r)
{
    if (!r->report) {
        return NULL;
    }
    if (r->report->count == THEME_WARNINGS_MAX) {
        r->report->left++;
        return NULL;
    }
    return &r->report->items[r->report->count++];
}

static void warn_unknown(struct reader *r, const char *path, const char *word, const char *near)
{
    if (near) {
        err_set(warn(r), ST_NOT_FOUND, SAY("%s：不认识 \"%s\"", "", "是否想写 \"%s\""),
                SAY("%s: \"%s\" is unknown", "", "did you mean \"%s\"?"), path, word, near);
    } else {
        err_set(warn(r), ST_NOT_FOUND, SAY("%s：不认识 \"%s\"", "已忽略", ""),
                SAY("%s: \"%s\" is unknown", "it was left out", ""), path, word);
    }
}

static void warn_members(struct reader *r, const struct json *j, const char *path,
                         struct names known)
{
    for (const struct json *m = json_first(j); m; m = json_next(m)) {
        const char *name = json_name(m);
        if (name[0] != '$' && name_find(name, name_at, &known) < 0) {
            warn_unknown(r, path, name, text_nearest(name, name_at, &known));
        }
    }
}

static bool read_hex(const char *s, int32_t *out)
{
    static const char digits[] = "0123456789abcdef";
    int32_t value = 0;
    if (s[0] != '#' || strlen(s) != 7) {
        return false;
    }
    for (int i = 1; i < 7; i++) {
        const char *d = strchr(digits, s[i] >= 'A' && s[i] <= 'F' ? s[i] + ('a' - 'A') : s[i]);
        if (!d) {
            return false;
        }
        value = value << 4 | (int32_t)(d - digits);
    }
    *out = value;
    return true;
}

/* "#rrggbb" or "default"; absent leaves `*out`. */
static enum status read_color(struct reader *r, const struct json *j, const char *path,
                              const char *name, int32_t *out)
{
    const char *s = NULL;
    enum status st = json_read_string(j, path, name, &s, r->err);
    if (st || !s) {
        return st;
    }
    if (strcmp(s, "default") == 0) {
        *out = THEME_DEFAULT;
        return ST_OK;
    }
    return read_hex(s, out)
               ? ST_OK
               : err_set(r->err, ST_SYNTAX,
                         SAY("%s.%s：\"%s\" 不是颜色", "", "写成 \"#rrggbb\" 或 \"default\""),
                         SAY("%s.%s: \"%s\" is no colour", "", "write \"#rrggbb\" or \"default\""),
                         path, name, s);
}

/* A name of the 16 or "default"; absent leaves `*out`, an unknown one is a warning. */
static enum status read_color16(struct reader *r, const struct json *j, const char *path,
                                const char *name, int16_t *out)
{
    static const struct names names = {color_names, ARRAY_COUNT(color_names)};
    const char *s = NULL;
    enum status st = json_read_string(j, path, name, &s, r->err);
    if (st || !s) {
        return st;
    }
    int found = name_find(s, name_at, &names);
    if (found < 0 && strcmp(s, "default") != 0) {
        warn_unknown(r, path, s, text_nearest(s, name_at, &names));
    } else {
        *out = (int16_t)found; /* not found: "default", which is -1 as well */
    }
    return ST_OK;
}

/* A list of attribute names; absent leaves `*out`. */
static enum status read_attr(struct reader *r, const struct json *j, const char *path,
                             const char *name, uint8_t *out)
{
    static const struct names names = {attr_names, ARRAY_COUNT(attr_names)};
    const struct json *list = json_get(j, name);
    if (json_is_null(list)) {
        return ST_OK;
    }
    if (json_type(list) != JSON_ARRAY) {
        return err_set(
            r->err, ST_SYNTAX,
            SAY("%s.%s 不是数组", "", "写成 [\"bold\",\"underline\"] 这样的列表"),
            SAY("%s.%s is no array", "", "write a list such as [\"bold\",\"underline\"]"), path,
            name);
    }
    *out = 0;
    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        const char *s = json_string(item);
        int found = name_find(s ? s : "", name_at, &names);
        if (found < 0) {
            warn_unknown(r, path, s ? s : "?", s ? text_nearest(s, name_at, &names) : NULL);
        } else {
            *out |= (uint8_t)(1 << found);
        }
    }
    return ST_OK;
}

static enum status read_role(struct reader *r, const struct json *j, const char *path,
                             struct theme_style *s)
{
    static const struct names known = {role_members, ARRAY_COUNT(role_members)};
    if (json_type(j) != JSON_OBJECT) {
        return err_set(r->err, ST_SYNTAX, SAY("%s 不是对象", "", ""),
                       SAY("%s is no object", "", ""), path);
    }
    warn_members(r, j, path, known);
    enum status st = read_color(r, j, path, "fg", &s->fg);
    st = st ? st : read_color(r, j, path, "bg", &s->bg);
    st = st ? st : read_color16(r, j, path, "fg16", &s->fg16);
    st = st ? st : read_color16(r, j, path, "bg16", &s->bg16);
    st = st ? st : read_attr(r, j, path, "attr", &s->attr);
    return st ? st : read_attr(r, j, path, "mono", &s->mono);
}

static enum status read_roles(struct reader *r, const struct json *j, struct theme *t)
{
    if (!json_is_null(j) && json_type(j) != JSON_OBJECT) {
        return err_set(r->err, ST_SYNTAX, SAY("roles 不是对象", "", ""),
                       SAY("roles is no object", "", ""));
    }
    for (const struct json *m = json_first(j); m; m = json_next(m)) {
        char path[80];
        int role = name_find(json_name(m), role_at, NULL);
        if (role < 0) {
            warn_unknown(r, "roles", json_name(m), text_nearest(json_name(m), role_at, NULL));
            continue;
        }
        snprintf(path, sizeof path, "roles.%s", roles[role].name);
        enum status st = read_role(r, m, path, &t->role[role]);
        if (st) {
            return st;
        }
    }
    return ST_OK;
}

static void read_title(const struct json *j, struct theme *t)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *s = json_string(json_get(j, lang_name(lang)));
        if (!s) {
            s = json_string(j) ? json_string(j) : t->name;
        }
        size_t n = text_clip(s, strlen(s), THEME_TITLE_MAX / 2, NULL);
        snprintf(t->title[lang], sizeof t->title[lang], "%.*s",
                 (int)(n < THEME_TITLE_MAX ? n : THEME_TITLE_MAX - 1), s);
    }
}

/* The theme's ground goes under every role before these are read. */
static enum status read_ground(struct reader *r, const struct json *j, struct theme *t)
{
    int32_t fg = THEME_DEFAULT;
    int16_t fg16 = THEME_DEFAULT;
    int16_t bg16 = THEME_DEFAULT;
    enum status st = read_color(r, j, "theme", "background", &t->background);
    st = st ? st : read_color(r, j, "theme", "foreground", &fg);
    st = st ? st : read_color16(r, j, "theme", "background16", &bg16);
    st = st ? st : read_color16(r, j, "theme", "foreground16", &fg16);
    for (int i = 0; i < THEME_ROLES; i++) {
        t->role[i].fg = fg;
        t->role[i].bg = t->background;
        t->role[i].fg16 = fg16;
        t->role[i].bg16 = bg16;
    }
    return st;
}

static enum status read_theme(struct reader *r, const struct json *j, struct theme *t)
{
    static const struct names known = {members, ARRAY_COUNT(members)};
    const char *name = NULL;
    if (json_type(j) != JSON_OBJECT) {
        return err_set(r->err, ST_SYNTAX, SAY("主题不是 JSON 对象", "", ""),
                       SAY("the theme is no JSON object", "", ""));
    }
    warn_members(r, j, "theme", known);
    enum status st = json_read_string(j, "theme", "name", &name, r->err);
    snprintf(t->name, sizeof t->name, "%s", name ? name : "");
    read_title(json_get(j, "title"), t);
    st = st ? st : read_ground(r, j, t);
    return st ? st : read_roles(r, json_get(j, "roles"), t);
}

/* ---- Public ---- */

void theme_init(struct theme *t)
{
    *t = (struct theme){.name = "auto", .background = THEME_DEFAULT};
    snprintf(t->title[LANG_ZH], THEME_TITLE_MAX, "跟随终端");
    snprintf(t->title[LANG_EN], THEME_TITLE_MAX, "the terminal's own");
    for (int i = 0; i < THEME_ROLES; i++) {
        t->role[i] = (struct theme_style){
            .fg = THEME_DEFAULT,
            .bg = THEME_DEFAULT,
            .fg256 = THEME_DEFAULT,
            .bg256 = THEME_DEFAULT,
            .fg16 = THEME_DEFAULT,
            .bg16 = THEME_DEFAULT,
            .attr = roles[i].attr,
            .mono = roles[i].mono,
        };
    }
}

enum status theme_read(const struct json *j, struct theme *t, struct theme_report *report,
                       struct err *err)
{
    struct reader r = {.report = report, .err = err};
    if (report) {
        *report = (struct theme_report){0};
    }
    theme_init(t);
    enum status st = read_theme(&r, j, t);
    if (st) {
        theme_init(t);
    }
    for (int i = 0; i < THEME_ROLES; i++) {
        t->role[i].fg256 = nearest_256(t->role[i].fg);
        t->role[i].bg256 = nearest_256(t->role[i].bg);
    }
    return st;
}

const char *theme_role_name(enum theme_role role)
{
    return roles[role].name;
}

struct bi theme_role_text(enum theme_role role)
{
    return roles[role].text;
}
