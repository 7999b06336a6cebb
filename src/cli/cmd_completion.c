/* SPDX-License-Identifier: MIT */
/*
 * completion: a script for the shell, generated from the rows of commands and options.
 *
 * Words that only a run can know (APIs of the user's own, profiles) are asked of the program
 * when they are needed; the ids of the catalogue at hand stand in the script.
 */
#include "cli/cli.h"

#include <string.h>

#include "core/text.h"

/* The choices of an argument written "a|b|c"; false if it is a placeholder such as "FILE". */
static bool is_choice(const struct option_row *o)
{
    return o->argument && strchr(o->argument, '|') && strcmp(o->argument, "NAME|FILE|DIR") != 0;
}

static bool takes(const struct command *k, const struct option_row *o)
{
    return !o->groups || (o->groups & (k ? k->options : OPTIONS_CONSOLE));
}

static bool wants_api(const struct command *k)
{
    return strstr(k->usage, "API") != NULL;
}

/* What a completion of the first word of a command offers beside files: "|"-separated. */
static const char *first_words(const struct command *k)
{
    if (k->run == cmd_profile)
        return "list|show|add|edit|check|remove";
    if (k->run == cmd_completion)
        return "bash|zsh|fish";
    return NULL;
}

static void print_blanked(const char *choices)
{
    for (; *choices; choices++)
        putchar(*choices == '|' ? ' ' : *choices);
}

static void print_options(const struct command *k)
{
    size_t count;
    const struct option_row *o = cli_options(&count);
    for (size_t i = 0; i < count; i++) {
        if (!takes(k, &o[i]))
            continue;
        printf(" %s", o[i].name);
        if (o[i].short_name)
            printf(" %s", o[i].short_name);
    }
}

static void print_ids(const struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->count; i++)
        printf("%s%s", i ? " " : "", catalog_head(catalog, i)->id);
}

static void print_commands(void)
{
    size_t count;
    const struct command *k = cli_commands(&count);
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i ? " " : "", k[i].name);
}

/* ---- bash ---- */

static void bash_values(void)
{
    size_t count;
    const struct option_row *o = cli_options(&count);

    printf("    case $previous in\n");
    for (size_t i = 0; i < count; i++) {
        if (!o[i].argument)
            continue;
        printf("    %s%s%s)", o[i].name, o[i].short_name ? " | " : "",
               o[i].short_name ? o[i].short_name : "");
        if (is_choice(&o[i])) {
            printf(" COMPREPLY=($(compgen -W '");
            print_blanked(o[i].argument);
            printf("' -- \"$word\")) ;;\n");
        } else if (strcmp(o[i].argument, "API") == 0) {
            printf(" COMPREPLY=($(compgen -W \"$apis\" -- \"$word\")) ;;\n");
        } else if (strcmp(o[i].argument, "NAME") == 0) {
            printf(" COMPREPLY=($(compgen -W \"$(_wxpc_profiles)\" -- \"$word\")) ;;\n");
        } else if (strcmp(o[i].argument, "DIR") == 0) {
            printf(" compopt -o dirnames ;;\n");
        } else if (strstr(o[i].argument, "FILE")) {
            printf(" compopt -o default ;;\n");
        } else {
            printf(" ;;\n");
        }
    }
    printf("    *) return 1 ;;\n    esac\n");
}

static void bash_words(void)
{
    size_t count;
    const struct command *k = cli_commands(&count);

    printf("    case $command in\n");
    for (size_t i = 0; i < count; i++) {
        printf("    %s)\n        options='", k[i].name);
        print_options(&k[i]);
        printf("'\n");
        if (first_words(&k[i])) {
            printf("        words='");
            print_blanked(first_words(&k[i]));
            printf("'\n");
        }
        if (k[i].run == cmd_profile)
            printf("        words+=\" $(_wxpc_profiles)\"\n");
        if (wants_api(&k[i]))
            printf("        words=$apis\n");
        printf("        ;;\n");
    }
    printf("    '')\n        options='");
    print_options(NULL);
    printf("'\n        words='");
    print_commands();
    printf("'\n        ;;\n    esac\n");
}

