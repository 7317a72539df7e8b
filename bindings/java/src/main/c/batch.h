/* Many values in one call. */
#ifndef METRA_JNI_BATCH_H
#define METRA_JNI_BATCH_H

#include <jni.h>
#include <stddef.h>
#include <stdint.h>

/* Updates a metric with values that stand in a row. */
typedef void (*update_many_fn)(void *metric, const int64_t *values, size_t count);

/* Values of a long[], without copying them. The range was checked in Java. */
void batch_from_array(JNIEnv *env, void *metric, update_many_fn update, jlongArray values, jint offset, jint count);

/* Values of a direct LongBuffer in native byte order. */
void batch_from_buffer(JNIEnv *env, void *metric, update_many_fn update, jobject values, jint offset, jint count);

#endif
