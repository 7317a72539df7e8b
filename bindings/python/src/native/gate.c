#define _GNU_SOURCE
#include "gate.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 1 };

/* Held for a few instructions only, and never while anything else is waited for. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;
static bool is_open;
static unsigned long epoch;
/* Threads inside, of this epoch; one that is inside twice counts twice. */
static unsigned long inside;
/* How often this thread is. */
static _Thread_local unsigned long own;

static bool enter(unsigned long wanted)
{
    pthread_mutex_lock(&mutex);
    bool may = is_open && wanted == epoch;
    if (may) inside++, own++;
    pthread_mutex_unlock(&mutex);
    return may;
}

static void leave(unsigned long entered)
{
    pthread_mutex_lock(&mutex);
    own--;
    if (entered == epoch) inside--;
    pthread_cond_broadcast(&left);
    pthread_mutex_unlock(&mutex);
}

/* What CPython does with a thread it cannot let in any more must not unwind into metra. */
static void stay(void *unused)
{
    (void)unused;
    for (;;) pause();
}

/* glibc's way to end thread-locals: before those of pthread_key_create, among which CPython keeps its thread states. */
extern int __cxa_thread_atexit_impl(void (*function)(void *), void *argument, void *module);
extern void *__dso_handle;

static void let_thread_state_go(void *unused)
{
    (void)unused;
    /* The next release is the one that belongs to keep_thread_state, the last that of gate_run. */
    PyGILState_Release(PyGILState_LOCKED);
}

static void end_thread(void *entered)
{
    (void)gate_run((unsigned long)(uintptr_t)entered, let_thread_state_go, NULL);
}

/* Keeps the thread state that PyGILState_Ensure has made for a thread that is not Python's, until the thread ends: making
 * one costs ten times what asking a gauge does. */
static void keep_thread_state(unsigned long entered)
{
    if (__cxa_thread_atexit_impl(end_thread, (void *)(uintptr_t)entered, &__dso_handle) == 0) (void)PyGILState_Ensure();
}

bool gate_run(unsigned long wanted, void (*body)(void *argument), void *argument)
{
    if (!enter(wanted)) return false;
    pthread_cleanup_push(stay, NULL);
    bool is_foreign = PyGILState_GetThisThreadState() == NULL;
    PyGILState_STATE state = PyGILState_Ensure();
    if (is_foreign) keep_thread_state(wanted);
    body(argument);
    PyGILState_Release(state);
    pthread_cleanup_pop(0);
    leave(wanted);
    return true;
}

unsigned long gate_epoch(void)
{
    return epoch;
}

/* No other thread holds the mutex while the process forks, and of the threads inside a child has only the one that forked. */
static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

static void after_fork_in_child(void)
{
    inside = own;
    left = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

void gate_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&mutex);
    epoch++;
    inside = 0;
    is_open = true;
    pthread_mutex_unlock(&mutex);
}

static void shut(void)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_SECONDS;
    pthread_mutex_lock(&mutex);
    is_open = false;
    while (inside > own && pthread_cond_timedwait(&left, &mutex, &deadline) == 0)
        ;
    pthread_mutex_unlock(&mutex);
}

PyObject *gate_close(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    WITHOUT_GIL(shut());
    Py_RETURN_NONE;
}
