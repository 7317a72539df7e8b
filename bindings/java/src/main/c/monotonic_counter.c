#include "failure.h"
#include "handle.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_MonotonicCounter_register(JNIEnv *env, jclass class, jlong group, jstring name) {
    (void)class;
    metra_monotonic_counter *counter = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    failure_check(env, metra_group_monotonic_counter(from_java(group), text.bytes, &counter));
    text_close(&text);
    return to_java(counter);
}

JNIEXPORT jobject JNICALL Java_metra_MonotonicCounter_sharedCell(JNIEnv *env, jclass class, jlong counter) {
    (void)class;
    int64_t *cell = metra_monotonic_counter_shared_cell(from_java(counter));
    return (*env)->NewDirectByteBuffer(env, cell, sizeof *cell);
}

JNIEXPORT void JNICALL Java_metra_MonotonicCounter_inc(JNIEnv *env, jclass class, jlong counter, jlong n) {
    (void)env;
    (void)class;
    metra_monotonic_counter_inc(from_java(counter), n);
}

JNIEXPORT jlong JNICALL Java_metra_MonotonicCounter_count(JNIEnv *env, jclass class, jlong counter) {
    (void)env;
    (void)class;
    return metra_monotonic_counter_count(from_java(counter));
}

JNIEXPORT void JNICALL Java_metra_MonotonicCounter_free(JNIEnv *env, jclass class, jlong counter) {
    (void)env;
    (void)class;
    metra_monotonic_counter_free(from_java(counter));
}

JNIEXPORT jobject JNICALL Java_metra_MonotonicCounterCell_acquire(JNIEnv *env, jclass class, jlong counter) {
    (void)class;
    metra_monotonic_counter_cell *cell = NULL;
    metra_status status = metra_monotonic_counter_cell_acquire(from_java(counter), METRA_CELL_LAYOUT, &cell);
    return failure_check(env, status) ? (*env)->NewDirectByteBuffer(env, &cell->count, sizeof cell->count) : NULL;
}

JNIEXPORT void JNICALL Java_metra_MonotonicCounterCell_release(JNIEnv *env, jclass class, jobject memory) {
    (void)class;
    metra_monotonic_counter_cell_release((*env)->GetDirectBufferAddress(env, memory));
}
