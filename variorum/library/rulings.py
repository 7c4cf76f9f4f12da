"""A person's decisions: how they are checked, read back from the register, and laid over documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from variorum.document import State
from variorum.errors import RulingError
from variorum.model import Ruling
from variorum.text import plain, shown
from variorum.vault import Record

__all__ = ["KINDS", "Decided", "as_ruling", "checked", "decided", "standing"]

#: Kind -> what it is on, in words.
KINDS: Mapping[str, str] = {
    "same": "WORK WORK",
    "different": "WORK WORK",
    "base": "COPY",
    "alias": "NAME NAME",
    "not-alias": "NAME NAME",
    "accept": "EMENDATION-OR-CLAIM",
    "refuse": "EMENDATION-OR-CLAIM",
    "edit": "EMENDATION TEXT",
    "set": "WORK FIELD VALUE",
    "undo": "RULING",
}

_LONGEST = 100_000  # characters of one thing a ruling is on

#: Emendation id -> its state, the ruling, and a reading of the person's own.
Decided = Mapping[str, tuple[State, str, str | None]]


def as_ruling(record: Record) -> Ruling:
    """The ruling a record of the register holds."""
    data = record.data
    on, step = tuple(data["on"]), data.get("step")
    return Ruling(data["ruling"], data["kind_of"], on, record.by, record.at, data.get("why"), data.get("undoes"), step=step)


def checked(kind: str, on: Iterable[str], resolve: Callable[[str, str], str]) -> tuple[str, ...]:
    """What a ruling is on, with every key made whole; RulingError for a wrong kind or number, or text that is none.

    ``resolve(what, key)`` makes a key of a ``work``, ``copy``, ``emendation`` or ``ruling`` whole, or raises NotFound.
    """
    given = tuple(on)
    if kind not in KINDS:
        raise RulingError(f"there is no ruling {kind!r}; there are: {', '.join(KINDS)}")
    wanted = KINDS[kind].split()
    if len(given) != len(wanted):
        raise RulingError(f"`{kind}` takes {KINDS[kind]}, not {len(given)} argument{'' if len(given) == 1 else 's'}")
    for text in given:
        if shown(text) != text or "\x00" in text:
            raise RulingError(f"{plain(text)[:80]} is not text that can be written down")
        if len(text) > _LONGEST:
            raise RulingError(f"a ruling takes {_LONGEST:,} characters at most; this has {len(text):,}")
    whole = tuple(_whole(what, key, resolve) for what, key in zip(wanted, given, strict=True))
    if kind in {"same", "different", "alias", "not-alias"} and whole[0] == whole[1]:
        raise RulingError(f"`{kind}` needs two different things; both are {plain(whole[0])}")
    return whole


def _whole(what: str, key: str, resolve: Callable[[str, str], str]) -> str:
    kinds = {"WORK": "work", "COPY": "copy", "EMENDATION-OR-CLAIM": "emendation", "EMENDATION": "emendation", "RULING": "ruling"}
    return resolve(kinds[what], key) if what in kinds else key


def standing(rulings: Iterable[Ruling]) -> list[Ruling]:
    """The rulings that are not undone, in order. An undone undo lets the first stand again."""
    given = list(rulings)
    undone: set[str] = set()
    for ruling in reversed(given):
        if ruling.kind == "undo" and ruling.ruling not in undone:
            undone.add(ruling.on[0])
    return [r for r in given if r.kind != "undo" and r.ruling not in undone]


def decided(rulings: Iterable[Ruling]) -> Decided:
    """What stands about emendations; a later ruling on the same one replaces the earlier."""
    out: dict[str, tuple[State, str, str | None]] = {}
    for ruling in standing(rulings):
        if ruling.kind == "accept":
            out[ruling.on[0]] = ("applied", ruling.ruling, None)
        elif ruling.kind == "refuse":
            out[ruling.on[0]] = ("refused", ruling.ruling, None)
        elif ruling.kind == "edit":
            out[ruling.on[0]] = ("applied", ruling.ruling, ruling.on[1])
    return out
