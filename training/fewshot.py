"""What a model makes of a task it was never trained for, told only by a prompt: zero-, one- and few-shot (Brown et al.
2020).

    python training/fewshot.py --run work/runs/en-gpt --data work/data/en-8k --shots 0 1 4

A question is a prompt and options. The prompt is `shots` solved examples of the same task, a line each, then the
question's own line up to where the answer begins; the model's answer is the option it finds likeliest there, by −ln P
of all the option's tokens, its space among them. (Per token instead: that accuracy stands beside.) Examples are drawn
from the task's other items by the seed, anew for each question; the options of the question itself never stand among
the answers shown.

The tasks are this file's own short lists. With few items the intervals are wide: an accuracy counts as better than
chance only where its 95 % interval (Wilson 1927) lies above it. A model of a few million parameters is expected to be
near chance in most of them, and to gain little from examples.
"""

import argparse
import json
import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from checkpoint import CheckpointError
from evaluate import add_model_options, load_model, token_nats, weights_sha256
from gpt import GPT
from tokenizer import END_OF_TEXT


@dataclass(frozen=True)
class Task:
    name: str
    frame: str
    """A line of the prompt, with `{}` where the item stands; the answer follows it after a space."""
    items: tuple[tuple[str, str], ...]
    """Items and their answers."""
    options: tuple[str, ...] | None = None
    """What to choose from, the same for every question; none: the right answer and three of other items."""


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`a=b c=d`; an underscore stands for a space."""
    return tuple(tuple(part.replace("_", " ") for part in pair.split("=")) for pair in text.split())


TASKS = (
    Task(
        "plural",
        "One {}, two",
        pairs(
            "cat=cats dog=dogs house=houses child=children man=men woman=women box=boxes city=cities baby=babies "
            "book=books car=cars tree=trees girl=girls boy=boys friend=friends day=days year=years foot=feet "
            "tooth=teeth mouse=mice knife=knives wife=wives leaf=leaves lady=ladies story=stories watch=watches "
            "dish=dishes bus=buses",
        ),
    ),
    Task(
        "past tense",
        "Today I {}, yesterday I",
        pairs(
            "go=went see=saw take=took come=came give=gave eat=ate write=wrote drive=drove speak=spoke run=ran "
            "sing=sang drink=drank begin=began know=knew grow=grew fly=flew buy=bought bring=brought think=thought "
            "teach=taught sell=sold tell=told find=found stand=stood walk=walked talk=talked work=worked play=played",
        ),
    ),
    Task(
        "opposite",
        "The opposite of {} is",
        pairs(
            "hot=cold big=small good=bad old=young high=low long=short light=dark day=night up=down left=right "
            "rich=poor happy=sad fast=slow early=late open=closed full=empty hard=soft strong=weak black=white "
            "inside=outside first=last true=false wet=dry love=hate win=lose start=stop push=pull friend=enemy",
        ),
    ),
    Task(
        "kind of thing",
        "A {} is a kind of",
        pairs(
            "dog=animal horse=animal cat=animal lion=animal cow=animal apple=fruit banana=fruit orange=fruit "
            "pear=fruit lemon=fruit hammer=tool saw=tool drill=tool spade=tool shirt=clothing coat=clothing "
            "hat=clothing skirt=clothing violin=instrument piano=instrument guitar=instrument flute=instrument "
            "car=vehicle truck=vehicle bus=vehicle bicycle=vehicle",
        ),
        ("animal", "fruit", "tool", "clothing", "instrument", "vehicle"),
    ),
    Task(
        "capital",
        "The capital of {} is",
        pairs(
            "France=Paris England=London Germany=Berlin Italy=Rome Spain=Madrid Russia=Moscow China=Beijing "
            "Japan=Tokyo Egypt=Cairo Greece=Athens Ireland=Dublin Austria=Vienna Sweden=Stockholm Norway=Oslo "
            "Portugal=Lisbon Poland=Warsaw Turkey=Ankara India=Delhi Cuba=Havana Kenya=Nairobi",
        ),
    ),
    Task(
        "sentiment",
        '"{}" The speaker is',
        pairs(
            "I_love_this_place.=happy What_a_wonderful_day!=happy The_food_was_delicious.=happy "
            "Everyone_was_so_kind_to_us.=happy I_am_so_glad_you_came.=happy That_is_great_news!=happy "
            "We_had_a_lot_of_fun.=happy This_is_the_best_gift_ever.=happy Thank_you,_it_was_perfect.=happy "
            "I_can't_stop_smiling.=happy My_dog_died_yesterday.=sad I_hate_this_place.=sad "
            "The_food_was_cold_and_terrible.=sad I_miss_her_so_much.=sad Nobody_came_to_my_party.=sad "
            "That_is_awful_news.=sad I_lost_all_my_money.=sad It_was_the_worst_trip_ever.=sad "
            "I_failed_the_exam_again.=sad She_left_me_alone.=sad",
        ),
        ("happy", "sad"),
    ),
)


@dataclass(frozen=True)
class Question:
    prompt: str
    options: tuple[str, ...]
    answer: int


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_model_options(parser)
    parser.add_argument("--shots", type=int, nargs="+", default=[0, 1, 4], help="solved examples in the prompt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args(arguments)
    try:
        model, tokenizer = load_model(options)
        results = [score(model, tokenizer, task, shots, options.seed) for task in TASKS for shots in options.shots]
    except (CheckpointError, OSError, ValueError) as error:
        print(f"fewshot: {error}", file=sys.stderr)
        return 1
    print(table(results))
    if options.out is not None:
        report = {
            "run": str(options.run),
            "weightsSha256": weights_sha256(model),
            "seed": options.seed,
            "results": results,
        }
        options.out.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def make_questions(task: Task, shots: int, seed: int) -> list[Question]:
    """One for each item. Raises `ValueError` where the task has too few items for so many examples."""
    questions = []
    for item, answer in task.items:
        chance = random.Random(f"{seed} {task.name} {shots} {item}")
        if task.options is None:
            others = sorted({other for _, other in task.items} - {answer})
            options = [answer, *chance.sample(others, 3)]
        else:
            options = list(task.options)
        chance.shuffle(options)
        # With open lists an option that was shown as an answer before would be favoured or ruled out for that alone.
        barred = set(options) if task.options is None else set()
        usable = [other for other in task.items if other[0] != item and other[1] not in barred]
        if len(usable) < shots:
            raise ValueError(f"the task {task.name!r} has {len(usable)} items to show, not {shots}")
        shown = [f"{task.frame.format(other)} {right}." for other, right in chance.sample(usable, shots)]
        prompt = "\n".join([*shown, task.frame.format(item)])
        questions.append(Question(prompt, tuple(options), options.index(answer)))
    return questions


def option_nats(model: GPT, tokenizer: Tokenizer, questions: list[Question]) -> list[list[list[float]]]:
    """−ln P of each token of each option of each question. A prompt too long for the window loses its beginning."""
    start = tokenizer.token_to_id(END_OF_TEXT)
    window = model.options.context
    sequences, lengths = [], []
    for question in questions:
        prompt = tokenizer.encode(question.prompt).ids
        for option in question.options:
            ids = tokenizer.encode(option).ids  # the tokenizer puts the space before it
            sequences.append([start, *prompt, *ids][-(window + 1) :])
            lengths.append(len(ids))
    nats = iter(zip(token_nats(model, sequences, window), lengths, strict=True))
    return [[part[-length:].tolist() for part, length in (next(nats) for _ in q.options)] for q in questions]


def score(model: GPT, tokenizer: Tokenizer, task: Task, shots: int, seed: int) -> dict:
    questions = make_questions(task, shots, seed)
    nats = option_nats(model, tokenizer, questions)
    right = per_token = 0
    for question, options in zip(questions, nats, strict=True):
        right += choose([math.fsum(option) for option in options]) == question.answer
        per_token += choose([math.fsum(option) / len(option) for option in options]) == question.answer
    low, high = wilson_interval(right, len(questions))
    chance = sum(1 / len(question.options) for question in questions) / len(questions)
    return {
        "task": task.name,
        "shots": shots,
        "questions": len(questions),
        "chance": chance,
        "accuracy": right / len(questions),
        "ci95": [low, high],
        "isBetterThanChance": low > chance,
        "accuracyPerToken": per_token / len(questions),
    }


def choose(nats: list[float]) -> int:
    """The likeliest option, the first of equals."""
    return min(range(len(nats)), key=nats.__getitem__)


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share = right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def table(results: list[dict]) -> str:
    lines = [f"{'task':16}{'shots':>6}{'items':>7}{'chance':>8}{'accuracy':>10}{'95 %':>14}{'per token':>11}"]
    for result in results:
        low, high = result["ci95"]
        mark = " *" if result["isBetterThanChance"] else ""
        lines.append(
            f"{result['task']:16}{result['shots']:6}{result['questions']:7}{result['chance']:8.3f}"
            f"{result['accuracy']:10.3f}{f'{low:.2f}–{high:.2f}':>14}{result['accuracyPerToken']:11.3f}{mark}",
        )
    return "\n".join([*lines, "* better than chance: the 95 % interval of the accuracy lies above it"])


if __name__ == "__main__":
    sys.exit(main())
