"""Where a bundle is read from, and what is refused of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from jobs import job

from codeclm.errors import ImportFileError
from codeclm.export import manifest
from codeclm.pipeline.restoring import restore
from codeclm.pipeline.studio import Studio
from codeclm.records import DataFile

#: Each makes a project with everything in it, and another one of it.
pytestmark = pytest.mark.large

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}


def test_a_bundle_is_a_folder_its_archive_or_a_zip_of_it(elsewhere, project, bundle, tmp_path):
    folder = bundle(project)
    flat = shutil.make_archive(str(tmp_path / "flat"), "zip", folder)
    deep = shutil.make_archive(str(tmp_path / "deep"), "zip", tmp_path, "bundle")
    lines = [
        list(elsewhere.project_of(restore(elsewhere.store, path).project).lines())
        for path in (folder, folder / "project.jsonl", *map(type(folder), (flat, deep)))
    ]
    assert lines == [list(project.lines())] * 4
    with elsewhere.store.reading() as db:
        names = [row[0] for row in db.conn.execute("select name from imports where field = ''")]
        digests = {row[0] for row in db.conn.execute("select sha256 from imports where field = ''")}
    assert names == [
        *("bundle/project.jsonl", "project.jsonl"),
        *("flat.zip/project.jsonl", "deep.zip/project.jsonl"),
    ]
    assert digests == {hashlib.sha256((folder / "project.jsonl").read_bytes()).hexdigest()}


def packed(path, **files):
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


def half_of_one(folder):
    whole = Path(shutil.make_archive(str(folder / "half"), "zip", folder))
    whole.write_bytes(whole.read_bytes()[:2000])
    return whole


def listing(folder, **first):
    """The bundle whose manifest says something else of its first file, and seems in order."""
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    told["files"][0] |= first
    told["digest"] = manifest.digest_of(DataFile(**file) for file in told["files"])
    path.write_text(json.dumps(told))
    return folder


def without(folder, name):
    (folder / name).unlink()
    return folder


def test_a_bundle_without_its_manifest_comes_back_unchecked(elsewhere, outdoor_bundle):
    assert restore(elsewhere.store, outdoor_bundle).checked
    assert not restore(elsewhere.store, without(outdoor_bundle, "manifest.json")).checked


def with_(folder, name, data):
    (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda bundle: bundle / "nothing", "There is no "),
        (lambda bundle: without(bundle, "project.jsonl"), r"bundle is no bundle.*project\.jsonl"),
        (lambda bundle: packed(bundle / "a.zip", readme="Hello"), "a.zip is no bundle"),
        (half_of_one, r"half\.zip cannot be unpacked"),
        (lambda bundle: with_(bundle, "some.zip", b"Hello") / "some.zip", "cannot be unpacked"),
        (lambda bundle: bundle / "data" / "train.jsonl", "not the archive of a project"),
        (
            lambda bundle: with_(bundle, "project.jsonl", b"{}\n"),
            r"^project\.jsonl is not the file that manifest\.json lists",
        ),
        (
            lambda bundle: with_(bundle, "project.jsonl", b"{}\n") / "project.jsonl",
            r"^project\.jsonl is not the file that manifest\.json lists",
        ),
        (
            lambda bundle: with_(bundle, "data/train.jsonl", b"{}\n"),
            r"^data/train\.jsonl is not the file",
        ),
        (lambda bundle: without(bundle, "data/train.jsonl"), r"^data/train\.jsonl is missing"),
        (lambda bundle: listing(bundle, path="../outside.jsonl"), "outside of its bundle"),
        (lambda bundle: listing(bundle, path="/etc/hosts"), "outside of its bundle"),
        (lambda bundle: listing(bundle, path=7), "does not list its files"),
        (lambda bundle: with_(bundle, "manifest.json", b"{}"), "no manifest of a data set"),
        (lambda bundle: with_(bundle, "manifest.json", b"\xff{"), "it is not JSON"),
    ],
)
def test_what_is_no_bundle_or_not_as_it_was_exported_is_refused(
    outdoor_bundle, elsewhere, damage, said
):
    path = damage(outdoor_bundle)
    with pytest.raises(ImportFileError, match=said) as caught:
        restore(elsewhere.store, path)
    assert caught.value.hint
    assert elsewhere.projects() == []


@pytest.mark.parametrize(
    ("line", "becomes", "said"),
    [
        (7, lambda text: text[:-5] + b"\n", "line 7: broken JSON"),
        (7, lambda text: text.replace(b'"', b'"\xff', 1), "line 7: broken JSON"),
        (7, lambda text: b"[1]\n", "line 7: this is no row"),
        (7, lambda text: b"\n", "line 7: broken JSON"),
        (7, lambda text: text[:-1] + text, "line 7: broken JSON"),
        (4, lambda text: b'{"table":"calls","id":1}\n', "line 4: there is no table 'calls'"),
        (
            2,
            lambda text: text.replace(b'"name"', b'"colour"', 1),
            "line 2: projects has no column 'colour'",
        ),
        (1, lambda text: text.replace(b'archive":1', b'archive":2'), "newer version"),
        (1, lambda text: b"", "not the archive of a project"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(outdoor_bundle, elsewhere, line, becomes, said):
    archive = without(outdoor_bundle, "manifest.json") / "project.jsonl"
    lines = archive.read_bytes().splitlines(keepends=True)
    lines[line - 1] = becomes(lines[line - 1])
    archive.write_bytes(b"".join(lines))
    with pytest.raises(ImportFileError, match=said) as caught:
        restore(elsewhere.store, outdoor_bundle)
    assert caught.value.message.startswith("bundle/project.jsonl")
    assert (caught.value.line, bool(caught.value.hint)) == (line, True)
    assert elsewhere.projects() == []
    assert elsewhere.doctor() == []


def test_a_file_that_was_cut_off_is_refused_wherever_that_was(outdoor_bundle, elsewhere):
    archive = without(outdoor_bundle, "manifest.json") / "project.jsonl"
    whole = archive.read_bytes()
    for size in (0, 30, len(whole) // 3, whole.index(b"\n", len(whole) // 2) + 1, len(whole) - 2):
        archive.write_bytes(whole[:size])
        with pytest.raises(ImportFileError) as caught:
            restore(elsewhere.store, outdoor_bundle)
        assert caught.value.line
    assert elsewhere.projects() == []
    # The line feed at the very end says nothing.
    archive.write_bytes(whole[:-1])
    assert restore(elsewhere.store, outdoor_bundle).pairs


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small simulated project, made once."""
    folder = tmp_path_factory.mktemp("small")
    seeds = folder / "outdoor.jsonl"
    seeds.write_text("".join(f'{{"prompt": "Which boots for hill {n}?"}}\n' for n in range(4)))
    with Studio(folder / "small.db") as studio:
        job(studio, seeds, size=12, **MODELS)
    return folder / "small.db"


@pytest.fixture
def outdoor_bundle(small, tmp_path, bundle):
    shutil.copy(small, tmp_path / "small.db")
    with Studio(tmp_path / "small.db") as opened:
        return bundle(opened.project("outdoor"))
