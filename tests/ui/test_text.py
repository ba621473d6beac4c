"""Safe text: nothing hidden stays hidden, nothing visible is changed."""

import time

import pytest

from codeclm.ui import text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain\ttext\nand lines", "plain\ttext\nand lines"),
        ("ab\u202egnp.exe", "ab⟨U+202E⟩gnp.exe"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("bell\x07 null\x00", "bell⟨U+0007⟩ null⟨U+0000⟩"),
        ("a\r\nb\rc", "a\nb⟨U+000D⟩c"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("lone \ud800", "lone ⟨U+D800⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("👩\u200d🔬 می\u200cخواهم é 中文", "👩\u200d🔬 می\u200cخواهم é 中文"),
    ],
)
def test_hidden_characters_are_written_out(given: str, shown: str) -> None:
    assert text.visible(given) == shown


def test_a_line_is_one_line_and_cut() -> None:
    assert text.line("one\n two\u202e", 40) == "one two⟨U+202E⟩"
    assert text.line("x" * 100, 10) == "x" * 9 + "…"


def test_two_megabytes_take_no_time() -> None:
    began = time.process_time()
    text.visible("word \u200b" * 300_000)
    text.line("word " * 400_000, 80)
    assert time.process_time() - began < 2


def test_numbers_and_gaps() -> None:
    assert text.number(1234567) == "1\u202f234\u202f567"
    assert [text.signed(gap) for gap in (4.5, -3.0, None)] == ["+4.5", "−3", "–"]


def test_a_label_says_a_text_and_draws_nothing_of_it() -> None:
    assert text.label("wrong answer") == "wrong answer"
    assert text.label("![x](http://h/y) $a$ :red[b]") == (
        r"\!\[x\]\(http\:" "\u2060" r"\/\/h\/y\) \$a\$ \:" "\u2060" r"red\[b\]"
    )


@pytest.mark.parametrize(
    ("given", "spans", "shown"),
    [
        ("one two", [(4, 7)], "one <mark>two</mark>"),
        ("a<b", [(1, 2)], "a<mark>&lt;</mark>b"),
        # A text may be another one than where the marks were found.
        ("short", [(50_000, 50_010)], "short"),
        (f"{'x ' * 3500}", [(50_000, 50_010)], f"{'x ' * 3000} …"),
        (f"{'x ' * 3500}", [(-5, 1)], f"<mark>x</mark> {'x ' * 2999} …"),
        # A mark that ends inside of a sign does not break it.
        ("👩\u200d🔬 it", [(0, 1)], "<mark>👩\u200d🔬</mark> it"),
        ("a\r\nb", [(0, 2)], "<mark>a\n</mark>b"),
    ],
)
def test_marks_lie_within_the_text(monkeypatch, given, spans, shown) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(text.st, "html", drawn.append)
    text.marked(given, spans)
    assert drawn == [f'<div class="marked-text">{shown}</div>']
