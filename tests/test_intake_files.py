"""Folders, zips and plain text: what is taken, in which order, and what a hostile file can do (nothing)."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import os
import random
import struct
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time

import packing
import pytest
from packing import by_method, zstd

from variorum.document import Document, received
from variorum.errors import IntakeError, MalformedItem, UnknownFormat
from variorum.intake import FAULTS, Copy, Opened, Task, gather, open_inner, open_item
from variorum.intake.containers import is_plain_zip, read_zip
from variorum.intake.gather import fault
from variorum.intake.text import read_text
from variorum.intake.zips import ZipLimits
from variorum.model import Creator

Sample = Callable[[str], Path]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def found(*paths: Path) -> list[tuple[str, str | None]]:
    return [(c.name, c.skip[0] if c.skip else None) for c in gather(paths)]


def fill(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A line of words.\n")


# ---------------------------------------------------------------- folders


def test_files_come_in_byte_order_of_their_paths(tmp_path: Path) -> None:
    """The order is that of whole paths as bytes, a folder's slash counted: `a.txt` before `a/`, capitals first."""
    fill(tmp_path / "pile", "a/z.txt", "a.txt", "a-b.txt", "B.txt", "é.txt", "a0.txt", "b/c/d.txt")
    names = [name for name, _ in found(tmp_path / "pile")]
    assert names == sorted(names, key=os.fsencode)
    assert names[0] == "pile/B.txt"
    assert names.index("pile/a.txt") < names.index("pile/a/z.txt") < names.index("pile/a0.txt")


def test_what_is_hidden_or_left_behind_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    """Hidden files and folders, editors' backups and a library inside are skipped by name, each once."""
    fill(tmp_path / "p", "one.txt", ".git/config.txt", ".note.txt", "one.txt~", "Thumbs.db", ".DS_Store", "#two.txt#")
    fill(tmp_path / "p" / "lib", "variorum.json", "vault/x.txt")
    assert found(tmp_path / "p") == [
        ("p/#two.txt#", "leftover"),
        ("p/.DS_Store", "hidden"),
        ("p/.git", "hidden"),
        ("p/.note.txt", "hidden"),
        ("p/Thumbs.db", "leftover"),
        ("p/lib", "library"),
        ("p/one.txt", None),
        ("p/one.txt~", "leftover"),
    ]
    assert all(c.skip is None or not c.fault for c in gather([tmp_path / "p"]))


def test_a_library_given_itself_is_skipped(tmp_path: Path) -> None:
    """Pointing at a library takes nothing out of it."""
    fill(tmp_path / "lib", "variorum.json", "vault/items/x.txt")
    assert found(tmp_path / "lib") == [("lib", "library")]


