"""Pairs that somebody brings: one run, whose chains have their instruction and responses already.

Given scores decide by θ as a judge's do. What has none is kept with the strong response, or waits
for the judge: then the run goes on as every run does, and asks nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codeclm.errors import SettingsError, is_storable
from codeclm.ingest import GivenPair, PairFile
from codeclm.method.encode import flags
from codeclm.method.verdict import verdict
from codeclm.pipeline.growth import standing
from codeclm.records import (
    GIVEN,
    SIDES,
    Judgement,
    Metadata,
    Outcome,
    PairImport,
    Response,
    RunState,
    Status,
    Verdict,
)
from codeclm.settings import GIVEN_BY, RunSettings
from codeclm.store import chains, imports, metadata, pairs, prompts, runs, verdicts
from codeclm.store.chains import Place

if TYPE_CHECKING:
    from sqlite_utils import Database

#: The use case of pairs that name none.
NO_USE_CASE = "imported pairs"


def settings(
    file: PairFile, *, strong: str = "", target: str = "", judge: str = "", **more: Any
) -> RunSettings:
    """The settings of the run that a file's pairs become.

    ``strong`` and ``target`` say who answered; nobody asks them. With a ``judge``, what has no
    scores is to be scored; given scores are compared with θ either way. ``more`` are θ, caps and
    prices. Raises ``SettingsError``.
    """
    for name in (strong, target):
        if not is_storable(name):
            raise SettingsError("This name holds characters nothing can show.", "Type another.")
    judged = bool(judge) and file.scored < len(file.pairs)
    return RunSettings(
        imported=True,
        size=len(file.pairs),
        iterations=1,
        use_rubrics=False,
        use_filter=judged,
        strong=strong.strip() or GIVEN_BY["strong"],
        target=target.strip() or GIVEN_BY["target"],
        judge=judge if judged else GIVEN_BY["judge"],
        **more,
    )


def record(
    db: Database, project: int, file: PairFile, wanted: RunSettings, *, name: str
) -> PairImport:
    """Store a file's pairs as a run, inside the caller's transaction."""
    run = runs.create(db, project, wanted, "import")
    source = imports.add(
        db,
        project,
        name=name,
        sha256=file.sha256,
        field=", ".join(file.fields.named.values()),
        imported=len(file.pairs),
        skipped=len(file.skipped),
    )
    entries = _by_entry(db, project, file.pairs)
    runs.plan_entries(db, run, [(number, None) for number in entries])
    runs.add_stage(db, run, len(file.pairs), [len(found) for found in entries.values()])
    for entry, (number, found) in enumerate(entries.items()):
        texts = [(pair.instruction, None) for pair in found]
        chains.add_batch(db, run, entry, 0, 0, len(texts), texts)
        for slot, pair in enumerate(found):
            place = Place(run, entry, slot)
            imports.bind(db, place, source, pair.line)
            _add(db, project, place, number, pair, wanted)
    return _done(db, run, file)


def scoring(
    db: Database, run: runs.RunRow, judge: str, changes: Mapping[str, Any]
) -> tuple[RunSettings, int]:
    """The settings under which a judge scores what a run has without scores, and how much that is.

    A judge that has not begun yet is asked in the project's present words. Raises
    ``SettingsError`` when there is nothing to score, or another judge has begun.
    """
    left = imports.unscored(db, run.id)
    if not left:
        raise SettingsError(
            f"Run {run.id} has no pairs without scores.",
            "Only imported pairs come without; 'codeclm runs' lists what was imported.",
        )
    if run.settings.use_filter and standing(db, run)[0] is RunState.FINISHED:
        raise SettingsError(
            f"What run {run.id} has without scores could not be judged.",
            f"'codeclm retry {run.id}' asks the judge again, and 'codeclm failures' says why.",
        )
    begun = imports.is_judged(db, run.id)
    if begun and judge != run.settings.judge:
        raise SettingsError(
            f"Some pairs of run {run.id} were scored by {run.settings.judge} already.",
            "Go on with that judge, or import the pairs once more.",
        )
    words = run.settings.prompts if begun else prompts.edited(db, run.project)
    wanted = replace(run.settings, judge=judge, use_filter=True, prompts=words, **changes)
    return wanted, left


def _by_entry(
    db: Database, project: int, brought: Iterable[GivenPair]
) -> dict[int, list[GivenPair]]:
    """The pairs by the id of their metadata entry, in the order of the file."""
    known: dict[tuple[str, tuple[str, ...]], int] = {}
    entries: dict[int, list[GivenPair]] = {}
    for pair in brought:
        entry = Metadata(
            pair.use_case or NO_USE_CASE,
            pair.skills if pair.use_case else (),
            origin="import",
            status=Status.PENDING,
            flags=flags(pair.skills),
        )
        number = known.get(entry.key)
        if number is None:
            # An entry takes a skill to write instructions for: the others are on no page.
            save = metadata.save if entry.skills else metadata.save_unlisted
            number = known[entry.key] = save(db, project, entry)
        entries.setdefault(number, []).append(pair)
    return entries


def _add(
    db: Database, project: int, place: Place, entry: int, pair: GivenPair, wanted: RunSettings
) -> None:
    """The responses of a chain, and its end where it has one."""
    for side, text in zip(SIDES, (pair.strong, pair.target), strict=True):
        chains.add_response(db, place, 1, Response(side, text), None)
    if pair.scores is not None:
        given = Judgement(GIVEN, *pair.scores)
        chains.add_judgement(db, place, 1, given, None)
        found = verdict([given], wanted.theta, last=True)
    elif wanted.use_filter:
        return
    else:
        found = Verdict(Outcome.KEEP_STRONG)
    verdicts.add(db, place, 1, found, 1)
    if found.side:
        pairs.add(db, project, place, 1, entry, found)


def _done(db: Database, run: int, file: PairFile) -> PairImport:
    row = runs.get(db, run)
    if row and standing(db, row)[0] is RunState.FINISHED:
        runs.set_state(db, run, RunState.FINISHED)
    counts = verdicts.counts(db, run, len(file.pairs))
    return PairImport(
        run=run,
        imported=len(file.pairs),
        kept=counts.kept,
        exhausted=counts.exhausted,
        unscored=imports.unscored(db, run),
        skipped=tuple((row.line, row.reason) for row in file.skipped),
        notes=file.notes,
        unit=file.unit,
    )
