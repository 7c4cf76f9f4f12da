/* Moves: variorum/collation/moves.py and lend.py. */
#include "align.h"

#define LEAST 6
#define MOST 64   /* words at each end that may be lent */
#define BEYOND 2
static const int skips[][2] = {{1, 1}, {0, 1}, {1, 0}, {1, 2}, {2, 1}, {2, 2}};

/* Which words of both sides no run holds. */
typedef struct {
    uint8_t *a, *b;
} Free;

static int free_of(Free *left, Size size_a, Size size_b) {
    left->a = malloc((size_t)(size_a + size_b + 1));
    if (!left->a) return -1;
    left->b = left->a + size_a;
    memset(left->a, 1, (size_t)(size_a + size_b + 1));
    return 0;
}

static void hold(Free left, const Runs *runs) {
    for (Size i = 0; i < runs->count; i++) {
        memset(left.a + runs->at[i].a, 0, (size_t)runs->at[i].n);
        memset(left.b + runs->at[i].b, 0, (size_t)runs->at[i].n);
    }
}

#define GOOD(i, j) (x.names[i] == y.names[j] && left.a[i] && left.b[j])

static Int ahead(Side x, Side y, Free left, Int a, Int b) {
    Int n = 0;
    while (a + n < x.size && b + n < y.size && GOOD(a + n, b + n)) n++;
    return n;
}

static Int back(Side x, Side y, Free left, Int a, Int b) {
    Int n = 0;
    while (a - n > 0 && b - n > 0 && GOOD(a - n - 1, b - n - 1)) n++;
    return n;
}

/* ---------------------------------------------------------------- left over */

static int stretches(Keys *keys, Side side, const Runs *runs, int second, int k) {
    Int low = 0;
    for (Size i = 0; i <= runs->count; i++) {
        Int high = i == runs->count ? side.size : second ? runs->at[i].b : runs->at[i].a;
        if (high - low >= k && add_grams(keys, side.names, low, high, k, 0, UINT64_MAX) < 0) return -1;
        if (i < runs->count) low = high + runs->at[i].n;
    }
    return 0;
}

static int by_second(const void *one, const void *other) {
    Int a = ((const Run *)one)->b, b = ((const Run *)other)->b;
    return a < b ? -1 : a > b;
}

/* left_over(x, y, a, b, n, k): k-grams that stand once in what is left of both sides */
PyObject *kernel_left_over(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Runs runs = {0}, found = {0};
    Scratch scratch = {0};
    PyObject *out = NULL;
    if (wants("left_over", count, 6) < 0) return NULL;
    long k = PyLong_AsLong(args[5]);
    if (PyErr_Occurred()) return NULL;
    if (k < 1 || k > 8) {
        PyErr_SetString(PyExc_ValueError, "left_over looks for 1 to 8 words");
        return NULL;
    }
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 || runs_in(args[2], args[3], args[4], x.count, y.count, &runs) < 0)
        goto done;
    if (stretches(&scratch.one, (Side){x.at, x.count}, &runs, 0, (int)k) < 0) goto done;
    int ordered = 1;
    for (Size i = 1; i < runs.count; i++) ordered &= runs.at[i - 1].b <= runs.at[i].b;
    if (!ordered) qsort(runs.at, (size_t)runs.count, sizeof *runs.at, by_second);
    if (stretches(&scratch.other, (Side){y.at, y.count}, &runs, 1, (int)k) < 0) goto done;
    if (once_in_each(&scratch, &found, k) == 0) out = runs_out(&found);
done:
    release(&x);
    release(&y);
    drop(&scratch);
    free(runs.at);
    free(found.at);
    return out ? out : failed();
}

/* ---------------------------------------------------------------- settle */

