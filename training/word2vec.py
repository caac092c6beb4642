"""Word vectors by skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado & Dean 2013), the baseline for
the word vectors that the language models learn, and what to ask of either.

    ln σ(u(o)·v(c)) + Σ over k noise words n of ln σ(-u(n)·v(c))      for each word o near a word c

Words are dropped with probability 1 - √(t / f) before windows are laid, f being their share of the text; noise is drawn
as count^¾; the window's radius is drawn anew for each centre. It trains like every model:

    python training/train.py word2vec --data work/data/en-words --run work/runs/en-word2vec --optimiser adamw \\
        --tokens 60e6
    python training/word2vec.py --run work/runs/en-word2vec --data work/data/en-words \\
        --nearest paris friday --analogies ../shared/corpus/lexicon/word2vec/questions-words.txt

Shapes: B blocks of T words, N words kept of them, K noise words, M channels of a vector, V words.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from checkpoint import CheckpointError, load_checkpoint
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
    samples: int = 512
    """K: noise words drawn for a whole batch; each counts for k / K of a pair's noise."""
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
        self.words = nn.Embedding(options.vocabulary_size, options.width)
        """v: the vectors to use."""
        self.contexts = nn.Embedding(options.vocabulary_size, options.width)
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
        centres, neighbours = pairs(sentences, self.options.window)  # (P), (P) places in `kept`
        v = self.words(kept)  # (N, M)
        noise = torch.multinomial(self.counts.float() ** 0.75, self.options.samples, replacement=True)  # (K)
        rows = self.contexts(torch.cat((kept, noise)))
        u, u_noise = rows[: len(kept)], rows[len(kept) :]  # (N, M), (K, M)
        attraction = F.softplus(-(v[centres] * u[neighbours]).sum(-1)).sum()
        # The noise of a pair depends on its centre alone: one product for all pairs of a centre.
        pairs_of = torch.bincount(centres, minlength=len(kept))  # (N)
        repulsion = (F.softplus((v @ u_noise.T).float()).sum(-1) * pairs_of).sum()  # (N, K) → (N)
        repulsion = repulsion * (self.options.negatives / self.options.samples)
        return attraction + repulsion, max(1, len(centres))

    def thin(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """The words of (B, T) ids, frequent ones thinned out, and each one's sentence; both (N)."""
        sentence = (ids == SENTENCE_START).cumsum(1)  # (B, T)
        sentence = sentence + torch.arange(len(ids), device=ids.device)[:, None] * (ids.shape[1] + 1)
        share = self.counts[ids] / self.counts.sum()  # (B, T)
        chance = (self.options.threshold / share).sqrt()
        is_kept = (torch.rand(ids.shape, device=ids.device) < chance) & (ids >= len(MARKS))
        return ids[is_kept], sentence[is_kept]


def pairs(sentences: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Places (P) of centres and their neighbours: in one sentence, at most a drawn radius up to `window` away."""
    N = len(sentences)
    radius = torch.randint(1, window + 1, (N,), device=sentences.device)  # (N)
    place = torch.arange(N, device=sentences.device)
    centres, neighbours = [], []
    for distance in range(1, min(window, N - 1) + 1):
        first, second = place[:-distance], place[distance:]
        is_near = sentences[:-distance] == sentences[distance:]
        for centre, neighbour in ((first, second), (second, first)):
            chosen = is_near & (radius[centre] >= distance)
            centres.append(centre[chosen])
            neighbours.append(neighbour[chosen])
    if not centres:
        return place[:0], place[:0]
    return torch.cat(centres), torch.cat(neighbours)


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
    options = parser.parse_args(arguments)
    try:
        vectors, words = read_vectors(options.run, options.data)
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
