"""What records say of themselves."""

from codeclm.records import text_mark


def test_equal_texts_alone_have_equal_marks():
    assert text_mark("Name a lake.") == text_mark("Name a lake.")
    assert text_mark("Name a lake.") != text_mark("Name a lake")
    assert len(text_mark("long " * 10_000)) == 12
    assert text_mark("\ud800") != text_mark("\ufffd")
