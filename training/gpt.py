"""A decoder-only transformer (Vaswani et al. 2017) with the options that tell the GPT family apart.

GPT-1 (Radford et al. 2018): ``norm="post"``, learned positions.
GPT-2 (Radford et al. 2019): ``norm="pre"`` and a final norm, learned positions.
GPT-3 (Brown et al. 2020): GPT-2 with ``attention="alternating"``: every second layer sees only a band of the past.
What Foreword ships: GPT-2 with rotary positions (Su et al. 2021).

Shapes: B sequences, T positions, C channels, H heads, D = C / H channels of a head, V tokens in the vocabulary.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from objective import next_token_loss


@dataclass
class GPTOptions:
    vocabulary_size: int
    """V: token ids are 0 … V-1."""
    context: int = 128
    """Most positions the model sees, its window k."""
    layers: int = 4
    width: int = 256
    """C: channels of the residual stream; a multiple of `heads`."""
    heads: int = 4
    norm: str = "pre"
    """`pre` (GPT-2, GPT-3: a norm before each sublayer and one at the end) or `post` (GPT-1: after each sum)."""
    attention: str = "dense"
    """`dense`, or `alternating`: layers 1, 3, 5 … see only the last `band` positions (Child et al. 2019)."""
    band: int = 32
    """Positions a banded layer sees, the present one included."""
    positions: str = "rotary"
    """`rotary` or `learned`."""
    dropout: float = 0.0
    """Share of the channels dropped after the embedding and after each sublayer while training."""

    def __post_init__(self) -> None:
        for name, allowed in (
            ("norm", ("pre", "post")),
            ("attention", ("dense", "alternating")),
            ("positions", ("rotary", "learned")),
        ):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        for name in ("vocabulary_size", "context", "layers", "width", "heads", "band"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads, but {self.width} is not one of {self.heads}")
        if self.positions == "rotary" and self.width // self.heads % 2:
            raise ValueError(f"rotary positions need an even head width, not {self.width // self.heads}")


class GPT(nn.Module):
    """P(next token | the tokens before it)."""

    Options = GPTOptions

    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        self.options = options
        self.tokens = nn.Embedding(options.vocabulary_size, options.width)
        self.positions = nn.Embedding(options.context, options.width) if options.positions == "learned" else None
        self.blocks = nn.ModuleList(Block(options, layer) for layer in range(options.layers))
        self.final_norm = nn.LayerNorm(options.width) if options.norm == "pre" else nn.Identity()
        self.dropout = nn.Dropout(options.dropout)
        self.apply(self._initialise)
        for name, weight in self.named_parameters():
            if name.endswith("out.weight"):  # GPT-2: what joins the residual stream starts smaller in a deeper model
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * options.layers))

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, ids: Tensor) -> Tensor:
        """Hidden states after the last block; `logits` turns them into scores of the next token."""
        x = self.tokens(ids)  # (B, T, C)
        if self.positions is not None:
            x = x + self.positions.weight[: ids.shape[1]]
        x = self.dropout(x)
        rotation = rotary_table(ids.shape[1], self.options, x.device) if self.positions is None else None
        for block in self.blocks:
            x = block(x, rotation)
        return self.final_norm(x)  # (B, T, C)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.tokens.weight)  # (…, C) → (…, V): the embedding is tied

    def loss(self, ids: Tensor, weights: Tensor | None = None) -> tuple[Tensor, int | Tensor]:
        """Sum of -ln P over the T targets of each of B blocks, and their number. `ids`: (B, T + 1). `weights` (B, T):
        how often each target counts, in both."""
        hidden = self(ids[:, :-1]).flatten(0, 1)  # (B · T, C)
        targets = ids[:, 1:].flatten()
        if weights is None:
            return next_token_loss(hidden, self.tokens.weight, targets), targets.numel()
        return next_token_loss(hidden, self.tokens.weight, targets, weights=weights.flatten()), weights.sum()


class Block(nn.Module):
    """Attention over the past, then a feed-forward layer, each added to the residual stream."""

    def __init__(self, options: GPTOptions, layer: int) -> None:
        super().__init__()
        self.is_pre_norm = options.norm == "pre"
        self.attention_norm = nn.LayerNorm(options.width)
        self.attention = SelfAttention(options, is_banded=options.attention == "alternating" and layer % 2 == 1)
        self.feed_forward_norm = nn.LayerNorm(options.width)
        self.feed_forward = FeedForward(options)
        self.dropout = nn.Dropout(options.dropout)

    def forward(self, x: Tensor, rotation: Tensor | None) -> Tensor:
        if self.is_pre_norm:
            x = x + self.dropout(self.attention(self.attention_norm(x), rotation))  # (B, T, C)
            return x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))
        x = self.attention_norm(x + self.dropout(self.attention(x, rotation)))
        return self.feed_forward_norm(x + self.dropout(self.feed_forward(x)))


class SelfAttention(nn.Module):
    """Masked multi-head self-attention: softmax(Q Kᵀ / √D) V, position t looking at positions ≤ t alone."""

    def __init__(self, options: GPTOptions, is_banded: bool) -> None:
        super().__init__()
        self.heads = options.heads
        self.band = options.band if is_banded else None
        self.inputs = nn.Linear(options.width, 3 * options.width)
        self.out = nn.Linear(options.width, options.width)

    def forward(self, x: Tensor, rotation: Tensor | None) -> Tensor:
        B, T, C = x.shape
        q, k, v = self.inputs(x).view(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)  # each (B, H, T, D)
        if rotation is not None:
            q, k = rotate(q, rotation), rotate(k, rotation)
        y = attend(q, k, v, visible(T, self.band, x.device))  # (B, H, T, D)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


class FeedForward(nn.Module):
    def __init__(self, options: GPTOptions) -> None:
        super().__init__()
        self.inner = nn.Linear(options.width, 4 * options.width)
        self.out = nn.Linear(4 * options.width, options.width)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(F.gelu(self.inner(x), approximate="tanh"))  # (B, T, 4C) → (B, T, C)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """softmax(Q Kᵀ / √D) V over the columns that `mask` (T, T) allows each row. (B, H, T, D) → the same."""
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    # On a CPU the fused kernel's backward pass made a step of a small model a fifth slower than these three lines.
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (B, H, T, T)
    weights = scores.float().masked_fill(~mask, -math.inf).softmax(-1)
    return weights.to(v.dtype) @ v


def visible(length: int, band: int | None, device: torch.device) -> Tensor:
    """(T, T): true where the column is at most the row and, in a banded layer, less than `band` behind it."""
    ones = torch.ones(length, length, dtype=torch.bool, device=device)
    return ones.tril() if band is None else ones.tril() & ones.triu(1 - band)


def rotary_table(length: int, options: GPTOptions, device: torch.device, start: int = 0) -> Tensor:
    """(2, T, D): cosines and sines of position · 10000^(-2i/D), each written for both halves of a head."""
    half = options.width // options.heads // 2
    frequency = 10000.0 ** (-torch.arange(half, device=device, dtype=torch.float32) / half)  # (D/2)
    angle = torch.outer(torch.arange(start, start + length, device=device, dtype=torch.float32), frequency)  # (T, D/2)
    angle = torch.cat((angle, angle), dim=-1)  # (T, D)
    return torch.stack((angle.cos(), angle.sin()))


def rotate(x: Tensor, rotation: Tensor) -> Tensor:
    """Turns the pair (xᵢ, xᵢ₊D/2) of each head by its position's angle. (B, H, T, D) → the same."""
    cos, sin = rotation.to(x.dtype)
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin
