/* SPDX-License-Identifier: MIT */
/*
 * A table of members and the catalogue's fields make the rows; prompts and menus of the
 * screen change them. Callbacks come back to the form, which the overlay keeps alive.
 */
#include "tui/profile_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/merchant.h"
#include "core/text.h"
#include "core/value.h"
#include "tui/explain.h"
#include "tui/list.h"
#include "tui/pane.h"
#include "tui/profile_key.h"

enum member_kind { MEMBER_TEXT, MEMBER_ENVIRONMENT, MEMBER_DIALECT, MEMBER_SIGN, MEMBER_KEY };

struct member {
    struct bi label;
    enum member_kind kind;
    size_t offset;          /* of the text in struct profile */
    bool official, gateway; /* shown in these dialects */
    struct bi help;
};

#define BOTH .official = true, .gateway = true
#define TEXT(member) MEMBER_TEXT, offsetof(struct profile, member)

/* clang-format off */
static const struct member members[] = {
    {{"中文名称", "title (Chinese)"}, TEXT(title[LANG_ZH]), BOTH,
     .help = {"列表和标题中显示的名称", "the name that lists and titles show"}},
    {{"英文名称", "title (English)"}, TEXT(title[LANG_EN]), BOTH,
     .help = {"英文界面显示的名称", "the name in the English console"}},
    {{"环境", "environment"}, MEMBER_ENVIRONMENT, BOTH,
     .help = {"production 发送前先询问，动账接口还要输入金额", "production asks before a send, and for the amount before money moves"}},
    {{"接口体系", "dialect"}, MEMBER_DIALECT, BOTH,
     .help = {"official 为官方 V2 接口，gateway 为 pay.weixin.* 网关", "official: the V2 API itself; gateway: one that speaks pay.weixin.*"}},
    {{"密钥", "key"}, MEMBER_KEY, BOTH,
     .help = {"商户平台设置的 32 字节 API 密钥；不显示，只写入权限 0600 的文件", "the API key of 32 bytes; never shown, written to a file of mode 0600 only"}},
    {{"接口地址", "base_url"}, TEXT(base_url), .official = true,
     .help = {"空则：生产商户用 https://api.mch.weixin.qq.com，测试商户用内置沙箱", "empty: https://api.mch.weixin.qq.com in production, the embedded sandbox in a test profile"}},
    {{"网关地址", "gateway_url"}, TEXT(gateway_url), .gateway = true,
     .help = {"网关的完整地址；测试商户空则用内置沙箱", "the complete address of the gateway; empty in a test profile: the embedded sandbox"}},
    {{"签名算法", "sign_type"}, MEMBER_SIGN, BOTH,
     .help = {"空则用接口的默认算法", "empty: the API's default"}},
    {{"客户端证书", "client_cert"}, TEXT(client_cert), BOTH,
     .help = {"apiclient_cert.pem 或 .p12 的路径，退款等接口需要", "path of apiclient_cert.pem or .p12, for refunds and the like"}},
    {{"证书私钥", "client_key"}, TEXT(client_key), BOTH,
     .help = {"apiclient_key.pem 的路径", "path of apiclient_key.pem"}},
    {{"CA 文件", "ca_file"}, TEXT(ca_file), BOTH,
     .help = {"空则用系统的 CA", "empty: the system's"}},
};
/* clang-format on */

#define ROWS_MAX (ARRAY_COUNT(members) + PARAMS_MAX)
#define FIELDS_AT 5 /* the rows of fields stand behind so many members: what matters most first */

struct row {
    const struct member *member; /* NULL: a field */
    const struct field *field;   /* of the catalogue; NULL: unknown to it */
    const char *name;            /* of the field; borrowed from catalogue or params */
};

struct profile_form {
    struct view *v;
    struct profile p;
    struct list list;
    struct row rows[ROWS_MAX];
    size_t count;
    struct profile_key key; /* asks for another key */
    char added[PARAM_NAME_MAX + 1];
    char title[LANG_COUNT][PROFILE_NAME_MAX + 32], label[LANG_COUNT][160]; /* of the open prompt */
    bool is_new, dirty, guided;
};

/* ---- Rows ---- */

static enum lang lang_of(const struct profile_form *f)
{
    return view_lang(f->v);
}

