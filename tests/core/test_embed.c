/* SPDX-License-Identifier: MIT */
/*
 * The embedded table against the files that it was made from: each byte of each file,
 * and no file forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/embed.h"

static const struct {
    const char *folder;
    const char *path; /* below the source tree */
} places[] = {
    {"apis", "src/apis"}, {"events", "src/events"}, {"flows", "src/flows"},
    {"themes", "themes"}, {"profiles", "profiles"}, {"schema", "src/*"},
};

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const struct embed_file *find(const char *folder, const char *name)
{
    size_t count = 0;
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(files[i].folder, folder) && !strcmp(files[i].name, name))
            return &files[i];
    return NULL;
}

static void assert_same_bytes(const struct embed_file *f, const char *path)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = malloc(f->len + 2);
    assert_non_null(text);
    size_t len = fread(text, 1, f->len + 2, in);
    fclose(in);
    assert_int_equal(len, f->len);
    assert_memory_equal(text, f->text, len);
    assert_int_equal(f->text[len], 0);
    free(text);
}

static size_t check_place(size_t i)
{
    char pattern[1024];
    bool schema = !strcmp(places[i].folder, "schema");
    snprintf(pattern, sizeof pattern, "%s/%s/*%s.json", SOURCE_DIR, places[i].path,
             schema ? ".schema" : "");
    glob_t g;
    size_t seen = 0;
    if (glob(pattern, 0, NULL, &g) != 0)
        return 0;
    for (size_t k = 0; k < g.gl_pathc; k++) {
        const char *name = file_name(g.gl_pathv[k]);
        if (!schema && strstr(name, ".schema."))
            continue;
        const struct embed_file *f = find(places[i].folder, name);
        if (!f)
            fail_msg("%s is not embedded", g.gl_pathv[k]);
        assert_same_bytes(f, g.gl_pathv[k]);
        seen++;
    }
    globfree(&g);
    return seen;
}

static void table_holds_exactly_the_files_of_the_tree(void **state)
{
    (void)state;
    size_t seen = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        seen += check_place(i);
    size_t count = 0;
    assert_non_null(embed_files(&count));
    assert_int_equal(count, seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_holds_exactly_the_files_of_the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
