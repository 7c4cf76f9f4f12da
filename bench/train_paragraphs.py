#!/usr/bin/env python3
"""Trains the paragraph model (variorum/rescue/paragraphs.npz) on the flattened texts of the rescue corpus.

usage: python bench/train_paragraphs.py FLAT.jsonl.gz OUT.npz [--more MORE.jsonl.gz]
           trains on everything and writes the weights
       python bench/train_paragraphs.py FLAT.jsonl.gz --folds [--more MORE.jsonl.gz]
           five folds by author, F1 of each, writes nothing

MORE are chapters of other authors (bench/more_texts.py): always read, never measured, so none of them may be one of
the corpus. Needs jax and optax, which the product does not. Only items of the variant sp-straight are read (each text once).
A candidate is a break when the corpus has one there. Two networks read words, three do not; they differ in their
seeds, and their log odds are averaged. What an author looks like on the whole is kept from them: there are too few.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.rescue import model
from variorum.rescue.network import Network, Trained, judge
from variorum.rescue.paragraphs import candidates
from variorum.rescue.sentences import FIRST, LAST, SHAPES, cohesion, encode, tokens

Documents = list[dict[str, Any]]
Weights = dict[str, Any]
WORDS, LETTERS_SIZE, READ, HIDDEN, LAYER = 1_800, 20, 64, 48, 48  # vocabulary, and sizes of the layers
VERSION = 2  # of the weights; docs/rescue.md is their card
WINDOW, BATCH = 48, 24
RATE = 3e-3
EACH = 160  # windows of an author that one round reads: one long novel does not drown the others
SHARE = 600_000  # characters of an added author that are read
SEEDS = {True: (0, 1), False: (0, 1, 2)}  # of networks that read words, of those that do not
STEPS = {True: 400, False: 344}
DROPPED, UNREAD = 0.3, 0.15
THRESHOLDS = (0.34, 0.4, 0.46, 0.5, 0.6)


def documents(path: str) -> Documents:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        items = [item for item in map(json.loads, lines) if item["variant"] == "sp-straight"]
    return [_document(item["author"], item["text"], {at for at, _ in item["gold"]["breaks"]}) for item in items]


def added(path: str) -> Documents:
    """Chapters of other authors (bench/more_texts.py), of each so many, evenly, as make up `SHARE` characters."""
    by: dict[str, list[list[str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            by[item["author"]].append(item["paragraphs"])
    out = []
    for author, chapters in by.items():
        part = min(1.0, SHARE / sum(len(p) for chapter in chapters for p in chapter))
        for number, chapter in enumerate(chapters):
            if int((number + 1) * part) > int(number * part):
                starts = np.cumsum([0, *(len(p) + 1 for p in chapter)])
                out.append(_document(author, " ".join(chapter), {int(at) for at in starts[1:-1]}))
    return out


def _document(author: str, text: str, breaks: set[int]) -> dict[str, Any]:
    found = list(candidates(text))
    true = np.asarray([c.end in breaks for c in found])
    rest = {"words": tokens(text, found), "y": true, "missed": len(breaks) - int(true.sum())}
    rest["rule"] = np.asarray([model.rule(c, text) for c in found])
    return {"author": author, "text": text, "found": found, **rest}


def vocabulary(docs: Documents) -> list[str]:
    """Words of at least three authors, 30 times and more, the commonest first."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for d in docs:
        for words in d["words"]:
            by[d["author"]].update(words)
    total = sum(by.values(), Counter())
    kept = [w for w, n in total.items() if w[0] != "<" and n >= 30 and sum(c[w] > 1 for c in by.values()) > 2]
    return sorted(kept, key=lambda w: (-total[w], w))[: WORDS - len(SHAPES)]


def see(docs: Documents, words: list[str]) -> dict[str, int]:
    """Gives every document its features and the numbers of its words."""
    places = {w: i for i, w in enumerate((*SHAPES, *words))}
    common = frozenset(words[:200])
    for d in docs:
        rest = cohesion(d["words"], d["found"], len(d["text"]), common)
        d["x"] = np.hstack([model.features(d["text"], d["found"]), rest]).astype(np.float32)
        d["ids"] = encode(d["words"], places)
    return places


# ---------------------------------------------------------------- one network


def begin(key: Any, columns: int) -> Weights:
    keys = iter(jax.random.split(key, 8))

    def layer(rows: int, size: int, scale: float = 1.0) -> Any:
        return scale * jax.random.normal(next(keys), (rows, size)) * np.sqrt(2 / (rows + size))

    inputs = READ + columns
    out = {"emb": jax.random.normal(next(keys), (WORDS, LETTERS_SIZE)) * 0.1}
    out |= {"enc": layer((FIRST + LAST + 1) * LETTERS_SIZE, READ), "encb": jnp.zeros(READ)}
    for way in "fb":
        out |= {f"wx{way}": layer(inputs, 3 * HIDDEN), f"wh{way}": layer(HIDDEN, 3 * HIDDEN), f"b{way}": jnp.zeros(3 * HIDDEN)}
    out |= {"m1": layer(4 * HIDDEN + 2 * READ + columns, LAYER), "m1b": jnp.zeros(LAYER)}
    return out | {"m2": layer(LAYER, 1, 0.5), "m2b": jnp.full(1, -0.5)}


def recur(inputs: Any, weights: Any, *, back: bool) -> Any:
    def step(state: Any, given: Any) -> tuple[Any, Any]:
        kept = state @ weights
        reset = jax.nn.sigmoid(given[:, :HIDDEN] + kept[:, :HIDDEN])
        update = jax.nn.sigmoid(given[:, HIDDEN : 2 * HIDDEN] + kept[:, HIDDEN : 2 * HIDDEN])
        new = jnp.tanh(given[:, 2 * HIDDEN :] + reset * kept[:, 2 * HIDDEN :])
        state = (1 - update) * new + update * state
        return state, state

    inputs = jnp.swapaxes(inputs, 0, 1)
    _, out = jax.lax.scan(step, jnp.zeros((inputs.shape[1], HIDDEN)), inputs, reverse=back)
    return jnp.swapaxes(out, 0, 1)


def odds(w: Weights, batch: list[Any], key: Any) -> Any:
    """The same as `network.judge` computes, with dropout."""
    first, last, every, x = batch[:4]
    keys = iter(jax.random.split(key, 9))

    def drop(a: Any, rate: float) -> Any:
        return a * jax.random.bernoulli(next(keys), 1 - rate, a.shape) / (1 - rate)

    def unread(ids: Any) -> Any:
        return jnp.where(jax.random.bernoulli(next(keys), UNREAD, ids.shape) & (ids > 13), 3, ids)

    first, last, every = unread(first), unread(last), unread(every)
    table = w["emb"].at[0].set(0)
    shape = first.shape[:2]
    bag = 2 * table[every].sum(2) / (1 + (every > 0).sum(2, keepdims=True))
    read = jnp.concatenate([table[first].reshape(*shape, -1), table[last].reshape(*shape, -1), bag], -1)
    read = drop(jax.nn.relu(drop(read, DROPPED * 0.7) @ w["enc"] + w["encb"]), DROPPED)
    x = drop(x, 0.1)
    following = jnp.concatenate([x[:, 1:], jnp.zeros_like(x[:, :1])], 1)
    ahead = recur(jnp.concatenate([read, x], -1) @ w["wxf"] + w["bf"], w["whf"], back=False)
    behind = recur(jnp.concatenate([read, following], -1) @ w["wxb"] + w["bb"], w["whb"], back=True)

    def before(a: Any) -> Any:
        return jnp.concatenate([jnp.zeros_like(a[:, :1]), a[:, :-1]], 1)

    seen = drop(jnp.concatenate([ahead, before(ahead), behind, before(behind), read, before(read), x], -1), DROPPED)
    hidden = drop(jax.nn.relu(seen @ w["m1"] + w["m1b"]), DROPPED * 0.7)
    return (hidden @ w["m2"] + w["m2b"])[..., 0]


