"""Small corpora and data folders that the tests share."""

import json
import random
from pathlib import Path

import pytest

import prepare

WORDS = [
    "the",
    "cat",
    "sat",
    "on",
    "a",
    "mat",
    "and",
    "the",
    "dog",
    "ran",
    "after",
    "it",
    "because",
    "she",
    "said",
    "that",
    "we",
    "should",
    "go",
    "home",
    "now",
    "don't",
]


def make_corpus(folder: Path, documents: int = 60) -> Path:
    """A recipe of two sources, `talk` and `books`, whose words follow one another not quite by chance."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = [
        {"name": name, "weight": weight, "files": [f"{name}.txt"]} for name, weight in (("talk", 1.5), ("books", 0.6))
    ]
    for source in sources:
        chance = random.Random(source["name"])
        lines = []
        for _ in range(documents):
            for _ in range(4):
                start = chance.randrange(len(WORDS))
                words = [WORDS[(start + i * chance.choice((1, 1, 1, 2))) % len(WORDS)] for i in range(9)]
                lines.append(" ".join(words).capitalize() + ".")
            lines.append("")
        (folder / source["files"][0]).write_text("\n".join(lines), "utf-8")
    recipe = folder / "recipe.json"
    recipe.write_text(json.dumps({"sources": sources}), "utf-8")
    return recipe


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared data folder of some 5,000 tokens, a tenth of its documents held out."""
    folder = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "HELD_OUT_SHARE", 0.1)
        prepare.prepare(make_corpus(folder), folder, folder / "data", 300, None, seed=1)
    return folder / "data"
