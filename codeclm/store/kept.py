"""Which rows stand behind some pairs of a project, read from the schema where it tells.

What belongs to a pair is its project, its chain up to its own iteration with what was rated and
dropped of it, the run, entry, rubrics and seeds behind it, and all that people and other judges
have said of it. Calls, failures, endpoints and what a pool did not accept are never among it, nor
are evaluations: what they compare is no pair, and their sets are often somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.errors import StoreError
from codeclm.store.rows import number

#: Which rows are kept, by table or by what they are, each from those before it.
_KEPT = {
    "projects (id integer primary key)": """
        select distinct project_id from pairs where id in kept_pairs""",
    "chains (run_id, entry, slot, iteration, primary key (run_id, entry, slot)) without rowid": """
        select run_id, entry, slot, max(iteration) from pairs where id in kept_pairs
        group by run_id, entry, slot""",
    "entries (run_id, entry, primary key (run_id, entry)) without rowid": """
        select distinct run_id, entry from kept_chains""",
    # With what people have edited or merged into an entry, down to what the seeds were encoded as.
    "metadata (id integer primary key)": """
        with recursive behind(id) as (
            select metadata_id from pairs where id in kept_pairs
            union select metadata_id from run_metadata where (run_id, entry) in kept_entries
            union select m.replaces from behind join metadata as m on m.id = behind.id
                where m.replaces is not null
            union select m.id from behind join metadata as m on m.merged_into = behind.id)
        select id from behind""",
    "rubric_sets (id integer primary key)": """
        select distinct rubric_set_id from run_metadata
        where (run_id, entry) in kept_entries and rubric_set_id is not null""",
    # Of seeds that were encoded in other runs as well, the first of those is enough. Some chains
    # begin with a seed, and behind an instruction of a pool stand all of its seeds.
    "seeds_of_runs (run_id, position, seed_id, primary key (run_id, position)) without rowid": """
        select run_id, position, seed_id from (
            select *, row_number() over (partition by seed_id, use_case, skills
                order by own desc, run_id, position) as place
            from (select distinct s.run_id, s.position, s.seed_id, s.use_case, s.skills,
                s.run_id in (select run_id from kept_chains) as own
                from kept_metadata as k cross join metadata as m on m.id = k.id
                cross join run_seeds as s on s.use_case = m.use_case and s.skills = m.skills
                cross join runs on runs.id = s.run_id and runs.project_id = m.project_id))
        where own or place = 1
        union select s.run_id, s.position, s.seed_id from kept_chains as k
            cross join started as t on t.run_id = k.run_id and t.entry = k.entry
            and t.slot = k.slot
            cross join run_seeds as s on s.run_id = k.run_id and s.seed_id = t.seed_id
        union select s.run_id, s.position, s.seed_id from run_seeds as s
            join runs on runs.id = s.run_id where runs.id in (select run_id from kept_chains)
            and json_extract(runs.settings, '$.strategy') in ('self-instruct', 'alpagasus')""",
    "runs (id integer primary key)": """
        select run_id from kept_chains union select run_id from kept_seeds_of_runs
        union select run_id from run_pairs where pair_id in kept_pairs""",
    "seeds (id integer primary key)": "select distinct seed_id from kept_seeds_of_runs",
    "imports (id integer primary key)": """
        select import_id from seeds where id in kept_seeds
        union select i.import_id from kept_chains as k cross join imported as i
            on i.run_id = k.run_id and i.entry = k.entry and i.slot = k.slot""",
    "batches (batch integer primary key, first)": """
        select batch, min(id) from reviews where pair_id in kept_pairs and batch is not null
        group by batch""",
}

_PLACE = "t.run_id = k.run_id and t.entry = k.entry and t.slot = k.slot"
#: The tables of an archive, parents first, and where the kept rows ``t`` of each are.
TABLES = {
    "projects": "projects as t where id in kept_projects",
    "project_terms": "project_terms as t where project_id in kept_projects",
    "imports": "imports as t where id in kept_imports order by id",
    "seeds": "seeds as t where id in kept_seeds order by id",
    "metadata": "metadata as t where id in kept_metadata order by id",
    "rubric_sets": "rubric_sets as t where id in kept_rubric_sets order by id",
    "rubrics": "rubrics as t where set_id in kept_rubric_sets",
    "runs": "runs as t where id in kept_runs order by id",
    "run_seeds": "run_seeds as t where (run_id, position) in"
    " (select run_id, position from kept_seeds_of_runs)",
    "run_metadata": "run_metadata as t where (run_id, entry) in kept_entries or run_id in kept_runs"
    " and run_id not in (select run_id from kept_entries) and metadata_id in kept_metadata",
    "imported": f"kept_chains as k cross join imported as t on {_PLACE}",
    **{
        table: f"kept_chains as k cross join {table} as t on {_PLACE}"
        " and t.iteration <= k.iteration"
        for table in ("instructions", "responses", "judgements", "verdicts")
    },
    **{
        table: f"kept_chains as k cross join {table} as t on {_PLACE}"
        for table in ("started", "evolutions", "ratings")
    },
    "drops": f"kept_chains as k cross join drops as t on {_PLACE} order by t.id",
    "pairs": "pairs as t where id in kept_pairs order by id",
    "pair_tags": "pair_tags as t where pair_id in kept_pairs",
    "reviews": "reviews as t where pair_id in kept_pairs order by id",
    "run_pairs": "run_pairs as t where pair_id in kept_pairs",
    "opinions": "opinions as t where pair_id in kept_pairs",
    "reasons": "reasons as t where project_id in kept_projects",
    "targets": "targets as t where project_id in kept_projects",
    "project_prompts": "project_prompts as t where project_id in kept_projects",
    "prompts": "prompts as t where project_id in kept_projects",
}
#: Columns about what a run has taken or said where it was made.
_LEFT_OUT = {"runs": {"message", "replayed", "seconds", "estimate"}}
#: Columns that hold numbers of rows though the schema does not say so.
NUMBERS = {("metadata", "position"): "metadata", ("reviews", "batch"): "reviews"}
#: Columns that are not written as they are.
_WORDED = {
    # A later edit of the entry takes its rubrics along.
    ("rubric_sets", "metadata_id"): "case when t.metadata_id in kept_metadata then t.metadata_id"
    " else (select min(metadata_id) from run_metadata where rubric_set_id = t.id"
    " and (run_id, entry) in kept_entries) end",
    # A text, where json_object would take what json_patch gives for an object.
    ("runs", "settings"): "coalesce((select json_patch(t.settings, planned) || ''"
    " from restored_runs where run_id = t.id), t.settings)",
    # A batch has the number of its first review.
    ("reviews", "batch"): "(select first from kept_batches where batch = t.batch)",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an archive; ``parent`` is the table whose rows it numbers, if it does."""

    name: str
    parent: str | None
    nullable: bool
    real: bool


