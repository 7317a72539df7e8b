/*
 * Stands in front of the C library (LD_PRELOAD) and tells metra of another machine, in which fewer processors were counted
 * than there are: METRA_TEST_PROCESSORS says how many. Without it, of a kernel that numbers processors only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#ifndef AT_RSEQ_FEATURE_SIZE
#define AT_RSEQ_FEATURE_SIZE 27
#endif

static const char *processors(void)
{
    return getenv("METRA_TEST_PROCESSORS");
}

/* The function of this name that this library hides. */
static long (*hidden_sysconf(void))(int)
{
    long (*function)(int) = NULL;
    *(void **)&function = dlsym(RTLD_NEXT, "sysconf");
    return function;
}

static unsigned long (*hidden_getauxval(void))(unsigned long)
{
    unsigned long (*function)(unsigned long) = NULL;
    *(void **)&function = dlsym(RTLD_NEXT, "getauxval");
    return function;
}

long sysconf(int name)
{
    return name == _SC_NPROCESSORS_CONF && processors() != NULL ? atol(processors()) : hidden_sysconf()(name);
}

unsigned long getauxval(unsigned long type)
{
    return type == AT_RSEQ_FEATURE_SIZE && processors() == NULL ? 0 : hidden_getauxval()(type);
}
