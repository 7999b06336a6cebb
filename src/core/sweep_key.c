/* SPDX-License-Identifier: MIT */
/* One edit: of a key, and what an edit is. */
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/sweep.h"
#include "core/sweep_state.h"
#include "core/text.h"

const char sweep_alphanumeric[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const char sweep_printable[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/* ---- Edits ---- */

uint64_t sweep_edit_count(size_t len, size_t alphabet)
{
    return len + (len > 0 ? len - 1 : 0) + len * alphabet + (len + 1) * alphabet;
}

bool sweep_edit(struct span in, uint64_t index, const char *alphabet, struct buf *out)
{
    size_t letters = strlen(alphabet), len = in.len;
    if (index < len) {
        buf_add(out, in.s, index);
        buf_add(out, in.s + index + 1, len - index - 1);
        return true;
    }
    index -= len;
    if (len > 0 && index < len - 1) {
        buf_add(out, in.s, index);
        buf_addc(out, in.s[index + 1]);
        buf_addc(out, in.s[index]);
        buf_add(out, in.s + index + 2, len - index - 2);
        return true;
    }
    index -= len > 0 ? len - 1 : 0;
    bool replace = index < len * letters;
    if (!replace)
        index -= len * letters;
    size_t place = index / letters;
    if (place >= len + !replace)
        return false;
    buf_add(out, in.s, place);
    buf_addc(out, alphabet[index % letters]);
    buf_add(out, in.s + place + replace, len - place - replace);
    return true;
}

/* What an edit did, without saying which characters: for keys. */
static struct bi edit_how(struct moves *m, size_t len, uint64_t index, size_t letters)
{
    const char *zh = "第 %zu 个字符不同", *en = "character %zu differs";
    size_t place = 0;
    if (index < len) {
        zh = "签名用的密钥少第 %zu 个字符", en = "the key used lacks character %zu";
        place = index;
    } else if (index < 2 * len - 1) {
        zh = "第 %zu 个字符与后一个互换", en = "character %zu and the next are exchanged";
        place = index - len;
    } else if (index < 2 * len - 1 + len * letters) {
        place = (index - (2 * len - 1)) / letters;
    } else {
        zh = "签名用的密钥在第 %zu 个字符前多一个字符",
        en = "the key used has one more character before character %zu";
        place = (index - (2 * len - 1) - len * letters) / letters;
    }
    struct bi how = {"", ""};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char line[200];
        const char *format = lang == LANG_ZH ? zh : en;
        const char *mark = strstr(format, "%zu");
        snprintf(line, sizeof line, "%.*s%zu%s", (int)(mark - format), format, place + 1, mark + 3);
        struct span made = arena_copy(&m->arena, line, strlen(line));
        if (made.s != NULL && lang == LANG_ZH)
            how.zh = made.s;
        else if (made.s != NULL)
            how.en = made.s;
    }
    return how;
}

/* ---- Keys with one edit ---- */

/* The moves that leave the key alone: those of the joined text. */
bool sweep_is_text_move(const struct move *m)
{
    return m->axis < AXIS_SUFFIX && !m->whole && m->axis != AXIS_TEXT;
}

/* Makes the text of the right recipe, or of the one after a move, and saves its state. */
bool sweep_begin_key(struct search *s, struct sweep *w)
{
    struct sweep_state *t = sweep_state_of(w);
    recipe_copy(&t->recipe, &s->subject.right);
    if (w->kind == SWEEP_KEY_TYPOS_MOVES) {
        uint16_t move = (uint16_t)w->outer;
        struct arena_mark mark = arena_mark(&s->scratch);
        bool good = sweep_is_text_move(&s->moves.items[move]) &&
                    search_apply(s, &move, 1, &t->recipe) && recipe_join(&t->recipe, &t->work);
        arena_cut(&s->scratch, mark);
        if (!good)
            return false;
    } else if (!recipe_join(&t->recipe, &t->work)) {
        return false;
    }
    recipe_open(&t->recipe, &t->work, &t->before);
    digest_add(&t->before, t->work.text, t->work.len);
    bool again = recipe_algorithm_is_hmac(t->recipe.algorithm); /* the key comes first */
    t->after = (struct span){t->work.text, again ? t->work.len : 0};
    return true;
}

static void found_key(struct search *s, struct sweep *w, struct span key)
{
    struct moves *m = &s->moves;
    struct move *one =
        moves_add(m, AXIS_KEY, "key-length",
                  edit_how(m, s->subject.right.key.len, w->inner, strlen(sweep_alphanumeric)));
    if (one == NULL)
        return;
    one->key = arena_copy(&m->arena, key.s, key.len);
    uint16_t moves[2] = {(uint16_t)w->outer, (uint16_t)(m->count - 1)};
    if (w->kind == SWEEP_KEY_TYPOS)
        search_record(s, moves + 1, 1);
    else
        search_record(s, moves, 2);
}

bool sweep_step_key(struct search *s, struct sweep *w)
{
    struct sweep_state *t = w->state;
    unsigned char digest[DIGEST_SIZE_MAX];
    struct digest_state state;
    buf_reset(&t->text);
    if (!sweep_edit(s->subject.right.key, w->inner, sweep_alphanumeric, &t->text))
        return false;
    struct recipe r = t->recipe;
    r.key = (struct span){buf_str(&t->text), t->text.len};
    if (recipe_algorithm_is_hmac(r.algorithm)) {
        recipe_forget_keys(&t->work); /* the bytes stand in the same place as the last ones */
        recipe_open(&r, &t->work, &state);
        digest_add(&state, t->work.text, t->work.len);
    } else {
        digest_fork(&state, &t->before);
    }
    size_t size = recipe_close(&r, &t->work, &state, digest);
    if (search_hits(s, digest, size))
        found_key(s, w, r.key);
    return true;
}
