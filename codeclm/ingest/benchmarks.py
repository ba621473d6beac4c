"""Rows to the items of a benchmark: an instruction each, with what else a comparison may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.fields import guess_input
from codeclm.ingest.mapping import Mapping as Instruction
from codeclm.ingest.mapping import listed, mapping
from codeclm.ingest.pair_fields import refuse_absent
from codeclm.ingest.parts import Parts, Unusable
from codeclm.ingest.rows import Rows
from codeclm.ingest.seeds import Skipped, is_visible, notes_of
from codeclm.ingest.text import mend
from codeclm.records import PARTIES, BenchmarkItem, Party

#: Where the slices of known benchmarks are, tried when no path is named.
_SLICES = {"use_case": ("use_case", "category"), "skills": ("skills", "skill")}
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkFields:
    """Dotted paths to what an item is made of; empty where there is none.

    Without ``instruction`` it is the row itself, a plain text. ``candidate`` and ``reference`` lead
    to responses that were recorded.
    """

    instruction: str = ""
    input: str = ""
    candidate: str = ""
    reference: str = ""
    use_case: str = ""
    skills: str = ""

    @property
    def named(self) -> dict[str, str]:
        """What is read, to where it is."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: path for name, path in found.items() if path}

    @property
    def recorded(self) -> tuple[Party, ...]:
        """Whose responses are in the file."""
        return tuple(party for party in PARTIES if getattr(self, party))


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkFile:
    """The items of one file in its order, and what did not become one; see ``SeedFile``."""

    items: tuple[BenchmarkItem, ...] = field(repr=False)
    skipped: tuple[Skipped, ...] = field(repr=False)
    name: str
    sha256: str
    fields: BenchmarkFields
    replaced: int = 0
    notes: tuple[str, ...] = ()
    unit: str = "line"


def benchmark_fields(rows: Rows, named: Mapping[str, str]) -> BenchmarkFields:
    """The fields of a benchmark: what is ``named``, and the usual names for the rest.

    Recorded responses are only read where they are named: nobody is to be compared by accident.
    Raises ``ImportFileError`` when the instruction's field cannot be told.
    """
    texts, every = list(rows.fields()), list(rows.fields(every=True))
    found = {name: path for name, path in named.items() if path}
    instruction = found.get("instruction") or mapping(rows, None, None).path
    found["instruction"] = instruction
    taken = set(found.values())
    if instruction and "input" not in named:
        found["input"] = guess_input(texts, instruction) or ""
    for name, known in (("use_case", texts), ("skills", every)):
        if name not in named:
            usual = {path.casefold(): path for path in known if path not in taken}
            found[name] = next((usual[path] for path in _SLICES[name] if path in usual), "")
    return BenchmarkFields(**found)


def benchmark(rows: Rows, wanted: BenchmarkFields) -> BenchmarkFile:
    """Make an item of each row, its instruction read as that of a seed is.

    An empty instruction, one that came before and a recorded response that is missing or empty
    make a row be skipped with its reason. Raises ``ImportFileError`` for a field that no row has or
    that holds something else than it should, and when no row is left.
    """
    others = {name: path for name, path in wanted.named.items() if name != "instruction"}
    if others:
        refuse_absent(rows, others)
    reader = _Reader(rows, wanted)
    kept: list[BenchmarkItem] = []
    skipped: list[Skipped] = []
    seen: dict[str, int] = {}
    for index, (line, value) in enumerate(rows.holding(*reader.paths)):
        text = ""
        try:
            text = reader.instruction(index, value)
            if text in seen:
                raise Unusable(f"duplicate of {rows.unit} {seen[text]}")
            kept.append(reader.item(index, line, value, text))
        except Unusable as reason:
            skipped.append(Skipped(line, str(reason), text[:_SHOWN]))
            continue
        seen[text] = line
    if not kept:
        raise ImportFileError(
            f"{rows.name} holds no usable row; the first is skipped for: {skipped[0].reason}.",
            f"Choose other fields, or mend the file. {listed(rows)}".strip(),
        )
    return BenchmarkFile(
        items=tuple(kept),
        skipped=tuple(skipped),
        name=rows.name,
        sha256=rows.sha256,
        fields=wanted,
        replaced=reader.replaced,
        notes=(*notes_of(rows, reader.replaced), *reader.parts.notes()),
        unit=rows.unit,
    )


class _Reader:
    """Reads one row after the other."""

    def __init__(self, rows: Rows, wanted: BenchmarkFields) -> None:
        self._instruction: Instruction = mapping(rows, wanted.instruction, wanted.input or None)
        self._wanted = wanted
        self._mended = 0
        self.parts = Parts(rows)
        self.paths = tuple({**wanted.named, "instruction": self._instruction.path}.values())

    @property
    def replaced(self) -> int:
        return self._mended + self.parts.replaced

    def instruction(self, index: int, value: Any) -> str:
        found = self._instruction.text(index, value)
        if found is None:
            raise Unusable("no user turn")
        text, count = mend(found)
        self._mended += count
        if not is_visible(text):
            raise Unusable("empty text")
        return text

    def item(self, index: int, line: int, value: Any, instruction: str) -> BenchmarkItem:
        wanted, parts = self._wanted, self.parts
        recorded: dict[Party, str] = {
            party: parts.text(index, value, getattr(wanted, party), f"response of the {party}")
            for party in wanted.recorded
        }
        return BenchmarkItem(
            line=line,
            instruction=instruction,
            use_case=parts.name(index, value, wanted.use_case),
            skills=parts.skills(index, value, wanted.skills),
            recorded=recorded,
        )
