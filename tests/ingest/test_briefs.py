"""A brief from a file: parts as TOML, plain text as what it is about."""

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import brief
from codeclm.records import Brief


def test_parts_are_read_from_toml():
    data = 'product = "A shop for hikers."\nlanguage = "German"\nmust_not = """\nask\ntwice"""\n'
    read = brief(data.encode("utf-8-sig"), "brief.toml")
    assert read == Brief("A shop for hikers.", language="German", must_not="ask\ntwice")


def test_plain_text_says_what_it_is_about():
    assert brief(b"A shop\nfor hikers.\n", "brief.txt") == Brief("A shop\nfor hikers.")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"product = A shop", "not valid TOML"),
        (b'produkt = "A shop"', "'produkt' is no part of a brief"),
        (b"must = 3", "'must' is no part of a brief, or no text"),
        (b"", "brief.toml is empty"),
        (b"\x00\x01\x02", "brief.toml"),
    ],
)
def test_what_makes_no_brief_is_told_with_what_to_do(data, told):
    with pytest.raises(ImportFileError, match=told) as caught:
        brief(data, "brief.toml")
    assert caught.value.hint
