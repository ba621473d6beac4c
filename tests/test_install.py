"""The wheel, built, installed and started in an empty folder, without a checkout."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from jobs import ROOT

pytestmark = pytest.mark.large


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(out),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The ``codeclm`` command of an environment of its own, which borrows this one's libraries."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    (site,) = home.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--quiet", str(wheel)], check=True)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    # A plain path line does not read the .pth files in there, so this checkout stays out of sight.
    (site / "libraries.pth").write_text("\n".join(libraries) + "\n")
    return home / "bin" / "codeclm"


def test_the_wheel_carries_the_app_in_one_folder(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    app = {name.removeprefix("codeclm/_app/") for name in names if "/_app/" in name}
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / "pages").glob("*/*.py")}
    assert {"app.py", "asgi.py", ".streamlit/config.toml", "data/prices.json"} <= app
    assert pages <= app
    assert {
        f"codeclm/prompts/{path.name}" for path in (ROOT / "codeclm/prompts").glob("*.md")
    } <= names
    assert not [name for name in names if name.endswith((".db", ".toml.bak")) or "secrets" in name]


def test_an_installed_job_runs_in_any_folder(installed, tmp_path):
    seeds = tmp_path / "mine.txt"
    seeds.write_text(
        "How do I prune an apple tree?\nWrite a note to my neighbour about the hedge.\n"
    )
    words = [
        "synthesize",
        "mine.txt",
        "--strong",
        "simulated:strong",
        "--target",
        "simulated:target",
    ]
    done = subprocess.run(
        [installed, *words, "--size", "4", "--db", "mine.db", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["instructions"] == 4


def test_an_installed_app_starts_in_an_empty_folder_on_loopback_only(installed, tmp_path):
    port = free_port()
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    app = subprocess.Popen(
        [installed, "app", "--headless", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = wait_for(f"http://127.0.0.1:{port}/")
        assert page.status == 200
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert bound_addresses(port) == {"127.0.0.1"}
        assert session_status(port, "localhost") == 101
        assert session_status(port, "elsewhere.example") == 403
    finally:
        # Ending the command ends the server: they are one process.
        app.terminate()
        output, _ = app.communicate(timeout=90)
    assert str(tmp_path / "data" / "codeclm" / "codeclm.db") in output
    assert bound_addresses(port) == set()


def wait_for(address):
    until = time.monotonic() + 120
    while True:
        try:
            return urllib.request.urlopen(address, timeout=30)
        except OSError:
            assert time.monotonic() < until, "the app did not answer"
            time.sleep(0.2)


def session_status(port, host):
    """The status a page of ``host`` gets when it asks for a session."""
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: http://{host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(line.recv(64).split()[1])


LISTENING = re.compile(r"\s*\d+: (?P<address>\w+):(?P<port>\w+) \w+:\w+ 0A")


def bound_addresses(port):
    """The local addresses that listen on a port, from the kernel's own tables."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in map(LISTENING.match, table.read_text().splitlines()):
            if row and int(row["port"], 16) == port:
                raw = bytes.fromhex(row["address"])[::-1]
                found.add(socket.inet_ntoa(raw) if len(raw) == 4 else row["address"])
    return found
