"""The vault: the store, the register, the lock and verify."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from variorum.errors import FixityError, IntakeError, NotFound, SchemaTooNew
from variorum.vault import CODES, Kept, Lock, Register, Store, disk, records, register, store, verify

SAMPLES = Path(__file__).parent / "samples" / "register"
TALE = b"The lamp was lit before the boats came home.\n"


@pytest.fixture
def vault(tmp_path):
    return tmp_path / "library" / "vault"


def name_of(data):
    return hashlib.sha256(data).hexdigest()


def keep(vault, *texts):
    """Puts texts and records them, as the library does; their digests."""
    kept, book = Store(vault), Register(vault)
    with book.writing():
        digests = [kept.put(text)[0] for text in texts]
        book.append(
            [
                {"kind": "received", "accession": "a1", "name": f"tale {i}.txt", "digest": digest, "size": len(text)}
                for i, (digest, text) in enumerate(zip(digests, texts, strict=True))
            ]
        )
    return digests


def check(vault):
    return verify(Store(vault), Register(vault))


def codes(vault):
    return [finding.code for finding in check(vault)]


def stored(vault, digest):
    """The item's file, made writable so that a test can harm it."""
    path = Store(vault).path(digest)
    path.chmod(0o644)
    return path


def segments(vault):
    return sorted((vault / "register").glob("*.jsonl"))


# ---------------------------------------------------------------- store


def test_put_and_read_give_the_same_bytes(vault):
    """What is put comes back, from a file named by its digest in a folder of its first two digits."""
    digest, new = Store(vault).put(TALE)
    assert (digest, new) == ("sha256:" + name_of(TALE), True)
    path = vault / "items" / name_of(TALE)[:2] / name_of(TALE)
    assert path.read_bytes() == TALE == Store(vault).read(digest)
    with Store(vault).open(digest) as handle:
        assert handle.read() == TALE
    assert Store(vault).has(digest)
    assert list(Store(vault).digests()) == [digest]


def test_the_same_bytes_twice_are_one_item(vault):
    """Equal bytes are kept once, and the second answer says that they were known."""
    kept = Store(vault)
    kept.put(TALE)
    assert kept.put(TALE) == ("sha256:" + name_of(TALE), False)
    assert len(list(kept.digests())) == 1
    assert list((vault / "tmp").iterdir()) == []


def test_nothing_is_written_by_looking(vault):
    """Opening and asking make no folder: a library on a read-only disk can be read."""
    assert not Store(vault).has("sha256:" + name_of(TALE))
    assert list(Store(vault).digests()) == []
    assert list(Register(vault)) == []
    assert not vault.exists()


def test_absent_and_senseless_digests_are_not_found(vault):
    """What is no digest is never made a path of."""
    kept = Store(vault)
    for digest in ("sha256:" + "0" * 64, "sha256:../../../etc/passwd", "", "0" * 64, "sha256:" + "A" * 64):
        assert not kept.has(digest)
        with pytest.raises(NotFound):
            kept.read(digest)


def test_damaged_bytes_are_not_given_out(vault):
    """Reading an item whose bytes changed names what was expected and what was found."""
    (digest,) = keep(vault, TALE)
    stored(vault, digest).write_bytes(b"T" + TALE[1:-1] + b"!")
    with pytest.raises(FixityError) as caught:
        Store(vault).read(digest)
    assert caught.value.expected == digest
    assert caught.value.found != digest


def test_putting_the_true_bytes_again_mends_a_damaged_item(vault):
    """An item is only called known after its bytes were read; damaged ones are replaced by the true ones."""
    (digest,) = keep(vault, TALE)
    stored(vault, digest).write_bytes(TALE[:10])
    assert Store(vault).put(TALE) == (digest, False)
    assert Store(vault).read(digest) == TALE
    assert codes(vault) == []


def test_items_are_read_only_and_the_source_is_untouched(vault, tmp_path):
    """A stored file cannot be written by a slip of the hand; the person's own file keeps bytes, mode and time."""
    mine = tmp_path / "mine.txt"
    mine.write_bytes(TALE)
    mine.chmod(0o640)
    before = mine.stat()
    kept = Store(vault).put_file(mine)
    after = mine.stat()
    assert Store(vault).path(kept.digest).stat().st_mode & 0o222 == 0
    assert (before.st_mode, before.st_mtime_ns, before.st_ino) == (after.st_mode, after.st_mtime_ns, after.st_ino)
    assert mine.read_bytes() == TALE


@pytest.mark.parametrize("size", [0, 1, 70_000, store._WHOLE, store._WHOLE + 1, 9_000_001])
def test_put_file_of_every_size(vault, tmp_path, size):
    """Empty, small and large files (which take another way) are kept to the byte, and known the second time."""
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    mine = tmp_path / "mine"
    mine.write_bytes(data)
    kept = Store(vault)
    assert kept.put_file(mine) == Kept("sha256:" + name_of(data), size, True)
    assert kept.put_file(mine) == Kept("sha256:" + name_of(data), size, False)
    assert kept.read("sha256:" + name_of(data)) == data
    assert list((vault / "tmp").iterdir()) == []


