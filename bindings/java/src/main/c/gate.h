/* Keeps metra's threads out of a JVM that ends. One that is inside when it does would be stopped there for ever, and
   with it whatever of metra waits for it. */
#ifndef METRA_JNI_GATE_H
#define METRA_JNI_GATE_H

#include <jni.h>

/* Arranges that the gate closes when the JVM ends, after its shutdown hooks: it then waits for those who are inside, but
   not for ever. A JVM that cannot tell of its end leaves the gate open. */
void gate_open(JavaVM *vm);

/* Whether a thread may go in; it may go in twice. Each gate_enter that gave 1 takes one gate_leave. Any thread. */
int gate_enter(void);

void gate_leave(void);

#endif
