#include "failure.h"
#include "handle.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_Meter_register(JNIEnv *env, jclass class, jlong group, jstring name,
                                                 jlong time_span_in_seconds) {
    (void)class;
    metra_meter *meter = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    failure_check(env, metra_group_meter(from_java(group), text.bytes, time_span_in_seconds, &meter));
    text_close(&text);
    return to_java(meter);
}

JNIEXPORT jlong JNICALL Java_metra_Meter_registerOver(JNIEnv *env, jclass class, jlong group, jstring name,
                                                     jlong counter, jlong time_span_in_seconds) {
    (void)class;
    metra_meter *meter = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    metra_status status = metra_group_meter_over(from_java(group), text.bytes, from_java(counter), time_span_in_seconds,
                                                 &meter);
    failure_check(env, status);
    text_close(&text);
    return to_java(meter);
}

JNIEXPORT jobject JNICALL Java_metra_Meter_sharedCell(JNIEnv *env, jclass class, jlong meter) {
    (void)class;
    int64_t *cell = metra_meter_shared_cell(from_java(meter));
    return (*env)->NewDirectByteBuffer(env, cell, sizeof *cell);
}

JNIEXPORT void JNICALL Java_metra_Meter_markEvent(JNIEnv *env, jclass class, jlong meter, jlong n) {
    (void)env;
    (void)class;
    metra_meter_mark_event(from_java(meter), n);
}

JNIEXPORT jlong JNICALL Java_metra_Meter_count(JNIEnv *env, jclass class, jlong meter) {
    (void)env;
    (void)class;
    return metra_meter_count(from_java(meter));
}

JNIEXPORT jdouble JNICALL Java_metra_Meter_rate(JNIEnv *env, jclass class, jlong meter) {
    (void)env;
    (void)class;
    return metra_meter_rate(from_java(meter));
}

JNIEXPORT void JNICALL Java_metra_Meter_free(JNIEnv *env, jclass class, jlong meter) {
    (void)env;
    (void)class;
    metra_meter_free(from_java(meter));
}

JNIEXPORT jobject JNICALL Java_metra_MeterCell_acquire(JNIEnv *env, jclass class, jlong meter) {
    (void)class;
    metra_meter_cell *cell = NULL;
    metra_status status = metra_meter_cell_acquire(from_java(meter), METRA_CELL_LAYOUT, &cell);
    return failure_check(env, status) ? (*env)->NewDirectByteBuffer(env, &cell->count, sizeof cell->count) : NULL;
}

JNIEXPORT void JNICALL Java_metra_MeterCell_release(JNIEnv *env, jclass class, jobject memory) {
    (void)class;
    metra_meter_cell_release((*env)->GetDirectBufferAddress(env, memory));
}
