"""calibre's libraries: what ``metadata.db`` says of each book, given to the files of that book.

The database is read in memory, out of bytes, so that nothing of a library is opened, locked or written. Its schema as
calibre 6 to 8 write it (``user_version`` 23 to 26); an older one is read as far as its tables are there.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from variorum.addresses import identify
from variorum.errors import MalformedItem
from variorum.intake.fanficfare import metadata_of
from variorum.intake.fanficfare_json import read_column
from variorum.intake.labels import date_of, language_of
from variorum.intake.opf import TOOL_SUBJECTS, plain_html
from variorum.intake.values import Detection, Format, Opened, Sniff, Task
from variorum.model import Creator, Kept, Metadata, Series

__all__ = ["FORMATS", "MARK", "NAME", "books", "is_book", "said"]

#: The name of the file that makes a folder a library of calibre's.
NAME = "metadata.db"

#: How what is said of one book begins; the number is the version of its form.
MARK = b'{"calibre-book":1,'

_MAGIC = b"SQLite format 3\0"
_LARGEST = 128 << 20  # bytes of a database: some 200,000 books
_MOST = 200_000  # books
_TEXT = 1 << 20  # characters of one value
_NOBODY = frozenset({"", "unknown", "unbekannt", "desconocido", "inconnu", "sconosciuto"})
_SOURCE = "calibre library"
#: Identifiers that are a number on a site -> the address of the work.
_SITES = {
    "ao3": "https://archiveofourown.org/works/{}",
    "ffnet": "https://www.fanfiction.net/s/{}",
    "ffn": "https://www.fanfiction.net/s/{}",
    "fanfiction": "https://www.fanfiction.net/s/{}",
    "wattpad": "https://www.wattpad.com/story/{}",
}
_ISO3 = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl",
    "rus": "ru", "pol": "pl", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko",
    "ces": "cs", "cze": "cs", "hun": "hu", "tur": "tr", "ukr": "uk", "ell": "el", "gre": "el", "heb": "he", "ara": "ar", "ind": "id",
    "vie": "vi", "tha": "th", "cat": "ca", "ron": "ro", "rum": "ro",
}  # fmt: skip
#: A column's name -> FanFicFare's field.
_COLUMNS = {
    **dict.fromkeys(("fandom", "fandoms"), "fandoms"),
    **dict.fromkeys(("ship", "ships", "pairing", "pairings", "relationship", "relationships"), "ships"),
    **dict.fromkeys(("character", "characters"), "characters"),
    **dict.fromkeys(("warning", "warnings"), "warnings"),
    **dict.fromkeys(("words", "wordcount", "word count", "numwords"), "numWords"),
    **dict.fromkeys(("chapters", "numchapters"), "numChapters"),
    "status": "status",
}
_LISTS = {
    "authors": "SELECT l.book, t.name FROM books_authors_link l JOIN authors t ON t.id = l.author ORDER BY l.id",
    "tags": "SELECT l.book, t.name FROM books_tags_link l JOIN tags t ON t.id = l.tag ORDER BY l.id",
    "series": "SELECT l.book, t.name FROM books_series_link l JOIN series t ON t.id = l.series ORDER BY l.id",
    "publisher": "SELECT l.book, t.name FROM books_publishers_link l JOIN publishers t ON t.id = l.publisher ORDER BY l.id",
    "rating": "SELECT l.book, t.rating FROM books_ratings_link l JOIN ratings t ON t.id = l.rating ORDER BY l.id",
    "languages": "SELECT l.book, t.lang_code FROM books_languages_link l JOIN languages t ON t.id = l.lang_code ORDER BY l.id",
    "comments": "SELECT book, text FROM comments ORDER BY id",
    "identifiers": "SELECT book, type || ':' || val FROM identifiers ORDER BY id",
}


def detect(sniff: Sniff) -> Detection:
    """A database of SQLite's by the name calibre gives it."""
    name = sniff.name.replace("\\", "/").rsplit("/", 1)[-1].rsplit("!", 1)[-1]
    if name.lower() == NAME and sniff.data.startswith(_MAGIC):
        return Detection(0.95, "is a database with the name of calibre's")
    return Detection(0.0, "is no database of calibre's")


