"""The evaluations of a project: its sets, planning a comparison, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace

from codeclm import evaluation
from codeclm.chat import ROLES
from codeclm.errors import SettingsError, StoreError
from codeclm.evaluation import Difference, Outcome, Tally
from codeclm.ingest import BenchmarkFile, SeedFile
from codeclm.pipeline import evaluating, forecast
from codeclm.pipeline.estimate import Estimate, Figures
from codeclm.pipeline.lines import check
from codeclm.pipeline.runs import Run
from codeclm.pipeline.uploads import Uploads
from codeclm.records import (
    Benchmark,
    BenchmarkItem,
    ComparedItem,
    Comparison,
    Evaluation,
    Party,
    RunEvaluation,
    Seed,
    Slice,
)
from codeclm.settings import RunSettings
from codeclm.store import benchmarks, evaluations, exports, imports, runs
from codeclm.store.connection import Store

__all__ = ["BenchmarkFile", "Difference", "Evaluations", "Outcome", "evaluated", "outcome"]

#: How a comparison ends, None for one that the judge could not be read on.
outcome: Callable[[Comparison], Outcome | None] = evaluation.outcome


def evaluated(items: Sequence[BenchmarkItem], *, seed: int, whole: bool) -> list[BenchmarkItem]:
    """The items of a set that are compared: all, or those that no metadata is extracted from."""
    return list(evaluation.split(items, seed=seed, include_seeds=whole).evaluated)


def held_out(items: Sequence[BenchmarkItem], *, seed: int) -> list[BenchmarkItem]:
    """The items of a set that metadata is extracted from."""
    return list(evaluation.split(items, seed=seed).seeds)


def together(expected: Sequence[Estimate]) -> Estimate:
    """What one evaluation or more may take, one after the other."""
    roles = {role: [one.roles[role] for one in expected if role in one.roles] for role in ROLES}
    return replace(
        expected[0],
        roles={role: _sum(every) for role, every in roles.items() if every},
        total=_sum([one.total for one in expected]),
        unpriced=tuple(dict.fromkeys(name for one in expected for name in one.unpriced)),
    )


def _sum(every: Sequence[Figures]) -> Figures:
    known = [one.usd for one in every if one.usd is not None]
    return Figures(
        calls=sum(one.calls for one in every),
        fewest=sum(one.fewest for one in every),
        most=sum(one.most for one in every),
        prompt_tokens=sum(one.prompt_tokens for one in every),
        completion_tokens=sum(one.completion_tokens for one in every),
        usd=sum(known) if len(known) == len(every) else None,
        minutes=sum(one.minutes for one in every),
    )


class Evaluations:
    """What is measured of models in one project."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    # Sets --------------------------------------------------------------------------------------

    @property
    def uploads(self) -> Uploads:
        """The file that is about to be brought as a set."""
        return Uploads(self._store, self._project, "benchmark")

    def bring(self, file: BenchmarkFile, *, seed: int = 0) -> Benchmark:
        """Keep the items of a file as a set; the same bytes read in the same way are one set.

        A fifth of them, drawn by ``seed``, is held out for metadata to be extracted from.
        """
        fields = file.fields.named
        with self._store.writing() as db:
            found = benchmarks.find(db, self._project, file.sha256, fields, seed)
            if found is None:
                source = imports.add(
                    db,
                    self._project,
                    name=file.name,
                    sha256=file.sha256,
                    field=", ".join(fields.values()),
                    imported=len(file.items),
                    skipped=len(file.skipped),
                )
                drawn = evaluation.split(range(len(file.items)), seed=seed).seeds
                found = benchmarks.add(
                    db, self._project, source, file.items, drawn, fields=fields, seed=seed
                )
        return self.benchmark(found)

    def benchmarks(self) -> list[Benchmark]:
        """The sets there are, newest first."""
        with self._store.reading() as db:
            return benchmarks.listed(db, self._project)

    def benchmark(self, number: int) -> Benchmark:
        """One set. Raises ``StoreError`` when the project has none of this number."""
        with self._store.reading() as db:
            found = next(
                (one for one in benchmarks.listed(db, self._project) if one.id == number), None
            )
        if found is None:
            raise StoreError(f"There is no set {number} in this project.", "Bring one.")
        return found

    def remove(self, benchmark: Benchmark) -> None:
        """Put a set away. Raises ``SettingsError`` while evaluations are of it."""
        with self._store.writing() as db:
            if not benchmarks.remove(db, benchmark.id):
                raise SettingsError(
                    "Models were compared on this set, so it stays.", "Bring another one beside it."
                )

    def seeds(self, benchmark: Benchmark) -> SeedFile:
        """What is held out of a set, as seeds to extract metadata from."""
        with self._store.reading() as db:
            found = benchmarks.held_out(db, benchmark.id)
        return SeedFile(
            seeds=tuple(Seed(text=text, file=benchmark.name, line=line) for line, text in found),
            skipped=(),
            sha256=benchmark.sha256,
            path=benchmark.fields.get("instruction", ""),
        )

    # Planning ----------------------------------------------------------------------------------

    def estimate(
        self, benchmark: Benchmark, settings: RunSettings, *, whole: bool = False
    ) -> Estimate:
        """What comparing on a set may take; nobody is asked and no key is needed."""
        with self._store.reading() as db:
            items = benchmarks.items(db, benchmark.id)
            chosen = evaluated(items, seed=benchmark.seed, whole=whole)
            return forecast.over_items(db, self._project, settings, chosen)

    def plan(
        self,
        benchmark: Benchmark,
        settings: RunSettings,
        *,
        whole: bool = False,
        export: int | None = None,
    ) -> Run:
        """Plan to compare on a set, all of it or without what is held out.

        ``settings`` are those of ``run_settings.of_evaluation``; ``export`` is what the candidate
        was tuned on. Raises ``SettingsError`` when a model cannot be asked, or when there is
        nothing to compare.
        """
        recorded = evaluating.recorded_in(settings)
        self._refuse(benchmark, recorded, whole=whole, export=export)
        check(settings, self._store)
        expected = self.estimate(benchmark, settings, whole=whole)
        with self._store.writing() as db:
            number = runs.create(db, self._project, settings, "metadata")
            evaluations.plan(db, number, benchmark.id, recorded, whole=whole, export=export)
            runs.set_estimate(db, number, expected.to_dict())
        return Run(self._store, number)

    def _refuse(
        self, benchmark: Benchmark, recorded: Iterable[Party], *, whole: bool, export: int | None
    ) -> None:
        lacking = [party for party in recorded if party not in benchmark.recorded]
        if lacking:
            raise SettingsError(
                f"The set {benchmark.name} has no responses of the {lacking[0]}.",
                "Name the field they are in when it is brought, or a model to ask.",
            )
        if not (benchmark.items if whole else benchmark.evaluated):
            raise SettingsError(
                f"All of {benchmark.name} is held out for metadata.", "Compare on the whole set."
            )
        if export is not None:
            with self._store.reading() as db:
                if exports.get(db, self._project, export) is None:
                    raise SettingsError(
                        f"There is no export {export} in this project.",
                        "'codeclm exports' lists them.",
                    )

    # What came of it ---------------------------------------------------------------------------

    def listed(self) -> list[Run]:
        """The project's evaluations, newest first."""
        with self._store.reading() as db:
            return [Run(self._store, number) for number in evaluations.listed(db, self._project)]

    def result(self, run: int) -> Evaluation:
        """What came of an evaluation so far. Raises ``StoreError`` when the run is none."""
        with self._store.reading() as db:
            row, planned = runs.get(db, run), evaluations.get(db, run)
            benchmark = benchmarks.get(db, planned.benchmark) if planned else None
            if row is None or row.project != self._project or not planned or not benchmark:
                raise StoreError(f"Run {run} is no evaluation of this project.")
            found = [one.comparison for one in evaluations.compared(db, run)]
            items, unanswered = evaluations.size(db, run), evaluations.unanswered(db, run)
            lengths = evaluations.lengths(db, run)
        settings, total = row.settings, evaluation.tally(found)
        return Evaluation(
            run=run,
            state=row.state,
            benchmark=benchmark,
            candidate=settings.target,
            reference=settings.strong,
            judge=settings.judge,
            recorded=evaluating.recorded_in(settings),
            simulated=settings.simulated,
            whole=planned.whole,
            export=planned.export,
            items=items,
            unanswered=unanswered,
            open=items - unanswered - len(found),
            total=_slice("", total),
            use_cases=_slices(evaluation.by(found, lambda one: one.use_case)),
            skills=_slices(evaluation.by(found, lambda one: one.skills)),
            candidate_length=lengths.get("candidate"),
            reference_length=lengths.get("reference"),
            created_at=row.created_at,
        )

    def mark(self) -> tuple[int, int]:
        """Something that changes with everything ``of_run`` may tell."""
        with self._store.reading() as db:
            return evaluations.mark(db, self._project)

    def of_run(self, run: int) -> tuple[RunEvaluation, ...]:
        """What models tuned on exports of a run's pairs alone came to, the newest of each kind.

        Evaluations are of one kind that have the same set, reference and judge.
        """
        with self._store.reading() as db:
            numbers = evaluations.of_run(db, run)
        found: dict[str, RunEvaluation] = {}
        for came in map(self.result, numbers):
            total = came.total
            if total.crr is None or total.low is None or total.high is None:
                continue
            name = self._kind(came)
            told = RunEvaluation(
                benchmark=name,
                crr=total.crr,
                low=total.low,
                high=total.high,
                compared=total.compared,
            )
            found.setdefault(name, told)
        return tuple(found.values())

    def _kind(self, came: Evaluation) -> str:
        """What a candidate was measured by, in words that two files of one name do not share."""
        benchmark = came.benchmark
        names = {one.sha256 for one in self.benchmarks() if one.name == benchmark.name}
        file = f"{benchmark.name} ({benchmark.sha256[:6]})" if len(names) > 1 else benchmark.name
        part = "whole" if came.whole else "without what is held out"
        return f"{file}, {part}, against {came.reference}, judged by {came.judge}"

    def outcomes(self, run: int) -> list[tuple[int, Outcome | None]]:
        """(position, how it ended) of every comparison, in the order of the set."""
        with self._store.reading() as db:
            return [
                (one.position, outcome(one.comparison)) for one in evaluations.compared(db, run)
            ]

    def compared(self, run: int, positions: Sequence[int]) -> list[ComparedItem]:
        """The comparisons at some positions, with both responses and what the judge said."""
        with self._store.reading() as db:
            return list(evaluations.compared(db, run, positions))

    def difference(self, run: int, other: int) -> Difference | None:
        """How much higher one CRR is than another, on the instructions that both were compared on.

        None of fewer than ten; the interval tells whether it is more than noise.
        """
        with self._store.reading() as db:
            one, two = (
                [found.comparison for found in evaluations.compared(db, number)]
                for number in (run, other)
            )
        return evaluation.differs(*evaluation.recovered_by_both(one, two), paired=True)


