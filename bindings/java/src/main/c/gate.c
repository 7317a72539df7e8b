#define _GNU_SOURCE
#include "gate.h"

#include <jvmti.h>
#include <pthread.h>
#include <time.h>

/* How long the end of the JVM waits for a callback that does not return. */
enum { PATIENCE_SECONDS = 1 };

/* Held for a few instructions only, and never while anything else is waited for. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;
static int is_closed;
/* Threads inside; one that is inside twice counts twice. */
static unsigned long inside;
/* How often this thread is: a callback may end the JVM. */
static _Thread_local unsigned long own;

int gate_enter(void) {
    pthread_mutex_lock(&mutex);
    int may = !is_closed;
    if (may) inside++, own++;
    pthread_mutex_unlock(&mutex);
    return may;
}

void gate_leave(void) {
    pthread_mutex_lock(&mutex);
    inside--, own--;
    if (is_closed) pthread_cond_broadcast(&left);
    pthread_mutex_unlock(&mutex);
}

static void JNICALL close_gate(jvmtiEnv *tool, JNIEnv *env) {
    (void)tool;
    (void)env;
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_SECONDS;
    pthread_mutex_lock(&mutex);
    is_closed = 1;
    while (inside > own && pthread_cond_timedwait(&left, &mutex, &deadline) == 0) continue;
    pthread_mutex_unlock(&mutex);
}

/* A shutdown hook would be too early: the program's own may still close a registry, which reports a last time. */
void gate_open(JavaVM *vm) {
    jvmtiEnv *tool = NULL;
    jvmtiEventCallbacks callbacks = {.VMDeath = close_gate};
    if ((*vm)->GetEnv(vm, (void **)&tool, JVMTI_VERSION_11) != JNI_OK) return;
    if ((*tool)->SetEventCallbacks(tool, &callbacks, sizeof callbacks) == JVMTI_ERROR_NONE) {
        (void)(*tool)->SetEventNotificationMode(tool, JVMTI_ENABLE, JVMTI_EVENT_VM_DEATH, NULL);
    }
}
