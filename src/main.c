/* SPDX-License-Identifier: MIT */
/*
 * The program: sets the locale, makes sure that every way out gives the terminal back, and
 * lets the command line choose the wing.
 */
#include <locale.h>

#include "cli/cli.h"
#include "core/base.h"
#include "tui/screen.h"
#include "tui/term.h"

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); /* only that: numbers are written the C way */
    die_hook(term_restore_now);
    return cli_run(argc, argv, screen_run);
}
