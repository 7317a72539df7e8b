#include "batch.h"

void batch_from_array(JNIEnv *env, void *metric, update_many_fn update, jlongArray values, jint offset, jint count) {
    jlong *members = (*env)->GetPrimitiveArrayCritical(env, values, NULL);
    if (!members) return;
    update(metric, (const int64_t *)members + offset, (size_t)count);
    (*env)->ReleasePrimitiveArrayCritical(env, values, members, JNI_ABORT);
}

void batch_from_buffer(JNIEnv *env, void *metric, update_many_fn update, jobject values, jint offset, jint count) {
    const int64_t *members = (*env)->GetDirectBufferAddress(env, values);
    if (members) update(metric, members + offset, (size_t)count);
}
