#include "failure.h"
#include "handle.h"
#include "java.h"
#include "reading.h"
#include "reporter.h"
#include "text.h"

JNIEXPORT jlong JNICALL Java_metra_Registry_make(JNIEnv *env, jclass class, jlong config_or_null) {
    (void)class;
    metra_registry *registry = NULL;
    failure_check(env, metra_registry_new(from_java(config_or_null), &registry));
    return to_java(registry);
}

/* With a bad file there is a registry as well as a status: the exception wins, the next call gives the registry. */
JNIEXPORT jlong JNICALL Java_metra_Registry_shared(JNIEnv *env, jclass class) {
    (void)class;
    metra_registry *registry = NULL;
    if (failure_check(env, metra_registry_default(&registry))) return to_java(registry);
    metra_registry_free(registry);
    return 0;
}

JNIEXPORT void JNICALL Java_metra_Registry_setDefault(JNIEnv *env, jclass class, jlong registry) {
    (void)class;
    failure_check(env, metra_registry_set_default(from_java(registry)));
}

JNIEXPORT void JNICALL Java_metra_Registry_close(JNIEnv *env, jclass class, jlong registry, jint deadline_ms) {
    (void)class;
    failure_check(env, metra_registry_close(from_java(registry), (uint32_t)deadline_ms));
}

JNIEXPORT void JNICALL Java_metra_Registry_free(JNIEnv *env, jclass class, jlong registry) {
    (void)env;
    (void)class;
    metra_registry_free(from_java(registry));
}

/* null for a gauge without a value. */
JNIEXPORT jobject JNICALL Java_metra_Registry_readGauge(JNIEnv *env, jclass class, jlong registry, jlong gauge) {
    (void)class;
    metra_value value = {0};
    metra_status status = metra_registry_read_gauge(from_java(registry), from_java(gauge), &value);
    if (status == METRA_ERROR_NOT_FOUND || !failure_check(env, status)) return NULL;
    return value_to_java(env, &value);
}

JNIEXPORT jint JNICALL Java_metra_Registry_reporterCount(JNIEnv *env, jclass class, jlong registry) {
    (void)env;
    (void)class;
    return (jint)metra_registry_reporter_count(from_java(registry));
}

JNIEXPORT jobject JNICALL Java_metra_Registry_reporter(JNIEnv *env, jclass class, jlong registry, jint index) {
    (void)class;
    metra_reporter_info info = {.size = sizeof info};
    if (!failure_check(env, metra_registry_reporter(from_java(registry), (size_t)index, &info))) return NULL;
    return reporter_info_to_java(env, &info);
}

JNIEXPORT jobject JNICALL Java_metra_Registry_losses(JNIEnv *env, jclass class, jlong registry) {
    (void)class;
    metra_losses losses = {.size = sizeof losses};
    if (!failure_check(env, metra_registry_losses(from_java(registry), &losses))) return NULL;
    return (*env)->NewObject(env, java.losses.class, java.losses.make, (jlong)losses.name_collisions,
                             (jlong)losses.limits, (jlong)losses.hidden_variables, (jlong)losses.equal_identities,
                             (jlong)losses.gauge_timeouts, (jlong)losses.gauge_failures,
                             (jlong)losses.inexpressible_values, (jlong)losses.panics);
}

JNIEXPORT void JNICALL Java_metra_Registry_collect(JNIEnv *env, jclass class, jlong registry, jobject consumer) {
    (void)class;
    struct visitor visitor = {.env = env, .consumer = consumer};
    metra_status status = metra_registry_collect(from_java(registry), visitor_visit, &visitor);
    failure_check(env, status);
}

/* An output stream and the array that bytes reach it in. */
struct sink {
    JNIEnv *env;
    jobject stream;
    jbyteArray chunk;
};

enum { CHUNK = 64 * 1024 };

/* Writes until the stream throws; the exception stays pending. */
static int write_bytes(void *userdata, const char *bytes, size_t len) {
    struct sink *sink = userdata;
    JNIEnv *env = sink->env;
    while (len > 0) {
        jsize part = len < CHUNK ? (jsize)len : CHUNK;
        (*env)->SetByteArrayRegion(env, sink->chunk, 0, part, (const jbyte *)bytes);
        (*env)->CallVoidMethod(env, sink->stream, java.write, sink->chunk, 0, part);
        if ((*env)->ExceptionCheck(env)) return 1;
        bytes += part;
        len -= (size_t)part;
    }
    return 0;
}

JNIEXPORT void JNICALL Java_metra_Registry_write(JNIEnv *env, jclass class, jlong registry, jint format,
                                                 jobject stream) {
    (void)class;
    struct sink sink = {.env = env, .stream = stream, .chunk = (*env)->NewByteArray(env, CHUNK)};
    if (!sink.chunk) return;
    failure_check(env, metra_registry_write(from_java(registry), format, write_bytes, &sink));
}

/* Keys and values by turns are laid out as variables are. */
_Static_assert(sizeof(metra_variable) == 2 * sizeof(const char *), "a variable is two strings");

JNIEXPORT jlong JNICALL Java_metra_Registry_root(JNIEnv *env, jclass class, jlong registry, jstring name,
                                                 jobjectArray pairs) {
    (void)class;
    metra_group *group = NULL;
    struct text text;
    struct texts texts;
    if (!text_open(env, name, &text)) return 0;
    if (texts_open(env, pairs, &texts)) {
        metra_root_info info = {
            .size = sizeof info,
            .name = text.bytes,
            .variables = (const metra_variable *)texts.bytes,
            .variables_len = texts.count / 2,
        };
        failure_check(env, metra_registry_root(from_java(registry), &info, &group));
        texts_close(&texts);
    }
    text_close(&text);
    return to_java(group);
}

JNIEXPORT jlong JNICALL Java_metra_Registry_jobManager(JNIEnv *env, jclass class, jlong registry, jstring host) {
    (void)class;
    metra_group *group = NULL;
    struct text text;
    if (!text_open(env, host, &text)) return 0;
    metra_jobmanager_info info = {.size = sizeof info, .host = text.bytes};
    failure_check(env, metra_registry_jobmanager(from_java(registry), &info, &group));
    text_close(&text);
    return to_java(group);
}

JNIEXPORT jlong JNICALL Java_metra_Registry_taskManager(JNIEnv *env, jclass class, jlong registry,
                                                        jobjectArray strings) {
    (void)class;
    metra_group *group = NULL;
    struct texts texts;
    if (!texts_open(env, strings, &texts)) return 0;
    metra_taskmanager_info info = {.size = sizeof info, .host = texts.bytes[0], .tm_id = texts.bytes[1]};
    failure_check(env, metra_registry_taskmanager(from_java(registry), &info, &group));
    texts_close(&texts);
    return to_java(group);
}
