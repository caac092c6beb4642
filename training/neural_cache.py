"""Whether remembered LSTM states tell more of what someone will write than remembered words do.

    mkdir -p work/cache-experiment/words
    for f in topicalchat ewt changelog masc; do
        npm run -s foreword -- tokenize ../shared/eval/dev/en/$f.txt > work/cache-experiment/words/$f.txt; done
    python training/restore.py --weights packages/pack-en/lstm.q8 --out work/restored/lstm.pt
    python training/neural_cache.py --checkpoint work/restored/lstm.pt --data work/data/en-words \\
        --first 20000 --look-up work/cache-experiment/words/*.txt

Everything written so far is remembered. A cache weighs each remembered word w(i) by a kernel k(t, i) of now and then:

    P_cache(w | t) = Σ_i 1[w(i) = w] k(t, i) / C(t),    C(t) = Σ_i k(t, i)

    word, pair, triple   2^(-age / half-life) where the last 0, 1 or 2 words were the same, else 0: recency
    dot                  exp(θ h(t)·h(i)): the continuous cache (Grave, Joulin & Usunier 2017)
    distance             exp(-θ |h(t) - h(i)|²): kNN-LM (Khandelwal et al. 2020), of all neighbours

h(i) is the LSTM's state before w(i). Caches are laid over the LSTM one after another, each taking a share of what lies
below it: P ← (1 - s) P + s P_cache with s = most · C / (C + alpha). The paper's fixed λ is alpha 0; most 1 is a
Dirichlet prior (MacKay & Peto 1995). A cache without evidence takes no share.

All distributions are over the words that the LSTM knows, without `<unk>` and sentence marks, and only those words are
charged; any word stands in the contexts. The LSTM begins anew at each document, the caches go on through the text. What
is tuned is tuned once for all texts, on the even sentences to score the odd ones and the other way round. `mean` is
that of the texts, each counting once: the geometric one for perplexity.

Shapes: N remembered words, B words to predict, H hidden units, V words.
"""

import argparse
import math
import statistics
import sys
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from checkpoint import CheckpointError, load_checkpoint
from lstm import LSTM, LSTMOptions
from word_perplexity import load_word_model
from words import MARKS, SENTENCE_START, documents, load_words, word_ids

BATCH = 256
"""B: words whose weights are held at once."""


@dataclass(frozen=True)
class Kernel:
    kind: str
    """`word`, `pair`, `triple`, `dot` or `distance`."""
    scale: float
    """The half-life in words of the first three, θ of the others."""
    window: float = math.inf
    """Words since which nothing is remembered, whether or not the cache holds them."""


@dataclass(frozen=True)
class Layer:
    """A cache and how much it has to say."""

    kernel: Kernel
    alpha: float
    """Evidence at which it has half of `most`."""
    most: float = 1.0
    """The largest share, λ."""


def layers(kernels: list[Kernel], alphas: tuple[float, ...], mosts: tuple[float, ...] = (1.0,)) -> list[Layer]:
    return [Layer(kernel, alpha, most) for kernel in kernels for alpha in alphas for most in mosts]


def kernels(kind: str, scales: tuple[float, ...], windows: tuple[float, ...] = (math.inf,)) -> list[Kernel]:
    return [Kernel(kind, scale, window) for scale in scales for window in windows]


MOSTS = (0.05, 0.1, 0.2)
GROWING = (1.0,)
WORD_HALF_LIVES = (20.0, 60.0, 200.0, 1000.0, math.inf)
WORD_ALPHAS = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, math.inf)
PHRASE_HALF_LIVES = (30.0, 100.0, 300.0, 1000.0, math.inf)
PHRASE_ALPHAS = (0.25, 1.0, 4.0, 16.0, 64.0, math.inf)
THETAS = (0.2, 0.4, 0.7, 1.0, 1.5)
WINDOWS = (2000.0, math.inf)
SHARES = (0.0, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2)
EVIDENCE = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def recency(mosts: tuple[float, ...]) -> list[list[Layer]]:
    """Settings to try of a cache of words, of pairs and of triples."""
    phrases = [layers(kernels(kind, PHRASE_HALF_LIVES), PHRASE_ALPHAS, mosts) for kind in ("pair", "triple")]
    return [layers(kernels("word", WORD_HALF_LIVES), WORD_ALPHAS, mosts), *phrases]


