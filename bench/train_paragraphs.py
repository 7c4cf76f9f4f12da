#!/usr/bin/env python3
"""Trains the paragraph model (variorum/rescue/paragraphs.npz) on the clean texts of the rescue corpus.

usage: python bench/train_paragraphs.py CLEAN.jsonl.gz OUT.npz          trains on everything and writes the weights
       python bench/train_paragraphs.py CLEAN.jsonl.gz --folds          five folds by author, F1 of each, writes nothing

Needs scikit-learn, which the product does not. Every text is flattened (paragraphs joined by one space); a candidate
is a break when a paragraph began there. The second network is trained on answers of the first for authors it has
not seen, so that it learns how sure the first really is.
"""

from __future__ import annotations

import gzip
import json
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.rescue import model
from variorum.rescue.paragraphs import candidates

Network = tuple[np.ndarray, ...]
Documents = list[dict[str, Any]]
SEEDS = (1, 2)
THRESHOLDS = (0.4, 0.45, 0.5, 0.6)


def documents(path: str) -> Documents:
    out = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            text, breaks = "", set()
            for block in item["blocks"]:
                if block["t"] in ("p", "quote"):
                    text += " " if text else ""
                    breaks.add(len(text))
                    text += block["text"]
            found = list(candidates(text))
            if len(found) < 10:
                continue
            truth = np.asarray([c.end in breaks for c in found])
            out.append(
                {
                    "author": item["author"],
                    "x": model.features(text, found),
                    "y": truth,
                    "rule": np.asarray([model.rule(c, text) for c in found]),
                    "sizes": np.diff([0, *(c.end for c in found), len(text)]),
                    "kinds": [c.kind for c in found],
                    "missed": len(breaks) - 1 - int(truth.sum()),
                }
            )
    return out


def fit(x: np.ndarray, y: np.ndarray, hidden: int, epochs: int, seed: int) -> Network:
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    network = MLPClassifier((hidden,), alpha=0.3, batch_size=256, learning_rate_init=2e-3, max_iter=epochs, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network.fit((x - mean) / scale, y)
    parts = (mean, scale, network.coefs_[0], network.intercepts_[0], network.coefs_[1], network.intercepts_[1])
    return tuple(p.astype(np.float16).astype(np.float32) for p in parts)


def first(docs: Documents) -> list[Network]:
    x, y = np.vstack([d["x"] for d in docs]), np.hstack([d["y"] for d in docs])
    return [fit(x, y, 24, 6, seed) for seed in SEEDS]


def look(networks: list[Network], docs: Documents) -> None:
    for d in docs:
        answers = np.mean([model.forward(n, d["x"]) for n in networks], axis=0)
        d["one"] = answers
        d["x2"] = np.hstack([d["x"], model.neighbours(answers, d["sizes"])])


def train(docs: Documents) -> list[Network]:
    for author in sorted({d["author"] for d in docs}):
        look(first([d for d in docs if d["author"] != author]), [d for d in docs if d["author"] == author])
    second = fit(np.vstack([d["x2"] for d in docs]), np.hstack([d["y"] for d in docs]), 16, 5, 3)
    return [*first(docs), second]


def count(counts: dict[str, list[int]], doc: dict[str, Any], answers: np.ndarray, threshold: float) -> None:
    for kind, chance, true in zip(doc["kinds"], answers, doc["y"], strict=True):
        for key in (kind, "all"):
            c = counts.setdefault(key, [0, 0, 0])
            c[0] += bool(chance >= threshold and true)
            c[1] += bool(chance >= threshold and not true)
            c[2] += bool(chance < threshold and true)
    counts["all"][2] += doc["missed"]


def f1(counts: dict[str, list[int]]) -> dict[str, float]:
    return {k: round(2 * c[0] / max(1, 2 * c[0] + c[1] + c[2]), 4) for k, c in sorted(counts.items())}


def folds(docs: Documents) -> None:
    sums: dict[tuple[str, float], dict[str, list[int]]] = {}
    pairs: list[tuple[float, bool]] = []
    for author in sorted({d["author"] for d in docs}):
        networks = train([d for d in docs if d["author"] != author])
        held = [d for d in docs if d["author"] == author]
        look(networks[:-1], held)
        mine: dict[str, list[int]] = {}
        for d in held:
            two = model.forward(networks[-1], d["x2"])
            both = (d["one"] + two) / 2
            pairs.extend(zip(both.tolist(), d["y"].tolist(), strict=True))
            count(mine, d, both, 0.45)
            for threshold in THRESHOLDS:
                count(sums.setdefault(("first", threshold), {}), d, d["one"], threshold)
                count(sums.setdefault(("second", threshold), {}), d, two, threshold)
                count(sums.setdefault(("both", threshold), {}), d, both, threshold)
        print(author, f1(mine), flush=True)
    for key, counts in sorted(sums.items()):
        print(*key, f1(counts))
    chance, true = np.asarray(pairs).T
    bins = np.minimum((chance * 10).astype(int), 9)
    print(
        "calibration", [(round(float(chance[bins == b].mean()), 3), round(float(true[bins == b].mean()), 3)) for b in range(10)]
    )


def calibrate(docs: Documents) -> np.ndarray:
    """For DN, ND and NN slope and offset on the log odds, from answers for authors not read; every author weighs the same."""
    rows = []
    for author in sorted({d["author"] for d in docs}):
        networks = train([d for d in docs if d["author"] != author])
        held = [d for d in docs if d["author"] == author]
        look(networks[:-1], held)
        for d in held:
            raw = ((d["one"] + model.forward(networks[-1], d["x2"])) / 2 + d["rule"]) / 2
            rows.extend((author, *row) for row in zip(d["kinds"], raw.tolist(), d["y"].tolist(), strict=True))
    out = []
    for kind in model.CALIBRATED:
        authors, _, raw, true = zip(*(row for row in rows if row[1] == kind), strict=True)
        counts = Counter(authors)
        weights = [1 / counts[author] for author in authors]
        weights = np.asarray(weights) * len(weights) / sum(weights)
        fitted = LogisticRegression(C=100).fit(model.log_odds(np.asarray(raw))[:, None], true, sample_weight=weights)
        out.append((fitted.coef_[0, 0], fitted.intercept_[0]))
    return np.asarray(out)


def main() -> None:
    docs = documents(sys.argv[1])
    if sys.argv[2] == "--folds":
        folds(docs)
        return
    held = {f"{n}_{i}": w.astype(np.float16) for n, network in enumerate(train(docs)) for i, w in enumerate(network)}
    held["calibration"] = calibrate(docs).astype(np.float16)
    np.savez_compressed(sys.argv[2], **held)


if __name__ == "__main__":
    main()
