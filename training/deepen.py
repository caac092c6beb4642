"""Makes a deeper GPT out of a trained one, which says the same to begin with and can learn more (Net2Net, Chen et al.
2016; stacking, Gong et al. 2019).

    python training/deepen.py --run work/runs/en-gpt --copy 2 --out work/deep/gpt.pt
    python training/train.py gpt --layers 5 --start-from work/deep/gpt.pt --data work/data/en-8k …

The new block is a copy of a trained one and follows it, but what it adds to the residual stream begins at 0. So it
reads the stream as a block that has learned to, the first gradients reach the 0s, and nothing that was learned is lost.
Only for norms before the sublayers: behind a sum a norm changes what passes through an empty block.
"""

import argparse
import sys
from pathlib import Path

import torch
from torch import Tensor

from checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder of the run to take the weights from")
    parser.add_argument("--copy", type=int, required=True, help="the block to copy, counted from 0")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write")
    options = parser.parse_args(arguments)
    try:
        checkpoint = load_checkpoint(options.run / "checkpoint.pt")
        deep = deepen(checkpoint.model, options.copy)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(options.out, Checkpoint({"deepened": str(options.run)}, 0, deep, []))
    except (CheckpointError, OSError, ValueError) as error:
        print(f"deepen: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {sum(tensor.numel() for tensor in deep.values()):,} weights in {blocks(deep)} blocks")
    return 0


def deepen(state: dict[str, Tensor], copy: int) -> dict[str, Tensor]:
    """The state of a GPT with one block more: the block `copy` again, behind itself, adding nothing yet. Raises
    `ValueError` for any other model, and where there is no such block."""
    count = blocks(state)
    if count == 0 or "final_norm.weight" not in state:
        raise ValueError("only a GPT with norms before its sublayers can be deepened")
    if not 0 <= copy < count:
        raise ValueError(f"--copy {copy}: the trained model has the blocks 0 … {count - 1}")
    deep = {}
    for name, tensor in state.items():
        if not name.startswith("blocks."):
            deep[name] = tensor
            continue
        _, index, rest = name.split(".", 2)
        deep[f"blocks.{int(index) + (int(index) > copy)}.{rest}"] = tensor
        if int(index) == copy:
            deep[f"blocks.{copy + 1}.{rest}"] = torch.zeros_like(tensor) if ".out." in name else tensor.clone()
    return deep


def blocks(state: dict[str, Tensor]) -> int:
    return len({name.split(".")[1] for name in state if name.startswith("blocks.")})


if __name__ == "__main__":
    sys.exit(main())
