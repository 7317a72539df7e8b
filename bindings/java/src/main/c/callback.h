/* Java objects that metra calls: suppliers of gauges, reporters, logs. */
#ifndef METRA_JNI_CALLBACK_H
#define METRA_JNI_CALLBACK_H

#include <jni.h>
#include <stdatomic.h>

/* A Java object behind metra's userdata. */
struct callback {
    jobject target;
    /* Whom a complaint names: "a gauge", for instance. Static. */
    const char *what;
    atomic_int has_complained;
};

/* Makes userdata of an object. NULL with an exception pending if there is no memory. */
struct callback *callback_new(JNIEnv *env, jobject target, const char *what);

/* The drop function of all callbacks. */
void callback_drop(void *userdata);

/* Begins a call from metra on whatever thread this is. A thread of metra's own is attached as a daemon, which never
   keeps the JVM alive, and detaches itself when it ends. NULL once the JVM ends. */
JNIEnv *callback_enter(void);

/* Ends it: no exception crosses metra. Returns whether there was none; the first one of a callback is reported. */
int callback_leave(JNIEnv *env, struct callback *callback);

#endif
