"""What is each person's own: reading places, marks, shelves, ratings, settings, highlights and notes, profiles and passwords of devices. Not derived from anything, erasable, backed up.

One SQLite file in the library's ``people`` folder. The standard library's `sqlite3` serves it, not SQLAlchemy,
because the file never leaves its machine and a few small tables need no second dialect. Every row carries a
person id; alone there is one person, ``keeper``. Everything is keyed to witnesses, never to works or versions,
so that joining and splitting works loses no one's place.
"""

from __future__ import annotations

from variorum.people.annotations import COLOURS, Annotation, Annotations
from variorum.people.days import Day
from variorum.people.devices import KEEPER, DevicePlace, Devices, Password, Profile
from variorum.people.opinions import Opinion
from variorum.people.store import MARKS, Mark, People, ReadingPlace

__all__ = [
    "COLOURS",
    "KEEPER",
    "MARKS",
    "Annotation",
    "Annotations",
    "Day",
    "DevicePlace",
    "Devices",
    "Mark",
    "Opinion",
    "Password",
    "People",
    "Profile",
    "ReadingPlace",
]