def neural(kind: str, *windows: float) -> list[Layer]:
    """Settings to try with the same share at each word, as in the papers."""
    return layers(kernels(kind, THETAS, windows), (0.0,), SHARES)


FIXED = neural("dot", *WINDOWS) + neural("distance", *WINDOWS)
ANY_NEURAL = FIXED + layers(kernels("distance", THETAS, WINDOWS), EVIDENCE, MOSTS + GROWING)

SYSTEMS: dict[str, list[list[Layer]]] = {
    "LSTM": [],
    "+ recency": recency(MOSTS + GROWING),
    "+ neural": [ANY_NEURAL],
    "+ both": [*recency(MOSTS + GROWING), ANY_NEURAL],
    "+ recency, most 1": recency(GROWING),
    "+ both, most 1 and fixed": [*recency(GROWING), FIXED],
    "+ dot, 2,000": [neural("dot", 2000.0)],
    "+ dot": [neural("dot", math.inf)],
    "+ distance, 2,000": [neural("distance", 2000.0)],
    "+ distance": [neural("distance", math.inf)],
}
"""What is compared: the layers from the LSTM upwards, each with the settings to choose among."""

PAIRED = (
    ("+ recency", "+ both"),
    ("+ recency, most 1", "+ both, most 1 and fixed"),
    ("+ recency, most 1", "+ recency"),
)
"""Systems whose difference is printed with its interval."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--run", type=Path, help="a run of an lstm")
    model.add_argument("--checkpoint", type=Path, help="or its weights, restored from a pack by restore.py")
    parser.add_argument("--data", type=Path, required=True, help="the word data folder it was trained on")
    parser.add_argument("--first", type=int, help="words to read of each text, to the end of the sentence")
    parser.add_argument("--int8", action="store_true", help="remember states rounded to one byte a number")
    parser.add_argument("--look-up", action="store_true", help="measure size and time of a look-up, too")
    parser.add_argument("texts", type=Path, nargs="+", metavar="TEXT", help="what `foreword tokenize` prints")
    options = parser.parse_args(arguments)
    try:
        model = load_lstm(options.run, options.checkpoint, options.data)
        words = load_words(options.data / "words.txt")
        texts = [read_text(path, model, words, options.first) for path in options.texts]
        if options.int8:
            texts = [replace(text, moments=rounded(text.moments)) for text in texts]
        print(report(texts, compare(texts)))
        if options.look_up:
            print("\n" + look_up_table(model.options.hidden))
    except (CheckpointError, OSError, ValueError) as error:
        print(f"neural_cache: {error}", file=sys.stderr)
        return 1
    return 0


@dataclass(frozen=True)
class Moments:
    """Words as they were written, each with what stood before it: what a cache remembers, and what it is asked."""

    words: Tensor
    """(N) ids the LSTM knows, no marks."""
    positions: Tensor
    """(N) number of the word in its text, unknown words counted; rising."""
    contexts: Tensor
    """(N, 2) the word before the last, and the last."""
    states: Tensor
    """(N, H) the LSTM's, fp32."""

    def __getitem__(self, rows: Tensor | slice) -> "Moments":
        return Moments(self.words[rows], self.positions[rows], self.contexts[rows], self.states[rows])

    def __len__(self) -> int:
        return len(self.words)

    def forget(self, word: int) -> "Moments":
        """As if `word` had never been added. States after it stay, and the LSTM that made them had read it."""
        return self[self.words != word]


