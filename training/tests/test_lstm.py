"""The recurrent baseline."""

import pytest
import torch

from lstm import LSTM, LSTMOptions
from words import SENTENCE_START, UNKNOWN

V = 40


def model(**options) -> LSTM:
    torch.manual_seed(1)
    return LSTM(LSTMOptions(**{"vocabulary_size": V, "words": V, "width": 8, "hidden": 12, **options})).eval()


def block(blocks: int = 3, length: int = 15) -> torch.Tensor:
    ids = torch.randint(3, V, (blocks, length + 1), generator=torch.Generator().manual_seed(2))
    ids[:, 5] = SENTENCE_START
    return ids


def log_probs(lstm: LSTM, ids: torch.Tensor) -> torch.Tensor:
    features, _, _ = lstm.features(ids, *lstm.start(len(ids)))
    return lstm.logits(features).log_softmax(-1)  # (B, T, V)


@pytest.mark.parametrize("layers", [1, 2])
def test_it_reads_a_text_whole_as_it_reads_it_step_by_step(layers: int) -> None:
    lstm, ids = model(layers=layers), block()
    whole = log_probs(lstm, ids)
    h, c = lstm.start(len(ids))
    assert h.shape == c.shape == (layers, len(ids), 12)
    for t in range(ids.shape[1]):
        logits, h, c = lstm(ids[:, t : t + 1], h, c)
        torch.testing.assert_close(logits.log_softmax(-1), whole[:, t], atol=1e-5, rtol=1e-5)
    _, h_whole, c_whole = lstm(ids, *lstm.start(len(ids)))
    torch.testing.assert_close((h, c), (h_whole, c_whole), atol=1e-5, rtol=1e-5)


def test_it_lets_every_word_reach_all_later_predictions_and_no_earlier_one() -> None:
    lstm, ids = model(), block()
    before = log_probs(lstm, ids)
    for place in (0, 7, 15):
        changed = ids.clone()
        changed[:, place] = (changed[:, place] + 1) % V
        after = log_probs(lstm, changed)
        torch.testing.assert_close(after[:, :place], before[:, :place], rtol=0, atol=0)
        assert (after[:, -1] != before[:, -1]).any(dim=-1).all()


def test_it_charges_every_target_but_sentence_starts() -> None:
    lstm, ids = model(), block()
    loss, targets = lstm.loss(ids)
    charged = -log_probs(lstm, ids[:, :-1]).gather(-1, ids[:, 1:, None]).squeeze(-1)
    assert targets == ids[:, 1:].numel()
    assert loss.item() == pytest.approx(charged[ids[:, 1:] != SENTENCE_START].sum().item(), rel=1e-5)


def test_it_takes_words_beyond_its_vocabulary_for_unknown() -> None:
    lstm = model(words=20)
    ids = block()
    assert torch.equal(lstm.known(ids), torch.where(ids < 20, ids, UNKNOWN))
    torch.testing.assert_close(lstm.loss(ids)[0], lstm.loss(lstm.known(ids))[0], rtol=0, atol=0)
    assert lstm(lstm.known(ids), *lstm.start(len(ids)))[0].shape == (3, 20)
    assert model(words=V + 1).options.words == V


def test_it_trains_with_a_sample_of_many_words_as_with_all() -> None:
    lstm, ids = model(samples=20_000), block()
    lstm.loss(ids)[0].backward()
    exact = {name: p.grad.clone() for name, p in lstm.named_parameters()}
    lstm.zero_grad()
    torch.manual_seed(7)
    lstm.train().loss(ids)[0].backward()
    for name, parameter in lstm.named_parameters():
        assert (parameter.grad - exact[name]).norm() < 0.03 * exact[name].norm(), name


def test_it_is_as_large_as_a_mobile_keyboard_can_bear() -> None:
    lstm = LSTM(LSTMOptions(vocabulary_size=32768))
    assert sum(p.numel() for p in lstm.parameters()) == pytest.approx(1.5e6, rel=0.05)


def test_it_remembers_what_an_n_gram_forgets() -> None:
    # The word after the 8 is the first word, six words back.
    lstm = model(samples=0, hidden=24).train()
    ids = torch.tensor([[1, first, 9, 9, 9, 9, 8, first] for first in (3, 4, 5, 6)])
    optimiser = torch.optim.Adam(lstm.parameters(), lr=0.01)
    for _ in range(400):
        optimiser.zero_grad()
        (lstm.loss(ids)[0] / len(ids)).backward()
        optimiser.step()
    guesses = log_probs(lstm.eval(), ids[:, :-1])[:, -1].argmax(-1)
    assert torch.equal(guesses, ids[:, -1])


@pytest.mark.parametrize("options", [{"words": 3}, {"samples": -1}])
def test_it_refuses_options_that_make_no_model(options: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        model(**options)
