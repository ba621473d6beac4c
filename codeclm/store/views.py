"""What pages show: counts and short lists over the rows, never a whole table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sqlite_utils import Database

from codeclm.records import Metadata
from codeclm.store import evaluations
from codeclm.store.rows import as_json, key_of, one
from codeclm.store.rows import metadata as metadata_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """A project at a glance; ``encoded`` of its seeds have metadata."""

    id: int
    name: str
    seeds: int
    encoded: int
    metadata: int
    rubrics: int
    pairs: int
    pending: int
    approved: int
    exports: int
    run: int | None
    run_state: str | None
    #: Whether the worker has a run to pairs of it, or is about to take one.
    goes_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An action tried: the basic instruction and what came of it, None while it is not there."""

    run: int
    action: str
    basic: str | None
    improved: str | None


#: Each entry of a project as it is now, with itself and whatever was edited or merged into it.
_LINE = """
line(entry, id) as (
    select id, id from metadata where project_id = :project and status <> 'replaced'
    union select line.entry, m.replaces from line join metadata as m on m.id = line.id
        where m.replaces is not null
    union select line.entry, m.id from line join metadata as m on m.merged_into = line.id)
"""
#: How the first iterations of a run come to be where they are not decoded, by its strategy.
_FIRST = {
    "import": "import",
    "self-instruct": "generate",
    "alpagasus": "generate",
    "wizardlm": "seeds",
    "tree-instruct": "seeds",
}


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many items of a step are done, of how many that are known so far."""

    step: str
    done: int
    known: int


def project_cards(db: Database, project: int | None = None) -> list[ProjectCard]:
    """Projects, the one worked on last first; or only one of them."""
    found = db.query(
        "select p.id, p.name,"
        " (select count(*) from seeds where project_id = p.id and removed = 0) as seeds,"
        " (select count(*) from seeds where project_id = p.id and removed = 0 and exists (select 1"
        "  from run_seeds where seed_id = seeds.id and use_case is not null)) as encoded,"
        " (select count(*) from metadata where project_id = p.id and status = 'approved')"
        "  as metadata,"
        " (select count(distinct metadata_id) from rubric_sets join metadata on metadata.id ="
        "  rubric_sets.metadata_id where metadata.project_id = p.id and status = 'approved')"
        "  as rubrics,"
        " (select count(*) from pairs where project_id = p.id) as pairs,"
        " (select count(*) from pairs where project_id = p.id and status = 'pending') as pending,"
        " (select count(*) from pairs where project_id = p.id and status = 'approved')"
        "  as approved,"
        " (select count(*) from exports where project_id = p.id) as exports,"
        " (select max(id) from runs where project_id = p.id) as run,"
        " (select state from runs where project_id = p.id order by id desc limit 1) as run_state,"
        " exists (select 1 from jobs join runs on runs.id = jobs.run_id"
        "  where runs.project_id = p.id and jobs.state in ('queued', 'running')"
        "  and json_extract(runs.settings, '$.goal') = 'pairs') as goes_on"
        " from projects as p where ? is null or p.id = ?"
        " order by coalesce(run, 0) desc, p.id desc",
        (project, project),
    )
    return [ProjectCard(**row) for row in found]


def step_counts(db: Database, run: int) -> list[StepCount]:
    """Progress of a run by step: encode, rubrics, what its chains begin with, iterations.

    Of an evaluation: its responses and assessments.
    """
    row = one(
        db,
        "select (select count(*) from run_seeds where run_id = :run) as seeds,"
        " (select count(*) from run_seeds where run_id = :run and use_case is not null) as encoded,"
        # Entries without a share need no rubrics, unless rubrics are all the run is for.
        " (select count(*) from run_metadata where run_id = :run and (share > 0 or not exists"
        "  (select 1 from run_metadata where run_id = :run and share > 0))) as entries,"
        " (select json_extract(settings, '$.use_rubrics') from runs where id = :run) as graded,"
        " (select case source when 'import' then 'import'"
        "  else coalesce(json_extract(settings, '$.strategy'), 'codeclm') end"
        "  from runs where id = :run) as strategy,"
        " (select count(*) from run_metadata where run_id = :run and rubric_set_id is not null"
        "  and (share > 0 or not exists"
        "  (select 1 from run_metadata where run_id = :run and share > 0)))"
        "  as rubrics,"
        " (select coalesce(sum(share), 0) from run_metadata where run_id = :run) as planned,"
        " (select coalesce(sum(written), 0) from batches where run_id = :run) as written",
        {"run": run},
    )
    if row is None:
        return []
    if evaluated := evaluations.progress(db, run):
        return [StepCount(*step) for step in evaluated]
    asked = one(
        db,
        "select count(*) * 2 * json_extract(settings, '$.samples') as known,"
        " (select count(*) from opinions where run_id = :run) as done"
        " from run_pairs join runs on runs.id = run_id where run_id = :run",
        {"run": run},
    )
    if asked and asked["known"]:
        return [StepCount("judge", asked["done"], asked["known"])]
    first = _FIRST.get(row["strategy"], "decode")
    graded = row["graded"] and row["strategy"] in ("codeclm", "import")
    counts = [
        StepCount("encode", row["encoded"], row["seeds"] if first == "decode" else 0),
        StepCount("rubrics", row["rubrics"], row["entries"] if graded else 0),
        StepCount(first, row["written"], row["planned"]),
    ]
    found = db.query(
        "select i.iteration, count(*) as known, (select count(*) from verdicts as v where"
        " v.run_id = :run and v.iteration = i.iteration and v.version ="
        "  (select version from runs where id = :run)) as done,"
        " (select count(*) from verdicts as v where v.run_id = :run and v.iteration = i.iteration"
        "  and v.outcome <> 'improve' and v.version = (select version from runs where id = :run))"
        "  as ended"
        " from instructions as i where i.run_id = :run group by i.iteration order by i.iteration",
        {"run": run},
    )
    iterations = list(found)
    for row, after in zip_longest(iterations, iterations[1:]):
        # Without Contrastive Filtering an iteration is done once there is another one.
        done = max(row["done"], row["ended"] + (after["known"] if after else 0))
        name = f"iteration {row['iteration']}"
        counts.append(StepCount(name, min(done, row["known"]), row["known"]))
    return [count for count in counts if count.known]


def use_case_counts(db: Database, project: int) -> dict[str, int]:
    """The weight of each use case in metadata that is not rejected."""
    return dict(
        db.conn.execute(
            "select use_case, sum(weight) from metadata where project_id = ?"
            " and status in ('approved', 'pending') group by use_case",
            (project,),
        ).fetchall()
    )


def skill_counts(db: Database, project: int) -> dict[str, int]:
    """The weight of each skill in metadata that is not rejected."""
    return dict(
        db.conn.execute(
            "select skill.value, sum(metadata.weight) from metadata,"
            " json_each(metadata.skills) as skill where project_id = ?"
            " and status in ('approved', 'pending') group by skill.value",
            (project,),
        ).fetchall()
    )


def pairs_per_entry(db: Database, project: int) -> list[tuple[Metadata, int, int]]:
    """Each entry that pairs are of, with those nobody has rejected and the approved among them.

    A pair of an entry that was edited or merged into another one is of what became of it.
    """
    found = db.query(
        f"with recursive {_LINE}, found as ("  # noqa: S608
        " select line.entry, count(*) as kept, sum(pairs.status = 'approved') as approved"
        " from pairs join line on line.id = pairs.metadata_id"
        " where pairs.project_id = :project and pairs.status <> 'rejected' group by line.entry)"
        " select metadata.*, found.kept, found.approved from found"
        " join metadata on metadata.id = found.entry where metadata.status <> 'unlisted'",
        {"project": project},
    )
    return [(metadata_of(row), row["kept"], row["approved"]) for row in found]


def encoded(db: Database, run: int, limit: int) -> list[tuple[str, str]]:
    """(use case, skills joined by commas) of a run's encoded seeds, in plan order."""
    found = db.conn.execute(
        "select use_case, (select group_concat(value, ', ') from json_each(skills))"
        " from run_seeds where run_id = ? and use_case is not null order by position limit ?",
        (run, limit),
    )
    return [(row[0], row[1]) for row in found]


