"""The GPT's graphs, asked in every way in which they are run."""

import json
from pathlib import Path

import numpy as np
import torch
from onnx import ModelProto
from onnxruntime import InferenceSession
from torch import Tensor

from data import Data
from exporter import CONTEXTS, Exporter
from gpt import GPT, GPTOptions
from gpt_graphs import hf_graph, inspect_graph, rows_graph
from onnx_graph import Weights
from parity import Context, Difference, Quality, blocks_of, log_prob_difference, open_session
from tokenizer import END_OF_TEXT, load_tokenizer

LOCATION = "gpt.weights"


class GPTExporter(Exporter):
    vocabulary_file = "tokenizer.json"

    def __init__(self, model: GPT, data: Data, begins_with_lines: bool = False) -> None:
        """`begins_with_lines`: a text begins with LINE_BREAK, for the model was trained so, not with END_OF_TEXT."""
        super().__init__(model, data)
        self.tokenizer = load_tokenizer(self.vocabulary_path)
        if self.tokenizer.get_vocab_size() != self.options.vocabulary_size:
            raise ValueError(
                f"{self.vocabulary_path} knows {self.tokenizer.get_vocab_size():,} tokens, "
                f"the model {self.options.vocabulary_size:,}: it is another model's tokenizer",
            )
        self.end_of_text = self.tokenizer.token_to_id(END_OF_TEXT)
        self.start_token = data.line_ends()[0] if begins_with_lines else self.end_of_text

    def facts(self) -> dict:
        options = self.options
        return {
            "model": "gpt",
            "vocabularySize": options.vocabulary_size,
            "contextLength": options.context,
            "rowLength": 2 * options.layers * options.width,
            "layers": options.layers,
            "width": options.width,
            "startToken": self.start_token,
        }

    def start_row(self, weights: Weights) -> np.ndarray:
        """(R): the row of the start token at position 0, computed by the graph itself from an empty past."""
        session = open_session(rows_graph(self.options, weights, LOCATION), LOCATION, weights)
        empty = np.zeros((0, self.facts()["rowLength"]), np.float32)
        return session.run(["rows"], {"ids": np.array([[self.start_token]]), "past": empty})[0][0, 0]

    def graphs(self, weights: Weights, with_inspect: bool, with_hf: bool) -> dict[str, ModelProto]:
        made = {"gpt.onnx": rows_graph(self.options, weights, LOCATION)}
        if with_inspect:
            made["gpt.inspect.onnx"] = inspect_graph(self.options, weights, LOCATION)
        if with_hf:
            made["gpt.hf.onnx"] = hf_graph(self.options, weights, None)
        return made

    def write(self, out: Path, weights: Weights, with_inspect: bool, with_hf: bool) -> list[Path]:
        if with_hf:
            (out / "config.json").write_text(json.dumps(self._hf_config(), indent=2) + "\n")
        return super().write(out, weights, with_inspect, with_hf)

    def _hf_config(self) -> dict:
        """By which Hugging Face's libraries know the shapes of the past."""
        options, end = self.options, self.end_of_text
        return {
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "vocab_size": options.vocabulary_size,
            "n_positions": options.context,
            "n_embd": options.width,
            "n_head": options.heads,
            "n_layer": options.layers,
            "bos_token_id": self.start_token,
            "eos_token_id": end,
        }

    def contexts(self) -> list[Context]:
        """Beginnings of documents, the shortest empty, the longest one short of the window."""
        ends = (self.ids == self.end_of_text).nonzero()[:, 0].tolist()
        made = []
        for number in range(CONTEXTS):
            start = ends[number * len(ends) // CONTEXTS] + 1 if len(ends) else 0
            length = number * (self.options.context - 2) // (CONTEXTS - 1)
            ids = [i for i in self.ids[start : start + length].tolist() if i != self.end_of_text]
            text = self.tokenizer.decode(ids).removeprefix(" ")
            again = self.tokenizer.encode(text).ids if text else []
            made.append(Context([self.start_token, *again[: self.options.context - 1]], text))
        return made

    @torch.no_grad()
    def log_probs(self, model: GPT, contexts: list[Context]) -> Tensor:
        """(contexts, V): ln P of the next token, all of it by PyTorch."""
        rows = [model.logits(model(torch.tensor([context.ids]))[0, -1]) for context in contexts]
        return torch.stack(rows).log_softmax(-1)

    @torch.no_grad()
    def quality(self, model: GPT, most: int = 160) -> Quality:
        blocks = blocks_of(self.ids, self.options.context, most)
        logits = torch.cat([model.logits(model(part[:, :-1])) for part in blocks.split(16)])  # (blocks, T, V)
        nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), blocks[:, 1:].flatten())
        return Quality(nats.exp().item(), logits.argmax(-1))

    def differences(self, weights: Weights, start_row: np.ndarray | None) -> list[Difference]:
        """Every way in which the graphs are run, against PyTorch with the same weights."""
        model = self.with_weights(weights)
        contexts = [context.ids for context in self.contexts()]
        rows = Rows(open_session(rows_graph(self.options, weights, LOCATION), LOCATION, weights), start_row)
        inspect = open_session(inspect_graph(self.options, weights, LOCATION), LOCATION, weights)
        hf = HuggingFace(open_session(hf_graph(self.options, weights, LOCATION), LOCATION, weights), self.options)
        found: dict[str, float] = {}
        for ids in contexts:
            with torch.no_grad():
                expected = model.logits(model(torch.tensor([ids])))[0].log_softmax(-1)  # (T, V)
            for what, logits in (
                ("prefill at once", rows.last(ids, len(ids))),
                ("one token at a time", rows.every(ids)),
                ("chunks of 16", rows.last(ids, 16)),
                ("inspect", inspect.run(["logits"], {"ids": np.array([ids])})[0]),
                ("hf, at once", hf.at_once(ids)),
                ("hf, one at a time", hf.one_at_a_time(ids)),
            ):
                difference = log_prob_difference(logits, expected if len(logits) > 1 else expected[-1:])
                found[what] = max(found.get(what, 0.0), difference)
        longest = max(contexts, key=len)[:-2]
        pairs = [[(7 * beam + 3) % self.options.vocabulary_size, 5 * beam + 1] for beam in range(8)]
        with torch.no_grad():
            expected = model.logits(model(torch.tensor([longest + pair for pair in pairs]))[:, -1]).log_softmax(-1)
        found["8 beams of 2, one past"] = log_prob_difference(rows.beams(longest, pairs), expected)
        found["hf, padded on the left"] = hf.padded_difference(model, contexts[1:9])
        return [Difference(what, value) for what, value in found.items()]


