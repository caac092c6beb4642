"""Turns plain text into a word data folder: the words that the n-gram knows, as numbers, sentence by sentence.

    python training/words.py --recipe packages/pack-en/recipe.json --corpus ../shared/corpus --words 32768 \\
        --out work/data/en-words

A shard is `<s> w w w </s> <s> w w </s> …`, document after document. `foreword tokenize` reads the text, so a word here
is a word of the n-gram, to the letter. `words.txt` holds one word a line; a word's line number from 0 is its id.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from data import HELD_OUT, Source
from prepare import HELD_OUT_CHARACTERS, Corpus, is_held_out, read_recipe

MARKS = ("<unk>", "<s>", "</s>")
"""Ids 0, 1, 2: any word outside the vocabulary, what stands before a sentence, what ends it."""

UNKNOWN, SENTENCE_START, SENTENCE_END = range(3)

FOREWORD = Path(__file__).resolve().parent.parent / "packages/cli/dist/main.js"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, required=True, help="JSON with `sources`: name, weight, files")
    parser.add_argument("--corpus", type=Path, required=True, help="the folder the recipe's files are in")
    parser.add_argument("--out", type=Path, required=True, help="the data folder to make")
    parser.add_argument(
        "--words", type=int, default=32768, help="entries of the vocabulary, <unk>, <s> and </s> among them"
    )
    parser.add_argument(
        "--vocabulary", type=Path, help="a words.txt whose first lines to use instead of counting words"
    )
    parser.add_argument(
        "--pack", type=Path, help="the n-gram pack whose words to take (default: the recipe's folder, if it is one)"
    )
    options = parser.parse_args(arguments)
    try:
        make_word_data(options.recipe, options.corpus, options.out, options.words, options.vocabulary, options.pack)
    except (OSError, ValueError) as error:
        print(f"words: {error}", file=sys.stderr)
        return 1
    return 0


def make_word_data(
    recipe: Path, corpus: Path, out: Path, size: int, vocabulary: Path | None = None, pack: Path | None = None
) -> None:
    """Writes the data folder `out`, `data.json` last: a folder without it is not whole. Raises `ValueError` for a
    source without words and for a vocabulary larger than the text supports, `OSError` for files that cannot be read or
    written."""
    sources = read_recipe(recipe, corpus)
    out.mkdir(parents=True, exist_ok=True)
    (out / "data.json").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        read = {source.name: tokenize(source.files, Path(folder), source.name) for source in sources}
        for source in sources:
            if not any(file.stat().st_size for file in read[source.name]):
                raise ValueError(f"the source {source.name} holds no words: {', '.join(map(str, source.files))}")
        if vocabulary is None:
            words = choose_words(sources, read, size, known_words(recipe, pack))
        else:
            words = load_words(vocabulary)
            if len(words) < size:
                raise ValueError(f"{vocabulary} holds {len(words):,} words, not {size:,}: ask for fewer")
        (out / "words.txt").write_text("".join(f"{word}\n" for word in words[:size]), "utf-8")
        write_data(out, words[:size], sources, read)


def tokenize(texts: list[Path], folder: Path, name: str) -> list[Path]:
    """One file of sentences for each text, as `foreword tokenize` prints them."""
    made = []
    for number, text in enumerate(texts):
        plain, packed = text, text.with_name(text.name + ".zst")
        if not text.is_file():
            if not packed.is_file():
                raise FileNotFoundError(f"neither {text} nor {packed.name} is there")
            plain = folder / f"{name}-{number}.plain"
            if subprocess.run(["zstd", "-dqf", packed, "-o", plain]).returncode != 0:
                raise ValueError(f"{packed} could not be unpacked: see zstd's message above")
        made.append(folder / f"{name}-{number}.txt")
        foreword("tokenize", "--out", str(made[-1]), str(plain))
        if plain != text:
            plain.unlink()
    return made


def foreword(*arguments: str) -> str:
    """What the command line program prints. Raises `ValueError` with its message when it fails."""
    if not FOREWORD.is_file():
        raise FileNotFoundError(f"{FOREWORD} is not there: build it with npx tsc -b")
    done = subprocess.run(["node", str(FOREWORD), *arguments, "--quiet"], capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise ValueError(done.stderr.strip())
    return done.stdout


def known_words(recipe: Path, pack: Path | None) -> set[str] | None:
    """The n-gram pack's words; none where there is no pack, which any word will do for."""
    if pack is None and (recipe.parent / "pack.json").is_file():
        pack = recipe.parent
    if pack is not None:
        return {line.split("\t")[0] for line in foreword("export", "--format", "counts", str(pack)).splitlines()}
    if "wordPattern" in json.loads(recipe.read_text("utf-8")):
        raise ValueError(
            f"{recipe} says by a wordPattern what a word is: train the n-gram first and name its pack with --pack"
        )
    return None


