"""ONNX graphs that say what PyTorch says, and the command that makes them."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

import export
import restore
from checkpoint import Checkpoint, load_checkpoint, load_weights, save_checkpoint
from data import Data
from export_gpt import GPTExporter
from export_words import TO_ONNX, TO_PYTORCH, LSTMExporter, NNLMExporter, reorder
from exporter import Exporter
from gpt import GPT
from gpt_graphs import inspect_graph, rows_graph
from lstm import LSTM
from nnlm import NNLM
from onnx_graph import OPSET, external_data
from parity import TOLERANCE, open_session
from quantize import pack, unpack

WORDS = 60


def lively(model: torch.nn.Module) -> torch.nn.Module:
    """Weights far enough from their beginning for a fault to show."""
    torch.manual_seed(2)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.15)
    return model


def gpt_exporter(data_folder: Path, **options: object) -> GPTExporter:
    shape = {"vocabulary_size": 300, "context": 24, "layers": 3, "width": 24, "heads": 3, "band": 4, **options}
    return GPTExporter(lively(GPT(GPT.Options(**shape))), Data(data_folder))


@pytest.fixture(scope="session")
def word_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of 60 words and some 4,000 ids."""
    folder = tmp_path_factory.mktemp("words")
    random = np.random.default_rng(3)
    sentences = [[1, *random.integers(3, WORDS, size=random.integers(1, 12)), 2] for _ in range(500)]
    ids = np.concatenate(sentences).astype("<u2")
    ids.tofile(folder / "text.bin")
    (folder / "words.txt").write_text(
        "".join(f"{word}\n" for word in ["<unk>", "<s>", "</s>", *map(str, range(3, WORDS))])
    )
    source = {"name": "text", "tokens": len(ids), "characters": 5 * len(ids), "weight": 1.0}
    card = {"vocabularySize": WORDS, "type": "uint16", "fingerprint": "words", "sources": [source]}
    (folder / "data.json").write_text(json.dumps(card))
    return folder


def largest_difference(exporter: Exporter) -> float:
    weights = exporter.weights()
    return max(difference.log_prob for difference in exporter.differences(weights, exporter.start_row(weights)))


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("attention", ["dense", "alternating"])
@pytest.mark.parametrize("positions", ["rotary", "learned"])
def test_every_gpt_runs_in_every_way_as_in_pytorch(
    data_folder: Path, norm: str, attention: str, positions: str
) -> None:
    exporter = gpt_exporter(data_folder, norm=norm, attention=attention, positions=positions)
    assert largest_difference(exporter) <= TOLERANCE


def test_a_past_may_be_empty(data_folder: Path) -> None:
    exporter = gpt_exporter(data_folder)
    weights = exporter.weights()
    session = open_session(rows_graph(exporter.options, weights, "w"), "w", weights)
    ids = np.array([[0, 7, 8, 9]])
    whole, rows = session.run(None, {"ids": ids, "past": np.zeros((0, 144), np.float32)})
    after_start, later_rows = session.run(None, {"ids": ids[:, 1:], "past": exporter.start_row(weights)[None]})
    assert np.allclose(whole, after_start, atol=1e-5)
    assert np.allclose(rows[0, 1:], later_rows[0], atol=1e-5)
    assert np.allclose(rows[0, 0], exporter.start_row(weights), atol=1e-6)


def test_beams_do_not_see_one_another(data_folder: Path) -> None:
    exporter = gpt_exporter(data_folder)
    weights = exporter.weights()
    session = open_session(rows_graph(exporter.options, weights, "w"), "w", weights)
    past = session.run(["rows"], {"ids": np.array([[0, 5, 6]]), "past": np.zeros((0, 144), np.float32)})[0][0]
    beams = np.array([[7, 8], [9, 10], [11, 12]])
    together = session.run(None, {"ids": beams, "past": past})
    for number, beam in enumerate(beams):
        alone = session.run(None, {"ids": beam[None], "past": past})
        for of_all, of_one in zip(together, alone, strict=True):
            assert np.allclose(of_all[number], of_one[0], atol=1e-5)


