"""The networks of the paragraph model, in numpy: two recurrent layers over the sentences of a text, one each way.

Every sentence is seen by its words (some networks) and every candidate by its features; a gated recurrent unit (Cho
and others 2014) passes over them forwards and backwards, and a small layer judges each place by what both say on
both its sides. Long texts are cut into windows that overlap, so that time is linear and memory bounded. Weights
are 16 bit (`paragraphs.npz`); bench/train_paragraphs.py trains the same networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.rescue.sentences import SHAPES

__all__ = ["Network", "Trained", "judge", "trained"]

_Floats = npt.NDArray[np.float32]
_Ids = npt.NDArray[np.int64]
_WINDOW, _STEP, _EDGE = 256, 192, 32  # sentences of a window, from one to the next, at its ends that are not used
_BATCH = 32  # windows at a time
# Products up to this size are done by one thread: several of them wait for each other longer than they work.
_SMALL = 200_000


class Network(NamedTuple):
    """One network: arrays by name. ``emb`` and ``enc`` only where it reads words."""

    arrays: Mapping[str, _Floats]

    def __getattr__(self, name: str) -> _Floats:
        return self.arrays[name]

    @property
    def reads(self) -> bool:
        """Whether it sees words."""
        return "emb" in self.arrays


class Trained(NamedTuple):
    """What the file holds: the networks, the words they know, the mean and scale of every feature; the model's version."""

    networks: tuple[Network, ...]
    places: Mapping[str, int]
    common: frozenset[str]
    mean: _Floats
    scale: _Floats
    version: int = 0


_COMMON = 200


@lru_cache(maxsize=1)
def trained() -> Trained:
    """The model of the package."""
    with np.load(Path(__file__).with_name("paragraphs.npz"), allow_pickle=False) as held:
        count = 1 + max(int(name.split("_")[0]) for name in held.files if name[0].isdigit())
        networks = []
        for number in range(count):
            mine = [name for name in held.files if name.startswith(f"{number}_")]
            networks.append(Network({name.partition("_")[2]: held[name].astype(np.float32) for name in mine}))
        words = bytes(held["words"]).decode().split()
        places = {word: place for place, word in enumerate((*SHAPES, *words))}
        common = frozenset(words[:_COMMON])
        return Trained(tuple(networks), places, common, held["mean"], held["scale"], int(held["version"]))


def judge(model: Trained, features: _Floats, ids: tuple[_Ids, _Ids, _Ids]) -> _Floats:
    """The mean log odds of the networks for every candidate. ``ids`` are the words of the sentences, one more."""
    count = len(features) + 1
    rows = np.zeros((count, features.shape[1]), dtype=np.float32)
    rows[1:] = np.clip((features - model.mean) / model.scale, -5, 5)
    starts = list(range(0, max(count - _EDGE, 1), _STEP))
    width = min(_WINDOW, count)
    out = np.zeros(count, dtype=np.float32)
    for batch in range(0, len(starts), _BATCH):
        here = starts[batch : batch + _BATCH]
        index = np.asarray(here)[:, None] + np.arange(width)[None, :]
        inside = index < count
        index = np.minimum(index, count - 1)
        x = np.where(inside[..., None], rows[index], 0).astype(np.float32)
        words = tuple(np.where(inside[..., None], some[index], 0) for some in ids)
        odds = np.mean([_odds(network, x, words) for network in model.networks], axis=0)
        for row, start in enumerate(here):
            first = start + _EDGE if start else 0
            last = min(start + width, count)
            out[first:last] = odds[row, first - start : last - start]
    return out[1:]


def _odds(net: Network, x: _Floats, words: tuple[_Ids, ...]) -> _Floats:
    """Log odds for ``x`` (windows, sentences, features): of a break before each sentence."""
    following = np.concatenate([x[:, 1:], np.zeros_like(x[:, :1])], axis=1)
    parts = []
    ahead, behind = x, following
    if net.reads:
        said = _read(net, words)
        ahead, behind = np.concatenate([said, x], axis=2), np.concatenate([said, following], axis=2)
        parts = [said, _before(said)]
    forwards = _recur(_product(ahead, net.wxf) + net.bf, net.whf, back=False)
    backwards = _recur(_product(behind, net.wxb) + net.bb, net.whb, back=True)
    seen = np.concatenate([forwards, _before(forwards), backwards, _before(backwards), *parts, x], axis=2)
    hidden = np.maximum(_product(seen, net.m1) + net.m1b, 0)
    answer: _Floats = _product(hidden, net.m2)[..., 0] + net.m2b
    return answer


def _read(net: Network, words: tuple[_Ids, ...]) -> _Floats:
    """Sentences as the network reads them: first and last words in their places, and all of them together."""
    first, last, every = words
    table = net.emb.copy()
    table[0] = 0
    shape = first.shape[:2]
    bag = np.zeros((*shape, table.shape[1]), dtype=np.float32)
    for column in range(every.shape[2]):
        bag += table[every[..., column]]
    bag *= 2 / (1 + (every > 0).sum(axis=2, keepdims=True))
    flat = [table[first].reshape(*shape, -1), table[last].reshape(*shape, -1), bag.astype(np.float32)]
    out: _Floats = np.maximum(_product(np.concatenate(flat, axis=2), net.enc) + net.encb, 0)
    return out


def _product(rows: _Floats, weights: _Floats) -> _Floats:
    """The matrix product over the last axis, some rows at a time."""
    flat = rows.reshape(-1, rows.shape[-1])
    out = np.empty((len(flat), weights.shape[1]), dtype=np.float32)
    step = max(_SMALL // weights.size, 1)
    for at in range(0, len(flat), step):
        np.matmul(flat[at : at + step], weights, out=out[at : at + step])
    return out.reshape(*rows.shape[:-1], weights.shape[1])


def _before(rows: _Floats) -> _Floats:
    return np.concatenate([np.zeros_like(rows[:, :1]), rows[:, :-1]], axis=1)


def _recur(inputs: _Floats, weights: _Floats, *, back: bool) -> _Floats:
    """A gated recurrent unit over the second axis."""
    windows, length, triple = inputs.shape
    size = triple // 3
    out = np.empty((windows, length, size), dtype=np.float32)
    state = np.zeros((windows, size), dtype=np.float32)
    for step in range(length - 1, -1, -1) if back else range(length):
        given, kept = inputs[:, step], state @ weights
        gates = 1 / (1 + np.exp(-np.clip(given[:, : 2 * size] + kept[:, : 2 * size], -30, 30)))
        reset, update = gates[:, :size], gates[:, size:]
        new = np.tanh(given[:, 2 * size :] + reset * kept[:, 2 * size :])
        state = ((1 - update) * new + update * state).astype(np.float32)
        out[:, step] = state
    return out
