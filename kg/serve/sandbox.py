"""What a worker takes from itself before it meets a query of a stranger: the network, memory without end, a long life.

The engine asks whatever address SERVICE names, and a filter of words was got round; so the kernel is told (seccomp,
which needs no privilege) that this process opens no socket and starts no program, ever.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

from kg.errors import KgError

_PDEATHSIG, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 22, 38  # of prctl(2)
_FILTER = 2  # SECCOMP_MODE_FILTER
_LOAD, _EQUAL, _NOT_LESS, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: load a word, jump, return
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050000 | 13  # the last answers EACCES
_NUMBER, _ARCHITECTURE = 0, 4  # where seccomp_data has them
_X32 = 0x40000000  # second numbers of the same calls on x86-64

# socket connect accept sendto bind listen socketpair accept4 · execve execveat ptrace · io_uring_setup
_GENERIC = (198, 203, 202, 206, 200, 201, 199, 242, 221, 281, 117, 425)
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 49, 50, 53, 288, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, _GENERIC),
    "riscv64": (0xC00000F3, _GENERIC),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def possible() -> bool:
    """Whether this system can take the network from a process."""
    return sys.platform == "linux" and platform.machine() in _CALLS


def confine(parent: int) -> None:
    """Cut this process and its later threads off: no socket, no program started, no core file; it dies with `parent`.

    KgError where the system cannot do it. Call before other threads start.
    """
    if not possible():
        raise KgError("this system cannot keep queries from the network; serve from Linux on x86-64, ARM64 or RISC-V")
    die_with(parent)
    _prctl(_NO_NEW_PRIVILEGES, 1)
    architecture, calls = _CALLS[platform.machine()]
    code = _rules(architecture, calls)
    program = _Program(len(code) // 8, code)
    _prctl(_SECCOMP, _FILTER, ctypes.addressof(program))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with(parent: int) -> None:
    """Let this process end with `parent`, and before it where memory is short."""
    _prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it was asked to take us with it
        raise SystemExit(0)
    Path("/proc/self/oom_score_adj").write_text("1000")


def limit_memory(more: int) -> None:
    """Let this process take `more` bytes of address space than it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _rules(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A filter that refuses the calls; a foreign architecture's call ends the process."""
    deny = len(calls) + 1  # instructions from the first comparison to the refusal, the x32 one before it
    rules = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_NOT_LESS, deny, 0, _X32),
        *((_EQUAL, deny - 1 - done, 0, call) for done, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    return b"".join(struct.pack("HBBI", *rule) for rule in rules)


def _prctl(option: int, *values: int) -> None:
    padded = (*values, 0, 0, 0, 0)[:4]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *map(ctypes.c_ulong, padded)) != 0:
        raise KgError(f"the system refuses to confine a worker ({os.strerror(ctypes.get_errno())}); serve elsewhere")
