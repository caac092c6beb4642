"""Few-shot questions, and how they are answered."""

import json
import math
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from tiny_run import make_run

from evaluate import load_model
from fewshot import TASKS, Question, Task, choose, main, make_questions, option_nats, score, wilson_interval
from tokenizer import END_OF_TEXT

TASK = Task("letters", "After {} comes", (("a", "b"), ("c", "d"), ("e", "f"), ("g", "h"), ("i", "j"), ("k", "l")))


def test_the_prompt_is_solved_examples_and_the_question() -> None:
    for question, (item, answer) in zip(make_questions(TASK, 2, seed=1), TASK.items, strict=True):
        *shown, last = question.prompt.split("\n")
        assert last == f"After {item} comes"
        assert question.options[question.answer] == answer
        assert len(set(question.options)) == 4
        solved = {f"After {other} comes {right}.": right for other, right in TASK.items if other != item}
        assert len(set(shown)) == 2
        assert all(line in solved and solved[line] not in question.options for line in shown)


def test_the_seed_alone_draws_the_examples() -> None:
    assert make_questions(TASK, 1, seed=1) == make_questions(TASK, 1, seed=1)
    assert make_questions(TASK, 1, seed=1) != make_questions(TASK, 1, seed=2)


def test_more_examples_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="the task 'letters' has 2 items to show, not 3"):
        make_questions(TASK, 3, seed=1)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_tasks_ask_what_can_be_answered(task: Task) -> None:
    assert len({item for item, _ in task.items}) == len(task.items)
    for shots in (0, 4):
        assert len(make_questions(task, shots, seed=1)) == len(task.items)
    if task.options is not None:
        assert {answer for _, answer in task.items} == set(task.options)


def test_an_option_costs_what_its_tokens_cost_after_the_prompt(tmp_path: Path, data_folder: Path) -> None:
    run = make_run(tmp_path / "run", data_folder)
    model, tokenizer = load_model(Namespace(run=run, checkpoint=None, data=data_folder))
    question = Question("the cat", ("sat", "ran after"), 0)
    ((sat, ran_after),) = option_nats(model, tokenizer, [question])
    for option, nats in (("sat", sat), ("ran after", ran_after)):
        ids = [tokenizer.token_to_id(END_OF_TEXT), *tokenizer.encode(f"the cat {option}").ids]
        logits = model.logits(model(torch.tensor([ids[:-1]])))[0].log_softmax(-1)
        whole = -logits[torch.arange(len(ids) - 1), ids[1:]].sum().item()
        before = len(tokenizer.encode("the cat").ids)
        prompt = -logits[torch.arange(before), ids[1 : before + 1]].sum().item()
        assert math.fsum(nats) == pytest.approx(whole - prompt, rel=1e-4)


def test_the_likeliest_option_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose([2.0, 1.0, 3.0]) == 1

    def nats(_model: object, _tokenizer: object, questions: list[Question]) -> list[list[list[float]]]:
        """The right answer has two tokens; together they are likelier than a wrong one but for the last item."""
        right = [[1.0, 1.5], [1.0, 1.5], [1.0, 1.5], [1.0, 1.5], [1.0, 1.5], [2.0, 2.0]]
        return [
            [[3.0] if number != q.answer else right[place] for number in range(4)] for place, q in enumerate(questions)
        ]

    monkeypatch.setattr("fewshot.option_nats", nats)
    result = score(None, None, TASK, 0, seed=1)
    assert result["accuracy"] == 5 / 6
    assert result["accuracyPerToken"] == 1
    assert result["chance"] == 1 / 4


def test_the_interval_of_a_share() -> None:
    """Against the worked figures of Newcombe 1998, table I: 81 of 263 and 15 of 148."""
    assert wilson_interval(81, 263) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson_interval(15, 148) == (pytest.approx(0.0624, abs=1e-4), pytest.approx(0.1605, abs=1e-4))
    assert wilson_interval(0, 20)[0] == 0


def test_the_command_writes_what_it_prints(tmp_path: Path, data_folder: Path, capsys) -> None:
    run = make_run(tmp_path / "run", data_folder, spread=0)
    out = tmp_path / "results.json"
    assert main(["--run", str(run), "--data", str(data_folder), "--shots", "0", "1", "--out", str(out)]) == 0
    results = json.loads(out.read_text())["results"]
    assert [(result["task"], result["shots"]) for result in results] == [(t.name, s) for t in TASKS for s in (0, 1)]
    assert f"{results[0]['accuracy']:.3f}" in capsys.readouterr().out
