"""Word data: the words of the n-gram, as numbers, and back."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import prepare
import words
from data import Data, ReadingOrder
from words import MARKS, SENTENCE_END, SENTENCE_START, documents, foreword, load_words, main, make_word_data, word_ids

pytestmark = pytest.mark.skipif(not words.FOREWORD.is_file(), reason="the command line program is not built")

TALK = "Hello, Mr. Müller! DON’T go — the U.S. is 3.14 far.\nThe end.\n\nA new document… Yes?\n"
LIST = "book a table for two\nBook the table!\n"


def corpus(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    recipe = folder / "recipe.json"
    sources = [{"name": name, "weight": 1 + i, "files": [f"{name}.txt"]} for i, name in enumerate(texts)]
    recipe.write_text(json.dumps({"sources": sources}), "utf-8")
    return recipe


@pytest.fixture(autouse=True)
def nothing_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "HELD_OUT_SHARE", 0.0)


def made(folder: Path, size: int, **texts: str) -> tuple[Data, list[str]]:
    make_word_data(corpus(folder, **texts), folder, folder / "data", size)
    return Data(folder / "data"), load_words(folder / "data/words.txt")


def test_it_numbers_the_sentences_that_foreword_tokenize_prints(tmp_path: Path) -> None:
    data, vocabulary = made(tmp_path, 22, talk=TALK, list=LIST)
    for source in data.sources:
        ids = data.block(source.name, 0, source.tokens)
        text = "".join("\n" if id == SENTENCE_END else f"{vocabulary[id]} " for id in ids if id != SENTENCE_START)
        printed = foreword("tokenize", str(tmp_path / f"{source.name}.txt"))
        assert [line.strip() for line in text.splitlines()] == [line for line in printed.splitlines() if line]
        assert source.characters == sum(len(line) + 1 for line in printed.splitlines() if line)


def test_it_gives_every_word_an_id_that_comes_back_as_it(tmp_path: Path) -> None:
    _, vocabulary = made(tmp_path, 15, talk=TALK)
    index = {word: id for id, word in enumerate(vocabulary)}
    ids = word_ids(" ".join(vocabulary[3:]), index)
    assert ids == [1, *range(3, len(vocabulary)), 2]
    assert word_ids("hello xyzzy", index) == [1, index["hello"], 0, 2]


def test_it_puts_the_most_frequent_words_as_weighted_first(tmp_path: Path) -> None:
    _, vocabulary = made(tmp_path, 9, talk=TALK, list=LIST)
    counts = Counter[str]()
    for name, weight in (("talk", 1), ("list", 2)):
        for word in foreword("tokenize", str(tmp_path / f"{name}.txt")).split():
            counts[word] += weight
    by_frequency = sorted(counts, key=lambda word: (-counts[word], word.encode()))
    assert vocabulary == [*MARKS, *by_frequency[:6]]


def test_it_takes_the_words_of_a_pack_and_no_others(tmp_path: Path) -> None:
    recipe = corpus(tmp_path, talk=TALK)
    (tmp_path / "known.txt").write_text("the end yes no go", "utf-8")
    foreword(
        "train", "--order", "1", "--discount-fallback", "--out", str(tmp_path / "pack"), str(tmp_path / "known.txt")
    )
    make_word_data(recipe, tmp_path, tmp_path / "data", 7, pack=tmp_path / "pack")
    assert set(load_words(tmp_path / "data/words.txt")) == {*MARKS, "the", "end", "yes", "go"}


def test_it_uses_a_given_vocabulary_as_it_is(tmp_path: Path) -> None:
    recipe = corpus(tmp_path, talk=TALK)
    (tmp_path / "given.txt").write_text("\n".join([*MARKS, "yes", "end", "hello", ""]), "utf-8")
    make_word_data(recipe, tmp_path, tmp_path / "data", 5, vocabulary=tmp_path / "given.txt")
    assert load_words(tmp_path / "data/words.txt") == [*MARKS, "yes", "end"]


def test_it_divides_documents_at_empty_lines_and_a_list_into_its_sentences(tmp_path: Path) -> None:
    for name, text, expected in (
        ("talk", "a b\nc\n\nd\n", [["a b", "c"], ["d"]]),
        ("list", "a b\nc\nd\n", [["a b"], ["c"], ["d"]]),
        ("none", "", []),
    ):
        (tmp_path / name).write_text(text)
        assert list(documents(tmp_path / name)) == expected


def test_it_keeps_what_is_held_out_out_of_the_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "HELD_OUT_SHARE", 0.3)
    lines = [f"number {i} is one" for i in range(100)]
    data, vocabulary = made(tmp_path, 100, talk="\n".join(lines))
    ids = np.fromfile(tmp_path / "data/held-out.bin", "<u2")
    held_out = [[vocabulary[id] for id in part] for part in np.split(ids, np.flatnonzero(ids == SENTENCE_START)[1:])]
    shard = data.block("talk", 0, data.sources[0].tokens)
    kept = [[vocabulary[id] for id in part] for part in np.split(shard, np.flatnonzero(shard == SENTENCE_START)[1:])]
    assert 10 < len(held_out) < 60
    assert len(held_out) + len(kept) == 100
    assert {sentence[2] for sentence in held_out if sentence[2] != "<unk>"}.isdisjoint(sentence[2] for sentence in kept)


def test_it_makes_a_folder_that_training_reads(tmp_path: Path) -> None:
    data, vocabulary = made(tmp_path, 20, talk=TALK, list=LIST)
    assert data.vocabulary_size == len(vocabulary) == 20
    assert ReadingOrder(data, 4, seed=1).batch(0, 3).shape == (3, 5)


@pytest.mark.parametrize(
    ("texts", "size", "message"),
    [
        ({"talk": TALK, "empty": "… !!!\n"}, 10, "the source empty holds no words"),
        ({"talk": TALK}, 1000, "the text supports 18 words, not 1,000"),
    ],
)
def test_it_says_what_is_wrong_with_the_text(texts: dict[str, str], size: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        made(tmp_path, size, **texts)
    assert not (tmp_path / "data/data.json").exists()


def test_it_says_in_a_line_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = corpus(tmp_path, talk=TALK)
    arguments = ["--recipe", str(recipe), "--corpus", str(tmp_path), "--out", str(tmp_path / "data")]
    (tmp_path / "talk.txt").unlink()
    assert main(arguments) == 1
    assert "neither" in capsys.readouterr().err
    (tmp_path / "talk.txt").write_text(TALK)
    recipe.write_text(json.dumps(json.loads(recipe.read_text()) | {"wordPattern": "[a-z]+"}))
    assert main([*arguments, "--words", "10"]) == 1
    assert "wordPattern" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [["a", "b", "c"], [*MARKS, "a", "b", "a"]])
def test_it_refuses_a_list_without_the_marks_or_with_a_word_twice(lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(ValueError, match=r"words\.txt"):
        load_words(path)
