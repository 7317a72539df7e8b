#include "failure.h"
#include "handle.h"

JNIEXPORT jlong JNICALL Java_metra_Clock_make(JNIEnv *env, jclass class) {
    (void)class;
    metra_clock *clock = NULL;
    failure_check(env, metra_clock_new(&clock));
    return to_java(clock);
}

JNIEXPORT void JNICALL Java_metra_Clock_advance(JNIEnv *env, jclass class, jlong clock, jlong ms) {
    (void)class;
    failure_check(env, metra_clock_advance(from_java(clock), (uint64_t)ms));
}

JNIEXPORT void JNICALL Java_metra_Clock_free(JNIEnv *env, jclass class, jlong clock) {
    (void)env;
    (void)class;
    metra_clock_free(from_java(clock));
}
