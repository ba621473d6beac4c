"""What is exported and how: every choice is in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from codeclm.pipeline.exporting import FORMATS
from codeclm.pipeline.projects import Project
from codeclm.records import (
    FINDINGS,
    Balance,
    ExportSettings,
    Layout,
    Look,
    LookKind,
    PairFilter,
    Status,
)
from codeclm.ui import keys, pick, session, terms_form, text

STATUSES = ("approved", "pending", "rejected", "any")
_STYLES = {
    "standard": "standard",
    "conversational": "conversational",
    "llama-factory": "LLaMA-Factory",
    "axolotl": "Axolotl",
}
_SYSTEM = {"kept": "as answered under", "none": "none", "own": "own text"}
_SPLITS = {"train": 100, "validation": 0, "test": 0}


def draw(project: Project, leave_out: tuple[str, ...]) -> ExportSettings:
    """The choices in two lines. Raises ``ExportError`` for what makes no sense."""
    columns = st.columns([1.9, 1, 1.5, 1.3, 1.2, 1])
    format = pick.one(
        "Format",
        list(FORMATS),
        "format",
        lambda name: FORMATS[name].label,
        where=columns[0],
        labelled=False,
    )
    wanted = _wanted(project, columns[1:])
    with st.container(horizontal=True, vertical_alignment="center"):
        layout = _layout(format)
        splits, balance, seed = _splits(project)
        longest, tokenizer = _limit()
        terms_form.draw(project)
        if session.pretends(project.row):
            st.caption(
                "Simulated models: card and manifest say that this is not real data.",
                width="content",
            )
    return project.exports.settings(
        wanted,
        layout,
        splits=splits,
        balance=balance,
        seed=seed,
        leave_out=leave_out,
        longest=longest,
        tokenizer=tokenizer,
    )


def _wanted(project: Project, columns: list[Any]) -> PairFilter:
    status = pick.one(
        "Status",
        STATUSES,
        "which",
        lambda name: "any status" if name == "any" else name,
        where=columns[0],
        labelled=False,
    )
    use_case = pick.use_case(project, "Use case", "about", where=columns[1], labelled=False)
    skill = pick.skill(project, "Skill", "skill", where=columns[2], labelled=False)
    run = pick.run(project, "Run", "of_run", where=columns[3], labelled=False)
    with columns[4].popover("More", width="stretch"):
        gap = st.number_input(
            "Smallest gap, either way",
            0.0,
            9.0,
            0.0,
            0.5,
            key="min_gap",
            bind="query-params",
            help="0 takes every gap; preference pairs then need one above θ of their run.",
        )
        tag = pick.one(
            "Tag", ["", *project.reviews.tags()], "tag", lambda name: text.line(name, 60) or "any"
        )
        words = st.text_input("Text", key="text", bind="query-params", max_chars=500)
        flagged = project.looks.flagged()
        free_of = pick.several(
            "Without what is flagged with",
            list(flagged),
            "free_of",
            lambda name: f"{name} ({flagged[name]})",
            default=[],
            most=len(flagged),
            help="Duplicates and Checks flag pairs; the pair that is kept of a group is no"
            " duplicate.",
        )
        if any(found.stale for found in _looks(project, free_of)):
            st.caption("Looked at before pairs were added or changed: look again first.")
    return project.filter(
        status=None if status == "any" else Status(status),
        run=run,
        use_case=use_case,
        skill=skill,
        min_gap=gap or None,
        tag=tag or None,
        text=str(words or "").strip() or None,
        free_of=tuple(free_of) or None,
    )


def _layout(format: str) -> Layout:
    known = FORMATS[format]
    style = known.styles[0] if known.styles else ""
    with st.popover("Rows"):
        st.caption(known.told)
        if known.styles:
            style = pick.one("Style", list(known.styles), "style", _STYLES.__getitem__, mark=format)
        system = pick.one("System prompt", list(_SYSTEM), "system", _SYSTEM.__getitem__)
        own = ""
        if system == "own":
            own = st.text_area(
                "System prompt of every row", key="system_prompt", bind="query-params"
            )
        fields = st.multiselect(
            "Fields" if not known.fixed else f"Fields beside {', '.join(known.fixed)}",
            known.fields,
            known.default,
            key=keys.of("fields", format),
            bind="query-params",
        )
        if not (fields or known.fixed):
            st.caption("No field is picked: all of them are written.")
    return Layout(
        format=format,
        style=style,
        fields=tuple(fields) if fields or known.fixed else None,
        system={"kept": None, "none": ""}.get(system, str(own or "")),
    )


def _splits(project: Project) -> tuple[dict[str, float], Balance, int]:
    with st.popover("Splits and balance"):
        st.caption("Shares hold in every use case; pairs of one chain stay together.")
        shares = {
            name: column.number_input(
                f"{name} %", 0, 100, share, 5, key=f"split_{name}", bind="query-params"
            )
            for column, (name, share) in zip(st.columns(3), _SPLITS.items(), strict=True)
        }
        cap = st.number_input(
            "At most so many pairs of each (0: all)",
            0,
            10**6,
            0,
            10,
            key="cap",
            bind="query-params",
        )
        by = pick.one(
            "Counted by", ["use_case", "skill"], "by", lambda name: name.replace("_", " ")
        )
        weights = _weights(project)
        seed = st.number_input("Seed", 0, 10**6, 0, 1, key="seed", bind="query-params")
    several = {name: float(share) for name, share in shares.items() if share}
    return (
        several if len(several) > 1 or "train" not in several else {},
        Balance(by=_by(by), cap=int(cap) or None, weights=weights),
        int(seed),
    )


def _by(name: str) -> Literal["use_case", "skill"]:
    return "skill" if name == "skill" else "use_case"


def _looks(project: Project, flags: Sequence[str]) -> list[Look]:
    """The looks that some flags are from."""
    kinds: list[LookKind] = list(dict.fromkeys(FINDINGS[flag] for flag in flags))
    return [found for kind in kinds if (found := project.looks.newest(kind))]


def _weights(project: Project) -> dict[str, float]:
    """How use cases stand to each other; only what is not 1."""
    known = sorted({entry.use_case for entry in project.metadata()})
    chosen = pick.one(
        "Weight of a use case",
        ["", *known],
        "weighted",
        lambda name: text.line(name, 60) or "all weigh the same",
    )
    if not chosen:
        return {}
    weight = st.number_input("Weight", 0.0, 100.0, 2.0, 0.5, key="weight", bind="query-params")
    return {} if weight == 1 else {chosen: float(weight)}


def _limit() -> tuple[int, str]:
    with st.popover("Length"):
        longest = st.number_input(
            "Over-long above so many tokens",
            1,
            10**7,
            2048,
            256,
            key="longest",
            bind="query-params",
            help="The paper trains on 2 048. Without a tokenizer four characters count as a token.",
        )
        tokenizer = st.text_input(
            "Tokenizer",
            key="tokenizer",
            bind="query-params",
            placeholder="/path/to/tokenizer.json",
            help="The tokenizer.json of the model to be tuned, or its folder, on this machine.",
        )
    return int(longest), str(tokenizer or "").strip()
