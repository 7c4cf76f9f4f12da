"""One store of places for every device: KOReader's sync protocol and OPDS Progression write where the web reader writes.

kosync (https://github.com/koreader/koreader-sync-server): four routes under ``/kosync``; whoever asks is known by the name
of a profile and the MD5 of a password made for the device. What a device says is kept word for word and given back to it;
when one went on reading elsewhere, the answer is computed: a pointer to the very paragraph in our own EPUB, never a
percentage alone, which KOReader ignores.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web.desk import Desk
from variorum.library import BookPlace, DevicePlace, ReadingPlace, names_of
from variorum.model import Viewer, Work

__all__ = ["ACTS", "PAGES", "keep_progression", "progression", "remember"]

_NAME = "Variorum"
_PROGRESSION = "application/opds-progression+json"
_LONGEST = 2000  # characters of one thing a device says


def remember(desk: Desk, data: bytes, name: str, witness: str) -> None:
    """Notes under which names a device will speak of a book that it was given."""
    desk.library.people.devices.served(names_of(data, name), witness)


# ---------------------------------------------------------------- kosync


def create(_desk: Desk, _request: Request, _value: dict[str, Any]) -> Response:
    """``POST /kosync/users/create``: nobody makes an account from a device."""
    return _answer(
        {"code": 2005, "message": "Make a password for this device in the reader, under Devices, and log in with it."}, 402
    )


def authorised(desk: Desk, request: Request) -> Response:
    """``GET /kosync/users/auth``."""
    _who(desk, request)
    return _answer({"authorized": "OK"})


def put(desk: Desk, request: Request, value: dict[str, Any]) -> Response:
    """``PUT /kosync/syncs/progress``."""
    viewer = _who(desk, request)
    document, said = value.get("document"), value.get("progress")
    share = _share(value.get("percentage"))
    if not isinstance(document, str) or not document or not isinstance(said, str | int | float) or share is None:
        return _answer({"code": 2003, "message": "A place has a document, a progress and a percentage."}, 400)
    kept = _as_said(value)
    kept["timestamp"] = int(dt.datetime.now(dt.UTC).timestamp())
    desk.library.people.devices.told(viewer.person, document, kept)
    _keep(desk, viewer, document, str(said), share, str(value.get("device") or ""))
    return _answer({"document": document, "timestamp": kept["timestamp"]})


def get(desk: Desk, request: Request) -> Response:
    """``GET /kosync/syncs/progress/DOCUMENT``: nothing known is an empty object."""
    viewer = _who(desk, request)
    document = request.path_params["document"]
    witness = desk.library.people.devices.witness_of(document)
    names = (document,) if witness is None else (document, *desk.library.people.devices.documents_of(witness))
    told = desk.library.people.devices.told_of(viewer.person, names)
    place = desk.library.people.place(viewer.person, witness) if witness is not None else None
    if place is not None and _elsewhere(place, told):
        work = desk.library.work_of(place.witness, viewer=viewer)
        found = desk.library.device_books.pointer(work, place.witness, place.start) if work is not None else None
        if found is not None:
            moment = int(dt.datetime.fromisoformat(place.at).timestamp())
            said = {"document": document, "progress": found[0], "percentage": round(found[1], 6), "timestamp": moment}
            return _answer({**said, "device": place.device or _NAME, "device_id": _NAME.upper()})
    if told is None:
        return _answer({})
    value = dict(told.value)
    if told.document != document and witness is not None:
        value = _carried(desk, viewer, witness, value)
    return _answer({**value, "document": document})


def _carried(desk: Desk, viewer: Viewer, witness: str, value: dict[str, Any]) -> dict[str, Any]:
    """A place told of another edition of the same copy, as a place in the present one."""
    work = desk.library.work_of(witness, viewer=viewer)
    place = desk.library.people.place(viewer.person, witness)
    found = desk.library.device_books.pointer(work, witness, place.start) if work is not None and place is not None else None
    return value if found is None else {**value, "progress": found[0], "percentage": round(found[1], 6)}


def _elsewhere(place: ReadingPlace, told: DevicePlace | None) -> bool:
    """Whether the place was moved by something else since the device spoke."""
    return told is None or (place.at > told.at and place.device != str(told.value.get("device") or ""))


def _keep(desk: Desk, viewer: Viewer, document: str, pointer: str, share: float, device: str) -> None:
    witness = desk.library.people.devices.witness_of(document)
    work = desk.library.work_of(witness, viewer=viewer) if witness is not None else None
    if work is None or witness is None:
        return  # a book from elsewhere: its place is kept for the device alone
    place = desk.library.device_books.place(work, witness, pointer, share, document)
    if place is not None:
        _keep_place(desk, viewer, work, witness, place, device)


def _keep_place(desk: Desk, viewer: Viewer, work: Work, witness: str, place: BookPlace, device: str) -> None:
    words = next((copy.words for copy in work.witnesses if copy.witness == witness), 0)
    desk.library.people.keep_place(
        viewer.person,
        witness,
        place.start,
        place.quote,
        progress=place.share,
        device=device[:80] or "a device",
        words=words,
    )


def _who(desk: Desk, request: Request) -> Viewer:
    name, key = request.headers.get("x-auth-user", ""), request.headers.get("x-auth-key", "")
    profile = desk.library.people.devices.who_by_md5(name, key)
    if profile is None:
        raise HTTPException(401, "This name and key belong to nobody here.")
    return Viewer(profile.person, profile.adult, profile.hidden)


def _answer(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value).encode("utf-8", "replace"), status, media_type="application/json")


def _as_said(value: dict[str, Any]) -> dict[str, Any]:
    """What a device said, without what is long beyond reason and numbers that JSON does not have: others could not read them."""

    def sayable(thing: object) -> bool:
        try:
            return len(json.dumps(thing, allow_nan=False)) <= _LONGEST
        except ValueError:
            return False

    return {name: said for name, said in value.items() if sayable([name, said])}


def _share(value: object) -> float | None:
    """A number from 0 to 1, or None for what is no number. An integer may be larger than any float, and is compared first."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  (not a number)
        return None
    return float(min(max(value, 0.0), 1.0)) if abs(value) != math.inf else None