static void print_bash(const struct catalog *catalog)
{
    printf("# bash completion for wxpc; put this into ~/.bashrc:\n"
           "#   source <(wxpc completion bash)\n\n"
           "_wxpc_profiles()\n{\n"
           "    wxpc profile list 2>/dev/null | sed 's/^[* ]*//; s/ .*//'\n}\n\n"
           "_wxpc_value()\n{\n"
           "    local previous=$1 word=$2 apis=$3\n");
    bash_values();
    printf("}\n\n_wxpc()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    local command='' options='' words='' apis='");
    print_ids(catalog);
    printf("' i\n    COMPREPLY=()\n"
           "    _wxpc_value \"$previous\" \"$word\" \"$apis\" && return\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n        ");
    size_t count;
    const struct command *k = cli_commands(&count);
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i ? " | " : "", k[i].name);
    printf(")\n            command=${COMP_WORDS[i]}\n            break\n            ;;\n"
           "        esac\n    done\n");
    bash_words();
    printf("    case $word in\n"
           "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
           "    *)\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "        [ -z \"$command\" ] || compopt -o default\n"
           "        ;;\n"
           "    esac\n}\n\n"
           "complete -F _wxpc wxpc\n");
}

/* ---- zsh ---- */

static void print_quoted(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            printf("'\\''");
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_action(const struct option_row *o)
{
    if (!o->argument)
        return;
    printf(":%s:", strchr(o->argument, '|') ? "value" : o->argument);
    if (is_choice(o)) {
        printf("(");
        print_blanked(o->argument);
        printf(")");
    } else if (strcmp(o->argument, "API") == 0) {
        printf("($apis)");
    } else if (strcmp(o->argument, "NAME") == 0) {
        printf("_wxpc_profiles");
    } else if (strcmp(o->argument, "DIR") == 0) {
        printf("_files -/");
    } else if (strstr(o->argument, "FILE")) {
        printf("_files");
    } else {
        printf(" ");
    }
}

static void zsh_options(const struct command *k, enum lang lang)
{
    size_t count;
    const struct option_row *o = cli_options(&count);
    for (size_t i = 0; i < count; i++) {
        if (!takes(k, &o[i]))
            continue;
        for (int s = 0; s < (o[i].short_name ? 2 : 1); s++) {
            printf(" \\\n            '%s%s[", o[i].type == OPTION_REPEAT ? "*" : "",
                   s ? o[i].short_name : o[i].name);
            print_quoted(bi_get(o[i].text, lang));
            printf("]");
            if (strcmp(o[i].argument ? o[i].argument : "", "API") == 0)
                printf(":API:'\"($apis)\"'"); /* expanded: single quotes would keep the name */
            else
                zsh_action(&o[i]);
            printf("'");
        }
    }
}

static void print_zsh(const struct catalog *catalog, enum lang lang)
{
    size_t count;
    const struct command *k = cli_commands(&count);

    printf("#compdef wxpc\n# zsh completion for wxpc; put this into ~/.zshrc, after compinit:\n"
           "#   source <(wxpc completion zsh)\n\n"
           "_wxpc_profiles()\n{\n"
           "    compadd -- ${(f)\"$(wxpc profile list 2>/dev/null | sed 's/^[* ]*//; s/ .*//')\"}\n"
           "}\n\n"
           "_wxpc()\n{\n    local curcontext=$curcontext state line apis='");
    print_ids(catalog);
    printf("'\n    local -a commands=(");
    for (size_t i = 0; i < count; i++) {
        printf("\n        '%s:", k[i].name);
        print_quoted(bi_get(k[i].text, lang));
        printf("'");
    }
    printf(")\n    local command=${words[(r)");
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i ? "|" : "(", k[i].name);
    printf(")]}\n    case $command in\n");
    for (size_t i = 0; i < count; i++) {
        printf("    %s)\n        _arguments -s", k[i].name);
        zsh_options(&k[i], lang);
        if (first_words(&k[i])) {
            printf(" \\\n            '2:word:(");
            print_blanked(first_words(&k[i]));
            printf(")'");
        }
        if (k[i].run == cmd_profile)
            printf(" \\\n            '*:profile:_wxpc_profiles'");
        else if (wants_api(&k[i]))
            printf(
                " \\\n            \"*:word: _alternative 'apis:API:($apis)' 'files:file:_files'\"");
        else
            printf(" \\\n            '*:file:_files'");
        printf("\n        ;;\n");
    }
    printf("    *)\n        _arguments -s");
    zsh_options(NULL, lang);
    printf(" \\\n            '1:command:{_describe command commands}'\n        ;;\n    esac\n}\n\n"
           "# Autoloaded from a folder of functions, the file is the function's first call.\n"
           "if [[ $funcstack[1] = _wxpc ]]; then\n    _wxpc \"$@\"\nelse\n"
           "    compdef _wxpc wxpc\nfi\n");
}

