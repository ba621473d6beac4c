"""What filtering said of each iteration, by version: another θ adds one, it changes none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

from codeclm.records import GIVEN, Counts, Judgement, Outcome, Verdict
from codeclm.store.chains import Place
from codeclm.store.failures import STANDS
from codeclm.store.rows import number, one


@dataclass(frozen=True, slots=True)
class Judged:
    """One chain with the judgements of each of its iterations, as far as they are whole.

    Whole are both orders, or the scores that came with an import.
    """

    place: Place
    metadata: int
    iterations: tuple[tuple[int, tuple[Judgement, ...]], ...]


def add(db: Database, place: Place, iteration: int, verdict: Verdict, version: int) -> None:
    """Record what filtering said of one iteration, *improve* included.

    The verdict follows from the judgements: one that is there already is this one.
    """
    db.conn.execute(
        "insert into verdicts (run_id, entry, slot, iteration, version, outcome, strong, target,"
        " gap) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        (
            place.run,
            place.entry,
            place.slot,
            iteration,
            version,
            verdict.outcome,
            verdict.strong,
            verdict.target,
            verdict.gap,
        ),
    )


def next_version(db: Database, run: int) -> int:
    """Begin a version of a run's verdicts; the ones before it stay."""
    db.conn.execute("update runs set version = version + 1 where id = ?", (run,))
    return number(db, "select version from runs where id = ?", (run,))


def carry_over(db: Database, run: int, version: int) -> None:
    """Take the ends that no gap has decided, such as a rating's, into a new version."""
    db.conn.execute(
        "insert into verdicts (run_id, entry, slot, iteration, version, outcome)"
        " select run_id, entry, slot, iteration, ?, outcome from verdicts"
        " where run_id = ? and version = ? and gap is null and outcome <> 'improve'",
        (version, run, version - 1),
    )


def judged(db: Database, run: int) -> Iterator[Judged]:
    """Every chain of a run that was judged, in plan order, one after the other."""
    found = db.conn.execute(
        "select j.entry, j.slot, j.iteration, j.position, j.strong, j.target, m.metadata_id"
        " from judgements as j join run_metadata as m on m.run_id = j.run_id and m.entry = j.entry"
        " where j.run_id = ? order by j.entry, j.slot, j.iteration, j.position",
        (run,),
    )
    for (entry, slot, metadata), chain in groupby(found, key=lambda row: (row[0], row[1], row[6])):
        iterations = [
            (iteration, tuple(Judgement(row[3], row[4], row[5]) for row in rows))
            for iteration, rows in groupby(chain, key=lambda row: row[2])
        ]
        whole = tuple((iteration, found) for iteration, found in iterations if _are_whole(found))
        yield Judged(Place(run, entry, slot), metadata, whole)


def _are_whole(judgements: tuple[Judgement, ...]) -> bool:
    return len(judgements) == 2 or [one.order for one in judgements] == [GIVEN]


def answered(db: Database, run: int, iteration: int) -> Iterator[tuple[Place, int]]:
    """The chains whose ``iteration`` has a strong response and no scores, each with its entry's id.

    Only imported runs have scores without Contrastive Filtering.
    """
    found = db.conn.execute(
        "select r.entry, r.slot, m.metadata_id from responses as r join run_metadata as m"
        " on m.run_id = r.run_id and m.entry = r.entry where r.run_id = ? and r.iteration = ?"
        " and r.side = 'strong' and not exists (select 1 from judgements as j"
        "  where j.run_id = r.run_id and j.entry = r.entry and j.slot = r.slot)",
        (run, iteration),
    )
    for entry, slot, metadata in found:
        yield Place(run, entry, slot), metadata


def counts(db: Database, run: int, planned: int) -> Counts:
    """Where a run's instructions stand. ``planned`` is the number it is to have in all."""
    ended: dict[str, int] = {}
    by_iteration: dict[int, int] = {}
    improving = 0
    for row in db.query(
        "select outcome, iteration, count(*) as n from verdicts where run_id = :run and version ="
        " (select version from runs where id = :run)"
        " and (outcome <> 'improve' or iteration = 1) group by outcome, iteration",
        {"run": run},
    ):
        if row["outcome"] == Outcome.IMPROVE:
            improving += row["n"]
            continue
        ended[row["outcome"]] = ended.get(row["outcome"], 0) + row["n"]
        if row["iteration"] > 1:
            improving -= row["n"]
        if row["outcome"] != Outcome.EXHAUSTED:
            by_iteration[row["iteration"]] = by_iteration.get(row["iteration"], 0) + row["n"]
    lost = one(db, f"select {LOST} as n from runs as r where r.id = ?", (run,))  # noqa: S608
    stuck = number(db, f"select count(*) from failures as f where {IMPROVED}", (run,))  # noqa: S608
    return Counts(
        instructions=planned,
        # Chains that began to improve, less those that have come to an end since.
        improving=max(0, improving - stuck),
        kept_strong=ended.get(Outcome.KEEP_STRONG, 0),
        kept_target=ended.get(Outcome.KEEP_TARGET, 0),
        exhausted=ended.get(Outcome.EXHAUSTED, 0),
        failed=lost["n"] if lost else 0,
        by_iteration=tuple(
            by_iteration.get(iteration, 0)
            for iteration in range(1, max(by_iteration, default=0) + 1)
        ),
    )


#: The failures ``f`` of a run that end a chain which was improved.
IMPROVED = f"""
f.run_id = ? and f.lost > 0 and {STANDS} and exists (select 1 from verdicts as v
    where v.run_id = f.run_id and v.entry = f.entry and v.slot = f.slot and v.iteration = 1
    and v.outcome = 'improve' and v.version = (select version from runs where id = f.run_id))
"""  # noqa: S608
#: The instructions of run ``r`` that failures end.
LOST = f"""
(select coalesce(sum(f.lost), 0) from failures as f where f.run_id = r.id and {STANDS})
"""  # noqa: S608
