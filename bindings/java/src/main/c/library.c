#include "text.h"

#include <metra.h>

JNIEXPORT jstring JNICALL Java_metra_Library_metraVersion(JNIEnv *env, jclass class) {
    (void)class;
    return text_to_java(env, metra_version());
}

JNIEXPORT jstring JNICALL Java_metra_Library_metraHotPath(JNIEnv *env, jclass class) {
    (void)class;
    return text_to_java(env, metra_hot_path());
}

JNIEXPORT jstring JNICALL Java_metra_Library_statusName(JNIEnv *env, jclass class, jint status) {
    (void)class;
    return text_to_java(env, metra_status_name(status));
}
