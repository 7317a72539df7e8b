#include "callback.h"
#include "failure.h"
#include "handle.h"
#include "java.h"
#include "text.h"

/* Calls a supplier and writes its answer. Returns 0 if there is none; an exception may be pending. */
typedef int (*ask_fn)(JNIEnv *env, jobject supplier, metra_value *value);

static int ask_long(JNIEnv *env, jobject supplier, metra_value *value) {
    value->as.int64 = (*env)->CallLongMethod(env, supplier, java.get_long);
    return 1;
}

static int ask_double(JNIEnv *env, jobject supplier, metra_value *value) {
    value->type = METRA_VALUE_DOUBLE;
    value->as.float64 = (*env)->CallDoubleMethod(env, supplier, java.get_double);
    return 1;
}

static int ask_boolean(JNIEnv *env, jobject supplier, metra_value *value) {
    value->type = METRA_VALUE_BOOL;
    value->as.boolean = (*env)->CallBooleanMethod(env, supplier, java.get_boolean);
    return 1;
}

/* Makes an answer of AnySupplier a value. */
static int unbox(JNIEnv *env, jobject answer, metra_value *value) {
    struct text text;
    if ((*env)->IsInstanceOf(env, answer, java.boxed_long.class)) {
        value->as.int64 = (*env)->CallLongMethod(env, answer, java.long_value);
    } else if ((*env)->IsInstanceOf(env, answer, java.boxed_double.class)) {
        value->type = METRA_VALUE_DOUBLE;
        value->as.float64 = (*env)->CallDoubleMethod(env, answer, java.double_value);
    } else if ((*env)->IsInstanceOf(env, answer, java.boxed_boolean.class)) {
        value->type = METRA_VALUE_BOOL;
        value->as.boolean = (*env)->CallBooleanMethod(env, answer, java.boolean_value);
    } else if (text_open(env, answer, &text)) {
        metra_value_set_text(value, text.bytes);
        text_close(&text);
    }
    return 1;
}

static int ask_any(JNIEnv *env, jobject supplier, metra_value *value) {
    jobject answer = (*env)->CallObjectMethod(env, supplier, java.get_any);
    if ((*env)->ExceptionCheck(env) || !answer) return 0;
    return unbox(env, answer, value);
}

/* A metra_gauge_fn that asks as `ask` does. */
static int call(void *userdata, metra_value *value, ask_fn ask) {
    struct callback *callback = userdata;
    JNIEnv *env = callback_enter();
    if (!env) return 0;
    int is_set = ask(env, callback->target, value);
    return callback_leave(env, callback) && is_set;
}

static int long_value(void *userdata, metra_value *value) {
    return call(userdata, value, ask_long);
}

static int double_value(void *userdata, metra_value *value) {
    return call(userdata, value, ask_double);
}

static int boolean_value(void *userdata, metra_value *value) {
    return call(userdata, value, ask_boolean);
}

static int any_value(void *userdata, metra_value *value) {
    return call(userdata, value, ask_any);
}

/* In the order of Gauge.Asked. */
static const metra_gauge_fn functions[] = {long_value, double_value, boolean_value, any_value};

JNIEXPORT jlong JNICALL Java_metra_Gauge_register(JNIEnv *env, jclass class, jlong group, jstring name,
                                                  jint asked, jobject supplier_or_null) {
    (void)class;
    metra_gauge *gauge = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    struct callback *callback = supplier_or_null ? callback_new(env, supplier_or_null, "a gauge") : NULL;
    if (callback || !supplier_or_null) {
        metra_gauge_fn function = callback ? functions[asked] : NULL;
        metra_drop_fn drop = callback ? callback_drop : NULL;
        failure_check(env, metra_group_gauge(from_java(group), text.bytes, function, callback, drop, &gauge));
    }
    text_close(&text);
    return to_java(gauge);
}

JNIEXPORT void JNICALL Java_metra_Gauge_unregister(JNIEnv *env, jclass class, jlong gauge) {
    (void)class;
    failure_check(env, metra_gauge_unregister(from_java(gauge)));
}

JNIEXPORT void JNICALL Java_metra_Gauge_free(JNIEnv *env, jclass class, jlong gauge) {
    (void)env;
    (void)class;
    metra_gauge_free(from_java(gauge));
}