def test_put_file_takes_constant_memory(vault, tmp_path):
    """A file of 200 MB is kept by a process that may hold 100 MB of data."""
    resource = pytest.importorskip("resource", reason="this system has no resource limits")
    big = tmp_path / "big"
    with big.open("wb") as handle:
        handle.truncate(200 << 20)
    program = (
        "import sys; from variorum.vault import Store; import resource;"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({100 << 20}, {100 << 20}));"
        "print(Store(sys.argv[1]).put_file(sys.argv[2]).size)"
    )
    assert resource is not None
    done = subprocess.run([sys.executable, "-c", program, vault, big], capture_output=True, text=True)
    assert done.stdout.strip() == str(200 << 20), done.stderr


@pytest.mark.parametrize("size", [50_000, store._WHOLE + 50_000])
@pytest.mark.parametrize("how", ["grows", "shrinks", "touched"])
def test_a_file_that_changes_while_it_is_read_is_refused(vault, tmp_path, monkeypatch, size, how):
    """A file somebody is writing is named with the reason, and no half of it stays behind."""
    mine = tmp_path / "mine.txt"
    mine.write_bytes(bytes(size))
    real = os.read

    def meddling(fd, count):
        monkeypatch.setattr(os, "read", real)
        data = real(fd, min(count, 1000))
        if how == "touched":
            os.utime(mine, ns=(1, 1))
        else:
            os.truncate(mine, size + 10 if how == "grows" else size - 10)
        return data

    monkeypatch.setattr(os, "read", meddling)
    with pytest.raises(IntakeError, match=r"mine\.txt: changed while") as caught:
        Store(vault).put_file(mine)
    assert caught.value.code == "changed-while-read"
    assert list(Store(vault).digests()) == []
    assert list((vault / "tmp").iterdir()) == []


