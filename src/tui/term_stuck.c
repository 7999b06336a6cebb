/* SPDX-License-Identifier: MIT */
/*
 * A terminal that does not read.
 *
 * The loop takes signals from a descriptor, so they are blocked; while a write waits for a hung
 * emulator the loop does not run and nobody would obey SIGTERM. Around such a write a timer looks
 * once a second whether one of those signals is waiting, and if so ends the program by it.
 */
#include "tui/term.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#define LOOK_EVERY 1 /* seconds */

static const int endings[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static int out_fd = -1;

/* Gives back what can be given without waiting. */
static void end_by(int sig)
{
    int flags = fcntl(out_fd, F_GETFL);

    fcntl(out_fd, F_SETFL, flags | O_NONBLOCK);
    term_restore_now();
    fcntl(out_fd, F_SETFL, flags); /* they belong to the shell's descriptor too */
    _exit(128 + sig);
}

static void look(int sig)
{
    sigset_t waiting;

    (void)sig;
    if (sigpending(&waiting) != 0)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
        if (sigismember(&waiting, endings[i]) == 1)
            end_by(endings[i]);
}

void term_watch(struct term *t)
{
    struct sigaction act = {.sa_handler = look, .sa_flags = SA_RESTART};
    struct itimerval every = {{.tv_sec = LOOK_EVERY}, {.tv_sec = LOOK_EVERY}};

    if (out_fd < 0) {
        sigemptyset(&act.sa_mask);
        sigaction(SIGALRM, &act, NULL);
    }
    out_fd = term_out(t);
    setitimer(ITIMER_REAL, &every, NULL);
}

void term_unwatch(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}
