"""What a run is expected to take, and afterwards what it took: calls, tokens, money, minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.estimate import Estimate, wording
from codeclm.pipeline.estimate.comparison import Beside
from codeclm.pipeline.runs import Run
from codeclm.settings import Caps, RunSettings
from codeclm.ui import keys, sums, text


def estimate(place: Any, found: Estimate) -> None:
    """The line of an estimate in ``place``, and behind it the numbers of each role."""
    total = found.total
    parts = [
        f"**{wording.count(total.calls)} calls**",
        f"{wording.amount(total.tokens)} tokens",
        wording.money(total.usd),
        f"~{wording.duration(total.minutes)}",
        *(["assumed"] if found.rests_on.startswith("assumed") else []),
        "before replays",
    ]
    with place.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_plain(f"estimate {' · '.join(parts)}"), width="content")
        with st.popover("By role", type="tertiary", key="estimate"):
            _by_role(found)


def concerns(settings: RunSettings, found: Estimate) -> None:
    """Say so where a cap will pause the run, or nobody knows what it costs and nothing caps it."""
    total, cap = found.total, settings.caps()
    if (cap.calls and cap.calls < total.calls) or (cap.tokens and cap.tokens < total.tokens):
        st.caption("A cap is below the estimate: the run will pause there, to be resumed.")
    caps = (settings.caps(), *settings.role_budgets.values())
    if found.unpriced and not any(cap != Caps() for cap in caps):
        st.caption(
            "A price is not known and no cap is set: the run goes on until it is done or"
            " stopped. Prices are set on Models, caps above."
        )


def in_short(found: Estimate) -> str:
    """Tokens and money of an estimate, for a sentence."""
    total = found.total
    return _plain(f"{wording.amount(total.tokens)} tokens, {wording.money(total.usd)}")


def beside(run: Run) -> None:
    """What was estimated for a run and what it really took; nothing while it has asked nobody."""
    rows = sums.beside(run)
    if not rows or not rows[-1].real.calls:
        return
    total = rows[-1]
    told = (
        f"Run {run.id}: {text.number(total.real.calls)} calls,"
        f" {wording.count(total.estimated.calls)} estimated"
    )
    with st.expander(told, key=keys.of("beside", run.id)):
        st.markdown(_table(["role", "calls", "tokens", "US dollars", "time"], map(_both, rows)))
        replayed = sums.usage(run).replayed
        free = f" {text.plural(replayed, 'reply', 'replies')} came from the journal for nothing."
        st.caption(
            "Estimated / real. The estimate is that of the run as it was first planned, before"
            f" replays.{free if replayed else ''}"
        )


def _both(row: Beside) -> list[str]:
    expected, real = row.estimated, row.real
    return [
        row.who,
        f"{wording.count(expected.calls)} / {text.number(real.calls)}",
        f"{wording.amount(expected.tokens)} / {wording.amount(real.tokens)}",
        f"{wording.money(expected.usd)} / {wording.money(real.cost_usd)}",
        "–"
        if row.minutes is None
        else f"{wording.duration(expected.minutes)} / {wording.duration(row.minutes)}",
    ]


def _by_role(found: Estimate) -> None:
    rows = [*found.roles.items(), ("total", found.total)]
    st.markdown(
        _table(
            ["role", "calls", "fewest–most", "tokens in", "tokens out", "US dollars", "busy"],
            [
                [
                    who,
                    wording.count(figures.calls),
                    _range(figures.fewest, figures.most),
                    wording.amount(figures.prompt_tokens),
                    wording.amount(figures.completion_tokens),
                    wording.money(figures.usd),
                    wording.duration(figures.minutes),
                ]
                for who, figures in rows
            ],
        )
    )
    if found.kept:
        st.caption(
            f"About {wording.count(found.kept)} pairs of {text.number(found.instructions)}"
            " instructions. Fewest: all kept at once; most: nothing ever, both before re-asks."
        )
    st.caption(f"Before replays. Rests on: {found.rests_on}.")
    if found.unpriced:
        text.quiet(f"No price is known of {', '.join(found.unpriced)}.", "unpriced")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A small table of our own words and numbers, the numbers at the right."""
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return _plain("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _range(fewest: int, most: int) -> str:
    both = text.number(fewest), text.number(most)
    return both[0] if fewest == most else "–".join(both)


def _plain(markdown: str) -> str:
    """Dollars are dollars, not formulas."""
    return markdown.replace("$", "\\$")
