"""A project's runs, one row a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.runs import Run
from codeclm.settings import RunSettings
from codeclm.ui import sums, table

#: Runs in the table.
SHOWN = 20
_OFF = {"use_rubrics": "rubrics", "use_filter": "filter"}


def rows(runs: Sequence[Run]) -> None:
    """Draw one row a run, the newest first."""
    table.show(
        [_row(run) for run in runs[:SHOWN]],
        alt="Runs of this project with their settings and results",
        columns={
            "USD": st.column_config.NumberColumn(format="%.4f"),
            "state": st.column_config.TextColumn(width=95),
        },
    )


def _row(run: Run) -> dict[str, Any]:
    row, told = run.row, sums.summary(run)
    chosen = row.settings
    return {
        "run": run.id,
        "strategy": "import" if chosen.imported else chosen.strategy,
        "state": str(run.state),
        "started (UTC)": row.created_at[:16].replace("T", " "),
        "size": chosen.size,
        "kept": told["kept"],
        "strong": told["kept_strong"],
        "target": told["kept_target"],
        "exhausted": told["exhausted"],
        "failed": told["failed"],
        # What was imported was written under nobody knows which settings.
        "rubrics": chosen.rubrics if chosen.improves and not chosen.imported else None,
        "iterations": chosen.iterations if chosen.strategy == "codeclm" else None,
        "θ": chosen.theta if chosen.use_filter or chosen.imported else None,
        "seed": None if chosen.imported else chosen.seed,
        "temp.": None if chosen.imported else chosen.temperature,
        "off": _off(chosen),
        "calls": told["calls"],
        "replayed": told["replayed"],
        "tokens": told["prompt_tokens"] + told["completion_tokens"],
        "USD": told["cost_usd"],
        "seconds": told["seconds"],
        "strong model": chosen.strong,
        "target model": chosen.target,
        "judge": chosen.judge,
    }


def _off(chosen: RunSettings) -> str:
    """Which parts of CodecLM a run goes without; the other strategies never had them."""
    if chosen.imported or chosen.strategy != "codeclm":
        return "–"
    return ", ".join(word for name, word in _OFF.items() if not getattr(chosen, name)) or "–"
