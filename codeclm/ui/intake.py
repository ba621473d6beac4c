"""Reading what people bring: files, pasted text, hand-written metadata, shipped samples."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.sources import BenchmarkFile, PairFile, Rows, SeedFile
from codeclm.pipeline.uploads import Uploads
from codeclm.records import Metadata, Upload, as_bytes
from codeclm.ui import notice, pick, session, text, work

KINDS = ["jsonl", "json", "csv", "tsv", "txt", "parquet", "ndjson", "md", "tab", "psv"]
PREVIEW = 5
#: The URL's names of the fields that hold an instruction and its input.
FIELDS = ("field", "input")
#: Bytes up to which a file is imported in a blink, without the worker.
SMALL = 4_000_000


def read(project: Project, upload: Upload) -> Rows:
    """The rows of the kept file, read once however often the page runs.

    Raises ``ImportFileError``.
    """
    return read_kept(project.uploads, upload)


def read_kept(uploads: Uploads, upload: Upload) -> Rows:
    """The same of a file that is kept for another purpose."""
    return _read(upload.sha256, upload.name, lambda: uploads.data(upload.sha256))


@st.cache_resource(show_spinner="Reading …", max_entries=4, ttl=1800)
def _read(digest: str, name: str, _data: Callable[[], bytes]) -> Rows:
    return sources.read_file(_data(), name)


def about(upload: Upload, rows: Rows) -> str:
    """What a file turned out to be."""
    guessed = " (guessed)" if rows.guessed else ""
    encoding = "" if rows.format == "parquet" else f" · {rows.encoding}{guessed}"
    return (
        f"{rows.format.upper()}{encoding} · {text.counted(len(rows.rows), rows.unit)}"
        f" · {as_bytes(upload.size)}"
    )


def mapping(rows: Rows) -> tuple[str | None, str | None]:
    """Ask which field holds the instruction, and which its input. (None, None) for plain lines."""
    fields = sources.fields_of(rows)
    if not fields:
        st.caption("Plain lines: every line is one instruction.")
        return None, None
    examples = {field.path: field.example for field in fields}
    paths = list(examples)
    guessed = sources.guessed_field(rows)

    def told(path: str | None) -> str:
        # A text that has parts of its own is a chat, told by its first user turn.
        is_chat = any(other.startswith(f"{path}.") for other in paths)
        chat = ", what the user says first" if is_chat else ""
        return f"{text.line(path or '', 40)}{chat} — {text.line(examples[path or ''], 70)}"

    left, right = st.columns(2)
    known: list[str | None] = list(paths)
    field = pick.one(
        "Field of the instruction",
        known if guessed in paths else [None, *known],
        FIELDS[0],
        lambda path: told(path) if path else "Choose a field",
        where=left,
        default=guessed,
        mark=rows.sha256[:12],
    )
    others: list[str | None] = [None, *(path for path in paths if path != field)]
    own = sources.guessed_input(rows, field) if field else None
    given = pick.one(
        "Field of its input (optional, put below the instruction)",
        others,
        FIELDS[1],
        lambda path: told(path) if path else "none",
        where=right,
        default=own if own in others else None,
        # Another instruction field may have another input beside it.
        mark=f"{rows.sha256[:12]}-{paths.index(field) if field else None}",
    )
    return field, given


def seeds(rows: Rows, field: str | None, given: str | None) -> SeedFile:
    """The seeds of a file. Raises ``ImportFileError``."""
    return _seeds(rows.sha256, field, given, rows)


@st.cache_resource(show_spinner="Looking for duplicates …", max_entries=4, ttl=1800)
def _seeds(digest: str, field: str | None, given: str | None, _rows: Rows) -> SeedFile:
    return sources.to_seeds(_rows, field, given)


def preview(file: SeedFile, key: str) -> None:
    """Show the first seeds and what was skipped, with the skipped rows to download."""
    summary(f"**{text.counted(len(file.seeds), 'seed')}**", file, key)
    with st.container(border=True, gap="small"):
        for seed in file.seeds[:PREVIEW]:
            st.caption(f"{file.unit} {seed.line}")
            text.show(seed.text, 600)
    skipped(file, key)


def summary(found: str, file: SeedFile | PairFile | BenchmarkFile, key: str) -> None:
    """Say what was found, in our words, how much was skipped, and what there is to know of it."""
    duplicates = sum(1 for row in file.skipped if row.reason.startswith("duplicate"))
    other = len(file.skipped) - duplicates
    st.markdown(
        f"{found} · {text.counted(duplicates, 'exact duplicate')} ·"
        f" {text.counted(other, 'other row')} skipped"
    )
    for note in file.notes:
        text.quiet(note, f"note-{key}-{abs(hash(note))}")


def skipped(file: SeedFile | PairFile | BenchmarkFile, key: str) -> None:
    """The rows that were skipped and why, also to download."""
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


def bring_in(project: Project, upload: Upload, field: str | None, given: str | None) -> None:
    """Import the kept file, a large one by the worker."""
    if upload.size > SMALL:
        session.studio().jobs.submit_import(project, upload, field, given)
        return
    done = project.uploads.bring_in(upload, field, given)
    notice.say(told(done.added, done.known))


def store_sample(project: Project, name: str) -> None:
    """Import a sample's seeds."""
    done = project.import_seeds(sample_seeds(name), name=f"{name}.jsonl")
    notice.say(told(done.added, done.known))


def told(added: int, known: int) -> str:
    """What an import did, in our words."""
    there = f", {text.number(known)} were there already" if known else ""
    return f"{text.counted(added, 'seed')} imported{there}."


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
    """A new project with a sample's seeds and simulated models, whose metadata is extracted."""
    project = sources.try_it(session.studio())
    work.extract(project)
    return project
