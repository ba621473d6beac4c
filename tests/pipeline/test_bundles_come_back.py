"""A bundle as an export writes it is restored, unless its archive is another one by now."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeclm.errors import ImportFileError


@pytest.fixture
def bundle(shop, tmp_path: Path) -> Path:
    project = shop.project("outdoor")
    project.export(tmp_path / "set", project.filter())
    return tmp_path / "set"


def test_a_card_that_somebody_edited_does_not_matter(shop, bundle):
    with (bundle / "README.md").open("a", encoding="utf-8") as card:
        card.write("\nA word of our own.\n")
    done = shop.restore(bundle)
    assert done.pairs == shop.project("outdoor").count_pairs()
    assert shop.doctor() == []


def test_an_archive_that_was_changed_is_refused_and_adds_nothing(shop, bundle):
    archive = bundle / "project.jsonl"
    # The rows are as many as before, and each is still one.
    archive.write_text(archive.read_text(encoding="utf-8").replace("outdoor", "indoors"), "utf-8")
    before = len(shop.projects())
    with pytest.raises(ImportFileError, match=r"project\.jsonl is not the file"):
        shop.restore(bundle)
    assert len(shop.projects()) == before
