/* What a call came to, as an exception. */
#ifndef METRA_JNI_FAILURE_H
#define METRA_JNI_FAILURE_H

#include <jni.h>
#include <metra.h>

/* Throws a MetraException, unless an exception is pending. */
void failure_throw(JNIEnv *env, metra_status status, const char *message);

void failure_out_of_memory(JNIEnv *env);

/* Throws what metra says of a status that is not METRA_OK: here and now, because the last error belongs to the thread
   and is gone with its next call. Returns whether the status was METRA_OK. */
int failure_check(JNIEnv *env, metra_status status);

#endif
