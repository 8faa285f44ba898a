"""From files, archives and dumps to the text of each document: which there are, in which format and encoding.

``find`` → files, ``inputs`` → the documents in a file, ``source`` → the text of one. Bytes decide what a file is.
"""

from kg.text.read.documents import digest, read_bytes, source
from kg.text.read.dumps import ROLES
from kg.text.read.encoding import known as known_encoding
from kg.text.read.files import File, Found, find
from kg.text.read.inputs import Input, Options, inputs, one

__all__ = [
    "ROLES",
    "File",
    "Found",
    "Input",
    "Options",
    "digest",
    "find",
    "inputs",
    "known_encoding",
    "one",
    "read_bytes",
    "source",
]
