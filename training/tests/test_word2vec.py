"""Word vectors by skip-gram with negative sampling."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from checkpoint import Checkpoint, save_checkpoint
from quantize import unpack
from word2vec import CHUNK, AnalogyScore, Word2Vec, Word2VecOptions, main, near, nearest, score_analogies
from words import MARKS


def model(**options) -> Word2Vec:
    torch.manual_seed(1)
    return Word2Vec(Word2VecOptions(**{"vocabulary_size": 30, "width": 8, "threshold": 1.0, **options}))


def pairs(sentences: torch.Tensor, window: int) -> list[tuple[int, int]]:
    """Places of centres and their neighbours."""
    groups, centres, others = near(sentences, window).nonzero().T
    return list(zip((groups * CHUNK + centres).tolist(), (groups * CHUNK + others - window).tolist(), strict=True))


def test_it_pairs_words_of_one_sentence_at_most_a_window_apart() -> None:
    torch.manual_seed(2)
    sentences = torch.tensor([0] * 40 + [1, 1, 2, 2, 2])  # the first is longer than a chunk
    seen = set()
    for _ in range(200):
        seen |= set(pairs(sentences, window=3))
    places = range(len(sentences))
    assert seen == {
        (i, j) for i in places for j in places if i != j and abs(i - j) <= 3 and sentences[i] == sentences[j]
    }


def test_it_pairs_nearer_neighbours_more_often() -> None:
    torch.manual_seed(3)
    distances = torch.zeros(5)
    for _ in range(2000):
        centres, neighbours = torch.tensor(pairs(torch.zeros(30, dtype=torch.long), window=4)).T
        distances += torch.bincount((centres - neighbours).abs(), minlength=5)
    # At distance d a pair is taken if the radius, 1 … 4, reaches it: with probability (5 - d) / 4.
    expected = torch.tensor([0.0] + [2000 * 2 * (30 - d) * (5 - d) / 4 for d in range(1, 5)])
    torch.testing.assert_close(distances, expected, rtol=0.02, atol=0)


@pytest.mark.parametrize("count", [0, 1])
def test_it_finds_no_pair_in_a_text_too_short_for_one(count: int) -> None:
    assert pairs(torch.zeros(count, dtype=torch.long), window=5) == []
    loss, targets = model().loss(torch.tensor([[1, 10, 2][: count + 1]]))
    assert (loss.item(), targets) == (0, 1)


def test_it_has_the_loss_of_negative_sampling() -> None:
    word2vec = model(samples=3, negatives=6, window=1)
    torch.nn.init.normal_(word2vec.words.weight)
    torch.nn.init.normal_(word2vec.contexts.weight)
    ids = torch.tensor([[1, 10, 11, 2, 1, 12]])
    word2vec.eval()
    torch.manual_seed(4)
    loss, targets = word2vec.loss(ids)
    torch.manual_seed(4)
    word2vec.thin(ids)
    near(torch.zeros(3, dtype=torch.long), 1)
    noise = torch.multinomial(word2vec.counts.float() ** 0.75, 3, replacement=True).tolist()
    v, u = word2vec.words.weight, word2vec.contexts.weight
    expected = torch.tensor(0.0)
    for centre, neighbour in ((10, 11), (11, 10)):
        expected -= torch.sigmoid(u[neighbour] @ v[centre]).log()
        expected -= 6 / 3 * sum(torch.sigmoid(-(u[n] @ v[centre])).log() for n in noise)
    assert targets == 2
    torch.testing.assert_close(loss, expected)


def test_it_thins_frequent_words_out_as_mikolov_says() -> None:
    word2vec = model(threshold=0.01).eval()
    word2vec.counts[:] = 0
    word2vec.counts[10], word2vec.counts[11] = 9900, 100
    torch.manual_seed(5)
    kept, _ = word2vec.thin(torch.tensor([[10, 11] * 20_000]))
    shares = torch.bincount(kept, minlength=30)[10:12] / 20_000
    torch.testing.assert_close(shares, torch.tensor([(0.01 / 0.99) ** 0.5, 1.0]), atol=0.005, rtol=0)


def test_it_gives_marks_no_neighbours_and_counts_words_in_training_only() -> None:
    word2vec = model()
    ids = torch.tensor([[1, 0, 10, 2, 1, 11, 2]])
    assert word2vec.thin(ids)[0].tolist() == [10, 11]
    before = word2vec.counts.clone()
    word2vec.eval().loss(ids)
    assert torch.equal(word2vec.counts, before)
    word2vec.train().loss(ids)
    assert torch.equal(word2vec.counts, before + torch.bincount(ids.flatten(), minlength=30))


def test_it_makes_words_of_one_company_alike() -> None:
    word2vec = model(samples=64).train()
    optimiser = torch.optim.Adagrad(word2vec.parameters(), lr=0.3)
    generator = torch.Generator().manual_seed(6)
    first = torch.tensor([5, 6, 7, 8])  # two companies that never meet
    for _ in range(300):
        company = torch.randint(2, (16, 1), generator=generator) * 10
        ids = first[torch.randint(4, (16, 8), generator=generator)] + company
        optimiser.zero_grad()
        loss, targets = word2vec.loss(ids)
        (loss / targets).backward()
        optimiser.step()
    vectors = word2vec.words.weight.detach()
    assert {id for id, _ in nearest(vectors, 5, 3)} == {6, 7, 8}
    assert {id for id, _ in nearest(vectors, 16, 3)} == {15, 17, 18}


def plane() -> tuple[torch.Tensor, dict[str, int]]:
    """Vectors in which king - man + woman is queen."""
    names = [*MARKS, "man", "woman", "king", "queen", "other"]
    vectors = torch.tensor([[9, 9, 9]] * 3 + [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 0]], dtype=torch.float)
    return vectors, {name: id for id, name in enumerate(names)}


def test_it_answers_analogies_with_the_nearest_word_but_those_asked_with(tmp_path: Path) -> None:
    vectors, index = plane()
    file = tmp_path / "questions.txt"
    file.write_text(": family\nMan king Woman queen\nman king woman other\nman king woman empress\n: empty\na b c d\n")
    scores = score_analogies(vectors, index, file)
    assert scores == [AnalogyScore("family", 1, 2, 3), AnalogyScore("empty", 0, 0, 1)]
    file.write_text("man king woman queen\n")
    with pytest.raises(ValueError, match="a line"):
        score_analogies(vectors, index, file)


def test_it_finds_the_nearest_others_by_cosine() -> None:
    vectors, index = plane()
    found = nearest(vectors, index["king"], 10)
    assert found[0] == (index["man"], pytest.approx(0.5**0.5))
    assert {id for id, _ in found} == set(index.values()) - {0, 1, 2, index["king"]}


def test_it_prints_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors, index = plane()
    (tmp_path / "words.txt").write_text("".join(f"{word}\n" for word in index), "utf-8")
    (tmp_path / "questions.txt").write_text(": family\nman king woman queen\n")
    identity = {"training": {"model": "word2vec"}}
    save_checkpoint(tmp_path / "checkpoint.pt", Checkpoint(identity, 1, {"words.weight": vectors}, []))
    arguments = ["--run", str(tmp_path), "--data", str(tmp_path)]
    assert main([*arguments, "--nearest", "king", "--count", "1", "--analogies", str(tmp_path / "questions.txt")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "king: man 0.71"
    assert printed[-1].split() == ["all", "100.0%", "1", "of", "1", "asked,", "1", "in", "the", "file"]
    assert main([*arguments, "--nearest", "xyzzy"]) == 1
    assert "xyzzy is not among" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["window", "negatives", "samples"])
def test_it_refuses_options_that_make_no_model(option: str) -> None:
    with pytest.raises(ValueError, match=option):
        Word2VecOptions(30, **{option: 0})


def test_it_exports_the_first_words_as_the_table_that_a_pack_shows(tmp_path: Path, capsys) -> None:
    torch.manual_seed(7)
    names = [*MARKS, *(f"w{number}" for number in range(97))]
    vectors = torch.randn(100, 64)
    (tmp_path / "words.txt").write_text("".join(f"{name}\n" for name in names), "utf-8")
    save_checkpoint(
        tmp_path / "checkpoint.pt", Checkpoint({"training": {"model": "word2vec"}}, 1, {"words.weight": vectors}, [])
    )
    out = tmp_path / "out"
    arguments = ["--run", str(tmp_path), "--data", str(tmp_path), "--export", str(out)]
    assert main([*arguments, "--words", "50", "--bits", "6"]) == 0
    header, weights, start_row = unpack((out / "word2vec.q8").read_bytes())
    assert (header["model"], header["vocabularySize"], header["width"], start_row) == ("word2vec", 50, 64, None)
    table = torch.from_numpy(weights["words.weight"])
    assert table.shape == (50, 64)
    assert not table[: len(MARKS)].any()
    assert F.cosine_similarity(table[len(MARKS) :], vectors[len(MARKS) : 50]).min() > 0.998
    assert (out / "words.txt").read_bytes() == (tmp_path / "words.txt").read_bytes()
    # Four bits lie in a file of their own kind, and what is asked is asked of the file.
    assert main([*arguments, "--words", "50", "--nearest", "w1"]) == 0
    assert (out / "word2vec.q4").is_file()
    assert main([*arguments, "--words", "101"]) == 1
    assert "words must be from 4 to the run's 100, not 101" in capsys.readouterr().err
