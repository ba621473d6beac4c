"""What people do to a project's pairs: one by one, many at once, taken back and done again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from statistics import median

from codeclm.errors import SettingsError, StoreError
from codeclm.quality.replacement import Place, Replacement, Where, change_between
from codeclm.records import Pair, PairFilter, Status
from codeclm.store import claims, pairs, reasons, reviews
from codeclm.store.connection import Store
from codeclm.store.reviews import Done

__all__ = ["FLAGGED", "Done", "Place", "Replacement", "Reviews", "Where", "change_between"]

#: The tag that a flag is.
FLAGGED = "flagged"
#: Seconds between two decisions above which somebody was elsewhere.
_AWAY = 300.0
LONGEST_TAG = 60


class Reviews:
    """The reviews of one project's pairs."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    # One pair ----------------------------------------------------------------------------------

    def decide(
        self,
        pair: int,
        decision: Status,
        *,
        expected: Status = Status.PENDING,
        reason: str = "",
        reviewer: str = "",
        swap: bool = False,
        blind: bool = False,
    ) -> bool:
        """Give a pair a status if it still has the expected one. Returns whether it had.

        ``swap`` chooses the other response in the same go; ``blind`` says that the reviewer did
        not know which side is which.
        """
        with self._store.writing() as db:
            if swap:
                self._refuse_without_other(pairs.get(db, self._project, pair))
            return reviews.decide(
                db,
                self._project,
                pair,
                decision,
                expected=expected,
                reason=reason,
                reviewer=reviewer,
                swap=swap,
                blind=blind,
            )

    def edit(self, seen: Pair, instruction: str, response: str, reviewer: str = "") -> bool:
        """Put a person's instruction and response beside the machine's.

        ``seen`` is the pair as it was on screen. Returns whether it still is: if somebody has
        acted upon it since, nothing is changed.
        """
        with self._store.writing() as db:
            return reviews.edit(db, self._project, seen, instruction, response, reviewer)

    def swap(self, pair: int, reviewer: str = "") -> None:
        """Take the other response. Raises ``StoreError`` where there is none."""
        with self._store.writing() as db:
            self._refuse_without_other(pairs.get(db, self._project, pair))
            reviews.mark(db, self._project, pair, "swap", reviewer=reviewer)

    def note(self, pair: int, words: str, reviewer: str = "") -> None:
        """Put a note on a pair in the place of the one before; an empty one takes it off."""
        with self._store.writing() as db:
            reviews.mark(db, self._project, pair, "note", words.strip(), reviewer)

    def tag(self, pair: int, tag: str, reviewer: str = "", *, on: bool = True) -> None:
        """Tag a pair, or take a tag from it. Raises ``SettingsError`` for an unusable tag."""
        with self._store.writing() as db:
            decision = "tag" if on else "untag"
            reviews.mark(db, self._project, pair, decision, usable_tag(tag), reviewer)

    @staticmethod
    def _refuse_without_other(pair: Pair | None) -> None:
        if pair is None or pair.target_response is None:
            raise StoreError(
                "There is no other response to choose: the target was not asked.",
                "A run without the filter asks only the strong model.",
            )

    # Taking back -------------------------------------------------------------------------------

    def undo(self, reviewer: str = "") -> Done | None:
        """Take back what a reviewer did last, a batch as a whole; None when there is nothing.

        What somebody else has acted upon since stays as it is.
        """
        with self._store.writing() as db:
            return reviews.undo(db, self._project, reviewer)

    def redo(self, reviewer: str = "") -> Done | None:
        """Do again what a reviewer took back last; None when there is nothing."""
        with self._store.writing() as db:
            return reviews.redo(db, self._project, reviewer)

    # Many pairs --------------------------------------------------------------------------------

    def decide_all(
        self, wanted: PairFilter, decision: Status, reason: str = "", reviewer: str = ""
    ) -> int:
        """Give every pair of a filter this status, as one thing to undo. Returns how many."""
        with self._store.writing() as db:
            return reviews.decide_all(db, wanted, decision, reason, reviewer)

    def tag_all(self, wanted: PairFilter, tag: str, reviewer: str = "", *, on: bool = True) -> int:
        """Tag every pair of a filter, or take the tag from all. Returns how many it changed."""
        with self._store.writing() as db:
            return reviews.tag_all(db, wanted, usable_tag(tag), reviewer, on=on)

    def statuses(self, wanted: PairFilter) -> dict[Status, int]:
        """How many pairs of a filter have which status."""
        with self._store.reading() as db:
            return pairs.statuses(db, wanted)

    def replaced(self, wanted: PairFilter, change: Replacement) -> Iterator[tuple[Pair, str, str]]:
        """The pairs of a filter that a replacement changes, each with its new texts."""
        with self._store.reading() as db:
            for pair in pairs.matching(db, _holding(wanted, change)):
                instruction, response = change.of(pair.instruction, pair.response)
                if (instruction, response) != (pair.instruction, pair.response):
                    yield pair, instruction, response

    def replace_all(self, wanted: PairFilter, change: Replacement, reviewer: str = "") -> int:
        """Edit every pair of a filter that a replacement changes, as one thing to undo.

        Pairs that would be left without an instruction or a response stay as they are. Returns
        how many were edited.
        """
        edits = [
            (pair, instruction, response)
            for pair, instruction, response in self.replaced(wanted, change)
            if instruction.strip() and response.strip()
        ]
        with self._store.writing() as db:
            return reviews.edit_all(db, self._project, edits, reviewer)

    # The queue ---------------------------------------------------------------------------------

    def next_free(self, wanted: PairFilter, reviewer: str, place: int, count: int = 1) -> list[int]:
        """Ids of a queue's pairs from ``place`` on that nobody else has on screen."""
        with self._store.reading() as db:
            return claims.next_free(db, wanted, reviewer, place, count)

    def claim_next(self, wanted: PairFilter, reviewer: str, place: int) -> int | None:
        """Claim the first such pair, so that nobody else is given it for a while."""
        with self._store.writing() as db:
            for pair in claims.next_free(db, wanted, reviewer, place):
                claims.take(db, pair, reviewer)
                return pair
        return None

    def claimed_by_others(self, reviewer: str) -> list[tuple[str, int]]:
        """(reviewer, pair) of what others have on screen."""
        with self._store.reading() as db:
            return claims.of_others(db, self._project, reviewer)

    def pace(self, reviewer: str, over: int = 20) -> float | None:
        """Seconds a reviewer takes for a pair, the median of late; None before a few decisions."""
        with self._store.reading() as db:
            found = reviews.last_moments(db, self._project, reviewer, over + 1)
        moments = [datetime.fromisoformat(moment) for moment in found]
        between = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
        near = [seconds for seconds in between if seconds < _AWAY]
        return median(near) if len(near) >= 3 else None

    def texts_mark(self) -> tuple[int, ...]:
        """What is another one whenever the texts of the project's pairs may be others."""
        with self._store.reading() as db:
            return reviews.texts_mark(db, self._project)

    def can_redo(self, reviewer: str) -> int:
        """How many reviews the reviewer has taken back and could do again."""
        with self._store.reading() as db:
            return reviews.can_redo(db, self._project, reviewer)

    # Words -------------------------------------------------------------------------------------

    def reasons(self) -> list[str]:
        """The project's reasons for a reject, in order; the usual ones until it has its own."""
        with self._store.reading() as db:
            return reasons.listed(db, self._project) or list(USUAL_REASONS)

    def save_reasons(self, given: Sequence[str]) -> None:
        """Keep these reasons; none brings the usual ones back."""
        chosen = list(dict.fromkeys(filter(None, (" ".join(word.split()) for word in given))))
        with self._store.writing() as db:
            reasons.save(db, self._project, chosen)

    def tags(self) -> dict[str, int]:
        """The tags there are, each with its number of pairs."""
        with self._store.reading() as db:
            return pairs.tags(db, self._project)


USUAL_REASONS = (
    "wrong answer",
    "off the task",
    "badly written",
    "too easy",
    "unsafe",
    "duplicate",
)


def usable_tag(tag: str) -> str:
    """A tag as it is kept. Raises ``SettingsError``."""
    words = " ".join(tag.split())
    if not words or len(words) > LONGEST_TAG or not words.isprintable():
        raise SettingsError(
            f"A tag has between 1 and {LONGEST_TAG} visible characters.", "Choose a shorter one."
        )
    return words


def _holding(wanted: PairFilter, change: Replacement) -> PairFilter:
    """Of a filter, the pairs whose text may hold what is replaced."""
    return wanted if wanted.text else replace(wanted, text=change.old)
