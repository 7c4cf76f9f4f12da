"""Pictures that are held with a copy, served from this library and never from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web.security import ORIGINAL_POLICY

if TYPE_CHECKING:
    from variorum.doors.web.desk import Desk
    from variorum.model import Witness

__all__ = ["first_picture", "picture"]

_FEW = 150  # words a post of a picture may have about it; with more it is a story that has a picture
_NONE = "No picture is held there that can be shown."


def picture(desk: Desk, request: Request) -> Response:
    """``/works/ID/picture/3?copy=A``: the picture in the third block of a copy's text, as its own header says it is."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        raise HTTPException(404, _NONE)
    copy = desk.copy(work, request.query_params.get("copy"))
    number = request.path_params["number"]
    found = desk.library.pictures.shown(copy, number - 1)
    if found is None:
        raise HTTPException(404, _NONE)
    # `nosniff` and same-origin come with every answer; a picture is looked at, and nothing in it runs.
    headers = {"Content-Security-Policy": ORIGINAL_POLICY, "Cache-Control": "private, max-age=3600"}
    return Response(found.data, media_type=found.media, headers=headers)


def first_picture(desk: Desk, copy: Witness) -> int | None:
    """The number (from 1) of the block that is the picture of a copy that is one, or of a post of a picture with a few words.

    None for a story.
    """
    if copy.metadata.picture is None and copy.words > _FEW:
        return None
    for number, block in enumerate(desk.text(copy.witness).blocks, 1):
        if block.kind == "image" and block.part == "story" and desk.library.pictures.held(copy, block):
            return number
    return None
