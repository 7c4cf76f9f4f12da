"""OPEN: from the bytes of an item to the copies of works it holds. Values in, values out.

`open_item` asks every format of `FORMATS` how sure it is; the surest reads. Adding a format is one file
with ``FORMATS = (Format(name, detect, read),)`` and one line here. docs/formats.md lists them with their limits.
"""

from __future__ import annotations

from variorum.errors import IntakeError, UnknownFormat
from variorum.intake import (
    ao3_epub,
    ao3_html,
    ao3_list,
    ao3_page,
    assets,
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
    page,
    page_copy_epub,
    text,
    tumblr,
    wattpad,
)
from variorum.intake.bundles import Bundle
from variorum.intake.gather import Candidate, gather
from variorum.intake.inner import can_stream, open_inner, stream
from variorum.intake.kinds import FAULTS
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Recorded, Sniff, Task

__all__ = [
    "FAULTS",
    "FORMATS",
    "Bundle",
    "Candidate",
    "Copy",
    "Detection",
    "Format",
    "Inner",
    "Opened",
    "Recorded",
    "Sniff",
    "Task",
    "can_stream",
    "gather",
    "open_inner",
    "open_item",
    "stream",
]

#: Every format, in the order in which ties are decided.
FORMATS: tuple[Format, ...] = (
    *ao3_epub.FORMATS,
    *epubmerge.FORMATS,
    *fanficfare_epub.FORMATS,
    *page_copy_epub.FORMATS,
    *epub.FORMATS,
    *containers.FORMATS,
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
    *text.FORMATS,
)


def open_item(task: Task) -> Opened:
    """Opens one item with the format that recognises it best.

    Raises UnknownFormat when none does, MalformedItem when it is broken or is no work (a log-in page).
    """
    if not task.data:
        raise UnknownFormat(task.name, "is empty", "empty-file")
    sniff = Sniff(task.name, task.data)
    best: tuple[float, Format] | None = None
    for form in FORMATS:
        detection = form.detect(sniff)
        if detection.confidence > (best[0] if best else 0.0):
            best = (detection.confidence, form)
    if best is None:
        raise UnknownFormat(task.name, "is no text, page or book that Variorum can read")
    try:
        return best[1].read(task)
    except IntakeError:
        raise
    except RecursionError as error:
        raise UnknownFormat(task.name, "is nested too deeply to be read", "too-deep") from error
