"""How system and instruction become one prompt for a model that only continues a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from codeclm.chat import Message
from codeclm.errors import SettingsError
from codeclm.settings import Endpoint


@dataclass(frozen=True, slots=True)
class Template:
    """The form of each role, ``{}`` standing for its text.

    ``before`` opens the prompt and ``after`` the answer; what is in ``stop`` ends it.
    """

    system: str
    user: str
    assistant: str
    stop: tuple[str, ...]
    before: str = ""
    after: str = ""

    def prompt(self, messages: Iterable[Message]) -> str:
        """The conversation as one text that the model is to continue with its answer."""
        forms = {"system": self.system, "user": self.user, "assistant": self.assistant}
        # Two texts of one role in a row would leave a turn without an answer.
        turns = (
            forms[role].replace("{}", "\n\n".join(item.content for item in turn))
            for role, turn in groupby(messages, lambda item: item.role)
        )
        return "".join((self.before, *turns, self.after))

    def answer(self, text: str) -> tuple[str, bool]:
        """``text`` up to what ends an answer, and whether it was found.

        Servers that know nothing of ``stop`` send what comes after it as well.
        """
        ends = [at for at in (text.find(mark) for mark in self.stop) if at >= 0]
        return (text[: min(ends)], True) if ends else (text, False)


TEMPLATES: Mapping[str, Template] = {
    "plain": Template(
        system="{}\n\n",
        user="Instruction:\n{}\n\n",
        assistant="Answer:\n{}\n\n",
        after="Answer:\n",
        stop=("\nInstruction:\n", "\nAnswer:\n"),
    ),
    "alpaca": Template(
        system="{}\n\n",
        user="### Instruction:\n{}\n\n",
        assistant="### Response:\n{}\n\n",
        after="### Response:\n",
        stop=("\n### Instruction:", "\n### Response:"),
    ),
    "vicuna": Template(
        system="{} ",
        user="USER: {} ",
        assistant="ASSISTANT: {}</s>",
        after="ASSISTANT:",
        stop=("</s>", "\nUSER:", " USER:"),
    ),
    "chatml": Template(
        system="<|im_start|>system\n{}<|im_end|>\n",
        user="<|im_start|>user\n{}<|im_end|>\n",
        assistant="<|im_start|>assistant\n{}<|im_end|>\n",
        after="<|im_start|>assistant\n",
        stop=("<|im_end|>", "<|im_start|>"),
    ),
    # The mark that begins a text is the server's: it would stand there twice.
    "llama2": Template(
        before="[INST] ",
        system="<<SYS>>\n{}\n<</SYS>>\n\n",
        user="{} [/INST]",
        assistant=" {} </s><s>[INST] ",
        stop=("</s>", "[INST]"),
    ),
}


def check(endpoint: Endpoint) -> None:
    """Raise ``SettingsError`` for a template nobody knows, or where none can be used."""
    if not endpoint.template:
        return
    if endpoint.template not in TEMPLATES:
        raise SettingsError(
            f"There is no template {endpoint.template!r}.",
            f"Known are {', '.join(TEMPLATES)}; none at all is for models that chat.",
        )
    if endpoint.provider != "openai":
        raise SettingsError(
            f"The endpoint {endpoint.name!r} cannot use a template: its models chat.",
            "Templates are for base models behind the OpenAI protocol's /completions.",
        )
