"""Fine-tuning on questions with choices: the task, the objective, the runs."""

import dataclasses
import json
import random
import statistics
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from tiny_run import make_run
from torch.nn import functional as F

from choice import ChoiceModel, Questions, evaluate_choices, extend, load_choice_model
from evaluate import load_model
from finetune import FineTuning, FineTuningOptions, main, summarise
from log import Log
from turns import Example, fraction, make_examples, read_split

ANIMALS, FOODS = ["the cat", "a dog", "the horse", "a bird"], ["the bread", "some rice", "an apple", "the soup"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), data_folder, spread=0.1)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Conversations about animals or foods, each true to its subject."""
    chance = random.Random(1)
    lines = []
    for number in range(80):
        things = ANIMALS if number % 2 else FOODS
        lines += [f"We saw {chance.choice(things)} near {chance.choice(things)} {number}" for _ in range(4)] + [""]
    file = tmp_path_factory.mktemp("talks") / "talks.txt"
    file.write_text("\n".join(lines), "utf-8")
    return file


def read_conversations(talks: Path) -> list[list[str]]:
    return [talk.split("\n") for talk in talks.read_text().strip().split("\n\n")]


def open_questions(run: Path, data_folder: Path, talks: Path) -> tuple[ChoiceModel, Questions]:
    gpt, tokenizer = load_model(Namespace(run=run, checkpoint=None, data=data_folder))
    torch.manual_seed(1)
    examples = make_examples(read_conversations(talks), talks)
    return ChoiceModel(gpt, dropout=0.0), Questions(examples, tokenizer, gpt.options.context)


def test_the_true_choice_is_the_turn_that_follows(talks: Path) -> None:
    conversations = read_conversations(talks)
    examples = make_examples(conversations, talks)
    assert len(examples) == 80 * 2
    for example, (number, place) in zip(examples, ((n, p) for n in range(80) for p in (2, 3)), strict=True):
        talk = conversations[number]
        assert example.context == f"{talk[place - 2]}\n{talk[place - 1]}"
        assert example.choices[example.answer] == talk[place]
        assert example.choices[1 - example.answer] not in talk
    assert 0.3 < statistics.fmean(example.answer for example in examples) < 0.7


def test_no_conversation_stands_on_both_sides_of_the_split(talks: Path) -> None:
    train, dev = read_split([talks], most=1000)
    assert train
    assert dev
    side = {"\n".join(talk[:2]): fraction("\n".join(talk)) < 0.1 for talk in read_conversations(talks)}
    first_turns = {example.context: side.get(example.context) for example in train + dev}
    assert not any(first_turns[example.context] for example in train)
    assert not any(first_turns[example.context] is False for example in dev)
    turns = [
        {turn for example in part for turn in (*example.choices, *example.context.split("\n"))} for part in (train, dev)
    ]
    assert not turns[0] & turns[1]
    assert (train, dev) == read_split([talks], most=1000)


def test_a_file_without_conversations_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_text("a single talk of five words\n\nYes.\n")
    with pytest.raises(ValueError, match="no two conversations"):
        read_split([file], most=10)


def test_a_sequence_is_start_context_delimiter_choice_extract(data_folder: Path, run: Path) -> None:
    _, tokenizer = load_model(Namespace(run=run, checkpoint=None, data=data_folder))
    example = Example("the cat sat\non a mat", ("the dog", "go home"), 1)
    for window in (100, 12):
        questions = Questions([example], tokenizer, window)
        for ids, choice in zip(questions.ids[0], example.choices, strict=True):
            words = tokenizer.encode(choice).ids[: (window - 3) // 2]
            context = tokenizer.encode(example.context).ids[-(window - 3 - len(words)) :]
            assert ids == [300, *context, 301, *words, 302]
            assert len(ids) <= window


def test_new_tokens_leave_the_old_predictions_as_they_were(run: Path, data_folder: Path) -> None:
    gpt, _ = load_model(Namespace(run=run, checkpoint=None, data=data_folder))
    extended = extend(gpt, 3, dropout=0.5).eval()
    ids = torch.tensor([[0, 5, 17, 299]])
    assert torch.equal(extended.logits(extended(ids))[..., :300], gpt.logits(gpt(ids)))
    assert extended.options.vocabulary_size == 303


def test_a_score_does_not_depend_on_what_else_is_in_the_batch(run: Path, data_folder: Path, talks: Path) -> None:
    model, questions = open_questions(run, data_folder, talks)
    questions.ids[1] = [sequence[:5] for sequence in questions.ids[1]]
    together, _ = model(*questions.batch([0, 1, 2])[:2])
    for number in range(3):
        alone, _ = model(*questions.batch([number])[:2])
        assert torch.allclose(together[number], alone[0], atol=1e-5)


def test_each_objective_is_what_its_formula_says(run: Path, data_folder: Path, talks: Path) -> None:
    model, questions = open_questions(run, data_folder, talks)
    numbers = [0, 1, 2]
    language, choice, right = model.objectives(*questions.batch(numbers))
    nats, targets, losses, hits = 0.0, 0, [], 0
    for number in numbers:
        answer = questions.answers[number]
        states = [model.gpt(torch.tensor([ids])) for ids in questions.ids[number]]
        scores = torch.stack([model.head(state[0, -1]) for state in states]).T  # (1, K)
        losses.append(F.cross_entropy(scores, answer[None]))
        hits += int(scores.argmax() == answer)
        true = torch.tensor(questions.ids[number][answer])
        logits = model.gpt.logits(states[answer][0, :-1])
        nats += F.cross_entropy(logits, true[1:], reduction="sum").item()
        targets += len(true) - 1
    assert language.item() == pytest.approx(nats / targets, rel=1e-4)
    assert choice.item() == pytest.approx(torch.stack(losses).mean().item(), rel=1e-4)
    assert right.item() == hits


def test_the_gradient_of_l3_is_that_of_l2_and_lambda_times_that_of_l1(
    run: Path, data_folder: Path, talks: Path, tmp_path: Path
) -> None:
    model, questions = open_questions(run, data_folder, talks)
    batch = questions.batch([0, 1, 2, 3])
    gradients = {}
    for name, weigh in (("L1", (1.0, 0.0)), ("L2", (0.0, 1.0))):
        model.zero_grad()
        language, choice, _ = model.objectives(*batch)
        (weigh[0] * language + weigh[1] * choice).backward()
        gradients[name] = {key: weight.grad.clone() for key, weight in model.named_parameters()}
    gpt = load_model(Namespace(run=run, checkpoint=None, data=data_folder))[0]
    for auxiliary in (0.0, 0.5):
        options = FineTuningOptions(auxiliary=auxiliary, dropout=0.0, warm_up=0.0)
        training = FineTuning(tmp_path / str(auxiliary), gpt, questions, questions, options)
        training.has_bf16 = False
        training.model.load_state_dict(model.state_dict())
        kept = {}

        def keep(training=training, kept=kept) -> None:
            kept.update({key: weight.grad.clone() for key, weight in training.model.named_parameters()})

        # What the optimiser is given, with the gradients not yet clipped out of proportion.
        training.optimiser.step = keep
        training.take_step([0, 1, 2, 3], step=0)
        expected = {key: gradients["L2"][key] + auxiliary * gradients["L1"][key] for key in kept}
        norm = torch.sqrt(sum((gradient**2).sum() for gradient in expected.values()))
        for key, gradient in kept.items():
            assert torch.allclose(gradient, expected[key] / max(1.0, norm.item()), atol=1e-5), key


@pytest.fixture(scope="module")
def results(
    run: Path, data_folder: Path, talks: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """A folder of results, and the command that made it."""
    folder = tmp_path_factory.mktemp("turns") / "run"
    command = ["--run", folder, "--pretrained", run, "--data", data_folder, "--train", talks, "--test", talks]
    command += ["--scratch", "--seeds", 1, 2, "--auxiliary", 0, 0.5]
    command += ["--epochs", 2, "--batch", 16, "--learning-rate", 0.01, "--dropout", 0]
    command = [str(part) for part in command]
    assert main(command) == 0
    return folder, command


def test_every_start_seed_and_lambda_is_trained_and_summed_up(results: tuple[Path, list[str]]) -> None:
    folder, _ = results
    summary = json.loads((folder / "results.json").read_text())
    names = [
        f"{start}-{auxiliary}-{seed}"
        for start in ("pretrained", "scratch")
        for seed in (1, 2)
        for auxiliary in ("0", "0.5")
    ]
    assert [result["name"] for result in summary["runs"]] == names
    assert len(summary["groups"]) == 4
    for group in summary["groups"]:
        accuracies = [
            result["test"]["accuracy"]
            for result in summary["runs"]
            if all(result["identity"][key] == group[key] for key in ("pretrained", "auxiliary"))
        ]
        assert group["mean"] == pytest.approx(sum(accuracies) / 2)
        assert group["sd"] == pytest.approx(abs(accuracies[0] - accuracies[1]) / 2**0.5)


def test_training_on_questions_lowers_their_loss(results: tuple[Path, list[str]]) -> None:
    folder, _ = results
    entries = [entry for entry in Log(folder / "pretrained-0.5-1" / "log.jsonl").read() if "L2" in entry]
    assert entries[-1]["L1"] < entries[0]["L1"]
    seen = [entry for entry in Log(folder / "pretrained-0.5-1" / "log.jsonl").read() if "devL2" in entry]
    assert seen[-1]["devL1"] < seen[0]["devL1"]


def test_a_run_that_is_done_is_not_done_again(results: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, command = results
    before = (folder / "results.json").read_bytes()
    monkeypatch.setattr(FineTuning, "go", lambda _: pytest.fail("trained again"))
    assert main(command) == 0
    assert (folder / "results.json").read_bytes() == before


def test_the_saved_model_answers_as_the_trained_one(
    results: tuple[Path, list[str]], run: Path, data_folder: Path, talks: Path
) -> None:
    folder, _ = results
    _, tokenizer = load_model(Namespace(run=run, checkpoint=None, data=data_folder))
    questions = Questions(make_examples(read_conversations(talks), talks), tokenizer, 16)
    model = load_choice_model(folder / "scratch-0-2" / "model.pt")
    saved = json.loads((folder / "scratch-0-2" / "result.json").read_text())
    assert evaluate_choices(model, questions) == pytest.approx(saved["test"], rel=1e-5)


def test_one_seed_has_no_deviation() -> None:
    identity = dataclasses.asdict(FineTuningOptions())
    (group,) = summarise([{"identity": identity, "test": {"accuracy": 0.75}}])
    assert (group["mean"], group["sd"]) == (0.75, None)
