"""A recurrent language model over words, the baseline of mobile keyboards: one LSTM layer (Hochreiter & Schmidhuber
1997) of the size that Gboard ships (Hard et al. 2018: about 1.4 M parameters, 10 k words, vectors of 96, embedding
shared).

    h(t), c(t) = LSTM(C(w(t)), h(t-1), c(t-1))
    P(w(t+1) | w(1) … w(t)) = softmax(b + C P h(t))

The output weights are the word vectors, reached through the projection P ("tied", see `nnlm.py`). Gboard couples input
and forget gates, which saves a quarter of the layer's weights; a plain LSTM is one operator of ONNX and of every
runtime, and a narrower layer of it is as small. A text is read as `<s> w w w </s> <s> w …`: the state goes on through
its sentences.

Shapes: B sequences, T positions, L layers, M channels of a word vector, H hidden units, V words.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from objective import next_token_loss
from sampled_softmax import log_uniform_sample, sampled_loss
from words import SENTENCE_START, UNKNOWN


@dataclass
class LSTMOptions:
    vocabulary_size: int
    """Word ids of the data are below this, the most frequent words first."""
    words: int = 10240
    """V: the words the model knows, the first of the vocabulary, at most all of it; all others are `<unk>` to it."""
    width: int = 96
    """M: channels of a word's vector."""
    hidden: int = 288
    """H: units of a layer."""
    layers: int = 1
    """L."""
    samples: int = 1024
    """K: words drawn to estimate the softmax while training; 0: the whole vocabulary."""

    def __post_init__(self) -> None:
        if self.words < 4:
            raise ValueError(f"words must be 4 or more, not {self.words}")
        self.words = min(self.words, self.vocabulary_size)
        if self.samples < 0:
            raise ValueError(f"samples must be 0 or more, not {self.samples}")


class LSTM(nn.Module):
    """P(next word | all words before it)."""

    Options = LSTMOptions

    def __init__(self, options: LSTMOptions) -> None:
        super().__init__()
        self.options = options
        V, M, H = options.words, options.width, options.hidden
        self.words = nn.Embedding(V, M)
        self.recurrent = nn.LSTM(M, H, options.layers, batch_first=True)
        self.project = nn.Linear(H, M, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(V))
        nn.init.normal_(self.words.weight, std=M**-0.5)
        for layer in range(options.layers):
            # Gates i, f, g, o: a forget gate that begins open lets errors flow back (Jozefowicz et al. 2015).
            nn.init.ones_(getattr(self.recurrent, f"bias_ih_l{layer}").data[H : 2 * H])

    @property
    def head(self) -> Tensor:
        """(V, M): the output weights."""
        return self.words.weight

    def start(self, batch: int) -> tuple[Tensor, Tensor]:
        """State before the first word: `h` and `c`, each (L, B, H)."""
        shape = (self.options.layers, batch, self.options.hidden)
        return self.head.new_zeros(shape), self.head.new_zeros(shape)

    def forward(self, words: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the word after the last of (B, T) ids below V, and the state then. → (B, V), `h`, `c` (L, B, H)"""
        features, h, c = self.features(words, h, c)
        return self.logits(features[:, -1]), h, c

    def features(self, words: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is multiplied with the output weights at each position (B, T, M), and the state after the last."""
        hidden, (h, c) = self.recurrent(self.words(words), (h, c))  # (B, T, H)
        return self.project(hidden), h, c

    def logits(self, features: Tensor) -> Tensor:
        return F.linear(features, self.head, self.output_bias)  # (…, M) → (…, V)

    def known(self, ids: Tensor) -> Tensor:
        """Ids of the data's vocabulary as those of this model's, which is its beginning."""
        return torch.where(ids < self.options.words, ids, UNKNOWN)

    def loss(self, ids: Tensor) -> tuple[Tensor, int]:
        """Sum of -ln P over the T targets of B blocks, and their number. `ids`: (B, T + 1) of the data's vocabulary.

        `<s>` after `</s>` is certain: it counts and costs nothing. While training the sum is an estimate from `samples`
        drawn words.
        """
        ids = self.known(ids)
        features = self.features(ids[:, :-1], *self.start(len(ids)))[0]  # (B, T, M)
        targets = ids[:, 1:]  # (B, T)
        predicted = targets != SENTENCE_START
        loss = self._sampled_loss if self.training and self.options.samples > 0 else self._full_loss
        return loss(features[predicted], targets[predicted]), targets.numel()

    def _full_loss(self, features: Tensor, targets: Tensor) -> Tensor:
        return next_token_loss(features, self.head, targets, bias=self.output_bias)

    def _sampled_loss(self, features: Tensor, targets: Tensor) -> Tensor:
        sample = log_uniform_sample(self.options.words, self.options.samples, features.device)
        target_rows, sample_rows = self.words(torch.cat((targets, sample.ids))).split((len(targets), len(sample.ids)))
        return sampled_loss(features, target_rows, sample_rows, self.output_bias, targets, sample)
