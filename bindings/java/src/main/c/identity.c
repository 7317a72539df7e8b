#include "failure.h"
#include "handle.h"
#include "java.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* How many there are of something, and one of them: scope components, keys and values of variables. */
struct list {
    size_t (*count)(const metra_group *);
    const char *(*member)(const metra_group *, size_t);
};

static jobjectArray list_to_java(JNIEnv *env, jlong group, struct list list) {
    jsize count = (jsize)list.count(from_java(group));
    jobjectArray strings = (*env)->NewObjectArray(env, count, java.string, NULL);
    for (jsize at = 0; strings && at < count; at++) {
        jstring text = text_to_java(env, list.member(from_java(group), (size_t)at));
        if (!text) return NULL;
        (*env)->SetObjectArrayElement(env, strings, at, text);
        (*env)->DeleteLocalRef(env, text);
    }
    return strings;
}

JNIEXPORT jobjectArray JNICALL Java_metra_Identity_scopeComponents(JNIEnv *env, jclass class, jlong group) {
    (void)class;
    struct list list = {metra_group_scope_component_count, metra_group_scope_component};
    return list_to_java(env, group, list);
}

JNIEXPORT jobjectArray JNICALL Java_metra_Identity_variableKeys(JNIEnv *env, jclass class, jlong group) {
    (void)class;
    struct list list = {metra_group_variable_count, metra_group_variable_key};
    return list_to_java(env, group, list);
}

JNIEXPORT jobjectArray JNICALL Java_metra_Identity_variableValues(JNIEnv *env, jclass class, jlong group) {
    (void)class;
    struct list list = {metra_group_variable_count, metra_group_variable_value};
    return list_to_java(env, group, list);
}

/* A filter of Java's, for the length of one call. */
struct filter {
    JNIEnv *env;
    jobject function;
};

/* Writes as snprintf does; nothing once the function has thrown. */
static size_t filter_text(void *userdata, const char *text, char *buf, size_t cap) {
    struct filter *filter = userdata;
    JNIEnv *env = filter->env;
    struct text answer;
    if (cap > 0) buf[0] = 0;
    if ((*env)->ExceptionCheck(env)) return 0;
    jstring string = text_to_java(env, text);
    jobject filtered = string ? (*env)->CallObjectMethod(env, filter->function, java.apply, string) : NULL;
    filtered = java_checked(env, filtered);
    size_t size = 0;
    if (!(*env)->ExceptionCheck(env) && text_open(env, filtered, &answer)) {
        size = answer.bytes ? strlen(answer.bytes) : 0;
        size_t part = size < cap ? size : cap > 0 ? cap - 1 : 0;
        if (part > 0) memcpy(buf, answer.bytes, part);
        if (cap > 0) buf[part] = 0;
        text_close(&answer);
    }
    (*env)->DeleteLocalRef(env, filtered);
    (*env)->DeleteLocalRef(env, string);
    return size;
}

/* What is to be spelled, and how: a metric's identifier, or without a name its group's logical scope. */
struct spelling {
    const metra_group *group;
    const char *name;
    const metra_identity_options *options;
};

static size_t identifier(const struct spelling *spelling, char *buf, size_t cap) {
    if (!spelling->options) return metra_group_metric_identifier(spelling->group, spelling->name, buf, cap);
    return metra_group_metric_identifier_with(spelling->group, spelling->name, spelling->options, buf, cap);
}

static size_t logical_scope(const struct spelling *spelling, char *buf, size_t cap) {
    return metra_group_logical_scope(spelling->group, spelling->options, buf, cap);
}

/* Spells as snprintf writes. */
typedef size_t (*ask_fn)(const struct spelling *spelling, char *buf, size_t cap);

/* Asks once with room for most, and again with room for what did not fit. */
static jstring spell(JNIEnv *env, ask_fn ask, const struct spelling *spelling) {
    char small[512];
    size_t size = ask(spelling, small, sizeof small);
    if ((*env)->ExceptionCheck(env)) return NULL;
    if (size < sizeof small) return text_to_java(env, small);
    char *large = malloc(size + 1);
    if (!large) {
        failure_out_of_memory(env);
        return NULL;
    }
    ask(spelling, large, size + 1);
    jstring string = (*env)->ExceptionCheck(env) ? NULL : text_to_java(env, large);
    free(large);
    return string;
}

JNIEXPORT jstring JNICALL Java_metra_Identity_identifier(JNIEnv *env, jclass class, jlong group, jstring name) {
    (void)class;
    struct text text;
    if (!text_open(env, name, &text)) return NULL;
    struct spelling spelling = {.group = from_java(group), .name = text.bytes};
    jstring spelled = spell(env, identifier, &spelling);
    text_close(&text);
    return spelled;
}

/* Spells with options: `strings` are the name (null for a logical scope), the reporter's and the logical delimiter. */
JNIEXPORT jstring JNICALL Java_metra_Identity_spell(JNIEnv *env, jclass class, jlong group, jobjectArray strings,
                                                    jobject filter_or_null) {
    (void)class;
    struct texts texts;
    if (!texts_open(env, strings, &texts)) return NULL;
    struct filter filter = {.env = env, .function = filter_or_null};
    metra_identity_options options = {
        .size = sizeof options,
        .reporter_delimiter = texts.bytes[1],
        .logical_delimiter = texts.bytes[2],
        .filter = filter_or_null ? filter_text : NULL,
        .userdata = &filter,
    };
    struct spelling spelling = {.group = from_java(group), .name = texts.bytes[0], .options = &options};
    jstring spelled = spell(env, texts.bytes[0] ? identifier : logical_scope, &spelling);
    texts_close(&texts);
    return spelled;
}
