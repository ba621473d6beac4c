"""What a comparison of runs counts: what their pools rest on, and what there is of them.

A run's chains stand in the order of their slots, then of their entries: the first chain of every
entry, then the second of every entry. It is the order in which a run planned smaller would have
had them, however many calls were in flight. A ``Cut`` is a place in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from codeclm.records import Cut, Spend
from codeclm.store.failures import STANDS
from codeclm.store.rows import number, one

#: A chain's place (slot × entries + entry), and the calls, tokens and US dollars it adds.
Step = tuple[int, float, float, float]

_UP_TO = "(:slot is null or (slot, entry) <= (:slot, :entry))"
_PAIRS = f"pairs where run_id = :run and dropped = 0 and {_UP_TO}"

#: Rows of a run that rest on a reply: ``place`` is that of their chain, −1 before any chain.
_RESTS = """
size as materialized (select max(entry) + 1 as entries from instructions where run_id = :run),
first(call_id, place) as (
    select call_id, -1 from run_seeds where run_id = :run and call_id is not null
    union all select call_id, -1 from run_metadata as m join rubric_sets
        on rubric_sets.id = m.rubric_set_id where m.run_id = :run and call_id is not null),
rests(call_id, place) as (
    select call_id, slot * entries + entry from instructions, size
        where run_id = :run and call_id is not null
    union all select call_id, slot * entries + entry from responses, size
        where run_id = :run and call_id is not null
    union all select call_id, slot * entries + entry from judgements, size
        where run_id = :run and call_id is not null)
"""
_SUMS = """
count(*) as calls, coalesce(sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0)), 0)
    as tokens, coalesce(sum(cost_usd), 0.0) as usd
"""


def spend(db: Database, run: int) -> Spend:
    """What a run rests on: the calls it paid, and those whose replies it has, whoever paid them.

    Nothing for a run that was imported or restored, of which no call is here, and for one that has
    no instruction yet.
    """
    row = one(
        db,
        f"with {_RESTS}, own as (select min(first) as low, max(last) as high from run_answers"  # noqa: S608
        "  where run_id = :run),"
        # Few runs of many calls share their span of the journal with another run.
        " shared as (select exists (select 1 from run_answers, own where run_id <> :run"
        "  and first < high and last > low) as is_shared),"
        " replies as (select call_id from first union select call_id from rests, own"
        # Another run's reply is a replay.
        "  where (select replayed from runs where id = :run) > 0 and (low is null"
        "  or call_id not between low and high or ((select is_shared from shared) and exists"
        "   (select 1 from calls where id = call_id and run_id is not :run)))),"
        " others as (select * from calls where id in (select call_id from replies)"
        "  and run_id is not :run),"
        " sums as (select calls, prompt_tokens + completion_tokens as tokens, cost_usd as usd,"
        "  calls - priced as unpriced from run_answers where run_id = :run"
        f"  union all select {_SUMS}, count(*) - count(cost_usd) from others)"
        " select sum(calls) as calls, sum(tokens) as tokens, sum(usd) as usd,"
        " sum(unpriced) as unpriced from sums having (select entries from size) is not null",
        {"run": run},
    )
    if row is None:
        return Spend()
    return Spend(row["calls"], row["tokens"], None if row["unpriced"] else row["usd"])


def entries(db: Database, run: int) -> int:
    """How many entries the chains of a run stand in line of."""
    return number(db, "select max(entry) + 1 from instructions where run_id = ?", (run,))


def steps(db: Database, run: int) -> Iterator[Step]:
    """What each chain adds to what a run rests on, in the order of the chains.

    A reply counts once, at the first chain that rests on it; what is needed before any chain is at
    the place −1. All calls of a run are looked at: seconds for a million of them.
    """
    yield from db.conn.execute(
        f"with {_RESTS}, behind as (select call_id, min(place) as place from"  # noqa: S608
        "  (select * from first union all select * from rests) group by call_id)"
        f" select place, {_SUMS} from behind cross join calls on calls.id = behind.call_id"
        " group by place order by place",
        {"run": run},
    )


def place_of(db: Database, run: int, pairs: int) -> Cut | None:
    """Where the last of the first so many pairs stands; None where there are not so many."""
    row = one(
        db,
        "select slot, entry from pairs where run_id = ? and dropped = 0"
        " order by slot, entry limit 1 offset ?",
        (run, pairs - 1),
    )
    return Cut(**row) if row else None


def kept(db: Database, run: int, cut: Cut | None = None) -> dict[int, int]:
    """The pairs kept at each iteration."""
    found = db.conn.execute(
        f"select iteration, count(*) from {_PAIRS} group by iteration",  # noqa: S608
        _values(run, cut),
    )
    return dict(found.fetchall())


def ended(db: Database, run: int, cut: Cut | None = None) -> tuple[int, int]:
    """(exhausted, failed) chains; of a part, those failures that belong to a chain of it."""
    exhausted = number(
        db,
        "select count(*) from verdicts where run_id = :run and outcome = 'exhausted' and version ="  # noqa: S608
        f" (select version from runs where id = :run) and {_UP_TO}",
        _values(run, cut),
    )
    failed = number(
        db,
        f"select sum(lost) from failures as f where run_id = :run and {STANDS} and {_UP_TO}",  # noqa: S608
        _values(run, cut),
    )
    return exhausted, failed


def gaps(db: Database, run: int, cut: Cut | None = None) -> list[tuple[float, int]]:
    """(gap, judged instructions), the smallest gap first."""
    return db.conn.execute(
        "select gap, count(*) from verdicts where run_id = :run and gap is not null and version ="  # noqa: S608
        f" (select version from runs where id = :run) and {_UP_TO} group by gap order by gap",
        _values(run, cut),
    ).fetchall()


#: Each current entry of a project with the rows that edits and merges have made it of.
_LINE = """
with recursive line(entry, id) as (
    select id, id from metadata where project_id = :project
        and status not in ('replaced', 'unlisted')
    union select line.entry, m.replaces from line join metadata as m on m.id = line.id
        where m.replaces is not null
    union select line.entry, m.id from line join metadata as m on m.merged_into = line.id)