def choose_words(sources: list[Corpus], read: dict[str, list[Path]], size: int, known: set[str] | None) -> list[str]:
    """The marks, then the `size - 3` words that occur most often in the text as weighted; ties by UTF-8 bytes."""
    totals: Counter[str] = Counter()
    for source in sources:
        counts: Counter[str] = Counter()
        for file in read[source.name]:
            with file.open(encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    counts.update(line.split())
        for word, count in counts.items():
            if (known is None or word in known) and word not in MARKS:
                totals[word] += count * source.weight
    if len(totals) + len(MARKS) < size:
        raise ValueError(
            f"the text supports {len(totals) + len(MARKS):,} words, not {size:,}: ask for fewer or give more text"
        )
    words = sorted(totals, key=lambda word: (-totals[word], word.encode()))
    return [*MARKS, *words][:size]


def load_words(path: Path) -> list[str]:
    """The words of a `words.txt`, by id. Raises `ValueError` where the marks are not first or a word stands twice."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: make the folder with words.py")
    words = path.read_text("utf-8").removesuffix("\n").split("\n")
    if tuple(words[: len(MARKS)]) != MARKS:
        raise ValueError(
            f"{path} begins with {', '.join(words[: len(MARKS)])}, not with {', '.join(MARKS)}: make it with words.py"
        )
    if len(set(words)) < len(words):
        word, count = Counter(words).most_common(1)[0]
        raise ValueError(f"{path} holds the word {word} {count} times: make it anew with words.py")
    return words


def word_ids(sentence: str, index: dict[str, int]) -> list[int]:
    """`<s> w … w </s>` of a line that `foreword tokenize` printed. `index`: each word's id."""
    return [SENTENCE_START, *(index.get(word, UNKNOWN) for word in sentence.split()), SENTENCE_END]


def documents(file: Path) -> Iterator[list[str]]:
    """The sentences of each document; where a text has no empty line each sentence is one, for they are unrelated."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        has_empty_line = any(line == "\n" for line in lines)
    with file.open(encoding="utf-8", newline="\n") as lines:
        document: list[str] = []
        for line in lines:
            if line != "\n":
                document.append(line.rstrip("\n"))
            if document and (line == "\n" or not has_empty_line):
                yield document
                document = []
        if document:
            yield document


class Shard:
    """A file of word ids as it is written; it takes its place at `close`."""

    def __init__(self, path: Path, index: dict[str, int]) -> None:
        self.path = path
        self.tokens = 0
        self.characters = 0
        """A word's are its own and the one that follows it."""
        self.unknown = 0
        self.kind, self._code = ("uint16", "H") if len(index) <= 1 << 16 else ("uint32", "I")
        self._index = index
        self._partial = path.with_suffix(".partial")
        self._file = self._partial.open("wb")

    def write(self, document: list[str]) -> None:
        ids = array(self._code)
        for sentence in document:
            ids.extend(word_ids(sentence, self._index))
        self.tokens += len(ids)
        self.characters += sum(len(sentence) + 1 for sentence in document)
        self.unknown += ids.count(UNKNOWN)
        if sys.byteorder == "big":
            ids.byteswap()
        ids.tofile(self._file)

    def close(self) -> None:
        self._file.close()
        self._partial.replace(self.path)


def write_data(out: Path, words: list[str], sources: list[Corpus], read: dict[str, list[Path]]) -> None:
    index = {word: id for id, word in enumerate(words)}
    digest = hashlib.sha256((out / "words.txt").read_bytes())
    held_out = Shard(out / f"{HELD_OUT}.bin", index)
    shards = []
    for source in sources:
        shard = Shard(out / f"{source.name}.bin", index)
        for document in (document for file in read[source.name] for document in documents(file)):
            if is_held_out(document):
                held_out.write(cut(document))
            else:
                shard.write(document)
        shard.close()
        if shard.tokens == 0:
            raise ValueError(f"all of the source {source.name} is held out: give more text")
        digest.update(shard.path.read_bytes())
        shards.append(shard)
    held_out.close()
    data = {
        "vocabularySize": len(words),
        "type": held_out.kind,
        "fingerprint": digest.hexdigest(),
        "heldOut": {"tokens": held_out.tokens, "characters": held_out.characters},
        "sources": [
            asdict(Source(source.name, shard.tokens, shard.characters, source.weight))
            for source, shard in zip(sources, shards, strict=True)
        ],
    }
    (out / "data.json").write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    print_card(sources, shards, held_out, len(words))


def cut(document: list[str]) -> list[str]:
    """The sentences from its beginning that fit into what is held out of one document."""
    kept, characters = [], 0
    for sentence in document:
        characters += len(sentence) + 1
        if kept and characters > HELD_OUT_CHARACTERS:
            break
        kept.append(sentence)
    return kept


def print_card(sources: list[Corpus], shards: list[Shard], held_out: Shard, size: int) -> None:
    print(f"{'source':24}{'words':>12}{'characters':>13}{'unknown':>9}{'weight':>8}{'share':>8}")
    read = sum(shard.tokens * source.weight for source, shard in zip(sources, shards, strict=True))
    rows = [(source.name, source.weight, shard) for source, shard in zip(sources, shards, strict=True)]
    for name, weight, shard in [*rows, (f"({HELD_OUT})", 0.0, held_out)]:
        print(
            f"{name:24}{shard.tokens:12,}{shard.characters:13,}{shard.unknown / max(1, shard.tokens):9.2%}"
            f"{weight:8.2f}{shard.tokens * weight / read:8.1%}",
        )
    print(f"{len(sources)} sources, {size:,} words in the vocabulary, {read:,.0f} an epoch, <s> and </s> included")


if __name__ == "__main__":
    sys.exit(main())
