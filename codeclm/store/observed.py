"""What earlier runs came to: shares kept, lengths and latencies, each from a spread sample.

A run of 100 000 pairs has made a million calls; some hundred of them say as much about the mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlite_utils import Database

from codeclm.chat import ROLES, Role, Step
from codeclm.prompts.asking import EVALUATION, steps_of
from codeclm.settings import RunSettings
from codeclm.store.rows import as_json, number, one


class Kind(NamedTuple):
    """One kind of call: what is asked, which role asks it, and whether of an improved instruction.

    Improved instructions are longer, and so are the answers to them.
    """

    step: Step
    role: Role
    harder: bool = False


#: Calls of a kind, and chains, that are read at most: their means do not move any more.
CALLS, CHAINS = 200, 1_000
#: Calls of a kind that are counted out one by one.
FEW = 3_000
#: Runs that are looked at, newest first.
RUNS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Calls of one kind: how many were read, and their means, ``latency`` in seconds.

    Of *decode*, ``completion`` is for one instruction. ``unusable`` is the share that had to be
    asked again. ``with_tokens`` calls said how many tokens they took.
    """

    calls: int
    with_tokens: int
    prompt: float
    completion: float
    latency: float
    unusable: float

    def __add__(self, other: Seen) -> Seen:
        calls, counted = self.calls + other.calls, self.with_tokens + other.with_tokens

        def mean(name: str, own: int, its: int) -> float:
            total = getattr(self, name) * own + getattr(other, name) * its
            return total / max(1, own + its)

        return Seen(
            calls=calls,
            with_tokens=counted,
            prompt=mean("prompt", self.with_tokens, other.with_tokens),
            completion=mean("completion", self.with_tokens, other.with_tokens),
            latency=mean("latency", self.calls, other.calls),
            unusable=mean("unusable", self.calls, other.calls),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What some runs with the same models came to.

    ``runs`` are those whose verdicts count, ``instructions`` how many they had. ``judged`` and
    ``kept`` count instructions by iteration. ``calls_of`` names the runs whose calls were read.
    ``seed_length`` is the mean of the encoded seeds in characters; ``seeds`` of them became
    ``entries``. ``approved`` of the ``decided`` pairs were approved.
    """

    runs: tuple[int, ...] = ()
    instructions: int = 0
    judged: Mapping[int, int] = field(default_factory=dict)
    kept: Mapping[int, int] = field(default_factory=dict)
    calls: Mapping[Kind, Seen] = field(default_factory=dict)
    calls_of: tuple[int, ...] = ()
    seed_length: float | None = None
    seeds: int = 0
    entries: int = 0
    decided: int = 0
    approved: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    id: int
    project: int
    version: int
    models: Mapping[Role, str]
    filtered: bool
    mixed: bool
    strategy: str

    def answers_as(self, settings: RunSettings, *roles: Role) -> bool:
        return all(self.models[role] == settings.model(role) for role in roles)


def observed(db: Database, settings: RunSettings, project: int | None) -> tuple[Observed, Observed]:
    """What runs with the models of ``settings`` came to: other projects', then this one's.

    Gaps are compared with the θ of ``settings``, whatever they were compared with before.
    """
    found = _runs(db)
    here = [run for run in found if run.project == project]
    elsewhere = [run for run in found if run.project != project]
    return _observed(db, settings, elsewhere, None), _observed(db, settings, here, project)


def _observed(
    db: Database, settings: RunSettings, runs: Sequence[_Run], project: int | None
) -> Observed:
    filtered, instructions, judged, kept = _verdicts(
        db,
        settings,
        [
            run
            for run in runs
            if run.filtered
            and run.strategy == settings.strategy
            and run.answers_as(settings, *ROLES)
        ],
    )
    calls: dict[Kind, Seen] = {}
    read: set[int] = set()
    evaluates = settings.goal == "evaluate"
    for step, role in EVALUATION if evaluates else steps_of(settings.strategy):
        seen, whose = _calls(
            db, step, role, [run for run in runs if run.answers_as(settings, role)]
        )
        calls |= seen
        read.update(whose)
    length, seeds, entries = _seeds(db, [run for run in runs if run.answers_as(settings, "strong")])
    decided, approved = _decided(db, project) if project is not None else (0, 0)
    return Observed(
        runs=filtered,
        instructions=instructions,
        judged=judged,
        kept=kept,
        calls=calls,
        calls_of=tuple(sorted(read)),
        seed_length=length,
        seeds=seeds,
        entries=entries,
        decided=decided,
        approved=approved,
    )


def _runs(db: Database) -> list[_Run]:
    found = db.query(
        "select id, project_id, version, json_extract(settings, '$.strong') as strong,"
        " json_extract(settings, '$.target') as target,"
        " json_extract(settings, '$.judge') as judge,"
        " json_extract(settings, '$.use_filter') as filtered,"
        " json_extract(settings, '$.metadata') as mixed,"
        " coalesce(json_extract(settings, '$.strategy'), 'codeclm') as strategy from runs"
        # Imported texts are as long, and as far apart, as whoever wrote them made them.
        " where source <> 'import' order by id desc limit ?",
        (RUNS,),
    )
    return [
        _Run(
            row["id"],
            row["project_id"],
            row["version"],
            {role: row[role] for role in ROLES},
            bool(row["filtered"]),
            bool(row["mixed"]),
            row["strategy"],
        )
        for row in found
    ]


def _verdicts(
    db: Database, settings: RunSettings, runs: Iterable[_Run]
) -> tuple[tuple[int, ...], int, dict[int, int], dict[int, int]]:
    """(runs, their instructions, judged by iteration, beyond θ by iteration)."""
    judged: dict[int, int] = {}
    kept: dict[int, int] = {}
    used: list[int] = []
    for run in runs:
        rows = _gaps(db, run, settings.theta)
        if rows:
            used.append(run.id)
        for iteration, count, beyond in rows:
            judged[iteration] = judged.get(iteration, 0) + count
            kept[iteration] = kept.get(iteration, 0) + beyond
        if judged.get(1, 0) >= CHAINS:
            break
    return tuple(sorted(used)), sum(_size(db, run) for run in used), judged, kept


def _gaps(db: Database, run: _Run, theta: float) -> list[tuple[int, int, int]]:
    """(iteration, judged, beyond ``theta``) over the first chains of entries all over the plan."""
    entries = number(db, "select count(*) from run_metadata where run_id = ?", (run.id,))
    if not entries:
        return []
    return db.conn.execute(
        "select v.iteration, count(*), sum(abs(v.gap) > ?) from run_metadata as m"
        " join verdicts as v on v.run_id = m.run_id and v.entry = m.entry and v.slot < ?"
        " where m.run_id = ? and m.entry % ? = 0 and v.version = ? and v.gap is not null"
        " group by v.iteration",
        (theta, math.ceil(CHAINS / entries), run.id, math.ceil(entries / CHAINS), run.version),
    ).fetchall()


def _size(db: Database, run: int) -> int:
    return number(db, "select max(size) from run_sizes where run_id = ?", (run,))


def _calls(
    db: Database, step: Step, role: Role, runs: Iterable[_Run]
) -> tuple[dict[Kind, Seen], list[int]]:
    """What the newest runs with calls of this step and role saw of them, and which those are."""
    total: dict[Kind, Seen] = {}
    read: list[int] = []
    for run in runs:
        found = _sample(db, step, role, run.id)
        if found:
            read.append(run.id)
        for kind, seen in found.items():
            total[kind] = total[kind] + seen if kind in total else seen
        if sum(seen.calls for seen in total.values()) >= CALLS / 2:
            break
    return total, read


def _sample(db: Database, step: Step, role: Role, run: int) -> dict[Kind, Seen]:
    """The means of some calls of a run, spread over all of this step and role."""
    found = db.query(
        # A chain's item ends with its iteration.
        "select step in ('respond', 'judge') and item glob 'm*.*' and item not glob '*.1'"
        "  as harder,"
        " count(*) as calls, count(prompt_tokens + completion_tokens) as with_tokens,"
        " coalesce(avg(prompt_tokens), 0.0) as prompt,"
        " coalesce(avg(completion_tokens), 0.0) as completion,"
        " avg(latency) as latency, avg(1.0 - usable) as unusable"
        " from calls where id in (select value from json_each(?)) group by harder",
        (as_json(_spread(db, step, role, run)),),
    )
    seen = {Kind(step, role, bool(row.pop("harder"))): Seen(**row) for row in found}
    if step == "decode":
        asked = _asked(db, run)
        seen = {kind: replace(one, completion=one.completion / asked) for kind, one in seen.items()}
    return seen


def _spread(db: Database, step: Step, role: Role, run: int) -> list[int]:
    """Ids of a run's calls of a step and role, in even steps.

    Few are counted out; of many, whichever is next to each step is taken. That would favour calls
    that stand apart from others of their kind; among many it evens out.
    """
    at = {"run": run, "step": step, "role": role, "few": FEW + 1, "count": CALLS}
    own = "from calls where run_id = :run and step = :step and role = :role"
    first = [row[0] for row in db.conn.execute(f"select id {own} order by id limit :few", at)]
    if len(first) <= FEW:
        return first[:: max(1, math.ceil(len(first) / CALLS))]
    found = db.conn.execute(
        # Lowest and highest are looked up one by one: together they would read the whole index.
        f"with recursive span(low, high) as (select (select min(id) {own}),"  # noqa: S608
        f"  (select max(id) {own})),"
        " point(n) as (select 0 union all select n + 1 from point where n + 1 < :count)"
        f" select distinct (select id {own} and id >= low + (high - low) * n / (:count - 1)"
        "  order by id limit 1) from span, point",
        at,
    )
    return [row[0] for row in found]


def _asked(db: Database, run: int) -> float:
    """How many instructions a decode call of a run asked for, on average."""
    row = one(db, "select avg(asked) as asked from batches where run_id = ?", (run,))
    return row["asked"] if row and row["asked"] else 1.0


def _seeds(db: Database, runs: Iterable[_Run]) -> tuple[float | None, int, int]:
    """(mean length in characters, seeds, entries) of the newest run that encoded seeds."""
    for run in runs:
        row = one(
            db,
            "select avg(length(text)) as length, count(*) as read from (select seeds.text"
            " from run_seeds join seeds on seeds.id = run_seeds.seed_id where run_id = ?"
            " and use_case is not null limit ?)",
            (run.id, CALLS),
        )
        if not row or not row["read"]:
            continue
        seeds = number(db, "select count(*) from run_seeds where run_id = ?", (run.id,))
        entries = number(db, "select count(*) from run_metadata where run_id = ?", (run.id,))
        plain = entries and not run.mixed
        return row["length"], seeds if plain else 0, entries if plain else 0
    return None, 0, 0


def _decided(db: Database, project: int) -> tuple[int, int]:
    """(pairs that a person has decided on, those of them approved); imported ones say nothing."""
    approved, rejected = (
        number(
            db,
            "select (select count(*) from pairs where project_id = :project and status = :status)"
            " - (select count(*) from pairs where status = :status and run_id in"
            "  (select id from runs where project_id = :project and source = 'import'))",
            {"project": project, "status": status},
        )
        for status in ("approved", "rejected")
    )
    return approved + rejected, approved