# ---------------------------------------------------------------- OPDS Progression


def progression(desk: Desk, request: Request) -> Response:
    """``GET /opds/progression/ID``: where one is in a work, of whichever copy was read last."""
    viewer = desk.viewer(request)
    work = desk.library.work(request.path_params["work"], viewer=viewer)
    return Response(json.dumps(_standing(desk, viewer, work)).encode(), media_type=_PROGRESSION)


def keep_progression(desk: Desk, request: Request, value: dict[str, Any]) -> Response:
    """``PUT /opds/progression/ID``: a later place is kept, an earlier one answered with the one that stands (409)."""
    viewer = desk.viewer(request)
    work = desk.library.work(request.path_params["work"], viewer=viewer)
    share, modified = _share(value.get("progression")), value.get("modified")
    if share is None or not isinstance(modified, str) or _moment(modified) is None:
        raise HTTPException(400, "A progression has a moment (modified) and a number from 0 to 1 (progression).")
    standing = _standing(desk, viewer, work)
    if standing and (_moment(str(standing["modified"])) or 0.0) > (_moment(modified) or 0.0):
        return Response(json.dumps(standing).encode(), 409, media_type=_PROGRESSION)
    witness = _read_last(desk, viewer, work) or work.base.witness
    device = value.get("device")
    name = str(device.get("name") or "") if isinstance(device, dict) else ""
    desk.library.people.devices.told(viewer.person, f"opds:{witness}", _as_said(value))
    place = desk.library.device_books.place(work, witness, None, share)
    if place is not None:
        _keep_place(desk, viewer, work, witness, place, name)
    return Response(json.dumps(_standing(desk, viewer, work)).encode(), media_type=_PROGRESSION)


def _standing(desk: Desk, viewer: Viewer, work: Work) -> dict[str, Any]:
    """The progression object, or an empty one. References we do not know go back as they came."""
    witness = _read_last(desk, viewer, work)
    place = desk.library.people.place(viewer.person, witness) if witness is not None else None
    if place is None or witness is None:
        return {}
    told = desk.library.people.devices.told_of(viewer.person, [f"opds:{witness}"])
    if told is not None and not _moved_since(place, told):
        return told.value
    return {
        "modified": place.at.replace("+00:00", "Z"),
        "device": {"id": "urn:variorum:reader", "name": place.device or _NAME},
        "progression": round(place.progress, 6),
        "references": [],
    }


def _moved_since(place: ReadingPlace, told: DevicePlace) -> bool:
    device = told.value.get("device")
    name = str(device.get("name") or "") if isinstance(device, dict) else ""
    return place.at > told.at and place.device != (name[:80] or "a device")


def _read_last(desk: Desk, viewer: Viewer, work: Work) -> str | None:
    places = desk.library.people.places(viewer.person, [copy.witness for copy in work.witnesses])
    return places[0].witness if places else None


def _moment(said: str) -> float | None:
    try:
        found = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    return (found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)).timestamp()


PAGES = (
    ("/kosync/users/auth", authorised),
    ("/kosync/syncs/progress/{document}", get),
)
#: Path, method, and what takes the JSON that was sent.
ACTS = (
    ("/kosync/users/create", "POST", create),
    ("/kosync/syncs/progress", "PUT", put),
    ("/opds/progression/{work}", "PUT", keep_progression),
)
