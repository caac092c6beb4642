"""Writes a fine-tuned model as ONNX with its weights in few bits, and counts how many questions it still answers alike.

    python training/export_choice.py --run work/runs/turns/pretrained-0.5-1 --data work/data/en-8k --bits 6 \\
        --test ../shared/eval/dev/en/{topicalchat,taskmaster}.txt --out work/export/turns

The counterpart of `export.py` for what `finetune.py` made: `choice.onnx`, `choice.q8` or `choice.q4`, `tokenizer.json`,
`choice.parity.json` (docs/neural-format.md). Exits with 1 where a tolerance is missed, after writing everything.
"""

import argparse
import copy
import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession
from tokenizers import Tokenizer

from choice import ChoiceModel, Questions, load_choice_model
from choice_graph import choice_graph
from export import quantise_large, with_brotli
from gpt import GPTOptions
from onnx_graph import Weights, save
from parity import open_session
from quantize import pack, unpack
from tokenizer import load_tokenizer
from turns import Example, read_all

TOLERANCE = 1e-4
"""Largest difference of a score between PyTorch and the graph with the same weights."""

LARGEST_CHANGE = 0.01
"""Most that fewer bits may change the accuracy on the test questions, either way."""

LEAST_AGREEMENT = 0.99
"""Least share of the test questions that get the same choice."""

FEWEST_JUDGED = 6
"""Fewer bits in the layers are a choice between size and quality: measured, not refused."""

COMPARED = [(8, 8, 0), (6, 6, 0), (6, 5, 0), (5, 5, 0), (5, 4, 32), (4, 5, 32), (4, 4, 16), (4, 4, 32), (4, 4, 64)]
"""Bits of the layers and of the embedding, weights that share a scale."""

LOCATION = "choice.weights"

MADE_UP = [
    Example("Do you have any pets?\nYes, I have two dogs.", ("What are their names?", "The train leaves at nine."), 0),
    Example("I would like to book a table.\nFor how many people?", ("I never liked the sea.", "Four, please."), 1),
    Example("", ("Hello, how are you today?", "So that is why it was cancelled."), 0),
    Example("Café – 12 €?\n“No,” she said.  好的 👍", ("  That's too much!  ", "Don’t\tforget the naïve one"), 0),
    Example("one", ("", "two words"), 1),
    Example("And then? " * 90, ("And then it was over.", "Nothing at all. " * 40), 0),
]
"""Texts for the parity file: plain, none at all, signs of many kinds, longer than the window."""


@dataclass(frozen=True)
class Answers:
    """Scores of questions, (E, K), and which choices are right, (E)."""

    scores: np.ndarray
    answers: np.ndarray

    @property
    def accuracy(self) -> float:
        return float((self.scores.argmax(1) == self.answers).mean())

    def agreement(self, other: "Answers") -> float:
        """Share of the questions of which both choose the same."""
        return float((self.scores.argmax(1) == other.scores.argmax(1)).mean())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of one run of finetune.py")
    parser.add_argument("--data", type=Path, required=True, help="the data folder whose tokenizer it reads with")
    parser.add_argument("--test", type=Path, nargs="+", required=True, help="the conversations it was tested on")
    parser.add_argument("--out", type=Path, help="folder to write; nothing is written with --compare")
    parser.add_argument("--bits", type=int, default=6, choices=range(4, 9), help="of a weight inside the layers")
    parser.add_argument("--embedding-bits", type=int, choices=range(4, 9), help="of the embedding (default: --bits)")
    parser.add_argument("--group", type=int, help="weights that share a scale (default: a row, or 32 with 4 bits)")
    parser.add_argument("--compare", action="store_true", help="print size and accuracy by bits, write nothing")
    options = parser.parse_args(arguments)
    try:
        if options.out is None and not options.compare:
            raise ValueError("name the folder to write with --out")
        exporter = ChoiceExporter(options.run, options.data, options.test)
        if options.compare:
            compare(exporter)
            return 0
        return export(exporter, options)
    except (OSError, ValueError) as error:
        print(f"export_choice: {error}", file=sys.stderr)
        return 1


class ChoiceExporter:
    """A fine-tuned model, and the questions it is tried on."""

    def __init__(self, run: Path, data: Path, test: list[Path]) -> None:
        self.run = run
        self.model = load_choice_model(run / "model.pt")
        self.options: GPTOptions = self.model.gpt.options
        self.vocabulary_path = data / "tokenizer.json"
        self.tokenizer: Tokenizer = load_tokenizer(self.vocabulary_path)
        known = self.tokenizer.get_vocab_size() + ChoiceModel.EXTRA_TOKENS
        if known != self.options.vocabulary_size:
            raise ValueError(
                f"{self.vocabulary_path} and the {ChoiceModel.EXTRA_TOKENS} new tokens are {known:,}, "
                f"the model knows {self.options.vocabulary_size:,}: it is another model's tokenizer"
            )
        self.questions = self.ask(read_all(test))

    def ask(self, examples: list[Example]) -> Questions:
        return Questions(examples, self.tokenizer, self.options.context)

    def facts(self) -> dict:
        """What the header of the weights file says of the model."""
        options = self.options
        return {
            "model": "choice",
            "vocabularySize": options.vocabulary_size,
            "contextLength": options.context,
            "layers": options.layers,
            "width": options.width,
        }

    def weights(self) -> Weights:
        """The GPT's by its own names, and `head.weight`."""
        return {name.removeprefix("gpt."): tensor.float().numpy() for name, tensor in self.model.state_dict().items()}

    def file(self, bits: int, embedding_bits: int, group: int) -> bytes:
        weights = self.weights()
        return pack(weights, quantise_large(weights, bits, embedding_bits, group), self.facts(), None)

    def by_pytorch(self, weights: Weights, questions: Questions) -> Answers:
        """Scores of a model with other weights."""
        other = copy.deepcopy(self.model)
        names = other.state_dict()
        other.load_state_dict({name: torch.from_numpy(weights[name.removeprefix("gpt.")]) for name in names})
        with torch.inference_mode():
            scores = [other(*questions.batch([number])[:2])[0][0] for number in range(len(questions))]
        return Answers(torch.stack(scores).numpy(), questions.answers.numpy())

    def by_graph(self, weights: Weights, questions: Questions) -> Answers:
        session = open_session(choice_graph(self.options, weights, LOCATION), LOCATION, weights)
        scores = [[score(session, ids) for ids in sequences] for sequences in questions.ids]
        return Answers(np.array(scores), questions.answers.numpy())


