"""The last word of a passage that only the whole passage tells: LAMBADA (Paperno et al. 2016).

    python training/lambada.py --run work/runs/en-gpt --data work/data/en-8k ../shared/eval/lambada/lambada_test.jsonl
    python training/lambada.py --run work/runs/en-gpt --data work/data/en-8k --weights packages/pack-en/gpt.q8 \\
        --json packages/pack-en/lambada.json ../shared/eval/lambada/lambada_test.jsonl

The second measures weights in few bits, as a pack holds them, and keeps the scores beside them for the page that shows
them. Do so whenever a pack gets another GPT: scores of other weights are not shown.

The protocol is that of `lambada_openai` in EleutherAI's lm-evaluation-harness: the text as OpenAI published it, with
its punctuation; the context is everything before the last space; the target is that space and the last word, all its
tokens. **Accuracy**: the share of passages where each of the target's tokens is the likeliest one, given the context
and the target's tokens before it. The word's end is not asked for, nor is a list of stop words used. **Perplexity**:
exp of the mean of −ln P(target | context), per word, not per token.

The space belongs to the target's first token, as everywhere in this tokenizer, so the context ends without one. A
passage begins after the token that exported weights begin a text with, those of a run after `<|endoftext|>`; of one
that does not fit the model's window the beginning is left out.
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
from torch import Tensor

from checkpoint import CheckpointError
from evaluate import add_model_options, load_model, weights_sha256
from gpt import GPT
from quantize import unpack
from tokenizer import END_OF_TEXT


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_model_options(parser)
    parser.add_argument("--weights", type=Path, help="exported weights of that run to judge instead: .q8 or .q4")
    parser.add_argument("--json", type=Path, help="a file to write what is printed into")
    parser.add_argument("file", type=Path, help="a JSON object with `text` on each line")
    options = parser.parse_args(arguments)
    try:
        model, tokenizer = load_model(options)
        start = tokenizer.token_to_id(END_OF_TEXT)
        if options.weights is not None:
            weights, own_start = read_weights(options.weights, model)
            model.load_state_dict(weights)
            start = start if own_start is None else own_start
        passages = read_passages(options.file)
        answers = answer(model, [encode(tokenizer, passage, model.options.context, start) for passage in passages])
        text = json.dumps(judged(options, model) | {"textSha256": sha256_of(options.file)} | summary(answers), indent=2)
        if options.json is not None:
            options.json.write_text(text + "\n", "utf-8")
    except (CheckpointError, OSError, ValueError) as error:
        print(f"lambada: {error}", file=sys.stderr)
        return 1
    print(text)
    return 0


def judged(options: argparse.Namespace, model: GPT) -> dict:
    """What was judged: an exported file by the sum of its bytes, as `pack.json` has it, or a run."""
    if options.weights is not None:
        return {"weights": options.weights.name, "weightsSha256": sha256_of(options.weights)}
    return {"run": str(options.run), "weightsSha256": weights_sha256(model)}


def sha256_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_weights(file: Path, model: GPT) -> tuple[dict[str, Tensor], int | None]:
    """What an exported file stands for, and the token it begins a text with, `None` where it names none. Raises
    `ValueError` where it is not of a model built like this one."""
    header, weights, _ = unpack(file.read_bytes())
    state = {name: torch.from_numpy(tensor) for name, tensor in weights.items()}
    shapes = {name: tensor.shape for name, tensor in state.items()}
    if shapes != {name: tensor.shape for name, tensor in model.state_dict().items()}:
        raise ValueError(f"{file} holds the weights of another {header['model']} than the run: give the run it is of")
    return state, header.get("startToken")


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


def encode(tokenizer: Tokenizer, text: str, window: int, start: int) -> Passage:
    """A passage after the token `start`. Raises `ValueError` where the target alone fills the window."""
    context, word = text.strip().rsplit(" ", 1)
    target = tokenizer.encode(word).ids  # the tokenizer puts the space before it
    ids = [start, *tokenizer.encode(context).ids, *target]
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
