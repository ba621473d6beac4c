"""Exports: any selection to a file or a bundle, what was exported, pushing it, restoring it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli.frame import database, opened, print_json
from codeclm.cli.projects import only_project
from codeclm.export import FORMATS
from codeclm.records import Balance, Export, Layout, PairFilter, Status

if TYPE_CHECKING:
    from codeclm.pipeline.exporting import Exports, Part, Report
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.studio import Studio


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


def laying_out(command: Any) -> Any:
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


def choosing(command: Any) -> Any:
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
        click.option("--cap-by", type=click.Choice(["use_case", "skill"]), default="use_case"),
        click.option("--cap", type=int, metavar="N", help="At most N pairs of each use case."),
        click.option("--split", "splits", type=Splits(), metavar="80/10/10", default={}),
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


@click.command()
@laying_out
@choosing
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@click.option("--run", type=click.IntRange(1, 2**62), help="Only the pairs of this run.")
@click.option("--check", is_flag=True, help="Only look at what would be written.")
@click.option("--out", type=click.Path(), help="A file by its ending, else a bundle's folder.")
@database
def export(
    project: str | None,
    run: int | None,
    check: bool,
    out: str | None,
    db: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Write pairs to a file, or to a folder with card, manifest and trainer configs.

    'any' takes every kept pair, reviewed or not.
    """
    if not out and not check:
        raise click.UsageError("Say where to: --out PATH.")
    with opened(db) as studio:
        home = _home(studio, project, run)
        status = given["status"]
        wanted = home.filter(
            status=None if status == "any" else Status(status),
            min_gap=given["min_gap"],
            **{"run": run, **_narrowing(given["where"])},
        )
        exports = home.exports
        settings = _settings(exports, wanted, given)
        _refuse_misspelt(home, wanted, settings.balance.weights)
        if check or not out:
            report = exports.check(settings)
            _tell_check(report, exports.parts(settings, report), as_json)
            return
        written = exports.write(settings, Path(out))
        card = home.card()
    _tell(written, out)
    if not written.pairs and card.pairs:
        click.echo(f"{card.pending} pairs are pending; --status any takes them.", err=True)
    if as_json:
        print_json({**_told(written), "out": out, "status": status})


@click.command()
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@database
def exports(project: str | None, db: str | None, as_json: bool) -> None:
    """List what was exported, newest first, and what has changed since."""
    with opened(db) as studio:
        home = studio.project(project) if project else only_project(studio)
        rows = [_row(home.exports, found) for found in home.exports.history(1000)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        since = ", ".join(f"{len(row[name])} {name}" for name in _SINCE if row[name])
        click.echo(
            f"{row['export']:>4}  {row['created_at'][:16]}  {row['format']:<18}"
            f" {row['rows']:>8} rows  {row['digest'][:12]}  {row['path']}"
            f"  since: {since or 'nothing changed'}"
        )


@click.command()
@click.argument("number", metavar="EXPORT", type=click.IntRange(1, 2**62))
@click.argument("repo", metavar="OWNER/NAME")
@click.option("--public", is_flag=True, help="Let everybody see it. Default: private.")
@click.option("--project", metavar="NAME", help="Default: the only project there is.")
@database
def push(
    number: int, repo: str, public: bool, project: str | None, db: str | None, as_json: bool
) -> None:
    """Push a bundle to the Hugging Face Hub; HF_TOKEN holds the token."""
    from codeclm.pipeline.exporting import pushing

    with opened(db) as studio:
        home = studio.project(project) if project else only_project(studio)
        folder = home.exports.bundle(home.exports.get(number))
    address = pushing.push(folder, repo, private=not public)
    click.echo(f"Pushed to {address}", err=True)
    if as_json:
        print_json({"export": number, "url": address})


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="Default: the name it had, made unlike others.")
@database
def restore(bundle: Path, project: str | None, db: str | None, as_json: bool) -> None:
    """Restore a native BUNDLE as a project: its pairs with their chains and reviews."""
    with opened(db) as studio:
        done = studio.restore(bundle, name=project)
    click.echo(
        f"{done.pairs} pairs with {done.reviews} reviews restored as {done.name!r}.", err=True
    )
    if as_json:
        print_json({"project": done.name, "pairs": done.pairs, "reviews": done.reviews})


_SINCE = ("added", "removed", "changed")


