"""Trains a model: `python training/train.py gpt --data work/data/en-8k --run work/runs/en-gpt --tokens 60e6`.

A run is a folder: `options.json`, `log.jsonl`, `checkpoint.pt` (everything a run needs to go on as if it had never
stopped), `loss.svg`. The same command resumes it. On N processes: `torchrun --nproc-per-node N -- training/train.py …`
(without the `--` torchrun takes `--run` for an option of its own).
"""

import dataclasses
import fcntl
import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as distributed

from checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    load_weights,
    require_same_run,
    save_checkpoint,
)
from data import Data, ReadingOrder
from log import Log
from models import MODELS
from options import RESUMABLE, TrainingOptions, parse
from plot import plot_run
from repeats import RepeatedTokens


def main(arguments: list[str] | None = None) -> int:
    try:
        training, model = parse(arguments)
        with locked(training.run):
            Run(training, model).go()
    except (CheckpointError, OSError, TrainingStopped, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()
    return 0


def leave(code: int) -> NoReturn:
    """Ends this process. One of several ends at once: the threads of a process group that are still at work while the
    interpreter takes itself apart abort it now and then, and `torchrun` would call the run failed."""
    if "WORLD_SIZE" not in os.environ:
        sys.exit(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class TrainingStopped(Exception):
    """A run that cannot go on; its last good checkpoint is in its folder."""


class Run:
    """A training run, from the state that its folder is in to the end of its tokens."""

    def __init__(self, options: TrainingOptions, model_options: dict) -> None:
        self.options = options
        self.rank, self.processes, self.device = start_processes()
        if options.batch % self.processes:
            raise ValueError(f"batch must be a multiple of the {self.processes} processes, not {options.batch}")
        torch.manual_seed(options.seed)
        self.data = Data(options.data)
        self.order = self._reading_order(None)
        self.cool_down_order = self._cool_down_order()
        self.model_options = self._model_options(model_options)
        self.model = MODELS[options.model](self.model_options).to(self.device)
        self.repeated = RepeatedTokens(self.data, options.repeated_weight) if options.repeated_weight != 1 else None
        self.optimisers = make_optimisers(self.model, options)
        self.steps = self.steps_for(options.tokens)
        self.step = 0
        """Steps taken."""
        self.saved_step: int | None = None
        """The step of the checkpoint on disk; none where there is none."""
        self.identity = self._identity(dataclasses.asdict(options), dataclasses.asdict(self.model_options))
        self.stop = StopSignal()
        self.checkpoint_path = options.run / "checkpoint.pt"
        self.log = Log(options.run / "log.jsonl")
        self._open_folder()
        self.loss = torch.compile(self.model.loss) if options.compile else self.model.loss

    def _cool_down_order(self) -> ReadingOrder:
        path = self.options.cool_down_weights
        if path is None:
            return self.order
        return self._reading_order(json.loads(path.read_text()))

    def _reading_order(self, weights: dict[str, float] | None) -> ReadingOrder:
        options = self.options
        return ReadingOrder(self.data, options.context, options.seed, weights, options.line_starts)

    def _model_options(self, given: dict):
        kind = MODELS[self.options.model].Options
        shared = {"vocabulary_size": self.data.vocabulary_size, "context": self.options.context}
        names = {field.name for field in dataclasses.fields(kind)}
        return kind(**{name: value for name, value in (shared | given).items() if name in names})

    def _identity(self, training: dict, model: dict) -> dict:
        training = {name: value for name, value in training.items() if name not in RESUMABLE}
        return {"training": training, "model": model, "data": self.data.fingerprint}

    def _open_folder(self) -> None:
        """Takes the state from the folder, or makes it."""
        self.options.run.mkdir(parents=True, exist_ok=True)
        if self.checkpoint_path.is_file():
            self._resume(load_checkpoint(self.checkpoint_path))
        elif self.options.start_from is not None:
            load_weights(self.model, self.options.start_from)
        if self.rank == 0:
            self.log.cut(self.step)
            facts = {"training": dataclasses.asdict(self.options), "model": dataclasses.asdict(self.model_options)}
            facts |= {"data": self.data.fingerprint, "precision": self.precision(), "torch": torch.__version__}
            (self.options.run / "options.json").write_text(json.dumps(facts, indent=2, default=str) + "\n")

    def _resume(self, checkpoint: Checkpoint) -> None:
        defaults = self._identity(default_values(TrainingOptions), default_values(type(self.model_options)))
        saved = checkpoint.identity["training"]
        if self.may_change_length(checkpoint.step, self.steps_for(saved["tokens"])):
            saved["tokens"] = self.options.tokens
        require_same_run(self.checkpoint_path, checkpoint, self.identity, defaults)
        self.model.load_state_dict(checkpoint.model)
        for optimiser, state in zip(self.optimisers, checkpoint.optimisers, strict=True):
            optimiser.load_state_dict(state)
        self.step = self.saved_step = checkpoint.step
        self.say(f"goes on at step {self.step:,} of {self.steps:,}")

    def may_change_length(self, step: int, steps: int) -> bool:
        """Whether a run of `steps` may become this one after `step`: a trapezoid between warm-up and cooling down."""
        options, lengths = self.options, (steps, self.steps)
        is_level = options.warm_up * max(lengths) <= step <= (1 - options.cool_down) * min(lengths)
        return options.schedule == "trapezoid" and is_level

    def steps_for(self, tokens: float) -> int:
        return max(1, round(tokens / (self.options.batch * self.options.context)))

    def go(self) -> None:
        """Takes the steps that are left, saving as it goes. Raises `TrainingStopped` where the loss is not finite."""
        self.introduce()
        progress = Progress(self)
        saved = time.monotonic()
        with self.stop:
            while self.step < self.steps:
                entry, is_asked_to_stop = self.take_step()
                if self.rank == 0:
                    self.log.append(entry)
                progress.note(entry["loss"])
                if is_asked_to_stop:
                    self.say("asked to stop")
                    break
                if time.monotonic() - saved > 60 * self.options.checkpoint_minutes and self.step < self.steps:
                    self.save()
                    saved = time.monotonic()
            if self.step != self.saved_step:
                self.save()
        if self.step < self.steps:
            self.say(f"saved at step {self.step:,}; the same command goes on from here")
        else:
            self.say(f"done: {self.step:,} steps, {self.step * self.tokens_a_step:,} tokens")
        if self.processes > 1:
            distributed.barrier()  # none leaves while the first is still saving

    @property
    def tokens_a_step(self) -> int:
        return self.options.batch * self.options.context

    def introduce(self) -> None:
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        self.say(" ".join(f"{name}={value}" for name, value in vars(self.options).items()))
        self.say(" ".join(f"{name}={value}" for name, value in vars(self.model_options).items()))
        self.say(
            f"{self.options.model}: {parameters:,} parameters, {self.steps:,} steps of {self.tokens_a_step:,} tokens, "
            f"{self.order.blocks_per_epoch * self.options.context:,} tokens an epoch, {self.precision()} on "
            f"{self.processes} × {self.device.type}, {torch.get_num_threads()} threads each",
        )

    def take_step(self) -> tuple[dict, bool]:
        """One update; returns its log entry, and whether any process is asked to stop, on which all must agree."""
        options = self.options
        # Chance depends on the step alone: what a resumed run draws is what it would have drawn.
        torch.manual_seed(hash((options.seed, self.step, self.rank)))
        self.model.train()
        own = options.batch // self.processes
        is_cooling = options.schedule == "trapezoid" and self.step >= (1 - options.cool_down) * self.steps
        order = self.cool_down_order if is_cooling else self.order
        ids = torch.from_numpy(order.batch(self.step * options.batch + self.rank * own, own)).to(self.device)
        scale = options.batch * options.context  # the usual number of targets: keeps the backward pass in a good range
        sums = torch.zeros(3, device=self.device)  # nats, targets, processes asked to stop
        for part in ids.split(options.micro_batch):  # (b, T + 1)
            with self.autocast():
                weights = () if self.repeated is None else (self.repeated.weights(part),)
                loss, targets = self.loss(part, *weights)
            (loss / scale).backward()
            sums[0] += loss.detach()
            sums[1] += targets
        sums[2] = self.stop.is_asked
        self.fill_gradients()
        self.add_up(sums)
        nats, targets, asked = sums.tolist()
        norm = self.clip(scale / targets)
        if not math.isfinite(nats) or not math.isfinite(norm):
            self.stop_for(nats / targets, norm)
        rate = self.rate()
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["full_rate"] * rate
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        return {"step": self.step, "loss": nats / targets, "gradientNorm": norm, "rate": rate}, asked > 0

    def fill_gradients(self) -> None:
        """Fills in the rows that sparse gradients leave out, where others than this process's Adagrad read them."""
        if self.processes == 1 and self.options.optimiser == "adagrad":
            return
        for parameter in self.model.parameters():
            if parameter.grad is not None and parameter.grad.is_sparse:
                parameter.grad = parameter.grad.to_dense()

    def add_up(self, sums: torch.Tensor) -> None:
        """Adds `sums` and the gradients up over all processes, in place."""
        if self.processes == 1:
            return
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([sums, *(gradient.flatten() for gradient in gradients)])
        distributed.all_reduce(flat)
        parts = flat.split([len(sums), *(gradient.numel() for gradient in gradients)])
        for own, total in zip([sums, *gradients], parts, strict=True):
            own.copy_(total.view_as(own))

    def clip(self, factor: float) -> float:
        """Scales the gradients by `factor`, then down to the largest norm allowed; returns their norm before that."""
        gradients = [values_of(p) for p in self.model.parameters() if p.grad is not None]
        if factor != 1:
            torch._foreach_mul_(gradients, factor)
        norm = torch.nn.utils.get_total_norm(gradients)
        torch._foreach_mul_(gradients, torch.clamp(self.options.gradient_clip / (norm + 1e-6), max=1.0))
        return norm.item()

    def stop_for(self, loss: float, norm: float) -> None:
        if self.saved_step is None:
            kept = "There is no checkpoint yet: run again with a lower --learning-rate."
        else:
            kept = (
                f"The checkpoint of step {self.saved_step:,} is good: start another run from it, with a lower "
                f"--learning-rate and --start-from {self.checkpoint_path}."
            )
        raise TrainingStopped(f"step {self.step + 1:,} has the loss {loss} and the gradient norm {norm}. {kept}")

    def rate(self) -> float:
        """Share of the full learning rate at this step."""
        options = self.options
        progress = self.step / self.steps
        if progress < options.warm_up:
            return (self.step + 1) / math.ceil(options.warm_up * self.steps)
        if options.schedule == "trapezoid":
            return min(1.0, (1 - progress) / max(options.cool_down, 1e-9))
        cosine = 0.5 * (1 + math.cos(math.pi * (progress - options.warm_up) / (1 - options.warm_up)))
        return options.final_rate + (1 - options.final_rate) * cosine

    def precision(self) -> str:
        if self.options.precision != "auto":
            return self.options.precision
        if self.device.type == "cuda":
            return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
        return "bf16" if torch.cpu._is_avx512_bf16_supported() else "fp32"

    def autocast(self) -> AbstractContextManager:
        return torch.autocast(self.device.type, torch.bfloat16) if self.precision() == "bf16" else nullcontext()

    @torch.no_grad()
    def held_out_loss(self) -> float | None:
        """Nats per target on text that training never reads; none where there is too little."""
        blocks = torch.from_numpy(self.data.held_out(self.options.context))  # (n, T + 1)
        if len(blocks) == 0:
            return None
        self.model.eval()
        total, targets = 0.0, 0
        for part in blocks.split(self.options.micro_batch):
            with self.autocast():
                loss, count = self.model.loss(part.to(self.device))
            total, targets = total + loss.item(), targets + count
        return total / targets

    def save(self) -> None:
        """A look at the held-out text, a checkpoint, a plot. Raises `CheckpointError` where the disk is full."""
        if self.rank == 0:
            self.look_at_held_out()
            states = [optimiser.state_dict() for optimiser in self.optimisers]
            save_checkpoint(self.checkpoint_path, Checkpoint(self.identity, self.step, self.model.state_dict(), states))
            plot_run(self.options.run)
        self.saved_step = self.step

    def look_at_held_out(self) -> None:
        held_out = self.held_out_loss()
        if held_out is not None:
            bits = held_out / math.log(2) / self.data.held_out_characters_per_token
            self.say(f"step {self.step:,}  held-out loss {held_out:.4f}  {bits:.3f} bits/char")
            self.log.append({"step": self.step, "heldOutLoss": held_out, "heldOutBitsPerCharacter": bits})

    def say(self, line: str) -> None:
        if self.rank == 0:
            print(line, flush=True)


class Progress:
    """A line every ten seconds and at the end: where the run is, how it fares, when it ends."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._begin()

    def _begin(self) -> None:
        self.time, self.losses = time.monotonic(), []

    def note(self, loss: float) -> None:
        run = self.run
        self.losses.append(loss)
        seconds = time.monotonic() - self.time
        if seconds < 10 and run.step < run.steps:
            return
        mean = sum(self.losses) / len(self.losses)
        bits = mean / math.log(2) / run.data.characters_per_token
        steps_per_second = len(self.losses) / max(seconds, 1e-9)
        run.say(
            f"step {run.step:,}/{run.steps:,}  loss {mean:.4f}  {bits:.3f} bits/char  "
            f"{steps_per_second * run.tokens_a_step:,.0f} tokens/s  "
            f"ends in {(run.steps - run.step) / steps_per_second / 60:.0f} min",
        )
        self._begin()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other runs out of the folder; `torchrun`'s first process does so for all."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if os.environ.get("RANK", "0") == "0":
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ValueError(
            f"another process is training in {folder}: wait for it or name another --run folder"
        ) from error
    finally:
        os.close(descriptor)


class StopSignal:
    """Whether SIGTERM or SIGINT has asked the run to save and stop, while the `with` lasts."""

    NUMBERS = (signal.SIGTERM, signal.SIGINT)

    def __init__(self) -> None:
        self.is_asked = False

    def __enter__(self) -> "StopSignal":
        self._before = {number: signal.signal(number, self._ask) for number in self.NUMBERS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, *_: object) -> None:
        self.is_asked = True


def values_of(parameter: torch.nn.Parameter) -> torch.Tensor:
    """The numbers of a gradient, to be changed in place: of a sparse one those of its rows, each row once."""
    if not parameter.grad.is_sparse:
        return parameter.grad
    parameter.grad = parameter.grad.coalesce()
    return parameter.grad._values()


def make_optimisers(model: torch.nn.Module, options: TrainingOptions) -> list[torch.optim.Optimizer]:
    """Matrices decay, vectors and embeddings do not; with Adagrad nothing does. Muon's steps are scaled to be as large
    as AdamW's."""
    embeddings = {
        p for module in model.modules() if isinstance(module, torch.nn.Embedding) for p in module.parameters()
    }
    matrices = [p for p in model.parameters() if p.ndim == 2 and p not in embeddings]
    others = [p for p in model.parameters() if p.ndim != 2 or p in embeddings]
    rate, decay = options.learning_rate, options.weight_decay
    adamw = {"lr": rate, "betas": (0.9, 0.95), "eps": 1e-8, "fused": True}
    if options.optimiser == "adagrad":
        optimisers = [torch.optim.Adagrad(model.parameters(), lr=rate)]
    elif options.optimiser == "muon":
        muon = torch.optim.Muon(matrices, lr=rate, weight_decay=decay, momentum=0.95, adjust_lr_fn="match_rms_adamw")
        optimisers = [muon, torch.optim.AdamW(others, weight_decay=0.0, **adamw)]
    else:
        groups = [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
        optimisers = [torch.optim.AdamW(groups, **adamw)]
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["full_rate"] = rate
    return optimisers


def start_processes() -> tuple[int, int, torch.device]:
    """This process's rank, how many there are as `torchrun` says, and the device that is its own."""
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
        torch.set_float32_matmul_precision("high")
    if "WORLD_SIZE" not in os.environ:
        return 0, 1, device
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return distributed.get_rank(), distributed.get_world_size(), device


def default_values(options: type) -> dict:
    """The defaults of a dataclass's fields that have one."""
    fields = dataclasses.fields(options)
    return {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}


if __name__ == "__main__":
    leave(main())
