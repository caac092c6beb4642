"""Maximum likelihood, whole and in chunks."""

import pytest
import torch

from objective import next_token_loss


@pytest.mark.parametrize("chunk", [1, 4, 7, 20, 100])
@pytest.mark.parametrize("has_bias", [False, True])
def test_it_gives_in_chunks_the_loss_and_the_gradients_of_the_whole(chunk: int, has_bias: bool) -> None:
    def loss_and_gradients(chunk: int) -> tuple[torch.Tensor, list[torch.Tensor]]:
        torch.manual_seed(1)
        inputs = [torch.randn(20, 8), torch.randn(30, 8), torch.randn(30)]
        hidden, head, bias = (tensor.requires_grad_() for tensor in inputs)
        loss = next_token_loss(hidden, head, torch.randint(0, 30, (20,)), chunk, bias if has_bias else None)
        loss.backward()
        return loss.detach(), [tensor.grad for tensor in (hidden, head, bias) if tensor.grad is not None]

    loss, gradients = loss_and_gradients(chunk)
    whole, whole_gradients = loss_and_gradients(1000)
    torch.testing.assert_close(loss, whole)
    assert len(gradients) == 2 + has_bias
    for one, other in zip(gradients, whole_gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_it_is_the_sum_of_the_targets_surprise() -> None:
    hidden, head = torch.zeros(3, 8), torch.zeros(5, 8)
    loss = next_token_loss(hidden, head, torch.tensor([0, 1, 4]))
    torch.testing.assert_close(loss, 3 * torch.tensor(5.0).log())
