/* SPDX-License-Identifier: MIT */
/*
 * manual: the page wxpc(1), made from the rows of commands, options and actions, as roff(7) with
 * the man macros. The build runs it, so that what is installed says what this program does.
 */
#include "cli/cli.h"

#include <string.h>

#include "app/action.h"
#include "app/record_filter.h"

/* Does a wide character end just before `at`, and may a line break there? Chinese is written
   without blanks, and roff knows no other places. */
static bool may_break(const char *text, const char *at)
{
    static const char *const stuck[] = {"，", "。", "；", "：", "、", "）", "”", "…"};
    if (at - text < 3 || ((unsigned char)at[-3] & 0xF0) != 0xE0 || !*at)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(stuck); i++) {
        if (strncmp(at, stuck[i], strlen(stuck[i])) == 0)
            return false;
    }
    return strncmp(at - 3, "（", 3) != 0 && strncmp(at - 3, "“", 3) != 0;
}

/* Text as it stands: what roff would take for its own is escaped. */
static void put(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (const char *s = text; *s; s++) {
        if (may_break(text, s))
            fputs("\\:", stdout);
        if (*s == '\\')
            fputs("\\e", stdout);
        else if (*s == '-')
            fputs("\\-", stdout);
        else
            putchar(*s);
    }
}

/* A line of text in the page's language. */
static void say(const struct cli *c, const char *zh, const char *en)
{
    put(L(c->lang, zh, en));
    putchar('\n');
}

/* A heading. Quoted: it may hold blanks. */
static void section(const struct cli *c, const char *zh, const char *en)
{
    printf(".SH \"%s\"\n", L(c->lang, zh, en));
}

