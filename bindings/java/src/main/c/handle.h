/* Handles as Java keeps them. */
#ifndef METRA_JNI_HANDLE_H
#define METRA_JNI_HANDLE_H

#include <jni.h>
#include <stdint.h>

static inline jlong to_java(const void *handle) {
    return (jlong)(intptr_t)handle;
}

static inline void *from_java(jlong handle) {
    return (void *)(intptr_t)handle;
}

#endif