"""


def pairs_per_entry(db: Database, project: int, run: int, cut: Cut | None = None) -> dict[int, int]:
    """The pairs of each entry by its current id, edits and merges followed."""
    found = db.conn.execute(
        f"{_LINE}, own as materialized (select metadata_id, count(*) as n from {_PAIRS}"  # noqa: S608
        "  group by metadata_id)"
        " select line.entry, sum(n) from own join line on line.id = own.metadata_id"
        " group by line.entry",
        {**_values(run, cut), "project": project},
    )
    return dict(found.fetchall())


def heirs(db: Database, project: int) -> dict[int, int]:
    """The current entry of every row that an entry is, or was before edits and merges."""
    found = db.conn.execute(f"{_LINE} select id, entry from line", {"project": project})  # noqa: S608
    return dict(found.fetchall())


def names_mark(db: Database, project: int) -> tuple[int, int]:
    """Something that changes whenever a name of an entry does: an edit adds a row."""
    row = db.conn.execute(
        "select coalesce(max(id), 0), coalesce(sum(status not in ('replaced', 'unlisted')), 0)"
        " from metadata where project_id = ?",
        (project,),
    ).fetchone()
    return row[0], row[1]


def sample(
    db: Database, run: int, ranks: Sequence[int], cut: Cut | None = None
) -> list[tuple[str, float | None, int]]:
    """(instruction as written, gap, metadata id) of the pairs at these ranks, counted from 0."""
    return db.conn.execute(
        "with ranked as (select run_id, entry, slot, iteration, gap, metadata_id,"  # noqa: S608
        f"  row_number() over (order by slot, entry) - 1 as rank from {_PAIRS})"
        " select i.text, ranked.gap, ranked.metadata_id from json_each(:ranks) as wanted"
        " join ranked on ranked.rank = wanted.value"
        " join instructions as i on i.run_id = ranked.run_id and i.entry = ranked.entry"
        "  and i.slot = ranked.slot and i.iteration = ranked.iteration order by rank",
        {**_values(run, cut), "ranks": json.dumps(list(ranks))},
    ).fetchall()


def _values(run: int, cut: Cut | None) -> dict[str, int | None]:
    return {
        "run": run,
        "slot": cut.slot if cut else None,
        "entry": cut.entry if cut else None,
    }