class Pairs:
    """Every word to predict (B) beside every remembered one (N)."""

    def __init__(self, now: Moments, past: Moments) -> None:
        self.now, self.past = now, past

    @cached_property
    def ages(self) -> Tensor:
        return (self.now.positions[:, None] - self.past.positions).float()  # (B, N)

    @cached_property
    def dots(self) -> Tensor:
        return self.now.states @ self.past.states.T  # (B, N)

    @cached_property
    def distances(self) -> Tensor:
        squares = [states.square().sum(1) for states in (self.now.states, self.past.states)]  # (B), (N)
        return squares[0][:, None] + squares[1] - 2 * self.dots  # (B, N)

    def log_weights(self, kernel: Kernel) -> Tensor:
        """ln k(t, i), -inf for a word not yet written, out of the window or after other words. → (B, N)"""
        if kernel.kind == "dot":
            weights = kernel.scale * self.dots
        elif kernel.kind == "distance":
            weights = -kernel.scale * self.distances
        else:
            weights = self.ages * (-math.log(2) / kernel.scale)
        is_out = (self.ages <= 0) | (self.ages > kernel.window)  # (B, N)
        for back in range({"pair": 1, "triple": 2}.get(kernel.kind, 0)):
            is_out |= self.now.contexts[:, 1 - back, None] != self.past.contexts[:, 1 - back]
        return weights.masked_fill(is_out, -math.inf)

    def weights(self, kernel: Kernel) -> tuple[Tensor, Tensor]:
        """k / C, all 0 where there is no evidence, and ln C. → (B, N), (B)"""
        logs = self.log_weights(kernel)
        if logs.shape[1] == 0:
            return logs, logs.new_full((len(logs),), -math.inf)
        peak = logs.amax(1, keepdim=True).nan_to_num(neginf=0.0)  # (B, 1)
        weights = (logs - peak).exp_()  # (B, N)
        total = weights.sum(1)  # (B)
        return weights / total.clamp(min=1e-30)[:, None], total.log() + peak[:, 0]

    def target_probs(self, kernel: Kernel) -> tuple[Tensor, Tensor]:
        """P_cache of the words that came, and ln C. → (B), (B)"""
        weights, evidence = self.weights(kernel)
        return (weights * self._is_same_word).sum(1), evidence

    @cached_property
    def _is_same_word(self) -> Tensor:
        return self.now.words[:, None] == self.past.words  # (B, N)

    def distribution(self, kernel: Kernel, V: int) -> tuple[Tensor, Tensor]:
        """P_cache of all words, and ln C. → (B, V), (B)"""
        weights, evidence = self.weights(kernel)
        return weights.new_zeros(len(weights), V).index_add_(1, self.past.words, weights), evidence


def share(layer: Layer, evidence: Tensor) -> Tensor:
    """most · C / (C + alpha), 0 without evidence. `evidence`: (B) ln C. → (B)"""
    if layer.alpha == 0:
        return layer.most * (evidence > -math.inf).to(evidence)
    return layer.most * (evidence - math.log(layer.alpha)).sigmoid()


def mix(below: Tensor, cache: Tensor, share: Tensor) -> Tensor:
    return below + share * (cache - below)


@dataclass(frozen=True)
class Text:
    name: str
    moments: Moments
    sentences: Tensor
    """(N) number of each word's sentence."""
    features: Tensor
    """(N, M) what is multiplied with the output weights."""
    head: Tensor
    bias: Tensor

    @cached_property
    def is_even(self) -> Tensor:
        return self.sentences % 2 == 0

    def lstm_probs(self, rows: Tensor) -> Tensor:
        """P over the words without marks. → (B, V)"""
        logits = torch.addmm(self.bias, self.features[rows], self.head.T)  # (B, V)
        logits[:, : len(MARKS)] = -math.inf
        return logits.softmax(1)

    @cached_property
    def lstm_target_probs(self) -> Tensor:
        """(N)"""
        parts = [self.lstm_probs(rows).gather(1, self.moments.words[rows, None])[:, 0] for rows in self.batches()]
        return torch.cat(parts)

    def batches(self, rows: Tensor | None = None) -> tuple[Tensor, ...]:
        return (torch.arange(len(self.moments)) if rows is None else rows).split(BATCH)

    def pairs(self, rows: Tensor) -> Pairs:
        """The words of rising `rows`, and all before the last of them."""
        return Pairs(self.moments[rows], self.moments[: int(rows[-1])])


