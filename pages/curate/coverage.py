"""Coverage: what the data set has of its task, what is missing, and how much its texts differ."""

import streamlit as st

from codeclm.ui import chart, coverage, diversity, figures, looking, notice, page, pick

SHAPES = {"rings": "Rings", "heat": "Heat map"}
VIEWS = {"coverage": "Coverage", "diversity": "Diversity"}


def crossed(cells) -> None:
    """Which skills meet which use cases in pairs."""
    shape = pick.segment("Draw", SHAPES, "shape")
    if shape == "rings":
        chart.show(*figures.rings(cells), "rings")
    else:
        chart.show(*figures.meetings([(*cell, None) for cell in cells], "pairs"), "heat")


def covered(project) -> None:
    """Distributions side by side, targets, and filling what is missing."""
    with st.container(horizontal=True, vertical_alignment="center"):
        field = pick.segment("Count", coverage.BY, "by")
        stage = pick.segment("Of", coverage.OF, "of")
    found = project.coverage
    counts = found.counts(field)
    if not counts["metadata"]:
        notice.empty("No metadata yet.", "Extract it from seeds, or write use cases and skills.")
        if project.card().seeds:
            page.send("Go to Metadata", "create/metadata.py", project)
        else:
            page.send("Go to Source", "create/source.py", project)
        return
    if not found.has_seeds():
        st.caption("No seeds were read: approved metadata stands for the task, one each.")
    coverage.told(found.match(field, stage))
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        page.section(f"Shares {coverage.BY[field]}")
        chart.show(*figures.shares(list(counts.items())), f"shares-{field}")
    with right:
        page.section("Skills within use cases")
        crossed(found.crossed())
    page.section("Targets and holes")
    coverage.table(found, field, stage)
    page.section("Fill the holes")
    with notice.shown():
        coverage.fill(project, found, field, stage)


def differing(project) -> None:
    """How much instructions differ."""
    found = looking.bar(project, "diversity", "Measure diversity")
    if found is None:
        notice.empty(
            "Nothing is measured yet.",
            "Length, distinct-n, entropy, verbs and objects, by iteration and strategy.",
        )
        return
    if not found.result["texts"]:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        return
    diversity.draw(project, found)


with page.opened("Coverage") as project:
    view = pick.segment("View", VIEWS, "view")
    {"coverage": covered, "diversity": differing}[view](project)
