"""What a page that is no work says of the address of one: a log-in page taken there on a day, or one that says it is gone."""

from __future__ import annotations

from variorum.addresses import identify
from variorum.intake.values import Task
from variorum.model import Sighting

__all__ = ["is_works", "sighting"]

_WORKS = frozenset(["work", "chapter", "post"])

#: Code of a page's refusal -> what became of the address, and the end of the sentence "ADDRESS ...".
_SAYS = {
    "login-wall": ("locked", "gave a log-in page"),
    "not-found": ("gone", "gave a page that says there is nothing"),
    "unrevealed": ("unrevealed", "gave a work that was not yet revealed"),
}


def is_works(url: str) -> bool:
    """Whether an address is that of a work on a site that is known: only of those is evidence worth a line."""
    address = identify(url)
    return address is not None and address.kind in _WORKS


def sighting(task: Task, code: str) -> Sighting | None:
    """What an item refused with this code says of the address from which its container has it; None where it says nothing."""
    if task.taken is None or not task.taken.url or code not in _SAYS or not is_works(task.taken.url):
        return None
    outcome, said = _SAYS[code]
    return Sighting(task.taken.url, task.taken.captured, outcome, said, name=task.name)
