"""The real program in a pseudo-terminal, and its screen as a terminal emulator shows it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time
from contextlib import suppress

import pexpect
import pyte

KEYS = {
    "left": "\x1b[D",
    "right": "\x1b[C",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page down": "\x1b[6~",
    "page up": "\x1b[5~",
    "enter": "\r",
    "space": " ",
}
PATIENCE = 20.0  # seconds; a machine under load is slow


class Terminal:
    """A running program: `press` keys, look at `rows`."""

    def __init__(self, *arguments: str, columns: int = 80, lines: int = 24, **env: str) -> None:
        self.encoding = env.get("PYTHONIOENCODING", "utf-8")
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.Stream(self.screen)
        self.sent = ""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "lstm_viz", *arguments],
            env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | env,
            dimensions=(lines, columns),
            timeout=PATIENCE,
        )
        self.screen.write_process_input = self.child.send  # it answers what it is asked

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, pexpect.ExceptionPexpect):
            self.child.close(force=True)

    def read(self) -> bool:
        """Take in what was written; False where there was nothing, or the program has ended."""
        try:
            found = self.child.read_nonblocking(65536, timeout=0.03)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        text = found.decode(self.encoding, "replace")
        self.sent += text
        self.stream.feed(text)
        return True

    @property
    def rows(self) -> list[str]:
        """The screen, line by line."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def token(self) -> str:
        """What stands in the corner."""
        return (self.rows[-1].split() or [""])[0]

    @property
    def text(self) -> str:
        """The screen in one."""
        return "\n".join(self.rows)

    def until(self, wanted: str) -> Terminal:
        """Wait until the token in the corner, or else any row, is the one that is wanted."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            more = self.read()
            if not more and (self.token == wanted or any(wanted in row for row in self.rows)):
                return self
        raise AssertionError(f"{wanted!r} never came:\n{self.text}")

    def press(self, key: str, wanted: str) -> Terminal:
        """Press a key and wait for what is to come."""
        self.child.send(KEYS.get(key, key))
        return self.until(wanted)

    def resize(self, columns: int, lines: int) -> None:
        """Another size of the window."""
        self.screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)

    def ended(self) -> int:
        """Wait for the end; the exit code, or minus the signal."""
        end = time.monotonic() + PATIENCE
        while self.child.isalive() and time.monotonic() < end:
            self.read()
        while self.read():
            pass
        self.child.close()
        code, number = self.child.exitstatus, self.child.signalstatus
        return code if code is not None else -(number or 0)


def alone(*arguments: str, typed: bytes = b"", **env: str) -> str:
    """What the program writes, uncoloured, in a terminal at whose other side nobody answers."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm-256color"} | env)
        os.execv(sys.executable, [sys.executable, "-m", "lstm_viz", *arguments])
    os.write(terminal, typed)
    sent, end, ended = b"", time.monotonic() + PATIENCE, False
    while not ended and time.monotonic() < end:
        try:
            sent += os.read(terminal, 65536) if select.select([terminal], [], [], 0.2)[0] else b""
        except OSError:
            ended = True
    if not ended:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    assert ended, f"{arguments} did not end by itself"
    return re.sub(r"\x1b\[[\d;]*m", "", sent.decode())
