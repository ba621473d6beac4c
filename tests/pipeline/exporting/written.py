"""What exports have written, as its readers see it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq

from codeclm.pipeline.exporting import Exports
from codeclm.records import Export

EIGHTY = {"train": 0.8, "validation": 0.1, "test": 0.1}


def rows_in(path: Path) -> int:
    """How many rows a data file holds, read as its readers do."""
    match path.suffix:
        case ".csv":
            text = path.read_text(encoding="utf-8-sig")
            return len(list(csv.DictReader(io.StringIO(text, newline=""))))
        case ".parquet":
            return pq.read_table(path).num_rows
        case _:
            return len([json.loads(line) for line in path.read_bytes().splitlines()])


def data(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "data").iterdir())}


def downloaded(exports: Exports, export: Export, file: str = "") -> tuple[str, bytes]:
    name, chunks = exports.download(export, file)
    return name, b"".join(chunks)
