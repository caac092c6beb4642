"""The neural probabilistic language model, and softmax over a sample."""

import math

import pytest
import torch

from nnlm import NNLM, NNLMOptions, context_windows
from sampled_softmax import Sample, log_uniform_sample, sampled_loss
from words import SENTENCE_END, SENTENCE_START

V = 50


def model(**options) -> NNLM:
    torch.manual_seed(1)
    made = NNLM(NNLMOptions(V, **{"order": 4, "width": 8, "hidden": 16, **options})).eval()
    if made.direct is not None:
        torch.nn.init.normal_(made.direct.weight, std=0.3)
    return made


def block(blocks: int = 4, length: int = 20) -> torch.Tensor:
    """Sentences of chance words, `<s>` after each `</s>`."""
    ids = torch.randint(3, V, (blocks, length + 1), generator=torch.Generator().manual_seed(2))
    ids[:, 6::7], ids[:, 7::7] = SENTENCE_END, SENTENCE_START
    return ids


def log_probs(nnlm: NNLM, ids: torch.Tensor) -> torch.Tensor:
    """ln P(every word | context) at each position. (B, T + 1) → (B, T, V)"""
    windows, _ = context_windows(ids, nnlm.options.order)
    return nnlm(windows.flatten(0, 1)).log_softmax(-1).view(*windows.shape[:2], -1)


VARIANTS = [{}, {"direct": False}, {"tied": False}, {"order": 2}]


@pytest.mark.parametrize("options", VARIANTS)
def test_it_has_the_loss_that_the_paper_s_arithmetic_yields(options: dict) -> None:
    nnlm, ids = model(**options), block()
    n, M = nnlm.options.order, nnlm.options.width
    loss, targets = nnlm.loss(ids)
    expected, count = 0.0, 0
    for row in ids.tolist():
        for t in range(1, len(row)):
            if row[t] == SENTENCE_START:
                count += 1
                continue
            start = max((i for i in range(t) if row[i] == SENTENCE_START), default=None)
            if start is None and t < n - 1:
                continue
            words = row[max(0, t - n + 1) if start is None else max(start, t - n + 1) : t]
            words = [SENTENCE_START] * (n - 1 - len(words)) + words
            x = torch.cat([nnlm.words.weight[word] for word in words])
            assert x.shape == ((n - 1) * M,)
            y = nnlm.project.weight @ torch.tanh(nnlm.hidden.weight @ x + nnlm.hidden.bias)
            if nnlm.direct is not None:
                y = y + nnlm.direct.weight @ x
            scores = nnlm.output_bias + nnlm.head @ y
            expected -= (scores[row[t]] - scores.logsumexp(0)).item()
            count += 1
    assert targets == count
    assert loss.item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("options", VARIANTS)
def test_it_never_lets_a_later_word_change_an_earlier_prediction(options: dict) -> None:
    nnlm, ids = model(**options), block()
    before = log_probs(nnlm, ids)
    for place in (3, 10, 19):
        changed = ids.clone()
        changed[:, place] = (changed[:, place] + 1) % V
        torch.testing.assert_close(log_probs(nnlm, changed)[:, :place], before[:, :place], rtol=0, atol=0)


def test_it_sees_no_word_further_back_than_the_window_or_the_sentence() -> None:
    nnlm = model()
    ids = block()
    windows, _ = context_windows(ids, 4)
    for place in range(3, ids.shape[1] - 1):
        changed = ids.clone()
        changed[:, : place - 2] = 5  # all but the last n-1 words
        other, _ = context_windows(changed, 4)
        assert torch.equal(other[:, place], windows[:, place])
    changed = ids.clone()
    changed[:, :7] = 5  # the sentence before <s> at 7
    torch.testing.assert_close(log_probs(nnlm, changed)[:, 7:], log_probs(nnlm, ids)[:, 7:], rtol=0, atol=0)


def test_it_pads_a_window_with_sentence_starts_and_knows_whether_the_block_holds_it() -> None:
    windows, is_whole = context_windows(torch.tensor([[7, 8, 9, 2, 1, 4, 5, 6]]), 4)
    assert windows[0].tolist()[2:] == [[7, 8, 9], [8, 9, 2], [1, 1, 1], [1, 1, 4], [1, 4, 5]]
    assert is_whole[0].tolist() == [False, False, True, True, True, True, True]


def test_it_finds_whole_windows_in_a_short_block_only_at_a_sentence_start() -> None:
    windows, is_whole = context_windows(torch.tensor([[4, 1, 5], [4, 5, 6]]), 5)
    assert is_whole.tolist() == [[False, True], [False, False]]
    assert windows[0, 1].tolist() == [1, 1, 1, 1]


def test_it_gives_probabilities_that_sum_to_one() -> None:
    total = log_probs(model(), block()).exp().sum(-1)
    torch.testing.assert_close(total, torch.ones_like(total))


