"""A wider LSTM out of a trained one."""

from pathlib import Path

import pytest
import torch

from checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from lstm import LSTM, LSTMOptions
from widen import main, widen


def trained(layers: int = 1) -> LSTM:
    torch.manual_seed(7)
    model = LSTM(LSTMOptions(vocabulary_size=50, words=40, width=6, hidden=8, layers=layers))
    torch.nn.init.normal_(model.output_bias)
    return model.eval()


def run(folder: Path, model: LSTM) -> Path:
    folder.mkdir()
    save_checkpoint(folder / "checkpoint.pt", Checkpoint({"seed": 1}, 3, model.state_dict(), [{"m": 1}]))
    return folder


def wide_of(state: dict, width: int, hidden: int) -> LSTM:
    model = LSTM(LSTMOptions(vocabulary_size=50, words=40, width=width, hidden=hidden, samples=0))
    model.load_state_dict(state)
    return model


def test_it_says_the_same_and_learns_with_what_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    narrow = trained()
    out = tmp_path / "new" / "wide.pt"
    folder = run(tmp_path / "run", narrow)
    assert main(["--run", str(folder), "--width", "9", "--hidden", "13", "--out", str(out)]) == 0
    checkpoint = load_checkpoint(out)
    wide = wide_of(checkpoint.model, 9, 13)
    ids = torch.randint(0, 40, (3, 12))
    with torch.no_grad():
        said, h, c = narrow(ids, *narrow.start(3))
        also, wide_h, wide_c = wide(ids, *wide.start(3))
    assert torch.allclose(said, also, atol=1e-6)
    assert torch.allclose(h, wide_h[..., :8], atol=1e-6)
    assert torch.allclose(c, wide_c[..., :8], atol=1e-6)
    assert (checkpoint.step, checkpoint.optimisers) == (0, [])
    assert f"{sum(tensor.numel() for tensor in wide.parameters()):,} weights" in capsys.readouterr().out

    loss, _ = wide.loss(ids)
    loss.backward()
    project = wide.project.weight.grad
    assert project[:6, 8:].abs().min() > 0  # new units to the old channels
    assert project[6:, :8].abs().min() > 0  # old units to the new channels
    assert wide.recurrent.weight_hh_l0.grad[:8, 8:].abs().min() > 0  # new units to the old ones


def test_the_same_size_changes_nothing() -> None:
    state = trained().state_dict()
    same = widen(state, 6, 8)
    assert all(torch.equal(same[name], tensor) for name, tensor in state.items())


def test_the_seed_decides_what_is_new(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", trained())
    made = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        out = tmp_path / f"{name}.pt"
        assert main(["--run", str(folder), "--width", "7", "--hidden", "9", "--seed", seed, "--out", str(out)]) == 0
        made.append(load_checkpoint(out).model["words.weight"])
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


@pytest.mark.parametrize(("width", "hidden"), [(5, 8), (6, 7)])
def test_it_does_not_shrink(width: int, hidden: int) -> None:
    with pytest.raises(ValueError, match="has 6 and 8, and can only become wider"):
        widen(trained().state_dict(), width, hidden)


def test_it_refuses_what_it_cannot_widen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run(tmp_path / "run", trained(layers=2))
    arguments = ["--width", "9", "--hidden", "9", "--out", str(tmp_path / "wide.pt")]
    assert main(["--run", str(folder), *arguments]) == 1
    assert "only an LSTM of one layer" in capsys.readouterr().err
    assert main(["--run", str(tmp_path / "none"), *arguments]) == 1
    assert "there is no checkpoint" in capsys.readouterr().err
    assert not (tmp_path / "wide.pt").exists()