class Rows:
    """Runs of `gpt.onnx`. Sequences begin with the start token, whose row is the start row."""

    def __init__(self, session: InferenceSession, start_row: np.ndarray) -> None:
        self._session = session
        self._start_row = start_row

    def _run(self, ids: list[list[int]], past: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return tuple(self._session.run(["logits", "rows"], {"ids": np.array(ids), "past": past}))

    def _prefill(self, ids: list[int], chunk: int) -> tuple[list[np.ndarray], np.ndarray]:
        if len(ids) == 1:  # nothing after the start row: only an empty past gives its logits
            logits, rows = self._run([ids], np.zeros((0, len(self._start_row)), np.float32))
            return [logits[0]], rows[0]
        past, found = self._start_row[None], []
        for start in range(1, len(ids), chunk):
            logits, rows = self._run([ids[start : start + chunk]], past)
            found.append(logits[0])
            past = np.concatenate((past, rows[0]))
        return found, past

    def last(self, ids: list[int], chunk: int) -> np.ndarray:
        """(1, V)"""
        return self._prefill(ids, chunk)[0][-1][None]

    def every(self, ids: list[int]) -> np.ndarray:
        """(T, V): logits at every position, fed one by one."""
        first = self._prefill(ids[:1], 1)[0]
        return np.stack(first + self._prefill(ids, 1)[0]) if len(ids) > 1 else np.stack(first)

    def beams(self, ids: list[int], ends: list[list[int]]) -> np.ndarray:
        """(B, V): the last position's of `ids` followed by each of `ends`, in one run."""
        return self._run(ends, self._prefill(ids, len(ids))[1])[0]


class HuggingFace:
    """Runs of `gpt.hf.onnx`."""

    def __init__(self, session: InferenceSession, options: GPTOptions) -> None:
        self._session = session
        self._names = [f"{layer}.{part}" for layer in range(options.layers) for part in ("key", "value")]
        self._empty = np.zeros((1, options.heads, 0, options.width // options.heads), np.float32)

    def _run(self, ids: np.ndarray, mask: np.ndarray, past: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        """`ids` (B, T), `mask` (B, P + T) → logits (B, T, V), presents."""
        positions = np.maximum(mask.cumsum(1) - 1, 0)[:, -ids.shape[1] :]
        feeds = {"input_ids": ids, "attention_mask": mask, "position_ids": positions}
        feeds |= {f"past_key_values.{name}": tensor for name, tensor in zip(self._names, past, strict=True)}
        logits, *presents = self._session.run(["logits", *(f"present.{name}" for name in self._names)], feeds)
        return logits, presents

    def at_once(self, ids: list[int]) -> np.ndarray:
        """(T, V)"""
        return self._run(np.array([ids]), np.ones((1, len(ids)), np.int64), [self._empty] * len(self._names))[0][0]

    def one_at_a_time(self, ids: list[int]) -> np.ndarray:
        """(T, V)"""
        past, found = [self._empty] * len(self._names), []
        for position, token in enumerate(ids):
            logits, past = self._run(np.array([[token]]), np.ones((1, position + 1), np.int64), past)
            found.append(logits[0, 0])
        return np.stack(found)

    def padded_difference(self, model: GPT, contexts: list[list[int]]) -> float:
        """Of contexts of different lengths in one batch, padded on the left."""
        width = max(map(len, contexts))
        ids = np.array([[0] * (width - len(context)) + context for context in contexts])
        mask = np.array([[0] * (width - len(context)) + [1] * len(context) for context in contexts])
        empty = np.repeat(self._empty, len(contexts), axis=0)
        logits = self._run(ids, mask, [empty] * len(self._names))[0][:, -1]  # (B, V)
        with torch.no_grad():
            expected = torch.stack([model.logits(model(torch.tensor([context]))[0, -1]) for context in contexts])
        return log_prob_difference(logits, expected.log_softmax(-1))
