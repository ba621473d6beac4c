"""The README and the program say the same."""

import re

import click
import pytest
from jobs import ROOT

import codeclm
from codeclm.cli import main
from codeclm.settings import presets

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group=main, before=""):
    """Every command by its words, those of groups included."""
    for name, command in group.commands.items():
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_described(name):
    assert f"`codeclm {name}" in README
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert f"`{option}" in README, f"{option} of {name} is not in the README"


def test_every_option_in_the_readme_exists():
    known = {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in parameter.opts
    }
    described = set(re.findall(r"`(--[a-z-]+)", README))
    assert described <= known | {"--help"}


def test_every_page_is_described_and_there():
    scripts = {path.stem for path in (ROOT / "pages").glob("*/*.py")}
    described = {name.lower() for name in re.findall(r"\| \*\*(\w+)\*\* \|", README)}
    assert described == scripts


def test_every_endpoint_and_name_is_described():
    for name in presets():
        assert f"`{name}`" in README
    for name in codeclm.__all__:
        assert f"`{name}`" in README
        assert getattr(codeclm, name) is not None


def test_the_summary_is_described(studio, seeds, serve):
    from jobs import job

    serve()
    assert ", ".join(job(studio, seeds, size=2).summary()) in README


def test_ci_runs_exactly_the_readmes_test_command():
    (command,) = re.findall(r"^\| run the tests \| `([^`]*)`", README, re.MULTILINE)
    assert command == 'pip install -e ".[test]" && pytest'
    assert "sed -n 's/^| run the tests | " in (ROOT / ".ci" / "run").read_text()
