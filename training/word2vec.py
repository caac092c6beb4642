"""Word vectors by skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado & Dean 2013), the baseline for
the word vectors that the language models learn, and what to ask of either.

    ln σ(u(o)·v(c)) + Σ over k noise words n of ln σ(-u(n)·v(c))      for each word o near a word c

Words are dropped with probability 1 - √(t / f) before windows are laid, f being their share of the text; noise is drawn
as count^¾; the window's radius is drawn anew for each centre. It trains like every model:

    python training/train.py word2vec --data work/data/en-words --run work/runs/en-word2vec --optimiser adagrad \\
        --learning-rate 0.1 --batch 32 --micro-batch 32 --schedule trapezoid --cool-down 0.5 --warm-up 0.005 \\
        --precision fp32 --tokens 50e6
    python training/word2vec.py --run work/runs/en-word2vec --data work/data/en-words \\
        --nearest paris friday --analogies ../shared/corpus/lexicon/word2vec/questions-words.txt
    python training/word2vec.py --run work/runs/en-word2vec --data work/data/en-words --export work/export/en-word2vec
    npm run -s foreword -- add --pack packages/pack-en work/export/en-word2vec

Shapes: B blocks of T words, N words kept of them in G chunks of C, K noise words a chunk, M channels of a vector, V
words.
"""

import argparse
import math
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from checkpoint import CheckpointError, load_checkpoint
from quantize import pack, quantise, unpack
from words import MARKS, SENTENCE_START, load_words