def test_attention_shares_sum_to_1_and_never_look_ahead_or_beyond_the_band(data_folder: Path) -> None:
    exporter = gpt_exporter(data_folder, attention="alternating")
    weights = exporter.weights()
    session = open_session(inspect_graph(exporter.options, weights, "w"), "w", weights)
    shares = session.run(["attentions"], {"ids": np.arange(12)[None]})[0]  # (L, H, T, T)
    assert shares.shape == (3, 3, 12, 12)
    assert np.allclose(shares.sum(-1), 1, atol=1e-5)
    behind = np.arange(12)[:, None] - np.arange(12)
    assert not shares[:, :, behind < 0].any()
    assert not shares[1][:, behind >= 4].any()
    assert shares[0][:, behind >= 4].all()


def test_a_graph_is_small_valid_and_holds_the_tied_embedding_once(data_folder: Path) -> None:
    exporter = gpt_exporter(data_folder)
    weights = exporter.weights()
    model = rows_graph(exporter.options, weights, "gpt.weights")
    outside = [tensor for tensor in model.graph.initializer if tensor.data_location == onnx.TensorProto.EXTERNAL]
    assert sorted(tensor.name for tensor in outside) == sorted(weights)
    assert len(model.SerializeToString()) < 25_000
    assert model.opset_import[0].version == OPSET
    onnx.checker.check_model(rows_graph(exporter.options, weights, None), full_check=True)


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("direct", [True, False])
def test_an_nnlm_runs_as_in_pytorch(word_folder: Path, tied: bool, direct: bool) -> None:
    options = NNLM.Options(WORDS, order=4, width=12, hidden=16, tied=tied, direct=direct)
    assert largest_difference(NNLMExporter(lively(NNLM(options)), Data(word_folder))) <= TOLERANCE


@pytest.mark.parametrize("layers", [1, 2])
def test_an_lstm_runs_as_in_pytorch_and_knows_its_first_words(word_folder: Path, layers: int) -> None:
    exporter = LSTMExporter(
        lively(LSTM(LSTM.Options(WORDS, words=40, width=12, hidden=16, layers=layers))), Data(word_folder)
    )
    assert largest_difference(exporter) <= TOLERANCE
    assert exporter.facts()["vocabularySize"] == 40
    assert max(max(context.ids) for context in exporter.contexts()) < 40


def test_gates_are_put_back_in_order() -> None:
    tensor = np.arange(24.0).reshape(8, 3)
    assert (reorder(reorder(tensor, TO_ONNX), TO_PYTORCH) == tensor).all()
    assert reorder(tensor, TO_ONNX)[:, 0].tolist() == [0, 3, 18, 21, 6, 9, 12, 15]


@pytest.fixture
def run(data_folder: Path, tmp_path: Path) -> Path:
    """A run's folder with a checkpoint of a GPT that knows nothing yet."""
    options = {"vocabulary_size": 300, "context": 24, "layers": 2, "width": 32, "heads": 2}
    identity = {"training": {"model": "gpt"}, "model": options, "data": Data(data_folder).fingerprint}
    torch.manual_seed(1)
    model = GPT(GPT.Options(**options))
    save_checkpoint(tmp_path / "checkpoint.pt", Checkpoint(identity, 0, model.state_dict(), []))
    return tmp_path


def test_the_command_writes_files_that_agree_with_one_another(run: Path, data_folder: Path) -> None:
    out = run / "out"
    arguments = ["--run", str(run), "--data", str(data_folder), "--out", str(out), "--hf", "--inspect"]
    export.main(
        [*arguments, "--bits", "6"]
    )  # with so little learned, what is likeliest is chance: 8 bits might be refused
    names = [
        "config.json",
        "gpt.hf.onnx",
        "gpt.inspect.onnx",
        "gpt.onnx",
        "gpt.parity.json",
        "gpt.q8",
        "tokenizer.json",
    ]
    assert sorted(path.name for path in out.iterdir()) == names
    header, weights, start_row = unpack((out / "gpt.q8").read_bytes())
    assert (header["vocabularySize"], header["contextLength"], header["rowLength"]) == (300, 24, 2 * 2 * 32)
    graph = onnx.load(out / "gpt.onnx", load_external_data=False)
    assert len(external_data(weights)) == header["weightsBytes"]
    session = open_session(graph, "gpt.weights", weights)
    parity = json.loads((out / "gpt.parity.json").read_text("utf-8"))
    tokenizer = export.load_exporter(run, data_folder).tokenizer
    assert len(parity["contexts"]) >= 20
    for context in parity["contexts"]:
        assert context["ids"] == [0, *tokenizer.encode(context["text"]).ids] if context["text"] else [0]
        past = start_row[None] if len(context["ids"]) > 1 else np.zeros((0, 128), np.float32)
        logits = session.run(["logits"], {"ids": np.array([context["ids"][len(past) :]]), "past": past})[0]
        log_probs = torch.from_numpy(logits[0]).log_softmax(-1)
        for ids, expected in (("topIds", "topLogProbs"), ("fixedIds", "fixedLogProbs")):
            chosen = log_probs[context["quantised"].get(ids, parity["fixedIds"])]
            assert np.allclose(chosen, context["quantised"][expected], atol=TOLERANCE)


