"""7z archives: every method that is read, the rules and limits of a zip, a sentence for all others."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from variorum.errors import IntakeError, MalformedItem, UnknownFormat
from variorum.intake import Opened, Task, open_inner, open_item

Sample = Callable[[str], Path]


def opened(data: bytes, name: str = "pile.7z") -> Opened:
    return open_item(Task(name, "sha256:00", data))


@pytest.mark.parametrize("kind", ["lzma-with-branches", "delta", "bzip2", "deflate", "zstandard", "stored"])
def test_members_come_out_of_every_method(sample: Sample, kind: str) -> None:
    """Both members, by every method, and each again by its name alone."""
    data = sample(f"7z/{kind}.7z").read_bytes()
    found = opened(data)
    assert found.format == "7z"
    assert [one.name for one in found.inner] == ["pile.7z!a/keeper.html", "pile.7z!a/bread.txt"]
    assert found.inner[1].data.startswith(b"Salt Bread\nby Ossian Reed")
    assert found.skipped == ()
    for one in found.inner:
        assert open_inner("pile.7z", data, one.name.partition("!")[2]) == one.data


def test_a_pile_is_taken_by_the_rules_of_a_folder(sample: Sample) -> None:
    """What is hidden, left over or no work is passed over; a name that comes twice is numbered; a picture is its page's."""
    found = opened(sample("7z/pile.7z").read_bytes())
    assert [one.name.partition("!")[2] for one in found.inner] == [
        "stories/keeper.html",
        "stories/pictures/gate.png",
        "stories/brød.txt",
        "stories/brød.txt (2)",
        "more/old.zip",
        "empty.txt",
    ]
    assert found.inner[1].beside == "pile.7z!stories/keeper.html"
    assert [(name.partition("!")[2], code) for name, code, _ in found.skipped] == [
        ("stories/.hidden.txt", "hidden"),
        ("stories/Thumbs.db", "leftover"),
        ("tool.bin", "not-a-work"),
    ]
    whole = sample("7z/pile.7z").read_bytes()
    assert open_inner("pile.7z", whole, "more/old.zip!inner.txt").startswith(b"Tide Tables")


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("ppmd", "unknown-method", "(PPMd)"),
        ("encrypted", "encrypted", "only its password"),
        ("leading-outside", "special", "outside"),
    ],
)
def test_a_member_that_cannot_be_had_is_said(sample: Sample, kind: str, code: str, words: str) -> None:
    """A method that is not read, a password, a name that leads outside: one sentence for each member."""
    name, said, reason = opened(sample(f"7z/{kind}.7z").read_bytes()).skipped[0]
    assert (name.startswith("pile.7z!"), said) == (True, code)
    assert words in reason


@pytest.mark.parametrize(("kind", "code"), [("encrypted-names", "encrypted"), ("bomb", "zip-bomb")])
def test_an_archive_that_is_refused_whole(sample: Sample, kind: str, code: str) -> None:
    """Names behind a password, and a bomb: the archive is kept, nothing is taken out of it."""
    with pytest.raises(MalformedItem) as refused:
        opened(sample(f"7z/{kind}.7z").read_bytes())
    assert refused.value.code == code


def test_a_torn_archive_says_that_its_directory_is_gone(sample: Sample) -> None:
    """The directory of a 7z stands at its end: cut anywhere, it is said in a sentence."""
    data = sample("7z/pile.7z").read_bytes()
    for end in (8, 31, 40, len(data) // 2, len(data) - 1):
        with pytest.raises(MalformedItem) as cut:
            opened(data[:end])
        assert cut.value.code == "truncated"


def test_a_damaged_block_gives_the_members_before_the_damage(sample: Sample) -> None:
    """A byte of the packed words changed: what does not match its checksum is not taken, and said."""
    data = bytearray(sample("7z/stored.7z").read_bytes())
    data[data.index(b"larger")] ^= 1
    found = opened(bytes(data))
    assert [one.name for one in found.inner] == ["pile.7z!a/keeper.html"]
    assert [code for _, code, _ in found.skipped] == ["damaged-member"]


def test_a_rar_archive_is_kept_with_a_way_on() -> None:
    """The sentence says what a person can do."""
    with pytest.raises(UnknownFormat) as refused:
        opened(b"Rar!\x1a\x07\x01\x00" + b"x" * 90, "pile.rar")
    assert "is a RAR archive, which is kept and not read; unpack it and add what was in it" in str(refused.value)


def test_mutants_of_a_directory_are_read_or_refused(sample: Sample) -> None:
    """Four hundred damaged directories with right checksums: a result or one of our own errors, in bounded memory."""
    data = sample("7z/leading-outside.7z").read_bytes()
    _, offset, size, _ = struct.unpack_from("<IQQI", data, 8)
    drawn = random.Random(20261124)
    for _ in range(400):
        header = bytearray(data[32 + offset : 32 + offset + size])
        for _ in range(drawn.randint(1, 4)):
            header[drawn.randrange(len(header))] = drawn.choice([0, 1, 0x80, 0xFF, drawn.randrange(256)])
        start = struct.pack("<QQI", offset, len(header), zlib.crc32(header))
        mutant = data[:8] + struct.pack("<I", zlib.crc32(start)) + start + data[32 : 32 + offset] + header
        try:
            found = opened(mutant)
        except IntakeError:
            continue
        assert all(one.name.startswith("pile.7z!") for one in found.inner)