/* A paragraph with a term before it: "name ARGUMENT". */
static void term(const char *name, const char *argument)
{
    fputs(".TP\n\\fB", stdout);
    put(name);
    fputs("\\fR", stdout);
    if (argument && argument[0]) {
        fputs(" \\fI", stdout);
        put(argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
}

static void print_commands(const struct cli *c)
{
    size_t count, option_count;
    const struct command *k = cli_commands(&count);
    const struct option_row *o = cli_options(&option_count);

    section(c, "命令", "COMMANDS");
    for (size_t i = 0; i < count; i++) {
        bool any = false;
        term(k[i].name, k[i].usage);
        put(bi_get(k[i].text, c->lang));
        putchar('\n');
        for (const struct record_filter_row *r = record_filter_rows();
             r->name && k[i].options & OPTIONS_HISTORY; r++) {
            printf(".br\n%s= ", r->name);
            put(bi_get(r->text, c->lang));
            putchar('\n');
        }
        for (size_t n = 0; n < option_count; n++) {
            if (!(o[n].groups & k[i].options))
                continue;
            fputs(any ? ", " : ".br\n", stdout);
            put(o[n].name);
            any = true;
        }
        if (any)
            putchar('\n');
    }
}

static void print_options(const struct cli *c)
{
    size_t count;
    const struct option_row *o = cli_options(&count);

    section(c, "选项", "OPTIONS");
    say(c, "命令各有其选项；下面是全部。",
        "Each command takes the options that it lists; here are all.");
    for (size_t i = 0; i < count; i++) {
        char names[64];
        snprintf(names, sizeof(names), "%s%s%s", o[i].short_name ? o[i].short_name : "",
                 o[i].short_name ? ", " : "", o[i].name);
        term(names, o[i].argument);
        put(bi_get(o[i].text, c->lang));
        putchar('\n');
        if (o[i].groups)
            continue;
        say(c, "所有命令都有。", "All commands take it.");
    }
}

/* "edit:Ctrl-Z" and "6:l", as action.h writes them, for people. */
static void put_key(const struct cli *c, const char *key, size_t len)
{
    char name[32], where[32] = "";
    const char *colon = memchr(key, ':', len);

    if (colon && colon > key && colon + 1 < key + len) {
        if (strncmp(key, "edit:", 5) == 0)
            snprintf(where, sizeof(where), "%s", L(c->lang, "（编辑时）", " (in EDIT)"));
        else
            snprintf(where, sizeof(where), L(c->lang, "（窗格 %.*s）", " (in pane %.*s)"),
                     (int)(colon - key), key);
        len -= (size_t)(colon + 1 - key);
        key = colon + 1;
    }
    snprintf(name, sizeof(name), "%.*s", (int)len, key);
    put(name);
    put(where);
}

static void print_keys(const struct cli *c)
{
    size_t count;
    const struct action_row *row = action_rows(&count);

    section(c, "控制台的按键", "KEYS OF THE CONSOLE");
    say(c,
        "字母只在导航（NAV）状态下是命令，在编辑（EDIT）状态下是文字。keys.json 可以按名称改变按键。",
        "Letters are commands in NAV and text in EDIT. The file keys.json changes keys by the "
        "name in brackets.");
    for (size_t i = 0; i < count; i++) {
        const char *key = row[i].keys;
        fputs(".TP\n\\fB", stdout);
        for (bool first = true; *key; first = false) {
            size_t len = strcspn(key, " ");
            fputs(first ? "" : ", ", stdout);
            put_key(c, key, len);
            key += len + strspn(key + len, " ");
        }
        fputs("\\fR\n", stdout);
        put(bi_get(row[i].help, c->lang));
        printf(" [");
        put(row[i].id);
        printf("]\n");
    }
}

struct entry {
    const char *name;
    struct bi text;
};

static void print_entries(const struct cli *c, const struct entry *e, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        term(e[i].name, NULL);
        put(bi_get(e[i].text, c->lang));
        putchar('\n');
    }
}

/* clang-format off */
static const struct entry files[] = {
    {"$XDG_CONFIG_HOME/wxpc/settings.json", {"设置：语言、主题、默认商户等", "settings: language, theme, the merchant to begin with"}},
    {"$XDG_CONFIG_HOME/wxpc/keys.json", {"控制台的按键", "keys of the console"}},
    {"$XDG_CONFIG_HOME/wxpc/profiles/", {"商户配置，每个一个文件，权限 0600", "merchant profiles, a file each, mode 0600"}},
    {"$XDG_CONFIG_HOME/wxpc/apis/", {"自己的接口，或替换内置的接口", "APIs of your own, or in place of built-in ones"}},
    {"$XDG_CONFIG_HOME/wxpc/themes/", {"自己的主题", "themes of your own"}},
    {"$XDG_DATA_HOME/wxpc/journal.db", {"全部请求与通知的记录，权限 0600；卸载程序不会删除它", "the journal of calls and notifications, mode 0600; removing the program leaves it"}},
    {WXPC_DATADIR, {"随程序安装的主题与示例商户配置", "the themes and example profiles that are installed"}},
};

static const struct entry environment[] = {
    {"WXPC_KEY", {"商户密钥，优先于商户配置，次于 --key-file", "the merchant's key; overrides the profile, yields to --key-file"}},
    {"XDG_CONFIG_HOME, XDG_DATA_HOME", {"默认为 ~/.config 与 ~/.local/share", "default ~/.config and ~/.local/share"}},
    {"LC_ALL, LC_MESSAGES, LANG", {"没有 --lang 时的语言", "the language without --lang"}},
    {"NO_COLOR", {"不使用颜色", "no colour"}},
    {"EDITOR", {"F4 打开的编辑器", "what F4 opens"}},
};

static const struct entry statuses[] = {
    {"0", {"完成，回答为是", "done, and the answer is yes"}},
    {"1", {"回答为否：签名不符、字段无效、网关返回 FAIL、地址未通过检查", "the answer is no: the signature differs, a field is not valid, the gateway said FAIL, an endpoint failed a check"}},
    {"2", {"命令或输入有误", "the command or its input is wrong"}},
    {"3", {"读写、网络或超时失败", "input/output, network or time-out failure"}},
    {"130", {"被中断", "interrupted"}},
};

static const struct entry examples[] = {
    {"wxpc --demo", {"打开控制台，使用内置沙箱；不需要文件、网络与密钥", "the console on the embedded sandbox: no file, no network, no key"}},
    {"wxpc send unifiedorder --demo trade_type=NATIVE --json", {"在沙箱中下单", "places an order in the sandbox"}},
    {"wxpc diagnose order.xml -p shop-a", {"说明签名为何不符", "says why a signature does not hold"}},
    {"wxpc listen --port 8765 --forward http://127.0.0.1:8080/notify", {"接收通知并转发给自己的应用", "receives notifications and hands them to an application"}},
};
/* clang-format on */

#define ENTRIES(c, of) print_entries(c, of, ARRAY_COUNT(of))

static void print_head(const struct cli *c)
{
    printf("'\\\" -*- coding: UTF-8 -*-\n.TH wxpc 1 \"\" \"wxpc %s\"\n", WXPC_VERSION);
    if (c->lang == LANG_ZH)
        fputs(".ad l\n", stdout);
    section(c, "名称", "NAME");
    printf("wxpc \\- %s\n",
           L(c->lang, "微信支付 V2（XML）接口的终端开发控制台",
             "terminal developer console for WeChat Pay's V2 (XML) merchant APIs"));
    section(c, "概要", "SYNOPSIS");
    fputs("\\fBwxpc\\fR [\\fB\\-\\-demo\\fR] [\\fB\\-\\-api\\fR \\fIAPI\\fR] [\\fB\\-p\\fR "
          "\\fINAME\\fR]\n.br\n\\fBwxpc\\fR \\fICOMMAND\\fR [\\fIAPI\\fR] [\\fIDOCUMENT\\fR] "
          "[\\fINAME\\fR=\\fIVALUE\\fR...] [\\fIOPTIONS\\fR]\n",
          stdout);
    section(c, "说明", "DESCRIPTION");
    say(c, "没有命令且在终端上时打开控制台。带命令时，数据写到标准输出，说明写到标准错误。",
        "Without a command, on a terminal, the console opens. With one, data goes to standard "
        "output and what is said to people to standard error.");
    fputs(".PP\n", stdout);
    say(c,
        "不含 = 的词先作为接口名查找，否则作为文档（文件，或 - 为标准输入）。文档的形式会被识别：XML、JSON "
        "对象、name=value 行、查询串。NAME=VALUE 覆盖文档，文档覆盖商户配置，商户配置覆盖目录的默认值；"
        "NAME=@FILE 取文件内容。",
        "A word without = is looked up as an API first and then taken as a document (a file, or - "
        "for standard input), whose form is detected: XML, a JSON object, name=value lines, a query "
        "string. NAME=VALUE overrides the document, that the profile, that the catalogue's default; "
        "NAME=@FILE is the file's content.");
    fputs(".PP\n", stdout);
    say(c, "密钥不会出现在命令行、日志、历史或输出中；拼接串中显示为 ****。",
        "A key never stands on a command line, in a log, in the history or in what is printed; "
        "joined texts show it as ****.");
}

int cmd_manual(struct cli *c)
{
    struct err err = {0};
    if (c->word_count > 0) {
        err_set(&err, ST_ARGUMENT, SAY("manual 不带参数", "", "去掉 %s"),
                SAY("manual takes no words", "", "drop %s"), c->words[0]);
        return cli_fail(c, &err);
    }
    print_head(c);
    print_commands(c);
    print_options(c);
    print_keys(c);
    section(c, "文件", "FILES");
    ENTRIES(c, files);
    section(c, "环境变量", "ENVIRONMENT");
    ENTRIES(c, environment);
    section(c, "退出状态", "EXIT STATUS");
    ENTRIES(c, statuses);
    section(c, "示例", "EXAMPLES");
    ENTRIES(c, examples);
    return EXIT_YES;
}