static bool has_row(const struct profile_form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!f->rows[i].member && strcmp(f->rows[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add_field_rows(struct profile_form *f)
{
    const struct field *fields[64];
    size_t count = merchant_fields(f->v->w, f->p.dialect, fields, ARRAY_COUNT(fields));
    for (size_t i = 0; i < count; i++)
        f->rows[f->count++] = (struct row){.field = fields[i], .name = fields[i]->name};
    for (size_t i = 0; i < f->p.fields.count && f->count < ROWS_MAX; i++) {
        const char *name = f->p.fields.items[i].name;
        if (!has_row(f, name))
            f->rows[f->count++] =
                (struct row){.field = merchant_field(f->v->w, f->p.dialect, name), .name = name};
    }
}

static void build(struct profile_form *f)
{
    f->count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        if (i == FIELDS_AT)
            add_field_rows(f);
        if (f->p.dialect == DIALECT_GATEWAY ? members[i].gateway : members[i].official)
            f->rows[f->count++] = (struct row){.member = &members[i]};
    }
    list_set(&f->list, f->count);
}

static void on_changed(void *ctx);

struct profile_form *profile_form_new(struct view *v, const struct profile *p, bool is_new)
{
    struct profile_form *f = mem_alloc(sizeof(*f));
    f->v = v;
    f->is_new = is_new;
    f->dirty = is_new;
    profile_copy(&f->p, p);
    f->key = (struct profile_key){.v = v, .key = &f->p.key, .changed = on_changed, .ctx = f};
    build(f);
    return f;
}

void profile_form_free(struct profile_form *f)
{
    if (!f)
        return;
    profile_clear(&f->p);
    profile_key_clear(&f->key);
    free(f);
}

bool profile_form_is_dirty(const struct profile_form *f)
{
    return f->dirty;
}

const struct profile *profile_form_profile(const struct profile_form *f)
{
    return &f->p;
}

/* ---- Values ---- */

static char **slot(struct profile *p, const struct member *m)
{
    return (char **)((char *)p + m->offset);
}

static const char *text_of(const struct profile_form *f, const struct row *r)
{
    const char *text =
        r->member ? *slot((struct profile *)&f->p, r->member) : params_get(&f->p.fields, r->name);
    return text ? text : "";
}

/* The value as the row shows it; "" when there is none. */
static void show(const struct profile_form *f, const struct row *r, char *out, size_t size)
{
    const struct profile *p = &f->p;
    enum lang lang = lang_of(f);
    char source[160], shape[80];

    switch (r->member ? r->member->kind : MEMBER_TEXT) {
    case MEMBER_TEXT:
        snprintf(out, size, "%s", text_of(f, r));
        break;
    case MEMBER_ENVIRONMENT:
        snprintf(out, size, "%s", p->environment == ENVIRONMENT_PRODUCTION ? "production" : "test");
        break;
    case MEMBER_DIALECT:
        snprintf(out, size, "%s", p->dialect == DIALECT_GATEWAY ? "gateway" : "official");
        break;
    case MEMBER_SIGN:
        snprintf(out, size, "%s", p->has_sign_type ? sign_kind_name(p->sign_type) : "");
        break;
    case MEMBER_KEY:
        pane_key_source(&p->key, lang, source, sizeof(source));
        pane_key_shape(&p->key.value, lang, shape, sizeof(shape));
        if (secret_is_set(&p->key.value))
            snprintf(out, size, "%s  (%s)", shape, source);
        else
            snprintf(out, size, "%s", p->key.source == KEY_NONE ? "" : source);
        break;
    }
}

static bool is_address(const struct row *r)
{
    return r->member &&
           (r->member->offset == offsetof(struct profile, base_url) ||
            r->member->offset == offsetof(struct profile, gateway_url)) &&
           r->member->kind == MEMBER_TEXT;
}

static bool lacks_address(const struct profile_form *f, const struct row *r)
{
    return is_address(r) && !profile_address(&f->p) && !profile_uses_sandbox(&f->p);
}

/* What is wrong with a row's value; false: nothing. */
static bool find_fault(const struct profile_form *f, const struct row *r, char *out, size_t size)
{
    enum lang lang = lang_of(f);
    struct findings found = {0};
    const char *value = r->member ? "" : text_of(f, r);
    struct value_place place = {
        .path = r->name, .environment = f->p.environment, .outer = &f->p.fields};
    struct err why;

    out[0] = '\0';
    if (!r->member && value[0] && r->field)
        value_check(r->field, value, strlen(value), &place, &found);
    if (found.count)
        snprintf(out, size, "%s", found.items[0].text[lang]);
    else if (!r->member && value[0] && !r->field)
        snprintf(out, size, L(lang, "目录中没有字段 %s", "the catalogue has no field %s"), r->name);
    else if (lacks_address(f, r))
        snprintf(out, size, "%s",
                 L(lang, "生产商户没有地址，请求无处可发",
                   "without an address a production merchant's calls go nowhere"));
    else if (r->member && r->member->kind == MEMBER_KEY && secret_is_set(&f->p.key.value) &&
             !profile_key_plausible(&f->p.key.value, &why))
        err_part(&why, lang, ERR_WHAT, out, size);
    findings_clear(&found);
    return out[0] != '\0';
}

/* ---- Drawing ---- */

static const char *label_of(const struct profile_form *f, const struct row *r)
{
    return r->member ? bi_get(r->member->label, lang_of(f)) : r->name;
}

static int label_cells(const struct profile_form *f)
{
    int cells = 8;
    for (size_t i = 0; i < f->count; i++) {
        const char *label = label_of(f, &f->rows[i]);
        int n = text_width(label, strlen(label));
        cells = n > cells ? n : cells;
    }
    return cells < 24 ? cells : 24;
}

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct profile_form *f = ctx;
    const struct row *r = &f->rows[row];
    enum lang lang = lang_of(f);
    int col = label_cells(f) + 3;
    char value[512] = "", fault[FINDING_TEXT_MAX];
    bool bad = find_fault(f, r, fault, sizeof(fault));
    (void)selected;

    show(f, r, value, sizeof(value));
    surface_put(s, 0, 0, THEME_WARN, bad ? "!" : " ");
    struct surface label = surface_row(s, 0, 2, col - 3);
    surface_put_cut(&label, 0, 0, THEME_LABEL, label_of(f, r));
    bool production =
        r->member && r->member->kind == MEMBER_ENVIRONMENT && strcmp(value, "production") == 0;
    if (value[0])
        surface_put_cut(s, 0, col, production ? THEME_PRODUCTION : THEME_VALUE, value);
    else
        surface_put_cut(s, 0, col, THEME_DIM, L(lang, "(空)", "(empty)"));
}

void profile_form_draw(struct profile_form *f, struct surface *s)
{
    enum lang lang = lang_of(f);
    struct surface rows = surface_sub(s, (struct rect){2, 0, s->rows - 2, s->cols});
    int col = surface_put(s, 0, 0, THEME_TITLE | SURFACE_BOLD, f->p.name);

    surface_put_cut(s, 0, col + 2, THEME_DIM,
                    !f->is_new && !f->p.path ? L(lang, "内置商户：保存时写入自己的副本",
                                                 "built-in: saving writes a copy of your own")
                                             : L(lang, "Enter 编辑  Ctrl-S 保存  Esc 返回",
                                                 "Enter edit  Ctrl-S save  Esc back"));
    list_draw(&f->list, &rows, true, draw_row, f);
}

void profile_form_foot(const struct profile_form *f, char *out, size_t size)
{
    list_foot(&f->list, out, size);
}

void profile_form_help(const struct profile_form *f, struct buf *out, bool *is_error)
{
    enum lang lang = lang_of(f);
    char fault[FINDING_TEXT_MAX];

    *is_error = false;
    if (!list_has(&f->list))
        return;
    const struct row *r = &f->rows[f->list.at];
    *is_error = find_fault(f, r, fault, sizeof(fault));
    if (*is_error)
        buf_adds(out, fault);
    else if (r->member)
        buf_adds(out, bi_get(r->member->help, lang));
    else if (r->field)
        buf_addf(out, "%s: %s", bi_get(r->field->label, lang), bi_get(r->field->help, lang));
}

void profile_form_explain(const struct profile_form *f, struct buf *out)
{
    enum lang lang = lang_of(f);
    char fault[FINDING_TEXT_MAX];

    if (!list_has(&f->list))
        return;
    const struct row *r = &f->rows[f->list.at];
    if (r->member) {
        buf_addf(out, "%s\n\n%s\n", bi_get(r->member->label, lang), bi_get(r->member->help, lang));
    } else {
        struct explain e = {
            .field = r->field, .name = r->name, .params = &f->p.fields, .lang = lang};
        explain_page(&e, out);
    }
    if (find_fault(f, r, fault, sizeof(fault)))
        buf_addf(out, "\n! %s\n", fault);
}

/* ---- Changing ---- */

static void edit_row(struct profile_form *f);

/* What follows a changed row: the next one, while a merchant is being added. */
static void changed(struct profile_form *f)
{
    f->dirty = true;
    build(f);
    if (f->guided && f->list.at + 1 < f->count) {
        list_go(&f->list, f->list.at + 1);
        edit_row(f);
    } else {
        f->guided = false;
    }
}

static void on_changed(void *ctx)
{
    changed(ctx);
}

static void set_text(struct profile_form *f, const char *text)
{
    const struct row *r = &f->rows[f->list.at];
    struct err err;

    if (r->member) {
        char **p = slot(&f->p, r->member);
        free(*p);
        *p = text[0] ? mem_strdup(text) : NULL;
    } else if (!text[0]) {
        params_remove(&f->p.fields, r->name); /* a row unknown to the catalogue goes with it */
    } else if (params_set_n(&f->p.fields, r->name, strlen(r->name), text, strlen(text),
                            PARAM_PROFILE, &err)) {
        workspace_complain(f->v->w, &err);
        f->guided = false;
        return;
    }
    changed(f);
}

static void on_text(void *ctx, const char *text)
{
    set_text(ctx, text);
}

/* "appid 公众账号ID": the name that the API uses, and what it is. */
static struct bi prompt_label(struct profile_form *f, const struct row *r)
{
    if (r->member)
        return r->member->label;
    for (enum lang i = LANG_ZH; i < LANG_COUNT; i++)
        snprintf(f->label[i], sizeof(f->label[i]), "%s  %s", r->name,
                 r->field ? bi_get(r->field->label, i) : "");
    return (struct bi){f->label[LANG_ZH], f->label[LANG_EN]};
}

static struct bi prompt_title(struct profile_form *f)
{
    snprintf(f->title[LANG_ZH], sizeof(f->title[0]), "%s %s", f->is_new ? "添加商户" : "编辑商户",
             f->p.name);
    snprintf(f->title[LANG_EN], sizeof(f->title[0]), "%s merchant %s", f->is_new ? "Add" : "Edit",
             f->p.name);
    return (struct bi){f->title[LANG_ZH], f->title[LANG_EN]};
}

static void ask_text(struct profile_form *f, const struct row *r)
{
    struct prompt p = {.title = prompt_title(f),
                       .label = prompt_label(f, r),
                       .help = r->member  ? r->member->help
                               : r->field ? r->field->help
                                          : (struct bi){0},
                       .initial = text_of(f, r),
                       .max = 2048,
                       .done = on_text,
                       .ctx = f};
    if (is_address(r) && !text_of(f, r)[0])
        p.initial = profile_address(&f->p); /* where its calls go all the same */
    f->v->host->prompt(f->v->host->ctx, &p);
}

static void ask(struct profile_form *f, struct bi title, const struct profile_choices *choices)
{
    profile_ask(f->v, title, choices, f);
}

static const struct profile_choice environments[] = {
    {{"test 测试", "test"}, {"发送前不询问", "a send does not ask"}},
    {{"production 生产", "production"}, {"发送前先询问", "a send asks first"}},
};

static void on_environment(void *ctx, size_t index)
{
    struct profile_form *f = ctx;
    f->p.environment = index ? ENVIRONMENT_PRODUCTION : ENVIRONMENT_TEST;
    changed(f);
}

static const struct profile_choice dialects[] = {
    {{"official 官方接口", "official"}, {"api.mch.weixin.qq.com", "api.mch.weixin.qq.com"}},
    {{"gateway 网关", "gateway"}, {"pay.weixin.* 服务", "services pay.weixin.*"}},
};

static void on_dialect(void *ctx, size_t index)
{
    struct profile_form *f = ctx;
    f->p.dialect = index ? DIALECT_GATEWAY : DIALECT_OFFICIAL;
    changed(f);
}

static const struct profile_choice sign_types[] = {
    {{"接口默认", "the API's default"}, {"", ""}},
    {{"MD5", "MD5"}, {"", ""}},
    {{"HMAC-SHA256", "HMAC-SHA256"}, {"", ""}},
};

static void on_sign_type(void *ctx, size_t index)
{
    struct profile_form *f = ctx;
    f->p.has_sign_type = index > 0;
    f->p.sign_type = index == 2 ? SIGN_HMAC_SHA256 : SIGN_MD5;
    changed(f);
}

/* ---- Rows opened ---- */

static void edit_row(struct profile_form *f)
{
    const struct row *r = &f->rows[f->list.at];
    const struct profile *p = &f->p;

    switch (r->member ? r->member->kind : MEMBER_TEXT) {
    case MEMBER_TEXT:
        ask_text(f, r);
        break;
    case MEMBER_ENVIRONMENT:
        ask(f, r->member->label,
            &(struct profile_choices){environments, ARRAY_COUNT(environments),
                                      p->environment == ENVIRONMENT_PRODUCTION, on_environment});
        break;
    case MEMBER_DIALECT:
        ask(f, r->member->label,
            &(struct profile_choices){dialects, ARRAY_COUNT(dialects),
                                      p->dialect == DIALECT_GATEWAY, on_dialect});
        break;
    case MEMBER_SIGN:
        ask(f, r->member->label,
            &(struct profile_choices){sign_types, ARRAY_COUNT(sign_types),
                                      p->has_sign_type ? 1 + (size_t)p->sign_type : 0,
                                      on_sign_type});
        break;
    case MEMBER_KEY:
        profile_key_ask(&f->key);
        break;
    }
}

void profile_form_guide(struct profile_form *f)
{
    f->guided = true;
    list_go(&f->list, 0);
    edit_row(f);
}

static void on_added_value(void *ctx, const char *text)
{
    struct profile_form *f = ctx;
    struct err err;

    if (params_set_n(&f->p.fields, f->added, strlen(f->added), text, strlen(text), PARAM_PROFILE,
                     &err))
        workspace_complain(f->v->w, &err);
    changed(f);
}

static void on_added_name(void *ctx, const char *text)
{
    struct profile_form *f = ctx;
    if (!text[0])
        return;
    snprintf(f->added, sizeof(f->added), "%s", text);
    struct prompt p = {.title = {"添加字段", "Add a field"},
                       .label = {f->added, f->added},
                       .initial = params_get(&f->p.fields, f->added),
                       .max = 2048,
                       .done = on_added_value,
                       .ctx = f};
    f->v->host->prompt(f->v->host->ctx, &p);
}

static void ask_field(struct profile_form *f)
{
    struct prompt p = {.title = {"添加字段", "Add a field"},
                       .label = {"字段名，如 sub_openid", "name of the field, such as sub_openid"},
                       .max = PARAM_NAME_MAX,
                       .done = on_added_name,
                       .ctx = f};
    f->v->host->prompt(f->v->host->ctx, &p);
}

static enum view_answer empty_row(struct profile_form *f)
{
    const struct row *r = &f->rows[f->list.at];
    if (r->member && r->member->kind != MEMBER_TEXT)
        return VIEW_IGNORED;
    if (text_of(f, r)[0])
        set_text(f, "");
    return VIEW_HANDLED;
}

enum view_answer profile_form_action(struct profile_form *f, enum action a)
{
    f->guided = false;
    switch (a) {
    case ACTION_OPEN:
        edit_row(f);
        return VIEW_HANDLED;
    case ACTION_CLEAR_FIELD:
    case ACTION_REMOVE:
        return empty_row(f);
    case ACTION_ADD_FIELD:
        ask_field(f);
        return VIEW_HANDLED;
    case ACTION_NEXT:
        return list_action(&f->list, ACTION_DOWN) ? VIEW_HANDLED : VIEW_IGNORED;
    case ACTION_PREVIOUS:
        return list_action(&f->list, ACTION_UP) ? VIEW_HANDLED : VIEW_IGNORED;
    default:
        return list_action(&f->list, a) ? VIEW_HANDLED : VIEW_IGNORED;
    }
}

enum status profile_form_save(struct profile_form *f, struct err *err)
{
    enum status st = workspace_profile_save(f->v->w, &f->p, err);
    if (!st)
        f->dirty = f->is_new = false;
    return st;
}
