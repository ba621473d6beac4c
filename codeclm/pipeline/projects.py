"""A project as people hold it: seeds, metadata, rubrics, runs, pairs, exports."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeclm import ingest
from codeclm.errors import StoreError
from codeclm.method.encode import flags
from codeclm.pipeline import forecast, importing, merging, mixing, plan, rejudging, twins, upkeep
from codeclm.pipeline.coverage import Coverage
from codeclm.pipeline.distributions import Distributions
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.evaluations import Evaluations
from codeclm.pipeline.exporting import Exports
from codeclm.pipeline.failures import Failures
from codeclm.pipeline.judging import Trust
from codeclm.pipeline.lines import check
from codeclm.pipeline.looks import Looks
from codeclm.pipeline.reviews import Reviews
from codeclm.pipeline.rubric_sets import RubricSets
from codeclm.pipeline.runs import Run
from codeclm.pipeline.upkeep import Deleted
from codeclm.pipeline.uploads import Uploads, record
from codeclm.pipeline.wording import Wording
from codeclm.quality.synonyms import Synonyms
from codeclm.records import (
    Export,
    Holdings,
    Layout,
    Metadata,
    Pair,
    PairFilter,
    PairImport,
    Seed,
    SeedImport,
    Status,
)
from codeclm.settings import RunSettings
from codeclm.store import metadata, pairs, projects, removal, runs, seeds, views
from codeclm.store.connection import Store


class Project:
    """One project. Everything it tells is read from the store at that moment."""

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self.id = number

    @property
    def row(self) -> dict[str, Any]:
        """Its columns: name, brief, what both models answer under, the models, when it was made."""
        with self._store.reading() as db:
            row = projects.by_id(db, self.id)
        if row is None:
            raise StoreError("This project does not exist any more.", "Choose another one.")
        return row

    @property
    def name(self) -> str:
        return self.row["name"]

    def card(self) -> views.ProjectCard:
        """The project at a glance."""
        with self._store.reading() as db:
            return views.project_cards(db, self.id)[0]

    def configure(self, **columns: str) -> None:
        """Set some of name, system_prompt, strong, target and judge."""
        with self._store.writing() as db:
            projects.change(db, self.id, **columns)

    @property
    def wording(self) -> Wording:
        """Its brief and prompts."""
        return Wording(self._store, self.id)

    @property
    def rubric_sets(self) -> RubricSets:
        """The rubrics and actions of its metadata entries."""
        return RubricSets(self._store, self.id)

    @property
    def reviews(self) -> Reviews:
        """What people do to its pairs."""
        return Reviews(self._store, self.id)

    @property
    def failures(self) -> Failures:
        """What ended without a result in its runs."""
        return Failures(self._store, self.id)

    @property
    def distributions(self) -> Distributions:
        """What there is of everything, counted for figures."""
        return Distributions(self._store, self.id)

    @property
    def evaluations(self) -> Evaluations:
        """How models compare on sets of its own."""
        return Evaluations(self._store, self.id)

    @property
    def trust(self) -> Trust:
        """How far its judge can be trusted, and what judges said who were asked again."""
        return Trust(self._store, self.id)

    @property
    def coverage(self) -> Coverage:
        """Its use cases and skills from seeds to approved pairs, and what is missing."""
        return Coverage(self._store, self.id)

    @property
    def looks(self) -> Looks:
        """What is found in the texts of its pairs: duplicates, contamination and the like."""
        return Looks(self._store, self.id)

    def holdings(self) -> Holdings:
        """What goes when the project is deleted."""
        with self._store.reading() as db:
            return removal.holdings(db, self.id)

    def delete(self) -> Deleted:
        """Delete the project with everything in it. Raises ``WorkTaken`` while a run goes on."""
        return upkeep.delete(self._store, self.id)

    # Seeds -------------------------------------------------------------------------------------

    @property
    def uploads(self) -> Uploads:
        """The file it is about to import."""
        return Uploads(self._store, self.id)

    def import_seeds(self, file: ingest.SeedFile, *, name: str) -> SeedImport:
        """Add a file's seeds to the project, all of them or none."""
        with self._store.writing() as db:
            return record(db, self.id, file, name=name)

    def seeds(self, limit: int, offset: int = 0) -> list[Seed]:
        with self._store.reading() as db:
            return seeds.page(db, self.id, limit, offset)

    def clear_seeds(self) -> None:
        """Remove the project's seeds; metadata and pairs made of them stay."""
        with self._store.writing() as db:
            seeds.clear(db, self.id)

    # Metadata ----------------------------------------------------------------------------------

    def metadata(self, status: Status | None = None) -> list[Metadata]:
        with self._store.reading() as db:
            return metadata.entries(db, self.id, status)

    def add_metadata(self, entries: Sequence[Metadata]) -> None:
        """Add entries; one with the use case and skills of a current one only raises its weight."""
        with self._store.writing() as db:
            for entry in entries:
                metadata.save(db, self.id, replace(entry, flags=flags(entry.skills)))

    def edit_metadata(self, *entries: Metadata) -> None:
        """Replace each current row ``entry.id`` by ``entry``, all of them or none.

        Runs that used an old row keep it. Raises ``StoreError`` when two entries would be one.
        """
        with self._store.writing() as db:
            for entry in entries:
                metadata.edit(db, self.id, entry.id, replace(entry, flags=flags(entry.skills)))

    def merge_offers(self, kind: merging.Kind) -> list[Synonyms]:
        """Use cases, or skills, that may mean the same; nothing is merged unasked."""
        return merging.offers(self.metadata(), kind)

    def merge_names(self, kind: merging.Kind, keep: str, others: Collection[str]) -> int:
        """Have ``keep`` said wherever an entry says one of ``others``. Returns how many that is."""
        with self._store.writing() as db:
            return merging.merge(db, self.id, kind, keep, others)

    def mixed(self, wanted: int, seed: int = 0) -> list[Metadata]:
        """The entries mix-and-match would add to reach ``wanted`` approved and pending ones."""
        return mixing.mixed(self.metadata(), wanted, seed)

    def subsample_metadata(self, wanted: int, seed: int = 0) -> None:
        """Leave ``wanted`` of the approved entries approved, drawn by ``seed``; the rest pend."""
        out = mixing.left_out(self.metadata(Status.APPROVED), wanted, seed)
        self.edit_metadata(*(replace(entry, status=Status.PENDING) for entry in out))

    def seeds_behind(self, use_case: str, skills: Sequence[str], limit: int = 3) -> list[str]:
        """Some seeds that were encoded as just this use case and these skills."""
        with self._store.reading() as db:
            return views.seeds_behind(db, self.id, use_case, skills, limit)

    # Runs --------------------------------------------------------------------------------------

    def plan_from_seeds(self, settings: RunSettings, texts: Sequence[str] | None = None) -> Run:
        """Plan a run over all seeds of the project, or those of ``texts`` in that order.

        Raises ``SettingsError`` when a model cannot be asked.
        """
        check(settings, self._store)
        expected = self.estimate_from_seeds(settings, texts)
        with self._store.writing() as db:
            chosen = (
                seeds.all_ids(db, self.id) if texts is None else seeds.ids_of(db, self.id, texts)
            )
            number = plan.from_seeds(db, self.id, settings, chosen)
            runs.set_estimate(db, number, expected.to_dict())
        return Run(self._store, number)

    def plan_from_metadata(
        self, settings: RunSettings, entries: Sequence[int] | None = None
    ) -> Run:
        """Plan a run over the approved metadata, or over those of ``entries`` only.

        Raises ``SettingsError`` when a model cannot be asked.
        """
        check(settings, self._store)
        expected = self.estimate(settings, entries)
        with self._store.writing() as db:
            number = plan.from_metadata(db, self.id, settings, entries)
            runs.set_estimate(db, number, expected.to_dict())
        return Run(self._store, number)

    def plan_rejudge(
        self, settings: RunSettings, wanted: PairFilter, at_most: int | None = None
    ) -> Run:
        """Plan to have pairs judged again, all of a filter or ``at_most``, drawn by the run's seed.

        Raises ``SettingsError`` when the judge cannot be asked or no such pair was ever judged.
        """
        check(settings, self._store)
        expected = self.estimate_rejudge(settings, wanted, at_most)
        with self._store.writing() as db:
            numbers = rejudging.chosen(db, wanted, at_most, settings.seed)
            number = rejudging.plan(db, self.id, settings, numbers)
            runs.set_estimate(db, number, expected.to_dict())
        return Run(self._store, number)

    def runs(self) -> list[Run]:
        """The project's runs, newest first."""
        with self._store.reading() as db:
            return [Run(self._store, row.id) for row in runs.listed(db, self.id)]

    def twin_of(self, settings: RunSettings) -> Run | None:
        """A run whose pairs a run under ``settings`` would have again, as ``twins.find`` says."""
        return twins.find(self._store, self.id, settings)

    def next_generation(self) -> int:
        """The generation that asks everything anew."""
        with self._store.reading() as db:
            return runs.next_generation(db)

    def estimate(self, settings: RunSettings, entries: Sequence[int] | None = None) -> Estimate:
        """What a run over the approved metadata, or over those of ``entries`` only, may take.

        Raises ``SettingsError`` for an unknown endpoint; nobody is asked and no key is needed.
        """
        with self._store.reading() as db:
            return forecast.over_metadata(db, self.id, settings, entries)

    def estimate_rejudge(
        self, settings: RunSettings, wanted: PairFilter, at_most: int | None = None
    ) -> Estimate:
        """What judging these pairs again may take; two calls for each sample of a pair."""
        with self._store.reading() as db:
            numbers = rejudging.chosen(db, wanted, at_most, settings.seed)
            return forecast.over_pairs(db, self.id, settings, numbers)

    def estimate_from_seeds(
        self, settings: RunSettings, texts: Sequence[str] | None = None
    ) -> Estimate:
        """What a run over all seeds of the project, or over ``texts``, may take."""
        with self._store.reading() as db:
            chosen = seeds.texts(db, self.id) if texts is None else texts
            return forecast.over_seeds(db, self.id, settings, chosen)

    # Pairs -------------------------------------------------------------------------------------

    def import_pairs(self, file: ingest.PairFile, *, name: str, **settings: Any) -> PairImport:
        """Add a file's pairs as a run of their own, all of them or none.

        ``settings`` are those of ``importing.settings``: ``strong`` and ``target`` say who
        answered; with a ``judge``, the run scores what has no scores when it is brought further.
        Raises ``SettingsError`` when that judge cannot be asked.
        """
        wanted = importing.settings(file, prompts=self.wording.own, **settings)
        check(wanted, self._store)
        with self._store.writing() as db:
            return importing.record(db, self.id, file, wanted, name=name)

    def filter(self, **narrowing: Any) -> PairFilter:
        """A filter over this project's pairs; see ``PairFilter`` for what narrows it."""
        return PairFilter(project=self.id, **narrowing)

    def pairs(self, wanted: PairFilter | None = None) -> Iterator[Pair]:
        """Every pair of a filter, one after the other."""
        with self._store.reading() as db:
            yield from pairs.matching(db, wanted or self.filter())

    def pair_ids(self, wanted: PairFilter, limit: int, offset: int = 0) -> list[int]:
        with self._store.reading() as db:
            return pairs.ids(db, wanted, limit, offset)

    def count_pairs(self, wanted: PairFilter | None = None) -> int:
        with self._store.reading() as db:
            return pairs.count(db, wanted or self.filter())

    def pair(self, number: int) -> Pair:
        """One pair with its chain and both orders' judgements."""
        with self._store.reading() as db:
            found = pairs.get(db, self.id, number)
        if found is None:
            raise StoreError(f"There is no pair {number}.", "Go back to the queue.")
        return found

    # Export ------------------------------------------------------------------------------------

    @property
    def exports(self) -> Exports:
        """What is written of its pairs, and the history of that."""
        return Exports(self._store, self.id)

    def lines(self, wanted: PairFilter | None = None, **layout: Any) -> Iterator[bytes]:
        """The bytes of an export as they would be written, in a JSON format line by line.

        ``layout`` are parts of a ``Layout``, such as ``format``. Raises ``ExportError``.
        """
        return self.exports.lines(self.exports.settings(wanted or self.filter(), Layout(**layout)))

    def export(
        self, path: str | os.PathLike[str], wanted: PairFilter | None = None, **layout: Any
    ) -> Export:
        """Write pairs to one file, or, without a file ending, to the folder of a bundle.

        ``layout`` are parts of a ``Layout``, such as ``format``; ``exports.write`` does more.
        Raises ``ExportError``.
        """
        settings = self.exports.settings(wanted or self.filter(), Layout(**layout))
        return self.exports.write(settings, Path(path))
