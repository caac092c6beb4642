"""The loss plot of a run."""

from pathlib import Path

from log import Log

POINTS = 400
"""Most points of the training curve: each is the mean of as many steps as it takes."""


def plot_run(run: Path) -> None:
    """Writes `loss.svg` from `log.jsonl`; nothing where matplotlib is not installed or nothing is logged yet."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    entries = Log(run / "log.jsonl").read()
    training = means([(entry["step"], entry["loss"]) for entry in entries if "loss" in entry])
    held_out = [(entry["step"], entry["heldOutLoss"]) for entry in entries if "heldOutLoss" in entry]
    if not training:
        return
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    for points, label in ((training, "training"), (held_out, "held out")):
        if points:
            axes.plot(*zip(*points, strict=True), label=label)
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats per token)")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(run / "loss.svg")


def means(points: list[tuple[int, float]]) -> list[tuple[float, float]]:
    """Neighbouring points averaged until at most `POINTS` are left."""
    size = -(-len(points) // POINTS) or 1
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]
