"""Perplexity of word models, alone and interpolated."""

import json
import math
from pathlib import Path

import pytest
import torch

from checkpoint import Checkpoint, save_checkpoint
from lstm import LSTM, LSTMOptions
from nnlm import NNLM, NNLMOptions
from word_perplexity import interpolation_weights, log_probs, main, score
from words import MARKS

WORDS = [*MARKS, "the", "cat", "sat", "on", "mat", "dog"]
TEXT = "the cat sat\nthe unheard-of dog sat on the mat\n\nthe cat\n"


def sentence_ids(line: str) -> list[int]:
    return [1, *(WORDS.index(word) if word in WORDS else 0 for word in line.split()), 2]


READ = [[sentence_ids(line) for line in document.split("\n")] for document in TEXT.strip().split("\n\n")]


def nnlm() -> NNLM:
    torch.manual_seed(1)
    return NNLM(NNLMOptions(len(WORDS), order=3, width=4, hidden=6)).eval()


def lstm() -> LSTM:
    torch.manual_seed(1)
    return LSTM(LSTMOptions(len(WORDS), words=8, width=4, hidden=6)).eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder, a text, a run of each kind, and the numbers of a third model."""
    (tmp_path / "words.txt").write_text("".join(f"{word}\n" for word in WORDS))
    torch.arange(3, dtype=torch.int16).numpy().tofile(tmp_path / "source.bin")
    source = {"name": "source", "tokens": 3, "characters": 9, "weight": 1.0}
    facts = {"fingerprint": "f", "vocabularySize": len(WORDS), "type": "uint16", "sources": [source]}
    (tmp_path / "data.json").write_text(json.dumps(facts))
    (tmp_path / "text").write_text(TEXT)
    for name, model in (("nnlm", nnlm()), ("lstm", lstm())):
        (tmp_path / name).mkdir()
        identity = {"training": {"model": name}, "model": vars(model.options), "data": "f"}
        save_checkpoint(tmp_path / name / "checkpoint.pt", Checkpoint(identity, 1, model.state_dict(), []))
    (tmp_path / "ngram").mkdir()
    numbers = "\n".join(" ".join(["-1.5"] * (len(line.split()) + 1)) if line else "" for line in TEXT.split("\n"))
    (tmp_path / "ngram/text").write_text(numbers)
    return tmp_path


def test_it_gives_an_nnlm_the_words_of_the_sentence() -> None:
    model, expected = nnlm(), []
    for sentence in (sentence for document in READ for sentence in document):
        padded = [1, *sentence]
        for t in range(2, len(padded)):
            with torch.no_grad():
                expected.append(model(torch.tensor([padded[t - 2 : t]])).log_softmax(-1)[0, padded[t]].item())
    assert log_probs(model, READ).tolist() == pytest.approx(expected, rel=1e-5)


def test_it_leads_an_lstm_through_a_document_and_begins_anew_with_the_next() -> None:
    model, expected = lstm(), []
    for document in READ:
        h, c = model.start(1)
        words = [id for sentence in document for id in sentence]
        for word, following in zip(words, words[1:], strict=False):
            with torch.no_grad():
                logits, h, c = model(model.known(torch.tensor([[word]])), h, c)
            if following != 1:
                expected.append(logits.log_softmax(-1)[0, following if following < 8 else 0].item())
    assert log_probs(model, READ).tolist() == pytest.approx(expected, rel=1e-5)


def test_it_charges_the_words_that_all_models_know_and_sentence_ends(folder: Path) -> None:
    text, together = score(folder, [folder / "nnlm", folder / "lstm"], [folder / "ngram"], [folder / "text"])
    # 12 words and 3 ends, but for "unheard-of", which none knows, and "dog", which the LSTM does not.
    assert text.log_probs.shape == (3, 13)
    assert text.names == ["nnlm", "lstm", "ngram"]
    assert text.is_even.sum() == 4 + 3
    assert text.perplexities()[2] == pytest.approx(math.exp(1.5))
    assert torch.equal(together.log_probs, text.log_probs)


def test_it_interpolates_with_the_weights_that_make_the_text_likeliest() -> None:
    torch.manual_seed(2)
    scores = torch.rand(2, 500, dtype=torch.float64).clamp_min(0.01).log()
    weights = interpolation_weights(scores)
    assert weights.sum().item() == pytest.approx(1)

    def likelihood(first: float) -> float:
        return (torch.tensor([first, 1 - first], dtype=torch.float64).log()[:, None] + scores).logsumexp(0).sum().item()

    best = max((i / 1000 for i in range(1, 1000)), key=likelihood)
    assert weights[0].item() == pytest.approx(best, abs=0.01)


def test_it_weighs_each_sentence_by_what_the_others_taught(folder: Path) -> None:
    text = score(folder, [folder / "nnlm"], [folder / "ngram"], [folder / "text"])[0]
    total = 0.0
    for half in (text.is_even, ~text.is_even):
        weights = interpolation_weights(text.log_probs[:, ~half])
        total += (weights[:, None] * text.log_probs[:, half].exp()).sum(0).log().sum().item()
    assert text.mixed()[0] == pytest.approx(math.exp(-total / text.log_probs.shape[1]))


def test_it_says_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--data", str(folder), str(folder / "text")]
    assert main([*arguments, "--run", str(folder / "nnlm")]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["text", "words", "nnlm"]
    assert main(arguments) == 1
    assert "at least one model" in capsys.readouterr().err
    (folder / "ngram/text").write_text("-1 -2\n")
    assert main([*arguments, "--log-probs", str(folder / "ngram")]) == 1
    assert "one number for each word" in capsys.readouterr().err
    facts = json.loads((folder / "data.json").read_text()) | {"fingerprint": "other"}
    (folder / "data.json").write_text(json.dumps(facts))
    assert main([*arguments, "--run", str(folder / "nnlm")]) == 1
    assert "other data" in capsys.readouterr().err
