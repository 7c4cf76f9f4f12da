/* Words: variorum/text (`tokenise`) and variorum/collation/sentences.py, in one pass over the characters of a string. */
#include "kernel.h"

enum { OTHER, LETTER, APOSTROPHE, ALONE };
#define KNOWN UINT32_C(0x80000000)
#define KIND(info) ((info) >> 24 & 3)
#define FOLDED(info) ((info) & 0x1FFFFF)
#define MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)
#define CHUNK ((Size)1 << 18)   /* the chunks of `_chunks`: where a "word" without end is divided depends on them */
#define LONGEST ((Size)1 << 20)
#define PLANES 0x40000
#define FOLDED_TO 0x20000

/* Written without spaces between words: the same list as in variorum/text. */
static const uint32_t unspaced[][2] = {
    {0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3005, 0x3007}, {0x3040, 0x30FF},
    {0x31F0, 0x31FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x323AF},
};

/* What each character is and folds to, worked out when it is first met (under the interpreter's lock). */
static uint32_t infos[0x110000];

static uint32_t work_out(uint32_t code) {
    uint32_t kind = OTHER, folded = code;
    if (code < PLANES && Py_UNICODE_ISALNUM(code)) {
        kind = LETTER;
        for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
            if (code >= unspaced[i][0] && code <= unspaced[i][1]) kind = ALONE;
    }
    /* One letter alone has a small form of two characters. */
    if (code < FOLDED_TO && code != 0x130) folded = Py_UNICODE_TOLOWER(code);
    if (code == '\'' || code == 0x2019) kind = APOSTROPHE;
    if (code == 0x2019 || code == 0x2BC) folded = '\'';
    return infos[code] = KNOWN | kind << 24 | folded;
}

static inline uint32_t info_of(uint32_t code) {
    uint32_t info = infos[code];
    return info ? info : work_out(code);
}

typedef struct {
    Grown starts, ends, names;
} Words;

static int add(Words *words, Size start, Size end, uint64_t name) {
    if (reserve(&words->starts, 4) < 0 || reserve(&words->ends, 4) < 0 || reserve(&words->names, 8) < 0) return -1;
    *(uint32_t *)(words->starts.at + words->starts.used) = (uint32_t)start;
    *(uint32_t *)(words->ends.at + words->ends.used) = (uint32_t)end;
    *(uint64_t *)(words->names.at + words->names.used) = name;
    words->starts.used += 4;
    words->ends.used += 4;
    words->names.used += 8;
    return 0;
}

/* The tokens of text[first:last], nothing outside it looked at; and where the chunk that begins at `first` ends. */
#define WAY(TYPE)                                                                                                       \
    static int words_##TYPE(const TYPE *text, Size first, Size last, Words *out) {                                      \
        Size at = first;                                                                                                \
        for (;;) {                                                                                                      \
            uint32_t info = 0;                                                                                          \
            while (at < last && !((info = info_of(text[at])) >> 24 & 1)) at++;                                          \
            if (at >= last) return 0;                                                                                   \
            Size start = at;                                                                                            \
            uint64_t sum = (uint64_t)FOLDED(info) + 1, power = MULTIPLIER;                                              \
            at++;                                                                                                       \
            if (KIND(info) == LETTER)                                                                                   \
                for (; at < last; at++) {                                                                               \
                    info = info_of(text[at]);                                                                           \
                    if (KIND(info) != LETTER &&                                                                         \
                        (KIND(info) != APOSTROPHE || at + 1 >= last || KIND(info_of(text[at + 1])) != LETTER))          \
                        break;                                                                                          \
                    sum += ((uint64_t)FOLDED(info) + 1) * power;                                                        \
                    power *= MULTIPLIER;                                                                                \
                }                                                                                                       \
            if (add(out, start, at, mix(sum + (uint64_t)(at - start))) < 0) return -1;                                  \
        }                                                                                                               \
    }                                                                                                                   \
    static Size chunk_##TYPE(const TYPE *text, Size size, Size first) {                                                 \
        Size last = first + CHUNK;                                                                                      \
        if (last >= size) return size;                                                                                  \
        Size at = last - 1;                                                                                             \
        while (at >= first && text[at] != ' ' && text[at] != '\n') at--;                                                \
        if (at < first) {                                                                                               \
            Size most = last + LONGEST < size ? last + LONGEST : size;                                                  \
            for (at = last; at < most; at++)                                                                            \
                if (KIND(info_of(text[at])) == OTHER) break;                                                            \
            if (at == most) at = last + LONGEST;                                                                        \
        }                                                                                                               \
        return at + 1 < size ? at + 1 : size;                                                                           \
    }

