"""Checkpoints that are whole or refused."""

import resource
from pathlib import Path

import pytest
import torch

from checkpoint import (
    Checkpoint,
    CheckpointError,
    first_difference,
    load_checkpoint,
    load_weights,
    require_same_run,
    save_checkpoint,
)

IDENTITY = {"training": {"batch": 4, "tokens": 100.0}, "model": {"width": 16}, "data": "f"}


def make_checkpoint(step: int) -> Checkpoint:
    return Checkpoint(
        IDENTITY, step, {"weight": torch.full((3, 4), float(step)), "bias": torch.zeros(3)}, [{"state": {}}]
    )


def test_it_loads_what_it_saved(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    for step in (1, 2):
        save_checkpoint(path, make_checkpoint(step))
    loaded = load_checkpoint(path)
    assert (loaded.identity, loaded.step, loaded.optimisers) == (IDENTITY, 2, [{"state": {}}])
    assert loaded.model["weight"].tolist() == [[2.0] * 4] * 3
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_it_keeps_the_one_of_before_where_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, make_checkpoint(1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (500, before[1])
    )  # the system refuses to write more than 500 bytes a file
    try:
        with pytest.raises(CheckpointError, match="could not be written: .* The one of before is still there"):
            save_checkpoint(path, make_checkpoint(2))
        with pytest.raises(CheckpointError, match="There is none of before"):
            save_checkpoint(tmp_path / "other.pt", make_checkpoint(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert load_checkpoint(path).step == 1
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_it_refuses_what_is_no_whole_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        load_checkpoint(path)
    save_checkpoint(path, make_checkpoint(1))
    whole = path.read_bytes()
    for broken in (b"", b"text", whole[: len(whole) // 2], whole[:-1], whole[:100] + b"\0" * 50 + whole[150:]):
        path.write_bytes(broken)
        with pytest.raises(CheckpointError, match="is no whole checkpoint .*: restore it from a copy or delete it"):
            load_checkpoint(path)
    for other in ({"step": 1}, [1, 2], Path("code")):
        torch.save(other, path)
        with pytest.raises(CheckpointError, match="is no whole checkpoint"):
            load_checkpoint(path)


def test_it_names_the_option_that_differs() -> None:
    asked = {"training": {"batch": 4, "tokens": 100.0, "new": 7}, "model": {"width": 32}, "data": "f"}
    assert first_difference(IDENTITY, IDENTITY, {}) is None
    assert first_difference(IDENTITY, asked, {}) == ("model.width", 16, 32)
    asked["model"]["width"] = 16
    assert first_difference(IDENTITY, asked, {}) == ("training.new", None, 7)
    with pytest.raises(CheckpointError, match="made with training.new = 5, this run has 7: give the same options"):
        require_same_run(Path("checkpoint.pt"), make_checkpoint(1), asked, {"training": {"new": 5}})
    require_same_run(Path("checkpoint.pt"), make_checkpoint(1), asked, {"training": {"new": 7}})


def test_it_gives_its_weights_to_a_model_of_its_shape_alone(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint.pt", make_checkpoint(5))
    model = torch.nn.Linear(4, 3)
    load_weights(model, tmp_path / "checkpoint.pt")
    assert model.weight.tolist() == [[5.0] * 4] * 3
    with pytest.raises(CheckpointError, match="a model of another shape"):
        load_weights(torch.nn.Linear(4, 2), tmp_path / "checkpoint.pt")
