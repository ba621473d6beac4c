"""Pushing a bundle to a Hugging Face hub, as a data set repository that is private by default."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from codeclm.errors import ExportError
from codeclm.pipeline.exporting.places import files_of

#: Where a token is looked for; the hub's own library knows them by the same names.
TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")


def missing() -> str:
    """What a push lacks on this machine, as a sentence; empty when it lacks nothing."""
    if find_spec("huggingface_hub") is None:
        return "Pushing takes the package huggingface_hub: pip install 'codeclm[hub]'."
    if not _token():
        return f"Pushing takes a token that may write: set {TOKENS[0]} in the environment."
    return ""


def push(folder: Path, repo: str, private: bool = True, message: str = "") -> str:
    """Push a bundle to the repository ``repo`` (``OWNER/NAME``). Returns its address.

    The token comes from the environment (``HF_TOKEN``), the hub from ``HF_ENDPOINT``. A repository
    that is there keeps who may see it, so that one which everybody sees is refused where
    ``private`` is asked for; files of it that the bundle does not have stay. Raises
    ``ExportError``.
    """
    if lacking := missing():
        raise ExportError("Nothing was pushed.", lacking)
    if not (files := files_of(folder)):
        raise ExportError(f"{folder.name} is no bundle.", "Export to a folder, then push that.")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    # Of whatever speaks HTTP in the version that is installed; its errors are no OSError.
    from huggingface_hub.errors import HTTPError  # isort: skip # pyright: ignore[reportPrivateImportUsage]

    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None, token=_token())
    try:
        made = api.create_repo(repo, repo_type="dataset", private=private, exist_ok=True)
        if private and not api.repo_info(made.repo_id, repo_type="dataset").private:
            raise ExportError(
                f"Nothing was pushed: {repo} is there already, and everybody can see it.",
                "Choose another name, or say that it may be public.",
            )
        api.upload_folder(
            repo_id=made.repo_id,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=list(files),
            commit_message=message or f"Data set {folder.name}",
        )
    except HFValidationError as error:
        raise ExportError(
            f"{repo!r} is no name of a repository.", "Write OWNER/NAME, such as me/support-pairs."
        ) from error
    except HfHubHTTPError as error:
        raise _explained(error, repo) from error
    except (OSError, HTTPError) as error:
        raise ExportError(
            "The hub could not be reached.", "Is the network there? HF_ENDPOINT names another hub."
        ) from error
    except ValueError as error:
        raise ExportError(
            "The hub does not take the data set's card.",
            "Look at its licence and language: identifiers such as cc-by-4.0 and en.",
        ) from error
    return str(made)


def _token() -> str:
    return next((found for name in TOKENS if (found := os.environ.get(name, "").strip())), "")


def _explained(error: Exception, repo: str) -> ExportError:
    status = getattr(getattr(error, "response", None), "status_code", None)
    match status:
        case 401 | 403:
            return ExportError(
                f"The hub does not let this token write to {repo}.",
                f"Set {TOKENS[0]} to a token that may.",
            )
        case 404:
            return ExportError(f"The hub has no place {repo}.", "Is the owner's name right?")
        case _:
            return ExportError(
                f"The hub refused the push ({status or type(error).__name__}).", "Try again later."
            )
