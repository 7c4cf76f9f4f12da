/* Small gaps: variorum/collation/fill.py; the longest common subsequence is the one rapidfuzz finds (Hyyro 2004). */
#include "align.h"

#define SMALL ((Int)1 << 18)
#define TINY ((Int)1 << 6)
#define LONG ((Int)1 << 13)
#define DIRECT 16 /* words of a side that are compared one by one */

typedef struct {
    Table table;
    int32_t *next;
    uint64_t *rows, *matches;
    Run *found;
    Size room_next, room_rows, room_matches, room_found;
} Work;

static int wider(void **at, Size *room, Size wanted, size_t item) {
    if (*room >= wanted) return 0;
    free(*at);
    *at = malloc((size_t)wanted * item);
    *room = *at ? wanted : 0;
    return *at ? 0 : -1;
}

/* Where the words of y[b0:b0 + size_b] stand in x[a0:a0 + size_a], as bits; then each row from the one before it. */
static int rows_of(const uint64_t *x, Int size_a, const uint64_t *y, Int size_b, Work *work) {
    Int words = (size_a + 63) / 64;
    if (wider((void **)&work->rows, &work->room_rows, words * size_b, 8) < 0 ||
        wider((void **)&work->matches, &work->room_matches, words, 8) < 0)
        return -1;
    if (size_a > DIRECT) {
        if (wider((void **)&work->next, &work->room_next, size_a, 4) < 0 || clear(&work->table, x, size_a) < 0) return -1;
        for (Int i = size_a - 1; i >= 0; i--) {
            uint32_t *slot = slot_of(&work->table, x[i]);
            work->next[i] = HOLDS(&work->table, slot) ? (int32_t)NUMBER(&work->table, slot) : -1;
            PUT(&work->table, slot, i);
        }
    }
    for (Int j = 0; j < size_b; j++) {
        uint64_t *row = work->rows + j * words, *matches = work->matches;
        memset(matches, 0, 8 * (size_t)words);
        if (size_a > DIRECT) {
            uint32_t *slot = slot_of(&work->table, y[j]);
            if (HOLDS(&work->table, slot))
                for (int32_t i = (int32_t)NUMBER(&work->table, slot); i >= 0; i = work->next[i]) matches[i / 64] |= UINT64_C(1) << i % 64;
        } else {
            for (Int i = 0; i < size_a; i++) matches[0] |= (uint64_t)(x[i] == y[j]) << i;
        }
        uint64_t carry = 0;
        for (Int w = 0; w < words; w++) {
            uint64_t above = j ? row[w - words] : UINT64_MAX, common = above & matches[w];
            uint64_t sum = above + carry;
            uint64_t over = sum < carry;
            sum += common;
            carry = over | (sum < common);
            row[w] = sum | (above - common);
        }
    }
    return 0;
}

/* `_exact`: matches of x[0:size_a] and y[0:size_b], which stand at a0 and b0. */
static int exact(const uint64_t *x, Int size_a, const uint64_t *y, Int size_b, Int a0, Int b0, Runs *out, Work *work) {
    if (size_a == 1 || size_b == 1) {
        const uint64_t *longer = size_a == 1 ? y : x, name = size_a == 1 ? *x : *y;
        Int size = size_a == 1 ? size_b : size_a, at = 0;
        while (at < size && longer[at] != name) at++;
        if (at == size) return 0;
        return size_a == 1 ? add_joined(out, a0, b0 + at, 1) : add_joined(out, a0 + at, b0, 1);
    }
    Int most = size_a < size_b ? size_a : size_b, head = 0, tail = 0;
    while (head < most && x[head] == y[head]) head++;
    while (tail < most - head && x[size_a - 1 - tail] == y[size_b - 1 - tail]) tail++;
    if (add_joined(out, a0, b0, head) < 0) return -1;
    Int col = size_a - head - tail, row = size_b - head - tail;
    if (col && row) {
        Int words = (col + 63) / 64, least = col < row ? col : row;
        Size count = 0;
        if (rows_of(x + head, col, y + head, row, work) < 0) return -1;
        if (wider((void **)&work->found, &work->room_found, least, sizeof *work->found) < 0) return -1;
#define BIT(r, c) (work->rows[(r) * words + (c) / 64] >> (c) % 64 & 1)
        while (row && col) {
            if (BIT(row - 1, col - 1)) {
                col--;
                continue;
            }
            row--;
            if (row && !BIT(row - 1, col - 1)) continue;
            col--;
            if (count < least) work->found[count++] = (Run){a0 + head + col, b0 + head + row, 1};
        }
        while (count--)
            if (add_joined(out, work->found[count].a, work->found[count].b, 1) < 0) return -1;
    }
    return add_joined(out, a0 + size_a - tail, b0 + size_b - tail, tail);
}

int fill_small(Side x, Side y, const Gaps *gaps, Runs *out, Gaps *large) {
    Work work = {0};
    int answer = -1;
    for (Size i = 0; i < gaps->count; i++) {
        Gap gap = gaps->at[i];
        Int size_a = gap.a1 - gap.a0, size_b = gap.b1 - gap.b0;
        if (!size_a || !size_b) continue;
        const uint64_t *one = x.names + gap.a0, *other = y.names + gap.b0;
        if (size_a > LONG || size_b > LONG || size_a * size_b > SMALL) {
            if (add_gap(large, gap.a0, gap.a1, gap.b0, gap.b1) < 0) goto done;
            continue;
        }
        if (size_a * size_b <= TINY) {
            Int equal = 0, at_a = 0, at_b = 0;
            for (Int a = 0; a < size_a; a++)
                for (Int b = 0; b < size_b; b++)
                    if (one[a] == other[b]) {
                        equal++;
                        at_a = a;
                        at_b = b;
                    }
            if (equal == 1 && add_joined(out, gap.a0 + at_a, gap.b0 + at_b, 1) < 0) goto done;
            if (equal < 2) continue;
        }
        if (exact(one, size_a, other, size_b, gap.a0, gap.b0, out, &work) < 0) goto done;
    }
    answer = 0;
done:
    free(work.table.at);
    free(work.next);
    free(work.rows);
    free(work.matches);
    free(work.found);
    return answer;
}

/* fill(x, y, a0, a1, b0, b1) -> matches inside the small gaps, and the large ones (four numbers each) */
PyObject *kernel_fill(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View x = {0}, y = {0};
    Gaps gaps = {0}, large = {0};
    Runs found = {0};
    PyObject *out = NULL;
    int ok = 0;
    if (wants("fill", count, 6) < 0) return NULL;
    if (view(args[0], 8, &x) < 0 || view(args[1], 8, &y) < 0 || gaps_in(args + 2, x.count, y.count, &gaps) < 0) goto done;
    Py_BEGIN_ALLOW_THREADS
    ok = fill_small((Side){x.at, x.count}, (Side){y.at, y.count}, &gaps, &found, &large) == 0 && join(&found) == 0;
    Py_END_ALLOW_THREADS
done:
    if (ok) {
        Grown rest = {0};
        if (reserve(&rest, large.count * 32 + 8) == 0) {
            rest.used = large.count * 32;
            if (large.count) memcpy(rest.at, large.at, (size_t)rest.used);
            PyObject *one = runs_out(&found), *other = one ? array_of(&rest) : NULL;
            if (other) out = PyTuple_Pack(2, one, other);
            Py_XDECREF(one);
            Py_XDECREF(other);
            if (!one) free(rest.at);
        }
    }
    release(&x);
    release(&y);
    free(gaps.at);
    free(large.at);
    free(found.at);
    return out ? out : failed();
}
