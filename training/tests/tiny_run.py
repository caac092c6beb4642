"""An untrained run for tests of whatever reads one."""

from pathlib import Path

import torch

from checkpoint import Checkpoint, save_checkpoint
from data import Data
from gpt import GPT, GPTOptions


def make_run(folder: Path, data_folder: Path, spread: float = 0.5) -> Path:
    """A run of a GPT whose weights are `spread` times the standard normal: 0 makes it a model without preferences."""
    data = Data(data_folder)
    options = {"vocabulary_size": data.vocabulary_size, "context": 16, "layers": 2, "width": 16, "heads": 2}
    torch.manual_seed(1)
    model = GPT(GPTOptions(**options))
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=spread) if spread else weight.zero_()
    folder.mkdir(parents=True, exist_ok=True)
    identity = {"training": {"model": "gpt"}, "model": options, "data": data.fingerprint}
    save_checkpoint(folder / "checkpoint.pt", Checkpoint(identity, 0, model.state_dict(), []))
    return folder
