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
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "open": ("codeclm.pipeline.studio", "Studio"),
    "synthesize": ("codeclm.pipeline.synthesis", "synthesize"),
    "Studio": ("codeclm.pipeline.studio", "Studio"),
    "Project": ("codeclm.pipeline.projects", "Project"),
    "Run": ("codeclm.pipeline.runs", "Run"),
    "RunSettings": ("codeclm.settings", "RunSettings"),
    "RunState": ("codeclm.records", "RunState"),
    "Pair": ("codeclm.records", "Pair"),
    "Status": ("codeclm.records", "Status"),
    "CodeclmError": ("codeclm.errors", "CodeclmError"),
}

__all__ = ["__version__", *_PLACES]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'codeclm' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