@dataclass
class Word2VecOptions:
    vocabulary_size: int
    """V: word ids are 0 … V-1; `<unk>`, `<s>`, `</s>`, the first three, have no vectors worth the name."""
    width: int = 128
    """M: channels of a vector."""
    window: int = 5
    """Most words between a centre and its neighbour, plus one."""
    negatives: int = 5
    """k: noise words for each pair."""
    samples: int = 32
    """K: noise words drawn for C centres together; each counts for k / K of a pair's noise."""
    threshold: float = 1e-4
    """t: words that are more of the text than this are thinned out."""

    def __post_init__(self) -> None:
        for name in ("window", "negatives", "samples"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, not {getattr(self, name)}")


class Word2Vec(nn.Module):
    Options = Word2VecOptions

    def __init__(self, options: Word2VecOptions) -> None:
        super().__init__()
        self.options = options
        # Sparse gradients, for a step touches few rows: `train.py` fills them in for optimisers that cannot read them.
        self.words = nn.Embedding(options.vocabulary_size, options.width, sparse=True)
        """v: the vectors to use."""
        self.contexts = nn.Embedding(options.vocabulary_size, options.width, sparse=True)
        """u."""
        self.register_buffer("counts", torch.ones(options.vocabulary_size, dtype=torch.int64))
        nn.init.uniform_(self.words.weight, -0.5 / options.width, 0.5 / options.width)
        nn.init.zeros_(self.contexts.weight)

    def loss(self, ids: Tensor) -> tuple[Tensor, int]:
        """Sum over the pairs (word, neighbour) in B blocks of what they cost in nats, and their number.

        `ids`: (B, T + 1). While training the words' frequencies are counted on the way.
        """
        if self.training:
            self.counts += torch.bincount(ids.flatten(), minlength=len(self.counts))
        kept, sentences = self.thin(ids)  # (N), (N)
        is_pair = near(sentences, self.options.window)  # (G, C, C + 2 w)
        pairs_of = is_pair.sum(-1)  # (G, C)
        shape = (len(is_pair), self.options.samples)
        noise = torch.multinomial(self.counts.float() ** 0.75, math.prod(shape), replacement=True)  # (G K)
        rows = self.contexts(torch.cat((kept, noise)))
        around = chunks(rows[: len(kept)], self.options.window)  # (G, C + 2 w, M)
        u = torch.cat((around, rows[len(kept) :].view(*shape, -1)), 1)  # (G, C + 2 w + K, M)
        v = chunks(self.words(kept), 0)  # (G, C, M)
        # One product for all pairs of C centres: most of it is thrown away, and yet it costs less than gathering pairs.
        scores = (v @ u.transpose(1, 2)).float()  # (G, C, C + 2 w + K)
        attraction = (F.softplus(-scores[:, :, : around.shape[1]]) * is_pair).sum()
        # The noise of a pair depends on its centre alone.
        repulsion = (F.softplus(scores[:, :, around.shape[1] :]).sum(-1) * pairs_of).sum()
        repulsion = repulsion * (self.options.negatives / self.options.samples)
        return attraction + repulsion, max(1, int(pairs_of.sum()))

    def thin(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """The words of (B, T) ids, frequent ones thinned out, and each one's sentence; both (N)."""
        sentence = (ids == SENTENCE_START).cumsum(1)  # (B, T)
        sentence = sentence + torch.arange(len(ids), device=ids.device)[:, None] * (ids.shape[1] + 1)
        share = self.counts[ids] / self.counts.sum()  # (B, T)
        chance = (self.options.threshold / share).sqrt()
        is_kept = (torch.rand(ids.shape, device=ids.device) < chance) & (ids >= len(MARKS))
        return ids[is_kept], sentence[is_kept]


CHUNK = 32
"""C: centres that are multiplied with all words around them at once."""


def chunks(rows: Tensor, margin: int) -> Tensor:
    """Rows (N, …) in G pieces of C, one at least, each with the `margin` before and behind it: (G, C + 2 margin, …).

    Zeros where there are none.
    """
    behind = CHUNK * max(1, math.ceil(len(rows) / CHUNK)) - len(rows) + margin
    padded = torch.cat((rows.new_zeros(margin, *rows.shape[1:]), rows, rows.new_zeros(behind, *rows.shape[1:])))
    return padded.unfold(0, CHUNK + 2 * margin, CHUNK).movedim(-1, 1)


def near(sentences: Tensor, window: int) -> Tensor:
    """Which words are a centre's neighbours: (G, C, C + 2 w) for the words that `chunks` puts around each centre.

    Those of its sentence, at most a radius away that is drawn for each centre from 1 … `window`; itself is none.
    """
    radius = torch.randint(1, window + 1, (len(sentences),), device=sentences.device)  # (N)
    place = torch.arange(-window, CHUNK + window, device=sentences.device)  # (C + 2 w)
    distance = (place - place[window : window + CHUNK, None]).abs()  # (C, C + 2 w)
    own = sentences + 1  # 0 is nobody's: what pads belongs to no sentence, and has the radius 0
    is_same = chunks(own, 0)[:, :, None] == chunks(own, window)[:, None]
    return is_same & (distance > 0) & (distance <= chunks(radius, 0)[:, :, None])


def nearest(vectors: Tensor, id: int, count: int) -> list[tuple[int, float]]:
    """The `count` words most like one, and the cosine. `vectors`: (V, M)."""
    unit = F.normalize(vectors, dim=-1)
    cosines = unit @ unit[id]  # (V)
    cosines[[*range(len(MARKS)), id]] = -torch.inf
    best = cosines.topk(min(count, len(cosines) - len(MARKS) - (id >= len(MARKS))))
    return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))


@dataclass
class AnalogyScore:
    """How many questions "a is to b as c is to d" of a section are answered with d."""

    section: str
    right: int = 0
    asked: int = 0
    """Those whose four words have vectors."""
    total: int = 0


def score_analogies(vectors: Tensor, index: dict[str, int], file: Path, most: int = 1024) -> list[AnalogyScore]:
    """Answers are argmax cos(d, b - a + c) over all words but the three asked with (3CosAdd, Mikolov et al. 2013).

    The file has four words a line and a line `: name` before each section; case does not count.
    """
    unit = F.normalize(vectors, dim=-1)
    unit[: len(MARKS)] = 0
    scores: list[AnalogyScore] = []
    questions: list[list[list[int]]] = []
    for line in file.read_text("utf-8").splitlines():
        words = line.lower().split()
        if not words:
            continue
        if words[0] == ":":
            scores.append(AnalogyScore(" ".join(words[1:])))
            questions.append([])
            continue
        if len(words) != 4 or not scores:
            raise ValueError(
                f'{file} has the line "{line}": four words are expected, and a line ": name" before the first'
            )
        scores[-1].total += 1
        ids = [index.get(word, len(unit)) for word in words]
        if max(ids) < len(unit):
            questions[-1].append(ids)
    for score, asked in zip(scores, questions, strict=True):
        score.asked = len(asked)
        for part in torch.tensor(asked, dtype=torch.long).reshape(-1, 4).split(most):
            a, b, c, d = part.T  # each (n)
            cosines = (unit[b] - unit[a] + unit[c]) @ unit.T  # (n, V)
            cosines.scatter_(1, part[:, :3], -torch.inf)
            score.right += int((cosines.argmax(-1) == d).sum())
    return scores


