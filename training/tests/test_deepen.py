"""A deeper GPT out of a trained one."""

from pathlib import Path

import pytest
import torch

from checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from deepen import deepen, main
from gpt import GPT, GPTOptions


def gpt(layers: int, **options: str) -> GPT:
    return GPT(GPTOptions(vocabulary_size=40, context=16, layers=layers, width=16, heads=2, **options)).eval()


def trained(**options: str) -> GPT:
    torch.manual_seed(7)
    model = gpt(3, **options)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=0.4)
    return model


def run(folder: Path, state: dict) -> Path:
    folder.mkdir()
    save_checkpoint(folder / "checkpoint.pt", Checkpoint({"seed": 1}, 3, state, [{"m": 1}]))
    return folder


@pytest.mark.parametrize("copy", [0, 1, 2])
def test_it_says_the_same_and_learns_with_what_is_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], copy: int
) -> None:
    shallow = trained()
    out = tmp_path / "new" / "deep.pt"
    folder = run(tmp_path / "run", shallow.state_dict())
    assert main(["--run", str(folder), "--copy", str(copy), "--out", str(out)]) == 0
    checkpoint = load_checkpoint(out)
    deep = gpt(4)
    deep.load_state_dict(checkpoint.model)
    ids = torch.randint(0, 40, (3, 13))
    assert torch.equal(shallow(ids[:, :-1]), deep(ids[:, :-1]))
    assert (checkpoint.step, checkpoint.optimisers) == (0, [])
    assert f"{sum(weight.numel() for weight in deep.parameters()):,} weights in 4 blocks" in capsys.readouterr().out

    new, copied = deep.blocks[copy + 1], deep.blocks[copy]
    assert torch.equal(new.attention.inputs.weight, copied.attention.inputs.weight)
    assert torch.equal(new.feed_forward_norm.bias, copied.feed_forward_norm.bias)
    loss, _ = deep.loss(ids)
    loss.backward()
    assert new.attention.out.weight.grad.abs().min() > 0
    assert new.feed_forward.out.weight.grad.abs().min() > 0


@pytest.mark.parametrize("copy", [-1, 3])
def test_the_block_must_be_there(copy: int) -> None:
    with pytest.raises(ValueError, match=f"--copy {copy}: the trained model has the blocks 0 … 2"):
        deepen(trained().state_dict(), copy)


def test_it_refuses_what_it_cannot_deepen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep.pt"
    for name, state in (("post", trained(norm="post").state_dict()), ("lstm", {"words.weight": torch.zeros(4, 2)})):
        assert main(["--run", str(run(tmp_path / name, state)), "--copy", "0", "--out", str(out)]) == 1
        assert "only a GPT with norms before its sublayers" in capsys.readouterr().err
    assert main(["--run", str(tmp_path / "none"), "--copy", "0", "--out", str(out)]) == 1
    assert "there is no checkpoint" in capsys.readouterr().err
    assert not out.exists()
