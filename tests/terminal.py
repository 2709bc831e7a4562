"""The whole program in a terminal: one that is emulated here behind a pseudo-terminal, or tmux."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20.0
"""Seconds after which what is waited for counts as missing; no test waits as long when all is well."""

_MOMENT = 0.01
"""Seconds between two looks."""

_WRAPPER = """
stty -a > "$FOLDER/before"
sh -c 'echo $$ > "$FOLDER/pid"; exec "$@"' sh "$@"
echo $? > "$FOLDER/code"
stty -a > "$FOLDER/after"
read -r _
"""
"""Runs the program as a shell would and keeps its number, its exit code and the terminal's settings around it."""

_KEYS = {
    "enter": ("\r", "Enter"),
    "escape": ("\x1b", "Escape"),
    "shift+home": ("\x1b[1;2H", "S-Home"),
    "f1": ("\x1bOP", "F1"),
    "f2": ("\x1bOQ", "F2"),
    "f3": ("\x1bOR", "F3"),
    "f4": ("\x1bOS", "F4"),
    "f7": ("\x1b[18~", "F7"),
    **{f"ctrl+{letter}": (chr(ord(letter) - 96), f"C-{letter}") for letter in "clopqrz"},
}
"""Key -> what a terminal sends, and what tmux calls it."""

_MODES = {
    "47": "alternate screen",
    "1047": "alternate screen",
    "1049": "alternate screen",
    "1000": "mouse",
    "1002": "mouse",
    "1003": "mouse",
    "1006": "mouse",
    "1015": "mouse",
    "1016": "mouse",
    "1004": "focus reports",
    "2004": "marked pastes",
    "2026": "frames held back",
    "2048": "size reports",
}
"""Private mode of a terminal -> what stays changed where it is left on."""


class Terminal(ABC):
    """One program in a terminal of its own.

    Args:
        folder: its own, and new.
        arguments: of `python -m assistant`.
        size: columns and rows.
        environment: all of it but what the terminal itself is.
    """

    term = "xterm-256color"

    def __init__(
        self, folder: Path, arguments: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]
    ) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.size = size
        variables = {"TERM": self.term, "COLORTERM": "truecolor", **environment, "FOLDER": str(folder)}
        pairs = [f"{name}={value}" for name, value in variables.items()]
        program = [sys.executable, "-m", "assistant", *arguments]
        self._open(["env", "-i", *pairs, "sh", "-c", _WRAPPER, "sh", *program])

    @abstractmethod
    def _open(self, command: Sequence[str]) -> None:
        """Start the command."""

    # -- what a user does

    @abstractmethod
    def type(self, text: str) -> None:
        """Type `text` as it is."""

    @abstractmethod
    def press(self, key: str) -> None:
        """Press a key of _KEYS."""

    @abstractmethod
    def paste(self, text: str) -> None:
        """Paste, marked as a paste where the program asked for that."""

    @abstractmethod
    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""

    @abstractmethod
    def hang_up(self) -> None:
        """Close the window, with the program in it."""

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    # -- what a user sees

    @abstractmethod
    def screen(self) -> list[str]:
        """Return the rows that are shown."""

    @property
    @abstractmethod
    def copied(self) -> str:
        """Return what the program copied last."""

    @property
    @abstractmethod
    def left_on(self) -> set[str]:
        """Return what a shell would find changed: `alternate screen`, `mouse`, `no cursor`, ..."""

    # -- what only a test sees

    @property
    def pid(self) -> int:
        """Return the number of the program's process."""
        return int(self._written("pid"))

    @property
    def exit_code(self) -> int:
        """Return the program's exit code, as soon as it has ended."""
        return int(self._written("code"))

    @property
    def ended(self) -> bool:
        """Say whether the program has ended."""
        return (self._folder / "code").exists()

    @property
    def settings(self) -> tuple[str, str]:
        """Return the terminal's settings before the program and after it, as stty tells them."""
        # the shell writes them before it reads, and its size is none of them
        self._written("code")
        return self._written("before"), self._written("after")

    def wait_for(self, holds: Callable[[], bool], wanted: str) -> None:
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                shown = "\n".join(f"|{row}|" for row in self.screen())
                raise AssertionError(f"in vain waited for {wanted}; the screen of {self.size}:\n{shown}")
            self._idle(_MOMENT)

    def wait_for_text(self, words: str) -> None:
        """Wait until words are shown, wherever their line is broken."""
        self.wait_for(lambda: squeezed(words) in squeezed("".join(self.screen())), repr(words))

    def wait_until_gone(self, words: str) -> None:
        """Wait until words are not shown any more."""
        self.wait_for(
            lambda: squeezed(words) not in squeezed("".join(self.screen())), f"{words!r} to go away"
        )

    @abstractmethod
    def close(self) -> None:
        """End everything that still runs."""

    def _idle(self, seconds: float) -> None:
        time.sleep(seconds)

    def _written(self, name: str) -> str:
        file = self._folder / name
        self.wait_for(lambda: file.exists() and file.read_text().endswith("\n"), f"the file {name}")
        return file.read_text()

    def _kill_the_rest(self) -> None:
        file = self._folder / "pid"
        if file.exists() and not self.ended and file.read_text().strip():
            try:
                os.kill(int(file.read_text()), signal.SIGKILL)
            except ProcessLookupError:
                return


