"""Tokens that stood in their block before, and what they count."""

from functools import partial
from pathlib import Path

import pytest
import torch
from test_data import make_data

import repeats
from gpt import GPT, GPTOptions
from objective import next_token_loss
from options import TrainingOptions
from repeats import RepeatedTokens


def test_only_rare_tokens_that_stood_before_count_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0), "b": (50, 3.0)})
    assert data.token_counts()[[0, 99, 1000, 1049, 4000]].tolist() == [1, 1, 3, 3, 0]
    monkeypatch.setattr(repeats, "FREQUENT", 60)  # those of b, and 0 to 9
    rare, other, frequent = 20, 4000, 1049
    ids = torch.tensor([[rare, other, rare, frequent, frequent, other], [other, other, frequent, rare, rare, rare]])
    assert RepeatedTokens(data, 4).weights(ids).tolist() == [[1, 4, 1, 1, 4], [4, 1, 1, 4, 4]]


@pytest.mark.parametrize("chunk", [7, 2048])
def test_a_target_counts_as_often_as_it_says(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpt.next_token_loss", partial(next_token_loss, chunk=chunk))
    torch.manual_seed(1)
    model = GPT(GPTOptions(vocabulary_size=50, context=8, layers=1, width=16, heads=2))
    ids = torch.randint(0, 50, (3, 9))
    weights = torch.where(torch.rand(3, 8) < 0.3, 4.0, 1.0)
    nats = -model.logits(model(ids[:, :-1])).log_softmax(-1).gather(-1, ids[:, 1:, None])[:, :, 0]  # (3, 8)
    loss, count = model.loss(ids, weights)
    torch.testing.assert_close(loss, (nats * weights).sum())
    assert count == weights.sum()
    with torch.autocast("cpu", torch.bfloat16):
        assert model.loss(ids, weights)[0].dtype == torch.float32
    expected = torch.autograd.grad((nats * weights).sum(), model.tokens.weight)
    torch.testing.assert_close(torch.autograd.grad(loss, model.tokens.weight), expected)


def test_it_is_of_the_gpt_alone() -> None:
    with pytest.raises(ValueError, match="repeated_weight is of the model gpt, not of lstm"):
        TrainingOptions(model="lstm", data=Path(), run=Path(), repeated_weight=2)
    with pytest.raises(ValueError, match="repeated_weight must be above 0, not 0"):
        TrainingOptions(model="gpt", data=Path(), run=Path(), repeated_weight=0)
