"""Source: instructions or pairs from a file, the task written by hand, or a shipped sample."""

import streamlit as st

from codeclm.ui import brief_form, intake, jobs, keys, notice, own_pairs, page, pick, session, text

WAYS = {
    "instructions": "I have instructions",
    "task": "I know the task",
    "pairs": "I have pairs",
    "sample": "A shipped sample",
}
TEMPLATE = "source-task-lines"
#: Seeds on one page of the list.
LISTED = 20


def bring(project, becomes: str, example: str) -> None:
    """Upload or paste. What is brought is kept until it is imported or put away."""
    left, right = st.columns(2)
    upload = left.file_uploader("Upload JSONL, JSON, CSV, TSV, TXT or Parquet", type=intake.KINDS)
    with right.form("paste", border=False):
        pasted = st.text_area(
            "Or paste rows or plain lines",
            height=130,
            placeholder=f"{example}JSONL, JSON, CSV, or cells of a spreadsheet",
        )
        read = st.form_submit_button("Read what is pasted")
    if upload is not None:
        project.uploads.keep(upload.name, upload.getvalue())
        st.rerun()
    if read and (pasted or "").strip():
        project.uploads.keep("pasted text", pasted.encode("utf-8", "replace"))
        st.rerun()
    if read:
        notice.say("There is nothing to read: paste something first.")
    pick.forget(*intake.FIELDS, *own_pairs.FIELDS)
    st.caption(f"Nothing is read yet. {becomes}")


def brought(project, becomes: str, example: str = ""):
    """What was brought and its rows; None while there is nothing to look at."""
    upload = project.uploads.kept()
    if upload is None:
        bring(project, becomes, example)
        return None
    job = session.studio().jobs.newest("import", project)
    if job and job.is_open:
        jobs.follow(job)
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        text.word(upload.name)
        about = st.empty()
        st.space("stretch")
        if st.button("Put it away", type="tertiary", key=keys.of("put-away", upload.sha256[:12])):
            project.uploads.forget()
            st.rerun()
    if job and job.arguments.get("created_at") == upload.created_at:
        jobs.trouble(job)
    rows = intake.read(project, upload)
    about.caption(intake.about(upload, rows), width="content")
    return upload, rows


def instructions(project) -> None:
    """What was brought as seeds: map its fields, look at it, import it."""
    found = brought(project, "Each instruction becomes a seed.", "One instruction a line, ")
    if found is None:
        return
    upload, rows = found
    field, own_input = intake.mapping(rows)
    if rows.fields() and field is None:
        st.caption("Choose the field that holds the instruction.")
        return
    file = intake.seeds(rows, field, own_input)
    intake.preview(file, upload.sha256[:12])
    # By its key the button belongs to this file: another tab may have brought another one.
    label = f"Import {text.counted(len(file.seeds), 'seed')}"
    if st.button(label, type="primary", key=keys.of("import", upload.sha256[:12])):
        intake.bring_in(project, upload, field, own_input)
        st.rerun()


def pairs(project) -> None:
    """What was brought as pairs, and what became of those that were imported last."""
    found = brought(
        project,
        "Each row with an instruction and two responses becomes a pair, to be reviewed and exported"
        " like any other.",
    )
    if found:
        own_pairs.show(project, *found)
    else:
        own_pairs.newest(project)


def fill_in() -> None:
    """Put a sample's entries into the text box, below what stands there."""
    lines = intake.as_lines(intake.sample_metadata(st.session_state["template"]))
    written = (st.session_state.get(TEMPLATE) or "").rstrip()
    st.session_state[TEMPLATE] = f"{written}\n{lines}" if written else lines


def task(project) -> None:
    """Use cases and skills by hand, a line each."""
    samples = intake.samples()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Template to start from", list(samples), format_func=samples.__getitem__, key="template"
        )
        st.button("Fill in", on_click=fill_in)
    with st.form("task"):
        lines = st.text_area(
            "One line a use case: its skills after a colon",
            height=260,
            key=TEMPLATE,
            persist_state="session",
            placeholder="refund questions: billing terms, clear explanation",
        )
        added = st.form_submit_button("Add as approved metadata", type="primary")
    if added:
        entries = intake.hand_written(lines or "")
        project.add_metadata(entries)
        notice.say(f"{text.plural(len(entries), 'entry', 'entries')} added, all approved.")
        st.rerun()


def sample(project) -> None:
    """Seeds or metadata of a shipped sample."""
    samples = intake.samples()
    name = st.selectbox("Sample", list(samples), format_func=samples.__getitem__)
    file, entries = intake.sample_seeds(name), intake.sample_metadata(name)
    with st.container(horizontal=True):
        if st.button(f"Import its {len(file.seeds)} seeds", type="primary"):
            intake.store_sample(project, name)
            st.rerun()
        if st.button(f"Add its {len(entries)} metadata entries"):
            project.add_metadata(entries)
            notice.say(f"{text.plural(len(entries), 'entry', 'entries')} added, all approved.")
            st.rerun()
    intake.preview(file, name)


def stored(project, count: int) -> None:
    """The seeds that are there, page by page, and how to remove them."""
    with st.expander(f"Seeds in this project ({text.number(count)})"):
        if not count:
            st.caption("None yet.")
            return
        pages = -(-count // LISTED)
        at = st.pagination(pages, key="seeds-page") if pages > 1 else 1
        for seed in project.seeds(LISTED, (at - 1) * LISTED):
            text.show(f"{text.line(seed.file, 40)} {seed.line}  {text.line(seed.text, 200)}")
        with st.popover("Remove all seeds"):
            typed = st.text_input("Type remove; metadata and pairs made of them stay")
            if st.button("Remove", disabled=typed != "remove"):
                project.clear_seeds()
                notice.say("Seeds removed.")
                st.rerun()


with page.opened("Source") as project:
    card = project.card()
    way = pick.segment("What there is to start from", WAYS, "way")
    with notice.shown():
        ways = {"instructions": instructions, "task": task, "pairs": pairs, "sample": sample}
        ways[way](project)
    brief_form.draw(project)
    stored(project, card.seeds)
