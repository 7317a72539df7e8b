#include "failure.h"

#include "java.h"
#include "text.h"

void failure_throw(JNIEnv *env, metra_status status, const char *message) {
    if ((*env)->ExceptionCheck(env)) return;
    jstring text = text_to_java(env, message);
    if (!text) return;
    jthrowable exception = (*env)->NewObject(env, java.exception.class, java.exception.make, (jint)status, text);
    if (exception) (*env)->Throw(env, exception);
}

void failure_out_of_memory(JNIEnv *env) {
    if ((*env)->ExceptionCheck(env)) return;
    jclass class = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
    if (class) (*env)->ThrowNew(env, class, "native memory for a call of metra");
}

int failure_check(JNIEnv *env, metra_status status) {
    if (status == METRA_OK) return 1;
    failure_throw(env, status, metra_last_error());
    return 0;
}