def test_a_known_ending_or_a_likely_content_is_taken(tmp_path: Path) -> None:
    """Taken by ending whatever the bytes are, or by content whatever the name; a database and a program are not."""
    root = tmp_path / "p"
    root.mkdir()
    (root / "binary.html").write_bytes(bytes(range(256)) * 10)
    (root / "empty").write_bytes(b"")
    (root / "no ending").write_text("Words enough.")
    (root / "wide").write_bytes("Words enough, in two bytes each.".encode("utf-16-le"))
    (root / "photo").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (root / "program").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200))
    (root / "base.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(200))
    assert dict(found(root)) == {
        "p/base.sqlite3": "not-a-work",
        "p/binary.html": None,
        "p/empty": None,
        "p/no ending": None,
        "p/photo": None,
        "p/program": "not-a-work",
        "p/wide": None,
    }


@posix
def test_links_never_leave_the_folder(tmp_path: Path) -> None:
    """A link out, a loop, a dead end and a link to a folder inside are skipped; a link to a file inside is taken."""
    fill(tmp_path, "secret.txt")
    root = tmp_path / "p"
    fill(root, "sub/one.txt")
    (root / "out").symlink_to(tmp_path / "secret.txt")
    (root / "up").symlink_to(tmp_path, target_is_directory=True)
    (root / "sub" / "loop").symlink_to(root, target_is_directory=True)
    (root / "self").symlink_to("self")
    (root / "dead").symlink_to("nowhere")
    (root / "again.txt").symlink_to("sub/one.txt")
    (root / "near").symlink_to("sub", target_is_directory=True)
    assert dict(found(root)) == {
        "p/again.txt": None,
        "p/dead": "link",
        "p/near": "link",
        "p/out": "link",
        "p/self": "link",
        "p/sub/loop": "link",
        "p/sub/one.txt": None,
        "p/up": "link",
    }
    (tmp_path / "by-link").symlink_to(root, target_is_directory=True)
    assert ("by-link/sub/one.txt", None) in found(tmp_path / "by-link")  # a link one points at is followed


@posix
def test_special_files_are_not_opened(tmp_path: Path) -> None:
    """A named pipe would be waited for for ever; it is skipped, also when it is given itself."""
    os.mkfifo(tmp_path / "pipe.txt")
    assert found(tmp_path) == [(f"{tmp_path.name}/pipe.txt", "special")]
    assert found(tmp_path / "pipe.txt") == [("pipe.txt", "special")]
    assert found(Path("/dev/null")) == [("null", "special")]


@posix
def test_names_come_through_byte_for_byte(tmp_path: Path) -> None:
    """Newlines and bytes that are no UTF-8 stay in the name."""
    folder = os.fsencode(tmp_path / "p")
    os.mkdir(folder)
    for name in (b"new\nline.txt", b"\xe9t\xe9.txt", b"-rf.txt"):
        with open(folder + b"/" + name, "wb") as file:
            file.write(b"words")
    assert [os.fsencode(name) for name, _ in found(tmp_path / "p")] == [b"p/-rf.txt", b"p/new\nline.txt", b"p/\xe9t\xe9.txt"]


def test_what_is_not_there_is_one_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A path that does not exist is a fault with a reason; what is given after it is walked."""
    fill(tmp_path / "p", "one.txt")
    candidates = list(gather([tmp_path / "gone.epub", tmp_path / "p"]))
    assert [(c.name, c.fault) for c in candidates] == [("gone.epub", True), ("p/one.txt", False)]
    assert candidates[0].skip == ("not-found", "is not there (any more)")


def test_a_folder_named_like_a_file_is_said_and_walked(tmp_path: Path) -> None:
    """A folder called x.epub is one problem; the files in it are taken one by one."""
    fill(tmp_path / "p", "x.epub/content.opf", "x.epub/a.xhtml")
    assert found(tmp_path / "p") == [("p/x.epub", "folder-not-file"), ("p/x.epub/a.xhtml", None), ("p/x.epub/content.opf", None)]


@posix
def test_a_folder_that_cannot_be_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever listing a folder raises is a reason, and its neighbours are taken."""
    fill(tmp_path / "p", "a/x.txt", "b/y.txt")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    candidates = list(gather([tmp_path / "p"]))
    assert [(c.name, c.skip[0] if c.skip else None) for c in candidates] == [("p/a", "unreadable"), ("p/b/y.txt", None)]
    assert candidates[0].fault


@posix
def test_a_file_that_vanishes_while_it_is_listed_is_one_sentence(tmp_path: Path) -> None:
    """Files deleted between listing and looking are faults "vanished"; the walk goes on."""
    fill(tmp_path / "p", "a.txt", "b.txt", "c.txt")
    walk = gather([tmp_path / "p"])
    first = next(walk)
    (tmp_path / "p" / "b.txt").unlink()
    rest = list(walk)
    assert (first.name, [(c.name, c.skip and c.skip[0]) for c in rest]) == (
        "p/a.txt",
        [("p/b.txt", "vanished"), ("p/c.txt", None)],
    )
    assert fault(FileNotFoundError(2, "No such file"))[0] == "vanished"


@posix
def test_a_tree_deeper_than_the_system_allows_is_walked_as_far_as_it_goes(tmp_path: Path) -> None:
    """Where the path becomes too long to be opened stands one sentence; what lies above is taken."""
    name = "deeper" * 40
    fill(tmp_path, f"{name}/x.txt")
    here = os.open(tmp_path / name, os.O_RDONLY)
    for _ in range(25):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert [code for _, code in found(tmp_path)] == ["name-too-long", None]


def test_two_things_of_one_name_stay_two(tmp_path: Path) -> None:
    """A second folder given under the name of the first is numbered, so that no name comes twice."""
    fill(tmp_path / "a" / "pile", "x.txt")
    fill(tmp_path / "b" / "pile", "x.txt")
    assert [n for n, _ in found(tmp_path / "a" / "pile", tmp_path / "b" / "pile")] == ["pile/x.txt", "pile (2)/x.txt"]


def test_what_comes_through_a_pipe_is_a_candidate(tmp_path: Path) -> None:
    """`-` is read from standard input, once, as bytes."""
    (candidate,) = gather(["-"], BytesIO(b"words"))
    assert (candidate.name, candidate.data, candidate.size) == ("standard-input", b"words", 5)


def test_a_folder_of_five_thousand_files_is_walked_quickly(tmp_path: Path) -> None:
    """Time is in proportion: well under 100 microseconds of CPU a file."""
    root = tmp_path / "p"
    root.mkdir()
    for number in range(5_000):
        (root / f"{number}.txt").touch()
    start = process_time()
    assert sum(1 for _ in gather([root])) == 5_000
    assert process_time() - start < 1


# ---------------------------------------------------------------- zips


def opened_zip(data: bytes, limits: ZipLimits | None = None) -> Opened:
    return read_zip(Task("z.zip", "sha256:0", data), limits or ZipLimits())


def test_a_zip_gives_its_members_under_the_rules_of_a_folder(sample: Sample) -> None:
    """Members are named container!inner, in byte order; hidden and left-behind ones are skipped once each."""
    opened = open_item(Task("z.zip", "sha256:0", packing.packed(sample("zip/pile"))))
    assert opened.format == "zip"
    assert [i.name for i in opened.inner] == ["z.zip!one.txt", "z.zip!sub/two.txt"]
    assert opened.inner[0].data == b"The first of two, in a zip.\n"
    assert [(name, code) for name, code, _ in opened.skipped] == [("z.zip!.hidden", "hidden"), ("z.zip!Thumbs.db", "leftover")]


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "a\nb.txt", "nul\0l.txt", "wow!x.txt", "..\\..\\e.txt", "con.txt"]
)
def test_names_in_a_zip_are_labels(name: str) -> None:
    """Traversal, absolute paths, drives, newlines and NULs are part of a label; nothing touches the disk."""
    data = packing.zipped(("A" * len(name.encode()), b"words"))
    data = data.replace(b"A" * len(name.encode()), name.encode())
    (inner,) = opened_zip(data).inner
    assert inner.name == f"z.zip!{name}"
    assert open_inner("z.zip", data, name) == b"words"


