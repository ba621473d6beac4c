"""Bytes to text: what the encoding is, and whether it is text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from codeclm.errors import ImportFileError

#: The longest line of a file of lines, and the longest text of any field, in bytes.
MAX_LINE = 10_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # The UTF-32 mark begins with the UTF-16 one, so it is looked for first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an office document", "Save the sheet as CSV, or unpack it."),
    (b"\xd0\xcf\x11\xe0", "an old office document", "Save it as CSV or as plain text."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first."),
    (b"ARROW1", "an Arrow file", "Write it as Parquet or JSONL first."),
    (b"%PDF", "a PDF", "Copy its text into a file with one instruction a line."),
    (b"SQLite format 3", "an SQLite database", "Write the table as CSV first."),
    (b"\x89PNG", "a picture", "Choose a file of text."),
    (b"\xff\xd8\xff", "a picture", "Choose a file of text."),
)
_FORMATS = "Choose a JSONL, JSON, CSV, TSV or TXT file saved as UTF-8, or a Parquet file."
_DOS = ("cp4", "cp7", "cp8")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def file_name(name: str) -> str:
    """The last part of an uploaded name, as it may be shown and kept: never a path."""
    return _UNPRINTABLE.sub("", re.split(r"[\\/]", name)[-1]).strip() or "pasted text"


def to_text(data: bytes, name: str) -> tuple[str, str]:
    """Decode a file; returns its text without byte order mark and the encoding's name.

    UTF-8 is taken when it fits, UTF-16 and UTF-32 when their mark is there, anything else is
    guessed. Raises ``ImportFileError`` for an empty or binary file, for damaged UTF-8 and for
    text that holds a NUL character.
    """
    if not data.strip():
        raise ImportFileError(f"{name} is empty.", "Choose a file with at least one instruction.")
    marked = next((codec for mark, codec in _BOMS if data.startswith(mark)), None)
    if marked is None:
        _refuse_binary(data, name)
    text, encoding = _decode(data, name, marked)
    if not text.strip("\ufeff \t\r\n"):
        raise ImportFileError(f"{name} is empty.", "Choose a file with at least one instruction.")
    at = text.find("\0")
    if at >= 0:
        line = line_at(text, at)
        raise nul_found(f"{name}, line {line}", line)
    return text, encoding


def lines_of(text: str) -> Iterator[str]:
    """Split at line feeds only, so that line numbers are the ones an editor shows.

    ``str.splitlines`` would also split at U+2028 or a form feed inside an instruction. One line
    at a time: all of them would be the whole file in memory once more.
    """
    end = "\r" if "\n" not in text and "\r" in text else "\n"
    start, stop = 0, text.find(end)
    while stop >= 0:
        yield text[start : stop - 1 if text[stop - 1 : stop] == "\r" else stop]
        start, stop = stop + 1, text.find(end, stop + 1)
    if start < len(text) or end == "\r":
        yield text[start:].removesuffix("\r")


def line_at(text: str, position: int) -> int:
    """The line of a character, counted from 1."""
    return text.count("\n", 0, position) + 1


def mend(text: str) -> tuple[str, int]:
    """Replace lone surrogates, which no encoding can write, by U+FFFD; returns how many."""
    return _SURROGATE.subn("\ufffd", text)


def too_long(text: str) -> bool:
    """Whether a text is above ``MAX_LINE`` bytes; counted only where it could be."""
    return len(text) > MAX_LINE // 4 and len(text.encode("utf-8", "replace")) > MAX_LINE


def nul_found(where: str, line: int) -> ImportFileError:
    """The error for a NUL character, which databases and most trainers cut a text at."""
    return ImportFileError(
        f"{where}: the text holds a NUL character.",
        "Remove it (it is often left over from a wrong encoding) and import again.",
        line=line,
    )


def _refuse_binary(data: bytes, name: str) -> None:
    for signature, what, hint in _SIGNATURES:
        if data.startswith(signature):
            raise ImportFileError(f"{name} is {what}, not text.", hint)
    head = data[:65536]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5 and min(even, odd) < len(head) // 50 + 1:
        raise ImportFileError(
            f"{name} looks like UTF-16 without a byte order mark.", "Save it as UTF-8."
        )
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(2, len(head) // 100):
        raise ImportFileError(f"{name} is a binary file, not text.", _FORMATS)


def _decode(data: bytes, name: str, marked: str | None) -> tuple[str, str]:
    try:
        return data.decode(marked or "utf-8"), (marked or "utf-8").removesuffix("-sig")
    except UnicodeDecodeError as error:
        if marked and marked != "utf-8-sig":
            raise ImportFileError(
                f"{name} is marked as {marked.upper()}, but its bytes are not ({error.reason}).",
                "The file may be cut; save it again as UTF-8.",
            ) from error
        if marked or _mostly_utf8(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise ImportFileError(
                f"{name}, line {line}: the bytes there are not UTF-8, though most of the file is.",
                "The file may be cut or glued together from several; save it again as UTF-8.",
                line=line,
            ) from error
    return _guess(data, name)


def _mostly_utf8(data: bytes) -> bool:
    """A damaged UTF-8 file: more multi-byte characters that fit than places that do not."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return len(text) - wrong - len(text.encode("ascii", "ignore")) > wrong


def _guess(data: bytes, name: str) -> tuple[str, str]:
    # Imported here: it takes a tenth of a second that files in UTF-8 need not pay.
    from charset_normalizer import from_bytes

    found = from_bytes(data)
    best = found.best()
    if best is None or b"\0" in data:
        raise ImportFileError(f"{name}: its encoding cannot be told.", "Save it as UTF-8.")
    for match in found:
        # Western text is by far the commonest; on short files it ties with rarer code pages.
        fits = match.chaos <= best.chaos and match.coherence >= best.coherence
        if fits and "cp1252" in match.could_be_from_charset:
            return str(match), "cp1252"
    western = _western(data)
    # Code pages of DOS are told by a hair's breadth from texts that fit today's as well.
    if western is not None and (best.coherence == 0 or best.encoding.startswith(_DOS)):
        return western, "cp1252"
    return str(best), best.encoding


def _western(data: bytes) -> str | None:
    """The text read as cp1252, when every character beyond ASCII is then a letter or a quote."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = [char for char in text if ord(char) > 127]
    likely = sum(
        char in "äöüÄÖÜßéèêëàâáãçñíìîïóòôõúùûåæøÉÈÀÇÑÅÆØ«»“”‘’„–—…€£°·§¿¡" for char in beyond
    )
    return text if likely >= 0.8 * len(beyond) else None
