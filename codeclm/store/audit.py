"""Questions whose answer must be zero: every text has an origin, every sum adds up."""

from __future__ import annotations

from sqlite_utils import Database

from codeclm.store.opinions import MEAN_GAP
from codeclm.store.rows import number
from codeclm.store.verdicts import LOST

#: Of rows ``t`` of a run: they came with it from an archive, without the calls behind them.
_RESTORED = "exists (select 1 from restored_runs as o where o.run_id = t.run_id)"
#: Of texts ``t``: one that neither a call nor the row of a file nor an archive has given.
_NOWHERE = f"""
call_id is null and not {_RESTORED} and not exists (select 1 from imported as i
    where i.run_id = t.run_id and i.entry = t.entry and i.slot = t.slot)
"""  # noqa: S608

#: How many of a strategy's own texts and verdicts have no call behind them.
_CALLLESS = " + ".join(
    f"(select count(*) from {table} as t where {call} is null and {test} and not {_RESTORED})"  # noqa: S608
    for table, call, test in (
        ("generated", "call_id", "1"),
        ("evolutions", "call_id", "1"),
        ("evolutions", "gain_call_id", "gains is not null"),
        ("evolutions", "response_call_id", "response is not null"),
        ("ratings", "call_id", "1"),
        ("drops", "call_id", "1"),
    )
)

