"""How far the judge can be trusted: each measure with its number, its n and what it means."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.judging import Agreement, Lengths, Orders, Reviewers
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import RunState, Share
from codeclm.ui import judge_sums, session, sums, table, text

#: From what value on one should worry. Rules of thumb of ours: nobody has measured them.
FLIPS, BIAS, LONGER, UNREADABLE = 0.10, 0.5, 0.75, 0.02
AGREE, KAPPA = 0.70, 0.40
SAME_WINNER, SPREAD = 0.90, 1.0
#: Of fewer than so many a share says too little to worry about.
ENOUGH = 20
#: Re-judges in the table, and those whose differing pairs are linked.
SHOWN, LINKED = 20, 5
#: One that waits for somebody to say that it goes on.
RESUMABLE = {RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED}
_GOING = (RunState.RUNNING, RunState.QUEUED)


def measures(orders: Orders, lengths: Lengths, unreadable: Share) -> None:
    """The numbers a judge has of itself, without anybody's help."""
    columns = st.columns(4, gap="medium")
    flips = orders.flips
    _measure(
        columns[0],
        "Order flips the winner",
        percent(flips),
        f"{_of(flips, 'instruction')}; a tie in one order: {percent(orders.ties)}",
        f"Exchanging both answers makes the other one win. Worry above {whole(FLIPS)}.",
        worry=above(flips, FLIPS),
    )
    _measure(
        columns[1],
        "Position bias, points",
        _points(orders.bias),
        f"mean over {text.counted(flips.n, 'instruction')}",
        "What an answer gains by being shown first; negative: what it loses."
        f" Worry beyond ±{BIAS:g}.",
        worry=orders.bias is not None and abs(orders.bias) > BIAS,
    )
    _measure(
        columns[2],
        "The longer answer wins",
        percent(lengths.longer),
        f"{_of(lengths.longer, 'win')}{_between(lengths.longer)}; where strong wins"
        f" {percent(lengths.strong_wins)} of {text.number(lengths.strong_wins.n)}, where the target"
        f" wins {percent(lengths.target_wins)} of {text.number(lengths.target_wins.n)}",
        f"Strong's is the longer one in {percent(lengths.strong_longer)}, so see where the target"
        f" wins: worry when that takes the longer answer in more than {whole(LONGER)}.",
        worry=above(lengths.target_wins, LONGER),
    )
    _measure(
        columns[3],
        "Unreadable replies",
        percent(unreadable),
        _of(unreadable, "judge call"),
        f"Replies that held no two scores. Worry above {whole(UNREADABLE)}.",
        worry=above(unreadable, UNREADABLE),
    )
    st.caption(
        "The values to worry from are rules of thumb of ours, and say nothing of fewer than"
        f" {ENOUGH}."
    )


def agreement(found: Agreement) -> None:
    """What the reviewers make of what the judge kept, at the run's θ and the best one."""
    now, best = found.now, found.best
    if now is None or best is None:
        st.caption(
            "None yet. Approve or reject some pairs on Review: each decision says whether the judge"
            " was right to keep the pair."
        )
        return
    left, middle, right = st.columns(3)
    _measure(
        left,
        f"Agree at θ {now.theta:g}",
        percent(now.agree),
        _of(now.agree, "decided pair"),
        "Kept and approved with that response, or not kept and rejected."
        f" Worry below {whole(AGREE)}.",
        worry=below(now.agree, AGREE),
    )
    _measure(
        middle,
        "Best θ",
        f"{best.theta:g}",
        f"agrees on {percent(best.agree)}",
        "The smallest of those that agree best.",
    )
    _measure(
        right,
        "It would lose",
        text.number(best.lost.part),
        f"of {text.counted(best.lost.n, 'approved pair')}",
        "Approved pairs whose gap is not beyond the best θ.",
    )
    st.caption(
        f"Pairs with a gap up to {now.theta:g} were never shown to anybody, so this says nothing of"
        " a lower θ."
    )