WAY(uint8_t)
WAY(uint16_t)
WAY(uint32_t)

/* ---------------------------------------------------------------- the narrow way

   Where every letter of a chunk folds to one byte, as in most texts in Latin letters: words are found 64 characters at a time and
   eight letters are named at once, so that the processor need not guess where a word ends. The same answer, twice as soon. */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && defined(__GNUC__)
#define NARROW 1
#endif

#ifdef NARROW
#define AT_ONCE 8
#define JOINING '\''
enum { UNKNOWN, NOTHING, WIDER }; /* less than any letter's byte, which begin with "0" */

static uint8_t bytes_of[0x10000];
static uint64_t powers[AT_ONCE + 1], sums[AT_ONCE + 1]; /* of the multiplier; sums[n] of the first n */

static uint8_t byte_of(uint32_t code) {
    uint32_t info = info_of(code), folded = FOLDED(info);
    if (KIND(info) == OTHER) return bytes_of[code] = NOTHING;
    return bytes_of[code] = KIND(info) == ALONE || folded > 0xFF || (folded == JOINING && KIND(info) == LETTER) ? WIDER : (uint8_t)folded;
}

typedef struct {
    uint8_t *letters;
    uint32_t *edges;
    Size room;
} Chunk;

static int room_for_chunk(Chunk *chunk, Size size) {
    if (chunk->room >= size) return 0;
    free(chunk->letters);
    free(chunk->edges);
    chunk->letters = malloc((size_t)size + 128);
    chunk->edges = malloc(((size_t)size + 64) * sizeof *chunk->edges);
    chunk->room = chunk->letters && chunk->edges ? size : 0;
    return chunk->room ? 0 : -1;
}

#define LETTERS(TYPE)                                                              \
    static int letters_##TYPE(const TYPE *text, Size size, uint8_t *out) {         \
        int wider = 0;                                                             \
        for (Size i = 0; i < size; i++) {                                          \
            uint8_t byte = bytes_of[text[i]];                                      \
            if (!byte) byte = byte_of(text[i]);                                    \
            wider |= byte == WIDER;                                                \
            out[i] = byte > WIDER ? byte : 0;                                      \
        }                                                                          \
        return wider;                                                              \
    }

LETTERS(uint8_t)
LETTERS(uint16_t)

/* A bit for each of 64 bytes that is not 0. */
static uint64_t filled(const uint8_t *bytes) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t v;
        memcpy(&v, bytes + 8 * i, 8);
        v = (v | ((v & UINT64_C(0x7F7F7F7F7F7F7F7F)) + UINT64_C(0x7F7F7F7F7F7F7F7F))) & UINT64_C(0x8080808080808080);
        bits |= ((v >> 7) * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
    }
    return bits;
}

static uint64_t name_of(const uint8_t *letters, Size size) {
    static const uint64_t masks[AT_ONCE + 1] = {
        0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, UINT64_MAX,
    };
    uint64_t first;
    memcpy(&first, letters, 8); /* there is room behind the last letter */
    Size some = size < AT_ONCE ? size : AT_ONCE;
    first &= masks[some];
    uint64_t sum = sums[some];
    for (int i = 0; i < AT_ONCE; i++) sum += (first >> 8 * i & 0xFF) * powers[i];
    uint64_t power = powers[AT_ONCE];
    for (Size i = AT_ONCE; i < size; i++) {
        sum += ((uint64_t)letters[i] + 1) * power;
        power *= MULTIPLIER;
    }
    return mix(sum + (uint64_t)size);
}

