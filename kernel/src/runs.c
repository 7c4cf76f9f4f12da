/* Runs and gaps: variorum/collation/arrays.py. */
#include "align.h"

uint64_t salt = UINT64_C(0x9E3779B97F4A7C15);

#define GROW(LIST, TYPE)                                                             \
    if ((LIST)->count == (LIST)->room) {                                             \
        Size room = (LIST)->room ? (LIST)->room * 2 : 64;                            \
        TYPE *at = realloc((LIST)->at, (size_t)room * sizeof *at);                   \
        if (!at) return -1;                                                          \
        (LIST)->at = at;                                                             \
        (LIST)->room = room;                                                         \
    }

int add_run(Runs *runs, Int a, Int b, Int n) {
    GROW(runs, Run)
    runs->at[runs->count++] = (Run){a, b, n};
    return 0;
}

int add_joined(Runs *runs, Int a, Int b, Int n) {
    if (!n) return 0;
    if (runs->count) {
        Run *last = runs->at + runs->count - 1;
        if (last->a + last->n == a && last->b + last->n == b) {
            last->n += n;
            return 0;
        }
    }
    return add_run(runs, a, b, n);
}

int add_gap(Gaps *gaps, Int a0, Int a1, Int b0, Int b1) {
    GROW(gaps, Gap)
    gaps->at[gaps->count++] = (Gap){a0, a1, b0, b1};
    return 0;
}

/* Merges halves; stable. */
static void sort_runs(Run *runs, Size count, Run *room) {
    if (count < 12) {
        for (Size i = 1; i < count; i++) {
            Run run = runs[i];
            Size at = i;
            for (; at > 0 && runs[at - 1].a > run.a; at--) runs[at] = runs[at - 1];
            runs[at] = run;
        }
        return;
    }
    Size half = count / 2;
    sort_runs(runs, half, room);
    sort_runs(runs + half, count - half, room);
    if (runs[half - 1].a <= runs[half].a) return;
    memcpy(room, runs, sizeof *runs * (size_t)half);
    Size i = 0, j = half, to = 0;
    while (i < half && j < count) runs[to++] = runs[j].a < room[i].a ? runs[j++] : room[i++];
    while (i < half) runs[to++] = room[i++];
}

int join(Runs *runs) {
    Size used = 0;
    int sorted = 1;
    for (Size i = 0; i < runs->count; i++)
        if (runs->at[i].n) {
            if (used && runs->at[used - 1].a > runs->at[i].a) sorted = 0;
            runs->at[used++] = runs->at[i];
        }
    runs->count = used;
    if (!sorted) {
        Run *room = malloc(sizeof *room * (size_t)(used / 2 + 1));
        if (!room) return -1;
        sort_runs(runs->at, used, room);
        free(room);
    }
    Size to = 0;
    for (Size i = 0; i < used; i++) {
        Run *last = runs->at + to - 1, here = runs->at[i];
        /* Each is compared with the one before it as it came, not with what grew of that: the sums are the same. */
        if (to && last->a + last->n == here.a && last->b + last->n == here.b)
            last->n += here.n;
        else
            runs->at[to++] = here;
    }
    runs->count = to;
    return 0;
}

int clear(Table *table, const uint64_t *names, Size count) {
    int bits = 6;
    while (((Size)1 << bits) < count * 2) bits++;
    if (count > INT32_MAX / 2) return -1;
    table->base += table->used;
    if (!table->at || bits > table->room) {
        free(table->at);
        table->at = calloc((size_t)1 << bits, sizeof *table->at);
        if (!table->at) return -1;
        table->room = bits;
        table->base = 1;
    } else if (table->base > UINT32_MAX / 2) {
        memset(table->at, 0, sizeof *table->at << table->room);
        table->base = 1;
    }
    table->bits = bits; /* a small one at the head of a large one stays in the cache */
    table->names = names;
    table->used = (uint32_t)count;
    return 0;
}

PyObject *failed(void) { return PyErr_Occurred() ? NULL : PyErr_NoMemory(); }

/* ---------------------------------------------------------------- from Python and to it */

int runs_in(PyObject *a, PyObject *b, PyObject *n, Size size_a, Size size_b, Runs *out) {
    View views[3] = {{0}, {0}, {0}};
    PyObject *from[3] = {a, b, n};
    int answer = -1;
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 3; i++)
        if (view(from[i], 8, views + i) < 0) goto done;
    Size count = views[0].count;
    if (views[1].count != count || views[2].count != count) {
        PyErr_SetString(PyExc_ValueError, "runs have as many beginnings as lengths");
        goto done;
    }
    out->room = count + 16;
    out->at = malloc(sizeof *out->at * (size_t)out->room);
    if (!out->at) {
        PyErr_NoMemory();
        goto done;
    }
    const Int *pa = views[0].at, *pb = views[1].at, *pn = views[2].at;
    for (Size i = 0; i < count; i++) {
        Run run = {pa[i], pb[i], pn[i]};
        if (run.n < 0 || run.a < 0 || run.b < 0 || run.n > size_a || run.n > size_b || run.a > size_a - run.n ||
            run.b > size_b - run.n) {
            PyErr_SetString(PyExc_ValueError, "a run lies outside the words");
            goto done;
        }
        out->at[i] = run;
    }
    out->count = count;
    answer = 0;