def read(task: Task) -> Opened:
    """Nothing of its own: what it says is said with each book's files. It tells of the books that have none."""
    told: list[Metadata] = []
    for text in books(task.name, task.data).values():
        about = json.loads(text)
        if not about["formats"]:
            told += said(text)
    return Opened("calibre-library", told=tuple(one for one in told if one.title))


def is_book(about: bytes) -> bool:
    """Whether bytes are what `books` gives for one book."""
    return about.startswith(MARK)


# ---------------------------------------------------------------- the database


def books(name: str, data: bytes) -> dict[str, bytes]:
    """Folder of a book below the library (``Author/Title (12)``) -> everything calibre keeps of it, as JSON.

    `MalformedItem` for a database that is broken or is not calibre's.
    """
    if len(data) > _LARGEST:
        raise MalformedItem(name, f"is larger than the {_LARGEST >> 20} MB a database of calibre's may have{_PLAIN}", "too-large")
    if data[18:20] == b"\x02\x02":  # kept with a log beside it, which a database in memory cannot have
        data = data[:18] + b"\x01\x01" + data[20:]
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(data)
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")[:_TEXT]
            for guard in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {guard}")
            return _books(connection)
    except (sqlite3.Error, OverflowError, MemoryError, ValueError) as error:
        reason = f"is a database that cannot be read as calibre's ({str(error)[:120]}){_PLAIN}"
        raise MalformedItem(name, reason, "malformed") from error


_PLAIN = "; the books beside it were taken as plain files"


def _books(connection: sqlite3.Connection) -> dict[str, bytes]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    held = {row[1] for row in connection.execute("PRAGMA table_info(books)")}
    wanted = ["id", "path", "title", "timestamp", "pubdate", "series_index", "uuid", "last_modified"]
    if not {"id", "path", "title"} <= held:
        raise ValueError("it has no table of books")
    columns = ", ".join(one if one in held else "NULL" for one in wanted)
    found: dict[int, dict[str, Any]] = {}
    # Columns are from the fixed list above, and custom ones are numbers: nothing of a stranger's is put into a statement.
    for row in connection.execute(f"SELECT {columns} FROM books ORDER BY id LIMIT {_MOST}"):  # noqa: S608
        found[row[0]] = {**dict(zip(wanted, row, strict=True)), "formats": [], "custom": []}
    for name, query in _LISTS.items():
        for book, value in _rows(connection, query):
            if book in found and value is not None:
                found[book].setdefault(name, []).append(value)
    for book, form in _rows(connection, "SELECT book, format FROM data ORDER BY id"):
        if book in found:
            found[book]["formats"].append(form)
    if "custom_columns" in tables:
        _custom(connection, tables, found)
    return {
        str(about["path"]): MARK + json.dumps(about, ensure_ascii=False, separators=(",", ":"))[1:].encode("utf-8", "replace")
        for about in found.values()
        if about["path"]
    }


def _rows(connection: sqlite3.Connection, query: str) -> list[tuple[Any, Any]]:
    """A book and a value each; none where an older calibre had no such table."""
    try:
        return [(book, value) for book, value in connection.execute(query)]
    except sqlite3.OperationalError:
        return []


def _custom(connection: sqlite3.Connection, tables: set[str], found: Mapping[int, dict[str, Any]]) -> None:
    """The columns a person made: each book's values under the column's name, in their order."""
    query = "SELECT id, label, name, datatype FROM custom_columns WHERE NOT mark_for_delete ORDER BY id"
    for number, label, name, kind in connection.execute(query).fetchall():
        own, link = f"custom_column_{int(number)}", f"books_custom_column_{int(number)}_link"
        if own not in tables:
            continue
        if link in tables:
            rows = _rows(connection, f"SELECT l.book, t.value FROM {link} l JOIN {own} t ON t.id = l.value ORDER BY l.id")  # noqa: S608
        else:
            rows = _rows(connection, f"SELECT book, value FROM {own} ORDER BY id")  # noqa: S608
        values: dict[int, list[str]] = {}
        for book, value in rows:
            if book in found and value is not None:
                values.setdefault(book, []).append(_shown(value, str(kind)))
        for book, given in values.items():
            found[book]["custom"].append({"label": str(label), "name": str(name), "kind": str(kind), "values": given})


def _shown(value: Any, kind: str) -> str:
    if kind == "bool":
        return "yes" if value else "no"
    if kind == "rating" and isinstance(value, (int, float)):
        return f"{value / 2:g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


