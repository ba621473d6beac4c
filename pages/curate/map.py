"""Map: instructions near each other where their words, or a model's vectors, are alike."""

import streamlit as st

from codeclm.ui import embedding, looking, notice, page, pick, skill_map

with page.opened("Map") as project:
    if not project.card().pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    found = looking.bar(project, "map", "Draw the map", lambda: {"embedding": embedding.model()})
    if found is None:
        notice.empty(
            "No map is drawn yet.",
            "Instructions that share words lie near each other, in regions named by their words."
            " It asks no model, unless you name one for embeddings.",
        )
        st.stop()
    show = pick.segment("Coloured by", skill_map.SHOWN, "show")
    left, right = st.columns([2.4, 1], gap="large")
    with left:
        skill_map.draw(project, found, show)
    with right:
        page.section("Regions")
        skill_map.regions(project, found.result["regions"])
        explained = found.result["explained"]
        if explained is not None:
            st.caption(
                f"The two axes show {explained:.0%} of how the texts differ: what lies far apart"
                " differs, what lies close need not be alike."
            )
        embedding.paid(found)