def _home(studio: Studio, project: str | None, run: int | None) -> Project:
    if project:
        home = studio.project(project)
    elif run is not None:
        home = studio.project_of(studio.run(run).row.project)
    else:
        home = only_project(studio)
    if run is not None and studio.run(run).row.project != home.id:
        raise click.UsageError(f"Run {run} is not a run of the project {home.name!r}.")
    return home


def _narrowing(where: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in where:
        if name not in _WHERE:
            raise click.UsageError(f"--where knows no {name!r}; it knows {', '.join(_WHERE)}.")
        try:
            found[name] = _WHERE[name](value)
        except ValueError:
            raise click.UsageError(f"--where {name}={value}: that is no number.") from None
    if found.get("side", "strong") not in ("strong", "target"):
        raise click.UsageError("--where side= is strong or target.")
    return found


def _refuse_misspelt(home: Project, wanted: PairFilter, weights: Mapping[str, float]) -> None:
    """Say which use case, skill or tag no pair has, before it silently selects nothing."""
    asked = [("use_case", wanted.use_case), ("skill", wanted.skill), ("tag", wanted.tag)]
    asked += [("use_case", name) for name in weights]
    for field, name in asked:
        if name is None or home.count_pairs(home.filter(**{field: name})):
            continue
        entries = home.metadata()
        known = {
            "use_case": {entry.use_case for entry in entries},
            "skill": {skill for entry in entries for skill in entry.skills},
            "tag": set(home.reviews.tags()),
        }[field]
        near = difflib.get_close_matches(name, known, 1)
        raise click.UsageError(
            f"No pair has the {field.replace('_', ' ')} {name!r}."
            + (f" Is it {near[0]!r}?" if near else "")
        )


def _settings(exports: Exports, wanted: PairFilter, given: Mapping[str, Any]) -> Any:
    layout = Layout(
        format=given["format_"],
        style=given["style"] or "",
        fields=tuple(given["fields"]) or None,
        system="" if given["no_system_prompt"] else given["system_prompt"],
    )
    return exports.settings(
        wanted,
        layout,
        splits=given["splits"],
        balance=Balance(by=given["cap_by"], cap=given["cap"], weights=dict(given["weights"])),
        leave_out=tuple(given["leave_out"]),
        longest=given["longest"],
        tokenizer=given["tokenizer"],
        seed=given["seed"],
        check=not given["no_check"],
    )


def _tell(written: Export, out: str) -> None:
    rows = "" if written.rows == written.pairs else f" as {written.rows} rows"
    click.echo(f"{written.pairs} pairs written to {out}{rows}", err=True)
    if len(written.files) > 1:
        click.echo(", ".join(f"{file.split} {file.rows}" for file in written.files), err=True)
    for counts, what in ((written.problems, "Look at"), (written.left_out, "Left out")):
        if counts:
            told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            click.echo(f"{what}: {told}", err=True)
    if written.problems:
        click.echo("--check lists them, --leave-out KIND leaves them out.", err=True)


def _tell_check(report: Report, chosen: Sequence[Part], as_json: bool) -> None:
    pairs, rows = sum(part.pairs for part in chosen), sum(part.rows for part in chosen)
    of = "" if pairs == report.pairs else f" of {report.pairs} that were looked at"
    click.echo(f"{pairs} pairs{of}, {rows} rows", err=True)
    if len(chosen) > 1:
        click.echo(", ".join(f"{part.split} {part.rows}" for part in chosen), err=True)
    if as_json:
        print_json(
            {"pairs": pairs, "rows": rows, "files": {part.split: part.rows for part in chosen},
             "checked": report.pairs, "problems": report.counts, "flagged": report.flagged}
        )  # fmt: skip
        return
    for kind, count in report.counts.items():
        click.echo(f"{kind}: {count}")
        for problem in report.listed[kind]:
            click.echo(f"  pair {problem.pair}: {problem.told}")


def _told(written: Export) -> dict[str, Any]:
    return {
        "export": written.id,
        "pairs": written.pairs,
        "rows": written.rows,
        "digest": written.digest,
        "files": {file.path: file.rows for file in written.files},
        "problems": dict(written.problems),
        "left_out": dict(written.left_out),
    }


def _row(exports: Exports, found: Export) -> dict[str, Any]:
    change = exports.changes(found)
    return {
        **_told(found),
        "format": found.settings.layout.format,
        "path": str(exports.place(found)),
        "created_at": found.created_at,
        **{name: list(getattr(change, name)) for name in _SINCE},
    }
