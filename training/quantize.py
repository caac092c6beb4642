"""Weights in few bits, and the file they are sent in: `docs/neural-format.md` describes it byte by byte.

Only the file is small. Whoever loads it turns the codes back into fp32, since the runtime's own 8- and 4-bit kernels
were measured slower than fp32 ones, or inexact.
"""

import json
import struct
from dataclasses import dataclass

import numpy as np

from onnx_graph import Weights, external_data, offsets

MAGIC = b"FWNW"
VERSION = 1
PREAMBLE = struct.Struct("<4sII")
"""Magic, version, length of the JSON header in bytes."""

START_ROW = "row0"
"""A tensor that is no weight: the row of `<|endoftext|>` at position 0."""


@dataclass(frozen=True)
class Quantised:
    """A tensor's codes, value = code · scale of its group."""

    kind: str
    """`q8` or `q4`."""
    codes: np.ndarray
    """int8, in the tensor's shape."""
    scales: np.ndarray
    """fp32 (`q8`) or fp16 (`q4`): one for each `group` weights along the last axis."""
    group: int

    def values(self) -> np.ndarray:
        """The fp32 weights that the file stands for, as every reader must compute them: one product in fp32."""
        groups = self.codes.reshape(-1, self.group).astype(np.float32)
        return (groups * self.scales.astype(np.float32)[:, None]).reshape(self.codes.shape)


def quantise(tensor: np.ndarray, bits: int, group: int) -> Quantised:
    """Rounds `tensor` to `bits` (4 to 8), one scale for each `group` weights of a row; for each row where `group` is 0.

    5 to 8 bits are stored one code a byte: fewer bits are fewer *different* bytes, a smaller download after brotli.
    A group that does not divide the row is made smaller until it does.
    """
    if not 4 <= bits <= 8:
        raise ValueError(f"bits must be from 4 to 8, not {bits}")
    row = tensor.shape[-1]
    group = min(group, row) if group else row
    while row % group:
        group -= 1
    groups = tensor.reshape(-1, group).astype(np.float32)
    if bits == 4:
        codes, scales = search_scales(groups, -8, 7, np.float16)
        return Quantised("q4", codes.reshape(tensor.shape), scales, group)
    most = 2 ** (bits - 1) - 1
    codes, scales = search_scales(groups, -most, most, np.float32)
    return Quantised("q8", codes.reshape(tensor.shape), scales, group)


def search_scales(groups: np.ndarray, least: int, most: int, kind: type) -> tuple[np.ndarray, np.ndarray]:
    """For each row of `groups` the scale, of a few dozen, with the least squared error; (codes int8, scales).

    Clipping the largest weight a little often costs less than the coarser step that it would need. Where there is one
    code more below zero than above, the scale may be negative: the extra one goes to the side with the largest weight.
    """
    largest = np.take_along_axis(groups, np.abs(groups).argmax(1, keepdims=True), 1)  # (G, 1), with its sign
    best_error = np.full(len(groups), np.inf)
    best_scales = np.zeros(len(groups), kind)
    steps = np.linspace(0.6, 1.0, 41) if most < 32 else np.linspace(0.9, 1.0, 11)
    for end in {least, most} if least != -most else {most}:
        for step in steps:
            scales = (largest * step / end).astype(kind)
            error = ((codes_of(groups, scales, least, most) * scales.astype(np.float32) - groups) ** 2).sum(1)
            is_better = error < best_error
            best_error[is_better], best_scales[is_better] = error[is_better], scales[is_better, 0]
    return codes_of(groups, best_scales[:, None], least, most).astype(np.int8), best_scales


def codes_of(groups: np.ndarray, scales: np.ndarray, least: int, most: int) -> np.ndarray:
    steps = scales.astype(np.float32)
    return np.clip(np.rint(np.divide(groups, steps, out=np.zeros_like(groups), where=steps != 0)), least, most)


