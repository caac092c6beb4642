"""What a text costs a model."""

import json
import math
from argparse import Namespace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from tiny_run import make_run

from checkpoint import load_checkpoint, save_checkpoint
from evaluate import evaluate, load_model, main, score_text, score_words, token_nats, word_nats


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), data_folder)


def open_run(run: Path, data_folder: Path):
    return load_model(Namespace(run=run, checkpoint=None, data=data_folder))


def random_ids(length: int, seed: int = 1) -> list[int]:
    return torch.randint(0, 300, (length,), generator=torch.Generator().manual_seed(seed)).tolist()


def test_a_sequence_that_fits_the_window_costs_what_the_training_loss_says(run: Path, data_folder: Path) -> None:
    model, _ = open_run(run, data_folder)
    ids = random_ids(17)
    loss, targets = model.loss(torch.tensor([ids]))
    (nats,) = token_nats(model, [ids], stride=8)
    assert len(nats) == targets
    assert nats.sum().item() == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.parametrize(("length", "stride"), [(18, 8), (25, 8), (60, 8), (61, 5), (40, 16), (33, 1)])
def test_every_later_token_sees_more_than_the_window_less_the_stride(
    run: Path, data_folder: Path, length: int, stride: int
) -> None:
    model, _ = open_run(run, data_folder)
    ids = random_ids(length)
    (nats,) = token_nats(model, [ids], stride)
    assert len(nats) == length - 1
    for target in range(1, length):
        start = 0 if target <= 16 else math.ceil((target - 16) / stride) * stride
        assert target - start > 16 - stride or start == 0
        hidden = model(torch.tensor([ids[start:target]]))[0, -1]
        expected = F.cross_entropy(model.logits(hidden), torch.tensor(ids[target]))
        assert nats[target - 1].item() == pytest.approx(expected.item(), rel=1e-4)


def test_sequences_cost_the_same_alone_and_together(run: Path, data_folder: Path) -> None:
    model, _ = open_run(run, data_folder)
    sequences = [random_ids(length, seed=length) for length in (1, 2, 17, 5, 40, 3, 23)]
    together = token_nats(model, sequences, stride=8, most=40)
    for sequence, nats in zip(sequences, together, strict=True):
        assert torch.allclose(nats, token_nats(model, [sequence], stride=8)[0], rtol=1e-4)


def test_a_stride_beyond_the_window_is_refused(run: Path, data_folder: Path) -> None:
    model, _ = open_run(run, data_folder)
    with pytest.raises(ValueError, match="stride must be between 1 and the window of 16 tokens, not 17"):
        token_nats(model, [[1, 2]], stride=17)


def test_a_model_without_preferences_costs_the_logarithm_of_its_vocabulary(tmp_path: Path, data_folder: Path) -> None:
    model, tokenizer = open_run(make_run(tmp_path / "run", data_folder, spread=0), data_folder)
    text = tmp_path / "text.txt"
    text.write_text("The cat sat.\nOn a  mat.\n\nThe dog\n", "utf-8")
    tokens = [len(tokenizer.encode(document).ids) + 1 for document in ("The cat sat.\nOn a mat.", "The dog")]
    score = score_text(model, tokenizer, text, stride=8)
    assert score.units == sum(tokens)
    assert score.characters == len("The cat sat.\nOn a mat.\n") + len("The dog\n")
    assert score.bits_per_character == pytest.approx(sum(tokens) * math.log2(300) / 31, rel=1e-5)


def test_a_word_costs_what_its_tokens_cost() -> None:
    tokens = ["Ġdon", "'t", "Ġgo", "Ċ", "Ġu", ".", "s", "<|endoftext|>"]
    costs = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert word_nats(tokens, costs) == [
        ("Ġdon't", 1.0 + 2.0), ("Ġgo", 4.0), (None, 8.0), ("Ġu.s", 16.0 + 32.0 + 64.0), (None, 128.0),
    ]  # fmt: skip


