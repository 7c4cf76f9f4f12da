"""A text in passages: stretches of about as many words as the model reads at once, each beginning before the last one ends."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

__all__ = ["SIZE", "STEP", "windows"]

#: Words of a passage, and from the beginning of one to that of the next.
SIZE, STEP = 190, 150
#: A sign of a script without spaces is a word; what has no space for too long is several.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|\S{1,24}")


def windows(text: str, size: int = SIZE, step: int = STEP) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of every passage; together they have every word."""
    begun: deque[int] = deque()
    end, open_words = 0, False
    for number, word in enumerate(_WORD.finditer(text)):
        end, open_words = word.end(), True
        if number % step == 0:
            begun.append(word.start())
        first = number - size + 1
        if first >= 0 and first % step == 0:
            yield begun.popleft(), end
            open_words = False
    if open_words and begun:
        yield begun[0], end
