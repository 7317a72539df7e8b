/* What metrics are and say, as Java objects; null with an exception pending where they cannot be made. */
#ifndef METRA_JNI_READING_H
#define METRA_JNI_READING_H

#include <jni.h>
#include <metra.h>

jobject metric_info_to_java(JNIEnv *env, const metra_metric_info *info);

/* Long, Double, Boolean or String. */
jobject value_to_java(JNIEnv *env, const metra_value *value);

jobject distribution_reading_to_java(JNIEnv *env, const metra_distribution_reading *reading);
jobject histogram_reading_to_java(JNIEnv *env, const metra_histogram_reading *reading);

/* Shows readings to a consumer of Java's until it throws; the exception stays pending. */
struct visitor {
    JNIEnv *env;
    jobject consumer;
};

/* A metra_collect_fn over a struct visitor. */
void visitor_visit(void *userdata, const metra_reading *reading);

#endif
