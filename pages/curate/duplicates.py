"""Duplicates: pairs that are alike, copies of seeds, and items of benchmark sets, with evidence."""

import streamlit as st

from codeclm.records import KEEPS
from codeclm.ui import duplicate_groups, embedding, evidence, looking, notice, page, pick, text

AMONG = {
    "pairs": "Among pairs",
    "seeds": "Copies of seeds",
    "benchmarks": "Benchmark items",
}
KEPT = {
    "highest gap": "highest gap",
    "longest": "longest",
    "newest": "newest",
    "first": "oldest",
}


def among_pairs(project) -> None:
    """Groups of instructions that are alike."""

    def settings():
        keep = pick.one("Keep of a group", KEEPS, "keep", KEPT.__getitem__)
        given = {"keep": keep, "embedding": embedding.model()}
        if given["embedding"]:
            return {**given, "embedding_least": embedding.least()}
        return {**given, "least": looking.least("least")}

    found = looking.bar(project, "duplicates", "Look for duplicates", settings)
    if found is None:
        return
    result, groups = found.result, duplicate_groups.groups(project, found)
    waiting = sum(group.pending for group in groups)
    alike = (
        f"{text.number(result['meaning'])} close in meaning"
        if "meaning" in result
        else f"{text.number(result['near'])} near"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{text.counted(result['duplicates'], 'duplicate')}** in"
            f" {text.counted(result['groups'], 'group')}: {text.number(result['exact'])} the same,"
            f" {text.number(result['normalised'])} but for case and marks,"
            f" {alike}",
            width="content",
        )
        st.space("stretch")
        looking.reject_all("duplicate", waiting, f"all {text.counted(waiting, 'duplicate')}")
        looking.undo()
    embedding.paid(found)
    duplicate_groups.draw(project, groups)


def copies_of_seeds(project) -> None:
    """Instructions that are seeds again."""
    found = looking.bar(
        project,
        "copies",
        "Look for copies of seeds",
        lambda: {"least": looking.least("least-seeds")},
    )
    if found is None:
        return
    _hits(
        project,
        "copy of a seed",
        f"**{text.plural(found.result['copies'], 'copy', 'copies')}** of"
        f" {text.counted(found.result['seeds'], 'seed')}",
        "Every instruction is new.",
    )


def benchmark_items(project) -> None:
    """What a tuned model would be measured by."""
    sets = project.evaluations.benchmarks()
    if not sets:
        notice.empty(
            "No benchmark set yet.",
            "Bring the files you will measure models by; what of them stands in the pairs appears"
            " here.",
        )
        page.send("Go to Evaluate", "ship/evaluate.py", project)
        return
    names = {one.id: f"{one.name} ({one.items})" for one in sets}

    def settings():
        chosen = pick.several(
            "Sets", list(names), "sets", lambda one: text.line(names[one], 60),
            default=list(names), most=len(names),
        )  # fmt: skip
        return {"sets": chosen}

    found = looking.bar(project, "contamination", "Look for benchmark items", settings)
    if found is None:
        return
    result = found.result
    if result["common"]:
        shown = "; ".join(text.line(phrase, 60) for phrase in result["common"][:5])
        text.quiet(f"said by many items, so no evidence: {shown}", "common")
    _hits(
        project,
        "contamination",
        f"**{text.counted(result['pairs'], 'pair')}** with something of"
        f" {text.number(result['items hit'])} of {text.counted(result['items'], 'item')}",
        "None of these items stands in a pair.",
    )


def _hits(project, kind: str, told: str, none: str) -> None:
    waiting = looking.pending(project, kind)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(told, width="content")
        st.space("stretch")
        looking.reject_all(kind, waiting, f"all {text.number(waiting)} pending")
        looking.undo()
    evidence.listed(project, kind, none)


with page.opened("Duplicates") as project:
    if not project.card().pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    which = pick.segment("Alike with", AMONG, "alike")
    {"pairs": among_pairs, "seeds": copies_of_seeds, "benchmarks": benchmark_items}[which](project)