def test_names_are_read_as_they_were_written() -> None:
    """UTF-8 by its flag or by its bytes, else code page 437; bytes that are neither come back as they were."""
    made = packing.zipped(("XXXX.txt", b"1"), ("YYYY.txt", b"2"))
    made = made.replace(b"XXXX", b"\x82t\x82_").replace(b"YYYY", "éé".encode())
    assert [i.name for i in opened_zip(made).inner] == ["z.zip!ét" + "é_.txt", "z.zip!éé.txt"]
    assert opened_zip(packing.zipped(("日本.txt", b"3"))).inner[0].name == "z.zip!日本.txt"


def test_equal_names_stay_apart() -> None:
    """Two members of one name are two items, each addressable."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packing.zipped(("a.txt", b"first"), ("a.txt", b"second"))
    inner = opened_zip(data).inner
    assert [(i.name, i.data) for i in inner] == [("z.zip!a.txt", b"first"), ("z.zip!a.txt (2)", b"second")]
    assert open_inner("z.zip", data, "a.txt (2)") == b"second"


def test_zips_in_zips_are_opened_to_a_depth() -> None:
    """Three deep is opened with whole names, the fourth is a problem; an EPUB inside is an item, not a container."""
    book = packing.zipped(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<container/>"))
    one = packing.zipped(("deep.txt", b"deep"), ("b.epub", book))
    two = packing.zipped(("one.zip", one))
    three = packing.zipped(("two.zip", two), ("top.txt", b"top"))
    opened = opened_zip(three)
    assert [i.name for i in opened.inner] == ["z.zip!top.txt", "z.zip!two.zip!one.zip!b.epub", "z.zip!two.zip!one.zip!deep.txt"]
    assert open_inner("z.zip", three, "two.zip!one.zip!deep.txt") == b"deep"
    four = opened_zip(packing.zipped(("three.zip", three)))
    assert [code for _, code, _ in four.skipped] == ["too-deep"]
    assert [i.name for i in four.inner] == ["z.zip!three.zip!top.txt"]
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("b.epub", book)
    assert is_plain_zip(stored.getvalue())  # although the marks of an EPUB stand in its bytes


def bomb(size: int) -> bytes:
    return packing.zipped(("big.txt", bytes(size)))


def overlapping(count: int, size: int) -> bytes:
    """One member, listed many times in the directory (CVE-2024-0450)."""
    data = packing.zipped(("a.txt", b"x" * size))
    at = data.index(b"PK\x01\x02")
    entry = data[at : data.index(b"PK\x05\x06")]
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    return data[:at] + entry * count + end


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("flat", lambda: bomb(200 << 20)),
        ("overlapping", lambda: overlapping(5000, 1 << 20)),
        ("nested", lambda: packing.zipped(*((f"{n}.zip", bomb(60 << 20)) for n in range(8)))),
        ("many", lambda: packing.zipped(*((f"{n}.txt", bytes(8 << 20)) for n in range(60)))),
    ],
)
def test_bombs_are_stopped(name: str, make: Callable[[], bytes]) -> None:
    """A bomb is one sentence within 2 seconds and far below 512 MB, by counting what really comes out."""
    data = make()
    tracemalloc.start()
    start = process_time()
    with pytest.raises(MalformedItem) as caught:
        opened_zip(data)
    spent = process_time() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "zip-bomb", name
    assert spent < 2
    assert peak < 400 << 20


def test_sizes_a_zip_states_are_not_believed() -> None:
    """A member that says it has ten bytes and gives a million is counted by what it gives."""
    data = bytearray(packing.zipped(("a.txt", bytes(9_000_000))))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(MalformedItem, match="200 times"):
        opened_zip(bytes(data))


def test_one_member_that_is_too_large_is_left_alone() -> None:
    """A large honest member is a problem of its own; its neighbours are given."""
    rng = random.Random(1)
    data = packing.zipped(("a.txt", b"small"), ("big.txt", rng.randbytes(30_000)))
    opened = opened_zip(data, ZipLimits(member=20_000))
    assert [i.name for i in opened.inner] == ["z.zip!a.txt"]
    assert [code for _, code, _ in opened.skipped] == ["too-large"]


def test_encrypted_and_unknown_members_are_one_sentence_each() -> None:
    """What needs a password or a method we do not have is named; the rest is given."""
    data = bytearray(packing.zipped(("a.txt", b"words"), ("b.txt", b"words"), ("c.txt", b"words")))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(sign)
        data[at + flags] |= 1
        at = data.index(sign, at + 4)
        data[at + flags + 2 : at + flags + 4] = struct.pack("<H", 14)
    opened = opened_zip(bytes(data))
    assert [i.name for i in opened.inner] == ["z.zip!c.txt"]
    assert [(name, code) for name, code, _ in opened.skipped] == [("z.zip!a.txt", "encrypted"), ("z.zip!b.txt", "unknown-method")]
    assert "LZMA" in opened.skipped[1][2]
    assert {code for _, code, _ in opened.skipped} <= FAULTS


@pytest.mark.parametrize(
    ("method", "pack"), [(12, bz2.compress), (93, zstd.compress), (93, lambda d: zstd.compress(d, 19)), (95, lzma.compress)]
)
def test_a_zip_by_newer_methods(method: int, pack: Callable[[bytes], bytes]) -> None:
    """Bzip2, Zstandard and xz inside a zip come out to the byte; damage in them is said, and a bomb refused."""
    content = b"The lamp was lit.\n\nNobody asked by whom.\n" * 40
    whole = by_method("a.txt", content, method, pack)
    (member,) = open_item(Task("z.zip", "", whole)).inner
    assert (member.name, member.data) == ("z.zip!a.txt", content)
    at = whole.index(pack(content)[:4]) + len(pack(content)) // 2
    torn = open_item(Task("z.zip", "", whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]))
    assert torn.skipped[0][1] in {"damaged-member", "truncated"}
    with pytest.raises(MalformedItem) as bomb:
        open_item(Task("z.zip", "", by_method("a.txt", bytes(48 << 20), method, pack)))
    assert bomb.value.code == "zip-bomb"


def test_a_hundred_thousand_members_are_read_quickly() -> None:
    """The most that is allowed takes a few seconds; one more is refused."""
    members = [(f"{n:06}.txt", b"%d" % n) for n in range(100_000)]
    data = stored(members)
    start = process_time()
    assert len(opened_zip(data).inner) == 100_000
    assert process_time() - start < 8
    with pytest.raises(MalformedItem, match="more than 100,000 members"):
        opened_zip(stored([*members, ("more.txt", b"x")]))


def stored(members: list[tuple[str, bytes]]) -> bytes:
    """A zip written by hand, much faster than `zipfile`: stored members, Zip64 where there are too many."""
    out, entries = bytearray(), bytearray()
    for name, content in members:
        raw, at = name.encode(), len(out)
        crc = zlib.crc32(content)
        out += (
            struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, crc, len(content), len(content), len(raw), 0) + raw + content
        )
        entries += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, crc, len(content), len(content), len(raw), *[0] * 5, at
        )
        entries += raw
    count, at = len(members), len(out)
    wide = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(entries), at)
    find = struct.pack("<4sIQI", b"PK\x06\x07", 0, at + len(entries), 1)
    return bytes(
        out + entries + wide + find + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    )


def test_a_torn_zip_gives_what_it_still_has() -> None:
    """Without its directory the members are found by their own headers; the cut one is said and is no copy."""
    rng = random.Random(2)
    words = " ".join(str(rng.random()) for _ in range(2000)).encode()
    data = packing.zipped(("a.txt", b"whole"), ("b.txt", words), ("c.txt", b"lost"))
    cut = data[: data.index(b"b.txt") + 3000]
    opened = opened_zip(cut)
    assert [(i.name, i.data) for i in opened.inner] == [("z.zip!a.txt", b"whole")]
    assert [(name, code) for name, code, _ in opened.skipped] == [("z.zip!(end)", "truncated"), ("z.zip!b.txt", "truncated")]
    assert "torn off" in opened.note
    nested = opened_zip(packing.zipped(("deep.zip", cut)))
    assert [i.name for i in nested.inner] == ["z.zip!deep.zip!a.txt"]
    assert ("z.zip!deep.zip!(end)", "truncated") in [(name, code) for name, code, _ in nested.skipped]


def test_a_damaged_member_is_said() -> None:
    """One flipped bit is found by the checksum; the neighbours are untouched."""
    data = bytearray(packing.zipped(("a.txt", b"words enough to be packed, words"), ("b.txt", b"whole")))
    data[data.index(b"a.txt") + 8] ^= 0x10
    opened = opened_zip(bytes(data))
    assert [(name, code) for name, code, _ in opened.skipped] == [("z.zip!a.txt", "damaged-member")]
    assert [i.name for i in opened.inner] == ["z.zip!b.txt"]


def test_a_streamed_zip_is_read_without_its_directory() -> None:
    """Sizes that stand after the members (data descriptors) are found where the streams end."""

    class Unseekable(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"first words")
        archive.writestr("b.txt", b"second words")
    data = out.getvalue()
    whole = [("z.zip!a.txt", b"first words"), ("z.zip!b.txt", b"second words")]
    assert [(i.name, i.data) for i in opened_zip(data).inner] == whole
    cut = bytearray(data[: data.index(b"PK\x01\x02")])
    assert [(i.name, i.data) for i in opened_zip(bytes(cut)).inner] == whole
    cut[cut.index(b"PK\x07\x08") + 4] ^= 1
    opened = opened_zip(bytes(cut))
    assert [(i.name, i.data) for i in opened.inner] == whole[1:]
    assert ("z.zip!a.txt", "damaged-member") in [(name, code) for name, code, _ in opened.skipped]


def test_named_like_a_zip_and_none() -> None:
    """Text called .zip is text; noise called .zip is a problem with a reason; an empty zip is no problem."""
    with pytest.raises(IntakeError):
        open_item(Task("a.zip", "sha256:0", bytes(range(256)) * 20))
    assert opened_zip(packing.zipped()).note == "it is empty"


def test_mutants_of_a_zip_never_crash(sample: Sample) -> None:
    """Bytes changed at random: members, skipped members or an IntakeError, nothing else, and soon."""
    rng = random.Random(20261124)
    data = packing.zipped(("x.zip", packing.packed(sample("zip/pile"))), ("y.txt", b"words " * 500))
    for _ in range(300):
        mutant = bytearray(data)
        for _ in range(rng.choice((1, 2, 20))):
            mutant[rng.randrange(len(mutant))] = rng.randrange(256)
        with contextlib.suppress(IntakeError):
            opened_zip(bytes(mutant[: rng.randrange(1, len(mutant) + 1)]))


# ---------------------------------------------------------------- text


def opened_text(data: bytes, name: str = "story.txt") -> Copy:
    (copy,) = open_item(Task(name, "sha256:0", data)).copies
    assert_nothing_lost(copy.document, data)
    return copy


def assert_nothing_lost(document: Document, data: bytes) -> None:
    """Every character that is not white space is in a block or a gap, and the source gives back the bytes."""
    covered = bytearray(len(document.source))
    for block in document.blocks:
        for piece in block.pieces:
            covered[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    for gap in document.left_out:
        covered[gap.start : gap.end] = b"\1" * (gap.end - gap.start)
    lost = {c for c, there in zip(document.source, covered, strict=True) if not there and not c.isspace()}
    assert lost <= set("-=*~_#.+")
    (part,) = document.parts
    assert bytes.fromhex(part.bom) + document.source.encode(part.encoding, "surrogateescape") == data


def blocks_of(copy: Copy) -> list[tuple[str, str, str]]:
    return [(b.kind, b.part, b.text) for b in received(copy.document).blocks]


def test_a_header_is_read_and_is_no_story(sample: Sample) -> None:
    """Labels, wrapped values and the rule below them are the frame; what is certain becomes metadata with trust "text"."""
    copy = opened_text(sample("text/header.txt").read_bytes())
    m = copy.metadata
    assert m.title == "The Tin Whistle War"
    assert m.creators == (Creator("Perpetua Knapweed"),)
    assert (m.rating, m.fandoms, m.relationships) == ("Teen And Up Audiences", ("The Upper Meadow",), ())
    assert m.characters == ("Old Tansy", "the Miller (and his goat)")
    assert (m.categories, m.tags) == (("Gen",), ("Humour",))
    assert (m.words_stated, m.published) == (1204, "2003-05-07")
    assert m.summary == "Two villages, one tune, and a goat that will not take sides."
    assert [w.kind for w in m.wishes] == ["ask-first"]
    assert set(m.trust.values()) == {"text"}
    blocks = blocks_of(copy)
    assert ("paragraph", "summary", "Summary: Two villages, one tune,\n and a goat that will not take sides.") in blocks
    assert ("paragraph", "notes-before", "Disclaimer: I own neither the meadow nor the goat.") in blocks
    story = [text for _, part, text in blocks if part == "story"]
    assert story[0].startswith("It began, as such things do, with a wedding: the miller's second, and the\ngoat's")
    assert len(story) == 3


def test_title_and_by_line(sample: Sample) -> None:
    """A short first line followed by "by NAME" is title and author; a verse keeps its lines."""
    copy = opened_text(sample("text/by-line.txt").read_bytes())
    assert (copy.metadata.title, copy.metadata.creators) == ("The Heron at Number Nine", (Creator("Clement Rushmere"),))
    assert ("verse", "story", "Heron, heron, on one leg,\n    will you fetch or will you beg?") in blocks_of(copy)


def test_a_line_alone_above_the_labels_is_the_title() -> None:
    """Title, empty line, labels: the line is the title; with no labels below, it is the first line of the story."""
    copy = opened_text(b"The Goose Road\n\nAuthor: Ivo Marl\nRating: R\n\nIt went on and on.\n")
    assert (copy.metadata.title, copy.metadata.creators, copy.metadata.rating) == (
        "The Goose Road",
        (Creator("Ivo Marl"),),
        "Mature",
    )
    assert [(part, text) for _, part, text in blocks_of(copy)][-1] == ("story", "It went on and on.")
    plain = opened_text(b"The Goose Road\n\nIt went on and on.\n\nAuthor: nobody\nRating: R\n")
    assert plain.metadata.title is None
    assert {part for _, part, _ in blocks_of(plain)} == {"story"}


@pytest.mark.parametrize(
    "text",
    [
        "Night\nby the time she woke, it was over.\n\nMore.",
        "Rating: none of your business, said the cat.\n\nAnd left.",
        "He had a title: king.\nHe had an author: himself, he said.",
        "To: Ada\nFrom: Bea\n\nCome at once.",
        "Chapter One\n\nIt rained.",
    ],
)
def test_a_story_that_looks_like_a_header_is_a_story(text: str) -> None:
    """One label, labels in a sentence, letters and by-lines that are sentences make no header."""
    copy = opened_text(text.encode())
    assert {part for _, part, _ in blocks_of(copy)} == {"story"}
    assert copy.metadata.title is None
    assert copy.metadata.creators == ()


STORY_LINES = (
    "The keeper put the kettle on and listened to the wind go round the tower. It went round twice. It had all night for it.",
    '"It will blow itself out by four," his sister said.',
    "He poured the tea, and neither of them said another word until the lamp was trimmed and the window dark.",
)


def test_the_story_begins_right_under_a_header() -> None:
    """Where paragraphs are single lines without empty ones between, the last value ends with its line."""
    for last in (
        "Disclaimer: They belong to the network and the writers. No money changes hands here.",
        "Archive: yes, just tell me where it is going first and then do",
    ):
        copy = opened_text("\n".join(["Title: The Lamp", "Rating: G", last, *STORY_LINES]).encode())
        assert "\n".join(text for _, part, text in blocks_of(copy) if part == "story") == "\n".join(STORY_LINES)
        assert copy.metadata.title == "The Lamp"
        assert copy.metadata.rating is not None


def test_a_value_that_was_cut_at_a_width_goes_on() -> None:
    """Full lines of a wrapped value, and lines between two labels, belong to the value; what follows does not."""
    text = (
        "Title: The Lamp\n"
        "Summary: The keeper puts the kettle on, and the wind goes round the tower\n"
        "twice, and somebody comes up the stairs with her boots in one hand. Then\n"
        "there is toast.\n"
        "Notes:\n"
        "Written in a week of rain.\n"
        "Rating: G\n"
        "\n"
        "The kettle sang.\n"
    )
    copy = opened_text(text.encode())
    assert copy.metadata.summary is not None
    assert " ".join(copy.metadata.summary.split()).endswith("Then there is toast.")
    assert [text for _, part, text in blocks_of(copy) if part == "story"] == ["The kettle sang."]


def test_no_value_has_many_lines() -> None:
    """However long the lines are alike, a value has at most four lines after its first."""
    line = "and the wind went round the tower and round the tower and round it once more"
    copy = opened_text("\n".join(["Title: The Lamp", "Rating: G", f"Summary: {line[9:]}", *[line] * 40]).encode())
    story = "\n".join(text for _, part, text in blocks_of(copy) if part == "story")
    assert story.count("once more") >= 36


def test_colons_in_a_story_are_a_story(sample: Sample) -> None:
    """The sample of a letter read aloud keeps all three paragraphs."""
    copy = opened_text(sample("text/story-with-colons.txt").read_bytes())
    assert [part for _, part, _ in blocks_of(copy)] == ["story"] * 3


def test_long_lines_are_paragraphs_and_short_ones_a_wrapped_one(sample: Sample) -> None:
    """Text nobody wrapped has a paragraph in each line; hard-wrapped text stays together for rescue."""
    assert len(blocks_of(opened_text(sample("text/unwrapped.txt").read_bytes()))) == 3
    assert len(blocks_of(opened_text(b"wrapped at\nsome column\nby hand\n"))) == 1


def test_line_ends_of_every_kind_read_alike() -> None:
    """Newline, carriage return, both, form feed and U+2029 end lines; an empty line ends a paragraph."""
    for end in ("\n", "\r\n", "\r", "\u2029"):
        copy = opened_text(f"one{end}two{end}{end}three".encode())
        assert [t for _, _, t in blocks_of(copy)] == ["one\ntwo", "three"]


def test_markdown_headings_are_chapters(sample: Sample) -> None:
    """The first heading of a file is its title, the next rank its chapters; the marks are left out."""
    copy = opened_text(sample("text/chapters.md").read_bytes(), "chapters.md")
    assert blocks_of(copy)[0] == ("heading", "title", "The Orchard Keeper")
    headings = [(b.text, b.chapter) for b in received(copy.document).blocks if b.kind == "heading" and b.part == "story"]
    assert headings == [("Blossom", 1), ("Windfall", 2)]
    assert {g.reason for g in copy.document.left_out} == {"the mark of a Markdown heading"}
    plain = opened_text(b"# one is no heading here", "a.txt")
    assert blocks_of(plain) == [("paragraph", "story", "# one is no heading here")]


def test_a_flattened_story_is_one_block(sample: Sample) -> None:
    """One line of a whole story, italics lost, is kept as it came: taking it apart is rescue's."""
    data = sample("text/flattened.txt").read_bytes()
    copy = opened_text(data)
    assert blocks_of(copy) == [("paragraph", "story", data.decode())]


