"""What the checks on text find in each pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from codeclm.errors import SettingsError
from codeclm.pipeline.looks.reading import Found, Material, Told, every_so_often
from codeclm.quality import checks
from codeclm.records import CHECKS, Finding


def code_of(language: str) -> str:
    """The code of a language that somebody names. Raises ``SettingsError`` for what is none."""
    code = checks.code_of(language)
    if code is None:
        raise SettingsError(
            f"No language {language[:40]!r} is known.", "Give its code, such as en, de or zh."
        )
    return code


def look(material: Material, prompts: Iterable[str], given: Mapping[str, Any], told: Told) -> Found:
    """Every check on every pair; ``prompts`` are the texts that models were asked with."""
    words = checks.PromptWords.of(prompts)
    heard = every_so_often(told, "checking texts")
    found: list[Finding] = []
    for done, text in enumerate(material.texts):
        heard(done, len(material.texts))
        found += (
            Finding(
                pair=text.pair,
                kind=one.check,
                part=one.part,
                start=one.start,
                end=one.end,
                why=one.why,
            )
            for one in checks.look(
                text.instruction,
                text.response,
                language=given["language"] or None,
                prompts=words,
            )
        )
    flagged = Counter(kind for kind, _ in {(one.kind, one.pair) for one in found})
    return Found(
        result={
            "texts": len(material.texts),
            "pairs": len({one.pair for one in found}),
            "by check": {check: flagged[check] for check in CHECKS},
        },
        findings=found,
    )
