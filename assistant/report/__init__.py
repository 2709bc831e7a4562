"""The one-page sheet of an interview, in several formats; each is loaded with its first report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.session import Interview

Renderer = Callable[["Interview"], str]
"""Returns an interview as text that ends with a line break."""


def _renderer(module: str) -> Renderer:
    """Return the `render` of a module of this folder, loaded when it is called."""

    def render(interview: Interview) -> str:
        return str(import_module(f"{__name__}.{module}").render(interview))

    return render


FORMATS: Mapping[str, Renderer] = {
    "txt": _renderer("text"),
    "md": _renderer("markdown"),
    "json": _renderer("json_report"),
}
"""Name -> renderer. To add a format: a module here with `render`, and its line."""

__all__ = ["FORMATS", "Renderer"]