static int longest_first(const void *one, const void *other) {
    const Run *p = one, *q = other;
    if (p->n != q->n) return p->n > q->n ? -1 : 1;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

/* `_grow`: the run around a candidate; n is 0 where it is too short. */
static Run grown_around(Side x, Side y, Free left, Int a, Int b, Int least) {
    if (!GOOD(a, b)) {
        Int limit = LEAST, skip = 0;
        if (limit > x.size - a) limit = x.size - a;
        if (limit > y.size - b) limit = y.size - b;
        while (skip < limit && !GOOD(a + skip, b + skip)) skip++;
        if (skip == limit) return (Run){0, 0, 0};
        a += skip;
        b += skip;
    }
    Int before = back(x, y, left, a, b), size = before + ahead(x, y, left, a, b);
    return (Run){a - before, b - before, size >= least ? size : 0};
}

static int settled(Side x, Side y, Free left, const Runs *candidates, Int least, Runs *out) {
    Runs grown = {0};
    Run last = {0, 0, 0};
    int answer = -1;
    for (Size i = 0; i < candidates->count; i++) {
        Run here = candidates->at[i];
        if (here.a - here.b == last.a - last.b && here.a + here.n <= last.a + last.n) continue;
        if (here.a >= x.size || here.b >= y.size) continue;
        Run found = grown_around(x, y, left, here.a, here.b, least);
        if (!found.n) continue;
        last = found;
        if (add_run(&grown, found.a, found.b, found.n) < 0) goto done;
    }
    if (grown.count) qsort(grown.at, (size_t)grown.count, sizeof *grown.at, longest_first);
    for (Size i = 0; i < grown.count; i++) {
        Run run = grown.at[i];
        if (i && !longest_first(grown.at + i - 1, grown.at + i)) continue;
        for (Int at = 0; at < run.n;) {
            if (!left.a[run.a + at] || !left.b[run.b + at]) {
                at++;
                continue;
            }
            Int begin = at;
            while (at < run.n && left.a[run.a + at] && left.b[run.b + at]) at++;
            if (at - begin < least) continue;
            memset(left.a + run.a + begin, 0, (size_t)(at - begin));
            memset(left.b + run.b + begin, 0, (size_t)(at - begin));
            if (add_run(out, run.a + begin, run.b + begin, at - begin) < 0) goto done;
        }
    }
    answer = join(out);
done:
    free(grown.at);
    return answer;
}

/* settle(x, y, a, b, n of what is matched, a, b, n of the candidates, least) */
PyObject *kernel_settle(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Runs matched = {0}, candidates = {0}, found = {0};
    Free left = {0};
    PyObject *out = NULL;
    if (wants("settle", count, 9) < 0) return NULL;
    long least = PyLong_AsLong(args[8]);
    if (PyErr_Occurred()) return NULL;
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 ||
        runs_in(args[2], args[3], args[4], x.count, y.count, &matched) < 0 ||
        runs_in(args[5], args[6], args[7], x.count, y.count, &candidates) < 0)
        goto done;
    if (free_of(&left, x.count, y.count) < 0) goto done;
    hold(left, &matched);
    if (settled((Side){x.at, x.count}, (Side){y.at, y.count}, left, &candidates, least < 1 ? 1 : least, &found) == 0)
        out = runs_out(&found);
done:
    release(&x);
    release(&y);
    free(matched.at);
    free(candidates.at);
    free(found.at);
    free(left.a);
    return out ? out : failed();
}

/* ---------------------------------------------------------------- edited */

static int beyond(Side x, Side y, Free left, Int a, Int b, Runs *out) {
    for (int going = 1; going;) {
        going = 0;
        for (size_t s = 0; s < sizeof skips / sizeof *skips; s++) {
            Int i = a + skips[s][0], j = b + skips[s][1];
            if (i >= x.size || j >= y.size || x.names[i] != y.names[j]) continue;
            int all = 1;
            for (Int at = a; at <= i; at++) all &= left.a[at];
            for (Int at = b; at <= j; at++) all &= left.b[at];
            if (!all) continue;
            Int size = ahead(x, y, left, i, j);
            if (size < BEYOND) continue;
            memset(left.a + i, 0, (size_t)size);
            memset(left.b + j, 0, (size_t)size);
            if (add_run(out, i, j, size) < 0) return -1;
            a = i + size;
            b = j + size;
            going = 1;
            break;
        }
    }
    return 0;
}

static int before(Side x, Side y, Free left, Int a, Int b, Runs *out) {
    for (int going = 1; going;) {
        going = 0;
        for (size_t s = 0; s < sizeof skips / sizeof *skips; s++) {
            Int i = a - skips[s][0], j = b - skips[s][1]; /* where the run before the skipped words would end */
            if (i < 1 || j < 1 || x.names[i - 1] != y.names[j - 1]) continue;
            int all = 1;
            for (Int at = i - 1; at < a; at++) all &= left.a[at];
            for (Int at = j - 1; at < b; at++) all &= left.b[at];
            if (!all) continue;
            Int size = back(x, y, left, i, j);
            if (size < BEYOND) continue;
            memset(left.a + i - size, 0, (size_t)size);
            memset(left.b + j - size, 0, (size_t)size);
            if (add_run(out, i - size, j - size, size) < 0) return -1;
            a = i - size;
            b = j - size;
            going = 1;
            break;
        }
    }
    return 0;
}

/* edited(x, y, a, b, n of what is matched, a, b, n of the moves): equal words beyond the ends of moves */
PyObject *kernel_edited(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Runs matched = {0}, moved = {0}, found = {0};
    Free left = {0};
    PyObject *out = NULL;
    if (wants("edited", count, 8) < 0) return NULL;
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 ||
        runs_in(args[2], args[3], args[4], x.count, y.count, &matched) < 0 ||
        runs_in(args[5], args[6], args[7], x.count, y.count, &moved) < 0)
        goto done;
    if (free_of(&left, x.count, y.count) < 0) goto done;
    hold(left, &matched);
    hold(left, &moved);
    Side one = {x.at, x.count}, other = {y.at, y.count};
    for (Size i = 0; i < moved.count; i++) {
        Run run = moved.at[i];
        if (beyond(one, other, left, run.a + run.n, run.b + run.n, &found) < 0 ||
            before(one, other, left, run.a, run.b, &found) < 0)
            goto done;
    }
    if (join(&found) == 0) out = runs_out(&found);
