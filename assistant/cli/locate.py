"""`emh locate`: where settings, knowledge, scripts and saved interviews lie."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from assistant import locations
from assistant.errors import UsageError

HELP = "say where settings, knowledge and saved interviews lie"

EXAMPLES = """\
emh locate
emh locate sessions
emh locate config --example > config.toml
emh locate --json
"""

PLACES: dict[str, Callable[[], Path]] = {
    "config": locations.config_file,
    "knowledge": locations.knowledge_folder,
    "dialogs": locations.dialogs_folder,
    "sessions": locations.sessions_folder,
    "state": locations.state_folder,
    "cache": locations.cache_folder,
}
"""Name -> where it lies."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("place", nargs="?", choices=tuple(PLACES), help="the one to print; all when left out")
    parser.add_argument(
        "--example", action="store_true", help="with config: print a configuration that names every option"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print the path of each place, or of the one that is named; say on stderr which are missing."""
    from assistant.cli import print_json

    if arguments.example:
        if arguments.place != "config" or arguments.json:
            raise UsageError("--example belongs to config: `emh locate config --example`")
        from assistant.settings import example_settings
        from assistant.tui.interview_keys import ACTIONS, default_keys

        print(example_settings(default_keys(), {action.id: action.does for action in ACTIONS}), end="")
        return 0
    found = {name: PLACES[name]() for name in ([arguments.place] if arguments.place else PLACES)}
    if arguments.json:
        print_json({name: {"path": str(path), "exists": path.exists()} for name, path in found.items()})
        return 0
    width = max(map(len, found))
    for name, path in found.items():
        print(path if arguments.place else f"{name:<{width}}  {path}")
    for name, path in found.items():
        if not path.exists():
            what = (
                "`emh locate config --example` prints one" if name == "config" else "it is made when needed"
            )
            print(f"emh: {name} does not exist yet; {what}", file=sys.stderr)
    return 0
