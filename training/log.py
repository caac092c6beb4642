"""`log.jsonl` of a run.

A line a step (`step`, `loss` in nats per target, `gradientNorm`, `rate` as a share of the full learning rate), and a
line for each look at the held-out text (`step`, `heldOutLoss`, `heldOutBitsPerCharacter`).
"""

import json
from pathlib import Path


class Log:
    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: dict) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def read(self) -> list[dict]:
        """All entries; a last line that a dying process left unfinished is left out."""
        if not self.path.is_file():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def cut(self, step: int) -> None:
        """Forgets what came after `step`: a run that was killed takes those steps again from its checkpoint."""
        kept = [json.dumps(entry) + "\n" for entry in self.read() if entry["step"] <= step]
        partial = self.path.with_suffix(".partial")
        partial.write_text("".join(kept))
        partial.replace(self.path)
