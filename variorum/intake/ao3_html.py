"""AO3's HTML download: one file with preface, chapters and afterword (docs/formats.md says what is read)."""

from __future__ import annotations

import re

from variorum.document import Part
from variorum.errors import MalformedItem
from variorum.intake.ao3 import Download
from variorum.intake.decode import declared, decode
from variorum.intake.markup import Node, parse
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded

__all__ = ["FORMATS"]

_PREFACE = re.compile(rb"""\bid=["']?preface\b""")
_TAGS = re.compile(rb"""<dl\b[^>]{0,100}class=["']?tags\b""")
_CHAPTERS = re.compile(rb"""\bid=["']?chapters\b""")


def detect(sniff: Sniff) -> Detection:
    """Sure when preface, typed tags and chapters are all there."""
    data = sniff.searched
    preface = _PREFACE.search(data) if sniff.holds(b"preface") and not sniff.data.startswith(b"PK") else None
    if preface is None:
        return Detection(0.0, "no #preface")
    if _TAGS.search(data, preface.start()) and _CHAPTERS.search(data, preface.start()):
        return Detection(0.95, "#preface, dl.tags and #chapters of an AO3 download")
    if b"Posted originally on the" in data:
        return Detection(0.85, "#preface and AO3's sentence on where it was posted")
    return Detection(0.0, "a #preface, but not AO3's")


def read(task: Task) -> Opened:
    """Reads the download. A file cut off before its chapters is malformed; one cut inside them is partial."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    preface = root.ids.get("preface")
    if preface is None:
        raise MalformedItem(task.name, "looks like an AO3 download and has no preface", "malformed")
    download = Download(text)
    download.roots.append(root)
    download.preface(preface)
    chapters = root.ids.get("chapters")
    if chapters is not None:
        download.body(_content(chapters))
    afterword = root.ids.get("afterword")
    if afterword is not None:
        download.afterword(afterword)
    if not any(block.part == "story" for block in download.blocks):
        raise MalformedItem(task.name, "is an AO3 download that was cut off before the story begins", "cut-off")
    document = download.document(task.digest, (Part("", 0, len(text), encoding, bom),))
    note = "" if afterword is not None else "The file ends before AO3's afterword: it was cut off."
    return Opened("ao3-html", (Copy("", download.metadata(), document),), note=note)


def _content(chapters: Node) -> list[Node]:
    """The nodes of ``#chapters``; an afterword that a missing end tag left inside is not among them."""
    return [child for child in chapters.children if not (isinstance(child, Node) and child.id == "afterword")]  # type: ignore[misc]


FORMATS = (Format("ao3-html", detect, read),)