def load_lstm(run: Path | None, checkpoint: Path | None, data: Path) -> LSTM:
    """Raises `ValueError` where the run is no LSTM's or of other data, or the weights know more words than the data."""
    if run is not None:
        model = load_word_model(run, data)
        if not isinstance(model, LSTM):
            raise ValueError(f"{run} is no run of an lstm: only its states are remembered")
        return model
    state = load_checkpoint(checkpoint).model
    if "recurrent.weight_hh_l0" not in state:
        raise ValueError(f"{checkpoint} holds no weights of an lstm")
    V, M = state["words.weight"].shape
    if len(load_words(data / "words.txt")) < V:
        raise ValueError(f"{checkpoint} knows {V:,} words, more than {data}: give the data it was trained on as --data")
    count = sum(name.startswith("recurrent.weight_hh") for name in state)
    model = LSTM(LSTMOptions(V, V, M, state["recurrent.weight_hh_l0"].shape[1], count))
    model.load_state_dict(state)
    return model.eval()


@torch.inference_mode()
def read_text(path: Path, model: LSTM, words: list[str], first: int | None = None) -> Text:
    """Reads a text with the LSTM, which begins anew at each document. Raises `ValueError` for one without words."""
    index = {word: id for id, word in enumerate(words)}
    parts: list[tuple[Tensor, ...]] = []
    position = number = 0
    for document in documents(path):
        ids, numbers = [], []
        for sentence in document:
            if first is not None and position >= first:
                break
            for word in sentence.split():
                index.setdefault(word, len(index))  # a context may be of any word
            ids += word_ids(sentence, index)
            numbers += [number] * (len(sentence.split()) + 2)
            number += 1
            position += len(sentence.split())
        if ids:
            parts.append(read_document(model, torch.tensor(ids), torch.tensor(numbers)))
    if not parts:
        raise ValueError(f"{path} holds no words: give what `foreword tokenize` prints")
    targets, contexts, numbers, hidden, features = (torch.cat(column) for column in zip(*parts, strict=True))
    positions = (targets >= len(MARKS)).cumsum(0)
    is_known = (targets >= len(MARKS)) & (targets < model.options.words)
    moments = Moments(targets, positions, contexts, hidden)[is_known]
    head, bias = model.head.detach(), model.output_bias.detach()
    return Text(path.stem, moments, numbers[is_known], features[is_known], head, bias)


def read_document(model: LSTM, ids: Tensor, numbers: Tensor) -> tuple[Tensor, ...]:
    """Targets (T), the two ids before each (T, 2), its sentence (T), states (T, H) and features (T, M) there."""
    hidden = model.recurrent(model.words(model.known(ids[None, :-1])), model.start(1))[0][0]  # (T, H)
    last = ids[:-1]  # (T)
    before = torch.cat((last[:1], last[:-1])).masked_fill(last == SENTENCE_START, SENTENCE_START)  # (T)
    return ids[1:], torch.stack((before, last), 1), numbers[1:], hidden, model.project(hidden)


def rounded(moments: Moments) -> Moments:
    """As remembered in a byte a number: an LSTM's states lie within ±1."""
    return replace(moments, states=(moments.states * 127).round() / 127)