def loss(w: Weights, batch: list[Any], key: Any) -> Any:
    each = optax.sigmoid_binary_cross_entropy(odds(w, batch, key), batch[4]) * batch[5]
    return each.sum() / batch[5].sum() + 2e-5 * sum((v**2).sum() for v in w.values())


def windows(d: dict[str, Any], offset: int, x: np.ndarray, *, reads: bool) -> list[list[np.ndarray]]:
    """Stretches of sentences: three kinds of words, features, truth, and where there is a candidate."""
    count = len(d["words"])
    ids = d["ids"] if reads else tuple(np.zeros_like(some) for some in d["ids"])
    rows = np.vstack([np.zeros((1, x.shape[1]), np.float32), x])
    true = np.concatenate([[0], d["y"]]).astype(np.float32)
    out = []
    for start in range(offset, count, WINDOW):
        size = min(WINDOW, count - start)
        here = []
        for some in (*ids, rows, true, np.ones(count, np.float32)):
            padded = np.zeros((WINDOW, *some.shape[1:]), some.dtype)
            padded[:size] = some[start : start + size]
            here.append(padded)
        here[3][0], here[5][0] = 0, 0  # before the first sentence of a window there is nothing to judge
        out.append(here)
    return out


@lru_cache
def training() -> tuple[Any, Any]:
    """The optimiser and one step of it, compiled once for all networks: how fast it learns is said at every step."""
    optimiser = optax.inject_hyperparams(optax.adamw)(learning_rate=RATE, weight_decay=1e-2)

    @jax.jit
    def update(w: Weights, state: Any, batch: list[Any], key: Any) -> tuple[Weights, Any]:
        moves, state = optimiser.update(jax.grad(loss)(w, batch, key), state, w)
        return optax.apply_updates(w, moves), state

    return optimiser, update


