"""The only room with streamlit: session, page, safe text, keys, review card."""
