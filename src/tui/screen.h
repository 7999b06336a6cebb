/* SPDX-License-Identifier: MIT */
/*
 * The console: panes, focus, modes, the stack of overlays, and who gets a key.
 *
 * Works on an in-memory grid; a terminal is added by screen_run() alone, so that tests feed
 * bytes and read cells. The screen knows panes and overlays as views only; what they do is
 * theirs. Order of a key: a search being typed, the key map, the focused view, the screen's own
 * verbs; what nobody takes is answered with a sentence, because a silent key is a bug.
 *
 * screen.c: life, focus, overlays, keys. screen_act.c: the screen's own verbs. screen_host.c:
 * what views ask of it. screen_draw.c, screen_head.c, screen_foot.c: the frame of the console.
 * screen_tour.c: a demonstration flow under way. screen_reason.c: why an action does nothing now.
 * screen_quit.c: saving the form, and leaving.
 * screen_run.c: the terminal, the loop, the signals.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "app/flow_run.h"
#include "app/flow_stage.h"
#include "app/workspace.h"
#include "core/next.h"
#include "tui/diagnosis.h"
#include "tui/edit.h"
#include "tui/keymap.h"
#include "tui/keys.h"
#include "tui/layout.h"
#include "tui/surface.h"
#include "tui/term.h"
#include "tui/theme.h"
#include "tui/view.h"

#define SCREEN_OVERLAYS_MAX 16
#define SCREEN_WORD_MAX 64 /* bytes of a search word */
#define SCREEN_LIMITS 2    /* of the history: rows and MiB */
#define SCREEN_REVS 8
#define SCREEN_REV_EXCHANGE 5 /* index of the exchange's */
#define SCREEN_REV_FORM 6     /* and of the form's */
#define SCREEN_REV_LOG 2      /* of what moves by itself: the sandbox's log */
#define SCREEN_REV_INBOX 7    /* and what arrives */

/* A text in the user's editor: the file that holds it, and who gets it back. */
struct screen_editor {
    pid_t pid; /* 0: none */
    char *path;
    void (*done)(void *ctx, const char *text, size_t len);
    void *ctx;
};

/* A demonstration flow under way in the console. */
struct tour {
    bool on;
    struct flow_run run;
    struct flow_stage stage; /* the user's forms */
    size_t told;             /* number of the step that is told; 0: what the flow is about */
    int pace_ms;             /* a step after so long; 0: by keys */
    unsigned timer;
    int top;           /* first row of the text that is shown */
    int rows;          /* of the text that are shown, as drawn last */
    int all;           /* rows of the whole text, as drawn last */
    bool looks;        /* the focused pane is what the step is about */
    bool has_searched; /* its field is marked there */
    size_t overlays;   /* that the step has opened itself; one above has the keys */
};

/* Fields are for screen_*.c and tests. */
struct screen {
    struct workspace w;
    struct view_host host;
    struct view pane[PLAN_PANES];
    struct view *over[SCREEN_OVERLAYS_MAX]; /* the last one is on top */
    size_t over_count;
    struct keymap keymap;
    struct theme theme;
    struct grid *grid;
    struct term *term; /* NULL: no terminal (tests) */
    struct keys keys;
    struct plan plan; /* of the last draw */
    int cols, rows;
    enum plan_pane focus;
    enum plan_pane tab; /* which of signature, XML and response B shows */
    bool edit;          /* EDIT in the focused pane */
    bool zoom;
    int wider[PLAN_PANES];
    bool searching; /* the search word is being typed */
    struct edit word;
    bool quit;
    int status;                  /* exit status */
    bool stale;                  /* something may have changed: draw */
    unsigned seen_message;       /* rev of the message that a key has put away */
    unsigned drawn[SCREEN_REVS]; /* revs at the last draw */
    enum action *palette;        /* actions of the open palette's rows */
    size_t palette_count;        /* of them; the APIs follow, then the flows */
    char flow_asked[128];        /* the flow that an open question is about */
    int flow_asked_pace_ms;
    char **flow_names; /* of the open palette or menu of flows */
    size_t flow_count;
    struct tour tour;
    char **theme_names; /* of the open theme menu */
    size_t theme_count;
    struct theme theme_before; /* while themes are tried */
    size_t saving;             /* the form whose file is asked for, by index of its API */
    struct buf spill;          /* text that did not fit through the clipboard */
    struct screen_editor editor;
    int64_t limit[SCREEN_LIMITS]; /* of the history, while they are asked for */
    size_t limit_at;              /* the one asked for now */
    struct next_calls calls;      /* of the open menu of `o` */
    struct diagnosis_asker asker; /* of the prompt of d */
    unsigned key_timer, second_timer, paint_timer;
    long long painted_ms; /* loop clock of the last paint */
};

/* Opens the workspace and the panes on a grid of that size; opens no socket and no terminal. */
enum status screen_new(const struct workspace_options *o, int cols, int rows, struct screen **out,
                       struct err *err);
