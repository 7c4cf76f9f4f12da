/* Anchors: variorum/collation/anchors.py. */
#include "align.h"

#define FACTOR UINT64_C(0xD1342543DE82EF95)
#define STRETCH UINT64_C(0x9E3779B97F4A7C15)
#define FEW 144 /* pairs of names that are compared each with each */

void drop(Scratch *scratch) {
    free(scratch->table.at);
    free(scratch->one.at);
    free(scratch->one.names);
    free(scratch->other.at);
    free(scratch->other.names);
    free(scratch->facing);
    memset(scratch, 0, sizeof *scratch);
}

static int room_for(Keys *keys, Size more) {
    if (keys->room - keys->count >= more) return 0;
    Size room = keys->count + more + keys->room / 2;
    uint32_t *at = realloc(keys->at, sizeof *at * (size_t)room);
    if (!at) return -1;
    keys->at = at;
    uint64_t *names = realloc(keys->names, sizeof *names * (size_t)room);
    if (!names) return -1;
    keys->names = names;
    keys->room = room;
    return 0;
}

/* The k-grams within names[low:high] whose name, salted, is not above `below`. */
int add_grams(Keys *keys, const uint64_t *names, Int low, Int high, int k, uint64_t salted, uint64_t below) {
    Int count = high - low - k + 1;
    if (count <= 0) return 0;
    uint64_t factors[8] = {1};
    for (int i = 1; i < k; i++) factors[i] = factors[i - 1] * FACTOR;
    if (room_for(keys, below == UINT64_MAX ? count : (Size)((double)count * ((double)below / 1.8e19)) + 64) < 0) return -1;
    Size used = keys->count;
    for (Int i = low; i < low + count; i++) {
        uint64_t name = salted;
        for (int j = 0; j < k; j++) name += names[i + j] * factors[j];
        if (name > below) continue;
        if (used == keys->room) {
            keys->count = used;
            if (room_for(keys, count) < 0) return -1;
        }
        keys->at[used] = (uint32_t)i;
        keys->names[used++] = name;
    }
    keys->count = used;
    return 0;
}

static int few(Scratch *scratch, Runs *out, Int n) {
    const Keys *one = &scratch->one, *other = &scratch->other;
    for (Size i = 0; i < one->count; i++) {
        Size at = -1, times = 0;
        for (Size j = 0; j < other->count; j++)
            if (other->names[j] == one->names[i]) {
                at = j;
                times++;
            }
        if (times != 1) continue;
        for (Size j = 0; j < one->count; j++) times += j != i && one->names[j] == one->names[i];
        if (times == 1 && add_run(out, one->at[i], other->at[at], n) < 0) return -1;
    }
    return 0;
}

int once_in_each(Scratch *scratch, Runs *out, Int n) {
    const Keys *one = &scratch->one, *other = &scratch->other;
    if (!one->count || !other->count) return 0;
    if (one->count * other->count <= FEW) return few(scratch, out, n);
    if (other->count > INT32_MAX || clear(&scratch->table, one->names, one->count) < 0) return -1;
    if (scratch->room < one->count) {
        free(scratch->facing);
        scratch->facing = malloc(sizeof *scratch->facing * (size_t)one->count);
        scratch->room = scratch->facing ? one->count : 0;
        if (!scratch->facing) return -1;
    }
    Table *table = &scratch->table;
    int32_t *facing = scratch->facing; /* of each name of the one side: where it stands on the other; -1 nowhere, -2 not once */
    for (Size i = 0; i < one->count; i++) {
        uint32_t *slot = slot_of(table, one->names[i]);
        facing[i] = -1;
        if (HOLDS(table, slot))
            facing[i] = facing[NUMBER(table, slot)] = -2;
        else
            PUT(table, slot, i);
    }
    for (Size j = 0; j < other->count; j++) {
        uint32_t *slot = slot_of(table, other->names[j]);
        if (HOLDS(table, slot)) {
            int32_t *there = facing + NUMBER(table, slot);
            *there = *there == -1 ? (int32_t)j : -2;
        }
    }
    for (Size i = 0; i < one->count; i++)
        if (facing[i] >= 0 && add_run(out, one->at[i], other->at[facing[i]], n) < 0) return -1;
    return 0;
}

/* ---------------------------------------------------------------- the heaviest chain */

