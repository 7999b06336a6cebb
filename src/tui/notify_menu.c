/* SPDX-License-Identifier: MIT */
/* Tables of choices; what was chosen is said in the status line. */
#include "tui/notify_menu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/workspace.h"
#include "core/text.h"
#include "tui/notice_view.h"
#include "tui/trigger_view.h"

/* ---- The listener ---- */

void notify_toggle(struct view *v)
{
    struct workspace *w = v->w;
    struct err err = {0};
    enum inbox_state state = inbox_state(w->inbox);

    if (state == INBOX_UP || state == INBOX_BINDING) {
        workspace_unlisten(w);
        workspace_say(w, "监听已停止", "the listener is off");
    } else if (workspace_listen(w, &err)) {
        workspace_complain(w, &err);
    } else {
        workspace_say(w, "正在监听 %s", "listening at %s", inbox_url(w->inbox));
    }
}

struct choice {
    struct bi label, note;
    enum inbox_reply reply;
    bool delay; /* asks how long */
};

/* The first rows of the listener's menu are not answers. */
enum { ROW_TOGGLE, ROW_FORWARD, ROW_EVENT, ROW_ANSWERS };

static const struct choice answers[] = {
    {{"应答：自动", "answer: auto"},
     {"验签通过则确认，否则拒绝；有转发则中继应用的应答",
      "good ones acknowledged; forwarded: relayed"},
     INBOX_AUTO,
     false},
    {{"应答：总是成功", "answer: success"},
     {"伪造的通知也确认：只用于试验", "forged ones too: for experiments"},
     INBOX_SUCCESS,
     false},
    {{"应答：失败（自定说明）", "answer: fail, with a message"},
     {"观察平台如何重发", "to see how the platform repeats"},
     INBOX_FAIL,
     false},
    {{"应答：不应答", "answer: none"},
     {"连接一直挂着，对方超时", "the other side times out"},
     INBOX_NONE,
     false},
    {{"应答：延迟", "answer: delayed"},
     {"5 秒之后才应答即视为失败", "later than 5 seconds counts as failed"},
     INBOX_AUTO,
     true},
};

/* And the last is none. */
#define ROW_PORT (ROW_ANSWERS + ARRAY_COUNT(answers))

static struct notify_asked *asked_of(struct view *v)
{
    return v->data;
}

/* The port that is listened at, or would be. */
static unsigned listener_port(const struct workspace *w)
{
    const char *port = strrchr(inbox_url(w->inbox), ':');
    return port             ? (unsigned)strtoul(port + 1, NULL, 10)
           : w->port_chosen ? w->port
                            : (unsigned)INBOX_PORT;
}

static void listener_menu_for(struct view *v, enum event_kind event);

static void set_answer(struct view *v, const struct inbox_answer *a)
{
    inbox_set_answer(v->w->inbox, asked_of(v)->event, a);
    workspace_say(v->w, "应答方式已更改", "answers are given that way from now on");
}

static void on_message(void *ctx, const char *text)
{
    struct inbox_answer a = {.reply = INBOX_FAIL};
    snprintf(a.message, sizeof a.message, "%s", text);
    set_answer(ctx, &a);
}

static void on_delay(void *ctx, const char *text)
{
    struct view *v = ctx;
    char *end = NULL;
    double s = strtod(text, &end);
    struct inbox_answer a = *inbox_answer_of(v->w->inbox, asked_of(v)->event);
    if (end == text || *end || !(s >= 0 && s <= 3600)) {
        workspace_say(v->w, "延迟 %s 无效：0 到 3600 秒", "the delay %s is not valid: 0 to 3600 s",
                      text);
        return;
    }
    a.delay_ms = (int)(s * 1000);
    set_answer(v, &a);
}

static void on_forward(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct err err = {0};
    if (strcmp(text, inbox_forward_shown(v->w->inbox)) == 0)
        return; /* as it was, with a key in it or without */
    if (strstr(text, "****")) {
        err_set(&err, ST_ARGUMENT,
                SAY("转发地址没有改", "**** 处是一个密钥，显示时已遮盖", "重新填写完整地址"),
                SAY("the forward address was not changed",
                    "**** stands where a key is, which is not shown", "give the whole address"));
        workspace_complain(v->w, &err);
        return;
    }
    if (inbox_set_forward(v->w->inbox, text, &err))
        workspace_complain(v->w, &err);
    else if (text[0])
        workspace_say(v->w, "通知转发到 %s，并中继它的应答",
                      "notifications go on to %s, whose answers are relayed",
                      inbox_forward_shown(v->w->inbox));
    else
        workspace_say(v->w, "不再转发", "nothing is forwarded any more");
}

