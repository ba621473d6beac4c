"""What an export holds: its lines as they are written, and the bytes of a download."""

from __future__ import annotations

import re

from codeclm.pipeline.projects import Project
from codeclm.records import PairFilter

FORMATS = {"native": "Native JSONL"}


def first(project: Project, wanted: PairFilter, format: str, count: int) -> list[str]:
    """The first lines of an export, exactly as they are written."""
    return [line.decode() for line in project.first_lines(wanted, count, format)]


def whole(project: Project, wanted: PairFilter, format: str) -> bytes:
    """A whole export."""
    return b"".join(project.lines(wanted, format))


def file_name(project: Project, status: str) -> str:
    """A file name from the project's, with nothing in it that a shell or a file system reads."""
    name = re.sub(r"[^a-z0-9]+", "-", project.name.casefold()).strip("-")[:60]
    return f"{name or 'pairs'}-{status}.jsonl"
