"""Perplexity per word of word models on texts, alone and interpolated.

    mkdir -p work/words
    for f in ../shared/eval/dev/en/*.txt; do npm run -s foreword -- tokenize $f > work/words/$(basename $f); done
    node scripts/word-log-probs.mjs work/5-gram work/5-gram/log-probs work/words/*.txt
    python training/word_perplexity.py --data work/data/en-words --run work/runs/en-nnlm \\
        --log-probs work/5-gram/log-probs work/words/*.txt

A text is what `foreword tokenize` prints: a sentence a line, an empty line between documents. Charged are the words
that are in the vocabulary of every model and the sentence ends; any other word costs no model anything and stands as
`<unk>` in the contexts after it. That is the perplexity of `foreword evaluate`. The row `all` is of the texts together,
word by word.

Σ w·P is the interpolation of all models given. Its weights are learned (EM) on every second sentence to score the
others, and the other way round, so that no sentence is scored with weights that have seen it. """

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from checkpoint import CheckpointError, load_checkpoint
from data import Data
from lstm import LSTM
from models import MODELS
from nnlm import NNLM, context_windows
from words import SENTENCE_START, UNKNOWN, documents, load_words, word_ids


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the word data folder the runs were trained on")
    parser.add_argument("--run", type=Path, action="append", default=[], help="a run of an nnlm or lstm; repeatable")
    parser.add_argument(
        "--log-probs", type=Path, action="append", default=[], help="folder of another model's ln P; repeatable"
    )
    parser.add_argument("texts", type=Path, nargs="+", metavar="TEXT")
    options = parser.parse_args(arguments)
    try:
        if not options.run and not options.log_probs:
            raise ValueError("give at least one model: --run or --log-probs")
        print(table(score(options.data, options.run, options.log_probs, options.texts)))
    except (CheckpointError, OSError, ValueError) as error:
        print(f"word_perplexity: {error}", file=sys.stderr)
        return 1
    return 0


@dataclass
class TextScores:
    """What each model gives the charged words of a text, in order."""

    text: str
    names: list[str]
    log_probs: Tensor
    """(models, words) ln P, fp64."""
    is_even: Tensor
    """(words) whether the word's sentence is the first, third, … of its text."""

    def perplexities(self) -> list[float]:
        return [math.exp(-mean) for mean in self.log_probs.mean(1).tolist()]

    def mixed(self) -> tuple[float, list[float]]:
        """Perplexity of the interpolation, and the mean of the two foldings' weights."""
        total, weights = 0.0, torch.zeros(len(self.log_probs), dtype=torch.float64)
        for half in (self.is_even, ~self.is_even):
            learned = interpolation_weights(self.log_probs[:, ~half])
            total += (learned.log()[:, None] + self.log_probs[:, half]).logsumexp(0).sum().item()
            weights += learned / 2
        return math.exp(-total / self.log_probs.shape[1]), weights.tolist()


def score(data: Path, runs: list[Path], folders: list[Path], texts: list[Path]) -> list[TextScores]:
    """One entry a text, and one of all together."""
    words = load_words(data / "words.txt")
    models = [load_word_model(run, data) for run in runs]
    known = min([len(words), *(model.head.shape[0] for model in models)])
    index = {word: id for id, word in enumerate(words)}
    names = [path.name for path in (*runs, *folders)]
    if len(set(names)) < len(names):
        names = [str(path) for path in (*runs, *folders)]
    scores = []
    for text in texts:
        read = [[word_ids(sentence, index) for sentence in document] for document in documents(text)]
        sentences = [sentence for document in read for sentence in document]
        if not sentences:
            raise ValueError(f"{text} holds no words: give what `foreword tokenize` prints")
        rows = [log_probs(model, read) for model in models]
        rows += [read_log_probs(folder / text.name, sentences) for folder in folders]
        targets = torch.tensor([id for sentence in sentences for id in sentence[1:]])
        is_charged = (targets != UNKNOWN) & (targets < known)
        number = torch.tensor([i for i, sentence in enumerate(sentences) for _ in sentence[1:]])
        scores.append(TextScores(text.name, names, torch.stack(rows)[:, is_charged], (number % 2 == 0)[is_charged]))
    together = TextScores(
        "all", names, torch.cat([s.log_probs for s in scores], 1), torch.cat([s.is_even for s in scores])
    )
    return [*scores, together]


