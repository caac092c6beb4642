"""Makes a wider LSTM out of a trained one, which says the same to begin with and can learn more (Net2Net, Chen et al.
2016).

    python training/widen.py --run work/runs/en-lstm --width 128 --hidden 512 --out work/wide/lstm.pt
    python training/train.py lstm --width 128 --hidden 512 --start-from work/wide/lstm.pt --data work/data/en-words …

What is new hears the old units and is not heard by them, nor by the output: its weights towards them begin at 0, all
others as those of a new model. So the first gradients already reach the 0s, and nothing that was learned is lost.

Shapes as in `lstm.py`; H' and M' are the new ones.
"""

import argparse
import sys
from pathlib import Path

import torch
from torch import Tensor

from checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from lstm import LSTM, LSTMOptions


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder of the run to take the weights from")
    parser.add_argument("--width", type=int, required=True, help="channels of a word's vector, as many as now or more")
    parser.add_argument("--hidden", type=int, required=True, help="units of the layer, as many as now or more")
    parser.add_argument("--seed", type=int, default=1, help="of the new weights (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    options = parser.parse_args(arguments)
    try:
        checkpoint = load_checkpoint(options.run / "checkpoint.pt")
        torch.manual_seed(options.seed)
        wide = widen(checkpoint.model, options.width, options.hidden)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(options.out, Checkpoint({"widened": str(options.run)}, 0, wide, []))
    except (CheckpointError, OSError, ValueError) as error:
        print(f"widen: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {sum(tensor.numel() for tensor in wide.values()):,} weights of an LSTM")
    return 0


def widen(state: dict[str, Tensor], width: int, hidden: int) -> dict[str, Tensor]:
    """The state of an LSTM of one layer, with vectors of `width` and `hidden` units. Raises `ValueError` for any other
    model, and where it would have to shrink."""
    if "recurrent.weight_hh_l0" not in state or "recurrent.weight_hh_l1" in state:
        raise ValueError("only an LSTM of one layer can be widened")
    V, M = state["words.weight"].shape
    H = state["project.weight"].shape[1]
    if width < M or hidden < H:
        raise ValueError(
            f"width {width} and hidden {hidden}: the trained model has {M} and {H}, and can only become wider"
        )
    wide = LSTM(LSTMOptions(vocabulary_size=V, words=V, width=width, hidden=hidden)).state_dict()
    wide["words.weight"][:, :M] = state["words.weight"]  # the other channels reach the output through 0s of `project`
    wide["output_bias"].copy_(state["output_bias"])
    wide["project.weight"].zero_()
    wide["project.weight"][:M, :H] = state["project.weight"]
    for gate in range(4):
        new, old = slice(gate * hidden, gate * hidden + H), slice(gate * H, (gate + 1) * H)
        for name, heard in (("weight_ih_l0", M), ("weight_hh_l0", H)):
            rows = wide[f"recurrent.{name}"][new]
            rows[:, :heard] = state[f"recurrent.{name}"][old]
            rows[:, heard:] = 0
        for name in ("bias_ih_l0", "bias_hh_l0"):
            wide[f"recurrent.{name}"][new] = state[f"recurrent.{name}"][old]
    return wide


if __name__ == "__main__":
    sys.exit(main())
