"""A filter over pairs as SQL: what it asks of them, with its bound values, and its order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from codeclm.records import PairFilter, PairOrder

ORDERS: dict[PairOrder, str] = {
    "plan": "pairs.run_id, pairs.entry, pairs.slot",
    "gap_down": "pairs.gap desc, pairs.id",
    "gap_up": "pairs.gap, pairs.id",
    "longest": "pairs.length desc, pairs.id",
    "shortest": "pairs.length, pairs.id",
    # The expression of the index.
    "random": "pairs.id * 2654435761 % 4294967296",
    "newest": "pairs.id desc",
}

#: Of reviews ``r``: a decision that stands.
DECISION = "r.undone = 0 and r.decision in ('approved', 'rejected', 'pending')"

#: Pairs whose text as it is now holds a phrase: what a person wrote counts, then the response that
#: stands, then the machine's instruction.
_EDIT = (
    "(select max(id) from reviews where pair_id = pairs.id and undone = 0 and decision = 'edit')"
)
_SWAP = (
    "(select coalesce(max(id), 0) from reviews where pair_id = pairs.id and undone = 0"
    " and decision = 'swap')"
)
INSTRUCTION = (
    f"coalesce(case when pairs.edited then (select instruction from reviews where id = {_EDIT}) end"  # noqa: S608
    ", (select text from instructions as i where i.run_id = pairs.run_id and i.entry = pairs.entry"
    " and i.slot = pairs.slot and i.iteration = pairs.iteration))"
)
RESPONSE = (
    f"coalesce(case when pairs.edited then (select response from reviews where id = {_EDIT}"  # noqa: S608
    f" and id > {_SWAP}) end, (select text from responses as r where r.run_id = pairs.run_id"
    " and r.entry = pairs.entry and r.slot = pairs.slot and r.iteration = pairs.iteration"
    " and r.side = case when (pairs.response_from = 'strong') <> pairs.swapped then 'strong'"
    " else 'target' end))"
)

_SECOND_LOOK = (
    "exists (select 1 from reviews as r where r.pair_id = pairs.id"  # noqa: S608
    f" and {DECISION} and r.reviewer <> ?1) and not exists (select 1 from reviews as r"
    f" where r.pair_id = pairs.id and {DECISION} and r.reviewer = ?1)"
)
_DISPUTED = (
    "pairs.id in (select pair_id from (select r.pair_id, r.decision, max(r.id) from reviews as r"  # noqa: S608
    f" where {DECISION} group by r.pair_id, r.reviewer) group by pair_id"
    " having count(distinct decision) > 1)"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Pairs as a table to select from and a condition on them with its values."""

    source: str
    where: str
    values: tuple[Any, ...]
    order: str

    def sql(self, columns: str) -> str:
        """A select of ``columns`` over the selected pairs, without an order."""
        return f"select {columns} from {self.source} where {self.where}"  # noqa: S608 - our own words


def selected(wanted: PairFilter) -> Selection:
    """What a filter asks of ``pairs``."""
    tests: list[tuple[str, tuple[Any, ...]]] = [("pairs.project_id = ?", (wanted.project,))]
    plain = (
        ("pairs.run_id = ?", wanted.run),
        ("pairs.status = ?", wanted.status),
        ("pairs.status <> ?", wanted.status_not),
        ("pairs.dropped = ?", wanted.dropped),
        ("metadata.use_case = ?", wanted.use_case),
        (
            "exists (select 1 from json_each(metadata.skills) as skill where skill.value = ?)",
            wanted.skill,
        ),
        ("pairs.iteration = ?", wanted.iteration),
        (
            "(pairs.response_from = ?) <> pairs.swapped",
            wanted.side,
        ),
        ("pairs.gap >= ?", wanted.gap_from),
        ("pairs.gap <= ?", wanted.gap_to),
        ("pairs.strong_score = ?", wanted.strong_score),
        ("pairs.target_score = ?", wanted.target_score),
        ("pairs.id in (select pair_id from pair_tags where tag = ?)", wanted.tag),
    )
    tests += [(test, (value,)) for test, value in plain if value is not None]
    if wanted.model is not None:
        tests.append((_MODEL, (wanted.project, wanted.model)))
    if wanted.among is not None:
        tests.append(("pairs.id in (select value from json_each(?))", (json.dumps(wanted.among),)))
    if wanted.second_look is not None:
        own = _SECOND_LOOK.replace("?1", "?")
        tests.append((own, (wanted.second_look, wanted.second_look)))
    if wanted.disputed is not None:
        tests.append((_DISPUTED if wanted.disputed else f"not {_DISPUTED}", ()))
    if wanted.text:
        # Last: SQLite then reads the texts only of what has passed the rest.
        like = f"%{_escaped(wanted.text)}%"
        tests.append(
            (f"({INSTRUCTION} like ? escape '\\' or {RESPONSE} like ? escape '\\')", (like, like))
        )
    where = " and ".join(test for test, _ in tests)
    joined = "metadata." in where
    return Selection(
        "pairs join metadata on metadata.id = pairs.metadata_id" if joined else "pairs",
        where,
        tuple(value for _, values in tests for value in values),
        ORDERS[wanted.order],
    )


_MODEL = (
    "pairs.run_id in (select id from runs where project_id = ? and ? in"
    " (json_extract(settings, '$.strong'), json_extract(settings, '$.target'),"
    " json_extract(settings, '$.judge')))"
)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
