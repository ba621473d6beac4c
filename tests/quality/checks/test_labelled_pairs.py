"""How often the checks are right and how much they see, on pairs labelled for them.

The cases are ours, made up and few, so the figures say that a check does what it is meant to, not
what it would reach on anybody's data. ``first.jsonl`` was written before the patterns, which were
then tuned on it; ``later.jsonl`` after them, and nothing was changed for its sake. Each check is
counted over all cases, those that were written for another one included. Measured:

==============  ================  ================  ================  ================
check           first: precision  first: recall     later: precision  later: recall
==============  ================  ================  ================  ================
language        14/14             14/14             13/14             13/13
refusal         14/14             14/14             12/12             12/14
cut ending      14/14             14/14             14/15             14/14
loop            14/14             14/14             14/15             14/14
prompt leakage  14/14             14/14             12/12             12/13
missing input   14/14             14/14             12/13             12/15
personal data   15/15             15/15             13/13             13/15
odd             14/14             14/14             13/14             13/15
==============  ================  ================  ================  ================

Patterns were changed once more after the later half was measured, for findings on other texts; its
figures came out the same.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from codeclm.prompts import PURPOSES, shipped
from codeclm.quality.checks import CHECKS, PromptWords, look

LABELLED = Path(__file__).parent / "labelled"
PROMPTS = PromptWords.of(shipped(name).text for name in PURPOSES)
#: Least precision and recall, just below what was measured.
FLOORS = {
    "first": dict.fromkeys(CHECKS, (0.99, 0.99)),
    "later": {
        "language": (0.92, 0.99),
        "refusal": (0.99, 0.85),
        "cut ending": (0.93, 0.99),
        "loop": (0.93, 0.99),
        "prompt leakage": (0.99, 0.92),
        "missing input": (0.92, 0.79),
        "personal data": (0.99, 0.86),
        "odd": (0.92, 0.86),
    },
}


def cases(half):
    lines = (LABELLED / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("half", FLOORS)
def test_precision_and_recall_stay_what_they_were(half):
    right, told, there = Counter(), Counter(), Counter()
    for case in cases(half):
        findings = look(
            case["instruction"], case["response"], language=case.get("language"), prompts=PROMPTS
        )
        found = {(finding.check, finding.part) for finding in findings}
        wanted = {(check, part) for check, part in case["found"]}
        told.update(check for check, _ in found)
        there.update(check for check, _ in wanted)
        right.update(check for check, _ in found & wanted)
    for check, (precision, recall) in FLOORS[half].items():
        assert right[check] >= precision * told[check], check
        assert right[check] >= recall * there[check], check


def test_each_check_has_cases_to_find_and_cases_to_leave_alone():
    counted = Counter()
    for half in FLOORS:
        for case in cases(half):
            counted[case["about"], any(case["about"] == check for check, _ in case["found"])] += 1
    assert {check for check, _ in counted} == {*CHECKS}
    assert min(counted[check, is_there] for check in CHECKS for is_there in (True, False)) >= 25


def test_no_case_is_there_twice():
    texts = [(case["instruction"], case["response"]) for half in FLOORS for case in cases(half)]
    assert len({*texts}) == len(texts)
