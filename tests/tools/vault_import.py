"""An import into the bare vault, and the proof of it, for the fault tools.

  vault_import.py import LIB SRC [--broken fsync|folder|order|place]
  vault_import.py verify LIB SRC

`import` puts the files of SRC (some one by one, the rest together), records each batch, and only then acknowledges it:
on standard output, and in LIB/acknowledged.txt, fsynced here and not by the vault, so that it stands for what a person was told.
`--broken` takes one guard away; the fault tests must fail then.
`verify` exits 0 when every acknowledged copy is there, once, whole; without NASTY_PARTIAL also every file of SRC, and no finding at all.
It looks only at LIB/vault, so it also judges an import made by `python -m variorum --library LIB add SRC`.
"""

import argparse
import errno
import hashlib
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from variorum.errors import VariorumError
from variorum.vault import Register, Store, disk, store, verify

ACKNOWLEDGED = "acknowledged.txt"


def acknowledge(lib, pairs):
    """What a person is told, made durable by plain means."""
    fd = os.open(lib / ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.lseek(fd, 0, os.SEEK_END)  # power_cut.py does not know O_APPEND
    os.write(fd, "".join(f"{digest} {name}\n" for digest, name in pairs).encode())
    os.fsync(fd)
    os.close(fd)
    fd = os.open(lib, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    for digest, name in pairs:
        print(digest, name)


def bring(lib, paths, broken):
    vault = lib / "vault"
    kept, book = Store(vault), Register(vault)
    single = len(paths) // 2
    for batch in [*([path] for path in paths[:single]), paths[single:]]:
        if not batch:
            continue
        with book.writing():
            held = {r.data["digest"] for r in book if r.kind == "received"}
            if broken == "order":
                answers = [("sha256:" + hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_size, True) for p in batch]
            else:
                answers = [kept.put_file(batch[0])] if len(batch) == 1 else kept.put_many(batch)
            lines = []
            for path, answer in zip(batch, answers):
                if isinstance(answer, Exception):
                    raise answer
                digest, size, _ = answer
                kind = "known" if digest in held else "received"
                held.add(digest)
                lines.append({"kind": kind, "accession": "a1", "name": path.name, "digest": digest, "size": size})
            book.append(lines)
            if broken == "order":
                for path in batch:
                    kept.put_file(path)
        acknowledge(lib, [(answer[0], path.name) for path, answer in zip(batch, answers)])


def break_it(how):
    """The vault with one of its guards gone."""
    if how == "fsync":
        disk.sync = lambda fd: None
        disk.sync_folder = lambda folder: None
    elif how == "folder":
        disk.sync_folder = lambda folder: None
    elif how == "place":

        def in_place(self, name, data):
            target = self._at(name)
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                return False
            with target.open("wb") as handle:
                handle.write(data)
                handle.flush()
                disk.sync(handle.fileno())
            return True

        store.Store._place = in_place
        store.Store._state = lambda self, name, size: "whole" if self._at(name).exists() else "absent"


def prove(lib, src, partial):
    vault = lib / "vault"
    told = set()
    if (lib / ACKNOWLEDGED).exists():
        told = {m[1].decode() for m in re.finditer(rb"(sha256:[0-9a-f]{64}) [^\0\n]*\n", (lib / ACKNOWLEDGED).read_bytes())}
    recorded = [r.data["digest"] for r in Register(vault) if r.kind == "received"]
    if len(recorded) != len(set(recorded)):
        return "an item was recorded twice as new"
    if told - set(recorded):
        return f"acknowledged and in no record: {sorted(told - set(recorded))}"
    findings = [f for f in verify(Store(vault), Register(vault)) if not partial or f.kind != "stray"]
    if findings:
        return f"{findings[0].code} {findings[0].path}: {findings[0].reason}"
    for digest in Store(vault).digests():  # recorded or not: what has a name is whole
        try:
            Store(vault).read(digest)
        except VariorumError as error:
            return str(error)
    if not partial:
        wanted = {"sha256:" + hashlib.sha256(p.read_bytes()).hexdigest() for p in src.rglob("*") if p.is_file()}
        if wanted - set(recorded):
            return f"not in the library: {sorted(wanted - set(recorded))}"
        if len(list(Store(vault).digests())) != len(wanted):
            return "more items than files"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["import", "verify"])
    parser.add_argument("lib", type=Path)
    parser.add_argument("src", type=Path)
    parser.add_argument("--broken")
    given = parser.parse_args()
    if given.what == "verify":
        wrong = prove(given.lib, given.src, "NASTY_PARTIAL" in os.environ)
        print(wrong or "sound")
        return 1 if wrong else 0
    break_it(given.broken)
    try:
        given.lib.mkdir(exist_ok=True)
        bring(given.lib, sorted(p for p in given.src.rglob("*") if p.is_file()), given.broken)
    except OSError as error:
        where = error.filename or given.lib
        full = " (the disk is full)" if error.errno == errno.ENOSPC else ""
        print(f"{where}: {error.strerror}{full}; what was acknowledged is safe", file=sys.stderr)
        return 1
    except VariorumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
