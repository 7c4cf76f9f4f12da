"""OPDS: the library as a catalogue for e-readers, 1.2 and 2.0 at one address.

The same feed is written as Atom (OPDS 1.2) or as JSON (OPDS 2.0), as the reader's ``Accept`` asks; a reader that says
nothing gets 1.2, which all of them know. https://specs.opds.io/opds-1.2 and https://drafts.opds.io/opds-2.0
"""

from __future__ import annotations

from variorum.doors.web.opds.serving import PAGES

__all__ = ["PAGES"]
