"""One mail or news article: a story, a piece of one, or a letter that is none.

A story says so: ``TITLE:`` and its like above it, ``FIC:`` or a number in the subject, or it is simply long. A reply is
somebody's comment and no work. Addresses of writers stay in the item's bytes and are never shown; names are.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from variorum.addresses import identify
from variorum.document import Gap
from variorum.errors import MalformedItem
from variorum.intake.bundles import Bundle, as_piece, bundle, numbered
from variorum.intake.decode import declared, decode
from variorum.intake.labelled import labelled, lacking
from variorum.intake.mail.laying import ADDRESS, laid, quoted_share
from variorum.intake.mail.message import Mail, Said, address_of, date_of_mail, parse_mail
from variorum.intake.mapping import rating_of
from variorum.intake.sheets import Sheet, hide, shift, words_in
from variorum.intake.tails import closing
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Sniff, Task, recorded
from variorum.model import Creator, Metadata, Wish

__all__ = ["FORMATS", "detect", "header_lines", "members", "read"]

_FIELD = re.compile(rb"([!-9;-~]{1,60}):(?:[ \t]|\r?\n)")
_MACHINE = frozenset(
    {
        b"message-id",
        b"received",
        b"mime-version",
        b"newsgroups",
        b"return-path",
        b"content-type",
        b"content-transfer-encoding",
        b"nntp-posting-host",
        b"delivered-to",
        b"x-mailer",
        b"path",
        b"x-sender",
        b"mailing-list",
    }
)
_HUMAN = frozenset({b"from", b"subject", b"date", b"to"})
_TAGS = re.compile(r"\A(?:\s*\[[^\[\]]{1,60}\])+\s*")
_REPLY = re.compile(r"\A(?:\s*\[[^\[\]]{1,60}\])*\s*(?:re|aw|sv|antw|vs|odp)(?:\[\d{1,3}\]|\^\d)?\s*:", re.IGNORECASE)
_FIC = re.compile(
    r"\b(?:fic|fanfic|story|drabble|ficlet|vignette)\b\s*[:\])-]|\[(?:fanfic|fic|story)\b|\bdrabble\b", re.IGNORECASE
)
_NEW = re.compile(r"\b(?:new|repost|snippet)\b\s*[:\])-]", re.IGNORECASE)
_PREFIX = re.compile(r"\A\s*(?:(?:re|fwd?|fic|fanfic|new|repost|story|drabble|xpost)\s*:\s*){1,4}", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[(]([^\[\]()]{1,40})[\])]")
_RATED = frozenset(
    {"g", "pg", "pg-13", "pg13", "r", "nc-17", "nc17", "k", "k+", "t", "m", "ma", "x", "all ages", "teen", "mature"}
)
_LONG = 400  # words: a letter to a list that is longer is taken for a story
_LONG_ALONE = 60  # words: of a message somebody chose to keep as a file
_OF_A_REPLY = 300  # words of its own that a reply with a number must have to be the next part
_STORY_FIELDS = frozenset(
    {"title", "fandoms", "rating", "relationships", "characters", "summary", "series", "words_stated", "warnings"}
)


def header_lines(data: bytes) -> list[bytes]:
    """The names of the fields a message begins with, lower case; empty when it does not begin with fields."""
    names: list[bytes] = []
    at = 0
    head = data[: 64 << 10]
    while at < len(head) and len(names) < 400:
        end = head.find(b"\n", at)
        end = len(head) if end < 0 else end + 1
        if head[at : at + 1] in (b"\n", b"\r"):
            return names
        match = _FIELD.match(head, at, end)
        if match is not None:
            names.append(match[1].lower())
        elif not names or head[at : at + 1] not in (b" ", b"\t"):
            return []
        at = end
    return names


def detect(sniff: Sniff) -> Detection:
    """Fields that only machines write, before anything else. A story that begins with From, To and Subject has none."""
    names = set(header_lines(sniff.data))
    if len(names & _HUMAN) >= 2 and (names & _MACHINE):
        return Detection(0.9, "begins with the fields of a mail or a news article")
    if sniff.suffix == ".eml" and names & (_HUMAN | _MACHINE):
        return Detection(0.8, "is named like a mail and begins with its fields")
    return Detection(0.0, "does not begin with the fields of a mail")


def read(task: Task) -> Opened:
    """The story in a message, if it is one, and what is attached; MalformedItem when it says nothing at all."""
    mail = parse_mail(task.data)
    attached = tuple(Inner(f"{task.name}!{name}", data) for name, data in _named(mail))
    letter = _Letter(task, mail)
    letter.read()
    if not letter.words:
        if attached:
            return Opened("mail", (), attached, note="a mail without a text of its own")
        raise MalformedItem(task.name, "is a mail without any text", "no-text")
    why = letter.none()
    if why:
        return Opened("mail", (), attached, note=why)
    return Opened("mail", (letter.copy(),), attached)


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is attached to a message: a name and the bytes."""
    yield from _named(parse_mail(data))


