"""The text index: tantivy, as a cache that can always be made again from the catalogue.

One folder per schema, tantivy version and catalogue; a change of any of them makes a new one beside the
old, so a reader in another process is never surprised. Two indexes lie in it: ``works`` (one document a
work: its text, its fields, its facets) and ``passages`` (stretches of about 190 words, for "that fic
where"). No text is stored in either. ``stamp.json`` says up to which change of the catalogue they go.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import tantivy

from variorum.catalogue.analysis import ANALYSER, VERSION, analyser, without
from variorum.catalogue.remembered import LITTLE

__all__ = ["COUNTED", "EXACT", "FACETS", "LOTS", "IndexBusy", "TextIndex", "is_damage"]

#: What is counted beside an answer, in the order of AO3's filters. ``raw_NAME`` has every spelling a work is found by,
#: ``facet_NAME`` the one name it is counted under.
FACETS = ("rating", "warning", "category", "fandom", "relationship", "character", "tag", "language", "status", "site")

#: Fields searched by their words; ``about`` is title, creators, tags, series and summary together.
WORDS = (
    *("text", "received", "other", "about", "title", "author", "series", "summary", "format", "name"),
    *FACETS,
)
#: ``number`` is the work itself (`tally.number_of`); ``head_NAME`` the first letters of ``sort_NAME`` as a number.
_NUMBERS = ("words", "chapters", "published", "updated", "added", "lot", "copies", "number", "head_title", "head_author")
#: Every work has a number below this, which has nothing to do with anything else about it: the order of chance.
LOTS = 1 << 32
#: Counted too, but not beside every answer: who made it, which series, which formats.
COUNTED = ("author", "series", "format")
_SORTED = ("sort_title", "sort_author")
#: Fields that can be asked for by their whole value, besides the facets.
EXACT = ("format", "author", "series", "title")
_HEAP = 96 << 20  # bytes a writer may hold before it writes a segment
_TELLING = "variorum-telling"  # the analyser of passages: without the little words
_STAMP = "stamp.json"


class IndexBusy(Exception):
    """Somebody else holds the writer's lock."""


def is_damage(error: BaseException) -> bool:
    """Whether an error of the engine means that its files are not what it wrote (a panic of its Rust code is no Exception)."""
    return isinstance(error, (OSError, ValueError)) or type(error).__name__ == "PanicException"


