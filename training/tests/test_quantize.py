"""Weights in few bits, and the file they are sent in."""

import json

import numpy as np
import pytest

from onnx_graph import external_data, offsets
from quantize import PREAMBLE, Quantised, codes_of, pack, quantise, unpack

RANDOM = np.random.default_rng(1)


def make_weights() -> dict[str, np.ndarray]:
    shapes = {"table": (10, 32), "layer.weight": (6, 64), "layer.bias": (6,)}
    return {name: RANDOM.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def make_file() -> tuple[dict[str, np.ndarray], dict[str, Quantised], bytes]:
    weights = make_weights()
    small = {"table": quantise(weights["table"], 8, 0), "layer.weight": quantise(weights["layer.weight"], 4, 16)}
    return weights, small, pack(weights, small, {"model": "gpt"}, np.arange(4, dtype=np.float32))


@pytest.mark.parametrize("bits", [4, 5, 6, 7, 8])
def test_a_weight_is_off_by_half_a_step_unless_it_was_clipped(bits: int) -> None:
    tensor = RANDOM.normal(size=(20, 64)).astype(np.float32)
    small = quantise(tensor, bits, 32)
    steps = np.abs(small.scales.astype(np.float32)).repeat(32).reshape(tensor.shape)
    least, most = (-8, 7) if bits == 4 else (1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1)
    is_inside = (small.codes > least) & (small.codes < most)
    assert is_inside.mean() > 0.8
    assert (np.abs(small.values() - tensor)[is_inside] <= steps[is_inside] * 0.5001).all()
    assert small.codes.min() >= least
    assert small.codes.max() <= most


@pytest.mark.parametrize("bits", [4, 6, 8])
def test_the_scale_found_is_no_worse_than_the_one_that_clips_nothing(bits: int) -> None:
    groups = RANDOM.normal(size=(50, 32)).astype(np.float32)
    most = 2 ** (bits - 1) - 1
    plain = (np.abs(groups).max(1, keepdims=True) / most).astype(np.float16 if bits == 4 else np.float32)
    plain_values = codes_of(groups, plain, -most, most) * plain.astype(np.float32)
    found = quantise(groups, bits, 32).values()
    assert (((found - groups) ** 2).sum(1) <= ((plain_values - groups) ** 2).sum(1) + 1e-9).all()


def test_more_bits_are_closer() -> None:
    tensor = RANDOM.normal(size=(40, 64)).astype(np.float32)
    errors = [((quantise(tensor, bits, 64).values() - tensor) ** 2).mean() for bits in (4, 5, 6, 7, 8)]
    assert errors == sorted(errors, reverse=True)


def test_a_group_of_zeros_stays_zero() -> None:
    for bits in (4, 8):
        assert not quantise(np.zeros((2, 16), np.float32), bits, 16).values().any()


@pytest.mark.parametrize(("row", "asked", "got"), [(24, 0, 24), (24, 64, 24), (24, 16, 12), (96, 64, 48), (64, 32, 32)])
def test_a_group_divides_the_row(row: int, asked: int, got: int) -> None:
    assert quantise(np.ones((2, row), np.float32), 8, asked).group == got


def test_the_file_gives_back_what_was_put_in() -> None:
    weights, small, file = make_file()
    header, read, start_row = unpack(file)
    assert header["model"] == "gpt"
    assert list(read) == list(weights)
    assert (read["layer.bias"] == weights["layer.bias"]).all()
    for name, tensor in small.items():
        assert (read[name] == tensor.values()).all()
    assert start_row.tolist() == [0, 1, 2, 3]


def test_the_file_is_laid_out_as_documented() -> None:
    weights, small, file = make_file()
    magic, version, length = PREAMBLE.unpack_from(file)
    assert (magic, version, (12 + length) % 8) == (b"FWNW", 1, 0)
    header = json.loads(file[12 : 12 + length])
    assert len(file) == 12 + length + header["sectionsBytes"]
    assert header["weightsBytes"] == len(external_data(weights))
    tensors = {entry["name"]: entry for entry in header["tensors"]}
    assert {entry["data"] % 8 for entry in tensors.values()} == {0}
    assert {name: tensors[name]["offset"] for name in weights} == offsets(weights)
    assert {tensors[name]["offset"] % 64 for name in weights} == {0}
    assert tensors["row0"]["offset"] is None

    section = 12 + length + tensors["table"]["data"]
    scale = np.frombuffer(file, "<f4", 1, 12 + length + tensors["table"]["scales"])[0]
    assert np.frombuffer(file, np.int8, 1, section)[0] * scale == small["table"].values()[0, 0]
    pair = file[12 + length + tensors["layer.weight"]["data"]]
    scale = np.frombuffer(file, "<f2", 1, 12 + length + tensors["layer.weight"]["scales"])[0].astype(np.float32)
    assert [((pair & 15) - 8) * scale, ((pair >> 4) - 8) * scale] == small["layer.weight"].values()[0, :2].tolist()


def test_the_external_data_hold_each_tensor_at_its_offset() -> None:
    weights = make_weights()
    data = external_data(weights)
    for name, offset in offsets(weights).items():
        tensor = np.frombuffer(data, "<f4", weights[name].size, offset)
        assert (tensor == weights[name].ravel()).all()


def test_a_broken_file_is_refused() -> None:
    file = make_file()[2]
    with pytest.raises(ValueError, match="no weights file"):
        unpack(b"FWN")
    with pytest.raises(ValueError, match="no weights file"):
        unpack(b"X" + file[1:])
    with pytest.raises(ValueError, match="version 2, this program reads 1"):
        unpack(file[:4] + b"\x02" + file[5:])
    with pytest.raises(ValueError, match="header says"):
        unpack(file[:-8])


def test_bits_are_from_4_to_8() -> None:
    with pytest.raises(ValueError, match="bits must be from 4 to 8, not 3"):
        quantise(np.ones((2, 2), np.float32), 3, 0)
