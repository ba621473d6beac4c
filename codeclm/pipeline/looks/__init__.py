"""Looking at the texts of a project's pairs: duplicates, contamination, checks, the map.

A look is at all pairs that nobody has rejected and drops nothing: it flags, and people or rules of
theirs decide, as one thing to undo. It asks no model, unless one for embeddings is named. Of each
kind the newest look is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline import lines
from codeclm.pipeline.looks import checks, contamination, diversity, duplicates, embedding, maps
from codeclm.pipeline.looks.embedding import Vectors
from codeclm.pipeline.looks.reading import Found, Material, Told, read
from codeclm.pipeline.wording import Wording
from codeclm.quality.binning import bins
from codeclm.quality.checks import MEANING
from codeclm.quality.shared import spans as shared
from codeclm.records import (
    FINDINGS,
    KEEPS,
    DuplicateGroup,
    EmbeddingEstimate,
    Evidence,
    Finding,
    Look,
    LookKind,
    PairFilter,
    Status,
)
from codeclm.store import benchmarks, findings, looks, pairs, points, projects, reviews, runs, seeds
from codeclm.store import duplicates as links
from codeclm.store.connection import Store
from codeclm.store.points import Placed

__all__ = ["DEFAULTS", "MEANING", "Looks", "Placed", "bins", "shared"]


#: What each kind can be told, and goes by where nothing is said. ``least`` is the similarity (0..1)
#: from which on texts are alike, ``keep`` one of ``KEEPS``; ``sets`` are ids of benchmark sets, all
#: where there are none; ``language`` is the code of what instructions are to be in, or empty.
#: ``embedding`` is the model, ``ENDPOINT:MODEL``, whose vectors it goes by, empty: by words;
#: ``embedding_least`` is the cosine from which on texts are then alike.
DEFAULTS: Mapping[LookKind, Mapping[str, Any]] = {
    "duplicates": {
        "least": duplicates.LEAST,
        "keep": "highest gap",
        "embedding": "",
        "embedding_least": duplicates.EMBEDDING_LEAST,
    },
    "copies": {"least": duplicates.LEAST},
    "contamination": {"sets": []},
    "checks": {"language": ""},
    "map": {"embedding": ""},
    "diversity": {},
}


class Looks:
    """The looks at one project's texts."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def look(
        self,
        kind: LookKind,
        given: Mapping[str, Any] | None = None,
        told: Told = lambda words: None,
    ) -> Look:
        """Look at all texts, and keep what is found in the place of the last look of this kind.

        ``told`` hears how far it is, and may raise to end it before anything is stored. Blocks: a
        minute or two for 100 000 pairs. Raises ``SettingsError``, and ``StoreError`` where the
        project is gone.
        """
        settings = self.settings(kind, given or {})
        told("reading the pairs")
        material = read(self._store, self._project)
        found = self._found(kind, material, settings, told)
        told("keeping what was found")
        with self._store.writing() as db:
            if projects.by_id(db, self._project) is None:
                raise StoreError("This project does not exist any more.", "Open another one.")
            number = looks.begin(db, self._project, kind, settings, material.mark)
            # A pair or a set may have gone meanwhile, as when θ was raised.
            there = links.standing(db, (text.pair for text in material.texts)).keys()
            sets = {one.id for one in benchmarks.listed(db, self._project)}
            kept = (one for one in found.findings if _is_there(one, there, sets))
            findings.add_all(db, number, kept)
            points.add_all(db, number, (one for one in found.points if one[0] in there))
            looks.end(db, number, found.result)
        newest = self.newest(kind)
        assert newest is not None
        return newest

    def settings(self, kind: LookKind, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a look with its defaults. Raises ``SettingsError`` for unusable ones."""
        if kind not in DEFAULTS:
            raise SettingsError(f"There is no look {kind!r}.", f"Choose of {', '.join(DEFAULTS)}.")
        unknown = set(given) - set(DEFAULTS[kind])
        if unknown:
            raise SettingsError(f"A look at {kind} knows no {sorted(unknown)[0]!r}.")
        settings: dict[str, Any] = {**DEFAULTS[kind], **given}
        alike = (settings.get("least", 1.0), settings.get("embedding_least", 1.0))
        if not all(0.3 <= least <= 1.0 for least in alike):
            raise SettingsError(
                "Texts are alike from a similarity of 0.3 to 1 on.",
                "Below 0.3 nearly all texts of one kind are; 0.7 is usual.",
            )
        if settings.get("keep", "first") not in KEEPS:
            raise SettingsError(f"Keep {settings['keep']!r}?", f"Choose of {', '.join(KEEPS)}.")
        if settings.get("language"):
            settings["language"] = checks.code_of(settings["language"])
        if settings.get("embedding"):
            lines.embedder(settings["embedding"], self._store)
        return settings

    def _found(
        self, kind: LookKind, material: Material, settings: Mapping[str, Any], told: Told
    ) -> Found:
        match kind:
            case "duplicates":
                vectors = self._vectors(material, settings, told)
                return duplicates.look(material, settings, told, vectors)
            case "copies":
                with self._store.reading() as db:
                    texts = seeds.numbered(db, self._project)
                return duplicates.look_for_copies(material, texts, settings, told)
            case "contamination":
                return contamination.look(material, self._sets(settings), settings, told)
            case "checks":
                prompts = [prompt.text for prompt in Wording(self._store, self._project).prompts()]
                return checks.look(material, prompts, settings, told)
            case "map":
                return maps.look(material, told, self._vectors(material, settings, told))
            case "diversity":
                with self._store.reading() as db:
                    known = runs.listed(db, self._project)
                made = {row.id: row.settings.strategy for row in known if not row.settings.imported}
                return diversity.look(material, made, told)

    def _vectors(
        self, material: Material, settings: Mapping[str, Any], told: Told
    ) -> Vectors | None:
        """The vectors of the instructions, where a model of them is named."""
        if not settings["embedding"]:
            return None
        return embedding.embed(self._store, settings["embedding"], material.instructions, told)

    def embedding_estimate(self, kind: LookKind, given: Mapping[str, Any]) -> EmbeddingEstimate:
        """What a look by vectors would ask its model for; nothing is asked. Raises
        ``SettingsError``, also where no model is named."""
        name = self.settings(kind, given).get("embedding")
        if not name:
            raise SettingsError("No embedding model is named.", "Such as simulated:embedding.")
        wanted = PairFilter(project=self._project, status_not=Status.REJECTED)
        with self._store.reading() as db:
            return embedding.estimate(self._store, name, pairs.instructions(db, wanted))

    def _sets(self, settings: Mapping[str, Any]) -> dict[int, Any]:
        with self._store.reading() as db:
            known = [one.id for one in benchmarks.listed(db, self._project)]
            wanted = settings["sets"] or known
            if missing := [number for number in wanted if number not in known]:
                raise SettingsError(f"There is no set {missing[0]} in this project.", "Bring one.")
            if not known:
                raise SettingsError(
                    "There is no benchmark set to compare with.", "Bring one on Evaluate."
                )
            return {number: benchmarks.items(db, number) for number in wanted}

    # What was found ----------------------------------------------------------------------------

    def newest(self, kind: LookKind) -> Look | None:
        """The newest look of a kind, None when there was none."""
        with self._store.reading() as db:
            return looks.newest(db, self._project, kind)

    def flagged(self) -> dict[str, int]:
        """How many pairs that nobody has rejected are flagged with what was looked for."""
        with self._store.reading() as db:
            return looks.flagged(db, self._project)

    def of_pair(self, pair: int) -> list[Evidence]:
        """What looks have found of one pair."""
        with self._store.reading() as db:
            return findings.of_pair(db, self._project, pair)

    def evidence(
        self, kind: str, limit: int, offset: int = 0, *, open_only: bool = False
    ) -> list[Evidence]:
        """Some findings of a kind with their texts, the most alike first.

        ``open_only`` leaves out pairs that were rejected since.
        """
        with self._store.reading() as db:
            return findings.page(
                db, self._project, kind, limit, offset, with_rejected=not open_only
            )

    def count(self, kind: str, *, open_only: bool = False) -> int:
        """How many findings of a kind there are."""
        with self._store.reading() as db:
            return findings.count(db, self._project, kind, with_rejected=not open_only)

    # Duplicates --------------------------------------------------------------------------------

    def groups(self) -> list[DuplicateGroup]:
        """The groups of duplicates, those with something to decide and the largest first."""
        newest = self.newest("duplicates")
        if newest is None:
            return []
        with self._store.reading() as db:
            return links.groups(db, self._project, newest.id)

    def group(self, kept: int, limit: int = 50) -> list[Evidence]:
        """The duplicates of a pair that is kept, the most alike first."""
        with self._store.reading() as db:
            return findings.page(db, self._project, "duplicate", limit, like_pair=kept)

    def keep(self, pair: int) -> None:
        """Keep a pair instead of the one it is a duplicate of."""
        duplicates.keep_by_hand(self._store, self._project, pair)

    # The map -----------------------------------------------------------------------------------

    def points(self) -> list[Placed]:
        """Where all pairs lie that nobody has rejected; none while nobody has looked."""
        newest = self.newest("map")
        if newest is None:
            return []
        with self._store.reading() as db:
            return points.listed(db, newest.id)

    def beginnings(self, numbers: Iterable[int], characters: int) -> dict[int, str]:
        """How the instructions of some pairs begin, by the pair's id."""
        with self._store.reading() as db:
            return pairs.beginnings(db, numbers, characters)

    # Deciding ----------------------------------------------------------------------------------

    def reject(
        self, kind: str, *, reviewer: str = "", approved_too: bool = False, of: int | None = None
    ) -> int:
        """Reject the pairs flagged with ``kind``, as one thing to undo. Returns how many.

        ``kind`` is the reason that is recorded. ``of`` narrows to the duplicates of one pair. What
        somebody has approved stays, unless it is meant as well.
        """
        if kind not in FINDINGS:
            raise SettingsError(f"There is no flag {kind!r}.", f"Choose of {', '.join(FINDINGS)}.")
        newest = self.newest("duplicates")
        with self._store.writing() as db:
            group = links.of_kept(db, newest.id, of) if newest and of is not None else []
            wanted = PairFilter(
                project=self._project,
                finding=kind,
                status=None if approved_too else Status.PENDING,
                among=None if of is None else tuple(group),
            )
            return reviews.decide_all(db, wanted, Status.REJECTED, kind, reviewer)


def _is_there(one: Finding, pairs: Collection[int], sets: Collection[int]) -> bool:
    return (
        one.pair in pairs
        and (one.like_pair is None or one.like_pair in pairs)
        and (one.benchmark is None or one.benchmark in sets)
    )
