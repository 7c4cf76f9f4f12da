"""The network as an ONNX graph, written from the weights of a sentence encoder of the BERT family (Devlin and others 2018).

What goes in is ``ids`` and ``mask`` (int64, passages by word pieces); what comes out is ``meaning`` (float32, passages by the
width of the network): the mean over what the mask has, scaled to length 1, as sentence-transformers does it. The matrices are
quantised to 8 bits with a scale for each column, the rows of the table of words with a scale each; what flows through is
quantised at run time. That is twice as fast as 32 bits and .99 of the same (docs/search.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["VERSION", "Shape", "graph_of"]

#: Raised when the graph changes, so that those made before are made again.
VERSION = 1

_Floats = npt.NDArray[np.float32]
_OPSET, _IR = 20, 9  # the oldest that have Gelu; onnxruntime has read them since 1.17
_FAR = -1e4  # what is added to the attention paid to padding


@dataclass(frozen=True, slots=True)
class Shape:
    """What ``config.json`` says of the network."""

    layers: int
    heads: int
    epsilon: float


@dataclass(slots=True)
class _Graph:
    """Nodes and constants in the making; every method gives the name of what it computes."""

    helper: Any
    numpy_helper: Any
    exact: bool
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def name(self) -> str:
        return f"n{len(self.nodes)}"

    def constant(self, array: npt.NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def do(self, operation: str, *inputs: str, outputs: Sequence[str] = (), **attributes: Any) -> str:
        out = list(outputs) or [self.name()]
        self.nodes.append(self.helper.make_node(operation, list(inputs), out, **attributes))
        return out[0]

    def row(self, *numbers: int) -> str:
        return self.constant(np.array(numbers, dtype=np.int64))

    def linear(self, x: str, weights: _Floats, bias: _Floats) -> str:
        """``x`` times the matrix (inputs by outputs), and the bias."""
        if self.exact:
            product = self.do("MatMul", x, self.constant(weights))
        else:
            small, scale = _quantised(weights, 0)
            n = self.name()
            names = [f"{n}q", f"{n}s", f"{n}z"]
            self.do("DynamicQuantizeLinear", x, outputs=names)
            whole = self.do("MatMulInteger", names[0], self.constant(small), names[2])
            factor = self.do("Mul", names[1], self.constant(scale))
            product = self.do("Mul", self.do("Cast", whole, to=1), factor)
        return self.do("Add", product, self.constant(bias))

    def looked_up(self, table: _Floats, ids: str) -> str:
        """The rows of a table."""
        if self.exact:
            return self.do("Gather", self.constant(table), ids)
        small, scale = _quantised(table, 1)
        rows = self.do("Cast", self.do("Gather", self.constant(small), ids), to=1)
        return self.do("Mul", rows, self.do("Gather", self.constant(scale), ids))


def graph_of(weights: Mapping[str, _Floats], shape: Shape, *, exact: bool = False) -> bytes:
    """The graph, serialised; ``exact`` leaves everything in 32 bits. KeyError when a weight is missing."""
    from onnx import TensorProto, checker, helper, numpy_helper  # noqa: PLC0415  (an extra)

    g = _Graph(helper, numpy_helper, exact)
    mask = g.do("Cast", "mask", to=TensorProto.FLOAT)
    x = _embedded(g, weights, shape)
    away = g.do("Mul", g.do("Sub", g.constant(np.array(1, dtype=np.float32)), mask), g.constant(np.array(_FAR, dtype=np.float32)))
    away = g.do("Unsqueeze", away, g.row(1, 2))
    for number in range(shape.layers):
        x = _layer(g, weights, shape, f"encoder.layer.{number}.", x, away)
    _mean(g, x, mask)
    batch = ["passages", "pieces"]
    made = helper.make_graph(
        g.nodes,
        "meaning",
        [helper.make_tensor_value_info(name, TensorProto.INT64, batch) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("meaning", TensorProto.FLOAT, ["passages", _width(weights)])],
        g.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR, producer_name="variorum")
    checker.check_model(model)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _width(weights: Mapping[str, _Floats]) -> int:
    return int(weights["embeddings.word_embeddings.weight"].shape[1])


def _quantised(matrix: _Floats, axis: int) -> tuple[npt.NDArray[np.int8], _Floats]:
    """8 bits, symmetric, with the scale of every column (``axis`` 0) or row (1)."""
    most = np.abs(matrix).max(axis=axis, keepdims=True)
    scale = np.where(most > 0, most, 1).astype(np.float32) / np.float32(127)
    small = np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8)
    return small, scale if axis else scale[0]


def _embedded(g: _Graph, weights: Mapping[str, _Floats], shape: Shape) -> str:
    """Words and their places; every piece is of the first segment, which is added to the places beforehand."""
    words = g.looked_up(weights["embeddings.word_embeddings.weight"], "ids")
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = g.do("Shape", "ids", start=1, end=2)
    here = g.do("Slice", g.constant(places), g.row(0), length, g.row(0))
    return _normal(g, weights, shape, "embeddings.LayerNorm.", g.do("Add", words, here))


def _normal(g: _Graph, weights: Mapping[str, _Floats], shape: Shape, name: str, x: str) -> str:
    scale, bias = (g.constant(weights[name + which]) for which in ("weight", "bias"))
    return g.do("LayerNormalization", x, scale, bias, axis=-1, epsilon=shape.epsilon)


def _layer(g: _Graph, weights: Mapping[str, _Floats], shape: Shape, name: str, x: str, away: str) -> str:
    heads, width = shape.heads, _width(weights)
    size = width // heads
    asked = ("query", "key", "value")
    whole = np.concatenate([weights[f"{name}attention.self.{one}.weight"].T for one in asked], axis=1)
    bias = np.concatenate([weights[f"{name}attention.self.{one}.bias"] for one in asked])
    # Divided beforehand: a question weighs 1 / sqrt(size of a head).
    factor = np.ones(3 * width, dtype=np.float32)
    factor[:width] = 1 / np.sqrt(size)
    n = g.name()
    parts = [f"{n}{one}" for one in asked]
    g.do("Split", g.linear(x, whole * factor, bias * factor), outputs=parts, axis=-1, num_outputs=3)
    q, k, v = (g.do("Reshape", part, g.row(0, 0, heads, size)) for part in parts)
    q, v = (g.do("Transpose", part, perm=[0, 2, 1, 3]) for part in (q, v))
    k = g.do("Transpose", k, perm=[0, 2, 3, 1])
    paid = g.do("Softmax", g.do("Add", g.do("MatMul", q, k), away), axis=-1)
    heard = g.do("Transpose", g.do("MatMul", paid, v), perm=[0, 2, 1, 3])
    heard = g.do("Reshape", heard, g.row(0, 0, width))
    x = _beside(g, weights, shape, f"{name}attention.output.", heard, x)
    inner = g.linear(x, weights[f"{name}intermediate.dense.weight"].T, weights[f"{name}intermediate.dense.bias"])
    return _beside(g, weights, shape, f"{name}output.", g.do("Gelu", inner), x)


def _beside(g: _Graph, weights: Mapping[str, _Floats], shape: Shape, name: str, x: str, before: str) -> str:
    """A dense layer, added to what was before it, and normalised."""
    made = g.linear(x, weights[f"{name}dense.weight"].T, weights[f"{name}dense.bias"])
    return _normal(g, weights, shape, f"{name}LayerNorm.", g.do("Add", made, before))


def _mean(g: _Graph, x: str, mask: str) -> None:
    counted = g.do("Unsqueeze", mask, g.row(2))
    summed = g.do("ReduceSum", g.do("Mul", x, counted), g.row(1), keepdims=0)
    mean = g.do("Div", summed, g.do("ReduceSum", mask, g.row(1), keepdims=1))
    length = g.do("ReduceL2", mean, g.row(1), keepdims=1)
    g.do("Div", mean, g.do("Max", length, g.constant(np.array(1e-12, dtype=np.float32))), outputs=["meaning"])
