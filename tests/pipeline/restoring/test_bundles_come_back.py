"""A bundle as an export writes it is restored, unless its archive is another one by now."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from codeclm.errors import ImportFileError
from codeclm.export import manifest
from codeclm.records import DataFile


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


def refused(shop, place: Path, said: str) -> None:
    before = len(shop.projects())
    with pytest.raises(ImportFileError, match=said) as caught:
        shop.restore(place)
    assert caught.value.hint
    assert len(shop.projects()) == before


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_file_that_is_damaged_is_refused_however_it_is_packed(
    shop, bundle, tmp_path, packing
):
    place = tmp_path / "set.zip"
    with zipfile.ZipFile(place, "w", packing) as packed:
        packed.write(bundle / "project.jsonl", "project.jsonl")
    data = bytearray(place.read_bytes())
    for at in range(60, 1000, 50):
        data[at] ^= 0xFF
    place.write_bytes(data)
    refused(shop, place, r"set\.zip cannot be (unpacked|read)")


def test_a_zip_file_with_a_name_that_is_no_text_is_refused(shop, tmp_path):
    place = tmp_path / "set.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("é.txt", "")
    place.write_bytes(place.read_bytes().replace("é".encode(), b"\xff\xff"))
    refused(shop, place, r"set\.zip cannot be unpacked")


@pytest.mark.parametrize("path", ["data/\0", "", "data:x"])
def test_a_manifest_that_lists_what_is_no_path_is_refused(shop, bundle, path):
    place = bundle / "manifest.json"
    told = json.loads(place.read_text())
    told["files"][0]["path"] = path
    told["digest"] = manifest.digest_of(DataFile(**file) for file in told["files"])
    place.write_text(json.dumps(told))
    refused(shop, bundle, "outside of its bundle")


def test_what_has_no_end_is_never_read(shop, bundle, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(shop, tmp_path / "pipe", "There is no file ")
    (bundle / "data" / "train.jsonl").unlink()
    os.mkfifo(bundle / "data" / "train.jsonl")
    refused(shop, bundle, r"data/train\.jsonl is missing")


def test_a_link_to_itself_is_no_bundle(shop, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused(shop, tmp_path / "loop", "There is no file ")
