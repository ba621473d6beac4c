"""Judging pairs again, and what was said of them."""

from __future__ import annotations

from codeclm.pipeline.run_settings import of_rejudge


def again(project, judge="openai:second", *, at_most=None, wanted=None, **settings):
    chosen = of_rejudge(project, judge=judge, **settings)
    return project.plan_rejudge(chosen, wanted or project.filter(), at_most)


def scores(studio, run):
    """What a re-judge was told: (pair, sample, order, strong, target), in order."""
    with studio.store.reading() as db:
        return db.conn.execute(
            "select pair_id, sample, position, strong, target from opinions where run_id = ?"
            " order by pair_id, sample, position",
            (run.id,),
        ).fetchall()
