"""Settings of a run: what is asked of whom, how far it goes, what it may spend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self, get_args

from codeclm.chat import ROLES, Role
from codeclm.errors import SettingsError

#: What decides which hop comes next; these there are to choose.
Strategy = Literal[
    "codeclm", "self-instruct", "alpagasus", "wizardlm", "wizardlm-plus", "tree-instruct"
]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
#: Those whose instructions come from metadata: seeds are encoded, entries decoded.
_DECODING: frozenset[Strategy] = frozenset({"codeclm", "wizardlm-plus"})
#: Those whose instructions are sampled from a growing pool, and those that begin with the seeds
#: themselves.
_POOLED: frozenset[Strategy] = frozenset({"self-instruct", "alpagasus"})
_STARTED: frozenset[Strategy] = frozenset({"wizardlm", "tree-instruct"})

#: What Alpagasus can rate responses on, and how many nodes Tree-Instruct can add.
Dimension = Literal["accuracy", "helpfulness"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
NODES = (3, 6, 10)
#: Rounds of evolution at most.
ROUNDS = 4

#: Who answered and scored what was imported, where nobody says so.
GIVEN_BY = {role: f"imported:{role}" for role in ROLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may be spent at most: calls, tokens, US dollars; None caps nothing."""

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None

    @property
    def are_sane(self) -> bool:
        return all(map(_is_cap, (self.calls, self.tokens, self.usd)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run is made of; the defaults are the paper's (§4.2 and appendix).

    ``strategy`` decides which hop comes next. ``size`` is the number of basic instructions; of
    self-instruct and alpagasus of those accepted, of wizardlm and tree-instruct of the seeds that
    they start from. ``dimension`` is what alpagasus rates, ``nodes`` how many tree-instruct adds,
    ``rounds`` how often wizardlm and wizardlm-plus evolve an instruction. ``use_filter`` is
    Contrastive Filtering; strategies other than codeclm judge once and improve nothing, and in
    the papers' comparison they go without. ``metadata`` is the number of entries wanted after
    mix-and-match, those encoded from seeds included; 0 mixes nothing. ``generation`` above 0 asks
    everything anew instead of replaying the journal. ``concurrency`` and ``timeout`` (seconds for
    one call) change nothing in the result. ``goal`` is how far the run goes: to metadata, to the
    rubrics of its metadata, to one instruction on which ``action`` is tried, to chains that are
    only looked at (a preview), to pairs, to second opinions on pairs there are (a re-judge), for
    which ``judge``, at ``judge_temperature``, is asked ``samples`` times in each order, or to a
    comparison on a set of its own (an evaluation): ``target`` is then the candidate and ``strong``
    the reference, and for roles that are ``recorded`` there are responses already. With
    ``stop_at_kept`` or ``stop_at_approved`` the run grows in stages until so many of its pairs are
    kept or approved; ``size`` is then the most it grows to. ``role_budgets`` caps single roles,
    beside the caps of all together. ``weights`` are how many instructions the metadata entries get
    as they stand to each other, one an entry in plan order; without them all get the same.
    ``prices`` are US dollars per million prompt and completion
    tokens of models (``ENDPOINT:MODEL``) by name; they go before those of the endpoint. ``prompts``
    holds the texts of those that do not read as they ship, by name. In an
    ``imported`` run instructions and responses come from a file: ``strong`` and ``target`` only say
    who answered, and what has no scores is kept as it is or, with ``use_filter``, scored by the
    judge.
    """

    strong: str
    target: str = ""
    judge: str = ""
    goal: Literal["metadata", "rubrics", "trial", "preview", "pairs", "rejudge", "evaluate"] = (
        "pairs"
    )
    size: int = 2000
    metadata: int = 0
    rubrics: int = 4
    iterations: int = 4
    theta: float = 3.0
    seed: int = 0
    batch: int = 10
    use_rubrics: bool = True
    use_filter: bool = True
    repeat_actions: bool = True
    temperature: float = 0.7
    max_tokens: int = 2048
    brief: str = ""
    system_prompt: str = ""
    system_prompt_is_brief: bool = False
    strategy: Strategy = "codeclm"
    dimension: Dimension = "accuracy"
    nodes: int = 10
    rounds: int = ROUNDS
    generation: int = 0
    concurrency: int = 64
    timeout: float = 120.0
    budget_calls: int | None = None
    budget_tokens: int | None = None
    budget_usd: float | None = None
    role_budgets: Mapping[str, Caps] = field(default_factory=dict)
    stop_at_kept: int | None = None
    stop_at_approved: int | None = None
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)
    action: str = ""
    imported: bool = False
    samples: int = 1
    judge_temperature: float = 0.0
    recorded: tuple[Role, ...] = ()
    weights: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        wrong = [
            text
            for bad, text in (
                (not 1 <= self.size <= 10_000_000, "size must be between 1 and 10 million"),
                (not 0 <= self.metadata <= 100_000, "metadata must be 0 (no mixing) to 100 000"),
                (not 1 <= self.rubrics <= 20, "rubrics must be between 1 and 20"),
                (not 1 <= self.iterations <= 20, "iterations must be between 1 and 20"),
                (not 0 <= self.theta <= 9, "theta must be between 0 and 9"),
                (not 1 <= self.batch <= 50, "batch must be between 1 and 50"),
                (not 0 <= self.temperature <= 2, "temperature must be between 0 and 2"),
                (not 0 <= self.judge_temperature <= 2, "judge_temperature must lie in 0 to 2"),
                (not 1 <= self.samples <= 100, "samples must be between 1 and 100"),
                (
                    not 16 <= self.max_tokens <= 1_000_000,
                    "max_tokens must be between 16 and 1 million",
                ),
                (not 1 <= self.concurrency <= 1024, "concurrency must be between 1 and 1024"),
                (not 0 < self.timeout <= 3600, "timeout must be between 0 and 3600 seconds"),
                (not 0 <= self.generation <= 1_000_000, "generation must not be negative"),
                (
                    not all(caps.are_sane for caps in (self.caps(), *self.role_budgets.values())),
                    "a budget must be a number above 0",
                ),
                (
                    not self.role_budgets.keys() <= set(ROLES),
                    f"a budget is for one of {', '.join(ROLES)}, or for all together",
                ),
                (
                    not all(map(_is_cap, (self.stop_at_kept, self.stop_at_approved))),
                    "a run stops at a number of pairs above 0",
                ),
                (
                    not all(
                        0 <= price < math.inf for both in self.prices.values() for price in both
                    ),
                    "a price must be a number, and not negative",
                ),
                (self.goal == "trial" and not self.action.strip(), "a trial needs an action"),
                (not self.strong, "a strong model is needed"),
                (
                    not self.target
                    and (self.goal == "evaluate" or (self.use_filter and self.has_chains)),
                    "a target model is needed",
                ),
                (
                    bool(self.weights) and (min(self.weights) < 0 or not any(self.weights)),
                    "weights must not be negative, and not all 0",
                ),
                *self._strategy_faults(),
            )
            if bad
        ]
        if wrong:
            raise SettingsError(f"The settings of this run make no sense: {'; '.join(wrong)}.")
        if not self.judge:
            object.__setattr__(self, "judge", self.strong)

    def _strategy_faults(self) -> tuple[tuple[bool, str], ...]:
        dimensions, nodes = ", ".join(DIMENSIONS), ", ".join(map(str, NODES))
        return (
            (self.strategy not in STRATEGIES, f"strategy must be one of {', '.join(STRATEGIES)}"),
            (self.dimension not in DIMENSIONS, f"dimension must be one of {dimensions}"),
            (self.nodes not in NODES, f"nodes must be one of {nodes}"),
            (not 1 <= self.rounds <= ROUNDS, f"rounds must be between 1 and {ROUNDS}"),
            (
                self.strategy != "codeclm" and self.goal in ("metadata", "rubrics", "trial"),
                f"only codeclm has runs to {self.goal}, {self.strategy} has none",
            ),
            (
                self.strategy != "codeclm" and self.imported,
                "what is imported was made by no strategy of ours",
            ),
        )

    @property
    def decodes(self) -> bool:
        """Whether its instructions are decoded from metadata, encoded from seeds or approved."""
        return self.strategy in _DECODING

    @property
    def pools(self) -> bool:
        """Whether its instructions are sampled from a growing pool, in rounds."""
        return self.strategy in _POOLED

    @property
    def starts_from_seeds(self) -> bool:
        """Whether each of its chains begins with a seed itself."""
        return self.strategy in _STARTED

    @property
    def improves(self) -> bool:
        """Whether instructions are improved with the actions of Self-Rubrics."""
        return self.strategy == "codeclm" and self.use_rubrics

    @property
    def result(self) -> Self:
        """These settings without what changes nothing in the result: caps, prices, pace."""
        return replace(
            self,
            concurrency=64,
            timeout=120.0,
            budget_calls=None,
            budget_tokens=None,
            budget_usd=None,
            role_budgets={},
            prices={},
        )

    @property
    def has_chains(self) -> bool:
        """Whether the run goes as far as verdicts; what a preview keeps is no pair, though."""
        return self.goal in ("preview", "pairs")

    def caps(self, role: Role | None = None) -> Caps:
        """The caps of one role, or of all together."""
        if role is not None:
            return self.role_budgets.get(role, Caps())
        return Caps(calls=self.budget_calls, tokens=self.budget_tokens, usd=self.budget_usd)

    def model(self, role: Role) -> str:
        """The model string of a role, such as ``openai:gpt-4o``."""
        return {"strong": self.strong, "target": self.target, "judge": self.judge}[role]

    @property
    def asked_roles(self) -> tuple[Role, ...]:
        """The roles whose models the run asks; the others only say whose answers there are."""
        if self.goal == "rejudge":
            return ("judge",)
        if self.goal == "evaluate":
            return tuple(role for role in ROLES if role not in self.recorded)
        if self.imported:
            return ("judge",) if self.use_filter else ()
        # Without Contrastive Filtering nobody needs to reach the target.
        idle = {"target"} if self.has_chains and not self.use_filter else set()
        return tuple(role for role in ROLES if self.model(role) and role not in idle)

    @property
    def respond_system(self) -> str:
        """The system prompt both models get in *respond*, empty for none."""
        if self.system_prompt:
            return self.system_prompt
        return self.brief if self.system_prompt_is_brief else ""

    @property
    def simulated(self) -> bool:
        """Whether any model of this run only pretends to be one."""
        return any(
            model.startswith("simulated:") for model in (self.strong, self.target, self.judge)
        )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read stored settings; names this version does not know are left out."""
        known = {item.name for item in fields(cls)}
        read = {name: value for name, value in values.items() if name in known}
        read["role_budgets"] = {
            role: Caps(**caps) for role, caps in read.get("role_budgets", {}).items()
        }
        read["recorded"] = tuple(read.get("recorded", ()))
        read["weights"] = tuple(read.get("weights", ()))
        read["prices"] = {name: tuple(both) for name, both in read.get("prices", {}).items()}
        return cls(**read)


def _is_cap(value: float | None) -> bool:
    return value is None or (math.isfinite(value) and 0 < value < 2**53)
