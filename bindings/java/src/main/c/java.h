/* The classes and methods of Java that C calls, looked up once. */
#ifndef METRA_JNI_JAVA_H
#define METRA_JNI_JAVA_H

#include <jni.h>

/* A class of which C makes objects. */
struct java_class {
    jclass class;
    jmethodID make;
};

/* A class with a static factory method. */
struct java_factory {
    jclass class;
    jmethodID of;
};

extern struct java {
    JavaVM *vm;
    jclass string;
    struct java_class exception;
    struct java_class reading, distribution_reading, meter_reading, histogram_reading;
    struct java_class losses, reporter_info, report;
    struct java_factory metric_info, boxed_long, boxed_double, boxed_boolean, complaint;
    jmethodID get_long, get_double, get_boolean, get_any;
    jmethodID long_value, double_value, boolean_value;
    jmethodID log, accept, apply, write, end_report;
    jmethodID added, removed, reported, closed;
} java;

/* What a call of Java's gave; NULL with the exception pending if it threw. */
static inline jobject java_checked(JNIEnv *env, jobject answer) {
    return (*env)->ExceptionCheck(env) ? NULL : answer;
}

#endif
