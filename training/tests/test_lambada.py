"""LAMBADA's scorer."""

import hashlib
import json
import math
from pathlib import Path

import pytest
import torch
from tiny_run import make_run
from torch import Tensor, nn

from checkpoint import load_checkpoint
from gpt import GPT, GPTOptions
from lambada import Passage, answer, encode, main, summary
from quantize import pack
from tokenizer import END_OF_TEXT, load_tokenizer


class Successor(nn.Module):
    """Knows that after id i comes i + 1 (mod V), with P = p; whatever else is equally likely."""

    def __init__(self, vocabulary_size: int, p: float) -> None:
        super().__init__()
        self.options = GPTOptions(vocabulary_size=vocabulary_size, context=8)
        self.tokens = nn.Embedding.from_pretrained(torch.eye(vocabulary_size))
        self.advantage = math.log(p / ((1 - p) / (vocabulary_size - 1)))

    def forward(self, ids: Tensor) -> Tensor:
        return self.tokens((ids + 1) % self.options.vocabulary_size)  # (B, T, V)

    def logits(self, hidden: Tensor) -> Tensor:
        return hidden * self.advantage


def test_a_model_that_knows_the_answer_is_right_and_as_sure_as_it_is() -> None:
    model = Successor(10, p=0.9)
    right, wrong_first, wrong_last = answer(
        model, [Passage([3, 4, 5], 2, False), Passage([3, 5, 6], 2, False), Passage([7, 3, 4, 6], 2, False)]
    )
    assert right.is_right
    assert right.nats == pytest.approx(-2 * math.log(0.9), rel=1e-5)
    assert not wrong_first.is_right
    assert wrong_first.nats == pytest.approx(-math.log(0.1 / 9) - math.log(0.9), rel=1e-5)
    assert not wrong_last.is_right


def test_what_stands_before_the_target_is_not_asked_for() -> None:
    (only_last,) = answer(Successor(10, p=0.9), [Passage([9, 2, 7, 8], 1, False)])
    assert only_last.is_right


def test_answers_do_not_depend_on_the_batch() -> None:
    torch.manual_seed(1)
    model = GPT(GPTOptions(vocabulary_size=30, context=16, layers=1, width=8, heads=2))
    nn.init.normal_(model.tokens.weight)
    passages = [
        Passage(torch.randint(0, 30, (length,)).tolist(), 1 + length % 2, False) for length in (3, 17, 9, 4, 17)
    ]
    together = answer(model, passages, batch=3)
    for passage, one in zip(passages, together, strict=True):
        (alone,) = answer(model, [passage])
        assert (alone.is_right, alone.nats) == (one.is_right, pytest.approx(one.nats, rel=1e-4))


def test_the_target_is_the_last_word_with_its_space(data_folder: Path) -> None:
    tokenizer = load_tokenizer(data_folder / "tokenizer.json")
    passage = encode(tokenizer, "The cat sat.\n\nThe dog", window=100, start=tokenizer.token_to_id(END_OF_TEXT))
    assert tokenizer.decode(passage.ids[-passage.targets :]) == " dog"
    assert (
        tokenizer.decode(passage.ids[: -passage.targets], skip_special_tokens=False)
        == "<|endoftext|> The cat sat.\n The"
    )
    assert not passage.is_cut


def test_a_long_passage_loses_its_beginning(data_folder: Path) -> None:
    tokenizer = load_tokenizer(data_folder / "tokenizer.json")
    whole = encode(tokenizer, "the cat sat on a mat and the dog ran after it", window=100, start=0)
    cut = encode(tokenizer, "the cat sat on a mat and the dog ran after it", window=6, start=0)
    assert cut.is_cut
    assert cut.ids == whole.ids[-7:]
    with pytest.raises(ValueError, match="the window 1"):
        encode(tokenizer, "the qxqxq", window=1, start=0)


def test_perplexity_is_per_word() -> None:
    model = Successor(10, p=0.5)
    result = summary(answer(model, [Passage([3, 4, 5], 2, True), Passage([3, 4], 1, False)]))
    assert result["accuracy"] == 1
    assert result["perplexity"] == pytest.approx(math.exp((2 + 1) * math.log(2) / 2), rel=1e-5)
    assert (result["passages"], result["passagesCut"]) == (2, 1)


def test_the_command_prints_what_it_measured(data_folder: Path, tmp_path: Path, capsys) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps({"text": "the cat sat on"}) + "\n" + json.dumps({"text": "we go home"}) + "\n")
    run = make_run(tmp_path / "run", data_folder)
    assert main(["--run", str(run), "--data", str(data_folder), str(texts)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["passages"] == 2
    texts.write_text(json.dumps({"text": "one"}) + "\n")
    assert main(["--run", str(run), "--data", str(data_folder), str(texts)]) == 1
    assert "line 1 holds no two words" in capsys.readouterr().err


def test_weights_in_few_bits_are_judged_in_the_place_of_the_runs(data_folder: Path, tmp_path: Path, capsys) -> None:
    texts, weights, kept = tmp_path / "texts.jsonl", tmp_path / "gpt.q8", tmp_path / "lambada.json"
    texts.write_text(json.dumps({"text": "the cat sat on"}) + "\n")
    run = make_run(tmp_path / "run", data_folder)
    model = load_checkpoint(run / "checkpoint.pt").model
    # Without preferences: every token is as likely as any other.
    weights.write_bytes(pack({name: 0 * tensor.numpy() for name, tensor in model.items()}, {}, {"model": "gpt"}, None))
    command = ["--run", str(run), "--data", str(data_folder), "--weights", str(weights), "--json", str(kept)]
    assert main([*command, str(texts)]) == 0
    written = json.loads(kept.read_text())
    assert written == json.loads(capsys.readouterr().out)
    assert written["weights"] == "gpt.q8"
    assert written["weightsSha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    target = load_tokenizer(data_folder / "tokenizer.json").encode("on").ids
    assert written["perplexity"] == pytest.approx(model["tokens.weight"].shape[0] ** len(target), rel=1e-4)

    weights.write_bytes(pack({"tokens.weight": model["tokens.weight"].numpy()}, {}, {"model": "gpt"}, None))
    assert main([*command, str(texts)]) == 1
    assert "give the run it is of" in capsys.readouterr().err


def test_a_passage_begins_as_the_weights_begin_a_text(data_folder: Path, tmp_path: Path, capsys) -> None:
    texts, weights = tmp_path / "texts.jsonl", tmp_path / "gpt.q8"
    texts.write_text(json.dumps({"text": "the cat"}) + "\n")
    run = make_run(tmp_path / "run", data_folder)
    tensors = {name: tensor.numpy() for name, tensor in load_checkpoint(run / "checkpoint.pt").model.items()}
    end = load_tokenizer(data_folder / "tokenizer.json").token_to_id(END_OF_TEXT)

    def perplexity(header: dict) -> float:
        weights.write_bytes(pack(tensors, {}, {"model": "gpt"} | header, None))
        assert main(["--run", str(run), "--data", str(data_folder), "--weights", str(weights), str(texts)]) == 0
        return json.loads(capsys.readouterr().out)["perplexity"]

    assert perplexity({"startToken": end}) == perplexity({})
    assert perplexity({"startToken": end + 1}) != perplexity({})
