"""What a block says again: names, topics, the words of a conversation.

Such tokens are a few in a hundred, and by frequency alone a small model has little to win by looking for them. Counted
several times they teach it to look back: attention heads that find what stood behind the last token where it stood
before (Olsson et al. 2022).
"""

import numpy as np
import torch
from torch import Tensor

from data import Data

FREQUENT = 400
"""Tokens that count once even where they are repeated, for they come again by themselves: two thirds of the text."""


class RepeatedTokens:
    """Which targets count `weight` times."""

    def __init__(self, data: Data, weight: float) -> None:
        self._weight = weight
        self._is_rare = torch.ones(data.vocabulary_size, dtype=torch.bool)
        self._is_rare[torch.from_numpy(np.argsort(-data.token_counts(), kind="stable")[:FREQUENT])] = False

    def weights(self, ids: Tensor) -> Tensor:
        """(B, T + 1) ids → (B, T): how often each target `ids[:, 1:]` counts. One that stood before it counts `weight`
        times, where it is not one of the `FREQUENT`."""
        before, targets = ids[:, :-1], ids[:, 1:]
        length = targets.shape[1]
        is_past = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        is_repeated = ((targets[:, :, None] == before[:, None, :]) & is_past).any(-1)
        is_counted = is_repeated & self._is_rare.to(ids.device)[targets]
        return torch.where(is_counted, self._weight, 1.0)
