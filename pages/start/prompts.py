"""Prompts: what each step asks the models, and the project's own wording of it."""

import streamlit as st

from codeclm.ui import keys, notice, page, pick, text


def edit(project, prompt) -> None:
    """The wording in force, to change; saving refuses what could not be sent."""
    # A new wording draws a new field; what was typed over an older one stays in its own.
    key = keys.of("wording", project.id, prompt.name, prompt.digest)
    written = st.text_area(
        f"Wording of {prompt.name}",
        prompt.text,
        height="content",
        label_visibility="collapsed",
        key=key,
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        saved = st.button("Save wording", type="primary", key=keys.of("save", key))
        if written == prompt.text:
            st.caption(
                "Runs planned from now on use it, and each of their calls names it.",
                width="content",
            )
        else:
            st.button(
                "Put my edits away",
                type="tertiary",
                key=keys.of("forget", key),
                on_click=st.session_state.pop,
                args=(key, None),
            )
            st.caption("Not saved yet", width="content")
    if saved:
        project.wording.edit(prompt.name, written or "")
        # Going back to this wording later must not bring back what was typed over it.
        st.session_state.pop(key, None)
        notice.say("Wording saved.")
        st.rerun()


def variables(prompt) -> None:
    """What may stand in the wording for a value."""
    must = [f"`${name}`" for name in prompt.variables if name not in prompt.optional]
    may = [f"`${name}`" for name in prompt.variables if name in prompt.optional]
    told = [f"Must stand in it: {', '.join(must)}."] if must else []
    told += [f"May stand in it: {', '.join(may)}."] if may else []
    st.caption(" ".join([*told, "Write `$$` where a dollar sign is meant."]))


def compare(project, prompt) -> None:
    """What the project has otherwise than the shipped wording, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        page.section("Difference to the shipped wording")
        st.space("stretch")
        if st.button("Go back to the shipped wording", key=keys.of("reset", prompt.name)):
            project.wording.reset(prompt.name)
            notice.say("This prompt reads as it ships again.")
            st.rerun()
    text.difference(prompt.difference())


def sent(project, prompt) -> None:
    """The prompt as a model gets it, with example values."""
    with st.expander("As a model gets it, with example values"):
        for role, content in project.wording.example(prompt.name):
            st.caption(role)
            text.block(content)


with page.opened("Prompts") as project:
    found = {prompt.name: prompt for prompt in project.wording.prompts()}
    named = {name: f"{name} •" if prompt.is_edited else name for name, prompt in found.items()}
    prompt = found[pick.segment("Prompt", named, "prompt")]
    own = "in this project's own words" if prompt.is_edited else "as it ships"
    st.caption(f"{prompt.purpose} Now {own}; calls name it by its digest {prompt.digest}.")
    with notice.shown():
        edit(project, prompt)
    variables(prompt)
    if prompt.is_edited:
        compare(project, prompt)
    sent(project, prompt)
