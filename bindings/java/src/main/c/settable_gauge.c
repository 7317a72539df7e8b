#include "failure.h"
#include "handle.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_SettableGauge_register(JNIEnv *env, jclass class, jlong group, jstring name,
                                                          jint value_type) {
    (void)class;
    metra_gauge *gauge = NULL;
    struct text text;
    if (!text_open(env, name, &text)) return 0;
    failure_check(env, metra_group_settable_gauge(from_java(group), text.bytes, value_type, &gauge));
    text_close(&text);
    return to_java(gauge);
}

JNIEXPORT void JNICALL Java_metra_SettableGauge_setLong(JNIEnv *env, jclass class, jlong gauge, jlong value) {
    (void)env;
    (void)class;
    metra_gauge_set_int64(from_java(gauge), value);
}

JNIEXPORT void JNICALL Java_metra_SettableGauge_setDouble(JNIEnv *env, jclass class, jlong gauge, jdouble value) {
    (void)env;
    (void)class;
    metra_gauge_set_double(from_java(gauge), value);
}

JNIEXPORT void JNICALL Java_metra_SettableGauge_setBoolean(JNIEnv *env, jclass class, jlong gauge, jboolean value) {
    (void)env;
    (void)class;
    metra_gauge_set_bool(from_java(gauge), value);
}

/* Updates never fail: a text that cannot be one is ignored, as metra does it. */
JNIEXPORT void JNICALL Java_metra_SettableGauge_setText(JNIEnv *env, jclass class, jlong gauge, jstring value) {
    (void)class;
    struct text text;
    if (text_open(env, value, &text)) {
        metra_gauge_set_text(from_java(gauge), text.bytes);
        text_close(&text);
    } else {
        (*env)->ExceptionClear(env);
    }
}
