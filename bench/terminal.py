"""A pseudo-terminal for the measurements, and the few words they print."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

COLUMNS, ROWS = 100, 30
PATIENCE = 60.0
"""Seconds after which a program that does not answer counts as broken."""

EMH = str(Path(sys.executable).with_name("emh"))
"""The installed command, beside the Python that runs this."""

_STYLE = re.compile(r"\x1b\[[0-9;:]*m")
_OTHER = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1bP.*?\x1b\\|\x1b.", re.DOTALL
)


class Terminal:
    """One program in a pseudo-terminal of its own, killed at the end."""

    def __init__(self, command: Sequence[str], folder: Path, cache: Path | None = None) -> None:
        """Start `command`; what it saves goes to `folder`, and what it keeps for later starts to `cache`."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("EMH_", "TEXTUAL"))
        }
        environment |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "EMH_SESSIONS": str(folder),
            "EMH_STATE": str(folder),
            "EMH_CONFIG": str(folder / "config.toml"),
            "EMH_CACHE": str(cache or folder / "cache"),
        }
        self.command = " ".join(command)
        self.text = ""
        """What came out so far."""
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            try:
                os.execve(command[0], list(command), environment)
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def send(self, text: str) -> None:
        """Type `text` as one paste and press Enter, so that no single key is counted."""
        os.write(self._fd, f"\x1b[200~{text}\x1b[201~\r".encode())

    def press(self, key: str) -> None:
        """Press one key."""
        os.write(self._fd, key.encode())

    def cpu_seconds(self) -> float:
        """Return the CPU time that the program has taken so far; Linux only."""
        # the clock of another process: the kernel counts it to the nanosecond, /proc only to the tick
        return time.clock_gettime(~self.pid << 3 | 2)

    def resident_megabytes(self) -> float:
        """Return the memory that the program holds in RAM; not a number where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        told = status.read_text(encoding="utf-8") if status.exists() else ""
        found = re.search(r"VmRSS:\s*(\d+) kB", told)
        return int(found.group(1)) * 1024 / 1e6 if found else float("nan")

    def wait_for(self, words: str) -> float:
        """Return the seconds from the start until `words` have come out."""
        while words not in spoken(self.text):
            self._read(self.started + PATIENCE - time.perf_counter(), f"the words {words!r}")
        return time.perf_counter() - self.started

    def wait_until_quiet(self, seconds: float, *, all_may_be_out: bool = False) -> None:
        """Wait for some output, unless all may be out already, and then until none has come for `seconds`."""
        end = time.perf_counter() + PATIENCE
        if not all_may_be_out:
            self._read(PATIENCE, "any output")
        while select.select([self._fd], [], [], seconds)[0]:
            if time.perf_counter() > end:
                raise SystemExit(f"{self.command}: was never quiet for {seconds} s")
            self._read(seconds, "more output")

    def _read(self, seconds: float, wanted: str) -> None:
        ready, _, _ = select.select([self._fd], [], [], max(seconds, 0))
        try:
            read = os.read(self._fd, 65536) if ready else b""
        except OSError:  # Linux says so when the program has ended
            read = b""
        if not read:
            why = "ended" if ready else "is still silent"
            last = shown(self.text)[-800:]
            raise SystemExit(f"{self.command}: {why} while waiting for {wanted}; it last showed:\n{last}")
        # capped, since a thousand turns paint tens of megabytes and only the first screens are searched
        self.text = (self.text + read.decode(errors="replace"))[-200_000:]


def shown(output: str) -> str:
    """Return the text in `output` without what steers the terminal."""
    return _OTHER.sub(" ", _STYLE.sub("", output))


def spoken(output: str) -> str:
    """Return the words in `output`, one space apart."""
    return " ".join(re.findall(r"\w+", shown(output)))


def print_ratio(
    subject: str, seconds: Sequence[float], control: str, control_seconds: Sequence[float]
) -> None:
    """Print both medians in milliseconds, and the ratio between them in words."""
    median, control_median = statistics.median(seconds), statistics.median(control_seconds)
    print(f"{subject}: {median * 1000:.0f} ms (median of {len(seconds)})")
    print(f"{control}: {control_median * 1000:.0f} ms (median of {len(control_seconds)})")
    print(f"{subject} takes {median / control_median:.2f} times as long as {control}.")
