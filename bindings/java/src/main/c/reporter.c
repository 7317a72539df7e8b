#include "reporter.h"

#include "handle.h"
#include "java.h"
#include "reading.h"
#include "text.h"

jobject reporter_info_to_java(JNIEnv *env, const metra_reporter_info *info) {
    jstring name = text_to_java(env, info->name);
    jstring factory_class = name ? text_to_java(env, info->factory_class) : NULL;
    jstring delimiter = factory_class ? text_to_java(env, info->delimiter) : NULL;
    jstring address = delimiter ? text_to_java(env, info->address) : NULL;
    if ((*env)->ExceptionCheck(env)) return NULL;
    return (*env)->NewObject(env, java.reporter_info.class, java.reporter_info.make, name, factory_class, delimiter,
                             (jlong)info->interval_ms, address);
}

/* Tells a reporter of a metric. */
static void tell(struct callback *callback, jmethodID method, const metra_reporter_info *reporter,
                 const metra_metric_info *metric) {
    JNIEnv *env = callback_enter();
    if (!env) return;
    jobject info = reporter_info_to_java(env, reporter);
    jobject news = info ? metric_info_to_java(env, metric) : NULL;
    if (news) (*env)->CallVoidMethod(env, callback->target, method, info, news);
    callback_leave(env, callback);
}

static void added(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric) {
    tell(userdata, java.added, reporter, metric);
}

static void removed(void *userdata, const metra_reporter_info *reporter, const metra_metric_info *metric) {
    tell(userdata, java.removed, reporter, metric);
}

/* The report is over when the method returns or throws; who kept it finds it ended. */
static void end_report(JNIEnv *env, jobject report) {
    jthrowable exception = (*env)->ExceptionOccurred(env);
    if (exception) (*env)->ExceptionClear(env);
    (*env)->CallVoidMethod(env, report, java.end_report);
    if (exception && !(*env)->ExceptionCheck(env)) (*env)->Throw(env, exception);
}

static void report(void *userdata, const metra_reporter_info *reporter, const metra_report *report_or_null) {
    struct callback *callback = userdata;
    JNIEnv *env = callback_enter();
    if (!env) return;
    jobject info = reporter_info_to_java(env, reporter);
    jobject java_report =
        info ? (*env)->NewObject(env, java.report.class, java.report.make, to_java(report_or_null)) : NULL;
    if (java_report) {
        (*env)->CallVoidMethod(env, callback->target, java.reported, info, java_report);
        end_report(env, java_report);
    }
    callback_leave(env, callback);
}

static void close(void *userdata, const metra_reporter_info *reporter) {
    struct callback *callback = userdata;
    JNIEnv *env = callback_enter();
    if (!env) return;
    jobject info = reporter_info_to_java(env, reporter);
    if (info) (*env)->CallVoidMethod(env, callback->target, java.closed, info);
    callback_leave(env, callback);
}

metra_reporter reporter_of(struct callback *callback) {
    return (metra_reporter){
        .size = sizeof(metra_reporter),
        .userdata = callback,
        .added = added,
        .removed = removed,
        .report = report,
        .close = close,
        .drop = callback_drop,
    };
}
