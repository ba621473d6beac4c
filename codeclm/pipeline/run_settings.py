"""The settings of runs that judge what is there, in the words and with the models of a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codeclm.errors import SettingsError, is_storable
from codeclm.pipeline.evaluating import ROLES
from codeclm.pipeline.projects import Project
from codeclm.records import PARTIES, Party
from codeclm.settings import RunSettings


def of_evaluation(
    project: Project | None,
    *,
    candidate: str = "",
    reference: str = "",
    judge: str = "",
    recorded: Sequence[Party] = (),
    **other: Any,
) -> RunSettings:
    """The settings of an evaluation, in the words of a project where there is one.

    Of a side that is ``recorded`` the name only says who answered, and may be left out. Without a
    ``judge`` it is the project's, else the reference. Raises ``SettingsError`` when somebody is
    missing or a value makes no sense.
    """
    names = {"candidate": candidate.strip(), "reference": reference.strip()}
    for party in PARTIES:
        if party in recorded:
            names[party] = names[party] or f"recorded:{party}"
        if not names[party]:
            raise SettingsError(
                f"Nobody is named as the {party}.",
                f"Name a model, or the field of the set that holds the {party}'s responses.",
            )
        if not is_storable(names[party]):
            raise SettingsError("This name holds characters nothing can show.", "Type another.")
    known = str(project.row["judge"]) if project else ""
    judge = judge or known or ("" if "reference" in recorded else names["reference"])
    if not judge:
        raise SettingsError("Nobody is named as the judge.", "Name a model that assesses both.")
    settings = RunSettings(
        goal="evaluate",
        strong=names["reference"],
        target=names["candidate"],
        judge=judge,
        recorded=tuple(ROLES[party] for party in PARTIES if party in recorded),
        **other,
    )
    return project.wording.fill(settings) if project else settings


def of_rejudge(
    project: Project, *, judge: str = "", more: bool = False, temperature: float = 0.0, **other: Any
) -> RunSettings:
    """The settings of a re-judge of a project's pairs, by its own judge unless another is named.

    ``more`` asks for samples beside all there are; else they are counted from the first judgement
    on, which is replayed. Raises ``SettingsError`` when a value makes no sense.
    """
    row = project.row
    settings = RunSettings(
        goal="rejudge",
        # These two only say whose answers there are; an imported project may not know.
        strong=row["strong"] or judge,
        target=row["target"],
        judge=judge or row["judge"],
        judge_temperature=temperature,
        generation=project.next_generation() if more else 0,
        **other,
    )
    return project.wording.fill(settings)
