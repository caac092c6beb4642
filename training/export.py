"""Writes a trained model as ONNX with its weights in few bits, and proves that it still says what PyTorch says.

    python training/export.py --run work/runs/en-gpt --data work/data/en-8k --out work/export/en-gpt --bits 8

`docs/neural-format.md` describes the files. Exits with 1 where a tolerance is missed, after writing everything, so that
one can look into it.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from checkpoint import CheckpointError, load_checkpoint
from data import Data
from export_gpt import GPTExporter
from export_words import LSTMExporter, NNLMExporter
from exporter import Exporter
from models import MODELS
from onnx_graph import Weights
from parity import TOLERANCE, Quality, fixed_ids, parity_answers
from quantize import Quantised, pack, quantise, unpack

EXPORTERS: dict[str, type[Exporter]] = {"gpt": GPTExporter, "nnlm": NNLMExporter, "lstm": LSTMExporter}

LARGEST_LOSS = {8: 0.01}
"""By the fewest bits: most that perplexity may grow. Fewer bits are a choice of size: measured, not refused."""

LEAST_AGREEMENT = {8: 0.98}
"""Likewise: least share of the positions where the likeliest id stays the same."""

SMALLEST_QUANTISED = 1024
"""Weights: smaller tensors stay fp32, as do norms and biases."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of the run that trained the model")
    parser.add_argument("--data", type=Path, required=True, help="the data folder it was trained on")
    parser.add_argument("--out", type=Path, help="folder to write; nothing is written with --compare")
    parser.add_argument("--bits", type=int, default=8, choices=range(4, 9), help="of a weight inside the layers")
    parser.add_argument(
        "--embedding-bits", type=int, choices=range(4, 9), help="of a weight of the embedding (default: --bits)"
    )
    parser.add_argument("--group", type=int, help="weights that share a scale (default: a row, or 32 with 4 bits)")
    parser.add_argument("--hf", action="store_true", help="also in the layout of Hugging Face's exporters")
    parser.add_argument("--inspect", action="store_true", help="also a graph that shows the attention weights")
    parser.add_argument(
        "--compare", action="store_true", help="print size and perplexity by bits and group, write nothing"
    )
    options = parser.parse_args(arguments)
    try:
        if options.out is None and not options.compare:
            raise ValueError("name the folder to write with --out")
        exporter = load_exporter(options.run, options.data)
        if options.compare:
            compare(exporter)
            return 0
        return export(exporter, options)
    except (CheckpointError, OSError, ValueError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 1


def load_exporter(run: Path, data_folder: Path) -> Exporter:
    """Raises `CheckpointError` where there is no usable checkpoint, `ValueError` where the data are not the run's."""
    path = run / "checkpoint.pt"
    checkpoint = load_checkpoint(path)
    data = Data(data_folder)
    if data.fingerprint != checkpoint.identity["data"]:
        raise ValueError(f"{path} was trained on other data than {data_folder}: its tokens would mean something else")
    name = checkpoint.identity["training"]["model"]
    kind = MODELS[name]
    model = kind(kind.Options(**checkpoint.identity["model"]))
    model.load_state_dict(checkpoint.model)
    if name == "gpt":
        return GPTExporter(model, data, begins_with_lines=checkpoint.identity["training"].get("line_starts", 0) > 0)
    return EXPORTERS[name](model, data)


def export(exporter: Exporter, options: argparse.Namespace) -> int:
    embedding_bits = options.embedding_bits or options.bits
    group = (32 if options.bits == 4 else 0) if options.group is None else options.group
    original = exporter.weights()
    file = weights_file(exporter, original, options.bits, embedding_bits, group)
    weights = unpack(file)[1]
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{exporter.facts()['model']}.{'q4' if options.bits == 4 else 'q8'}"
    path.write_bytes(file)
    graphs = exporter.write(options.out, weights, options.inspect, options.hf)

    failures = compare_with_pytorch(exporter, original, file)
    before, after = exporter.quality(exporter.model), exporter.quality(exporter.with_weights(weights))
    failures += compare_quality(exporter, min(options.bits, embedding_bits), before, after)
    write_parity(exporter, path, weights, before, after)
    for made in (*graphs, path):
        content = made.read_bytes()
        packed = "–" if ".hf." in made.name else with_brotli(content)  # that graph is never sent
        print(f"{made.name:28}{len(content):12,}{packed:>12} bytes, raw and brotli")
    for failure in failures:
        print(f"export: tolerance missed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def compare_with_pytorch(exporter: Exporter, original: Weights, file: bytes) -> list[str]:
    """Prints the differences of the graphs with the original weights and with the file's; returns those too great."""
    _, weights, start_row = unpack(file)
    print(f"largest |Δ ln P|, at most {TOLERANCE:g}{'':8}original   few bits")
    failures = []
    of_original = exporter.differences(original, exporter.start_row(original))
    for one, other in zip(of_original, exporter.differences(weights, start_row), strict=True):
        print(f"{one.what:31}{one.log_prob:11.1e}{other.log_prob:11.1e}")
        failures += [f"{one.what}: {value:.1e}" for value in (one.log_prob, other.log_prob) if not value <= TOLERANCE]
    return failures


def compare_quality(exporter: Exporter, bits: int, before: Quality, after: Quality) -> list[str]:
    growth, agreement = after.perplexity / before.perplexity - 1, after.agreement(before)
    print(
        f"perplexity {before.perplexity:.3f} → {after.perplexity:.3f} ({growth:+.2%}), "
        f"top-1 agreement {agreement:.2%}, {before.best.numel():,} ids of {exporter.test_text} text",
    )
    failures = [f"perplexity grew by {growth:.2%}"] if growth > LARGEST_LOSS.get(bits, float("inf")) else []
    return failures + ([f"top-1 agreement is {agreement:.2%}"] if agreement < LEAST_AGREEMENT.get(bits, 0.0) else [])


def weights_file(exporter: Exporter, weights: Weights, bits: int, embedding_bits: int, group: int) -> bytes:
    """The content of `M.q8` or `M.q4`; the start row is of the weights as the file gives them."""
    small = quantise_large(weights, bits, embedding_bits, group)
    read = {name: small[name].values() if name in small else tensor for name, tensor in weights.items()}
    return pack(weights, small, exporter.facts(), exporter.start_row(read))


def quantise_large(weights: Weights, bits: int, embedding_bits: int, group: int) -> dict[str, Quantised]:
    """Those of the tensors that are worth it."""
    return {
        name: quantise(tensor, embedding_bits if is_embedding(name) else bits, group)
        for name, tensor in weights.items()
        if tensor.ndim >= 2 and tensor.size >= SMALLEST_QUANTISED
    }


def is_embedding(name: str) -> bool:
    return name in ("tokens.weight", "words.weight", "outputs.weight")


def write_parity(exporter: Exporter, file: Path, weights: Weights, before: Quality, after: Quality) -> None:
    contexts = exporter.contexts()
    fixed = fixed_ids(exporter.facts()["vocabularySize"])
    answers = {
        "original": parity_answers(exporter.log_probs(exporter.model, contexts), fixed),
        "quantised": parity_answers(exporter.log_probs(exporter.with_weights(weights), contexts), fixed),
    }
    entries = []
    for context, original, quantised in zip(contexts, *answers.values(), strict=True):
        text = {} if context.text is None else {"text": context.text}
        entries.append({**text, "ids": context.ids, "quantised": quantised, "original": original})
    name = exporter.facts()["model"]
    parity = {
        "model": name,
        "file": file.name,
        "tolerance": TOLERANCE,
        "perplexity": {"original": round(before.perplexity, 4), "quantised": round(after.perplexity, 4),
                       "tokens": before.best.numel(), "text": exporter.test_text},
        "fixedIds": fixed,
        "contexts": "CONTEXTS",
    }  # fmt: skip
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    text = json.dumps(parity, indent=2).replace('"CONTEXTS"', f"[\n{lines}\n]")  # a context a line
    file.with_name(f"{name}.parity.json").write_text(text + "\n", "utf-8")


def compare(exporter: Exporter) -> None:
    """The table by which bits and group are chosen."""
    weights = exporter.weights()
    before = exporter.quality(exporter.model)
    print(" bits embedding group         raw      brotli  perplexity   growth    top-1")
    print(f" fp32{'':16}{4 * sum(w.size for w in weights.values()):12,}{'':12}{before.perplexity:12.3f}")
    in_bytes = [(8, 8, 64), (8, 8, 0), (7, 7, 0), (6, 6, 0), (6, 5, 0), (5, 6, 0), (5, 5, 0), (5, 5, 64)]
    in_nibbles = [(4, 8, 32), (4, 5, 32), (4, 4, 16), (4, 4, 32), (4, 4, 64), (4, 4, 128)]
    for bits, embedding_bits, group in in_bytes + in_nibbles:
        file = weights_file(exporter, weights, bits, embedding_bits, group)
        after = exporter.quality(exporter.with_weights(unpack(file)[1]))
        growth, agreement = after.perplexity / before.perplexity - 1, after.agreement(before)
        row = f"{bits:5}{embedding_bits:10}{group or 'row':>6}{len(file):12,}{with_brotli(file):>12}"
        row += f"{after.perplexity:12.3f}{growth:+9.2%}{agreement:9.2%}"
        print(row, flush=True)


def with_brotli(content: bytes) -> str:
    """Bytes after brotli at its best, or a dash where the program `brotli` is not there."""
    if shutil.which("brotli") is None:
        return "–"
    packed = subprocess.run(["brotli", "-cq", "11", "-w", "24"], input=content, capture_output=True, check=True).stdout
    return f"{len(packed):,}"


if __name__ == "__main__":
    sys.exit(main())
