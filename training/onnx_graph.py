"""Writes ONNX graphs node by node.

A graph written by hand stays small, keeps the tied embedding once and names its tensors as PyTorch does.
The weights are not in the file but beside it, external data at one location.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
"""The first with Gelu as one operator; LayerNormalization is one since 17."""

IR_VERSION = 9
"""The one that came with opset 20; older runtimes refuse newer ones."""

ALIGNMENT = 64
"""Bytes: every tensor of the weights begins at a multiple, a cache line."""

TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}

Weights = dict[str, np.ndarray]
"""fp32 tensors by the names that the model's `state_dict` gives them, in the order in which they are stored."""


def offsets(weights: Weights) -> dict[str, int]:
    """Where each tensor begins in the external data, in bytes."""
    places, end = {}, 0
    for name, tensor in weights.items():
        places[name] = end
        end += -(-tensor.size * 4 // ALIGNMENT) * ALIGNMENT
    return places


def external_data(weights: Weights) -> bytes:
    """The content of `M.weights`: what the runtime is given as external data."""
    data = bytearray()
    for name, start in offsets(weights).items():
        data.extend(bytes(start - len(data)))
        data.extend(weights[name].astype("<f4").tobytes())
    return bytes(data)


class Graph:
    """One graph over `weights`; only those asked for with `weight` become its initialisers.

    `location` is the name of the external data, or none to keep the weights inside the file.
    """

    def __init__(self, name: str, weights: Weights, location: str | None) -> None:
        self._name = name
        self._weights = weights
        self._location = location
        self._offsets = offsets(weights)
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._initialisers: dict[str, TensorProto] = {}

    def input(self, name: str, kind: str, shape: Sequence[int | str]) -> str:
        """`shape`: a number for a fixed dimension, a name for one that the caller chooses."""
        self._inputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))
        return name

    def output(self, value: str, name: str, shape: Sequence[int | str], kind: str = "float32") -> None:
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))

    def weight(self, name: str) -> str:
        if name not in self._initialisers:
            tensor = numpy_helper.from_array(np.ascontiguousarray(self._weights[name], np.float32), name)
            if self._location is not None:
                size = len(tensor.raw_data)
                tensor.ClearField("raw_data")
                tensor.data_location = TensorProto.EXTERNAL
                for key, value in (("location", self._location), ("offset", self._offsets[name]), ("length", size)):
                    tensor.external_data.add(key=key, value=str(value))
            self._initialisers[name] = tensor
        return name

    def integers(self, *values: int) -> str:
        """A list of constants, (N) int64."""
        return self._constant(np.array(values, np.int64))

    def integer(self, value: int) -> str:
        """A constant without dimensions, int64."""
        return self._constant(np.array(value, np.int64))

    def floats(self, values: np.ndarray | float) -> str:
        return self._constant(np.array(values, np.float32))

    def _constant(self, values: np.ndarray) -> str:
        name = f"{values.dtype}{list(values.shape)}:{values.tobytes().hex()}"
        name = name if len(name) < 60 else f"constant{len(self._initialisers)}"
        if name not in self._initialisers:
            self._initialisers[name] = numpy_helper.from_array(values, name)
        return name

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """A node of one output; returns the output's name."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, outputs: int, *inputs: str, **attributes: object) -> list[str]:
        names = [f"{kind}{len(self._nodes)}{suffix}" for suffix in ("", *(f".{i}" for i in range(1, outputs)))]
        self._nodes.append(helper.make_node(kind, inputs, names, name=names[0], **attributes))
        return names

    def linear(self, x: str, name: str) -> str:
        """x Wᵀ + b with the weights `name.weight` (out, in) and `name.bias`: (N, in) → (N, out)."""
        return self.op("Gemm", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), transB=1)

    def size(self, value: str, axis: int) -> str:
        """One dimension of a value, (1) int64."""
        return self.op("Shape", value, start=axis, end=axis + 1)

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, list(self._initialisers.values())
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        model.producer_name = "foreword"
        return model


def save(model: onnx.ModelProto, path: Path) -> None:
    path.write_bytes(model.SerializeToString(deterministic=True))
