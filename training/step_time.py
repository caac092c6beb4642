"""How fast a training step is, by variant: what to choose before a long run.

    python training/step_time.py --data work/data/en-8k

Prints a Markdown table. The variants take turns, so that another program on the machine slows all of them alike, and
the median step counts. Tokens a second are by the clock; tokens a CPU-second are what a busy machine still tells truly.
"""

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F

import gpt
import objective
from options import TrainingOptions
from train import Run


@dataclass
class Variant:
    name: str
    options: dict = field(default_factory=dict)
    """Changes to the options of training."""
    chunk: int = 2048
    """Positions whose logits are made at a time."""
    attend: Callable = gpt.attend
    run: Run | None = None
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


def fused_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


VARIANTS = [
    Variant("bf16, micro-batch 16"),
    Variant("fp32", {"precision": "fp32"}),
    Variant("micro-batch 8", {"micro_batch": 8}),
    Variant("micro-batch 32", {"micro_batch": 32}),
    Variant("micro-batch 64", {"micro_batch": 64}),
    Variant("loss in chunks of 512", chunk=512),
    Variant("loss in chunks of 1,024", chunk=1024),
    Variant("micro-batch 64, loss unchunked", {"micro_batch": 64}, chunk=1 << 30),
    Variant("fused attention", attend=fused_attention),
    Variant("AdamW alone", {"optimiser": "adamw"}),
    Variant("compiled", {"compile": True}),
]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a data folder")
    parser.add_argument("--rounds", type=int, default=5, help="timed steps of each variant (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=64, help="blocks of 128 tokens a step (default: %(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for variant in VARIANTS:
            variant.run = make_run(variant, options.data, Path(folder) / variant.name, options.batch)
        for number in range(options.rounds + 1):  # the first is not counted: it compiles and warms up
            for variant in VARIANTS:
                seconds, cpu_seconds = timed_step(variant)
                if number > 0:
                    variant.seconds.append(seconds)
                    variant.cpu_seconds.append(cpu_seconds)
    print_table(options.batch * 128)
    return 0


def make_run(variant: Variant, data: Path, folder: Path, batch: int) -> Run:
    options = {"precision": "bf16", "micro_batch": 16, "batch": batch} | variant.options
    return Run(TrainingOptions("gpt", data, folder, **options), {"layers": 4, "width": 256, "heads": 4})


def timed_step(variant: Variant) -> tuple[float, float]:
    """Wall and processor seconds of one step."""
    whole_loss = objective.next_token_loss
    gpt.attend, before = variant.attend, gpt.attend
    gpt.next_token_loss = lambda *given: whole_loss(*given, chunk=variant.chunk)
    try:
        clock, cpu_clock = time.perf_counter(), time.process_time()
        variant.run.take_step()
        return time.perf_counter() - clock, time.process_time() - cpu_clock
    finally:
        gpt.attend, gpt.next_token_loss = before, whole_loss


def print_table(tokens: int) -> None:
    rates = {variant.name: tokens / statistics.median(variant.cpu_seconds) for variant in VARIANTS}
    best = max(rates.values())
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {tokens:,} tokens a step.")
    print("Each row is the first one but for what it names.\n")
    print("| variant | tokens/s | tokens/CPU-s | of the fastest |\n|---|---:|---:|---:|")
    for variant in VARIANTS:
        wall, rate = tokens / statistics.median(variant.seconds), rates[variant.name]
        print(f"| {variant.name} | {wall:,.0f} | {rate:,.0f} | {math.floor(100 * rate / best)} % |")


if __name__ == "__main__":
    sys.exit(main())
