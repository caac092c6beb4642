"""The NNLM and the LSTM as ONNX graphs, asked as the library asks them.

Shapes: B sequences, T positions, M channels of a word vector, H hidden units, n-1 context words, L layers, V words.
"""

import numpy as np
import torch
import torch.nn.functional as F
from onnx import ModelProto
from torch import Tensor

from data import Data
from exporter import CONTEXTS, Exporter
from lstm import LSTM
from nnlm import NNLM, context_windows
from onnx_graph import Graph, Weights
from parity import Context, Difference, Quality, log_prob_difference, open_session
from words import SENTENCE_START, load_words


class WordExporter(Exporter):
    vocabulary_file = "words.txt"

    def __init__(self, model: NNLM | LSTM, data: Data) -> None:
        super().__init__(model, data)
        words = len(load_words(self.vocabulary_path))
        if words != self.options.vocabulary_size:
            raise ValueError(
                f"{self.vocabulary_path} holds {words:,} words, "
                f"the model was trained on {self.options.vocabulary_size:,}",
            )


class NNLMExporter(WordExporter):
    def facts(self) -> dict:
        options = self.options
        return {"model": "nnlm", "vocabularySize": options.vocabulary_size, "contextLength": options.order - 1}

    def graphs(self, weights: Weights, with_inspect: bool, with_hf: bool) -> dict[str, ModelProto]:
        return {"nnlm.onnx": self._graph(weights)}

    def _graph(self, weights: Weights) -> ModelProto:
        """`words` (B, n-1) → `logits` (B, V)"""
        options = self.options
        graph = Graph("nnlm", weights, "nnlm.weights")
        words = graph.input("words", "int64", ("B", options.order - 1))
        vectors = graph.op("Gather", graph.weight("words.weight"), words)  # (B, n-1, M)
        x = graph.op("Reshape", vectors, graph.integers(-1, (options.order - 1) * options.width))
        hidden = graph.op("Tanh", graph.linear(x, "hidden"))  # (B, H)
        direct = [graph.op("Gemm", x, graph.weight("direct.weight"), transB=1)] if options.direct else []
        y = graph.op("Gemm", hidden, graph.weight("project.weight"), *direct, transB=1)  # (B, M)
        table = graph.weight("words.weight" if options.tied else "outputs.weight")
        logits = graph.op("Gemm", y, table, graph.weight("output_bias"), transB=1)
        graph.output(logits, "logits", ("B", options.vocabulary_size))
        return graph.model()

    def _windows(self) -> tuple[Tensor, Tensor]:
        """The contexts of the text's words (N, n-1) and the words (N), none of which is `<s>`."""
        windows, is_whole = context_windows(self.ids[None], self.options.order)
        targets = self.ids[None, 1:]
        predicted = is_whole & (targets != SENTENCE_START)
        return windows[predicted], targets[predicted]

    def contexts(self) -> list[Context]:
        windows = self._windows()[0]
        return [Context(windows[number * len(windows) // CONTEXTS].tolist()) for number in range(CONTEXTS)]

    @torch.no_grad()
    def log_probs(self, model: NNLM, contexts: list[Context]) -> Tensor:
        return model(torch.tensor([context.ids for context in contexts])).log_softmax(-1)

    @torch.no_grad()
    def quality(self, model: NNLM) -> Quality:
        windows, targets = (part[:20_000] for part in self._windows())
        logits = [model(part) for part in windows.split(512)]
        nats = [F.cross_entropy(part, to, reduction="sum") for part, to in zip(logits, targets.split(512), strict=True)]
        best = torch.cat([part.argmax(-1) for part in logits])
        return Quality((sum(nats) / len(targets)).exp().item(), best)

    def differences(self, weights: Weights, start_row: None) -> list[Difference]:
        session = open_session(self._graph(weights), "nnlm.weights", weights)
        contexts = self.contexts()
        expected = self.log_probs(self.with_weights(weights), contexts)
        words = np.array([context.ids for context in contexts])
        together = session.run(["logits"], {"words": words})[0]
        alone = np.concatenate([session.run(["logits"], {"words": row[None]})[0] for row in words])
        return [
            Difference("one at a time", log_prob_difference(alone, expected)),
            Difference(f"{len(words)} at once", log_prob_difference(together, expected)),
        ]


class LSTMExporter(WordExporter):
    def facts(self) -> dict:
        options = self.options
        return {
            "model": "lstm",
            "vocabularySize": options.words,
            "layers": options.layers,
            "width": options.hidden,
        }

    def weights(self) -> Weights:
        """ONNX wants the gates in the order i, o, f, g (PyTorch: i, f, g, o) and both biases in one tensor."""
        tensors = super().weights()
        for layer in range(self.options.layers):
            input_bias, state_bias = (tensors.pop(f"recurrent.bias_{part}_l{layer}") for part in ("ih", "hh"))
            both = np.concatenate((reorder(input_bias, TO_ONNX), reorder(state_bias, TO_ONNX)))
            tensors[f"recurrent.bias_l{layer}"] = both[None]  # (1, 8 H)
            for part in ("ih", "hh"):
                name = f"recurrent.weight_{part}_l{layer}"
                tensors[name] = reorder(tensors[name], TO_ONNX)[None]  # (1, 4 H, M or H)
        return tensors

    @staticmethod
    def state_of(weights: Weights) -> dict[str, Tensor]:
        tensors = dict(weights)
        layers = sum(name.startswith("recurrent.bias_l") for name in weights)
        for layer in range(layers):
            biases = np.split(tensors.pop(f"recurrent.bias_l{layer}")[0], 2)
            for part, bias in zip(("ih", "hh"), biases, strict=True):
                tensors[f"recurrent.bias_{part}_l{layer}"] = reorder(bias, TO_PYTORCH)
                name = f"recurrent.weight_{part}_l{layer}"
                tensors[name] = reorder(tensors[name][0], TO_PYTORCH)
        return Exporter.state_of(tensors)

    def graphs(self, weights: Weights, with_inspect: bool, with_hf: bool) -> dict[str, ModelProto]:
        return {"lstm.onnx": self._graph(weights)}

    def _graph(self, weights: Weights) -> ModelProto:
        """`words` (B, T), `h`, `c` (L, B, H) → `logits` (B, V) of the last position, `h_next`, `c_next` (L, B, H)"""
        L, H, V = self.options.layers, self.options.hidden, self.options.words
        graph = Graph("lstm", weights, "lstm.weights")
        words = graph.input("words", "int64", ("B", "T"))
        states = [graph.input(name, "float32", (L, "B", H)) for name in ("h", "c")]
        hs, cs = ([state] if L == 1 else graph.ops("Split", L, state, axis=0, num_outputs=L) for state in states)
        x = graph.op("Gather", graph.weight("words.weight"), graph.op("Transpose", words, perm=[1, 0]))  # (T, B, M)
        next_hs, next_cs = [], []
        for layer in range(L):
            name = f"recurrent.{{}}_l{layer}"
            w, r, b = (graph.weight(name.format(part)) for part in ("weight_ih", "weight_hh", "bias"))
            every, h, c = graph.ops("LSTM", 3, x, w, r, b, "", hs[layer], cs[layer], hidden_size=H)  # "": all T count
            x = graph.op("Squeeze", every, graph.integers(1))  # (T, 1, B, H) → (T, B, H)
            next_hs.append(h)
            next_cs.append(c)
        last = graph.op("Squeeze", next_hs[-1], graph.integers(0))  # (B, H)
        y = graph.op("Gemm", last, graph.weight("project.weight"), transB=1)  # (B, M)
        logits = graph.op("Gemm", y, graph.weight("words.weight"), graph.weight("output_bias"), transB=1)
        graph.output(logits, "logits", ("B", V))
        for name, parts in (("h_next", next_hs), ("c_next", next_cs)):
            graph.output(graph.op("Concat", *parts, axis=0), name, (L, "B", H))
        return graph.model()

    def contexts(self) -> list[Context]:
        """Text from a sentence's beginning on, the shortest only `<s>`."""
        ids = self.model.known(self.ids)
        starts = (ids == SENTENCE_START).nonzero()[:, 0]
        starts = starts[starts < len(ids) - 3 * CONTEXTS]
        made = []
        for number in range(CONTEXTS):
            start = starts[number * len(starts) // CONTEXTS].item()
            made.append(Context(ids[start : start + 1 + 3 * number].tolist()))
        return made

    @torch.no_grad()
    def log_probs(self, model: LSTM, contexts: list[Context]) -> Tensor:
        rows = [model(torch.tensor([context.ids]), *model.start(1))[0][0] for context in contexts]
        return torch.stack(rows).log_softmax(-1)

    @torch.no_grad()
    def quality(self, model: LSTM, length: int = 128) -> Quality:
        ids = model.known(self.ids)
        blocks = ids[: (len(ids) - 1) // length * length + 1].unfold(0, length + 1, length)[:160]  # (blocks, T + 1)
        logits = model.logits(model.features(blocks[:, :-1], *model.start(len(blocks)))[0])  # (blocks, T, V)
        targets = blocks[:, 1:]
        is_word = targets != SENTENCE_START
        return Quality(F.cross_entropy(logits[is_word], targets[is_word]).exp().item(), logits[is_word].argmax(-1))

    def differences(self, weights: Weights, start_row: None) -> list[Difference]:
        session = open_session(self._graph(weights), "lstm.weights", weights)
        contexts = self.contexts()
        model = self.with_weights(weights)
        expected = self.log_probs(model, contexts)

        def run(words: Tensor, state: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
            feeds = {"words": words.numpy(), "h": state[0], "c": state[1]}
            logits, *state = session.run(["logits", "h_next", "c_next"], feeds)
            return logits, state

        def start(batch: int) -> list[np.ndarray]:
            return [part.numpy() for part in model.start(batch)]

        at_once, one_by_one = [], []
        for context in contexts:
            words = torch.tensor([context.ids])
            at_once.append(run(words, start(1))[0])
            state = start(1)
            for position in range(words.shape[1]):
                logits, state = run(words[:, position : position + 1], state)
            one_by_one.append(logits)
        batch = torch.tensor([context.ids[:7] for context in contexts if len(context.ids) >= 7])
        with torch.no_grad():
            of_batch = model(batch, *model.start(len(batch)))[0].log_softmax(-1)
        return [
            Difference("all words at once", log_prob_difference(np.concatenate(at_once), expected)),
            Difference("one word at a time", log_prob_difference(np.concatenate(one_by_one), expected)),
            Difference(f"{len(batch)} texts at once", log_prob_difference(run(batch, start(len(batch)))[0], of_batch)),
        ]


TO_ONNX = (0, 3, 1, 2)
"""PyTorch's gates in ONNX's order."""

TO_PYTORCH = (0, 2, 3, 1)


def reorder(tensor: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """The four gates along the first axis, each H rows, in another order."""
    gates = np.split(tensor, 4)
    return np.concatenate([gates[gate] for gate in order])
