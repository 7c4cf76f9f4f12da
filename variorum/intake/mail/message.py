"""One message taken apart: its headers decoded, the text it says, what is attached. Bounded whatever it is.

The standard library's parser is used: it never raises on damage. What it may not be given is refused here first.
"""

from __future__ import annotations

import email.header
import email.parser
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import NamedTuple

from variorum.intake.kinds import by_ending
from variorum.intake.sheets import sound

__all__ = ["Attached", "Mail", "Said", "address_of", "date_of_mail", "parse_mail"]

_DEEPEST = 40  # multiparts announced in a message that is taken apart at all
_HEADERS_MOST = 64 << 10  # bytes of a header block
_MOST_PARTS = 1000
_LONGEST = 4000  # characters of one header that are read
_EMPHASIS = re.compile(rb"<(?:i|em|b|strong)\b", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n|\r\r")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,80}@[^\s<>()\[\],;:\"@]{1,120}")
_FOLD = re.compile(r"[\r\n]+[ \t]*")


class Said(NamedTuple):
    """The text of a message under its transfer encoding."""

    name: str
    data: bytes
    charset: str | None  #: as claimed
    html: bool
    flowed: bool = False
    delsp: bool = False


class Attached(NamedTuple):
    """A file that came with the message; ``letter``: it is a whole message (of a digest, or forwarded)."""

    name: str
    data: bytes
    letter: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: headers by lower-case name (the first of each), its texts, what came with it."""

    headers: dict[str, str]
    texts: tuple[Said, ...]
    attached: tuple[Attached, ...]
    other: tuple[Said, ...] = ()  #: the same text in another form

    def get(self, name: str) -> str:
        """A header's text, on one line; empty when there is none."""
        return self.headers.get(name, "")


def parse_mail(data: bytes) -> Mail:
    """Takes a message apart; never raises. One that nests beyond reason is read as a plain one."""
    nested = data.count(b"multipart/") + data.count(b"message/rfc822")
    parser = email.parser.BytesParser(policy=email.policy.compat32)
    if nested > _DEEPEST:
        end = _END.search(data)
        first = min(end.start() if end else len(data), _HEADERS_MOST)
        message = parser.parsebytes(data[:first], headersonly=True)
        return Mail(_headers(message), (Said("body", data[end.end() if end else first :], None, False),), ())
    message = parser.parsebytes(data)
    texts: list[Said] = []
    other: list[Said] = []
    attached: list[Attached] = []
    for number, (part, group) in enumerate(_leaves(message)):
        if number >= _MOST_PARTS:
            break
        kind = part.get_content_type()
        if kind == "message/rfc822":
            attached.append(Attached(f"letter-{number + 1:04}.eml", _bytes_of(part), True))
            continue
        name = _file_name(part)
        said = kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment" and not name
        if not said:
            attached.append(Attached(name or f"part-{number + 1:04}{_suffix(kind)}", _payload(part)))
            continue
        this = _said(part, kind, len(texts) + len(other))
        rival = next((t for t in texts if group and t.name.startswith(group)), None)
        if rival is None:
            texts.append(this._replace(name=f"{group}{this.name}"))
        elif this.html and not rival.html and _EMPHASIS.search(this.data):
            # Of two forms of one text the one that has the italics.
            texts[texts.index(rival)] = this._replace(name=f"{group}{this.name}")
            other.append(rival)
        else:
            other.append(this)
    return Mail(_headers(message), tuple(texts), tuple(attached), tuple(other))


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """The parts that hold something, in order, each with the name of the group of alternatives it is one of."""
    stack: list[tuple[Message, str]] = [(message, "")]
    groups = 0
    while stack:
        part, group = stack.pop()
        payload = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(payload, list):
            if part.get_content_type() == "multipart/alternative":
                groups += 1
                group = f"alternative-{groups}-"
            stack.extend((one, group) for one in reversed(payload) if isinstance(one, Message))
        else:
            yield part, group


def _said(part: Message, kind: str, number: int) -> Said:
    name = "body" if not number else f"body-{number + 1}"
    flowed = kind == "text/plain" and _parameter(part, "format").lower() == "flowed"
    charset = _parameter(part, "charset") or None
    return Said(name, _payload(part), charset, kind == "text/html", flowed, _parameter(part, "delsp").lower() == "yes")


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, TypeError, LookupError, IndexError):
        return ""
    return str(value[-1] if isinstance(value, tuple) else value or "").strip()


def _payload(part: Message) -> bytes:
    """The part's bytes, its transfer encoding undone as far as it is sound."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        data = None
    if isinstance(data, bytes):
        return data
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else payload
    try:
        return bytes(inner) if isinstance(inner, Message) else str(inner).encode("utf-8", "surrogateescape")
    except (ValueError, LookupError, TypeError, AttributeError):
        return b""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename("") or ""
    except (ValueError, LookupError, TypeError, IndexError):
        name = ""
    return _decoded(str(name)).replace("\\", "/").rsplit("/", 1)[-1].replace("!", "_")[:200]


def _suffix(kind: str) -> str:
    end = "." + kind.partition("/")[2].partition(";")[0].replace("x-", "")[:8]
    return end if by_ending("x" + end) else ".bin"


# ---------------------------------------------------------------- headers


def _headers(message: Message) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in list(message.items())[:400]:
        out.setdefault(name.lower(), _decoded(str(value)))
    return out


def _decoded(value: str) -> str:
    """A header as text: encoded words decoded, raw bytes read as what they are, folds undone."""
    value = _FOLD.sub(" ", value[:_LONGEST])
    try:
        pieces = email.header.decode_header(value)
    except (email.errors.HeaderParseError, ValueError, LookupError):
        pieces = [(value, None)]
    out = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            out.append(_raw(piece.encode("utf-8", "surrogateescape")) if max(piece, default="") >= "\udc80" else piece)
            continue
        try:
            out.append(piece.decode(charset or "ascii"))
        except (LookupError, UnicodeError):
            out.append(_raw(piece))
    return " ".join(sound("".join(out)).replace("\0", " ").split())


def _raw(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def address_of(value: str) -> tuple[str, str]:
    """The name and the address in a From header; a name that is an address is none."""
    try:
        name, address = email.utils.parseaddr(value)
    except (ValueError, IndexError):
        name, address = "", ""
    if not address or "@" not in address:
        found = _ADDRESS.search(value)
        address = found[0] if found else ""
    name = " ".join(name.strip(" \"'").split())
    return ("" if _ADDRESS.search(name) or name.casefold() == address.casefold() else name[:100]), address[:200]


def date_of_mail(value: str) -> str | None:
    """The day in a Date header, as ISO 8601; None for one that is no date."""
    try:
        found = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.date().isoformat() if 1970 <= found.year <= 2200 else None
