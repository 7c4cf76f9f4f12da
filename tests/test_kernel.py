"""The compiled kernel: the same answers as numpy's, and nothing but an error for what does not fit."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum import kernel
from variorum.collation.align import match
from variorum.collation.anchors import anchor
from variorum.collation.arrays import Gaps, Runs, grow, joined
from variorum.collation.coincidence import Rarity
from variorum.collation.fill import fill
from variorum.collation.lend import lend
from variorum.collation.moves import edited, left_over, settle
from variorum.collation.sentences import sentence_starts
from variorum.collation.sketch import names_of_shingles, sketch, sketch_many
from variorum.collation.slide import Words, slide
from variorum.text import Tokens, tokenise

ROOT = Path(__file__).parents[1]
CHARACTERS = "abAİΣσß19'’ʼ .!?…\n\t\"“”)]*_—-é\u0301\udc80Ω日語กÅǅ。\u2003😀𝒜"
TEXTS = st.text(alphabet=CHARACTERS, max_size=80) | st.text(max_size=40)
WORDS = st.lists(st.integers(0, 6) | st.integers(0, 2**64 - 1), max_size=60).map(lambda words: np.array(words, dtype=np.uint64))


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    """The kernel that is installed."""
    found = kernel.load() or kernel.compiled
    if found is None:
        pytest.skip("the compiled kernel is not installed; ./do builds it where there are a C compiler and Python's headers")
    return found


def both(compiled: ModuleType, function: Any, *values: Any) -> tuple[Any, Any]:
    """What a function answers with the kernel and without it."""
    held = kernel.compiled
    try:
        kernel.compiled = compiled
        one = function(*values)
        kernel.compiled = None
        return one, function(*values)
    finally:
        kernel.compiled = held


def arrays(value: Any) -> Any:
    """Arrays as lists, with their types, so that results can be compared."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if isinstance(value, Tokens):
        return [arrays(part) for part in (value.starts, value.ends, value.hashes)]
    return [arrays(part) for part in value] if isinstance(value, tuple | list) else value


def same(compiled: ModuleType, function: Any, *values: Any) -> None:
    """Both ways answer the same."""
    one, other = both(compiled, function, *values)
    assert arrays(one) == arrays(other)


@given(TEXTS)
def test_words_are_the_same(compiled: ModuleType, text: str) -> None:
    """Places and names of words do not depend on whether a kernel is there, in any script, half pairs included."""
    same(compiled, tokenise, text)


def test_every_letter_is_the_same(compiled: ModuleType) -> None:
    """Each character there is, alone between spaces and in the midst of a word, is taken and folded alike."""
    for low in range(0, 0x110000, 0x8000):
        text = "".join(map(chr, range(low, min(low + 0x8000, 0x110000))))
        if low < 0x40000 or low >= 0xE0000:
            same(compiled, tokenise, " ".join(text))
            same(compiled, tokenise, "a".join(text[:0x4000]))


