"""The command line: arguments, one call, output, exit code; each command is one module of this folder."""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from assistant.errors import AssistantError, UsageError, nearest

_ORDER = (
    "chat",
    "demo",
    "replay",
    "report",
    "list",
    "verify",
    "explain",
    "about",
    "interpret",
    "test",
    "evaluate",
)
"""What most people look for stands first in the help; a command that is not named here follows by name."""

_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
"""Signs that some readers take for the end of a line, in the spelling of JSON."""

_EXAMPLES = """\
  emh                                   begin an interview
  emh --continue                        take up the newest one that is not finished
  emh chat --plain                      the same line by line: pipes, ssh, screen readers
  emh replay 20261121-143005-a1b2       play a saved interview back
  emh explain gcsf                      what is known of a finding, and from where
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose help opens with examples and whose mistakes are told like all others."""

    def __init__(self, prog: str, help_line: str, examples: str) -> None:
        super().__init__(prog, add_help=True, allow_abbrev=False, conflict_handler="resolve")
        self._opening = f"{help_line}\n\nexamples:\n{_indented(examples)}\n\n"

    def format_help(self) -> str:
        return self._opening + super().format_help()

    def error(self, message: str) -> NoReturn:
        unknown = message.removeprefix("unrecognized arguments: ").split(" ", 1)[0]
        hint = nearest(unknown, self._option_string_actions) if unknown.startswith("-") else ""
        raise UsageError(f"{message}{hint}; `{self.prog} --help` shows what it takes")


def main(argv: Sequence[str] | None = None) -> int:
    """Run `emh` with `argv`, or the process's own arguments, and return its exit code."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, None), (sys.stderr, None)):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors or "backslashreplace")
    try:
        # `list` is a module here once that command was imported
        code = _run([*(sys.argv[1:] if argv is None else argv)])
        sys.stdout.flush()
        return code
    except AssistantError as error:
        print(f"emh: {error}", file=sys.stderr)
        return error.exit_code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader has seen enough; what is still buffered must not raise when Python closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def command_names() -> tuple[str, ...]:
    """Return the commands there are: the modules of this folder."""
    found = {module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")}
    return (*(name for name in _ORDER if name in found), *sorted(found.difference(_ORDER)))


def print_json(value: Any, indent: int | None = 1) -> None:
    """Print one JSON value on stdout, in characters that the stream can carry."""
    plain = not (sys.stdout.encoding or "utf-8").lower().replace("-", "").startswith("utf8")
    spelled = json.dumps(value, ensure_ascii=plain, indent=indent)
    print(spelled.translate(_LINE_ENDS))


def _run(words: Sequence[str]) -> int:
    if words and words[0] in ("-h", "--help", "help"):
        print(_overview(), end="")
        return 0
    if words and words[0] in ("-V", "--version"):
        from assistant.locations import version

        print(f"emh {version()}")
        return 0
    name, rest = ("chat", words) if not words or words[0].startswith("-") else (words[0], words[1:])
    if name not in command_names():
        hint = nearest(name, command_names())
        raise UsageError(f"there is no command {name!r}{hint}; `emh --help` lists them")
    module = import_module(f"{__name__}.{name}")
    arguments = _parser(name, module).parse_args(rest)
    if arguments.no_color:
        os.environ["NO_COLOR"] = "1"
    code: int = module.run(arguments)
    return code


def _parser(name: str, module: ModuleType) -> argparse.ArgumentParser:
    parser = _Parser(f"emh {name}", module.HELP, module.EXAMPLES)
    parser.add_argument("--plain", action="store_true", help="text line by line, without cursor movement")
    parser.add_argument("--no-color", action="store_true", help="no colour, as with NO_COLOR=1")
    module.configure(parser)
    return parser


def _overview() -> str:
    lines = [f"  {name:<10} {import_module(f'{__name__}.{name}').HELP}" for name in command_names()]
    return (
        "emh interviews you about a liver lesion that nobody can name.\n\n"
        f"examples:\n{_EXAMPLES}\ncommands (without one: chat):\n" + "\n".join(lines) + "\n\n"
        "`emh COMMAND --help` opens with examples. Exit codes: 0 fine, 1 something failed or moved, 2 usage,"
        "\n3 malformed knowledge, 4 damaged transcript.\n"
        "Decision support for education and research; it is no certified medical device.\n"
    )


def _indented(examples: str) -> str:
    return "\n".join(f"  {line.strip()}" if line.strip() else "" for line in examples.strip().splitlines())
