"""What every page needs: the library, the templates, the work asked for, and the gate before adult works."""

from __future__ import annotations

import contextlib
import copy
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from variorum.document import Block, ReadingText
from variorum.doors.web import assets, colours, settings, words
from variorum.doors.web.chapters import Book, book
from variorum.doors.web.compared import Comparisons
from variorum.doors.web.fragments import Fragments
from variorum.doors.web.rendering import Held, Link, ours, paragraphs
from variorum.errors import CatalogueError
from variorum.library import KEEPER
from variorum.model import Viewer, Witness, Work
from variorum.text import plain, shown

if TYPE_CHECKING:
    from variorum.library import Library

__all__ = ["ADULT", "Desk", "local", "with_query"]

#: The cookie that says "I have been told, and go on": for the session only.
ADULT = "variorum_adult"

_HERE = Path(__file__).parent
_BOOKS = 24  # reading texts whose chapters are remembered


class Desk:
    """The one object the endpoints share. Safe to use from several threads."""

    def __init__(self, library: Library, hint: str, *, sample: bool = False) -> None:
        self.library = library
        self.hint = hint
        self.sample = sample
        self._viewer = Viewer()
        self.comparisons = Comparisons(library)
        self.fragments = Fragments()
        self._books: OrderedDict[str, Book] = OrderedDict()
        self._lock = threading.Lock()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(
            words=words,
            with_query=with_query,
            leaving=leaving,
            paragraphs=paragraphs,
            static=assets.address,
            SETTINGS=settings.SETTINGS,
            SIZES=settings.SIZES,
            edges=settings.edges,
            colours_of=colours.sheet_address,
            hard_to_read=colours.warning,
            sample=sample,
            hint=hint,
        )
        self._templates.filters.update(plain=plain, shown=shown, number=words.number, day=words.day)

    # ------------------------------------------------------------ answers

    def page(
        self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200, of: Work | None = None
    ) -> Response:
        """A page of ours from a template; ``of`` is the work whose text it shows, which may have settings of its own."""
        chosen, scope = self.chosen(request, of)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        html = self._templates.get_template(template).render(
            {
                "chosen": chosen,
                "scope": scope,
                "set_for": of.work if of is not None else None,
                "attributes": settings.attributes(chosen),
                "here": local(here) if status < 400 else "/",
                "path": request.url.path,
                "keeper": request.scope.get("variorum.viewer", self._viewer).person == KEEPER,
                **context,
            }
        )
        return HTMLResponse(html.encode("utf-8", "replace"), status)

    def piece(self, template: str, key: tuple[object, ...], of: object, **context: object) -> Markup:
        """A piece of a page, printed once for these values: ``key`` (hashable) and ``of`` are all that it depends on."""
        return self.fragments.get((template, *key), of, lambda: ours(self._templates.get_template(template).render(context)))

    def chosen(self, request: Request, of: Work | None = None) -> tuple[dict[str, str], str]:
        """Every reading setting with its value, and the narrowest of `settings.SCOPES` that says anything."""
        device = settings.parse(request.cookies.get(settings.COOKIE))
        person: Mapping[str, Any] = {}
        alone: Mapping[str, Any] = {}
        # A disk that gives nothing must not stop anyone from reading.
        with contextlib.suppress(CatalogueError):
            person = self.library.people.settings(self.person).get("reading") or {}
            alone = self.library.people.settings_for(self.person, [c.witness for c in of.witnesses]) if of is not None else {}
        scope = "work" if alone else "device" if device else "everywhere"
        return settings.layered(person, device, alone), scope

    # ------------------------------------------------------------ what was asked for

    def seen_by(self, viewer: Viewer) -> Desk:
        """The same desk for one request: what it asks of the library, and of the people's room, it asks for this viewer."""
        bound = copy.copy(self)
        bound._viewer = viewer  # noqa: SLF001 (our own)
        return bound

    @property
    def person(self) -> str:
        """Whose places, notes and settings are meant."""
        return self._viewer.person

    def viewer(self, _request: Request | None = None) -> Viewer:
        """For whom this request asks."""
        return self._viewer

    def stays(self, work: Work) -> str:
        """Why a file of this work does not go to whoever asks, in the author's own words; empty when it may."""
        return "" if self.person == KEEPER else self.library.credit.why_not(self.library.may_leave(work))

    def may_have(self, work: Work) -> None:
        """403, with the author's own words, when a file of this work is asked for by somebody other than the keeper and may not leave."""
        reason = self.stays(work)
        if reason:
            raise HTTPException(403, f"This stays here: {reason}.")

    def work(self, request: Request) -> Work:
        """The work named in the path; NotFound when there is none, or not for this viewer."""
        return self.library.work(request.path_params["work"], viewer=self.viewer(request))

    @staticmethod
    def file_name(work: Work) -> str:
        """What a file of a work is called: its creators and its title."""
        by = ", ".join(c.name for c in work.metadata.creators if c.role == "author")
        return f"{by} - {words.title_of(work)}" if by else words.title_of(work)

    def copy(self, work: Work, key: str | None) -> Witness:
        """A copy by siglum or id, else the base; 404 when the work has no such copy."""
        try:
            return work.witness(key) if key else work.base
        except LookupError:
            reason = f"This work has no copy {plain(key)}." if key else "Of this work no copy is held; it is only known of."
            raise HTTPException(404, reason) from None

    def gate(self, request: Request, work: Work) -> Response | None:
        """The warning page when the work may be adult and nobody has said yet that it may be shown."""
        if work.adult is False or request.cookies.get(ADULT) == "yes":
            return None
        return self.page(request, "adult.html", {"work": work, "title": words.title_of(work)})

    def book(self, witness: str) -> Book:
        """The reading text of a copy, divided into chapters (remembered for as long as the library gives the same text)."""
        text = self.library.text(witness)
        with self._lock:
            held = self._books.get(witness)
            if held is not None and held.text is text:
                self._books.move_to_end(witness)
                return held
        made = book(text)
        with self._lock:
            self._books[witness] = made
            while len(self._books) > _BOOKS:
                self._books.popitem(last=False)
        return made

    def text(self, witness: str) -> ReadingText:
        """The reading text of a copy."""
        return self.library.text(witness)

    def work_of(self, witness: str) -> Work | None:
        """The work a copy belongs to now; None when it is no longer there."""
        return self.library.work_of(witness, viewer=self._viewer)

    def pictures(self, work: Work, witness: Witness) -> Held:
        """Gives the local address of each picture that is held with a copy."""

        def held(number: int, block: Block) -> str | None:
            if not self.library.pictures.held(witness, block):
                return None
            return f"/works/{work.work}/picture/{number + 1}?copy={witness.siglum}"

        return held

    def linker(self, work: Work, witness: Witness) -> Link:
        """Makes links of the text lead through the leaving page."""

        def link(address: str) -> str | None:
            return leaving(address, work.work, witness.siglum)

        return link


def leaving(address: str | None, work: str, copy: str | None = None) -> str | None:
    """The local address of the page that shows where a link goes, or None for what is no web address."""
    if not address or not is_web(address):
        return None
    query = {"work": work, "to": address} if copy is None else {"work": work, "copy": copy, "to": address}
    return "/leaving?" + urlencode(query, errors="replace")


def is_web(address: str) -> bool:
    """Whether an address is http or https, with a host, and free of what would disguise it."""
    if len(address) > 4000 or any(c <= " " or c == "\x7f" for c in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def local(address: str | None) -> str:
    """An address of our own to go back to; ``/`` for anything that could lead elsewhere."""
    if not address or not address.startswith("/") or address.startswith("//") or len(address) > 2000:
        return "/"
    if "\\" in address or any(c < " " or c == "\x7f" for c in address):
        return "/"
    return address


def with_query(path: str, pairs: Iterable[tuple[str, str | int | None]] = (), **more: str | int | None) -> str:
    """A local address with a query; what is None or empty is left out."""
    given = [(k, str(v)) for k, v in (*pairs, *more.items()) if v is not None and v != ""]
    query = urlencode(given, quote_via=quote, safe="", errors="replace")
    return f"{path}?{query}" if query else path
