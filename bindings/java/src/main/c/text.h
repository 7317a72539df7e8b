/* Text between Java (UTF-16) and metra (UTF-8). JNI's own UTF-8 is a modified one, which metra rightly refuses. */
#ifndef METRA_JNI_TEXT_H
#define METRA_JNI_TEXT_H

#include <jni.h>
#include <stddef.h>

/* A Java string as NUL-terminated UTF-8; `bytes` is NULL for null. */
struct text {
    const char *bytes;
    char *allocated;
    char small[256];
};

/* Opens a text. Returns 0, with an exception pending and nothing to close, for U+0000 inside and without memory. */
int text_open(JNIEnv *env, jstring string_or_null, struct text *out);
void text_close(struct text *text);

/* The strings of an array, in order. */
struct texts {
    const char **bytes;
    struct text *texts;
    size_t count;
};

/* Opens all strings of an array, as text_open does; members may be null. */
int texts_open(JNIEnv *env, jobjectArray strings, struct texts *out);
void texts_close(struct texts *texts);

/* Makes a Java string; null for NULL, or with an exception pending without memory. */
jstring text_to_java(JNIEnv *env, const char *utf8_or_null);

#endif
