"""Evaluations: what is compared, both responses to each item, and what the judge said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from codeclm.records import (
    ORDERS,
    PARTIES,
    Assessment,
    ComparedItem,
    Comparison,
    Order,
    Party,
    Response,
)
from codeclm.store.rows import as_json, number, one


@dataclass(frozen=True, slots=True)
class Row:
    """What a run evaluates: its set, all of it or not, and the export behind its candidate."""

    run: int
    benchmark: int
    whole: bool
    export: int | None


@dataclass(frozen=True, slots=True)
class Open:
    """An item that is not compared yet: its responses so far, and the orders still to be judged."""

    position: int
    instruction: str
    responses: dict[Party, str]
    orders: tuple[Order, ...]

    @property
    def name(self) -> str:
        """What its calls and failures are known by."""
        return f"e{self.position + 1}"


#: The items ``i`` of the evaluations ``e`` of a run.
_ITEMS = """
evaluations as e join benchmark_items as i on i.benchmark_id = e.benchmark_id
    and (e.whole or not i.held_out) and e.run_id = :run
"""
_NAME = "'e' || (i.position + 1)"
#: Of items ``i``: one side gave no response for good.
_UNANSWERED = f"""
exists (select 1 from failures as f where f.run_id = e.run_id and f.step = 'respond'
    and f.passing = 0 and f.item in ({_NAME} || '.candidate', {_NAME} || '.reference'))
"""  # noqa: S608
#: Of items ``i``: how many orders the judge has assessed.
_ASSESSED = """
(select count(*) from assessments as a where a.run_id = e.run_id and a.position = i.position)
"""
#: Of items ``i``: the judge's reply to one order could not be read, for good.
_UNPARSABLE = f"""
({_ASSESSED} < 2 and exists (select 1 from failures as f where f.run_id = e.run_id
    and f.step = 'assess' and f.passing = 0 and f.item = {_NAME}))
"""  # noqa: S608


def plan(
    db: Database,
    run: int,
    benchmark: int,
    recorded: Sequence[Party],
    *,
    whole: bool,
    export: int | None,
) -> None:
    """Settle what a run compares; responses ``recorded`` with the set are there at once."""
    db.conn.execute(
        "insert into evaluations (run_id, benchmark_id, whole, export_id) values (?, ?, ?, ?)",
        (run, benchmark, int(whole), export),
    )
    db.conn.execute(
        "insert into evaluation_responses (run_id, position, party, text, cut)"  # noqa: S608
        f" select :run, r.position, r.party, r.text, 0 from {_ITEMS}"
        " join recorded_responses as r on r.benchmark_id = i.benchmark_id"
        "  and r.position = i.position and r.party in (select value from json_each(:parties))",
        {"run": run, "parties": as_json(list(recorded))},
    )


def get(db: Database, run: int) -> Row | None:
    row = one(db, "select * from evaluations where run_id = ?", (run,))
    return (
        Row(row["run_id"], row["benchmark_id"], bool(row["whole"]), row["export_id"])
        if row
        else None
    )


def planned(db: Database, run: int, after: int, limit: int) -> list[Open]:
    """The next items behind a position, each with what there is of it."""
    found = db.query(
        "select i.position, i.instruction,"  # noqa: S608 - our own words
        f" {_response('candidate')} as candidate, {_response('reference')} as reference,"
        " (select json_group_array(a.place) from assessments as a where a.run_id = e.run_id"
        "  and a.position = i.position) as places"
        f" from {_ITEMS} where i.position > :after order by i.position limit :limit",
        {"run": run, "after": after, "limit": limit},
    )
    return [
        Open(
            row["position"],
            row["instruction"],
            {party: row[party] for party in PARTIES if row[party] is not None},
            tuple(order for order in ORDERS if order not in json.loads(row["places"])),
        )
        for row in found
    ]


def add_response(
    db: Database, run: int, position: int, party: Party, row: Response, call: int
) -> None:
    db.conn.execute(
        "insert into evaluation_responses (run_id, position, party, text, cut, call_id)"
        " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        (run, position, party, row.text, int(row.cut), call),
    )


def add_assessment(db: Database, run: int, position: int, row: Assessment, call: int) -> None:
    db.conn.execute(
        "insert into assessments (run_id, position, place, candidate, reference, explanation,"
        " call_id) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        (run, position, row.order, row.candidate, row.reference, row.explanation, call),
    )


# What there is ---------------------------------------------------------------------------------


def size(db: Database, run: int) -> int:
    """How many items a run compares."""
    return number(db, f"select count(*) from {_ITEMS}", {"run": run})  # noqa: S608


def unanswered(db: Database, run: int) -> int:
    """How many items have no response of one side, for good."""
    return number(db, f"select count(*) from {_ITEMS} where {_UNANSWERED}", {"run": run})  # noqa: S608


def ended(db: Database, run: int) -> int:
    """How many items are compared, unparsable or unanswered."""
    return number(
        db,
        f"select count(*) from {_ITEMS}"  # noqa: S608 - our own words
        f" where {_ASSESSED} = 2 or {_UNPARSABLE} or {_UNANSWERED}",
        {"run": run},
    )


def progress(db: Database, run: int) -> list[tuple[str, int, int]]:
    """(step, done, known) of an evaluation; none where the run is no evaluation.

    Responses that came with the set are not counted.
    """
    row = one(
        db,
        "select (select count(*) from evaluation_responses where run_id = :run"  # noqa: S608
        "  and call_id is not null) as answered,"
        " (select count(*) from assessments where run_id = :run) as assessed,"
        f" (select count(*) from {_ITEMS}) as items, json_array_length(settings, '$.recorded')"
        "  as recorded from runs join evaluations on run_id = runs.id where runs.id = :run",
        {"run": run},
    )
    if row is None:
        return []
    items, asked = row["items"], 2 - (row["recorded"] or 0)
    respond = [("respond", row["answered"], asked * items)] if asked else []
    return [*respond, ("assess", row["assessed"], 2 * items)]


def lengths(db: Database, run: int) -> dict[Party, float]:
    """The mean of each side's responses in characters."""
    found = db.conn.execute(
        "select party, avg(length(text)) from evaluation_responses where run_id = ? group by party",
        (run,),
    )
    return dict(found.fetchall())


