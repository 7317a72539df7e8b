package main

/*
#cgo CFLAGS: -I${SRCDIR}/../../../include
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <string.h>
#include <metra.h>

static void nothing(void) { __asm__ volatile(""); }

static __typeof__(&metra_counter_inc) inc;
static metra_counter *counter;

// As the binding calls the library: through the address that the dynamic linker gave.
static void add(void) { inc(counter, 1); }

static void *found(const char *name)
{
    void *library = dlopen("libmetra.so.0", RTLD_NOW | RTLD_NOLOAD);
    return library == NULL ? NULL : dlsym(library, name);
}

// Takes the counter "called" of the token's group; 0 if that fails.
static int take(uint64_t token)
{
    void *from = found("metra_group_from_token"), *make = found("metra_group_counter"), *adds = found("metra_counter_inc");
    __typeof__(&metra_group_from_token) from_token;
    __typeof__(&metra_group_counter) group_counter;
    metra_group *group = NULL;
    if (from == NULL || make == NULL || adds == NULL)
        return 0;
    memcpy(&from_token, &from, sizeof from);
    memcpy(&group_counter, &make, sizeof make);
    memcpy(&inc, &adds, sizeof adds);
    return from_token(token, &group) == METRA_OK && group_counter(group, "called", &counter) == METRA_OK;
}
*/
import "C"

// callNothing is what any call into C costs.
func callNothing(n int) {
	for i := 0; i < n; i++ {
		C.nothing()
	}
}

// callAdd is what a counter costs through C.
func callAdd(n int) {
	for i := 0; i < n; i++ {
		C.add()
	}
}

// takeCounter makes callAdd add to the counter "called" of the token's group.
func takeCounter(token uint64) {
	if C.take(C.uint64_t(token)) == 0 {
		fail("there is no counter for C")
	}
}
