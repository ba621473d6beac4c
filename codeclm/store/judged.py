"""What was judged, counted and listed: every scored instruction, kept or not (paper §3.4)."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from codeclm.records import JudgedChains, JudgedFilter, JudgedRow, Scored

#: Runs of a project, or one of them, whose verdicts belong to its pool: previews are looked at.
_POOLED = (
    "runs.project_id = :project and (:run is null or runs.id = :run)"
    " and json_extract(runs.settings, '$.goal') <> 'preview'"
)
_STRATEGY = (
    "case runs.source when 'import' then 'import' else json_extract(runs.settings, '$.strategy')"
    " end"
)


def scored(db: Database, project: int, run: int | None = None) -> list[Scored]:
    """Every scored instruction, improved ones included, those alike counted together."""
    found = db.conn.execute(
        f"with own as materialized (select id, version, {_STRATEGY} as strategy from runs"  # noqa: S608
        f"  where {_POOLED})"
        " select v.strong, v.target, v.iteration, count(*), m.metadata_id, own.strategy"
        " from verdicts as v join own on own.id = v.run_id"
        " join run_metadata as m on m.run_id = v.run_id and m.entry = v.entry"
        " where v.version = own.version and v.gap is not null"
        " group by v.strong, v.target, v.iteration, m.metadata_id, own.strategy",
        {"project": project, "run": run},
    )
    return [Scored(*row) for row in found]


def chains(db: Database, project: int, run: int | None = None) -> list[JudgedChains]:
    """Judged chains by their gaps and by the iterations their run allows."""
    found = db.conn.execute(
        "with own as materialized (select id, version,"  # noqa: S608 - our own words
        "  case when json_extract(settings, '$.use_rubrics')"
        "  and coalesce(json_extract(settings, '$.strategy'), 'codeclm') = 'codeclm'"
        "  then json_extract(settings, '$.iterations') else 1 end as last,"
        f"  {_STRATEGY} as strategy from runs where {_POOLED})"
        " select gaps, last, count(*), metadata_id, strategy from"
        " (select group_concat(gap) as gaps, last, metadata_id, strategy from"
        "  (select v.run_id, v.entry, v.slot, v.gap, own.last, own.strategy, m.metadata_id"
        "   from verdicts as v join own on own.id = v.run_id"
        "   join run_metadata as m on m.run_id = v.run_id and m.entry = v.entry"
        "   where v.version = own.version and v.gap is not null"
        "   order by v.run_id, v.entry, v.slot, v.iteration)"
        "  group by run_id, entry, slot) group by gaps, last, metadata_id, strategy",
        {"project": project, "run": run},
    )
    return [JudgedChains(tuple(float(gap) for gap in row[0].split(",")), *row[1:]) for row in found]


def entries(db: Database, project: int) -> dict[int, tuple[str, tuple[str, ...]]]:
    """(use case, skills) of every entry the project has or had, by its id."""
    found = db.conn.execute(
        "select id, use_case, skills from metadata where project_id = ?", (project,)
    )
    return {row[0]: (row[1], tuple(json.loads(row[2]))) for row in found}


_FROM = f"""
from runs join verdicts as v on v.run_id = runs.id and v.version = runs.version
join run_metadata as m on m.run_id = v.run_id and m.entry = v.entry
join metadata on metadata.id = m.metadata_id
where {_POOLED} and v.gap is not null
"""


def listed(
    db: Database, project: int, wanted: JudgedFilter, limit: int, offset: int = 0
) -> list[JudgedRow]:
    """Some judged instructions of a filter, the largest gap first."""
    where, values = _where(project, wanted)
    # Rows of one gap are read as they lie: nothing is sorted.
    gap = "" if wanted.gaps is not None and len(wanted.gaps) == 1 else "v.gap desc, "
    found = db.query(
        "with shown as materialized (select v.run_id as run, v.entry, v.slot, v.iteration,"  # noqa: S608
        " v.outcome, v.strong, v.target, v.gap, metadata.use_case, metadata.skills"
        f" {_FROM} {where} order by {gap}runs.id, v.entry, v.slot, v.iteration"
        " limit :limit offset :offset)"
        " select shown.*, i.text as instruction, pairs.id as pair from shown"
        " join instructions as i on i.run_id = shown.run and i.entry = shown.entry"
        "  and i.slot = shown.slot and i.iteration = shown.iteration"
        " left join pairs on pairs.run_id = shown.run and pairs.entry = shown.entry"
        "  and pairs.slot = shown.slot and pairs.iteration = shown.iteration"
        " order by shown.gap desc, shown.run, shown.entry, shown.slot, shown.iteration",
        {**values, "limit": limit, "offset": offset},
    )
    return [JudgedRow(**{**row, "skills": tuple(json.loads(row["skills"]))}) for row in found]


def _where(project: int, wanted: JudgedFilter) -> tuple[str, dict[str, Any]]:
    tests = (
        ("metadata.use_case = :use_case", wanted.use_case),
        (
            "exists (select 1 from json_each(metadata.skills) as skill where skill.value = :skill)",
            wanted.skill,
        ),
        ("v.iteration = :iteration", wanted.iteration),
        (f"{_STRATEGY} = :strategy", wanted.strategy),
        ("v.gap in (select value from json_each(:gaps))", wanted.gaps),
        ("v.strong = :strong", wanted.strong),
        ("v.target = :target", wanted.target),
    )
    where = "".join(f" and {test}" for test, value in tests if value is not None)
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    return where, {**values, "project": project, "gaps": json.dumps(wanted.gaps)}
