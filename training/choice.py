"""A GPT with a head that answers questions with choices (Radford et al. 2018, section 3.3 and figure 1).

Each choice is a sequence of its own, `start context delimiter choice extract`, with three new tokens. A linear head
turns the last state, over `extract`, into the choice's score; softmax over the choices is the answer.

Shapes as in `gpt.py`; E questions, K choices each.
"""

import dataclasses
import statistics
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from evaluate import token_nats
from gpt import GPT, GPTOptions
from objective import next_token_loss
from tokenizer import END_OF_TEXT, LINE_BREAK
from turns import Example


class ChoiceModel(nn.Module):
    """Scores the choices of a question."""

    EXTRA_TOKENS = 3
    """Start, delimiter, extract: the ids after the tokenizer's."""

    def __init__(self, gpt: GPT, dropout: float) -> None:
        super().__init__()
        self.gpt = extend(gpt, self.EXTRA_TOKENS, dropout)
        self.head = nn.Linear(gpt.options.width, 1, bias=False)  # a bias would shift all choices alike
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Scores (E, K) and states (E, K, T, C) of ids (E, K, T), padded after each `lengths` (E, K)."""
        E, K, T = ids.shape
        hidden = self.gpt(ids.view(E * K, T)).view(E, K, T, -1)  # (E, K, T, C)
        last = hidden.gather(2, (lengths - 1)[:, :, None, None].expand(E, K, 1, hidden.shape[-1])).squeeze(
            2
        )  # (E, K, C)
        return self.head(self.dropout(last)).squeeze(-1), hidden

    def objectives(self, ids: Tensor, lengths: Tensor, answers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """−L1 in nats per token, −L2 in nats per question, and how many answers are right. `answers`: (E)."""
        scores, hidden = self(ids, lengths)
        question = torch.arange(len(ids), device=ids.device)
        true, states = ids[question, answers], hidden[question, answers]  # (E, T), (E, T, C)
        is_text = torch.arange(1, ids.shape[2], device=ids.device) < lengths[question, answers][:, None]  # (E, T - 1)
        targets = true[:, 1:][is_text]  # (N)
        language = next_token_loss(states[:, :-1][is_text], self.gpt.tokens.weight, targets) / len(targets)
        choice = F.cross_entropy(scores.float(), answers)
        return language, choice, (scores.argmax(-1) == answers).sum()


def extend(gpt: GPT, extra: int, dropout: float) -> GPT:
    """A copy with `extra` more tokens, their embeddings random."""
    options = dataclasses.replace(gpt.options, vocabulary_size=gpt.options.vocabulary_size + extra, dropout=dropout)
    extended = GPT(options)
    weights = gpt.state_dict()
    embeddings = extended.tokens.weight.detach().clone()
    embeddings[: gpt.options.vocabulary_size] = weights["tokens.weight"]
    extended.load_state_dict(weights | {"tokens.weight": embeddings})
    return extended


class Questions:
    """Examples as ids, ready to be batched."""

    def __init__(self, examples: list[Example], tokenizer: Tokenizer, window: int) -> None:
        self.first_extra = tokenizer.get_vocab_size()
        self.window = window
        self.ids = [self._encode(example, tokenizer) for example in examples]
        self.answers = torch.tensor([example.answer for example in examples])

    def __len__(self) -> int:
        return len(self.ids)

    def _encode(self, example: Example, tokenizer: Tokenizer) -> list[list[int]]:
        """A sequence for each choice. A choice has half the window at most; a longer context loses its beginning."""
        start, delimiter, extract = range(self.first_extra, self.first_extra + ChoiceModel.EXTRA_TOKENS)
        room = self.window - ChoiceModel.EXTRA_TOKENS
        context = tokenizer.encode(example.context).ids
        sequences = []
        for choice in example.choices:
            words = tokenizer.encode(choice).ids[: room // 2]
            kept = context[max(0, len(context) - (room - len(words))) :]
            sequences.append([start, *kept, delimiter, *words, extract])
        return sequences

    def batch(self, numbers: list[int]) -> tuple[Tensor, Tensor, Tensor]:
        """Ids (E, K, T), padded with 0 to the longest, lengths (E, K), answers (E)."""
        chosen = [self.ids[number] for number in numbers]
        lengths = torch.tensor([[len(sequence) for sequence in sequences] for sequences in chosen])
        longest = int(lengths.max())
        ids = torch.tensor(
            [[sequence + [0] * (longest - len(sequence)) for sequence in question] for question in chosen]
        )
        return ids, lengths, self.answers[torch.tensor(numbers)]


@torch.inference_mode()
def evaluate_choices(model: ChoiceModel, questions: Questions, batch: int = 64) -> dict[str, float]:
    """Accuracy, and both objectives, negative, in nats per question and per batch's tokens."""
    model.eval()
    device = model.head.weight.device
    order = sorted(range(len(questions)), key=lambda number: max(map(len, questions.ids[number])))
    sums = {"accuracy": 0.0, "L1": 0.0, "L2": 0.0}
    for first in range(0, len(order), batch):
        numbers = order[first : first + batch]
        language, choice, right = model.objectives(*(part.to(device) for part in questions.batch(numbers)))
        sums["accuracy"] += right.item()
        sums["L1"] += language.item() * len(numbers)
        sums["L2"] += choice.item() * len(numbers)
    return {name: total / len(questions) for name, total in sums.items()}


def zero_shot_accuracy(gpt: GPT, tokenizer: Tokenizer, examples: list[Example]) -> float:
    """Of the pretrained model alone: the choice whose tokens it finds likelier on average after the context."""
    start = tokenizer.token_to_id(END_OF_TEXT)
    line_break = tokenizer.token_to_id(LINE_BREAK)
    window = gpt.options.context
    sequences, choices = [], []
    for example in examples:
        before = [start, *tokenizer.encode(example.context).ids, line_break]
        for choice in example.choices:
            words = tokenizer.encode(choice).ids[: window // 2]
            sequences.append((before + words)[-(window + 1) :])
            choices.append(len(words))
    nats = [
        part[-count:].mean().item() for part, count in zip(token_nats(gpt, sequences, window), choices, strict=True)
    ]
    pairs = zip(nats[::2], nats[1::2], strict=True)
    return statistics.fmean(
        (other < one) == example.answer for (one, other), example in zip(pairs, examples, strict=True)
    )


def load_choice_model(file: Path) -> ChoiceModel:
    """The model of a `model.pt`, ready to answer."""
    saved = torch.load(file, weights_only=True, map_location="cpu")
    options = GPTOptions(**saved["options"])
    before = dataclasses.replace(options, vocabulary_size=options.vocabulary_size - ChoiceModel.EXTRA_TOKENS)
    model = ChoiceModel(GPT(before), options.dropout)
    model.load_state_dict(saved["model"])
    return model.eval()
