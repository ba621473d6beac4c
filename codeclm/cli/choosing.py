"""What an export is of and how it is written, by the options of the command line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from codeclm.chat import ROLES
from codeclm.errors import ExportError
from codeclm.export import FORMATS
from codeclm.records import FINDINGS, Balance, ExportSettings, Layout, PairFilter, Status

if TYPE_CHECKING:
    from codeclm.pipeline.exporting import Exports
    from codeclm.pipeline.projects import Project


def _number(value: str) -> int:
    """A whole number as large as a database holds. Raises ``ValueError``."""
    if not 0 <= (found := int(value)) < 2**62:
        raise ValueError(value)
    return found


#: What --where narrows by: the name of the filter, and what reads its value.
_WHERE: Mapping[str, Any] = {
    "use_case": str,
    "skill": str,
    "run": _number,
    "iteration": _number,
    "side": str,
    "model": str,
    "tag": str,
    "text": str,
    "finding": str,
}


class Named(click.ParamType):
    """``NAME=VALUE``."""

    name = "named"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        name, equals, given = value.partition("=")
        if not equals:
            self.fail(f"{value!r} is not NAME=VALUE.", param, ctx)
        return name.strip(), given


class Share(Named):
    """``NAME=SHARE``, a number."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        # The name may hold an equals sign, the number does not.
        name, _, given = str(value).rpartition("=")
        try:
            return name.strip(), float(given)
        except ValueError:
            self.fail(f"{value!r} is not NAME=NUMBER.", param, ctx)


class Splits(click.ParamType):
    """``80/10/10``, or ``train=0.8,validation=0.1,test=0.1``."""

    name = "splits"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if "=" not in value:
                names = ("train", "validation", "test")[: value.count("/") + 1]
                return dict(zip(names, map(float, value.split("/")), strict=True))
            parts = (part.partition("=") for part in value.split(","))
            return {name.strip(): float(share) for name, _, share in parts}
        except ValueError:
            self.fail(f"{value!r} is no split; write 80/10/10 or train=0.9,test=0.1.", param, ctx)