def train(docs: Documents, mean: np.ndarray, scale: np.ndarray, known: int, seed: int, *, reads: bool) -> Network:
    optimiser, update = training()
    rate = optax.cosine_onecycle_schedule(STEPS[reads], RATE, pct_start=0.15)
    rng, key = np.random.default_rng(seed), jax.random.PRNGKey(seed + 99)
    w = begin(jax.random.PRNGKey(seed), len(mean))
    state, done = optimiser.init(w), 0
    while done < STEPS[reads]:
        by: dict[str, list[list[np.ndarray]]] = defaultdict(list)
        for d in docs:
            x = np.clip((d["x"] - mean) / scale, -5, 5).astype(np.float32)
            by[d["author"]] += windows(d, int(rng.integers(0, WINDOW // 2)), x, reads=reads)
        pool = [some[i] for some in by.values() for i in rng.permutation(len(some))[:EACH]]
        order = rng.permutation(len(pool))
        for at in range(0, len(order) - BATCH + 1, BATCH):
            if done == STEPS[reads]:
                break
            batch = [jnp.asarray(np.stack([pool[i][k] for i in order[at : at + BATCH]])) for k in range(6)]
            key, now = jax.random.split(key)
            state.hyperparams["learning_rate"] = jnp.asarray(rate(done), jnp.float32)
            w, state = update(w, state, batch, now)
            done += 1
    return Network(packed({k: np.asarray(v) for k, v in w.items()}, known, reads=reads))


def packed(w: dict[str, np.ndarray], known: int, *, reads: bool) -> dict[str, np.ndarray]:
    """The arrays a network is kept as: where no words are read, what it makes of them is constant and goes into the biases."""
    w = {**w, "emb": w["emb"][:known]}
    if not reads:
        said = np.maximum(w["encb"], 0)
        inner = w["m1"][4 * HIDDEN : 4 * HIDDEN + 2 * READ]
        w = {**w, "m1b": w["m1b"] + said @ inner[:READ] + said @ inner[READ:]}
        w["m1"] = np.vstack([w["m1"][: 4 * HIDDEN], w["m1"][4 * HIDDEN + 2 * READ :]])
        for way in "fb":
            w[f"b{way}"] = w[f"b{way}"] + said @ w[f"wx{way}"][:READ]
            w[f"wx{way}"] = w[f"wx{way}"][READ:]
        w = {k: v for k, v in w.items() if k not in ("emb", "enc", "encb")}
    return {k: v.astype(np.float16).astype(np.float32) for k, v in w.items()}


def fit(docs: Documents) -> Trained:
    words = vocabulary(docs)
    places = see(docs, words)
    x = np.vstack([d["x"] for d in docs])
    mean, scale = x.mean(0).astype(np.float32), (x.std(0) + 1e-3).astype(np.float32)
    networks = [train(docs, mean, scale, len(places), seed, reads=reads) for reads in (True, False) for seed in SEEDS[reads]]
    return Trained(tuple(networks), places, frozenset(words[:200]), mean, scale, VERSION)


# ---------------------------------------------------------------- folds


def answers(trained: Trained, d: dict[str, Any]) -> np.ndarray:
    learnt = judge(trained, d["x"], d["ids"])
    share = np.asarray([0.0 if c.kind == "NN" else model.RULED for c in d["found"]])
    odds = model.SURENESS * ((1 - share) * learnt + share * model.log_odds(d["rule"])) + model.LEANING
    chance = 1 / (1 + np.exp(-odds))
    return np.where([c.kind == "DD" for c in d["found"]], 0.99, chance)


def f1(found: np.ndarray, true: np.ndarray, missed: int = 0) -> float:
    return round(float(2 * (found & true).sum() / max(1, found.sum() + true.sum() + missed)), 4)


def folds(docs: Documents, more: Documents) -> None:
    for author in sorted({d["author"] for d in docs}):
        held = [d for d in docs if d["author"] == author]
        read = [d for d in docs if d["author"] != author]
        trained = fit(read + more)
        see(held, [w for w in trained.places if w not in SHAPES])
        for d in held:
            d["p"] = answers(trained, d)
        p, y = np.hstack([d["p"] for d in held]), np.hstack([d["y"] for d in held])
        print(author, [f1(p >= t, y) for t in THRESHOLDS], flush=True)
    p, y = np.hstack([d["p"] for d in docs]), np.hstack([d["y"] for d in docs])
    kinds = np.asarray([c.kind for d in docs for c in d["found"]])
    missed = sum(d["missed"] for d in docs)
    for t in THRESHOLDS:
        print(t, f1(p >= t, y, missed), {k: f1((p >= t)[kinds == k], y[kinds == k]) for k in ("DD", "DN", "ND", "NN")})
    bins = np.minimum((p * 10).astype(int), 9)
    print("calibration error", round(sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(10)) / len(p), 4))


def main() -> None:
    path, out, *rest = sys.argv[1:]
    docs = documents(path)
    more = added(rest[1]) if rest[:1] == ["--more"] else []
    if both := {d["author"] for d in docs} & {d["author"] for d in more}:
        sys.exit(f"added, and of the corpus: {', '.join(sorted(both))}")
    if out == "--folds":
        folds(docs, more)
        return
    made = fit(docs + more)
    held: dict[str, np.ndarray] = {
        f"{n}_{k}": v.astype(np.float16) for n, net in enumerate(made.networks) for k, v in net.arrays.items()
    }
    text = "\n".join(w for w in made.places if w not in SHAPES)
    held |= {
        "version": np.asarray(made.version),
        "mean": made.mean,
        "scale": made.scale,
        "words": np.frombuffer(text.encode(), np.uint8),
    }
    np.savez_compressed(out, **held)


if __name__ == "__main__":
    main()
