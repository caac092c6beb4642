"""A task with an answer: which of two turns comes next in a conversation?

The wrong one is a turn of another conversation of the same source, so that register alone does not give it away. Texts
are as `prepare.py` reads them: a turn a line, a blank line between conversations. Everything drawn depends on the texts
alone: the same files give the same examples everywhere.
"""

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from prepare import documents

CONTEXT_TURNS = 2
"""Turns before the one that is asked for."""

LEAST_WORDS = 4
"""Shorter turns ("Yes.", "Thank you!") follow almost anything; they stand as context only."""

DEV_SHARE = 0.1
"""Of the conversations that may be trained on, this share is for looking at while training."""


@dataclass(frozen=True)
class Example:
    context: str
    """The turns before, a line each."""
    choices: tuple[str, str]
    answer: int
    """Which of the choices is the true one."""


def read_split(files: list[Path], most: int) -> tuple[list[Example], list[Example]]:
    """At most `most` examples to train on, as many of each file, and those of the conversations kept for looking at.

    A conversation goes to one side by its text alone. Raises `ValueError` for a file without conversations.
    """
    train, dev = [], []
    for file in files:
        talks = list(documents([file]))
        is_kept = [fraction("\n".join(talk)) < DEV_SHARE for talk in talks]
        kept = [talk for talk, keep in zip(talks, is_kept, strict=True) if keep]
        others = [talk for talk, keep in zip(talks, is_kept, strict=True) if not keep]
        train += choose(make_examples(others, file), most // len(files))
        dev += choose(make_examples(kept, file), most // len(files) // 5)
    return train, dev


def read_all(files: list[Path], most: int | None = None) -> list[Example]:
    """Every example of the files, or at most `most`, as many of each."""
    share = None if most is None else most // len(files)
    return [example for file in files for example in choose(make_examples(list(documents([file])), file), share)]


def make_examples(talks: list[list[str]], file: Path) -> list[Example]:
    turns = [(number, turn) for number, talk in enumerate(talks) for turn in talk if is_long(turn)]
    if len({number for number, _ in turns}) < 2:
        raise ValueError(f"{file} holds no two conversations with turns of {LEAST_WORDS} words or more")
    examples = []
    for number, talk in enumerate(talks):
        for place in range(CONTEXT_TURNS, len(talk)):
            if not is_long(talk[place]):
                continue
            context = "\n".join(talk[place - CONTEXT_TURNS : place])
            chance = random.Random(f"{context}\n{talk[place]}")
            other, wrong = chance.choice(turns)
            while other == number or wrong == talk[place]:
                other, wrong = chance.choice(turns)
            answer = chance.randrange(2)
            choices = (wrong, talk[place]) if answer == 1 else (talk[place], wrong)
            examples.append(Example(context, choices, answer))
    return examples


def choose(examples: list[Example], most: int | None) -> list[Example]:
    """The first `most` in an order that their texts decide."""
    return sorted(examples, key=lambda example: fraction(example.context + "".join(example.choices)))[:most]


def fraction(text: str) -> float:
    """A number in [0, 1) that only the text decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def is_long(turn: str) -> bool:
    return len(turn.split()) >= LEAST_WORDS
