#include "text.h"

#include "failure.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int is_high(uint32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

static int is_low(uint32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

/* Writes a code point and returns its length. Half of a surrogate pair becomes three bytes that metra refuses. */
static size_t encode(uint32_t point, char *out) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

/* Writes UTF-16 as NUL-terminated UTF-8, three bytes for a unit at most. Returns 0 if there is a U+0000. */
static int to_utf8(const jchar *units, jsize count, char *out) {
    size_t length = 0;
    for (jsize at = 0; at < count; at++) {
        uint32_t point = units[at];
        if (point == 0) return 0;
        if (is_high(point) && at + 1 < count && is_low(units[at + 1])) {
            at++;
            point = 0x10000 + ((point - 0xD800) << 10) + (units[at] - 0xDC00u);
        }
        length += encode(point, out + length);
    }
    out[length] = 0;
    return 1;
}

int text_open(JNIEnv *env, jstring string_or_null, struct text *out) {
    out->bytes = NULL;
    out->allocated = NULL;
    if (!string_or_null) return 1;
    jsize count = (*env)->GetStringLength(env, string_or_null);
    size_t needed = (size_t)count * 3 + 1;
    char *bytes = needed <= sizeof out->small ? out->small : (out->allocated = malloc(needed));
    const jchar *units = bytes ? (*env)->GetStringCritical(env, string_or_null, NULL) : NULL;
    int has_no_nul = units && to_utf8(units, count, bytes);
    if (units) (*env)->ReleaseStringCritical(env, string_or_null, units);
    if (has_no_nul) {
        out->bytes = bytes;
        return 1;
    }
    text_close(out);
    if (units) failure_throw(env, METRA_ERROR_INVALID_ARGUMENT, "there is a U+0000 in the text");
    else failure_out_of_memory(env);
    return 0;
}

void text_close(struct text *text) {
    free(text->allocated);
    text->allocated = NULL;
    text->bytes = NULL;
}

/* Opens the string at `at`. */
static int open_member(JNIEnv *env, jobjectArray strings, size_t at, struct texts *out) {
    jstring string = (*env)->GetObjectArrayElement(env, strings, (jsize)at);
    int is_open = !(*env)->ExceptionCheck(env) && text_open(env, string, &out->texts[at]);
    (*env)->DeleteLocalRef(env, string);
    if (is_open) {
        out->bytes[at] = out->texts[at].bytes;
        out->count = at + 1;
    }
    return is_open;
}

int texts_open(JNIEnv *env, jobjectArray strings, struct texts *out) {
    size_t count = (size_t)(*env)->GetArrayLength(env, strings);
    out->count = 0;
    /* One more than needed, because calloc may give NULL for nothing. */
    out->bytes = calloc(count + 1, sizeof *out->bytes);
    out->texts = calloc(count + 1, sizeof *out->texts);
    if (!out->bytes || !out->texts) {
        texts_close(out);
        failure_out_of_memory(env);
        return 0;
    }
    for (size_t at = 0; at < count; at++)
        if (!open_member(env, strings, at, out)) {
            texts_close(out);
            return 0;
        }
    return 1;
}

void texts_close(struct texts *texts) {
    for (size_t at = 0; at < texts->count; at++) text_close(&texts->texts[at]);
    free(texts->bytes);
    free(texts->texts);
    texts->bytes = NULL;
    texts->texts = NULL;
    texts->count = 0;
}

/* Writes UTF-8, which metra keeps valid, as UTF-16 with a 0 behind it, and returns its length: never more units than
   there were bytes. */
static jsize to_utf16(const char *utf8, jchar *out) {
    jsize length = 0;
    for (const unsigned char *at = (const unsigned char *)utf8; *at;) {
        int follow = *at < 0x80 ? 0 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : 3;
        uint32_t point = follow == 0 ? *at : *at & (0x3Fu >> follow);
        for (at++; follow > 0 && *at; follow--) point = point << 6 | (*at++ & 0x3F);
        if (point >= 0x10000) {
            out[length++] = (jchar)(0xD800 + ((point - 0x10000) >> 10));
            point = 0xDC00 + ((point - 0x10000) & 0x3FF);
        }
        out[length++] = (jchar)point;
    }
    out[length] = 0;
    return length;
}

jstring text_to_java(JNIEnv *env, const char *utf8_or_null) {
    if (!utf8_or_null) return NULL;
    size_t size = strlen(utf8_or_null);
    jchar small[256];
    jchar *units = size < sizeof small / sizeof *small ? small : malloc((size + 1) * sizeof *units);
    if (!units) {
        failure_out_of_memory(env);
        return NULL;
    }
    jsize length = to_utf16(utf8_or_null, units);
    jstring string = (*env)->NewString(env, units, length);
    if (units != small) free(units);
    return string;
}
