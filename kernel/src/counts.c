/* How often words are said: the table of variorum/collation/coincidence.py. */
#include "align.h"

typedef struct {
    uint32_t bin, count;
} Count;

/* Either a count for every bin, or, where that would be the larger, slots: bin + 1 and count. */
static Size slots_for(Size words) {
    Size slots = 64;
    while (slots < words * 2) slots *= 2;
    return slots;
}

static Count *slot_for(Count *slots, Size count, uint32_t bin) {
    size_t mask = (size_t)count - 1, at = (size_t)bin * UINT32_C(0x9E3779B9) & mask;
    while (slots[at].bin && slots[at].bin != bin + 1) at = (at + 1) & mask;
    return slots + at;
}

/* counts(x, y, bits) -> a table for counted() */
PyObject *kernel_counts(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View sides[2] = {{0}, {0}};
    Grown out = {0};
    if (wants("counts", count, 3) < 0) return NULL;
    long bits = PyLong_AsLong(args[2]);
    if (PyErr_Occurred()) return NULL;
    if (bits < 1 || bits > 28) {
        PyErr_SetString(PyExc_ValueError, "a table of counts has 1 to 28 bits");
        return NULL;
    }
    if (view(args[0], 8, sides) < 0 || view(args[1], 8, sides + 1) < 0) {
        release(sides);
        return NULL;
    }
    Size slots = slots_for(sides[0].count + sides[1].count);
    int direct = slots * 2 >= (Size)1 << bits;
    Size bytes = direct ? (Size)4 << bits : slots * 8;
    out.at = calloc((size_t)bytes, 1);
    if (out.at) {
        out.used = out.room = bytes;
        for (int side = 0; side < 2; side++) {
            const uint64_t *names = sides[side].at;
            for (Size i = 0; i < sides[side].count; i++) {
                uint32_t bin = (uint32_t)(names[i] >> (64 - bits));
                if (direct) {
                    ((uint32_t *)out.at)[bin]++;
                } else {
                    Count *slot = slot_for((Count *)out.at, slots, bin);
                    slot->bin = bin + 1;
                    slot->count++;
                }
            }
        }
    }
    release(sides);
    release(sides + 1);
    return out.at ? array_of(&out) : PyErr_NoMemory();
}

/* counted(table, bits, x, a, n): for every word of these stretches of x how often its bin was counted (int64) */
PyObject *kernel_counted(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View table = {0}, x = {0};
    Runs runs = {0};
    Grown out = {0};
    PyObject *answer = NULL;
    if (wants("counted", count, 5) < 0) return NULL;
    long bits = PyLong_AsLong(args[1]);
    if (PyErr_Occurred()) return NULL;
    if (view(args[0], 1, &table) < 0 || view(args[2], 8, &x) < 0 ||
        runs_in(args[3], args[3], args[4], x.count, x.count, &runs) < 0)
        goto done;
    Size slots = table.count / 8;
    int direct = bits >= 1 && bits <= 28 && table.count == (Size)4 << bits;
    if (bits < 1 || bits > 28 || (!direct && (slots < 64 || slots & (slots - 1)))) {
        PyErr_SetString(PyExc_ValueError, "no such table of counts");
        goto done;
    }
    Size words = 0;
    for (Size i = 0; i < runs.count; i++) words += runs.at[i].n;
    if (reserve(&out, words * 8 + 8) < 0) goto done;
    out.used = words * 8;
    Int *to = (Int *)out.at;
    const uint64_t *names = x.at;
    for (Size i = 0; i < runs.count; i++)
        for (Int at = runs.at[i].a; at < runs.at[i].a + runs.at[i].n; at++) {
            uint32_t bin = (uint32_t)(names[at] >> (64 - bits)), found = 0;
            if (direct) {
                found = ((const uint32_t *)table.at)[bin];
            } else {
                const Count *there = table.at;
                size_t mask = (size_t)slots - 1, slot = (size_t)bin * UINT32_C(0x9E3779B9) & mask;
                for (Size looked = 0; looked < slots && there[slot].bin; looked++, slot = (slot + 1) & mask)
                    if (there[slot].bin == bin + 1) {
                        found = there[slot].count;
                        break;
                    }
            }
            *to++ = found;
        }
    answer = array_of(&out);
done:
    release(&table);
    release(&x);
    free(runs.at);
    free(out.at);
    return answer ? answer : failed();
}
