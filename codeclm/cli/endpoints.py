"""The endpoints models are reached through: list them, add one, change one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from codeclm.cli import telling
from codeclm.cli.frame import database, opened, print_json
from codeclm.errors import SettingsError

if TYPE_CHECKING:
    from codeclm.pipeline.studio import Studio
    from codeclm.settings import Endpoint

_TEXTS = ("base_url", "provider", "key_env", "template")
_CAPS = ("concurrency", "rpm", "tpm")


@click.command()
@click.option("--find", is_flag=True, help="Those that answer on this machine, with their models.")
@database
def endpoints(find: bool, db: str | None, as_json: bool) -> None:
    """List all endpoints: the presets and your own."""
    with opened(db, new=True) as studio:
        known = studio.endpoints()
        rows = [] if find else [_row(studio, name) for name in known]
    if find:
        _find(known.values(), as_json)
        return
    if as_json:
        print_json(rows)
        return
    click.echo(telling.endpoints(rows))


def _find(known: Iterable[Endpoint], as_json: bool) -> None:
    from codeclm.pipeline.found import find_servers

    found = find_servers(known)
    if as_json:
        print_json(
            [
                {
                    "endpoint": server.endpoint,
                    "base_url": server.address,
                    "models": list(server.writers),
                    "embedding_models": list(server.embedders),
                    "problem": server.problem,
                }
                for server in found
            ]
        )
    elif found:
        click.echo(telling.found_servers(found))
    else:
        click.echo("No model server answers on this machine.", err=True)


@click.command()
@click.argument("name")
@click.option("--base-url", metavar="URL", help="Where it is; most end in /v1.")
@click.option("--provider", type=click.Choice(["openai", "gemini"]), help="Whose protocol.")
@click.option("--key-env", metavar="VARIABLE", help="The variable its key is in, not the key.")
@click.option(
    "--concurrency", type=click.IntRange(0, 1024), metavar="N", help="Calls in flight to a model."
)
@click.option("--rpm", type=click.IntRange(0), metavar="N", help="Requests a minute to a model.")
@click.option("--tpm", type=click.IntRange(0), metavar="N", help="Tokens a minute to a model.")
@click.option("--price", metavar="IN/OUT", help="US dollars per million tokens.")
@click.option("--header", multiple=True, metavar="NAME=VALUE", help="Sent with each call.")
@click.option("--body", multiple=True, metavar="NAME=JSON", help="A field more in each call.")
@click.option("--template", metavar="NAME", help="Ask base models over /completions.")
@click.option("--remove", is_flag=True, help="Remove it; a preset is then itself again.")
@database
def endpoint(name: str, remove: bool, db: str | None, as_json: bool, **options: Any) -> None:
    """Add the endpoint NAME or change what is given; without options, show it.

    What is left out stays as it is. 0 takes a cap off, an empty text whatever it is given for.
    """
    given = {option: value for option, value in options.items() if value not in (None, ())}
    if remove and given:
        raise click.UsageError("--remove takes no other option beside it.")
    with opened(db, new=True) as studio:
        if remove:
            studio.delete_endpoint(name)
        elif given:
            studio.save_endpoint(_changed(studio, name, given))
        row = _row(studio, name)
    if remove:
        click.echo(f"Endpoint {name} is {'the preset again' if row else 'removed'}.", err=True)
        row = {"removed": name}
    elif not row:
        raise SettingsError(
            f"There is no endpoint {name!r}.", "'codeclm endpoints' lists them; --base-url adds it."
        )
    if as_json:
        print_json(row)
    elif not remove:
        click.echo(telling.endpoint(row))


def _changed(studio: Studio, name: str, given: dict[str, Any]) -> Endpoint:
    """The endpoint as it is, or a new one, with what is given."""
    from codeclm.pipeline.endpoints import with_body, with_headers
    from codeclm.settings import Endpoint

    known = studio.endpoints().get(name) or Endpoint(name=name)
    changes = {name: given[name] for name in _TEXTS if name in given}
    changes |= {name: given[name] or None for name in _CAPS if name in given}
    if "price" in given:
        changes["price_in"], changes["price_out"] = _prices(given["price"])
    return replace(
        known,
        **changes,
        headers=with_headers(known.headers, given.get("header", ())),
        body=with_body(known.body, given.get("body", ())),
    )


def _prices(text: str) -> Sequence[float | None]:
    if not text:
        return None, None
    try:
        before, after = map(float, text.split("/"))
    except ValueError as error:
        raise click.UsageError("--price takes two numbers, such as 2.50/10.") from error
    return before, after


def _row(studio: Studio, name: str) -> dict[str, Any]:
    from codeclm.pipeline.endpoints import described

    known = studio.endpoints()
    return described(known[name], name in studio.own_endpoints()) if name in known else {}
