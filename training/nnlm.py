"""A neural probabilistic language model over words (Bengio, Ducharme, Vincent & Jauvin 2003).

    x = (C(w[t-n+1]), …, C(w[t-1]))          the context words' vectors, from one shared table C, side by side
    y = b + U tanh(d + H x) + W x            W: the direct connections, if any
    P(w | context) = softmax(y)[w]

Here U = C P and W = C R, both through the table itself ("tied"): P and R bring the hidden units and the context to the
width of a word vector, and a word's score is the product with its own vector. That halves the file, since C and U are
all but a few per cent of the weights, and every word's vector also learns from each sentence in which it is predicted,
which rare words need most (Press & Wolf 2017; Inan et al. 2017). With `tied=False` outputs have a table of their own.

Shapes: B sequences, T positions, M channels of a word vector, H hidden units, n-1 context words, V words.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from objective import next_token_loss
from sampled_softmax import log_uniform_sample, sampled_loss
from words import SENTENCE_START


@dataclass
class NNLMOptions:
    vocabulary_size: int
    """V: word ids are 0 … V-1, the most frequent first; `<unk>`, `<s>`, `</s>` are 0, 1, 2."""
    order: int = 5
    """n: a word is predicted from the n-1 before it."""
    width: int = 128
    """M: channels of a word's vector."""
    hidden: int = 512
    """H: hidden units."""
    direct: bool = True
    """Whether the context's vectors also reach the output past the hidden layer."""
    tied: bool = True
    """Whether the output weights are the word vectors themselves."""
    samples: int = 1024
    """K: words drawn to estimate the softmax while training; 0: the whole vocabulary."""
    dropout: float = 0.0
    """Share of the hidden units dropped while training."""

    def __post_init__(self) -> None:
        if self.order < 2:
            raise ValueError(f"order must be 2 or more, not {self.order}")
        if self.samples < 0:
            raise ValueError(f"samples must be 0 or more, not {self.samples}")


class NNLM(nn.Module):
    """P(next word | the n-1 words before it in its sentence)."""

    Options = NNLMOptions

    def __init__(self, options: NNLMOptions) -> None:
        super().__init__()
        self.options = options
        V, M, H = options.vocabulary_size, options.width, options.hidden
        context = (options.order - 1) * M
        self.words = nn.Embedding(V, M)
        self.hidden = nn.Linear(context, H)
        self.project = nn.Linear(H, M, bias=False)
        self.direct = nn.Linear(context, M, bias=False) if options.direct else None
        self.outputs = None if options.tied else nn.Embedding(V, M)
        self.output_bias = nn.Parameter(torch.zeros(V))
        self.dropout = nn.Dropout(options.dropout)
        for table in (self.words, self.outputs):
            if table is not None:
                nn.init.normal_(table.weight, std=M**-0.5)
        if self.direct is not None:
            nn.init.zeros_(self.direct.weight)

    @property
    def head(self) -> Tensor:
        """(V, M): the output weights."""
        return (self.words if self.outputs is None else self.outputs).weight

    def forward(self, words: Tensor) -> Tensor:
        """Logits of the next word. `words`: (B, n-1) ids, oldest first, `<s>` before a sentence's first. → (B, V)"""
        return F.linear(self.features(self.words(words)), self.head, self.output_bias)

    def features(self, vectors: Tensor) -> Tensor:
        """What is multiplied with the output weights. (…, n-1, M) → (…, M)"""
        x = vectors.flatten(-2)  # (…, (n-1) M)
        hidden = self.dropout(torch.tanh(self.hidden(x)))  # (…, H)
        y = self.project(hidden)  # (…, M)
        return y if self.direct is None else y + self.direct(x)

    def loss(self, ids: Tensor) -> tuple[Tensor, int]:
        """Sum of -ln P over the targets of B blocks, and their number. `ids`: (B, T + 1).

        A target counts if the block holds its whole context. `<s>` after `</s>` is certain: it counts and costs
        nothing. While training the sum is an estimate from `samples` drawn words.
        """
        windows, is_whole = context_windows(ids, self.options.order)  # (B, T, n-1), (B, T)
        targets = ids[:, 1:]  # (B, T)
        predicted = is_whole & (targets != SENTENCE_START)
        windows, targets_predicted = windows[predicted], targets[predicted]  # (N, n-1), (N)
        loss = self._sampled_loss if self.training and self.options.samples > 0 else self._full_loss
        return loss(windows, targets_predicted), int((is_whole | (targets == SENTENCE_START)).sum())

    def _full_loss(self, windows: Tensor, targets: Tensor) -> Tensor:
        features = self.features(self.words(windows))  # (N, M)
        return next_token_loss(features, self.head, targets, bias=self.output_bias)

    def _sampled_loss(self, windows: Tensor, targets: Tensor) -> Tensor:
        sample = log_uniform_sample(self.options.vocabulary_size, self.options.samples, windows.device)
        N, K = len(targets), len(sample.ids)
        if self.outputs is None:
            # One look-up for all: each would make a gradient as large as the table.
            rows = self.words(torch.cat((windows.flatten(), targets, sample.ids)))
            context, target_rows, sample_rows = rows.split((windows.numel(), N, K))
        else:
            context = self.words(windows.flatten())
            target_rows, sample_rows = self.outputs(torch.cat((targets, sample.ids))).split((N, K))
        features = self.features(context.view(*windows.shape, -1))  # (N, M)
        return sampled_loss(features, target_rows, sample_rows, self.output_bias, targets, sample)


def context_windows(ids: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """The n-1 words before each target of (B, T + 1) ids, oldest first, `<s>` for all before a sentence's beginning.

    → (B, T, n-1), and (B, T): whether the block holds the whole window, or the sentence's beginning.
    """
    newest = ids[:, :-1]  # (B, T)
    words = [newest]
    is_outside = newest == SENTENCE_START  # (B, T): whether what is further back belongs to another sentence
    is_whole = torch.ones_like(is_outside)
    for back in range(1, order - 1):
        older = F.pad(newest, (back, 0), value=SENTENCE_START)[:, : newest.shape[1]]
        is_missing = torch.arange(newest.shape[1], device=ids.device) < back  # (T)
        is_whole = is_whole & (is_outside | ~is_missing)
        older = torch.where(is_outside, SENTENCE_START, older)
        words.append(older)
        is_outside = is_outside | (older == SENTENCE_START)
    return torch.stack(words[::-1], dim=-1), is_whole
