"""Byte-level BPE with leading-space tokens, made with Hugging Face's `tokenizers` and saved as `tokenizer.json`.

A word is one piece before merging, apostrophes inside it included, so that "don't" can be one token and a word never
shares a token with its neighbours. Every line begins with a space, so that a word is the same token wherever it stands.
"""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

END_OF_TEXT = "<|endoftext|>"
"""Stands before each document; a prediction at the beginning of a text is a prediction after it."""

LINE_BREAK = "Ċ"
"""A line feed, as byte-level BPE writes it."""

PIECE = r" ?\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)*| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s"
"""A word, up to three digits, punctuation, each with the space before it; one white space."""


def train_tokenizer(texts: Iterable[str], vocabulary_size: int) -> Tokenizer:
    """Raises `ValueError` where the texts do not hold enough different pairs for `vocabulary_size` tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Strip(left=True, right=False),
            normalizers.Prepend(" "),
            normalizers.Replace(Regex(r"\s*\n\s*"), "\n"),
            normalizers.Replace(Regex(r"\n(?=\S)"), "\n "),
            normalizers.Replace(Regex(r"[^\S\n]+"), " "),
        ],
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECE), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ],
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() < vocabulary_size:
        raise ValueError(
            f"the text supports {tokenizer.get_vocab_size():,} tokens, not {vocabulary_size:,}: "
            "ask for a smaller vocabulary or give more text",
        )
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: make it with prepare.py")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"{path} is no tokenizer: {error}") from error
