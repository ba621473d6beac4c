"""What each strategy does and the paper it comes from, as a data set card tells it."""

from __future__ import annotations

from collections.abc import Mapping

_CODECLM = (
    "CodecLM: *Aligning Language Models with Tailored Synthetic Data* (Wang et al., Findings of"
    " NAACL 2024, [arXiv:2404.05875](https://arxiv.org/abs/2404.05875)). Seeds are encoded into"
    " metadata: a use case and skills. Metadata is decoded into basic instructions. For each"
    " metadata entry the strong model writes rubrics, each with an action that makes an"
    " instruction harder (Self-Rubrics). Strong model and target answer, a judge scores both in"
    " both orders, and the gap of the averaged scores decides (Contrastive Filtering): above θ the"
    " strong response is kept, below −θ the target's; between them the instruction is improved with"
    " one action and tried again, until it has had all its iterations."
)
_SELF_INSTRUCT = (
    "Self-Instruct: *Aligning Language Models with Self-Generated Instructions* (Wang et al., ACL"
    " 2023, [arXiv:2212.10560](https://arxiv.org/abs/2212.10560)). The strong model is shown seeds"
    " and instructions of its own and writes the next ones. What is too short or too long, asks for"
    " more than text, or is like one there is already (ROUGE-L above 0.7) is dropped; the rest goes"
    " to the pool and gets the strong model's response."
)
_WIZARDLM = (
    "WizardLM: *Empowering Large Language Models to Follow Complex Instructions* (Xu et al., ICLR"
    " 2024, [arXiv:2304.12244](https://arxiv.org/abs/2304.12244)). Each round one of six operations"
    " makes another instruction out of one there is, in depth or in breadth. One that gains"
    " nothing, is refused, is not answered or gives its prompt away is dropped, and its parent"
    " stays. The last version that survives gets the strong model's response."
)
#: What a card says of a strategy.
METHODS: Mapping[str, str] = {
    "codeclm": _CODECLM,
    "self-instruct": _SELF_INSTRUCT,
    "alpagasus": (
        "Alpagasus: *Training a Better Alpaca with Fewer Data* (Chen et al., ICLR 2024,"
        " [arXiv:2307.08701](https://arxiv.org/abs/2307.08701)). A judge rates every pair of a"
        " Self-Instruct pool from 0 to 5 on one dimension, and only those rated 4.5 or more are"
        f" kept. {_SELF_INSTRUCT}"
    ),
    "wizardlm": _WIZARDLM,
    "wizardlm-plus": (
        "WizardLM+: WizardLM over the basic instructions of CodecLM (Wang et al., Findings of NAACL"
        " 2024, [arXiv:2404.05875](https://arxiv.org/abs/2404.05875)): seeds are encoded into use"
        f" cases and skills, and these are decoded into the instructions that evolve. {_WIZARDLM}"
    ),
    "tree-instruct": (
        "Tree-Instruct: *A Preliminary Study of the Intrinsic Relationship between Complexity and"
        " Alignment* (Zhao et al., LREC-COLING 2024,"
        " [arXiv:2308.05696](https://arxiv.org/abs/2308.05696)). The strong model takes an"
        " instruction apart into a tree, adds nodes and writes the instruction of the new tree. One"
        " that is too long, hardly longer or tells of its tree is dropped, and its parent stays;"
        " the version that stands gets the strong model's response."
    ),
}
#: What people call each of them.
NAMES: Mapping[str, str] = {
    "codeclm": "CodecLM",
    "self-instruct": "Self-Instruct",
    "alpagasus": "Alpagasus",
    "wizardlm": "WizardLM",
    "wizardlm-plus": "WizardLM+",
    "tree-instruct": "Tree-Instruct",
}
#: What strong model and judge do in each, beside what Contrastive Filtering takes.
_WORK: Mapping[str, tuple[str, str]] = {
    "codeclm": ("encodes, decodes, writes rubrics, improves, answers", ""),
    "self-instruct": ("generates, answers", ""),
    "alpagasus": ("generates, answers", "rates"),
    "wizardlm": ("evolves, answers", "says what gains something"),
    "wizardlm-plus": ("encodes, decodes, evolves, answers", "says what gains something"),
    "tree-instruct": ("grows, answers", ""),
}
_FILTERED = (
    " Contrastive Filtering was on: the target answered too, a judge scored both once in both"
    " orders, and pairs whose averaged scores were within θ of each other were not kept."
)


def method(strategy: str, *, filtered: bool) -> str:
    """What is said of a strategy; one that is not known here is told as CodecLM's."""
    told = METHODS.get(strategy, _CODECLM)
    return told + _FILTERED if filtered and told != _CODECLM else told


def work(strategy: str, *, filtered: bool) -> tuple[tuple[str, str], ...]:
    """(role, what it does) of every role that a strategy asks."""
    strong, judge = _WORK.get(strategy, _WORK["codeclm"])
    does = (
        ("strong", strong),
        ("target", "answers" if filtered else ""),
        ("judge", ", ".join(filter(None, (judge, "scores" if filtered else "")))),
    )
    return tuple((role, told) for role, told in does if told)
