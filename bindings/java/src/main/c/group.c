#include "failure.h"
#include "handle.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_job(JNIEnv *env, jclass class, jlong parent, jobjectArray strings) {
    (void)class;
    metra_group *group = NULL;
    struct texts texts;
    if (!texts_open(env, strings, &texts)) return 0;
    metra_job_info info = {.size = sizeof info, .job_id = texts.bytes[0], .job_name = texts.bytes[1]};
    failure_check(env, metra_group_job(from_java(parent), &info, &group));
    texts_close(&texts);
    return to_java(group);
}

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_task(JNIEnv *env, jclass class, jlong parent, jobjectArray strings,
                                                    jint subtask_index, jint attempt_number) {
    (void)class;
    metra_group *group = NULL;
    struct texts texts;
    if (!texts_open(env, strings, &texts)) return 0;
    metra_task_info info = {
        .size = sizeof info,
        .task_id = texts.bytes[0],
        .task_name = texts.bytes[1],
        .task_attempt_id = texts.bytes[2],
        .subtask_index = subtask_index,
        .task_attempt_num = attempt_number,
    };
    failure_check(env, metra_group_task(from_java(parent), &info, &group));
    texts_close(&texts);
    return to_java(group);
}

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_operator(JNIEnv *env, jclass class, jlong parent, jobjectArray strings,
                                                        jobjectArray pairs) {
    (void)class;
    metra_group *group = NULL;
    struct texts texts, variables;
    if (!texts_open(env, strings, &texts)) return 0;
    if (texts_open(env, pairs, &variables)) {
        metra_operator_info info = {
            .size = sizeof info,
            .operator_id = texts.bytes[0],
            .operator_name = texts.bytes[1],
            .task_id = texts.bytes[2],
            .task_name = texts.bytes[3],
            .variables = (const metra_variable *)variables.bytes,
            .variables_len = variables.count / 2,
        };
        failure_check(env, metra_group_operator(from_java(parent), &info, &group));
        texts_close(&variables);
    }
    texts_close(&texts);
    return to_java(group);
}

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_addGroup(JNIEnv *env, jclass class, jlong parent, jstring key,
                                                        jstring value_or_null) {
    (void)class;
    metra_group *group = NULL;
    struct text key_text, value_text;
    if (!text_open(env, key, &key_text)) return 0;
    if (text_open(env, value_or_null, &value_text)) {
        failure_check(env, metra_group_add_group(from_java(parent), key_text.bytes, value_text.bytes, &group));
        text_close(&value_text);
    }
    text_close(&key_text);
    return to_java(group);
}

JNIEXPORT void JNICALL Java_metra_MetricGroup_unregister(JNIEnv *env, jclass class, jlong group, jstring name) {
    (void)class;
    struct text text;
    if (!text_open(env, name, &text)) return;
    failure_check(env, metra_group_unregister(from_java(group), text.bytes));
    text_close(&text);
}

JNIEXPORT void JNICALL Java_metra_MetricGroup_close(JNIEnv *env, jclass class, jlong group) {
    (void)class;
    failure_check(env, metra_group_close(from_java(group)));
}

JNIEXPORT jboolean JNICALL Java_metra_MetricGroup_isClosed(JNIEnv *env, jclass class, jlong group) {
    (void)env;
    (void)class;
    return metra_group_is_closed(from_java(group)) ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT void JNICALL Java_metra_MetricGroup_free(JNIEnv *env, jclass class, jlong group) {
    (void)env;
    (void)class;
    metra_group_free(from_java(group));
}

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_token(JNIEnv *env, jclass class, jlong group) {
    (void)env;
    (void)class;
    return (jlong)metra_group_token(from_java(group));
}

JNIEXPORT jlong JNICALL Java_metra_MetricGroup_byToken(JNIEnv *env, jclass class, jlong token) {
    (void)class;
    metra_group *group = NULL;
    failure_check(env, metra_group_from_token((uint64_t)token, &group));
    return to_java(group);
}
