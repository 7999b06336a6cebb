/* SPDX-License-Identifier: MIT */
/*
 * What a pane must be, and what it may ask of the screen.
 *
 * A view draws const state onto a surface and returns. It takes actions and, in EDIT, text;
 * it calls the verbs of the workspace; it does no I/O, waits for nothing and calls no other
 * view. What concerns more than itself it asks of its host (the screen): a menu, a
 * question, the pager, the editor, the clipboard, the focus.
 *
 * An overlay is allocated with view_new(), given data by its maker, and belongs to the
 * screen once host->overlay() has it: the screen calls open() (if data must be made), later
 * finish() and close(), and frees it. Its frame is drawn by the screen, as a pane's is.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "app/action.h"
#include "app/workspace.h"
#include "core/buf.h"
#include "tui/keys.h"
#include "tui/surface.h"

struct view;

/* ---- The host ---- */

/* One line of a menu: label, other, note, and at the right edge the key. Where it is narrow other
   and note are cut first; the help line has what is cut of the selected one. */
struct menu_item {
    char label[128];
    char other[128]; /* a further name: in the other language, or in words */
    char note[192];  /* greyed: what it is, the command that does it, why it is disabled */
    char key[64];    /* the keys that do the same */
    bool disabled;   /* shown, not chosen */
    char why[160];   /* why it is disabled, behind the note; "": the note says it */
    char also[128];  /* found by the filter, not shown: the name in the other language */
};

struct menu {
    struct bi title;
    struct menu_item *items; /* allocated; moved to the host */
    size_t count;
    size_t selected;
    bool filter;                             /* typing narrows the list */
    void (*chosen)(void *ctx, size_t index); /* after the menu has gone */
    /* Enter where the filter leaves nothing: what was typed, after the menu has gone; NULL: none */
    void (*typed)(void *ctx, const char *text);
    void (*moved)(void *ctx, size_t index); /* the selection moved: a preview; NULL: nobody asks */
    void (*left)(void *ctx);                /* left with Esc: undo the preview; NULL */
    void *ctx;
};

struct prompt {
    struct bi title;
    struct bi label;     /* what to type */
    struct bi help;      /* more about it, below; NULL texts: none */
    const char *initial; /* NULL: empty */
    size_t max;          /* bytes */
    bool secret;         /* no echo */
    /* Is what was typed what is wanted? Else it says why, and the prompt stays. NULL: anything is
     */
    bool (*check)(void *ctx, const char *text, struct err *err);
    void (*done)(void *ctx, const char *text); /* not called when it is left with Esc */
    void *ctx;
};

struct question {
    struct bi title;
    struct err text;       /* what is asked, WHAT / WHY / FIX as lines */
    const char *type_this; /* a word that must be typed to say yes (an amount); NULL: Enter or y */
    bool danger;           /* production, removing: drawn as such; "no" is preselected */
    void (*yes)(void *ctx);
    void (*save)(void *ctx); /* Ctrl-S: saves what would be lost instead; NULL: nothing is saved */
    void *ctx;
};

struct pager_text {
    struct bi title;
    struct buf text; /* moved; raw bytes are fine: the pager makes them visible */
    bool raw;        /* offers a hexadecimal form */
};

struct keymap;

/* The screen's services. All open things over the panes; the callbacks come later. */
struct view_host {
    void *ctx;
    const struct keymap *keymap; /* the keys in force; NULL: the default ones */
    void (*menu)(void *ctx, struct menu *m);
    void (*prompt)(void *ctx, const struct prompt *p);
    void (*ask)(void *ctx, const struct question *q);
    void (*pager)(void *ctx, struct pager_text *t);
    void (*overlay)(void *ctx, struct view *v); /* a view of its own over the panes; moved */
    /* Runs $EDITOR on `text`; `done` gets what was saved. */
    void (*editor)(void *ctx, const char *text, size_t len, const char *suffix,
                   void (*done)(void *done_ctx, const char *text, size_t len), void *done_ctx);
    void (*copy)(void *ctx, struct bi what, const char *text, size_t len);
    void (*focus)(void *ctx, enum plan_pane pane);
    void (*edit)(void *ctx, bool on);      /* enter or leave EDIT in the focused view */
    void (*act)(void *ctx, enum action a); /* as if its key had been pressed */
};

/* ---- The view ---- */

/* What became of an action or a key. */
enum view_answer {
    VIEW_IGNORED, /* not mine: the screen may use it */
    VIEW_HANDLED, /* done; redraw */
    VIEW_CLOSE,   /* overlays: close me */
};

