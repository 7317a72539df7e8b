/*
 * The way that updates take: the best that kernel and C library have. With an argument, the way that it must be here.
 */
#include "check.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#include <stddef.h>
#include <sys/auxv.h>

/* Since glibc 2.35; the areas of threads, if any are registered. */
extern const unsigned int __rseq_size __attribute__((weak));

enum { AT_RSEQ_FEATURE_SIZE_NUMBER = 27, WITH_MM_CID = 28 };

static const char *expected(void)
{
    if (&__rseq_size == NULL || __rseq_size == 0)
        return "portable";
    return getauxval(AT_RSEQ_FEATURE_SIZE_NUMBER) >= WITH_MM_CID ? "rseq mm_cid" : "rseq cpu_id";
}
#else
static const char *expected(void)
{
    return "portable";
}
#endif

static const char *demanded;

static void hot_path__is_the_best_there_is(void)
{
    CHECK_TEXT(metra_hot_path(), expected());
}

static void hot_path__is_the_one_that_was_demanded(void)
{
    CHECK_TEXT(metra_hot_path(), demanded);
}

int main(int argc, char **argv)
{
    printf("the hot path is: %s\n", metra_hot_path());
    RUN(hot_path__is_the_best_there_is);
    if (argc == 2) {
        demanded = argv[1];
        RUN(hot_path__is_the_one_that_was_demanded);
    }
    return check_result();
}
