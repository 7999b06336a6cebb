/* SPDX-License-Identifier: MIT */
/*
 * Reading the command line by its rows, and what all commands share.
 */
#include "cli/cli.h"

#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/record_filter.h"
#include "core/buf.h"
#include "core/fault.h"
#include "core/paste.h"
#include "core/text.h"

#define AT(member) offsetof(struct cli, member)

/* clang-format off */
#define DATA OPTIONS_JSON
#define KEYED (DATA | OPTIONS_MERCHANT | OPTIONS_DEMO)

static const struct command commands[] = {
    {"send", "API [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_SEND | OPTIONS_YES | OPTIONS_FAULT | OPTIONS_DOCUMENT, {"填写、校验、签名、发送，并解释应答", "fill, validate, sign, send and explain the reply"}, cmd_send},
    {"invoke", "API [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_STEPS | OPTIONS_INVOKE | OPTIONS_DOCUMENT, {"由下单应答得出客户端调起支付的参数（二次签名）或二维码", "client-side call-up parameters (second signature) or QR code from an order's reply"}, cmd_invoke},
    {"sign", "[API] [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_STEPS | OPTIONS_XML | OPTIONS_DOCUMENT, {"计算签名", "compute the signature"}, cmd_sign},
    {"verify", "[API] [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_STEPS | OPTIONS_TRY | OPTIONS_DOCUMENT, {"检查文档中的签名是否成立", "does the document's sign hold?"}, cmd_verify},
    {"diagnose", "[API] [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_TRY | OPTIONS_DIAGNOSE | OPTIONS_DOCUMENT, {"签名不成立，或成立却被拒绝：说明原因", "the signature does not hold, or holds and is refused: say why"}, cmd_diagnose},
    {"validate", "API [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_DOCUMENT, {"按目录检查参数", "check parameters against the catalogue"}, cmd_validate},
    {"apis", "[--check FILE]", DATA | OPTIONS_CHECK, {"列出接口目录，或检查一个目录文件", "list the catalogue, or check a catalogue file"}, cmd_apis},
    {"fields", "API", DATA, {"一个接口的字段、规则、应答与错误码", "one API's fields, rules, responses and error codes"}, cmd_fields},
    {"error", "CODE|TEXT|- [API]", DATA, {"错误码或错误文字的含义、原因与处理", "what an error code or text means, why it comes, what to do"}, cmd_error},
    {"sandbox", "[pay|cancel|fail ORDER [CODE]]", KEYED | OPTIONS_SERVE | OPTIONS_FAULT | OPTIONS_SANDBOX, {"单独运行离线沙箱网关，或扮演付款用户", "the offline gateway on its own, or its paying user"}, cmd_sandbox},
    {"listen", "", KEYED | OPTIONS_SERVE | OPTIONS_LISTEN, {"接收通知：验签、记录、应答、转发", "receive notifications: verify, record, answer, hand on"}, cmd_listen},
    {"trigger", "EVENT --to URL [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_TRIGGER | OPTIONS_YES | OPTIONS_DOCUMENT, {"构造、签名并发送一个通知", "build, sign and post one notification"}, cmd_trigger},
    {"probe", "URL [DOCUMENT] [NAME=VALUE…]", KEYED | OPTIONS_KIND | OPTIONS_PROBE | OPTIONS_DOCUMENT, {"用正常、重复、伪造和恶意的通知检查一个通知地址", "judge a notify endpoint with good, repeated, forged and hostile notifications"}, cmd_probe},
    {"history", "[list|show N|search TEXT|resend N|compare N M|export N|prune] [NAME=VALUE…]", KEYED | OPTIONS_HISTORY | OPTIONS_YES, {"查看、查找、比较、重发、导出、清理记录", "the journal: list, search, compare, send again, export, prune"}, cmd_history},
    {"order", "NUMBER [mch_id=VALUE]", DATA | OPTIONS_ORDER, {"一个订单、签约或退款的经过：状态、由来、接下来可能发生什么", "the life of an order, contract or refund: state, what led there, what may come next"}, cmd_order},
    {"profile", "[list|show NAME|add NAME|edit NAME|check NAME|remove NAME] [MEMBER=VALUE…]", DATA | OPTIONS_MERCHANT | OPTIONS_TRY | OPTIONS_YES, {"商户配置", "merchant profiles"}, cmd_profile},
    {"flow", "[list|run NAME|check FILE|export NAME]", KEYED | OPTIONS_ORDER, {"演示流程：列出、运行、检查、导出", "demonstration flows: list, run, check, export"}, cmd_flow},
    {"completion", "bash|zsh|fish", 0, {"输出 shell 补全脚本", "print a shell completion script"}, cmd_completion},
    {"manual", "", 0, {"输出手册页 wxpc(1)（roff）", "print the manual page wxpc(1), as roff"}, cmd_manual},
    {"keys", "", DATA, {"显示每个按键送来什么、在控制台里做什么", "show what each key press arrives as and does in the console"}, cmd_keys},
};

static const struct option_row options[] = {
    {"--json", NULL, NULL, OPTION_SWITCH, AT(json), OPTIONS_JSON | OPTIONS_CONSOLE, {"输出一个 JSON 文档", "print one JSON document"}},
    {"--demo", NULL, NULL, OPTION_SWITCH, AT(demo), OPTIONS_DEMO | OPTIONS_CONSOLE, {"使用内置沙箱与演示商户", "use the embedded sandbox and its demonstration merchant"}},
    {"--profile", "-p", "NAME", OPTION_TEXT, AT(profile), OPTIONS_MERCHANT | OPTIONS_CONSOLE, {"商户配置", "merchant profile"}},
    {"--api", NULL, "API", OPTION_TEXT, AT(api_option), OPTIONS_CONSOLE, {"控制台打开的接口", "the API that the console opens"}},
    {"--key-file", NULL, "FILE", OPTION_TEXT, AT(key_file), OPTIONS_MERCHANT | OPTIONS_CONSOLE, {"从文件读取密钥（- 为标准输入）", "read the key from a file (-: standard input)"}},
    {"--try-key-file", NULL, "FILE", OPTION_REPEAT, AT(try_keys), OPTIONS_TRY, {"供检查的候选密钥，可重复", "a candidate key for checks; repeatable"}},
    {"--sign-type", NULL, "MD5|HMAC-SHA256", OPTION_TEXT, AT(sign_type), OPTIONS_KIND, {"签名类型", "the signature's type"}},
    {"--steps", NULL, NULL, OPTION_SWITCH, AT(steps), OPTIONS_STEPS, {"显示每个步骤", "show every step"}},
    {"--xml", NULL, NULL, OPTION_SWITCH, AT(xml), OPTIONS_XML, {"输出已签名的文档", "print the signed document"}},
    {"--svg", NULL, "FILE", OPTION_TEXT, AT(svg), OPTIONS_INVOKE, {"把二维码写成 SVG 文件（- 为标准输出）", "write the QR code as an SVG file (-: standard output)"}},
    {"--expect", NULL, "SIGN", OPTION_TEXT, AT(expect), OPTIONS_DIAGNOSE, {"收到的签名（报文里没有时）", "the signature received, if the message lacks it"}},
    {"--signed-string", NULL, "@FILE", OPTION_TEXT, AT(signed_string), OPTIONS_DIAGNOSE, {"对方签名前的拼接串（- 为标准输入）", "the other side's joined text (-: standard input)"}},
    {"--evidence", NULL, "FILE", OPTION_REPEAT, AT(evidence), OPTIONS_DIAGNOSE, {"网关发来的其他报文：证明密钥对不对，可重复", "other messages of the gateway: they prove the key; repeatable"}},
    {"--batch", NULL, "FILE|DIR", OPTION_TEXT, AT(batch), OPTIONS_DIAGNOSE, {"许多报文：每行一个，或一个文件夹", "many messages: one a line, or a folder"}},
    {"--report", NULL, "FILE", OPTION_TEXT, AT(report), OPTIONS_DIAGNOSE, {"写一份不含密钥的报告（.md 或 .html）", "write a report without the key (.md or .html)"}},
    {"--no-repair", NULL, "ID|all", OPTION_REPEAT, AT(no_repair), OPTIONS_DIAGNOSE, {"不做这项粘贴修复，可重复", "leave this repair of the paste off; repeatable"}},
    {"--document", NULL, "N", OPTION_LONG, AT(document), OPTIONS_DOCUMENT, {"内容里有多个报文（日志、HAR、Postman、curl）时取第几个", "which message of a text that holds several (log, HAR, Postman, curl)"}},
    {"--thorough", NULL, NULL, OPTION_SWITCH, AT(thorough), OPTIONS_DIAGNOSE, {"字段很多时也试到底，可能要一两分钟", "try everything even in a very long message: may take minutes"}},
    {"--list", NULL, NULL, OPTION_SWITCH, AT(list), OPTIONS_DIAGNOSE, {"列出全部原因", "list all causes"}},
    {"--dry-run", NULL, NULL, OPTION_SWITCH, AT(dry_run), OPTIONS_SEND | OPTIONS_TRIGGER | OPTIONS_HISTORY, {"只构造，不发送", "build, send nothing"}},
    {"--curl", NULL, NULL, OPTION_SWITCH, AT(curl), OPTIONS_SEND, {"输出等价的 curl 命令，不发送", "print the curl command that does it, send nothing"}},
    {"--force", NULL, NULL, OPTION_SWITCH, AT(force), OPTIONS_SEND, {"有校验错误也发送", "send in spite of validation errors"}},
    {"--raw", NULL, "FILE", OPTION_TEXT, AT(raw), OPTIONS_SEND, {"原样发送文件的字节（- 为标准输入）", "send the file's bytes untouched (-: standard input)"}},
    {"--timeout", NULL, "SECONDS", OPTION_REAL, AT(timeout_s), OPTIONS_SEND, {"调用的总时限", "time for the whole call"}},
    {"--yes", NULL, NULL, OPTION_SWITCH, AT(yes), OPTIONS_YES, {"不再询问（生产环境发送必需）", "do not ask (needed to send in production)"}},
    {"--bind", NULL, "ADDRESS", OPTION_TEXT, AT(bind), OPTIONS_SERVE, {"监听地址，默认 127.0.0.1", "address to listen on, default 127.0.0.1"}},
    {"--port", NULL, "N", OPTION_PORT, AT(port), OPTIONS_SERVE, {"端口，默认 sandbox 9001、listen 8765，0 为任一空闲端口", "port, default 9001 (sandbox), 8765 (listen); 0: a free one"}},
    {"--path", NULL, "/PATH", OPTION_TEXT, AT(path), OPTIONS_LISTEN, {"通知地址的路径，默认 /notify", "path of the notify URL, default /notify"}},
    {"--forward", NULL, "URL", OPTION_TEXT, AT(forward), OPTIONS_LISTEN, {"把通知原样交给这个应用，转达它的应答", "hand notifications to this application and relay its answer"}},
    {"--reply", NULL, "[EVENT=]auto|success|fail[:MESSAGE]|none|delay:S", OPTION_REPEAT, AT(replies), OPTIONS_LISTEN, {"如何应答，可按通知分别设置、可重复；默认 auto：验签通过才确认", "how to answer, all events or one, repeatable; default auto: acknowledge what verifies"}},
    {"--delay", NULL, "S", OPTION_REAL, AT(delay_s), OPTIONS_LISTEN, {"推迟应答（秒）", "answer so many seconds later"}},
    {"--count", NULL, "N", OPTION_LONG, AT(count), OPTIONS_LISTEN, {"收到这么多个之后结束", "end after so many"}},
    {"--order", NULL, "N", OPTION_TEXT, AT(order), OPTIONS_PROBE, {"通知所说的订单号，默认每项各用一个新的", "the order that the notifications are about; default: each its own"}},
    {"--i-own-this-endpoint", NULL, NULL, OPTION_SWITCH, AT(owned), OPTIONS_PROBE, {"确认是自己的地址：允许检查其他机器", "the endpoint is mine: go to other machines too"}},
    {"--to", NULL, "URL", OPTION_TEXT, AT(to), OPTIONS_TRIGGER | OPTIONS_HISTORY, {"通知发往的地址", "where to post it"}},
    {"--limit", NULL, "N", OPTION_LONG, AT(limit), OPTIONS_HISTORY, {"最多显示多少条，默认 50", "show so many at most, default 50"}},
    {"--format", NULL, "FORM", OPTION_TEXT, AT(format), OPTIONS_HISTORY | OPTIONS_ORDER, {"导出格式：md html curl http har command text", "form of an export: md html curl http har command text"}},
    {"--personal", NULL, NULL, OPTION_SWITCH, AT(personal), OPTIONS_HISTORY | OPTIONS_ORDER, {"不遮盖 openid、手机号、卡号", "do not mask openid, phone and card numbers"}},
    {"--exact", NULL, NULL, OPTION_SWITCH, AT(exact), OPTIONS_HISTORY, {"逐字节重发原文", "send the same bytes again"}},
    {"--new-order", NULL, NULL, OPTION_SWITCH, AT(new_order), OPTIONS_HISTORY, {"换新的商户订单号重发", "send again under a new out_trade_no"}},
    {"--older-than", NULL, "DAYS", OPTION_REAL, AT(older_than), OPTIONS_HISTORY, {"删除这么多天以前的", "prune what is older than so many days"}},
    {"--keep", NULL, "N", OPTION_LONG, AT(keep), OPTIONS_HISTORY, {"只留最新的这么多条", "prune all but the newest N"}},
    {"--max-size", NULL, "MB", OPTION_REAL, AT(max_size), OPTIONS_HISTORY, {"删除最旧的，直到文件不超过这么大", "prune the oldest until the file is no larger"}},
    {"--fault", NULL, "RULE", OPTION_REPEAT, AT(faults), OPTIONS_FAULT | OPTIONS_CONSOLE, {"让沙箱的某些调用失败，可重复", "make chosen calls of the sandbox fail; repeatable"}},
    {"--time-scale", NULL, "X", OPTION_REAL, AT(time_scale), OPTIONS_SANDBOX, {"时间加速倍数：60 使一小时在一分钟内过去", "how much faster time passes: 60 lets an hour pass in a minute"}},
    {"--profiles", NULL, "NAME|FILE|DIR", OPTION_REPEAT, AT(profiles), OPTIONS_SANDBOX, {"沙箱也服务这些商户配置，可重复", "profiles that the sandbox serves too; repeatable"}},
    {"--tls", NULL, NULL, OPTION_SWITCH, AT(tls), OPTIONS_SANDBOX, {"以 TLS 提供服务，验证客户端证书（写在数据文件夹的 sandbox-tls 中）", "serve TLS, check client certificates (written to sandbox-tls in --data)"}},
    {"--url", NULL, "URL", OPTION_TEXT, AT(url), OPTIONS_SANDBOX, {"已在运行的沙箱的地址（默认本机的 --port）", "address of a running sandbox, default this machine's --port"}},
    {"--ca-file", NULL, "FILE", OPTION_TEXT, AT(ca_file), OPTIONS_SANDBOX, {"--url 为 https 时信任的 CA 证书", "CA certificate to trust when --url is https"}},
    {"--check", NULL, "FILE", OPTION_TEXT, AT(check), OPTIONS_CHECK, {"检查目录文件（- 为标准输入）", "check a catalogue file (-: standard input)"}},
    {"--data", NULL, "DIR", OPTION_TEXT, AT(data), 0, {"数据文件夹", "folder for data"}},
    {"--no-history", NULL, NULL, OPTION_SWITCH, AT(no_history), 0, {"不记录历史", "keep no history"}},
    {"--lang", NULL, "zh|en", OPTION_TEXT, AT(lang_word), 0, {"语言", "language"}},
    {"--color", NULL, "auto|always|never", OPTION_TEXT, AT(color_word), 0, {"颜色", "colour"}},
    {"--help", "-h", NULL, OPTION_SWITCH, AT(help), 0, {"显示用法", "show usage"}},
    {"--version", NULL, NULL, OPTION_SWITCH, AT(version), 0, {"显示版本", "show the version"}},
};
/* clang-format on */

const struct command *cli_commands(size_t *count)
{
    *count = ARRAY_COUNT(commands);
    return commands;
}

const struct option_row *cli_options(size_t *count)
{
    *count = ARRAY_COUNT(options);
    return options;
}

/* ---- Reading options ---- */

#define PORT_MAX_VALUE 65535
#define LONG_MAX_VALUE 1000000000 /* counts and rows: as settings.json has it */
#define REAL_MAX_VALUE 1000000

static const char *command_name(const void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_COUNT(commands) ? commands[index].name : NULL;
}

static const char *option_name(const void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_COUNT(options) ? options[index].name : NULL;
}

static enum status unknown(const char *zh, const char *en, const char *word, const char *near,
                           struct err *err)
{
    if (near)
        return err_set(err, ST_ARGUMENT, SAY("没有%1$s%2$.0s %3$s", "", "是否想写 %4$s？"),
                       SAY("there is no %1$.0s%2$s %3$s", "", "did you mean %4$s?"), zh, en, word,
                       near);
    return err_set(err, ST_ARGUMENT, SAY("没有%1$s%2$.0s %3$s", "", "wxpc --help 列出全部"),
                   SAY("there is no %1$.0s%2$s %3$s", "", "wxpc --help lists them"), zh, en, word);
}

/* Of an option that takes a whole number: counts begin with 1, since 0 is "not given". */
static long least(const struct option_row *o)
{
    return o->type == OPTION_PORT ? 0 : 1;
}

static long most(const struct option_row *o)
{
    return o->type == OPTION_PORT ? PORT_MAX_VALUE : LONG_MAX_VALUE;
}

static enum status bad_value(const struct option_row *o, const char *value, struct err *err)
{
    if (o->type == OPTION_LONG || o->type == OPTION_PORT)
        return err_set(err, ST_ARGUMENT,
                       SAY("选项 %s 的值 %s 无效", "应为 %ld 到 %ld 的整数", "改正后重试"),
                       SAY("the value of option %s, %s, is not valid",
                           "it takes a whole number from %ld to %ld", "correct it"),
                       o->name, value, least(o), most(o));
    return err_set(err, ST_ARGUMENT,
                   SAY("选项 %s 的值 %s 无效", "应为大于 0 且不超过 %d 的数", "改正后重试"),
                   SAY("the value of option %s, %s, is not valid",
                       "it takes a number above 0, at most %d", "correct it"),
                   o->name, value, REAL_MAX_VALUE);
}

/* Has it its one value? A switch given twice says the same, and what may repeat has many. */
static bool is_given(const struct cli *c, const struct option_row *o)
{
    const void *slot = (const char *)c + o->offset;
    switch (o->type) {
    case OPTION_TEXT:
        return *(const char *const *)slot != NULL;
    case OPTION_LONG:
        return *(const long *)slot != 0;
    case OPTION_PORT:
        return *(const long *)slot >= 0;
    case OPTION_REAL:
        return *(const double *)slot > 0;
    default:
        return false;
    }
}

static enum status set_option(struct cli *c, const struct option_row *o, const char *value,
                              struct err *err)
{
    void *slot = (char *)c + o->offset;
    char *end = NULL;

    switch (o->type) {
    case OPTION_SWITCH:
        *(bool *)slot = true;
        return ST_OK;
    case OPTION_TEXT:
        *(const char **)slot = value;
        return ST_OK;
    case OPTION_LONG:
    case OPTION_PORT:
        errno = 0;
        *(long *)slot = strtol(value, &end, 10);
        if (errno || *end || end == value || *(long *)slot < least(o) || *(long *)slot > most(o))
            return bad_value(o, value, err);
        return ST_OK;
    case OPTION_REAL:
        *(double *)slot = strtod(value, &end);
        if (*end || end == value || !(*(double *)slot > 0 && *(double *)slot <= REAL_MAX_VALUE))
            return bad_value(o, value, err);
        return ST_OK;
    case OPTION_REPEAT:
        for (size_t i = 0; i < CLI_REPEAT_MAX; i++) {
            if (!((const char **)slot)[i]) {
                ((const char **)slot)[i] = value;
                return ST_OK;
            }
        }
        return err_set(err, ST_LIMIT, SAY("选项 %s 过多", "最多 %d 个", "减少一些"),
                       SAY("too many %s", "%d at most", "give fewer"), o->name, CLI_REPEAT_MAX);
    }
    return ST_OK;
}

/* Finds the row for "--name", "--name=value" or "-p"; `*value` points behind '='. */
static const struct option_row *find_option(const char *word, const char **value)
{
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    *value = equals ? equals + 1 : NULL;
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        if (strlen(options[i].name) == len && strncmp(options[i].name, word, len) == 0)
            return &options[i];
        if (options[i].short_name && strcmp(options[i].short_name, word) == 0)
            return &options[i];
    }
    return NULL;
}

/* "sandbox, flow": the commands that an option is for. */
static void list_owners(const struct option_row *o, struct buf *out)
{
    buf_init(out, 512);
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
        if (o->groups & commands[i].options)
            buf_addf(out, "%s%s", out->len ? ", " : "", commands[i].name);
    }
}

static enum status read_option(struct cli *c, int argc, char **argv, int *at, struct err *err)
{
    const char *word = argv[*at], *value;
    const struct option_row *o = find_option(word, &value);

    if (strncmp(word, "--key=", 6) == 0 || strcmp(word, "--key") == 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("没有选项 --key", "命令行上的密钥会出现在进程列表与历史记录中",
                           "用 --key-file、$WXPC_KEY 或商户配置"),
                       SAY("there is no option --key",
                           "a key on the command line shows in process lists and shell history",
                           "use --key-file, $WXPC_KEY or a profile"));
    if (!o)
        return unknown("选项", "option", word, text_nearest(word, option_name, NULL), err);
    if (o->groups && !c->command && !(o->groups & OPTIONS_CONSOLE)) {
        struct buf owners;
        list_owners(o, &owners);
        err_set(err, ST_ARGUMENT, SAY("控制台没有选项 %s", "", "它属于 %s"),
                SAY("the console has no option %s", "", "it is for %s"), o->name, buf_str(&owners));
        buf_clear(&owners);
        return ST_ARGUMENT;
    }
    if (o->groups && c->command && !(o->groups & c->command->options))
        return err_set(err, ST_ARGUMENT,
                       SAY("命令 %s 没有选项 %s", "", "wxpc %s --help 列出它的选项"),
                       SAY("command %s has no option %s", "", "wxpc %s --help lists its options"),
                       c->command->name, o->name, c->command->name);
    if (o->type == OPTION_SWITCH && value)
        return err_set(err, ST_ARGUMENT, SAY("选项 %s 不带值", "", "去掉 = 及其后的内容"),
                       SAY("option %s takes no value", "", "drop the = and what follows"), o->name);
    if (o->type != OPTION_SWITCH && !value) {
        if (*at + 1 >= argc)
            return err_set(err, ST_ARGUMENT, SAY("选项 %s 缺少值", "它需要 %s", "补上"),
                           SAY("option %s lacks its value", "it takes %s", "add it"), o->name,
                           o->argument);
        value = argv[++*at];
    }
    if (is_given(c, o))
        return err_set(err, ST_ARGUMENT, SAY("选项 %s 给出了两次", "它只取一个值", "去掉其中一个"),
                       SAY("option %s is given twice", "it takes one value", "drop one of them"),
                       o->name);
    return set_option(c, o, value, err);
}

/* The command is the first word that is no option; an option before it belongs to it as well. */
static enum status find_command(struct cli *c, int argc, char **argv, int *at, struct err *err)
{
    *at = 0;
    for (int i = 1; i < argc; i++) {
        const char *value;
        const struct option_row *o = argv[i][0] == '-' ? find_option(argv[i], &value) : NULL;
        if (!o && argv[i][0] == '-' && argv[i][1] && strcmp(argv[i], "--") != 0)
            return ST_OK; /* what follows may be its value: read_words() says that it is unknown */
        if (o && o->type != OPTION_SWITCH && !value)
            i++;
        if (argv[i][0] == '-' || o)
            continue;
        if (!c->help && strcmp(argv[i], "help") == 0) { /* as "wxpc COMMAND --help" */
            c->help = true;
            argv[i] = (char *)(uintptr_t) "--help";
            continue;
        }
        *at = i;
        for (size_t k = 0; k < ARRAY_COUNT(commands); k++) {
            if (strcmp(commands[k].name, argv[i]) == 0) {
                c->command = &commands[k];
                return ST_OK;
            }
        }
        return unknown("命令", "command", argv[i], text_nearest(argv[i], command_name, NULL), err);
    }
    return ST_OK;
}

static enum status read_words(struct cli *c, int argc, char **argv, int command_at, struct err *err)
{
    bool literal = false;
    for (int i = 1; i < argc; i++) {
        if (i == command_at)
            continue;
        if (!literal && strcmp(argv[i], "--") == 0) {
            literal = true;
            continue;
        }
        bool number = argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]); /* an error's */
        if (!literal && argv[i][0] == '-' && argv[i][1] && !number) {
            enum status st = read_option(c, argc, argv, &i, err);
            if (st)
                return st;
            continue;
        }
        if (c->word_count == ARRAY_COUNT(c->words))
            return err_set(err, ST_LIMIT, SAY("命令行的词过多", "最多 %zu 个", "改用文档给出参数"),
                           SAY("too many words on the command line", "%zu at most",
                               "give the parameters as a document"),
                           ARRAY_COUNT(c->words));
        c->words[c->word_count++] = argv[i];
    }
    return ST_OK;
}

static enum lang locale_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const char *v = getenv(names[i]);
        if (v && v[0])
            return lang_from_locale(v);
    }
    return LANG_EN;
}

static enum status settle(struct cli *c, struct err *err)
{
    const char *no_color = getenv("NO_COLOR"), *word = c->color_word ? c->color_word : "auto";

    if (c->lang_word) {
        if (!lang_read(c->lang_word, &c->lang))
            return err_set(
                err, ST_ARGUMENT, SAY("语言 %s 不可用", "只有 zh 与 en", "改用其中之一"),
                SAY("language %s is not available", "there are zh and en", "use one of them"),
                c->lang_word);
        c->has_lang = true;
    }
    if (c->json && c->format)
        return err_set(err, ST_ARGUMENT, SAY("--json 不能与 --format 同用", "", "去掉其中一个"),
                       SAY("--json excludes --format", "", "drop one of them"));
    if (strcmp(word, "always") == 0)
        c->color = true;
    else if (strcmp(word, "auto") == 0)
        c->color = isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && !c->json;
    else if (strcmp(word, "never") != 0)
        return err_set(
            err, ST_ARGUMENT, SAY("--color 的值 %s 无效", "应为 auto、always 或 never", ""),
            SAY("the value of --color, %s, is not valid", "it takes auto, always or never", ""),
            word);
    return ST_OK;
}

/* ---- Usage ---- */

static void print_options(FILE *f, const struct command *k, enum lang lang)
{
    unsigned groups = k ? k->options : OPTIONS_CONSOLE;
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        const struct option_row *o = &options[i];
        char left[64];
        if (o->groups && !(o->groups & groups))
            continue;
        snprintf(left, sizeof(left), "%s%s%s%s%s", o->short_name ? o->short_name : "",
                 o->short_name ? ", " : "", o->name, o->argument ? " " : "",
                 o->argument ? o->argument : "");
        fprintf(f, "  %-28s %s\n", left, bi_get(o->text, lang));
    }
}

