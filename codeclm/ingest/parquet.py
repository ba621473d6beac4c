"""Parquet files: rows that are decoded as they are asked for, a thousand at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from codeclm.errors import ImportFileError

if TYPE_CHECKING:
    import pyarrow

#: How every Parquet file begins, and how a whole one ends.
MAGIC = b"PAR1"
#: The most rows that are read. A few kilobytes can hold billions that are all alike.
MOST_ROWS = 10_000_000

_BATCH = 1000
_HINT = "Download or write the file again; it may have been cut on the way."

Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ParquetRows(Sequence[Row]):
    """The rows of a file as (number counted from 1, mapping), without keeping them.

    Only the file's own bytes stay in memory. What is damaged behind the first rows is found when
    it is read: ``ImportFileError`` may come out of every access. Dates and times are texts, as
    they are in the same table saved as CSV.
    """

    data: bytes = field(repr=False)
    name: str
    length: int

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Row]:
        return self._window(0, self.length)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        wanted = range(self.length)[index]
        if isinstance(wanted, int):
            return next(self._window(wanted, wanted + 1))
        low, high = min(wanted, default=0), max(wanted, default=-1)
        found = list(self._window(low, high + 1))
        return tuple(found[at - low] for at in wanted)

    def only(self, paths: Iterable[str]) -> Iterator[Row]:
        """The rows with no more than the columns that dotted paths lead into.

        Columns of numbers beside a text are often the greater part of a file.
        """
        return self._window(0, self.length, tuple(paths))

    def _window(self, start: int, stop: int, paths: tuple[str, ...] | None = None) -> Iterator[Row]:
        first = 0
        batches = self._batches(paths)
        while first < stop:
            with _refusing(self.name, first + 1):
                batch = next(batches, None)
                if batch is None:
                    raise ValueError("fewer rows than its end tells")
                begin = min(max(start - first, 0), batch.num_rows)
                values = _values(batch.slice(begin, max(stop - first - begin, 0)))
            yield from enumerate(values, first + begin + 1)
            first += batch.num_rows

    def _batches(self, paths: tuple[str, ...] | None) -> Iterator[pyarrow.RecordBatch]:
        file = _opened(self.data)
        names = file.schema_arrow.names
        columns = names if paths is None else [name for name in names if _leads(name, paths)]
        # Without a column there would be no rows either.
        return file.iter_batches(_BATCH, columns=columns or names[:1], use_threads=False)


def parquet_rows(data: bytes, name: str) -> ParquetRows:
    """Open a file and read its first rows.

    Raises ``ImportFileError`` for a file that is cut or damaged, names a column twice or has more
    than ``MOST_ROWS`` rows.
    """
    with _refusing(name, 0):
        file = _opened(data)
        count, columns = file.metadata.num_rows, file.schema_arrow.names
        groups = range(file.metadata.num_row_groups)
        if count < 0 or count != sum(file.metadata.row_group(at).num_rows for at in groups):
            raise ValueError("its parts have other numbers of rows than the whole")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ImportFileError(
            f"{name} names the column {twice[0]!r} twice.", "Give every column its own name."
        )
    if count > MOST_ROWS:
        raise ImportFileError(
            f"{name} has {count} rows, and at most {MOST_ROWS} are read.",
            "Write the rows you need into a file of their own.",
        )
    rows = ParquetRows(data, name, count if columns else 0)
    _ = rows[:1]
    return rows


def _opened(data: bytes) -> Any:
    # Imported here: it takes a tenth of a second that other formats need not pay.
    import pyarrow
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(
        pyarrow.BufferReader(data), pre_buffer=False, page_checksum_verification=True
    )


@contextmanager
def _refusing(name: str, row: int) -> Iterator[None]:
    try:
        yield
    # Arrow has errors of a dozen built-in kinds for damaged bytes, and Python some for values.
    except Exception as error:
        detail = (str(error).strip() or type(error).__name__).splitlines()[0][:120].rstrip(".")
        place = f", row {row}" if row else ""
        raise ImportFileError(
            f"{name}{place}: the Parquet file is cut or damaged ({detail}).", _HINT, line=row
        ) from error


def _leads(column: str, paths: tuple[str, ...]) -> bool:
    return any(path == column or path.startswith(f"{column}.") for path in paths)


def _values(batch: pyarrow.RecordBatch) -> list[dict[str, Any]]:
    """Rows as Python values. Years beyond 9999 and unknown time zones are no obstacle."""
    import pyarrow

    # Written as text in a zone, a time needs a database of zones, which not every machine has.
    for rule in (_without_zone, _as_text):
        schema = pyarrow.schema([_inner(one, rule) for one in batch.schema])
        if schema != batch.schema:
            batch = batch.cast(schema)
    # Asked about maps, Arrow takes nine times as long for everything else that is nested.
    maps = any("map<" in str(kind) for kind in batch.schema.types)
    return batch.to_pylist(maps_as_pydicts="lossy" if maps else None)


def _without_zone(kind: Any) -> Any:
    import pyarrow

    return pyarrow.timestamp(kind.unit) if pyarrow.types.is_timestamp(kind) else kind


def _as_text(_kind: Any) -> Any:
    import pyarrow

    return pyarrow.string()


def _inner(one: Any, rule: Callable[[Any], Any]) -> Any:
    return one.with_type(_retyped(one.type, rule))


def _retyped(kind: Any, rule: Callable[[Any], Any]) -> Any:
    """A column's type with ``rule`` applied to the dates and times within."""
    import pyarrow
    from pyarrow import types

    if types.is_temporal(kind):
        return rule(kind)
    if types.is_struct(kind):
        return pyarrow.struct([_inner(one, rule) for one in kind])
    if types.is_map(kind):
        return pyarrow.map_(_inner(kind.key_field, rule), _inner(kind.item_field, rule))
    if types.is_fixed_size_list(kind):
        return pyarrow.list_(_inner(kind.value_field, rule), kind.list_size)
    if types.is_list(kind):
        return pyarrow.list_(_inner(kind.value_field, rule))
    if types.is_large_list(kind):
        return pyarrow.large_list(_inner(kind.value_field, rule))
    return kind
