"""The options of a training run, and how the command line gives them."""

import argparse
import ast
import dataclasses
import inspect
import textwrap
import types
import typing
from pathlib import Path

from models import MODELS


@dataclasses.dataclass
class TrainingOptions:
    model: str
    """A name in `models.py`."""
    data: Path
    """The data folder, made by `prepare.py`."""
    run: Path
    """The folder of this run; an unfinished run in it goes on."""
    tokens: float = 20e6
    """Training tokens in all."""
    batch: int = 64
    """Blocks a step, over all processes."""
    micro_batch: int = 64
    """Most blocks in one forward pass; a step adds up the gradients of as many passes as it needs."""
    context: int = 128
    """Tokens of a block: the window k."""
    learning_rate: float = 2e-3
    """At its highest, between warm-up and decay."""
    schedule: str = "cosine"
    """`cosine`, or `trapezoid`: constant, then in the last `cool_down` of the steps linearly to zero."""
    warm_up: float = 0.02
    """Share of the steps in which the rate grows from zero."""
    cool_down: float = 0.3
    """Share of the steps in which a trapezoid's rate falls to zero."""
    cool_down_weights: Path | None = None
    """JSON: by source, how often its tokens are read in an epoch while a trapezoid's rate falls, as in `data.json`
    before."""
    line_starts: float = 0.0
    """Share of the blocks that begin with a line break and any line, its past unknown; of tokens, not of words."""
    repeated_weight: float = 1.0
    """How often a token counts that stood in its block before, unless it is one of the most frequent: above 1 it
    teaches to look back. Of the GPT alone."""
    final_rate: float = 0.02
    """Cosine ends at this share of the rate."""
    weight_decay: float = 0.1
    """Of the matrices; embeddings and vectors do not decay."""
    gradient_clip: float = 1.0
    """Largest norm of a step's gradient."""
    optimiser: str = "muon"
    """`adamw`; `muon` (Jordan et al. 2024) for the matrices inside the layers, AdamW for everything else; or `adagrad`
    (Duchi et al. 2011), for word2vec, of whose rows a step touches few."""
    precision: str = "auto"
    """`fp32`, `bf16`, or `auto`: bf16 where the processor computes in it."""
    compile: bool = False
    """Compile the model with `torch.compile`: a minute or more at the start, faster steps after."""
    seed: int = 1
    """Of the first weights, the reading order and dropout."""
    start_from: Path | None = None
    """Weights to start from: a checkpoint of another run or by `restore.py`, of a model of the same shape."""
    checkpoint_minutes: float = 4.0
    """Minutes between checkpoints: the most that a power cut can cost."""

    def __post_init__(self) -> None:
        for name, allowed in (
            ("model", tuple(MODELS)),
            ("schedule", ("cosine", "trapezoid")),
            ("optimiser", ("adamw", "muon", "adagrad")),
            ("precision", ("auto", "fp32", "bf16")),
        ):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        for name in ("tokens", "batch", "micro_batch", "context"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("learning_rate", "repeated_weight", "gradient_clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if self.repeated_weight != 1 and self.model != "gpt":
            raise ValueError(f"repeated_weight is of the model gpt, not of {self.model}")
        if self.cool_down_weights is not None and self.schedule != "trapezoid":
            raise ValueError(f"cool_down_weights need the schedule trapezoid, not {self.schedule}")
        for name in ("warm_up", "cool_down", "line_starts", "final_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a share between 0 and 1, not {getattr(self, name)}")


RESUMABLE = (
    "data",
    "run",
    "micro_batch",
    "precision",
    "compile",
    "start_from",
    "checkpoint_minutes",
    "cool_down_weights",
)
"""Options that may change when a run goes on; the others make it another run."""


def parse(arguments: list[str] | None) -> tuple[TrainingOptions, dict]:
    """Training options, and the model's own as a dict: `--width 256` sets the field `width` of its `Options`.

    Raises `ValueError` where an option has no meaning; ends the program, as `argparse` does, where it is unknown.
    """
    parser = argparse.ArgumentParser(prog="train.py", description="Trains a model; the same command resumes it.")
    kinds = parser.add_subparsers(dest="model", required=True, metavar="MODEL", help=", ".join(MODELS))
    own = [field for field in dataclasses.fields(TrainingOptions) if field.name != "model"]
    taken = {field.name for field in own} | {"vocabulary_size"}
    for name, kind in MODELS.items():
        command = kinds.add_parser(name, description=kind.__doc__)
        for options, fields in ((TrainingOptions, own), (kind.Options, dataclasses.fields(kind.Options))):
            meanings = field_meanings(options)
            for field in fields:
                if options is TrainingOptions or field.name not in taken:
                    add_option(command, field, meanings.get(field.name, ""))
    given = vars(parser.parse_args(arguments))
    names = taken | {"model"}
    training = TrainingOptions(**{name: value for name, value in given.items() if name in names})
    return training, {name: value for name, value in given.items() if name not in names}


def add_option(command: argparse.ArgumentParser, field: dataclasses.Field, meaning: str) -> None:
    flag = "--" + field.name.replace("_", "-")
    required = field.default is dataclasses.MISSING
    if not required:
        meaning = f"{meaning} (default: {field.default})"
    meaning = meaning.replace("%", "%%")
    if field.type is bool:
        command.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default, help=meaning)
        return
    kind = field.type
    if isinstance(kind, types.UnionType):  # `Path | None`
        kind = next(part for part in typing.get_args(kind) if part is not types.NoneType)
    command.add_argument(flag, type=kind, required=required, default=None if required else field.default, help=meaning)


def field_meanings(options: type) -> dict[str, str]:
    """The doc strings below the fields of a dataclass: the command line's help."""
    body = ast.parse(textwrap.dedent(inspect.getsource(options))).body[0].body
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in zip(body, body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }
