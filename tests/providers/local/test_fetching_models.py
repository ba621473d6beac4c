"""Fetching a model's file over HTTP: resumed, checked, refused, never half there."""

import pytest
from filelock import FileLock
from ranges import CONTENT

from codeclm.errors import ModelFileError
from codeclm.providers.local.catalogue import Web
from codeclm.providers.local.fetching import fetch, remove


class Stop(Exception):
    pass


def stopping_at(size):
    def told(come):
        if come >= size:
            raise Stop

    return told


def test_a_file_is_fetched_once_and_told_as_it_comes(tiny, files, models):
    come = []
    path = fetch(tiny(), come.append)
    assert path == models / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert come == sorted(come)
    assert come[-1] == len(CONTENT)
    assert fetch(tiny()) == path
    assert files.asked == [""]
    assert {one.name for one in models.iterdir()} == {"tiny.gguf", "tiny.gguf.lock"}


def test_a_stopped_fetch_goes_on_where_it_stopped(tiny, files):
    with pytest.raises(Stop):
        fetch(tiny(), stopping_at(2_000_000))
    there = tiny().fetched
    assert 2_000_000 <= there < len(CONTENT)
    assert not tiny().is_there
    assert fetch(tiny()).read_bytes() == CONTENT
    assert files.asked == ["", f"bytes={there}-"]


def test_a_connection_that_breaks_off_is_taken_up_again(tiny, files):
    files.breaks = [1_000_000, 1_000_000]
    assert fetch(tiny()).read_bytes() == CONTENT
    assert files.asked == ["", "bytes=1000000-", "bytes=2000000-"]


def test_a_server_that_knows_no_ranges_begins_anew(tiny, files):
    files.knows_ranges = False
    files.breaks = [1_000_000]
    come = []
    assert fetch(tiny(), come.append).read_bytes() == CONTENT
    assert files.asked == ["", "bytes=1000000-"]
    assert come != sorted(come)


def test_a_body_that_stays_short_is_said_and_kept(tiny, files):
    files.knows_ranges = False
    files.breaks = [1_000_000] * 9
    with pytest.raises(ModelFileError, match=r"127\.0\.0\.1 ended before the file did") as caught:
        fetch(tiny())
    assert "goes on where it stopped" in caught.value.hint
    assert len(files.asked) == 2
    assert tiny().fetched == 1_000_000


@pytest.mark.parametrize("tells_length", [True, False])
def test_other_bytes_are_deleted_and_said(tiny, files, tells_length):
    files.tells_length = tells_length
    files.content = CONTENT[::-1]
    with pytest.raises(ModelFileError, match=r"another file, with the SHA-256 .* was deleted"):
        fetch(tiny())
    assert tiny().fetched == 0
    assert not tiny().partial.exists()


def test_bytes_of_a_damaged_beginning_are_fetched_again(tiny, files, models):
    models.mkdir()
    tiny().partial.write_bytes(b"\0" * 1000)
    assert fetch(tiny()).read_bytes() == CONTENT
    assert files.asked == ["bytes=1000-", ""]


def test_a_file_of_another_size_is_refused_before_it_comes(tiny, files):
    files.content = CONTENT + b"!"
    with pytest.raises(ModelFileError, match="5,120,001 bytes there, not of 5,120,000"):
        fetch(tiny())
    assert tiny().fetched == 0


def test_more_bytes_than_told_are_not_taken(tiny, files):
    files.tells_length = False
    files.content = CONTENT + b"!"
    assert fetch(tiny()).read_bytes() == CONTENT


def test_another_part_than_was_asked_for_is_refused(tiny, files):
    files.breaks, files.shift = [1_000_000], 7
    with pytest.raises(ModelFileError, match="another part of the file"):
        fetch(tiny())
    assert tiny().fetched == 1_000_000


def test_each_source_has_its_turn(tiny, files):
    closed = Web("http://127.0.0.1:9/tiny.gguf")
    assert fetch(tiny(closed, Web(files.url))).read_bytes() == CONTENT


def test_without_a_network_every_source_is_told(tiny, files):
    closed = Web("http://127.0.0.1:9/tiny.gguf")
    files.status = 503
    with pytest.raises(ModelFileError) as caught:
        fetch(tiny(closed, Web(files.url)))
    for part in (
        "tiny could not be fetched",
        "127.0.0.1 cannot be reached: Connection refused",
        "answers 503",
    ):
        assert part in caught.value.message
    assert "network and its proxy" in caught.value.hint


def test_a_disk_that_is_too_small_is_said_before_anything_comes(tiny, files):
    with pytest.raises(ModelFileError, match=r"takes 72 MB of disk.* has 10 MB free") as caught:
        fetch(tiny(), free=lambda _: 10_000_000)
    assert "CODECLM_MODELS" in caught.value.hint
    assert files.asked == []


def test_a_disk_that_fills_up_keeps_what_has_come(tiny):
    def told(come):
        if come >= 1_000_000:
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelFileError, match=r"cannot be written: No space left") as caught:
        fetch(tiny(), told)
    assert "where it stopped" in caught.value.hint
    assert tiny().fetched >= 1_000_000


def test_two_fetches_do_not_collide(tiny, models):
    models.mkdir()
    with FileLock(models / "tiny.gguf.lock"):
        for act in (fetch, remove):
            with pytest.raises(ModelFileError, match="being fetched already"):
                act(tiny())
    fetch(tiny())


def test_a_folder_that_cannot_be_used_is_said(tiny, models):
    models.write_text("no folder")
    with pytest.raises(ModelFileError, match="cannot be used") as caught:
        fetch(tiny())
    assert "CODECLM_MODELS" in caught.value.hint


def test_removing_takes_what_there_is(tiny):
    assert remove(tiny()) == 0
    with pytest.raises(Stop):
        fetch(tiny(), stopping_at(1))
    part = tiny().fetched
    assert (remove(tiny()), tiny().fetched) == (part, 0)
    fetch(tiny())
    assert remove(tiny()) == len(CONTENT)
    assert not tiny().is_there