def test_encodings_come_back(sample: Sample) -> None:
    """Windows-1252, UTF-16 and UTF-8 with BOM are decoded, and the bytes can be made again."""
    copy = opened_text(sample("text/header-latin1.txt").read_bytes())
    assert copy.metadata.title == "Le Phare"
    assert copy.metadata.rating == "General Audiences"
    assert "s’éteignit" in blocks_of(copy)[-1][2]
    for encoding in ("utf-16", "utf-8-sig"):
        assert blocks_of(opened_text("Été, déjà.".encode(encoding)))[0][2] == "Été, déjà."


def test_fifty_megabytes_on_one_line_are_one_block() -> None:
    """Linear: a few seconds at most, and one block."""
    data = b"word " * 10_000_000
    start = process_time()
    copy = read_text(Task("a.txt", "sha256:0", data)).copies[0]
    assert process_time() - start < 5
    assert len(copy.document.blocks) == 1


def test_half_a_million_short_lines_are_divided() -> None:
    """A run of lines without an empty one neither takes for ever nor makes millions of pieces."""
    data = b"short line\r\n" * 500_000
    start = process_time()
    document = read_text(Task("a.txt", "sha256:0", data)).copies[0].document
    assert process_time() - start < 5
    assert sum(len(b.pieces) for b in document.blocks) < 1000
    assert document.blocks[-1].pieces[-1].end == len(document.source) - 2