CHECKS: tuple[tuple[str, str], ...] = (
    (
        "an improved instruction has no parent",
        "select count(*) from instructions as i where iteration > 1 and not exists (select 1 from"
        " instructions as p where p.run_id = i.run_id and p.entry = i.entry and p.slot = i.slot"
        " and p.iteration = i.iteration - 1)",
    ),
    (
        "an instruction belongs to no metadata entry of its run",
        "select count(*) from instructions as i where not exists (select 1 from run_metadata as m"
        " where m.run_id = i.run_id and m.entry = i.entry)",
    ),
    (
        "a text came from no call and no import",
        f"select (select count(*) from instructions as t where {_NOWHERE}"  # noqa: S608
        "  and not exists (select 1 from started as o join seeds on seeds.id = o.seed_id"
        "   where o.run_id = t.run_id and o.entry = t.entry and o.slot = t.slot"
        "   and t.iteration = 1 and seeds.text = t.text))"
        f" + (select count(*) from responses as t where {_NOWHERE})"
        f" + (select count(*) from judgements as t where {_NOWHERE})",
    ),
    (
        "what a strategy made, rated or dropped came from no call",
        f"select {_CALLLESS}",
    ),
    (
        "an instruction was accepted as another one, or neither accepted nor dropped",
        "select count(*) from generated as g where (slot is not null and not exists"
        " (select 1 from instructions as i where i.run_id = g.run_id and i.entry = 0"
        "  and i.slot = g.slot and i.iteration = 1 and i.text = g.text))"
        " or (looked_at = 1 and slot is null and not exists (select 1 from drops as d"
        "  where d.run_id = g.run_id and d.step = 'generate'"
        "  and d.item = 'g' || (g.place + 1) || '.' || (g.position + 1) and d.text = g.text))",
    ),
    (
        "what a round made is neither an iteration nor dropped",
        "select count(*) from evolutions as e where rule = '' and not exists"
        " (select 1 from instructions as i where i.run_id = e.run_id and i.entry = e.entry"
        "  and i.slot = e.slot and i.iteration > 1 and i.text = e.text and i.action = e.action)"
        " or rule <> '' and not exists (select 1 from drops as d where d.run_id = e.run_id"
        "  and d.entry = e.entry and d.slot = e.slot and d.text = e.text and d.rule = e.rule)",
    ),
    (
        "a pair was judged again by no call, or by a run that was not to judge it",
        f"select count(*) from opinions as t where call_id is null and not {_RESTORED}"  # noqa: S608
        " or not exists (select 1 from run_pairs as p where p.run_id = t.run_id"
        "  and p.pair_id = t.pair_id)",
    ),
    (
        "a second judge's gap is not the mean of what it said",
        f"select count(*) from run_pairs as p where gap is not {MEAN_GAP}",  # noqa: S608
    ),
    (
        "a response of an evaluation came from no call, and not with its set",
        "select count(*) from evaluation_responses as t where call_id is null and not exists"
        " (select 1 from evaluations as e join recorded_responses as r"
        "  on r.benchmark_id = e.benchmark_id where e.run_id = t.run_id"
        "  and r.position = t.position and r.party = t.party and r.text = t.text)",
    ),
    (
        "an assessment came from no call, or is not of two responses",
        "select count(*) from assessments as a where call_id is null or (select count(*) from"
        " evaluation_responses as r where r.run_id = a.run_id and r.position = a.position) <> 2",
    ),
    (
        "an evaluation compares what is not in its set",
        "select count(*) from evaluation_responses as t where not exists (select 1 from"
        " evaluations as e join benchmark_items as i on i.benchmark_id = e.benchmark_id"
        "  and (e.whole or not i.held_out) where e.run_id = t.run_id and i.position = t.position)",
    ),
    (
        "a finished evaluation has items that are neither compared nor failed",
        "select count(*) from runs join evaluations as e on e.run_id = runs.id"
        " join benchmark_items as i on i.benchmark_id = e.benchmark_id"
        "  and (e.whole or not i.held_out) where runs.state = 'finished'"
        " and (select count(*) from assessments as a where a.run_id = e.run_id"
        "  and a.position = i.position) < 2"
        " and not exists (select 1 from failures as f where f.run_id = e.run_id and f.item in"
        "  ('e' || (i.position + 1), 'e' || (i.position + 1) || '.candidate',"
        "  'e' || (i.position + 1) || '.reference'))",
    ),
    (
        "a metadata entry from seeds has no encoded seed behind it",
        "select count(*) from metadata as m where origin = 'seed' and replaces is null"
        " and status <> 'replaced' and not exists (select 1 from run_seeds as s join runs on"
        " runs.id = s.run_id where runs.project_id = m.project_id and s.use_case is not null)",
    ),
    (
        "a pair's gap does not satisfy its run's filter",
        "select count(*) from pairs join runs on runs.id = pairs.run_id where gap is not null and"
        " dropped = 0 and not (gap > json_extract(settings, '$.theta') and response_from = 'strong'"
        " or gap < -json_extract(settings, '$.theta') and response_from = 'target')",
    ),
    (
        "a pair's gap is not the mean of its judgements",
        # Imported scores are one row in no order (2), a judge's are two.
        "select count(*) from (select p.id, p.gap, avg(j.strong) - avg(j.target) as mean,"
        " count(*) as n, case max(j.position) when 2 then 1 else 2 end as whole"
        " from pairs as p join judgements as j on j.run_id = p.run_id"
        " and j.entry = p.entry and j.slot = p.slot and j.iteration = p.iteration"
        " where p.gap is not null group by p.id) where abs(mean - gap) > 1e-9 or n <> whole",
    ),
    (
        "a run's sums over its calls are not those of its calls",
        "select count(*) from runs as r where (select coalesce(sum(calls), 0)"
        " || ' ' || coalesce(sum(prompt_tokens), 0) || ' ' || coalesce(sum(completion_tokens), 0)"
        " from run_answers where run_id = r.id) <> (select count(*)"
        " || ' ' || coalesce(sum(prompt_tokens), 0) || ' ' || coalesce(sum(completion_tokens), 0)"
        " from calls where run_id = r.id)",
    ),
    (
        "a finished run's instructions are not kept + exhausted + failed",
        "select count(*) from runs as r where state = 'finished'"  # noqa: S608 - our own words
        " and json_extract(settings, '$.goal') in ('preview', 'pairs')"
        " and (select max(size) from run_sizes where run_id = r.id) <>"
        " (select count(*) from verdicts as v where v.run_id = r.id and v.version = r.version"
        f"  and v.outcome <> 'improve') + {LOST}",
    ),
)


def count(db: Database, sql: str) -> int:
    return number(db, sql)


def integrity(db: Database) -> list[str]:
    """What SQLite itself finds wrong with the file, as sentences; empty when nothing is."""
    said = [row[0] for row in db.conn.execute("pragma integrity_check")]
    broken = [f"SQLite says: {line}" for line in said if line != "ok"]
    loose = len(list(db.conn.execute("pragma foreign_key_check")))
    return broken + ([f"{loose} rows point to rows that are not there"] if loose else [])
