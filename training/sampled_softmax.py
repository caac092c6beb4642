"""Softmax over a sample of the words, for training with a large vocabulary.

The sum over the vocabulary in -ln P(w) = -s(w) + ln Σ exp s(v) is estimated from K words drawn from a proposal Q
(importance sampling: Bengio & Senécal 2003; Jean et al. 2015), each standing for 1 / (K·Q) words. All targets of a
batch share the draws, so that their logits are one product of matrices.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass
class Sample:
    """Words drawn from a proposal."""

    ids: Tensor
    """(K) drawn ids; a word may be drawn more than once."""
    log_expected: Tensor
    """(K) ln of how often each is expected among the K: what its logit is lowered by."""


def log_uniform_sample(vocabulary_size: int, count: int, device: torch.device) -> Sample:
    """`count` ids with Q(id) = ln((id + 2) / (id + 1)) / ln(V + 1): Zipf's law, the most frequent word being id 0.

    One is drawn from each of `count` equally probable slices of Q: a frequent word is drawn as often as it is
    expected, give or take one, which takes much of the noise out of the estimate and leaves it unbiased.
    """
    slices = torch.arange(count, device=device) + torch.rand(count, device=device)  # (K)
    whole = math.log(vocabulary_size + 1)
    ids = (torch.exp(slices / count * whole) - 1).long().clamp(0, vocabulary_size - 1)
    log_q = torch.log(torch.log1p(1 / (ids + 1.0)) / whole)
    return Sample(ids, log_q + math.log(count))


def sampled_loss(
    features: Tensor, target_rows: Tensor, sample_rows: Tensor, bias: Tensor, targets: Tensor, sample: Sample
) -> Tensor:
    """Sum over the targets of -ln P, estimated; fp32. `features` (N, M), `bias` (V), `targets` (N); the output weights
    of the targets (N, M) and of the sample (K, M).

    The target's own term stands for itself, so draws that hit it are left out: the estimate of Σ exp s is unbiased.
    """
    own = ((features * target_rows).sum(-1) + bias[targets]).float()  # (N)
    drawn = F.linear(features, sample_rows, bias[sample.ids] - sample.log_expected).float()  # (N, K)
    drawn = drawn.masked_fill(sample.ids == targets[:, None], -math.inf)
    return (torch.logaddexp(own, drawn.logsumexp(dim=1)) - own).sum()
