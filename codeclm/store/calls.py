"""The journal's table: every completed reply, once, with what it cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from codeclm.chat import Reply, Role
from codeclm.records import Usage
from codeclm.store.rows import now, number, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a row says beside the reply. ``latency`` is in seconds, ``cost_usd`` None if unknown."""

    key: str
    project: int
    run: int | None
    step: str
    role: str
    item: str
    provider: str
    endpoint: str
    model: str
    replicate: int
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server said it was when it answered some of a run's calls, and which of them.

    ``model`` was asked; ``served`` and ``fingerprint`` are empty where the server did not say.
    ``first`` and ``last`` are calls' ids.
    """

    role: Role
    model: str
    served: str
    fingerprint: str
    first: int
    last: int
    calls: int


def find(db: Database, key: str, run: int | None) -> tuple[int, Reply] | None:
    """The reply to replay for ``key`` and its call's id, or None.

    A usable one replays everywhere. An unusable one replays only within the run that got it, so
    that a resumed run goes on to its re-ask instead of paying for the first question again. A
    pruned one has no text left to replay.
    """
    row = one(
        db,
        "select * from calls where key = ? and usable = 1"
        " union all select * from (select * from calls where key = ? and usable = 0"
        " and run_id = ? and discarded = 0 and pruned = 0 order by id desc) limit 1",
        (key, key, run),
    )
    return (row["id"], _reply(row)) if row else None


def add(
    db: Database,
    call: Call,
    reply: Reply,
    *,
    error: str,
    cost_usd: float | None,
    latency: float,
    attempts: int,
) -> int:
    """Record a completed reply, usable unless ``error`` says why not. Returns the call's id."""
    number = int(
        db.conn.execute(
            "insert into calls (key, project_id, run_id, step, role, item, provider, endpoint,"
            " model, replicate, prompt, reply, thinking, finish, usable, error, prompt_tokens,"
            " completion_tokens, cost_usd, latency, attempts, served_model, fingerprint, left_out,"
            " created_at)"
            " values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                call.key,
                call.project,
                call.run,
                call.step,
                call.role,
                call.item,
                call.provider,
                call.endpoint,
                call.model,
                call.replicate,
                call.prompt,
                reply.text,
                reply.thinking,
                reply.finish,
                int(not error),
                error,
                reply.prompt_tokens,
                reply.completion_tokens,
                cost_usd,
                latency,
                attempts,
                reply.model,
                reply.fingerprint,
                ",".join(reply.left_out),
                now(),
            ),
        ).lastrowid
        or 0
    )
    if call.run is not None:
        _tally(db, call, reply, number, cost_usd)
    return number


def _tally(db: Database, call: Call, reply: Reply, number: int, cost_usd: float | None) -> None:
    """Keep up with who answered a run's calls and what they took."""
    db.conn.execute(
        "insert into run_answers values (?, ?, ?, ?, ?, ?6, ?6, 1, ?, ?, ?, ?)"
        " on conflict do update set last = excluded.last, calls = calls + 1,"
        " prompt_tokens = prompt_tokens + excluded.prompt_tokens,"
        " completion_tokens = completion_tokens + excluded.completion_tokens,"
        " priced = priced + excluded.priced, cost_usd = cost_usd + excluded.cost_usd",
        (
            call.run,
            call.role,
            call.model,
            reply.model,
            reply.fingerprint,
            number,
            reply.prompt_tokens or 0,
            reply.completion_tokens or 0,
            int(cost_usd is not None),
            cost_usd or 0.0,
        ),
    )


def left_out(db: Database, endpoint: str, model: str) -> tuple[str, ...]:
    """What this model was last known to refuse, so that a new process need not find out again."""
    # A call only tells what it would itself have carried: plain ones carry no schema.
    known: list[str] = []
    for plain in ("=", "<>"):
        row = one(
            db,
            "select left_out from calls where endpoint = ? and model = ?"  # noqa: S608
            f" and step {plain} 'respond' order by id desc limit 1",
            (endpoint, model),
        )
        known += row["left_out"].split(",") if row else []
    return tuple(dict.fromkeys(filter(None, known)))


def usage(db: Database, run: int) -> Usage:
    """What a run has paid so far. The cost is None when any of its calls has no known price."""
    total = sum(usage_by_role(db, run).values(), Usage())
    return replace(total, replayed=number(db, "select replayed from runs where id = ?", (run,)))


def usage_by_role(db: Database, run: int) -> dict[Role, Usage]:
    """What each role of a run has paid so far; a role that asked nothing is left out."""
    found = db.query(
        "select role, sum(calls) as calls, sum(prompt_tokens) as prompt_tokens,"
        " sum(completion_tokens) as completion_tokens,"
        " case when sum(calls) = sum(priced) then sum(cost_usd) end as cost_usd,"
        " sum(unbilled_calls) as unbilled_calls, sum(unbilled_tokens) as unbilled_tokens,"
        " sum(unbilled_usd) as unbilled_usd from ("
        "  select role, calls, prompt_tokens, completion_tokens, priced, cost_usd,"
        "  0 as unbilled_calls, 0 as unbilled_tokens, 0.0 as unbilled_usd"
        "  from run_answers where run_id = :run"
        "  union all select role, 0, 0, 0, 0, 0.0, calls, tokens, usd from run_unbilled"
        "  where run_id = :run) group by role",
        {"run": run},
    )
    return {row.pop("role"): Usage(**row) for row in found}


def served(db: Database, run: int) -> list[Served]:
    """Who answered the calls a run has paid, in order of their first answers."""
    found = db.query(
        "select role, model, served_model as served, fingerprint, first, last, calls"
        " from run_answers where run_id = ? order by first",
        (run,),
    )
    return [Served(**row) for row in found]


def _reply(row: dict[str, Any]) -> Reply:
    return Reply(
        text=row["reply"],
        finish=row["finish"],
        thinking=row["thinking"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        model=row["served_model"],
        fingerprint=row["fingerprint"],
        left_out=tuple(filter(None, row["left_out"].split(","))),
    )
