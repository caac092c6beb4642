"""How well a run's model predicts texts: bits per character, nats per token, perplexity per word.

    for f in ../shared/eval/dev/en/*.txt; do npm run -s foreword -- tokenize $f > work/words/$(basename $f); done
    npm run -s foreword -- train --exact --order 5 --vocabulary-size 100000 --out work/5-gram TEXT=WEIGHT…
    npm run -s foreword -- export --format counts --out work/5-gram.tsv work/5-gram
    npm run -s foreword -- evaluate --json --pack work/5-gram ../shared/eval/dev/en/*.txt > work/5-gram.jsonl
    python training/evaluate.py --run work/runs/en-gpt --data work/data/en-8k --words work/words \\
        --ngram work/5-gram.jsonl --vocabulary work/5-gram.tsv ../shared/eval/dev/en/*.txt

A text is read as `prepare.py` reads it: documents in order, each begun by `<|endoftext|>` and knowing nothing of the
one before; a file without a blank line is a list of documents of a line each. A line's characters and the break after
it are coded, the last break of a document as `<|endoftext|>`, so that bits per character are those of a lossless code
for the file but for its blank lines. The model sees its whole window and moves on by half of it (`--stride`): a token
has at least half a window of context, or all of its document.

**Against an n-gram, like for like.** An n-gram knows words alone: lower case, no punctuation, sentences. So both models
code the very same stream, which `foreword tokenize` makes: the normalised words and the sentence ends, a sentence a
line, counting every word's characters and one more for what follows it. This is how `foreword evaluate` counts. The
n-gram must be exact: probabilities rounded to one-byte codes sum to more than 1 and read too well. Two figures:

* all words: one that the n-gram does not know costs it −log₂ P(<unk>) and a uniform spelling, a GPT its tokens;
* known words: words outside the n-gram's vocabulary stand as context but cost nothing to either, nor do their
  characters count. The stricter comparison, for it forgives the n-gram its poor spelling.

A GPT is not at its best there, since it was raised on text with capitals and punctuation; but it may look across
sentence ends, which the n-gram cannot. The bits of the text as written stand beside.

Word models, which have no code for what they do not know, are compared with the n-gram by `word_perplexity.py`.
"""

import argparse
import hashlib
import json
import math
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from checkpoint import CheckpointError, load_checkpoint
from data import Data
from gpt import GPT, GPTOptions
from models import MODELS
from prepare import documents
from tokenizer import END_OF_TEXT, LINE_BREAK, load_tokenizer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_model_options(parser)
    parser.add_argument("--stride", type=int, help="tokens the window moves on by (default: half the window)")
    parser.add_argument("--words", type=Path, help="folder with each text's words under its name: `foreword tokenize`")
    parser.add_argument(
        "--vocabulary", type=Path, help="the n-gram's words, one a line: `foreword export --format counts`"
    )
    parser.add_argument("--ngram", type=Path, help="what `foreword evaluate --json` prints for the same texts")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        report = evaluate(options)
    except (CheckpointError, FileNotFoundError, ValueError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    print(table(report))
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=2) + "\n")
    return 0


@dataclass
class Tally:
    """What a model charged for units of a text; tallies add up."""

    units: int = 0
    """Tokens of a text as written; words and sentence ends of a stream of words."""
    nats: float = 0.0
    """Σ −ln P."""
    characters: int = 0
    words: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.units + other.units,
            self.nats + other.nats,
            self.characters + other.characters,
            self.words + other.words,
        )

    @property
    def bits_per_character(self) -> float:
        return self.nats / math.log(2) / self.characters


@dataclass
class TextScore:
    """A file's scores; those that were not asked for stay empty."""

    file: str
    sha256: str
    written: Tally = field(default_factory=Tally)
    """As written; its words are those of the stream."""
    all_words: Tally = field(default_factory=Tally)
    known_words: Tally = field(default_factory=Tally)


def evaluate(options: argparse.Namespace) -> dict:
    model, tokenizer = load_model(options)
    stride = options.stride or model.options.context // 2
    known = None
    if options.vocabulary is not None:
        known = {line.split("\t")[0] for line in options.vocabulary.read_text("utf-8").split("\n")}
    scores = []
    for file in options.files:
        score = TextScore(str(file), hashlib.sha256(file.read_bytes()).hexdigest())
        score.written = score_text(model, tokenizer, file, stride)
        if options.words is not None:
            stream = options.words / file.name
            score.all_words, score.known_words = score_words(model, tokenizer, stream, known, stride)
            score.written.words = score.all_words.words
        scores.append(score)
        print(f"{file.name}: {score.written.bits_per_character:.4f} bits per character", file=sys.stderr, flush=True)
    ngram = {} if options.ngram is None else read_ngram_scores(options.ngram)
    total = TextScore("all", "")
    for score in scores:
        total.written += score.written
        total.all_words += score.all_words
        total.known_words += score.known_words
    return {
        "run": str(options.run),
        "weightsSha256": weights_sha256(model),
        "window": model.options.context,
        "stride": stride,
        "texts": [as_json(score, ngram.get(score.sha256)) for score in scores],
        "all": as_json(total, None),
    }


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """The options that `load_model` reads."""
    parser.add_argument("--run", type=Path, required=True, help="folder of the run that trained the model")
    parser.add_argument("--checkpoint", type=Path, help="its checkpoint (default: checkpoint.pt in the run's folder)")
    parser.add_argument("--data", type=Path, required=True, help="the data folder it was trained on")


