"""The tuned model as ONNX: the same scores, and a command that refuses what it cannot export."""

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import export_choice
from choice import ChoiceModel
from choice_graph import choice_graph
from export_choice import Answers, ChoiceExporter, compare_quality, main, score
from gpt import GPT, GPTOptions
from parity import open_session
from quantize import unpack

TALKS = """We saw the cat now
She ran after the dog
It sat on a mat

They said we should go
Don't go home now
And we ran home
"""


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.txt"
    path.write_text(TALKS)
    return path


def make_tuned(folder: Path, **options: object) -> Path:
    """A run's folder as `finetune.py` leaves it, of weights far enough from zero for a fault to show."""
    torch.manual_seed(3)
    shape = {"vocabulary_size": 300, "context": 24, "layers": 2, "width": 32, "heads": 2, "band": 4, **options}
    model = ChoiceModel(GPT(GPTOptions(**shape)), dropout=0.0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.15)
    folder.mkdir(parents=True, exist_ok=True)
    saved = {"model": model.state_dict(), "options": dataclasses.asdict(model.gpt.options)}
    torch.save(saved, folder / "model.pt")
    return folder


@pytest.mark.parametrize(
    "options", [{}, {"norm": "post", "positions": "learned"}, {"attention": "alternating", "layers": 3}]
)
def test_the_graph_scores_as_pytorch_does(
    tmp_path: Path, data_folder: Path, talks: Path, options: dict[str, object]
) -> None:
    exporter = ChoiceExporter(make_tuned(tmp_path / "run", **options), data_folder, [talks])
    questions = exporter.ask(export_choice.MADE_UP)
    expected = exporter.by_pytorch(exporter.weights(), questions)
    found = exporter.by_graph(exporter.weights(), questions)
    assert np.abs(found.scores - expected.scores).max() < 1e-5
    assert np.abs(np.diff(expected.scores)).min() > 1e-3


def test_sequences_of_one_length_are_scored_together_as_alone(tmp_path: Path, data_folder: Path, talks: Path) -> None:
    exporter = ChoiceExporter(make_tuned(tmp_path / "run"), data_folder, [talks])
    weights = exporter.weights()
    session = open_session(choice_graph(exporter.options, weights, "w"), "w", weights)
    ids = [[300, 5, 6, 301, 7, 302], [300, 8, 9, 301, 10, 302]]
    together = session.run(["scores"], {"ids": np.array(ids)})[0]
    assert together == pytest.approx([score(session, each) for each in ids], abs=1e-5)


def test_the_command_writes_files_that_agree_with_one_another(tmp_path: Path, data_folder: Path, talks: Path) -> None:
    run, out = make_tuned(tmp_path / "run"), tmp_path / "out"
    command = ["--run", run, "--data", data_folder, "--test", talks, "--out", out, "--bits", 4]
    assert main([str(part) for part in command]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "choice.onnx",
        "choice.parity.json",
        "choice.q4",
        "tokenizer.json",
    ]
    file = (out / "choice.q4").read_bytes()
    header, weights, start_row = unpack(file)
    assert (header["model"], header["vocabularySize"], header["contextLength"]) == ("choice", 303, 24)
    assert start_row is None
    parity = json.loads((out / "choice.parity.json").read_text("utf-8"))
    assert parity["sha256"] == hashlib.sha256(file).hexdigest()
    session = open_session(choice_graph(ChoiceExporter(run, data_folder, [talks]).options, weights, "w"), "w", weights)
    for question in parity["questions"]:
        found = [score(session, ids) for ids in question["ids"]]
        assert found == pytest.approx(question["quantised"], abs=parity["tolerance"])
        assert max(len(ids) for ids in question["ids"]) <= 24


def test_what_cannot_be_exported_is_refused_with_a_reason(
    tmp_path: Path, data_folder: Path, talks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(run: Path, *options: str) -> str:
        assert main(["--run", str(run), "--data", str(data_folder), "--test", str(talks), *options]) == 1
        return capsys.readouterr().err

    out = ("--out", str(tmp_path / "out"))
    assert "name the folder to write with --out" in refuses(make_tuned(tmp_path / "run"))
    assert "No such file" in refuses(tmp_path / "nowhere", *out)
    other = make_tuned(tmp_path / "other", vocabulary_size=290)
    assert "are 303, the model knows 293: it is another model's tokenizer" in refuses(other, *out)
    assert not (tmp_path / "out").exists()


def test_too_great_a_change_is_a_missed_tolerance() -> None:
    answers = np.zeros(100, int)
    right = np.array([[1.0, 0.0]] * 100)
    changed = right.copy()
    changed[:2] = [[0.0, 1.0]]
    before, after = Answers(right, answers), Answers(changed, answers)
    assert (before.accuracy, after.accuracy, after.agreement(before)) == (1.0, 0.98, 0.98)
    assert compare_quality(6, before, after) == ["accuracy changed by -2.00%", "only 98.00% get the same choice"]
    assert compare_quality(4, before, after) == []
    assert compare_quality(8, before, before) == []
