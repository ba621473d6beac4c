"""The manifest of a bundle: everything its card tells, for programs, and one digest of its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from codeclm.errors import ImportFileError, without_surrogates
from codeclm.records import CardFacts, DataFile, RunFacts

#: Raised whenever a reader of the version before would misread what is written.
VERSION = 1
_KIND = "codeclm data set"
#: Settings that change nothing in the result, and texts of prompts, which have a digest.
_UNTOLD = {
    "concurrency", "timeout", "budget_calls", "budget_tokens", "budget_usd", "role_budgets",
    "prices", "prompts",
}  # fmt: skip
_ROLES = ("strong", "target", "judge")


def manifest(facts: CardFacts, others: Iterable[DataFile] = ()) -> bytes:
    """The manifest as UTF-8 JSON, the same bytes for the same facts.

    ``others`` are the files of the bundle that hold no data: card, pictures, configs.

    Names have the order of the alphabet wherever order has no meaning; files and runs have theirs.
    """
    told = {
        "kind": _KIND,
        "version": VERSION,
        "codeclm": facts.version,
        "created_at": facts.created_at,
        "simulated": facts.simulated,
        "project": {"name": facts.project, "brief": facts.brief},
        "terms": asdict(facts.terms),
        "layout": _by_name(facts.layout),
        "keys": list(facts.keys),
        "filter": _by_name(facts.narrowed),
        "splits": dict(facts.splits),
        "balance": facts.balance,
        "pairs": facts.pairs,
        "rows": facts.rows,
        "digest": digest_of(facts.files),
        "files": [asdict(file) for file in facts.files],
        "others": [
            {"path": file.path, "bytes": file.bytes, "sha256": file.sha256} for file in others
        ],
        "runs": [_run(run) for run in facts.runs],
        "reviews": {
            "statuses": _by_name(facts.reviews.statuses),
            "edited": facts.reviews.edited,
            "swapped": facts.reviews.swapped,
            "reviewers": facts.reviews.reviewers,
            "reasons": _by_name(facts.reviews.reasons),
        },
        "checked": facts.checked,
        "problems": _by_name(facts.problems),
        "left_out": _by_name(facts.left_out),
    }
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=2, default=str)
    return without_surrogates(text).encode() + b"\n"


def digest_of(files: Iterable[DataFile]) -> str:
    """The SHA-256 of all data files together: of the JSON list of [path, SHA-256], in their order.

    That list is written without blanks and with every character beyond ASCII escaped.
    """
    named = [[file.path, file.sha256] for file in files]
    return hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).hexdigest()


def read(data: bytes) -> dict[str, Any]:
    """A manifest as it was written.

    Raises ``ImportFileError`` for what is none, for one of a newer version, and where the digest is
    not that of the files it lists.
    """
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ImportFileError("This is no manifest: it is not JSON.", _HINT) from error
    if not isinstance(told, dict) or told.get("kind") != _KIND:
        raise ImportFileError("This is JSON, but no manifest of a data set.", _HINT)
    version = told.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ImportFileError("This manifest does not say its version.", _HINT)
    if version > VERSION:
        raise ImportFileError(
            f"This manifest has version {version}, which is newer than this program reads"
            f" ({VERSION}).",
            "Update codeclm.",
        )
    if told.get("digest") != digest_of(_files(told.get("files"))):
        raise ImportFileError(
            "This manifest was changed: its digest is not that of the files it lists.",
            "Take the manifest as it was exported.",
        )
    return told


_HINT = "Choose the manifest.json of an exported data set."


def _files(listed: Any) -> list[DataFile]:
    try:
        files = [DataFile(**file) for file in listed]
    except TypeError as error:
        raise ImportFileError("This manifest does not list its files.", _HINT) from error
    if not all(isinstance(file.path, str) and isinstance(file.sha256, str) for file in files):
        raise ImportFileError("This manifest does not list its files.", _HINT)
    return files


def _run(run: RunFacts) -> dict[str, Any]:
    return {
        "id": run.id,
        "source": run.source,
        "created_at": run.created_at,
        "simulated": run.simulated,
        "models": {role: run.settings[role] for role in _ROLES if run.settings.get(role)},
        "settings": _by_name(
            {name: value for name, value in run.settings.items() if name not in _UNTOLD}
        ),
        "instructions": run.instructions,
        "kept": run.kept,
        "exhausted": run.exhausted,
        "failed": run.failed,
        "restored": run.restored,
        "prompts": _by_name(run.prompts),
    }


def _by_name(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in sorted(values)}
