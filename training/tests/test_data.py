"""The shards and the order in which they are read."""

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from data import Data, ReadingOrder


def make_data(folder: Path, sources: dict[str, tuple[int, float]]) -> Data:
    """A data folder in which the ids of each source count up, from 1,000 times its place on."""
    folder.mkdir()
    facts = []
    for place, (name, (tokens, weight)) in enumerate(sources.items()):
        (1000 * place + np.arange(tokens)).astype("<u2").tofile(folder / f"{name}.bin")
        facts.append({"name": name, "tokens": tokens, "characters": 4 * tokens, "weight": weight})
    card = {"vocabularySize": 5000, "type": "uint16", "fingerprint": "f", "sources": facts}
    (folder / "data.json").write_text(json.dumps(card))
    return Data(folder)


def test_it_reads_in_the_same_order_again_from_any_place(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0), "b": (53, 2.5)})
    order = ReadingOrder(data, 8, seed=1)
    whole = order.batch(0, 3 * order.blocks_per_epoch)  # (n, 9)
    for first in (0, 1, order.blocks_per_epoch - 2, order.blocks_per_epoch, 2 * order.blocks_per_epoch + 5):
        resumed = ReadingOrder(data, 8, seed=1)
        np.testing.assert_array_equal(resumed.batch(first, 4), whole[first : first + 4])
    assert not np.array_equal(ReadingOrder(data, 8, seed=2).batch(0, 20), whole[:20])


def test_it_reads_every_block_of_an_epoch_as_often_as_its_weight_says(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0), "b": (56, 2.5), "c": (80, 0.25)})
    order = ReadingOrder(data, 8, seed=1)
    assert order.blocks_per_epoch == 12 * 1 + round(7 * 2.5) + round(10 * 0.25)
    for epoch in range(3):
        blocks = order.batch(epoch * order.blocks_per_epoch, order.blocks_per_epoch)
        starts = Counter(blocks[:, 0].tolist())
        of = {name: [n for start, n in starts.items() if start // 1000 == place] for place, name in enumerate("abc")}
        assert Counter(of["a"]) == {1: 12}
        assert Counter(of["b"]) == {2: 14 - round(7 * 2.5) + 7, 3: round(7 * 2.5) - 14}
        assert Counter(of["c"]) == {1: round(10 * 0.25)}


def test_it_reads_all_of_a_source_that_is_a_whole_number_of_blocks(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (96, 1.0)})
    order = ReadingOrder(data, 8, seed=1)
    for epoch in range(3):
        blocks = order.batch(epoch * order.blocks_per_epoch, order.blocks_per_epoch)
        assert sorted(blocks[:, :-1].flatten().tolist()) == list(range(96))
    offsets = {int(ReadingOrder(data, 8, seed).batch(0, 12)[:, 0].min()) for seed in range(20)}
    assert len(offsets) > 3, "blocks should not begin at the same tokens for ever"


def test_it_gives_with_each_block_the_token_that_follows(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0), "short": (3, 1.0)})
    order = ReadingOrder(data, 8, seed=1)
    for block in order.batch(0, 2 * order.blocks_per_epoch):
        steps = np.diff(block)
        length = 100 if block[0] < 1000 else 3
        assert set(steps.tolist()) <= {1, 1 - length}, "a source goes on at its end with its beginning"


def test_a_share_of_the_blocks_begins_with_a_line_break(data_folder: Path) -> None:
    data = Data(data_folder)
    line_break, end = data.line_ends()
    plain = ReadingOrder(data, 32, seed=1)
    count = plain.blocks_per_epoch
    usual, lines = plain.batch(0, count), ReadingOrder(data, 32, seed=1, line_starts=0.5).batch(0, count)
    changed = [(a, b) for a, b in zip(usual, lines, strict=True) if not np.array_equal(a, b)]
    assert 0.3 * count < len(changed) < 0.6 * count
    for block, moved in changed:
        assert moved[0] == line_break
        first = int(np.isin(block[:-1], (line_break, end)).nonzero()[0][0])
        assert moved[1 : 33 - first].tolist() == block[first + 1 :].tolist()
    firsts = {int(block[np.isin(block, (line_break, end))][0]) for block, _ in changed}
    assert firsts == {line_break, end}, "documents begin so, too"
    np.testing.assert_array_equal(
        ReadingOrder(data, 32, seed=1, line_starts=0.5).batch(7, 9), lines[7:16], "from any place the same"
    )


def test_lines_are_of_tokens_alone(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0)})
    with pytest.raises(FileNotFoundError, match="tokenizer.json is not there"):
        ReadingOrder(data, 8, seed=1, line_starts=0.1)


def test_it_measures_characters_by_what_is_read(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0), "b": (50, 3.0)})
    assert data.characters_per_token == (400 * 1 + 200 * 3) / (100 * 1 + 50 * 3)
    assert data.held_out_characters_per_token == data.characters_per_token, "of a card that does not tell"


def test_it_takes_held_out_blocks_from_all_of_the_text(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", {"a": (100, 1.0)})
    assert data.held_out(8).shape == (0, 9)
    np.arange(801).astype("<u2").tofile(data.folder / "held-out.bin")
    assert Data(data.folder).held_out(8).tolist() == [list(range(s, s + 9)) for s in range(0, 800, 8)]
    few = Data(data.folder).held_out(8, most=10)
    assert few[:, 0].tolist() == list(range(0, 800, 80))
    assert Data(data.folder).held_out(900).shape == (0, 901)


def test_it_says_what_is_wrong_with_a_folder(tmp_path: Path, data_folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="data.json is not there: make the folder with prepare.py"):
        Data(tmp_path)
    folder = tmp_path / "data"
    shutil.copytree(data_folder, folder)
    shard = folder / "talk.bin"
    shard.write_bytes(shard.read_bytes()[:-2])
    with pytest.raises(ValueError, match=r"talk.bin holds [\d,]+ tokens, data.json says [\d,]+"):
        Data(folder)
    shard.unlink()
    with pytest.raises(ValueError, match="talk.bin holds 0 tokens"):
        Data(folder)
    for card in ("{", "{}", '{"fingerprint": "f", "vocabularySize": 5, "type": "float", "sources": []}'):
        (folder / "data.json").write_text(card)
        with pytest.raises(ValueError, match="data.json is no data card"):
            Data(folder)