/* The tokens of a chunk; 1: it holds letters that are wider, nothing done; -1: no memory. */
static int narrow(const void *text, int kind, Size first, Size last, Chunk *chunk, Words *out) {
    Size size = last - first;
    if (kind == PyUnicode_4BYTE_KIND) return 1;
    if (room_for_chunk(chunk, size) < 0) return -1;
    uint8_t *letters = chunk->letters;
    if (kind == PyUnicode_1BYTE_KIND ? letters_uint8_t((const uint8_t *)text + first, size, letters)
                                     : letters_uint16_t((const uint16_t *)text + first, size, letters))
        return 1;
    memset(letters + size, 0, 128);
    for (uint8_t *at = letters; (at = memchr(at, JOINING, (size_t)(letters + size - at))); at++)
        if (at == letters || at[-1] <= JOINING || at[1] <= JOINING) *at = 0;
    uint32_t *edges = chunk->edges;
    Size count = 0;
    uint64_t before = 0;
    for (Size i = 0; i <= size; i += 64) {
        uint64_t inside = filled(letters + i), changes = inside ^ (inside << 1 | before);
        before = inside >> 63;
        for (; changes; changes &= changes - 1) edges[count++] = (uint32_t)(i + __builtin_ctzll(changes));
    }
    count /= 2;
    if (reserve(&out->starts, count * 4) < 0 || reserve(&out->ends, count * 4) < 0 || reserve(&out->names, count * 8) < 0) return -1;
    uint32_t *starts = (uint32_t *)(out->starts.at + out->starts.used), *ends = (uint32_t *)(out->ends.at + out->ends.used);
    uint64_t *names = (uint64_t *)(out->names.at + out->names.used);
    for (Size i = 0; i < count; i++) {
        uint32_t start = edges[2 * i], end = edges[2 * i + 1];
        starts[i] = (uint32_t)first + start;
        ends[i] = (uint32_t)first + end;
        names[i] = name_of(letters + start, end - start);
    }
    out->starts.used += count * 4;
    out->ends.used += count * 4;
    out->names.used += count * 8;
    return 0;
}

static void make_powers(void) {
    powers[0] = 1;
    for (int i = 0; i < AT_ONCE; i++) {
        powers[i + 1] = powers[i] * MULTIPLIER;
        sums[i + 1] = sums[i] + powers[i];
    }
}
#endif

static int words_of_chunk(const void *data, int kind, Size first, Size last, Words *words) {
    switch (kind) {
    case PyUnicode_1BYTE_KIND: return words_uint8_t(data, first, last, words);
    case PyUnicode_2BYTE_KIND: return words_uint16_t(data, first, last, words);
    default: return words_uint32_t(data, first, last, words);
    }
}

static Size end_of_chunk(const void *data, int kind, Size size, Size first) {
    switch (kind) {
    case PyUnicode_1BYTE_KIND: return chunk_uint8_t(data, size, first);
    case PyUnicode_2BYTE_KIND: return chunk_uint16_t(data, size, first);
    default: return chunk_uint32_t(data, size, first);
    }
}

/* tokenise(text) -> starts (uint32), ends (uint32), names (uint64) */
PyObject *kernel_tokenise(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    if (wants("tokenise", count, 1) < 0) return NULL;
    PyObject *text = args[0];
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "tokenise takes a string");
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    Size size = PyUnicode_GET_LENGTH(text);
    if ((uint64_t)size > UINT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "the text is longer than four thousand million characters");
        return NULL;
    }
    const void *data = PyUnicode_DATA(text);
    Words words = {0};
    Size guess = size / 5 + 8;
    int failed = reserve(&words.starts, guess * 4) < 0 || reserve(&words.ends, guess * 4) < 0 || reserve(&words.names, guess * 8) < 0;
    int kind = (int)PyUnicode_KIND(text);
#ifdef NARROW
    Chunk chunk = {0};
    if (!powers[0]) make_powers();
#endif
    for (Size first = 0; first < size && !failed;) {
        Size last = end_of_chunk(data, kind, size, first);
        int wider = 1;
#ifdef NARROW
        wider = narrow(data, kind, first, last, &chunk, &words);
#endif
        failed = wider < 0 || (wider && words_of_chunk(data, kind, first, last, &words) < 0);
        first = last;
    }
#ifdef NARROW
    free(chunk.letters);
    free(chunk.edges);
#endif
    if (failed) {
        free(words.starts.at);
        free(words.ends.at);
        free(words.names.at);
        return PyErr_NoMemory();
    }
    PyObject *parts[3] = {array_of(&words.starts), array_of(&words.ends), array_of(&words.names)};
    PyObject *out = parts[0] && parts[1] && parts[2] ? PyTuple_Pack(3, parts[0], parts[1], parts[2]) : NULL;
    for (int i = 0; i < 3; i++) Py_XDECREF(parts[i]);
    return out;
}

/* ---------------------------------------------------------------- where sentences begin */

enum { STOP = 1, WIDE = 2, SPACE = 4, CLOSE = 8, OPEN = 16 };

