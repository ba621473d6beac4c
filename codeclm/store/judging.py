"""What a judge is measured by, counted in SQL: never a row a judgement in Python.

Previews are looked at, re-judges stand beside the first judge and evaluations compare other models:
none of them is counted with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from codeclm.records import PairFilter
from codeclm.store import pairs
from codeclm.store.rows import as_json, one

#: Runs of a project, or one of them, whose judgements decided what was kept.
_OWN = (
    "select runs.id from runs where runs.project_id = :project"
    " and (:run is null or runs.id = :run)"
    " and json_extract(runs.settings, '$.goal') not in ('preview', 'rejudge', 'evaluate')"
)
#: The newest standing decision of pairs: of each reviewer, or of anybody.
_DECIDED = (
    "select r.pair_id, r.reviewer, r.decision = 'approved' as approved, max(r.id)"  # noqa: S608
    " from reviews as r join pairs on pairs.id = r.pair_id"
    f" where pairs.run_id in ({_OWN}) and r.undone = 0"
    " and r.decision in ('approved', 'rejected') group by r.pair_id"
)


def order_counts(
    db: Database, project: int, run: int | None = None
) -> list[tuple[float, float, int]]:
    """(strong − target with the strong response shown first, with it shown second, how many).

    Over every instruction judged in both orders; judgements that were imported have none.
    """
    found = db.conn.execute(
        "select first, second, count(*) from (select"  # noqa: S608 - our own words
        "  max(case position when 0 then strong - target end) as first,"
        "  max(case position when 1 then strong - target end) as second"
        f"  from judgements where run_id in ({_OWN}) and position in (0, 1)"
        "  group by run_id, entry, slot, iteration)"
        " where first is not null and second is not null group by first, second",
        {"project": project, "run": run},
    )
    return [(row[0], row[1], row[2]) for row in found]


def length_counts(db: Database, project: int, run: int | None = None) -> list[tuple[int, int, int]]:
    """(who won: 1 strong, −1 target, 0 nobody; whose response is longer, the same way; how many).

    Over every judged instruction; lengths are in characters.
    """
    found = db.conn.execute(
        "select sign(v.gap), sign(length(s.text) - length(t.text)), count(*)"  # noqa: S608
        " from verdicts as v join runs on runs.id = v.run_id and runs.version = v.version"
        " join responses as s on s.run_id = v.run_id and s.entry = v.entry and s.slot = v.slot"
        "  and s.iteration = v.iteration and s.side = 'strong'"
        " join responses as t on t.run_id = v.run_id and t.entry = v.entry and t.slot = v.slot"
        "  and t.iteration = v.iteration and t.side = 'target'"
        f" where v.run_id in ({_OWN}) and v.gap is not null group by 1, 2",
        {"project": project, "run": run},
    )
    return [(int(row[0]), int(row[1]), row[2]) for row in found]


def unreadable(db: Database, project: int, run: int | None = None) -> tuple[int, int]:
    """(judge calls whose reply could not be read, judge calls in all) that these runs have paid.

    A reply that was pruned since is unusable too, but has no error.
    """
    row = one(
        db,
        "select (select count(*) from calls where step = 'judge' and role = 'judge'"  # noqa: S608
        f"  and usable = 0 and error <> '' and run_id in ({_OWN})) as bad,"
        " (select coalesce(sum(calls), 0) from run_answers where role = 'judge'"
        f"  and run_id in ({_OWN})) as asked",
        {"project": project, "run": run},
    )
    return (row["bad"], row["asked"]) if row else (0, 0)


def highest_theta(db: Database, project: int, run: int | None = None) -> float | None:
    """The θ above which every one of these runs has shown its pairs; None without decisions."""
    row = one(
        db,
        "select max(json_extract(settings, '$.theta')) as theta from runs where id in"  # noqa: S608
        f" (select pairs.run_id from ({_DECIDED}) as d join pairs on pairs.id = d.pair_id)",
        {"project": project, "run": run},
    )
    return None if row is None or row["theta"] is None else float(row["theta"])


def decided_counts(
    db: Database, project: int, run: int | None = None
) -> list[tuple[float, bool, int]]:
    """(size of the gap, whether the judge was followed, how many) of the pairs decided upon.

    One that was approved with the other response speaks against the judge as a rejected one does.
    """
    found = db.conn.execute(
        "select abs(pairs.gap), d.approved and not pairs.swapped, count(*)"  # noqa: S608 - our own words
        f" from ({_DECIDED}) as d join pairs on pairs.id = d.pair_id"
        " where pairs.gap is not null group by 1, 2",
        {"project": project, "run": run},
    )
    return [(row[0], bool(row[1]), row[2]) for row in found]


def reviewer_counts(
    db: Database, project: int, run: int | None = None
) -> list[tuple[str, str, bool, bool, int]]:
    """(one reviewer, another, whether each approved, how many) over pairs both decided upon."""
    found = db.conn.execute(
        f"with d as materialized ({_DECIDED}, r.reviewer)"  # noqa: S608 - our own words
        " select a.reviewer, b.reviewer, a.approved, b.approved, count(*) from d as a"
        " join d as b on b.pair_id = a.pair_id and b.reviewer > a.reviewer"
        " where a.reviewer <> '' group by 1, 2, 3, 4",
        {"project": project, "run": run},
    )
    return [(row[0], row[1], bool(row[2]), bool(row[3]), row[4]) for row in found]


def reviews_mark(db: Database) -> tuple[int, int]:
    """The newest review, and how many were taken back: both change with every decision."""
    row = one(db, "select max(id) as newest, total(undone) as undone from reviews")
    return (row["newest"] or 0, int(row["undone"])) if row else (0, 0)


# A second judge ----------------------------------------------------------------------------------

_THETA = "json_extract(runs.settings, '$.theta')"


def second_counts(db: Database, rejudge: int) -> list[tuple[float, float, float, int]]:
    """(first judge's gap, second judge's, θ of the pair's run, how many pairs)."""
    found = db.conn.execute(
        "with kept as materialized"  # noqa: S608 - our own words
        f" (select id, {_THETA} as theta from runs)"
        " select pairs.gap, second.gap, kept.theta, count(*) from run_pairs as second"
        " join pairs on pairs.id = second.pair_id join kept on kept.id = pairs.run_id"
        " where second.run_id = ? and second.gap is not null and pairs.gap is not null"
        " group by 1, 2, 3",
        (rejudge,),
    )
    return [(row[0], row[1], float(row[2]), row[3]) for row in found]


def sample_counts(
    db: Database, same: Sequence[int], first: Sequence[int]
) -> list[tuple[int, float, float, bool, int]]:
    """(samples, sum of their gaps, of the squares, whether all have one verdict, how many pairs).

    Over the pairs of the last of the re-judges ``same``, which ask one judge in one way; what the
    others were told of them counts along, and what the runs ``first`` were told when they asked it
    first. A reply that several of them have replayed is one sample.
    """
    found = db.conn.execute(
        "with told as (select pair_id, avg(strong) - avg(target) as gap,"  # noqa: S608
        "   group_concat(coalesce(call_id, run_id || '/' || sample || '/' || position)) as calls"
        "   from (select * from opinions where run_id in (select value from json_each(:same))"
        "    and pair_id in (select pair_id from run_pairs where run_id = :last)"
        "    order by run_id, pair_id, sample, position)"
        "   group by run_id, pair_id, sample having count(*) = 2"
        "  union all select p.id, avg(j.strong) - avg(j.target),"
        "   group_concat(coalesce(j.call_id, 'first/' || j.position))"
        "   from run_pairs as planned join pairs as p on p.id = planned.pair_id"
        "   join judgements as j on j.run_id = p.run_id and j.entry = p.entry and j.slot = p.slot"
        "    and j.iteration = p.iteration and j.position in (0, 1)"
        "   where planned.run_id = :last and p.run_id in (select value from json_each(:first))"
        "   group by p.id having count(*) = 2),"
        " once as (select pair_id, gap from told group by pair_id, calls),"
        f" said as (select once.pair_id, once.gap, (once.gap > {_THETA}) - (once.gap < -{_THETA})"
        "   as verdict from once join pairs on pairs.id = once.pair_id"
        "   join runs on runs.id = pairs.run_id),"
        " each as (select count(*) as samples, sum(gap) as total, sum(gap * gap) as squares,"
        "   min(verdict) = max(verdict) as same from said group by pair_id having count(*) > 1)"
        " select samples, total, squares, same, count(*) from each group by 1, 2, 3, 4",
        {"same": as_json(list(same)), "first": as_json(list(first)), "last": max(same)},
    )
    return [(row[0], row[1], row[2], bool(row[3]), row[4]) for row in found]


def count_differing(db: Database, project: int, rejudge: int) -> int:
    """How many pairs of a project the judges differ on."""
    return pairs.count(db, PairFilter(project=project, differs=rejudge))
