"""What a run may owe beside the replies it has: calls on their way, calls whose bill is unknown."""

from __future__ import annotations

from typing import Literal

from sqlite_utils import Database

from codeclm.chat import Role
from codeclm.records import Amount


def reserve(db: Database, run: int, role: Role, most: Amount) -> None:
    """Set aside what a call can come to at most, before it is sent."""
    _add(db, "run_reserved", run, role, most)


def settle(db: Database, run: int, role: Role, reserved: Amount) -> None:
    """Take back what was set aside for a call, together with what is recorded of it."""
    _add(db, "run_reserved", run, role, Amount() - reserved)


def add_unbilled(db: Database, run: int, role: Role, amount: Amount) -> None:
    """Count what may have been spent although nobody knows."""
    _add(db, "run_unbilled", run, role, amount)


def book_reserved(db: Database, run: int) -> None:
    """Count the calls that were on their way when the run's last process died as unbilled."""
    left = db.conn.execute(
        "select role, calls, tokens, usd from run_reserved where run_id = ? and calls > 0", (run,)
    ).fetchall()
    for role, *amount in left:
        add_unbilled(db, run, role, Amount(*amount))
    db.conn.execute("delete from run_reserved where run_id = ?", (run,))


def _add(
    db: Database,
    table: Literal["run_reserved", "run_unbilled"],
    run: int,
    role: Role,
    amount: Amount,
) -> None:
    db.conn.execute(
        f"insert into {table} (run_id, role, calls, tokens, usd) values (?, ?, ?, ?, ?)"  # noqa: S608
        " on conflict do update set calls = calls + excluded.calls,"
        " tokens = tokens + excluded.tokens, usd = usd + excluded.usd",
        (run, role, amount.calls, amount.tokens, amount.usd),
    )
