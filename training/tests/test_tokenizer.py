"""What a token may be, and that no text is lost in tokens."""

import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from tokenizer import END_OF_TEXT, load_tokenizer, train_tokenizer

TEXT = "I don't know what they've said. The café’s owner wasn’t there; 2024 or 12,345?\nIt's o'clock — 我们今天去公园。"
TRICKY = [
    *("", " ", "a", "don't don’t 'tis rock'n'roll dogs'", "two  spaces\tand tabs", "x\n\ny\n z", "naïve café"),
    *("日本語と中文", "emoji 👩‍👩‍👧 🇪🇺 👍🏽", "never seen: ᚠᛇᚻ \u0000 \U0010fffd", "1234567 3.14 a1b2"),
    *("e\u0301 is é", "«quote»… (x) [y]!?"),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([TEXT] * 5, 340)


def pieces(tokenizer: Tokenizer, text: str) -> list[str]:
    normal = tokenizer.normalizer.normalize_str(text)
    return [normal[start:end] for _, (start, end) in tokenizer.pre_tokenizer.pre_tokenize_str(normal)]


@pytest.mark.parametrize("text", TRICKY, ids=repr)
def test_it_gives_back_the_normalised_text(tokenizer: Tokenizer, text: str) -> None:
    normal = tokenizer.normalizer.normalize_str(text)
    assert tokenizer.decode(tokenizer.encode(text).ids) == normal
    assert tokenizer.normalizer.normalize_str(normal) == normal


def test_it_gives_back_any_text(tokenizer: Tokenizer) -> None:
    chance = random.Random(1)
    alphabet = "aé'’ \n\t.,!我们👍1\u0301A\u00a0\u2028-"
    for _ in range(500):
        text = "".join(chance.choices(alphabet, k=chance.randrange(12)))
        assert tokenizer.decode(tokenizer.encode(text).ids) == tokenizer.normalizer.normalize_str(text), repr(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop", [" Don't", " stop"]),
        ("the café’s cat", [" the", " café’s", " cat"]),
        ("'tis dogs' end", [" '", "tis", " dogs", "'", " end"]),
        ("well-known, yes!", [" well", "-", "known", ",", " yes", "!"]),
        ("one\ntwo", [" one", "\n", " two"]),
        ("one  \n\n  two   three", [" one", "\n", " two", " three"]),
        ("in 2024 and 12345", [" in", " 202", "4", " and", " 123", "45"]),
        ("hi 👍🏽 there", [" hi", " 👍🏽", " there"]),
        ("我们走 OK吧", [" 我们走", " OK吧"]),
    ],
)
def test_it_keeps_a_word_with_its_space_and_apostrophes_apart_from_others(
    tokenizer: Tokenizer,
    text: str,
    expected: list[str],
) -> None:
    assert pieces(tokenizer, text) == expected


def test_it_makes_a_frequent_word_one_token_wherever_it_stands(tokenizer: Tokenizer) -> None:
    ids = [tokenizer.encode(text).ids for text in ("don't", "I don't", "x\ndon't", "(x) don't")]
    assert {tuple(tokens[-1:]) for tokens in ids} == {tuple(ids[0])}


def test_it_has_every_byte_and_the_end_of_text_first(tokenizer: Tokenizer) -> None:
    assert tokenizer.token_to_id(END_OF_TEXT) == 0
    assert tokenizer.get_vocab_size() == 340
    assert tokenizer.encode("").ids == tokenizer.encode(" ").ids
    for text in TRICKY:
        assert 0 not in tokenizer.encode(text).ids
        assert all(0 <= token < 340 for token in tokenizer.encode(text).ids)


def test_it_is_the_same_when_saved_and_loaded(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    assert [loaded.encode(text).ids for text in TRICKY] == [tokenizer.encode(text).ids for text in TRICKY]


def test_it_is_the_same_whenever_it_is_trained(tokenizer: Tokenizer) -> None:
    assert train_tokenizer([TEXT] * 5, 340).get_vocab() == tokenizer.get_vocab()


@pytest.mark.parametrize("texts", [[], [""], ["ab ab"]])
def test_it_refuses_a_vocabulary_larger_than_the_text_supports(texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"supports 2\d\d tokens, not 500: ask for a smaller vocabulary"):
        train_tokenizer(texts, 500)


def test_it_says_which_file_is_missing_or_broken(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="tokenizer.json is not there"):
        load_tokenizer(tmp_path / "tokenizer.json")
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ValueError, match="tokenizer.json is no tokenizer"):
        load_tokenizer(tmp_path / "tokenizer.json")
