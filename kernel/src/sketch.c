/* Sketches: variorum/collation/sketch.py. */
#include "kernel.h"

#define SHINGLE 5
#define KEEP 4
#define SHORT 256
#define LIMIT (UINT64_C(1) << 62)
#define FACTOR UINT64_C(0xD1342543DE82EF95)
#define FEW 24

static int by_name(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return a < b ? -1 : a > b;
}

static void insert(uint64_t *names, Size count) {
    for (Size i = 1; i < count; i++) {
        uint64_t name = names[i];
        Size at = i;
        for (; at > 0 && names[at - 1] > name; at--) names[at] = names[at - 1];
        names[at] = name;
    }
}

/* Names are spread evenly: as many buckets as names, by their first bits, leave next to nothing to sort in each. */
void sort_names(uint64_t *names, Size count, uint64_t *room) {
    if (count <= FEW) {
        insert(names, count);
        return;
    }
    uint64_t most = 0;
    for (Size i = 0; i < count; i++) most |= names[i];
    int high = 64, bits = 1;
    while (high > 1 && !(most >> (high - 1))) high--;
    while (bits < 12 && ((Size)1 << (bits + 2)) < count) bits++;
    int shift = high > bits ? high - bits : 0;
    Size begins[(1 << 12) + 1];
    memset(begins, 0, sizeof(Size) * (((size_t)1 << bits) + 1));
    for (Size i = 0; i < count; i++) begins[(names[i] >> shift) + 1]++;
    for (Size i = 0; i < (Size)1 << bits; i++) begins[i + 1] += begins[i];
    for (Size i = 0; i < count; i++) room[begins[names[i] >> shift]++] = names[i];
    memcpy(names, room, sizeof *names * (size_t)count);
    Size first = 0;
    for (Size i = 0; i < (Size)1 << bits; first = begins[i++]) {
        Size size = begins[i] - first;
        if (size > FEW)
            qsort(names + first, (size_t)size, sizeof *names, by_name);
        else
            insert(names + first, size);
    }
}

/* `names_of_shingles`; out has room for as many as there are words. */
static Size shingles(const uint64_t *words, Size count, uint64_t *out) {
    if (!count) return 0;
    Size size = count < SHINGLE ? count : SHINGLE;
    uint64_t factors[SHINGLE] = {1};
    for (int i = 1; i < SHINGLE; i++) factors[i] = factors[i - 1] * FACTOR;
    Size all = count - size + 1;
    if (size == SHINGLE)
        for (Size i = 0; i < all; i++)
            out[i] = mix(words[i] + words[i + 1] * factors[1] + words[i + 2] * factors[2] + words[i + 3] * factors[3] +
                         words[i + 4] * factors[4]);
    else {
        uint64_t sum = (uint64_t)size;
        for (Size i = 0; i < size; i++) sum += words[i] * factors[i];
        out[0] = mix(sum);
    }
    return all;
}

static Size each_once(uint64_t *names, Size count, uint64_t *room) {
    sort_names(names, count, room);
    Size used = 0;
    for (Size i = 0; i < count; i++)
        if (!i || names[i] != names[i - 1]) room[used++] = names[i];
    memcpy(names, room, sizeof *names * (size_t)used);
    return used;
}

/* shingles(words) -> names of the 5-grams (uint64) */
PyObject *kernel_shingles(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View words;
    if (wants("shingles", count, 1) < 0 || view(args[0], 8, &words) < 0) return NULL;
    Grown out = {0};
    if (reserve(&out, words.count * 8 + 8) < 0) {
        release(&words);
        return PyErr_NoMemory();
    }
    out.used = 8 * shingles(words.at, words.count, (uint64_t *)out.at);
    release(&words);
    return array_of(&out);
}

/* sketch(words) -> the hashes a text keeps (uint64), ascending, each once */
PyObject *kernel_sketch(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    View words;
    if (wants("sketch", count, 1) < 0 || view(args[0], 8, &words) < 0) return NULL;
    Grown names = {0}, kept = {0}, room = {0};
    PyObject *out = NULL;
    if (reserve(&names, words.count * 8 + 8) < 0) goto failed;
    uint64_t *every = (uint64_t *)names.at;
    Size all = shingles(words.at, words.count, every), used = 0;
    if (all >= SHORT) {
        for (Size i = 0; i < all; i++) used += every[i] < LIMIT;
        if (reserve(&kept, used * 8 + 8) < 0 || reserve(&room, used * 8 + 8) < 0) goto failed;
        uint64_t *some = (uint64_t *)kept.at;
        used = 0;
        for (Size i = 0; i < all; i++)
            if (every[i] < LIMIT) some[used++] = every[i];
        used = each_once(some, used, (uint64_t *)room.at);
        if (used * KEEP >= SHORT) {
            kept.used = used * 8;
            out = array_of(&kept);
            goto done;
        }
    }
    /* Short, or the same few phrases over and over. */
    if (reserve(&room, all * 8 + 8) < 0) goto failed;
    names.used = 8 * each_once(every, all, (uint64_t *)room.at);
    out = array_of(&names);
    goto done;
failed:
    PyErr_NoMemory();
done:
    release(&words);
    free(names.at);
    free(kept.at);
    free(room.at);
    return out;
}
