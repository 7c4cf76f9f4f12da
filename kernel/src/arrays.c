/* Arrays in and out: views of what Python holds, and an object that hands our memory over by the buffer protocol. */
#include "kernel.h"

static int take(PyObject *from, Size itemsize, View *out, int flags) {
    memset(out, 0, sizeof *out);
    if (PyObject_GetBuffer(from, &out->buffer, flags) < 0) return -1;
    out->held = 1;
    if (out->buffer.ndim != 1 || out->buffer.itemsize != itemsize) {
        release(out);
        PyErr_Format(PyExc_ValueError, "an array of one dimension and items of %zd bytes is wanted", itemsize);
        return -1;
    }
    out->count = out->buffer.shape ? out->buffer.shape[0] : out->buffer.len / itemsize;
    out->at = out->buffer.buf;
    return 0;
}

int view(PyObject *from, Size itemsize, View *out) {
    if (take(from, itemsize, out, PyBUF_STRIDED_RO) < 0) return -1;
    Size stride = out->buffer.strides ? out->buffer.strides[0] : itemsize;
    int straight = (stride == itemsize || out->count < 2) && (uintptr_t)out->at % (uintptr_t)itemsize == 0;
    if (!straight) {
        char *own = malloc((size_t)(out->count ? out->count * itemsize : 1));
        if (!own) {
            release(out);
            PyErr_NoMemory();
            return -1;
        }
        const char *at = out->at;
        for (Size i = 0; i < out->count; i++) memcpy(own + i * itemsize, at + i * stride, (size_t)itemsize);
        out->own = own;
        out->at = own;
    }
    return 0;
}

int view_writable(PyObject *from, Size itemsize, View *out) {
    if (take(from, itemsize, out, PyBUF_CONTIG) < 0) return -1;
    if ((uintptr_t)out->at % (uintptr_t)itemsize) {
        release(out);
        PyErr_SetString(PyExc_ValueError, "an aligned array is wanted");
        return -1;
    }
    return 0;
}

void release(View *held) {
    if (held->held) PyBuffer_Release(&held->buffer);
    free(held->own);
    memset(held, 0, sizeof *held);
}

int reserve(Grown *grown, Size more) {
    if (grown->room - grown->used >= more) return 0;
    if (more > PY_SSIZE_T_MAX / 2 - grown->used) return -1;
    Size room = grown->room + grown->room / 2;
    if (room < grown->used + more) room = grown->used + more;
    if (room < 64) room = 64;
    char *at = realloc(grown->at, (size_t)room);
    if (!at) return -1;
    grown->at = at;
    grown->room = room;
    return 0;
}

int wants(const char *name, Size count, Size wanted) {
    if (count == wanted) return 0;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", name, wanted, count);
    return -1;
}

/* ---------------------------------------------------------------- Array */

typedef struct {
    PyObject_HEAD
    char *at;
    Size size;
} Array;

static PyTypeObject *array_type;

static int array_buffer(PyObject *self, Py_buffer *buffer, int flags) {
    static char nothing[8];
    Array *array = (Array *)self;
    return PyBuffer_FillInfo(buffer, self, array->at ? array->at : nothing, array->size, 0, flags);
}

static void array_free(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    free(((Array *)self)->at);
    PyObject_Free(self);
    Py_DECREF(type);
}

static Py_ssize_t array_size(PyObject *self) { return ((Array *)self)->size; }

static PyType_Slot slots[] = {
    {Py_tp_dealloc, array_free},
    {Py_bf_getbuffer, array_buffer},
    {Py_sq_length, array_size},
    {Py_tp_doc, "Bytes of the kernel's, handed over by the buffer protocol."},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "variorum_kernel.Array",
    .basicsize = sizeof(Array),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

int add_array_type(PyObject *module) {
    PyObject *type = PyType_FromSpec(&spec);
    if (!type) return -1;
    array_type = (PyTypeObject *)type;
    return PyModule_AddObjectRef(module, "Array", type);
}

PyObject *array_of(Grown *grown) {
    Array *array = PyObject_New(Array, array_type);
    if (!array) {
        free(grown->at);
    } else {
        array->size = grown->used;
        array->at = grown->at;
        if (grown->room - grown->used > grown->used / 4 + 256) {
            char *less = realloc(grown->at, (size_t)(grown->used ? grown->used : 1));
            if (less) array->at = less;
        }
    }
    memset(grown, 0, sizeof *grown);
    return (PyObject *)array;
}
