"""The mean of several runs' weights, one of which went on from the other: often better than either (Wortsman et al.
2022).

    python training/average.py --out work/runs/en-mean --runs work/runs/en-gpt work/runs/en-gpt-2 --weights 0.3 0.7
    python training/export.py --run work/runs/en-mean --data work/data/en-8k --out work/export/en-gpt

The folder written is a run like the last of those named, to be exported or evaluated; training starts from it by
`--start-from`. Runs that began apart have nothing in common that a mean could keep.
"""

import argparse
import shutil
import sys
from pathlib import Path

from checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the run's folder to write")
    parser.add_argument("--runs", type=Path, nargs="+", required=True, help="two or more runs' folders")
    parser.add_argument("--weights", type=float, nargs="+", help="what each counts (default: all the same)")
    options = parser.parse_args(arguments)
    weights = options.weights or [1.0] * len(options.runs)
    try:
        if len(options.runs) < 2 or len(weights) != len(options.runs) or min(weights) <= 0:
            raise ValueError(
                f"{len(options.runs)} runs and the weights {weights}: give two or more runs, "
                "and for each a weight above 0 or none at all"
            )
        mean = average([load_checkpoint(run / "checkpoint.pt") for run in options.runs], weights)
        options.out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(options.runs[-1] / "options.json", options.out / "options.json")
        save_checkpoint(options.out / "checkpoint.pt", mean)
    except (CheckpointError, OSError, ValueError) as error:
        print(f"average: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: the mean of {', '.join(str(run) for run in options.runs)}")
    return 0


def average(checkpoints: list[Checkpoint], weights: list[float]) -> Checkpoint:
    """The weighted mean of the models' tensors; all else is the last one's, without its optimisers. Raises
    `CheckpointError` where the shapes differ."""
    shapes = [{name: tensor.shape for name, tensor in each.model.items()} for each in checkpoints]
    if any(each != shapes[-1] for each in shapes):
        raise CheckpointError("the runs' models differ in shape: a mean needs the same options for all")
    shares = [weight / sum(weights) for weight in weights]
    models = [each.model for each in checkpoints]
    mean = {
        name: sum(share * model[name].float() for share, model in zip(shares, models, strict=True)).to(tensor.dtype)
        for name, tensor in models[-1].items()
    }
    return Checkpoint(checkpoints[-1].identity, checkpoints[-1].step, mean, [])


if __name__ == "__main__":
    sys.exit(main())