# ---------------------------------------------------------------- one book


def said(about: bytes) -> tuple[Metadata, ...]:
    """What `books` gave for one book, as metadata: first what FanFicFare saved in a column, then calibre's own."""
    book = json.loads(about)
    columns = [value for one in book["custom"] for value in one["values"] if '<div class="metadata' in value]
    saved = [read_column(text) for text in columns[:1]]
    return (*(one for one in saved if one.title or one.url), _own(book))


def _own(book: Mapping[str, Any]) -> Metadata:
    found: dict[str, Any] = {
        "title": _text(book["title"]) if _text(book["title"]).casefold() not in _NOBODY else None,
        # calibre writes a comma in a name as a bar.
        "creators": tuple(
            Creator(name) for one in _many(book, "authors") if (name := one.replace("|", ",")).casefold() not in _NOBODY
        ),
        "tags": tuple(dict.fromkeys(tag for tag in _many(book, "tags") if not TOOL_SUBJECTS.match(tag))),
        "series": tuple(Series(name, _index(book.get("series_index"))) for name in _many(book, "series")),
        "language": next((_ISO3.get(one, language_of(one)) for one in _many(book, "languages") if one != "und"), None),
        "summary": next((plain_html(one) for one in _many(book, "comments")), None),
        "published": date_of(_text(book.get("pubdate"))[:10]),
    }
    address = next(filter(None, map(_address, _many(book, "identifiers"))), None)
    if address is not None:
        found["url"], found["site"] = address
    for name, value in _columns(book).items():
        found[name] = found.get(name) or value
    found = {name: value for name, value in found.items() if value}
    return Metadata(**found, kept=tuple(_kept(book)), trust=dict.fromkeys(found, "calibre"))


def _columns(book: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns that people make for FanFicFare's fields say of the work: fandoms, pairs, characters, status, counts."""
    fields: dict[str, list[str]] = {}
    for one in book["custom"]:
        names = (str(one["label"]).casefold().replace("_", " "), str(one["name"]).casefold())
        field = next((_COLUMNS[name] for name in names if name in _COLUMNS), None)
        if field is not None and one["kind"] in ("text", "int", "float", "enumeration"):
            fields.setdefault(field, [_text(value) for value in one["values"]])
    said = metadata_of(fields, "calibre")
    wanted = ("fandoms", "relationships", "characters", "warnings", "status", "words_stated", "chapters_stated")
    return {name: value for name in wanted if (value := getattr(said, name)) and value != "unknown"}


def _kept(book: Mapping[str, Any]) -> Iterator[Kept]:
    """What has no field of AO3's: kept under calibre's names, and the person's own."""
    stars = [_shown(one, "rating") for one in book.get("rating", ()) if one]
    plain = {
        "rating": ("Rating", stars),
        "publisher": ("Publisher", _many(book, "publisher")),
        "identifiers": ("Ids", _many(book, "identifiers")),
        "timestamp": ("Date", [_text(book.get("timestamp"))]),
        "last_modified": ("Modified", [_text(book.get("last_modified"))]),
        "uuid": ("UUID", [_text(book.get("uuid"))]),
    }
    for name, (label, values) in plain.items():
        if given := tuple(filter(None, values)):
            yield Kept(_SOURCE, name, label, given)
    for one in book["custom"]:
        values = [plain_html(v) or "" if one["kind"] == "comments" and "<" in v else v for v in one["values"]]
        if given := tuple(filter(None, values)):
            yield Kept(_SOURCE, f"#{one['label']}", one["name"], given)


def _many(book: Mapping[str, Any], name: str) -> list[str]:
    return [_text(one) for one in book.get(name, ()) if _text(one)]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _index(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e6 else None


def _address(identifier: str) -> tuple[str, str] | None:
    """The address an identifier is: ``url:`` (old ones with ``|`` for ``:``), or a number on a site that is known."""
    kind, _, value = identifier.partition(":")
    kind = kind.lower()
    url = ""
    if kind in ("url", "uri"):
        url = re.sub(r"\A(https?)\|", r"\1:", value)
    elif kind in _SITES and re.fullmatch(r"\d{1,12}", value):
        url = _SITES[kind].format(value)
    address = identify(url) if url.startswith(("http://", "https://")) else None
    return (address.url, address.site) if address is not None else None


FORMATS = (Format("calibre-library", detect, read),)
