/* SPDX-License-Identifier: MIT */
/*
 * Why an action has nothing to do at present: what the palette says beside it.
 */
#include <stdio.h>

#include "tui/life_view.h"
#include "tui/screen.h"

static bool is_running(struct screen *s)
{
    return s->w.exchange.state == EXCHANGE_RUNNING;
}

static bool has_no_reply(struct screen *s)
{
    return s->w.exchange.state != EXCHANGE_DONE;
}

static bool has_no_number(struct screen *s)
{
    return !life_view_number(&s->w);
}

static bool has_no_sandbox(struct screen *s)
{
    return s->w.started && !s->w.gateway;
}

static bool is_not_notify(struct screen *s)
{
    return s->focus != PLAN_NOTIFY;
}

static bool has_none_to_finish(struct screen *s)
{
    return !diagnosis_can_go_on(screen_view(s));
}

static bool always(struct screen *s)
{
    (void)s;
    return true;
}

static bool has_no_undo(struct screen *s)
{
    return workspace_draft(&s->w)->undo_at == 0;
}

static bool has_no_redo(struct screen *s)
{
    const struct draft *d = workspace_draft(&s->w);
    return d->undo_at == d->undo_count;
}

static bool has_no_problem(struct screen *s)
{
    return workspace_draft(&s->w)->findings.count == 0;
}

static bool has_no_word(struct screen *s)
{
    return s->word.len == 0;
}

static bool is_no_list(struct screen *s)
{
    return !s->pane[s->focus].ops->search;
}

static const struct {
    enum action action;
    bool (*holds)(struct screen *s);
    struct bi why;
} reasons[] = {
    {ACTION_SEND, is_running, {"上一次调用还在进行", "the previous call is under way"}},
    {ACTION_CALLS, has_no_reply, {"还没有应答，先发送", "no reply yet, send first"}},
    {ACTION_LIFE, has_no_number, {"没有单号", "there is no number"}},
    {ACTION_PAY, has_no_sandbox, {"内置沙箱没有运行", "the built-in sandbox is not up"}},
    {ACTION_REPLAY, is_not_notify, {"在历史 H 或窗格 6 里", "in the history (H) or pane 6"}},
    {ACTION_COMPARE, always, {"在历史 H 里标记两行", "in the history (H), two lines marked"}},
    {ACTION_THOROUGH,
     has_none_to_finish,
     {"在没试完的诊断 d 里", "in a diagnosis (d) that left something out"}},
    {ACTION_UNDO, has_no_undo, {"没有可撤销的", "nothing to undo"}},
    {ACTION_REDO, has_no_redo, {"没有可重做的", "nothing to redo"}},
    {ACTION_NEXT_PROBLEM, has_no_problem, {"表单没有问题", "the form has no problem"}},
    {ACTION_SEARCH, is_no_list, {"这个窗格不能查找", "this pane is not searched"}},
    {ACTION_SEARCH_NEXT, has_no_word, {"先用 / 查找", "search with / first"}},
    {ACTION_SEARCH_PREVIOUS, has_no_word, {"先用 / 查找", "search with / first"}},
};

bool screen_is_disabled(struct screen *s, enum action a, char *why, size_t size)
{
    const struct action_row *row = action_row(a);
    const struct err *build = &workspace_draft(&s->w)->build_err;
    enum lang l = s->w.settings.lang;

    why[0] = '\0';
    if (row->missing.zh)
        snprintf(why, size, "%s", bi_get(row->missing, l));
    for (size_t i = 0; i < ARRAY_COUNT(reasons) && !why[0]; i++) {
        if (reasons[i].action == a && reasons[i].holds(s))
            snprintf(why, size, "%s", bi_get(reasons[i].why, l));
    }
    if (!why[0] && a == ACTION_SEND && build->status && s->w.started)
        err_part(build, l, ERR_WHAT, why, size);
    return why[0] != '\0';
}
