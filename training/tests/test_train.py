"""Training runs: whole, interrupted, spread over processes, gone wrong."""

import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

import train
from checkpoint import load_checkpoint
from gpt import GPT
from log import Log
from train import Run, main

TRAINING = Path(train.__file__).parent
STEPS = 24
TINY = {
    "batch": 4, "micro-batch": 4, "context": 16, "layers": 1, "width": 16, "heads": 2, "precision": "fp32",
    "tokens": STEPS * 4 * 16, "learning-rate": 0.01, "dropout": 0.1,
}  # fmt: skip


@pytest.fixture(scope="session")
def reference(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing has disturbed."""
    run = tmp_path_factory.mktemp("runs") / "reference"
    assert main(arguments(data_folder, run)) == 0
    return run


def arguments(data: Path, run: Path, /, **changes: object) -> list[str]:
    options = TINY | {"data": data, "run": run} | {name.replace("_", "-"): value for name, value in changes.items()}
    return ["gpt", *(str(part) for name, value in options.items() for part in (f"--{name}", value))]


def curve(run: Path, steps: int = STEPS) -> list[float]:
    """The loss of every step; each step must be in the log exactly once, in order."""
    entries = [entry for entry in Log(run / "log.jsonl").read() if "loss" in entry]
    assert [entry["step"] for entry in entries] == list(range(1, steps + 1))
    return [entry["loss"] for entry in entries]


def at_step(patch: pytest.MonkeyPatch, step: int, act: Callable[[Run], None]) -> None:
    """Has `act` happen before the step after `step`."""
    take_step = Run.take_step

    def act_and_take(run: Run) -> tuple[dict, bool]:
        if run.step == step:
            act(run)
        return take_step(run)

    patch.setattr(Run, "take_step", act_and_take)


def stop_at(data: Path, run: Path, step: int, **changes: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_step(patch, step - 1, lambda _: os.kill(os.getpid(), signal.SIGTERM))
        assert main(arguments(data, run, **changes)) == 0
    assert load_checkpoint(run / "checkpoint.pt").step == step


def test_it_learns_and_leaves_a_whole_folder(reference: Path) -> None:
    losses = curve(reference)
    assert sum(losses[-5:]) / 5 < sum(losses[:5]) / 5 - 0.5
    assert {file.name for file in reference.iterdir()} >= {"options.json", "log.jsonl", "checkpoint.pt"}
    held_out = [entry for entry in Log(reference / "log.jsonl").read() if "heldOutLoss" in entry]
    assert [entry["step"] for entry in held_out] == [STEPS]
    options = json.loads((reference / "options.json").read_text())
    assert options["training"]["batch"] == 4
    assert options["model"]["vocabulary_size"] == 300


def test_repeated_tokens_may_count_more(
    data_folder: Path, tmp_path: Path, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repeats.FREQUENT", 20)
    assert main(arguments(data_folder, tmp_path / "run", repeated_weight=4)) == 0
    losses, usual = curve(tmp_path / "run"), curve(reference)
    assert losses != pytest.approx(usual, abs=1e-4)
    assert sum(losses[-5:]) / 5 < sum(losses[:5]) / 5 - 0.5


def test_it_says_what_it_is_doing(data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(data_folder, tmp_path / "run")) == 0
    said = capsys.readouterr().out
    for part in (
        "batch=4",
        "heads=2",
        "parameters",
        f"step {STEPS}/{STEPS}  loss ",
        " bits/char  ",
        " tokens/s",
        "held-out loss",
    ):
        assert part in said


@pytest.mark.parametrize(
    "options",
    [{}, {"optimiser": "adamw"}, {"optimiser": "adagrad"}, {"schedule": "trapezoid"}, {"precision": "bf16"}],
    ids=lambda options: " ".join(options.values()) or "muon cosine",
)
def test_it_goes_on_after_sigterm_as_if_it_had_never_stopped(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
    options: dict,
) -> None:
    whole, run = reference, tmp_path / "run"
    if options:
        whole = tmp_path / "whole"
        assert main(arguments(data_folder, whole, **options)) == 0
    for step in (1, 10):
        stop_at(data_folder, run, step, **options)
    assert main(arguments(data_folder, run, **options)) == 0
    assert curve(run) == pytest.approx(curve(whole), abs=1e-5)


KILLED = """
import os, signal, sys, train
take_step = train.Run.take_step
def act_and_take(run):
    run.options.checkpoint_minutes = 0 if run.step == 9 else 1000  # a checkpoint after step 10 and no other
    if run.step == 16:
        os.kill(os.getpid(), signal.SIGKILL)
    return take_step(run)
train.Run.take_step = act_and_take
train.main(sys.argv[1:])
"""


def test_it_goes_on_after_sigkill_from_its_last_checkpoint(data_folder: Path, tmp_path: Path, reference: Path) -> None:
    run = tmp_path / "run"
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments(data_folder, run)], cwd=TRAINING, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert load_checkpoint(run / "checkpoint.pt").step == 10
    assert len(curve(run, steps=16)) == 16
    with (run / "log.jsonl").open("a") as log:
        log.write('{"step": 17, "lo')  # a line it died in
    assert main(arguments(data_folder, run)) == 0
    assert curve(run) == pytest.approx(curve(reference), abs=1e-5)


SMOOTH = {"dropout": 0, "optimiser": "adamw", "learning_rate": 0.003}
"""Without chance of the process's own, and without Muon, whose products in bf16 make 1e-5 of the last digit's 1e-7."""

SPREAD = """
import os, signal, sys, train
take_step = train.Run.take_step
def act_and_take(run):
    if run.step == 9 and run.rank == 1:
        os.kill(os.getpid(), signal.SIGTERM)
    return take_step(run)
train.Run.take_step = act_and_take
train.leave(train.main(sys.argv[1:]))
"""


def test_it_takes_the_same_steps_on_two_processes_and_stops_when_one_is_asked(
    data_folder: Path,
    tmp_path: Path,
) -> None:
    whole, run = tmp_path / "whole", tmp_path / "run"
    assert main(arguments(data_folder, whole, **SMOOTH)) == 0
    (tmp_path / "spread.py").write_text(f"import sys; sys.path.insert(0, {str(TRAINING)!r})\n{SPREAD}")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--"]
    launched = subprocess.run(
        [*launch, str(tmp_path / "spread.py"), *arguments(data_folder, run, **SMOOTH)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert launched.returncode == 0, launched.stderr
    assert "2 × cpu" in launched.stdout
    assert load_checkpoint(run / "checkpoint.pt").step == 10
    assert curve(run, steps=10) == pytest.approx(curve(whole)[:10], abs=1e-5)
    assert main(arguments(data_folder, run, **SMOOTH)) == 0, "one process goes on where two stopped"
    assert curve(run) == pytest.approx(curve(whole), abs=1e-5)


def test_it_adds_up_micro_batches_to_the_same_step(data_folder: Path, tmp_path: Path) -> None:
    assert main(arguments(data_folder, tmp_path / "whole", **SMOOTH)) == 0
    for micro_batch in (1, 3):
        run = tmp_path / f"parts of {micro_batch}"
        assert main(arguments(data_folder, run, **SMOOTH, micro_batch=micro_batch)) == 0
        assert curve(run) == pytest.approx(curve(tmp_path / "whole"), abs=1e-5)


def test_it_does_nothing_more_when_done(data_folder: Path, tmp_path: Path, reference: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(reference, run)
    before = {file.name: file.read_bytes() for file in run.iterdir() if file.name != "options.json"}
    assert main(arguments(data_folder, run)) == 0
    assert {file.name: file.read_bytes() for file in run.iterdir() if file.name != "options.json"} == before


def test_it_keeps_a_second_process_out_of_its_folder(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with train.locked(tmp_path / "run"):
        assert main(arguments(data_folder, tmp_path / "run")) == 1
    assert "another process is training in" in capsys.readouterr().err
    assert main(arguments(data_folder, tmp_path / "run")) == 0


@pytest.mark.parametrize("spoilt", ["loss", "gradient"])
def test_it_stops_where_the_loss_is_no_number_and_keeps_the_good_checkpoint(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoilt: str,
) -> None:
    run = tmp_path / "run"
    stop_at(data_folder, run, 10)
    good = (run / "checkpoint.pt").read_bytes()

    def spoil(running: Run) -> None:
        loss = running.loss

        def no_number(ids: torch.Tensor) -> tuple[torch.Tensor, int]:
            value, targets = loss(ids)
            zero = running.model.tokens.weight.sum() * 0
            return (value * math.nan, targets) if spoilt == "loss" else (value + zero.sqrt(), targets)

        running.loss = no_number

    with pytest.MonkeyPatch.context() as patch:
        at_step(patch, 14, spoil)
        assert main(arguments(data_folder, run)) == 1
    said = capsys.readouterr().err
    assert "step 15 has the loss" in said
    assert "The checkpoint of step 10 is good" in said
    assert f"--start-from {run / 'checkpoint.pt'}" in said
    assert (run / "checkpoint.pt").read_bytes() == good
    assert len(curve(run, steps=14)) == 14


def test_it_keeps_the_checkpoint_where_the_disk_is_full(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
    capsys: pytest.CaptureFixture[str],
    small_files: Callable[[int], None],
) -> None:
    run = tmp_path / "run"
    stop_at(data_folder, run, 10)
    good = (run / "checkpoint.pt").read_bytes()
    small_files(10_000)
    assert main(arguments(data_folder, run)) == 1
    assert "the checkpoint could not be written" in capsys.readouterr().err
    small_files(500)
    assert main(arguments(data_folder, run)) == 1
    assert "File too large" in capsys.readouterr().err
    small_files(resource.RLIM_INFINITY)
    assert (run / "checkpoint.pt").read_bytes() == good
    assert main(arguments(data_folder, run)) == 0
    assert curve(run) == pytest.approx(curve(reference), abs=1e-5)


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Has the system refuse to write more than so many bytes into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size if size > 0 else before[0], before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("batch", 8, "training.batch"),
        ("width", 32, "model.width"),
        ("seed", 2, "training.seed"),
        ("tokens", 1e4, "tokens"),
    ],
)
def test_it_refuses_a_checkpoint_of_other_options(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    value: float,
    name: str,
) -> None:
    run = tmp_path / "run"
    shutil.copytree(reference, run)
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    assert main(arguments(data_folder, run, **{option: value})) == 1
    said = capsys.readouterr().err
    assert f"{name} = " in said
    assert "give the same options to go on, or another --run folder" in said
    assert {file.name: file.read_bytes() for file in run.iterdir()} == before


def test_it_takes_an_option_that_an_old_checkpoint_lacks_for_its_default(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
) -> None:
    run = tmp_path / "run"
    shutil.copytree(reference, run)
    state = torch.load(run / "checkpoint.pt")
    del state["identity"]["training"]["gradient_clip"], state["identity"]["model"]["band"]
    torch.save(state | {"random": torch.get_rng_state()}, run / "checkpoint.pt")
    assert main(arguments(data_folder, run)) == 0
    assert main(arguments(data_folder, run, gradient_clip=2)) == 1


def test_it_refuses_a_broken_checkpoint_and_leaves_it(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    shutil.copytree(reference, run)
    (run / "checkpoint.pt").write_bytes((run / "checkpoint.pt").read_bytes()[:1000])
    assert main(arguments(data_folder, run)) == 1
    assert "is no whole checkpoint" in capsys.readouterr().err
    assert len((run / "checkpoint.pt").read_bytes()) == 1000


def test_it_starts_from_given_weights(data_folder: Path, tmp_path: Path, reference: Path) -> None:
    started = Run(*train.parse(arguments(data_folder, tmp_path / "run", start_from=reference / "checkpoint.pt")))
    last = [entry["heldOutLoss"] for entry in Log(reference / "log.jsonl").read() if "heldOutLoss" in entry][-1]
    assert started.held_out_loss() == pytest.approx(last, abs=1e-6)
    started.go()
    assert curve(tmp_path / "run")[0] < curve(reference)[0] - 0.5


def test_it_says_what_is_wrong_with_the_weights_to_start_from(
    data_folder: Path,
    tmp_path: Path,
    reference: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments(data_folder, tmp_path / "a", start_from=tmp_path / "none.pt")) == 1
    assert "there is no checkpoint" in capsys.readouterr().err
    assert main(arguments(data_folder, tmp_path / "b", start_from=reference / "checkpoint.pt", width=32)) == 1
    assert "holds a model of another shape" in capsys.readouterr().err


def test_it_lengthens_a_trapezoid_that_has_not_begun_to_cool_down(data_folder: Path, tmp_path: Path) -> None:
    longer = {"schedule": "trapezoid", "tokens": 40 * 64, "warm_up": 0.05}
    assert main(arguments(data_folder, tmp_path / "whole", **longer)) == 0
    stop_at(data_folder, tmp_path / "run", 10, **longer | {"tokens": STEPS * 64})
    assert main(arguments(data_folder, tmp_path / "run", **longer)) == 0
    losses, whole = curve(tmp_path / "run", 40), curve(tmp_path / "whole", 40)
    assert losses == pytest.approx(whole, abs=1e-5)
    stop_at(data_folder, tmp_path / "late", 20, **longer | {"tokens": STEPS * 64})
    assert main(arguments(data_folder, tmp_path / "late", **longer)) == 1


def test_it_reads_by_other_weights_while_it_cools_down(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text('{"talk": 0.1, "books": 3}')
    trapezoid = {"schedule": "trapezoid", "cool_down": 0.5}
    assert main(arguments(data_folder, tmp_path / "same", **trapezoid)) == 0
    stop_at(data_folder, tmp_path / "run", 15, **trapezoid, cool_down_weights=weights)
    assert main(arguments(data_folder, tmp_path / "run", **trapezoid, cool_down_weights=weights)) == 0
    losses, same = curve(tmp_path / "run"), curve(tmp_path / "same")
    assert losses[:12] == pytest.approx(same[:12], abs=1e-5)
    assert losses[12] != pytest.approx(same[12], abs=1e-5)
    weights.write_text('{"talk": 0.1}')
    assert main(arguments(data_folder, tmp_path / "other", **trapezoid, cool_down_weights=weights)) == 1
    assert "weights must be given for talk, books, not for talk" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("cosine", [1 / 4, 2 / 4, 3 / 4, 4 / 4, 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * 0 / 16))]),
        ("trapezoid", [1 / 4, 2 / 4, 3 / 4, 4 / 4, 1.0]),
    ],
)
def test_it_warms_up_and_cools_down(data_folder: Path, tmp_path: Path, schedule: str, expected: list[float]) -> None:
    given = arguments(
        data_folder, tmp_path, schedule=schedule, tokens=20 * 64, warm_up=0.2, cool_down=0.5, final_rate=0.1
    )
    run = Run(*train.parse(given))
    rates = []
    for run.step in range(20):
        rates.append(run.rate())
    assert rates[:5] == pytest.approx(expected)
    if schedule == "trapezoid":
        assert rates[10:] == pytest.approx([1 - i / 10 for i in range(10)])
    else:
        assert rates[12] == pytest.approx(0.1 + 0.9 * 0.5), "half-way between warm-up and end"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("schedule", "cosin", "schedule must be one of cosine, trapezoid, not 'cosin'"),
        ("optimiser", "sgd", "optimiser must be one of adamw, muon, adagrad, not 'sgd'"),
        ("batch", 0, "batch must be at least 1, not 0"),
        ("cool-down-weights", "w.json", "cool_down_weights need the schedule trapezoid, not cosine"),
        ("warm-up", 1.5, "warm_up must be a share between 0 and 1, not 1.5"),
        ("heads", 3, "width must be a multiple of heads"),
        ("data", "nowhere", "data.json is not there: make the folder with prepare.py"),
    ],
)
def test_it_says_which_option_cannot_be(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    value: object,
    message: str,
) -> None:
    assert main(arguments(data_folder, tmp_path / "run", **{option: value})) == 1
    assert message in capsys.readouterr().err


def fill_all(run: Run) -> None:
    for parameter in run.model.parameters():
        assert parameter.grad.is_sparse
        parameter.grad = parameter.grad.to_dense()


def test_sparse_gradients_take_the_steps_of_dense_ones(data_folder: Path, tmp_path: Path) -> None:
    # Tokens serve as words.
    options = {"batch": 4, "micro-batch": 3, "context": 16, "width": 8, "precision": "fp32", "tokens": 12 * 4 * 16}
    options |= {"data": data_folder, "optimiser": "adagrad", "learning-rate": 0.1, "gradient-clip": 0.05}
    states = []
    for name in ("sparse", "dense"):
        with pytest.MonkeyPatch.context() as patch:
            if name == "dense":
                patch.setattr(Run, "fill_gradients", fill_all)
            given = [str(part) for key, value in options.items() for part in (f"--{key}", value)]
            assert main(["word2vec", *given, "--run", str(tmp_path / name)]) == 0
        states.append(load_checkpoint(tmp_path / name / "checkpoint.pt").model)
    assert states[0]["words.weight"].abs().max() > 0.1
    for name, tensor in states[0].items():
        torch.testing.assert_close(tensor, states[1][name], atol=1e-5, rtol=0)


def test_it_explains_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["gpt", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "Most blocks in one forward pass" in said
    assert "Positions a banded layer sees" in said


def test_it_decays_matrices_alone() -> None:
    options = train.parse(arguments(Path("d"), Path("r")))[0]
    model = GPT(GPT.Options(50, layers=1, width=16, heads=2))
    muon, adamw = train.make_optimisers(model, options)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    decaying = {names[id(p)] for group in muon.param_groups for p in group["params"]}
    assert decaying == {f"blocks.0.{layer}.weight" for layer in
                        ("attention.inputs", "attention.out", "feed_forward.inner", "feed_forward.out")}  # fmt: skip
    assert [group["weight_decay"] for group in adamw.param_groups] == [0.0]