def newest_pair(db: Database, run: int) -> tuple[str, float | None] | None:
    """The instruction and gap of the pair a run kept last."""
    row = one(
        db,
        "select i.text, pairs.gap from pairs join instructions as i on i.run_id = pairs.run_id"
        " and i.entry = pairs.entry and i.slot = pairs.slot and i.iteration = pairs.iteration"
        " where pairs.run_id = ? order by pairs.id desc limit 1",
        (run,),
    )
    return (row["text"], row["gap"]) if row else None


def seeds_per_entry(db: Database, project: int, *, removed: bool = True) -> dict[int, int]:
    """Seeds that were encoded as an entry, or as one that was edited or merged into it.

    Those that were removed since count as well, unless ``removed`` is false.
    """
    found = db.conn.execute(
        f"with recursive {_LINE} select line.entry, m.key from line"  # noqa: S608
        " join metadata as m on m.id = line.id",
        {"project": project},
    )
    entries: dict[str, set[int]] = {}
    for entry, key in found:
        entries.setdefault(key, set()).add(entry)
    read = db.conn.execute(
        "select s.use_case, s.skills, json_group_array(distinct s.seed_id) from run_seeds as s"
        " join seeds on seeds.id = s.seed_id and (:removed or seeds.removed = 0)"
        " join runs on runs.id = s.run_id and runs.project_id = :project"
        " where s.use_case is not null group by s.use_case, s.skills",
        {"project": project, "removed": removed},
    )
    seeds: dict[int, set[int]] = {}
    for use_case, skills, numbers in read:
        # The same skills in another order, or in capitals, are the same entry.
        key = key_of(Metadata(use_case, tuple(json.loads(skills))))
        for entry in entries.get(key, ()):
            seeds.setdefault(entry, set()).update(json.loads(numbers))
    return {entry: len(numbers) for entry, numbers in seeds.items()}


