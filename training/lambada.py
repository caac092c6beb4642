"""The last word of a passage that only the whole passage tells: LAMBADA (Paperno et al. 2016).

    python training/lambada.py --run work/runs/en-gpt --data work/data/en-8k ../shared/eval/lambada/lambada_test.jsonl

The protocol is that of `lambada_openai` in EleutherAI's lm-evaluation-harness: the text as OpenAI published it, with
its punctuation; the context is everything before the last space; the target is that space and the last word, all its
tokens. **Accuracy**: the share of passages where each of the target's tokens is the likeliest one, given the context
and the target's tokens before it. The word's end is not asked for, nor is a list of stop words used. **Perplexity**:
exp of the mean of −ln P(target | context), per word, not per token.

The space belongs to the target's first token, as everywhere in this tokenizer, so the context ends without one. A
passage begins after `<|endoftext|>`; of one that does not fit the model's window the beginning is left out.
"""

import argparse
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from checkpoint import CheckpointError
from evaluate import add_model_options, load_model, weights_sha256
from gpt import GPT
from tokenizer import END_OF_TEXT


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_model_options(parser)
    parser.add_argument("file", type=Path, help="a JSON object with `text` on each line")
    options = parser.parse_args(arguments)
    try:
        model, tokenizer = load_model(options)
        passages = read_passages(options.file)
        answers = answer(model, [encode(tokenizer, passage, model.options.context) for passage in passages])
    except (CheckpointError, FileNotFoundError, ValueError) as error:
        print(f"lambada: {error}", file=sys.stderr)
        return 1
    sha256 = hashlib.sha256(options.file.read_bytes()).hexdigest()
    print(
        json.dumps(
            {"run": str(options.run), "weightsSha256": weights_sha256(model), "textSha256": sha256} | summary(answers),
            indent=2,
        )
    )
    return 0


@dataclass(frozen=True)
class Passage:
    ids: list[int]
    """Context and target, at most one more than the window: the last id is only predicted."""
    targets: int
    """Ids of the target, the last ones."""
    is_cut: bool
    """Whether the passage's beginning did not fit."""


@dataclass(frozen=True)
class Answer:
    is_right: bool
    """Whether every token of the target was the likeliest."""
    nats: float
    """−ln P(target | context)."""
    is_cut: bool


def read_passages(file: Path) -> list[str]:
    passages = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    for number, text in enumerate(passages, 1):
        if " " not in text.strip():
            raise ValueError(f"{file}: line {number} holds no two words")
    return passages


def encode(tokenizer: Tokenizer, text: str, window: int) -> Passage:
    """Raises `ValueError` where the target alone fills the window."""
    context, word = text.strip().rsplit(" ", 1)
    target = tokenizer.encode(word).ids  # the tokenizer puts the space before it
    ids = [tokenizer.token_to_id(END_OF_TEXT), *tokenizer.encode(context).ids, *target]
    if len(target) > window:
        raise ValueError(f"the word {word!r} has {len(target)} tokens, the window {window}")
    return Passage(ids[-(window + 1) :], len(target), len(ids) > window + 1)


@torch.inference_mode()
def answer(model: GPT, passages: list[Passage], batch: int = 64) -> list[Answer]:
    """In the order of `passages`."""
    device = model.tokens.weight.device
    order = sorted(range(len(passages)), key=lambda number: len(passages[number].ids))
    answers: list[Answer | None] = [None] * len(passages)
    for start in range(0, len(order), batch):
        numbers = order[start : start + batch]
        longest = max(len(passages[number].ids) for number in numbers)
        ids = torch.zeros(
            len(numbers), longest - 1, dtype=torch.long
        )  # (B, T); padded after the end, where nobody looks back from
        for row, number in enumerate(numbers):
            inputs = passages[number].ids[:-1]
            ids[row, : len(inputs)] = torch.tensor(inputs)
        hidden = model(ids.to(device))  # (B, T, C)
        for row, number in enumerate(numbers):
            passage = passages[number]
            end = len(passage.ids) - 1
            logits = model.logits(hidden[row, end - passage.targets : end]).float()  # (targets, V)
            target = torch.tensor(passage.ids[-passage.targets :], device=device)
            is_right = bool((logits.argmax(-1) == target).all())
            answers[number] = Answer(is_right, F.cross_entropy(logits, target, reduction="sum").item(), passage.is_cut)
    return answers


def summary(answers: list[Answer]) -> dict:
    accuracy = sum(answer.is_right for answer in answers) / len(answers)
    return {
        "protocol": "lambada_openai (lm-evaluation-harness): greedy, whole last word",
        "passages": len(answers),
        "accuracy": accuracy,
        "standardError": math.sqrt(accuracy * (1 - accuracy) / len(answers)),
        "perplexity": math.exp(math.fsum(answer.nats for answer in answers) / len(answers)),
        "passagesCut": sum(answer.is_cut for answer in answers),
    }


if __name__ == "__main__":
    sys.exit(main())