def layout_options(command: Any) -> Any:
    """The options that say how rows are written."""
    styles = sorted({style for format in FORMATS.values() for style in format.styles})
    for option in (
        click.option("--no-system-prompt", is_flag=True, help="Leave the system prompt out."),
        click.option("--system-prompt", metavar="TEXT", help="Instead of the runs' own."),
        click.option("--field", "fields", multiple=True, help="A field to write; repeat it."),
        click.option("--style", type=click.Choice(styles), help="Of preference and chat formats."),
        click.option(
            "--format", "format_", type=click.Choice(list(FORMATS)), default="jsonl",
            show_default=True,
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def choice_options(command: Any) -> Any:
    """The options that say which pairs are written, and to which split."""
    for option in (
        click.option("--seed", default=0, show_default=True, help="Of splits and balance."),
        click.option("--tokenizer", default="", metavar="FILE", help="A model's tokenizer.json."),
        click.option(
            "--longest", default=2048, show_default=True, metavar="N",
            help="Tokens above which a row is over-long.",
        ),
        click.option("--no-check", is_flag=True, help="Write rows unseen: half the time."),
        click.option(
            "--leave-out", multiple=True, metavar="KIND",
            help="A kind of problem whose pairs are not written; repeat it.",
        ),
        click.option(
            "--weight", "weights", type=Share(), multiple=True, metavar="USE_CASE=W",
            help="How use cases stand to each other; 1 where none is given.",
        ),
        click.option(
            "--cap-by", type=click.Choice(["use_case", "skill"]), help="Default: use_case."
        ),
        click.option("--cap", type=int, metavar="N", help="At most N pairs of each use case."),
        click.option("--split", "splits", type=Splits(), metavar="80/10/10", default={}),
        click.option(
            "--free-of",
            multiple=True,
            type=click.Choice(list(FINDINGS)),
            help="Leave out pairs a look has flagged with this; repeat it.",
        ),
        click.option("--min-gap", type=float, metavar="X", help="Gaps of at least X, either way."),
        click.option(
            "--where", type=Named(), multiple=True, metavar="NAME=VALUE",
            help=f"Narrow by {', '.join(_WHERE)}; repeat it.",
        ),
        click.option(
            "--status", type=click.Choice(["approved", "pending", "rejected", "any"]),
            default="approved", show_default=True,
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def settings(home: Project, run: int | None, given: Mapping[str, Any]) -> ExportSettings:
    """What the options ask for of a project.

    Raises ``UsageError`` where they make no sense, ``ExportError`` for what no pair has.
    """
    status = given["status"]
    wanted = home.filter(
        status=None if status == "any" else Status(status),
        min_gap=given["min_gap"],
        free_of=given["free_of"] or None,
        **{"run": run, **_narrowing(given["where"])},
    )
    found = _settings(home.exports, wanted, given)
    _refuse_unlooked(home, wanted)
    _refuse_misspelt(home, wanted, found.balance.weights)
    return found


def refuse_contradictions(out: str | None, check: bool, given: Mapping[str, Any]) -> None:
    """Raise ``UsageError`` where one option says that another means nothing."""
    if not out and not check:
        raise click.UsageError("Say where to: --out PATH.")
    for wrong, told in (
        (check and given["no_check"], "--check looks, --no-check does not"),
        (given["leave_out"] and given["no_check"], "--leave-out has to look, --no-check does not"),
        (
            given["system_prompt"] is not None and given["no_system_prompt"],
            "--system-prompt writes one, --no-system-prompt none",
        ),
        (given["cap_by"] and given["cap"] is None, "--cap-by says what --cap N counts"),
    ):
        if wrong:
            raise click.UsageError(f"{told}: give one of them." if "," in told else f"{told}.")


def _narrowing(where: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in where:
        if name not in _WHERE:
            raise click.UsageError(f"--where knows no {name!r}; it knows {', '.join(_WHERE)}.")
        try:
            found[name] = _WHERE[name](value)
        except ValueError:
            raise click.UsageError(f"--where {name}={value}: that is no number.") from None
    if found.get("finding", "duplicate") not in FINDINGS:
        raise click.UsageError(f"--where finding= is one of {', '.join(FINDINGS)}.")
    if found.get("side", "strong") not in ("strong", "target"):
        raise click.UsageError("--where side= is strong or target.")
    return found


def _refuse_unlooked(home: Project, wanted: PairFilter) -> None:
    """Say that nobody has looked for a flag, before nothing is taken for flagged with it."""
    for flag in (*(wanted.free_of or ()), *filter(None, [wanted.finding])):
        kind = FINDINGS[flag]
        found = home.looks.newest(kind)
        if found is None:
            raise ExportError(
                f"Nobody has looked for {flag!r} yet.", f"Run 'codeclm quality {kind}'."
            )
        if found.stale:
            click.echo(
                f"{flag!r} is of a look before pairs were added or changed:"
                f" 'codeclm quality {kind}' looks again.",
                err=True,
            )


def _refuse_misspelt(home: Project, wanted: PairFilter, weights: Mapping[str, float]) -> None:
    """Say which use case, skill, tag or model no pair has, before it silently selects nothing."""
    asked = [(name, getattr(wanted, name)) for name in ("use_case", "skill", "tag", "model")]
    asked += [("use_case", name) for name in weights]
    for field, name in asked:
        if name is None or home.count_pairs(home.filter(**{field: name})):
            continue
        entries = home.metadata()
        known = {
            "use_case": {entry.use_case for entry in entries},
            "skill": {skill for entry in entries for skill in entry.skills},
            "tag": set(home.reviews.tags()),
            "model": {getattr(run.settings, role) for run in home.runs() for role in ROLES},
        }[field]
        near = difflib.get_close_matches(name, known, 1)
        raise ExportError(
            f"No pair has the {field.replace('_', ' ')} {name!r}.",
            f"Is it {near[0]!r}?" if near else "Write it as the app shows it.",
        )


def _settings(exports: Exports, wanted: PairFilter, given: Mapping[str, Any]) -> ExportSettings:
    layout = Layout(
        format=given["format_"],
        style=given["style"] or "",
        fields=tuple(given["fields"]) or None,
        system="" if given["no_system_prompt"] else given["system_prompt"],
    )
    by = given["cap_by"] or "use_case"
    try:
        return exports.settings(
            wanted,
            layout,
            splits=given["splits"],
            balance=Balance(by=by, cap=given["cap"], weights=dict(given["weights"])),
            leave_out=tuple(given["leave_out"]),
            longest=given["longest"],
            tokenizer=given["tokenizer"],
            seed=given["seed"],
            check=not given["no_check"],
        )
    except ExportError as error:
        raise click.UsageError(f"{error.message} {error.hint}") from error
