/* Inside the aligner: runs of equal words, and scratch memory. None of it touches Python. */
#ifndef VARIORUM_ALIGN_H
#define VARIORUM_ALIGN_H

#include "kernel.h"

typedef int64_t Int;

/* a[i] + k and b[i] + k are equal words for k < n[i]; `Runs` of arrays.py. */
typedef struct {
    Int a, b, n;
} Run;

typedef struct {
    Run *at;
    Size count, room;
} Runs;

typedef struct {
    Int a0, a1, b0, b1;
} Gap;

typedef struct {
    Gap *at;
    Size count, room;
} Gaps;

typedef struct {
    const uint64_t *names;
    Size size;
} Side;

int add_run(Runs *runs, Int a, Int b, Int n); /* -1 when there is no memory, as all below */
int add_joined(Runs *runs, Int a, Int b, Int n); /* one run with the last where it goes on with it; nothing for n = 0 */
int add_gap(Gaps *gaps, Int a0, Int a1, Int b0, Int b1);
int join(Runs *runs); /* `joined`: sorted, the empty ones left out, neighbours on a diagonal made one */

/* Which number an array's names have in it: slots hold the number plus `base`, and are free below that. */
typedef struct {
    uint32_t *at;
    const uint64_t *names;
    uint32_t base, used;
    int bits, room;
} Table;

extern uint64_t salt; /* odd; another one in each process */
int clear(Table *table, const uint64_t *names, Size count); /* empties it, for the numbers of this array */

static inline uint32_t *slot_of(const Table *table, uint64_t name) {
    size_t mask = ((size_t)1 << table->bits) - 1, at = (size_t)((name ^ salt) * salt >> (64 - table->bits));
    while (table->at[at] >= table->base && table->names[table->at[at] - table->base] != name) at = (at + 1) & mask;
    return table->at + at;
}

#define HOLDS(table, slot) (*(slot) >= (table)->base)
#define NUMBER(table, slot) (*(slot) - (table)->base)
#define PUT(table, slot, number) (*(slot) = (table)->base + (uint32_t)(number))

/* Places and names of k-grams of one side, in order. */
typedef struct {
    uint32_t *at;
    uint64_t *names;
    Size count, room;
} Keys;

typedef struct {
    Table table;
    Keys one, other;
    int32_t *facing;
    Size room;
} Scratch;

void drop(Scratch *scratch);
int add_grams(Keys *keys, const uint64_t *names, Int low, Int high, int k, uint64_t salted, uint64_t below);
/* Pairs of places whose names stand once among each keys; n is put into every run. */
int once_in_each(Scratch *scratch, Runs *out, Int n);
Size heaviest(const Int *first, const Int *last, const Int *weights, Size count, uint8_t *chosen); /* -1: no memory */

int fill_small(Side x, Side y, const Gaps *gaps, Runs *out, Gaps *large);

/* From Python and to it. */
int runs_in(PyObject *a, PyObject *b, PyObject *n, Size size_a, Size size_b, Runs *out);
int gaps_in(PyObject *const *four, Size size_a, Size size_b, Gaps *out);
PyObject *runs_out(const Runs *runs); /* one array: all a, all b, all n */
PyObject *failed(void);               /* MemoryError, where nothing else is set */

PyObject *kernel_anchor(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_grow(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_fill(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_left_over(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_settle(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_edited(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_lend(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_slide(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_counts(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_counted(PyObject *self, PyObject *const *args, Size count);
PyObject *kernel_joined(PyObject *self, PyObject *const *args, Size count);

#endif
