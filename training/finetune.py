"""Fine-tunes a GPT to answer questions with choices, as GPT-1 did (Radford et al. 2018, section 3.2).

    python training/finetune.py --run work/runs/turns --pretrained work/runs/en-gpt --data work/data/en-8k \\
        --train ../shared/corpus/train/en/{topicalchat,taskmaster}.txt \\
        --test ../shared/eval/dev/en/{topicalchat,taskmaster}.txt --auxiliary 0 0.5 --seeds 1 2 3 --scratch

    L2 = Σ ln P(answer | context, choices)      L3 = L2 + λ · L1      (eq. 4 and 5; here means, and minimised)

L1 is the language model's objective on the same text: here on the sequence with the true choice alone, for what a wrong
choice says after its context is nothing to learn to say. The task is which of two turns comes next (`turns.py`).

One command trains all combinations of λ and seed, from the pretrained weights and, with `--scratch`, from random ones,
each in a folder of its own: `options.json`, `log.jsonl`, `model.pt` (weights, head included), `result.json`. Those
whose result is there are not trained again. `results.json` and `curves.svg` beside them sum up.
"""

import argparse
import dataclasses
import itertools
import json
import math
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from checkpoint import CheckpointError
from choice import ChoiceModel, Questions, evaluate_choices, zero_shot_accuracy
from evaluate import load_model, weights_sha256
from gpt import GPT
from log import Log
from turns import read_all, read_split


@dataclass(frozen=True)
class FineTuningOptions:
    auxiliary: float = 0.5
    """λ: what a nat per token of L1 counts beside a nat per question of L2."""
    seed: int = 1
    """Of the new weights, dropout and the order of the questions."""
    pretrained: bool = True
    """Whether to start from the pretrained weights, or from random ones."""
    examples: int = 4000
    """Most questions to train on."""
    epochs: int = 3
    batch: int = 32
    """Questions a step."""
    learning_rate: float = 3e-4
    """After the warm-up; then it falls linearly to zero."""
    warm_up: float = 0.05
    """Share of the steps."""
    dropout: float = 0.1
    """Inside the transformer and before the head."""
    weight_decay: float = 0.01


class FineTuning:
    """One training of one model, in a folder of its own."""

    def __init__(self, folder: Path, gpt: GPT, train: Questions, dev: Questions, options: FineTuningOptions) -> None:
        torch.manual_seed(options.seed)
        self.folder, self.options, self.train, self.dev = folder, options, train, dev
        start = gpt if options.pretrained else GPT(gpt.options)
        self.device = gpt.tokens.weight.device
        self.has_bf16 = self.device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
        self.model = ChoiceModel(start, options.dropout).to(self.device)
        self.steps = options.epochs * math.ceil(len(train) / options.batch)
        matrices = [p for p in self.model.parameters() if p.ndim == 2 and p is not self.model.gpt.tokens.weight]
        others = [p for p in self.model.parameters() if p.ndim != 2 or p is self.model.gpt.tokens.weight]
        groups = [{"params": matrices, "weight_decay": options.weight_decay}, {"params": others, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=options.learning_rate, fused=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "options.json").write_text(json.dumps(dataclasses.asdict(options), indent=2) + "\n")
        self.log = Log(folder / "log.jsonl")
        self.log.path.unlink(missing_ok=True)

    def go(self) -> None:
        options, step = self.options, 0
        for epoch in range(options.epochs):
            order = torch.randperm(len(self.train)).tolist()
            for first in range(0, len(order), options.batch):
                self.take_step(order[first : first + options.batch], step)
                step += 1
            seen = evaluate_choices(self.model, self.dev)
            self.log.append(
                {"step": step, "epoch": epoch + 1}
                | {f"dev{name[0].upper()}{name[1:]}": value for name, value in seen.items()}
            )
            print(f"{self.folder.name}: epoch {epoch + 1}, dev accuracy {seen['accuracy']:.3f}", flush=True)

    def take_step(self, numbers: list[int], step: int) -> None:
        progress = step / self.steps
        warm_up = self.options.warm_up
        rate = (progress + 1 / self.steps) / warm_up if progress < warm_up else (1 - progress) / (1 - warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.learning_rate * min(1.0, rate)
        self.model.train()
        ids, lengths, answers = (part.to(self.device) for part in self.train.batch(numbers))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.has_bf16):
            language, choice, right = self.model.objectives(ids, lengths, answers)
        # Without its backward pass L1 is nearly free, so it is logged either way.
        loss = choice + self.options.auxiliary * language if self.options.auxiliary else choice  # L3
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        entry = {"L1": language.item(), "L2": choice.item(), "accuracy": right.item() / len(numbers)}
        if not math.isfinite(loss.item()):
            raise ValueError(f"{self.folder}: the loss of step {step + 1} is {loss.item()}: lower --learning-rate")
        self.log.append({"step": step + 1} | entry)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of the results")
    parser.add_argument("--pretrained", type=Path, required=True, help="folder of the run that trained the GPT")
    parser.add_argument("--checkpoint", type=Path, help="its checkpoint (default: checkpoint.pt in that folder)")
    parser.add_argument("--data", type=Path, required=True, help="the data folder it was trained on")
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="conversations to train on")
    parser.add_argument("--test", type=Path, nargs="+", required=True, help="conversations that no training ever read")
    parser.add_argument("--auxiliary", type=float, nargs="+", default=[0.0, 0.5], metavar="λ")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--scratch", action="store_true", help="also from random weights")
    own = {"auxiliary", "seed", "pretrained"}
    for option in dataclasses.fields(FineTuningOptions):
        if option.name not in own:
            parser.add_argument("--" + option.name.replace("_", "-"), type=option.type, default=option.default)
    options = parser.parse_args(arguments)
    try:
        run_all(options)
    except (CheckpointError, OSError, ValueError) as error:
        print(f"finetune: {error}", file=sys.stderr)
        return 1
    return 0