static void on_port(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct err err = {0};
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);
    if (end == text || *end || text[0] == '-' || port > 65535)
        workspace_say(v->w, "端口 %s 无效：0 到 65535", "the port %s is not valid: 0 to 65535",
                      text);
    else if (workspace_listen_at(v->w, (unsigned)port, &err))
        workspace_complain(v->w, &err);
    else
        workspace_say(v->w, "正在监听 %s", "listening at %s", inbox_url(v->w->inbox));
}

static void ask_port(struct view *v)
{
    char initial[16];
    snprintf(initial, sizeof initial, "%u", listener_port(v->w));
    struct prompt p = {.title = {"监听端口", "Port"},
                       .label = {"端口（0：任一空闲端口）", "port (0: any free one)"},
                       .initial = initial,
                       .max = 5,
                       .done = on_port,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void ask_message(struct view *v)
{
    struct prompt p = {
        .title = {"失败应答", "Answer: fail"},
        .label = {"return_msg（空：按判断说明）", "return_msg (empty: what was found)"},
        .initial = inbox_answer_of(v->w->inbox, asked_of(v)->event)->message,
        .max = 128,
        .done = on_message,
        .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void ask_delay(struct view *v)
{
    struct prompt p = {.title = {"延迟应答", "Delayed answer"},
                       .label = {"秒（0 到 3600）", "seconds (0 to 3600)"},
                       .initial = "6",
                       .max = 16,
                       .done = on_delay,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void ask_forward(struct view *v)
{
    struct prompt p = {
        .title = {"转发", "Forward"},
        .label = {"应用的通知地址（空：不转发）", "the application's notify URL (empty: none)"},
        .help = {"字节和首部原样转交，应用的应答由我们检查并中继",
                 "bytes and headers are handed on as they are; its answer is judged and relayed"},
        .initial = inbox_forward_shown(v->w->inbox),
        .max = 480,
        .done = on_forward,
        .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void event_chosen(void *ctx, size_t index)
{
    listener_menu_for(ctx, index < EVENT_COUNT ? (enum event_kind)index : EVENT_UNKNOWN);
}

static void ask_event(struct view *v)
{
    struct menu m = {.title = {"哪种通知", "Which notification"}, .chosen = event_chosen, .ctx = v};
    m.count = EVENT_COUNT + 1;
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        const struct event *e = &inbox_events(v->w->inbox)->items[i];
        snprintf(m.items[i].label, sizeof m.items[i].label, "%s", bi_get(e->title, view_lang(v)));
        snprintf(m.items[i].note, sizeof m.items[i].note, "%s", e->name);
    }
    snprintf(m.items[EVENT_COUNT].label, sizeof m.items->label, "%s",
             L(view_lang(v), "全部", "all of them"));
    v->host->menu(v->host->ctx, &m);
}

static void listener_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    if (index == ROW_TOGGLE) {
        notify_toggle(v);
    } else if (index == ROW_FORWARD) {
        ask_forward(v);
    } else if (index == ROW_EVENT) {
        ask_event(v);
    } else if (index == ROW_PORT) {
        ask_port(v);
    } else {
        const struct choice *c = &answers[index - ROW_ANSWERS];
        if (c->delay)
            ask_delay(v);
        else if (c->reply == INBOX_FAIL)
            ask_message(v);
        else
            set_answer(v, &(struct inbox_answer){.reply = c->reply});
    }
}

static void put_item(struct menu_item *i, enum lang lang, struct bi label, struct bi note)
{
    snprintf(i->label, sizeof i->label, "%s", bi_get(label, lang));
    snprintf(i->note, sizeof i->note, "%s", bi_get(note, lang));
}

static void put_port(struct menu_item *i, const struct workspace *w, enum lang lang)
{
    unsigned port = listener_port(w);
    put_item(i, lang, (struct bi){"端口…", "port…"}, (struct bi){"任一空闲端口", "any free one"});
    if (port)
        snprintf(i->note, sizeof i->note,
                 inbox_url(w->inbox)[0] ? L(lang, "现为 %u", "now %u")
                                        : L(lang, "启动时用 %u", "%u when it starts"),
                 port);
}

static void listener_menu_for(struct view *v, enum event_kind event)
{
    struct inbox *b = v->w->inbox;
    enum lang lang = view_lang(v);
    bool on = inbox_state(b) == INBOX_UP || inbox_state(b) == INBOX_BINDING;
    struct menu m = {.title = {"监听", "Listener"}, .chosen = listener_chosen, .ctx = v};
    const struct inbox_answer *now = inbox_answer_of(b, event);

    asked_of(v)->event = event;
    m.count = ROW_PORT + 1;
    m.items = mem_alloc(m.count * sizeof(*m.items));
    put_item(&m.items[ROW_TOGGLE], lang,
             on ? (struct bi){"停止监听", "stop listening"}
                : (struct bi){"启动监听", "start listening"},
             (struct bi){inbox_url(b), inbox_url(b)});
    put_item(&m.items[ROW_FORWARD], lang, (struct bi){"转发给应用…", "forward to an application…"},
             (struct bi){inbox_forward_shown(b), inbox_forward_shown(b)});
    put_item(&m.items[ROW_EVENT], lang,
             (struct bi){"应答对象：换一种通知…", "answers are for: another event…"},
             event < EVENT_COUNT ? inbox_events(b)->items[event].title
                                 : (struct bi){"全部", "all of them"});
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        struct menu_item *item = &m.items[ROW_ANSWERS + i];
        bool in_force = answers[i].delay ? now->delay_ms > 0 : now->reply == answers[i].reply;
        put_item(item, lang, answers[i].label, answers[i].note);
        if (in_force)
            snprintf(item->label, sizeof item->label, "%s *", bi_get(answers[i].label, lang));
    }
    put_port(&m.items[ROW_PORT], v->w, lang);
    v->host->menu(v->host->ctx, &m);
}

void notify_listener_menu(struct view *v)
{
    if (!v->w->inbox)
        workspace_say(v->w, "首次绘制后可用", "ready after the first frame");
    else
        listener_menu_for(v, EVENT_UNKNOWN);
}

/* ---- The payer ---- */

static void play(struct view *v, enum payer_act act, const char *code)
{
    struct workspace *w = v->w;
    struct payer_word word = {
        .act = act, .order = asked_of(v)->has_order ? asked_of(v)->order : NULL, .code = code};
    struct payer_result r = {0};
    struct err err = {0};

    if (workspace_pay(w, &word, &r, &err)) {
        workspace_complain(w, &err);
        return;
    }
    if (act == PAYER_CANCEL)
        workspace_say(w, "用户放弃了付款：订单 %s 仍未支付，没有通知",
                      "the user went away: order %s stays open, nothing is sent", payer_number(&r));
    else if (act == PAYER_FAIL)
        workspace_say(w, "付款失败：订单 %s，通知 %zu 条",
                      "the payment failed: order %s, notifications: %zu", payer_number(&r),
                      r.announced.count);
    else if (r.announced.count && !inbox_url(w->inbox)[0])
        workspace_say(
            w, "订单 %s 已支付，通知 %zu 条已发出；这里的监听未启动，按 l 启动",
            "order %s is paid, notifications on their way: %zu; the listener here is off, "
            "l starts it",
            payer_number(&r), r.announced.count);
    else
        workspace_say(w, "订单 %s 已支付，通知 %zu 条已发出",
                      "order %s is paid, notifications on their way: %zu", payer_number(&r),
                      r.announced.count);
}

static void ask_order(struct view *v, const char *order)
{
    struct notify_asked *a = asked_of(v);
    a->has_order = order && order[0];
    snprintf(a->order, sizeof a->order, "%s", a->has_order ? order : "");
}

void notify_pay(struct view *v, const char *order)
{
    ask_order(v, order);
    play(v, PAYER_PAY, NULL);
}

static void on_code(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct notify_asked *a = asked_of(v);
    snprintf(a->code, sizeof a->code, "%s", text);
    play(v, PAYER_FAIL, a->code[0] ? a->code : NULL);
}

static void payer_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    if (index == PAYER_FAIL) {
        struct prompt p = {.title = {"付款失败", "The payment fails"},
                           .label = {"错误码", "error code"},
                           .initial = "NOTENOUGH",
                           .max = sizeof asked_of(v)->code - 1,
                           .done = on_code,
                           .ctx = v};
        v->host->prompt(v->host->ctx, &p);
    } else {
        play(v, (enum payer_act)index, NULL);
    }
}

void notify_payer_menu(struct view *v, const char *order)
{
    static const struct bi labels[] = {[PAYER_PAY] = {"付款", "pay"},
                                       [PAYER_CANCEL] = {"放弃", "cancel"},
                                       [PAYER_FAIL] = {"失败…", "fail…"}};
    static const struct bi notes[] = {
        [PAYER_PAY] = {"订单变为已支付，通知随后到达", "the order is paid, notifications follow"},
        [PAYER_CANCEL] = {"订单保持未支付，没有通知", "the order stays open, nothing is sent"},
        [PAYER_FAIL] = {"只有第三方网关会通知商户",
                        "only the third-party gateway tells the merchant"}};
    struct menu m = {.title = {"扮演付款用户", "Play the payer"}, .chosen = payer_chosen, .ctx = v};

    ask_order(v, order);
    m.count = ARRAY_COUNT(labels);
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count; i++)
        put_item(&m.items[i], view_lang(v), labels[i], notes[i]);
    v->host->menu(v->host->ctx, &m);
}

/* ---- Sending again ---- */

static void resend_now(void *ctx)
{
    struct view *v = ctx;
    struct workspace *w = v->w;
    const char *url = asked_of(v)->url;
    struct inbox_notice n = {0};
    struct err err = {0};
    enum status st = inbox_read(w->inbox, asked_of(v)->id, &n, &err);

    if (!st && !url[0])
        st = err_set(&err, ST_ARGUMENT, SAY("没有地址", "", "先用 l 启动监听，或填写地址"),
                     SAY("there is no address", "", "start the listener with l, or give one"));
    if (!st)
        st = asked_of(v)->anew ? workspace_resign(w, &n, url, &err)
                               : workspace_resend(w, &n, url, &err);
    if (st)
        workspace_complain(w, &err);
    else
        workspace_say(w, "已发往 %s", "posted to %s", url);
    inbox_notice_clear(&n);
}

/* Of the merchant whose notification it is, the production one is asked about. */
static void resend(struct view *v, const char *url)
{
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = resend_now, .ctx = v};
    struct inbox_notice n = {0};
    bool ask = !inbox_read(v->w->inbox, asked_of(v)->id, &n, NULL) &&
               workspace_ask_post(v->w, n.row.profile, url, &q.text);

    snprintf(asked_of(v)->url, sizeof asked_of(v)->url, "%s", url);
    inbox_notice_clear(&n);
    if (ask)
        v->host->ask(v->host->ctx, &q);
    else
        resend_now(v);
}

static void on_resend_url(void *ctx, const char *text)
{
    resend(ctx, text);
}

static void resend_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    char url[POSTING_URL_MAX];

    asked_of(v)->anew = index % 2 == 1;
    snprintf(url, sizeof url, "%s", asked_of(v)->url);
    if (index < 2) {
        resend(v, url);
        return;
    }
    struct prompt p = {.title = {"重发", "Send again"},
                       .label = {"地址", "URL"},
                       .initial = url,
                       .max = POSTING_URL_MAX - 1,
                       .done = on_resend_url,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

void notify_resend_menu(struct view *v, int64_t id, const char *url)
{
    static const struct bi labels[] = {{"按原字节重发", "byte for byte"},
                                       {"重新签名后发送", "newly signed"},
                                       {"按原字节发往其他地址…", "byte for byte to another URL…"},
                                       {"重新签名发往其他地址…", "newly signed to another URL…"}};
    struct menu m = {.title = {"重发通知", "Send again"}, .chosen = resend_chosen, .ctx = v};

    asked_of(v)->id = id;
    snprintf(asked_of(v)->url, sizeof asked_of(v)->url, "%s", url);
    m.count = ARRAY_COUNT(labels);
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count; i++) {
        const char *to = i < 2 ? url : "";
        put_item(&m.items[i], view_lang(v), labels[i], (struct bi){to, to});
    }
    v->host->menu(v->host->ctx, &m);
}

/* ---- Copying ---- */

static void copy_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct inbox_notice n = {0};
    struct err err = {0};
    if (inbox_read(v->w->inbox, asked_of(v)->id, &n, &err))
        workspace_complain(v->w, &err);
    else
        notice_copy(v, &n, index);
    inbox_notice_clear(&n);
}

void notify_copy_menu(struct view *v, int64_t id)
{
    struct menu m = {.chosen = copy_chosen, .ctx = v};
    asked_of(v)->id = id;
    notice_copy_rows(&m, view_lang(v));
    v->host->menu(v->host->ctx, &m);
}

/* ---- Making one ---- */

static void trigger_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct err err = {0};
    struct view *form =
        trigger_view_new(v->w, v->host, &inbox_events(v->w->inbox)->items[index], &err);
    if (form)
        v->host->overlay(v->host->ctx, form);
    else
        workspace_complain(v->w, &err);
}