def read_vectors(run: Path, data: Path) -> tuple[Tensor, list[str]]:
    """The word vectors (V, M) of a run of any word model, and their words.

    Raises `CheckpointError` or `ValueError` where there are none.
    """
    checkpoint = load_checkpoint(run / "checkpoint.pt")
    vectors = checkpoint.model.get("words.weight")
    if vectors is None:
        raise ValueError(f"{run} holds no word vectors: it is a {checkpoint.identity['training']['model']}")
    return vectors.float(), load_words(data / "words.txt")[: len(vectors)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the run of a word model: word2vec, nnlm, lstm")
    parser.add_argument("--data", type=Path, required=True, help="the word data folder it was trained on")
    parser.add_argument("--nearest", nargs="+", default=[], metavar="WORD", help="print the words most like these")
    parser.add_argument("--count", type=int, default=8, help="how many (default: %(default)s)")
    parser.add_argument(
        "--analogies", type=Path, help="questions to answer: four words a line, sections begun by a colon"
    )
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="write the table in few bits, for a pack")
    parser.add_argument("--words", type=int, default=14336, help="of its first words (default: %(default)s)")
    parser.add_argument("--bits", type=int, default=4, choices=range(4, 9), help="of a number (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        vectors, words = read_vectors(options.run, options.data)
        if options.export is not None:
            vectors = export_vectors(vectors, options)
            words = words[: len(vectors)]
        index = {word: id for id, word in enumerate(words)}
        for word in options.nearest:
            if word not in index:
                raise ValueError(f"{word} is not among the {len(words):,} words")
            found = nearest(vectors, index[word], options.count)
            print(f"{word}: " + ", ".join(f"{words[id]} {cosine:.2f}" for id, cosine in found))
        if options.analogies is not None:
            print_analogies(score_analogies(vectors, index, options.analogies))
    except (CheckpointError, FileNotFoundError, ValueError) as error:
        print(f"word2vec: {error}", file=sys.stderr)
        return 1
    return 0


def export_vectors(vectors: Tensor, options: argparse.Namespace) -> Tensor:
    """Writes `word2vec.q4` or `.q8` (docs/neural-format.md) and its words; returns the vectors it stands for (V', M).

    The marks keep their rows, of zeros, so that a word's row is its line in words.txt.
    """
    if not len(MARKS) < options.words <= len(vectors):
        raise ValueError(f"words must be from {len(MARKS) + 1} to the run's {len(vectors):,}, not {options.words}")
    table = vectors[: options.words].clone()
    table[: len(MARKS)] = 0
    weights = {"words.weight": table.numpy()}
    small = {"words.weight": quantise(weights["words.weight"], options.bits, 32 if options.bits == 4 else 0)}
    file = pack(weights, small, {"model": "word2vec", "vocabularySize": len(table), "width": table.shape[1]}, None)
    options.export.mkdir(parents=True, exist_ok=True)
    path = options.export / f"word2vec.{small['words.weight'].kind}"
    path.write_bytes(file)
    shutil.copyfile(options.data / "words.txt", options.export / "words.txt")
    print(f"{path}: {len(file):,} bytes, {len(table):,} words of {table.shape[1]} numbers, {options.bits} bits each")
    return torch.from_numpy(unpack(file)[1]["words.weight"])


def print_analogies(scores: list[AnalogyScore]) -> None:
    fields = ("right", "asked", "total")
    all_scores = AnalogyScore("all", *(sum(getattr(score, name) for score in scores) for name in fields))
    for score in [*scores, all_scores]:
        share = score.right / max(1, score.asked)
        print(
            f"{score.section:32}{share:7.1%}  {score.right:6,} of {score.asked:6,} asked, {score.total:,} in the file"
        )


if __name__ == "__main__":
    sys.exit(main())
