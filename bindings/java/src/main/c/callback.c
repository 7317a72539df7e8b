#define _GNU_SOURCE
#include "callback.h"

#include "failure.h"
#include "gate.h"
#include "java.h"
#include "text.h"

#include <pthread.h>
#include <stdlib.h>

/* Local references of one call; without a frame those of an attached thread would pile up until it ends. */
enum { LOCAL_REFERENCES = 32 };

static pthread_key_t attached;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Runs when an attached thread ends. A JVM that is gone has forgotten it already. */
static void detach(void *vm) {
    if (!gate_enter()) return;
    JNIEnv *env = NULL;
    if ((*java.vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) == JNI_OK) (*java.vm)->DetachCurrentThread(vm);
    gate_leave();
}

static void make_key(void) {
    pthread_key_create(&attached, detach);
}

static JNIEnv *attach(void) {
    char name[16] = "metra";
    pthread_getname_np(pthread_self(), name, sizeof name);
    JavaVMAttachArgs arguments = {.version = JNI_VERSION_10, .name = name};
    JNIEnv *env = NULL;
    if ((*java.vm)->AttachCurrentThreadAsDaemon(java.vm, (void **)&env, &arguments) != JNI_OK) return NULL;
    pthread_once(&once, make_key);
    pthread_setspecific(attached, java.vm);
    return env;
}

static JNIEnv *environment(void) {
    JNIEnv *env = NULL;
    jint state = (*java.vm)->GetEnv(java.vm, (void **)&env, JNI_VERSION_10);
    return state == JNI_OK ? env : state == JNI_EDETACHED ? attach() : NULL;
}

/* Goes in; NULL where that cannot be. */
static JNIEnv *enter(void) {
    if (!gate_enter()) return NULL;
    JNIEnv *env = environment();
    if (!env) gate_leave();
    return env;
}

struct callback *callback_new(JNIEnv *env, jobject target, const char *what) {
    struct callback *callback = malloc(sizeof *callback);
    jobject global = callback ? (*env)->NewGlobalRef(env, target) : NULL;
    if (!global) {
        free(callback);
        failure_out_of_memory(env);
        return NULL;
    }
    *callback = (struct callback){.target = global, .what = what};
    return callback;
}

void callback_drop(void *userdata) {
    struct callback *callback = userdata;
    JNIEnv *env = enter();
    if (env) {
        (*env)->DeleteGlobalRef(env, callback->target);
        gate_leave();
    }
    free(callback);
}

JNIEnv *callback_enter(void) {
    JNIEnv *env = enter();
    if (!env) return NULL;
    if ((*env)->PushLocalFrame(env, LOCAL_REFERENCES) == 0) return env;
    (*env)->ExceptionClear(env);
    gate_leave();
    return NULL;
}

/* Says once what a callback throws. */
static void complain(JNIEnv *env, struct callback *callback, jthrowable exception) {
    if (atomic_exchange(&callback->has_complained, 1)) return;
    jstring what = text_to_java(env, callback->what);
    if (what) (*env)->CallStaticVoidMethod(env, java.complaint.class, java.complaint.of, what, exception);
    if ((*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env);
}

int callback_leave(JNIEnv *env, struct callback *callback) {
    jthrowable exception = (*env)->ExceptionOccurred(env);
    if (exception) {
        (*env)->ExceptionClear(env);
        complain(env, callback, exception);
    }
    (*env)->PopLocalFrame(env, NULL);
    gate_leave();
    return exception == NULL;
}
