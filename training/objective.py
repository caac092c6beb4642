"""The training objective: maximum likelihood, L1 = Σ ln P(token | context), with the vocabulary taken in chunks."""

import math

import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint


def next_token_loss(
    hidden: Tensor,
    head: Tensor,
    targets: Tensor,
    chunk: int = 2048,
    bias: Tensor | None = None,
    weights: Tensor | None = None,
) -> Tensor:
    """Sum of -ln P(target) in nats, fp32. `hidden` (N, C), `head` (V, C), `bias` (V) or none, `targets` (N), `weights`
    (N), how often each target counts, or none: once.

    Logits are made for `chunk` positions at a time and made again in the backward pass, so that memory is
    chunk × V instead of N × V; it costs one more product with the head.
    """
    if len(hidden) <= chunk:
        return whole_loss(hidden, head, targets, bias, weights)
    counted = [None] * math.ceil(len(targets) / chunk) if weights is None else weights.split(chunk)
    parts = [
        checkpoint(whole_loss, rows, head, wanted, bias, counts, use_reentrant=False, preserve_rng_state=False)
        for rows, wanted, counts in zip(hidden.split(chunk), targets.split(chunk), counted, strict=True)
    ]
    return sum(parts)


def whole_loss(hidden: Tensor, head: Tensor, targets: Tensor, bias: Tensor | None, weights: Tensor | None) -> Tensor:
    logits = F.linear(hidden, head, bias).float()  # (N, V)
    if weights is None:
        return F.cross_entropy(logits, targets, reduction="sum")
    # Not a product of vectors, which `autocast` would make in bf16.
    return (F.cross_entropy(logits, targets, reduction="none") * weights).sum()