/* What `history list` and `search` take as NAME=VALUE. */
static void print_filters(FILE *f, enum lang lang)
{
    fprintf(f, "%s\n\n",
            L(lang, "list 与 search 的筛选条件，须全部成立；前面加 ! 表示不符合：",
              "filters of list and search; all have to hold, a leading ! turns one around:"));
    for (const struct record_filter_row *r = record_filter_rows(); r->name; r++) {
        char left[32];
        snprintf(left, sizeof(left), "%s=", r->name);
        fprintf(f, "  %-28s %s\n", left, bi_get(r->text, lang));
    }
    fprintf(f, "\n");
}

static void print_usage(FILE *f, const struct cli *c)
{
    enum lang lang = c->lang;
    if (c->command) {
        fprintf(f, "wxpc %s%s%s\n\n%s\n\n", c->command->name, c->command->usage[0] ? " " : "",
                c->command->usage, bi_get(c->command->text, lang));
        if (c->command->options & OPTIONS_HISTORY)
            print_filters(f, lang);
        print_options(f, c->command, lang);
        return;
    }
    fprintf(f, "%s\n\n",
            L(lang, "wxpc：微信支付 V2（XML）接口的终端开发控制台",
              "wxpc: a terminal developer console for WeChat Pay's V2 (XML) merchant APIs"));
    fprintf(f, "  wxpc [--demo] [--api API] [-p NAME]    %s\n",
            L(lang, "打开控制台", "opens the console"));
    fprintf(f, "  wxpc COMMAND [API] [DOCUMENT] [NAME=VALUE…] [options]\n\n");
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        fprintf(f, "  %-12s %s\n", commands[i].name, bi_get(commands[i].text, lang));
    fprintf(f, "\n");
    print_options(f, NULL, lang);
}

