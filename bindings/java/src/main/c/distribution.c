#include "batch.h"
#include "failure.h"
#include "handle.h"
#include "reading.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_Distribution_register(JNIEnv *env, jclass class, jlong group, jstring name) {
    (void)class;
    metra_distribution *distribution = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    failure_check(env, metra_group_distribution(from_java(group), text.bytes, &distribution));
    text_close(&text);
    return to_java(distribution);
}

JNIEXPORT void JNICALL Java_metra_Distribution_update(JNIEnv *env, jclass class, jlong distribution, jlong value) {
    (void)env;
    (void)class;
    metra_distribution_update(from_java(distribution), value);
}

static void update_many(void *distribution, const int64_t *values, size_t count) {
    metra_distribution_update_many(distribution, values, count);
}

JNIEXPORT void JNICALL Java_metra_Distribution_updateArray(JNIEnv *env, jclass class, jlong distribution,
                                                           jlongArray values, jint offset, jint count) {
    (void)class;
    batch_from_array(env, from_java(distribution), update_many, values, offset, count);
}

JNIEXPORT void JNICALL Java_metra_Distribution_updateBuffer(JNIEnv *env, jclass class, jlong distribution,
                                                            jobject values, jint offset, jint count) {
    (void)class;
    batch_from_buffer(env, from_java(distribution), update_many, values, offset, count);
}

JNIEXPORT jobject JNICALL Java_metra_Distribution_read(JNIEnv *env, jclass class, jlong distribution) {
    (void)class;
    metra_distribution_reading reading = {.size = sizeof reading};
    if (!failure_check(env, metra_distribution_read(from_java(distribution), &reading))) return NULL;
    return distribution_reading_to_java(env, &reading);
}

JNIEXPORT void JNICALL Java_metra_Distribution_free(JNIEnv *env, jclass class, jlong distribution) {
    (void)env;
    (void)class;
    metra_distribution_free(from_java(distribution));
}

JNIEXPORT jobject JNICALL Java_metra_DistributionCell_acquire(JNIEnv *env, jclass class, jlong distribution) {
    (void)class;
    metra_distribution_cell *cell = NULL;
    metra_status status = metra_distribution_cell_acquire(from_java(distribution), METRA_CELL_LAYOUT, &cell);
    return failure_check(env, status) ? (*env)->NewDirectByteBuffer(env, cell, sizeof *cell) : NULL;
}

JNIEXPORT void JNICALL Java_metra_DistributionCell_release(JNIEnv *env, jclass class, jobject memory) {
    (void)class;
    metra_distribution_cell_release((*env)->GetDirectBufferAddress(env, memory));
}

/* What DistributionCell.java writes. */
_Static_assert(METRA_CELL_LAYOUT == 1 && offsetof(metra_distribution_cell, header) == 0
                   && offsetof(metra_distribution_cell, slots) == 8 && sizeof(metra_distribution_slot) == 32
                   && offsetof(metra_distribution_slot, sum_high) == 8 && offsetof(metra_distribution_slot, below) == 16
                   && offsetof(metra_distribution_slot, above) == 24 && sizeof(metra_distribution_cell) <= 128,
               "the layout of a distribution's cell");