def run_all(options: argparse.Namespace) -> None:
    gpt, tokenizer = load_model(
        argparse.Namespace(run=options.pretrained, checkpoint=options.checkpoint, data=options.data)
    )
    train, dev = read_split(options.train, options.examples)
    test = read_all(options.test)
    window = gpt.options.context
    sets = [Questions(examples, tokenizer, window) for examples in (train, dev, test)]
    shared = {
        field.name: getattr(options, field.name)
        for field in dataclasses.fields(FineTuningOptions)
        if hasattr(options, field.name)
    }
    weights = weights_sha256(gpt)
    facts = {
        "weightsSha256": weights,
        "questions": {"train": len(train), "dev": len(dev), "test": len(test)},
        "zeroShotAccuracy": zero_shot_accuracy(gpt, tokenizer, test),
    }
    print(f"{facts['questions']}, zero-shot {facts['zeroShotAccuracy']:.3f}", flush=True)
    results = []
    starts = [True, False] if options.scratch else [True]
    for pretrained, seed, auxiliary in itertools.product(starts, options.seeds, options.auxiliary):
        one = FineTuningOptions(**shared | {"auxiliary": auxiliary, "seed": seed, "pretrained": pretrained})
        name = f"{'pretrained' if pretrained else 'scratch'}-{auxiliary:g}-{seed}"
        results.append(run_one(options.run / name, gpt, sets, one, weights))
        summary = facts | {"groups": summarise(results), "runs": results}
        (options.run / "results.json").write_text(json.dumps(summary, indent=2) + "\n")
        plot_runs(options.run, results)
    print(report(summary))


def run_one(folder: Path, gpt: GPT, sets: list[Questions], options: FineTuningOptions, weights: str) -> dict:
    """Trains and tests, unless that was done with the same options from the same weights."""
    path = folder / "result.json"
    identity = dataclasses.asdict(options) | {"weightsSha256": weights, "trainQuestions": len(sets[0])}
    if path.is_file() and (found := json.loads(path.read_text()))["identity"] == identity:
        return found
    began = time.monotonic()
    training = FineTuning(folder, gpt, sets[0], sets[1], options)
    training.go()
    torch.save(
        {"model": training.model.state_dict(), "options": dataclasses.asdict(training.model.gpt.options)},
        folder / "model.pt",
    )
    result = {
        "name": folder.name,
        "identity": identity,
        "dev": evaluate_choices(training.model, sets[1]),
        "test": evaluate_choices(training.model, sets[2]),
        "seconds": round(time.monotonic() - began),
    }
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{folder.name}: test accuracy {result['test']['accuracy']:.4f}", flush=True)
    return result


def summarise(results: list[dict]) -> list[dict]:
    """Mean and standard deviation of the test accuracy over the seeds, for each start and λ."""
    groups: dict[tuple[bool, float], list[float]] = {}
    for result in results:
        key = (result["identity"]["pretrained"], result["identity"]["auxiliary"])
        groups.setdefault(key, []).append(result["test"]["accuracy"])
    return [
        {
            "pretrained": pretrained,
            "auxiliary": auxiliary,
            "seeds": len(accuracies),
            "mean": statistics.fmean(accuracies),
            "sd": statistics.stdev(accuracies) if len(accuracies) > 1 else None,
        }
        for (pretrained, auxiliary), accuracies in groups.items()
    ]


def report(summary: dict) -> str:
    count = summary["questions"]["test"]
    lines = [f"accuracy on {count:,} test questions, chance 0.500 ± {math.sqrt(0.25 / count):.3f}"]
    lines.append(f"{'pretrained, not fine-tuned':28} {summary['zeroShotAccuracy']:.3f}")
    for group in summary["groups"]:
        start = "pretrained" if group["pretrained"] else "random weights"
        spread = "" if group["sd"] is None else f" ± {group['sd']:.3f}"
        name = f"{start}, λ = {group['auxiliary']:g}"
        lines.append(f"{name:28} {group['mean']:.3f}{spread} ({group['seeds']} seeds)")
    return "\n".join(lines)


def plot_runs(folder: Path, results: list[dict]) -> None:
    """`curves.svg`: dev accuracy by epoch; nothing where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    for result in results:
        epochs = [entry for entry in Log(folder / result["name"] / "log.jsonl").read() if "devAccuracy" in entry]
        style = "-" if result["identity"]["pretrained"] else ":"
        colour = (
            f"C{sorted({other['identity']['auxiliary'] for other in results}).index(result['identity']['auxiliary'])}"
        )
        axes.plot(
            [entry["epoch"] for entry in epochs],
            [entry["devAccuracy"] for entry in epochs],
            style,
            color=colour,
            label=result["name"],
        )
    axes.set_xlabel("epoch")
    axes.set_ylabel("accuracy on dev")
    axes.legend(fontsize=7)
    axes.grid(alpha=0.3)
    figure.savefig(folder / "curves.svg")


if __name__ == "__main__":
    sys.exit(main())
