#define _GNU_SOURCE
#include "library.h"
#include "names.h"

#include <dlfcn.h>
#include <stdio.h>

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define SONAME "libmetra.so." TEXT(METRA_VERSION_MAJOR)
#define WANTED TEXT(METRA_VERSION_MAJOR) "." TEXT(METRA_VERSION_MINOR) "." TEXT(METRA_VERSION_PATCH)

struct metra_library metra;

/* Raises metra.LibraryError. */
static void refuse(const char *format, const char *first, const char *second)
{
    PyErr_Format(names.library_error, format, first, second);
}

static void *open_file(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) refuse("metra " WANTED " is wanted and cannot be loaded: %s%s", dlerror(), "");
    return library;
}

static void *open_first(const char *configured_or_null, const char *own_or_null)
{
    void *loaded = dlopen(SONAME, RTLD_NOW | RTLD_NOLOAD);
    if (loaded != NULL) return loaded;
    if (configured_or_null != NULL) return open_file(configured_or_null);
    if (own_or_null != NULL) return open_file(own_or_null);
    refuse("metra " WANTED " is wanted, and this package carries none: set METRA_LIBRARY to the path of " SONAME "%s%s",
           "", "");
    return NULL;
}

/* Versions of one major part fit each other, and below 1 those of one minor part, if the library is no older than what this
   was compiled for. */
static bool fits(const char *version)
{
    int major, minor, patch;
    if (sscanf(version, "%d.%d.%d", &major, &minor, &patch) != 3 || major != METRA_VERSION_MAJOR) return false;
    if (minor == METRA_VERSION_MINOR) return patch >= METRA_VERSION_PATCH;
    return major > 0 && minor > METRA_VERSION_MINOR;
}

static bool check_version(void *library, const char *path)
{
    const char *(*version)(void) = (const char *(*)(void))dlsym(library, "metra_version");
    if (version == NULL)
        refuse("%s is no metra, and metra " WANTED " is wanted%s", path, "");
    else if (!fits(version()))
        refuse("%s is metra %s, and metra " WANTED " is wanted", path, version());
    return version != NULL && fits(version());
}

static bool find(void *library, const char *path, const char *name, void *function)
{
    *(void **)function = dlsym(library, name);
    if (*(void **)function != NULL) return true;
    refuse("%s has no %s, and metra " WANTED " is wanted", path, name);
    return false;
}

static bool find_all(void *library, const char *path)
{
#define METRA_FIND(name) &&find(library, path, "metra_" #name, &metra.name)
    return true METRA_FUNCTIONS(METRA_FIND);
#undef METRA_FIND
}

/* The file that a library was loaded from. */
static const char *path_of(void *library)
{
    Dl_info info;
    void *function = dlsym(library, "metra_version");
    return function != NULL && dladdr(function, &info) != 0 ? info.dli_fname : SONAME;
}

PyObject *library_load(PyObject *module, PyObject *args)
{
    (void)module;
    const char *configured, *own;
    if (!PyArg_ParseTuple(args, "zz:load", &configured, &own)) return NULL;
    void *library = open_first(configured, own);
    if (library == NULL) return NULL;
    const char *path = path_of(library);
    if (!check_version(library, path) || !find_all(library, path)) return NULL;
    return PyUnicode_DecodeFSDefault(path);
}
