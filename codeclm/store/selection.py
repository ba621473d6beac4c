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
    # It looks random and is the same at every look.
    "random": "pairs.id * 2654435761 % 4294967296",
    "newest": "pairs.id desc",
}

#: Of findings ``f``: where the pair that is kept was rejected, none would be left if its duplicates
#: went as well. Read by the rejected ones, of which there are few, and not row by row.
STANDS = (
    "f.id not in (select g.id from pairs as k cross join findings as g on g.like_pair = k.id"
    " where k.project_id = :project and k.status = 'rejected')"
)
#: Of reviews ``r``: a decision that stands.
DECISION = "r.undone = 0 and r.decision in ('approved', 'rejected', 'pending')"

#: Pairs of a project whose text as it is now holds a phrase: the machine's while nobody has edited
#: it, else what the newest edit says, its response only where no swap came after.
_TEXT = """pairs.id in (
    select p.id from pairs as p indexed by pairs_plan
        join instructions as i on i.run_id = p.run_id and i.entry = p.entry
        and i.slot = p.slot and i.iteration = p.iteration
        where p.project_id = :project and p.edited = 0 and i.text like :like escape '\\'
    union select p.id from pairs as p indexed by pairs_plan
        join responses as r on r.run_id = p.run_id and r.entry = p.entry
        and r.slot = p.slot and r.iteration = p.iteration
        where p.project_id = :project and (p.edited = 0 or p.swapped = 1 and not exists
            (select 1 from reviews as e where e.pair_id = p.id and e.undone = 0
            and e.decision = 'edit' and e.id > (select max(id) from reviews as s
            where s.pair_id = p.id and s.undone = 0 and s.decision = 'swap')))
        and r.side = case when (p.response_from = 'strong') <> p.swapped then 'strong'
            else 'target' end
        and r.text like :like escape '\\'
    union select e.pair_id from reviews as e join pairs as p on p.id = e.pair_id
        where p.project_id = :project and p.edited = 1 and e.id = (select max(id) from reviews as n
            where n.pair_id = p.id and n.undone = 0 and n.decision = 'edit')
        and (e.instruction like :like escape '\\' or e.response like :like escape '\\'
            and (p.swapped = 0 or e.id > (select max(id) from reviews as s where s.pair_id = p.id
            and s.undone = 0 and s.decision = 'swap'))))"""

_SECOND_LOOK = (
    "exists (select 1 from reviews as r where r.pair_id = pairs.id"  # noqa: S608
    f" and {DECISION} and r.reviewer <> :second_look) and not exists (select 1 from reviews as r"
    f" where r.pair_id = pairs.id and {DECISION} and r.reviewer = :second_look)"
)
_DISPUTED = (
    "pairs.id in (select pair_id from (select r.pair_id, r.decision, max(r.id) from reviews as r"  # noqa: S608
    f" where {DECISION} group by r.pair_id, r.reviewer) group by pair_id"
    " having count(distinct decision) > 1)"
)


#: What a second judge would not keep at the θ of the pair's own run, or of which it names another
#: winner; what it has not judged does not match.
_DIFFERS = """pairs.id in (with kept as materialized
    (select id, json_extract(settings, '$.theta') as theta from runs)
    select second.pair_id from run_pairs as second
    join pairs as judged on judged.id = second.pair_id join kept on kept.id = judged.run_id
    where second.run_id = :differs
    and (abs(second.gap) <= kept.theta or second.gap * judged.gap < 0))"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Pairs as a table to select from and a condition on them with its values."""

    source: str
    where: str
    values: dict[str, Any]
    order: str

    def sql(self, columns: str) -> str:
        """A select of ``columns`` over the selected pairs, without an order."""
        return f"select {columns} from {self.source} where {self.where}"  # noqa: S608 - our own words


