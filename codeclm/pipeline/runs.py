"""A run as people hold it: its settings, its counts, its cost, and bringing it further."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline import changing, foreground, importing, served, verdicts
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.estimate.comparison import Beside, beside
from codeclm.pipeline.growth import first_size, standing
from codeclm.pipeline.lines import check
from codeclm.pipeline.ownership import is_taken
from codeclm.records import Accepted, Counts, Drop, Failure, Progress, RunState, Usage, WholeChain
from codeclm.settings import RunSettings
from codeclm.store import (
    calls,
    drops,
    evaluations,
    failures,
    generated,
    imports,
    lineage,
    opinions,
    restored,
    runs,
    views,
)
from codeclm.store.connection import Store
from codeclm.store.verdicts import counts
from codeclm.store.views import StepCount

if TYPE_CHECKING:
    from sqlite_utils import Database


class Run:
    """One run. Everything it tells is read from the store at that moment."""

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self.id = number

    @property
    def row(self) -> runs.RunRow:
        """The run as stored. Raises ``StoreError`` when there is none of this number."""
        with self._store.reading() as db:
            return self._found(db)

    @property
    def settings(self) -> RunSettings:
        return self.row.settings

    @property
    def state(self) -> RunState:
        """Where the run stands; a running one that nobody works on is ``interrupted``.

        A finished one goes by the reviews made since: it may lack approved pairs again.
        """
        with self._store.reading() as db:
            row = self._found(db)
            if row.state is RunState.FINISHED and row.settings.stop_at_approved is not None:
                return standing(db, row)[0]
        if row.state is RunState.RUNNING and not is_taken(self._store.path):
            return RunState.INTERRUPTED
        return row.state

    def fewer_than(self, size: int) -> str:
        """What is to be told of a run with fewer instructions than were wanted; "" otherwise."""
        have = self.settings.size
        if have >= size:
            return ""
        return f"Each instruction begins with a seed, and there are {have}: the run has no more."

    @property
    def waits_for_review(self) -> bool:
        """Whether it is paused until people have decided on its pending pairs."""
        with self._store.reading() as db:
            row = self._found(db)
            return row.state is RunState.PAUSED and standing(db, row)[0] is RunState.PAUSED

    def change(self, **settings: Any) -> None:
        """Change caps, prices, concurrency and time-out, or how far the run goes.

        ``theta`` and ``iterations`` are applied to what is judged already, as a new version of the
        verdicts; a larger ``size`` adds instructions and changes none. Where that leaves something
        to do, the run goes on from there when it is brought further. Raises ``SettingsError`` when
        a value makes no sense, ``WorkTaken`` when the run is at work.
        """
        with self._store.writing() as db:
            changing.change(db, self._found(db), settings, self._store.path)

    @property
    def unscored(self) -> int:
        """How many of its imported pairs have no scores."""
        with self._store.reading() as db:
            return imports.unscored(db, self.id)

    def score(self, judge: str, **changes: Any) -> int:
        """Have a judge score what was imported without scores, once the run is brought further.

        Until then they are no pairs, unless reviewed. ``changes`` are θ, caps and prices. Returns
        how many there are. Raises ``SettingsError`` for none, and for a judge nobody can ask.
        """
        with self._store.reading() as db:
            wanted, _ = importing.scoring(db, self._found(db), judge, changes)
        check(wanted, self._store)
        with self._store.writing() as db:
            row = self._found(db)
            changing.refuse_at_work(row, self._store.path)
            changing.refuse_restored(db, row, {"judge"})
            changed, left = importing.scoring(db, row, judge, changes)
            runs.set_settings(db, self.id, changed)
            verdicts.apply(db, row.project, self.id, changed)
            changing.end_or_reopen(db, self.id)
        return left

    def retry(
        self,
        step: str | None = None,
        kind: str | None = None,
        only: Sequence[int] | None = None,
    ) -> int:
        """Take back failures of a step, of a kind, some or all, so that resume asks them again.

        Returns how many. Raises ``SettingsError`` when there are none, or when what failed has no
        place in the run's plan any more, ``WorkTaken`` when the run is at work.
        """
        with self._store.writing() as db:
            row = self._found(db)
            changing.refuse_at_work(row, self._store.path)
            chosen, settled = self._retriable(db, row, step, kind, only)
            if not chosen:
                raise SettingsError(
                    f"Run {self.id} has no such failures that could be asked again.",
                    "Seeds that could not be encoded, and prompts that gave nothing, have given"
                    " their share to the others; a new run asks them again and replays the rest."
                    if settled
                    else "What failed in it stayed where the run was made."
                    if restored.is_restored(db, self.id)
                    else "'codeclm failures' lists those there are.",
                )
            failures.reopen(db, self.id, chosen)
            if row.state is RunState.FINISHED:
                runs.set_state(db, self.id, RunState.STOPPED, "Resume asks what failed again.")
        return len(chosen)

    @property
    def can_retry(self) -> bool:
        """Whether anything failed that could be asked again."""
        with self._store.reading() as db:
            return bool(self._retriable(db, self._found(db))[0])

    def _retriable(
        self,
        db: Database,
        row: runs.RunRow,
        step: str | None = None,
        kind: str | None = None,
        only: Sequence[int] | None = None,
    ) -> tuple[list[int], list[int]]:
        """The failures that can be asked again, and those that the others went on without."""
        chosen = failures.ids(db, self.id, step, kind, only)
        if row.settings.goal == "metadata" or not runs.entries(db, self.id):
            return chosen, []
        passed = {
            number for step in ("encode", "generate") for number in failures.ids(db, self.id, step)
        }
        settled = [number for number in chosen if number in passed]
        return [number for number in chosen if number not in passed], settled

    def counts(self) -> Counts:
        with self._store.reading() as db:
            row = self._found(db)
            planned = runs.sizes(db, self.id)[-1:] or [first_size(row.settings)]
            return counts(db, self.id, planned[0] if row.settings.has_chains else 0)

    def _found(self, db: Database) -> runs.RunRow:
        row = runs.get(db, self.id)
        if row is None:
            raise StoreError(f"There is no run {self.id}.", "'codeclm runs' lists them.")
        return row

    def usage(self) -> Usage:
        with self._store.reading() as db:
            return calls.usage(db, self.id)

    def estimate(self) -> Estimate | None:
        """What the run was expected to take when it was planned, None if nobody asked then.

        A run that was extended since was expected to take less: this is its first plan's.
        """
        with self._store.reading() as db:
            stored = runs.estimate(db, self.id)
        return Estimate.from_dict(stored) if stored else None

    def beside_estimate(self) -> list[Beside]:
        """What was estimated and what it really took, by role and in total; empty without one."""
        expected = self.estimate()
        if expected is None:
            return []
        with self._store.reading() as db:
            return beside(expected, calls.usage_by_role(db, self.id), self._found(db).seconds)

    def warnings(self) -> list[str]:
        """What may make the run's replies differ from each other; names in it are servers'."""
        settings = self.settings
        with self._store.reading() as db:
            return served.changes(calls.served(db, self.id), settings)

    def steps(self) -> list[StepCount]:
        """Items done and known of each step, in the order of the steps."""
        with self._store.reading() as db:
            return views.step_counts(db, self.id)

    def failures(
        self, limit: int = 200, *, step: str | None = None, kind: str | None = None
    ) -> list[Failure]:
        """The newest failures, of one step or kind or of all, each with its raw reply."""
        with self._store.reading() as db:
            return failures.listed(db, self.id, limit, step, kind)

    def dropped(self, limit: int = 200, offset: int = 0, *, rule: str | None = None) -> list[Drop]:
        """What rules of its strategy have dropped, one of them or all, each with the reason."""
        with self._store.reading() as db:
            return drops.listed(db, self.id, limit, offset, rule=rule)

    def dropped_by_rule(self) -> dict[str, int]:
        """How much each of these rules has dropped, the busiest first."""
        with self._store.reading() as db:
            return drops.by_rule(db, self.id)

    def accepted(self, limit: int = 200, offset: int = 0) -> list[Accepted]:
        """What its pool has accepted, each with what it was most like; none without a pool."""
        with self._store.reading() as db:
            return generated.listed(db, self.id, limit, offset)

    def count_accepted(self) -> int:
        """How many instructions its pool has accepted."""
        with self._store.reading() as db:
            return generated.count(db, self.id)

    def chains(self, limit: int) -> list[WholeChain]:
        """The first chains in plan order, whole, however they ended."""
        with self._store.reading() as db:
            return lineage.whole(db, self.id, limit)

    def encoded(self, limit: int) -> list[tuple[str, str]]:
        """(use case, skills) of the seeds that are encoded so far."""
        with self._store.reading() as db:
            return views.encoded(db, self.id, limit)

    def newest_pair(self) -> tuple[str, float | None] | None:
        """The instruction and gap of the pair kept last."""
        with self._store.reading() as db:
            return views.newest_pair(db, self.id)

    def summary(self) -> dict[str, Any]:
        """The run's sums as one flat object; ``instructions = kept + exhausted + failed``."""
        counts, usage = self.counts(), self.usage()
        return {
            "run": self.id,
            "instructions": counts.instructions,
            "kept": counts.kept,
            "kept_strong": counts.kept_strong,
            "kept_target": counts.kept_target,
            "exhausted": counts.exhausted,
            "failed": counts.failed,
            "by_iteration": list(counts.by_iteration),
            "dropped": self.dropped_by_rule(),
            "calls": usage.calls,
            "replayed": usage.replayed,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": None if usage.cost_usd is None else round(usage.cost_usd, 6),
            "seconds": round(self.row.seconds, 3),
            **self._judged_again(),
            **self._evaluated(),
        }

    def _judged_again(self) -> dict[str, int]:
        """Of a re-judge: its pairs, the samples of each, the judgements there are."""
        settings = self.settings
        if settings.goal != "rejudge":
            return {}
        with self._store.reading() as db:
            return {
                "pairs": opinions.size(db, self.id),
                "samples": settings.samples,
                "judgements": opinions.judged(db, self.id),
            }

    def _evaluated(self) -> dict[str, int]:
        """Of an evaluation: the items it compares."""
        if self.settings.goal != "evaluate":
            return {}
        with self._store.reading() as db:
            return {"items": evaluations.size(db, self.id)}

    def bring(self, on_progress: Callable[[Progress], None] | None = None) -> RunState:
        """Start or resume the run in this process, and return the state it ends in.

        Ctrl+C once finishes what is in flight, twice ends at once. Raises ``WorkTaken`` when
        another process is at work on the database.
        """
        return foreground.bring(self._store, self.id, self._moment, on_progress)

    def _moment(self) -> tuple[Counts, Usage, str]:
        return self.counts(), self.usage(), self.row.message
