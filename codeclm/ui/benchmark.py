"""The set that models are compared on: choosing one, bringing one, the part held out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.sources import BenchmarkFields, BenchmarkFile, Rows
from codeclm.records import Benchmark, BenchmarkItem, Upload
from codeclm.ui import intake, keys, notice, pick, text

PREVIEW = 3
#: The largest seed of a browser.
_SEEDS = 2**53 - 1
#: The parts of an item that may be there, by their names in the URL, and their labels.
_OPTIONAL = {
    "input": "Input, set below the instruction",
    "candidate": "Recorded responses of the candidate",
    "reference": "Recorded responses of the reference",
    "use_case": "Use case",
    "skills": "Skills",
}
#: The URL's names of an item's fields.
FIELDS = tuple(f"set_{name}" for name in ("instruction", *_OPTIONAL))


def choose(project: Project) -> Benchmark | None:
    """The set that is worked with; None while one is brought or there is none."""
    found = project.evaluations.benchmarks()
    upload = project.evaluations.uploads.kept()
    if upload is not None:
        _brought(project, upload)
        return None
    if not found:
        notice.empty(
            "No set yet.",
            "Bring the instructions that models are to be compared on: a benchmark, or questions of"
            " your users. Each becomes one comparison.",
        )
        _bring(project)
        return None
    known = {one.id: one for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = pick.one(
            "Set",
            list(known),
            "set",
            lambda number: _named(known[number]),
        )
        with st.popover("Bring another set", key="bring-set"):
            _bring(project)
        _split(project, known[chosen])
    _about(known[chosen])
    return known[chosen]


def _named(benchmark: Benchmark) -> str:
    """A set in the box; one file may be there twice, with other items held out."""
    seed = f" · seed {benchmark.seed}" if benchmark.seed else ""
    return f"{text.line(benchmark.name, 50)} · {text.counted(benchmark.items, 'item')}{seed}"


def _about(benchmark: Benchmark) -> None:
    told = [
        f"{text.counted(benchmark.items, 'item')}, of which {text.number(benchmark.held_out)} are"
        f" held out for metadata to be extracted from, drawn by the seed {benchmark.seed}"
    ]
    if benchmark.sliced:
        told.append(f"{text.number(benchmark.sliced)} with a use case or skills")
    if benchmark.recorded:
        told.append(f"responses of the {' and the '.join(benchmark.recorded)} came with it")
    st.caption(f"{'; '.join(told)}.")


def _split(project: Project, benchmark: Benchmark) -> None:
    """What is held out, to extract metadata from just that."""
    with st.popover("What is held out", key=keys.of("split", benchmark.id)):
        st.caption(
            "A fifth of the set, drawn at random. Tailor data to these instructions, and compare on"
            " the others: then nothing was tuned on what it is measured by."
        )
        seeds = project.evaluations.seeds(benchmark)
        if not seeds.seeds:
            st.caption("The set is too small for any.")
            return
        if st.button(f"Import {text.counted(len(seeds.seeds), 'seed')}", key="import-split"):
            done = project.import_seeds(seeds, name=benchmark.name)
            notice.say(intake.told(done.added, done.known))
            st.rerun()
        st.download_button(
            "Download as seeds",
            "".join(
                json.dumps({"instruction": seed.text}, ensure_ascii=False) + "\n"
                for seed in seeds.seeds
            ).encode(),
            "seeds.jsonl",
            "application/jsonl",
            on_click="ignore",
            key="download-split",
        )


def _bring(project: Project) -> None:
    """Upload or paste. What is brought is kept until it is a set or put away."""
    upload = st.file_uploader(
        "Upload JSONL, JSON, CSV, TSV, TXT or Parquet", type=intake.KINDS, key="set-file"
    )
    with st.form("paste-set", border=False):
        pasted = st.text_area("Or paste rows or plain lines", height=100, key="set-pasted")
        read = st.form_submit_button("Read what is pasted")
    if upload is not None:
        project.evaluations.uploads.keep(upload.name, upload.getvalue())
        st.rerun()
    if read and (pasted or "").strip():
        project.evaluations.uploads.keep("pasted text", pasted.encode("utf-8", "replace"))
        st.rerun()
    if read:
        notice.say("There is nothing to read: paste something first.")
    pick.forget(*FIELDS)


def _brought(project: Project, upload: Upload) -> None:
    """Map the fields of what was brought, look at it, keep it as a set."""
    mark = upload.sha256[:12]
    with st.container(horizontal=True, vertical_alignment="center"):
        text.word(upload.name)
        about = st.empty()
        st.space("stretch")
        if st.button("Put it away", type="tertiary", key=keys.of("put-set-away", mark)):
            project.evaluations.uploads.forget()
            st.rerun()
    rows = intake.read_kept(project.evaluations.uploads, upload)
    about.caption(intake.about(upload, rows), width="content")
    fields = _mapping(rows, mark)
    if fields is None:
        return
    file = _items(rows.sha256, fields, rows)
    _preview(file, mark)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            "Seed of the held-out fifth",
            0,
            _SEEDS,
            0,
            key=keys.of("set-seed", mark),
            width=200,
            help="Draws the fifth (as in the paper, §4) that metadata is to be extracted from and"
            " nothing is measured on. The same seed holds out the same items.",
        )
        # By its key the button belongs to this file: another tab may have brought another one.
        label = f"Keep {text.counted(len(file.items), 'item')} as a set"
        kept = st.button(label, type="primary", key=keys.of("keep-set", mark))
    if kept:
        benchmark = project.evaluations.bring(file, seed=int(seed))
        project.evaluations.uploads.forget()
        st.query_params["set"] = str(benchmark.id)
        notice.say(f"{text.counted(benchmark.items, 'item')} kept.")
        st.rerun()


def _mapping(rows: Rows, mark: str) -> BenchmarkFields | None:
    """Ask where an item's parts are; None while the instruction's field is not chosen."""
    texts = {field.path: field.example for field in sources.fields_of(rows)}
    if not texts:
        st.caption("Plain lines: every line is one instruction.")
        return BenchmarkFields()
    guessed = sources.guessed_field(rows)
    first, *columns = [*st.columns(3), *st.columns(3)]
    offered: list[str | None] = [*([] if guessed else [None]), *texts]
    instruction = pick.one(
        "Field of the instruction",
        offered,
        "set_instruction",
        lambda path: _told(path, texts, "Choose a field"),
        where=first,
        default=guessed,
        mark=mark,
    )
    if instruction is None:
        st.caption("Choose the field that holds the instruction.")
        return None
    usual = sources.guessed_benchmark(rows, instruction)
    every = {field.path: field.example for field in sources.pair_fields_of(rows)}
    chosen: dict[str, str] = {}
    for column, (name, label) in zip(columns, _OPTIONAL.items(), strict=True):
        others = every if name == "skills" else texts
        paths: list[str | None] = [None, *(path for path in others if path != instruction)]
        chosen[name] = (
            pick.one(
                f"{label} (optional)",
                paths,
                f"set_{name}",
                lambda path, others=others: _told(path, others, "none"),
                where=column,
                default=getattr(usual, name) or None,
                # Another instruction field may have others beside it.
                mark=f"{mark}-{list(texts).index(instruction)}",
            )
            or ""
        )
    return BenchmarkFields(instruction=instruction, **chosen)


def _told(path: str | None, examples: Mapping[str, str], nothing: str) -> str:
    if path is None:
        return nothing
    return f"{text.line(path, 40)} — {text.line(examples[path], 60)}"


@st.cache_resource(show_spinner="Looking at the items …", max_entries=4, ttl=1800)
def _items(digest: str, fields: BenchmarkFields, _rows: Any) -> BenchmarkFile:
    return sources.to_benchmark(_rows, fields)


def _preview(file: BenchmarkFile, mark: str) -> None:
    sliced = sum(1 for item in file.items if item.use_case or item.skills)
    told = f" · {text.number(sliced)} with a use case or skills" if sliced else ""
    intake.summary(f"**{text.counted(len(file.items), 'item')}**{told}", file, mark)
    for item in file.items[:PREVIEW]:
        _item(item, file.unit)
    intake.skipped(file, mark)


def _item(item: BenchmarkItem, unit: str) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{unit} {item.line}", width="content")
            if item.use_case or item.skills:
                text.word(" · ".join(filter(None, (item.use_case, ", ".join(item.skills)))), 120)
        text.show(item.instruction, 600)
        if item.recorded:
            for column, (party, response) in zip(
                st.columns(len(item.recorded)), item.recorded.items(), strict=True
            ):
                with column:
                    st.markdown(f"**{party}**")
                    text.show(response, 600)
