"""Bytes to seeds, pairs, benchmark sets, hand-written metadata and briefs.

    rows = read_rows(data, "questions.jsonl")    what the file holds, row by row
    rows.fields()                                its text fields, to choose one from
    file = seeds(rows, "turns.0")                the seeds, what was skipped and why
    file = pairs(rows, PairFields(...))          the pairs, what was skipped and why
    file = benchmark(rows, BenchmarkFields(...)) the items of a set, what was skipped and why

Whatever is wrong with a file raises ``ImportFileError`` with its name, the line and what to do;
nothing of it is imported then.
"""

from codeclm.ingest.benchmarks import (
    BenchmarkFields,
    BenchmarkFile,
    benchmark,
    benchmark_fields,
)
from codeclm.ingest.briefs import brief
from codeclm.ingest.fields import fields_of, guess, guess_input
from codeclm.ingest.hand import hand_metadata, metadata_file
from codeclm.ingest.pair_fields import PairFields, guess_pairs, pair_fields
from codeclm.ingest.pairs import GivenPair, PairFile, pairs
from codeclm.ingest.rows import Row, Rows, read_rows
from codeclm.ingest.seeds import SeedFile, Skipped, seeds
from codeclm.ingest.text import file_name

__all__ = [
    "BenchmarkFields",
    "BenchmarkFile",
    "GivenPair",
    "PairFields",
    "PairFile",
    "Row",
    "Rows",
    "SeedFile",
    "Skipped",
    "benchmark",
    "benchmark_fields",
    "brief",
    "fields_of",
    "file_name",
    "guess",
    "guess_input",
    "guess_pairs",
    "hand_metadata",
    "metadata_file",
    "pair_fields",
    "pairs",
    "read_rows",
    "seeds",
]