def score(session: InferenceSession, ids: list[int]) -> float:
    return float(session.run(["scores"], {"ids": np.array([ids])})[0][0])


def export(exporter: ChoiceExporter, options: argparse.Namespace) -> int:
    group = (32 if options.bits == 4 else 0) if options.group is None else options.group
    file = exporter.file(options.bits, options.embedding_bits or options.bits, group)
    weights = unpack(file)[1]
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"choice.{'q4' if options.bits == 4 else 'q8'}"
    path.write_bytes(file)
    save(choice_graph(exporter.options, weights, LOCATION), options.out / "choice.onnx")
    shutil.copyfile(exporter.vocabulary_path, options.out / "tokenizer.json")

    original = exporter.by_pytorch(exporter.weights(), exporter.questions)
    quantised = exporter.by_pytorch(weights, exporter.questions)
    by_graph = exporter.by_graph(weights, exporter.questions)
    write_parity(exporter, path, weights, original, quantised)
    difference = float(np.abs(by_graph.scores - quantised.scores).max())
    print(f"accuracy {original.accuracy:.4f} → {quantised.accuracy:.4f}, {len(exporter.questions):,} questions; "
          f"the same choice in {quantised.agreement(original):.2%}")  # fmt: skip
    agreement = by_graph.agreement(quantised)
    print(f"graph and PyTorch: largest |Δ score| {difference:.1e}, the same choice in {agreement:.2%}")
    print(f"{path.name} {len(file):,} bytes, {with_brotli(file)} after brotli")
    failures = [f"|Δ score| is {difference:.1e}"] if not difference <= TOLERANCE else []
    failures += compare_quality(options.bits, original, quantised)
    for failure in failures:
        print(f"export_choice: tolerance missed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def compare_quality(bits: int, original: Answers, quantised: Answers) -> list[str]:
    change, agreement = quantised.accuracy - original.accuracy, quantised.agreement(original)
    if bits < FEWEST_JUDGED:
        return []
    failures = [f"accuracy changed by {change:+.2%}"] if abs(change) > LARGEST_CHANGE else []
    return failures + ([f"only {agreement:.2%} get the same choice"] if agreement < LEAST_AGREEMENT else [])


def write_parity(exporter: ChoiceExporter, file: Path, weights: Weights, original: Answers, quantised: Answers) -> None:
    questions = exporter.ask(MADE_UP)
    answers = [exporter.by_pytorch(each, questions).scores for each in (exporter.weights(), weights)]
    entries = [
        {"context": example.context, "candidates": example.choices, "ids": ids,
         "quantised": rounded(of_file), "original": rounded(of_run)}
        for example, ids, of_run, of_file in zip(MADE_UP, questions.ids, *answers, strict=True)
    ]  # fmt: skip
    parity = {
        "model": "choice",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "run": exporter.run.name,
        "tolerance": TOLERANCE,
        "accuracy": {"original": original.accuracy, "quantised": quantised.accuracy,
                     "questions": len(exporter.questions), "sameChoice": quantised.agreement(original)},
        "questions": "QUESTIONS",
    }  # fmt: skip
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    text = json.dumps(parity, indent=2).replace('"QUESTIONS"', f"[\n{lines}\n]")  # a question a line
    file.with_name("choice.parity.json").write_text(text + "\n", "utf-8")


def rounded(scores: np.ndarray) -> list[float]:
    return [round(float(value), 6) for value in scores]


def compare(exporter: ChoiceExporter) -> None:
    """The table by which bits and group are chosen."""
    original = exporter.by_pytorch(exporter.weights(), exporter.questions)
    print(" bits embedding group         raw      brotli accuracy   same  mean |Δ margin|")
    print(f" fp32{'':16}{4 * sum(w.size for w in exporter.weights().values()):12,}{'':12}{original.accuracy:9.4f}")
    for bits, embedding_bits, group in COMPARED:
        file = exporter.file(bits, embedding_bits, group)
        found = exporter.by_pytorch(unpack(file)[1], exporter.questions)
        row = f"{bits:5}{embedding_bits:10}{group or 'row':>6}{len(file):12,}{with_brotli(file):>12}"
        moved = np.abs(np.diff(found.scores) - np.diff(original.scores)).mean()
        print(row + f"{found.accuracy:9.4f}{found.agreement(original):8.2%}{moved:10.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