@pytest.mark.parametrize("piece", ["a", "a'", "\ud800b", "日", "é" * 5000 + " "])
def test_words_without_end_are_divided_at_the_same_places(compiled: ModuleType, piece: str) -> None:
    """A "word" of more than a million letters is cut where numpy's chunks end."""
    same(compiled, tokenise, piece * (1_500_000 // len(piece)))


@given(TEXTS)
def test_sentences_are_the_same(compiled: ModuleType, text: str) -> None:
    """Where sentences begin is told alike."""
    tokens = tokenise(text)
    blocks = np.array([0, len(text) // 2], dtype=np.int64)
    same(compiled, sentence_starts, text, tokens, blocks)


@pytest.mark.parametrize("marks", ['"' * 40 + " ", " " * 50, "." * 70 + " ", ' "' * 40, "\n" + " " * 40 + "\n", "_" * 90])
def test_long_rows_of_marks_are_the_same(compiled: ModuleType, marks: str) -> None:
    """Also where numpy looks at them by an expression."""
    text = f"He went.{marks}She did not!{marks}Mr.{marks}I.{marks}A.{marks}they?{marks}Yes"
    same(compiled, sentence_starts, text, tokenise(text), np.zeros(1, dtype=np.int64))


@given(WORDS, st.sampled_from([1, 40]))
def test_sketches_are_the_same(compiled: ModuleType, words: np.ndarray, times: int) -> None:
    """Names of shingles and what a text keeps of them, of short texts and of long ones."""
    hashes = np.concatenate([words + np.uint64(step // 3) for step in range(times)])
    none = np.zeros(len(hashes), dtype=np.uint32)
    tokens = Tokens(none, none, hashes)
    same(compiled, names_of_shingles, hashes)
    same(compiled, sketch, tokens)
    same(compiled, sketch_many, [tokens, tokens, Tokens(none[:3], none[:3], hashes[:3])])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two texts of few words, the second one the first with stretches moved, left out, doubled and written anew."""
    most = draw(st.sampled_from([2, 6, 40, 1000]))
    one = draw(st.lists(st.integers(0, most), max_size=120))
    other = list(one)
    for _ in range(draw(st.integers(0, 5))):
        low, high = sorted((draw(st.integers(0, len(other))), draw(st.integers(0, len(other)))))
        to, piece = draw(st.integers(0, len(other))), other[low:high]
        kind = draw(st.integers(0, 3))
        if kind == 0:
            other[low:high] = []
            to = min(to, len(other))
            other[to:to] = piece
        elif kind == 1:
            other[low : low + 3] = draw(st.lists(st.integers(0, most), max_size=4))
        elif kind == 2:
            other[to:to] = piece[:30]
        else:
            other[low:high] = []
    name = np.random.default_rng(7).integers(0, 2**64, most + 1, dtype=np.uint64)
    return name[np.array(one, dtype=np.int64)], name[np.array(other, dtype=np.int64)]


def runs_of(size_a: int, size_b: int, seed: int, *, order: bool) -> Runs:
    """Runs that lie apart on both sides, in order on both or only on the first."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 6))
    sides = []
    for size in (size_a, size_b):
        ends = np.sort(rng.integers(0, size + 1, 2 * count))
        sides.append((ends[::2], ends[1::2] - ends[::2]))
    (a, room_a), (b, room_b) = sides
    if not order:
        mixed = rng.permutation(count)
        b, room_b = b[mixed], room_b[mixed]
    return Runs(a, b, np.minimum(room_a, room_b))


@given(pairs(), st.integers(0, 2**32))
def test_alignments_are_the_same(compiled: ModuleType, texts: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    """The whole aligner finds the same runs and the same moves."""
    rng = np.random.default_rng(seed)
    words = [Words(names, np.append(rng.random(len(names)) < 0.2, True)) for names in texts]
    same(compiled, match, *words)


@given(pairs(), st.integers(0, 2**32))
def test_the_steps_of_the_aligner_are_the_same(compiled: ModuleType, texts: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    """Each step that the kernel takes over answers alike, also for runs that no aligner would hand it."""
    x, y = texts
    ordered, moved = (runs_of(len(x), len(y), seed + at, order=not at) for at in (0, 1))
    gaps = Gaps(ordered.a, ordered.a + ordered.n, ordered.b, ordered.b + ordered.n)
    whole = Gaps(*(np.array([value]) for value in (0, len(x), 0, len(y))))
    for k, keep in ((6, 4), (4, 1), (2, 3), (1, 1)):
        for those in (whole, gaps):
            same(compiled, anchor, x, y, those, k, keep)
    same(compiled, fill, x, y, whole)
    same(compiled, fill, x, y, gaps)
    same(compiled, joined, moved, ordered)
    none = ordered.take(np.zeros(len(ordered.a), dtype=bool))
    equal = grow(x, y, none, len(x), len(y))
    same(compiled, grow, x, y, equal, len(x), len(y))
    for k in (2, 6):
        same(compiled, left_over, x, y, equal, k)
        same(compiled, settle, x, y, equal, moved.take(moved.n > 0), k)
    same(compiled, edited, x, y, none, equal)
    same(compiled, lend, x, y, equal, none)
    same(compiled, lambda: Rarity(x, y).of(ordered.take(ordered.n > 0)))
    opens = [np.append(names & np.uint64(1) == 0, True) for names in (x, y)]
    same(compiled, slide, Words(x, opens[0]), Words(y, opens[1]), equal, none)


def test_a_text_without_unique_phrases_is_the_same(compiled: ModuleType) -> None:
    """The large gaps of a book that stands there four times are left to numpy, whose windows ask the kernel again."""
    rng = np.random.default_rng(5)
    one = np.tile(rng.integers(0, 900, 6000).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15), 4)
    other = np.delete(one, np.arange(7000, 9000))
    other[::97] = 1
    words = [Words(names, np.ones(len(names) + 1, dtype=bool)) for names in (one, other)]
    same(compiled, match, *words)


def test_steps_refuse_what_lies_outside(compiled: ModuleType) -> None:
    """Runs and gaps that reach beyond the words, or of unequal columns, raise in every step."""
    x, y, one = np.arange(9, dtype=np.uint64), np.arange(7, dtype=np.uint64), np.ones(1, dtype=np.int64)
    opens = np.ones(10, dtype=bool), np.ones(8, dtype=bool)
    good = (one, one, one)
    for bad in ((9, 0, 1), (0, 7, 1), (0, 0, 8), (-1, 0, 1), (0, -1, 1), (0, 0, -1), (2**62, 0, 2**62), (0, 2**63 - 1, 2)):
        runs = [np.array([value]) for value in bad]
        for step, values in (
            ("grow", (x, y, *runs)),
            ("left_over", (x, y, *runs, 2)),
            ("settle", (x, y, *runs, *good, 6)),
            ("settle", (x, y, *good, *runs, 6)),
            ("edited", (x, y, *good, *runs)),
            ("lend", (x, y, *runs, *good)),
            ("slide", (x, opens[0], y, opens[1], *runs, *good)),
        ):
            with pytest.raises(ValueError, match="outside the words"):
                getattr(compiled, step)(*values)
    for bad in ((0, 10, 0, 7), (0, 9, 0, 8), (3, 2, 0, 7), (-1, 2, 0, 7), (0, 9, 5, 4)):
        gaps = [np.array([value]) for value in bad]
        for step, values in (("anchor", (*gaps, 2, 1)), ("fill", tuple(gaps))):
            with pytest.raises(ValueError, match="outside the words"):
                getattr(compiled, step)(x, y, *values)
    table = compiled.counts(x, y, 10)
    for stretch in ((9, 1), (-1, 1), (0, 10)):
        with pytest.raises(ValueError, match="outside the words"):
            compiled.counted(table, 10, x, *(np.array([value]) for value in stretch))
    for bits, held in ((40, table), (9, np.zeros(3, dtype=np.uint8))):
        with pytest.raises(ValueError, match="no such table"):
            compiled.counted(held, bits, x, one, one)
    with pytest.raises(ValueError, match="bits"):
        compiled.counts(x, y, 40)
    with pytest.raises(ValueError, match="as many"):
        compiled.grow(x, y, one, one, np.ones(2, dtype=np.int64))
    with pytest.raises(ValueError, match="apart"):
        compiled.grow(x, y, *(np.array(column) for column in ([3, 1], [1, 3], [1, 1])))
    with pytest.raises(ValueError, match="1 to 8 words"):
        compiled.anchor(x, y, *(np.array([value]) for value in (0, 9, 0, 7)), 99, 1)


def test_what_does_not_fit_is_an_error(compiled: ModuleType) -> None:
    """No number from outside is believed: places beyond the text, arrays of other sizes and types raise."""
    text, numbers, names = "one two", np.array([0, 4], dtype=np.uint32), np.zeros(2, dtype=np.uint64)
    opens = np.zeros(3, dtype=bool)
    for starts, ends in (([0, 4], [3, 7]), ([0, 400], [3, 700]), ([4, 0], [7, 3]), ([0, 4], [4_000_000_000, 7])):
        places = [np.array(side, dtype=np.uint32) for side in (starts, ends)]
        if starts == [0, 4] and ends == [3, 7]:
            compiled.sentences(text, *places, names, names, opens)
            continue
        with pytest.raises(ValueError, match="inside the text"):
            compiled.sentences(text, *places, names, names, opens)
    with pytest.raises(ValueError, match="one more"):
        compiled.sentences(text, numbers, numbers, names, names, opens[:2])
    with pytest.raises(ValueError, match="items of 8 bytes"):
        compiled.sketch(numbers)
    with pytest.raises(ValueError, match="one dimension"):
        compiled.shingles(names.reshape(1, 2))
    with pytest.raises(TypeError):
        compiled.tokenise(b"bytes")
    with pytest.raises(TypeError, match="1 arguments"):
        compiled.tokenise()


def test_the_kernel_can_be_turned_off_and_an_old_one_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """VARIORUM_KERNEL=off leaves it out, and so does another version."""
    old = ModuleType("variorum_kernel")
    old.VERSION = kernel.WANTED - 1  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "variorum_kernel", old)
    monkeypatch.delenv("VARIORUM_KERNEL", raising=False)
    assert kernel.load() is None
    old.VERSION = kernel.WANTED  # type: ignore[attr-defined]
    assert kernel.load() is old
    monkeypatch.setenv("VARIORUM_KERNEL", "off")
    assert kernel.load() is None


def test_the_kernel_states_one_version() -> None:
    """The number in C, in its distribution and in Python is the same."""
    source = (ROOT / "kernel" / "src" / "module.c").read_text()
    assert f"#define VERSION {kernel.WANTED} " in source
    assert tomllib.loads((ROOT / "kernel" / "pyproject.toml").read_text())["project"]["version"] == str(kernel.WANTED)


@pytest.mark.slow
def test_nothing_is_read_or_written_out_of_bounds(tmp_path: Path) -> None:
    """These tests and those of the aligner hold with a kernel that watches every access (address and undefined behaviour)."""
    built = tmp_path / f"variorum_kernel{sysconfig.get_config_var('EXT_SUFFIX')}"
    flags = ["-std=c11", "-O1", "-g", "-ffp-contract=off", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    sources = sorted(map(str, (ROOT / "kernel" / "src").glob("*.c")))
    command = ["cc", "-shared", "-fPIC", *flags, f"-I{sysconfig.get_path('include')}", *sources, "-o", str(built)]
    subprocess.run(command, check=True)
    watcher = subprocess.run(["cc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True).stdout.strip()
    environment = {
        **os.environ,
        "LD_PRELOAD": watcher,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "HYPOTHESIS_PROFILE": "long",
    }
    tests = ["tests/test_kernel.py", "tests/test_text.py", "tests/test_aligning.py", "tests/test_collation.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout", "1200", *tests]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
