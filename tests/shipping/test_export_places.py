"""Where ``codeclm export`` writes: what lay there, a full disk, a process that is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jobs import ROOT, command, last_object


def test_what_was_there_is_replaced_with_a_word_unless_it_was_this_database_s_own(run, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("mine\n")
    assert f"What was at {out} before is replaced." in run("export", "--out", out).stderr
    assert "replaced" not in run("export", "--format", "alpaca", "--out", out).stderr
    newest, first = json.loads(run("exports", "--json").stdout)
    assert (newest["there"], first["there"]) == (True, False)
    assert run("exports").stdout.count("its files are not there as they were written") == 1


#: Files of the child process may have so many bytes; a write past that fails as on a full disk.
LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


@pytest.mark.parametrize("name", ["set", "out.jsonl"])
def test_a_full_disk_leaves_what_was_there(run, tmp_path, database, name):
    run("export", "--where", "use_case=imported pairs", "--out", tmp_path / name)
    before = (tmp_path / name).stat()
    words = ["export", "--system-prompt", "Be kind. " * 500, "--out", tmp_path / name]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *command(*words, "--db", database)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    after = (tmp_path / name).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(tmp_path.glob(".*"))
    assert run("export", "--out", tmp_path / name).exit_code == 0


@pytest.mark.large
@pytest.mark.parametrize("name", ["set", "out.jsonl"])
def test_a_process_that_is_killed_leaves_at_most_a_part_beside(run, tmp_path, name):
    rows = (
        {"prompt": f"Name lake {n}.", "chosen": f"Lake {n}, by far. " * 40, "rejected": "None.",
         "strong_score": 9, "target_score": 2}
        for n in range(20_000)
    )  # fmt: skip
    brought = tmp_path / "many.jsonl"
    brought.write_text("\n".join(map(json.dumps, rows)))
    assert run("pairs", "import", brought, "--project", "many").exit_code == 0
    words = ["export", "--project", "many", "--status", "any", "--out", tmp_path / name]
    process = subprocess.Popen(
        command(*words, "--db", tmp_path / "cli.db"),
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not any(_size(part) > 100_000 for part in tmp_path.glob(".*.part")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / name).exists()
    assert [path.suffix for path in tmp_path.glob(".*")] == [".part"]
    assert json.loads(run("exports", "--project", "many", "--json").stdout) == []
    assert last_object(run(*words, "--json"))["pairs"] == 20_000
    assert run("doctor").exit_code == 0


def _size(part: Path) -> int:
    found = part.rglob("*.jsonl") if part.is_dir() else [part]
    return sum(path.stat().st_size for path in found)