def selected(wanted: PairFilter) -> Selection:
    """What a filter asks of ``pairs``."""
    tests = [
        (test, value)
        for test, value in (
            ("pairs.project_id = :project", wanted.project),
            ("pairs.run_id = :run", wanted.run),
            ("pairs.status = :status", wanted.status),
            ("pairs.status <> :status_not", wanted.status_not),
            ("pairs.dropped = :dropped", wanted.dropped),
            ("metadata.use_case = :use_case", wanted.use_case),
            (_SKILL, wanted.skill),
            ("pairs.iteration = :iteration", wanted.iteration),
            (
                "(case when pairs.swapped then"
                " case pairs.response_from when 'strong' then 'target' else 'strong' end"
                " else pairs.response_from end) = :side",
                wanted.side,
            ),
            ("pairs.gap >= :gap_from", wanted.gap_from),
            ("pairs.gap <= :gap_to", wanted.gap_to),
            ("pairs.strong_score = :strong_score", wanted.strong_score),
            ("pairs.target_score = :target_score", wanted.target_score),
            ("pairs.id in (select pair_id from pair_tags where tag = :tag)", wanted.tag),
            (_MODEL, wanted.model),
            ("abs(pairs.gap) >= :min_gap", wanted.min_gap),
            (_BEYOND_THETA if wanted.beyond_theta else f"not {_BEYOND_THETA}", wanted.beyond_theta),
            (_BOTH if wanted.both else f"not {_BOTH}", wanted.both),
            (_AMONG if len(wanted.among or ()) < MANY else f"+{_AMONG}", wanted.among),
            ("pairs.id not in (select value from json_each(:without))", wanted.without),
            (_FLAGGED.format("in", "= :finding"), wanted.finding),
            (
                _FLAGGED.format("not in", "in (select value from json_each(:free_of))"),
                wanted.free_of,
            ),
            (_ON_MAP.format("region = :region"), wanted.region),
            (_ON_MAP.format("x >= :x0 and m.y >= :y0 and m.x <= :x1 and m.y <= :y1"), wanted.box),
            (_SECOND_LOOK, wanted.second_look),
            (_DISPUTED if wanted.disputed else f"not {_DISPUTED}", wanted.disputed),
            (_DIFFERS, wanted.differs),
            (_TEXT, wanted.text or None),
        )
        if value is not None
    ]
    where = " and ".join(test for test, _ in tests)
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    values["among"] = json.dumps(wanted.among)
    values["without"] = json.dumps(wanted.without)
    values["free_of"] = json.dumps(wanted.free_of)
    values.update(zip(("x0", "y0", "x1", "y1"), values.pop("box") or (), strict=False))
    values["like"] = f"%{_escaped(wanted.text or '')}%"
    joined = "metadata." in where
    return Selection(
        "pairs join metadata on metadata.id = pairs.metadata_id" if joined else "pairs",
        where,
        values,
        ORDERS[wanted.order],
    )


_SKILL = "exists (select 1 from json_each(metadata.skills) as skill where skill.value = :skill)"
#: Ids beyond which pairs are read in the order they lie in and looked up among the ids: one by one
#: they would have to be sorted, texts and all.
MANY = 1000
_AMONG = "pairs.id in (select value from json_each(:among))"
#: A gap above θ of the pair's own run. What was never scored has none: who brought it has decided.
_BEYOND_THETA = (
    "coalesce(abs(pairs.gap) > (select json_extract(settings, '$.theta') from runs"
    " where id = pairs.run_id), 1)"
)
_BOTH = (
    "exists (select 1 from responses as o where o.run_id = pairs.run_id and o.entry = pairs.entry"
    " and o.slot = pairs.slot and o.iteration = pairs.iteration and o.side = 'target')"
)
_FLAGGED = (
    "pairs.id {} (select f.pair_id from findings as f"  # noqa: S608 - our own words
    " join looks on looks.id = f.look_id"
    " where looks.project_id = :project and f.kind {}"
    f" and {STANDS})"
)
_ON_MAP = (
    "pairs.id in (select m.pair_id from map_points as m join looks on looks.id = m.look_id"
    " where looks.project_id = :project and m.{})"
)
_MODEL = (
    "pairs.run_id in (select id from runs where project_id = :project and :model in"
    " (json_extract(settings, '$.strong'), json_extract(settings, '$.target'),"
    " json_extract(settings, '$.judge')))"
)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
