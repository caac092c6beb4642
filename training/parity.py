"""Whether two implementations of a model say the same, and the file by which a third one can tell for itself."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor

from data import Data
from onnx_graph import Weights, external_data

TOLERANCE = 1e-4
"""Largest difference of ln P between PyTorch and an ONNX graph with the same weights."""

LISTED = 20
"""Ids of a context whose ln P the parity file holds: this many of the likeliest, and this many fixed ones."""


@dataclass(frozen=True)
class Context:
    ids: list[int]
    """As the graph takes them."""
    text: str | None = None
    """Of a GPT: what the tokenizer turns into `ids` without the first."""


@dataclass(frozen=True)
class Difference:
    what: str
    """A way of running the graph, in words."""
    log_prob: float
    """Largest |Δ ln P| from PyTorch."""


@dataclass(frozen=True)
class Quality:
    """A model on held-out text."""

    perplexity: float
    best: Tensor
    """The likeliest id at each position."""

    def agreement(self, other: "Quality") -> float:
        """Share of the positions where both find the same id likeliest."""
        return (self.best == other.best).double().mean().item()


def open_session(model: onnx.ModelProto, location: str, weights: Weights) -> onnxruntime.InferenceSession:
    """The graph with `weights` as its external data, on one thread as in a browser."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    data = external_data(weights)
    options.add_external_initializers_from_files_in_memory([location], [data], [len(data)])
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def log_prob_difference(logits: np.ndarray, log_probs: Tensor) -> float:
    """Largest |Δ ln P| of two arrays (…, V), the first not normalised."""
    return (torch.from_numpy(logits).double().log_softmax(-1) - log_probs.double()).abs().max().item()


def text_of(data: Data, least: int = 2000) -> tuple[np.ndarray, str]:
    """Ids of held-out text and "held-out", or, where they are fewer than `least`, of training text and "training"."""
    held_out = data.held_out(128, most=1 << 30)
    if held_out.size >= least:
        return held_out[:, :-1].ravel(), "held-out"
    source = data.sources[0]
    return data.block(source.name, 0, min(source.tokens, 20_000)), "training"


def blocks_of(ids: Tensor, context: int, most: int) -> Tensor:
    """At most `most` blocks of context + 1 ids, evenly from all of `ids`: (blocks, context + 1)."""
    starts = np.arange(0, max(1, len(ids) - context), context)
    chosen = starts[:: math.ceil(len(starts) / most)]
    return torch.stack([ids[start : start + context + 1] for start in chosen.tolist()])


def parity_answers(log_probs: Tensor, fixed_ids: list[int]) -> Iterator[dict]:
    """What the parity file says of each context's ln P, (contexts, V)."""
    for row in log_probs:
        top = row.topk(min(LISTED, len(row)))
        yield {
            "topIds": top.indices.tolist(),
            "topLogProbs": rounded(top.values),
            "fixedLogProbs": rounded(row[fixed_ids]),
        }


def rounded(values: Tensor) -> list[float]:
    """To 5 decimals: a twentieth of the tolerance, half the bytes."""
    return [round(value, 5) for value in values.tolist()]


def fixed_ids(vocabulary_size: int) -> list[int]:
    return torch.linspace(0, vocabulary_size - 1, min(LISTED, vocabulary_size)).long().tolist()
