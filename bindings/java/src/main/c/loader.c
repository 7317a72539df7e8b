/* Finds the process's copy of libmetra before anything that needs it is loaded; it is not linked to it itself. */
#include <dlfcn.h>
#include <jni.h>
#include <metra.h>
#include <stdlib.h>

#define SONAME "libmetra.so.0"
#define TEXT(number) #number
#define VERSION(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

JNIEXPORT jstring JNICALL Java_metra_Loader_soname(JNIEnv *env, jclass class) {
    (void)class;
    return (*env)->NewStringUTF(env, SONAME);
}

JNIEXPORT jstring JNICALL Java_metra_Loader_wanted(JNIEnv *env, jclass class) {
    (void)class;
    return (*env)->NewStringUTF(env, VERSION(METRA_VERSION_MAJOR, METRA_VERSION_MINOR, METRA_VERSION_PATCH));
}

/* The version of the copy that is loaded by this name; "" if it says none, null if there is no copy. */
JNIEXPORT jstring JNICALL Java_metra_Loader_loaded(JNIEnv *env, jclass class) {
    (void)class;
    void *library = dlopen(SONAME, RTLD_NOLOAD | RTLD_LAZY | RTLD_LOCAL);
    if (!library) return NULL;
    const char *(*version)(void) = NULL;
    *(void **)&version = dlsym(library, "metra_version");
    return (*env)->NewStringUTF(env, version ? version() : "");
}

static void *open_path(JNIEnv *env, jbyteArray path) {
    jsize length = (*env)->GetArrayLength(env, path);
    char *name = malloc((size_t)length + 1);
    if (!name) return NULL;
    (*env)->GetByteArrayRegion(env, path, 0, length, (jbyte *)name);
    name[length] = 0;
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    free(name);
    return library;
}

/* Loads a library for good. Gives null, or why it could not. */
JNIEXPORT jstring JNICALL Java_metra_Loader_open(JNIEnv *env, jclass class, jbyteArray path) {
    (void)class;
    if (open_path(env, path)) return NULL;
    const char *reason = dlerror();
    return (*env)->NewStringUTF(env, reason ? reason : "no memory");
}
