"""The command line: ``codeclm``. Messages go to stderr, data to stdout.

Exit codes: 0 finished, 1 error, 2 usage, 3 paused, 130 stopped.
"""

from __future__ import annotations

import click

from codeclm import __version__
from codeclm.cli import (
    care,
    compare,
    endpoints,
    evaluate,
    exports,
    models,
    pairs,
    projects,
    quality,
    rejudge,
    runs,
    seeds,
    service,
)
from codeclm.cli.frame import Group


@click.group(cls=Group)
@click.version_option(__version__, prog_name="codeclm")
def main() -> None:
    """CodecLM: synthesize instruction data tailored to your task and your model."""


for command in (
    runs.synthesize,
    runs.resume,
    runs.runs,
    runs.failures,
    runs.dropped,
    runs.retry,
    rejudge.rejudge,
    evaluate.evaluate,
    compare.compare,
    quality.quality,
    projects.projects,
    seeds.seeds,
    pairs.pairs,
    exports.export,
    exports.exports,
    exports.push,
    exports.restore,
    endpoints.endpoints,
    endpoints.endpoint,
    models.models,
    service.app,
    service.worker,
    care.doctor,
    care.backup,
    care.prune,
    care.delete,
):
    main.add_command(command)
