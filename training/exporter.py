"""What `export.py` must know of a kind of model. One subclass a kind."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import torch
from onnx import ModelProto
from torch import Tensor

from data import Data
from onnx_graph import Weights, save
from parity import Context, Difference, Quality, text_of


class Exporter(ABC):
    """A trained model and text to try it on."""

    vocabulary_file: str
    """The file of the data folder that goes with the model."""

    def __init__(self, model: torch.nn.Module, data: Data) -> None:
        self.model = model.eval()
        self.options = model.options
        self.vocabulary_path = data.folder / self.vocabulary_file
        ids, self.test_text = text_of(data)
        self.ids = torch.from_numpy(ids)
        """A stretch of the text that `test_text` names."""

    @abstractmethod
    def facts(self) -> dict:
        """What the header of the weights file says of the model; `model` is its name in all files."""

    def weights(self) -> Weights:
        return {name: tensor.float().numpy() for name, tensor in self.model.state_dict().items()}

    def with_weights(self, weights: Weights) -> torch.nn.Module:
        """The model in PyTorch with other weights, named and shaped as `weights` gives them."""
        other = type(self.model)(self.options)
        other.load_state_dict(self.state_of(weights))
        return other.eval()

    @staticmethod
    def state_of(weights: Weights) -> dict[str, Tensor]:
        """What `weights` gave, as PyTorch's `state_dict` again."""
        return {name: torch.from_numpy(tensor) for name, tensor in weights.items()}

    def start_row(self, weights: Weights) -> np.ndarray | None:
        """The first row of every past, where the model has one."""
        return None

    @abstractmethod
    def graphs(self, weights: Weights, with_inspect: bool, with_hf: bool) -> dict[str, ModelProto]:
        """By file name. `weights` are those that the file of few bits stands for."""

    def write(self, out: Path, weights: Weights, with_inspect: bool, with_hf: bool) -> list[Path]:
        """Writes graphs and vocabulary; returns the graphs' paths."""
        graphs = self.graphs(weights, with_inspect, with_hf)
        for name, graph in graphs.items():
            save(graph, out / name)
        shutil.copyfile(self.vocabulary_path, out / self.vocabulary_file)
        return [out / name for name in graphs]

    @abstractmethod
    def contexts(self) -> list[Context]:
        """24 contexts for the parity file."""

    @abstractmethod
    def log_probs(self, model: torch.nn.Module, contexts: list[Context]) -> Tensor:
        """(contexts, V): ln P of the next id, all of it by PyTorch."""

    @abstractmethod
    def quality(self, model: torch.nn.Module) -> Quality:
        """Of a model with other weights, on the test text."""

    @abstractmethod
    def differences(self, weights: Weights, start_row: np.ndarray | None) -> list[Difference]:
        """Every way in which the graphs are run, against PyTorch with the same weights."""


CONTEXTS = 24
"""Contexts of a parity file."""
