"""Reading what people bring: files, pasted text, hand-written metadata, shipped samples."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import streamlit as st

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.sources import Rows, SeedFile
from codeclm.records import Metadata, SeedImport
from codeclm.ui import session, text

KINDS = ["jsonl", "json", "csv", "tsv", "txt", "parquet", "ndjson", "md", "tab", "psv"]
PREVIEW = 5


@dataclass(frozen=True, slots=True)
class Given:
    """Bytes somebody brought, with the name they came under."""

    data: bytes
    name: str

    @property
    def digest(self) -> str:
        """What tells these bytes from others."""
        return hashlib.sha256(self.data).hexdigest()


def read(given: Given) -> Rows:
    """The rows of a file, read once however often the page runs. Raises ``ImportFileError``."""
    return _read(given.digest, given.name, given.data)


@st.cache_resource(show_spinner="Reading …", max_entries=4, ttl=1800)
def _read(digest: str, name: str, _data: bytes) -> Rows:
    return sources.read_file(_data, name)


def mapping(rows: Rows, key: str) -> tuple[str | None, str | None]:
    """Ask which field holds the instruction, and which its input. (None, None) for plain lines."""
    fields = sources.fields_of(rows)
    if not fields:
        st.caption("Plain lines: every line is one instruction.")
        return None, None
    examples = {field.path: field.example for field in fields}
    paths = list(examples)
    guessed = sources.guessed_field(rows)

    def told(path: str | None) -> str:
        if path is None:
            return "none"
        # A text that has parts of its own is a chat, told by its first user turn.
        is_chat = any(other.startswith(f"{path}.") for other in paths)
        chat = ", what the user says first" if is_chat else ""
        return f"{text.line(path, 40)}{chat} — {text.line(examples[path], 70)}"

    left, right = st.columns(2)
    field = left.selectbox(
        "Field of the instruction",
        paths,
        index=paths.index(guessed) if guessed in paths else None,
        format_func=told,
        key=f"field-{key}",
        placeholder="Choose a field",
    )
    others: list[str | None] = [None, *(path for path in paths if path != field)]
    own = sources.guessed_input(rows, field) if field else None
    given = right.selectbox(
        "Field of its input (optional, put below the instruction)",
        others,
        index=others.index(own) if own in others else 0,
        format_func=told,
        # Another instruction field may have another input beside it.
        key=f"input-{key}-{paths.index(field) if field else None}",
    )
    return field, given


def seeds(rows: Rows, field: str | None, given: str | None) -> SeedFile:
    """The seeds of a file. Raises ``ImportFileError``."""
    return sources.to_seeds(rows, field, given)


def preview(file: SeedFile, key: str) -> None:
    """Show the first seeds and what was skipped, with the skipped rows to download."""
    duplicates = sum(1 for row in file.skipped if row.reason.startswith("duplicate"))
    other = len(file.skipped) - duplicates
    st.markdown(
        f"**{text.counted(len(file.seeds), 'seed')}** ·"
        f" {text.counted(duplicates, 'exact duplicate')} ·"
        f" {text.counted(other, 'other row')} skipped"
    )
    for note in file.notes:
        text.quiet(note, f"note-{key}-{abs(hash(note))}")
    with st.container(border=True, gap="small"):
        for seed in file.seeds[:PREVIEW]:
            text.show(seed.text, 600)
    if not file.skipped:
        return
    with st.expander(f"Skipped rows ({text.number(len(file.skipped))})"):
        for row in file.skipped[:50]:
            text.show(f"{file.unit} {row.line}: {row.reason}  {text.line(row.text, 90)}")
        st.download_button(
            "Download the list",
            "".join(
                json.dumps(
                    {file.unit: row.line, "reason": row.reason, "text": row.text},
                    ensure_ascii=False,
                )
                + "\n"
                for row in file.skipped
            ).encode("utf-8", "replace"),
            "skipped.jsonl",
            "application/jsonl",
            on_click="ignore",
            key=f"skipped-{key}",
        )


def store(project: Project, file: SeedFile, name: str) -> SeedImport:
    """Import the seeds of a file."""
    return project.import_seeds(file, name=name, field=file.path)


def told(done: SeedImport) -> str:
    """What an import did, in our words."""
    known = f", {text.number(done.known)} were there already" if done.known else ""
    return f"{text.counted(done.added, 'seed')} imported{known}."


def hand_written(lines: str) -> list[Metadata]:
    """Entries from ``use case: skill, skill`` lines. Raises ``ImportFileError`` with the line."""
    return sources.read_metadata(lines)


def samples() -> dict[str, str]:
    """The shipped samples: name to title."""
    return {name: name.replace("_", " ") for name in sources.samples()}


def sample_seeds(name: str) -> SeedFile:
    """A sample's seeds."""
    return sources.sample_seeds(name)


def sample_metadata(name: str) -> list[Metadata]:
    """A sample's hand-written metadata."""
    return list(sources.sample_metadata(name))


def as_lines(entries: list[Metadata]) -> str:
    """Entries as the lines a person would write."""
    return "\n".join(f"{entry.use_case}: {', '.join(entry.skills)}" for entry in entries)


def try_it() -> Project:
    """A new project with a sample's seeds and simulated models."""
    return sources.try_it(session.studio())