class Tuner:
    """Chooses settings by ln P of the words that came, of which it keeps what each kernel says."""

    def __init__(self, texts: list[Text], wanted: set[Kernel]) -> None:
        self._said = {True: [], False: []}
        for text in texts:
            lstm, caches = text.lstm_target_probs, self._ask(text, wanted)
            for even, half in ((True, text.is_even), (False, ~text.is_even)):
                said = {kernel: (probs[half], evidence[half]) for kernel, (probs, evidence) in caches.items()}
                self._said[even].append((lstm[half], said))

    @staticmethod
    @torch.inference_mode()
    def _ask(text: Text, wanted: set[Kernel]) -> dict[Kernel, tuple[Tensor, Tensor]]:
        """P_cache of the words that came, and ln C, by kernel. → (N), (N)"""
        parts: dict[Kernel, list[tuple[Tensor, Tensor]]] = {kernel: [] for kernel in wanted}
        for rows in text.batches():
            pairs = text.pairs(rows)
            for kernel in wanted:
                parts[kernel].append(pairs.target_probs(kernel))
        return {kernel: tuple(torch.cat(part) for part in zip(*said, strict=True)) for kernel, said in parts.items()}

    def loss(self, system: list[Layer], even: bool) -> float:
        """Mean over the texts of the mean -ln P over one half of a text's sentences."""
        total = 0.0
        for probs, said in self._said[even]:
            for layer in system:
                cache, evidence = said[layer.kernel]
                probs = mix(probs, cache, share(layer, evidence))
            total -= probs.log().mean().item()
        return total / len(self._said[even])

    def tune(self, choices: list[list[Layer]], even: bool, rounds: int = 3) -> list[Layer]:
        """One layer after another is set to the best of its choices beside the others, until none changes."""
        system = [options[len(options) // 2] for options in choices]
        for _ in range(rounds):
            before = list(system)
            for place, options in enumerate(choices):
                system[place] = min(
                    options, key=lambda layer: self.loss([*system[:place], layer, *system[place + 1 :]], even)
                )
            if system == before:
                break
        return system


@dataclass(frozen=True)
class Scores:
    """Of a system on a text, each half with the settings tuned on the other."""

    log_probs: Tensor
    """(N) ln P of the words that came."""
    ranks: Tensor
    """(N) from 1."""

    def measures(self) -> Tensor:
        """(N, 5) ln P, whether among the first 1, 3 and 5, and 1/rank, which is 0 beyond 10."""
        reciprocal = (1 / self.ranks) * (self.ranks <= 10)
        return torch.stack((self.log_probs, *((self.ranks <= n).float() for n in (1, 3, 5)), reciprocal), 1)


def compare(texts: list[Text]) -> dict[str, tuple[list[Scores], list[list[Layer]]]]:
    """Scores of each system on each text, and its settings as tuned on the even and on the odd sentences."""
    tuner = Tuner(texts, {layer.kernel for choices in SYSTEMS.values() for options in choices for layer in options})
    results = {}
    for name, choices in SYSTEMS.items():
        tuned = [tuner.tune(choices, even) for even in (True, False)]
        results[name] = ([score(text, tuned) for text in texts], tuned)
    return results


@torch.inference_mode()
def score(text: Text, tuned: list[list[Layer]]) -> Scores:
    log_probs, ranks = torch.zeros(len(text.moments)), torch.zeros(len(text.moments))
    for system, half in zip(tuned, (~text.is_even, text.is_even), strict=True):
        for rows in text.batches(half.nonzero()[:, 0]):
            probs = distribution(text, rows, system)  # (B, V)
            target = probs.gather(1, text.moments.words[rows, None])  # (B, 1)
            log_probs[rows] = target[:, 0].log()
            ranks[rows] = 1.0 + (probs > target).sum(1)
    return Scores(log_probs, ranks)


def distribution(text: Text, rows: Tensor, system: list[Layer]) -> Tensor:
    """P of all words at rising `rows`. → (B, V)"""
    probs, pairs = text.lstm_probs(rows), text.pairs(rows)
    for layer in system:
        cache, evidence = pairs.distribution(layer.kernel, probs.shape[1])
        probs = mix(probs, cache, share(layer, evidence)[:, None])
    return probs


def report(texts: list[Text], results: dict[str, tuple[list[Scores], list[list[Layer]]]]) -> str:
    """A table of each text and of their mean, differences, and what each system was set to."""
    blocks = []
    for number, text in [*enumerate(texts), (None, None)]:
        title = f"{text.name}, {len(text.moments):,} words" if text else "mean"
        rows = [[title, "perplexity", "top-1 %", "top-3 %", "top-5 %", "MRR"]]
        for name, (scores, _) in results.items():
            chosen = scores if number is None else [scores[number]]
            nats, *shares, reciprocal = torch.stack([each.measures().mean(0) for each in chosen]).mean(0).tolist()
            rows.append([name, f"{math.exp(-nats):.1f}", *(f"{100 * x:.2f}" for x in shares), f"{reciprocal:.4f}"])
        blocks.append(aligned(rows))
    blocks += [differences(texts, results, *names) for names in PAIRED]
    for name, (_, tuned) in results.items():
        blocks.append("\n".join([f"{name}, tuned on even and on odd sentences", *map(describe, tuned)]))
    return "\n\n".join(blocks)


def differences(texts: list[Text], results: dict, one: str, other: str) -> str:
    """What `other` adds to `one`, ± 1.96 standard errors, taking sentences as independent."""
    rows = [[f"from {one} to {other}", "ln P", "top-1 %", "top-3 %", "top-5 %", "MRR"]]
    units = torch.tensor([1, 100, 100, 100, 1])
    means, variances = [], []
    for text, before, after in zip(texts, results[one][0], results[other][0], strict=True):
        gains = (after.measures() - before.measures()) * units  # (N, 5)
        means.append(gains.mean(0))
        sums = torch.zeros(int(text.sentences.max()) + 1, 5).index_add_(0, text.sentences, gains - means[-1])
        variances.append(sums.square().sum(0) / len(gains) ** 2)  # (5)
    means.append(torch.stack(means).mean(0))
    variances.append(torch.stack(variances).sum(0) / len(texts) ** 2)
    for name, mean, variance in zip([*(text.name for text in texts), "mean"], means, variances, strict=True):
        cells = zip(mean.tolist(), (1.96 * variance.sqrt()).tolist(), ("4", "2", "2", "2", "4"), strict=True)
        rows.append([name, *(f"{x:+.{digits}f} ± {width:.{digits}f}" for x, width, digits in cells)])
    return aligned(rows)


def describe(system: list[Layer]) -> str:
    parts = []
    for layer in system:
        if layer.alpha == math.inf or layer.most == 0:
            parts.append(f"{layer.kernel.kind} off")
            continue
        kernel = f"{layer.kernel.kind} {layer.kernel.scale:g}"
        window = "" if layer.kernel.window == math.inf else f" of {layer.kernel.window:,.0f} words"
        parts.append(f"{kernel}{window}, share {layer.most:g} C / (C + {layer.alpha:g})")
    return "  " + ("; ".join(parts) or "nothing to tune")


def look_up_table(H: int, counts: tuple[int, ...] = (10_000, 100_000), V: int = 10_240, repeats: int = 15) -> str:
    """Median time of one P_cache in NumPy, by remembered words, with what they take in memory (id and position too)."""
    rows = [["remembered words", "kind", "bytes a word", "MB", "ms a look-up"]]
    chance = np.random.default_rng(1)
    for N in counts:
        states = chance.uniform(-1, 1, (N, H)).astype(np.float32)  # (N, H)
        words, query = chance.integers(V, size=N), states[0].copy()
        bytes_ = (states * 127).round().astype(np.int8)  # (N, H)
        for kind, held in (("float32", states), ("int8", bytes_)):
            times = []
            for _ in range(repeats):
                start = time.perf_counter()
                look_up(held, words, query, V)
                times.append(time.perf_counter() - start)
            size = H * held.itemsize + 8
            cost = f"{1000 * statistics.median(times):.2f}"
            rows.append([f"{N:,}", kind, f"{size:,}", f"{N * size / 1e6:.1f}", cost])
    return aligned(rows)


def look_up(states: np.ndarray, words: np.ndarray, query: np.ndarray, V: int, theta: float = 0.7) -> np.ndarray:
    """P_cache by dot products; integers are widened block by block, as NumPy multiplies only floats fast. → (V)"""
    if states.dtype == np.float32:
        dots = states @ query  # (N)
    else:
        blocks = range(0, len(states), 1024)
        dots = np.concatenate([states[i : i + 1024].astype(np.float32) @ query for i in blocks]) / 127  # (N)
    weights = np.exp(theta * (dots - dots.max()))  # (N)
    return np.bincount(words, weights, V) / weights.sum()


def aligned(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *cells in rows:
        right = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join((first.ljust(widths[0]), *right)))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
