"""Pairs that a person brings: their fields, a look at them, importing and having them scored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.pipeline.sources import GivenPair, PairFields, PairFile, Rows
from codeclm.records import RunState, Upload
from codeclm.ui import intake, keys, notice, page, pick, session, sums, text, watch, work

PREVIEW = 3
#: The parts of a pair by their names in the URL, and their labels; those of a line stand together.
_LINES = (
    {
        "instruction": "Instruction",
        "strong": "Strong response",
        "target": "Target response",
    },
    {
        "strong_score": "Strong score (optional)",
        "target_score": "Target score (optional)",
        "use_case": "Use case (optional)",
        "skills": "Skills (optional)",
    },
)
_NEEDED = tuple(_LINES[0])
#: The URL's names of a pair's fields.
FIELDS = tuple(f"pair_{name}" for line in _LINES for name in line)


def show(project: Project, upload: Upload, rows: Rows) -> None:
    """Map the fields of what was brought, look at it, import it."""
    mark = upload.sha256[:12]
    fields = _mapping(rows, mark)
    if fields is None:
        return
    file = _pairs(rows.sha256, fields, rows)
    answered = _answered(file, mark)
    _preview(file, mark)
    # By its key the button belongs to this file: another tab may have brought another one.
    label = f"Import {text.counted(len(file.pairs), 'pair')}"
    if st.button(label, type="primary", key=keys.of("import-pairs", mark)):
        _bring_in(project, upload, fields, answered)
        st.rerun()


def newest(project: Project) -> None:
    """What was imported last: where it stands, and having it scored."""
    run = next((run for run in project.runs() if run.settings.imported), None)
    if run is None:
        return
    page.section("Imported last")
    going = watch.follow(run)
    if not going:
        _score(project, run)
    if sums.counts(run).kept:
        page.go("Review the pairs →", "curate/review.py", project)


def told(result: Mapping[str, Any]) -> str:
    """What an import of pairs did, in our words."""
    said = f"{text.counted(result['imported'], 'pair')} imported"
    if result["exhausted"]:
        said += f", {text.number(result['exhausted'])} of them with too small a gap"
    if result["unscored"]:
        said += f", {text.number(result['unscored'])} without scores"
    return f"{said}."


def _mapping(rows: Rows, mark: str) -> PairFields | None:
    """Ask where a pair's parts are; None while one that is needed is not chosen."""
    examples = {field.path: field.example for field in sources.pair_fields_of(rows)}
    if not examples:
        st.caption("Plain lines hold no pairs: bring objects, or a table with a header.")
        return None
    guessed = sources.guessed_pair(rows)
    chosen: dict[str, str] = {}
    for line in _LINES:
        for column, (name, label) in zip(st.columns(len(line)), line.items(), strict=True):
            chosen[name] = _field(column, name, label, examples, guessed.get(name), mark) or ""
    missing = [_LINES[0][name].lower() for name in _NEEDED if not chosen[name]]
    if missing:
        st.caption(f"Choose the field of the {' and of the '.join(missing)}.")
        return None
    return PairFields(**chosen)


def _field(
    column: Any, name: str, label: str, examples: Mapping[str, str], guess: str | None, mark: str
) -> str | None:
    def shown(path: str | None) -> str:
        if path is None:
            return "Choose a field" if name in _NEEDED else "none"
        return f"{text.line(path, 40)} — {text.line(examples[path], 60)}"

    return pick.one(
        label,
        [None, *examples],
        f"pair_{name}",
        shown,
        where=column,
        default=guess,
        mark=mark,
    )


@st.cache_resource(show_spinner="Looking at the pairs …", max_entries=4, ttl=1800)
def _pairs(digest: str, fields: PairFields, _rows: Rows) -> PairFile:
    return sources.to_pairs(_rows, fields)


def _preview(file: PairFile, mark: str) -> None:
    intake.summary(
        f"**{text.counted(len(file.pairs), 'pair')}** · {text.number(file.scored)} with scores",
        file,
        mark,
    )
    for pair in file.pairs[:PREVIEW]:
        _pair(pair, file.unit)
    intake.skipped(file, mark)


def _pair(pair: GivenPair, unit: str) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{unit} {pair.line}", width="content")
            if pair.use_case:
                text.word(" · ".join(filter(None, (pair.use_case, ", ".join(pair.skills)))), 120)
        text.show(pair.instruction, 600)
        scores = pair.scores or (None, None)
        sides = (("strong", pair.strong, scores[0]), ("target", pair.target, scores[1]))
        for column, (side, response, score) in zip(st.columns(2), sides, strict=True):
            with column:
                st.markdown(f"**{side}** {'–' if score is None else f'{score:g}'}")
                text.show(response, 600)


def _answered(file: PairFile, mark: str) -> dict[str, Any]:
    """Ask who gave the responses, and for θ where there are scores to compare it with."""
    columns = st.columns(3)
    found: dict[str, Any] = {
        side: columns[place].text_input(
            f"Who gave the {side} responses",
            key=keys.of("answered", side, mark),
            placeholder=f"imported:{side}",
            max_chars=120,
            help="Only a name for them; nobody is asked.",
        )
        for place, side in enumerate(("strong", "target"))
    }
    if file.scored:
        found["theta"] = columns[2].number_input(
            "θ for the scores of the file",
            0.0,
            9.0,
            3.0,
            0.5,
            key=keys.of("answered", "theta", mark),
            help="A pair is kept when its scores are more than this apart.",
        )
    if file.scored < len(file.pairs):
        st.caption(
            "Pairs without scores are kept with the strong response; the judge can score them"
            " afterwards."
        )
    return found


def _bring_in(
    project: Project, upload: Upload, fields: PairFields, answered: Mapping[str, Any]
) -> None:
    """Import the kept file, a large one by the worker."""
    if upload.size > intake.SMALL:
        session.studio().jobs.submit_pair_import(project, upload, fields, answered)
        return
    done = project.uploads.bring_in_pairs(upload, fields, answered)
    counted = {"imported": done.imported, "exhausted": done.exhausted, "unscored": done.unscored}
    notice.say(told(counted))


def _score(project: Project, run: Run) -> None:
    """The button that has the judge score what came without scores."""
    left = run.unscored
    if not left or run.state is not RunState.FINISHED or run.settings.use_filter:
        return
    row = project.row
    judge = row["judge"] or row["strong"]
    if not judge:
        st.caption(f"{text.counted(left, 'pair')} without scores: choose a judge to score them.")
        page.go("Choose a judge on Models →", "start/models.py", project)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Score with the judge", type="primary", key=keys.of("score", run.id)):
            run.score(judge)
            work.submit(run)
            notice.say(f"Run {run.id} is being scored.")
            st.rerun()
        st.caption(
            f"{text.counted(left, 'pair')} without scores: {text.number(2 * left)} calls, both"
            f" orders of each; kept is then what is beyond θ {run.settings.theta:g}. The judge is",
            width="content",
        )
        text.word(judge)
