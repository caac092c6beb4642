"""Caches of remembered words and LSTM states."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from checkpoint import Checkpoint, save_checkpoint
from lstm import LSTM, LSTMOptions
from neural_cache import (
    Kernel,
    Layer,
    Moments,
    Pairs,
    Text,
    Tuner,
    distribution,
    load_lstm,
    look_up,
    main,
    mix,
    read_text,
    rounded,
    score,
    share,
)
from words import MARKS

V, H = 8, 6
WORDS = [*MARKS, "the", "cat", "sat", "on", "mat", "dog"]  # the LSTM knows all but the last
TEXT = "the cat sat\nthe unheard-of dog sat on the mat\nthe cat sat on the mat\n\nthe cat\non the mat the cat sat\n"
KERNELS = [
    Kernel("word", 5.0),
    Kernel("word", math.inf),
    Kernel("word", 3.0, window=7),
    Kernel("pair", 4.0),
    Kernel("triple", math.inf),
    Kernel("dot", 0.7),
    Kernel("dot", 0.7, window=5),
    Kernel("distance", 0.3),
]


def some_moments(N: int = 20) -> Moments:
    chance = torch.Generator().manual_seed(1)
    words = torch.randint(3, V, (N,), generator=chance)
    positions = torch.randint(1, 3, (N,), generator=chance).cumsum(0)
    contexts = torch.randint(3, 5, (N, 2), generator=chance)
    return Moments(words, positions, contexts, torch.rand(N, H, generator=chance) * 2 - 1)


def plain_weight(kernel: Kernel, moments: Moments, t: int, i: int) -> float:
    """k(t, i), from its formula."""
    age = int(moments.positions[t] - moments.positions[i])
    if age <= 0 or age > kernel.window:
        return 0.0
    now, then = moments.states[t].double(), moments.states[i].double()
    if kernel.kind == "dot":
        return math.exp(kernel.scale * sum((now * then).tolist()))
    if kernel.kind == "distance":
        return math.exp(-kernel.scale * sum((now - then).square().tolist()))
    same = [moments.contexts[t].tolist()[-n:] == moments.contexts[i].tolist()[-n:] for n in (1, 2)]
    is_alike = {"word": True, "pair": same[0], "triple": same[1]}[kernel.kind]
    return 2 ** (-age / kernel.scale) if is_alike else 0.0


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_it_gives_each_word_the_sum_of_its_weights(kernel: Kernel) -> None:
    moments = some_moments()
    probs, evidence = Pairs(moments, moments).distribution(kernel, V)
    target_probs, target_evidence = Pairs(moments, moments).target_probs(kernel)
    for t in range(len(moments)):
        weights = [plain_weight(kernel, moments, t, i) for i in range(len(moments))]
        total = sum(weights)
        if total == 0:
            assert probs[t].tolist() == [0.0] * V
            assert evidence[t] == -math.inf
            continue
        expected = [
            sum(k for k, word in zip(weights, moments.words.tolist(), strict=True) if word == w) / total
            for w in range(V)
        ]
        assert probs[t].tolist() == pytest.approx(expected, rel=1e-4, abs=1e-7)
        assert evidence[t].item() == pytest.approx(math.log(total), abs=1e-4)
        assert target_probs[t].item() == pytest.approx(expected[moments.words[t]], rel=1e-4, abs=1e-7)
        assert target_evidence[t] == evidence[t]


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_its_probabilities_sum_to_1_wherever_there_is_evidence(kernel: Kernel) -> None:
    moments = some_moments()
    probs, evidence = Pairs(moments, moments).distribution(kernel, V)
    has_evidence = evidence > -math.inf
    assert has_evidence.any()
    assert not has_evidence.all()  # nothing was written before the first word
    assert probs.sum(1).tolist() == pytest.approx(has_evidence.float().tolist(), abs=1e-6)


def test_it_stays_finite_where_every_weight_would_underflow_or_overflow() -> None:
    moments = replace(some_moments(), states=some_moments().states * 100)
    for kernel in (Kernel("dot", 5.0), Kernel("distance", 5.0)):
        probs, evidence = Pairs(moments, moments).distribution(kernel, V)
        assert probs[1:].sum(1).tolist() == pytest.approx([1.0] * (len(moments) - 1), abs=1e-5)
        assert evidence[1:].isfinite().all()


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_a_forgotten_word_leaves_the_cache_as_if_it_had_never_been_added(kernel: Kernel) -> None:
    moments = some_moments()
    forgotten = int(moments.words[4])
    kept = [i for i, word in enumerate(moments.words.tolist()) if word != forgotten]
    assert len(kept) < len(moments)
    never = Moments(*(torch.stack([column[i] for i in kept]) for column in vars(moments).values()))
    asked = Pairs(moments, moments.forget(forgotten)).distribution(kernel, V)
    expected = Pairs(moments, never).distribution(kernel, V)
    assert torch.equal(asked[0], expected[0])
    assert torch.equal(asked[1], expected[1])
    assert (asked[0][:, forgotten] == 0).all()


def test_states_after_a_forgotten_word_still_differ_by_it() -> None:
    model = lstm()
    read = [model.recurrent(model.words(torch.tensor([[1, 3, word, 5, 6]])))[0][0, -1] for word in (4, 7)]
    assert not torch.equal(*read)


def test_a_share_is_fixed_at_alpha_0_and_otherwise_grows_with_the_evidence() -> None:
    evidence = torch.tensor([-math.inf, math.log(2), math.log(30)])
    kernel = Kernel("word", 5.0)
    assert share(Layer(kernel, 0.0, 0.1), evidence).tolist() == pytest.approx([0, 0.1, 0.1])
    assert share(Layer(kernel, 10.0, 0.6), evidence).tolist() == pytest.approx([0, 0.6 * 2 / 12, 0.6 * 30 / 40])
    assert share(Layer(kernel, math.inf), evidence).tolist() == [0, 0, 0]


def test_a_mixture_is_linear() -> None:
    below, cache = torch.tensor([[0.5, 0.3, 0.2]]), torch.tensor([[0.0, 1.0, 0.0]])
    expected = [0.9 * 0.5, 0.9 * 0.3 + 0.1, 0.9 * 0.2]
    assert mix(below, cache, torch.tensor([[0.1]]))[0].tolist() == pytest.approx(expected)


def lstm() -> LSTM:
    torch.manual_seed(1)
    return LSTM(LSTMOptions(len(WORDS), words=V, width=4, hidden=H)).eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder, a text, and an LSTM's weights."""
    (tmp_path / "words.txt").write_text("".join(f"{word}\n" for word in WORDS))
    (tmp_path / "text.txt").write_text(TEXT)
    save_checkpoint(tmp_path / "lstm.pt", Checkpoint({"weights": "lstm.q8"}, 0, lstm().state_dict(), []))
    return tmp_path


@pytest.fixture
def text(folder: Path) -> Text:
    return read_text(folder / "text.txt", load_lstm(None, folder / "lstm.pt", folder), WORDS)


def test_it_reads_the_words_the_lstm_knows_each_with_what_stood_before_it(text: Text) -> None:
    words = TEXT.split()
    known = [i for i, word in enumerate(words) if word in WORDS[:V]]
    assert text.moments.words.tolist() == [WORDS.index(words[i]) for i in known]
    assert text.moments.positions.tolist() == [i + 1 for i in known]
    assert text.sentences.tolist() == [0] * 3 + [1] * 5 + [2] * 6 + [3] * 2 + [4] * 6
    unheard, dog = len(WORDS), WORDS.index("dog")
    assert text.moments.contexts[:5].tolist() == [[1, 1], [1, 3], [3, 4], [1, 1], [unheard, dog]]


def test_its_states_are_the_lstms_which_begins_anew_with_a_document(text: Text) -> None:
    model = lstm()
    ids = torch.tensor([[1, 3, 4, 2, 1, 6]])  # `<s> the cat </s> <s> on`, the second document
    with torch.no_grad():
        hidden = model.recurrent(model.words(ids))[0][0]
        probs = model.logits(model.project(hidden[5]))[3:].softmax(0)
    assert torch.allclose(text.moments.states[17], hidden[5], atol=1e-6)
    assert torch.allclose(text.lstm_probs(torch.tensor([17]))[0, 3:], probs, atol=1e-6)
    assert text.lstm_probs(torch.tensor([17]))[0, :3].tolist() == [0, 0, 0]


def test_what_is_laid_over_the_lstm_sums_to_1_and_is_what_it_is_tuned_and_scored_by(text: Text) -> None:
    kernels = [Kernel("word", 9.0), Kernel("pair", 9.0), Kernel("distance", 0.3)]
    system = [Layer(kernels[0], 3.0), Layer(kernels[1], 2.0, 0.4), Layer(kernels[2], 0.0, 0.2)]
    rows = torch.arange(len(text.moments))
    probs = distribution(text, rows, system)
    assert probs.sum(1).tolist() == pytest.approx([1.0] * len(rows), abs=1e-5)
    scores = score(text, [system, system])
    target = probs.gather(1, text.moments.words[:, None])
    assert scores.log_probs.tolist() == pytest.approx(target[:, 0].log().tolist(), abs=1e-5)
    assert scores.ranks.tolist() == (1 + (probs > target).sum(1)).tolist()
    tuner = Tuner([text], set(kernels))
    for even in (True, False):
        mean = scores.log_probs[text.is_even == even].mean().item()
        assert tuner.loss(system, even) == pytest.approx(-mean, abs=1e-5)


def test_it_chooses_the_best_settings_of_the_half_it_is_told(text: Text) -> None:
    options = [Layer(Kernel("dot", 0.5), 0.0, most) for most in (0.0, 0.2, 0.4, 0.9)]
    tuner = Tuner([text], {Kernel("dot", 0.5)})
    for even in (True, False):
        (chosen,) = tuner.tune([options], even)
        assert tuner.loss([chosen], even) == min(tuner.loss([layer], even) for layer in options)


def test_a_state_of_bytes_is_within_half_a_step() -> None:
    moments = some_moments()
    assert (rounded(moments).states - moments.states).abs().max() <= 0.5 / 127 + 1e-6


def test_a_look_up_in_numpy_is_the_dot_product_cache() -> None:
    moments = replace(some_moments(), positions=torch.arange(20))
    now = replace(moments[:1], positions=torch.tensor([20]))
    expected = Pairs(now, moments).distribution(Kernel("dot", 0.7), V)[0][0].numpy()
    asked = look_up(moments.states.numpy(), moments.words.numpy(), now.states[0].numpy(), V)
    assert asked == pytest.approx(expected, abs=1e-6)


def test_it_prints_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = str(folder / "text.txt")
    assert main(["--checkpoint", str(folder / "lstm.pt"), "--data", str(folder), "--first", "14", "--int8", text]) == 0
    printed = capsys.readouterr().out
    assert f"text, {3 + 5 + 6} words" in printed  # the 14th stands in the third sentence, which is read to its end
    assert "from + recency to + both" in printed


def test_it_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty.txt").write_text("")
    for checkpoint, text in (("none.pt", "text.txt"), ("lstm.pt", "empty.txt")):
        arguments = ["--checkpoint", str(folder / checkpoint), "--data", str(folder), str(folder / text)]
        assert main(arguments) == 1
    printed = capsys.readouterr().err
    assert "there is no checkpoint" in printed
    assert "holds no words" in printed
