"""The training objective: maximum likelihood, L1 = Σ ln P(token | context), with the vocabulary taken in chunks."""

import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint


def next_token_loss(
    hidden: Tensor,
    head: Tensor,
    targets: Tensor,
    chunk: int = 2048,
    bias: Tensor | None = None,
) -> Tensor:
    """Sum of -ln P(target) in nats, fp32. `hidden` (N, C), `head` (V, C), `bias` (V) or none, `targets` (N).

    Logits are made for `chunk` positions at a time and made again in the backward pass, so that memory is
    chunk × V instead of N × V; it costs one more product with the head.
    """
    if len(hidden) <= chunk:
        return whole_loss(hidden, head, targets, bias)
    parts = [
        checkpoint(whole_loss, rows, head, wanted, bias, use_reentrant=False, preserve_rng_state=False)
        for rows, wanted in zip(hidden.split(chunk), targets.split(chunk), strict=True)
    ]
    return sum(parts)


def whole_loss(hidden: Tensor, head: Tensor, targets: Tensor, bias: Tensor | None) -> Tensor:
    logits = F.linear(hidden, head, bias)  # (N, V)
    return F.cross_entropy(logits.float(), targets, reduction="sum")