def squeezed(text: str) -> str:
    """Return the letters and digits of `text` alone, so that marks, frames and broken lines do not count."""
    return re.sub(r"\W+|_+", "", text)


class EmulatedTerminal(Terminal):
    """A pseudo-terminal behind which pyte emulates the screen."""

    # pyte would show the end of these, and knows no second screen
    _UNKNOWN = re.compile(r"\x1b\[[<=>][0-?]*[ -/]*[@-~]")
    _SWITCH = re.compile(r"(\x1b\[\?1049[hl])")
    _UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*)?\Z")

    def _open(self, command: Sequence[str]) -> None:
        self.raw = b""
        """Everything that the program sent."""

        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._first_screen()
        self._ours: int | None
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", self.size[1], self.size[0], 0, 0))
        # a leader without a terminal that opens one gets it for its own, and with it the signals of a window
        opening = 'exec <>"$0" >&0 2>&0; exec "$@"'
        self._shell = subprocess.Popen(
            ["sh", "-c", opening, os.ttyname(theirs), *command],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self._folder,
        )
        self._theirs = theirs

    def _first_screen(self) -> None:
        self._screen = pyte.Screen(*self.size)
        self._stream = pyte.Stream(self._screen)

    def _send(self, text: str) -> None:
        waiting = text.encode()
        while waiting:
            assert self._ours is not None
            # a program that is slow to read must not be held up by what it wants to show meanwhile
            self._take(0)
            if select.select([], [self._ours], [], _MOMENT)[1]:
                waiting = waiting[os.write(self._ours, waiting[:256]) :]

    def type(self, text: str) -> None:
        self._send(text)

    def press(self, key: str) -> None:
        self._send(_KEYS[key][0])

    def paste(self, text: str) -> None:
        text = text.replace("\n", "\r")
        marked = "marked pastes" in self.left_on
        self._send(f"\x1b[200~{text}\x1b[201~" if marked else text)

    def resize(self, columns: int, rows: int) -> None:
        self._take(0)
        self.size = (columns, rows)
        self._screen.resize(rows, columns)
        assert self._ours is not None
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        if self._ours is not None:
            os.close(self._theirs)
            os.close(self._ours)
            self._ours = None

    def screen(self) -> list[str]:
        self._take(0)
        return list(self._screen.display)

    @property
    def copied(self) -> str:
        self._take(0)
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", self.raw)
        return codecs.decode(found[-1], "base64").decode() if found else ""

    @property
    def left_on(self) -> set[str]:
        self._take(0)
        modes: dict[str, bool] = {}
        for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", self.raw):
            for number in numbers.decode().split(";"):
                modes[number] = switch == b"h"
        on = {_MODES[number] for number, is_on in modes.items() if is_on and number in _MODES}
        if not modes.get("25", True):
            on.add("no cursor")
        if len(re.findall(rb"\x1b\[>\d*u", self.raw)) > len(re.findall(rb"\x1b\[<\d*u", self.raw)):
            on.add("keys reported in full")
        return on

    def close(self) -> None:
        self._kill_the_rest()
        self.hang_up()
        if self._shell.poll() is None:
            self._shell.kill()
        self._shell.wait()

    def _idle(self, seconds: float) -> None:
        self._take(seconds)

    def _take(self, seconds: float) -> None:
        """Take over what the program sends, and wait for it up to `seconds`."""
        if self._ours is None:
            time.sleep(seconds)
            return
        while select.select([self._ours], [], [], seconds)[0]:
            part = os.read(self._ours, 65536)
            self.raw += part
            self._show(self._rest + self._decoder.decode(part))
            seconds = 0

    def _show(self, text: str) -> None:
        unfinished = self._UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        text, self._rest = text[:end], text[end:]
        for part in self._SWITCH.split(text):
            if self._SWITCH.match(part):
                self._first_screen()
            else:
                # a killed program leaves a sequence half sent, and the shell's "Killed" then ends it
                with suppress(TypeError):
                    self._stream.feed(self._UNKNOWN.sub("", part))