def load_word_model(run: Path, data: Path) -> NNLM | LSTM:
    """Raises `ValueError` where the run is of another kind or was trained on other data."""
    checkpoint = load_checkpoint(run / "checkpoint.pt")
    kind = MODELS[checkpoint.identity["training"]["model"]]
    if kind not in (NNLM, LSTM):
        raise ValueError(f"{run} is a run of {checkpoint.identity['training']['model']}, neither nnlm nor lstm")
    if checkpoint.identity["data"] != Data(data).fingerprint:
        raise ValueError(f"{run} was trained on other data than {data}: give the folder it was trained on as --data")
    model = kind(kind.Options(**checkpoint.identity["model"]))
    model.load_state_dict(checkpoint.model)
    return model.eval()


@torch.inference_mode()
def log_probs(model: NNLM | LSTM, read: list[list[list[int]]]) -> Tensor:
    """ln P of every word and sentence end, fp64, in order; a word the model does not know has that of `<unk>`.

    `read`: documents of sentences of ids, each `<s>` w … w `</s>`. An LSTM's state goes on through a document.
    """
    parts = []
    for document in read:
        ids = torch.tensor([[id for sentence in document for id in sentence]])  # (1, T + 1)
        if isinstance(model, NNLM):
            windows, _ = context_windows(ids, model.options.order)
            features = model.features(model.words(windows))[0]  # (T, M)
        else:
            ids = model.known(ids)
            features = model.features(ids[:, :-1], *model.start(1))[0][0]  # (T, M)
        targets = ids[0, 1:]  # (T)
        is_word = targets != SENTENCE_START
        for rows, wanted in zip(features[is_word].split(2048), targets[is_word].split(2048), strict=True):
            logits = F.linear(rows, model.head, model.output_bias)  # (N, V)
            parts.append(-F.cross_entropy(logits, wanted, reduction="none"))
    return torch.cat(parts).double()


def read_log_probs(file: Path, sentences: list[list[int]]) -> Tensor:
    """The numbers of a file of another model's ln P. Raises `ValueError` where they are not as many as the text's
    words."""
    lines = [line.split() for line in file.read_text("utf-8").splitlines() if line.strip()]
    if [len(line) for line in lines] != [len(sentence) - 1 for sentence in sentences]:
        raise ValueError(f"{file} does not hold one number for each word and sentence end of its text: make it again")
    return torch.tensor([float(number) for line in lines for number in line], dtype=torch.float64)


def interpolation_weights(log_probs: Tensor, rounds: int = 50) -> Tensor:
    """Weights w that maximise Σ ln Σ w·P, by EM from equal ones. `log_probs`: (models, words)."""
    weights = torch.full((len(log_probs),), 1 / len(log_probs), dtype=torch.float64)
    for _ in range(rounds):
        joint = weights.log()[:, None] + log_probs
        weights = (joint - joint.logsumexp(0)).exp().mean(1)
    return weights


def table(scores: list[TextScores]) -> str:
    names = scores[0].names
    rows = [["text", "words", *names, *(["Σ w·P", "below the best", "weights"] if len(names) > 1 else [])]]
    for text in scores:
        alone = text.perplexities()
        row = [text.text, f"{text.log_probs.shape[1]:,}", *(f"{perplexity:.1f}" for perplexity in alone)]
        if len(names) > 1:
            mixed, weights = text.mixed()
            shares = " ".join(f"{weight:.2f}" for weight in weights)
            row += [f"{mixed:.1f}", f"{1 - mixed / min(alone):.1%}", shares]
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