def compared(
    db: Database, run: int, positions: Sequence[int] | None = None
) -> Iterator[ComparedItem]:
    """Every comparison that has ended with both responses, or those at some positions.

    One that the judge could not be read on lacks an assessment.
    """
    chosen = "" if positions is None else "and i.position in (select value from json_each(:places))"
    found = db.query(
        "select i.position, i.line, i.instruction, i.use_case, i.skills,"  # noqa: S608
        " c.text as candidate, r.text as reference, c.cut as candidate_cut, r.cut as reference_cut,"
        " (select json_group_array(json_array(a.place, a.candidate, a.reference, a.explanation))"
        "  from (select * from assessments where run_id = :run and position = i.position"
        "   order by place) as a) as assessments"
        f" from {_ITEMS} join evaluation_responses as c on c.run_id = e.run_id"
        "  and c.position = i.position and c.party = 'candidate'"
        " join evaluation_responses as r on r.run_id = e.run_id and r.position = i.position"
        "  and r.party = 'reference'"
        f" where ({_ASSESSED} = 2 or {_UNPARSABLE}) {chosen} order by i.position",
        {"run": run, "places": as_json(list(positions or ()))},
    )
    return map(_compared, found)


def listed(db: Database, project: int) -> list[int]:
    """The runs of a project that evaluate, newest first."""
    found = db.conn.execute(
        "select run_id from evaluations join runs on runs.id = run_id where project_id = ?"
        " order by run_id desc",
        (project,),
    )
    return [row[0] for row in found]


def of_run(db: Database, run: int) -> list[int]:
    """The evaluations, newest first, of what was tuned on an export of this run's pairs alone."""
    found = db.conn.execute(
        "select run_id from evaluations as e where exists (select 1 from exported_pairs as x"
        " join pairs as p on p.id = x.pair_id where x.export_id = e.export_id and x.written = 1"
        " and p.run_id = :run) and not exists (select 1 from exported_pairs as x"
        " join pairs as p on p.id = x.pair_id where x.export_id = e.export_id and x.written = 1"
        " and p.run_id <> :run) order by run_id desc",
        {"run": run},
    )
    return [row[0] for row in found]


def mark(db: Database, project: int) -> tuple[int, int]:
    """How many evaluations and assessments a project has: more of them with each that is made."""
    row = db.conn.execute(
        "select (select count(*) from evaluations join runs on runs.id = run_id"
        " where project_id = :project), (select count(*) from assessments where run_id in"
        " (select run_id from evaluations join runs on runs.id = run_id"
        " where project_id = :project))",
        {"project": project},
    ).fetchone()
    return row[0], row[1]


def _response(party: Party) -> str:
    return (
        "(select text from evaluation_responses as o where o.run_id = e.run_id"  # noqa: S608
        f" and o.position = i.position and o.party = '{party}')"
    )


def _compared(row: dict[str, Any]) -> ComparedItem:
    return ComparedItem(
        position=row["position"],
        line=row["line"],
        comparison=Comparison(
            instruction=row["instruction"],
            candidate=row["candidate"],
            reference=row["reference"],
            assessments=tuple(Assessment(*said) for said in json.loads(row["assessments"])),
            use_case=row["use_case"],
            skills=tuple(json.loads(row["skills"])),
        ),
        cut=tuple(party for party in PARTIES if row[f"{party}_cut"]),
    )
