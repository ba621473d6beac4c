"""A run that would only repeat one there is already: found before it is paid for."""

from __future__ import annotations

from codeclm.pipeline import plan
from codeclm.pipeline.runs import Run
from codeclm.records import Status
from codeclm.settings import RunSettings
from codeclm.store import metadata, runs, seeds
from codeclm.store.connection import Store


def find(store: Store, project: int, settings: RunSettings) -> Run | None:
    """The newest run of a project whose pairs a run under ``settings`` would have again.

    It is over the approved metadata, or over the seeds where its strategy begins with these.
    What changes nothing in the result may differ.
    """
    with store.reading() as db:
        chosen = seeds.all_ids(db, project)
        approved = {entry.id for entry in metadata.entries(db, project, Status.APPROVED)}
        wanted = plan.within(settings, len(chosen)).result
        for row in runs.listed(db, project):
            given = row.settings
            if given.goal != settings.goal or given.result != wanted:
                continue
            same = (
                {entry.metadata.id for entry in runs.entries(db, row.id)} == approved
                if settings.decodes
                else runs.seed_ids(db, row.id) == chosen
            )
            if same:
                return Run(store, row.id)
    return None
