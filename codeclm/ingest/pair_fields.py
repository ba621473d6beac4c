"""Which fields of a file's rows make a pair: named, or told by their usual names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from codeclm.errors import ImportFileError
from codeclm.ingest.fields import MISSING, guess, lookup
from codeclm.ingest.rows import Rows

#: Names that go together: a file that has both of a line has its strong and target side there.
_RESPONSES = (("strong_response", "target_response"), ("chosen", "rejected"))
_SCORES = (
    ("strong_score", "target_score"),
    ("chosen_score", "rejected_score"),
    ("score_chosen", "score_rejected"),
    ("chosen_rating", "rejected_rating"),
)
#: What a pair cannot be without, in words.
_NEEDED = {
    "instruction": "instruction",
    "strong": "strong response",
    "target": "target response",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFields:
    """Dotted paths to what a pair is made of; empty where there is none."""

    instruction: str
    strong: str
    target: str
    strong_score: str = ""
    target_score: str = ""
    use_case: str = ""
    skills: str = ""

    @property
    def named(self) -> dict[str, str]:
        """What is read, in words, to where it is."""
        found = {
            item.name.replace("_", " "): getattr(self, item.name) for item in fields(type(self))
        }
        return {_NEEDED.get(name, name): path for name, path in found.items() if path}


def guess_pairs(paths: Iterable[str]) -> dict[str, str]:
    """The parts of a pair whose usual names leave no doubt: names of ``PairFields`` to paths.

    ``paths`` are those of every kind of field. A file of chats without a field of its own for the
    instruction has it in the chosen one, as what the user says.
    """
    known = {path.casefold(): path for path in paths}
    found: dict[str, str] = {}
    for names, likely in ((("strong", "target"), _RESPONSES), (_SCORES[0], _SCORES)):
        both = next((pair for pair in likely if {*pair} <= known.keys()), ())
        found |= {name: known[path] for name, path in zip(names, both, strict=False)}
    found |= {name: known[name] for name in ("use_case", "skills") if name in known}
    instruction = guess(path for path in known.values() if path not in found.values())
    strong = found.get("strong", "")
    if instruction:
        found["instruction"] = instruction
    elif {f"{strong}.0.content", f"{strong}.0.value"} & {*known.values()}:
        found["instruction"] = strong
    return found


def pair_fields(rows: Rows, named: Mapping[str, str]) -> PairFields:
    """The fields of a file's pairs: what is ``named``, and the usual names for the rest.

    Responses, and scores, are only looked for together. Raises ``ImportFileError`` when one that is
    needed cannot be told.
    """
    known = {name: path for name, path in named.items() if path}
    found = guess_pairs(rows.fields(every=True))
    for both in (("strong", "target"), ("strong_score", "target_score")):
        if known.keys() & {*both}:
            found = {name: path for name, path in found.items() if name not in both}
    found |= known
    missing = [what for name, what in _NEEDED.items() if name not in found]
    if missing:
        raise ImportFileError(
            f"{rows.name}: no field has a name that a pair's {missing[0]} usually has.",
            f"Name the field to read. {there(rows)}".strip(),
        )
    return PairFields(**found)


def check(rows: Rows, wanted: PairFields) -> None:
    """Raise ``ImportFileError`` unless all that is named is there, and all that is needed named."""
    if bool(wanted.strong_score) != bool(wanted.target_score):
        raise ImportFileError(
            f"{rows.name}: only one score field is named.", "Name both score fields, or neither."
        )
    if not all((wanted.instruction, wanted.strong, wanted.target)):
        raise ImportFileError(
            f"{rows.name}: a pair takes an instruction, a strong and a target response.",
            f"Name the field of each. {there(rows)}".strip(),
        )
    refuse_absent(rows, wanted.named)


def refuse_absent(rows: Rows, named: Mapping[str, str]) -> None:
    """Raise ``ImportFileError`` when no row has one of the paths, by what each is named as."""
    missing = dict(named)
    for _, value in rows.holding(*missing.values()):
        missing = {what: path for what, path in missing.items() if lookup(value, path) is MISSING}
        if not missing:
            return
    what, path = next(iter(missing.items()))
    raise ImportFileError(
        f"{rows.name}: no row has {path!r}, named as the {what}.",
        f"Name another field. {there(rows)}".strip(),
    )


def there(rows: Rows) -> str:
    """A sentence with the fields there are, of every kind."""
    found = list(rows.fields(every=True))
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    if not found:
        return "Its rows are plain texts; pairs take objects or a table."
    return f"Fields found: {', '.join(found[:12])}{more}."
