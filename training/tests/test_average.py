"""The mean of runs."""

from pathlib import Path

import pytest
import torch

from average import average, main
from checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint


def run(folder: Path, values: list[float], step: int = 1) -> Path:
    folder.mkdir()
    (folder / "options.json").write_text(f'{{"of": "{folder.name}"}}')
    save_checkpoint(folder / "checkpoint.pt", Checkpoint({"seed": step}, step, {"w": torch.tensor(values)}, [{"m": 1}]))
    return folder


def test_it_writes_the_weighted_mean_as_a_run_like_the_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, last = run(tmp_path / "a", [1.0, 0.0]), run(tmp_path / "b", [0.0, 4.0], step=7)
    out = tmp_path / "mean"
    assert main(["--out", str(out), "--runs", str(first), str(last), "--weights", "1", "3"]) == 0
    mean = load_checkpoint(out / "checkpoint.pt")
    assert mean.model["w"].tolist() == [0.25 * 1.0, 0.75 * 4.0]
    assert (mean.step, mean.identity, mean.optimisers) == (7, {"seed": 7}, [])
    assert (out / "options.json").read_text() == '{"of": "b"}'
    assert "the mean of" in capsys.readouterr().out


def test_it_counts_all_the_same_unless_told_otherwise(tmp_path: Path) -> None:
    runs = [str(run(tmp_path / name, [value])) for name, value in (("a", 1.0), ("b", 2.0), ("c", 6.0))]
    assert main(["--out", str(tmp_path / "mean"), "--runs", *runs]) == 0
    assert load_checkpoint(tmp_path / "mean" / "checkpoint.pt").model["w"].item() == pytest.approx((1 + 2 + 6) / 3)


@pytest.mark.parametrize("arguments", [["a"], ["a", "b", "--weights", "1"], ["a", "b", "--weights", "1", "0"]])
def test_it_refuses_what_is_no_mean(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    for name in ("a", "b"):
        run(tmp_path / name, [1.0])
    named = [str(tmp_path / part) if part in ("a", "b") else part for part in arguments]
    assert main(["--out", str(tmp_path / "mean"), "--runs", *named]) == 1
    assert "give two or more runs" in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()


def test_it_refuses_models_of_different_shapes(tmp_path: Path) -> None:
    checkpoints = [Checkpoint({}, 1, {"w": torch.zeros(size)}, []) for size in (2, 3)]
    with pytest.raises(CheckpointError, match="differ in shape"):
        average(checkpoints, [1.0, 1.0])
