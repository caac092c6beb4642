"""Token shards on disk, and the order in which training reads them.

A data folder holds `data.json` (what is in it), one file of little-endian uint16 or uint32 token ids for each source,
`held-out.bin` likewise, and the vocabulary: `tokenizer.json` or `words.txt`. `prepare.py` writes it.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tokenizer import END_OF_TEXT, LINE_BREAK, load_tokenizer

HELD_OUT = "held-out"


@dataclass(frozen=True)
class Source:
    name: str
    tokens: int
    characters: int
    weight: float
    """How often each of its tokens is read in an epoch, on average."""


class Data:
    """The shards of a data folder, opened without reading them. Raises `FileNotFoundError` or `ValueError`, saying what
    is missing or wrong, where the folder is not whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        path = self.folder / "data.json"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is not there: make the folder with prepare.py")
        try:
            facts = json.loads(path.read_text("utf-8"))
            self.fingerprint: str = facts["fingerprint"]
            self.vocabulary_size: int = facts["vocabularySize"]
            self.sources = [Source(**source) for source in facts["sources"]]
            self._type = little_endian(facts["type"])
            self._held_out_facts = facts.get("heldOut")
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path} is no data card ({error}): make the folder again with prepare.py") from error
        if not self.sources:
            raise ValueError(f"{path} names no source: make the folder again with prepare.py")
        self._ids = {source.name: self._open(source) for source in self.sources}
        held_out = self.folder / f"{HELD_OUT}.bin"
        self._held_out = np.fromfile(held_out, self._type) if held_out.is_file() else np.zeros(0, self._type)

    def _open(self, source: Source) -> np.ndarray:
        path = self.folder / f"{source.name}.bin"
        found = path.stat().st_size // self._type.itemsize if path.is_file() else 0
        if found != source.tokens or found == 0:
            raise ValueError(f"{path} holds {found:,} tokens, data.json says {source.tokens:,}: run prepare.py again")
        return np.memmap(path, self._type, "r")

    @property
    def characters_per_token(self) -> float:
        """Of the mixture as it is read: what turns nats per token into bits per character."""
        characters = sum(source.characters * source.weight for source in self.sources)
        return characters / sum(source.tokens * source.weight for source in self.sources)

    @property
    def held_out_characters_per_token(self) -> float:
        facts = self._held_out_facts
        return facts["characters"] / facts["tokens"] if facts and facts["tokens"] else self.characters_per_token

    def held_out(self, context: int, most: int = 1024) -> np.ndarray:
        """Blocks of the held-out text, evenly from all of it: (at most `most`, context + 1) int64. None where there is
        too little."""
        starts = np.arange(0, max(0, len(self._held_out) - context), context)
        chosen = starts[:: max(1, math.ceil(len(starts) / most))]
        return self._held_out[chosen[:, None] + np.arange(context + 1)].astype(np.int64)  # (blocks, context + 1)

    def line_ends(self) -> tuple[int, int]:
        """The ids of LINE_BREAK and END_OF_TEXT. Raises `ValueError` where the vocabulary lacks one,
        `FileNotFoundError` where it is one of words."""
        path = self.folder / "tokenizer.json"
        tokenizer = load_tokenizer(path)
        ids = tuple(tokenizer.token_to_id(token) for token in (LINE_BREAK, END_OF_TEXT))
        if None in ids:
            raise ValueError(f"{path} lacks {LINE_BREAK}, a line feed, or {END_OF_TEXT}: make it with prepare.py")
        return ids

    def token_counts(self) -> np.ndarray:
        """(V): how often an epoch reads each token."""
        counts = [np.bincount(self._ids[s.name], minlength=self.vocabulary_size) * s.weight for s in self.sources]
        return np.sum(counts, axis=0)

    def block(self, source: str, start: int, length: int) -> np.ndarray:
        """`length` ids from `start` on, int64; around the end of the source to its beginning."""
        places = np.arange(start, start + length)
        return np.take(self._ids[source], places, mode="wrap").astype(np.int64)


class ReadingOrder:
    """Which block comes when: a function of the seed and the block's number alone, so that a run resumes exactly.

    An epoch cuts each source into blocks of `context` tokens at an offset of the epoch's own, takes each block `weight`
    times (where that is no whole number, blocks drawn by chance once more) and shuffles all.

    Of the blocks, the share `line_starts`, drawn by chance, begins where a line ends instead, with LINE_BREAK even
    where that was the end of a document: what follows is any line, its past unknown.
    """

    def __init__(
        self,
        data: Data,
        context: int,
        seed: int,
        weights: dict[str, float] | None = None,
        line_starts: float = 0,
    ) -> None:
        """`weights` by source instead of the data's own. Raises `ValueError` where they are of other sources, and as
        `Data.line_ends` where `line_starts` is above 0."""
        names = [source.name for source in data.sources]
        weights = {source.name: source.weight for source in data.sources} if weights is None else weights
        if sorted(weights) != sorted(names):
            raise ValueError(f"weights must be given for {', '.join(names)}, not for {', '.join(weights)}")
        self._data = data
        self._context = context
        self._seed = seed
        self._line_starts = line_starts
        self._line_ends = data.line_ends() if line_starts > 0 else ()
        self._epoch = -1
        self._blocks = [max(1, source.tokens // context) for source in data.sources]
        # Rounded rather than drawn, or epochs would differ in length.
        self._readings = [max(1, round(n * weights[name])) for n, name in zip(self._blocks, names, strict=True)]
        self.blocks_per_epoch = sum(self._readings)

    def batch(self, first: int, size: int) -> np.ndarray:
        """Blocks `first` … `first + size - 1`: (size, context + 1) int64 ids, each with the token that follows it."""
        return np.stack([self._read(number) for number in range(first, first + size)])

    def _read(self, number: int) -> np.ndarray:
        epoch, place = divmod(number, self.blocks_per_epoch)
        if epoch != self._epoch:
            self._shuffle(epoch)
        source, block = divmod(int(self._order[place]), 1 << 32)
        name = self._data.sources[source].name
        start = self._offsets[source] + block * self._context
        if np.random.default_rng((self._seed, number)).random() < self._line_starts:
            return self._from_line_end(name, start)
        return self._data.block(name, start, self._context + 1)

    def _from_line_end(self, name: str, start: int) -> np.ndarray:
        """From the first line's end in the block at `start` on; that block itself where a line fills it."""
        ends = np.isin(self._data.block(name, start, self._context), self._line_ends).nonzero()[0]
        if len(ends) == 0:
            return self._data.block(name, start, self._context + 1)
        block = self._data.block(name, start + int(ends[0]), self._context + 1)
        block[0] = self._line_ends[0]
        return block

    def _shuffle(self, epoch: int) -> None:
        random = np.random.default_rng((self._seed, epoch))
        self._offsets = [int(random.integers(0, self._context)) for _ in self._blocks]
        parts = []
        for source, (blocks, readings) in enumerate(zip(self._blocks, self._readings, strict=True)):
            passes = [np.arange(blocks)] * (readings // blocks)
            rest = random.permutation(blocks)[: readings % blocks]
            parts.append(np.concatenate([*passes, rest]) + (source << 32))
        self._order = random.permutation(np.concatenate(parts).astype(np.int64))
        self._epoch = epoch


def little_endian(name: str) -> np.dtype:
    """The type of a shard's ids: `uint16` or `uint32`."""
    if name not in ("uint16", "uint32"):
        raise KeyError(f"type is {name}, must be uint16 or uint32")
    return np.dtype(name).newbyteorder("<")
