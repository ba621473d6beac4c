"""The app with its security headers: ``streamlit run asgi.py``."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from codeclm.ui import downloads
from codeclm.ui.headers import SecurityHeaders

# Until st.navigation has run once, Streamlit takes a folder named pages for its older kind of
# multipage app, and the first visitor who follows a link into the app is told "Page not found".
PagesManager.uses_pages_directory = False

app = st.App(
    Path(__file__).resolve().parent / "app.py",
    routes=downloads.routes(),
    middleware=[Middleware(SecurityHeaders)],
)
