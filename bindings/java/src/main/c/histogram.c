#include "batch.h"
#include "failure.h"
#include "handle.h"
#include "reading.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_Histogram_register(JNIEnv *env, jclass class, jlong group, jstring name) {
    (void)class;
    metra_histogram *histogram = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    failure_check(env, metra_group_histogram(from_java(group), text.bytes, &histogram));
    text_close(&text);
    return to_java(histogram);
}

JNIEXPORT void JNICALL Java_metra_Histogram_update(JNIEnv *env, jclass class, jlong histogram, jlong value) {
    (void)env;
    (void)class;
    metra_histogram_update(from_java(histogram), value);
}

static void update_many(void *histogram, const int64_t *values, size_t count) {
    metra_histogram_update_many(histogram, values, count);
}

JNIEXPORT void JNICALL Java_metra_Histogram_updateArray(JNIEnv *env, jclass class, jlong histogram,
                                                        jlongArray values, jint offset, jint count) {
    (void)class;
    batch_from_array(env, from_java(histogram), update_many, values, offset, count);
}

JNIEXPORT void JNICALL Java_metra_Histogram_updateBuffer(JNIEnv *env, jclass class, jlong histogram,
                                                         jobject values, jint offset, jint count) {
    (void)class;
    batch_from_buffer(env, from_java(histogram), update_many, values, offset, count);
}

JNIEXPORT jobject JNICALL Java_metra_Histogram_read(JNIEnv *env, jclass class, jlong histogram) {
    (void)class;
    metra_histogram_reading reading = {.size = sizeof reading};
    if (!failure_check(env, metra_histogram_read(from_java(histogram), &reading))) return NULL;
    return histogram_reading_to_java(env, &reading);
}

JNIEXPORT jdouble JNICALL Java_metra_Histogram_quantile(JNIEnv *env, jclass class, jlong histogram, jdouble q) {
    (void)class;
    double quantile = 0;
    failure_check(env, metra_histogram_quantile(from_java(histogram), q, &quantile));
    return quantile;
}

JNIEXPORT void JNICALL Java_metra_Histogram_free(JNIEnv *env, jclass class, jlong histogram) {
    (void)env;
    (void)class;
    metra_histogram_free(from_java(histogram));
}
