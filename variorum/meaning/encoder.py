"""The encoder: words in, vectors out. One thread, little memory, never the network.

The graph is made once from the weights, into the user's folder for caches, under a name that says everything it was
made from; it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

from variorum.errors import ModelAbsent
from variorum.meaning.graph import VERSION, Shape, graph_of
from variorum.meaning.weights import Known, Weights
from variorum.meaning.windows import SIZE, STEP

__all__ = ["Encoder", "cache_folder", "made_by"]

_AT_ONCE = 1024  # word pieces that go through the network together: four whole passages


def cache_folder() -> Path:
    """Where graphs are kept."""
    return Path(platformdirs.user_cache_dir("variorum", appauthor=False)) / "meaning"


def made_by(known: Known) -> str:
    """What tells vectors apart that cannot be compared: the weights, the graph made of them, and how texts are cut."""
    return f"{known.version}-{VERSION}-{SIZE}-{STEP}"


class Encoder:
    """The network, loaded. Safe to use from several threads, one at a time through the network."""

    def __init__(self, weights: Weights, cache: Path | None = None, *, threads: int = 1) -> None:
        """Loads, and where it was not yet, makes the graph (two seconds); `ModelAbsent` when it cannot be made or loaded."""
        cache = cache or cache_folder()
        try:
            self._words = _tokenizer(weights)
            graph = _graph(weights, cache)
            try:
                self._session = _session(graph, threads)
            except Exception:  # each of its errors is a class of its own; a damaged file is made again
                graph.unlink(missing_ok=True)
                self._session = _session(_graph(weights, cache), threads)
        except Exception as error:
            raise ModelAbsent(f"the model {weights.known.distribution} cannot be loaded: {error}") from error
        self.width = int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A vector of length 1 for each text, in their order; what goes beyond `Known.pieces` is not read.

        Texts of like length go together, so that little of the work is padding.
        """
        out = np.zeros((len(texts), self.width), dtype=np.float32)
        pieces = [self._words.encode(_sound(text)).ids for text in texts]  # a batch would take every processor
        order = sorted(range(len(texts)), key=lambda n: len(pieces[n]))
        start = 0
        while start < len(order):
            few = order[start : start + 1]
            while start + len(few) < len(order) and len(pieces[order[start + len(few)]]) * (len(few) + 1) <= _AT_ONCE:
                few.append(order[start + len(few)])
            out[few] = self._run([pieces[n] for n in few])
            start += len(few)
        return out

    def _run(self, pieces: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        length = max(map(len, pieces))
        ids = np.zeros((len(pieces), length), dtype=np.int64)
        mask = np.zeros((len(pieces), length), dtype=np.int64)
        for row, some in enumerate(pieces):
            ids[row, : len(some)] = some
            mask[row, : len(some)] = 1
        found: npt.NDArray[np.float32] = self._session.run(["meaning"], {"ids": ids, "mask": mask})[0]
        return found


def _sound(text: str) -> str:
    """What the tokenizer takes: it refuses lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def _tokenizer(weights: Weights) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415  (an extra)

    made = Tokenizer.from_file(weights.words)
    made.enable_truncation(weights.known.pieces)  # the file has other settings, for other uses
    made.no_padding()
    return made


def _session(graph: Path, threads: int) -> Any:
    import onnxruntime  # noqa: PLC0415  (an extra)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # lengths differ from batch to batch: each would be kept
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _graph(weights: Weights, cache: Path) -> Path:
    """The file of the graph, made where there is none; graphs made from anything else by an earlier Variorum go."""
    made_from = f"{weights.known.files} {metadata.version('onnx')} {metadata.version('onnxruntime')}"
    name = f"graph-{VERSION}-{weights.known.version}-{hashlib.sha256(made_from.encode()).hexdigest()[:12]}.onnx"
    path = cache / name
    if path.exists():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    said = weights.shape()
    shape = Shape(int(said["num_hidden_layers"]), int(said["num_attention_heads"]), float(said["layer_norm_eps"]))
    fresh = cache / f"{name}.{secrets.token_hex(4)}"
    try:
        with fresh.open("wb") as handle:
            handle.write(graph_of(weights.tensors(), shape))
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    for other in cache.glob("graph-*.onnx"):
        if other != path and other.name.split("-")[2] == weights.known.version:
            with contextlib.suppress(OSError):
                other.unlink()
    return path
