"""Metadata that a person wrote: pasted lines, or a file of entries."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from codeclm.errors import ImportFileError
from codeclm.ingest.document import broken, document_rows, kind
from codeclm.ingest.text import file_name, lines_of, mend, nul_found, to_text
from codeclm.records import Metadata

#: The most skills an entry has (paper §3.2).
MOST_SKILLS = 3

_PASTED = "pasted text"
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,4}[.)]\s+)")
_BETWEEN_SKILLS = re.compile(r"[,;，；、]")
_COLON = re.compile(r"[:：]")


def hand_metadata(text: str) -> tuple[Metadata, ...]:
    """Read lines such as ``use case: skill, skill`` or ``use case | skill; skill``.

    Bullets and numbers before a line are left out, empty lines skipped; lines that say the same
    are one entry. Raises ``ImportFileError`` with the line that cannot be read.
    """
    entries: list[Metadata] = []
    for number, raw in enumerate(lines_of(text), 1):
        line = _BULLET.sub("", mend(raw)[0]).strip()
        if not line:
            continue
        if "\0" in line:
            raise nul_found(f"{_PASTED}, line {number}", number)
        use_case, mark, rest = line.partition("|")
        if not mark:
            parts = _COLON.split(line, maxsplit=1)
            use_case, rest = parts[0], parts[1] if len(parts) > 1 else ""
        skills = [" ".join(skill.split()) for skill in _BETWEEN_SKILLS.split(rest)]
        entries.append(_entry(use_case, [skill for skill in skills if skill], number, "hand"))
    return _merged(entries, _PASTED)


def metadata_file(
    data: bytes, name: str, *, origin: Literal["hand", "sample"] = "sample"
) -> tuple[Metadata, ...]:
    """Read a JSON list of ``{"use_case": str, "skills": [str, ...]}``, at most 3 skills each.

    Raises ``ImportFileError`` with the line of the entry that cannot be read.
    """
    name = file_name(name)
    text, _ = to_text(data, name)
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        raise broken(name, 1, "a list was expected")
    entries = [
        _entry(*_members(value, line, name), line, origin, name)
        for line, value in document_rows(text, name)
    ]
    return _merged(entries, name)


def _members(value: dict[str, Any] | str, line: int, name: str) -> tuple[str, list[str]]:
    use_case = value.get("use_case") if isinstance(value, dict) else None
    skills = value.get("skills") if isinstance(value, dict) else None
    wrong = ""
    if not isinstance(use_case, str):
        wrong = f"'use_case' is {kind(use_case)}"
    elif not isinstance(skills, list) or not all(isinstance(skill, str) for skill in skills):
        wrong = "'skills' is no list of texts"
    if wrong:
        raise ImportFileError(
            f"{name}, line {line}: {wrong}.",
            f"Write each entry as {json.dumps({'use_case': '...', 'skills': ['...']})}.",
            line=line,
        )
    return str(use_case), [" ".join(skill.split()) for skill in skills or []]


def _entry(
    use_case: str,
    skills: list[str],
    line: int,
    origin: Literal["hand", "sample"],
    name: str = _PASTED,
) -> Metadata:
    use_case = mend(" ".join(use_case.split()))[0]
    distinct = tuple({skill.casefold(): mend(skill)[0] for skill in reversed(skills)}.values())
    wrong = ""
    if not use_case:
        wrong = "there is no use case"
    elif not distinct or not all(distinct):
        wrong = f"the use case {use_case[:60]!r} has no skill"
    elif len(distinct) > MOST_SKILLS:
        wrong = f"{len(distinct)} skills, where at most {MOST_SKILLS} make an entry"
    if wrong:
        raise ImportFileError(
            f"{name}, line {line}: {wrong}.",
            "Write 'use case: skill, skill', one entry a line; split an entry that has too many.",
            line=line,
        )
    return Metadata(use_case=use_case, skills=distinct[::-1], origin=origin)


def _merged(entries: list[Metadata], name: str) -> tuple[Metadata, ...]:
    if not entries:
        raise ImportFileError(
            f"{name} holds no use case.", "Write 'use case: skill, skill', one entry a line."
        )
    # Weights count seeds, and there are none behind what a person wrote: saying it twice adds none.
    first: dict[tuple[str, tuple[str, ...]], Metadata] = {}
    for entry in entries:
        first.setdefault(entry.key, entry)
    return tuple(first.values())
