"""Makes a checkpoint to start from out of exported weights, so that training can go on from what a pack holds.

    python training/restore.py --weights packages/pack-en/gpt.q8 --out work/restored/gpt.pt
    python training/train.py gpt --start-from work/restored/gpt.pt --data work/data/en-8k --run work/runs/en-gpt-2

The data must have been prepared with the vocabulary that the weights were trained on (`prepare.py --tokenizer`). What
rounding took is lost; so is the optimiser's state, which is why a run from here warms up again.
"""

import argparse
import sys
from pathlib import Path

from checkpoint import Checkpoint, CheckpointError, save_checkpoint
from export import EXPORTERS
from quantize import unpack


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="a weights file that export.py wrote: .q8 or .q4")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    options = parser.parse_args(arguments)
    try:
        header, weights, _ = unpack(options.weights.read_bytes())
        state = EXPORTERS[header["model"]].state_of(weights)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(options.out, Checkpoint({"weights": str(options.weights)}, 0, state, []))
    except (CheckpointError, OSError, ValueError) as error:
        print(f"restore: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {sum(tensor.numel() for tensor in state.values()):,} weights of a {header['model']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