def exact_and_sampled(count: int, draws: int) -> tuple[float, float, torch.Tensor, torch.Tensor]:
    """Loss and gradient for the hidden units: of the full softmax, and the mean over `draws` samples of `count`."""
    generator = torch.Generator().manual_seed(3)
    features = torch.randn(6, 8, generator=generator, requires_grad=True)  # (N, M)
    table = torch.randn(V, 8, generator=generator) * 0.5
    bias = torch.linspace(1, -1, V)
    targets = torch.tensor([0, 2, 3, 10, 30, 49])
    exact = torch.nn.functional.cross_entropy(features @ table.T + bias, targets, reduction="sum")
    exact_gradient = torch.autograd.grad(exact, features)[0]
    torch.manual_seed(4)
    total, gradient = 0.0, torch.zeros_like(features)
    for _ in range(draws):
        sample = log_uniform_sample(V, count, torch.device("cpu"))
        loss = sampled_loss(features, table[targets], table[sample.ids], bias, targets, sample)
        gradient += torch.autograd.grad(loss, features)[0] / draws
        total += loss.item() / draws
    return exact.item(), total, exact_gradient, gradient


def test_it_estimates_the_full_softmax_and_its_gradient_by_a_sample() -> None:
    exact, estimate, exact_gradient, gradient = exact_and_sampled(2000, draws=40)
    assert estimate == pytest.approx(exact, rel=2e-3)
    assert (gradient - exact_gradient).norm() < 0.01 * exact_gradient.norm()


def test_it_errs_less_the_larger_the_sample() -> None:
    errors = []
    for count in (10, 40, 160):
        _, _, exact, estimate = exact_and_sampled(count, draws=300)
        errors.append(((estimate - exact).norm() / exact.norm()).item())
    assert errors[0] > errors[1] > errors[2]
    assert errors[1] < 0.1


def test_it_estimates_the_sum_over_the_words_without_bias() -> None:
    torch.manual_seed(5)
    scores = torch.randn(V)
    draws = []
    for _ in range(3000):
        sample = log_uniform_sample(V, 8, torch.device("cpu"))
        draws.append((scores[sample.ids] - sample.log_expected).exp().sum().item())
    mean = sum(draws) / len(draws)
    error = math.sqrt(sum((draw - mean) ** 2 for draw in draws)) / len(draws)
    assert abs(mean - scores.exp().sum().item()) < 4 * error


def test_it_draws_log_uniformly() -> None:
    torch.manual_seed(6)
    sample = log_uniform_sample(V, 200_000, torch.device("cpu"))
    shares = torch.bincount(sample.ids, minlength=V) / 200_000
    expected = torch.tensor([math.log((id + 2) / (id + 1)) / math.log(V + 1) for id in range(V)])
    torch.testing.assert_close(shares, expected, atol=1e-5, rtol=1e-3)
    torch.testing.assert_close(sample.log_expected.exp() / 200_000, expected[sample.ids], atol=1e-6, rtol=1e-3)


def test_it_counts_a_target_once_however_often_it_is_drawn() -> None:
    everything = Sample(torch.arange(V), torch.zeros(V))  # each word once: the estimate is exact
    features, table, bias = torch.randn(5, 8), torch.randn(V, 8), torch.randn(V)
    targets = torch.tensor([1, 4, 9, 16, 25])
    exact = torch.nn.functional.cross_entropy(features @ table.T + bias, targets, reduction="sum")
    estimate = sampled_loss(features, table[targets], table, bias, targets, everything)
    torch.testing.assert_close(estimate, exact)


@pytest.mark.parametrize("options", [{}, {"tied": False}])
def test_it_trains_with_a_sample_of_many_words_as_with_all(options: dict) -> None:
    nnlm, ids = model(samples=20_000, **options), block()
    nnlm.loss(ids)[0].backward()  # evaluation takes the whole vocabulary
    exact = {name: p.grad.clone() for name, p in nnlm.named_parameters()}
    nnlm.zero_grad()
    torch.manual_seed(7)
    nnlm.train().loss(ids)[0].backward()
    for name, parameter in nnlm.named_parameters():
        assert (parameter.grad - exact[name]).norm() < 0.03 * exact[name].norm(), name


def test_it_learns_a_sentence_by_heart() -> None:
    nnlm = model(samples=0).train()
    ids = torch.tensor([[1, 10, 11, 12, 10, 13, 2, 1, 10]])
    optimiser = torch.optim.Adam(nnlm.parameters(), lr=0.05)
    for _ in range(60):
        optimiser.zero_grad()
        nnlm.loss(ids)[0].backward()
        optimiser.step()
    loss, targets = nnlm.eval().loss(ids)
    assert loss.item() / targets < 0.05


@pytest.mark.parametrize("options", [{"order": 1}, {"samples": -1}])
def test_it_refuses_options_that_make_no_model(options: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        NNLMOptions(V, **options)
