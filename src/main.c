/* SPDX-License-Identifier: MIT */
/*
 * The program: sets the locale, makes sure that every way out gives the terminal back, and
 * chooses the wing.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "tui/screen.h"
#include "tui/term.h"

int main(int argc, char **argv)
{
    struct workspace_options o = {0};

    setlocale(LC_ALL, "");
    die_hook(term_restore_now);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--demo") == 0)
            o.demo = true;
        else if (strcmp(argv[i], "--api") == 0 && i + 1 < argc)
            o.api = argv[++i];
        else if (strcmp(argv[i], "-p") == 0 && i + 1 < argc)
            o.profile = argv[++i];
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            o.has_lang = lang_read(argv[++i], &o.lang);
    }
    return screen_run(&o);
}
