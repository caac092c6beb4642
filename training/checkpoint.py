"""A run's state on disk: written beside the old one and put in its place, so that a whole one is always there."""

import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch


class CheckpointError(Exception):
    """A checkpoint that cannot be read, written or used here; the message says what to do."""


@dataclass
class Checkpoint:
    identity: dict
    """Options of training and model, and the data's fingerprint: what a run must have in common with it to go on."""
    step: int
    """Steps taken. What a step draws by chance depends on its number alone, so no generator's state is kept."""
    model: dict
    optimisers: list[dict]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Raises `CheckpointError` where the disk does not take it; the checkpoint of before is then still there."""
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            torch.save(asdict(checkpoint), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except (OSError, RuntimeError) as error:  # torch.save raises RuntimeError where a write falls short
        partial.unlink(missing_ok=True)
        kept = f"The one of before is still there: {path}." if path.is_file() else "There is none of before."
        raise CheckpointError(
            f"the checkpoint could not be written: {error}. {kept} Free space and run the same command again.",
        ) from error


def load_checkpoint(path: Path) -> Checkpoint:
    """Raises `CheckpointError` where the file is missing, broken or no checkpoint."""
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint {path}")
    try:
        # Tensors and plain values only: a checkpoint from elsewhere cannot run code here.
        state = torch.load(path, weights_only=True, map_location="cpu")
        return Checkpoint(**{field.name: state[field.name] for field in fields(Checkpoint)})
    except Exception as error:  # whatever the bytes make the reader stumble over
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CheckpointError(
            f"{path} is no whole checkpoint ({reason}): restore it from a copy or delete it"
        ) from error


def require_same_run(path: Path, checkpoint: Checkpoint, identity: dict, defaults: dict) -> None:
    """Raises `CheckpointError` naming the first option that differs. An option that the checkpoint is too old to know
    had its default (`defaults`, nested like `identity`)."""
    difference = first_difference(checkpoint.identity, identity, defaults)
    if difference is not None:
        name, saved, asked = difference
        raise CheckpointError(
            f"{path} was made with {name} = {saved}, this run has {asked}: give the same options to go on, "
            "or another --run folder to begin anew",
        )


def load_weights(model: torch.nn.Module, path: Path) -> None:
    """The weights of another run's checkpoint. Raises `CheckpointError` where the shapes differ."""
    checkpoint = load_checkpoint(path)
    try:
        model.load_state_dict(checkpoint.model)
    except RuntimeError as error:
        raise CheckpointError(f"{path} holds a model of another shape: {error}") from error


def first_difference(saved: dict, asked: dict, defaults: dict, prefix: str = "") -> tuple[str, object, object] | None:
    """The first name, in alphabetical order, whose values differ: (name, saved, asked)."""
    for name in sorted(saved.keys() | asked.keys()):
        one, other = saved.get(name, defaults.get(name)), asked.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            inner = first_difference(one, other, defaults.get(name, {}), f"{prefix}{name}.")
            if inner is not None:
                return inner
        elif one != other:
            return f"{prefix}{name}", one, other
    return None