/* One hint of the last line: a key and what it does here. */
struct view_hint {
    enum action action; /* its first key is shown; ACTION_BACK: the way out, last in the line */
    struct bi title;    /* what it does here; NULL texts: the action's own title */
    const char *key;    /* for keys that call no action ("y"); NULL: the action's */
};

/* What stands in the frame around a view. */
struct view_frame {
    char title[128]; /* left: "unifiedorder 统一下单" (the screen puts the number in front) */
    char state[64];  /* right: "FAIL", "! 1", "MD5", "" */
    unsigned state_style; /* a theme role; 0: title */
    char foot[48];        /* "5/20", "" */
};

struct view_ops {
    const char *name; /* "apis", … for tests */
    void (*open)(struct view *v);
    void (*close)(struct view *v);
    void (*frame)(struct view *v, struct view_frame *out);
    void (*draw)(struct view *v, struct surface *s);
    enum view_answer (*action)(struct view *v, enum action a);
    /* EDIT (and overlays that take text): a key that is no bound action there, or a paste. */
    enum view_answer (*input)(struct view *v, const struct keys_event *e);
    /* The help line for what is focused: field help, or the finding; "" for none. NULL: none. */
    void (*help)(struct view *v, struct buf *out, bool *is_error);
    /* F1: the long help for what is focused, as text for the pager. NULL: none. */
    void (*explain)(struct view *v, struct pager_text *out);
    /* v, F3: the whole text of this pane. NULL: none. */
    void (*full)(struct view *v, struct pager_text *out);
    /* The search word changed ("" ends it), or next/previous match is wanted (step +1, -1, 0).
       Returns whether there is a match. NULL: this pane is not searched. */
    bool (*search)(struct view *v, const char *word, int step);
    struct bi search_terms; /* what can be typed, said while nothing is; NULL texts: a word */
    /* Does what it shows change with the time? Asked while it is on the screen; it is drawn each
       second then. NULL: never. */
    bool (*ticks)(struct view *v);
    /* Actions worth a place in the hints while this view has the focus, ACTION_NONE-terminated. */
    const enum action *hints;
    const enum action *edit_hints;
    /* The same where keys or words depend on what is focused; ended by a zero row. NULL: the lists
       above hold. */
    const struct view_hint *(*hint)(struct view *v);
    bool wants_text; /* an overlay that takes letters as text, as in EDIT */
    bool popup;      /* a menu, prompt or question: nothing else opens over it */
    bool own_keys;   /* the letters it takes are keys of its own: not called EDIT */
    /* Overlays only. The size wanted inside the frame: in, what there is; out, what is asked for.
       NULL: all there is. */
    void (*size)(struct view *v, int *rows, int *cols);
    /* Overlays only. Rows that its help may need at that width, so that none is cut. NULL: one. */
    int (*help_rows)(struct view *v, int cols);
    /* Overlays only, after VIEW_CLOSE or Esc: called once it is off the screen and before close(),
       so that it can deliver its result and what it calls can open the next one. NULL: nothing. */
    void (*finish)(struct view *v);
    /* Overlays only. Would something be lost if the program ended now? Then WHAT of `what` says so,
       and FIX what Ctrl-S does about it, "" if the view saves nothing. NULL: never. */
    bool (*unsaved)(struct view *v, struct err *what);
};

struct view {
    const struct view_ops *ops;
    struct workspace *w;
    const struct view_host *host;
    void *data; /* the view's own, made by open(), freed by close() */
    bool focus; /* set by the screen before drawing */
    bool edit;  /* EDIT mode in this view */
    bool wrap;  /* long lines are wrapped */
    int head;   /* cells of its frame's upper edge for title and state; set before frame(); 0: no
                   limit */
};

/* A view on the heap, for host->overlay(). */
static inline struct view *view_new(const struct view_ops *ops, struct workspace *w,
                                    const struct view_host *host)
{
    struct view *v = mem_alloc(sizeof(*v));
    v->ops = ops;
    v->w = w;
    v->host = host;
    v->wrap = true;
    return v;
}

static inline enum lang view_lang(const struct view *v)
{
    return v->w->settings.lang;
}

/* The panes, by number on the screen (enum plan_pane). Each is defined in its view_*.c. */
extern const struct view_ops view_apis, view_request, view_signature, view_xml, view_reply,
    view_notify;
/* Puts the form's cursor on the field of that name, or on the one that holds it ("scene_info" for
   "scene_info.h5_info.type"). False if the form does not show it. */
bool view_request_show(struct view *v, const char *field);

/* Of view_notify: selects the notification of that number and stays on it, whatever arrives, until
   somebody moves; 0: the newest. */
void view_notify_show(struct view *v, int64_t id);

/* Overlays. */
extern const struct view_ops view_profiles, view_help, view_qr, view_history;

#endif
