"""From text to tokens, nothing lost and nothing on both sides."""

import json
import random
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import make_corpus

import prepare
from data import Data
from prepare import careless, documents, is_held_out, main, typed
from tokenizer import load_tokenizer


def read_back(folder: Path, name: str) -> list[str]:
    """The texts of a shard, one for each end-of-text token."""
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    ids = np.fromfile(folder / f"{name}.bin", "<u2")
    assert ids[0] == 0
    return [tokenizer.decode(part[1:].tolist()) for part in np.split(ids, np.flatnonzero(ids == 0)[1:])]


def words(text: str) -> str:
    return " ".join(careless(text).split())


@pytest.fixture
def many_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "HELD_OUT_SHARE", 0.2)


@pytest.mark.usefixtures("many_held_out")
def test_it_writes_each_document_once_on_one_side(tmp_path: Path) -> None:
    recipe = make_corpus(tmp_path)
    prepare.prepare(recipe, tmp_path, tmp_path / "data", 300, None, seed=1)
    texts = [words(" ".join(lines)) for name in ("talk", "books") for lines in documents([tmp_path / f"{name}.txt"])]
    kept = {words(text) for name in ("talk", "books") for text in read_back(tmp_path / "data", name)}
    unseen = {words(text) for text in read_back(tmp_path / "data", "held-out")}
    assert kept | unseen == set(texts)
    assert kept & unseen == set()
    assert 0.1 < len(unseen) / len(texts) < 0.3


@pytest.mark.usefixtures("many_held_out")
def test_it_holds_the_same_documents_out_for_every_seed(tmp_path: Path) -> None:
    recipe = make_corpus(tmp_path)
    sides = []
    for seed in (1, 2):
        prepare.prepare(recipe, tmp_path, tmp_path / "data", 300, None, seed)
        sides.append({words(text) for text in read_back(tmp_path / "data", "held-out")})
    assert sides[0] == sides[1]


def test_it_holds_a_careless_copy_out_with_its_document() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        document = ["".join(chance.choices("aB c,.'’-?!é\u0301İ", k=20)) for _ in range(2)]
        assert is_held_out(document) == is_held_out([careless(line) for line in document]), document
        assert is_held_out(document) == is_held_out([" ".join(document)])


def test_it_is_the_same_folder_when_made_again(tmp_path: Path) -> None:
    recipe = make_corpus(tmp_path)
    for name in ("one", "other"):
        prepare.prepare(recipe, tmp_path, tmp_path / name, 300, None, seed=1)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes(), file.name


def test_it_counts_what_it_writes(tmp_path: Path) -> None:
    prepare.prepare(make_corpus(tmp_path), tmp_path, tmp_path / "data", 300, None, seed=1)
    data = Data(tmp_path / "data")
    for source in data.sources:
        texts = read_back(tmp_path / "data", source.name)
        assert source.tokens == (tmp_path / "data" / f"{source.name}.bin").stat().st_size // 2
        assert source.characters == sum(len(text) - 1 - text.count("\n ") for text in texts)
    assert [source.weight for source in data.sources] == [1.5, 0.6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't go, John!", "don't go john"),
        ("It’s a well-known “fact” – isn't it?", "it’s a well-known fact  isn't it"),
        ("'Tis the dogs' (3.14)…", "tis the dogs 314"),
        ("Größe ÉTÉ", "größe été"),
        ("今天，天气很好。", "今天天气很好"),
        ("one.\nTwo", "one\ntwo"),
    ],
)
def test_it_writes_carelessly_without_losing_a_word(text: str, expected: str) -> None:
    assert careless(text) == expected
    assert careless(expected) == expected


def test_it_joins_lines_at_sentence_ends_alone() -> None:
    joints = {typed(["One.", "Two", "three"], random.Random(seed)) for seed in range(20)}
    assert joints == {"One.\nTwo\nthree", "One. Two\nthree"}


