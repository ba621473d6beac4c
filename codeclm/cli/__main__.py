"""``python -m codeclm.cli``: the same as ``codeclm``."""

from codeclm.cli import main

main()
