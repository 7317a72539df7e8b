#include "java.h"

#include "gate.h"

struct java java;

/* Looks up a class for good. Returns NULL with an exception pending if it is not there. */
static jclass find(JNIEnv *env, const char *name) {
    jclass local = (*env)->FindClass(env, name);
    if (!local) return NULL;
    jclass global = (*env)->NewGlobalRef(env, local);
    (*env)->DeleteLocalRef(env, local);
    return global;
}

static int find_class(JNIEnv *env, struct java_class *out, const char *name, const char *constructor) {
    out->class = find(env, name);
    if (!out->class) return 0;
    out->make = (*env)->GetMethodID(env, out->class, "<init>", constructor);
    return out->make != NULL;
}

static int find_factory(JNIEnv *env, struct java_factory *out, const char *name, const char *method, const char *type) {
    out->class = find(env, name);
    if (!out->class) return 0;
    out->of = (*env)->GetStaticMethodID(env, out->class, method, type);
    return out->of != NULL;
}

static int find_method(JNIEnv *env, jmethodID *out, const char *class_name, const char *method, const char *type) {
    jclass class = (*env)->FindClass(env, class_name);
    if (!class) return 0;
    *out = (*env)->GetMethodID(env, class, method, type);
    (*env)->DeleteLocalRef(env, class);
    return *out != NULL;
}

static int find_classes(JNIEnv *env) {
    return (java.string = find(env, "java/lang/String")) != NULL
        && find_class(env, &java.exception, "metra/MetraException", "(ILjava/lang/String;)V")
        && find_class(env, &java.reading, "metra/Reading", "(Lmetra/MetricInfo;Ljava/lang/Object;)V")
        && find_class(env, &java.distribution_reading, "metra/DistributionReading", "(JJJJD)V")
        && find_class(env, &java.meter_reading, "metra/MeterReading", "(JD)V")
        && find_class(env, &java.histogram_reading, "metra/HistogramReading", "(JJJJJDDDDDDDD)V")
        && find_class(env, &java.losses, "metra/Losses", "(JJJJJJJJ)V")
        && find_class(env, &java.reporter_info, "metra/ReporterInfo",
                      "(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;JLjava/lang/String;)V")
        && find_class(env, &java.report, "metra/Report", "(J)V")
        && find_factory(env, &java.metric_info, "metra/MetricInfo", "of",
                        "(JILjava/lang/String;Ljava/lang/String;Ljava/lang/String;[Ljava/lang/String;)"
                        "Lmetra/MetricInfo;")
        && find_factory(env, &java.boxed_long, "java/lang/Long", "valueOf", "(J)Ljava/lang/Long;")
        && find_factory(env, &java.boxed_double, "java/lang/Double", "valueOf", "(D)Ljava/lang/Double;")
        && find_factory(env, &java.boxed_boolean, "java/lang/Boolean", "valueOf", "(Z)Ljava/lang/Boolean;")
        && find_factory(env, &java.complaint, "metra/Complaint", "say", "(Ljava/lang/String;Ljava/lang/Throwable;)V");
}

static int find_methods(JNIEnv *env) {
    static const char reporter[] = "metra/Reporter";
    static const char news[] = "(Lmetra/ReporterInfo;Lmetra/MetricInfo;)V";
    return find_method(env, &java.get_long, "java/util/function/LongSupplier", "getAsLong", "()J")
        && find_method(env, &java.get_double, "java/util/function/DoubleSupplier", "getAsDouble", "()D")
        && find_method(env, &java.get_boolean, "java/util/function/BooleanSupplier", "getAsBoolean", "()Z")
        && find_method(env, &java.get_any, "metra/AnySupplier", "get", "()Ljava/lang/Object;")
        && find_method(env, &java.long_value, "java/lang/Long", "longValue", "()J")
        && find_method(env, &java.double_value, "java/lang/Double", "doubleValue", "()D")
        && find_method(env, &java.boolean_value, "java/lang/Boolean", "booleanValue", "()Z")
        && find_method(env, &java.accept, "java/util/function/Consumer", "accept", "(Ljava/lang/Object;)V")
        && find_method(env, &java.apply, "java/util/function/Function", "apply",
                       "(Ljava/lang/Object;)Ljava/lang/Object;")
        && find_method(env, &java.write, "java/io/OutputStream", "write", "([BII)V")
        && find_method(env, &java.log, "metra/LogTarget", "log", "(ILjava/lang/String;)V")
        && find_method(env, &java.end_report, "metra/Report", "end", "()V")
        && find_method(env, &java.added, reporter, "added", news)
        && find_method(env, &java.removed, reporter, "removed", news)
        && find_method(env, &java.reported, reporter, "report", "(Lmetra/ReporterInfo;Lmetra/Report;)V")
        && find_method(env, &java.closed, reporter, "close", "(Lmetra/ReporterInfo;)V");
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void)reserved;
    JNIEnv *env = NULL;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) return JNI_ERR;
    java.vm = vm;
    gate_open(vm);
    return find_classes(env) && find_methods(env) ? JNI_VERSION_10 : JNI_ERR;
}
