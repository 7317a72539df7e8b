/* Python: an interpreter whose lock the main thread takes only while Python runs. */
#include <Python.h>

#include "language.h"

#include <stdio.h>
#include <string.h>

static PyThreadState *rest;
static PyObject *stage;
static char line[LINE];

/* What stage.py did not catch. */
static const char *failed(void)
{
    PyErr_Print();
    return "error: see what Python printed";
}

static const char *call(const char *verb, uint64_t token)
{
    PyObject *answer = PyObject_CallMethod(stage, "play", "sK", verb, (unsigned long long)token);
    const char *text = answer == NULL ? NULL : PyUnicode_AsUTF8(answer);
    if (text == NULL)
        return failed();
    snprintf(line, sizeof line, "%s", text);
    Py_DECREF(answer);
    return line;
}

static PyStatus initialize(const char *program)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    /* Standard input and output are the host's: Python would drop what is buffered. */
    config.configure_c_stdio = 0;
    PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, program);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

static const char *start(const char *program)
{
    PyStatus status = initialize(program);
    if (PyStatus_Exception(status)) {
        snprintf(line, sizeof line, "error: %s", status.err_msg == NULL ? "no interpreter" : status.err_msg);
        return line;
    }
    stage = PyImport_ImportModule("stage");
    const char *answer = stage == NULL ? failed() : call("start", 0);
    rest = PyEval_SaveThread();
    return answer;
}

static const char *play(const char *verb, uint64_t token)
{
    /* "hold" keeps Python's lock until the next verb. */
    if (rest != NULL)
        PyEval_RestoreThread(rest);
    rest = NULL;
    if (strcmp(verb, "hold") == 0)
        return "ok";
    const char *answer = call(verb, token);
    rest = PyEval_SaveThread();
    return answer;
}

static const char *end(void)
{
    if (rest != NULL)
        PyEval_RestoreThread(rest);
    rest = NULL;
    Py_CLEAR(stage);
    return Py_FinalizeEx() == 0 ? "ok" : "error: what was written could not be flushed";
}

const language python_language = {"python", start, play, end};