done:
    for (int i = 0; i < 3; i++) release(views + i);
    if (answer < 0) {
        free(out->at);
        memset(out, 0, sizeof *out);
    }
    return answer;
}

int gaps_in(PyObject *const *four, Size size_a, Size size_b, Gaps *out) {
    View views[4] = {{0}, {0}, {0}, {0}};
    int answer = -1;
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 4; i++)
        if (view(four[i], 8, views + i) < 0) goto done;
    Size count = views[0].count;
    if (views[1].count != count || views[2].count != count || views[3].count != count) {
        PyErr_SetString(PyExc_ValueError, "gaps have as many beginnings as ends");
        goto done;
    }
    out->room = count + 1;
    out->at = malloc(sizeof *out->at * (size_t)out->room);
    if (!out->at) {
        PyErr_NoMemory();
        goto done;
    }
    const Int *a0 = views[0].at, *a1 = views[1].at, *b0 = views[2].at, *b1 = views[3].at;
    for (Size i = 0; i < count; i++) {
        Gap gap = {a0[i], a1[i], b0[i], b1[i]};
        if (gap.a0 < 0 || gap.b0 < 0 || gap.a1 < gap.a0 || gap.b1 < gap.b0 || gap.a1 > size_a || gap.b1 > size_b) {
            PyErr_SetString(PyExc_ValueError, "a gap lies outside the words");
            goto done;
        }
        out->at[i] = gap;
    }
    out->count = count;
    answer = 0;
done:
    for (int i = 0; i < 4; i++) release(views + i);
    if (answer < 0) {
        free(out->at);
        memset(out, 0, sizeof *out);
    }
    return answer;
}

PyObject *runs_out(const Runs *runs) {
    Grown out = {0};
    Size count = runs->count;
    if (reserve(&out, count * 24 + 8) < 0) return PyErr_NoMemory();
    Int *at = (Int *)out.at;
    for (Size i = 0; i < count; i++) {
        at[i] = runs->at[i].a;
        at[count + i] = runs->at[i].b;
        at[2 * count + i] = runs->at[i].n;
    }
    out.used = count * 24;
    return array_of(&out);
}

/* ---------------------------------------------------------------- grow, joined */

/* grow(x, y, a, b, n): the runs, each grown over equal words at both ends of the gaps between them; they stand in order.
   None where there is no gap with words on both sides. */
PyObject *kernel_grow(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Runs runs = {0}, grown = {0};
    PyObject *out = NULL;
    if (wants("grow", count, 5) < 0) return NULL;
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 || runs_in(args[2], args[3], args[4], x.count, y.count, &runs) < 0)
        goto done;
    const uint64_t *one = x.at, *other = y.at;
    Int a0 = 0, b0 = 0;
    int any = 0;
    for (Size i = 0; i <= runs.count; i++) {
        Run run = i < runs.count ? runs.at[i] : (Run){x.count, y.count, 0};
        if (run.a < a0) {
            PyErr_SetString(PyExc_ValueError, "runs stand in the order of the first side and apart");
            goto done;
        }
        if (run.a > a0 && run.b > b0) {
            any = 1;
            Int most = run.a - a0 < run.b - b0 ? run.a - a0 : run.b - b0, head = 0, tail = 0;
            while (head < most && one[a0 + head] == other[b0 + head]) head++;
            while (tail < most - head && one[run.a - 1 - tail] == other[run.b - 1 - tail]) tail++;
            if (add_joined(&grown, a0, b0, head) < 0 || add_joined(&grown, run.a - tail, run.b - tail, tail) < 0) goto done;
        }
        if (add_joined(&grown, run.a, run.b, run.n) < 0) goto done;
        a0 = run.a + run.n;
        b0 = run.b + run.n;
    }
    out = any ? runs_out(&grown) : Py_NewRef(Py_None);
done:
    release(&x);
    release(&y);
    free(runs.at);
    free(grown.at);
    return out ? out : failed();
}

/* joined(a, b, n, a, b, n, ...): several sets of runs as one */
PyObject *kernel_joined(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    Runs all = {0};
    if (count % 3) {
        PyErr_SetString(PyExc_TypeError, "joined takes three arrays for each set of runs");
        return NULL;
    }
    PyObject *out = NULL;
    for (Size i = 0; i < count; i += 3) {
        Runs some;
        if (runs_in(args[i], args[i + 1], args[i + 2], PY_SSIZE_T_MAX / 4, PY_SSIZE_T_MAX / 4, &some) < 0) goto done;
        for (Size j = 0; j < some.count; j++)
            if (add_run(&all, some.at[j].a, some.at[j].b, some.at[j].n) < 0) {
                free(some.at);
                goto done;
            }
        free(some.at);
    }
    if (join(&all) == 0) out = runs_out(&all);
done:
    free(all.at);
    return out ? out : failed();
}