done:
    release(&x);
    release(&y);
    free(matched.at);
    free(moved.at);
    free(found.at);
    free(left.a);
    return out ? out : failed();
}

/* ---------------------------------------------------------------- lend */

typedef struct {
    Side words[2];
    uint8_t *left[2];
    Run *runs;
    Size count;
    int changed;
} Lending;

#define START(run, side) (*((side) ? &(run)->b : &(run)->a))

/* How many runs begin before `at` on a side. */
static Size begun(const Lending *l, int side, Int at) {
    Size low = 0, high = l->count;
    while (low < high) {
        Size middle = (low + high) / 2;
        if (START(l->runs + middle, side) < at) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* `_before`: frees the word before `at`. */
static int free_before(Lending *l, int side, Int at, int only_try) {
    if (l->left[side][at - 1]) return 1;
    Size number = begun(l, side, at) - 1;
    if (number < 0 || number + 1 >= l->count) return 0;
    Run *run = l->runs + number, *next = run + 1;
    if (START(run, side) + run->n != at || run->n < 2) return 0;
    Int taken = START(next, side) - 1;
    if (taken < 0 || START(run, 1 - side) + run->n != START(next, 1 - side) || !l->left[side][taken] ||
        l->words[side].names[taken] != l->words[side].names[at - 1])
        return 0;
    if (!only_try) {
        if (next->a < 1 || next->b < 1) return 0;
        l->changed = 1;
        run->n--;
        next->n++;
        next->a--;
        next->b--;
        l->left[side][at - 1] = 1;
        l->left[side][taken] = 0;
    }
    return 1;
}

/* `_after`: frees the word at `at`. */
static int free_after(Lending *l, int side, Int at, int only_try) {
    if (l->left[side][at]) return 1;
    Size number = begun(l, side, at);
    if (number == 0 || number >= l->count) return 0;
    Run *run = l->runs + number, *last = run - 1;
    if (START(run, side) != at || run->n < 2) return 0;
    Int taken = START(last, side) + last->n;
    if (taken >= l->words[side].size || START(last, 1 - side) + last->n != START(run, 1 - side) || !l->left[side][taken] ||
        l->words[side].names[taken] != l->words[side].names[at])
        return 0;
    if (!only_try) {
        l->changed = 1;
        last->n++;
        run->n--;
        run->a++;
        run->b++;
        l->left[side][at] = 1;
        l->left[side][taken] = 0;
    }
    return 1;
}

static Run lent(Lending *l, Run move) {
    Side x = l->words[0], y = l->words[1];
    Int a = move.a, b = move.b, n = move.n;
    for (int i = 0; i < MOST; i++) {
        if (!a || !b || x.names[a - 1] != y.names[b - 1] || !free_before(l, 0, a, 1) || !free_before(l, 1, b, 0)) break;
        free_before(l, 0, a, 0);
        a--;
        b--;
        n++;
        l->left[0][a] = l->left[1][b] = 0;
    }
    for (int i = 0; i < MOST; i++) {
        Int p = a + n, q = b + n;
        if (p >= x.size || q >= y.size || x.names[p] != y.names[q] || !free_after(l, 0, p, 1) || !free_after(l, 1, q, 0)) break;
        free_after(l, 0, p, 0);
        n++;
        l->left[0][p] = l->left[1][q] = 0;
    }
    return (Run){a, b, n};
}

/* lend(x, y, a, b, n of the runs, a, b, n of the moves) -> runs (None: as they were), moves */
PyObject *kernel_lend(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Runs runs = {0}, moved = {0};
    Free left = {0};
    PyObject *out = NULL;
    if (wants("lend", count, 8) < 0) return NULL;
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 ||
        runs_in(args[2], args[3], args[4], x.count, y.count, &runs) < 0 ||
        runs_in(args[5], args[6], args[7], x.count, y.count, &moved) < 0)
        goto done;
    if (free_of(&left, x.count, y.count) < 0) goto done;
    hold(left, &runs);
    hold(left, &moved);
    Lending lending = {{{x.at, x.count}, {y.at, y.count}}, {left.a, left.b}, runs.at, runs.count, 0};
    for (Size i = 0; i < moved.count; i++) moved.at[i] = lent(&lending, moved.at[i]);
    if (join(&moved) < 0 || (lending.changed && join(&runs) < 0)) goto done;
    PyObject *one = lending.changed ? runs_out(&runs) : Py_NewRef(Py_None), *other = one ? runs_out(&moved) : NULL;
    if (other) out = PyTuple_Pack(2, one, other);
    Py_XDECREF(one);
    Py_XDECREF(other);
done:
    release(&x);
    release(&y);
    free(runs.at);
    free(moved.at);
    free(left.a);
    return out ? out : failed();
}