def seeds_behind(
    db: Database, project: int, use_case: str, skills: Sequence[str], limit: int
) -> list[str]:
    """Seeds that were encoded as just this use case and these skills, in the order they came."""
    found = db.conn.execute(
        "select distinct seeds.text from run_seeds join seeds on seeds.id = run_seeds.seed_id"
        " where seeds.project_id = ? and run_seeds.use_case = ? and run_seeds.skills = ?"
        " order by seeds.id limit ?",
        (project, use_case, as_json(list(skills)), limit),
    )
    return [row[0] for row in found]


def trials(db: Database, project: int, entry: int) -> list[Trial]:
    """The trials of an entry's actions, newest first; of each action the newest only."""
    found = db.query(
        "select runs.id as run, runs.settings, basic.text as basic, improved.text as improved"
        " from runs join run_metadata as m on m.run_id = runs.id and m.metadata_id = ?"
        " left join instructions as basic on basic.run_id = runs.id and basic.iteration = 1"
        " left join instructions as improved on improved.run_id = runs.id"
        "  and improved.iteration = 2"
        " where runs.project_id = ? and json_extract(runs.settings, '$.goal') = 'trial'"
        " order by runs.id",
        (entry, project),
    )
    newest: dict[str, Trial] = {}
    for row in found:
        # SQLite itself would give an action only up to a NUL.
        action = json.loads(row.pop("settings"))["action"]
        newest[action] = Trial(action=action, **row)
    return sorted(newest.values(), key=lambda trial: trial.run, reverse=True)


def newest_look(db: Database, project: int, kind: str) -> int | None:
    """The job that looked for this in a project last."""
    row = one(
        db,
        "select id from jobs where kind = 'look' and project_id = ?"
        " and json_extract(arguments, '$.kind') = ? order by id desc limit 1",
        (project, kind),
    )
    return row["id"] if row else None


def newest_test(db: Database, model: str) -> int | None:
    """The job that tested a model last."""
    row = one(
        db,
        # Both sides alike: SQLite gives a text out of JSON only up to a NUL.
        "select id from jobs where kind = 'test'"
        " and json_extract(arguments, '$.model') = json_extract(?, '$.model')"
        " order by id desc limit 1",
        (as_json({"model": model}),),
    )
    return row["id"] if row else None


def newest_pull(db: Database, model: str) -> int | None:
    """The job that fetched a local model last."""
    row = one(
        db,
        "select id from jobs where kind = 'pull' and json_extract(arguments, '$.name') = ?"
        " order by id desc limit 1",
        (model,),
    )
    return row["id"] if row else None
