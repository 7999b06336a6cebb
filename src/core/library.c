/* SPDX-License-Identifier: MIT */
/*
 * dlopen() for the doors. Symbols are bound as they are called and stay out of the way of the
 * program's own.
 */
#include "core/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static enum status say(const char *soname, struct err *err)
{
    const char *reason = dlerror();
    return err_set(err, ST_UNSUPPORTED,
                   SAY("不能载入 %s", "%s", "安装这个库（./run 会安装所缺的）"),
                   SAY("%s cannot be loaded", "%s", "install it (./run installs what is missing)"),
                   soname, reason ? reason : "");
}

enum status library_load(const char *soname, const char *const *names, size_t count, void *table,
                         struct err *err)
{
    void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return say(soname, err);
    void **found = mem_grow(NULL, count ? count : 1, sizeof(*found));
    enum status st = ST_OK;
    for (size_t i = 0; !st && i < count; i++) {
        found[i] = dlsym(library, names[i]);
        if (!found[i])
            st = say(soname, err);
    }
    if (!st)
        memcpy(table, found, count * sizeof(*found));
    free(found);
    return st;
}
