"""OPEN: from the bytes of an item to the copies of works it holds. Values in, values out.

`open_item` asks every format of `FORMATS` how sure it is; the surest reads. Adding a format is one file
with ``FORMATS = (Format(name, detect, read),)`` and one line here. docs/formats.md lists them with their limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from variorum.addresses import identify
from variorum.errors import IntakeError, MalformedItem, UnknownFormat
from variorum.intake import (
    ao3_epub,
    ao3_html,
    ao3_list,
    ao3_page,
    assets,
    calibre,
    containers,
    efiction,
    epub,
    epubmerge,
    fanficfare_epub,
    fanficfare_html,
    fanficfare_json,
    fanficfare_txt,
    ffn_page,
    journal_page,
    journals,
    mail,
    markdown,
    mhtml,
    office,
    page,
    page_copy_epub,
    pictures,
    rtf,
    sevenzip,
    tars,
    text,
    tumblr,
    warc,
    wattpad,
)
from variorum.intake.beside import is_page, named_by, resolved
from variorum.intake.bundles import Bundle
from variorum.intake.calibre import NAME as CALIBRE
from variorum.intake.calibre import books
from variorum.intake.covers import cover_of
from variorum.intake.enriching import enriched
from variorum.intake.fanficfare_json import is_told
from variorum.intake.gather import Candidate, gather
from variorum.intake.inner import can_stream, member, open_inner, stream
from variorum.intake.kinds import FAULTS, by_ending
from variorum.intake.raster import raster
from variorum.intake.sighted import is_works, sighting
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Part, Recorded, Sniff, Source, Taken, Task
from variorum.model import Metadata

__all__ = [
    "CALIBRE",
    "FAULTS",
    "FORMATS",
    "Bundle",
    "Candidate",
    "Copy",
    "Detection",
    "Format",
    "Inner",
    "Opened",
    "Part",
    "Recorded",
    "Sniff",
    "Source",
    "Taken",
    "Task",
    "books",
    "by_ending",
    "can_stream",
    "cover_of",
    "gather",
    "is_chapter_file",
    "is_dump",
    "is_page",
    "is_told",
    "is_works",
    "member",
    "named_by",
    "open_inner",
    "open_item",
    "raster",
    "resolved",
    "sighting",
    "story_of",
    "stream",
]

#: Every format, in the order in which ties are decided.
FORMATS: tuple[Format, ...] = (
    *ao3_epub.FORMATS,
    *epubmerge.FORMATS,
    *fanficfare_epub.FORMATS,
    *page_copy_epub.FORMATS,
    *epub.FORMATS,
    *office.FORMATS,
    *rtf.FORMATS,
    *containers.FORMATS,
    *sevenzip.FORMATS,
    *tars.FORMATS,
    *warc.FORMATS,
    *calibre.FORMATS,
    *mhtml.FORMATS,
    *ao3_html.FORMATS,
    *fanficfare_html.FORMATS,
    *fanficfare_txt.FORMATS,
    *fanficfare_json.FORMATS,
    *wattpad.FORMATS,
    *ao3_page.FORMATS,
    *tumblr.FORMATS,
    *efiction.FORMATS,
    *ao3_list.FORMATS,
    *ffn_page.FORMATS,
    *mail.FORMATS,
    *journals.FORMATS,
    *journal_page.FORMATS,
    *page.FORMATS,
    *assets.FORMATS,
    *pictures.FORMATS,
    *markdown.FORMATS,
    *text.FORMATS,
)


def open_item(task: Task) -> Opened:
    """Opens one item with the format that recognises it best.

    Raises UnknownFormat when none does, MalformedItem when it is broken or is no work (a log-in page).
    """
    if not task.data:
        raise UnknownFormat(task.name, "is empty", "empty-file")
    if task.beside and is_chapter_file(task.name):
        return Opened("asset")  # a chapter of a dump beside it, which gives the story
    sniff = Sniff(task.name, task.data)
    best: tuple[float, Format] | None = None
    for form in FORMATS:
        detection = form.detect(sniff)
        if detection.confidence > (best[0] if best else 0.0):
            best = (detection.confidence, form)
    if best is None:
        raise UnknownFormat(task.name, "is no text, page or book that Variorum can read")
    try:
        return _with_what_is_said(_taken(best[1].read(task), task), task)
    except IntakeError as error:
        if task.taken is not None and task.taken.captured:
            raise type(error)(task.name, f"{error.reason} (it was taken {task.taken.captured[:10]})", error.code) from error
        raise
    except RecursionError as error:
        raise UnknownFormat(task.name, "is nested too deeply to be read", "too-deep") from error


def is_chapter_file(name: str) -> bool:
    """Whether a path is one at which an archive keeps a chapter (``stories/7/12.txt``)."""
    return efiction.dump.CHAPTER_FILE.search(name) is not None


def is_dump(name: str, data: bytes) -> bool:
    """Whether bytes are the dump of an archive whose chapters may lie beside it."""
    return efiction.dump.detect(Sniff(name, data)).confidence > 0


def story_of(name: str, data: bytes, files: Mapping[str, bytes], place: str) -> bytes:
    """One story of a dump with its chapter files; `MalformedItem` when there is none of that name."""
    for label, story in efiction.dump.members(data, files):
        if label == place:
            return story
    raise MalformedItem(name, "has no member of that name", "not-found")


def _with_what_is_said(opened: Opened, task: Task) -> Opened:
    """The one copy of an item with what stands beside it and is about it. An anthology is not one work."""
    if not task.about or len(opened.copies) != 1:
        return opened
    copy = opened.copies[0]
    said: list[Metadata] = []
    for about in task.about:
        if calibre.is_book(about):
            said += calibre.said(about)
            continue
        try:
            told = fanficfare_json.read_json(Task(task.name, "", about.removeprefix(b"="))).told[:1]
        except IntakeError:
            continue
        if about.startswith(b"="):  # of another name: an address alone says that it is about this copy
            said += [one for one in told if one.url is not None and one.url == copy.metadata.url]
        else:  # the same name in the same folder is no proof against two addresses
            said += [one for one in told if one.url is None or copy.metadata.url in (None, one.url)]
    return replace(opened, copies=(copy._replace(metadata=enriched(copy.metadata, *said)),))


def _taken(opened: Opened, task: Task) -> Opened:
    """The copies with what the archive they came out of says: their address where they name none, the moment, the tool."""
    if task.taken is None:
        return opened
    url, captured, tool = task.taken
    address = identify(url) if url else None
    copies = []
    for copy in opened.copies:
        said = copy.metadata
        if said.url is None and address is not None and address.url.startswith("http"):
            said = replace(said, url=address.url, site=said.site or address.site)
        copies.append(copy._replace(metadata=replace(said, captured=captured or said.captured, tool=said.tool or tool)))
    return replace(opened, copies=tuple(copies))
