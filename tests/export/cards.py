"""Cards of data sets, and what is read of them."""

from __future__ import annotations

import pytest
from facts import HOSTILE, card_facts, run_facts

from codeclm.export.card import card
from codeclm.records import ReviewFacts, Terms


def hostile_card(text: str = HOSTILE) -> str:
    settings = {**run_facts().settings, "strong": text, "strategy": text}
    facts = card_facts(
        "dpo",
        style=text,
        project=text,
        brief=text,
        terms=Terms(title=text, summary=text, language=text, licence=text, seeds_licence=text,
                    strong_terms=text * 2),
        narrowed={"text": text, text: 1},
        balance=text,
        use_cases={text: 3},
        skills={text: 3},
        reviews=ReviewFacts(statuses={text: 1}, reasons={text: 2}),
        problems={text: 1},
        left_out={text: 1},
        values={"prompt": "", text: {text: [text]}},
        runs=(run_facts(source=text, created_at=text, settings=settings, prompts={text: text}),),
    )  # fmt: skip
    return card(facts, {"pictures/a.svg": text})


def front(text: str) -> str:
    _, block, _ = text.split("---\n", 2)
    return block


def matter(text: str) -> dict:
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(front(text))