def reviewers(found: list[Reviewers]) -> None:
    """Every two reviewers on the pairs both have decided upon."""
    if not found:
        st.caption(
            "None yet. It takes two reviewers with names of their own who decide upon the same"
            " pairs; Review has a field for the name."
        )
        return
    table.show(
        [
            {
                "reviewer": row.first,
                "and": row.second,
                "pairs": row.agree.n,
                "agree": percent(row.agree),
                "kappa": row.kappa,
            }
            for row in found
        ],
        alt="Reviewers who decided upon the same pairs, and how often they agree",
        columns={"kappa": st.column_config.NumberColumn(format="%.2f")},
    )
    st.caption(
        "Cohen's kappa is agreement beyond chance: 1 is all of it, 0 none. Worry below"
        f" {KAPPA:g} (a rule of thumb of ours): what people do not agree on, no judge can learn."
    )


def rejudges(project: Project, runs: list[Run]) -> None:
    """One row for each re-judge, and the way to the pairs on which judges differ."""
    rows = [_row(project, run) for run in runs[:SHOWN]]
    table.show(
        rows,
        alt="Re-judges of this project and how they compare with the first judge",
        columns={
            "mean difference": st.column_config.NumberColumn(format="%.2f"),
            "correlation": st.column_config.NumberColumn(format="%.2f"),
            "spread": st.column_config.NumberColumn(format="%.2f"),
            "temp.": st.column_config.NumberColumn(format="%.1f"),
            "USD": st.column_config.NumberColumn(format="%.4f"),
        },
    )
    st.caption(
        f"Same winner: worry below {whole(SAME_WINNER)}. Mean difference and spread are in points"
        f" of the gap; spread is its standard deviation over the samples of a pair, worry above"
        f" {SPREAD:g} (rules of thumb of ours). The first judge's scores stay as they are."
    )
    differing = [(row["run"], row["differ"]) for row in rows if row["differ"]]
    for number, count in differing[:LINKED]:
        st.page_link(
            "pages/curate/review.py",
            label=f"Review the {text.plural(count, 'pair', 'pairs')} on which re-judge {number}"
            " differs →",
            query_params={
                **session.query(project.id),
                "status": "any",
                "rejudge": str(number),
            },
        )


def _row(project: Project, run: Run) -> dict[str, Any]:
    row, usage = run.row, sums.usage(run)
    chosen = row.settings
    told: dict[str, Any] = {
        "run": run.id,
        "state": str(run.state),
        "judge": chosen.judge,
        "temp.": chosen.judge_temperature,
        "samples": f"{chosen.samples} more" if chosen.generation else str(chosen.samples),
    }
    found = None if row.state in _GOING else judge_sums.rejudged(project, run.id)
    second, spread = (found.second, found.spread) if found else (None, None)
    return told | {
        "pairs": found.pairs if found else None,
        "compared": second.n if second else None,
        "same winner": percent(second.same_winner) if second else "–",
        "mean difference": second.difference if second else None,
        "correlation": second.correlation if second else None,
        "not kept": second.dropped.part if second else None,
        "differ": found.differing if found else None,
        "spread": spread.deviation if spread else None,
        "same verdict": percent(spread.same) if spread else "–",
        "calls": usage.calls,
        "replayed": usage.replayed,
        "USD": usage.cost_usd,
    }


def percent(share: Share) -> str:
    """A share with as many digits as tell something, an en dash for one of nothing."""
    if share.value is None:
        return "–"
    value = 100 * share.value
    return f"{value:.1f} %" if 0 < value < 10 else f"{value:.0f} %"


def whole(limit: float) -> str:
    """A limit as whole percent."""
    return f"{100 * limit:.0f} %"


def above(share: Share, limit: float) -> bool:
    """Whether enough were counted, and more of them than there should be."""
    return share.n >= ENOUGH and (share.value or 0.0) > limit


def below(share: Share, limit: float) -> bool:
    """Whether enough were counted, and fewer of them than there should be."""
    return share.n >= ENOUGH and (share.value or 0.0) < limit


def _measure(
    place: Any, label: str, value: str, counted: str, meaning: str, *, worry: bool = False
) -> None:
    with place, st.container(gap="small"):
        st.metric(label, value)
        if worry:
            st.badge("worth a look", color="orange")
        st.caption(counted)
        st.caption(meaning)


def _of(share: Share, noun: str) -> str:
    return f"{text.number(share.part)} of {text.counted(share.n, noun)}"


def _between(share: Share) -> str:
    bounds = share.interval
    if bounds is None:
        return ""
    return f" (95 %: {100 * bounds[0]:.0f} to {100 * bounds[1]:.0f} %)"


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")
