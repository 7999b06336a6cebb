/* SPDX-License-Identifier: MIT */
/*
 * The upper line of the console: who is sent for, where to, with what key; as pages also the panes.
 */
#include <stdio.h>
#include <string.h>

#include "tui/items.h"
#include "tui/screen.h"

/* ---- Header ---- */

bool screen_is_production(const struct screen *s)
{
    return s->w.profile.environment == ENVIRONMENT_PRODUCTION && !s->w.demo;
}

bool screen_is_sandbox(const struct screen *s)
{
    return workspace_uses_sandbox(&s->w);
}

/* "示例商户 [沙箱]": who is sent for, and what it costs to be wrong. */
static void put_profile(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const char *word = screen_is_production(s) ? L(l, "生产 LIVE", "LIVE production")
                       : screen_is_sandbox(s)  ? L(l, "沙箱", "SANDBOX")
                                               : L(l, "测试", "TEST");
    snprintf(i->text, sizeof(i->text), "%.120s [%s]",
             s->plan.kind == PLAN_PAGES ? s->w.profile.name : profile_title(&s->w.profile, l),
             word);
}

static void put_address(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const char *url = profile_address(&s->w.profile);

    if (!screen_is_sandbox(s) && url)
        snprintf(i->text, sizeof(i->text), "%.180s", url);
    else if (!screen_is_sandbox(s))
        snprintf(i->text, sizeof(i->text), "%s", L(l, "没有地址！", "no address!"));
    else if (s->w.gateway)
        snprintf(i->text, sizeof(i->text), "%s %s", strstr(gateway_url(s->w.gateway), "//") + 2,
                 L(l, "内置沙箱", "built-in sandbox"));
    else if (s->w.gateway_err.status)
        snprintf(i->text, sizeof(i->text), "%s", L(l, "沙箱未启动！", "sandbox not up!"));
    else
        snprintf(i->text, sizeof(i->text), "%s", L(l, "内置沙箱", "built-in sandbox"));
}

static void put_key(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const struct secret *key = &s->w.profile.key.value;

    if (!secret_is_set(key))
        snprintf(i->text, sizeof(i->text), "%s", L(l, "无密钥！", "no key!"));
    else if (!profile_key_plausible(key, NULL))
        snprintf(i->text, sizeof(i->text), "%s", L(l, "密钥可疑", "key odd"));
    else
        snprintf(i->text, sizeof(i->text), "%s", L(l, "密钥正常", "key ok"));
}

/* The names of the panes, short enough for tabs. */
static const struct bi pane_names[PLAN_PANES] = {
    [PLAN_APIS] = {"接口", "APIs"},   [PLAN_FORM] = {"表单", "Form"},
    [PLAN_SIGN] = {"签名", "Sign"},   [PLAN_XML] = {"XML", "XML"},
    [PLAN_REPLY] = {"应答", "Reply"}, [PLAN_NOTIFY] = {"通知", "Notify"},
};

const char *screen_pane_name(const struct screen *s, enum plan_pane p)
{
    return bi_get(pane_names[p], s->w.settings.lang);
}

/* All panes as pages; where it is narrow the others are numbers only. */
static void add_tabs(struct screen *s, struct items *items)
{
    for (enum plan_pane p = PLAN_APIS; p < PLAN_PANES; p++) {
        bool on = p == s->focus;
        const char *name = on || s->cols >= 72 ? screen_pane_name(s, p) : "";
        struct item *i = items_add(items, on ? THEME_ACCENT : THEME_DIM, on ? 0 : 3);
        snprintf(i->text, sizeof(i->text), "%s%d%s%s%s", on ? "[" : "", p + 1, name[0] ? " " : "",
                 name, on ? "]" : "");
    }
}

void screen_draw_header(struct screen *s, struct surface *line)
{
    struct items items = {0};
    enum lang l = s->w.settings.lang;
    unsigned style = screen_is_production(s) ? THEME_PRODUCTION : THEME_TITLE;
    bool pages = s->plan.kind == PLAN_PAGES;

    surface_fill(line, style);
    if (!pages)
        snprintf(items_add(&items, style, 6)->text, sizeof(items.item->text), "%s",
                 L(l, "wxpc 微信支付 V2", "wxpc WeChat Pay V2"));
    put_profile(s, items_add(&items, style, 0));
    if (pages) {
        add_tabs(s, &items);
        items_draw(line, &items, line->cols < 72 ? 1 : 2);
        return;
    }
    put_address(s, items_add(&items, style, 2));
    put_key(s, items_add(&items, style, 1));
    if (s->w.profile.client_cert)
        snprintf(items_add(&items, style, 5)->text, sizeof(items.item->text), "%s",
                 L(l, "有证书", "cert set"));
    snprintf(items_add(&items, style, 4)->text, sizeof(items.item->text), "%s",
             L(l, "中文 F2 English", "English F2 中文"));
    snprintf(items_add(&items, style, 3)->text, sizeof(items.item->text), "%s",
             screen_takes_text(s) ? L(l, "F1 说明", "F1 help") : L(l, "? 帮助", "? help"));
    items_draw(line, &items, 3);
}
