/* SPDX-License-Identifier: MIT */
/*
 * A program that we start (editor, clipboard tool, key command): it finds everything of our
 * environment but keys, and signals as a shell would give them: ours block what the loop reads.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/store.h"

/* The names of variables that hold keys. */
struct hidden {
    const struct store *store;
    char **names;
    size_t count;
};

static void hide(struct hidden *h, const struct key_ref *key)
{
    if (key->source != KEY_ENV || !key->name)
        return;
    h->names = mem_grow(h->names, h->count + 1, sizeof(*h->names));
    h->names[h->count++] = mem_strdup(key->name);
}

static void hide_profile(void *ctx, const char *name, const char *origin)
{
    struct hidden *h = ctx;
    struct profile p = {0};
    (void)origin;
    if (store_profile(h->store, name, true, &p, NULL))
        return;
    hide(h, &p.key);
    for (size_t i = 0; i < p.other_key_count; i++)
        hide(h, &p.other_keys[i].key);
    profile_clear(&p);
}

static bool is_hidden(const struct hidden *h, const char *entry)
{
    for (size_t i = 0; i < h->count; i++) {
        size_t len = strlen(h->names[i]);
        if (strncmp(entry, h->names[i], len) == 0 && entry[len] == '=')
            return true;
    }
    return false;
}

/* The array alone is to be freed. */
static char **environment(void)
{
    static char option[] = "WXPC_KEY";
    struct key_ref own = {.source = KEY_ENV, .name = option};
    struct hidden h = {0};
    struct store s;
    size_t count = 0, kept = 0;

    hide(&h, &own);
    if (!store_open(&s, NULL, NULL)) {
        h.store = &s;
        store_list(&s, "profiles", hide_profile, &h);
        store_close(&s);
    }
    while (environ && environ[count])
        count++;
    char **list = mem_alloc((count + 1) * sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        if (!is_hidden(&h, environ[i]))
            list[kept++] = environ[i];
    }
    for (size_t i = 0; i < h.count; i++)
        free(h.names[i]);
    free(h.names);
    return list;
}

int store_child_start(const struct store_child *c, pid_t *pid)
{
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t files;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawn_file_actions_init(&files);
    if (c->in < 0)
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    else
        posix_spawn_file_actions_adddup2(&files, c->in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, c->out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, c->err, STDERR_FILENO);
    char **env = environment();
    int number = posix_spawnp(pid, c->argv[0], &files, &attr, c->argv, env);
    free(env);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    return number;
}
