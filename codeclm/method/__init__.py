"""CodecLM itself (Wang et al., NAACL 2024), one hop a file and no input or output.

A hop is a generator: it yields what to ask, is sent the reply, and returns its record. So each
file tells its whole story, the one re-ask included, and any runner can drive it.
"""