def are_alike(one: Evaluation, other: Evaluation) -> bool:
    """Whether two evaluations differ in their candidate alone, so that they can be compared."""
    return _measured_by(one) == _measured_by(other)


def _measured_by(came: Evaluation) -> tuple[object, ...]:
    """What a candidate is measured by: the items, the reference's answers and the judge.

    Two candidates may have answered in two fields of one file, so that it is two sets. What is held
    out of them is the same where they have as many items.
    """
    fields, benchmark = came.benchmark.fields, came.benchmark
    return (
        benchmark.sha256,
        fields.get("instruction"),
        fields.get("input"),
        None if came.whole else (benchmark.seed, benchmark.items),
        came.reference,
        fields.get("reference") if "reference" in came.recorded else None,
        came.judge,
    )


def _slices(found: dict[str, Tally]) -> tuple[Slice, ...]:
    return tuple(_slice(name, tally) for name, tally in found.items())


def _slice(name: str, tally: Tally) -> Slice:
    counts = asdict(tally)
    for part in ("longer_wins", "shorter_wins"):
        del counts[part]
    low, high = tally.interval or (None, None)
    return Slice(
        name=name,
        crr=tally.crr,
        low=low,
        high=high,
        flip_rate=tally.flip_rate,
        longer_share=tally.longer_share,
        **counts,
    )
