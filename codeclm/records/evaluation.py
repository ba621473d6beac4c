"""What an evaluation compares: two responses to one instruction, and what the judge said."""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.records.rows import Order


@dataclass(frozen=True, slots=True)
class Assessment:
    """One comparison in one order, scores 1..10 mapped back to the responses, and why.

    ``order`` 0 showed the candidate's response first, 1 the reference's.
    """

    order: Order
    candidate: float
    reference: float
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The candidate's and the reference's response to one instruction of a benchmark.

    ``assessments`` holds at most one an order; one is missing where the judge gave no usable reply.
    """

    instruction: str
    candidate: str
    reference: str
    assessments: tuple[Assessment, ...] = ()
    use_case: str = ""
    skills: tuple[str, ...] = ()
