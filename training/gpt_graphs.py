"""The GPT as ONNX graphs.

`rows`: what Foreword runs. The past is ONE tensor (P, R), R = 2·L·C: a row holds a position's keys of all layers,
then its values of all layers, keys already rotated. All beams of a batch share it: the cache is never copied per beam.
`inspect`: one sequence, with every attention weight as output.
`hf`: the inputs and outputs that Hugging Face's exporters use.

Shapes: B sequences, P positions in the past, T new ones, C channels, H heads, D = C / H, L layers, V tokens, N = B · T.
"""

from collections.abc import Callable

import numpy as np
import onnx
import torch

from gpt import GPTOptions
from onnx_graph import Graph, Weights

NEVER = float(np.finfo(np.float32).min)
"""Added to a hidden position's score; finite, or a row that sees nothing (left padding) would become NaN."""


def rows_graph(options: GPTOptions, weights: Weights, location: str | None) -> onnx.ModelProto:
    """`ids` (B, T), `past` (P, R) → `logits` (B, V) of the last position, `rows` (B, T, R) of the new ones.

    `ids[:, t]` stands at position P + t. The last block computes queries and everything after them for the last
    position alone.
    """
    L, R = options.layers, 2 * options.layers * options.width
    graph = Graph("rows", weights, location)
    ids = graph.input("ids", "int64", ("B", "T"))
    past = graph.input("past", "float32", ("P", R))
    B, T, P = graph.size(ids, 0), graph.size(ids, 1), graph.size(past, 0)
    decoder = Decoder(graph, options, B, T, P)
    H, D = decoder.heads, decoder.head_width
    by_head = graph.op("Reshape", past, graph.op("Concat", P, graph.integers(2, L * H, D), axis=0), allowzero=1)
    keys, values = graph.ops("Split", 2, by_head, axis=1, num_outputs=2)  # each (P, 1, L·H, D)
    # A product right behind a transposition becomes one kernel that divides by zero where P is 0: Split parts them.
    keys = graph.op("Transpose", keys, perm=[1, 2, 3, 0])  # (1, L·H, D, P)
    values = graph.op("Transpose", values, perm=[1, 2, 0, 3])  # (1, L·H, P, D)
    keys, values = (graph.ops("Split", L, part, axis=1, num_outputs=L) for part in (keys, values))
    new_keys, new_values = [], []

    def attend(layer: int, q: str, k: str, v: str, mask: str) -> str:
        new_keys.append(k)
        new_values.append(v)
        return attend_shared(decoder, q, k, v, keys[layer], values[layer], mask)

    x = decoder.embed(ids, decoder.next_positions())
    for layer in range(L):
        x = decoder.block(layer, x, attend, is_last=layer == L - 1)
    graph.output(decoder.head(x), "logits", ("B", options.vocabulary_size))
    # k, v: (B, T, H, D), which is (B, T, C) in memory
    rows = graph.op("Concat", *new_keys, *new_values, axis=2)  # (B, T, 2·L·H, D)
    graph.output(graph.op("Reshape", rows, graph.integers(0, 0, R)), "rows", ("B", "T", R))
    return graph.model()


