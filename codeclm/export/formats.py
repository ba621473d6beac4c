"""The formats people pick from, and whether a layout is one of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from codeclm.errors import ExportError
from codeclm.export.conversations import gemini_rows, messages_rows, sharegpt_rows
from codeclm.export.encoding import json_array, json_lines
from codeclm.export.fields import BESIDE
from codeclm.export.instructions import alpaca_rows, prompt_completion_rows
from codeclm.export.native import NATIVE, native_rows
from codeclm.export.preferences import dpo_rows, kto_rows
from codeclm.export.tables import CELLS, COLUMNS, csv_lines, csv_rows, parquet_bytes, parquet_rows
from codeclm.records import Layout, Pair, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How pairs become a file.

    ``name`` is the word on the command line, ``label`` what people pick from, ``told`` one sentence
    on what it is for. The first of ``styles`` is the default; () where there is only one way.
    ``fixed`` keys are always written, ``fields`` may be picked, ``default`` are picked where nobody
    does. A pair without both responses has no row where the format ``needs_both``.

    ``rows(pair, layout)`` are the rows a pair becomes: none, one, or two. ``encoded(rows, layout)``
    streams the file's bytes. Both take a layout that is ``checked``.
    """

    name: str
    label: str
    told: str
    rows: Callable[[Pair, Layout], list[Row]]
    encoded: Callable[[Iterable[Row], Layout], Iterator[bytes]] = json_lines
    ending: str = ".jsonl"
    media: str = "application/jsonl"
    styles: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    fields: tuple[str, ...] = tuple(BESIDE)
    default: tuple[str, ...] = ()
    needs_both: bool = False

    @property
    def endings(self) -> tuple[str, ...]:
        """What a file of it may end in: its own ending, then what else says the same of it."""
        return (self.ending, *_ALSO.get(self.ending, ()))

    def written(self, rows: Iterable[Row], layout: Layout, ending: str) -> Iterator[bytes]:
        """The bytes of a file with one of its ``endings``: what ends in .json is one JSON array."""
        if ending.lower() == ".json":
            return json_array(rows, layout)
        return self.encoded(rows, layout)


_ALSO = {".jsonl": (".json", ".ndjson")}


_NATIVE = Format(
    name="jsonl",
    label="JSONL (everything)",
    told="Everything known of each pair: for your own scripts, and to bring the pairs back here.",
    rows=native_rows,
    fields=NATIVE,
    default=NATIVE,
)
_ALPACA = Format(
    name="alpaca",
    label="Alpaca (instruction, input, output)",
    told="Supervised fine-tuning with LLaMA-Factory, Axolotl and many others.",
    rows=alpaca_rows,
    fixed=("instruction", "input", "output"),
)
_SHAREGPT = Format(
    name="sharegpt",
    label="ShareGPT (conversations)",
    told="Supervised fine-tuning with LLaMA-Factory, or with Axolotl in its style, where the system"
    " prompt is the first turn.",
    rows=sharegpt_rows,
    styles=("llama-factory", "axolotl"),
    fixed=("conversations",),
)
_MESSAGES = Format(
    name="messages",
    label="Messages (role, content)",
    told="Supervised fine-tuning of chat models with OpenAI, TRL, Axolotl and many others.",
    rows=messages_rows,
    fixed=("messages",),
)
_PROMPT_COMPLETION = Format(
    name="prompt-completion",
    label="Prompt and completion",
    told="Supervised fine-tuning with TRL, which joins the standard style's two texts as they stand"
    " and puts the conversational style through the model's chat template.",
    rows=prompt_completion_rows,
    styles=("standard", "conversational"),
    fixed=("prompt", "completion"),
)
_DPO = Format(
    name="dpo",
    label="DPO (prompt, chosen, rejected)",
    told="Preference tuning with TRL, or with LLaMA-Factory in its style: the response that stands"
    " is chosen, the other model's is rejected.",
    rows=dpo_rows,
    styles=("standard", "conversational", "llama-factory"),
    fixed=("prompt", "chosen", "rejected"),
    needs_both=True,
)
_KTO = Format(
    name="kto",
    label="KTO (prompt, completion, label)",
    told="Preference tuning with TRL, a row a response: true for the one that stands, false for the"
    " other model's and for that of a rejected pair.",
    rows=kto_rows,
    styles=("standard", "conversational"),
    fixed=("prompt", "completion", "label"),
)
_GEMINI = Format(
    name="gemini",
    label="Gemini (contents)",
    told="Supervised tuning of Gemini models on Google Cloud.",
    rows=gemini_rows,
    fixed=("contents",),
)
_CSV = Format(
    name="csv",
    label="CSV (spreadsheet)",
    told="A table for spreadsheets: a cell that one would execute gets an apostrophe before it, and"
    " NUL characters are left out.",
    rows=csv_rows,
    encoded=csv_lines,
    ending=".csv",
    media="text/csv",
    fields=CELLS,
    default=CELLS,
)
_PARQUET = Format(
    name="parquet",
    label="Parquet (typed columns)",
    told="A table with typed columns for data tools such as datasets, pandas and DuckDB.",
    rows=parquet_rows,
    encoded=parquet_bytes,
    ending=".parquet",
    media="application/vnd.apache.parquet",
    fields=COLUMNS,
    default=COLUMNS,
)

#: Every format by the word on the command line.
FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        _NATIVE,
        _ALPACA,
        _SHAREGPT,
        _MESSAGES,
        _PROMPT_COMPLETION,
        _DPO,
        _KTO,
        _GEMINI,
        _CSV,
        _PARQUET,
    )
}


def checked(layout: Layout) -> Layout:
    """The layout with its style and fields filled in, each field once, in the format's order.

    Raises ``ExportError`` for a format, a style or a field that there is not.
    """
    format = FORMATS.get(layout.format)
    if format is None:
        raise ExportError(
            f"There is no export format {layout.format!r}.", f"Known are {', '.join(FORMATS)}."
        )
    return replace(layout, style=_style(format, layout.style), fields=_fields(format, layout))


def _style(format: Format, style: str) -> str:
    if not style:
        return format.styles[0] if format.styles else ""
    if style not in format.styles:
        raise ExportError(
            f"The format {format.name} has no style {style!r}.",
            f"Known are {', '.join(format.styles)}." if format.styles else "Leave the style out.",
        )
    return style


def _fields(format: Format, layout: Layout) -> tuple[str, ...]:
    if layout.fields is None:
        return format.default
    known = f"Known are {', '.join(format.fields)}."
    for name in layout.fields:
        if name not in format.fields:
            raise ExportError(f"The format {format.name} has no field {name!r} to pick.", known)
    if not (layout.fields or format.fixed):
        raise ExportError(f"No field is picked: the rows of {format.name} would be empty.", known)
    return tuple(name for name in format.fields if name in layout.fields)