def load_model(options: argparse.Namespace) -> tuple[GPT, Tokenizer]:
    """The model ready to be asked, and its tokenizer.

    Raises `CheckpointError` for a damaged checkpoint, `ValueError` for a word model's and for another data folder's.
    """
    path = options.checkpoint or options.run / "checkpoint.pt"
    checkpoint = load_checkpoint(path)
    identity = checkpoint.identity
    data = Data(options.data)
    if data.fingerprint != identity["data"]:
        raise ValueError(
            f"{path} was trained on other data than {options.data}: give the folder it was trained on as --data"
        )
    name = identity["training"]["model"]
    if MODELS[name] is not GPT:
        raise ValueError(f"{path} holds a word model ({name}): word_perplexity.py judges those")
    model = GPT(GPTOptions(**identity["model"]))
    model.load_state_dict(checkpoint.model)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return model.eval().to(device), load_tokenizer(options.data / "tokenizer.json")


def weights_sha256(model: torch.nn.Module) -> str:
    """Of the weights' bytes in fp32, little-endian, in their order in the model."""
    digest = hashlib.sha256()
    for weight in model.state_dict().values():
        digest.update(weight.float().cpu().contiguous().numpy().astype("<f4").tobytes())
    return digest.hexdigest()


@torch.inference_mode()
def token_nats(model: GPT, sequences: list[list[int]], stride: int, most: int = 16384) -> list[Tensor]:
    """−ln P of every id but the first of each sequence, given those before it; fp32, on the CPU.

    A window of the model's `context` ids moves on by `stride`; in all windows but the first only the last `stride`
    targets count, which so see more than `context - stride` ids. `most` is how many ids one forward pass takes.
    """
    context = model.options.context
    if not 1 <= stride <= context:
        raise ValueError(f"stride must be between 1 and the window of {context} tokens, not {stride}")
    nats = [torch.empty(max(0, len(sequence) - 1)) for sequence in sequences]
    windows = []  # (inputs, sequence, start): reads ids start … start + inputs - 1 and predicts the one after each
    for number, sequence in enumerate(sequences):
        targets = len(sequence) - 1
        for start in range(0, max(1, targets - context + stride), stride):
            windows.append((min(context, targets - start), number, start))
    windows = sorted(window for window in windows if window[0] > 0)
    while windows:
        longest = windows[-1][0]
        batch = windows[-max(1, most // longest) :]
        del windows[-len(batch) :]
        ids = torch.zeros(
            len(batch), longest + 1, dtype=torch.long
        )  # what is beyond a window's end nothing before it sees
        for row, (inputs, number, start) in enumerate(batch):
            ids[row, : inputs + 1] = torch.tensor(sequences[number][start : start + inputs + 1])
        charged = _nats(model, ids)  # (B, T)
        for row, (inputs, number, start) in enumerate(batch):
            first = 0 if start == 0 else context - stride
            nats[number][start + first : start + inputs] = charged[row, first:inputs]
    return nats


def _nats(model: GPT, ids: Tensor) -> Tensor:
    device = model.tokens.weight.device
    hidden = model(ids[:, :-1].to(device)).flatten(0, 1)  # (B · T, C)
    targets = ids[:, 1:].flatten().to(device)  # (B · T)
    parts = zip(hidden.split(2048), targets.split(2048), strict=True)
    charged = [F.cross_entropy(model.logits(part).float(), target, reduction="none") for part, target in parts]
    return torch.cat(charged).view(len(ids), -1).float().cpu()  # (B, T)


def score_text(model: GPT, tokenizer: Tokenizer, file: Path, stride: int) -> Tally:
    """Of the text as written. Its characters are counted after NFC, a run of white space inside a line as one."""
    end = tokenizer.token_to_id(END_OF_TEXT)
    texts = [[" ".join(unicodedata.normalize("NFC", line).split()) for line in lines] for lines in documents([file])]
    sequences = [[end, *tokenizer.encode("\n".join(lines)).ids, end] for lines in texts]
    nats = token_nats(model, sequences, stride)
    return Tally(
        units=sum(map(len, nats)),
        nats=math.fsum(part.double().sum().item() for part in nats),
        characters=sum(len(line) + 1 for lines in texts for line in lines),
    )


def score_words(
    model: GPT, tokenizer: Tokenizer, stream: Path, known: set[str] | None, stride: int
) -> tuple[Tally, Tally]:
    """Of a stream of words: all of them, and those that are `known` (none: all). What follows a word counts as its last
    character."""
    end = tokenizer.token_to_id(END_OF_TEXT)
    sentences = list(documents([stream]))
    encodings = [tokenizer.encode("\n".join(lines)) for lines in sentences]
    nats = token_nats(model, [[end, *encoding.ids, end] for encoding in encodings], stride)
    everything, of_known = Tally(), Tally()
    for lines, encoding, charged in zip(sentences, encodings, nats, strict=True):
        units = word_nats([*encoding.tokens, END_OF_TEXT], charged.tolist())
        words = [word for line in lines for word in [*line.split(" "), None]]  # none: the sentence's end
        if [word is None for word in words] != [unit is None for unit, _ in units]:
            raise ValueError(f"{stream}: the tokenizer divides it into other words; make it with `foreword tokenize`")
        for word, (_, cost) in zip(words, units, strict=True):
            tally = Tally(1, cost) if word is None else Tally(1, cost, len(word) + 1, 1)
            everything += tally
            if word is None or known is None or word in known:
                of_known += tally
    return everything, of_known


def word_nats(tokens: list[str], nats: list[float]) -> list[tuple[str | None, float]]:
    """Words with their tokens' nats; `None` for a sentence's end. A word begins with the token that holds its space."""
    words: list[tuple[str | None, float]] = []
    for token, cost in zip(tokens, nats, strict=True):
        if token in (LINE_BREAK, END_OF_TEXT):
            words.append((None, cost))
        elif token.startswith("Ġ") or not words or words[-1][0] is None:
            words.append((token, cost))
        else:
            words[-1] = (words[-1][0] + token, words[-1][1] + cost)
    return words


def read_ngram_scores(file: Path) -> dict[str, dict]:
    """What `foreword evaluate --json` printed, by the SHA-256 of the text."""
    scores = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.startswith("{")]
    return {score["sha256"]: score for score in scores}


def as_json(score: TextScore, ngram: dict | None) -> dict:
    written, everything, known = score.written, score.all_words, score.known_words
    result = {
        "file": score.file,
        "sha256": score.sha256,
        "characters": written.characters,
        "tokens": written.units,
        "nats": written.nats,
        "bitsPerCharacter": written.bits_per_character,
        "natsPerToken": written.nats / written.units,
    }
    if everything.units == 0:
        return result
    result |= {
        "words": written.words,
        "perplexityPerWord": math.exp(written.nats / written.words),
        "stream": {
            "units": everything.units,
            "characters": everything.characters,
            "nats": everything.nats,
            "bitsPerCharacter": everything.bits_per_character,
            "known": {
                "units": known.units,
                "characters": known.characters,
                "nats": known.nats,
                "bitsPerCharacter": known.bits_per_character,
                "perplexity": math.exp(known.nats / known.units),
            },
        },
    }
    if ngram is not None:
        nats = math.log(ngram["perplexity"]) * known.units
        result["ngram"] = {
            "bitsPerCharacter": ngram["bitsPerChar"],
            "known": {
                "bitsPerCharacter": nats / math.log(2) / known.characters,
                "perplexity": ngram["perplexity"],
            },
        }
    return result


def table(report: dict) -> str:
    """One text a row; the n-gram's figures after the model's, and by how much the model's bits are fewer."""
    rows = [
        [
            "text",
            "characters",
            "as written",
            "PPL/word",
            "all words",
            "n-gram",
            "",
            "known words",
            "n-gram",
            "",
            "PPL",
            "n-gram",
        ]
    ]
    for text in [*report["texts"], report["all"]]:
        row = [Path(text["file"]).name, f"{text['characters']:,}", f"{text['bitsPerCharacter']:.4f}"]
        if "stream" in text:
            stream, known, ngram = text["stream"], text["stream"]["known"], text.get("ngram")
            row.append(f"{text['perplexityPerWord']:.1f}")
            row += [f"{stream['bitsPerCharacter']:.4f}", *against(stream, ngram)]
            row += [f"{known['bitsPerCharacter']:.4f}", *against(known, ngram and ngram["known"])]
            row += [f"{known['perplexity']:.1f}", f"{ngram['known']['perplexity']:.1f}" if ngram else ""]
        rows.append(row + [""] * (len(rows[0]) - len(row)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def against(own: dict, ngram: dict | None) -> list[str]:
    if not ngram:
        return ["", ""]
    ratio = own["bitsPerCharacter"] / ngram["bitsPerCharacter"] - 1
    return [f"{ngram['bitsPerCharacter']:.4f}", f"{ratio:+.1%}"]


if __name__ == "__main__":
    sys.exit(main())