/* ---- fish ---- */

static void fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void fish_option(const struct option_row *o, enum lang lang)
{
    size_t count;
    const struct command *k = cli_commands(&count);

    printf("complete -c wxpc");
    if (o->groups) {
        printf(" -n '__fish_seen_subcommand_from");
        for (size_t i = 0; i < count; i++) {
            if (takes(&k[i], o))
                printf(" %s", k[i].name);
        }
        if (o->groups & OPTIONS_CONSOLE) {
            printf("; or not __fish_seen_subcommand_from ");
            print_commands();
        }
        printf("'");
    }
    if (o->short_name)
        printf(" -s %s", o->short_name + 1);
    printf(" -l %s", o->name + 2);
    if (o->argument)
        printf(strstr(o->argument, "FILE") || strcmp(o->argument, "DIR") == 0 ? " -r -F" : " -x");
    if (is_choice(o)) {
        printf(" -a '");
        print_blanked(o->argument);
        printf("'");
    } else if (o->argument && strcmp(o->argument, "API") == 0) {
        printf(" -a \"$wxpc_apis\"");
    } else if (o->argument && strcmp(o->argument, "NAME") == 0) {
        printf(" -a '(__wxpc_profiles)'");
    }
    printf(" -d ");
    fish_text(bi_get(o->text, lang));
    printf("\n");
}

static void print_fish(const struct catalog *catalog, enum lang lang)
{
    size_t count;
    const struct command *k = cli_commands(&count);

    printf("# fish completion for wxpc; put it into ~/.config/fish/completions/wxpc.fish:\n"
           "#   wxpc completion fish > ~/.config/fish/completions/wxpc.fish\n\n"
           "function __wxpc_profiles\n"
           "    wxpc profile list 2>/dev/null | sed 's/^[* ]*//; s/ .*//'\nend\n\n"
           "set -l wxpc_commands ");
    print_commands();
    printf("\nset -l wxpc_apis ");
    print_ids(catalog);
    printf("\n\n");
    for (size_t i = 0; i < count; i++) {
        printf(
            "complete -c wxpc -f -n \"not __fish_seen_subcommand_from $wxpc_commands\" -a %s -d ",
            k[i].name);
        fish_text(bi_get(k[i].text, lang));
        printf("\n");
        if (wants_api(&k[i]))
            printf("complete -c wxpc -n '__fish_seen_subcommand_from %s' -a \"$wxpc_apis\"\n",
                   k[i].name);
        if (first_words(&k[i])) {
            printf("complete -c wxpc -f -n '__fish_seen_subcommand_from %s' -a '", k[i].name);
            print_blanked(first_words(&k[i]));
            printf("'\n");
        }
        if (k[i].run == cmd_profile)
            printf("complete -c wxpc -f -n '__fish_seen_subcommand_from %s' -a "
                   "'(__wxpc_profiles)'\n",
                   k[i].name);
    }
    const struct option_row *o = cli_options(&count);
    for (size_t i = 0; i < count; i++)
        fish_option(&o[i], lang);
}

/* ---- The command ---- */

int cmd_completion(struct cli *c)
{
    const char *shell = c->word_count ? c->words[0] : "";
    struct workspace w = {0};
    struct err err = {0};
    bool bash = strcmp(shell, "bash") == 0, zsh = strcmp(shell, "zsh") == 0,
         fish = strcmp(shell, "fish") == 0;

    if ((!bash && !zsh && !fish) || c->word_count > 1) {
        err_set(&err, ST_ARGUMENT,
                SAY("没有这个 shell 的补全脚本", "", "给出 bash、zsh 或 fish 之一"),
                SAY("there is no completion script for that shell", "",
                    "give one of bash, zsh and fish"));
        return cli_fail(c, &err);
    }
    if (cli_open(c, MERCHANT_NONE, &w, &err))
        return cli_fail(c, &err);
    if (bash)
        print_bash(&w.catalog);
    else if (zsh)
        print_zsh(&w.catalog, c->lang);
    else
        print_fish(&w.catalog, c->lang);
    workspace_close(&w);
    return EXIT_YES;
}