def pack(weights: Weights, quantised: dict[str, Quantised], facts: dict, start_row: np.ndarray | None) -> bytes:
    """The file: tensors without an entry in `quantised` as they are. `facts` go into the header as they are."""
    places = offsets(weights)
    sections = bytearray()
    tensors = []

    def add(content: np.ndarray) -> int:
        sections.extend(bytes(-len(sections) % 8))
        sections.extend(content.tobytes())
        return len(sections) - content.nbytes

    for name, tensor in weights.items():
        entry = {"name": name, "shape": list(tensor.shape), "offset": places[name]}
        if name not in quantised:
            tensors.append({**entry, "kind": "f32", "data": add(tensor.astype("<f4"))})
            continue
        small = quantised[name]
        codes = small.codes if small.kind == "q8" else pack_nibbles(small.codes)
        scales = small.scales.astype("<f4" if small.kind == "q8" else "<f2")
        tensors.append({**entry, "kind": small.kind, "group": small.group, "data": add(codes), "scales": add(scales)})
    if start_row is not None:
        tensors.append({"name": START_ROW, "shape": list(start_row.shape), "offset": None, "kind": "f32",
                        "data": add(start_row.astype("<f4"))})  # fmt: skip
    sections.extend(bytes(-len(sections) % 8))
    sizes = {"weightsBytes": len(external_data(weights)), "sectionsBytes": len(sections)}
    header = json.dumps({**facts, **sizes, "tensors": tensors}, separators=(",", ":")).encode()
    header += b" " * (-(PREAMBLE.size + len(header)) % 8)
    return PREAMBLE.pack(MAGIC, VERSION, len(header)) + header + sections


def unpack(file: bytes) -> tuple[dict, Weights, np.ndarray | None]:
    """Header, fp32 weights and start row of a file by `pack`. Raises `ValueError` where it is none or not whole."""
    magic, version, length = PREAMBLE.unpack_from(file) if len(file) >= PREAMBLE.size else (b"", 0, 0)
    if magic != MAGIC:
        raise ValueError(f"no weights file: it begins with {magic!r}, not {MAGIC!r}")
    if version != VERSION:
        raise ValueError(f"a weights file of version {version}, this program reads {VERSION}")
    start = PREAMBLE.size + length
    header = json.loads(file[PREAMBLE.size : start])
    if len(file) != start + header["sectionsBytes"]:
        raise ValueError(
            f"the weights file is {len(file):,} bytes, its header says {start + header['sectionsBytes']:,}"
        )
    tensors = {entry["name"]: read_tensor(file, start, entry) for entry in header["tensors"]}
    start_row = tensors.pop(START_ROW, None)
    return header, tensors, start_row


def read_tensor(file: bytes, start: int, entry: dict) -> np.ndarray:
    size = int(np.prod(entry["shape"]))
    if entry["kind"] == "f32":
        return np.frombuffer(file, "<f4", size, start + entry["data"]).reshape(entry["shape"]).copy()
    if entry["kind"] == "q8":
        codes = np.frombuffer(file, np.int8, size, start + entry["data"])
    else:
        codes = unpack_nibbles(np.frombuffer(file, np.uint8, size // 2, start + entry["data"]))
    kind = "<f4" if entry["kind"] == "q8" else "<f2"
    scales = np.frombuffer(file, kind, size // entry["group"], start + entry["scales"])
    return Quantised(entry["kind"], codes.reshape(entry["shape"]), scales, entry["group"]).values()


def pack_nibbles(codes: np.ndarray) -> np.ndarray:
    """Two codes of -8 … 7 a byte, each 8 greater than it is, the first in the low half."""
    pairs = (codes.reshape(-1, 2) + 8).astype(np.uint8)
    return pairs[:, 0] | pairs[:, 1] << 4


def unpack_nibbles(pairs: np.ndarray) -> np.ndarray:
    return np.stack((pairs & 15, pairs >> 4), 1).astype(np.int8).reshape(-1) - 8