def test_what_is_no_file_is_refused(vault, tmp_path):
    """A folder, a pipe without a writer and an absent file each give an error at once."""
    kept = Store(vault)
    with pytest.raises(IntakeError, match="is a folder"):
        kept.put_file(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(IntakeError, match="a device or a pipe"):
            kept.put_file(tmp_path / "pipe")
    with pytest.raises(FileNotFoundError):
        kept.put_file(tmp_path / "absent")
    with pytest.raises(IntakeError) as caught:
        kept.put_file("nul\0name")
    assert caught.value.code == "bad-name"


def test_put_many_answers_in_order(vault, tmp_path):
    """Each file has its answer at its place: kept, known, or the error; of equal ones the first is new."""
    paths = []
    for i in range(60):
        path = tmp_path / f"{i}.txt"
        path.write_bytes(b"tale %d" % (i // 2))
        paths.append(path)
    paths[10:10] = [tmp_path / "absent", tmp_path]
    answers = Store(vault).put_many(paths)
    assert isinstance(answers[10], FileNotFoundError)
    assert isinstance(answers[11], IntakeError)
    kept = answers[:10] + answers[12:]
    assert [k.new for k in kept] == [True, False] * 30
    assert [k.digest for k in kept] == ["sha256:" + name_of(b"tale %d" % (i // 2)) for i in range(60)]
    assert not any(k.new for k in Store(vault).put_many(paths) if isinstance(k, Kept))
    assert Store(vault).put_many([]) == []


def test_put_many_syncs_every_file_and_folder_once(vault, tmp_path, monkeypatch):
    """A batch is durable when it is answered: each file fsynced, each folder of items too, and not once per file."""
    paths = []
    for i in range(40):
        path = tmp_path / f"{i}.txt"
        path.write_bytes(b"tale %d" % i)
        paths.append(path)
    kept = Store(vault)
    kept.put(b"before")
    files, folders = [], []
    real_sync, real_folder = disk.sync, disk.sync_folder
    monkeypatch.setattr(disk, "sync", lambda fd: (files.append(fd), real_sync(fd)))
    monkeypatch.setattr(disk, "sync_folder", lambda folder: (folders.append(Path(folder)), real_folder(folder)))
    answers = kept.put_many(paths)
    assert len(files) - len(folders) == 40
    wanted = {kept.path(k.digest).parent for k in answers}
    assert sorted(folders) == sorted([*wanted, vault / "items"])


def test_a_folder_that_cannot_be_synced_is_no_success(vault, tmp_path, monkeypatch):
    """When the disk fails at the last step, the files of that folder are answered with the error."""
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"tale one")
    two.write_bytes(b"tale two")
    kept = Store(vault)
    kept.put(b"before")
    bad = kept.path("sha256:" + name_of(b"tale two")).parent
    real = disk.sync_folder

    def failing(folder):
        if Path(folder) == bad:
            raise OSError(errno.EIO, "Input/output error")
        real(folder)

    monkeypatch.setattr(disk, "sync_folder", failing)
    first, second = kept.put_many([one, two])
    assert isinstance(first, Kept)
    assert isinstance(second, OSError)
    with pytest.raises(OSError, match="Input"):
        kept.put(b"tale two")


def test_a_full_disk_leaves_nothing_half_written(vault, monkeypatch):
    """A write the disk refuses is an OSError; no item and no temporary file remain, and the next put works."""
    kept = Store(vault)
    kept.put(b"before")
    real = disk.write_all

    def full(fd, data):
        real(fd, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "write_all", full)
    with pytest.raises(OSError, match="No space"):
        kept.put(TALE)
    monkeypatch.undo()
    assert not kept.has("sha256:" + name_of(TALE))
    assert list((vault / "tmp").iterdir()) == []
    assert kept.put(TALE)[1]


def test_without_hard_links_a_rename_does(vault, monkeypatch):
    """exFAT and some network folders know no hard links; items are kept there all the same."""

    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert Store(vault).put(TALE) == ("sha256:" + name_of(TALE), True)
    assert Store(vault).put(TALE) == ("sha256:" + name_of(TALE), False)
    assert Store(vault).read("sha256:" + name_of(TALE)) == TALE


def test_two_processes_put_the_same_bytes(vault):
    """Four processes put equal and different things at once: no error, nothing twice, exactly one says new."""
    program = (
        "import sys; from variorum.vault import Store; kept = Store(sys.argv[1]);"
        "print(sum(kept.put(b'common %d' % i)[1] for i in range(60)), sum(kept.put(b'%s %d' % (sys.argv[2].encode(), i))[1] "
        "for i in range(10)))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, vault, str(i)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for i in range(4)
    ]
    answers = [process.communicate() for process in running]
    assert [error for _, error in answers] == [""] * 4
    assert sum(int(out.split()[0]) for out, _ in answers) == 60
    assert [int(out.split()[1]) for out, _ in answers] == [10] * 4
    assert len(list(Store(vault).digests())) == 100


def test_old_leftovers_are_swept_and_young_ones_are_not(vault):
    """The first put deletes our unfinished writing of more than a day ago; another process may still write the rest."""
    Store(vault).put(TALE)
    old, young = vault / "tmp" / "123-old", vault / "tmp" / "123-young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * store.OLD,) * 2)
    Store(vault).put(TALE)
    assert not old.exists()
    assert young.exists()


def test_discard_is_for_good_and_may_be_asked_twice(vault):
    """A discarded item is gone; discarding what is not there is no error."""
    (digest,) = keep(vault, TALE)
    Store(vault).discard(digest)
    Store(vault).discard(digest)
    assert not Store(vault).has(digest)


def test_a_newer_layout_is_refused_untouched(vault):
    """A vault laid out by a later Variorum is neither read nor written."""
    keep(vault, TALE)
    (vault / "layout.json").write_text('{"layout": 99}')
    for kind in (Store, Register):
        with pytest.raises(SchemaTooNew, match="99"):
            kind(vault)


def test_the_vault_explains_itself(vault):
    """Each vault has a README in plain words; what a person wrote into it stays."""
    keep(vault, TALE)
    text = (vault / "README.txt").read_text()
    for word in ("register/*.jsonl", "items/", "sha256sum"):
        assert word in text
    (vault / "README.txt").write_text("mine")
    keep(vault, b"another")
    assert (vault / "README.txt").read_text() == "mine"


def test_a_file_is_found_by_its_name_without_us(vault):
    """The way the README describes works: the name stands readable in the register, the digest leads to the file."""
    name = "Die Lampe für Ünal, 灯.html"
    digest, _ = Store(vault).put(TALE)
    Register(vault).append([{"kind": "received", "accession": "a", "name": name, "digest": digest, "size": len(TALE)}])
    (line,) = [line for line in segments(vault)[0].read_text("utf-8").splitlines() if name in line]
    hexadecimal = json.loads(line)["digest"].removeprefix("sha256:")
    assert (vault / "items" / hexadecimal[:2] / hexadecimal).read_bytes() == TALE


# ---------------------------------------------------------------- register


def test_records_come_back_as_they_were_written(vault):
    """append returns what reading gives: envelope, order and data; the file holds one JSON object a line."""
    book = Register(vault, clock=lambda: "2026-01-02T03:04:05.000Z")
    written = book.append(
        [{"kind": "accession", "accession": "a1", "source": "laptop"}, {"kind": "ruling", "by": "sam", "on": ["x"]}]
    )
    assert list(Register(vault)) == written
    first, second = written
    assert (first.schema, first.kind, first.by, first.at, first.order) == (
        1,
        "accession",
        "keeper",
        "2026-01-02T03:04:05.000Z",
        0,
    )
    assert first.data == {"accession": "a1", "source": "laptop"}
    assert (second.by, second.order, second.data) == ("sam", 1, {"on": ["x"]})
    lines = segments(vault)[0].read_bytes().splitlines()
    assert json.loads(lines[1])["kind"] == "accession"
    assert second.prev == hashlib.sha256(lines[1]).hexdigest()
    assert len(first.id) == 20


@pytest.mark.parametrize(
    "name",
    [
        "new\nline",
        "nul\0",
        "\udce9t\udce9",
        "\ud83d\ude00",
        "line\u2028sep",
        "\u202eevil",
        "\x9b31m",
        "\x7f",
        '"quotes" \\',
        "é 灯",
    ],
)
def test_any_name_survives(vault, name):
    """Names with line ends, NULs, undecodable bytes or direction marks are kept, on one line, with nothing that moves a cursor."""
    (written,) = Register(vault).append([{"kind": "received", "name": name}])
    (found,) = Register(vault)
    assert found == written
    assert found.data["name"] == name.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    raw = segments(vault)[0].read_bytes()
    assert raw.count(b"\n") == 2
    assert not any(c in raw.decode() for c in "\u202e\u2028\x9b\x7f\0")
    assert codes(vault) == []


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"kind": ""},
        {"kind": "segment"},
        {"kind": "x", "prev": "y"},
        {"kind": "x", "n": float("nan")},
        {"kind": "x", "n": object()},
    ],
)
def test_what_cannot_be_a_record_is_refused_with_its_batch(vault, record):
    """A batch is looked at before any of it is written."""
    with pytest.raises((ValueError, TypeError)):
        Register(vault).append([{"kind": "good"}, record])
    assert list(Register(vault)) == []


def test_a_record_too_long_is_refused(vault, monkeypatch):
    """No line is ever written that reading would take for damage."""
    monkeypatch.setattr(records, "LONGEST", 1000)
    with pytest.raises(ValueError, match="1000"):
        Register(vault).append([{"kind": "x", "text": "y" * 1000}])
    monkeypatch.undo()
    Register(vault).append([{"kind": "x", "text": "y" * 5_000_000}])
    assert len(next(iter(Register(vault))).data["text"]) == 5_000_000


def test_other_processes_and_objects_are_seen(vault):
    """since() gives what came after, whoever wrote it, and nothing twice."""
    mine, other = Register(vault), Register(vault)
    mine.append([{"kind": "one"}])
    assert [r.kind for r in other.since(0)] == ["one"]
    program = "import sys; from variorum.vault import Register; Register(sys.argv[1]).append([{'kind': 'two'}])"
    subprocess.run([sys.executable, "-c", program, vault], check=True)
    assert [r.kind for r in other.since(1)] == ["two"]
    mine.append([{"kind": "three"}])
    assert [(r.kind, r.order) for r in other.since(2)] == [("three", 2)]
    assert [r.kind for r in other.since(3)] == []
    assert [r.kind for r in other] == ["one", "two", "three"]
    assert codes(vault) == []


def test_segments_follow_each_other(vault, monkeypatch):
    """Beyond the limit a new segment begins; order and chain run on, from any place one asks."""
    monkeypatch.setattr(register, "SEGMENT", 1500)
    book = Register(vault)
    for i in range(10):
        book.append([{"kind": "note", "n": 3 * i + k} for k in range(3)])
    assert len(segments(vault)) > 3
    header = json.loads(segments(vault)[1].read_bytes().split(b"\n")[0])
    assert header["kind"] == "segment"
    assert header["previous"]["segment"] == "000001.jsonl"
    for order in range(31):
        assert [(r.order, r.data["n"]) for r in Register(vault).since(order)] == [(n, n) for n in range(order, 30)]
        assert [r.order for r in book.since(order)] == list(range(order, 30))
    assert codes(vault) == []


def test_a_batch_longer_than_a_segment_is_divided(vault, monkeypatch):
    """One append may fill several segments, none much above the limit."""
    monkeypatch.setattr(register, "SEGMENT", 3000)
    Register(vault).append([{"kind": "note", "n": n} for n in range(100)])
    assert [r.data["n"] for r in Register(vault)] == list(range(100))
    assert all(path.stat().st_size < 3500 for path in segments(vault))
    assert codes(vault) == []


@pytest.mark.parametrize("rest", [b'{"schema":1,"id":"12', b"\0\0\0\0", b"\0\0\n", b'{"cut": 1}\n{"schema":1,"i', b""])
def test_a_torn_tail_is_left_behind_and_never_cut(vault, rest):
    """After a power cut readers pass over the unfinished line; the next writer declares it void in a new segment."""
    book = Register(vault)
    book.append([{"kind": "one"}, {"kind": "two"}])
    torn = segments(vault)[0].read_bytes() + rest
    segments(vault)[0].write_bytes(torn)
    assert [r.kind for r in Register(vault)] == ["one", "two"]
    assert codes(vault) == (["V026"] if rest else [])
    Register(vault).append([{"kind": "three"}])
    book.append([{"kind": "four"}])
    assert [(r.kind, r.order) for r in Register(vault)] == [("one", 0), ("two", 1), ("three", 2), ("four", 3)]
    assert [r.kind for r in book] == ["one", "two", "three", "four"]
    if rest:
        assert segments(vault)[0].read_bytes() == torn
        assert json.loads(segments(vault)[1].read_bytes().split(b"\n")[0])["void"] == {"000001.jsonl": 4}
    assert codes(vault) == []


@pytest.mark.parametrize("torn", [b"", b'{"schema":1,"id":', b"\0\0\0\n"])
def test_a_segment_whose_header_was_never_written(vault, torn):
    """Two power cuts in a row: the empty or torn new segment is void as well, and the chain goes on."""
    Register(vault).append([{"kind": "one"}])
    (vault / "register" / "000001.jsonl").write_bytes(segments(vault)[0].read_bytes() + b"half a li")
    (vault / "register" / "000002.jsonl").write_bytes(torn)
    assert [r.kind for r in Register(vault)] == ["one"]
    Register(vault).append([{"kind": "two"}])
    assert [(r.kind, r.order) for r in Register(vault)] == [("one", 0), ("two", 1)]
    header = json.loads(segments(vault)[2].read_bytes().split(b"\n")[0])
    assert header["void"] == {"000001.jsonl": 3, "000002.jsonl": 1}
    assert codes(vault) == []


def test_a_register_cut_down_to_its_last_line_still_reads(vault):
    """However many bytes of the last batch reached the disk, what was acknowledged before stays readable and clean."""
    book = Register(vault)
    book.append([{"kind": "one"}])
    before = segments(vault)[0].read_bytes()
    book.append([{"kind": "two"}, {"kind": "three"}])
    whole = segments(vault)[0].read_bytes()
    for cut in range(len(before), len(whole), 7):
        segments(vault)[0].write_bytes(whole[:cut])
        found = [r.kind for r in Register(vault)]
        assert found == ["one", "two", "three"][: len(found)]
        assert found
        Register(vault).append([{"kind": "next"}])
        assert [r.kind for r in Register(vault)] == [*found, "next"]
        assert codes(vault) == []
        for path in segments(vault)[1:]:
            path.unlink()


def test_what_a_failed_append_left_does_not_count(vault, monkeypatch):
    """After an fsync that failed the whole batch is void, though its lines look good: the caller was told no."""
    book = Register(vault)
    book.append([{"kind": "one"}])
    real = disk.sync

    def failing(fd):
        monkeypatch.setattr(disk, "sync", real)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(disk, "sync", failing)
    with pytest.raises(OSError, match="Input"):
        book.append([{"kind": "refused"}, {"kind": "refused"}])
    book.append([{"kind": "two"}])
    assert [(r.kind, r.order) for r in Register(vault)] == [("one", 0), ("two", 1)]
    assert codes(vault) == []


def test_a_failed_append_others_built_on_is_not_declared_void(vault, monkeypatch):
    """If another process has continued after it, the batch has become part of the chain: voiding it would void theirs."""
    book = Register(vault)
    book.append([{"kind": "one"}])
    real = disk.sync

    def failing(fd):
        monkeypatch.setattr(disk, "sync", real)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(disk, "sync", failing)
    with pytest.raises(OSError, match="Input"):
        book.append([{"kind": "doubtful"}])
    Register(vault).append([{"kind": "theirs"}])
    book.append([{"kind": "two"}])
    assert [r.kind for r in Register(vault)] == ["one", "doubtful", "theirs", "two"]
    assert codes(vault) == []


def test_a_short_write_of_a_full_disk_is_void(vault, monkeypatch):
    """A batch of which the disk took half: an OSError, and the next append stands in a new segment."""
    book = Register(vault)
    book.append([{"kind": "one"}])
    real = disk.write_all

    def full(fd, data):
        monkeypatch.setattr(disk, "write_all", real)
        real(fd, data[:50])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "write_all", full)
    with pytest.raises(OSError, match="No space"):
        book.append([{"kind": "refused"}])
    assert [r.kind for r in Register(vault)] == ["one"]
    book.append([{"kind": "two"}])
    assert [r.kind for r in Register(vault)] == ["one", "two"]
    assert codes(vault) == []


def test_schema_0_still_opens(vault):
    """A register written before the first release reads as if written today, and can be written on."""
    shutil.copytree(SAMPLES, vault / "register")
    found = list(Register(vault))
    assert [r.schema for r in found] == [0, 0, 0]
    assert [r.kind for r in found] == ["accession", "received", "known"]
    assert {r.by for r in found} == {"keeper"}
    assert all(r.at.startswith("2025-11-") and "time" not in r.data for r in found)
    Register(vault).append([{"kind": "note"}])
    assert [(r.schema, r.order) for r in Register(vault)] == [(0, 0), (0, 1), (0, 2), (1, 3)]
    assert {finding.code for finding in check(vault)} == {"V011"}


def test_a_record_of_the_future_is_refused(vault):
    """A later schema stops reading and writing with one sentence, and changes nothing."""
    Register(vault).append([{"kind": "one"}])
    path = segments(vault)[0]
    with path.open("ab") as handle:
        handle.write(b'{"schema":7,"id":"x","kind":"y"}\n')
    before = path.read_bytes()
    for act in (lambda: list(Register(vault)), lambda: Register(vault).append([{"kind": "two"}]), lambda: check(vault)):
        with pytest.raises(SchemaTooNew, match="7"):
            act()
    assert [p.read_bytes() for p in segments(vault)] == [before]


def test_a_line_being_written_is_not_taken_for_damage(vault):
    """A reader that meets half a line while the rest is just arriving leaves the whole of it for the next time."""
    Register(vault).append([{"kind": "one"}, {"kind": "two"}])
    whole = segments(vault)[0].read_bytes()

    class Arriving(io.BytesIO):
        """At the first end of the file the rest arrives."""

        def readline(self, size=-1):
            line = super().readline(size)
            if not line.endswith(b"\n") and self.tell() == len(whole) - 20:
                self.write(whole[-20:])
                self.seek(len(whole) - 20)
            return line

    found = list(records.lines(Arriving(whole[:-20])))
    assert [line.whole for line in found] == [True, True, False]


def test_a_line_without_end_is_read_in_bounded_memory(vault, monkeypatch):
    """A damaged register that is one enormous line is named as damage, and what follows it is still read."""
    Register(vault).append([{"kind": "one"}])
    with segments(vault)[0].open("ab") as handle:
        handle.write(b"x" * 5000 + b"\n")
    monkeypatch.setattr(records, "LONGEST", 1000)
    assert [line.length for line in records.lines(io.BytesIO(segments(vault)[0].read_bytes()))][-1] == 5001
    assert codes(vault) == ["V026"]
    Register(vault).append([{"kind": "two"}])
    assert [(r.kind, r.order) for r in Register(vault)] == [("one", 0), ("two", 1)]
    assert codes(vault) == []


def test_four_writers_at_once(vault):
    """Four processes append at the same time while one reads: every record once, in one unbroken chain."""
    program = (
        "import sys; from variorum.vault import Register; book = Register(sys.argv[1])\n"
        "for n in range(40): book.append([{'kind': 'note', 'who': sys.argv[2], 'n': n}] * 2)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, vault, str(i)], stderr=subprocess.PIPE, text=True) for i in range(4)
    ]
    seen = []
    reader = Register(vault)
    while any(process.poll() is None for process in running):
        seen += reader.since(len(seen))
    seen += reader.since(len(seen))
    assert [process.communicate()[1] for process in running] == [""] * 4
    assert [r.order for r in seen] == list(range(320))
    for who in range(4):
        assert [r.data["n"] for r in seen if r.data["who"] == str(who)] == [n for n in range(40) for _ in (0, 1)]
    assert codes(vault) == []


# ---------------------------------------------------------------- lock


def test_the_lock_is_reentrant_and_shared_by_all_objects_of_a_library(vault):
    """A thread that holds the lock may take it again, through another object as well."""
    with Register(vault).writing(), Register(vault).writing():
        Register(vault).append([{"kind": "one"}])
    assert len(list(Register(vault))) == 1


def test_the_lock_keeps_threads_and_processes_out(vault):
    """While one holds it another thread waits (and is told once), and another process cannot have it."""
    events = []
    book = Register(vault)

    def other():
        with Register(vault).writing(waiting=lambda: events.append("waiting")):
            events.append("in")

    program = "import sys; from variorum.vault import Register\nwith Register(sys.argv[1]).trying() as got: print(got)"
    with book.writing():
        thread = threading.Thread(target=other)
        thread.start()
        while not events:
            time.sleep(0.005)
        held = subprocess.run([sys.executable, "-c", program, vault], capture_output=True, text=True, check=True).stdout
        events.append("out")
    thread.join()
    free = subprocess.run([sys.executable, "-c", program, vault], capture_output=True, text=True, check=True).stdout
    assert events == ["waiting", "out", "in"]
    assert (held.strip(), free.strip()) == ("False", "True")


def test_the_lock_of_a_killed_process_is_free(vault):
    """A lock ends with its process, however that ended."""
    program = "import sys, time; from variorum.vault import Register\nwith Register(sys.argv[1]).writing(): print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program, vault], stdout=subprocess.PIPE)
    process.stdout.readline()
    with Lock(vault / "lock").trying() as got:
        assert not got
    process.kill()
    process.communicate()
    with Lock(vault / "lock").holding():
        pass


def test_an_error_inside_gives_the_lock_back(vault):
    """Whatever is raised inside, the next one can write."""
    with pytest.raises(KeyError), Register(vault).writing():
        raise KeyError
    with Lock(vault / "lock").trying() as got:
        assert got


# ---------------------------------------------------------------- verify


def test_a_sound_vault_has_no_findings(vault):
    """Every item and byte is counted and intact; progress runs up to the whole."""
    keep(vault, TALE, b"another", b"")
    told = []
    result = verify(Store(vault), Register(vault), progress=lambda done, total: told.append((done, total)))
    assert (result.items, result.bytes, result.intact, list(result)) == (3, len(TALE) + 7, 3, [])
    assert told[-1] == (len(TALE) + 7, len(TALE) + 7)
    assert told == sorted(told)


def test_an_empty_or_absent_vault_is_sound(vault):
    """Nothing kept is nothing wrong, and looking makes nothing."""
    assert check(vault).items == 0
    assert codes(vault) == []
    assert not vault.exists()


@pytest.mark.parametrize("bit", range(0, len(TALE) * 8, 37))
def test_v001_any_changed_bit(vault, bit):
    """V001: one flipped bit anywhere is found and named."""
    digest, _ = keep(vault, TALE, b"another")
    data = bytearray(TALE)
    data[bit // 8] ^= 1 << bit % 8
    stored(vault, digest).write_bytes(data)
    result = check(vault)
    (found,) = result
    assert (found.code, found.kind, found.digest, result.intact) == ("V001", "damaged", digest, 1)
    assert found.path == f"items/{digest[7:9]}/{digest[7:]}"


def test_v002_shorter(vault):
    """V002: a file cut short."""
    digest, _ = keep(vault, TALE, b"another")
    stored(vault, digest).write_bytes(TALE[:-1])
    assert codes(vault) == ["V002"]


def test_v003_longer(vault):
    """V003: a file with something added."""
    digest, _ = keep(vault, TALE, b"another")
    stored(vault, digest).write_bytes(TALE + b"\n")
    assert codes(vault) == ["V003"]


@pytest.mark.parametrize("data", [b"", bytes(len(TALE)), bytes(3)])
def test_v004_zeros(vault, data):
    """V004: nothing but zeros, what a power cut leaves of careless writing; an item that was empty is none."""
    digest, _, _ = keep(vault, TALE, b"another", b"")
    stored(vault, digest).write_bytes(data)
    # An emptied file also has the bytes of the empty item, and that it is empty says more.
    assert codes(vault) == ["V004"]


def test_v005_swapped(vault):
    """V005: two items that changed places are each named."""
    one, two = keep(vault, TALE, b"another")
    stored(vault, one).write_bytes(b"another")
    stored(vault, two).write_bytes(TALE)
    assert codes(vault) == ["V005", "V005"]


def test_v006_unreadable(vault, monkeypatch):
    """V006: a file the disk will not give is named with the disk's reason; the others are still checked."""
    digest, _ = keep(vault, TALE, b"another")
    real = Path.open

    def failing(self, *args, **kwargs):
        if self.name == digest[7:]:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", failing)
    result = check(vault)
    assert [(f.code, "Input/output error" in f.reason) for f in result] == [("V006", True)]
    assert result.intact == 1


def test_v011_missing(vault):
    """V011: a file that was deleted."""
    digest, _ = keep(vault, TALE, b"another")
    stored(vault, digest).unlink()
    (found,) = check(vault)
    assert (found.code, found.kind, found.digest) == ("V011", "missing", digest)


def test_v012_renamed(vault):
    """V012: a file that was renamed is found again by its bytes (and its new name is stray)."""
    digest, _ = keep(vault, TALE, b"another")
    stored(vault, digest).rename(vault / "items" / "tale.txt")
    found = check(vault)
    assert [f.code for f in found] == ["V012", "V022"]
    assert "items/tale.txt" in next(iter(found)).reason


def test_v013_segment_gone(vault, monkeypatch):
    """V013: a segment between others, or the first, that is no longer there; its items are strays."""
    monkeypatch.setattr(register, "SEGMENT", 100)
    for text in (b"one", b"two", b"three"):
        keep(vault, text)
    assert codes(vault) == []
    segments(vault)[1].unlink()
    assert codes(vault) == ["V013", "V021"]
    segments(vault)[0].unlink()
    assert codes(vault) == ["V013", "V013", "V021", "V021"]


def test_v021_unrecorded(vault):
    """V021: an item no record speaks of, as a kill between put and append leaves it; adding it again heals that."""
    keep(vault, TALE)
    Store(vault).put(b"orphan")
    (found,) = check(vault)
    assert (found.code, found.kind, found.digest) == ("V021", "stray", "sha256:" + name_of(b"orphan"))
    keep(vault, b"orphan")
    assert codes(vault) == []


def test_what_an_import_is_bringing_in_is_not_stray(vault):
    """While somebody holds the writer lock a young unrecorded item is on its way; an old one is stray all the same."""
    keep(vault, TALE)
    young, _ = Store(vault).put(b"on its way")
    old, _ = Store(vault).put(b"forgotten")
    os.utime(Store(vault).path(old), (time.time() - 2 * store.OLD,) * 2)
    program = "import sys; from variorum.vault import Register\nwith Register(sys.argv[1]).writing(): print(flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", program, vault], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    process.stdout.readline()
    busy = [f.digest for f in check(vault)]
    process.communicate(b"\n")
    assert busy == [old]
    assert {f.digest for f in check(vault)} == {old, young}


@pytest.mark.parametrize("place", ["items/note.txt", "items/ab/note.txt", "items/AB/x", "items/ab/" + "0" * 64])
def test_v022_no_item(vault, place):
    """V022: a file among the items with a name or in a folder no item has."""
    keep(vault, TALE)
    (vault / place).parent.mkdir(exist_ok=True)
    (vault / place).write_text("hello")
    (found,) = check(vault)
    assert (found.code, found.path) == ("V022", place)


def test_v022_symbolic_link(vault):
    """V022 and V012: an item replaced by a link is not kept here any more, though its bytes can be reached."""
    (digest,) = keep(vault, TALE)
    path = stored(vault, digest)
    path.rename(vault.parent / "elsewhere")
    path.symlink_to(vault.parent / "elsewhere")
    assert codes(vault) == ["V012", "V022"]


def test_v023_old_leftover(vault):
    """V023: unfinished writing of more than a day ago, whatever its clock said; younger one is no finding."""
    keep(vault, TALE)
    for age, wanted in ((0, []), (2 * store.OLD, ["V023"]), (-2 * store.OLD, ["V023"])):
        (vault / "tmp" / "1-ab").write_bytes(b"half")
        os.utime(vault / "tmp" / "1-ab", (time.time() - age,) * 2)
        assert codes(vault) == wanted


def test_v024_removed_and_still_there(vault):
    """V024: an item whose removal is done is stray while it is there and not missing when it is gone."""
    one, two = keep(vault, TALE, b"another")
    Register(vault).append([{"kind": "removal", "work": "w", "witnesses": [], "digests": [one], "state": "asked"}])
    assert codes(vault) == []
    Register(vault).append([{"kind": "removal", "work": "w", "witnesses": [], "digests": [one], "state": "done"}])
    (found,) = check(vault)
    assert (found.code, found.digest) == ("V024", one)
    Store(vault).discard(one)
    assert codes(vault) == []
    assert check(vault).items == 1
    keep(vault, TALE)
    assert (codes(vault), check(vault).items) == ([], 2)
    Store(vault).discard(two)
    assert codes(vault) == ["V011"]


@pytest.mark.parametrize("place", ["notes.txt", "register/notes.txt", "register/000001.jsonl.bak"])
def test_v025_foreign(vault, place):
    """V025: a file in the vault that is no part of it; what file managers leave behind is passed over."""
    keep(vault, TALE)
    (vault / ".DS_Store").write_text("")
    (vault / "items" / "Thumbs.db").write_text("")
    assert codes(vault) == []
    (vault / place).write_text("hello")
    (found,) = check(vault)
    assert (found.code, found.path) == ("V025", place)


def test_v026_unfinished(vault):
    """V026: an unfinished line at the very end of the register; gone with the next change of the library."""
    keep(vault, TALE)
    with segments(vault)[0].open("ab") as handle:
        handle.write(b'{"schema":1,')
    assert codes(vault) == ["V026"]
    keep(vault, b"another")
    assert codes(vault) == []


def test_v031_any_changed_bit_of_the_register(vault, monkeypatch):
    """V031 to V034 and V026: one flipped bit anywhere in the register is found, in the last line too."""
    monkeypatch.setattr(register, "SEGMENT", 400)
    for text in (b"one", b"two"):
        keep(vault, text)
    assert len(segments(vault)) == 2
    for path in segments(vault):
        whole = path.read_bytes()
        for place in range(0, len(whole), 3):
            data = bytearray(whole)
            data[place] ^= 1 << place % 8
            path.write_bytes(data)
            found = codes(vault)
            assert set(found) & {"V026", "V031", "V032", "V033"}, (path.name, place)
        path.write_bytes(whole)
    assert codes(vault) == []


def test_a_damaged_record_costs_only_itself(vault):
    """V031: reading goes on after a damaged record; the others keep their order, and its item is stray."""
    keep(vault, b"one", b"two", b"three")
    path = segments(vault)[0]
    path.write_bytes(path.read_bytes().replace(b"tale 1.txt", b"tale X.txt"))
    assert [(r.order, r.data["name"]) for r in Register(vault)] == [(0, "tale 0.txt"), (2, "tale 2.txt")]
    assert codes(vault) == ["V021", "V031"]
    Register(vault).append([{"kind": "note"}])
    assert [r.order for r in Register(vault)] == [0, 2, 3]


def test_v032_a_record_taken_out_or_rewritten(vault):
    """V032: a line that was removed, and one that was forged together with its checksum."""
    keep(vault, b"one", b"two", b"three")
    path = segments(vault)[0]
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert "V032" in codes(vault)
    forged = json.loads(lines[2])
    line, _ = records.encode(
        "received",
        {"accession": "a1", "name": "forged", "digest": forged["digest"], "size": forged["size"]},
        by="keeper",
        at=forged["at"],
        prev=forged["prev"],
    )
    path.write_bytes(b"".join([*lines[:2], line + b"\n", *lines[3:]]))
    assert codes(vault) == ["V032"]


def test_v033_header_that_does_not_fit(vault, monkeypatch):
    """V033: segments that changed places or names."""
    monkeypatch.setattr(register, "SEGMENT", 100)
    for text in (b"one", b"two", b"three"):
        keep(vault, text)
    one, two, _ = segments(vault)
    one.rename(vault / "register" / "x")
    two.rename(one)
    (vault / "register" / "x").rename(two)
    assert {"V032", "V033"} <= set(codes(vault))


@pytest.mark.parametrize("text", [None, "{", '{"layout": "one"}'])
def test_v034_layout_file(vault, text):
    """V034: the layout file is missing or cannot be read."""
    keep(vault, TALE)
    (vault / "layout.json").unlink()
    if text is not None:
        (vault / "layout.json").write_text(text)
    assert codes(vault) == ["V034"]


def test_every_code_is_documented_and_tested():
    """Each finding code has its line in docs/vault.md and a test here that names it."""
    docs = (Path(__file__).parent.parent / "docs" / "vault.md").read_text()
    tests = Path(__file__).read_text()
    for code, (kind, meaning) in CODES.items():
        assert f"| {code} | {kind} |" in docs, code
        assert tests.count(code) > 1, code
        assert meaning


def test_verify_beside_four_importers(vault, tmp_path):
    """Four importers and a verify at the same time: no error, no false alarm, nothing lost, nothing twice."""
    source = tmp_path / "source"
    source.mkdir()
    for i in range(40):
        (source / f"{i}.txt").write_bytes(b"tale %d" % (i // 2))
    tool = Path(__file__).parent / "tools" / "vault_import.py"
    running = [
        subprocess.Popen(
            [sys.executable, tool, "import", vault.parent, source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    while any(process.poll() is None for process in running):
        assert codes(vault) == []
    assert [process.communicate()[1] for process in running] == [""] * 4
    result = check(vault)
    assert (result.items, result.intact, list(result)) == (20, 20, [])
    received = [r.data["digest"] for r in Register(vault) if r.kind == "received"]
    assert len(received) == len(set(received)) == 20
