"""Which steps a strategy or an evaluation takes, who asks them, and with which prompts.

A step asks with the prompt of its name, *respond* with the instruction alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from codeclm.chat import Role, Step
from codeclm.prompts import PURPOSES

#: Each step that a strategy can take with the role that asks it, in the order of the steps.
STEPS: tuple[tuple[Step, Role], ...] = (
    ("encode", "strong"),
    ("rubrics", "strong"),
    ("decode", "strong"),
    ("generate", "strong"),
    ("improve", "strong"),
    ("evolve", "strong"),
    ("gain", "judge"),
    ("grow", "strong"),
    ("respond", "strong"),
    ("respond", "target"),
    ("rate", "judge"),
    ("judge", "judge"),
)

#: The steps of an evaluation: the candidate answers as the target does, the reference as the strong
#: model.
EVALUATION: tuple[tuple[Step, Role], ...] = (
    ("respond", "strong"),
    ("respond", "target"),
    ("assess", "judge"),
)
EVALUATION_PROMPTS = ("assess", "again")

#: Where Contrastive Filtering is on every strategy's responses are judged.
_ALL = frozenset({"judge", "again"})
_BASIC = frozenset({"encode", "decode", "avoid", "brief"})
_EVOLVING = frozenset(name for name in PURPOSES if name.startswith("evolve")) | {"gain"}
_PROMPTS: Mapping[str, frozenset[str]] = {
    "codeclm": _BASIC | {"rubrics", "improve"},
    "self-instruct": frozenset({"generate"}),
    "alpagasus": frozenset({"generate", "rate"}),
    "wizardlm": _EVOLVING,
    "wizardlm-plus": _BASIC | _EVOLVING,
    "tree-instruct": frozenset({"grow"}),
}
#: Every strategy that is known here; the settings say which of them a run can choose.
STRATEGIES = tuple(_PROMPTS)


def prompts_of(*strategies: str) -> tuple[str, ...]:
    """The names of all prompts that these strategies ask with, in the order of ``PURPOSES``."""
    asked = _ALL.union(*(_PROMPTS[strategy] for strategy in strategies))
    return tuple(name for name in PURPOSES if name in asked)


def steps_of(*strategies: str) -> tuple[tuple[Step, Role], ...]:
    """The steps that these strategies take with who asks them, in their order."""
    asked = {"respond", *prompts_of(*strategies)}
    return tuple((step, role) for step, role in STEPS if step in asked)
