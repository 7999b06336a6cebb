/* SPDX-License-Identifier: MIT */
/*
 * The program: sets the locale, makes sure that every way out gives the terminal back, and
 * lets the command line choose the wing.
 */
#include <fcntl.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/base.h"
#include "tui/keys_show.h"
#include "tui/screen.h"
#include "tui/term.h"

/* A standard stream that came closed would be the number of the next file or connection, and what
   is printed would go there. Opened the wrong way round, using it fails as it does when closed. */
static void hold_standard_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            die("/dev/null");
    }
}

/* A core file would hold the keys. */
static void leave_no_core(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* What one turn of the loop frees, the next asks for again: a hundred kilobytes for a burst of
   notifications, which the C library would give back to the system each time. */
static void keep_freed_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 512 << 10);
    mallopt(M_TOP_PAD, 128 << 10);
#endif
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    leave_no_core();
    keep_freed_memory();
    setlocale(LC_CTYPE, ""); /* only that: numbers are written the C way */
    die_hook(term_restore_now);
    return cli_run(argc, argv, &(struct cli_wing){.console = screen_run, .keys = keys_show_run});
}
