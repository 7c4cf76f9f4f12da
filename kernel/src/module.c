/* What Python sees: variorum_kernel. */
#include "align.h"

#include <time.h>

#define VERSION 3 /* the same number as in variorum/kernel.py; a new one whenever a function here answers otherwise or is new */

#define FAST(NAME) {#NAME, (PyCFunction)(void (*)(void))kernel_##NAME, METH_FASTCALL, NULL}

static PyMethodDef functions[] = {
    FAST(tokenise),
    FAST(sentences),
    FAST(shingles),
    FAST(sketch),
    FAST(anchor),
    FAST(grow),
    FAST(joined),
    FAST(fill),
    FAST(left_over),
    FAST(settle),
    FAST(edited),
    FAST(lend),
    FAST(slide),
    FAST(counts),
    FAST(counted),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "variorum_kernel", "The inner loops of Variorum's collation.", -1, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_variorum_kernel(void) {
    /* No text can be made to fall into one slot: the answers do not depend on it. */
    salt = mix((uint64_t)(uintptr_t)&definition ^ mix((uint64_t)time(NULL)) ^ (uint64_t)clock()) | 1;
    PyObject *module = PyModule_Create(&definition);
    if (!module) return NULL;
    if (add_array_type(module) < 0 || PyModule_AddIntConstant(module, "VERSION", VERSION) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