def test_a_stream_of_words_costs_the_same_as_the_text_it_is(run: Path, data_folder: Path, tmp_path: Path) -> None:
    model, tokenizer = open_run(run, data_folder)
    stream = tmp_path / "words.txt"
    stream.write_text("the cat sat on a mat\ndon't go home u.s\n\nshe said\n", "utf-8")
    written = score_text(model, tokenizer, stream, stride=8)
    everything, known = score_words(model, tokenizer, stream, None, stride=8)
    assert (everything.units, everything.words) == (6 + 4 + 2 + 3, 6 + 4 + 2)
    assert everything.characters == written.characters
    assert everything.nats == pytest.approx(written.nats, rel=1e-5)
    assert known == everything
    _, known = score_words(model, tokenizer, stream, {"the", "cat", "she"}, stride=8)
    assert (known.units, known.words, known.characters) == (3 + 3, 3, len("the cat she "))
    assert known.nats < everything.nats


def test_the_figures_of_all_texts_are_those_of_each_added_up(run: Path, data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    for name, text, words in (
        ("a.txt", "The cat sat.\nA dog!", "the cat sat\na dog"),
        ("b.txt", "We go home.", "we go home"),
    ):
        (tmp_path / name).write_text(text + "\n", "utf-8")
        (tmp_path / "words" / name).write_text(words + "\n", "utf-8")
    out = tmp_path / "scores.json"
    command = [
        "--run",
        run,
        "--data",
        data_folder,
        "--words",
        tmp_path / "words",
        "--out",
        out,
        tmp_path / "a.txt",
        tmp_path / "b.txt",
    ]
    assert main([str(argument) for argument in command]) == 0
    report = json.loads(out.read_text())
    first, second = report["texts"]
    for key in ("characters", "tokens", "words", "nats"):
        assert report["all"][key] == pytest.approx(first[key] + second[key])
    assert report["all"]["stream"]["nats"] == pytest.approx(first["stream"]["nats"] + second["stream"]["nats"])
    assert report["all"]["bitsPerCharacter"] == pytest.approx(
        (first["nats"] + second["nats"]) / math.log(2) / (20 + 12)
    )
    assert first["perplexityPerWord"] == pytest.approx(math.exp(first["nats"] / 5))


def test_an_ngram_is_compared_by_the_text_it_was_scored_on(run: Path, data_folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("the cat sat\n", "utf-8")
    options = {"run": run, "checkpoint": None, "data": data_folder, "stride": None, "words": tmp_path}
    options |= {"vocabulary": None, "out": None, "files": [text]}
    sha256 = evaluate(Namespace(**options, ngram=None))["texts"][0]["sha256"]
    ngram = tmp_path / "ngram.jsonl"
    ngram.write_text(json.dumps({"sha256": sha256, "perplexity": 8.0, "bitsPerChar": 2.5}) + "\n")
    (score,) = evaluate(Namespace(**options, ngram=ngram))["texts"]
    bits = 4 * math.log2(8)  # three words and the sentence's end
    assert score["ngram"] == {
        "bitsPerCharacter": 2.5,
        "known": {"bitsPerCharacter": pytest.approx(bits / len("the cat sat ")), "perplexity": 8.0},
    }


def test_another_data_folder_than_the_runs_is_refused(run: Path, data_folder: Path, tmp_path: Path, capsys) -> None:
    for file in data_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    card = json.loads((tmp_path / "data.json").read_text())
    (tmp_path / "data.json").write_text(json.dumps(card | {"fingerprint": "0"}))
    assert main(["--run", str(run), "--data", str(tmp_path), str(tmp_path / "data.json")]) == 1
    assert "was trained on other data" in capsys.readouterr().err


def test_a_word_model_is_refused(run: Path, data_folder: Path, tmp_path: Path, capsys) -> None:
    checkpoint = load_checkpoint(run / "checkpoint.pt")
    checkpoint.identity["training"]["model"] = "nnlm"
    save_checkpoint(tmp_path / "checkpoint.pt", checkpoint)
    assert main(["--run", str(tmp_path), "--data", str(data_folder), str(data_folder / "data.json")]) == 1
    assert "word_perplexity.py judges those" in capsys.readouterr().err
