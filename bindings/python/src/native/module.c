/* The module metra._native: one per process, in the main interpreter. */
#include "gate.h"
#include "library.h"
#include "names.h"
#include "types.h"

struct types types;

static PyObject *version(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyUnicode_FromString(metra.version());
}

static PyObject *hot_path(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyUnicode_FromString(metra.hot_path());
}

static PyMethodDef functions[] = {
    {"load", library_load, METH_VARARGS, NULL},
    {"version", version, METH_NOARGS, NULL},
    {"hot_path", hot_path, METH_NOARGS, NULL},
    {"close_gate", gate_close, METH_NOARGS, NULL},
    {0},
};

static bool add_type(PyObject *module, PyType_Spec *spec, const char *name, PyTypeObject **out)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    if (type == NULL) return false;
    /* Kept for good, as what it makes may outlive the module. */
    *out = (PyTypeObject *)type;
    return PyModule_AddObjectRef(module, name, type) == 0;
}

static bool add_types(PyObject *module)
{
    return add_type(module, &counter_spec, "Counter", &types.counter)
        && add_type(module, &monotonic_counter_spec, "MonotonicCounter", &types.monotonic_counter)
        && add_type(module, &gauge_spec, "Gauge", &types.gauge)
        && add_type(module, &distribution_spec, "Distribution", &types.distribution)
        && add_type(module, &meter_spec, "Meter", &types.meter)
        && add_type(module, &histogram_spec, "Histogram", &types.histogram)
        && add_type(module, &group_spec, "Group", &types.group)
        && add_type(module, &registry_spec, "Registry", &types.registry)
        && add_type(module, &config_spec, "Config", &types.config)
        && add_type(module, &clock_spec, "Clock", &types.clock)
        && add_type(module, &report_spec, "Report", &types.report)
        && add_type(module, &cell_spec, "Cell", &types.cell)
        && add_type(module, &shared_cell_spec, "SharedCell", &types.shared_cell);
}

/* The library of the installation that the module was compiled for, if it was. */
static bool add_installed(PyObject *module)
{
#ifdef METRA_INSTALLED
    return PyModule_AddStringConstant(module, "INSTALLED", METRA_INSTALLED) == 0;
#else
    return PyModule_AddObjectRef(module, "INSTALLED", Py_None) == 0;
#endif
}

/* The library belongs to the process and its threads enter Python by PyGILState_Ensure, which knows the main interpreter
 * only. */
static bool is_main_interpreter(void)
{
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) return true;
    PyErr_SetString(PyExc_ImportError, "metra runs in the main interpreter only, not in subinterpreters");
    return false;
}

static int execute(PyObject *module)
{
    if (!is_main_interpreter() || !names_import() || !add_types(module)) return -1;
    if (!add_installed(module)) return -1;
    gate_open();
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "metra._native",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
