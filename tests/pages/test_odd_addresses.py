"""Addresses somebody has typed, shortened or kept from another day: pages open all the same."""

import pytest
from screens import Visit, sound

from codeclm.pipeline.projects import Project

ODD = ("", "zzz", "-1", "0", "9" * 17, "9" * 400, "1.5e999", "%", "a,b,c", ",", "⟨x⟩", "nan")
NAMES = {
    "curate/gaps": ("run", "bar", "cell", "at", "use_case", "skill", "iteration", "strategy", "by"),
    "curate/judge": ("run",),
    "curate/review": (
        *("status", "use_case", "skill", "order", "text", "run", "iteration", "side", "model"),
        *("tag", "look", "rejudge", "range", "view", "page", "rows", "pair", "at", "fields"),
        *("find", "with", "where", "place", "blind"),
    ),
    "curate/failures": ("run", "step", "kind", "dismissed"),
    "ship/compare": ("runs", "equal", "baseline"),
}


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("odd", ODD)
def test_a_page_opens_whatever_its_address_says(
    project: Project, visit: Visit, page: str, odd: str
) -> None:
    sound(visit(page, **dict.fromkeys(NAMES[page], odd)))
    if page == "curate/review":
        for view in ("table", "replace"):
            sound(visit(page, **{**dict.fromkeys(NAMES[page], odd), "view": view, "status": "any"}))