static struct json *named_json(const char *name, struct bi text)
{
    struct json *j = json_new_object();
    json_add_string(j, "name", name);
    json_add_string(j, "zh", text.zh);
    json_add_string(j, "en", text.en);
    return j;
}

static void usage_json(const struct command *k)
{
    struct json *j = k ? named_json(k->name, k->text) : json_new_object(), *list = json_new_array();
    unsigned groups = k ? k->options : OPTIONS_CONSOLE;
    for (size_t i = 0; !k && i < ARRAY_COUNT(commands); i++) {
        struct json *one = named_json(commands[i].name, commands[i].text);
        json_add_string(one, "usage", commands[i].usage);
        json_push(list, one);
    }
    if (k)
        json_add_string(j, "usage", k->usage);
    json_add(j, k ? "options" : "commands", list);
    if (!k)
        json_add(j, "options", list = json_new_array());
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        const struct option_row *o = &options[i];
        if (o->groups && !(o->groups & groups))
            continue;
        struct json *one = named_json(o->name, o->text);
        json_add_string(one, "short", o->short_name);
        json_add_string(one, "argument", o->argument);
        json_push(list, one);
    }
    cli_json(j);
}

static void print_version(const struct cli *c)
{
    if (c->json) {
        struct json *j = json_new_object();
        json_add_string(j, "wxpc", WXPC_VERSION);
        json_add_string(j, "openssl", digest_library());
        json_add_string(j, "libcurl", http_library());
        cli_json(j);
        return;
    }
    printf("wxpc %s (OpenSSL %s, libcurl %s)\n", WXPC_VERSION, digest_library(), http_library());
}

