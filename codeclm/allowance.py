"""What a server says it still allows; replies and errors both carry it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a server says it still allows, of requests or of tokens.

    ``remaining`` of ``limit`` are left, and all of it is back after ``reset`` seconds.
    """

    remaining: int
    limit: int
    reset: float
