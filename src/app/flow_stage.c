/* SPDX-License-Identifier: MIT */
#include "app/flow_stage.h"

#include <stdlib.h>
#include <string.h>

static void close_drafts(const struct workspace *w, struct draft *drafts)
{
    for (size_t i = 0; drafts && i < w->catalog.count; i++)
        draft_close(&drafts[i]);
    free(drafts);
}

static void listen(struct workspace *w)
{
    struct err err = {0};
    enum inbox_state state = inbox_state(w->inbox);
    if (w->started && state != INBOX_UP && state != INBOX_BINDING && workspace_listen(w, &err))
        workspace_complain(w, &err);
}

enum status flow_stage_open(struct workspace *w, struct flow_stage *s, struct err *err)
{
    enum status st = ST_OK;
    if (w->exchange.state == EXCHANGE_RUNNING)
        return err_set(err, ST_CONFLICT,
                       SAY("流程还不能开始", "上一次调用还在进行", "等应答到达，或按 Esc 取消"),
                       SAY("the flow cannot begin yet", "a call is under way",
                           "wait for its reply, or cancel it with Esc"));
    s->drafts = w->drafts;
    s->api = w->api;
    s->profile = mem_strdup(w->profile.name ? w->profile.name : "demo");
    w->drafts = mem_alloc(w->catalog.count * sizeof(*w->drafts));
    w->staged = true;
    if (!w->demo && !workspace_is_demo(w))
        st = workspace_profile(w, "demo", err);
    w->rev_draft++;
    if (st)
        flow_stage_close(w, s);
    else
        listen(w);
    return st;
}

/* The merchant may be another, and the listener may have come up meanwhile. */
void flow_stage_close(struct workspace *w, struct flow_stage *s)
{
    struct err err = {0};
    if (!s->drafts)
        return;
    close_drafts(w, w->drafts);
    w->drafts = s->drafts;
    w->api = s->api;
    w->staged = false;
    s->drafts = NULL;
    if (!w->profile.name || strcmp(w->profile.name, s->profile) != 0) {
        if (workspace_profile(w, s->profile, &err))
            workspace_complain(w, &err);
    } else {
        for (size_t i = 0; i < w->catalog.count; i++) {
            if (w->drafts[i].spec)
                draft_profile(&w->drafts[i], &w->profile, workspace_base(w));
        }
    }
    w->rev_draft++;
    flow_stage_drop(w, s);
}

void flow_stage_drop(const struct workspace *w, struct flow_stage *s)
{
    close_drafts(w, s->drafts);
    free(s->profile);
    *s = (struct flow_stage){0};
}