def select(db: Database, ids: Iterable[int]) -> None:
    """Fill the connection's own tables ``kept_…`` with what is kept of these pairs.

    Raises ``StoreError`` when none of them is there.
    """
    db.conn.execute("create temp table kept_pairs (id integer primary key)")
    db.conn.executemany(
        "insert or ignore into kept_pairs select id from pairs where id = ?",
        ((pair,) for pair in ids),
    )
    if not number(db, "select count(*) from kept_pairs"):
        raise StoreError("There are no such pairs any more.", "Choose others.")
    for table, sql in _KEPT.items():
        db.conn.execute(f"create temp table kept_{table}")
        db.conn.execute(f"insert into kept_{table.split()[0]} {sql}")


def columns(db: Database, table: str) -> list[Column]:
    """The columns of a table that an archive has: those about calls are not among them."""
    parents = {
        key["from"]: key["table"]
        for key in db.query("select * from pragma_foreign_key_list(?)", (table,))
    } | {column: parent for (of, column), parent in NUMBERS.items() if of == table}
    return [
        Column(
            row["name"],
            parents.get(row["name"]),
            nullable=not row["notnull"],
            real=row["type"].lower() == "real",
        )
        for row in db.query("select * from pragma_table_info(?)", (table,))
        if row["name"] not in _LEFT_OUT.get(table, ()) and parents.get(row["name"], table) in TABLES
    ]


def worded(table: str, column: Column) -> str:
    """What is written of a column: links that may be empty are, where the other end is not kept."""
    own = _WORDED.get((table, column.name))
    if column.real:
        # SQLite itself writes fifteen digits, which are not always the same number: of quarters,
        # which scores are, they are, and take half the time.
        name = f"t.{column.name}"
        return (
            f"case when abs({name}) < 1e9 and {name} * 4 = round({name} * 4) then {name}"
            f" when {name} is not null then json(printf('%!.17g', {name})) end"
        )
    if own or not (column.parent and column.nullable):
        return own or f"t.{column.name}"
    return f"case when t.{column.name} in kept_{column.parent} then t.{column.name} end"
