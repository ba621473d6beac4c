"""The prompts: one Markdown file each, rendered the same way every time, each editable.

A file has a ``# User`` part and may have a ``# System`` part before it. ``$name`` stands for a
value. Values that come from people or models are fenced by a mark computed from the texts
themselves, so that the same inputs always render the same prompt and no text can end its own fence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Template

from codeclm.chat import Message
from codeclm.errors import SettingsError, is_storable

#: Every prompt in the order of the method, and what it does.
PURPOSES: Mapping[str, str] = {
    "encode": "A seed becomes a use case and skills.",
    "decode": "A metadata entry becomes basic instructions.",
    "avoid": "Added to decode from an entry's second batch on: what not to repeat.",
    "rubrics": "A metadata entry gets rubrics, each with its action.",
    "improve": "One action makes an instruction harder.",
    "judge": "Two responses are scored; asked twice, with the positions exchanged.",
    "assess": "The same for an evaluation, and the judge says why.",
    "generate": "Self-Instruct: some instructions call forth the next ones.",
    "rate": "Alpagasus: a response is rated, and only a good one is kept.",
    "evolve": "WizardLM: one of the six operations below makes another instruction.",
    "evolve-constraints": "The operation of evolve that adds a condition.",
    "evolve-deepen": "The operation of evolve that asks further.",
    "evolve-concretise": "The operation of evolve that becomes more particular.",
    "evolve-reasoning": "The operation of evolve that calls for more steps of thought.",
    "evolve-complicate": "The operation of evolve that adds an input hard to handle.",
    "evolve-breadth": "The operation of evolve that thinks of a rarer instruction.",
    "gain": "WizardLM: does an evolved instruction ask for anything its parent did not?",
    "grow": "Tree-Instruct: nodes added to an instruction's meaning make it richer.",
    "brief": "How decode, rubrics and improve are told the project's brief.",
    "again": "Added to a question whose reply could not be used.",
}
#: Variables whose whole paragraph goes when there is nothing to say; an edited prompt may do
#: without them.
OPTIONAL = frozenset({"brief", "avoid"})

_LONE_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt; ``digest`` (16 hex digits) names its exact wording in the journal."""

    name: str
    system: str
    user: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that stand for a value, in the order of their first use."""
        return tuple(Template(f"{self.system}\n{self.user}").get_identifiers())

    @property
    def text(self) -> str:
        """The whole as a file holds it."""
        system = f"# System\n\n{self.system}\n\n" if self.system else ""
        return f"{system}# User\n\n{self.user}\n"

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()[:16]

    def messages(
        self, plain: Mapping[str, object] | None = None, **texts: str
    ) -> tuple[Message, ...]:
        """Render the prompt: ``plain`` values as they are, ``texts`` fenced.

        A paragraph that consists of one variable alone disappears when its value is empty.
        """
        values = {name: str(value) for name, value in (plain or {}).items()}
        values |= fenced(texts)
        user = Message("user", _fill(self.user, values))
        return (Message("system", _fill(self.system, values)), user) if self.system else (user,)


def fenced(texts: Mapping[str, str]) -> dict[str, str]:
    """Put every non-empty text between two marks longer than any run of tildes in any of them."""
    longest = max(
        (len(run) for text in texts.values() for run in re.findall("~+", text)), default=0
    )
    mark = "~" * max(3, longest + 1)
    return {name: f"{mark}\n{text}\n{mark}" if text else "" for name, text in texts.items()}


def _fill(template: str, values: Mapping[str, str]) -> str:
    paragraphs = []
    for paragraph in template.split("\n\n"):
        lone = _LONE_VARIABLE.fullmatch(paragraph.strip())
        if lone and not values.get(lone[1], "-"):
            continue
        paragraphs.append(paragraph)
    return Template("\n\n".join(paragraphs)).substitute(values)


@lru_cache(maxsize=64)
def shipped(name: str) -> Prompt:
    """The prompt of this name as it ships."""
    path = resources.files("codeclm.prompts") / f"{name}.md"
    return read(name, path.read_text(encoding="utf-8"))


def chosen(name: str, edited: Mapping[str, str]) -> Prompt:
    """The prompt of this name as ``edited`` has it (name to text), else as it ships."""
    return read(name, edited[name]) if name in edited else shipped(name)


def check(name: str, text: str) -> Prompt:
    """Read an edited prompt. Raises ``SettingsError`` when it could not be rendered.

    It must hold the variables of the shipped one, but for those in ``OPTIONAL``, and no others.
    """
    if name not in PURPOSES:
        raise SettingsError(f"There is no prompt {name!r}.", f"Known are {', '.join(PURPOSES)}.")
    if not is_storable(text):
        raise SettingsError(f"The prompt {name!r} holds characters that cannot be sent.")
    prompt = read(name, text)
    if not Template(f"{prompt.system}\n{prompt.user}").is_valid():
        raise SettingsError(
            f"The prompt {name!r} holds a $ that begins no variable.",
            "Write $$ where a dollar sign is meant.",
        )
    known, there = shipped(name).variables, prompt.variables
    unknown = [variable for variable in there if variable not in known]
    missing = [variable for variable in known if variable not in there and variable not in OPTIONAL]
    if unknown or missing:
        told = [f"knows no {_listed(unknown)}"] if unknown else []
        told += [f"needs {_listed(missing)}"] if missing else []
        raise SettingsError(
            f"The prompt {name!r} {' and '.join(told)}.",
            f"Its variables are {_listed(known)}; write $$ where a dollar sign is meant.",
        )
    return prompt


def _listed(variables: Iterable[str]) -> str:
    return ", ".join(f"${variable}" for variable in variables)


def background(brief: str, edited: Mapping[str, str]) -> str:
    """The paragraph that tells a prompt what the project is about; empty without a brief."""
    brief = brief.strip()
    return chosen("brief", edited).messages(brief=brief)[0].content if brief else ""


@lru_cache(maxsize=256)
def read(name: str, text: str) -> Prompt:
    """Read a prompt file's text. Raises ``SettingsError`` when it has no ``# User`` part."""
    parts = re.split(r"^# (System|User)\s*$", text, flags=re.MULTILINE)
    named = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    if not named.get("User"):
        raise SettingsError(f"The prompt {name!r} has no '# User' part.", "Add the heading back.")
    return Prompt(name, named.get("System", ""), named["User"])
