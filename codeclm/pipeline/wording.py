"""What a project tells its models: its brief, its system prompt, its own wording of prompts."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from codeclm import prompts
from codeclm.errors import StoreError
from codeclm.prompts.asking import EVALUATION_PROMPTS, prompts_of
from codeclm.records import Brief
from codeclm.settings import STRATEGIES, RunSettings
from codeclm.store import projects
from codeclm.store import prompts as rows
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database


#: What stands for a value where a prompt is only looked at.
EXAMPLES = {
    "instruction": "Write a note to our guests about the new breakfast hours.",
    "use_case": "guest information",
    "skills": "plain language, friendly tone",
    "count": "4",
    "brief": "A small hotel by the sea. For whom: guests of all ages.",
    "avoid": "- Tell a guest where to park.",
    "action": "Require that two groups of readers are told different things.",
    "first": "Dear guests, breakfast is now served from seven to ten.",
    "second": "Breakfast. New hours.",
    "error": "it holds 3 instructions where 4 were asked for",
    "examples": "1. Recommend a walk of two hours to a guest with a small child.\n"
    "2. How does the coffee machine in the lounge work?",
    "response": "Dear guests, from Monday on breakfast is served from seven to ten.",
    "dimension": "accuracy: what the answer says is right, and it answers what was asked",
    "parent": "Write a note to our guests about the new breakfast hours.",
    "child": "Write a note to our guests about the new breakfast hours and the reason for them.",
}
#: Values of our own, which stand in a prompt without a fence.
_PLAIN = frozenset({"count", "error", "dimension"})
#: One of the prompts that *evolve* is given as what to do.
_OPERATION = "evolve-constraints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A prompt as a project has it. ``variables`` may stand in it, ``optional`` ones need not."""

    name: str
    purpose: str
    text: str
    shipped: str
    digest: str
    variables: tuple[str, ...]
    optional: frozenset[str]

    @property
    def is_edited(self) -> bool:
        return self.text != self.shipped

    def difference(self) -> str:
        """What an edited prompt has otherwise than the shipped one, as a unified diff."""
        lines = difflib.unified_diff(
            self.shipped.splitlines(), self.text.splitlines(), "shipped", "yours", lineterm="", n=2
        )
        return "\n".join(lines)


class Wording:
    """The words of one project, read from the store at that moment."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    @property
    def brief(self) -> Brief:
        with self._store.reading() as db:
            return Brief.from_json(self._row(db)["brief"])

    def save_brief(self, brief: Brief) -> None:
        """Keep what the project is about. Runs that are planned already keep the old one."""
        with self._store.writing() as db:
            projects.change(db, self._project, brief=brief.to_json())

    def answer_under(self, system_prompt: str, *, brief: bool) -> None:
        """Set what both models answer under: a system prompt, else the brief where it is to."""
        with self._store.writing() as db:
            projects.change(
                db, self._project, system_prompt=system_prompt, system_prompt_is_brief=brief
            )

    def prompts(self) -> list[Worded]:
        """Every prompt that this program can be told to ask with, in the order of the method."""
        with self._store.reading() as db:
            edited = rows.edited(db, self._project)
        asked = {*prompts_of(*STRATEGIES), *EVALUATION_PROMPTS}
        return [_worded(name, edited) for name in prompts.PURPOSES if name in asked]

    def example(self, name: str) -> list[tuple[str, str]]:
        """(role, content) of a prompt's messages with example values, as a model would get them."""
        with self._store.reading() as db:
            edited = rows.edited(db, self._project)
        # Paragraphs that are prompts themselves come in rendered.
        plain = {
            part: prompts.chosen(part, edited).messages({}, **{part: EXAMPLES[part]})[0].content
            for part in prompts.OPTIONAL - {name}
        }
        operation = prompts.chosen(_OPERATION, edited).messages()[-1].content
        texts = {**EXAMPLES, "operation": operation}
        plain |= {part: texts.pop(part) for part in _PLAIN}
        for part in prompts.OPTIONAL - {name}:
            del texts[part]
        messages = prompts.chosen(name, edited).messages(plain, **texts)
        return [(message.role, message.content) for message in messages]

    def edit(self, name: str, text: str) -> Worded:
        """Give the project its own wording of a prompt; the shipped one's own text resets it.

        Runs planned from now on use it. Raises ``SettingsError`` when it could not be rendered.
        """
        written = prompts.check(name, text)
        with self._store.writing() as db:
            self._row(db)
            if written == prompts.shipped(name):
                rows.reset(db, self._project, name)
            else:
                rows.edit(db, self._project, name, written.text)
            return _worded(name, rows.edited(db, self._project))

    def reset(self, name: str) -> None:
        """Go back to a prompt as it ships."""
        with self._store.writing() as db:
            rows.reset(db, self._project, name)

    @property
    def own(self) -> dict[str, str]:
        """The prompts that the project has in words of its own: name to text."""
        with self._store.reading() as db:
            return rows.edited(db, self._project)

    def fill(self, settings: RunSettings) -> RunSettings:
        """The settings with the project's words wherever they bring none of their own."""
        with self._store.reading() as db:
            row = self._row(db)
            edited = rows.edited(db, self._project)
        return replace(
            settings,
            brief=settings.brief or Brief.from_json(row["brief"]).text,
            # Whoever asks for the brief there does not mean the project's own words instead.
            system_prompt=settings.system_prompt
            or ("" if settings.system_prompt_is_brief else row["system_prompt"]),
            system_prompt_is_brief=bool(
                settings.system_prompt_is_brief or row["system_prompt_is_brief"]
            ),
            prompts={**edited, **settings.prompts},
        )

    def _row(self, db: Database) -> dict[str, Any]:
        row = projects.by_id(db, self._project)
        if row is None:
            raise StoreError("This project does not exist any more.", "Choose another one.")
        return row


def record(db: Database, project: int, settings: RunSettings) -> None:
    """Keep the wording of all prompts a run may use, so that its calls' digests can be read."""
    evaluates = settings.goal == "evaluate"
    names = EVALUATION_PROMPTS if evaluates else prompts_of(settings.strategy)
    used = (prompts.chosen(name, settings.prompts) for name in names)
    rows.record(db, project, ((prompt.digest, prompt.name, prompt.text) for prompt in used))


def _worded(name: str, edited: dict[str, str]) -> Worded:
    shipped, own = prompts.shipped(name), prompts.chosen(name, edited)
    return Worded(
        name=name,
        purpose=prompts.PURPOSES[name],
        text=own.text,
        shipped=shipped.text,
        digest=own.digest,
        variables=shipped.variables,
        optional=prompts.OPTIONAL & set(shipped.variables),
    )
