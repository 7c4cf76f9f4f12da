/* Sliding: variorum/collation/slide.py. */
#include "align.h"

#define FAR 64

typedef struct {
    const uint64_t *names;
    const uint8_t *opens; /* one more than names */
    Int size;
} Words;

static Int lesser(Int a, Int b) { return a < b ? a : b; }

static Int shift_of(Words side, Int low, Int high, Int before, Int after) {
    for (Int step = 1; step <= lesser(lesser(before, FAR), low); step++) {
        if (side.names[low - step] != side.names[high - step]) break;
        if (side.opens[low - step]) return -step;
    }
    for (Int step = 1; step <= lesser(lesser(after, FAR), side.size - high); step++) {
        if (side.names[low + step - 1] != side.names[high + step - 1]) break;
        if (side.opens[low + step]) return step;
    }
    return 0;
}

/* The gaps of one side that face nothing; `held` are the words of moves. */
static void slide_side(Words side, int second, Run *runs, Size count, const Int *rooms, const Int *bare, const uint8_t *held) {
    for (Size i = 0; i + 1 < count; i++) {
        Run *run = runs + i, *next = run + 1;
        Int room = rooms[i], high = second ? next->b : next->a, low = high - room;
        if (bare[i] || room <= 0 || low < 0 || high > side.size) continue;
        if (side.opens[low] && side.opens[high]) continue;
        if (held && memchr(held + low, 1, (size_t)room)) continue;
        int back = side.names[low > 0 ? low - 1 : 0] == side.names[high - 1];
        int ahead = side.names[lesser(low, side.size - 1)] == side.names[lesser(high, side.size - 1)];
        if (!back && !ahead) continue;
        Int shift = shift_of(side, low, high, run->n - 1, next->n - 1);
        run->n += shift;
        next->a += shift;
        next->b += shift;
        next->n -= shift;
    }
}

static int words_in(PyObject *names, PyObject *opens, View *one, View *two) {
    if (view(names, 8, one) < 0 || view(opens, 1, two) < 0) return -1;
    if (one->count + 1 == two->count) return 0;
    PyErr_SetString(PyExc_ValueError, "places where a sentence opens are one more than words");
    return -1;
}

/* slide(x, opens, y, opens, a, b, n of the runs, a, b, n of the moves) */
PyObject *kernel_slide(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View views[4] = {{0}, {0}, {0}, {0}};
    Runs runs = {0}, moved = {0};
    Int *rooms = NULL;
    uint8_t *held = NULL;
    PyObject *out = NULL;
    if (wants("slide", count, 10) < 0) return NULL;
    if (words_in(args[0], args[1], views, views + 1) < 0 || words_in(args[2], args[3], views + 2, views + 3) < 0) goto done;
    Size size_a = views[0].count, size_b = views[2].count;
    if (runs_in(args[4], args[5], args[6], size_a, size_b, &runs) < 0 ||
        runs_in(args[7], args[8], args[9], size_a, size_b, &moved) < 0)
        goto done;
    rooms = malloc(sizeof *rooms * 2 * (size_t)(runs.count + 1));
    if (!rooms) goto done;
    for (Size i = 0; i + 1 < runs.count; i++) {
        rooms[i] = runs.at[i + 1].a - runs.at[i].a - runs.at[i].n;
        rooms[runs.count + i] = runs.at[i + 1].b - runs.at[i].b - runs.at[i].n;
    }
    if (moved.count) {
        held = calloc((size_t)(size_a + size_b + 1), 1);
        if (!held) goto done;
        for (Size i = 0; i < moved.count; i++) {
            memset(held + moved.at[i].a, 1, (size_t)moved.at[i].n);
            memset(held + size_a + moved.at[i].b, 1, (size_t)moved.at[i].n);
        }
    }
    Words one = {views[0].at, views[1].at, size_a}, other = {views[2].at, views[3].at, size_b};
    slide_side(one, 0, runs.at, runs.count, rooms, rooms + runs.count, held);
    slide_side(other, 1, runs.at, runs.count, rooms + runs.count, rooms, held ? held + size_a : NULL);
    out = runs_out(&runs);
done:
    for (int i = 0; i < 4; i++) release(views + i);
    free(runs.at);
    free(moved.at);
    free(rooms);
    free(held);
    return out ? out : failed();
}
