"""A mailbox too large for memory: read once, entered a few messages at a time, the same as one that fits."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from test_histories import A, B, C, state, works
from test_joining import letter

from variorum.intake.mail.mailbox import members, stream
from variorum.library import Library, entering, streaming

LINE = b"From maren@weir.example Sun Mar  4 20:11:00 2001\n"


pytestmark = pytest.mark.usefixtures("workers_here")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and a transaction holds two messages."""
    monkeypatch.setattr(streaming, "LARGE", 1)
    monkeypatch.setattr(streaming, "_MEMBERS", 2)


def mailbox() -> bytes:
    reply = b"Message-ID: <r@b.example>\nFrom: o@b.example\nSubject: Re: FIC: The Weir (1/3)\n\nI liked the gull.\n"
    other = letter(1, 2, [*A[:3], *C[:3]], title="The Ledger", sender="odile")
    return LINE + LINE.join(one + b"\n" for one in (letter(2, 3, B), reply, letter(1, 3, A), other, letter(3, 3, C)))


def add(library: Library, data: bytes, name: str = "list.mbox") -> Any:
    path = library.path.parent / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return library.add([path])


@pytest.mark.parametrize("step", [1, 7, 1000, 1 << 20])
def test_messages_are_told_apart_whatever_the_blocks(step: int) -> None:
    """Blocks of any size give what the whole gives: labels, bytes and order."""
    data = mailbox()
    blocks = (data[at : at + step] for at in range(0, len(data), step))
    assert list(stream(blocks)) == list(members(data))


def test_a_message_too_long_is_passed_over_and_the_next_is_read() -> None:
    """None in place of its bytes; those around it are whole."""
    data = LINE + letter(1, 2, A) + LINE + b"Subject: long\n\n" + b"word " * 200_000 + b"\n" + LINE + letter(2, 2, B)
    found = dict(stream((data[at : at + 65536] for at in range(0, len(data), 65536)), 300_000))
    assert [name for name, one in found.items() if one is None] == ["000002.eml"]
    assert found["000001.eml"] == letter(1, 2, A)
    assert found["000003.eml"] == letter(2, 2, B)


def test_memory_is_that_of_a_message() -> None:
    """40 MB of messages pass through less than 4."""
    one = LINE + letter(1, 2, A) + b"\n"
    block = one * (65536 // len(one) + 1)
    count = 0
    tracemalloc.start()
    for _ in stream(block for _ in range(40_000_000 // len(block))):
        count += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 1000
    assert peak < 4_000_000


@pytest.mark.usefixtures("small")
def test_a_streamed_mailbox_gives_what_one_that_fits_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same works, ids, letters and texts; members can be had again; a rebuild gives the same; adding again adds nothing."""
    with Library(tmp_path / "a" / "library", create=True) as library:
        done = add(library, mailbox())
        assert [(i.name, i.status, i.format) for i in done.items] == [("list.mbox", "added", "mailbox")]
        found = {w.witness: library.text(w.witness).text for work in works(library) for w in work.witnesses}
        before = state(library)
        library.rebuild()
        assert state(library) == before
        items = [i for i in library.catalogue.items() if "!" in i.name]
        assert len(items) == 5
        assert library.item_bytes(items[0].digest) == letter(2, 3, B) + b"\n"
        assert add(library, mailbox()).items[0].status == "known"
    monkeypatch.setattr(streaming, "LARGE", 1 << 30)
    with Library(tmp_path / "b" / "library", create=True) as library:
        add(library, mailbox())
        assert {w.witness: library.text(w.witness).text for work in works(library) for w in work.witnesses} == found


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_kill_between_two_transactions_is_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    """Stopped after so many transactions, finished later: what an unbroken run gives."""
    with Library(tmp_path / "whole" / "library", create=True) as library:
        add(library, mailbox())
        whole = {w.witness: (work.work, w.siglum) for work in works(library) for w in work.witnesses}
    real, times = entering.Chunk.enter_members, 0

    def killed(self: Any, record: Any, some: Any) -> None:
        nonlocal times
        times += 1
        real(self, record, some)
        if times == stop:
            raise KeyboardInterrupt

    with Library(tmp_path / "cut" / "library", create=True) as library:
        monkeypatch.setattr(entering.Chunk, "enter_members", killed)
        with pytest.raises(KeyboardInterrupt):
            add(library, mailbox())
        monkeypatch.setattr(entering.Chunk, "enter_members", real)
        assert library.finish()
        assert {w.witness: (work.work, w.siglum) for work in works(library) for w in work.witnesses} == whole
        before = state(library)
        library.rebuild()
        assert state(library) == before


@pytest.mark.usefixtures("small")
def test_a_streamed_mailbox_that_was_damaged_in_the_vault_says_so(tmp_path: Path) -> None:
    """A byte changed behind our back: the container is a problem on rebuild, and its other messages are read."""
    with Library(tmp_path / "library", create=True) as library:
        done = add(library, mailbox())
        path = library.store.path(done.items[0].digest or "")
        path.chmod(0o644)
        path.write_bytes(path.read_bytes().replace(b"liked", b"hated"))
        library.rebuild()
        (problem,) = library.catalogue.items("problem")
        assert problem.problem is not None
        assert problem.problem[0] == "damaged"
        assert works(library)
