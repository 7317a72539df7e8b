/* C: a module of its own, so that the host has no copy of metra before it asks for one. */
#include "language.h"

#include <dlfcn.h>
#include <stdio.h>

static void *module;
static const char *(*part)(const char *verb, uint64_t token);
static char line[LINE];

static const char *failed(void)
{
    snprintf(line, sizeof line, "error: %s", dlerror());
    return line;
}

static const char *start(const char *place)
{
    module = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return failed();
    *(void **)&part = dlsym(module, "play");
    return part == NULL ? failed() : "ok";
}

static const char *play(const char *verb, uint64_t token)
{
    return part(verb, token);
}

/* What metra would call must not be gone, so C takes its metrics with it. */
static const char *end(void)
{
    const char *left = part("leave", 0);
    if (left[0] == 'e')
        return left;
    return dlclose(module) == 0 ? "ok" : failed();
}

const language c_language = {"c", start, play, end};
