#include "callback.h"
#include "failure.h"
#include "handle.h"
#include "java.h"
#include "reporter.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_Config_make(JNIEnv *env, jclass class) {
    (void)class;
    metra_config *config = NULL;
    failure_check(env, metra_config_new(&config));
    return to_java(config);
}

JNIEXPORT void JNICALL Java_metra_Config_set(JNIEnv *env, jclass class, jlong config, jstring key, jstring value) {
    (void)class;
    struct text key_text, value_text;
    if (!text_open(env, key, &key_text)) return;
    if (text_open(env, value, &value_text)) {
        failure_check(env, metra_config_set(from_java(config), key_text.bytes, value_text.bytes));
        text_close(&value_text);
    }
    text_close(&key_text);
}

JNIEXPORT void JNICALL Java_metra_Config_load(JNIEnv *env, jclass class, jlong config, jstring path) {
    (void)class;
    struct text text;
    if (!text_open(env, path, &text)) return;
    failure_check(env, metra_config_load(from_java(config), text.bytes));
    text_close(&text);
}

JNIEXPORT void JNICALL Java_metra_Config_setClock(JNIEnv *env, jclass class, jlong config, jlong clock) {
    (void)class;
    failure_check(env, metra_config_set_clock(from_java(config), from_java(clock)));
}

static void log_line(void *userdata, metra_log_level level, const char *line) {
    struct callback *callback = userdata;
    JNIEnv *env = callback_enter();
    if (!env) return;
    jstring text = text_to_java(env, line);
    if (text) (*env)->CallVoidMethod(env, callback->target, java.log, (jint)level, text);
    callback_leave(env, callback);
}

JNIEXPORT void JNICALL Java_metra_Config_setLog(JNIEnv *env, jclass class, jlong config, jobject log) {
    (void)class;
    struct callback *callback = callback_new(env, log, "a log");
    if (callback) failure_check(env, metra_config_set_log(from_java(config), log_line, callback, callback_drop));
}

JNIEXPORT void JNICALL Java_metra_Config_addReporter(JNIEnv *env, jclass class, jlong config, jstring factory_class,
                                                     jobject reporter) {
    (void)class;
    struct text text;
    if (!text_open(env, factory_class, &text)) return;
    struct callback *callback = callback_new(env, reporter, "a reporter");
    if (callback) {
        metra_reporter functions = reporter_of(callback);
        failure_check(env, metra_config_add_reporter(from_java(config), text.bytes, &functions));
    }
    text_close(&text);
}

JNIEXPORT void JNICALL Java_metra_Config_free(JNIEnv *env, jclass class, jlong config) {
    (void)env;
    (void)class;
    metra_config_free(from_java(config));
}