void notify_trigger_menu(struct view *v)
{
    struct menu m = {.title = {"触发哪种通知", "Make a notification"},
                     .filter = true,
                     .chosen = trigger_chosen,
                     .ctx = v};

    if (!v->w->inbox) {
        workspace_say(v->w, "首次绘制后可用", "ready after the first frame");
        return;
    }
    m.count = EVENT_COUNT;
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        const struct event *e = &inbox_events(v->w->inbox)->items[i];
        snprintf(m.items[i].label, sizeof m.items[i].label, "%s", e->name);
        snprintf(m.items[i].other, sizeof m.items[i].other, "%s", bi_get(e->title, view_lang(v)));
        snprintf(m.items[i].note, sizeof m.items[i].note, "%s", bi_get(e->summary, view_lang(v)));
    }
    v->host->menu(v->host->ctx, &m);
}

/* ---- Help ---- */

void notify_help_page(const struct workspace *w, enum lang lang, struct buf *out)
{
    int port = (int)listener_port(w), n = port ? port : INBOX_PORT;

    buf_adds(
        out,
        L(lang,
          "通知是支付结果的另一半：付款后平台向 notify_url 发 POST，要求 5 秒内应答，否则按间隔重发。\n"
          "监听器收到后验签、写入记录、再应答；只监听本机地址。\n\n"
          "l 启动或停止监听    Enter 查看通知，或在第一行设置应答与转发\n"
          "P 扮演付款用户    t 构造一条通知    r 重发    [ ] 换标签    / 筛选\n\n"
          "真实的平台怎样到达这台电脑\n\n",
          "Notifications are the other half of a payment: once paid, the platform posts to "
          "notify_url and wants an answer within 5 seconds; else it comes again.\n"
          "The listener verifies, records, then answers; it serves this machine only.\n\n"
          "l starts or stops it    Enter opens a notification, or on the first line sets "
          "answers and forwarding\n"
          "P plays the payer    t makes a notification    r sends one again    [ ] tabs    / "
          "filters\n\n"
          "How the real platform reaches this machine\n\n"));
    buf_addf(out,
             L(lang,
               "1  有一台公网服务器：在本机运行\n"
               "     ssh -N -R 127.0.0.1:9080:127.0.0.1:%1$d 用户@服务器\n"
               "   服务器上的 nginx 把 HTTPS 交给隧道：\n"
               "     location /notify { proxy_pass http://127.0.0.1:9080; }\n"
               "   notify_url 填 https://域名/notify\n"
               "2  隧道服务（自选）：把它给出的 https 地址指向 http://127.0.0.1:%1$d\n"
               "3  本机就有公网入口：用 wxpc listen --bind 地址 --port %1$d；任何人都能向它发送\n\n"
               "反向代理必须原样转交正文，不要改编码，不要要求登录；notify_url 不能带参数。\n",
               "1  With a server of your own on the net, run here\n"
               "     ssh -N -R 127.0.0.1:9080:127.0.0.1:%1$d user@server\n"
               "   and let its nginx hand HTTPS to the tunnel:\n"
               "     location /notify { proxy_pass http://127.0.0.1:9080; }\n"
               "   notify_url is https://your.domain/notify then\n"
               "2  A tunnel service of your choice: point its https address to "
               "http://127.0.0.1:%1$d\n"
               "3  With a public address of this machine: wxpc listen --bind ADDRESS --port %1$d; "
               "anybody can send to it\n\n"
               "A reverse proxy must hand on the body as it is, change no encoding and ask for no "
               "login; notify_url takes no query.\n"),
             n);
    if (w->gateway)
        buf_addf(out,
                 L(lang,
                   "\n沙箱是内置的网关：校验请求、验签、按文档应答，不联网，不动钱。\n自己的程序把 "
                   "https://api.mch.weixin.qq.com 换成 %s 即可调用。\n",
                   "\nThe sandbox is a gateway inside this program: it checks calls and signatures "
                   "and answers as documented, without network or money.\nA program of your own "
                   "reaches it with %s in place of https://api.mch.weixin.qq.com.\n"),
                 gateway_url(w->gateway));
}
