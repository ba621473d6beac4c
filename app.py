"""The app's router: which pages there are, in which section. Pages live under ``pages/``."""

from pathlib import Path

import streamlit as st

from codeclm.ui import look, page

st.set_page_config(
    page_title="CodecLM Studio",
    page_icon=str(look.ICON),
    layout="wide",
    initial_sidebar_state=220,
)
look.apply()
st.logo(look.LOGO, size="medium", icon_image=look.ICON)

# Absolute paths: the app is started from any folder, and from inside the installed package.
PAGES = Path(__file__).resolve().parent / "pages"
current = st.navigation(
    {
        section: [
            st.Page(PAGES / place.file, title=place.title, default=place is page.FIRST)
            for place in places
        ]
        for section, places in page.SECTIONS.items()
    },
    expanded=True,
)
current.run()
