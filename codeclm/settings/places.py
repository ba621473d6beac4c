"""Where things lie: the package, the app's files, the database, local models."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parents[1]
#: Where app.py, pages/, data/ and .streamlit/ lie: the checkout, or their copy in the wheel.
APP_FOLDER = PACKAGE / "_app" if (PACKAGE / "_app").is_dir() else PACKAGE.parent


def database_path(given: str | os.PathLike[str] | None = None) -> Path:
    """Where the store lies: ``given``, CODECLM_DB, ``data/`` of a checkout, the user's folder."""
    named = given or os.environ.get("CODECLM_DB")
    if named:
        return Path(named).expanduser().absolute()
    if (APP_FOLDER / "pyproject.toml").is_file():
        return APP_FOLDER / "data" / "codeclm.db"
    return _own_folder() / "codeclm.db"


def models_folder() -> Path:
    """Where the files of local models lie: CODECLM_MODELS, else ``models`` in the user's folder."""
    named = os.environ.get("CODECLM_MODELS")
    return Path(named).expanduser().absolute() if named else _own_folder() / "models"


def _own_folder() -> Path:
    return Path(platformdirs.user_data_dir("codeclm", appauthor=False))