static uint8_t mark_of(uint32_t code) {
    switch (code) {
    case '.': case '!': case '?': case 0x2026: return STOP;
    case 0x3002: case 0xFF01: case 0xFF1F: return WIDE;
    case '"': case '\'': case '*': case '_': return CLOSE | OPEN;
    case 0x201D: case 0x2019: case 0xBB: case ')': case ']': return CLOSE;
    case 0x201C: case 0x2018: case 0xAB: case 0x201E: case '(': case '[': case 0x2014: case 0x2013: case '-': return OPEN;
    default: return Py_UNICODE_ISSPACE(code) ? SPACE : 0;
    }
}

typedef struct {
    int kind;
    const void *data;
    Size size;
} Text;

#define CODE(text, at) ((uint32_t)PyUnicode_READ((text)->kind, (text)->data, (at)))

/* Whether the stop at `at` ends a sentence: the word before it is text[start:end] with this name; the next one begins at `limit`. */
static int divides(const Text *text, Size at, Size limit, Size start, Size end, uint64_t name, const View *abbreviations) {
    Size behind = at + 1;
    while (behind < limit && mark_of(CODE(text, behind)) & CLOSE) behind++;
    Size spaced = behind;
    while (spaced < limit && mark_of(CODE(text, spaced)) & SPACE) spaced++;
    if (spaced == behind) return 0;
    while (spaced < limit && mark_of(CODE(text, spaced)) & OPEN) spaced++;
    uint32_t next = CODE(text, spaced);
    if (next < 0x80 ? next >= 'a' && next <= 'z' : Py_UNICODE_ISLOWER(next)) return 0;
    if (at != end || CODE(text, at) != '.') return 1;
    const uint64_t *known = abbreviations->at;
    for (Size i = 0; i < abbreviations->count; i++)
        if (known[i] == name) return 0;
    uint32_t letter = CODE(text, at - 1);
    return end - start != 1 || letter == 'I' || !Py_UNICODE_ISUPPER(letter);
}

/* Whether a sentence begins after text[low:high], which stands between two words. */
static int begins(const Text *text, Size low, Size high, Size start, uint64_t name, const View *abbreviations) {
    for (Size at = low; at < high; at++) {
        uint32_t code = CODE(text, at);
        if (code == '\n' && at + 1 < high && CODE(text, at + 1) == '\n') return 1;
        uint8_t mark = mark_of(code);
        if (mark & WIDE) return 1;
        if (mark & STOP && divides(text, at, high, start, low, name, abbreviations)) return 1;
    }
    return 0;
}

/* sentences(text, starts, ends, names, abbreviations, opens): sets opens[i + 1] where a sentence begins behind token i */
PyObject *kernel_sentences(PyObject *self, PyObject *const *args, Size count) {
    (void)self;
    if (wants("sentences", count, 6) < 0) return NULL;
    if (!PyUnicode_Check(args[0]) || PyUnicode_READY(args[0]) < 0) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "sentences takes a string first");
        return NULL;
    }
    Text text = {PyUnicode_KIND(args[0]), PyUnicode_DATA(args[0]), PyUnicode_GET_LENGTH(args[0])};
    View starts = {0}, ends = {0}, names = {0}, abbreviations = {0}, opens = {0};
    PyObject *out = NULL;
    if (view(args[1], 4, &starts) < 0 || view(args[2], 4, &ends) < 0 || view(args[3], 8, &names) < 0 ||
        view(args[4], 8, &abbreviations) < 0 || view_writable(args[5], 1, &opens) < 0)
        goto done;
    if (starts.count != ends.count || starts.count != names.count || starts.count + 1 != opens.count) {
        PyErr_SetString(PyExc_ValueError, "starts, ends and names are as many as tokens, opens one more");
        goto done;
    }
    const uint32_t *s = starts.at, *e = ends.at;
    const uint64_t *n = names.at;
    uint8_t *open = (uint8_t *)(uintptr_t)opens.at;
    for (Size i = 0; i + 1 < starts.count; i++) {
        Size start = s[i], low = e[i], high = s[i + 1];
        if (start >= low || low > high || high >= text.size) {
            PyErr_SetString(PyExc_ValueError, "tokens stand in order inside the text");
            goto done;
        }
        if (high - low > 1 && begins(&text, low, high, start, n[i], &abbreviations)) open[i + 1] = 1;
    }
    out = Py_NewRef(Py_None);
done:
    release(&starts);
    release(&ends);
    release(&names);
    release(&abbreviations);
    release(&opens);
    return out;
}