class Tmux(Terminal):
    """A tmux server of its own with one window."""

    term = "screen-256color"

    def _open(self, command: Sequence[str]) -> None:
        # a socket's path must be short, and those of pytest are not
        self._home = Path(tempfile.mkdtemp(prefix="emh-tmux-"))
        columns, rows = self.size
        self._run(
            *("start-server", ";", "set-option", "-g", "status", "off", ";"),
            *("set-option", "-s", "set-clipboard", "on", ";"),
            *("set-option", "-g", "default-terminal", self.term, ";"),
            *("new-session", "-d", "-s", "emh", "-c", str(self._folder), "-x", f"{columns}", "-y", f"{rows}"),
            *command,
        )

    def _run(self, *arguments: str, check: bool = True, typed: str = "") -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self._home / "socket"), "-f", "/dev/null", *arguments],
            capture_output=True,
            encoding="utf-8",
            input=typed,
            check=False,
            timeout=PATIENCE,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def type(self, text: str) -> None:
        self._run("send-keys", "-t", "emh", "-l", "--", text)

    def press(self, key: str) -> None:
        self._run("send-keys", "-t", "emh", _KEYS[key][1])

    def paste(self, text: str) -> None:
        self._run("load-buffer", "-b", "pasted", "-", typed=text)
        self._run("paste-buffer", "-p", "-d", "-b", "pasted", "-t", "emh")

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)
        self._run("resize-window", "-t", "emh", "-x", f"{columns}", "-y", f"{rows}")

    def hang_up(self) -> None:
        self._run("kill-server", check=False)

    def screen(self) -> list[str]:
        rows = self._run("capture-pane", "-p", "-t", "emh", check=False).split("\n")[: self.size[1]]
        return [row.ljust(self.size[0]) for row in rows]

    @property
    def copied(self) -> str:
        return self._run("show-buffer", check=False)

    @property
    def left_on(self) -> set[str]:
        flags = {"alternate_on": "alternate screen", "mouse_any_flag": "mouse", "cursor_flag": "cursor"}
        told = self._run("display-message", "-p", "-t", "emh", " ".join(f"#{{{name}}}" for name in flags))
        on = {name for name, flag in zip(flags.values(), told.split(), strict=True) if flag != "0"}
        return on ^ {"cursor"} if "cursor" in on else on | {"no cursor"}

    def close(self) -> None:
        self._kill_the_rest()
        self.hang_up()
        shutil.rmtree(self._home)


TERMINALS: Mapping[str, type[Terminal]] = {"pyte": EmulatedTerminal, "tmux": Tmux}
HAS_TMUX = shutil.which("tmux") is not None
