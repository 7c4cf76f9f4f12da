"""Reposts of pictures: near-duplicates by a perceptual hash, and what their credits say of each other.

The hash is of the picture as it looks: 32 x 32 greys, their discrete cosine transform, the signs of its 64 lowest
frequencies against their median (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions").
Another size, another compression, another file format or a little more light leave it as it is; so, of two pictures, does
turning one to its mirror image, which is looked for too. Values in, values out: nothing is opened but the bytes given.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["NEAR", "Fingerprint", "Pictured", "Repost", "distance", "fingerprint", "fingerprint_of", "reposts"]

#: Bits of 64 in which two fingerprints of one picture may differ.
NEAR = 8

_SIDE = 32
_MOST_PIXELS = 64_000_000
_BLOCK = 512  # pictures compared with all others at once
_ONES = np.array([n.bit_count() for n in range(1 << 16)], np.uint8)


class Fingerprint(NamedTuple):
    """The hash of a picture and of its mirror image, 64 bits each."""

    bits: int
    mirrored: int


class Pictured(NamedTuple):
    """A picture somewhere: a key of the caller's, its fingerprint, and the names it is credited to there."""

    key: str
    fingerprint: Fingerprint
    credited: tuple[str, ...] = ()


class Repost(NamedTuple):
    """Two places of what looks like one picture, the earlier given first; ``missing`` are credits that one has and the other lacks."""

    one: str
    other: str
    distance: int  #: bits of 64
    missing: tuple[tuple[str, tuple[str, ...]], ...]  #: key of the place that lacks them -> names

    @property
    def says(self) -> str:
        """The comparison in words."""
        if not self.missing:
            return "the same picture, credited alike"
        return "; ".join(f"uncredited there, credited here to {', '.join(names)}" for _, names in self.missing)


def _cosines() -> npt.NDArray[np.float64]:
    n = np.arange(_SIDE)
    return np.cos(np.pi * (2 * n[None, :] + 1) * n[:, None] / (2 * _SIDE))


_COSINES = _cosines()


def fingerprint(data: bytes) -> Fingerprint | None:
    """The fingerprint of a picture's bytes; None for what is no picture, is larger than 64 megapixels, or shows nothing."""
    try:
        from PIL import Image  # noqa: PLC0415  (heavy, and needed for pictures only)
    except ImportError:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS or min(picture.size) < 8:
                return None
            picture.draft("L", (_SIDE * 8, _SIDE * 8))
            # What is see-through is looked at on white, as on a page.
            flat = Image.new("RGBA", picture.size, "white")
            flat.alpha_composite(picture.convert("RGBA"))
            small = flat.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    except Exception:
        return None
    return fingerprint_of(np.asarray(small, np.float64))


def fingerprint_of(grey: npt.NDArray[np.float64]) -> Fingerprint | None:
    """The fingerprint of 32 x 32 greys (0 to 255); None when they are all but the same."""
    if grey.shape != (_SIDE, _SIDE) or float(grey.std()) < 4:
        return None
    return Fingerprint(_bits(grey), _bits(grey[:, ::-1]))


def _bits(grey: npt.NDArray[np.float64]) -> int:
    low = (_COSINES @ grey @ _COSINES.T)[:8, :8].ravel()
    # The first is the picture's light as a whole: it says nothing of what is seen.
    signs = low > np.median(low[1:])
    signs[0] = False
    return int.from_bytes(np.packbits(signs).tobytes(), "big")


def distance(a: Fingerprint, b: Fingerprint) -> int:
    """In how many of 64 bits two pictures differ, mirrored or not."""
    return min((a.bits ^ b.bits).bit_count(), (a.bits ^ b.mirrored).bit_count())


def reposts(pictures: Iterable[Pictured], near: int = NEAR) -> list[Repost]:
    """Every pair that looks like one picture, in the order given. Compares all with all: 10,000 pictures take a second or two."""
    held = list(pictures)
    if len(held) < 2:
        return []
    plain = np.array([p.fingerprint.bits for p in held], np.uint64)
    turned = np.array([p.fingerprint.mirrored for p in held], np.uint64)
    out = []
    for start in range(0, len(held), _BLOCK):
        block = plain[start : start + _BLOCK, None]
        apart = np.minimum(_differing(block ^ plain[None, start:]), _differing(block ^ turned[None, start:]))
        for row, column in zip(*np.nonzero(apart <= near), strict=True):
            if column > row:
                out.append(_compared(held[start + row], held[start + column], int(apart[row, column])))
    return out


def _differing(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    parts = bits[..., None].view(np.uint16)
    total: npt.NDArray[np.uint8] = _ONES[parts].sum(axis=-1, dtype=np.uint8)
    return total


def _compared(one: Pictured, other: Pictured, apart: int) -> Repost:
    missing = []
    for here, there in ((one, other), (other, one)):
        lacks = _lacking(here.credited, there.credited)
        if lacks:
            missing.append((there.key, lacks))
    return Repost(one.key, other.key, apart, tuple(missing))


def _lacking(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The names that the others have not, by spelling alone: no likeness makes two names one."""
    known = {name.strip().removeprefix("@").lower() for name in others}
    return tuple(name for name in names if name.strip().removeprefix("@").lower() not in known)
