"""Which hop comes next: one strategy a file, each a pure question about the rows there are."""