void screen_free(struct screen *s);

/* Bytes from the keyboard at `now` (ms), as keys_feed() takes them. */
void screen_feed(struct screen *s, const char *bytes, size_t len, long long now);
void screen_event(struct screen *s, const struct keys_event *e);

/* Another size. */
void screen_resize(struct screen *s, int cols, int rows);

/* Has something changed since the last draw? */
bool screen_is_stale(const struct screen *s);

/* Has nothing changed but what arrives by itself, which can wait for the next frame? */
bool screen_can_wait(const struct screen *s);

/* The revision counters that a draw depends on. */
void screen_revs(const struct screen *s, unsigned out[SCREEN_REVS]);

/* Draws everything into the grid. */
void screen_draw(struct screen *s);

/*
 * The whole program: opens the console on the terminal of standard input and output, paints, opens
 * the sockets, runs until the user quits. Returns the exit status; what fails before the screen is
 * up is one line on standard error (2: not possible here, 3: input/output).
 */
int screen_run(const struct workspace_options *o);

/* ---- Between the screen's files ---- */

/* The overlay on top, or the focused pane. */
struct view *screen_view(struct screen *s);

/* Are letters text there? */
bool screen_takes_text(struct screen *s);

/* Does what an action means now: overlay, pane, then the screen's own verbs. */
void screen_act(struct screen *s, enum action a);

/* The screen's own verbs; false when it has none for this action. */
bool screen_verb(struct screen *s, enum action a);

void screen_focus(struct screen *s, enum plan_pane pane);
void screen_push(struct screen *s, struct view *v);  /* moved */
void screen_close(struct screen *s, struct view *v); /* an overlay: finish, close, free */

/* Is an action without use at present? The sentence says why; "" when it is not known. */
bool screen_is_disabled(struct screen *s, enum action a, char *why, size_t size);

void screen_host(struct screen *s);       /* fills s->host */
void screen_copy_menu(struct screen *s);  /* y */
void screen_calls_menu(struct screen *s); /* o */
void screen_theme_menu(struct screen *s); /* T */
void screen_load_theme(struct screen *s); /* the one of settings or profile */
void screen_editor_open(void *ctx, const char *text, size_t len, const char *suffix,
                        void (*done)(void *done_ctx, const char *text, size_t len), void *done_ctx);
void screen_editor_done(struct screen *s, int how); /* the editor has ended; `how`: of waitpid() */
void screen_editor_end(struct screen *s); /* the console ends: so does the editor, if one is open */

/* ---- Demonstration flows: screen_tour.c ---- */

/* Begins the flow of that name. What is wrong is said, and nothing has begun. */
void screen_tour_start(struct screen *s, const char *name, int pace_ms);

/* Likewise, but a merchant in production is not left without a question. */
void screen_tour_ask(struct screen *s, const char *name, int pace_ms);
void screen_tour_menu(struct screen *s); /* the flows to choose from */

/* "flow NAME [PACE]", as typed in the palette, PACE in seconds ("3", "3s"). */
void screen_tour_command(void *ctx, const char *text);

/* Appends the flows, with `before` before each name, to a menu of which `*count` items are there;
   their names are s->flow_names. */
void screen_tour_list(struct screen *s, const char *before, struct menu_item **items,
                      size_t *count);

/* While a flow is under way: is the key its own? */
bool screen_tour_key(struct screen *s, struct key key);
void screen_tour_leave(struct screen *s);

/* Ends without bringing anything back: the program ends. */
void screen_tour_drop(struct screen *s);

int screen_tour_rows(const struct screen *s); /* wanted for the strip; 0: no flow is under way */
void screen_tour_draw(struct screen *s, struct surface *strip);
const struct view_hint *screen_tour_hints(const struct screen *s);

void screen_search_start(struct screen *s);
void screen_search_key(struct screen *s, struct key key);
void screen_search_paste(struct screen *s, const struct keys_event *e); /* says what was cut */

/* Asks for a file and saves the form to it; from then on it counts as unchanged. */
void screen_save(struct screen *s);

/* Ends the program; asks first where something would be lost, naming it. */
void screen_quit(struct screen *s);
void screen_search_step(struct screen *s, int step);

/* ---- Parts of the frame: screen_head.c, screen_foot.c ---- */

bool screen_is_production(const struct screen *s); /* never under --demo: nothing goes there */
bool screen_is_sandbox(const struct screen *s);    /* the built-in one */
const char *screen_pane_name(const struct screen *s, enum plan_pane p); /* short enough for tabs */
void screen_view_frame(struct view *v, struct view_frame *out);         /* zeroed if it has none */
void screen_draw_header(struct screen *s, struct surface *line);
void screen_draw_live(struct screen *s, struct surface *area);
void screen_draw_help(struct screen *s, struct surface *area);
void screen_draw_status(struct screen *s, struct surface *line);
void screen_draw_hints(struct screen *s, struct surface *line);

#endif
