"""The model with choices as an ONNX graph. Letters as in `gpt_graphs.py`."""

import onnx

from gpt import GPTOptions
from gpt_graphs import Decoder, attend_all
from onnx_graph import Graph, Weights


def choice_graph(options: GPTOptions, weights: Weights, location: str | None) -> onnx.ModelProto:
    """`ids` (B, T), sequences of one length from position 0 on → `scores` (B): the head's, of the last position.

    `weights` are the GPT's, its vocabulary extended, and `head.weight` (1, C).
    """
    graph = Graph("choice", weights, location)
    ids = graph.input("ids", "int64", ("B", "T"))
    decoder = Decoder(graph, options, graph.size(ids, 0), graph.size(ids, 1), graph.integers(0))

    def attend(_: int, q: str, k: str, v: str, mask: str) -> str:
        return attend_all(decoder, q, decoder.by_head(k), decoder.by_head(v), mask)[1]

    x = decoder.embed(ids, decoder.next_positions())
    for layer in range(options.layers):
        x = decoder.block(layer, x, attend, is_last=layer == options.layers - 1)
    scores = decoder.head(x, "head.weight")  # (B, 1)
    graph.output(graph.op("Reshape", scores, graph.integers(-1)), "scores", ("B",))
    return graph.model()