def test_millions_of_paragraphs_stay_in_bounds() -> None:
    """More paragraphs than any novel has: the rest stays together, nothing is lost, memory is bounded."""
    data = b"p one\n\n" * 400_000
    document = read_text(Task("a.txt", "sha256:0", data)).copies[0].document
    assert len(document.blocks) < 300_000
    assert document.blocks[-1].pieces[-1].end == len(document.source) - 2
    assert document.blocks[-2].pieces[-1].end + 2 == document.blocks[-1].pieces[0].start


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", "\ufeff".encode()])
def test_nothing_is_a_problem_with_a_reason(data: bytes) -> None:
    """An empty file, white space alone, a lone BOM: one plain sentence."""
    with pytest.raises(IntakeError, match=r"empty|white space"):
        open_item(Task("a.txt", "sha256:0", data))


def test_noise_named_text_is_refused() -> None:
    """A program called story.txt is kept, and not read as a story."""
    with pytest.raises(UnknownFormat, match="named like a text"):
        open_item(Task("story.txt", "sha256:0", b"\x7fELF" + bytes(range(256)) * 50))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800\udfff lone \udc80",
        "NUL \0 in a text of words. " * 9,
        "e" + "\u0301" * 50_000,
        "a\u202eb",
        ":" * 10_000,
        "a: " * 50_000,
        "#" * 9999,
    ],
)
def test_any_text_is_read(text: str) -> None:
    """Surrogates, NULs, heaps of marks and heaps of colons: read, quickly, nothing lost."""
    start = process_time()
    opened_text(text.encode("utf-8", "surrogatepass"))
    assert process_time() - start < 2


# ---------------------------------------------------------------- what stands beside


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("style.css", b"p { margin: 0 }\n", "asset"),
        ("metadata.opf", b'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata/></package>', "asset"),
        ("font.woff2", b"wOF2" + bytes(100), "asset"),
        ("script.js", b"var a = 1;\n", "asset"),
        ("cover.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100), "picture"),
        ("noname", b"II*\x00" + bytes(100), "picture"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><title>t</title></svg>', "picture"),
    ],
)
def test_what_stands_beside_a_work_is_no_problem(name: str, data: bytes, form: str) -> None:
    """Style sheets, fonts, package files and pictures are known for what they are and have no witness."""
    opened = open_item(Task(name, "sha256:0", data))
    assert (opened.format, opened.copies) == (form, ())


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "office"),
    ],
)
def test_what_is_not_read_yet_says_what_it_is(name: str, data: bytes, what: str) -> None:
    """A kind of file that is known and not read is a problem that names the kind."""
    with pytest.raises(UnknownFormat, match=what) as caught:
        open_item(Task(name, "sha256:0", data))
    assert caught.value.code == "not-yet-read"
