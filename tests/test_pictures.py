"""Near-duplicates of pictures, and what their credits say of each other."""

from __future__ import annotations

import io

import numpy as np
import pytest

from variorum.provenance import pictures
from variorum.provenance.pictures import NEAR, Fingerprint, Pictured, distance, fingerprint, fingerprint_of, reposts


def scene(seed: int) -> np.ndarray:
    """An invented picture of 240 x 320: roofs and windows of light and shade, no two seeds alike."""
    random = np.random.default_rng(seed)
    out = np.tile(np.linspace(90, 150, 320), (240, 1))
    for _ in range(40):
        x, y = int(random.uniform(-40, 300)), int(random.uniform(-40, 220))
        wide, high = int(random.uniform(12, 130)), int(random.uniform(12, 100))
        out[max(y, 0) : y + high, max(x, 0) : x + wide] = random.uniform(20, 225)
    return out.astype(np.uint8)


def encoded(array: np.ndarray, form: str = "PNG", size: tuple[int, int] | None = None, **more: int) -> bytes:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed, so pictures cannot be opened")
    picture = image.fromarray(array)
    if size:
        picture = picture.resize(size)
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(12))
def test_a_picture_is_known_again(seed: int) -> None:
    """Smaller, as JPEG, lighter, mirrored: the same picture; another picture is not."""
    made = scene(seed)
    first = fingerprint(encoded(made))
    assert first is not None
    lighter = np.clip(made.astype(int) + 25, 0, 255).astype(np.uint8)
    for again in (
        encoded(made, size=(150, 112)),
        encoded(made, "JPEG", quality=35),
        encoded(lighter, "JPEG", quality=80),
        encoded(np.ascontiguousarray(made[:, ::-1])),
    ):
        known = fingerprint(again)
        assert known is not None
        assert distance(first, known) <= NEAR
    assert all(distance(first, fingerprint(encoded(scene(other)))) > NEAR for other in range(100, 112))


def test_uncredited_there_credited_here() -> None:
    """Of two places of one picture, the one without the credit is named with what the other says; names are never merged by likeness."""
    one, two = Fingerprint(0b1011, 1 << 60), Fingerprint(0b1111, 1 << 60)
    far = Fingerprint((1 << 64) - 1, (1 << 40) - 1)
    found = reposts([Pictured("a", one, ("marrowquill",)), Pictured("b", two), Pictured("c", far, ("else",))])
    assert [(r.one, r.other, r.distance) for r in found] == [("a", "b", 1)]
    assert found[0].missing == (("b", ("marrowquill",)),)
    assert found[0].says == "uncredited there, credited here to marrowquill"
    (alike,) = reposts([Pictured("a", one, ("@MarrowQuill",)), Pictured("b", one, ("marrowquill",))])
    assert alike.missing == ()
    (other,) = reposts([Pictured("a", one, ("marrowquill",)), Pictured("b", one, ("marrowquil1",))])
    assert [names for _, names in other.missing] == [("marrowquill",), ("marrowquil1",)]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many pictures are compared in blocks; every pair is found once, whatever the block's size."""
    random = np.random.default_rng(3)
    held = [Pictured(str(n), Fingerprint(int(b), int(b) ^ 0xFFFF0000FFFF)) for n, b in enumerate(random.integers(0, 1 << 62, 60))]
    held += [Pictured(f"again{n}", held[n].fingerprint) for n in (3, 17, 44)]
    whole = reposts(held)
    assert {(r.one, r.other) for r in whole} >= {("3", "again3"), ("17", "again17"), ("44", "again44")}
    monkeypatch.setattr(pictures, "_BLOCK", 7)
    assert reposts(held) == whole


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"GIF89a" + b"\xff" * 100])
def test_what_is_no_picture_has_no_fingerprint(data: bytes) -> None:
    """Broken bytes, and pictures that show nothing, give none and raise nothing."""
    assert fingerprint(data) is None
    assert fingerprint_of(np.full((32, 32), 200.0)) is None
    assert fingerprint(encoded(np.full((64, 64), 250, np.uint8))) is None
