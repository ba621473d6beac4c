"""The local SQLite store: one module a table, and views for pages.

The only room that knows SQL. Reads borrow a connection; every write goes through ``writing()``.
"""

from __future__ import annotations

import sys
from importlib import import_module


def _load_lightly() -> None:
    """Import sqlite_utils without pandas and numpy.

    It imports both, if it can, to recognise their values, and nobody here hands it any: that is
    80 MiB and a quarter of a second for every command and worker. The app's server has pandas
    anyway, and threads that may be importing it at this very moment.
    """
    wanted = [name for name in ("pandas", "numpy") if name not in sys.modules]
    if "streamlit" in sys.modules or "sqlite_utils" in sys.modules:
        return
    sys.modules.update(dict.fromkeys(wanted))  # type: ignore[arg-type] - None: not to be found
    try:
        import_module("sqlite_utils")
    finally:
        for name in wanted:
            del sys.modules[name]


_load_lightly()