int cmd_keys(struct cli *c)
{
    struct workspace_options o = {.has_lang = c->has_lang, .lang = c->lang};
    struct err err = {0};
    int status = c->wing->keys(&o, c->json, &err);
    return err.status ? cli_fail(c, &err) : status;
}

/* A rule that is none is told before the screen is taken. */
static enum status check_faults(const struct cli *c, struct err *err)
{
    struct workspace_options o = {.lookup = true, .has_lang = c->has_lang, .lang = c->lang};
    struct workspace w;
    struct fault_rule rule;
    enum status st = c->faults[0] ? workspace_open(&w, &o, err) : ST_OK;
    if (st || !c->faults[0])
        return st;
    for (size_t i = 0; c->faults[i] && !st; i++)
        st = fault_read(&w.catalog, c->faults[i], &rule, err);
    workspace_close(&w);
    return st;
}

static int open_console(const struct cli *c)
{
    struct workspace_options o = {.demo = c->demo,
                                  .has_lang = c->has_lang,
                                  .lang = c->lang,
                                  .profile = c->profile,
                                  .api = c->api_option,
                                  .data_dir = c->data,
                                  .no_history = c->no_history,
                                  .key_file = c->key_file,
                                  .faults = c->faults};
    struct err err = {0};
    if (c->json) {
        err_set(&err, ST_ARGUMENT,
                SAY("缺少命令", "--json 不打开控制台", "wxpc --help 列出全部命令"),
                SAY("there is no command", "--json opens no console",
                    "wxpc --help lists the commands"));
        return cli_fail(c, &err);
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        print_usage(stderr, c);
        return EXIT_USAGE;
    }
    if (check_faults(c, &err))
        return cli_fail(c, &err);
    setlocale(LC_CTYPE, ""); /* the console says itself what it needs */
    return c->wing->console(&o);
}