def _named(mail: Mail) -> list[tuple[str, bytes]]:
    """What came with a mail, under names that are each there once."""
    seen: dict[str, int] = {}
    out = []
    for one in mail.attached:
        if not one.data.strip():
            continue
        seen[one.name] = seen.get(one.name, 0) + 1
        out.append((one.name if seen[one.name] == 1 else f"{one.name} ({seen[one.name]})", one.data))
    return out


class _Letter:
    def __init__(self, task: Task, mail: Mail) -> None:
        self.task = task
        self.mail = mail
        self.subject = mail.get("subject")
        self.name, self.address = address_of(mail.get("from") or mail.get("sender"))
        self.sheet = Sheet()
        self.header = Metadata()
        self.quoted = 0.0
        self.words = 0

    def read(self) -> None:
        if self.subject:
            self.sheet.line("subject", self.subject, "heading", "title", level=1)
        for said in self.mail.texts:
            text, encoding, bom = decode(said.data, said.charset or declared(said.data), recorded(self.task, said.name))
            if not words_in(text):
                continue
            if said.html:
                self._html(said, text, encoding, bom)
            else:
                self._plain(said, text, encoding, bom)
        self._conceal()
        own = [b for b in self.sheet.blocks if b.part == "story"]
        self.words = sum(len(self.sheet.source[p.start : p.end].split()) for b in own for p in b.pieces)

    def _plain(self, said: Said, text: str, encoding: str, bom: str) -> None:
        start, _ = self.sheet.add(said.name, text, encoding, bom)
        blocks, gaps, header = laid(text, flowed=said.flowed, delsp=said.delsp)
        self.quoted = max(self.quoted, quoted_share(text))
        self.sheet.take(shift(blocks, start), (), (Gap(g.start + start, g.end + start, g.reason) for g in gaps))
        if header.trust and not self.header.trust:
            self.header = header

    def _html(self, said: Said, text: str, encoding: str, bom: str) -> None:
        sheet = Sheet(source=self.sheet.source, parts=self.sheet.parts)
        root = sheet.parsed(said.name, text)
        sheet.parts[-1] = sheet.parts[-1]._replace(encoding=encoding, bom=bom)
        sheet.lay(root)
        blocks, header = labelled(sheet.source, sheet.blocks)
        self.sheet.source = sheet.source
        self.sheet.take(blocks, sheet.spans, sheet.gaps)
        if header is not None and not self.header.trust:
            self.header = header

    def _conceal(self) -> None:
        """Addresses of the writer everywhere, and any address in what stands around the story."""
        source = self.sheet.source
        own = self.address.casefold()
        framed = [(p.start, p.end) for b in self.sheet.blocks if b.part != "story" for p in b.pieces]
        shown = sorted((p.start, p.end) for b in self.sheet.blocks for p in b.pieces)
        starts = [start for start, _ in shown]
        gaps: list[Gap] = []
        for match in ADDRESS.finditer(source):
            start, end = match.span()
            at = bisect_right(starts, start) - 1
            if at < 0 or shown[at][1] <= start:
                continue  # stands in what is left out already
            if (own and own in match[0].casefold()) or any(first <= start < last for first, last in framed):
                if source[start - 1 : start] + source[end : end + 1] in ("<>", "()", "[]"):
                    start, end = start - 1, end + 1
                gaps.append(Gap(start, end, "a mail address"))
        self.sheet.blocks = closing(source, hide(self.sheet.blocks, gaps))
        self.sheet.gaps += gaps

    # ---------------------------------------------------------------- what it is

    def none(self) -> str:
        """Why it is no work; empty when it is one."""
        piece = numbered(self._clean())
        headed = bool(_STORY_FIELDS & self.header.trust.keys())
        if _REPLY.match(self.subject) or self.quoted > 0.5:
            if piece is not None and self.quoted < 0.1 and self.words >= _OF_A_REPLY:
                return ""  # the next part, posted as an answer to the one before
            if not (headed and self.quoted < 0.1):
                return "a reply: kept as somebody's comment, and no work"
        if headed or piece is not None or _FIC.search(self.subject):
            return ""
        if self.words >= (_LONG_ALONE if _NEW.search(self.subject) or not self.task.inner else _LONG):
            return ""
        return "a letter: kept, and no work"

    def _clean(self) -> str:
        """The subject without the list's tags and the words for "here is a story"."""
        return _PREFIX.sub("", _TAGS.sub("", _PREFIX.sub("", self.subject)))

    def copy(self) -> Copy:
        subject = self._clean()
        piece = self._piece(subject)
        metadata = as_piece(self._metadata(subject), piece, " ".join(subject.split()))
        return Copy("", metadata, self.sheet.document(self.task.digest), piece)

    def _piece(self, subject: str) -> Bundle | None:
        # Later parts often come without the header, so that only the sender says whose they are.
        who = hashlib.sha256((self.address or self.name).casefold().encode("utf-8", "replace")).hexdigest()[:12]
        scope = f"mail {who}" if self.address or self.name else ""
        title = subject if numbered(subject) else self.header.title
        return bundle(scope, title)

    def _metadata(self, subject: str) -> Metadata:
        found: dict[str, Any] = {}
        title = subject
        for remark in _BRACKETS.finditer(subject):
            rating = rating_of(remark[1]) if remark[1].strip().casefold() in _RATED else None
            if rating is not None:
                found.setdefault("rating", rating)
        if numbered(title) is None:
            title = re.sub(r"\s*[\[(][^\[\]()]{0,40}[\])]\s*\Z", "", title) or title
        if words_in(title):
            found["title"] = " ".join(title.split())
        if self.name:
            found["creators"] = (Creator(self.name),)
        found["published"] = date_of_mail(self.mail.get("date"))
        site = self._site()
        if site:
            found["site"] = site
        for name in ("archived-at", "x-archived-at"):
            address = identify(self.mail.get(name).strip("<> ")) if self.mail.get(name) else None
            if address is not None:
                found |= {"url": address.url, "site": address.site}
        if self.mail.get("x-no-archive").strip().casefold() in ("yes", "true", "y"):
            found["wishes"] = (Wish("no-reposting", f"X-No-Archive: {self.mail.get('x-no-archive').strip()}"),)
        found = {key: value for key, value in found.items() if value is not None}
        own = Metadata(**found, trust=dict.fromkeys(found, "text"))
        # What the writer put above the story says it better than the envelope.
        better = {n: getattr(self.header, n) for n in ("creators", "rating", "published") if n in self.header.trust}
        return lacking(replace(own, **better), self.header)

    def _site(self) -> str | None:
        """The site that kept the list, from what the list says of itself."""
        for name in ("list-id", "list-post", "mailing-list", "list-archive"):
            found = re.search(r"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,10})(?:[>/;\s]|\Z)", self.mail.get(name)[-200:])
            address = identify(f"http://{found[1].lower()}/") if found else None
            if address is not None:
                return address.site
        return None


FORMATS = (Format("mail", detect, read),)
