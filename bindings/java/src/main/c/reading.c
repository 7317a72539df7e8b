#include "reading.h"

#include "handle.h"
#include "java.h"
#include "text.h"

/* Local references that making one reading takes. */
enum { LOCAL_REFERENCES = 16 };

/* Keys and values by turns. */
static jobjectArray variables_to_java(JNIEnv *env, const metra_metric_info *info) {
    jsize count = (jsize)(info->variables_len * 2);
    jobjectArray pairs = (*env)->NewObjectArray(env, count, java.string, NULL);
    for (jsize at = 0; pairs && at < count; at++) {
        const metra_variable *variable = &info->variables[at / 2];
        jstring text = text_to_java(env, at % 2 ? variable->value : variable->key);
        if (!text) return NULL;
        (*env)->SetObjectArrayElement(env, pairs, at, text);
        (*env)->DeleteLocalRef(env, text);
    }
    return pairs;
}

jobject metric_info_to_java(JNIEnv *env, const metra_metric_info *info) {
    jstring name = text_to_java(env, info->name);
    jstring identifier = name ? text_to_java(env, info->identifier) : NULL;
    jstring logical_scope = identifier ? text_to_java(env, info->logical_scope) : NULL;
    jobjectArray variables = logical_scope ? variables_to_java(env, info) : NULL;
    if (!variables) return NULL;
    jobject made = (*env)->CallStaticObjectMethod(env, java.metric_info.class, java.metric_info.of, (jlong)info->id,
                                                  (jint)info->type, name, identifier, logical_scope, variables);
    return java_checked(env, made);
}

static jobject box_long(JNIEnv *env, int64_t value) {
    return java_checked(
        env, (*env)->CallStaticObjectMethod(env, java.boxed_long.class, java.boxed_long.of, (jlong)value));
}

static jobject box_double(JNIEnv *env, double value) {
    return java_checked(env, (*env)->CallStaticObjectMethod(env, java.boxed_double.class, java.boxed_double.of, value));
}

static jobject box_boolean(JNIEnv *env, int32_t value) {
    jboolean truth = value ? JNI_TRUE : JNI_FALSE;
    return java_checked(
        env, (*env)->CallStaticObjectMethod(env, java.boxed_boolean.class, java.boxed_boolean.of, truth));
}

jobject value_to_java(JNIEnv *env, const metra_value *value) {
    switch (value->type) {
    case METRA_VALUE_DOUBLE: return box_double(env, value->as.float64);
    case METRA_VALUE_BOOL: return box_boolean(env, value->as.boolean);
    case METRA_VALUE_TEXT: return text_to_java(env, value->as.text);
    default: return box_long(env, value->as.int64);
    }
}

jobject distribution_reading_to_java(JNIEnv *env, const metra_distribution_reading *reading) {
    return (*env)->NewObject(env, java.distribution_reading.class, java.distribution_reading.make,
                             (jlong)reading->count, (jlong)reading->sum, (jlong)reading->min, (jlong)reading->max,
                             reading->mean);
}

static jobject meter_reading_to_java(JNIEnv *env, const metra_meter_reading *reading) {
    return (*env)->NewObject(env, java.meter_reading.class, java.meter_reading.make, (jlong)reading->count,
                             reading->rate);
}

jobject histogram_reading_to_java(JNIEnv *env, const metra_histogram_reading *reading) {
    return (*env)->NewObject(env, java.histogram_reading.class, java.histogram_reading.make, (jlong)reading->count,
                             (jlong)reading->sum, (jlong)reading->window_count, (jlong)reading->min,
                             (jlong)reading->max, reading->mean, reading->stddev, reading->p50, reading->p75,
                             reading->p95, reading->p98, reading->p99, reading->p999);
}

/* What a metric says; null also for a gauge without a value. */
static jobject content_to_java(JNIEnv *env, const metra_reading *reading) {
    switch (reading->metric->type) {
    case METRA_METRIC_GAUGE: return reading->has_value ? value_to_java(env, &reading->as.gauge) : NULL;
    case METRA_METRIC_DISTRIBUTION: return distribution_reading_to_java(env, &reading->as.distribution);
    case METRA_METRIC_METER: return meter_reading_to_java(env, &reading->as.meter);
    case METRA_METRIC_HISTOGRAM: return histogram_reading_to_java(env, &reading->as.histogram);
    default: return box_long(env, reading->as.count);
    }
}

static jobject reading_to_java(JNIEnv *env, const metra_reading *reading) {
    jobject metric = metric_info_to_java(env, reading->metric);
    jobject content = metric ? content_to_java(env, reading) : NULL;
    if ((*env)->ExceptionCheck(env)) return NULL;
    return (*env)->NewObject(env, java.reading.class, java.reading.make, metric, content);
}

void visitor_visit(void *userdata, const metra_reading *reading) {
    struct visitor *visitor = userdata;
    JNIEnv *env = visitor->env;
    if ((*env)->ExceptionCheck(env) || (*env)->PushLocalFrame(env, LOCAL_REFERENCES) != 0) return;
    jobject shown = reading_to_java(env, reading);
    if (shown) (*env)->CallVoidMethod(env, visitor->consumer, java.accept, shown);
    (*env)->PopLocalFrame(env, NULL);
}

JNIEXPORT void JNICALL Java_metra_Report_collect(JNIEnv *env, jclass class, jlong report, jobject consumer) {
    (void)class;
    struct visitor visitor = {.env = env, .consumer = consumer};
    metra_report_collect(from_java(report), visitor_visit, &visitor);
}