def test_texts_begin_as_the_training_lets_them(run: Path, data_folder: Path) -> None:
    line_break, end = Data(data_folder).line_ends()
    usual = export.load_exporter(run, data_folder)
    checkpoint = load_checkpoint(run / "checkpoint.pt")
    checkpoint.identity["training"]["line_starts"] = 0.3
    save_checkpoint(run / "checkpoint.pt", checkpoint)
    with_lines = export.load_exporter(run, data_folder)
    for exporter, token in ((usual, end), (with_lines, line_break)):
        assert exporter.facts()["startToken"] == token
        assert {context.ids[0] for context in exporter.contexts()} == {token}
        weights = exporter.weights()
        session = open_session(rows_graph(exporter.options, weights, "w"), "w", weights)
        rows = session.run(["rows"], {"ids": np.array([[token, 5]]), "past": np.zeros((0, 128), np.float32)})[0]
        assert np.allclose(exporter.start_row(weights), rows[0, 0], atol=1e-6)
        assert largest_difference(exporter) <= TOLERANCE


def test_a_missed_tolerance_fails_the_command(
    run: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(export, "TOLERANCE", 0.0)
    assert export.main(["--run", str(run), "--data", str(data_folder), "--out", str(run / "out"), "--bits", "6"]) == 1
    assert "tolerance missed: one token at a time" in capsys.readouterr().err


def test_what_cannot_be_exported_is_refused_with_a_reason(
    run: Path, data_folder: Path, word_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(run: Path, data: Path, *options: str) -> str:
        assert export.main(["--run", str(run), "--data", str(data), *options]) == 1
        return capsys.readouterr().err

    out = ("--out", str(tmp_path / "out"))
    assert "name the folder to write with --out" in refuses(run, data_folder)
    assert "there is no checkpoint" in refuses(tmp_path / "nowhere", data_folder, *out)
    assert "was trained on other data" in refuses(run, word_folder, *out)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "checkpoint.pt").write_bytes(b"not a checkpoint")
    assert "is no whole checkpoint" in refuses(tmp_path / "broken", data_folder, *out)
    assert not (tmp_path / "out").exists()


def test_another_models_vocabulary_is_refused(data_folder: Path, word_folder: Path) -> None:
    with pytest.raises(ValueError, match="knows 300 tokens, the model 299: it is another model's tokenizer"):
        gpt_exporter(data_folder, vocabulary_size=299)
    with pytest.raises(ValueError, match="holds 60 words, the model was trained on 61"):
        NNLMExporter(NNLM(NNLM.Options(61)), Data(word_folder))


def test_exported_weights_are_a_checkpoint_to_start_from(data_folder: Path, word_folder: Path, tmp_path: Path) -> None:
    lstm = LSTMExporter(lively(LSTM(LSTM.Options(WORDS, width=8, hidden=12, layers=2))), Data(word_folder))
    for exporter in (gpt_exporter(data_folder), lstm):
        (tmp_path / "exact.q8").write_bytes(pack(exporter.weights(), {}, exporter.facts(), None))
        restored = tmp_path / "restored" / "start.pt"
        assert restore.main(["--weights", str(tmp_path / "exact.q8"), "--out", str(restored)]) == 0
        model = type(exporter.model)(exporter.options)
        load_weights(model, restored)
        for name, tensor in exporter.model.state_dict().items():
            assert torch.equal(model.state_dict()[name], tensor), name
        difference = exporter.log_probs(model, exporter.contexts()) - exporter.log_probs(
            exporter.model, exporter.contexts()
        )
        assert difference.abs().max() < 1e-6


def test_what_are_no_exported_weights_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content, said in ((None, "No such file"), (b"text", "no weights file")):
        if content is not None:
            (tmp_path / "w.q8").write_bytes(content)
        assert restore.main(["--weights", str(tmp_path / "w.q8"), "--out", str(tmp_path / "out.pt")]) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "out.pt").exists()
