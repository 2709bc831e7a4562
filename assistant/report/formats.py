"""The formats of a report; each is loaded with its first report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import UsageError, nearest

if TYPE_CHECKING:
    from assistant.session import Interview

Renderer = Callable[["Interview"], str]
"""Returns an interview as text that ends with a line break."""


def _renderer(module: str) -> Renderer:
    """Return the `render` of a module of this folder, loaded when it is called."""

    def render(interview: Interview) -> str:
        return str(import_module(f"assistant.report.{module}").render(interview))

    return render


FORMATS: Mapping[str, Renderer] = {
    "txt": _renderer("text"),
    "md": _renderer("markdown"),
    "json": _renderer("json_report"),
    "html": _renderer("html_report"),
}
"""Name, also the ending of a file -> renderer. To add a format: a module here with `render`, and its line."""


def check_format(name: str) -> str:
    """Return `name` where it is a format; UsageError with the nearest one where it is not."""
    if name not in FORMATS:
        raise UsageError(
            f"there is no format {name!r}{nearest(name, FORMATS)}; there are {', '.join(FORMATS)}"
        )
    return name


def requested(argument: str) -> tuple[str, Path | None]:
    """Return the format and the file that `[FORMAT] [FILE]` names; the ending of a file alone tells its format.

    Raises:
        UsageError: no format is named, or there is none of that name.
    """
    first, _, rest = argument.strip().partition(" ")
    if first in FORMATS:
        return first, Path(rest.strip()) if rest.strip() else None
    path = Path(argument.strip())
    ending = path.suffix.removeprefix(".")
    if ending in FORMATS:
        return ending, path
    return check_format(first), None
