"""eFiction: a whole archive's SQL dump with its chapter files, the stories in it, and its printable pages.

    dump.sql (+ stories/UID/CHAPID.txt) --dump--> stories/SID (a packed story each) --story--> a copy

What the converter of Open Doors loses is kept: end notes apart, reviews, series, bytes that no encoding reads. What
nobody may see never leaves the dump: e-mail addresses, real names, passwords.
"""

from __future__ import annotations

from variorum.intake.efiction import dump, printable, story

__all__ = ["FORMATS", "dump", "printable", "story"]

FORMATS = (*dump.FORMATS, *story.FORMATS, *printable.FORMATS)
