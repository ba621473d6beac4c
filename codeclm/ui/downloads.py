"""Downloads of exports, streamed from disk where the server has routes of ours.

Streamlit's own download button holds the whole file in the server's memory. ``asgi.py`` adds a
route that does not; a plain ``streamlit run app.py`` has none, and there the button is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from codeclm.errors import CodeclmError, ExportError
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Export
from codeclm.settings import database_path
from codeclm.ui import keys

_PATH = "/download/{project:int}/{export:int}"
#: What a Host header is: a name or an address, and a port or none.
_HOST = re.compile(r"([\w.-]+|\[[\da-f:.]+\])(?::\d+)?", re.ASCII | re.IGNORECASE)
#: Whether this process serves the route.
_served = False


def routes() -> list[Route]:
    """The route of downloads; from now on pages link to it."""
    global _served
    _served = True
    return [
        Route(_PATH, _reply, methods=["GET"]),
        Route(f"{_PATH}/{{file:path}}", _reply, methods=["GET"]),
    ]


def offer(label: str, project: Project, export: Export, file: str = "", *, first: bool) -> None:
    """A button that downloads an export whole, or one ``file`` of its bundle.

    ``first`` marks the one that most people want.
    """
    kind = "secondary" if first else "tertiary"
    if _served:
        name = f"/{quote(file)}" if file else ""
        st.link_button(label, f"download/{project.id}/{export.id}{name}", type=kind)
        return
    try:
        name, _ = _found(project, export, file)
    except ExportError as error:
        st.caption(error.message)
        return
    st.download_button(
        label,
        partial(_whole, project, export, file),
        name,
        "application/octet-stream",
        type=kind,
        on_click="ignore",
        key=keys.of("download", export.id, file or "all"),
    )


def _whole(project: Project, export: Export, file: str) -> bytes:
    return b"".join(_found(project, export, file)[1])


def _found(project: Project, export: Export, file: str) -> tuple[str, Iterator[bytes]]:
    return project.exports.download(export, file)


async def _reply(request: Request) -> Response:
    if not _is_allowed(request):
        return PlainTextResponse("This address is not one of this app's.", 403)
    given = request.path_params
    try:
        name, chunks = await run_in_threadpool(
            _opened, given["project"], given["export"], given.get("file", "")
        )
    except CodeclmError as error:
        return PlainTextResponse(str(error), 404)
    except OverflowError:
        return PlainTextResponse("No number of an export is as large as that.", 404)
    safe = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    headers = {"content-disposition": f'attachment; filename="{safe}"', "cache-control": "no-store"}
    return StreamingResponse(chunks, headers=headers, media_type="application/octet-stream")


def _opened(project: int, export: int, file: str) -> tuple[str, Iterator[bytes]]:
    """The name and the bytes of a download, the first of them read: only then a fault is told."""
    with Studio(Path(database_path())) as studio:
        exports = studio.project_of(project).exports
        name, chunks = exports.download(exports.get(export), file)
    first = next(chunks, b"")
    return name, chain((first,), chunks)


def _is_allowed(request: Request) -> bool:
    """Whether the request names this app's own address: Streamlit looks only at its sessions'."""
    allowed = st.get_option("server.allowedHosts")
    # ``request.url`` takes the server's own address where the header names none.
    named = _HOST.fullmatch(request.headers.get("host", ""))
    return not allowed or (named is not None and named[1].lower().strip("[]") in allowed)
