"""Facts of an export, as the tests of card, manifest and trainers take them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from codeclm.records import CardFacts, DataFile, ReviewFacts, RunFacts, Terms
from codeclm.settings import RunSettings

#: A name that would be much else than a name, if anything let it.
HOSTILE = (
    'x"\n---\nlicense: mit\n<img src=x onerror=alert(1)> ![i](https://evil.invalid/i.png)'
    " [l](javascript:1) | a | `b` *c* _d_ #e ~f~ $g$ \\h &amp; https://evil.invalid"
    " www.evil.invalid a@evil.invalid \u202e\u200b\x00\x1b \U0001f600 \ud800 \u2028 {{x}}"
    " ${x} %s 'y' # z: - w"
)


def run_facts(**changed: Any) -> RunFacts:
    settings = RunSettings(strong="openai:gpt-4o", target="vllm:meta-llama/Llama-3.1-8B-Instruct")
    return replace(
        RunFacts(
            id=3,
            source="12 seeds",
            created_at="2026-03-01 10:00:00",
            settings=settings.to_dict(),
            simulated=False,
            instructions=100,
            kept=80,
            exhausted=15,
            failed=5,
            prompts={"encode": "a" * 64, "judge": "b" * 64},
        ),
        **changed,
    )


def card_facts(format: str = "alpaca", **changed: Any) -> CardFacts:
    ending = {"csv": "csv", "parquet": "parquet"}.get(format, "jsonl")
    style = changed.pop("style", "")
    layout = {"format": format, **({"style": style} if style else {})}
    facts = CardFacts(
        project="Shop help",
        brief="A help desk for a bicycle shop.\nFor whom: its customers",
        version="0.1.0",
        created_at="2026-03-02 09:30:00",
        terms=Terms(
            title="Shop help instructions",
            summary="What customers ask a bicycle shop.",
            language="en",
            licence="cc-by-4.0",
            seeds_licence="apache-2.0",
            strong_terms="May be used to train models that do not compete.",
        ),
        layout=layout,
        narrowed={"status": "approved"},
        splits={"train": 0.9, "validation": 0.1},
        balance="none",
        pairs=80,
        files=(
            DataFile(f"data/train.{ending}", "train", 72, 7200, "1" * 64),
            DataFile(f"data/validation.{ending}", "validation", 8, 800, "2" * 64),
        ),
        runs=(run_facts(),),
        reviews=ReviewFacts(
            statuses={"approved": 80}, edited=4, swapped=1, reviewers=2, reasons={"wrong": 3}
        ),
        use_cases={"repair advice": 50, "refunds": 30},
        skills={"empathy": 60, "mechanics": 40},
        gaps={3.5: 40, 4.25: 37, -4.0: 3},
        iterations={1: (60, 2), 2: (17, 1)},
    )
    return replace(facts, **changed)
