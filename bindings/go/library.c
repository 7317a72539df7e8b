#define _GNU_SOURCE
#include "library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *text_or_null)
{
    return text_or_null == NULL ? NULL : strdup(text_or_null);
}

static void *find(const char *soname, const char *path_or_null)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_NOLOAD);
    if (library == NULL)
        library = dlopen(path_or_null != NULL ? path_or_null : soname, RTLD_NOW | RTLD_LOCAL);
    return library;
}

metra_go_opened metra_go_open(const char *soname, const char *path_or_null)
{
    metra_go_opened opened = {NULL, NULL, NULL, NULL};
    const char *(*version)(void) = NULL;
    Dl_info place;

    opened.library = find(soname, path_or_null);
    void *symbol = opened.library == NULL ? NULL : dlsym(opened.library, "metra_version");
    if (symbol == NULL) {
        opened.failure = copy_of(dlerror());
        return opened;
    }
    memcpy(&version, &symbol, sizeof version);
    opened.version = copy_of(version());
    if (dladdr(symbol, &place) != 0)
        opened.path = copy_of(place.dli_fname);
    return opened;
}

const char *metra_go_take(void *library)
{
    for (const metra_go_symbol *symbol = metra_go_symbols; symbol->name != NULL; symbol++) {
        void *address = dlsym(library, symbol->name);
        if (address == NULL)
            return symbol->name;
        memcpy(symbol->function, &address, sizeof address);
    }
    return NULL;
}

void metra_go_close(void *library)
{
    if (library != NULL)
        dlclose(library);
}

metra_go_result metra_go_result_of(enum metra_status status)
{
    metra_go_result result = {status, NULL};
    if (status != METRA_OK)
        result.text = copy_of(metra_go_functions.metra_last_error());
    return result;
}
