"""What gets done while all of a width is in use, and how long answers take against the usual."""

from __future__ import annotations

from dataclasses import dataclass

#: With so few calls in flight there is hardly a queue.
FEW = 4
#: Answers after which what is usual has mostly been forgotten.
FORGOTTEN = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: how long it took (seconds), and how many calls were in flight when it was sent.

    ``work`` is in completion tokens, or 1 where nobody tells them.
    """

    step: str
    seconds: float
    crowd: int
    work: float = 1.0


class Usual:
    """The seconds an answer of a step takes for its work while hardly any calls are in flight.

    It is a mean: one answer that came from a cache must not make all others look slow.
    """

    def __init__(self) -> None:
        self._known = 0
        self._steps: dict[str, tuple[float, float]] = {}

    def learn(self, answer: Answer) -> None:
        if answer.crowd > FEW:
            return
        self._known += 1
        seconds, work = self._steps.get(answer.step, (0.0, 0.0))
        kept = 1 - 1 / FORGOTTEN
        self._steps[answer.step] = kept * seconds + answer.seconds, kept * work + answer.work

    def seconds(self, answer: Answer) -> float | None:
        """What this answer would usually have taken; None while too little is known."""
        if self._known < FEW or answer.step not in self._steps:
            return None
        seconds, work = self._steps[answer.step]
        return answer.work * seconds / work


@dataclass(slots=True)
class Window:
    """A stretch of time with all of a width in use, until ``needs`` answers have come in it.

    The first ``skip`` answers are of calls that were sent at another width and do not count.
    """

    began: float
    needs: int
    skip: int = 0
    answers: int = 0
    work: float = 0.0
    seconds: float = 0.0
    usual_seconds: float = 0.0

    def skips(self, now: float) -> bool:
        """Whether this answer does not count."""
        if not self.skip:
            return False
        self.skip -= 1
        self.began = now
        return True

    def add(self, answer: Answer, usual: float | None) -> bool:
        """Count an answer, and the seconds it would usually take. Returns whether it is enough."""
        self.answers += 1
        self.work += answer.work
        if usual is not None:
            self.seconds += answer.seconds
            self.usual_seconds += usual
        return self.answers >= self.needs

    def throughput(self, now: float) -> float:
        """Work a second."""
        return self.work / max(1e-6, now - self.began)

    def is_slow(self, times: float, longer: float) -> bool:
        """Whether answers took so many times the usual, and each so many seconds longer."""
        excess = self.seconds - self.usual_seconds
        return self.seconds > times * self.usual_seconds and excess > longer * self.answers
