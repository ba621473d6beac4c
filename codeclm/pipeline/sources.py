"""Where seeds, pairs and metadata come from: uploads, pasted text, the shipped samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from codeclm import ingest
from codeclm.ingest import (
    BenchmarkFields,
    BenchmarkFile,
    GivenPair,
    PairFields,
    PairFile,
    Rows,
    SeedFile,
)
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Metadata, Status
from codeclm.settings import APP_FOLDER

__all__ = [
    "BenchmarkFields",
    "BenchmarkFile",
    "GivenPair",
    "PairFields",
    "PairFile",
    "Rows",
    "SeedFile",
]

SAMPLES = APP_FOLDER / "data" / "samples"


@dataclass(frozen=True, slots=True)
class Field:
    """A text field that a file's rows have: its dotted path and one example."""

    path: str
    example: str


def read_file(data: bytes, name: str) -> Rows:
    """Read an upload, row by row. Raises ``ImportFileError``."""
    return ingest.read_rows(data, name)


def fields_of(rows: Rows) -> list[Field]:
    """The text fields of a file, to map the instruction and its input to."""
    return [Field(path, example) for path, example in rows.fields().items()]


def guessed_field(rows: Rows) -> str | None:
    """The field that holds the instructions, where the usual names leave no doubt."""
    return ingest.guess(rows.fields())


def guessed_input(rows: Rows, field: str | None) -> str | None:
    """The field that usually goes with the chosen one as its input."""
    return ingest.guess_input(rows.fields(), field) if field else None


def to_seeds(rows: Rows, field: str | None, input_field: str | None = None) -> SeedFile:
    """The seeds of a file and what was skipped. Raises ``ImportFileError``."""
    return ingest.seeds(rows, field, input_path=input_field)


def pair_fields_of(rows: Rows) -> list[Field]:
    """The fields of a file of every kind, to map a pair's parts to."""
    return [Field(path, example) for path, example in rows.fields(every=True).items()]


def guessed_pair(rows: Rows) -> dict[str, str]:
    """The parts of a pair that the usual names tell: names of ``PairFields`` to paths."""
    return ingest.guess_pairs(rows.fields(every=True))


def to_pairs(rows: Rows, fields: PairFields) -> PairFile:
    """The pairs of a file and what was skipped. Raises ``ImportFileError``."""
    return ingest.pairs(rows, fields)


def guessed_benchmark(rows: Rows, instruction: str) -> BenchmarkFields:
    """What usually goes with the field of the instructions in a set; "" for plain lines."""
    return ingest.benchmark_fields(rows, {"instruction": instruction})


def to_benchmark(rows: Rows, fields: BenchmarkFields) -> BenchmarkFile:
    """The items of a set and what was skipped. Raises ``ImportFileError``."""
    return ingest.benchmark(rows, fields)


def read_metadata(text: str) -> list[Metadata]:
    """Read pasted lines ``use case: skill, skill``. Raises ``ImportFileError`` with the line."""
    return list(ingest.hand_metadata(text))


def samples() -> list[str]:
    """The names of the shipped samples."""
    return sorted(path.stem for path in SAMPLES.glob("*.jsonl"))


def sample_seeds(name: str) -> SeedFile:
    """A sample's seeds."""
    path = SAMPLES / f"{name}.jsonl"
    return ingest.seeds(ingest.read_rows(path.read_bytes(), path.name), "instruction")


def sample_metadata(name: str) -> Sequence[Metadata]:
    """A sample's hand-written metadata."""
    path = SAMPLES / f"{name}.metadata.json"
    written = ingest.metadata_file(path.read_bytes(), path.name)
    return [replace(entry, origin="sample", status=Status.APPROVED) for entry in written]


def try_it(studio: Studio, sample: str = "customer_support") -> Project:
    """A new project with a sample's seeds and simulated models: every step in about a minute."""
    taken = {card.name for card in studio.projects()}
    title = sample.replace("_", " ")
    name = next(
        name
        for number in range(1, len(taken) + 2)
        if (name := f"Sample: {title}" + (f" {number}" if number > 1 else "")) not in taken
    )
    project = studio.create_project(name)
    project.configure(strong="simulated:strong", target="simulated:target")
    file = sample_seeds(sample)
    project.import_seeds(file, name=f"{sample}.jsonl")
    return project
