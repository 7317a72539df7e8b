/* A JNI call that does nothing: what every call through JNI costs. */
#include <jni.h>

JNIEXPORT void JNICALL Java_Hot_empty(JNIEnv *env, jclass class, jlong handle, jlong n) {
    (void)env;
    (void)class;
    (void)handle;
    (void)n;
}
