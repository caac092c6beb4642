"""The laws of a decoder-only transformer, for every member of the family."""

import itertools

import pytest
import torch
import torch.nn.functional as F

from gpt import GPT, GPTOptions, SelfAttention, attend, rotary_table, rotate, visible

T = 12
FAMILY = [
    {"norm": norm, "attention": attention, "positions": positions}
    for norm, attention, positions in itertools.product(
        ("pre", "post"), ("dense", "alternating"), ("rotary", "learned")
    )
]


def make_model(**given: object) -> GPT:
    torch.manual_seed(1)
    options = {"vocabulary_size": 50, "context": T, "layers": 3, "width": 16, "heads": 2, "band": 4}
    model = GPT(GPTOptions(**(options | given))).eval()
    for (
        parameter
    ) in model.parameters():  # larger than at the start of training, so that nothing hides in the sixth digit
        torch.nn.init.normal_(parameter, std=0.5)
    return model


@pytest.mark.parametrize("options", FAMILY, ids=lambda options: " ".join(options.values()))
@torch.no_grad()
def test_it_never_lets_a_later_token_change_an_earlier_output(options: dict) -> None:
    model = make_model(**options)
    ids = torch.randint(0, 50, (1, T))
    before = model.logits(model(ids))  # (1, T, V)
    for position in range(T):
        changed = ids.clone()
        changed[0, position] = (changed[0, position] + 1) % 50
        after = model.logits(model(changed))
        torch.testing.assert_close(after[:, :position], before[:, :position], rtol=0, atol=1e-5)
        assert (after[:, position] - before[:, position]).abs().max() > 1e-3


@torch.no_grad()
def test_it_sees_in_a_banded_layer_the_band_and_nothing_else() -> None:
    torch.manual_seed(1)
    layer = SelfAttention(GPTOptions(50, context=T, width=16, heads=2, band=4), is_banded=True)
    x = torch.randn(1, T, 16)
    before = layer(x, None)
    for position in range(T):
        changed = x.clone()
        changed[0, position] += 1
        is_moved = (layer(changed, None) - before).abs().amax(-1)[0] > 1e-6  # (T)
        assert is_moved.tolist() == [position <= row < position + 4 for row in range(T)]


def test_it_bands_every_second_layer_of_an_alternating_model() -> None:
    bands = [block.attention.band for block in make_model(attention="alternating", layers=4).blocks]
    assert bands == [None, 4, None, 4]


def test_it_makes_a_mask_of_the_positions_up_to_each() -> None:
    assert visible(3, None, torch.device("cpu")).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert visible(3, 2, torch.device("cpu")).int().tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 1]]


def test_it_scores_rotated_keys_by_their_distance_alone() -> None:
    torch.manual_seed(1)
    options = GPTOptions(50, width=16, heads=2)
    q, k = torch.randn(1, 2, 1, 8), torch.randn(1, 2, 1, 8)

    def score(query_position: int, key_position: int) -> torch.Tensor:
        at = [rotary_table(1, options, q.device, start=position) for position in (query_position, key_position)]
        return (rotate(q, at[0]) * rotate(k, at[1])).sum(-1)

    for distance in (0, 1, 5, 40):
        for shift in (1, 17, 80):
            torch.testing.assert_close(score(distance + shift, shift), score(distance, 0), rtol=0, atol=1e-4)
    assert (score(5, 0) - score(4, 0)).abs().max() > 1e-3
    torch.testing.assert_close(score(3, 3), (q * k).sum(-1))


def test_it_attends_as_the_fused_kernel_does() -> None:
    torch.manual_seed(1)
    q, k, v = torch.randn(3, 2, 4, T, 8)
    for band in (None, 3):
        mask = visible(T, band, q.device)
        torch.testing.assert_close(attend(q, k, v, mask), F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@pytest.mark.parametrize("options", FAMILY, ids=lambda options: " ".join(options.values()))
def test_it_loses_what_the_logits_say(options: dict) -> None:
    model = make_model(**options)
    ids = torch.randint(0, 50, (3, T + 1))
    loss, targets = model.loss(ids)
    logProbs = model.logits(model(ids[:, :-1])).log_softmax(-1)  # (3, T, V)
    torch.testing.assert_close(loss, -logProbs.gather(-1, ids[:, 1:, None]).sum())
    assert targets == 3 * T


def test_it_has_the_parameters_of_its_shape() -> None:
    C, V, L = 16, 50, 3
    block = (C * 3 * C + 3 * C) + (C * C + C) + (C * 4 * C + 4 * C) + (4 * C * C + C) + 2 * 2 * C
    count = {name: sum(p.numel() for p in make_model(**options).parameters()) for name, options in {
        "rotary": {}, "learned": {"positions": "learned"}, "post": {"norm": "post"},
    }.items()}  # fmt: skip
    assert count == {
        "rotary": V * C + L * block + 2 * C,
        "learned": V * C + T * C + L * block + 2 * C,
        "post": V * C + L * block,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"norm": "middle"}, "norm must be one of pre, post, not 'middle'"),
        ({"attention": "none"}, "attention must be"),
        ({"width": 10, "heads": 4}, "width must be a multiple of heads"),
        ({"width": 6, "heads": 2}, "even head width"),
        ({"layers": 0}, "layers must be at least 1, not 0"),
        ({"band": 0}, "band must be at least 1, not 0"),
    ],
)
def test_it_refuses_options_that_mean_nothing(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GPTOptions(50, **options)
