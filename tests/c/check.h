/*
 * Says what must hold in a test, and where it did not.
 *
 * A test program runs its behaviours with RUN and ends with `return check_result();`. A failed check is printed and
 * counted, and the behaviour goes on: metra takes NULL everywhere, so what follows fails too but does not crash.
 *
 * Not thread-safe: threads gather what they saw, and whoever joined them checks it.
 */
#ifndef CHECK_H
#define CHECK_H

#include <metra.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static int check_failures;
static int check_behaviours;
static int check_failed_behaviours;

static inline void check_that(int holds, const char *what, const char *file, int line)
{
    if (!holds) {
        check_failures++;
        printf("%s:%d: not so: %s\n", file, line, what);
    }
}

static inline void check_int(long long actual, long long expected, const char *what, const char *file, int line)
{
    if (actual != expected) {
        check_failures++;
        printf("%s:%d: %s is %lld instead of %lld\n", file, line, what, actual, expected);
    }
}

/* Equal, or both NaN. */
static inline void check_double(double actual, double expected, const char *what, const char *file, int line)
{
    if (actual != expected && !(isnan(actual) && isnan(expected))) {
        check_failures++;
        printf("%s:%d: %s is %.17g instead of %.17g\n", file, line, what, actual, expected);
    }
}

static inline void check_near(double actual, double expected, double part, const char *what, const char *file, int line)
{
    if (!(fabs(actual - expected) <= fabs(expected) * part)) {
        check_failures++;
        printf("%s:%d: %s is %.17g, too far from %.17g\n", file, line, what, actual, expected);
    }
}

static inline void check_text(const char *actual, const char *expected, const char *what, const char *file, int line)
{
    if (actual == NULL || strcmp(actual, expected) != 0) {
        check_failures++;
        printf("%s:%d: %s is '%s' instead of '%s'\n", file, line, what, actual == NULL ? "NULL" : actual, expected);
    }
}

static inline void check_contains(const char *text, const char *part, const char *what, const char *file, int line)
{
    if (text == NULL || strstr(text, part) == NULL) {
        check_failures++;
        printf("%s:%d: %s lacks '%s': %s\n", file, line, what, part, text == NULL ? "NULL" : text);
    }
}

static inline void check_status(int actual, int expected, const char *what, const char *file, int line)
{
    if (actual != expected) {
        check_failures++;
        printf("%s:%d: %s gave %s instead of %s", file, line, what, metra_status_name(actual),
               metra_status_name(expected));
        printf(actual == METRA_OK ? "\n" : " (%s)\n", metra_last_error());
    }
}

/* The condition holds. */
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
/* The whole number is the expected one. */
#define CHECK_INT(actual, expected) check_int((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
/* The double is the expected one to the last bit; NaN equals NaN. */
#define CHECK_DOUBLE(actual, expected) check_double((actual), (expected), #actual, __FILE__, __LINE__)
/* The double is off by at most this part of the expected one. */
#define CHECK_NEAR(actual, expected, part) check_near((actual), (expected), (part), #actual, __FILE__, __LINE__)
/* The text is the expected one. */
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), #actual, __FILE__, __LINE__)
/* The text has this part. */
#define CHECK_CONTAINS(text, part) check_contains((text), (part), #text, __FILE__, __LINE__)
/* The call gives this status. */
#define CHECK_STATUS(call, expected) check_status((int)(call), (int)(expected), #call, __FILE__, __LINE__)
/* The call succeeds. */
#define CHECK_OK(call) CHECK_STATUS(call, METRA_OK)
/* Runs one behaviour, a `void behaviour(void)`. */
#define RUN(behaviour) check_run((behaviour), #behaviour)

static inline void check_run(void (*behaviour)(void), const char *name)
{
    int before = check_failures;
    behaviour();
    check_behaviours++;
    check_failed_behaviours += check_failures > before;
    printf("%s %s\n", check_failures > before ? "FAILED" : "ok    ", name);
    fflush(stdout);
}

/* What main returns: 0 if all behaviours, and at least one, were as they should be. */
static inline int check_result(void)
{
    printf("%d behaviours, %d failed\n", check_behaviours, check_failed_behaviours);
    return check_behaviours > 0 && check_failed_behaviours == 0 ? 0 : 1;
}

#endif
