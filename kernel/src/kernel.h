/* The inner loops of collation in C.

   Rules of this folder. In go arrays of integers (by the buffer protocol) and the characters of a string; out come arrays.
   No number from outside is used as an index before it was compared with the size of what it points into; what does not fit
   raises ValueError. Names of words are only ever compared and hashed. Whatever the input is, the answer is the one that the
   functions of variorum/text and variorum/collation give in numpy, which each function here names. */
#ifndef VARIORUM_KERNEL_H
#define VARIORUM_KERNEL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef Py_ssize_t Size;

/* ---------------------------------------------------------------- arrays in and out (arrays.c) */

/* Integers of somebody else's array; copied where they do not stand side by side. */
typedef struct {
    const void *at;
    Size count;
    Py_buffer buffer;
    int held;
    void *own;
} View;

int view(PyObject *from, Size itemsize, View *out);  /* -1 with an exception set */
int view_writable(PyObject *from, Size itemsize, View *out);
void release(View *view);

/* Memory that grows and at last becomes an array of Python's. */
typedef struct {
    char *at;
    Size used, room; /* bytes */
} Grown;

int reserve(Grown *grown, Size more); /* -1 when there is no memory; sets no exception */
PyObject *array_of(Grown *grown);     /* takes the memory over, also where it fails */
int add_array_type(PyObject *module);

/* ---------------------------------------------------------------- names */

static inline uint64_t mix(uint64_t v) {
    v = (v ^ (v >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    v = (v ^ (v >> 27)) * UINT64_C(0x94D049BB133111EB);
    return v ^ (v >> 31);
}

void sort_names(uint64_t *names, Size count, uint64_t *room); /* ascending; room for as many */

/* ---------------------------------------------------------------- what Python calls */

PyObject *kernel_tokenise(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_sentences(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_shingles(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_sketch(PyObject *self, PyObject *const *args, Size count);

int wants(const char *name, Size count, Size wanted); /* -1 with TypeError set where the number of arguments is another */

#endif
