/* Java: a JVM of the host's own, through JNI's invocation interface. */
#include "language.h"

#include <jni.h>
#include <stdio.h>

static JavaVM *machine;
static JNIEnv *env;
static char line[LINE];

/* What Part.java did not catch. */
static const char *failed(void)
{
    (*env)->ExceptionDescribe(env);
    return "error: see what Java printed";
}

/* A string of Java's as a line. */
static const char *told(jstring text)
{
    const char *bytes = (*env)->GetStringUTFChars(env, text, NULL);
    if (bytes == NULL)
        return failed();
    snprintf(line, sizeof line, "%s", bytes);
    (*env)->ReleaseStringUTFChars(env, text, bytes);
    return line;
}

static const char *call(const char *verb, uint64_t token)
{
    jclass part = (*env)->FindClass(env, "Part");
    jmethodID play = part == NULL ? NULL
        : (*env)->GetStaticMethodID(env, part, "play", "(Ljava/lang/String;J)Ljava/lang/String;");
    jstring word = play == NULL ? NULL : (*env)->NewStringUTF(env, verb);
    if (word == NULL)
        return failed();
    jobject answer = (*env)->CallStaticObjectMethod(env, part, play, word, (jlong)token);
    return (*env)->ExceptionCheck(env) ? failed() : told(answer);
}

/* What Java refers to while it plays goes when it has played. */
static const char *play(const char *verb, uint64_t token)
{
    if ((*env)->PushLocalFrame(env, 16) != 0)
        return failed();
    const char *answer = call(verb, token);
    (*env)->PopLocalFrame(env, NULL);
    return answer;
}

static const char *start(const char *class_path)
{
    char option[LINE];
    snprintf(option, sizeof option, "-Djava.class.path=%s", class_path);
    JavaVMOption options[] = {{option, NULL}, {"-XX:TieredStopAtLevel=1", NULL}, {"-Xmx64m", NULL}};
    JavaVMInitArgs arguments = {JNI_VERSION_10, sizeof options / sizeof *options, options, JNI_FALSE};
    if (JNI_CreateJavaVM(&machine, (void **)&env, &arguments) != JNI_OK)
        return "error: no JVM";
    return play("start", 0);
}

static const char *end(void)
{
    return (*machine)->DestroyJavaVM(machine) == JNI_OK ? "ok" : "error: the JVM stays";
}

const language java_language = {"java", start, play, end};
