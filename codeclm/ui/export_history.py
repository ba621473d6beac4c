"""What was exported: where it is, what has changed since, getting it again, pushing it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.exporting import pushing
from codeclm.pipeline.projects import Project
from codeclm.records import Change, Export, as_bytes
from codeclm.ui import downloads, jobs, keys, notice, page, session, text

#: Exports of a page of the history.
PAGE = 5


def show(project: Project) -> None:
    """The newest exports, each with what can be done with it."""
    rows = project.exports.history(PAGE + 1, PAGE * (_page() - 1))
    if not rows and _page() == 1:
        return
    page.section("Exported")
    for export in rows[:PAGE]:
        _row(project, export)
    with st.container(horizontal=True):
        if _page() > 1 and st.button("Newer", type="tertiary"):
            _turn(-1)
        if len(rows) > PAGE and st.button("Older", type="tertiary"):
            _turn(1)


def _page() -> int:
    return max(1, session.whole(st.query_params.get("history")))


def _turn(by: int) -> None:
    st.query_params["history"] = str(_page() + by)
    st.rerun()


def _row(project: Project, export: Export) -> None:
    here = project.exports.is_there(export)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Export {export.id}**", width="content")
            st.caption(f"{export.created_at[:16].replace('T', ' ')} UTC", width="content")
            st.space("stretch")
            if here:
                downloads.offer("Download", project, export, first=True)
        st.caption(_told(export))
        if told := _problems(export):
            st.caption(told)
        st.caption(_since(_changes(project, export)))
        with st.container(horizontal=True, vertical_alignment="center"):
            for file in export.files if here and len(_folder_files(project, export)) else ():
                name = f"{file.path.rpartition('/')[2]} ({as_bytes(file.bytes)})"
                downloads.offer(name, project, export, file.path, first=False)
            if here and project.exports.place(export).is_dir():
                _push(project, export)
            st.page_link(
                "pages/ship/evaluate.py",
                label="Evaluate what is tuned on it →",
                query_params={**session.query(project.id), "export": str(export.id)},
            )
            if st.button("Forget", key=keys.of("forget", export.id), type="tertiary"):
                project.exports.forget(export)
                notice.say(f"Export {export.id} is forgotten.")
                st.rerun()
        if not here:
            st.caption(
                "Its files are not there as they were written; the same choice exports them again."
            )
        text.quiet(str(project.exports.place(export)), keys.of("place", export.id))


def _folder_files(project: Project, export: Export) -> tuple[object, ...]:
    return export.files if project.exports.place(export).is_dir() else ()


def _told(export: Export) -> str:
    layout = export.settings.layout
    style = f" {layout.style}" if layout.style else ""
    splits = " · ".join(f"{file.split} {text.number(file.rows)}" for file in export.files)
    rows = text.counted(export.rows, "row")
    splits = f" · {splits}" if len(export.files) > 1 else ""
    return f"{layout.format}{style} · {rows}{splits} · {export.digest[:12]}"


def _problems(export: Export) -> str:
    """What was found in it, and what was left out of it."""
    told = [
        f"{what} {', '.join(f'{text.number(count)} {kind}' for kind, count in counts.items())}"
        for what, counts in (("written with", export.problems), ("left out", export.left_out))
        if counts
    ]
    return " · ".join(told if export.settings.check else [*told, "rows not checked"])


def _changes(project: Project, export: Export) -> Change:
    """What has changed since, compared once while nothing does."""
    marks = (str(session.studio().path), export.id, *project.exports.mark())
    return _compared(marks, project, export)


@st.cache_resource(show_spinner="Comparing …", max_entries=50, ttl=1800)
def _compared(marks: tuple[Any, ...], _project: Project, _export: Export) -> Change:
    return _project.exports.changes(_export)


def _since(change: Change) -> str:
    """What has changed since, in our words."""
    if not change:
        return "Nothing has changed since."
    parts = (
        (change.added, "new"),
        (change.removed, "gone"),
        (change.changed, "reviewed anew"),
    )
    told = ", ".join(f"{text.number(len(ids))} {what}" for ids, what in parts if ids)
    return f"Changed since: {told}."


def _push(project: Project, export: Export) -> None:
    """Push the bundle to a hub; what that lacks is said instead."""
    with st.popover("Push to the Hub"):
        if lacking := pushing.missing():
            st.caption(lacking)
            return
        with st.form(keys.of("push", export.id), border=False):
            repo = st.text_input("Repository", placeholder="owner/name", max_chars=120)
            private = st.toggle("Private", value=True)
            if st.form_submit_button("Push"):
                if not (repo or "").strip():
                    notice.problem("A repository needs a name.", "Write owner/name.")
                    return
                session.studio().jobs.submit_push(
                    project, export, (repo or "").strip(), private=private
                )
                st.rerun()


def under_way(project: Project) -> bool:
    """Draw what is being exported or pushed. Returns whether an export goes on."""
    going = False
    for kind in ("export", "push"):
        job = session.studio().jobs.newest(kind, project)
        if job and job.is_open:
            jobs.follow(job)
            going = going or kind == "export"
        elif job:
            jobs.trouble(job)
    return going