@pytest.mark.parametrize("second", ["明天呢？", "“明天”？", "（明天）", "「明天」"])
def test_it_joins_chinese_sentences_without_a_space(second: str) -> None:
    joints = {typed(["今天很好。", second], random.Random(seed)) for seed in range(20)}
    assert joints == {f"今天很好。\n{second}", f"今天很好。{second}"}


def test_it_takes_lines_between_blank_lines_for_a_document(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for text, expected in (
        ("a\nb\n\nc\n", [["a", "b"], ["c"]]),
        ("\n\na\n \n\nb", [["a"], ["b"]]),
        ("a\nb\nc\n\n", [["a"], ["b"], ["c"]]),
        ("", []),
        ("\n\n", []),
    ):
        file.write_text(text)
        assert list(documents([file])) == expected, repr(text)


def test_it_reads_a_packed_file_as_its_text(tmp_path: Path) -> None:
    make_corpus(tmp_path)
    plain = list(documents([tmp_path / "talk.txt"]))
    subprocess.run(["zstd", "-q", "--rm", tmp_path / "talk.txt"], check=True)
    assert list(documents([tmp_path / "talk.txt"])) == plain


def test_it_leaves_open_files_as_they_are(tmp_path: Path) -> None:
    recipe = make_corpus(tmp_path)
    prepare.prepare(recipe, tmp_path, tmp_path / "data", 300, None, seed=1)
    data = Data(tmp_path / "data")
    before = data.block("talk", 0, 200)
    prepare.prepare(make_corpus(tmp_path, documents=30), tmp_path, tmp_path / "data", 280, None, seed=2)
    np.testing.assert_array_equal(data.block("talk", 0, 200), before)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("{", "is no recipe"),
        (
            '{"sources": [{"name": "a"}]}',
            r"is no recipe: it needs `sources`, each with `name` and `files` \(KeyError\('files'",
        ),
        ('{"sources": []}', "must name at least one source"),
        ('{"sources": [{"name": "held-out", "files": ["talk.txt"]}]}', "none held-out"),
        ('{"sources": [{"name": "a", "files": ["talk.txt"], "weight": 0}]}', "weight above 0"),
        ('{"sources": [{"name": "a", "files": ["none.txt"]}]}', "neither .*none.txt nor none.txt.zst is there"),
        (
            '{"sources": [{"name": "a", "files": ["talk.txt"]}, {"name": "b", "files": ["empty.txt"]}]}',
            "b holds no text",
        ),
        ('{"sources": [{"name": "a", "files": ["latin1.txt"]}]}', "latin1.txt is not UTF-8"),
    ],
)
def test_it_says_what_is_wrong_with_a_recipe(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    recipe: str,
    message: str,
) -> None:
    make_corpus(tmp_path)
    (tmp_path / "recipe.json").write_text(recipe)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "latin1.txt").write_bytes("café".encode("latin-1"))
    arguments = ["--recipe", tmp_path / "recipe.json", "--corpus", tmp_path, "--out", tmp_path / "data"]
    assert main([*map(str, arguments), "--vocabulary-size", "300"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("prepare: ")
    assert re.search(message, error), error
    assert not (tmp_path / "data" / "data.json").exists()


def test_it_refuses_a_vocabulary_larger_than_the_text_supports(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipe = make_corpus(tmp_path)
    arguments = ["--recipe", recipe, "--corpus", tmp_path, "--out", tmp_path / "data", "--vocabulary-size", 5000]
    assert main([*map(str, arguments)]) == 1
    assert "ask for a smaller vocabulary or give more text" in capsys.readouterr().err


def test_it_uses_a_tokenizer_that_is_there(tmp_path: Path) -> None:
    recipe = make_corpus(tmp_path)
    prepare.prepare(recipe, tmp_path, tmp_path / "one", 280, None, seed=1)
    prepare.prepare(recipe, tmp_path, tmp_path / "other", 9999, tmp_path / "one" / "tokenizer.json", seed=1)
    card = json.loads((tmp_path / "other" / "data.json").read_text())
    assert card["vocabularySize"] == 280
    assert card == json.loads((tmp_path / "one" / "data.json").read_text())