def _works_schema() -> tuple[Any, str]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("work", stored=True, tokenizer_name="raw", index_option="basic")
    for name in WORDS:
        builder.add_text_field(name, tokenizer_name=ANALYSER, index_option="position")
    for name in (*FACETS, *EXACT):
        builder.add_text_field(f"raw_{name}", tokenizer_name="raw", index_option="basic")
    for name in (*FACETS, *COUNTED):
        builder.add_text_field(f"facet_{name}", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("adult", "flags"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _SORTED:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in _NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build(), repr((WORDS, FACETS, EXACT, _SORTED, _NUMBERS, COUNTED, "facets by name"))


def _passages_schema() -> tuple[Any, str]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("work", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=_TELLING, index_option="freq")
    for name in ("start", "end"):
        builder.add_unsigned_field(name, stored=True)
    return builder.build(), f"work text:freq without {sorted(LITTLE)} start end"


_WORKS, _WORKS_SAID = _works_schema()
_PASSAGES, _PASSAGES_SAID = _passages_schema()
_SAID = hashlib.sha256(f"{VERSION} {_WORKS_SAID} {_PASSAGES_SAID}".encode()).hexdigest()[:12]


@cache
def _version() -> str:
    return "".join(c if c.isalnum() or c in ".-" else "-" for c in metadata.version("tantivy"))


@dataclass(slots=True)
class _Open:
    """The indexes of one folder."""

    folder: Path
    works: Any
    passages: Any
    seen: dict[str, int] = field(default_factory=dict)  # when each was last written, as loaded


class TextIndex:
    """Opens, makes and renews the index folder. Reading is safe from many threads and while another process writes."""

    works_schema = _WORKS
    passages_schema = _PASSAGES

    def __init__(self, root: Path) -> None:
        self.root = root
        self._guard = threading.Lock()
        self._opened: _Open | None = None

    def close(self) -> None:
        """Lets go of the files."""
        with self._guard:
            self._opened = None

    # ------------------------------------------------------------ reading

    def open(self, identity: str) -> None:
        """Opens the index of a catalogue; an absent or damaged one is made anew, and then has no stamp."""
        with self._guard:
            self._open(identity)

    def searchers(self, identity: str) -> tuple[Any, Any]:
        """Searchers over works and passages, of the newest commit."""
        with self._guard:
            opened = self._open(identity)
            for name, index in (("works", opened.works), ("passages", opened.passages)):
                written = _written(opened.folder / name)
                if opened.seen.get(name) != written:
                    index.reload()
                    opened.seen[name] = written
            return opened.works.searcher(), opened.passages.searcher()

    def stamp(self, identity: str) -> int:
        """The last change of the catalogue that is in the index; -1 for none."""
        try:
            found = json.loads((self._folder(identity) / _STAMP).read_text("utf-8"))["change"]
        except (OSError, ValueError, KeyError, TypeError):
            return -1
        return found if isinstance(found, int) else -1

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def writing(self, identity: str) -> Iterator[Writer]:
        """The writers of both indexes; IndexBusy when somebody else has them."""
        with self._guard:
            opened = self._open(identity)
        works = _writer(opened.works)
        try:
            passages = _writer(opened.passages)
        except BaseException:
            del works  # its lock goes with it
            raise
        writer = Writer(opened.folder, works, passages, fresh=_is_empty(opened))
        try:
            yield writer
        except BaseException:
            writer.abandon()
            raise
        writer.finish()
        self._sweep(opened.folder)

    def damaged(self, identity: str) -> None:
        """Throws the present index away: the next use makes it anew."""
        with self._guard:
            self._opened = None
            _discard(self._folder(identity))

    # ------------------------------------------------------------ folders

    def _folder(self, identity: str) -> Path:
        return self.root / f"{_SAID}-{_version()}-{identity}"

    def _open(self, identity: str) -> _Open:
        folder = self._folder(identity)
        if self._opened is not None and self._opened.folder == folder and (folder / "works" / "meta.json").exists():
            return self._opened
        try:
            self._opened = _load(folder)
        except (OSError, ValueError):  # absent, half made or damaged
            _discard(folder)
            _make(folder)
            self._opened = _load(folder)
        return self._opened

    def _sweep(self, keep: Path) -> None:
        """Deletes the indexes of other versions and of catalogues that were cleared."""
        for folder in self.root.iterdir():
            if folder != keep and folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)


class Writer:
    """Puts documents into both indexes. Every commit is followed by its stamp."""

    def __init__(self, folder: Path, works: Any, passages: Any, *, fresh: bool = False) -> None:
        self._folder = folder
        self._works: Any = works
        self._passages: Any = passages
        self._fresh = fresh  # nothing is in them yet: nothing has to be looked for to be taken out

    def forget(self, work: str) -> None:
        """Takes a work out."""
        if self._fresh:
            return
        self._works.delete_documents_by_term("work", work)
        self._passages.delete_documents_by_term("work", work)

    def put(self, work: Any, passages: list[Any]) -> None:
        """Adds the documents of a work that was taken out before."""
        self._works.add_document(work)
        for passage in passages:
            self._passages.add_document(passage)

    def commit(self, change: int) -> None:
        """Makes everything so far findable and says up to which change the index goes."""
        self._passages.commit()
        self._works.commit()
        path = self._folder / _STAMP
        path.with_suffix(".new").write_text(json.dumps({"change": change}), "utf-8")
        path.with_suffix(".new").replace(path)

    def finish(self) -> None:
        """Waits for merges and gives the locks back."""
        self._works.wait_merging_threads()
        self._passages.wait_merging_threads()
        self._works = self._passages = None

    def abandon(self) -> None:
        """Forgets what was not committed and gives the locks back."""
        for writer in (self._works, self._passages):
            with contextlib.suppress(Exception):
                writer.rollback()
        self._works = self._passages = None


def _writer(index: Any) -> Any:
    try:
        return index.writer(_HEAP, 1)
    except ValueError as error:
        if "Lock" in str(error):
            raise IndexBusy(str(error)) from error
        raise


def _is_empty(opened: _Open) -> bool:
    """Whether nothing was ever committed to either; asked under the writers' locks."""
    for index in (opened.works, opened.passages):
        index.reload()  # another process may have written since this one looked
    return all(index.searcher().num_docs == 0 for index in (opened.works, opened.passages))


def _written(folder: Path) -> int:
    return (folder / "meta.json").stat().st_mtime_ns


def _make(folder: Path) -> None:
    """Makes empty indexes beside their place and moves them there in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f"new-{secrets.token_hex(4)}")
    for name, schema in (("works", _WORKS), ("passages", _PASSAGES)):
        (fresh / name).mkdir(parents=True)
        tantivy.Index(schema, path=str(fresh / name))
    try:
        os.rename(fresh, folder)  # noqa: PTH104  (Path.rename says the same and replaces an empty folder on POSIX)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)  # another process was quicker: its index is as good
        if not folder.exists():
            raise


def _load(folder: Path) -> _Open:
    if not (folder / "passages" / "meta.json").exists():
        raise FileNotFoundError(folder)
    works, passages = (tantivy.Index.open(str(folder / name)) for name in ("works", "passages"))
    for index in (works, passages):
        index.register_tokenizer(ANALYSER, analyser())
        index.register_tokenizer(_TELLING, without(LITTLE))
        index.config_reader("manual")
        index.reload()
        index.searcher()
    return _Open(folder, works, passages)


def _discard(folder: Path) -> None:
    if folder.exists():
        gone = folder.with_name(f"gone-{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