def attend_shared(decoder: "Decoder", q: str, k: str, v: str, past_k: str, past_v: str, mask: str) -> str:
    """Attention of all beams to one past, keys (1, H, D, P) and values (1, H, P, D), and to each beam's own new
    positions.

    The beams' queries stand below one another, so that the past is one matrix product for each head instead of B.
    """
    graph, H, D = decoder.graph, decoder.heads, decoder.head_width
    B, T, P = decoder.B, decoder.T, decoder.P
    queries = graph.size(q, 1)  # T, or 1 in the last block
    q = graph.op("Transpose", graph.op("Mul", q, graph.floats(D**-0.5)), perm=[2, 0, 1, 3])  # (H, B, Tq, D)
    k = graph.op("Transpose", k, perm=[2, 0, 3, 1])  # (H, B, D, T)
    v = graph.op("Transpose", v, perm=[2, 0, 1, 3])  # (H, B, T, D)
    below = graph.op("Reshape", q, graph.integers(H, -1, D))  # (H, B·Tq, D)
    to_past = graph.op("MatMul", below, past_k)  # (1, H, B·Tq, P)
    apart = graph.op("Concat", graph.integers(H), B, queries, P, axis=0)
    to_past = graph.op("Reshape", to_past, apart, allowzero=1)  # (H, B, Tq, P)
    scores = graph.op("Concat", to_past, graph.op("MatMul", q, k), axis=3)  # (H, B, Tq, P + T)
    shares = graph.op("Softmax", graph.op("Add", scores, mask), axis=-1)
    of_past, of_new = graph.ops("Split", 2, shares, graph.op("Concat", P, T, axis=0), axis=3)
    together = graph.op("Concat", graph.integers(H), graph.op("Mul", B, queries), P, axis=0)
    of_past = graph.op("MatMul", graph.op("Reshape", of_past, together, allowzero=1), past_v)  # (1, H, B·Tq, D)
    of_new = graph.op("MatMul", of_new, v)  # (H, B, Tq, D)
    of_past = graph.op("Reshape", of_past, graph.op("Shape", of_new))
    # A product over no columns leaves what was in memory before, in the WebAssembly build.
    of_past = graph.op("Where", decoder.has_past, of_past, graph.floats(0.0))
    y = graph.op("Transpose", graph.op("Add", of_past, of_new), perm=[1, 2, 0, 3])  # (B, Tq, H, D)
    return graph.op("Reshape", y, graph.integers(-1, H * D))  # (B·Tq, C)


def inspect_graph(options: GPTOptions, weights: Weights, location: str | None) -> onnx.ModelProto:
    """`ids` (1, T) from position 0 on → `logits` (T, V), `attentions` (L, H, T, T): the share that the row gives the
    column."""
    graph = Graph("inspect", weights, location)
    ids = graph.input("ids", "int64", (1, "T"))
    decoder = Decoder(graph, options, graph.size(ids, 0), graph.size(ids, 1), graph.integers(0))
    attentions = []

    def attend(layer: int, q: str, k: str, v: str, mask: str) -> str:
        shares, y = attend_all(decoder, q, decoder.by_head(k), decoder.by_head(v), mask)
        attentions.append(shares)
        return y

    x = decoder.embed(ids, decoder.next_positions())
    for layer in range(options.layers):
        x = decoder.block(layer, x, attend)
    graph.output(decoder.head(x), "logits", ("T", options.vocabulary_size))
    graph.output(graph.op("Concat", *attentions, axis=0), "attentions", (options.layers, options.heads, "T", "T"))
    return graph.model()


def hf_graph(options: GPTOptions, weights: Weights, location: str | None) -> onnx.ModelProto:
    """`input_ids`, `position_ids` (B, T), `attention_mask` (B, P + T), `past_key_values.N.key`, `.value` (B, H, P, D) →
    `logits` (B, T, V), `present.N.key`, `.value` (B, H, P + T, D).

    P may be 0, sequences may be padded on the left.
    """
    V, H, D = options.vocabulary_size, options.heads, options.width // options.heads
    graph = Graph("hf", weights, location)
    ids = graph.input("input_ids", "int64", ("B", "T"))
    given = graph.input("attention_mask", "int64", ("B", "P + T"))
    positions = graph.input("position_ids", "int64", ("B", "T"))
    names = [[f"{layer}.{part}" for part in ("key", "value")] for layer in range(options.layers)]
    pasts = [[graph.input(f"past_key_values.{name}", "float32", ("B", H, "P", D)) for name in pair] for pair in names]
    decoder = Decoder(graph, options, graph.size(ids, 0), graph.size(ids, 1), graph.size(pasts[0][0], 2))
    is_given = graph.op("Cast", given, to=onnx.TensorProto.FLOAT)
    is_given = graph.op("Unsqueeze", is_given, graph.integers(1, 2))  # (B, 1, 1, P + T)
    padding = graph.op("Mul", graph.op("Sub", graph.floats(1.0), is_given), graph.floats(NEVER))

    presents = []

    def attend(layer: int, q: str, k: str, v: str, mask: str) -> str:
        new = (decoder.by_head(k), decoder.by_head(v))
        keys, values = (graph.op("Concat", old, added, axis=2) for old, added in zip(pasts[layer], new, strict=True))
        presents.append((keys, values))
        return attend_all(decoder, q, keys, values, graph.op("Min", mask, padding))[1]

    x = decoder.embed(ids, positions)
    for layer in range(options.layers):
        x = decoder.block(layer, x, attend)
    shape = graph.op("Concat", decoder.B, decoder.T, graph.integers(V), axis=0)
    graph.output(graph.op("Reshape", decoder.head(x), shape), "logits", ("B", "T", V))
    for pair, present in zip(names, presents, strict=True):
        for name, value in zip(pair, present, strict=True):
            graph.output(value, f"present.{name}", ("B", H, "P + T", D))
    return graph.model()


