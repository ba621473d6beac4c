"""The comparisons of an evaluation: those of one kind, and one as a whole."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.evaluations import Outcome, outcome
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import Assessment, ComparedItem, Evaluation
from codeclm.ui import evaluation_sums, keys, notice, page, pick, table, text

#: Comparisons of a page.
PAGE = 25
_ENDED = {"all": "All", "win": "Wins", "tie": "Ties", "loss": "Losses", "none": "Unparsable"}


def show(project: Project, run: Run, came: Evaluation) -> None:
    """The comparisons of one kind, page by page, and the one that is chosen as a whole."""
    page.section("Comparisons")
    kind = pick.segment("Which comparisons", _ENDED, "ended")
    wanted = [
        (position, ended)
        for position, ended in evaluation_sums.outcomes(project, run)
        if kind in ("all", _code(ended))
    ]
    if not wanted:
        notice.empty("None of these.", "Choose another kind above.")
        return
    last = -(-len(wanted) // PAGE)
    mark = keys.of("compared", run.id, kind)
    at = st.pagination(last, key=f"{mark}-page") if last > 1 else 1
    shown = wanted[(at - 1) * PAGE : at * PAGE]
    found = project.evaluations.compared(run.id, [position for position, _ in shown])
    st.caption(f"{text.counted(len(wanted), 'comparison')}; choose a row")
    place = table.choose(
        [_line(one) for one in found],
        key=f"{mark}-{at}",
        alt="Comparisons in the order of the set",
        columns={"instruction": st.column_config.TextColumn(width="large")},
    )
    if found:
        _whole(found[min(place or 0, len(found) - 1)], came)


def _code(ended: Outcome | None) -> str:
    return "none" if ended is None else str(ended)


def _line(one: ComparedItem) -> dict[str, Any]:
    compared = one.comparison
    scores = {said.order: f"{said.candidate:g}/{said.reference:g}" for said in compared.assessments}
    return {
        "item": one.position + 1,
        "ended": _code(outcome(compared)).replace("none", "unparsable"),
        "instruction": compared.instruction,
        "first order": scores.get(0, "–"),
        "swapped": scores.get(1, "–"),
        "use case": compared.use_case,
        "skills": ", ".join(compared.skills),
    }


def _whole(one: ComparedItem, came: Evaluation) -> None:
    """Both responses side by side, and what the judge said in each order."""
    compared, mark = one.comparison, f"{came.run}-{one.position}"
    with st.container(border=True, key=keys.of("comparison", mark)):
        with st.container(horizontal=True, vertical_alignment="center"):
            ended = outcome(compared)
            st.badge(_code(ended).replace("none", "unparsable"), color="gray")
            st.caption(f"item {one.position + 1}, line {one.line} of", width="content")
            text.word(came.benchmark.name)
        text.folded(compared.instruction, keys.of("whole-item", mark))
        sides = (
            ("candidate", came.candidate, compared.candidate),
            ("reference", came.reference, compared.reference),
        )
        for column, (party, name, response) in zip(st.columns(2, gap="medium"), sides, strict=True):
            with column:
                cut = ", cut at the token limit" if party in one.cut else ""
                st.markdown(f"**{party}** {text.number(len(response))} characters{cut}")
                text.quiet(name, keys.of("who", party, mark))
                text.folded(response, keys.of("whole-response", party, mark))
        for said in compared.assessments:
            _assessed(said, mark)
        if len(compared.assessments) < 2:
            st.caption("The judge gave no scores in one order: see Failures for its reply.")


def _assessed(said: Assessment, mark: str) -> None:
    order = "candidate shown first" if said.order == 0 else "reference shown first"
    st.markdown(f"**{order}**: candidate {said.candidate:g}, reference {said.reference:g}")
    text.quiet(said.explanation, keys.of("said", said.order, mark))