typedef struct {
    Int *ends, *sums;
    Size *tops, *before;
    Size count;
} Frontier;

static Size lower(const Int *ends, Size count, Int value) {
    Size low = 0, high = count;
    while (low < high) {
        Size middle = (low + high) / 2;
        if (ends[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* `_tangle`. */
static void tangle(const Int *first, const Int *last, const Int *weights, Size count, uint8_t *chosen, Frontier *f) {
    f->count = 0;
    for (Size number = 0; number < count; number++) {
        Size at = lower(f->ends, f->count, first[number]);
        Int total = weights[number] + (at ? f->sums[at - 1] : 0);
        f->before[number] = at ? f->tops[at - 1] : -1;
        at = lower(f->ends, f->count, last[number]);
        if (at > 0 && f->sums[at - 1] >= total) continue;
        Size stop = at;
        while (stop < f->count && f->sums[stop] <= total) stop++;
        Size moved = f->count - stop;
        if (stop != at + 1) {
            memmove(f->ends + at + 1, f->ends + stop, sizeof *f->ends * (size_t)moved);
            memmove(f->sums + at + 1, f->sums + stop, sizeof *f->sums * (size_t)moved);
            memmove(f->tops + at + 1, f->tops + stop, sizeof *f->tops * (size_t)moved);
        }
        f->ends[at] = last[number];
        f->sums[at] = total;
        f->tops[at] = number;
        f->count = at + 1 + moved;
    }
    for (Size at = f->tops[f->count - 1]; at >= 0; at = f->before[at]) chosen[at] = 1;
}

/* `heaviest`; answers how many are chosen. */
Size heaviest(const Int *first, const Int *last, const Int *weights, Size count, uint8_t *chosen) {
    memset(chosen, 1, (size_t)count);
    if (count < 2) return count;
    Int *low = malloc(sizeof *low * (size_t)count);
    Frontier f = {0};
    Size answer = -1;
    if (!low) return -1;
    low[count - 1] = first[count - 1];
    for (Size i = count - 1; i > 0; i--) low[i - 1] = first[i - 1] < low[i] ? first[i - 1] : low[i];
    Int high = INT64_MIN;
    Size begin = 0;
    for (Size i = 0; i < count; i++) {
        if (last[i] > high) high = last[i];
        if (i + 1 < count && high >= low[i + 1]) continue;
        if (i > begin) {
            if (!f.ends) {
                f.ends = malloc(sizeof *f.ends * (size_t)(count + 1));
                f.sums = malloc(sizeof *f.sums * (size_t)(count + 1));
                f.tops = malloc(sizeof *f.tops * (size_t)(count + 1));
                f.before = malloc(sizeof *f.before * (size_t)count);
                if (!f.ends || !f.sums || !f.tops || !f.before) goto done;
            }
            memset(chosen + begin, 0, (size_t)(i + 1 - begin));
            tangle(first + begin, last + begin, weights + begin, i + 1 - begin, chosen + begin, &f);
        }
        begin = i + 1;
    }
    answer = 0;
    for (Size i = 0; i < count; i++) answer += chosen[i];
done:
    free(low);
    free(f.ends);
    free(f.sums);
    free(f.tops);
    free(f.before);
    return answer;
}

/* ---------------------------------------------------------------- anchor */

/* `_runs`: anchors (those of `member` == wanted) whose k-grams touch or overlap on one diagonal. */
static int runs_of(const Runs *pairs, const uint8_t *member, uint8_t wanted, int k, Runs *out) {
    const Run *before = NULL;
    for (Size i = 0; i < pairs->count; i++) {
        const Run *here = pairs->at + i;
        if (member && member[i] != wanted) continue;
        Int step = before ? here->a - before->a : 0;
        if (before && step == here->b - before->b && step <= k)
            out->at[out->count - 1].n = here->a + k - out->at[out->count - 1].a;
        else if (add_run(out, here->a, here->b, k) < 0)
            return -1;
        before = here;
    }
    return 0;
}

/* `_disjoint`. */
static int disjoint(Runs *runs) {
    while (runs->count > 1) {
        int any = 0;
        Int over = 0;
        for (Size i = 0; i < runs->count; i++) {
            Run *run = runs->at + i;
            Int cut = over < run->n ? over : run->n;
            if (i + 1 < runs->count) {
                Int in_a = run->a + run->n - run[1].a, in_b = run->b + run->n - run[1].b;
                over = in_a > in_b ? in_a : in_b;
                if (over < 0) over = 0;
                any |= over > 0;
            }
            run->a += cut;
            run->b += cut;
            run->n -= cut;
        }
        if (!any) break;
        Size used = 0;
        for (Size i = 0; i < runs->count; i++)
            if (runs->at[i].n > 0) runs->at[used++] = runs->at[i];
        runs->count = used;
    }
    return join(runs);
}

static int chain_of(const Runs *pairs, int k, int keep, Runs *chain, Runs *rest) {
    Size count = pairs->count, segments = 0;
    if (!count) return 0;
    Int *table = calloc((size_t)count, sizeof *table * 4);
    uint8_t *chosen = malloc(2 * (size_t)count);
    int answer = -1;
    if (!table || !chosen) goto done;
    Int *first = table, *last = first + count, *weights = last + count, *sizes = weights + count;
    uint8_t *member = chosen + count;
    for (Size i = 0; i < count;) {
        Size j = i + 1;
        while (j < count && pairs->at[j].a - pairs->at[j - 1].a == pairs->at[j].b - pairs->at[j - 1].b) j++;
        Int span = pairs->at[j - 1].a - pairs->at[i].a + k, most = (j - i) * k * keep;
        first[segments] = pairs->at[i].b;
        last[segments] = pairs->at[j - 1].b;
        weights[segments] = span < most ? span : most;
        sizes[segments++] = j - i;
        i = j;
    }
    Size taken = heaviest(first, last, weights, segments, chosen);
    if (taken < 0) goto done;
    for (Size i = 0, at = 0; i < segments; at += sizes[i++]) memset(member + at, chosen[i], (size_t)sizes[i]);
    if (runs_of(pairs, member, 1, k, chain) < 0 || disjoint(chain) < 0) goto done;
    if (taken < segments && runs_of(pairs, member, 0, k, rest) < 0) goto done;
    answer = 0;
done:
    free(table);
    free(chosen);
    return answer;
}

/* anchor(x, y, a0, a1, b0, b1, k, keep) -> the heaviest chain of unique k-grams in all gaps, and the runs outside it */
PyObject *kernel_anchor(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Gaps gaps = {0};
    Runs pairs = {0}, chain = {0}, rest = {0};
    Scratch scratch = {0};
    PyObject *out = NULL;
    int ok = 0;
    if (wants("anchor", count, 8) < 0) return NULL;
    long k = PyLong_AsLong(args[6]), keep = PyLong_AsLong(args[7]);
    if (PyErr_Occurred()) return NULL;
    if (k < 1 || k > 8 || keep < 1 || keep > 1024) {
        PyErr_SetString(PyExc_ValueError, "anchors have 1 to 8 words; one in 1 to 1,024 is kept");
        return NULL;
    }
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 || gaps_in(args + 2, x.count, y.count, &gaps) < 0) goto done;
    uint64_t below = UINT64_MAX / (uint64_t)keep, salted = 0; /* a name is kept that is less than 2**64 divided by keep */
    if (keep & (keep - 1)) below--;
    ok = 1;
    Py_BEGIN_ALLOW_THREADS
    for (Size i = 0; i < gaps.count && ok; i++) {
        Gap gap = gaps.at[i];
        if (gap.a1 - gap.a0 < k || gap.b1 - gap.b0 < k) continue;
        scratch.one.count = scratch.other.count = 0;
        ok = add_grams(&scratch.one, x.at, gap.a0, gap.a1, (int)k, salted, below) == 0 &&
             add_grams(&scratch.other, y.at, gap.b0, gap.b1, (int)k, salted, below) == 0 && once_in_each(&scratch, &pairs, k) == 0;
        salted += STRETCH;
    }
    ok = ok && chain_of(&pairs, (int)k, (int)keep, &chain, &rest) == 0;
    Py_END_ALLOW_THREADS
done:
    if (ok) {
        PyObject *one = runs_out(&chain), *other = one ? runs_out(&rest) : NULL;
        if (other) out = PyTuple_Pack(2, one, other);
        Py_XDECREF(one);
        Py_XDECREF(other);
    }
    release(&x);
    release(&y);
    drop(&scratch);
    free(gaps.at);
    free(pairs.at);
    free(chain.at);
    free(rest.at);
    return out ? out : failed();
}
