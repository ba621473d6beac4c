"""CodecLM: tailored synthetic instruction data (Wang et al., NAACL 2024).

    import codeclm

    with codeclm.open("studio.db") as studio:
        run = codeclm.synthesize(studio, "seeds.jsonl", field="prompt",
                                 strong="openai:gpt-4o", target="ollama:llama3.2", size=200)
        print(run.summary())
        for pair in studio.project("seeds").pairs():
            print(pair.gap, pair.instruction)

Names are loaded when they are first used: importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codeclm.errors import CodeclmError
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.runs import Run
    from codeclm.pipeline.studio import Studio
    from codeclm.pipeline.synthesis import synthesize
    from codeclm.records import Pair, RunState, Status
    from codeclm.settings import RunSettings

    open = Studio

__version__ = "0.1.0"

__all__ = [
    "CodeclmError",
    "Pair",
    "Project",
    "Run",
    "RunSettings",
    "RunState",
    "Status",
    "Studio",
    "open",
    "synthesize",
]

_HOMES = {
    "codeclm.errors": ("CodeclmError",),
    "codeclm.pipeline.projects": ("Project",),
    "codeclm.pipeline.runs": ("Run",),
    "codeclm.pipeline.studio": ("Studio",),
    "codeclm.pipeline.synthesis": ("synthesize",),
    "codeclm.records": ("Pair", "RunState", "Status"),
    "codeclm.settings": ("RunSettings",),
}


def __getattr__(name: str) -> Any:
    wanted = "Studio" if name == "open" else name
    for module, names in _HOMES.items():
        if wanted in names:
            return getattr(import_module(module), wanted)
    raise AttributeError(f"module 'codeclm' has no attribute {name!r}")