def attend_all(decoder: "Decoder", q: str, k: str, v: str, mask: str) -> tuple[str, str]:
    """Plain attention, keys and values (B, H, P + T, D) given whole; returns the shares (B, H, T, P + T) and the
    sums (N, C)."""
    graph = decoder.graph
    q = decoder.by_head(graph.op("Mul", q, graph.floats(decoder.head_width**-0.5)))
    scores = graph.op("MatMul", q, graph.op("Transpose", k, perm=[0, 1, 3, 2]))  # (B, H, T, P + T)
    shares = graph.op("Softmax", graph.op("Add", scores, mask), axis=-1)
    y = graph.op("Transpose", graph.op("MatMul", shares, v), perm=[0, 2, 1, 3])  # (B, T, H, D)
    return shares, graph.op("Reshape", y, graph.integers(-1, decoder.heads * decoder.head_width))


Attend = Callable[[int, str, str, str, str], str]
"""(layer, q, k, v, mask) → what the layer's heads gathered, (N, C). q, k, v are (B, T, H, D), q of the last block
(B, 1, H, D)."""


class Decoder:
    """The parts that all graphs share: everything but where keys and values come from. B, T, P: (1) int64."""

    def __init__(self, graph: Graph, options: GPTOptions, B: str, T: str, P: str) -> None:
        self.graph = graph
        self.options = options
        self.heads = options.heads
        self.head_width = options.width // options.heads
        self.B, self.T, self.P = B, T, P
        self._masks: dict[tuple[int | None, bool], str] = {}
        self._heads_shape = graph.op("Concat", B, T, graph.integers(3 * self.heads, self.head_width), axis=0)
        self._width_shape = graph.op("Concat", B, T, graph.integers(options.width), axis=0)
        self._rotation: tuple[str, str] | None = None
        self._has_past: str | None = None

    @property
    def has_past(self) -> str:
        """Whether P > 0, (1) bool."""
        if self._has_past is None:
            self._has_past = self.graph.op("Greater", self.P, self.graph.integers(0))
        return self._has_past

    def next_positions(self) -> str:
        """P … P + T - 1: (T) int64."""
        P, T = (self.graph.op("Squeeze", size) for size in (self.P, self.T))
        return self.graph.op("Range", P, self.graph.op("Add", P, T), self.graph.integer(1))

    def embed(self, ids: str, positions: str) -> str:
        """`ids` (B, T), `positions` (T) or (B, T) → (N, C)."""
        graph, options = self.graph, self.options
        x = graph.op("Gather", graph.weight("tokens.weight"), ids)  # (B, T, C)
        if options.positions == "learned":
            x = graph.op("Add", x, graph.op("Gather", graph.weight("positions.weight"), positions))
        else:
            self._rotation = self._rotation_of(positions)
        return graph.op("Reshape", x, graph.integers(-1, options.width))

    def _rotation_of(self, positions: str) -> tuple[str, str]:
        """Cosines and signed sines for both halves of a head: (T, 1, D) or (B, T, 1, D)."""
        graph, half = self.graph, self.head_width // 2
        frequency = graph.floats(10000.0 ** (-torch.arange(half, dtype=torch.float32) / half).numpy())
        at = graph.op("Unsqueeze", graph.op("Cast", positions, to=onnx.TensorProto.FLOAT), graph.integers(-1, -2))
        angle = graph.op("Mul", at, frequency)  # (…, T, 1, D/2)
        cos, sin = graph.op("Cos", angle), graph.op("Sin", angle)
        return graph.op("Concat", cos, cos, axis=-1), graph.op("Concat", graph.op("Neg", sin), sin, axis=-1)

    def block(self, layer: int, x: str, attend: Attend, is_last: bool = False) -> str:
        """(N, C) → (N, C), or (B, C) of the last position where `is_last`."""
        graph, name = self.graph, f"blocks.{layer}"
        is_pre_norm = self.options.norm == "pre"
        normed = self.norm(x, f"{name}.attention_norm") if is_pre_norm else x
        q, k, v = self._queries_keys_values(normed, name)
        if is_last:
            q = self._last(q)
            x = self._last(graph.op("Reshape", x, self._width_shape))  # (B, 1, C)
            x = graph.op("Reshape", x, graph.integers(-1, self.options.width))
        is_banded = self.options.attention == "alternating" and layer % 2 == 1
        y = attend(layer, q, k, v, self._mask(self.options.band if is_banded else None, is_last))
        x = graph.op("Add", x, graph.linear(y, f"{name}.attention.out"))
        if is_pre_norm:
            return graph.op("Add", x, self._feed_forward(self.norm(x, f"{name}.feed_forward_norm"), name))
        x = self.norm(x, f"{name}.attention_norm")
        return self.norm(graph.op("Add", x, self._feed_forward(x, name)), f"{name}.feed_forward_norm")

    def _queries_keys_values(self, x: str, name: str) -> list[str]:
        """Each (B, T, H, D); queries and keys rotated in one go."""
        graph, H = self.graph, self.heads
        joined = graph.op("Reshape", graph.linear(x, f"{name}.attention.inputs"), self._heads_shape)  # (B, T, 3·H, D)
        if self._rotation is None:
            return graph.ops("Split", 3, joined, axis=2, num_outputs=3)
        cos, sin = self._rotation
        turned, v = graph.ops("Split", 2, joined, graph.integers(2 * H, H), axis=2)  # (B, T, 2·H, D)
        first, second = graph.ops("Split", 2, turned, axis=3, num_outputs=2)
        across = graph.op("Mul", graph.op("Concat", second, first, axis=3), sin)
        turned = graph.op("Add", graph.op("Mul", turned, cos), across)
        return [*graph.ops("Split", 2, turned, axis=2, num_outputs=2), v]

    def _last(self, x: str) -> str:
        """The last position: (B, T, …) → (B, 1, …)."""
        graph = self.graph
        return graph.op("Slice", x, graph.integers(-1), graph.integers(2**31 - 1), graph.integers(1))

    def _mask(self, band: int | None, is_last: bool) -> str:
        """(T, P + T), or its last row: 0 where the row's position may see the column's, `NEVER` where not."""
        if (band, is_last) not in self._masks:
            graph = self.graph
            rows = graph.op("Unsqueeze", self.next_positions(), graph.integers(1))  # (T, 1)
            end = graph.op("Squeeze", graph.op("Add", self.P, self.T))
            if is_last:
                rows = graph.op("Sub", end, graph.integer(1))
            behind = graph.op("Sub", rows, graph.op("Range", graph.integer(0), end, graph.integer(1)))  # (T, P + T)
            hidden = graph.op("Less", behind, graph.integer(0))
            if band is not None:
                hidden = graph.op("Or", hidden, graph.op("GreaterOrEqual", behind, graph.integer(band)))
            self._masks[band, is_last] = graph.op("Where", hidden, graph.floats(NEVER), graph.floats(0.0))
        return self._masks[band, is_last]

    def _feed_forward(self, x: str, name: str) -> str:
        inner = self.graph.linear(x, f"{name}.feed_forward.inner")
        return self.graph.linear(self.graph.op("Gelu", inner, approximate="tanh"), f"{name}.feed_forward.out")

    def norm(self, x: str, name: str) -> str:
        graph = self.graph
        scale, bias = graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")
        return graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-5)

    def head(self, x: str, weight: str = "tokens.weight") -> str:
        """(N, C) → (N, V), or what else the rows of `weight` stand for. The embedding is tied: a Gemm on the very
        initialiser that Gather reads."""
        if self.options.norm == "pre":
            x = self.norm(x, "final_norm")
        return self.graph.op("Gemm", x, self.graph.weight(weight), transB=1)

    def by_head(self, x: str) -> str:
        return self.graph.op("Transpose", x, perm=[0, 2, 1, 3])  # (B, T, H, D) → (B, H, T, D)
