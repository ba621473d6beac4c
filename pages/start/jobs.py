"""Jobs: everything that calls a model or takes its time, wherever it was started."""

import streamlit as st

from codeclm.ui import badge, jobs, keys, notice, page, session, table, text


def open_job(studio, job) -> None:
    """A job that waits or is being done, with its progress and a stop."""
    share, told = jobs.progress(studio, job)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{jobs.title(studio, job)}**", width="content")
            badge.job(job.state)
            text.word(jobs.about(studio, job), 70)
            st.space("stretch")
            jobs.stop(studio, job)
            file = jobs.page_of(studio, job)
            if file and job.project and st.button("Open", key=keys.of("open-job", job.id)):
                session.open_page(job.project, file)
        if share is None:
            st.caption(told)
        else:
            st.progress(share, text=told)


def waiting(number_open: int) -> None:
    """The open jobs, looked at once a second; the page runs again when one ends."""
    studio = session.studio()
    with notice.shown():
        found = [job for job in studio.jobs.listed() if job.is_open]
        if len(found) != number_open:
            st.rerun()
        for job in found:
            open_job(studio, job)


with page.plain("Jobs"):
    studio = session.studio()
    found = studio.jobs.listed()
    open_ = [job for job in found if job.is_open]
    over = [job for job in found if not job.is_open]
    if open_:
        st.fragment(waiting, run_every=1.0)(len(open_))
    else:
        notice.empty(
            "Nothing is being done.",
            "Extracting, writing rubrics, runs, connection tests, large imports, backups and"
            " deletions appear here while they go on, also when the tab that started them is"
            " closed.",
        )
    if over:
        page.section("Done before")
        table.show(
            [jobs.row(studio, job) for job in over],
            alt="Jobs that are over",
            columns={
                "job": st.column_config.NumberColumn(width=60),
                "state": st.column_config.TextColumn(width=95),
                "message": st.column_config.TextColumn(width=520),
            },
        )
    log = studio.jobs.log()
    if log:
        with st.expander("Log of the worker"):
            text.block(log)
