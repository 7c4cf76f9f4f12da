"""What exists for a viewer: the one place that decides it, for rows as for the text index."""

from __future__ import annotations

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.model import Viewer

__all__ = ["ADULT_CODE", "for_rows", "sees", "shut_out"]

#: How the text index writes down whether a work is adult.
ADULT_CODE = {True: "yes", False: "no", None: "unknown"}


def sees(viewer: Viewer, adult: bool | None) -> bool:
    """Whether a work exists for this viewer: an unknown rating is gated like an adult one."""
    return viewer.adult or adult is False


def for_rows(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The same as a condition on `schema.works`."""
    return sa.true() if viewer.adult else s.works.c.adult.is_(False)


def shut_out(viewer: Viewer) -> tuple[str, ...]:
    """The same for the text index: the codes of the works that do not exist for this viewer."""
    return tuple(code for adult, code in ADULT_CODE.items() if not sees(viewer, adult))
