"""A Virtuoso of one's own for tests: Debian's package virtuoso-opensource-7-bin, in a folder, on loopback ports."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

INSTALLED = bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))
MISSING = "Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)"
PASSWORD = "dba"  # of the user dba in a new database

_INI = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 8000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
MaxClientConnections = 8
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A running server: its folder, which it may load from, and its ports."""

    folder: Path
    sql: int
    http: int

    @property
    def graphs(self) -> str:
        return f"http://127.0.0.1:{self.http}/sparql-graph-crud-auth"

    @property
    def queries(self) -> str:
        return f"http://127.0.0.1:{self.http}/sparql"

    def isql(self, text: str) -> str:
        command = ["isql-vt", f"127.0.0.1:{self.sql}", "dba", PASSWORD, "ERRORS=STDOUT", f"EXEC={text}"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@contextmanager
def running(folder: Path) -> Iterator[Virtuoso]:
    server = Virtuoso(folder, _free(), _free())
    (folder / "v.ini").write_text(_INI.format(folder=folder, sql=server.sql, http=server.http), "utf-8")
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "v.ini")]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(server.http, process)
            yield server
        finally:
            process.kill()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "Virtuoso ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Virtuoso does not answer")
