/* Reporters of the program's own. */
#ifndef METRA_JNI_REPORTER_H
#define METRA_JNI_REPORTER_H

#include "callback.h"

#include <metra.h>

/* The functions that call a metra.Reporter. */
metra_reporter reporter_of(struct callback *callback);

/* Describes a started reporter as metra.ReporterInfo; null with an exception pending if it cannot. */
jobject reporter_info_to_java(JNIEnv *env, const metra_reporter_info *info);

#endif
