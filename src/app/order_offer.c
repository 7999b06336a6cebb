/* SPDX-License-Identifier: MIT */
/* Only commands change: the step stays, since it may still come about in other ways. */
#include "app/order_offer.h"

#include <stdlib.h>
#include <string.h>

#include "core/request.h"
#include "io/holder.h"

#define COMMAND_MAX (64u << 10)
#define OPTION " --data "

static void drop(struct order_next *n)
{
    free(n->command);
    n->command = NULL;
}

/* The sandbox that the newest call of this life went to; "" if none. */
static const char *base_of(const struct order_life *o, const struct order_life_one *l)
{
    for (size_t i = o->event_count; i-- > 0;) {
        if (order_life_has(o, l, i) && o->events[i].base[0])
            return o->events[i].base;
    }
    return "";
}

static void add_data(struct order_next *n, const char *data)
{
    struct buf out;
    if (strstr(n->command, OPTION))
        return;
    buf_init(&out, COMMAND_MAX);
    buf_adds(&out, n->command);
    buf_adds(&out, OPTION);
    request_quote(&out, data);
    free(n->command);
    n->command = mem_strdup(buf_str(&out));
    buf_clear(&out);
}

static void offer(struct order_life_one *l, const char *base, const struct order_place *place)
{
    const char *port = strrchr(base, ':');
    bool up = port && holder_listens((unsigned)strtoul(port + 1, NULL, 10));
    bool inside = place->inside && strcmp(place->inside, base) == 0;
    for (size_t i = 0; i < l->next_count; i++) {
        struct order_next *n = &l->next[i];
        if (!n->command)
            continue;
        if (n->spec ? inside : !up)
            drop(n);
        else if (n->spec && place->data)
            add_data(n, place->data);
    }
}

void order_offer(struct order_life *o, const struct order_place *place)
{
    for (size_t i = 0; i < o->life_count; i++)
        offer(&o->lives[i], base_of(o, &o->lives[i]), place);
}