/* What a command prints is UTF-8, whatever the locale; only the width of characters is asked of it.
 */
static void measure_utf8(void)
{
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* A full disk or a closed pipe must not look like success. */
static int check_output(struct cli *c, int status)
{
    struct err err;
    bool failed = ferror(stdout) != 0; /* earlier: its reason is gone */
    const char *why = fflush(stdout) != 0 ? strerror(errno) : "";

    if (!failed && !why[0])
        return status;
    err_set(&err, ST_IO, SAY("写标准输出失败", "%s", "检查磁盘空间或管道"),
            SAY("writing standard output failed", "%s", "check the disk's space, or the pipe"),
            why);
    c->json = false; /* nothing can be written there */
    return cli_fail(c, &err);
}

int cli_run(int argc, char **argv, const struct cli_wing *wing)
{
    struct cli c = {.lang = locale_lang(), .port = -1, .wing = wing};
    struct err err = {0};
    int command_at = 0;

    measure_utf8();
    for (int i = 1; i < argc; i++) /* so that errors of the line itself already obey it */
        c.json = c.json || strcmp(argv[i], "--json") == 0;
    enum status st = find_command(&c, argc, argv, &command_at, &err);
    if (!st)
        st = read_words(&c, argc, argv, command_at, &err);
    if (!st)
        st = settle(&c, &err);
    if (st)
        return cli_fail(&c, &err);
    if (!c.version && !c.help && !c.command)
        return open_console(&c);
    int status = EXIT_YES;
    if (c.version)
        print_version(&c);
    else if (c.help && c.json)
        usage_json(c.command);
    else if (c.help)
        print_usage(stdout, &c);
    else
        status = c.command->run(&c);
    digest_forget_keys();
    return check_output(&c, status);
}
