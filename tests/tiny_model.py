"""A sentence encoder of two layers with invented weights, written as a package into a folder: what the real one is, a thousand times smaller.

Words that are given as meaning the same have the same vector, so that it knows what mere words do not say.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from variorum.meaning import Known

WIDTH, LAYERS, HEADS, INNER = 32, 2, 4, 64
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SAME = (("ferry", "ship", "boat"), ("lighthouse", "lamp", "beacon"), ("bread", "loaf"), ("winter", "snow"))


def write(root: Path, words: Sequence[str] = (), name: str = "tiny_meaning") -> Known:
    """Writes the package ``name`` below ``root`` and says what it is."""
    from safetensors.numpy import save_file

    folder = root / name / "model"
    folder.mkdir(parents=True)
    (root / name / "__init__.py").write_text("raise RuntimeError('the package of the model is never run')\n")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS, *(f"##{c}" for c in LETTERS)]
    vocabulary += [word for word in dict.fromkeys((*(w for some in SAME for w in some), *words)) if word not in vocabulary]
    save_file(weights({word: n for n, word in enumerate(vocabulary)}), folder / "model.safetensors")
    tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    said = {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(said))
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    return Known("tiny-meaning", name, "model", files, 64)


def weights(vocabulary: dict[str, int], seed: int = 3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)

    def some(*shape: int, scale: float = 0.15) -> np.ndarray:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    words = some(len(vocabulary), WIDTH, scale=1.0)
    for group in SAME:
        words[[vocabulary[word] for word in group]] = words[vocabulary[group[0]]]
    out = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": some(64, WIDTH, scale=0.02),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH, scale=0.02),
    }
    for name in (
        "embeddings.",
        *(f"encoder.layer.{n}.{part}." for n in range(LAYERS) for part in ("attention.output", "output")),
    ):
        out |= {f"{name}LayerNorm.weight": 1 + some(WIDTH, scale=0.1), f"{name}LayerNorm.bias": some(WIDTH, scale=0.1)}
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        for name, width, inner in (
            *((f"attention.self.{one}", WIDTH, WIDTH) for one in ("query", "key", "value")),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", WIDTH, INNER),
            ("output.dense", INNER, WIDTH),
        ):
            out |= {f"{layer}{name}.weight": some(inner, width), f"{layer}{name}.bias": some(inner, scale=0.05)}
    return out


def tokenizer(vocabulary: Sequence[str]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.WordPiece({word: n for n, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    made.enable_truncation(5)  # as in the real file: settings for another use
    made.enable_padding(length=5)
    return made


def forward(held: dict[str, np.ndarray], ids: Sequence[int]) -> np.ndarray:
    """The same network written out with numpy, one text at a time: what the graph has to agree with."""
    from math import erf

    def normal(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * held[f"{name}LayerNorm.weight"] + held[f"{name}LayerNorm.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ held[f"{name}.weight"].T + held[f"{name}.bias"]

    x = held["embeddings.word_embeddings.weight"][list(ids)] + held["embeddings.position_embeddings.weight"][: len(ids)]
    x = normal(x + held["embeddings.token_type_embeddings.weight"][0], "embeddings.")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        q, k, v = (
            dense(x, f"{layer}attention.self.{one}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
            for one in ("query", "key", "value")
        )
        paid = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(WIDTH // HEADS))
        heard = (paid / paid.sum(-1, keepdims=True)) @ v
        x = normal(
            x + dense(heard.transpose(1, 0, 2).reshape(len(ids), -1), f"{layer}attention.output.dense"),
            f"{layer}attention.output.",
        )
        inner = dense(x, f"{layer}intermediate.dense")
        inner = inner * np.vectorize(lambda z: (1 + erf(z / 2**0.5)) / 2)(inner)
        x = normal(x + dense(inner, f"{layer}output.dense"), f"{layer}output.")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def build(root: str, library: str, cache: str, pause: float, *arguments: str) -> None:
    """`variorum meaning build` in a process of its own, with this model, each part taking a little time."""
    import time

    from variorum.doors.cli import main
    from variorum.meaning import encoder, weights

    sys.path.insert(0, root)
    weights.KNOWN = described(Path(root))  # type: ignore[misc]
    encoder.cache_folder = lambda: Path(cache)
    encode = encoder.Encoder.encode

    def slowly(self: encoder.Encoder, texts: Sequence[str]) -> Any:
        time.sleep(pause)
        return encode(self, texts)

    encoder.Encoder.encode = slowly  # type: ignore[method-assign]
    raise SystemExit(main(["--library", library, "meaning", "build", *arguments]))


def described(root: Path, name: str = "tiny_meaning") -> Known:
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (root / name / "model").iterdir()}
    return Known("tiny-meaning", name, "model", files, 64)


if __name__ == "__main__":
    build(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), *sys.argv[5:])
